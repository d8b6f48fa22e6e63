/// Parts: a station that takes items apart (`parts` of its routes) turns each finished item into
/// several; an input that matches (`match`) takes only parts that came from one item. The parts of
/// one item are its order: they bear it until all that is left of it is one item again.
#ifndef TAKT_SIM_PARTS_H
#define TAKT_SIM_PARTS_H

#include "core/memory.h"
#include "sim/factory.h"

TAKT_EXTERN_C_BEGIN

/// Do parts and matching inputs make sense? Needs resolved inputs, routes and products.
/// TAKT_ERR_INPUT: the first problem; TAKT_ERR_MEMORY. Local.
TAKT_API takt_status takt_parts_check(const takt_factory *factory, takt_problem *problem);

/// Parts that a station makes of each item; 0: it takes nothing apart.
TAKT_API int32_t takt_parts_of(const takt_station *station);

/// Does the station match parts?
TAKT_API bool takt_station_matches(const takt_station *station);

/// An input that matches: a column of what each order waits for.
typedef struct takt_plan_match_input {
    int32_t buffer, take;
    int32_t match; // index of takt_plan_match
} takt_plan_match_input;

/// A station with such inputs.
typedef struct takt_plan_match {
    int32_t station;
    int32_t first_input, n_inputs; // columns
} takt_plan_match;

typedef struct takt_plan_orders {
    int32_t n_inputs, n_matches;
    takt_plan_match_input *inputs; // [n_inputs], grouped by station
    takt_plan_match *matches;      // [n_matches]
} takt_plan_orders;

/// Makes room for the matching inputs of a factory, without any for none. Lies in the arena.
takt_status takt_plan_orders_create(const takt_factory *factory, takt_arena *arena,
                                    takt_plan_orders *orders);

TAKT_EXTERN_C_END

#endif
