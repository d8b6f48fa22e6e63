#include "core/text.h"

#include "core/memory.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Room for `n` more bytes and the final zero.
static bool reserve(takt_text *text, size_t n)
{
    if (text->failed)
        return false;
    if (text->capacity - text->length > n)
        return true;
    size_t capacity = text->capacity ? text->capacity * 2 : 256;
    while (capacity - text->length <= n)
        capacity *= 2;
    char *bytes = takt_alloc(capacity);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    if (text->length)
        memcpy(bytes, text->bytes, text->length);
    takt_free(text->bytes);
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void takt_text_append_bytes(takt_text *text, const char *bytes, size_t n)
{
    if (n == 0 || !reserve(text, n))
        return;
    memcpy(text->bytes + text->length, bytes, n);
    text->length += n;
    text->bytes[text->length] = '\0';
}

void takt_text_append(takt_text *text, const char *more)
{
    takt_text_append_bytes(text, more, strlen(more));
}

void takt_text_repeat(takt_text *text, char character, int n)
{
    for (int i = 0; i < n; ++i)
        takt_text_append_bytes(text, &character, 1);
}

void takt_text_printf(takt_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0)
        text->failed = true;
    else if (reserve(text, (size_t)n)) {
        vsnprintf(text->bytes + text->length, (size_t)n + 1, format, again);
        text->length += (size_t)n;
    }
    va_end(again);
}

const char *takt_number_format(double value, char *out)
{
    if (!isfinite(value)) {
        snprintf(out, TAKT_NUMBER_BYTES, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return out;
    }
    // 15 digits are often enough, 17 always.
    for (int digits = 15; digits <= 17; ++digits) {
        snprintf(out, TAKT_NUMBER_BYTES, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return out;
}

void takt_text_append_number(takt_text *text, double value)
{
    char number[TAKT_NUMBER_BYTES];
    takt_text_append(text, takt_number_format(value, number));
}

const char *takt_text_get(const takt_text *text)
{
    return text->bytes ? text->bytes : "";
}

takt_status takt_text_check(const takt_text *text)
{
    return text->failed
               ? TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a text of %zu bytes", text->length)
               : TAKT_OK;
}

void takt_text_destroy(takt_text *text)
{
    takt_free(text->bytes);
    *text = (takt_text){0};
}

size_t takt_character_bytes(const char *bytes, size_t n)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)bytes;
    if (n == 0 || p[0] < 0x80)
        return n > 0;
    const size_t size = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    if (size == 0 || size > n)
        return 0;
    uint32_t code = p[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; ++i) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3Fu);
    }
    const bool is_surrogate = code >= 0xD800 && code < 0xE000;
    return code >= smallest[size] && code <= 0x10FFFF && !is_surrogate ? size : 0;
}

size_t takt_printable_bytes(const char *bytes, size_t n)
{
    const size_t size = takt_character_bytes(bytes, n);
    const unsigned char *p = (const unsigned char *)bytes;
    if (size == 1 && (p[0] < 0x20 || p[0] == 0x7F))
        return 0;
    return size == 2 && p[0] == 0xC2 && p[1] < 0xA0 ? 0 : size;
}
