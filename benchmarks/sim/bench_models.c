#include "benchmarks/sim/bench_models.h"

#include <stdio.h>

static takt_list one_item(void *item)
{
    return (takt_list){item, 1};
}

static takt_distribution exponential(double mean_s)
{
    return (takt_distribution){.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .mean_s = mean_s};
}

takt_status takt_bench_create_mm1(int32_t max_items, takt_study **study)
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
    *source = (takt_source){
        .name = "arrivals", .to = "queue", .interarrival = exponential(1 / 0.9), .quantity = 1};
    *buffer = (takt_buffer){.name = "queue", .unit = "items", .capacity = TAKT_UNLIMITED};
    *input = (takt_input){.from = "queue", .take = 1};
    *route = (takt_route){.to = "out", .share = 1};
    *station = (takt_station){.name = "server",
                              .n_machines = 1,
                              .batch_min = 1,
                              .batch_max = 1,
                              .service = exponential(1),
                              .inputs = one_item(input),
                              .routes = one_item(route)};
    s->factory.sources = one_item(source);
    s->factory.buffers = one_item(buffer);
    s->factory.stations = one_item(station);
    s->factory.max_items = max_items;
    s->horizon = (takt_horizon){.warm_up_s = 0, .measured_s = 30 * 3600.0};
    return takt_study_resolve(s);
}

/// The tables of one line, in the study's arena.
typedef struct line_tables {
    char names[TAKT_BENCH_LINE_MACHINES][2][24]; // of machine k, and of the buffer behind it
    takt_buffer buffers[TAKT_BENCH_LINE_MACHINES - 1];
    takt_station stations[TAKT_BENCH_LINE_MACHINES];
    takt_input inputs[TAKT_BENCH_LINE_MACHINES];
    takt_route routes[TAKT_BENCH_LINE_MACHINES];
    takt_failure failures[TAKT_BENCH_LINE_MACHINES];
} line_tables;

static void add_machine(line_tables *line, int k)
{
    const takt_list none = {0};
    const bool is_first = k == 0, is_last = k == TAKT_BENCH_LINE_MACHINES - 1;
    snprintf(line->names[k][0], sizeof line->names[k][0], "machine_%d", k + 1);
    snprintf(line->names[k][1], sizeof line->names[k][1], "buffer_%d", k + 1);
    if (!is_last)
        line->buffers[k] = (takt_buffer){
            .name = line->names[k][1], .unit = "items", .capacity = TAKT_BENCH_LINE_PLACES};
    if (!is_first)
        line->inputs[k] = (takt_input){.from = line->names[k - 1][1], .take = 1};
    line->routes[k] = (takt_route){.to = is_last ? "out" : line->names[k][1], .share = 1};
    line->failures[k] = (takt_failure){
        .up = exponential(100), .repair = exponential(10), .counts = TAKT_METER_WORKING};
    line->stations[k] = (takt_station){.name = line->names[k][0],
                                       .n_machines = 1,
                                       .batch_min = 1,
                                       .batch_max = 1,
                                       .service = exponential(1),
                                       .inputs = is_first ? none : one_item(&line->inputs[k]),
                                       .routes = one_item(&line->routes[k]),
                                       .failures = one_item(&line->failures[k])};
}

takt_status takt_bench_create_line(takt_study **study)
{
    TAKT_TRY(takt_study_create_default(study));
    takt_study *s = *study;
    line_tables *line = takt_arena_alloc(s->arena, sizeof *line);
    if (!line)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a line");
    for (int k = 0; k < TAKT_BENCH_LINE_MACHINES; ++k)
        add_machine(line, k);
    s->factory.buffers = (takt_list){line->buffers, TAKT_BENCH_LINE_MACHINES - 1};
    s->factory.stations = (takt_list){line->stations, TAKT_BENCH_LINE_MACHINES};
    s->horizon = (takt_horizon){.warm_up_s = 3600, .measured_s = 9 * 3600.0};
    return takt_study_resolve(s);
}
