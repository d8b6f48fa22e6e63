#include "jobs/referee.h"

#include "sim/battery.h"
#include "solver/drying.h"

#include <math.h>
#include <stdio.h>

enum { N_FOULINGS = 3, ROWS_PER_COAT = 3 };

/// Keeps the worse of what the row holds and a new value: the one that comes nearer to its limit,
/// or goes further beyond it, counting the error.
static void take_worse(takt_referee_row *row, double value, double error, bool is_solved)
{
    const double sign = row->at_least ? -1 : 1;
    const double old_reach = sign * row->value + row->error, new_reach = sign * value + error;
    if (row->pass && is_solved && new_reach <= old_reach)
        return;
    row->pass = row->pass && is_solved && new_reach <= sign * row->limit;
    row->value = value;
    row->error = error;
}

static void begin_row(takt_referee_row *row, const char *name, const char *coat, const char *unit,
                      double limit, bool at_least)
{
    *row = (takt_referee_row){
        .value = at_least ? 1e300 : -1e300, .limit = limit, .at_least = at_least, .pass = true};
    snprintf(row->name, sizeof row->name, "%s_%s", name, coat);
    snprintf(row->unit, sizeof row->unit, "%s", unit);
}

static takt_status judge_coat(const takt_battery *battery, bool is_cathode, double fouling_max,
                              int32_t n_cells, takt_referee_row *rows)
{
    const takt_battery_parameters *p = &battery->parameters;
    const char *coat = is_cathode ? "cathode" : "anode";
    begin_row(&rows[0], "residual_solvent", coat, "1",
              is_cathode ? p->residual_max_cathode : p->residual_max_anode, false);
    begin_row(&rows[1], "film_temperature", coat, "degC",
              is_cathode ? p->film_temp_max_cathode_degC : p->film_temp_max_anode_degC, false);
    begin_row(&rows[2], "adhesion", coat, "1", p->adhesion_min, true);
    for (int i = 0; i < N_FOULINGS; ++i) {
        takt_drying_case drying;
        takt_drying_result result, error;
        takt_battery_dryer_case(battery, is_cathode, fouling_max * i / (N_FOULINGS - 1), &drying);
        TAKT_TRY(takt_drying_solve_certified(&drying, n_cells, &result, &error));
        const bool solved = result.reason == TAKT_DRYING_FROZEN || result.reason == TAKT_DRYING_WET;
        const double ratio = result.bottom_binder_ratio, spread = error.bottom_binder_ratio;
        const double adhesion = takt_battery_adhesion(battery, ratio);
        take_worse(&rows[0], result.residual, error.residual, solved);
        take_worse(&rows[1], result.temp_max_K - 273.15, error.temp_max_K, solved);
        take_worse(&rows[2], adhesion,
                   fmax(takt_battery_adhesion(battery, ratio + spread) - adhesion,
                        adhesion - takt_battery_adhesion(battery, ratio - spread)),
                   solved);
    }
    return TAKT_OK;
}

takt_status takt_referee_judge(void *context, const takt_scenario *scenario, takt_referee_row *rows,
                               int32_t max_rows, int32_t *n_rows)
{
    (void)context;
    const takt_study *study = takt_scenario_study(scenario);
    const takt_battery_plan *plan = takt_battery_plan_of(takt_scenario_process(scenario));
    const int32_t n_cells = study->optimize.pde_cells;
    *n_rows = 0;
    if (max_rows < 2 * ROWS_PER_COAT)
        return TAKT_FAIL(TAKT_ERR_LIMIT, "referee: found room for %d rows, allowed: %d or more",
                         max_rows, 2 * ROWS_PER_COAT);
    TAKT_TRY(judge_coat(study->battery, false, plan->anode.dryer.fouling_max, n_cells, rows));
    TAKT_TRY(judge_coat(study->battery, true, plan->cathode.dryer.fouling_max, n_cells,
                        rows + ROWS_PER_COAT));
    *n_rows = 2 * ROWS_PER_COAT;
    return TAKT_OK;
}

takt_referee takt_referee_for(const takt_study *study)
{
    return (takt_referee){.judge = study->process.model ? takt_referee_judge : NULL};
}
