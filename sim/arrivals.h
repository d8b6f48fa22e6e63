/// How items arrive from outside beyond a plain time between arrivals: a rate that follows the
/// clock, batches, a beginning and an end, or a list from a file.
///
///     sources:
///       - name: customers
///         to: queue
///         interarrival: {is: exponential, mean: 2 min}
///         rate_profile: {cycle: 24 h, points: [{from: 0 h, factor: 0.5}, {from: 7 h, factor: 2}]}
///
/// The rate is changed by a change of time, which is exact for every distribution: the time between
/// arrivals is drawn in operational time, whose speed is the factor of the moment, and brought back
/// to the clock (Lewis and Shedler 1979; Gerhardt and Nelson 2009). Exponential times give the
/// Poisson process with exactly that rate. docs/arrivals.md says the rest.
#ifndef TAKT_SIM_ARRIVALS_H
#define TAKT_SIM_ARRIVALS_H

#include "core/schema.h"
#include "core/time.h"
#include "sim/distribution.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

/// From this moment of the cycle on the rate is this many times what `interarrival` says.
typedef struct takt_rate_point {
    double from_s;
    double factor;
} takt_rate_point;

typedef struct takt_rate_profile {
    double cycle_s;
    takt_list points; // takt_rate_point, ascending, the first at 0
} takt_rate_profile;

extern TAKT_API const takt_schema takt_rate_profile_schema;

/// One arrival of a file.
typedef struct takt_arrival {
    takt_tick time;
    double quantity, value;
    takt_tick due;    // TAKT_TICK_NEVER: as the product says
    int32_t product;  // of the factory; -1: that of the source
    int32_t priority; // added to those of source and product
} takt_arrival;

/// The arrivals of a file, in their order; owned by the arena of the study.
typedef struct takt_arrival_list {
    const takt_arrival *rows; // [n]
    int32_t n;
    const bool *releases; // [n_products] does a row name it? NULL: none names any
} takt_arrival_list;

/// One piece of a rate profile in a plan.
typedef struct takt_plan_rate {
    takt_tick from;
    double before; // operational ticks from the start of the cycle to `from`
    double factor;
} takt_plan_rate;

/// What a plan says of a source that does more than wait between single items.
typedef struct takt_plan_arrivals {
    takt_tick cycle; // 0: the rate does not change
    int32_t first_rate, n_rates;
    double operational_cycle; // operational ticks in a cycle
    int32_t has_batch, has_first;
    takt_plan_time batch;     // items, in ticks per item
    takt_plan_time first;     // time of the first arrival
    int64_t number;           // arrivals in all; INT64_MAX: no end
    const takt_arrival *rows; // NULL: not from a file
} takt_plan_arrivals;

struct takt_source;

/// What single fields of a source cannot say, for all that this file is about; `path` is the
/// source's. TAKT_ERR_INPUT with the problem. Local.
TAKT_API takt_status takt_arrivals_check(const struct takt_source *source, takt_path path,
                                         takt_problem *problem);

/// Does the source do more than wait between single items?
TAKT_API bool takt_arrivals_are_special(const struct takt_source *source);

/// Pieces of the source's profile, and doubles for the tables of its distributions.
TAKT_API int32_t takt_arrivals_n_rates(const struct takt_source *source);
TAKT_API int32_t takt_arrivals_room(const struct takt_source *source);

/// Fills the plan of a checked source, whose pieces go to rates[first_rate ...]; the tables of its
/// distributions take *room, as in takt_plan_time_of. Allocates nothing.
TAKT_API takt_plan_arrivals takt_plan_arrivals_of(const struct takt_source *source,
                                                  takt_plan_rate *rates, int32_t first_rate,
                                                  double **room);

/// When `ticks` of operational time have passed since `now`; saturates at TAKT_TICK_NEVER / 4.
/// O(log pieces).
TAKT_API takt_tick takt_arrivals_after(const takt_plan_arrivals *arrivals,
                                       const takt_plan_rate *rates, takt_tick now, double ticks);

/// Operational time that has passed since time 0, of a source with a rate profile.
TAKT_API double takt_arrivals_operational(const takt_plan_arrivals *arrivals,
                                          const takt_plan_rate *rates, takt_tick now);

/// Does the source release items of the product (by index)? Its product is resolved.
TAKT_API bool takt_source_releases(const struct takt_source *source, int32_t product);

/// The first product that the file of its arrivals names, -1: none.
TAKT_API int32_t takt_source_first_product(const struct takt_source *source);

/// The factor of the rate profile on average over its cycle, 1 without one.
TAKT_API double takt_arrivals_mean_factor(const struct takt_source *source);

/// Items per second in the long run, 0 where the arrivals come to an end.
TAKT_API double takt_arrivals_items_per_s(const struct takt_source *source);

TAKT_EXTERN_C_END

#endif
