// takt check: is the study sound, what can each station do, what limits it, how long will it take?

#include "jobs/capacity.h"
#include "jobs/dryer_note.h"
#include "jobs/fit_rows.h"
#include "jobs/flow_rows.h"
#include "jobs/kpi_rows.h"
#include "jobs/loads.h"
#include "jobs/output_rows.h"
#include "jobs/run_folder.h"
#include "jobs/station_rows.h"
#include "jobs/tables.h"
#include "jobs/transport_rows.h"
#include "jobs/verbs.h"
#include "jobs/warm_up.h"
#include "sim/deadlock.h"

#include <math.h>
#include <stdio.h>

/// The trial replication is cut here; what is missing is extrapolated.
#define TRIAL_S 0.5
enum { TRIAL_PIECES = 200 };

/// Replications that look for the end of the warm-up, where they take no longer than a moment.
enum { WARM_UP_REPLICATIONS = 10 };
#define WARM_UP_S 1.0

typedef struct trial {
    double *results;
    takt_warm_up *warm_up; // NULL: nobody looked
    double seconds;        // of a whole replication
    double share;          // of the horizon that was simulated
    bool is_measured;
} trial;

// --- One trial replication -----------------------------------------------------------------------

/// Runs until the horizon is over or TRIAL_S have passed, whichever comes first.
static takt_status run_trial(const takt_setup *setup, trial *t)
{
    takt_replication *replication = takt_scenario_replication(setup->scenario);
    const takt_horizon *horizon = &setup->study->horizon;
    const double total_s = horizon->warm_up_s + horizon->measured_s;
    const double begun_s = takt_clock_s();
    TAKT_TRY(takt_replication_reset(replication, 0));
    for (int i = 1; i <= TRIAL_PIECES; ++i) {
        const double until_s = total_s * i / TRIAL_PIECES;
        if (!t->is_measured && until_s > horizon->warm_up_s) {
            TAKT_TRY(takt_replication_advance(replication, takt_tick_from_s(horizon->warm_up_s)));
            takt_replication_measure(replication);
            t->is_measured = true;
        }
        TAKT_TRY(takt_replication_advance(replication, takt_tick_from_s(until_s)));
        t->share = (double)i / TRIAL_PIECES;
        if (takt_clock_s() - begun_s > TRIAL_S)
            break;
    }
    t->seconds = (takt_clock_s() - begun_s) / t->share;
    TAKT_TRY(takt_replication_check_deadlock(replication));
    if (t->is_measured)
        takt_replication_report(replication, t->results);
    return TAKT_OK;
}

/// A few whole replications for the warm-up, unless they take too long: takt simulate looks, too.
static takt_status look_at_warm_up(const takt_setup *setup, trial *t)
{
    const takt_cuts cuts = {.n_samples = TAKT_WARM_UP_SAMPLES, .n_batches = 1};
    takt_status status = TAKT_OK;
    if (t->share < 1 || t->seconds * WARM_UP_REPLICATIONS > WARM_UP_S)
        return TAKT_OK;
    double *samples =
        takt_alloc((size_t)WARM_UP_REPLICATIONS * TAKT_WARM_UP_SAMPLES * sizeof *samples);
    double *results =
        takt_alloc((size_t)takt_scenario_report(setup->scenario)->n_values * sizeof *results);
    t->warm_up = takt_alloc(sizeof *t->warm_up);
    if (!samples || !results || !t->warm_up)
        TAKT_TRY_GOTO(TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the warm-up"), done);
    for (int32_t i = 0; i < WARM_UP_REPLICATIONS; ++i)
        TAKT_TRY_GOTO(takt_replication_run_cut(takt_scenario_replication(setup->scenario),
                                               (uint32_t)i, &cuts, results,
                                               samples + (size_t)i * TAKT_WARM_UP_SAMPLES),
                      done);
    takt_warm_up_find(setup->study, samples, TAKT_WARM_UP_SAMPLES, WARM_UP_REPLICATIONS,
                      t->warm_up);
done:
    takt_free(samples);
    takt_free(results);
    return status;
}

/// Can what the study asks of takt simulate be done? Scenarios open, the KPI is there.
static takt_status check_output(takt_setup *setup)
{
    takt_comparison comparison;
    int32_t kpi = 0;
    takt_status status = takt_comparison_open(setup, &comparison);
    if (status == TAKT_OK)
        status = takt_precision_kpi(setup, &kpi);
    takt_comparison_close(&comparison);
    return status;
}

// --- Tables --------------------------------------------------------------------------------------

static takt_status add_capacities(takt_sheet *sheet, const takt_setup *setup, const trial *t)
{
    static const takt_column columns[] = {{"name", "station", false},
                                          {"machines", "machines", false},
                                          {"service_s", "work s", false},
                                          {"available", "available", false},
                                          {"pieces_per_h", "pieces/h if alone", false},
                                          {"load", "load", false},
                                          {"busy", "busy in trial", false},
                                          {"bottleneck", "bottleneck in trial", false}};
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_list *stations = &setup->study->factory.stations;
    takt_capacity *capacities = takt_alloc((size_t)stations->n_items * sizeof *capacities);
    takt_arena *arena = NULL;
    takt_loads loads = {0};
    takt_status status = takt_arena_create(&arena);
    if (status == TAKT_OK && !capacities)
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the capacities");
    if (status == TAKT_OK)
        status = takt_capacity_of(setup, capacities);
    if (status == TAKT_OK)
        status = takt_loads_of(setup, arena, &loads);
    takt_table *table = takt_sheet_table(sheet, "rows", "Stations", columns, 8);
    for (int32_t s = 0; s < stations->n_items && status == TAKT_OK; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, *stations, s);
        const double *times = t->results + report->first_state + s * TAKT_MACHINE_STATE_COUNT;
        double sum = 0;
        for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            sum += times[k];
        const double idle = times[TAKT_MACHINE_STARVED] + times[TAKT_MACHINE_BLOCKED];
        const takt_cell busy = sum > 0 ? takt_cell_number(1 - idle / sum, 3) : takt_cell_none();
        takt_table_add(
            table,
            (takt_cell[]){takt_cell_text(station->name), takt_cell_integer(station->n_machines),
                          takt_cell_number(capacities[s].service_s, -5),
                          takt_cell_number(capacities[s].available, 3),
                          takt_cell_number(capacities[s].pieces_per_h, -4),
                          loads.station[s] > 0 ? takt_cell_number(loads.station[s], 3)
                                               : takt_cell_none(),
                          busy, takt_cell_number(t->results[report->first_bottleneck + s], 3)});
    }
    takt_free(capacities);
    takt_arena_destroy(&arena);
    return status;
}

/// Queues that grow without end are said here; takt simulate refuses to run them.
static takt_status note_loads(takt_sheet *sheet, const takt_setup *setup)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    takt_loads loads;
    takt_problem problem;
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(takt_loads_of(setup, arena, &loads), done);
    if (takt_loads_unstable(setup, &loads, &problem))
        takt_sheet_note(sheet, "Unstable: %s.", problem.text);
done:
    takt_arena_destroy(&arena);
    return status;
}

static void add_limits(takt_sheet *sheet, const takt_setup *setup)
{
    static const takt_column columns[] = {{"name", "limit", false},    {"unit", "unit", false},
                                          {"value", "found", false},   {NULL, "", false},
                                          {"limit", "allowed", false}, {"margin", "margin", false},
                                          {"pass", "kept", false}};
    int32_t n = 0;
    const takt_constraint *limits = takt_scenario_constraints(setup->scenario, &n);
    takt_table *table =
        takt_sheet_table(sheet, "limits", n > 0 ? "Limits of the process" : NULL, columns, 7);
    for (int32_t i = 0; i < n; ++i) {
        const double margin = limits[i].at_least ? limits[i].found - limits[i].limit
                                                 : limits[i].limit - limits[i].found;
        takt_table_add(table,
                       (takt_cell[]){takt_cell_text(limits[i].name), takt_cell_text(limits[i].unit),
                                     takt_cell_number(limits[i].found, -4),
                                     takt_cell_text(limits[i].at_least ? ">=" : "<="),
                                     takt_cell_number(limits[i].limit, -4),
                                     takt_cell_number(margin, -3),
                                     takt_cell_boolean(limits[i].violation <= 0)});
    }
}

/// Replications that takt optimize will run.
static double search_replications(const takt_study *study)
{
    const takt_optimize *o = &study->optimize;
    return 0.5 * (o->replications + o->replications_end) * o->population * o->generations +
           (double)(o->finalists + 4) * o->final_replications +
           2.0 * study->set_points.n_items * o->slope_replications;
}

static void add_times(takt_sheet *sheet, const takt_call *call, const takt_setup *setup,
                      const trial *t)
{
    static const takt_column columns[] = {{"verb", "verb", false},
                                          {"replications", "replications", false},
                                          {"seconds", "seconds, about", false}};
    const takt_study *study = setup->study;
    const double per_rank = t->seconds / takt_comm_size(call->comm);
    takt_table *table = takt_sheet_table(
        sheet, "time",
        takt_sheet_format(sheet, "Time on %d rank%s, from a trial of %.3g %% of a replication",
                          takt_comm_size(call->comm), takt_comm_size(call->comm) == 1 ? "" : "s",
                          100 * t->share),
        columns, 3);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_text("simulate"), takt_cell_integer(study->replications),
                                 takt_cell_number(per_rank * study->replications, -2)});
    if (study->set_points.n_items == 0)
        return;
    const double n = search_replications(study);
    takt_table_add(table, (takt_cell[]){takt_cell_text("optimize"), takt_cell_integer((int64_t)n),
                                        takt_cell_number(per_rank * n, -2)});
}

static void add_bottleneck(takt_sheet *sheet, const takt_setup *setup, const trial *t)
{
    static const takt_column columns[] = {{"name", "station", false},
                                          {"share", "share of time", false}};
    const takt_list *stations = &setup->study->factory.stations;
    double share = 0;
    takt_table *table =
        takt_sheet_object(sheet, "bottleneck", "Expected bottleneck, from the trial", columns, 2);
    const int32_t s = takt_report_bottleneck(takt_scenario_report(setup->scenario),
                                             stations->n_items, t->results, 1, &share);
    if (share > 0)
        takt_table_add(table,
                       (takt_cell[]){takt_cell_text(TAKT_ITEM(takt_station, *stations, s)->name),
                                     takt_cell_number(share, 3)});
    else
        takt_table_add(table, (takt_cell[]){takt_cell_none(), takt_cell_none()});
}

static takt_status print(const takt_call *call, const takt_setup *setup, const trial *t)
{
    const takt_study *study = setup->study;
    const takt_sheet_head head = {study->name, study->seed, NULL};
    const takt_factory *factory = &study->factory;
    const char *path = call->arguments.positional[0];
    takt_status status = TAKT_OK;
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    takt_sheet_note(sheet, "%s is sound: stations %d, buffers %d, sources %d, set-points %d",
                    study->name, factory->stations.n_items, factory->buffers.n_items,
                    factory->sources.n_items, study->set_points.n_items);
    if (takt_scenario_violation(setup->scenario) > 0)
        takt_sheet_note(sheet, "Its baseline breaks a limit of the process (below).");
    if (t->is_measured && !(t->results[TAKT_KPI_THROUGHPUT] > 0))
        takt_sheet_note(sheet, "Nothing good came out of the trial replication: look at the flow, "
                               "the shares of time and the horizon.");
    TAKT_TRY_GOTO(note_loads(sheet, setup), done);
    if (t->warm_up)
        takt_sheet_add_warm_up(sheet, t->warm_up);
    TAKT_TRY_GOTO(takt_dryer_note(call, setup, NULL, sheet), done);
    TAKT_TRY_GOTO(takt_flow_rows_add(sheet, factory), done);
    TAKT_TRY_GOTO(add_capacities(sheet, setup, t), done);
    add_bottleneck(sheet, setup, t);
    takt_transport_rows_add(setup, t->results, sheet);
    takt_sheet_note_tariff(sheet, setup);
    add_limits(sheet, setup);
    TAKT_TRY_GOTO(takt_fit_rows_add(study, sheet), done);
    add_times(sheet, call, setup, t);
    takt_sheet_next(sheet, "takt simulate %s", path);
    TAKT_TRY_GOTO(takt_sheet_print(call, sheet, &head), done);
done:
    takt_sheet_destroy(&sheet);
    return status;
}

/// Rank 0 measures and prints; the other ranks only read the study.
static takt_status check(const takt_call *call, const takt_setup *setup)
{
    trial t = {0};
    if (!takt_call_leads(call))
        return TAKT_OK;
    t.results =
        takt_alloc((size_t)takt_scenario_report(setup->scenario)->n_values * sizeof(double));
    if (!t.results)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a trial replication");
    takt_status status = run_trial(setup, &t);
    if (status == TAKT_OK)
        status = look_at_warm_up(setup, &t);
    if (status == TAKT_OK)
        status = print(call, setup, &t);
    takt_free(t.results);
    takt_free(t.warm_up);
    return status;
}

/// A study of physics has nothing that could be simulated.
static takt_status print_physics(const takt_call *call, const takt_study *study)
{
    const takt_sheet_head head = {study->name, study->seed, NULL};
    const char *path = call->arguments.positional[0];
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    if (study->infer) {
        takt_sheet_note(sheet, "%s is sound: %d unknowns of %s, to be inferred", study->name,
                        study->infer->unknowns.n_items, study->infer->process);
        takt_sheet_next(sheet, "takt physics infer %s %s", study->infer->process, path);
    } else {
        takt_sheet_note(sheet, "%s is sound: %s, to be learnt", study->name,
                        study->physics->process);
        takt_sheet_next(sheet, "takt physics fit %s", path);
    }
    const takt_status status = takt_sheet_print(call, sheet, &head);
    takt_sheet_destroy(&sheet);
    return status;
}

static takt_status run(takt_call *call)
{
    const takt_arguments *arguments = &call->arguments;
    takt_setup setup;
    takt_study *study = NULL;
    takt_status status = TAKT_OK;
    TAKT_TRY(takt_comm_agree(call->comm, takt_study_open(arguments->positional[0], arguments->sets,
                                                         arguments->n_sets, &study)));
    const bool has_factory = takt_study_has_factory(study);
    if (!has_factory)
        status = takt_comm_agree(call->comm,
                                 takt_call_leads(call) ? print_physics(call, study) : TAKT_OK);
    takt_study_destroy(&study);
    if (!has_factory)
        return status;
    TAKT_TRY(takt_setup_open(call, arguments->positional[0], &setup));
    status = takt_comm_agree(call->comm, check_output(&setup));
    if (status == TAKT_OK)
        status = takt_comm_agree(call->comm, check(call, &setup));
    takt_setup_close(&setup);
    return status;
}

const takt_verb takt_verb_check = {
    .name = "check",
    .usage = "STUDY",
    .summary = "is it sound? flow, capacity per station, limits, time",
    .text = "Reads the study and says what it found: the flow of material, what each station\n"
            "could make if it were alone (machines / (work + its share of failures and planned\n"
            "stops)), the bottleneck of one trial replication, the limits of the process at\n"
            "the baseline with their margin, and how long simulate and optimize will take.",
    .flags = TAKT_FLAGS_STUDY | TAKT_FLAG_BIT(SCENARIO),
    .min_positional = 1,
    .max_positional = 1,
    .run = run,
};
