// Products: names to indices, and what single fields cannot say.

#include "sim/product.h"

#include "sim/factory.h"

#include <string.h>

static const char *const rule_names[] = {
#define RULE_NAME(name, text) text,
    TAKT_DISPATCH_LIST(RULE_NAME)
#undef RULE_NAME
};

const char *takt_dispatch_name(int32_t rule)
{
    return rule_names[rule];
}

/// Index of the product `name`, -1 where none is named.
static takt_status find_product(const takt_factory *factory, const char *name, takt_path path,
                                takt_problem *problem, int32_t *index)
{
    *index = name ? takt_list_find(&factory->products, sizeof(takt_product), name) : -1;
    if (!name || *index >= 0)
        return TAKT_OK;
    char names[256];
    return takt_problem_set(
        problem, path, "found '%s', allowed: a product (%s)", name,
        takt_list_names(&factory->products, sizeof(takt_product), names, sizeof names));
}

static const char *name_of_step(const takt_step *step)
{
    return step->name ? step->name : step->station;
}

/// The step that spoiled items go back to.
static takt_status resolve_rework(const takt_product *product, int32_t index, takt_path path,
                                  takt_problem *problem)
{
    takt_step *step = TAKT_ITEM(takt_step, product->steps, index);
    int32_t n_found = 0;
    step->rework_index = index;
    if (step->scrap + step->rework > 1 || step->rework == 1)
        return takt_problem_set(problem, takt_path_of("%s.rework", path.text),
                                "found %g beside scrap %g, allowed: below 1, both together at most "
                                "1",
                                step->rework, step->scrap);
    if (!step->rework_to)
        return TAKT_OK;
    for (int32_t i = 0; i < product->steps.n_items; ++i)
        if (strcmp(name_of_step(TAKT_ITEM(takt_step, product->steps, i)), step->rework_to) == 0) {
            step->rework_index = i;
            n_found += 1;
        }
    if (n_found == 1)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("%s.rework_to", path.text),
                            "found '%s', which names %d steps of '%s', allowed: the name of one",
                            step->rework_to, n_found, product->name);
}

/// The buffer before the station: its only input, or the one that `to` names.
static takt_status resolve_place(const takt_factory *factory, takt_step *step, takt_path path,
                                 takt_problem *problem)
{
    step->station_index = takt_list_find(&factory->stations, sizeof(takt_station), step->station);
    char names[256];
    if (step->station_index < 0)
        return takt_problem_set(
            problem, takt_path_of("%s.station", path.text), "found '%s', allowed: a station (%s)",
            step->station,
            takt_list_names(&factory->stations, sizeof(takt_station), names, sizeof names));
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, step->station_index);
    const takt_input *input = NULL;
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        const takt_input *one = TAKT_ITEM(takt_input, station->inputs, i);
        if (step->to ? strcmp(one->from, step->to) == 0 : station->inputs.n_items == 1)
            input = one;
    }
    if (!input)
        return takt_problem_set(problem, takt_path_of("%s.to", path.text),
                                "found %s, allowed: an input of '%s', which has %d",
                                step->to ? step->to : "none", step->station,
                                station->inputs.n_items);
    if (input->by_quantity || TAKT_ITEM(takt_buffer, factory->buffers, input->buffer)->by_quantity)
        return takt_problem_set(problem, takt_path_of("%s.station", path.text),
                                "found '%s', which draws quantities, allowed: one that takes "
                                "items",
                                step->station);
    if (station->blocking == TAKT_BLOCKING_BEFORE)
        return takt_problem_set(problem, takt_path_of("%s.station", path.text),
                                "found '%s' with blocking before_service, allowed: after_service, "
                                "because each product goes on to a place of its own",
                                step->station);
    step->buffer = input->buffer;
    return TAKT_OK;
}

static takt_status resolve_product(const takt_factory *factory, int32_t p, takt_problem *problem)
{
    takt_product *product = TAKT_ITEM(takt_product, factory->products, p);
    const takt_path path = takt_path_of("factory.products[%d]", p);
    if (product->due && product->due_factor > 0)
        return takt_problem_set(problem, takt_path_of("%s.due_factor", path.text),
                                "found %g beside `due`, allowed: one of them", product->due_factor);
    if (product->due)
        TAKT_TRY(takt_distribution_check(product->due, takt_path_of("%s.due", path.text), problem));
    for (int32_t i = 0; i < product->steps.n_items; ++i) {
        takt_step *step = TAKT_ITEM(takt_step, product->steps, i);
        const takt_path at = takt_path_of("%s.steps[%d]", path.text, i);
        TAKT_TRY(resolve_place(factory, step, at, problem));
        TAKT_TRY(resolve_rework(product, i, at, problem));
        if (step->service)
            TAKT_TRY(takt_distribution_check_positive(
                step->service, takt_path_of("%s.service", at.text), problem));
        // Whoever draws from that buffer may be the one who works on it.
        for (int32_t s = 0; s < factory->stations.n_items; ++s) {
            takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
            for (int32_t k = 0; k < station->inputs.n_items; ++k)
                station->n_steps +=
                    TAKT_ITEM(takt_input, station->inputs, k)->buffer == step->buffer;
        }
    }
    return TAKT_OK;
}

static takt_status resolve_sources(const takt_factory *factory, takt_problem *problem)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i) {
        takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        const takt_path path = takt_path_of("factory.sources[%d]", i);
        TAKT_TRY(find_product(factory, source->product, takt_path_of("%s.product", path.text),
                              problem, &source->product_index));
        if (source->product_index < 0 && !source->to) // the file of its arrivals names products
            source->product_index = takt_source_first_product(source);
        if (source->product_index < 0)
            continue;
        const takt_product *product =
            TAKT_ITEM(takt_product, factory->products, source->product_index);
        const takt_step *first = TAKT_ITEM(takt_step, product->steps, 0);
        if (source->to && source->buffer != first->buffer)
            return takt_problem_set(problem, takt_path_of("%s.to", path.text),
                                    "found '%s', allowed: '%s', where the first step of '%s' takes "
                                    "its items, or none",
                                    source->to,
                                    TAKT_ITEM(takt_buffer, factory->buffers, first->buffer)->name,
                                    product->name);
        source->buffer = first->buffer;
    }
    return TAKT_OK;
}

static takt_status resolve_rules(takt_station *station, takt_path path, takt_problem *problem)
{
    bool wants_score = false;
    station->n_rules = 0;
    for (int32_t i = 0; i < station->dispatch.n_items; ++i) {
        const char *name = *TAKT_ITEM(const char *, station->dispatch, i);
        int32_t rule = 0;
        while (rule < TAKT_DISPATCH_COUNT && strcmp(rule_names[rule], name) != 0)
            ++rule;
        if (rule == TAKT_DISPATCH_COUNT)
            return takt_problem_set(problem, takt_path_of("%s.dispatch[%d]", path.text, i),
                                    "found '%s', allowed: first_come, last_come, priority, "
                                    "shortest_time, longest_time, shortest_job, "
                                    "earliest_due_date, least_slack, critical_ratio, "
                                    "least_work_left, most_work_left, oldest, same_setup, "
                                    "shortest_setup, score",
                                    name);
        wants_score |= rule == TAKT_DISPATCH_SCORE;
        station->rules[station->n_rules++] = rule;
    }
    if (wants_score != (station->score != NULL))
        return takt_problem_set(problem, takt_path_of("%s.score", path.text),
                                "found %s, allowed: %s", station->score ? "weights" : "none",
                                station->score ? "none where `dispatch` does not name score"
                                               : "the weights that `dispatch: [score]` asks for");
    if (station->n_rules == 1 && station->rules[0] == TAKT_DISPATCH_FIRST_COME)
        station->n_rules = 0;
    return TAKT_OK;
}

static bool has_input(const takt_station *station, int32_t buffer)
{
    for (int32_t i = 0; i < station->inputs.n_items; ++i)
        if (TAKT_ITEM(takt_input, station->inputs, i)->buffer == buffer)
            return true;
    return false;
}

static bool same_rules(const takt_station *a, const takt_station *b)
{
    return a->n_rules == b->n_rules && a->batch_of == b->batch_of &&
           takt_station_is_choosy(a) == takt_station_is_choosy(b) &&
           (a->batch_wait_s > 0) == (b->batch_wait_s > 0) &&
           memcmp(a->rules, b->rules, (size_t)a->n_rules * sizeof *a->rules) == 0 &&
           (!a->score || memcmp(a->score, b->score, sizeof *a->score) == 0);
}

/// One queue has one order: stations that draw from the same buffer choose alike.
static takt_status check_queues(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path path = takt_path_of("factory.stations[%d].dispatch", s);
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, input->buffer);
        if (station->n_rules > 0 && buffer->by_quantity)
            return takt_problem_set(problem, path,
                                    "found a rule, but '%s' is a tank, allowed: none, or inputs "
                                    "that count items",
                                    buffer->name);
        for (int32_t k = 0; k < s; ++k) {
            const takt_station *other = TAKT_ITEM(takt_station, factory->stations, k);
            if (has_input(other, input->buffer) && !same_rules(station, other))
                return takt_problem_set(problem, path,
                                        "found other rules than those of '%s', allowed: the same "
                                        "for all stations that draw from '%s'",
                                        other->name, buffer->name);
        }
    }
    return TAKT_OK;
}

/// Does anything without a product come into the buffer?
static bool gets_unnamed(const takt_factory *factory, int32_t buffer)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        if (source->buffer == buffer && source->product_index < 0)
            return true;
    }
    const takt_list *initial = &TAKT_ITEM(takt_buffer, factory->buffers, buffer)->initial;
    for (int32_t i = 0; i < initial->n_items; ++i)
        if (!TAKT_ITEM(takt_initial, *initial, i)->product)
            return true;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            if (TAKT_ITEM(takt_route, station->routes, i)->buffer == buffer)
                return true;
    }
    return false;
}

/// Only what has a product finds its way from a station without routes.
static takt_status check_routes(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    if (station->routes.n_items > 0 || station->makes_index >= 0)
        return TAKT_OK;
    const takt_input *first =
        station->inputs.n_items > 0 ? TAKT_ITEM(takt_input, station->inputs, 0) : NULL;
    if (first && station->n_steps > 0 && !gets_unnamed(factory, first->buffer))
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("factory.stations[%d].routes", s),
                            "found none, allowed: one or more (only what belongs to a product "
                            "knows its way)");
}

static takt_status resolve_makes(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path path = takt_path_of("factory.stations[%d].makes", s);
    TAKT_TRY(find_product(factory, station->makes, path, problem, &station->makes_index));
    if (station->makes_index < 0 || station->inputs.n_items != 1)
        return TAKT_OK;
    const takt_input *only = TAKT_ITEM(takt_input, station->inputs, 0);
    if (only->by_quantity || only->take != 1)
        return TAKT_OK;
    return takt_problem_set(problem, path,
                            "found '%s' at a station that passes single items on, allowed: one "
                            "that makes new items (none, several or other inputs)",
                            station->makes);
}

takt_status takt_products_resolve(takt_factory *factory, takt_problem *problem)
{
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        TAKT_ITEM(takt_station, factory->stations, s)->n_steps = 0;
    for (int32_t p = 0; p < factory->products.n_items; ++p)
        TAKT_TRY(resolve_product(factory, p, problem));
    TAKT_TRY(resolve_sources(factory, problem));
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        TAKT_TRY(resolve_rules(station, takt_path_of("factory.stations[%d]", s), problem));
        TAKT_TRY(resolve_makes(factory, s, problem));
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        TAKT_TRY(check_queues(factory, s, problem));
        TAKT_TRY(check_routes(factory, s, problem));
    }
    return TAKT_OK;
}

bool takt_products_feed(const takt_factory *factory, int32_t buffer)
{
    for (int32_t p = 0; p < factory->products.n_items; ++p) {
        const takt_product *product = TAKT_ITEM(takt_product, factory->products, p);
        for (int32_t i = 0; i < product->steps.n_items; ++i)
            if (TAKT_ITEM(takt_step, product->steps, i)->buffer == buffer)
                return true;
    }
    return false;
}

/// Does the product ever begin? Sources release it, or a station that gets all it needs makes it.
static bool begins(const takt_factory *factory, int32_t product, const bool *is_fed)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        if (takt_source_releases(TAKT_ITEM(takt_source, factory->sources, i), product))
            return true;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        const takt_list *initial = &TAKT_ITEM(takt_buffer, factory->buffers, b)->initial;
        for (int32_t i = 0; i < initial->n_items; ++i)
            if (TAKT_ITEM(takt_initial, *initial, i)->product_index == product)
                return true;
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        bool has_all = station->makes_index == product;
        for (int32_t i = 0; i < station->inputs.n_items && has_all; ++i)
            has_all = is_fed[TAKT_ITEM(takt_input, station->inputs, i)->buffer];
        if (has_all)
            return true;
    }
    return false;
}

bool takt_products_supply(const takt_factory *factory, bool *is_fed)
{
    bool changed = false;
    for (int32_t p = 0; p < factory->products.n_items; ++p) {
        const takt_product *product = TAKT_ITEM(takt_product, factory->products, p);
        if (!begins(factory, p, is_fed))
            continue;
        for (int32_t i = 0; i < product->steps.n_items; ++i) {
            bool *fed = &is_fed[TAKT_ITEM(takt_step, product->steps, i)->buffer];
            changed |= !*fed;
            *fed = true;
        }
    }
    return changed;
}
