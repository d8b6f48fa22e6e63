/// The battery plant's formulas meet the tables and measurements they come from, and wear only
/// harms.
#include "sim/battery_math.h"
#include "tests/sim/lines.h"

/// Default constants of the plant.
static takt_battery defaults(void)
{
    takt_battery battery;
    takt_arena *arena = NULL;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(takt_schema_defaults(&takt_battery_schema, arena, &battery));
    takt_arena_destroy(&arena);
    return battery;
}

static void coating_limit_table(void)
{
    static const double numbers[4] = {0.01, 0.1, 0.3, 1}, heights_um[4] = {4.5, 18.8, 34.5, 60.0};
    for (int i = 0; i < 4; ++i)
        CHECK_NEAR(takt_coating_height_min_m(150e-6, numbers[i]) * 1e6, heights_um[i], 0, 0.05);
    // Small numbers: 0.666 H Ca^(2/3), the older form.
    CHECK_NEAR(takt_coating_height_min_m(150e-6, 1e-9), 0.666 * 150e-6 * 1e-6, 1e-3, 0);
}

static void krieger_dougherty_table(void)
{
    static const double fractions[4] = {0.2, 0.3, 0.4, 0.5}, values[4] = {1.82, 2.75, 4.80, 11.38};
    takt_battery_parameters p = defaults().parameters;
    CHECK_NEAR(p.viscosity_exponent, 2.5 * p.packing_fraction, 1e-15, 0);
    p.bound_solvent = 0;
    p.viscosity_scale_Pa_s = 1;
    for (int i = 0; i < 4; ++i)
        CHECK_NEAR(takt_slurry_viscosity(&p, fractions[i], 5, 1), values[i], 0, 0.005);
    CHECK_NEAR(takt_slurry_viscosity(&p, 1e-6, 5, 1), 1 + 2.5e-6, 1e-11, 0); // Einstein
    CHECK(isfinite(takt_slurry_viscosity(&p, 0.9, 5, 1)));
    CHECK_NEAR(takt_slurry_viscosity(&p, 0.3, 5, 100) / takt_slurry_viscosity(&p, 0.3, 5, 1),
               pow(100, -p.shear_exponent), 1e-14, 0);
}

/// Sangros Gimenez et al. (2019), NMC111, Table 1: porosity at each pressure.
static void compaction_of_data_a(void)
{
    static const double pressure_MPa[5] = {0, 19.82, 42.71, 79.13, 159.37};
    static const double porosity[5] = {0.522, 0.416, 0.372, 0.295, 0.217};
    const takt_battery_parameters p = defaults().parameters;
    double sum = 0;
    for (int i = 0; i < 5; ++i) {
        double nip_um;
        takt_calender_load_N_mm(pressure_MPa[i], p.press_cathode_MPa, p.press_exponent_cathode,
                                0.522, 78.25, p.roll_radius_mm, &nip_um);
        const double found = 1 - (1 - 0.522) * 78.25 / nip_um;
        sum += pow(found - porosity[i], 2);
    }
    CHECK_NEAR(sqrt(sum / 5), 0.0059, 0, 0.00005);
}

/// Warwick pilot calendering of NMC622 (CC0), 4.45 g/cm3 solid: heights before and after, porosity
/// after, areal mass after.
static const struct {
    double before_um, after_um, porosity, mass_g_m2;
} data_c[18] = {{52.7, 46.2, 41.4, 120.35}, {52.5, 41.7, 36.1, 118.51}, {52.5, 39.2, 31.9, 118.60},
                {52.8, 45.8, 39.7, 122.97}, {52.8, 42.0, 35.2, 120.93}, {51.8, 38.5, 30.6, 118.80},
                {53.2, 45.8, 39.4, 123.55}, {52.8, 42.0, 35.2, 121.12}, {53.0, 39.7, 30.6, 122.48},
                {75.3, 67.8, 40.3, 180.14}, {74.7, 61.5, 34.5, 179.26}, {75.0, 57.0, 30.1, 177.23},
                {73.0, 68.3, 39.2, 184.98}, {75.5, 62.7, 34.8, 181.78}, {75.3, 57.8, 30.2, 179.55},
                {72.4, 67.7, 39.7, 181.40}, {75.0, 63.2, 35.0, 182.66}, {74.0, 57.3, 29.5, 179.94}};

/// The calender keeps the mass: at the load that gives the measured height, the porosity is the
/// measured one within 0.15 points.
static void compaction_keeps_the_mass_of_data_c(void)
{
    const takt_battery_parameters p = defaults().parameters;
    for (int i = 0; i < 18; ++i) {
        const double porosity0 = 1 - data_c[i].mass_g_m2 / (data_c[i].before_um * 4.45);
        double low = 0, high = 2000;
        takt_calendered film = {0};
        for (int k = 0; k < 60; ++k) {
            const double load = (low + high) / 2;
            film = takt_calender(&p, p.press_cathode_MPa, p.press_exponent_cathode, porosity0,
                                 data_c[i].before_um * 1e-6, load);
            *(film.height_m * 1e6 > data_c[i].after_um ? &low : &high) = load;
        }
        CHECK_NEAR(film.height_m * 1e6, data_c[i].after_um, 1e-9, 0);
        CHECK_NEAR(100 * film.porosity, data_c[i].porosity, 0, 0.15);
    }
}

static void loads_and_pressures_agree(void)
{
    const takt_battery_parameters p = defaults().parameters;
    for (double pressure_MPa = 1; pressure_MPa < 200; pressure_MPa *= 1.7) {
        double nip_um;
        const double load =
            takt_calender_load_N_mm(pressure_MPa, p.press_anode_MPa, p.press_exponent_anode, 0.5,
                                    80, p.roll_radius_mm, &nip_um);
        CHECK_NEAR(load, pressure_MPa * sqrt(p.roll_radius_mm * (80 - nip_um) * 1e-3), 1e-14, 0);
        const takt_calendered film =
            takt_calender(&p, p.press_anode_MPa, p.press_exponent_anode, 0.5, 80e-6, load);
        CHECK_NEAR(film.nip_porosity, 1 - 0.5 * 80 / nip_um, 1e-10, 0);
        CHECK_NEAR(film.height_m * 1e6, nip_um + p.springback * (80 - nip_um), 1e-12, 0);
    }
    const takt_calendered none =
        takt_calender(&p, p.press_anode_MPa, p.press_exponent_anode, 0.5, 80e-6, 0);
    CHECK_NEAR(none.porosity, 0.5, 1e-9, 0);
}

/// The law of the cathode has no pores left in the nip at about 1,290 N/mm.
static void the_cathode_law_ends(void)
{
    const takt_battery_parameters p = defaults().parameters;
    const takt_drying_coat coat = takt_drying_coat_cathode();
    double low = 100, high = 3000;
    for (int k = 0; k < 60; ++k) {
        const double load = (low + high) / 2;
        const takt_calendered film = takt_calender(
            &p, p.press_cathode_MPa, p.press_exponent_cathode, 1 - coat.solids_fraction_max,
            takt_drying_coat_film(&coat).packed_height_m, load);
        *(film.nip_porosity > 0 ? &low : &high) = load;
    }
    CHECK_NEAR(low, 1290, 0.01, 0);
}

/// Sheng et al. (2014), and between the points the rate has its maximum.
static void wetting_rates_as_measured(void)
{
    CHECK_NEAR(takt_wetting_rate(0.50), 0.375, 1e-13, 0);
    CHECK_NEAR(takt_wetting_rate(0.42), 0.589, 1e-13, 0);
    CHECK_NEAR(takt_wetting_rate(0.28), 0.206, 1e-13, 0);
    CHECK(takt_wetting_rate(0.43) > takt_wetting_rate(0.50));
    CHECK(takt_wetting_rate(0.38) > takt_wetting_rate(0.28));
}

/// Burr and shorts after 200 and 400 km of a knife; a wet film that swells out of the gap, one too
/// thin for it, and one within.
static void knives_and_coating_window(void)
{
    const takt_battery_parameters p = defaults().parameters;
    CHECK_NEAR(takt_scrap_shorts(&p, 0), 0.3 * takt_normal_cdf((2 - 10) / 1.5), 1e-14, 0);
    CHECK_NEAR(takt_scrap_shorts(&p, 200), 0.3 * takt_normal_cdf((2 + 2.4 - 10) / 1.5), 1e-14, 0);
    CHECK_NEAR(takt_scrap_shorts(&p, 400),
               0.3 * takt_normal_cdf((2 + 2.4 * pow(2, 1.3) - 10) / 1.5), 1e-13, 0);
    CHECK_NEAR(takt_scrap_window(&p, 0.98 * 200e-6, 50e-6, 200e-6), 0.5, 1e-9, 0);
    CHECK_NEAR(takt_scrap_window(&p, 100e-6, 100e-6, 200e-6), 0.5, 1e-9, 0);
    CHECK_NEAR(takt_scrap_window(&p, 100e-6, 106e-6, 200e-6), takt_normal_cdf(1), 1e-9, 0);
    CHECK_NEAR(takt_scrap_window(&p, 1.02 * 200e-6, 50e-6, 200e-6), takt_normal_cdf(1), 1e-9, 0);
    CHECK(takt_scrap_window(&p, 130e-6, 60e-6, 200e-6) < 1e-9);
}

static void wear_only_harms(void)
{
    const takt_battery b = defaults();
    for (int i = 0; i < 100; ++i) {
        CHECK(takt_scrap_shorts(&b.parameters, 5 * (i + 1)) >
              takt_scrap_shorts(&b.parameters, 5 * i));
        CHECK(takt_scrap_tolerance(0.02, 0.006 + 1e-4 * (i + 1)) >
              takt_scrap_tolerance(0.02, 0.006 + 1e-4 * i));
        takt_drying_case cleaner, fouler;
        takt_battery_dryer_case(&b, i % 2, 0.05 * i, &cleaner);
        takt_battery_dryer_case(&b, i % 2, 0.05 * (i + 1), &fouler);
        CHECK(fouler.heat_factor < cleaner.heat_factor ||
              fouler.heat_factor == b.parameters.fouling_heat_min);
    }
    CHECK_NEAR(takt_scrap_tolerance(0.02, 0), 0, 0, 0);
}

TAKT_TESTS(TEST(coating_limit_table), TEST(krieger_dougherty_table), TEST(compaction_of_data_a),
           TEST(compaction_keeps_the_mass_of_data_c), TEST(loads_and_pressures_agree),
           TEST(the_cathode_law_ends), TEST(wetting_rates_as_measured),
           TEST(knives_and_coating_window), TEST(wear_only_harms))
