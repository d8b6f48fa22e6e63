/// How much of what comes from outside each station has to work on, in the long run: its load is
/// work over the machine time that failures, stops and shifts leave. At 1 and more the queue before
/// it grows without end.
///
/// Counted are open arrivals: sources without end before a buffer without limit. What a source does
/// before a full buffer, and what stations of endless supply make, adapts to the plant and loads
/// nothing here, so that a load of 1 is never a false alarm. Batches count as full. Studies with a
/// process model, whose quantities change along the way, have no loads.
#ifndef TAKT_JOBS_LOADS_H
#define TAKT_JOBS_LOADS_H

#include "jobs/capacity.h"

typedef struct takt_loads {
    double *station;    // [n_stations] load, 0: nothing open comes
    double *per_h;      // [n_stations] open pieces of work per h
    int32_t overloaded; // the station with the highest load of 1 or more, -1: none
    int32_t unmatched;  // a station that cannot use all that comes to one of its buffers, -1: none
    int32_t unmatched_buffer;
} takt_loads;

/// Loads of the scenario as it is filled now; arrays lie in `arena`. Local.
takt_status takt_loads_of(const takt_setup *setup, takt_arena *arena, takt_loads *loads);

/// The problem of a plant whose queues grow without end: true fills it.
bool takt_loads_unstable(const takt_setup *setup, const takt_loads *loads, takt_problem *problem);

/// Refuses such a study, unless --allow-unstable is given: TAKT_ERR_INPUT at the station. Local.
takt_status takt_loads_check(const takt_call *call, const takt_setup *setup);

#endif
