/// Failures, crews and planned stops against outcomes computed by hand to the tick, and the KPIs
/// that follow from them.
#include "tests/sim/lines.h"

/// 4 s of work per item, a failure after each 10 s of work, 3 s of repair: down 10 to 13, and at
/// 23, when a job ends at the very tick of the failure, as the next one begins.
static void failures_by_working_time(void)
{
    takt_study *study = line_create(30);
    takt_station *station = line_station(study, "press", line_constant(4), NULL, "out");
    line_failure(study, station, TAKT_METER_WORKING, line_constant(10), line_constant(3))->loss =
        0.5;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 26);
    line_check_times(r, 0, 20, 0, 0, 6, 0);
    CHECK_INT(r->view.head->n_left, 5); // 4, 8, 15, 19, 23
    CHECK_NEAR(r->view.head->good, 4.5, 0, 0);
    CHECK_NEAR(r->view.head->scrapped, 0.5, 0, 0);
    line_advance(r, 30);
    CHECK_INT(r->view.head->n_left, 6);
    CHECK_NEAR(r->view.head->good, 5.5, 0, 0); // the second one, at 23, finds empty hands
    CHECK_NEAR(r->view.head->gross, 6, 0, 0);
    line_destroy(&study, &scenario);
}

/// Two failures within one job lose twice; more than the item holds cannot be lost.
static void losses_add_up_to_the_item(void)
{
    static const double losses[4] = {0.25, 0.5, 0.75, 2}, good[4] = {0.5, 0, 0, 0};
    for (int i = 0; i < 4; ++i) {
        takt_study *study = line_create(30);
        takt_station *station = line_station(study, "press", line_constant(10), NULL, "out");
        line_failure(study, station, TAKT_METER_WORKING, line_constant(4), line_constant(1))->loss =
            losses[i];
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 12); // failures after 4 and 8 s of work
        CHECK_INT(r->view.head->n_left, 1);
        CHECK_NEAR(r->view.head->good, good[i], 1e-15, 0);
        CHECK_NEAR(r->view.head->gross, 1, 1e-15, 0);
        CHECK_NEAR(r->view.stations[0].scrapped, 1 - good[i], 1e-15, 0);
        line_destroy(&study, &scenario);
    }
}

/// A batch of three items starts at 3 and breaks twice: what is lost goes through it item by item.
static void losses_go_through_a_batch(void)
{
    takt_study *study = line_create(30);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    takt_station *oven = line_station(study, "oven", line_constant(10), "queue", "out");
    oven->batch_min = oven->batch_max = 3;
    line_failure(study, oven, TAKT_METER_WORKING, line_constant(4), line_constant(1))->loss = 1.25;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 15);
    CHECK_INT(r->view.head->n_left, 3);
    CHECK_NEAR(r->view.head->good, 0.5, 0, 0);
    CHECK_NEAR(r->view.head->scrapped, 2.5, 0, 0);
    CHECK_NEAR(r->view.head->gross, 3, 0, 0);
    line_destroy(&study, &scenario);
}

/// Arrivals at 10 and 20, 2 s of service, 4 s up by the clock, 3 s of repair: idle at 4, at work at
/// 11, idle at 18.
static void failures_by_the_clock_idle_and_at_work(void)
{
    takt_study *study = line_create(23);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(10));
    takt_station *station = line_station(study, "press", line_constant(2), "queue", "out");
    line_failure(study, station, TAKT_METER_CLOCK, line_constant(4), line_constant(3));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 23);
    line_check_times(r, 0, 4, 10, 0, 9, 0);
    CHECK_INT(r->view.head->n_left, 2); // 15 and 23
    CHECK_NEAR(r->view.head->sojourn, (5 + 3) * 1e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// A blocked machine breaks too; what it holds can still be taken from it, and completions come
/// before failures at one tick (5 and 14).
static void failures_by_the_clock_while_blocked(void)
{
    takt_study *study = line_create(14);
    line_buffer(study, "between", 0);
    takt_station *first = line_station(study, "first", line_constant(1), NULL, "between");
    line_station(study, "second", line_constant(3), "between", "out");
    line_failure(study, first, TAKT_METER_CLOCK, line_constant(5), line_constant(4));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 8);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[0].item, TAKT_NONE); // taken at 7
    line_advance(r, 14);
    line_check_times(r, 0, 6, 0, 4, 4, 0);
    line_check_times(r, 1, 13, 1, 0, 0, 0);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[0].is_blocked, 1);
    line_advance(r, 18);
    line_check_times(r, 0, 6, 0, 4, 8, 0);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING); // its item went at 16
    line_destroy(&study, &scenario);
}

/// Three long jobs fail at 10, 11 and 12; one crew repairs for 5 s each. What lies behind `b` is
/// full, behind `c` empty.
static void crews_come_in_their_order(void)
{
    static const double down_s[2][3] = {{5, 9, 12}, {5, 13, 8}}; // until 24
    for (int rule = 0; rule < TAKT_CREW_RULE_COUNT; ++rule) {
        static const char *const names[] = {"a", "b", "c"};
        static const char *const racks[] = {"rack_a", "rack_b", "rack_c"};
        static const char *const sinks[] = {"sink_a", "sink_b", "sink_c"};
        takt_study *study = line_create(24);
        line_crew(study, "crew", 1)->rule = rule;
        for (int i = 0; i < 3; ++i) {
            takt_station *station =
                line_station(study, names[i], line_constant(100), NULL, racks[i]);
            line_failure(study, station, TAKT_METER_WORKING, line_constant(10 + i),
                         line_constant(5))
                ->crew = "crew";
            line_buffer(study, racks[i], 4);
        }
        for (int i = 0; i < 3; ++i)
            line_station(study, sinks[i], line_constant(1000), racks[i], "out");
        line_source(study, "rack_b", line_constant(1));
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 24);
        for (int i = 0; i < 3; ++i)
            CHECK_INT(line_time(r, i, TAKT_MACHINE_DOWN), LINE_S(down_s[rule][i]));
        line_destroy(&study, &scenario);
    }
}

/// What lies behind the station of a broken machine: a rack or a tank that an item reaches every
/// `interval_s`; the first of them goes on at once.
typedef struct stock {
    double interval_s, quantity, capacity;
    bool by_quantity;
} stock;

/// `x` breaks at 11, `y` at 12, while the crew repairs another machine until 15. Who is next?
static void next_repair(const stock *x, const stock *y, const stock *also_y, bool x_is_next)
{
    static const char *const names[] = {"x", "y"};
    static const char *const racks[] = {"behind_x", "behind_y", "also_behind_y"};
    static const char *const sinks[] = {"sink_x", "sink_y", "also_sink_y"};
    const stock *stocks[] = {x, y, also_y};
    takt_study *study = line_create(30);
    line_crew(study, "crew", 1)->rule = TAKT_CREW_LEAST_STOCK;
    takt_station *other = line_station(study, "other", line_constant(100), NULL, "out");
    line_failure(study, other, TAKT_METER_WORKING, line_constant(10), line_constant(5))->crew =
        "crew";
    for (int i = 0; i < 2; ++i) {
        takt_station *station = line_station(study, names[i], line_constant(100), NULL, NULL);
        line_failure(study, station, TAKT_METER_WORKING, line_constant(11 + i), line_constant(5))
            ->crew = "crew";
        line_route(study, station, stocks[i] ? racks[i] : "out", i && also_y ? 0.5 : 1);
        if (i && also_y)
            line_route(study, station, racks[2], 0.5);
    }
    for (int i = 0; i < 3; ++i) {
        if (!stocks[i])
            continue;
        line_buffer(study, racks[i], stocks[i]->capacity)->by_quantity = stocks[i]->by_quantity;
        line_source(study, racks[i], line_constant(stocks[i]->interval_s))->quantity =
            stocks[i]->quantity;
        line_station(study, sinks[i], line_constant(1000), racks[i], "out");
    }
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 19);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[2].state, TAKT_MACHINE_DOWN);
    line_advance(r, 20);
    CHECK_INT(r->view.machines[1].state, x_is_next ? TAKT_MACHINE_WORKING : TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[2].state, x_is_next ? TAKT_MACHINE_DOWN : TAKT_MACHINE_WORKING);
    line_destroy(&study, &scenario);
}

static void crews_follow_the_least_stock(void)
{
    const stock tank_40 = {5, 4, 10, true};      // one item of 4 in 10: 40 % full
    const stock rack_25 = {6, 1, 4, false};      // one of 4 places
    const stock rack_30 = {3.5, 1, 10, false};   // three of 10
    const stock rack_50 = {4.5, 1, 4, false};    // two of 4
    const stock rack_0 = {14, 1, 4, false};      // what came has gone on
    const stock no_places = {1000, 1, 0, false}; // holds nothing: always empty
    next_repair(&tank_40, &rack_25, NULL, false);
    next_repair(&rack_25, &tank_40, NULL, true);
    next_repair(&rack_30, &rack_50, NULL, true);
    next_repair(&rack_50, &rack_30, NULL, false);
    next_repair(&rack_25, &rack_0, &rack_50, false); // the emptier of two counts
    next_repair(&rack_25, &rack_50, &rack_0, false);
    next_repair(&rack_25, &rack_25, NULL, true); // a tie: who has waited longer
    next_repair(NULL, &rack_50, NULL, false);    // what leaves the plant feeds nobody
    next_repair(&rack_25, &no_places, NULL, false);
}

/// A press of endless supply with one planned stop of 10 min, until `until_s`.
static void stops_with(takt_meter counts, double every, double service_s, double until_s,
                       double working_s, double stopped_s)
{
    takt_study *study = line_create(until_s);
    takt_station *station = line_station(study, "press", line_constant(service_s), NULL, "out");
    line_stop(study, station, "wash", counts, every, 600)->cost = 7;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, until_s);
    line_check_times(r, 0, working_s, 0, 0, 0, stopped_s);
    CHECK_NEAR(r->view.head->stop_cost, 7 * stopped_s / 600, 0, 0);
    line_destroy(&study, &scenario);
}

static void stops_follow_their_meters(void)
{
    stops_with(TAKT_METER_ITEMS, 3, 100, 1800, 600, 1200);
    stops_with(TAKT_METER_QUANTITY, 2.5, 100, 1800, 600, 1200); // due after the third item
    stops_with(TAKT_METER_WORKING, 1, 1200, 8400, 7200, 1200);
    // By the clock, between two jobs: 4,500 s after the last one of 3,600 s.
    stops_with(TAKT_METER_CLOCK, 1, 1500, 10200, 9000, 1200);
}

/// Batches of three items of 2, one each second from 1 on: six items, or 12 of quantity, at 3.
static void batches_advance_meters_by_all_items(void)
{
    for (int by_quantity = 0; by_quantity < 2; ++by_quantity) {
        takt_study *study = line_create(13);
        line_buffer(study, "queue", TAKT_UNLIMITED);
        for (int i = 0; i < 3; ++i)
            line_source(study, "queue", line_constant(1))->quantity = 2;
        takt_station *oven = line_station(study, "oven", line_constant(1), "queue", "out");
        oven->batch_min = oven->batch_max = 3;
        line_stop(study, oven, "wash", by_quantity ? TAKT_METER_QUANTITY : TAKT_METER_ITEMS,
                  by_quantity ? 12 : 6, 10);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 13);
        line_check_times(r, 0, 2, 1, 0, 0, 10);
        line_destroy(&study, &scenario);
    }
}

/// Jobs of 4 s that a failure after each 3 s of work interrupts for 1 s: two are done at 10, with
/// 8 s of work on the meter.
static void interrupted_work_counts_as_a_whole(void)
{
    takt_study *study = line_create(15);
    takt_station *station = line_station(study, "press", line_constant(4), NULL, "out");
    line_failure(study, station, TAKT_METER_WORKING, line_constant(3), line_constant(1));
    line_stop(study, station, "wash", TAKT_METER_WORKING, 7.5 / 3600, 5);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 15);
    line_check_times(r, 0, 8, 0, 0, 2, 5);
    line_destroy(&study, &scenario);
}

/// Two stops after the second item, one after the other: the third item pays for both.
static void losses_of_stops_add_up(void)
{
    takt_study *study = line_create(5);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
    line_stop(study, station, "oil", TAKT_METER_ITEMS, 2, 1)->loss = 0.25;
    line_stop(study, station, "wash", TAKT_METER_ITEMS, 2, 1)->loss = 0.5;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5);
    line_check_times(r, 0, 3, 0, 0, 0, 2);
    CHECK_NEAR(r->view.head->good, 2.25, 0, 0);
    line_destroy(&study, &scenario);
}

/// The time of draw `i` of a machine's stream.
static takt_tick drawn(const takt_study *study, int32_t machine, uint16_t purpose,
                       const takt_plan_time *time, uint64_t i)
{
    const takt_stream stream = {(uint64_t)study->seed, 2, (uint32_t)machine, purpose};
    return takt_draws_ticks(time, takt_draws_variate(time->kind, takt_stream_uniform(&stream, i)));
}

static void advance_ticks(takt_replication *r, takt_tick until)
{
    CHECK_OK(takt_replication_advance(r, until));
}

/// A stop after each item, as long as the machine's own stream says; the second machine has
/// another.
static void stops_last_as_drawn(void)
{
    takt_study *study = line_create(1000);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
    station->n_machines = 2;
    line_stop(study, station, "wash", TAKT_METER_ITEMS, 1, 0)->duration =
        (takt_distribution){.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = 10, .cv = 0.5};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 2);
    const takt_plan_time *time = &r->plan->stoppages[0].duration;
    for (int32_t m = 0; m < 2; ++m) {
        takt_tick at = 0;
        r = line_start(scenario, 2);
        for (uint64_t i = 0; i < 5; ++i) {
            at += LINE_S(1) + drawn(study, m, TAKT_PURPOSE_STOP, time, i);
            advance_ticks(r, at - 1);
            CHECK_INT(r->view.machines[m].state, TAKT_MACHINE_STOPPED);
            advance_ticks(r, at);
            CHECK_INT(r->view.machines[m].state, TAKT_MACHINE_WORKING);
        }
    }
    line_destroy(&study, &scenario);
}

/// From the first on, failures come and go as the machine's own streams say.
static void failures_come_as_drawn(void)
{
    takt_study *study = line_create(1000);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
    station->n_machines = 2;
    line_failure(
        study, station, TAKT_METER_CLOCK, line_exponential(30),
        (takt_distribution){.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = 10, .cv = 0.5});
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 2);
    const takt_plan_stoppage *failure = &r->plan->stoppages[0];
    for (int32_t m = 0; m < 2; ++m) {
        takt_tick at = 0;
        r = line_start(scenario, 2);
        for (uint64_t i = 0; i < 5; ++i) {
            at += drawn(study, m, TAKT_PURPOSE_UP_TIME, &failure->due, i);
            advance_ticks(r, at - 1);
            CHECK_INT(r->view.machines[m].state, TAKT_MACHINE_WORKING);
            at += drawn(study, m, TAKT_PURPOSE_REPAIR, &failure->duration, i);
            advance_ticks(r, at - 1);
            CHECK_INT(r->view.machines[m].state, TAKT_MACHINE_DOWN);
        }
    }
    line_destroy(&study, &scenario);
}

/// `big` every 6 items includes `small` every 4: small at 4 and 10, big at 6 and 12.
static void a_stop_can_include_another(void)
{
    for (int includes = 0; includes < 2; ++includes) {
        takt_study *study = line_create(18);
        takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
        line_stop(study, station, "big", TAKT_METER_ITEMS, 6, 2)->also_resets =
            includes ? "small" : NULL;
        line_stop(study, station, "small", TAKT_METER_ITEMS, 4, 1);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 12); // without: the second small one was at 8 items, from 11 to 12
        line_check_times(r, 0, includes ? 9 : 8, 0, 0, 0, includes ? 3 : 4);
        line_advance(r, includes ? 18 : 19); // without: small at 4, 8, 12 and big at 6, 12
        line_check_times(r, 0, 12, 0, 0, 0, includes ? 6 : 7);
        line_destroy(&study, &scenario);
    }
}

/// Up 5 s by the clock, a stop of 10 s after each 4 jobs of 1 s: at 4 one second is left until the
/// failure, and is still left at 14.
static void nothing_breaks_during_a_stop(void)
{
    takt_study *study = line_create(17);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
    line_failure(study, station, TAKT_METER_CLOCK, line_constant(5), line_constant(2));
    line_stop(study, station, "wash", TAKT_METER_ITEMS, 4, 10)->loss = 0.25;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 17);
    line_check_times(r, 0, 5, 0, 0, 2, 10);
    CHECK_NEAR(r->view.head->good, 4.75, 0, 0); // the first item after the stop pays for it
    line_destroy(&study, &scenario);
}

/// Ages that start spread over the interval: whole items, below the interval, not all alike, and
/// the first stop comes when the meter is full.
static void tools_can_start_used(void)
{
    takt_study *study = line_create(100);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
    station->n_machines = 8;
    line_stop(study, station, "wash", TAKT_METER_ITEMS, 12, 1000)->initial_age_uniform = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 3);
    double expected_s = 0, ages[8];
    for (int k = 0; k < 8; ++k) {
        ages[k] = r->view.gauges[k].used;
        CHECK(ages[k] == floor(ages[k]) && ages[k] >= 0 && ages[k] < 12);
        expected_s += 12 - ages[k];
    }
    CHECK(ages[0] != ages[1] || ages[1] != ages[2] || ages[2] != ages[3]);
    line_advance(r, 50);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(expected_s));
    line_destroy(&study, &scenario);
}

/// Each stop of each machine has an age of its own.
static void each_tool_has_an_age_of_its_own(void)
{
    takt_study *study = line_create(100);
    takt_station *station = line_station(study, "press", line_constant(1), NULL, "out");
    station->n_machines = 2;
    line_stop(study, station, "wash", TAKT_METER_CLOCK, 1, 1)->initial_age_uniform = true;
    line_stop(study, station, "knife", TAKT_METER_QUANTITY, 50, 1)->initial_age_uniform = true;
    line_stop(study, station, "oil", TAKT_METER_WORKING, 2, 1);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 3);
    for (int32_t k = 0; k < 2; ++k) {
        const takt_stream stream = {(uint64_t)study->seed, 3, (uint32_t)k,
                                    TAKT_PURPOSE_INITIAL_AGE};
        CHECK_NEAR(r->view.gauges[3 * k].used, 3600e6 * takt_stream_uniform(&stream, 0), 1e-15, 0);
        CHECK_NEAR(r->view.gauges[3 * k + 1].used, 50 * takt_stream_uniform(&stream, 1), 1e-15, 0);
        CHECK_NEAR(r->view.gauges[3 * k + 2].used, 0, 0, 0);
    }
    line_destroy(&study, &scenario);
}

/// An arrival every 2 s, 1 s of work: 1,799 items leave within the hour, one is at work at its end.
static void kpis_by_hand(void)
{
    takt_study *study = line_create(3600);
    line_buffer(study, "queue", 10)->place_cost = 876; // x 10 places / 8,760 h = 1 per h
    takt_source *source = line_source(study, "queue", line_constant(2));
    source->value = 3;
    source->quantity = 2;
    takt_station *station = line_station(study, "press", line_constant(1), "queue", "out");
    station->power_kW = 2;
    station->item_value = 4;
    line_stop(study, station, "wash", TAKT_METER_ITEMS, 1000, 0.5)->cost = 11;
    study->factory.prices = (takt_prices){.currency = "EUR",
                                          .energy_per_kWh = 0.5,
                                          .fixed_per_year = 8760,
                                          .hours_per_year = 8760,
                                          .stock_rate_per_year = 0.1,
                                          .base_load_kW = 1};
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    double results[256];
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, results));
    const double n = 1799, good = 2 * n;
    const double energy_kWh = 2 * n / 3600 + 1, stock_years = 7 * n / 3600 / 8760;
    const double cost = 7 * n + 11 + 0.5 * energy_kWh + 1 + 1 + 0.1 * stock_years;
    CHECK_NEAR(results[TAKT_KPI_COST], cost / good, 1e-13, 0);
    CHECK_NEAR(results[TAKT_KPI_THROUGHPUT], good, 1e-13, 0);
    CHECK_NEAR(results[TAKT_KPI_ENERGY], energy_kWh / good, 1e-13, 0);
    CHECK_NEAR(results[report->yield], 1, 0, 0);
    CHECK_NEAR(results[report->flow_time], 1.0 / 3600, 1e-13, 0);
    CHECK_NEAR(results[report->items], n / 3600, 1e-13, 0);
    CHECK_NEAR(results[report->turned_away], 0, 0, 0);
    CHECK_NEAR(results[report->first_state + TAKT_MACHINE_WORKING], n, 1e-13, 0);
    CHECK_NEAR(results[report->first_state + TAKT_MACHINE_STOPPED], 0.5, 1e-13, 0);
    CHECK_NEAR(results[report->first_level], 0, 0, 0);
    CHECK_TEXT(report->kpis[TAKT_KPI_COST].name, "cost_per_good_unit");
    CHECK_TEXT(report->kpis[TAKT_KPI_COST].unit, "EUR/unit");
    line_destroy(&study, &scenario);
}

/// Everything is scrapped: numbers stay finite and what has no meaning is left out of the table.
static void no_good_output_gives_finite_numbers(void)
{
    takt_study *study = line_create(100);
    line_station(study, "press", line_constant(1), NULL, "scrap")->item_value = 3;
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    double results[2 * 64];
    takt_kpi kpis[64];
    for (uint32_t i = 0; i < 2; ++i)
        CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), i,
                                      results + i * (uint32_t)report->n_values));
    for (int i = 0; i < 2 * report->n_values; ++i)
        CHECK(isfinite(results[i]));
    CHECK_NEAR(results[report->yield], 0, 0, 0);
    CHECK_NEAR(results[TAKT_KPI_FIRST_SCRAP], 1, 0, 0);
    takt_report_summarise(report, results, 2, 0.95, kpis);
    for (int i = 0; i < report->n_kpis; ++i) {
        CHECK_INT(kpis[i].interval.n, report->kpis[i].per_good ? 0 : 2);
        CHECK(isfinite(kpis[i].interval.mean) && isfinite(kpis[i].interval.lo) &&
              isfinite(kpis[i].interval.hi));
    }
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(failures_by_working_time), TEST(losses_add_up_to_the_item),
           TEST(losses_go_through_a_batch), TEST(failures_by_the_clock_idle_and_at_work),
           TEST(failures_by_the_clock_while_blocked), TEST(crews_come_in_their_order),
           TEST(crews_follow_the_least_stock), TEST(stops_follow_their_meters),
           TEST(batches_advance_meters_by_all_items), TEST(interrupted_work_counts_as_a_whole),
           TEST(losses_of_stops_add_up), TEST(stops_last_as_drawn), TEST(failures_come_as_drawn),
           TEST(a_stop_can_include_another), TEST(nothing_breaks_during_a_stop),
           TEST(tools_can_start_used), TEST(each_tool_has_an_age_of_its_own), TEST(kpis_by_hand),
           TEST(no_good_output_gives_finite_numbers))
