// Two-machine lines match the published closed forms, a Markov chain solved here by elimination,
// and what must hold for every line: flow, time, reversal, limits.
#include "tests/check.h"

#include "core/memory.h"
#include "solver/line.h"

enum { MAX_CAPACITY = 14, MAX_STATES = 4 * (MAX_CAPACITY + 1) };

/// The chain of a two-machine line, as a linear system of its own.
typedef struct reference {
    int n_states, capacity;
    double step[MAX_STATES][MAX_STATES]; // probabilities, or rates
    double flow[MAX_STATES];             // parts out of each state
    double p[MAX_STATES];
} reference;

static int place(int n, int up_1, int up_2)
{
    return 4 * n + 2 * up_1 + up_2;
}

/// Stationary probabilities by elimination with pivoting; rows of `step` need not sum to 1.
static void solve(reference *c)
{
    static double a[MAX_STATES][MAX_STATES + 1];
    const int n = c->n_states;
    for (int j = 0; j < n; ++j) {
        double out = 0;
        for (int i = 0; i < n; ++i) {
            a[j][i] = c->step[i][j];
            out += i == j ? 0 : c->step[j][i];
        }
        a[j][j] = -out;
        a[j][n] = 0;
    }
    for (int i = 0; i <= n; ++i)
        a[n - 1][i] = 1;
    for (int k = 0; k < n; ++k) {
        int pivot = k;
        for (int i = k + 1; i < n; ++i)
            pivot = fabs(a[i][k]) > fabs(a[pivot][k]) ? i : pivot;
        for (int j = 0; j <= n; ++j) {
            const double swapped = a[k][j];
            a[k][j] = a[pivot][j];
            a[pivot][j] = swapped;
        }
        for (int i = 0; i < n; ++i) {
            const double f = i == k ? 0 : a[i][k] / a[k][k];
            for (int j = k; j <= n && f != 0; ++j)
                a[i][j] -= f * a[k][j];
        }
    }
    for (int k = 0; k < n; ++k)
        c->p[k] = a[k][n] / a[k][k];
}

static takt_line_answer answer_of(reference *c)
{
    takt_line_answer answer = {0};
    solve(c);
    for (int n = 0; n <= c->capacity; ++n) {
        for (int s = 0; s < 4; ++s) {
            const double p = c->p[4 * n + s];
            answer.throughput += p * c->flow[4 * n + s];
            answer.level += n * p;
            answer.starved += n == 0 && s % 2 == 1 ? p : 0;
            answer.blocked += n == c->capacity && s / 2 == 1 ? p : 0;
        }
    }
    return answer;
}

static takt_line_answer cycles(takt_line_machine first, takt_line_machine second, int capacity)
{
    static reference c;
    c = (reference){.n_states = 4 * (capacity + 1), .capacity = capacity};
    for (int from = 0; from < c.n_states; ++from) {
        const int n = from / 4, was_1 = from / 2 % 2, was_2 = from % 2;
        const bool may_1 = n<capacity, may_2 = n> 0;
        for (int to = 0; to < 4; ++to) {
            const int is_1 = to / 2, is_2 = to % 2;
            const double up_1 = !was_1 ? first.repair : may_1 ? 1 - first.failure : 1;
            const double up_2 = !was_2 ? second.repair : may_2 ? 1 - second.failure : 1;
            const double p = (is_1 ? up_1 : 1 - up_1) * (is_2 ? up_2 : 1 - up_2);
            const int out = is_2 && may_2;
            c.step[from][place(n + (is_1 && may_1) - out, is_1, is_2)] += p;
            c.flow[from] += p * out;
        }
    }
    return answer_of(&c);
}

static takt_line_answer rates(takt_line_rates first, takt_line_rates second, int capacity)
{
    static reference c;
    c = (reference){.n_states = 4 * (capacity + 1), .capacity = capacity};
    for (int from = 0; from < c.n_states; ++from) {
        const int n = from / 4, up_1 = from / 2 % 2, up_2 = from % 2;
        if (!up_1) {
            c.step[from][place(n, 1, up_2)] += first.repair;
        } else if (n < capacity) {
            c.step[from][place(n, 0, up_2)] += first.failure;
            c.step[from][place(n + 1, 1, up_2)] += first.service;
        }
        if (!up_2) {
            c.step[from][place(n, up_1, 1)] += second.repair;
        } else if (n > 0) {
            c.step[from][place(n, up_1, 0)] += second.failure;
            c.step[from][place(n - 1, up_1, 1)] += second.service;
            c.flow[from] = second.service;
        }
    }
    return answer_of(&c);
}

static void check_near(takt_line_answer found, takt_line_answer expected, double tolerance)
{
    CHECK_NEAR(found.throughput, expected.throughput, 0, tolerance);
    CHECK_NEAR(found.level, expected.level, 0, tolerance * (1 + expected.level));
    CHECK_NEAR(found.starved, expected.starved, 0, tolerance);
    CHECK_NEAR(found.blocked, expected.blocked, 0, tolerance);
}

/// Each pair stands for a shape: alike, unlike in either direction, coarse, repaired at once.
static const takt_line_machine pairs[][2] = {
    {{0.01, 0.1}, {0.01, 0.1}}, {{0.02, 0.1}, {0.01, 0.15}}, {{0.01, 0.15}, {0.02, 0.1}},
    {{0.3, 0.4}, {0.2, 0.7}},   {{0.05, 1}, {0.1, 0.5}},     {{0.6, 0.2}, {0.001, 0.9}},
    {{0.001, 0.9}, {0.6, 0.2}}, {{0.2, 1}, {0.3, 1}},        {{1e-5, 1e-3}, {2e-5, 2e-3}},
};
enum { N_PAIRS = sizeof pairs / sizeof *pairs };

/// Gershwin 1994, ch. 3, to all digits of the table.
static void published_digits(void)
{
    static const struct {
        takt_line_machine first, second;
        int64_t capacity;
        takt_line_answer answer;
    } rows[] = {
        {{0.01, 0.1}, {0.01, 0.1}, 4, {0.84093614, 2, 0.07497025, 0.07497025}},
        {{0.01, 0.1}, {0.01, 0.1}, 10, {0.85617493, 5, 0.05820758, 0.05820758}},
        {{0.01, 0.1}, {0.01, 0.1}, 20, {0.87054072, 10, 0.04240521, 0.04240521}},
        {{0.02, 0.1}, {0.01, 0.15}, 10, {0.81434091, 3.052442, 0.13136969, 0.02279090}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        const takt_line_answer found =
            takt_line_deterministic(rows[i].first, rows[i].second, rows[i].capacity);
        CHECK_NEAR(found.throughput, rows[i].answer.throughput, 0, 0.5000001e-8);
        CHECK_NEAR(found.level, rows[i].answer.level, 0, 0.5000001e-6);
        CHECK_NEAR(found.starved, rows[i].answer.starved, 0, 0.5000001e-8);
        CHECK_NEAR(found.blocked, rows[i].answer.blocked, 0, 0.5000001e-8);
    }
}

/// Small stores and the closed form behind them, without a seam between them.
static void every_store_is_its_chain(void)
{
    for (int i = 0; i < N_PAIRS; ++i)
        for (int n = 1; n <= MAX_CAPACITY; ++n)
            check_near(takt_line_deterministic(pairs[i][0], pairs[i][1], n),
                       cycles(pairs[i][0], pairs[i][1], n), 1e-11);
}

/// What flows in flows out: each machine makes its share of the time in which it does not wait.
static void flow_is_conserved(void)
{
    for (int i = 0; i < N_PAIRS; ++i) {
        for (int64_t n = 1; n < 2000000; n = 3 * n + 1) {
            const takt_line_answer a = takt_line_deterministic(pairs[i][0], pairs[i][1], n);
            const double first = takt_line_machine_efficiency(pairs[i][0]),
                         second = takt_line_machine_efficiency(pairs[i][1]);
            CHECK_NEAR(a.throughput, first * (1 - a.blocked), 0, 1e-12);
            CHECK_NEAR(a.throughput, second * (1 - a.starved), 0, 1e-12);
        }
    }
}

/// Holes move backwards as parts move forwards.
static void a_line_reversed(void)
{
    for (int i = 0; i < N_PAIRS; ++i) {
        for (int64_t n = 1; n < 3000; n = 2 * n + 1) {
            const takt_line_answer a = takt_line_deterministic(pairs[i][0], pairs[i][1], n);
            const takt_line_answer b = takt_line_deterministic(pairs[i][1], pairs[i][0], n);
            CHECK_NEAR(a.throughput, b.throughput, 0, 1e-13);
            CHECK_NEAR(a.level, (double)n - b.level, 0, 1e-11 * (double)n);
            CHECK_NEAR(a.starved, b.blocked, 0, 1e-13);
        }
    }
}

static void more_places_make_more(void)
{
    for (int i = 0; i < N_PAIRS; ++i) {
        double before = 0;
        for (int64_t n = 2; n < 40; ++n) {
            const double now = takt_line_deterministic(pairs[i][0], pairs[i][1], n).throughput;
            CHECK(now > before - 1e-15); // equal where nothing is left to gain
            before = now;
        }
    }
}

static void no_store_and_no_limit(void)
{
    const takt_line_machine alike = {0.01, 0.1}, slow = {0.02, 0.1}, fast = {0.01, 0.15};
    takt_line_answer a = takt_line_deterministic(alike, alike, 0);
    CHECK_NEAR(a.throughput, 1 / 1.2, 0, 1e-15);
    CHECK_NEAR(a.throughput * 1.1 + a.blocked, 1, 0, 1e-15);
    a = takt_line_deterministic(alike, alike, TAKT_LINE_UNLIMITED);
    CHECK_NEAR(a.throughput, 1 / 1.1, 0, 1e-15);
    CHECK(isinf(a.level) && a.starved == 0 && a.blocked == 0);
    a = takt_line_deterministic(fast, slow, TAKT_LINE_UNLIMITED);
    CHECK_NEAR(a.throughput, 0.1 / 0.12, 0, 1e-15);
    CHECK(isinf(a.level));
    // A store that ends far above all levels is none.
    a = takt_line_deterministic(slow, fast, TAKT_LINE_UNLIMITED);
    check_near(a, takt_line_deterministic(slow, fast, 5000), 1e-12);
    CHECK_NEAR(a.throughput, 0.1 / 0.12, 0, 1e-12);
    CHECK_NEAR(takt_line_deterministic(alike, alike, 1000000000).throughput, 1 / 1.1, 0, 1e-8);
}

/// The limit of ever rarer failures, which the closed form itself cannot take.
static void machines_that_never_fail(void)
{
    const takt_line_machine never = {0, 0.1}, rarely = {1e-10, 0.1}, often = {0.05, 0.2};
    for (int64_t n = 2; n < 40; n += 3) {
        check_near(takt_line_deterministic(never, often, n),
                   takt_line_deterministic(rarely, often, n), 1e-7);
        check_near(takt_line_deterministic(often, never, n),
                   takt_line_deterministic(often, rarely, n), 1e-7);
        CHECK_NEAR(takt_line_deterministic(never, never, n).throughput, 1, 0, 0);
    }
    // One part at a time: a cycle in, a cycle out.
    CHECK_NEAR(takt_line_deterministic(never, never, 1).throughput, 0.5, 0, 1e-15);
}

static takt_line_answer exponential(takt_line_rates first, takt_line_rates second, int64_t n)
{
    takt_line_answer answer;
    CHECK_OK(takt_line_exponential(first, second, n, &answer));
    return answer;
}

static void published_digits_of_exponential_lines(void)
{
    const takt_line_rates alike = {1, 0.01, 0.1}, fast = {1.2, 0.02, 0.1};
    CHECK_NEAR(exponential(alike, alike, 10).throughput, 0.785921, 0, 0.5e-6);
    CHECK_NEAR(exponential(fast, alike, 8).throughput, 0.781252, 0, 0.5e-6);
    CHECK_NEAR(exponential(fast, alike, 8).level, 4.627519, 0, 0.5e-6);
}

static void exponential_stores_are_their_chains(void)
{
    static const takt_line_rates cases[][2] = {{{1, 0.01, 0.1}, {1, 0.01, 0.1}},
                                               {{1.2, 0.02, 0.1}, {1, 0.01, 0.1}},
                                               {{0.7, 0, 1}, {1, 0.3, 0.2}},
                                               {{3, 0.5, 0.1}, {1, 0, 1}},
                                               {{1, 1e-6, 1e-4}, {1, 1e-5, 1e-3}}};
    for (int i = 0; i < 5; ++i)
        for (int n = 1; n <= MAX_CAPACITY; ++n)
            check_near(exponential(cases[i][0], cases[i][1], n), rates(cases[i][0], cases[i][1], n),
                       1e-9);
}

/// Without failures: B places make (B + 2) / (B + 3), no limit makes an M/M/1 queue.
static void exponential_machines_that_never_fail(void)
{
    const takt_line_rates slow = {0.9, 0, 1}, fast = {1, 0, 1};
    for (int64_t n = 2; n < 5000; n *= 3)
        CHECK_NEAR(exponential(fast, fast, n).throughput, (double)n / (double)(n + 1), 0, 1e-12);
    const takt_line_answer a = exponential(slow, fast, TAKT_LINE_UNLIMITED);
    CHECK_NEAR(a.throughput, 0.9, 0, 1e-15);
    CHECK_NEAR(a.level, 9, 0, 1e-9);
    CHECK_NEAR(a.starved, 0.1, 0, 1e-15);
    CHECK(isinf(exponential(fast, slow, TAKT_LINE_UNLIMITED).level));
}

/// A first machine so fast that probabilities grow past what a double holds.
static void a_store_that_is_nearly_always_full(void)
{
    const takt_line_answer a =
        exponential((takt_line_rates){100, 0.01, 0.1}, (takt_line_rates){1, 0.01, 0.1}, 5000);
    CHECK_NEAR(a.throughput, 1 / 1.1, 0, 1e-12);
    CHECK(a.level > 4990 && a.level < 5000);
}

static void stores_out_of_range(void)
{
    const takt_line_rates slow = {0.99999, 0, 1}, fast = {1, 0, 1};
    takt_line_answer a;
    CHECK_STATUS(takt_line_exponential(fast, fast, 0, &a), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_line_exponential(fast, fast, TAKT_LINE_EXPONENTIAL_MAX + 1, &a),
                 TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "found 100001 parts, allowed: 1 to 100000");
    CHECK_STATUS(takt_line_exponential(slow, fast, TAKT_LINE_UNLIMITED, &a), TAKT_ERR_LIMIT);
    CHECK_CONTAINS(takt_error_text(), "a load of 0.99999");
}

TAKT_TESTS(TEST(published_digits), TEST(every_store_is_its_chain), TEST(flow_is_conserved),
           TEST(a_line_reversed), TEST(more_places_make_more), TEST(no_store_and_no_limit),
           TEST(machines_that_never_fail), TEST(published_digits_of_exponential_lines),
           TEST(exponential_stores_are_their_chains), TEST(exponential_machines_that_never_fail),
           TEST(a_store_that_is_nearly_always_full), TEST(stores_out_of_range))
