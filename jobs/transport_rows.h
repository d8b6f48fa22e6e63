/// What conveyors and transporters of a study could do, and do in a trial, as a table of takt
/// check.
#ifndef TAKT_JOBS_TRANSPORT_ROWS_H
#define TAKT_JOBS_TRANSPORT_ROWS_H

#include "jobs/setup.h"
#include "jobs/tables.h"

/// Adds one row per fleet and conveyor; no table where there are none. `results`: one result of a
/// trial replication.
void takt_transport_rows_add(const takt_setup *setup, const double *results, takt_sheet *sheet);

#endif
