// Training by Gauss-Newton steps on the residuals themselves: damped ones on a sample that is kept
// for a while, or SPRING on a new sample every step. Ranks that share a network hold the rows of
// some chunks of its sample each. A panel of the primal matrix wanders from rank to rank and takes
// the chunks up in their order; in the dual, where the rows are few, every rank gets them all and
// makes panels of its own. The last rank solves. So all bits are those of one rank.

#include "mpi/fit_rows.h"

#include "core/memory.h"
#include "kernels/gauss_newton.h"
#include "mpi/fit_internal.h"

#include <math.h>
#include <string.h>

enum { JUDGE_EVERY = 10 };

static const int64_t state_magic = 0x3153574f5254494b; // "KITROWS1"

/// What a checkpoint keeps besides vectors.
typedef struct rows_state {
    int64_t magic, n, iteration, round; // rounds of sampling
    int64_t reason;
    double loss, best_error;
} rows_state;

typedef struct learner {
    const takt_fit_work *work;
    takt_gauss_newton *solver;
    bool streams;
    int rank, size; // of those who share the network
    double target;
    rows_state state;
    int64_t n;
    int32_t n_rows, n_chunks;
    int32_t first_chunk, end_chunk; // ours
    bool is_known;                  // rows and panels are those at x
    double *x, *best, *sampled_at;  // [n]; kept in checkpoints
    double *trial;                  // [n]
    double *sums;                   // [n_chunks] of squares
    double *residuals, *at_trial;   // [n_rows]
    double *all;                    // [n_rows][n], where all rows may be wanted, else NULL
    double *jacobian;               // rows of our chunks
    int64_t *offsets;               // [size + 1]
} learner;

static int64_t first_row_of(const learner *l, int32_t chunk)
{
    return (int64_t)l->n_rows * chunk / l->n_chunks;
}

static int32_t first_chunk_of(const learner *l, int rank)
{
    return (int32_t)((int64_t)l->n_chunks * rank / l->size);
}

static int64_t first_of(const learner *l)
{
    return first_row_of(l, l->first_chunk);
}

static int64_t n_mine(const learner *l)
{
    return first_row_of(l, l->end_chunk) - first_of(l);
}

static bool solves(const learner *l)
{
    return l->rank == l->size - 1;
}

// --- Between ranks -------------------------------------------------------------------------------

/// Completes an array of `width` values for each row, or (`of_chunks`) for each chunk.
static takt_status complete(learner *l, double *values, int64_t width, bool of_chunks)
{
    if (l->size == 1)
        return TAKT_OK;
    for (int r = 0; r <= l->size; ++r) {
        const int32_t chunk = first_chunk_of(l, r);
        l->offsets[r] = (of_chunks ? chunk : first_row_of(l, chunk)) * width;
    }
    return takt_comm_gather_doubles(l->work->comm, values, l->offsets);
}

/// Bytes from one of those who share the network to another.
static takt_status pass(learner *l, int from, int to, double *values, int64_t n)
{
    if (l->size == 1)
        return TAKT_OK;
    return takt_comm_pass(l->work->comm, from, to, values, (size_t)n * sizeof *values);
}

/// No number is an answer, the same on all ranks; anything else ends them all, as they wait for
/// each other.
static takt_status heed(const learner *l, takt_status status, double *flag)
{
    if (status == TAKT_ERR_MODEL) {
        *flag = NAN;
        return TAKT_OK;
    }
    if (status != TAKT_OK && l->size > 1)
        takt_comm_abort(l->work->comm, status);
    return status;
}

// --- Rows ----------------------------------------------------------------------------------------

/// |r|^2 / 2 of all ranks' rows; `status` is what became of our own.
static takt_status find_loss(learner *l, const double *residuals, takt_status status, double *loss)
{
    for (int32_t c = l->first_chunk; c < l->end_chunk; ++c) {
        l->sums[c] = 0;
        for (int64_t i = first_row_of(l, c); i < first_row_of(l, c + 1); ++i)
            l->sums[c] += residuals[i] * residuals[i];
    }
    if (l->end_chunk > l->first_chunk)
        TAKT_TRY(heed(l, status, &l->sums[l->first_chunk]));
    TAKT_TRY(complete(l, l->sums, 1, true));
    double sum = 0;
    for (int32_t c = 0; c < l->n_chunks; ++c)
        sum += l->sums[c];
    *loss = 0.5 * sum;
    return TAKT_OK;
}

/// Residuals and Jacobian of our rows at x, and the loss of all.
static takt_status find_rows(learner *l)
{
    double *residuals = l->residuals + first_of(l);
    double loss = NAN;
    takt_status status = takt_pinn_some_rows(l->work->pinn, l->x, (int32_t)first_of(l),
                                             (int32_t)n_mine(l), residuals, l->jacobian);
    memcpy(l->at_trial + first_of(l), residuals, (size_t)n_mine(l) * sizeof *residuals);
    if (status == TAKT_OK)
        status = takt_gauss_newton_begin(l->solver, l->n_rows);
    if (status == TAKT_OK)
        status = takt_gauss_newton_prepare(l->solver, n_mine(l), residuals, l->jacobian);
    TAKT_TRY(find_loss(l, l->at_trial, status, &loss));
    l->state.loss = 2 * loss;
    return TAKT_OK;
}

static takt_status find_trial_loss(learner *l, double *loss)
{
    const takt_status status =
        takt_pinn_some_rows(l->work->pinn, l->trial, (int32_t)first_of(l), (int32_t)n_mine(l),
                            l->at_trial + first_of(l), NULL);
    return find_loss(l, l->at_trial, status, loss);
}

/// The sample of the next step.
static takt_status sample(learner *l)
{
    const int32_t every = l->work->config->trainer.training.resample_every;
    const int64_t iteration = l->state.iteration;
    if (l->streams) {
        l->is_known = false;
        l->state.round = iteration + 1;
        return takt_pinn_draw(l->work->pinn, (int32_t)l->state.round);
    }
    if (iteration == 0 || every == 0 || iteration % every != 0)
        return TAKT_OK;
    l->is_known = false;
    l->state.round = iteration / every;
    memcpy(l->sampled_at, l->x, (size_t)l->n * sizeof *l->x);
    return takt_pinn_resample(l->work->pinn, l->sampled_at, (int32_t)l->state.round);
}

// --- One step ------------------------------------------------------------------------------------

/// Panels go through the ranks in the order of the chunks: while one is with the next rank, we have
/// the next panel.
static takt_status make_primal_panels(learner *l)
{
    const int64_t n = l->n;
    for (int32_t k = 0; k < takt_gauss_newton_n_panels(l->solver); ++k) {
        int64_t n_values = 0;
        double *panel = takt_gauss_newton_panel(l->solver, k, &n_values);
        if (l->rank > 0)
            TAKT_TRY(pass(l, l->rank - 1, l->rank, panel, n_values));
        for (int32_t c = l->first_chunk; c < l->end_chunk; ++c) {
            const int64_t first = first_row_of(l, c);
            const takt_gauss_newton_rows chunk = {first_row_of(l, c + 1) - first,
                                                  l->residuals + first,
                                                  l->jacobian + (first - first_of(l)) * n};
            takt_gauss_newton_add(l->solver, k, &chunk);
        }
        if (!solves(l))
            TAKT_TRY(pass(l, l->rank, l->rank + 1, panel, n_values));
    }
    return TAKT_OK;
}

/// Later panels are smaller: ranks take turns to and fro.
static int owner_of(const learner *l, int32_t panel)
{
    const int turn = panel % (2 * l->size);
    return turn < l->size ? turn : 2 * l->size - 1 - turn;
}

static takt_status make_dual_panels(learner *l)
{
    const takt_gauss_newton_rows all = {l->n_rows, l->residuals, l->all};
    TAKT_TRY(complete(l, l->all, l->n, false));
    TAKT_TRY(complete(l, l->residuals, 1, false));
    for (int32_t k = 0; k < takt_gauss_newton_n_panels(l->solver); ++k)
        if (owner_of(l, k) == l->rank)
            takt_gauss_newton_add(l->solver, k, &all);
    for (int32_t k = 0; k < takt_gauss_newton_n_panels(l->solver); ++k) {
        int64_t n_values = 0;
        double *panel = takt_gauss_newton_panel(l->solver, k, &n_values);
        TAKT_TRY(pass(l, owner_of(l, k), l->size - 1, panel, n_values));
    }
    return TAKT_OK;
}

/// All rows to the rank that solves, where the panels are not all it needs.
static takt_status bring_rows(learner *l)
{
    const int last = l->size - 1;
    for (int r = 0; r < last; ++r) {
        const int64_t first = first_row_of(l, first_chunk_of(l, r));
        const int64_t n_rows = first_row_of(l, first_chunk_of(l, r + 1)) - first;
        double *rows = l->rank == last ? l->all + first * l->n : l->jacobian;
        TAKT_TRY(pass(l, r, last, rows, n_rows * l->n));
        TAKT_TRY(pass(l, r, last, l->residuals + first, n_rows));
    }
    return TAKT_OK;
}

/// The trial point; *is_number: the same on all ranks.
static takt_status find_trial(learner *l, bool *is_number)
{
    const takt_gauss_newton_rows all = {l->n_rows, l->residuals, l->all};
    const bool primal = takt_gauss_newton_is_primal(l->solver);
    const bool wants_rows = takt_gauss_newton_wants_rows(l->solver);
    int64_t n_values = 0;
    double *answer = takt_gauss_newton_answer(l->solver, &n_values);
    if (!l->is_known)
        TAKT_TRY(primal ? make_primal_panels(l) : make_dual_panels(l));
    l->is_known = true;
    if (primal && wants_rows)
        TAKT_TRY(bring_rows(l));
    if (solves(l))
        TAKT_TRY(heed(l, takt_gauss_newton_solve(l->solver, wants_rows ? &all : NULL), answer));
    if (l->size > 1)
        TAKT_TRY(takt_comm_broadcast_doubles(l->work->comm, l->size - 1, answer, (size_t)n_values));
    *is_number = !isnan(answer[0]);
    if (*is_number)
        takt_gauss_newton_finish(l->solver, l->x, l->trial);
    return TAKT_OK;
}

/// Takes the trial point or not. A step into nowhere is refused; one that does not move can only be
/// refused for ever.
static takt_status decide(learner *l)
{
    const size_t n_bytes = (size_t)l->n * sizeof *l->x;
    bool accepted = l->streams;
    if (!l->streams) {
        double loss = 0;
        TAKT_TRY(find_trial_loss(l, &loss));
        accepted = takt_gauss_newton_judge(l->solver, 0.5 * l->state.loss,
                                           isfinite(loss) ? loss : INFINITY);
        if (!accepted && memcmp(l->x, l->trial, n_bytes) == 0)
            l->state.reason = TAKT_TRAINER_STALLED;
    }
    if (accepted) {
        memcpy(l->x, l->trial, n_bytes);
        l->is_known = false;
    }
    return TAKT_OK;
}

static takt_status step(learner *l)
{
    bool is_number = true;
    TAKT_TRY(sample(l));
    if (!l->is_known) {
        TAKT_TRY(find_rows(l));
        is_number = isfinite(l->state.loss);
    }
    if (is_number)
        TAKT_TRY(find_trial(l, &is_number));
    if (!is_number) {
        l->state.reason = TAKT_TRAINER_NOT_A_NUMBER;
        return TAKT_OK;
    }
    TAKT_TRY(decide(l));
    if (++l->state.iteration >= l->work->config->trainer.training.n_iterations)
        l->state.reason = TAKT_TRAINER_ITERATIONS;
    return TAKT_OK;
}

// --- The method ----------------------------------------------------------------------------------

static void end(takt_fit_work *work)
{
    learner *l = work->learner;
    if (!l)
        return;
    takt_gauss_newton_destroy(&l->solver);
    takt_free(l->x);
    takt_free(l->all ? l->all : l->jacobian);
    takt_free(l->offsets);
    takt_free(l);
    work->learner = NULL;
}

static takt_status allocate(learner *l)
{
    const size_t n = (size_t)l->n, n_rows = (size_t)l->n_rows;
    const bool wants_all = l->n_rows < l->n || solves(l);
    const size_t n_held = wants_all ? n_rows : (size_t)n_mine(l);
    double *held = takt_alloc((n_held * n + 1) * sizeof *held);
    l->jacobian = held;
    l->x = takt_alloc((4 * n + (size_t)l->n_chunks + 2 * n_rows) * sizeof *l->x);
    l->offsets = takt_alloc((size_t)(l->size + 1) * sizeof *l->offsets);
    if (!held || !l->x || !l->offsets)
        return TAKT_FAIL(TAKT_ERR_MEMORY,
                         "fit: out of memory for the residuals of %d points by %lld parameters",
                         l->n_rows, (long long)l->n);
    if (wants_all) {
        l->all = held;
        l->jacobian = held + first_of(l) * l->n;
    }
    l->best = l->x + n;
    l->sampled_at = l->best + n;
    l->trial = l->sampled_at + n;
    l->sums = l->trial + n;
    l->residuals = l->sums + l->n_chunks;
    l->at_trial = l->residuals + n_rows;
    return TAKT_OK;
}

static takt_status begin(takt_fit_work *work, const takt_fit_problem *problem, bool streams)
{
    learner *l = work->learner = takt_alloc(sizeof *l);
    if (!l)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "fit: no memory");
    *l = (learner){.work = work,
                   .streams = streams,
                   .rank = work->together ? takt_comm_rank(work->comm) : 0,
                   .size = work->together ? takt_comm_size(work->comm) : 1,
                   .target = problem->target,
                   .n = work->n,
                   .n_rows = problem->pinn.n_points,
                   .n_chunks = problem->pinn.n_chunks,
                   .state = {.magic = state_magic,
                             .n = work->n,
                             .reason = TAKT_TRAINER_GOING,
                             .loss = NAN,
                             .best_error = NAN}};
    l->first_chunk = first_chunk_of(l, l->rank);
    l->end_chunk = first_chunk_of(l, l->rank + 1);
    TAKT_TRY(allocate(l));
    takt_gauss_newton_config config = takt_gauss_newton_config_default(l->n, l->n_rows);
    config.kind = streams ? TAKT_GAUSS_NEWTON_SPRING : TAKT_GAUSS_NEWTON_DAMPED;
    config.n_chunks = l->n_chunks;
    TAKT_TRY(takt_gauss_newton_create(&config, &l->solver));
    takt_pinn_init(work->pinn, l->x);
    memcpy(l->best, l->x, (size_t)l->n * sizeof *l->x);
    return TAKT_OK;
}

static takt_status begin_damped(takt_fit_work *work, const takt_fit_problem *problem)
{
    return begin(work, problem, false);
}

static takt_status begin_spring(takt_fit_work *work, const takt_fit_problem *problem)
{
    return begin(work, problem, true);
}

static takt_status run(takt_fit_work *work, int64_t until)
{
    learner *l = work->learner;
    while (l->state.reason == TAKT_TRAINER_GOING && l->state.iteration < until) {
        TAKT_TRY(step(l));
        ++work->starts[work->current].evaluations;
    }
    return TAKT_OK;
}

static void judge(takt_fit_work *work, double error)
{
    learner *l = work->learner;
    if (isnan(l->state.best_error) || error < l->state.best_error) {
        l->state.best_error = error;
        memcpy(l->best, l->x, (size_t)l->n * sizeof *l->x);
    }
    if (error <= l->target)
        l->state.reason = TAKT_TRAINER_TARGET;
}

static takt_fit_standing standing(const takt_fit_work *work)
{
    const learner *l = work->learner;
    return (takt_fit_standing){.iteration = l->state.iteration,
                               .reason = (int32_t)l->state.reason,
                               .loss = l->state.loss,
                               .best_error = l->state.best_error,
                               .accepted = l->x,
                               .best = l->best};
}

// --- Checkpoints ---------------------------------------------------------------------------------

/// x, best and sampled_at lie one after the other.
static size_t vector_bytes(const learner *l)
{
    return 3 * (size_t)l->n * sizeof(double);
}

/// Every rank has all of it.
static int64_t state_size(const takt_fit_work *work)
{
    const learner *l = work->learner;
    return (int64_t)(sizeof(rows_state) + vector_bytes(l)) +
           takt_gauss_newton_state_size(l->solver);
}

static takt_status save(const takt_fit_work *work, void *bytes)
{
    const learner *l = work->learner;
    char *to = bytes;
    memcpy(to, &l->state, sizeof l->state);
    memcpy(to + sizeof l->state, l->x, vector_bytes(l));
    takt_gauss_newton_save(l->solver, to + sizeof l->state + vector_bytes(l));
    return TAKT_OK;
}

static takt_status load(takt_fit_work *work, const void *whole, int64_t n_bytes)
{
    learner *l = work->learner;
    const char *from = whole;
    rows_state state = {0};
    if (n_bytes == state_size(work))
        memcpy(&state, from, sizeof state);
    if (state.magic != state_magic || state.n != l->n || state.iteration < 0 || state.round < 0 ||
        state.reason != TAKT_TRAINER_GOING)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "checkpoint: found a training of %lld bytes, allowed: %lld, by rows, of "
                         "%lld parameters",
                         (long long)n_bytes, (long long)state_size(work), (long long)l->n);
    TAKT_TRY(takt_gauss_newton_load(l->solver, from + sizeof state + vector_bytes(l),
                                    takt_gauss_newton_state_size(l->solver)));
    l->state = state;
    l->is_known = false;
    memcpy(l->x, from + sizeof state, vector_bytes(l));
    if (l->streams || state.round == 0)
        return takt_pinn_draw(work->pinn, (int32_t)state.round);
    return takt_pinn_resample(work->pinn, l->sampled_at, (int32_t)state.round);
}

/// One method but for what a step does with its sample.
static takt_fit_method method_of(bool streams)
{
    return (takt_fit_method){.begin = streams ? begin_spring : begin_damped,
                             .end = end,
                             .run = run,
                             .judge = judge,
                             .standing = standing,
                             .common_size = state_size,
                             .state_size = state_size,
                             .whole_size = state_size,
                             .save = save,
                             .load = load};
}

takt_status takt_fit_rows(takt_comm *comm, const takt_fit_config *config, bool streams,
                          takt_fit_result *result)
{
    const takt_fit_method method = method_of(streams);
    takt_fit_config by_rows = *config;
    by_rows.judge_every = JUDGE_EVERY;
    by_rows.trainer.training.n_adam = 0;
    return takt_fit_by(comm, &by_rows, &method, result);
}
