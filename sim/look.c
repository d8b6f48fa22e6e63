// Reads the state block for people. Sums are brought to the present in the result, never in the
// state: a replication that was looked at goes on to the same bytes.

#include "sim/look.h"

#include "sim/state_internal.h"

const takt_plan *takt_look_plan(const takt_replication *r)
{
    return r->plan;
}

double takt_look_age(const takt_replication *r, int32_t machine, int32_t stop)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    return takt_gauge_read(r, machine, stop) *
           r->plan->stoppages[station->first_stoppage + stop].per_age;
}

static double wear_of(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    double most = 0;
    for (int32_t i = 0; i < station->n_stops; ++i) {
        const double share =
            takt_gauge_read(r, machine, i) / r->plan->stoppages[station->first_stoppage + i].every;
        most = share > most ? share : most;
    }
    return most;
}

/// Share of the job in hand; a job without length is done at once.
static double done_of(const takt_replication *r, const takt_machine *m)
{
    if (!m->has_job || m->work <= 0)
        return m->item != TAKT_NONE ? 1 : 0;
    const takt_tick left =
        m->state == TAKT_MACHINE_WORKING ? m->work_end - r->view.head->now : m->work_left;
    return 1 - (double)left / (double)m->work;
}

/// The planned stop that runs, or whose inspection does.
static int32_t stop_of(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t index = r->view.machines[machine].stoppage;
    if (index < station->n_stops)
        return index;
    return r->plan->stoppages[station->first_stoppage + index].inspects;
}

/// The failure that is not repaired yet; those of wears come behind the others.
static int32_t failure_of(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t index = r->view.machines[machine].stoppage;
    if (index < station->n_stops || !r->plan->stoppages[station->first_stoppage + index].is_failure)
        return TAKT_NONE;
    return index - station->n_stops;
}

takt_machine_look takt_look_machine(const takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    return (takt_machine_look){
        .state = (takt_machine_state)m->state,
        .station = m->station,
        .stop = stop_of(r, machine),
        .failure = failure_of(r, machine),
        .n_items = m->item == TAKT_NONE ? 0 : m->n_items,
        .since_s = takt_tick_to_s(m->since),
        .done = done_of(r, m),
        .wear = wear_of(r, machine),
        .is_resuming = m->has_job && !m->in_setup && m->state != TAKT_MACHINE_WORKING,
    };
}

takt_buffer_look takt_look_buffer(const takt_replication *r, int32_t index)
{
    const takt_buffer_state *buffer = &r->view.buffers[index];
    const bool by_quantity = r->plan->buffers[index].by_quantity;
    takt_buffer_look look = {buffer->n_items, buffer->quantity,
                             by_quantity ? buffer->quantity : buffer->n_items};
    const int32_t conveyor = r->plan->buffers[index].conveyor - 1;
    int32_t item = conveyor < 0 ? TAKT_NONE : r->view.belts[conveyor].first;
    for (; item != TAKT_NONE; item = r->view.items[item].next) { // those on their way
        look.n_items += 1;
        look.quantity += r->view.items[item].quantity;
        look.level += 1;
    }
    return look;
}

takt_tick takt_station_time(const takt_replication *r, int32_t station, int32_t state)
{
    const takt_plan_station *plan = &r->plan->stations[station];
    takt_tick sum = r->view.stations[station].time[state];
    for (int32_t k = 0; k < plan->n_machines; ++k) {
        const takt_machine *m = &r->view.machines[plan->first_machine + k];
        sum += m->state == state ? r->view.head->now - m->since : 0;
    }
    return sum;
}

takt_station_look takt_look_station(const takt_replication *r, int32_t station)
{
    takt_station_look look = {.scrapped = r->view.stations[station].scrapped};
    for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        look.time_s[k] = takt_tick_to_s(takt_station_time(r, station, k));
    return look;
}

/// The ledger of sim/kpi.c at this moment.
takt_totals_look takt_look_totals(const takt_replication *r)
{
    const takt_plan *plan = r->plan;
    const takt_state_head *head = r->view.head;
    const takt_prices *prices = &plan->prices;
    const double hours = (double)(head->now - head->measured_since) / TAKT_TICKS_PER_S / 3600;
    const double value_time =
        head->value_time + (double)(head->now - head->plant_since) * head->value_in_plant;
    const double stock_value_years = value_time / TAKT_TICKS_PER_S / 3600 / prices->hours_per_year;
    takt_energy_account energy;
    takt_energy_account_of(r, &energy);
    const double cost =
        head->material_cost + head->stop_cost + energy.cost +
        energy.carbon_kg * prices->carbon_price_per_t / 1000 +
        hours / prices->hours_per_year * (prices->fixed_per_year + plan->upkeep_per_year) +
        stock_value_years * prices->stock_rate_per_year;
    return (takt_totals_look){
        .good = head->good,
        .gross = head->gross,
        .scrapped = head->scrapped,
        .cost = cost,
        .energy_kWh = energy.kWh,
        .flow_s = head->n_left > 0 ? head->sojourn / (double)head->n_left / TAKT_TICKS_PER_S : 0,
        .n_left = head->n_left,
        .n_arrived = head->n_arrived,
        .n_turned_away = head->n_turned_away,
        .n_in_plant = head->n_in_plant,
    };
}

/// Where looks at items go: those beyond `max` are counted only.
typedef struct item_list {
    takt_item_look *items;
    int32_t n, max;
} item_list;

static void append(const takt_replication *r, int32_t index, int32_t machine, int32_t buffer,
                   item_list *list)
{
    const takt_item *item = &r->view.items[index];
    if (list->n++ >= list->max)
        return;
    list->items[list->n - 1] = (takt_item_look){
        .number = item->number & TAKT_ITEM_NUMBER,
        .machine = machine,
        .buffer = buffer,
        .born_s = takt_tick_to_s(item->born),
        .quantity = item->quantity,
        .value = item->value,
        .energy_kWh = item->energy_kWh,
        .state = &r->view.item_state[(size_t)index * (size_t)r->plan->n_state],
    };
}

static void list_machine(const takt_replication *r, int32_t machine, item_list *list)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = r->view.machines[machine].item; i != TAKT_NONE; i = r->view.items[i].next)
        append(r, i, machine, TAKT_NONE, list);
    int32_t place = station->first_mounted + (machine - station->first_machine) * station->n_inputs;
    for (int32_t i = 0; i < station->n_inputs; ++i, ++place)
        if (r->view.mounted[place] != TAKT_NONE)
            append(r, r->view.mounted[place], machine, TAKT_NONE, list);
}

static void list_buffer(const takt_replication *r, int32_t buffer, item_list *list)
{
    const int32_t conveyor = r->plan->buffers[buffer].conveyor - 1;
    for (int32_t i = r->view.buffers[buffer].first; i != TAKT_NONE;
         i = takt_queue_next(r, buffer, i))
        append(r, i, TAKT_NONE, buffer, list);
    int32_t i = conveyor < 0 ? TAKT_NONE : r->view.belts[conveyor].first;
    for (; i != TAKT_NONE; i = r->view.items[i].next)
        append(r, i, TAKT_NONE, buffer, list);
}

int32_t takt_look_items(const takt_replication *r, takt_item_look *items, int32_t max)
{
    item_list list = {items, 0, max};
    for (int32_t m = 0; m < r->plan->n_machines; ++m)
        list_machine(r, m, &list);
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        list_buffer(r, b, &list);
    for (int32_t v = 0; v < r->plan->transport.n_vehicles; ++v)
        for (int32_t i = r->view.vehicles[v].first; i != TAKT_NONE; i = r->view.items[i].next)
            append(r, i, TAKT_NONE, TAKT_NONE, &list);
    return list.n;
}

int32_t takt_look_machine_items(const takt_replication *r, int32_t machine, takt_item_look *items,
                                int32_t max)
{
    item_list list = {items, 0, max};
    list_machine(r, machine, &list);
    return list.n;
}

int32_t takt_look_buffer_items(const takt_replication *r, int32_t buffer, takt_item_look *items,
                               int32_t max)
{
    item_list list = {items, 0, max};
    list_buffer(r, buffer, &list);
    return list.n;
}
