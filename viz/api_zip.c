// The zip of a line, of a station, or of all: what the run says about each station in a folder of
// its own, as files that any program opens. Bounded: what is too long is left to the run file, and
// README.txt says so.
#include "viz/api_parts_internal.h"
#include "viz/export.h"

#include "core/version.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// A zip that is being written.
typedef struct packing {
    takt_api_call *call;
    takt_zip zip;
    takt_text readme, file; // `file`: the one being made, used again and again
    const takt_json_value *factory;
    takt_labels stations, states, kpis, units;
    takt_api_column state_time, baseline_time, level;
    takt_api_column kpi[6]; // mean, lo, hi of the answer; after a search of the baseline too
    int n_kpi;
    uint64_t n_values; // of channels, so far
} packing;

static takt_status add_text(packing *out, const char *path)
{
    TAKT_TRY(takt_text_check(&out->file));
    TAKT_TRY(takt_zip_add(&out->zip, path, takt_text_get(&out->file), out->file.length));
    takt_text_destroy(&out->file);
    return TAKT_OK;
}

static takt_status add_in(packing *out, const char *folder, const char *name)
{
    char path[2 * TAKT_ZIP_NAME_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    TAKT_TRY(add_text(out, path));
    return TAKT_OK;
}

// --- Which stations ------------------------------------------------------------------------------

/// The number of the line called `name`; -1 when there is none.
static double find_line(const takt_json_value *factory, const char *name)
{
    const takt_json_value *lines = takt_json_get(factory, "lines");
    double i = 0;
    for (const takt_json_value *line = lines ? lines->first : NULL; line; line = line->next, ++i)
        if (line->kind == TAKT_JSON_TEXT && strcmp(line->text, name) == 0)
            return i;
    return -1;
}

static bool is_chosen(const takt_json_value *station, const char *name, double line)
{
    if (!*name)
        return true;
    if (line >= 0)
        return takt_json_get_number(station, "line", -1) == line;
    return strcmp(takt_json_get_text(station, "name", ""), name) == 0;
}

takt_status takt_api_zip_exists(takt_api_call *call, const char *name, bool *exists)
{
    const takt_json_value *factory;
    TAKT_TRY(takt_api_read_document(call, "factory", &factory));
    const double line = find_line(factory, name);
    const takt_json_value *stations = takt_json_get(factory, "stations");
    *exists = !*name || line >= 0;
    for (const takt_json_value *at = stations ? stations->first : NULL; at; at = at->next)
        *exists = *exists || is_chosen(at, name, line);
    return TAKT_OK;
}

// --- Files of a station --------------------------------------------------------------------------

static void write_row(takt_text *file, const char *name, const char *unit, const double *values,
                      int n)
{
    takt_csv_text(file, name);
    takt_text_append(file, ",");
    takt_csv_text(file, unit);
    for (int i = 0; i < n; ++i) {
        takt_text_append(file, ",");
        takt_csv_number(file, values[i]);
    }
    takt_csv_end(file);
}

static takt_status add_state_times(packing *out, const char *folder, const char *station)
{
    size_t row = 0;
    while (row < out->stations.n && strcmp(out->stations.texts[row], station) != 0)
        ++row;
    if (row == out->stations.n || out->states.n == 0 || out->state_time.n == 0)
        return TAKT_OK;
    takt_text_append(&out->file, "state,unit,machine_time,machine_time_baseline\r\n");
    for (size_t i = 0; i < out->states.n; ++i) {
        const size_t at = row * out->states.n + i;
        const double values[] = {takt_api_column_at(&out->state_time, at),
                                 takt_api_column_at(&out->baseline_time, at)};
        write_row(&out->file, out->states.texts[i], "s", values, 2);
    }
    TAKT_TRY(add_in(out, folder, "state_times.csv"));
    return TAKT_OK;
}

/// Is the KPI about the station? Such names end in "_" and the name of the station.
static bool is_about(const char *kpi, const char *station)
{
    const size_t n = strlen(station), n_kpi = strlen(kpi);
    return n > 0 && n_kpi > n && kpi[n_kpi - n - 1] == '_' && strcmp(kpi + n_kpi - n, station) == 0;
}

/// KPIs as a table; `station` NULL: all of them.
static void write_kpis(packing *out, const char *station)
{
    takt_text_append(&out->file, "kpi,unit,mean,lo,hi");
    takt_text_append(&out->file,
                     out->n_kpi > 3 ? ",baseline_mean,baseline_lo,baseline_hi\r\n" : "\r\n");
    for (size_t i = 0; i < out->kpis.n; ++i) {
        double values[6];
        for (int k = 0; k < out->n_kpi; ++k)
            values[k] = takt_api_column_at(&out->kpi[k], i);
        if (!station || is_about(out->kpis.texts[i], station))
            write_row(&out->file, out->kpis.texts[i], i < out->units.n ? out->units.texts[i] : "",
                      values, out->n_kpi);
    }
}

static void write_buffer(packing *out, const char *side, double index)
{
    const takt_json_value *buffer = takt_json_at(takt_json_get(out->factory, "buffers"), index);
    if (!buffer)
        return;
    const takt_json_value *quantity = takt_json_get(buffer, "by_quantity");
    takt_csv_text(&out->file, takt_json_get_text(buffer, "name", ""));
    takt_text_printf(&out->file, ",%s,%s,", side,
                     quantity && quantity->boolean ? "quantity" : "items");
    takt_csv_number(&out->file, takt_json_get_number(buffer, "capacity", (double)NAN));
    takt_text_append(&out->file, ",");
    takt_csv_number(&out->file, takt_api_column_at(&out->level, (size_t)index));
    takt_csv_end(&out->file);
}

/// The buffers around station number `index`, by the edges of the factory.
static void write_buffers(packing *out, double index)
{
    const takt_json_value *edges = takt_json_get(out->factory, "edges");
    takt_text_append(&out->file, "buffer,side,counts,capacity,level_in_showcase\r\n");
    for (const takt_json_value *edge = edges ? edges->first : NULL; edge; edge = edge->next) {
        const takt_json_value *from = takt_json_get(edge, "from"), *to = takt_json_get(edge, "to");
        if (takt_json_get_number(to, "station", -1) == index)
            write_buffer(out, "before", takt_json_get_number(from, "buffer", -1));
        if (takt_json_get_number(from, "station", -1) == index)
            write_buffer(out, "behind", takt_json_get_number(to, "buffer", -1));
    }
}

static takt_status add_card(packing *out, const char *folder, const char *station)
{
    takt_showcase *showcase = out->call->view->showcase;
    if (!showcase)
        return TAKT_OK;
    const takt_status status = takt_showcase_card(showcase, station, &out->file);
    if (status == TAKT_ERR_INPUT) { // a station that the showcase does not know
        takt_text_destroy(&out->file);
        return TAKT_OK;
    }
    TAKT_TRY(status);
    TAKT_TRY(add_in(out, folder, "card.json"));
    return TAKT_OK;
}

static takt_status add_station(packing *out, const takt_json_value *station, int32_t index)
{
    char folder[TAKT_ZIP_NAME_BYTES], name[TAKT_ZIP_NAME_BYTES];
    const char *text = takt_json_get_text(station, "name", "");
    takt_zip_name(text, name);
    // The number keeps two stations apart whose names differ only in what a folder cannot hold.
    snprintf(folder, sizeof folder, "%03d_%.*s", index + 1, (int)sizeof folder - 16, name);
    TAKT_TRY(add_state_times(out, folder, text));
    write_kpis(out, text);
    TAKT_TRY(add_in(out, folder, "kpis.csv"));
    write_buffers(out, index);
    TAKT_TRY(add_in(out, folder, "buffers.csv"));
    TAKT_TRY(add_card(out, folder, text));
    takt_text_printf(&out->readme, "%s/: station %s\n", folder, text);
    return TAKT_OK;
}

// --- Files of the run ----------------------------------------------------------------------------

static takt_status add_document(packing *out, const char *name, const char *path)
{
    if (!takt_board_get_document(out->call->view->board, name, &out->file))
        return TAKT_OK;
    TAKT_TRY(add_text(out, path));
    return TAKT_OK;
}

static takt_status add_study(packing *out)
{
    const takt_json_value *study;
    TAKT_TRY(takt_api_read_document(out->call, "study", &study));
    const char *text = takt_json_get_text(study, "text", NULL);
    if (!text)
        return TAKT_OK;
    takt_text_append(&out->file, text);
    TAKT_TRY(add_text(out, "study.yaml"));
    return TAKT_OK;
}

static takt_status add_piece(packing *out, const takt_piece *piece)
{
    takt_frame_head head;
    const unsigned char *payload = NULL;
    char path[TAKT_ZIP_NAME_BYTES];
    TAKT_TRY(takt_frame_read(piece->bytes, piece->n_bytes, &head, &payload));
    const char *name = takt_channel_get(head.channel)->name;
    const uint64_t n = (uint64_t)head.sizes[0] * head.sizes[1] * head.sizes[2];
    if ((head.flags & TAKT_FRAME_ENVELOPE) || out->n_values + n > TAKT_API_MAX_VALUES) {
        takt_text_printf(&out->readme, "channels/%s.csv: left out, too long; the run file has it\n",
                         name);
        return TAKT_OK;
    }
    out->n_values += n;
    TAKT_TRY(takt_csv_frame(&out->file, out->call->view->board, piece->bytes, piece->n_bytes));
    snprintf(path, sizeof path, "channels/%s.csv", name);
    TAKT_TRY(add_text(out, path));
    return TAKT_OK;
}

static takt_status add_channels(packing *out)
{
    takt_text_append(&out->readme, "channels/: every channel of the run, one value a row\n");
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_piece *piece = takt_board_frame(out->call->view->board, (takt_channel)i, 0);
        if (!piece)
            continue;
        const takt_status status = add_piece(out, piece);
        takt_piece_release(piece);
        TAKT_TRY(status);
    }
    return TAKT_OK;
}

/// A search has no result but the best design, beside the baseline.
static takt_status read_kpis(packing *out)
{
    static const takt_channel simulated[] = {TAKT_CHANNEL_KPI_MEAN, TAKT_CHANNEL_KPI_LO,
                                             TAKT_CHANNEL_KPI_HI};
    static const takt_channel searched[] = {
        TAKT_CHANNEL_BEST_KPI_MEAN,     TAKT_CHANNEL_BEST_KPI_LO,     TAKT_CHANNEL_BEST_KPI_HI,
        TAKT_CHANNEL_BASELINE_KPI_MEAN, TAKT_CHANNEL_BASELINE_KPI_LO, TAKT_CHANNEL_BASELINE_KPI_HI};
    out->n_kpi = 3;
    for (int k = 0; k < 3; ++k)
        TAKT_TRY(takt_api_read_column(out->call, simulated[k], &out->kpi[k]));
    takt_api_column baseline = {0};
    TAKT_TRY(takt_api_read_column(out->call, TAKT_CHANNEL_BASELINE_KPI_MEAN, &baseline));
    if (out->kpi[0].n > 0 || baseline.n == 0)
        return TAKT_OK;
    out->n_kpi = 6;
    for (int k = 0; k < 6; ++k)
        TAKT_TRY(takt_api_read_column(out->call, searched[k], &out->kpi[k]));
    return TAKT_OK;
}

static takt_status read_all(packing *out)
{
    takt_api_call *call = out->call;
    takt_board *board = call->view->board;
    TAKT_TRY(takt_api_read_document(call, "factory", &out->factory));
    TAKT_TRY(takt_labels_read(board, TAKT_CHANNEL_STATION_NAME, &out->stations));
    TAKT_TRY(takt_labels_read(board, TAKT_CHANNEL_STATE_NAME, &out->states));
    TAKT_TRY(takt_labels_read(board, TAKT_CHANNEL_KPI_NAME, &out->kpis));
    TAKT_TRY(takt_labels_read(board, TAKT_CHANNEL_KPI_UNIT, &out->units));
    TAKT_TRY(takt_api_read_column(call, TAKT_CHANNEL_STATION_STATE_TIME, &out->state_time));
    TAKT_TRY(
        takt_api_read_column(call, TAKT_CHANNEL_BASELINE_STATION_STATE_TIME, &out->baseline_time));
    TAKT_TRY(read_kpis(out));
    TAKT_TRY(takt_api_read_column(call, TAKT_CHANNEL_BUFFER_NOW, &out->level));
    return TAKT_OK;
}

static takt_status write_files(packing *out, const char *name)
{
    TAKT_TRY(read_all(out));
    const double line = find_line(out->factory, name);
    takt_text_printf(&out->readme,
                     "takt " TAKT_VERSION ": %s%s\n\n"
                     "study.yaml: the effective study\n"
                     "run.json: the run, its seed and version\n"
                     "kpis.csv: mean over replications with 95 %% intervals; after a search of the "
                     "best design, and of the baseline\n\n"
                     "In the folder of a station:\n"
                     "state_times.csv: mean machine time in each state\n"
                     "kpis.csv: the KPIs about it\n"
                     "buffers.csv: the buffers around it\n"
                     "card.json: its machines at this moment of the showcase\n\n",
                     !*name      ? "all stations"
                     : line >= 0 ? "line "
                                 : "station ",
                     name);
    TAKT_TRY(add_study(out));
    TAKT_TRY(add_document(out, "run", "run.json"));
    TAKT_TRY(add_document(out, "report", "report.json"));
    write_kpis(out, NULL);
    TAKT_TRY(add_text(out, "kpis.csv"));
    const takt_json_value *stations = takt_json_get(out->factory, "stations");
    int32_t i = 0;
    for (const takt_json_value *at = stations ? stations->first : NULL; at; at = at->next, ++i)
        if (is_chosen(at, name, line))
            TAKT_TRY(add_station(out, at, i));
    if (!*name)
        TAKT_TRY(add_channels(out));
    takt_text_append_bytes(&out->file, takt_text_get(&out->readme), out->readme.length);
    TAKT_TRY(add_text(out, "README.txt"));
    TAKT_TRY(takt_zip_end(&out->zip));
    return TAKT_OK;
}

takt_status takt_api_write_zip(takt_api_call *call, const char *name)
{
    packing out = {.call = call};
    takt_status status = write_files(&out, name);
    if (status == TAKT_OK) {
        call->response->body = out.zip.bytes;
        out.zip.bytes = (takt_text){0};
        status = takt_api_accept(call, "application/zip");
    }
    takt_labels_release(&out.stations);
    takt_labels_release(&out.states);
    takt_labels_release(&out.kpis);
    takt_labels_release(&out.units);
    takt_text_destroy(&out.readme);
    takt_text_destroy(&out.file);
    takt_zip_release(&out.zip);
    return status;
}
