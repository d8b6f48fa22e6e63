// The farm as its caller sees it: checks, set-up on all ranks, one outcome for all ranks.
#include "mpi/farm_internal.h"

#include "core/memory.h"
#include "core/stop.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROW_BUFFER_BYTES = 1 << 18, MAX_RESULTS = 1 << 24 };

/// What rank 0 tells all ranks at the end.
typedef struct farm_outcome {
    int64_t n_rows;
    double task_s;
    int64_t stopped;
    farm_failures failures;
} farm_outcome;

takt_farm_config takt_farm_config_default(void)
{
    return (takt_farm_config){
        .n_results = 1, .group = 1, .on_failure = TAKT_FARM_FAILURE_ENDS, .chunk_s = 0.5};
}

bool farm_stop_wanted(const farm_job *job)
{
    return job->stop_seen || takt_stop_requested();
}

void farm_failures_merge(farm_failures *failures, const farm_failures *more)
{
    if (more->n == 0)
        return;
    const int64_t n = failures->n + more->n;
    if (failures->n == 0 || more->index < failures->index)
        *failures = *more;
    failures->n = n;
}

static void book_failure(farm_job *job, int64_t index, takt_status status)
{
    farm_failures *failures = &job->totals;
    ++failures->n;
    if (failures->n > 1 && failures->index < index)
        return;
    failures->index = index;
    failures->status = (int64_t)status;
    snprintf(failures->text, sizeof failures->text, "%s", takt_error_text());
    snprintf(failures->trace, sizeof failures->trace, "%s", takt_error_trace());
}

bool farm_run_task(farm_job *job, int64_t index, double *row)
{
    if (index >= job->limit || farm_stop_wanted(job))
        return false;
    const takt_status status = job->work(job->context, index, row);
    if (status == TAKT_OK)
        return true;
    if (status == TAKT_STOPPED) {
        job->stop_seen = true;
        return false;
    }
    book_failure(job, index, status);
    if (job->config->on_failure == TAKT_FARM_FAILURE_ENDS) {
        job->limit = index;
        return false;
    }
    for (int64_t i = 0; i < job->config->n_results; ++i)
        row[i] = (double)NAN;
    return true;
}

/// A mistake here is a bug of the caller on every rank alike; a release build says so kindly.
static takt_status check_config(const takt_farm_config *config)
{
    if (config->n_tasks < 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "farm: n_tasks: found %lld, allowed: 0 or more",
                         (long long)config->n_tasks);
    if (config->n_results < 1 || config->n_results > MAX_RESULTS)
        return TAKT_FAIL(TAKT_ERR_INPUT, "farm: n_results: found %lld, allowed: 1 to %d",
                         (long long)config->n_results, MAX_RESULTS);
    if (config->group < 1)
        return TAKT_FAIL(TAKT_ERR_INPUT, "farm: group: found %lld, allowed: 1 or more",
                         (long long)config->group);
    if (!(config->chunk_s > 0.0) || !(config->task_s >= 0.0))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "farm: chunk_s, task_s: found %g, %g, allowed: above 0, 0 or more",
                         config->chunk_s, config->task_s);
    return TAKT_OK;
}

static takt_status run_sides(farm_job *job, farm_outcome *outcome)
{
    farm_leader *leader = NULL;
    farm_worker *worker = NULL;
    takt_status status = check_config(job->config);
    if (status == TAKT_OK)
        status = job->comm->rank == 0 ? farm_leader_create(&leader, job)
                                      : farm_worker_create(&worker, job);
    TAKT_TRY_GOTO(takt_comm_agree(job->comm, status), done);
    if (leader)
        TAKT_TRY_GOTO(farm_leader_run(leader, &outcome->n_rows, &outcome->task_s), done);
    else
        TAKT_TRY_GOTO(farm_worker_run(worker), done);
    outcome->stopped = job->stop_seen;
    outcome->failures = job->totals;
    TAKT_TRY_GOTO(takt_comm_broadcast(job->comm, 0, outcome, sizeof *outcome), done);
done:
    farm_leader_destroy(&leader);
    farm_worker_destroy(&worker);
    return status;
}

static void fill_report(takt_farm_report *report, const farm_outcome *outcome, bool marks)
{
    const farm_failures *failures = &outcome->failures;
    *report = (takt_farm_report){.n_done = outcome->n_rows - (marks ? failures->n : 0),
                                 .n_failed = failures->n,
                                 .failed_index = failures->n > 0 ? failures->index : -1,
                                 .failed_status = (takt_status)failures->status,
                                 .task_s = outcome->task_s};
    snprintf(report->failed_text, sizeof report->failed_text, "%.*s",
             (int)sizeof report->failed_text - 1, failures->text);
}

takt_status takt_farm_run(takt_comm *comm, const takt_farm_config *config, takt_farm_work work,
                          void *context, double *results)
{
    farm_job job = {.comm = comm,
                    .config = config,
                    .work = work,
                    .context = context,
                    .results = results,
                    .limit = config->n_tasks,
                    .max_rows = 1};
    const bool marks = config->on_failure == TAKT_FARM_FAILURE_MARKS;
    const int64_t row_bytes = config->n_results * (int64_t)sizeof(double);
    farm_outcome outcome = {0};
    if (row_bytes > 0 && row_bytes < ROW_BUFFER_BYTES)
        job.max_rows = ROW_BUFFER_BYTES / row_bytes;
    TAKT_ASSERT(comm->rank != 0 || results || config->n_tasks <= 0);
    if (config->report)
        *config->report = (takt_farm_report){.failed_index = -1};
    TAKT_TRY(run_sides(&job, &outcome));
    farm_failures *failures = &outcome.failures;
    // How many tasks failed before the farm ended depends on timing; that it ended does not.
    if (!marks && failures->n > 1)
        failures->n = 1;
    if (config->report)
        fill_report(config->report, &outcome, marks);
    if (failures->n > 0 && !marks)
        return takt_error_restore((takt_status)failures->status, failures->text, failures->trace);
    if (outcome.stopped && outcome.n_rows < config->n_tasks)
        return TAKT_FAIL(TAKT_STOPPED, "stopped on request after %lld of %lld tasks",
                         (long long)outcome.n_rows, (long long)config->n_tasks);
    return TAKT_OK;
}
