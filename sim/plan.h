/// The plan: a factory with values filled in, compiled into the flat tables that the event engine
/// reads. Rebuilt for every scenario without allocation; immutable while replications run.
#ifndef TAKT_SIM_PLAN_H
#define TAKT_SIM_PLAN_H

#include "core/memory.h"
#include "sim/cards.h"
#include "sim/factory.h"
#include "sim/machine_state.h"
#include "sim/parts.h"
#include "sim/process.h"

TAKT_EXTERN_C_BEGIN

/// How a station turns inputs into an item.
typedef enum takt_station_kind {
    TAKT_STATION_CREATE, // no input: every start makes a new item
    TAKT_STATION_PASS,   // one input of single items: the item itself goes on (also in batches)
    TAKT_STATION_MERGE   // several inputs, or amounts: a new item is made of what was drawn
} takt_station_kind;

typedef struct takt_plan_input {
    int32_t buffer;
    int32_t by_quantity;
    double take;
    int32_t matches; // 1 + column of an input that matches, 0: it does not
} takt_plan_input;

/// Who is called to a machine.
typedef struct takt_plan_call {
    int32_t first_option, n_options; // crews able to come, in order of preference; none: nobody
    int32_t members;
    int32_t priority; // higher first
    int32_t restarts; // bool: an interrupted repair begins again
} takt_plan_call;

/// What the gauge of a stoppage reads where it is none of takt_meter.
enum {
    TAKT_METER_WEAR = TAKT_METER_COUNT, // its own level: the failure of a wear
    TAKT_METER_WATCH,                   // the level of a wear, at any time
    TAKT_METER_SEEN,                    // that level as the last inspection found it
    TAKT_METER_NEVER                    // nothing: it never comes due
};

/// What makes machines stop: a failure or a planned stop. Those of a station, each group in the
/// order of the factory: its stops, its failures, the failures of its wears, the inspections of its
/// stops with a condition.
typedef struct takt_plan_stoppage {
    int32_t is_failure;
    int32_t counts;     // takt_meter, or one of those above
    int32_t strikes;    // takt_strike
    uint32_t stands_in; // a clock stands still in these states: bits 1 << takt_machine_state
    takt_plan_call call;
    int32_t first_renewal, n_renewals;      // of others, by itself
    int32_t watches;                        // failure of the wear of its condition, -1: none
    int32_t inspects;                       // stop whose condition it looks at, -1: none
    int32_t wear;                           // index within the station, -1: it is no wear's failure
    int32_t repair_model;                   // takt_repair_model
    int32_t draws_by_age;                   // bool: of failures, some are drawn given an age
    uint16_t due_purpose, duration_purpose; // takt_purpose of its draws
    int32_t initial_age_uniform;
    double leaves, leaves_others; // share of its own age or level, of those that it renews
    double every;                 // of stops: ticks for clock and working, else items or quantity
    double per_age;               // multiplies it to give the user's unit (hours for times)
    takt_plan_time due;           // of failures
    double per_tick;              // turns its draws into ticks, items or quantity
    takt_plan_time duration;
    double cost, loss;
} takt_plan_stoppage;

/// How a level rises. By hours and quantities it does so in parts of any size: `shape` is that of
/// the gamma of one whole unit, 0: a constant rate.
typedef struct takt_plan_wear {
    int32_t counts;      // takt_meter
    takt_plan_time step; // of items
    double shape, scale, rate;
    double limit;            // constant; TAKT_UNLIMITED: none; 0: it is drawn
    int32_t initial_uniform; // bool
    int32_t stoppage;        // its failure, index within the station
} takt_plan_wear;

typedef struct takt_plan_sensor {
    double base, at_work, wear_gain, drift_per_tick, noise_sd;
    double per_tick; // 1 / time constant, 0: it follows at once
    takt_tick every;
    int32_t worn; // failure of the wear that it shows, -1: none
} takt_plan_sensor;

typedef struct takt_plan_station {
    const char *name; // of the factory
    int32_t kind;     // takt_station_kind
    int32_t stage;
    int32_t first_machine, n_machines;
    int32_t first_input, n_inputs;
    int32_t first_route, n_routes;
    int32_t first_stoppage, n_stoppages;
    int32_t n_stops; // of them
    int32_t first_wear, n_wears;
    int32_t first_sensor, n_sensors;
    int32_t first_lag;     // sensors of machine k lie at first_lag + k * n_sensors
    int32_t first_level;   // levels of machine k lie at first_level + k * n_wears
    int32_t first_gauge;   // gauges of machine k lie at first_gauge + k * n_stoppages
    int32_t first_mounted; // mounted items of machine k at first_mounted + k * n_inputs
    int32_t batch_min, batch_max;
    int32_t items_needed;  // in its one input of items; 0: several inputs, or amounts
    int32_t only_wears;    // bool: all its stoppages count work and strike at once
    int32_t asks_quantity; // bool: one of its stoppages counts quantity
    takt_plan_time service;
    int32_t has_tickets; // bool: items may carry tickets, as takt_plan.has_tickets
    int32_t makes;       // product that new items become, -1: none
    int32_t is_picky;    // bool: by setups, or batches of one kind or that wait: sim/batches.c
    int32_t timer;       // of batches that wait, -1: none
    takt_tick batch_wait;
    int32_t first_changeover, n_changeovers;
    int32_t initial_setup, min_run, min_run_waits;
    uint32_t setup_lost_by; // set of takt_hold
    int32_t interrupted;    // takt_interrupted
    int32_t blocks_before;  // bool: before service
    int32_t has_cards;      // bool: takes or returns some
    int32_t decides;        // set of 1 << takt_decision_kind
    int32_t
        is_special;  // bool: tickets, cards, belts, lanes, parts, changeovers, or it blocks before
    int32_t n_parts; // that it makes of each item, 0: it takes nothing apart
    int32_t matches; // 1 + index of its takt_plan_match, 0: none
    int32_t finishes_shift;      // bool: the job in hand
    int32_t n_lanes, first_lane; // routes that vehicles serve
    int32_t has_belts;           // bool: it takes from conveyors
    int32_t is_staffed;          // bool: its machines call operators
    takt_plan_call operators;
    int32_t first_link, n_links; // links of machine k lie at first_link + k * n_links
    double decision_window;      // share of a stop's interval before its end
    double item_value;
    double power_kW[TAKT_MACHINE_STATE_COUNT];
    double planned_s; // per item; 0: not known
} takt_plan_station;

typedef struct takt_plan_buffer {
    int32_t is_special; // bool: conveyor, rules, cards, somebody to tell of places
    int32_t places;     // for whole items; INT32_MAX: no limit; -1: it counts quantity
    double capacity;
    int32_t by_quantity;
    int32_t first_consumer, n_consumers; // stations that draw from it
    int32_t feeds_cards;                 // bool: one of them takes or returns cards
    int32_t has_holders;                 // bool: items that hold their cards stand before others
    int32_t matches;                     // 1 + column of the input that matches its items, 0: none
    int32_t first_feeder, n_feeders;     // stations that start only when it has a place for them
    int32_t is_ordered;                  // bool: by rules, in a heap; else first come, in a list
    int32_t rules[TAKT_DISPATCH_MAX], n_rules; // takt_dispatch
    takt_score score;
    takt_tick mean_service;            // of the first station that draws from it
    int32_t n_carriers, first_carrier; // fleets that bring items when it has a place for them
    int32_t conveyor;                  // 1 + its index; 0: none
    const char *name;                  // of the factory
    int32_t first_class, n_classes;    // of an ordered buffer: a heap each
    int32_t has_timer;                 // bool: batches of it wait only so long
} takt_plan_buffer;

/// From setup to setup, -1: any.
typedef struct takt_plan_changeover {
    int32_t from, to;
    takt_plan_time time;
    takt_tick mean;
    double cost;
} takt_plan_changeover;

/// A step of a product.
typedef struct takt_plan_step {
    int32_t buffer;
    int32_t has_service; // bool: else the station's
    takt_plan_time service;
    takt_tick mean; // of its service
    takt_tick left; // mean work of this and all later steps
    double scrap, rework;
    int32_t rework_step; // index within the product
    int32_t setup;       // -1: any
    int32_t class_;      // within its buffer
} takt_plan_step;

typedef struct takt_plan_product {
    int32_t first_step, n_steps;
    int32_t priority;
    int32_t has_due; // bool
    takt_plan_time due;
} takt_plan_product;

typedef struct takt_plan_source {
    int32_t buffer;
    int32_t wait_if_full;
    int32_t is_special; // bool: arrivals[] of the plan say what it does
    int32_t product;    // -1: none
    int32_t priority;
    int32_t has_cards; // bool: takes some
    takt_plan_time interarrival;
    double quantity, value;
    const char *name; // of the factory
} takt_plan_source;

/// Working time of stations and crews, in a cycle.
typedef struct takt_plan_calendar {
    takt_tick cycle;
    int32_t first_stretch, n_stretches;
    int32_t first_member, n_members; // stations, n_stations + crew, then fleets
} takt_plan_calendar;

struct takt_plan {
    int32_t n_stations, n_buffers, n_sources, n_crews;
    int32_t n_machines, n_inputs, n_routes, n_stoppages, n_stops, n_gauges, n_mounted, n_consumers;
    int32_t n_feeders, n_calendars, n_stretches, n_calendar_members, n_room, n_rates, n_initial;
    int32_t n_wears, n_levels, n_renewals;
    int32_t n_sensors, n_lags; // of stations, of all machines
    int32_t n_products, n_steps, n_setups;
    int32_t n_changeovers, n_classes, n_timers;
    int32_t first_source_slot, first_rare_slot; // of the event queue: behind machines and gauges
    int32_t has_setups;                         // bool: some machine has changeovers
    int32_t n_deciders;                         // stations that decide
    int32_t has_tickets; // bool: items may have a product, an order in which they are chosen, ...
    int32_t n_options, n_links;
    int32_t n_state, n_causes;
    int32_t max_items;
    int32_t prices_items; // bool: items carry what their process energy has cost
    takt_plan_station *stations;
    takt_plan_buffer *buffers;
    takt_plan_source *sources;
    takt_plan_arrivals *arrivals; // [n_sources]
    takt_plan_rate *rates;        // [n_rates] grouped by source
    takt_plan_initial *initial;   // [n_initial] items at time 0
    takt_crew *crews;
    takt_plan_cards cards;
    takt_plan_orders orders;
    int32_t items_carry; // bool: cards, or the order that they are parts of
    takt_plan_input *inputs;
    takt_route *routes;
    takt_plan_stoppage *stoppages;
    takt_plan_wear *wears;
    takt_plan_sensor *sensors;
    int32_t *renewals;            // stoppages within the station, grouped by who renews them
    int32_t *options;             // crew indices, grouped by call
    int32_t *consumers, *feeders; // station indices, grouped by buffer
    takt_plan_calendar *calendars;
    takt_plan_product *products;
    takt_plan_changeover *changeovers; // grouped by station
    int32_t *class_setup;              // [n_classes] that all of a class need, -1: any
    takt_plan_step *steps;             // grouped by product
    takt_stretch *stretches;           // grouped by calendar
    int32_t *calendar_members;         // grouped by calendar
    double *room;                      // [n_room] tables of distributions
    takt_plan_transport transport;
    takt_plan_tariff tariff;
    takt_prices prices;
    double upkeep_per_year;          // of all places, machines and people at their present number
    const takt_process_ops *process; // NULL: no process model
    const void *process_context;
    double warm_up_s, measured_s;
    takt_tick start; // time of all cycles at simulated time 0
    uint64_t seed;
};

/// Allocates the tables for a resolved factory. The counts of stations, buffers, inputs, routes and
/// stops stay; numbers of machines may change up to takt_plan_fill's check. The caller destroys.
TAKT_API takt_status takt_plan_create(const takt_factory *factory, takt_plan **plan);
TAKT_API void takt_plan_destroy(takt_plan **plan);

/// Copies the factory's present values into the tables. Allocates nothing. Local.
TAKT_API void takt_plan_fill(takt_plan *plan, const takt_factory *factory);

TAKT_EXTERN_C_END

#endif
