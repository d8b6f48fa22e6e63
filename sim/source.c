// Sources that do more than wait between single items: a rate that follows the clock, batches, a
// first and a last arrival, arrivals of a file.

#include "sim/state_internal.h"

/// One draw of a stream that is too seldom used for a cache of its own; in ticks, not rounded.
static double draw_seldom(const takt_replication *r, int32_t source, takt_purpose purpose,
                          int64_t n, const takt_plan_time *time)
{
    const takt_stream stream = takt_stream_named(r, (uint32_t)source, purpose);
    return takt_draws_unrounded(
        time, takt_draws_variate(time->kind, takt_stream_uniform(&stream, (uint64_t)n)));
}

/// At least now and not beyond the end of time.
static takt_tick moment(takt_tick now, double ticks)
{
    if (!(ticks > (double)now))
        return now;
    return ticks < 2.0e18 ? (takt_tick)(ticks + 0.5) : TAKT_TICK_NEVER / 4;
}

static takt_tick next_arrival(takt_replication *r, int32_t index)
{
    const takt_plan_arrivals *arrivals = &r->plan->arrivals[index];
    const takt_plan_time *between = &r->plan->sources[index].interarrival;
    const int64_t n = r->view.sources[index].n_arrivals;
    const takt_tick now = r->view.head->now;
    if (arrivals->rows)
        return arrivals->rows[n].time > now ? arrivals->rows[n].time : now;
    if (n == 0 && arrivals->has_first)
        return moment(now, draw_seldom(r, index, TAKT_PURPOSE_FIRST_ARRIVAL, 0, &arrivals->first));
    const double ticks = takt_draws_unrounded(
        between,
        between->kind == TAKT_DISTRIBUTION_CONSTANT ? 0 : takt_draw(r, takt_stream_arrival(index)));
    if (arrivals->cycle > 0 && !TAKT_DEFECTIVE(RATE_STEADY))
        return takt_arrivals_after(arrivals, r->plan->rates, now + r->plan->start,
                                   ticks > 0 ? ticks : 0) -
               r->plan->start;
    return moment(now, (double)now + ticks);
}

/// How many items the arrival that begins now brings.
static int64_t items_of(const takt_replication *r, int32_t index, int64_t n)
{
    const takt_plan_arrivals *arrivals = &r->plan->arrivals[index];
    if (!arrivals->has_batch)
        return 1;
    const double items =
        draw_seldom(r, index, TAKT_PURPOSE_BATCH, n, &arrivals->batch) / TAKT_TICKS_PER_S;
    return items > 0 ? (int64_t)(items + 0.5) : 0;
}

/// What a row of a file says about its item; returns the buffer it comes to.
static int32_t read_row(takt_replication *r, int32_t index, const takt_arrival *row, int32_t item)
{
    const takt_plan *plan = r->plan;
    const int32_t product = row->product >= 0 ? row->product : plan->sources[index].product;
    r->view.items[item].quantity = row->quantity;
    r->view.items[item].value = row->value;
    if (!plan->has_tickets)
        return plan->sources[index].buffer;
    takt_ticket_begin(r, item, index, product);
    takt_ticket *ticket = &r->view.tickets[item];
    ticket->priority += row->priority;
    if (row->due != TAKT_TICK_NEVER)
        ticket->due = row->due;
    return product >= 0 ? plan->steps[plan->products[product].first_step].buffer
                        : plan->sources[index].buffer;
}

/// The buffer that an item of the source comes to.
int32_t takt_source_buffer(const takt_replication *r, int32_t index, int32_t item)
{
    const takt_plan *plan = r->plan;
    const bool has_row = plan->sources[index].is_special && plan->arrivals[index].rows;
    const int32_t product = has_row && plan->has_tickets ? r->view.tickets[item].product : -1;
    return product >= 0 ? plan->steps[plan->products[product].first_step].buffer
                        : plan->sources[index].buffer;
}

/// One item of the present arrival comes in, waits before the buffer, or is turned away.
static void bring_one(takt_replication *r, int32_t index)
{
    const takt_plan_source *source = &r->plan->sources[index];
    takt_source_state *state = &r->view.sources[index];
    const takt_arrival *rows = r->plan->arrivals[index].rows;
    const int32_t item = takt_items_take_new(r);
    int32_t buffer = source->buffer;
    r->view.items[item].quantity = source->quantity;
    r->view.items[item].value = source->value;
    if (rows)
        buffer = read_row(r, index, &rows[state->n_arrivals - 1], item);
    else if (r->plan->has_tickets)
        takt_ticket_begin(r, item, index, source->product);
    r->view.head->n_arrived += 1;
    if (r->listener.item)
        takt_tell_item(r, TAKT_ITEM_ARRIVES, item, index);
    state->n_left -= 1;
    if (source->has_cards && !takt_cards_admit(r, index, item))
        return;
    if (takt_buffer_fits(r, buffer, item) || takt_buffer_make_room(r, buffer)) {
        takt_items_enter(r, item);
        takt_buffer_put(r, buffer, item);
    } else if (source->wait_if_full) {
        r->view.source_item[index] = item;
        takt_buffer_block(r, buffer, r->plan->n_machines + index);
    } else {
        r->view.head->n_turned_away += 1;
        if (r->listener.item)
            takt_tell_item(r, TAKT_ITEM_TURNED_AWAY, item, index);
        takt_items_release(r, item);
    }
}

bool takt_source_is_over(const takt_replication *r, int32_t index)
{
    return r->plan->sources[index].is_special &&
           r->view.sources[index].n_arrivals >= r->plan->arrivals[index].number &&
           r->view.sources[index].n_left == 0;
}

/// Nothing of the source waits for a place: the rest of the present arrival comes in, then the next
/// one is scheduled. Out of the way of plain sources.
__attribute__((noinline, cold)) void takt_source_go_on(takt_replication *r, int32_t index)
{
    while (r->view.sources[index].n_left > 0 && r->view.source_item[index] == TAKT_NONE &&
           !r->view.head->failed)
        bring_one(r, index);
    if (r->view.source_item[index] != TAKT_NONE || takt_source_is_over(r, index))
        return;
    r->view.arrival_since[index] = r->view.head->now;
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_source(r->plan, index), TAKT_EVENT_ARRIVAL,
                        next_arrival(r, index));
}

__attribute__((noinline, cold)) void takt_source_arrive(takt_replication *r, int32_t index)
{
    takt_source_state *state = &r->view.sources[index];
    state->n_left = items_of(r, index, state->n_arrivals);
    state->n_arrivals += 1;
    takt_source_go_on(r, index);
}

static void place_initial(takt_replication *r, const takt_plan_initial *initial)
{
    const int32_t item = takt_items_take_new(r);
    r->view.items[item].quantity = initial->quantity;
    r->view.items[item].value = initial->value;
    if (r->plan->has_tickets) {
        takt_ticket_begin(r, item, r->plan->n_sources + r->plan->n_stations + initial->buffer,
                          initial->product);
        r->view.tickets[item].step = initial->step;
        r->view.tickets[item].priority += initial->priority;
    }
    takt_items_enter(r, item);
    takt_buffer_put(r, initial->buffer, item);
}

/// At time 0: what lies in the buffers.
void takt_initial_begin(takt_replication *r)
{
    for (int32_t i = 0; i < r->plan->n_initial; ++i)
        for (int32_t k = 0; k < r->plan->initial[i].items; ++k)
            place_initial(r, &r->plan->initial[i]);
}
