/// Energy is power times time in each state, and its cost the integral of power times price, to the
/// tick, wherever in a job, a repair or a shift the price changes. All numbers by hand.
#include "tests/sim/plant.h"

#include "sim/kpi.h"
#include "sim/look.h"
#include "sim/tariff_file.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR = 3600 };

static takt_tariff *line_tariff(takt_study *study, double cycle_s, int32_t n,
                                const takt_tariff_step *steps)
{
    takt_tariff *tariff = takt_arena_alloc(study->arena, sizeof *tariff);
    takt_tariff_step *copy = takt_arena_alloc(study->arena, (size_t)(n + 1) * sizeof *copy);
    CHECK(tariff && copy);
    for (int32_t i = 0; i < n; ++i)
        copy[i] = steps[i];
    *tariff = (takt_tariff){.cycle_s = cycle_s, .steps = {copy, n}};
    study->factory.prices.tariff = tariff;
    return tariff;
}

// --- The integral --------------------------------------------------------------------------------

/// By day from 6 to 22 h 0.3, else 0.1; 0.5 kg and 0.2 kg.
static void a_price_is_integrated_over_days(void)
{
    static const struct row {
        double start_h, from_h, to_h, cost, carbon;
    } rows[] = {
        {0, 0, 24, 8 * 0.1 + 16 * 0.3, 8 * 0.2 + 16 * 0.5},
        {0, 5, 7, 0.4, 0.7},
        {0, 6, 22, 16 * 0.3, 16 * 0.5},
        {0, 22, 30, 8 * 0.1, 8 * 0.2},
        {0, 21, 55, 0.3 + 0.8 + 4.8 + 0.8 + 0.3, 0.5 + 1.6 + 8 + 1.6 + 0.5},
        {0, 7, 7, 0, 0},
        {22, 0, 24, 8 * 0.1 + 16 * 0.3, 8 * 0.2 + 16 * 0.5},
        {22, 0, 9, 8 * 0.1 + 0.3, 8 * 0.2 + 0.5},
        {48 + 5, 0, 2, 0.4, 0.7},
        {3, 240, 264, 8 * 0.1 + 16 * 0.3, 8 * 0.2 + 16 * 0.5},
    };
    takt_tariff_step steps[] = {{6 * HOUR, 0.3, 0.5}, {22 * HOUR, 0.1, 0.2}};
    const takt_tariff tariff = {.cycle_s = 24 * HOUR, .steps = {steps, 2}};
    takt_tariff_segment segments[4];
    CHECK_INT(takt_tariff_room(&tariff), 4);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        takt_plan_tariff plan = {.segments = segments};
        takt_tariff_fill(&tariff, 9, LINE_S(rows[i].start_h * HOUR), &plan);
        CHECK_INT(plan.n_segments, 3);
        const takt_priced found = takt_tariff_integrate(&plan, LINE_S(rows[i].from_h * HOUR),
                                                        LINE_S(rows[i].to_h * HOUR));
        CHECK_NEAR(found.cost, rows[i].cost, 1e-14, 0);
        CHECK_NEAR(found.carbon_kg, rows[i].carbon, 1e-14, 0);
    }
    takt_plan_tariff plan = {.segments = segments};
    takt_tariff_fill(&tariff, 9, 0, &plan);
    CHECK_NEAR(takt_tariff_at(&plan, LINE_S(6.0 * HOUR)).cost, 0.3, 1e-15, 0);
    CHECK_NEAR(takt_tariff_at(&plan, LINE_S(6.0 * HOUR) - 1).cost, 0.1, 1e-15, 0);
    CHECK_NEAR(takt_tariff_at(&plan, LINE_S(46.0 * HOUR)).carbon_kg, 0.2, 1e-15, 0);
}

/// Any stretch is the sum of its parts, tick by tick priced: a cycle of 7 ticks' worth of steps of
/// odd lengths against a plain loop.
static void and_over_any_stretch(void)
{
    takt_tariff_step steps[] = {{0, 1, 0}, {1e-6, -2, 0}, {3e-6, 0, 0}, {4e-6, 5, 0}};
    const takt_tariff tariff = {.cycle_s = 7e-6, .steps = {steps, 4}};
    static const double by_tick[7] = {1, -2, -2, 0, 5, 5, 5};
    takt_tariff_segment segments[6];
    takt_plan_tariff plan = {.segments = segments};
    for (takt_tick start = 0; start < 9; ++start) {
        takt_tariff_fill(&tariff, 0, start, &plan);
        for (takt_tick from = 0; from < 16; ++from) {
            double sum = 0;
            for (takt_tick to = from; to < 40; ++to) {
                const takt_priced found = takt_tariff_integrate(&plan, from, to);
                CHECK_NEAR(found.cost * 3.6e9, sum, 0, 1e-12);
                sum += by_tick[(to + start) % 7];
            }
        }
    }
}

// --- Machines ------------------------------------------------------------------------------------

/// One machine that works for 25 s, is broken for 10 s, and so on; 10 kW and 3 kW. By the minute
/// the first half costs 0.36, the second half 0.72.
static takt_study *breaking_machine(void)
{
    static const takt_tariff_step steps[] = {{0, 0.36, 0.1}, {30, 0.72, 0.2}};
    takt_study *study = line_create(60);
    takt_station *press = line_station(study, "press", line_constant(4), NULL, "out");
    press->power_kW = 10;
    press->power_down_kW = 3;
    line_failure(study, press, TAKT_METER_WORKING, line_constant(25), line_constant(10));
    line_tariff(study, 60, 2, steps);
    study->factory.prices.currency = "EUR";
    study->factory.prices.hours_per_year = 8760;
    return study;
}

/// Works 0 to 25 and 35 to 60; the price changes amid the repair. From 25 s of work 6 jobs are
/// done, at 60 s 12. Measured from 10 s on, the sum of the rest.
static void the_price_changes_amid_a_repair(void)
{
    for (int warm_up_s = 0; warm_up_s <= 10; warm_up_s += 10) {
        takt_study *study = breaking_machine();
        study->horizon.warm_up_s = warm_up_s;
        study->horizon.measured_s = 60 - warm_up_s;
        study->factory.prices.base_load_kW = 6;
        study->factory.prices.carbon_price_per_t = 80;
        takt_scenario *scenario = line_open(study);
        const takt_report *report = takt_scenario_report(scenario);
        takt_replication *r = takt_scenario_replication(scenario);
        double found[256];
        CHECK(report->n_values <= 256);
        CHECK_OK(takt_replication_run(r, 0, found));
        const double first_s = 25 - warm_up_s, good = warm_up_s ? 10 : 12, base_s = 30 - warm_up_s;
        const double cost = (10 * (first_s * 0.36 + 25 * 0.72) + 3 * (5 * 0.36 + 5 * 0.72) +
                             6 * (base_s * 0.36 + 30 * 0.72)) /
                            3600;
        const double carbon = (10 * (first_s * 0.1 + 25 * 0.2) + 3 * (5 * 0.1 + 5 * 0.2) +
                               6 * (base_s * 0.1 + 30 * 0.2)) /
                              3600;
        const double energy = (10 * (first_s + 25) + 3 * 10 + 6 * (base_s + 30)) / 3600;
        CHECK_NEAR(r->view.head->good, good, 0, 0);
        CHECK_NEAR(found[report->first_ledger + TAKT_LEDGER_ENERGY], cost / good, 1e-14, 0);
        CHECK_NEAR(found[report->first_ledger + TAKT_LEDGER_CARBON], 0.08 * carbon / good, 1e-14,
                   0);
        CHECK_NEAR(found[report->carbon], carbon / good, 1e-14, 0);
        CHECK_INT(takt_report_find(report, "carbon_kg_per_good_unit"), report->carbon);
        CHECK_NEAR(found[TAKT_KPI_ENERGY], energy / good, 1e-14, 0);
        CHECK_NEAR(found[TAKT_KPI_COST], (cost + 0.08 * carbon) / good, 1e-14, 0);
        line_destroy(&study, &scenario);
    }
}

/// A look amid a job, amid a repair and between prices sees the integral so far and changes
/// nothing: the same bytes as a run that nobody looked at, also when it was saved and loaded
/// midway.
static void looking_and_loading_change_nothing(void)
{
    takt_study *study = breaking_machine();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    const size_t n_bytes = takt_replication_state_bytes(r);
    char *bytes = malloc(n_bytes), *again = malloc(n_bytes);
    CHECK(bytes && again);
    line_advance(r, 27);
    takt_replication_save(r, again);
    CHECK_NEAR(takt_look_totals(r).cost, (10 * 25 + 3 * 2) * 0.36 / 3600, 1e-14, 0);
    line_advance(r, 32);
    CHECK_NEAR(takt_look_totals(r).cost, ((10 * 25 + 3 * 5) * 0.36 + 3 * 2 * 0.72) / 3600, 1e-14,
               0);
    line_advance(r, 57);
    takt_replication_save(r, bytes);
    takt_replication_load(r, again);
    CHECK_OK(takt_replication_advance(r, LINE_S(57)));
    CHECK(memcmp(r->block, bytes, n_bytes) == 0);
    CHECK_OK(takt_replication_reset(r, 0));
    CHECK_OK(takt_replication_advance(r, LINE_S(57)));
    CHECK(memcmp(r->block, bytes, n_bytes) == 0);
    free(bytes);
    free(again);
    line_destroy(&study, &scenario);
}

/// Every state has its power: an item every 10 s, 4 s of work at 9 kW, 6 s of waiting at 2 kW; the
/// shift of 40 s in 60 leaves 0.5 kW, and a stop of 2 s after every other item 1 kW.
static void each_state_has_its_power(void)
{
    takt_study *study = line_create(60);
    line_buffer(study, "queue", 100);
    line_source(study, "queue", line_constant(10));
    takt_station *press = line_station(study, "press", line_constant(4), "queue", "out");
    press->power_kW = 9;
    press->power_idle_kW = 2;
    press->power_stopped_kW = 1;
    press->power_off_shift_kW = 0.5;
    press->calendar = "shift";
    line_stop(study, press, "wash", TAKT_METER_ITEMS, 2, 2);
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    *calendar = (takt_calendar){.name = "shift", .cycle_s = 60};
    takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
    *shift = (takt_shift){.from_s = 0, .to_s = 40};
    study->factory.prices.energy_per_kWh = 0.5;
    study->factory.prices.carbon_kg_per_kWh = 0.4;
    study->factory.prices.hours_per_year = 8760;
    study->factory.prices.currency = "EUR";
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    takt_replication *r = takt_scenario_replication(scenario);
    double found[256];
    CHECK_OK(takt_replication_run(r, 0, found));
    // Works 10-14, 20-24, 30-34; washed 24-26; the item of 40 waits for the next shift.
    const double kWh = (9 * 12 + 2 * (40 - 12 - 2) + 1 * 2 + 0.5 * 20) / 3600;
    takt_energy_account account;
    takt_energy_account_of(r, &account);
    CHECK_NEAR(account.kWh, kWh, 1e-14, 0);
    CHECK_NEAR(account.state_kWh[TAKT_MACHINE_STARVED], 2 * 26 / 3600.0, 1e-14, 0);
    CHECK_NEAR(account.state_kWh[TAKT_MACHINE_STOPPED], 2 / 3600.0, 1e-14, 0);
    CHECK_NEAR(account.state_kWh[TAKT_MACHINE_OFF_SHIFT], 10 / 3600.0, 1e-14, 0);
    double sum = account.process_kWh + account.base_kWh;
    for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        sum += account.state_kWh[k];
    CHECK_NEAR(sum, account.kWh, 1e-15, 0);
    CHECK_NEAR(found[TAKT_KPI_ENERGY], kWh / 3, 1e-14, 0);
    CHECK_NEAR(found[report->carbon], 0.4 * kWh / 3, 1e-14, 0);
    CHECK_NEAR(found[report->first_ledger + TAKT_LEDGER_ENERGY], 0.5 * kWh / 3, 1e-14, 0);
    line_destroy(&study, &scenario);
}

// --- Items ---------------------------------------------------------------------------------------

/// Each stage takes 4 s and adds 3 kWh.
static void draw_energy(const void *context, takt_work *work)
{
    (void)context;
    work->duration_s = 4;
    work->energy_kWh += 3;
}

static void deliver_all(const void *context, double quantity, const double *state,
                        takt_delivery *delivery)
{
    (void)context, (void)state;
    delivery->good = delivery->gross = quantity;
}

static void lose_nothing(const void *context, double share, double *state)
{
    (void)context, (void)share, (void)state;
}

static const takt_process_ops oven = {
    .name = "oven", .begin = draw_energy, .lose = lose_nothing, .deliver = deliver_all};

/// The cost that one item of `interrupted` jobs carries out of the plant at 10 s: the machine
/// breaks after 3 s of work for 2 s; 0.1 until 4 s, then 0.2, from 5.5 s on 0.4.
static double cost_of_item(takt_interrupted interrupted, double until_s, double *energy_kWh)
{
    static const takt_tariff_step steps[] = {{0, 0.1, 1}, {4, 0.2, 2}, {5.5, 0.4, 4}};
    takt_study *study = line_create(60);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    press->interrupted = (int32_t)interrupted;
    line_failure(study, press, TAKT_METER_WORKING, line_constant(3), line_constant(2));
    line_tariff(study, 60, 3, steps);
    takt_plan *plan = NULL;
    takt_replication *r = NULL;
    CHECK_OK(takt_study_resolve(study));
    press->stage_index = 0;
    CHECK_OK(takt_plan_create(&study->factory, &plan));
    plan->process = &oven;
    takt_plan_fill(plan, &study->factory);
    CHECK_OK(takt_replication_create(plan, &r));
    line_advance(r, until_s);
    takt_energy_account account;
    takt_energy_account_of(r, &account);
    CHECK_NEAR(account.carbon_kg, 10 * account.cost, 1e-14, 0);
    *energy_kWh = account.kWh;
    takt_replication_destroy(&r);
    takt_plan_destroy(&plan);
    takt_study_destroy(&study);
    return account.cost;
}

/// The job goes on at 5 s and ends at 6 s: its work lies at 0 to 3 (0.1), 5 to 5.5 (0.2) and 5.5 to
/// 6 (0.4). Begun again it is done at 5 + 4 = 9, but breaks at 8 once more: 3 s, 0.5 s at 0.2, 2.5
/// s at 0.4, and so on for ever. Scrapped, it leaves at 3 s with all of its energy, at 0.1.
static void energy_of_items_is_priced_where_they_are_worked_on(void)
{
    double kWh;
    CHECK_NEAR(cost_of_item(TAKT_INTERRUPTED_RESUMES, 6, &kWh),
               3 * (3 * 0.1 + 0.5 * 0.2 + 0.5 * 0.4) / 4, 1e-14, 0);
    CHECK_NEAR(kWh, 3, 0, 0);
    CHECK_NEAR(cost_of_item(TAKT_INTERRUPTED_IS_SCRAPPED, 3, &kWh), 3 * 0.1, 1e-14, 0);
    CHECK_NEAR(kWh, 3, 0, 0);
    CHECK_NEAR(cost_of_item(TAKT_INTERRUPTED_IS_SCRAPPED, 8, &kWh),
               3 * 0.1 + 3 * (0.5 * 0.2 + 2.5 * 0.4) / 3, 1e-14, 0);
    CHECK_NEAR(cost_of_item(TAKT_INTERRUPTED_RESTARTS, 9, &kWh), 0, 0, 0);
}

/// A tariff that never changes is a price: the battery plant, whose items are merged, cut and
/// mixed, costs and emits the same with it as with one number.
static void a_flat_tariff_is_a_price(void)
{
    enum { VALUES = 2048 };
    static double by_price[VALUES], by_tariff[VALUES];
    for (int pass = 0; pass < 2; ++pass) {
        static const takt_tariff_step steps[] = {{0, 0.2, 0.4}, {7 * HOUR, 0.2, 0.4}};
        plant p = {0};
        if (!plant_open(&p))
            return;
        takt_prices *prices = &p.study->factory.prices;
        prices->energy_per_kWh = pass ? 0 : 0.2;
        prices->carbon_kg_per_kWh = pass ? 0 : 0.4;
        prices->carbon_price_per_t = 100;
        p.study->horizon.warm_up_s = 120 * HOUR;
        p.study->horizon.measured_s = 24 * HOUR;
        if (pass)
            line_tariff(p.study, 24 * HOUR, 2, steps);
        takt_scenario_destroy(&p.scenario);
        CHECK_OK(takt_scenario_create(p.study, &p.dryer, &p.scenario));
        const takt_report *report = takt_scenario_report(p.scenario);
        CHECK(report->n_values <= VALUES);
        CHECK_OK(takt_replication_run(takt_scenario_replication(p.scenario), 0,
                                      pass ? by_tariff : by_price));
        for (int32_t i = 0; pass && i < report->n_values; ++i)
            CHECK_NEAR(by_tariff[i], by_price[i], 1e-10, 1e-12);
        CHECK(by_price[report->carbon] > 1);
        plant_close(&p);
    }
}

// --- The clock, the checks, the file -------------------------------------------------------------

/// Calendars stand at horizon.start when time begins: shifts from 0 to 8 and from 16 to 20 of a
/// day.
static void the_day_begins_where_the_study_says(void)
{
    static const struct row {
        double start_h, first_change_h;
        int is_on;
    } rows[] = {{0, 8, 1},  {6, 2, 1},  {8, 8, 0}, {15.5, 0.5, 0},
                {16, 4, 1}, {22, 2, 0}, {30, 2, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        takt_study *study = line_create(48 * HOUR);
        takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
        *calendar = (takt_calendar){.name = "day", .cycle_s = 24 * HOUR};
        takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
        *shift = (takt_shift){.from_s = 0, .to_s = 8 * HOUR};
        shift = line_append(study, &calendar->shifts, sizeof *shift);
        *shift = (takt_shift){.from_s = 16 * HOUR, .to_s = 20 * HOUR};
        line_station(study, "press", line_constant(HOUR), NULL, "out")->calendar = "day";
        study->horizon.start_s = rows[i].start_h * HOUR;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        CHECK_INT(r->view.machines[0].state != TAKT_MACHINE_OFF_SHIFT, rows[i].is_on);
        line_advance(r, rows[i].first_change_h * HOUR - 1);
        CHECK_INT(r->view.machines[0].state != TAKT_MACHINE_OFF_SHIFT, rows[i].is_on);
        line_advance(r, rows[i].first_change_h * HOUR + 1);
        CHECK_INT(r->view.machines[0].state != TAKT_MACHINE_OFF_SHIFT, !rows[i].is_on);
        line_advance(r, 24 * HOUR); // a whole day from anywhere holds 12 h of work
        CHECK_NEAR(takt_tick_to_s(takt_station_time(r, 0, TAKT_MACHINE_OFF_SHIFT)), 12 * HOUR, 0,
                   0);
        line_destroy(&study, &scenario);
    }
}

/// An arrival every 600 s, twice as often from 6 h on. At a quarter to six the first one comes
/// after 600 s; of the next 600 s half are over at six, the other half takes 150 s.
static void so_do_rates_of_arrivals(void)
{
    takt_rate_point points[] = {{0, 1}, {6 * HOUR, 2}};
    takt_rate_profile profile = {.cycle_s = 24 * HOUR, .points = {points, 2}};
    takt_study *study = line_create(HOUR);
    line_buffer(study, "queue", 100);
    line_source(study, "queue", line_constant(600))->rate_profile = &profile;
    line_station(study, "press", line_constant(1), "queue", "out");
    study->horizon.start_s = 5.75 * HOUR;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 599);
    CHECK_INT(r->view.head->n_arrived, 0);
    line_advance(r, 1049);
    CHECK_INT(r->view.head->n_arrived, 1);
    line_advance(r, 1051);
    CHECK_INT(r->view.head->n_arrived, 2);
    line_destroy(&study, &scenario);
}

static void wrong_tariffs_are_refused(void)
{
    static const takt_tariff_step late[] = {{0, 0.1, 0}, {60, 0.2, 0}};
    static const takt_tariff_step twice[] = {{5, 0.1, 0}, {5, 0.2, 0}};
    static const takt_tariff_step green[] = {{0, 0.1, 0.3}};
    static const struct row {
        const takt_tariff_step *steps;
        int32_t n;
        const char *file;
        double energy_per_kWh, carbon_kg_per_kWh;
        const char *says;
    } rows[] = {
        {late, 2, NULL, 0, 0, "steps[1].from: found 0.0166667 h, allowed: less than the cycle"},
        {twice, 2, NULL, 0, 0, "steps[1].from: found 0.00138889 h, allowed: later"},
        {green, 1, NULL, 0.1, 0, "prices.energy_per_kWh: found 0.1 beside a tariff"},
        {green, 0, NULL, 0, 0, "tariff.steps: found none"},
        {green, 1, "prices.csv", 0, 0, "tariff.steps: found 1 beside a file"},
        {NULL, 0, "prices.csv", 0, 0, "tariff.cycle: found 0.0166667 h beside a file"},
        {green, 1, NULL, 0, 0.1, "prices.carbon_kg_per_kWh: found 0.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        takt_study *study = line_create(60);
        takt_problem problem = {0};
        char line[600];
        line_station(study, "press", line_constant(4), NULL, "out");
        line_tariff(study, 60, rows[i].n, rows[i].steps)->file = rows[i].file;
        study->factory.prices.energy_per_kWh = rows[i].energy_per_kWh;
        study->factory.prices.carbon_kg_per_kWh = rows[i].carbon_kg_per_kWh;
        CHECK_STATUS(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
        snprintf(line, sizeof line, "%s: %s", problem.path, problem.text);
        CHECK_CONTAINS(line, rows[i].says);
        takt_study_destroy(&study);
    }
}

/// A file of market prices per MWh: half an hour a line, negative ones among them.
static void prices_come_from_a_file(void)
{
    takt_arena *arena = NULL;
    CHECK_OK(takt_arena_create(&arena));
    takt_tariff tariff = {.file = "p", .every_s = HOUR / 2, .column = "price", .factor = 0.001};
    const char *text = "hour,price,grams\n0,80,1\n0.5,-20,2\n1,140,3\n";
    CHECK_OK(takt_tariff_read("p", text, strlen(text), arena, &tariff));
    CHECK_INT(tariff.from_file.n_items, 3);
    takt_tariff_segment segments[5];
    takt_plan_tariff plan = {.segments = segments};
    CHECK_INT(takt_tariff_room(&tariff), 5);
    takt_tariff_fill(&tariff, 0.4, 0, &plan);
    CHECK_INT(plan.cycle, LINE_S(1.5 * HOUR));
    CHECK_NEAR(takt_tariff_integrate(&plan, LINE_S(HOUR / 4), LINE_S(3.0 * HOUR)).cost,
               (0.08 * 0.5 - 0.02 + 0.14) / 2 + (0.08 - 0.02 + 0.14) / 2, 1e-14, 0);
    CHECK_NEAR(takt_tariff_integrate(&plan, 0, LINE_S(3.0 * HOUR)).carbon_kg, 1.2, 1e-14, 0);
    tariff.carbon = "grams";
    CHECK_OK(takt_tariff_read("p", text, strlen(text), arena, &tariff));
    CHECK(takt_tariff_has_carbon(&tariff));
    static const struct row {
        const char *text, *says;
    } rows[] = {{"price,b\n1\n", "found 1 value, allowed: 2"},
                {"a,b\n1,2\n", "found no column 'price'"},
                {"price\nx\n", ":2:1: price: found 'x'"},
                {"price\n", "found no prices"}};
    tariff.carbon = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        CHECK_STATUS(takt_tariff_read("p", rows[i].text, strlen(rows[i].text), arena, &tariff),
                     TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), rows[i].says);
    }
    takt_study *study = line_create(60);
    line_station(study, "press", line_constant(4), NULL, "out");
    line_tariff(study, 86400, 0, NULL)->file = "no_such_prices.csv";
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "factory.prices.tariff.file");
    takt_study_destroy(&study);
    takt_arena_destroy(&arena);
}

TAKT_TESTS(TEST(a_price_is_integrated_over_days), TEST(and_over_any_stretch),
           TEST(the_price_changes_amid_a_repair), TEST(looking_and_loading_change_nothing),
           TEST(each_state_has_its_power), TEST(energy_of_items_is_priced_where_they_are_worked_on),
           TEST(a_flat_tariff_is_a_price), TEST(the_day_begins_where_the_study_says),
           TEST(so_do_rates_of_arrivals), TEST(wrong_tariffs_are_refused),
           TEST(prices_come_from_a_file))
