/// The state block of a replication. Fixed head, then arrays whose places follow from the plan's
/// counts. Everything is an index or an offset; the block can be copied, written to a file or sent
/// to another rank as it is.
#ifndef TAKT_SIM_STATE_INTERNAL_H
#define TAKT_SIM_STATE_INTERNAL_H

#include "sim/draws_internal.h"
#include "sim/event_internal.h"
#include "sim/replication.h"

enum { TAKT_NONE = -1 };

/// Membership in the list of active machines; NOTED: it has ceased at the present tick.
enum { TAKT_ACTIVE = 1, TAKT_ACTIVE_NOTED = 2 };

/// The number of an item; the bit above it is set by sim/consistency.c while it counts, else 0.
#define TAKT_ITEM_NUMBER 0x7FFFFFFFu
#define TAKT_ITEM_SEEN 0x80000000u

typedef struct takt_item {
    int32_t next;    // in a buffer or on a machine; in the list of free items
    uint32_t number; // of all items of this replication, TAKT_ITEM_NUMBER; its place may be reused
    takt_tick born;  // oldest part of it
    double quantity;
    double value;
    double energy_kWh;
} takt_item;

typedef struct takt_machine {
    takt_tick since;     // in the present state
    takt_tick work_end;  // when the job in hand will be done
    takt_tick work_left; // of an interrupted job
    takt_tick work;      // whole length of the job in hand
    takt_tick up_left;   // until the next failure, where no event is pending for it
    double job_loss;     // quantity lost by the job in hand
    double next_loss;    // quantity that a stop takes from the next job
    double use;          // what the job advances quantity meters by
    int32_t station;
    int32_t item; // first of the items on the machine
    int32_t n_items;
    int32_t route; // of the first item, once it is finished
    int32_t next_idle, previous_idle;
    int32_t next_active, previous_active;
    int32_t next_repair;
    int32_t stop; // planned stop that runs
    uint8_t state;
    uint8_t finished;   // the items wait to leave
    uint8_t has_job;    // a job is in hand, also while interrupted
    uint8_t is_idle;    // in the station's list of idle machines
    uint8_t is_active;  // 0, TAKT_ACTIVE or TAKT_ACTIVE_NOTED
    uint8_t is_blocked; // in the list of a full buffer
} takt_machine;

typedef struct takt_station_state {
    int32_t first_idle, last_idle;
    takt_tick time[TAKT_MACHINE_STATE_COUNT]; // summed over machines
    takt_tick bottleneck_time;
    double scrapped; // items sent to scrap by this station
} takt_station_state;

typedef struct takt_buffer_state {
    int32_t first, last; // items
    int32_t n_items;
    int32_t first_blocked, last_blocked; // machines, or n_machines + source
    int32_t is_dirty;                    // in the agenda
    double quantity;
    takt_tick since;
    double level_time; // items x ticks
} takt_buffer_state;

typedef struct takt_crew_state {
    int32_t n_free;
    int32_t first, last; // machines that wait for repair
} takt_crew_state;

typedef struct takt_state_head {
    uint32_t replication;
    uint32_t n_items_made; // modulo 2^32
    takt_tick now;
    takt_tick measured_since;
    int64_t n_events;
    takt_event_queue queue;
    // items
    int32_t n_items_used, first_free_item, n_in_plant;
    // the agenda: buffers whose level or waiting machines have changed
    int32_t n_agenda;
    // active machines by the time they became active; those that ceased at this tick
    int32_t first_active, last_active, n_ceased;
    int32_t bottleneck;
    int32_t failed; // bool: max_items was reached
    takt_tick bottleneck_since;
    // totals since measured_since
    takt_tick plant_since;
    double plant_time;                 // items x ticks
    double value_in_plant, value_time; // currency, currency x ticks
    int64_t n_left, n_arrived, n_turned_away;
    double sojourn;       // ticks, summed over items that left
    double ages_at_start; // ticks, summed over the items in the plant at measured_since
    double material_cost, stop_cost, item_energy_kWh;
    double good, gross, scrapped;
} takt_state_head;

/// Typed views into one block; rebuilt when the block moves.
typedef struct takt_state_view {
    takt_state_head *head;
    takt_event_node *nodes;
    uint64_t *slot_word; // [n_slots]
    takt_machine *machines;
    takt_station_state *stations;
    takt_buffer_state *buffers;
    takt_crew_state *crews;
    int64_t *draws;        // [n_streams] next draw of each stream
    double *meters;        // [n_meters] ticks, items or quantity since each stop
    int32_t *mounted;      // [n_mounted] partly used items on machines
    int32_t *next_blocked; // [n_machines + n_sources]
    int32_t *source_item;  // [n_sources] item that waits for a place
    int32_t *agenda;       // [n_buffers]
    int32_t *ceased;       // [n_machines]
    double *losses;        // [n_causes]
    takt_item *items;      // [max_items]
    double *item_state;    // [max_items][n_state]
} takt_state_view;

/// Streams of draws, in this order: sources (arrival), stations (service, route), machines (up,
/// repair, stop).
typedef struct takt_draw_cache {
    int64_t first; // -1: nothing cached
    takt_stream stream;
    int32_t kind;
    double values[TAKT_DRAWS_CACHED];
} takt_draw_cache;

struct takt_replication {
    const takt_plan *plan;
    takt_replication_listener listener;
    char *block;
    size_t n_bytes, n_bytes_allocated;
    takt_state_view view;
    takt_draw_cache *caches;
    int32_t n_streams, n_streams_allocated;
    // scratch for one piece of work
    takt_work_input *work_inputs;
    double *work_states; // [max inputs of a station][n_state]
    double *ages;        // [max stops of a station]
};

// Slots of the event queue: machines, machines' clocks of failure, sources.
TAKT_HD uint32_t takt_slot_work(int32_t machine)
{
    return (uint32_t)machine;
}
TAKT_HD uint32_t takt_slot_failure(const takt_plan *plan, int32_t machine)
{
    return (uint32_t)(plan->n_machines + machine);
}
TAKT_HD uint32_t takt_slot_source(const takt_plan *plan, int32_t source)
{
    return (uint32_t)(2 * plan->n_machines + source);
}

TAKT_HD int32_t takt_stream_arrival(int32_t source)
{
    return source;
}
TAKT_HD int32_t takt_stream_service(const takt_plan *plan, int32_t station)
{
    return plan->n_sources + 2 * station;
}
TAKT_HD int32_t takt_stream_route(const takt_plan *plan, int32_t station)
{
    return plan->n_sources + 2 * station + 1;
}
TAKT_HD int32_t takt_stream_up(const takt_plan *plan, int32_t machine)
{
    return plan->n_sources + 2 * plan->n_stations + 3 * machine;
}
TAKT_HD int32_t takt_stream_repair(const takt_plan *plan, int32_t machine)
{
    return takt_stream_up(plan, machine) + 1;
}
TAKT_HD int32_t takt_stream_stop(const takt_plan *plan, int32_t machine)
{
    return takt_stream_up(plan, machine) + 2;
}

/// Next standard variate of a stream.
TAKT_HD double takt_draw(takt_replication *replication, int32_t stream)
{
    takt_draw_cache *cache = &replication->caches[stream];
    const int64_t draw = replication->view.draws[stream]++;
    const int64_t first = draw & ~(int64_t)(TAKT_DRAWS_CACHED - 1);
    if (cache->first != first) {
        takt_draws_fill(&cache->stream, cache->kind, first, cache->values);
        cache->first = first;
    }
    return cache->values[draw - first];
}

/// Next time of a distribution from a stream.
TAKT_HD takt_tick takt_draw_ticks(takt_replication *replication, int32_t stream,
                                  const takt_plan_time *time)
{
    if (time->kind == TAKT_DISTRIBUTION_CONSTANT)
        return takt_draws_ticks(time, 0);
    return takt_draws_ticks(time, takt_draw(replication, stream));
}

TAKT_HD const takt_plan_station *takt_station_of(const takt_replication *replication,
                                                 int32_t machine)
{
    return &replication->plan->stations[replication->view.machines[machine].station];
}

/// The meters of a machine, one per stop of its station.
TAKT_HD double *takt_meters_of(const takt_replication *replication, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(replication, machine);
    const int32_t k = machine - station->first_machine;
    return &replication->view.meters[station->first_meter + k * station->n_stops];
}

/// Ticks, items or quantity since a stop of a machine.
TAKT_HD double takt_meter_read(const takt_replication *replication, int32_t machine, int32_t stop)
{
    const int32_t first_stop = takt_station_of(replication, machine)->first_stop;
    const double meter = takt_meters_of(replication, machine)[stop];
    // The clock runs by itself: its meter holds the tick of the last reset.
    return replication->plan->stops[first_stop + stop].counts == TAKT_METER_CLOCK
               ? (double)replication->view.head->now - meter
               : meter;
}

// sim/items.c: items in buffers, entering and leaving the plant.
void takt_source_schedule(takt_replication *r, int32_t source);
int32_t takt_items_take_new(takt_replication *r);
void takt_items_release(takt_replication *r, int32_t item);
void takt_items_enter(takt_replication *r, int32_t item);
void takt_items_leave(takt_replication *r, int32_t item, int32_t route, int32_t station);
void takt_items_add_value(takt_replication *r, double value);
void takt_items_count_plant(takt_replication *r, int32_t change);
void takt_buffer_put(takt_replication *r, int32_t buffer, int32_t item);
int32_t takt_buffer_take(takt_replication *r, int32_t buffer);
bool takt_buffer_fits(const takt_replication *r, int32_t buffer, int32_t item);
void takt_buffer_mark(takt_replication *r, int32_t buffer);
void takt_buffer_block(takt_replication *r, int32_t buffer, int32_t waiting);
bool takt_buffer_can_unblock(const takt_replication *r, int32_t buffer);
bool takt_buffer_make_room(takt_replication *r, int32_t buffer);
void takt_buffer_settle_all(takt_replication *r);
void takt_buffer_flush(takt_replication *r, int32_t buffer);

// sim/consistency.c: time that the items in the plant have spent there so far.
double takt_items_ages(const takt_replication *r);

// sim/machines.c: what machines do.
void takt_machine_complete(takt_replication *r, int32_t machine);
void takt_machine_return(takt_replication *r, int32_t machine);
void takt_machine_fail(takt_replication *r, int32_t machine);
void takt_machine_release(takt_replication *r, int32_t machine);
bool takt_machine_deliver(takt_replication *r, int32_t machine);
void takt_machine_set_state(takt_replication *r, int32_t machine, takt_machine_state state);
bool takt_station_start(takt_replication *r, int32_t station);
bool takt_station_can_start_with(const takt_replication *r, int32_t station, int32_t buffer,
                                 double quantity);
void takt_machine_clock_start(takt_replication *r, int32_t machine);

// sim/work.c: from inputs to the job in hand.
bool takt_work_possible(const takt_replication *r, int32_t station, int32_t machine,
                        int32_t extra_buffer, double extra_quantity);
bool takt_work_mount(takt_replication *r, int32_t station, int32_t buffer);
takt_tick takt_work_begin(takt_replication *r, int32_t machine);
void takt_work_end(takt_replication *r, int32_t machine);

#endif
