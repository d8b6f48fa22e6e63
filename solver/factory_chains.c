// The rules of small factories as Markov chains, one section each.

#include "solver/factory_chains.h"

#include <string.h>

// --- Exponential lines ---------------------------------------------------------------------------
//
// State: for each pair of neighbours the parts that the first has finished and the second has not,
// then for each machine whether it is up. What is on the second machine, between them, and on the
// first as long as it is blocked all counts, so that a move changes two numbers whatever it frees.

typedef struct line_view {
    const takt_chain_line *line;
    const int16_t *parts, *up; // [n - 1], [n]
} line_view;

static line_view view_of(const void *parameters, const int16_t *state)
{
    const takt_chain_line *line = parameters;
    return (line_view){line, state, state + line->n_machines - 1};
}

/// Is machine i blocked with a finished part? Only one that is not blocked itself can hold an
/// unfinished part of its predecessor's.
static bool is_blocked(const line_view *v, int32_t i)
{
    const int32_t n = v->line->n_machines;
    bool blocked = false; // the last never is
    for (int32_t k = n - 2; k >= i; --k)
        blocked = v->parts[k] > v->line->places[k] + (blocked ? 0 : 1);
    return blocked;
}

/// Does machine i hold a part that it has not finished?
static bool holds_part(const line_view *v, int32_t i)
{
    return !is_blocked(v, i) && (i == 0 || v->parts[i - 1] > 0);
}

static void step_exponential_line(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const line_view v = view_of(parameters, state);
    const takt_chain_line *line = v.line;
    const int32_t n = line->n_machines, n_numbers = 2 * n - 1;
    int16_t next[TAKT_CHAIN_NUMBERS];
    for (int32_t i = 0; i < n; ++i) {
        memcpy(next, state, (size_t)n_numbers * sizeof *state);
        if (!v.up[i]) {
            next[n - 1 + i] = 1;
            takt_chain_move(chain, next, line->repair[i]);
            continue;
        }
        if (!holds_part(&v, i))
            continue;
        next[n - 1 + i] = 0;
        takt_chain_move(chain, next, line->failure[i]);
        next[n - 1 + i] = 1;
        if (i > 0)
            next[i - 1] -= 1;
        if (i + 1 < n)
            next[i] += 1;
        takt_chain_move(chain, next, line->rate[i]);
    }
}

static double line_throughput(const void *parameters, const int16_t *state, int32_t which)
{
    (void)which;
    const line_view v = view_of(parameters, state);
    const int32_t last = v.line->n_machines - 1;
    return v.up[last] && holds_part(&v, last) ? v.line->rate[last] : 0;
}

static double line_level(const void *parameters, const int16_t *state, int32_t which)
{
    const line_view v = view_of(parameters, state);
    return v.parts[which] - (holds_part(&v, which + 1) ? 1 : 0) - (is_blocked(&v, which) ? 1 : 0);
}

static double line_blocked(const void *parameters, const int16_t *state, int32_t which)
{
    const line_view v = view_of(parameters, state);
    return is_blocked(&v, which);
}

static double line_starved(const void *parameters, const int16_t *state, int32_t which)
{
    const line_view v = view_of(parameters, state);
    return v.up[which] && !is_blocked(&v, which) && !holds_part(&v, which);
}

// --- Lines in cycles -----------------------------------------------------------------------------
//
// State: parts in each buffer (after service: numbers as above), then for each machine whether it
// is up.

static bool can_work(const line_view *v, int32_t i)
{
    if (v->line->after_service)
        return holds_part(v, i);
    return (i == 0 || v->parts[i - 1] > 0) &&
           (i + 1 == v->line->n_machines || v->parts[i] < v->line->places[i]);
}

/// Probability that machine i is up in the coming cycle.
static double chance_up(const line_view *v, int32_t i)
{
    if (!v->up[i])
        return v->line->repair[i];
    return can_work(v, i) ? 1 - v->line->failure[i] : 1;
}

static void step_cycle_line(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const line_view v = view_of(parameters, state);
    const int32_t n = v.line->n_machines;
    int16_t next[TAKT_CHAIN_NUMBERS];
    for (uint32_t ups = 0; ups < 1u << n; ++ups) {
        double chance = 1;
        memcpy(next, state, (size_t)(2 * n - 1) * sizeof *state);
        for (int32_t i = 0; i < n; ++i) {
            const bool up = ups >> i & 1;
            chance *= up ? chance_up(&v, i) : 1 - chance_up(&v, i);
            next[n - 1 + i] = up;
            if (!up || !can_work(&v, i))
                continue;
            if (i > 0)
                next[i - 1] -= 1;
            if (i + 1 < n)
                next[i] += 1;
        }
        takt_chain_move(chain, next, chance);
    }
}

static double cycle_throughput(const void *parameters, const int16_t *state, int32_t which)
{
    (void)which;
    const line_view v = view_of(parameters, state);
    const int32_t last = v.line->n_machines - 1;
    return can_work(&v, last) ? chance_up(&v, last) : 0;
}

static double cycle_level(const void *parameters, const int16_t *state, int32_t which)
{
    const line_view v = view_of(parameters, state);
    return v.line->after_service ? line_level(parameters, state, which) : v.parts[which];
}

static double cycle_blocked(const void *parameters, const int16_t *state, int32_t which)
{
    const line_view v = view_of(parameters, state);
    if (v.line->after_service)
        return is_blocked(&v, which);
    return v.up[which] && v.parts[which] == v.line->places[which];
}

static double cycle_starved(const void *parameters, const int16_t *state, int32_t which)
{
    const line_view v = view_of(parameters, state);
    return v.up[which] && v.parts[which - 1] == 0; // the last: never blocked
}

// --- Both kinds of lines -------------------------------------------------------------------------

typedef struct line_values {
    takt_chain_value throughput, level, blocked, starved;
} line_values;

static takt_status solve_line(const takt_chain_line *line, const takt_chain_model *model,
                              const line_values *values, takt_chain_line_answer *answer)
{
    const int32_t n = line->n_machines;
    TAKT_ASSERT(n >= 2 && n <= TAKT_CHAIN_MACHINES);
    takt_chain *chain = NULL;
    int16_t start[TAKT_CHAIN_NUMBERS];
    for (int32_t i = 0; i < 2 * n - 1; ++i)
        start[i] = 1; // one part everywhere, all up: left and met again in every line
    TAKT_TRY(takt_chain_create(model, start, &chain));
    *answer = (takt_chain_line_answer){
        .n_states = takt_chain_size(chain),
        .throughput = takt_chain_mean(chain, values->throughput, 0),
        .blocked = takt_chain_mean(chain, values->blocked, 0),
        .starved = takt_chain_mean(chain, values->starved, n - 1),
    };
    for (int32_t i = 0; i + 1 < n; ++i)
        answer->level[i] = takt_chain_mean(chain, values->level, i);
    takt_chain_destroy(&chain);
    return TAKT_OK;
}

takt_status takt_chain_exponential_line(const takt_chain_line *line, takt_chain_line_answer *answer)
{
    const takt_chain_model model = {line, 2 * line->n_machines - 1, step_exponential_line};
    const line_values values = {line_throughput, line_level, line_blocked, line_starved};
    return solve_line(line, &model, &values, answer);
}

takt_status takt_chain_cycle_line(const takt_chain_line *line, takt_chain_line_answer *answer)
{
    const takt_chain_model model = {line, 2 * line->n_machines - 1, step_cycle_line};
    const line_values values = {cycle_throughput, cycle_level, cycle_blocked, cycle_starved};
    return solve_line(line, &model, &values, answer);
}

// --- Queues --------------------------------------------------------------------------------------

static double first_number(const void *parameters, const int16_t *state, int32_t which)
{
    (void)parameters;
    return state[which];
}

/// Mean of the first number of a state, from an empty system with everything up.
static takt_status mean_number(const takt_chain_model *model, const int16_t *start,
                               takt_chain_value value, double *mean)
{
    takt_chain *chain = NULL;
    TAKT_TRY(takt_chain_create(model, start, &chain));
    *mean = takt_chain_mean(chain, value, 0);
    takt_chain_destroy(&chain);
    return TAKT_OK;
}

static void step_server(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const takt_chain_server *server = parameters;
    const int16_t n = state[0], up = state[1];
    if (n < TAKT_CHAIN_QUEUE)
        takt_chain_move(chain, (int16_t[]){(int16_t)(n + 1), up}, server->arrival);
    if (!up)
        takt_chain_move(chain, (int16_t[]){n, 1}, server->repair);
    if (up && n > 0)
        takt_chain_move(chain, (int16_t[]){(int16_t)(n - 1), up}, server->service);
    if (up && (n > 0 || server->by_clock))
        takt_chain_move(chain, (int16_t[]){n, 0}, server->failure);
}

takt_status takt_chain_breaking_server(const takt_chain_server *server, double *items)
{
    const takt_chain_model model = {server, 2, step_server};
    return mean_number(&model, (int16_t[]){0, 1}, first_number, items);
}

typedef struct fork_join {
    double arrival, service;
} fork_join;

enum { BRANCH_PLACES = 64 }; // 4096 states, and 0.5^64 beyond them

static void step_fork_join(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const fork_join *fork = parameters;
    const int16_t a = state[0], b = state[1];
    if (a < BRANCH_PLACES && b < BRANCH_PLACES)
        takt_chain_move(chain, (int16_t[]){(int16_t)(a + 1), (int16_t)(b + 1)}, fork->arrival);
    if (a > 0)
        takt_chain_move(chain, (int16_t[]){(int16_t)(a - 1), b}, fork->service);
    if (b > 0)
        takt_chain_move(chain, (int16_t[]){a, (int16_t)(b - 1)}, fork->service);
}

/// Both queues are first come first served: as many are in the system as in the longer one.
static double longer_queue(const void *parameters, const int16_t *state, int32_t which)
{
    (void)parameters;
    (void)which;
    return state[0] > state[1] ? state[0] : state[1];
}

takt_status takt_chain_fork_join(double arrival, double service, double *time)
{
    const fork_join fork = {arrival, service};
    const takt_chain_model model = {&fork, 2, step_fork_join};
    double items = 0;
    TAKT_TRY(mean_number(&model, (int16_t[]){0, 0}, longer_queue, &items));
    *time = items / arrival; // Little
    return TAKT_OK;
}

/// State: waiting, 1 while the server is busy.
static void step_batches(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const takt_chain_batches *batches = parameters;
    const int16_t n = state[0], busy = state[1];
    const int16_t more = (int16_t)(n + 1);
    const int16_t left = n > batches->most ? (int16_t)(n - batches->most) : 0; // after a start
    if (n < TAKT_CHAIN_QUEUE && (busy || more < batches->least))
        takt_chain_move(chain, (int16_t[]){more, busy}, batches->arrival);
    else if (!busy)
        takt_chain_move(chain, (int16_t[]){0, 1}, batches->arrival);
    if (busy && n >= batches->least)
        takt_chain_move(chain, (int16_t[]){left, 1}, batches->service);
    else if (busy)
        takt_chain_move(chain, (int16_t[]){n, 0}, batches->service);
    if (!busy && n > 0)
        takt_chain_move(chain, (int16_t[]){0, 1}, batches->time_out);
}

takt_status takt_chain_batch_server(const takt_chain_batches *batches, double *waiting)
{
    const takt_chain_model model = {batches, 2, step_batches};
    TAKT_ASSERT(batches->least >= 1 && batches->most >= batches->least);
    return mean_number(&model, (int16_t[]){0, 0}, first_number, waiting);
}

// --- Urgent repairs ------------------------------------------------------------------------------

/// State: broken machines of each kind; the repairer is with the first kind while one is broken.
static void step_urgent(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const takt_chain_urgent *urgent = parameters;
    const int at_work = state[0] > 0 ? 0 : 1;
    for (int kind = 0; kind < 2; ++kind) {
        int16_t next[2] = {state[0], state[1]};
        next[kind] += 1;
        if (next[kind] <= urgent->n[kind])
            takt_chain_move(chain, next, (urgent->n[kind] - state[kind]) * urgent->failure[kind]);
    }
    if (state[at_work] > 0) {
        int16_t next[2] = {state[0], state[1]};
        next[at_work] -= 1;
        takt_chain_move(chain, next, urgent->repair[at_work]);
    }
}

static double number_of(const void *parameters, const int16_t *state, int32_t which)
{
    (void)parameters;
    return state[which];
}

takt_status takt_chain_urgent_repairs(const takt_chain_urgent *urgent, int32_t kind, double *down)
{
    const takt_chain_model model = {urgent, 2, step_urgent};
    takt_chain *chain = NULL;
    TAKT_TRY(takt_chain_create(&model, (int16_t[]){0, 0}, &chain));
    *down = takt_chain_mean(chain, number_of, kind);
    takt_chain_destroy(&chain);
    return TAKT_OK;
}

// --- Assembly ------------------------------------------------------------------------------------

/// State: finished parts of each machine that the assembler has not taken, 1 while it works. A
/// machine with more of them than places is blocked.
static void step_assembly(const void *parameters, const int16_t *state, takt_chain *chain)
{
    const int32_t places = *(const int32_t *)parameters;
    for (int i = 0; i < 2; ++i) {
        int16_t next[3] = {state[0], state[1], state[2]};
        if (state[i] > places)
            continue;
        next[i] += 1;
        if (!state[2] && next[0] > 0 && next[1] > 0) {
            next[0] -= 1;
            next[1] -= 1;
            next[2] = 1;
        }
        takt_chain_move(chain, next, 1);
    }
    if (!state[2])
        return;
    const bool goes_on = state[0] > 0 && state[1] > 0;
    const int16_t taken = goes_on ? 1 : 0;
    takt_chain_move(
        chain, (int16_t[]){(int16_t)(state[0] - taken), (int16_t)(state[1] - taken), taken}, 1);
}

static double assembler_works(const void *parameters, const int16_t *state, int32_t which)
{
    (void)parameters;
    (void)which;
    return state[2];
}

takt_status takt_chain_assembly(int32_t places, double *throughput)
{
    const takt_chain_model model = {&places, 3, step_assembly};
    return mean_number(&model, (int16_t[]){0, 0, 0}, assembler_works, throughput);
}
