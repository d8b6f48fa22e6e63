/// What a copy of a running factory costs, and how large it is.
#ifndef TAKT_BENCHMARKS_SIM_BENCH_STATE_H
#define TAKT_BENCHMARKS_SIM_BENCH_STATE_H

#include "benchmarks/core/bench.h"

enum { TAKT_BENCH_COPY_ROWS = 2 };

/// Saves and restores a state of 64 KiB (row 0) or 1 MiB (row 1), microseconds each: the slower of
/// both counts, the note has both. A memcpy of the same bytes is measured in turn. Checked first:
/// the copy goes on to the same bytes as the original.
takt_status takt_bench_copy(int k, takt_bench_row *row);

/// KiB of one replication of a study given as text.
takt_status takt_bench_memory(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *row);

#endif
