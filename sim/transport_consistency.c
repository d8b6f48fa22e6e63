// What must hold of conveyors and vehicles between two events.

#include "sim/state_internal.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char transport_sentence[256];

__attribute__((format(printf, 1, 2))) static const char *transport_breach(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(transport_sentence, sizeof transport_sentence, format, arguments);
    va_end(arguments);
    return transport_sentence;
}

static bool has_event(const takt_replication *r, uint32_t slot)
{
    return r->view.slot_word[slot] != UINT64_MAX;
}

/// Items keep their distance, each has its place, and the next thing that happens is scheduled.
const char *takt_belt_breach(const takt_replication *r, int32_t c)
{
    const takt_plan_conveyor *plan = &r->plan->transport.conveyors[c];
    const takt_buffer_state *end = &r->view.buffers[plan->buffer];
    const takt_belt *belt = &r->view.belts[c];
    const bool stands = belt->stopped_since != TAKT_TICK_NEVER;
    takt_tick before = 0;
    int32_t n = 0;
    for (int32_t i = belt->first; i != TAKT_NONE; i = r->view.items[i].next, ++n) {
        if (n > 0 && r->view.travel[i] < before + plan->pitch)
            return transport_breach("conveyor %d: item %d entered too near to the one before it", c,
                                    i);
        before = r->view.travel[i];
    }
    if (n != belt->n || n > end->n_reserved)
        return transport_breach("conveyor %d moves %d items, counts %d and keeps %d places", c, n,
                                belt->n, end->n_reserved);
    if (end->n_items + n > r->plan->buffers[plan->buffer].capacity)
        return transport_breach("conveyor %d holds %d items, its places are %g", c,
                                end->n_items + n, r->plan->buffers[plan->buffer].capacity);
    if (!plan->accumulates && stands != (end->n_items > 0))
        return transport_breach("conveyor %d %s with %d items at its end", c,
                                stands ? "stands" : "runs", end->n_items);
    if (has_event(r, takt_slot_belt_end(r->plan, c)) != (n > 0 && !stands))
        return transport_breach("conveyor %d moves %d items and has %s event", c, n,
                                n > 0 && !stands ? "no" : "an");
    if (end->first_blocked != TAKT_NONE && !stands && !takt_conveyor_can_enter(r, c) &&
        !has_event(r, takt_slot_belt_entry(r->plan, c)))
        return transport_breach("conveyor %d: nobody wakes who waits for its entry", c);
    return belt->n_taken == 0
               ? NULL
               : transport_breach("conveyor %d has not moved on after items were taken", c);
}

static const char *vehicle_breach(const takt_replication *r, int32_t v)
{
    const takt_vehicle *vehicle = &r->view.vehicles[v];
    const bool is_idle = vehicle->state == TAKT_VEHICLE_IDLE;
    const bool fetches =
        vehicle->state == TAKT_VEHICLE_EMPTY || vehicle->state == TAKT_VEHICLE_LOADING;
    if (has_event(r, takt_slot_vehicle(r->plan, v)) == is_idle)
        return transport_breach("vehicle %d in state %d has %s event", v, vehicle->state,
                                is_idle ? "an" : "no");
    if (fetches != (vehicle->machine != TAKT_NONE) || is_idle != (vehicle->lane == TAKT_NONE))
        return transport_breach("vehicle %d in state %d serves machine %d of lane %d", v,
                                vehicle->state, vehicle->machine, vehicle->lane);
    if (is_idle && vehicle->n_items > 0)
        return transport_breach("vehicle %d is idle and carries items", v);
    return NULL;
}

/// A fleet's times are complete, and no free vehicle stands while it could fetch something.
static const char *fleet_breach(const takt_replication *r, int32_t f)
{
    const takt_plan_fleet *plan = &r->plan->transport.fleets[f];
    const takt_fleet_state *fleet = &r->view.fleets[f];
    const takt_tick measured = r->view.head->now - r->view.head->measured_since;
    takt_tick sum = 0;
    for (int32_t k = 0; k < TAKT_VEHICLE_STATE_COUNT; ++k)
        sum += fleet->time[k];
    for (int32_t k = 0; k < plan->n_vehicles; ++k)
        sum += r->view.head->now - r->view.vehicles[plan->first_vehicle + k].since;
    if (sum != plan->n_vehicles * measured)
        return transport_breach("fleet %d: its times sum to %lld ticks, measured are %lld", f,
                                (long long)sum, (long long)(plan->n_vehicles * measured));
    for (int32_t i = fleet->first_lane; i != TAKT_NONE; i = r->view.lanes[i].next) {
        const int32_t buffer = r->plan->transport.lanes[i].buffer;
        if (r->view.lanes[i].first == TAKT_NONE)
            return transport_breach("fleet %d: nothing waits in lane %d", f, i);
        if (!fleet->is_off && fleet->first_idle != TAKT_NONE && takt_buffer_has_place(r, buffer))
            return transport_breach("vehicle %d is free while machine %d waits for one",
                                    fleet->first_idle, r->view.lanes[i].first);
    }
    return NULL;
}

/// What vehicles carry or fetch and what is on a conveyor has its places.
static const char *places_breach(const takt_replication *r)
{
    for (int32_t b = 0; b < r->plan->n_buffers; ++b) {
        const takt_buffer_state *buffer = &r->view.buffers[b];
        const int32_t conveyor = r->plan->buffers[b].conveyor - 1;
        int32_t n = conveyor < 0 ? 0 : r->view.belts[conveyor].n;
        for (int32_t v = 0; v < r->plan->transport.n_vehicles; ++v) {
            const takt_vehicle *vehicle = &r->view.vehicles[v];
            if (vehicle->lane != TAKT_NONE && r->plan->transport.lanes[vehicle->lane].buffer == b)
                n += vehicle->n_items + (vehicle->machine != TAKT_NONE);
        }
        if (n > buffer->n_reserved)
            return transport_breach("buffer %d keeps %d places, what is on its way needs %d", b,
                                    buffer->n_reserved, n);
    }
    return NULL;
}

const char *takt_transporters_breach(const takt_replication *r)
{
    const char *found = NULL;
    for (int32_t v = 0; v < r->plan->transport.n_vehicles && !found; ++v)
        found = vehicle_breach(r, v);
    for (int32_t f = 0; f < r->plan->transport.n_fleets && !found; ++f)
        found = fleet_breach(r, f);
    return found || r->plan->transport.n_vehicles == 0 ? found : places_breach(r);
}
