#include "benchmarks/sim/bench_hold.h"

#include "core/memory.h"
#include "core/rng.h"
#include "sim/event_internal.h"

#include <math.h>

enum { N_PENDING = 100000, N_HOLDS = 1000000, N_DELAYS = 4096 };

typedef struct hold_bench {
    takt_event_queue queue;
    takt_event_node *room;  // where the nodes lie
    takt_event_node *nodes; // as in a replication: node 1 begins a cache line
    uint64_t *slot_word;
    takt_tick *delays; // drawn before: the queue alone is timed
    takt_tick now;
    int32_t n_drawn;
} hold_bench;

static takt_tick next_delay(hold_bench *bench)
{
    return bench->delays[bench->n_drawn++ & (N_DELAYS - 1)];
}

static void close_hold(hold_bench *bench)
{
    takt_free(bench->delays);
    takt_free(bench->slot_word);
    takt_free(bench->room);
}

static takt_status open_hold(hold_bench *bench)
{
    const int32_t max_nodes = 2 * N_PENDING + 8;
    const takt_stream stream = {.seed = 1, .purpose = TAKT_PURPOSE_TEST};
    bench->room = takt_alloc(((size_t)max_nodes + 3) * sizeof *bench->room);
    bench->slot_word = takt_alloc(N_PENDING * sizeof *bench->slot_word);
    bench->delays = takt_alloc(N_DELAYS * sizeof *bench->delays);
    if (!bench->room || !bench->slot_word || !bench->delays)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %d events", N_PENDING);
    bench->nodes = bench->room + 3;
    bench->queue = (takt_event_queue){.max_nodes = max_nodes, .n_slots = N_PENDING};
    for (uint64_t i = 0; i < N_DELAYS; ++i)
        bench->delays[i] = (takt_tick)(-1e9 * log(takt_stream_uniform(&stream, i)));
    for (uint32_t slot = 0; slot < N_PENDING; ++slot)
        takt_event_schedule(&bench->queue, bench->nodes, bench->slot_word, slot,
                            TAKT_EVENT_COMPLETION, next_delay(bench));
    return TAKT_OK;
}

/// One event: its slot, -1 when none is pending.
static int64_t take(hold_bench *bench)
{
    uint64_t class_;
    return takt_event_next(&bench->queue, bench->nodes, bench->slot_word, TAKT_TICK_NEVER,
                           &bench->now, &class_);
}

static void hold(hold_bench *bench, int32_t n)
{
    for (int32_t i = 0; i < n; ++i) {
        const int64_t slot = take(bench);
        takt_event_schedule(&bench->queue, bench->nodes, bench->slot_word, (uint32_t)slot,
                            TAKT_EVENT_COMPLETION, bench->now + next_delay(bench));
    }
}

/// Takes all that is pending: in order of time, and as many as there are slots, each of which can
/// come up only once.
static takt_status check_order(hold_bench *bench)
{
    takt_tick before = bench->now;
    for (int32_t n = 0;; ++n) {
        const int64_t slot = take(bench);
        if (slot < 0 && n == N_PENDING)
            return TAKT_OK;
        if (slot < 0 || n == N_PENDING || bench->now < before)
            return TAKT_FAIL(TAKT_ERR_MODEL,
                             "benchmark: event %d of %d came out of order, twice or not at all", n,
                             N_PENDING);
        before = bench->now;
    }
}

takt_status takt_bench_hold(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    hold_bench bench = {0};
    double samples[TAKT_BENCH_SAMPLES];
    *row = (takt_bench_row){.name = "hold_100000", .unit = "ns", .target = 90};
    TAKT_TRY_GOTO(open_hold(&bench), done);
    hold(&bench, N_HOLDS);
    TAKT_TRY_GOTO(check_order(&bench), done);
    close_hold(&bench);
    bench = (hold_bench){0};
    TAKT_TRY_GOTO(open_hold(&bench), done);
    hold(&bench, N_HOLDS); // until the times pending are those of a running model
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        const double begun_s = takt_clock_s();
        hold(&bench, N_HOLDS);
        samples[i] = 1e9 * (takt_clock_s() - begun_s) / N_HOLDS;
    }
    takt_bench_finish(row, samples);
done:
    close_hold(&bench);
    return status;
}
