/// What leaves the viewer as a file: a channel as CSV (RFC 4180), and a zip of many files. Texts
/// come from studies, so from anybody: cells that a spreadsheet would take for a formula are
/// disarmed, names in a zip hold nothing that a file system could take for a path.
#ifndef TAKT_VIZ_EXPORT_H
#define TAKT_VIZ_EXPORT_H

#include "viz/board.h"

TAKT_EXTERN_C_BEGIN

// --- CSV -----------------------------------------------------------------------------------------

/// Appends a text as one cell: quoted where RFC 4180 asks for it; with an apostrophe in front where
/// it begins with = + - @, a tab or a line break (OWASP, "CSV Injection").
TAKT_API void takt_csv_text(takt_text *csv, const char *text);

/// Appends a number as one cell; empty for NaN, which is what "none" is in a file.
TAKT_API void takt_csv_number(takt_text *csv, double value);

/// Appends the end of a row.
TAKT_API void takt_csv_end(takt_text *csv);

/// Appends the rows of a frame as CSV: one row per value, a column per dimension (the names of
/// stations, KPIs, set-points, ... where `board` has them, else numbers from 0 on), the value, and
/// its unit where that differs from row to row. A header names them, with the unit where it does
/// not differ. `frame` holds rows, no envelope: TAKT_ERR_INPUT.
TAKT_API takt_status takt_csv_frame(takt_text *csv, takt_board *board, const unsigned char *frame,
                                    size_t n);

// --- Texts of a board ----------------------------------------------------------------------------

/// The newest value of a TEXT channel. `{0}` is empty; release with takt_labels_release.
typedef struct takt_labels {
    const takt_piece *piece;
    const char **texts; // [n], inside the piece
    size_t n;
} takt_labels;

/// Reads a TEXT channel; empty when it is not there.
TAKT_API takt_status takt_labels_read(takt_board *board, takt_channel channel, takt_labels *labels);
TAKT_API void takt_labels_release(takt_labels *labels);

// --- Zip -----------------------------------------------------------------------------------------

/// A zip file that grows in memory: deflated entries, a fixed date, so that the same contents give
/// the same bytes. `{0}` is empty; release with takt_zip_release.
typedef struct takt_zip {
    takt_text bytes;     // of the file; complete after takt_zip_end
    takt_text directory; // what stands at its end
    int32_t n_entries;
} takt_zip;

enum { TAKT_ZIP_NAME_BYTES = 120 };

/// A name for a file or a folder in a zip, made of letters, digits, "-", "_" and "." of ASCII;
/// never empty, hidden, or a name that Windows reserves. Returns `out` [TAKT_ZIP_NAME_BYTES].
TAKT_API const char *takt_zip_name(const char *name, char *out);

/// Adds a file; `path` is made of names by takt_zip_name with "/" between them.
/// TAKT_ERR_LIMIT: the zip would be larger than 1 GiB. TAKT_ERR_UNSUPPORTED: built without zlib.
TAKT_API takt_status takt_zip_add(takt_zip *zip, const char *path, const char *bytes, size_t n);

/// Writes the directory; nothing can be added afterwards.
TAKT_API takt_status takt_zip_end(takt_zip *zip);
TAKT_API void takt_zip_release(takt_zip *zip);

TAKT_EXTERN_C_END

#endif
