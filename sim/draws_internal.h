/// Draws of times for the event engine: streams addressed by identity, computed 64 at a time.
///
/// A stream's position is part of the replication's state; the 64 values around it are a cache that
/// can be thrown away at any time. Computing them in one vectorised loop costs a quarter of single
/// calls.
#ifndef TAKT_SIM_DRAWS_INTERNAL_H
#define TAKT_SIM_DRAWS_INTERNAL_H

#include "core/rng.h"
#include "sim/distribution.h"

#include <math.h>

enum { TAKT_DRAWS_CACHED = 64 };

/// Standard variates number first .. first + 63 of a stream (first a multiple of 64): uniform in
/// (0, 1), exponential with mean 1, or standard normal, as the kind of distribution needs. They do
/// not depend on its parameters, which may change while they are cached. All by inversion and
/// monotone in the uniform, as antithetic and common random numbers want it: exponentials fall with
/// it, everything else rises.
void takt_draws_fill(const takt_stream *stream, int32_t kind, int64_t first,
                     double out[TAKT_DRAWS_CACHED]);

/// The same as times of a distribution, in ticks.
void takt_draws_fill_ticks(const takt_stream *stream, int32_t kind, int64_t first,
                           const takt_plan_time *time, takt_tick out[TAKT_DRAWS_CACHED]);

/// The standard variate of a kind that belongs to one uniform.
double takt_draws_variate(int32_t kind, double uniform);

/// A standard variate turned into the time of a family that takt_draws_ticks does not compute
/// itself; in ticks, not rounded.
double takt_draws_value(const takt_plan_time *time, double variate);

/// The probability with which a time longer than that of the standard variate is drawn: what
/// takt_plan_time_residual asks for.
double takt_draws_upper(int32_t kind, double variate);

/// A standard variate turned into ticks of the distribution, not rounded. The commonest families
/// without a call.
TAKT_HD double takt_draws_unrounded(const takt_plan_time *time, double variate)
{
    double ticks = time->location;
    switch (time->kind) {
    case TAKT_DISTRIBUTION_CONSTANT:
        break;
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        ticks = time->scale * variate;
        break;
    case TAKT_DISTRIBUTION_UNIFORM:
        ticks = time->location + time->scale * (2.0 * variate - 1.0);
        break;
    default:
        ticks = takt_draws_value(time, variate);
        break;
    }
    return ticks;
}

/// The same, at least 0, rounded once.
TAKT_HD takt_tick takt_draws_ticks(const takt_plan_time *time, double variate)
{
    const double ticks = takt_draws_unrounded(time, variate);
    if (!(ticks > 0.0))
        return 0;
    return ticks < 2.0e18 ? (takt_tick)(ticks + 0.5) : TAKT_TICK_NEVER / 4;
}

#endif
