/// Measurements of speed, shared by `takt bench` and by takt_bench of a bare build.
///
/// Each fills one row from five samples: the best one is what the machine can do, the median says
/// how quiet it was.
#ifndef TAKT_BENCHMARKS_CORE_BENCH_H
#define TAKT_BENCHMARKS_CORE_BENCH_H

#include "core/clock.h"
#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAKT_BENCH_SAMPLES = 5 };

typedef struct takt_bench_row {
    const char *name, *unit;
    double target;
    bool at_least;       // the target is reached from above, otherwise from below
    bool by_median;      // the median has to reach it, not the best sample alone
    double stretch;      // what would be remarkable, beyond the target; 0: none
    double limit;        // what no program can exceed, by definition; 0: not known
    bool is_measured;    // else `note` says why not
    double best, median; // in `unit`
    char note[160];      // "": nothing to add
    char peers[96];      // others, measured in turn with these samples; "": none
} takt_bench_row;

/// Does the best sample, or the median, reach the target?
bool takt_bench_passes(const takt_bench_row *row);

/// Fills best and median from samples [TAKT_BENCH_SAMPLES].
void takt_bench_finish(takt_bench_row *row, const double *samples);

/// Marks a row as not measured. Returns TAKT_OK.
takt_status takt_bench_skip(takt_bench_row *row, const char *reason);

#endif
