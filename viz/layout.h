/// Where things stand on the floor plan, and which production line each station belongs to.
///
/// Where every station has its `position_m`, that is where it stands, and buffers lie between the
/// stations they connect. Otherwise the plan is drawn as a flow from left to right, in layers by
/// the longest path (Sugiyama, Tagawa, Toda 1981): loops of rework are cut, each line has a lane,
/// and barycentres order what lies in one lane and layer.
#ifndef TAKT_VIZ_LAYOUT_H
#define TAKT_VIZ_LAYOUT_H

#include "sim/factory.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_layout_point {
    double x, y;
} takt_layout_point;

/// Positions of a factory; no two things lie on one spot.
typedef struct takt_layout {
    bool is_positioned;   // x and y are m, else grid steps
    double width, height; // all points lie in 0 .. width, 0 .. height
    int32_t n_stations, n_buffers, n_sources, n_lines;
    takt_layout_point *stations, *buffers, *sources;
    bool has_out, has_scrap; // is there a route that leads there?
    takt_layout_point out, scrap;
    int32_t *line;       // [n_stations] line that the station belongs to
    int32_t *line_first; // [n_lines] station that the line begins with and is named after
} takt_layout;

/// Lays a resolved factory out; the caller destroys. The same factory always gives the same plan.
/// A station without inputs, or fed only from outside, begins a line; one whose inputs all come
/// from one line belongs to it; one that joins several lines begins a new one. Local.
TAKT_API takt_status takt_layout_create(const takt_factory *factory, takt_layout **layout);
TAKT_API void takt_layout_destroy(takt_layout **layout);

TAKT_EXTERN_C_END

#endif
