// From the factory as it was written to the flat tables that the event engine reads.

#include "sim/plan_internal.h"

#include "sim/defect_internal.h"
#include "sim/replication.h"

#include <math.h>
#include <string.h>

static int32_t station_kind(const takt_station *station)
{
    if (station->inputs.n_items == 0)
        return TAKT_STATION_CREATE;
    const takt_input *first = TAKT_ITEM(takt_input, station->inputs, 0);
    const bool single = station->inputs.n_items == 1 && !first->by_quantity && first->take == 1;
    return single ? TAKT_STATION_PASS : TAKT_STATION_MERGE;
}

static void *table(takt_arena *arena, int32_t n, size_t size)
{
    return takt_arena_alloc(arena, (size_t)(n > 0 ? n : 1) * size);
}

/// The plan lies in its own arena, whose handle stands behind it.
typedef struct plan_owner {
    takt_plan plan;
    takt_arena *arena;
} plan_owner;

/// Doubles for the tables of a station's distributions.
static int32_t room_of(const takt_station *station)
{
    int32_t n = takt_distribution_room(&station->service);
    for (int32_t i = 0; i < station->failures.n_items; ++i) {
        const takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
        n += takt_distribution_room(&failure->up) + takt_distribution_room(&failure->repair);
    }
    for (int32_t i = 0; i < station->stops.n_items; ++i)
        n += takt_distribution_room(&TAKT_ITEM(takt_stop, station->stops, i)->duration);
    return n + takt_plan_wears_room(station);
}

static void count_up(takt_plan *plan, const takt_factory *factory)
{
    plan->n_stations = factory->stations.n_items;
    plan->n_buffers = factory->buffers.n_items;
    plan->n_sources = factory->sources.n_items;
    plan->n_crews = factory->crews.n_items;
    plan->n_calendars = factory->calendars.n_items;
    plan->n_initial = takt_initial_count(factory);
    plan->n_products = factory->products.n_items;
    plan->tariff.n_segments = takt_tariff_room(factory->prices.tariff);
    takt_plan_transport_count(plan, factory);
    plan->n_calendar_members = // at most: each has one
        plan->n_stations + plan->n_crews + plan->transport.n_fleets;
    for (int32_t c = 0; c < plan->n_calendars; ++c)
        plan->n_stretches += takt_calendar_room(TAKT_ITEM(takt_calendar, factory->calendars, c));
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        plan->n_inputs += station->inputs.n_items;
        plan->n_routes += station->routes.n_items;
        plan->n_stops += station->stops.n_items;
        plan->n_stoppages += station->stops.n_items + station->failures.n_items;
        takt_plan_wears_count(plan, station);
        plan->n_feeders += station->routes.n_items;
        plan->n_consumers += station->inputs.n_items;
        plan->n_room += room_of(station) + takt_plan_changeover_room(station);
        plan->n_changeovers += station->changeovers.n_items;
        plan->n_options += takt_station_people_room(station);
    }
    for (int32_t i = 0; i < plan->n_sources; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        plan->n_room += takt_distribution_room(&source->interarrival) + takt_arrivals_room(source);
        plan->n_rates += takt_arrivals_n_rates(source);
    }
    for (int32_t i = 0; i < plan->n_products; ++i) {
        const takt_product *product = TAKT_ITEM(takt_product, factory->products, i);
        plan->n_steps += product->steps.n_items;
        plan->n_room += takt_plan_product_room(product);
    }
}

takt_status takt_plan_create(const takt_factory *factory, takt_plan **plan)
{
    takt_arena *arena = NULL;
    *plan = NULL;
    TAKT_TRY(takt_arena_create(&arena));
    plan_owner *owner = takt_arena_alloc(arena, sizeof *owner);
    if (!owner) {
        takt_arena_destroy(&arena);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the plan of the factory");
    }
    owner->arena = arena;
    takt_plan *p = &owner->plan;
    count_up(p, factory);
    p->stations = table(arena, p->n_stations, sizeof *p->stations);
    p->buffers = table(arena, p->n_buffers, sizeof *p->buffers);
    p->sources = table(arena, p->n_sources, sizeof *p->sources);
    p->arrivals = table(arena, p->n_sources, sizeof *p->arrivals);
    p->rates = table(arena, p->n_rates, sizeof *p->rates);
    p->initial = table(arena, p->n_initial, sizeof *p->initial);
    p->crews = table(arena, p->n_crews, sizeof *p->crews);
    p->inputs = table(arena, p->n_inputs, sizeof *p->inputs);
    p->routes = table(arena, p->n_routes, sizeof *p->routes);
    p->stoppages = table(arena, p->n_stoppages, sizeof *p->stoppages);
    p->wears = table(arena, p->n_wears, sizeof *p->wears);
    p->sensors = table(arena, p->n_sensors, sizeof *p->sensors);
    p->renewals = table(arena, p->n_renewals, sizeof *p->renewals);
    p->consumers = table(arena, p->n_consumers, sizeof *p->consumers);
    p->options = table(arena, p->n_options, sizeof *p->options);
    p->feeders = table(arena, p->n_feeders, sizeof *p->feeders);
    p->products = table(arena, p->n_products, sizeof *p->products);
    p->steps = table(arena, p->n_steps, sizeof *p->steps);
    p->changeovers = table(arena, p->n_changeovers, sizeof *p->changeovers);
    p->class_setup = table(arena, p->n_steps + p->n_buffers, sizeof *p->class_setup);
    p->calendars = table(arena, p->n_calendars, sizeof *p->calendars);
    p->stretches = table(arena, p->n_stretches, sizeof *p->stretches);
    p->calendar_members = table(arena, p->n_calendar_members, sizeof *p->calendar_members);
    p->room = table(arena, p->n_room, sizeof *p->room);
    p->tariff.segments = table(arena, p->tariff.n_segments, sizeof *p->tariff.segments);
    if (!p->stations || !p->buffers || !p->sources || !p->crews || !p->inputs || !p->routes ||
        !p->stoppages || !p->feeders || !p->calendars || !p->stretches || !p->calendar_members ||
        !p->consumers || !p->options || !p->room || !p->products || !p->steps || !p->changeovers ||
        !p->class_setup || !p->arrivals || !p->rates || !p->wears || !p->renewals || !p->sensors ||
        !p->initial || !p->tariff.segments || !takt_plan_transport_room(p, arena) ||
        takt_plan_cards_create(factory, arena, &p->cards) != TAKT_OK ||
        takt_plan_orders_create(factory, arena, &p->orders) != TAKT_OK) {
        takt_arena_destroy(&arena);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the plan of the factory");
    }
    takt_plan_fill(p, factory);
    *plan = p;
    return TAKT_OK;
}

void takt_plan_destroy(takt_plan **plan)
{
    if (!*plan)
        return;
    takt_arena *arena = ((plan_owner *)*plan)->arena; // the plan is its owner's first member
    takt_arena_destroy(&arena);
    *plan = NULL;
}

static bool is_time(int32_t meter)
{
    return meter == TAKT_METER_CLOCK || meter == TAKT_METER_WORKING;
}

static takt_plan_stoppage plan_stop(const takt_stop *stop, takt_plan *at)
{
    const double unit = is_time(stop->counts) ? 3600.0 * TAKT_TICKS_PER_S : 1.0;
    return (takt_plan_stoppage){
        .counts = stop->counts,
        .strikes = TAKT_DEFECTIVE(STOP_AMID) ? TAKT_STRIKE_AT_ONCE : stop->strikes,
        .initial_age_uniform = stop->initial_age_uniform,
        .every = stop->every * unit,
        .per_age = 1.0 / unit,
        .duration = takt_plan_time_of(&stop->duration, &at->room),
        .cost = stop->cost,
        .loss = stop->loss,
        .leaves_others = stop->leaves,
    };
}

/// The clock of a failure stands still while the machine is being attended to, and where the
/// factory says so.
static uint32_t stands_in(const takt_failure *failure)
{
    uint32_t states = 1u << TAKT_MACHINE_DOWN | 1u << TAKT_MACHINE_STOPPED;
    states |= failure->rests_idle ? 1u << TAKT_MACHINE_STARVED | 1u << TAKT_MACHINE_UNSTAFFED : 0;
    states |= failure->rests_blocked ? 1u << TAKT_MACHINE_BLOCKED : 0;
    states |= failure->rests_off_shift ? 1u << TAKT_MACHINE_OFF_SHIFT : 0;
    return states;
}

static takt_plan_stoppage plan_failure(const takt_failure *failure, takt_plan *at)
{
    return (takt_plan_stoppage){
        .is_failure = 1,
        .counts = failure->counts,
        .strikes = failure->strikes,
        .stands_in = stands_in(failure),
        .due = takt_plan_time_of(&failure->up, &at->room),
        .per_tick = is_time(failure->counts) ? 1.0 : 1.0 / TAKT_TICKS_PER_S,
        .duration = takt_plan_time_of(&failure->repair, &at->room),
        .cost = failure->cost,
        .loss = failure->loss,
        .leaves = failure->leaves,
        .repair_model = failure->repair_model,
    };
}

static void fill_stoppages(takt_plan *plan, takt_plan *at, const takt_station *from,
                           takt_plan_station *to)
{
    takt_plan_stoppage *next = &plan->stoppages[to->first_stoppage];
    for (int32_t i = 0; i < from->stops.n_items; ++i)
        *next++ = plan_stop(TAKT_ITEM(takt_stop, from->stops, i), at);
    for (int32_t i = 0; i < from->failures.n_items; ++i)
        *next++ = plan_failure(TAKT_ITEM(takt_failure, from->failures, i), at);
    next = takt_plan_wears_fill(plan, at, from, to);
    to->only_wears = 1;
    for (const takt_plan_stoppage *one = &plan->stoppages[to->first_stoppage]; one < next; ++one)
        to->asks_quantity |= one->counts == TAKT_METER_QUANTITY;
    for (int32_t i = 0; i < to->n_wears; ++i)
        to->asks_quantity |= plan->wears[to->first_wear + i].counts == TAKT_METER_QUANTITY;
    for (const takt_plan_stoppage *one = &plan->stoppages[to->first_stoppage]; one < next; ++one)
        to->only_wears &= one->counts == TAKT_METER_WORKING && one->strikes == TAKT_STRIKE_AT_ONCE;
}

/// Planned run time of one item; 0: only the process model knows.
static double planned_s(const takt_station *station)
{
    if (station->planned_time_s > 0 || station->stage)
        return station->planned_time_s;
    return takt_distribution_mean_s(&station->service) / station->batch_max;
}

/// Fills one station, `at` holds the running ends of the shared tables.
static void fill_station(takt_plan *plan, takt_plan *at, const takt_factory *factory, int32_t s)
{
    const takt_station *from = TAKT_ITEM(takt_station, factory->stations, s);
    takt_plan_station *to = &plan->stations[s];
    *to = (takt_plan_station){
        .name = from->name,
        .kind = station_kind(from),
        .stage = from->stage_index,
        .first_machine = at->n_machines,
        .n_machines = from->n_machines,
        .first_input = at->n_inputs,
        .n_inputs = from->inputs.n_items,
        .first_route = at->n_routes,
        .n_routes = from->routes.n_items,
        .first_stoppage = at->n_stoppages,
        .n_stoppages = from->stops.n_items + from->failures.n_items,
        .first_wear = at->n_wears,
        .n_wears = from->wears.n_items,
        .first_level = at->n_levels,
        .first_sensor = at->n_sensors,
        .n_sensors = from->sensors.n_items,
        .first_lag = at->n_lags,
        .n_stops = from->stops.n_items,
        .first_gauge = at->n_gauges,
        .first_mounted = at->n_mounted,
        .batch_min = TAKT_DEFECTIVE(BATCH_OF_ONE) ? 1 : from->batch_min,
        .batch_max = from->batch_max,
        .service = takt_plan_time_of(&from->service, &at->room),
        .makes = from->makes_index,
        .interrupted = from->interrupted,
        .blocks_before = from->blocking == TAKT_BLOCKING_BEFORE,
        .has_cards = from->takes_cards.n_items > 0 || from->returns_cards.n_items > 0,
        .decides = from->decides_set,
        .decision_window = from->decision_window,
        .finishes_shift = from->shift_end == TAKT_SHIFT_END_FINISHES,
        .power_kW = {[TAKT_MACHINE_WORKING] = from->power_kW,
                     [TAKT_MACHINE_STARVED] = from->power_idle_kW,
                     [TAKT_MACHINE_BLOCKED] = from->power_idle_kW,
                     [TAKT_MACHINE_DOWN] = from->power_down_kW,
                     [TAKT_MACHINE_STOPPED] = from->power_stopped_kW,
                     [TAKT_MACHINE_OFF_SHIFT] = from->power_off_shift_kW,
                     [TAKT_MACHINE_UNSTAFFED] = from->power_idle_kW,

                     [TAKT_MACHINE_SETUP] = from->power_setup_kW},
        .planned_s = planned_s(from),
        .item_value = from->item_value,
    };
    for (int32_t i = 0; i < to->n_inputs; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, from->inputs, i);
        plan->inputs[to->first_input + i] =
            (takt_plan_input){input->buffer, input->by_quantity, input->take, 0};
    }
    if (to->kind == TAKT_STATION_PASS)
        to->items_needed = to->batch_min;
    for (int32_t i = 0; i < to->n_routes; ++i)
        plan->routes[to->first_route + i] = *TAKT_ITEM(takt_route, from->routes, i);
    fill_stoppages(plan, at, from, to);
    takt_plan_people(plan, at, factory, from, to);
    at->n_machines += to->n_machines;
    at->n_inputs += to->n_inputs;
    at->n_routes += to->n_routes;
    at->n_stoppages += to->n_stoppages;
    at->n_stops += to->n_stops;
    at->n_gauges += to->n_machines * to->n_stoppages;
    at->n_wears += to->n_wears;
    at->n_levels += to->n_machines * to->n_wears;
    at->n_sensors += to->n_sensors;
    at->n_lags += to->n_machines * to->n_sensors;
    at->n_mounted += to->n_machines * to->n_inputs;
}

static void fill_buffers(takt_plan *plan, const takt_factory *factory)
{
    int32_t n_consumers = 0, n_feeders = 0;
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        takt_plan_buffer *to = &plan->buffers[b];
        *to = (takt_plan_buffer){.capacity = buffer->capacity,
                                 .by_quantity = buffer->by_quantity,
                                 .name = buffer->name,
                                 .places = buffer->by_quantity ? -1
                                           : buffer->capacity >= INT32_MAX
                                               ? INT32_MAX
                                               : (int32_t)(buffer->capacity * (1 + 1e-9)),
                                 .first_consumer = n_consumers,
                                 .first_feeder = n_feeders};
        for (int32_t s = 0; s < plan->n_stations; ++s) {
            const takt_plan_station *station = &plan->stations[s];
            for (int32_t i = 0; i < station->n_inputs; ++i)
                if (plan->inputs[station->first_input + i].buffer == b)
                    plan->consumers[n_consumers++] = s;
            for (int32_t i = 0; station->blocks_before && i < station->n_routes; ++i)
                if (plan->routes[station->first_route + i].buffer == b)
                    plan->feeders[n_feeders++] = s;
        }
        to->n_consumers = n_consumers - to->first_consumer;
        to->n_feeders = n_feeders - to->first_feeder;
    }
}

static void fill_calendars(takt_plan *plan, const takt_factory *factory)
{
    int32_t n_stretches = 0, n_members = 0;
    for (int32_t c = 0; c < plan->n_calendars; ++c) {
        const takt_calendar *calendar = TAKT_ITEM(takt_calendar, factory->calendars, c);
        takt_plan_calendar *to = &plan->calendars[c];
        *to = (takt_plan_calendar){
            .cycle = takt_tick_from_s(calendar->cycle_s),
            .first_stretch = n_stretches,
            .n_stretches = takt_calendar_stretches(calendar, &plan->stretches[n_stretches]),
            .first_member = n_members};
        for (int32_t s = 0; s < plan->n_stations; ++s)
            if (TAKT_ITEM(takt_station, factory->stations, s)->calendar_index == c)
                plan->calendar_members[n_members++] = s;
        for (int32_t k = 0; k < plan->n_crews; ++k)
            if (TAKT_ITEM(takt_crew, factory->crews, k)->calendar_index == c)
                plan->calendar_members[n_members++] = plan->n_stations + k;
        for (int32_t k = 0; k < factory->transporters.n_items; ++k)
            if (TAKT_ITEM(takt_transporter, factory->transporters, k)->calendar_index == c)
                plan->calendar_members[n_members++] = plan->n_stations + plan->n_crews + k;
        to->n_members = n_members - to->first_member;
        n_stretches += takt_calendar_room(calendar);
    }
}

static double upkeep_per_year(const takt_factory *factory)
{
    double upkeep = 0;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        if (buffer->place_cost > 0 && buffer->capacity < TAKT_UNLIMITED)
            upkeep += buffer->place_cost * buffer->capacity;
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        upkeep += station->machine_cost * station->n_machines;
    }
    for (int32_t c = 0; c < factory->crews.n_items; ++c) {
        const takt_crew *crew = TAKT_ITEM(takt_crew, factory->crews, c);
        upkeep += crew->member_cost * crew->size;
    }
    for (int32_t k = 0; k < factory->transporters.n_items; ++k) {
        const takt_transporter *fleet = TAKT_ITEM(takt_transporter, factory->transporters, k);
        upkeep += fleet->vehicle_cost * fleet->n_vehicles;
    }
    return upkeep;
}

static void fill_sources(takt_plan *plan, takt_plan *at, const takt_factory *factory)
{
    for (int32_t i = 0; i < plan->n_sources; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        plan->sources[i] = (takt_plan_source){
            .buffer = source->buffer,
            .wait_if_full = source->wait_if_full,
            .has_cards = source->takes_cards.n_items > 0,
            .is_special = takt_arrivals_are_special(source),
            .product = source->product_index,
            .priority = source->priority,
            .interarrival = takt_plan_time_of(&source->interarrival, &at->room),
            .quantity = source->quantity,
            .value = source->value,
            .name = source->name,
        };
        plan->arrivals[i] = takt_plan_arrivals_of(source, plan->rates, at->n_rates, &at->room);
        at->n_rates += plan->arrivals[i].n_rates;
    }
}

/// Buffers before stations that take cards. On a conveyor nothing overtakes.
static void fill_card_buffers(takt_plan *plan)
{
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        takt_plan_buffer *buffer = &plan->buffers[b];
        for (int32_t c = 0; c < buffer->n_consumers; ++c)
            buffer->feeds_cards |=
                plan->stations[plan->consumers[buffer->first_consumer + c]].has_cards;
        buffer->has_holders = buffer->feeds_cards && !buffer->conveyor;
    }
}

void takt_plan_fill(takt_plan *plan, const takt_factory *factory)
{
    takt_plan at = {.room = plan->room};
    for (int32_t s = 0; s < plan->n_stations; ++s)
        fill_station(plan, &at, factory, s);
    plan->n_machines = at.n_machines;
    plan->n_gauges = at.n_gauges;
    plan->n_mounted = at.n_mounted;
    plan->n_levels = at.n_levels;
    plan->n_links = at.n_links;
    plan->n_lags = at.n_lags;
    plan->n_deciders = 0;
    for (int32_t s = 0; s < plan->n_stations; ++s)
        plan->n_deciders += plan->stations[s].decides != 0;
    plan->max_items = factory->max_items;
    plan->prices = factory->prices;
    plan->upkeep_per_year = upkeep_per_year(factory);
    for (int32_t c = 0; c < plan->n_crews; ++c)
        plan->crews[c] = *TAKT_ITEM(takt_crew, factory->crews, c);
    fill_sources(plan, &at, factory);
    takt_tariff_fill(factory->prices.tariff, factory->prices.carbon_kg_per_kWh, plan->start,
                     &plan->tariff);
    plan->prices_items = plan->tariff.n_segments > 0 && plan->process;
    fill_buffers(plan, factory);
    takt_plan_fill_orders(plan, factory);
    takt_plan_fill_products(plan, factory, &at.room);
    takt_plan_fill_changeovers(plan, factory, &at.room);
    takt_plan_transport_fill(plan, factory);
    takt_plan_fill_initial(factory, plan->initial);
    fill_calendars(plan, factory);
    takt_plan_cards_fill(&plan->cards, factory);
    fill_card_buffers(plan);
    plan->first_source_slot = plan->n_machines + plan->n_gauges;
    plan->first_rare_slot = plan->first_source_slot + plan->n_sources;
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        takt_plan_station *station = &plan->stations[s];
        station->is_special = station->has_tickets || station->has_cards || station->has_belts ||
                              station->n_lanes > 0 || station->n_parts > 0 ||
                              station->n_changeovers > 0 || station->blocks_before;
    }
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        takt_plan_buffer *buffer = &plan->buffers[b];
        buffer->is_special = buffer->conveyor || buffer->is_ordered || buffer->has_holders ||
                             buffer->n_feeders > 0 || buffer->n_carriers > 0;
    }
    TAKT_ASSERT(at.room <= plan->room + plan->n_room);
}
