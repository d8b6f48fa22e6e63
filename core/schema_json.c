// JSON Schema (draft 2020-12) of a table: what editors complete and check a study with.
#include "core/json.h"
#include "core/schema_value_internal.h"

#include <stdio.h>
#include <string.h>

/// The tables below a root, each once, in the order of first use.
static void collect(takt_schema_set *set, const takt_schema *schema)
{
    if (!takt_schema_set_add(set, schema))
        return;
    for (int32_t i = 0; i < schema->n_fields; ++i)
        if (schema->fields[i].schema)
            collect(set, schema->fields[i].schema);
}

static void write_range(takt_json *json, const takt_field *field)
{
    if (!takt_field_has_range(field))
        return;
    if (isfinite(field->min))
        takt_json_key_number(json, "minimum", field->min);
    if (isfinite(field->max))
        takt_json_key_number(json, "maximum", field->max);
}

static void write_reference(takt_json *json, const takt_schema *schema)
{
    char reference[128];
    snprintf(reference, sizeof reference, "#/$defs/%s", schema->name);
    takt_json_key_text(json, "$ref", reference);
}

static void write_items(takt_json *json, const takt_field *field)
{
    takt_json_key_text(json, "type", "array");
    if (field->min_items > 0)
        takt_json_key_integer(json, "minItems", field->min_items);
    if (field->max_items > 0)
        takt_json_key_integer(json, "maxItems", field->max_items);
    takt_json_key(json, "items");
    takt_json_object(json);
    if (field->type == TAKT_TYPE_LIST)
        write_reference(json, field->schema);
    else if (field->type == TAKT_TYPE_NUMBER_LIST) {
        takt_json_key_text(json, "type", "number");
        write_range(json, field);
    } else
        takt_json_key_text(json, "type", "string");
    takt_json_end(json);
}

/// Seconds as a number, or a number with a unit as text.
static void write_duration(takt_json *json, const takt_field *field)
{
    takt_json_key(json, "anyOf");
    takt_json_array(json);
    takt_json_object(json);
    takt_json_key_text(json, "type", "number");
    write_range(json, field);
    takt_json_end(json);
    takt_json_object(json);
    takt_json_key_text(json, "type", "string");
    takt_json_key_text(json, "pattern",
                       "^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)? *(s|min|h|d)?$");
    takt_json_end(json);
    takt_json_end(json);
}

static void write_optional(takt_json *json, const takt_field *field)
{
    takt_json_key(json, "anyOf");
    takt_json_array(json);
    takt_json_object(json);
    write_reference(json, field->schema);
    takt_json_end(json);
    takt_json_object(json);
    takt_json_key_text(json, "type", "null");
    takt_json_end(json);
    takt_json_end(json);
}

static void write_choices(takt_json *json, const takt_field *field)
{
    takt_json_key(json, "enum");
    takt_json_array(json);
    for (int32_t i = 0; field->choices[i]; ++i)
        takt_json_text(json, field->choices[i]);
    takt_json_end(json);
}

static void write_type(takt_json *json, const takt_field *field)
{
    switch (field->type) {
    case TAKT_TYPE_NUMBER:
        takt_json_key_text(json, "type", "number");
        write_range(json, field);
        return;
    case TAKT_TYPE_INTEGER:
    case TAKT_TYPE_INTEGER64:
        takt_json_key_text(json, "type", "integer");
        write_range(json, field);
        return;
    case TAKT_TYPE_BOOLEAN:
        takt_json_key_text(json, "type", "boolean");
        return;
    case TAKT_TYPE_TEXT:
        // YAML needs no quotes around a text that looks like a number; neither does takt.
        takt_json_key(json, "type");
        takt_json_array(json);
        takt_json_text(json, "string");
        takt_json_text(json, "number");
        takt_json_text(json, "boolean");
        takt_json_end(json);
        return;
    case TAKT_TYPE_NAME:
        takt_json_key_text(json, "type", "string");
        takt_json_key_text(json, "pattern", "^[A-Za-z_][A-Za-z0-9_.-]{0,63}$");
        return;
    case TAKT_TYPE_CHOICE:
        write_choices(json, field);
        return;
    case TAKT_TYPE_DURATION:
        write_duration(json, field);
        return;
    case TAKT_TYPE_STRUCT:
        write_reference(json, field->schema);
        return;
    case TAKT_TYPE_OPTIONAL:
        write_optional(json, field);
        return;
    default:
        write_items(json, field);
    }
}

/// The default in its own JSON type.
static void write_default_value(takt_json *json, takt_type type, const char *text)
{
    double number;
    const bool is_text =
        type == TAKT_TYPE_TEXT || type == TAKT_TYPE_NAME || type == TAKT_TYPE_CHOICE;
    if (type == TAKT_TYPE_BOOLEAN)
        takt_json_boolean(json, strcmp(text, "true") == 0);
    else if (!is_text && takt_number_read(text, &number))
        takt_json_number(json, number);
    else
        takt_json_text(json, text);
}

static void write_default(takt_json *json, const takt_field *field)
{
    const char *p = field->default_text;
    if (!p || field->required)
        return;
    takt_json_key(json, "default");
    if (field->type != TAKT_TYPE_NUMBER_LIST && field->type != TAKT_TYPE_TEXT_LIST) {
        write_default_value(json, field->type, p);
        return;
    }
    takt_json_array(json);
    while (*p) {
        char item[128];
        p += strspn(p, " ");
        const size_t n = strcspn(p, ",");
        snprintf(item, sizeof item, "%.*s", (int)n, p);
        write_default_value(json, takt_type_of_entry(field->type), item);
        p += n + (p[n] == ',');
    }
    takt_json_end(json);
}

static void write_field(takt_json *json, const takt_field *field)
{
    char description[512];
    const bool with_unit = field->unit && strcmp(field->unit, "1") != 0;
    snprintf(description, sizeof description, "%s%s%s%s", field->doc ? field->doc : "",
             with_unit ? " [" : "", with_unit ? field->unit : "", with_unit ? "]" : "");
    takt_json_key(json, field->name);
    takt_json_object(json);
    takt_json_key_text(json, "description", description);
    write_type(json, field);
    write_default(json, field);
    takt_json_end(json);
}

static void write_object(takt_json *json, const takt_schema *schema)
{
    bool any_required = false;
    takt_json_key_text(json, "type", "object");
    takt_json_key_text(json, "description", schema->doc);
    takt_json_key_boolean(json, "additionalProperties", false);
    for (int32_t i = 0; i < schema->n_fields; ++i)
        any_required |= schema->fields[i].required;
    if (any_required) {
        takt_json_key(json, "required");
        takt_json_array(json);
        for (int32_t i = 0; i < schema->n_fields; ++i)
            if (schema->fields[i].required)
                takt_json_text(json, schema->fields[i].name);
        takt_json_end(json);
    }
    takt_json_key(json, "properties");
    takt_json_object(json);
    for (int32_t i = 0; i < schema->n_fields; ++i)
        write_field(json, &schema->fields[i]);
    takt_json_end(json);
}

void takt_schema_write_json(const takt_schema *schema, takt_text *out)
{
    takt_json json = takt_json_begin(out);
    takt_schema_set set = {.n = 0};
    collect(&set, schema);
    takt_json_object(&json);
    takt_json_key_text(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    takt_json_key_text(&json, "title", schema->name);
    write_object(&json, schema);
    if (set.n > 1) {
        takt_json_key(&json, "$defs");
        takt_json_object(&json);
        for (int i = 1; i < set.n; ++i) {
            takt_json_key(&json, set.list[i]->name);
            takt_json_object(&json);
            write_object(&json, set.list[i]);
            takt_json_end(&json);
        }
        takt_json_end(&json);
    }
    takt_json_end(&json);
}
