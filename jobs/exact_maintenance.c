#include "jobs/exact_maintenance.h"

#include "core/special_math.h"

#include <math.h>

/// Integral of exp(-(x / scale)^shape) from 0 to `end`, by Simpson's rule.
static double mean_life(double scale, double shape, double end)
{
    enum { PIECES = 4096 };
    const double h = end / PIECES;
    double sum = 0;
    for (int i = 0; i <= PIECES; ++i) {
        const double weight = i == 0 || i == PIECES ? 1 : i % 2 ? 4 : 2;
        sum += weight * exp(-pow(i * h / scale, shape));
    }
    return sum * h / 3;
}

/// Share of time at work, or what a job of so many hours costs, where a cycle of `work` hours holds
/// planned and unplanned ones, of so many hours or so much money each.
static double reward(double work, double loss, double job_h)
{
    return job_h > 0 ? loss / work * job_h : work / (work + loss);
}

/// Weibull life, renewed at an age or when it ends, whatever comes first {scale h, shape, age h,
/// planned renewal, renewal after a failure, h of a job}: hours each and 0, or costs each. Barlow
/// and Proschan (1965), 4.2.
takt_status takt_exact_age_replacement(const double *p, double *value)
{
    const double survives = exp(-pow(p[2] / p[0], p[1]));
    *value = reward(mean_life(p[0], p[1], p[2]), survives * p[3] + (1 - survives) * p[4], p[5]);
    return TAKT_OK;
}

/// The same with repairs that leave the age as it is: failures are a Poisson process with mean
/// (age / scale)^shape. Barlow and Hunter (1960), policy II.
takt_status takt_exact_minimal_repair(const double *p, double *value)
{
    *value = reward(p[2], p[3] + pow(p[2] / p[0], p[1]) * p[4], p[5]);
    return TAKT_OK;
}

/// Exponential steps by the item, a stop at one level and a failure at a higher one {level of the
/// stop, and from there to the failure, in mean steps; job, stop, repair; 1: share of time in which
/// the machine is not down, else items per time}. A Poisson number of items below the level, one
/// that passes it, and beyond it what is left of the step is exponential again.
takt_status takt_exact_worn_by_items(const double *p, double *value)
{
    const double items = 1 + p[0], fails = exp(-p[1]);
    const double cycle = items * p[2] + (1 - fails) * p[3] + fails * p[4];
    *value = p[5] > 0 ? 1 - fails * p[4] / cycle : items / cycle;
    return TAKT_OK;
}

/// A gamma process looked at again and again, renewed when it is found at or above a level {shape
/// of what is added between looks, level in scales, time from look to look, items made in it, time
/// of a renewal}: the number of looks is above n where a gamma of n times the shape is below the
/// level.
takt_status takt_exact_worn_by_hours(const double *p, double *value)
{
    double looks = 1, below = 1, above;
    for (int n = 1; below > 1e-18; ++n) {
        takt_gamma_pq(n * p[0], p[1], &below, &above);
        looks += below;
    }
    *value = looks * p[3] / (looks * p[2] + p[4]);
    return TAKT_OK;
}
