/// Wear: levels, what they break, what watches them, what renews them: by hand to the tick, and
/// against exact laws.
#include "tests/sim/lines.h"

#include "sim/distribution_math.h"

#include <math.h>
#include <string.h>

static takt_distribution gamma_of(double mean, double cv)
{
    return (takt_distribution){.kind = TAKT_DISTRIBUTION_GAMMA, .mean_s = mean, .cv = cv};
}

static double level_of(const takt_replication *r, int32_t w)
{
    return takt_gauge_read(r, 0, r->plan->wears[w].stoppage);
}

/// Jobs of 1 s, 0.3 each, broken at 1: after 4 items, for 2 s. In 20 s 3 lives of 6 s and 2 items.
static void steps_by_items(void)
{
    takt_study *study = line_create(20);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    line_wear(study, press, "tool", TAKT_METER_ITEMS, line_constant(0.3), 1)->cost = 5;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 3.5);
    CHECK_NEAR(level_of(r, 0), 0.9, 1e-15, 0);
    line_advance(r, 20);
    line_check_times(r, 0, 14, 0, 0, 6, 0);
    CHECK_INT(r->view.head->n_left, 14);
    CHECK_NEAR(r->view.head->stop_cost, 15, 0, 0);
    line_destroy(&study, &scenario);
}

/// By the hour at work, at a constant rate, across a stop that interrupts the job; by the clock,
/// which goes on then; by quantity.
static void steps_by_time_and_quantity(void)
{
    takt_study *study = line_create(4 * 3600);
    takt_station *press = line_station(study, "press", line_constant(3600), NULL, "out");
    line_wear(study, press, "drive", TAKT_METER_WORKING, line_constant(2), 0);
    line_wear(study, press, "seal", TAKT_METER_CLOCK, line_constant(2), 0);
    line_wear(study, press, "bed", TAKT_METER_QUANTITY, line_constant(7), 0);
    line_stop(study, press, "wash", TAKT_METER_CLOCK, 0.5, 1800)->strikes = TAKT_STRIKE_AT_ONCE;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 1.5 * 3600 - 1);
    CHECK_NEAR(level_of(r, 0), 0, 0, 0); // what a job adds is seen when it ends
    CHECK_NEAR(level_of(r, 2), 0, 0, 0);
    line_advance(r, 2 * 3600 - 1);
    CHECK_NEAR(level_of(r, 0), 2, 1e-12, 0);
    CHECK_NEAR(level_of(r, 1), 3, 1e-12, 0);
    CHECK_NEAR(level_of(r, 2), 7, 1e-12, 0);
    line_destroy(&study, &scenario);
}

/// A stop that is due at the item with which the level gets to where the machine breaks comes after
/// the repair, and not at all where the repair renews it.
static void wear_and_stop_at_one_item(void)
{
    for (int renews = 0; renews < 2; ++renews) {
        takt_study *study = line_create(30);
        takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
        takt_wear *tool = line_wear(study, press, "tool", TAKT_METER_ITEMS, line_constant(0.25), 1);
        takt_stop *change = line_stop(study, press, "change", TAKT_METER_ITEMS, 4, 3);
        line_renews(study, &change->renews, "tool");
        if (renews)
            line_renews(study, &tool->renews, "change");
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 5);
        CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
        line_advance(r, 8);
        line_check_times(r, 0, renews ? 6 : 4, 0, 0, 2, renews ? 0 : 2);
        line_advance(r, 30);
        CHECK_INT(r->view.head->n_left, renews ? 20 : 4 * 3 + 3); // lives of 6 s, or of 9 s
        line_destroy(&study, &scenario);
    }
}

/// Steps of 0.3 per job of 1 s. Seen at all times: a stop of 3 s at 0.6. Inspected every 3.5 s for
/// 1 s, when empty: looked at at 4 with 1.2, stopped from 5 on, 8 to 12 at work, and so on.
static void conditions(void)
{
    for (int is_inspected = 0; is_inspected < 2; ++is_inspected) {
        takt_study *study = line_create(100);
        takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
        line_wear(study, press, "tool", TAKT_METER_ITEMS, line_constant(0.3), 9);
        takt_stop *change = line_stop(study, press, "change", TAKT_METER_ITEMS, 1, 3);
        takt_condition *condition = line_condition(study, change, "tool", 0.6);
        condition->inspected_every_s = is_inspected ? 3.5 : 0;
        condition->inspection = line_constant(is_inspected);
        condition->cost = 2;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 4.5);
        CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_STOPPED);
        line_advance(r, is_inspected ? 80 : 50);
        CHECK_INT(r->view.head->n_left, is_inspected ? 40 : 20);
        line_check_times(r, 0, is_inspected ? 40 : 20, 0, 0, 0, is_inspected ? 40 : 30);
        CHECK_NEAR(r->view.head->stop_cost, is_inspected ? 20 : 0, 0, 0);
        line_destroy(&study, &scenario);
    }
}

/// What an inspection finds too low is looked at again; nobody knows the level in between.
static void inspections_see_what_there_is(void)
{
    takt_study *study = line_create(100);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    line_wear(study, press, "tool", TAKT_METER_ITEMS, line_constant(1), 0);
    takt_stop *change = line_stop(study, press, "change", TAKT_METER_ITEMS, 1, 10);
    line_condition(study, change, "tool", 7)->inspected_every_s = 5;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 9.5); // looked at at 5: 5 < 7
    CHECK_NEAR(level_of(r, 0), 9, 0, 0);
    CHECK_NEAR(r->view.gauges[0].used, 5, 0, 0);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    line_advance(r, 10.5);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_STOPPED);
    line_advance(r, 24.5); // from 20 on as new
    CHECK_NEAR(level_of(r, 0), 4, 0, 0);
    CHECK_NEAR(r->view.gauges[0].used, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// Constant 8 s of work to the failure, of which a repair of 1 s leaves half: down at 8, then
/// after each 4 s more. A stop that leaves a quarter of the age after 6 s takes it to 1.5 s.
static void repairs_that_leave_a_share(void)
{
    for (int with_stop = 0; with_stop < 2; ++with_stop) {
        takt_study *study = line_create(100);
        takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
        takt_failure *jam =
            line_failure(study, press, TAKT_METER_WORKING, line_constant(8), line_constant(1));
        jam->name = "jam";
        jam->leaves = 0.5;
        if (with_stop) {
            takt_stop *oil = line_stop(study, press, "oil", TAKT_METER_WORKING, 6.0 / 3600, 1);
            line_renews(study, &oil->renews, "jam");
            oil->leaves = 0.25;
        }
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 14.5); // down 8-9 and 13-14; stopped 6-7 and 13-14
        line_check_times(r, 0, 12.5, 0, 0, with_stop ? 0 : 2, with_stop ? 2 : 0);
        CHECK_NEAR(takt_gauge_read(r, 0, with_stop), with_stop ? 0.25 * (1.5 + 6) * 1e6 : 4e6, 0,
                   1);
        line_destroy(&study, &scenario);
    }
}

/// What has no age yet lasts as long as something new, drawn from the same variate.
static void times_given_an_age_of_nothing(void)
{
    const takt_plan_time times[] = {
        {.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .scale = 5},
        {.kind = TAKT_DISTRIBUTION_WEIBULL, .scale = 5, .shape = 2.5},
        {.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .location = 1, .scale = 0.7},
        {.kind = TAKT_DISTRIBUTION_UNIFORM, .location = 20, .scale = 15},
        {.kind = TAKT_DISTRIBUTION_TRIANGULAR, .location = 2, .scale = 40, .shape = 0.3},
        {.kind = TAKT_DISTRIBUTION_NORMAL, .location = 6, .scale = 3, .shape = 0.0227501319481792},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; ++i)
        for (double u = 0.03; u < 1; u += 0.09) {
            const double variate = takt_draws_variate(times[i].kind, u);
            CHECK_NEAR(
                takt_plan_time_residual(&times[i], 0, takt_draws_upper(times[i].kind, variate)),
                takt_draws_unrounded(&times[i], variate), 1e-9, 0);
        }
}

static takt_failure *weibull_failure(takt_study *study, takt_station *station, double scale_s,
                                     double shape)
{
    const takt_distribution up = {
        .kind = TAKT_DISTRIBUTION_WEIBULL, .shape = shape, .scale_s = scale_s};
    return line_failure(study, station, TAKT_METER_WORKING, up, line_constant(0));
}

/// Both models of Kijima against their recurrences, drawn from the same stream.
static void virtual_ages(void)
{
    for (int model = 0; model < TAKT_REPAIR_MODEL_COUNT; ++model) {
        takt_study *study = line_create(1e4);
        takt_station *press = line_station(study, "press", line_constant(7), NULL, "out");
        takt_failure *jam = weibull_failure(study, press, 100, 2);
        jam->leaves = 0.3;
        jam->repair_model = model;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 3);
        const takt_stream stream = {(uint64_t)study->seed, 3, 0, TAKT_PURPOSE_UP_TIME};
        const takt_plan_time *up = &r->plan->stoppages[0].due;
        double age = 0, work = 0;
        for (uint64_t n = 0; n < 30; ++n) {
            const double e = takt_draws_variate(up->kind, takt_stream_uniform(&stream, n));
            const double h = pow(age / 100e6, 2) + e; // hazards add up
            const double end = ceil(age > 0 ? 100e6 * sqrt(h) : floor(100e6 * sqrt(e) + 0.5));
            CHECK_NEAR(r->view.gauges[0].due, end, 1e-8, 1);
            work += end - age;
            age = model == TAKT_REPAIR_OF_ALL ? 0.3 * end : age + 0.3 * (end - age);
            line_advance(r, (work + 40) / 1e6);
            CHECK_NEAR(r->view.gauges[0].restored, age, 1e-6, 100);
        }
        line_destroy(&study, &scenario);
    }
}

/// Minimal repair is a Poisson process with mean (t / eta)^beta: mean and variance of its count.
static void minimal_repair(void)
{
    enum { N = 2000 };
    takt_study *study = line_create(100);
    takt_station *press = line_station(study, "press", line_constant(7), NULL, "out");
    takt_failure *jam = weibull_failure(study, press, 30, 1.8);
    jam->leaves = 1;
    jam->cost = 1;
    takt_scenario *scenario = line_open(study);
    const double mean = pow(100.0 / 30, 1.8);
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < N; ++i) {
        takt_replication *r = line_start(scenario, i);
        CHECK_OK(takt_replication_advance(r, LINE_S(100)));
        const double n = r->view.head->stop_cost;
        sum += n;
        squares += (n - mean) * (n - mean);
    }
    CHECK(fabs(sum / N - mean) < 4 * sqrt(mean / N));
    CHECK(fabs(squares / N - mean) < 4 * sqrt((mean + 2 * mean * mean) / N));
    line_destroy(&study, &scenario);
}

/// The level of a gamma process after 10 h of work in jobs of all lengths, and its first passage:
/// P(level(n) < limit) is the gamma's distribution function with n times the shape.
static void gamma_process(void)
{
    enum { N = 4000 };
    const double shape = 0.4, scale = 0.5, limit = 1.5;
    takt_study *study = line_create(40 * 3600);
    takt_station *press = line_station(study, "press", line_constant(3600), NULL, "out");
    line_wear(study, press, "tool", TAKT_METER_WORKING, gamma_of(shape * scale, 1 / sqrt(shape)),
              0);
    line_wear(study, press, "same", TAKT_METER_WORKING, gamma_of(shape * scale, 1 / sqrt(shape)),
              limit);
    line_stop(study, press, "wash", TAKT_METER_CLOCK, 2.7, 900)->strikes = TAKT_STRIKE_AT_ONCE;
    takt_scenario *scenario = line_open(study);
    double sum = 0, squares = 0;
    int passed[20] = {0};
    for (uint32_t i = 0; i < N; ++i) {
        takt_replication *r = line_start(scenario, i);
        bool has_failed = false;
        for (int n = 1; n < 20; ++n) {
            while (r->view.head->n_left < n) {
                CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
                has_failed |= r->view.machines[0].state == TAKT_MACHINE_DOWN;
            }
            passed[n] += has_failed;
            const double more = level_of(r, 0) - 10 * shape * scale;
            sum += n == 10 ? more : 0;
            squares += n == 10 ? more * more : 0;
        }
    }
    const double variance = 10 * shape * scale * scale;
    CHECK(fabs(sum / N) < 4 * sqrt(variance / N));
    CHECK(fabs(squares / N - variance) < 4 * variance * sqrt((2 + 6 / (10 * shape)) / N));
    for (int n = 1; n < 20; ++n) {
        double below, above;
        takt_gamma_pq(n * shape, limit / scale, &below, &above);
        CHECK(fabs(passed[n] / (double)N - above) < 4 * sqrt(below * above / N) + 1e-9);
    }
    line_destroy(&study, &scenario);
}

/// Exponential steps: as many items as a Poisson process with mean level / step, and one more.
static void passage_by_items(void)
{
    enum { N = 4000 };
    takt_study *study = line_create(1e4);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    line_wear(study, press, "tool", TAKT_METER_ITEMS, line_exponential(0.2), 1.3);
    takt_scenario *scenario = line_open(study);
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < N; ++i) {
        takt_replication *r = line_start(scenario, i);
        while (r->view.machines[0].state != TAKT_MACHINE_DOWN)
            CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
        const double more = (double)r->view.head->n_left - 1 - 6.5;
        sum += more;
        squares += more * more;
    }
    CHECK(fabs(sum / N) < 4 * sqrt(6.5 / N));
    CHECK(fabs(squares / N - 6.5) < 4 * sqrt((6.5 + 2 * 6.5 * 6.5) / N));
    line_destroy(&study, &scenario);
}

/// Levels at the start are spread up to each machine's own limit.
static void initial_levels(void)
{
    takt_study *study = line_create(10);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    press->n_machines = 2000;
    takt_wear *tool = line_wear(study, press, "tool", TAKT_METER_ITEMS, line_constant(0.1), 1);
    tool->fails_at = gamma_of(2, 0.5);
    tool->initial_uniform = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    double shares = 0, limits = 0;
    for (int m = 0; m < press->n_machines; ++m) {
        shares += r->view.gauges[m].used / r->view.gauges[m].due;
        limits += r->view.gauges[m].due;
    }
    CHECK(fabs(shares / 2000 - 0.5) < 4 * sqrt(1 / 12.0 / 2000));
    CHECK(fabs(limits / 2000 - 2) < 4 * sqrt(1.0 / 2000));
    line_destroy(&study, &scenario);
}

/// Everything at once, put aside at any event and taken up again: the same bytes.
static void saved_and_restored(void)
{
    takt_study *study = line_create(200);
    takt_station *press = line_station(study, "press", line_exponential(1), NULL, "out");
    takt_wear *tool = line_wear(study, press, "tool", TAKT_METER_ITEMS, line_exponential(0.3), 4);
    tool->fails_at = gamma_of(4, 0.4);
    line_wear(study, press, "seal", TAKT_METER_CLOCK, gamma_of(300, 1), 2)->leaves = 0.5;
    takt_failure *jam = weibull_failure(study, press, 20, 2);
    jam->leaves = 1;
    jam->name = "jam";
    takt_stop *change = line_stop(study, press, "change", TAKT_METER_ITEMS, 1, 1);
    line_condition(study, change, "tool", 1.5)->inspected_every_s = 4;
    line_renews(study, &change->renews, "jam");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    const size_t n_bytes = takt_replication_state_bytes(r);
    char *end = takt_alloc(n_bytes), *here = takt_alloc(n_bytes), *again = takt_alloc(n_bytes);
    CHECK(end && here && again);
    line_advance(r, 200);
    takt_replication_save(r, end);
    r = line_start(scenario, 0);
    for (int i = 0; takt_replication_next(r) <= LINE_S(200); ++i) {
        CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
        takt_replication_save(r, here);
        if (i % 7 == 0)
            CHECK_OK(takt_replication_reset(r, 5));
        takt_replication_load(r, here);
    }
    line_advance(r, 200);
    takt_replication_save(r, again);
    CHECK(memcmp(end, again, n_bytes) == 0);
    takt_free(end);
    takt_free(here);
    takt_free(again);
    line_destroy(&study, &scenario);
}

static void refuse(takt_study **study, const char *part)
{
    CHECK_STATUS(takt_study_resolve(*study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), part);
    takt_study_destroy(study);
}

static void what_is_refused(void)
{
    for (int i = 0; i < 8; ++i) {
        static const char *const parts[] = {
            "wears[0].step.is: found uniform, allowed: constant, exponential",
            "wears[0].initial_uniform: found true without fails_at",
            "stops[0].every: found none, allowed: an interval, or a condition",
            "stops[0].every: found 2 beside a condition",
            "stops[0].condition.wear: found 'belt', allowed: a wear of this station",
            "stops[0].renews[0]: found 'belt', allowed: a failure, wear or stop of this station "
            "(tool, change)",
            "failures[0].leaves: found 1 for a time that has a longest (constant)",
            "stops[0].leaves: found 1, allowed: less than 1",
        };
        takt_study *study = line_create(10);
        takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
        takt_wear *tool =
            line_wear(study, press, "tool", TAKT_METER_WORKING, line_constant(0.3), 0);
        takt_stop *change = line_stop(study, press, "change", TAKT_METER_ITEMS, 2, 3);
        if (i == 0)
            tool->step =
                (takt_distribution){.kind = TAKT_DISTRIBUTION_UNIFORM, .min_s = 1, .max_s = 2};
        tool->initial_uniform = i == 1;
        if (i == 3 || i == 4 || i == 7)
            line_condition(study, change, i == 4 ? "belt" : "tool", 1);
        change->every = i == 3 ? 2 : i == 2 ? 0 : change->every;
        change->leaves = i == 7;
        if (i == 5)
            line_renews(study, &change->renews, "belt");
        if (i == 6)
            line_failure(study, press, TAKT_METER_WORKING, line_constant(1), line_constant(1))
                ->leaves = 1;
        refuse(&study, parts[i]);
    }
}

TAKT_TESTS(TEST(steps_by_items), TEST(steps_by_time_and_quantity), TEST(wear_and_stop_at_one_item),
           TEST(conditions), TEST(inspections_see_what_there_is), TEST(repairs_that_leave_a_share),
           TEST(times_given_an_age_of_nothing), TEST(virtual_ages), TEST(minimal_repair),
           TEST(gamma_process), TEST(passage_by_items), TEST(initial_levels),
           TEST(saved_and_restored), TEST(what_is_refused))
