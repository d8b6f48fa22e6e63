// Checks of distributions, and their form in ticks.

#include "sim/distribution.h"

#include <math.h>

takt_status takt_distribution_check_positive(const takt_distribution *time, takt_path path,
                                             takt_problem *problem)
{
    if (!(time->mean_s >= 1 / TAKT_TICKS_PER_S))
        return takt_problem_set(problem, takt_path_of("%s.mean", path.text),
                                "found %g, allowed: more than 0, from 1 microsecond on",
                                time->mean_s);
    return takt_distribution_check(time, path, problem);
}

takt_status takt_distribution_check(const takt_distribution *time, takt_path path,
                                    takt_problem *problem)
{
    const takt_path at = takt_path_of("%s.cv", path.text);
    switch (time->kind) {
    case TAKT_DISTRIBUTION_CONSTANT:
        if (time->cv > 0)
            return takt_problem_set(problem, at,
                                    "found %g for a constant, allowed: 0, or `is` with one of "
                                    "uniform, log_normal",
                                    time->cv);
        break;
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        if (time->cv > 0 && time->cv != 1)
            return takt_problem_set(
                problem, at, "found %g for an exponential, allowed: 1, or left out", time->cv);
        break;
    case TAKT_DISTRIBUTION_UNIFORM:
        if (time->cv * time->cv * 3 > 1 + 1e-9)
            return takt_problem_set(problem, at,
                                    "found %g for a uniform, allowed: 0 to 0.57735, where its "
                                    "shortest time is 0",
                                    time->cv);
        break;
    default:
        break;
    }
    return TAKT_OK;
}

int32_t takt_distribution_room(const takt_distribution *distribution)
{
    (void)distribution;
    return 0;
}

static double cv_of(const takt_distribution *distribution)
{
    return distribution->kind == TAKT_DISTRIBUTION_EXPONENTIAL ? 1.0 : distribution->cv;
}

takt_plan_time takt_plan_time_of(const takt_distribution *distribution, double **room)
{
    takt_plan_time time = {.kind = distribution->kind,
                           .mean = distribution->mean_s * TAKT_TICKS_PER_S};
    const double cv = cv_of(distribution);
    *room += takt_distribution_room(distribution);
    if (time.kind != TAKT_DISTRIBUTION_EXPONENTIAL && cv <= 0)
        time.kind = TAKT_DISTRIBUTION_CONSTANT;
    if (time.kind == TAKT_DISTRIBUTION_UNIFORM)
        time.deviation = sqrt(3.0) * cv * time.mean;
    if (time.kind == TAKT_DISTRIBUTION_LOG_NORMAL && time.mean > 0) {
        const double variance = log1p(cv * cv); // of the logarithm
        time.deviation = sqrt(variance);
        time.location = log(time.mean) - 0.5 * variance;
    }
    return time;
}
