/// The study and its scenarios side by side: opened once, simulated on the same replications,
/// compared by pairs.
#ifndef TAKT_JOBS_COMPARISON_H
#define TAKT_JOBS_COMPARISON_H

#include "jobs/setup.h"
#include "jobs/tables.h"

typedef struct takt_comparison {
    takt_setup *base;          // borrowed: the study as it stands, scenario 0
    takt_setup *variants;      // [n_scenarios - 1]: study and scenario only
    takt_scenario **scenarios; // [n_scenarios]
    int32_t n_scenarios;       // 1: nothing to compare
} takt_comparison;

/// Opens all scenarios of the study. TAKT_ERR_INPUT at the scenario that cannot be simulated, or
/// not be compared. Local. Close also after a failure.
takt_status takt_comparison_open(takt_setup *base, takt_comparison *comparison);
void takt_comparison_close(takt_comparison *comparison);

/// Another warm-up for all of them: their scenarios are created anew. Local.
takt_status takt_comparison_set_warm_up(takt_comparison *comparison, double warm_up_s);

/// Study and scenario number `index`, and its name.
const takt_setup *takt_comparison_setup(const takt_comparison *comparison, int32_t index);
const char *takt_comparison_name(const takt_comparison *comparison, int32_t index);

/// Adds the table of scenarios over results [n][n_scenarios][n_values]: every KPI with its
/// interval, its difference to the baseline by pairs, what pairing was worth, and whether the
/// difference stands when all are looked at together (Bonferroni). Nothing where there are no
/// scenarios.
takt_status takt_sheet_add_comparison(takt_sheet *sheet, const takt_comparison *comparison,
                                      const double *results, int64_t n);

/// One KPI of one scenario beside the baseline.
typedef struct takt_compared {
    takt_interval value, difference; // 95 %, each by itself
    double pairing;                  // variance without pairs over that with pairs; NaN: unknown
    bool is_clear; // the interval at a confidence of 1 - 0.05 / n_compared holds no zero
} takt_compared;

/// Compares KPI `kpi` of scenario `index`; `n_compared` differences are looked at together.
takt_compared takt_comparison_of(const takt_comparison *comparison, const double *results,
                                 int64_t n, int32_t index, int32_t kpi, int64_t n_compared);

#endif
