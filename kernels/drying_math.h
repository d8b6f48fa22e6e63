/// Pointwise physics of the dryer, written once: the batched kernel runs it in lanes, the PETSc
/// reference calls it for one film. No branches, so that lanes stay together.
///
/// Sources: Magnus formula for water, a three-point fit for NMP; mass transfer by the analogy of
/// Lewis; binder in the liquid of a packed bed by Bruggeman (exponent 3/2); Arrhenius.
#ifndef TAKT_KERNELS_DRYING_MATH_H
#define TAKT_KERNELS_DRYING_MATH_H

#include "core/hd.h"
#include "core/real_math.h"

#define TAKT_GAS_CONSTANT 8.314462618 // J / (mol K)
#define TAKT_AIR_PRESSURE 101325.0    // Pa
#define TAKT_AIR_DENSITY 1.0035       // kg / m3, at 350 K
#define TAKT_AIR_HEAT 1008.0          // J / (kg K)
#define TAKT_DIFFUSIVITY_TEMP 333.15  // K, where the diffusivity of a coat is given
/// Above this mole fraction at the surface the logarithm of the flux goes on as its tangent: a film
/// that boils is limited by heat, and an infinite flux would only make the equations stiff.
#define TAKT_BOILING_FRACTION 0.99

/// Constants of one solvent. ln(p / Pa) = a + b / (T + c); latent heat = base + slope T.
typedef struct takt_vapour_data {
    double pressure_a, pressure_b, pressure_c;
    double latent_base, latent_slope; // J/kg, J/(kg K)
    double molar_mass_kg;
} takt_vapour_data;

/// 611.2 exp(17.62 t / (243.12 + t)) Pa and 2.501e6 - 2361 t J/kg with t in degrees Celsius.
TAKT_HD takt_vapour_data takt_vapour_water(void)
{
    const takt_vapour_data data = {6.415424237852311 + 17.62, -17.62 * 243.12, 243.12 - 273.15,
                                   2.501e6 + 2361.0 * 273.15, -2361.0,         0.01801528};
    return data;
}

/// Fit through 45 Pa at 25, 1.33 kPa at 80 and 101.3 kPa at 202 degrees Celsius.
TAKT_HD takt_vapour_data takt_vapour_nmp(void)
{
    const takt_vapour_data data = {22.051, -4402.7,  -56.83, 5.6e5 + 600.0 * 298.0,
                                   -600.0, 0.0991311};
    return data;
}

/// All that the film's height and temperature need to know in one zone.
typedef struct takt_drying_air {
    double pressure_a, pressure_b, pressure_c; // of the solvent
    double latent_base, latent_slope;
    double transfer;   // k_g p M / R, kg K / (m2 s)
    double log_air;    // ln(1 - mole fraction in the air)
    double heat_W_m2K; // both sides
    double air_temp_K;
    double dry_heat_J_m2K;  // foil and solids
    double wet_heat_J_m3K;  // solvent: density times specific heat
    double density_kg_m3;   // of the solvent
    double critical_height; // liquid height below which the flux falls
} takt_drying_air;

/// Rates of a film and their derivatives with respect to liquid height l and temperature T.
typedef struct takt_drying_rates {
    double flux_kg_m2s;
    double liquid, temp;       // dl/dt (m/s), dT/dt (K/s)
    double liquid_l, liquid_T; // of dl/dt
    double temp_l, temp_T;     // of dT/dt
} takt_drying_rates;

/// k_g p M / R for a heat transfer coefficient on the wet side; lewis_power = Le^(2/3).
TAKT_HD double takt_drying_transfer(double top_heat_W_m2K, double lewis_power, double molar_mass_kg)
{
    return top_heat_W_m2K / (TAKT_AIR_DENSITY * TAKT_AIR_HEAT * lewis_power) * TAKT_AIR_PRESSURE *
           molar_mass_kg / TAKT_GAS_CONSTANT;
}

/// Evaporation and heat balance of a film of liquid height `liquid` at `temp_K`. The air's vapour
/// does not condense: the flux is never below zero.
TAKT_HD takt_drying_rates takt_drying_film_rates(const takt_drying_air *air, double liquid,
                                                 double temp_K)
{
    takt_drying_rates r;
    const double over = 1.0 / (temp_K + air->pressure_c);
    const double fraction =
        takt_exp(air->pressure_a + air->pressure_b * over) * (1.0 / TAKT_AIR_PRESSURE);
    const double fraction_T = -fraction * air->pressure_b * over * over;
    const double capped = fraction < TAKT_BOILING_FRACTION ? fraction : TAKT_BOILING_FRACTION;
    const double drive = air->log_air - takt_log(1.0 - capped) +
                         (fraction - capped) * (1.0 / (1.0 - TAKT_BOILING_FRACTION));
    const double open = drive > 0.0 ? 1.0 : 0.0;
    const double drive_T = fraction_T / (1.0 - capped);

    // The vapour's mean temperature is (T + T_air) / 2.
    const double sum = 1.0 / (temp_K + air->air_temp_K);
    const double scale = 2.0 * air->transfer * sum * open;
    const double wet = liquid > 0.0 ? liquid : 0.0;
    const double below = wet < air->critical_height ? 1.0 : 0.0;
    const double slope = 1.0 / air->critical_height;
    const double falling = below * (wet * slope) + (1.0 - below);
    const double full = scale * drive;
    const double flux_T = falling * scale * (drive_T - drive * sum);
    const double flux_l = full * below * slope;
    r.flux_kg_m2s = full * falling;

    const double latent = air->latent_base + air->latent_slope * temp_K;
    const double over_density = 1.0 / air->density_kg_m3;
    const double over_heat = 1.0 / (air->dry_heat_J_m2K + wet * air->wet_heat_J_m3K);
    r.liquid = -r.flux_kg_m2s * over_density;
    r.temp = (air->heat_W_m2K * (air->air_temp_K - temp_K) - r.flux_kg_m2s * latent) * over_heat;
    r.liquid_l = -flux_l * over_density;
    r.liquid_T = -flux_T * over_density;
    r.temp_l = (-flux_l * latent - r.temp * air->wet_heat_J_m3K) * over_heat;
    r.temp_T = (-air->heat_W_m2K - flux_T * latent - r.flux_kg_m2s * air->latent_slope) * over_heat;
    return r;
}

/// Film height: the film shrinks until its solids are packed.
TAKT_HD double takt_drying_height(double liquid, double solid_height, double packed_height)
{
    const double open = solid_height + liquid;
    return open > packed_height ? open : packed_height;
}

/// D_eff / h (m/s): how fast binder spreads over xi. `activation_K` is energy / gas constant.
TAKT_HD double takt_drying_spread(double liquid, double temp_K, double solid_height,
                                  double packed_height, double diffusivity_m2_s,
                                  double activation_K)
{
    const double over = 1.0 / takt_drying_height(liquid, solid_height, packed_height);
    // (l / h)^(3/2) joins the exponent of Arrhenius: a square root stops the vectoriser.
    const double wet = liquid > 1e-30 ? liquid : 1e-30;
    const double exponent =
        1.5 * takt_log(wet * over) - activation_K * (1.0 / temp_K - 1.0 / TAKT_DIFFUSIVITY_TEMP);
    return diffusivity_m2_s * over * takt_exp(exponent);
}

#endif
