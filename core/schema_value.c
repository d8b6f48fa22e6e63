#include "core/schema_value_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool takt_number_read(const char *text, double *value)
{
    const char *p = text;
    p += *p == '-' || *p == '+';
    const size_t whole = strspn(p, "0123456789");
    p += whole;
    size_t part = 0;
    if (*p == '.') {
        part = strspn(++p, "0123456789");
        p += part;
    }
    if (whole + part == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        ++p;
        p += *p == '-' || *p == '+';
        const size_t exponent = strspn(p, "0123456789");
        if (exponent == 0)
            return false;
        p += exponent;
    }
    if (*p)
        return false;
    *value = strtod(text, NULL);
    return isfinite(*value);
}

bool takt_name_is_legal(const char *text)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char other[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";
    const size_t n = strlen(text);
    return n >= 1 && n <= TAKT_NAME_MAX && strchr(first, text[0]) && strspn(text, other) == n;
}

bool takt_field_has_range(const takt_field *field)
{
    return !(field->min == 0.0 && field->max == 0.0);
}

bool takt_value_in_range(const takt_field *field, double value)
{
    if (!isfinite(value))
        return false;
    if (field->type == TAKT_TYPE_INTEGER && (value < INT32_MIN || value > INT32_MAX))
        return false;
    return !takt_field_has_range(field) || (value >= field->min && value <= field->max);
}

static takt_value_verdict read_number(const takt_field *field, const char *text, double *out)
{
    if (!takt_number_read(text, out))
        return TAKT_VALUE_WRONG_TYPE;
    return takt_value_in_range(field, *out) ? TAKT_VALUE_OK : TAKT_VALUE_OUT_OF_RANGE;
}

/// Digits keep their exact value; 1e6 and 3.0 are whole numbers, too.
static takt_value_verdict read_integer(const takt_field *field, const char *text, int64_t *out)
{
    double value;
    if (!takt_number_read(text, &value) || value != floor(value))
        return TAKT_VALUE_WRONG_TYPE;
    if (!takt_value_in_range(field, value))
        return TAKT_VALUE_OUT_OF_RANGE;
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (*end == '\0' && errno == 0)
        return TAKT_VALUE_OK;
    if (fabs(value) > 0x1p53)
        return TAKT_VALUE_OUT_OF_RANGE;
    *out = (int64_t)value;
    return TAKT_VALUE_OK;
}

bool takt_duration_read(const char *text, double *out)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    char number[64];
    const size_t n = strspn(text, "+-.0123456789eE");
    const char *unit = text + n + strspn(text + n, " ");
    if (n >= sizeof number)
        return false;
    memcpy(number, text, n);
    number[n] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; ++i) {
        if (strcmp(unit, units[i].unit) != 0)
            continue;
        if (!takt_number_read(number, out))
            return false;
        *out *= units[i].seconds;
        return true;
    }
    return false;
}

static takt_value_verdict read_duration(const takt_field *field, const char *text, double *out)
{
    if (!takt_duration_read(text, out))
        return TAKT_VALUE_WRONG_TYPE;
    return takt_value_in_range(field, *out) ? TAKT_VALUE_OK : TAKT_VALUE_OUT_OF_RANGE;
}

static takt_value_verdict read_choice(const takt_field *field, const char *text, int32_t *out)
{
    for (int32_t i = 0; field->choices[i]; ++i)
        if (strcmp(text, field->choices[i]) == 0) {
            *out = i;
            return TAKT_VALUE_OK;
        }
    return TAKT_VALUE_WRONG_TYPE;
}

static takt_value_verdict read_text(const char *text, takt_arena *arena, const char **out)
{
    *out = takt_arena_copy_text(arena, text);
    return *out ? TAKT_VALUE_OK : TAKT_VALUE_NO_MEMORY;
}

takt_value_verdict takt_value_read(const takt_field *field, takt_type type, const char *text,
                                   bool plain, takt_arena *arena, void *address)
{
    int64_t integer = 0;
    takt_value_verdict verdict;
    switch (type) {
    case TAKT_TYPE_NUMBER:
        return plain ? read_number(field, text, address) : TAKT_VALUE_WRONG_TYPE;
    case TAKT_TYPE_INTEGER:
    case TAKT_TYPE_INTEGER64:
        verdict = plain ? read_integer(field, text, &integer) : TAKT_VALUE_WRONG_TYPE;
        if (verdict == TAKT_VALUE_OK && type == TAKT_TYPE_INTEGER)
            *(int32_t *)address = (int32_t)integer;
        else if (verdict == TAKT_VALUE_OK)
            *(int64_t *)address = integer;
        return verdict;
    case TAKT_TYPE_BOOLEAN:
        *(bool *)address = strcmp(text, "true") == 0;
        return plain && (*(bool *)address || strcmp(text, "false") == 0) ? TAKT_VALUE_OK
                                                                         : TAKT_VALUE_WRONG_TYPE;
    case TAKT_TYPE_TEXT:
        return read_text(text, arena, address);
    case TAKT_TYPE_NAME:
        return takt_name_is_legal(text) ? read_text(text, arena, address) : TAKT_VALUE_WRONG_TYPE;
    case TAKT_TYPE_CHOICE:
        return read_choice(field, text, address);
    case TAKT_TYPE_DURATION:
        return read_duration(field, text, address);
    default:
        return TAKT_VALUE_WRONG_TYPE;
    }
}

const char *takt_type_phrase(takt_type type)
{
    switch (type) {
    case TAKT_TYPE_NUMBER:
        return "a number";
    case TAKT_TYPE_INTEGER:
    case TAKT_TYPE_INTEGER64:
        return "a whole number";
    case TAKT_TYPE_BOOLEAN:
        return "true or false";
    case TAKT_TYPE_TEXT:
        return "text";
    case TAKT_TYPE_NAME:
        return "a name of 1 to 64 letters, digits, '_', '.', '-', starting with a letter or '_'";
    case TAKT_TYPE_CHOICE:
        return "one of a few words";
    case TAKT_TYPE_DURATION:
        return "a time like 90 s, 30 min, 1.5 h, 10 d";
    case TAKT_TYPE_NUMBER_LIST:
        return "a list of numbers";
    case TAKT_TYPE_TEXT_LIST:
        return "a list of texts";
    case TAKT_TYPE_STRUCT:
    case TAKT_TYPE_OPTIONAL:
        return "a mapping";
    default:
        return "a list of mappings";
    }
}

takt_type takt_type_of_entry(takt_type list)
{
    return list == TAKT_TYPE_NUMBER_LIST ? TAKT_TYPE_NUMBER : TAKT_TYPE_TEXT;
}

/// "0 to 5 m/s", "0 or more"; "" without a range.
static void range_text(const takt_field *field, char *out, size_t n_bytes)
{
    double min = field->min, max = field->max;
    char low[TAKT_NUMBER_BYTES], high[TAKT_NUMBER_BYTES];
    const char *unit = field->type == TAKT_TYPE_DURATION              ? "s"
                       : field->unit && strcmp(field->unit, "1") != 0 ? field->unit
                                                                      : "";
    const char *space = *unit ? " " : "";
    *out = '\0';
    if (!takt_field_has_range(field)) {
        if (field->type != TAKT_TYPE_INTEGER)
            return;
        min = INT32_MIN;
        max = INT32_MAX;
    }
    takt_number_format(min, low);
    takt_number_format(max, high);
    if (isinf(max) && isinf(min))
        snprintf(out, n_bytes, "any finite number");
    else if (isinf(max))
        snprintf(out, n_bytes, "%s%s%s or more", low, space, unit);
    else if (isinf(min))
        snprintf(out, n_bytes, "%s%s%s or less", high, space, unit);
    else
        snprintf(out, n_bytes, "%s to %s%s%s", low, high, space, unit);
}

const char *takt_field_allowed(const takt_field *field, char *out, size_t n_bytes)
{
    switch (field->type) {
    case TAKT_TYPE_NUMBER:
    case TAKT_TYPE_INTEGER:
    case TAKT_TYPE_INTEGER64:
    case TAKT_TYPE_DURATION:
    case TAKT_TYPE_NUMBER_LIST:
        range_text(field, out, n_bytes);
        if (*out && (takt_field_has_range(field) || field->type == TAKT_TYPE_INTEGER))
            return out;
        break;
    case TAKT_TYPE_CHOICE: {
        size_t n = (size_t)snprintf(out, n_bytes, "one of");
        for (int32_t i = 0; field->choices[i] && n < n_bytes; ++i)
            n += (size_t)snprintf(out + n, n_bytes - n, "%s %s", i ? "," : "", field->choices[i]);
        return out;
    }
    default:
        break;
    }
    snprintf(out, n_bytes, "%s", takt_type_phrase(field->type));
    return out;
}

/// "1, 2, 3" into a list of numbers or texts.
static takt_status default_list(const takt_field *field, takt_arena *arena, takt_list *list)
{
    const takt_type type = takt_type_of_entry(field->type);
    const size_t size = type == TAKT_TYPE_NUMBER ? sizeof(double) : sizeof(const char *);
    const char *p = field->default_text;
    int32_t n = 1;
    for (const char *c = p; *c; ++c)
        n += *c == ',';
    list->items = takt_arena_alloc(arena, size * (size_t)n);
    if (!list->items)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", field->name);
    for (int32_t i = 0; i < n; ++i) {
        char item[128];
        p += strspn(p, " ");
        const size_t length = strcspn(p, ",");
        snprintf(item, sizeof item, "%.*s", (int)length, p);
        if (takt_value_read(field, type, item, true, arena,
                            (char *)list->items + size * (size_t)i) != TAKT_VALUE_OK)
            return TAKT_FAIL(TAKT_ERR_MODEL, "schema: %s: default '%s' cannot be read", field->name,
                             field->default_text);
        p += length + (p[length] == ',');
    }
    list->n_items = n;
    return TAKT_OK;
}

takt_status takt_field_default(const takt_field *field, takt_arena *arena, void *address)
{
    const char *text = field->default_text;
    if (field->type == TAKT_TYPE_STRUCT)
        return takt_schema_defaults(field->schema, arena, address);
    if (!text || field->required)
        return TAKT_OK; // zero: NULL, an empty list
    if (field->type == TAKT_TYPE_NUMBER_LIST || field->type == TAKT_TYPE_TEXT_LIST)
        return *text ? default_list(field, arena, address) : TAKT_OK;
    if (takt_value_read(field, field->type, text, true, arena, address) != TAKT_VALUE_OK)
        return TAKT_FAIL(TAKT_ERR_MODEL, "schema: %s: default '%s' cannot be read", field->name,
                         text);
    return TAKT_OK;
}

takt_status takt_schema_defaults(const takt_schema *schema, takt_arena *arena, void *out)
{
    memset(out, 0, schema->size);
    for (int32_t i = 0; i < schema->n_fields; ++i)
        TAKT_TRY(
            takt_field_default(&schema->fields[i], arena, takt_member(out, &schema->fields[i])));
    return TAKT_OK;
}
