/// The detector of growing plants sees the network of Lu and Kumar, whose loads are 0.7, and keeps
/// its level on a queue at load 0.9 and on the same network in the order of arrival.
#include "sim/analysis.h"
#include "sim/trend.h"
#include "tests/sim/lines.h"

enum { N_SAMPLES = 500 };

static void run(takt_scenario *scenario, uint32_t index, double *samples)
{
    const takt_cuts cuts = {.n_samples = N_SAMPLES, .n_batches = 1};
    double *results = takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof(double));
    CHECK_OK(takt_replication_run_cut(takt_scenario_replication(scenario), index, &cuts, results,
                                      samples));
    takt_free(results);
}

/// Lu and Kumar (1991): work goes to a, b, b and a; a prefers the last step, b the second. While
/// one of these is worked on the other gets nothing, so that both share one machine's time: 0.6 +
/// 0.6.
static takt_study *lu_kumar(bool by_priority, double measured_s)
{
    static const char *const least[] = {"least_work_left"}, *const most[] = {"most_work_left"};
    static const double means[4] = {0.1, 0.6, 0.1, 0.6};
    takt_study *study = line_create(measured_s);
    study->factory.max_items = 100000;
    line_buffer(study, "a_in", TAKT_UNLIMITED);
    line_buffer(study, "b_in", TAKT_UNLIMITED);
    takt_station *a = line_station(study, "a", line_exponential(0.1), "a_in", NULL);
    takt_station *b = line_station(study, "b", line_exponential(0.1), "b_in", NULL);
    if (by_priority) {
        a->dispatch = (takt_list){(void *)(uintptr_t)least, 1};
        b->dispatch = (takt_list){(void *)(uintptr_t)most, 1};
    }
    takt_product *product = line_append(study, &study->factory.products, sizeof *product);
    *product = (takt_product){.name = "wafer"};
    for (int i = 0; i < 4; ++i) {
        takt_distribution *service = takt_arena_alloc(study->arena, sizeof *service);
        *service = line_exponential(means[i]);
        takt_step *step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.station = i == 1 || i == 2 ? "b" : "a", .service = service};
    }
    line_source(study, NULL, line_exponential(1))->product = "wafer";
    return study;
}

static int alarms(takt_study *study, int n_replications)
{
    double samples[N_SAMPLES];
    takt_scenario *scenario = line_open(study);
    int n = 0;
    for (int i = 0; i < n_replications; ++i) {
        run(scenario, (uint32_t)i, samples);
        n += takt_trend_find(samples, N_SAMPLES, 1, N_SAMPLES).is_growing;
    }
    line_destroy(&study, &scenario);
    return n;
}

/// More than 2 false alarms in 200 have probability 1e-3 at the stated level.
static void quiet_on_a_busy_queue(void)
{
    CHECK(alarms(line_mm1(0.9, 5000), 200) <= 2);
    CHECK(alarms(line_mm1(0.9, 50000), 200) <= 2);
    CHECK(alarms(line_mm1(0.5, 500), 200) <= 2);
}

static void lu_kumar_grows(void)
{
    enum { N = 8 };
    double *samples = takt_alloc(N * N_SAMPLES * sizeof *samples);
    for (int by_priority = 0; by_priority < 2; ++by_priority) {
        takt_study *study = lu_kumar(by_priority, 20000);
        takt_scenario *scenario = line_open(study);
        for (uint32_t i = 0; i < N; ++i)
            run(scenario, i, samples + i * N_SAMPLES);
        const takt_trend trend = takt_trend_find(samples, N_SAMPLES, N, N_SAMPLES);
        CHECK_INT(trend.is_growing, by_priority);
        line_destroy(&study, &scenario);
    }
    takt_free(samples);
}

static void an_overloaded_queue_grows(void)
{
    CHECK_INT(alarms(line_mm1(1.2, 20000), 20), 20);
}

/// Levels written by hand: constant growth is seen, none is not, one that has ended early is not.
static void levels_by_hand(void)
{
    double level[N_SAMPLES];
    for (int i = 0; i < N_SAMPLES; ++i)
        level[i] = i;
    takt_trend trend = takt_trend_find(level, N_SAMPLES, 1, N_SAMPLES);
    CHECK(trend.is_growing);
    CHECK_NEAR(trend.level, 490, 0, 1.5);
    CHECK_NEAR(trend.growth, 375 * 19 / 20.0, 0, 1.5);
    for (int i = 0; i < N_SAMPLES; ++i)
        level[i] = 7;
    CHECK(!takt_trend_find(level, N_SAMPLES, 1, N_SAMPLES).is_growing);
    for (int i = 0; i < N_SAMPLES; ++i)
        level[i] = i < 100 ? i : 100 + i % 3;
    CHECK(!takt_trend_find(level, N_SAMPLES, 1, N_SAMPLES).is_growing);
    for (int i = 0; i < N_SAMPLES; ++i)
        level[i] = N_SAMPLES - i;
    CHECK(!takt_trend_find(level, N_SAMPLES, 1, N_SAMPLES).is_growing);
}

TAKT_TESTS(TEST(levels_by_hand), TEST(quiet_on_a_busy_queue), TEST(an_overloaded_queue_grows),
           TEST(lu_kumar_grows))
