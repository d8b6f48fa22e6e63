/// Parts of the check of a factory that have files of their own.
#ifndef TAKT_SIM_FACTORY_INTERNAL_H
#define TAKT_SIM_FACTORY_INTERNAL_H

#include "sim/factory.h"

/// Wears, conditions and renewals of a station, whose stops and failures have been checked.
takt_status takt_wear_check(takt_factory *factory, int32_t s, takt_problem *problem);

#endif
