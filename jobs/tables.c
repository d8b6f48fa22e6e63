#include "jobs/tables.h"

#include "jobs/viewing.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct table_row {
    struct table_row *next;
    bool only_json;
    takt_cell cells[TAKT_TABLE_MAX_COLUMNS];
} table_row;

/// Tables and notes in their order.
struct takt_table {
    takt_table *next;
    takt_sheet *sheet;
    const char *note; // this is a sentence and no table
    const char *key, *title;
    bool is_object;
    const takt_column *columns;
    int32_t n_columns;
    table_row *first, **last;
};

struct takt_sheet {
    takt_arena *arena;
    takt_table *first, **last;
    const char *next_command;
    bool failed;
    takt_table spare; // takes rows when there is no memory left
};

takt_cell takt_cell_none(void)
{
    return (takt_cell){.kind = TAKT_CELL_NONE};
}

takt_cell takt_cell_text(const char *text)
{
    return (takt_cell){.kind = text ? TAKT_CELL_TEXT : TAKT_CELL_NONE, .text = text};
}

takt_cell takt_cell_number(double value, int decimals)
{
    return (takt_cell){.kind = isfinite(value) ? TAKT_CELL_NUMBER : TAKT_CELL_NONE,
                       .number = value,
                       .decimals = decimals};
}

takt_cell takt_cell_percent(double share, int decimals)
{
    takt_cell cell = takt_cell_number(share, decimals);
    cell.is_percent = true;
    return cell;
}

takt_cell takt_cell_integer(int64_t value)
{
    return (takt_cell){.kind = TAKT_CELL_INTEGER, .integer = value};
}

takt_cell takt_cell_boolean(bool value)
{
    return (takt_cell){.kind = TAKT_CELL_BOOLEAN, .integer = value};
}

int takt_decimals_of(double value, double half_width)
{
    const double size = half_width > 0 ? half_width : fabs(value) * 1e-3;
    if (!(size > 0) || !isfinite(size))
        return 0;
    const int wanted = 1 - (int)floor(log10(size));
    const int useful = value != 0 ? 4 - (int)floor(log10(fabs(value))) : 9;
    const int decimals = wanted < useful ? wanted : useful;
    return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

takt_status takt_sheet_create(takt_sheet **sheet)
{
    takt_sheet *s = takt_alloc(sizeof *s);
    *sheet = NULL;
    if (!s)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the results");
    s->last = &s->first;
    const takt_status status = takt_arena_create(&s->arena);
    if (status != TAKT_OK) {
        takt_free(s);
        return status;
    }
    *sheet = s;
    return TAKT_OK;
}

void takt_sheet_destroy(takt_sheet **sheet)
{
    if (!*sheet)
        return;
    takt_arena_destroy(&(*sheet)->arena);
    takt_free(*sheet);
    *sheet = NULL;
}

static takt_table *add_table(takt_sheet *sheet, takt_table values)
{
    takt_table *table = takt_arena_alloc(sheet->arena, sizeof *table);
    if (!table) {
        sheet->failed = true;
        table = &sheet->spare;
    }
    *table = values;
    table->sheet = sheet;
    table->last = &table->first;
    if (table != &sheet->spare) {
        *sheet->last = table;
        sheet->last = &table->next;
    }
    return table;
}

takt_table *takt_sheet_table(takt_sheet *sheet, const char *key, const char *title,
                             const takt_column *columns, int32_t n_columns)
{
    TAKT_ASSERT(n_columns <= TAKT_TABLE_MAX_COLUMNS);
    return add_table(
        sheet,
        (takt_table){.key = key, .title = title, .columns = columns, .n_columns = n_columns});
}

takt_table *takt_sheet_object(takt_sheet *sheet, const char *key, const char *title,
                              const takt_column *columns, int32_t n_columns)
{
    takt_table *table = takt_sheet_table(sheet, key, title, columns, n_columns);
    table->is_object = true;
    return table;
}

static const char *keep(takt_sheet *sheet, const char *text)
{
    const char *copy = text ? takt_arena_copy_text(sheet->arena, text) : NULL;
    if (text && !copy)
        sheet->failed = true;
    return copy;
}

static void add_row(takt_table *table, const takt_cell *cells, bool only_json)
{
    table_row *row = takt_arena_alloc(table->sheet->arena, sizeof *row);
    if (!row) {
        table->sheet->failed = true;
        return;
    }
    row->only_json = only_json;
    memcpy(row->cells, cells, (size_t)table->n_columns * sizeof *cells);
    for (int32_t c = 0; c < table->n_columns; ++c)
        row->cells[c].text = keep(table->sheet, row->cells[c].text);
    *table->last = row;
    table->last = &row->next;
}

void takt_table_add(takt_table *table, const takt_cell *cells)
{
    add_row(table, cells, false);
}

void takt_table_add_to_json(takt_table *table, const takt_cell *cells)
{
    add_row(table, cells, true);
}

static const char *format_text(takt_sheet *sheet, const char *format, va_list arguments)
{
    char text[2048];
    vsnprintf(text, sizeof text, format, arguments);
    const char *copy = keep(sheet, text);
    return copy ? copy : "";
}

const char *takt_sheet_format(takt_sheet *sheet, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(sheet, format, arguments);
    va_end(arguments);
    return text;
}

void takt_sheet_note(takt_sheet *sheet, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_table(sheet, (takt_table){.note = format_text(sheet, format, arguments)});
    va_end(arguments);
}

void takt_sheet_next(takt_sheet *sheet, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sheet->next_command = format_text(sheet, format, arguments);
    va_end(arguments);
}

// --- Text ----------------------------------------------------------------------------------------

static const char *cell_text(const takt_cell *cell, char *out, size_t n_bytes)
{
    const double number = cell->is_percent ? 100 * cell->number : cell->number;
    const bool tiny = number != 0 && fabs(number) < 1e-4;
    const bool huge = fabs(number) >= 1e9;
    switch (cell->kind) {
    case TAKT_CELL_TEXT:
        return cell->is_percent ? "%" : cell->text ? cell->text : "";
    case TAKT_CELL_NUMBER:
        if (cell->decimals < 0 && fabs(number) >= pow(10, -cell->decimals) && !huge)
            snprintf(out, n_bytes, "%.0f", number);
        else if (cell->decimals < 0 || (tiny && cell->decimals > 6) || huge)
            snprintf(out, n_bytes, "%.*g", cell->decimals < 0 ? -cell->decimals : 3, number);
        else
            snprintf(out, n_bytes, "%.*f", cell->decimals, number);
        return out;
    case TAKT_CELL_INTEGER:
        snprintf(out, n_bytes, "%lld", (long long)cell->integer);
        return out;
    case TAKT_CELL_BOOLEAN:
        return cell->integer ? "yes" : "no";
    default:
        return "-";
    }
}

/// Columns on screen, counting characters and not bytes.
static int width_of(const char *text)
{
    int width = 0;
    for (; *text; ++text)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void append_padded(takt_text *out, const char *text, int width, bool right)
{
    const int padding = width - width_of(text);
    if (right)
        takt_text_repeat(out, ' ', padding);
    takt_text_append(out, text);
    if (!right)
        takt_text_repeat(out, ' ', padding);
}

static void trim_line(takt_text *out)
{
    while (out->length > 0 && out->bytes[out->length - 1] == ' ')
        out->bytes[--out->length] = '\0';
    takt_text_append(out, "\n");
}

static void write_table(const takt_table *table, takt_text *out)
{
    int widths[TAKT_TABLE_MAX_COLUMNS] = {0};
    bool is_right[TAKT_TABLE_MAX_COLUMNS] = {false};
    char buffer[64];
    for (int32_t c = 0; c < table->n_columns; ++c) {
        if (!table->columns[c].title)
            continue;
        widths[c] = width_of(table->columns[c].title);
        is_right[c] = table->columns[c].is_right;
        for (const table_row *row = table->first; row; row = row->next) {
            if (row->only_json)
                continue;
            const int width = width_of(cell_text(&row->cells[c], buffer, sizeof buffer));
            widths[c] = width > widths[c] ? width : widths[c];
            is_right[c] |= row->cells[c].kind >= TAKT_CELL_NUMBER;
        }
    }
    if (*table->title)
        takt_text_printf(out, "\n%s\n", table->title);
    takt_text_append(out, " ");
    for (int32_t c = 0; c < table->n_columns; ++c) {
        if (!table->columns[c].title)
            continue;
        takt_text_append(out, c ? "  " : " ");
        append_padded(out, table->columns[c].title, widths[c], is_right[c]);
    }
    trim_line(out);
    for (const table_row *row = table->first; row; row = row->next) {
        if (row->only_json)
            continue;
        takt_text_append(out, " ");
        for (int32_t c = 0; c < table->n_columns; ++c) {
            if (!table->columns[c].title)
                continue;
            takt_text_append(out, c ? "  " : " ");
            append_padded(out, cell_text(&row->cells[c], buffer, sizeof buffer), widths[c],
                          is_right[c]);
        }
        trim_line(out);
    }
}

static void write_text(const takt_sheet *sheet, const takt_sheet_head *head, takt_text *out)
{
    bool after_table = false;
    for (const takt_table *table = sheet->first; table; table = table->next) {
        if (table->note) {
            takt_text_printf(out, "%s%s\n", after_table ? "\n" : "", table->note);
            after_table = false;
        } else if (table->title) {
            write_table(table, out);
            after_table = true;
        }
    }
    if (head->run || sheet->next_command)
        takt_text_append(out, "\n");
    if (head->run)
        takt_text_printf(out, "Run folder: %s\n", head->run);
    if (sheet->next_command)
        takt_text_printf(out, "Next: %s\n", sheet->next_command);
}

// --- JSON ----------------------------------------------------------------------------------------

static void write_json_cell(takt_json *json, const takt_cell *cell)
{
    switch (cell->kind) {
    case TAKT_CELL_TEXT:
        takt_json_text(json, cell->text);
        break;
    case TAKT_CELL_NUMBER:
        takt_json_number(json, cell->number);
        break;
    case TAKT_CELL_INTEGER:
        takt_json_integer(json, cell->integer);
        break;
    case TAKT_CELL_BOOLEAN:
        takt_json_boolean(json, cell->integer != 0);
        break;
    default:
        takt_json_null(json);
    }
}

static void write_json_table(takt_json *json, const takt_table *table)
{
    takt_json_key(json, table->key);
    if (!table->is_object)
        takt_json_array(json);
    for (const table_row *row = table->first; row; row = row->next) {
        takt_json_object(json);
        for (int32_t c = 0; c < table->n_columns; ++c) {
            if (!table->columns[c].key)
                continue;
            takt_json_key(json, table->columns[c].key);
            write_json_cell(json, &row->cells[c]);
        }
        takt_json_end(json);
        if (table->is_object)
            return;
    }
    if (table->is_object)
        takt_json_null(json);
    else
        takt_json_end(json);
}

static void write_json(const takt_call *call, const takt_sheet *sheet, const takt_sheet_head *head,
                       takt_text *out)
{
    takt_json json = takt_json_begin(out);
    takt_json_object(&json);
    takt_json_key_text(&json, "verb", call->verb);
    takt_json_key_text(&json, "study", head->study);
    takt_json_key(&json, "seed");
    if (head->study)
        takt_json_integer(&json, head->seed);
    else
        takt_json_null(&json);
    takt_json_key_integer(&json, "ranks", takt_comm_size(call->comm));
    takt_json_key_number(&json, "seconds", takt_clock_s() - call->started_s);
    takt_json_key_text(&json, "run", head->run);
    for (const takt_table *table = sheet->first; table; table = table->next)
        if (!table->note && table->key)
            write_json_table(&json, table);
    takt_json_key(&json, "notes");
    takt_json_array(&json);
    for (const takt_table *table = sheet->first; table; table = table->next)
        if (table->note)
            takt_json_text(&json, table->note);
    takt_json_end(&json);
    takt_json_key_text(&json, "next", sheet->next_command);
    takt_json_end(&json);
}

takt_status takt_sheet_print(const takt_call *call, const takt_sheet *sheet,
                             const takt_sheet_head *head)
{
    takt_text text = {0};
    takt_status status = TAKT_OK;
    if (!takt_call_leads(call))
        return TAKT_OK;
    if (call->viewing) {
        write_json(call, sheet, head, &text);
        TAKT_TRY_GOTO(takt_text_check(&text), done);
        takt_viewing_report(call, takt_text_get(&text), text.length);
        takt_text_destroy(&text);
    }
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_JSON))
        write_json(call, sheet, head, &text);
    else
        write_text(sheet, head, &text);
    if (sheet->failed)
        text.failed = true;
    TAKT_TRY_GOTO(takt_text_check(&text), done);
    TAKT_TRY_GOTO(takt_call_print(call, takt_text_get(&text), text.length), done);
done:
    takt_text_destroy(&text);
    return status;
}
