// Conveyors and transporters: from what was written to the tables of the plan.

#include "sim/plan.h"

#include <math.h>

double takt_metric_distance(int32_t metric, const double *from, const double *to)
{
    const double x = fabs(to[0] - from[0]), y = fabs(to[1] - from[1]);
    return metric == TAKT_METRIC_STRAIGHT ? sqrt(x * x + y * y) : x + y;
}

/// Where something stands; [0, 0] where nobody said.
static void read_point(const takt_list *position, double point[2])
{
    for (int32_t i = 0; i < 2; ++i)
        point[i] = position->n_items == 2 ? *TAKT_ITEM(double, *position, i) : 0;
}

static const takt_station *consumer_of(const takt_factory *factory, int32_t buffer)
{
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            if (TAKT_ITEM(takt_input, station->inputs, i)->buffer == buffer)
                return station;
    }
    return NULL;
}

static const takt_station *feeder_of(const takt_factory *factory, int32_t buffer)
{
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            if (TAKT_ITEM(takt_route, station->routes, i)->buffer == buffer)
                return station;
    }
    return NULL;
}

double takt_conveyor_length_m(const takt_factory *factory, int32_t index)
{
    const takt_conveyor *conveyor = TAKT_ITEM(takt_buffer, factory->buffers, index)->conveyor;
    if (!conveyor || conveyor->length_m > 0)
        return conveyor ? conveyor->length_m : 0;
    const takt_station *before = feeder_of(factory, index), *behind = consumer_of(factory, index);
    double from[2], to[2];
    if (!before || !behind || before->position_m.n_items != 2 || behind->position_m.n_items != 2)
        return 0;
    read_point(&before->position_m, from);
    read_point(&behind->position_m, to);
    return takt_metric_distance(TAKT_METRIC_STRAIGHT, from, to);
}

double takt_conveyor_places(const takt_factory *factory, int32_t index)
{
    const takt_conveyor *conveyor = TAKT_ITEM(takt_buffer, factory->buffers, index)->conveyor;
    return floor(takt_conveyor_length_m(factory, index) / conveyor->item_length_m * (1 + 1e-12));
}

void takt_lane_ends(const takt_factory *factory, int32_t s, int32_t index, double from[2],
                    double to[2])
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_route *route = TAKT_ITEM(takt_route, station->routes, index);
    const takt_list *target = &factory->exit_m;
    if (route->buffer >= 0) {
        target = &TAKT_ITEM(takt_buffer, factory->buffers, route->buffer)->position_m;
        const takt_station *consumer = consumer_of(factory, route->buffer);
        if (target->n_items == 0 && consumer)
            target = &consumer->position_m;
    }
    read_point(&station->position_m, from);
    read_point(target, to);
}

void takt_plan_transport_count(takt_plan *plan, const takt_factory *factory)
{
    takt_plan_transport *to = &plan->transport;
    *to = (takt_plan_transport){.n_fleets = factory->transporters.n_items};
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        to->n_conveyors += buffer->conveyor || buffer->transit_s > 0;
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            to->n_lanes += TAKT_ITEM(takt_route, station->routes, i)->by != NULL;
    }
}

bool takt_plan_transport_room(takt_plan *plan, takt_arena *arena)
{
    takt_plan_transport *to = &plan->transport;
    to->conveyors = takt_arena_alloc(arena, (size_t)(to->n_conveyors + 1) * sizeof *to->conveyors);
    to->fleets = takt_arena_alloc(arena, (size_t)(to->n_fleets + 1) * sizeof *to->fleets);
    to->lanes = takt_arena_alloc(arena, (size_t)(to->n_lanes + 1) * sizeof *to->lanes);
    to->carriers = takt_arena_alloc(arena, (size_t)(to->n_lanes + 1) * sizeof *to->carriers);
    return to->conveyors && to->fleets && to->lanes && to->carriers;
}

/// A conveyor of length L, speed v and items of length l: L / v to the end, l / v between items.
static takt_plan_conveyor plan_conveyor(const takt_factory *factory, int32_t index)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, index);
    const takt_conveyor *conveyor = buffer->conveyor;
    if (!conveyor)
        return (takt_plan_conveyor){index, 1, takt_tick_from_s(buffer->transit_s), 0};
    return (takt_plan_conveyor){
        .buffer = index,
        .accumulates = conveyor->accumulating,
        .transit = takt_tick_from_s(takt_conveyor_length_m(factory, index) / conveyor->speed_m_s),
        .pitch = takt_tick_from_s(conveyor->item_length_m / conveyor->speed_m_s)};
}

static void fill_conveyors(takt_plan *plan, const takt_factory *factory)
{
    int32_t n = 0;
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        takt_plan_buffer *to = &plan->buffers[b];
        if (n == plan->transport.n_conveyors || !(buffer->conveyor || buffer->transit_s > 0))
            continue;
        plan->transport.conveyors[n] = plan_conveyor(factory, b);
        to->conveyor = ++n;
        to->places = -1; // places alone do not say whether an item can enter
        if (buffer->conveyor)
            to->capacity = fmax(1, takt_conveyor_places(factory, b));
        for (int32_t c = 0; c < to->n_consumers; ++c)
            plan->stations[plan->consumers[to->first_consumer + c]].has_belts = 1;
    }
}

static void fill_lanes(takt_plan *plan, const takt_factory *factory)
{
    int32_t n = 0;
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        takt_plan_station *station = &plan->stations[s];
        station->first_lane = n;
        for (int32_t i = 0; i < station->n_routes; ++i) {
            const takt_route *route = &plan->routes[station->first_route + i];
            if (route->fleet < 0 || !route->by)
                continue;
            takt_plan_lane *lane = &plan->transport.lanes[n++];
            *lane = (takt_plan_lane){.station = s, .buffer = route->buffer, .fleet = route->fleet};
            takt_lane_ends(factory, s, i, lane->from, lane->to);
        }
        station->n_lanes = n - station->first_lane;
    }
}

/// Each fleet once for each buffer that it brings items to.
static void fill_carriers(takt_plan *plan)
{
    const takt_plan_transport *transport = &plan->transport;
    int32_t n = 0;
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        takt_plan_buffer *buffer = &plan->buffers[b];
        buffer->first_carrier = n;
        for (int32_t i = 0; i < transport->n_lanes; ++i) {
            bool is_new = transport->lanes[i].buffer == b;
            for (int32_t k = buffer->first_carrier; k < n && is_new; ++k)
                is_new = transport->carriers[k] != transport->lanes[i].fleet;
            if (is_new)
                transport->carriers[n++] = transport->lanes[i].fleet;
        }
        buffer->n_carriers = n - buffer->first_carrier;
    }
}

static void fill_fleets(takt_plan *plan, const takt_factory *factory)
{
    takt_plan_transport *transport = &plan->transport;
    transport->n_vehicles = 0;
    for (int32_t f = 0; f < transport->n_fleets; ++f) {
        const takt_transporter *from = TAKT_ITEM(takt_transporter, factory->transporters, f);
        takt_plan_fleet *to = &transport->fleets[f];
        *to = (takt_plan_fleet){.first_vehicle = transport->n_vehicles,
                                .n_vehicles = from->n_vehicles,
                                .capacity = from->capacity,
                                .rule = from->rule,
                                .metric = from->metric,
                                .speed_m_s = from->speed_m_s,
                                .energy_kWh_per_m = from->energy_kWh_per_m,
                                .load = takt_tick_from_s(from->load_s),
                                .unload = takt_tick_from_s(from->unload_s)};
        transport->n_vehicles += from->n_vehicles;
        for (int32_t i = transport->n_lanes - 1; i >= 0; --i)
            for (int32_t k = 0; k < 2 && transport->lanes[i].fleet == f; ++k)
                to->home[k] = transport->lanes[i].from[k];
        if (from->home_m.n_items == 2)
            read_point(&from->home_m, to->home);
    }
}

void takt_plan_transport_fill(takt_plan *plan, const takt_factory *factory)
{
    fill_conveyors(plan, factory);
    fill_lanes(plan, factory);
    fill_carriers(plan);
    fill_fleets(plan, factory);
}
