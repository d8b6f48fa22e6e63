/// The judge of a design: the drying PDE of both coats solved again by PETSc at two grid sizes.
#ifndef TAKT_JOBS_REFEREE_H
#define TAKT_JOBS_REFEREE_H

#include "mpi/search.h"

/// The referee for this study; its `judge` is NULL where the study has no process model. Judging
/// needs takt_petsc_init. Local.
takt_referee takt_referee_for(const takt_study *study);

/// Judges the scenario's design: residual solvent, film temperature and adhesion of each coat, the
/// worst over a clean, a half and a fully fouled dryer. A limit counts as kept when it is kept
/// with the error estimate on top. Needs takt_petsc_init. Local.
takt_status takt_referee_judge(void *context, const takt_scenario *scenario, takt_referee_row *rows,
                               int32_t max_rows, int32_t *n_rows);

#endif
