// From a document into structs: the place where every wrong line of a study gets its message.
#include "core/node_internal.h"
#include "core/path_internal.h"
#include "core/schema_value_internal.h"
#include "core/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALLOWED_BYTES = 512, FOUND_BYTES = TAKT_SHOWN_BYTES + 8 };

/// Where in the study we are; frames lie on the stack, innermost first.
typedef struct frame {
    const struct frame *parent;
    const char *key; // NULL: an entry of a list
    size_t n_key;
    int32_t index;
} frame;

/// "factory.buffers[1].capacity" into `out` (TAKT_PATH_BYTES); returns the bytes used.
static size_t write_path(const frame *at, char *out)
{
    if (!at) {
        *out = '\0';
        return 0;
    }
    const size_t n = write_path(at->parent, out);
    const size_t room = TAKT_PATH_BYTES - n;
    char shown[TAKT_SHOWN_BYTES];
    const int more = at->key ? snprintf(out + n, room, "%s%s", n ? "." : "",
                                        takt_shown(at->key, at->n_key, shown))
                             : snprintf(out + n, room, "[%d]", at->index);
    return (size_t)more < room ? n + (size_t)more : TAKT_PATH_BYTES - 1;
}

static frame key_frame(const frame *parent, const takt_node *key)
{
    return (frame){.parent = parent, .key = key->text, .n_key = key->length};
}

static takt_status out_of_memory(const takt_node *node)
{
    return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory while loading", node->origin->name);
}

/// What stands in the file, as a message shows it.
static const char *describe(const takt_node *node, char *out)
{
    char shown[TAKT_SHOWN_BYTES];
    double number;
    if (node->kind != TAKT_NODE_SCALAR)
        snprintf(out, FOUND_BYTES, "%s", node->kind == TAKT_NODE_MAP ? "a mapping" : "a list");
    else if (takt_node_is_null(node))
        snprintf(out, FOUND_BYTES, "nothing");
    else {
        const bool is_number = node->plain && takt_number_read(node->text, &number);
        snprintf(out, FOUND_BYTES, is_number ? "%s" : "'%s'",
                 takt_shown(node->text, node->length, shown));
    }
    return out;
}

/// A table may leave the end of a range open; the C type of a whole number does not.
static void add_end_of_type(const takt_node *node, const takt_field *field, takt_type type,
                            char *allowed)
{
    const size_t n = strlen(allowed);
    double value;
    if (!takt_number_read(node->text, &value) || value < field->min ||
        (takt_field_has_range(field) && value > field->max))
        return;
    if (type == TAKT_TYPE_INTEGER && value > INT32_MAX)
        snprintf(allowed + n, ALLOWED_BYTES - n, ", at most %d", INT32_MAX);
    else if (type == TAKT_TYPE_INTEGER64)
        snprintf(allowed + n, ALLOWED_BYTES - n, ", in digits, at most %lld", (long long)INT64_MAX);
}

/// `found X, allowed: Y`; a value of the wrong type is told the type and the range.
static takt_status wrong_value(const takt_node *node, const frame *at, const takt_field *field,
                               takt_type type, bool wrong_type)
{
    char path[TAKT_PATH_BYTES], found[FOUND_BYTES], allowed[ALLOWED_BYTES];
    const bool ranged = type == TAKT_TYPE_NUMBER || type == TAKT_TYPE_INTEGER ||
                        type == TAKT_TYPE_INTEGER64 || type == TAKT_TYPE_DURATION;
    write_path(at, path);
    describe(node, found);
    if (type == field->type || ranged)
        takt_field_allowed(field, allowed, sizeof allowed);
    else
        snprintf(allowed, sizeof allowed, "%s", takt_type_phrase(type));
    if (wrong_type && ranged && takt_field_has_range(field))
        return takt_node_fail(node, path, "found %s, allowed: %s, %s", found,
                              takt_type_phrase(type), allowed);
    if (wrong_type && ranged)
        return takt_node_fail(node, path, "found %s, allowed: %s", found, takt_type_phrase(type));
    if (!wrong_type)
        add_end_of_type(node, field, type, allowed);
    return takt_node_fail(node, path, "found %s, allowed: %s", found, allowed);
}

static takt_status load_scalar(const takt_field *field, takt_type type, const takt_node *node,
                               const frame *at, takt_arena *arena, void *address)
{
    if (node->kind != TAKT_NODE_SCALAR || takt_node_is_null(node))
        return wrong_value(node, at, field, type, true);
    switch (takt_value_read(field, type, node->text, node->plain, arena, address)) {
    case TAKT_VALUE_OK:
        return TAKT_OK;
    case TAKT_VALUE_WRONG_TYPE:
        return wrong_value(node, at, field, type, true);
    case TAKT_VALUE_OUT_OF_RANGE:
        return wrong_value(node, at, field, type, false);
    default:
        return out_of_memory(node);
    }
}

static takt_status check_count(const takt_field *field, const takt_node *node, const frame *at)
{
    char path[TAKT_PATH_BYTES];
    const int32_t n = node->n_entries;
    const char *plural = n == 1 ? "entry" : "entries";
    if (n < field->min_items) {
        write_path(at, path);
        return takt_node_fail(node, path, "found %d %s, allowed: %d or more", n, plural,
                              field->min_items);
    }
    if (field->max_items > 0 && n > field->max_items) {
        write_path(at, path);
        return takt_node_fail(node, path, "found %d %s, allowed: at most %d", n, plural,
                              field->max_items);
    }
    return TAKT_OK;
}

static takt_status load_struct(const takt_schema *schema, const takt_node *node, const frame *at,
                               takt_arena *arena, void *out);

typedef struct named {
    const char *name;
    int32_t index;
    const takt_node *node;
} named;

static int compare_named(const void *a, const void *b)
{
    const named *x = a, *y = b;
    const int order = strcmp(x->name, y->name);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/// Refuses the first entry (in the order of the file) whose name an earlier one has.
static takt_status check_names(const frame *at, named *names, int32_t n)
{
    const named *twice = NULL, *first = NULL;
    qsort(names, (size_t)n, sizeof *names, compare_named);
    for (int32_t i = 1; i < n; ++i)
        if (strcmp(names[i].name, names[i - 1].name) == 0 &&
            (!twice || names[i].index < twice->index)) {
            twice = &names[i];
            first = &names[i - 1];
        }
    if (!twice)
        return TAKT_OK;
    char path[TAKT_PATH_BYTES], shown[TAKT_SHOWN_BYTES];
    const frame entry = {.parent = at, .index = twice->index};
    const frame name = {.parent = &entry, .key = "name", .n_key = 4};
    write_path(&name, path);
    return takt_node_fail(twice->node, path,
                          "found '%s' a second time (first in entry %d), allowed: names used once",
                          takt_shown(twice->name, strlen(twice->name), shown), first->index);
}

static takt_status check_unique(const takt_field *field, const takt_node *node, const frame *at)
{
    int32_t n = 0;
    if (!field->unique_names || node->n_entries < 2)
        return TAKT_OK;
    named *names = takt_alloc(sizeof *names * (size_t)node->n_entries);
    if (!names)
        return out_of_memory(node);
    int32_t index = 0;
    for (const takt_entry *e = node->first; e; e = e->next, ++index) {
        const takt_entry *name = takt_node_find(e->value, "name", 4);
        if (name && name->value->kind == TAKT_NODE_SCALAR)
            names[n++] = (named){name->value->text, index, name->value};
    }
    const takt_status status = check_names(at, names, n);
    takt_free(names);
    return status;
}

static takt_status load_list(const takt_field *field, const takt_node *node, const frame *at,
                             takt_arena *arena, takt_list *list)
{
    const bool structs = field->type == TAKT_TYPE_LIST;
    const takt_type type = takt_type_of_entry(field->type);
    const size_t size = structs                    ? field->schema->size
                        : type == TAKT_TYPE_NUMBER ? sizeof(double)
                                                   : sizeof(const char *);
    if (node->kind != TAKT_NODE_LIST)
        return wrong_value(node, at, field, field->type, true);
    TAKT_TRY(check_count(field, node, at));
    if (node->n_entries == 0)
        return TAKT_OK;
    list->items = takt_arena_alloc(arena, size * (size_t)node->n_entries);
    if (!list->items)
        return out_of_memory(node);
    frame entry_at = {.parent = at};
    for (const takt_entry *e = node->first; e; e = e->next, ++entry_at.index) {
        void *item = (char *)list->items + size * (size_t)entry_at.index;
        if (structs)
            TAKT_TRY(load_struct(field->schema, e->value, &entry_at, arena, item));
        else
            TAKT_TRY(load_scalar(field, type, e->value, &entry_at, arena, item));
    }
    list->n_items = node->n_entries;
    return check_unique(field, node, at);
}

static takt_status load_optional(const takt_field *field, const takt_node *node, const frame *at,
                                 takt_arena *arena, void **address)
{
    if (takt_node_is_null(node))
        return TAKT_OK; // `policy: null` says that there is none
    *address = takt_arena_alloc(arena, field->schema->size);
    if (!*address)
        return out_of_memory(node);
    return load_struct(field->schema, node, at, arena, *address);
}

static takt_status load_field(const takt_field *field, const takt_node *node, const frame *at,
                              takt_arena *arena, void *address)
{
    switch (field->type) {
    case TAKT_TYPE_STRUCT:
        return load_struct(field->schema, node, at, arena, address);
    case TAKT_TYPE_OPTIONAL:
        return load_optional(field, node, at, arena, address);
    case TAKT_TYPE_LIST:
    case TAKT_TYPE_NUMBER_LIST:
    case TAKT_TYPE_TEXT_LIST:
        return load_list(field, node, at, arena, address);
    default:
        return load_scalar(field, field->type, node, at, arena, address);
    }
}

static takt_status unknown_key(const takt_schema *schema, const takt_node *key, const frame *at)
{
    char path[TAKT_PATH_BYTES], shown[TAKT_SHOWN_BYTES], suggestion[ALLOWED_BYTES];
    write_path(at, path);
    return takt_node_fail(
        key, path, "unknown key '%s'%s", takt_shown(key->text, key->length, shown),
        takt_schema_suggest(schema, key->text, key->length, suggestion, sizeof suggestion));
}

/// One key of the file. `lines[i]` is the node of key i when it was seen before.
static takt_status load_entry(const takt_schema *schema, const takt_entry *entry, const frame *at,
                              takt_arena *arena, void *out, const takt_node **seen)
{
    const frame here = key_frame(at, entry->key);
    const takt_field *field = takt_schema_find(schema, entry->key->text, entry->key->length);
    if (!field)
        return unknown_key(schema, entry->key, &here);
    const takt_node **first = &seen[field - schema->fields];
    if (*first) {
        char path[TAKT_PATH_BYTES];
        write_path(&here, path);
        return takt_node_fail(entry->key, path,
                              "found the key a second time (first in line %d), allowed: once",
                              (*first)->line);
    }
    *first = entry->key;
    return load_field(field, entry->value, &here, arena, takt_member(out, field));
}

static takt_status missing_key(const takt_field *field, const takt_node *node, const frame *at)
{
    char path[TAKT_PATH_BYTES], allowed[ALLOWED_BYTES];
    const frame here = {.parent = at, .key = field->name, .n_key = strlen(field->name)};
    write_path(&here, path);
    return takt_node_fail(node, path, "found no key '%s', which is required, allowed: %s",
                          field->name, takt_field_allowed(field, allowed, sizeof allowed));
}

static takt_status load_struct(const takt_schema *schema, const takt_node *node, const frame *at,
                               takt_arena *arena, void *out)
{
    const takt_node *seen[TAKT_SCHEMA_MAX_FIELDS] = {0};
    TAKT_ASSERT(schema->n_fields <= TAKT_SCHEMA_MAX_FIELDS);
    memset(out, 0, schema->size);
    if (node->kind != TAKT_NODE_MAP) {
        char path[TAKT_PATH_BYTES], found[FOUND_BYTES];
        write_path(at, path);
        return takt_node_fail(node, path, "found %s, allowed: a mapping with keys of a %s",
                              describe(node, found), schema->name);
    }
    for (const takt_entry *e = node->first; e; e = e->next)
        TAKT_TRY(load_entry(schema, e, at, arena, out, seen));
    for (int32_t i = 0; i < schema->n_fields; ++i) {
        const takt_field *field = &schema->fields[i];
        if (seen[i])
            continue;
        if (field->required)
            return missing_key(field, node, at);
        if (field->type == TAKT_TYPE_STRUCT) {
            // Its required keys are missing, too: say so instead of loading zeros.
            const takt_node empty = {.kind = TAKT_NODE_MAP,
                                     .origin = node->origin,
                                     .line = node->line,
                                     .column = node->column};
            const frame here = {.parent = at, .key = field->name, .n_key = strlen(field->name)};
            TAKT_TRY(load_struct(field->schema, &empty, &here, arena, takt_member(out, field)));
        } else
            TAKT_TRY(takt_field_default(field, arena, takt_member(out, field)));
    }
    return TAKT_OK;
}

takt_status takt_schema_load(const takt_schema *schema, const takt_document *document,
                             takt_arena *arena, void *out)
{
    return load_struct(schema, document->root, NULL, arena, out);
}
