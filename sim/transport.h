/// Ways that take time: conveyors (buffers that items travel through) and transporters (vehicles
/// that carry finished items from a station to a buffer). The keys as they are written, and the
/// flat tables that the engine reads. docs/transport.md says how they behave.
#ifndef TAKT_SIM_TRANSPORT_H
#define TAKT_SIM_TRANSPORT_H

#include "core/schema.h"
#include "core/time.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

/// A belt or a roller track: its places follow from its length.
typedef struct takt_conveyor {
    double length_m; // 0: the straight line from the station before it to the one behind it
    double speed_m_s;
    double item_length_m; // nearer than this no item follows another
    bool accumulating;    // items close up behind one that waits; else the whole belt stops
} takt_conveyor;

/// Which of the waiting items a free vehicle fetches.
typedef enum takt_fleet_rule {
    TAKT_FLEET_FIRST_COME,
    TAKT_FLEET_NEAREST,
    TAKT_FLEET_RULE_COUNT
} takt_fleet_rule;

typedef enum takt_metric {
    TAKT_METRIC_RECTILINEAR, // along x, then along y
    TAKT_METRIC_STRAIGHT,
    TAKT_METRIC_COUNT
} takt_metric;

/// A fleet of like vehicles.
typedef struct takt_transporter {
    const char *name;
    int32_t n_vehicles;
    double speed_m_s;
    int32_t capacity;        // items at once
    double load_s, unload_s; // each item
    int32_t rule;            // takt_fleet_rule
    int32_t metric;          // takt_metric
    takt_list home_m;     // double [2]: where they stand at the start; empty: at the first station
                          // that they serve
    const char *calendar; // when they drive; NULL: always. A trip begun is finished
    double energy_kWh_per_m;
    double vehicle_cost;    // currency per vehicle and year
    int32_t calendar_index; // resolved, -1: none
} takt_transporter;

extern TAKT_API const takt_schema takt_conveyor_schema;
extern TAKT_API const takt_schema takt_transporter_schema;

struct takt_factory;
struct takt_plan;

/// Length of the conveyor that buffer `index` is, 0: it is none, or the places of the stations at
/// its ends are not known.
TAKT_API double takt_conveyor_length_m(const struct takt_factory *factory, int32_t buffer);

/// Items that a conveyor holds, closed up from end to end.
TAKT_API double takt_conveyor_places(const struct takt_factory *factory, int32_t buffer);

/// Metres between two points [2].
TAKT_API double takt_metric_distance(int32_t metric, const double *from, const double *to);

/// Where the vehicles of a route (`station`, its route number `route`) fetch and bring its items.
TAKT_API void takt_lane_ends(const struct takt_factory *factory, int32_t station, int32_t route,
                             double from[2], double to[2]);

/// Names to indices and all that single fields cannot say; stations and buffers are resolved.
/// Local. TAKT_ERR_INPUT with the problem.
TAKT_API takt_status takt_transport_resolve(struct takt_factory *factory, takt_problem *problem);

// --- Tables of the plan --------------------------------------------------------------------------

typedef struct takt_plan_conveyor {
    int32_t buffer;
    int32_t accumulates; // bool
    takt_tick transit;   // from one end to the other
    takt_tick pitch;     // over the length of one item; 0: a way without length
} takt_plan_conveyor;

/// A route that vehicles serve. Lanes of a station stand together.
typedef struct takt_plan_lane {
    int32_t station, buffer, fleet; // buffer: as of a route, also out and scrap
    double from[2], to[2];          // m
} takt_plan_lane;

typedef struct takt_plan_fleet {
    int32_t first_vehicle, n_vehicles;
    int32_t capacity, rule, metric;
    double home[2];
    double speed_m_s, energy_kWh_per_m;
    takt_tick load, unload;
} takt_plan_fleet;

typedef struct takt_plan_transport {
    int32_t n_conveyors, n_fleets, n_lanes, n_vehicles;
    takt_plan_conveyor *conveyors;
    takt_plan_fleet *fleets;
    takt_plan_lane *lanes;
    int32_t *carriers; // [n_lanes] fleets that bring items, grouped by buffer
} takt_plan_transport;

/// Counts what the factory has of them; takt_plan_create makes room with takt_plan_transport_room,
/// takt_plan_fill fills the tables. Internal to sim/plan.c.
void takt_plan_transport_count(struct takt_plan *plan, const struct takt_factory *factory);
bool takt_plan_transport_room(struct takt_plan *plan, takt_arena *arena);
void takt_plan_transport_fill(struct takt_plan *plan, const struct takt_factory *factory);

TAKT_EXTERN_C_END

#endif
