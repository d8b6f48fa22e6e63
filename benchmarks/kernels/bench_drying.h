/// Speed of the batched dryer, and the cases that the benchmarks of the dryer share.
#ifndef TAKT_BENCHMARKS_KERNELS_BENCH_DRYING_H
#define TAKT_BENCHMARKS_KERNELS_BENCH_DRYING_H

#include "benchmarks/core/bench.h"
#include "kernels/drying.h"

/// Case number `index` of a fixed sequence: both coats, web speeds and air temperatures over the
/// ranges of the battery plant's search, clean to fouled.
takt_drying_case takt_bench_drying_case(int32_t index);

/// The batched kernel on these cases, 64 cells, one core: solves per second.
takt_status takt_bench_drying_batch(takt_bench_row *row);

#endif
