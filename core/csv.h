/// Comma-separated values, line by line, with messages that point at the place.
///
/// A file has one header line and then values; blank lines and lines that begin with `#` are passed
/// over, blanks and quotation marks around a value belong to nobody. Numbers have a decimal point.
///
///     takt_csv csv = takt_csv_of(path, text.bytes, text.length);
///     while (takt_csv_next(&csv)) {
///         const int32_t n = takt_csv_cut(&csv, cells, N_COLUMNS + 1);
///         if (n != N_COLUMNS)
///             return takt_csv_fail_count(&csv, cells, n, N_COLUMNS);
///         if (!takt_csv_read_number(&cells[0], &value))
///             return takt_csv_fail_cell(&csv, &cells[0], "time_s", "a number");
///     }
#ifndef TAKT_CORE_CSV_H
#define TAKT_CORE_CSV_H

#include "core/hd.h"
#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// One value as text, without blanks and quotation marks around it; points into the file's bytes.
typedef struct takt_csv_cell {
    const char *text;
    size_t n;
} takt_csv_cell;

/// Where the reading stands. The bytes are borrowed.
typedef struct takt_csv {
    const char *path;
    const char *text; // the line that is being read, without its end
    size_t n;
    int32_t line; // its number, 1 = first
    bool drawn;   // messages show the line and a caret; false for tables made of other files
    const char *rest;
    size_t n_rest;
} takt_csv;

/// Stands before the first line of `n` bytes. Local.
TAKT_API takt_csv takt_csv_of(const char *path, const char *bytes, size_t n);

/// Goes to the next line with values; false at the end.
TAKT_API bool takt_csv_next(takt_csv *csv);

/// Cuts the line at its commas; returns how many cells there are, of which at most `n_max` are
/// kept.
TAKT_API int32_t takt_csv_cut(const takt_csv *csv, takt_csv_cell *cells, int32_t n_max);

/// Is the cell this word?
TAKT_API bool takt_csv_is(const takt_csv_cell *cell, const char *word);

/// A decimal number with a point; text, nan, inf and hexadecimal digits are none.
TAKT_API bool takt_csv_read_number(const takt_csv_cell *cell, double *value);

/// TAKT_ERR_INPUT "path:line:column: ..." with the line and a caret below `at`, a place in it.
TAKT_API takt_status takt_csv_fail(const takt_csv *csv, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// The same as "name: found 'cell', allowed: ...".
TAKT_API takt_status takt_csv_fail_cell(const takt_csv *csv, const takt_csv_cell *cell,
                                        const char *name, const char *allowed);

/// The same for a line of `n_cells` values under a header of `n_columns`: points at the first value
/// too many, or behind the last of too few. `cells` holds at least n_columns + 1 where there are.
TAKT_API takt_status takt_csv_fail_count(const takt_csv *csv, const takt_csv_cell *cells,
                                         int32_t n_cells, int32_t n_columns);

TAKT_EXTERN_C_END

#endif
