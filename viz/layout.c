// The flow of a factory as a graph, its lines, and the plan made of both.

#include "viz/layout_internal.h"

static void add_edge(takt_flow *flow, int32_t from, int32_t to)
{
    flow->edges[flow->n_edges++] = (takt_flow_edge){from, to, false};
}

static void add_edges(takt_flow *flow)
{
    const takt_factory *factory = flow->factory;
    for (int32_t i = 0; i < flow->n_sources; ++i)
        add_edge(flow, takt_flow_source(flow, i),
                 takt_flow_buffer(flow, TAKT_ITEM(takt_source, factory->sources, i)->buffer));
    for (int32_t s = 0; s < flow->n_stations; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            add_edge(flow,
                     takt_flow_buffer(flow, TAKT_ITEM(takt_input, station->inputs, i)->buffer), s);
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            add_edge(flow, s,
                     takt_flow_target(flow, TAKT_ITEM(takt_route, station->routes, i)->buffer));
    }
}

/// Groups the edges by one of their ends: a counting sort, so that they keep their order.
static void group(const takt_flow *flow, bool by_from, int32_t *first, int32_t *list)
{
    for (int32_t e = 0; e < flow->n_edges; ++e)
        first[1 + (by_from ? flow->edges[e].from : flow->edges[e].to)] += 1;
    for (int32_t i = 0; i < flow->n_nodes; ++i)
        first[i + 1] += first[i];
    for (int32_t e = flow->n_edges - 1; e >= 0; --e) {
        const int32_t node = by_from ? flow->edges[e].from : flow->edges[e].to;
        list[--first[node + 1]] = e;
    }
    // Now first[i + 1] is where node i begins: move it to its place.
    for (int32_t i = 0; i < flow->n_nodes; ++i)
        first[i] = first[i + 1];
    first[flow->n_nodes] = flow->n_edges;
}

/// What the walk over the graph keeps per node.
typedef struct walk {
    int32_t *next;  // [n_nodes] edge to follow next
    int32_t *stack; // [n_nodes]
    char *state;    // [n_nodes] 0: new, 1: on the stack, 2: done
    int32_t n_left; // places of flow->order that are still free, filled from the end
} walk;

/// Depth first from `root`. An edge to a node on the stack closes a loop.
static void walk_from(takt_flow *flow, walk *w, int32_t root)
{
    int32_t depth = 0;
    if (w->state[root])
        return;
    w->stack[depth++] = root;
    w->state[root] = 1;
    while (depth > 0) {
        const int32_t node = w->stack[depth - 1];
        if (w->next[node] == flow->first_out[node + 1]) {
            w->state[node] = 2;
            flow->order[--w->n_left] = node;
            --depth;
            continue;
        }
        takt_flow_edge *edge = &flow->edges[flow->out[w->next[node]++]];
        edge->is_feedback = w->state[edge->to] == 1;
        if (w->state[edge->to] == 0) {
            w->state[edge->to] = 1;
            w->next[edge->to] = flow->first_out[edge->to];
            w->stack[depth++] = edge->to;
        }
    }
}

static takt_status cut_loops(takt_flow *flow, takt_arena *arena)
{
    const size_t n = (size_t)flow->n_nodes;
    walk w = {.next = takt_arena_alloc(arena, n * sizeof *w.next),
              .stack = takt_arena_alloc(arena, n * sizeof *w.stack),
              .state = takt_arena_alloc(arena, n),
              .n_left = flow->n_nodes};
    if (!w.next || !w.stack || !w.state)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    for (int32_t i = 0; i < flow->n_nodes; ++i)
        w.next[i] = flow->first_out[i];
    // From where things come in: what leads back to there is the loop's end, not its begin.
    for (int32_t i = 0; i < flow->n_sources; ++i)
        walk_from(flow, &w, takt_flow_source(flow, i));
    for (int32_t s = 0; s < flow->n_stations; ++s)
        if (flow->first_in[s] == flow->first_in[s + 1])
            walk_from(flow, &w, s);
    for (int32_t i = 0; i < flow->n_nodes; ++i)
        walk_from(flow, &w, i);
    return TAKT_OK;
}

takt_status takt_flow_build(const takt_factory *factory, takt_arena *arena, takt_flow *flow)
{
    *flow = (takt_flow){.factory = factory,
                        .n_stations = factory->stations.n_items,
                        .n_buffers = factory->buffers.n_items,
                        .n_sources = factory->sources.n_items};
    flow->n_nodes = flow->n_stations + flow->n_buffers + flow->n_sources + 2;
    int32_t n_edges = flow->n_sources;
    for (int32_t s = 0; s < flow->n_stations; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        n_edges += station->inputs.n_items + station->routes.n_items;
    }
    const size_t n = (size_t)flow->n_nodes, m = (size_t)n_edges + 1;
    flow->edges = takt_arena_alloc(arena, m * sizeof *flow->edges);
    flow->first_out = takt_arena_alloc(arena, (n + 1) * sizeof *flow->first_out);
    flow->first_in = takt_arena_alloc(arena, (n + 1) * sizeof *flow->first_in);
    flow->out = takt_arena_alloc(arena, m * sizeof *flow->out);
    flow->in = takt_arena_alloc(arena, m * sizeof *flow->in);
    flow->order = takt_arena_alloc(arena, n * sizeof *flow->order);
    flow->line = takt_arena_alloc(arena, n * sizeof *flow->line);
    if (!flow->edges || !flow->first_out || !flow->first_in || !flow->out || !flow->in ||
        !flow->order || !flow->line)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    add_edges(flow);
    group(flow, true, flow->first_out, flow->out);
    group(flow, false, flow->first_in, flow->in);
    return cut_loops(flow, arena);
}

enum { FROM_OUTSIDE = -1, SEVERAL = -2 };

/// The one line that everything comes from which reaches a station, FROM_OUTSIDE or SEVERAL.
static int32_t line_before(const takt_flow *flow, const int32_t *begin, int32_t station)
{
    int32_t found = FROM_OUTSIDE;
    for (int32_t i = flow->first_in[station]; i < flow->first_in[station + 1]; ++i) {
        const int32_t buffer = flow->edges[flow->in[i]].from;
        for (int32_t k = flow->first_in[buffer]; k < flow->first_in[buffer + 1]; ++k) {
            const takt_flow_edge *edge = &flow->edges[flow->in[k]];
            if (edge->is_feedback || edge->from >= flow->n_stations)
                continue;
            if (found != FROM_OUTSIDE && found != begin[edge->from])
                return SEVERAL;
            found = begin[edge->from];
        }
    }
    return found;
}

/// The line of a buffer: of those who fill it; where they are several or none, of who draws from
/// it.
static int32_t line_of_buffer(const takt_flow *flow, int32_t buffer)
{
    int32_t found = FROM_OUTSIDE;
    for (int32_t i = flow->first_in[buffer]; i < flow->first_in[buffer + 1]; ++i) {
        const takt_flow_edge *edge = &flow->edges[flow->in[i]];
        if (edge->is_feedback || edge->from >= flow->n_stations)
            continue;
        const int32_t line = flow->line[edge->from];
        found = found == FROM_OUTSIDE || found == line ? line : SEVERAL;
    }
    if (found >= 0)
        return found;
    const int32_t i = flow->first_out[buffer];
    return i < flow->first_out[buffer + 1] ? flow->line[flow->edges[flow->out[i]].to] : 0;
}

takt_status takt_flow_find_lines(takt_flow *flow, takt_arena *arena, takt_layout *layout)
{
    // Station that the line of each station begins with; numbers are given in the study's order.
    int32_t *begin = takt_arena_alloc(arena, ((size_t)flow->n_stations + 1) * sizeof *begin);
    if (!begin)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    for (int32_t i = 0; i < flow->n_nodes; ++i) {
        const int32_t s = flow->order[i];
        if (s >= flow->n_stations)
            continue;
        const int32_t before = line_before(flow, begin, s);
        begin[s] = before >= 0 ? before : s;
    }
    for (int32_t s = 0; s < flow->n_stations; ++s)
        if (begin[s] == s) {
            layout->line[s] = layout->n_lines;
            layout->line_first[layout->n_lines++] = s;
        }
    for (int32_t s = 0; s < flow->n_stations; ++s)
        flow->line[s] = layout->line[s] = layout->line[begin[s]];
    for (int32_t b = 0; b < flow->n_buffers; ++b)
        flow->line[takt_flow_buffer(flow, b)] = line_of_buffer(flow, takt_flow_buffer(flow, b));
    for (int32_t i = 0; i < flow->n_sources; ++i) {
        const int32_t source = takt_flow_source(flow, i);
        flow->line[source] = flow->line[flow->edges[flow->out[flow->first_out[source]]].to];
    }
    return TAKT_OK;
}

/// The layout lies in its own arena, whose handle stands behind it.
typedef struct layout_owner {
    takt_layout layout;
    takt_arena *arena;
} layout_owner;

static takt_status create_owner(const takt_factory *factory, takt_layout **layout)
{
    takt_arena *arena = NULL;
    *layout = NULL;
    TAKT_TRY(takt_arena_create(&arena));
    layout_owner *owner = takt_arena_alloc(arena, sizeof *owner);
    if (!owner) {
        takt_arena_destroy(&arena);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    }
    owner->arena = arena;
    takt_layout *l = *layout = &owner->layout;
    l->n_stations = factory->stations.n_items;
    l->n_buffers = factory->buffers.n_items;
    l->n_sources = factory->sources.n_items;
    const size_t n_stations = (size_t)l->n_stations + 1;
    l->line = takt_arena_alloc(arena, n_stations * sizeof *l->line);
    l->line_first = takt_arena_alloc(arena, n_stations * sizeof *l->line_first);
    l->stations = takt_arena_alloc(arena, n_stations * sizeof *l->stations);
    l->buffers = takt_arena_alloc(arena, ((size_t)l->n_buffers + 1) * sizeof *l->buffers);
    l->sources = takt_arena_alloc(arena, ((size_t)l->n_sources + 1) * sizeof *l->sources);
    if (l->line && l->line_first && l->stations && l->buffers && l->sources)
        return TAKT_OK;
    takt_layout_destroy(layout);
    return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
}

/// Moves the points so that the plan begins at 0, 0; an exit that nothing leads to has none.
static void take_points(const takt_flow *flow, const takt_layout_point *points, takt_layout *l)
{
    const int32_t n = flow->n_nodes;
    l->has_out = flow->first_in[n - 2] < flow->first_in[n - 1];
    l->has_scrap = flow->first_in[n - 1] < flow->first_in[n];
    takt_layout_point low = points[0], high = points[0];
    for (int32_t i = 0; i < n; ++i) {
        if ((i == n - 2 && !l->has_out) || (i == n - 1 && !l->has_scrap))
            continue;
        low.x = points[i].x < low.x ? points[i].x : low.x;
        low.y = points[i].y < low.y ? points[i].y : low.y;
        high.x = points[i].x > high.x ? points[i].x : high.x;
        high.y = points[i].y > high.y ? points[i].y : high.y;
    }
#define POINT(i) ((takt_layout_point){points[i].x - low.x, points[i].y - low.y})
    for (int32_t s = 0; s < l->n_stations; ++s)
        l->stations[s] = POINT(s);
    for (int32_t b = 0; b < l->n_buffers; ++b)
        l->buffers[b] = POINT(takt_flow_buffer(flow, b));
    for (int32_t i = 0; i < l->n_sources; ++i)
        l->sources[i] = POINT(takt_flow_source(flow, i));
    l->out = l->has_out ? POINT(n - 2) : (takt_layout_point){0};
    l->scrap = l->has_scrap ? POINT(n - 1) : (takt_layout_point){0};
#undef POINT
    l->width = high.x - low.x;
    l->height = high.y - low.y;
}

static takt_status lay_out(const takt_factory *factory, takt_arena *arena, takt_layout *layout)
{
    takt_flow flow;
    TAKT_TRY(takt_flow_build(factory, arena, &flow));
    TAKT_TRY(takt_flow_find_lines(&flow, arena, layout));
    takt_layout_point *points = takt_arena_alloc(arena, (size_t)flow.n_nodes * sizeof *points);
    if (!points)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    TAKT_TRY(takt_layout_by_position(&flow, arena, points, &layout->is_positioned));
    if (!layout->is_positioned)
        TAKT_TRY(takt_layout_in_layers(&flow, layout, arena, points));
    take_points(&flow, points, layout);
    return TAKT_OK;
}

takt_status takt_layout_create(const takt_factory *factory, takt_layout **layout)
{
    takt_status status = TAKT_OK;
    takt_arena *scratch = NULL;
    TAKT_TRY(create_owner(factory, layout));
    TAKT_TRY_GOTO(takt_arena_create(&scratch), done);
    TAKT_TRY_GOTO(lay_out(factory, scratch, *layout), done);
done:
    takt_arena_destroy(&scratch);
    if (status != TAKT_OK)
        takt_layout_destroy(layout);
    return status;
}

void takt_layout_destroy(takt_layout **layout)
{
    if (!*layout)
        return;
    takt_arena *arena = ((layout_owner *)*layout)->arena; // the layout is its owner's first member
    takt_arena_destroy(&arena);
    *layout = NULL;
}
