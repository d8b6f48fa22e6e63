// Tickets: what an item knows about its way through the plant, and what is counted by product.

#include "sim/state_internal.h"

static const takt_plan_step *step_of(const takt_replication *r, const takt_ticket *ticket)
{
    if (ticket->product < 0 || ticket->step < 0)
        return NULL;
    return &r->plan->steps[r->plan->products[ticket->product].first_step + ticket->step];
}

/// One uniform of the ticket, its own whatever happens to others.
static double uniform_of(const takt_replication *r, const takt_ticket *ticket, takt_purpose purpose)
{
    const takt_stream stream = takt_stream_named(r, (uint32_t)ticket->origin, purpose);
    const uint64_t visit = (uint64_t)ticket->n_visits & 0xFFFFu;
    return takt_stream_uniform(&stream, (uint64_t)ticket->serial << 16 | visit);
}

static takt_tick time_of(const takt_replication *r, const takt_ticket *ticket, takt_purpose purpose,
                         const takt_plan_time *time)
{
    if (time->kind == TAKT_DISTRIBUTION_CONSTANT)
        return takt_draws_ticks(time, 0);
    return takt_draws_ticks(time, takt_draws_variate(time->kind, uniform_of(r, ticket, purpose)));
}

/// A new ticket for an item that a source releases or a station makes (origin n_sources + station),
/// of a product or of none (-1).
void takt_ticket_begin(takt_replication *r, int32_t item, int32_t origin, int32_t product)
{
    const bool is_released = origin < r->plan->n_sources;
    takt_ticket *ticket = &r->view.tickets[item];
    *ticket = (takt_ticket){.product = product,
                            .step = is_released ? 0 : TAKT_NONE,
                            .origin = origin,
                            .serial = r->view.n_released[origin]++,
                            .priority = is_released ? r->plan->sources[origin].priority : 0,
                            .due = TAKT_TICK_NEVER,
                            .released = r->view.head->now,
                            .child = TAKT_NONE,
                            .next = TAKT_NONE,
                            .previous = TAKT_NONE};
    if (product < 0)
        return;
    const takt_plan_product *plan = &r->plan->products[product];
    ticket->priority += plan->priority;
    if (plan->has_due)
        ticket->due = ticket->released + time_of(r, ticket, TAKT_PURPOSE_TICKET_DUE, &plan->due);
}

static void count_to_now(takt_replication *r, int32_t product, int32_t change)
{
    takt_product_state *state = &r->view.products[product];
    const takt_tick now = r->view.head->now;
    state->area += (double)(now - state->since) * state->n_in_plant;
    state->since = now;
    state->n_in_plant += change;
}

/// The item is in the plant from now on.
void takt_ticket_enter(takt_replication *r, int32_t item)
{
    if (r->view.tickets[item].product >= 0)
        count_to_now(r, r->view.tickets[item].product, 1);
}

/// It has become a part of another item.
void takt_ticket_vanish(takt_replication *r, int32_t item)
{
    if (r->view.tickets[item].product >= 0)
        count_to_now(r, r->view.tickets[item].product, -1);
}

/// It leaves the plant.
void takt_ticket_end(takt_replication *r, int32_t item, int32_t route)
{
    const takt_ticket *ticket = &r->view.tickets[item];
    if (ticket->product < 0)
        return;
    takt_product_state *state = &r->view.products[ticket->product];
    count_to_now(r, ticket->product, -1);
    if (route == TAKT_ROUTE_SCRAP) {
        state->n_scrapped += 1;
        return;
    }
    const takt_tick now = r->view.head->now;
    const double flow = (double)(now - ticket->released);
    state->n_finished += 1;
    state->good += r->view.items[item].quantity;
    state->flow += flow;
    state->flow_squared += flow * flow;
    if (now > ticket->due) {
        state->n_late += 1;
        state->tardiness += (double)(now - ticket->due);
    }
}

/// The ticket of an item that is made of parts: of the product that the station makes, else that of
/// the first part of its first input (r->main_part).
void takt_ticket_assemble(takt_replication *r, int32_t item, int32_t s)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_plan_input *first = &r->plan->inputs[station->first_input];
    const bool has_main = !first->by_quantity;
    if (station->makes >= 0 || !has_main)
        takt_ticket_begin(r, item, r->plan->n_sources + s, station->makes);
    else
        r->view.tickets[item] = r->main_part;
    if (station->makes >= 0 && has_main && !r->plan->products[station->makes].has_due)
        r->view.tickets[item].due = r->main_part.due; // the order's, whatever is made for it
    takt_ticket_enter(r, item);
}

/// The step that the item is at is done: the buffer of the next one, or how it leaves.
__attribute__((noinline)) int32_t takt_ticket_route(takt_replication *r, int32_t item, int32_t s)
{
    takt_ticket *ticket = &r->view.tickets[item];
    if (ticket->product < 0) {
        ticket->n_visits += 1;
        return takt_station_choose_route(r, s);
    }
    const takt_plan_product *product = &r->plan->products[ticket->product];
    const takt_plan_step *step = step_of(r, ticket);
    int32_t next = ticket->step + 1;
    if (step && step->scrap + step->rework > 0) {
        const double u = uniform_of(r, ticket, TAKT_PURPOSE_TICKET_ROUTE);
        if (u < step->scrap)
            return TAKT_ROUTE_SCRAP;
        next = u < step->scrap + step->rework ? step->rework_step : next;
    }
    ticket->n_visits += 1;
    ticket->step = next;
    if (next == product->n_steps)
        return TAKT_ROUTE_OUT;
    return r->plan->steps[product->first_step + next].buffer;
}

/// What says how long the station works on the item: its step, or the station.
const takt_plan_time *takt_ticket_time(const takt_replication *r, int32_t item, int32_t s)
{
    const takt_plan_step *step = step_of(r, &r->view.tickets[item]);
    return step && step->has_service ? &step->service : &r->plan->stations[s].service;
}

/// How long the station will work on the item.
__attribute__((noinline)) takt_tick takt_ticket_service(const takt_replication *r, int32_t item,
                                                        int32_t s)
{
    return time_of(r, &r->view.tickets[item], TAKT_PURPOSE_TICKET_SERVICE,
                   takt_ticket_time(r, item, s));
}

/// Mean time of the work that the item waits for in the buffer.
takt_tick takt_ticket_mean(const takt_replication *r, int32_t item, int32_t buffer)
{
    const takt_plan_step *step = step_of(r, &r->view.tickets[item]);
    return step ? step->mean : r->plan->buffers[buffer].mean_service;
}

/// Mean time of all the work that is left, this step included.
takt_tick takt_ticket_left(const takt_replication *r, int32_t item, int32_t buffer)
{
    const takt_plan_step *step = step_of(r, &r->view.tickets[item]);
    return step ? step->left : r->plan->buffers[buffer].mean_service;
}

void takt_products_flush(takt_replication *r)
{
    for (int32_t p = 0; p < r->plan->n_products; ++p)
        count_to_now(r, p, 0);
}

/// Clears what has been counted so far.
void takt_products_measure(takt_replication *r)
{
    for (int32_t p = 0; p < r->plan->n_products; ++p) {
        takt_product_state *state = &r->view.products[p];
        *state = (takt_product_state){.n_in_plant = state->n_in_plant, .since = state->since};
    }
}
