/// Every constant of the battery plant's process models, each with unit, range, default and source.
/// A study changes any of them under `battery.parameters`.
///
/// Tags: [V] read in the named source; [V2] second-hand notes of the source; [C] computed from
/// such data; [A] assumption or closure to be calibrated on the plant. Section numbers are those of
/// docs/models/battery.md. X(name, default, min, max, unit, doc)
#ifndef TAKT_SIM_BATTERY_PARAMETERS_H
#define TAKT_SIM_BATTERY_PARAMETERS_H

// clang-format off
#define TAKT_BATTERY_PARAMETER_LIST(X) \
    /* Mixing (1): Krieger-Dougherty with solvent bound in agglomerates, exponential dispersion. */ \
    X(agglomerate_end_um, 0.6, 0.01, 10, "um", "[A] agglomerate size after endless mixing") \
    X(agglomerate_start_um, 60, 1, 500, "um", "[A] agglomerate size before mixing") \
    X(dispersion_energy_Wh_kg, 12, 1, 100, "Wh/kg", "[A] specific energy that reduces agglomerates e-fold") \
    X(bound_solvent, 0.15, 0, 1, "1", "[A] growth of the effective solids fraction by bound solvent") \
    X(bound_size_um, 10, 0.1, 1000, "um", "[A] agglomerate size from which the growth is complete") \
    X(packing_fraction, 0.64, 0.5, 0.74, "1", "[C] random close packing in Krieger-Dougherty") \
    X(viscosity_exponent, 1.6, 1, 3, "1", "[C] 2.5 x 0.64, Krieger-Dougherty") \
    X(viscosity_scale_Pa_s, 2.1, 0.01, 100, "Pa s^0.6", "[A] consistency of the suspending liquid at 1/s") \
    X(shear_exponent, 0.4, 0, 1, "1", "[A] shear thinning: viscosity ~ shear rate^-0.4 (n = 0.6)") \
    X(binder_break, 0.25, 0, 1, "1", "[A] loss of binder strength at 100 Wh/kg of mixing, quadratic") \
    X(agglomerate_share, 0.5, 0, 1, "1", "[A] most web that agglomerates can spoil") \
    X(agglomerate_height, 0.3, 0.01, 1, "1", "[A] agglomerate size over dry height where half of it is spoilt") \
    X(agglomerate_spread, 0.7, 0.01, 5, "1", "[A] spread of the logarithm of that ratio") \
    X(mixing_rate_Wh_kg_h, 20, 1, 200, "Wh/(kg h)", "[A] mixing energy per hour of mixing") \
    X(mixing_fixed_h, 0.7, 0, 24, "h", "[A] charging and discharging of a batch") \
    X(batch_kg, 1200, 10, 1e5, "kg", "[A] slurry of one batch") \
    /* Coating (2): low-flow limit of Ruschak (1976), Carvalho and Kheshgi (2000). */ \
    X(surface_tension_anode_N_m, 0.060, 0.01, 0.1, "N/m", "[A] anode slurry (water)") \
    X(surface_tension_cathode_N_m, 0.035, 0.01, 0.1, "N/m", "[A] cathode slurry (NMP)") \
    X(window_low_spread, 0.06, 0.001, 1, "1", "[A] spread of the lower coating limit over the wet height") \
    X(window_high, 0.98, 0.5, 2, "1", "[A] wet height over gap where swelling begins") \
    X(window_high_spread, 0.04, 0.001, 1, "1", "[A] spread of the upper limit over the gap") \
    X(loading_cv, 0.006, 0, 0.1, "1", "[A] coefficient of variation of the loading, clean lip") \
    X(loading_cv_growth, 0.012, 0, 0.5, "1/300 km", "[A] growth of it by deposits on the die lip") \
    X(loading_tolerance, 0.02, 0.001, 0.5, "1", "[V2] tolerance of the areal mass, 2 g/m2 of about 100") \
    X(web_width_m, 1.2, 0.1, 3, "m", "[V2] coated width, both sides are coated") \
    X(roll_length_m, 2000, 10, 1e5, "m", "[A] length of a roll") \
    /* Drying (3). */ \
    X(dryer_length_m, 60, 1, 200, "m", "[V2] dryers up to 100 m") \
    X(heat_transfer_W_m2K, 60, 1, 500, "W/(m2 K)", "[A] on each side, clean nozzles; typical 30 to 100") \
    X(vapour_anode, 0.012, 0, 0.5, "1", "[A] mole fraction of water in the air of the anode dryer") \
    X(vapour_cathode, 0, 0, 0.5, "1", "[A] mole fraction of NMP in the air of the cathode dryer") \
    X(binder_diffusivity_m2_s, 6e-10, 1e-13, 1e-7, "m2/s", "[A] of the binder at 60 degC") \
    X(binder_activation_J_mol, 15e3, 0, 1e5, "J/mol", "[A] of the diffusivity") \
    X(critical_saturation, 0.6, 0.05, 0.95, "1", "[A] saturation below which the binder is frozen") \
    X(adhesion_exponent, 1.5, 0.1, 5, "1", "[A] adhesion = strength (binder at foil / mean)^1.5") \
    X(adhesion_min, 0.40, 0, 1, "1", "[A] adhesion that holds") \
    X(adhesion_spread, 0.05, 0.001, 1, "1", "[A] spread of it over the web") \
    X(residual_max_anode, 0.005, 1e-5, 0.1, "1", "[A] residual solvent over dry mass, anode") \
    X(residual_max_cathode, 0.003, 1e-5, 0.1, "1", "[A] residual solvent over dry mass, cathode") \
    X(residual_spread, 0.2, 0.001, 2, "1", "[A] spread of it over the limit") \
    X(film_temp_max_anode_degC, 110, 50, 250, "degC", "[A] highest film temperature, anode") \
    X(film_temp_max_cathode_degC, 140, 50, 250, "degC", "[A] highest film temperature, cathode") \
    X(film_temp_spread_K, 3, 0.01, 50, "K", "[A] spread of it over the web") \
    X(fouling_hours, 500, 1, 1e5, "h", "[A] coating hours in which nozzle fouling grows by 1") \
    X(fouling_heat, 0.25, 0, 1, "1", "[A] heat transfer lost per unit of fouling") \
    X(fouling_heat_min, 0.1, 0.01, 1, "1", "[A] share of heat transfer that always remains") \
    X(air_per_water, 25, 0, 1000, "kg/kg", "[A] drying air per kg of water") \
    X(air_per_NMP, 88, 0, 1000, "kg/kg", "[A] drying air per kg of NMP (explosion limit)") \
    X(heat_recovery, 0.5, 0, 1, "1", "[A] share of the air's heat that is recovered") \
    X(burner_efficiency, 0.85, 0.1, 1, "1", "[A] of the air heaters") \
    X(dryer_losses, 2.2, 1, 10, "1", "[A] fans, solvent recovery and losses multiply the balance") \
    /* Calendering (4): power law, Data A (Sangros Gimenez 2019) for the cathode [C]. */ \
    X(press_anode_MPa, 15, 0.1, 1000, "MPa", "[A] P0 of the anode's compaction law") \
    X(press_exponent_anode, 0.13, 0.01, 1, "1", "[A] n of the anode's compaction law") \
    X(press_cathode_MPa, 10.28, 0.1, 1000, "MPa", "[C] P0, fit of Data A, rms 0.0059 in porosity") \
    X(press_exponent_cathode, 0.1762, 0.01, 1, "1", "[C] n, fit of Data A") \
    X(roll_radius_mm, 215, 10, 1000, "mm", "[V2] calender roll of 430 mm") \
    X(springback, 0.08, 0, 0.5, "1", "[A] share of the compression that springs back") \
    X(porosity_min, 0.10, 0.01, 0.5, "1", "[A] porosity below which a design is refused") \
    X(thickness_cv, 0.004, 0, 0.1, "1", "[A] coefficient of variation of thickness, dressed rolls") \
    X(thickness_cv_growth, 0.006, 0, 0.5, "1/3000 km", "[A] growth of it by roll wear") \
    X(thickness_tolerance, 0.02, 0.001, 0.5, "1", "[A] tolerance of the thickness") \
    X(calender_m_min, 100, 1, 500, "m/min", "[V2] speed of the calender, 60 to 100") \
    /* Slitting (5). */ \
    X(slitter_m_min, 100, 1, 500, "m/min", "[V2] speed of the slitter, 80 to 150") \
    X(knife_wear_um, 0.8, 0, 50, "um", "[A] growth of the edge radius in 200 km") \
    X(knife_wear_exponent, 1.3, 0.1, 5, "1", "[A] exponent of that growth") \
    X(burr_um, 2, 0, 100, "um", "[A] burr of a new knife") \
    X(burr_per_radius, 3, 0, 100, "1", "[A] burr per edge radius") \
    X(burr_short_um, 10, 1, 100, "um", "[A] burr at which the separator is half in danger") \
    X(burr_spread_um, 1.5, 0.01, 50, "um", "[A] spread of it") \
    X(short_share, 0.3, 0, 1, "1", "[A] most cells that burrs of one electrode can short") \
    /* Assembly and the price of density. */ \
    X(stack_mm, 24, 1, 200, "mm", "[A] space for the stack in a cell") \
    X(layer_m2, 0.10, 0.001, 1, "m2", "[A] area of one layer, one side of each electrode") \
    X(foils_um, 20, 1, 100, "um", "[A] both foils of a layer pair") \
    X(separators_um, 28, 1, 100, "um", "[A] both separators of a layer pair") \
    X(capacity_Ah_m2, 35, 5, 100, "Ah/m2", "[A] nominal, 3.5 mAh/cm2, after formation") \
    X(voltage_V, 3.65, 1, 5, "V", "[A] nominal") \
    X(resistance_use, 0.0004, 0, 0.1, "1/(ohm cm2)", "[A] capacity lost to ionic resistance at 1 S/m") \
    X(contact_use, 0.008, 0, 1, "1", "[A] capacity lost to electric contact: scale") \
    X(contact_share, 0.6, 0, 10, "1", "[A] the same, per electrode") \
    X(contact_steepness, 25, 0, 200, "1", "[A] its growth with porosity") \
    X(contact_porosity_anode, 0.45, 0, 1, "1", "[A] porosity where it takes its scale, anode") \
    X(contact_porosity_cathode, 0.42, 0, 1, "1", "[A] porosity where it takes its scale, cathode") \
    X(cells_per_hour, 1500, 1, 1e6, "1/h", "[A] assembly") \
    X(tray_cells, 240, 1, 1e5, "1", "[A] cells of one tray") \
    /* Filling (7): Lucas-Washburn, K through three measured points (Sheng 2014) [V]. */ \
    X(wet_half_width_mm, 100, 1, 1000, "mm", "[A] half width to be wetted") \
    X(wet_gain, 1.4, 0.1, 10, "1", "[A] warm filling under vacuum over the measured rate") \
    X(wet_gain_cathode, 1.3, 0.1, 10, "1", "[A] cathode over anode") \
    X(wet_spread, 0.15, 0.001, 2, "1", "[A] spread of the logarithm of the wetting time") \
    /* Formation (8). */ \
    X(formation_charge, 1.6, 0.1, 10, "1", "[A] rack time = this / C-rate + formation_fixed_h") \
    X(formation_fixed_h, 2, 0, 100, "h", "[A] rests and handling in the rack") \
    X(plating_rate, 0.42, 0.01, 5, "1/h", "[A] C-rate at which half the cells plate, at 10 ohm cm2") \
    X(plating_slope, 0.012, 0, 1, "1/(h ohm cm2)", "[A] its fall with ionic resistance") \
    X(plating_reference, 10, 0, 100, "ohm cm2", "[A] resistance where plating_rate holds") \
    X(plating_spread, 0.06, 0.001, 1, "1/h", "[A] spread of it over cells") \
    X(plating_share, 0.6, 0, 1, "1", "[A] most cells that plating spoils") \
    /* Money and energy (11): the bill per kWh of section 11 over 7.83 m2. */ \
    X(price_anode_m2, 1.2218390804597702, 0, 1000, "EUR/m2", "[A] (7 x 0.885 + 12 x 0.281) / 7.83, single side") \
    X(price_cathode_m2, 4.7371008939974455, 0, 1000, "EUR/m2", "[A] (22 x 1.66 + 4.5 x 0.127) / 7.83, single side") \
    X(price_separator_m2, 1.0344827586206897, 0, 1000, "EUR/m2", "[A] (0.6 x 8.2 + 8 x 0.36 + 0.3) / 7.83 per m2 of cell area") \
    X(price_can, 4, 0, 1000, "EUR", "[A] can and housing of a cell") \
    X(other_energy, 7.4, 0, 100, "kWh/kWh", "[A] all other steps, per nominal kWh assembled") \
    X(mixing_energy_factor, 0.01, 0, 1, "kWh/kWh per Wh/kg", "[A] mixing energy in the same ledger")

// clang-format on

#endif
