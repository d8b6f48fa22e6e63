/// Replications of one scenario over all ranks.
#ifndef TAKT_MPI_SIMULATE_H
#define TAKT_MPI_SIMULATE_H

#include "core/observe.h"
#include "mpi/comm.h"
#include "sim/scenario.h"

TAKT_EXTERN_C_BEGIN

/// Runs replications first .. first + n - 1 of the scenario as it is filled now (alike on all
/// ranks) into results [n][report->n_values] on rank 0. The bytes are the same for any number of
/// ranks. TAKT_STOPPED when a stop was requested; the error of the lowest failing replication.
/// Collective.
TAKT_API takt_status takt_simulate(takt_comm *comm, takt_scenario *scenario, int32_t first,
                                   int32_t n, const takt_observer *observer, double *results);

TAKT_EXTERN_C_END

#endif
