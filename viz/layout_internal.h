/// The flow of a factory as a graph, for viz/layout*.c: stations first, then buffers, sources, and
/// the two exits.
#ifndef TAKT_VIZ_LAYOUT_INTERNAL_H
#define TAKT_VIZ_LAYOUT_INTERNAL_H

#include "core/memory.h"
#include "viz/layout.h"

typedef struct takt_flow_edge {
    int32_t from, to;
    bool is_feedback; // closes a loop
} takt_flow_edge;

typedef struct takt_flow {
    const takt_factory *factory;
    int32_t n_stations, n_buffers, n_sources;
    int32_t n_nodes, n_edges;
    takt_flow_edge *edges;
    int32_t *first_out, *out; // edges that leave node i: out[first_out[i]] .. out[first_out[i+1]-1]
    int32_t *first_in, *in;   // the same for those that come in
    int32_t *order;           // [n_nodes] each node before those it feeds, feedback aside
    int32_t *line;            // [n_nodes] of everything; exits: 0
} takt_flow;

static inline int32_t takt_flow_buffer(const takt_flow *flow, int32_t buffer)
{
    return flow->n_stations + buffer;
}
static inline int32_t takt_flow_source(const takt_flow *flow, int32_t source)
{
    return flow->n_stations + flow->n_buffers + source;
}
/// The node of a route's target: a buffer, `out` or `scrap`.
static inline int32_t takt_flow_target(const takt_flow *flow, int32_t route)
{
    if (route >= 0)
        return takt_flow_buffer(flow, route);
    return flow->n_nodes - (route == TAKT_ROUTE_OUT ? 2 : 1);
}
static inline bool takt_flow_is_exit(const takt_flow *flow, int32_t node)
{
    return node >= flow->n_nodes - 2;
}

/// Builds the graph: edges, cut loops, order. Everything lies in `arena`.
takt_status takt_flow_build(const takt_factory *factory, takt_arena *arena, takt_flow *flow);

/// Finds the lines: fills layout->line, line_first, n_lines and flow->line.
takt_status takt_flow_find_lines(takt_flow *flow, takt_arena *arena, takt_layout *layout);

/// Fills `points` [n_nodes] in grid steps.
takt_status takt_layout_in_layers(const takt_flow *flow, const takt_layout *layout,
                                  takt_arena *arena, takt_layout_point *points);

/// Fills `points` in m around the stations' own places. False where not all have one, or two have
/// the same.
takt_status takt_layout_by_position(const takt_flow *flow, takt_arena *arena,
                                    takt_layout_point *points, bool *is_positioned);

#endif
