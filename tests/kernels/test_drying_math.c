/// exp and log agree with the C library, the derivatives of the film's rates with differences, and
/// a film on one wet side settles at the known wet-bulb temperatures and fluxes.
#include "kernels/drying_case_internal.h"
#include "tests/check.h"
#include "tests/kernels/drying_cases.h"

/// |found - exact| in units of the last place of a double near `exact`.
static double error_ulp(double found, double exact)
{
    return fabs(found - exact) / (fabs(exact) * 0x1.0p-52);
}

static void exp_is_within_two_ulp(void)
{
    const takt_stream stream = {.seed = 1, .purpose = TAKT_PURPOSE_TEST};
    for (uint64_t k = 0; k < 200000; ++k) {
        const double wide = k % 2 ? 1390.0 : 4.0;
        const double x = wide * (takt_stream_uniform(&stream, k) - 0.5);
        CHECK(error_ulp(takt_exp(x), exp(x)) <= 2.0);
    }
    CHECK(takt_exp(0.0) == 1.0);
    CHECK(takt_exp(1e300) == takt_exp(700.0) && isfinite(takt_exp(1e300)));
    CHECK(takt_exp(-1e300) == takt_exp(-700.0) && takt_exp(-1e300) > 0.0);
}

static void log_is_within_two_ulp(void)
{
    const takt_stream stream = {.seed = 2, .purpose = TAKT_PURPOSE_TEST};
    for (uint64_t k = 0; k < 200000; ++k) {
        const double wide = k % 2 ? 1390.0 : 0.1; // near 1 the result is small: digits may cancel
        const double x = exp(wide * (takt_stream_uniform(&stream, k) - 0.5));
        CHECK(x == 1.0 || error_ulp(takt_log(x), log(x)) <= 2.0);
    }
    CHECK(takt_log(1.0) == 0.0);
}

static void derivatives_agree_with_differences(void)
{
    for (uint32_t index = 0; index < 40; ++index) {
        const takt_drying_case drying = random_case(index);
        const takt_drying_air air = takt_drying_case_air(&drying, (int)(index % 4));
        const double l = air.critical_height * (index % 8 < 4 ? 0.3 : 2.0);
        const double t = 300.0 + index, dl = 1e-5 * l, dt = 1e-3;
        const takt_drying_rates r = takt_drying_film_rates(&air, l, t);
        const takt_drying_rates a = takt_drying_film_rates(&air, l - dl, t);
        const takt_drying_rates b = takt_drying_film_rates(&air, l + dl, t);
        const takt_drying_rates c = takt_drying_film_rates(&air, l, t - dt);
        const takt_drying_rates d = takt_drying_film_rates(&air, l, t + dt);
        CHECK_NEAR(r.liquid_l, (b.liquid - a.liquid) / (2.0 * dl), 1e-6, 1e-12);
        CHECK_NEAR(r.temp_l, (b.temp - a.temp) / (2.0 * dl), 1e-6, 1e-3);
        CHECK_NEAR(r.liquid_T, (d.liquid - c.liquid) / (2.0 * dt), 1e-6, 1e-15);
        CHECK_NEAR(r.temp_T, (d.temp - c.temp) / (2.0 * dt), 1e-6, 1e-9);
    }
}

/// Bisection on dT/dt = 0 with air on the wet side only. Returns degrees Celsius and g/m2s.
static void settle(takt_drying_coat coat, double air_C, double *temp_C, double *flux_g_m2s)
{
    takt_drying_case drying = plant_case(coat, 50.0, air_C, air_C, 0.0);
    drying.zones[0].bottom_heat_W_m2K = 0.0;
    const takt_drying_air air = takt_drying_case_air(&drying, 0);
    double low = 273.15, high = 273.15 + air_C;
    for (int k = 0; k < 60; ++k) {
        const double mid = 0.5 * (low + high);
        if (takt_drying_film_rates(&air, 1e-4, mid).temp > 0.0)
            low = mid;
        else
            high = mid;
    }
    *temp_C = low - 273.15;
    *flux_g_m2s = 1e3 * takt_drying_film_rates(&air, 1e-4, low).flux_kg_m2s;
}

static void wet_bulb_values_are_met(void)
{
    static const double air_C[3] = {60.0, 80.0, 120.0};
    static const double water_C[3] = {24.7, 29.2, 36.7}, water_flux[3] = {0.87, 1.25, 2.07};
    static const double nmp_C[3] = {56.5, 72.2, 96.9}, nmp_flux[3] = {0.38, 0.88, 2.69};
    // Lewis number = conductivity / (density * heat * diffusivity) at 350 K.
    const double growth = pow(350.0 / 298.0, 1.75), alpha = 0.030 / (1.0035 * 1008.0);
    takt_drying_coat water = takt_drying_coat_anode(), nmp = takt_drying_coat_cathode();
    water.lewis = alpha / (2.6e-5 * growth);
    nmp.lewis = alpha / (0.75e-5 * growth);
    CHECK_NEAR(water.lewis, 0.86, 0.0, 0.005);
    for (int k = 0; k < 3; ++k) {
        double temp, flux;
        settle(water, air_C[k], &temp, &flux);
        CHECK_NEAR(temp, water_C[k], 0.0, 0.1);
        CHECK_NEAR(flux, water_flux[k], 0.0, 0.0051);
        settle(nmp, air_C[k], &temp, &flux);
        CHECK_NEAR(temp, nmp_C[k], 0.0, 0.1);
        CHECK_NEAR(flux, nmp_flux[k], 0.0, 0.0051);
    }
}

static void default_coats_have_the_known_heights(void)
{
    const takt_drying_coat coats[2] = {takt_drying_coat_anode(), takt_drying_coat_cathode()};
    static const double solids[2] = {0.3135, 0.351}, wet_um[2] = {173.0, 142.0};
    static const double dry_um[2] = {109.0, 95.5}, solvent_g[2] = {119.0, 94.7};
    for (int k = 0; k < 2; ++k) {
        const takt_drying_film film = takt_drying_coat_film(&coats[k]);
        CHECK_NEAR(film.solid_height_m / film.wet_height_m, solids[k], 0.0, 5e-4);
        CHECK_NEAR(film.wet_height_m * 1e6, wet_um[k], 0.0, 0.5);
        CHECK_NEAR(film.packed_height_m * 1e6, dry_um[k], 0.0, 0.5);
        CHECK_NEAR(film.liquid_height_m * coats[k].solvent_density_kg_m3 * 1e3, solvent_g[k], 0.0,
                   0.05);
    }
}

static void a_boiling_film_has_a_finite_flux(void)
{
    const takt_drying_case drying = plant_case(takt_drying_coat_anode(), 50.0, 160.0, 160.0, 0.0);
    const takt_drying_air air = takt_drying_case_air(&drying, 0);
    double before = 0.0;
    for (double temp_C = 90.0; temp_C <= 160.0; temp_C += 0.25) {
        const double flux = takt_drying_film_rates(&air, 1e-6, 273.15 + temp_C).flux_kg_m2s;
        CHECK(isfinite(flux) && flux > before);
        before = flux;
    }
}

static void damp_air_does_not_condense(void)
{
    takt_drying_case drying = plant_case(takt_drying_coat_anode(), 50.0, 60.0, 60.0, 0.0);
    drying.zones[0].vapour_fraction = 0.15;
    const takt_drying_air air = takt_drying_case_air(&drying, 0);
    CHECK(takt_drying_film_rates(&air, 1e-4, 298.15).flux_kg_m2s == 0.0);
    CHECK(takt_drying_film_rates(&air, 1e-4, 298.15).temp > 0.0);
    CHECK(takt_drying_film_rates(&air, 1e-4, 333.15).flux_kg_m2s > 0.0);
}

TAKT_TESTS(TEST(exp_is_within_two_ulp), TEST(log_is_within_two_ulp),
           TEST(derivatives_agree_with_differences), TEST(wet_bulb_values_are_met),
           TEST(default_coats_have_the_known_heights), TEST(a_boiling_film_has_a_finite_flux),
           TEST(damp_air_does_not_condense))
