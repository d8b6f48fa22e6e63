#include "core/statistics.h"

#include "core/normal_math.h"

#include <float.h>
#include <math.h>

void takt_moments_merge(takt_moments *moments, const takt_moments *other)
{
    if (other->n == 0)
        return;
    if (moments->n == 0) {
        *moments = *other;
        return;
    }
    const double n_a = (double)moments->n, n_b = (double)other->n;
    const double delta = other->mean - moments->mean;
    moments->n += other->n;
    moments->mean += delta * n_b / (n_a + n_b);
    moments->m2 += other->m2 + delta * delta * n_a * n_b / (n_a + n_b);
}

double takt_moments_variance(const takt_moments *moments)
{
    return moments->n > 1 ? moments->m2 / (double)(moments->n - 1) : 0.0;
}

takt_interval takt_interval_of_moments(const takt_moments *moments, double confidence)
{
    takt_interval interval = {moments->mean, -(double)INFINITY, (double)INFINITY, moments->n};
    if (moments->n < 2)
        return interval;
    const double n = (double)moments->n;
    const double t = takt_student_t_quantile(0.5 + 0.5 * confidence, n - 1.0);
    const double half = t * sqrt(takt_moments_variance(moments) / n);
    interval.lo = moments->mean - half;
    interval.hi = moments->mean + half;
    return interval;
}

takt_interval takt_interval_of(const double *values, int64_t n, double confidence)
{
    takt_moments moments = {0};
    for (int64_t i = 0; i < n; ++i)
        takt_moments_add(&moments, values[i]);
    return takt_interval_of_moments(&moments, confidence);
}

takt_interval takt_interval_of_pairs(const double *a, const double *b, int64_t n, double confidence)
{
    takt_moments moments = {0};
    for (int64_t i = 0; i < n; ++i)
        takt_moments_add(&moments, a[i] - b[i]);
    return takt_interval_of_moments(&moments, confidence);
}

/// The continued fraction of I_x(a, b); converges fast for x < (a + 1) / (a + b + 2).
static double beta_fraction(double a, double b, double x)
{
    const double tiny = DBL_MIN / DBL_EPSILON;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    // About sqrt(max(a, b)) terms are needed; the limit is far above that for any sensible n.
    for (int m = 1; m <= 100000; ++m) {
        const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 + even * d;
        c = 1.0 + even / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 + odd * d;
        c = 1.0 + odd / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        const double factor = d * c;
        value *= factor;
        if (fabs(factor - 1.0) < 2.0 * DBL_EPSILON)
            break;
    }
    return value;
}

/// log of Gamma(z) without the sign that lgamma keeps in a global.
static double log_gamma(double z)
{
    int sign;
    return lgamma_r(z, &sign);
}

/// log(Gamma(z + 1/2) / Gamma(z)); for large z by its asymptotic series, where the difference of
/// two large logarithms would lose the digits.
static double log_half_step(double z)
{
    const double w = 1.0 / (z * z);
    if (z < 20.0)
        return log_gamma(z + 0.5) - log_gamma(z);
    return 0.5 * log(z) -
           (1.0 / 8 - (1.0 / 192 - (1.0 / 640 - (17.0 / 14336 - 31.0 / 18432 * w) * w) * w) * w) /
               z;
}

/// log B(a, b); exact where it is needed most: Student t has b = 1/2.
static double log_beta(double a, double b)
{
    const double log_gamma_half = 0.57236494292470008707;
    if (a == 0.5 || b == 0.5)
        return log_gamma_half - log_half_step(a == 0.5 ? b : a);
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

/// I_x(a, b) for x and its complement y = 1 - x, both given exactly: near 1 the difference would
/// have lost the digits that matter.
static double incomplete_beta(double a, double b, double x, double y)
{
    if (x <= 0.0 || y <= 0.0)
        return x <= 0.0 ? 0.0 : 1.0;
    const double log_x = x < 0.5 ? log(x) : log1p(-y);
    const double log_y = y < 0.5 ? log(y) : log1p(-x);
    const double factor = exp(a * log_x + b * log_y - log_beta(a, b));
    if (x < (a + 1.0) / (a + b + 2.0))
        return factor * beta_fraction(a, b, x) / a;
    return 1.0 - factor * beta_fraction(b, a, y) / b;
}

double takt_incomplete_beta(double a, double b, double x)
{
    return incomplete_beta(a, b, x, 1.0 - x);
}

/// Probability above |t|.
static double student_t_tail(double t, double freedom)
{
    const double sum = freedom + t * t;
    return 0.5 * incomplete_beta(0.5 * freedom, 0.5, freedom / sum, t * t / sum);
}

double takt_student_t_cdf(double t, double freedom)
{
    const double tail = student_t_tail(t, freedom);
    return t > 0.0 ? 1.0 - tail : tail;
}

static double student_t_density(double t, double freedom)
{
    const double log_density = log_half_step(0.5 * freedom) -
                               0.5 * log(freedom * 3.14159265358979323846) -
                               0.5 * (freedom + 1.0) * log1p(t * t / freedom);
    return exp(log_density);
}

/// The quantile for many degrees of freedom from the normal one (Abramowitz and Stegun 26.7.5).
static double quantile_near_normal(double x, double freedom)
{
    const double x2 = x * x, w = 1.0 / freedom;
    const double g1 = (x2 + 1.0) / 4.0;
    const double g2 = ((5.0 * x2 + 16.0) * x2 + 3.0) / 96.0;
    const double g3 = (((3.0 * x2 + 19.0) * x2 + 17.0) * x2 - 15.0) / 384.0;
    const double g4 = ((((79.0 * x2 + 776.0) * x2 + 1482.0) * x2 - 1920.0) * x2 - 945.0) / 92160.0;
    return x * (1.0 + w * (g1 + w * (g2 + w * (g3 + w * g4))));
}

double takt_student_t_quantile(double probability, double freedom)
{
    const double tail = probability < 0.5 ? probability : 1.0 - probability;
    const double sign = probability < 0.5 ? -1.0 : 1.0;
    if (probability == 0.5)
        return 0.0;
    if (!(tail > 0.0))
        return sign * (double)INFINITY;
    const double normal = -takt_normal_quantile(tail);
    if (freedom > 1e4 && normal < 8.0)
        return sign * quantile_near_normal(normal, freedom);
    // The quantile lies above the normal one; double until it is enclosed, then Newton inside the
    // bracket with bisection where Newton would leave it.
    double low = 0.0, high = 1.0 + normal;
    while (student_t_tail(high, freedom) > tail && high < DBL_MAX / 4) {
        low = high;
        high *= 2.0;
    }
    double t = 0.5 * (low + high);
    for (int i = 0; i < 200; ++i) {
        const double error = student_t_tail(t, freedom) - tail;
        if (error > 0.0)
            low = t;
        else
            high = t;
        double next = t + error / student_t_density(t, freedom);
        if (!(next > low && next < high))
            next = 0.5 * (low + high);
        if (fabs(next - t) <= 2.0 * DBL_EPSILON * t)
            return sign * next;
        t = next;
    }
    return sign * t;
}
