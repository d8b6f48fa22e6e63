/// The film in lanes: one Rosenbrock step of liquid height and temperature, with the integral of
/// the binder's spread over the step.
#include "kernels/drying_lanes_internal.h"

TAKT_HD takt_drying_air lane_air(const takt_drying_lane_data *d, int i)
{
    const takt_drying_air air = {d->pressure_a[i],     d->pressure_b[i],   d->pressure_c[i],
                                 d->latent_base[i],    d->latent_slope[i], d->transfer[i],
                                 d->log_air[i],        d->heat[i],         d->air_temp[i],
                                 d->dry_heat[i],       d->wet_heat[i],     d->density[i],
                                 d->critical_height[i]};
    return air;
}

TAKT_HD double lane_spread(const takt_drying_lane_data *d, int i, double liquid, double temp)
{
    return takt_drying_spread(liquid, temp, d->solid_height[i], d->packed_height[i],
                              d->diffusivity[i], d->activation[i]);
}

TAKT_LANES_HOT void takt_drying_film_spread(const takt_drying_lane_data *data,
                                            takt_drying_lane_state *state)
{
    for (int i = 0; i < TAKT_LANES; ++i)
        state->spread[i] = lane_spread(data, i, state->liquid[i], state->temp[i]);
}

TAKT_LANES_HOT void takt_drying_film_step(const takt_drying_lane_data *restrict data,
                                          takt_drying_lane_state *restrict state)
{
    for (int i = 0; i < TAKT_LANES; ++i) {
        const takt_drying_air air = lane_air(data, i);
        const double dt = state->step_s[i], l = state->liquid[i], t = state->temp[i];
        const takt_drying_rates f = takt_drying_film_rates(&air, l, t);

        // (I / (gamma dt) - J) k = right side, gamma = 1/2; both sides times dt, so that a lane
        // that rests (dt = 0) stays where it is.
        const double a = 2.0 - dt * f.liquid_l, b = -dt * f.liquid_T;
        const double c = -dt * f.temp_l, e = 2.0 - dt * f.temp_T;
        const double over = 1.0 / (a * e - b * c);
        const double k1_l = over * dt * (e * f.liquid - b * f.temp);
        const double k1_t = over * dt * (a * f.temp - c * f.liquid);
        const double r2_l = dt * f.liquid + 4.0 * k1_l, r2_t = dt * f.temp + 4.0 * k1_t;
        const double k2_l = over * (e * r2_l - b * r2_t), k2_t = over * (a * r2_t - c * r2_l);

        const takt_drying_rates g = takt_drying_film_rates(&air, l + 2.0 * k1_l, t + 2.0 * k1_t);
        const double r3_l = dt * g.liquid + k1_l - k2_l, r3_t = dt * g.temp + k1_t - k2_t;
        const double k3_l = over * (e * r3_l - b * r3_t), k3_t = over * (a * r3_t - c * r3_l);

        const double l4 = l + 2.0 * k1_l + k3_l, t4 = t + 2.0 * k1_t + k3_t;
        const takt_drying_rates q = takt_drying_film_rates(&air, l4, t4);
        const double r4_l = dt * q.liquid + k1_l - k2_l - (8.0 / 3.0) * k3_l;
        const double r4_t = dt * q.temp + k1_t - k2_t - (8.0 / 3.0) * k3_t;
        const double k4_l = over * (e * r4_l - b * r4_t), k4_t = over * (a * r4_t - c * r4_l);
        const double l_end = l4 + k4_l, t_end = t4 + k4_t;

        const double error_l = k4_l / (data->liquid_scale[i] * (l + data->critical_height[i]));
        const double error_t = k4_t / data->temp_scale[i];
        const double size_l = error_l < 0.0 ? -error_l : error_l;
        const double size_t = error_t < 0.0 ? -error_t : error_t;

        // Simpson over the cubic between both ends.
        const takt_drying_rates last = takt_drying_film_rates(&air, l_end, t_end);
        const double l_mid = 0.5 * (l + l_end) + 0.125 * dt * (f.liquid - last.liquid);
        const double t_mid = 0.5 * (t + t_end) + 0.125 * dt * (f.temp - last.temp);
        const double spread_mid = lane_spread(data, i, l_mid, t_mid);
        const double spread_end = lane_spread(data, i, l_end, t_end);

        state->error[i] = size_l > size_t ? size_l : size_t;
        state->liquid_new[i] = l_end > 0.0 ? l_end : 0.0;
        state->temp_new[i] = t_end;
        state->rate[i] = -f.liquid;
        state->rate_new[i] = -last.liquid;
        state->spread_new[i] = spread_end;
        state->spread_steps[i] =
            dt * (1.0 / 6.0) * (state->spread[i] + 4.0 * spread_mid + spread_end);
    }
}
