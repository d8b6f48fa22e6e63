// CSV of channels: tidy rows, one value each, so that a table of any shape opens in any program.
#include "viz/export.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

void takt_csv_text(takt_text *csv, const char *text)
{
    const bool armed = *text && strchr("=+-@\t\r\n", *text);
    if (!armed && !text[strcspn(text, ",\"\r\n")]) {
        takt_text_append(csv, text);
        return;
    }
    takt_text_append(csv, armed ? "\"'" : "\"");
    for (const char *p = text; *p;) {
        const size_t n = strcspn(p, "\"");
        takt_text_append_bytes(csv, p, n);
        if (p[n] == '"')
            takt_text_append(csv, "\"\"");
        p += n + (p[n] == '"');
    }
    takt_text_append(csv, "\"");
}

void takt_csv_number(takt_text *csv, double value)
{
    if (!isnan(value))
        takt_text_append_number(csv, value);
}

void takt_csv_end(takt_text *csv)
{
    takt_text_append(csv, "\r\n");
}

takt_status takt_labels_read(takt_board *board, takt_channel channel, takt_labels *labels)
{
    takt_frame_head head;
    const unsigned char *payload = NULL;
    *labels = (takt_labels){.piece = takt_board_frame(board, channel, 0)};
    if (!labels->piece)
        return TAKT_OK;
    const takt_status status =
        takt_frame_read(labels->piece->bytes, labels->piece->n_bytes, &head, &payload);
    if (status != TAKT_OK || head.type != TAKT_CHANNEL_TEXT || head.n_bytes == 0) {
        takt_labels_release(labels);
        return status;
    }
    size_t n = 0;
    for (uint32_t i = 0; i < head.n_bytes; ++i)
        n += payload[i] == 0;
    labels->texts = takt_alloc(n * sizeof *labels->texts);
    if (!labels->texts) {
        takt_labels_release(labels);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %zu names", n);
    }
    const char *text = (const char *)payload;
    for (labels->n = 0; labels->n < n; text += strlen(text) + 1)
        labels->texts[labels->n++] = text;
    return TAKT_OK;
}

void takt_labels_release(takt_labels *labels)
{
    if (labels->piece)
        takt_piece_release(labels->piece);
    takt_free(labels->texts);
    *labels = (takt_labels){0};
}

/// The TEXT channel over `dimension` alone whose name ends in `ending`: "_name", "_unit".
static takt_channel find_labels(takt_dimension dimension, const char *ending)
{
    const size_t n_ending = strlen(ending);
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_channel_info *info = takt_channel_get((takt_channel)i);
        const size_t n = strlen(info->name);
        if (info->type == TAKT_CHANNEL_TEXT && info->dimensions[0] == dimension &&
            info->dimensions[1] == TAKT_DIMENSION_NONE && n > n_ending &&
            strcmp(info->name + n - n_ending, ending) == 0)
            return (takt_channel)i;
    }
    return TAKT_CHANNEL_COUNT;
}

/// A frame on its way to CSV.
typedef struct table {
    takt_frame_head head;
    const takt_channel_info *info;
    const unsigned char *payload;
    takt_labels names[TAKT_CHANNEL_MAX_DIMENSIONS];
    takt_labels units; // where the values of one channel have different ones
    int32_t unit_dimension;
} table;

/// Which of a board's texts belong to the rows? The table says of a channel "in kpi_unit" where its
/// values have units of their own.
static takt_status read_labels(table *out, takt_board *board)
{
    out->unit_dimension = -1;
    for (uint32_t i = 0; i < out->head.n_dimensions; ++i) {
        const takt_dimension dimension = out->info->dimensions[i];
        const takt_channel names = find_labels(dimension, "_name");
        const takt_channel units = find_labels(dimension, "_unit");
        if (names != TAKT_CHANNEL_COUNT && names != out->head.channel)
            TAKT_TRY(takt_labels_read(board, names, &out->names[i]));
        if (units == TAKT_CHANNEL_COUNT || out->unit_dimension >= 0 ||
            !strstr(out->info->doc, takt_channel_get(units)->name))
            continue;
        TAKT_TRY(takt_labels_read(board, units, &out->units));
        out->unit_dimension = (int32_t)i;
    }
    return TAKT_OK;
}

static void write_header(takt_text *csv, const table *in)
{
    for (uint32_t i = 0; i < in->head.n_dimensions; ++i)
        takt_text_printf(csv, "%s,", takt_dimension_name(in->info->dimensions[i]));
    if (in->head.type == TAKT_CHANNEL_TEXT)
        takt_text_append(csv, in->info->name);
    else if (in->unit_dimension >= 0)
        takt_text_printf(csv, "%s,unit", in->info->name);
    else
        takt_text_printf(csv, "%s (%s)", in->info->name, in->info->unit);
    takt_csv_end(csv);
}

static void write_index(takt_text *csv, const takt_labels *names, uint64_t index)
{
    if (index < names->n)
        takt_csv_text(csv, names->texts[index]);
    else
        takt_text_printf(csv, "%llu", (unsigned long long)index);
    takt_text_append(csv, ",");
}

/// Number `i` of the payload; *text moves through the texts.
static void write_value(takt_text *csv, const table *in, uint64_t i, const char **text)
{
    double number;
    int64_t integer;
    switch (in->head.type) {
    case TAKT_CHANNEL_DOUBLE:
        memcpy(&number, in->payload + i * sizeof number, sizeof number);
        takt_csv_number(csv, number);
        break;
    case TAKT_CHANNEL_INTEGER:
        memcpy(&integer, in->payload + i * sizeof integer, sizeof integer);
        takt_text_printf(csv, "%lld", (long long)integer);
        break;
    case TAKT_CHANNEL_TEXT:
        takt_csv_text(csv, *text);
        *text += strlen(*text) + 1;
        break;
    }
}

static void write_rows(takt_text *csv, const table *in)
{
    const uint32_t *sizes = in->head.sizes; // 1 behind the last
    const uint64_t n = (uint64_t)sizes[0] * sizes[1] * sizes[2];
    const char *text = (const char *)in->payload;
    for (uint64_t i = 0; i < n && !csv->failed; ++i) {
        const uint64_t at[TAKT_CHANNEL_MAX_DIMENSIONS] = {
            in->head.first_row + i / sizes[2] / sizes[1], i / sizes[2] % sizes[1], i % sizes[2]};
        for (uint32_t d = 0; d < in->head.n_dimensions; ++d)
            write_index(csv, &in->names[d], at[d]);
        write_value(csv, in, i, &text);
        if (in->unit_dimension >= 0 && in->head.type != TAKT_CHANNEL_TEXT) {
            const uint64_t unit = at[in->unit_dimension];
            takt_text_append(csv, ",");
            takt_csv_text(csv, unit < in->units.n ? in->units.texts[unit] : "");
        }
        takt_csv_end(csv);
    }
}

takt_status takt_csv_frame(takt_text *csv, takt_board *board, const unsigned char *frame, size_t n)
{
    takt_status status = TAKT_OK;
    table in = {0};
    TAKT_TRY(takt_frame_read(frame, n, &in.head, &in.payload));
    in.info = takt_channel_get(in.head.channel);
    if (in.head.flags & TAKT_FRAME_ENVELOPE)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found an envelope, allowed: rows", in.info->name);
    TAKT_TRY_GOTO(read_labels(&in, board), done);
    write_header(csv, &in);
    write_rows(csv, &in);
    status = takt_text_check(csv);
done:
    for (int i = 0; i < TAKT_CHANNEL_MAX_DIMENSIONS; ++i)
        takt_labels_release(&in.names[i]);
    takt_labels_release(&in.units);
    return status;
}
