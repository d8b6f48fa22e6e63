/// Changeovers: the setup that a machine must have for a step, the time and cost to get there from
/// the one it has, and which items may be worked on together.
#ifndef TAKT_SIM_CHANGEOVER_H
#define TAKT_SIM_CHANGEOVER_H

#include "core/schema.h"
#include "sim/distribution.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_factory takt_factory;
typedef struct takt_station takt_station;

/// From one setup to another. Of several that fit, the one that names both goes before one that
/// names only `to`, that before one that names only `from`.
typedef struct takt_changeover {
    const char *from, *to; // NULL: any, also none at all
    takt_distribution time;
    double cost;                  // currency each
    int32_t from_index, to_index; // resolved, -1: any
} takt_changeover;

/// What the items of one batch have in common.
typedef enum takt_batch_of {
    TAKT_BATCH_OF_ANY,
    TAKT_BATCH_OF_PRODUCT,
    TAKT_BATCH_OF_SETUP,
    TAKT_BATCH_OF_STEP,
    TAKT_BATCH_OF_COUNT
} takt_batch_of;

extern TAKT_API const takt_schema takt_changeover_schema;

/// Numbers the setups that the steps name and turns the names in stations into these numbers. After
/// the products have been resolved. Local.
TAKT_API takt_status takt_changeovers_resolve(takt_factory *factory, takt_problem *problem);

/// Does the station choose by the setups of its machines?
TAKT_API bool takt_station_is_choosy(const takt_station *station);

TAKT_EXTERN_C_END

#endif
