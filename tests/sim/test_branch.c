/// Branches of a running factory: `common` goes on as the original would have, to the byte; `fresh`
/// draws what is under way anew from its distribution given its age, and nothing else changes.
#include "core/special_math.h"
#include "sim/branch.h"
#include "sim/distribution_math.h"
#include "tests/sim/factories.h"

#if defined(__SANITIZE_ADDRESS__)
enum { N_FACTORIES = 40, N_BRANCHES = 1000 };
#else
enum { N_FACTORIES = 400, N_BRANCHES = 4000 };
#endif

/// Standard deviations that a mean is off with a probability of 1e-6.
#define OFF_BY_CHANCE 4.9

static takt_replication *another(const takt_replication *r)
{
    takt_replication *other = NULL;
    CHECK_OK(takt_replication_create(r->plan, &other));
    return other;
}

/// Do two replications hold the same? Items never used may hold rests of earlier lives.
static bool same_state(const takt_replication *a, const takt_replication *b)
{
    const size_t n_before = (size_t)((const char *)a->view.items - a->block);
    const size_t n_used = (size_t)a->view.head->n_items_used;
    return memcmp(a->block, b->block, n_before) == 0 &&
           memcmp(a->view.items, b->view.items, n_used * sizeof *a->view.items) == 0;
}

static takt_scenario *open_factory(uint32_t index, takt_study **study)
{
    *study = random_factory(index);
    return line_open(*study);
}

static void common_branches_are_the_original(void)
{
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        takt_replication *r = line_start(scenario, i), *copy = another(r), *second = another(r);
        line_advance(r, 150);
        takt_replication_branch(r, copy, 0, TAKT_BRANCH_COMMON);
        takt_replication_branch(r, second, 7, TAKT_BRANCH_COMMON);
        line_advance(r, 400);
        line_advance(copy, 400);
        line_advance(second, 400);
        CHECK(same_state(r, copy) && same_state(r, second));
        takt_replication_destroy(&copy);
        takt_replication_destroy(&second);
        line_destroy(&study, &scenario);
    }
}

/// Failures by work may strike earlier than the original's would, as often as their law says.
static void fresh_failures_may_come_first(void)
{
    takt_study *study = line_create(10000);
    takt_station *station = line_station(study, "m", line_constant(1), NULL, "out");
    line_failure(study, station, TAKT_METER_WORKING, line_exponential(1000), line_constant(50));
    takt_scenario *scenario = line_open(study);
    const double now_s = 200;
    takt_replication *r = NULL;
    for (uint32_t i = 0; !r || r->view.stations[0].n_failures > 0; ++i) {
        r = line_start(scenario, i);
        line_advance(r, now_s);
    }
    takt_replication *branch = another(r);
    int n_broken = 0;
    for (uint32_t i = 0; i < N_BRANCHES; ++i) {
        takt_replication_branch(r, branch, i, TAKT_BRANCH_FRESH);
        CHECK_OK(takt_replication_advance(branch, takt_tick_from_s(now_s + 500)));
        n_broken += branch->view.stations[0].n_failures > 0;
    }
    const double p = 1 - exp(-0.5);
    CHECK_NEAR((double)n_broken / N_BRANCHES, p, 0, OFF_BY_CHANCE * sqrt(p * (1 - p) / N_BRANCHES));
    takt_replication_destroy(&branch);
    line_destroy(&study, &scenario);
}

/// A fresh branch keeps its books, is a function of its number, and survives a snapshot and steps.
static void fresh_branches_are_lives_of_their_own(void)
{
    int n_other = 0;
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        takt_replication *r = line_start(scenario, i), *a = another(r), *b = another(r);
        char *block = takt_alloc(takt_replication_state_bytes(r));
        CHECK(block);
        line_advance(r, 150);
        takt_replication_branch(r, a, i, TAKT_BRANCH_FRESH);
        CHECK(takt_replication_inconsistency(a) == NULL);
        line_advance(a, 250);
        takt_replication_save(a, block);
        takt_replication_load(b, block);
        line_advance(b, 400);
        while (takt_replication_next(a) <= LINE_S(400))
            CHECK_OK(takt_replication_advance(a, takt_replication_next(a)));
        line_advance(a, 400);
        CHECK(same_state(a, b));
        takt_replication_branch(r, r, i, TAKT_BRANCH_FRESH); // in place, and in one go
        line_advance(r, 400);
        CHECK_INT(r->view.head->n_events, a->view.head->n_events);
        CHECK(r->view.head->branch == a->view.head->branch && r->view.head->branch != 0);
        takt_replication_branch(r, b, i + 1, TAKT_BRANCH_FRESH);
        line_advance(b, 600);
        line_advance(r, 600);
        n_other += b->view.head->n_events != r->view.head->n_events;
        takt_free(block);
        takt_replication_destroy(&a);
        takt_replication_destroy(&b);
        line_destroy(&study, &scenario);
    }
    CHECK(n_other > N_FACTORIES / 4); // the rest is made of constants, or stands still
}

static void what_is_constant_stays(void)
{
    takt_study *study = line_serial(3, 2, 1000);
    for (int i = 0; i < 3; ++i) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, i);
        station->service = line_constant(2 + i % 2);
        line_failure(study, station, TAKT_METER_WORKING, line_constant(31 + i), line_constant(7));
        line_failure(study, station, TAKT_METER_CLOCK, line_constant(97 + i), line_constant(3));
    }
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0), *branch = another(r);
    for (double t = 50; t < 400; t += 37) {
        line_advance(r, t);
        takt_replication_branch(r, branch, 3, TAKT_BRANCH_FRESH);
        line_advance(branch, 1000);
        takt_replication *original = another(r);
        takt_replication_branch(r, original, 0, TAKT_BRANCH_COMMON);
        line_advance(original, 1000);
        CHECK_INT(branch->view.head->n_events, original->view.head->n_events);
        CHECK_INT(branch->view.head->n_left, original->view.head->n_left);
        for (int32_t m = 0; m < 3; ++m)
            CHECK(memcmp(&branch->view.machines[m], &original->view.machines[m],
                         sizeof *branch->view.machines) == 0);
        takt_replication_destroy(&original);
    }
    takt_replication_destroy(&branch);
    line_destroy(&study, &scenario);
}

// --- Residual life -------------------------------------------------------------------------------

/// Every family, mean about 10.
static int families(takt_plan_time *times)
{
    static const double values[] = {2, 3, 5, 8, 8, 13, 21};
    static const takt_distribution distributions[] = {
        {.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .mean_s = 10},
        {.kind = TAKT_DISTRIBUTION_UNIFORM, .min_s = 4, .max_s = 16},
        {.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = 10, .cv = 0.7},
        {.kind = TAKT_DISTRIBUTION_TRIANGULAR, .min_s = 2, .mode_s = 9, .max_s = 20},
        {.kind = TAKT_DISTRIBUTION_GAMMA, .mean_s = 10, .cv = 0.4},
        {.kind = TAKT_DISTRIBUTION_GAMMA, .mean_s = 10, .cv = 1.6},
        {.kind = TAKT_DISTRIBUTION_ERLANG, .mean_s = 10, .phases = 3},
        {.kind = TAKT_DISTRIBUTION_WEIBULL, .shape = 2.5, .scale_s = 11},
        {.kind = TAKT_DISTRIBUTION_WEIBULL, .shape = 0.7, .scale_s = 8},
        {.kind = TAKT_DISTRIBUTION_NORMAL, .mean_s = 10, .sd_s = 6},
        {.kind = TAKT_DISTRIBUTION_EMPIRICAL, .sample = {values, 7}}};
    enum { N = sizeof distributions / sizeof *distributions };
    for (int i = 0; i < N; ++i)
        times[i] = takt_plan_time_in_s(&distributions[i]);
    return N;
}

/// The probability of a longer time is u times that of the age, by the distribution function.
static void residuals_invert_the_conditional_distribution(void)
{
    takt_plan_time times[16];
    const int n = families(times);
    for (int i = 0; i < n; ++i) {
        for (double age = 0; age < 20; age += 1.7) {
            double below, at_age, above, last = (double)INFINITY;
            takt_plan_time_split(&times[i], age, &below, &at_age);
            for (int k = 1; k < 200 && at_age > 0; ++k) {
                const double u = k / 200.0;
                const double x = takt_plan_time_residual(&times[i], age, u);
                CHECK(x >= age && x <= last);
                last = x;
                takt_plan_time_split(&times[i], x, &below, &above);
                if (times[i].kind == TAKT_DISTRIBUTION_EMPIRICAL)
                    CHECK(above <= u * at_age + 1e-12);
                else
                    CHECK_NEAR(above, u * at_age, 1e-9, 1e-15);
            }
        }
    }
}

/// Ages that no double holds the probability of are gone on from, not stuck or lost.
static void very_old_things_still_end(void)
{
    takt_plan_time times[16];
    const int n = families(times);
    for (int i = 0; i < n; ++i) {
        const double x = takt_plan_time_residual(&times[i], 1e5, 0.3);
        CHECK(isfinite(x) && x >= 1e5 && x < 1e6);
    }
}

static double mean_residual(const takt_plan_time *time, double age)
{
    enum { N = 1000000 };
    double sum = 0;
    for (int i = 0; i < N; ++i)
        sum += takt_plan_time_residual(time, age, (i + 0.5) / N) - age;
    return sum / N;
}

/// Mean residual life of a Weibull: exp(z) scale / shape Gamma(1 / shape, z), z = (age / scale)^
/// shape. The midpoint rule leaves out less than 1e-6 of it at the end where u is 0.
static void weibull_and_exponential_lives_are_exact(void)
{
    static const double shapes[] = {0.8, 1, 1.5, 3};
    for (int i = 0; i < 4; ++i) {
        const double shape = shapes[i], scale = 7;
        const takt_plan_time time = {
            .kind = TAKT_DISTRIBUTION_WEIBULL, .scale = scale, .shape = shape};
        for (double age = 0; age < 15; age += 4.5) {
            const double z = pow(age / scale, shape);
            double p, q;
            takt_gamma_pq(1 / shape, z, &p, &q);
            const double exact = exp(z) * scale / shape * tgamma(1 / shape) * q;
            CHECK_NEAR(mean_residual(&time, age), exact, 1e-5, 0);
        }
    }
    const takt_plan_time exponential = {.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .scale = 7};
    for (double age = 0; age < 1000; age += 90) // memoryless
        for (int k = 1; k < 50; ++k)
            CHECK_NEAR(takt_plan_time_residual(&exponential, age, k / 50.0) - age,
                       takt_plan_time_residual(&exponential, 0, k / 50.0), 0, 1e-9);
}

// --- In the engine -------------------------------------------------------------------------------

typedef struct moments {
    double sum, squares, least, most;
    int n;
} moments;

static void add(moments *m, double x)
{
    m->least = m->n == 0 || x < m->least ? x : m->least;
    m->most = m->n == 0 || x > m->most ? x : m->most;
    m->sum += x;
    m->squares += x * x;
    m->n += 1;
}

static void check_mean(const moments *m, double exact)
{
    const double mean = m->sum / m->n, variance = m->squares / m->n - mean * mean;
    CHECK(variance > 0);
    CHECK_NEAR(mean, exact, 0, OFF_BY_CHANCE * sqrt(variance / m->n));
}

/// Residual times of the next event over many branches.
static moments next_events(takt_replication *r)
{
    takt_replication *branch = another(r);
    moments m = {0};
    for (uint32_t k = 0; k < N_BRANCHES; ++k) {
        takt_replication_branch(r, branch, k, TAKT_BRANCH_FRESH);
        add(&m, takt_tick_to_s(takt_replication_next(branch) - takt_replication_now(branch)));
    }
    takt_replication_destroy(&branch);
    return m;
}

/// Arrivals uniform on 10 s to 20 s: 5 s to 13 s after the last are 5 s uniform from 10 s on.
static void arrivals_are_drawn_given_their_age(void)
{
    takt_study *study = line_create(1000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue",
                (takt_distribution){.kind = TAKT_DISTRIBUTION_UNIFORM, .min_s = 10, .max_s = 20});
    line_station(study, "server", line_constant(1), "queue", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4);
    moments m = next_events(r);
    CHECK(m.least >= 6 && m.most <= 16 && m.least < 6.1 && m.most > 15.9);
    check_mean(&m, 11);
    CHECK_OK(takt_replication_reset(r, 1));
    line_advance(r, 10);
    m = next_events(r); // none can have come before 10 s
    CHECK(m.most <= 10 && m.most > 9.9);
    check_mean(&m, 5);
    line_destroy(&study, &scenario);
}

/// A rate of 0 in the first half of each 200 s: what is drawn anew at 50 s comes after an
/// exponential time of mean 10 s in second halves.
static void arrivals_by_the_clock_age_in_their_own_time(void)
{
    takt_study *study = line_create(1000);
    takt_rate_point points[] = {{0, 0}, {100, 2}};
    takt_rate_profile profile = {200, {points, 2}};
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_exponential(20))->rate_profile = &profile;
    line_station(study, "server", line_constant(1), "queue", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 50);
    moments m = next_events(r);
    CHECK(m.least >= 50);
    check_mean(&m, 60 + 100 / (exp(10) - 1)); // first halves that are passed over
    line_destroy(&study, &scenario);
}

/// A job, then its repair, then the time to the next failure: each Weibull of shape 2, given its
/// age.
static void work_repairs_and_failures_are_drawn_given_their_age(void)
{
    const takt_distribution time = {.kind = TAKT_DISTRIBUTION_WEIBULL, .shape = 2, .scale_s = 100};
    const double z = 0.25; // (50 / 100)^2
    const double exact = exp(z) * 50 * sqrt(3.14159265358979323846) * erfc(sqrt(z));
    takt_study *study = line_create(1000);
    takt_station *station = line_station(study, "only", time, NULL, "out");
    takt_scenario *scenario = line_open(study);
    uint32_t index = 0;
    takt_replication *r = line_start(scenario, index);
    while (takt_replication_next(r) <= LINE_S(50))
        r = line_start(scenario, ++index);
    line_advance(r, 50);
    moments m = next_events(r);
    check_mean(&m, exact);
    line_destroy(&study, &scenario);

    study = line_create(1000);
    station = line_station(study, "only", line_constant(1e6), NULL, "out");
    line_failure(study, station, TAKT_METER_WORKING, time, time);
    scenario = line_open(study);
    for (r = line_start(scenario, index = 0); takt_replication_next(r) <= LINE_S(50);)
        r = line_start(scenario, ++index);
    line_advance(r, 50);
    m = next_events(r); // the failure
    check_mean(&m, exact);
    for (;; r = line_start(scenario, ++index)) {
        const takt_tick failure = takt_replication_next(r);
        CHECK_OK(takt_replication_advance(r, failure));
        CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
        CHECK_OK(takt_replication_advance(r, failure + LINE_S(50)));
        if (r->view.machines[0].state == TAKT_MACHINE_DOWN)
            break;
    }
    m = next_events(r); // the end of the repair
    check_mean(&m, exact);
    takt_replication *branch = another(r), *deeper = another(r);
    takt_replication_branch(r, branch, 1, TAKT_BRANCH_FRESH); // a branch of a branch: as old
    m = (moments){0};
    for (uint32_t k = 0; k < N_BRANCHES; ++k) {
        takt_replication_branch(branch, deeper, k, TAKT_BRANCH_FRESH);
        add(&m, takt_tick_to_s(takt_replication_next(deeper) - takt_replication_now(deeper)));
    }
    check_mean(&m, exact);
    takt_replication_destroy(&branch);
    takt_replication_destroy(&deeper);
    line_destroy(&study, &scenario);
}

/// Half of a job was interrupted by a failure: its age is what was worked, not what has gone by.
static void interrupted_work_is_as_old_as_it_was_worked(void)
{
    takt_study *study = line_create(1000);
    takt_station *station = line_station(
        study, "only",
        (takt_distribution){.kind = TAKT_DISTRIBUTION_UNIFORM, .min_s = 10, .max_s = 30}, NULL,
        "out");
    line_failure(study, station, TAKT_METER_CLOCK, line_constant(8), line_constant(100));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0), *branch = another(r);
    line_advance(r, 60);
    moments m = {0};
    for (uint32_t k = 0; k < N_BRANCHES; ++k) {
        takt_replication_branch(r, branch, k, TAKT_BRANCH_FRESH);
        CHECK_INT(takt_replication_next(branch), LINE_S(108)); // the repair is constant
        add(&m, takt_tick_to_s(branch->view.machines[0].work_left));
    }
    CHECK(m.least >= 2 && m.most <= 22);
    check_mean(&m, 12);
    takt_replication_destroy(&branch);
    line_destroy(&study, &scenario);
}

/// Two policies on fresh branch k meet the same arrivals; two branches do not.
static void policies_share_a_fresh_future(void)
{
    takt_study *slow = line_mm1(0.5, 1000), *fast = line_mm1(0.5, 1000);
    TAKT_ITEM(takt_station, fast->factory.stations, 0)->service = line_exponential(0.2);
    takt_scenario *of_slow = line_open(slow), *of_fast = line_open(fast);
    takt_replication *r = line_start(of_slow, 3), *a = another(r);
    takt_replication *b = line_start(of_fast, 0);
    int64_t n_arrived[3];
    line_advance(r, 100);
    for (uint32_t k = 0; k < 3; ++k) {
        takt_replication_branch(r, a, k, TAKT_BRANCH_FRESH);
        takt_replication_branch(r, b, k, TAKT_BRANCH_FRESH);
        line_advance(a, 1000);
        line_advance(b, 1000);
        CHECK_INT(a->view.head->n_arrived, b->view.head->n_arrived);
        CHECK(a->view.head->sojourn > b->view.head->sojourn);
        n_arrived[k] = a->view.head->n_arrived;
    }
    CHECK(n_arrived[0] != n_arrived[1] || n_arrived[1] != n_arrived[2]);
    takt_replication_destroy(&a);
    line_destroy(&slow, &of_slow);
    line_destroy(&fast, &of_fast);
}

TAKT_TESTS(TEST(common_branches_are_the_original), TEST(fresh_failures_may_come_first),
           TEST(fresh_branches_are_lives_of_their_own), TEST(what_is_constant_stays),
           TEST(residuals_invert_the_conditional_distribution), TEST(very_old_things_still_end),
           TEST(weibull_and_exponential_lives_are_exact), TEST(arrivals_are_drawn_given_their_age),
           TEST(arrivals_by_the_clock_age_in_their_own_time),
           TEST(work_repairs_and_failures_are_drawn_given_their_age),
           TEST(interrupted_work_is_as_old_as_it_was_worked), TEST(policies_share_a_fresh_future))
