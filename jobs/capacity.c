#include "jobs/capacity.h"

#include "sim/distribution_math.h"

#include <math.h>
#include <string.h>

/// The nominal item in each buffer: its quantity and the state the process gave it.
typedef struct nominal {
    const takt_setup *setup;
    const takt_plan *plan;
    double *quantities; // [n_buffers]
    double *states;     // [n_buffers][n_state]
    double *work_state; // [n_state]
    double *ages;       // zeros, one per stop
    takt_work_input *inputs;
} nominal;

static takt_status create(const takt_setup *setup, takt_arena *arena, nominal *n)
{
    const takt_plan *plan = takt_scenario_plan(setup->scenario);
    const size_t n_buffers = (size_t)plan->n_buffers + 1, n_state = (size_t)plan->n_state + 1;
    *n = (nominal){
        .setup = setup,
        .plan = plan,
        .quantities = takt_arena_alloc(arena, n_buffers * sizeof(double)),
        .states = takt_arena_alloc(arena, n_buffers * n_state * sizeof(double)),
        .work_state = takt_arena_alloc(arena, n_state * sizeof(double)),
        .ages = takt_arena_alloc(arena, ((size_t)plan->n_stops + (size_t)plan->n_wears + 1) *
                                            sizeof(double)),
        .inputs = takt_arena_alloc(arena, ((size_t)plan->n_inputs + 1) * sizeof *n->inputs),
    };
    if (!n->quantities || !n->states || !n->work_state || !n->ages || !n->inputs)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the capacities");
    for (int32_t b = 0; b < plan->n_buffers; ++b)
        n->quantities[b] = 1;
    for (int32_t i = 0; i < setup->study->factory.sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, setup->study->factory.sources, i);
        n->quantities[source->buffer] = source->quantity;
    }
    return TAKT_OK;
}

/// Lets the process work on one nominal piece; without a stage the item passes as it is.
static takt_work work_on(const nominal *n, int32_t station)
{
    const takt_plan *plan = n->plan;
    const takt_plan_station *s = &plan->stations[station];
    takt_work work = {.stage = s->stage,
                      .n_inputs = s->n_inputs,
                      .inputs = n->inputs,
                      .ages = n->ages,
                      .quantity = 1,
                      .state = n->work_state};
    for (int32_t i = 0; i < s->n_inputs; ++i) {
        const takt_plan_input *input = &plan->inputs[s->first_input + i];
        const double *state = n->states + input->buffer * plan->n_state;
        n->inputs[i] = (takt_work_input){
            input->by_quantity ? input->take : n->quantities[input->buffer] * input->take, state};
        for (int32_t k = 0; k < plan->n_state && i == 0; ++k)
            n->work_state[k] = state[k];
    }
    if (s->kind == TAKT_STATION_PASS)
        work.quantity = n->inputs[0].quantity;
    work.use = work.quantity;
    work.duration_s = takt_plan_time_mean(&s->service) / TAKT_TICKS_PER_S;
    if (plan->process && s->stage >= 0)
        plan->process->begin(plan->process_context, &work);
    return work;
}

static void pass_on(const nominal *n, int32_t station, const takt_work *work)
{
    const takt_plan_station *s = &n->plan->stations[station];
    for (int32_t r = 0; r < s->n_routes; ++r) {
        const int32_t buffer = n->plan->routes[s->first_route + r].buffer;
        if (buffer < 0)
            continue;
        n->quantities[buffer] = work->quantity;
        for (int32_t k = 0; k < n->plan->n_state; ++k)
            n->states[buffer * n->plan->n_state + k] = n->work_state[k];
    }
}

/// Seconds of work after which something that counts so many hours, items or quantity comes due.
static double interval_s(int32_t counts, double time_s, double many, const takt_work *work,
                         double items)
{
    if (counts == TAKT_METER_ITEMS)
        return many / items * work->duration_s;
    if (counts == TAKT_METER_QUANTITY)
        return work->use > 0 ? many / work->use * work->duration_s : 0;
    return time_s;
}

/// Seconds lost per second of work to a wear: it is renewed at the level of a condition or where it
/// breaks, whatever comes first.
static double worn(const takt_station *station, const takt_wear *wear, const takt_work *work,
                   double items)
{
    double level = takt_distribution_mean_s(&wear->fails_at);
    double length = takt_distribution_mean_s(&wear->repair);
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        if (!stop->condition || strcmp(stop->condition->wear, wear->name) != 0 ||
            (level > 0 && stop->condition->above >= level))
            continue;
        level = stop->condition->above;
        length = takt_distribution_mean_s(&stop->duration);
    }
    const double life = level / takt_distribution_mean_s(&wear->step);
    const double interval = interval_s(wear->counts, life * 3600, life, work, items);
    return interval > 0 ? length / interval : 0;
}

/// Share of time that shifts, failures and stops leave, for a machine that never waits.
static double availability(const nominal *n, int32_t station, const takt_work *work, double items)
{
    const takt_station *named = TAKT_ITEM(takt_station, n->setup->study->factory.stations, station);
    double lost = 0; // seconds per second of work
    for (int32_t i = 0; i < named->failures.n_items; ++i) {
        const takt_failure *failure = TAKT_ITEM(takt_failure, named->failures, i);
        const double mean = takt_distribution_mean_s(&failure->up);
        const double interval = interval_s(failure->counts, mean, mean, work, items);
        if (interval > 0)
            lost += takt_distribution_mean_s(&failure->repair) / interval;
    }
    for (int32_t i = 0; i < named->stops.n_items; ++i) {
        const takt_stop *stop = TAKT_ITEM(takt_stop, named->stops, i);
        const double interval =
            interval_s(stop->counts, stop->every * 3600, stop->every, work, items);
        if (interval > 0)
            lost += takt_distribution_mean_s(&stop->duration) / interval;
    }
    for (int32_t i = 0; i < named->wears.n_items; ++i)
        lost += worn(named, TAKT_ITEM(takt_wear, named->wears, i), work, items);
    const double there =
        named->calendar_index < 0
            ? 1
            : takt_calendar_share(TAKT_ITEM(takt_calendar, n->setup->study->factory.calendars,
                                            named->calendar_index));
    return there / (1 + lost);
}

takt_status takt_capacity_of(const takt_setup *setup, takt_capacity *capacities)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    nominal n;
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(create(setup, arena, &n), done);
    // As many rounds as stations: whatever their order in the file, the nominal item has come
    // through all of them.
    for (int32_t round = 0; round < n.plan->n_stations; ++round) {
        for (int32_t i = 0; i < n.plan->n_stations; ++i) {
            const takt_plan_station *s = &n.plan->stations[i];
            const takt_work work = work_on(&n, i);
            takt_capacity *capacity = &capacities[i];
            capacity->pieces_per_work = s->kind == TAKT_STATION_PASS ? s->batch_max : 1;
            capacity->service_s = work.duration_s;
            capacity->available = availability(&n, i, &work, capacity->pieces_per_work);
            capacity->pieces_per_h = work.duration_s > 0
                                         ? s->n_machines * capacity->pieces_per_work *
                                               capacity->available * 3600 / work.duration_s
                                         : INFINITY;
            pass_on(&n, i, &work);
        }
    }
done:
    takt_arena_destroy(&arena);
    return status;
}
