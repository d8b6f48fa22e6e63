/// Tables of single stations: the key figures of ISO 22400-2 and the states of SEMI E10; and where
/// the energy goes.
#ifndef TAKT_JOBS_STATION_ROWS_H
#define TAKT_JOBS_STATION_ROWS_H

#include "jobs/setup.h"
#include "jobs/tables.h"

/// Adds the tables "iso22400" and "semi_e10" over `n` results to JSON; the text shows those that
/// --kpis names.
void takt_sheet_add_station_kpis(takt_sheet *sheet, const takt_call *call, const takt_setup *setup,
                                 const double *results, int64_t n);

/// Is what --kpis says a table? TAKT_ERR_INPUT with one line. Local.
takt_status takt_station_kpis_check(const takt_call *call);

/// Says in one line what energy costs over the cycle of the tariff, where there is one.
void takt_sheet_note_tariff(takt_sheet *sheet, const takt_setup *setup);

/// Adds the table "energy": mean power and share of each state of machines, of items, vehicles and
/// base load. In text where at least two of them draw any.
void takt_sheet_add_energy(takt_sheet *sheet, const takt_setup *setup, const double *results,
                           int64_t n);

#endif
