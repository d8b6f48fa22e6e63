// The keys of `battery` in a study.

#include "sim/battery.h"

#define ELECTRODE_FIELDS(speed, early, late, gap, load, load_min, load_max, solid, solid_min,      \
                         solid_max)                                                                \
    {                                                                                              \
        TAKT_FIELD(takt_battery_electrode, web_speed_m_min, NUMBER, TAKT_RANGE(5, 150),            \
                   .default_text = speed, .unit = "m/min",                                         \
                   .doc = "web speed of coater and dryer"),                                        \
            TAKT_FIELD(takt_battery_electrode, air_early_degC, NUMBER, TAKT_RANGE(30, 200),        \
                       .default_text = early, .unit = "degC",                                      \
                       .doc = "air temperature in the first half of the dryer"),                   \
            TAKT_FIELD(takt_battery_electrode, air_late_degC, NUMBER, TAKT_RANGE(30, 200),         \
                       .default_text = late, .unit = "degC",                                       \
                       .doc = "air temperature in the second half of the dryer"),                  \
            TAKT_FIELD(takt_battery_electrode, gap_um, NUMBER, TAKT_RANGE(50, 500),                \
                       .default_text = gap, .unit = "um", .doc = "gap between die lip and foil"),  \
            TAKT_FIELD(takt_battery_electrode, line_load_N_mm, NUMBER,                             \
                       TAKT_RANGE(load_min, load_max), .default_text = load, .unit = "N/mm",       \
                       .doc = "line load of the calender"),                                        \
            TAKT_FIELD(takt_battery_electrode, solids, NUMBER, TAKT_RANGE(solid_min, solid_max),   \
                       .default_text = solid, .unit = "1",                                         \
                       .doc = "mass fraction of solids in the slurry"),                            \
    }

static const takt_field anode_fields[] =
    ELECTRODE_FIELDS("50", "72", "80", "192", "300", 10, 2000, "0.53", 0.30, 0.70);
static const takt_field cathode_fields[] =
    ELECTRODE_FIELDS("50", "85", "130", "166", "150", 10, 1200, "0.70", 0.45, 0.82);
static const takt_schema anode_schema =
    TAKT_SCHEMA("anode", takt_battery_electrode, anode_fields, "Set-points of the anode line.");
static const takt_schema cathode_schema = TAKT_SCHEMA(
    "cathode", takt_battery_electrode, cathode_fields, "Set-points of the cathode line.");

#define PARAMETER_TEXT_(value) #value
#define PARAMETER_FIELD(name_, value, lowest, highest, unit_, doc_)                                \
    TAKT_FIELD(takt_battery_parameters, name_, NUMBER, TAKT_RANGE(lowest, highest),                \
               .default_text = PARAMETER_TEXT_(value), .unit = unit_, .doc = doc_),
static const takt_field parameter_fields[] = {TAKT_BATTERY_PARAMETER_LIST(PARAMETER_FIELD)};
static const takt_schema parameters_schema =
    TAKT_SCHEMA("battery_parameters", takt_battery_parameters, parameter_fields,
                "Constants of the process models. [V] read in a source, [V2] second-hand, [C] "
                "computed from such data, [A] assumption to be calibrated on the plant.");

static const takt_field battery_fields[] = {
    TAKT_FIELD(takt_battery, anode, STRUCT, .schema = &anode_schema, .doc = "anode line"),
    TAKT_FIELD(takt_battery, cathode, STRUCT, .schema = &cathode_schema, .doc = "cathode line"),
    TAKT_FIELD(takt_battery, mixing_Wh_kg, NUMBER, TAKT_RANGE(1, 100), .default_text = "20",
               .unit = "Wh/kg", .doc = "specific mixing energy, both electrodes"),
    TAKT_FIELD(takt_battery, soak_h, NUMBER, TAKT_RANGE(1, 200), .default_text = "30", .unit = "h",
               .doc = "time for the electrolyte to wet the stack"),
    TAKT_FIELD(takt_battery, formation_C_rate, NUMBER, TAKT_RANGE(0.02, 2), .default_text = "0.2",
               .unit = "1/h", .doc = "charge rate of the first cycle"),
    TAKT_FIELD(takt_battery, parameters, STRUCT, .schema = &parameters_schema,
               .doc = "constants of the process models"),
};
const takt_schema takt_battery_schema =
    TAKT_SCHEMA("battery", takt_battery, battery_fields,
                "Set-points and constants of the battery plant (process model `battery`).");
