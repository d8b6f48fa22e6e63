// Changeovers of the stations and the classes of ordered queues in the plan.
//
// A queue holds its items in classes, a heap each: all in one where nothing but the rules matters,
// else by product, setup or step. Classes are numbered within their queue, from 1 on in the order
// of the steps; class 0 holds what belongs to no product.

#include "sim/distribution_math.h"
#include "sim/plan_internal.h"
#include "sim/state_internal.h"

int32_t takt_plan_changeover_room(const takt_station *station)
{
    int32_t n = 0;
    for (int32_t i = 0; i < station->changeovers.n_items; ++i)
        n += takt_distribution_room(&TAKT_ITEM(takt_changeover, station->changeovers, i)->time);
    return n;
}

/// What the classes of the queues before a station are made by.
static int32_t class_kind(const takt_station *station)
{
    if (station->batch_of != TAKT_BATCH_OF_ANY)
        return station->batch_of;
    if (station->decides_set & 1 << TAKT_DECISION_DISPATCH)
        return TAKT_BATCH_OF_STEP;
    return takt_station_is_choosy(station) ? TAKT_BATCH_OF_SETUP : TAKT_BATCH_OF_ANY;
}

static void fill_station(takt_plan *plan, const takt_station *from, double **room,
                         takt_plan_station *to)
{
    to->n_changeovers = from->changeovers.n_items;
    for (int32_t i = 0; i < to->n_changeovers; ++i) {
        const takt_changeover *change = TAKT_ITEM(takt_changeover, from->changeovers, i);
        const double mean = takt_distribution_mean_s(&change->time);
        plan->changeovers[to->first_changeover + i] =
            (takt_plan_changeover){.from = change->from_index,
                                   .to = change->to_index,
                                   .time = takt_plan_time_of(&change->time, room),
                                   .mean = takt_tick_from_s(mean),
                                   .cost = change->cost};
    }
    to->is_picky = class_kind(from) != TAKT_BATCH_OF_ANY || from->batch_wait_s > 0;
    to->items_needed = to->is_picky ? 0 : to->items_needed;
    to->timer = -1;
    to->batch_wait = takt_tick_from_s(from->batch_wait_s);
    to->initial_setup = from->initial_setup_index;
    to->min_run = from->setup_min_run;
    to->min_run_waits = from->setup_min_run_waits;
    to->setup_lost_by = (from->failures_lose_setup ? TAKT_HOLD_DOWN : 0) |
                        (from->stops_lose_setup ? TAKT_HOLD_STOP : 0) |
                        (from->shifts_lose_setup ? TAKT_HOLD_SHIFT : 0) |
                        (from->idle_loses_setup ? TAKT_HOLD_IDLE : 0);
}

static int32_t product_of(const takt_plan *plan, int32_t step)
{
    int32_t p = 0;
    while (step >= plan->products[p].first_step + plan->products[p].n_steps)
        ++p;
    return p;
}

static bool is_alike(const takt_plan *plan, int32_t kind, int32_t a, int32_t b)
{
    if (kind == TAKT_BATCH_OF_STEP)
        return a == b;
    if (kind == TAKT_BATCH_OF_SETUP)
        return plan->steps[a].setup == plan->steps[b].setup;
    return kind == TAKT_BATCH_OF_ANY || product_of(plan, a) == product_of(plan, b);
}

/// Classes of the steps that wait in the buffer.
static void fill_classes(takt_plan *plan, int32_t kind, int32_t b)
{
    takt_plan_buffer *buffer = &plan->buffers[b];
    buffer->n_classes = 1;
    plan->class_setup[buffer->first_class] = -1;
    for (int32_t i = 0; i < plan->n_steps; ++i) {
        takt_plan_step *step = &plan->steps[i];
        if (step->buffer != b)
            continue;
        step->class_ = 0;
        if (kind == TAKT_BATCH_OF_ANY)
            continue;
        int32_t k = 0;
        while (k < i && (plan->steps[k].buffer != b || !is_alike(plan, kind, k, i)))
            ++k;
        step->class_ = k < i ? plan->steps[k].class_ : buffer->n_classes++;
        if (kind != TAKT_BATCH_OF_PRODUCT)
            plan->class_setup[buffer->first_class + step->class_] = step->setup;
    }
}

static void fill_queues(takt_plan *plan, const takt_factory *factory)
{
    plan->n_classes = 0;
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        takt_plan_buffer *buffer = &plan->buffers[b];
        if (buffer->n_consumers == 0)
            continue;
        const int32_t s = plan->consumers[buffer->first_consumer];
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        buffer->has_timer = plan->stations[s].batch_wait > 0;
        buffer->is_ordered |= plan->stations[s].is_picky;
        plan->has_tickets |= buffer->is_ordered;
        if (!buffer->is_ordered)
            continue;
        buffer->first_class = plan->n_classes;
        fill_classes(plan, class_kind(station), b);
        plan->n_classes += buffer->n_classes;
    }
}

void takt_plan_fill_changeovers(takt_plan *plan, const takt_factory *factory, double **room)
{
    int32_t n_changeovers = 0;
    plan->n_setups = factory->n_setups;
    plan->n_timers = 0; // as many as stations where any batch waits only so long
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        takt_plan_station *station = &plan->stations[s];
        station->first_changeover = n_changeovers;
        fill_station(plan, TAKT_ITEM(takt_station, factory->stations, s), room, station);
        n_changeovers += station->n_changeovers;
        if (station->batch_wait > 0)
            station->timer = s;
        plan->n_timers = station->batch_wait > 0 ? plan->n_stations : plan->n_timers;
    }
    plan->has_setups = n_changeovers > 0;
    fill_queues(plan, factory);
    for (int32_t s = 0; s < plan->n_stations; ++s)
        plan->stations[s].has_tickets = plan->has_tickets;
}
