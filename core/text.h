/// A growable text: what the writers (YAML, JSON, Markdown) write into, so that nothing prints.
///
/// Running out of memory is remembered instead of returned by each append: write everything, then
/// ask `takt_text_check` once.
///
///     takt_text text = {0};
///     takt_text_printf(&text, "%d stations", n);
///     TAKT_TRY_GOTO(takt_text_check(&text), done);
///     use(takt_text_get(&text));
///     done: takt_text_destroy(&text);
#ifndef TAKT_CORE_TEXT_H
#define TAKT_CORE_TEXT_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// An empty text is `{0}`. Owns its bytes; release with takt_text_destroy.
typedef struct takt_text {
    char *bytes;     // always ends with a zero byte, NULL while nothing was appended
    size_t length;   // bytes without that zero
    size_t capacity; // bytes allocated
    bool failed;     // an append found no memory
} takt_text;

/// Appends a text that ends with a zero byte.
TAKT_API void takt_text_append(takt_text *text, const char *more);

/// Appends `n` bytes.
TAKT_API void takt_text_append_bytes(takt_text *text, const char *bytes, size_t n);

/// Appends one character `n` times (indentation, rules).
TAKT_API void takt_text_repeat(takt_text *text, char character, int n);

/// Appends formatted text.
TAKT_API void takt_text_printf(takt_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// Appends a finite double with as few digits as read back to the same bits ("0.1", "3", "1e-07");
/// "nan", "inf" and "-inf" otherwise.
TAKT_API void takt_text_append_number(takt_text *text, double value);

/// The text so far, "" when empty. Owned by `text`, valid until the next append.
TAKT_API const char *takt_text_get(const takt_text *text);

/// TAKT_ERR_MEMORY when an append failed since the text was created.
TAKT_API takt_status takt_text_check(const takt_text *text);

/// Releases the bytes and makes the text empty again.
TAKT_API void takt_text_destroy(takt_text *text);

/// Writes `value` as takt_text_append_number does into `out` (at least TAKT_NUMBER_BYTES), returns
/// `out`. Allocates nothing.
#define TAKT_NUMBER_BYTES 32
TAKT_API const char *takt_number_format(double value, char *out);

/// Bytes of the UTF-8 character at `bytes` (`n` are there); 0 when it is none.
TAKT_API size_t takt_character_bytes(const char *bytes, size_t n);

/// The same, 0 also for control characters: what may go to a terminal.
TAKT_API size_t takt_printable_bytes(const char *bytes, size_t n);

TAKT_EXTERN_C_END

#endif
