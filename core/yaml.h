/// Documents: YAML files as a checked tree that remembers where each value was written.
///
/// Reading is guarded before and while it happens: file size, nesting depth, number of values
/// (aliases counted with what they stand for). Every message is one line
/// `study.yaml:12:15: factory.buffers[1].capacity: found -1, allowed: 0 or more`, followed by the
/// source line and a caret. All functions are Local and not thread-safe for one document.
/// A program built without YAML (TAKT_FLOORS=sim) gets TAKT_ERR_UNSUPPORTED from open and parse.
///
/// Paths: `a.b[2].c`; an entry of a list is named by its index or, where the entries are mappings
/// with a key `name`, by that name: `stations[coater].machines`.
#ifndef TAKT_CORE_YAML_H
#define TAKT_CORE_YAML_H

#include "core/status.h"

#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// Limits on what is read (they keep a hostile file from eating the machine).
#define TAKT_YAML_MAX_BYTES (1024 * 1024)
#define TAKT_YAML_MAX_DEPTH 32
#define TAKT_YAML_MAX_VALUES 100000

/// A tree of values with the text they came from. Opaque; release with takt_document_destroy.
typedef struct takt_document takt_document;

/// Reads the file at `path`; the caller owns *document. TAKT_ERR_INPUT with one clear line when the
/// file is missing, a folder, empty, larger than TAKT_YAML_MAX_BYTES (refused unread), no UTF-8,
/// holds a zero byte, is no YAML, or is nested too deeply. On failure *document is NULL.
TAKT_API takt_status takt_document_open(const char *path, takt_document **document);

/// As takt_document_open for `length` bytes at `text` (copied); `name` stands in messages where the
/// file's path would.
TAKT_API takt_status takt_document_parse(const char *name, const char *text, size_t length,
                                         takt_document **document);

/// Releases the document and sets *document to NULL. NULL is allowed. Nothing that
/// takt_schema_load gave refers to the document.
TAKT_API void takt_document_destroy(takt_document **document);

/// The path or name the document was opened with. Owned by the document.
TAKT_API const char *takt_document_name(const takt_document *document);

/// The text of the file as it was read, without changes made by takt_document_set. Owned by the
/// document.
TAKT_API const char *takt_document_source(const takt_document *document, size_t *length);

/// Inserts or replaces one value: `path` as above, `value` is YAML ("3", "[1, 2]", "{a: 1}").
/// Mappings on the way that do not exist are created; list entries must exist. Later messages about
/// that value say `--set path=value` instead of file:line:column. TAKT_ERR_INPUT when the path
/// cannot be followed or the value is no YAML. Whether the key is known is checked by
/// takt_schema_load.
TAKT_API takt_status takt_document_set(takt_document *document, const char *path,
                                       const char *value);

/// As takt_document_set for one command-line argument "path=value".
TAKT_API takt_status takt_document_assign(takt_document *document, const char *assignment);

/// Reports a value that a check after loading found wrong: sets the error
/// `file:line:col: path: text` with the source line and a caret under the value at `path` (or under
/// its nearest ancestor that is written in the file: a default has no line). Returns
/// TAKT_ERR_INPUT. `document` may be NULL (a study built in C): then the line is `path: text`.
TAKT_API takt_status takt_document_fail(const takt_document *document, const char *path,
                                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));

TAKT_EXTERN_C_END

#endif
