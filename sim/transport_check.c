// Conveyors and transporters: names to indices, and what single fields cannot say.

#include "sim/factory.h"

#include <stdio.h>
#include <string.h>

static bool is_belt(const takt_buffer *buffer)
{
    return buffer->conveyor || buffer->transit_s > 0;
}

/// Where a station takes several items at once, the places of the conveyor must hold them, and its
/// end must let them come together.
static takt_status check_consumer(const takt_factory *factory, int32_t b, int32_t s,
                                  takt_problem *problem)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        const double need = station->batch_min > 1 ? station->batch_min : input->take;
        const takt_path path = takt_path_of("factory.stations[%d].inputs[%d].from", s, i);
        if (input->buffer != b || !buffer->conveyor)
            continue;
        if (station->n_rules > 0)
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].dispatch", s),
                                    "found rules, allowed: none, because items on the conveyor "
                                    "'%s' come one after the other",
                                    buffer->name);
        if (!buffer->conveyor->accumulating && (input->by_quantity || need > 1))
            return takt_problem_set(problem, path,
                                    "found '%s', whose belt stops for each item, allowed: a "
                                    "conveyor that accumulates, for a station that needs more "
                                    "than one item at once",
                                    buffer->name);
        if (!input->by_quantity && need > takt_conveyor_places(factory, b))
            return takt_problem_set(problem, path,
                                    "found '%s' with %g places, allowed: a conveyor for the %g "
                                    "items that must wait before a machine starts",
                                    buffer->name, takt_conveyor_places(factory, b), need);
    }
    return TAKT_OK;
}

/// A machine that keeps a place before it starts must find the entry free when it is done.
static takt_status check_feeder(const takt_factory *factory, int32_t b, int32_t s,
                                takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->routes.n_items; ++i)
        if (station->blocking == TAKT_BLOCKING_BEFORE &&
            TAKT_ITEM(takt_route, station->routes, i)->buffer == b)
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].blocking", s),
                                    "found before_service, but the conveyor '%s' takes items one "
                                    "length apart, allowed: after_service",
                                    TAKT_ITEM(takt_buffer, factory->buffers, b)->name);
    return TAKT_OK;
}

/// The length, given or from the stations at the ends: one at each.
static takt_status check_length(const takt_factory *factory, int32_t b, takt_problem *problem)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
    const takt_path path = takt_path_of("factory.buffers[%d].conveyor.length_m", b);
    int32_t n_ends = 0;
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        n_ends += TAKT_ITEM(takt_source, factory->sources, i)->buffer == b ? 3 : 0;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            n_ends += TAKT_ITEM(takt_route, station->routes, i)->buffer == b;
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            n_ends += TAKT_ITEM(takt_input, station->inputs, i)->buffer == b;
    }
    const double length_m = takt_conveyor_length_m(factory, b);
    if (!(buffer->conveyor->length_m > 0) && (n_ends != 2 || !(length_m > 0)))
        return takt_problem_set(problem, path,
                                "found none, allowed: a length, or one station at each end with a "
                                "position_m of its own");
    if (takt_conveyor_places(factory, b) < 1)
        return takt_problem_set(problem, path,
                                "found %g m, allowed: %g or more, the length of an item", length_m,
                                buffer->conveyor->item_length_m);
    return TAKT_OK;
}

static takt_status check_conveyor(const takt_factory *factory, int32_t b, takt_problem *problem)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
    const takt_path path = takt_path_of("factory.buffers[%d]", b);
    if (buffer->by_quantity)
        return takt_problem_set(problem, takt_path_of("%s.by_quantity", path.text),
                                "found true, allowed: false where items take their time "
                                "(transit, conveyor)");
    if (buffer->conveyor && buffer->transit_s > 0)
        return takt_problem_set(problem, takt_path_of("%s.transit", path.text),
                                "found %g s, allowed: none for a conveyor, whose length and speed "
                                "give the time",
                                buffer->transit_s);
    if (!buffer->conveyor && buffer->capacity < 1)
        return takt_problem_set(problem, takt_path_of("%s.capacity", path.text),
                                "found %g, allowed: 1 or more where items take their time",
                                buffer->capacity);
    if (!buffer->conveyor)
        return TAKT_OK;
    if (buffer->capacity < TAKT_UNLIMITED)
        return takt_problem_set(problem, takt_path_of("%s.capacity", path.text),
                                "found %g, allowed: none for a conveyor, which holds as many as "
                                "its length",
                                buffer->capacity);
    TAKT_TRY(check_length(factory, b, problem));
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        TAKT_TRY(check_consumer(factory, b, s, problem));
        TAKT_TRY(check_feeder(factory, b, s, problem));
    }
    return TAKT_OK;
}

static takt_status check_point(const takt_list *point, takt_path path, takt_problem *problem)
{
    return point->n_items == 1
               ? takt_problem_set(problem, path, "found 1 number, allowed: two, [x, y]")
               : TAKT_OK;
}

/// A buffer that vehicles bring items to keeps a place for each of them before it is fetched.
static takt_status check_destination(const takt_factory *factory, const takt_route *route,
                                     takt_path path, takt_problem *problem)
{
    if (route->buffer < 0)
        return TAKT_OK;
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, route->buffer);
    if (buffer->by_quantity || buffer->capacity < 1)
        return takt_problem_set(problem, path,
                                "found '%s', but '%s' has no places to keep for what comes, "
                                "allowed: a buffer that counts items and has a place",
                                route->by, buffer->name);
    if (buffer->conveyor && !buffer->conveyor->accumulating)
        return takt_problem_set(problem, path,
                                "found '%s', but a vehicle could wait for ever before '%s', whose "
                                "belt stops, allowed: a conveyor that accumulates",
                                route->by, buffer->name);
    return TAKT_OK;
}

/// Both ends of the way must be known.
static takt_status check_ends_of(const takt_factory *factory, int32_t s, const takt_route *route,
                                 takt_problem *problem)
{
    if (TAKT_ITEM(takt_station, factory->stations, s)->position_m.n_items != 2)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].position_m", s),
                                "found none, allowed: [x, y], because '%s' fetch items there",
                                route->by);
    if (route->buffer < 0)
        return factory->exit_m.n_items == 2
                   ? TAKT_OK
                   : takt_problem_set(problem, takt_path_of("factory.exit_m"),
                                      "found none, allowed: [x, y], because '%s' bring items there",
                                      route->by);
    if (TAKT_ITEM(takt_buffer, factory->buffers, route->buffer)->position_m.n_items == 2)
        return TAKT_OK;
    for (int32_t k = 0; k < factory->stations.n_items; ++k) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, k);
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            if (TAKT_ITEM(takt_input, station->inputs, i)->buffer == route->buffer &&
                station->position_m.n_items == 2)
                return TAKT_OK;
            else if (TAKT_ITEM(takt_input, station->inputs, i)->buffer == route->buffer)
                return takt_problem_set(problem, takt_path_of("factory.stations[%d].position_m", k),
                                        "found none, allowed: [x, y] here or in '%s', because '%s' "
                                        "bring items there",
                                        route->to, route->by);
    }
    return TAKT_OK;
}

static takt_status resolve_route(takt_factory *factory, int32_t s, int32_t i, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
    const takt_path path = takt_path_of("factory.stations[%d].routes[%d].by", s, i);
    char names[256];
    route->fleet = -1;
    if (route->by)
        route->fleet = takt_list_find(&factory->transporters, sizeof(takt_transporter), route->by);
    for (int32_t k = 0; k < i; ++k) {
        const takt_route *other = TAKT_ITEM(takt_route, station->routes, k);
        if (other->buffer == route->buffer && (other->fleet >= 0 || route->by))
            return takt_problem_set(problem, path,
                                    "found a second route to %s, allowed: one where vehicles carry "
                                    "the items",
                                    route->to);
    }
    if (!route->by)
        return TAKT_OK;
    if (route->fleet < 0)
        return takt_problem_set(
            problem, path, "found '%s', allowed: one of factory.transporters (%s)", route->by,
            takt_list_names(&factory->transporters, sizeof(takt_transporter), names, sizeof names));
    if (station->blocking == TAKT_BLOCKING_BEFORE)
        return takt_problem_set(problem, path,
                                "found '%s' behind a station that blocks before_service, allowed: "
                                "after_service, because a place is kept when a vehicle comes",
                                route->by);
    TAKT_TRY(check_destination(factory, route, path, problem));
    return check_ends_of(factory, s, route, problem);
}

static takt_status resolve_fleet(takt_factory *factory, int32_t index, takt_problem *problem)
{
    takt_transporter *fleet = TAKT_ITEM(takt_transporter, factory->transporters, index);
    const takt_path path = takt_path_of("factory.transporters[%d]", index);
    fleet->calendar_index = fleet->calendar ? takt_list_find(&factory->calendars,
                                                             sizeof(takt_calendar), fleet->calendar)
                                            : -1;
    if (fleet->calendar && fleet->calendar_index < 0)
        return takt_problem_set(problem, takt_path_of("%s.calendar", path.text),
                                "found '%s', allowed: one of factory.calendars (%d are defined)",
                                fleet->calendar, factory->calendars.n_items);
    return check_point(&fleet->home_m, takt_path_of("%s.home_m", path.text), problem);
}

takt_status takt_transport_resolve(takt_factory *factory, takt_problem *problem)
{
    TAKT_TRY(check_point(&factory->exit_m, takt_path_of("factory.exit_m"), problem));
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        TAKT_TRY(check_point(&buffer->position_m, takt_path_of("factory.buffers[%d].position_m", b),
                             problem));
        if (is_belt(buffer))
            TAKT_TRY(check_conveyor(factory, b, problem));
    }
    for (int32_t f = 0; f < factory->transporters.n_items; ++f)
        TAKT_TRY(resolve_fleet(factory, f, problem));
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_list *routes = &TAKT_ITEM(takt_station, factory->stations, s)->routes;
        for (int32_t i = 0; i < routes->n_items; ++i)
            TAKT_TRY(resolve_route(factory, s, i, problem));
    }
    return TAKT_OK;
}
