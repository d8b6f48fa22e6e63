// Taking items apart, and bringing the parts of one item together again.

#include "sim/state_internal.h"

#include <stdio.h>

static takt_order_wait *wait_of(const takt_replication *r, int32_t order, int32_t column)
{
    return &r->view.order_waits[(size_t)order * (size_t)r->plan->orders.n_inputs + (size_t)column];
}

static takt_order_ready *ready_of(const takt_replication *r, int32_t order, int32_t match)
{
    return &r->view.order_ready[(size_t)order * (size_t)r->plan->orders.n_matches + (size_t)match];
}

void takt_orders_reset(takt_replication *r)
{
    r->view.head->first_free_order = r->main_order = TAKT_NONE;
    for (int32_t k = 0; k < r->plan->orders.n_matches; ++k)
        r->view.matches[k] = (takt_match_state){TAKT_NONE, TAKT_NONE};
}

/// A new order that stands where an item of `outer` stood; TAKT_NONE: there are too many.
static int32_t open_order(takt_replication *r, int32_t outer)
{
    takt_state_head *head = r->view.head;
    int32_t order = head->first_free_order;
    if (order != TAKT_NONE) {
        head->first_free_order = r->view.orders[order].outer;
    } else if (head->n_orders_used < r->plan->max_items) {
        order = head->n_orders_used++;
    } else {
        head->failed = TAKT_FAILED_FULL;
        return TAKT_NONE;
    }
    r->view.orders[order] = (takt_order){.outer = outer};
    for (int32_t c = 0; c < r->plan->orders.n_inputs; ++c)
        *wait_of(r, order, c) = (takt_order_wait){TAKT_NONE, TAKT_NONE, 0};
    for (int32_t k = 0; k < r->plan->orders.n_matches; ++k)
        *ready_of(r, order, k) = (takt_order_ready){0, TAKT_NONE};
    return order;
}

/// Returns the outer order.
static int32_t close_order(takt_replication *r, int32_t order)
{
    const int32_t outer = r->view.orders[order].outer;
    r->view.orders[order] = (takt_order){.outer = r->view.head->first_free_order};
    r->view.head->first_free_order = order;
    return outer;
}

void takt_orders_clear(takt_replication *r, int32_t item)
{
    r->view.item_order[item] = TAKT_NONE;
}

void takt_orders_leave(takt_replication *r, int32_t item)
{
    int32_t order = r->view.item_order[item];
    r->view.item_order[item] = TAKT_NONE;
    while (order != TAKT_NONE && --r->view.orders[order].n_members == 0)
        order = close_order(r, order);
}

// --- Taking apart --------------------------------------------------------------------------------

/// Takes a part off an item: `share` of what it was in all, as far as it is there.
static int32_t take_part(takt_replication *r, const takt_item *whole, int32_t from, double share,
                         double value_share)
{
    const int32_t part = takt_items_take_new(r);
    takt_item *rest = &r->view.items[from], *to = &r->view.items[part];
    to->born = whole->born;
    to->quantity = share * whole->quantity;
    to->value = value_share * whole->value;
    to->energy_kWh = value_share * whole->energy_kWh;
    rest->quantity -= to->quantity;
    rest->value -= to->value;
    rest->energy_kWh -= to->energy_kWh;
    const size_t n = (size_t)r->plan->n_state;
    for (size_t i = 0; i < n; ++i)
        r->view.item_state[(size_t)part * n + i] = r->view.item_state[(size_t)from * n + i];
    takt_items_count_plant(r, 1);
    return part;
}

/// The part goes its own way under the due date and priority of the whole.
static void write_ticket(takt_replication *r, int32_t from, int32_t part, int32_t station)
{
    const takt_ticket *whole = &r->view.tickets[from];
    takt_ticket_begin(r, part, r->plan->n_sources + station, -1);
    takt_ticket *ticket = &r->view.tickets[part];
    ticket->priority = whole->priority;
    ticket->due = whole->due;
    ticket->released = whole->released;
}

/// Makes one item into its parts: itself, which keeps its number and its cards, and new ones.
/// Returns the last of them in the list.
static int32_t split_item(takt_replication *r, int32_t machine, int32_t item, int32_t *n_parts)
{
    const int32_t s = r->view.machines[machine].station;
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_route *routes = &r->plan->routes[station->first_route];
    const takt_item whole = r->view.items[item];
    const bool has_orders = r->plan->orders.n_inputs > 0 && station->n_parts > 1;
    const int32_t order = has_orders ? open_order(r, r->view.item_order[item]) : TAKT_NONE;
    double values = 0, rest = 1;
    int32_t last = item;
    for (int32_t i = 0; i < station->n_routes; ++i)
        values += routes[i].value_share;
    for (int32_t i = 0; i < station->n_routes && !r->view.head->failed; ++i) {
        const double share = routes[i].share / routes[i].parts;
        const double value_share = values > 0 ? routes[i].value_share / routes[i].parts : share;
        for (int32_t k = i == 0; k < routes[i].parts && !r->view.head->failed; ++k) {
            const int32_t part = take_part(r, &whole, item, share, value_share);
            if (r->plan->has_tickets)
                write_ticket(r, item, part, s);
            if (r->plan->prices_items)
                takt_energy_pass(r, item, part, value_share / rest);
            if (r->listener.item)
                takt_tell_drawn(r, item, r->view.items[part].number, machine,
                                r->view.items[part].quantity);
            rest -= value_share;
            if (has_orders)
                r->view.item_order[part] = order;
            r->view.items[part].next = r->view.items[last].next;
            r->view.items[last].next = part;
            last = part;
            *n_parts += 1;
        }
    }
    if (order != TAKT_NONE) {
        r->view.item_order[item] = order;
        r->view.orders[order].n_members = station->n_parts;
    }
    *n_parts += 1;
    return last;
}

__attribute__((noinline, cold)) void takt_parts_split(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    int32_t n_parts = 0;
    for (int32_t item = m->item; item != TAKT_NONE && !r->view.head->failed;) {
        const int32_t last = split_item(r, machine, item, &n_parts);
        item = r->view.items[last].next;
    }
    m->n_items = n_parts;
}

__attribute__((noinline, cold)) int32_t takt_parts_route(const takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    const takt_route *routes = &r->plan->routes[station->first_route];
    const int32_t left = m->n_items % station->n_parts; // of the present item; 0: all of them
    int32_t nth = left == 0 ? 0 : station->n_parts - left, i = 0;
    while (nth >= routes[i].parts)
        nth -= routes[i++].parts;
    if (r->plan->has_tickets)
        r->view.tickets[m->item].n_visits += 1;
    return routes[i].buffer;
}

// --- Bringing together ---------------------------------------------------------------------------

/// How often the station could start with the parts of the order that wait.
static int32_t count_ready(const takt_replication *r, int32_t order, const takt_plan_match *match)
{
    int32_t n = INT32_MAX;
    for (int32_t c = match->first_input; c < match->first_input + match->n_inputs; ++c) {
        const int32_t n_here = wait_of(r, order, c)->n / r->plan->orders.inputs[c].take;
        n = n_here < n ? n_here : n;
    }
    return n;
}

static void queue_order(takt_replication *r, int32_t order, int32_t match)
{
    takt_match_state *state = &r->view.matches[match];
    ready_of(r, order, match)->next = TAKT_NONE;
    if (state->last == TAKT_NONE)
        state->first = order;
    else
        ready_of(r, state->last, match)->next = order;
    state->last = order;
}

__attribute__((noinline, cold)) void takt_orders_arrive(takt_replication *r, int32_t buffer,
                                                        int32_t item)
{
    const int32_t column = r->plan->buffers[buffer].matches - 1;
    const int32_t order = r->view.item_order[item];
    const int32_t match = r->plan->orders.inputs[column].match;
    r->view.item_mate[item] = TAKT_NONE;
    if (order == TAKT_NONE)
        return; // the check of the study lets none get here
    takt_order_wait *wait = wait_of(r, order, column);
    if (wait->last == TAKT_NONE)
        wait->first = item;
    else
        r->view.item_mate[wait->last] = item;
    wait->last = item;
    wait->n += 1;
    takt_order_ready *ready = ready_of(r, order, match);
    if (count_ready(r, order, &r->plan->orders.matches[match]) == ready->n)
        return;
    ready->n += 1;
    if (ready->n == 1)
        queue_order(r, order, match);
}

bool takt_orders_are_complete(const takt_replication *r, int32_t station)
{
    return r->view.matches[r->plan->stations[station].matches - 1].first != TAKT_NONE;
}

int32_t takt_orders_first(const takt_replication *r, int32_t buffer)
{
    const int32_t column = r->plan->buffers[buffer].matches - 1;
    const int32_t order = r->view.matches[r->plan->orders.inputs[column].match].first;
    return order == TAKT_NONE ? TAKT_NONE : wait_of(r, order, column)->first;
}

__attribute__((noinline, cold)) int32_t takt_orders_pick(takt_replication *r, int32_t buffer)
{
    const int32_t column = r->plan->buffers[buffer].matches - 1;
    const int32_t order = r->view.matches[r->plan->orders.inputs[column].match].first;
    takt_order_wait *wait = wait_of(r, order, column);
    const int32_t item = wait->first;
    wait->first = r->view.item_mate[item];
    if (wait->first == TAKT_NONE)
        wait->last = TAKT_NONE;
    wait->n -= 1;
    return item;
}

__attribute__((noinline, cold)) void takt_orders_keep(takt_replication *r, int32_t part)
{
    r->main_order = r->view.item_order[part];
    if (r->main_order != TAKT_NONE)
        r->view.orders[r->main_order].n_members += 1; // that which is being made
}

__attribute__((noinline, cold)) void takt_orders_join(takt_replication *r, int32_t item, int32_t s)
{
    const int32_t match = r->plan->stations[s].matches - 1;
    const int32_t order = r->main_order;
    r->main_order = TAKT_NONE;
    r->view.item_order[item] = order;
    if (match < 0 || order == TAKT_NONE)
        return;
    takt_match_state *state = &r->view.matches[match];
    takt_order_ready *ready = ready_of(r, order, match);
    TAKT_ASSERT(state->first == order);
    state->first = ready->next;
    if (state->first == TAKT_NONE)
        state->last = TAKT_NONE;
    ready->n -= 1;
    if (ready->n > 0)
        queue_order(r, order, match);
    if (r->view.orders[order].n_members == 1)
        r->view.item_order[item] = close_order(r, order); // it counts there as the order did
}

// --- Consistency ---------------------------------------------------------------------------------

static _Thread_local char order_sentence[160];

/// Items and inner orders of one order.
static int32_t count_members(const takt_replication *r, int32_t order)
{
    int32_t n = 0;
    for (int32_t i = 0; i < r->view.head->n_items_used; ++i)
        n += r->view.item_order[i] == order;
    for (int32_t o = 0; o < r->view.head->n_orders_used; ++o)
        n += r->view.orders[o].n_members > 0 && r->view.orders[o].outer == order;
    return n;
}

const char *takt_orders_inconsistency(const takt_replication *r)
{
    for (int32_t o = 0; o < r->view.head->n_orders_used; ++o) {
        const int32_t n_members = r->view.orders[o].n_members;
        const int32_t n = n_members > 0 ? count_members(r, o) : 0;
        if (n != n_members) {
            snprintf(order_sentence, sizeof order_sentence, "order %d has %d members and counts %d",
                     o, n, n_members);
            return order_sentence;
        }
        for (int32_t k = 0; n > 0 && k < r->plan->orders.n_matches; ++k)
            if (ready_of(r, o, k)->n != count_ready(r, o, &r->plan->orders.matches[k])) {
                snprintf(order_sentence, sizeof order_sentence,
                         "order %d: its parts before match %d are not counted right", o, k);
                return order_sentence;
            }
    }
    for (int32_t c = 0; c < r->plan->orders.n_inputs; ++c) {
        int32_t n = 0;
        for (int32_t o = 0; o < r->view.head->n_orders_used; ++o)
            n += r->view.orders[o].n_members > 0 ? wait_of(r, o, c)->n : 0;
        if (n != r->view.buffers[r->plan->orders.inputs[c].buffer].n_items) {
            snprintf(order_sentence, sizeof order_sentence,
                     "%d parts wait in buffer %d, its orders count %d",
                     r->view.buffers[r->plan->orders.inputs[c].buffer].n_items,
                     r->plan->orders.inputs[c].buffer, n);
            return order_sentence;
        }
    }
    return NULL;
}
