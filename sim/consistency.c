// What must hold between two events, whatever the factory: items conserved, lists sound, levels
// within capacity, times complete, nobody waiting who could go on.

#include "sim/state_internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char sentence[256];

__attribute__((format(printf, 1, 2))) static const char *breach(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return sentence;
}

/// What walking over all lists has found so far.
typedef struct tally {
    int64_t n_items;   // in buffers, on machines, mounted
    double ages;       // ticks since the birth of all of them
    double value;      // of all of them
    int64_t n_waiting; // held by sources before a full buffer
    int64_t n_free;
} tally;

static bool is_item(const takt_replication *r, int32_t item)
{
    return item >= 0 && item < r->view.head->n_items_used;
}

/// Walks a list of `n` items that ends with TAKT_NONE.
static const char *walk_items(const takt_replication *r, int32_t first, int32_t n,
                              const char *place, int32_t index, tally *sum)
{
    int32_t item = first;
    for (int32_t i = 0; i < n; ++i) {
        if (!is_item(r, item))
            return breach("%s %d counts %d items, its list ends after %d", place, index, n, i);
        if (r->view.items[item].number & TAKT_ITEM_SEEN)
            return breach("item %d of %s %d lies in two places", item, place, index);
        r->view.items[item].number |= TAKT_ITEM_SEEN;
        sum->n_items += 1;
        sum->ages += (double)(r->view.head->now - r->view.items[item].born);
        sum->value += r->view.items[item].value;
        item = r->view.items[item].next;
    }
    return item == TAKT_NONE ? NULL
                             : breach("%s %d counts %d items, its list goes on", place, index, n);
}

/// The same for a buffer in an order of its own, whose first item is the root of a heap.
static const char *walk_queue(const takt_replication *r, int32_t b, tally *sum)
{
    const takt_buffer_state *buffer = &r->view.buffers[b];
    int32_t item = buffer->first;
    for (int32_t i = 0; i < buffer->n_items; ++i) {
        const int32_t next = is_item(r, item) ? takt_queue_next(r, b, item) : TAKT_NONE;
        if (is_item(r, item) && r->view.items[item].next != TAKT_NONE)
            return breach("item %d of ordered buffer %d stands in a list", item, b);
        const char *found = walk_items(r, item, 1, "ordered buffer", b, sum);
        if (found)
            return found;
        item = next;
    }
    return item == TAKT_NONE
               ? NULL
               : breach("ordered buffer %d counts %d items and holds more", b, buffer->n_items);
}

static const char *check_buffer(const takt_replication *r, int32_t b, tally *sum)
{
    const takt_plan_buffer *plan = &r->plan->buffers[b];
    const takt_buffer_state *buffer = &r->view.buffers[b];
    const char *found = plan->is_ordered
                            ? walk_queue(r, b, sum)
                            : walk_items(r, buffer->first, buffer->n_items, "buffer", b, sum);
    double quantity = 0;
    int32_t last = TAKT_NONE;
    if (found)
        return found;
    for (int32_t item = buffer->first; item != TAKT_NONE; item = takt_queue_next(r, b, item)) {
        quantity += r->view.items[item].quantity;
        last = item;
    }
    if (buffer->last != (plan->is_ordered ? buffer->first : last))
        return breach("buffer %d ends with item %d, its list with %d", b, buffer->last, last);
    if (fabs(quantity - buffer->quantity) > 1e-9 * (fabs(quantity) + 1))
        return breach("buffer %d holds a quantity of %.17g, its items %.17g", b, buffer->quantity,
                      quantity);
    const double level = plan->by_quantity ? buffer->quantity : buffer->n_items;
    if (level > plan->capacity * (1 + 1e-9))
        return breach("buffer %d holds %.17g, its capacity is %.17g", b, level, plan->capacity);
    if (buffer->is_marked && r->view.head->failed != TAKT_HELD_TO_ASK)
        return breach("buffer %d is still on the agenda", b);
    return NULL;
}

/// All items of the plant; each is marked as seen.
static const char *check_places(const takt_replication *r, tally *sum)
{
    const takt_plan *p = r->plan;
    const char *found = NULL;
    for (int32_t b = 0; b < p->n_buffers; ++b)
        if ((found = check_buffer(r, b, sum)))
            return found;
    for (int32_t m = 0; m < p->n_machines; ++m) {
        const takt_machine *machine = &r->view.machines[m];
        const int32_t n = machine->item == TAKT_NONE ? 0 : machine->n_items;
        if ((found = walk_items(r, machine->item, n, "machine", m, sum)))
            return found;
    }
    for (int32_t i = 0; i < p->n_mounted; ++i)
        if (r->view.mounted[i] != TAKT_NONE &&
            (found = walk_items(r, r->view.mounted[i], 1, "mounting", i, sum)))
            return found;
    for (int32_t c = 0; c < p->transport.n_conveyors; ++c)
        if ((found = walk_items(r, r->view.belts[c].first, r->view.belts[c].n, "conveyor", c, sum)))
            return found;
    for (int32_t v = 0; v < p->transport.n_vehicles; ++v) {
        const takt_vehicle *vehicle = &r->view.vehicles[v];
        if ((found = walk_items(r, vehicle->first, vehicle->n_items, "vehicle", v, sum)))
            return found;
    }
    for (int32_t i = 0; i < p->n_sources; ++i)
        sum->n_waiting += r->view.source_item[i] != TAKT_NONE;
    return NULL;
}

static const char *check_items(const takt_replication *r, tally *sum)
{
    const takt_state_head *head = r->view.head;
    const char *found = check_places(r, sum);
    for (int32_t i = 0; i < head->n_items_used; ++i)
        r->view.items[i].number &= TAKT_ITEM_NUMBER;
    if (found)
        return found;
    int32_t item = head->first_free_item;
    for (; item != TAKT_NONE && sum->n_free <= head->n_items_used; sum->n_free += 1) {
        if (!is_item(r, item))
            return breach("the list of free items holds %d, used are %d", item, head->n_items_used);
        item = r->view.items[item].next;
    }
    if (sum->n_items != head->n_in_plant)
        return breach("%lld items lie in buffers and on machines, %d count as in the plant",
                      (long long)sum->n_items, head->n_in_plant);
    if (sum->n_items + sum->n_waiting + sum->n_free != head->n_items_used)
        return breach("%lld items in the plant, %lld waiting and %lld free are not the %d used",
                      (long long)sum->n_items, (long long)sum->n_waiting, (long long)sum->n_free,
                      head->n_items_used);
    // Shares of values are drawn off and added up again and again: rounding, not a cent.
    if (fabs(sum->value - head->value_in_plant) > 1e-6 * (fabs(sum->value) + 1))
        return breach("items are worth %.17g, counted in the plant are %.17g", sum->value,
                      head->value_in_plant);
    return NULL;
}

static bool is_pending(const takt_replication *r, uint32_t slot)
{
    return r->view.slot_word[slot] != UINT64_MAX;
}

/// Each pending event has exactly one node, none lies in the past, and the heap is a heap.
static const char *check_queue(const takt_replication *r)
{
    const takt_event_queue *queue = &r->view.head->queue;
    const takt_event_node *nodes = r->view.nodes;
    int32_t n_pending = 0, n_live = 0;
    for (int32_t slot = 0; slot < queue->n_slots; ++slot)
        n_pending += is_pending(r, (uint32_t)slot);
    for (int32_t i = queue->hole; i < queue->n_nodes; ++i) {
        if (i > 0 && (i - 1) / 4 >= queue->hole &&
            takt_event_before(&nodes[i], &nodes[(i - 1) / 4]))
            return breach("event %d comes before its parent in the heap", i);
        if (r->view.slot_word[takt_event_slot(nodes[i].word)] != nodes[i].word)
            continue;
        n_live += 1;
        if (nodes[i].time < r->view.head->now)
            return breach("an event of slot %u lies in the past", takt_event_slot(nodes[i].word));
    }
    return n_live == n_pending
               ? NULL
               : breach("%d events are pending, the heap holds %d", n_pending, n_live);
}

static bool waits_for_place(const takt_replication *r, int32_t buffer, int32_t who)
{
    int32_t waiting = r->view.buffers[buffer].first_blocked;
    for (int32_t i = 0; waiting != TAKT_NONE && i <= r->plan->n_machines + r->plan->n_sources;
         ++i) {
        if (waiting == who)
            return true;
        waiting = r->view.next_blocked[waiting];
    }
    return false;
}

/// Clocks that strike have an event while they run, and only then.
static const char *check_clocks(const takt_replication *r, int32_t index)
{
    const takt_machine *m = &r->view.machines[index];
    const takt_plan_station *station = &r->plan->stations[m->station];
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const takt_plan_stoppage *stoppage = &r->plan->stoppages[station->first_stoppage + i];
        const takt_gauge *gauge = &r->view.gauges[takt_gauge_index(r, index, i)];
        const bool runs = gauge->running_since != TAKT_TICK_NEVER;
        const bool shall_run =
            stoppage->counts == TAKT_METER_CLOCK && (stoppage->stands_in & 1u << m->state) == 0;
        const bool strikes =
            stoppage->strikes == TAKT_STRIKE_AT_ONCE || stoppage->strikes == TAKT_STRIKE_IDLE;
        const bool is_ahead = takt_gauge_read(r, index, i) < gauge->due;
        const bool has_event = is_pending(r, takt_slot_gauge(r, index, i));
        if (runs != shall_run)
            return breach("machine %d in state %d: the clock of its stoppage %d %s", index,
                          m->state, i, runs ? "runs" : "stands still");
        if (has_event != (runs && strikes && is_ahead))
            return breach("machine %d in state %d: its stoppage %d has %s event", index, m->state,
                          i, has_event ? "an" : "no");
    }
    return NULL;
}

/// Levels never fall below 0, and stops that watch one all the time know it.
static const char *check_wears(const takt_replication *r, int32_t index)
{
    const takt_machine *m = &r->view.machines[index];
    const takt_plan_station *station = &r->plan->stations[m->station];
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const takt_plan_stoppage *stoppage = &r->plan->stoppages[station->first_stoppage + i];
        const double level = r->view.gauges[takt_gauge_index(r, index, i)].used;
        if (stoppage->counts == TAKT_METER_WEAR && !(level >= 0))
            return breach("machine %d: wear %d stands at %.17g", index, stoppage->wear, level);
        if (stoppage->watches < 0)
            continue;
        const double worn = r->view.gauges[takt_gauge_index(r, index, stoppage->watches)].used;
        if (stoppage->counts == TAKT_METER_WATCH ? level != worn : level < 0)
            return breach("machine %d: its stop %d reads %.17g of a wear at %.17g", index, i, level,
                          worn);
    }
    for (int32_t w = 0; w < station->n_wears; ++w) {
        const int32_t k = index - station->first_machine;
        const takt_exposure *exposure =
            &r->view.exposures[station->first_level + k * station->n_wears + w];
        if (!(exposure->pending >= 0) || exposure->seen > r->view.head->now)
            return breach("machine %d: wear %d has %.17g before it, seen at %lld", index, w,
                          exposure->pending, (long long)exposure->seen);
    }
    return NULL;
}

/// The state of a machine against its holds.
static const char *check_holds(const takt_replication *r, int32_t index)
{
    const takt_machine *m = &r->view.machines[index];
    const bool is_down = m->state == TAKT_MACHINE_DOWN;
    const bool is_stopped = m->state == TAKT_MACHINE_STOPPED;
    const bool is_held = is_down || is_stopped || m->state == TAKT_MACHINE_OFF_SHIFT;
    if (is_down != ((m->holds & TAKT_HOLD_DOWN) != 0) ||
        (is_stopped && !(m->holds & TAKT_HOLD_STOP)) || is_held != (m->holds != 0))
        return breach("machine %d in state %d: its holds are %d", index, m->state, m->holds);
    if ((m->stoppage != TAKT_NONE) != ((m->holds & (TAKT_HOLD_DOWN | TAKT_HOLD_STOP)) != 0))
        return breach("machine %d in state %d: its stoppage is %d", index, m->state, m->stoppage);
    return NULL;
}

/// The state of a machine against what it holds and what is pending for it.
static const char *check_machine(const takt_replication *r, int32_t index)
{
    const takt_machine *m = &r->view.machines[index];
    const bool blocks_before = r->plan->stations[m->station].blocks_before;
    const bool works = m->state == TAKT_MACHINE_WORKING || m->state == TAKT_MACHINE_SETUP;
    const bool is_empty = m->item == TAKT_NONE;
    const bool wants_event =
        works || (m->stoppage != TAKT_NONE && takt_claim_stage_of(r, index) != TAKT_CLAIM_WAITS);
    if (is_pending(r, takt_slot_work(index)) != wants_event)
        return breach("machine %d in state %d has %s pending event", index, m->state,
                      wants_event ? "no" : "a");
    if (m->is_idle !=
        (m->state == TAKT_MACHINE_STARVED || (m->state == TAKT_MACHINE_BLOCKED && blocks_before)))
        return breach("machine %d in state %d: idle is %d", index, m->state, m->is_idle);
    if ((m->state == TAKT_MACHINE_SETUP && !m->in_setup) || (m->in_setup && !m->has_job))
        return breach("machine %d in state %d: changing over is %d, job %d", index, m->state,
                      m->in_setup, m->has_job);
    if (works != m->is_running || (works && !m->has_job))
        return breach("machine %d in state %d: job %d, running %d", index, m->state, m->has_job,
                      m->is_running);
    if (is_empty != !(m->has_job || m->finished))
        return breach("machine %d: job %d, finished %d, item %d", index, m->has_job, m->finished,
                      m->item);
    if (m->has_job && !works && m->holds == 0 && m->state != TAKT_MACHINE_UNSTAFFED)
        return breach("machine %d in state %d has a job", index, m->state);
    if (m->state == TAKT_MACHINE_BLOCKED && !m->is_blocked && !blocks_before)
        return breach("machine %d is blocked and waits for no place", index);
    if (m->is_blocked && !takt_transporters_have_call(r, index) &&
        (!m->finished || m->route < 0 || !waits_for_place(r, m->route, index)))
        return breach("machine %d waits for a place in buffer %d, which does not know", index,
                      m->route);
    if (m->finished && !m->is_blocked)
        return breach("machine %d holds finished items that nothing holds up", index);
    const char *found = check_holds(r, index);
    if (!found)
        found = check_clocks(r, index);
    return found ? found : check_wears(r, index);
}

/// Nobody waits who could go on.
static const char *check_waiting(const takt_replication *r)
{
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        for (int32_t m = r->view.stations[s].first_idle; m != TAKT_NONE;
             m = r->view.machines[m].next_idle)
            if (takt_work_possible(r, s, m, TAKT_NONE, 0) &&
                (!r->plan->stations[s].has_cards || !takt_cards_are_claimed(r, s)) &&
                (!r->plan->stations[s].blocks_before ||
                 takt_buffer_has_place(r, r->view.machines[m].route)))
                return breach("machine %d of station %d is idle and could start", m, s);
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        if (takt_buffer_can_unblock(r, b))
            return breach("an item waits before buffer %d, which could take it", b);
    for (int32_t i = 0; i < r->plan->n_sources; ++i)
        if (is_pending(r, takt_slot_source(r->plan, i)) !=
            (r->view.source_item[i] == TAKT_NONE && !takt_source_is_over(r, i)))
            return breach("source %d neither waits nor has a next arrival, or both", i);
    for (int32_t i = 0; i < r->plan->n_sources; ++i)
        if (r->view.source_item[i] != TAKT_NONE &&
            !waits_for_place(r, takt_source_buffer(r, i, r->view.source_item[i]),
                             r->plan->n_machines + i) &&
            (r->plan->cards.n_cards == 0 || !takt_cards_are_claimed(r, r->plan->n_stations + i)))
            return breach("source %d waits, and nobody knows", i);
    return NULL;
}

/// The list of active machines holds those that neither starve nor wait for a place.
static const char *check_active(const takt_replication *r)
{
    const takt_state_head *head = r->view.head;
    int32_t n_active = 0, n_listed = 0;
    if (head->n_ceased > 0) // the present tick is not over: some may go on at once
        return NULL;
    for (int32_t m = 0; m < r->plan->n_machines; ++m) {
        const int32_t state = r->view.machines[m].state;
        const bool is_active = takt_state_is_active(state);
        n_active += is_active;
        if (r->view.machines[m].is_active != (is_active ? TAKT_ACTIVE : 0))
            return breach("machine %d in state %d: active is %d", m, state,
                          r->view.machines[m].is_active);
    }
    for (int32_t m = head->first_active; m != TAKT_NONE && n_listed <= n_active;
         m = r->view.machines[m].next_active)
        ++n_listed;
    return n_listed == n_active
               ? NULL
               : breach("%d machines are active, %d are listed", n_active, n_listed);
}

static const char *check_times(const takt_replication *r)
{
    const takt_state_head *head = r->view.head;
    const takt_tick measured = head->now - head->measured_since;
    takt_tick bottleneck = head->bottleneck == TAKT_NONE ? 0 : head->now - head->bottleneck_since;
    for (int32_t s = 0; s < r->plan->n_stations; ++s) {
        const takt_plan_station *station = &r->plan->stations[s];
        takt_tick sum = 0;
        for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            sum += r->view.stations[s].time[k];
        for (int32_t k = 0; k < station->n_machines; ++k)
            sum += head->now - r->view.machines[station->first_machine + k].since;
        const takt_tick expected = station->n_machines * measured;
        if (sum != expected)
            return breach("station %d: its times sum to %lld ticks, measured are %lld", s,
                          (long long)sum, (long long)expected);
        bottleneck += r->view.stations[s].bottleneck_time;
    }
    if (bottleneck > measured)
        return breach("times as the bottleneck sum to %lld ticks, measured are %lld",
                      (long long)bottleneck, (long long)measured);
    return NULL;
}

/// Little's law between two independent counts: the area under the number of items in the plant,
/// and the time that each item has spent there. Exact where no station makes one item of several;
/// both sides are whole numbers, which doubles hold exactly up to 2^53.
static const char *check_little(const takt_replication *r, const tally *sum)
{
    const takt_state_head *head = r->view.head;
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        if (r->plan->stations[s].kind == TAKT_STATION_MERGE || r->plan->stations[s].n_parts > 0)
            return NULL;
    const double area =
        head->plant_time + (double)(head->now - head->plant_since) * head->n_in_plant;
    const double stays = head->sojourn + sum->ages - head->ages_at_start;
    const double rounding = area < 0x1.0p52 && stays < 0x1.0p52 ? 0 : 1e-12 * area;
    return fabs(area - stays) <= rounding
               ? NULL
               : breach("Little's law: %.17g item ticks by counting, %.17g by items", area, stays);
}

double takt_items_ages(const takt_replication *r)
{
    tally sum = {0};
    return check_items(r, &sum) ? 0 : sum.ages;
}

const char *takt_replication_inconsistency(takt_replication *replication)
{
    const takt_replication *r = replication;
    tally sum = {0};
    const char *found = check_items(r, &sum);
    if (!found)
        found = check_queue(r);
    if (!found && r->plan->n_deciders > 0)
        found = takt_decisions_inconsistency(r);
    if (!found && r->view.head->failed == TAKT_HELD_TO_ASK) { // amid a tick
        found = check_times(r);
        return found ? found : check_little(r, &sum);
    }
    for (int32_t m = 0; m < r->plan->n_machines && !found; ++m)
        found = check_machine(r, m);
    if (!found)
        found = takt_crews_inconsistency(r);
    for (int32_t c = 0; c < r->plan->transport.n_conveyors && !found; ++c)
        found = takt_belt_breach(r, c);
    if (!found)
        found = takt_transporters_breach(r);
    if (!found)
        found = check_waiting(r);
    if (!found)
        found = takt_cards_inconsistency(replication);
    if (!found)
        found = takt_orders_inconsistency(r);
    if (!found)
        found = check_active(r);
    if (!found)
        found = check_times(r);
    return found ? found : check_little(r, &sum);
}
