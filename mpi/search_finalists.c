// The end of the search: the best designs measured well, then judged in the order of their cost.
#include "mpi/search_internal.h"

#include "core/stop.h"

#include <string.h>

/// Adds a design unless it is among the finalists already.
static void add_finalist(takt_search *search, const double *design)
{
    search_state *s = &search->state;
    const size_t n = (size_t)search->counts.n;
    for (int32_t i = 0; i < s->head->n_finalists; ++i)
        if (memcmp(s->finalists + (size_t)i * n, design, n * sizeof *design) == 0)
            return;
    memcpy(s->finalists + (size_t)s->head->n_finalists * n, design, n * sizeof *design);
    ++s->head->n_finalists;
}

/// The baseline, the best designs tried, and the mean of the search: under noise the best of many
/// means was also the luckiest, the mean of the distribution was not chosen by luck.
static void choose_finalists(takt_search *search)
{
    search_state *s = &search->state;
    const search_counts *c = &search->counts;
    const size_t n = (size_t)c->n;
    double *design = search->designs;
    s->head->n_finalists = 0;
    takt_design_baseline(search->study, design);
    add_finalist(search, design);
    takt_cma_es_mean(search->cma, search->unit);
    search_design_of(search->study, search->unit, design);
    add_finalist(search, design);
    for (int32_t i = 0; i < s->head->n_pool; ++i)
        add_finalist(search, s->pool + (size_t)i * n);
}

/// On futures of their own: whoever wins on them was also lucky on them, so the winner is measured
/// on others (take_winner).
takt_status search_finalists_run(takt_search *search)
{
    search_state *s = &search->state;
    choose_finalists(search);
    const search_batch batch = {
        .n_designs = s->head->n_finalists,
        .n_replications = search->counts.final,
        .n_kept = TAKT_KPI_THROUGHPUT + 1,
        .first = SEARCH_FINALISTS_REPLICATION,
        .designs = s->finalists,
        .rows = search->rows,
    };
    search->phase = "comparing the best designs";
    TAKT_TRY(search_evaluate(search, &batch));
    for (int32_t i = 0; i < s->head->n_finalists; ++i)
        s->finalist_scores[i] = search_score_of(&batch, i);
    s->head->stage = SEARCH_REFEREE;
    return TAKT_OK;
}

/// Asks the referee about finalist `index`. Sets *pass.
static takt_status judge(takt_search *search, int32_t index, bool *pass)
{
    search_state *s = &search->state;
    const takt_referee *referee = &search->config.referee;
    const double *design = s->finalists + (size_t)index * (size_t)search->counts.n;
    *pass = true;
    if (!referee->judge)
        return TAKT_OK;
    if (takt_stop_requested())
        return TAKT_FAIL(TAKT_STOPPED, "stopped before the limits were checked");
    memset(s->judged, 0, TAKT_REFEREE_MAX_ROWS * sizeof *s->judged);
    s->head->n_referee_rows = 0;
    TAKT_TRY(takt_scenario_fill(search->scenario, design));
    TAKT_TRY(referee->judge(referee->context, search->scenario, s->judged, TAKT_REFEREE_MAX_ROWS,
                            &s->head->n_referee_rows));
    for (int32_t i = 0; i < s->head->n_referee_rows; ++i) {
        const takt_referee_row *row = &s->judged[i];
        if (row->pass)
            continue;
        if (*pass)
            takt_observe_log(search->config.observer, TAKT_LOG_WARNING, "search",
                             "a design of cost %.6g was rejected: %s: found %g %s, allowed: %s %g",
                             s->finalist_scores[index].cost, row->name, row->value, row->unit,
                             row->at_least ? "at least" : "at most", row->limit);
        *pass = false;
    }
    return TAKT_OK;
}

/// Measures finalist `index` on the baseline's futures and takes it as the answer. Clears *pass
/// when it makes nothing good on one of them.
static takt_status take_winner(takt_search *search, int32_t index, bool *pass)
{
    search_state *s = &search->state;
    const size_t n = (size_t)search->counts.n;
    const search_batch batch = {
        .n_designs = 1,
        .n_replications = search->counts.final,
        .n_kept = search->counts.n_values,
        .designs = s->finalists + (size_t)index * n,
        .rows = search->rows,
    };
    search->phase = "measuring the best design";
    TAKT_TRY(search_evaluate(search, &batch));
    const search_score score = search_score_of(&batch, 0);
    *pass = score.violation <= 0;
    if (!*pass)
        return TAKT_OK;
    s->head->found = 1;
    search_take_cost(s->head, &batch, 0, score.cost);
    memcpy(s->best, batch.designs, n * sizeof *s->best);
    search_results_copy(&batch, 0, s->best_results);
    return TAKT_OK;
}

/// Where nothing passes, `best` stays what it was: the best design that broke no limit in the
/// search or, without one, the design nearest to the limits.
takt_status search_referee_run(takt_search *search)
{
    search_state *s = &search->state;
    search->phase = "checking the limits of the best design";
    search_show(search, 0);
    search_rank(s->finalist_scores, s->head->n_finalists, search->order);
    s->head->n_rejected = 0;
    for (int32_t i = 0; i < s->head->n_finalists && !s->head->found; ++i) {
        const int32_t index = search->order[i];
        bool pass = false;
        if (s->finalist_scores[index].violation > 0)
            break;
        TAKT_TRY(judge(search, index, &pass));
        if (pass)
            TAKT_TRY(take_winner(search, index, &pass));
        if (!pass)
            ++s->head->n_rejected;
    }
    s->head->stage = SEARCH_SLOPES;
    return TAKT_OK;
}
