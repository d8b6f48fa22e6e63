/// Throws of dice for random factories, addressed by the number of the factory.
#ifndef TAKT_TESTS_SIM_DICE_H
#define TAKT_TESTS_SIM_DICE_H

#include "tests/sim/lines.h"

/// The next of a sequence of numbers that belongs to one factory.
typedef struct dice {
    takt_stream stream;
    uint64_t n;
} dice;

static double dice_uniform(dice *d)
{
    return takt_stream_uniform(&d->stream, d->n++);
}

/// A whole number from 0 to n - 1.
static int dice_below(dice *d, int n)
{
    return (int)(dice_uniform(d) * n);
}

static bool dice_once_in(dice *d, int n)
{
    return dice_below(d, n) == 0;
}

/// Whole seconds make ties; the other kinds make none.
static takt_distribution dice_time(dice *d, double scale_s)
{
    const double mean_s = scale_s * (1 + dice_below(d, 5));
    switch (dice_below(d, 5)) {
    case 0:
        return line_exponential(mean_s);
    case 1:
        return (takt_distribution){.kind = TAKT_DISTRIBUTION_UNIFORM, .mean_s = mean_s, .cv = 0.3};
    case 2:
        return (takt_distribution){
            .kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = mean_s, .cv = 0.8};
    default:
        return line_constant(mean_s);
    }
}

#endif
