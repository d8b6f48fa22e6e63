// The plan of a factory whose stations have no places: layers from left to right, a lane per line.

#include "viz/layout_internal.h"

#include <math.h>
#include <stdlib.h>

enum { N_SWEEPS = 6 };

/// A lane: the layers that a line reaches over, and where it lies.
typedef struct lane {
    int32_t first_layer, last_layer;
    double rows;   // most things in one layer
    double centre; // y
    bool is_placed;
} lane;

/// A thing of the plan while it is ordered.
typedef struct thing {
    int32_t node, layer, line;
    double pull; // mean y of what it is connected to
} thing;

typedef struct layers {
    const takt_flow *flow;
    takt_layout_point *points;
    int32_t *layer; // [n_nodes]
    lane *lanes;    // [n_lines]
    int32_t n_lines;
    thing *things; // [n_nodes - 2] sorted by layer, line, pull
    int32_t n_things;
} layers;

/// Longest path from the left. Sources stand just before what they fill, exits behind everything.
static void find_layers(layers *l)
{
    const takt_flow *flow = l->flow;
    const int32_t first_source = takt_flow_source(flow, 0);
    int32_t last = 0;
    for (int32_t k = 0; k < flow->n_nodes; ++k) {
        const int32_t node = flow->order[k];
        for (int32_t i = flow->first_out[node]; i < flow->first_out[node + 1]; ++i) {
            const takt_flow_edge *edge = &flow->edges[flow->out[i]];
            if (!edge->is_feedback && l->layer[edge->to] <= l->layer[node])
                l->layer[edge->to] = l->layer[node] + 1;
        }
    }
    for (int32_t i = 0; i < l->n_things; ++i) {
        if (i >= first_source)
            l->layer[i] = l->layer[flow->edges[flow->out[flow->first_out[i]]].to] - 1;
        last = l->layer[i] > last ? l->layer[i] : last;
    }
    l->layer[flow->n_nodes - 2] = l->layer[flow->n_nodes - 1] = last + 1;
}

static int compare_things(const void *a_, const void *b_)
{
    const thing *a = a_, *b = b_;
    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->pull != b->pull)
        return a->pull < b->pull ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

/// Number of things in the layer and lane of things[i], from i on.
static int32_t count_cell(const layers *l, int32_t i)
{
    int32_t n = 1;
    while (i + n < l->n_things && l->things[i + n].layer == l->things[i].layer &&
           l->things[i + n].line == l->things[i].line)
        ++n;
    return n;
}

static void size_lanes(layers *l)
{
    for (int32_t i = 0, n; i < l->n_things; i += n) {
        n = count_cell(l, i);
        lane *its = &l->lanes[l->things[i].line];
        const int32_t layer = l->things[i].layer;
        its->first_layer = its->rows > 0 ? its->first_layer : layer; // layers ascend
        its->last_layer = layer;
        its->rows = n > its->rows ? n : its->rows;
    }
}

/// Places of a lane's centre that another lane takes.
typedef struct taken {
    double from, to;
} taken;

static int compare_taken(const void *a_, const void *b_)
{
    const taken *a = a_, *b = b_;
    return a->from < b->from ? -1 : a->from > b->from;
}

/// The free place nearest to `wanted`; only downwards where `down`.
static double free_centre(const layers *l, const lane *mine, double wanted, bool down, taken *list)
{
    int32_t n = 0;
    for (int32_t k = 0; k < l->n_lines; ++k) {
        const lane *other = &l->lanes[k];
        const double apart = (other->rows + mine->rows) / 2;
        if (other->is_placed && other->first_layer <= mine->last_layer &&
            mine->first_layer <= other->last_layer)
            list[n++] = (taken){other->centre - apart, other->centre + apart};
    }
    qsort(list, (size_t)n, sizeof *list, compare_taken);
    for (int32_t i = 0; i < n;) {
        double from = list[i].from, to = list[i].to;
        for (++i; i < n && list[i].from < to; ++i)
            to = list[i].to > to ? list[i].to : to;
        if (wanted > from && wanted < to)
            return down || to - wanted <= wanted - from ? to : from;
    }
    return wanted;
}

/// Mean height of the lines whose stations fill what a station draws from. False: there are none.
static bool feeders_centre(const layers *l, int32_t station, double *centre)
{
    const takt_flow *flow = l->flow;
    double sum = 0;
    int32_t n = 0;
    for (int32_t i = flow->first_in[station]; i < flow->first_in[station + 1]; ++i) {
        const int32_t buffer = flow->edges[flow->in[i]].from;
        for (int32_t k = flow->first_in[buffer]; k < flow->first_in[buffer + 1]; ++k) {
            const takt_flow_edge *edge = &flow->edges[flow->in[k]];
            if (edge->is_feedback || edge->from >= flow->n_stations)
                continue;
            sum += l->lanes[flow->line[edge->from]].centre;
            ++n;
        }
    }
    *centre = n ? sum / n : 0;
    return n > 0;
}

/// Lines that begin outside lie below each other; one that joins others lies between them.
static takt_status place_lanes(layers *l, const takt_layout *layout, takt_arena *arena)
{
    taken *list = takt_arena_alloc(arena, ((size_t)l->n_lines + 1) * sizeof *list);
    double wanted;
    if (!list)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    for (int32_t line = 0; line < l->n_lines; ++line) {
        lane *mine = &l->lanes[line];
        if (feeders_centre(l, layout->line_first[line], &wanted))
            continue;
        mine->centre = free_centre(l, mine, 0, true, list);
        mine->is_placed = true;
    }
    for (int32_t k = 0; k < l->flow->n_nodes; ++k) { // those that are joined come before
        const int32_t s = l->flow->order[k];
        if (s >= l->flow->n_stations || layout->line_first[layout->line[s]] != s)
            continue;
        lane *mine = &l->lanes[layout->line[s]];
        if (mine->is_placed || !feeders_centre(l, s, &wanted))
            continue;
        mine->centre = free_centre(l, mine, wanted, false, list);
        mine->is_placed = true;
    }
    return TAKT_OK;
}

/// Spreads the things of each layer and lane around the lane's centre, in their present order.
static void place_things(layers *l)
{
    for (int32_t i = 0, n; i < l->n_things; i += n) {
        n = count_cell(l, i);
        const lane *its = &l->lanes[l->things[i].line];
        for (int32_t k = 0; k < n; ++k)
            l->points[l->things[i + k].node] =
                (takt_layout_point){l->things[i].layer, its->centre + k - 0.5 * (n - 1)};
    }
}

/// Mean height of what lies before (or behind) a thing; its own where nothing does.
static double pull_of(const layers *l, int32_t node, bool before)
{
    const takt_flow *flow = l->flow;
    const int32_t *first = before ? flow->first_in : flow->first_out;
    const int32_t *list = before ? flow->in : flow->out;
    double sum = 0;
    int32_t n = 0;
    for (int32_t i = first[node]; i < first[node + 1]; ++i) {
        const takt_flow_edge *edge = &flow->edges[list[i]];
        const int32_t other = before ? edge->from : edge->to;
        if (edge->is_feedback || takt_flow_is_exit(flow, other))
            continue;
        sum += l->points[other].y;
        ++n;
    }
    return n ? sum / n : l->points[node].y;
}

/// Sweeps to the right and to the left: things follow the mean of their neighbours.
static void order_things(layers *l)
{
    place_things(l);
    for (int sweep = 0; sweep < N_SWEEPS; ++sweep) {
        for (int32_t i = 0; i < l->n_things; ++i)
            l->things[i].pull = pull_of(l, l->things[i].node, sweep % 2 == 0);
        qsort(l->things, (size_t)l->n_things, sizeof *l->things, compare_things);
        place_things(l);
    }
}

static void place_exits(layers *l)
{
    const int32_t out = l->flow->n_nodes - 2, scrap = out + 1;
    for (int32_t node = out; node <= scrap; ++node)
        l->points[node] =
            (takt_layout_point){l->layer[node], round(2 * pull_of(l, node, true)) / 2};
    if (fabs(l->points[scrap].y - l->points[out].y) < 1)
        l->points[scrap].y = l->points[out].y + 1;
}

takt_status takt_layout_in_layers(const takt_flow *flow, const takt_layout *layout,
                                  takt_arena *arena, takt_layout_point *points)
{
    const size_t n = (size_t)flow->n_nodes;
    layers l = {.flow = flow,
                .points = points,
                .layer = takt_arena_alloc(arena, n * sizeof *l.layer),
                .lanes = takt_arena_alloc(arena, ((size_t)layout->n_lines + 1) * sizeof *l.lanes),
                .n_lines = layout->n_lines,
                .things = takt_arena_alloc(arena, n * sizeof *l.things),
                .n_things = flow->n_nodes - 2};
    if (!l.layer || !l.lanes || !l.things)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    find_layers(&l);
    for (int32_t i = 0; i < l.n_things; ++i)
        l.things[i] = (thing){.node = i, .layer = l.layer[i], .line = flow->line[i]};
    qsort(l.things, (size_t)l.n_things, sizeof *l.things, compare_things);
    size_lanes(&l);
    TAKT_TRY(place_lanes(&l, layout, arena));
    order_things(&l);
    place_exits(&l);
    return TAKT_OK;
}
