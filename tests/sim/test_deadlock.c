/// A plant in which somebody waits for ever is found, with those who wait; one that has come to an
/// end, or that only stands still for a while, is not.
#include "sim/deadlock.h"
#include "tests/sim/lines.h"

static void check_text(const takt_replication *r, const char *expected)
{
    takt_text text = {0};
    takt_deadlock_describe(r, &text);
    CHECK_TEXT(takt_text_get(&text), expected);
    takt_text_destroy(&text);
}

/// `a` and `b` give each other work, one place each: with rework both ways both end up blocked.
static takt_study *ring(void)
{
    takt_study *study = line_create(3600);
    line_buffer(study, "a_in", 1);
    line_buffer(study, "b_in", 1);
    takt_initial *initial = line_append(
        study, &TAKT_ITEM(takt_buffer, study->factory.buffers, 0)->initial, sizeof *initial);
    *initial = (takt_initial){.items = 1, .quantity = 1};
    initial = line_append(study, &TAKT_ITEM(takt_buffer, study->factory.buffers, 1)->initial,
                          sizeof *initial);
    *initial = (takt_initial){.items = 1, .quantity = 1};
    takt_station *a = line_station(study, "a", line_constant(10), "a_in", NULL);
    line_route(study, a, "b_in", 1);
    line_route(study, a, "out", 0);
    takt_station *b = line_station(study, "b", line_constant(20), "b_in", NULL);
    line_route(study, b, "a_in", 1);
    line_route(study, b, "out", 0);
    takt_source *source = line_source(study, "a_in", line_constant(4));
    source->number = 2;
    source->wait_if_full = true;
    return study;
}

/// At 4 the first of the source fills a_in, the second comes at 8 and waits; a is done at 10 and
/// puts its item into b_in, takes the next, the second comes in; at 20 b finds a_in full, a b_in.
static void a_ring_of_full_buffers(void)
{
    takt_study *study = ring();
    for (int i = 0; i < 2; ++i) // routes need a share that leads out, however small
        for (int k = 0; k < 2; ++k)
            TAKT_ITEM(takt_route, TAKT_ITEM(takt_station, study->factory.stations, i)->routes, k)
                ->share = k ? 1e-300 : 1;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 3);
    line_advance(r, 19);
    CHECK_OK(takt_replication_check_deadlock(r));
    line_advance(r, 3600);
    CHECK_STATUS(takt_replication_check_deadlock(r), TAKT_ERR_MODEL);
    CHECK(takt_replication_is_deadlocked(r));
    CHECK(strstr(takt_error_text(), "found a deadlock at 0.00555556 h of replication 3"));
    CHECK(strchr(takt_error_text(), '\n') == NULL);
    check_text(r, "a (1 of 1 machine): blocked since 0.00555556 h, no place in 'b_in' (1 of 1)\n"
                  "b (1 of 1 machine): blocked since 0.00555556 h, no place in 'a_in' (1 of 1)\n");
    CHECK_STATUS(takt_replication_advance(r, LINE_S(3600)), TAKT_ERR_MODEL); // for good
    line_destroy(&study, &scenario);
}

/// The report shows how it came about, also after results have been read.
static void told_with_its_history(void)
{
    takt_study *study = ring();
    for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 2; ++k)
            TAKT_ITEM(takt_route, TAKT_ITEM(takt_station, study->factory.stations, i)->routes, k)
                ->share = k ? 1e-300 : 1;
    study->horizon.warm_up_s = 100;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    double *results = takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof(double));
    CHECK_OK(takt_replication_run(r, 1 | TAKT_REPLICATION_MIRRORED, results));
    CHECK_STATUS(takt_replication_check_deadlock(r), TAKT_ERR_MODEL);
    takt_text text = {0};
    CHECK_OK(takt_deadlock_report(r, &text));
    CHECK(strstr(takt_text_get(&text), "Deadlock at 0.00555556 h of replication 2"));
    CHECK(strstr(takt_text_get(&text), "0.005555556 b 1 blocked\n"));
    CHECK(strstr(takt_text_get(&text), "0.000000000 a 1 working\n"));
    takt_text_destroy(&text);
    takt_free(results);
    line_destroy(&study, &scenario);
}

/// A ring in one corner while a source elsewhere goes on: found at the end of the replication.
static void part_of_a_plant(void)
{
    takt_study *study = ring();
    for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 2; ++k)
            TAKT_ITEM(takt_route, TAKT_ITEM(takt_station, study->factory.stations, i)->routes, k)
                ->share = k ? 1e-300 : 1;
    line_buffer(study, "other_in", TAKT_UNLIMITED);
    line_source(study, "other_in", line_constant(5));
    line_station(study, "other", line_constant(3), "other_in", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    double *results = takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof(double));
    CHECK_OK(takt_replication_reset(r, 0));
    CHECK_OK(takt_replication_run(r, 0, results));
    CHECK_STATUS(takt_replication_check_deadlock(r), TAKT_ERR_MODEL);
    CHECK(strstr(takt_error_text(), "no place in 'b_in' (1 of 1)"));
    CHECK(strstr(takt_error_text(), "other") == NULL);
    takt_free(results);
    line_destroy(&study, &scenario);
}

/// A tank of 2 before a press that draws 3 at a time can never hold enough: found, although the
/// clock of a failure goes on for ever.
static void a_tank_smaller_than_its_takes(void)
{
    takt_study *study = line_create(1000);
    line_buffer(study, "tank", 2)->by_quantity = true;
    line_station(study, "mixer", line_constant(4), NULL, "tank");
    takt_station *press = line_station(study, "press", line_constant(1), "tank", "out");
    TAKT_ITEM(takt_input, press->inputs, 0)->by_quantity = true;
    TAKT_ITEM(takt_input, press->inputs, 0)->take = 3;
    line_failure(study, press, TAKT_METER_CLOCK, line_constant(50), line_constant(1));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    double *results = takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof(double));
    CHECK_OK(takt_replication_run(r, 0, results));
    CHECK_STATUS(takt_replication_check_deadlock(r), TAKT_ERR_MODEL);
    CHECK(strstr(takt_error_text(), "no place in 'tank' (2 of 2)"));
    CHECK(strstr(takt_error_text(), "nothing more comes to 'tank' (2 of 3 needed)"));
    takt_free(results);
    line_destroy(&study, &scenario);
}

/// Supply that has run out: an empty plant, and parts that wait for others that never come, hold
/// nobody up; and a line that only waits for a shift, or is blocked by a long repair, is none.
static void what_is_no_deadlock(void)
{
    for (int kind = 0; kind < 3; ++kind) {
        takt_study *study = line_create(1000);
        line_buffer(study, "queue", 3);
        takt_source *source = line_source(study, "queue", line_constant(2));
        takt_station *server = line_station(study, "server", line_constant(1), "queue", "out");
        if (kind < 2)
            source->number = 5;
        else
            source->wait_if_full = true;
        if (kind == 1)
            server->batch_min = server->batch_max = 3; // two are left
        if (kind == 2)
            line_failure(study, server, TAKT_METER_CLOCK, line_constant(100),
                         line_constant(100000));
        takt_scenario *scenario = line_open(study);
        takt_replication *r = takt_scenario_replication(scenario);
        double *results =
            takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof(double));
        CHECK_OK(takt_replication_run(r, 0, results));
        CHECK_OK(takt_replication_check_deadlock(r));
        CHECK_INT(r->view.head->n_in_plant, kind == 0 ? 0 : kind == 1 ? 2 : 3);
        takt_free(results);
        line_destroy(&study, &scenario);
    }
}

TAKT_TESTS(TEST(a_ring_of_full_buffers), TEST(told_with_its_history), TEST(part_of_a_plant),
           TEST(a_tank_smaller_than_its_takes), TEST(what_is_no_deadlock))
