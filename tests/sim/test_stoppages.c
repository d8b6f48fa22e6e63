/// When failures and planned stops strike, what they make of the job in hand, what their clocks
/// count, and blocking before service: against outcomes computed by hand to the tick.
#include "tests/sim/lines.h"

#include <math.h>

/// Jobs of 4 s, a failure after each 3 s of work, 1 s of repair. Resumes: down 3-4, done at 5, down
/// 7-8 (2 s into the second), done at 10. Restarts: no job ever ends. Scrapped: one item each 4 s.
static void interrupted_jobs(void)
{
    static const int left[TAKT_INTERRUPTED_COUNT] = {2, 0, 2};
    static const double sojourn_s[TAKT_INTERRUPTED_COUNT] = {5 + 5, 0, 3 + 3};
    for (int kind = 0; kind < TAKT_INTERRUPTED_COUNT; ++kind) {
        takt_study *study = line_create(10);
        takt_station *station = line_station(study, "press", line_constant(4), NULL, "out");
        station->interrupted = kind;
        station->item_value = 7;
        line_failure(study, station, TAKT_METER_WORKING, line_constant(3), line_constant(1))->loss =
            0.25;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 10);
        const takt_state_head *head = r->view.head;
        line_check_times(r, 0, 8, 0, 0, 2, 0);
        CHECK_INT(head->n_left, left[kind]);
        CHECK_NEAR(head->sojourn, sojourn_s[kind] * 1e6, 0, 0);
        CHECK_NEAR(head->material_cost, 7.0 * left[kind], 0, 0);
        CHECK_NEAR(head->value_in_plant, 7, 0, 0); // of the job in hand
        CHECK_NEAR(head->scrapped, kind == TAKT_INTERRUPTED_IS_SCRAPPED ? 2 : 0.5 * (kind == 0), 0,
                   0);
        CHECK_NEAR(head->gross, left[kind], 0, 0);
        line_destroy(&study, &scenario);
    }
}

/// A job that restarts takes as long as before: the first one that is longer than the interval of a
/// planned stop never ends.
static void restarted_jobs_keep_their_length(void)
{
    takt_study *study = line_create(1000);
    takt_station *station = line_station(study, "press", line_exponential(1), NULL, "out");
    station->interrupted = TAKT_INTERRUPTED_RESTARTS;
    line_stop(study, station, "wash", TAKT_METER_CLOCK, 3.0 / 3600, 1)->strikes =
        TAKT_STRIKE_AT_ONCE;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 1);
    const takt_stream stream = {(uint64_t)study->seed, 1, 0, TAKT_PURPOSE_SERVICE};
    const takt_plan_time *time = &r->plan->stations[0].service;
    int64_t n = 0;
    takt_tick length = 0;
    for (;; ++n) {
        const double u = takt_stream_uniform(&stream, (uint64_t)n);
        length = takt_draws_ticks(time, takt_draws_variate(time->kind, u));
        if (length > LINE_S(3))
            break;
    }
    CHECK(n > 3);
    line_advance(r, 1000);
    CHECK_INT(r->view.head->n_left, n);
    CHECK_INT(r->view.machines[0].work, length);
    line_destroy(&study, &scenario);
}

/// What is scrapped amid a batch are all its items; counts of items and quantity do not move.
static void interrupted_batches_are_scrapped_whole(void)
{
    takt_study *study = line_create(20);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    takt_source *source = line_source(study, "queue", line_constant(1));
    source->quantity = 2;
    source->value = 5;
    takt_station *oven = line_station(study, "oven", line_constant(4), "queue", "out");
    oven->batch_min = oven->batch_max = 3;
    oven->interrupted = TAKT_INTERRUPTED_IS_SCRAPPED;
    line_failure(study, oven, TAKT_METER_CLOCK, line_constant(5), line_constant(3));
    line_stop(study, oven, "wash", TAKT_METER_ITEMS, 3, 100);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 11); // 3 to 5: scrapped; 8 to 12: the next one
    CHECK_INT(r->view.head->n_left, 3);
    CHECK_NEAR(r->view.head->scrapped, 6, 0, 0);
    CHECK_NEAR(r->view.head->material_cost, 15, 0, 0);
    CHECK_NEAR(r->view.head->sojourn, (4 + 3 + 2) * 1e6, 0, 0);
    CHECK_NEAR(r->view.gauges[0].used, 0, 0, 0);
    line_advance(r, 13);
    line_check_times(r, 0, 6, 3, 0, 3, 1);
    line_destroy(&study, &scenario);
}

typedef struct striking {
    takt_meter counts;
    double due; // s of the clock or of work, items, quantity
    double begins_s[TAKT_STRIKE_COUNT];
} striking;

/// An item every 10 s, 4 s of work, 12 s behind it and no place between: at work 10-14, 20-24 and
/// 30-34; blocked 24-26 and 34-38.
static takt_study *striking_plant(void)
{
    takt_study *study = line_create(100);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "between", 0);
    line_source(study, "queue", line_constant(10));
    line_station(study, "press", line_constant(4), "queue", "between");
    line_station(study, "slow", line_constant(12), "between", "out");
    return study;
}

static takt_station *press_of(takt_study *study)
{
    return TAKT_ITEM(takt_station, study->factory.stations, 0);
}

static const striking strikings[] = {
    // at_once, job_end, next_start, when_empty, when_idle
    {TAKT_METER_CLOCK, 22, {22, 24, 30, 26, 26}},  // amid a job
    {TAKT_METER_CLOCK, 16, {16, 24, 20, 26, 16}},  // idle
    {TAKT_METER_CLOCK, 25, {25, 26, 30, 26, 26}},  // blocked: job_end comes with the next chance
    {TAKT_METER_WORKING, 6, {22, 24, 30, 26, 26}}, // 4 s of the first job, 2 s of the second
    {TAKT_METER_ITEMS, 2, {24, 24, 30, 26, 26}},   {TAKT_METER_QUANTITY, 1.5, {24, 24, 30, 26, 26}},
};

static void what_is_due_strikes_when_it_may(void)
{
    for (size_t i = 0; i < sizeof strikings / sizeof *strikings; ++i)
        for (int strikes = 0; strikes < 2 * TAKT_STRIKE_COUNT; ++strikes) {
            const striking *row = &strikings[i];
            const bool is_stop = strikes >= TAKT_STRIKE_COUNT;
            const bool is_time =
                row->counts == TAKT_METER_CLOCK || row->counts == TAKT_METER_WORKING;
            const double begins_s = row->begins_s[strikes % TAKT_STRIKE_COUNT];
            takt_study *study = striking_plant();
            if (is_stop)
                line_stop(study, press_of(study), "wash", row->counts,
                          is_time ? row->due / 3600 : row->due, 50)
                    ->strikes = strikes % TAKT_STRIKE_COUNT;
            else
                line_failure(study, press_of(study), row->counts, line_constant(row->due),
                             line_constant(50))
                    ->strikes = strikes;
            takt_scenario *scenario = line_open(study);
            takt_replication *r = line_start(scenario, 0);
            line_advance(r, begins_s + 10);
            const takt_machine_state state = is_stop ? TAKT_MACHINE_STOPPED : TAKT_MACHINE_DOWN;
            if (line_time(r, 0, state) != LINE_S(10))
                CHECK_FAILED("row %zu, strikes %d: held for %g s at %g s, expected 10 s", i,
                             strikes, takt_tick_to_s(line_time(r, 0, state)), begins_s + 10);
            line_destroy(&study, &scenario);
        }
}

/// A stop in the 2 s in which the finished item waits: 1 s, then the item waits on.
static void a_machine_goes_on_waiting_after_a_stop(void)
{
    takt_study *study = striking_plant();
    takt_stop *stop = line_stop(study, press_of(study), "wash", TAKT_METER_ITEMS, 2, 1);
    stop->strikes = TAKT_STRIKE_JOB_END;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 27);
    line_check_times(r, 0, 8, 17, 1, 0, 1);
    line_destroy(&study, &scenario);
}

/// A stop after 3 s of the clock comes due amid a repair (2 to 6) and begins when it may: in the
/// job that the repair has interrupted, or when that is done at 8.
static void stops_wait_for_repairs(void)
{
    static const double stopped_s[2] = {2, 0}; // until 8
    for (int waits = 0; waits < 2; ++waits) {
        takt_study *study = line_create(20);
        takt_station *station = line_station(study, "press", line_constant(4), NULL, "out");
        line_failure(study, station, TAKT_METER_WORKING, line_constant(2), line_constant(4))
            ->strikes = TAKT_STRIKE_AT_ONCE;
        line_stop(study, station, "wash", TAKT_METER_CLOCK, 3.0 / 3600, 2)->strikes =
            waits ? TAKT_STRIKE_EMPTY : TAKT_STRIKE_AT_ONCE;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 8);
        line_check_times(r, 0, 4 - stopped_s[waits], 0, 0, 4, stopped_s[waits]);
        line_destroy(&study, &scenario);
    }
}

/// Two failures with clocks of their own: a second one that never comes leaves the first as it was,
/// and does not share its futures.
static void failures_have_futures_of_their_own(void)
{
    double due[2] = {0, 0}, second_due = 0;
    takt_tick down[2];
    for (int two = 0; two < 2; ++two) {
        takt_study *study = line_create(10000);
        takt_station *station = line_station(study, "press", line_exponential(1), NULL, "out");
        line_failure(study, station, TAKT_METER_CLOCK, line_exponential(30), line_exponential(10));
        if (two)
            line_failure(study, station, TAKT_METER_ITEMS, line_exponential(1e9),
                         line_exponential(10));
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 5);
        due[two] = r->view.gauges[0].due / 30e6; // means of its distribution
        second_due = two ? r->view.gauges[1].due / 1e9 : 0;
        line_advance(r, 10000);
        down[two] = line_time(r, 0, TAKT_MACHINE_DOWN);
        line_destroy(&study, &scenario);
    }
    CHECK_NEAR(due[0], due[1], 0, 0);
    CHECK(fabs(second_due - due[0]) > 1e-3);
    CHECK_INT(down[0], down[1]);
    CHECK(down[0] > LINE_S(1000));
}

/// Clocks that stand still: in the plant above, idle to 10, 14-20 and 26-30, blocked 24-26, 34-38.
static void clocks_rest_where_they_shall(void)
{
    static const struct {
        bool idle, blocked;
        double up_s, begins_s;
    } rows[] = {
        {false, false, 25, 25}, {true, false, 17, 37}, {false, true, 25, 27}, {true, true, 9, 31}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        takt_study *study = striking_plant();
        takt_failure *failure = line_failure(study, press_of(study), TAKT_METER_CLOCK,
                                             line_constant(rows[i].up_s), line_constant(50));
        failure->rests_idle = rows[i].idle;
        failure->rests_blocked = rows[i].blocked;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, rows[i].begins_s + 1);
        CHECK_INT(line_time(r, 0, TAKT_MACHINE_DOWN), LINE_S(1));
        line_destroy(&study, &scenario);
    }
}

/// Two machines are due at 5, and one person does it in 2 s.
static void crews_do_planned_stops(void)
{
    takt_study *study = line_create(9);
    line_crew(study, "crew", 1);
    static const char *const names[] = {"a", "b"};
    for (int i = 0; i < 2; ++i) {
        takt_station *station = line_station(study, names[i], line_constant(2), NULL, "out");
        takt_stop *stop = line_stop(study, station, "wash", TAKT_METER_CLOCK, 5.0 / 3600, 2);
        stop->strikes = TAKT_STRIKE_AT_ONCE;
        stop->crew = "crew";
        stop->cost = 3;
    }
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 9);
    line_check_times(r, 0, 7, 0, 0, 0, 2);
    line_check_times(r, 1, 5, 0, 0, 0, 4);
    CHECK_NEAR(r->view.head->stop_cost, 6, 0, 0);
    line_destroy(&study, &scenario);
}

/// Two machines before one place: only one of them may work at a time.
static void places_are_reserved(void)
{
    takt_study *study = line_create(9);
    line_buffer(study, "between", 1);
    takt_station *first = line_station(study, "first", line_constant(2), NULL, "between");
    first->n_machines = 2;
    first->blocking = TAKT_BLOCKING_BEFORE;
    line_station(study, "second", line_constant(5), "between", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 1);
    CHECK_INT(r->view.buffers[0].n_reserved, 1);
    line_advance(r, 9); // one of them at work 0-2, 2-4 and, when the place is free again, 7-9
    line_check_times(r, 0, 6, 0, 12, 0, 0);
    line_check_times(r, 1, 7, 2, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// `a` works from 0 and keeps the place; it breaks at 3, its item is scrapped, and `b`, which has
/// waited for the place since 1, starts.
static void scrap_gives_the_place_back(void)
{
    takt_study *study = line_create(5);
    line_buffer(study, "parts", TAKT_UNLIMITED);
    line_buffer(study, "rack", 1);
    line_source(study, "parts", line_constant(1));
    takt_station *a = line_station(study, "a", line_constant(4), NULL, "rack");
    takt_station *b = line_station(study, "b", line_constant(2), "parts", "rack");
    line_station(study, "sink", line_constant(100), "rack", "out");
    a->blocking = b->blocking = TAKT_BLOCKING_BEFORE;
    a->interrupted = TAKT_INTERRUPTED_IS_SCRAPPED;
    line_failure(study, a, TAKT_METER_CLOCK, line_constant(3), line_constant(1));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 2);
    CHECK_INT(r->view.buffers[1].n_reserved, 1);
    line_advance(r, 5);
    line_check_times(r, 0, 3, 0, 1, 1, 0);
    line_check_times(r, 1, 2, 1, 2, 0, 0);
    CHECK_NEAR(r->view.head->scrapped, 1, 0, 0);
    line_destroy(&study, &scenario);
}

/// `a` keeps the only place until 10. At 5 `b` passes an item through it to the sink, which breaks
/// at the same tick, after it has taken it: the place stays free for `a`.
static void items_pass_through_places_that_are_kept(void)
{
    takt_study *study = line_create(11);
    line_buffer(study, "rack", 1);
    line_station(study, "a", line_constant(10), NULL, "rack")->blocking = TAKT_BLOCKING_BEFORE;
    line_station(study, "b", line_constant(5), NULL, "rack");
    takt_station *sink = line_station(study, "sink", line_constant(2), "rack", "out");
    line_failure(study, sink, TAKT_METER_CLOCK, line_constant(5), line_constant(20));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5);
    CHECK_INT(r->view.machines[2].has_job, 1);
    CHECK_INT(r->view.machines[2].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.buffers[0].n_items, 0);
    CHECK_INT(r->view.buffers[0].n_reserved, 1);
    line_advance(r, 11);
    CHECK_INT(r->view.machines[0].item, TAKT_NONE); // its item lies in the rack, that of `b` waits
    line_check_times(r, 0, 10, 0, 1, 0, 0);
    line_check_times(r, 1, 10, 0, 1, 0, 0);
    line_destroy(&study, &scenario);
}

/// Half of the items go through a place that is rarely free. A machine that breaks while it waits
/// for that place still waits for it: half of what leaves has come through it, as without failures.
static void breaking_changes_no_route(void)
{
    takt_study *study = line_create(10000);
    line_buffer(study, "rack", 1);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, NULL);
    line_route(study, station, "rack", 0.5);
    line_route(study, station, "out", 0.5);
    station->blocking = TAKT_BLOCKING_BEFORE;
    line_failure(study, station, TAKT_METER_CLOCK, line_exponential(5), line_constant(0.1));
    line_station(study, "sink", line_constant(20), "rack", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 3);
    line_advance(r, 10000);
    const takt_stream stream = {(uint64_t)study->seed, 3, 0, TAKT_PURPOSE_ROUTE};
    const int64_t n_draws = r->view.draws[takt_stream_route(r->plan, 0)];
    int64_t n_out = 0;
    for (int64_t i = 0; i < n_draws; ++i)
        n_out += takt_stream_uniform(&stream, (uint64_t)i) >= 0.5;
    const int64_t n_sunk = line_time(r, 1, TAKT_MACHINE_WORKING) / LINE_S(20);
    CHECK(n_sunk > 490);
    const int64_t n_in_work = n_out + n_sunk - r->view.head->n_left;
    CHECK(n_in_work == 0 || n_in_work == 1);
    CHECK(n_draws - n_out - n_sunk <= 3); // in the rack, in the sink, waited for
    line_destroy(&study, &scenario);
}

/// Exponential machines of rates 1 and mu with B places, the first blocking before service: it
/// works while fewer than B items wait, so that the items behind its start are a chain on 0 .. B +
/// 1 with p(k) ~ mu^-k, and the line yields mu (1 - p(0)): as blocking after service does with B
/// - 1.
static void blocking_before_service_meets_its_chain(void)
{
    enum { N = 20, PLACES = 2 };
    const double mu = 0.8, rho = 1 / mu;
    double sum = 0, weight = 1;
    for (int k = 0; k <= PLACES + 1; ++k, weight *= rho)
        sum += weight;
    const double exact = mu * (1 - 1 / sum);
    for (int before = 0; before < 2; ++before) {
        takt_study *study = line_create(20000);
        line_buffer(study, "between", before ? PLACES : PLACES - 1);
        line_station(study, "first", line_exponential(1), NULL, "between")->blocking = before;
        line_station(study, "second", line_exponential(1 / mu), "between", "out");
        study->horizon.warm_up_s = 200;
        takt_scenario *scenario = line_open(study);
        double results[256], mean = 0, squares = 0;
        for (uint32_t i = 0; i < N; ++i) {
            CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), i, results));
            const double x = results[TAKT_KPI_THROUGHPUT] / 3600, d = x - mean;
            mean += d / (i + 1);
            squares += d * (x - mean);
        }
        const double half = 3.883 * sqrt(squares / (N - 1) / N); // 99.9 %, 19 degrees of freedom
        CHECK_NEAR(mean, exact, 0, half);
        CHECK(half < 0.01 * exact); // the other kind of blocking is 6 % away
        line_destroy(&study, &scenario);
    }
}

/// Times of 0 pass no check of a study or a set-point, so the plan is built behind their back:
/// items go round for ever.
static void a_loop_without_time_names_its_stations(void)
{
    takt_study *study = line_create(100);
    takt_scenario *scenario = NULL;
    line_buffer(study, "a_in", TAKT_UNLIMITED);
    line_buffer(study, "b_in", TAKT_UNLIMITED);
    line_source(study, "a_in", line_constant(10));
    takt_station *press = line_station(study, "press", line_constant(1), "a_in", "b_in");
    takt_station *check = line_station(study, "check", line_constant(1), "b_in", NULL);
    line_route(study, check, "a_in", 1 - 1e-12);
    line_route(study, check, "out", 1e-12);
    CHECK_OK(takt_study_resolve(study));
    press->service.mean_s = check->service.mean_s = 0;
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    takt_replication *r = line_start(scenario, 0);
    for (int again = 0; again < 2; ++again) { // it stays so
        CHECK_STATUS(takt_replication_advance(r, LINE_S(20)), TAKT_ERR_MODEL);
        CHECK_CONTAINS(takt_error_text(), "items go round without taking time, at ");
        CHECK(strstr(takt_error_text(), "press") || strstr(takt_error_text(), "check"));
    }
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(interrupted_jobs), TEST(restarted_jobs_keep_their_length),
           TEST(interrupted_batches_are_scrapped_whole), TEST(what_is_due_strikes_when_it_may),
           TEST(a_machine_goes_on_waiting_after_a_stop), TEST(stops_wait_for_repairs),
           TEST(failures_have_futures_of_their_own), TEST(clocks_rest_where_they_shall),
           TEST(crews_do_planned_stops), TEST(places_are_reserved),
           TEST(scrap_gives_the_place_back), TEST(items_pass_through_places_that_are_kept),
           TEST(breaking_changes_no_route), TEST(blocking_before_service_meets_its_chain),
           TEST(a_loop_without_time_names_its_stations))
