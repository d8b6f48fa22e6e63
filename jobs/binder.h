/// The dried binder through both coats of a battery plant: the batched kernel that scenarios use
/// beside PETSc.
#ifndef TAKT_JOBS_BINDER_H
#define TAKT_JOBS_BINDER_H

#include "jobs/run_file.h"
#include "solver/drying.h"

enum { TAKT_BINDER_COATS = 2, TAKT_BINDER_PETSC_CELLS = 128 };

/// One coat with clean nozzles.
typedef struct takt_binder_coat {
    const char *name;
    takt_drying_case drying;
    takt_drying_result kernel, petsc;
} takt_binder_coat;

/// Zero-initialised by the caller, released with takt_binder_release.
typedef struct takt_binder {
    takt_binder_coat coats[TAKT_BINDER_COATS];
    bool is_solved;                // by PETSc, both coats; otherwise the profiles mean nothing
    takt_binder_profiles profiles; // points into `values`
    double *values;
    const char *names[TAKT_BINDER_COATS];
} takt_binder;

/// Solves both dryers with the plant's present values. Needs takt_petsc_init. Local. `binder` must
/// stay where it is: its profiles point into it.
takt_status takt_binder_solve(const takt_battery *battery, takt_binder *binder);
void takt_binder_release(takt_binder *binder);

#endif
