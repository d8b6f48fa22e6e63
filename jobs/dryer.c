#include "jobs/dryer.h"

#include "solver/drying.h"

static takt_status solve(void *context, const takt_drying_case *cases, int32_t n_cases,
                         takt_drying_result *results)
{
    for (int32_t i = 0; i < n_cases; ++i)
        TAKT_TRY(takt_drying_solver_solve(context, &cases[i], &results[i], NULL));
    return TAKT_OK;
}

takt_status takt_dryer_petsc_create(takt_dryer *dryer)
{
    const takt_drying_solver_config config = takt_drying_solver_config_default();
    takt_drying_solver *solver = NULL;
    *dryer = (takt_dryer){0};
    TAKT_TRY(takt_drying_solver_create(&config, &solver));
    *dryer = (takt_dryer){solve, solver};
    return TAKT_OK;
}

void takt_dryer_petsc_destroy(takt_dryer *dryer)
{
    takt_drying_solver *solver = dryer->context;
    takt_drying_solver_destroy(&solver);
    *dryer = (takt_dryer){0};
}
