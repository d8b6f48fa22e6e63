// Replications of one scenario over all ranks: a farm whose task is one replication.
#include "mpi/simulate.h"

#include "core/clock.h"
#include "mpi/comm_internal.h"
#include "mpi/farm.h"

#include <math.h>

/// A terminal needs no more.
#define REPORT_EVERY_S 0.1

typedef struct simulation {
    takt_replication *replication;
    int32_t first;
    const takt_observer *observer;
    double started_s, reported_s; // on the clock of takt_clock_s; reported_s < 0: never
} simulation;

static takt_status simulate_one(void *context, int64_t index, double *result)
{
    const simulation *simulated = context;
    return takt_replication_run(simulated->replication, (uint32_t)(simulated->first + index),
                                result);
}

static void report(void *context, int64_t n_done, int64_t n_tasks)
{
    simulation *simulated = context;
    const double now_s = takt_clock_s();
    const bool ends = n_done == n_tasks;
    if (!ends && simulated->reported_s >= 0 && now_s - simulated->reported_s < REPORT_EVERY_S)
        return;
    const double elapsed_s = now_s - simulated->started_s;
    const double rate = n_done > 0 && elapsed_s > 0 ? (double)n_done / elapsed_s : 0;
    simulated->reported_s = now_s;
    takt_observe_progress(simulated->observer,
                          &(takt_progress){
                              .phase = "replications",
                              .unit = "replications",
                              .done = n_done,
                              .total = n_tasks,
                              .rate = rate,
                              .seconds_left = rate > 0 ? (double)(n_tasks - n_done) / rate : -1,
                              .best = NAN,
                          });
}

takt_status takt_simulate(takt_comm *comm, takt_scenario *scenario, int32_t first, int32_t n,
                          const takt_observer *observer, double *results)
{
    simulation simulated = {
        .replication = takt_scenario_replication(scenario),
        .first = first,
        .observer = observer,
        .started_s = takt_clock_s(),
        .reported_s = -1,
    };
    takt_farm_config config = takt_farm_config_default();
    config.n_tasks = n;
    config.n_results = takt_scenario_report(scenario)->n_values;
    config.progress = report;
    config.progress_context = &simulated;
    if (takt_comm_rank(comm) == 0 && n > 0)
        report(&simulated, 0, n); // something to see before the first replication is done
    TAKT_TRY(takt_farm_run(comm, &config, simulate_one, &simulated, results));
    return TAKT_OK;
}
