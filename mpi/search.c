// The design search from stage to stage: what runs when, and what is kept after each.
#include "mpi/search.h"

#include "core/memory.h"
#include "mpi/search_internal.h"

#include <stdio.h>
#include <string.h>

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static search_counts counts_of(const takt_study *study, const takt_report *report)
{
    const takt_optimize *budget = &study->optimize;
    search_counts counts = {
        .n = study->set_points.n_items,
        .n_values = report->n_values,
        .population = budget->population,
        .generations = budget->generations,
        .finalists = budget->finalists + 2, // the mean and the baseline
        .pool = budget->finalists,
        .final = budget->final_replications,
        .slope = smaller(budget->slope_replications, budget->final_replications),
    };
    counts.batch = larger(larger(counts.population, counts.finalists), 2 * counts.n);
    return counts;
}

/// Doubles in the results of the largest batch.
static size_t count_results(const takt_search *search)
{
    const search_counts *c = &search->counts;
    const takt_optimize *budget = &search->study->optimize;
    const size_t costs = SEARCH_ROW_RESULT + TAKT_KPI_THROUGHPUT + 1;
    const size_t all = SEARCH_ROW_RESULT + (size_t)c->n_values;
    const size_t most = (size_t)larger(budget->replications, budget->replications_end);
    const size_t generation = (size_t)c->population * most * costs;
    const size_t finalists = (size_t)c->finalists * (size_t)c->final * costs;
    const size_t answer = (size_t)c->final * all;
    const size_t slopes = 2 * (size_t)c->n * (size_t)c->slope * costs;
    size_t n = generation > finalists ? generation : finalists;
    n = n > slopes ? n : slopes;
    return n > answer ? n : answer;
}

static takt_status allocate(takt_search *search)
{
    const search_counts *c = &search->counts;
    const bool leads = takt_comm_rank(search->comm) == 0;
    search->designs = takt_alloc((size_t)c->batch * (size_t)c->n * sizeof(double));
    search->result = takt_alloc((size_t)c->n_values * sizeof(double));
    if (!search->designs || !search->result)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the search");
    if (!leads)
        return TAKT_OK;
    search->unit = takt_alloc((size_t)c->population * (size_t)c->n * sizeof(double));
    search->rows = takt_alloc(count_results(search) * sizeof(double));
    search->scores = takt_alloc((size_t)c->population * sizeof(search_score));
    search->order = takt_alloc((size_t)c->batch * sizeof(int32_t));
    search->slopes = takt_alloc(2 * (size_t)c->slope * sizeof(double));
    if (!search->unit || !search->rows || !search->scores || !search->order || !search->slopes)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the search");
    return TAKT_OK;
}

/// What is not known yet is not there: zeros would pass for results.
static void point_answer(takt_search *search)
{
    const search_state *s = &search->state;
    const search_counts *c = &search->counts;
    search->answer = (takt_answer){
        .n_set_points = c->n,
        .n_generations = s->head->n_generations,
        .population = c->population,
        .found = s->head->found,
        .best = s->best,
        .rows = s->head->stage == SEARCH_DONE ? s->rows : NULL,
        .n_final = c->final,
        .baseline_results = s->head->stage > SEARCH_BASELINE ? s->baseline_results : NULL,
        .best_results = s->head->found ? s->best_results : NULL,
        .generations = s->generations,
        .candidates = s->candidates,
        .costs = s->costs,
        .violations = s->violations,
        .n_referee_rows = s->head->n_referee_rows,
        .referee = s->judged,
        .n_rejected = s->head->n_rejected,
        .baseline_violation = s->head->baseline_violation,
        .n_replications = s->head->n_replications,
    };
}

static takt_status prepare(takt_search *search)
{
    search_state *s = &search->state;
    bool loaded = false;
    TAKT_TRY(allocate(search));
    // The hash is that of the study as it was written: baseline values at all targets.
    takt_design_baseline(search->study, search->designs);
    TAKT_TRY(takt_scenario_fill(search->scenario, search->designs));
    if (takt_comm_rank(search->comm) != 0)
        return TAKT_OK;
    TAKT_TRY(takt_study_hash(search->study, &search->study_hash));
    TAKT_TRY(search_cma_create(search));
    TAKT_TRY(search_state_create(search));
    if (search->config.resume)
        TAKT_TRY(search_state_load(search, &loaded));
    if (!loaded)
        takt_design_baseline(search->study, s->best);
    point_answer(search);
    return TAKT_OK;
}

takt_status takt_search_create(takt_comm *comm, takt_scenario *scenario,
                               const takt_search_config *config, takt_search **search)
{
    const takt_study *study = takt_scenario_study(scenario);
    takt_search *created = NULL;
    takt_status status = TAKT_OK;
    *search = NULL;
    if (study->set_points.n_items == 0)
        status = takt_study_fail(
            study, &(takt_problem){.path = "set_points",
                                   .text = "found none, allowed: 1 or more, because they are what "
                                           "a search chooses"});
    else if (!(created = takt_alloc(sizeof *created)))
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the search");
    if (status == TAKT_OK) {
        created->comm = comm;
        created->scenario = scenario;
        created->study = study;
        created->config = *config;
        created->counts = counts_of(study, takt_scenario_report(scenario));
        created->reported_s = -1;
        status = prepare(created);
    }
    status = takt_comm_agree(comm, status);
    if (status != TAKT_OK)
        takt_search_destroy(&created);
    else
        *search = created;
    TAKT_TRY(status);
    return TAKT_OK;
}

void takt_search_destroy(takt_search **search)
{
    takt_search *s = *search;
    if (!s)
        return;
    takt_cma_es_destroy(&s->cma);
    takt_free(s->designs);
    takt_free(s->result);
    takt_free(s->unit);
    takt_free(s->rows);
    takt_free(s->scores);
    takt_free(s->order);
    takt_free(s->slopes);
    takt_free(s->block);
    takt_free(s->checkpoint_path);
    takt_free(s);
    *search = NULL;
}

static takt_status run_baseline(takt_search *search)
{
    search_state *s = &search->state;
    takt_design_baseline(search->study, search->designs);
    const search_batch batch = {
        .n_designs = 1,
        .n_replications = search->counts.final,
        .forced = true, // today's numbers are wanted even where today breaks a limit
        .n_kept = search->counts.n_values,
        .designs = search->designs,
        .rows = search->rows,
    };
    search->phase = "measuring the plant as it is";
    TAKT_TRY(search_evaluate(search, &batch));
    const search_score score = search_score_of(&batch, 0);
    search_results_copy(&batch, 0, s->baseline_results);
    s->head->baseline_violation = score.violation;
    s->head->best_violation = score.violation;
    if (score.violation <= 0)
        search_take_cost(s->head, &batch, 0, score.cost);
    s->head->stage = SEARCH_GENERATIONS;
    return TAKT_OK;
}

static takt_status run_stage(takt_search *search)
{
    switch ((search_stage)search->state.head->stage) {
    case SEARCH_BASELINE:
        return run_baseline(search);
    case SEARCH_GENERATIONS:
        return search_generation_run(search);
    case SEARCH_FINALISTS:
        return search_finalists_run(search);
    case SEARCH_REFEREE:
        return search_referee_run(search);
    case SEARCH_SLOPES:
        return search_slopes_run(search);
    case SEARCH_DONE:
        break;
    }
    return TAKT_OK;
}

static takt_status publish(takt_search *search)
{
    point_answer(search);
    if (search->config.publish)
        TAKT_TRY(search->config.publish(search->config.publish_context, &search->answer));
    return TAKT_OK;
}

/// Rank 0. The state goes to disk before it is published: a kill between the two is mended by the
/// publication at the next start.
static takt_status lead(takt_search *search)
{
    search->others_wait = true;
    if (search->state.head->stage > SEARCH_BASELINE)
        TAKT_TRY(publish(search));
    while (search->state.head->stage != SEARCH_DONE) {
        TAKT_TRY(run_stage(search));
        TAKT_TRY(search_state_save(search));
        TAKT_TRY(publish(search));
    }
    return TAKT_OK;
}

takt_status takt_search_run(takt_search *search)
{
    takt_status status = TAKT_OK;
    if (takt_comm_rank(search->comm) != 0) {
        status = search_follow(search);
    } else {
        status = lead(search);
        if (status != TAKT_ERR_MPI && search->others_wait) {
            // Sending the others home must not hide what went wrong here.
            char text[4096], trace[1024];
            snprintf(text, sizeof text, "%s", takt_error_text());
            snprintf(trace, sizeof trace, "%s", takt_error_trace());
            const takt_status dismissed = search_dismiss(search);
            status = status == TAKT_OK ? dismissed : takt_error_restore(status, text, trace);
        }
    }
    if (status == TAKT_ERR_MPI) // the caller ends the program: no rank can be waited for
        return status;
    TAKT_TRY(takt_comm_agree(search->comm, status));
    return TAKT_OK;
}

const takt_answer *takt_search_answer(const takt_search *search)
{
    return &search->answer;
}
