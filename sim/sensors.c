// Sensors: lags of first order, integrated exactly from one change of the machine to the next.

#include "sim/sensors.h"

#include "sim/distribution_math.h"
#include "sim/state_internal.h"

static takt_lag *lag_of(const takt_replication *r, int32_t machine, int32_t sensor)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t k = machine - station->first_machine;
    return &r->view.lags[station->first_lag + k * station->n_sensors + sensor];
}

static double worn_level(const takt_replication *r, int32_t machine, const takt_plan_sensor *sensor)
{
    return sensor->worn < 0 ? 0 : takt_gauge_read(r, machine, sensor->worn);
}

static double lag_at(const takt_lag *lag, const takt_plan_sensor *sensor, takt_tick now)
{
    if (!(sensor->per_tick > 0))
        return lag->target;
    return lag->target +
           (lag->value - lag->target) * takt_exp(-sensor->per_tick * (double)(now - lag->since));
}

/// The machine's state or its wear has just changed.
__attribute__((noinline, cold)) void takt_sensors_follow(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const bool works = r->view.machines[machine].state == TAKT_MACHINE_WORKING;
    for (int32_t i = 0; i < station->n_sensors; ++i) {
        const takt_plan_sensor *sensor = &r->plan->sensors[station->first_sensor + i];
        takt_lag *lag = lag_of(r, machine, i);
        lag->value = lag_at(lag, sensor, r->view.head->now);
        lag->since = r->view.head->now;
        lag->target = sensor->base;
        if (works)
            lag->target += sensor->at_work + sensor->wear_gain * worn_level(r, machine, sensor);
    }
}

/// At time 0 machines have stood for ever.
__attribute__((noinline, cold)) void takt_sensors_begin(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_sensors; ++i) {
        const double base = r->plan->sensors[station->first_sensor + i].base;
        *lag_of(r, machine, i) =
            (takt_lag){.value = base, .target = base, .since = r->view.head->now};
    }
}

takt_reading takt_sensor_read(const takt_replication *r, int32_t machine, int32_t index)
{
    const int32_t s = r->view.machines[machine].station;
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_plan_sensor *sensor = &r->plan->sensors[station->first_sensor + index];
    const takt_tick now = r->view.head->now;
    takt_stream stream = takt_stream_named(r, takt_entity_of(s, machine - station->first_machine),
                                           TAKT_PURPOSE_SENSOR);
    stream.purpose = (uint16_t)(stream.purpose + index * TAKT_PURPOSES_MAX);
    takt_reading reading = {.truth = lag_at(lag_of(r, machine, index), sensor, now),
                            .level = worn_level(r, machine, sensor)};
    reading.value = reading.truth + sensor->drift_per_tick * (double)now;
    if (sensor->noise_sd > 0) {
        const uint64_t k = (uint64_t)(now / sensor->every);
        reading.value += sensor->noise_sd * takt_variate_normal(takt_stream_uniform(&stream, k));
    }
    return reading;
}
