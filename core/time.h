/// Simulated time: whole microseconds. Integers compare exactly, so the order of events can never
/// depend on rounding, and a run of 290,000 years fits.
#ifndef TAKT_CORE_TIME_H
#define TAKT_CORE_TIME_H

#include "core/hd.h"

#include <stdint.h>

typedef int64_t takt_tick;

#define TAKT_TICKS_PER_S 1000000.0
#define TAKT_TICK_NEVER INT64_MAX

/// Seconds to ticks, rounded once to the nearest; saturates at TAKT_TICK_NEVER / 4.
TAKT_HD takt_tick takt_tick_from_s(double time_s)
{
    const double ticks = time_s * TAKT_TICKS_PER_S;
    return ticks < 2.0e18 ? (takt_tick)(ticks + 0.5) : TAKT_TICK_NEVER / 4;
}

TAKT_HD double takt_tick_to_s(takt_tick ticks)
{
    return (double)ticks / TAKT_TICKS_PER_S;
}

#endif
