/// A look says what a hand simulation says, sums up to what is reported at the end, and changes
/// nothing: a replication that is stepped from event to event and looked at gives the same bytes.
#include "sim/look.h"
#include "tests/sim/digest.h"
#include "tests/sim/factories.h"
#include "tests/sim/plant.h"

enum { MAX_ITEMS = 64 };

/// Two machines in a row: 3 s and 5 s, two places between, endless supply.
static takt_study *open_row(void)
{
    takt_study *study = line_create(1000);
    line_buffer(study, "between", 2);
    line_station(study, "first", line_constant(3), NULL, "between");
    line_station(study, "second", line_constant(5), "between", "out");
    return study;
}

static void check_machine(const takt_replication *r, int32_t machine, takt_machine_state state,
                          double since_s, double done, int32_t n_items)
{
    const takt_machine_look look = takt_look_machine(r, machine);
    CHECK_INT(look.state, state);
    CHECK_INT(look.station, machine);
    CHECK_NEAR(look.since_s, since_s, 0, 0);
    CHECK_NEAR(look.done, done, 1e-15, 0);
    CHECK_INT(look.n_items, n_items);
    CHECK_INT(look.stop, -1);
    CHECK(look.wear == 0 && !look.is_resuming);
}

/// first: 0-3, 3-6, 6-9, 9-12, ...; second: 3-8, 8-13, 13-18, ... The buffer holds one item from 6,
/// none from 8, one from 9, two from 12, one from 13, two from 15; the item of 18 goes on to second
/// at 18 and the buffer stays full with first blocked from 21 to 23.
static void states_and_levels_of_a_row(void)
{
    takt_study *study = open_row();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    CHECK(takt_look_plan(r) == takt_scenario_plan(scenario));
    check_machine(r, 0, TAKT_MACHINE_WORKING, 0, 0, 1);
    check_machine(r, 1, TAKT_MACHINE_STARVED, 0, 0, 0);
    CHECK_INT(takt_replication_next(r), LINE_S(3));
    line_advance(r, 7);
    check_machine(r, 0, TAKT_MACHINE_WORKING, 6, 1.0 / 3, 1);
    check_machine(r, 1, TAKT_MACHINE_WORKING, 3, 0.8, 1);
    CHECK_INT(takt_look_buffer(r, 0).n_items, 1);
    CHECK_INT(takt_replication_next(r), LINE_S(8));
    line_advance(r, 22);
    check_machine(r, 0, TAKT_MACHINE_BLOCKED, 21, 1, 1);
    check_machine(r, 1, TAKT_MACHINE_WORKING, 18, 0.8, 1);
    CHECK_INT(takt_look_buffer(r, 0).n_items, 2);
    CHECK_NEAR(takt_look_buffer(r, 0).level, 2, 0, 0);
    CHECK_NEAR(takt_look_buffer(r, 0).quantity, 2, 0, 0);
    const takt_station_look first = takt_look_station(r, 0), second = takt_look_station(r, 1);
    CHECK_NEAR(first.time_s[TAKT_MACHINE_WORKING], 21, 0, 0);
    CHECK_NEAR(first.time_s[TAKT_MACHINE_BLOCKED], 1, 0, 0);
    CHECK_NEAR(second.time_s[TAKT_MACHINE_STARVED], 3, 0, 0);
    CHECK_NEAR(second.time_s[TAKT_MACHINE_WORKING], 19, 0, 0);
    const takt_totals_look totals = takt_look_totals(r);
    CHECK_NEAR(totals.good, 3, 0, 0);
    CHECK_INT(totals.n_left, 3);
    CHECK_INT(totals.n_in_plant, 4);
    CHECK_NEAR(totals.flow_s, (8 + 10 + 12) / 3.0, 1e-15, 0); // born 0, 3, 6; gone 8, 13, 18
    line_destroy(&study, &scenario);
}

/// At 22 s: number 6 blocked on first, 3 on second, 4 and 5 between (0 to 2 have left).
static void items_have_numbers_and_places(void)
{
    takt_study *study = open_row();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    takt_item_look items[MAX_ITEMS];
    line_advance(r, 22);
    CHECK_INT(takt_look_items(r, items, MAX_ITEMS), 4);
    static const int expected[4][3] = {{6, 0, -1}, {3, 1, -1}, {4, -1, 0}, {5, -1, 0}};
    for (int i = 0; i < 4; ++i) {
        CHECK_INT(items[i].number, expected[i][0]);
        CHECK_INT(items[i].machine, expected[i][1]);
        CHECK_INT(items[i].buffer, expected[i][2]);
        CHECK_NEAR(items[i].born_s, 3.0 * expected[i][0], 0, 0);
        CHECK_NEAR(items[i].quantity, 1, 0, 0);
    }
    CHECK_INT(takt_look_items(r, items, 1), 4); // what has no room is counted
    CHECK_INT(items[0].number, 6);
    CHECK_INT(takt_look_machine_items(r, 1, items, MAX_ITEMS), 1);
    CHECK_INT(items[0].number, 3);
    CHECK_INT(takt_look_buffer_items(r, 0, items, MAX_ITEMS), 2);
    CHECK_INT(items[1].number, 5);
    line_destroy(&study, &scenario);
}

/// A tank of 2.5 that is fed 1 every 2 s, and a machine that draws 0.75 in 1 s of work.
static void tanks_are_measured_in_quantity(void)
{
    takt_study *study = line_create(100);
    line_buffer(study, "tank", 2.5)->by_quantity = true;
    line_source(study, "tank", line_constant(2));
    takt_station *station = line_station(study, "drawer", line_constant(1), "tank", "out");
    takt_input *input = TAKT_ITEM(takt_input, station->inputs, 0);
    input->by_quantity = true;
    input->take = 0.75;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 2.5);
    CHECK_NEAR(takt_look_buffer(r, 0).level, 0.25, 0, 0);
    CHECK_INT(takt_look_buffer(r, 0).n_items, 1);
    CHECK_NEAR(takt_look_machine(r, 0).done, 0.5, 0, 0);
    line_destroy(&study, &scenario);
}

/// A machine of 10 s that breaks after 4 s of work for 6 s, and stops for 5 s after two pieces.
static void stops_wear_and_failures(void)
{
    takt_study *study = line_create(1000);
    takt_station *station = line_station(study, "mill", line_constant(10), NULL, "out");
    line_stop(study, station, "oil", TAKT_METER_CLOCK, 100.0 / 3600, 1);
    line_stop(study, station, "knife", TAKT_METER_ITEMS, 2, 5);
    line_failure(study, station, TAKT_METER_WORKING, line_constant(14), line_constant(6));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12);
    CHECK_NEAR(takt_look_age(r, 0, 0), 12.0 / 3600, 1e-15, 0);
    CHECK_NEAR(takt_look_age(r, 0, 1), 1, 0, 0);
    CHECK_NEAR(takt_look_machine(r, 0).wear, 0.5, 1e-15, 0);
    line_advance(r, 15);
    const takt_machine_look broken = takt_look_machine(r, 0);
    CHECK_INT(broken.state, TAKT_MACHINE_DOWN);
    CHECK(broken.is_resuming);
    CHECK_NEAR(broken.since_s, 14, 0, 0);
    CHECK_NEAR(broken.done, 0.4, 1e-15, 0);
    CHECK_INT(takt_replication_next(r), LINE_S(20)); // the completion at 20 s was cancelled
    line_advance(r, 27);
    const takt_machine_look stopped = takt_look_machine(r, 0);
    CHECK_INT(stopped.state, TAKT_MACHINE_STOPPED);
    CHECK_INT(stopped.stop, 1);
    CHECK_NEAR(stopped.since_s, 26, 0, 0);
    CHECK_NEAR(stopped.wear, 1, 0, 0);
    CHECK(stopped.n_items == 0 && stopped.done == 0);
    line_destroy(&study, &scenario);
}

/// What a listener has heard, for the row: it is told the changes only, in their order.
typedef struct heard {
    const takt_replication *r;
    int n_states, n_finished;
    double times_s[32];
    int32_t machines[32];
    takt_machine_state states[32];
    uint32_t finished[32];
} heard;

static void hear_state(void *context, int32_t machine, takt_machine_state state)
{
    heard *h = context;
    CHECK(h->n_states < 32);
    h->times_s[h->n_states] = takt_tick_to_s(takt_replication_now(h->r));
    h->machines[h->n_states] = machine;
    h->states[h->n_states++] = state;
}

static void hear_finished(void *context, int32_t machine)
{
    heard *h = context;
    takt_item_look item = {0};
    CHECK(h->n_finished < 32);
    CHECK_INT(takt_look_machine_items(h->r, machine, &item, 1), 1);
    h->finished[h->n_finished++] = item.number;
}

static void listeners_hear_every_change(void)
{
    takt_study *study = open_row();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    heard h = {.r = r};
    takt_replication_listen(r, &(takt_replication_listener){
                                   .context = &h, .state = hear_state, .finished = hear_finished});
    line_advance(r, 23.5);
    CHECK_INT(h.n_states, 3);
    CHECK(h.machines[0] == 1 && h.states[0] == TAKT_MACHINE_WORKING && h.times_s[0] == 3);
    CHECK(h.machines[1] == 0 && h.states[1] == TAKT_MACHINE_BLOCKED && h.times_s[1] == 21);
    CHECK(h.machines[2] == 0 && h.states[2] == TAKT_MACHINE_WORKING && h.times_s[2] == 23);
    static const uint32_t finished[] = {0, 1, 0, 2, 3, 1, 4, 2, 5, 6, 3};
    CHECK_INT(h.n_finished, 11);
    for (int i = 0; i < 11; ++i)
        CHECK_INT(h.finished[i], finished[i]);
    takt_replication_listen(r, NULL);
    line_advance(r, 100);
    CHECK_INT(h.n_states, 3);
    line_destroy(&study, &scenario);
}

static void look_at_everything(const takt_replication *r)
{
    static takt_item_look items[MAX_ITEMS];
    (void)takt_look_totals(r);
    for (int32_t m = 0; m < r->plan->n_machines; ++m) {
        const takt_machine_look look = takt_look_machine(r, m);
        CHECK(look.done >= 0 && look.done <= 1 && look.wear >= 0);
    }
    const int32_t n = takt_look_items(r, items, MAX_ITEMS);
    CHECK_INT(n, takt_look_totals(r).n_in_plant);
    for (int32_t i = 0; i < n && i < MAX_ITEMS; ++i)
        for (int32_t k = 0; k < i; ++k)
            CHECK(items[i].number != items[k].number);
}

/// From event to event, with looks between, through the warm-up and to the end.
static void step_to(takt_replication *r, takt_tick end)
{
    for (takt_tick next = takt_replication_next(r); next <= end; next = takt_replication_next(r)) {
        CHECK(next > takt_replication_now(r) || next == 0); // what comes at 0 is still to come
        CHECK_OK(takt_replication_advance(r, next));
        look_at_everything(r);
    }
    CHECK_OK(takt_replication_advance(r, end));
}

static void stepping_gives_the_same_bytes(void)
{
    for (uint32_t i = 0; i < 300; ++i) {
        takt_study *study = random_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, i % 3);
        const takt_tick warm_up = LINE_S(study->horizon.warm_up_s), end = LINE_S(450);
        double free_running[256], stepped[256];
        CHECK(takt_report_size(r->plan) <= 256);
        CHECK_OK(takt_replication_advance(r, warm_up));
        takt_replication_measure(r);
        CHECK_OK(takt_replication_advance(r, end));
        const uint64_t expected = digest(r);
        takt_replication_report(r, free_running);
        CHECK_OK(takt_replication_reset(r, i % 3));
        step_to(r, warm_up);
        takt_replication_measure(r);
        step_to(r, end);
        if (digest(r) != expected)
            CHECK_FAILED("factory %u: stepping gives another state", i);
        takt_replication_report(r, stepped);
        CHECK(memcmp(stepped, free_running, (size_t)takt_report_size(r->plan) * sizeof *stepped) ==
              0);
        line_destroy(&study, &scenario);
    }
}

/// Sums of a look at the end against the report, which brings the state itself to the present.
static void check_sums(takt_replication *r, const takt_report *report)
{
    const takt_totals_look totals = takt_look_totals(r);
    const double hours = r->plan->measured_s / 3600;
    double results[256], working_s[16], scrapped = 0;
    CHECK(report->n_values <= 256 && r->plan->n_stations <= 16);
    for (int32_t s = 0; s < r->plan->n_stations; ++s) {
        working_s[s] = takt_look_station(r, s).time_s[TAKT_MACHINE_WORKING];
        scrapped += takt_look_station(r, s).scrapped;
    }
    takt_replication_report(r, results);
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        CHECK_NEAR(
            working_s[s],
            results[report->first_state + s * TAKT_MACHINE_STATE_COUNT + TAKT_MACHINE_WORKING], 0,
            0);
    CHECK_NEAR(totals.good / hours, results[TAKT_KPI_THROUGHPUT], 1e-14, 0);
    CHECK_NEAR(totals.cost, results[TAKT_KPI_COST] * totals.good, 1e-12, 0);
    CHECK_NEAR(totals.energy_kWh, results[TAKT_KPI_ENERGY] * totals.good, 1e-12, 0);
    CHECK_NEAR(totals.flow_s / 3600, results[report->flow_time], 1e-14, 0);
    CHECK_NEAR(totals.scrapped, scrapped, 1e-12, 1e-12);
}

static void sums_are_those_of_the_report(void)
{
    for (uint32_t i = 0; i < 40; ++i) {
        takt_study *study = random_factory(i);
        study->factory.prices = (takt_prices){.currency = "EUR",
                                              .energy_per_kWh = 0.3,
                                              .fixed_per_year = 5000,
                                              .hours_per_year = 4000,
                                              .stock_rate_per_year = 0.2,
                                              .base_load_kW = 3};
        TAKT_ITEM(takt_station, study->factory.stations, 0)->power_kW = 11;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 1);
        CHECK_OK(takt_replication_advance(r, LINE_S(50)));
        takt_replication_measure(r);
        CHECK_OK(takt_replication_advance(r, LINE_S(450)));
        if (r->view.head->good > 0)
            check_sums(r, takt_scenario_report(scenario));
        line_destroy(&study, &scenario);
    }
}

/// In the battery plant good and lost web of a roll add up to it, by names.
static void states_of_the_battery_have_names(void)
{
    plant p = {0};
    if (!plant_open(&p))
        return;
    const takt_process_ops *process = takt_scenario_plan(p.scenario)->process;
    takt_item_look items[200];
    CHECK_TEXT(process->state_names[0], "good");
    CHECK_TEXT(process->state_names[1], "lost_agglomerates");
    CHECK_TEXT(process->state_names[process->n_state - 1], "shorts_of_web");
    for (int32_t i = 0; i < process->n_state; ++i)
        CHECK(process->state_names[i] && process->state_units[i]);
    takt_replication *r = line_start(p.scenario, 0);
    CHECK_OK(takt_replication_advance(r, LINE_S(86400)));
    const int32_t coater =
        takt_list_find(&p.study->factory.stations, sizeof(takt_station), "coater_c");
    const int32_t n =
        takt_look_machine_items(r, r->plan->stations[coater].first_machine, items, 200);
    CHECK(n > 0);
    for (int32_t i = 0; i < n; ++i) {
        double sum = 0;
        for (int32_t k = 0; k + 1 < process->n_state; ++k)
            sum += items[i].state[k];
        CHECK_NEAR(sum, 1, 1e-12, 0);
        CHECK(items[i].quantity > 0 && items[i].value > 0 && items[i].energy_kWh > 0);
    }
    plant_close(&p);
}

TAKT_TESTS(TEST(states_and_levels_of_a_row), TEST(items_have_numbers_and_places),
           TEST(tanks_are_measured_in_quantity), TEST(stops_wear_and_failures),
           TEST(listeners_hear_every_change), TEST(stepping_gives_the_same_bytes),
           TEST(sums_are_those_of_the_report), TEST(states_of_the_battery_have_names))
