#include "jobs/binder.h"

#include "core/memory.h"

#include <string.h>

/// The kernel's cells and clustering are its own: PETSc's profile is read at the kernel's centres.
static double profile_at(const double *centres, const double *values, int32_t n, double xi)
{
    int32_t i = 0;
    while (i < n - 2 && centres[i + 1] < xi)
        ++i;
    const double t = (xi - centres[i]) / (centres[i + 1] - centres[i]);
    return values[i] + t * (values[i + 1] - values[i]);
}

static takt_status allocate(takt_binder *binder, int32_t n_cells)
{
    static const char *const names[TAKT_BINDER_COATS] = {"anode", "cathode"};
    const size_t n = (size_t)n_cells;
    binder->values = takt_alloc((2 * TAKT_BINDER_COATS + 1) * n * sizeof *binder->values);
    if (!binder->values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for profiles");
    for (int c = 0; c < TAKT_BINDER_COATS; ++c)
        binder->coats[c].name = binder->names[c] = names[c];
    binder->profiles = (takt_binder_profiles){
        .n_coats = TAKT_BINDER_COATS,
        .n_cells = n_cells,
        .coats = binder->names,
        .xi = binder->values,
        .kernel = binder->values + n,
        .petsc = binder->values + (1 + TAKT_BINDER_COATS) * n,
    };
    return TAKT_OK;
}

static bool is_solved(const takt_drying_result *result)
{
    return result->reason == TAKT_DRYING_FROZEN || result->reason == TAKT_DRYING_WET;
}

static takt_status solve_coats(const takt_battery *battery, takt_drying_batch *batch,
                               takt_drying_solver *solver, takt_binder *binder)
{
    double fine[TAKT_BINDER_PETSC_CELLS];
    const size_t n = (size_t)binder->profiles.n_cells;
    double *centres = binder->values, *kernel = centres + n;
    double *petsc = kernel + TAKT_BINDER_COATS * n;
    memcpy(centres, takt_drying_batch_centres(batch), n * sizeof *centres);
    binder->is_solved = true;
    for (int c = 0; c < TAKT_BINDER_COATS; ++c, kernel += n, petsc += n) {
        takt_binder_coat *coat = &binder->coats[c];
        takt_battery_dryer_case(battery, c == 1, 0, &coat->drying);
        TAKT_TRY(takt_drying_batch_solve(batch, &coat->drying, 1, &coat->kernel, kernel));
        TAKT_TRY(takt_drying_solver_solve(solver, &coat->drying, &coat->petsc, fine));
        for (size_t i = 0; i < n; ++i)
            petsc[i] = profile_at(takt_drying_solver_centres(solver), fine, TAKT_BINDER_PETSC_CELLS,
                                  centres[i]);
        binder->is_solved = binder->is_solved && is_solved(&coat->petsc);
    }
    return TAKT_OK;
}

takt_status takt_binder_solve(const takt_battery *battery, takt_binder *binder)
{
    const takt_drying_config config = takt_drying_config_default();
    takt_drying_solver_config fine = takt_drying_solver_config_default();
    takt_status status = TAKT_OK;
    takt_drying_batch *batch = NULL;
    takt_drying_solver *solver = NULL;
    takt_binder_release(binder);
    fine.n_cells = TAKT_BINDER_PETSC_CELLS;
    TAKT_TRY_GOTO(allocate(binder, config.n_cells), done);
    TAKT_TRY_GOTO(takt_drying_batch_create(&config, &batch), done);
    TAKT_TRY_GOTO(takt_drying_solver_create(&fine, &solver), done);
    TAKT_TRY_GOTO(solve_coats(battery, batch, solver, binder), done);
done:
    takt_drying_solver_destroy(&solver);
    takt_drying_batch_destroy(&batch);
    if (status != TAKT_OK)
        takt_binder_release(binder);
    return status;
}

void takt_binder_release(takt_binder *binder)
{
    takt_free(binder->values);
    *binder = (takt_binder){0};
}
