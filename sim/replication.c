// A replication: its state block, its clock, and the loop over events.

#include "sim/deadlock.h"
#include "sim/kpi.h"
#include "sim/state_internal.h"

#include <stdio.h>
#include <string.h>

/// Lays the arrays out behind the head; with `block` NULL only counts the bytes.
static size_t lay_out(takt_replication *r, char *block)
{
    const takt_plan *p = r->plan;
    size_t used = 0;
    takt_state_view view = {0};
#define PLACE(member, count)                                                                       \
    do {                                                                                           \
        used = (used + 63) & ~(size_t)63;                                                          \
        view.member = block ? (void *)(block + used) : NULL;                                       \
        used += (size_t)(count) * sizeof *view.member;                                             \
    } while (0)
    const takt_plan_transport *transport = &p->transport;
    const int32_t n_slots = takt_slot_count(p);
    PLACE(head, 1);
    PLACE(slot_word, n_slots);
    PLACE(nodes, 3 + 2 * n_slots + 8);
    if (block)
        view.nodes += 3; // node 1 begins a cache line, and with it every group of four children
    PLACE(machines, p->n_machines);
    PLACE(stations, p->n_stations);
    PLACE(buffers, p->n_buffers);
    PLACE(crews, p->n_crews);
    PLACE(calendars, p->n_calendars);
    PLACE(draws, r->n_streams);
    PLACE(gauges, p->n_gauges);
    PLACE(gauge_machine, p->n_gauges);
    PLACE(exposures, p->n_levels);
    PLACE(lags, p->n_lags);
    PLACE(mounted, p->n_mounted);
    PLACE(next_blocked, p->n_machines + p->n_sources);
    PLACE(source_item, p->n_sources);
    PLACE(sources, p->n_sources);
    PLACE(arrival_since, p->n_sources);
    PLACE(attended_since, p->n_machines);
    PLACE(marked_stations, p->n_stations);
    PLACE(marked_buffers, p->n_buffers);
    PLACE(ceased, p->n_machines);
    PLACE(cards, p->cards.n_cards);
    PLACE(card_claims, p->cards.n_users);
    PLACE(marked_cards, p->cards.n_cards);
    PLACE(marked_crews, p->n_crews);
    PLACE(claims, p->n_links > 0 ? p->n_machines : 0);
    PLACE(links, p->n_links);
    PLACE(matches, p->orders.n_matches);
    PLACE(losses, p->n_causes);
    PLACE(belts, transport->n_conveyors);
    PLACE(fleets, transport->n_fleets);
    PLACE(marked_fleets, transport->n_fleets);
    PLACE(vehicles, transport->n_vehicles);
    PLACE(lanes, transport->n_lanes);
    PLACE(calls, transport->n_lanes > 0 ? p->n_machines : 0);
    PLACE(station_energy, p->tariff.n_segments > 0 ? p->n_stations : 0);
    PLACE(job_energy, p->tariff.n_segments > 0 ? p->n_machines : 0);
    PLACE(flow_times, TAKT_HISTOGRAM_SIZE);
    PLACE(products, p->n_products);
    PLACE(n_released, p->has_tickets ? p->n_sources + p->n_stations + p->n_buffers : 0);
    PLACE(classes, p->n_classes);
    PLACE(decision, p->n_deciders > 0);
    PLACE(deciders, p->n_deciders > 0 ? p->n_stations : 0);
    PLACE(next_asking, p->n_deciders > 0 ? p->n_machines : 0);
    PLACE(setups, p->has_setups ? p->n_machines : 0);
    PLACE(items, (size_t)p->max_items + 1); // a spare one for the event that needs too many
    PLACE(item_state, ((size_t)p->max_items + 1) * (size_t)p->n_state);
    PLACE(tickets, p->has_tickets ? (size_t)p->max_items + 1 : 0);
    PLACE(travel, transport->n_conveyors > 0 ? (size_t)p->max_items + 1 : 0);
    PLACE(item_energy, p->prices_items ? (size_t)p->max_items + 1 : 0);
    PLACE(card_sets, takt_cards_set_words(p));
    const size_t n_orders = p->orders.n_matches > 0 ? (size_t)p->max_items + 1 : 0;
    PLACE(item_order, n_orders);
    PLACE(item_mate, n_orders);
    PLACE(orders, n_orders);
    PLACE(order_waits, n_orders * (size_t)p->orders.n_inputs);
    PLACE(order_ready, n_orders * (size_t)p->orders.n_matches);
#undef PLACE
    if (block)
        r->view = view;
    return (used + 63) & ~(size_t)63;
}

/// As the head says: replication and branch.
void takt_streams_name(takt_replication *r)
{
    const takt_plan *p = r->plan;
    const takt_stream base = {.seed = p->seed ^ r->view.head->branch,
                              .replication = r->view.head->replication};
    for (int32_t i = 0; i < r->n_streams; ++i) {
        r->caches[i].first = -1;
        r->caches[i].stream = base;
        r->caches[i].kind = TAKT_DISTRIBUTION_UNIFORM;
    }
#define STREAM(number, entity_, purpose_, kind_)                                                   \
    do {                                                                                           \
        takt_draw_cache *cache = &r->caches[number];                                               \
        cache->stream.entity = (uint32_t)(entity_);                                                \
        cache->stream.purpose = (purpose_);                                                        \
        cache->kind = (kind_);                                                                     \
    } while (0)
    for (int32_t i = 0; i < p->n_sources; ++i)
        STREAM(takt_stream_arrival(i), i, TAKT_PURPOSE_ARRIVAL, p->sources[i].interarrival.kind);
    for (int32_t s = 0; s < p->n_stations; ++s) {
        const takt_plan_station *station = &p->stations[s];
        STREAM(takt_stream_service(p, s), s,
               TAKT_DEFECTIVE(SHARED_STREAM) ? TAKT_PURPOSE_ARRIVAL : TAKT_PURPOSE_SERVICE,
               station->service.kind);
        STREAM(takt_stream_route(p, s), s, TAKT_PURPOSE_ROUTE, TAKT_DISTRIBUTION_UNIFORM);
        for (int32_t k = 0; k < station->n_machines; ++k) {
            for (int32_t i = 0; i < station->n_stoppages; ++i) {
                const takt_plan_stoppage *stoppage = &p->stoppages[station->first_stoppage + i];
                const int32_t gauge = station->first_gauge + k * station->n_stoppages + i;
                const uint32_t entity = takt_entity_of(s, k);
                STREAM(takt_stream_due(p, gauge), entity, stoppage->due_purpose,
                       stoppage->due.kind);
                STREAM(takt_stream_duration(p, gauge), entity, stoppage->duration_purpose,
                       stoppage->duration.kind);
            }
            for (int32_t w = 0; w < station->n_wears; ++w) {
                const takt_plan_wear *wear = &p->wears[station->first_wear + w];
                const int32_t level = station->first_level + k * station->n_wears + w;
                STREAM(takt_stream_step(p, level), takt_entity_of(s, k),
                       (uint16_t)(TAKT_PURPOSE_WEAR + w * TAKT_PURPOSES_MAX),
                       wear->counts == TAKT_METER_ITEMS ? wear->step.kind
                                                        : TAKT_DISTRIBUTION_UNIFORM);
            }
        }
    }
#undef STREAM
}

/// Room for the plan's present counts; allocates only when they have grown.
static takt_status reserve(takt_replication *r)
{
    const takt_plan *p = r->plan;
    const int64_t n_slots = (int64_t)p->n_machines + p->n_gauges + p->n_sources + p->n_calendars +
                            2 * (int64_t)p->transport.n_conveyors + p->transport.n_vehicles +
                            p->n_timers;
    if (n_slots > INT64_C(1) << TAKT_EVENT_SLOT_BITS)
        return TAKT_FAIL(TAKT_ERR_LIMIT,
                         "factory: found %lld machines, failures and stops of machines, sources "
                         "and vehicles, allowed: %lld in all",
                         (long long)n_slots, (long long)(INT64_C(1) << TAKT_EVENT_SLOT_BITS));
    r->n_streams = takt_stream_step(p, p->n_levels);
    if (r->n_streams > r->n_streams_allocated) {
        takt_free(r->caches);
        r->caches = takt_alloc((size_t)r->n_streams * sizeof *r->caches);
        r->n_streams_allocated = r->caches ? r->n_streams : 0;
    }
    r->n_bytes = lay_out(r, NULL);
    if (r->n_bytes > r->n_bytes_allocated) {
        takt_free(r->block);
        r->block = takt_alloc(r->n_bytes);
        r->n_bytes_allocated = r->block ? r->n_bytes : 0;
    }
    if (!r->block || !r->caches)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a replication of %zu bytes",
                         r->n_bytes);
    lay_out(r, r->block);
    r->has_plain_items =
        !p->has_tickets && !p->items_carry && !p->prices_items && !p->process && p->n_state == 0;
    return TAKT_OK;
}

static takt_status reserve_scratch(takt_replication *r)
{
    int32_t n_inputs = 1, n_stops = 1;
    for (int32_t s = 0; s < r->plan->n_stations; ++s) {
        const takt_plan_station *station = &r->plan->stations[s];
        n_inputs = station->n_inputs > n_inputs ? station->n_inputs : n_inputs;
        const int32_t n_ages = station->n_stops + station->n_wears;
        n_stops = n_ages > n_stops ? n_ages : n_stops;
    }
    const size_t n_state = (size_t)(r->plan->n_state > 0 ? r->plan->n_state : 1);
    r->work_inputs = takt_alloc((size_t)n_inputs * sizeof *r->work_inputs);
    r->work_states = takt_alloc((size_t)n_inputs * n_state * sizeof *r->work_states);
    r->ages = takt_alloc((size_t)n_stops * sizeof *r->ages);
    r->marks = takt_alloc((size_t)r->plan->n_stations + 2 * (size_t)r->plan->n_buffers);
    if (!r->work_inputs || !r->work_states || !r->ages || !r->marks)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a replication");
    return TAKT_OK;
}

takt_status takt_replication_create(const takt_plan *plan, takt_replication **replication)
{
    takt_status status = TAKT_OK;
    takt_replication *r = takt_alloc(sizeof *r);
    *replication = NULL;
    if (!r)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a replication");
    r->plan = plan;
    TAKT_TRY_GOTO(reserve_scratch(r), failed);
    TAKT_TRY_GOTO(reserve(r), failed);
    TAKT_TRY_GOTO(takt_replication_reset(r, 0), failed);
    *replication = r;
    return TAKT_OK;
failed:
    takt_replication_destroy(&r);
    return status;
}

void takt_replication_destroy(takt_replication **replication)
{
    takt_replication *r = *replication;
    if (!r)
        return;
    takt_free(r->block);
    takt_free(r->caches);
    takt_free(r->work_inputs);
    takt_free(r->work_states);
    takt_free(r->ages);
    takt_free(r->marks);
    takt_free(r);
    *replication = NULL;
}

static void reset_machines(takt_replication *r)
{
    const takt_plan *p = r->plan;
    for (int32_t s = 0; s < p->n_stations; ++s) {
        const takt_plan_station *station = &p->stations[s];
        r->view.stations[s].first_idle = r->view.stations[s].last_idle = TAKT_NONE;
        for (int32_t k = 0; k < station->n_machines; ++k) {
            const int32_t index = station->first_machine + k;
            r->view.machines[index] = (takt_machine){.station = s,
                                                     .item = TAKT_NONE,
                                                     .stoppage = TAKT_NONE,
                                                     .state = TAKT_MACHINE_STARVED};
            if (p->has_setups)
                r->view.setups[index] =
                    (takt_machine_setup){.setup = station->initial_setup, .next = TAKT_NONE};
            for (int32_t i = 0; i < station->n_stoppages; ++i)
                r->view.gauge_machine[takt_gauge_index(r, index, i)] = index;
        }
    }
}

static void start_everything(takt_replication *r)
{
    const takt_plan *p = r->plan;
    for (int32_t i = 0; i < p->n_sources; ++i)
        takt_source_schedule(r, i);
    for (int32_t m = 0; m < p->n_machines; ++m)
        takt_machine_begin(r, m);
    takt_shifts_begin(r);
    takt_initial_begin(r);
    takt_agenda_settle(r);
}

takt_status takt_replication_reset(takt_replication *r, uint32_t index)
{
    const takt_plan *p = r->plan;
    TAKT_TRY(reserve(r));
    // Items are written when they are first used; only what lies before them needs clearing.
    memset(r->block, 0, (size_t)((char *)r->view.items - r->block));
    takt_state_head *head = r->view.head;
    head->replication = index;
    takt_streams_name(r);
    head->queue.n_slots = takt_slot_count(p);
    head->queue.max_nodes = 2 * head->queue.n_slots + 8;
    head->first_free_item = head->first_new_claim = TAKT_NONE;
    head->first_active = head->last_active = head->bottleneck = TAKT_NONE;
    memset(r->view.slot_word, 0xFF, (size_t)head->queue.n_slots * sizeof *r->view.slot_word);
    for (int32_t b = 0; b < p->n_buffers; ++b) {
        takt_buffer_state *buffer = &r->view.buffers[b];
        buffer->first = buffer->last = buffer->last_holder = TAKT_NONE;
        buffer->first_blocked = buffer->last_blocked = TAKT_NONE;
        buffer->first_new_blocked = TAKT_NONE;
    }
    for (int32_t c = 0; c < p->n_crews; ++c)
        r->view.crews[c] = (takt_crew_state){
            .n_free = p->crews[c].size, .waiting = TAKT_NONE, .serving = TAKT_NONE};
    for (int32_t c = 0; c < p->n_classes; ++c)
        r->view.classes[c].root = TAKT_NONE;
    for (int32_t i = 0; i < p->n_mounted; ++i)
        r->view.mounted[i] = TAKT_NONE;
    for (int32_t i = 0; i < p->n_sources; ++i)
        r->view.source_item[i] = TAKT_NONE;
    takt_cards_reset(r);
    takt_decisions_reset(r);
    takt_orders_reset(r);
    reset_machines(r);
    takt_conveyors_begin(r);
    takt_transporters_begin(r);
    takt_energy_start(r);
    r->asks = p->n_deciders > 0; // the rules answer later what nobody does
    start_everything(r);
    r->asks = false;
    return TAKT_OK;
}

static void arrive(takt_replication *r, int32_t index)
{
    const takt_plan_source *source = &r->plan->sources[index];
    if (source->is_special) {
        takt_source_arrive(r, index);
        return;
    }
    const int32_t item = takt_items_take_new(r);
    r->view.items[item].quantity = source->quantity;
    r->view.items[item].value = source->value;
    if (!r->has_plain_items && r->plan->has_tickets)
        takt_ticket_begin(r, item, index, source->product);
    r->view.head->n_arrived += 1;
    if (r->listener.item)
        takt_tell_item(r, TAKT_ITEM_ARRIVES, item, index);
    if (source->has_cards && !takt_cards_admit(r, index, item)) {
        if (r->view.source_item[index] == TAKT_NONE)
            takt_source_schedule(r, index);
        return;
    }
    if (takt_buffer_fits(r, source->buffer, item) || takt_buffer_make_room(r, source->buffer)) {
        takt_items_enter(r, item);
        takt_buffer_put(r, source->buffer, item);
    } else if (source->wait_if_full && !TAKT_DEFECTIVE(SOURCE_LOSES)) {
        r->view.source_item[index] = item;
        takt_buffer_block(r, source->buffer, r->plan->n_machines + index);
        return;
    } else {
        r->view.head->n_turned_away += 1;
        if (r->listener.item)
            takt_tell_item(r, TAKT_ITEM_TURNED_AWAY, item, index);
        takt_items_release(r, item);
    }
    takt_source_schedule(r, index);
}

static void active_remove(takt_replication *r, int32_t machine)
{
    takt_state_head *head = r->view.head;
    takt_machine *m = &r->view.machines[machine];
    m->is_active = 0;
    if (m->previous_active == TAKT_NONE)
        head->first_active = m->next_active;
    else
        r->view.machines[m->previous_active].next_active = m->next_active;
    if (m->next_active == TAKT_NONE)
        head->last_active = m->previous_active;
    else
        r->view.machines[m->next_active].previous_active = m->previous_active;
}

/// The bottleneck of this moment is the machine that has been active longest (active-period method,
/// Roser, Nakano, Tanaka 2001, on the period so far). Waiting that takes no time breaks no period.
__attribute__((noinline)) static void update_bottleneck(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    for (int32_t i = 0; i < head->n_ceased; ++i) {
        const int32_t machine = r->view.ceased[i];
        if (!takt_state_is_active(r->view.machines[machine].state))
            active_remove(r, machine);
        else
            r->view.machines[machine].is_active = TAKT_ACTIVE;
    }
    head->n_ceased = 0;
    if (head->first_active == head->bottleneck)
        return;
    if (head->bottleneck != TAKT_NONE)
        r->view.stations[r->view.machines[head->bottleneck].station].bottleneck_time +=
            head->now - head->bottleneck_since;
    head->bottleneck = head->first_active;
    head->bottleneck_since = head->now;
}

/// The stations at work at this tick, for those who must find a loop without time.
static const char *busy_stations(const takt_replication *r, char *names, size_t n_bytes)
{
    size_t used = 0;
    names[0] = '\0';
    for (int32_t s = 0; s < r->plan->n_stations && used < n_bytes; ++s) {
        const takt_plan_station *station = &r->plan->stations[s];
        bool is_busy = false;
        for (int32_t k = 0; k < station->n_machines; ++k) {
            const takt_machine *m = &r->view.machines[station->first_machine + k];
            is_busy |= m->is_running && m->work_end == r->view.head->now;
        }
        if (is_busy)
            used += (size_t)snprintf(names + used, n_bytes - used, "%s%s", used ? ", " : "",
                                     station->name);
    }
    return names;
}

static takt_status fail(const takt_replication *r)
{
    const takt_state_head *head = r->view.head;
    const double hours = takt_tick_to_s(head->now) / 3600;
    char names[200];
    if (head->failed == TAKT_FAILED_DEADLOCK)
        return takt_deadlock_fail(r);
    if (head->failed == TAKT_FAILED_LOOP)
        return TAKT_FAIL(TAKT_ERR_MODEL,
                         "factory: found more than %d events at one moment, %.6g h of replication "
                         "%u: items go round without taking time, at %s",
                         TAKT_EVENTS_AT_ONE_TICK, hours, head->replication,
                         busy_stations(r, names, sizeof names));
    return TAKT_FAIL(TAKT_ERR_LIMIT,
                     "factory.max_items: found more than %d items in the plant at %.6g h of "
                     "replication %u, allowed: %d (more comes in than goes out, or the limit is "
                     "too low)",
                     r->plan->max_items, hours, head->replication, r->plan->max_items);
}

/// The rarer events: shifts, conveyors, vehicles.
__attribute__((noinline, cold)) static void happen_beside(takt_replication *r, uint32_t slot)
{
    const takt_plan *p = r->plan;
    if (slot >= takt_slot_timer(p, 0))
        takt_batch_time_out(r, (int32_t)(slot - takt_slot_timer(p, 0)));
    else if (slot >= takt_slot_vehicle(p, 0))
        takt_vehicle_happen(r, (int32_t)(slot - takt_slot_vehicle(p, 0)));
    else if (slot >= takt_slot_belt_end(p, 0))
        takt_conveyor_happen(r, (int32_t)(slot - takt_slot_belt_end(p, 0)));
    else
        takt_shift_change(r, (int32_t)(slot - takt_slot_calendar(p, 0)));
}

/// What one event does; decisions come when all events of the tick are over.
static void happen(takt_replication *r, int64_t slot, uint64_t class_)
{
    const takt_plan *p = r->plan;
    if (slot >= p->first_rare_slot)
        happen_beside(r, (uint32_t)slot);
    else if (slot >= p->first_source_slot)
        arrive(r, (int32_t)(slot - p->first_source_slot));
    else if (slot >= p->n_machines)
        takt_gauge_come_due(r, (int32_t)(slot - p->n_machines));
    else if (class_ == TAKT_EVENT_COMPLETION)
        takt_machine_complete(r, (int32_t)slot);
    else if (class_ == TAKT_EVENT_RETURN)
        takt_stoppage_end(r, (int32_t)slot);
    else
        takt_machine_strike(r, (int32_t)slot);
}

/// All events of the tick are over: decisions, which may bring new ones at the same tick. False:
/// it cannot go on.
static bool decide(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    takt_agenda_settle(r);
    if (head->n_events - head->n_events_before > TAKT_EVENTS_AT_ONE_TICK)
        head->failed = TAKT_FAILED_LOOP;
    return !head->failed;
}

/// Why: a failure, or a decision that waits for its answer.
__attribute__((noinline, cold)) static takt_status halt(const takt_replication *r)
{
    return r->view.head->failed == TAKT_HELD_TO_ASK ? TAKT_OK : fail(r);
}

__attribute__((flatten)) takt_status takt_replication_advance(takt_replication *r, takt_tick until)
{
    takt_state_head *head = r->view.head;
    bool has_more = false; // at this tick, perhaps
    TAKT_ASSERT(until >= head->now);
    if (head->failed && !(takt_decision_resume(r) && decide(r)))
        return halt(r);
    for (;;) {
        takt_tick time;
        uint64_t class_ = 0;
        const int64_t slot = takt_event_next(&head->queue, r->view.nodes, r->view.slot_word,
                                             has_more ? head->now : until, &time, &class_);
        if (slot < 0 && has_more) {
            has_more = false;
            if (!decide(r))
                return halt(r);
            continue;
        }
        if (slot < 0 || time > head->now) {
            if (head->n_ceased > 0 || head->first_active != head->bottleneck)
                update_bottleneck(r); // all that happens at one tick is over
            head->n_events_before = head->n_events;
        }
        if (slot < 0)
            break;
        head->now = time;
        head->n_events += 1;
        happen(r, slot, class_);
        has_more = takt_event_is_due(&head->queue, r->view.nodes, time);
        if (!has_more && !decide(r))
            return halt(r);
    }
    head->now = until;
    return TAKT_OK;
}

takt_tick takt_replication_next(const takt_replication *r)
{
    const takt_event_queue *queue = &r->view.head->queue;
    const takt_event_node *nodes = r->view.nodes;
    takt_tick next = TAKT_TICK_NEVER;
    // The root is the next event unless it was cancelled; then all of them have to be looked at,
    // because tidying the heap here would change its order and thereby the state's bytes.
    for (int32_t i = queue->hole ? 1 : 0; i < queue->n_nodes; ++i) {
        if (r->view.slot_word[takt_event_slot(nodes[i].word)] != nodes[i].word)
            continue;
        if (i == 0)
            return nodes[0].time;
        next = nodes[i].time < next ? nodes[i].time : next;
    }
    return next;
}

void takt_replication_listen(takt_replication *r, const takt_replication_listener *listener)
{
    r->listener = listener ? *listener : (takt_replication_listener){0};
}

/// Brings all time integrals to the present.
static void flush(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    for (int32_t m = 0; m < r->plan->n_machines; ++m)
        takt_machine_set_state(r, m, (takt_machine_state)r->view.machines[m].state);
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        takt_buffer_flush(r, b);
    takt_conveyors_flush(r);
    takt_transporters_flush(r);
    takt_cards_flush(r, false);
    for (int32_t c = 0; c < r->plan->n_crews; ++c)
        takt_crew_flush(r, c);
    takt_items_count_plant(r, 0);
    takt_products_flush(r);
    if (head->bottleneck != TAKT_NONE)
        r->view.stations[r->view.machines[head->bottleneck].station].bottleneck_time +=
            head->now - head->bottleneck_since;
    head->bottleneck_since = head->now;
}

void takt_replication_measure(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    takt_decisions_measure(r);
    flush(r);
    takt_energy_reset(r);
    for (int32_t s = 0; s < r->plan->n_stations; ++s) {
        takt_station_state *station = &r->view.stations[s];
        memset(station->time, 0, sizeof station->time);
        station->bottleneck_time = 0;
        station->scrapped = station->scrapped_items = 0;
        station->n_done = station->n_cut = station->n_failures = station->n_repairs = 0;
        station->n_changeovers = 0;
    }
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        r->view.buffers[b].level_time = 0;
    for (int32_t f = 0; f < r->plan->transport.n_fleets; ++f) {
        memset(r->view.fleets[f].time, 0, sizeof r->view.fleets[f].time);
        r->view.fleets[f].n_carried = 0;
    }
    takt_cards_flush(r, true);
    for (int32_t c = 0; c < r->plan->n_crews; ++c)
        r->view.crews[c].busy_time = r->view.crews[c].there_time = 0;
    for (int32_t c = 0; c < r->plan->n_causes; ++c)
        r->view.losses[c] = 0;
    memset(r->view.flow_times, 0, TAKT_HISTOGRAM_SIZE * sizeof *r->view.flow_times);
    takt_products_measure(r);
    head->measured_since = head->now;
    head->plant_time = head->value_time = 0;
    head->n_left = head->n_arrived = head->n_turned_away = 0;
    head->sojourn = head->sojourn_square = 0;
    head->ages_at_start = takt_items_ages(r);
    head->material_cost = head->stop_cost = head->item_energy_kWh = 0;
    head->good = head->gross = head->scrapped = 0;
}

void takt_replication_report(takt_replication *r, double *results)
{
    flush(r);
    takt_report_fill(r, results);
}

takt_status takt_replication_run(takt_replication *r, uint32_t index, double *results)
{
    const takt_tick warm_up = takt_tick_from_s(r->plan->warm_up_s);
    TAKT_TRY(takt_replication_reset(r, index));
    TAKT_TRY(takt_replication_advance(r, warm_up));
    takt_replication_measure(r);
    TAKT_TRY(takt_replication_advance(r, warm_up + takt_tick_from_s(r->plan->measured_s)));
    takt_replication_report(r, results);
    return TAKT_OK;
}
