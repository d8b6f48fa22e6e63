// What watching costs who is watched: the same replications with and without a
// server and viewers, in turn, so that a machine that changes its speed changes
// both.

#include "benchmarks/sim/bench_scenario.h"
#include "benchmarks/viz/bench_viewer.h"
#include "benchmarks/viz/stage.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAIRS = 5 }; // in a sample: its median counts
static const double block_s = 0.4;

/// Once per design the showcase simulates many replications for its curves; what counts here is
/// what goes on while somebody looks.
static const double curves_s = 1.2;

typedef struct slowdown {
    takt_scenario *scenario;
    double *results;
    uint32_t n_replications; // of a block
    int32_t n_viewers;
    const char *text;
    size_t n_bytes;
} slowdown;

static takt_status run_block(const slowdown *run, takt_stage *stage, double *seconds)
{
    const double begun_s = takt_clock_s();
    for (uint32_t i = 0; i < run->n_replications; ++i) {
        TAKT_TRY(takt_replication_run(takt_scenario_replication(run->scenario), i, run->results));
        if (stage)
            TAKT_TRY(takt_stage_put(stage, false));
    }
    *seconds = takt_clock_s() - begun_s;
    return TAKT_OK;
}

/// The viewers, which in life are other machines, stay off the core of the
/// simulation.
static void keep_on_core(int core, cpu_set_t *before)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET((size_t)core, &cores);
    sched_getaffinity(0, sizeof *before, before);
    sched_setaffinity(0, sizeof cores, &cores);
}

static takt_status watched_block(const slowdown *run, takt_stage *stage, takt_showcase **showcase,
                                 double *seconds)
{
    cpu_set_t before;
    const takt_load_config viewers = {.max_hz = 60,
                                      .n_viewers = run->n_viewers,
                                      .core = (int)sysconf(_SC_NPROCESSORS_ONLN) - 1,
                                      .limit_s = 20};
    TAKT_TRY(takt_stage_open(stage));
    TAKT_TRY(takt_showcase_create(stage->board, run->text, run->n_bytes, showcase));
    if (run->n_viewers > 0)
        TAKT_TRY(takt_stage_join(stage, &viewers));
    TAKT_TRY(takt_stage_play(stage, curves_s, false));
    keep_on_core(0, &before);
    const takt_status status = run_block(run, stage, seconds);
    sched_setaffinity(0, sizeof before, &before);
    TAKT_TRY(status);
    return TAKT_OK;
}

static takt_status measure_pair(const slowdown *run, double *percent)
{
    double alone_s = 0, watched_s = 0;
    cpu_set_t before;
    takt_stage stage;
    takt_showcase *showcase = NULL;
    keep_on_core(0, &before);
    takt_status status = run_block(run, NULL, &alone_s);
    sched_setaffinity(0, sizeof before, &before);
    TAKT_TRY(status);
    status = watched_block(run, &stage, &showcase, &watched_s);
    takt_showcase_destroy(&showcase);
    takt_stage_close(&stage);
    TAKT_TRY(status);
    *percent = 100 * (watched_s / alone_s - 1);
    return TAKT_OK;
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static takt_status measure(slowdown *run, takt_bench_row *row)
{
    double samples[TAKT_BENCH_SAMPLES], pairs[PAIRS], first_s = 0;
    run->n_replications = 20;
    TAKT_TRY(run_block(run, NULL, &first_s)); // warm, and how many fill a block
    run->n_replications = (uint32_t)ceil(run->n_replications * block_s / first_s);
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        for (int k = 0; k < PAIRS; ++k)
            TAKT_TRY(measure_pair(run, &pairs[k]));
        qsort(pairs, PAIRS, sizeof *pairs, by_value);
        samples[i] = pairs[PAIRS / 2];
    }
    takt_bench_finish(row, samples);
    return TAKT_OK;
}

takt_status takt_bench_slowdown(const char *name, const char *text, size_t n_bytes,
                                int32_t n_viewers, takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_bench_scenario opened;
    slowdown run = {.n_viewers = n_viewers, .text = text, .n_bytes = n_bytes};
    TAKT_TRY_GOTO(takt_bench_scenario_open(name, text, n_bytes, &opened), done);
    run.scenario = opened.scenario;
    run.results =
        takt_alloc((size_t)takt_scenario_report(run.scenario)->n_values * sizeof *run.results);
    if (!run.results)
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    else
        status = measure(&run, row);
done:
    takt_free(run.results);
    takt_bench_scenario_close(&opened);
    return status;
}
