// The reference page of a table, and the check that a table is fit for one.
#include "core/schema_value_internal.h"

#include <stdio.h>
#include <string.h>

/// Text of a table cell: a bar would end the cell.
static void write_cell(const char *text, takt_text *out)
{
    for (; *text; ++text) {
        if (*text == '|')
            takt_text_append(out, "\\");
        takt_text_append_bytes(out, text, 1);
    }
}

static void write_row(const takt_field *field, takt_text *out)
{
    char allowed[512];
    const char *unit = field->type == TAKT_TYPE_DURATION ? "s" : field->unit ? field->unit : "";
    takt_text_printf(out, "| `%s` | ", field->name);
    if (field->schema)
        takt_text_printf(out, "%s [%s](#%s)", field->type == TAKT_TYPE_LIST ? "list of" : "one",
                         field->schema->name, field->schema->name);
    else if (field->type == TAKT_TYPE_CHOICE)
        takt_text_append(out, "word");
    else if (field->type == TAKT_TYPE_NAME)
        takt_text_append(out, "a name");
    else if (field->type == TAKT_TYPE_DURATION)
        takt_text_append(out, "a time");
    else
        takt_text_append(out, takt_type_phrase(field->type));
    takt_text_printf(out, " | %s | ", unit);
    if (takt_field_has_range(field) || field->type == TAKT_TYPE_CHOICE)
        write_cell(takt_field_allowed(field, allowed, sizeof allowed), out);
    takt_text_append(out, " | ");
    if (field->required)
        takt_text_append(out, "required");
    else if (field->default_text && *field->default_text) {
        takt_text_append(out, "`");
        write_cell(field->default_text, out);
        takt_text_append(out, "`");
    } else if (field->type == TAKT_TYPE_STRUCT)
        takt_text_append(out, "its defaults");
    else
        takt_text_append(out, "none");
    takt_text_append(out, " | ");
    write_cell(field->doc ? field->doc : "", out);
    takt_text_append(out, " |\n");
}

static void write_section(const takt_schema *schema, takt_schema_set *set, takt_text *out)
{
    if (!takt_schema_set_add(set, schema))
        return;
    takt_text_printf(out, "\n## %s\n\n%s\n\n", schema->name, schema->doc);
    takt_text_append(out, "| key | value | unit | allowed | default | meaning |\n"
                          "|---|---|---|---|---|---|\n");
    for (int32_t i = 0; i < schema->n_fields; ++i)
        write_row(&schema->fields[i], out);
    for (int32_t i = 0; i < schema->n_fields; ++i)
        if (schema->fields[i].schema)
            write_section(schema->fields[i].schema, set, out);
}

void takt_schema_write_reference(const takt_schema *schema, takt_text *out)
{
    takt_schema_set set = {.n = 0};
    takt_text_printf(out, "# Reference: %s\n\n", schema->name);
    takt_text_append(out,
                     "Made from the tables of the program (`takt schema --reference`); edit them, "
                     "not this page.\nA name has 1 to 64 letters, digits, `_`, `.`, `-` and "
                     "starts with a letter or `_`. A time is a number of seconds\nor text with "
                     "a unit: `90 s`, `30 min`, `1.5 h`, `10 d`.\n");
    write_section(schema, &set, out);
}

static takt_status bad_row(const takt_schema *schema, const char *key, const char *text)
{
    return TAKT_FAIL(TAKT_ERR_MODEL, "schema %s: %s: %s", schema->name, key, text);
}

static size_t size_of_type(takt_type type, const takt_schema *schema)
{
    static const size_t sizes[] = {
        [TAKT_TYPE_NUMBER] = sizeof(double),         [TAKT_TYPE_INTEGER] = sizeof(int32_t),
        [TAKT_TYPE_INTEGER64] = sizeof(int64_t),     [TAKT_TYPE_BOOLEAN] = sizeof(bool),
        [TAKT_TYPE_TEXT] = sizeof(char *),           [TAKT_TYPE_NAME] = sizeof(char *),
        [TAKT_TYPE_CHOICE] = sizeof(int32_t),        [TAKT_TYPE_DURATION] = sizeof(double),
        [TAKT_TYPE_NUMBER_LIST] = sizeof(takt_list), [TAKT_TYPE_TEXT_LIST] = sizeof(takt_list),
        [TAKT_TYPE_OPTIONAL] = sizeof(void *),       [TAKT_TYPE_LIST] = sizeof(takt_list)};
    return type == TAKT_TYPE_STRUCT ? schema->size : sizes[type];
}

static takt_status verify_field(const takt_schema *schema, const takt_field *field,
                                takt_arena *arena)
{
    const bool nested = field->type == TAKT_TYPE_STRUCT || field->type == TAKT_TYPE_OPTIONAL ||
                        field->type == TAKT_TYPE_LIST;
    const bool needs_default = field->type <= TAKT_TYPE_BOOLEAN ||
                               field->type == TAKT_TYPE_CHOICE || field->type == TAKT_TYPE_DURATION;
    if (!field->doc || !*field->doc)
        return bad_row(schema, field->name, "has no documentation");
    if (nested != (field->schema != NULL))
        return bad_row(schema, field->name, "needs a sub-schema exactly when it holds structs");
    if ((field->type == TAKT_TYPE_CHOICE) != (field->choices != NULL))
        return bad_row(schema, field->name, "needs choices exactly when it is a choice");
    if (field->offset + size_of_type(field->type, field->schema) > schema->size)
        return bad_row(schema, field->name, "lies outside its struct");
    if (!(field->min <= field->max))
        return bad_row(schema, field->name, "has an empty range");
    if (needs_default && !field->required && !field->default_text)
        return bad_row(schema, field->name, "has no default and is not required");
    if (takt_schema_find(schema, field->name, strlen(field->name)) != field)
        return bad_row(schema, field->name, "is there twice");
    if (!nested) {
        void *memory = takt_arena_alloc(arena, sizeof(takt_list));
        if (!memory)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "schema %s: out of memory", schema->name);
        TAKT_TRY(takt_field_default(field, arena, memory));
    }
    return TAKT_OK;
}

static takt_status verify(const takt_schema *schema, takt_schema_set *set, takt_arena *arena)
{
    if (!takt_schema_set_add(set, schema))
        return TAKT_OK;
    if (!schema->doc || !*schema->doc)
        return bad_row(schema, "table", "has no documentation");
    if (schema->n_fields > TAKT_SCHEMA_MAX_FIELDS)
        return bad_row(schema, "table", "has too many keys");
    for (int i = 0; i < set->n - 1; ++i)
        if (strcmp(set->list[i]->name, schema->name) == 0)
            return bad_row(schema, "table", "has the name of another table");
    for (int32_t i = 0; i < schema->n_fields; ++i) {
        TAKT_TRY(verify_field(schema, &schema->fields[i], arena));
        if (schema->fields[i].schema)
            TAKT_TRY(verify(schema->fields[i].schema, set, arena));
    }
    return TAKT_OK;
}

takt_status takt_schema_verify(const takt_schema *schema)
{
    takt_arena *arena = NULL;
    takt_schema_set set = {.n = 0};
    TAKT_TRY(takt_arena_create(&arena));
    const takt_status status = verify(schema, &set, arena);
    takt_arena_destroy(&arena);
    return status;
}
