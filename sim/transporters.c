// Transporters: vehicles that fetch finished items from machines and bring them where they go.
//
// A machine with a finished item calls; the call waits in the lane of its route. When all else of a
// tick is decided, a free vehicle of the fleet takes a call whose destination has a place, and
// keeps that place: a vehicle that has loaded can always unload, so vehicles never wait for each
// other.

#include "sim/state_internal.h"

static const takt_plan_fleet *fleet_of(const takt_replication *r, int32_t fleet)
{
    return &r->plan->transport.fleets[fleet];
}

static const takt_plan_lane *lane_of(const takt_replication *r, int32_t lane)
{
    return &r->plan->transport.lanes[lane];
}

static void fleet_mark(takt_replication *r, int32_t index)
{
    takt_fleet_state *fleet = &r->view.fleets[index];
    if (fleet->is_marked)
        return;
    fleet->is_marked = 1;
    r->view.marked_fleets[r->view.head->n_fleets_marked++] = index;
}

/// Time and, where it drives, energy up to now.
static void vehicle_count_to_now(takt_replication *r, int32_t index)
{
    takt_vehicle *vehicle = &r->view.vehicles[index];
    const takt_plan_fleet *plan = fleet_of(r, vehicle->fleet);
    const takt_tick now = r->view.head->now;
    r->view.fleets[vehicle->fleet].time[vehicle->state] += now - vehicle->since;
    if (vehicle->state == TAKT_VEHICLE_EMPTY || vehicle->state == TAKT_VEHICLE_LOADED)
        takt_energy_drive(r, vehicle->since,
                          takt_tick_to_s(now - vehicle->since) * plan->speed_m_s *
                              plan->energy_kWh_per_m);
    vehicle->since = now;
}

void takt_transporters_flush(takt_replication *r)
{
    for (int32_t v = 0; v < r->plan->transport.n_vehicles; ++v)
        vehicle_count_to_now(r, v);
}

/// The vehicle does something else from now on, for so many ticks.
static void vehicle_do(takt_replication *r, int32_t index, takt_vehicle_state state, takt_tick time)
{
    vehicle_count_to_now(r, index);
    r->view.vehicles[index].state = state;
    if (state != TAKT_VEHICLE_IDLE)
        takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                            takt_slot_vehicle(r->plan, index), TAKT_EVENT_ARRIVAL,
                            r->view.head->now + time);
}

static void vehicle_idle(takt_replication *r, int32_t index)
{
    takt_vehicle *vehicle = &r->view.vehicles[index];
    takt_fleet_state *fleet = &r->view.fleets[vehicle->fleet];
    vehicle_do(r, index, TAKT_VEHICLE_IDLE, 0);
    vehicle->lane = vehicle->machine = TAKT_NONE;
    vehicle->next_idle = TAKT_NONE;
    vehicle->previous_idle = fleet->last_idle;
    if (fleet->last_idle == TAKT_NONE)
        fleet->first_idle = index;
    else
        r->view.vehicles[fleet->last_idle].next_idle = index;
    fleet->last_idle = index;
    fleet_mark(r, vehicle->fleet);
}

static void vehicle_leave_idle(takt_replication *r, int32_t index)
{
    const takt_vehicle *vehicle = &r->view.vehicles[index];
    takt_fleet_state *fleet = &r->view.fleets[vehicle->fleet];
    if (vehicle->previous_idle == TAKT_NONE)
        fleet->first_idle = vehicle->next_idle;
    else
        r->view.vehicles[vehicle->previous_idle].next_idle = vehicle->next_idle;
    if (vehicle->next_idle == TAKT_NONE)
        fleet->last_idle = vehicle->previous_idle;
    else
        r->view.vehicles[vehicle->next_idle].previous_idle = vehicle->previous_idle;
}

void takt_transporters_begin(takt_replication *r)
{
    const takt_plan_transport *plan = &r->plan->transport;
    for (int32_t i = 0; i < plan->n_lanes; ++i)
        r->view.lanes[i] = (takt_lane_state){TAKT_NONE, TAKT_NONE, TAKT_NONE, TAKT_NONE};
    for (int32_t f = 0; f < plan->n_fleets; ++f) {
        r->view.fleets[f] = (takt_fleet_state){.first_idle = TAKT_NONE,
                                               .last_idle = TAKT_NONE,
                                               .first_lane = TAKT_NONE,
                                               .last_lane = TAKT_NONE};
        for (int32_t k = 0; k < plan->fleets[f].n_vehicles; ++k) {
            const int32_t v = plan->fleets[f].first_vehicle + k;
            r->view.vehicles[v] = (takt_vehicle){
                .fleet = f, .place = TAKT_NONE, .first = TAKT_NONE, .last = TAKT_NONE};
            vehicle_idle(r, v);
        }
    }
}

// --- Calls ---------------------------------------------------------------------------------------

static void lane_append(takt_replication *r, int32_t index)
{
    takt_lane_state *lane = &r->view.lanes[index];
    takt_fleet_state *fleet = &r->view.fleets[lane_of(r, index)->fleet];
    lane->next = TAKT_NONE;
    lane->previous = fleet->last_lane;
    if (fleet->last_lane == TAKT_NONE)
        fleet->first_lane = index;
    else
        r->view.lanes[fleet->last_lane].next = index;
    fleet->last_lane = index;
}

static void lane_remove(takt_replication *r, int32_t index)
{
    const takt_lane_state *lane = &r->view.lanes[index];
    takt_fleet_state *fleet = &r->view.fleets[lane_of(r, index)->fleet];
    if (lane->previous == TAKT_NONE)
        fleet->first_lane = lane->next;
    else
        r->view.lanes[lane->previous].next = lane->next;
    if (lane->next == TAKT_NONE)
        fleet->last_lane = lane->previous;
    else
        r->view.lanes[lane->next].previous = lane->previous;
}

/// The first item of the machine is to go where a vehicle brings it: it waits. False: its route
/// needs none.
__attribute__((noinline, cold)) bool takt_transporters_call(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    int32_t index = station->first_lane;
    const int32_t end = index + station->n_lanes;
    while (index < end && lane_of(r, index)->buffer != m->route)
        ++index;
    if (index == end)
        return false;
    takt_lane_state *lane = &r->view.lanes[index];
    r->view.calls[machine] = (takt_call){r->view.head->n_calls++, TAKT_NONE};
    if (lane->first == TAKT_NONE) {
        lane->first = machine;
        lane_append(r, index);
    } else {
        r->view.calls[lane->last].next = machine;
    }
    lane->last = machine;
    m->is_blocked = 1;
    if (m->holds == 0)
        takt_machine_set_state(r, machine, TAKT_MACHINE_BLOCKED);
    fleet_mark(r, lane_of(r, index)->fleet);
    return true;
}

/// A vehicle goes for the longest waiting item of a lane, and keeps a place for it.
static void answer(takt_replication *r, int32_t vehicle, int32_t index)
{
    takt_lane_state *lane = &r->view.lanes[index];
    r->view.vehicles[vehicle].lane = index;
    r->view.vehicles[vehicle].machine = lane->first;
    lane->first = r->view.calls[lane->first].next;
    if (lane->first == TAKT_NONE) {
        lane->last = TAKT_NONE;
        lane_remove(r, index);
    }
    takt_buffer_reserve(r, lane_of(r, index)->buffer, 1);
}

/// A place is free in a buffer, or one less is kept.
__attribute__((noinline, cold)) void takt_transporters_offer(takt_replication *r, int32_t buffer)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    for (int32_t i = 0; i < plan->n_carriers; ++i) {
        const int32_t fleet = r->plan->transport.carriers[plan->first_carrier + i];
        if (r->view.fleets[fleet].first_lane != TAKT_NONE)
            fleet_mark(r, fleet);
    }
}

// --- Dispatching ---------------------------------------------------------------------------------

static const double *place_of_vehicle(const takt_replication *r, int32_t index)
{
    const takt_vehicle *vehicle = &r->view.vehicles[index];
    if (vehicle->place == TAKT_NONE)
        return fleet_of(r, vehicle->fleet)->home;
    const takt_plan_lane *lane = lane_of(r, vehicle->place / 2);
    return vehicle->place % 2 == 0 ? lane->from : lane->to;
}

static double distance_to(const takt_replication *r, int32_t vehicle, const double *to)
{
    return takt_metric_distance(fleet_of(r, r->view.vehicles[vehicle].fleet)->metric,
                                place_of_vehicle(r, vehicle), to);
}

static takt_tick drive_time(const takt_replication *r, int32_t vehicle, const double *to)
{
    return takt_tick_from_s(distance_to(r, vehicle, to) /
                            fleet_of(r, r->view.vehicles[vehicle].fleet)->speed_m_s);
}

/// The idle vehicle nearest to a lane; among equals the one that has waited longest.
static int32_t nearest_vehicle(const takt_replication *r, int32_t fleet, int32_t lane,
                               double *distance)
{
    int32_t best = TAKT_NONE;
    for (int32_t v = r->view.fleets[fleet].first_idle; v != TAKT_NONE;
         v = r->view.vehicles[v].next_idle) {
        const double d = distance_to(r, v, lane_of(r, lane)->from);
        if (best == TAKT_NONE || d < *distance) {
            best = v;
            *distance = d;
        }
    }
    return best;
}

static bool can_answer(const takt_replication *r, int32_t lane)
{
    return takt_buffer_has_place(r, lane_of(r, lane)->buffer);
}

/// The lane whose item is fetched next, by the fleet's rule; ties go to the longest waiting.
static int32_t next_lane(const takt_replication *r, int32_t fleet)
{
    const bool by_distance = fleet_of(r, fleet)->rule == TAKT_FLEET_NEAREST;
    int32_t best = TAKT_NONE;
    int64_t best_call = 0;
    double best_distance = 0, distance = 0;
    for (int32_t i = r->view.fleets[fleet].first_lane; i != TAKT_NONE; i = r->view.lanes[i].next) {
        const int64_t call = r->view.calls[r->view.lanes[i].first].number;
        if (!can_answer(r, i))
            continue;
        if (by_distance)
            nearest_vehicle(r, fleet, i, &distance);
        if (best == TAKT_NONE || distance < best_distance ||
            (!(best_distance < distance) && call < best_call)) {
            best = i;
            best_call = call;
            best_distance = distance;
        }
    }
    return best;
}

/// A full rack whose items hold too little for the machines behind it makes room here, too.
static void make_room(takt_replication *r, int32_t fleet)
{
    for (int32_t i = r->view.fleets[fleet].first_lane; i != TAKT_NONE; i = r->view.lanes[i].next)
        if (!can_answer(r, i))
            takt_buffer_make_room(r, lane_of(r, i)->buffer);
}

static void fleet_settle(takt_replication *r, int32_t fleet)
{
    const takt_fleet_state *state = &r->view.fleets[fleet];
    make_room(r, fleet);
    while (!state->is_off && state->first_idle != TAKT_NONE) {
        const int32_t lane = next_lane(r, fleet);
        double distance = 0;
        if (lane == TAKT_NONE)
            return;
        const int32_t vehicle = nearest_vehicle(r, fleet, lane, &distance);
        vehicle_leave_idle(r, vehicle);
        answer(r, vehicle, lane);
        vehicle_do(r, vehicle, TAKT_VEHICLE_EMPTY, drive_time(r, vehicle, lane_of(r, lane)->from));
    }
}

/// The decisions of one fleet, when stations and buffers have none left.
__attribute__((noinline, cold)) void takt_transporters_settle(takt_replication *r)
{
    const int32_t fleet = r->view.marked_fleets[--r->view.head->n_fleets_marked];
    r->view.fleets[fleet].is_marked = 0;
    fleet_settle(r, fleet);
}

/// The fleet's time begins or ends; a trip that has begun is finished.
void takt_transporters_change_shift(takt_replication *r, int32_t fleet, bool is_on)
{
    r->view.fleets[fleet].is_off = !is_on;
    if (is_on)
        fleet_mark(r, fleet);
}

// --- Trips ---------------------------------------------------------------------------------------

/// One item more is on the vehicle. If another waits here for the same place it comes along.
static void take_aboard(takt_replication *r, int32_t index)
{
    takt_vehicle *vehicle = &r->view.vehicles[index];
    const takt_plan_fleet *plan = fleet_of(r, vehicle->fleet);
    const int32_t item = takt_machine_hand_over(r, vehicle->machine);
    if (vehicle->last == TAKT_NONE)
        vehicle->first = item;
    else
        r->view.items[vehicle->last].next = item;
    vehicle->last = item;
    vehicle->n_items += 1;
    vehicle->machine = TAKT_NONE;
    if (vehicle->n_items < plan->capacity && r->view.lanes[vehicle->lane].first != TAKT_NONE &&
        can_answer(r, vehicle->lane)) {
        answer(r, index, vehicle->lane);
        vehicle_do(r, index, TAKT_VEHICLE_LOADING, plan->load);
        return;
    }
    vehicle_do(r, index, TAKT_VEHICLE_LOADED, drive_time(r, index, lane_of(r, vehicle->lane)->to));
}

/// One item is set down in the place that was kept for it; a conveyor may ask for a moment.
static void set_down(takt_replication *r, int32_t index)
{
    takt_vehicle *vehicle = &r->view.vehicles[index];
    const takt_plan_lane *lane = lane_of(r, vehicle->lane);
    const int32_t item = vehicle->first;
    const int32_t conveyor = lane->buffer >= 0 ? r->plan->buffers[lane->buffer].conveyor - 1 : -1;
    if (conveyor >= 0 && !takt_conveyor_can_enter(r, conveyor)) {
        vehicle_do(r, index, TAKT_VEHICLE_UNLOADING,
                   r->view.belts[conveyor].entry_free - r->view.head->now);
        return;
    }
    vehicle->first = r->view.items[item].next;
    r->view.items[item].next = TAKT_NONE;
    vehicle->n_items -= 1;
    r->view.fleets[vehicle->fleet].n_carried += 1;
    if (lane->buffer >= 0) {
        takt_buffer_reserve(r, lane->buffer, -1);
        takt_buffer_put(r, lane->buffer, item);
    } else {
        takt_items_leave(r, item, lane->buffer, lane->station);
    }
    if (vehicle->n_items > 0) {
        vehicle_do(r, index, TAKT_VEHICLE_UNLOADING, fleet_of(r, vehicle->fleet)->unload);
        return;
    }
    vehicle->last = TAKT_NONE;
    vehicle_idle(r, index);
}

/// What the vehicle was doing is done.
__attribute__((noinline, cold)) void takt_vehicle_happen(takt_replication *r, int32_t index)
{
    takt_vehicle *vehicle = &r->view.vehicles[index];
    const takt_plan_fleet *plan = fleet_of(r, vehicle->fleet);
    switch (vehicle->state) {
    case TAKT_VEHICLE_EMPTY:
        vehicle->place = 2 * vehicle->lane;
        vehicle_do(r, index, TAKT_VEHICLE_LOADING, plan->load);
        break;
    case TAKT_VEHICLE_LOADING:
        take_aboard(r, index);
        break;
    case TAKT_VEHICLE_LOADED:
        vehicle->place = 2 * vehicle->lane + 1;
        vehicle_do(r, index, TAKT_VEHICLE_UNLOADING, plan->unload);
        break;
    default:
        set_down(r, index);
    }
}

/// Does the machine wait for a vehicle that knows it?
bool takt_transporters_have_call(const takt_replication *r, int32_t machine)
{
    const takt_plan_transport *plan = &r->plan->transport;
    for (int32_t v = 0; v < plan->n_vehicles; ++v)
        if (r->view.vehicles[v].machine == machine && r->view.vehicles[v].lane != TAKT_NONE)
            return true;
    for (int32_t i = 0; i < plan->n_lanes; ++i)
        for (int32_t m = r->view.lanes[i].first; m != TAKT_NONE; m = r->view.calls[m].next)
            if (m == machine)
                return true;
    return false;
}
