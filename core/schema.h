/// Schema tables: one table per struct gives loading, checks, set-points, JSON Schema, the
/// reference page and the effective study.
///
///     typedef struct takt_buffer {
///         const char *name;
///         int32_t capacity;
///         double delay_s;
///     } takt_buffer;
///     static const takt_field buffer_fields[] = {
///         TAKT_FIELD(takt_buffer, name, NAME, .required = true, .doc = "unique name"),
///         TAKT_FIELD(takt_buffer, capacity, INTEGER, TAKT_AT_LEAST(0), .default_text = "10",
///                    .doc = "places"),
///         TAKT_FIELD(takt_buffer, delay_s, DURATION, TAKT_RANGE(0, 86400), .default_text = "0",
///                    .doc = "time to walk through"),
///     };
///     const takt_schema takt_buffer_schema = TAKT_SCHEMA("buffer", takt_buffer, buffer_fields,
///                                                        "A finite store between stations.");
///
/// A key in the file is the name of the member. Nothing here depends on libfyaml: a bare build has
/// all of it except documents to load.
#ifndef TAKT_CORE_SCHEMA_H
#define TAKT_CORE_SCHEMA_H

#include "core/memory.h"
#include "core/text.h"
#include "core/yaml.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// What a field holds, and the C type of its member.
typedef enum takt_type {
    TAKT_TYPE_NUMBER,      // double; finite
    TAKT_TYPE_INTEGER,     // int32_t
    TAKT_TYPE_INTEGER64,   // int64_t; a number larger than 2^53 keeps all its digits
    TAKT_TYPE_BOOLEAN,     // bool; true or false
    TAKT_TYPE_TEXT,        // const char *; NULL when absent and without default
    TAKT_TYPE_NAME,        // const char *; [A-Za-z_][A-Za-z0-9_.-]*, 1 to 64 characters
    TAKT_TYPE_CHOICE,      // int32_t (or an enum without explicit values): index into .choices
    TAKT_TYPE_DURATION,    // double, in s; in the file seconds or text: 90 s, 30 min, 1.5 h, 10 d
    TAKT_TYPE_NUMBER_LIST, // takt_list of double
    TAKT_TYPE_TEXT_LIST,   // takt_list of const char *
    TAKT_TYPE_STRUCT,      // the struct of .schema, embedded; absent means all its defaults
    TAKT_TYPE_OPTIONAL,    // pointer to the struct of .schema, NULL when absent
    TAKT_TYPE_LIST         // takt_list of the structs of .schema, in the order of the file
} takt_type;

/// The longest name, in bytes without the final zero.
#define TAKT_NAME_MAX 64

/// Items of one type, one after the other, owned by the arena they were loaded into.
typedef struct takt_list {
    void *items; // NULL when n_items is 0
    int32_t n_items;
} takt_list;

/// Entry `index` of a takt_list of `type`: `TAKT_ITEM(takt_buffer, factory->buffers, i)->capacity`.
#define TAKT_ITEM(type, list, index) (&((type *)(list).items)[index])

typedef struct takt_schema takt_schema;

/// One row of a table. Only name, type and offset are always needed; TAKT_FIELD fills these.
typedef struct takt_field {
    const char *name; // the key in the file
    takt_type type;
    size_t offset;    // of the member in its struct
    const char *unit; // SI unit as shown to people ("m/s", "1"), NULL: none
    double min, max;  // inclusive; both 0: every finite value. Numbers, durations, lists of numbers
    const char *default_text;     // as it would stand in the file ("10 min"; lists: "1, 2, 3")
    const char *doc;              // one line: what it is
    const char *const *choices;   // CHOICE: names, ending with NULL
    const takt_schema *schema;    // STRUCT, OPTIONAL, LIST
    int32_t min_items, max_items; // lists; max_items 0: no limit
    bool required;                // without default: the key must be there
    bool unique_names;            // LIST: no two entries with the same `name`
} takt_field;

/// The table of one struct.
struct takt_schema {
    const char *name; // in the singular: "station"
    const char *doc;  // one to three sentences for the reference page
    const takt_field *fields;
    int32_t n_fields;
    size_t size; // of the struct
};

/// A row whose key is the member's name; more columns as designated initialisers.
#define TAKT_FIELD(structure, member, kind, ...)                                                   \
    TAKT_FIELD_AS(#member, structure, member, kind, __VA_ARGS__)

/// The same with another key.
#define TAKT_FIELD_AS(key, structure, member, kind, ...)                                           \
    {                                                                                              \
        .name = (key), .type = TAKT_TYPE_##kind, .offset = offsetof(structure, member),            \
        __VA_ARGS__                                                                                \
    }

#define TAKT_RANGE(lowest, highest) .min = (lowest), .max = (highest)
#define TAKT_AT_LEAST(lowest) .min = (lowest), .max = (double)INFINITY
#define TAKT_AT_MOST(highest) .min = -(double)INFINITY, .max = (highest)

/// The initialiser of a takt_schema from an array of fields.
#define TAKT_SCHEMA(title, structure, rows, text)                                                  \
    {                                                                                              \
        .name = (title), .doc = (text), .fields = (rows),                                          \
        .n_fields = (int32_t)(sizeof(rows) / sizeof *(rows)), .size = sizeof(structure)            \
    }

/// Fills the struct at `out` (schema->size bytes, overwritten) from the root of the document;
/// texts, lists and optional structs lie in `arena`. TAKT_ERR_INPUT at the first thing that is
/// wrong: unknown key (with the nearest known one), missing key, key given twice, wrong type, value
/// out of range, NaN, two entries of one name; the message names file, line, column, path, found
/// and allowed.
TAKT_API takt_status takt_schema_load(const takt_schema *schema, const takt_document *document,
                                      takt_arena *arena, void *out);

/// Fills the struct at `out` with the defaults alone: how a study is built in C. Required fields
/// stay zero.
TAKT_API takt_status takt_schema_defaults(const takt_schema *schema, takt_arena *arena, void *out);

/// Is the table itself sound? Defaults that read and lie in range, documentation everywhere,
/// choices and sub-schemas where they belong, no key twice. For tests; TAKT_ERR_MODEL names the
/// row.
TAKT_API takt_status takt_schema_verify(const takt_schema *schema);

/// Appends JSON Schema (draft 2020-12) for editors, with descriptions, ranges, defaults, choices.
/// Check `out` with takt_text_check.
TAKT_API void takt_schema_write_json(const takt_schema *schema, takt_text *out);

/// Appends the reference page in Markdown: one section per struct, one table row per key.
TAKT_API void takt_schema_write_reference(const takt_schema *schema, takt_text *out);

/// Appends the struct at `base` as YAML with every default filled in; loading that text gives an
/// equal struct, and the same struct always gives the same bytes.
TAKT_API void takt_schema_write_yaml(const takt_schema *schema, const void *base, takt_text *out);

/// One value inside a loaded struct.
typedef struct takt_located {
    const takt_field *field; // its row (of the whole list for an entry of a list of numbers)
    takt_type type;          // of the value at `address`
    void *address;           // inside the struct (or its arena)
    const char *path;        // borrowed from the caller, for messages
} takt_located;

/// Follows `path` ("factory.buffers[rolls_a].capacity") through the struct at `base`.
/// TAKT_ERR_INPUT `path: ...` with the nearest known key when it leads nowhere. Allocates nothing.
/// Take &located.address again after the struct was copied.
TAKT_API takt_status takt_schema_locate(const takt_schema *schema, void *base, const char *path,
                                        takt_located *out);

/// A time as studies write it, into seconds: "90", or a number with s, min, h or d, with or without
/// a space between ("36h"). False for anything else.
TAKT_API bool takt_duration_read(const char *text, double *seconds);

/// The value as a double (numbers, integers, durations). TAKT_ERR_INPUT for other types.
TAKT_API takt_status takt_located_get(const takt_located *located, double *value);

/// Writes the value after checking type (integers take whole numbers only) and range.
/// Allocates nothing.
TAKT_API takt_status takt_located_set(const takt_located *located, double value);

/// What a field allows, as the messages say it: "0 or more", "1 to 8", "one of fifo, lifo".
/// Writes at most `n_bytes` into `out`, returns `out`.
TAKT_API const char *takt_field_allowed(const takt_field *field, char *out, size_t n_bytes);

TAKT_EXTERN_C_END

#endif
