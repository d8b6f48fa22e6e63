/// Parts of the check of a factory that have files of their own.
#ifndef TAKT_SIM_FACTORY_INTERNAL_H
#define TAKT_SIM_FACTORY_INTERNAL_H

#include "sim/factory.h"

/// Index of the crew `name` of the entry at `path`, -1 where nobody is needed (NULL).
takt_status takt_factory_find_crew(const takt_factory *factory, const char *name, takt_path path,
                                   takt_problem *problem, int32_t *index);

/// Wears, conditions and renewals of a station, whose stops and failures have been checked.
takt_status takt_wear_check(takt_factory *factory, int32_t s, takt_problem *problem);

#endif
