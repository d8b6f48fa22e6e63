/// PETSc as a guest: it starts without options, signal handlers or printing, and every error of it
/// becomes a takt_status, so that one failed solve never ends a job.
#ifndef TAKT_SOLVER_PETSC_H
#define TAKT_SOLVER_PETSC_H

#include "core/status.h"

TAKT_EXTERN_C_BEGIN

/// Starts PETSc; calls nest. Ignores the command line, .petscrc and PETSC_OPTIONS. Starts MPI when
/// nobody has. Collective over all ranks. TAKT_ERR_SOLVER.
TAKT_API takt_status takt_petsc_init(void);

/// Ends PETSc with the last call; ends MPI when takt_petsc_init started it. Collective.
TAKT_API takt_status takt_petsc_fini(void);

/// 1 between takt_petsc_init and takt_petsc_fini.
TAKT_API int takt_petsc_is_ready(void);

/// A PETSc error code as a status; the line names the call. Use through TAKT_PETSC.
TAKT_API takt_status takt_petsc_fail(int code, const char *call, const char *file, int line);

/// 1 when an error code says that the numbers failed (overflow, zero pivot, no convergence) and not
/// PETSc itself: a case without an answer, not the end of a program.
TAKT_API int takt_petsc_is_numeric(int code);

TAKT_EXTERN_C_END

/// Forwards a failed PETSc call as TAKT_ERR_SOLVER.
#define TAKT_PETSC(call)                                                                           \
    do {                                                                                           \
        const int takt_petsc_code_ = (int)(call);                                                  \
        if (takt_petsc_code_ != 0)                                                                 \
            return takt_petsc_fail(takt_petsc_code_, #call, __FILE__, __LINE__);                   \
    } while (0)

#endif
