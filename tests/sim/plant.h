/// The battery plant of the example, opened.
#ifndef TAKT_TESTS_SIM_PLANT_H
#define TAKT_TESTS_SIM_PLANT_H

#include "tests/sim/lines.h"

typedef struct plant {
    takt_study *study;
    takt_scenario *scenario;
    takt_dryer dryer;
    double design[64];
} plant;

LINE_UNUSED static bool plant_open(plant *p)
{
    const takt_status status =
        takt_study_open(TAKT_SOURCE_DIR "/examples/battery_line.yaml", NULL, 0, &p->study);
    if (status == TAKT_ERR_UNSUPPORTED) {
        printf("%s\n", takt_status_text(status)); // ctest reads it and reports the test as skipped
        return false;
    }
    CHECK_OK(status);
    CHECK_OK(takt_dryer_batch_create(&p->dryer));
    CHECK_OK(takt_scenario_create(p->study, &p->dryer, &p->scenario));
    takt_design_baseline(p->study, p->design);
    return true;
}

LINE_UNUSED static void plant_close(plant *p)
{
    takt_scenario_destroy(&p->scenario);
    takt_dryer_batch_destroy(&p->dryer);
    takt_study_destroy(&p->study);
}

#endif
