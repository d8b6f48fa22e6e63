/// What is kept of a replication that ended in a deadlock: deadlock.txt in the folder of the run.
#ifndef TAKT_JOBS_DEADLOCK_NOTE_H
#define TAKT_JOBS_DEADLOCK_NOTE_H

#include "jobs/comparison.h"
#include "jobs/run_folder.h"

/// Where `status` is the failure of a deadlock, the rank on which it happened writes who waits for
/// what, how it came about and which command shows it again. Returns `status`, whose error stays as
/// it is. Local.
takt_status takt_deadlock_note(const takt_comparison *comparison, const takt_run *run,
                               takt_status status);

#endif
