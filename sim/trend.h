/// Does a plant fill up all the time? A test for queues that grow without end although no load is 1
/// or more, from the mean number of items in the plant in equal pieces of a replication.
///
/// The first quarter is left out (the plant fills from empty), the rest cut into blocks; the test
/// is Student's on the increments from block to block, of all replications together. Where blocks
/// are correlated so much that levels wander like a random walk the increments are independent and
/// the test keeps its level; where they are not it is too cautious. Growth has to be large, too: a
/// quarter of the last level.
#ifndef TAKT_SIM_TREND_H
#define TAKT_SIM_TREND_H

#include "core/hd.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// Probability of a false alarm for a plant that is stable and has filled by a quarter of its run.
#define TAKT_TREND_LEVEL 0.001

typedef struct takt_trend {
    double growth; // items, from the first block to the last
    double level;  // items in the last block
    double t;      // of the increments; infinite where they are all the same
    bool is_growing;
} takt_trend;

/// Looks at `n` replications of `n_samples` pieces (80 or more), `stride` doubles apart. Local.
TAKT_API takt_trend takt_trend_find(const double *samples, int64_t stride, int32_t n,
                                    int32_t n_samples);

TAKT_EXTERN_C_END

#endif
