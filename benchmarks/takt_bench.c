// The benchmarks of a bare build (TAKT_FLOORS=kernels|sim), where there is no program `takt`: the
// rows of the floors that are built, as JSON lines.

#include "benchmarks/kernels/bench_drying.h"
#ifdef TAKT_WITH_SIM
#include "benchmarks/sim/bench_sim.h"
#endif

#include <stdio.h>

static int print(takt_status status, const takt_bench_row *row)
{
    if (status != TAKT_OK) {
        fprintf(stderr, "takt_bench: %s\n", takt_error_text());
        return 1;
    }
    printf("{\"name\": \"%s\", \"unit\": \"%s\", \"value\": %.17g, \"median\": %.17g, "
           "\"target\": %.17g, \"pass\": %s}\n",
           row->name, row->unit, row->best, row->median, row->target,
           takt_bench_passes(row) ? "true" : "false");
    return 0;
}

int main(void)
{
    takt_bench_row row;
    int failed = 0;
    printf("{\"flags\": \"%s\", \"ranks\": 1}\n", TAKT_BUILD_FLAGS);
#ifdef TAKT_WITH_SIM
    failed += print(takt_bench_mm1(&row), &row);
#endif
    failed += print(takt_bench_drying_batch(&row), &row);
    return failed > 0;
}
