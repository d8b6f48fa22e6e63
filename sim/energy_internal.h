/// Energy: how much machines, items and the plant draw, and what it costs where the price changes
/// with the time of day.
///
/// Without a tariff energy is time in each state times power, counted when a report is made: the
/// event loop knows nothing of it. With a tariff each change of a machine's state prices the
/// stretch that ends. The process energy of an item (what a process model adds to it) is drawn
/// evenly over the stretches of work of its job; cost and carbon travel with the item and are
/// charged with it when it leaves the plant, as its energy is.
#ifndef TAKT_SIM_ENERGY_INTERNAL_H
#define TAKT_SIM_ENERGY_INTERNAL_H

#include "sim/replication.h"

/// The job in hand of a machine, for its process energy.
typedef struct takt_job_energy {
    double kWh;        // that the process adds
    takt_tick worked;  // so far, also in attempts that began again
    takt_priced price; // integral over that time, for 1 kW
} takt_job_energy;

/// Energy since the measurement began, to the present moment.
typedef struct takt_energy_account {
    double state_kWh[TAKT_MACHINE_STATE_COUNT]; // of machines while they were in each state
    double process_kWh;                         // of items that left the plant
    double transport_kWh;                       // of vehicles that have stopped or been asked
    double base_kWh;
    double kWh;       // the sum
    double cost;      // currency
    double carbon_kg; // kg
} takt_energy_account;

/// Counts stretches that still last, and changes nothing.
void takt_energy_account_of(const takt_replication *r, takt_energy_account *account);

/// A vehicle has drawn so much energy, evenly from `since` to the present.
void takt_energy_drive(takt_replication *r, takt_tick since, double kWh);

// With a tariff only; machines whose energy has a price carry has_meter.

/// The machine's present stretch ends now.
void takt_energy_count(takt_replication *r, int32_t machine);
/// A job begins to which the process adds so much energy.
void takt_energy_begin(takt_replication *r, int32_t machine, double process_kWh);
/// The job is done, or its items are scrapped amid it: its energy's cost goes to its first item.
void takt_energy_end(takt_replication *r, int32_t machine);
/// `share` of what the item `from` has cost goes on to `to`.
void takt_energy_pass(takt_replication *r, int32_t from, int32_t to, double share);
/// The item leaves the plant.
void takt_energy_charge(takt_replication *r, int32_t item);
/// Does the machine's energy have a price that changes?
bool takt_energy_has_meter(const takt_replication *r, int32_t machine);
/// Simulated time begins: nothing is on its way between items.
void takt_energy_start(takt_replication *r);
/// The measurement begins.
void takt_energy_reset(takt_replication *r);

#endif
