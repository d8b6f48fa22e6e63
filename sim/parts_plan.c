// Parts and matching inputs in a study: what must hold of them, and their tables in the plan.

#include "sim/parts.h"

#include "sim/plan_internal.h"

#include <math.h>

int32_t takt_parts_of(const takt_station *station)
{
    int32_t n = 0;
    for (int32_t i = 0; i < station->routes.n_items; ++i)
        n += TAKT_ITEM(takt_route, station->routes, i)->parts;
    return n;
}

bool takt_station_matches(const takt_station *station)
{
    for (int32_t i = 0; i < station->inputs.n_items; ++i)
        if (TAKT_ITEM(takt_input, station->inputs, i)->match)
            return true;
    return false;
}

// --- Checks --------------------------------------------------------------------------------------

/// Shares of value: none said, or all of them, which sum to 1.
static takt_status check_values(const takt_station *station, takt_path routes,
                                takt_problem *problem)
{
    double sum = 0;
    for (int32_t i = 0; i < station->routes.n_items; ++i)
        sum += TAKT_ITEM(takt_route, station->routes, i)->value_share;
    if (sum != 0 && fabs(sum - 1) > 1e-9)
        return takt_problem_set(problem, routes,
                                "found value shares that sum to %.12g, allowed: 1, or none", sum);
    return TAKT_OK;
}

/// All routes of a station that takes apart lead parts away, and nothing chooses among them.
static takt_status check_split(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path routes = takt_path_of("factory.stations[%d].routes", s);
    const bool splits = takt_parts_of(station) > 0;
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        if (splits && (route->parts == 0 || route->share <= 0))
            return takt_problem_set(
                problem,
                takt_path_of("%s[%d].%s", routes.text, i, route->parts ? "share" : "parts"),
                "found 0, allowed: more than 0 where a station takes its items apart");
        if (!splits && route->value_share != 0)
            return takt_problem_set(problem, takt_path_of("%s[%d].value_share", routes.text, i),
                                    "found %g, allowed: none without `parts`", route->value_share);
    }
    if (!splits)
        return TAKT_OK;
    TAKT_TRY(check_values(station, routes, problem));
    if (station->blocking == TAKT_BLOCKING_BEFORE)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].blocking", s),
                                "found before_service where items are taken apart, allowed: "
                                "after_service");
    if (station->n_steps > 0)
        return takt_problem_set(problem, routes,
                                "found parts at a station that a product has as a step, allowed: "
                                "parts of items without a product");
    return TAKT_OK;
}

static int32_t count_consumers(const takt_factory *factory, int32_t buffer)
{
    int32_t n = 0;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            n += TAKT_ITEM(takt_input, station->inputs, i)->buffer == buffer;
    }
    return n;
}

static takt_status check_match(const takt_factory *factory, int32_t s, int32_t i,
                               takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
    const takt_path path = takt_path_of("factory.stations[%d].inputs[%d].match", s, i);
    if (!input->match)
        return TAKT_OK;
    if (station->inputs.n_items == 1 && input->take == 1)
        return takt_problem_set(problem, path,
                                "found true for single items, allowed: several inputs, or take "
                                "above 1");
    if (input->by_quantity || TAKT_ITEM(takt_buffer, factory->buffers, input->buffer)->by_quantity)
        return takt_problem_set(problem, path,
                                "found true for a quantity, allowed: inputs of whole items from "
                                "buffers of whole items");
    if (TAKT_ITEM(takt_buffer, factory->buffers, input->buffer)->conveyor)
        return takt_problem_set(problem, path,
                                "found true for '%s', a conveyor, from which items come one after "
                                "the other, allowed: a buffer behind it",
                                input->from);
    if (station->n_rules > 0)
        return takt_problem_set(problem, path,
                                "found true with dispatch rules, allowed: first_come, orders go "
                                "in the order in which they are complete");
    if (count_consumers(factory, input->buffer) > 1)
        return takt_problem_set(problem, path,
                                "found true for '%s', which others take from too, allowed: a "
                                "buffer of its own",
                                input->from);
    return TAKT_OK;
}

/// Marks where items without an order may lie: what sources bring and stations make, until it is
/// taken apart.
static void follow_unordered(const takt_factory *factory, bool *is_plain)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        is_plain[TAKT_ITEM(takt_source, factory->sources, i)->buffer] = true;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b)
        is_plain[b] |= TAKT_ITEM(takt_buffer, factory->buffers, b)->initial.n_items > 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t s = 0; s < factory->stations.n_items; ++s) {
            const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
            const bool is_fed = station->inputs.n_items == 0 ||
                                is_plain[TAKT_ITEM(takt_input, station->inputs, 0)->buffer];
            if (!is_fed || takt_parts_of(station) > 1 || takt_station_matches(station))
                continue;
            for (int32_t i = 0; i < station->routes.n_items; ++i) {
                const int32_t to = TAKT_ITEM(takt_route, station->routes, i)->buffer;
                changed |= to >= 0 && !is_plain[to];
                if (to >= 0)
                    is_plain[to] = true;
            }
        }
    }
}

static takt_status check_orders(const takt_factory *factory, const bool *is_plain,
                                takt_problem *problem)
{
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->inputs.n_items; ++i) {
            const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
            if (input->match && is_plain[input->buffer])
                return takt_problem_set(
                    problem, takt_path_of("factory.stations[%d].inputs[%d].match", s, i),
                    "found true for '%s', which items reach that no station has taken apart, "
                    "allowed: a buffer of parts only",
                    input->from);
        }
    }
    return TAKT_OK;
}

takt_status takt_parts_check(const takt_factory *factory, takt_problem *problem)
{
    bool matches = false;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        TAKT_TRY(check_split(factory, s, problem));
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            TAKT_TRY(check_match(factory, s, i, problem));
        matches |= takt_station_matches(station);
    }
    if (!matches)
        return TAKT_OK;
    bool *is_plain = takt_alloc(((size_t)factory->buffers.n_items + 1) * sizeof *is_plain);
    if (!is_plain)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the check of the parts");
    follow_unordered(factory, is_plain);
    const takt_status status = check_orders(factory, is_plain, problem);
    takt_free(is_plain);
    return status;
}

// --- The plan ------------------------------------------------------------------------------------

takt_status takt_plan_orders_create(const takt_factory *factory, takt_arena *arena,
                                    takt_plan_orders *orders)
{
    *orders = (takt_plan_orders){0};
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        orders->n_matches += takt_station_matches(station);
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            orders->n_inputs += TAKT_ITEM(takt_input, station->inputs, i)->match;
    }
    if (orders->n_inputs == 0)
        return TAKT_OK;
    orders->inputs = takt_arena_alloc(arena, (size_t)orders->n_inputs * sizeof *orders->inputs);
    orders->matches = takt_arena_alloc(arena, (size_t)orders->n_matches * sizeof *orders->matches);
    if (!orders->inputs || !orders->matches)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the parts of the factory");
    return TAKT_OK;
}

/// Numbers the columns; the buffers before matching inputs keep an order from which any item can be
/// taken out.
void takt_plan_fill_orders(takt_plan *plan, const takt_factory *factory)
{
    int32_t n_inputs = 0, n_matches = 0;
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        takt_plan_station *to = &plan->stations[s];
        to->n_parts = takt_parts_of(station);
        to->matches = takt_station_matches(station) ? ++n_matches : 0;
        if (to->matches)
            plan->orders.matches[n_matches - 1] = (takt_plan_match){s, n_inputs, 0};
        for (int32_t i = 0; i < station->inputs.n_items; ++i) {
            takt_plan_input *input = &plan->inputs[to->first_input + i];
            if (!TAKT_ITEM(takt_input, station->inputs, i)->match)
                continue;
            plan->orders.inputs[n_inputs++] =
                (takt_plan_match_input){input->buffer, (int32_t)input->take, n_matches - 1};
            plan->orders.matches[n_matches - 1].n_inputs += 1;
            plan->buffers[input->buffer].matches = input->matches = n_inputs;
        }
    }
    plan->items_carry = plan->cards.n_cards > 0 || n_inputs > 0;
}
