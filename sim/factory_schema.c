// The keys of a factory in a study: one table per struct of sim/factory.h.

#include "sim/cards.h"
#include "sim/factory.h"

static const char *const meter_names[] = {"clock", "working", "items", "quantity", NULL};
static const char *const strike_names[] = {"at_once",    "job_end",   "next_start",
                                           "when_empty", "when_idle", NULL};
static const char *const repair_model_names[] = {"of_all", "of_last_life", NULL};
static const char *const interrupted_names[] = {"resumes", "restarts", "is_scrapped", NULL};
static const char *const shift_end_names[] = {"pauses", "finishes", NULL};
static const char *const batch_of_names[] = {"any", "product", "setup", "step", NULL};
static const char *const blocking_names[] = {"after_service", "before_service", NULL};
static const char *const crew_rule_names[] = {"first_come", "least_stock", NULL};
static const char *const pre_emption_names[] = {"never", "by_priority", NULL};
static const char *const pre_empted_names[] = {"resumes", "restarts", NULL};

/// Whom something calls: the rows of `crew` and of its takt_people `call`.
#define CALL_FIELDS(structure, crew_doc)                                                           \
    TAKT_FIELD(structure, crew, NAME, .doc = crew_doc),                                            \
        TAKT_FIELD_AS("crews", structure, call.crews, TEXT_LIST,                                   \
                      .doc = "or all crews able to do it, in order of preference"),                \
        TAKT_FIELD_AS("members", structure, call.members, INTEGER, TAKT_RANGE(1, 100000),          \
                      .default_text = "1",                                                         \
                      .doc = "people it takes, all of one crew and all at one time"),              \
        TAKT_FIELD_AS("priority", structure, call.priority, INTEGER, TAKT_RANGE(-1e6, 1e6),        \
                      .default_text = "0",                                                         \
                      .doc = "who comes first to a crew: higher before lower"),                    \
        TAKT_FIELD_AS("pre_empted", structure, call.pre_empted, CHOICE,                            \
                      .choices = pre_empted_names, .default_text = "resumes",                      \
                      .doc = "once its people have been taken away, it goes on with what was "     \
                             "left, or begins again and takes as long as before")

static const takt_field buffer_fields[] = {
    TAKT_FIELD(takt_buffer, name, NAME, .required = true, .doc = "name, unique among buffers"),
    TAKT_FIELD(takt_buffer, capacity, NUMBER, TAKT_RANGE(0, TAKT_UNLIMITED), .default_text = "1e18",
               .unit = "places or quantity", .doc = "how much it holds; left out: without limit"),
    TAKT_FIELD(takt_buffer, by_quantity, BOOLEAN, .default_text = "false",
               .doc = "the capacity counts quantity (a tank) instead of items (a rack)"),
    TAKT_FIELD(takt_buffer, unit, TEXT, .default_text = "items", .doc = "unit of the capacity"),
    TAKT_FIELD(takt_buffer, place_cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency/year", .doc = "cost of one place per year of operation"),
    TAKT_FIELD_AS("transit", takt_buffer, transit_s, DURATION, TAKT_RANGE(0, 1e9),
                  .default_text = "0",
                  .doc = "time from being put there until it can be taken; it has its place from "
                         "the first moment"),
    TAKT_FIELD(takt_buffer, conveyor, OPTIONAL, .schema = &takt_conveyor_schema,
               .doc = "items travel through it; its capacity follows from its length"),
    TAKT_FIELD(takt_buffer, position_m, NUMBER_LIST, .max_items = 2, .unit = "m",
               .doc = "where vehicles bring items to, [x, y]; left out: the station that takes "
                      "them"),
    TAKT_FIELD(takt_buffer, initial, LIST, .schema = &takt_initial_schema,
               .doc = "items that lie in it at time 0"),
};
static const takt_schema buffer_schema =
    TAKT_SCHEMA("buffer", takt_buffer, buffer_fields,
                "A store between stations. A station that finds it full stays blocked with its "
                "finished item (blocking after service).");

static const takt_field source_fields[] = {
    TAKT_FIELD(takt_source, name, NAME, .required = true, .doc = "name, unique among sources"),
    TAKT_FIELD(takt_source, to, NAME,
               .doc = "buffer the items arrive in; left out: that of the product's first step"),
    TAKT_FIELD(takt_source, product, NAME,
               .doc = "what arrives: a product, which follows its steps; left out: items that "
                      "follow the routes of the stations"),
    TAKT_FIELD(takt_source, priority, INTEGER, TAKT_RANGE(-1000000, 1000000), .default_text = "0",
               .doc = "added to the priority of the product (hot lots)"),
    TAKT_FIELD(takt_source, interarrival, STRUCT, .schema = &takt_distribution_schema,
               .doc = "time between arrivals"),
    TAKT_FIELD(takt_source, quantity, NUMBER, TAKT_RANGE(1e-9, 1e12), .default_text = "1",
               .unit = "quantity", .doc = "quantity of each item"),
    TAKT_FIELD(takt_source, value, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "materials in each item"),
    TAKT_FIELD(takt_source, wait_if_full, BOOLEAN, .default_text = "false",
               .doc = "a full buffer holds the source; otherwise the item is turned away"),
    TAKT_FIELD(takt_source, takes_cards, TEXT_LIST,
               .doc = "cards (factory.cards) that an item needs to get in; without them it waits "
                      "or is turned away as before a full buffer"),
    TAKT_FIELD(takt_source, rate_profile, OPTIONAL, .schema = &takt_rate_profile_schema,
               .doc = "a rate of arrivals that follows the clock"),
    TAKT_FIELD(takt_source, batch, STRUCT, .schema = &takt_distribution_schema,
               .doc = "items that arrive together, a number or a distribution rounded to whole "
                      "items; left out: one"),
    TAKT_FIELD(takt_source, first, OPTIONAL, .schema = &takt_distribution_schema,
               .doc = "when the first arrival comes; left out: after a time between arrivals"),
    TAKT_FIELD(takt_source, number, INTEGER, TAKT_RANGE(0, 2000000000), .default_text = "0",
               .doc = "arrivals in all, a batch is one; 0: without end"),
    TAKT_FIELD(takt_source, file, TEXT,
               .doc = "CSV file of arrivals instead: columns time_h or time_s, and if wanted "
                      "quantity, value, product, priority, due_h or due_s; looked for in the "
                      "folder of the study and from where takt "
                      "was called"),
};
static const takt_schema source_schema = TAKT_SCHEMA(
    "source", takt_source, source_fields, "Items that arrive from outside at random times.");

static const takt_field input_fields[] = {
    TAKT_FIELD(takt_input, from, NAME, .required = true, .doc = "buffer"),
    TAKT_FIELD(takt_input, take, NUMBER, TAKT_RANGE(1e-9, 1e12), .default_text = "1",
               .unit = "items or quantity", .doc = "how much one piece of work needs"),
    TAKT_FIELD(takt_input, by_quantity, BOOLEAN, .default_text = "false",
               .doc = "draw a quantity; a partly used item of a rack stays on the machine"),
    TAKT_FIELD(takt_input, match, BOOLEAN, .default_text = "false",
               .doc = "take only parts that came from one item (`parts` of routes), together with "
                      "those of the other inputs that match"),
};
static const takt_schema input_schema =
    TAKT_SCHEMA("input", takt_input, input_fields, "What a station takes before it starts.");

static const takt_field route_fields[] = {
    TAKT_FIELD(takt_route, to, NAME, .required = true, .doc = "a buffer, `out` or `scrap`"),
    TAKT_FIELD(takt_route, share, NUMBER, TAKT_RANGE(0, 1), .default_text = "1", .unit = "1",
               .doc = "share of the items, drawn at random; the shares of a station sum to 1"),
    TAKT_FIELD(takt_route, parts, INTEGER, TAKT_RANGE(0, 1e6), .default_text = "0",
               .doc = "the station takes each finished item apart: so many parts of it go here, "
                      "and `share` is what they have of its quantity; all routes or none"),
    TAKT_FIELD(takt_route, value_share, NUMBER, TAKT_RANGE(0, 1), .default_text = "0", .unit = "1",
               .doc = "what these parts have of its value and energy; left out on all routes: as "
                      "`share`"),
    TAKT_FIELD(takt_route, by, NAME,
               .doc = "transporters that carry them (factory.transporters); left out: they are "
                      "there at once"),
};
static const takt_schema route_schema =
    TAKT_SCHEMA("route", takt_route, route_fields, "Where a finished item goes.");

static const takt_field failure_fields[] = {
    TAKT_FIELD(takt_failure, name, NAME, .doc = "name, for those that renew it"),
    TAKT_FIELD(takt_failure, up, STRUCT, .schema = &takt_distribution_schema,
               .doc = "time to failure, on the clock that `counts` names"),
    TAKT_FIELD(takt_failure, repair, STRUCT, .schema = &takt_distribution_schema,
               .doc = "repair time, without waiting for the crew"),
    TAKT_FIELD(takt_failure, counts, CHOICE, .choices = meter_names, .default_text = "working",
               .doc = "what brings a failure nearer: time of the clock or of work, or items or "
                      "quantity finished (`up` then counts these)"),
    TAKT_FIELD(takt_failure, strikes, CHOICE, .choices = strike_names, .default_text = "at_once",
               .doc = "when it strikes once it has come due: at_once (amid the job), job_end "
                      "(also where the item cannot leave), next_start (of a job), when_empty (the "
                      "item has left), when_idle (that, or at once while the machine waits)"),
    TAKT_FIELD(takt_failure, rests_idle, BOOLEAN, .default_text = "false",
               .doc = "a failure that counts the clock comes no nearer while the machine waits for "
                      "items or people (never does it during repairs and planned stops)"),
    TAKT_FIELD(takt_failure, rests_blocked, BOOLEAN, .default_text = "false",
               .doc = "nor while it waits for a place behind it"),
    TAKT_FIELD(takt_failure, rests_off_shift, BOOLEAN, .default_text = "false",
               .doc = "nor while its shift is off; else what comes due then strikes when the shift "
                      "begins"),
    CALL_FIELDS(takt_failure, "crew that repairs; left out: nobody is needed"),
    TAKT_FIELD(takt_failure, loss, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "quantity", .doc = "scrapped from the item in work"),
    TAKT_FIELD(takt_failure, cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "cost of each"),
    TAKT_FIELD(takt_failure, leaves, NUMBER, TAKT_RANGE(0, 1), .default_text = "0", .unit = "1",
               .doc = "share of the age that the repair leaves: 0 as good as new, 1 as bad as old "
                      "(minimal repair: `up` goes on at its age)"),
    TAKT_FIELD(takt_failure, repair_model, CHOICE, .choices = repair_model_names,
               .default_text = "of_all",
               .doc = "what `leaves` is a share of: of_all, the whole age (Kijima's model II); "
                      "of_last_life, what was added since the last repair (his model I)"),
    TAKT_FIELD(takt_failure, renews, TEXT_LIST,
               .doc = "failures, wears and stops of the station that the repair renews as well"),
};
static const takt_schema failure_schema =
    TAKT_SCHEMA("failure", takt_failure, failure_fields,
                "One way in which the machines of a station break. What becomes of the job in hand "
                "says `interrupted` of the station.");

static const takt_field wear_fields[] = {
    TAKT_FIELD(takt_wear, name, NAME, .required = true, .doc = "name, unique in the station"),
    TAKT_FIELD(takt_wear, counts, CHOICE, .choices = meter_names, .default_text = "working",
               .doc = "what raises the level: hours of the clock or of work, items or quantity"),
    TAKT_FIELD(takt_wear, step, STRUCT, .schema = &takt_distribution_schema,
               .doc = "how far one hour, item or unit of quantity raises it (`{mean: 0.02}`: by "
                      "0.02); by the hour and by quantity constant, exponential, erlang, gamma"),
    TAKT_FIELD(takt_wear, fails_at, STRUCT, .schema = &takt_distribution_schema,
               .doc = "level at which the machine breaks, drawn for each life; left out: never"),
    TAKT_FIELD(takt_wear, initial_uniform, BOOLEAN, .default_text = "false",
               .doc = "machines start at levels spread evenly up to where they break, else at 0"),
    TAKT_FIELD(takt_wear, strikes, CHOICE, .choices = strike_names, .default_text = "at_once",
               .doc = "when it breaks once the level is there; levels are seen when a job ends"),
    TAKT_FIELD(takt_wear, repair, STRUCT, .schema = &takt_distribution_schema,
               .doc = "repair time, without waiting for the crew"),
    CALL_FIELDS(takt_wear, "crew that repairs; left out: nobody is needed"),
    TAKT_FIELD(takt_wear, loss, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "quantity", .doc = "scrapped from the item in work"),
    TAKT_FIELD(takt_wear, cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "cost of each repair"),
    TAKT_FIELD(takt_wear, leaves, NUMBER, TAKT_RANGE(0, 0.99), .default_text = "0", .unit = "1",
               .doc = "share of the level that the repair leaves; 0: a new part"),
    TAKT_FIELD(takt_wear, renews, TEXT_LIST,
               .doc = "failures, wears and stops of the station that the repair renews as well"),
};
static const takt_schema wear_schema =
    TAKT_SCHEMA("wear", takt_wear, wear_fields,
                "A level that rises by random steps with work or time (a gamma process by the "
                "hour): the machine breaks where it gets too high, planned stops may watch it, and "
                "a stage of the process model may work worse with it.");

static const char *const sensor_names[] = {"temperature", "vibration", "power", NULL};
static const takt_field sensor_fields[] = {
    TAKT_FIELD(takt_sensor, name, NAME, .required = true, .doc = "name, unique in the station"),
    TAKT_FIELD(takt_sensor, kind, CHOICE, .choices = sensor_names, .default_text = "temperature",
               .doc = "what it measures"),
    TAKT_FIELD(takt_sensor, unit, TEXT, .doc = "unit; left out: degC, mm/s or kW, by the kind"),
    TAKT_FIELD(takt_sensor, base, NUMBER, TAKT_RANGE(-1e9, 1e9), .default_text = "0",
               .unit = "unit of the sensor", .doc = "where it settles while the machine stands"),
    TAKT_FIELD(takt_sensor, at_work, NUMBER, TAKT_RANGE(-1e9, 1e9), .default_text = "0",
               .unit = "unit of the sensor", .doc = "added while the machine works"),
    TAKT_FIELD_AS("time_constant", takt_sensor, time_constant_s, DURATION, TAKT_RANGE(0, 1e9),
                  .default_text = "0", .doc = "of the lag of first order with which it follows"),
    TAKT_FIELD(takt_sensor, wear, NAME, .doc = "wear of the machine that it shows"),
    TAKT_FIELD(takt_sensor, wear_gain, NUMBER, TAKT_RANGE(-1e9, 1e9), .default_text = "0",
               .unit = "unit per level", .doc = "added at work for each unit of its level"),
    TAKT_FIELD(takt_sensor, drift_per_h, NUMBER, TAKT_RANGE(-1e9, 1e9), .default_text = "0",
               .unit = "unit/h", .doc = "by which its readings go wrong, from time 0 on"),
    TAKT_FIELD(takt_sensor, noise_sd, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "unit of the sensor", .doc = "standard deviation of its normal noise"),
    TAKT_FIELD_AS("every", takt_sensor, every_s, DURATION, TAKT_RANGE(1e-3, 1e9),
                  .default_text = "60", .doc = "time between readings; the first is at time 0"),
};
static const takt_schema sensor_schema =
    TAKT_SCHEMA("sensor", takt_sensor, sensor_fields,
                "A sensor on each machine of a station: it follows what the machine does and how "
                "worn it is, with a lag, a drift and noise.");

static const takt_field condition_fields[] = {
    TAKT_FIELD(takt_condition, wear, NAME, .required = true, .doc = "wear that is watched"),
    TAKT_FIELD(takt_condition, above, NUMBER, TAKT_RANGE(1e-9, 1e12), .required = true,
               .unit = "level", .doc = "the stop is due where the level is this high or higher"),
    TAKT_FIELD_AS("inspected_every", takt_condition, inspected_every_s, DURATION,
                  TAKT_RANGE(0, 1e9), .default_text = "0",
                  .doc = "time of the clock between inspections; 0: the level is known whenever a "
                         "job ends"),
    TAKT_FIELD(takt_condition, inspection, STRUCT, .schema = &takt_distribution_schema,
               .doc = "how long an inspection stops the machine"),
    CALL_FIELDS(takt_condition, "crew that inspects; left out: nobody is needed"),
    TAKT_FIELD(takt_condition, cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "cost of an inspection"),
};
static const takt_schema condition_schema =
    TAKT_SCHEMA("condition", takt_condition, condition_fields,
                "When a stop is due by the state of the machine instead of an interval. "
                "Inspections begin as the stop's `strikes` says.");

static const takt_field stop_fields[] = {
    TAKT_FIELD(takt_stop, name, NAME, .required = true, .doc = "name, unique in the station"),
    TAKT_FIELD(takt_stop, every, NUMBER, TAKT_RANGE(1e-6, 1e12), .default_text = "1e12",
               .unit = "h, items or quantity",
               .doc = "interval, in what `counts` says; left out only where there is a condition"),
    TAKT_FIELD(takt_stop, counts, CHOICE, .choices = meter_names, .default_text = "working",
               .doc = "hours of the clock, hours of work, items or quantity"),
    TAKT_FIELD(takt_stop, duration, STRUCT, .schema = &takt_distribution_schema,
               .doc = "how long it takes"),
    TAKT_FIELD(takt_stop, strikes, CHOICE, .choices = strike_names, .default_text = "when_empty",
               .doc = "when it begins once it is due: at_once (amid the job), job_end, next_start, "
                      "when_empty (an item has left; a machine that waits stays ready), when_idle "
                      "(that, or at once while the machine waits)"),
    CALL_FIELDS(takt_stop, "crew that does it; left out: nobody is needed"),
    TAKT_FIELD(takt_stop, cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "cost of each"),
    TAKT_FIELD(takt_stop, loss, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "quantity", .doc = "scrapped from the next item"),
    TAKT_FIELD(takt_stop, initial_age_uniform, BOOLEAN, .default_text = "false",
               .doc = "machines start at ages spread evenly over the interval, else as new"),
    TAKT_FIELD(takt_stop, also_resets, NAME, .doc = "another stop that this one includes"),
    TAKT_FIELD(takt_stop, condition, OPTIONAL, .schema = &condition_schema,
               .doc = "the wear that says when, instead of `every`; the stop renews it"),
    TAKT_FIELD(takt_stop, renews, TEXT_LIST,
               .doc = "failures, wears and stops of the station that it renews"),
    TAKT_FIELD(takt_stop, leaves, NUMBER, TAKT_RANGE(0, 1), .default_text = "0", .unit = "1",
               .doc = "share of their ages and levels that it leaves, 0: as new"),
};
static const takt_schema stop_schema =
    TAKT_SCHEMA("stop", takt_stop, stop_fields,
                "A planned stop: cleaning, a change of tools, maintenance by the calendar or by "
                "use.");

static const takt_field operators_fields[] = {
    TAKT_FIELD(takt_operators, crew, NAME, .doc = "crew whose members work there"),
    TAKT_FIELD_AS("crews", takt_operators, call.crews, TEXT_LIST,
                  .doc = "or all crews able to work there, in order of preference"),
    TAKT_FIELD_AS("members", takt_operators, call.members, INTEGER, TAKT_RANGE(1, 100000),
                  .default_text = "1", .doc = "people at each machine, all of one crew"),
    TAKT_FIELD_AS("priority", takt_operators, call.priority, INTEGER, TAKT_RANGE(-1e6, 1e6),
                  .default_text = "0",
                  .doc = "who comes first to a crew, repairs or machines: higher before lower"),
};
static const takt_schema operators_schema =
    TAKT_SCHEMA("operators", takt_operators, operators_fields,
                "People without whom a machine does not work: it calls them when a job has been "
                "loaded, and they leave when it is done or interrupted.");

static const takt_field station_fields[] = {
    TAKT_FIELD(takt_station, name, NAME, .required = true, .doc = "name, unique among stations"),
    TAKT_FIELD(takt_station, stage, NAME,
               .doc = "stage of the process model that sets time, "
                      "quantity, energy and quality"),
    TAKT_FIELD_AS("machines", takt_station, n_machines, INTEGER, TAKT_RANGE(1, 100000),
                  .default_text = "1", .doc = "machines that work in parallel"),
    TAKT_FIELD(takt_station, service, STRUCT, .schema = &takt_distribution_schema,
               .doc = "time per piece of work, where no stage sets it"),
    TAKT_FIELD(takt_station, operators, OPTIONAL, .schema = &operators_schema,
               .doc = "people that each machine needs while it works; left out: nobody"),
    TAKT_FIELD(takt_station, batch_min, INTEGER, TAKT_RANGE(1, 1000000), .default_text = "1",
               .doc = "items that must wait before a machine starts"),
    TAKT_FIELD(takt_station, batch_max, INTEGER, TAKT_RANGE(1, 1000000), .default_text = "1",
               .doc = "items worked on at once"),
    TAKT_FIELD(takt_station, batch_of, CHOICE, .choices = batch_of_names, .default_text = "any",
               .doc = "what the items of one batch have in common"),
    TAKT_FIELD_AS("batch_wait", takt_station, batch_wait_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .unit = "s",
                  .doc =
                      "when one has waited so long, fewer than batch_min start; 0: they wait on"),
    TAKT_FIELD(takt_station, changeovers, LIST, .schema = &takt_changeover_schema,
               .doc = "times from one setup to another; none: setups take no time"),
    TAKT_FIELD(takt_station, initial_setup, NAME,
               .doc = "setup of its machines at time 0; left out: none"),
    TAKT_FIELD(takt_station, setup_min_run, INTEGER, TAKT_RANGE(1, 1000000), .default_text = "1",
               .doc = "items between two changeovers of a machine, at least"),
    TAKT_FIELD(takt_station, setup_min_run_waits, BOOLEAN, .default_text = "false",
               .doc = "a machine waits until so many have come; else it changes over when none of "
                      "its setup is there"),
    TAKT_FIELD(takt_station, failures_lose_setup, BOOLEAN, .default_text = "false",
               .doc = "a machine that has broken must be set up again, also for the job in hand"),
    TAKT_FIELD(takt_station, stops_lose_setup, BOOLEAN, .default_text = "false",
               .doc = "the same after a planned stop"),
    TAKT_FIELD(takt_station, shifts_lose_setup, BOOLEAN, .default_text = "false",
               .doc = "the same after the end of its shift"),
    TAKT_FIELD(takt_station, idle_loses_setup, BOOLEAN, .default_text = "false",
               .doc =
                   "a machine that has had to wait for items must be set up again (it cools down)"),
    TAKT_FIELD(takt_station, blocking, CHOICE, .choices = blocking_names,
               .default_text = "after_service",
               .doc = "a machine that finds no place behind it waits with the finished item, or "
                      "before it starts on one"),
    TAKT_FIELD(takt_station, interrupted, CHOICE, .choices = interrupted_names,
               .default_text = "resumes",
               .doc = "what becomes of a job that a failure or planned stop interrupts: it goes on "
                      "where it was, begins again and takes as long as before, or its items are "
                      "scrapped"),
    TAKT_FIELD(takt_station, calendar, NAME,
               .doc = "when its people are there (factory.calendars); left out: always"),
    TAKT_FIELD(takt_station, shift_end, CHOICE, .choices = shift_end_names,
               .default_text = "pauses",
               .doc = "the end of a shift pauses the job in hand until the next shift, or its "
                      "people finish it first"),
    TAKT_FIELD(takt_station, power_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW", .doc = "electric power of a machine at work"),
    TAKT_FIELD(takt_station, power_idle_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW",
               .doc = "power while it waits for items, for a place behind it or for people"),
    TAKT_FIELD(takt_station, power_down_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW",
               .doc = "power while it is broken, from the failure to the repair's end"),
    TAKT_FIELD(takt_station, power_stopped_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW", .doc = "power during planned stops"),
    TAKT_FIELD(takt_station, power_off_shift_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW", .doc = "power while its people are away"),
    TAKT_FIELD(takt_station, power_setup_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW", .doc = "power while it is set up"),
    TAKT_FIELD_AS("planned_time", takt_station, planned_time_s, DURATION, TAKT_RANGE(0, 1e9),
                  .default_text = "0",
                  .doc = "planned run time of one item, for effectiveness and OEE; 0: the mean of "
                         "`service` over batch_max items (where a stage sets the time: that time)"),
    TAKT_FIELD(takt_station, item_value, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "materials added to each item"),
    TAKT_FIELD(takt_station, machine_cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency/year",
               .doc = "cost of each machine a year: capital, rent, operators"),
    TAKT_FIELD(takt_station, inputs, LIST, .schema = &input_schema,
               .doc = "what it takes; none: an endless supply"),
    TAKT_FIELD(takt_station, routes, LIST, .schema = &route_schema,
               .doc = "where finished items go that belong to no product"),
    TAKT_FIELD(takt_station, dispatch, TEXT_LIST, .max_items = TAKT_DISPATCH_MAX,
               .doc = "which of the waiting items goes first: first_come (as when left out), "
                      "last_come, priority, shortest_time or longest_time (mean of the step), "
                      "shortest_job (the time it will take), earliest_due_date, least_slack, "
                      "critical_ratio, least_work_left, most_work_left, oldest, same_setup, "
                      "shortest_setup, score; in a list each decides where those before it find "
                      "no difference"),
    TAKT_FIELD(takt_station, score, OPTIONAL, .schema = &takt_score_schema,
               .doc = "weights of the rule `score`"),
    TAKT_FIELD(takt_station, decides, TEXT_LIST, .max_items = 2,
               .doc =
                   "what somebody may decide while it runs (docs/decisions.md): dispatch (which of "
                   "the waiting steps a machine takes), maintenance (whether an empty machine "
                   "begins a planned stop); without anybody the rules of the study answer"),
    TAKT_FIELD(takt_station, decision_window, NUMBER, TAKT_RANGE(0, 1), .default_text = "0",
               .unit = "1",
               .doc = "of maintenance: a stop may begin so large a share of its interval before it "
                      "is due; 1: at any time"),
    TAKT_FIELD(takt_station, makes, NAME,
               .doc = "product that its new items become, where it assembles or makes them"),
    TAKT_FIELD(takt_station, takes_cards, TEXT_LIST,
               .doc = "cards (factory.cards) that each item needs before a machine starts on it, "
                      "unless it holds them already"),
    TAKT_FIELD(takt_station, returns_cards, LIST, .schema = &takt_card_return_schema,
               .doc = "cards that it takes off its items"),
    TAKT_FIELD(takt_station, failures, LIST, .schema = &failure_schema, .max_items = 16,
               .unique_names = true, .doc = "how its machines break; each has a clock of its own"),
    TAKT_FIELD(takt_station, wears, LIST, .schema = &wear_schema, .unique_names = true,
               .max_items = 16, .doc = "what wears out on its machines"),
    TAKT_FIELD(takt_station, sensors, LIST, .schema = &sensor_schema, .unique_names = true,
               .max_items = 16, .doc = "sensors on each of its machines"),
    TAKT_FIELD(takt_station, stops, LIST, .schema = &stop_schema, .unique_names = true,
               .doc = "planned stops"),
    TAKT_FIELD(takt_station, position_m, NUMBER_LIST, .max_items = 2, .unit = "m",
               .doc = "place on the floor, [x, y]"),
};
static const takt_schema station_schema =
    TAKT_SCHEMA("station", takt_station, station_fields,
                "One or more like machines that take items, work on them and pass them on.");

static const takt_field crew_fields[] = {
    TAKT_FIELD(takt_crew, name, NAME, .required = true, .doc = "name, unique among crews"),
    TAKT_FIELD(takt_crew, size, INTEGER, TAKT_RANGE(1, 100000), .default_text = "1",
               .doc = "people"),
    TAKT_FIELD(takt_crew, rule, CHOICE, .choices = crew_rule_names, .default_text = "first_come",
               .doc = "who is served first among equal priorities: the longest waiting, or the "
                      "station whose output buffer is emptiest"),
    TAKT_FIELD(takt_crew, pre_emption, CHOICE, .choices = pre_emption_names,
               .default_text = "never",
               .doc = "a call of higher priority takes people away from what has the lowest; or "
                      "it waits until they are done"),
    TAKT_FIELD(takt_crew, member_cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency/year", .doc = "cost of each person a year"),
    TAKT_FIELD(takt_crew, calendar, NAME,
               .doc = "when they are there (factory.calendars), left out: always"),
    TAKT_FIELD(takt_crew, shift_end, CHOICE, .choices = shift_end_names, .default_text = "finishes",
               .doc = "at the end of their shift they finish what they have begun, or leave it to "
                      "others or to their next shift (pauses)"),
};
static const takt_schema crew_schema =
    TAKT_SCHEMA("crew", takt_crew, crew_fields, "People who repair machines and work at them.");

static const takt_field prices_fields[] = {
    TAKT_FIELD(takt_prices, currency, TEXT, .default_text = "EUR", .doc = "currency of all prices"),
    TAKT_FIELD(takt_prices, energy_per_kWh, NUMBER, TAKT_RANGE(0, 1e6), .default_text = "0",
               .unit = "currency/kWh", .doc = "price of energy at all times"),
    TAKT_FIELD(takt_prices, tariff, OPTIONAL, .schema = &takt_tariff_schema,
               .doc = "price of energy by the time of day, in place of energy_per_kWh"),
    TAKT_FIELD(takt_prices, carbon_kg_per_kWh, NUMBER, TAKT_RANGE(0, 100), .default_text = "0",
               .unit = "kg/kWh", .doc = "carbon dioxide (equivalents) per kWh drawn"),
    TAKT_FIELD(takt_prices, carbon_price_per_t, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "currency/t", .doc = "price of 1000 kg of it"),
    TAKT_FIELD(takt_prices, fixed_per_year, NUMBER, TAKT_RANGE(0, 1e15), .default_text = "0",
               .unit = "currency/year", .doc = "capital, labour, rent: whatever the output"),
    TAKT_FIELD(takt_prices, hours_per_year, NUMBER, TAKT_RANGE(1, 8784), .default_text = "8760",
               .unit = "h/year", .doc = "operating hours that a year's costs are spread over"),
    TAKT_FIELD(takt_prices, stock_rate_per_year, NUMBER, TAKT_RANGE(0, 10), .default_text = "0",
               .unit = "1/year", .doc = "cost of capital on the materials in the plant"),
    TAKT_FIELD(takt_prices, base_load_kW, NUMBER, TAKT_RANGE(0, 1e9), .default_text = "0",
               .unit = "kW", .doc = "power drawn whatever the output (dry rooms, light)"),
    TAKT_FIELD(takt_prices, good_value, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency/unit",
               .doc = "what good output is worth to those who decide; no part of the cost"),
};
static const takt_schema prices_schema =
    TAKT_SCHEMA("prices", takt_prices, prices_fields, "What things cost.");

static const takt_field factory_fields[] = {
    TAKT_FIELD(takt_factory, unit, NAME, .default_text = "unit", .doc = "unit of the good output"),
    TAKT_FIELD(takt_factory, max_items, INTEGER, TAKT_RANGE(16, 10000000), .default_text = "20000",
               .doc = "items in the plant at one time; a queue that outgrows it ends the run"),
    TAKT_FIELD(takt_factory, sources, LIST, .schema = &source_schema, .unique_names = true,
               .doc = "what arrives from outside"),
    TAKT_FIELD(takt_factory, buffers, LIST, .schema = &buffer_schema, .unique_names = true,
               .doc = "stores between stations"),
    TAKT_FIELD(takt_factory, stations, LIST, .schema = &station_schema, .unique_names = true,
               .doc = "machines; a study of physics alone has none"),
    TAKT_FIELD(takt_factory, crews, LIST, .schema = &crew_schema, .unique_names = true,
               .doc = "people who repair machines and work at them"),
    TAKT_FIELD(takt_factory, products, LIST, .schema = &takt_product_schema, .unique_names = true,
               .doc = "what is made along routes of steps over the stations"),
    TAKT_FIELD(takt_factory, cards, LIST, .schema = &takt_card_schema, .unique_names = true,
               .doc = "what limits the work in process"),
    TAKT_FIELD(takt_factory, calendars, LIST, .schema = &takt_calendar_schema, .unique_names = true,
               .doc = "when people are there"),
    TAKT_FIELD(takt_factory, transporters, LIST, .schema = &takt_transporter_schema,
               .unique_names = true, .max_items = 1000, .doc = "vehicles that carry items"),
    TAKT_FIELD(takt_factory, exit_m, NUMBER_LIST, .max_items = 2, .unit = "m",
               .doc = "where vehicles bring what leaves the plant, [x, y]"),
    TAKT_FIELD(takt_factory, prices, STRUCT, .schema = &prices_schema, .doc = "prices"),
};
const takt_schema takt_factory_schema = TAKT_SCHEMA(
    "factory", takt_factory, factory_fields,
    "Stations take items out of buffers, work on them and put them into buffers; sources bring "
    "items in; the routes `out` and `scrap` take them away.");
