/// The state block of a replication. Fixed head, then arrays whose places follow from the plan's
/// counts. Everything is an index or an offset; the block can be copied, written to a file or sent
/// to another rank as it is.
#ifndef TAKT_SIM_STATE_INTERNAL_H
#define TAKT_SIM_STATE_INTERNAL_H

#include "core/histogram.h"
#include "sim/cards_internal.h"
#include "sim/decision_internal.h"
#include "sim/defect_internal.h"
#include "sim/draws_internal.h"
#include "sim/energy_internal.h"
#include "sim/event_internal.h"
#include "sim/orders_internal.h"
#include "sim/replication.h"
#include "sim/ticket_internal.h"
#include "sim/transport_internal.h"

enum { TAKT_NONE = -1 };

/// Why a replication cannot go on.
typedef enum takt_failed {
    TAKT_FAILED_NOT,
    TAKT_FAILED_FULL, // max_items was reached
    TAKT_FAILED_LOOP, // items go round at one tick for ever
    TAKT_FAILED_DEADLOCK,
    TAKT_HELD_TO_ASK // until a decision is answered; no failure
} takt_failed;

/// More events at one tick are a loop: a plant of a million machines may finish all jobs at once.
enum { TAKT_EVENTS_AT_ONE_TICK = 10000000 };

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
    takt_tick strike_left;   // of work until its first gauge strikes, at least; 0: not known
    takt_tick since;         // in the present state
    takt_tick work_end;      // when the job in hand will be done
    takt_tick work_left;     // of the job in hand when its work was interrupted or came to an end
    takt_tick work;          // whole length of the job in hand
    takt_tick running_since; // the present stretch of work
    double job_loss;         // quantity lost by the job in hand
    double next_loss;        // quantity that a stop takes from the next job
    double use;              // what the job advances quantity meters by
    int32_t station;
    int32_t item; // first of the items on the machine
    int32_t n_items;
    int32_t route; // of the first item, once it is finished
    int32_t next_idle, previous_idle;
    int32_t next_active, previous_active;
    int32_t stoppage; // failure or planned stop that holds it
    // No bytes: a store of one may change anything, and the compiler would read all of it again.
    uint16_t state;
    uint16_t holds;     // set of takt_hold
    bool has_gauges;    // it breaks or stops
    bool has_clocks;    // some of them count the clock, or sensors follow its state
    bool has_meter;     // its energy has a price that changes with the time of day
    bool is_staffed;    // calls people for its work
    bool is_running;    // works at this moment
    bool leaves;        // its people go when the job in hand is done
    bool finished;      // the items wait to leave
    bool has_job;       // a job is in hand, also while interrupted
    bool is_idle;       // in the station's list of idle machines
    uint16_t is_active; // 0, TAKT_ACTIVE or TAKT_ACTIVE_NOTED
    bool is_blocked;    // in the list of a full buffer
    bool has_setups;    // it changes over
    bool is_special;    // its station uses something that most do not: takt_plan_station.is_special
    bool in_setup;      // for the job in hand: what is_running counts is the changeover
} takt_machine;

/// What keeps a machine from working.
typedef enum takt_hold {
    TAKT_HOLD_DOWN = 1,  // broken
    TAKT_HOLD_STOP = 2,  // stopped as planned
    TAKT_HOLD_SHIFT = 4, // nobody is there
    TAKT_HOLD_IDLE = 8   // never among its holds: it waits for items, and may lose its setup
} takt_hold;

/// Counts towards one stoppage of one machine: ticks, items or quantity, as the stoppage says.
typedef struct takt_gauge {
    double used, due;
    double restored;         // what a failure's last repair left of `used`
    takt_tick running_since; // of a clock; TAKT_TICK_NEVER: it stands still
} takt_gauge;

/// What has worn a machine and is not yet in its level: ticks, items or quantity.
typedef struct takt_exposure {
    double pending;
    takt_tick seen; // of wear by the clock: until when it has been counted
} takt_exposure;

/// What a sensor's lag of first order goes through since `since`: from `value` to `target`.
typedef struct takt_lag {
    double value, target;
    takt_tick since;
} takt_lag;

typedef struct takt_station_state {
    int32_t first_idle, last_idle;
    int32_t is_marked;                        // in the agenda
    int64_t n_done;                           // items
    takt_tick time[TAKT_MACHINE_STATE_COUNT]; // summed over machines
    takt_tick bottleneck_time;
    double scrapped;       // items sent to scrap by this station
    double scrapped_items; // the same by number; of an item that has lost a part: its share
    int64_t n_cut;         // items scrapped amid their work
    int64_t n_failures, n_repairs;
    int64_t n_changeovers;
} takt_station_state;

typedef struct takt_buffer_state {
    int32_t first, last; // items
    int32_t n_items;
    int32_t last_holder; // of the items that hold their cards and stand before all others
    int32_t first_blocked, last_blocked; // machines, or n_machines + source
    int32_t first_new_blocked;           // of those that have come at this tick
    int32_t n_reserved;                  // places kept for what is being made
    int32_t is_marked;                   // in the agenda
    double quantity;
    takt_tick since;
    double level_time; // items x ticks
} takt_buffer_state;

/// Where a calendar stands in its cycle.
typedef struct takt_calendar_state {
    takt_tick cycle_start;
    int32_t next; // stretch that runs, or comes next
    int32_t is_on;
} takt_calendar_state;

/// A source that does more than wait between single items (sim/source.c).
typedef struct takt_source_state {
    int64_t n_arrivals; // that have begun
    int64_t n_left;     // items of the present one that have not come in yet
} takt_source_state;

/// People of crews, counted in ticks of one of them since measured_since.
typedef struct takt_crew_state {
    int32_t n_free;
    int32_t is_off;           // bool: their shift is over
    int32_t is_marked;        // they may have somewhere to go
    int32_t waiting, serving; // heaps of claims (sim/claim_heap.c)
    takt_tick since;
    double busy_time, there_time; // at work; on shift, or at work after it
} takt_crew_state;

typedef enum takt_claim_stage {
    TAKT_CLAIM_NONE,
    TAKT_CLAIM_WAITS,
    TAKT_CLAIM_SERVED
} takt_claim_stage;

/// What a machine wants of crews: their work at its stoppage, or operators.
typedef struct takt_claim {
    int64_t called; // in the order of all calls; the same again after an interruption
    int64_t served; // in the order in which people came
    takt_tick left; // of an interrupted repair or stop; -1: it has not begun
    takt_tick length;
    int32_t option; // of the call: who serves it
    int32_t next_new;
    uint8_t stage; // takt_claim_stage
    uint8_t is_stoppage;
    uint8_t is_new; // in the list of those that have begun to wait for operators at this tick
} takt_claim;

typedef struct takt_claim_link {
    int32_t machine;
    int32_t child, next, previous; // previous: of the first child its parent
} takt_claim_link;

typedef struct takt_state_head {
    uint32_t replication;
    uint32_t n_items_made; // modulo 2^32
    uint64_t branch;       // enters the key of all draws; 0: no branch of another future
    takt_tick now;
    takt_tick measured_since;
    int64_t n_events;
    int64_t n_claims; // calls of crews, and beginnings of their work
    takt_event_queue queue;
    // items
    int32_t n_items_used, first_free_item, n_in_plant;
    int32_t n_orders_used, first_free_order;
    // the agenda: stations that may start, buffers that may take what waits for a place, cards that
    // are free for those who wait for them
    int32_t n_stations_marked, n_buffers_marked, n_cards_marked;
    int64_t n_queued;                        // of all that have come into an ordered queue
    int32_t n_fleets_marked;                 // which decide when all others have
    int64_t n_calls;                         // for vehicles
    int32_t n_crews_marked, first_new_claim; // crews that may go somewhere, who waits for people
    int64_t n_events_before; // this tick: more and more of them at one tick never end
    // active machines by the time they became active; those that ceased at this tick
    int32_t first_active, last_active, n_ceased;
    int32_t bottleneck;
    int32_t failed; // takt_failed
    takt_tick bottleneck_since;
    // totals since measured_since
    takt_tick plant_since;
    double plant_time;                 // items x ticks
    double value_in_plant, value_time; // currency, currency x ticks
    int64_t n_left, n_arrived, n_turned_away;
    double sojourn;        // ticks, summed over items that left
    double sojourn_square; // ticks^2, the same of its square
    double ages_at_start;  // ticks, summed over the items in the plant at measured_since
    double material_cost, stop_cost, item_energy_kWh;
    double good, gross, scrapped;
    double transport_kWh;    // drawn by vehicles
    takt_priced item_priced; // energy of items that left and of vehicles, under a tariff
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
    takt_calendar_state *calendars; // [n_calendars]
    int64_t *draws;                 // [n_streams] next draw of each stream
    takt_gauge *gauges;             // [n_gauges]
    int32_t *gauge_machine;         // [n_gauges]
    takt_exposure *exposures;       // [n_levels]
    takt_lag *lags;                 // [n_lags]
    int32_t *mounted;               // [n_mounted] partly used items on machines
    int32_t *next_blocked;          // [n_machines + n_sources]
    int32_t *source_item;           // [n_sources] item that waits for a place
    takt_source_state *sources;     // [n_sources]
    takt_tick *arrival_since;       // [n_sources] when the present wait for an item began
    takt_tick *attended_since;      // [n_machines] when the present repair or stop was begun
    int32_t *marked_stations;       // [n_stations]
    int32_t *marked_buffers;        // [n_buffers]
    int32_t *ceased;                // [n_machines]
    takt_card_state *cards;         // [n_cards]
    takt_card_claim *card_claims;   // [n_stations + n_sources], without cards none
    int32_t *marked_cards;          // [n_cards]
    int32_t *marked_crews;          // [n_crews]
    takt_claim *claims;             // [n_machines] where a crew is ever called, else none
    takt_claim_link *links;         // [n_links]
    uint32_t *flow_times;           // [TAKT_HISTOGRAM_SIZE] of items that left
    double *losses;                 // [n_causes]
    takt_product_state *products;   // [n_products]
    uint32_t *n_released;           // [n_sources + n_stations] tickets begun there
    takt_ticket *tickets;           // [max_items], none without plan->has_tickets
    takt_queue_class *classes;      // [n_classes]
    takt_machine_setup *setups;     // [n_machines], none without plan->has_setups
    takt_belt *belts;               // [n_conveyors]
    takt_fleet_state *fleets;       // [n_fleets]
    int32_t *marked_fleets;         // [n_fleets]
    takt_vehicle *vehicles;         // [n_vehicles]
    takt_lane_state *lanes;         // [n_lanes]
    takt_call *calls;               // [n_machines] where there are lanes
    takt_item *items;               // [max_items]
    double *item_state;             // [max_items][n_state]
    takt_tick *travel;              // [max_items] where there are conveyors: end of the way
    takt_priced *station_energy;    // [n_stations] under a tariff
    takt_job_energy *job_energy;    // [n_machines] the same
    takt_priced *item_energy;       // [max_items + 1] of items, where the plan prices them
    uint64_t *card_sets;            // [max_items][words of a set]
    takt_match_state *matches;      // [n_matches]
    int32_t *item_order;            // [max_items + 1] where parts are matched, TAKT_NONE: none
    int32_t *item_mate;             // the same: next part of its order before the same input
    takt_order *orders;             // [max_items] the same
    takt_order_wait *order_waits;   // [max_items][n_inputs that match]
    takt_order_ready *order_ready;  // [max_items][n_matches]
    takt_decision_state *decision;  // one where a station decides, else none
    takt_decider_state *deciders;   // [n_stations] the same
    int32_t *next_asking;           // [n_machines] the same
} takt_state_view;

/// Streams of draws, in this order: sources (arrival), stations (service, route), gauges (when it
/// comes due, how long it takes), levels of wear (steps).
typedef struct takt_draw_cache {
    int64_t first; // -1: nothing cached
    takt_stream stream;
    int32_t kind;
    union {
        double values[TAKT_DRAWS_CACHED];   // where variates are asked for,
        takt_tick ticks[TAKT_DRAWS_CACHED]; // or whole times: one stream, one distribution
    } of;
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
    double *work_states;   // [max inputs of a station][n_state]
    double *ages;          // [max stops and wears of a station]
    uint8_t *marks;        // [n_stations + 2 n_buffers] of sim/deadlock.c
    bool has_plain_items;  // they have no ticket, state, cards, orders, or priced energy
    takt_ticket main_part; // whose ticket the item keeps that is being assembled
    int32_t main_order;    // that it will be of
    bool asks;             // somebody answers decisions
    bool hands_on;         // amid other work: nothing can be asked now
};

/// An entity of draws: adding a machine to one station leaves the futures of all others as they
/// were.
TAKT_HD uint32_t takt_entity_of(int32_t station, int32_t machine_of_station)
{
    return (uint32_t)station << 20 | (uint32_t)machine_of_station;
}

TAKT_HD const takt_plan_station *takt_station_of(const takt_replication *replication,
                                                 int32_t machine)
{
    return &replication->plan->stations[replication->view.machines[machine].station];
}

/// A machine that waits for others is not active: for items, a place, a shift or people.
TAKT_HD bool takt_state_is_active(int32_t state)
{
    return ((1u << TAKT_MACHINE_STARVED | 1u << TAKT_MACHINE_BLOCKED |
             1u << TAKT_MACHINE_OFF_SHIFT | 1u << TAKT_MACHINE_UNSTAFFED) >>
                state &
            1u) == 0;
}

/// Place of a machine's gauge for stoppage `index` of its station.
TAKT_HD int32_t takt_gauge_index(const takt_replication *replication, int32_t machine,
                                 int32_t index)
{
    const takt_plan_station *station = takt_station_of(replication, machine);
    return station->first_gauge + (machine - station->first_machine) * station->n_stoppages + index;
}

// Slots of the event queue: machines, gauges, sources, calendars, ends and entries of conveyors,
// vehicles.
TAKT_HD uint32_t takt_slot_work(int32_t machine)
{
    return (uint32_t)machine;
}
TAKT_HD uint32_t takt_slot_gauge(const takt_replication *replication, int32_t machine,
                                 int32_t index)
{
    return (uint32_t)(replication->plan->n_machines +
                      takt_gauge_index(replication, machine, index));
}
TAKT_HD uint32_t takt_slot_source(const takt_plan *plan, int32_t source)
{
    return (uint32_t)(plan->n_machines + plan->n_gauges + source);
}

TAKT_HD uint32_t takt_slot_calendar(const takt_plan *plan, int32_t calendar)
{
    return takt_slot_source(plan, plan->n_sources) + (uint32_t)calendar;
}

TAKT_HD uint32_t takt_slot_belt_end(const takt_plan *plan, int32_t conveyor)
{
    return takt_slot_calendar(plan, plan->n_calendars) + 2 * (uint32_t)conveyor;
}
TAKT_HD uint32_t takt_slot_belt_entry(const takt_plan *plan, int32_t conveyor)
{
    return takt_slot_belt_end(plan, conveyor) + 1;
}
TAKT_HD uint32_t takt_slot_vehicle(const takt_plan *plan, int32_t vehicle)
{
    return takt_slot_belt_end(plan, plan->transport.n_conveyors) + (uint32_t)vehicle;
}
TAKT_HD uint32_t takt_slot_timer(const takt_plan *plan, int32_t timer)
{
    return takt_slot_vehicle(plan, plan->transport.n_vehicles) + (uint32_t)timer;
}
TAKT_HD int32_t takt_slot_count(const takt_plan *plan)
{
    return (int32_t)takt_slot_timer(plan, plan->n_timers);
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
TAKT_HD int32_t takt_stream_due(const takt_plan *plan, int32_t gauge)
{
    return plan->n_sources + 2 * plan->n_stations + 2 * gauge;
}
TAKT_HD int32_t takt_stream_duration(const takt_plan *plan, int32_t gauge)
{
    return takt_stream_due(plan, gauge) + 1;
}

/// A stream of this replication that is not drawn from in order, and so has no cache.
TAKT_HD takt_stream takt_stream_named(const takt_replication *replication, uint32_t entity,
                                      takt_purpose purpose)
{
    return (takt_stream){.seed = replication->plan->seed ^ replication->view.head->branch,
                         .replication = replication->view.head->replication,
                         .entity = entity,
                         .purpose = (uint16_t)purpose};
}

TAKT_HD int32_t takt_stream_step(const takt_plan *plan, int32_t level)
{
    return takt_stream_due(plan, plan->n_gauges) + level;
}

/// Next standard variate of a stream.
TAKT_HD double takt_draw(takt_replication *replication, int32_t stream)
{
    takt_draw_cache *cache = &replication->caches[stream];
    const int64_t draw = replication->view.draws[stream]++;
    const int64_t first = draw & ~(int64_t)(TAKT_DRAWS_CACHED - 1);
    if (cache->first != first) {
        takt_draws_fill(&cache->stream, cache->kind, first, cache->of.values);
        cache->first = first;
    }
    return cache->of.values[draw - first];
}

/// Next time of a distribution from a stream.
TAKT_HD takt_tick takt_draw_ticks(takt_replication *replication, int32_t stream,
                                  const takt_plan_time *time)
{
    if (time->kind == TAKT_DISTRIBUTION_CONSTANT)
        return takt_draws_ticks(time, 0);
    takt_draw_cache *cache = &replication->caches[stream];
    const int64_t draw = replication->view.draws[stream]++;
    const int64_t first = draw & ~(int64_t)(TAKT_DRAWS_CACHED - 1);
    if (cache->first != first) {
        takt_draws_fill_ticks(&cache->stream, cache->kind, first, time, cache->of.ticks);
        cache->first = first;
    }
    return cache->of.ticks[draw - first];
}

// sim/replication.c: streams of draws as replication and branch name them; caches are emptied.
void takt_streams_name(takt_replication *r);

// sim/telling.c: what a listener hears of items; call only where r->listener.item is there.
void takt_tell_item(const takt_replication *r, takt_item_event_kind kind, int32_t item,
                    int32_t place);
void takt_tell_job(const takt_replication *r, takt_item_event_kind kind, int32_t machine);
void takt_tell_drawn(const takt_replication *r, int32_t from, uint32_t into, int32_t machine,
                     double quantity);

// sim/items.c: entering and leaving the plant.
void takt_source_schedule(takt_replication *r, int32_t source);
void takt_source_deliver(takt_replication *r, int32_t source, int32_t buffer);
int32_t takt_items_take_new(takt_replication *r);
void takt_items_release(takt_replication *r, int32_t item);
void takt_items_enter(takt_replication *r, int32_t item);
void takt_items_leave(takt_replication *r, int32_t item, int32_t route, int32_t station);
void takt_items_add_value(takt_replication *r, double value);
void takt_items_count_plant(takt_replication *r, int32_t change);

// sim/source.c: sources that do more than wait between single items.
void takt_source_arrive(takt_replication *r, int32_t source);
void takt_source_go_on(takt_replication *r, int32_t source);
bool takt_source_is_over(const takt_replication *r, int32_t source);
int32_t takt_source_buffer(const takt_replication *r, int32_t source, int32_t item);
void takt_initial_begin(takt_replication *r);

// sim/buffers.c: items that wait, places, the agenda.
void takt_buffer_put(takt_replication *r, int32_t buffer, int32_t item);
int32_t takt_buffer_take(takt_replication *r, int32_t buffer, int32_t machine);
int32_t takt_buffer_take_item(takt_replication *r, int32_t buffer, int32_t item);
bool takt_buffer_fits(const takt_replication *r, int32_t buffer, int32_t item);
bool takt_buffer_has_place(const takt_replication *r, int32_t buffer);
void takt_buffer_reserve(takt_replication *r, int32_t buffer, int32_t n);
void takt_buffer_block(takt_replication *r, int32_t buffer, int32_t waiting);
bool takt_buffer_can_unblock(const takt_replication *r, int32_t buffer);
bool takt_buffer_make_room(takt_replication *r, int32_t buffer);
void takt_buffer_arrive(takt_replication *r, int32_t buffer, int32_t item);
void takt_buffer_offer(takt_replication *r, int32_t buffer);
void takt_buffer_flush(takt_replication *r, int32_t buffer);
void takt_buffer_mark(takt_replication *r, int32_t buffer);
void takt_buffer_settle(takt_replication *r, int32_t buffer);
void takt_station_mark(takt_replication *r, int32_t station);
void takt_agenda_settle(takt_replication *r);

// sim/changeovers.c: machines that must be set up.
bool takt_changeover_begin(takt_replication *r, int32_t machine);
const takt_plan_time *takt_changeover_time(const takt_replication *r, int32_t machine);
void takt_changeover_end(takt_replication *r, int32_t machine);
void takt_changeover_lose(takt_replication *r, int32_t machine, takt_hold hold);
void takt_changeover_abandon(takt_replication *r, int32_t machine);
void takt_changeover_count(takt_replication *r, int32_t machine);
int32_t takt_changeover_setup_of(const takt_replication *r, int32_t item);
takt_tick takt_changeover_mean(const takt_replication *r, int32_t machine, int32_t to);
int32_t takt_changeover_machine(const takt_replication *r, int32_t station, int32_t extra_buffer,
                                double extra_quantity);

// sim/tickets.c: what products have come to.
void takt_products_flush(takt_replication *r);
void takt_products_measure(takt_replication *r);

// sim/look.c: time of a station in a state, with the stretches that still last.
takt_tick takt_station_time(const takt_replication *r, int32_t station, int32_t state);

// sim/consistency.c: time that the items in the plant have spent there so far.
double takt_items_ages(const takt_replication *r);

// sim/machines.c: what machines do.
void takt_machine_set_up(takt_replication *r, int32_t machine);
int32_t takt_station_choose_route(takt_replication *r, int32_t station);
void takt_machine_begin(takt_replication *r, int32_t machine);
void takt_machine_complete(takt_replication *r, int32_t machine);
void takt_machine_strike(takt_replication *r, int32_t machine);
void takt_machine_deliver(takt_replication *r, int32_t machine);
int32_t takt_machine_hand_over(takt_replication *r, int32_t machine);
void takt_machine_hold(takt_replication *r, int32_t machine, takt_hold hold);
void takt_machine_unhold(takt_replication *r, int32_t machine, takt_hold hold);
void takt_machine_interrupt(takt_replication *r, int32_t machine);
void takt_machine_work_on(takt_replication *r, int32_t machine, takt_tick left);
void takt_machine_press_on(takt_replication *r, int32_t machine);
void takt_machine_go_idle(takt_replication *r, int32_t machine);
void takt_machine_pause(takt_replication *r, int32_t machine);
void takt_machine_set_state(takt_replication *r, int32_t machine, takt_machine_state state);
bool takt_station_settle(takt_replication *r, int32_t station);
bool takt_station_can_start_with(const takt_replication *r, int32_t station, int32_t buffer,
                                 double quantity);

// sim/stoppages.c: failures and planned stops.
void takt_gauges_begin(takt_replication *r, int32_t machine);
void takt_gauges_work(takt_replication *r, int32_t machine, takt_tick worked);
void takt_gauges_finish(takt_replication *r, int32_t machine);
takt_tick takt_gauges_left(const takt_replication *r, int32_t machine, takt_event_class *class_);
double takt_gauge_read(const takt_replication *r, int32_t machine, int32_t stoppage);
void takt_gauge_set_due(takt_replication *r, int32_t machine, int32_t stoppage, double due);
void takt_gauge_come_due(takt_replication *r, int32_t gauge);
void takt_clocks_follow(takt_replication *r, int32_t machine);
void takt_stoppage_begin(takt_replication *r, int32_t machine, int32_t index);
bool takt_stoppage_strike(takt_replication *r, int32_t machine, uint32_t strikes);
takt_tick takt_stoppage_length(takt_replication *r, int32_t machine);
void takt_stoppage_attend(takt_replication *r, int32_t machine, takt_tick length, takt_tick left);
void takt_stoppage_end(takt_replication *r, int32_t machine);

void takt_gauge_renew(takt_replication *r, int32_t machine, int32_t index, double leaves);

// sim/wear.c: levels that rise.
void takt_wears_begin(takt_replication *r, int32_t machine);
void takt_wears_work(takt_replication *r, int32_t machine, takt_tick worked);
void takt_wears_finish(takt_replication *r, int32_t machine);
void takt_wears_see(takt_replication *r, int32_t machine);
void takt_wear_renew(takt_replication *r, int32_t machine, int32_t index, double leaves);
void takt_wear_inspect(takt_replication *r, int32_t machine, int32_t stop);

// sim/sensors.c: what sensors follow.
void takt_sensors_begin(takt_replication *r, int32_t machine);
void takt_sensors_follow(takt_replication *r, int32_t machine);

// sim/crews.c: who attends to them, and who works at machines.
void takt_crew_call(takt_replication *r, int32_t machine);
void takt_operators_call(takt_replication *r, int32_t machine);
void takt_operators_withdraw(takt_replication *r, int32_t machine);
void takt_crew_release(takt_replication *r, int32_t machine);
void takt_crew_flush(takt_replication *r, int32_t crew);
void takt_crews_settle(takt_replication *r);
takt_tick takt_stoppage_age(const takt_replication *r, int32_t machine);
void takt_stoppage_set_length(takt_replication *r, int32_t machine, takt_tick length);
void takt_crew_change_shift(takt_replication *r, int32_t crew, bool is_on);

// sim/crew_consistency.c: what must hold of them; a sentence about the first breach, or NULL.
takt_claim_stage takt_claim_stage_of(const takt_replication *r, int32_t machine);
const char *takt_crews_inconsistency(const takt_replication *r);

// sim/shifts.c: people come and go.
void takt_shifts_begin(takt_replication *r);
void takt_shift_change(takt_replication *r, int32_t calendar);

// sim/work.c: from inputs to the job in hand.
bool takt_work_possible(const takt_replication *r, int32_t station, int32_t machine,
                        int32_t extra_buffer, double extra_quantity);
bool takt_work_mount(takt_replication *r, int32_t station, int32_t buffer);
takt_tick takt_work_begin(takt_replication *r, int32_t machine);
void takt_work_end(takt_replication *r, int32_t machine);

#endif
