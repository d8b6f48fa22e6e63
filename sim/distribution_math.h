/// The families of distributions on host and device: distribution function, quantile, mean and
/// variance of a takt_plan_time, in its own unit. Built of + - * / sqrt and the polynomials of
/// core/real_math.h, core/special_math.h and core/normal_math.h, so that all machines agree.
///
/// Sources of the formulas: Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions,
/// volumes 1 and 2 (1994, 1995); the table of gamma quantiles is ours, see takt_gamma_table_log.
#ifndef TAKT_SIM_DISTRIBUTION_MATH_H
#define TAKT_SIM_DISTRIBUTION_MATH_H

#include "core/normal_math.h"
#include "core/special_math.h"
#include "sim/distribution.h"

/// The table of a gamma: its shape, then polynomials of log(quantile / scale) in the standard
/// normal quantile of the same probability, one for each cell. In these coordinates the quantile
/// is smooth for every shape, in both tails: seven powers give it to 1e-11 (1 + |logarithm|).
enum {
    TAKT_GAMMA_TABLE_CELLS = 128,
    TAKT_GAMMA_TABLE_POWERS = 8,
    TAKT_GAMMA_TABLE_SIZE = 1 + TAKT_GAMMA_TABLE_CELLS * TAKT_GAMMA_TABLE_POWERS
};

/// Uniform numbers lie within 2^-53 of 0 and 1, their normal quantiles within 8.21.
#define TAKT_GAMMA_TABLE_END 8.32

/// log(quantile / scale) of a gamma, from its table, at the standard normal quantile z.
TAKT_HD double takt_gamma_table_log(const double *table, double z)
{
    const double at =
        (z + TAKT_GAMMA_TABLE_END) * (TAKT_GAMMA_TABLE_CELLS / (2.0 * TAKT_GAMMA_TABLE_END));
    int cell = (int)at;
    cell = cell < 0 ? 0 : cell;
    cell = cell >= TAKT_GAMMA_TABLE_CELLS ? TAKT_GAMMA_TABLE_CELLS - 1 : cell;
    const double *c = table + 1 + cell * TAKT_GAMMA_TABLE_POWERS;
    const double t = 2.0 * (at - cell) - 1.0;
    // In pairs (Estrin): few of these operations wait for one another.
    const double t2 = t * t;
    const double low = (c[0] + c[1] * t) + (c[2] + c[3] * t) * t2;
    const double high = (c[4] + c[5] * t) + (c[6] + c[7] * t) * t2;
    return low + high * (t2 * t2);
}

/// Standard normal quantile of p in (0, 1): AS 241 (core/normal_math.h) with the logarithm of
/// core/real_math.h in its tails.
TAKT_HD double takt_variate_normal(double p)
{
    const double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return takt_normal_quantile_center_(q);
    const double r = sqrt(-takt_log(q < 0.0 ? p : 1.0 - p));
    const double x = r <= 5.0 ? takt_normal_quantile_tail_(r) : takt_normal_quantile_far_(r);
    return q < 0.0 ? -x : x;
}

/// Quantile of a triangular on [0, 1] with its mode at `mode`.
TAKT_HD double takt_variate_triangular(double p, double mode)
{
    return p < mode ? sqrt(p * mode) : 1.0 - sqrt((1.0 - p) * (1.0 - mode));
}

/// Quantile of a normal cut off at 0: parent `mean` and `sd`, of which `cut` lies below 0.
TAKT_HD double takt_variate_cut_normal(double p, double mean, double sd, double cut)
{
    const double above = (1.0 - cut) * (1.0 - p);
    const double z =
        p < 0.5 ? takt_variate_normal(cut + (1.0 - cut) * p) : -takt_variate_normal(above);
    const double x = mean + sd * z;
    return x > 0.0 ? x : 0.0;
}

/// The value that n ascending values take at p.
TAKT_HD double takt_variate_empirical(double p, const double *values, int32_t n)
{
    const int32_t i = (int32_t)(p * n);
    return values[i < n ? i : n - 1];
}

/// Cycles of a geometric of this shape whose exponential is y: the first whole number that the
/// exponential, in cycles, does not exceed.
TAKT_HD double takt_variate_geometric(double y, double shape)
{
    const double cycles = ceil(y * shape);
    return cycles > 1.0 ? cycles : 1.0;
}

/// y^power for y >= 0, power > 0.
TAKT_HD double takt_variate_power(double y, double power)
{
    return y > 1e-300 ? takt_exp(power * takt_log(y)) : 0.0;
}

/// The time that is not exceeded with probability p in (0, 1). A gamma is inverted anew, without
/// its table.
TAKT_HD double takt_plan_time_quantile(const takt_plan_time *time, double p)
{
    switch (time->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        return time->scale * -takt_log1p(-p);
    case TAKT_DISTRIBUTION_UNIFORM:
        return time->location + time->scale * (2.0 * p - 1.0);
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        return takt_exp(time->location + time->scale * takt_variate_normal(p));
    case TAKT_DISTRIBUTION_TRIANGULAR:
        return time->location + time->scale * takt_variate_triangular(p, time->shape);
    case TAKT_DISTRIBUTION_GAMMA:
        return time->scale * takt_gamma_quantile(time->shape, p, 1.0 - p);
    case TAKT_DISTRIBUTION_WEIBULL:
        return time->scale * takt_variate_power(-takt_log1p(-p), 1.0 / time->shape);
    case TAKT_DISTRIBUTION_NORMAL:
        return takt_variate_cut_normal(p, time->location, time->scale, time->shape);
    case TAKT_DISTRIBUTION_GEOMETRIC:
        return time->scale * takt_variate_geometric(-takt_log1p(-p), time->shape);
    case TAKT_DISTRIBUTION_EMPIRICAL:
        return time->scale * takt_variate_empirical(p, time->table, time->n_values);
    default:
        return time->location;
    }
}

/// Share of n ascending values that are at most x.
TAKT_HD double takt_share_below(double x, const double *values, int32_t n)
{
    int32_t from = 0, to = n; // values before `from` are at most x, those from `to` on are above
    while (from < to) {
        const int32_t middle = from + (to - from) / 2;
        if (values[middle] <= x)
            from = middle + 1;
        else
            to = middle;
    }
    return (double)from / n;
}

TAKT_HD double takt_clamp_unit_(double x)
{
    return x < 0.0 ? 0.0 : x > 1.0 ? 1.0 : x;
}

/// Share of a triangular on [0, 1] with its mode at `mode` that lies below y.
TAKT_HD double takt_share_triangular(double y, double mode)
{
    return y < mode ? y * y / mode : y < 1.0 ? 1.0 - (1.0 - y) * (1.0 - y) / (1.0 - mode) : 1.0;
}

/// Probabilities of a time up to x, and of a longer one. Exponential, Weibull, gamma, normal and
/// log-normal keep their digits in both tails.
TAKT_HD void takt_plan_time_split(const takt_plan_time *time, double x, double *below,
                                  double *above)
{
    const double at_least = time->kind == TAKT_DISTRIBUTION_CONSTANT ? time->location : 0.0;
    const double y = (x - time->location) / time->scale, scaled = x / time->scale;
    double cycles, hazard;
    *below = x < at_least ? 0.0 : 1.0;
    *above = 1.0 - *below;
    if (x < at_least)
        return;
    switch (time->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        *below = -takt_expm1(-scaled);
        *above = takt_exp(-scaled);
        break;
    case TAKT_DISTRIBUTION_WEIBULL:
        *below = -takt_expm1(-takt_variate_power(scaled, time->shape));
        *above = takt_exp(-takt_variate_power(scaled, time->shape));
        break;
    case TAKT_DISTRIBUTION_GEOMETRIC: // a billionth short of a cycle is a whole one
        cycles = floor(scaled + 1e-9);
        hazard = time->shape > 0.0 ? cycles / time->shape : cycles > 0.0 ? 1e3 : 0.0;
        *below = -takt_expm1(-hazard);
        *above = takt_exp(-hazard);
        break;
    case TAKT_DISTRIBUTION_UNIFORM:
        *below = takt_clamp_unit_(0.5 + 0.5 * y);
        *above = takt_clamp_unit_(0.5 - 0.5 * y);
        break;
    case TAKT_DISTRIBUTION_TRIANGULAR:
        *below = takt_share_triangular(takt_clamp_unit_(y), time->shape);
        *above = takt_share_triangular(takt_clamp_unit_(1.0 - y), 1.0 - time->shape);
        break;
    case TAKT_DISTRIBUTION_GAMMA:
        takt_gamma_pq(time->shape, scaled, below, above);
        break;
    case TAKT_DISTRIBUTION_NORMAL:
        takt_normal_pq(y, below, above);
        *above /= 1.0 - time->shape;
        *below = (*below - time->shape) / (1.0 - time->shape);
        break;
    case TAKT_DISTRIBUTION_LOG_NORMAL: // a logarithm of 1e-300 is as good as that of 0
        takt_normal_pq((takt_log(x > 1e-300 ? x : 1e-300) - time->location) / time->scale, below,
                       above);
        break;
    case TAKT_DISTRIBUTION_EMPIRICAL:
        *below = takt_share_below(scaled, time->table, time->n_values);
        *above = 1.0 - *below;
        break;
    default:
        break;
    }
}

/// Probability of a time up to x.
TAKT_HD double takt_plan_time_cdf(const takt_plan_time *time, double x)
{
    double below, above;
    takt_plan_time_split(time, x, &below, &above);
    return below;
}

/// Standard normal z with probability u of what lies above `age` (itself a z). Where no double
/// holds such a tail, its asymptote: the hazard of a normal is z.
TAKT_HD double takt_normal_residual_(double age, double u)
{
    double below, above;
    if (age > 35.0)
        return sqrt(age * age - 2.0 * takt_log(u));
    takt_normal_pq(age, &below, &above);
    return u * above < 0.5 ? -takt_variate_normal(u * above)
                           : takt_variate_normal(below + (1.0 - u) * above);
}

/// The whole time of what has lasted `age` >= 0 already and is longer than that with probability 1:
/// exceeded with probability u in (0, 1) given the age, by inversion of the conditional
/// distribution. At least `age`; `age` itself where nothing can last longer.
TAKT_HD double takt_plan_time_residual(const takt_plan_time *time, double age, double u)
{
    const double scaled = age / time->scale, y = (age - time->location) / time->scale;
    double below, above, x = time->location;
    int32_t n_below;
    switch (time->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        x = age - time->scale * takt_log(u);
        break;
    case TAKT_DISTRIBUTION_WEIBULL:
        x = time->scale * takt_variate_power(takt_variate_power(scaled, time->shape) - takt_log(u),
                                             1.0 / time->shape);
        break;
    case TAKT_DISTRIBUTION_UNIFORM:
        x = time->location + time->scale * (1.0 - u * (1.0 - (y > -1.0 ? y : -1.0)));
        break;
    case TAKT_DISTRIBUTION_GAMMA:
        takt_gamma_pq(time->shape, scaled, &below, &above);
        // Far out a gamma ages no more: what is left is exponential.
        x = above > 1e-290 ? time->scale * takt_gamma_quantile(time->shape,
                                                               below + (1.0 - u) * above, u * above)
                           : age - time->scale * takt_log(u);
        break;
    case TAKT_DISTRIBUTION_NORMAL:
        x = time->location + time->scale * takt_normal_residual_(y, u);
        break;
    case TAKT_DISTRIBUTION_LOG_NORMAL: // a logarithm of 1e-300 is as good as that of 0
        x = (takt_log(age > 1e-300 ? age : 1e-300) - time->location) / time->scale;
        x = takt_exp(time->location + time->scale * takt_normal_residual_(x, u));
        break;
    case TAKT_DISTRIBUTION_TRIANGULAR:
        takt_plan_time_split(time, age, &below, &above);
        x = time->location + time->scale * (u * above < 1.0 - time->shape
                                                ? 1.0 - sqrt(u * above * (1.0 - time->shape))
                                                : sqrt((below + (1.0 - u) * above) * time->shape));
        break;
    case TAKT_DISTRIBUTION_EMPIRICAL:
        n_below =
            (int32_t)(takt_share_below(scaled, time->table, time->n_values) * time->n_values + 0.5);
        if (n_below < time->n_values)
            x = time->scale *
                takt_variate_empirical(1.0 - u, time->table + n_below, time->n_values - n_below);
        else
            x = age;
        break;
    default:
        break;
    }
    return x > age ? x : age;
}

/// Density over probability of what lies above 0, of a standard normal shifted by `ratio`.
TAKT_HD double takt_cut_normal_hazard_(const takt_plan_time *time)
{
    const double ratio = time->location / time->scale;
    return 0.39894228040143267794 * takt_exp(-0.5 * ratio * ratio) / (1.0 - time->shape);
}

TAKT_HD double takt_plan_time_mean(const takt_plan_time *time)
{
    double sum = 0.0;
    switch (time->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        return time->scale;
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        return takt_exp(time->location + 0.5 * time->scale * time->scale);
    case TAKT_DISTRIBUTION_TRIANGULAR:
        return time->location + time->scale * (1.0 + time->shape) / 3.0;
    case TAKT_DISTRIBUTION_GAMMA:
        return time->scale * time->shape;
    case TAKT_DISTRIBUTION_WEIBULL:
        return time->scale * takt_exp(takt_log_gamma(1.0 + 1.0 / time->shape));
    case TAKT_DISTRIBUTION_GEOMETRIC:
        return time->shape > 0.0 ? time->scale / -takt_expm1(-1.0 / time->shape) : time->scale;
    case TAKT_DISTRIBUTION_NORMAL:
        return time->location + time->scale * takt_cut_normal_hazard_(time);
    case TAKT_DISTRIBUTION_EMPIRICAL:
        for (int32_t i = 0; i < time->n_values; ++i)
            sum += time->table[i];
        return time->scale * sum / time->n_values;
    default: // constant, uniform
        return time->location;
    }
}

/// Squared coefficient of variation of a Weibull of this shape.
TAKT_HD double takt_weibull_cv2(double shape)
{
    return takt_expm1(takt_log_gamma(1.0 + 2.0 / shape) - 2.0 * takt_log_gamma(1.0 + 1.0 / shape));
}

TAKT_HD double takt_plan_time_variance(const takt_plan_time *time)
{
    const double mean = takt_plan_time_mean(time), scale2 = time->scale * time->scale;
    double sum = 0.0, hazard;
    switch (time->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        return scale2;
    case TAKT_DISTRIBUTION_UNIFORM:
        return scale2 / 3.0;
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        return mean * mean * takt_expm1(scale2);
    case TAKT_DISTRIBUTION_TRIANGULAR:
        return scale2 * (1.0 - time->shape * (1.0 - time->shape)) / 18.0;
    case TAKT_DISTRIBUTION_GAMMA:
        return scale2 * time->shape;
    case TAKT_DISTRIBUTION_WEIBULL:
        return mean * mean * takt_weibull_cv2(time->shape);
    case TAKT_DISTRIBUTION_GEOMETRIC:
        return mean * (mean - time->scale);
    case TAKT_DISTRIBUTION_NORMAL:
        hazard = takt_cut_normal_hazard_(time);
        return scale2 * (1.0 - hazard * (hazard + time->location / time->scale));
    case TAKT_DISTRIBUTION_EMPIRICAL:
        for (int32_t i = 0; i < time->n_values; ++i)
            sum += (time->scale * time->table[i] - mean) * (time->scale * time->table[i] - mean);
        return sum / time->n_values;
    default:
        return 0.0;
    }
}

#endif
