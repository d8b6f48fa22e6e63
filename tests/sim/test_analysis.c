// Cutting a replication into samples changes nothing about it, batches add up to the whole, and a
// scenario is the study with its values changed; what does not go together is refused by name.
#include "core/memory.h"
#include "sim/scenario.h"
#include "tests/check.h"

static const char queue_text[] =
    "study: queue\n"                                                                   // 1
    "seed: 3\n"                                                                        // 2
    "replications: 4\n"                                                                // 3
    "horizon: {warm_up: 10 h, measured: 200 h}\n"                                      // 4
    "factory:\n"                                                                       // 5
    "  sources:\n"                                                                     // 6
    "    - {name: orders, to: queue, interarrival: {is: exponential, mean: 20 min}}\n" // 7
    "  buffers:\n"                                                                     // 8
    "    - {name: queue}\n"                                                            // 9
    "  stations:\n"                                                                    // 10
    "    - {name: press, machines: 2, service: {is: exponential, mean: 30 min},\n"     // 11
    "       inputs: [{from: queue}], routes: [{to: out}]}\n"                           // 12
    "scenarios:\n"                                                                     // 13
    "  - {name: same, set: [\"factory.stations[press].machines=2\"]}\n"                // 14
    "  - {name: third, set: [\"factory.stations[press].machines=3\", \"seed=3\"]}\n";  // 15

static takt_study *study;
static takt_scenario *scenario;
static size_t n_values;

static void begin(const char *const *sets, int32_t n_sets)
{
    CHECK_OK(
        takt_study_parse_with("queue.yaml", queue_text, strlen(queue_text), sets, n_sets, &study));
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    n_values = (size_t)takt_scenario_report(scenario)->n_values;
}

static void end(void)
{
    takt_scenario_destroy(&scenario);
    takt_study_destroy(&study);
}

static void samples_change_nothing(void)
{
    enum { N = 137 };
    const char *const set = "horizon.warm_up=36001.5s";
    begin(&set, 1);
    double *whole = takt_alloc(n_values * sizeof *whole);
    double *cut = takt_alloc(n_values * sizeof *cut);
    double samples[N], area = 0;
    const takt_cuts cuts = {.n_samples = N, .n_batches = 1};
    takt_replication *r = takt_scenario_replication(scenario);
    CHECK_OK(takt_replication_run(r, 5, whole));
    CHECK_OK(takt_replication_run_cut(r, 5, &cuts, cut, samples));
    CHECK(memcmp(whole, cut, n_values * sizeof *whole) == 0);
    // The pieces add up to the items over the whole time, of which the measurement is a part.
    CHECK_OK(takt_replication_reset(r, 5));
    CHECK_OK(takt_replication_advance(r, takt_tick_from_s(36001.5 + 720000)));
    takt_replication_report(r, whole);
    for (int i = 0; i < N; ++i)
        area += samples[i] / N;
    CHECK_NEAR(area, whole[takt_scenario_report(scenario)->items], 1e-9, 0);
    takt_free(whole);
    takt_free(cut);
    end();
}

static void batches_add_up_to_the_whole(void)
{
    enum { N = 25 };
    begin(NULL, 0);
    const takt_report *report = takt_scenario_report(scenario);
    double *whole = takt_alloc(n_values * sizeof *whole);
    double *parts = takt_alloc(N * n_values * sizeof *parts);
    double samples[10];
    const takt_cuts cuts = {.n_samples = 10, .n_batches = N};
    takt_replication *r = takt_scenario_replication(scenario);
    CHECK_OK(takt_replication_run(r, 2, whole));
    CHECK_OK(takt_replication_run_cut(r, 2, &cuts, parts, samples));
    const int32_t rows[] = {TAKT_KPI_THROUGHPUT, report->items};
    for (int k = 0; k < 2; ++k)
        CHECK_NEAR(takt_report_mean(report, parts, N, rows[k]), whole[rows[k]], 1e-12, 0);
    double working = 0;
    for (int i = 0; i < N; ++i)
        working += parts[(size_t)i * n_values + (size_t)report->first_state];
    CHECK_NEAR(working, whole[report->first_state], 1e-12, 0);
    takt_free(whole);
    takt_free(parts);
    end();
}

static void a_scenario_is_the_study_with_other_values(void)
{
    const char *const set = "replications=6";
    takt_study *varied = NULL;
    begin(&set, 1);
    CHECK_OK(takt_study_vary(study, 1, &varied));
    CHECK_INT(TAKT_ITEM(takt_station, varied->factory.stations, 0)->n_machines, 3);
    CHECK_INT(varied->replications, 6);
    CHECK_INT(varied->scenarios.n_items, 0);
    CHECK_INT(study->scenarios.n_items, 2);
    CHECK_INT(TAKT_ITEM(takt_station, study->factory.stations, 0)->n_machines, 2);
    takt_study_destroy(&varied);
    end();
}

static void pairs_are_one_observation(void)
{
    const char *const set = "antithetic=true";
    begin(&set, 1);
    const takt_report *report = takt_scenario_report(scenario);
    double *results = takt_alloc(5 * n_values * sizeof *results);
    static const double values[] = {1, 3, 10, 20, 8};
    for (size_t i = 0; i < 5; ++i)
        results[i * n_values + (size_t)report->items] = values[i];
    CHECK_INT(report->group, 2);
    CHECK_INT(takt_report_n_observations(report, 5), 3);
    const takt_interval found =
        takt_report_kpi(report, results, report->n_values, 5, report->items, 0.95);
    const takt_interval expected = takt_interval_of((const double[]){2, 15, 8}, 3, 0.95);
    CHECK_NEAR(found.mean, expected.mean, 1e-15, 0);
    CHECK_NEAR(found.lo, expected.lo, 1e-14, 0);
    CHECK_NEAR(takt_report_interval(report, results, 5, report->items, 0.95).hi, expected.hi, 1e-14,
               0);
    takt_free(results);
    end();
}

/// What is set beside the study above, and what the one line about it says.
static void what_does_not_go_together_is_refused(void)
{
    static const struct {
        const char *sets[3], *texts[3];
    } cases[] = {
        {{"antithetic=true", "replications=5"}, {"replications", "found 5", "an even number"}},
        {{"antithetic=true", "precision={kpi: yield, round: 3}"},
         {"precision.round", "found 3", "an even number"}},
        {{"antithetic=true", "precision={kpi: yield, max_replications: 31}"},
         {"precision.max_replications", "found 31", "an even number"}},
        {{"precision={kpi: yield, max_replications: 3}"},
         {"precision.max_replications", "found 3", "at least the 4"}},
        {{"horizon.batches=20"}, {"horizon.batches", "with 4 replications", "replications: 1"}},
        {{"horizon.batches=9", "replications=1"}, {"horizon.batches", "found 9", "10 to 10000"}},
        {{"horizon.batches=20", "replications=1"}, {"horizon.batches", "with scenarios", "one of"}},
        {{"scenarios[0].name=baseline"}, {"scenarios[0].name", "found 'baseline'", "another name"}},
        {{"scenarios[1].name=same"}, {"scenarios[1].name", "same", "second time"}},
        {{"scenarios[1].set=[]"}, {"scenarios[1].set", "found", "allowed"}},
        {{"precision={kpi: yield, relative: 0}"}, {"precision.relative", "found 0", "allowed"}},
        {{"precision={relative: 0.1}"}, {"precision", "kpi", ""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        takt_study *wrong = NULL;
        int32_t n = 0;
        while (n < 3 && cases[i].sets[n])
            ++n;
        CHECK_STATUS(takt_study_parse_with("queue.yaml", queue_text, strlen(queue_text),
                                           cases[i].sets, n, &wrong),
                     TAKT_ERR_INPUT);
        for (int k = 0; k < 3; ++k)
            CHECK_CONTAINS(takt_error_text(), cases[i].texts[k]);
    }
}

/// A scenario that cannot be is told at its own place.
static void a_scenario_that_leads_nowhere_is_refused(void)
{
    static const struct {
        const char *set, *texts[2];
    } cases[] = {
        {"factory.stations[pres].machines=3", {"found no entry 'pres'", "did you mean 'press'"}},
        {"factory.stations[press].machnes=3", {"machnes", "did you mean 'machines'"}},
        {"factory.stations[press].machines=-3", {"found -3", "allowed"}},
        {"machines", {"'machines'", "path.to.key=value"}},
        {"seed=4", {"another seed", "the same in all scenarios"}},
        {"replications=8", {"another number of replications", "the same"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char set[200];
        const char *const sets[] = {set};
        takt_study *varied = NULL;
        snprintf(set, sizeof set, "scenarios[1].set=['%s']", cases[i].set);
        CHECK_OK(
            takt_study_parse_with("queue.yaml", queue_text, strlen(queue_text), sets, 1, &study));
        CHECK_STATUS(takt_study_vary(study, 1, &varied), TAKT_ERR_INPUT);
        CHECK(varied == NULL);
        CHECK_CONTAINS(takt_error_text(), "scenarios[1].set");
        for (int k = 0; k < 2; ++k)
            CHECK_CONTAINS(takt_error_text(), cases[i].texts[k]);
        takt_study_destroy(&study);
    }
}

TAKT_TESTS(TEST(samples_change_nothing), TEST(batches_add_up_to_the_whole),
           TEST(a_scenario_is_the_study_with_other_values), TEST(pairs_are_one_observation),
           TEST(what_does_not_go_together_is_refused),
           TEST(a_scenario_that_leads_nowhere_is_refused))
