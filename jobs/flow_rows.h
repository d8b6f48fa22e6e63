/// The flow of material of a factory as lines of text: sources, stations, products along their
/// steps.
#ifndef TAKT_JOBS_FLOW_ROWS_H
#define TAKT_JOBS_FLOW_ROWS_H

#include "jobs/tables.h"
#include "sim/factory.h"

/// Adds the table `flow` with one line per source, station and product. TAKT_ERR_MEMORY. Local.
takt_status takt_flow_rows_add(takt_sheet *sheet, const takt_factory *factory);

#endif
