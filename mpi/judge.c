// Cached reference solutions and the error against them.

#include "mpi/judge.h"

#include "core/memory.h"
#include "kernels/sobol.h"
#include "solver/pde_reference.h"

#include <math.h>
#include <string.h>

struct takt_judge {
    takt_judge_config config;
    int64_t n_grid;
    double *mu;                 // [n_cases][n_parameters]
    double *points;             // [n_cases][n_grid][n_coordinates]
    double *reference;          // [n_cases][n_grid]
    double *x, *truth, *values; // [n_grid] of the present window
};

static takt_status allocate(takt_judge *judge)
{
    const takt_pde *pde = judge->config.pde;
    const size_t n_cases = (size_t)judge->config.n_cases, n_grid = (size_t)judge->n_grid;
    const size_t d = (size_t)pde->n_coordinates, p = (size_t)pde->n_parameters;
    const size_t n = n_cases * (p + n_grid * d + n_grid) + n_grid * (d + 2);
    judge->mu = takt_alloc(n * sizeof(double));
    if (!judge->mu)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "judge: out of memory for %zu values of %s", n,
                         pde->name);
    judge->points = judge->mu + n_cases * p;
    judge->reference = judge->points + n_cases * n_grid * d;
    judge->x = judge->reference + n_cases * n_grid;
    judge->truth = judge->x + n_grid * d;
    judge->values = judge->truth + n_grid;
    return TAKT_OK;
}

/// Sobol points; every second one is moved to the corner of the box that it is nearest to, where
/// errors are largest.
static void choose_parameters(const takt_judge_config *config, int32_t index, double *mu)
{
    const int32_t n = config->pde->n_parameters;
    double unit[TAKT_PDE_PARAMETERS_MAX];
    if (n > 0)
        takt_sobol_point(config->seed, (uint64_t)(index / 2), n, unit);
    for (int32_t i = 0; i < n && index % 2 == 1; ++i)
        unit[i] = unit[i] < 0.5 ? 0 : 1;
    takt_pde_parameters_at(config->pde, config->box, unit, mu);
}

/// A judge that knows its questions, not the answers.
static takt_status pose(const takt_judge_config *config, takt_judge **judge)
{
    const takt_pde *pde = config->pde;
    *judge = NULL;
    takt_judge *j = takt_alloc(sizeof *j);
    if (!j)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "judge: out of memory");
    j->config = *config;
    if (pde->n_parameters == 0)
        j->config.n_cases = 1;
    j->n_grid = takt_pde_grid_size(pde);
    const takt_status status = allocate(j);
    if (status != TAKT_OK) {
        takt_judge_destroy(&j);
        return status;
    }
    for (int32_t i = 0; i < j->config.n_cases; ++i) {
        double *mu = j->mu + (int64_t)i * pde->n_parameters;
        choose_parameters(config, i, mu);
        takt_pde_grid(pde, mu, j->points + i * j->n_grid * pde->n_coordinates);
    }
    *judge = j;
    return TAKT_OK;
}

static takt_status solve(takt_judge *judge, int64_t first, int64_t behind)
{
    double error = 0;
    for (int64_t i = first; i < behind; ++i)
        TAKT_TRY(takt_pde_reference_values(
            judge->config.pde, takt_judge_parameters(judge, (int32_t)i), judge->config.tolerance,
            judge->n_grid, takt_judge_points(judge, (int32_t)i),
            judge->reference + i * judge->n_grid, &error));
    return TAKT_OK;
}

takt_status takt_judge_create(const takt_judge_config *config, takt_judge **judge)
{
    TAKT_TRY(pose(config, judge));
    const takt_status status = solve(*judge, 0, (*judge)->config.n_cases);
    if (status != TAKT_OK)
        takt_judge_destroy(judge);
    return status;
}

// --- Shared out over ranks -----------------------------------------------------------------------

/// Cases of all judges, one judge after the other; rank r solves [n r / size, n (r + 1) / size).
typedef struct sharing {
    takt_comm *comm;
    int32_t n_judges;
    takt_judge **judges;
    int64_t n_cases;
    int64_t *offsets; // [size + 1]
} sharing;

/// Of the judge whose cases begin at number `begin`: the first that is not below rank's share.
static int64_t first_case(const sharing *all, const takt_judge *judge, int64_t begin, int rank)
{
    const int64_t first = all->n_cases * rank / takt_comm_size(all->comm) - begin;
    const int64_t n = judge->config.n_cases;
    return first < 0 ? 0 : first < n ? first : n;
}

static takt_status pose_all(sharing *all, const takt_judge_config *configs)
{
    all->offsets = takt_alloc((size_t)(takt_comm_size(all->comm) + 1) * sizeof *all->offsets);
    if (!all->offsets)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "judge: out of memory");
    for (int32_t k = 0; k < all->n_judges; ++k) {
        TAKT_TRY(pose(&configs[k], &all->judges[k]));
        all->n_cases += all->judges[k]->config.n_cases;
    }
    return TAKT_OK;
}

static takt_status solve_share(const sharing *all)
{
    const int rank = takt_comm_rank(all->comm);
    int64_t begin = 0;
    for (int32_t k = 0; k < all->n_judges; ++k) {
        takt_judge *judge = all->judges[k];
        TAKT_TRY(solve(judge, first_case(all, judge, begin, rank),
                       first_case(all, judge, begin, rank + 1)));
        begin += judge->config.n_cases;
    }
    return TAKT_OK;
}

static takt_status gather(const sharing *all)
{
    int64_t begin = 0;
    for (int32_t k = 0; k < all->n_judges; ++k) {
        const takt_judge *judge = all->judges[k];
        for (int r = 0; r <= takt_comm_size(all->comm); ++r)
            all->offsets[r] = first_case(all, judge, begin, r) * judge->n_grid;
        TAKT_TRY(takt_comm_gather_doubles(all->comm, judge->reference, all->offsets));
        begin += judge->config.n_cases;
    }
    return TAKT_OK;
}

takt_status takt_judge_create_shared(takt_comm *comm, int32_t n, const takt_judge_config *configs,
                                     takt_judge **judges)
{
    sharing all = {.comm = comm, .n_judges = n, .judges = judges};
    takt_status status = TAKT_OK;
    for (int32_t k = 0; k < n; ++k)
        judges[k] = NULL;
    TAKT_TRY_GOTO(takt_comm_agree(comm, pose_all(&all, configs)), done);
    TAKT_TRY_GOTO(takt_comm_agree(comm, solve_share(&all)), done);
    status = gather(&all);
done:
    takt_free(all.offsets);
    for (int32_t k = 0; status != TAKT_OK && k < n; ++k)
        takt_judge_destroy(&judges[k]);
    return status;
}

// --- Questions -----------------------------------------------------------------------------------

void takt_judge_destroy(takt_judge **judge)
{
    if (!*judge)
        return;
    takt_free((*judge)->mu);
    takt_free(*judge);
    *judge = NULL;
}

int32_t takt_judge_n_cases(const takt_judge *judge)
{
    return judge->config.n_cases;
}

const double *takt_judge_parameters(const takt_judge *judge, int32_t index)
{
    return judge->mu + (int64_t)index * judge->config.pde->n_parameters;
}

const double *takt_judge_reference(const takt_judge *judge, int32_t index)
{
    return judge->reference + index * judge->n_grid;
}

const double *takt_judge_points(const takt_judge *judge, int32_t index)
{
    return judge->points + index * judge->n_grid * judge->config.pde->n_coordinates;
}

double takt_relative_error(int64_t n, const double *a, const double *b)
{
    double difference = 0, norm = 0;
    for (int64_t i = 0; i < n; ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    return norm > 0 ? sqrt(difference / norm) : sqrt(difference);
}

/// Copies what lies in the window to judge->x and judge->truth; returns how many points.
static int64_t select_window(takt_judge *judge, const takt_pinn_config *pinn, int32_t index)
{
    const int32_t d = judge->config.pde->n_coordinates;
    const double *x = takt_judge_points(judge, index), *u = takt_judge_reference(judge, index);
    int64_t n = 0;
    for (int64_t i = 0; i < judge->n_grid; ++i) {
        const double time = x[i * d + d - 1];
        if (pinn->end > pinn->start && (time < pinn->start || time > pinn->end))
            continue;
        memcpy(judge->x + n * d, x + i * d, (size_t)d * sizeof *x);
        judge->truth[n++] = u[i];
    }
    return n;
}

takt_status takt_judge_error(takt_judge *judge, takt_pinn *pinn, const double *parameters,
                             double *error)
{
    *error = 0;
    for (int32_t i = 0; i < judge->config.n_cases; ++i) {
        const takt_pinn_query query = {.n = select_window(judge, takt_pinn_config_of(pinn), i),
                                       .x = judge->x,
                                       .mu = takt_judge_parameters(judge, i),
                                       .mu_is_shared = true,
                                       .channel = judge->config.pde->observed};
        TAKT_TRY(takt_pinn_values(pinn, parameters, &query, judge->values));
        const double found = takt_relative_error(query.n, judge->values, judge->truth);
        if (!(found <= *error)) // NaN stays
            *error = found;
    }
    return TAKT_OK;
}
