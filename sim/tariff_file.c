#include "sim/tariff_file.h"

#include "core/csv.h"
#include "core/files.h"

#include <stdio.h>
#include <string.h>

enum {
    TARIFF_COLUMNS_MAX = 64,
    TARIFF_BYTES_MAX = 16 << 20,
    TARIFF_LINES_MAX = 1000000,
    TARIFF_PATH_BYTES = 4096
};

/// Places of the two columns in the header; -1: there is no carbon.
static takt_status find_tariff_columns(const takt_csv *csv, const takt_tariff *tariff,
                                       const takt_csv_cell *cells, int32_t n, int32_t places[2])
{
    const char *const names[2] = {tariff->column, tariff->carbon};
    if (n > TARIFF_COLUMNS_MAX)
        return takt_csv_fail(csv, csv->text, "found %d columns, allowed: up to %d", n,
                             TARIFF_COLUMNS_MAX);
    for (int32_t k = 0; k < 2; ++k) {
        places[k] = -1;
        for (int32_t i = 0; names[k] && i < n && places[k] < 0; ++i)
            places[k] = takt_csv_is(&cells[i], names[k]) ? i : -1;
        if (names[k] && places[k] < 0)
            return takt_csv_fail(csv, csv->text,
                                 "found no column '%.64s', allowed: a header with it", names[k]);
    }
    return TAKT_OK;
}

static takt_status read_tariff_line(const takt_csv *csv, const takt_tariff *tariff,
                                    const takt_csv_cell *cells, const int32_t places[2],
                                    takt_tariff_step *step)
{
    if (!takt_csv_read_number(&cells[places[0]], &step->energy_per_kWh) ||
        !(step->energy_per_kWh * tariff->factor >= -1e6 &&
          step->energy_per_kWh * tariff->factor <= 1e6))
        return takt_csv_fail_cell(csv, &cells[places[0]], tariff->column,
                                  "a price from -1e6 to 1e6 per kWh");
    step->energy_per_kWh *= tariff->factor;
    step->carbon_kg_per_kWh = 0;
    if (places[1] >= 0 && (!takt_csv_read_number(&cells[places[1]], &step->carbon_kg_per_kWh) ||
                           !(step->carbon_kg_per_kWh >= 0 && step->carbon_kg_per_kWh <= 100)))
        return takt_csv_fail_cell(csv, &cells[places[1]], tariff->carbon, "0 to 100 kg/kWh");
    return TAKT_OK;
}

/// `steps` has room for as many as there are lines.
static takt_status read_tariff_lines(takt_csv *csv, const takt_tariff *tariff,
                                     takt_tariff_step *steps, int32_t *n_steps)
{
    takt_csv_cell cells[TARIFF_COLUMNS_MAX + 1];
    int32_t n_columns = 0, places[2] = {0, -1};
    while (takt_csv_next(csv)) {
        const int32_t n = takt_csv_cut(csv, cells, TARIFF_COLUMNS_MAX + 1);
        if (n_columns == 0) {
            TAKT_TRY(find_tariff_columns(csv, tariff, cells, n, places));
            n_columns = n;
            continue;
        }
        if (n != n_columns)
            return takt_csv_fail_count(csv, cells, n, n_columns);
        if (*n_steps == TARIFF_LINES_MAX)
            return takt_csv_fail(csv, csv->text, "found more prices, allowed: up to %d",
                                 TARIFF_LINES_MAX);
        steps[*n_steps].from_s = *n_steps * tariff->every_s;
        TAKT_TRY(read_tariff_line(csv, tariff, cells, places, &steps[*n_steps]));
        *n_steps += 1;
    }
    if (*n_steps > 0)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no prices, allowed: a header and 1 to %d",
                     csv->path, TARIFF_LINES_MAX);
}

takt_status takt_tariff_read(const char *path, const char *bytes, size_t n_bytes, takt_arena *arena,
                             takt_tariff *tariff)
{
    takt_csv csv = takt_csv_of(path, bytes, n_bytes);
    size_t n_lines = 1;
    for (size_t i = 0; i < n_bytes; ++i)
        n_lines += bytes[i] == '\n';
    takt_tariff_step *steps = takt_arena_alloc(arena, n_lines * sizeof *steps);
    if (!steps)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory for its prices", path);
    tariff->from_file = (takt_list){.items = steps};
    return read_tariff_lines(&csv, tariff, steps, &tariff->from_file.n_items);
}

takt_status takt_tariff_load(takt_study *study, takt_problem *problem)
{
    takt_tariff *tariff = study->factory.prices.tariff;
    takt_text text = {0};
    char place[TARIFF_PATH_BYTES], message[300];
    if (!tariff || !tariff->file)
        return TAKT_OK;
    const char *path = takt_study_locate(study, tariff->file, place, sizeof place);
    takt_status status = takt_file_read(path, TARIFF_BYTES_MAX, &text);
    if (status == TAKT_ERR_FILE) // the user named it: what cannot be read is bad input
        status = TAKT_FAIL(TAKT_ERR_INPUT, "%s", takt_error_text());
    if (status == TAKT_OK)
        status = takt_study_note_file(study, tariff->file, text.bytes, text.length);
    if (status == TAKT_OK)
        status =
            takt_tariff_read(path, text.bytes ? text.bytes : "", text.length, study->arena, tariff);
    takt_text_destroy(&text);
    if (status != TAKT_ERR_INPUT)
        return status;
    snprintf(message, sizeof message, "%.*s", (int)strcspn(takt_error_text(), "\n"),
             takt_error_text());
    return takt_problem_set(problem, takt_path_of("factory.prices.tariff.file"), "%s", message);
}
