// The answer of a search holds what an independent evaluation of the same designs gives, and
// nothing that is not known yet.
#include "tests/check.h"

#include "core/memory.h"
#include "mpi/search.h"
#include "mpi/search_internal.h"

#include <math.h>

// Two stations and a buffer between them; lost output and places cost money. The last set-point
// lies at its bound.
static const char line_text[] =
    "study: line\n"
    "seed: 3\n"
    "horizon: {warm_up: 10 h, measured: 200 h}\n"
    "factory:\n"
    "  prices: {fixed_per_year: 200000, energy_per_kWh: 0.2}\n"
    "  buffers:\n"
    "    - {name: between, capacity: 2, place_cost: 5000}\n"
    "  stations:\n"
    "    - {name: first, service: {is: exponential, mean: 60 min}, power_kW: 5,\n"
    "       routes: [{to: between}]}\n"
    "    - {name: last, service: {is: exponential, mean: 60 min}, inputs: [{from: between}],\n"
    "       routes: [{to: out}]}\n"
    "set_points:\n"
    "  - {name: places, value: 4, min: 1, max: 9, integer: true,\n"
    "     targets: ['factory.buffers[between].capacity']}\n"
    "  - {name: power, value: 5, min: 1, max: 9, unit: kW,\n"
    "     targets: ['factory.stations[first].power_kW']}\n"
    "  - {name: machines, value: 2, min: 1, max: 2, integer: true,\n"
    "     targets: ['factory.stations[last].machines']}\n"
    "optimize: {population: 6, generations: 8, replications: 3, replications_end: 3, step: 0.2,\n"
    "           finalists: 2, final_replications: 12, slope_replications: 5}\n";

enum { N_POINTS = 3, N_GENERATION = 3, N_FINAL = 12, N_SLOPE = 5 };

static takt_comm *comm;

/// What was published, on rank 0.
typedef struct record {
    int32_t n, n_baseline, n_best, n_rows; ///< publications in all, and with each of the arrays
    bool lost;                             ///< something known was not there afterwards
} record;

static takt_status publish(void *context, const takt_answer *answer)
{
    record *r = context;
    const bool has[3] = {answer->baseline_results, answer->best_results, answer->rows};
    r->lost = r->lost || (r->n_baseline && !has[0]) || (r->n_best && !has[1]);
    ++r->n;
    r->n_baseline += has[0];
    r->n_best += has[1];
    r->n_rows += has[2];
    CHECK(answer->best != NULL);
    return TAKT_OK;
}

/// A finished search of the line.
typedef struct searched {
    takt_study *study;
    takt_scenario *scenario;
    takt_search *search;
    const takt_answer *answer;
    record published;
} searched;

static void search_run(searched *s)
{
    *s = (searched){0};
    const takt_search_config config = {.publish = publish, .publish_context = &s->published};
    CHECK_OK(takt_study_parse("line.yaml", line_text, strlen(line_text), &s->study));
    CHECK_OK(takt_scenario_create(s->study, NULL, &s->scenario));
    CHECK_OK(takt_search_create(comm, s->scenario, &config, &s->search));
    CHECK_OK(takt_search_run(s->search));
    s->answer = takt_search_answer(s->search);
}

static void search_leave(searched *s)
{
    takt_search_destroy(&s->search);
    takt_scenario_destroy(&s->scenario);
    takt_study_destroy(&s->study);
}

/// Costs of a design on replications first .. first + n - 1, by the simulator alone.
static void costs_of(searched *s, const double *design, int64_t first, int32_t n, double *costs)
{
    double result[256];
    CHECK(takt_scenario_report(s->scenario)->n_values <= 256);
    CHECK_OK(takt_scenario_fill(s->scenario, design));
    for (int32_t i = 0; i < n; ++i) {
        CHECK_OK(takt_replication_run(takt_scenario_replication(s->scenario), (uint32_t)(first + i),
                                      result));
        costs[i] = result[TAKT_KPI_COST];
    }
}

static void check_interval(double mean, double lo, double hi, const double *costs, int32_t n)
{
    const takt_interval expected = takt_interval_of(costs, n, 0.95);
    CHECK_NEAR(mean, expected.mean, 1e-13, 0);
    CHECK_NEAR(lo, expected.lo, 1e-12, 0);
    CHECK_NEAR(hi, expected.hi, 1e-12, 0);
}

/// The interval of the best cost so far is that of the replications which that cost was taken from:
/// those of the baseline, or of the design's generation.
static void best_cost_has_its_interval(void)
{
    searched s;
    int32_t n_better = 0;
    search_run(&s);
    if (takt_comm_rank(comm) == 0) {
        const double start[N_POINTS] = {4, 5, 2};
        double costs[N_FINAL];
        costs_of(&s, start, 0, N_FINAL, costs);
        takt_interval best = takt_interval_of(costs, N_FINAL, 0.95);
        for (int32_t g = 0; g < s.answer->n_generations; ++g) {
            const takt_generation *row = &s.answer->generations[g];
            const double *told = s.answer->costs + g * s.answer->population;
            const double *design = NULL;
            for (int32_t i = 0; i < s.answer->population; ++i)
                if (told[i] < best.mean && told[i] <= row->best_cost)
                    design = s.answer->candidates + (g * s.answer->population + i) * N_POINTS;
            if (design) {
                costs_of(&s, design, SEARCH_FIRST_REPLICATION + g * N_GENERATION, N_GENERATION,
                         costs);
                check_interval(row->best_cost, row->best_lo, row->best_hi, costs, N_GENERATION);
                best = takt_interval_of(costs, N_GENERATION, 0.95);
                ++n_better;
            }
            CHECK_NEAR(row->best_cost, best.mean, 1e-13, 0);
            CHECK_NEAR(row->best_lo, best.lo, 1e-12, 0);
            CHECK_NEAR(row->best_hi, best.hi, 1e-12, 0);
        }
        CHECK(n_better > 0 && n_better < s.answer->n_generations); // both cases are met
    }
    search_leave(&s);
}

/// Checks one side of set-point i: `value` was tried, and the pairs give the interval.
static void check_side(searched *s, int32_t i, double value, const double interval[2],
                       double difference)
{
    double design[N_POINTS], here[N_SLOPE], winner[N_SLOPE];
    memcpy(design, s->answer->best, sizeof design);
    costs_of(s, design, 0, N_SLOPE, winner);
    design[i] = value;
    costs_of(s, design, 0, N_SLOPE, here);
    const takt_interval pairs = takt_interval_of_pairs(here, winner, N_SLOPE, 0.95);
    CHECK_NEAR(interval[0], pairs.lo, 1e-12, 0);
    CHECK_NEAR(interval[1], pairs.hi, 1e-12, 0);
    CHECK_NEAR(difference, pairs.mean, 1e-9, 1e-12);
}

static void sides_are_what_was_tried(void)
{
    searched s;
    search_run(&s);
    if (takt_comm_rank(comm) == 0) {
        const double steps[N_POINTS] = {1, 0.8, 1}; // 10 %, at least 1 of whole numbers
        const takt_report *report = takt_scenario_report(s.scenario);
        const double cost =
            takt_report_mean(report, s.answer->best_results, N_FINAL, TAKT_KPI_COST);
        CHECK(s.answer->found);
        for (int32_t i = 0; i < N_POINTS; ++i) {
            const takt_answer_row *row = &s.answer->rows[i];
            const double tolerance = TAKT_BOUND_TOLERANCE * (row->max - row->min);
            CHECK(row->minus_feasible && row->plus_feasible);
            if (row->value - row->min > tolerance) {
                CHECK_NEAR(row->minus, fmax(row->value - steps[i], row->min), 1e-15, 0);
                check_side(&s, i, row->minus, (double[]){row->minus_lo, row->minus_hi},
                           row->cost_minus - cost);
            } else {
                CHECK(row->minus == row->value && row->minus_lo == 0 && row->minus_hi == 0);
                CHECK_NEAR(row->cost_minus, cost, 1e-13, 0);
            }
            if (row->max - row->value > tolerance) {
                CHECK_NEAR(row->plus, fmin(row->value + steps[i], row->max), 1e-15, 0);
                check_side(&s, i, row->plus, (double[]){row->plus_lo, row->plus_hi},
                           row->cost_plus - cost);
            } else {
                CHECK(row->plus == row->value && row->plus_lo == 0 && row->plus_hi == 0);
                CHECK_NEAR(row->cost_plus, cost, 1e-13, 0);
            }
        }
        CHECK_NEAR(s.answer->rows[2].value, 2, 0, 0); // a bound is met
    }
    search_leave(&s);
}

/// The baseline is there from the first publication on, the best design once the referee has passed
/// it, the verdicts at the end.
static void what_is_not_known_yet_is_not_there(void)
{
    searched s;
    search_run(&s);
    if (takt_comm_rank(comm) == 0) {
        CHECK_INT(s.published.n, 1 + 8 + 3);
        CHECK_INT(s.published.n_baseline, 1 + 8 + 3);
        CHECK_INT(s.published.n_best, 2);
        CHECK_INT(s.published.n_rows, 1);
        CHECK(!s.published.lost);
    }
    search_leave(&s);
}

static void join(void)
{
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
}

static void leave(void)
{
    takt_comm_destroy(&comm);
}

TAKT_TESTS(TEST(join), TEST(best_cost_has_its_interval), TEST(sides_are_what_was_tried),
           TEST(what_is_not_known_yet_is_not_there), TEST(leave))
