// The battery plant as a process model: what the set-points come to (prepare), and what each piece
// of work does to its item (begin).

#include "sim/battery.h"

#include "core/memory.h"
#include "kernels/drying_math.h"
#include "sim/battery_internal.h"
#include "sim/battery_math.h"
#include "sim/plan.h"
#include "sim/study.h"

#include <math.h>
#include <string.h>

static const char *const cause_names[] = {
#define CAUSE_NAME(name, text) text,
    TAKT_BATTERY_CAUSE_LIST(CAUSE_NAME)
#undef CAUSE_NAME
};

/// State of an item. Web: shares of the roll's length. Tray: shares of its cells, where the losses
/// of web are counted per cell that was started.
typedef struct item_state {
    double good;
    double losses[TAKT_BATTERY_CAUSE_COUNT];
    double shorts; // web only: share of cells that this electrode's burr shorts
} item_state;

enum { N_STATE = sizeof(item_state) / sizeof(double) };

/// In the order of item_state; shares all of them.
static const char *const state_names[N_STATE] = {"good",
#define LOST_NAME(name, text) "lost_" text,
                                                 TAKT_BATTERY_CAUSE_LIST(LOST_NAME)
#undef LOST_NAME
                                                     "shorts_of_web"};
static const char *const state_units[N_STATE] = {"1",
#define LOST_UNIT(name, text) "1",
                                                 TAKT_BATTERY_CAUSE_LIST(LOST_UNIT)
#undef LOST_UNIT
                                                     "1"};

/// The model of one study.
typedef struct battery_context {
    const takt_battery *battery;
    takt_dryer dryer;
    takt_battery_plan plan;
    takt_battery_binding binding;
    const takt_stop *nozzle_stops[2];
    takt_drying_case cases[2 * TAKT_BATTERY_FOULING_NODES];
    takt_drying_result results[2 * TAKT_BATTERY_FOULING_NODES];
} battery_context;

static takt_status check(takt_factory *factory, takt_problem *problem)
{
    takt_battery_binding binding;
    return takt_battery_bind(factory, &binding, problem);
}

static takt_status create(takt_study *study, const takt_dryer *dryer, void **context,
                          takt_problem *problem)
{
    *context = NULL;
    TAKT_ASSERT(study->battery); // takt_study_resolve sees to it
    battery_context *c = takt_alloc(sizeof *c);
    if (!c)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the process model");
    c->battery = study->battery;
    c->dryer = *dryer;
    const takt_status status = takt_battery_bind(&study->factory, &c->binding, problem);
    if (status != TAKT_OK) {
        takt_error_trace_push(__FILE__, __LINE__);
        takt_free(c);
        return status;
    }
    for (int e = 0; e < 2; ++e) {
        const int32_t coater =
            c->binding.stations[e ? TAKT_BATTERY_COAT_CATHODE : TAKT_BATTERY_COAT_ANODE];
        const takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, coater);
        c->nozzle_stops[e] = TAKT_ITEM(takt_stop, station->stops, c->binding.nozzles[e]);
    }
    *context = c;
    return TAKT_OK;
}

static void destroy(void **context)
{
    takt_free(*context);
    *context = NULL;
}

static const takt_battery_electrode *electrode_of(const takt_battery *battery, int e)
{
    return e ? &battery->cathode : &battery->anode;
}

static takt_drying_coat coat_of(const takt_battery *battery, int e)
{
    const takt_battery_parameters *p = &battery->parameters;
    takt_drying_coat coat = e ? takt_drying_coat_cathode() : takt_drying_coat_anode();
    coat.solids_mass_fraction = electrode_of(battery, e)->solids;
    coat.diffusivity_m2_s = p->binder_diffusivity_m2_s;
    coat.activation_J_mol = p->binder_activation_J_mol;
    coat.critical_saturation = p->critical_saturation;
    return coat;
}

void takt_battery_dryer_case(const takt_battery *battery, bool is_cathode, double fouling,
                             takt_drying_case *drying)
{
    const takt_battery_parameters *p = &battery->parameters;
    const takt_battery_electrode *electrode = electrode_of(battery, is_cathode);
    const double heat = 1.0 - p->fouling_heat * fouling;
    memset(drying, 0, sizeof *drying);
    drying->coat = coat_of(battery, is_cathode);
    drying->n_zones = 4;
    drying->web_speed_m_s = electrode->web_speed_m_min / 60.0;
    drying->heat_factor = heat > p->fouling_heat_min ? heat : p->fouling_heat_min;
    for (int32_t z = 0; z < drying->n_zones; ++z)
        drying->zones[z] = (takt_drying_zone){
            .length_m = p->dryer_length_m / drying->n_zones,
            .air_temp_K = 273.15 + (z < drying->n_zones / 2 ? electrode->air_early_degC
                                                            : electrode->air_late_degC),
            .top_heat_W_m2K = p->heat_transfer_W_m2K,
            .bottom_heat_W_m2K = p->heat_transfer_W_m2K,
            .vapour_fraction = is_cathode ? p->vapour_cathode : p->vapour_anode,
        };
}

double takt_battery_adhesion(const takt_battery *battery, double bottom_binder_ratio)
{
    const double ratio = bottom_binder_ratio > 0 ? bottom_binder_ratio : 0;
    return takt_binder_strength(&battery->parameters, battery->mixing_Wh_kg) *
           pow(ratio, battery->parameters.adhesion_exponent);
}

double takt_battery_fouling_max(const void *context, bool is_cathode)
{
    const battery_context *c = context;
    return c->nozzle_stops[is_cathode]->every / c->battery->parameters.fouling_hours;
}

const takt_battery_plan *takt_battery_plan_of(const void *context)
{
    return &((const battery_context *)context)->plan;
}

/// Tables of both dryers. The last roll before a cleaning goes on for its length: the nodes reach
/// one roll further than the interval.
static takt_status prepare_dryers(battery_context *c)
{
    const takt_battery_parameters *p = &c->battery->parameters;
    const int32_t n = TAKT_BATTERY_FOULING_NODES;
    for (int e = 0; e < 2; ++e) {
        takt_battery_dryer *dryer = e ? &c->plan.cathode.dryer : &c->plan.anode.dryer;
        const double roll_h =
            p->roll_length_m / (60.0 * electrode_of(c->battery, e)->web_speed_m_min);
        dryer->fouling_max = takt_battery_fouling_max(c, e) + roll_h / p->fouling_hours;
        for (int32_t i = 0; i < n; ++i)
            takt_battery_dryer_case(c->battery, e, dryer->fouling_max * i / (n - 1),
                                    &c->cases[e * n + i]);
    }
    TAKT_TRY(c->dryer.solve(c->dryer.context, c->cases, 2 * n, c->results));
    for (int e = 0; e < 2; ++e) {
        takt_battery_dryer *dryer = e ? &c->plan.cathode.dryer : &c->plan.anode.dryer;
        for (int32_t i = 0; i < n; ++i) {
            const takt_drying_result *result = &c->results[e * n + i];
            const bool solved =
                result->reason == TAKT_DRYING_FROZEN || result->reason == TAKT_DRYING_WET;
            // What the solver cannot dry counts as wet: infeasible, with finite numbers.
            const double residual = solved && result->residual > 1e-12 ? result->residual : 1e-12;
            dryer->log_residual[i] = solved ? log(residual) : 0;
            dryer->adhesion[i] =
                solved ? takt_battery_adhesion(c->battery, result->bottom_binder_ratio) : 0;
            dryer->temp_max_K[i] = solved ? result->temp_max_K : 0;
            dryer->evaporated_kg_m2[i] = result->evaporated_kg_m2;
        }
    }
    return TAKT_OK;
}

takt_battery_dried takt_battery_dryer_at(const takt_battery_dryer *dryer, double fouling)
{
    const int32_t n = TAKT_BATTERY_FOULING_NODES;
    double place = dryer->fouling_max > 0 ? fouling / dryer->fouling_max * (n - 1) : 0;
    place = place > 0 ? (place < n - 1 ? place : n - 1) : 0;
    const int32_t i = place < n - 2 ? (int32_t)place : n - 2;
    const double t = place - i;
#define BETWEEN(values) ((values)[i] + t * ((values)[i + 1] - (values)[i]))
    const takt_battery_dried dried = {exp(BETWEEN(dryer->log_residual)), BETWEEN(dryer->adhesion),
                                      BETWEEN(dryer->temp_max_K), BETWEEN(dryer->evaporated_kg_m2)};
#undef BETWEEN
    return dried;
}

/// Coated area of a metre of web: both sides.
static double web_area_m2_m(const takt_battery_parameters *p)
{
    return 2.0 * p->web_width_m;
}

static void prepare_web(battery_context *c, int e)
{
    const takt_battery *b = c->battery;
    const takt_battery_parameters *p = &b->parameters;
    const takt_battery_electrode *electrode = electrode_of(b, e);
    takt_battery_web *web = e ? &c->plan.cathode : &c->plan.anode;
    const takt_drying_coat coat = coat_of(b, e);
    const takt_drying_film film = takt_drying_coat_film(&coat);
    const double speed_m_s = electrode->web_speed_m_min / 60.0;
    const double gap_m = electrode->gap_um * 1e-6;
    const double viscosity = takt_slurry_viscosity(p, film.solid_height_m / film.wet_height_m,
                                                   c->plan.agglomerate_um, speed_m_s / gap_m);
    const double tension = e ? p->surface_tension_cathode_N_m : p->surface_tension_anode_N_m;
    const double air_degC = 0.5 * (electrode->air_early_degC + electrode->air_late_degC);
    const takt_vapour_data vapour = e ? takt_vapour_nmp() : takt_vapour_water();
    const double latent = vapour.latent_base + vapour.latent_slope * coat.start_temp_K;
    web->wet_height_m = film.wet_height_m;
    web->dry_height_m = film.packed_height_m;
    web->wet_height_min_m = takt_coating_height_min_m(gap_m, viscosity * speed_m_s / tension);
    web->scrap_window = takt_scrap_window(p, web->wet_height_m, web->wet_height_min_m, gap_m);
    web->scrap_agglomerates =
        takt_scrap_agglomerates(p, c->plan.agglomerate_um, web->dry_height_m * 1e6);
    web->dryer_kWh_per_kg =
        takt_dryer_kWh_per_kg(p, latent, e ? p->air_per_NMP : p->air_per_water, air_degC);
    const takt_calendered pressed = takt_calender(
        p, e ? p->press_cathode_MPa : p->press_anode_MPa,
        e ? p->press_exponent_cathode : p->press_exponent_anode, 1.0 - coat.solids_fraction_max,
        film.packed_height_m, electrode->line_load_N_mm);
    web->height_m = pressed.height_m;
    web->porosity = pressed.porosity;
    const double area_m2 = p->roll_length_m * web_area_m2_m(p);
    web->value = area_m2 * (e ? p->price_cathode_m2 : p->price_anode_m2);
    web->slurry_kg = area_m2 * coat.dry_areal_mass_kg_m2 / coat.solids_mass_fraction;
    web->coat_s = p->roll_length_m / speed_m_s;
    web->calender_s = p->roll_length_m / p->calender_m_min * 60.0;
    web->slit_s = p->roll_length_m / p->slitter_m_min * 60.0;
    web->web_speed_m_h = electrode->web_speed_m_min * 60.0;
}

static double at_least(double value, double least)
{
    return value > least ? value : least;
}

static void prepare_cell(battery_context *c)
{
    const takt_battery *b = c->battery;
    const takt_battery_parameters *p = &b->parameters;
    const takt_battery_web *a = &c->plan.anode, *k = &c->plan.cathode;
    takt_battery_cell *cell = &c->plan.cell;
    // A refused porosity stays a finite number, so that the search can rank how far it is off.
    const double porosity_a = at_least(a->porosity, 0.01), porosity_c = at_least(k->porosity, 0.01);
    const double pair_um = 2e6 * (a->height_m + k->height_m) + p->foils_um + p->separators_um;
    cell->layers = p->stack_mm * 1e3 / pair_um;
    cell->area_m2 = cell->layers * p->layer_m2;
    cell->nominal_kWh = cell->area_m2 * p->capacity_Ah_m2 * p->voltage_V * 1e-3;
    cell->resistance_ohm_cm2 = takt_ionic_resistance(a->height_m, porosity_a, 1.0) +
                               takt_ionic_resistance(k->height_m, porosity_c, 0.5);
    const double contact =
        p->contact_share * exp(p->contact_steepness * (porosity_c - p->contact_porosity_cathode)) +
        p->contact_share * exp(p->contact_steepness * (porosity_a - p->contact_porosity_anode));
    cell->use =
        at_least(1.0 - p->resistance_use * cell->resistance_ohm_cm2 - p->contact_use * contact, 0);
    const double rate_a = p->wet_gain * takt_wetting_rate(porosity_a);
    const double rate_c = p->wet_gain * p->wet_gain_cathode * takt_wetting_rate(porosity_c);
    const double slow = rate_a < rate_c ? rate_a : rate_c;
    cell->wetting_h = pow(p->wet_half_width_mm / slow, 2) / 3600.0;
    cell->scrap_wetting = takt_normal_cdf(log(cell->wetting_h / b->soak_h) / p->wet_spread);
    cell->plating_C_rate =
        p->plating_rate - p->plating_slope * (cell->resistance_ohm_cm2 - p->plating_reference);
    cell->scrap_plating =
        p->plating_share *
        takt_normal_cdf((b->formation_C_rate - cell->plating_C_rate) / p->plating_spread);
    cell->web_m = p->tray_cells * cell->area_m2 / web_area_m2_m(p);
    cell->value = cell->area_m2 * p->price_separator_m2 + p->price_can;
}

static takt_constraint constraint(const char *name, const char *unit, double found, double limit,
                                  bool is_at_least)
{
    const double over = is_at_least ? limit - found : found - limit;
    return (takt_constraint){name,  unit,        found,
                             limit, is_at_least, over > 0 ? over / fabs(limit) : 0};
}

/// Limits over the whole fouling that the cleaning interval allows, from the tables' nodes.
static void check_constraints(const battery_context *c, takt_constraint *out)
{
    static const char *const names[2][4] = {
        {"residual_solvent_anode", "film_temperature_anode", "adhesion_anode", "porosity_anode"},
        {"residual_solvent_cathode", "film_temperature_cathode", "adhesion_cathode",
         "porosity_cathode"}};
    const takt_battery_parameters *p = &c->battery->parameters;
    for (int e = 0; e < 2; ++e) {
        const takt_battery_web *web = e ? &c->plan.cathode : &c->plan.anode;
        double residual = 0, adhesion = 1e9, temp_K = 0;
        for (int32_t i = 0; i < TAKT_BATTERY_FOULING_NODES; ++i) {
            residual = fmax(residual, exp(web->dryer.log_residual[i]));
            adhesion = fmin(adhesion, web->dryer.adhesion[i]);
            temp_K = fmax(temp_K, web->dryer.temp_max_K[i]);
        }
        out[4 * e + 0] = constraint(names[e][0], "1", residual,
                                    e ? p->residual_max_cathode : p->residual_max_anode, false);
        out[4 * e + 1] =
            constraint(names[e][1], "degC", temp_K - 273.15,
                       e ? p->film_temp_max_cathode_degC : p->film_temp_max_anode_degC, false);
        out[4 * e + 2] = constraint(names[e][2], "1", adhesion, p->adhesion_min, true);
        out[4 * e + 3] = constraint(names[e][3], "1", web->porosity, p->porosity_min, true);
    }
}

static takt_status prepare(void *context, takt_plan *plan, takt_constraint *constraints)
{
    battery_context *c = context;
    const takt_battery_parameters *p = &c->battery->parameters;
    c->plan.agglomerate_um = takt_agglomerate_um(p, c->battery->mixing_Wh_kg);
    c->plan.strength = takt_binder_strength(p, c->battery->mixing_Wh_kg);
    c->plan.mixing_s =
        3600.0 * (c->battery->mixing_Wh_kg / p->mixing_rate_Wh_kg_h + p->mixing_fixed_h);
    TAKT_TRY(prepare_dryers(c));
    prepare_web(c, 0);
    prepare_web(c, 1);
    prepare_cell(c);
    check_constraints(c, constraints);
#define INPUT(stage, i)                                                                            \
    (&plan->inputs[plan->stations[c->binding.stations[TAKT_BATTERY_##stage]].first_input + (i)])
    *INPUT(COAT_CATHODE, 0) =
        (takt_plan_input){INPUT(COAT_CATHODE, 0)->buffer, true, c->plan.cathode.slurry_kg, 0};
    for (int i = 0; i < 2; ++i)
        *INPUT(ASSEMBLY, i) =
            (takt_plan_input){INPUT(ASSEMBLY, i)->buffer, true, c->plan.cell.web_m, 0};
#undef INPUT
    return TAKT_OK;
}

/// A cause takes its share of what is still good.
static void lose_share(item_state *item, takt_battery_cause cause, double share)
{
    const double part = share < 1 ? (share > 0 ? share : 0) : 1;
    item->losses[cause] += item->good * part;
    item->good -= item->good * part;
}

static void coat(const battery_context *c, int e, takt_work *work)
{
    const takt_battery_parameters *p = &c->battery->parameters;
    const takt_battery_web *web = e ? &c->plan.cathode : &c->plan.anode;
    item_state *item = (item_state *)(void *)work->state;
    const double half_roll_h =
        0.5 * web->coat_s / 3600.0; // wear is taken at the middle of the roll
    const double fouling = (work->ages[c->binding.nozzles[e]] + half_roll_h) / p->fouling_hours;
    const double lip_km =
        (work->ages[c->binding.lips[e]] + half_roll_h) * web->web_speed_m_h * 1e-3;
    const takt_battery_dried dried = takt_battery_dryer_at(&web->dryer, fouling);
    const double residual_max = e ? p->residual_max_cathode : p->residual_max_anode;
    const double temp_max_K =
        273.15 + (e ? p->film_temp_max_cathode_degC : p->film_temp_max_anode_degC);
    *item = (item_state){.good = 1};
    lose_share(item, TAKT_BATTERY_CAUSE_AGGLOMERATES, web->scrap_agglomerates);
    lose_share(item, TAKT_BATTERY_CAUSE_COATING_WINDOW, web->scrap_window);
    lose_share(item, TAKT_BATTERY_CAUSE_LOADING,
               takt_scrap_tolerance(p->loading_tolerance,
                                    p->loading_cv + p->loading_cv_growth * lip_km / 300.0));
    lose_share(item, TAKT_BATTERY_CAUSE_ADHESION,
               takt_normal_cdf((p->adhesion_min - dried.adhesion) / p->adhesion_spread));
    lose_share(
        item, TAKT_BATTERY_CAUSE_RESIDUAL_SOLVENT,
        takt_normal_cdf((dried.residual - residual_max) / (p->residual_spread * residual_max)));
    lose_share(item, TAKT_BATTERY_CAUSE_FILM_TEMPERATURE,
               takt_normal_cdf((dried.temp_max_K - temp_max_K) / p->film_temp_spread_K));
    work->duration_s = web->coat_s;
    work->quantity = p->roll_length_m;
    work->use = p->roll_length_m;
    work->value += web->value; // foil and dry mass: what slurry costs is charged with the roll
    work->energy_kWh +=
        dried.evaporated_kg_m2 * p->roll_length_m * web_area_m2_m(p) * web->dryer_kWh_per_kg;
}

static void calender(const battery_context *c, int e, takt_work *work)
{
    const takt_battery_parameters *p = &c->battery->parameters;
    const double km = (work->ages[c->binding.rolls[e]] + 0.5 * work->quantity) * 1e-3;
    lose_share((item_state *)(void *)work->state, TAKT_BATTERY_CAUSE_THICKNESS,
               takt_scrap_tolerance(p->thickness_tolerance,
                                    p->thickness_cv + p->thickness_cv_growth * km / 3000.0));
    work->duration_s = e ? c->plan.cathode.calender_s : c->plan.anode.calender_s;
    work->use = work->quantity;
}

/// The slitter cuts out what is bad: from here on the quantity is good web.
static void slit(const battery_context *c, int e, takt_work *work)
{
    item_state *item = (item_state *)(void *)work->state;
    const double km = (work->ages[c->binding.knives[e]] + 0.5 * work->quantity) * 1e-3;
    item->shorts = takt_scrap_shorts(&c->battery->parameters, km);
    work->duration_s = e ? c->plan.cathode.slit_s : c->plan.anode.slit_s;
    work->use = work->quantity;
    work->quantity *= item->good;
}

/// Web to cells. Yields multiply: a good cell has used up 1 / (good anode x good cathode) of what
/// was begun. Both webs' losses are taken from that gross in turn, so that all losses and the good
/// cells add up to it.
static void assemble(const battery_context *c, takt_work *work)
{
    const takt_battery *b = c->battery;
    const takt_battery_cell *cell = &c->plan.cell;
    item_state *tray = (item_state *)(void *)work->state;
    double sound = 1, gross = 1;
    *tray = (item_state){.good = 1};
    for (int i = 0; i < 2; ++i) {
        const item_state *web = (const item_state *)(const void *)work->inputs[i].state;
        gross /= web->good > 0 ? web->good : 1;
        for (int k = 0; k < TAKT_BATTERY_CAUSE_COUNT; ++k)
            tray->losses[k] += gross * web->losses[k];
        sound *= 1 - web->shorts;
    }
    lose_share(tray, TAKT_BATTERY_CAUSE_SHORTS, 1 - sound);
    work->quantity = b->parameters.tray_cells;
    work->use = work->quantity;
    work->value += work->quantity * cell->value;
    work->energy_kWh +=
        work->quantity * cell->nominal_kWh *
        (b->parameters.other_energy + b->parameters.mixing_energy_factor * b->mixing_Wh_kg);
    work->duration_s = 3600.0 * b->parameters.tray_cells / b->parameters.cells_per_hour;
}

static void begin(const void *context, takt_work *work)
{
    const battery_context *c = context;
    const takt_battery *b = c->battery;
    item_state *item = (item_state *)(void *)work->state;
    TAKT_ASSERT(work->stage >= 0 && work->stage < TAKT_BATTERY_STAGE_COUNT);
    switch ((takt_battery_stage)work->stage) {
    case TAKT_BATTERY_MIXING:
        work->quantity = b->parameters.batch_kg;
        work->use = work->quantity;
        work->duration_s = c->plan.mixing_s;
        break;
    case TAKT_BATTERY_COAT_ANODE:
    case TAKT_BATTERY_COAT_CATHODE:
        coat(c, work->stage == TAKT_BATTERY_COAT_CATHODE, work);
        break;
    case TAKT_BATTERY_CALENDER_ANODE:
    case TAKT_BATTERY_CALENDER_CATHODE:
        calender(c, work->stage == TAKT_BATTERY_CALENDER_CATHODE, work);
        break;
    case TAKT_BATTERY_SLIT_ANODE:
    case TAKT_BATTERY_SLIT_CATHODE:
        slit(c, work->stage == TAKT_BATTERY_SLIT_CATHODE, work);
        break;
    case TAKT_BATTERY_ASSEMBLY:
        assemble(c, work);
        break;
    case TAKT_BATTERY_SOAK:
        lose_share(item, TAKT_BATTERY_CAUSE_WETTING, c->plan.cell.scrap_wetting);
        work->duration_s = 3600.0 * b->soak_h;
        break;
    case TAKT_BATTERY_FORMATION:
        lose_share(item, TAKT_BATTERY_CAUSE_PLATING, c->plan.cell.scrap_plating);
        work->duration_s = 3600.0 * (b->parameters.formation_charge / b->formation_C_rate +
                                     b->parameters.formation_fixed_h);
        break;
    default:
        break;
    }
}

static void lose(const void *context, double share, double *state)
{
    (void)context;
    item_state *item = (item_state *)(void *)state;
    // A stretch of web is cut out whatever its quality: all shares of it shrink alike.
    const double left = 1 - share;
    item->good *= left;
    for (int k = 0; k < TAKT_BATTERY_CAUSE_COUNT; ++k)
        item->losses[k] *= left;
    item->losses[TAKT_BATTERY_CAUSE_HANDLING] += share;
}

static void deliver(const void *context, double quantity, const double *state,
                    takt_delivery *delivery)
{
    const battery_context *c = context;
    const item_state *tray = (const item_state *)(const void *)state;
    double gross = tray->good;
    for (int k = 0; k < TAKT_BATTERY_CAUSE_COUNT; ++k) {
        gross += tray->losses[k];
        delivery->losses[k] += quantity * tray->losses[k];
    }
    delivery->good = quantity * tray->good * c->plan.cell.nominal_kWh * c->plan.cell.use;
    delivery->gross = quantity * gross;
}

const takt_process_ops takt_battery_process = {
    .name = "battery",
    .n_state = N_STATE,
    .state_names = state_names,
    .state_units = state_units,
    .n_causes = TAKT_BATTERY_CAUSE_COUNT,
    .causes = cause_names,
    .n_constraints = TAKT_BATTERY_CONSTRAINT_COUNT,
    .check = check,
    .create = create,
    .destroy = destroy,
    .prepare = prepare,
    .begin = begin,
    .lose = lose,
    .deliver = deliver,
};
