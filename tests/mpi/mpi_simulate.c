// Replications over ranks are those of one rank, one by one; stops and failures reach all ranks.
#include "tests/check.h"

#include "core/memory.h"
#include "core/rng.h"
#include "core/stop.h"
#include "mpi/simulate.h"

static const char queue_text[] =
    "study: queue\n"
    "seed: 3\n"
    "horizon: {warm_up: 10 h, measured: 200 h}\n"
    "factory:\n"
    "  max_items: 400\n"
    "  sources:\n"
    "    - {name: orders, to: queue, interarrival: {is: exponential, mean: 20 min}}\n"
    "  buffers:\n"
    "    - {name: queue}\n"
    "  stations:\n"
    "    - {name: press, machines: 2, service: {is: exponential, mean: 30 min},\n"
    "       inputs: [{from: queue}], routes: [{to: out}]}\n"
    "set_points: [{name: machines, value: 2, min: 1, max: 3, integer: true,\n"
    "              targets: ['factory.stations[press].machines']}]\n";

static takt_comm *comm;
static takt_study *study;
static takt_scenario *scenario;
static int32_t n_values;

static void begin(void)
{
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    CHECK_OK(takt_study_parse("queue.yaml", queue_text, strlen(queue_text), &study));
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    n_values = takt_scenario_report(scenario)->n_values;
}

static void end(void)
{
    takt_scenario_destroy(&scenario);
    takt_study_destroy(&study);
    takt_comm_destroy(&comm);
    CHECK(comm == NULL && scenario == NULL && study == NULL);
}

/// What the observer heard.
typedef struct heard {
    int32_t n;
    int64_t last;
    bool stops; ///< requests a stop when it hears the first report
} heard;

static void listen(void *context, const takt_progress *progress)
{
    heard *h = context;
    CHECK(progress->done >= h->last && progress->done <= progress->total);
    CHECK_TEXT(progress->unit, "replications");
    CHECK(isnan(progress->best) && progress->best_name == NULL);
    h->last = progress->done;
    ++h->n;
    if (h->stops)
        takt_stop_request();
}

static void rows_are_single_replications(void)
{
    enum { FIRST = 7, N = 50 };
    begin();
    const size_t width = (size_t)n_values;
    double *results = takt_alloc(N * width * sizeof *results);
    double *alone = takt_alloc(width * sizeof *alone);
    heard h = {0};
    const takt_observer observer = {.context = &h, .progress = listen};
    CHECK_OK(takt_simulate(comm, scenario, FIRST, N, &observer,
                           takt_comm_rank(comm) == 0 ? results : NULL));
    for (uint32_t i = 0; i < N && takt_comm_rank(comm) == 0; ++i) {
        CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), FIRST + i, alone));
        CHECK(memcmp(alone, results + i * width, width * sizeof *alone) == 0);
    }
    CHECK_INT(h.last, takt_comm_rank(comm) == 0 ? N : 0);
    CHECK(takt_comm_rank(comm) > 0 || h.n >= 2);
    const size_t n_bytes = width * sizeof *results;
    CHECK(takt_comm_rank(comm) > 0 || memcmp(results, results + width, n_bytes) != 0);
    takt_free(results);
    takt_free(alone);
    end();
}

/// Two scenarios side by side, sampled and cut: each row is what this replication of this scenario
/// gives alone, where replication 2k + 1 mirrors 2k.
static void rows_of_scenarios_are_single_replications(void)
{
    enum { FIRST = 3, N = 9, SAMPLES = 40 };
    takt_scenario *scenarios[2] = {NULL, NULL};
    takt_study *other = NULL;
    begin();
    study->antithetic = true;
    CHECK_OK(takt_study_parse("queue.yaml", queue_text, strlen(queue_text), &other));
    other->antithetic = true;
    CHECK_OK(takt_scenario_create(other, NULL, &scenarios[1]));
    CHECK_OK(takt_scenario_fill(scenarios[1], (const double[]){3}));
    scenarios[0] = scenario;
    const takt_simulate_config config = {
        .scenarios = scenarios, .n_scenarios = 2, .first = FIRST, .n = N, .cuts = {SAMPLES, 1}};
    const size_t row = takt_simulate_row(&config);
    CHECK_INT(row, n_values + SAMPLES);
    double *rows = takt_alloc(2 * N * row * sizeof *rows), *alone = takt_alloc(row * sizeof *alone);
    CHECK_OK(takt_simulate_all(comm, &config, rows));
    for (int i = 0; i < 2 * N && takt_comm_rank(comm) == 0; ++i) {
        const uint32_t number = FIRST + (uint32_t)i / 2;
        const uint32_t name = number % 2 ? (number - 1) | TAKT_REPLICATION_MIRRORED : number;
        CHECK_OK(takt_replication_run_cut(takt_scenario_replication(scenarios[i % 2]), name,
                                          &config.cuts, alone, alone + n_values));
        CHECK(memcmp(alone, rows + (size_t)i * row, row * sizeof *alone) == 0);
    }
    takt_free(rows);
    takt_free(alone);
    takt_scenario_destroy(&scenarios[1]);
    takt_study_destroy(&other);
    end();
}

static void stop_reaches_all_ranks(void)
{
    enum { N = 2000 };
    begin();
    double *results = takt_alloc((size_t)N * (size_t)n_values * sizeof *results);
    heard h = {.stops = true};
    const takt_observer observer = {.context = &h, .progress = listen};
    CHECK_STATUS(takt_simulate(comm, scenario, 0, N, &observer, results), TAKT_STOPPED);
    takt_stop_clear();
    CHECK_OK(takt_simulate(comm, scenario, 0, 3, NULL, results));
    takt_free(results);
    end();
}

/// One machine cannot keep up: the queue outgrows the plant in every replication, and the first one
/// is reported everywhere.
static void failure_reaches_all_ranks(void)
{
    enum { N = 20 };
    begin();
    double *results = takt_alloc((size_t)N * (size_t)n_values * sizeof *results);
    study->factory.max_items = 16;
    takt_scenario_destroy(&scenario);
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    CHECK_OK(takt_scenario_fill(scenario, (const double[]){1}));
    CHECK_STATUS(takt_simulate(comm, scenario, 0, N, NULL, results), TAKT_ERR_LIMIT);
    CHECK_CONTAINS(takt_error_text(), "max_items");
    takt_free(results);
    end();
}

static void no_replications_are_done_at_once(void)
{
    heard h = {0};
    const takt_observer observer = {.context = &h, .progress = listen};
    begin();
    CHECK_OK(takt_simulate(comm, scenario, 0, 0, &observer, NULL));
    CHECK_INT(h.n, 0);
    end();
}

TAKT_TESTS(TEST(rows_are_single_replications), TEST(rows_of_scenarios_are_single_replications),
           TEST(stop_reaches_all_ranks), TEST(failure_reaches_all_ranks),
           TEST(no_replications_are_done_at_once))
