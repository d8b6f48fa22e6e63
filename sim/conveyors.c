// Conveyors: buffers that items travel through. With L / v the time from end to end (transit) and
// l / v the time over one item (pitch), an item that enters at e reaches the end, where nothing
// stands before it, at e + transit.
//
// Accumulating: item k, with q items standing before it, comes to rest at e + transit - q pitch,
// and when m of those are taken the row moves up in m pitch: exactly the recursion a(k) = max(e(k)
// + transit, d(k-1) + pitch) of arrivals a and departures d at the end. Otherwise all of this holds
// in the time of the belt, which stands still while an item waits at the end. One event brings an
// item to rest, one ends a move of the row, whatever its length.

#include "sim/state_internal.h"

static const takt_plan_conveyor *conveyor_of(const takt_replication *r, int32_t conveyor)
{
    return &r->plan->transport.conveyors[conveyor];
}

static takt_buffer_state *end_of(const takt_replication *r, int32_t conveyor)
{
    return &r->view.buffers[conveyor_of(r, conveyor)->buffer];
}

static void belt_count_to_now(takt_replication *r, int32_t conveyor)
{
    takt_belt *belt = &r->view.belts[conveyor];
    const takt_tick now = r->view.head->now;
    end_of(r, conveyor)->level_time += (double)(now - belt->since) * belt->n;
    belt->since = now;
}

void takt_conveyors_flush(takt_replication *r)
{
    for (int32_t c = 0; c < r->plan->transport.n_conveyors; ++c)
        belt_count_to_now(r, c);
}

void takt_conveyors_begin(takt_replication *r)
{
    for (int32_t c = 0; c < r->plan->transport.n_conveyors; ++c)
        r->view.belts[c] = (takt_belt){.first = TAKT_NONE,
                                       .last = TAKT_NONE,
                                       .row_last = TAKT_NONE,
                                       .stopped_since = TAKT_TICK_NEVER};
}

/// What the entry goes by: the moment, or the time of a belt that stops.
static takt_tick belt_time(const takt_replication *r, int32_t conveyor)
{
    const takt_belt *belt = &r->view.belts[conveyor];
    const takt_tick now = r->view.head->now;
    return (belt->stopped_since == TAKT_TICK_NEVER ? now : belt->stopped_since) - belt->stood;
}

static void schedule(takt_replication *r, uint32_t slot, takt_tick time)
{
    const takt_tick now = r->view.head->now;
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word, slot,
                        TAKT_EVENT_ARRIVAL, time > now ? time : now);
}

/// When the first of the moving items comes to rest; belts that stand still have none.
static takt_tick rest_of_first(const takt_replication *r, int32_t conveyor)
{
    const takt_plan_conveyor *plan = conveyor_of(r, conveyor);
    const takt_belt *belt = &r->view.belts[conveyor];
    if (!plan->accumulates)
        return r->view.travel[belt->first] + belt->stood;
    const takt_tick rest = r->view.travel[belt->first] - end_of(r, conveyor)->n_items * plan->pitch;
    return rest > belt->row_ready ? rest : belt->row_ready;
}

/// The next thing that happens at the end: the row has moved up, or an item comes to rest.
static void schedule_end(takt_replication *r, int32_t conveyor)
{
    const takt_belt *belt = &r->view.belts[conveyor];
    const uint32_t slot = takt_slot_belt_end(r->plan, conveyor);
    if (belt->n_row > 0)
        schedule(r, slot, belt->row_ready);
    else if (belt->n > 0 && belt->stopped_since == TAKT_TICK_NEVER)
        schedule(r, slot, rest_of_first(r, conveyor));
    else
        takt_event_cancel(r->view.slot_word, slot);
}

/// Has the item before moved on by one length? Whether there is a place is for the buffer to say.
__attribute__((noinline, cold)) bool takt_conveyor_can_enter(const takt_replication *r,
                                                             int32_t conveyor)
{
    return belt_time(r, conveyor) >= r->view.belts[conveyor].entry_free;
}

/// Somebody waits before the entry: wakes him when it is free, unless the belt stands still.
__attribute__((noinline, cold)) void takt_conveyor_await_entry(takt_replication *r,
                                                               int32_t conveyor)
{
    const takt_belt *belt = &r->view.belts[conveyor];
    const uint32_t slot = takt_slot_belt_entry(r->plan, conveyor);
    const bool waits = end_of(r, conveyor)->first_blocked != TAKT_NONE;
    if (waits && belt->stopped_since == TAKT_TICK_NEVER && !takt_conveyor_can_enter(r, conveyor))
        schedule(r, slot, belt->entry_free + belt->stood);
    else
        takt_event_cancel(r->view.slot_word, slot);
}

__attribute__((noinline, cold)) void takt_conveyor_enter(takt_replication *r, int32_t conveyor,
                                                         int32_t item)
{
    const takt_plan_conveyor *plan = conveyor_of(r, conveyor);
    takt_belt *belt = &r->view.belts[conveyor];
    const takt_tick time = belt_time(r, conveyor);
    belt_count_to_now(r, conveyor);
    r->view.travel[item] = time + plan->transit;
    r->view.items[item].next = TAKT_NONE;
    if (belt->last == TAKT_NONE)
        belt->first = item;
    else
        r->view.items[belt->last].next = item;
    belt->last = item;
    belt->n += 1;
    belt->entry_free = time + plan->pitch;
    end_of(r, conveyor)->n_reserved += 1;
    if (r->listener.item)
        takt_tell_item(r, TAKT_ITEM_ENTERS, item, plan->buffer);
    if (belt->n == 1)
        schedule_end(r, conveyor);
    takt_conveyor_await_entry(r, conveyor);
}

/// The first moving item stands at the end, or behind those that do.
static void come_to_rest(takt_replication *r, int32_t conveyor)
{
    takt_belt *belt = &r->view.belts[conveyor];
    const int32_t item = belt->first;
    belt_count_to_now(r, conveyor);
    belt->first = r->view.items[item].next;
    if (belt->first == TAKT_NONE)
        belt->last = TAKT_NONE;
    belt->n -= 1;
    if (!conveyor_of(r, conveyor)->accumulates)
        belt->stopped_since = r->view.head->now;
    takt_buffer_arrive(r, conveyor_of(r, conveyor)->buffer, item);
}

/// The row has moved up: it stands at the end again.
static void end_move(takt_replication *r, int32_t conveyor)
{
    takt_belt *belt = &r->view.belts[conveyor];
    takt_buffer_state *end = end_of(r, conveyor);
    belt_count_to_now(r, conveyor);
    takt_buffer_flush(r, conveyor_of(r, conveyor)->buffer);
    end->first = belt->first;
    end->last = belt->row_last;
    end->n_items = belt->n_row;
    end->n_reserved -= belt->n_row;
    end->quantity = belt->row_quantity;
    belt->first = r->view.items[belt->row_last].next;
    if (belt->first == TAKT_NONE)
        belt->last = TAKT_NONE;
    r->view.items[belt->row_last].next = TAKT_NONE;
    belt->n -= belt->n_row;
    belt->n_row = 0;
    belt->row_last = TAKT_NONE;
    takt_buffer_offer(r, conveyor_of(r, conveyor)->buffer);
}

/// The row behind what was taken begins to move: until it stands again nothing can be taken.
static void begin_move(takt_replication *r, int32_t conveyor)
{
    takt_belt *belt = &r->view.belts[conveyor];
    takt_buffer_state *end = end_of(r, conveyor);
    const takt_tick pitch = conveyor_of(r, conveyor)->pitch;
    belt->row_ready = r->view.head->now + belt->n_taken * pitch;
    if (pitch == 0 || end->n_items == 0)
        return;
    belt_count_to_now(r, conveyor);
    takt_buffer_flush(r, conveyor_of(r, conveyor)->buffer);
    belt->n_row = end->n_items;
    belt->row_last = end->last;
    belt->row_quantity = end->quantity;
    r->view.items[end->last].next = belt->first;
    if (belt->first == TAKT_NONE)
        belt->last = end->last;
    belt->first = end->first;
    belt->n += belt->n_row;
    end->n_reserved += belt->n_row;
    end->first = end->last = TAKT_NONE;
    end->n_items = 0;
    end->quantity = 0;
}

/// An item has been taken from the end; the rest follows when all have been that are taken at once.
__attribute__((noinline, cold)) void takt_conveyor_taken(takt_replication *r, int32_t conveyor)
{
    r->view.belts[conveyor].n_taken += 1;
}

/// Those who take from the buffer have all they want: what is behind moves on.
__attribute__((noinline, cold)) void takt_conveyor_close_up(takt_replication *r, int32_t buffer)
{
    const int32_t conveyor = r->plan->buffers[buffer].conveyor - 1;
    if (conveyor < 0 || r->view.belts[conveyor].n_taken == 0)
        return;
    takt_belt *belt = &r->view.belts[conveyor];
    if (conveyor_of(r, conveyor)->accumulates) {
        begin_move(r, conveyor);
    } else {
        belt->stood += r->view.head->now - belt->stopped_since;
        belt->stopped_since = TAKT_TICK_NEVER;
    }
    belt->n_taken = 0;
    schedule_end(r, conveyor);
    takt_conveyor_await_entry(r, conveyor);
}

__attribute__((noinline, cold)) void takt_conveyors_close_up(takt_replication *r, int32_t station)
{
    const takt_plan_station *plan = &r->plan->stations[station];
    for (int32_t i = 0; i < plan->n_inputs; ++i)
        takt_conveyor_close_up(r, r->plan->inputs[plan->first_input + i].buffer);
}

/// The two events of a conveyor: at its end (even) and at its entry (odd).
__attribute__((noinline, cold)) void takt_conveyor_happen(takt_replication *r, int32_t slot)
{
    const int32_t conveyor = slot / 2;
    const takt_belt *belt = &r->view.belts[conveyor];
    if (slot % 2 == 1) {
        takt_buffer_mark(r, conveyor_of(r, conveyor)->buffer);
        return;
    }
    if (belt->n_row > 0)
        end_move(r, conveyor);
    while (belt->n > 0 && belt->stopped_since == TAKT_TICK_NEVER &&
           rest_of_first(r, conveyor) <= r->view.head->now)
        come_to_rest(r, conveyor);
    schedule_end(r, conveyor);
}
