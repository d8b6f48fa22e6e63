/// Beginnings: a saved state goes on under the same plan as if nothing had happened, under other
/// values with everybody thinking again, and only where the structure is the same.
#include "sim/analysis.h"
#include "sim/kpi.h"
#include "sim/start.h"
#include "tests/sim/factories.h"

#if defined(__SANITIZE_ADDRESS__)
enum { N_FACTORIES = 40 };
#else
enum { N_FACTORIES = 400 };
#endif

static char *block_of(const takt_replication *r)
{
    char *block = takt_alloc(takt_replication_state_bytes(r));
    CHECK(block);
    takt_replication_save(r, block);
    return block;
}

/// The whole block is the same after one life in one go, and after lives in between and a restart.
static void a_state_is_its_number_and_its_time(void)
{
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study = random_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = takt_scenario_replication(scenario);
        CHECK_OK(takt_replication_clear(r));
        CHECK_OK(takt_replication_reset(r, i));
        line_advance(r, 100);
        char *first = block_of(r);
        line_advance(r, 300);
        char *one_go = block_of(r);
        line_start(scenario, i + 1);
        line_advance(r, 400);
        CHECK_OK(takt_replication_clear(r));
        const takt_start start = {first, TAKT_BRANCH_COMMON, true};
        CHECK_OK(takt_replication_start(r, 7, &start));
        line_advance(r, 300);
        char *again = block_of(r);
        CHECK(memcmp(one_go, again, takt_replication_state_bytes(r)) == 0);
        takt_free(first);
        takt_free(one_go);
        takt_free(again);
        line_destroy(&study, &scenario);
    }
}

/// The same plan, thought over once more: nobody finds anything to do.
static void thinking_again_changes_nothing(void)
{
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study = random_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, i);
        line_advance(r, 100);
        char *block = block_of(r);
        int64_t n_events[2], n_left[2];
        for (int again = 0; again < 2; ++again) {
            const takt_start start = {block, TAKT_BRANCH_FRESH, !again};
            CHECK_OK(takt_replication_start(r, 3, &start));
            line_advance(r, 300);
            n_events[again] = r->view.head->n_events;
            n_left[again] = r->view.head->n_left;
        }
        CHECK_INT(n_events[0], n_events[1]);
        CHECK_INT(n_left[0], n_left[1]);
        takt_free(block);
        line_destroy(&study, &scenario);
    }
}

/// A line that is blocked goes on at once under a plan with more places.
static void other_values_are_thought_over(void)
{
    takt_study *narrow = line_serial(2, 1, 1000), *wide = line_serial(2, 5, 1000);
    for (int i = 0; i < 2; ++i) {
        takt_study *study = i ? wide : narrow;
        TAKT_ITEM(takt_station, study->factory.stations, 0)->service = line_constant(1);
        TAKT_ITEM(takt_station, study->factory.stations, 1)->service = line_constant(100);
    }
    takt_scenario *of_narrow = line_open(narrow), *of_wide = line_open(wide);
    takt_replication *r = line_start(of_narrow, 0), *w = line_start(of_wide, 0);
    line_advance(r, 50);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED);
    CHECK(takt_replication_structure(r) == takt_replication_structure(w));
    char *block = block_of(r);
    const takt_start start = {block, TAKT_BRANCH_FRESH, false};
    CHECK_OK(takt_replication_start(w, 0, &start));
    CHECK(takt_replication_inconsistency(w) == NULL);
    CHECK_INT(w->view.machines[0].state, TAKT_MACHINE_WORKING);
    CHECK_INT(takt_replication_now(w), LINE_S(50));
    line_advance(w, 54.5);
    CHECK_INT(w->view.buffers[0].n_items, 5);
    CHECK_INT(w->view.machines[0].state, TAKT_MACHINE_BLOCKED);
    takt_free(block);
    line_destroy(&narrow, &of_narrow);
    line_destroy(&wide, &of_wide);
}

/// Stations, machines, failures: each of them changes the structure; times do not.
static void structure_is_what_a_state_needs(void)
{
    uint64_t structure[5];
    for (int i = 0; i < 5; ++i) {
        takt_study *study = line_serial(2, 3, 1000);
        takt_station *second = TAKT_ITEM(takt_station, study->factory.stations, 1);
        if (i == 1)
            second->service = line_constant(5);
        if (i == 2)
            second->n_machines = 2;
        if (i == 3)
            line_failure(study, second, TAKT_METER_CLOCK, line_exponential(5), line_exponential(1));
        if (i == 4)
            second->name = "another";
        takt_scenario *scenario = line_open(study);
        structure[i] = takt_replication_structure(takt_scenario_replication(scenario));
        line_destroy(&study, &scenario);
    }
    CHECK(structure[1] == structure[0]);
    for (int i = 2; i < 5; ++i)
        CHECK(structure[i] != structure[0]);
}

/// Measured from the state on, without warm-up: exponential service that has gone on is as long as
/// a new one, and each of the 100 s brings one item of the first machine of an endless line.
static void runs_are_measured_from_the_state_on(void)
{
    takt_study *study = line_serial(1, 1, 100);
    study->horizon.warm_up_s = 500;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 20);
    char *block = block_of(r);
    const takt_start start = {block, TAKT_BRANCH_FRESH, true};
    const takt_cuts cuts = {.n_batches = 1, .start = &start};
    enum { N = 2000 };
    double sum = 0, squares = 0, results[4096];
    CHECK(takt_report_size(r->plan) <= 4096);
    for (uint32_t k = 0; k < N; ++k) {
        CHECK_OK(takt_replication_run_cut(r, k, &cuts, results, NULL));
        CHECK_INT(takt_replication_now(r), LINE_S(120));
        CHECK_INT(r->view.head->measured_since, LINE_S(20));
        const double n = (double)r->view.head->n_left;
        sum += n;
        squares += n * n;
    }
    // A Poisson process: mean and variance are 100.
    const double mean = sum / N, variance = squares / N - mean * mean;
    CHECK_NEAR(mean, 100, 0, 4.9 * sqrt(100.0 / N));
    CHECK_NEAR(variance, 100, 4.9 * sqrt(2.01 / N), 0);
    takt_free(block);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(a_state_is_its_number_and_its_time), TEST(thinking_again_changes_nothing),
           TEST(other_values_are_thought_over), TEST(structure_is_what_a_state_needs),
           TEST(runs_are_measured_from_the_state_on))
