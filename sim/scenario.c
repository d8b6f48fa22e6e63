#include "sim/scenario.h"

#include <math.h>

struct takt_scenario {
    takt_study *study;
    takt_arena *arena;
    takt_plan *plan;
    takt_replication *replication;
    takt_report report;
    const takt_process_ops *process; // NULL: none
    void *process_context;
    takt_constraint *constraints; // [process->n_constraints]
    takt_located *targets;        // of all set-points, one after the other
};

static takt_status solve_batch(void *context, const takt_drying_case *cases, int32_t n_cases,
                               takt_drying_result *results)
{
    return takt_drying_batch_solve(context, cases, n_cases, results, NULL);
}

takt_status takt_dryer_batch_create(takt_dryer *dryer)
{
    const takt_drying_config config = takt_drying_config_default();
    takt_drying_batch *batch = NULL;
    TAKT_TRY(takt_drying_batch_create(&config, &batch));
    *dryer = (takt_dryer){solve_batch, batch};
    return TAKT_OK;
}

void takt_dryer_batch_destroy(takt_dryer *dryer)
{
    takt_drying_batch *batch = dryer->context;
    takt_drying_batch_destroy(&batch);
    *dryer = (takt_dryer){0};
}

static takt_status locate_targets(takt_scenario *s)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->study->set_points.n_items; ++i)
        n += TAKT_ITEM(takt_set_point, s->study->set_points, i)->targets.n_items;
    s->targets = takt_arena_alloc(s->arena, (size_t)(n + 1) * sizeof *s->targets);
    if (!s->targets)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the set-points");
    n = 0;
    for (int32_t i = 0; i < s->study->set_points.n_items; ++i) {
        const takt_set_point *point = TAKT_ITEM(takt_set_point, s->study->set_points, i);
        for (int32_t t = 0; t < point->targets.n_items; ++t)
            TAKT_TRY(takt_schema_locate(&takt_study_schema, s->study,
                                        *TAKT_ITEM(const char *, point->targets, t),
                                        &s->targets[n++]));
    }
    return TAKT_OK;
}

static takt_status create_process(takt_scenario *s, const takt_dryer *dryer)
{
    takt_problem problem = {0};
    s->process = takt_process_find(s->study->process.model);
    if (!s->process)
        return TAKT_OK;
    TAKT_ASSERT(dryer);
    const takt_status status = s->process->create(s->study, dryer, &s->process_context, &problem);
    if (status == TAKT_ERR_INPUT)
        return takt_study_fail(s->study, &problem);
    TAKT_TRY(status);
    s->constraints =
        takt_arena_alloc(s->arena, (size_t)s->process->n_constraints * sizeof *s->constraints);
    return s->constraints ? TAKT_OK : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for constraints");
}

/// Values into the plan, physics into its tables.
static takt_status prepare(takt_scenario *s)
{
    takt_plan_fill(s->plan, &s->study->factory);
    if (s->process)
        TAKT_TRY(s->process->prepare(s->process_context, s->plan, s->constraints));
    return TAKT_OK;
}

takt_status takt_scenario_create(takt_study *study, const takt_dryer *dryer,
                                 takt_scenario **scenario)
{
    takt_status status = TAKT_OK;
    takt_scenario *s = takt_alloc(sizeof *s);
    *scenario = NULL;
    if (!s)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a scenario");
    s->study = study;
    TAKT_TRY_GOTO(takt_arena_create(&s->arena), failed);
    TAKT_TRY_GOTO(locate_targets(s), failed);
    TAKT_TRY_GOTO(create_process(s, dryer), failed);
    TAKT_TRY_GOTO(takt_plan_create(&study->factory, &s->plan), failed);
    s->plan->process = s->process;
    s->plan->process_context = s->process_context;
    s->plan->n_state = s->process ? s->process->n_state : 0;
    s->plan->n_causes = s->process ? s->process->n_causes : 0;
    s->plan->warm_up_s = study->horizon.warm_up_s;
    s->plan->measured_s = study->horizon.measured_s;
    s->plan->start = takt_tick_from_s(study->horizon.start_s);
    s->plan->seed = (uint64_t)study->seed;
    TAKT_TRY_GOTO(prepare(s), failed);
    TAKT_TRY_GOTO(takt_report_create(&study->factory, s->plan, s->arena, &s->report), failed);
    s->report.group = study->antithetic ? 2 : 1;
    TAKT_TRY_GOTO(takt_replication_create(s->plan, &s->replication), failed);
    *scenario = s;
    return TAKT_OK;
failed:
    takt_scenario_destroy(&s);
    return status;
}

void takt_scenario_destroy(takt_scenario **scenario)
{
    takt_scenario *s = *scenario;
    if (!s)
        return;
    takt_replication_destroy(&s->replication);
    takt_plan_destroy(&s->plan);
    if (s->process_context)
        s->process->destroy(&s->process_context);
    takt_arena_destroy(&s->arena);
    takt_free(s);
    *scenario = NULL;
}

takt_status takt_scenario_fill(takt_scenario *s, const double *design)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->study->set_points.n_items; ++i) {
        const takt_set_point *point = TAKT_ITEM(takt_set_point, s->study->set_points, i);
        const double value = point->integer ? round(design[i]) : design[i];
        for (int32_t t = 0; t < point->targets.n_items; ++t)
            TAKT_TRY(takt_located_set(&s->targets[n++], value * point->factor));
    }
    return prepare(s);
}

const takt_study *takt_scenario_study(const takt_scenario *s)
{
    return s->study;
}

const takt_plan *takt_scenario_plan(const takt_scenario *s)
{
    return s->plan;
}

takt_replication *takt_scenario_replication(const takt_scenario *s)
{
    return s->replication;
}

const takt_report *takt_scenario_report(const takt_scenario *s)
{
    return &s->report;
}

const takt_constraint *takt_scenario_constraints(const takt_scenario *s, int32_t *n)
{
    *n = s->process ? s->process->n_constraints : 0;
    return s->constraints;
}

double takt_scenario_violation(const takt_scenario *s)
{
    double sum = 0;
    for (int32_t i = 0; s->process && i < s->process->n_constraints; ++i)
        sum += s->constraints[i].violation;
    return sum;
}

const void *takt_scenario_process(const takt_scenario *s)
{
    return s->process_context;
}

void takt_design_baseline(const takt_study *study, double *design)
{
    for (int32_t i = 0; i < study->set_points.n_items; ++i)
        design[i] = TAKT_ITEM(takt_set_point, study->set_points, i)->value;
}
