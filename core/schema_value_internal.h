/// Single values of a schema table: text to value, value against range, value to text. Internal to
/// core; loading, defaults, set-points and the writers share it.
#ifndef TAKT_CORE_SCHEMA_VALUE_INTERNAL_H
#define TAKT_CORE_SCHEMA_VALUE_INTERNAL_H

#include "core/schema.h"

/// The most keys of one table.
#define TAKT_SCHEMA_MAX_FIELDS 256

typedef enum takt_value_verdict {
    TAKT_VALUE_OK,
    TAKT_VALUE_WRONG_TYPE,
    TAKT_VALUE_OUT_OF_RANGE,
    TAKT_VALUE_NO_MEMORY
} takt_value_verdict;

/// Reads the scalar `text` as `type` (an entry of a list has its own type) into `address`. `plain`:
/// written without quotes. Texts are copied into `arena`.
takt_value_verdict takt_value_read(const takt_field *field, takt_type type, const char *text,
                                   bool plain, takt_arena *arena, void *address);

/// Does the number lie in the field's range (and in its C type)?
bool takt_value_in_range(const takt_field *field, double value);

/// Has the field a range of its own?
bool takt_field_has_range(const takt_field *field);

/// Reads the whole text as a decimal number of YAML's core schema; false for anything else, also
/// for what overflows.
bool takt_number_read(const char *text, double *value);

/// Is the text a legal name?
bool takt_name_is_legal(const char *text);

/// "a number", "a list", ... and for entries of lists their type.
const char *takt_type_phrase(takt_type type);

/// The type of one entry of a list of numbers or texts.
takt_type takt_type_of_entry(takt_type list);

/// Fills one field with its default. TAKT_ERR_MODEL when the table's default cannot be read.
takt_status takt_field_default(const takt_field *field, takt_arena *arena, void *address);

/// The row of a key; NULL when there is none.
const takt_field *takt_schema_find(const takt_schema *schema, const char *key, size_t n_key);

/// "; did you mean 'x'?" or ", allowed: a, b, c" for an unknown key. Returns `out`.
const char *takt_schema_suggest(const takt_schema *schema, const char *key, size_t n_key, char *out,
                                size_t n_bytes);

/// Tables, each once, in the order in which they were met.
typedef struct takt_schema_set {
    const takt_schema *list[128];
    int n;
} takt_schema_set;

/// Adds a table; false when it is there already.
bool takt_schema_set_add(takt_schema_set *set, const takt_schema *schema);

/// Address of a member.
static inline void *takt_member(const void *base, const takt_field *field)
{
    return (char *)(uintptr_t)base + field->offset;
}

#endif
