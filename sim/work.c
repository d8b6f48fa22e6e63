// From inputs to the job in hand: what a machine draws, what the process makes of it, how long it
// takes.

#include "sim/state_internal.h"

static int32_t *mounted_of(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    return &r->view.mounted[station->first_mounted +
                            (machine - station->first_machine) * station->n_inputs];
}

static double *state_of(const takt_replication *r, int32_t item)
{
    return &r->view.item_state[(size_t)item * (size_t)r->plan->n_state];
}

/// Could the machine start? Counts `extra_quantity` in one more item of `extra_buffer`
/// (TAKT_NONE: none) as if it were there already.
bool takt_work_possible(const takt_replication *r, int32_t station_index, int32_t machine,
                        int32_t extra_buffer, double extra_quantity)
{
    const takt_plan_station *station = &r->plan->stations[station_index];
    if (station->items_needed > 0) {
        const int32_t only = r->plan->inputs[station->first_input].buffer;
        return r->view.buffers[only].n_items + (only == extra_buffer) >= station->items_needed;
    }
    if (station->is_picky)
        return takt_batch_possible(r, station_index, machine) ||
               (extra_buffer == r->plan->inputs[station->first_input].buffer &&
                station->batch_min == 1 && !station->min_run_waits);
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
        const takt_buffer_state *buffer = &r->view.buffers[input->buffer];
        const bool extra = input->buffer == extra_buffer;
        if (input->matches) { // an item that passes through would have to complete its order
            if (extra || !takt_orders_are_complete(r, station_index))
                return false;
            continue;
        }
        if (!input->by_quantity) {
            const double need =
                station->kind == TAKT_STATION_PASS ? station->batch_min : input->take;
            if (buffer->n_items + (extra ? 1 : 0) < need)
                return false;
            continue;
        }
        const int32_t mounted = mounted_of(r, machine)[i];
        const double have = buffer->quantity + (extra ? extra_quantity : 0) +
                            (mounted == TAKT_NONE ? 0 : r->view.items[mounted].quantity);
        if (have < input->take * (1 - 1e-12))
            return false;
    }
    return true;
}

/// Splices a whole item onto the one that is mounted: quantities add up, states mix by quantity.
static void splice(takt_replication *r, int32_t machine, int32_t from, int32_t onto)
{
    takt_item *item = &r->view.items[onto];
    const takt_item *more = &r->view.items[from];
    const double quantity = item->quantity + more->quantity;
    const double share = quantity > 0 ? more->quantity / quantity : 0.5;
    if (r->listener.item)
        takt_tell_drawn(r, from, item->number, machine, more->quantity);
    double *state = state_of(r, onto);
    for (int32_t i = 0; i < r->plan->n_state; ++i)
        state[i] += share * (state_of(r, from)[i] - state[i]);
    item->quantity = quantity;
    item->value += more->value;
    item->energy_kWh += more->energy_kWh;
    item->born = more->born < item->born ? more->born : item->born;
    if (r->plan->has_tickets)
        takt_ticket_vanish(r, from);
    if (r->plan->prices_items)
        takt_energy_pass(r, from, onto, 1);
    if (r->plan->cards.n_cards > 0)
        takt_cards_hand_over(r, from, onto);
    takt_items_count_plant(r, -1);
    takt_items_release(r, from);
}

/// A rack can be full of items that hold too little for one piece of work: the machine that waits
/// for more mounts the oldest of them, or nothing would ever move again. True: a place is free.
__attribute__((noinline, cold)) bool takt_work_mount(takt_replication *r, int32_t station_index,
                                                     int32_t buffer_index)
{
    const takt_plan_station *station = &r->plan->stations[station_index];
    const int32_t machine = r->view.stations[station_index].first_idle;
    if (machine == TAKT_NONE || r->plan->buffers[buffer_index].by_quantity)
        return false;
    const takt_buffer_state *buffer = &r->view.buffers[buffer_index];
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
        int32_t *mounted = &mounted_of(r, machine)[i];
        if (input->buffer != buffer_index || !input->by_quantity || buffer->n_items == 0)
            continue;
        const double have =
            buffer->quantity + (*mounted == TAKT_NONE ? 0 : r->view.items[*mounted].quantity);
        if (have >= input->take * (1 - 1e-12))
            continue;
        const int32_t from = takt_buffer_take(r, buffer_index, machine);
        if (r->listener.item)
            takt_tell_item(r, TAKT_ITEM_MOUNTED, from, machine);
        if (*mounted == TAKT_NONE)
            *mounted = from;
        else
            splice(r, machine, from, *mounted);
        return true;
    }
    return false;
}

/// Adds `share` of what `from` carries to `to`, and `amount` times its state to `sum`.
static void draw_from(takt_replication *r, int32_t from, double amount, takt_item *to, double *sum)
{
    takt_item *item = &r->view.items[from];
    const double share =
        item->quantity > 0 && amount < item->quantity ? amount / item->quantity : 1;
    const double *state = state_of(r, from);
    for (int32_t i = 0; i < r->plan->n_state; ++i)
        sum[i] += amount * state[i];
    const double value = share * item->value, energy = share * item->energy_kWh;
    to->value += value;
    to->energy_kWh += energy;
    item->value -= value;
    item->energy_kWh -= energy;
    item->quantity = share == 1 ? 0 : item->quantity - amount;
    if (r->plan->prices_items)
        takt_energy_pass(r, from, r->plan->max_items, share); // what is made has no place yet
    if (item->born < to->born)
        to->born = item->born;
}

/// The part is used up; the first of the first input gives its ticket to what is made.
__attribute__((noinline, cold)) static void part_with(takt_replication *r, int32_t part,
                                                      bool is_main)
{
    takt_ticket_vanish(r, part);
    if (is_main)
        r->main_part = r->view.tickets[part];
}

/// Draws a quantity: from the item on the machine, then from the buffer. In a tank the rest of an
/// item stays in the tank and fills it; from a rack the item is mounted and its place is free.
static void draw_quantity(takt_replication *r, int32_t machine, int32_t i, takt_item *to,
                          double *sum)
{
    const takt_plan_input *input = &r->plan->inputs[takt_station_of(r, machine)->first_input + i];
    const bool is_tank = r->plan->buffers[input->buffer].by_quantity;
    takt_buffer_state *buffer = &r->view.buffers[input->buffer];
    int32_t *mounted = &mounted_of(r, machine)[i];
    double need = input->take;
    while (need > input->take * 1e-12) {
        if (*mounted == TAKT_NONE && !is_tank) {
            if (buffer->n_items == 0)
                break; // rounding: the last 1e-12 of the take
            *mounted = takt_buffer_take(r, input->buffer, machine);
            if (r->listener.item)
                takt_tell_item(r, TAKT_ITEM_MOUNTED, *mounted, machine);
        }
        const int32_t from = is_tank ? buffer->first : *mounted;
        if (from == TAKT_NONE)
            break;
        const double there = r->view.items[from].quantity;
        const double amount = need < there ? need : there;
        if (r->listener.item)
            takt_tell_drawn(r, from, r->view.head->n_items_made, machine, amount);
        draw_from(r, from, amount, to, sum);
        need -= amount;
        if (is_tank) {
            buffer->quantity -= amount;
            if (buffer->first_blocked != TAKT_NONE)
                takt_buffer_mark(r, input->buffer);
        }
        if (r->view.items[from].quantity > 1e-9 * input->take)
            continue;
        if (is_tank)
            takt_buffer_take(r, input->buffer, machine);
        else
            *mounted = TAKT_NONE;
        if (r->plan->has_tickets)
            part_with(r, from, false);
        takt_items_count_plant(r, -1);
        takt_items_release(r, from);
    }
}

/// What a part of input `i` carries goes on with the item that is being made: its cards, and the
/// order of the first part that is matched, or else of the first of all.
__attribute__((noinline, cold)) static void take_over(takt_replication *r, int32_t machine,
                                                      int32_t i, int32_t part, bool is_first)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    int32_t main_input = 0;
    if (r->plan->cards.n_cards > 0)
        takt_cards_gather(r, part);
    while (station->matches && !r->plan->inputs[station->first_input + main_input].matches)
        ++main_input;
    if (r->plan->orders.n_matches > 0 && i == main_input && is_first)
        takt_orders_keep(r, part);
}

static void draw_items(takt_replication *r, int32_t machine, int32_t i, takt_item *to, double *sum,
                       double *quantity)
{
    const takt_plan_input *input = &r->plan->inputs[takt_station_of(r, machine)->first_input + i];
    *quantity = 0;
    for (int32_t k = 0; k < (int32_t)input->take; ++k) {
        const int32_t from = takt_buffer_take(r, input->buffer, machine);
        const double amount = r->view.items[from].quantity;
        *quantity += amount;
        if (r->listener.item)
            takt_tell_drawn(r, from, r->view.head->n_items_made, machine, amount);
        draw_from(r, from, amount, to, sum);
        if (r->plan->has_tickets)
            part_with(r, from, i == 0 && k == 0);
        if (r->plan->items_carry)
            take_over(r, machine, i, from, k == 0);
        takt_items_count_plant(r, -1);
        takt_items_release(r, from);
    }
}

/// A new item out of all inputs: quantity of the first input, value and energy of all, the oldest
/// part's age.
__attribute__((noinline, cold)) static int32_t merge_inputs(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t n_state = r->plan->n_state;
    takt_item made = {.next = TAKT_NONE, .born = r->view.head->now};
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
        double *sum = &r->work_states[(size_t)i * (size_t)n_state];
        double quantity = input->take;
        const takt_tick born = made.born;
        for (int32_t k = 0; k < n_state; ++k)
            sum[k] = 0;
        if (input->by_quantity)
            draw_quantity(r, machine, i, &made, sum);
        else
            draw_items(r, machine, i, &made, sum, &quantity);
        for (int32_t k = 0; k < n_state; ++k)
            sum[k] /= quantity;
        r->work_inputs[i] = (takt_work_input){quantity, sum};
        if (station->matches && !input->matches)
            made.born = born; // it is as old as its order, whatever has lain in stock
        if (station->matches ? input->matches > 0 : i == 0)
            made.quantity += quantity; // what has been taken apart is whole again
    }
    const int32_t item = takt_items_take_new(r);
    made.number = r->view.items[item].number;
    r->view.items[item] = made;
    if (r->plan->prices_items)
        takt_energy_pass(r, r->plan->max_items, item, 1);
    if (r->plan->cards.n_cards > 0)
        takt_cards_gathered(r, item);
    if (r->plan->orders.n_matches > 0)
        takt_orders_join(r, item, r->view.machines[machine].station);
    takt_items_count_plant(r, 1);
    if (r->plan->has_tickets)
        takt_ticket_assemble(r, item, r->view.machines[machine].station);
    return item;
}

static int32_t take_batch(takt_replication *r, int32_t machine, takt_machine *m)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t buffer = r->plan->inputs[station->first_input].buffer;
    int32_t first = TAKT_NONE, last = TAKT_NONE;
    if (station->batch_max == 1)
        return takt_buffer_take(r, buffer, machine);
    const int32_t n_max = station->has_cards ? takt_cards_limit(r, m->station, station->batch_max)
                                             : station->batch_max;
    if (station->is_picky)
        return takt_batch_take(r, machine, n_max);
    m->n_items = 0;
    while (m->n_items < n_max && r->view.buffers[buffer].n_items > 0) {
        const int32_t item = takt_buffer_take(r, buffer, machine);
        if (last == TAKT_NONE)
            first = item;
        else
            r->view.items[last].next = item;
        last = item;
        m->n_items += 1;
    }
    return first;
}

static double *ages_of(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_stops; ++i)
        r->ages[i] = takt_gauge_read(r, machine, i) *
                     r->plan->stoppages[station->first_stoppage + i].per_age;
    if (station->n_wears > 0)
        takt_wears_see(r, machine);
    for (int32_t w = 0; w < station->n_wears; ++w)
        r->ages[station->n_stops + w] =
            takt_gauge_read(r, machine, r->plan->wears[station->first_wear + w].stoppage);
    return r->ages;
}

/// Lets the process model work on the item; returns the duration.
__attribute__((noinline, cold)) static takt_tick begin_process(takt_replication *r, int32_t machine,
                                                               takt_machine *m)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    takt_item *item = &r->view.items[m->item];
    takt_work work = {.stage = station->stage,
                      .n_inputs = station->n_inputs,
                      .inputs = r->work_inputs,
                      .ages = ages_of(r, machine),
                      .quantity = item->quantity,
                      .value = item->value + station->item_value,
                      .energy_kWh = item->energy_kWh,
                      .use = item->quantity,
                      .state = state_of(r, m->item)};
    const takt_work_input itself = {item->quantity, work.state};
    if (station->kind == TAKT_STATION_PASS)
        work.inputs = &itself;
    r->plan->process->begin(r->plan->process_context, &work);
    takt_items_add_value(r, work.value - item->value);
    if (m->has_meter)
        takt_energy_begin(r, machine, work.energy_kWh - item->energy_kWh);
    item->quantity = work.quantity;
    item->value = work.value;
    item->energy_kWh = work.energy_kWh;
    m->use = work.use;
    return takt_tick_from_s(work.duration_s);
}

/// What the job advances gauges of quantity by, and the value it adds to its items.
__attribute__((noinline)) static void add_up(takt_replication *r, takt_machine *m,
                                             const takt_plan_station *station)
{
    m->use = 0;
    for (int32_t item = m->item; item != TAKT_NONE; item = r->view.items[item].next) {
        m->use += r->view.items[item].quantity;
        r->view.items[item].value += station->item_value;
        takt_items_add_value(r, station->item_value);
    }
}

/// Takes the inputs and starts the job; returns its length. The caller has checked that it can.
takt_tick takt_work_begin(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    m->n_items = 1;
    switch (station->kind) {
    case TAKT_STATION_PASS:
        m->item = take_batch(r, machine, m);
        break;
    case TAKT_STATION_MERGE:
        m->item = merge_inputs(r, machine);
        break;
    default:
        m->item = takt_items_take_new(r);
        r->view.items[m->item].quantity = 1;
        if (station->has_tickets)
            takt_ticket_begin(r, m->item, r->plan->n_sources + m->station, station->makes);
        takt_items_enter(r, m->item);
        break;
    }
    m->job_loss = m->next_loss;
    m->next_loss = 0;
    if (station->stage >= 0)
        return begin_process(r, machine, m);
    if (station->asks_quantity || station->item_value != 0)
        add_up(r, m, station);
    if (station->has_tickets)
        return takt_ticket_service(r, m->item, m->station);
    return takt_draw_ticks(r, takt_stream_service(r->plan, m->station), &station->service);
}

/// What failures and stops destroyed is taken off the items of the job, one after the other.
__attribute__((noinline, cold)) static void lose_quantity(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    double left = m->job_loss;
    for (int32_t i = m->item; i != TAKT_NONE && left > 0; i = r->view.items[i].next) {
        takt_item *item = &r->view.items[i];
        const double share = left < item->quantity ? left / item->quantity : 1;
        const double lost = share * item->quantity;
        left -= lost;
        if (station->stage >= 0) {
            r->plan->process->lose(r->plan->process_context, share, state_of(r, i));
            continue;
        }
        r->view.stations[m->station].scrapped += lost;
        r->view.stations[m->station].scrapped_items += share;
        r->view.head->scrapped += lost;
        r->view.head->gross += lost;
        item->quantity -= lost;
    }
}

/// The job is done: losses are taken off, gauges advance.
void takt_work_end(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    r->view.stations[m->station].n_done += m->n_items;
    if (m->job_loss > 0)
        lose_quantity(r, machine);
    if (m->has_meter)
        takt_energy_end(r, machine);
    if (m->has_gauges)
        takt_gauges_finish(r, machine);
}
