/// The dryer with PETSc: its speed, and how far the batched kernel is from it.
#ifndef TAKT_BENCHMARKS_SOLVER_BENCH_PETSC_H
#define TAKT_BENCHMARKS_SOLVER_BENCH_PETSC_H

#include "benchmarks/core/bench.h"

/// Largest relative difference of the adhesion between the batched kernel and PETSc over the first
/// cases of the sequence. Needs takt_petsc_init.
takt_status takt_bench_drying_error(takt_bench_row *row);

/// One PETSc solve on 128 cells at relative tolerance 1e-6: milliseconds. Needs takt_petsc_init.
takt_status takt_bench_drying_petsc(takt_bench_row *row);

#endif
