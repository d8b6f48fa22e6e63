/// Chains of small factories meet closed forms to rounding and published or independently computed
/// digits to the last one given.
#include "solver/factory_chains.h"
#include "tests/check.h"

// --- The solver itself ---------------------------------------------------------------------------

typedef struct birth_death {
    int16_t places;
    double birth, death;
} birth_death;

static void step_birth_death(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const birth_death *system = parameters;
    if (state[0] < system->places)
        takt_chain_move(chain, (int16_t[]){(int16_t)(state[0] + 1)}, system->birth);
    if (state[0] > 0)
        takt_chain_move(chain, (int16_t[]){(int16_t)(state[0] - 1)}, system->death);
    takt_chain_move(chain, state, 7); // staying where one is says nothing
}

static double is_number(const void *parameters, const int16_t *state, int32_t which)
{
    (void)parameters;
    return state[0] == which;
}

/// Every probability to relative rounding, down to 1e-30: what subtraction would lose.
static void small_probabilities(void)
{
    const birth_death system = {100, 1, 2};
    const takt_chain_model model = {&system, 1, step_birth_death};
    takt_chain *chain = NULL;
    CHECK_OK(takt_chain_create(&model, (int16_t[]){3}, &chain));
    CHECK_INT(takt_chain_size(chain), 101);
    for (int32_t n = 0; n <= 100; ++n) {
        const double exact = ldexp(1, -n) / (2 - ldexp(1, -100));
        CHECK_NEAR(takt_chain_mean(chain, is_number, n) / exact, 1, 0, 1e-13);
    }
    takt_chain_destroy(&chain);
    takt_chain_destroy(&chain);
}

static void step_away(const void *parameters, const int16_t *state, takt_chain *chain)
{
    (void)parameters;
    if (state[0] < 2)
        takt_chain_move(chain, (int16_t[]){(int16_t)(state[0] + 1)}, 1);
    else
        takt_chain_move(chain, (int16_t[]){1}, 1);
}

static void step_for_ever(const void *parameters, const int16_t *state, takt_chain *chain)
{
    (void)parameters;
    for (int16_t i = 0; i < 2; ++i) {
        int16_t next[2] = {state[0], state[1]};
        next[i] = (int16_t)((next[i] + 1) % 1000);
        takt_chain_move(chain, next, 1);
    }
}

static void refuses_what_it_cannot_solve(void)
{
    takt_chain *chain = NULL;
    takt_chain_model model = {NULL, 1, step_away};
    CHECK_STATUS(takt_chain_create(&model, (int16_t[]){0}, &chain), TAKT_ERR_MODEL);
    CHECK_CONTAINS(takt_error_text(), "left for good");
    CHECK(!chain);
    model = (takt_chain_model){NULL, 2, step_for_ever};
    CHECK_STATUS(takt_chain_create(&model, (int16_t[]){0, 0}, &chain), TAKT_ERR_LIMIT);
    CHECK(!chain);
}

// --- Lines ---------------------------------------------------------------------------------------

static takt_chain_line_answer exponential_line(int32_t n, int32_t places)
{
    takt_chain_line line = {.n_machines = n};
    takt_chain_line_answer answer;
    for (int32_t i = 0; i < n; ++i)
        line.rate[i] = 1;
    for (int32_t i = 0; i + 1 < n; ++i)
        line.places[i] = places;
    CHECK_OK(takt_chain_exponential_line(&line, &answer));
    return answer;
}

/// (B + 2) / (B + 3): one number is uniform on 0 .. B + 2.
static void two_machines(void)
{
    for (int32_t b = 0; b < 9; ++b) {
        const takt_chain_line_answer found = exponential_line(2, b);
        CHECK_NEAR(found.throughput, (b + 2.0) / (b + 3), 0, 1e-14);
        CHECK_NEAR(found.blocked, 1.0 / (b + 3), 0, 1e-14);
        CHECK_NEAR(found.starved, 1.0 / (b + 3), 0, 1e-14);
        CHECK_NEAR(found.level[0], (b * (b + 1) / 2.0 + b) / (b + 3), 0, 1e-13);
    }
}

/// Hunt (1956) for three machines without buffers; the others as an independent chain gave them.
static void longer_lines(void)
{
    CHECK_NEAR(exponential_line(3, 0).throughput, 22.0 / 39, 0, 1e-14);
    CHECK_NEAR(exponential_line(4, 0).throughput, 0.514775, 0, 5e-7);
    CHECK_NEAR(exponential_line(3, 1).throughput, 0.670466, 0, 5e-7);
    CHECK_NEAR(exponential_line(3, 2).throughput, 0.734017, 0, 5e-7);
    CHECK_NEAR(exponential_line(3, 5).throughput, 0.830759, 0, 5e-7);
}

/// Gershwin and Berman (1981): N parts between the machines are N - 2 places after service.
static void lines_that_break(void)
{
    takt_chain_line line = {.n_machines = 2,
                            .places = {8},
                            .rate = {1, 1},
                            .failure = {0.01, 0.01},
                            .repair = {0.1, 0.1}};
    takt_chain_line_answer found;
    CHECK_OK(takt_chain_exponential_line(&line, &found));
    CHECK_NEAR(found.throughput, 0.785921, 0, 5e-7);
    line = (takt_chain_line){.n_machines = 2,
                             .places = {6},
                             .rate = {1.2, 1},
                             .failure = {0.02, 0.01},
                             .repair = {0.1, 0.1}};
    CHECK_OK(takt_chain_exponential_line(&line, &found));
    CHECK_NEAR(found.throughput, 0.781252, 0, 5e-7);
    // Theirs counts the part on the second machine and the one that blocks the first.
    const double on_second = 1 - found.starved;
    CHECK_NEAR(found.level[0] + on_second + found.blocked, 4.627519, 0, 5e-7);
}

/// Two unit-cycle machines in closed form: Buzacott (1967), Gershwin (1994) ch. 3; N of 4 or more.
typedef struct closed_line {
    double r1, p1, r2, p2;
    int32_t n;
} closed_line;

typedef struct closed_answer {
    double throughput, level, starved, blocked, sum;
} closed_answer;

static void closed_add(closed_answer *answer, const closed_line *l, int32_t n, int up2, double p)
{
    answer->sum += p;
    answer->level += n * p;
    answer->throughput += n > 0 && up2 ? p : 0;
    answer->starved += n == 0 ? p : 0;
    answer->blocked += n == l->n ? p : 0;
}

static closed_answer closed_solve(const closed_line *l)
{
    const double r1 = l->r1, p1 = l->p1, r2 = l->r2, p2 = l->p2, common = r1 + r2 - r1 * r2;
    const double a1 = common - r1 * p2, a2 = common - p1 * r2;
    const double d1 = p1 + p2 - p1 * p2 - p1 * r2, d2 = p1 + p2 - p1 * p2 - r1 * p2;
    const double y1 = a1 / d1, y2 = a2 / d2, x = y2 / y1;
    const int32_t n = l->n;
    const double last = pow(x, n - 1);
    closed_answer answer = {0};
    closed_add(&answer, l, 0, 1, x * a1 / (r1 * p2));
    closed_add(&answer, l, 1, 0, x);
    closed_add(&answer, l, 1, 1, x * y2);
    closed_add(&answer, l, 1, 1, x / p2 * a1 / d2);
    closed_add(&answer, l, n - 1, 0, last);
    closed_add(&answer, l, n - 1, 0, last * y1);
    closed_add(&answer, l, n - 1, 1, last / p1 * a2 / d1);
    closed_add(&answer, l, n, 0, last * a2 / (p1 * r2));
    for (int32_t k = 2; k <= n - 2; ++k)
        for (int ups = 0; ups < 4; ++ups)
            closed_add(&answer, l, k, ups & 1, pow(x, k) * (ups & 2 ? y1 : 1) * (ups & 1 ? y2 : 1));
    answer.throughput /= answer.sum;
    answer.level /= answer.sum;
    answer.starved /= answer.sum;
    answer.blocked /= answer.sum;
    return answer;
}

static void line_in_cycles(void)
{
    static const struct {
        closed_line line;
        double throughput, level, starved, blocked;
    } rows[] = {
        {{.1, .01, .1, .01, 4}, .84093614, 2, .07497025, .07497025},
        {{.1, .01, .1, .01, 10}, .85617493, 5, .05820758, .05820758},
        {{.1, .01, .1, .01, 20}, .87054072, 10, .04240521, .04240521},
        {{.1, .02, .15, .01, 10}, .81434091, 3.052442, .13136969, .02279090},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        const closed_line *l = &rows[i].line;
        const takt_chain_line line = {
            .n_machines = 2, .places = {l->n}, .failure = {l->p1, l->p2}, .repair = {l->r1, l->r2}};
        takt_chain_line_answer found;
        CHECK_OK(takt_chain_cycle_line(&line, &found));
        const closed_answer closed = closed_solve(l);
        CHECK_NEAR(found.throughput, closed.throughput, 0, 1e-12);
        CHECK_NEAR(found.level[0], closed.level, 0, 1e-11);
        CHECK_NEAR(found.starved, closed.starved, 0, 1e-12);
        CHECK_NEAR(found.blocked, closed.blocked, 0, 1e-12);
        CHECK_NEAR(found.throughput, rows[i].throughput, 0, 5e-9);
        CHECK_NEAR(found.level[0], rows[i].level, 0, 5e-7);
        CHECK_NEAR(found.starved, rows[i].starved, 0, 5e-9);
        CHECK_NEAR(found.blocked, rows[i].blocked, 0, 5e-9);
    }
}

static takt_chain_line_answer cycle_line(int32_t n, int32_t places)
{
    takt_chain_line line = {.n_machines = n};
    takt_chain_line_answer answer;
    for (int32_t i = 0; i < n; ++i) {
        line.failure[i] = 0.01;
        line.repair[i] = 0.1;
    }
    for (int32_t i = 0; i + 1 < n; ++i)
        line.places[i] = places;
    CHECK_OK(takt_chain_cycle_line(&line, &answer));
    return answer;
}

static void longer_lines_in_cycles(void)
{
    const takt_chain_line_answer ten = cycle_line(3, 10);
    CHECK_INT(ten.n_states, 656);
    CHECK_NEAR(ten.throughput, 0.819137, 0, 5e-7);
    CHECK_NEAR(ten.level[0], 5.98337, 0, 5e-6);
    CHECK_NEAR(ten.level[1], 4.01663, 0, 5e-6);
    CHECK_NEAR(cycle_line(3, 5).throughput, 0.794003, 0, 5e-7);
    CHECK_NEAR(cycle_line(3, 4).throughput, 0.787190, 0, 5e-7);
    CHECK_NEAR(cycle_line(4, 4).throughput, 0.744226, 0, 5e-7);
}

/// Two machines that block after service are those of the other rule with two places more. Three
/// of them without places, by hand: always up, so all work in all cycles.
static void cycles_after_service(void)
{
    takt_chain_line line = {
        .n_machines = 2, .places = {10}, .failure = {.02, .01}, .repair = {.1, .15}};
    takt_chain_line_answer before, after;
    CHECK_OK(takt_chain_cycle_line(&line, &before));
    line.places[0] = 8;
    line.after_service = true;
    CHECK_OK(takt_chain_cycle_line(&line, &after));
    CHECK_NEAR(after.throughput, before.throughput, 0, 1e-13);
    CHECK_NEAR(after.starved, before.starved, 0, 1e-13);
    CHECK_NEAR(after.blocked, before.blocked, 0, 1e-13);
    CHECK_NEAR(after.level[0] + 1 - after.starved + after.blocked, before.level[0], 0, 1e-11);
    line = (takt_chain_line){.n_machines = 3, .repair = {1, 1, 1}, .after_service = true};
    CHECK_OK(takt_chain_cycle_line(&line, &after));
    CHECK_NEAR(after.throughput, 1, 0, 1e-14);
    line.failure[1] = 0.5; // a cycle of work, then one of repair with probability 1/2
    CHECK_OK(takt_chain_cycle_line(&line, &after));
    CHECK_NEAR(after.throughput, 2.0 / 3, 0, 1e-14);
}

// --- Queues --------------------------------------------------------------------------------------

/// By the clock 131 / 99. At work: M/G/1 whose service is a job with its repairs, moments of a
/// compound sum (mean and second moment of the completion time c).
static void servers_that_break(void)
{
    const takt_chain_server by_clock = {0.5, 1, 0.1, 1, true};
    double found = 0;
    CHECK_OK(takt_chain_breaking_server(&by_clock, &found));
    CHECK_NEAR(found, 131.0 / 99, 0, 1e-12);
    const takt_chain_server at_work = {0.5, 1, 0.1, 0.5, false};
    CHECK_OK(takt_chain_breaking_server(&at_work, &found));
    // c = sum over an exponential(1) job of repairs at rate 0.1, each exponential with mean 2
    const double mean = 1 + 0.1 * 2;
    const double second =
        mean * mean * 2 + 0.1 * (2 * 2 * 2); // E[(1.2 t)^2] + 0.1 E[t] E[repair^2]
    CHECK_NEAR(found, 0.5 * mean + 0.25 * second / (2 * (1 - 0.5 * mean)), 0, 1e-12);
}

/// (12 - r) / (8 (m - l)) is exact for two equal branches (Nelson and Tantawi 1988).
static void fork_and_join(void)
{
    double found = 0;
    CHECK_OK(takt_chain_fork_join(0.5, 1, &found));
    CHECK_NEAR(found, 2.875, 0, 1e-9);
    CHECK_OK(takt_chain_fork_join(0.3, 1, &found));
    CHECK_NEAR(found, (12 - 0.3) / (8 * 0.7), 0, 1e-12);
}

/// Batches of one are M/M/1; of one or two: while the server is busy a geometric number waits.
static void batches(void)
{
    double found = 0;
    takt_chain_batches single = {0.6, 1, 0, 1, 1};
    CHECK_OK(takt_chain_batch_server(&single, &found));
    CHECK_NEAR(found, 0.36 / 0.4, 0, 1e-11);
    // Its ratio solves x (l + m) = l + m x^3 beside x = 1.
    const double l = 1, m = 1, x = (sqrt(1 + 4 * l / m) - 1) / 2;
    takt_chain_batches two = {l, m, 0, 1, 2};
    CHECK_OK(takt_chain_batch_server(&two, &found));
    const double busy = 1 / (1 + m * (1 - x) / l); // idle: l p0 = m p(0, busy)
    CHECK_NEAR(found, busy * x / (1 - x), 0, 1e-11);
    // A time-out that comes at once makes the least of two a one.
    two = (takt_chain_batches){l, m, 1e12, 2, 2};
    CHECK_OK(takt_chain_batch_server(&two, &found));
    CHECK_NEAR(found, busy * x / (1 - x), 0, 1e-9);
}

/// Without places five kinds of states are left, and the assembler is busy in 3 of 5.5 parts.
static void assembly(void)
{
    double without = 0, with = 0, many = 0;
    CHECK_OK(takt_chain_assembly(0, &without));
    CHECK_OK(takt_chain_assembly(5, &with));
    CHECK_OK(takt_chain_assembly(100, &many));
    CHECK_NEAR(without, 6.0 / 11, 0, 1e-14);
    CHECK(without < with && with < many && many < 1);
}

TAKT_TESTS(TEST(small_probabilities), TEST(refuses_what_it_cannot_solve), TEST(two_machines),
           TEST(longer_lines), TEST(lines_that_break), TEST(line_in_cycles),
           TEST(longer_lines_in_cycles), TEST(cycles_after_service), TEST(servers_that_break),
           TEST(fork_and_join), TEST(batches), TEST(assembly))
