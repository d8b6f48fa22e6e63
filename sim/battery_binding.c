// Does a factory fit the battery model? What does not would be ignored or counted wrongly, so it is
// refused: the model knows each stage once, in one order, and says itself what is lost where.

#include "sim/battery_internal.h"

#include "core/memory.h"

#include <string.h>

enum { NO_STAGE = -1, MAX_INPUTS = 2 };

/// How a stage takes its inputs, and which stages they come from.
typedef struct stage_inputs {
    int32_t n;
    bool by_quantity;
    int32_t from[MAX_INPUTS];
} stage_inputs;

static const stage_inputs inputs_of[TAKT_BATTERY_STAGE_COUNT] = {
    [TAKT_BATTERY_COAT_CATHODE] = {1, true, {TAKT_BATTERY_MIXING}},
    [TAKT_BATTERY_CALENDER_ANODE] = {1, false, {TAKT_BATTERY_COAT_ANODE}},
    [TAKT_BATTERY_CALENDER_CATHODE] = {1, false, {TAKT_BATTERY_COAT_CATHODE}},
    [TAKT_BATTERY_SLIT_ANODE] = {1, false, {TAKT_BATTERY_CALENDER_ANODE}},
    [TAKT_BATTERY_SLIT_CATHODE] = {1, false, {TAKT_BATTERY_CALENDER_CATHODE}},
    [TAKT_BATTERY_ASSEMBLY] = {2, true, {TAKT_BATTERY_SLIT_ANODE, TAKT_BATTERY_SLIT_CATHODE}},
    [TAKT_BATTERY_SOAK] = {1, false, {TAKT_BATTERY_ASSEMBLY}},
    [TAKT_BATTERY_FORMATION] = {1, false, {TAKT_BATTERY_SOAK}},
};

static const char *const stage_names[] = {
#define STAGE_NAME(name, text) text,
    TAKT_BATTERY_STAGE_LIST(STAGE_NAME)
#undef STAGE_NAME
};

static const takt_station *station_at(const takt_factory *factory, int32_t s)
{
    return TAKT_ITEM(takt_station, factory->stations, s);
}

static int32_t stage_find(const char *name)
{
    for (int32_t i = 0; i < TAKT_BATTERY_STAGE_COUNT; ++i)
        if (strcmp(name, stage_names[i]) == 0)
            return i;
    return NO_STAGE;
}

static takt_status bind_stages(takt_factory *factory, takt_battery_binding *binding,
                               takt_problem *problem)
{
    for (int32_t k = 0; k < TAKT_BATTERY_STAGE_COUNT; ++k)
        binding->stations[k] = -1;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        station->stage_index = station->stage ? stage_find(station->stage) : NO_STAGE;
        if (!station->stage)
            continue;
        if (station->stage_index < 0 || binding->stations[station->stage_index] >= 0)
            return takt_problem_set(
                problem, takt_path_of("factory.stations[%d].stage", s),
                "found '%s', allowed: each of the stages once (mixing, coat_anode, "
                "coat_cathode, calender_anode, calender_cathode, slit_anode, "
                "slit_cathode, assembly, soak, formation)",
                station->stage);
        binding->stations[station->stage_index] = s;
    }
    for (int32_t k = 0; k < TAKT_BATTERY_STAGE_COUNT; ++k)
        if (binding->stations[k] < 0)
            return takt_problem_set(problem, takt_path_of("factory.stations"),
                                    "found no station of stage %s, allowed: one", stage_names[k]);
    return TAKT_OK;
}

/// A stage takes what the model says; a station without one may only pass single items on.
static takt_status check_inputs(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    static const stage_inputs passing = {.n = 1};
    const takt_station *station = station_at(factory, s);
    const bool is_plain = station->stage_index == NO_STAGE;
    const stage_inputs *expected = is_plain ? &passing : &inputs_of[station->stage_index];
    const char *who = is_plain ? "a station without a stage" : station->stage;
    if (station->inputs.n_items != expected->n)
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].inputs", s),
                                "found %d, allowed: %d for %s", station->inputs.n_items,
                                expected->n, who);
    for (int32_t i = 0; i < expected->n; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        if (input->by_quantity != expected->by_quantity)
            return takt_problem_set(
                problem, takt_path_of("factory.stations[%d].inputs[%d].by_quantity", s, i),
                "found %s, allowed: %s for %s", input->by_quantity ? "true" : "false",
                expected->by_quantity ? "true" : "false", who);
        if (input->take != 1)
            return takt_problem_set(
                problem, takt_path_of("factory.stations[%d].inputs[%d].take", s, i),
                "found %g, allowed: 1 or left out, because the model sets what %s "
                "takes",
                input->take, who);
    }
    return TAKT_OK;
}

/// Web is cut out at coaters and calenders, where all of it counts alike; slurry, slit web and
/// cells have no such loss in the model.
static takt_status check_losses(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    static const char *const allowed = "allowed: 0, only coaters and calenders lose web that way";
    const takt_station *station = station_at(factory, s);
    switch (station->stage_index) {
    case TAKT_BATTERY_COAT_ANODE:
    case TAKT_BATTERY_COAT_CATHODE:
    case TAKT_BATTERY_CALENDER_ANODE:
    case TAKT_BATTERY_CALENDER_CATHODE:
        return TAKT_OK;
    default:
        break;
    }
    for (int32_t i = 0; i < station->failures.n_items; ++i) {
        const double loss = TAKT_ITEM(takt_failure, station->failures, i)->loss;
        if (loss > 0)
            return takt_problem_set(problem,
                                    takt_path_of("factory.stations[%d].failures[%d].loss", s, i),
                                    "found %g, %s", loss, allowed);
    }
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const double loss = TAKT_ITEM(takt_stop, station->stops, i)->loss;
        if (loss > 0)
            return takt_problem_set(problem,
                                    takt_path_of("factory.stations[%d].stops[%d].loss", s, i),
                                    "found %g, %s", loss, allowed);
    }
    return TAKT_OK;
}

/// The stage that made what a station passes on; NO_STAGE while that is not known.
static int32_t product_of(const takt_station *station, const int32_t *made_by)
{
    return station->stage_index != NO_STAGE
               ? station->stage_index
               : made_by[TAKT_ITEM(takt_input, station->inputs, 0)->buffer];
}

/// Marks the buffers behind a station with the stage whose product it passes on.
static takt_status mark_routes(const takt_factory *factory, int32_t s, int32_t *made_by,
                               bool *changed, takt_problem *problem)
{
    const takt_station *station = station_at(factory, s);
    const int32_t product = product_of(station, made_by);
    for (int32_t i = 0; i < station->routes.n_items && product != NO_STAGE; ++i) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        const takt_path p = takt_path_of("factory.stations[%d].routes[%d].to", s, i);
        if (route->buffer == TAKT_ROUTE_SCRAP)
            return takt_problem_set(
                problem, p,
                "found 'scrap', allowed: out or a buffer, because the model itself "
                "says what is lost");
        if (route->buffer == TAKT_ROUTE_OUT) {
            if (product != TAKT_BATTERY_FORMATION)
                return takt_problem_set(
                    problem, p,
                    "found 'out' for what stage %s makes, allowed: a buffer, because "
                    "only cells from formation are sold",
                    stage_names[product]);
            continue;
        }
        int32_t *maker = &made_by[route->buffer];
        if (*maker != NO_STAGE && *maker != product)
            return takt_problem_set(
                problem, p,
                "found '%s', which holds what stage %s makes, allowed: a buffer for "
                "what stage %s makes",
                route->to, stage_names[*maker], stage_names[product]);
        *changed |= *maker != product;
        *maker = product;
    }
    return TAKT_OK;
}

/// Follows the products of all stages through the buffers, then looks whether each stage finds what
/// it works on.
static takt_status check_flow(const takt_factory *factory, int32_t *made_by, takt_problem *problem)
{
    const int32_t n = factory->stations.n_items;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b)
        made_by[b] = NO_STAGE;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t s = 0; s < n; ++s)
            TAKT_TRY(mark_routes(factory, s, made_by, &changed, problem));
    }
    for (int32_t s = 0; s < n; ++s) {
        const takt_station *station = station_at(factory, s);
        for (int32_t i = 0; i < station->inputs.n_items; ++i) {
            const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
            const int32_t found = made_by[input->buffer]; // known: nothing is without supply
            const int32_t expected =
                station->stage_index == NO_STAGE ? found : inputs_of[station->stage_index].from[i];
            if (found != expected)
                return takt_problem_set(
                    problem, takt_path_of("factory.stations[%d].inputs[%d].from", s, i),
                    "found '%s', which holds what stage %s makes, allowed: a buffer for "
                    "what stage %s makes",
                    input->from, stage_names[found], stage_names[expected]);
        }
    }
    return TAKT_OK;
}

static takt_status check_fit(const takt_factory *factory, takt_problem *problem)
{
    if (factory->sources.n_items > 0)
        return takt_problem_set(problem, takt_path_of("factory.sources"),
                                "found %d, allowed: none, because the stages make all items",
                                factory->sources.n_items);
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        TAKT_TRY(check_inputs(factory, s, problem));
        TAKT_TRY(check_losses(factory, s, problem));
    }
    int32_t *made_by = takt_alloc((size_t)(factory->buffers.n_items + 1) * sizeof *made_by);
    if (!made_by)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the check of the battery plant");
    const takt_status status = check_flow(factory, made_by, problem);
    takt_free(made_by);
    return status;
}

/// Index of the stop that the wear of a stage follows.
static takt_status bind_stop(const takt_factory *factory, int32_t s, const char *name,
                             takt_meter counts, takt_problem *problem, int32_t *index)
{
    const takt_station *station = station_at(factory, s);
    *index = takt_list_find(&station->stops, sizeof(takt_stop), name);
    if (*index >= 0 && TAKT_ITEM(takt_stop, station->stops, *index)->counts == (int32_t)counts)
        return TAKT_OK;
    return takt_problem_set(
        problem, takt_path_of("factory.stations[%d].stops", s),
        "found no stop '%s' that counts %s, allowed: one of that name, because the "
        "wear of stage %s follows it",
        name, counts == TAKT_METER_WORKING ? "working" : "quantity", station->stage);
}

/// Place among a stage's ages of what its wear follows: a wear of that name, else the stop's age.
static takt_status bind_wear(const takt_factory *factory, int32_t s, const char *name,
                             takt_meter counts, takt_problem *problem, int32_t *index)
{
    const takt_station *station = station_at(factory, s);
    const int32_t w = takt_list_find(&station->wears, sizeof(takt_wear), name);
    if (w < 0)
        return bind_stop(factory, s, name, counts, problem, index);
    *index = station->stops.n_items + w;
    if (TAKT_ITEM(takt_wear, station->wears, w)->counts == (int32_t)counts)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("factory.stations[%d].wears[%d].counts", s, w),
                            "found another count, allowed: %s, because stage %s follows the level",
                            counts == TAKT_METER_WORKING ? "working" : "quantity", station->stage);
}

takt_status takt_battery_bind(takt_factory *factory, takt_battery_binding *binding,
                              takt_problem *problem)
{
    TAKT_TRY(bind_stages(factory, binding, problem));
    TAKT_TRY(check_fit(factory, problem));
    for (int e = 0; e < 2; ++e) {
        const int32_t *stations = binding->stations;
        const int32_t coater = stations[e ? TAKT_BATTERY_COAT_CATHODE : TAKT_BATTERY_COAT_ANODE];
        const int32_t calender =
            stations[e ? TAKT_BATTERY_CALENDER_CATHODE : TAKT_BATTERY_CALENDER_ANODE];
        const int32_t slitter = stations[e ? TAKT_BATTERY_SLIT_CATHODE : TAKT_BATTERY_SLIT_ANODE];
        TAKT_TRY(bind_stop(factory, coater, "nozzles", TAKT_METER_WORKING, problem,
                           &binding->nozzles[e]));
        TAKT_TRY(bind_wear(factory, coater, "lip", TAKT_METER_WORKING, problem, &binding->lips[e]));
        TAKT_TRY(bind_wear(factory, calender, "rolls", TAKT_METER_QUANTITY, problem,
                           &binding->rolls[e]));
        TAKT_TRY(bind_wear(factory, slitter, "knives", TAKT_METER_QUANTITY, problem,
                           &binding->knives[e]));
    }
    return TAKT_OK;
}
