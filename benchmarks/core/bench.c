#include "benchmarks/core/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool takt_bench_passes(const takt_bench_row *row)
{
    const double value = row->by_median ? row->median : row->best;
    return row->at_least ? value >= row->target : value <= row->target;
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void takt_bench_finish(takt_bench_row *row, const double *samples)
{
    double sorted[TAKT_BENCH_SAMPLES];
    memcpy(sorted, samples, sizeof sorted);
    qsort(sorted, TAKT_BENCH_SAMPLES, sizeof *sorted, by_value);
    row->median = sorted[TAKT_BENCH_SAMPLES / 2];
    row->best = sorted[row->at_least ? TAKT_BENCH_SAMPLES - 1 : 0];
    row->is_measured = true;
}

takt_status takt_bench_skip(takt_bench_row *row, const char *reason)
{
    row->is_measured = false;
    snprintf(row->note, sizeof row->note, "%s", reason);
    return TAKT_OK;
}
