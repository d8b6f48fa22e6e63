/// Where the battery model finds its stages, and the stops that its wear follows, in a factory.
#ifndef TAKT_SIM_BATTERY_INTERNAL_H
#define TAKT_SIM_BATTERY_INTERNAL_H

#include "sim/battery.h"

typedef struct takt_battery_binding {
    int32_t stations[TAKT_BATTERY_STAGE_COUNT];
    int32_t nozzles[2], lips[2], rolls[2], knives[2]; // in takt_work.ages, by electrode (anode,
                                                      // cathode)
} takt_battery_binding;

/// Finds the stages of a resolved factory and sets their stations' stage_index. TAKT_ERR_INPUT and
/// a problem where a stage or a stop is missing, where items flow another way than the model knows,
/// or where a value is given that the model would not use.
takt_status takt_battery_bind(takt_factory *factory, takt_battery_binding *binding,
                              takt_problem *problem);

#endif
