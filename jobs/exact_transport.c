// Exact answers of conveyors and transporters.

#include "jobs/exact_formulas.h"

#include <math.h>

/// One thing after the other, each as long as the longer of a constant time and an exponential one,
/// and a constant time more {constant, mean, more}: E max(c, X) = c + mean exp(-c / mean).
takt_status takt_exact_longer_of_two(const double *p, double *value)
{
    *value = 1 / (p[0] + p[1] * exp(-p[0] / p[1]) + p[2]);
    return TAKT_OK;
}

/// M/G/1 with two kinds of customers, each with a constant service: mean time in the system of all
/// {rate, service, other rate, other service}. Pollaczek-Khinchine, Kleinrock I, 5.6.
takt_status takt_exact_two_docks_time(const double *p, double *value)
{
    const double rate = p[0] + p[2], load = p[0] * p[1] + p[2] * p[3];
    const double square = p[0] * p[1] * p[1] + p[2] * p[3] * p[3]; // rate x E[service^2]
    *value = load / rate + square / (2 * (1 - load));
    return TAKT_OK;
}

/// The share of time that its server is busy, same parameters.
takt_status takt_exact_two_docks_busy(const double *p, double *value)
{
    *value = p[0] * p[1] + p[2] * p[3];
    return TAKT_OK;
}

/// Waiting for the entry of a conveyor, M/D/1 {rate, time between entries}, and the way {time}.
takt_status takt_exact_belt_time(const double *p, double *value)
{
    *value = p[0] * p[1] * p[1] / (2 * (1 - p[0] * p[1])) + p[2];
    return TAKT_OK;
}

/// M/M/1, a way, M/M/1 {arrival rate, service rate, other service rate, way}: Burke (1956), and
/// what is delayed by a constant stays Poisson.
takt_status takt_exact_transit_time(const double *p, double *value)
{
    *value = 1 / (p[1] - p[0]) + p[3] + 1 / (p[2] - p[0]);
    return TAKT_OK;
}
