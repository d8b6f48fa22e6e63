/// The factory: the immutable model of a plant, as the user wrote it. Stations take items out of
/// buffers, work on them and put them into buffers; sources bring items in; the routes "out" and
/// "scrap" take them away. All structs are plain data, filled by the schema tables of
/// sim/factory_schema.c (or by hand in C) and completed by takt_factory_resolve, which turns
/// names into indices.
#ifndef TAKT_SIM_FACTORY_H
#define TAKT_SIM_FACTORY_H

#include "core/schema.h"
#include "core/status.h"
#include "core/time.h"
#include "sim/arrivals.h"
#include "sim/calendar.h"
#include "sim/changeover.h"
#include "sim/distribution.h"
#include "sim/initial.h"
#include "sim/problem.h"
#include "sim/product.h"
#include "sim/tariff.h"
#include "sim/transport.h"

TAKT_EXTERN_C_BEGIN

/// What advances a failure clock or a maintenance meter.
typedef enum takt_meter {
    TAKT_METER_CLOCK,    // hours of the calendar
    TAKT_METER_WORKING,  // hours of work
    TAKT_METER_ITEMS,    // items finished
    TAKT_METER_QUANTITY, // quantity worked on, in the unit of the item
    TAKT_METER_COUNT
} takt_meter;

typedef struct takt_buffer {
    const char *name;
    const char *unit;              // of what is counted: "items", or the unit of the quantity
    double capacity;               // places, or quantity where stations draw quantities
    double place_cost;             // currency per place and year
    bool by_quantity;              // capacity counts quantity instead of items
    double transit_s;              // from being put there until it can be taken
    const takt_conveyor *conveyor; // NULL: none
    takt_list position_m;          // double [2]: where vehicles bring items to; may be empty
    takt_list initial;             // takt_initial: what lies in it at time 0
} takt_buffer;

/// Stations, and machines of all of them together: identities in draws and events have so many
/// bits.
enum { TAKT_MAX_STATIONS = 4096, TAKT_MAX_MACHINES = 1000000 };

/// Capacity that means "unlimited".
#define TAKT_UNLIMITED 1e18

typedef struct takt_source {
    const char *name;
    const char *to;
    takt_distribution interarrival;
    double quantity;                 // of each item
    double value;                    // materials each item brings along, in currency
    bool wait_if_full;               // a full buffer stops the source; otherwise the item is lost
    takt_list takes_cards;           // const char *: before it lets an item in
    takt_rate_profile *rate_profile; // NULL: the same rate at all times
    takt_distribution batch;         // items of an arrival (rounded); mean 0: one
    takt_distribution *first;        // time of the first arrival; NULL: as between arrivals
    int32_t number;                  // arrivals in all; 0: no end
    const char *file;                // arrivals of a list instead; NULL: none
    const char *product;             // NULL: items without a route of their own
    int32_t priority;                // added to that of the product
    int32_t buffer;                  // resolved
    int32_t product_index;           // resolved, -1: none
    takt_arrival_list arrivals;      // of the file, once read
} takt_source;

typedef struct takt_input {
    const char *from;
    double take;      // items, or quantity where by_quantity
    bool by_quantity; // draws quantity; a partly used item stays mounted on the machine
    bool match;       // takes only parts that came from one item
    int32_t buffer;   // resolved
} takt_input;

enum { TAKT_ROUTE_OUT = -1, TAKT_ROUTE_SCRAP = -2 };

typedef struct takt_route {
    const char *to;     // a buffer, "out" or "scrap"
    double share;       // of the items, all shares of a station sum to 1
    int32_t parts;      // of each item that go here; 0: the route is drawn for the whole item
    double value_share; // of the whole, for these parts; all 0: as the share
    const char *by;     // transporters that carry them; NULL: they are there at once
    int32_t buffer;     // resolved: index, TAKT_ROUTE_OUT or TAKT_ROUTE_SCRAP
    int32_t fleet;      // resolved, -1: none
} takt_route;

/// When what has come due strikes.
typedef enum takt_strike {
    TAKT_STRIKE_AT_ONCE, // amid a job where it comes due amid a job
    TAKT_STRIKE_JOB_END, // when the job is done, whether its items can leave or not
    TAKT_STRIKE_START,   // when the next job has been loaded, before its first second
    TAKT_STRIKE_EMPTY,   // when an item has left; a machine that waits stays ready
    TAKT_STRIKE_IDLE,    // the same, and at once where the machine waits for items
    TAKT_STRIKE_COUNT
} takt_strike;

/// What becomes of a job that a failure or planned stop interrupts. The end of a shift only pauses.
typedef enum takt_interrupted {
    TAKT_INTERRUPTED_RESUMES,
    TAKT_INTERRUPTED_RESTARTS, // from the beginning, as long as before
    TAKT_INTERRUPTED_IS_SCRAPPED,
    TAKT_INTERRUPTED_COUNT
} takt_interrupted;

/// What the end of a shift makes of a job.
typedef enum takt_shift_end {
    TAKT_SHIFT_END_PAUSES,
    TAKT_SHIFT_END_FINISHES, // the machine goes on until the job is done
    TAKT_SHIFT_END_COUNT
} takt_shift_end;

/// When a machine waits for a place behind it.
typedef enum takt_blocking {
    TAKT_BLOCKING_AFTER,  // with the finished item
    TAKT_BLOCKING_BEFORE, // before it starts on the item
    TAKT_BLOCKING_COUNT
} takt_blocking;

/// What a repair that leaves a share of the age takes the rest from (Kijima 1989).
typedef enum takt_repair_model {
    TAKT_REPAIR_OF_ALL,       // the whole age: his model II
    TAKT_REPAIR_OF_LAST_LIFE, // what has been added since the last repair: his model I
    TAKT_REPAIR_MODEL_COUNT
} takt_repair_model;

/// What becomes of people's work that somebody of higher priority interrupts.
typedef enum takt_pre_empted {
    TAKT_PRE_EMPTED_RESUMES,
    TAKT_PRE_EMPTED_RESTARTS, // from the beginning, as long as before
    TAKT_PRE_EMPTED_COUNT
} takt_pre_empted;

/// Whom a repair, a planned stop or the work of a station calls, beside the name of the one crew.
typedef struct takt_people {
    takt_list crews;    // const char *: who is able to, in order of preference; none: see `crew`
    int32_t members;    // people at one time, all of one crew; 0 counts as 1
    int32_t priority;   // higher first
    int32_t pre_empted; // takt_pre_empted
} takt_people;

typedef struct takt_failure {
    const char *name; // NULL: nobody renews it but its own repair
    takt_distribution up, repair;
    int32_t counts;                                  // takt_meter
    int32_t strikes;                                 // takt_strike
    bool rests_idle, rests_blocked, rests_off_shift; // of CLOCK: does it stand still then?
    const char *crew;                                // who repairs; NULL: call.crews, or nobody
    takt_people call;
    double loss;          // quantity of the item scrapped by each failure during work
    double cost;          // currency each
    double leaves;        // share of the age that the repair leaves; 0: as new, 1: as old
    int32_t repair_model; // takt_repair_model
    takt_list renews;     // const char *: failures, wears and stops that the repair renews, too
} takt_failure;

/// A level that work or time raises and never lowers, until somebody renews it.
typedef struct takt_wear {
    const char *name;
    int32_t counts;             // takt_meter
    takt_distribution step;     // of the level, per hour, item or unit of quantity
    takt_distribution fails_at; // level at which the machine breaks; mean 0: never
    bool initial_uniform;       // machines start at levels spread evenly up to that
    int32_t strikes;            // takt_strike
    takt_distribution repair;
    const char *crew; // who repairs; NULL: nobody is needed
    takt_people call;
    double loss, cost, leaves;
    takt_list renews;
} takt_wear;

typedef enum takt_sensor_kind {
    TAKT_SENSOR_TEMPERATURE,
    TAKT_SENSOR_VIBRATION,
    TAKT_SENSOR_POWER,
    TAKT_SENSOR_KIND_COUNT
} takt_sensor_kind;

/// What somebody has mounted on each machine of a station: follows its state and its wear with a
/// lag of first order; the reading adds drift and noise.
typedef struct takt_sensor {
    const char *name;
    int32_t kind;         // takt_sensor_kind
    const char *unit;     // NULL: that of the kind
    double base, at_work; // units; at_work is added while the machine works
    double time_constant_s;
    const char *wear;   // NULL: none
    double wear_gain;   // units per level, added while it works
    double drift_per_h; // units
    double noise_sd;    // units
    double every_s;     // between readings
} takt_sensor;

/// The unit of a sensor's readings.
TAKT_API const char *takt_sensor_unit(const takt_sensor *sensor);

/// What a planned stop waits for instead of an interval.
typedef struct takt_condition {
    const char *wear;
    double above;                 // level
    double inspected_every_s;     // of the clock; 0: seen whenever a job ends
    takt_distribution inspection; // how long one takes
    const char *crew;             // who inspects; NULL: nobody is needed
    takt_people call;
    double cost; // currency per inspection
} takt_condition;

/// Interval of a stop whose condition says when.
#define TAKT_NO_INTERVAL 1e12

/// A planned stop (cleaning, change of a tool): begins when the meter says so, by default when the
/// next item has left.
typedef struct takt_stop {
    const char *name;
    double every;    // hours (clock, working), items, or quantity; 0, TAKT_NO_INTERVAL: not given
    int32_t counts;  // takt_meter
    int32_t strikes; // takt_strike
    takt_distribution duration;
    const char *crew; // who does it; NULL: call.crews, or nobody
    takt_people call;
    double cost;               // currency each
    double loss;               // quantity of the next item scrapped by the stop
    bool initial_age_uniform;  // machines start with ages spread over the interval
    const char *also_resets;   // name of another stop that this one includes; NULL: none
    takt_condition *condition; // NULL: the interval alone says when
    takt_list renews;          // const char *: failures, wears and stops
    double leaves; // share of their age and level, and of the condition's, that it leaves
    int32_t also_resets_index; // resolved, -1: none
} takt_stop;

/// People without whom the machines of a station do not work. They come when a job has been loaded
/// and leave when it is done or interrupted.
typedef struct takt_operators {
    const char *crew; // NULL: call.crews
    takt_people call;
} takt_operators;

struct takt_station {
    const char *name;
    const char *stage; // of the process model; NULL: plain service times
    int32_t n_machines;
    int32_t batch_min, batch_max; // items taken at once where there is one input by items
    int32_t batch_of;             // takt_batch_of
    double batch_wait_s;          // after which fewer than batch_min start; 0: never
    takt_list changeovers;        // takt_changeover
    const char *initial_setup;    // NULL: none
    int32_t setup_min_run;        // items between two changeovers, at least
    bool setup_min_run_waits;     // for more of them; else only while they are there
    bool failures_lose_setup, stops_lose_setup, shifts_lose_setup, idle_loses_setup;
    int32_t initial_setup_index; // resolved, -1: none
    int32_t blocking;            // takt_blocking
    int32_t interrupted;         // takt_interrupted
    const char *calendar;        // when its people are there; NULL: always
    int32_t shift_end;           // takt_shift_end
    int32_t calendar_index;      // resolved, -1: none
    takt_distribution service;
    takt_operators *operators; // NULL: it needs nobody
    double power_kW;           // while working, per machine; below: in other states
    double power_idle_kW;      // starved, blocked or unstaffed
    double power_down_kW, power_stopped_kW, power_off_shift_kW, power_setup_kW;
    double planned_time_s;   // per item; 0: what the service time says
    double item_value;       // currency added to each item worked on
    double machine_cost;     // currency per machine and year
    takt_list inputs;        // takt_input; none: an endless supply
    takt_list routes;        // takt_route
    takt_list failures;      // takt_failure
    takt_list stops;         // takt_stop
    takt_list wears;         // takt_wear
    takt_list sensors;       // takt_sensor
    takt_list position_m;    // double [2]: x, y; may be empty
    takt_list takes_cards;   // const char *: for an item before it starts on it
    takt_list returns_cards; // takt_card_return
    takt_list dispatch;      // const char *: rules, names of takt_dispatch; none: first come
    const takt_score *score; // of the rule of that name
    takt_list decides;       // const char *: names of takt_decision_kind
    double decision_window;  // share of a stop's interval before its end
    int32_t decides_set;     // resolved, 1 << takt_decision_kind
    const char *makes;       // product that new items become, NULL: none
    int32_t makes_index;     // resolved, -1: none
    int32_t rules[TAKT_DISPATCH_MAX]; // resolved, takt_dispatch
    int32_t n_rules;                  // 0: first come
    int32_t n_steps;                  // resolved: of products that it works on
    int32_t stage_index;              // resolved by the process model, -1: none
};

typedef enum takt_crew_rule {
    TAKT_CREW_FIRST_COME,
    TAKT_CREW_LEAST_STOCK, // the station whose output buffer is emptiest comes first
    TAKT_CREW_RULE_COUNT
} takt_crew_rule;

/// When people are taken away from what they are doing.
typedef enum takt_pre_emption {
    TAKT_PRE_EMPTION_NEVER,
    TAKT_PRE_EMPTION_BY_PRIORITY, // by what has a higher one, from what has the lowest
    TAKT_PRE_EMPTION_COUNT
} takt_pre_emption;

typedef struct takt_crew {
    const char *name;
    int32_t size;
    int32_t rule;           // takt_crew_rule, among equal priorities
    int32_t pre_emption;    // takt_pre_emption
    int32_t shift_end;      // takt_shift_end: work in hand is finished, or waits for others
    double member_cost;     // currency per person and year
    const char *calendar;   // when they are there; NULL: always
    int32_t calendar_index; // resolved, -1: none
} takt_crew;

typedef struct takt_prices {
    const char *currency;
    double energy_per_kWh;
    takt_tariff *tariff;       // in place of energy_per_kWh; NULL: none
    double carbon_kg_per_kWh;  // where the tariff has none
    double carbon_price_per_t; // currency per 1000 kg
    double fixed_per_year;
    double hours_per_year;      // operating hours that the yearly costs are spread over
    double stock_rate_per_year; // of the materials in the plant
    double base_load_kW;        // whatever the output
    double good_value;          // per unit of good output, for decisions; no part of the cost
} takt_prices;

struct takt_factory {
    const char *unit;  // of the good output: "unit", "kWh"
    int32_t max_items; // in the plant at one time; a queue that outgrows it ends the run
    takt_list sources, buffers, stations, crews, calendars, products, transporters, cards;
    takt_list exit_m; // double [2]: where vehicles bring what leaves; may be empty
    takt_prices prices;
    int32_t n_setups; // resolved: that the steps name
};

extern TAKT_API const takt_schema takt_factory_schema;

/// Turns names into indices and checks what single fields cannot say: routes to places that are not
/// there, a cycle without exit, shares that do not sum to 1, an input that nobody fills. Local.
/// Returns TAKT_ERR_INPUT and the first problem; the caller adds file and line.
TAKT_API takt_status takt_factory_resolve(takt_factory *factory, takt_problem *problem);

/// Checks whom the entry at `path` calls: crews that are there, named once and large enough.
TAKT_API takt_status takt_people_check(const takt_factory *factory, const char *crew,
                                       const takt_people *call, takt_path path,
                                       takt_problem *problem);

/// "a, b, c" of the names of a list whose elements begin with them, cut where it gets long: what a
/// message offers. Writes at most `n_bytes` into `out`.
TAKT_API const char *takt_list_names(const takt_list *list, size_t item_size, char *out,
                                     size_t n_bytes);

/// Index of the named entry of a list whose elements begin with their name, -1 if absent.
TAKT_API int32_t takt_list_find(const takt_list *list, size_t item_size, const char *name);

TAKT_EXTERN_C_END

#endif
