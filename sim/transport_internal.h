/// Conveyors and vehicles in the state block, and what the rest of the engine asks of them.
#ifndef TAKT_SIM_TRANSPORT_INTERNAL_H
#define TAKT_SIM_TRANSPORT_INTERNAL_H

#include "sim/replication.h"

/// A conveyor. Its buffer lists the items that stand at the end and can be taken; those that move
/// are listed here, and each keeps a place in the buffer. Where items accumulate, taking some sets
/// the row behind them in motion: it moves up, and is there again all at once.
typedef struct takt_belt {
    int32_t first, last, n;  // items that move, the one nearest to the end first
    int32_t row_last, n_row; // the first of them that move up together
    int32_t n_taken;         // since the row last moved up
    double row_quantity;
    takt_tick row_ready;     // when the place at the end is filled again, at the earliest
    takt_tick entry_free;    // accumulating: moment; else time of the belt
    takt_tick stood;         // how long the belt has stood still, without the present stop
    takt_tick stopped_since; // TAKT_TICK_NEVER: it runs
    takt_tick since;         // of the items on it, for their mean number
} takt_belt;

typedef enum takt_vehicle_state {
    TAKT_VEHICLE_IDLE,
    TAKT_VEHICLE_EMPTY, // on its way to an item
    TAKT_VEHICLE_LOADING,
    TAKT_VEHICLE_LOADED, // on its way with items
    TAKT_VEHICLE_UNLOADING,
    TAKT_VEHICLE_STATE_COUNT
} takt_vehicle_state;

typedef struct takt_vehicle {
    takt_tick since; // in the present state
    int32_t fleet;
    int32_t state;   // takt_vehicle_state
    int32_t place;   // 2 x lane: where it begins, 2 x lane + 1: where it ends, TAKT_NONE: home
    int32_t lane;    // of the trip
    int32_t machine; // whose item it fetches or loads
    int32_t first, last, n_items;
    int32_t next_idle, previous_idle;
} takt_vehicle;

typedef struct takt_fleet_state {
    takt_tick time[TAKT_VEHICLE_STATE_COUNT]; // summed over vehicles
    int64_t n_carried;                        // items set down
    int32_t first_idle, last_idle;            // vehicles; the longest idle first
    int32_t first_lane, last_lane;            // at which items wait
    int32_t is_marked;                        // in the agenda
    int32_t is_off;                           // bool: not their time
} takt_fleet_state;

typedef struct takt_lane_state {
    int32_t first, last;    // machines with an item that waits to be fetched
    int32_t next, previous; // of the fleet's lanes at which items wait
} takt_lane_state;

/// A machine's wait for a vehicle.
typedef struct takt_call {
    int64_t number; // of all calls: who waits longest
    int32_t next;
} takt_call;

// sim/conveyors.c
void takt_conveyors_begin(takt_replication *r);
bool takt_conveyor_can_enter(const takt_replication *r, int32_t conveyor);
void takt_conveyor_enter(takt_replication *r, int32_t conveyor, int32_t item);
void takt_conveyor_await_entry(takt_replication *r, int32_t conveyor);
void takt_conveyor_taken(takt_replication *r, int32_t conveyor);
void takt_conveyor_close_up(takt_replication *r, int32_t buffer);
void takt_conveyors_close_up(takt_replication *r, int32_t station);
void takt_conveyor_happen(takt_replication *r, int32_t slot);
void takt_conveyors_flush(takt_replication *r);

// sim/transporters.c
void takt_transporters_begin(takt_replication *r);
bool takt_transporters_call(takt_replication *r, int32_t machine);
bool takt_transporters_have_call(const takt_replication *r, int32_t machine);
void takt_transporters_offer(takt_replication *r, int32_t buffer);
void takt_transporters_settle(takt_replication *r);
void takt_transporters_change_shift(takt_replication *r, int32_t fleet, bool is_on);
void takt_vehicle_happen(takt_replication *r, int32_t vehicle);
void takt_transporters_flush(takt_replication *r);

// sim/transport_consistency.c: NULL, or a sentence about the first breach.
const char *takt_belt_breach(const takt_replication *r, int32_t conveyor);
const char *takt_transporters_breach(const takt_replication *r);

#endif
