// From a study to a line of machines, or to the reason why it is none.

#include "jobs/analytic_line.h"

#include "jobs/analytic_scope.h"

#include <math.h>

/// Who fills a buffer and who draws from it, station indices or NOBODY.
typedef struct neighbours {
    int32_t filled_by, drawn_by;
} neighbours;
enum { NOBODY = -1 };

static const takt_station *station_of(const takt_factory *factory, int32_t s)
{
    return TAKT_ITEM(takt_station, factory->stations, s);
}

// --- Which machine follows which -----------------------------------------------------------------

static takt_status note_input(const takt_factory *factory, int32_t s, neighbours *all,
                              takt_problem *problem)
{
    const takt_station *station = station_of(factory, s);
    if (station->inputs.n_items > 1)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].inputs", s),
                                "found %d, covered by --analytic: one", station->inputs.n_items);
    if (station->inputs.n_items == 0)
        return TAKT_OK;
    const takt_input *input = TAKT_ITEM(takt_input, station->inputs, 0);
    neighbours *buffer = &all[input->buffer];
    if (buffer->drawn_by != NOBODY)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].inputs[0].from", s),
                                "found '%s', which '%s' draws from, too, covered by --analytic: "
                                "one station behind each buffer",
                                input->from, station_of(factory, buffer->drawn_by)->name);
    buffer->drawn_by = s;
    return TAKT_OK;
}

static takt_status note_route(const takt_factory *factory, int32_t s, neighbours *all,
                              takt_problem *problem)
{
    const takt_station *station = station_of(factory, s);
    if (station->routes.n_items != 1)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].routes", s),
                                "found %d, covered by --analytic: one", station->routes.n_items);
    const takt_route *route = TAKT_ITEM(takt_route, station->routes, 0);
    const takt_path path = takt_path_of("factory.stations[%d].routes[0].to", s);
    if (route->buffer == TAKT_ROUTE_OUT)
        return TAKT_OK;
    if (route->buffer < 0)
        return takt_problem_set(problem, path, "found '%s', covered by --analytic: a buffer or out",
                                route->to);
    neighbours *buffer = &all[route->buffer];
    if (buffer->filled_by != NOBODY)
        return takt_problem_set(problem, path,
                                "found '%s', which '%s' fills, too, covered by --analytic: one "
                                "station before each buffer",
                                route->to, station_of(factory, buffer->filled_by)->name);
    buffer->filled_by = s;
    return TAKT_OK;
}

/// The machine with the endless supply: exactly one.
static takt_status find_first(const takt_factory *factory, int32_t *first, takt_problem *problem)
{
    *first = NOBODY;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        if (station_of(factory, s)->inputs.n_items > 0)
            continue;
        if (*first != NOBODY)
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].inputs", s),
                                    "found none, as at '%s', covered by --analytic: one buffer at "
                                    "all stations but the first",
                                    station_of(factory, *first)->name);
        *first = s;
    }
    if (*first == NOBODY)
        return takt_problem_set(problem, takt_path_of("factory.stations"),
                                "found inputs at all of them, covered by --analytic: a first "
                                "station without inputs (an endless supply)");
    return TAKT_OK;
}

/// Follows the parts from the first machine to the last.
static takt_status follow(const takt_factory *factory, const neighbours *all,
                          takt_analytic_line *line, takt_problem *problem)
{
    int32_t s = NOBODY;
    TAKT_TRY(find_first(factory, &s, problem));
    for (line->n = 0; s != NOBODY; ++line->n) {
        // Each buffer has one station on either side: the walk cannot come back.
        const int32_t buffer = TAKT_ITEM(takt_route, station_of(factory, s)->routes, 0)->buffer;
        line->stations[line->n] = s;
        if (buffer >= 0)
            line->buffers[line->n] = buffer;
        s = buffer >= 0 ? all[buffer].drawn_by : NOBODY;
    }
    if (line->n < 2 || line->n < factory->stations.n_items)
        return takt_problem_set(problem, takt_path_of("factory.stations"),
                                "found %d, and %d behind each other, covered by --analytic: two or "
                                "more, all behind each other",
                                factory->stations.n_items, line->n);
    return TAKT_OK;
}

static takt_status order_stations(const takt_factory *factory, takt_arena *arena,
                                  takt_analytic_line *line, takt_problem *problem)
{
    const size_t n_buffers = (size_t)factory->buffers.n_items + 1;
    neighbours *all = takt_arena_alloc(arena, n_buffers * sizeof *all);
    if (!all)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %zu buffers", n_buffers);
    for (size_t b = 0; b < n_buffers; ++b)
        all[b] = (neighbours){NOBODY, NOBODY};
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        TAKT_TRY(note_input(factory, s, all, problem));
        TAKT_TRY(note_route(factory, s, all, problem));
    }
    return follow(factory, all, line, problem);
}

// --- Times ---------------------------------------------------------------------------------------

static takt_status check_kind(const takt_distribution *found, takt_distribution_kind kind,
                              takt_path path, takt_problem *problem)
{
    static const char *const names[] = {
#define DISTRIBUTION_NAME(name, text) text,
        TAKT_DISTRIBUTION_LIST(DISTRIBUTION_NAME)
#undef DISTRIBUTION_NAME
    };
    if (found->kind == (int32_t)kind)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("%s.is", path.text),
                            "found %s, covered by --analytic: %s", names[found->kind], names[kind]);
}

/// All constant and equal; or two machines, both exponential.
static takt_status take_service(const takt_factory *factory, takt_analytic_line *line,
                                takt_problem *problem)
{
    const takt_distribution *first = &station_of(factory, line->stations[0])->service;
    line->is_exponential = line->n == 2 && first->kind == TAKT_DISTRIBUTION_EXPONENTIAL;
    line->cycle_s = first->mean_s;
    for (int32_t i = 0; i < line->n; ++i) {
        const takt_distribution *service = &station_of(factory, line->stations[i])->service;
        const takt_path path = takt_path_of("factory.stations[%d].service", line->stations[i]);
        const takt_path mean = takt_path_of("%s.mean", path.text);
        if (service->kind == TAKT_DISTRIBUTION_EXPONENTIAL && line->n > 2)
            return takt_problem_set(problem, takt_path_of("%s.is", path.text),
                                    "found exponential in a line of %d machines, covered by "
                                    "--analytic: constant, in lines of two also exponential",
                                    line->n);
        TAKT_TRY(check_kind(service,
                            line->is_exponential ? TAKT_DISTRIBUTION_EXPONENTIAL
                                                 : TAKT_DISTRIBUTION_CONSTANT,
                            path, problem));
        if (!(service->mean_s > 0))
            return takt_problem_set(problem, mean, "found %g s, covered by --analytic: more than 0",
                                    service->mean_s);
        if (!line->is_exponential && fabs(service->mean_s - line->cycle_s) > 1e-9 * line->cycle_s)
            return takt_problem_set(problem, mean,
                                    "found %g s, covered by --analytic: %g s, as at '%s' (constant "
                                    "times must be equal)",
                                    service->mean_s, line->cycle_s,
                                    station_of(factory, line->stations[0])->name);
    }
    return TAKT_OK;
}

static takt_status take_failure(const takt_factory *factory, takt_analytic_line *line, int32_t i,
                                takt_problem *problem)
{
    const takt_station *station = station_of(factory, line->stations[i]);
    line->machines[i] = (takt_line_machine){0, 1};
    line->rates[i] = (takt_line_rates){1 / station->service.mean_s, 0, 1};
    if (station->failures.n_items == 0)
        return TAKT_OK;
    const takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, 0);
    const takt_path path = takt_path_of("factory.stations[%d].failures[0]", line->stations[i]);
    const takt_path up = takt_path_of("%s.up", path.text);
    const takt_path repair = takt_path_of("%s.repair", path.text);
    TAKT_TRY(check_kind(&failure->up, TAKT_DISTRIBUTION_EXPONENTIAL, up, problem));
    TAKT_TRY(check_kind(&failure->repair, TAKT_DISTRIBUTION_EXPONENTIAL, repair, problem));
    const double up_s = failure->up.mean_s, repair_s = failure->repair.mean_s;
    const double least_s = line->is_exponential ? 0 : line->cycle_s;
    if (!(up_s > least_s))
        return takt_problem_set(problem, takt_path_of("%s.mean", up.text),
                                "found %g s, covered by --analytic: more than %g s", up_s, least_s);
    if (!(repair_s >= least_s && repair_s > 0))
        return takt_problem_set(problem, takt_path_of("%s.mean", repair.text),
                                "found %g s, covered by --analytic: %s", repair_s,
                                line->is_exponential ? "more than 0" : "a cycle or more");
    line->machines[i] = (takt_line_machine){line->cycle_s / up_s, line->cycle_s / repair_s};
    line->rates[i] = (takt_line_rates){1 / station->service.mean_s, 1 / up_s, 1 / repair_s};
    return TAKT_OK;
}

// --- Places --------------------------------------------------------------------------------------

static takt_status take_places(const takt_factory *factory, takt_analytic_line *line, int32_t i,
                               takt_problem *problem)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, line->buffers[i]);
    const takt_path path = takt_path_of("factory.buffers[%d].capacity", line->buffers[i]);
    const double most = line->is_exponential ? TAKT_LINE_EXPONENTIAL_MAX - TAKT_ANALYTIC_ON_MACHINES
                                             : 1e15; // whole numbers of a double
    const bool is_unlimited = buffer->capacity >= TAKT_UNLIMITED;
    if (is_unlimited && line->n > 2)
        return takt_problem_set(problem, path,
                                "found no limit in a line of %d machines, covered by --analytic: "
                                "a number of places, in lines of two also no limit",
                                line->n);
    if (!is_unlimited && buffer->capacity > most)
        return takt_problem_set(problem, path,
                                "found %g places, covered by --analytic: %g or fewer",
                                buffer->capacity, most);
    line->capacities[i] =
        is_unlimited ? TAKT_LINE_UNLIMITED : (int64_t)buffer->capacity + TAKT_ANALYTIC_ON_MACHINES;
    return TAKT_OK;
}

static takt_status allocate(int32_t n_stations, takt_arena *arena, takt_analytic_line *line)
{
    const size_t n = (size_t)n_stations + 1;
    *line = (takt_analytic_line){
        .stations = takt_arena_alloc(arena, n * sizeof *line->stations),
        .buffers = takt_arena_alloc(arena, n * sizeof *line->buffers),
        .capacities = takt_arena_alloc(arena, n * sizeof *line->capacities),
        .machines = takt_arena_alloc(arena, n * sizeof *line->machines),
        .rates = takt_arena_alloc(arena, n * sizeof *line->rates),
    };
    if (!line->stations || !line->buffers || !line->capacities || !line->machines || !line->rates)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a line of %d machines", n_stations);
    return TAKT_OK;
}

takt_status takt_analytic_line_of(const takt_study *study, takt_arena *arena,
                                  takt_analytic_line *line, takt_problem *problem)
{
    const takt_factory *factory = &study->factory;
    if (study->process.model)
        return takt_problem_set(problem, takt_path_of("process.model"),
                                "found '%s', covered by --analytic: none", study->process.model);
    TAKT_TRY(takt_analytic_scope_check(factory, arena, problem));
    TAKT_TRY(allocate(factory->stations.n_items, arena, line));
    TAKT_TRY(order_stations(factory, arena, line, problem));
    TAKT_TRY(take_service(factory, line, problem));
    for (int32_t i = 0; i < line->n; ++i)
        TAKT_TRY(take_failure(factory, line, i, problem));
    for (int32_t i = 0; i + 1 < line->n; ++i)
        TAKT_TRY(take_places(factory, line, i, problem));
    return TAKT_OK;
}
