/// The dryer of the tier `reference`: every case of a scenario solved by PETSc.
#ifndef TAKT_JOBS_DRYER_H
#define TAKT_JOBS_DRYER_H

#include "sim/process.h"

/// Needs takt_petsc_init. Release with takt_dryer_petsc_destroy. Local.
takt_status takt_dryer_petsc_create(takt_dryer *dryer);

/// Releases it; a zeroed dryer is allowed.
void takt_dryer_petsc_destroy(takt_dryer *dryer);

#endif
