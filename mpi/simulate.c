// Replications of one scenario over all ranks: a farm whose task is one replication.
#include "mpi/simulate.h"

#include "core/clock.h"
#include "core/rng.h"
#include "mpi/comm_internal.h"
#include "mpi/farm.h"
#include "sim/deadlock.h"

#include <math.h>

/// A terminal needs no more.
#define REPORT_EVERY_S 0.1

typedef struct simulation {
    const takt_simulate_config *config;
    double started_s, reported_s; // on the clock of takt_clock_s; reported_s < 0: never
} simulation;

uint32_t takt_simulate_name(const takt_scenario *scenario, int32_t replication)
{
    const uint32_t number = (uint32_t)replication;
    if (takt_scenario_study(scenario)->antithetic && number % 2 == 1)
        return (number - 1) | TAKT_REPLICATION_MIRRORED;
    return number;
}

/// Scenarios of one replication follow each other: all are known together or not at all.
static takt_status simulate_one(void *context, int64_t index, double *row)
{
    const takt_simulate_config *config = ((const simulation *)context)->config;
    const takt_scenario *scenario = config->scenarios[index % config->n_scenarios];
    takt_replication *replication = takt_scenario_replication(scenario);
    const uint32_t name =
        takt_simulate_name(scenario, config->first + (int32_t)(index / config->n_scenarios));
    const size_t n_values = (size_t)takt_scenario_report(scenario)->n_values;
    takt_cuts cuts = config->cuts;
    takt_start changed;
    if (cuts.start && index % config->n_scenarios > 0) { // what a scenario changes may matter now
        changed = *cuts.start;
        changed.is_same_plan = false;
        cuts.start = &changed;
    }
    if (cuts.n_batches == 1 && cuts.n_samples == 0 && !cuts.start)
        TAKT_TRY(takt_replication_run(replication, name, row));
    else
        TAKT_TRY(takt_replication_run_cut(replication, name, &cuts, row,
                                          row + (size_t)cuts.n_batches * n_values));
    return takt_replication_check_deadlock(replication);
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
    takt_observe_progress(simulated->config->observer,
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

size_t takt_simulate_row(const takt_simulate_config *config)
{
    const int32_t n_values = takt_scenario_report(config->scenarios[0])->n_values;
    return (size_t)config->cuts.n_batches * (size_t)n_values + (size_t)config->cuts.n_samples;
}

takt_status takt_simulate_all(takt_comm *comm, const takt_simulate_config *config, double *rows)
{
    simulation simulated = {.config = config, .started_s = takt_clock_s(), .reported_s = -1};
    takt_farm_config farm = takt_farm_config_default();
    farm.n_tasks = (int64_t)config->n * config->n_scenarios;
    farm.n_results = (int64_t)takt_simulate_row(config);
    farm.progress = report;
    farm.progress_context = &simulated;
    if (takt_comm_rank(comm) == 0 && config->n > 0)
        report(&simulated, 0, farm.n_tasks); // to be seen before the first replication is done
    TAKT_TRY(takt_farm_run(comm, &farm, simulate_one, &simulated, rows));
    return TAKT_OK;
}

takt_status takt_simulate(takt_comm *comm, takt_scenario *scenario, int32_t first, int32_t n,
                          const takt_observer *observer, double *results)
{
    const takt_simulate_config config = {.scenarios = &scenario,
                                         .n_scenarios = 1,
                                         .first = first,
                                         .n = n,
                                         .cuts = {.n_batches = 1},
                                         .observer = observer};
    return takt_simulate_all(comm, &config, results);
}
