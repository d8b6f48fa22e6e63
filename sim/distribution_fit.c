// Maximum likelihood for the families that measured times are mostly described by, and their
// goodness of fit.

#include "sim/distribution_fit.h"

#include "sim/distribution_math.h"
#include "sim/draws_internal.h"

#include <stdlib.h>

/// What the likelihoods need to know of a sample.
typedef struct sums {
    double n;
    double mean, variance;         // of the values; divided by n
    double mean_log, variance_log; // of their logarithms
} sums;

static sums sum_up(const takt_sample *sample)
{
    sums s = {.n = sample->n};
    for (int32_t i = 0; i < sample->n; ++i) {
        s.mean += sample->values_s[i];
        s.mean_log += takt_log(sample->values_s[i]);
    }
    s.mean /= s.n;
    s.mean_log /= s.n;
    for (int32_t i = 0; i < sample->n; ++i) {
        const double d = sample->values_s[i] - s.mean;
        const double d_log = takt_log(sample->values_s[i]) - s.mean_log;
        s.variance += d * d;
        s.variance_log += d_log * d_log;
    }
    s.variance /= s.n;
    s.variance_log /= s.n;
    return s;
}

static void fit_exponential(const sums *s, takt_fit *fit)
{
    fit->distribution =
        (takt_distribution){.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .mean_s = s->mean};
    fit->n_parameters = 1;
    fit->log_likelihood = -s->n * (takt_log(s->mean) + 1);
}

/// log a - digamma(a) = log mean - mean log, by Newton in 1 / a; start and step from Minka,
/// Estimating a gamma distribution (2002).
static void fit_gamma(const sums *s, takt_fit *fit)
{
    const double gap = takt_log(s->mean) - s->mean_log;
    double a = (3 - gap + sqrt((gap - 3) * (gap - 3) + 24 * gap)) / (12 * gap);
    for (int i = 0; i < 50; ++i) {
        const double miss = takt_log(a) - takt_digamma(a) - gap;
        const double next = 1 / (1 / a + miss / (a * a * (1 / a - takt_trigamma(a))));
        const double change = fabs(next - a);
        a = next;
        if (change < 1e-10 * a)
            break;
    }
    const double scale = s->mean / a;
    fit->distribution =
        (takt_distribution){.kind = TAKT_DISTRIBUTION_GAMMA, .shape = a, .scale_s = scale};
    fit->n_parameters = 2;
    fit->log_likelihood =
        s->n * ((a - 1) * s->mean_log - a - a * takt_log(scale) - takt_log_gamma(a));
}

/// Sums of exp(k y), y exp(k y), y^2 exp(k y) over the logarithms y, divided by exp(k y_last).
static void weibull_sums(const takt_sample *sample, double k, double sum[3])
{
    const double last = takt_log(sample->values_s[sample->n - 1]);
    sum[0] = sum[1] = sum[2] = 0;
    for (int32_t i = 0; i < sample->n; ++i) {
        const double y = takt_log(sample->values_s[i]) - last, weight = takt_exp(k * y);
        sum[0] += weight;
        sum[1] += weight * y;
        sum[2] += weight * y * y;
    }
}

/// The weighted mean of the logarithms less 1 / k equals their mean: rises with k, by Newton.
static void fit_weibull(const takt_sample *sample, const sums *s, takt_fit *fit)
{
    const double last = takt_log(sample->values_s[sample->n - 1]);
    double k = 1.2825498301618641 / sqrt(s->variance_log), sum[3]; // pi / sqrt(6)
    for (int i = 0; i < 100; ++i) {
        weibull_sums(sample, k, sum);
        const double centre = sum[1] / sum[0];
        const double miss = centre - 1 / k - (s->mean_log - last);
        const double slope = sum[2] / sum[0] - centre * centre + 1 / (k * k);
        const double next = fmax(k - miss / slope, 0.2 * k), change = fabs(next - k);
        k = next;
        if (change < 1e-11 * k)
            break;
    }
    weibull_sums(sample, k, sum);
    const double log_scale = last + takt_log(sum[0] / s->n) / k;
    fit->distribution = (takt_distribution){
        .kind = TAKT_DISTRIBUTION_WEIBULL, .shape = k, .scale_s = takt_exp(log_scale)};
    fit->n_parameters = 2;
    fit->log_likelihood = s->n * (takt_log(k) - k * log_scale + (k - 1) * s->mean_log - 1);
}

static void fit_log_normal(const sums *s, takt_fit *fit)
{
    fit->distribution = (takt_distribution){.kind = TAKT_DISTRIBUTION_LOG_NORMAL,
                                            .mean_s = takt_exp(s->mean_log + 0.5 * s->variance_log),
                                            .cv = sqrt(takt_expm1(s->variance_log))};
    fit->n_parameters = 2;
    fit->log_likelihood =
        -s->n * (0.5 * takt_log(6.28318530717958647693 * s->variance_log) + 0.5 + s->mean_log);
}

/// Mean over sd of the parent (0 or more) of the cut-off normal with this coefficient of variation:
/// the likelihood of an exponential family is largest where its moments are those of the sample.
static bool solve_cut_normal(double cv, double *ratio, double *hazard)
{
    double lo = 0, hi = 9, below, above;
    if (cv > 0.755) // half a bell: the parent's mean is 0
        return false;
    *ratio = 1 / cv;
    *hazard = 0;
    if (*ratio > hi)
        return true; // what is cut off has no digit
    for (int i = 0; i < 60; ++i) {
        *ratio = 0.5 * (lo + hi);
        takt_normal_pq(*ratio, &below, &above);
        *hazard = 0.39894228040143267794 * takt_exp(-0.5 * *ratio * *ratio) / below;
        const double mean = *ratio + *hazard;
        if (1 - *hazard * mean > cv * cv * mean * mean)
            lo = *ratio;
        else
            hi = *ratio;
    }
    return true;
}

static bool fit_normal(const sums *s, takt_fit *fit)
{
    double ratio, hazard, below, above;
    if (!solve_cut_normal(sqrt(s->variance) / s->mean, &ratio, &hazard))
        return false;
    const double sd = s->mean / (ratio + hazard), mean = ratio * sd;
    const double squares = s->variance + (s->mean - mean) * (s->mean - mean);
    takt_normal_pq(ratio, &below, &above);
    fit->distribution =
        (takt_distribution){.kind = TAKT_DISTRIBUTION_NORMAL, .mean_s = mean, .sd_s = sd};
    fit->n_parameters = 2;
    fit->log_likelihood = -s->n * (0.5 * takt_log(6.28318530717958647693 * sd * sd) +
                                   0.5 * squares / (sd * sd) + takt_log(below));
    return true;
}

bool takt_fit_family_to(const takt_sample *sample, int32_t family, takt_fit *fit)
{
    const sums s = sum_up(sample);
    *fit = (takt_fit){.family = family};
    TAKT_ASSERT(sample->n > 1 && sample->values_s[0] > 0 &&
                sample->values_s[0] < sample->values_s[sample->n - 1]);
    switch (family) {
    case TAKT_FIT_EXPONENTIAL:
        fit_exponential(&s, fit);
        break;
    case TAKT_FIT_GAMMA:
        fit_gamma(&s, fit);
        break;
    case TAKT_FIT_WEIBULL:
        fit_weibull(sample, &s, fit);
        break;
    case TAKT_FIT_LOG_NORMAL:
        fit_log_normal(&s, fit);
        break;
    default:
        TAKT_ASSERT(family == TAKT_FIT_NORMAL);
        if (!fit_normal(&s, fit))
            return false;
        break;
    }
    fit->aic = 2 * fit->n_parameters - 2 * fit->log_likelihood;
    return true;
}

bool takt_fit_best(const takt_sample *sample, int32_t family, takt_fit *fit)
{
    takt_fit one;
    bool found = false;
    if (family != TAKT_FIT_AUTO)
        return takt_fit_family_to(sample, family, fit);
    for (int32_t f = TAKT_FIT_AUTO + 1; f < TAKT_FIT_FAMILY_COUNT; ++f)
        if (takt_fit_family_to(sample, f, &one) && (!found || one.aic < fit->aic)) {
            *fit = one;
            found = true;
        }
    return found;
}

takt_goodness takt_fit_distance(const takt_sample *sample, const takt_fit *fit)
{
    const takt_plan_time time = takt_plan_time_in_s(&fit->distribution);
    const double n = sample->n;
    double largest = 0, sum = 0;
    for (int32_t i = 0; i < sample->n; ++i) {
        double below, above;
        takt_plan_time_split(&time, sample->values_s[i], &below, &above);
        largest = fmax(largest, fmax(below - i / n, (i + 1) / n - below));
        sum += (2 * i + 1) * takt_log(fmax(below, 1e-300)) +
               (2 * (n - i) - 1) * takt_log(fmax(above, 1e-300));
    }
    return (takt_goodness){.kolmogorov_smirnov = largest,
                           .anderson_darling = -n - sum / n,
                           .kolmogorov_smirnov_p = NAN,
                           .anderson_darling_p = NAN};
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// A sample of the size of `values` from the distribution.
static void draw_sample(const takt_plan_time *time, const takt_stream *stream, int32_t n,
                        double *values)
{
    double variates[TAKT_DRAWS_CACHED];
    for (int32_t i = 0; i < n; ++i) {
        if (i % TAKT_DRAWS_CACHED == 0)
            takt_draws_fill(stream, time->kind, i, variates);
        const double variate = variates[i % TAKT_DRAWS_CACHED];
        const double value = time->kind == TAKT_DISTRIBUTION_EXPONENTIAL
                                 ? time->scale * variate
                                 : takt_draws_value(time, variate);
        values[i] = fmax(value, 1e-12); // logarithms need more than 0
    }
    qsort(values, (size_t)n, sizeof *values, ascending);
}

takt_status takt_fit_judge(const takt_sample *sample, const takt_fit *fit, uint64_t seed,
                           int32_t n_resamples, takt_goodness *goodness)
{
    double table[TAKT_GAMMA_TABLE_SIZE] = {0};
    double *values = takt_alloc((size_t)sample->n * sizeof *values);
    takt_plan_time time = takt_plan_time_in_s(&fit->distribution);
    int32_t n = 0, n_ks = 0, n_ad = 0;
    if (!values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the test of a fit");
    if (time.kind == TAKT_DISTRIBUTION_GAMMA) {
        takt_gamma_table_fill(table, time.shape);
        time.table = table;
    }
    *goodness = takt_fit_distance(sample, fit);
    for (int32_t i = 0; i < n_resamples; ++i) {
        const takt_stream stream = {
            .seed = seed, .replication = (uint32_t)i, .purpose = TAKT_PURPOSE_FIT};
        const takt_sample drawn = {values, sample->n};
        takt_fit again;
        draw_sample(&time, &stream, sample->n, values);
        if (!(values[0] < values[drawn.n - 1]) || !takt_fit_family_to(&drawn, fit->family, &again))
            continue;
        const takt_goodness other = takt_fit_distance(&drawn, &again);
        ++n;
        n_ks += other.kolmogorov_smirnov >= goodness->kolmogorov_smirnov;
        n_ad += other.anderson_darling >= goodness->anderson_darling;
    }
    takt_free(values);
    goodness->n_resamples = n;
    goodness->kolmogorov_smirnov_p = (1.0 + n_ks) / (1.0 + n);
    goodness->anderson_darling_p = (1.0 + n_ad) / (1.0 + n);
    return TAKT_OK;
}

int32_t takt_fit_resamples(int32_t n)
{
    const int32_t most = n > 0 ? 2000000 / n : 999;
    return most < 99 ? 99 : most > 999 ? 999 : most;
}
