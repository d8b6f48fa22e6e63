/// A study given as text, made ready to be replicated: what the benchmarks of studies begin with.
#ifndef TAKT_BENCHMARKS_SIM_BENCH_SCENARIO_H
#define TAKT_BENCHMARKS_SIM_BENCH_SCENARIO_H

#include "sim/scenario.h"

typedef struct takt_bench_scenario {
    takt_study *study;
    takt_dryer dryer; // the batched kernel
    takt_scenario *scenario;
} takt_bench_scenario;

/// Opens the study; on failure what was opened is left for takt_bench_scenario_close. Local.
takt_status takt_bench_scenario_open(const char *name, const char *text, size_t n_bytes,
                                     takt_bench_scenario *opened);

/// Releases everything; a zeroed struct is allowed.
void takt_bench_scenario_close(takt_bench_scenario *opened);

#endif
