/// Where a replication begins: an empty plant at time 0, or a state that was saved.
#ifndef TAKT_SIM_START_H
#define TAKT_SIM_START_H

#include "sim/branch.h"

TAKT_EXTERN_C_BEGIN

/// A state to begin with.
typedef struct takt_start {
    const void *block; // of takt_replication_save, of a replication of the same structure
    int32_t mode;      // takt_branch_mode
    bool is_same_plan; // no value differs from the plan that it was saved under: the decisions that
                       // were taken stand, and nobody has to think again
} takt_start;

/// Puts the replication to its beginning. `start` NULL: takt_replication_reset. Else branch `index`
/// of the state; a mirrored index is the mirrored future of its branch. Local.
TAKT_API takt_status takt_replication_start(takt_replication *replication, uint32_t index,
                                            const takt_start *start);

/// Forgets all earlier lives: from here on the whole block, with the places of items that were
/// never used, is a function of number, branch and time alone. Local.
TAKT_API takt_status takt_replication_clear(takt_replication *replication);

/// A number for what gives a state its meaning: how many of everything there are, how they are
/// called and connected, and the layout of the block. States go from one replication to another
/// where it is the same; times, shares, capacities, prices and rules may differ.
TAKT_API uint64_t takt_replication_structure(const takt_replication *replication);

TAKT_EXTERN_C_END

#endif
