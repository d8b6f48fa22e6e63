/// A look into a replication for people who show it: what each machine does and since when, what
/// lies in each buffer, which items are where, what has come out so far. Nothing is changed and
/// nothing allocated; a look costs as much as what it looks at.
///
///     while (takt_replication_next(r) <= end) {
///         TAKT_TRY(takt_replication_advance(r, takt_replication_next(r)));
///         const takt_machine_look machine = takt_look_machine(r, 0);
///     }
#ifndef TAKT_SIM_LOOK_H
#define TAKT_SIM_LOOK_H

#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_machine_look {
    takt_machine_state state;
    int32_t station;
    int32_t stop;     // planned stop that runs or is inspected for, index; -1: none
    int32_t failure;  // the same for what is not repaired yet: failures, then those of wears
    int32_t n_items;  // in the job in hand, or finished and waiting to leave
    double since_s;   // begin of the state or of the job; not before the measurement's
    double done;      // share of the job in hand, 1: finished; 0 without items
    double wear;      // largest age / interval of its planned stops, 0 without stops; 1: due
    bool is_resuming; // an interrupted job is in hand
} takt_machine_look;

typedef struct takt_buffer_look {
    int32_t n_items;
    double quantity;
    double level; // what the capacity counts: items or quantity
} takt_buffer_look;

/// An item in the plant. Exactly one of machine and buffer is not -1.
typedef struct takt_item_look {
    uint32_t number; // of all items of this replication, from 0; no other has it
    int32_t machine; // in work, finished, or mounted and partly used
    int32_t buffer;
    double born_s; // of its oldest part
    double quantity;
    double value;        // materials in it, currency
    double energy_kWh;   // spent on it
    const double *state; // [plan->n_state], until the replication goes on; named by the process
} takt_item_look;

/// Machine time of a station so far, since the measurement began.
typedef struct takt_station_look {
    double time_s[TAKT_MACHINE_STATE_COUNT]; // summed over its machines, to this moment
    double scrapped;                         // quantity that it has sent to scrap
} takt_station_look;

/// Sums since the measurement began (since time 0 before).
typedef struct takt_totals_look {
    double good, gross, scrapped; // scrapped: whole items and stretches, without causes of a model
    double cost;                  // currency: the cost per good unit is cost / good
    double energy_kWh;
    double flow_s; // mean time in the plant of the items that left, 0: none
    int64_t n_left, n_arrived, n_turned_away;
    int32_t n_in_plant;
} takt_totals_look;

/// The plan that the replication follows.
TAKT_API const takt_plan *takt_look_plan(const takt_replication *replication);

TAKT_API takt_machine_look takt_look_machine(const takt_replication *replication, int32_t machine);
TAKT_API takt_buffer_look takt_look_buffer(const takt_replication *replication, int32_t buffer);
TAKT_API takt_station_look takt_look_station(const takt_replication *replication, int32_t station);
TAKT_API takt_totals_look takt_look_totals(const takt_replication *replication);

/// What a stop's meter of a machine says, in the unit of its interval: hours (clock, working),
/// items or quantity.
TAKT_API double takt_look_age(const takt_replication *replication, int32_t machine, int32_t stop);

/// The items in the plant: those of the machines in the machines' order, then those of the buffers
/// from the oldest on (in no order where rules choose among them). Fills at most `max` of `items`;
/// returns how many there are.
TAKT_API int32_t takt_look_items(const takt_replication *replication, takt_item_look *items,
                                 int32_t max);

/// The same for one machine, and for one buffer.
TAKT_API int32_t takt_look_machine_items(const takt_replication *replication, int32_t machine,
                                         takt_item_look *items, int32_t max);
TAKT_API int32_t takt_look_buffer_items(const takt_replication *replication, int32_t buffer,
                                        takt_item_look *items, int32_t max);

TAKT_EXTERN_C_END

#endif
