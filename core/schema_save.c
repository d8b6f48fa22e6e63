// A loaded struct back as YAML with all its defaults: the effective study that every result
// carries.
#include "core/schema_value_internal.h"

#include <stdio.h>
#include <string.h>

/// Would YAML read this text, written without quotes, as the same text?
static bool is_plain_text(const char *text)
{
    static const char *const words[] = {"null",  "Null",  "NULL", "true", "True", "TRUE", "false",
                                        "False", "FALSE", "yes",  "no",   "on",   "off"};
    double number;
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
        if (strcmp(text, words[i]) == 0)
            return false;
    // Letters first, then only characters without a meaning in YAML.
    return takt_name_is_legal(text) && !takt_number_read(text, &number);
}

static void write_quoted(const char *text, takt_text *out)
{
    takt_text_append(out, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p; ++p) {
        const char character = (char)*p;
        if (*p == '"' || *p == '\\')
            takt_text_printf(out, "\\%c", *p);
        else if (*p == '\n')
            takt_text_append(out, "\\n");
        else if (*p == '\t')
            takt_text_append(out, "\\t");
        else if (*p < 0x20 || *p == 0x7F)
            takt_text_printf(out, "\\x%02x", *p);
        // The C1 controls, U+2028 and U+2029 and the byte order mark are no plain content in YAML.
        else if (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0)
            takt_text_printf(out, "\\x%02x", *++p);
        else if (*p == 0xE2 && p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9)) {
            takt_text_printf(out, "\\u20%02x", p[2] - 0x80);
            p += 2;
        } else if (*p == 0xEF && p[1] == 0xBB && p[2] == 0xBF) {
            takt_text_append(out, "\\ufeff");
            p += 2;
        } else
            takt_text_append_bytes(out, &character, 1);
    }
    takt_text_append(out, "\"");
}

static void write_text(const char *text, takt_text *out)
{
    if (is_plain_text(text))
        takt_text_append(out, text);
    else
        write_quoted(text, out);
}

/// YAML 1.1, which some readers still speak, takes 1e+18 for a text and 1.0e+18 for a number.
static void write_number(double value, takt_text *out)
{
    char number[TAKT_NUMBER_BYTES];
    const char *exponent = strchr(takt_number_format(value, number), 'e');
    if (!exponent || strchr(number, '.')) {
        takt_text_append(out, number);
        return;
    }
    takt_text_append_bytes(out, number, (size_t)(exponent - number));
    takt_text_append(out, ".0");
    takt_text_append(out, exponent);
}

static void write_scalar(const takt_field *field, takt_type type, const void *address,
                         takt_text *out)
{
    switch (type) {
    case TAKT_TYPE_NUMBER:
    case TAKT_TYPE_DURATION:
        write_number(*(const double *)address, out);
        return;
    case TAKT_TYPE_INTEGER:
        takt_text_printf(out, "%d", *(const int32_t *)address);
        return;
    case TAKT_TYPE_INTEGER64:
        takt_text_printf(out, "%lld", (long long)*(const int64_t *)address);
        return;
    case TAKT_TYPE_BOOLEAN:
        takt_text_append(out, *(const bool *)address ? "true" : "false");
        return;
    case TAKT_TYPE_CHOICE:
        takt_text_append(out, field->choices[*(const int32_t *)address]);
        return;
    default:
        write_text(*(const char *const *)address, out);
    }
}

static void write_struct(const takt_schema *schema, const void *base, int indent, bool in_list,
                         takt_text *out);

/// "[1, 2]" behind its key.
static void write_flow_list(const takt_field *field, const takt_list *list, takt_text *out)
{
    const takt_type type = takt_type_of_entry(field->type);
    const size_t size = type == TAKT_TYPE_NUMBER ? sizeof(double) : sizeof(const char *);
    takt_text_append(out, " [");
    for (int32_t i = 0; i < list->n_items; ++i) {
        takt_text_append(out, i ? ", " : "");
        write_scalar(field, type, (const char *)list->items + size * (size_t)i, out);
    }
    takt_text_append(out, "]\n");
}

static void write_block_list(const takt_field *field, const takt_list *list, int indent,
                             takt_text *out)
{
    if (list->n_items == 0) {
        takt_text_append(out, " []\n");
        return;
    }
    takt_text_append(out, "\n");
    for (int32_t i = 0; i < list->n_items; ++i) {
        takt_text_repeat(out, ' ', indent + 2);
        takt_text_append(out, "- ");
        write_struct(field->schema, (const char *)list->items + field->schema->size * (size_t)i,
                     indent + 4, true, out);
    }
}

/// Has the member a value to write? Absent texts and optional parts stay absent.
static bool is_present(const takt_field *field, const void *address)
{
    if (field->type == TAKT_TYPE_TEXT || field->type == TAKT_TYPE_NAME)
        return *(const char *const *)address != NULL;
    if (field->type == TAKT_TYPE_OPTIONAL)
        return *(void *const *)address != NULL;
    return true;
}

static void write_member(const takt_field *field, const void *address, int indent, takt_text *out)
{
    takt_text_printf(out, "%s:", field->name);
    switch (field->type) {
    case TAKT_TYPE_STRUCT:
        write_struct(field->schema, address, indent + 2, false, out);
        return;
    case TAKT_TYPE_OPTIONAL:
        write_struct(field->schema, *(void *const *)address, indent + 2, false, out);
        return;
    case TAKT_TYPE_LIST:
        write_block_list(field, address, indent, out);
        return;
    case TAKT_TYPE_NUMBER_LIST:
    case TAKT_TYPE_TEXT_LIST:
        write_flow_list(field, address, out);
        return;
    default:
        takt_text_append(out, " ");
        write_scalar(field, field->type, address, out);
        takt_text_append(out, "\n");
    }
}

/// `in_list`: the first key stands behind the dash.
static void write_struct(const takt_schema *schema, const void *base, int indent, bool in_list,
                         takt_text *out)
{
    bool any = false;
    for (int32_t i = 0; i < schema->n_fields; ++i) {
        const takt_field *field = &schema->fields[i];
        const void *address = takt_member(base, field);
        if (!is_present(field, address))
            continue;
        if (!any && !in_list && indent > 0)
            takt_text_append(out, "\n");
        if (any || !in_list)
            takt_text_repeat(out, ' ', indent);
        any = true;
        write_member(field, address, indent, out);
    }
    if (!any)
        takt_text_append(out, in_list || indent == 0 ? "{}\n" : " {}\n");
}

void takt_schema_write_yaml(const takt_schema *schema, const void *base, takt_text *out)
{
    write_struct(schema, base, 0, false, out);
}
