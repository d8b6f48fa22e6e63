// Exact answers for arrivals whose rate follows the clock, and for batches.

#include "jobs/exact_formulas.h"

/// A rate of `per_s` from `from` to `to` s of a cycle of 40 s: the sources of rush.yaml, calm.yaml.
typedef struct piece {
    double from, to, per_s;
} piece;

/// The integral of the integral from 0 to x of P(S > u) du, S uniform between 0 and `longest`.
static double twice_integrated(double x, double longest)
{
    if (x <= 0)
        return 0;
    if (x <= longest)
        return x * x / 2 - x * x * x / (6 * longest);
    return longest * longest / 3 + (x - longest) * longest / 2;
}

/// M(t)/G/infinity {from, to}: at t there are, on average, integral of l(s) P(S > t - s) ds
/// customers (Eick, Massey and Whitt 1993); that averaged from `from` to `to` s of the cycle.
takt_status takt_exact_busy_by_the_clock(const double *p, double *value)
{
    static const piece pieces[] = {{0, 20, 5}, {20, 30, 15}};
    const double cycle = 40, longest = 10;
    double sum = 0;
    for (int c = -1; c <= 0; ++c) // what came more than `longest` before has left
        for (int i = 0; i < 2; ++i) {
            const double from = pieces[i].from + c * cycle, to = pieces[i].to + c * cycle;
            sum += pieces[i].per_s *
                   (twice_integrated(p[1] - from, longest) - twice_integrated(p[1] - to, longest) -
                    twice_integrated(p[0] - from, longest) + twice_integrated(p[0] - to, longest));
        }
    *value = sum / (p[1] - p[0]);
    return TAKT_OK;
}

/// M[k]/M/1 {rate of batches, service rate, k}: r (k + 1) / (2 (1 - r)) customers; Gross and Harris
/// (1998), 3.1.
takt_status takt_exact_batch_arrivals(const double *p, double *value)
{
    const double load = p[0] * p[2] / p[1];
    *value = load * (p[2] + 1) / (2 * (1 - load));
    return TAKT_OK;
}
