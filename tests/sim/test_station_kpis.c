/// Key figures of stations follow from their times and counts by the formulas of ISO 22400-2, the
/// states of SEMI E10 share out all time, and what is counted is what has happened. By hand.
#include "sim/station_kpis.h"
#include "tests/sim/lines.h"

static void formulas_give_the_numbers_of_a_shift(void)
{
    // 600 min: 420 at work, 30 set up, 20 starved, 6 blocked, 4 without people, 20 down, 40
    // stopped, 60 off.
    const takt_station_totals t = {.working_s = 420 * 60,
                                   .setup_s = 30 * 60,
                                   .starved_s = 20 * 60,
                                   .blocked_s = 6 * 60,
                                   .unstaffed_s = 4 * 60,
                                   .down_s = 20 * 60,
                                   .stopped_s = 40 * 60,
                                   .off_shift_s = 60 * 60,
                                   .measured_s = 600 * 60,
                                   .failures = 4,
                                   .repairs = 5,
                                   .items = 360,
                                   .made = 400,
                                   .scrapped = 20,
                                   .reworked = 8,
                                   .planned_s = 63};
    const struct row {
        takt_station_kpi kpi;
        double value;
    } rows[] = {
        {TAKT_STATION_KPI_AVAILABILITY, 420.0 / 500},
        {TAKT_STATION_KPI_EFFECTIVENESS, 63.0 * 360 / (420 * 60)},
        {TAKT_STATION_KPI_QUALITY, 0.95},
        {TAKT_STATION_KPI_OEE, 0.84 * 0.9 * 0.95},
        {TAKT_STATION_KPI_ALLOCATION, 480.0 / 500},
        {TAKT_STATION_KPI_UTILIZATION, 420.0 / 480},
        {TAKT_STATION_KPI_TECHNICAL, 420.0 / 450},
        {TAKT_STATION_KPI_SETUP, 30.0 / 450},
        {TAKT_STATION_KPI_SCRAP, 0.05},
        {TAKT_STATION_KPI_REWORK, 0.02},
        {TAKT_STATION_KPI_THROUGHPUT, 36},
        {TAKT_STATION_KPI_MTBF, 7.0 / 4},
        {TAKT_STATION_KPI_MTTR, 1.0 / 15},
        {TAKT_STATION_KPI_PRODUCTIVE, 0.7},
        {TAKT_STATION_KPI_STANDBY, 0.05},
        {TAKT_STATION_KPI_ENGINEERING, 0},
        {TAKT_STATION_KPI_SCHEDULED_DOWN, 70.0 / 600},
        {TAKT_STATION_KPI_UNSCHEDULED_DOWN, 20.0 / 600},
        {TAKT_STATION_KPI_NON_SCHEDULED, 0.1},
    };
    double values[TAKT_STATION_KPI_COUNT], sum = 0;
    CHECK_INT((int)(sizeof rows / sizeof *rows), TAKT_STATION_KPI_COUNT);
    takt_station_kpis_of(&t, values);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        CHECK_NEAR(values[rows[i].kpi], rows[i].value, 1e-14, 0);
    for (int k = TAKT_STATION_KPI_PRODUCTIVE; k < TAKT_STATION_KPI_COUNT; ++k)
        sum += values[k];
    CHECK_NEAR(sum, 1, 1e-15, 0);
}

static void what_has_no_meaning_is_no_number(void)
{
    const takt_station_totals idle = {.starved_s = 100, .measured_s = 100};
    const takt_station_totals off = {.off_shift_s = 100, .measured_s = 100};
    double values[TAKT_STATION_KPI_COUNT];
    takt_station_kpis_of(&idle, values);
    CHECK_NEAR(values[TAKT_STATION_KPI_AVAILABILITY], 0, 0, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_OEE], 0, 0, 0); // planned, and nothing was made
    CHECK(isnan(values[TAKT_STATION_KPI_EFFECTIVENESS]));
    CHECK(isnan(values[TAKT_STATION_KPI_QUALITY]));
    CHECK(isnan(values[TAKT_STATION_KPI_MTBF]) && isnan(values[TAKT_STATION_KPI_MTTR]));
    takt_station_kpis_of(&off, values);
    CHECK(isnan(values[TAKT_STATION_KPI_OEE])); // nothing was planned
    CHECK_NEAR(values[TAKT_STATION_KPI_NON_SCHEDULED], 1, 0, 0);
}

/// Work of 4 s that breaks after each 10 s of work for 2 s; what it makes is scrapped amid its work
/// (the third of three). Per 12 s: two items, one cut, one failure. A press that takes items
/// in pairs and scraps half of them by a route of share 1 stands beside it.
static void counts_are_what_happens(void)
{
    takt_study *study = line_create(120);
    takt_station *saw = line_station(study, "saw", line_constant(4), NULL, "out");
    saw->interrupted = TAKT_INTERRUPTED_IS_SCRAPPED;
    saw->planned_time_s = 3;
    line_failure(study, saw, TAKT_METER_WORKING, line_constant(10), line_constant(2));
    line_buffer(study, "queue", 100);
    line_source(study, "queue", line_constant(1));
    takt_station *press = line_station(study, "press", line_constant(3), "queue", "scrap");
    press->batch_min = press->batch_max = 2;
    press->n_machines = 2;
    study->horizon.warm_up_s = 24;
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    const takt_plan *plan = takt_scenario_plan(scenario);
    double found[256], values[TAKT_STATION_KPI_COUNT];
    CHECK(report->n_values <= 256);
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, found));
    takt_station_totals t = takt_station_totals_of(report, plan, found, 1, 0);
    CHECK_NEAR(t.measured_s, 120, 0, 0);
    CHECK_NEAR(t.items, 20, 0, 0);
    CHECK_NEAR(t.made, 30, 0, 0);
    CHECK_NEAR(t.scrapped, 10, 0, 0);
    CHECK_NEAR(t.failures, 10, 0, 0);
    CHECK_NEAR(t.repairs, 10, 0, 0);
    takt_station_kpis_of(&t, values);
    CHECK_NEAR(values[TAKT_STATION_KPI_AVAILABILITY], 100.0 / 120, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_EFFECTIVENESS], 60.0 / 100, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_QUALITY], 2.0 / 3, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_OEE], 100.0 / 120 * 0.6 * 2 / 3, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_MTBF] * 3600, 10, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_MTTR] * 3600, 2, 1e-14, 0);
    // Two machines share the pairs of every 2 s: 120 items, 3 s of work for each pair.
    t = takt_station_totals_of(report, plan, found, 1, 1);
    takt_station_kpis_of(&t, values);
    CHECK_NEAR(t.measured_s, 120, 0, 0);
    CHECK_NEAR(t.planned_s, 1.5, 0, 0); // per item of a full batch
    CHECK_NEAR(values[TAKT_STATION_KPI_THROUGHPUT], 3600, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_SCRAP], 1, 0, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_PRODUCTIVE], 0.75, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_STANDBY], 0.25, 1e-14, 0);
    CHECK_NEAR(values[TAKT_STATION_KPI_EFFECTIVENESS], 1, 1e-14, 0);
    line_destroy(&study, &scenario);
}

/// A failure that destroys a part of an item scraps that share of it.
static void a_lost_part_is_a_share_of_an_item(void)
{
    takt_study *study = line_create(120);
    takt_station *saw = line_station(study, "saw", line_constant(4), NULL, "out");
    line_failure(study, saw, TAKT_METER_WORKING, line_constant(10), line_constant(2))->loss = 0.25;
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    double found[256];
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, found));
    const takt_station_totals t =
        takt_station_totals_of(report, takt_scenario_plan(scenario), found, 1, 0);
    // Of 10 failures in 100 s of work, every other one strikes as a job ends and spoils nothing.
    CHECK_NEAR(t.failures, 10, 0, 0);
    CHECK_NEAR(t.items, 25, 0, 0);
    CHECK_NEAR(t.scrapped, 1.25, 1e-14, 0);
    CHECK_NEAR(takt_station_quality_ratio(&t), 0.95, 1e-14, 0);
    line_destroy(&study, &scenario);
}

/// Intervals lie around the figure of all results, and are as wide as that of the mean.
static void intervals_are_those_of_the_mean(void)
{
    takt_study *study = line_create(3600);
    takt_station *saw = line_station(study, "saw", line_exponential(40), NULL, "out");
    line_failure(study, saw, TAKT_METER_WORKING, line_exponential(600), line_exponential(100));
    takt_scenario *scenario = line_open(study);
    const takt_report *report = takt_scenario_report(scenario);
    const takt_plan *plan = takt_scenario_plan(scenario);
    enum { N = 8, VALUES = 256 };
    static double results[N * VALUES];
    takt_moments moments = {0};
    double working_s = 0;
    CHECK(report->n_values <= VALUES);
    for (int i = 0; i < N; ++i) {
        double *result = results + i * report->n_values;
        CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), (uint32_t)i, result));
        takt_moments_add(&moments, result[report->first_state + TAKT_MACHINE_WORKING] / 3600);
        working_s += result[report->first_state + TAKT_MACHINE_WORKING];
    }
    const takt_interval mean = takt_interval_of_moments(&moments, 0.95);
    const takt_interval found =
        takt_station_kpi_interval(report, plan, results, N, 0, TAKT_STATION_KPI_AVAILABILITY, 0.95);
    CHECK_NEAR(found.mean, working_s / 3600 / N, 1e-13, 0);
    CHECK_NEAR(found.lo, mean.lo, 1e-12, 0); // all time is planned: the ratio of means is the mean
    CHECK_NEAR(found.hi, mean.hi, 1e-12, 0);
    CHECK_INT(found.n, N);
    const takt_interval one =
        takt_station_kpi_interval(report, plan, results, 1, 0, TAKT_STATION_KPI_OEE, 0.95);
    CHECK_NEAR(one.lo, one.hi, 0, 0);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(formulas_give_the_numbers_of_a_shift), TEST(what_has_no_meaning_is_no_number),
           TEST(counts_are_what_happens), TEST(a_lost_part_is_a_share_of_an_item),
           TEST(intervals_are_those_of_the_mean))
