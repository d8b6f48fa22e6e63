// Items: how they enter and leave, and what is counted on the way.

#include "sim/state_internal.h"

/// A new item holds no cards and is part of no order.
__attribute__((noinline, cold)) static void carry_nothing(takt_replication *r, int32_t item)
{
    if (r->plan->cards.n_cards > 0)
        takt_cards_clear(r, item);
    if (r->plan->orders.n_matches > 0)
        takt_orders_clear(r, item);
}

/// The item ends.
__attribute__((noinline, cold)) static void unload(takt_replication *r, int32_t item)
{
    if (r->plan->cards.n_cards > 0)
        takt_cards_give_back(r, item);
    if (r->plan->orders.n_matches > 0)
        takt_orders_leave(r, item);
}

/// The state, cards, orders and energy of a new item.
__attribute__((noinline, cold)) static void bear_nothing(takt_replication *r, int32_t item)
{
    if (r->plan->items_carry)
        carry_nothing(r, item);
    for (int32_t i = 0; i < r->plan->n_state; ++i)
        r->view.item_state[(size_t)item * (size_t)r->plan->n_state + (size_t)i] = 0;
    if (r->plan->prices_items)
        r->view.item_energy[item] = (takt_priced){0, 0};
}

int32_t takt_items_take_new(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    int32_t item = head->first_free_item;
    if (item != TAKT_NONE) {
        head->first_free_item = r->view.items[item].next;
    } else {
        if (head->n_items_used == r->plan->max_items) {
            head->failed =
                TAKT_FAILED_FULL; // the run ends with this event; the spare item behind all others
            item = head->n_items_used; // stands in and is in no list yet
        } else {
            item = head->n_items_used++;
        }
    }
    r->view.items[item] = (takt_item){
        .next = TAKT_NONE, .number = head->n_items_made++ & TAKT_ITEM_NUMBER, .born = head->now};
    if (!r->has_plain_items)
        bear_nothing(r, item);
    return item;
}

void takt_items_release(takt_replication *r, int32_t item)
{
    if (!r->has_plain_items && r->plan->items_carry)
        unload(r, item);
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
    if (!r->has_plain_items && r->plan->has_tickets)
        takt_ticket_enter(r, item);
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
    if (!r->has_plain_items && plan->prices_items)
        takt_energy_charge(r, index);
    const takt_tick sojourn = head->now - item->born;
    head->sojourn += (double)sojourn;
    head->sojourn_square += (double)sojourn * (double)sojourn;
    takt_histogram_add(r->view.flow_times, sojourn);
    if (r->listener.item)
        takt_tell_item(r, route == TAKT_ROUTE_SCRAP ? TAKT_ITEM_SCRAPPED : TAKT_ITEM_LEAVES, index,
                       station);
    head->n_left += 1;
    if (!r->has_plain_items && plan->has_tickets)
        takt_ticket_end(r, index, route);
    if (route == TAKT_ROUTE_SCRAP) {
        r->view.stations[station].scrapped += item->quantity;
        r->view.stations[station].scrapped_items += 1;
        head->scrapped += item->quantity;
        head->gross += item->quantity;
    } else if (!r->has_plain_items && plan->process) {
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

/// Schedules the next arrival.
void takt_source_schedule(takt_replication *r, int32_t source)
{
    if (r->plan->sources[source].is_special) {
        takt_source_go_on(r, source);
        return;
    }
    r->view.arrival_since[source] = r->view.head->now;
    const takt_tick wait =
        takt_draw_ticks(r, takt_stream_arrival(source), &r->plan->sources[source].interarrival);
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_source(r->plan, source), TAKT_EVENT_ARRIVAL,
                        r->view.head->now + wait);
}

/// There is a place for the item that has waited at a source: it comes in now.
void takt_source_deliver(takt_replication *r, int32_t source, int32_t buffer)
{
    const int32_t item = r->view.source_item[source];
    takt_items_enter(r, item);
    r->view.items[item].born = r->view.head->now;
    takt_buffer_put(r, buffer, item);
    r->view.source_item[source] = TAKT_NONE;
    takt_source_schedule(r, source);
}
