#include "jobs/dryer_check.h"

#include "core/clock.h"
#include "core/memory.h"
#include "core/rng.h"
#include "jobs/dryer.h"
#include "sim/battery.h"
#include "sim/scenario.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { N_CASES = TAKT_DRYER_CHECK_CASES, DESIGN_MAX = 64, BATCH = 16 };

typedef struct check {
    takt_study *study;
    takt_surrogate *surrogate;
    takt_scenario *scenario;
    takt_dryer batch, petsc, learnt;
    takt_stream stream;
    uint64_t n_draws;
    takt_drying_case cases[N_CASES];
    takt_drying_result results[N_CASES];
    double bottom[N_CASES], top[N_CASES], adhesion[N_CASES];
    double petsc_s;
    takt_dryer_checked *out;
} check;

static double draw(check *c)
{
    return takt_stream_uniform(&c->stream, c->n_draws++);
}

static bool is_solved(const takt_drying_result *result)
{
    return result->reason == TAKT_DRYING_FROZEN || result->reason == TAKT_DRYING_WET;
}

/// One coat of the design that the scenario is filled with, at some fouling, by both.
static takt_status check_case(check *c, bool is_cathode, takt_drying_case *drying)
{
    const takt_battery *battery = c->study->battery;
    const takt_battery_plan *plan = takt_battery_plan_of(takt_scenario_process(c->scenario));
    const takt_battery_dryer *dryer = is_cathode ? &plan->cathode.dryer : &plan->anode.dryer;
    takt_drying_result found, truth;
    takt_battery_dryer_case(battery, is_cathode, draw(c) * dryer->fouling_max, drying);
    TAKT_TRY(c->learnt.solve(c->learnt.context, drying, 1, &found));
    const double begun_s = takt_clock_s();
    TAKT_TRY(c->petsc.solve(c->petsc.context, drying, 1, &truth));
    c->petsc_s += takt_clock_s() - begun_s;
    if (!is_solved(&truth))
        return TAKT_OK;
    const int32_t i = c->out->n_cases++;
    // What only one of them can solve is wrong altogether.
    const double found_bottom = is_solved(&found) ? found.bottom_binder_ratio : 0;
    c->bottom[i] = fabs(found_bottom / truth.bottom_binder_ratio - 1);
    c->top[i] = fabs(found.top_binder_ratio / truth.top_binder_ratio - 1);
    c->adhesion[i] = fabs(takt_battery_adhesion(battery, found_bottom) -
                          takt_battery_adhesion(battery, truth.bottom_binder_ratio));
    return TAKT_OK;
}

static takt_status check_designs(check *c)
{
    double design[DESIGN_MAX];
    for (int32_t i = 0; i < TAKT_DRYER_CHECK_DESIGNS; ++i) {
        for (int32_t k = 0; k < c->study->set_points.n_items; ++k) {
            const takt_set_point *point = TAKT_ITEM(takt_set_point, c->study->set_points, k);
            design[k] = point->min + draw(c) * (point->max - point->min);
        }
        TAKT_TRY(takt_scenario_fill(c->scenario, design));
        for (int32_t e = 0; e < 2; ++e)
            TAKT_TRY(check_case(c, e, &c->cases[2 * i + e]));
    }
    takt_design_baseline(c->study, design);
    return takt_scenario_fill(c->scenario, design);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Sorts the errors.
static takt_dryer_errors summarize(int32_t n, double *errors)
{
    double sum = 0;
    if (n == 0)
        return (takt_dryer_errors){0};
    qsort(errors, (size_t)n, sizeof *errors, compare);
    for (int32_t i = 0; i < n; ++i)
        sum += errors[i];
    return (takt_dryer_errors){sum / n, errors[(int32_t)ceil(0.95 * n) - 1], errors[n - 1]};
}

/// Microseconds per case in batches as a scenario asks for them.
static takt_status measure(check *c, const takt_dryer *dryer, double *us)
{
    const double begun_s = takt_clock_s();
    for (int32_t i = 0; i < N_CASES; i += BATCH)
        TAKT_TRY(dryer->solve(dryer->context, &c->cases[i], BATCH, &c->results[i]));
    *us = 1e6 * (takt_clock_s() - begun_s) / N_CASES;
    return TAKT_OK;
}

static takt_status run(check *c)
{
    const takt_surrogate_parts *parts = takt_surrogate_parts_of(c->surrogate);
    takt_dryer_checked *out = c->out;
    TAKT_TRY(takt_dryer_batch_create(&c->batch));
    TAKT_TRY(takt_dryer_surrogate_create(c->surrogate, &c->learnt));
    TAKT_TRY(takt_dryer_petsc_create(&c->petsc));
    TAKT_TRY(takt_scenario_create(c->study, &c->batch, &c->scenario));
    TAKT_TRY(check_designs(c));
    out->counts = takt_dryer_surrogate_counts(&c->learnt);
    out->petsc_us = 1e6 * c->petsc_s / N_CASES;
    out->bottom = summarize(out->n_cases, c->bottom);
    out->top = summarize(out->n_cases, c->top);
    out->adhesion = summarize(out->n_cases, c->adhesion);
    TAKT_TRY(takt_study_box_measure(c->study, parts->pde, parts->box, &out->needs));
    TAKT_TRY(measure(c, &c->batch, &out->batch_us));
    return measure(c, &c->learnt, &out->surrogate_us);
}

/// Has the study dryers, and few enough set-points to be drawn?
static takt_status check_study(const takt_study *study)
{
    takt_problem problem = {0};
    if (!study->battery)
        (void)takt_problem_set(&problem, takt_path_of("process.model"),
                               "found no dryers, allowed: battery (its random designs are what "
                               "weights of drying are checked on)");
    else if (!takt_study_has_factory(study))
        (void)takt_problem_set(&problem, takt_path_of("factory"),
                               "found none, allowed: the plant of the dryers (its random designs "
                               "are what weights of drying are checked on)");
    else if (study->set_points.n_items > DESIGN_MAX)
        (void)takt_problem_set(&problem, takt_path_of("set_points"),
                               "found %d, allowed with weights to check: %d or fewer",
                               study->set_points.n_items, DESIGN_MAX);
    else
        return TAKT_OK;
    return takt_study_fail(study, &problem);
}

takt_status takt_dryer_check_accepts(takt_study *study, takt_surrogate *surrogate, const char *path)
{
    takt_dryer batch = {0}, learnt = {0};
    takt_scenario *scenario = NULL;
    takt_status status = TAKT_OK;
    TAKT_TRY(check_study(study));
    status = takt_dryer_surrogate_create(surrogate, &learnt);
    if (status == TAKT_ERR_INPUT)
        status =
            TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s where a study is named", path, takt_error_text());
    TAKT_TRY_GOTO(status, done);
    TAKT_TRY_GOTO(takt_dryer_batch_create(&batch), done);
    TAKT_TRY_GOTO(takt_scenario_create(study, &batch, &scenario), done);
done:
    takt_scenario_destroy(&scenario);
    takt_dryer_batch_destroy(&batch);
    takt_dryer_surrogate_destroy(&learnt);
    return status;
}

takt_status takt_dryer_check(takt_study *study, takt_surrogate *surrogate,
                             takt_dryer_checked *checked)
{
    *checked = (takt_dryer_checked){0};
    TAKT_TRY(check_study(study));
    check *c = takt_alloc(sizeof *c);
    if (!c)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a check of dryers");
    c->study = study;
    c->surrogate = surrogate;
    c->out = checked;
    c->stream =
        (takt_stream){.seed = takt_surrogate_hash(surrogate), .purpose = TAKT_PURPOSE_CERTIFICATE};
    const takt_status status = run(c);
    if (status != TAKT_OK)
        takt_error_trace_push(__FILE__, __LINE__);
    takt_scenario_destroy(&c->scenario);
    takt_dryer_petsc_destroy(&c->petsc);
    takt_dryer_surrogate_destroy(&c->learnt);
    takt_dryer_batch_destroy(&c->batch);
    takt_free(c);
    return status;
}

static void add_errors(takt_table *table, const char *name, const takt_dryer_errors *errors)
{
    takt_table_add(table, (takt_cell[]){takt_cell_text(name), takt_cell_text("1"),
                                        takt_cell_number(errors->mean, -3),
                                        takt_cell_number(errors->quantile_95, -3),
                                        takt_cell_number(errors->max, -3)});
}

/// What the study needs, projected onto the box of the weights, beside that box.
static void add_needed(takt_sheet *sheet, const takt_study *study,
                       const takt_surrogate_parts *parts, const takt_study_needs *needs)
{
    static const takt_column columns[] = {
        {"name", "parameter", false}, {"min", "needed from", false},
        {"max", "to", false},         {"box_min", "box from", false},
        {"box_max", "to", false},     {"covers", "covered", false}};
    bool covers = true;
    if (needs->n_queries == 0)
        return; // nothing dries in any design
    takt_table *table =
        takt_sheet_table(sheet, "needed_box", "Box that these dryers need", columns, 6);
    for (int32_t k = 0; k < parts->pde->n_parameters; ++k) {
        const double *needed = needs->range[k], *box = parts->box[k];
        const bool is_covered = needed[0] >= box[0] && needed[1] <= box[1];
        covers = covers && (is_covered || needed[0] > needed[1]);
        if (needed[0] <= needed[1])
            takt_table_add(
                table, (takt_cell[]){takt_cell_text(parts->pde->parameters[k].name),
                                     takt_cell_number(needed[0], -4),
                                     takt_cell_number(needed[1], -4), takt_cell_number(box[0], -4),
                                     takt_cell_number(box[1], -4), takt_cell_boolean(is_covered)});
    }
    takt_sheet_note(sheet,
                    "The box of these weights %s %s: %.4g %% of %" PRId64 " dryers, evenly "
                    "spread over its set-points, lie inside",
                    covers ? "covers" : "does not cover", study->name,
                    100 * (double)needs->n_inside / (double)needs->n_queries, needs->n_queries);
}

void takt_dryer_check_add(takt_sheet *sheet, const takt_study *study,
                          const takt_surrogate *surrogate, const takt_dryer_checked *checked)
{
    static const takt_column columns[] = {{"name", "difference to PETSc", false},
                                          {"unit", "unit", false},
                                          {"mean", "mean", false},
                                          {"quantile_95", "95 %", false},
                                          {"max", "max", false}};
    const takt_dryer_counts *n = &checked->counts;
    const double over = n->n_queries > 0 ? 100.0 / (double)n->n_queries : 0;
    takt_table *table = takt_sheet_table(
        sheet, "dryers",
        takt_sheet_format(sheet, "Whole dryers of %s: %d random designs, both coats", study->name,
                          TAKT_DRYER_CHECK_DESIGNS),
        columns, 5);
    add_errors(table, "binder_at_foil", &checked->bottom);
    add_errors(table, "binder_at_surface", &checked->top);
    add_errors(table, "adhesion", &checked->adhesion);
    takt_sheet_note(sheet,
                    "Whole dryers of %s: the batched kernel had to solve %.3g %% outside the box "
                    "and %.3g %% above the residual limit",
                    study->name, over * (double)n->n_outside, over * (double)n->n_unsure);
    add_needed(sheet, study, takt_surrogate_parts_of(surrogate), &checked->needs);
}
