/// The battery plant: what mixing, coating, drying, calendering, slitting, assembly, soaking and
/// formation do to the material, as closures of docs/models/battery.md. One process model with the
/// stages that a factory's stations name.
#ifndef TAKT_SIM_BATTERY_H
#define TAKT_SIM_BATTERY_H

#include "sim/battery_parameters.h"
#include "sim/process.h"

TAKT_EXTERN_C_BEGIN

/// Set-points of one electrode line.
typedef struct takt_battery_electrode {
    double web_speed_m_min;
    double air_early_degC, air_late_degC; // first and second half of the dryer
    double gap_um;
    double line_load_N_mm;
    double solids; // mass fraction of the slurry
} takt_battery_electrode;

#define TAKT_BATTERY_PARAMETER_MEMBER(name, value, min, max, unit, doc) double name;
typedef struct takt_battery_parameters {
    TAKT_BATTERY_PARAMETER_LIST(TAKT_BATTERY_PARAMETER_MEMBER)
} takt_battery_parameters;
#undef TAKT_BATTERY_PARAMETER_MEMBER

typedef struct takt_battery {
    takt_battery_electrode anode, cathode;
    double mixing_Wh_kg;
    double soak_h;
    double formation_C_rate; // 1/h
    takt_battery_parameters parameters;
} takt_battery;

extern TAKT_API const takt_schema takt_battery_schema;
extern TAKT_API const takt_process_ops takt_battery_process;

/// Stages; the anode's slurry never limits, so mixing is the cathode's.
#define TAKT_BATTERY_STAGE_LIST(X)                                                                 \
    X(MIXING, "mixing")                                                                            \
    X(COAT_ANODE, "coat_anode")                                                                    \
    X(COAT_CATHODE, "coat_cathode")                                                                \
    X(CALENDER_ANODE, "calender_anode")                                                            \
    X(CALENDER_CATHODE, "calender_cathode")                                                        \
    X(SLIT_ANODE, "slit_anode")                                                                    \
    X(SLIT_CATHODE, "slit_cathode")                                                                \
    X(ASSEMBLY, "assembly")                                                                        \
    X(SOAK, "soak")                                                                                \
    X(FORMATION, "formation")

/// Why web or cells are lost. The first ones are of the web, the last three of cells.
#define TAKT_BATTERY_CAUSE_LIST(X)                                                                 \
    X(AGGLOMERATES, "agglomerates")                                                                \
    X(COATING_WINDOW, "coating_window")                                                            \
    X(LOADING, "loading")                                                                          \
    X(ADHESION, "adhesion")                                                                        \
    X(RESIDUAL_SOLVENT, "residual_solvent")                                                        \
    X(FILM_TEMPERATURE, "film_temperature")                                                        \
    X(HANDLING, "stops")                                                                           \
    X(THICKNESS, "thickness")                                                                      \
    X(SHORTS, "shorts")                                                                            \
    X(WETTING, "wetting")                                                                          \
    X(PLATING, "plating")

typedef enum takt_battery_stage {
#define TAKT_BATTERY_STAGE_ENUM(name, text) TAKT_BATTERY_##name,
    TAKT_BATTERY_STAGE_LIST(TAKT_BATTERY_STAGE_ENUM)
#undef TAKT_BATTERY_STAGE_ENUM
        TAKT_BATTERY_STAGE_COUNT
} takt_battery_stage;

typedef enum takt_battery_cause {
#define TAKT_BATTERY_CAUSE_ENUM(name, text) TAKT_BATTERY_CAUSE_##name,
    TAKT_BATTERY_CAUSE_LIST(TAKT_BATTERY_CAUSE_ENUM)
#undef TAKT_BATTERY_CAUSE_ENUM
        TAKT_BATTERY_CAUSE_COUNT
} takt_battery_cause;

enum { TAKT_BATTERY_FOULING_NODES = 8, TAKT_BATTERY_CONSTRAINT_COUNT = 8 };

/// The dryer of one coat over fouling: values at equally spaced nodes from clean to `fouling_max`.
typedef struct takt_battery_dryer {
    double fouling_max;
    double log_residual[TAKT_BATTERY_FOULING_NODES];
    double adhesion[TAKT_BATTERY_FOULING_NODES];
    double temp_max_K[TAKT_BATTERY_FOULING_NODES];
    double evaporated_kg_m2[TAKT_BATTERY_FOULING_NODES];
} takt_battery_dryer;

/// What one electrode's set-points come to: everything that does not change during a run.
typedef struct takt_battery_web {
    double dry_height_m, wet_height_m, wet_height_min_m;
    double height_m, porosity; // after the calender
    double scrap_agglomerates, scrap_window;
    double dryer_kWh_per_kg; // of solvent
    double value;            // of a roll's materials
    double slurry_kg;        // that a roll takes
    double coat_s, calender_s, slit_s;
    double web_speed_m_h;
    takt_battery_dryer dryer;
} takt_battery_web;

typedef struct takt_battery_cell {
    double layers, area_m2;
    double nominal_kWh, use; // usable share of the nominal capacity
    double resistance_ohm_cm2;
    double wetting_h, plating_C_rate;
    double scrap_wetting, scrap_plating;
    double web_m; // good web of each electrode per tray
    double value; // materials added at assembly, per cell
} takt_battery_cell;

/// A prepared plant.
typedef struct takt_battery_plan {
    takt_battery_web anode, cathode;
    takt_battery_cell cell;
    double mixing_s;
    double agglomerate_um, strength;
} takt_battery_plan;

/// Dryer cases of one coat at `n` fouling values. Local; allocates nothing.
TAKT_API void takt_battery_dryer_case(const takt_battery *battery, bool is_cathode, double fouling,
                                      takt_drying_case *drying);

/// Adhesion of a dried coat: strength of the binder after mixing times (binder at the foil over its
/// mean)^adhesion_exponent.
TAKT_API double takt_battery_adhesion(const takt_battery *battery, double bottom_binder_ratio);

/// The prepared plant behind a process context of this model, for reports.
TAKT_API const takt_battery_plan *takt_battery_plan_of(const void *context);

/// Largest fouling that the cleaning interval of the anode's or cathode's coater allows.
TAKT_API double takt_battery_fouling_max(const void *context, bool is_cathode);

/// Interpolates the dryer's table at a fouling; results by value.
typedef struct takt_battery_dried {
    double residual, adhesion, temp_max_K, evaporated_kg_m2;
} takt_battery_dried;
TAKT_API takt_battery_dried takt_battery_dryer_at(const takt_battery_dryer *dryer, double fouling);

TAKT_EXTERN_C_END

#endif
