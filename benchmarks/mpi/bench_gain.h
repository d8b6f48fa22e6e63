/// What the main job finds: the fall of the cost in the flagship study with its whole budget.
#ifndef TAKT_BENCHMARKS_MPI_BENCH_GAIN_H
#define TAKT_BENCHMARKS_MPI_BENCH_GAIN_H

#include "benchmarks/core/bench.h"
#include "mpi/search.h"

/// Searches the study given as text as `takt optimize` does, without a run folder. The row is the
/// fall of the mean cost in percent, and 0 where nothing feasible was found, the referee broke a
/// limit or the 99 % intervals before and after meet. Minutes. Collective; the row is filled on
/// rank 0.
takt_status takt_bench_gain(takt_comm *comm, const char *name, const char *text, size_t n_bytes,
                            const takt_search_config *config, takt_bench_row *row);

/// The row of a search that nobody asked for.
takt_status takt_bench_gain_skip(takt_bench_row *row);

#endif
