// 1,000 viewers at 30 Hz and 16 KiB: age of what they get, how much of it, and
// what it costs.

#include "benchmarks/viz/bench_viewer.h"

#include "benchmarks/viz/stage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { N_VIEWERS = 1000, N_STALLED = 100, REST_US = 400000 };
static const double warm_up_s = 1, measured_s = 4, worst_allowed_ms = 35;

/// One run of one crowd.
typedef struct crowd_sample {
    takt_load_result load;
    double delivered_percent, memory_MB, cpu_s;
} crowd_sample;

static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/// `empty_MB`: memory of this process with a server before its first viewer;
/// below 0: not yet known. Later samples find freed memory and would look
/// cheaper than they are.
static takt_status play(takt_stage *stage, int32_t n_viewers, int32_t n_stalled, double *empty_MB,
                        crowd_sample *sample)
{
    TAKT_TRY(takt_stage_open(stage));
    if (*empty_MB < 0)
        *empty_MB = takt_stage_memory_MB();
    TAKT_TRY(takt_stage_join(stage, &(takt_load_config){.max_hz = 60,
                                                        .n_viewers = n_viewers,
                                                        .n_stalled = n_stalled,
                                                        .core = -1,
                                                        .limit_s = 20}));
    TAKT_TRY(takt_stage_play(stage, warm_up_s, false));
    const double begun_cpu_s = cpu_s();
    TAKT_TRY(takt_stage_play(stage, measured_s, true));
    sample->cpu_s = cpu_s() - begun_cpu_s;
    sample->memory_MB = takt_stage_memory_MB() - *empty_MB;
    (void)usleep(REST_US);
    TAKT_TRY(takt_load_stop(&stage->load, &sample->load));
    sample->delivered_percent = 100 * (double)sample->load.n_frames /
                                ((double)stage->n_put * (double)(n_viewers - n_stalled));
    return TAKT_OK;
}

static takt_status measure(int32_t n_viewers, int32_t n_stalled, crowd_sample *samples)
{
    double empty_MB = -1;
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        takt_stage stage;
        samples[i] = (crowd_sample){0};
        const takt_status status = play(&stage, n_viewers, n_stalled, &empty_MB, &samples[i]);
        takt_stage_close(&stage);
        TAKT_TRY(status);
        if (*samples[i].load.problem)
            return TAKT_FAIL(TAKT_ERR_MODEL, "bench viewer: %s", samples[i].load.problem);
    }
    return TAKT_OK;
}

/// p99 by the median; the worst sample and closed connections go into the note.
static void finish_age(takt_bench_row *row, const crowd_sample *samples)
{
    double values[TAKT_BENCH_SAMPLES], worst = 0;
    int64_t n_closed = 0, n_bytes = 0;
    double cpu = 0;
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        values[i] = samples[i].load.p99_ms;
        worst = fmax(worst, values[i]);
        n_closed += samples[i].load.n_closed;
        n_bytes += samples[i].load.n_frames * (int64_t)sizeof((takt_stage *)0)->values;
        cpu += samples[i].cpu_s;
    }
    takt_bench_finish(row, values);
    const double seconds = TAKT_BENCH_SAMPLES * measured_s;
    snprintf(row->note, sizeof row->note,
             "worst %.1f (at most %.0f), p50 %.1f, p95 %.1f; %.0f MB/s, %.2f "
             "cores; %d closed",
             worst, worst_allowed_ms, samples[0].load.p50_ms, samples[0].load.p95_ms,
             1e-6 * (double)n_bytes / seconds, cpu / seconds, (int)n_closed);
}

static void finish_rest(takt_bench_row *delivered, takt_bench_row *memory,
                        const crowd_sample *samples)
{
    double shares[TAKT_BENCH_SAMPLES], megabytes[TAKT_BENCH_SAMPLES];
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        shares[i] = samples[i].delivered_percent;
        megabytes[i] = samples[i].memory_MB;
    }
    takt_bench_finish(delivered, shares);
    takt_bench_finish(memory, megabytes);
}

static takt_status measure_first_frame(takt_bench_row *row)
{
    double values[TAKT_BENCH_SAMPLES];
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        takt_stage stage;
        takt_load_result result = {0};
        const takt_load_config one = {.max_hz = 60, .n_viewers = 1, .core = -1, .limit_s = 10};
        takt_status status = takt_stage_open(&stage);
        if (status == TAKT_OK)
            status = takt_stage_join(&stage, &one);
        if (status == TAKT_OK)
            status = takt_stage_play(&stage, 0.2, false);
        if (status == TAKT_OK)
            status = takt_load_stop(&stage.load, &result);
        takt_stage_close(&stage);
        TAKT_TRY(status);
        values[i] = result.first_frame_s > 0 ? result.first_frame_s : INFINITY;
    }
    takt_bench_finish(row, values);
    return TAKT_OK;
}

static takt_status measure_all(const char *name, const char *text, size_t n_bytes,
                               takt_bench_row *rows)
{
    static const int32_t crowds[] = {0, 10, N_VIEWERS};
    crowd_sample samples[TAKT_BENCH_SAMPLES];
    TAKT_TRY(measure(N_VIEWERS, 0, samples));
    finish_age(&rows[0], samples);
    finish_rest(&rows[1], &rows[2], samples);
    TAKT_TRY(measure(N_VIEWERS, N_STALLED, samples));
    finish_age(&rows[3], samples);
    TAKT_TRY(measure_first_frame(&rows[4]));
    for (int i = 0; i < 3; ++i)
        TAKT_TRY(takt_bench_slowdown(name, text, n_bytes, crowds[i], &rows[5 + i]));
    return TAKT_OK;
}

static const takt_bench_row heads[TAKT_BENCH_VIEWER_ROWS] = {
    {.name = "viewer_p99", .unit = "ms", .target = 20, .by_median = true},
    {.name = "viewer_delivered",
     .unit = "%",
     .target = 99,
     .at_least = true,
     .by_median = true,
     .limit = 100},
    {.name = "viewer_memory", .unit = "MB", .target = 10, .by_median = true},
    {.name = "viewer_stalled_p99", .unit = "ms", .target = 20, .by_median = true},
    {.name = "viewer_first_frame", .unit = "s", .target = 1, .by_median = true},
    {.name = "viewer_slowdown_0", .unit = "%", .target = 0.5, .by_median = true},
    {.name = "viewer_slowdown_10", .unit = "%", .target = 1, .by_median = true},
    {.name = "viewer_slowdown_1000", .unit = "%", .target = 3, .by_median = true}};

takt_status takt_bench_viewer(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *rows)
{
    memcpy(rows, heads, sizeof heads);
    const takt_status status = measure_all(name, text, n_bytes, rows);
    if (status != TAKT_ERR_UNSUPPORTED)
        return status;
    for (int i = 0; i < TAKT_BENCH_VIEWER_ROWS; ++i)
        (void)takt_bench_skip(&rows[i], takt_error_text());
    return TAKT_OK;
}

takt_status takt_bench_viewer_skip(takt_bench_row *row)
{
    *row = heads[0];
    return takt_bench_skip(row, "takes three minutes: takt bench viewer");
}
