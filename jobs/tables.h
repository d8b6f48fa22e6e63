/// Sheets: what a verb prints. The same cells give the aligned text and the JSON document, so that
/// both have the same content.
///
///     takt_sheet *sheet = NULL;
///     TAKT_TRY(takt_sheet_create(&sheet));
///     takt_table *table = takt_sheet_table(sheet, "rows", "Results", columns, n_columns);
///     takt_table_add(table, (takt_cell[]){takt_cell_text("yield"), takt_cell_number(0.88, 3)});
///     TAKT_TRY(takt_sheet_print(call, sheet, &head));
///     takt_sheet_destroy(&sheet);
///
/// Running out of memory is remembered and returned by takt_sheet_print.
#ifndef TAKT_JOBS_TABLES_H
#define TAKT_JOBS_TABLES_H

#include "core/json.h"
#include "core/memory.h"
#include "core/statistics.h"
#include "jobs/call.h"

typedef enum takt_cell_kind {
    TAKT_CELL_NONE, // null; "-" in text
    TAKT_CELL_TEXT,
    TAKT_CELL_NUMBER,
    TAKT_CELL_INTEGER,
    TAKT_CELL_BOOLEAN // "yes" or "no" in text
} takt_cell_kind;

/// One value. Texts are copied by takt_table_add.
typedef struct takt_cell {
    takt_cell_kind kind;
    const char *text;
    double number;
    int64_t integer;
    int decimals;    // of a number in text; negative: that many significant digits
    bool is_percent; // text shows this share of 1 (or this unit "1") in percent, JSON as it is
} takt_cell;

takt_cell takt_cell_none(void);
takt_cell takt_cell_text(const char *text); // NULL: none
takt_cell takt_cell_number(double value, int decimals);
takt_cell takt_cell_percent(double share, int decimals); // decimals of the percentage
takt_cell takt_cell_integer(int64_t value);
takt_cell takt_cell_boolean(bool value);

/// Decimals that show a value known to within `half_width` with two digits of that width, but with
/// no more than five significant digits.
int takt_decimals_of(double value, double half_width);

enum { TAKT_TABLE_MAX_COLUMNS = 20 };

/// One column; NULL key: only in text; NULL title: only in JSON.
typedef struct takt_column {
    const char *key, *title;
    bool is_right; // texts stand at the right, as numbers always do
} takt_column;

typedef struct takt_table takt_table;
typedef struct takt_sheet takt_sheet;

takt_status takt_sheet_create(takt_sheet **sheet);
void takt_sheet_destroy(takt_sheet **sheet);

/// Adds a table: an array of objects under `key` in JSON, aligned columns under `title` in text.
/// NULL key: only in text; NULL title: only in JSON. `columns` is borrowed until destroy.
takt_table *takt_sheet_table(takt_sheet *sheet, const char *key, const char *title,
                             const takt_column *columns, int32_t n_columns);

/// The same for one row: an object in JSON.
takt_table *takt_sheet_object(takt_sheet *sheet, const char *key, const char *title,
                              const takt_column *columns, int32_t n_columns);

/// Adds one row of n_columns cells.
void takt_table_add(takt_table *table, const takt_cell *cells);

/// The same for a row that says nothing to a person (a cost of zero): it stands in JSON alone.
void takt_table_add_to_json(takt_table *table, const takt_cell *cells);

/// Adds a sentence: a line in text, an entry of `notes` in JSON.
void takt_sheet_note(takt_sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// The command that a user would type next: the last line of the text, `next` in JSON.
void takt_sheet_next(takt_sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// A text owned by the sheet, for cells and columns.
const char *takt_sheet_format(takt_sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// What every JSON document begins with.
typedef struct takt_sheet_head {
    const char *study; // NULL: the verb has none
    int64_t seed;
    const char *run; // folder, NULL: none
} takt_sheet_head;

/// Prints text or JSON (--json) on rank 0. Local.
takt_status takt_sheet_print(const takt_call *call, const takt_sheet *sheet,
                             const takt_sheet_head *head);

#endif
