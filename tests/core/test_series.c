// MSER-5 finds truncation points that are known, batch means follow their definitions, and on the
// queue M/M/1 their intervals cover the exact mean as often as they promise, with the exact
// asymptotic variance 2 r (1 + r) / (1 - r)^4 of the mean number of customers.
#include "core/memory.h"
#include "core/rng.h"
#include "core/series.h"
#include "tests/check.h"

static double uniform(uint32_t entity, uint64_t draw)
{
    const takt_stream stream = {.seed = 5, .entity = entity, .purpose = TAKT_PURPOSE_TEST};
    return takt_stream_uniform(&stream, draw);
}

static void a_step_is_cut_where_it_ends(void)
{
    enum { N = 400 };
    double values[N];
    for (int step = 0; step <= 200; step += 40) {
        for (int i = 0; i < N; ++i) // the mean of five is 3 in every batch behind the step
            values[i] = i < step ? 10 : 3 + (i % 5 - 2);
        const takt_truncation cut = takt_series_truncate(values, N);
        CHECK_INT(cut.n_cut, step);
        CHECK_INT(cut.is_settled, step < 200);
        CHECK_NEAR(cut.mean, 3, 1e-14, 0);
    }
}

/// What does not fill a batch of five lies at the beginning and goes with the warm-up.
static void odd_values_belong_to_the_warm_up(void)
{
    double values[103];
    for (int i = 0; i < 103; ++i)
        values[i] = i < 23 ? 50 - i : 3 + (i - 3) % 5;
    CHECK_INT(takt_series_truncate(values, 103).n_cut, 23);
    for (int i = 0; i < 103; ++i)
        values[i] = 3 + (i + 2) % 5;
    CHECK_INT(takt_series_truncate(values, 103).n_cut, 0);
    CHECK(takt_series_truncate(values, 103).is_settled);
}

/// A mean that approaches 20 as 20 - 15 exp(-i / 100) under noise of +-1: the place that makes the
/// error of the mean least lies where the bias has sunk into the noise, after two to six time
/// constants; for every seed.
static void an_approach_is_cut_when_it_sinks_into_the_noise(void)
{
    enum { N = 2000 };
    double values[N];
    for (uint32_t seed = 0; seed < 50; ++seed) {
        for (int i = 0; i < N; ++i)
            values[i] = 20 - 15 * exp(-i / 100.0) + 2 * uniform(seed, (uint64_t)i) - 1;
        const takt_truncation cut = takt_series_truncate(values, N);
        CHECK(cut.is_settled && cut.n_cut >= 200 && cut.n_cut <= 600);
        CHECK_NEAR(cut.mean, 20, 0, 0.1);
    }
}

static void a_trend_is_not_settled(void)
{
    double values[500];
    for (int i = 0; i < 500; ++i)
        values[i] = i + uniform(1, (uint64_t)i);
    CHECK(!takt_series_truncate(values, 500).is_settled);
    CHECK(!takt_series_truncate(values, 19).is_settled);
    CHECK_INT(takt_series_truncate(values, 19).n_cut, 0);
}

/// A bias that is there is seen, and one that is not there at most as often as the confidence says.
static void the_bias_of_a_short_warm_up_is_seen(void)
{
    enum { N = 500 };
    double values[N];
    int n_wrong = 0;
    for (uint32_t seed = 0; seed < 200; ++seed) {
        double state = 0;
        for (int i = -100; i < N; ++i) {
            state = 0.8 * state + 2 * uniform(400 + seed, (uint64_t)i + 100) - 1;
            if (i >= 0)
                values[i] = 20 + state;
        }
        const takt_interval none = takt_series_bias(values, N, 10, 60, 0.99);
        n_wrong += none.lo > 0 || none.hi < 0;
        for (int i = 0; i < 60; ++i)
            values[i] -= 3;
        const takt_interval some = takt_series_bias(values, N, 10, 60, 0.99);
        CHECK(some.hi < 0);
        CHECK_NEAR(some.mean, none.mean - 3, 1e-12, 0);
    }
    // 2 of 200 are expected; windows of finite length make it a few more.
    CHECK(n_wrong <= 9);
    CHECK(isinf(takt_series_bias(values, N, 60, 60, 0.99).hi));
    CHECK(isinf(takt_series_bias(values, N, 10, 470, 0.99).hi));
}

static void batch_means_follow_their_definition(void)
{
    static const double values[] = {99, 1, 3, 5, 7, 2, 4}; // batches of two: 2, 6, 3
    const takt_interval by_batches = takt_series_batch_means(values, 7, 2, 0.95);
    const takt_interval by_means = takt_interval_of((const double[]){2, 6, 3}, 3, 0.95);
    CHECK_INT(by_batches.n, 3);
    CHECK_NEAR(by_batches.mean, 11.0 / 3, 1e-15, 0);
    CHECK_NEAR(by_batches.lo, by_means.lo, 1e-14, 0);
    CHECK_NEAR(by_batches.hi, by_means.hi, 1e-14, 0);
}

static void overlapping_means_follow_their_definition(void)
{
    enum { N = 61, LENGTH = 7 };
    double values[N], sum = 0, squares = 0;
    for (int i = 0; i < N; ++i)
        sum += values[i] = uniform(2, (uint64_t)i) + 1e6;
    for (int j = 0; j + LENGTH <= N; ++j) {
        double window = 0;
        for (int i = j; i < j + LENGTH; ++i)
            window += (values[i] - 1e6) / LENGTH;
        squares += (window - (sum / N - 1e6)) * (window - (sum / N - 1e6));
    }
    const double variance = LENGTH * squares / (N - LENGTH + 1) / (N - LENGTH);
    const takt_interval found = takt_series_overlapping_means(values, N, LENGTH, 0.9);
    const double t = takt_student_t_quantile(0.95, 1.5 * ((double)N / LENGTH - 1));
    CHECK_NEAR(found.mean, sum / N, 1e-14, 0);
    CHECK_NEAR(found.hi - found.mean, t * sqrt(variance), 1e-8, 0);
    CHECK_NEAR(found.mean - found.lo, t * sqrt(variance), 1e-8, 0);
    CHECK(isinf(takt_series_overlapping_means(values, 13, LENGTH, 0.9).hi));
}

static void neighbours_that_agree_are_noticed(void)
{
    double independent[200], dependent[200], state = 0;
    int n_doubted = 0;
    for (uint32_t seed = 0; seed < 100; ++seed) {
        for (uint64_t i = 0; i < 200; ++i) {
            independent[i] = uniform(100 + seed, i);
            dependent[i] = state = 0.5 * state + independent[i];
        }
        n_doubted += takt_series_independence(independent, 200) < 0.05;
        CHECK(takt_series_independence(dependent, 200) < 1e-3);
        CHECK_NEAR(takt_series_correlation(dependent, 200), 0.5, 0, 0.25);
    }
    // 5 of 100 are expected; 15 or more would have a probability of 1e-4.
    CHECK(n_doubted < 15);
    CHECK_NEAR(takt_series_correlation((const double[]){1, 1, 1}, 3), 0, 0, 0);
    CHECK_NEAR(takt_series_independence((const double[]){1, 1, 1}, 3), 1, 0, 0);
}

/// Number of customers of a stationary M/M/1 with service rate 1, averaged over `n` pieces of
/// length 1.
static void simulate_queue(double rate, uint32_t seed, int64_t n, double *means)
{
    uint64_t draw = 0;
    int64_t customers = (int64_t)(log(uniform(seed, draw++)) / log(rate));
    double now = 0, next = 0;
    for (int64_t i = 0; i < n; ++i) {
        means[i] = 0;
        while (now < (double)(i + 1)) {
            const double all = rate + (customers > 0);
            if (next <= now)
                next = now - log(uniform(seed, draw++)) / all;
            const double end = next < (double)(i + 1) ? next : (double)(i + 1);
            means[i] += (double)customers * (end - now);
            now = end;
            if (next <= now)
                customers += uniform(seed, draw++) * all < rate ? 1 : -1;
        }
    }
}

/// Runs many queues; how many intervals hold the exact mean, and the mean of what the methods take
/// for the asymptotic variance.
static void cover(double rate, int32_t n_runs, int64_t length, int64_t n_batches)
{
    const double exact = rate / (1 - rate), tail = 1 - rate;
    const double asymptotic = 2 * rate * (1 + rate) / (tail * tail * tail * tail);
    const int64_t n = length * n_batches;
    double *means = takt_alloc((size_t)n * sizeof *means);
    takt_moments variances[2] = {{0}, {0}};
    int32_t n_held[2] = {0, 0};
    for (int32_t r = 0; r < n_runs; ++r) {
        simulate_queue(rate, (uint32_t)r, n, means);
        const takt_interval found[2] = {takt_series_batch_means(means, n, length, 0.95),
                                        takt_series_overlapping_means(means, n, length, 0.95)};
        const double freedom[2] = {(double)n_batches - 1, 1.5 * ((double)n_batches - 1)};
        for (int k = 0; k < 2; ++k) {
            const double half = (found[k].hi - found[k].lo) / 2;
            const double error = half / takt_student_t_quantile(0.975, freedom[k]);
            takt_moments_add(&variances[k], error * error * (double)n);
            n_held[k] += found[k].lo <= exact && exact <= found[k].hi;
        }
    }
    for (int k = 0; k < 2; ++k) {
        const double error = sqrt(takt_moments_variance(&variances[k]) / n_runs);
        // Batches of finite length see a little less than the asymptotic variance: within 5 %.
        CHECK_NEAR(variances[k].mean, asymptotic, 0.05, 3 * error);
        // 95 % of the runs, within three standard errors and 2 % for skewness.
        const double share = (double)n_held[k] / n_runs;
        CHECK_NEAR(share, 0.95, 0, 0.02 + 3 * sqrt(0.95 * 0.05 / n_runs));
    }
    takt_free(means);
}

static void intervals_cover_the_mean_of_a_queue_at_load_one_half(void)
{
    cover(0.5, 300, 200, 20);
}

static void intervals_cover_the_mean_of_a_queue_at_load_nine_tenths(void)
{
    cover(0.9, 60, 10000, 20);
}

TAKT_TESTS(TEST(a_step_is_cut_where_it_ends), TEST(odd_values_belong_to_the_warm_up),
           TEST(an_approach_is_cut_when_it_sinks_into_the_noise), TEST(a_trend_is_not_settled),
           TEST(the_bias_of_a_short_warm_up_is_seen), TEST(batch_means_follow_their_definition),
           TEST(overlapping_means_follow_their_definition), TEST(neighbours_that_agree_are_noticed),
           TEST(intervals_cover_the_mean_of_a_queue_at_load_one_half),
           TEST(intervals_cover_the_mean_of_a_queue_at_load_nine_tenths))
