// Exact values of queues that choose, and of closed networks.

#include "jobs/exact_formulas.h"

#include <math.h>
#include <stdint.h>

/// Two classes of exponential jobs at one server, the first goes first {arrival rate and mean job
/// of the first, of the second, class 0 or 1}: mean time in the system. Cobham (1954).
takt_status takt_exact_priority_time(const double *p, double *value)
{
    const double first = p[0] * p[1], both = first + p[2] * p[3];
    const double residual = p[0] * p[1] * p[1] + p[2] * p[3] * p[3];
    const double wait = residual / ((1 - first) * (p[4] > 0 ? 1 - both : 1));
    *value = wait + p[p[4] > 0 ? 3 : 1];
    return TAKT_OK;
}

/// M/M/1 whose server must be set up at the beginning of each busy period {arrival rate, mean
/// service, constant setup}: time in the system (Welch 1964).
takt_status takt_exact_start_up_time(const double *p, double *value)
{
    const double load = p[0] * p[1];
    const double queue = p[0] * 2 * p[1] * p[1] / (2 * (1 - load));
    const double start = (2 * p[2] + p[0] * p[2] * p[2]) / (2 * (1 + p[0] * p[2]));
    *value = queue + start + p[1];
    return TAKT_OK;
}

/// Batches before enough servers {arrival rate, batch, longest wait of the first}: mean number
/// waiting, by renewal reward from one first to the next. While the first waits, j + 1 items wait
/// as long as j have come since; F(j + 1) is the chance that so many come in time.
takt_status takt_exact_batch_wait_level(const double *p, double *value)
{
    const double expected = p[0] * p[2];
    double chance = exp(-expected), beyond = 1, area = 0, cycle = 1;
    for (int32_t j = 0; j + 1 < (int32_t)p[1]; ++j) {
        beyond -= chance; // F(j + 1): more than j come
        chance *= expected / (j + 1);
        area += (j + 1) * beyond;
        cycle += beyond;
    }
    *value = area / cycle;
    return TAKT_OK;
}

/// Exponential jobs of mean 1, the shortest that waits goes first {arrival rate}: mean time in the
/// system. A job of length x waits l E[S^2] / 2 / (1 - r(x))^2 with r(x) the load of those shorter
/// than it (Phipps 1956); averaged over x by Simpson's rule.
takt_status takt_exact_shortest_job_time(const double *p, double *value)
{
    enum { N = 1 << 16 };
    const double end = 50, step = end / N; // exp(-50) lies beyond
    double sum = 0;
    for (int32_t i = 0; i <= N; ++i) {
        const double x = i * step, idle = 1 - p[0] * (1 - exp(-x) * (1 + x));
        sum += (i == 0 || i == N ? 1 : i % 2 ? 4 : 2) * exp(-x) / (idle * idle);
    }
    *value = p[0] * sum * step / 3 + 1;
    return TAKT_OK;
}

/// Closed network of four exponential stations in a ring, mean jobs 0.4, 0.3, 0.2, 0.1
/// {items, -1: share of the time that the first station works, or the station whose mean number is
/// asked}: mean value analysis (Reiser and Lavenberg 1980).
takt_status takt_exact_closed_network(const double *p, double *value)
{
    static const double jobs[4] = {0.4, 0.3, 0.2, 0.1};
    double items[4] = {0}, rounds = 0;
    for (int32_t n = 1; n <= (int32_t)p[0]; ++n) {
        double times[4], sum = 0;
        for (int i = 0; i < 4; ++i)
            sum += times[i] = jobs[i] * (1 + items[i]);
        rounds = n / sum;
        for (int i = 0; i < 4; ++i)
            items[i] = rounds * times[i];
    }
    *value = p[1] < 0 ? rounds * jobs[0] : items[(int32_t)p[1]];
    return TAKT_OK;
}
