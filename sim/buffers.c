// Buffers: items that wait, those who wait for a place, and the agenda of a tick.

#include "sim/state_internal.h"

static void buffer_count_to_now(takt_replication *r, takt_buffer_state *buffer)
{
    const takt_tick now = r->view.head->now;
    buffer->level_time += (double)(now - buffer->since) * buffer->n_items;
    buffer->since = now;
}

void takt_buffer_flush(takt_replication *r, int32_t buffer)
{
    buffer_count_to_now(r, &r->view.buffers[buffer]);
}

void takt_buffer_mark(takt_replication *r, int32_t index)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    if (buffer->is_marked)
        return;
    buffer->is_marked = 1;
    r->view.marked_buffers[r->view.head->n_buffers_marked++] = index;
}

void takt_station_mark(takt_replication *r, int32_t index)
{
    takt_station_state *station = &r->view.stations[index];
    if (station->is_marked)
        return;
    station->is_marked = 1;
    r->view.marked_stations[r->view.head->n_stations_marked++] = index;
}

/// Stations behind the buffer have something to decide; the first of them decides first.
static void mark_consumers(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    for (int32_t c = plan->n_consumers - 1; c >= 0; --c) {
        const int32_t s = r->plan->consumers[plan->first_consumer + c];
        if (r->view.stations[s].first_idle != TAKT_NONE) // who gets idle later says so
            takt_station_mark(r, s);
    }
}

/// A place is free for those who wait with an item, or for one before they start.
static void mark_feeders(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const bool is_told = !TAKT_DEFECTIVE(LOST_UNBLOCKING) || r->view.buffers[index].n_items == 0;
    if (r->view.buffers[index].first_blocked != TAKT_NONE && is_told)
        takt_buffer_mark(r, index);
    if (!plan->is_special)
        return;
    for (int32_t f = plan->n_feeders - 1; f >= 0; --f) {
        const int32_t s = r->plan->feeders[plan->first_feeder + f];
        if (r->view.stations[s].first_idle != TAKT_NONE)
            takt_station_mark(r, s);
    }
    if (plan->n_carriers > 0)
        takt_transporters_offer(r, index);
}

/// A buffer that holds or keeps more than it has places for has passed an item on: whoever could
/// start with it starts now, before anybody else can take it or keep the machine from it.
static void hand_on(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const takt_buffer_state *buffer = &r->view.buffers[index];
    if (buffer->n_items + buffer->n_reserved <= plan->places)
        return;
    for (int32_t c = 0; c < plan->n_consumers; ++c) {
        const double level =
            plan->by_quantity ? buffer->quantity : (double)buffer->n_items + buffer->n_reserved;
        if (level <= plan->capacity * (1 + 1e-9))
            return;
        r->hands_on = true;
        takt_station_settle(r, r->plan->consumers[plan->first_consumer + c]);
        r->hands_on = false;
    }
}

static void put_at_end(takt_replication *r, int32_t index, int32_t item)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    buffer_count_to_now(r, buffer);
    r->view.items[item].next = TAKT_NONE;
    const bool is_special = r->plan->buffers[index].is_special;
    if (is_special && r->plan->buffers[index].is_ordered) {
        takt_queue_push(r, index, item);
        if (r->plan->buffers[index].matches)
            takt_orders_arrive(r, index, item);
    } else if (TAKT_DEFECTIVE(LAST_COME_FIRST) && buffer->first != TAKT_NONE) {
        r->view.items[item].next = buffer->first;
        buffer->first = item;
    } else if (!is_special || !r->plan->buffers[index].has_holders ||
               !takt_cards_insert(r, index, item)) {
        if (buffer->last == TAKT_NONE)
            buffer->first = item;
        else
            r->view.items[buffer->last].next = item;
        buffer->last = item;
    }
    buffer->n_items += 1;
    buffer->quantity += r->view.items[item].quantity;
    if (r->listener.item && !r->plan->buffers[index].conveyor)
        takt_tell_item(r, TAKT_ITEM_ENTERS, item, index);
    mark_consumers(r, index);
    hand_on(r, index);
}

void takt_buffer_put(takt_replication *r, int32_t index, int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    if (plan->is_special && plan->conveyor)
        takt_conveyor_enter(r, plan->conveyor - 1, item);
    else
        put_at_end(r, index, item);
}

/// An item has come to the end of a conveyor, in the place that it has kept so far.
void takt_buffer_arrive(takt_replication *r, int32_t index, int32_t item)
{
    r->view.buffers[index].n_reserved -= 1;
    put_at_end(r, index, item);
}

/// There is more to take than before.
void takt_buffer_offer(takt_replication *r, int32_t index)
{
    mark_consumers(r, index);
}

/// Takes the item out that comes first, for the machine; places become free.
int32_t takt_buffer_take(takt_replication *r, int32_t index, int32_t machine)
{
    const takt_buffer_state *buffer = &r->view.buffers[index];
    TAKT_ASSERT(buffer->first != TAKT_NONE);
    if (!r->plan->buffers[index].is_special)
        return takt_buffer_take_item(r, index, buffer->first);
    if (r->plan->buffers[index].matches)
        return takt_buffer_take_item(r, index, takt_orders_pick(r, index));
    if (r->plan->buffers[index].is_ordered)
        return takt_buffer_take_item(r, index, takt_queue_choose(r, index, machine));
    return takt_buffer_take_item(r, index, buffer->first);
}

/// Takes out this item: the first one, or any of an ordered buffer.
int32_t takt_buffer_take_item(takt_replication *r, int32_t index, int32_t item)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    buffer_count_to_now(r, buffer);
    if (plan->is_special && plan->is_ordered) {
        takt_queue_remove(r, index, item);
    } else {
        buffer->first = r->view.items[item].next;
        if (buffer->first == TAKT_NONE)
            buffer->last = TAKT_NONE;
        if (plan->is_special && plan->has_holders && buffer->last_holder == item)
            buffer->last_holder = TAKT_NONE;
    }
    buffer->n_items -= 1;
    buffer->quantity = buffer->n_items ? buffer->quantity - r->view.items[item].quantity : 0;
    r->view.items[item].next = TAKT_NONE;
    if (plan->is_special && plan->conveyor)
        takt_conveyor_taken(r, plan->conveyor - 1);
    mark_feeders(r, index);
    return item;
}

bool takt_buffer_has_place(const takt_replication *r, int32_t index)
{
    if (index < 0)
        return true; // out of the plant
    const takt_buffer_state *buffer = &r->view.buffers[index];
    return buffer->n_items + buffer->n_reserved + 1 <= r->plan->buffers[index].capacity;
}

/// Keeps a place for an item that is being made, n = 1, or gives it back, n = -1.
void takt_buffer_reserve(takt_replication *r, int32_t index, int32_t n)
{
    if (index < 0 || TAKT_DEFECTIVE(NO_RESERVE))
        return;
    r->view.buffers[index].n_reserved += n;
    if (n < 0)
        mark_feeders(r, index);
}

/// What a station's start leaves of an item of this quantity in a tank that was empty.
static double rest_in_tank(const takt_replication *r, int32_t s, int32_t index, double quantity)
{
    const takt_plan_station *station = &r->plan->stations[s];
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
        if (input->buffer == index)
            quantity -= input->by_quantity ? input->take : quantity;
    }
    return quantity;
}

/// Could station `s` start with an item of this quantity that comes to the buffer now?
static bool could_start_with(const takt_replication *r, int32_t s, int32_t index, double quantity)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    return (!plan->by_quantity || rest_in_tank(r, s, index, quantity) <= plan->capacity) &&
           takt_station_can_start_with(r, s, index, quantity);
}

/// A buffer without a place hands an item straight on when a machine behind it can start with it.
__attribute__((noinline, cold)) static bool passes_through(const takt_replication *r, int32_t index,
                                                           int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const takt_buffer_state *buffer = &r->view.buffers[index];
    if (buffer->n_items > 0)
        return false;
    const double quantity = r->view.items[item].quantity;
    for (int32_t c = 0; c < plan->n_consumers; ++c) {
        const int32_t s = r->plan->consumers[plan->first_consumer + c];
        if (r->plan->stations[s].has_cards && !takt_cards_permit(r, s, index, item))
            continue;
        if (could_start_with(r, s, index, quantity))
            return true;
    }
    return false;
}

bool takt_buffer_fits(const takt_replication *r, int32_t index, int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const takt_buffer_state *buffer = &r->view.buffers[index];
    if (buffer->n_items + buffer->n_reserved < plan->places)
        return true;
    if (plan->conveyor)
        return takt_buffer_has_place(r, index) && takt_conveyor_can_enter(r, plan->conveyor - 1);
    const double level = plan->by_quantity ? buffer->quantity + r->view.items[item].quantity
                                           : (double)buffer->n_items + buffer->n_reserved + 1;
    // Levels are sums of differences: allow their rounding, not a millionth of a unit.
    return level <= plan->capacity + 1e-9 * plan->capacity || passes_through(r, index, item);
}

/// Queues a machine (or n_machines + source) behind those that already wait for a place.
void takt_buffer_block(takt_replication *r, int32_t index, int32_t waiting)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    r->view.next_blocked[waiting] = TAKT_NONE;
    if (buffer->last_blocked == TAKT_NONE)
        buffer->first_blocked = waiting;
    else
        r->view.next_blocked[buffer->last_blocked] = waiting;
    buffer->last_blocked = waiting;
    if (buffer->first_new_blocked == TAKT_NONE)
        buffer->first_new_blocked = waiting;
    if (r->plan->buffers[index].conveyor)
        takt_conveyor_await_entry(r, r->plan->buffers[index].conveyor - 1);
    takt_buffer_mark(r, index); // who draws from a full rack may have to make room
}

/// Item of the first of those who wait for a place.
static int32_t first_waiting(const takt_replication *r, int32_t index)
{
    const int32_t waiting = r->view.buffers[index].first_blocked;
    return waiting < r->plan->n_machines ? r->view.machines[waiting].item
                                         : r->view.source_item[waiting - r->plan->n_machines];
}

/// Who could start with the item that waits before the buffer, but for a card, claims that card.
__attribute__((noinline, cold)) static void claim_cards(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const takt_buffer_state *buffer = &r->view.buffers[index];
    if (buffer->first_blocked == TAKT_NONE || buffer->n_items > 0)
        return;
    const int32_t item = first_waiting(r, index);
    for (int32_t c = 0; c < plan->n_consumers; ++c) {
        const int32_t s = r->plan->consumers[plan->first_consumer + c];
        if (r->plan->stations[s].has_cards &&
            could_start_with(r, s, index, r->view.items[item].quantity))
            takt_cards_claim_for(r, s, index, item);
    }
}

/// Could the first of those who wait for a place deliver now?
bool takt_buffer_can_unblock(const takt_replication *r, int32_t index)
{
    if (r->view.buffers[index].first_blocked == TAKT_NONE || r->view.head->failed)
        return false;
    return takt_buffer_fits(r, index, first_waiting(r, index));
}

/// Lets the first of those who wait for a place deliver. False when it does not fit.
__attribute__((noinline)) static bool deliver_blocked(takt_replication *r, int32_t index)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    const int32_t waiting = buffer->first_blocked;
    if (!takt_buffer_can_unblock(r, index))
        return false;
    const bool is_machine = waiting < r->plan->n_machines;
    buffer->first_blocked = r->view.next_blocked[waiting];
    if (buffer->first_new_blocked == waiting)
        buffer->first_new_blocked = buffer->first_blocked;
    if (buffer->first_blocked == TAKT_NONE)
        buffer->last_blocked = TAKT_NONE;
    if (is_machine)
        takt_machine_deliver(r, waiting);
    else
        takt_source_deliver(r, waiting - r->plan->n_machines, index);
    return true;
}

/// A full rack whose items hold too little for any machine behind it would stay full for ever: the
/// machine that waits for more mounts the oldest. True: a place is free.
__attribute__((noinline, cold)) bool takt_buffer_make_room(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    if (plan->conveyor && takt_buffer_has_place(r, index))
        return false; // it is only the entry that is not free
    for (int32_t c = 0; c < plan->n_consumers; ++c)
        if (takt_work_mount(r, r->plan->consumers[plan->first_consumer + c], index)) {
            takt_conveyor_close_up(r, index);
            return !plan->conveyor || takt_conveyor_can_enter(r, plan->conveyor - 1);
        }
    return false;
}

static bool has_marked_consumer(const takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    for (int32_t c = 0; c < plan->n_consumers; ++c)
        if (r->view.stations[r->plan->consumers[plan->first_consumer + c]].is_marked)
            return true;
    return false;
}

/// Does a machine behind the buffer wait?
static bool has_idle_consumer(const takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    for (int32_t c = 0; c < plan->n_consumers; ++c)
        if (r->view.stations[r->plan->consumers[plan->first_consumer + c]].first_idle != TAKT_NONE)
            return true;
    return false;
}

/// Those before the buffer deliver while they can; a full rack makes room where it must.
static void settle_buffer(takt_replication *r, int32_t index)
{
    const takt_buffer_state *buffer = &r->view.buffers[index];
    // The usual case: it is full, and nobody behind it waits for anything.
    if (buffer->n_items > 0 && r->plan->buffers[index].places >= 0 &&
        buffer->n_items + buffer->n_reserved >= r->plan->buffers[index].places &&
        !has_idle_consumer(r, index))
        return;
    for (bool moved = true; moved;) {
        moved = false;
        while (deliver_blocked(r, index))
            moved = true;
        if (r->view.buffers[index].first_blocked == TAKT_NONE)
            return;
        // Only when no machine behind it can start of its own accord.
        if (!moved && !has_marked_consumer(r, index))
            moved = takt_buffer_make_room(r, index);
    }
}

/// Who has found no place at this tick waits from now on.
static void senders_wait(takt_replication *r, int32_t index)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    for (int32_t w = buffer->first_new_blocked; w != TAKT_NONE; w = r->view.next_blocked[w])
        if (w < r->plan->n_machines && r->view.machines[w].holds == 0)
            takt_machine_set_state(r, w, TAKT_MACHINE_BLOCKED);
    buffer->first_new_blocked = TAKT_NONE;
}

void takt_buffer_settle(takt_replication *r, int32_t index)
{
    settle_buffer(r, index);
    if (r->plan->buffers[index].feeds_cards)
        claim_cards(r, index);
    senders_wait(r, index);
}

/// Works off the agenda until nothing moves any more: all decisions of one tick. Stations come
/// before buffers, so that places that machines make free are there for those who wait; vehicles,
/// which come from elsewhere, have to do with what they leave.
void takt_agenda_settle(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    for (;;) {
        if (head->n_stations_marked > 0) {
            const int32_t s = r->view.marked_stations[--head->n_stations_marked];
            r->view.stations[s].is_marked = 0;
            takt_station_settle(r, s);
        } else if (head->n_cards_marked > 0) {
            const int32_t c = r->view.marked_cards[--head->n_cards_marked];
            r->view.cards[c].is_marked = 0;
            takt_cards_settle(r, c);
        } else if (head->n_buffers_marked > 0) {
            const int32_t b = r->view.marked_buffers[--head->n_buffers_marked];
            r->view.buffers[b].is_marked = 0;
            takt_buffer_settle(r, b);
        } else if (head->n_fleets_marked > 0) {
            takt_transporters_settle(r);
        } else if (head->n_crews_marked > 0) {
            takt_crews_settle(r);
        } else {
            return;
        }
    }
}
