// takt optimize: the design search, judged by PETSc, with its proof.
#include "core/files.h"
#include "core/stop.h"
#include "jobs/answer_rows.h"
#include "jobs/binder.h"
#include "jobs/dryer_note.h"
#include "jobs/loads.h"
#include "jobs/progress.h"
#include "jobs/referee.h"
#include "jobs/verbs.h"
#include "jobs/viewing.h"
#include "solver/petsc.h"

#include <stdio.h>
#include <string.h>

/// run.nc follows the search, but not more often than this.
#define PUBLISH_S 1.0

typedef struct optimisation {
    takt_call *call;
    takt_setup setup;
    takt_run run;
    takt_progress_printer printer;
    takt_search *search;
    bool has_petsc;
    takt_binder binder; // of the answer, once the search has ended
    double published_s, shown_s;
} optimisation;

static takt_status put(const optimisation *o, const takt_answer *answer, const takt_sink *sink)
{
    TAKT_TRY(takt_run_file_put_answer(sink, &o->setup, answer));
    if (o->binder.is_solved)
        TAKT_TRY(takt_run_file_put_binder(sink, &o->binder.profiles));
    return TAKT_OK;
}

/// For those who watch. What they cannot be shown is no failure of the search.
static void show(const optimisation *o, const takt_answer *answer)
{
    const takt_sink *sink = takt_viewing_sink(o->call);
    if (sink && put(o, answer, sink) != TAKT_OK)
        takt_error_clear();
}

static takt_status write_run(const optimisation *o, const takt_answer *answer)
{
    takt_netcdf *file = NULL;
    takt_sink sink;
    takt_status status = TAKT_OK;
    show(o, answer);
    TAKT_TRY_GOTO(takt_run_file_create(o->call, &o->setup, &o->run, &file), done);
    sink = takt_netcdf_sink(file);
    TAKT_TRY_GOTO(put(o, answer, &sink), done);
    TAKT_TRY_GOTO(takt_netcdf_commit(&file), done);
done:
    takt_netcdf_destroy(&file);
    return status;
}

static takt_status publish(void *context, const takt_answer *answer)
{
    optimisation *o = context;
    const double now_s = takt_clock_s();
    if (takt_save_requested()) { // the search saves its state before it publishes
        takt_save_clear();
        TAKT_TRY(takt_run_log(o->call, &o->run, "info", "saved: checkpoint.bin"));
    }
    if (takt_viewing_is_due(o->call, o->shown_s, now_s)) {
        o->shown_s = now_s;
        show(o, answer);
    }
    if (o->published_s > 0 && now_s - o->published_s < PUBLISH_S)
        return TAKT_OK;
    o->published_s = now_s;
    TAKT_TRY(write_run(o, answer));
    return TAKT_OK;
}

static takt_status open_search(optimisation *o)
{
    takt_call *call = o->call;
    const takt_study *study = o->setup.study;
    const takt_search_config config = {
        .folder = o->run.folder,
        .resume = o->run.continues,
        .observer = &o->printer.observer,
        .referee = takt_referee_for(study),
        .publish = publish,
        .publish_context = o,
    };
    if (config.referee.judge) {
        TAKT_TRY(takt_comm_agree(call->comm, takt_petsc_init()));
        o->has_petsc = true;
    }
    TAKT_TRY(takt_search_create(call->comm, o->setup.scenario, &config, &o->search));
    return TAKT_OK;
}

/// Without any price every design costs the same: nothing.
static bool costs_something(const takt_study *study)
{
    const takt_factory *factory = &study->factory;
    const takt_prices *prices = &factory->prices;
    bool costs = study->process.model || prices->energy_per_kWh > 0 || prices->fixed_per_year > 0 ||
                 prices->stock_rate_per_year > 0;
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        costs = costs || TAKT_ITEM(takt_source, factory->sources, i)->value > 0;
    for (int32_t i = 0; i < factory->buffers.n_items; ++i)
        costs = costs || TAKT_ITEM(takt_buffer, factory->buffers, i)->place_cost > 0;
    for (int32_t i = 0; i < factory->crews.n_items; ++i)
        costs = costs || TAKT_ITEM(takt_crew, factory->crews, i)->member_cost > 0;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        costs = costs || station->item_value > 0 || station->machine_cost > 0;
        for (int32_t i = 0; i < station->stops.n_items; ++i)
            costs = costs || TAKT_ITEM(takt_stop, station->stops, i)->cost > 0;
    }
    return costs;
}

static takt_status check_question(const takt_setup *setup)
{
    const takt_problem no_prices = {
        .path = "factory.prices",
        .text = "found no price at all, allowed: fixed_per_year, energy_per_kWh or another one, "
                "because the search lowers the cost per good unit"};
    if (setup->study->set_points.n_items > 0)
        return costs_something(setup->study) ? TAKT_OK : takt_study_fail(setup->study, &no_prices);
    const takt_problem problem = {
        .path = "set_points",
        .text = "found none, allowed: one or more values that takt optimize may choose"};
    return takt_study_fail(setup->study, &problem);
}

/// The study with the best set-points as its values: what the plant would be run with. The scenario
/// of every rank is filled with them.
static takt_status write_best(const optimisation *o, const takt_answer *answer)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    takt_text text = {0};
    takt_status status = TAKT_OK;
    for (int32_t i = 0; i < answer->n_set_points; ++i)
        TAKT_ITEM(takt_set_point, o->setup.study->set_points, i)->value = answer->best[i];
    takt_study_write(o->setup.study, &text);
    for (int32_t i = 0; i < answer->n_set_points; ++i)
        TAKT_ITEM(takt_set_point, o->setup.study->set_points, i)->value = answer->rows[i].baseline;
    TAKT_TRY_GOTO(takt_text_check(&text), done);
    TAKT_TRY_GOTO(
        takt_file_write_atomic(takt_run_file(&o->run, "best.yaml", path), text.bytes, text.length),
        done);
done:
    takt_text_destroy(&text);
    return status;
}

static takt_status print(const optimisation *o, const takt_answer *answer)
{
    const takt_study *study = o->setup.study;
    const takt_sheet_head head = {study->name, study->seed, o->run.folder};
    takt_status status = TAKT_OK;
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    TAKT_TRY_GOTO(takt_sheet_add_answer(sheet, &o->setup, answer), done);
    takt_sheet_next(sheet, "takt simulate %s/best.yaml", o->run.folder);
    TAKT_TRY_GOTO(takt_sheet_print(o->call, sheet, &head), done);
done:
    takt_sheet_destroy(&sheet);
    return status;
}

/// Why there is no answer: what the design nearest to one breaks.
static takt_status fail_unfound(const optimisation *o, const takt_answer *answer)
{
    char reason[400];
    int32_t n = 0;
    TAKT_TRY(takt_scenario_fill(o->setup.scenario, answer->best));
    const takt_constraint *limits = takt_scenario_constraints(o->setup.scenario, &n);
    const takt_constraint *worst = NULL;
    for (int32_t i = 0; i < n; ++i)
        if (limits[i].violation > (worst ? worst->violation : 0))
            worst = &limits[i];
    if (worst)
        snprintf(reason, sizeof reason, "the nearest breaks %s: found %.4g%s%s, allowed: %s %.4g",
                 worst->name, worst->found, strcmp(worst->unit, "1") ? " " : "",
                 strcmp(worst->unit, "1") ? worst->unit : "",
                 worst->at_least ? "at least" : "at most", worst->limit);
    else if (answer->n_rejected > 0)
        snprintf(reason, sizeof reason, "PETSc or the last replications rejected %d designs",
                 answer->n_rejected);
    else
        snprintf(reason, sizeof reason,
                 "each makes nothing good in some replication, or floods the plant");
    return TAKT_FAIL(TAKT_ERR_MODEL,
                     "no feasible design in %d generations of %d designs: %s (the run is in %s; "
                     "look at the plant with takt check and takt simulate, widen the ranges of "
                     "set_points or raise optimize.generations)",
                     answer->n_generations, answer->population, reason, o->run.folder);
}

/// Rank 0, after the search, with the scenario (and so the study) filled with the answer where
/// there is one: the last run.nc, and the table.
static takt_status finish(optimisation *o, char *headline, size_t n_bytes)
{
    const takt_answer *answer = takt_search_answer(o->search);
    if (answer->found && o->has_petsc)
        TAKT_TRY(takt_binder_solve(o->setup.study->battery, &o->binder));
    TAKT_TRY(write_run(o, answer));
    if (!answer->found)
        return fail_unfound(o, answer);
    TAKT_TRY(write_best(o, answer));
    takt_answer_headline(&o->setup, answer, headline, n_bytes);
    TAKT_TRY(print(o, answer));
    return TAKT_OK;
}

static takt_status optimize(optimisation *o, char *headline, size_t n_bytes)
{
    takt_call *call = o->call;
    const int n_ranks = takt_comm_size(call->comm);
    takt_progress_say(&o->printer, "optimize %s: %d set-points on %d rank%s%s",
                      o->setup.study->name, o->setup.study->set_points.n_items, n_ranks,
                      n_ranks == 1 ? "" : "s", o->run.continues ? ", continued" : "");
    TAKT_TRY(open_search(o));
    const takt_status status = takt_search_run(o->search);
    takt_progress_end(&o->printer);
    TAKT_TRY(takt_comm_agree(call->comm, takt_dryer_say(&o->printer, &o->setup)));
    if (status == TAKT_STOPPED && takt_call_leads(call))
        TAKT_TRY(write_run(o, takt_search_answer(o->search)));
    TAKT_TRY(status);
    TAKT_TRY(takt_comm_agree(call->comm,
                             takt_call_leads(call) ? finish(o, headline, n_bytes) : TAKT_OK));
    return TAKT_OK;
}

static takt_status run(takt_call *call)
{
    takt_status status = TAKT_OK;
    char headline[320] = "";
    optimisation o = {.call = call};
    TAKT_TRY_GOTO(takt_run_locate(call, &o.run), done);
    TAKT_TRY_GOTO(takt_setup_open(call, o.run.study, &o.setup), done);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, check_question(&o.setup)), done);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_loads_check(call, &o.setup)), done);
    TAKT_TRY_GOTO(takt_run_create(call, &o.setup, &o.run), done);
    takt_progress_begin(&o.printer, call, &o.run);
    TAKT_TRY_GOTO(optimize(&o, headline, sizeof headline), done);
done:
    status = takt_run_close(call, &o.run, status, headline);
    takt_binder_release(&o.binder);
    takt_search_destroy(&o.search);
    takt_setup_close(&o.setup);
    if (o.has_petsc)
        (void)takt_petsc_fini(); // the results are out: nobody could act on a failure now
    return status;
}

const takt_verb takt_verb_optimize = {
    .name = "optimize",
    .usage = "STUDY",
    .summary = "the best set-points and buffer sizes, judged by PETSc",
    .text = "Searches the study's set-points for the lowest cost per good unit: the baseline,\n"
            "generations of a CMA-ES (feasibility first, then cost on common random numbers),\n"
            "the finalists again with more replications, the winner's PDEs solved again by\n"
            "PETSc at two grid sizes, and the cost at 10 % of each range to either side.\n"
            "Budget and population are counts in the study (optimize.generations, ...), so\n"
            "that the answer is the same on any number of ranks. The state is on disk after\n"
            "each generation: --resume continues after a stop or a kill. SIGTERM, SIGUSR1 and\n"
            "Ctrl-C stop at the next chunk with exit code 75; under mpirun send SIGUSR1.",
    .flags = TAKT_FLAGS_RUN | TAKT_FLAG_BIT(ALLOW_UNSTABLE),
    .max_positional = 1,
    .run = run,
};
