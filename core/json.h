/// A streaming JSON writer into a takt_text.
///
///     takt_json json = takt_json_begin(&text);
///     takt_json_object(&json);
///     takt_json_key(&json, "n"); takt_json_integer(&json, 3);
///     takt_json_end(&json);
///
/// Output is indented by two spaces, numbers have the fewest digits that read back to the same
/// bits, NaN and infinities become null, strings are escaped and always valid UTF-8.
#ifndef TAKT_CORE_JSON_H
#define TAKT_CORE_JSON_H

#include "core/text.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

#define TAKT_JSON_MAX_DEPTH 64

/// State of the writer; plain data, owns nothing.
typedef struct takt_json {
    takt_text *out;
    int depth;
    bool after_key;
    bool compact; // one line, for log.jsonl
    bool is_array[TAKT_JSON_MAX_DEPTH];
    bool has_items[TAKT_JSON_MAX_DEPTH];
} takt_json;

/// A writer that appends to `out`. Check `out` with takt_text_check at the end.
TAKT_API takt_json takt_json_begin(takt_text *out);

/// The same without line breaks.
TAKT_API takt_json takt_json_begin_line(takt_text *out);

/// Opens an object or an array as the next value; takt_json_end closes the innermost one.
TAKT_API void takt_json_object(takt_json *json);
TAKT_API void takt_json_array(takt_json *json);
TAKT_API void takt_json_end(takt_json *json);

/// The key of the next value of an object.
TAKT_API void takt_json_key(takt_json *json, const char *key);

/// Values. A NULL text becomes null. Bytes that are no UTF-8 become U+FFFD.
TAKT_API void takt_json_text(takt_json *json, const char *value);
TAKT_API void takt_json_number(takt_json *json, double value);
TAKT_API void takt_json_integer(takt_json *json, int64_t value);
TAKT_API void takt_json_boolean(takt_json *json, bool value);
TAKT_API void takt_json_null(takt_json *json);

/// Key and value in one call.
TAKT_API void takt_json_key_text(takt_json *json, const char *key, const char *value);
TAKT_API void takt_json_key_number(takt_json *json, const char *key, double value);
TAKT_API void takt_json_key_integer(takt_json *json, const char *key, int64_t value);
TAKT_API void takt_json_key_boolean(takt_json *json, const char *key, bool value);

TAKT_EXTERN_C_END

#endif
