#include "sim/trend.h"

#include "core/statistics.h"
#include "core/status.h"

#include <math.h>

enum { N_BLOCKS = 20 };

/// Growth that matters, as a share of the last level: a plant that fills at a constant rate from
/// time 0 on grows by three quarters of it.
#define LEAST_GROWTH 0.25

static double block_mean(const double *samples, int32_t n_samples, int32_t block)
{
    const int32_t first = n_samples / 4, n = n_samples - first;
    const int32_t from = first + (int32_t)((int64_t)n * block / N_BLOCKS);
    const int32_t to = first + (int32_t)((int64_t)n * (block + 1) / N_BLOCKS);
    double sum = 0;
    for (int32_t i = from; i < to; ++i)
        sum += samples[i];
    return sum / (to - from);
}

takt_trend takt_trend_find(const double *samples, int64_t stride, int32_t n, int32_t n_samples)
{
    takt_moments increments = {0}, last = {0};
    TAKT_ASSERT(n_samples >= 4 * N_BLOCKS);
    for (int32_t r = 0; r < n; ++r) {
        double before = block_mean(samples + r * stride, n_samples, 0);
        for (int32_t b = 1; b < N_BLOCKS; ++b) {
            const double mean = block_mean(samples + r * stride, n_samples, b);
            takt_moments_add(&increments, mean - before);
            before = mean;
        }
        takt_moments_add(&last, before);
    }
    const double count = (double)n * (N_BLOCKS - 1);
    takt_trend trend = {.growth = increments.mean * (N_BLOCKS - 1), .level = last.mean};
    if (n < 1 || !(trend.growth > 0))
        return trend;
    const double error = sqrt(takt_moments_variance(&increments) / count);
    trend.t = error > 0 ? increments.mean / error : INFINITY;
    trend.is_growing = trend.growth >= LEAST_GROWTH * trend.level &&
                       trend.t > takt_student_t_quantile(1 - TAKT_TREND_LEVEL, count - 1);
    return trend;
}
