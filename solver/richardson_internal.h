/// Richardson's extrapolation with a check of its own assumption, for the certificates of the
/// reference dryer.
#ifndef TAKT_SOLVER_RICHARDSON_INTERNAL_H
#define TAKT_SOLVER_RICHARDSON_INTERNAL_H

/// Grids: half, once and twice as many cells.
enum { TAKT_RICHARDSON_GRIDS = 3 };

/// Value on the finest grid, extrapolated where the three values show an error that falls by four
/// from grid to grid (the last difference has the sign of the one before and is between an eighth
/// and a half of it). *error is then that of the finest value, which is larger than that of the
/// extrapolated one; otherwise the largest difference, which is all that can be said. `floor` is
/// what the finest value errs by apart from its grid.
double takt_richardson(const double values[TAKT_RICHARDSON_GRIDS], double floor, double *error);

#endif
