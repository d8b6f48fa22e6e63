/// Drying cases for tests: random set-points over the whole range that a plant may choose.
#ifndef TAKT_TESTS_DRYING_CASES_H
#define TAKT_TESTS_DRYING_CASES_H

#include "core/rng.h"
#include "kernels/drying.h"

/// 60 m in four equal zones, two early and two late, 60 W/m2K on both sides.
static inline takt_drying_case plant_case(takt_drying_coat coat, double speed_m_min, double early_C,
                                          double late_C, double fouling)
{
    takt_drying_case drying = {.coat = coat, .n_zones = 4};
    drying.web_speed_m_s = speed_m_min / 60.0;
    drying.heat_factor = 1.0 - 0.25 * fouling;
    for (int zone = 0; zone < 4; ++zone)
        drying.zones[zone] = (takt_drying_zone){
            .length_m = 15.0,
            .air_temp_K = 273.15 + (zone < 2 ? early_C : late_C),
            .top_heat_W_m2K = 60.0,
            .bottom_heat_W_m2K = 60.0,
            .vapour_fraction = coat.vapour == TAKT_VAPOUR_WATER ? 0.012 : 0.0,
        };
    return drying;
}

/// Case `index`: even ones anodes, odd ones cathodes; speed, air, solids and fouling at random.
static inline takt_drying_case random_case(uint32_t index)
{
    const takt_stream stream = {.seed = 7, .entity = index, .purpose = TAKT_PURPOSE_TEST};
    double u[5];
    for (uint64_t k = 0; k < 5; ++k)
        u[k] = takt_stream_uniform(&stream, k);
    takt_drying_coat coat = index % 2 ? takt_drying_coat_cathode() : takt_drying_coat_anode();
    coat.solids_mass_fraction = index % 2 ? 0.60 + 0.15 * u[4] : 0.45 + 0.17 * u[4];
    return plant_case(coat, 35.0 + 45.0 * u[0], 50.0 + 110.0 * u[1], 50.0 + 110.0 * u[2],
                      2.0 * u[3]);
}

#endif
