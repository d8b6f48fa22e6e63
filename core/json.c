#include "core/json.h"

#include <math.h>
#include <string.h>

takt_json takt_json_begin(takt_text *out)
{
    return (takt_json){.out = out};
}

takt_json takt_json_begin_line(takt_text *out)
{
    return (takt_json){.out = out, .compact = true};
}

static void new_line(takt_json *json)
{
    if (json->compact)
        return;
    takt_text_append(json->out, "\n");
    takt_text_repeat(json->out, ' ', 2 * json->depth);
}

/// What stands before a value or a key: a comma, a line break, or nothing behind a key.
static void separate(takt_json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->depth == 0)
        return;
    bool *has_items = &json->has_items[json->depth - 1];
    if (*has_items)
        takt_text_append(json->out, json->compact ? ", " : ",");
    *has_items = true;
    new_line(json);
}

static void open_value(takt_json *json, bool is_array)
{
    separate(json);
    TAKT_ASSERT(json->depth < TAKT_JSON_MAX_DEPTH);
    takt_text_append(json->out, is_array ? "[" : "{");
    json->is_array[json->depth] = is_array;
    json->has_items[json->depth] = false;
    json->depth++;
}

void takt_json_object(takt_json *json)
{
    open_value(json, false);
}

void takt_json_array(takt_json *json)
{
    open_value(json, true);
}

void takt_json_end(takt_json *json)
{
    TAKT_ASSERT(json->depth > 0 && !json->after_key);
    json->depth--;
    if (json->has_items[json->depth])
        new_line(json);
    takt_text_append(json->out, json->is_array[json->depth] ? "]" : "}");
    if (json->depth == 0 && !json->compact)
        takt_text_append(json->out, "\n");
}

/// Bytes of the valid UTF-8 character at `p`; 0 when it is none.
static size_t character_bytes(const unsigned char *p)
{
    if (p[0] < 0x80)
        return 1;
    const size_t n = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < n; ++i)
        if ((p[i] & 0xC0) != 0x80) // a final zero stops here, too
            return 0;
    const bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    const bool outside = (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF4 && p[1] > 0x8F);
    return overlong || outside ? 0 : n;
}

static void escape(takt_text *out, const char *text)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    takt_text_append(out, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const size_t n = character_bytes(p);
        const char *found = n == 1 ? strchr(special, *p) : NULL;
        if (n == 0)
            takt_text_append(out, "\\ufffd");
        else if (found) {
            const char pair[2] = {'\\', letters[found - special]};
            takt_text_append_bytes(out, pair, 2);
        } else if (*p < 0x20 || *p == 0x7F)
            takt_text_printf(out, "\\u%04x", *p);
        else
            takt_text_append_bytes(out, (const char *)p, n);
        p += n ? n : 1;
    }
    takt_text_append(out, "\"");
}

void takt_json_key(takt_json *json, const char *key)
{
    TAKT_ASSERT(json->depth > 0 && !json->is_array[json->depth - 1] && !json->after_key);
    separate(json);
    escape(json->out, key);
    takt_text_append(json->out, ": ");
    json->after_key = true;
}

void takt_json_text(takt_json *json, const char *value)
{
    separate(json);
    if (value)
        escape(json->out, value);
    else
        takt_text_append(json->out, "null");
}

void takt_json_number(takt_json *json, double value)
{
    separate(json);
    if (isfinite(value))
        takt_text_append_number(json->out, value);
    else
        takt_text_append(json->out, "null");
}

void takt_json_integer(takt_json *json, int64_t value)
{
    separate(json);
    takt_text_printf(json->out, "%lld", (long long)value);
}

void takt_json_boolean(takt_json *json, bool value)
{
    separate(json);
    takt_text_append(json->out, value ? "true" : "false");
}

void takt_json_null(takt_json *json)
{
    separate(json);
    takt_text_append(json->out, "null");
}

void takt_json_key_text(takt_json *json, const char *key, const char *value)
{
    takt_json_key(json, key);
    takt_json_text(json, value);
}

void takt_json_key_number(takt_json *json, const char *key, double value)
{
    takt_json_key(json, key);
    takt_json_number(json, value);
}

void takt_json_key_integer(takt_json *json, const char *key, int64_t value)
{
    takt_json_key(json, key);
    takt_json_integer(json, value);
}

void takt_json_key_boolean(takt_json *json, const char *key, bool value)
{
    takt_json_key(json, key);
    takt_json_boolean(json, value);
}
