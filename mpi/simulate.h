/// Replications of one scenario, or of several side by side, over all ranks.
#ifndef TAKT_MPI_SIMULATE_H
#define TAKT_MPI_SIMULATE_H

#include "core/observe.h"
#include "mpi/comm.h"
#include "sim/scenario.h"

TAKT_EXTERN_C_BEGIN

/// Runs replications first .. first + n - 1 of the scenario as it is filled now (alike on all
/// ranks) into results [n][report->n_values] on rank 0. The bytes are the same for any number of
/// ranks. In a study with `antithetic` replication 2k + 1 mirrors replication 2k. TAKT_STOPPED when
/// a stop was requested; the error of the lowest failing replication. Collective.
TAKT_API takt_status takt_simulate(takt_comm *comm, takt_scenario *scenario, int32_t first,
                                   int32_t n, const takt_observer *observer, double *results);

/// The number that names the draws of a replication of the scenario's study: its own, or with
/// `antithetic` the mirrored one of the replication before it. Local.
TAKT_API uint32_t takt_simulate_name(const takt_scenario *scenario, int32_t replication);

/// Several scenarios on the same replications, and how each replication is looked at.
typedef struct takt_simulate_config {
    takt_scenario *const *scenarios; // [n_scenarios]; reports of one length
    int32_t n_scenarios;
    int32_t first, n; // replications
    takt_cuts cuts;
    const takt_observer *observer; // may be NULL; counts tasks, n x n_scenarios
} takt_simulate_config;

/// Length of a row: results of all batches, then the samples.
TAKT_API size_t takt_simulate_row(const takt_simulate_config *config);

/// Runs each of these replications of each scenario into rows [n][n_scenarios] of
/// takt_simulate_row doubles on rank 0. Otherwise as takt_simulate. Collective.
TAKT_API takt_status takt_simulate_all(takt_comm *comm, const takt_simulate_config *config,
                                       double *rows);

TAKT_EXTERN_C_END

#endif
