/// One long run: where its warm-up ends, and how well its mean is known although its values depend
/// on each other.
///
/// MSER-5: White, "An effective truncation heuristic for bias reduction in simulation output",
/// Simulation 69 (1997); with batches of five as in White, Cobb and Spratt, WSC 2000.
/// Batch means: Conway 1963, Schmeiser 1982. Overlapping batch means: Meketon and Schmeiser, WSC
/// 1984. Test of independence of batches: von Neumann 1941, as used by Fishman 1978.
#ifndef TAKT_CORE_SERIES_H
#define TAKT_CORE_SERIES_H

#include "core/statistics.h"

#include <stdbool.h>

TAKT_EXTERN_C_BEGIN

/// Values that MSER-5 takes the mean of before it looks.
enum { TAKT_SERIES_MSER_BATCH = 5 };

typedef struct takt_truncation {
    int64_t n_cut;   ///< values at the beginning that should be left out, a multiple of five
    bool is_settled; ///< false: the error still falls in the middle of the series, which is too
                     ///< short to tell where its warm-up ends
    double mean;     ///< of the values that stay
} takt_truncation;

/// MSER-5: leaves out as many batches of five as make the squared standard error of the mean of the
/// rest least, at most half of them. Fewer than 20 values are left as they are and not settled.
TAKT_API takt_truncation takt_series_truncate(const double *values, int64_t n);

/// Interval of the mean by batch means: Student t over the means of n / length batches. What does
/// not fill a batch is left out at the beginning. interval.n is the number of batches.
TAKT_API takt_interval takt_series_batch_means(const double *values, int64_t n, int64_t length,
                                               double confidence);

/// Interval of the mean by overlapping batch means: windows of `length` values at every place,
/// Student t with 1.5 (n / length - 1) degrees of freedom, half more than batches side by side
/// have. interval.n is n / length. The whole line where there are fewer than two windows.
TAKT_API takt_interval takt_series_overlapping_means(const double *values, int64_t n,
                                                     int64_t length, double confidence);

/// Interval of how much the mean of values first .. cut - 1 lies above that of all from `cut` on:
/// what a warm-up that is too short adds. Both know their error from overlapping batch means of the
/// rest, a twentieth of it long. The whole line where less than 40 values are left, or none is cut.
TAKT_API takt_interval takt_series_bias(const double *values, int64_t n, int64_t first, int64_t cut,
                                        double confidence);

/// Correlation of neighbours (lag 1), 0 for fewer than three values or where all are equal.
TAKT_API double takt_series_correlation(const double *values, int64_t n);

/// Probability that values which are independent show a correlation of neighbours at least as
/// large: von Neumann's ratio, by its normal approximation. Small: batches are too short, and their
/// interval is too narrow. 1 for fewer than three values or where all are equal.
TAKT_API double takt_series_independence(const double *values, int64_t n);

TAKT_EXTERN_C_END

#endif
