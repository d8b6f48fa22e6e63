#include "benchmarks/kernels/bench_drying.h"

#include "core/memory.h"

#include <math.h>

enum { BATCH = 1024, BATCHES_PER_SAMPLE = 2 };

/// Number `index` of the additive recurrence with the golden ratio and its like: evenly spread.
static double spread(int32_t index, double step, double min, double max)
{
    const double x = 0.5 + step * index;
    return min + (x - floor(x)) * (max - min);
}

takt_drying_case takt_bench_drying_case(int32_t index)
{
    const bool is_cathode = index % 2 == 1;
    const int32_t i = index / 2;
    takt_drying_case drying = {
        .coat = is_cathode ? takt_drying_coat_cathode() : takt_drying_coat_anode(),
        .n_zones = 4,
        .web_speed_m_s = spread(i, 0.8191725133961645, 35, 80) / 60,
        .heat_factor = spread(i, 0.6710436067037893, 0.75, 1),
    };
    drying.coat.critical_saturation = 0.6;
    drying.coat.diffusivity_m2_s = 6e-10;
    for (int z = 0; z < 4; ++z)
        drying.zones[z] = (takt_drying_zone){
            .length_m = 15,
            .air_temp_K = 273.15 + (z < 2 ? spread(i, 0.5497004779019703, 60, 110)
                                          : spread(i, 0.4503599627370496, 70, 150)),
            .top_heat_W_m2K = 60,
            .bottom_heat_W_m2K = 60,
            .vapour_fraction = is_cathode ? 0 : 0.012,
        };
    return drying;
}

takt_status takt_bench_drying_batch(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_drying_batch *batch = NULL;
    const takt_drying_config config = takt_drying_config_default();
    double samples[TAKT_BENCH_SAMPLES];
    *row = (takt_bench_row){
        .name = "drying_batch", .unit = "solves/s", .target = 10e3, .at_least = true};
    takt_drying_case *cases = takt_alloc(BATCH * sizeof *cases);
    takt_drying_result *results = takt_alloc(BATCH * sizeof *results);
    TAKT_TRY_GOTO(cases && results ? TAKT_OK : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory"), done);
    TAKT_TRY_GOTO(takt_drying_batch_create(&config, &batch), done);
    for (int32_t i = 0; i < BATCH; ++i)
        cases[i] = takt_bench_drying_case(i);
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        const double begun_s = takt_clock_s();
        for (int k = 0; k < BATCHES_PER_SAMPLE; ++k)
            TAKT_TRY_GOTO(takt_drying_batch_solve(batch, cases, BATCH, results, NULL), done);
        samples[i] = BATCH * BATCHES_PER_SAMPLE / (takt_clock_s() - begun_s);
    }
    takt_bench_finish(row, samples);
done:
    takt_drying_batch_destroy(&batch);
    takt_free(results);
    takt_free(cases);
    return status;
}
