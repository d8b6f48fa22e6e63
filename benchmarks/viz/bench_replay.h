/// How soon a viewer sees a run file of 1 GB: rows of `takt bench replay`.
#ifndef TAKT_BENCHMARKS_VIZ_BENCH_REPLAY_H
#define TAKT_BENCHMARKS_VIZ_BENCH_REPLAY_H

#include "benchmarks/core/bench.h"

enum { TAKT_BENCH_REPLAY_ROWS = 3 };

/// Fills rows [TAKT_BENCH_REPLAY_ROWS]: first results on the board, the whole file in sight, rows
/// of any place. Writes 1 GB below /tmp and removes it. Local.
takt_status takt_bench_replay(takt_bench_row *rows);

/// The first row alone, not measured: it is done when it is asked for by name.
takt_status takt_bench_replay_skip(takt_bench_row *row);

#endif
