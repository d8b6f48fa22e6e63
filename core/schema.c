// Tables themselves: finding rows, following paths into loaded structs, checking that a table is
// sound.
#include "core/schema.h"

#include "core/path_internal.h"
#include "core/schema_value_internal.h"
#include "core/words.h"

#include <stdio.h>
#include <string.h>

const takt_field *takt_schema_find(const takt_schema *schema, const char *key, size_t n_key)
{
    for (int32_t i = 0; i < schema->n_fields; ++i) {
        const char *name = schema->fields[i].name;
        if (strlen(name) == n_key && memcmp(name, key, n_key) == 0)
            return &schema->fields[i];
    }
    return NULL;
}

bool takt_schema_set_add(takt_schema_set *set, const takt_schema *schema)
{
    for (int i = 0; i < set->n; ++i)
        if (set->list[i] == schema)
            return false;
    TAKT_ASSERT(set->n < (int)(sizeof set->list / sizeof *set->list));
    set->list[set->n++] = schema;
    return true;
}

const char *takt_schema_suggest(const takt_schema *schema, const char *key, size_t n_key, char *out,
                                size_t n_bytes)
{
    const char *names[TAKT_SCHEMA_MAX_FIELDS] = {0};
    const int n =
        schema->n_fields < TAKT_SCHEMA_MAX_FIELDS ? schema->n_fields : TAKT_SCHEMA_MAX_FIELDS;
    for (int i = 0; i < n; ++i)
        names[i] = schema->fields[i].name;
    return takt_suggest(key, n_key, names, n, out, n_bytes);
}

/// Index of the entry whose NAME field `name` is what the step says; -1 when there is none.
static int32_t find_item(const takt_schema *schema, const takt_list *list, const takt_step *step)
{
    const takt_field *name = takt_schema_find(schema, "name", 4);
    if (!name || (name->type != TAKT_TYPE_NAME && name->type != TAKT_TYPE_TEXT))
        return -1;
    for (int32_t i = 0; i < list->n_items; ++i) {
        const char *text =
            *(const char **)takt_member((char *)list->items + schema->size * (size_t)i, name);
        if (text && takt_step_is(step, text))
            return i;
    }
    return -1;
}

static takt_status no_item(const char *path, const takt_step *step, const takt_list *list)
{
    char shown[TAKT_SHOWN_BYTES], start[TAKT_SHOWN_BYTES];
    takt_shown(path, step->end, start);
    takt_shown(step->text, step->n, shown);
    if (list->n_items == 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no entry '%s', the list is empty", start,
                         shown);
    return TAKT_FAIL(TAKT_ERR_INPUT,
                     "%s: found no entry '%s', allowed: 0 to %d or the name of an entry", start,
                     shown, list->n_items - 1);
}

static takt_status no_key(const takt_schema *schema, const char *path, const takt_step *step)
{
    char shown[TAKT_SHOWN_BYTES], start[TAKT_SHOWN_BYTES], suggestion[512];
    return TAKT_FAIL(
        TAKT_ERR_INPUT, "%s: unknown key '%s'%s", takt_shown(path, step->end, start),
        takt_shown(step->text, step->n, shown),
        takt_schema_suggest(schema, step->text, step->n, suggestion, sizeof suggestion));
}

/// The state of following a path: the value reached so far.
typedef struct walk {
    const takt_schema *schema; // of the struct at `address`, NULL when it is no struct
    const takt_field *field;
    takt_type type;
    void *address;
} walk;

static takt_status into_key(walk *w, const char *path, const takt_step *step)
{
    char start[TAKT_SHOWN_BYTES];
    if (!w->schema)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %s where a key would need a mapping",
                         takt_shown(path, step->end, start), takt_type_phrase(w->type));
    w->field = takt_schema_find(w->schema, step->text, step->n);
    if (!w->field)
        return no_key(w->schema, path, step);
    w->type = w->field->type;
    w->address = takt_member(w->address, w->field);
    w->schema = NULL;
    if (w->type == TAKT_TYPE_OPTIONAL) {
        w->address = *(void **)w->address;
        if (!w->address)
            return TAKT_FAIL(TAKT_ERR_INPUT, "%s: this study has none",
                             takt_shown(path, step->end, start));
    }
    if (w->type == TAKT_TYPE_STRUCT || w->type == TAKT_TYPE_OPTIONAL)
        w->schema = w->field->schema;
    return TAKT_OK;
}

static takt_status into_item(walk *w, const char *path, const takt_step *step)
{
    char start[TAKT_SHOWN_BYTES];
    const takt_list *list = w->address;
    size_t size = 0;
    int32_t index = -1;
    if (w->type == TAKT_TYPE_LIST)
        size = w->field->schema->size;
    else if (w->type == TAKT_TYPE_NUMBER_LIST)
        size = sizeof(double);
    else if (w->type == TAKT_TYPE_TEXT_LIST)
        size = sizeof(const char *);
    else
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %s where a list is needed",
                         takt_shown(path, step->end, start),
                         w->schema || w->field ? takt_type_phrase(w->type) : "a mapping");
    if (step->kind == TAKT_STEP_INDEX && step->index < list->n_items)
        index = (int32_t)step->index;
    else if (step->kind == TAKT_STEP_NAME && w->type == TAKT_TYPE_LIST)
        index = find_item(w->field->schema, list, step);
    if (index < 0)
        return no_item(path, step, list);
    w->address = (char *)list->items + size * (size_t)index;
    w->schema = w->type == TAKT_TYPE_LIST ? w->field->schema : NULL;
    w->type = w->schema ? TAKT_TYPE_STRUCT : takt_type_of_entry(w->type);
    return TAKT_OK;
}

takt_status takt_schema_locate(const takt_schema *schema, void *base, const char *path,
                               takt_located *out)
{
    takt_step steps[TAKT_PATH_MAX_STEPS];
    int n_steps;
    walk w = {.schema = schema, .type = TAKT_TYPE_STRUCT, .address = base};
    TAKT_TRY(takt_path_split(path, steps, &n_steps));
    for (int i = 0; i < n_steps; ++i)
        TAKT_TRY(steps[i].kind == TAKT_STEP_KEY ? into_key(&w, path, &steps[i])
                                                : into_item(&w, path, &steps[i]));
    if (!w.field)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no key", path);
    *out = (takt_located){.field = w.field, .type = w.type, .address = w.address, .path = path};
    return TAKT_OK;
}

static takt_status no_number(const takt_located *located)
{
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %s, allowed: a number, a whole number or a time",
                     located->path, takt_type_phrase(located->type));
}

takt_status takt_located_get(const takt_located *located, double *value)
{
    switch (located->type) {
    case TAKT_TYPE_NUMBER:
    case TAKT_TYPE_DURATION:
        *value = *(const double *)located->address;
        return TAKT_OK;
    case TAKT_TYPE_INTEGER:
        *value = *(const int32_t *)located->address;
        return TAKT_OK;
    case TAKT_TYPE_INTEGER64:
        *value = (double)*(const int64_t *)located->address;
        return TAKT_OK;
    default:
        return no_number(located);
    }
}

takt_status takt_located_set(const takt_located *located, double value)
{
    char allowed[256], found[TAKT_NUMBER_BYTES];
    const bool whole = located->type == TAKT_TYPE_INTEGER || located->type == TAKT_TYPE_INTEGER64;
    if (!whole && located->type != TAKT_TYPE_NUMBER && located->type != TAKT_TYPE_DURATION)
        return no_number(located);
    if (!takt_value_in_range(located->field, value) ||
        (located->type == TAKT_TYPE_INTEGER64 && fabs(value) > 0x1p53))
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %s, allowed: %s", located->path,
                         takt_number_format(value, found),
                         takt_field_allowed(located->field, allowed, sizeof allowed));
    if (whole && value != floor(value))
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %s, allowed: a whole number", located->path,
                         takt_number_format(value, found));
    if (located->type == TAKT_TYPE_INTEGER)
        *(int32_t *)located->address = (int32_t)value;
    else if (located->type == TAKT_TYPE_INTEGER64)
        *(int64_t *)located->address = (int64_t)value;
    else
        *(double *)located->address = value;
    return TAKT_OK;
}
