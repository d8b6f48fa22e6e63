/// Every family is what its formulas say: quantiles invert probabilities, moments are exact, the
/// engine's draws follow it and grow with their uniform.
#include "sim/distribution_math.h"
#include "tests/sim/lines.h"

enum { N_SAMPLE = 100000, N_VALUES = 7 };

/// Kolmogorov: sqrt(n) D stays below this with probability 1 - 1e-4.
static const double ks_limit = 2.2253, half_tick_s = 0.5e-6;

static const double values_s[N_VALUES] = {12, 15, 15, 21, 40, 41, 90};

#define IS(kind_) .kind = TAKT_DISTRIBUTION_##kind_

/// Each family with ordinary parameters and at its ends.
static const takt_distribution laws[] = {
    {IS(CONSTANT), .mean_s = 12},
    {IS(EXPONENTIAL), .mean_s = 90},
    {IS(UNIFORM), .mean_s = 90, .cv = 0.5},
    {IS(UNIFORM), .mean_s = 90, .sd_s = 9},
    {IS(UNIFORM), .min_s = 30, .max_s = 31},
    {IS(LOG_NORMAL), .mean_s = 90, .cv = 0.8},
    {IS(LOG_NORMAL), .mean_s = 90, .sd_s = 9},
    {IS(LOG_NORMAL), .mean_s = 90, .cv = 2},
    {IS(TRIANGULAR), .min_s = 20, .mode_s = 30, .max_s = 100},
    {IS(TRIANGULAR), .max_s = 100},
    {IS(TRIANGULAR), .min_s = 20, .mode_s = 100, .max_s = 100},
    {IS(GAMMA), .mean_s = 90, .cv = 0.3},
    {IS(GAMMA), .mean_s = 90, .sd_s = 0.9},
    {IS(GAMMA), .mean_s = 90, .cv = 2.5},
    {IS(GAMMA), .shape = 1.7, .scale_s = 40},
    {IS(ERLANG), .mean_s = 90, .phases = 1},
    {IS(ERLANG), .mean_s = 90, .phases = 4},
    {IS(WEIBULL), .mean_s = 90, .cv = 0.3},
    {IS(WEIBULL), .mean_s = 90, .sd_s = 180},
    {IS(WEIBULL), .shape = 1.5, .scale_s = 100},
    {IS(NORMAL), .mean_s = 90, .sd_s = 20},
    {IS(NORMAL), .mean_s = 90, .cv = 1.5},
    {IS(NORMAL), .sd_s = 50},
    {IS(GEOMETRIC), .mean_s = 90, .cycle_s = 11},
    {IS(GEOMETRIC), .mean_s = 90, .cycle_s = 90},
    {IS(EMPIRICAL), .file = "times.csv", .sample = {values_s, N_VALUES}},
};
enum { N_LAWS = sizeof laws / sizeof *laws };

static bool is_continuous(const takt_distribution *d)
{
    return d->kind != TAKT_DISTRIBUTION_CONSTANT && d->kind != TAKT_DISTRIBUTION_EMPIRICAL &&
           d->kind != TAKT_DISTRIBUTION_GEOMETRIC;
}

static void quantiles_invert_probabilities(void)
{
    for (int i = 0; i < N_LAWS; ++i) {
        const takt_plan_time time = takt_plan_time_in_s(&laws[i]);
        double before = 0;
        for (double p = 0x1p-40; is_continuous(&laws[i]) && p < 1; p += p < 0.01 ? p : 0.00999) {
            const double x = takt_plan_time_quantile(&time, p);
            double below, above;
            takt_plan_time_split(&time, x, &below, &above);
            CHECK_NEAR(below, p, 3e-11, 1e-14);
            CHECK_NEAR(above, 1 - p, 1e-12, 1e-15);
            CHECK(x >= before);
            if (p > 1e-3)
                CHECK_NEAR(takt_plan_time_quantile(&time, below), x, 1e-11, 0);
            before = x;
        }
    }
}

/// Mean and second moment as integrals of the quantile, by tanh-sinh quadrature, which does not
/// mind infinite ends. Both tails with p and 1 - p of their own would need two quantiles: the last
/// 1e-13 of probability is left out, which weighs below 1e-8 here.
static void moments_are_those_of_the_quantile(void)
{
    for (int i = 0; i < N_LAWS; ++i) {
        const takt_plan_time time = takt_plan_time_in_s(&laws[i]);
        const double step = 1.0 / 128;
        double weights = 0, mean = 0, square = 0;
        for (double t = -3; t <= 3; t += step) {
            const double p = 1 / (1 + exp(-M_PI * sinh(t)));
            const double weight = M_PI * cosh(t) * p * (1 - p) * step;
            const double x = takt_plan_time_quantile(&time, p);
            weights += weight;
            mean += weight * x;
            square += weight * x * x;
        }
        CHECK_NEAR(weights, 1, 1e-12, 0);
        const bool rough = laws[i].kind == TAKT_DISTRIBUTION_EMPIRICAL ||
                           laws[i].kind == TAKT_DISTRIBUTION_GEOMETRIC ||
                           laws[i].kind == TAKT_DISTRIBUTION_TRIANGULAR; // kinks and steps
        CHECK_NEAR(takt_plan_time_mean(&time), mean, rough ? 5e-3 : 1e-8, 0);
        CHECK_NEAR(takt_plan_time_variance(&time), square - mean * mean, rough ? 2e-2 : 1e-6, 1e-9);
    }
}

/// What was asked for is what comes out.
static void parameters_are_the_moments_they_name(void)
{
    for (int i = 0; i < N_LAWS; ++i) {
        const takt_distribution *d = &laws[i];
        if (d->kind == TAKT_DISTRIBUTION_NORMAL || !(d->mean_s > 0))
            continue;
        CHECK_NEAR(takt_distribution_mean_s(d), d->mean_s, 1e-13, 0);
        if (d->cv > 0 || d->sd_s > 0)
            CHECK_NEAR(takt_distribution_sd_s(d), d->cv > 0 ? d->cv * d->mean_s : d->sd_s, 1e-11,
                       0);
    }
    // 20 + 30 + 100 over 3; (a^2 + b^2 + c^2 - ab - ac - bc) / 18
    const takt_plan_time triangle = takt_plan_time_in_s(&laws[8]);
    CHECK_NEAR(takt_plan_time_mean(&triangle), 50, 1e-15, 0);
    CHECK_NEAR(takt_plan_time_variance(&triangle), 5700.0 / 18, 1e-14, 0);
    CHECK_NEAR(takt_distribution_sd_s(&laws[16]), 45, 1e-14, 0); // Erlang: mean / sqrt(phases)
    // Half a bell: sd sqrt(2 / pi), sd^2 (1 - 2 / pi)
    CHECK_NEAR(takt_distribution_mean_s(&laws[22]), 50 * sqrt(2 / M_PI), 1e-14, 0);
    CHECK_NEAR(takt_distribution_sd_s(&laws[22]), 50 * sqrt(1 - 2 / M_PI), 1e-14, 0);
    // Weibull of shape 1.5: scale Gamma(5 / 3)
    CHECK_NEAR(takt_distribution_mean_s(&laws[19]), 100 * tgamma(5.0 / 3), 1e-14, 0);
    CHECK_NEAR(takt_distribution_mean_s(&laws[N_LAWS - 1]), 234.0 / 7, 1e-14, 0);
    CHECK_NEAR(takt_distribution_sd_s(&laws[N_LAWS - 1]), sqrt(12416.0 / 7 - 234.0 * 234 / 49),
               1e-12, 0);
}

/// The table that gammas are drawn from against their own inversion.
static void gamma_tables_have_eleven_digits(void)
{
    static const double shapes[] = {0.0025, 0.04, 0.3, 0.7, 1, 2.5, 11, 100, 4000, 1e6};
    static double table[TAKT_GAMMA_TABLE_SIZE];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; ++i) {
        takt_gamma_table_fill(table, shapes[i]);
        for (int k = 1; k < 4000; ++k) {
            const double p = k < 40     ? ldexp(1, -k - 12)
                             : k > 3960 ? 1 - ldexp(1, k - 4012)
                                        : k / 4000.0;
            const double exact = takt_log_gamma_quantile(shapes[i], p, 1 - p);
            const double found = takt_gamma_table_log(table, takt_variate_normal(p));
            if (exact > -50) // shorter than any tick
                CHECK_NEAR(found, exact, 1e-11, 1e-11);
        }
    }
}

static double value_of(const takt_plan_time *time, double uniform)
{
    const double variate = takt_draws_variate(time->kind, uniform);
    switch (time->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        return time->scale * variate;
    case TAKT_DISTRIBUTION_UNIFORM:
        return time->location + time->scale * (2 * variate - 1);
    default:
        return takt_draws_value(time, variate);
    }
}

/// Every draw is the quantile of its uniform (of 1 - u for the two that fall with it).
static void draws_are_quantiles(void)
{
    static double room[TAKT_GAMMA_TABLE_SIZE];
    for (int i = 0; i < N_LAWS; ++i) {
        double *at = room;
        const takt_plan_time time = takt_plan_time_of(&laws[i], &at);
        const bool falls = time.kind == TAKT_DISTRIBUTION_EXPONENTIAL ||
                           time.kind == TAKT_DISTRIBUTION_WEIBULL ||
                           time.kind == TAKT_DISTRIBUTION_GEOMETRIC;
        CHECK_INT(at - room, takt_distribution_room(&laws[i]));
        double before = falls ? INFINITY : -INFINITY;
        for (int k = 1; k < 2000; ++k) {
            const double u = k / 2000.0, x = value_of(&time, u);
            CHECK_NEAR(x, takt_plan_time_quantile(&time, falls ? 1 - u : u), 2e-11, 1e-6);
            CHECK(falls ? x <= before : x >= before);
            before = x;
        }
        const double ends[] = {0x1p-53, 0x1p-40, 1 - 0x1p-40, 1 - 0x1p-53};
        for (int k = 0; k < 4; ++k) {
            const takt_tick ticks = takt_draws_ticks(&time, takt_draws_variate(time.kind, ends[k]));
            CHECK(ticks >= 0 && ticks < TAKT_TICK_NEVER / 4);
        }
    }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Times as the engine draws them, from the plan of a factory with this service time.
static void sample_times(const takt_distribution *d, uint32_t replication, double *times_s)
{
    takt_study *study = line_create(100);
    line_station(study, "press", *d, NULL, "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, replication);
    const int32_t stream = takt_stream_service(r->plan, 0);
    for (int i = 0; i < N_SAMPLE; ++i)
        times_s[i] = takt_tick_to_s(takt_draw_ticks(r, stream, &r->plan->stations[0].service));
    line_destroy(&study, &scenario);
}

static void times_follow_their_distributions(void)
{
    static double times_s[N_SAMPLE];
    for (int i = 0; i < N_LAWS; ++i) {
        const takt_plan_time time = takt_plan_time_in_s(&laws[i]);
        double most = 0;
        if (!is_continuous(&laws[i]))
            continue;
        sample_times(&laws[i], 0, times_s);
        qsort(times_s, N_SAMPLE, sizeof *times_s, ascending);
        for (int k = 0; k < N_SAMPLE; ++k) { // a time was rounded to a whole tick
            const double above = takt_plan_time_cdf(&time, times_s[k] + half_tick_s);
            const double below = takt_plan_time_cdf(&time, times_s[k] - half_tick_s);
            most = fmax(most, fmax(below - (double)k / N_SAMPLE, (k + 1.0) / N_SAMPLE - above));
        }
        CHECK(sqrt(N_SAMPLE) * most < ks_limit);
        CHECK(sqrt(N_SAMPLE) * most > 0.2); // it has been measured
        if (laws[i].max_s > 0)
            CHECK(times_s[0] >= laws[i].min_s && times_s[N_SAMPLE - 1] <= laws[i].max_s);
    }
}

/// Each value of a column as often as the others: chi-square with 6 degrees of freedom at 1e-4.
static void empirical_times_are_the_values(void)
{
    double *none = NULL;
    const takt_plan_time time = takt_plan_time_of(&laws[N_LAWS - 1], &none);
    const takt_stream stream = {.seed = 3, .purpose = TAKT_PURPOSE_TEST};
    int32_t counts[N_VALUES] = {0};
    double chi2 = 0;
    for (uint64_t k = 0; k < N_SAMPLE; ++k) {
        const double u = takt_stream_uniform(&stream, k);
        const takt_tick ticks = takt_draws_ticks(&time, u);
        const int32_t place = (int32_t)(u * N_VALUES);
        CHECK_INT(ticks, takt_tick_from_s(values_s[place]));
        ++counts[place];
    }
    for (int v = 0; v < N_VALUES; ++v)
        chi2 += pow(counts[v] - N_SAMPLE / 7.0, 2) / (N_SAMPLE / 7.0);
    CHECK(chi2 < 27.856);
    CHECK_NEAR(takt_plan_time_cdf(&time, 15e6), 3.0 / 7, 1e-15, 0);
    CHECK_NEAR(takt_plan_time_cdf(&time, 14.9e6), 1.0 / 7, 1e-15, 0);
    CHECK_NEAR(takt_plan_time_cdf(&time, 1e9), 1, 0, 0);
}

/// Whole cycles as often as p (1 - p)^(k - 1): chi-square over 1 .. 20 and more, 20 degrees of
/// freedom, at 1e-4. Where the mean is the cycle, always one.
static void geometric_times_are_counts_of_cycles(void)
{
    enum { N_CELLS = 20 };
    static double times_s[N_SAMPLE];
    const takt_distribution law = {IS(GEOMETRIC), .mean_s = 90, .cycle_s = 11};
    const takt_distribution one = {IS(GEOMETRIC), .mean_s = 7, .cycle_s = 7};
    const takt_plan_time time = takt_plan_time_in_s(&law);
    const double p = 11.0 / 90;
    int32_t counts[N_CELLS + 1] = {0};
    double chi2 = 0, beyond = 1;
    sample_times(&law, 0, times_s);
    for (int i = 0; i < N_SAMPLE; ++i) {
        const int32_t cycles = (int32_t)(times_s[i] / 11);
        CHECK(cycles >= 1 && times_s[i] == 11.0 * cycles);
        ++counts[cycles <= N_CELLS ? cycles - 1 : N_CELLS];
    }
    for (int k = 0; k <= N_CELLS; ++k) {
        const double share = k < N_CELLS ? p * pow(1 - p, k) : beyond;
        chi2 += pow(counts[k] - N_SAMPLE * share, 2) / (N_SAMPLE * share);
        beyond -= share;
        if (k < N_CELLS) {
            CHECK_NEAR(takt_plan_time_cdf(&time, 11.0 * (k + 1)), 1 - beyond, 1e-12, 0);
            CHECK_NEAR(takt_plan_time_cdf(&time, 11.0 * (k + 1) + 10.9), 1 - beyond, 1e-12, 0);
        }
    }
    CHECK(chi2 < 52.386 && chi2 > 1);
    CHECK_NEAR(takt_plan_time_variance(&time), (1 - p) / (p * p) * 121, 1e-12, 0);
    sample_times(&one, 0, times_s);
    for (int i = 0; i < N_SAMPLE; ++i)
        CHECK(times_s[i] == 7);
}

/// A mirrored replication has long times where the other has short ones; uniform: 1 - u exactly.
static void antithetic_times_are_opposed(void)
{
    static double times_s[N_SAMPLE], mirrored_s[N_SAMPLE];
    for (int i = 0; i < N_LAWS; ++i) {
        if (!is_continuous(&laws[i]))
            continue;
        takt_moments a = {0}, b = {0};
        double product = 0;
        sample_times(&laws[i], 5, times_s);
        sample_times(&laws[i], 5 | TAKT_REPLICATION_MIRRORED, mirrored_s);
        for (int k = 0; k < N_SAMPLE; ++k) {
            takt_moments_add(&a, times_s[k]);
            takt_moments_add(&b, mirrored_s[k]);
        }
        for (int k = 0; k < N_SAMPLE; ++k)
            product += (times_s[k] - a.mean) * (mirrored_s[k] - b.mean);
        const double correlation =
            product / (N_SAMPLE - 1) / sqrt(takt_moments_variance(&a) * takt_moments_variance(&b));
        CHECK(correlation < -0.05); // -0.05 where a few long times have all the variance
        if (laws[i].kind == TAKT_DISTRIBUTION_UNIFORM)
            CHECK_NEAR(correlation, -1, 1e-9, 0);
        if (laws[i].kind == TAKT_DISTRIBUTION_EXPONENTIAL) // 1 - pi^2 / 6
            CHECK_NEAR(correlation, 1 - M_PI * M_PI / 6, 0, 0.02);
    }
}

/// A plan is filled again without a table that was there already, and without allocation.
static void tables_are_kept(void)
{
    takt_study *study = line_create(100);
    takt_station *press = line_station(study, "press", laws[11], NULL, "out");
    line_failure(study, press, TAKT_METER_CLOCK, laws[16], laws[13]);
    takt_scenario *scenario = line_open(study);
    takt_plan *plan = NULL;
    CHECK_OK(takt_plan_create(&study->factory, &plan));
    CHECK_INT(plan->n_room, 3 * TAKT_GAMMA_TABLE_SIZE);
    const int64_t n_allocated = takt_alloc_count();
    const double *table = plan->stations[0].service.table;
    const double first = table[1];
    press->service.cv = 0.4;
    takt_plan_fill(plan, &study->factory);
    CHECK(plan->stations[0].service.table == table && table[1] != first);
    CHECK_NEAR(table[0], 1 / 0.16, 1e-15, 0);
    press->service.cv = 0.3;
    takt_plan_fill(plan, &study->factory);
    CHECK_NEAR(table[1], first, 0, 0);
    CHECK_INT(takt_alloc_count(), n_allocated);
    takt_plan_destroy(&plan);
    line_destroy(&study, &scenario);
}

typedef struct refusal {
    takt_distribution d;
    const char *says;
} refusal;

static void contradictions_are_refused(void)
{
    static const refusal refusals[] = {
        {{IS(CONSTANT), .mean_s = 1, .cv = 0.5}, "t.cv: found 0.5 for a constant, allowed: 0"},
        {{IS(CONSTANT), .file = "a.csv"}, "t.file: found 'a.csv' for a constant, allowed: 0"},
        {{IS(EXPONENTIAL), .mean_s = 1, .cv = 2}, "t.cv: found 2 for an exponential, allowed: 1"},
        {{IS(EXPONENTIAL), .mean_s = 1, .shape = 2},
         "t.shape: found 2 for an exponential, allowed: mean"},
        {{IS(UNIFORM), .mean_s = 1, .cv = 0.6},
         "t.cv: found 0.6 for a uniform, allowed: 0 to 0.577"},
        {{IS(UNIFORM), .mean_s = 1, .sd_s = 0.6}, "t.sd: found 0.6 for a uniform, allowed: 0 to"},
        {{IS(UNIFORM), .mean_s = 1, .max_s = 3},
         "t.max: found 3 for a uniform, allowed: mean with"},
        {{IS(UNIFORM), .min_s = 3}, "t.max: found none for a uniform, allowed: mean with cv or sd"},
        {{IS(UNIFORM), .min_s = 3, .max_s = 3}, "t.min: found 3, allowed: less than max (3)"},
        {{IS(LOG_NORMAL), .mean_s = 3, .cv = 1, .sd_s = 3},
         "t.sd: found 3 for a log-normal, allowed: mean with cv or sd"},
        {{IS(LOG_NORMAL), .sd_s = 3}, "t.mean: found none for a log-normal, allowed: mean with"},
        {{IS(TRIANGULAR), .min_s = 3, .mode_s = 4}, "t.max: found none for a triangular"},
        {{IS(TRIANGULAR), .min_s = 3, .mode_s = 2, .max_s = 5},
         "t.mode: found 2, allowed: min to max (3 to 5)"},
        {{IS(TRIANGULAR), .mean_s = 3, .max_s = 5},
         "t.mean: found 3 for a triangular, allowed: min, mode and max"},
        {{IS(GAMMA), .mean_s = 3}, "t.cv: found none for a gamma, allowed: mean with cv or sd"},
        {{IS(GAMMA), .cv = 0.3}, "t.mean: found none for a gamma, allowed: mean with cv or sd"},
        {{IS(GAMMA), .mean_s = 3, .cv = 0.3, .shape = 2}, "t.shape: found 2 for a gamma, allowed"},
        {{IS(GAMMA), .shape = 2}, "t.scale: found none for a gamma, allowed: mean with cv"},
        {{IS(GAMMA), .shape = 0.001, .scale_s = 1},
         "t.shape: found 0.001 for a gamma, allowed: 0.0025"},
        {{IS(GAMMA), .mean_s = 3, .cv = 1e-4},
         "t.cv: found 0.0001 for a gamma, allowed: 0.001 to 20"},
        {{IS(ERLANG), .mean_s = 3},
         "t.phases: found none for an Erlang, allowed: mean with phases"},
        {{IS(ERLANG), .mean_s = 3, .phases = 2, .cv = 0.7}, "t.cv: found 0.7 for an Erlang"},
        {{IS(GEOMETRIC), .mean_s = 3},
         "t.cycle: found none for a geometric, allowed: mean with cycle"},
        {{IS(GEOMETRIC), .mean_s = 3, .cycle_s = 4}, "t.mean: found 3, allowed: one cycle (4) or"},
        {{IS(EXPONENTIAL), .mean_s = 3, .cycle_s = 1}, "t.cycle: found 1 for an exponential"},
        {{IS(WEIBULL), .scale_s = 3}, "t.shape: found none for a Weibull, allowed: mean with"},
        {{IS(WEIBULL), .shape = 0.05, .scale_s = 3},
         "t.shape: found 0.05 for a Weibull, allowed: 0.1"},
        {{IS(NORMAL), .mean_s = 3}, "t.sd: found none for a normal, allowed: mean with cv or sd"},
        {{IS(NORMAL), .mean_s = 3, .sd_s = 1, .max_s = 5}, "t.max: found 5 for a normal, allowed"},
        {{IS(EMPIRICAL)}, "t.file: found none for an empirical, allowed: file, with column"},
        {{IS(EMPIRICAL), .file = "a.csv", .mean_s = 3}, "t.mean: found 3 for an empirical"},
        {{IS(EMPIRICAL), .file = "a.csv"}, "t.file: found 'a.csv', which has not been read"},
        {{IS(FITTED), .file = "a.csv", .family = 2, .phases = 3}, "t.phases: found 3 for a fitted"},
        {{IS(GAMMA), .mean_s = 3, .cv = 1, .family = 2},
         "t.family: found one for a gamma, allowed"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; ++i) {
        takt_problem problem = {0};
        CHECK_STATUS(takt_distribution_check(&refusals[i].d, takt_path_of("t"), &problem),
                     TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), refusals[i].says);
    }
}

static void what_is_right_is_taken(void)
{
    takt_problem problem = {0};
    const takt_distribution none = {0}, short_one = {IS(ERLANG), .mean_s = 4e-7, .phases = 2};
    for (int i = 0; i < N_LAWS; ++i)
        CHECK_OK(takt_distribution_check_positive(&laws[i], takt_path_of("t"), &problem));
    CHECK_OK(takt_distribution_check(&none, takt_path_of("t"), &problem));
    CHECK_OK(takt_distribution_check(&short_one, takt_path_of("t"), &problem));
    CHECK_STATUS(takt_distribution_check_positive(&short_one, takt_path_of("t"), &problem),
                 TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "t.mean: found 4e-07, allowed: more than 0");
}

TAKT_TESTS(TEST(quantiles_invert_probabilities), TEST(moments_are_those_of_the_quantile),
           TEST(parameters_are_the_moments_they_name), TEST(gamma_tables_have_eleven_digits),
           TEST(draws_are_quantiles), TEST(times_follow_their_distributions),
           TEST(empirical_times_are_the_values), TEST(geometric_times_are_counts_of_cycles),
           TEST(antithetic_times_are_opposed), TEST(tables_are_kept),
           TEST(contradictions_are_refused), TEST(what_is_right_is_taken))
