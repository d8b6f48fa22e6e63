// Energy and its price: see energy_internal.h.

#include "sim/state_internal.h"

#include <string.h>

#define KW_TICKS_PER_KWH (3600.0 * TAKT_TICKS_PER_S)

/// Adds `amount` times the price of 1 kW.
static takt_priced add_energy(takt_priced sum, double amount, takt_priced price)
{
    return (takt_priced){sum.cost + amount * price.cost, sum.carbon_kg + amount * price.carbon_kg};
}

/// Mean prices of a kWh over the job's work; those of the moment where it took no time.
static takt_priced mean_price(const takt_replication *r, const takt_job_energy *job)
{
    if (job->worked <= 0)
        return takt_tariff_at(&r->plan->tariff, r->view.head->now);
    return add_energy((takt_priced){0, 0}, KW_TICKS_PER_KWH / (double)job->worked, job->price);
}

bool takt_energy_has_meter(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    bool draws = station->stage >= 0;
    for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        draws |= station->power_kW[k] > 0;
    return r->plan->tariff.n_segments > 0 && draws;
}

/// The price of the stretch that the machine is in, to the present moment.
static takt_priced stretch_price(const takt_replication *r, const takt_machine *m)
{
    return takt_tariff_integrate(&r->plan->tariff, m->since, r->view.head->now);
}

__attribute__((noinline, cold)) void takt_energy_count(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    if (m->since == r->view.head->now)
        return;
    const takt_priced price = stretch_price(r, m);
    takt_priced *sum = &r->view.station_energy[m->station];
    *sum = add_energy(*sum, r->plan->stations[m->station].power_kW[m->state], price);
    takt_job_energy *job = &r->view.job_energy[machine];
    if (m->state != TAKT_MACHINE_WORKING)
        return;
    job->worked += r->view.head->now - m->since;
    job->price = add_energy(job->price, 1, price);
}

__attribute__((noinline, cold)) void takt_energy_begin(takt_replication *r, int32_t machine,
                                                       double process_kWh)
{
    r->view.job_energy[machine] = (takt_job_energy){.kWh = process_kWh};
}

__attribute__((noinline, cold)) void takt_energy_end(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    takt_job_energy *job = &r->view.job_energy[machine];
    if (!r->plan->prices_items)
        return;
    // The stretch of work that ends here belongs to this job, not to the one that may follow at
    // once.
    takt_machine_set_state(r, machine, (takt_machine_state)m->state);
    takt_priced *sum = &r->view.item_energy[m->item];
    *sum = add_energy(*sum, job->kWh, mean_price(r, job));
    *job = (takt_job_energy){0};
}

__attribute__((noinline, cold)) void takt_energy_pass(takt_replication *r, int32_t from, int32_t to,
                                                      double share)
{
    takt_priced *rest = &r->view.item_energy[from];
    const takt_priced part = {share * rest->cost, share * rest->carbon_kg};
    *rest = add_energy(*rest, -1, part);
    r->view.item_energy[to] = add_energy(r->view.item_energy[to], 1, part);
}

__attribute__((noinline, cold)) void takt_energy_charge(takt_replication *r, int32_t item)
{
    takt_priced *sum = &r->view.head->item_priced;
    *sum = add_energy(*sum, 1, r->view.item_energy[item]);
}

void takt_energy_drive(takt_replication *r, takt_tick since, double kWh)
{
    takt_state_head *head = r->view.head;
    head->transport_kWh += kWh;
    if (r->plan->tariff.n_segments == 0 || head->now == since)
        return;
    head->item_priced =
        add_energy(head->item_priced, kWh * KW_TICKS_PER_KWH / (double)(head->now - since),
                   takt_tariff_integrate(&r->plan->tariff, since, head->now));
}

void takt_energy_start(takt_replication *r)
{
    if (r->plan->prices_items)
        r->view.item_energy[r->plan->max_items] = (takt_priced){0, 0};
}

void takt_energy_reset(takt_replication *r)
{
    r->view.head->item_priced = (takt_priced){0, 0};
    r->view.head->transport_kWh = 0;
    if (r->plan->tariff.n_segments > 0)
        memset(r->view.station_energy, 0,
               (size_t)r->plan->n_stations * sizeof *r->view.station_energy);
}

/// What a vehicle has drawn since its last change of state, which is not in any sum yet.
static double stretch_of_vehicle_kWh(const takt_replication *r, const takt_vehicle *vehicle)
{
    const takt_plan_fleet *fleet = &r->plan->transport.fleets[vehicle->fleet];
    if (vehicle->state != TAKT_VEHICLE_EMPTY && vehicle->state != TAKT_VEHICLE_LOADED)
        return 0;
    return takt_tick_to_s(r->view.head->now - vehicle->since) * fleet->speed_m_s *
           fleet->energy_kWh_per_m;
}

/// What the tariff makes of it, with the stretches that still last.
static takt_priced price_of(const takt_replication *r)
{
    const takt_plan *plan = r->plan;
    const takt_state_head *head = r->view.head;
    takt_priced sum = head->item_priced;
    for (int32_t s = 0; s < plan->n_stations; ++s)
        sum = add_energy(sum, 1, r->view.station_energy[s]);
    for (int32_t m = 0; m < plan->n_machines; ++m) {
        const takt_machine *machine = &r->view.machines[m];
        if (machine->has_meter)
            sum = add_energy(sum, plan->stations[machine->station].power_kW[machine->state],
                             stretch_price(r, machine));
    }
    for (int32_t v = 0; v < plan->transport.n_vehicles; ++v) {
        const takt_vehicle *vehicle = &r->view.vehicles[v];
        const double kWh = stretch_of_vehicle_kWh(r, vehicle);
        if (kWh > 0)
            sum = add_energy(sum, kWh * KW_TICKS_PER_KWH / (double)(head->now - vehicle->since),
                             takt_tariff_integrate(&plan->tariff, vehicle->since, head->now));
    }
    return add_energy(sum, plan->prices.base_load_kW,
                      takt_tariff_integrate(&plan->tariff, head->measured_since, head->now));
}

void takt_energy_account_of(const takt_replication *r, takt_energy_account *account)
{
    const takt_plan *plan = r->plan;
    const takt_state_head *head = r->view.head;
    const double hours = (double)(head->now - head->measured_since) / TAKT_TICKS_PER_S / 3600;
    *account = (takt_energy_account){.process_kWh = head->item_energy_kWh,
                                     .transport_kWh = head->transport_kWh,
                                     .base_kWh = plan->prices.base_load_kW * hours};
    for (int32_t v = 0; v < plan->transport.n_vehicles; ++v)
        account->transport_kWh += stretch_of_vehicle_kWh(r, &r->view.vehicles[v]);
    account->kWh = account->process_kWh + account->transport_kWh + account->base_kWh;
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k) {
            const double power_kW = plan->stations[s].power_kW[k];
            if (!(power_kW > 0))
                continue;
            const double kWh = power_kW * takt_tick_to_s(takt_station_time(r, s, k)) / 3600;
            account->state_kWh[k] += kWh;
            account->kWh += kWh;
        }
    }
    if (plan->tariff.n_segments > 0) {
        const takt_priced priced = price_of(r);
        account->cost = priced.cost;
        account->carbon_kg = priced.carbon_kg;
    } else {
        account->cost = account->kWh * plan->prices.energy_per_kWh;
        account->carbon_kg = account->kWh * plan->prices.carbon_kg_per_kWh;
    }
}
