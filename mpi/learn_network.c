// The rung of networks: one fit for each window of time over the cells of the box, in the
// arithmetic that the study wants.

#include "mpi/learn_internal.h"

#include "core/memory.h"
#include "mpi/fit_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// A cell has fewer corners to go wrong in than the box.
enum { JUDGE_CASES_CELL = 32 };

/// In front of the bytes of a fit: how far the chain of windows has come, and what the cells are
/// at. Behind it lie all weights.
typedef struct network_head {
    int64_t n;
    int32_t n_cells, n_windows, window, precision, attempt, unused;
    double goals[TAKT_PDE_CELLS_MAX], errors[TAKT_PDE_CELLS_MAX];
    bool is_wanting[TAKT_PDE_CELLS_MAX];
} network_head;

/// The chain of windows so far.
typedef struct network_work {
    takt_learn_work *learn;
    int32_t n_windows, window, precision;
    int64_t n;                             // parameters of one network
    takt_pinn *before[TAKT_PDE_CELLS_MAX]; // of the last window that is done
    takt_pinn_config pinns[TAKT_PDE_CELLS_MAX];
    // The cells that are trained in this attempt
    takt_fit_problem problems[TAKT_PDE_CELLS_MAX];
    int32_t cells[TAKT_PDE_CELLS_MAX];
    char phase[48];
    takt_fit_config fit;
} network_work;

static double *weights_of(const network_work *work, int32_t window, int32_t cell)
{
    return work->learn->weights + (window * work->learn->n_cells + cell) * work->n;
}

static size_t weights_bytes(const network_work *work)
{
    return (size_t)(work->n_windows * work->learn->n_cells * work->n) * sizeof(double);
}

static takt_trainer_config trainer_of(const takt_learn_work *work)
{
    const takt_physics *physics = work->config->physics;
    takt_trainer_config config = takt_trainer_config_default(work->pde);
    takt_pde_training *training = &config.training;
    if (physics->adam >= 0)
        training->n_adam = physics->adam;
    if (physics->iterations > 0)
        training->n_iterations = physics->iterations;
    if (physics->resample > 0)
        training->resample_every = physics->resample;
    return config;
}

// --- Checkpoints ---------------------------------------------------------------------------------

/// The listener's bytes: ours, then those of the fit.
static takt_status save(void *context, const void *bytes, size_t n_bytes)
{
    const network_work *work = context;
    const takt_learn_work *learn = work->learn;
    const takt_fit_listener *listener = &learn->config->listener;
    const size_t n_weights = weights_bytes(work);
    const size_t n_all = sizeof(network_head) + n_weights + n_bytes;
    network_head head = {.n = work->n,
                         .n_cells = learn->n_cells,
                         .n_windows = work->n_windows,
                         .window = work->window,
                         .precision = work->precision,
                         .attempt = learn->attempt};
    char *all = takt_alloc(n_all);
    if (!all)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "checkpoint: out of memory for %zu bytes", n_all);
    memcpy(head.goals, learn->goals, sizeof head.goals);
    memcpy(head.errors, learn->errors, sizeof head.errors);
    memcpy(head.is_wanting, learn->is_wanting, sizeof head.is_wanting);
    memcpy(all, &head, sizeof head);
    memcpy(all + sizeof head, learn->weights, n_weights);
    memcpy(all + sizeof head + n_weights, bytes, n_bytes);
    const takt_status status = listener->save(listener->context, all, n_all);
    takt_free(all);
    return status;
}

static bool is_due(void *context)
{
    const takt_fit_listener *listener = &((const network_work *)context)->learn->config->listener;
    return listener->is_due && listener->is_due(listener->context);
}

static void look(void *context, const takt_fit_look *seen)
{
    const takt_fit_listener *listener = &((const network_work *)context)->learn->config->listener;
    if (listener->look)
        listener->look(listener->context, seen);
}

static takt_status load(network_work *work)
{
    takt_learn_work *learn = work->learn;
    const takt_learn_config *config = learn->config;
    const size_t n_weights = weights_bytes(work);
    const char *bytes = config->resume;
    network_head head = {0};
    if (!config->resume || learn->resumed)
        return TAKT_OK;
    learn->resumed = true;
    if (config->n_resume >= sizeof head + n_weights)
        memcpy(&head, bytes, sizeof head);
    if (head.n != work->n || head.n_cells != learn->n_cells || head.n_windows != work->n_windows ||
        head.window < 0 || head.window >= work->n_windows)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "checkpoint: found %lld parameters in window %d, %d cells, allowed: %lld "
                         "in one of %d, %d cells, as the study says",
                         (long long)head.n, head.window, head.n_cells, (long long)work->n,
                         work->n_windows, learn->n_cells);
    memcpy(learn->goals, head.goals, sizeof head.goals);
    memcpy(learn->errors, head.errors, sizeof head.errors);
    memcpy(learn->is_wanting, head.is_wanting, sizeof head.is_wanting);
    memcpy(learn->weights, bytes + sizeof head, n_weights);
    learn->attempt = head.attempt;
    work->window = head.window;
    work->precision = head.precision;
    work->fit.resume = bytes + sizeof head + n_weights;
    work->fit.n_resume = config->n_resume - sizeof head - n_weights;
    return TAKT_OK;
}

// --- Windows -------------------------------------------------------------------------------------

/// The training problems of all cells in this window, with the networks before them.
static void set_window(network_work *work, int32_t window)
{
    const takt_pde *pde = work->learn->pde;
    const takt_pde_axis *time = &pde->coordinates[pde->n_coordinates - 1];
    work->window = window;
    if (work->n_windows > 1)
        snprintf(work->phase, sizeof work->phase, "training window %d of %d", window + 1,
                 work->n_windows);
    for (int32_t c = 0; c < work->learn->n_cells; ++c) {
        takt_pinn_config *pinn = &work->pinns[c];
        pinn->precision = work->precision;
        pinn->before = work->before[c];
        pinn->before_parameters = window > 0 ? weights_of(work, window - 1, c) : NULL;
        if (work->n_windows == 1)
            continue;
        pinn->start = time->min + (time->max - time->min) * window / work->n_windows;
        pinn->end = time->min + (time->max - time->min) * (window + 1) / work->n_windows;
    }
}

/// The window has its weights: the next one begins where it ends.
static takt_status close_window(network_work *work)
{
    for (int32_t c = 0; c < work->learn->n_cells; ++c) {
        takt_pinn *next = NULL;
        if (work->window + 1 < work->n_windows)
            TAKT_TRY(takt_pinn_create(&work->pinns[c], &next));
        takt_pinn_destroy(&work->before[c]);
        work->before[c] = next;
    }
    return TAKT_OK;
}

/// Judges of the cells that are to be trained and have none yet. Where the box is the only cell its
/// judge does.
static takt_status create_judges(network_work *work)
{
    takt_learn_work *learn = work->learn;
    takt_judge_config configs[TAKT_PDE_CELLS_MAX] = {0};
    takt_judge *judges[TAKT_PDE_CELLS_MAX];
    int32_t cells[TAKT_PDE_CELLS_MAX], n = 0;
    for (int32_t c = 0; c < learn->n_cells && learn->n_cells > 1; ++c) {
        if (!learn->is_wanting[c] || learn->judges[c])
            continue;
        configs[n] =
            takt_learn_judge(learn, (const double(*)[2])work->pinns[c].box, JUDGE_CASES_CELL);
        cells[n++] = c;
    }
    TAKT_TRY(takt_judge_create_shared(learn->comm, n, configs, judges));
    for (int32_t k = 0; k < n; ++k)
        learn->judges[cells[k]] = judges[k];
    return TAKT_OK;
}

/// The cells that are to be trained, with their judges.
static void gather_problems(network_work *work)
{
    const takt_learn_work *learn = work->learn;
    int32_t n = 0;
    for (int32_t c = 0; c < learn->n_cells; ++c) {
        if (!learn->is_wanting[c])
            continue;
        work->cells[n] = c;
        work->problems[n++] =
            (takt_fit_problem){.pinn = work->pinns[c],
                               .judge = learn->n_cells > 1 ? learn->judges[c] : learn->judge,
                               .target = learn->goals[c]};
    }
    work->fit.problems = work->problems;
    work->fit.n_problems = n;
}

/// What training the cells of this window came to.
static void take_result(network_work *work, const takt_fit_result *result)
{
    takt_learn_work *learn = work->learn;
    for (int32_t p = 0; p < work->fit.n_problems; ++p) {
        const int32_t cell = work->cells[p];
        double best = INFINITY;
        for (int32_t s = p * result->n_starts; s < (p + 1) * result->n_starts; ++s)
            best = fmin(best, result->errors[s]);
        learn->errors[cell] = fmax(learn->errors[cell], best);
        memcpy(weights_of(work, work->window, cell), result->parameters + p * work->n,
               (size_t)work->n * sizeof(double));
    }
}

static takt_status fit_window(network_work *work, takt_fit_result *result)
{
    const int32_t optimizer = work->learn->config->physics->optimizer;
    TAKT_TRY(create_judges(work));
    gather_problems(work);
    takt_fit_release(result);
    if (optimizer == TAKT_PHYSICS_SSBROYDEN)
        return takt_fit(work->learn->comm, &work->fit, result);
    return takt_fit_rows(work->learn->comm, &work->fit, optimizer == TAKT_PHYSICS_SPRING, result);
}

static takt_status run_windows(network_work *work, takt_fit_result *result)
{
    takt_comm *comm = work->learn->comm;
    const int32_t first = work->window;
    for (int32_t w = 0; w < first; ++w) { // windows that an earlier execution has finished
        set_window(work, w);
        TAKT_TRY(takt_comm_agree(comm, close_window(work)));
    }
    for (int32_t w = first; w < work->n_windows; ++w) {
        set_window(work, w);
        TAKT_TRY(fit_window(work, result));
        work->fit.resume = NULL;
        take_result(work, result);
        TAKT_TRY(takt_comm_agree(comm, close_window(work)));
    }
    return TAKT_OK;
}

/// All windows in one arithmetic.
static takt_status run_precision(network_work *work, int32_t precision, takt_rung_report *report,
                                 takt_fit_result *result)
{
    takt_learn_work *learn = work->learn;
    work->precision = precision;
    for (int32_t c = 0; c < learn->n_cells; ++c) {
        if (learn->is_wanting[c] && work->window == 0)
            learn->errors[c] = 0;
        takt_pinn_destroy(&work->before[c]);
    }
    TAKT_TRY(run_windows(work, result));
    work->window = 0;
    report->error = 0;
    for (int32_t c = 0; c < learn->n_cells; ++c)
        report->error = fmax(report->error, learn->errors[c]);
    return TAKT_OK;
}

// --- The surrogate -------------------------------------------------------------------------------

static takt_status create_cell(const network_work *work, int32_t cell, takt_surrogate **surrogate)
{
    static const char *const methods[] = {"SSBroyden", "Gauss-Newton", "SPRING"};
    takt_surrogate_parts parts =
        takt_learn_parts(work->learn, methods[work->learn->config->physics->optimizer]);
    const takt_pde *pde = work->learn->pde;
    const takt_pde_axis *time = &pde->coordinates[pde->n_coordinates - 1];
    memcpy(parts.box, work->pinns[cell].box, sizeof parts.box);
    memcpy(parts.shapes, work->pinns[cell].shapes, sizeof parts.shapes);
    parts.n_windows = work->n_windows;
    parts.precision = work->precision;
    for (int32_t w = 0; w < work->n_windows; ++w) {
        parts.window_ends[w] = time->min + (time->max - time->min) * (w + 1) / work->n_windows;
        parts.parameters[w] = weights_of(work, w, cell);
    }
    return takt_surrogate_create(&parts, surrogate);
}

static takt_status create_surrogate(const network_work *work, takt_surrogate **surrogate)
{
    const takt_learn_work *learn = work->learn;
    takt_surrogate *members[TAKT_PDE_CELLS_MAX] = {NULL};
    takt_status status = TAKT_OK;
    if (learn->n_cells == 1)
        return create_cell(work, 0, surrogate);
    for (int32_t c = 0; c < learn->n_cells && status == TAKT_OK; ++c)
        status = create_cell(work, c, &members[c]);
    if (status == TAKT_OK)
        status =
            takt_surrogate_join(&learn->cells, (const double(*)[2])learn->box, members, surrogate);
    for (int32_t c = 0; c < learn->n_cells; ++c)
        takt_surrogate_destroy(&members[c]);
    return status;
}

static void describe(const network_work *work, const takt_fit_result *fit, takt_rung_report *report)
{
    const takt_network_shape *shape = &work->pinns[0].shapes[0];
    const int32_t n_cells = work->learn->n_cells;
    char cells[32] = "";
    if (n_cells > 1)
        snprintf(cells, sizeof cells, "%d cells of ", n_cells);
    snprintf(report->why, sizeof report->why, "%s%d x %d, %lld iterations, %s precision: %s", cells,
             shape->n_layers, shape->width, (long long)fit->iterations,
             work->precision == TAKT_PRECISION_SINGLE ? "single" : "double",
             takt_trainer_reason_text((takt_trainer_reason_code)fit->reason));
    report->n_values = work->n * work->n_windows * n_cells;
    report->is_tried = true;
}

static takt_status prepare(network_work *work)
{
    takt_learn_work *learn = work->learn;
    const takt_pinn_config pinn = takt_learn_pinn(learn);
    for (int32_t c = 0; c < learn->n_cells; ++c) {
        work->pinns[c] = pinn;
        takt_pde_cell_box(&learn->cells, learn->pde->n_parameters, (const double(*)[2])learn->box,
                          c, work->pinns[c].box);
    }
    work->precision = pinn.precision;
    if (learn->config->physics->precision == TAKT_PHYSICS_MEASURED)
        work->precision = TAKT_PRECISION_SINGLE;
    work->n = learn->pde->n_scalars;
    for (int32_t k = 0; k < learn->pde->n_networks; ++k)
        work->n += takt_network_size(&pinn.shapes[k]);
    if (!learn->weights)
        learn->weights = takt_alloc(weights_bytes(work));
    if (!learn->weights)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "fit: out of memory for %lld parameters",
                         (long long)work->n);
    return load(work);
}

takt_status takt_learn_network(takt_learn_work *learn, takt_rung_report *report,
                               takt_fit_result *fit, takt_surrogate **surrogate)
{
    const takt_physics *physics = learn->config->physics;
    network_work work = {.learn = learn, .n_windows = physics->windows, .phase = "training"};
    takt_status status = TAKT_OK;
    work.fit = (takt_fit_config){.phase = work.phase,
                                 .trainer = trainer_of(learn),
                                 .n_starts = physics->starts,
                                 .judge_every = 200,
                                 .observer = learn->config->observer,
                                 .listener = {&work, look, is_due, save}};
    TAKT_TRY_GOTO(takt_comm_agree(learn->comm, prepare(&work)), done);
    TAKT_TRY_GOTO(run_precision(&work, work.precision, report, fit), done);
    if (physics->precision == TAKT_PHYSICS_MEASURED && !(report->error <= learn->target) &&
        work.precision == TAKT_PRECISION_SINGLE)
        TAKT_TRY_GOTO(run_precision(&work, TAKT_PRECISION_DOUBLE, report, fit), done);
    describe(&work, fit, report);
    status = takt_comm_agree(learn->comm, create_surrogate(&work, surrogate));
done:
    for (int32_t c = 0; c < learn->n_cells; ++c)
        takt_pinn_destroy(&work.before[c]);
    return status;
}
