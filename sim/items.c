// Items: how they enter, wait in buffers and leave, and what is counted on the way.

#include "sim/state_internal.h"

int32_t takt_items_take_new(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    int32_t item = head->first_free_item;
    if (item != TAKT_NONE) {
        head->first_free_item = r->view.items[item].next;
    } else {
        if (head->n_items_used == r->plan->max_items) {
            head->failed = 1; // the run ends with this event; the spare item behind all others
            item = head->n_items_used; // stands in and is in no list yet
        } else {
            item = head->n_items_used++;
        }
    }
    r->view.items[item] = (takt_item){
        .next = TAKT_NONE, .number = head->n_items_made++ & TAKT_ITEM_NUMBER, .born = head->now};
    for (int32_t i = 0; i < r->plan->n_state; ++i)
        r->view.item_state[(size_t)item * (size_t)r->plan->n_state + (size_t)i] = 0;
    return item;
}

void takt_items_release(takt_replication *r, int32_t item)
{
    r->view.items[item].next = r->view.head->first_free_item;
    r->view.head->first_free_item = item;
}

static void count_to_now(takt_state_head *head)
{
    const double dt = (double)(head->now - head->plant_since);
    head->plant_time += dt * head->n_in_plant;
    head->value_time += dt * head->value_in_plant;
    head->plant_since = head->now;
}

void takt_items_count_plant(takt_replication *r, int32_t change)
{
    count_to_now(r->view.head);
    r->view.head->n_in_plant += change;
}

void takt_items_add_value(takt_replication *r, double value)
{
    if (value == 0)
        return;
    count_to_now(r->view.head);
    r->view.head->value_in_plant += value;
}

void takt_items_enter(takt_replication *r, int32_t item)
{
    takt_items_count_plant(r, 1);
    r->view.head->value_in_plant += r->view.items[item].value;
}

/// Out of the plant: what was spent on the item is charged now, good or scrapped.
void takt_items_leave(takt_replication *r, int32_t index, int32_t route, int32_t station)
{
    const takt_plan *plan = r->plan;
    takt_state_head *head = r->view.head;
    const takt_item *item = &r->view.items[index];
    takt_items_count_plant(r, -1);
    head->value_in_plant -= item->value;
    head->material_cost += item->value;
    head->item_energy_kWh += item->energy_kWh;
    head->sojourn += (double)(head->now - item->born);
    head->n_left += 1;
    if (route == TAKT_ROUTE_SCRAP) {
        r->view.stations[station].scrapped += item->quantity;
        head->scrapped += item->quantity;
        head->gross += item->quantity;
    } else if (plan->process) {
        takt_delivery delivery = {.losses = r->view.losses};
        plan->process->deliver(plan->process_context, item->quantity,
                               &r->view.item_state[(size_t)index * (size_t)plan->n_state],
                               &delivery);
        head->good += delivery.good;
        head->gross += delivery.gross;
    } else {
        head->good += item->quantity;
        head->gross += item->quantity;
    }
    takt_items_release(r, index);
}

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
    if (buffer->is_dirty)
        return;
    buffer->is_dirty = 1;
    r->view.agenda[r->view.head->n_agenda++] = index;
}

void takt_buffer_put(takt_replication *r, int32_t index, int32_t item)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    buffer_count_to_now(r, buffer);
    r->view.items[item].next = TAKT_NONE;
    if (buffer->last == TAKT_NONE)
        buffer->first = item;
    else
        r->view.items[buffer->last].next = item;
    buffer->last = item;
    buffer->n_items += 1;
    buffer->quantity += r->view.items[item].quantity;
    takt_buffer_mark(r, index);
}

/// Takes the oldest item out; places become free.
int32_t takt_buffer_take(takt_replication *r, int32_t index)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    const int32_t item = buffer->first;
    TAKT_ASSERT(item != TAKT_NONE);
    buffer_count_to_now(r, buffer);
    buffer->first = r->view.items[item].next;
    if (buffer->first == TAKT_NONE)
        buffer->last = TAKT_NONE;
    buffer->n_items -= 1;
    buffer->quantity = buffer->n_items ? buffer->quantity - r->view.items[item].quantity : 0;
    r->view.items[item].next = TAKT_NONE;
    if (buffer->first_blocked != TAKT_NONE)
        takt_buffer_mark(r, index);
    return item;
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

/// A buffer without a place hands an item straight on when a machine behind it can start with it.
static bool passes_through(const takt_replication *r, int32_t index, int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const takt_buffer_state *buffer = &r->view.buffers[index];
    if (buffer->n_items > 0)
        return false;
    const double quantity = r->view.items[item].quantity;
    for (int32_t c = 0; c < plan->n_consumers; ++c) {
        const int32_t s = r->plan->consumers[plan->first_consumer + c];
        if (plan->by_quantity && rest_in_tank(r, s, index, quantity) > plan->capacity)
            continue;
        if (takt_station_can_start_with(r, s, index, quantity))
            return true;
    }
    return false;
}

bool takt_buffer_fits(const takt_replication *r, int32_t index, int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    const takt_buffer_state *buffer = &r->view.buffers[index];
    const double level = plan->by_quantity ? buffer->quantity + r->view.items[item].quantity
                                           : (double)buffer->n_items + 1;
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
    takt_buffer_mark(r, index); // who draws from a full rack may have to make room
}

/// Could the first of those who wait for a place deliver now?
bool takt_buffer_can_unblock(const takt_replication *r, int32_t index)
{
    const int32_t waiting = r->view.buffers[index].first_blocked;
    if (waiting == TAKT_NONE || r->view.head->failed)
        return false;
    const int32_t item = waiting < r->plan->n_machines
                             ? r->view.machines[waiting].item
                             : r->view.source_item[waiting - r->plan->n_machines];
    return takt_buffer_fits(r, index, item);
}

/// Schedules the next arrival.
void takt_source_schedule(takt_replication *r, int32_t source)
{
    const takt_tick wait =
        takt_draw_ticks(r, takt_stream_arrival(source), &r->plan->sources[source].interarrival);
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_source(r->plan, source), TAKT_EVENT_ARRIVAL,
                        r->view.head->now + wait);
}

/// Lets the first of those who wait for a place deliver. False when it does not fit.
static bool deliver_blocked(takt_replication *r, int32_t index)
{
    takt_buffer_state *buffer = &r->view.buffers[index];
    const int32_t waiting = buffer->first_blocked;
    if (!takt_buffer_can_unblock(r, index))
        return false;
    const bool is_machine = waiting < r->plan->n_machines;
    const int32_t source = waiting - r->plan->n_machines;
    const int32_t item = is_machine ? r->view.machines[waiting].item : r->view.source_item[source];
    buffer->first_blocked = r->view.next_blocked[waiting];
    if (buffer->first_blocked == TAKT_NONE)
        buffer->last_blocked = TAKT_NONE;
    if (is_machine) {
        r->view.machines[waiting].is_blocked = 0;
        if (takt_machine_deliver(r, waiting))
            takt_machine_release(r, waiting);
        return true;
    }
    takt_items_enter(r, item);
    r->view.items[item].born = r->view.head->now;
    takt_buffer_put(r, index, item);
    r->view.source_item[source] = TAKT_NONE;
    takt_source_schedule(r, source);
    return true;
}

/// What lies here now can let a buffer without places, the other input of a machine that waits,
/// pass its item on.
static void wake_other_inputs(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    for (int32_t c = 0; c < plan->n_consumers; ++c) {
        const int32_t s = r->plan->consumers[plan->first_consumer + c];
        const takt_plan_station *station = &r->plan->stations[s];
        if (station->n_inputs == 1 || r->view.stations[s].first_idle == TAKT_NONE)
            continue;
        for (int32_t i = 0; i < station->n_inputs; ++i) {
            const int32_t other = r->plan->inputs[station->first_input + i].buffer;
            if (other != index && takt_buffer_can_unblock(r, other))
                takt_buffer_mark(r, other);
        }
    }
}

/// A full rack whose items hold too little for any machine behind it would stay full for ever: the
/// machine that waits for more mounts the oldest. True: a place is free.
bool takt_buffer_make_room(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    for (int32_t c = 0; c < plan->n_consumers; ++c)
        if (takt_work_mount(r, r->plan->consumers[plan->first_consumer + c], index))
            return true;
    return false;
}

/// Machines behind the buffer start while they can, then those before it deliver while they can;
/// each may make the other possible.
static void settle(takt_replication *r, int32_t index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[index];
    for (bool moved = true; moved;) {
        moved = false;
        for (int32_t c = 0; c < plan->n_consumers; ++c)
            while (takt_station_start(r, r->plan->consumers[plan->first_consumer + c]))
                moved = true;
        while (deliver_blocked(r, index))
            moved = true;
        if (!moved && r->view.buffers[index].first_blocked != TAKT_NONE)
            moved = takt_buffer_make_room(r, index);
    }
    wake_other_inputs(r, index);
}

/// Works off the agenda until nothing moves any more; each event ends with this.
void takt_buffer_settle_all(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    while (head->n_agenda > 0) {
        const int32_t index = r->view.agenda[--head->n_agenda];
        r->view.buffers[index].is_dirty = 0;
        settle(r, index);
    }
}
