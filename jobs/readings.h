/// What the sensors of one replication read: sensors.csv in the run's folder, one row per reading
/// in the order of time. docs/wear.md describes the columns.
#ifndef TAKT_JOBS_READINGS_H
#define TAKT_JOBS_READINGS_H

#include "jobs/run_folder.h"
#include "sim/start.h"

/// Runs replication `index` of the study from `start` (takt_life_begin) to its end and writes
/// sensors.csv; nothing where the factory has no sensors. Rank 0.
takt_status takt_readings_write(const takt_setup *setup, const takt_run *run,
                                const takt_start *start, int32_t index);

#endif
