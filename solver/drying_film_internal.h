/// Inside of the reference dryer: the path of liquid height and film temperature through all zones,
/// to be read at any time.
#ifndef TAKT_SOLVER_DRYING_FILM_INTERNAL_H
#define TAKT_SOLVER_DRYING_FILM_INTERNAL_H

#include "core/status.h"
#include "kernels/drying_case_internal.h"

#include <petscts.h>

/// Film at one time: y = (liquid height / initial one, temperature / 100 K), first and second
/// derivative.
typedef struct takt_film_node {
    double time_s;
    double y[2], rate[2], bend[2];
} takt_film_node;

/// One step of the integrator, with one-sided derivatives at both ends.
typedef struct takt_film_step {
    takt_film_node start, end;
} takt_film_step;

/// The path and what makes it.
typedef struct takt_film_path {
    takt_film_step *steps; // [n_steps_max]
    int n_steps, n_steps_max;
    int zone_end[TAKT_DRYING_ZONES_MAX]; // index behind the last step of each zone
    double start_height_m;
    double temp_max_K;
    double critical; // liquid height, over the initial one, at which the flux begins to fall
    int frozen;      // that height has been passed ...
    double freeze_s; // ... at this time, inside step freeze_index, whose end lies beyond it
    int freeze_index;
    takt_drying_air air; // of the present zone
    takt_film_node last;
    double tolerance;
    int broken; // PETSc gave up in the middle: the integrator is made anew before the next run
    TS ts;
    Vec y;
    Mat jacobian;
} takt_film_path;

/// Creates the integrator. On failure takt_film_path_destroy releases what was made.
takt_status takt_film_path_create(takt_film_path *path, int n_steps_max, double tolerance);
void takt_film_path_destroy(takt_film_path *path);

/// Runs a sound case through its zones; the moment of freezing, where the equations have a kink,
/// ends one solve and starts another. *reason: TAKT_DRYING_WET when the end was reached, else
/// TAKT_DRYING_NO_SOLUTION.
takt_status takt_film_path_run(takt_film_path *path, const takt_drying_case *drying, int *reason);

/// Value and first derivative at `time_s` inside step `index`: the quintic through both ends.
void takt_film_path_at(const takt_film_path *path, int index, double time_s, double y[2],
                       double rate[2]);

/// Time when the liquid height falls to `fraction` of the initial one inside step `index`.
double takt_film_path_time(const takt_film_path *path, int index, double fraction);

/// The same for the first such step before step `behind`. Returns 0 when there is none.
int takt_film_path_find(const takt_film_path *path, double fraction, int behind, double *time_s);

#endif
