#include "benchmarks/sim/bench_state.h"

#include "benchmarks/sim/bench_models.h"
#include "benchmarks/sim/bench_scenario.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ITEMS_FOR_A_SLOPE = 1000, COPIES_PER_SAMPLE = 2000 };

static const struct {
    const char *name;
    size_t n_bytes;
    double target_us;
} copies[TAKT_BENCH_COPY_ROWS] = {{"state_copy_64_KiB", 64 * 1024, 2},
                                  {"state_copy_1_MiB", 1024 * 1024, 50}};

typedef struct copy_bench {
    takt_study *study;
    takt_scenario *scenario;
    char *saved, *other; // [n_bytes]
    size_t n_bytes;
} copy_bench;

static void close_copy(copy_bench *bench)
{
    takt_free(bench->other);
    takt_free(bench->saved);
    takt_scenario_destroy(&bench->scenario);
    takt_study_destroy(&bench->study);
}

static takt_status open_model(int32_t max_items, copy_bench *bench)
{
    takt_scenario_destroy(&bench->scenario);
    takt_study_destroy(&bench->study);
    TAKT_TRY(takt_bench_create_mm1(max_items, &bench->study));
    TAKT_TRY(takt_scenario_create(bench->study, NULL, &bench->scenario));
    bench->n_bytes = takt_replication_state_bytes(takt_scenario_replication(bench->scenario));
    return TAKT_OK;
}

/// M/M/1 with so much room for customers that its state has at least n_bytes: what a customer takes
/// follows from two sizes.
static takt_status open_copy(size_t n_bytes, copy_bench *bench)
{
    TAKT_TRY(open_model(ITEMS_FOR_A_SLOPE, bench));
    const double small = (double)bench->n_bytes;
    TAKT_TRY(open_model(2 * ITEMS_FOR_A_SLOPE, bench));
    const double per_item = ((double)bench->n_bytes - small) / ITEMS_FOR_A_SLOPE;
    const double n = ITEMS_FOR_A_SLOPE + ((double)n_bytes - small) / per_item;
    TAKT_TRY(open_model((int32_t)ceil(n), bench));
    bench->saved = takt_alloc(bench->n_bytes);
    bench->other = takt_alloc(bench->n_bytes);
    if (!bench->saved || !bench->other)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for two states");
    return TAKT_OK;
}

/// Half an hour, a copy, half an hour more; then the same from the copy.
static takt_status check_copy(const copy_bench *bench)
{
    takt_replication *replication = takt_scenario_replication(bench->scenario);
    TAKT_TRY(takt_replication_reset(replication, 0));
    TAKT_TRY(takt_replication_advance(replication, takt_tick_from_s(1800)));
    takt_replication_save(replication, bench->saved);
    TAKT_TRY(takt_replication_advance(replication, takt_tick_from_s(3600)));
    takt_replication_save(replication, bench->other);
    takt_replication_load(replication, bench->saved);
    TAKT_TRY(takt_replication_advance(replication, takt_tick_from_s(3600)));
    takt_replication_save(replication, bench->saved);
    return memcmp(bench->saved, bench->other, bench->n_bytes) == 0
               ? TAKT_OK
               : TAKT_FAIL(TAKT_ERR_MODEL, "benchmark: a copied state went another way");
}

/// Microseconds of one copy: `how` 0 saves, 1 restores, 2 is the bare memcpy.
static double time_copies(const copy_bench *bench, int how)
{
    takt_replication *replication = takt_scenario_replication(bench->scenario);
    const double begun_s = takt_clock_s();
    for (int i = 0; i < COPIES_PER_SAMPLE; ++i) {
        if (how == 0)
            takt_replication_save(replication, bench->saved);
        else if (how == 1)
            takt_replication_load(replication, bench->saved);
        else
            memcpy(bench->other, bench->saved, bench->n_bytes);
        // Nobody reads the copies: without this they could be left out.
        __asm__ volatile("" ::"r"(bench->other), "r"(bench->saved) : "memory");
    }
    return 1e6 * (takt_clock_s() - begun_s) / COPIES_PER_SAMPLE;
}

takt_status takt_bench_copy(int k, takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    copy_bench bench = {0};
    double samples[TAKT_BENCH_SAMPLES], best[3] = {INFINITY, INFINITY, INFINITY};
    *row = (takt_bench_row){.name = copies[k].name, .unit = "us", .target = copies[k].target_us};
    TAKT_TRY_GOTO(open_copy(copies[k].n_bytes, &bench), done);
    TAKT_TRY_GOTO(check_copy(&bench), done);
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        double us[3];
        for (int how = 0; how < 3; ++how) {
            us[how] = time_copies(&bench, how);
            best[how] = fmin(best[how], us[how]);
        }
        samples[i] = fmax(us[0], us[1]);
    }
    takt_bench_finish(row, samples);
    snprintf(row->note, sizeof row->note, "%zu bytes: saved in %.3g us, restored in %.3g us",
             bench.n_bytes, best[0], best[1]);
    snprintf(row->peers, sizeof row->peers, "memcpy %.3g us", best[2]);
done:
    close_copy(&bench);
    return status;
}

takt_status takt_bench_memory(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_bench_scenario opened;
    double samples[TAKT_BENCH_SAMPLES];
    *row = (takt_bench_row){
        .name = "replication_memory", .unit = "KiB", .target = 512, .stretch = 256};
    TAKT_TRY_GOTO(takt_bench_scenario_open(name, text, n_bytes, &opened), done);
    const takt_replication *replication = takt_scenario_replication(opened.scenario);
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i)
        samples[i] = (double)takt_replication_state_bytes(replication) / 1024;
    takt_bench_finish(row, samples);
    snprintf(row->note, sizeof row->note, "%s", name);
done:
    takt_bench_scenario_close(&opened);
    return status;
}
