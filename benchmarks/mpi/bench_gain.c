#include "benchmarks/mpi/bench_gain.h"

#include "benchmarks/sim/bench_scenario.h"

#include <stdio.h>

static takt_bench_row empty_row(void)
{
    return (takt_bench_row){.name = "gain", .unit = "%", .target = 5, .at_least = true};
}

/// 99 % interval of the cost.
static takt_status cost_of(const takt_report *report, const double *results, int32_t n,
                           takt_interval *cost)
{
    takt_kpi *kpis = takt_alloc((size_t)report->n_kpis * sizeof *kpis);
    if (!kpis)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the gain");
    takt_report_summarise(report, results, n, 0.99, kpis);
    *cost = kpis[TAKT_KPI_COST].interval;
    takt_free(kpis);
    return TAKT_OK;
}

static takt_status fill(const takt_report *report, const takt_answer *answer, double seconds,
                        takt_bench_row *row)
{
    takt_interval before = {0}, after = {0};
    row->is_measured = true;
    if (!answer->found) {
        snprintf(row->note, sizeof row->note, "no feasible design was found");
        return TAKT_OK;
    }
    TAKT_TRY(cost_of(report, answer->baseline_results, answer->n_final, &before));
    TAKT_TRY(cost_of(report, answer->best_results, answer->n_final, &after));
    // One replication has no interval; a baseline without good output has no cost.
    if (before.n > 1 && after.n > 1 && after.hi < before.lo)
        row->best = row->median = 100 * (1 - after.mean / before.mean);
    snprintf(row->note, sizeof row->note,
             "in %.0f s; 99 %% intervals [%.3f, %.3f] before, [%.3f, %.3f] after", seconds,
             before.lo, before.hi, after.lo, after.hi);
    return TAKT_OK;
}

static takt_status search(takt_comm *comm, const takt_bench_scenario *opened,
                          const takt_search_config *config, takt_bench_row *row)
{
    takt_search *made = NULL;
    takt_status status = TAKT_OK;
    const double begun_s = takt_clock_s();
    TAKT_TRY_GOTO(takt_search_create(comm, opened->scenario, config, &made), done);
    TAKT_TRY_GOTO(takt_search_run(made), done);
    if (takt_comm_rank(comm) == 0)
        status = fill(takt_scenario_report(opened->scenario), takt_search_answer(made),
                      takt_clock_s() - begun_s, row);
    status = takt_comm_agree(comm, status);
done:
    takt_search_destroy(&made);
    return status;
}

takt_status takt_bench_gain(takt_comm *comm, const char *name, const char *text, size_t n_bytes,
                            const takt_search_config *config, takt_bench_row *row)
{
    takt_bench_scenario opened;
    *row = empty_row();
    takt_status status =
        takt_comm_agree(comm, takt_bench_scenario_open(name, text, n_bytes, &opened));
    if (status == TAKT_OK)
        status = search(comm, &opened, config, row);
    takt_bench_scenario_close(&opened);
    return status;
}

takt_status takt_bench_gain_skip(takt_bench_row *row)
{
    *row = empty_row();
    return takt_bench_skip(row, "takes minutes: mpirun -n 2 takt bench gain");
}
