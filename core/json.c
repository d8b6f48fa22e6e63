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

static void escape(takt_text *out, const char *text)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    takt_text_append(out, "\"");
    for (size_t left = strlen(text); left > 0;) {
        const size_t n = takt_character_bytes(text, left);
        const char *found = n == 1 ? strchr(special, *text) : NULL;
        if (n == 0)
            takt_text_append(out, "\\ufffd");
        else if (found) {
            const char pair[2] = {'\\', letters[found - special]};
            takt_text_append_bytes(out, pair, 2);
        } else if (n == 1 && (*text < 0x20 || *text == 0x7F))
            takt_text_printf(out, "\\u%04x", *text);
        else
            takt_text_append_bytes(out, text, n);
        text += n ? n : 1;
        left -= n ? n : 1;
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
