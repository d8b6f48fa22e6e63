/// What a replication reports is what the time measured brought, and nothing of the warm-up; tables
/// over replications hold the right means and intervals.
#include "tests/sim/lines.h"

/// A line that repeats itself: an arrival every 2 s before a place for one, 4 s of work, so that
/// every other arrival is turned away: at 104, 108, ... the press is free, but has not taken the
/// item that waits. That one waits 2 s; beside it a grinder that makes scrap every 5 s. From 100 to
/// 200: 25 items leave (102, 106, ... 198) after 6 s each, 25 of 50 arrivals are turned away, the
/// press is washed five times (102, 122, ... 182) in no time.
static takt_study *repeating_line(void)
{
    takt_study *study = line_create(100);
    study->horizon.warm_up_s = 100;
    line_buffer(study, "queue", 1)->place_cost = 876;
    takt_source *source = line_source(study, "queue", line_constant(2));
    source->quantity = 2;
    source->value = 3;
    takt_station *press = line_station(study, "press", line_constant(4), "queue", "out");
    press->item_value = 4;
    press->power_kW = 2;
    press->machine_cost = 438;
    line_crew(study, "fitters", 2)->member_cost = 219;
    line_stop(study, press, "wash", TAKT_METER_ITEMS, 5, 0)->cost = 11;
    line_station(study, "grinder", line_constant(5), NULL, "scrap")->item_value = 1;
    study->factory.prices = (takt_prices){.currency = "EUR",
                                          .energy_per_kWh = 0.5,
                                          .fixed_per_year = 8760,
                                          .hours_per_year = 8760,
                                          .stock_rate_per_year = 0.1,
                                          .base_load_kW = 1};
    return study;
}

static void the_warm_up_leaves_no_trace(void)
{
    takt_study *study = repeating_line();
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    takt_replication *r = takt_scenario_replication(scenario);
    double found[256];
    CHECK(report->n_values <= 256);
    CHECK_OK(takt_replication_run(r, 0, found));
    const double hours = 100.0 / 3600, energy_kWh = (2 + 1) * hours, good = 25 * 2, scrap = 20;
    const double stock_years = (1.5 + 7 + 1) * hours / 8760;
    const double cost = 25 * 7 + 20 * 1 + 5 * 11 + 0.5 * energy_kWh +
                        (8760 + 876 + 438 + 2 * 219) * hours / 8760 + 0.1 * stock_years;
    CHECK_NEAR(found[TAKT_KPI_COST], cost / good, 1e-13, 0);
    const double ledger[] = {25 * 7 + 20 * 1,     5 * 11,
                             0.5 * energy_kWh,    0,
                             8760 * hours / 8760, (876 + 438 + 2 * 219) * hours / 8760,
                             0.1 * stock_years};
    const char *const lines[] = {"cost_material", "cost_stops",  "cost_energy", "cost_carbon",
                                 "cost_fixed",    "cost_upkeep", "cost_stock"};
    CHECK_INT(takt_report_find(report, "turned_away"), report->turned_away);
    CHECK_INT(takt_report_find(report, "cost"), -1);
    CHECK_INT(report->n_ledger, 7);
    CHECK_INT(report->first_ledger + 7, report->n_kpis);
    for (int i = 0; i < 7; ++i) {
        const int32_t row = report->first_ledger + i;
        CHECK_NEAR(found[row], ledger[i] / good, 1e-13, 0);
        CHECK_TEXT(report->kpis[row].name, lines[i]);
        CHECK_TEXT(report->kpis[row].unit, report->kpis[TAKT_KPI_COST].unit);
        CHECK(report->kpis[row].per_good);
        CHECK_INT(takt_report_find(report, lines[i]), row);
    }
    CHECK_NEAR(found[TAKT_KPI_THROUGHPUT], good / hours, 1e-13, 0);
    CHECK_NEAR(found[TAKT_KPI_ENERGY], energy_kWh / good, 1e-13, 0);
    CHECK_NEAR(found[TAKT_KPI_FIRST_SCRAP], 0, 0, 0);
    CHECK_NEAR(found[TAKT_KPI_FIRST_SCRAP + 1], scrap / (good + scrap), 1e-15, 0);
    CHECK_TEXT(report->kpis[TAKT_KPI_FIRST_SCRAP + 1].name, "scrap_at_grinder");
    CHECK_NEAR(found[report->yield], good / (good + scrap), 1e-15, 0);
    CHECK_NEAR(found[report->items], 2.5, 1e-15, 0);
    CHECK_NEAR(found[report->flow_time], (25 * 6 + 20 * 5) / 45.0 / 3600, 1e-13, 0);
    CHECK_NEAR(found[report->turned_away], 0.5, 0, 0);
    for (int s = 0; s < 2; ++s)
        for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            CHECK_NEAR(found[report->first_state + s * TAKT_MACHINE_STATE_COUNT + k],
                       k == TAKT_MACHINE_WORKING ? 100 : 0, 0, 0);
    CHECK_NEAR(found[report->first_bottleneck], 0, 0, 0);
    CHECK_NEAR(found[report->first_bottleneck + 1], 1, 0, 0); // at work since 0, the press since 2
    CHECK_NEAR(found[report->first_level], 0.5, 0, 0);
    // Until 200: 100 arrivals, 49 pieces pressed (6, 10, ... 198), nine washes, 40 ground.
    CHECK_NEAR(found[report->n_events], 100 + 49 + 9 + 40, 0, 0);
    CHECK_INT(takt_replication_n_events(r), 198);
    CHECK_INT(takt_replication_now(r), LINE_S(200));
    const char *breach = takt_replication_inconsistency(r);
    if (breach)
        CHECK_FAILED("%s", breach);
    line_destroy(&study, &scenario);
}

/// Measured in the midst of everything, shares of time and levels end where the measurement ends.
static void measuring_begins_and_ends_in_the_midst(void)
{
    takt_study *study = repeating_line();
    study->horizon.warm_up_s = 3; // nothing waits yet; one item comes at 4
    study->horizon.measured_s = 2;
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    double found[256];
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, found));
    CHECK_NEAR(found[report->first_level], 0.5, 0, 0);
    CHECK_NEAR(found[report->items], 2.5, 0, 0);
    CHECK_NEAR(found[report->first_state + TAKT_MACHINE_WORKING], 2, 0, 0);
    CHECK_NEAR(found[report->first_state + TAKT_MACHINE_STARVED], 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// What a plant costs by the year counts each place, machine and person.
static void upkeep_counts_each(void)
{
    takt_study *study = line_create(100);
    line_buffer(study, "rack", 5)->place_cost = 2;
    line_buffer(study, "yard", TAKT_UNLIMITED);
    line_crew(study, "crew", 4)->member_cost = 7;
    line_source(study, "rack", line_constant(1));
    takt_station *press = line_station(study, "press", line_constant(1), "rack", "yard");
    press->n_machines = 3;
    press->machine_cost = 10;
    line_station(study, "pack", line_constant(1), "yard", "out")->machine_cost = 100;
    takt_scenario *scenario = line_open(study);
    CHECK_NEAR(takt_scenario_plan(scenario)->upkeep_per_year, 5 * 2 + 4 * 7 + 3 * 10 + 100, 0, 0);
    line_destroy(&study, &scenario);
}

/// Student's t for one degree of freedom is tan(pi/2 (2 p - 1)).
static void tables_hold_means_and_intervals(void)
{
    takt_study *study = repeating_line();
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    double results[2][256] = {{0}};
    takt_kpi kpis[64];
    const int32_t n = report->n_values;
    double *second = results[0] + n; // results lie one behind the other
    results[0][TAKT_KPI_THROUGHPUT] = 1;
    second[TAKT_KPI_THROUGHPUT] = 3;
    results[0][TAKT_KPI_COST] = 5;
    second[TAKT_KPI_COST] = 6;
    for (int k = 0; k < 2; ++k) {
        const double confidence = k ? 0.99 : 0.95;
        const double half = tan(0.5 * acos(-1) * confidence);
        takt_report_summarise(report, results[0], 2, confidence, kpis);
        CHECK_NEAR(kpis[TAKT_KPI_THROUGHPUT].interval.mean, 2, 1e-15, 0);
        CHECK_NEAR(kpis[TAKT_KPI_THROUGHPUT].interval.lo, 2 - half, 1e-6, 0);
        CHECK_NEAR(kpis[TAKT_KPI_COST].interval.hi, 5.5 + half / 2, 1e-6, 0);
        CHECK_INT(kpis[TAKT_KPI_COST].interval.n, 2);
        CHECK(kpis[TAKT_KPI_COST].name == &report->kpis[TAKT_KPI_COST]);
    }
    CHECK_NEAR(takt_report_mean(report, results[0], 2, TAKT_KPI_THROUGHPUT), 2, 1e-15, 0);
    takt_interval interval = takt_report_interval(report, results[0], 2, TAKT_KPI_THROUGHPUT, 0.95);
    CHECK_NEAR(interval.mean, 2, 1e-15, 0);
    CHECK_NEAR(interval.hi, 2 + tan(0.5 * acos(-1) * 0.95), 1e-6, 0);
    interval = takt_report_interval(report, results[0], 1, TAKT_KPI_THROUGHPUT, 0.95);
    CHECK(interval.n == 1 && interval.lo == 1 && interval.mean == 1 && interval.hi == 1);
    interval = takt_report_interval(report, results[0], 0, TAKT_KPI_THROUGHPUT, 0.95);
    CHECK(interval.n == 0 && interval.lo == 0 && interval.mean == 0 && interval.hi == 0);
    second[TAKT_KPI_THROUGHPUT] = 0; // no good output: what is per unit has no meaning there
    takt_report_summarise(report, results[0], 2, 0.95, kpis);
    CHECK_NEAR(kpis[TAKT_KPI_COST].interval.mean, 5, 0, 0);
    CHECK_INT(kpis[TAKT_KPI_COST].interval.n, 1);
    CHECK_NEAR(kpis[TAKT_KPI_THROUGHPUT].interval.mean, 0.5, 1e-15, 0);
    line_destroy(&study, &scenario);
}

static void the_bottleneck_of_a_table(void)
{
    takt_study *study = repeating_line();
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    double results[2 * 64] = {0}, share = -1;
    double *first = results + report->first_bottleneck, *second = first + report->n_values;
    first[0] = 0.25;
    first[1] = 0.5;
    second[0] = 0.25;
    CHECK_INT(takt_report_bottleneck(report, 2, results, 2, &share), 0); // a tie: the first station
    CHECK_NEAR(share, 0.25, 0, 0);
    second[1] = 0.125;
    CHECK_INT(takt_report_bottleneck(report, 2, results, 2, NULL), 1);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(the_warm_up_leaves_no_trace), TEST(measuring_begins_and_ends_in_the_midst),
           TEST(upkeep_counts_each), TEST(tables_hold_means_and_intervals),
           TEST(the_bottleneck_of_a_table))
