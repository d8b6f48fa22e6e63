// Evaluating designs over all ranks: orders from rank 0, the farm's task, progress.
#include "mpi/search_internal.h"

#include "core/clock.h"
#include "mpi/comm_internal.h"
#include "mpi/farm.h"

#include <math.h>
#include <string.h>

/// A terminal needs no more.
#define SHOW_EVERY_S 0.1

typedef enum order_kind { ORDER_EVALUATE, ORDER_END } order_kind;

/// What rank 0 broadcasts before the designs.
typedef struct order {
    int64_t kind;
    int64_t n_designs; ///< at the end: 1 where there is a best design
    int64_t n_replications, n_kept, first, forced;
} order;

/// What a task needs: the order, and which of its designs the scenario holds now.
typedef struct task_context {
    takt_search *search;
    order order;
    int64_t filled; ///< -1: none
    double violation;
    int32_t worst;
} task_context;

/// Sum of violations, finite whatever the process model says.
static double violation_of(const takt_scenario *scenario)
{
    const double violation = takt_scenario_violation(scenario);
    if (!(violation >= 0))
        return SEARCH_WORST_VIOLATION;
    return violation < SEARCH_WORST_VIOLATION ? violation : SEARCH_WORST_VIOLATION;
}

static int32_t worst_constraint(const takt_scenario *scenario)
{
    int32_t n = 0, worst = -1;
    double most = 0;
    const takt_constraint *constraints = takt_scenario_constraints(scenario, &n);
    for (int32_t i = 0; i < n; ++i) {
        if (constraints[i].violation > most) {
            most = constraints[i].violation;
            worst = i;
        }
    }
    return worst;
}

/// A rank fills its scenario once per design it meets: tasks of one design follow each other, and
/// an infeasible design costs its tables and nothing else.
static takt_status fill(task_context *task, int64_t design)
{
    takt_search *search = task->search;
    if (design == task->filled)
        return TAKT_OK;
    task->filled = -1;
    TAKT_TRY(takt_scenario_fill(search->scenario, search->designs + design * search->counts.n));
    task->violation = violation_of(search->scenario);
    task->worst = worst_constraint(search->scenario);
    task->filled = design;
    return TAKT_OK;
}

static takt_status evaluate_one(void *context, int64_t index, double *row)
{
    task_context *task = context;
    takt_search *search = task->search;
    const size_t n_kept = (size_t)task->order.n_kept;
    TAKT_TRY(fill(task, index / task->order.n_replications));
    memset(row + SEARCH_ROW_RESULT, 0, n_kept * sizeof *row);
    row[SEARCH_ROW_VIOLATION] = task->violation;
    row[SEARCH_ROW_WORST] = task->worst;
    if (task->violation > 0 && !task->order.forced)
        return TAKT_OK;
    const int64_t replication = task->order.first + index % task->order.n_replications;
    const takt_status status = takt_replication_run(takt_scenario_replication(search->scenario),
                                                    (uint32_t)replication, search->result);
    // A design that floods the plant is a bad design, not the end of the search.
    if (status == TAKT_ERR_LIMIT)
        takt_error_clear();
    else
        TAKT_TRY(status);
    const bool makes = status == TAKT_OK && search->result[TAKT_KPI_THROUGHPUT] > 0 &&
                       isfinite(search->result[TAKT_KPI_COST]);
    if (makes)
        memcpy(row + SEARCH_ROW_RESULT, search->result, n_kept * sizeof *row);
    else if (!(task->violation > 0))
        row[SEARCH_ROW_VIOLATION] = SEARCH_NO_OUTPUT;
    return TAKT_OK;
}

int32_t search_replications(const takt_search *search, int32_t generation)
{
    const takt_optimize *budget = &search->study->optimize;
    const double share =
        budget->generations > 1 ? (double)generation / (budget->generations - 1) : 0;
    const double growth = budget->replications_end - budget->replications;
    return budget->replications + (int32_t)lround(share * growth);
}

/// Tasks of all stages before `stage`, and of `n_generations` generations.
static int64_t count_tasks(const takt_search *search, int32_t stage, int32_t n_generations)
{
    const search_counts *c = &search->counts;
    int64_t n = stage > SEARCH_BASELINE ? c->final : 0;
    for (int32_t g = 0; stage >= SEARCH_GENERATIONS && g < n_generations; ++g)
        n += (int64_t)c->population * search_replications(search, g);
    if (stage > SEARCH_FINALISTS)
        n += (int64_t)c->finalists * c->final;
    if (stage > SEARCH_REFEREE)
        n += c->final;
    if (stage > SEARCH_SLOPES)
        n += (int64_t)2 * c->n * c->slope;
    return n;
}

void search_show(takt_search *search, int64_t n_done)
{
    const search_head *head = search->state.head;
    const double now_s = takt_clock_s();
    if (search->reported_s >= 0 && n_done > 0 && now_s - search->reported_s < SHOW_EVERY_S)
        return;
    const int64_t total = count_tasks(search, SEARCH_DONE, search->counts.generations);
    int64_t done =
        count_tasks(search, head->stage, head->n_generations) + search->stage_done + n_done;
    if (search->reported_s < 0) {
        search->started_s = now_s;
        search->started_done = done;
    }
    search->reported_s = now_s;
    done = done < total ? done : total;
    const double elapsed_s = now_s - search->started_s;
    const double rate = elapsed_s > 0 ? (double)(done - search->started_done) / elapsed_s : 0;
    const takt_kpi_name *cost = &takt_scenario_report(search->scenario)->kpis[TAKT_KPI_COST];
    takt_observe_progress(search->config.observer,
                          &(takt_progress){
                              .phase = search->phase,
                              .unit = "replications",
                              .done = done,
                              .total = total,
                              .rate = rate,
                              .seconds_left = rate > 0 ? (double)(total - done) / rate : -1,
                              .best = head->best_cost > 0 ? head->best_cost : NAN,
                              .best_name = cost->name,
                              .best_unit = cost->unit,
                          });
}

static void show(void *context, int64_t n_done, int64_t n_tasks)
{
    (void)n_tasks;
    search_show(context, n_done);
}

/// Runs the tasks of an order that all ranks know. Collective.
static takt_status run_order(takt_search *search, const order *given, double *rows)
{
    task_context task = {.search = search, .order = *given, .filled = -1};
    takt_farm_config config = takt_farm_config_default();
    config.n_tasks = given->n_designs * given->n_replications;
    config.n_results = SEARCH_ROW_RESULT + given->n_kept;
    config.group = given->n_replications;
    config.progress = show;
    config.progress_context = search;
    TAKT_TRY(takt_farm_run(search->comm, &config, evaluate_one, &task, rows));
    return TAKT_OK;
}

static takt_status send_order(takt_search *search, order *given, const double *designs)
{
    const size_t n = (size_t)(given->n_designs * search->counts.n);
    if (n > 0 && designs != search->designs)
        memmove(search->designs, designs, n * sizeof *designs);
    TAKT_TRY(takt_comm_broadcast(search->comm, 0, given, sizeof *given));
    TAKT_TRY(takt_comm_broadcast_doubles(search->comm, 0, search->designs, n));
    return TAKT_OK;
}

takt_status search_evaluate(takt_search *search, const search_batch *batch)
{
    order given = {ORDER_EVALUATE, batch->n_designs, batch->n_replications,
                   batch->n_kept,  batch->first,     batch->forced};
    TAKT_ASSERT(batch->n_designs <= search->counts.batch);
    search_show(search, 0);
    search->others_wait = false; // a farm that fails has failed for all of them
    TAKT_TRY(send_order(search, &given, batch->designs));
    TAKT_TRY(run_order(search, &given, batch->rows));
    search->others_wait = true;
    const int64_t n_tasks = given.n_designs * given.n_replications;
    for (int64_t i = 0; i < n_tasks; ++i) {
        const double violation =
            batch->rows[i * (SEARCH_ROW_RESULT + given.n_kept) + SEARCH_ROW_VIOLATION];
        search->state.head->n_replications +=
            given.forced || violation <= 0 || violation >= SEARCH_NO_OUTPUT;
    }
    return TAKT_OK;
}

search_score search_score_of(const search_batch *batch, int32_t index)
{
    const int64_t width = SEARCH_ROW_RESULT + batch->n_kept;
    const double *row = batch->rows + (int64_t)index * batch->n_replications * width;
    search_score score = {0};
    for (int32_t r = 0; r < batch->n_replications; ++r, row += width) {
        score.cost += row[SEARCH_ROW_RESULT + TAKT_KPI_COST];
        if (row[SEARCH_ROW_VIOLATION] > score.violation)
            score.violation = row[SEARCH_ROW_VIOLATION];
    }
    score.n = batch->n_replications;
    score.cost = score.violation > 0 ? 0 : score.cost / score.n;
    return score;
}

void search_take_cost(search_head *head, const search_batch *batch, int32_t index, double cost)
{
    const int64_t width = SEARCH_ROW_RESULT + batch->n_kept;
    const double *row = batch->rows + (int64_t)index * batch->n_replications * width;
    takt_moments moments = {0};
    for (int32_t r = 0; r < batch->n_replications; ++r, row += width)
        takt_moments_add(&moments, row[SEARCH_ROW_RESULT + TAKT_KPI_COST]);
    double half = 0;
    if (moments.n > 1) {
        const takt_interval interval = takt_interval_of_moments(&moments, 0.95);
        half = 0.5 * (interval.hi - interval.lo);
    }
    head->best_cost = cost;
    head->best_lo = cost - half;
    head->best_hi = cost + half;
}

void search_results_copy(const search_batch *batch, int32_t index, double *results)
{
    const size_t width = SEARCH_ROW_RESULT + (size_t)batch->n_kept, n_kept = (size_t)batch->n_kept;
    const size_t n = (size_t)batch->n_replications;
    const double *rows = batch->rows + (size_t)index * n * width + SEARCH_ROW_RESULT;
    for (size_t r = 0; r < n; ++r)
        memcpy(results + r * n_kept, rows + r * width, n_kept * sizeof *results);
}

takt_status search_dismiss(takt_search *search)
{
    order given = {.kind = ORDER_END, .n_designs = search->state.head->found ? 1 : 0};
    search->others_wait = false;
    TAKT_TRY(send_order(search, &given, search->state.best));
    if (given.n_designs > 0)
        TAKT_TRY(takt_scenario_fill(search->scenario, search->designs));
    return TAKT_OK;
}

takt_status search_follow(takt_search *search)
{
    for (;;) {
        order given = {0};
        TAKT_TRY(takt_comm_broadcast(search->comm, 0, &given, sizeof given));
        TAKT_TRY(takt_comm_broadcast_doubles(search->comm, 0, search->designs,
                                             (size_t)(given.n_designs * search->counts.n)));
        if (given.kind == ORDER_END)
            return given.n_designs > 0 ? takt_scenario_fill(search->scenario, search->designs)
                                       : TAKT_OK;
        TAKT_TRY(run_order(search, &given, NULL));
    }
}
