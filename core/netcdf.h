/// NetCDF-4 files driven by the channel table: names, units, docs and dimensions come from there.
///
/// A file is made in memory; the commit writes it to `<path>.part` and it takes its name only when
/// it is complete and on disk. Same content gives the same bytes: no dates, no host names, fixed
/// order. CF-1.10 attributes; each chunk has a checksum, so that damage is found when it is read.
/// The effective study is the character variable `study`. All functions are Local; one process
/// writes a file. A program built without NetCDF gets TAKT_ERR_UNSUPPORTED from create and open.
#ifndef TAKT_CORE_NETCDF_H
#define TAKT_CORE_NETCDF_H

#include "core/channels.h"
#include "core/memory.h"
#include "core/sink.h"
#include "core/status.h"
#include "core/text.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// An open file, for writing or for reading.
typedef struct takt_netcdf takt_netcdf;

/// What a file says about itself, as global attributes. Texts are borrowed during create.
typedef struct takt_netcdf_head {
    const char *title;   // "takt optimize battery_line"
    const char *command; // normalised: without ranks and paths
    const char *study;   // effective study as YAML; NULL: none
    uint64_t seed;
} takt_netcdf_head;

/// Starts a file that will be at `path`; the disk is touched by the commit only.
TAKT_API takt_status takt_netcdf_create(const char *path, const takt_netcdf_head *head,
                                        takt_netcdf **file);

/// Sets the size of a dimension, once, before the first channel that uses it. Size 0 is allowed:
/// channels over it are left out.
TAKT_API takt_status takt_netcdf_set_size(takt_netcdf *file, takt_dimension dimension, size_t size);

/// Writes a channel of this type as one block in row-major order; its dimensions must have sizes.
/// Texts: one per entry, NULL counts as ""; longer than TAKT_CHANNEL_NAME_BYTES is TAKT_ERR_LIMIT.
/// A SHOWCASE channel is TAKT_ERR_MODEL: it is never in a file.
TAKT_API takt_status takt_netcdf_put_doubles(takt_netcdf *file, takt_channel channel,
                                             const double *values);
TAKT_API takt_status takt_netcdf_put_integers(takt_netcdf *file, takt_channel channel,
                                              const int64_t *values);
TAKT_API takt_status takt_netcdf_put_texts(takt_netcdf *file, takt_channel channel,
                                           const char *const *values);

/// A sink that writes into the file; lives as long as the file, which it borrows.
TAKT_API takt_sink takt_netcdf_sink(takt_netcdf *file);

/// Brings the file to disk and gives it its name; sets *file to NULL. On failure (TAKT_ERR_FILE)
/// nothing of the new file is left and an older file of that name is untouched.
TAKT_API takt_status takt_netcdf_commit(takt_netcdf **file);

/// Opens a file for reading.
TAKT_API takt_status takt_netcdf_open(const char *path, takt_netcdf **file);

/// Closes a file; one that was being written is given up. Sets *file to NULL; NULL is allowed.
TAKT_API void takt_netcdf_destroy(takt_netcdf **file);

/// Size of a dimension in a file that is being read; 0 when it is not there.
TAKT_API size_t takt_netcdf_size(const takt_netcdf *file, takt_dimension dimension);

/// Is the channel in a file that is being read, with the type and the dimensions of the table?
TAKT_API bool takt_netcdf_has(const takt_netcdf *file, takt_channel channel);

/// Number of values of a channel in a file that is being read; 0 when it is not there.
TAKT_API size_t takt_netcdf_count(const takt_netcdf *file, takt_channel channel);

/// Reads a whole channel; `n` must be takt_netcdf_count. Texts are copied into `arena`.
/// TAKT_ERR_FILE when the channel is not there, differs from the table, or is damaged.
TAKT_API takt_status takt_netcdf_get_doubles(takt_netcdf *file, takt_channel channel,
                                             double *values, size_t n);
TAKT_API takt_status takt_netcdf_get_integers(takt_netcdf *file, takt_channel channel,
                                              int64_t *values, size_t n);
TAKT_API takt_status takt_netcdf_get_texts(takt_netcdf *file, takt_channel channel,
                                           takt_arena *arena, const char **values, size_t n);

/// Reads `n` rows (along the first dimension) of a channel of numbers, from row `first` on, and
/// nothing else of the file: `values` are doubles or int64_t by the table, as many as the rows
/// have. TAKT_ERR_LIMIT when there are not so many.
TAKT_API takt_status takt_netcdf_get_rows(takt_netcdf *file, takt_channel channel, size_t first,
                                          size_t n, void *values);

/// Appends a global attribute ("title", "command", "takt_version", "seed") or the study ("study")
/// to `out`. TAKT_ERR_FILE when it is not there.
TAKT_API takt_status takt_netcdf_get_attribute(takt_netcdf *file, const char *name, takt_text *out);

TAKT_EXTERN_C_END

#endif
