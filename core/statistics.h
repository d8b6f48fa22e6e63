/// One-pass moments, Student t and confidence intervals.
///
/// Moments: Welford 1962; merging two sets: Chan, Golub, LeVeque 1983. Merging is not associative
/// in the last bits: merge in index order where bytes must be equal on any number of ranks.
#ifndef TAKT_CORE_STATISTICS_H
#define TAKT_CORE_STATISTICS_H

#include "core/hd.h"

#include <stddef.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// Count, mean and sum of squared deviations; `{0}` is empty.
typedef struct takt_moments {
    int64_t n;
    double mean;
    double m2;
} takt_moments;

/// Adds one value.
TAKT_HD void takt_moments_add(takt_moments *moments, double value)
{
    const double delta = value - moments->mean;
    moments->n += 1;
    moments->mean += delta / (double)moments->n;
    moments->m2 += delta * (value - moments->mean);
}

/// Adds all values that `other` has seen.
TAKT_API void takt_moments_merge(takt_moments *moments, const takt_moments *other);

/// Sample variance (divided by n - 1); 0 for fewer than two values.
TAKT_API double takt_moments_variance(const takt_moments *moments);

/// A mean with its two-sided confidence interval. With fewer than two values the interval is the
/// whole line (-inf, inf).
typedef struct takt_interval {
    double mean, lo, hi;
    int64_t n;
} takt_interval;

/// Interval of the mean at `confidence` (0.95), Student t with n - 1 degrees of freedom.
TAKT_API takt_interval takt_interval_of_moments(const takt_moments *moments, double confidence);

/// The same for `n` values.
TAKT_API takt_interval takt_interval_of(const double *values, int64_t n, double confidence);

/// Interval of the mean of a[i] - b[i]: two designs on common random numbers.
TAKT_API takt_interval takt_interval_of_pairs(const double *a, const double *b, int64_t n,
                                              double confidence);

/// Student t: probability below `t`, and the quantile for 0 < probability < 1; `freedom` > 0 may be
/// any real number. Relative error below 1e-12 (quantile) and, for the probability, up to 10,000
/// degrees of freedom, 1e-10 beyond.
TAKT_API double takt_student_t_cdf(double t, double freedom);
TAKT_API double takt_student_t_quantile(double probability, double freedom);

/// Regularised incomplete beta function I_x(a, b) by its continued fraction (Abramowitz and Stegun
/// 26.5.8, evaluated by the modified Lentz method).
TAKT_API double takt_incomplete_beta(double a, double b, double x);

TAKT_EXTERN_C_END

#endif
