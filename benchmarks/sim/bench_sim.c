// Speed of the event engine. Every model's answer is checked before it is timed: a wrong answer is
// an error, however fast it came.

#include "benchmarks/sim/bench_sim.h"

#include "benchmarks/sim/bench_models.h"
#include "benchmarks/sim/bench_scenario.h"

#include <math.h>

enum { REPLICATIONS_PER_SAMPLE = 8, N_REPLICATIONS = REPLICATIONS_PER_SAMPLE * TAKT_BENCH_SAMPLES };

/// How far a checked mean may lie from the truth, in standard errors: one false alarm in 16,000.
static const double z_max = 4;

/// Throughput of the line per s, from an independent program without events: part n leaves machine
/// i at max(end of its work, start of part n - 8 on machine i + 1); 1.2e8 parts.
static const double line_throughput = 0.57534, line_throughput_error = 7e-5;

/// A scenario with the replications whose speed is measured: those that were checked.
typedef struct sim_bench {
    takt_scenario *scenario;
    double *results; // [N_REPLICATIONS][n_values]
    int32_t n_values;
    int64_t n_completed[N_REPLICATIONS];
} sim_bench;

static void count_completion(void *context, int32_t machine)
{
    (void)machine;
    *(int64_t *)context += 1;
}

/// Runs all replications once, untimed, with a listener that counts completions.
static takt_status run_counting(sim_bench *bench)
{
    takt_replication *replication = takt_scenario_replication(bench->scenario);
    takt_status status = TAKT_OK;
    for (uint32_t i = 0; i < N_REPLICATIONS && status == TAKT_OK; ++i) {
        bench->n_completed[i] = 0;
        takt_replication_listen(replication,
                                &(takt_replication_listener){.context = &bench->n_completed[i],
                                                             .finished = count_completion});
        status = takt_replication_run(replication, i, bench->results + i * (size_t)bench->n_values);
    }
    takt_replication_listen(replication, NULL);
    return status;
}

/// The mean of one value over the replications beside the truth, by their own spread. `error`: one
/// standard error of the truth itself.
static takt_status check(const sim_bench *bench, const char *what, int32_t place, double truth,
                         double error)
{
    double sum = 0, squares = 0;
    for (int32_t i = 0; i < N_REPLICATIONS; ++i)
        sum += bench->results[i * bench->n_values + place];
    const double mean = sum / N_REPLICATIONS;
    for (int32_t i = 0; i < N_REPLICATIONS; ++i) {
        const double away = bench->results[i * bench->n_values + place] - mean;
        squares += away * away;
    }
    const double spread = sqrt(squares / (N_REPLICATIONS * (N_REPLICATIONS - 1.0)) + error * error);
    if (fabs(mean - truth) <= z_max * spread)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_MODEL, "benchmark: %s: found %.6g +- %.2g, the answer is %.6g", what,
                     mean, spread, truth);
}

/// The checked replications again, without listener: completions per second.
static takt_status measure_completions(const sim_bench *bench, takt_bench_row *row)
{
    takt_replication *replication = takt_scenario_replication(bench->scenario);
    double samples[TAKT_BENCH_SAMPLES];
    uint32_t index = 0;
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        int64_t n = 0;
        const double begun_s = takt_clock_s();
        for (int k = 0; k < REPLICATIONS_PER_SAMPLE; ++k, ++index) {
            TAKT_TRY(takt_replication_run(replication, index, bench->results));
            n += bench->n_completed[index];
        }
        samples[i] = (double)n / (takt_clock_s() - begun_s);
    }
    takt_bench_finish(row, samples);
    return TAKT_OK;
}

/// Opens the study's scenario and runs what is checked.
static takt_status open_bench(takt_study *study, sim_bench *bench)
{
    TAKT_TRY(takt_scenario_create(study, NULL, &bench->scenario));
    bench->n_values = takt_scenario_report(bench->scenario)->n_values;
    bench->results = takt_alloc(N_REPLICATIONS * (size_t)bench->n_values * sizeof *bench->results);
    if (!bench->results)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    return run_counting(bench);
}

static void close_bench(sim_bench *bench)
{
    takt_scenario_destroy(&bench->scenario);
    takt_free(bench->results);
}

takt_status takt_bench_mm1(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_study *study = NULL;
    sim_bench bench = {0};
    *row = (takt_bench_row){
        .name = "mm1", .unit = "customers/s", .target = 20e6, .stretch = 25e6, .at_least = true};
    TAKT_TRY_GOTO(takt_bench_create_mm1(20000, &study), done);
    TAKT_TRY_GOTO(open_bench(study, &bench), done);
    TAKT_TRY_GOTO(check(&bench, "M/M/1, customers per h", TAKT_KPI_THROUGHPUT, 0.9 * 3600, 0),
                  done);
    // Starting empty lowers the mean of 30 h by 0.008 customers.
    TAKT_TRY_GOTO(check(&bench, "M/M/1, customers in the system",
                        takt_scenario_report(bench.scenario)->items, 9, 0.01),
                  done);
    TAKT_TRY_GOTO(measure_completions(&bench, row), done);
done:
    close_bench(&bench);
    takt_study_destroy(&study);
    return status;
}

takt_status takt_bench_line(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_study *study = NULL;
    sim_bench bench = {0};
    *row = (takt_bench_row){.name = "line_20",
                            .unit = "completions/s",
                            .target = 17e6,
                            .stretch = 40e6,
                            .at_least = true};
    TAKT_TRY_GOTO(takt_bench_create_line(&study), done);
    TAKT_TRY_GOTO(open_bench(study, &bench), done);
    TAKT_TRY_GOTO(check(&bench, "line of 20 machines, parts per h", TAKT_KPI_THROUGHPUT,
                        line_throughput * 3600, line_throughput_error * 3600),
                  done);
    TAKT_TRY_GOTO(measure_completions(&bench, row), done);
done:
    close_bench(&bench);
    takt_study_destroy(&study);
    return status;
}

/// Process events per second of the replications of a scenario.
static takt_status measure_events(takt_scenario *scenario, takt_bench_row *row)
{
    takt_replication *replication = takt_scenario_replication(scenario);
    double samples[TAKT_BENCH_SAMPLES];
    double *results =
        takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof *results);
    takt_status status = TAKT_OK;
    uint32_t index = 0;
    if (!results)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        int64_t n = 0;
        const double begun_s = takt_clock_s();
        for (int k = 0; k < REPLICATIONS_PER_SAMPLE; ++k, ++index) {
            TAKT_TRY_GOTO(takt_replication_run(replication, index, results), done);
            n += takt_replication_n_events(replication);
        }
        samples[i] = (double)n / (takt_clock_s() - begun_s);
    }
    takt_bench_finish(row, samples);
done:
    takt_free(results);
    return status;
}

takt_status takt_bench_events(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_bench_scenario opened;
    *row = (takt_bench_row){.name = name, .unit = "events/s", .target = 3e6, .at_least = true};
    TAKT_TRY_GOTO(takt_bench_scenario_open(name, text, n_bytes, &opened), done);
    TAKT_TRY_GOTO(measure_events(opened.scenario, row), done);
done:
    takt_bench_scenario_close(&opened);
    return status;
}
