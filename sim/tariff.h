/// A tariff: what a kWh costs and how much carbon it brings, by the time of a cycle that repeats
/// for ever (a day, or the hours of a file).
///
///     prices:
///       tariff:
///         steps:
///           - {from: 6 h, energy_per_kWh: 0.31}
///           - {from: 22 h, energy_per_kWh: 0.17}   # also from midnight to 6 h
///
/// A step lasts until the next one begins, the last one until the first of the next cycle.
/// Simulated time 0 is horizon.start of the cycle.
#ifndef TAKT_SIM_TARIFF_H
#define TAKT_SIM_TARIFF_H

#include "core/schema.h"
#include "core/time.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_tariff_step {
    double from_s; // in the cycle
    double energy_per_kWh;
    double carbon_kg_per_kWh;
} takt_tariff_step;

typedef struct takt_tariff {
    double cycle_s;      // of the steps
    takt_list steps;     // takt_tariff_step, ascending; none where there is a file
    const char *file;    // of prices, one line per stretch of `every`; NULL: none
    double every_s;      // length of the stretch that one line of the file stands for
    const char *column;  // of the price
    const char *carbon;  // column of the carbon intensity, NULL: none
    double factor;       // multiplies the prices of the file
    takt_list from_file; // takt_tariff_step, read when the study is completed
} takt_tariff;

/// Integrals over a stretch of time, for a load of 1 kW.
typedef struct takt_priced {
    double cost;      // currency
    double carbon_kg; // kg
} takt_priced;

/// A stretch of the cycle with one price.
typedef struct takt_tariff_segment {
    takt_tick from;
    takt_priced rate;   // per tick
    takt_priced before; // integral from the start of the cycle to `from`
} takt_tariff_segment;

/// The tariff as the engine reads it: segments in order, the first at 0, and behind them an end at
/// the cycle's length.
typedef struct takt_plan_tariff {
    takt_tick cycle;
    takt_tick start;    // time of the cycle at simulated time 0
    int32_t n_segments; // without the end; 0: there is no tariff
    takt_tariff_segment *segments;
} takt_plan_tariff;

extern TAKT_API const takt_schema takt_tariff_schema;

/// What single fields cannot say: steps and file, order of the steps, steps behind the end of the
/// cycle. `path` is the tariff's. TAKT_ERR_INPUT with the problem. Local.
TAKT_API takt_status takt_tariff_check(const takt_tariff *tariff, takt_path path,
                                       takt_problem *problem);

/// Segments that a tariff (NULL: none) has at most, with the end.
TAKT_API int32_t takt_tariff_room(const takt_tariff *tariff);

/// Does the tariff itself say how much carbon its energy brings?
TAKT_API bool takt_tariff_has_carbon(const takt_tariff *tariff);

/// Fills plan->segments [takt_tariff_room] and the rest of `plan` from a sound tariff; energy of a
/// tariff without carbon brings `carbon_kg_per_kWh` at all times. Allocates nothing.
TAKT_API void takt_tariff_fill(const takt_tariff *tariff, double carbon_kg_per_kWh, takt_tick start,
                               takt_plan_tariff *plan);

/// Cost and carbon of 1 kW from `from` to `to` (simulated time, 0 <= from <= to): the integral of
/// the prices, exact up to the rounding of a few products. O(log segments).
TAKT_API takt_priced takt_tariff_integrate(const takt_plan_tariff *plan, takt_tick from,
                                           takt_tick to);

/// The prices at a moment, per kWh.
TAKT_API takt_priced takt_tariff_at(const takt_plan_tariff *plan, takt_tick at);

TAKT_EXTERN_C_END

#endif
