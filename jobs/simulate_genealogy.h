/// takt simulate STUDY --genealogy ITEM: what became one item of one replication.
#ifndef TAKT_JOBS_SIMULATE_GENEALOGY_H
#define TAKT_JOBS_SIMULATE_GENEALOGY_H

#include "jobs/call.h"

/// Runs the replication and prints the tree. Collective.
takt_status takt_simulate_genealogy(takt_call *call);

#endif
