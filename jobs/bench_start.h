/// How long a user waits for the first sign of life.
#ifndef TAKT_JOBS_BENCH_START_H
#define TAKT_JOBS_BENCH_START_H

#include "benchmarks/core/bench.h"
#include "jobs/call.h"
#include "jobs/examples.h"

/// Starts this program as a child (`takt optimize STUDY`) and measures the time until its first
/// line on stderr, then ends that child. Not measured under mpirun, where a rank must not start
/// programs. Local.
takt_status takt_bench_start(const takt_call *call, const takt_example *study, takt_bench_row *row);

#endif
