/// Each stage of the battery plant does what docs/models/battery.md says, in its numbers: the
/// formulas are written once more here, and nothing but the dryer's table is taken from the model.
#include "core/normal_math.h"
#include "kernels/drying_math.h"
#include "tests/sim/plant.h"

#define PHI takt_normal_cdf

/// State of an item as the model keeps it.
typedef struct state {
    double good;
    double losses[TAKT_BATTERY_CAUSE_COUNT];
    double shorts;
} state;

static const double roll_m = 2000, area_m2_m = 2.4, tray_cells = 240;

static const takt_battery_plan *plan_of(const plant *p)
{
    return takt_battery_plan_of(takt_scenario_process(p->scenario));
}

/// Lets a stage work on an item; `ages` in the order of the station's stops in the example.
static takt_work work_with(const plant *p, takt_battery_stage stage, double quantity, state *item,
                           const double *ages)
{
    takt_work work = {.stage = stage,
                      .ages = ages,
                      .quantity = quantity,
                      .value = 100,
                      .energy_kWh = 10,
                      .use = quantity,
                      .state = (double *)item};
    CHECK_INT(takt_battery_process.n_state, sizeof *item / sizeof(double));
    takt_battery_process.begin(takt_scenario_process(p->scenario), &work);
    return work;
}

/// The causes of a list take their shares one after the other.
static void check_shares(const state *item, const takt_battery_cause *causes, const double *shares,
                         int n)
{
    double good = 1;
    for (int i = 0; i < n; ++i) {
        CHECK_NEAR(item->losses[causes[i]], good * shares[i], 1e-12, 0);
        good *= 1 - shares[i];
    }
    CHECK_NEAR(item->good, good, 1e-12, 0);
}

/// Numbers of the document that differ between the electrodes: anode, cathode.
static const struct {
    double speed_m_min, gap_um, solids, tension_N_m, residual_max, temp_max_degC, air_degC, air_kg,
        price_m2;
} lines[2] = {
    {50, 192, 0.53, 0.060, 0.005, 110, (72 + 80) / 2.0, 25, (7 * 0.885 + 12 * 0.281) / 7.83},
    {50, 166, 0.70, 0.035, 0.003, 140, (85 + 130) / 2.0, 88, (22 * 1.66 + 4.5 * 0.127) / 7.83}};

static double agglomerate_um(void)
{
    return 0.6 + 59.4 * exp(-20 / 12.0);
}

static double window_scrap(int e, double wet_m, double solids_volume)
{
    const double gap_m = lines[e].gap_um * 1e-6, speed_m_s = lines[e].speed_m_min / 60;
    const double phi = solids_volume * (1 + 0.15 * fmin(1, agglomerate_um() / 10));
    const double viscosity = 2.1 * pow(1 - phi / 0.64, -1.6) * pow(speed_m_s / gap_m, -0.4);
    const double capillary = viscosity * speed_m_s / lines[e].tension_N_m;
    const double wet_min_m = gap_m / (1 + 2 * pow(capillary / 0.65, -2.0 / 3));
    return 1 - (1 - PHI((wet_min_m - wet_m) / (0.06 * wet_m))) *
                   (1 - PHI((wet_m - 0.98 * gap_m) / (0.04 * gap_m)));
}

static double dryer_kWh_per_kg(int e, const takt_drying_coat *coat)
{
    const takt_vapour_data vapour = e ? takt_vapour_nmp() : takt_vapour_water();
    const double latent = vapour.latent_base + vapour.latent_slope * coat->start_temp_K;
    return (latent + lines[e].air_kg * 1008 * (lines[e].air_degC - 25) * (1 - 0.5)) / 0.85 * 2.2 /
           3.6e6;
}

static void coating_and_drying(void)
{
    static const takt_battery_cause causes[] = {
        TAKT_BATTERY_CAUSE_AGGLOMERATES,     TAKT_BATTERY_CAUSE_COATING_WINDOW,
        TAKT_BATTERY_CAUSE_LOADING,          TAKT_BATTERY_CAUSE_ADHESION,
        TAKT_BATTERY_CAUSE_RESIDUAL_SOLVENT, TAKT_BATTERY_CAUSE_FILM_TEMPERATURE};
    plant p = {0};
    if (!plant_open(&p))
        return;
    for (int e = 0; e < 2; ++e) {
        const double ages_h[2] = {100, 10}; // since nozzles, lip
        const takt_battery_web *web = e ? &plan_of(&p)->cathode : &plan_of(&p)->anode;
        takt_drying_coat coat = e ? takt_drying_coat_cathode() : takt_drying_coat_anode();
        coat.solids_mass_fraction = lines[e].solids;
        const takt_drying_film film = takt_drying_coat_film(&coat);
        const double half_h = 0.5 * roll_m / (60 * lines[e].speed_m_min);
        const double lip_km = (ages_h[1] + half_h) * 60 * lines[e].speed_m_min * 1e-3;
        const takt_battery_dried dried =
            takt_battery_dryer_at(&web->dryer, (ages_h[0] + half_h) / 500);
        const double shares[] = {
            0.5 * PHI((log(agglomerate_um()) - log(0.3 * film.packed_height_m * 1e6)) / 0.7),
            window_scrap(e, film.wet_height_m, film.solid_height_m / film.wet_height_m),
            2 * PHI(-0.02 / (0.006 + 0.012 * lip_km / 300)),
            PHI((0.40 - dried.adhesion) / 0.05),
            PHI((dried.residual - lines[e].residual_max) / (0.2 * lines[e].residual_max)),
            PHI((dried.temp_max_K - 273.15 - lines[e].temp_max_degC) / 3)};
        state item = {.good = 0.1, .losses = {9, 9, 9}, .shorts = 9}; // what slurry brings is void
        const takt_work work = work_with(
            &p, e ? TAKT_BATTERY_COAT_CATHODE : TAKT_BATTERY_COAT_ANODE, 1, &item, ages_h);
        check_shares(&item, causes, shares, 6);
        CHECK_NEAR(work.duration_s, roll_m / lines[e].speed_m_min * 60, 1e-14, 0);
        CHECK_NEAR(work.quantity, roll_m, 0, 0);
        CHECK_NEAR(work.use, roll_m, 0, 0);
        CHECK_NEAR(work.value, 100 + roll_m * area_m2_m * lines[e].price_m2, 1e-12, 0);
        CHECK_NEAR(work.energy_kWh,
                   10 + dried.evaporated_kg_m2 * roll_m * area_m2_m * dryer_kWh_per_kg(e, &coat),
                   1e-12, 0);
        CHECK_NEAR(web->slurry_kg, roll_m * area_m2_m * coat.dry_areal_mass_kg_m2 / lines[e].solids,
                   1e-12, 0);
        CHECK_NEAR(web->dryer.fouling_max, (250 + 2 * half_h) / 500, 1e-13, 0);
    }
    plant_close(&p);
}

static void calendering_and_slitting(void)
{
    plant p = {0};
    if (!plant_open(&p))
        return;
    for (int e = 0; e < 2; ++e) {
        const double age_m = 400e3;
        state item = {.good = 0.9, .losses = {[TAKT_BATTERY_CAUSE_LOADING] = 0.1}};
        takt_work work =
            work_with(&p, e ? TAKT_BATTERY_CALENDER_CATHODE : TAKT_BATTERY_CALENDER_ANODE, 2000,
                      &item, &age_m);
        const double bad = 2 * PHI(-0.02 / (0.004 + 0.006 * 401 / 3000)); // middle of the roll
        CHECK_NEAR(item.losses[TAKT_BATTERY_CAUSE_THICKNESS], 0.9 * bad, 1e-12, 0);
        CHECK_NEAR(item.good, 0.9 * (1 - bad), 1e-14, 0);
        CHECK_NEAR(item.losses[TAKT_BATTERY_CAUSE_LOADING], 0.1, 0, 0);
        CHECK_NEAR(work.duration_s, 1200, 1e-14, 0);
        CHECK_NEAR(work.quantity, 2000, 0, 0);
        CHECK_NEAR(work.value, 100, 0, 0);

        item = (state){.good = 0.8};
        work = work_with(&p, e ? TAKT_BATTERY_SLIT_CATHODE : TAKT_BATTERY_SLIT_ANODE, 2000, &item,
                         &age_m);
        const double burr_um = 2 + 3 * 0.8 * pow(401 / 200.0, 1.3);
        CHECK_NEAR(item.shorts, 0.3 * PHI((burr_um - 10) / 1.5), 1e-12, 0);
        CHECK_NEAR(work.quantity, 1600, 1e-14, 0);
        CHECK_NEAR(work.use, 2000, 0, 0); // knives wear on all web
        CHECK_NEAR(work.duration_s, 1200, 1e-14, 0);
    }
    plant_close(&p);
}

/// Rate in mm/sqrt(s): ln K over ln porosity as Newton's parabola through the measured points.
static double wetting_rate(double porosity)
{
    const double x[3] = {log(0.28), log(0.42), log(0.50)};
    const double y[3] = {log(0.206), log(0.589), log(0.375)};
    const double slope_01 = (y[1] - y[0]) / (x[1] - x[0]), slope_12 = (y[2] - y[1]) / (x[2] - x[1]);
    const double curve = (slope_12 - slope_01) / (x[2] - x[0]), at = log(porosity);
    return exp(y[0] + slope_01 * (at - x[0]) + curve * (at - x[0]) * (at - x[1]));
}

static void set(plant *p, const char *name, double value)
{
    const int32_t i = takt_list_find(&p->study->set_points, sizeof(takt_set_point), name);
    CHECK(i >= 0);
    p->design[i] = value;
    CHECK_OK(takt_scenario_fill(p->scenario, p->design));
}

/// What the set-points make of a cell, from heights and porosities after the calenders.
static void cells_of_three_densities(void)
{
    plant p = {0};
    bool anode_is_slower = false, cathode_is_slower = false;
    if (!plant_open(&p))
        return;
    for (int i = 0; i < 3; ++i) {
        set(&p, "cathode_line_load", 50 + 150 * i);
        const takt_battery_web *a = &plan_of(&p)->anode, *c = &plan_of(&p)->cathode;
        const takt_battery_cell *cell = &plan_of(&p)->cell;
        const double layers = 24e3 / (2e6 * a->height_m + 2e6 * c->height_m + 48);
        const double resistance =
            1e4 * (a->height_m / pow(a->porosity, 2) + c->height_m / pow(c->porosity, 1.5));
        const double contact =
            0.6 * exp(25 * (c->porosity - 0.42)) + 0.6 * exp(25 * (a->porosity - 0.45));
        const double rate_a = 1.4 * wetting_rate(a->porosity);
        const double rate_c = 1.4 * 1.3 * wetting_rate(c->porosity);
        const double wetting_h = pow(100 / fmin(rate_a, rate_c), 2) / 3600;
        *(rate_a < rate_c ? &anode_is_slower : &cathode_is_slower) = true;
        CHECK_NEAR(cell->layers, layers, 1e-12, 0);
        CHECK_NEAR(cell->area_m2, layers * 0.10, 1e-12, 0);
        CHECK_NEAR(cell->nominal_kWh, layers * 0.10 * 35 * 3.65e-3, 1e-12, 0);
        CHECK_NEAR(cell->resistance_ohm_cm2, resistance, 1e-12, 0);
        CHECK_NEAR(cell->use, 1 - 0.0004 * resistance - 0.008 * contact, 1e-12, 0);
        CHECK_NEAR(cell->wetting_h, wetting_h, 1e-11, 0);
        CHECK_NEAR(cell->scrap_wetting, PHI(log(wetting_h / 30) / 0.15), 1e-9, 0);
        CHECK_NEAR(cell->plating_C_rate, 0.42 - 0.012 * (resistance - 10), 1e-12, 0);
        CHECK_NEAR(cell->scrap_plating, 0.6 * PHI((0.2 - cell->plating_C_rate) / 0.06), 1e-12, 0);
        CHECK_NEAR(cell->web_m, tray_cells * layers * 0.10 / area_m2_m, 1e-12, 0);
        CHECK_NEAR(cell->value, layers * 0.10 * (0.6 * 8.2 + 8 * 0.36 + 0.3) / 7.83 + 4, 1e-12, 0);
    }
    CHECK(anode_is_slower && cathode_is_slower);
    plant_close(&p);
}

/// A tray of both webs: a good cell has used up 1 / (0.8 x 0.5); the cathode's losses are taken
/// from that gross, the anode's from what is left.
static void assembly_soak_and_formation(void)
{
    plant p = {0};
    if (!plant_open(&p))
        return;
    const takt_battery_cell *cell = &plan_of(&p)->cell;
    state anode = {.good = 0.8, .losses = {[TAKT_BATTERY_CAUSE_ADHESION] = 0.2}, .shorts = 0.01};
    state cathode = {.good = 0.5, .losses = {[TAKT_BATTERY_CAUSE_THICKNESS] = 0.5}, .shorts = 0.02};
    const takt_work_input inputs[2] = {{500, (double *)&anode}, {500, (double *)&cathode}};
    state tray = {0};
    takt_work work = {.stage = TAKT_BATTERY_ASSEMBLY,
                      .n_inputs = 2,
                      .inputs = inputs,
                      .quantity = 500,
                      .value = 100,
                      .energy_kWh = 10,
                      .state = (double *)&tray};
    takt_battery_process.begin(takt_scenario_process(p.scenario), &work);
    const double shorts = 1 - 0.99 * 0.98;
    CHECK_NEAR(tray.good, 1 - shorts, 1e-14, 0);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_SHORTS], shorts, 1e-14, 0);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_ADHESION], 0.2 / 0.8, 1e-14, 0);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_THICKNESS], 0.5 / (0.8 * 0.5), 1e-14, 0);
    CHECK_NEAR(work.quantity, tray_cells, 0, 0);
    CHECK_NEAR(work.duration_s, 3600 * tray_cells / 1500, 1e-14, 0);
    CHECK_NEAR(work.value, 100 + tray_cells * cell->value, 1e-14, 0);
    CHECK_NEAR(work.energy_kWh, 10 + tray_cells * cell->nominal_kWh * (7.4 + 0.01 * 20), 1e-14, 0);

    const double good = tray.good;
    work = work_with(&p, TAKT_BATTERY_SOAK, tray_cells, &tray, NULL);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_WETTING], good * cell->scrap_wetting, 1e-12, 0);
    CHECK_NEAR(work.duration_s, 30 * 3600, 1e-14, 0);
    const double soaked = tray.good;
    work = work_with(&p, TAKT_BATTERY_FORMATION, tray_cells, &tray, NULL);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_PLATING], soaked * cell->scrap_plating, 1e-12, 0);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_WETTING], good * cell->scrap_wetting, 1e-12, 0);
    CHECK_NEAR(work.duration_s, (1.6 / 0.2 + 2) * 3600, 1e-14, 0);
    CHECK_NEAR(work.value, 100, 0, 0);
    CHECK_NEAR(work.energy_kWh, 10, 0, 0);

    double losses[TAKT_BATTERY_CAUSE_COUNT] = {0}, sum = 0;
    takt_delivery delivery = {.losses = losses};
    takt_battery_process.deliver(takt_scenario_process(p.scenario), tray_cells, (double *)&tray,
                                 &delivery);
    for (int k = 0; k < TAKT_BATTERY_CAUSE_COUNT; ++k) {
        CHECK_NEAR(losses[k], tray_cells * tray.losses[k], 1e-14, 0);
        sum += losses[k];
    }
    CHECK_NEAR(delivery.good, tray_cells * tray.good * cell->nominal_kWh * cell->use, 1e-14, 0);
    CHECK_NEAR(delivery.gross, sum + tray_cells * tray.good, 1e-14, 0);
    CHECK_NEAR(delivery.gross, tray_cells / (0.8 * 0.5), 1e-14, 0);
    plant_close(&p);
}

/// A cause can take more than half of what is good.
static void too_short_a_soak(void)
{
    plant p = {0};
    if (!plant_open(&p))
        return;
    set(&p, "soak_time", 0.9 * plan_of(&p)->cell.wetting_h);
    state tray = {.good = 0.5};
    work_with(&p, TAKT_BATTERY_SOAK, tray_cells, &tray, NULL);
    const double share = PHI(-log(0.9) / 0.15);
    CHECK(share > 0.7 && share < 0.9);
    CHECK_NEAR(tray.losses[TAKT_BATTERY_CAUSE_WETTING], 0.5 * share, 1e-12, 0);
    CHECK_NEAR(tray.good, 0.5 * (1 - share), 1e-12, 0);
    plant_close(&p);
}

/// How the solver of `fixed_dryer` says that it ended.
static takt_status fixed_solve(void *context, const takt_drying_case *cases, int32_t n_cases,
                               takt_drying_result *results)
{
    (void)cases;
    for (int32_t i = 0; i < n_cases; ++i)
        results[i] = *(const takt_drying_result *)context;
    return TAKT_OK;
}

/// A wet web is as wet as the solver says; what it cannot solve counts as all wet. Both break
/// limits and give finite numbers.
static void wet_webs_and_unsolved_dryers(void)
{
    static const takt_drying_reason reasons[3] = {TAKT_DRYING_WET, TAKT_DRYING_NO_SOLUTION,
                                                  TAKT_DRYING_FROZEN};
    plant p = {0};
    int32_t n;
    if (!plant_open(&p))
        return;
    for (int i = 0; i < 3; ++i) {
        takt_drying_result result = {.reason = reasons[i],
                                     .residual = 0.25,
                                     .bottom_binder_ratio = 0.9,
                                     .temp_max_K = 350,
                                     .evaporated_kg_m2 = 0.1};
        if (reasons[i] == TAKT_DRYING_NO_SOLUTION)
            result = (takt_drying_result){.reason = reasons[i]};
        const takt_dryer dryer = {fixed_solve, &result};
        takt_scenario_destroy(&p.scenario);
        CHECK_OK(takt_scenario_create(p.study, &dryer, &p.scenario));
        const takt_battery_dried at = takt_battery_dryer_at(&plan_of(&p)->anode.dryer, 0.3);
        const bool is_solved = reasons[i] != TAKT_DRYING_NO_SOLUTION;
        CHECK_NEAR(at.residual, is_solved ? 0.25 : 1, 1e-14, 0);
        CHECK_NEAR(at.adhesion, is_solved ? takt_battery_adhesion(p.study->battery, 0.9) : 0, 1e-14,
                   0);
        CHECK_NEAR(at.temp_max_K, is_solved ? 350 : 0, 1e-14, 0);
        CHECK_NEAR(at.evaporated_kg_m2, is_solved ? 0.1 : 0, 1e-14, 0);
        CHECK_NEAR(takt_scenario_constraints(p.scenario, &n)[0].found, at.residual, 1e-12, 0);
        CHECK(takt_scenario_violation(p.scenario) > 1);
    }
    plant_close(&p);
}

static void mixing_adhesion_and_cut_web(void)
{
    plant p = {0};
    if (!plant_open(&p))
        return;
    state item = {0};
    const double age = 3;
    const takt_work work = work_with(&p, TAKT_BATTERY_MIXING, 1, &item, &age);
    CHECK_NEAR(work.duration_s, (20 / 20.0 + 0.7) * 3600, 1e-14, 0);
    CHECK_NEAR(work.quantity, 1200, 0, 0);
    CHECK_NEAR(work.use, 1200, 0, 0);
    const double strength = 1 - 0.25 * pow(20 / 100.0, 2);
    CHECK_NEAR(takt_battery_adhesion(p.study->battery, 0.5), strength * pow(0.5, 1.5), 1e-14, 0);
    CHECK_NEAR(takt_battery_adhesion(p.study->battery, -0.1), 0, 0, 0);

    item = (state){.good = 0.75, .losses = {[TAKT_BATTERY_CAUSE_LOADING] = 0.25}};
    takt_battery_process.lose(takt_scenario_process(p.scenario), 0.5, (double *)&item);
    CHECK_NEAR(item.good, 0.375, 0, 0);
    CHECK_NEAR(item.losses[TAKT_BATTERY_CAUSE_LOADING], 0.125, 0, 0);
    CHECK_NEAR(item.losses[TAKT_BATTERY_CAUSE_HANDLING], 0.5, 0, 0);
    CHECK_TEXT(takt_battery_process.causes[TAKT_BATTERY_CAUSE_HANDLING], "stops");
    plant_close(&p);
}

/// Limits are those of the worst moment between two cleanings, wherever it lies.
static void limits_hold_for_all_fouling(void)
{
    static const double limits[2][4] = {{0.005, 110, 0.40, 0.10}, {0.003, 140, 0.40, 0.10}};
    plant p = {0};
    int32_t n;
    bool first_is_worst[3] = {false}, last_is_worst[3] = {false};
    if (!plant_open(&p))
        return;
    set(&p, "nozzle_interval", 1000);
    for (int pass = 0; pass < 2; ++pass, set(&p, "cathode_air_early", 100)) {
        const takt_constraint *found = takt_scenario_constraints(p.scenario, &n);
        double sum = 0;
        CHECK_INT(n, 8);
        for (int e = 0; e < 2; ++e) {
            const takt_battery_web *web = e ? &plan_of(&p)->cathode : &plan_of(&p)->anode;
            double worst[3] = {-1e9, -1e9, 1e9};
            for (int i = 0; i < TAKT_BATTERY_FOULING_NODES; ++i) {
                const double fouling =
                    web->dryer.fouling_max * i / (TAKT_BATTERY_FOULING_NODES - 1);
                const takt_battery_dried at = takt_battery_dryer_at(&web->dryer, fouling);
                const double values[3] = {at.residual, at.temp_max_K - 273.15, at.adhesion};
                for (int k = 0; k < 3; ++k) {
                    const bool is_worse = k == 2 ? values[k] < worst[k] : values[k] > worst[k];
                    worst[k] = is_worse ? values[k] : worst[k];
                    first_is_worst[k] |= is_worse && i == 0;
                    last_is_worst[k] |= is_worse && i == TAKT_BATTERY_FOULING_NODES - 1;
                }
            }
            const double values[4] = {worst[0], worst[1], worst[2], web->porosity};
            for (int k = 0; k < 4; ++k) {
                const double over = k < 2 ? values[k] - limits[e][k] : limits[e][k] - values[k];
                CHECK_NEAR(found[4 * e + k].found, values[k], 1e-9, 0);
                CHECK_NEAR(found[4 * e + k].limit, limits[e][k], 1e-15, 0);
                CHECK_NEAR(found[4 * e + k].violation, fmax(0, over) / limits[e][k], 1e-6, 1e-9);
                sum += found[4 * e + k].violation;
            }
        }
        CHECK_NEAR(takt_scenario_violation(p.scenario), sum, 1e-12, 0);
    }
    CHECK(last_is_worst[0]); // a fouled dryer leaves more solvent
    CHECK(first_is_worst[1] && first_is_worst[2]);
    plant_close(&p);
}

/// The dryer gets the two halves of the set-points, its air and its fouling.
static void dryer_cases(void)
{
    plant p = {0};
    if (!plant_open(&p))
        return;
    for (int e = 0; e < 2; ++e) {
        takt_drying_case drying;
        takt_battery_dryer_case(p.study->battery, e, 0.5, &drying);
        CHECK_INT(drying.n_zones, 4);
        CHECK_NEAR(drying.heat_factor, 1 - 0.25 * 0.5, 1e-15, 0);
        CHECK_NEAR(drying.web_speed_m_s, 50 / 60.0, 1e-15, 0);
        for (int z = 0; z < 4; ++z) {
            const double air_degC = e ? (z < 2 ? 85 : 130) : (z < 2 ? 72 : 80);
            CHECK_NEAR(drying.zones[z].air_temp_K, 273.15 + air_degC, 1e-15, 0);
            CHECK_NEAR(drying.zones[z].length_m, 15, 0, 0);
            CHECK_NEAR(drying.zones[z].top_heat_W_m2K, 60, 0, 0);
            CHECK_NEAR(drying.zones[z].bottom_heat_W_m2K, 60, 0, 0);
            CHECK_NEAR(drying.zones[z].vapour_fraction, e ? 0 : 0.012, 0, 0);
        }
        takt_battery_dryer_case(p.study->battery, e, 100, &drying);
        CHECK_NEAR(drying.heat_factor, 0.1, 0, 0);
    }
    plant_close(&p);
}

TAKT_TESTS(TEST(coating_and_drying), TEST(calendering_and_slitting), TEST(cells_of_three_densities),
           TEST(assembly_soak_and_formation), TEST(too_short_a_soak),
           TEST(wet_webs_and_unsolved_dryers), TEST(mixing_adhesion_and_cut_web),
           TEST(limits_hold_for_all_fouling), TEST(dryer_cases))
