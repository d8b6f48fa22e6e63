/// What viewers cost, and what they get: the rows of `takt bench viewer`.
#ifndef TAKT_BENCHMARKS_VIZ_BENCH_VIEWER_H
#define TAKT_BENCHMARKS_VIZ_BENCH_VIEWER_H

#include "benchmarks/core/bench.h"

enum { TAKT_BENCH_VIEWER_ROWS = 8 };

/// Fills rows [TAKT_BENCH_VIEWER_ROWS]; takes about three minutes. The study, given as text, is
/// what runs beside the viewers. Without a server in this program the rows say so. Local.
takt_status takt_bench_viewer(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *rows);

/// The first row alone, not measured: it is done when it is asked for by name.
takt_status takt_bench_viewer_skip(takt_bench_row *row);

/// How much longer replications of the study take with `n_viewers` than without a server: one row.
takt_status takt_bench_slowdown(const char *name, const char *text, size_t n_bytes,
                                int32_t n_viewers, takt_bench_row *row);

#endif
