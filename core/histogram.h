/// A histogram of whole numbers with a bounded relative error, fixed in size: quantiles of times in
/// ticks without keeping the times.
///
/// Log-linear buckets (as in HdrHistogram, Tene 2012): below 256 every number has its own; above,
/// every power of two is cut into 128 equal parts, so that a bucket is no wider than 1/128 of its
/// lower end. Numbers from 2^50 on (36 years of microseconds) fall into the last bucket. Counts
/// stop at 2^32 - 1 instead of wrapping round, which addition in any order does alike: merged
/// histograms do not depend on the order of merging.
///
///     uint32_t counts[TAKT_HISTOGRAM_SIZE] = {0};   // a plain array: it can lie in a state block
///     takt_histogram_add(counts, ticks);
///     const double median = takt_histogram_quantile(counts, 0.5);
#ifndef TAKT_CORE_HISTOGRAM_H
#define TAKT_CORE_HISTOGRAM_H

#include "core/hd.h"

#include <stdint.h>

TAKT_EXTERN_C_BEGIN

enum {
    TAKT_HISTOGRAM_PART_BITS = 7, ///< a power of two has 2^7 parts
    TAKT_HISTOGRAM_TOP_BIT = 50,  ///< numbers from 2^50 on are not told apart
    TAKT_HISTOGRAM_SIZE = (TAKT_HISTOGRAM_TOP_BIT - TAKT_HISTOGRAM_PART_BITS + 1)
                          << TAKT_HISTOGRAM_PART_BITS
};

/// The bucket of a number; negative ones belong to the first.
TAKT_HD int32_t takt_histogram_place(int64_t value)
{
    const int32_t bits = TAKT_HISTOGRAM_PART_BITS;
    if (value < INT64_C(2) << bits)
        return value > 0 ? (int32_t)value : 0;
    const uint64_t number = (uint64_t)value;
    if (number >> TAKT_HISTOGRAM_TOP_BIT)
        return TAKT_HISTOGRAM_SIZE - 1;
    const int32_t octave = 63 - bits - __builtin_clzll(number);
    return (int32_t)(number >> octave) + (octave << bits);
}

/// Counts one number.
TAKT_HD void takt_histogram_add(uint32_t *counts, int64_t value)
{
    uint32_t *count = &counts[takt_histogram_place(value)];
    *count += *count != UINT32_MAX;
}

/// Lower end of a bucket and the number of whole numbers in it (1 in the last one, which has no
/// end).
TAKT_API int64_t takt_histogram_lower(int32_t place);
TAKT_API int64_t takt_histogram_width(int32_t place);

/// Adds all that `other` has counted.
TAKT_API void takt_histogram_merge(uint32_t *counts, const uint32_t *other);

/// How many numbers were counted.
TAKT_API uint64_t takt_histogram_total(const uint32_t *counts);

/// The number that the share `probability` (0 to 1) of all counted numbers does not exceed: within
/// 1/128 (0.8 %) of the smallest such number among those counted, between numbers of one bucket by
/// linear interpolation. 0 when nothing was counted.
TAKT_API double takt_histogram_quantile(const uint32_t *counts, double probability);

TAKT_EXTERN_C_END

#endif
