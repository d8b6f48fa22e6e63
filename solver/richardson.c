/// Richardson's extrapolation for errors of second order, with a third grid as its witness.
#include "solver/richardson_internal.h"

#include <math.h>

double takt_richardson(const double values[TAKT_RICHARDSON_GRIDS], double floor, double *error)
{
    const double before = values[1] - values[0], last = values[2] - values[1];
    const int falls_by_four =
        before * last > 0.0 && fabs(before) >= 2.0 * fabs(last) && fabs(before) <= 8.0 * fabs(last);
    *error = (falls_by_four ? fabs(last) / 3.0 : fmax(fabs(before), fabs(last))) + floor;
    return falls_by_four ? values[2] + last / 3.0 : values[2];
}
