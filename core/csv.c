#include "core/csv.h"

#include "core/text.h"
#include "core/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Messages show a line from so many bytes before their caret.
enum { NUMBER_BYTES_MAX = 64, SHOWN_BEFORE = 40, MESSAGE_BYTES = 512 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

takt_csv takt_csv_of(const char *path, const char *bytes, size_t n)
{
    static const char mark[] = "\xEF\xBB\xBF"; // what some spreadsheets begin with
    const size_t first = n >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
    return (takt_csv){
        .path = path, .text = bytes, .drawn = true, .rest = bytes + first, .n_rest = n - first};
}

bool takt_csv_next(takt_csv *csv)
{
    while (csv->n_rest > 0) {
        const char *end = memchr(csv->rest, '\n', csv->n_rest);
        size_t blanks = 0;
        ++csv->line;
        csv->text = csv->rest;
        csv->n = end ? (size_t)(end - csv->rest) : csv->n_rest;
        const size_t used = csv->n + (end ? 1 : 0);
        csv->rest += used;
        csv->n_rest -= used;
        while (blanks < csv->n && is_blank(csv->text[blanks]))
            ++blanks;
        if (blanks < csv->n && csv->text[blanks] != '#')
            return true;
    }
    return false;
}

int32_t takt_csv_cut(const takt_csv *csv, takt_csv_cell *cells, int32_t n_max)
{
    const char *line = csv->text;
    int32_t n_cells = 0;
    for (size_t first = 0; first <= csv->n;) {
        const char *comma = memchr(line + first, ',', csv->n - first);
        size_t end = comma ? (size_t)(comma - line) : csv->n, from = first;
        first = end + 1;
        while (from < end && is_blank(line[from]))
            ++from;
        while (end > from && is_blank(line[end - 1]))
            --end;
        if (end - from >= 2 && line[from] == '"' && line[end - 1] == '"') {
            ++from;
            --end;
        }
        if (n_cells < n_max)
            cells[n_cells] = (takt_csv_cell){line + from, end - from};
        ++n_cells;
    }
    return n_cells;
}

bool takt_csv_is(const takt_csv_cell *cell, const char *word)
{
    return strlen(word) == cell->n && memcmp(word, cell->text, cell->n) == 0;
}

bool takt_csv_read_number(const takt_csv_cell *cell, double *value)
{
    char text[NUMBER_BYTES_MAX], *end;
    if (cell->n == 0 || cell->n >= sizeof text)
        return false;
    memcpy(text, cell->text, cell->n);
    text[cell->n] = 0;
    if (strspn(text, "+-.0123456789eE") != cell->n)
        return false;
    *value = strtod(text, &end);
    return end == text + cell->n && isfinite(*value);
}

/// Characters from `text` to `end`; a byte that is no UTF-8 counts as one.
static int32_t count_characters(const char *text, const char *end)
{
    int32_t n = 0;
    for (; text < end; ++n) {
        const size_t size = takt_character_bytes(text, (size_t)(end - text));
        text += size ? size : 1;
    }
    return n;
}

/// The line with a caret below `at`, as messages about studies have it.
static const char *draw_line(const takt_csv *csv, const char *at, char *out, size_t n_bytes)
{
    const char *from = csv->text, *end = csv->text + csv->n;
    char shown[TAKT_SHOWN_BYTES];
    while (at - from > SHOWN_BEFORE) {
        const size_t size = takt_character_bytes(from, (size_t)(at - from));
        from += size ? size : 1;
    }
    while (end > from && end[-1] == '\r')
        --end;
    snprintf(out, n_bytes, "\n  %s\n  %*s^", takt_shown(from, (size_t)(end - from), shown),
             (int)count_characters(from, at), "");
    return out;
}

takt_status takt_csv_fail(const takt_csv *csv, const char *at, const char *format, ...)
{
    char text[MESSAGE_BYTES], drawing[2 * TAKT_SHOWN_BYTES + SHOWN_BEFORE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!csv->drawn)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s:%d: %s", csv->path, csv->line, text);
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s:%d:%d: %s%s", csv->path, csv->line,
                     1 + count_characters(csv->text, at), text,
                     draw_line(csv, at, drawing, sizeof drawing));
}

takt_status takt_csv_fail_cell(const takt_csv *csv, const takt_csv_cell *cell, const char *name,
                               const char *allowed)
{
    char shown[TAKT_SHOWN_BYTES];
    return takt_csv_fail(csv, cell->text, "%s: found '%s', allowed: %s", name,
                         takt_shown(cell->text, cell->n, shown), allowed);
}

takt_status takt_csv_fail_count(const takt_csv *csv, const takt_csv_cell *cells, int32_t n_cells,
                                int32_t n_columns)
{
    const char *at = n_cells > n_columns ? cells[n_columns].text : csv->text + csv->n;
    while (at == csv->text + csv->n && at > csv->text && is_blank(at[-1]))
        --at;
    return takt_csv_fail(csv, at, "found %d value%s, allowed: %d as in the header", n_cells,
                         n_cells == 1 ? "" : "s", n_columns);
}
