// The generations: candidates of the CMA-ES, their ranking, and the pool of the best designs.
#include "mpi/search_internal.h"

#include <math.h>
#include <string.h>

/// Integers with more levels than this are searched as real numbers and rounded.
enum { MAX_LEVELS = 1000 };

static const takt_set_point *set_point_at(const takt_study *study, int32_t i)
{
    return TAKT_ITEM(takt_set_point, study->set_points, i);
}

void search_design_of(const takt_study *study, const double *unit, double *design)
{
    for (int32_t i = 0; i < study->set_points.n_items; ++i) {
        const takt_set_point *point = set_point_at(study, i);
        double value = point->min + unit[i] * (point->max - point->min);
        value = point->integer ? round(value) : value;
        design[i] = fmin(fmax(value, point->min), point->max);
    }
}

takt_status search_cma_create(takt_search *search)
{
    const takt_study *study = search->study;
    takt_cma_es_config config = takt_cma_es_config_default(search->counts.n);
    config.population = search->counts.population;
    config.seed = (uint64_t)study->seed;
    config.sigma = study->optimize.step;
    for (int32_t i = 0; i < search->counts.n; ++i) {
        const takt_set_point *point = set_point_at(study, i);
        const double range = point->max - point->min;
        config.start[i] = (point->value - point->min) / range;
        if (point->integer && range + 1 <= MAX_LEVELS)
            config.n_levels[i] = (int)lround(range) + 1;
    }
    TAKT_TRY(takt_cma_es_create(&search->cma, &config));
    return TAKT_OK;
}

bool search_score_before(const search_score *a, const search_score *b)
{
    if (a->violation != b->violation)
        return a->violation < b->violation;
    return a->cost < b->cost;
}

void search_rank(const search_score *scores, int32_t n, int32_t *order)
{
    for (int32_t i = 0; i < n; ++i) {
        int32_t at = i;
        for (; at > 0 && search_score_before(&scores[i], &scores[order[at - 1]]); --at)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static int32_t pool_find(const takt_search *search, const double *design)
{
    const size_t n = (size_t)search->counts.n;
    for (int32_t i = 0; i < search->state.head->n_pool; ++i)
        if (memcmp(search->state.pool + (size_t)i * n, design, n * sizeof *design) == 0)
            return i;
    return -1;
}

static void pool_remove(takt_search *search, int32_t index)
{
    search_state *s = &search->state;
    const size_t n = (size_t)search->counts.n, i = (size_t)index;
    const size_t n_after = (size_t)(s->head->n_pool - index - 1);
    memmove(s->pool + i * n, s->pool + (i + 1) * n, n_after * n * sizeof *s->pool);
    memmove(s->pool_scores + i, s->pool_scores + i + 1, n_after * sizeof *s->pool_scores);
    --s->head->n_pool;
}

/// Puts a feasible design in its place among the best; one that comes again keeps the mean of all
/// its replications.
static void pool_add(takt_search *search, const double *design, search_score score)
{
    search_state *s = &search->state;
    const size_t n = (size_t)search->counts.n;
    const int32_t known = pool_find(search, design);
    if (known >= 0) {
        const search_score *old = &s->pool_scores[known];
        score.cost = (score.cost * score.n + old->cost * old->n) / (score.n + old->n);
        score.n += old->n;
        pool_remove(search, known);
    }
    int32_t at = s->head->n_pool;
    while (at > 0 && search_score_before(&score, &s->pool_scores[at - 1]))
        --at;
    if (at == search->counts.pool)
        return;
    if (s->head->n_pool == search->counts.pool)
        --s->head->n_pool; // the last one falls out
    const size_t i = (size_t)at, n_after = (size_t)(s->head->n_pool - at);
    memmove(s->pool + (i + 1) * n, s->pool + i * n, n_after * n * sizeof *s->pool);
    memmove(s->pool_scores + i + 1, s->pool_scores + i, n_after * sizeof *s->pool_scores);
    memcpy(s->pool + i * n, design, n * sizeof *s->pool);
    s->pool_scores[i] = score;
    ++s->head->n_pool;
}

/// What one design adds to the record of its generation and to the best so far.
static void record(takt_search *search, const search_batch *batch, int32_t index,
                   takt_generation *row)
{
    search_state *s = &search->state;
    search_head *head = s->head;
    const search_score *score = &search->scores[index];
    const size_t place =
        (size_t)head->n_generations * (size_t)search->counts.population + (size_t)index;
    const double *design = s->candidates + place * (size_t)search->counts.n;
    s->costs[place] = score->cost;
    s->violations[place] = score->violation;
    if (score->violation > 0) {
        ++row->n_infeasible;
        if (!(head->best_cost > 0) && score->violation < head->best_violation) {
            head->best_violation = score->violation;
            memcpy(s->best, design, (size_t)search->counts.n * sizeof *design);
        }
        return;
    }
    row->mean_cost += score->cost;
    pool_add(search, design, *score);
    if (!(head->best_cost > 0) || score->cost < head->best_cost) {
        search_take_cost(head, batch, index, score->cost);
        memcpy(s->best, design, (size_t)search->counts.n * sizeof *design);
    }
}

static void record_generation(takt_search *search, const search_batch *batch)
{
    search_state *s = &search->state;
    const int32_t population = search->counts.population;
    takt_generation *row = &s->generations[s->head->n_generations];
    memset(row, 0, sizeof *row);
    for (int32_t i = 0; i < population; ++i)
        record(search, batch, i, row);
    if (row->n_infeasible < population)
        row->mean_cost /= population - row->n_infeasible;
    row->best_cost = s->head->best_cost;
    row->best_lo = s->head->best_lo;
    row->best_hi = s->head->best_hi;
    row->sigma = takt_cma_es_info_of(search->cma).sigma;
    row->n_evaluations = (int64_t)(s->head->n_generations + 1) * population;
}

/// All designs of a generation see the same futures (common random numbers), and each generation
/// new ones: on the same few futures for ever, the search would learn their accidents by heart (a
/// buffer just large enough for the one long repair of replication 3). What it costs, a common
/// shift of all designs between generations, does not touch the ranking within one.
static int64_t first_replication(const takt_search *search, int32_t generation)
{
    const takt_optimize *budget = &search->study->optimize;
    const int64_t most = budget->replications > budget->replications_end ? budget->replications
                                                                         : budget->replications_end;
    const int64_t n_free = INT32_MAX - SEARCH_FIRST_REPLICATION - most;
    return SEARCH_FIRST_REPLICATION + generation * most % n_free;
}

takt_status search_generation_run(takt_search *search)
{
    search_state *s = &search->state;
    const search_counts *c = &search->counts;
    const int32_t g = s->head->n_generations;
    const size_t n = (size_t)c->n, population = (size_t)c->population;
    double *designs = s->candidates + (size_t)g * population * n;
    takt_cma_es_ask(search->cma, search->unit);
    for (size_t i = 0; i < population; ++i)
        search_design_of(search->study, search->unit + i * n, designs + i * n);
    const search_batch batch = {
        .n_designs = c->population,
        .n_replications = search_replications(search, g),
        .n_kept = TAKT_KPI_THROUGHPUT + 1,
        .first = first_replication(search, g),
        .designs = designs,
        .rows = search->rows,
    };
    search->phase = "searching";
    TAKT_TRY(search_evaluate(search, &batch));
    for (int32_t i = 0; i < c->population; ++i)
        search->scores[i] = search_score_of(&batch, i);
    record_generation(search, &batch);
    search_rank(search->scores, c->population, search->order);
    TAKT_TRY(takt_cma_es_tell(search->cma, search->order));
    if (++s->head->n_generations == c->generations)
        s->head->stage = SEARCH_FINALISTS;
    return TAKT_OK;
}
