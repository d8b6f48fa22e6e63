// The keys of conveyors and transporters.

#include "sim/transport.h"

static const char *const rule_names[] = {"first_come", "nearest", NULL};
static const char *const metric_names[] = {"rectilinear", "straight", NULL};

static const takt_field conveyor_fields[] = {
    TAKT_FIELD(takt_conveyor, length_m, NUMBER, TAKT_RANGE(0, 1e6), .default_text = "0",
               .unit = "m",
               .doc = "from where items enter to where they are taken; left out: the straight line "
                      "between the stations at its ends (position_m)"),
    TAKT_FIELD(takt_conveyor, speed_m_s, NUMBER, TAKT_RANGE(1e-6, 1e3), .required = true,
               .unit = "m/s", .doc = "of items that nothing holds up"),
    TAKT_FIELD(takt_conveyor, item_length_m, NUMBER, TAKT_RANGE(1e-6, 1e6), .required = true,
               .unit = "m",
               .doc = "what one item takes up, with the gap that it needs: no item comes nearer to "
                      "the one before it"),
    TAKT_FIELD(takt_conveyor, accumulating, BOOLEAN, .default_text = "true",
               .doc = "items close up behind one that waits at the end; false: the whole belt "
                      "stops until it is taken"),
};
const takt_schema takt_conveyor_schema =
    TAKT_SCHEMA("conveyor", takt_conveyor, conveyor_fields,
                "A belt or roller track: an item that has been put there can be taken when it has "
                "come to the end. It holds length over length of an item, rounded down.");

static const takt_field transporter_fields[] = {
    TAKT_FIELD(takt_transporter, name, NAME, .required = true,
               .doc = "name, unique among transporters"),
    TAKT_FIELD_AS("vehicles", takt_transporter, n_vehicles, INTEGER, TAKT_RANGE(1, 10000),
                  .default_text = "1", .doc = "how many there are"),
    TAKT_FIELD(takt_transporter, speed_m_s, NUMBER, TAKT_RANGE(1e-6, 1e3), .required = true,
               .unit = "m/s", .doc = "empty and loaded"),
    TAKT_FIELD(takt_transporter, capacity, INTEGER, TAKT_RANGE(1, 1000000), .default_text = "1",
               .doc = "items at once, where more of them wait at one station for one place"),
    TAKT_FIELD_AS("load", takt_transporter, load_s, DURATION, TAKT_RANGE(0, 1e9),
                  .default_text = "0",
                  .doc = "to take over one item; the machine is free when that is done"),
    TAKT_FIELD_AS("unload", takt_transporter, unload_s, DURATION, TAKT_RANGE(0, 1e9),
                  .default_text = "0", .doc = "to set one item down"),
    TAKT_FIELD(takt_transporter, rule, CHOICE, .choices = rule_names, .default_text = "first_come",
               .doc = "what a free vehicle fetches: the item that has waited longest, or the "
                      "nearest"),
    TAKT_FIELD(takt_transporter, metric, CHOICE, .choices = metric_names,
               .default_text = "rectilinear",
               .doc = "how distances are measured: along x and then along y, or straight"),
    TAKT_FIELD(takt_transporter, home_m, NUMBER_LIST, .max_items = 2, .unit = "m",
               .doc = "where they stand at the start, [x, y]; left out: at the first station that "
                      "they serve. Later they wait where they were last"),
    TAKT_FIELD(takt_transporter, calendar, NAME,
               .doc =
                   "when they drive (factory.calendars), left out: always; a trip that has begun "
                   "is finished"),
    TAKT_FIELD(takt_transporter, energy_kWh_per_m, NUMBER, TAKT_RANGE(0, 1e6), .default_text = "0",
               .unit = "kWh/m", .doc = "energy of each metre, empty or loaded"),
    TAKT_FIELD(takt_transporter, vehicle_cost, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency/year", .doc = "cost of each vehicle a year"),
};
const takt_schema takt_transporter_schema =
    TAKT_SCHEMA("transporter", takt_transporter, transporter_fields,
                "Vehicles that fetch finished items at stations (`by` of a route) and bring them "
                "where they go, over distances between positions.");
