// Quantiles of the time in the plant are those of queues whose answers are known, and a plant in
// which every item takes the same time has one quantile.
#include "core/memory.h"
#include "sim/scenario.h"
#include "tests/check.h"

/// Mean over replications of a quantile row, and the standard error of that mean, in s.
static takt_interval quantiles_of(const char *text, int32_t n, int32_t row, double confidence)
{
    takt_study *study = NULL;
    takt_scenario *scenario = NULL;
    CHECK_OK(takt_study_parse("queue.yaml", text, strlen(text), &study));
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    const takt_report *report = takt_scenario_report(scenario);
    double *results = takt_alloc((size_t)n * (size_t)report->n_values * sizeof *results);
    for (int32_t i = 0; i < n; ++i)
        CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), (uint32_t)i,
                                      results + (size_t)i * (size_t)report->n_values));
    takt_interval found =
        takt_report_kpi(report, results, report->n_values, n, report->flow_time + row, confidence);
    takt_free(results);
    takt_scenario_destroy(&scenario);
    takt_study_destroy(&study);
    return (takt_interval){3600 * found.mean, 3600 * found.lo, 3600 * found.hi, found.n};
}

static const double shares[] = {0, 0.5, 0.9, 0.95, 0.99}; // of rows 1 to 4 behind the mean

/// M/M/1: P(W > t) = exp(-(m - l) t).
static void quantiles_of_a_queue_are_exact(void)
{
    static const char text[] =
        "study: queue\n"
        "horizon: {warm_up: 10 min, measured: 5 h}\n"
        "factory:\n"
        "  sources: [{name: street, to: queue, interarrival: {is: exponential, mean: 2}}]\n"
        "  buffers: [{name: queue}]\n"
        "  stations: [{name: clerk, service: {is: exponential, mean: 1}, inputs: [{from: queue}],\n"
        "              routes: [{to: out}]}]\n";
    for (int32_t row = 1; row <= 4; ++row) {
        // 99.9 %, and the width of a bucket.
        const takt_interval found = quantiles_of(text, 20, row, 0.999);
        const double exact = -2 * log(1 - shares[row]);
        CHECK_NEAR(found.mean, exact, 1.0 / 128, 0.5 * (found.hi - found.lo));
        CHECK_NEAR(found.hi - found.lo, 0, 0, 0.1 * exact);
    }
}

/// One item every 10 s, 7.5 s of work: nobody waits. Measured from the start, so that no item is
/// older than the measurement.
static void items_that_take_the_same_time_have_one_quantile(void)
{
    static const char text[] =
        "study: clockwork\n"
        "horizon: {warm_up: 0, measured: 1 h}\n"
        "factory:\n"
        "  sources: [{name: belt, to: queue, interarrival: {mean: 10}}]\n"
        "  buffers: [{name: queue}]\n"
        "  stations: [{name: press, service: {mean: 7.5}, inputs: [{from: queue}],\n"
        "              routes: [{to: out}]}]\n";
    CHECK_NEAR(quantiles_of(text, 1, 0, 0.95).mean, 7.5, 1e-12, 0);
    for (int32_t row = 1; row <= 4; ++row)
        CHECK_NEAR(quantiles_of(text, 1, row, 0.95).mean, 7.5, 1.0 / 128, 0);
}

TAKT_TESTS(TEST(quantiles_of_a_queue_are_exact),
           TEST(items_that_take_the_same_time_have_one_quantile))
