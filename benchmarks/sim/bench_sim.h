/// Speed of the event engine.
#ifndef TAKT_BENCHMARKS_SIM_BENCH_SIM_H
#define TAKT_BENCHMARKS_SIM_BENCH_SIM_H

#include "benchmarks/core/bench.h"

/// M/M/1 at load 0.9 through the factory engine: customers per second, after their number in the
/// system and their rate have been checked.
takt_status takt_bench_mm1(takt_bench_row *row);

/// A line of 20 unreliable machines (benchmarks/sim/bench_models.h): completed jobs of machines per
/// second, after the throughput has been checked. Failures and repairs are not counted.
takt_status takt_bench_line(takt_bench_row *row);

/// Replications of a study given as text: process events per second.
takt_status takt_bench_events(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *row);

#endif
