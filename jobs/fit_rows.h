/// Fitted distributions of a study as a table: every family that could be fitted, its distance from
/// the measured times, and p-values of the one that is used.
#ifndef TAKT_JOBS_FIT_ROWS_H
#define TAKT_JOBS_FIT_ROWS_H

#include "jobs/tables.h"
#include "sim/study.h"

/// Adds the table, and a sentence for each fit that the times do not look like; nothing where the
/// study has no fitted distribution. Draws resamples: up to some seconds for large files. Local.
takt_status takt_fit_rows_add(const takt_study *study, takt_sheet *sheet);

#endif
