// The search finds the best design of a line that can be enumerated, gives the same bytes on any
// number of ranks and after any interruption, and survives studies where nothing is feasible.
#include "tests/check.h"

#include "core/files.h"
#include "core/memory.h"
#include "core/stop.h"
#include "mpi/comm_internal.h"
#include "mpi/search.h"
#include "mpi/search_internal.h"
#include "mpi/simulate.h"

#include <unistd.h>

// Three stations in a row; the middle one breaks. Places cost money, so does lost output; more
// machines are always better here, and power that costs nothing does not matter.
static const char line_text[] =
    "study: line\n"
    "seed: 5\n"
    "horizon: {warm_up: 10 h, measured: 300 h}\n"
    "factory:\n"
    "  max_items: 500\n"
    "  prices: {fixed_per_year: 200000}\n"
    "  buffers:\n"
    "    - {name: before, capacity: 2, place_cost: 5000}\n"
    "    - {name: after, capacity: 2, place_cost: 8000}\n"
    "  stations:\n"
    "    - {name: first, service: {is: exponential, mean: 60 min}, routes: [{to: before}]}\n"
    "    - {name: middle, machines: 1, service: {mean: 90 min}, inputs: [{from: before}],\n"
    "       routes: [{to: after}],\n"
    "       failures: [{up: {is: exponential, mean: 10 h}, repair: {mean: 2 h}}]}\n"
    "    - {name: last, service: {is: exponential, mean: 50 min}, inputs: [{from: after}],\n"
    "       routes: [{to: out}]}\n"
    "set_points:\n"
    "  - {name: before, value: 1, min: 1, max: 6, integer: true,\n"
    "     targets: ['factory.buffers[before].capacity']}\n"
    "  - {name: after, value: 6, min: 1, max: 6, integer: true,\n"
    "     targets: ['factory.buffers[after].capacity']}\n"
    "  - {name: machines, value: 1, min: 1, max: 2, integer: true,\n"
    "     targets: ['factory.stations[middle].machines']}\n"
    "  - {name: power, value: 5, min: 1, max: 9, unit: kW,\n"
    "     targets: ['factory.stations[first].power_kW']}\n"
    "optimize: {population: 8, generations: 12, replications: 2, replications_end: 6, step: 0.3,\n"
    "           finalists: 4, final_replications: 20, slope_replications: 10}\n";

// A service longer than the horizon: no design makes anything.
static const char idle_text[] =
    "study: idle\n"
    "horizon: {measured: 1 h}\n"
    "factory:\n"
    "  stations:\n"
    "    - {name: slow, service: {mean: 2 h}, routes: [{to: out}]}\n"
    "set_points:\n"
    "  - {name: machines, value: 1, min: 1, max: 3, integer: true,\n"
    "     targets: ['factory.stations[slow].machines']}\n"
    "optimize: {population: 4, generations: 2, replications: 1, replications_end: 1,\n"
    "           finalists: 2, final_replications: 2, slope_replications: 2}\n";

// One machine is too slow for what arrives: its queue outgrows the plant.
static const char flooded_text[] =
    "study: flooded\n"
    "horizon: {measured: 100 h}\n"
    "factory:\n"
    "  max_items: 50\n"
    "  prices: {fixed_per_year: 100000}\n"
    "  sources:\n"
    "    - {name: orders, to: queue, interarrival: {mean: 30 min}}\n"
    "  buffers:\n"
    "    - {name: queue}\n"
    "  stations:\n"
    "    - {name: press, machines: 3, service: {mean: 50 min}, inputs: [{from: queue}],\n"
    "       routes: [{to: out}]}\n"
    "set_points:\n"
    "  - {name: machines, value: 2, min: 1, max: 4, integer: true,\n"
    "     targets: ['factory.stations[press].machines']}\n"
    "optimize: {population: 8, generations: 3, replications: 1, replications_end: 1, step: 0.5,\n"
    "           finalists: 2, final_replications: 2, slope_replications: 2}\n";

static takt_comm *comm;

/// A study on this rank, ready to search.
typedef struct plant {
    takt_study *study;
    takt_dryer dryer;
    takt_scenario *scenario;
} plant;

static plant plant_of(const char *text)
{
    plant made = {0};
    CHECK_OK(takt_study_parse("test.yaml", text, strlen(text), &made.study));
    CHECK_OK(takt_scenario_create(made.study, NULL, &made.scenario));
    return made;
}

/// The flagship plant for two days and with a tiny budget: limits of the process are at work.
static plant plant_with_limits(const char *const *more, int32_t n_more)
{
    const char *sets[16] = {
        "horizon.warm_up=4 d",     "horizon.measured=2 d",
        "optimize.population=8",   "optimize.generations=3",
        "optimize.replications=2", "optimize.replications_end=2",
        "optimize.finalists=3",    "optimize.final_replications=4",
        "optimize.step=0.05",      "optimize.slope_replications=4",
    };
    int32_t n = 10;
    plant made = {0};
    for (int32_t i = 0; i < n_more; ++i)
        sets[n++] = more[i];
    CHECK_OK(takt_study_open(TAKT_SOURCE_DIR "/examples/battery_line.yaml", sets, n, &made.study));
    CHECK_OK(takt_dryer_batch_create(&made.dryer));
    CHECK_OK(takt_scenario_create(made.study, &made.dryer, &made.scenario));
    return made;
}

static void plant_leave(plant *left)
{
    takt_scenario_destroy(&left->scenario);
    if (left->dryer.context)
        takt_dryer_batch_destroy(&left->dryer);
    takt_study_destroy(&left->study);
}

static uint64_t digest_more(uint64_t digest, const void *bytes, size_t n, size_t size)
{
    return bytes ? takt_crc64(digest, bytes, n * size) : digest; // nothing was found
}

/// Of every number in the answer.
static uint64_t digest_of(const takt_answer *a, int32_t n_values)
{
    const size_t n = (size_t)a->n_set_points, generations = (size_t)a->n_generations;
    const size_t designs = generations * (size_t)a->population;
    const size_t results = (size_t)a->n_final * (size_t)n_values;
    const int64_t counts[] = {a->found, a->n_rejected, a->n_referee_rows, a->n_replications};
    uint64_t digest = digest_more(0, counts, 4, sizeof *counts);
    digest = digest_more(digest, a->best, n, sizeof *a->best);
    digest = digest_more(digest, a->rows, n, sizeof *a->rows);
    digest = digest_more(digest, a->baseline_results, results, sizeof(double));
    digest = digest_more(digest, a->best_results, results, sizeof(double));
    digest = digest_more(digest, a->generations, generations, sizeof *a->generations);
    digest = digest_more(digest, a->candidates, designs * n, sizeof(double));
    digest = digest_more(digest, a->costs, designs, sizeof(double));
    digest = digest_more(digest, a->violations, designs, sizeof(double));
    return digest_more(digest, a->referee, (size_t)a->n_referee_rows, sizeof *a->referee);
}

/// Every number in the answer is finite (whole-line intervals do not get in).
static void check_finite(const takt_answer *a, int32_t n_values)
{
    for (int32_t i = 0; i < a->n_set_points; ++i) {
        const takt_answer_row *row = &a->rows[i];
        const double values[] = {a->best[i],    row->value,    row->cost_minus, row->cost_plus,
                                 row->minus_lo, row->minus_hi, row->plus_lo,    row->plus_hi};
        for (size_t k = 0; k < sizeof values / sizeof *values; ++k)
            CHECK(isfinite(values[k]));
    }
    for (int32_t i = 0; i < a->n_generations * a->population; ++i)
        CHECK(isfinite(a->costs[i]) && isfinite(a->violations[i]) && a->violations[i] >= 0);
    for (int32_t g = 0; g < a->n_generations; ++g)
        CHECK(isfinite(a->generations[g].best_lo) && isfinite(a->generations[g].mean_cost));
    CHECK(a->found == (a->best_results != NULL));
    for (int32_t i = 0; i < a->n_final * n_values; ++i)
        CHECK(isfinite(a->baseline_results[i]) && (!a->found || isfinite(a->best_results[i])));
}

/// What happens to a search on its way, on rank 0.
typedef struct fate {
    int32_t n_published, n_shown;
    int64_t done;                       ///< last progress
    int32_t stop_published, stop_shown; ///< request a stop at this call, 0: never
    int32_t fail_published;             ///< fail at this call, 0: never
    int32_t n_judged, n_reject;         ///< the referee rejects the first n_reject designs
    double judged_first[2];             ///< buffers of the first design it saw
} fate;

static takt_status publish(void *context, const takt_answer *answer)
{
    fate *f = context;
    CHECK(answer->n_generations <= 12);
    ++f->n_published;
    if (f->n_published == f->stop_published)
        takt_stop_request();
    if (f->n_published == f->fail_published)
        return TAKT_FAIL(TAKT_ERR_FILE, "run.nc: no space left");
    return TAKT_OK;
}

static void listen(void *context, const takt_progress *progress)
{
    fate *f = context;
    CHECK(progress->done >= f->done && progress->done <= progress->total);
    f->done = progress->done;
    CHECK(progress->phase && progress->best_name);
    ++f->n_shown;
    if (f->n_shown == f->stop_shown)
        takt_stop_request();
}

static takt_status judge(void *context, const takt_scenario *scenario, takt_referee_row *rows,
                         int32_t max_rows, int32_t *n_rows)
{
    fate *f = context;
    CHECK_INT(max_rows, TAKT_REFEREE_MAX_ROWS);
    CHECK(takt_scenario_violation(scenario) <= 0);
    if (f->n_judged == 0)
        for (int32_t i = 0; i < 2; ++i)
            f->judged_first[i] =
                TAKT_ITEM(takt_buffer, takt_scenario_study(scenario)->factory.buffers, i)->capacity;
    rows[0] = (takt_referee_row){.value = f->n_judged, .limit = f->n_reject, .at_least = true};
    snprintf(rows[0].name, sizeof rows[0].name, "turn %d", f->n_judged);
    rows[0].pass = f->n_judged++ >= f->n_reject;
    *n_rows = 1;
    return TAKT_OK;
}

/// Runs a search on `ranks` to its end or to what fate brings. `digest` may be NULL.
static takt_status search_once(takt_comm *ranks, plant *searched, const char *folder, bool resume,
                               fate *f, uint64_t *digest)
{
    const takt_observer observer = {.context = f, .progress = listen};
    const takt_search_config config = {
        .folder = folder,
        .resume = resume,
        .observer = &observer,
        .referee = {judge, f},
        .publish = publish,
        .publish_context = f,
    };
    takt_search *search = NULL;
    CHECK_OK(takt_search_create(ranks, searched->scenario, &config, &search));
    const takt_status status = takt_search_run(search);
    if (digest && takt_comm_rank(ranks) == 0)
        *digest = digest_of(takt_search_answer(search),
                            takt_scenario_report(searched->scenario)->n_values);
    takt_search_destroy(&search);
    CHECK(search == NULL);
    return status;
}

/// A folder of this number of ranks, empty.
static const char *scratch_folder(void)
{
    static char folder[512];
    snprintf(folder, sizeof folder, "%s/mpi_search_%d", TAKT_BINARY_DIR, takt_comm_size(comm));
    if (takt_comm_rank(comm) == 0) {
        char path[600];
        const char *const names[] = {"checkpoint.bin", "checkpoint.bin.1"};
        CHECK_OK(takt_folder_create(folder));
        for (int i = 0; i < 2; ++i) {
            snprintf(path, sizeof path, "%s/%s", folder, names[i]);
            unlink(path);
        }
    }
    CHECK_OK(takt_comm_barrier(comm));
    return folder;
}

/// Mean cost of a design on the final futures.
static double cost_of(plant *simulated, const double *design)
{
    const takt_optimize *budget = &simulated->study->optimize;
    const takt_report *report = takt_scenario_report(simulated->scenario);
    const size_t n = (size_t)budget->final_replications * (size_t)report->n_values;
    double *results = takt_alloc(n * sizeof *results);
    CHECK_OK(takt_scenario_fill(simulated->scenario, design));
    CHECK_OK(
        takt_simulate(comm, simulated->scenario, 0, budget->final_replications, NULL, results));
    const double cost =
        takt_report_mean(report, results, budget->final_replications, TAKT_KPI_COST);
    takt_free(results);
    return cost;
}

static void best_of_all_designs_is_found(void)
{
    plant line = plant_of(line_text);
    double best[4] = {0}, lowest = INFINITY;
    for (int k = 0; k < 6 * 6 * 2; ++k) {
        const int second = k / 6 % 6 + 1, third = k / 36 + 1;
        const double design[4] = {k % 6 + 1, second, third, 5};
        const double cost = cost_of(&line, design);
        if (cost < lowest)
            memcpy(best, design, sizeof best);
        lowest = fmin(lowest, cost);
    }
    fate f = {0};
    const takt_search_config config = {.publish = publish, .publish_context = &f};
    takt_search *search = NULL;
    CHECK_OK(takt_search_create(comm, line.scenario, &config, &search));
    CHECK_OK(takt_search_run(search));
    const takt_answer *answer = takt_search_answer(search);
    if (takt_comm_rank(comm) == 0) {
        CHECK(answer->found);
        CHECK_INT(answer->n_generations, 12);
        for (int i = 0; i < 3; ++i) {
            CHECK_NEAR(answer->best[i], best[i], 0, 0);
            CHECK_NEAR(answer->rows[i].value, best[i], 0, 0);
        }
        CHECK_INT(answer->rows[2].verdict, TAKT_VERDICT_BOUND);
        CHECK_NEAR(answer->rows[2].cost_plus, lowest, 1e-12, 0);
        CHECK_INT(answer->rows[3].verdict, TAKT_VERDICT_DEAD);
        CHECK_INT(f.n_published, 1 + 12 + 3);
        check_finite(answer, takt_scenario_report(line.scenario)->n_values);
    }
    takt_search_destroy(&search);
    plant_leave(&line);
}

static void same_bytes_as_one_rank(void)
{
    plant line = plant_of(line_text);
    uint64_t alone = 0, together = 0;
    if (takt_comm_rank(comm) == 0) {
        takt_comm self = {.world = MPI_COMM_SELF, .rank = 0, .size = 1, .size_on_node = 1};
        CHECK_OK(search_once(&self, &line, NULL, false, &(fate){0}, &alone));
    }
    CHECK_OK(takt_comm_barrier(comm));
    CHECK_OK(search_once(comm, &line, NULL, false, &(fate){0}, &together));
    CHECK(together == alone);
    plant_leave(&line);
}

static void limits_give_the_same_bytes(void)
{
    plant battery = plant_with_limits(NULL, 0);
    uint64_t alone = 0, together = 0;
    if (takt_comm_rank(comm) == 0) {
        takt_comm self = {.world = MPI_COMM_SELF, .rank = 0, .size = 1, .size_on_node = 1};
        CHECK_OK(search_once(&self, &battery, NULL, false, &(fate){0}, &alone));
    }
    CHECK_OK(takt_comm_barrier(comm));
    CHECK_OK(search_once(comm, &battery, NULL, false, &(fate){0}, &together));
    CHECK(together == alone);
    plant_leave(&battery);
}

/// Cuts the search short in three ways at every stage: a request to stop while it runs, one while
/// it publishes, and a failure to publish, which leaves what a kill after the checkpoint leaves.
/// Then another search continues, as another process would.
static void interrupted_searches_end_alike(void)
{
    // Calls of the observer: 1 baseline, 2 to 5 generations, then finalists, referee, slopes to
    // either side and to the ends. After publication 8 nothing is left to stop.
    const int32_t stages[] = {1, 2, 4, 5, 6, 7, 8, 9};
    plant line = plant_of(line_text);
    line.study->optimize.generations = 4;
    uint64_t straight = 0, resumed = 0;
    CHECK_OK(search_once(comm, &line, NULL, false, &(fate){0}, &straight));
    for (size_t i = 0; i < sizeof stages / sizeof *stages; ++i) {
        for (int way = 0; way < 3; ++way) {
            const int32_t k = stages[i];
            if ((way == 1 && k > 7) || (way == 2 && k > 8))
                continue;
            const char *folder = scratch_folder();
            fate cut = {0};
            *(way == 0   ? &cut.stop_shown
              : way == 1 ? &cut.stop_published
                         : &cut.fail_published) = k;
            CHECK_STATUS(search_once(comm, &line, folder, false, &cut, NULL),
                         way == 2 ? TAKT_ERR_FILE : TAKT_STOPPED);
            takt_stop_clear();
            CHECK_OK(search_once(comm, &line, folder, true, &(fate){0}, &resumed));
            CHECK(resumed == straight);
        }
    }
    plant_leave(&line);
}

static void failed_publication_is_known_to_all(void)
{
    plant line = plant_of(line_text);
    fate f = {.fail_published = 4};
    CHECK_STATUS(search_once(comm, &line, NULL, false, &f, NULL), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "no space left");
    CHECK_OK(takt_comm_barrier(comm)); // nobody was left behind
    plant_leave(&line);
}

static void checkpoint_of_another_seed_is_refused(void)
{
    plant line = plant_of(line_text);
    const char *folder = scratch_folder();
    CHECK_STATUS(search_once(comm, &line, folder, false, &(fate){.stop_published = 3}, NULL),
                 TAKT_STOPPED);
    takt_stop_clear();
    line.study->seed = 6;
    const takt_search_config config = {.folder = folder, .resume = true};
    takt_search *search = NULL;
    CHECK_STATUS(takt_search_create(comm, line.scenario, &config, &search), TAKT_ERR_INPUT);
    CHECK(search == NULL);
    plant_leave(&line);
}

/// Costs of the designs that the referee would see first and second: a rejected winner makes room
/// for the next one, which costs no less.
static void rejected_winner_makes_room(void)
{
    plant line = plant_of(line_text);
    double costs[3] = {0};
    for (int32_t n_reject = 0; n_reject < 3; ++n_reject) {
        fate f = {.n_reject = n_reject};
        const takt_search_config config = {.referee = {judge, &f}};
        takt_search *search = NULL;
        CHECK_OK(takt_search_create(comm, line.scenario, &config, &search));
        CHECK_OK(takt_search_run(search));
        const takt_answer *answer = takt_search_answer(search);
        if (takt_comm_rank(comm) == 0) {
            char name[64];
            snprintf(name, sizeof name, "turn %d", n_reject);
            CHECK(answer->found);
            CHECK_INT(answer->n_rejected, n_reject);
            CHECK_INT(answer->n_referee_rows, 1);
            CHECK_TEXT(answer->referee[0].name, name);
            CHECK(answer->referee[0].pass);
            costs[n_reject] =
                takt_report_mean(takt_scenario_report(line.scenario), answer->best_results,
                                 answer->n_final, TAKT_KPI_COST);
            CHECK(n_reject == 0 || costs[n_reject] >= costs[n_reject - 1]);
        }
        // The first turn sees the winner; afterwards the scenario of every rank holds it.
        double best[2] = {0};
        if (takt_comm_rank(comm) == 0)
            memcpy(best, answer->best, sizeof best);
        CHECK_OK(takt_comm_broadcast_doubles(comm, 0, best, 2));
        for (int32_t i = 0; i < 2; ++i) {
            CHECK_NEAR(TAKT_ITEM(takt_buffer, line.study->factory.buffers, i)->capacity, best[i], 0,
                       0);
            CHECK(n_reject > 0 || takt_comm_rank(comm) > 0 || best[i] == f.judged_first[i]);
        }
        takt_search_destroy(&search);
    }
    plant_leave(&line);
}

static void referee_that_rejects_all(void)
{
    plant line = plant_of(line_text);
    fate f = {.n_reject = 1000};
    const takt_search_config config = {.referee = {judge, &f}};
    takt_search *search = NULL;
    CHECK_OK(takt_search_create(comm, line.scenario, &config, &search));
    CHECK_OK(takt_search_run(search));
    const takt_answer *answer = takt_search_answer(search);
    if (takt_comm_rank(comm) == 0) {
        CHECK(!answer->found);
        CHECK_INT(answer->n_rejected, f.n_judged);
        CHECK(f.n_judged >= 5); // the pool of four and the baseline at least
        CHECK(!answer->referee[0].pass);
        check_finite(answer, takt_scenario_report(line.scenario)->n_values);
    }
    takt_search_destroy(&search);
    plant_leave(&line);
}

/// Runs to the end; the caller looks at the answer and releases both.
static const takt_answer *answer_of(plant *searched, takt_search **search)
{
    const takt_search_config config = {0};
    CHECK_OK(takt_search_create(comm, searched->scenario, &config, search));
    CHECK_OK(takt_search_run(*search));
    return takt_search_answer(*search);
}

static void nothing_good_is_no_answer(void)
{
    plant idle = plant_of(idle_text);
    takt_search *search = NULL;
    const takt_answer *answer = answer_of(&idle, &search);
    if (takt_comm_rank(comm) == 0) {
        CHECK(!answer->found);
        CHECK(answer->baseline_violation >= SEARCH_NO_OUTPUT);
        CHECK_INT(answer->generations[0].n_infeasible, answer->population);
        CHECK_NEAR(answer->generations[0].best_cost, 0, 0, 0);
        check_finite(answer, takt_scenario_report(idle.scenario)->n_values);
    }
    takt_search_destroy(&search);
    plant_leave(&idle);
}

static void flooded_designs_lose(void)
{
    plant flooded = plant_of(flooded_text);
    takt_search *search = NULL;
    const takt_answer *answer = answer_of(&flooded, &search);
    if (takt_comm_rank(comm) == 0) {
        int32_t n_infeasible = 0;
        for (int32_t i = 0; i < answer->n_generations * answer->population; ++i) {
            const bool floods = answer->candidates[i] < 2;
            n_infeasible += floods;
            CHECK((answer->violations[i] > 0) == floods);
        }
        CHECK(n_infeasible > 0); // the case is met
        CHECK(answer->found && answer->best[0] >= 2);
        check_finite(answer, takt_scenario_report(flooded.scenario)->n_values);
    }
    takt_search_destroy(&search);
    plant_leave(&flooded);
}

/// A baseline just inside a limit: designs break limits, cost no replications, and one set-point
/// is held by a limit that has a name.
static void limits_are_kept(void)
{
    plant battery = plant_with_limits(NULL, 0);
    takt_search *search = NULL;
    const takt_answer *answer = answer_of(&battery, &search);
    if (takt_comm_rank(comm) == 0) {
        int32_t n_infeasible = 0, n_held = 0;
        for (int32_t g = 0; g < answer->n_generations; ++g)
            n_infeasible += answer->generations[g].n_infeasible;
        for (int32_t i = 0; i < answer->n_set_points; ++i) {
            const takt_answer_row *row = &answer->rows[i];
            n_held += row->verdict == TAKT_VERDICT_HELD;
            CHECK((row->verdict == TAKT_VERDICT_HELD) == (row->held_by[0] != 0));
            CHECK(row->minus_feasible || row->cost_minus <= 0);
            CHECK(row->plus_feasible || row->cost_plus <= 0);
        }
        const int64_t tasks = 4 + 3 * 8 * 2 + 4 * 4 + 42 * 4;
        CHECK(answer->found);
        CHECK(n_infeasible > 0 && n_held > 0);
        CHECK(answer->n_replications <= tasks - 2 * n_infeasible);
        check_finite(answer, takt_scenario_report(battery.scenario)->n_values);
    }
    takt_search_destroy(&search);
    plant_leave(&battery);
}

/// All air in the range overheats the cathode: the answer is the design nearest to the limits, and
/// today's numbers are there all the same.
static void all_designs_break_a_limit(void)
{
    const char *const hot[] = {"set_points[cathode_air_late].value=144",
                               "set_points[cathode_air_late].min=142"};
    plant battery = plant_with_limits(hot, 2);
    takt_search *search = NULL;
    const takt_answer *answer = answer_of(&battery, &search);
    if (takt_comm_rank(comm) == 0) {
        double least = answer->baseline_violation;
        for (int32_t i = 0; i < answer->n_generations * answer->population; ++i) {
            CHECK(answer->violations[i] > 0);
            least = fmin(least, answer->violations[i]);
        }
        CHECK(!answer->found);
        CHECK(least > 0 && least < answer->baseline_violation);
        CHECK_OK(takt_scenario_fill(battery.scenario, answer->best));
        CHECK_NEAR(takt_scenario_violation(battery.scenario), least, 0, 0);
        CHECK(answer->baseline_results[TAKT_KPI_COST] > 0);
        CHECK_INT(answer->n_replications, answer->n_final);
        check_finite(answer, takt_scenario_report(battery.scenario)->n_values);
    }
    takt_search_destroy(&search);
    plant_leave(&battery);
}

static void study_without_set_points_is_refused(void)
{
    const char text[] = "study: plain\n"
                        "factory:\n"
                        "  stations:\n"
                        "    - {name: one, service: {mean: 1 h}, routes: [{to: out}]}\n";
    plant plain = plant_of(text);
    takt_search *search = NULL;
    CHECK_STATUS(takt_search_create(comm, plain.scenario, &(takt_search_config){0}, &search),
                 TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "set_points");
    CHECK(search == NULL);
    plant_leave(&plain);
}

static void join(void)
{
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
}

static void leave(void)
{
    takt_comm_destroy(&comm);
    CHECK(comm == NULL);
}

// clang-format off
TAKT_TESTS(TEST(join),
           TEST(best_of_all_designs_is_found),
           TEST(same_bytes_as_one_rank),
           TEST(limits_give_the_same_bytes),
           TEST(interrupted_searches_end_alike),
           TEST(failed_publication_is_known_to_all),
           TEST(checkpoint_of_another_seed_is_refused),
           TEST(rejected_winner_makes_room),
           TEST(referee_that_rejects_all),
           TEST(nothing_good_is_no_answer),
           TEST(flooded_designs_lose),
           TEST(limits_are_kept),
           TEST(all_designs_break_a_limit),
           TEST(study_without_set_points_is_refused),
           TEST(leave))
// clang-format on
