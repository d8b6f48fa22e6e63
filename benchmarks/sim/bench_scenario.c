#include "benchmarks/sim/bench_scenario.h"

takt_status takt_bench_scenario_open(const char *name, const char *text, size_t n_bytes,
                                     takt_bench_scenario *opened)
{
    *opened = (takt_bench_scenario){0};
    TAKT_TRY(takt_study_parse(name, text, n_bytes, &opened->study));
    TAKT_TRY(takt_dryer_batch_create(&opened->dryer));
    TAKT_TRY(takt_scenario_create(opened->study, &opened->dryer, &opened->scenario));
    return TAKT_OK;
}

void takt_bench_scenario_close(takt_bench_scenario *opened)
{
    takt_scenario_destroy(&opened->scenario);
    takt_dryer_batch_destroy(&opened->dryer);
    takt_study_destroy(&opened->study);
}
