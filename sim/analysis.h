/// What a study asks of the output of `takt simulate`: how precise, under which scenarios, how one
/// replication is cut into samples and batches.
///
/// A scenario is the study with some values changed, as by --set. Replication i has the same random
/// numbers in all scenarios, so that they are compared by pairs.
#ifndef TAKT_SIM_ANALYSIS_H
#define TAKT_SIM_ANALYSIS_H

#include "core/schema.h"
#include "sim/problem.h"
#include "sim/process.h"
#include "sim/start.h"

TAKT_EXTERN_C_BEGIN

/// Replications until a KPI is known well enough: sequential stopping on the relative half-width.
typedef struct takt_stopping {
    const char *kpi;
    double relative;   // half-width of the interval over the mean
    double confidence; // of that interval
    int32_t round;     // replications between two looks
    int32_t max_replications;
} takt_stopping;

/// One scenario of the table.
typedef struct takt_variant {
    const char *name;
    takt_list set; // const char *: "path=value"
} takt_variant;

/// The study as it stands, the first row of the table.
#define TAKT_VARIANT_BASELINE "baseline"

extern TAKT_API const takt_schema takt_stopping_schema;
extern TAKT_API const takt_schema takt_variant_schema;

/// Do replications, precision, antithetic pairs, batches and scenarios go together? Local.
TAKT_API takt_status takt_analysis_check(const takt_study *study, takt_problem *problem);

/// Opens scenario `index` of the study as a study of its own, which has no scenarios; the caller
/// destroys it. TAKT_ERR_INPUT at the place of the scenario. Local.
TAKT_API takt_status takt_study_vary(const takt_study *study, int32_t index, takt_study **varied);

/// Wraps the present error as one of scenario `index`: its first line, at the scenario's place.
/// Returns TAKT_ERR_INPUT.
TAKT_API takt_status takt_variant_fail(const takt_study *study, int32_t index);

/// How one replication is looked at.
typedef struct takt_cuts {
    int32_t n_samples;       // equal pieces of warm-up and measured time; 0: none
    int32_t n_batches;       // equal pieces of the measured time, each with its result; at least 1
    const takt_start *start; // NULL: an empty plant. Else there is no warm-up: the measured time
                             // begins with this state
} takt_cuts;

/// takt_replication_run with more to tell: results [n_batches][takt_report_size], samples
/// [n_samples] mean number of items in the plant in each piece, from the beginning on. Sampling
/// changes nothing: one batch gives the bytes of takt_replication_run. Local.
TAKT_API takt_status takt_replication_run_cut(takt_replication *replication, uint32_t index,
                                              const takt_cuts *cuts, double *results,
                                              double *samples);

TAKT_EXTERN_C_END

#endif
