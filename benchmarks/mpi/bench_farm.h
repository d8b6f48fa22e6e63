/// What a second rank is worth.
#ifndef TAKT_BENCHMARKS_MPI_BENCH_FARM_H
#define TAKT_BENCHMARKS_MPI_BENCH_FARM_H

#include "benchmarks/core/bench.h"
#include "mpi/comm.h"

/// Replications of a study given as text: rank 0 alone, then the farm over all ranks; time of the
/// first over time of the second. Not measured on one rank. Collective; the row is filled on rank
/// 0.
takt_status takt_bench_farm(takt_comm *comm, const char *name, const char *text, size_t n_bytes,
                            takt_bench_row *row);

#endif
