#include "benchmarks/solver/bench_petsc.h"

#include "benchmarks/kernels/bench_drying.h"
#include "solver/drying.h"

#include <math.h>

enum { COMPARED = 64, SOLVES_PER_SAMPLE = 20 };

/// Adhesion follows the binder at the foil with this power.
#define ADHESION_EXPONENT 1.5

static takt_status compare(takt_drying_batch *batch, takt_drying_solver *solver, double *largest)
{
    *largest = 0;
    for (int32_t i = 0; i < COMPARED; ++i) {
        const takt_drying_case drying = takt_bench_drying_case(i);
        takt_drying_result kernel, petsc;
        TAKT_TRY(takt_drying_batch_solve(batch, &drying, 1, &kernel, NULL));
        TAKT_TRY(takt_drying_solver_solve(solver, &drying, &petsc, NULL));
        if (petsc.reason != TAKT_DRYING_FROZEN && petsc.reason != TAKT_DRYING_WET)
            continue;
        const double f = pow(petsc.bottom_binder_ratio, ADHESION_EXPONENT);
        const double error = fabs(pow(kernel.bottom_binder_ratio, ADHESION_EXPONENT) / f - 1);
        *largest = error > *largest ? error : *largest;
    }
    return TAKT_OK;
}

takt_status takt_bench_drying_error(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_drying_batch *batch = NULL;
    takt_drying_solver *solver = NULL;
    const takt_drying_config config = takt_drying_config_default();
    takt_drying_solver_config fine = takt_drying_solver_config_default();
    double error = 0;
    fine.n_cells = 512;
    *row = (takt_bench_row){
        .name = "drying_batch_adhesion_error", .unit = "1", .target = 5e-3, .at_least = false};
    TAKT_TRY_GOTO(takt_drying_batch_create(&config, &batch), done);
    TAKT_TRY_GOTO(takt_drying_solver_create(&fine, &solver), done);
    TAKT_TRY_GOTO(compare(batch, solver, &error), done);
    row->best = row->median = error; // no clock in it: one sample says all
    row->is_measured = true;
done:
    takt_drying_solver_destroy(&solver);
    takt_drying_batch_destroy(&batch);
    return status;
}

takt_status takt_bench_drying_petsc(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_drying_solver *solver = NULL;
    const takt_drying_solver_config config = takt_drying_solver_config_default();
    double samples[TAKT_BENCH_SAMPLES];
    takt_drying_result result;
    *row = (takt_bench_row){.name = "drying_petsc", .unit = "ms", .target = 10, .at_least = false};
    TAKT_TRY_GOTO(takt_drying_solver_create(&config, &solver), done);
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        const double begun_s = takt_clock_s();
        for (int32_t k = 0; k < SOLVES_PER_SAMPLE; ++k) {
            const takt_drying_case drying = takt_bench_drying_case(k);
            TAKT_TRY_GOTO(takt_drying_solver_solve(solver, &drying, &result, NULL), done);
        }
        samples[i] = 1e3 * (takt_clock_s() - begun_s) / SOLVES_PER_SAMPLE;
    }
    takt_bench_finish(row, samples);
done:
    takt_drying_solver_destroy(&solver);
    return status;
}
