/// takt simulate: what its run and its printing share.
#ifndef TAKT_JOBS_SIMULATION_INTERNAL_H
#define TAKT_JOBS_SIMULATION_INTERNAL_H

#include "jobs/comparison.h"
#include "jobs/progress.h"
#include "jobs/snapshot.h"
#include "jobs/warm_up.h"
#include "mpi/simulate.h"

typedef struct simulation {
    takt_call *call;
    takt_setup setup;
    takt_comparison comparison; // the study and its scenarios
    takt_snapshot snapshot;     // where all replications begin, if anywhere
    takt_run run;
    takt_progress_printer printer;
    int32_t precision_kpi; // -1: the number of replications is given
    double *rows;          // [n_done][n_scenarios][n_batches][n_values], rank 0 only
    size_t n_rows_bytes;   // that are allocated
    double *samples;       // [n_sampled][n_scenarios][TAKT_WARM_UP_SAMPLES], rank 0 only
    takt_warm_up *warm_up; // once n_sampled == n_to_sample; rank 0 only
    int32_t n_to_sample;   // replications that tell where the warm-up ends
    int32_t n_sampled;
    int32_t n, n_done; // replications
    double work_s;     // spent on replications of this execution
    int32_t n_begun;   // n_done when it began
    bool is_restarted; // with a longer warm-up: rows hold nothing of the sampled replications
} simulation;

/// Results of one life each: replications, or batches of the only one; those of the baseline begin
/// at rows, a stride apart.
int64_t simulation_n_results(const simulation *s);
int64_t simulation_stride(const simulation *s);

/// The results of the baseline without those of the scenarios between them: rows, or a copy, which
/// takt_free releases where it is not rows. NULL: no memory.
double *simulation_baseline(const simulation *s);

/// Rank 0: what it has done as a checkpoint and as a readable run; what an earlier execution did.
takt_status simulation_save(simulation *s);
takt_status simulation_load(simulation *s);

/// Rank 0: room for the rows of `n` replications; what is there stays.
takt_status simulation_reserve(simulation *s, int32_t n);

/// Rank 0: where the warm-up ends, from all samples.
takt_status simulation_find_warm_up(simulation *s);

/// Rank 0: the tables, and the headline of the run.
takt_status simulation_print(simulation *s, char *headline, size_t n_bytes);

#endif
