/// Start and end of PETSc, and its errors as statuses.
#include "solver/petsc.h"

#include <petscsys.h>
#include <stdlib.h>

/// PETSc is one per process, so is this count.
static int n_users;

takt_status takt_petsc_fail(int code, const char *call, const char *file, int line)
{
    const char *text = NULL;
    PetscErrorMessage(code, &text, NULL);
    return takt_error_set(TAKT_ERR_SOLVER, file, line, "PETSc error %d (%s) in %s", code,
                          text ? text : "unknown", call);
}

int takt_petsc_is_numeric(int code)
{
    return code == PETSC_ERR_FP || code == PETSC_ERR_MAT_LU_ZRPVT ||
           code == PETSC_ERR_MAT_CH_ZRPVT || code == PETSC_ERR_CONV_FAILED ||
           code == PETSC_ERR_NOT_CONVERGED;
}

int takt_petsc_is_ready(void)
{
    return n_users > 0;
}

takt_status takt_petsc_init(void)
{
    static char program[] = "takt", no_file[] = "-skip_petscrc",
                no_signals[] = "-no_signal_handler";
    char *arguments[] = {program, no_file, no_signals, NULL};
    char **argv = arguments;
    int argc = 3;
    if (n_users++ > 0)
        return TAKT_OK;
    // A user's options for other PETSc programs must not change what this one computes or prints.
    unsetenv("PETSC_OPTIONS");
    unsetenv("PETSC_OPTIONS_YAML");
    const int code = PetscInitialize(&argc, &argv, NULL, NULL);
    if (code != 0) {
        n_users = 0;
        return takt_petsc_fail(code, "PetscInitialize", __FILE__, __LINE__);
    }
    TAKT_PETSC(PetscOptionsClear(NULL));
    TAKT_PETSC(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
    return TAKT_OK;
}

takt_status takt_petsc_fini(void)
{
    if (n_users == 0 || --n_users > 0)
        return TAKT_OK;
    TAKT_PETSC(PetscPopErrorHandler());
    TAKT_PETSC(PetscFinalize());
    return TAKT_OK;
}
