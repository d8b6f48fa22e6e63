// The decomposition of longer lines gives the published values, conserves flow, is the same from
// both ends, and is as near to the exact chain of three machines as it is said to be.
#include "tests/check.h"

#include "core/memory.h"
#include "solver/line.h"

enum { MAX_MACHINES = 20 };

/// A line with what came out of it.
typedef struct line {
    int32_t n;
    takt_line_machine machines[MAX_MACHINES];
    int64_t capacities[MAX_MACHINES];
    takt_line_answer answers[MAX_MACHINES];
    takt_line_decomposition result;
} line;

static void decompose(line *l)
{
    CHECK_OK(takt_line_decompose(l->machines, l->n, l->capacities, l->answers, &l->result));
    if (!l->result.converged)
        CHECK_FAILED("%d machines: %s", l->n, l->result.reason);
}

static line line_alike(int32_t n, int64_t capacity)
{
    line l = {.n = n};
    for (int32_t i = 0; i < n; ++i) {
        l.machines[i] = (takt_line_machine){0.01, 0.1};
        l.capacities[i] = capacity;
    }
    decompose(&l);
    return l;
}

/// Unlike machines and stores, the same for the same `kind`.
static line line_unlike(int32_t n, int kind)
{
    line l = {.n = n};
    for (int32_t i = 0; i < n; ++i) {
        l.machines[i].failure = 0.004 * (1 + (3 * i + kind) % 7);
        l.machines[i].repair = 0.05 * (1 + (5 * i + 2 * kind) % 6);
        l.capacities[i] = 2 + (4 * i + kind) % 11;
    }
    decompose(&l);
    return l;
}

static line line_reversed(const line *l)
{
    line reversed = {.n = l->n};
    for (int32_t i = 0; i < l->n; ++i)
        reversed.machines[i] = l->machines[l->n - 1 - i];
    for (int32_t i = 0; i + 1 < l->n; ++i)
        reversed.capacities[i] = l->capacities[l->n - 2 - i];
    decompose(&reversed);
    return reversed;
}

/// Another implementation of the same equations, to all its digits.
static void published_digits(void)
{
    CHECK_NEAR(line_alike(3, 10).result.throughput, 0.81983, 0, 0.5e-5);
    CHECK_NEAR(line_alike(3, 5).result.throughput, 0.79412, 0, 0.5e-5);
    CHECK_NEAR(line_alike(5, 10).result.throughput, 0.77473, 0, 0.5e-5);
    CHECK_NEAR(line_alike(10, 10).result.throughput, 0.72737, 0, 0.5e-5);
    CHECK_NEAR(line_alike(20, 10).result.throughput, 0.70176, 0, 0.5e-5);
}

static void two_machines_are_exact(void)
{
    const line l = line_alike(2, 10);
    const takt_line_answer exact = takt_line_deterministic(l.machines[0], l.machines[1], 10);
    CHECK(memcmp(&exact, &l.answers[0], sizeof exact) == 0);
    CHECK_INT(l.result.n_sweeps, 2); // the second one sees that nothing moves
}

/// Exact chain of three machines: .819137 and levels 5.98337, 4.01663.
static void three_machines_beside_their_chain(void)
{
    const line l = line_alike(3, 10);
    CHECK(l.result.throughput > 0.819137);
    CHECK_NEAR(l.result.throughput, 0.819137, 0.001, 0);
    CHECK_NEAR(l.answers[0].level, 5.98337, 0.02, 0);
    CHECK_NEAR(l.answers[1].level, 4.01663, 0.02, 0);
    CHECK_NEAR(line_alike(3, 5).result.throughput, 0.794003, 0.0002, 0);
    CHECK_NEAR(line_alike(4, 4).result.throughput, 0.744226, 0.003, 0);
}

/// Every store passes the same flow on, and every machine works, waits or is down.
static void flow_is_conserved(void)
{
    for (int32_t n = 2; n <= MAX_MACHINES; ++n) {
        const line l = line_unlike(n, n % 5);
        for (int32_t i = 0; i < n; ++i) {
            const double starved = i > 0 ? l.answers[i - 1].starved : 0;
            const double blocked = i + 1 < n ? l.answers[i].blocked : 0;
            CHECK_NEAR(l.result.throughput,
                       takt_line_machine_efficiency(l.machines[i]) * (1 - starved - blocked), 0,
                       1e-11);
            CHECK_NEAR(l.answers[i < n - 1 ? i : 0].throughput, l.result.throughput, 0, 1e-12);
        }
    }
}

static void a_line_reversed(void)
{
    for (int32_t n = 3; n <= MAX_MACHINES; ++n) {
        const line l = line_unlike(n, n % 3), r = line_reversed(&l);
        CHECK_NEAR(r.result.throughput, l.result.throughput, 0, 1e-11);
        for (int32_t i = 0; i + 1 < n; ++i) {
            CHECK_NEAR(r.answers[n - 2 - i].level, (double)l.capacities[i] - l.answers[i].level, 0,
                       1e-8);
            CHECK_NEAR(r.answers[n - 2 - i].starved, l.answers[i].blocked, 0, 1e-10);
        }
    }
}

static void more_places_make_more(void)
{
    for (int32_t store = 0; store < 5; ++store) {
        line l = line_unlike(6, 1);
        double before = 0;
        for (int64_t places = 2; places < 60; places += places / 4 + 1) {
            l.capacities[store] = places;
            decompose(&l);
            CHECK(l.result.throughput > before);
            before = l.result.throughput;
        }
    }
}

/// A machine that never fails passes on what comes: with large stores the slowest sets the pace.
static void machines_that_never_fail(void)
{
    line l = line_alike(4, 10);
    const double all = l.result.throughput;
    l.machines[1].failure = 0;
    decompose(&l);
    CHECK(l.result.throughput > all);
    for (int32_t i = 0; i < 4; ++i)
        l.machines[i].failure = i == 2 ? 0.02 : 0;
    decompose(&l);
    CHECK_NEAR(l.result.throughput, 0.1 / 0.12, 0, 1e-12);
    l.machines[2].failure = 0;
    decompose(&l);
    CHECK_NEAR(l.result.throughput, 1, 0, 0);
}

/// A line whose machines are down most of the time has no machine that could stand for it.
static void a_line_without_an_answer(void)
{
    line l = line_alike(6, 4);
    for (int32_t i = 0; i < 6; ++i)
        l.machines[i] = (takt_line_machine){0.9, 0.6};
    CHECK_OK(takt_line_decompose(l.machines, l.n, l.capacities, l.answers, &l.result));
    CHECK(!l.result.converged);
    CHECK_CONTAINS(l.result.reason, "would fail in every cycle");
}

static void sweeps_allocate_nothing(void)
{
    const int64_t before = takt_alloc_count();
    (void)line_alike(20, 10);
    CHECK_INT(takt_alloc_count() - before, 2); // however many sweeps
}

TAKT_TESTS(TEST(published_digits), TEST(two_machines_are_exact),
           TEST(three_machines_beside_their_chain), TEST(flow_is_conserved), TEST(a_line_reversed),
           TEST(more_places_make_more), TEST(machines_that_never_fail),
           TEST(a_line_without_an_answer), TEST(sweeps_allocate_nothing))
