/// Files that are either whole or not there.
///
/// A new content goes to `<path>.part` in the same folder, reaches the disk (fsync), and only then
/// takes the name (rename, fsync of the folder). When anything fails (disk full, no permission) the
/// old file is untouched, the part is removed and the message says what the system said.
#ifndef TAKT_CORE_FILES_H
#define TAKT_CORE_FILES_H

#include "core/text.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// Replaces the file at `path` by `n` bytes. TAKT_ERR_FILE on any failure.
TAKT_API takt_status takt_file_write_atomic(const char *path, const void *bytes, size_t n);

/// Appends to `out` the whole file at `path`, at most `limit` bytes. TAKT_ERR_FILE when it is
/// missing, a folder, no regular file, larger than `limit`, or cannot be read.
TAKT_API takt_status takt_file_read(const char *path, int64_t limit, takt_text *out);

/// Appends `n` bytes to the file at `path`, which is created when missing (log lines).
TAKT_API takt_status takt_file_append(const char *path, const void *bytes, size_t n);

/// The second half of an atomic write, for libraries that write the part themselves: fsync `part`,
/// rename it to `path`, fsync the folder. On failure `part` is removed.
TAKT_API takt_status takt_file_commit(const char *part, const char *path);

/// Creates the folder and its missing parents (mkdir -p). TAKT_ERR_FILE with the reason.
TAKT_API takt_status takt_folder_create(const char *path);

/// Is there a file (not a folder) or a folder of this name?
TAKT_API bool takt_file_exists(const char *path);
TAKT_API bool takt_folder_exists(const char *path);

/// CRC-64/XZ (ECMA-182, reflected) of `n` bytes; `crc` is 0 or the value of the bytes before.
/// The check value of "123456789" is 0x995DC9BBDF1939FA.
TAKT_API uint64_t takt_crc64(uint64_t crc, const void *bytes, size_t n);

TAKT_EXTERN_C_END

#endif
