/// exp and log agree with the C library, the derivatives of the film's rates with differences, and
/// a film on one wet side settles at the known wet-bulb temperatures and fluxes.
#include "kernels/drying_case_internal.h"
#include "tests/check.h"
#include "tests/kernels/drying_cases.h"

#include <stdbool.h>

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

/// Everything once more from the model's page, with the C library and temperatures in Celsius.
static void rates_are_those_of_the_model(void)
{
    const double vapour_fraction = 0.02, top = 60.0 * 0.75, bottom = 40.0 * 0.75;
    for (int k = 0; k < 30; ++k) {
        const bool water = k % 2 == 0;
        const double t = 20.0 + 2.6 * k, t_air = 130.0; // at 96.4 degrees water is near 0.88 bar
        const takt_drying_coat coat = water ? takt_drying_coat_anode() : takt_drying_coat_cathode();
        takt_drying_case drying = plant_case(coat, 50.0, t_air, t_air, 1.0);
        drying.zones[0].vapour_fraction = vapour_fraction;
        drying.zones[0].bottom_heat_W_m2K = 40.0;
        const takt_drying_air air = takt_drying_case_air(&drying, 0);

        const double pressure = water ? 611.2 * exp(17.62 * t / (243.12 + t))
                                      : exp(22.051 - 4402.7 / (t + 273.15 - 56.83));
        const double latent = water ? 2.501e6 - 2361.0 * t : 5.6e5 - 600.0 * (t + 273.15 - 298.0);
        const double molar = water ? 0.01801528 : 0.0991311, lewis = water ? 0.86 : 3.0;
        const double k_g = top / (1.0035 * 1008.0 * pow(lewis, 2.0 / 3.0));
        const double mean_K = 0.5 * (t + t_air) + 273.15;
        const double full =
            fmax(0.0, k_g * 101325.0 * molar / (8.314462618 * mean_K) *
                          log((1.0 - vapour_fraction) / (1.0 - pressure / 101325.0)));
        const double solid = water ? 0.119 / 2190.0 : 0.221 / 4450.0;
        const double pores = solid / (water ? 0.50 : 0.52) - solid;
        const double liquid = (k % 3 == 0 ? 0.3 : 1.2) * pores, saturation = liquid / pores;
        const double flux = saturation < 0.6 ? full * saturation / 0.6 : full;
        const double heat = (water ? 28.0 + 90.0 : 29.0 + 170.0) +
                            liquid * (water ? 1000.0 * 4180.0 : 1030.0 * 1780.0);
        const takt_drying_rates r = takt_drying_film_rates(&air, liquid, t + 273.15);
        CHECK_NEAR(r.flux_kg_m2s, flux, 1e-12, 1e-18);
        CHECK_NEAR(r.liquid, -flux / (water ? 1000.0 : 1030.0), 1e-12, 1e-18);
        CHECK_NEAR(r.temp, ((top + bottom) * (t_air - t) - flux * latent) / heat, 1e-10, 1e-12);
    }
}

/// Up to 99 % vapour at the surface the flux is that of the model, to the digit.
static void boiling_begins_at_the_stated_fraction(void)
{
    const takt_drying_case drying = plant_case(takt_drying_coat_anode(), 50.0, 160.0, 160.0, 0.0);
    const takt_drying_air air = takt_drying_case_air(&drying, 0);
    for (int k = 0; k < 2; ++k) {
        const double t = k == 0 ? 98.6 : 105.0;
        const double fraction = 611.2 * exp(17.62 * t / (243.12 + t)) / 101325.0;
        const double drive = k == 0 ? -log(1.0 - fraction) : -log(0.01) + (fraction - 0.99) / 0.01;
        const double flux = 2.0 * air.transfer * (log(1.0 - 0.012) + drive) / (t + 273.15 + 433.15);
        CHECK(k == 0 ? fraction > 0.97 && fraction < 0.99 : fraction > 1.0);
        CHECK_NEAR(takt_drying_film_rates(&air, 1e-4, t + 273.15).flux_kg_m2s, flux, 1e-11, 0.0);
    }
}

/// D(T) (l / h)^(3/2) / h while the film shrinks and while its pores empty.
static void spread_is_that_of_the_model(void)
{
    const double solid = 50e-6, packed = 100e-6, d = 6e-10, activation = 15e3 / 8.314462618;
    const double liquid[3] = {120e-6, 50e-6, 20e-6}, height[3] = {170e-6, 100e-6, 100e-6};
    for (int k = 0; k < 3; ++k) {
        const double temp = 300.0 + 30.0 * k;
        const double expected = d * exp(-activation * (1.0 / temp - 1.0 / 333.15)) *
                                pow(liquid[k] / height[k], 1.5) / height[k];
        CHECK_NEAR(takt_drying_height(liquid[k], solid, packed), height[k], 1e-15, 0.0);
        CHECK_NEAR(takt_drying_spread(liquid[k], temp, solid, packed, d, activation), expected,
                   1e-13, 0.0);
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
           TEST(damp_air_does_not_condense), TEST(rates_are_those_of_the_model),
           TEST(boiling_begins_at_the_stated_fraction), TEST(spread_is_that_of_the_model))
