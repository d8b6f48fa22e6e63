/// The event queue alone, far beyond what a factory keeps pending.
#ifndef TAKT_BENCHMARKS_SIM_BENCH_HOLD_H
#define TAKT_BENCHMARKS_SIM_BENCH_HOLD_H

#include "benchmarks/core/bench.h"

/// Hold model: 1e5 pending events; the next one is taken and schedules its successor after an
/// exponential delay. Nanoseconds per event, with the engine's own queue. Checked first: the order,
/// and that every slot comes up exactly once at the end.
takt_status takt_bench_hold(takt_bench_row *row);

#endif
