// takt simulate --analytic: a line of machines solved by formulas, with all that they assume.

#include "jobs/simulate_analytic.h"

#include "core/text.h"
#include "jobs/analytic_line.h"
#include "jobs/tables.h"
#include "sim/scenario.h"

#include <math.h>

typedef struct preview {
    const takt_call *call;
    takt_study *study;
    takt_scenario *scenario; // holds the set-points' values in the study
    takt_arena *arena;
    takt_analytic_line line;
    takt_line_answer *stores; // [line.n - 1], time in s
    int32_t n_sweeps;         // of the decomposition
    double per_s;             // parts
} preview;

// --- What the model says -------------------------------------------------------------------------

static takt_status solve(preview *p)
{
    const takt_analytic_line *line = &p->line;
    takt_line_decomposition result;
    p->stores = takt_arena_alloc(p->arena, (size_t)line->n * sizeof *p->stores);
    if (!p->stores)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a line of %d machines", line->n);
    if (line->is_exponential) {
        TAKT_TRY(takt_line_exponential(line->rates[0], line->rates[1], line->capacities[0],
                                       &p->stores[0]));
        p->per_s = p->stores[0].throughput;
        return TAKT_OK;
    }
    if (line->n == 2) {
        p->stores[0] =
            takt_line_deterministic(line->machines[0], line->machines[1], line->capacities[0]);
        p->per_s = p->stores[0].throughput / line->cycle_s;
        return TAKT_OK;
    }
    TAKT_TRY(takt_line_decompose(line->machines, line->n, line->capacities, p->stores, &result));
    if (!result.converged)
        return TAKT_FAIL(TAKT_ERR_MODEL,
                         "%s: --analytic: the decomposition found no answer in %d sweeps: %s",
                         p->study->name, result.n_sweeps, result.reason);
    p->n_sweeps = result.n_sweeps;
    p->per_s = result.throughput / line->cycle_s;
    return TAKT_OK;
}

static double starved(const preview *p, int32_t i)
{
    return i > 0 ? p->stores[i - 1].starved : 0;
}

static double blocked(const preview *p, int32_t i)
{
    return i + 1 < p->line.n ? p->stores[i].blocked : 0;
}

/// Share of time in which a machine works.
static double working(const preview *p, int32_t i)
{
    const takt_analytic_line *line = &p->line;
    return p->per_s * (line->is_exponential ? 1 / line->rates[i].service : line->cycle_s);
}

static double down(const preview *p, int32_t i)
{
    const takt_analytic_line *line = &p->line;
    const double per_work = line->is_exponential
                                ? line->rates[i].failure / line->rates[i].repair
                                : line->machines[i].failure / line->machines[i].repair;
    return working(p, i) * per_work;
}

/// Parts on the places of the buffer itself: less those on the machines at either side.
static double level(const preview *p, int32_t i)
{
    const double occupied = 1 - starved(p, i + 1) - blocked(p, i + 1);
    const double found = p->stores[i].level - blocked(p, i) - occupied;
    const double most = (double)(p->line.capacities[i] - TAKT_ANALYTIC_ON_MACHINES);
    return fmax(0, fmin(found, most));
}

/// All parts between the machines, and the one that the first machine works on.
static double items_in_plant(const preview *p)
{
    double sum = 1 - blocked(p, 0);
    for (int32_t i = 0; i + 1 < p->line.n; ++i)
        sum += p->stores[i].level;
    return sum;
}

// --- Tables --------------------------------------------------------------------------------------

static void add_results(takt_sheet *sheet, const preview *p)
{
    static const takt_column columns[] = {
        {"name", "name", false}, {"unit", "unit", false}, {"value", "value", false}};
    const char *unit = p->study->factory.unit;
    const double items = items_in_plant(p);
    takt_table *table = takt_sheet_table(sheet, "rows", "Results", columns, 3);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_text(takt_sheet_format(sheet, "good_%s_per_h", unit)),
                                 takt_cell_text(takt_sheet_format(sheet, "%s/h", unit)),
                                 takt_cell_number(3600 * p->per_s, -5)});
    takt_table_add(table, (takt_cell[]){takt_cell_text("items_in_plant"), takt_cell_text("items"),
                                        takt_cell_number(items, -4)});
    takt_table_add(table, (takt_cell[]){takt_cell_text("flow_time"), takt_cell_text("h"),
                                        takt_cell_number(items / p->per_s / 3600, -4)});
}

static void add_stations(takt_sheet *sheet, const preview *p)
{
    static const takt_column columns[] = {{"name", "station", false},
                                          {"working", "working", false},
                                          {"starved", "starved", false},
                                          {"blocked", "blocked", false},
                                          {"down", "down", false}};
    takt_table *table = takt_sheet_table(sheet, "stations", "Stations: share of time", columns, 5);
    for (int32_t i = 0; i < p->line.n; ++i) {
        const takt_station *station =
            TAKT_ITEM(takt_station, p->study->factory.stations, p->line.stations[i]);
        takt_table_add(table, (takt_cell[]){takt_cell_text(station->name),
                                            takt_cell_number(working(p, i), 4),
                                            takt_cell_number(starved(p, i), 4),
                                            takt_cell_number(blocked(p, i), 4),
                                            takt_cell_number(down(p, i), 4)});
    }
}

static void add_buffers(takt_sheet *sheet, const preview *p)
{
    static const takt_column columns[] = {{"name", "buffer", false},
                                          {"places", "places", false},
                                          {"level", "mean level", false},
                                          {"store", "N of the model", false},
                                          {"store_level", "mean level in N", false}};
    takt_table *table = takt_sheet_table(sheet, "buffers", "Buffers", columns, 5);
    for (int32_t i = 0; i + 1 < p->line.n; ++i) {
        const takt_buffer *buffer =
            TAKT_ITEM(takt_buffer, p->study->factory.buffers, p->line.buffers[i]);
        const int64_t capacity = p->line.capacities[i];
        const bool has_end = capacity != TAKT_LINE_UNLIMITED;
        takt_table_add(
            table, (takt_cell[]){takt_cell_text(buffer->name),
                                 has_end ? takt_cell_integer(capacity - TAKT_ANALYTIC_ON_MACHINES)
                                         : takt_cell_none(),
                                 isfinite(p->stores[i].level) ? takt_cell_number(level(p, i), 4)
                                                              : takt_cell_none(),
                                 has_end ? takt_cell_integer(capacity) : takt_cell_none(),
                                 takt_cell_number(p->stores[i].level, 4)});
    }
}

static void add_model(takt_sheet *sheet, const preview *p)
{
    static const takt_column columns[] = {{"name", NULL, false},
                                          {"method", NULL, false},
                                          {"machines", NULL, false},
                                          {"cycle_s", NULL, false},
                                          {"sweeps", NULL, false}};
    const takt_analytic_line *line = &p->line;
    takt_table *table = takt_sheet_object(sheet, "model", NULL, columns, 5);
    takt_table_add(
        table,
        (takt_cell[]){takt_cell_text(line->is_exponential ? "exponential" : "deterministic"),
                      takt_cell_text(line->is_exponential ? "chain"
                                     : line->n == 2       ? "closed form"
                                                          : "decomposition"),
                      takt_cell_integer(line->n),
                      line->is_exponential ? takt_cell_none() : takt_cell_number(line->cycle_s, -5),
                      line->n > 2 ? takt_cell_integer(p->n_sweeps) : takt_cell_none()});
}

// --- What it assumes -----------------------------------------------------------------------------

static void add_assumptions(takt_sheet *sheet, const preview *p)
{
    const takt_analytic_line *line = &p->line;
    takt_sheet_note(sheet, "%s: %d machines in a line, solved without simulation. Assumed:",
                    p->study->name, line->n);
    if (line->is_exponential)
        takt_sheet_note(sheet,
                        "- exponential service, up times (of work) and repairs (Gershwin and "
                        "Berman 1981);");
    else
        takt_sheet_note(sheet,
                        "- all machines keep step in cycles of %.6g s; up times (of work) and "
                        "repairs are whole cycles, geometric with the means of the study (%s);",
                        line->cycle_s,
                        line->n == 2 ? "Buzacott 1967"
                                     : "decomposition of Dallery, David and Xie 1988");
    takt_sheet_note(sheet,
                    "- the first machine never lacks material, the last never waits; waiting "
                    "machines do not fail; nothing is scrapped;");
    takt_sheet_note(sheet,
                    "- a buffer of B places is a store of N = B + 2 parts: one waits finished "
                    "on the machine before (blocking after service), one is in work behind.");
}

static void add_bias(takt_sheet *sheet, const preview *p)
{
    if (p->line.is_exponential) {
        takt_sheet_note(sheet, "Bias: none, the model is the study.");
    } else if (p->line.n == 2) {
        takt_sheet_note(sheet, "Bias: exact for its model; takt simulate, where machines fail "
                               "within a cycle, makes less by 0.1 %% (repair 10 cycles, N = 10), "
                               "0.7 %% (repair 2 cycles).");
    } else {
        takt_sheet_note(sheet, "Bias of the decomposition: throughput too high by 0.1 %% at 3 "
                               "machines, 0.45 %% at 5, 1.8 %% at 10, 4.1 %% at 20 (up 100 cycles, "
                               "repair 10, N = 10).");
        takt_sheet_note(sheet,
                        "Against takt simulate, where machines fail within a cycle and "
                        "blocked ones hold a place: 0.3 %% too high at 3 machines, 1 %% at "
                        "5, 2.8 %% at 10, 5.5 %% at 20; more where repairs take few cycles.");
    }
    for (int32_t i = 0; i + 1 < p->line.n; ++i)
        if (isinf(p->stores[i].level))
            takt_sheet_note(sheet,
                            "The first machine outruns the second, and nothing stops it: its "
                            "buffer grows for ever.");
}

static takt_status print(const preview *p)
{
    const takt_sheet_head head = {p->study->name, p->study->seed, NULL};
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    add_assumptions(sheet, p);
    add_bias(sheet, p);
    add_model(sheet, p);
    add_results(sheet, p);
    add_stations(sheet, p);
    add_buffers(sheet, p);
    takt_sheet_next(sheet, "takt simulate %s", p->call->arguments.positional[0]);
    const takt_status status = takt_sheet_print(p->call, sheet, &head);
    takt_sheet_destroy(&sheet);
    return status;
}

// --- The call ------------------------------------------------------------------------------------

/// A preview leaves no run, there is nothing to watch, and it is of the study as it stands.
static takt_status check_flags(const takt_call *call)
{
    static const takt_flag none[] = {TAKT_FLAG_OUT, TAKT_FLAG_RESUME, TAKT_FLAG_VIEW,
                                     TAKT_FLAG_CONTROL, TAKT_FLAG_SCENARIO};
    for (size_t i = 0; i < sizeof none / sizeof *none; ++i)
        if (takt_arguments_has(&call->arguments, none[i]))
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "%s: found beside --analytic, allowed: --analytic alone (it previews "
                             "the study as it stands and leaves no run)",
                             takt_flag_text(none[i]));
    return takt_arguments_count(&call->arguments, call->verb, "--analytic STUDY", 1, 1);
}

/// The study with the values of its set-points, as a line.
static takt_status open_line(preview *p)
{
    const takt_arguments *arguments = &p->call->arguments;
    takt_problem problem = {0};
    TAKT_TRY(
        takt_study_open(arguments->positional[0], arguments->sets, arguments->n_sets, &p->study));
    TAKT_TRY(takt_arena_create(&p->arena));
    if (!takt_study_has_factory(p->study))
        (void)takt_problem_set(&problem, takt_path_of("factory"),
                               "found none, covered by --analytic: two stations or more");
    else if (!p->study->process.model)
        TAKT_TRY(takt_scenario_create(p->study, NULL, &p->scenario));
    takt_status status = problem.text[0]
                             ? TAKT_ERR_INPUT
                             : takt_analytic_line_of(p->study, p->arena, &p->line, &problem);
    return status == TAKT_ERR_INPUT ? takt_study_fail(p->study, &problem) : status;
}

static takt_status preview_line(const takt_call *call)
{
    preview p = {.call = call};
    takt_status status = TAKT_OK;
    TAKT_TRY(check_flags(call));
    TAKT_TRY_GOTO(open_line(&p), done);
    TAKT_TRY_GOTO(solve(&p), done);
    TAKT_TRY_GOTO(print(&p), done);
done:
    takt_arena_destroy(&p.arena);
    takt_scenario_destroy(&p.scenario);
    takt_study_destroy(&p.study);
    return status;
}

takt_status takt_simulate_analytic(takt_call *call)
{
    return takt_comm_agree(call->comm, takt_call_leads(call) ? preview_line(call) : TAKT_OK);
}
