// The farm gives the same bytes on any number of ranks, says the same on all of them about failures
// and stops, and never leaves a rank behind.
#include "tests/check.h"

#include "core/memory.h"
#include "core/rng.h"
#include "core/stop.h"
#include "mpi/farm.h"

#include <time.h>

enum { N_RESULTS = 3 };

static takt_comm *comm;

static void join(void)
{
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
}

static void leave(void)
{
    takt_comm_destroy(&comm);
    CHECK(comm == NULL);
}

static void busy_wait(double seconds)
{
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((double)(now.tv_sec - start.tv_sec) + 1e-9 * (double)(now.tv_nsec - start.tv_nsec) <
           seconds);
}

/// Rows that depend on the index alone, through enough floating point to show any mix-up.
static void fill_row(int64_t index, double *row)
{
    const takt_stream stream = {42, (uint32_t)index, 0, TAKT_PURPOSE_TEST};
    double sum = 0.0;
    for (int i = 0; i < 50; ++i)
        sum += sin(takt_stream_uniform(&stream, (uint64_t)i));
    row[0] = sum;
    row[1] = exp(-sum);
    row[2] = (double)index;
}

typedef struct task_case {
    double shortest_s;
    double spread;        ///< longest over shortest
    int64_t fails_from;   ///< tasks from here on with index % fails_every == 0 fail
    int64_t fails_every;  ///< 0: none
    int64_t stops_at;     ///< this task requests a stop on its rank, -1: none
    int64_t returns_stop; ///< this task returns TAKT_STOPPED, -1: none
    int64_t n_calls;      ///< on this rank
} task_case;

static const task_case quick = {.spread = 1.0, .stops_at = -1, .returns_stop = -1};

static takt_status run_task(void *context, int64_t index, double *row)
{
    task_case *task = context;
    ++task->n_calls;
    if (task->shortest_s > 0.0) {
        const double u = (double)(index * 7919 % 101) / 100.0;
        busy_wait(task->shortest_s * (1.0 + (task->spread - 1.0) * u));
    }
    if (index == task->stops_at)
        takt_stop_request();
    if (index == task->returns_stop)
        return TAKT_FAIL(TAKT_STOPPED, "noticed");
    if (task->fails_every > 0 && index >= task->fails_from && index % task->fails_every == 0)
        return TAKT_FAIL(TAKT_ERR_MODEL, "task %lld cannot go on", (long long)index);
    fill_row(index, row);
    return TAKT_OK;
}

static double *rows_of(int64_t n)
{
    return n > 0 ? takt_alloc((size_t)n * N_RESULTS * sizeof(double)) : NULL;
}

static takt_farm_config config_of(int64_t n_tasks)
{
    takt_farm_config config = takt_farm_config_default();
    config.n_tasks = n_tasks;
    config.n_results = N_RESULTS;
    return config;
}

/// Runs the tasks over all ranks and compares rank 0's rows bit for bit with serial ones.
static void check_rows(const takt_farm_config *config, task_case task)
{
    const int64_t n = config->n_tasks;
    double *rows = rows_of(n), expected[N_RESULTS];
    join();
    CHECK_OK(takt_farm_run(comm, config, run_task, &task, rows));
    for (int64_t i = 0; i < n && takt_comm_rank(comm) == 0; ++i) {
        fill_row(i, expected);
        CHECK(memcmp(rows + i * N_RESULTS, expected, sizeof expected) == 0);
    }
    takt_free(rows);
    leave();
}

static void rows_are_those_of_one_rank(void)
{
    const int64_t counts[] = {0, 1, 2, 5, 80, 1000, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; ++i) {
        const takt_farm_config config = config_of(counts[i]);
        check_rows(&config, quick);
    }
}

static void uneven_tasks(void)
{
    task_case task = quick;
    takt_farm_config config = config_of(200);
    task.shortest_s = 0.0005;
    task.spread = 10.0;
    check_rows(&config, task);
    config.task_s = 1e-7; // a wrong guess: too large chunks, the same rows
    check_rows(&config, task);
    config.task_s = 10.0;
    config.group = 7;
    check_rows(&config, task);
}

static void many_runs_one_after_another(void)
{
    double *rows = rows_of(40);
    task_case task = quick;
    takt_farm_report report;
    takt_farm_config config = config_of(40);
    config.report = &report;
    task.shortest_s = 2e-5;
    task.spread = 3.0;
    join();
    for (int run = 0; run < 50; ++run) {
        double expected[N_RESULTS];
        memset(rows, 0, 40 * N_RESULTS * sizeof *rows);
        CHECK_OK(takt_farm_run(comm, &config, run_task, &task, rows));
        CHECK_INT(report.n_done, 40);
        config.task_s = report.task_s;
        for (int64_t i = 0; i < 40 && takt_comm_rank(comm) == 0; ++i) {
            fill_row(i, expected);
            CHECK(memcmp(rows + i * N_RESULTS, expected, sizeof expected) == 0);
        }
    }
    takt_free(rows);
    leave();
}

/// The tasks of all ranks together.
static int64_t sum_over_ranks(int64_t mine)
{
    int64_t sum = 0;
    MPI_Allreduce(&mine, &sum, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
    return sum;
}

static void every_task_runs_once_and_all_ranks_work(void)
{
    double *rows = rows_of(120);
    task_case task = quick;
    const takt_farm_config config = config_of(120);
    task.shortest_s = 0.002;
    join();
    CHECK_OK(takt_farm_run(comm, &config, run_task, &task, rows));
    CHECK_INT(sum_over_ranks(task.n_calls), 120);
    CHECK(task.n_calls > 0);
    takt_free(rows);
    leave();
}

static void failure_with_lowest_index_is_reported(void)
{
    double *rows = rows_of(300);
    takt_farm_report report;
    takt_farm_config config = config_of(300);
    config.report = &report;
    join();
    for (int64_t from = 0; from < 300; from += 37) {
        task_case task = quick;
        char expected[64];
        const int64_t lowest = (from + 12) / 13 * 13;
        task.shortest_s = 5e-5;
        task.spread = 10.0;
        task.fails_from = from;
        task.fails_every = 13;
        snprintf(expected, sizeof expected, "task %lld cannot go on", (long long)lowest);
        CHECK_STATUS(takt_farm_run(comm, &config, run_task, &task, rows), TAKT_ERR_MODEL);
        CHECK_TEXT(takt_error_text(), expected);
        CHECK_CONTAINS(takt_error_trace(), "mpi_farm.c:");
        CHECK_INT(report.failed_index, lowest);
        CHECK_INT(report.n_failed, 1);
        CHECK_TEXT(report.failed_text, expected);
    }
    takt_free(rows);
    leave();
}

static void failures_can_be_marked(void)
{
    double *rows = rows_of(100), expected[N_RESULTS];
    task_case task = quick;
    takt_farm_report report;
    takt_farm_config config = config_of(100);
    config.report = &report;
    config.on_failure = TAKT_FARM_FAILURE_MARKS;
    task.shortest_s = 1e-4;
    task.fails_from = 20;
    task.fails_every = 9;
    join();
    CHECK_OK(takt_farm_run(comm, &config, run_task, &task, rows));
    CHECK_INT(report.n_failed, 9); // 27, 36, ..., 99
    CHECK_INT(report.n_done, 91);
    CHECK_INT(report.failed_index, 27);
    CHECK_INT(report.failed_status, TAKT_ERR_MODEL);
    CHECK_TEXT(report.failed_text, "task 27 cannot go on");
    for (int64_t i = 0; i < 100 && takt_comm_rank(comm) == 0; ++i) {
        fill_row(i, expected);
        for (int j = 0; j < N_RESULTS; ++j)
            if (i >= 20 && i % 9 == 0)
                CHECK(isnan(rows[i * N_RESULTS + j]));
            else
                CHECK(rows[i * N_RESULTS + j] == expected[j]);
    }
    takt_free(rows);
    leave();
}

/// All ranks stop, however the request came, and the next run works as if nothing had been.
static void expect_stop(task_case task, bool from_last_rank)
{
    enum { N = 4000 };
    double *rows = rows_of(N);
    takt_farm_report report;
    takt_farm_config config = config_of(N);
    config.report = &report;
    task.shortest_s = 0.0005;
    join();
    if (from_last_rank && takt_comm_rank(comm) == takt_comm_size(comm) - 1)
        takt_stop_request();
    CHECK_STATUS(takt_farm_run(comm, &config, run_task, &task, rows), TAKT_STOPPED);
    CHECK_CONTAINS(takt_error_text(), "of 4000 tasks");
    CHECK(report.n_done < N / 2);
    bool requested = false;
    CHECK_OK(takt_comm_stop_requested(comm, &requested));
    CHECK(requested == (task.returns_stop < 0));
    takt_stop_clear();
    takt_free(rows);
    leave();
    config = config_of(50);
    check_rows(&config, quick);
}

static void stop_in_a_task_of_any_rank(void)
{
    task_case task = quick;
    for (int64_t index = 0; index < 60; index += 11) {
        task.stops_at = index;
        expect_stop(task, false);
    }
}

static void stop_on_the_last_rank(void)
{
    expect_stop(quick, true);
}

static void stop_noticed_by_a_task(void)
{
    task_case task = quick;
    task.returns_stop = 33;
    expect_stop(task, false);
}

/// A rank without work is told of a stop by a signal; the others must hear of it.
static void stop_on_a_rank_that_idles(void)
{
    double row[N_RESULTS];
    task_case task = quick;
    takt_farm_config config = config_of(1);
    task.shortest_s = 0.05;
    join();
    const bool idles = takt_comm_rank(comm) == takt_comm_size(comm) - 1;
    if (takt_comm_size(comm) > 1 && idles)
        takt_stop_request();
    // The one task may be done before rank 0 hears of it: then all ranks say so alike.
    const takt_status mine = takt_farm_run(comm, &config, run_task, &task, row);
    const takt_status all = takt_comm_agree(comm, mine);
    CHECK_INT(mine, all);
    CHECK(mine == TAKT_OK || mine == TAKT_STOPPED);
    takt_stop_clear();
    leave();
}

static void request_after_the_last_task_is_no_stop(void)
{
    double rows[4 * N_RESULTS];
    task_case task = quick;
    const takt_farm_config config = config_of(1);
    task.stops_at = 0;
    join();
    CHECK_OK(takt_farm_run(comm, &config, run_task, &task, rows));
    takt_stop_clear();
    leave();
}

typedef struct progress_case {
    int64_t last;
    int64_t n_calls;
} progress_case;

static void show(void *context, int64_t n_done, int64_t n_tasks)
{
    progress_case *progress = context;
    CHECK(n_done > progress->last && n_done <= n_tasks);
    progress->last = n_done;
    ++progress->n_calls;
}

static void progress_grows_to_the_end_on_rank_0(void)
{
    double *rows = rows_of(100);
    progress_case progress = {0};
    task_case task = quick;
    takt_farm_config config = config_of(100);
    config.progress = show;
    config.progress_context = &progress;
    task.shortest_s = 3e-4;
    join();
    CHECK_OK(takt_farm_run(comm, &config, run_task, &task, rows));
    CHECK_INT(progress.last, takt_comm_rank(comm) == 0 ? 100 : 0);
    takt_free(rows);
    leave();
}

static takt_status long_row(void *context, int64_t index, double *row)
{
    (void)context;
    for (int64_t i = 0; i < 100000; ++i)
        row[i] = (double)(index * 100000 + i);
    return TAKT_OK;
}

static void rows_larger_than_any_buffer(void)
{
    enum { N = 20, LENGTH = 100000 };
    double *rows = takt_alloc((size_t)N * LENGTH * sizeof *rows);
    takt_farm_config config = takt_farm_config_default();
    CHECK(rows);
    config.n_tasks = N;
    config.n_results = LENGTH;
    join();
    CHECK_OK(takt_farm_run(comm, &config, long_row, NULL, rows));
    for (int64_t i = 0; i < (int64_t)N * LENGTH && takt_comm_rank(comm) == 0; ++i)
        CHECK(rows[i] == (double)i);
    takt_free(rows);
    leave();
}

static void allocations_do_not_grow_with_tasks(void)
{
    int64_t n_allocations[2];
    join();
    for (int run = 0; run < 2; ++run) {
        const takt_farm_config config = config_of(run == 0 ? 10 : 10000);
        task_case task = quick;
        double *rows = rows_of(config.n_tasks);
        const int64_t before = takt_alloc_count();
        CHECK_OK(takt_farm_run(comm, &config, run_task, &task, rows));
        n_allocations[run] = takt_alloc_count() - before;
        takt_free(rows);
    }
    CHECK_INT(n_allocations[1], n_allocations[0]);
    leave();
}

/// Who ran which task.
typedef struct trace_case {
    double task_s;
    double leader_s; ///< on rank 0
    int64_t fails_from, fails_before;
    int64_t n_calls;
    bool ran[2000];
} trace_case;

static takt_status traced_task(void *context, int64_t index, double *row)
{
    trace_case *trace = context;
    ++trace->n_calls;
    trace->ran[index] = true;
    busy_wait(takt_comm_rank(comm) == 0 ? trace->leader_s : trace->task_s);
    if (index >= trace->fails_from && index < trace->fails_before)
        return TAKT_FAIL(TAKT_ERR_MODEL, "task %lld cannot go on", (long long)index);
    fill_row(index, row);
    return TAKT_OK;
}

/// 2000 tasks, of which rank 0 believes that `chunk_tasks` fit into the longest chunk.
static takt_status run_traced(trace_case *trace, int64_t chunk_tasks, int64_t group,
                              takt_farm_report *report)
{
    double *rows = rows_of(2000);
    takt_farm_config config = config_of(2000);
    config.report = report;
    config.task_s = 1e-3;
    config.chunk_s = ((double)chunk_tasks + 0.5) * config.task_s;
    config.group = group;
    const takt_status status = takt_farm_run(comm, &config, traced_task, trace, rows);
    takt_free(rows);
    return status;
}

/// Chunks go round the ranks, rank 1 first; none is longer than chunk_s allows.
static void chunks_are_short(void)
{
    trace_case trace = {.task_s = 1e-5, .leader_s = 1e-5};
    takt_farm_report report;
    join();
    CHECK_OK(run_traced(&trace, 5, 1, &report));
    if (takt_comm_size(comm) > 1 && takt_comm_rank(comm) == 1)
        CHECK(trace.ran[0] && trace.ran[4] && !trace.ran[5]);
    leave();
}

/// The first chunk, of at most 25 tasks, ends with the second group of ten.
static void chunks_end_with_groups(void)
{
    trace_case trace = {.task_s = 1e-5, .leader_s = 1e-5};
    takt_farm_report report;
    join();
    CHECK_OK(run_traced(&trace, 25, 10, &report));
    if (takt_comm_size(comm) > 1 && takt_comm_rank(comm) == 1)
        CHECK(trace.ran[0] && trace.ran[19] && !trace.ran[20]);
    leave();
}

/// A failure ends the work of all ranks at once, not at the end of their chunks.
static void failure_ends_the_work_soon(void)
{
    trace_case trace = {.task_s = 1e-3, .leader_s = 1e-3, .fails_before = 1};
    takt_farm_report report;
    join();
    CHECK_STATUS(run_traced(&trace, 300, 1, &report), TAKT_ERR_MODEL);
    CHECK_INT(report.failed_index, 0);
    CHECK(sum_over_ranks(trace.n_calls) < 250);
    leave();
}

/// A worker fails far ahead while rank 0 still has the task of the lowest index that fails, the
/// last of its first chunk of 50.
static void a_failure_ahead_does_not_hide_one_behind(void)
{
    join();
    const int64_t lowest = 50 * (int64_t)takt_comm_size(comm) - 1;
    trace_case trace = {
        .task_s = 1e-5, .leader_s = 1e-3, .fails_from = lowest, .fails_before = 2000};
    takt_farm_report report;
    CHECK_STATUS(run_traced(&trace, 50, 1, &report), TAKT_ERR_MODEL);
    CHECK_INT(report.failed_index, lowest);
    leave();
}

static void wrong_counts_are_named_on_all_ranks(void)
{
    double row[N_RESULTS];
    task_case task = quick;
    takt_farm_config config = config_of(-1);
    join();
    CHECK_STATUS(takt_farm_run(comm, &config, run_task, &task, row), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "n_tasks: found -1");
    config = config_of(1);
    config.n_results = 0;
    CHECK_STATUS(takt_farm_run(comm, &config, run_task, &task, row), TAKT_ERR_INPUT);
    leave();
}

TAKT_TESTS(TEST(rows_are_those_of_one_rank), TEST(uneven_tasks), TEST(many_runs_one_after_another),
           TEST(every_task_runs_once_and_all_ranks_work),
           TEST(failure_with_lowest_index_is_reported), TEST(failures_can_be_marked),
           TEST(stop_in_a_task_of_any_rank), TEST(stop_on_the_last_rank),
           TEST(stop_noticed_by_a_task), TEST(stop_on_a_rank_that_idles),
           TEST(request_after_the_last_task_is_no_stop), TEST(progress_grows_to_the_end_on_rank_0),
           TEST(rows_larger_than_any_buffer), TEST(allocations_do_not_grow_with_tasks),
           TEST(chunks_are_short), TEST(chunks_end_with_groups), TEST(failure_ends_the_work_soon),
           TEST(a_failure_ahead_does_not_hide_one_behind),
           TEST(wrong_counts_are_named_on_all_ranks))
