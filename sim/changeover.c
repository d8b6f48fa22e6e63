// Setups, changeovers and batches: names to numbers, and what single fields cannot say.

#include "sim/changeover.h"

#include "sim/factory.h"

#include <string.h>

static const takt_field changeover_fields[] = {
    TAKT_FIELD(takt_changeover, from, NAME,
               .doc = "setup that the machine has; left out: any, also none"),
    TAKT_FIELD(takt_changeover, to, NAME, .doc = "setup that it must have; left out: any"),
    TAKT_FIELD(takt_changeover, time, STRUCT, .schema = &takt_distribution_schema,
               .doc = "how long it takes"),
    TAKT_FIELD(takt_changeover, cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "cost of each"),
};
const takt_schema takt_changeover_schema =
    TAKT_SCHEMA("changeover", takt_changeover, changeover_fields,
                "Time and cost from one setup to another. Of several that fit, the one that names "
                "both goes before one that names only `to`, that before one that names only "
                "`from`. Where none fits it takes no time.");

static const char *setup_of(const takt_product *product, const takt_step *step)
{
    return step->setup ? step->setup : product->setup;
}

/// The number of the setup, -1 where no step of the products before step (p, i) names it.
static int32_t find_setup(const takt_factory *factory, int32_t p, int32_t i, const char *name)
{
    for (int32_t k = 0; k < factory->products.n_items && k <= p; ++k) {
        const takt_product *product = TAKT_ITEM(takt_product, factory->products, k);
        const int32_t n = k < p ? product->steps.n_items : i;
        for (int32_t j = 0; j < n; ++j) {
            const takt_step *step = TAKT_ITEM(takt_step, product->steps, j);
            const char *other = setup_of(product, step);
            if (other && strcmp(other, name) == 0)
                return step->setup_index;
        }
    }
    return -1;
}

static void number_setups(takt_factory *factory)
{
    factory->n_setups = 0;
    for (int32_t p = 0; p < factory->products.n_items; ++p) {
        const takt_product *product = TAKT_ITEM(takt_product, factory->products, p);
        for (int32_t i = 0; i < product->steps.n_items; ++i) {
            takt_step *step = TAKT_ITEM(takt_step, product->steps, i);
            const char *name = setup_of(product, step);
            step->setup_index = name ? find_setup(factory, p, i, name) : -1;
            if (name && step->setup_index < 0)
                step->setup_index = factory->n_setups++;
        }
    }
}

/// The number of the setup `name`, -1 where it is left out.
static takt_status resolve_setup(const takt_factory *factory, const char *name, takt_path path,
                                 takt_problem *problem, int32_t *index)
{
    *index = name ? find_setup(factory, factory->products.n_items, 0, name) : -1;
    if (!name || *index >= 0)
        return TAKT_OK;
    return takt_problem_set(problem, path,
                            "found '%s', allowed: a setup that a product or step names (%d do)",
                            name, factory->n_setups);
}

static bool has_rule(const takt_station *station, int32_t rule)
{
    for (int32_t i = 0; i < station->n_rules; ++i)
        if (station->rules[i] == rule)
            return true;
    return false;
}

bool takt_station_is_choosy(const takt_station *station)
{
    return station->setup_min_run > 1 || has_rule(station, TAKT_DISPATCH_SAME_SETUP) ||
           has_rule(station, TAKT_DISPATCH_SHORTEST_SETUP);
}

/// A station chooses among the items of one queue, which must be the only one that it has.
static takt_status check_batches(const takt_factory *factory, const takt_station *station,
                                 takt_path path, takt_problem *problem)
{
    const takt_input *only =
        station->inputs.n_items == 1 ? TAKT_ITEM(takt_input, station->inputs, 0) : NULL;
    const bool takes_singles = only && !only->by_quantity && only->take == 1 &&
                               !TAKT_ITEM(takt_buffer, factory->buffers, only->buffer)->by_quantity;
    if (station->batch_of != TAKT_BATCH_OF_ANY && !takes_singles)
        return takt_problem_set(problem, takt_path_of("%s.batch_of", path.text),
                                "found one at a station that does not take single items from one "
                                "buffer, allowed: any");
    if (station->batch_wait_s > 0 && (!takes_singles || station->batch_min == 1))
        return takt_problem_set(problem, takt_path_of("%s.batch_wait", path.text),
                                "found %g s, allowed: 0 where batch_min is 1 or the station does "
                                "not take single items from one buffer",
                                station->batch_wait_s);
    if (takt_station_is_choosy(station) && !takes_singles)
        return takt_problem_set(problem, takt_path_of("%s.dispatch", path.text),
                                "found a choice by setups, allowed: none where a station does not "
                                "take single items from one buffer");
    if (takt_station_is_choosy(station) && station->batch_of == TAKT_BATCH_OF_PRODUCT)
        return takt_problem_set(problem, takt_path_of("%s.batch_of", path.text),
                                "found product beside a choice by setups, allowed: setup or step, "
                                "because a product may need several setups");
    return TAKT_OK;
}

static takt_status resolve_station_setups(const takt_factory *factory, int32_t s,
                                          takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path path = takt_path_of("factory.stations[%d]", s);
    for (int32_t i = 0; i < station->changeovers.n_items; ++i) {
        takt_changeover *change = TAKT_ITEM(takt_changeover, station->changeovers, i);
        const takt_path at = takt_path_of("%s.changeovers[%d]", path.text, i);
        TAKT_TRY(resolve_setup(factory, change->from, takt_path_of("%s.from", at.text), problem,
                               &change->from_index));
        TAKT_TRY(resolve_setup(factory, change->to, takt_path_of("%s.to", at.text), problem,
                               &change->to_index));
        TAKT_TRY(takt_distribution_check(&change->time, takt_path_of("%s.time", at.text), problem));
    }
    TAKT_TRY(resolve_setup(factory, station->initial_setup,
                           takt_path_of("%s.initial_setup", path.text), problem,
                           &station->initial_setup_index));
    if (takt_station_is_choosy(station) && station->changeovers.n_items == 0)
        return takt_problem_set(problem, takt_path_of("%s.changeovers", path.text),
                                "found none, allowed: one or more where the station chooses by "
                                "setups");
    return check_batches(factory, station, path, problem);
}

takt_status takt_changeovers_resolve(takt_factory *factory, takt_problem *problem)
{
    number_setups(factory);
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        TAKT_TRY(resolve_station_setups(factory, s, problem));
    return TAKT_OK;
}
