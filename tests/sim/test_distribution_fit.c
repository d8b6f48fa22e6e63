/// Fits find the most likely parameters, their distances have the published critical values, and
/// what cannot be read or fitted is refused at its place.
#include "core/files.h"
#include "sim/distribution_fit.h"
#include "sim/distribution_load.h"
#include "sim/distribution_math.h"
#include "tests/sim/lines.h"

enum { N_MAX = 20000 };

#define IS(kind_) .kind = TAKT_DISTRIBUTION_##kind_

static const takt_distribution truths[TAKT_FIT_FAMILY_COUNT] = {
    [TAKT_FIT_EXPONENTIAL] = {IS(EXPONENTIAL), .mean_s = 300},
    [TAKT_FIT_GAMMA] = {IS(GAMMA), .shape = 3, .scale_s = 100},
    [TAKT_FIT_WEIBULL] = {IS(WEIBULL), .shape = 0.7, .scale_s = 100},
    [TAKT_FIT_LOG_NORMAL] = {IS(LOG_NORMAL), .mean_s = 300, .cv = 1.5},
    [TAKT_FIT_NORMAL] = {IS(NORMAL), .mean_s = 300, .sd_s = 200},
};

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static takt_sample draw(const takt_distribution *d, uint32_t number, int32_t n, double *values_s)
{
    const takt_plan_time time = takt_plan_time_in_s(d);
    const takt_stream stream = {.seed = 11, .replication = number, .purpose = TAKT_PURPOSE_TEST};
    for (int32_t i = 0; i < n; ++i)
        values_s[i] = takt_plan_time_quantile(&time, takt_stream_uniform(&stream, (uint64_t)i));
    qsort(values_s, (size_t)n, sizeof *values_s, ascending);
    return (takt_sample){values_s, n};
}

/// Logarithm of the density, written out again.
static double log_density(const takt_distribution *d, double x)
{
    const double k = d->shape, y = x / d->scale_s;
    const double variance = log(1 + d->cv * d->cv), z = (x - d->mean_s) / d->sd_s;
    switch (d->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        return -log(d->mean_s) - x / d->mean_s;
    case TAKT_DISTRIBUTION_GAMMA:
        return (k - 1) * log(y) - y - lgamma(k) - log(d->scale_s);
    case TAKT_DISTRIBUTION_WEIBULL:
        return log(k / d->scale_s) + (k - 1) * log(y) - pow(y, k);
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        return -log(x * sqrt(2 * M_PI * variance)) -
               pow(log(x / d->mean_s) + variance / 2, 2) / (2 * variance);
    default:
        return -log(d->sd_s * sqrt(2 * M_PI) * 0.5 * erfc(-d->mean_s / d->sd_s / sqrt(2))) -
               z * z / 2;
    }
}

static double log_likelihood(const takt_distribution *d, const takt_sample *sample)
{
    double sum = 0;
    for (int32_t i = 0; i < sample->n; ++i)
        sum += log_density(d, sample->values_s[i]);
    return sum;
}

/// The parameters of a fit, whatever its family.
static int parameters_of(takt_distribution *d, double *out[2])
{
    switch (d->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        out[0] = &d->mean_s;
        return 1;
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        out[0] = &d->mean_s;
        out[1] = &d->cv;
        return 2;
    case TAKT_DISTRIBUTION_NORMAL:
        out[0] = &d->mean_s;
        out[1] = &d->sd_s;
        return 2;
    default:
        out[0] = &d->shape;
        out[1] = &d->scale_s;
        return 2;
    }
}

/// No parameter 0.1 % larger or smaller makes the sample more likely.
static void fits_are_most_likely(void)
{
    static double values_s[N_MAX];
    static const int32_t sizes[] = {10, 200, 3000};
    for (int32_t truth = 1; truth < TAKT_FIT_FAMILY_COUNT; ++truth)
        for (int32_t family = 1; family < TAKT_FIT_FAMILY_COUNT; ++family)
            for (int s = 0; s < 3; ++s) {
                const takt_sample sample = draw(&truths[truth], 1, sizes[s], values_s);
                takt_fit fit;
                double *parameters[2];
                if (!takt_fit_family_to(&sample, family, &fit)) {
                    CHECK_INT(family, TAKT_FIT_NORMAL);
                    continue;
                }
                const double best = log_likelihood(&fit.distribution, &sample);
                CHECK_NEAR(fit.log_likelihood, best, 1e-10, 1e-8);
                CHECK_NEAR(fit.aic, 2 * fit.n_parameters - 2 * best, 1e-10, 1e-8);
                CHECK_INT(parameters_of(&fit.distribution, parameters), fit.n_parameters);
                for (int k = 0; k < fit.n_parameters; ++k) {
                    const double value = *parameters[k];
                    for (int side = -1; side <= 1; side += 2) {
                        *parameters[k] = value * (1 + 1e-3 * side);
                        CHECK(log_likelihood(&fit.distribution, &sample) < best);
                    }
                    *parameters[k] = value;
                }
            }
}

/// 20,000 values give the parameters back to some per cent, and the family by its AIC.
static void families_are_recognised(void)
{
    static double values_s[N_MAX];
    for (int32_t truth = 1; truth < TAKT_FIT_FAMILY_COUNT; ++truth) {
        const takt_sample sample = draw(&truths[truth], 2, N_MAX, values_s);
        takt_distribution known = truths[truth];
        takt_fit fit;
        double *found[2], *right[2];
        CHECK(takt_fit_best(&sample, TAKT_FIT_AUTO, &fit));
        if (truth == TAKT_FIT_EXPONENTIAL) // it is also a gamma and a Weibull
            CHECK(takt_fit_best(&sample, truth, &fit));
        CHECK_INT(fit.family, truth);
        const int n = parameters_of(&fit.distribution, found);
        parameters_of(&known, right);
        for (int k = 0; k < n; ++k)
            CHECK_NEAR(*found[k], *right[k], 0.05, 0);
    }
}

/// Stephens, EDF statistics for goodness of fit, J. Amer. Statist. Assoc. 69 (1974), table 1:
/// 5 % of the samples exceed these values of the modified statistics. 4,000 samples: +- 1.4 % is
/// four standard deviations.
static void distances_have_published_critical_values(void)
{
    enum { N = 20, N_SAMPLES = 4000 };
    static const takt_distribution far_normal = {IS(NORMAL), .mean_s = 1000, .sd_s = 20};
    int n_above[4] = {0};
    const double root = sqrt(N);
    for (uint32_t i = 0; i < N_SAMPLES; ++i) {
        double values_s[N];
        takt_fit fit;
        takt_sample sample = draw(&truths[TAKT_FIT_EXPONENTIAL], i, N, values_s);
        CHECK(takt_fit_family_to(&sample, TAKT_FIT_EXPONENTIAL, &fit));
        takt_goodness g = takt_fit_distance(&sample, &fit);
        n_above[0] += (g.kolmogorov_smirnov - 0.2 / N) * (root + 0.26 + 0.5 / root) > 1.094;
        n_above[1] += g.anderson_darling * (1 + 0.6 / N) > 1.321;
        sample = draw(&far_normal, i, N, values_s);
        CHECK(takt_fit_family_to(&sample, TAKT_FIT_NORMAL, &fit));
        g = takt_fit_distance(&sample, &fit);
        // Stephens divides by n - 1 where likelihood divides by n: a hair wider.
        n_above[2] += g.kolmogorov_smirnov * (root - 0.01 + 0.85 / root) > 0.895;
        n_above[3] += g.anderson_darling * (1 + 0.75 / N + 2.25 / (N * N)) > 0.752;
    }
    for (int k = 0; k < 4; ++k)
        CHECK_NEAR(n_above[k] / (double)N_SAMPLES, 0.05, 0, 0.014);
}

/// p-values of samples from the family are uniform: of 400, 40 +- 4 sqrt(36) lie below 0.1.
static void p_values_are_honest(void)
{
    enum { N = 25, N_SAMPLES = 400 };
    static const int32_t families[] = {TAKT_FIT_GAMMA, TAKT_FIT_LOG_NORMAL};
    for (int f = 0; f < 2; ++f) {
        int n_ks = 0, n_ad = 0;
        for (uint32_t i = 0; i < N_SAMPLES; ++i) {
            double values_s[N];
            takt_fit fit;
            takt_goodness g;
            const takt_sample sample = draw(&truths[families[f]], 100 + i, N, values_s);
            CHECK(takt_fit_family_to(&sample, families[f], &fit));
            CHECK_OK(takt_fit_judge(&sample, &fit, i, 99, &g));
            CHECK_INT(g.n_resamples, 99);
            n_ks += g.kolmogorov_smirnov_p < 0.105;
            n_ad += g.anderson_darling_p < 0.105;
        }
        CHECK_NEAR(n_ks, 40, 0, 24);
        CHECK_NEAR(n_ad, 40, 0, 24);
    }
}

static void wrong_families_are_seen(void)
{
    static double values_s[500];
    takt_fit fit;
    takt_goodness g, again;
    const takt_sample sample = draw(&truths[TAKT_FIT_LOG_NORMAL], 7, 500, values_s);
    CHECK(takt_fit_family_to(&sample, TAKT_FIT_EXPONENTIAL, &fit));
    CHECK_OK(takt_fit_judge(&sample, &fit, 1, 199, &g));
    CHECK_OK(takt_fit_judge(&sample, &fit, 1, 199, &again));
    CHECK(g.kolmogorov_smirnov_p <= 0.01 && g.anderson_darling_p <= 0.01);
    CHECK_NEAR(g.anderson_darling_p, again.anderson_darling_p, 0, 0);
    CHECK_INT(takt_fit_resamples(10), 999);
    CHECK_INT(takt_fit_resamples(1000000), 99);
}

// --- Files ---------------------------------------------------------------------------------------

static const char *write_file(const char *text)
{
    static const char path[] = TAKT_BINARY_DIR "/test_distribution_fit.csv";
    CHECK_OK(takt_file_write_atomic(path, text, strlen(text)));
    return path;
}

static takt_study *study_of(takt_distribution service)
{
    takt_study *study = line_create(100);
    takt_station *press = line_station(study, "press", line_constant(9), NULL, "out");
    line_failure(study, press, TAKT_METER_CLOCK, line_exponential(50), service);
    return study;
}

static void columns_become_distributions(void)
{
    const char *path = write_file("# repairs of the press\nwho, minutes\na, 3\nb, 1\na, 2\na, 2\n"
                                  "b, 5\na, 4\nb, 2.5\na, 1.5\nb, 8\na, 2\n");
    takt_distribution law = {IS(EMPIRICAL), .file = path, .column = "minutes", .unit = 1};
    takt_study *study = study_of(law);
    const takt_failure *failure;
    CHECK_OK(takt_study_resolve(study));
    failure =
        TAKT_ITEM(takt_failure, TAKT_ITEM(takt_station, study->factory.stations, 0)->failures, 0);
    CHECK_INT(failure->repair.sample.n, 10);
    CHECK_NEAR(failure->repair.sample.values_s[0], 60, 0, 0);
    CHECK_NEAR(failure->repair.sample.values_s[9], 480, 0, 0);
    CHECK_NEAR(takt_distribution_mean_s(&failure->repair), 186, 1e-14, 0);
    takt_study_destroy(&study);
    law.kind = TAKT_DISTRIBUTION_FITTED;
    law.family = TAKT_FIT_LOG_NORMAL;
    study = study_of(law);
    CHECK_OK(takt_study_resolve(study));
    failure =
        TAKT_ITEM(takt_failure, TAKT_ITEM(takt_station, study->factory.stations, 0)->failures, 0);
    CHECK_INT(failure->repair.fitted->kind, TAKT_DISTRIBUTION_LOG_NORMAL);
    takt_scenario *scenario = line_open(study); // it is drawn like any other
    CHECK_INT(takt_plan_time_in_s(&failure->repair).kind, TAKT_DISTRIBUTION_LOG_NORMAL);
    line_destroy(&study, &scenario);
}

static void files_that_do_not_serve_are_refused(void)
{
    static const struct {
        const char *text;
        int32_t kind, family;
        const char *column, *says;
    } rows[] = {
        {"t\n1\nx\n", TAKT_DISTRIBUTION_EMPIRICAL, 0, NULL, "csv:3:1: value: found 'x', allowed"},
        {"t\n1\n-2\n", TAKT_DISTRIBUTION_EMPIRICAL, 0, "t", "csv:3:1: t: found '-2', allowed: a n"},
        {"t\n", TAKT_DISTRIBUTION_EMPIRICAL, 0, NULL, "found no values, allowed: a header and 1"},
        {"a,b\n1,2\n", TAKT_DISTRIBUTION_EMPIRICAL, 0, NULL, "found 2 columns, allowed: one, or"},
        {"a,b\n1,2\n", TAKT_DISTRIBUTION_EMPIRICAL, 0, "c", "column: found 'c', allowed: one of a"},
        {"a,b\n1\n", TAKT_DISTRIBUTION_EMPIRICAL, 0, "a", "found 1 value, allowed: 2 as in the h"},
        {"t\n1\n2\n", TAKT_DISTRIBUTION_FITTED, 0, NULL, "found 2 values, allowed: 10 or more"},
        {"t\n0\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", TAKT_DISTRIBUTION_FITTED, 0, NULL,
         "found values from 0 to 10 s, allowed: more than 0"},
        {"t\n2\n2\n2\n2\n2\n2\n2\n2\n2\n2\n", TAKT_DISTRIBUTION_FITTED, 0, NULL,
         "not all the same"},
        {"t\n1\n1\n1\n1\n1\n1\n1\n1\n1\n99\n", TAKT_DISTRIBUTION_FITTED, TAKT_FIT_NORMAL, NULL,
         "spread more than a normal cut off at 0 does"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        takt_study *study = study_of((takt_distribution){.kind = rows[i].kind,
                                                         .family = rows[i].family,
                                                         .column = rows[i].column,
                                                         .file = write_file(rows[i].text)});
        CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), "factory.stations[0].failures[0].repair.file: ");
        CHECK_CONTAINS(takt_error_text(), rows[i].says);
        CHECK(!strchr(takt_error_text(), '\n')); // one line
        takt_study_destroy(&study);
    }
    takt_study *study = study_of((takt_distribution){IS(EMPIRICAL), .file = "no/such/file.csv"});
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "no/such/file.csv");
    takt_study_destroy(&study);
}

TAKT_TESTS(TEST(fits_are_most_likely), TEST(families_are_recognised),
           TEST(distances_have_published_critical_values), TEST(p_values_are_honest),
           TEST(wrong_families_are_seen), TEST(columns_become_distributions),
           TEST(files_that_do_not_serve_are_refused))
