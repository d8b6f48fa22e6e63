/// takt simulate STUDY --until TIME: one replication up to a moment, and what it looks like there.
#ifndef TAKT_JOBS_SIMULATE_UNTIL_H
#define TAKT_JOBS_SIMULATE_UNTIL_H

#include "jobs/call.h"

/// Runs, keeps the state (--snapshot) and prints. Collective.
takt_status takt_simulate_until(takt_call *call);

#endif
