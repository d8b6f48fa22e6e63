// Speed of the event engine: M/M/1 built in C (so that a bare build has it), and a study as text.

#include "benchmarks/sim/bench_sim.h"

#include "benchmarks/sim/bench_scenario.h"

enum { REPLICATIONS_PER_SAMPLE = 8 };

static takt_list one_item(void *item)
{
    return (takt_list){item, 1};
}

/// Arrivals 0.9/s, service 1/s, 30 h: about 100,000 customers in a replication.
static takt_status create_mm1(takt_study **study)
{
    TAKT_TRY(takt_study_create_default(study));
    takt_study *s = *study;
    takt_source *source = takt_arena_alloc(s->arena, sizeof *source);
    takt_buffer *buffer = takt_arena_alloc(s->arena, sizeof *buffer);
    takt_station *station = takt_arena_alloc(s->arena, sizeof *station);
    takt_input *input = takt_arena_alloc(s->arena, sizeof *input);
    takt_route *route = takt_arena_alloc(s->arena, sizeof *route);
    if (!source || !buffer || !station || !input || !route)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for M/M/1");
    *source = (takt_source){.name = "arrivals",
                            .to = "queue",
                            .interarrival = {TAKT_DISTRIBUTION_EXPONENTIAL, 1 / 0.9, 0},
                            .quantity = 1};
    *buffer = (takt_buffer){.name = "queue", .unit = "items", .capacity = TAKT_UNLIMITED};
    *input = (takt_input){.from = "queue", .take = 1};
    *route = (takt_route){.to = "out", .share = 1};
    *station = (takt_station){.name = "server",
                              .n_machines = 1,
                              .batch_min = 1,
                              .batch_max = 1,
                              .service = {TAKT_DISTRIBUTION_EXPONENTIAL, 1, 0},
                              .inputs = one_item(input),
                              .routes = one_item(route)};
    s->factory.sources = one_item(source);
    s->factory.buffers = one_item(buffer);
    s->factory.stations = one_item(station);
    s->horizon = (takt_horizon){.warm_up_s = 0, .measured_s = 30 * 3600.0};
    TAKT_TRY(takt_study_resolve(s));
    return TAKT_OK;
}

/// Runs the samples; each counts good output (M/M/1) or process events.
static takt_status measure(takt_scenario *scenario, bool counts_events, takt_bench_row *row)
{
    const takt_report *report = takt_scenario_report(scenario);
    const double hours = takt_scenario_study(scenario)->horizon.measured_s / 3600;
    double samples[TAKT_BENCH_SAMPLES];
    double *results = takt_alloc((size_t)report->n_values * sizeof *results);
    takt_status status = TAKT_OK;
    uint32_t index = 0;
    if (!results)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        double n = 0;
        const double begun_s = takt_clock_s();
        for (int k = 0; k < REPLICATIONS_PER_SAMPLE; ++k, ++index) {
            TAKT_TRY_GOTO(takt_replication_run(takt_scenario_replication(scenario), index, results),
                          done);
            n += counts_events
                     ? (double)takt_replication_n_events(takt_scenario_replication(scenario))
                     : results[TAKT_KPI_THROUGHPUT] * hours;
        }
        samples[i] = n / (takt_clock_s() - begun_s);
    }
    takt_bench_finish(row, samples);
done:
    takt_free(results);
    return status;
}

takt_status takt_bench_mm1(takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_study *study = NULL;
    takt_scenario *scenario = NULL;
    *row = (takt_bench_row){.name = "mm1", .unit = "customers/s", .target = 10e6, .at_least = true};
    TAKT_TRY_GOTO(create_mm1(&study), done);
    TAKT_TRY_GOTO(takt_scenario_create(study, NULL, &scenario), done);
    TAKT_TRY_GOTO(measure(scenario, false, row), done);
done:
    takt_scenario_destroy(&scenario);
    takt_study_destroy(&study);
    return status;
}

takt_status takt_bench_events(const char *name, const char *text, size_t n_bytes,
                              takt_bench_row *row)
{
    takt_status status = TAKT_OK;
    takt_bench_scenario opened;
    *row = (takt_bench_row){.name = name, .unit = "events/s", .target = 3e6, .at_least = true};
    TAKT_TRY_GOTO(takt_bench_scenario_open(name, text, n_bytes, &opened), done);
    TAKT_TRY_GOTO(measure(opened.scenario, true, row), done);
done:
    takt_bench_scenario_close(&opened);
    return status;
}
