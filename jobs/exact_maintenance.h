/// Exact values of maintenance and wear for `takt validate`, by renewal reward: the mean of a cycle
/// over its mean length. Formulas and sources stand in docs/validation.md.
#ifndef TAKT_JOBS_EXACT_MAINTENANCE_H
#define TAKT_JOBS_EXACT_MAINTENANCE_H

#include "core/status.h"

takt_status takt_exact_age_replacement(const double *p, double *value);
takt_status takt_exact_minimal_repair(const double *p, double *value);
takt_status takt_exact_worn_by_items(const double *p, double *value);
takt_status takt_exact_worn_by_hours(const double *p, double *value);

#endif
