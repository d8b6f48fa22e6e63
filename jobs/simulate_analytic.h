/// `takt simulate --analytic STUDY`: what a line of machines makes, without simulation.
#ifndef TAKT_JOBS_SIMULATE_ANALYTIC_H
#define TAKT_JOBS_SIMULATE_ANALYTIC_H

#include "jobs/call.h"

/// Opens the study of the call, solves it on rank 0 and prints; leaves no run. TAKT_ERR_INPUT where
/// the study is no line that the models cover. Collective.
takt_status takt_simulate_analytic(takt_call *call);

#endif
