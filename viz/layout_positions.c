// The plan of a factory whose stations have places: everything else is put between and around them.

#include "viz/layout_internal.h"

#include <math.h>

/// Spots that are taken, as cells of a grid in a hash table: two things never share a cell.
typedef struct spots {
    double cell;
    uint64_t *keys; // 0: empty
    size_t n_slots; // a power of two
} spots;

static uint64_t key_of(const spots *s, takt_layout_point p)
{
    const uint64_t x = (uint64_t)(int64_t)llround(p.x / s->cell);
    const uint64_t y = (uint64_t)(int64_t)llround(p.y / s->cell);
    const uint64_t key = (x * 0x9E3779B97F4A7C15u) ^ (y * 0xC2B2AE3D27D4EB4Fu + (x >> 7));
    return key ? key : 1;
}

/// False where the spot is taken already.
static bool take_spot(spots *s, takt_layout_point p)
{
    const uint64_t key = key_of(s, p);
    size_t i = (size_t)(key ^ (key >> 32)) & (s->n_slots - 1);
    for (; s->keys[i]; i = (i + 1) & (s->n_slots - 1))
        if (s->keys[i] == key)
            return false;
    s->keys[i] = key;
    return true;
}

/// The nearest free spot at or below the wanted one.
static takt_layout_point place(spots *s, takt_layout_point wanted)
{
    while (!take_spot(s, wanted))
        wanted.y += s->cell;
    return wanted;
}

static bool read_places(const takt_flow *flow, takt_layout_point *points)
{
    for (int32_t i = 0; i < flow->n_stations; ++i) {
        const takt_list *position =
            &TAKT_ITEM(takt_station, flow->factory->stations, i)->position_m;
        if (position->n_items != 2)
            return false;
        points[i] =
            (takt_layout_point){*TAKT_ITEM(double, *position, 0), *TAKT_ITEM(double, *position, 1)};
    }
    return true;
}

/// The distance of the two nearest stations: the scale of the plan. 0: two stand on one spot.
static double nearest(const takt_flow *flow, const takt_layout_point *points)
{
    double least = INFINITY;
    for (int32_t i = 0; i < flow->n_stations; ++i)
        for (int32_t k = 0; k < i; ++k) {
            const double dx = points[i].x - points[k].x, dy = points[i].y - points[k].y;
            least = fmin(least, dx * dx + dy * dy);
        }
    return isinf(least) ? 10 : sqrt(least);
}

/// Mean place of the stations on one side of a node. False: there are none.
static bool mean_of(const takt_flow *flow, const takt_layout_point *points, int32_t node,
                    bool before, takt_layout_point *mean)
{
    const int32_t *first = before ? flow->first_in : flow->first_out;
    const int32_t *list = before ? flow->in : flow->out;
    takt_layout_point sum = {0};
    int32_t n = 0;
    for (int32_t i = first[node]; i < first[node + 1]; ++i) {
        const takt_flow_edge *edge = &flow->edges[list[i]];
        const int32_t other = before ? edge->from : edge->to;
        if (other >= flow->n_stations)
            continue;
        sum.x += points[other].x;
        sum.y += points[other].y;
        ++n;
    }
    if (n)
        *mean = (takt_layout_point){sum.x / n, sum.y / n};
    return n > 0;
}

/// Between those who fill it and those who draw from it, or beside the only ones there are.
static takt_layout_point buffer_spot(const takt_flow *flow, const takt_layout_point *points,
                                     int32_t node, double scale)
{
    takt_layout_point from = {0}, to = {0};
    const bool is_filled = mean_of(flow, points, node, true, &from);
    const bool is_drawn = mean_of(flow, points, node, false, &to);
    if (is_filled && is_drawn)
        return (takt_layout_point){(from.x + to.x) / 2, (from.y + to.y) / 2};
    return is_filled ? (takt_layout_point){from.x + scale / 2, from.y}
                     : (takt_layout_point){to.x - scale / 2, to.y};
}

takt_status takt_layout_by_position(const takt_flow *flow, takt_arena *arena,
                                    takt_layout_point *points, bool *is_positioned)
{
    const double scale = read_places(flow, points) ? nearest(flow, points) : 0;
    double right = -INFINITY;
    *is_positioned = scale > 0;
    if (!*is_positioned)
        return TAKT_OK;
    spots s = {.cell = scale / 4, .n_slots = 64};
    while (s.n_slots < 2 * (size_t)flow->n_nodes)
        s.n_slots *= 2;
    s.keys = takt_arena_alloc(arena, s.n_slots * sizeof *s.keys);
    if (!s.keys)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the floor plan");
    for (int32_t i = 0; i < flow->n_stations; ++i) {
        (void)take_spot(&s, points[i]);
        right = fmax(right, points[i].x);
    }
    for (int32_t b = 0; b < flow->n_buffers; ++b) {
        const int32_t node = takt_flow_buffer(flow, b);
        points[node] = place(&s, buffer_spot(flow, points, node, scale));
    }
    for (int32_t i = 0; i < flow->n_sources; ++i) {
        const int32_t node = takt_flow_source(flow, i);
        const takt_layout_point to = points[flow->edges[flow->out[flow->first_out[node]]].to];
        points[node] = place(&s, (takt_layout_point){to.x - scale / 2, to.y});
    }
    for (int32_t node = flow->n_nodes - 2; node < flow->n_nodes; ++node) {
        takt_layout_point from = points[0];
        (void)mean_of(flow, points, node, true, &from);
        points[node] = place(&s, (takt_layout_point){right + scale, from.y});
    }
    return TAKT_OK;
}
