// What each set-point is worth: the cost at 10 % of its range to either side of the winner, on the
// winner's futures, and the verdict.
#include "mpi/search_internal.h"

#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// How far to either side, as a share of the range.
#define SIDE_STEP 0.1

/// Costs that differ by less than this share, and by no more than noise, are the same.
#define DEAD_TOLERANCE 2e-4

#define SIDE_CONFIDENCE 0.95

static bool is_better(const search_side *side)
{
    return !side->at_bound && side->feasible && side->hi < 0;
}

static bool is_worse(const search_side *side)
{
    return !side->at_bound && side->feasible && side->lo > 0;
}

static bool is_same(const search_side *side, double cost)
{
    return !is_better(side) && !is_worse(side) &&
           fabs(side->difference) < DEAD_TOLERANCE * fabs(cost);
}

takt_verdict search_verdict_of(const search_side *minus, const search_side *plus, double cost)
{
    if (is_better(minus) || is_better(plus))
        return TAKT_VERDICT_OPEN;
    if (minus->at_bound || plus->at_bound)
        return TAKT_VERDICT_BOUND;
    if (!minus->feasible || !plus->feasible)
        return TAKT_VERDICT_HELD;
    if (is_worse(minus) && is_worse(plus))
        return TAKT_VERDICT_INTERIOR;
    if (is_same(minus, cost) && is_same(plus, cost))
        return TAKT_VERDICT_DEAD;
    return TAKT_VERDICT_OPEN;
}

takt_verdict search_verdict_of_flat(const search_side *lowest, const search_side *highest)
{
    if (is_better(lowest) || is_better(highest))
        return TAKT_VERDICT_OPEN;
    const bool lives =
        !lowest->feasible || !highest->feasible || is_worse(lowest) || is_worse(highest);
    return lives ? TAKT_VERDICT_FLAT : TAKT_VERDICT_DEAD;
}

/// The value 10 % of the range below (direction -1) or above, cut at the bounds; whole numbers move
/// by at least one.
static double moved(const takt_set_point *point, double value, int direction)
{
    double step = SIDE_STEP * (point->max - point->min);
    if (point->integer)
        step = fmax(1, round(step));
    return fmin(fmax(value + direction * step, point->min), point->max);
}

static bool at_bound(const takt_set_point *point, double value, int direction)
{
    const double room = direction < 0 ? value - point->min : point->max - value;
    return room <= TAKT_BOUND_TOLERANCE * (point->max - point->min);
}

/// Two designs per set-point, minus then plus; at a bound the winner itself stands in, so that
/// places stay simple (its rows cost little and are not used).
static void build_designs(const takt_search *search, double *designs)
{
    const size_t n = (size_t)search->counts.n;
    for (size_t k = 0; k < 2 * n; ++k) {
        const size_t i = k / 2;
        double *design = designs + k * n;
        memcpy(design, search->state.best, n * sizeof *design);
        design[i] = moved(TAKT_ITEM(takt_set_point, search->study->set_points, (int32_t)i),
                          design[i], k % 2 == 0 ? -1 : 1);
    }
}

static search_side measure_side(const takt_search *search, const search_batch *batch, int32_t index,
                                bool is_at_bound)
{
    const int32_t n = batch->n_replications, width = SEARCH_ROW_RESULT + batch->n_kept;
    const double *rows = batch->rows + (int64_t)index * n * width;
    search_side side = {.at_bound = is_at_bound, .feasible = true};
    if (is_at_bound)
        return side;
    double *here = search->slopes, *winner = search->slopes + n;
    for (int32_t r = 0; r < n; ++r) {
        side.feasible = side.feasible && !(rows[r * width + SEARCH_ROW_VIOLATION] > 0);
        here[r] = rows[r * width + SEARCH_ROW_RESULT + TAKT_KPI_COST];
        winner[r] =
            search->state.best_results[(int64_t)r * search->counts.n_values + TAKT_KPI_COST];
    }
    if (!side.feasible)
        return side;
    const takt_interval interval = takt_interval_of_pairs(here, winner, n, SIDE_CONFIDENCE);
    side.difference = interval.mean;
    side.lo = interval.lo;
    side.hi = interval.hi;
    return side;
}

/// The name of the limit that stops the side which is infeasible (of two, the lower side's).
static void name_limit(const takt_search *search, const search_batch *batch, int32_t first,
                       takt_answer_row *row)
{
    const int32_t index = row->minus_feasible ? first + 1 : first;
    const int32_t width = SEARCH_ROW_RESULT + batch->n_kept;
    const double *rows = batch->rows + (int64_t)index * batch->n_replications * width;
    const int32_t worst = (int32_t)rows[SEARCH_ROW_WORST];
    int32_t n = 0;
    const takt_constraint *constraints = takt_scenario_constraints(search->scenario, &n);
    snprintf(row->held_by, sizeof row->held_by, "%s",
             worst >= 0 && worst < n ? constraints[worst].name : "no good output");
}

static void fill_row(takt_search *search, const search_batch *batch, int32_t i, double cost)
{
    search_state *s = &search->state;
    takt_answer_row *row = &s->rows[i];
    const takt_set_point *point = TAKT_ITEM(takt_set_point, search->study->set_points, i);
    const search_side minus = measure_side(search, batch, 2 * i, at_bound(point, row->value, -1));
    const search_side plus = measure_side(search, batch, 2 * i + 1, at_bound(point, row->value, 1));
    row->minus = minus.at_bound ? row->value : moved(point, row->value, -1);
    row->plus = plus.at_bound ? row->value : moved(point, row->value, 1);
    row->minus_feasible = minus.feasible;
    row->plus_feasible = plus.feasible;
    // The winner's mean over all its replications plus the paired difference: it agrees in sign
    // with the difference, and has less noise than the mean of the side alone.
    row->cost_minus = minus.feasible ? cost + minus.difference : 0;
    row->cost_plus = plus.feasible ? cost + plus.difference : 0;
    row->minus_lo = minus.lo;
    row->minus_hi = minus.hi;
    row->plus_lo = plus.lo;
    row->plus_hi = plus.hi;
    row->verdict = search_verdict_of(&minus, &plus, cost);
    if (row->verdict == TAKT_VERDICT_HELD)
        name_limit(search, batch, 2 * i, row);
}

static search_batch batch_of(const takt_search *search, int32_t n_designs)
{
    return (search_batch){
        .n_designs = n_designs,
        .n_replications = search->counts.slope,
        .n_kept = TAKT_KPI_THROUGHPUT + 1,
        .designs = search->designs,
        .rows = search->rows,
    };
}

/// A set-point that is flat around the answer is dead only if it is flat to the ends of its range:
/// near an optimum every curve is flat.
static takt_status look_further(takt_search *search)
{
    search_state *s = &search->state;
    const size_t n = (size_t)search->counts.n;
    double *design = search->designs;
    int32_t n_designs = 0;
    for (size_t i = 0; i < n; ++i) {
        for (int end = 0; end < 2 && s->rows[i].verdict == TAKT_VERDICT_DEAD; ++end) {
            memcpy(design, s->best, n * sizeof *design);
            design[i] = end ? s->rows[i].max : s->rows[i].min;
            design += n;
            ++n_designs;
        }
    }
    const search_batch batch = batch_of(search, n_designs);
    if (n_designs > 0)
        TAKT_TRY(search_evaluate(search, &batch));
    int32_t next = 0;
    for (size_t i = 0; i < n; ++i) {
        if (s->rows[i].verdict != TAKT_VERDICT_DEAD)
            continue;
        const search_side lowest = measure_side(search, &batch, next, false);
        const search_side highest = measure_side(search, &batch, next + 1, false);
        s->rows[i].verdict = search_verdict_of_flat(&lowest, &highest);
        next += 2;
    }
    return TAKT_OK;
}

static takt_status measure(takt_search *search)
{
    const search_batch batch = batch_of(search, 2 * search->counts.n);
    build_designs(search, search->designs);
    search->phase = "moving each set-point";
    TAKT_TRY(search_evaluate(search, &batch));
    for (int32_t i = 0; i < search->counts.n; ++i)
        fill_row(search, &batch, i, search->state.head->best_cost);
    search->stage_done = (int64_t)batch.n_designs * batch.n_replications;
    TAKT_TRY(look_further(search));
    return TAKT_OK;
}

takt_status search_slopes_run(takt_search *search)
{
    search_state *s = &search->state;
    memset(s->rows, 0, (size_t)search->counts.n * sizeof *s->rows);
    for (int32_t i = 0; i < search->counts.n; ++i) {
        const takt_set_point *point = TAKT_ITEM(takt_set_point, search->study->set_points, i);
        s->rows[i].value = s->best[i];
        s->rows[i].baseline = point->value;
        s->rows[i].min = point->min;
        s->rows[i].max = point->max;
        s->rows[i].verdict = TAKT_VERDICT_OPEN;
    }
    if (s->head->found)
        TAKT_TRY(measure(search));
    s->head->stage = SEARCH_DONE;
    return TAKT_OK;
}
