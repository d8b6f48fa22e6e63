/// Sensors: exact responses to what a machine does, drift, wear, noise; nobody is disturbed.
#include "sim/sensors.h"
#include "tests/sim/lines.h"

#include <math.h>

static takt_sensor *add_sensor(takt_study *study, takt_station *station, const char *name)
{
    takt_sensor *sensor = line_append(study, &station->sensors, sizeof *sensor);
    *sensor = (takt_sensor){.name = name, .every_s = 1};
    return sensor;
}

/// An item every 10 s, 4 s of work.
static takt_study *pulsing(takt_station **press)
{
    takt_study *study = line_create(100);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(10));
    *press = line_station(study, "press", line_constant(4), "queue", "out");
    return study;
}

/// Up to 50 in steps of first order, and down again to 20.
static void responses_of_first_order(void)
{
    takt_station *press;
    takt_study *study = pulsing(&press);
    takt_sensor *slow = add_sensor(study, press, "slow");
    slow->base = 20;
    slow->at_work = 30;
    slow->time_constant_s = 5;
    slow->drift_per_h = 36;
    add_sensor(study, press, "quick")->at_work = 7;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    double x = 20; // at 10 s, 20 s, ...
    for (int k = 1; k < 9; ++k) {
        line_advance(r, 10 * k + 1.5);
        const takt_reading reading = takt_sensor_read(r, 0, 0);
        CHECK_NEAR(reading.truth, 50 + (x - 50) * exp(-1.5 / 5), 1e-12, 0);
        CHECK_NEAR(reading.value - reading.truth, 0.01 * (10 * k + 1.5), 1e-9, 0);
        CHECK_NEAR(takt_sensor_read(r, 0, 1).value, 7, 0, 0);
        const double top = 50 + (x - 50) * exp(-4.0 / 5);
        line_advance(r, 10 * k + 7.25);
        CHECK_NEAR(takt_sensor_read(r, 0, 0).truth, 20 + (top - 20) * exp(-3.25 / 5), 1e-12, 0);
        CHECK_NEAR(takt_sensor_read(r, 0, 1).value, 0, 0, 0);
        x = 20 + (top - 20) * exp(-6.0 / 5);
    }
    line_destroy(&study, &scenario);
}

/// While it works a sensor shows the level; a renewed part is quiet.
static void sensors_show_wear(void)
{
    takt_study *study = line_create(100);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    line_wear(study, press, "tool", TAKT_METER_ITEMS, line_constant(0.25), 1);
    takt_sensor *vibration = add_sensor(study, press, "vibration");
    vibration->base = 1;
    vibration->at_work = 2;
    vibration->wear = "tool";
    vibration->wear_gain = 8;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    static const double values[] = {3, 5, 7, 9, 1, 1, 3, 5}; // 4 jobs, 2 s of repair
    for (int i = 0; i < 8; ++i) {
        line_advance(r, i + 0.5);
        CHECK_NEAR(takt_sensor_read(r, 0, 0).value, values[i], 1e-15, 0);
    }
    CHECK_NEAR(takt_sensor_read(r, 0, 0).level, 0.25, 0, 0);
    line_destroy(&study, &scenario);
}

/// Normal, independent from reading to reading, from sensor to sensor, from machine to machine.
static void noise(void)
{
    enum { N = 4000 };
    takt_station *press;
    takt_study *study = pulsing(&press);
    press->n_machines = 2;
    add_sensor(study, press, "one")->noise_sd = 2;
    add_sensor(study, press, "two")->noise_sd = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    double sum = 0, squares = 0, lagged = 0, other = 0, next = 0, before = 0;
    for (int i = 0; i < N; ++i) {
        CHECK_OK(takt_replication_advance(r, LINE_S(i)));
        const double x = takt_sensor_read(r, 0, 0).value;
        sum += x;
        squares += x * x;
        lagged += x * before;
        other += x * takt_sensor_read(r, 0, 1).value;
        next += x * takt_sensor_read(r, 1, 0).value;
        before = x;
    }
    CHECK(fabs(sum / N) < 4 * 2 / sqrt(N));
    CHECK(fabs(squares / N - 4) < 4 * 4 * sqrt(2.0 / N));
    CHECK(fabs(lagged / N) < 4 * 4 / sqrt(N));
    CHECK(fabs(other / N) < 4 * 4 / sqrt(N));
    CHECK(fabs(next / N) < 4 * 4 / sqrt(N));
    line_destroy(&study, &scenario);
}

/// Readings disturb nothing and come out the same after save and load; a factory without sensors
/// lives the same life.
static void sensors_disturb_nothing(void)
{
    takt_tick times[2];
    double values[2] = {0, 0};
    for (int with = 0; with < 2; ++with) {
        takt_station *press;
        takt_study *study = pulsing(&press);
        press->service = line_exponential(4);
        line_failure(study, press, TAKT_METER_CLOCK, line_exponential(9), line_exponential(2));
        if (with) {
            takt_sensor *sensor = add_sensor(study, press, "heat");
            sensor->at_work = sensor->time_constant_s = 3;
            sensor->noise_sd = 1;
        }
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        char *block = takt_alloc(takt_replication_state_bytes(r));
        CHECK(block);
        line_advance(r, 40);
        takt_replication_save(r, block);
        for (int pass = 0; with && pass < 2; ++pass) {
            takt_replication_load(r, block);
            for (int i = 41; i < 90; i += pass ? 1 : 50)
                line_advance(r, i);
            line_advance(r, 90);
            values[pass] = takt_sensor_read(r, 0, 0).value;
        }
        line_advance(r, 95);
        times[with] = line_time(r, 0, TAKT_MACHINE_WORKING);
        takt_free(block);
        line_destroy(&study, &scenario);
    }
    CHECK_INT(times[0], times[1]);
    CHECK_NEAR(values[0], values[1], 0, 0);
}

static void what_is_refused(void)
{
    for (int i = 0; i < 2; ++i) {
        takt_station *press;
        takt_study *study = pulsing(&press);
        takt_sensor *sensor = add_sensor(study, press, "heat");
        CHECK_TEXT(takt_sensor_unit(sensor), "degC");
        sensor->wear = i ? "tool" : NULL;
        sensor->wear_gain = 1;
        CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(),
                       i ? "sensors[0].wear: found 'tool', allowed: a wear of this station"
                         : "sensors[0].wear_gain: found 1 without wear");
        takt_study_destroy(&study);
    }
}

TAKT_TESTS(TEST(responses_of_first_order), TEST(sensors_show_wear), TEST(noise),
           TEST(sensors_disturb_nothing), TEST(what_is_refused))
