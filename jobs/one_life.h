/// One replication of a study, for those who look at it: its record, its genealogy, its state.
#ifndef TAKT_JOBS_ONE_LIFE_H
#define TAKT_JOBS_ONE_LIFE_H

#include "jobs/setup.h"
#include "sim/start.h"

typedef struct takt_life {
    takt_replication *replication; // of the setup's scenario
    takt_tick now, measured, end;  // where it begins, where the measurement does, where it ends
    int32_t index;                 // of the study's replications
} takt_life;

/// Puts replication `index` to its beginning, as `takt simulate` runs it: time 0, or the state of
/// `start` (NULL: none). The listener (NULL: nobody) hears it from then on. `until_s` is where it
/// ends; below 0: where the study says. TAKT_ERR_INPUT when that is before the beginning. Local.
takt_status takt_life_begin(const takt_setup *setup, const takt_start *start, int32_t index,
                            double until_s, const takt_replication_listener *listener,
                            takt_life *life);

/// Goes on to the end and takes the listener off. Local.
takt_status takt_life_go_on(const takt_life *life);

/// The number of --trace, 0 without it, and the time of --until, -1 without it. TAKT_ERR_INPUT.
takt_status takt_life_index(const takt_call *call, int32_t *index);
takt_status takt_life_until(const takt_call *call, double *until_s);

#endif
