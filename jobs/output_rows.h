/// What is said about the output itself: the precision that was wanted, what antithetic pairs were
/// worth, how batches of one long run agree.
#ifndef TAKT_JOBS_OUTPUT_ROWS_H
#define TAKT_JOBS_OUTPUT_ROWS_H

#include "jobs/comparison.h"

/// The row of the KPI that `precision` names, -1 without one. TAKT_ERR_INPUT with the nearest name.
/// Local.
takt_status takt_precision_kpi(const takt_setup *setup, int32_t *kpi);

/// How well a KPI is known: the largest half-width over the mean of all scenarios, at the
/// confidence of `precision`. Infinite where it is not defined, or its mean is zero and varies.
double takt_precision_found(const takt_comparison *comparison, const double *results, int64_t n,
                            int32_t kpi);

/// Adds what was reached: a note, and the object `precision` in JSON.
void takt_sheet_add_precision(takt_sheet *sheet, const takt_comparison *comparison,
                              const double *results, int64_t n, int32_t kpi);

/// Adds how many independent replications a replication of an antithetic pair is worth, by KPI.
void takt_sheet_add_pairs(takt_sheet *sheet, const takt_setup *setup, const double *results,
                          int64_t stride, int64_t n);

/// Adds intervals by batch means and by overlapping batch means, and the correlation of neighbours,
/// by KPI, over n batches; warns where they depend on each other.
takt_status takt_sheet_add_batches(takt_sheet *sheet, const takt_setup *setup,
                                   const double *results, int64_t n);

#endif
