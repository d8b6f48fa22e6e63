#include "core/histogram.h"

#include <math.h>

int64_t takt_histogram_lower(int32_t place)
{
    const int32_t bits = TAKT_HISTOGRAM_PART_BITS;
    if (place < 2 << bits)
        return place;
    const int32_t octave = (place >> bits) - 1;
    return (int64_t)(place - (octave << bits)) << octave;
}

int64_t takt_histogram_width(int32_t place)
{
    const int32_t octave = (place >> TAKT_HISTOGRAM_PART_BITS) - 1;
    return octave > 0 && place < TAKT_HISTOGRAM_SIZE - 1 ? INT64_C(1) << octave : 1;
}

void takt_histogram_merge(uint32_t *counts, const uint32_t *other)
{
    for (int32_t i = 0; i < TAKT_HISTOGRAM_SIZE; ++i) {
        const uint32_t sum = counts[i] + other[i];
        counts[i] = sum < counts[i] ? UINT32_MAX : sum;
    }
}

uint64_t takt_histogram_total(const uint32_t *counts)
{
    uint64_t total = 0;
    for (int32_t i = 0; i < TAKT_HISTOGRAM_SIZE; ++i)
        total += counts[i];
    return total;
}

double takt_histogram_quantile(const uint32_t *counts, double probability)
{
    const uint64_t total = takt_histogram_total(counts);
    if (total == 0)
        return 0;
    const double wanted = ceil(probability * (double)total);
    const uint64_t rank = wanted < 1 ? 1 : wanted > (double)total ? total : (uint64_t)wanted;
    uint64_t below = 0;
    int32_t place = 0;
    while (below + counts[place] < rank)
        below += counts[place++];
    // The numbers of a bucket are taken as spread evenly, each in the middle of its part.
    const double share = ((double)(rank - below) - 0.5) / counts[place];
    return (double)takt_histogram_lower(place) + share * (double)(takt_histogram_width(place) - 1);
}
