// takt simulate: replications of the study and of its scenarios over all ranks, in slices that are
// saved one after the other. What comes next (more replications, a longer warm-up) is decided from
// results alone, never from time or ranks.

#include "jobs/deadlock_note.h"
#include "jobs/loads.h"
#include "jobs/one_life.h"
#include "jobs/output_rows.h"
#include "jobs/readings.h"
#include "jobs/simulate_analytic.h"
#include "jobs/simulate_genealogy.h"
#include "jobs/simulate_until.h"
#include "jobs/simulation_internal.h"
#include "jobs/station_rows.h"
#include "jobs/trace.h"
#include "jobs/verbs.h"

#include <stdio.h>
#include <string.h>

/// A kill loses at most about this much work, and saving takes a small part of it.
#define SLICE_S 2.0

/// The farm counts tasks within a slice, the user counts all replications.
static void on_progress(void *context, const takt_progress *progress)
{
    simulation *s = context;
    takt_progress all = *progress;
    const double elapsed_s =
        s->work_s + (progress->rate > 0 ? (double)progress->done / progress->rate : 0);
    all.done = s->n_done + progress->done / s->comparison.n_scenarios;
    all.total = s->n;
    all.rate = elapsed_s > 0 ? (double)(all.done - s->n_begun) / elapsed_s : 0;
    all.seconds_left = all.rate > 0 ? (double)(all.total - all.done) / all.rate : -1;
    takt_observe_progress(&s->printer.observer, &all);
}

static void on_log(void *context, const takt_log_event *event)
{
    const simulation *s = context;
    if (s->printer.observer.log)
        s->printer.observer.log(s->printer.observer.context, event);
}

/// How many replications come next; rank 0 knows the speed and decides.
static takt_status next_slice(simulation *s, int32_t *n)
{
    const int32_t n_ranks = takt_comm_size(s->call->comm);
    const double rate = s->work_s > 0 ? (s->n_done - s->n_begun) / s->work_s : 0;
    double wanted = rate * SLICE_S;
    wanted = wanted > n_ranks ? wanted : n_ranks;
    const int32_t to_sample = s->n_to_sample - s->n_sampled;
    const int32_t left = to_sample > 0 ? to_sample : s->n - s->n_done;
    *n = wanted < left ? (int32_t)wanted : left;
    TAKT_TRY(takt_comm_broadcast(s->call->comm, 0, n, sizeof *n));
    return TAKT_OK;
}

/// Wide rows to results and samples, on rank 0.
static void split_rows(simulation *s, const takt_simulate_config *config, const double *wide)
{
    const size_t n_samples = (size_t)config->cuts.n_samples, row = takt_simulate_row(config);
    const size_t n_results = row - n_samples, n_scenarios = (size_t)config->n_scenarios;
    double *rows = s->rows + (size_t)s->n_done * n_scenarios * n_results;
    double *samples = s->samples + (size_t)s->n_sampled * n_scenarios * n_samples;
    for (size_t i = 0; i < (size_t)config->n * n_scenarios; ++i) {
        memcpy(rows + i * n_results, wide + i * row, n_results * sizeof *rows);
        memcpy(samples + i * n_samples, wide + i * row + n_results, n_samples * sizeof *samples);
    }
}

/// Rank 0: where the farm writes. Wide rows go to `wide` first.
static takt_status provide_rows(simulation *s, const takt_simulate_config *config, double **wide,
                                double **rows)
{
    const size_t n = (size_t)config->n * (size_t)config->n_scenarios;
    TAKT_TRY(simulation_reserve(s, s->n_done + config->n));
    *rows = s->rows + (size_t)s->n_done * (size_t)config->n_scenarios * takt_simulate_row(config);
    if (config->cuts.n_samples == 0)
        return TAKT_OK;
    *rows = *wide = takt_alloc(n * takt_simulate_row(config) * sizeof **wide);
    return *wide ? TAKT_OK : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for samples");
}

static takt_status run_slice(simulation *s, int32_t n)
{
    takt_comm *comm = s->call->comm;
    const takt_observer observer = {s, on_progress, on_log};
    const int32_t n_batches = s->setup.study->horizon.batches;
    const bool samples = s->n_sampled < s->n_to_sample;
    const takt_simulate_config config = {
        .scenarios = s->comparison.scenarios,
        .n_scenarios = s->comparison.n_scenarios,
        .first = s->n_done,
        .n = n,
        .cuts = {samples ? TAKT_WARM_UP_SAMPLES : 0, n_batches > 0 ? n_batches : 1,
                 takt_snapshot_start(&s->snapshot)},
        .observer = &observer,
    };
    double *wide = NULL, *rows = NULL;
    const double begun_s = takt_clock_s();
    takt_status status = takt_comm_agree(
        comm, takt_call_leads(s->call) ? provide_rows(s, &config, &wide, &rows) : TAKT_OK);
    if (status == TAKT_OK)
        status = takt_simulate_all(comm, &config, rows);
    if (status == TAKT_OK && wide)
        split_rows(s, &config, wide);
    takt_free(wide);
    TAKT_TRY(status);
    s->n_done += n;
    s->n_sampled += samples ? n : 0;
    s->work_s += takt_clock_s() - begun_s;
    return TAKT_OK;
}

/// All replications that tell where the warm-up ends are there: a longer one begins anew.
static takt_status decide_warm_up(simulation *s)
{
    takt_comm *comm = s->call->comm;
    double used_s = 0;
    TAKT_TRY(
        takt_comm_agree(comm, takt_call_leads(s->call) ? simulation_find_warm_up(s) : TAKT_OK));
    used_s = s->warm_up ? s->warm_up->used_s : 0;
    TAKT_TRY(takt_comm_broadcast(comm, 0, &used_s, sizeof used_s));
    if (!(used_s > s->setup.study->horizon.warm_up_s))
        return TAKT_OK;
    s->is_restarted = true;
    TAKT_TRY(takt_comm_agree(comm, takt_comparison_set_warm_up(&s->comparison, used_s)));
    return TAKT_OK;
}

/// One more round where the precision asks for it, else s->n stays.
static takt_status next_round(simulation *s)
{
    const takt_stopping *precision = s->setup.study->precision;
    if (!precision || s->n >= precision->max_replications)
        return TAKT_OK;
    if (takt_call_leads(s->call) &&
        !(takt_precision_found(&s->comparison, s->rows, s->n_done, s->precision_kpi) <=
          precision->relative))
        s->n = s->n + precision->round < precision->max_replications ? s->n + precision->round
                                                                     : precision->max_replications;
    TAKT_TRY(takt_comm_broadcast(s->call->comm, 0, &s->n, sizeof s->n));
    return TAKT_OK;
}

static takt_status run_slices(simulation *s)
{
    takt_comm *comm = s->call->comm;
    for (;;) {
        int32_t n = 0;
        bool stop = false;
        if (s->n_done == s->n)
            TAKT_TRY(next_round(s));
        if (s->n_done == s->n)
            return TAKT_OK;
        TAKT_TRY(takt_comm_stop_requested(comm, &stop));
        if (stop)
            return TAKT_STOPPED;
        const bool samples = s->n_sampled < s->n_to_sample;
        TAKT_TRY(next_slice(s, &n));
        TAKT_TRY(run_slice(s, n));
        if (samples && s->n_sampled == s->n_to_sample) {
            TAKT_TRY(decide_warm_up(s));
            if (s->is_restarted) {
                s->n_done = s->n_begun = 0;
                s->work_s = 0;
            }
        }
        TAKT_TRY(takt_comm_agree(comm, takt_call_leads(s->call) ? simulation_save(s) : TAKT_OK));
    }
}

/// What an earlier execution has done, on all ranks.
static takt_status resume(simulation *s)
{
    takt_comm *comm = s->call->comm;
    const takt_stopping *precision = s->setup.study->precision;
    TAKT_TRY(takt_comm_agree(comm, takt_call_leads(s->call) ? simulation_load(s) : TAKT_OK));
    TAKT_TRY(takt_comm_broadcast(comm, 0, &s->n_done, sizeof s->n_done));
    TAKT_TRY(takt_comm_broadcast(comm, 0, &s->n_sampled, sizeof s->n_sampled));
    if (s->n_to_sample > 0 && s->n_sampled == s->n_to_sample)
        TAKT_TRY(decide_warm_up(s));
    // The round that was cut short; those before it were not enough.
    while (precision && s->n < s->n_done)
        s->n = s->n + precision->round < precision->max_replications ? s->n + precision->round
                                                                     : precision->max_replications;
    s->n_begun = s->n_done;
    return TAKT_OK;
}

static takt_status simulate(simulation *s)
{
    takt_comm *comm = s->call->comm;
    const takt_study *study = s->setup.study;
    const int32_t n_ranks = takt_comm_size(comm), n_scenarios = s->comparison.n_scenarios;
    s->n = study->replications;
    s->n_to_sample = s->n < TAKT_WARM_UP_REPLICATIONS ? s->n : (int32_t)TAKT_WARM_UP_REPLICATIONS;
    if (takt_snapshot_start(&s->snapshot))
        s->n_to_sample = 0; // a factory that runs is warm
    TAKT_TRY(resume(s));
    char scenarios[48] = "";
    if (n_scenarios > 1)
        snprintf(scenarios, sizeof scenarios, " of %d scenarios", n_scenarios);
    takt_progress_say(&s->printer, "simulate %s: %s%d replication%s%s on %d rank%s%s", study->name,
                      study->precision ? "at least " : "", s->n, s->n == 1 ? "" : "s", scenarios,
                      n_ranks, n_ranks == 1 ? "" : "s", s->n_done > 0 ? ", continued" : "");
    const takt_status status = run_slices(s);
    takt_progress_end(&s->printer);
    // A run that was stopped before its first replication was saved is readable, too.
    if ((status == TAKT_STOPPED && s->n_done == 0) ||
        (status == TAKT_OK && s->n_begun == s->n_done))
        TAKT_TRY(takt_comm_agree(comm, takt_call_leads(s->call) ? simulation_save(s) : TAKT_OK));
    return status;
}

/// Everything that can be wrong is found before a folder is made.
static takt_status open_comparison(simulation *s)
{
    TAKT_TRY(takt_station_kpis_check(s->call));
    TAKT_TRY(takt_comparison_open(&s->setup, &s->comparison));
    for (int32_t k = 1; k < s->comparison.n_scenarios; ++k)
        TAKT_TRY(takt_snapshot_fits(&s->snapshot, takt_comparison_setup(&s->comparison, k),
                                    takt_comparison_name(&s->comparison, k)));
    TAKT_TRY(takt_precision_kpi(&s->setup, &s->precision_kpi));
    TAKT_TRY(takt_loads_check(s->call, &s->setup));
    for (int32_t k = 1; k < s->comparison.n_scenarios; ++k)
        if (takt_loads_check(s->call, takt_comparison_setup(&s->comparison, k)) != TAKT_OK)
            return takt_variant_fail(s->setup.study, k - 1);
    return TAKT_OK;
}

/// The record that --trace asks for: before all others, so that it is there when one of them fails.
static takt_status write_trace(simulation *s)
{
    int32_t index = 0;
    if (!takt_arguments_has(&s->call->arguments, TAKT_FLAG_TRACE))
        return TAKT_OK;
    TAKT_TRY(takt_life_index(s->call, &index));
    takt_progress_say(&s->printer, "record of replication %d: %s/trace.csv, trace.html", index,
                      s->run.folder);
    TAKT_TRY(takt_trace_run(&s->setup, &s->run, takt_snapshot_start(&s->snapshot), index, -1));
    TAKT_TRY(takt_readings_write(&s->setup, &s->run, takt_snapshot_start(&s->snapshot), index));
    return TAKT_OK;
}

static takt_status run(takt_call *call)
{
    takt_status status = TAKT_OK;
    char headline[256] = "";
    int32_t index;
    simulation s = {.call = call};
    TAKT_TRY(takt_life_index(call, &index));
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_ANALYTIC))
        return takt_simulate_analytic(call);
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_GENEALOGY))
        return takt_simulate_genealogy(call);
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_UNTIL))
        return takt_simulate_until(call);
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_SNAPSHOT))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--snapshot: found without --until, allowed: with the time "
                         "at which the state is kept, --until TIME");
    TAKT_TRY_GOTO(takt_run_locate(call, &s.run), done);
    TAKT_TRY_GOTO(takt_setup_open(call, s.run.study, &s.setup), done);
    TAKT_TRY_GOTO(takt_snapshot_open(call, &s.setup, &s.snapshot), done);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, open_comparison(&s)), done);
    TAKT_TRY_GOTO(takt_run_create(call, &s.setup, &s.run), done);
    takt_progress_begin(&s.printer, call, &s.run);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_call_leads(call) ? write_trace(&s) : TAKT_OK),
                  done);
    TAKT_TRY_GOTO(simulate(&s), done);
    if (takt_call_leads(call))
        status = simulation_print(&s, headline, sizeof headline);
    status = takt_comm_agree(call->comm, status);
done:
    status = takt_deadlock_note(&s.comparison, &s.run, status);
    status = takt_run_close(call, &s.run, status, headline);
    takt_comparison_close(&s.comparison);
    takt_snapshot_close(&s.snapshot);
    takt_free(s.rows);
    takt_free(s.samples);
    takt_free(s.warm_up);
    takt_setup_close(&s.setup);
    return status;
}

const takt_verb takt_verb_simulate = {
    .name = "simulate",
    .usage = "STUDY",
    .summary = "replications over ranks: KPI table with 95 % intervals",
    .text = "Runs `replications` lives of the factory as it stands (the baseline) and prints\n"
            "what comes out: cost, throughput, energy, scrap, the time that machines spend\n"
            "working, starved, blocked, down or stopped, and the bottleneck. The number of\n"
            "replications is a count from the study: --set replications=200. The same study\n"
            "and seed give the same bytes of run.nc on any number of ranks, after a kill and\n"
            "--resume or not.\n\n"
            "A study may ask for a precision instead (`precision`), for scenarios that are\n"
            "compared with it on the same random numbers (`scenarios`), for antithetic pairs\n"
            "(`antithetic`), for one long run in batches (`horizon.batches`) and for the\n"
            "warm-up to be found (`horizon.warm_up_detect`).\n\n"
            "--trace adds the record of one replication, and a Gantt chart, to the run.\n"
            "--until stops one replication at a time, and --snapshot keeps its state there;\n"
            "--from-snapshot begins all replications with it: what if, from now on?",
    .flags = TAKT_FLAGS_RUN | TAKT_FLAG_BIT(ALLOW_UNSTABLE) | TAKT_FLAG_BIT(SCENARIO) |
             TAKT_FLAG_BIT(ANALYTIC) | TAKT_FLAG_BIT(TRACE) | TAKT_FLAG_BIT(GENEALOGY) |
             TAKT_FLAG_BIT(UNTIL) | TAKT_FLAG_BIT(SNAPSHOT) | TAKT_FLAG_BIT(FROM_SNAPSHOT) |
             TAKT_FLAG_BIT(FUTURE) | TAKT_FLAG_BIT(KPIS),
    .max_positional = 1,
    .run = run,
};
