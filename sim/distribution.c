// From what a study says of a distribution to the form that draws need.

#include "sim/distribution.h"

#include "sim/distribution_math.h"

#include <string.h>

const char *takt_distribution_words(int32_t kind)
{
    static const char *const words[TAKT_DISTRIBUTION_COUNT] = {
        "constant", "exponential", "uniform", "log-normal", "triangular", "gamma",
        "Erlang",   "Weibull",     "normal",  "empirical",  "fitted",     "geometric"};
    TAKT_ASSERT(kind >= 0 && kind < TAKT_DISTRIBUTION_COUNT);
    return words[kind];
}

static const takt_distribution *resolved(const takt_distribution *distribution)
{
    TAKT_ASSERT(distribution->kind != TAKT_DISTRIBUTION_FITTED || distribution->fitted);
    return distribution->kind == TAKT_DISTRIBUTION_FITTED ? distribution->fitted : distribution;
}

/// Standard deviation over mean, however it was given.
static double cv_of(const takt_distribution *d)
{
    return d->cv > 0 || !(d->mean_s > 0) ? d->cv : d->sd_s / d->mean_s;
}

/// Newton in the reciprocal of the shape, in which the equation is convex.
static double weibull_shape_of_cv(double cv)
{
    const double target = takt_log1p(cv * cv);
    double e = 0.78 * cv;
    for (int i = 0; i < 100; ++i) {
        const double miss = takt_log_gamma(1 + 2 * e) - 2 * takt_log_gamma(1 + e) - target;
        const double slope = 2 * (takt_digamma(1 + 2 * e) - takt_digamma(1 + e));
        const double step = miss / slope;
        e -= step;
        if (fabs(step) < 1e-12 * e)
            break;
    }
    return 1 / e;
}

static void set_gamma(const takt_distribution *d, double ticks_per_s, takt_plan_time *time)
{
    const double cv = cv_of(d);
    time->kind = TAKT_DISTRIBUTION_GAMMA;
    time->shape = d->shape;
    time->scale = d->scale_s * ticks_per_s;
    if (d->shape > 0)
        return;
    time->shape = d->kind == TAKT_DISTRIBUTION_ERLANG ? d->phases : 1 / (cv * cv);
    time->scale = d->mean_s * ticks_per_s / time->shape;
}

static void set_weibull(const takt_distribution *d, double ticks_per_s, takt_plan_time *time)
{
    time->shape = d->shape;
    time->scale = d->scale_s * ticks_per_s;
    if (d->shape > 0)
        return;
    time->shape = weibull_shape_of_cv(cv_of(d));
    time->scale = d->mean_s * ticks_per_s / takt_exp(takt_log_gamma(1 + 1 / time->shape));
}

static void set_uniform(const takt_distribution *d, double ticks_per_s, takt_plan_time *time)
{
    const double cv = cv_of(d);
    time->location = d->mean_s * ticks_per_s;
    time->scale = sqrt(3.0) * cv * time->location;
    if (d->max_s > 0) {
        time->location = 0.5 * (d->min_s + d->max_s) * ticks_per_s;
        time->scale = 0.5 * (d->max_s - d->min_s) * ticks_per_s;
    } else if (!(cv > 0))
        time->kind = TAKT_DISTRIBUTION_CONSTANT;
}

static void set_log_normal(const takt_distribution *d, double ticks_per_s, takt_plan_time *time)
{
    const double cv = cv_of(d), variance = takt_log1p(cv * cv); // of the logarithm
    time->location = d->mean_s * ticks_per_s;
    if (!(cv > 0) || !(d->mean_s > 0)) {
        time->kind = TAKT_DISTRIBUTION_CONSTANT;
        return;
    }
    time->location = takt_log(time->location) - 0.5 * variance;
    time->scale = sqrt(variance);
}

static void set_normal(const takt_distribution *d, double ticks_per_s, takt_plan_time *time)
{
    double above;
    time->location = d->mean_s * ticks_per_s;
    time->scale = (d->sd_s > 0 ? d->sd_s : d->cv * d->mean_s) * ticks_per_s;
    takt_normal_pq(-time->location / time->scale, &time->shape, &above);
}

/// The distribution in units of which there are ticks_per_s in a second.
static takt_plan_time time_in(const takt_distribution *d, double ticks_per_s)
{
    takt_plan_time time = {.kind = d->kind};
    switch (d->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        time.scale = d->mean_s * ticks_per_s;
        break;
    case TAKT_DISTRIBUTION_UNIFORM:
        set_uniform(d, ticks_per_s, &time);
        break;
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        set_log_normal(d, ticks_per_s, &time);
        break;
    case TAKT_DISTRIBUTION_TRIANGULAR:
        time.location = d->min_s * ticks_per_s;
        time.scale = (d->max_s - d->min_s) * ticks_per_s;
        time.shape = (d->mode_s - d->min_s) / (d->max_s - d->min_s);
        break;
    case TAKT_DISTRIBUTION_GAMMA:
    case TAKT_DISTRIBUTION_ERLANG:
        set_gamma(d, ticks_per_s, &time);
        break;
    case TAKT_DISTRIBUTION_WEIBULL:
        set_weibull(d, ticks_per_s, &time);
        break;
    case TAKT_DISTRIBUTION_NORMAL:
        set_normal(d, ticks_per_s, &time);
        break;
    case TAKT_DISTRIBUTION_GEOMETRIC:
        time.scale = d->cycle_s * ticks_per_s;
        time.shape = d->cycle_s < d->mean_s ? -1 / takt_log1p(-d->cycle_s / d->mean_s) : 0;
        break;
    case TAKT_DISTRIBUTION_EMPIRICAL:
        time.scale = ticks_per_s;
        time.table = d->sample.values_s;
        time.n_values = d->sample.n;
        break;
    default:
        time.location = d->mean_s * ticks_per_s;
        break;
    }
    return time;
}

/// Coefficients of the powers of t in [-1, 1] of the polynomial through f at the Chebyshev points.
static void interpolate(const double f[TAKT_GAMMA_TABLE_POWERS],
                        const double t[TAKT_GAMMA_TABLE_POWERS], double *out)
{
    enum { N = TAKT_GAMMA_TABLE_POWERS };
    double value[2][N], power[2][N] = {{0}}; // two Chebyshev polynomials: at the points, as powers
    memset(out, 0, N * sizeof *out);
    for (int k = 0; k < N; ++k) {
        value[0][k] = 1;
        value[1][k] = t[k];
    }
    power[0][0] = power[1][1] = 1;
    for (int j = 0; j < N; ++j) {
        double *v = value[j & 1], *c = power[j & 1];
        const double *v_next = value[~j & 1], *c_next = power[~j & 1];
        double sum = 0;
        for (int k = 0; k < N; ++k)
            sum += f[k] * v[k];
        sum *= (j ? 2.0 : 1.0) / N;
        for (int k = 0; k < N; ++k)
            out[k] += sum * c[k];
        for (int k = 0; k < N; ++k)
            v[k] = 2 * t[k] * v_next[k] - v[k]; // T(j + 2) takes the place of T(j)
        for (int k = N - 1; k >= 0; --k)
            c[k] = (k ? 2 * c_next[k - 1] : 0) - c[k];
    }
}

void takt_gamma_table_fill(double *room, double shape)
{
    static const double points[TAKT_GAMMA_TABLE_POWERS] = {
        -0.98078528040323044913, -0.83146961230254523708, -0.55557023301960222474,
        -0.19509032201612826785, 0.19509032201612826785,  0.55557023301960222474,
        0.83146961230254523708,  0.98078528040323044913}; // cos((2 k + 1) pi / 16)
    const double width = 2 * TAKT_GAMMA_TABLE_END / TAKT_GAMMA_TABLE_CELLS;
    if (room[0] == shape)
        return;
    for (int cell = 0; cell < TAKT_GAMMA_TABLE_CELLS; ++cell) {
        double f[TAKT_GAMMA_TABLE_POWERS];
        for (int k = 0; k < TAKT_GAMMA_TABLE_POWERS; ++k) {
            double p, q;
            takt_normal_pq(width * (cell + 0.5 * (1 + points[k])) - TAKT_GAMMA_TABLE_END, &p, &q);
            f[k] = takt_log_gamma_quantile(shape, p, q);
        }
        interpolate(f, points, room + 1 + cell * TAKT_GAMMA_TABLE_POWERS);
    }
    room[0] = shape;
}

static bool is_gamma(int32_t kind)
{
    return kind == TAKT_DISTRIBUTION_GAMMA || kind == TAKT_DISTRIBUTION_ERLANG;
}

int32_t takt_distribution_room(const takt_distribution *distribution)
{
    return is_gamma(resolved(distribution)->kind) ? TAKT_GAMMA_TABLE_SIZE : 0;
}

takt_plan_time takt_plan_time_of(const takt_distribution *distribution, double **room)
{
    const takt_distribution *d = resolved(distribution);
    takt_plan_time time = time_in(d, TAKT_TICKS_PER_S);
    if (is_gamma(d->kind)) {
        takt_gamma_table_fill(*room, time.shape);
        time.table = *room;
    }
    *room += takt_distribution_room(d);
    return time;
}

takt_plan_time takt_plan_time_in_s(const takt_distribution *distribution)
{
    return time_in(resolved(distribution), 1);
}

double takt_distribution_mean_s(const takt_distribution *distribution)
{
    const takt_plan_time time = takt_plan_time_in_s(distribution);
    return takt_plan_time_mean(&time);
}

double takt_distribution_sd_s(const takt_distribution *distribution)
{
    const takt_plan_time time = takt_plan_time_in_s(distribution);
    return sqrt(takt_plan_time_variance(&time));
}
