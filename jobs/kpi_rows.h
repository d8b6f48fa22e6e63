/// KPI and station tables, as simulate and optimize print them.
#ifndef TAKT_JOBS_KPI_ROWS_H
#define TAKT_JOBS_KPI_ROWS_H

#include "jobs/setup.h"
#include "jobs/tables.h"

/// Does the factory have this KPI? Scrap of a station that scraps nothing, arrivals turned away
/// where nothing arrives, and carbon of energy that brings none are left out.
bool takt_kpi_is_shown(const takt_setup *setup, int32_t kpi);

/// Is this a line of the cost ledger that costs nothing? Tables on a terminal leave it out.
bool takt_kpi_is_blank(const takt_setup *setup, int32_t kpi, const takt_kpi *value);

/// Cells of one KPI, with digits that suit its interval: its unit, and a value of that kind (mean,
/// lo, hi; none where the KPI is undefined). Shares stand in percent in the text.
takt_cell takt_kpi_unit_cell(const takt_kpi *kpi);
takt_cell takt_kpi_cell(const takt_kpi *kpi, double value);

/// An end of the KPI's interval; "-" where one replication tells nothing about its error.
takt_cell takt_kpi_end_cell(const takt_kpi *kpi, double value);

/// Adds the KPI table {name, unit, mean, lo, hi, n} over `n` results.
takt_status takt_sheet_add_kpis(takt_sheet *sheet, const char *key, const char *title,
                                const takt_setup *setup, const double *results, int64_t n);

/// Share of time as the bottleneck with its 95 % interval, cut at 0 and 1 as a share is.
takt_interval takt_bottleneck_interval(const takt_report *report, const double *results, int64_t n,
                                       int32_t station);

/// Adds the station table: machines and share of their time in each state, share as bottleneck with
/// its interval.
void takt_sheet_add_stations(takt_sheet *sheet, const takt_setup *setup, const double *results,
                             int64_t n);

/// The first KPI as a sentence: "cost_per_good_kWh 79.5 EUR/kWh [79.4, 79.6]". Returns `out`.
const char *takt_kpi_headline(const takt_setup *setup, const double *results, int64_t n, char *out,
                              size_t n_bytes);

#endif
