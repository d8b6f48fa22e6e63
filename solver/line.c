// Two machines and a buffer: closed form of the deterministic model, and the chain of its small
// stores and of the exponential model, solved level by level.

#include "solver/line.h"

#include "core/memory.h"

#include <math.h>

/// Below this the boundaries of the closed form overlap.
enum { CLOSED_FORM_MIN = 4 };

double takt_line_machine_efficiency(takt_line_machine machine)
{
    return machine.repair / (machine.repair + machine.failure);
}

// --- Chains with four states in each level -------------------------------------------------------

/// Bit 0 of a state belongs to the first machine, bit 1 is set while the second one is down. State
/// 0 of level 0, which all others are expressed by, must be one that the chain comes back to.
enum { N_STATES = 4, WINDOW = 2 * N_STATES };

/// Weights of the steps out of one level: [0] to the level below, [1] within, [2] above.
typedef struct level_steps {
    double to[3][N_STATES][N_STATES];
} level_steps;

typedef struct line_chain {
    void (*fill)(const struct line_chain *chain, int64_t level, level_steps *steps);
    int64_t capacity;
    int up;                        // bit 0 of states whose first machine is up
    takt_line_rates first, second; // of the deterministic model: service 1, probabilities
} line_chain;

static bool first_is_up(const line_chain *chain, int state)
{
    return (state & 1) == chain->up;
}

static bool second_is_up(int state)
{
    return (state & 2) == 0;
}

/// What is gathered from the level probabilities, not normalised.
typedef struct sums {
    double total, level, productive, starved, blocked;
} sums;

/// Shares one state's visits among those that come before it: no subtraction, so that all digits
/// stand (Grassmann, Taksar and Heyman 1985).
static void eliminate(double window[WINDOW][WINDOW], int state, double *factors)
{
    double out = 0;
    for (int j = 0; j < state; ++j)
        out += window[state][j];
    for (int i = 0; i < state; ++i) {
        factors[i] = window[i][state] / out;
        for (int j = 0; j < state; ++j)
            window[i][j] += factors[i] * window[state][j];
    }
}

/// Eliminates all states from the highest level down; `factors` [capacity + 1][N_STATES][WINDOW]
/// gives each state's probability from those before it.
static void reduce(const line_chain *chain, double *factors)
{
    level_steps here, below;
    double window[WINDOW][WINDOW] = {{0}};
    chain->fill(chain, chain->capacity, &here);
    for (int64_t level = chain->capacity; level > 0; --level) {
        chain->fill(chain, level - 1, &below);
        for (int i = 0; i < N_STATES; ++i) {
            for (int j = 0; j < N_STATES; ++j) {
                window[N_STATES + i][N_STATES + j] = here.to[1][i][j];
                window[N_STATES + i][j] = here.to[0][i][j];
                window[i][N_STATES + j] = below.to[2][i][j];
                window[i][j] = below.to[1][i][j];
            }
        }
        for (int k = N_STATES - 1; k >= 0; --k)
            eliminate(window, N_STATES + k, factors + (level * N_STATES + k) * WINDOW);
        here = below;
        for (int i = 0; i < N_STATES; ++i)
            for (int j = 0; j < N_STATES; ++j)
                here.to[1][i][j] = window[i][j];
    }
    for (int i = 0; i < N_STATES; ++i)
        for (int j = 0; j < N_STATES; ++j)
            window[i][j] = here.to[1][i][j];
    for (int k = N_STATES - 1; k > 0; --k)
        eliminate(window, k, factors + k * WINDOW);
}

static void add_level(const line_chain *chain, int64_t level, const double *p, sums *s)
{
    for (int k = 0; k < N_STATES; ++k) {
        s->total += p[k];
        s->level += (double)level * p[k];
        if (second_is_up(k) && level > 0)
            s->productive += p[k];
        if (second_is_up(k) && level == 0)
            s->starved += p[k];
        if (first_is_up(chain, k) && level == chain->capacity)
            s->blocked += p[k];
    }
}

/// Probabilities may grow with the level without bound: everything is kept below 1e200.
static void rescale(double *p, int n, sums *s)
{
    const double factor = 1 / s->total;
    for (int k = 0; k < n; ++k)
        p[k] *= factor;
    *s = (sums){1, s->level * factor, s->productive * factor, s->starved * factor,
                s->blocked * factor};
}

/// Solves the chain: throughput is the share of time in which the second machine works.
static takt_line_answer solve(const line_chain *chain, double *factors)
{
    double p[WINDOW] = {0};
    sums s = {0};
    reduce(chain, factors);
    p[0] = 1;
    for (int k = 1; k < N_STATES; ++k)
        for (int i = 0; i < k; ++i)
            p[k] += p[i] * factors[k * WINDOW + i];
    add_level(chain, 0, p, &s);
    for (int64_t level = 1; level <= chain->capacity; ++level) {
        for (int k = 0; k < N_STATES; ++k) {
            const double *from = factors + (level * N_STATES + k) * WINDOW;
            p[N_STATES + k] = 0;
            for (int i = 0; i < N_STATES + k; ++i)
                p[N_STATES + k] += p[i] * from[i];
        }
        for (int k = 0; k < N_STATES; ++k)
            p[k] = p[N_STATES + k];
        add_level(chain, level, p, &s);
        if (s.total > 1e200)
            rescale(p, N_STATES, &s);
    }
    return (takt_line_answer){s.productive / s.total, s.level / s.total, s.starved / s.total,
                              s.blocked / s.total};
}

// --- Deterministic model -------------------------------------------------------------------------

/// One cycle: the states change first, then whoever is up and neither starved nor blocked at the
/// beginning of the cycle moves a part.
static void fill_cycle(const line_chain *chain, int64_t level, level_steps *steps)
{
    const bool is_full = level == chain->capacity, is_empty = level == 0;
    *steps = (level_steps){0};
    for (int from = 0; from < N_STATES; ++from) {
        const double up_first = !first_is_up(chain, from) ? chain->first.repair
                                : is_full                 ? 1
                                                          : 1 - chain->first.failure;
        const double up_second = !second_is_up(from) ? chain->second.repair
                                 : is_empty          ? 1
                                                     : 1 - chain->second.failure;
        for (int to = 0; to < N_STATES; ++to) {
            const int change = (first_is_up(chain, to) && !is_full ? 1 : 0) -
                               (second_is_up(to) && !is_empty ? 1 : 0);
            steps->to[1 + change][from][to] += (first_is_up(chain, to) ? up_first : 1 - up_first) *
                                               (second_is_up(to) ? up_second : 1 - up_second);
        }
    }
}

/// One place: the machines take turns.
static takt_line_answer one_place(takt_line_machine first, takt_line_machine second)
{
    const double turn_first = 1 + first.failure / first.repair,
                 turn_second = 1 + second.failure / second.repair;
    const double e = 1 / (turn_first + turn_second);
    return (takt_line_answer){e, e * turn_second, e * turn_first, e * turn_second};
}

static takt_line_answer small_store(takt_line_machine first, takt_line_machine second,
                                    int64_t capacity)
{
    double factors[CLOSED_FORM_MIN * N_STATES * WINDOW];
    // The store runs empty only while the first machine is down.
    const line_chain chain = {.fill = fill_cycle,
                              .capacity = capacity,
                              .up = 1,
                              .first = {1, first.failure, first.repair},
                              .second = {1, second.failure, second.repair}};
    return solve(&chain, factors);
}

/// One of the machines never fails, so that the other sets the pace: behind it the store holds the
/// part that moves on in the next cycle and no other, before it the store lacks one part at most.
/// Where both are reliable the line began empty.
static takt_line_answer one_reliable(takt_line_machine first, takt_line_machine second,
                                     int64_t capacity)
{
    if (second.failure == 0) {
        const double e = takt_line_machine_efficiency(first);
        return (takt_line_answer){e, e, 1 - e, 0};
    }
    const double e = takt_line_machine_efficiency(second);
    if (capacity == TAKT_LINE_UNLIMITED)
        return (takt_line_answer){e, INFINITY, 0, 0};
    return (takt_line_answer){e, (double)capacity - e, 0, 1 - e};
}

typedef struct power_sums {
    double plain, weighted, power; // sum of x^k and of k x^k for k = 1 .. n, x^n
} power_sums;

/// By doubling: no differences, hence exact to rounding also where x is near 1.
static power_sums power_sums_of(double x, int64_t n)
{
    power_sums s = {0, 0, 1};
    int64_t k = 0;
    for (int bit = 62; bit >= 0; --bit) {
        s.weighted += s.power * (s.weighted + (double)k * s.plain);
        s.plain += s.power * s.plain;
        s.power *= s.power;
        k *= 2;
        if (n >> bit & 1) {
            k += 1;
            s.power *= x;
            s.plain += s.power;
            s.weighted += (double)k * s.power;
        }
    }
    return s;
}

static power_sums power_sums_without_end(double x)
{
    if (x >= 1)
        return (power_sums){INFINITY, INFINITY, 0};
    return (power_sums){x / (1 - x), x / ((1 - x) * (1 - x)), 0};
}

/// The coefficients of the closed form, X the factor from level to level.
typedef struct closed_form {
    double a1, a2, d1, d2, y1, y2, x;
} closed_form;

static closed_form closed_form_of(takt_line_machine first, takt_line_machine second)
{
    const double p1 = first.failure, r1 = first.repair, p2 = second.failure, r2 = second.repair;
    closed_form f = {.a1 = r1 + r2 - r1 * r2 - r1 * p2,
                     .a2 = r1 + r2 - r1 * r2 - p1 * r2,
                     .d1 = p1 + p2 - p1 * p2 - p1 * r2,
                     .d2 = p1 + p2 - p1 * p2 - r1 * p2};
    f.y1 = f.a1 / f.d1;
    f.y2 = f.a2 / f.d2;
    f.x = f.y2 / f.y1;
    return f;
}

/// Weights of all states divided by C X, for X <= 1 (so that no power overflows).
static takt_line_answer by_closed_form(takt_line_machine first, takt_line_machine second,
                                       const closed_form *f, int64_t capacity)
{
    const bool has_end = capacity != TAKT_LINE_UNLIMITED;
    const power_sums s = has_end ? power_sums_of(f->x, capacity - 3) : power_sums_without_end(f->x);
    const double last = s.power * f->x, n = has_end ? (double)capacity : 0;
    const double empty = f->a1 / (first.repair * second.failure);
    const double full = last * f->a2 / (first.failure * second.repair);
    const double low_work = f->y2 + f->a1 / (second.failure * f->d2);
    const double high_work = last * f->a2 / (first.failure * f->d1);
    const double low = 1 + low_work, high = last * (1 + f->y1) + high_work;
    const double between = (1 + f->y1) * (1 + f->y2);
    const double total = empty + low + between * s.plain + high + full;
    return (takt_line_answer){
        .throughput = (low_work + (1 + f->y1) * f->y2 * s.plain + high_work) / total,
        .level = (low + between * (s.plain + s.weighted) + (n - 1) * high + n * full) / total,
        .starved = empty / total,
        .blocked = full / total,
    };
}

/// A store that grows for ever: the second machine never starves.
static takt_line_answer overflowing(takt_line_machine second)
{
    return (takt_line_answer){takt_line_machine_efficiency(second), INFINITY, 0, 0};
}

takt_line_answer takt_line_deterministic(takt_line_machine first, takt_line_machine second,
                                         int64_t capacity)
{
    TAKT_ASSERT(first.failure >= 0 && first.failure < 1 && first.repair > 0 && first.repair <= 1);
    TAKT_ASSERT(second.failure >= 0 && second.failure < 1 && second.repair > 0 &&
                second.repair <= 1);
    TAKT_ASSERT(capacity >= 0);
    if (capacity == 0) {
        const double down_first = first.failure / first.repair,
                     down_second = second.failure / second.repair;
        const double e = 1 / (1 + down_first + down_second);
        return (takt_line_answer){e, 0, e * down_first, e * down_second};
    }
    if (capacity == 1)
        return one_place(first, second);
    if (first.failure == 0 || second.failure == 0)
        return one_reliable(first, second, capacity);
    if (capacity < CLOSED_FORM_MIN)
        return small_store(first, second, capacity);
    const closed_form forward = closed_form_of(first, second);
    if (forward.x < 1 || (forward.x == 1 && capacity != TAKT_LINE_UNLIMITED))
        return by_closed_form(first, second, &forward, capacity);
    if (capacity == TAKT_LINE_UNLIMITED)
        return overflowing(second);
    // The same line seen from its end: holes move backwards as parts move forwards.
    const closed_form backward = closed_form_of(second, first);
    const takt_line_answer seen = by_closed_form(second, first, &backward, capacity);
    return (takt_line_answer){seen.throughput, (double)capacity - seen.level, seen.blocked,
                              seen.starved};
}

// --- Exponential model ---------------------------------------------------------------------------

static void fill_rates(const line_chain *chain, int64_t level, level_steps *steps)
{
    *steps = (level_steps){0};
    for (int from = 0; from < N_STATES; ++from) {
        if (!first_is_up(chain, from)) {
            steps->to[1][from][from ^ 1] = chain->first.repair;
        } else if (level < chain->capacity) {
            steps->to[1][from][from ^ 1] = chain->first.failure;
            steps->to[2][from][from] = chain->first.service;
        }
        if (!second_is_up(from)) {
            steps->to[1][from][from ^ 2] = chain->second.repair;
        } else if (level > 0) {
            steps->to[1][from][from ^ 2] = chain->second.failure;
            steps->to[0][from][from] = chain->second.service;
        }
    }
}

static double capacity_of(takt_line_rates machine)
{
    return machine.service * machine.repair / (machine.repair + machine.failure);
}

static takt_status solve_rates(takt_line_rates first, takt_line_rates second, int64_t capacity,
                               takt_line_answer *answer)
{
    const line_chain chain = {
        .fill = fill_rates, .capacity = capacity, .first = first, .second = second};
    double *factors = takt_alloc((size_t)(capacity + 1) * N_STATES * WINDOW * sizeof *factors);
    if (!factors)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "capacity: found %lld parts, allowed: as fit memory",
                         (long long)capacity);
    *answer = solve(&chain, factors);
    answer->throughput *= second.service;
    takt_free(factors);
    return TAKT_OK;
}

/// Stores that are so large that the first machine is hardly ever blocked.
static takt_status solve_unlimited(takt_line_rates first, takt_line_rates second,
                                   takt_line_answer *answer)
{
    const double flow = capacity_of(first), can = capacity_of(second);
    if (flow >= can) {
        *answer = (takt_line_answer){can, INFINITY, 0, 0};
        return TAKT_OK;
    }
    for (int64_t capacity = 64; capacity <= TAKT_LINE_EXPONENTIAL_MAX; capacity *= 2) {
        TAKT_TRY(solve_rates(first, second, capacity, answer));
        // What lies beyond the end of the chain: its share times a mean that grows with the end.
        if (answer->blocked * (double)(capacity * capacity) < 1e-12 * answer->level) {
            *answer = (takt_line_answer){flow, answer->level, 1 - flow / can, 0};
            return TAKT_OK;
        }
    }
    return TAKT_FAIL(TAKT_ERR_LIMIT,
                     "capacity: found no limit and a load of %.6g, allowed: a load that keeps the "
                     "level below about %d parts",
                     flow / can, TAKT_LINE_EXPONENTIAL_MAX / 40);
}

takt_status takt_line_exponential(takt_line_rates first, takt_line_rates second, int64_t capacity,
                                  takt_line_answer *answer)
{
    TAKT_ASSERT(first.service > 0 && first.failure >= 0 && first.repair > 0);
    TAKT_ASSERT(second.service > 0 && second.failure >= 0 && second.repair > 0);
    if (capacity == TAKT_LINE_UNLIMITED)
        return solve_unlimited(first, second, answer);
    if (capacity < 1 || capacity > TAKT_LINE_EXPONENTIAL_MAX)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "capacity: found %lld parts, allowed: 1 to %d, or no limit",
                         (long long)capacity, TAKT_LINE_EXPONENTIAL_MAX);
    return solve_rates(first, second, capacity, answer);
}
