#include "jobs/readings.h"

#include "core/files.h"
#include "core/memory.h"
#include "core/text.h"
#include "jobs/one_life.h"
#include "sim/sensors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Rows go to the disk when so many bytes have come together.
enum { PIECE_BYTES = 1 << 16 };

typedef struct readings {
    const takt_setup *setup;
    const takt_plan *plan;
    const takt_start *start; // NULL: an empty plant
    takt_life life;
    takt_tick *next; // [plan->n_sensors] when each sensor of a station reads again
    FILE *file;
    takt_text rows;
} readings;

static takt_status flush_rows(readings *d)
{
    TAKT_TRY(takt_text_check(&d->rows));
    (void)fwrite(d->rows.bytes, 1, d->rows.length, d->file); // ferror tells at the end
    d->rows.length = 0;
    return TAKT_OK;
}

/// One row for each machine of the station.
static void add_rows(readings *d, int32_t s, int32_t i)
{
    const takt_plan_station *station = &d->plan->stations[s];
    const takt_sensor *sensor = TAKT_ITEM(
        takt_sensor, TAKT_ITEM(takt_station, d->setup->study->factory.stations, s)->sensors, i);
    for (int32_t k = 0; k < station->n_machines; ++k) {
        const takt_reading reading =
            takt_sensor_read(d->life.replication, station->first_machine + k, i);
        takt_text_append_number(&d->rows,
                                takt_tick_to_s(takt_replication_now(d->life.replication)));
        takt_text_printf(&d->rows, ",%s,%d,%s,%s,", station->name, k + 1, sensor->name,
                         takt_sensor_unit(sensor));
        takt_text_append_number(&d->rows, reading.value);
        takt_text_append(&d->rows, ",");
        takt_text_append_number(&d->rows, reading.truth);
        takt_text_append(&d->rows, ",");
        takt_text_append_number(&d->rows, reading.level);
        takt_text_append(&d->rows, "\n");
    }
}

/// All readings of the present moment.
static void read_all(readings *d, takt_tick now)
{
    for (int32_t s = 0; s < d->plan->n_stations; ++s) {
        const takt_plan_station *station = &d->plan->stations[s];
        for (int32_t i = 0; i < station->n_sensors; ++i) {
            const int32_t sensor = station->first_sensor + i;
            if (d->next[sensor] != now)
                continue;
            add_rows(d, s, i);
            d->next[sensor] += d->plan->sensors[sensor].every;
        }
    }
}

static takt_status live(readings *d, int32_t index)
{
    TAKT_TRY(takt_life_begin(d->setup, d->start, index, -1, NULL, &d->life));
    for (int32_t i = 0; i < d->plan->n_sensors; ++i) {
        const takt_tick every = d->plan->sensors[i].every;
        d->next[i] = (d->life.now + every - 1) / every * every;
    }
    for (;;) {
        takt_tick now = TAKT_TICK_NEVER;
        for (int32_t i = 0; i < d->plan->n_sensors; ++i)
            now = d->next[i] < now ? d->next[i] : now;
        if (now > d->life.end)
            return TAKT_OK;
        TAKT_TRY(takt_replication_advance(d->life.replication, now));
        read_all(d, now);
        if (d->rows.length > PIECE_BYTES)
            TAKT_TRY(flush_rows(d));
    }
}

static takt_status write_part(readings *d, int32_t index, const char *part)
{
    d->file = fopen(part, "w");
    if (!d->file)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", part, strerror(errno));
    takt_text_append(&d->rows, "time_s,station,machine,sensor,unit,value,truth,wear\n");
    takt_status status = live(d, index);
    if (status == TAKT_OK)
        status = flush_rows(d);
    const bool failed = ferror(d->file) != 0;
    if (fclose(d->file) != 0 || failed)
        status = status == TAKT_OK
                     ? TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", part, strerror(errno))
                     : status;
    return status;
}

takt_status takt_readings_write(const takt_setup *setup, const takt_run *run,
                                const takt_start *start, int32_t index)
{
    char part[TAKT_RUN_PATH_BYTES + 32], path[TAKT_RUN_PATH_BYTES + 32];
    readings d = {.setup = setup, .plan = takt_scenario_plan(setup->scenario), .start = start};
    if (d.plan->n_lags == 0)
        return TAKT_OK;
    d.next = takt_alloc((size_t)d.plan->n_sensors * sizeof *d.next);
    if (!d.next)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the readings of sensors");
    takt_status status = write_part(&d, index, takt_run_file(run, "sensors.csv.part", part));
    if (status == TAKT_OK)
        status = takt_file_commit(part, takt_run_file(run, "sensors.csv", path));
    else
        unlink(part);
    takt_text_destroy(&d.rows);
    takt_free(d.next);
    return status;
}
