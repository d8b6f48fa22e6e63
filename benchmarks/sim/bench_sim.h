/// Speed of the event engine.
#ifndef TAKT_BENCHMARKS_SIM_BENCH_SIM_H
#define TAKT_BENCHMARKS_SIM_BENCH_SIM_H

#include "benchmarks/core/bench.h"

/// M/M/1 at load 0.9 through the factory engine: customers per second.
takt_status takt_bench_mm1(takt_bench_row *row);

/// Replications of a study given as text: process events per second.
takt_status takt_bench_events(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *row);

#endif
