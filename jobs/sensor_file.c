#include "jobs/sensor_file.h"

#include "core/csv.h"
#include "core/files.h"
#include "core/memory.h"
#include "core/netcdf_table.h"
#include "core/words.h"

#include <math.h>
#include <string.h>

typedef enum column {
    COLUMN_SENSOR,
    COLUMN_TIME,
    COLUMN_POSITION,
    COLUMN_VALUE,
    COLUMN_SD,
    COLUMN_COUNT
} column;
static const char *const column_names[COLUMN_COUNT] = {"sensor", "time_s", "position_m", "value",
                                                       "standard_deviation"};

const char *const takt_sensor_names[TAKT_DRYING_SENSOR_KIND_COUNT] = {
    "film_temperature_K", "solvent_mass_kg_m2", "binder_at_foil", "binder_at_surface"};
const char *const takt_sensor_units[TAKT_DRYING_SENSOR_KIND_COUNT] = {"K", "kg/m2", "1", "1"};

/// What a file may call a sensor.
typedef struct sensor_word {
    const char *name;
    int32_t kind;
    double offset; // to the unit of the solver
} sensor_word;
static const sensor_word words[] = {
    {"film_temperature_degC", TAKT_DRYING_FILM_TEMP, 273.15},
    {"film_temperature_K", TAKT_DRYING_FILM_TEMP, 0.0},
    {"solvent_mass_kg_m2", TAKT_DRYING_SOLVENT_MASS, 0.0},
    {"binder_at_foil", TAKT_DRYING_BINDER_AT_FOIL, 0.0},
    {"binder_at_surface", TAKT_DRYING_BINDER_AT_SURFACE, 0.0},
};
enum { N_WORDS = sizeof words / sizeof *words };

/// Where the reading of the file stands.
typedef struct reader {
    const char *path;
    const takt_sensor_rules *rules;
    takt_sensor_readings *readings;
    bool is_csv;
    takt_csv csv;
    int32_t places[COLUMN_COUNT]; // of the columns in a line, -1: not there
    int32_t n_columns;            // 0: before the header
} reader;

static takt_status fail_cell(const reader *r, const takt_csv_cell *c, column which,
                             const char *allowed)
{
    return takt_csv_fail_cell(&r->csv, c, column_names[which], allowed);
}

// --- Header --------------------------------------------------------------------------------------

static takt_status fail_header(const reader *r, const char *at, const char *found, size_t n_found)
{
    char shown[TAKT_SHOWN_BYTES];
    return takt_csv_fail(
        &r->csv, at,
        "header: found %s, allowed: sensor, value, time_s or position_m (one of both), "
        "standard_deviation",
        takt_shown(found, n_found, shown));
}

static takt_status read_header(reader *r)
{
    takt_csv_cell cells[COLUMN_COUNT];
    const int32_t n_cells = takt_csv_cut(&r->csv, cells, COLUMN_COUNT);
    for (int32_t c = 0; c < COLUMN_COUNT; ++c)
        r->places[c] = -1;
    for (int32_t i = 0; i < n_cells && i < COLUMN_COUNT; ++i) {
        int32_t c = 0;
        while (c < COLUMN_COUNT && !takt_csv_is(&cells[i], column_names[c]))
            ++c;
        if (c == COLUMN_COUNT || r->places[c] >= 0)
            return fail_header(r, cells[i].text, cells[i].text, cells[i].n);
        r->places[c] = i;
    }
    const bool has_time = r->places[COLUMN_TIME] >= 0, has_place = r->places[COLUMN_POSITION] >= 0;
    static const char none[] = "no such column", both[] = "time_s and position_m";
    if (has_time && has_place)
        return fail_header(r, r->csv.text, both, sizeof both - 1);
    if (n_cells > COLUMN_COUNT || !(has_time || has_place) || r->places[COLUMN_SENSOR] < 0 ||
        r->places[COLUMN_VALUE] < 0)
        return fail_header(r, r->csv.text, none, sizeof none - 1);
    r->n_columns = n_cells;
    return TAKT_OK;
}

// --- Lines ---------------------------------------------------------------------------------------

static takt_status find_sensor(const reader *r, const takt_csv_cell *c, const sensor_word **word)
{
    const char *names[N_WORDS];
    char suggestion[256], shown[TAKT_SHOWN_BYTES];
    for (int i = 0; i < N_WORDS; ++i) {
        names[i] = words[i].name;
        *word = &words[i];
        if (takt_csv_is(c, words[i].name))
            return TAKT_OK;
    }
    return takt_csv_fail(
        &r->csv, c->text, "sensor: found '%s'%s", takt_shown(c->text, c->n, shown),
        takt_suggest(c->text, c->n, names, N_WORDS, suggestion, sizeof suggestion));
}

static takt_status read_time(const reader *r, const takt_csv_cell *cells, double *time_s)
{
    const column which = r->places[COLUMN_TIME] >= 0 ? COLUMN_TIME : COLUMN_POSITION;
    const takt_csv_cell *c = &cells[r->places[which]];
    const double speed_m_s = which == COLUMN_TIME ? 1.0 : r->rules->web_speed_m_s;
    const double end = r->rules->end_s * speed_m_s;
    double value = 0.0;
    if (!takt_csv_read_number(c, &value))
        return fail_cell(r, c, which, "a number");
    // A place that was computed may miss the end by rounding.
    if (!(value > 1e-9 * end && value <= end * (1.0 + 1e-9))) {
        char shown[TAKT_SHOWN_BYTES];
        return takt_csv_fail(&r->csv, c->text,
                             "%s: found %s, allowed: above 0, to %.6g (the end of the dryer)",
                             column_names[which], takt_shown(c->text, c->n, shown), end);
    }
    *time_s = fmin(value / speed_m_s, r->rules->end_s);
    return TAKT_OK;
}

/// The file's own, or that of the study.
static takt_status read_sd(const reader *r, const takt_csv_cell *cells, int32_t kind, double *sd)
{
    const int32_t place = r->places[COLUMN_SD];
    const takt_csv_cell *c = place >= 0 ? &cells[place] : NULL;
    *sd = r->rules->sd[kind];
    if (c && c->n > 0) {
        if (!takt_csv_read_number(c, sd))
            return fail_cell(r, c, COLUMN_SD, "a number above 0, or nothing");
        if (!(*sd > 0.0))
            return fail_cell(r, c, COLUMN_SD, "above 0");
    }
    if (!(*sd > 0.0))
        return takt_csv_fail(&r->csv, (c ? c : &cells[r->places[COLUMN_SENSOR]])->text,
                             "standard_deviation: found none for %s, allowed: in the file or as "
                             "infer.noise.%s of the study",
                             takt_sensor_names[kind], takt_sensor_names[kind]);
    return TAKT_OK;
}

static takt_status append(const reader *r, const takt_drying_measurement *item)
{
    takt_sensor_readings *readings = r->readings;
    if (readings->n == TAKT_DRYING_SENSORS_MAX)
        return takt_csv_fail(&r->csv, r->csv.text, "found more readings, allowed: up to %d",
                             TAKT_DRYING_SENSORS_MAX);
    if (readings->n == readings->n_allocated) {
        const int32_t n = 2 * readings->n + 64;
        takt_drying_measurement *items = takt_alloc((size_t)n * sizeof *items);
        if (!items)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory for %d readings", r->path, n);
        if (readings->n > 0)
            memcpy(items, readings->items, (size_t)readings->n * sizeof *items);
        takt_free(readings->items);
        readings->items = items;
        readings->n_allocated = n;
    }
    readings->items[readings->n++] = *item;
    return TAKT_OK;
}

static takt_status read_reading(const reader *r, const takt_csv_cell *cells)
{
    const sensor_word *word = NULL;
    takt_drying_measurement item = {0};
    const takt_csv_cell *value = &cells[r->places[COLUMN_VALUE]];
    TAKT_TRY(find_sensor(r, &cells[r->places[COLUMN_SENSOR]], &word));
    TAKT_TRY(read_time(r, cells, &item.sensor.time_s));
    if (!takt_csv_read_number(value, &item.value))
        return fail_cell(r, value, COLUMN_VALUE, "a number");
    TAKT_TRY(read_sd(r, cells, word->kind, &item.sd));
    item.sensor.kind = word->kind;
    item.value += word->offset;
    if (word->kind == TAKT_DRYING_FILM_TEMP && !(item.value > 0.0))
        return fail_cell(r, value, COLUMN_VALUE, "a temperature above absolute zero");
    return append(r, &item);
}

static takt_status read_line(reader *r)
{
    takt_csv_cell cells[COLUMN_COUNT + 1];
    if (r->n_columns == 0)
        return read_header(r);
    const int32_t n_cells = takt_csv_cut(&r->csv, cells, COLUMN_COUNT + 1);
    if (n_cells != r->n_columns)
        return takt_csv_fail_count(&r->csv, cells, n_cells, r->n_columns);
    return read_reading(r, cells);
}

static takt_status read_lines(reader *r)
{
    while (takt_csv_next(&r->csv))
        TAKT_TRY(read_line(r));
    if (r->readings->n == 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no readings, allowed: a header and 1 to %d",
                         r->path, TAKT_DRYING_SENSORS_MAX);
    return TAKT_OK;
}

bool takt_sensor_file_is_csv(const char *path)
{
    const size_t n = strlen(path);
    return !(n > 3 && strcmp(path + n - 3, ".nc") == 0);
}

/// The whole file as CSV. The user named it: what cannot be read is bad input.
static takt_status read_text(const reader *r, takt_text *text)
{
    if (r->is_csv) {
        const takt_status status = takt_file_read(r->path, TAKT_SENSOR_FILE_BYTES_MAX, text);
        return status == TAKT_ERR_FILE ? TAKT_FAIL(TAKT_ERR_INPUT, "%s", takt_error_text())
                                       : status;
    }
    const takt_status status = takt_netcdf_read_table(r->path, column_names, COLUMN_COUNT, text);
    if (status != TAKT_ERR_FILE)
        return status;
    return TAKT_FAIL(TAKT_ERR_INPUT,
                     "%s, allowed: NetCDF with sensor, value, and time_s or position_m; CSV has "
                     "another name than .nc",
                     takt_error_text());
}

takt_status takt_sensor_file_read(const char *path, const takt_sensor_rules *rules,
                                  takt_sensor_readings *readings)
{
    takt_text text = {0};
    reader r = {.path = path,
                .rules = rules,
                .readings = readings,
                .is_csv = takt_sensor_file_is_csv(path)};
    *readings = (takt_sensor_readings){0};
    takt_status status = read_text(&r, &text);
    if (status == TAKT_OK) {
        r.csv = takt_csv_of(path, text.bytes ? text.bytes : "", text.length);
        // A table from NetCDF has no line that its author has ever seen.
        r.csv.drawn = r.is_csv;
        status = read_lines(&r);
    }
    takt_text_destroy(&text);
    if (status != TAKT_OK)
        takt_sensor_readings_release(readings);
    return status;
}

void takt_sensor_readings_release(takt_sensor_readings *readings)
{
    takt_free(readings->items);
    *readings = (takt_sensor_readings){0};
}
