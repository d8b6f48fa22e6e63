/// A scenario: a study with values filled in, ready to be replicated. One per process; filled anew
/// for each design without allocation.
///
///     takt_scenario *scenario = NULL;
///     TAKT_TRY(takt_scenario_create(study, dryer, &scenario));
///     takt_design_baseline(study, design);
///     TAKT_TRY(takt_scenario_fill(scenario, design));
///     if (takt_scenario_violation(scenario) == 0) ...
///     TAKT_TRY(takt_replication_run(takt_scenario_replication(scenario), 0, results));
#ifndef TAKT_SIM_SCENARIO_H
#define TAKT_SIM_SCENARIO_H

#include "sim/kpi.h"
#include "sim/replication.h"
#include "sim/study.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_scenario takt_scenario;

/// The dryer of the tier `batch`: 64 cells on this CPU. Allocates a solver that the dryer's context
/// points to; release it with takt_dryer_batch_destroy.
TAKT_API takt_status takt_dryer_batch_create(takt_dryer *dryer);
TAKT_API void takt_dryer_batch_destroy(takt_dryer *dryer);

/// Creates a scenario of the study, filled with its baseline. Borrows study and dryer's context
/// until destroy and writes set-points into the study. `dryer` may be NULL where the study names no
/// process model. TAKT_ERR_INPUT where factory and process model do not fit. Local.
TAKT_API takt_status takt_scenario_create(takt_study *study, const takt_dryer *dryer,
                                          takt_scenario **scenario);
TAKT_API void takt_scenario_destroy(takt_scenario **scenario);

/// Fills in the values of all set-points, design [n_set_points] in their units (integers rounded),
/// and prepares physics and plan. Allocates nothing unless numbers of machines grow. Local.
TAKT_API takt_status takt_scenario_fill(takt_scenario *scenario, const double *design);

TAKT_API const takt_study *takt_scenario_study(const takt_scenario *scenario);
TAKT_API const takt_plan *takt_scenario_plan(const takt_scenario *scenario);
TAKT_API takt_replication *takt_scenario_replication(const takt_scenario *scenario);
TAKT_API const takt_report *takt_scenario_report(const takt_scenario *scenario);

/// Limits of the process at the present values, [*n]; owned by the scenario.
TAKT_API const takt_constraint *takt_scenario_constraints(const takt_scenario *scenario,
                                                          int32_t *n);

/// Sum of the normalised violations, 0 when all limits are kept.
TAKT_API double takt_scenario_violation(const takt_scenario *scenario);

/// The context of the process model, NULL without one.
TAKT_API const void *takt_scenario_process(const takt_scenario *scenario);

/// The baseline design of a study, [n_set_points].
TAKT_API void takt_design_baseline(const takt_study *study, double *design);

TAKT_EXTERN_C_END

#endif
