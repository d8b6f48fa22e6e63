/// Textbook models built in C, so that a bare build (no YAML) can measure them: the general factory
/// engine runs them like any study.
#ifndef TAKT_BENCHMARKS_SIM_BENCH_MODELS_H
#define TAKT_BENCHMARKS_SIM_BENCH_MODELS_H

#include "sim/study.h"

enum { TAKT_BENCH_LINE_MACHINES = 20, TAKT_BENCH_LINE_PLACES = 8 };

/// M/M/1: arrivals 0.9/s, service 1/s, an unlimited queue, measured from the start for 30 h: about
/// 97,000 customers. Room for `max_items` customers at a time. The caller owns *study. Local.
takt_status takt_bench_create_mm1(int32_t max_items, takt_study **study);

/// 20 machines in a row, an endless supply before the first: exponential service of mean 1 s, up
/// 100 s of work, repair 10 s, 8 places between them, blocking after service. Warm-up 1 h, measured
/// 9 h. The caller owns *study. Local.
takt_status takt_bench_create_line(takt_study **study);

#endif
