#include "benchmarks/mpi/bench_farm.h"

#include "benchmarks/sim/bench_scenario.h"
#include "mpi/simulate.h"

enum { TASKS = 400 };

/// The same tasks on rank 0, without the farm; the others sleep.
static takt_status run_alone(takt_comm *comm, takt_scenario *scenario, double *results,
                             double *seconds)
{
    takt_status status = TAKT_OK;
    const double begun_s = takt_clock_s();
    for (uint32_t i = 0; i < TASKS && takt_comm_rank(comm) == 0 && status == TAKT_OK; ++i)
        status = takt_replication_run(takt_scenario_replication(scenario), i, results);
    *seconds = takt_clock_s() - begun_s;
    TAKT_TRY(takt_comm_agree(comm, status));
    return TAKT_OK;
}

static takt_status measure(takt_comm *comm, takt_scenario *scenario, double *results,
                           takt_bench_row *row)
{
    double samples[TAKT_BENCH_SAMPLES];
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        double alone_s = 0;
        TAKT_TRY(run_alone(comm, scenario, results, &alone_s));
        TAKT_TRY(takt_comm_barrier(comm));
        const double begun_s = takt_clock_s();
        TAKT_TRY(takt_simulate(comm, scenario, 0, TASKS, NULL, results));
        samples[i] = alone_s / (takt_clock_s() - begun_s);
    }
    takt_bench_finish(row, samples);
    return TAKT_OK;
}

takt_status takt_bench_farm(takt_comm *comm, const char *name, const char *text, size_t n_bytes,
                            takt_bench_row *row)
{
    takt_bench_scenario opened;
    double *results = NULL;
    const int n_ranks = takt_comm_size(comm);
    *row = (takt_bench_row){
        .name = "farm", .unit = "times", .target = 0.95 * n_ranks, .at_least = true};
    if (n_ranks == 1) {
        row->target = 1.9;
        return takt_bench_skip(row, "needs two ranks: mpirun -n 2 takt bench farm");
    }
    row->limit = n_ranks;
    takt_status status = takt_bench_scenario_open(name, text, n_bytes, &opened);
    if (status == TAKT_OK)
        results = takt_alloc(TASKS * (size_t)takt_scenario_report(opened.scenario)->n_values *
                             sizeof(double));
    if (status == TAKT_OK && !results)
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    status = takt_comm_agree(comm, status);
    if (status == TAKT_OK)
        status = measure(comm, opened.scenario, results, row);
    takt_free(results);
    takt_bench_scenario_close(&opened);
    return status;
}
