/// Conveyors: when items reach the end and who may take them, against tables written by hand (whole
/// seconds) and against the recursion of arrivals and departures, to the tick.
#include "sim/deadlock.h"
#include "tests/sim/digest.h"
#include "tests/sim/lines.h"

static takt_conveyor *belt(takt_study *study, takt_buffer *buffer, bool accumulating)
{
    takt_conveyor *conveyor = takt_arena_alloc(study->arena, sizeof *conveyor);
    CHECK(conveyor);
    *conveyor = (takt_conveyor){10, 1, 2, accumulating}; // 10 s to the end, 2 s apart, 5 places
    buffer->conveyor = conveyor;
    return conveyor;
}

/// Items every 3 s onto a conveyor; a press of 1 s that pauses from 20 to 40, from 60 to 80, ...
static takt_study *paused_press(bool accumulating)
{
    takt_study *study = line_create(100);
    belt(study, line_buffer(study, "belt", TAKT_UNLIMITED), accumulating);
    line_source(study, "belt", line_constant(3))->wait_if_full = true;
    takt_station *press = line_station(study, "press", line_constant(1), "belt", "out");
    line_stop(study, press, "pause", TAKT_METER_CLOCK, 20.0 / 3600, 20)->strikes =
        TAKT_STRIKE_AT_ONCE;
    return study;
}

typedef struct moment {
    double time_s;
    int n_left, n_there, n_moving; // left; at the end of the belt; on the way
} moment;

static void check_moments(takt_replication *r, const moment *moments, int n)
{
    for (int i = 0; i < n; ++i) {
        line_advance(r, moments[i].time_s);
        CHECK_INT(r->view.head->n_left, moments[i].n_left);
        CHECK_INT(r->view.buffers[0].n_items, moments[i].n_there);
        CHECK_INT(r->view.belts[0].n, moments[i].n_moving);
    }
}

/// Entries at 3, 6, ..., 24: then the five places are taken until 40. At 20 items 1 to 3 are gone;
/// 4 stands at the end from 22, 5 behind it from 23 (25 less one length), 6 from 24, 7 from 25, 8
/// from 26. From 40 on the row moves up in 2 s for each that is taken, 9 has entered at 40.
static void items_close_up(void)
{
    static const moment moments[] = {
        {13, 0, 0, 3}, {14, 1, 0, 3},   {20, 3, 0, 3},  {22, 3, 1, 3},   {23, 3, 2, 2},
        {24, 3, 3, 2}, {25, 3, 4, 1},   {26, 3, 5, 0},  {39.5, 3, 5, 0}, {40, 3, 0, 5},
        {41, 4, 0, 5}, {42.5, 4, 0, 4}, {43, 5, 0, 5},  {45, 6, 0, 4},   {47, 7, 0, 4},
        {49, 8, 0, 4}, {51, 9, 0, 3},   {54, 10, 0, 3}, {57, 11, 0, 3},
    };
    takt_study *study = paused_press(true);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    check_moments(r, moments, sizeof moments / sizeof *moments);
    CHECK_NEAR(r->view.head->sojourn, 201e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// The same while the belt stops from 22 to 40: what is on it has lost 18 s, the eighth item waits
/// for the entry until 41, one length after the seventh by the time of the belt.
static void the_whole_belt_stops(void)
{
    static const moment moments[] = {
        {14, 1, 0, 3}, {20, 3, 0, 3},   {22, 3, 1, 3},  {39.5, 3, 1, 3}, {40, 3, 0, 3},
        {41, 4, 0, 4}, {43.5, 4, 0, 3}, {44, 5, 0, 4},  {47, 6, 0, 4},   {50, 7, 0, 4},
        {52, 8, 0, 3}, {55, 9, 0, 3},   {58, 10, 0, 3},
    };
    takt_study *study = paused_press(false);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    check_moments(r, moments, sizeof moments / sizeof *moments);
    CHECK_NEAR(r->view.head->sojourn, 182e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// A way of 7 s without length: no distance, no order but that of coming, places as given.
static void a_transit_delays_only(void)
{
    static const moment moments[] = {
        {1, 0, 0, 1},  {3, 0, 0, 3},  {7.5, 0, 0, 3}, {8, 0, 0, 2},  {9, 0, 1, 2},
        {11, 0, 2, 1}, {12, 1, 1, 1}, {13, 1, 1, 2},  {16, 2, 1, 1}, {20, 3, 1, 1},
    };
    takt_study *study = line_create(100);
    line_buffer(study, "hall", 3)->transit_s = 7;
    line_source(study, "hall", line_constant(1));
    line_station(study, "press", line_constant(4), "hall", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    // In at 1, 2, 3; the first is taken at 8, after the arrival of that moment has been turned
    // away; the next place is taken at 9, and so on: free at 12, 16, 20, taken at 13, 17, 21.
    check_moments(r, moments, sizeof moments / sizeof *moments);
    line_destroy(&study, &scenario);
}

/// The mean level counts what is on the way: Little's law for a belt that nothing holds up.
static void the_level_counts_what_moves(void)
{
    takt_study *study = line_create(1000);
    study->horizon.warm_up_s = 100;
    belt(study, line_buffer(study, "belt", TAKT_UNLIMITED), true);
    line_source(study, "belt", line_constant(4));
    line_station(study, "press", line_constant(1), "belt", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    double results[256];
    CHECK(takt_scenario_report(scenario)->n_values <= 100);
    CHECK_OK(takt_replication_run(r, 0, results));
    CHECK_NEAR(results[takt_scenario_report(scenario)->first_level], 10.0 / 4, 1e-12, 0);
    CHECK_INT(takt_replication_inconsistency(r) == NULL, 1);
    line_destroy(&study, &scenario);
}

/// Three at once from the row at the end.
static void batches_take_from_the_row(void)
{
    takt_study *study = line_create(100);
    belt(study, line_buffer(study, "belt", TAKT_UNLIMITED), true);
    line_source(study, "belt", line_constant(4));
    takt_station *oven = line_station(study, "oven", line_constant(9), "belt", "out");
    oven->batch_min = oven->batch_max = 3;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    // In at 4, 8, 12, 16, 20: rest at 14, 16, 18; three go at 18, the fourth (26) and fifth (28)
    // move freely, the sixth (24, rest 30) is the third of the next batch, at 30.
    static const moment moments[] = {{14, 0, 1, 2}, {16, 0, 2, 2}, {18, 0, 0, 1}, {26, 0, 1, 2},
                                     {27, 3, 1, 2}, {28, 3, 2, 2}, {30, 3, 0, 1}, {39, 6, 1, 2}};
    check_moments(r, moments, sizeof moments / sizeof *moments);
    line_destroy(&study, &scenario);
}

// --- Against the recursion -----------------------------------------------------------------------

enum { MAX_JOBS = 4000 };

typedef struct journal {
    const takt_replication *r;
    takt_tick finished[2][MAX_JOBS], begun[2][MAX_JOBS];
    int n[2];
} journal;

static void note(void *context, int32_t machine)
{
    journal *j = context;
    const int n = j->n[machine]++;
    CHECK(n < MAX_JOBS);
    j->finished[machine][n] = j->r->view.head->now;
    j->begun[machine][n] = j->r->view.machines[machine].running_since;
}

static takt_tick later(takt_tick a, takt_tick b)
{
    return a > b ? a : b;
}

/// What the belt had stood by `time`: it stands from each arrival at the end to the departure.
static takt_tick stood(const takt_tick *arrived, const takt_tick *left, int n, takt_tick time)
{
    takt_tick sum = 0;
    for (int i = n - 1; i >= 0 && i > n - 20; --i)
        if (arrived[i] < time)
            sum += (left[i] < time ? left[i] : time) - arrived[i];
    for (int i = 0; i <= n - 20; ++i)
        sum += left[i] - arrived[i];
    return sum;
}

/// first (exponential) -> belt -> second (exponential): every start of the second is where the
/// recursion puts it, given when the first finished and how long the second worked.
static void check_recursion(bool accumulating, double first_s, double second_s)
{
    enum { PLACES = 5 };
    static takt_tick entered[MAX_JOBS], arrived[MAX_JOBS], left[MAX_JOBS], stop[MAX_JOBS];
    static journal j;
    const takt_tick transit = LINE_S(10), pitch = LINE_S(2);
    takt_study *study = line_create(6000);
    belt(study, line_buffer(study, "belt", TAKT_UNLIMITED), accumulating);
    line_station(study, "first", line_exponential(first_s), NULL, "belt");
    line_station(study, "second", line_exponential(second_s), "belt", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 3);
    j = (journal){.r = r};
    takt_replication_listen(r, &(takt_replication_listener){.context = &j, .finished = note});
    for (int i = 1; i <= 60; ++i)
        line_advance(r, 100 * i);
    CHECK(j.n[1] > 600);
    for (int k = 0; k < j.n[1]; ++k) {
        takt_tick in = j.finished[0][k];
        if (k >= PLACES)
            in = later(in, left[k - PLACES]);
        if (accumulating) {
            entered[k] = k ? later(in, entered[k - 1] + pitch) : in;
            arrived[k] =
                k ? later(entered[k] + transit, left[k - 1] + pitch) : entered[k] + transit;
        } else { // entries and arrivals in the time of the belt
            takt_tick due = k ? entered[k - 1] + pitch : 0;
            takt_tick time = in;
            while (time - stood(arrived, left, k, time) < due)
                time += due - (time - stood(arrived, left, k, time));
            entered[k] = time - stood(arrived, left, k, time);
            arrived[k] = entered[k] + transit;
            stop[k] = k ? stop[k - 1] + left[k - 1] - arrived[k - 1] : 0;
            arrived[k] += stop[k];
        }
        left[k] = k ? later(arrived[k], j.finished[1][k - 1]) : arrived[k];
        if (left[k] != j.begun[1][k])
            CHECK_FAILED("item %d is taken at %lld, by the recursion at %lld", k,
                         (long long)j.begun[1][k], (long long)left[k]);
    }
    line_destroy(&study, &scenario);
}

static void departures_follow_the_recursion(void)
{
    for (int accumulating = 0; accumulating < 2; ++accumulating) {
        check_recursion(accumulating, 3, 3);
        check_recursion(accumulating, 1, 4);
        check_recursion(accumulating, 4, 1);
    }
}

/// Saved midway and restored, or step by step: the same bytes.
static void restored_midway_it_goes_on_the_same(void)
{
    for (int accumulating = 0; accumulating < 2; ++accumulating) {
        takt_study *study = line_create(500);
        belt(study, line_buffer(study, "belt", TAKT_UNLIMITED), accumulating);
        line_source(study, "belt", line_exponential(3))->wait_if_full = true;
        line_station(study, "press", line_exponential(3), "belt", "out");
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 1);
        char *block = takt_alloc(takt_replication_state_bytes(r));
        CHECK(block);
        line_advance(r, 203.7);
        takt_replication_save(r, block);
        line_advance(r, 500);
        const uint64_t straight = digest(r);
        CHECK_OK(takt_replication_reset(r, 9));
        takt_replication_load(r, block);
        while (takt_replication_next(r) <= LINE_S(500))
            CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
        line_advance(r, 500);
        CHECK(digest(r) == straight);
        takt_free(block);
        line_destroy(&study, &scenario);
    }
}

static void check_refused(takt_study *study, const char *text)
{
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), text);
    takt_study_destroy(&study);
}

static takt_study *belt_line(takt_buffer **buffer, takt_conveyor **conveyor, takt_station **press)
{
    takt_study *study = line_create(100);
    *buffer = line_buffer(study, "belt", TAKT_UNLIMITED);
    *conveyor = belt(study, *buffer, true);
    line_station(study, "saw", line_constant(1), NULL, "belt");
    *press = line_station(study, "press", line_constant(1), "belt", "out");
    return study;
}

static void what_makes_no_sense_is_refused(void)
{
    takt_buffer *buffer;
    takt_conveyor *conveyor;
    takt_station *press;
    takt_study *study = belt_line(&buffer, &conveyor, &press);
    buffer->capacity = 4;
    check_refused(study, "factory.buffers[0].capacity: found 4, allowed: none for a conveyor");
    study = belt_line(&buffer, &conveyor, &press);
    buffer->by_quantity = true;
    check_refused(study, "factory.buffers[0].by_quantity: found true, allowed: false");
    study = belt_line(&buffer, &conveyor, &press);
    buffer->transit_s = 3;
    check_refused(study, "factory.buffers[0].transit: found 3 s, allowed: none for a conveyor");
    study = belt_line(&buffer, &conveyor, &press);
    conveyor->length_m = 1.5;
    check_refused(study, "conveyor.length_m: found 1.5 m, allowed: 2 or more");
    study = belt_line(&buffer, &conveyor, &press);
    conveyor->length_m = 0;
    check_refused(study,
                  "conveyor.length_m: found none, allowed: a length, or one station at each");
    study = belt_line(&buffer, &conveyor, &press);
    conveyor->accumulating = false;
    press->batch_min = press->batch_max = 2;
    check_refused(study,
                  "stations[1].inputs[0].from: found 'belt', whose belt stops for each item");
    study = belt_line(&buffer, &conveyor, &press);
    press->batch_min = press->batch_max = 6;
    check_refused(study, "found 'belt' with 5 places, allowed: a conveyor for the 6 items");
    study = belt_line(&buffer, &conveyor, &press);
    TAKT_ITEM(takt_station, study->factory.stations, 0)->blocking = TAKT_BLOCKING_BEFORE;
    check_refused(study, "stations[0].blocking: found before_service, but the conveyor 'belt'");
}

/// A belt full of moving items, a saw that waits for its entry, a press that waits for its end:
/// they wait for the belt, not for each other.
static void who_waits_for_the_belt_is_not_stuck(void)
{
    takt_buffer *buffer;
    takt_conveyor *conveyor;
    takt_station *press;
    takt_study *study = belt_line(&buffer, &conveyor, &press);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (int i = 1; i < 38; ++i) {
        line_advance(r, 0.5 * i);
        CHECK_OK(takt_replication_check_deadlock(r));
    }
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED);
    line_destroy(&study, &scenario);
}

/// The length is that between the stations where none is given: 3-4-5.
static void the_length_comes_from_the_positions(void)
{
    static double here[2] = {1, 1}, there[2] = {7, 9};
    takt_buffer *buffer;
    takt_conveyor *conveyor;
    takt_station *press;
    takt_study *study = belt_line(&buffer, &conveyor, &press);
    conveyor->length_m = 0;
    TAKT_ITEM(takt_station, study->factory.stations, 0)->position_m = (takt_list){here, 2};
    press->position_m = (takt_list){there, 2};
    takt_scenario *scenario = line_open(study);
    const takt_plan *plan = takt_scenario_plan(scenario);
    CHECK_INT(plan->transport.conveyors[0].transit, LINE_S(10));
    CHECK_NEAR(plan->buffers[0].capacity, 5, 0, 0);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(items_close_up), TEST(the_whole_belt_stops), TEST(a_transit_delays_only),
           TEST(the_level_counts_what_moves), TEST(batches_take_from_the_row),
           TEST(departures_follow_the_recursion), TEST(restored_midway_it_goes_on_the_same),
           TEST(what_makes_no_sense_is_refused), TEST(who_waits_for_the_belt_is_not_stuck),
           TEST(the_length_comes_from_the_positions))
