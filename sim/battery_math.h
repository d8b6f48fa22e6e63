/// Formulas of the battery plant, one function each, in the order of the process chain.
/// docs/models/battery.md explains them; all constants come in as arguments or parameters.
#ifndef TAKT_SIM_BATTERY_MATH_H
#define TAKT_SIM_BATTERY_MATH_H

#include "core/hd.h"
#include "core/normal_math.h"
#include "sim/battery.h"

#include <math.h>

/// Agglomerate size after a specific mixing energy: exponential decay to the end size.
TAKT_HD double takt_agglomerate_um(const takt_battery_parameters *p, double mixing_Wh_kg)
{
    return p->agglomerate_end_um + (p->agglomerate_start_um - p->agglomerate_end_um) *
                                       exp(-mixing_Wh_kg / p->dispersion_energy_Wh_kg);
}

/// Strength of the binder after mixing: chains break with the square of the energy.
TAKT_HD double takt_binder_strength(const takt_battery_parameters *p, double mixing_Wh_kg)
{
    const double part = mixing_Wh_kg / 100.0;
    return 1.0 - p->binder_break * part * part;
}

/// Viscosity of the slurry in Pa s: Krieger-Dougherty with bound solvent, shear thinning.
TAKT_HD double takt_slurry_viscosity(const takt_battery_parameters *p, double solids_volume,
                                     double agglomerate_um, double shear_rate_1_s)
{
    const double size = agglomerate_um / p->bound_size_um;
    const double effective = solids_volume * (1.0 + p->bound_solvent * (size < 1.0 ? size : 1.0));
    // Beyond packing the slurry does not flow: a very thick one stands in, finite for the search.
    const double room = 1.0 - effective / p->packing_fraction;
    const double relative = pow(room > 1e-3 ? room : 1e-3, -p->viscosity_exponent);
    return p->viscosity_scale_Pa_s * relative * pow(shear_rate_1_s, -p->shear_exponent);
}

/// Thinnest wet film a slot die lays down without a break: low-flow limit of Ruschak (1976) and
/// Carvalho and Kheshgi (2000), h_min = H / (1 + 2 (Ca / 0.65)^(-2/3)).
TAKT_HD double takt_coating_height_min_m(double gap_m, double capillary_number)
{
    return gap_m / (1.0 + 2.0 * pow(capillary_number / 0.65, -2.0 / 3.0));
}

/// Share of web outside the coating window: too thin for the gap, or swelling out of it.
TAKT_HD double takt_scrap_window(const takt_battery_parameters *p, double wet_m, double wet_min_m,
                                 double gap_m)
{
    const double thin = takt_normal_cdf((wet_min_m - wet_m) / (p->window_low_spread * wet_m));
    const double swollen =
        takt_normal_cdf((wet_m - p->window_high * gap_m) / (p->window_high_spread * gap_m));
    return 1.0 - (1.0 - thin) * (1.0 - swollen);
}

TAKT_HD double takt_scrap_agglomerates(const takt_battery_parameters *p, double agglomerate_um,
                                       double dry_um)
{
    return p->agglomerate_share *
           takt_normal_cdf((log(agglomerate_um) - log(p->agglomerate_height * dry_um)) /
                           p->agglomerate_spread);
}

/// Share outside a two-sided tolerance for a normal scatter.
TAKT_HD double takt_scrap_tolerance(double tolerance, double cv)
{
    return cv > 0.0 ? 2.0 * takt_normal_cdf(-tolerance / cv) : 0.0;
}

/// Energy of the dryer per kg of solvent, in kWh: latent heat and the air's heat through the
/// burner, times what fans, recovery and losses add.
TAKT_HD double takt_dryer_kWh_per_kg(const takt_battery_parameters *p, double latent_J_kg,
                                     double air_kg_kg, double air_degC)
{
    const double air_J_kg = air_kg_kg * 1008.0 * (air_degC - 25.0) * (1.0 - p->heat_recovery);
    return (latent_J_kg + air_J_kg) / p->burner_efficiency * p->dryer_losses / 3.6e6;
}

/// A film after the calender.
typedef struct takt_calendered {
    double height_m, porosity;
    double nip_porosity;
} takt_calendered;

/// Film under pressure P in the nip: 1 - e = (1 - e0) (1 + P / P0)^n; line load q = P sqrt(R dh).
TAKT_HD double takt_calender_load_N_mm(double pressure_MPa, double p0_MPa, double exponent,
                                       double porosity0, double height_um, double radius_mm,
                                       double *nip_um)
{
    const double solid = (1.0 - porosity0) * pow(1.0 + pressure_MPa / p0_MPa, exponent);
    *nip_um = height_um * (1.0 - porosity0) / solid;
    const double depth_mm = (height_um - *nip_um) * 1e-3;
    return pressure_MPa * sqrt(radius_mm * (depth_mm > 0.0 ? depth_mm : 0.0));
}

/// Film after the calender for a line load: the pressure by bisection (the load grows with it),
/// then springback h = h_nip + s (h0 - h_nip).
TAKT_HD takt_calendered takt_calender(const takt_battery_parameters *p, double p0_MPa,
                                      double exponent, double porosity0, double height_m,
                                      double line_load_N_mm)
{
    const double height_um = height_m * 1e6;
    double low = 0.0, high = 1e5, nip_um = height_um;
    for (int i = 0; i < 100; ++i) {
        const double middle = 0.5 * (low + high);
        const double load = takt_calender_load_N_mm(middle, p0_MPa, exponent, porosity0, height_um,
                                                    p->roll_radius_mm, &nip_um);
        if (load < line_load_N_mm)
            low = middle;
        else
            high = middle;
    }
    takt_calendered film;
    const double after_um = nip_um + p->springback * (height_um - nip_um);
    film.height_m = after_um * 1e-6;
    film.porosity = 1.0 - (1.0 - porosity0) * height_um / after_um;
    film.nip_porosity = 1.0 - (1.0 - porosity0) * height_um / nip_um;
    return film;
}

/// Share of cells that the burr of one electrode's knife can short, after `km` since its change.
TAKT_HD double takt_scrap_shorts(const takt_battery_parameters *p, double km)
{
    const double growth =
        p->knife_wear_um * pow((km > 0.0 ? km : 0.0) / 200.0, p->knife_wear_exponent);
    const double burr_um = p->burr_um + p->burr_per_radius * growth;
    return p->short_share * takt_normal_cdf((burr_um - p->burr_short_um) / p->burr_spread_um);
}

/// Ionic resistance of one electrode in ohm cm2 at 1 S/m, tortuosity = porosity^(-exponent).
TAKT_HD double takt_ionic_resistance(double height_m, double porosity, double exponent)
{
    return 1e4 * height_m * pow(porosity, -exponent) / porosity;
}

/// Wetting rate in mm/sqrt(s): ln K quadratic in ln porosity through the three measured points of
/// Sheng et al. (2014): (0.50, 0.375), (0.42, 0.589), (0.28, 0.206).
TAKT_HD double takt_wetting_rate(double porosity)
{
    const double x0 = log(0.50), x1 = log(0.42), x2 = log(0.28);
    const double y0 = log(0.375), y1 = log(0.589), y2 = log(0.206);
    const double x = log(porosity);
    const double l0 = (x - x1) * (x - x2) / ((x0 - x1) * (x0 - x2));
    const double l1 = (x - x0) * (x - x2) / ((x1 - x0) * (x1 - x2));
    const double l2 = (x - x0) * (x - x1) / ((x2 - x0) * (x2 - x1));
    return exp(l0 * y0 + l1 * y1 + l2 * y2);
}

#endif
