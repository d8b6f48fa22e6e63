#include "sim/arrival_file.h"

#include "core/csv.h"
#include "core/files.h"
#include "core/words.h"
#include "sim/distribution_load.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

#define TIME_MAX_S 1e11

typedef enum column {
    TIME_S,
    TIME_H,
    QUANTITY,
    VALUE,
    DUE_S,
    DUE_H,
    PRIORITY,
    PRODUCT,
    N_COLUMNS
} column;

/// What a column may hold, in the unit of the file.
typedef struct column_row {
    const char *name, *allowed;
    double min, max;
} column_row;

static const column_row columns[N_COLUMNS] = {
    {"time_s", "a number from 0 on, to 1e11", 0, TIME_MAX_S},
    {"time_h", "a number from 0 on, to 2.7e7", 0, TIME_MAX_S / 3600},
    {"quantity", "a number from 1e-9 to 1e12", 1e-9, 1e12},
    {"value", "a number from 0 to 1e12", 0, 1e12},
    {"due_s", "a number from 0 on, to 1e11", 0, TIME_MAX_S},
    {"due_h", "a number from 0 on, to 2.7e7", 0, TIME_MAX_S / 3600},
    {"priority", "a whole number from -1000000 to 1000000", -1e6, 1e6},
    {"product", "a product of the factory", 0, 0},
};

/// Where each column stands in the file, -1: nowhere.
typedef struct header {
    int32_t place[N_COLUMNS];
    int32_t n;
    const takt_list *products; // of the factory
    bool *releases;            // [n_products]
} header;

static takt_status read_header(const takt_csv *csv, const takt_csv_cell *cells, int32_t n,
                               header *h)
{
    char shown[TAKT_SHOWN_BYTES];
    h->n = n;
    for (int32_t c = 0; c < N_COLUMNS; ++c)
        h->place[c] = -1;
    for (int32_t i = 0; i < n && i <= N_COLUMNS; ++i) {
        int32_t c = 0;
        while (c < N_COLUMNS && !takt_csv_is(&cells[i], columns[c].name))
            ++c;
        takt_shown(cells[i].text, cells[i].n, shown);
        if (c == N_COLUMNS)
            return takt_csv_fail(csv, cells[i].text,
                                 "found the column '%s', allowed: time_h or time_s, quantity, "
                                 "value, product, priority, due_h or due_s",
                                 shown);
        if (h->place[c] >= 0)
            return takt_csv_fail(csv, cells[i].text, "found the column '%s' twice, allowed: once",
                                 shown);
        h->place[c] = i;
    }
    if (h->place[DUE_S] >= 0 && h->place[DUE_H] >= 0)
        return takt_csv_fail(csv, csv->text, "found both due_s and due_h, allowed: one of them");
    if ((h->place[TIME_S] >= 0) == (h->place[TIME_H] >= 0))
        return takt_csv_fail(csv, csv->text, "found %s, allowed: one of time_h, time_s",
                             h->place[TIME_S] >= 0 ? "both time_s and time_h" : "no time");
    return TAKT_OK;
}

/// The number in a column that is there.
static takt_status read_cell(const takt_csv *csv, const takt_csv_cell *cell, column c,
                             double *value)
{
    if (takt_csv_read_number(cell, value) && *value >= columns[c].min && *value <= columns[c].max)
        return TAKT_OK;
    return takt_csv_fail_cell(csv, cell, columns[c].name, columns[c].allowed);
}

/// The time in the column `in_s`, or in the one after it, which has hours.
static takt_status read_time(const takt_csv *csv, const takt_csv_cell *cells, const header *h,
                             column in_s, takt_tick *time)
{
    const column in_h = in_s + 1;
    const column c = h->place[in_h] >= 0 ? in_h : in_s;
    double value;
    TAKT_TRY(read_cell(csv, &cells[h->place[c]], c, &value));
    *time = takt_tick_from_s(c == in_h ? value * 3600 : value);
    return TAKT_OK;
}

/// An empty cell: that of the source.
static takt_status read_product(const takt_csv *csv, const takt_csv_cell *cell, const header *h,
                                int32_t *product)
{
    if (cell->n == 0)
        return TAKT_OK;
    for (int32_t p = 0; p < h->products->n_items; ++p)
        if (takt_csv_is(cell, TAKT_ITEM(takt_product, *h->products, p)->name)) {
            *product = p;
            h->releases[p] = true;
            return TAKT_OK;
        }
    return takt_csv_fail_cell(csv, cell, "product", columns[PRODUCT].allowed);
}

static takt_status read_ticket(const takt_csv *csv, const takt_csv_cell *cells, const header *h,
                               takt_arrival *row)
{
    double priority = 0;
    if (h->place[DUE_S] >= 0 || h->place[DUE_H] >= 0)
        TAKT_TRY(read_time(csv, cells, h, DUE_S, &row->due));
    if (h->place[PRIORITY] >= 0)
        TAKT_TRY(read_cell(csv, &cells[h->place[PRIORITY]], PRIORITY, &priority));
    if (priority != floor(priority))
        return takt_csv_fail_cell(csv, &cells[h->place[PRIORITY]], "priority",
                                  columns[PRIORITY].allowed);
    row->priority = (int32_t)priority;
    return h->place[PRODUCT] < 0 ? TAKT_OK
                                 : read_product(csv, &cells[h->place[PRODUCT]], h, &row->product);
}

static takt_status read_row(const takt_csv *csv, const takt_csv_cell *cells, const header *h,
                            takt_tick before, takt_arrival *row)
{
    const column time = h->place[TIME_H] >= 0 ? TIME_H : TIME_S;
    TAKT_TRY(read_time(csv, cells, h, TIME_S, &row->time));
    if (row->time < before)
        return takt_csv_fail_cell(csv, &cells[h->place[time]], columns[time].name,
                                  "rows in the order of their times");
    if (h->place[QUANTITY] >= 0)
        TAKT_TRY(read_cell(csv, &cells[h->place[QUANTITY]], QUANTITY, &row->quantity));
    if (h->place[VALUE] >= 0)
        TAKT_TRY(read_cell(csv, &cells[h->place[VALUE]], VALUE, &row->value));
    return read_ticket(csv, cells, h, row);
}

/// `rows` has room for as many as there are lines.
static takt_status read_rows(takt_csv *csv, const takt_source *source, header *h,
                             takt_arrival *rows, int32_t *n_rows)
{
    takt_csv_cell cells[N_COLUMNS + 1];
    while (takt_csv_next(csv)) {
        const int32_t n = takt_csv_cut(csv, cells, N_COLUMNS + 1);
        if (h->n == 0) {
            TAKT_TRY(read_header(csv, cells, n, h));
            continue;
        }
        if (n != h->n)
            return takt_csv_fail_count(csv, cells, n, h->n);
        takt_arrival *row = &rows[*n_rows];
        *row = (takt_arrival){.quantity = source->quantity,
                              .value = source->value,
                              .due = TAKT_TICK_NEVER,
                              .product = -1};
        TAKT_TRY(read_row(csv, cells, h, *n_rows > 0 ? row[-1].time : 0, row));
        *n_rows += 1;
    }
    if (*n_rows > 0)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no arrivals, allowed: a header and one or more",
                     csv->path);
}

takt_status takt_arrival_list_read(const char *path, const takt_text *text,
                                   const takt_source *source, const takt_list *products,
                                   takt_arena *arena, takt_arrival_list *list)
{
    const char *bytes = text->bytes ? text->bytes : "";
    size_t n_lines = 1;
    takt_csv csv = takt_csv_of(path, bytes, text->length);
    header h = {.products = products};
    *list = (takt_arrival_list){0};
    for (size_t i = 0; i < text->length; ++i)
        n_lines += bytes[i] == '\n';
    takt_arrival *rows = takt_arena_alloc(arena, n_lines * sizeof *rows);
    h.releases = takt_arena_alloc(arena, (size_t)products->n_items + 1);
    if (!rows || !h.releases)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory for its arrivals", path);
    memset(h.releases, 0, (size_t)products->n_items + 1);
    list->rows = rows;
    list->releases = h.releases;
    return read_rows(&csv, source, &h, rows, &list->n);
}

static takt_status load_one(takt_study *study, int32_t index, takt_problem *problem)
{
    takt_source *source = TAKT_ITEM(takt_source, study->factory.sources, index);
    takt_text text = {0};
    char place[PATH_BYTES], message[300];
    const char *path = takt_study_locate(study, source->file, place, sizeof place);
    takt_status status = takt_file_read(path, TAKT_SAMPLE_BYTES_MAX, &text);
    if (status == TAKT_ERR_FILE) // the user named it: what cannot be read is bad input
        status = TAKT_FAIL(TAKT_ERR_INPUT, "%s", takt_error_text());
    if (status == TAKT_OK)
        status = takt_study_note_file(study, source->file, text.bytes, text.length);
    if (status == TAKT_OK)
        status = takt_arrival_list_read(path, &text, source, &study->factory.products, study->arena,
                                        &source->arrivals);
    takt_text_destroy(&text);
    if (status != TAKT_ERR_INPUT)
        return status;
    snprintf(message, sizeof message, "%.*s", (int)strcspn(takt_error_text(), "\n"),
             takt_error_text());
    return takt_problem_set(problem, takt_path_of("factory.sources[%d].file", index), "%s",
                            message);
}

takt_status takt_arrivals_load(takt_study *study, takt_problem *problem)
{
    for (int32_t i = 0; i < study->factory.sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, study->factory.sources, i);
        if (source->file && !source->arrivals.rows) // a study built in C may bring them along
            TAKT_TRY(load_one(study, i, problem));
    }
    return TAKT_OK;
}
