/// What each station could make if it were alone: one nominal piece is sent through the plant, and
/// failures and planned stops take their share of the machines' time.
#ifndef TAKT_JOBS_CAPACITY_H
#define TAKT_JOBS_CAPACITY_H

#include "jobs/setup.h"

typedef struct takt_capacity {
    double service_s;       // of one piece of work
    double available;       // share of time left by failures and planned stops
    double pieces_per_work; // items of a full batch
    double pieces_per_h;    // of all machines
} takt_capacity;

/// Fills one entry per station [n_stations] for the scenario as it is filled now. Local.
takt_status takt_capacity_of(const takt_setup *setup, takt_capacity *capacities);

#endif
