// Names to indices, and the checks that need more than one field.

#include "sim/factory.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int32_t takt_list_find(const takt_list *list, size_t item_size, const char *name)
{
    for (int32_t i = 0; i < list->n_items; ++i) {
        const char *const *item = (const void *)((const char *)list->items + (size_t)i * item_size);
        if (name && *item && strcmp(*item, name) == 0)
            return i;
    }
    return -1;
}

__attribute__((format(printf, 3, 4))) static takt_status problem_set(takt_problem *problem,
                                                                     const char *path,
                                                                     const char *format, ...)
{
    va_list arguments;
    snprintf(problem->path, sizeof problem->path, "%s", path);
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s", problem->path, problem->text);
}

/// "a, b, c" of the names of a list, cut where it gets long: what a message offers.
static const char *names_of(const takt_list *list, size_t item_size, char *out, size_t n_bytes)
{
    size_t used = 0;
    out[0] = '\0';
    for (int32_t i = 0; i < list->n_items && used + 4 < n_bytes; ++i) {
        const char *const *item = (const void *)((const char *)list->items + (size_t)i * item_size);
        const int n = snprintf(out + used, n_bytes - used, "%s%s", i ? ", " : "", *item);
        used += n > 0 ? (size_t)n : 0;
    }
    return list->n_items ? out : "none is defined";
}

static takt_status find_buffer(const takt_factory *factory, const char *name, const char *extra,
                               const char *path, takt_problem *problem, int32_t *index)
{
    char names[160];
    *index = takt_list_find(&factory->buffers, sizeof(takt_buffer), name);
    if (*index >= 0)
        return TAKT_OK;
    return problem_set(problem, path, "found '%s', allowed: %sa buffer (%s)", name, extra,
                       names_of(&factory->buffers, sizeof(takt_buffer), names, sizeof names));
}

static takt_status resolve_routes(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    char path[160];
    double sum = 0;
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        snprintf(path, sizeof path, "factory.stations[%d].routes[%d].to", s, i);
        sum += route->share;
        if (strcmp(route->to, "out") == 0)
            route->buffer = TAKT_ROUTE_OUT;
        else if (strcmp(route->to, "scrap") == 0)
            route->buffer = TAKT_ROUTE_SCRAP;
        else
            TAKT_TRY(
                find_buffer(factory, route->to, "out, scrap or ", path, problem, &route->buffer));
    }
    snprintf(path, sizeof path, "factory.stations[%d].routes", s);
    if (station->routes.n_items == 0)
        return problem_set(problem, path, "found none, allowed: one or more");
    if (fabs(sum - 1) > 1e-9)
        return problem_set(problem, path, "found shares that sum to %.12g, allowed: 1", sum);
    return TAKT_OK;
}

static takt_status resolve_stops(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    char path[160], names[160];
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        stop->also_resets_index = -1;
        if (!stop->also_resets)
            continue;
        stop->also_resets_index = takt_list_find(&station->stops, sizeof *stop, stop->also_resets);
        snprintf(path, sizeof path, "factory.stations[%d].stops[%d].also_resets", s, i);
        if (stop->also_resets_index < 0)
            return problem_set(problem, path, "found '%s', allowed: a stop of this station (%s)",
                               stop->also_resets,
                               names_of(&station->stops, sizeof *stop, names, sizeof names));
    }
    return TAKT_OK;
}

static takt_status resolve_failures(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    char path[160], names[160];
    for (int32_t i = 0; i < station->failures.n_items; ++i) {
        takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
        failure->crew_index = -1;
        snprintf(path, sizeof path, "factory.stations[%d].failures[%d].counts", s, i);
        if (failure->counts != TAKT_METER_CLOCK && failure->counts != TAKT_METER_WORKING)
            return problem_set(problem, path, "found a count of pieces, allowed: clock, working");
        snprintf(path, sizeof path, "factory.stations[%d].failures[%d].up.mean", s, i);
        if (!(failure->up.mean_s > 0))
            return problem_set(problem, path, "found 0, allowed: more than 0");
        if (!failure->crew)
            continue;
        failure->crew_index = takt_list_find(&factory->crews, sizeof(takt_crew), failure->crew);
        snprintf(path, sizeof path, "factory.stations[%d].failures[%d].crew", s, i);
        if (failure->crew_index < 0)
            return problem_set(problem, path, "found '%s', allowed: a crew (%s)", failure->crew,
                               names_of(&factory->crews, sizeof(takt_crew), names, sizeof names));
    }
    return TAKT_OK;
}

/// A station that waits for more items than its buffer has places would wait for ever.
static takt_status check_places(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    char path[160];
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, input->buffer);
        const double need = station->batch_min > 1 ? station->batch_min : input->take;
        snprintf(path, sizeof path, "factory.stations[%d].inputs[%d].from", s, i);
        if (!input->by_quantity && !buffer->by_quantity && need > 1 && need > buffer->capacity)
            return problem_set(problem, path,
                               "found '%s' with %g places, allowed: a buffer for the %g items that "
                               "must wait before a machine starts",
                               buffer->name, buffer->capacity, need);
    }
    return TAKT_OK;
}

static takt_status resolve_station(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    char path[160];
    station->stage_index = -1;
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        snprintf(path, sizeof path, "factory.stations[%d].inputs[%d].from", s, i);
        TAKT_TRY(find_buffer(factory, input->from, "", path, problem, &input->buffer));
        snprintf(path, sizeof path, "factory.stations[%d].inputs[%d].take", s, i);
        if (!input->by_quantity && input->take != floor(input->take))
            return problem_set(problem, path, "found %g, allowed: a whole number of items",
                               input->take);
    }
    snprintf(path, sizeof path, "factory.stations[%d].service.mean", s);
    if (!station->stage && !(station->service.mean_s > 0))
        return problem_set(problem, path,
                           "found 0, allowed: more than 0 where no stage sets the "
                           "time");
    snprintf(path, sizeof path, "factory.stations[%d].batch_max", s);
    if (station->batch_max < station->batch_min)
        return problem_set(problem, path, "found %d, allowed: batch_min (%d) or more",
                           station->batch_max, station->batch_min);
    if (station->batch_max > 1 && station->stage)
        return problem_set(problem, path, "found %d, allowed: 1 where a stage works on the item",
                           station->batch_max);
    const takt_input *only =
        station->inputs.n_items == 1 ? TAKT_ITEM(takt_input, station->inputs, 0) : NULL;
    if (station->batch_max > 1 && (!only || only->by_quantity || only->take != 1))
        return problem_set(problem, path,
                           "found %d, allowed: 1 where a station does not take single items from "
                           "one buffer",
                           station->batch_max);
    snprintf(path, sizeof path, "factory.stations[%d].position_m", s);
    if (station->position_m.n_items == 1)
        return problem_set(problem, path, "found 1 number, allowed: two, [x, y]");
    TAKT_TRY(check_places(factory, s, problem));
    TAKT_TRY(resolve_routes(factory, s, problem));
    TAKT_TRY(resolve_failures(factory, s, problem));
    return resolve_stops(factory, s, problem);
}

/// Marks whether a station's items can leave the plant, going backwards from the exits until
/// nothing changes. A route with share 0 leads nowhere.
static bool reaches_exit(const takt_factory *factory, int32_t s, const bool *leaves)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        if (route->share <= 0)
            continue;
        if (route->buffer < 0)
            return true;
        for (int32_t other = 0; other < factory->stations.n_items; ++other) {
            const takt_station *next = TAKT_ITEM(takt_station, factory->stations, other);
            for (int32_t k = 0; leaves[other] && k < next->inputs.n_items; ++k)
                if (TAKT_ITEM(takt_input, next->inputs, k)->buffer == route->buffer)
                    return true;
        }
    }
    return false;
}

static takt_status check_exits(const takt_factory *factory, bool *leaves, takt_problem *problem)
{
    const int32_t n = factory->stations.n_items;
    char path[160];
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t s = 0; s < n; ++s)
            if (!leaves[s] && reaches_exit(factory, s, leaves))
                leaves[s] = changed = true;
    }
    for (int32_t s = 0; s < n; ++s) {
        if (leaves[s])
            continue;
        snprintf(path, sizeof path, "factory.stations[%d].routes", s);
        return problem_set(problem, path,
                           "found a cycle or a dead end: items of '%s' never leave, allowed: "
                           "routes that lead to out or scrap",
                           TAKT_ITEM(takt_station, factory->stations, s)->name);
    }
    return TAKT_OK;
}

/// Every buffer has somebody who fills it and somebody who empties it.
static takt_status check_buffers(const takt_factory *factory, takt_problem *problem)
{
    char path[160];
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        bool filled = false, emptied = false;
        for (int32_t i = 0; i < factory->sources.n_items; ++i)
            filled |= TAKT_ITEM(takt_source, factory->sources, i)->buffer == b;
        for (int32_t s = 0; s < factory->stations.n_items; ++s) {
            const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
            for (int32_t i = 0; i < station->routes.n_items; ++i)
                filled |= TAKT_ITEM(takt_route, station->routes, i)->buffer == b;
            for (int32_t i = 0; i < station->inputs.n_items; ++i)
                emptied |= TAKT_ITEM(takt_input, station->inputs, i)->buffer == b;
        }
        snprintf(path, sizeof path, "factory.buffers[%d].name", b);
        if (!filled || !emptied)
            return problem_set(problem, path,
                               "found a buffer that nobody %s, allowed: one that a "
                               "station or source fills and a station empties",
                               filled ? "empties" : "fills");
    }
    return TAKT_OK;
}

takt_status takt_factory_resolve(takt_factory *factory, takt_problem *problem)
{
    char path[160];
    memset(problem, 0, sizeof *problem);
    if (factory->stations.n_items == 0)
        return problem_set(problem, "factory.stations", "found none, allowed: one or more");
    for (int32_t i = 0; i < factory->sources.n_items; ++i) {
        takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        snprintf(path, sizeof path, "factory.sources[%d].to", i);
        TAKT_TRY(find_buffer(factory, source->to, "", path, problem, &source->buffer));
        snprintf(path, sizeof path, "factory.sources[%d].interarrival.mean", i);
        if (!(source->interarrival.mean_s > 0))
            return problem_set(problem, path, "found 0, allowed: more than 0");
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        TAKT_TRY(resolve_station(factory, s, problem));
    TAKT_TRY(check_buffers(factory, problem));
    bool *leaves = takt_alloc((size_t)factory->stations.n_items * sizeof *leaves);
    if (!leaves)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the check of the routes");
    const takt_status status = check_exits(factory, leaves, problem);
    takt_free(leaves);
    return status;
}
