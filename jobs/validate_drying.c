#include "jobs/validate_drying.h"

#include "kernels/drying.h"
#include "solver/drying.h"

#include <math.h>
#include <stdio.h>

const char *const takt_validated_drying_name = "drying";

enum { N_CASES = 5, PETSC_CELLS = 512 };

/// Finite volumes on 1,600 cells, confirmed by a second time scheme: solids 0.3, packed 0.6,
/// constant evaporation, end of shrinkage (liquid 0.2). `digit`: half a unit of the last digit
/// given, plus the accuracy stated for the table.
typedef struct table_row {
    double peclet;
    double bottom, bottom_digit;
    double top, top_digit;
} table_row;
static const table_row table[N_CASES] = {
    {0.01, 3.48849, 7e-6, 3.52310, 7e-6}, {0.1, 3.38639, 7e-6, 3.73517, 7e-6},
    {1, 2.49200, 7e-6, 6.29304, 7e-6},    {5, 1.06827, 7e-6, 23.438, 8e-4},
    {10, 1.00088, 7e-6, 47.59, 6e-3},
};

static takt_drying_reference case_of(const table_row *row)
{
    return (takt_drying_reference){.peclet = row->peclet,
                                   .solids_fraction = 0.3,
                                   .solids_fraction_max = 0.6,
                                   .liquid_end = 0.2};
}

/// Kernel before PETSc, small Peclet numbers before large ones, foil before surface.
const char *takt_validated_drying_row_name(int row, char *out)
{
    const char *solver = row < 2 * N_CASES ? "kernel" : "petsc";
    snprintf(out, TAKT_VALIDATED_NAME_BYTES, "drying_%s_Pe_%g_%s", solver,
             table[row / 2 % N_CASES].peclet, row % 2 == 0 ? "foil" : "surface");
    return out;
}

static void fill(takt_validated_drying *row, double exact, double measured, double tolerance)
{
    row->exact = exact;
    row->measured = measured;
    row->tolerance = tolerance;
}

/// The kernel of the scenario runs claims 0.5 %.
static takt_status solve_kernel(takt_validated_drying *rows)
{
    takt_status status = TAKT_OK;
    takt_drying_batch *batch = NULL;
    takt_drying_reference cases[N_CASES];
    takt_drying_reference_result results[N_CASES];
    const takt_drying_config config = takt_drying_config_default();
    for (int i = 0; i < N_CASES; ++i)
        cases[i] = case_of(&table[i]);
    TAKT_TRY_GOTO(takt_drying_batch_create(&config, &batch), done);
    TAKT_TRY_GOTO(takt_drying_batch_solve_reference(batch, cases, N_CASES, results, NULL), done);
    for (int i = 0; i < N_CASES; ++i) {
        const table_row *row = &table[i];
        fill(&rows[2 * i], row->bottom, results[i].bottom, 0.005 * row->bottom);
        fill(&rows[2 * i + 1], row->top, results[i].top, 0.005 * row->top);
    }
done:
    takt_drying_batch_destroy(&batch);
    return status;
}

/// PETSc, refined and extrapolated, claims the digits of the table.
static takt_status solve_petsc(takt_validated_drying *rows)
{
    for (int i = 0; i < N_CASES; ++i) {
        const table_row *row = &table[i];
        const takt_drying_reference problem = case_of(row);
        takt_drying_reference_result result, error;
        TAKT_TRY(takt_drying_reference_certified(&problem, PETSC_CELLS, &result, &error));
        fill(&rows[2 * i], row->bottom, result.bottom, row->bottom_digit);
        fill(&rows[2 * i + 1], row->top, result.top, row->top_digit);
    }
    return TAKT_OK;
}

takt_status takt_validate_drying(takt_validated_drying rows[TAKT_VALIDATED_DRYING_ROWS])
{
    TAKT_TRY(solve_kernel(rows));
    TAKT_TRY(solve_petsc(rows + 2 * N_CASES));
    for (int row = 0; row < TAKT_VALIDATED_DRYING_ROWS; ++row)
        takt_validated_drying_row_name(row, rows[row].name);
    return TAKT_OK;
}
