/// What an analytic line may say about its factory: everything that the models know, and for all
/// other keys their default, so that a feature the models do not know is never passed over.
#ifndef TAKT_JOBS_ANALYTIC_SCOPE_H
#define TAKT_JOBS_ANALYTIC_SCOPE_H

#include "sim/factory.h"

/// TAKT_ERR_INPUT names the first key that the models do not cover; TAKT_ERR_MEMORY. Local.
takt_status takt_analytic_scope_check(const takt_factory *factory, takt_arena *arena,
                                      takt_problem *problem);

#endif
