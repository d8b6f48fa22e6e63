// Names to indices, and the checks that need more than one field.

#include "sim/cards.h"
#include "sim/decision.h"
#include "sim/factory_internal.h"
#include "sim/parts.h"

#include <math.h>
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

const char *takt_list_names(const takt_list *list, size_t item_size, char *out, size_t n_bytes)
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
                               takt_path path, takt_problem *problem, int32_t *index)
{
    char names[160];
    *index = takt_list_find(&factory->buffers, sizeof(takt_buffer), name);
    if (*index >= 0)
        return TAKT_OK;
    return takt_problem_set(
        problem, path, "found '%s', allowed: %sa buffer (%s)", name, extra,
        takt_list_names(&factory->buffers, sizeof(takt_buffer), names, sizeof names));
}

static takt_status resolve_routes(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path routes = takt_path_of("factory.stations[%d].routes", s);
    double sum = 0;
    if (station->routes.n_items == 0)
        return TAKT_OK; // sim/products.c asks whether it needs any
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        sum += route->share;
        if (strcmp(route->to, "out") == 0)
            route->buffer = TAKT_ROUTE_OUT;
        else if (strcmp(route->to, "scrap") == 0)
            route->buffer = TAKT_ROUTE_SCRAP;
        else
            TAKT_TRY(find_buffer(factory, route->to, "out, scrap or ",
                                 takt_path_of("%s[%d].to", routes.text, i), problem,
                                 &route->buffer));
    }
    if (fabs(sum - 1) > 1e-9)
        return takt_problem_set(problem, routes, "found shares that sum to %.12g, allowed: 1", sum);
    return TAKT_OK;
}

/// Index of the calendar `name`, -1 where people are always there.
static takt_status find_calendar(const takt_factory *factory, const char *name, takt_path path,
                                 takt_problem *problem, int32_t *index)
{
    char names[160];
    *index = name ? takt_list_find(&factory->calendars, sizeof(takt_calendar), name) : -1;
    if (!name || *index >= 0)
        return TAKT_OK;
    return takt_problem_set(
        problem, takt_path_of("%s.calendar", path.text), "found '%s', allowed: a calendar (%s)",
        name, takt_list_names(&factory->calendars, sizeof(takt_calendar), names, sizeof names));
}

static takt_status resolve_calendars(takt_factory *factory, takt_problem *problem)
{
    for (int32_t c = 0; c < factory->calendars.n_items; ++c)
        TAKT_TRY(takt_calendar_check(TAKT_ITEM(takt_calendar, factory->calendars, c),
                                     takt_path_of("factory.calendars[%d]", c), problem));
    for (int32_t c = 0; c < factory->crews.n_items; ++c) {
        takt_crew *crew = TAKT_ITEM(takt_crew, factory->crews, c);
        TAKT_TRY(find_calendar(factory, crew->calendar, takt_path_of("factory.crews[%d]", c),
                               problem, &crew->calendar_index));
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        TAKT_TRY(find_calendar(factory, station->calendar, takt_path_of("factory.stations[%d]", s),
                               problem, &station->calendar_index));
    }
    return TAKT_OK;
}

static takt_status resolve_stops(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    char names[160];
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        const takt_path path = takt_path_of("factory.stations[%d].stops[%d]", s, i);
        TAKT_TRY(takt_distribution_check(&stop->duration, takt_path_of("%s.duration", path.text),
                                         problem));
        TAKT_TRY(takt_people_check(factory, stop->crew, &stop->call, path, problem));
        stop->also_resets_index = -1;
        if (!stop->also_resets)
            continue;
        stop->also_resets_index = takt_list_find(&station->stops, sizeof *stop, stop->also_resets);
        if (stop->also_resets_index < 0 || stop->also_resets_index == i)
            return takt_problem_set(
                problem, takt_path_of("%s.also_resets", path.text),
                "found '%s', allowed: another stop of this station (%s)", stop->also_resets,
                takt_list_names(&station->stops, sizeof *stop, names, sizeof names));
    }
    return TAKT_OK;
}

static takt_status resolve_failures(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->failures.n_items; ++i) {
        takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
        const takt_path path = takt_path_of("factory.stations[%d].failures[%d]", s, i);
        const takt_path up = takt_path_of("%s.up", path.text);
        TAKT_TRY(takt_distribution_check_positive(&failure->up, up, problem));
        TAKT_TRY(takt_distribution_check(&failure->repair, takt_path_of("%s.repair", path.text),
                                         problem));
        TAKT_TRY(takt_people_check(factory, failure->crew, &failure->call, path, problem));
    }
    return TAKT_OK;
}

static takt_status resolve_operators(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_operators *operators = TAKT_ITEM(takt_station, factory->stations, s)->operators;
    const takt_path path = takt_path_of("factory.stations[%d].operators", s);
    if (!operators)
        return TAKT_OK;
    if (!operators->crew && operators->call.crews.n_items == 0)
        return takt_problem_set(problem, path, "found no crew, allowed: crew, or a list of crews");
    return takt_people_check(factory, operators->crew, &operators->call, path, problem);
}

/// A station that waits for more items than its buffer has places would wait for ever.
static takt_status check_places(const takt_factory *factory, int32_t s, int32_t i,
                                takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, input->buffer);
    const double need = station->batch_min > 1 ? station->batch_min : input->take;
    if (input->by_quantity || buffer->by_quantity || need <= 1 || need <= buffer->capacity)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("factory.stations[%d].inputs[%d].from", s, i),
                            "found '%s' with %g places, allowed: a buffer for the %g items that "
                            "must wait before a machine starts",
                            buffer->name, buffer->capacity, need);
}

static takt_status resolve_inputs(takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        const takt_path from = takt_path_of("factory.stations[%d].inputs[%d].from", s, i);
        TAKT_TRY(find_buffer(factory, input->from, "", from, problem, &input->buffer));
        for (int32_t k = 0; k < i; ++k)
            if (TAKT_ITEM(takt_input, station->inputs, k)->buffer == input->buffer)
                return takt_problem_set(
                    problem, from,
                    "found '%s' once more, allowed: each buffer once (take says "
                    "how much of it)",
                    input->from);
        if (!input->by_quantity && input->take != floor(input->take))
            return takt_problem_set(problem,
                                    takt_path_of("factory.stations[%d].inputs[%d].take", s, i),
                                    "found %g, allowed: a whole number of items", input->take);
        TAKT_TRY(check_places(factory, s, i, problem));
    }
    return TAKT_OK;
}

static takt_status check_service(const takt_station *station, int32_t s, takt_problem *problem)
{
    const takt_path path = takt_path_of("factory.stations[%d].service", s);
    if (!station->stage) {
        return takt_distribution_check_positive(&station->service, path, problem);
    }
    if (station->service.mean_s > 0)
        return takt_problem_set(problem, takt_path_of("%s.mean", path.text),
                                "found %g, allowed: none where a stage (%s) sets the time",
                                station->service.mean_s, station->stage);
    return TAKT_OK;
}

static takt_status check_batches(const takt_station *station, int32_t s, takt_problem *problem)
{
    const takt_path path = takt_path_of("factory.stations[%d].batch_max", s);
    const takt_input *only =
        station->inputs.n_items == 1 ? TAKT_ITEM(takt_input, station->inputs, 0) : NULL;
    if (station->batch_max < station->batch_min)
        return takt_problem_set(problem, path, "found %d, allowed: batch_min (%d) or more",
                                station->batch_max, station->batch_min);
    if (station->batch_max > 1 && station->stage)
        return takt_problem_set(problem, path,
                                "found %d, allowed: 1 where a stage works on the item",
                                station->batch_max);
    if (station->batch_max > 1 && (!only || only->by_quantity || only->take != 1))
        return takt_problem_set(problem, path,
                                "found %d, allowed: 1 where a station does not take single items "
                                "from one buffer",
                                station->batch_max);
    return TAKT_OK;
}

/// Who waits for a place before service must know that there are places, and one item to put there.
static takt_status check_blocking(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path path = takt_path_of("factory.stations[%d].blocking", s);
    if (station->blocking != TAKT_BLOCKING_BEFORE)
        return TAKT_OK;
    if (station->batch_max > 1)
        return takt_problem_set(problem, path,
                                "found before_service with batches of up to %d items, allowed: "
                                "after_service, or batch_max 1",
                                station->batch_max);
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        if (route->buffer < 0)
            continue;
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, route->buffer);
        if (buffer->by_quantity || buffer->capacity < 1)
            return takt_problem_set(problem, path,
                                    "found before_service, but '%s' has no places to wait for, "
                                    "allowed: after_service, or a buffer that counts items and "
                                    "has a place",
                                    buffer->name);
    }
    return TAKT_OK;
}

static takt_status resolve_station(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    station->stage_index = -1;
    TAKT_TRY(resolve_inputs(factory, s, problem));
    TAKT_TRY(check_service(station, s, problem));
    TAKT_TRY(check_batches(station, s, problem));
    if (station->position_m.n_items == 1)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].position_m", s),
                                "found 1 number, allowed: two, [x, y]");
    TAKT_TRY(resolve_routes(factory, s, problem));
    TAKT_TRY(check_blocking(factory, s, problem));
    TAKT_TRY(resolve_failures(factory, s, problem));
    TAKT_TRY(resolve_operators(factory, s, problem));
    TAKT_TRY(resolve_stops(factory, s, problem));
    return takt_wear_check(factory, s, problem);
}

static takt_status check_prices(const takt_prices *prices, takt_problem *problem)
{
    const takt_path path = takt_path_of("factory.prices.tariff");
    if (!prices->tariff)
        return TAKT_OK;
    TAKT_TRY(takt_tariff_check(prices->tariff, path, problem));
    if (prices->energy_per_kWh > 0)
        return takt_problem_set(problem, takt_path_of("factory.prices.energy_per_kWh"),
                                "found %g beside a tariff, allowed: one of both",
                                prices->energy_per_kWh);
    if (prices->carbon_kg_per_kWh > 0 && takt_tariff_has_carbon(prices->tariff))
        return takt_problem_set(problem, takt_path_of("factory.prices.carbon_kg_per_kWh"),
                                "found %g beside a tariff that says how much, allowed: one of both",
                                prices->carbon_kg_per_kWh);
    return TAKT_OK;
}

static takt_status check_numbers(const takt_factory *factory, takt_problem *problem)
{
    int64_t n_machines = 0;
    if (factory->stations.n_items == 0)
        return takt_problem_set(problem, takt_path_of("factory.stations"),
                                "found none, allowed: one or more");
    if (factory->stations.n_items > TAKT_MAX_STATIONS)
        return takt_problem_set(problem, takt_path_of("factory.stations"),
                                "found %d, allowed: %d or fewer", factory->stations.n_items,
                                TAKT_MAX_STATIONS);
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        n_machines += TAKT_ITEM(takt_station, factory->stations, s)->n_machines;
    if (n_machines <= TAKT_MAX_MACHINES)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("factory.stations"),
                            "found %lld machines in all, allowed: %d or fewer",
                            (long long)n_machines, TAKT_MAX_MACHINES);
}

/// Can items of the station leave the plant, as far as is known of the buffers behind it? A route
/// with share 0 leads nowhere.
static bool is_supplied(const takt_station *station, const bool *is_fed)
{
    for (int32_t i = 0; i < station->inputs.n_items; ++i)
        if (!is_fed[TAKT_ITEM(takt_input, station->inputs, i)->buffer])
            return false;
    return true;
}

/// Marks the buffers that something reaches (`is_fed` [n_buffers], all false), from the sources and
/// the stations with endless supply on: a ring that feeds only itself stays empty for ever.
static takt_status check_supply(const takt_factory *factory, bool *is_fed, takt_problem *problem)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        is_fed[TAKT_ITEM(takt_source, factory->sources, i)->buffer] = true;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b)
        is_fed[b] |= TAKT_ITEM(takt_buffer, factory->buffers, b)->initial.n_items > 0;
    for (bool changed = true; changed;) {
        changed = takt_products_supply(factory, is_fed);
        for (int32_t s = 0; s < factory->stations.n_items; ++s) {
            const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
            for (int32_t i = 0; i < station->routes.n_items && is_supplied(station, is_fed); ++i) {
                const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
                if (route->buffer < 0 || !(route->share > 0) || is_fed[route->buffer])
                    continue;
                is_fed[route->buffer] = changed = true;
            }
        }
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        if (!is_supplied(station, is_fed))
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].inputs", s),
                                    "found a ring without supply: nothing ever reaches '%s', "
                                    "allowed: inputs that a source or a station without inputs "
                                    "feeds, over others or not",
                                    station->name);
    }
    return TAKT_OK;
}

static bool reaches_exit(const takt_station *station, const bool *leads_out)
{
    if (station->n_steps > 0 || station->makes_index >= 0)
        return true; // products go on to their last step and out
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        if (route->share > 0 && (route->buffer < 0 || leads_out[route->buffer]))
            return true;
    }
    return false;
}

/// Marks the buffers that lead out (`leads_out` [n_buffers], all false), backwards from the exits
/// until nothing changes.
static takt_status check_exits(const takt_factory *factory, bool *leads_out, takt_problem *problem)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t s = factory->stations.n_items - 1; s >= 0; --s) {
            const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
            const bool reaches = reaches_exit(station, leads_out);
            for (int32_t i = 0; i < station->inputs.n_items && reaches; ++i) {
                bool *leads = &leads_out[TAKT_ITEM(takt_input, station->inputs, i)->buffer];
                changed |= !*leads;
                *leads = true;
            }
        }
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        if (!reaches_exit(station, leads_out))
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].routes", s),
                                    "found a cycle or a dead end: items of '%s' never leave, "
                                    "allowed: routes that lead to out or scrap",
                                    station->name);
    }
    return TAKT_OK;
}

/// Every buffer has somebody who fills it and somebody who empties it.
static takt_status check_ends(const takt_factory *factory, int32_t b, takt_problem *problem)
{
    bool filled = takt_products_feed(factory, b) ||
                  TAKT_ITEM(takt_buffer, factory->buffers, b)->initial.n_items > 0;
    bool emptied = false;
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        filled |= TAKT_ITEM(takt_source, factory->sources, i)->buffer == b;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            filled |= TAKT_ITEM(takt_route, station->routes, i)->buffer == b;
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            emptied |= TAKT_ITEM(takt_input, station->inputs, i)->buffer == b;
    }
    if (filled && emptied)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("factory.buffers[%d].name", b),
                            "found a buffer that nobody %s, allowed: one that a station or source "
                            "fills and a station empties",
                            filled ? "empties" : "fills");
}

static takt_status check_buffer(const takt_factory *factory, int32_t b, takt_problem *problem)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
    if (strcmp(buffer->name, "out") == 0 || strcmp(buffer->name, "scrap") == 0)
        return takt_problem_set(problem, takt_path_of("factory.buffers[%d].name", b),
                                "found '%s', allowed: another name, because routes to it leave the "
                                "plant",
                                buffer->name);
    if (!buffer->by_quantity && buffer->capacity != floor(buffer->capacity))
        return takt_problem_set(problem, takt_path_of("factory.buffers[%d].capacity", b),
                                "found %g, allowed: a whole number of places (by_quantity for a "
                                "tank)",
                                buffer->capacity);
    if (buffer->place_cost > 0 && buffer->capacity >= TAKT_UNLIMITED)
        return takt_problem_set(problem, takt_path_of("factory.buffers[%d].place_cost", b),
                                "found %g, allowed: 0 for a buffer without limit",
                                buffer->place_cost);
    return check_ends(factory, b, problem);
}

static takt_status resolve_source(takt_factory *factory, int32_t i, takt_problem *problem)
{
    takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
    const takt_path to = takt_path_of("factory.sources[%d].to", i);
    if (!source->to && !source->product && takt_source_first_product(source) < 0)
        return takt_problem_set(problem, to, "found none, allowed: a buffer, or a product");
    if (source->to)
        TAKT_TRY(find_buffer(factory, source->to, "", to, problem, &source->buffer));
    return takt_arrivals_check(source, takt_path_of("factory.sources[%d]", i), problem);
}

takt_status takt_factory_resolve(takt_factory *factory, takt_problem *problem)
{
    memset(problem, 0, sizeof *problem);
    TAKT_TRY(check_numbers(factory, problem));
    TAKT_TRY(check_prices(&factory->prices, problem));
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        TAKT_TRY(resolve_source(factory, i, problem));
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        TAKT_TRY(resolve_station(factory, s, problem));
    TAKT_TRY(takt_products_resolve(factory, problem));
    TAKT_TRY(takt_changeovers_resolve(factory, problem));
    TAKT_TRY(takt_initial_resolve(factory, problem));
    TAKT_TRY(resolve_calendars(factory, problem));
    TAKT_TRY(takt_transport_resolve(factory, problem));
    TAKT_TRY(takt_cards_check(factory, problem));
    TAKT_TRY(takt_parts_check(factory, problem));
    TAKT_TRY(takt_decisions_resolve(factory, problem));
    for (int32_t b = 0; b < factory->buffers.n_items; ++b)
        TAKT_TRY(check_buffer(factory, b, problem));
    const size_t n_buffers = (size_t)factory->buffers.n_items;
    bool *marks = takt_alloc((2 * n_buffers + 1) * sizeof *marks);
    if (!marks)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the check of the routes");
    takt_status status = check_exits(factory, marks, problem);
    if (status == TAKT_OK)
        status = check_supply(factory, marks + n_buffers, problem);
    takt_free(marks);
    return status;
}
