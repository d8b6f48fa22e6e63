/// Does a rule forget somebody? An item that has been in the plant for more than half of the
/// measured time and still waits, while others pass in less than a tenth of that, starves.
#ifndef TAKT_SIM_STARVATION_H
#define TAKT_SIM_STARVATION_H

#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_starvation {
    int32_t buffer;   // in which the longest forgotten item waits
    int32_t product;  // of it, -1: none
    int32_t priority; // of it
    int32_t n_items;  // that starve in the whole plant
    double age_s;     // time in the plant of that item
    double median_s;  // of those that have left
} takt_starvation;

/// Can there be starvation: does a station choose by a rule?
TAKT_API bool takt_starvation_is_possible(const takt_plan *plan);

/// Looks at a replication at the end of its measured time; false: nobody starves. Local.
TAKT_API bool takt_starvation_find(const takt_replication *replication, takt_starvation *found);

TAKT_EXTERN_C_END

#endif
