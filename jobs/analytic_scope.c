// The keys of a factory, walked through their schema: a key that is not listed here must stand at
// its default. A new feature of the simulation is thus refused until somebody lists it.

#include "jobs/analytic_scope.h"

#include <stdio.h>
#include <string.h>

/// Any value will do: the models use it, or it has no part in what they answer.
static const char *const any_value[] = {
    "factory.unit",
    "factory.max_items",
    "factory.prices",
    "factory.crews",
    "buffer.name",
    "buffer.unit",
    "buffer.capacity",
    "buffer.place_cost",
    "buffer.initial", // no part in the long run
    "station.name",
    "station.power_kW",
    "station.item_value",
    "station.machine_cost",
    "station.power_idle_kW",
    "station.power_down_kW",
    "station.power_stopped_kW",
    "station.power_off_shift_kW",
    "station.power_setup_kW",
    "station.sensors",
    "station.planned_time",
    "station.position_m",
    "station.service",
    "failure.name",
    "failure.cost",
    "failure.up",
    "failure.repair",
    "input.from",
    "route.to",
    "buffer.position_m",
    "factory.exit_m",
};

/// Lists that may have entries.
static const char *const any_length[] = {
    "factory.buffers", "factory.stations", "station.inputs", "station.routes", "station.failures",
};

typedef struct walk {
    takt_arena *arena;
    takt_problem *problem;
} walk;

static bool is_listed(const char *const *list, size_t n, const takt_schema *schema,
                      const takt_field *field)
{
    char key[2 * TAKT_NAME_MAX];
    snprintf(key, sizeof key, "%s.%s", schema->name, field->name);
    for (size_t i = 0; i < n; ++i)
        if (strcmp(list[i], key) == 0)
            return true;
    return false;
}
#define IS_LISTED(list, schema, field)                                                             \
    is_listed((list), sizeof(list) / sizeof *(list), (schema), (field))

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/// A value in words, for both halves of the message.
static const char *shown(const takt_field *field, const void *value, char *text, size_t n)
{
    switch (field->type) {
    case TAKT_TYPE_NUMBER:
    case TAKT_TYPE_DURATION:
        snprintf(text, n, "%g", *(const double *)value);
        break;
    case TAKT_TYPE_INTEGER:
        snprintf(text, n, "%d", *(const int32_t *)value);
        break;
    case TAKT_TYPE_INTEGER64:
        snprintf(text, n, "%lld", (long long)*(const int64_t *)value);
        break;
    case TAKT_TYPE_CHOICE:
        snprintf(text, n, "%s", field->choices[*(const int32_t *)value]);
        break;
    case TAKT_TYPE_BOOLEAN:
        snprintf(text, n, "%s", *(const bool *)value ? "true" : "false");
        break;
    case TAKT_TYPE_TEXT:
    case TAKT_TYPE_NAME: {
        const char *word = *(const char *const *)value;
        snprintf(text, n, word ? "'%s'" : "none", word);
        break;
    }
    case TAKT_TYPE_OPTIONAL:
        snprintf(text, n, *(const void *const *)value ? "one" : "none");
        break;
    default: {
        const int32_t n_items = ((const takt_list *)value)->n_items;
        snprintf(text, n, n_items > 0 ? "%d" : "none", n_items);
    }
    }
    return text;
}

static bool is_default(const takt_field *field, const void *value, const void *by_default)
{
    switch (field->type) {
    case TAKT_TYPE_NUMBER:
    case TAKT_TYPE_DURATION:
        return memcmp(value, by_default, sizeof(double)) == 0;
    case TAKT_TYPE_INTEGER:
    case TAKT_TYPE_CHOICE:
        return memcmp(value, by_default, sizeof(int32_t)) == 0;
    case TAKT_TYPE_INTEGER64:
        return memcmp(value, by_default, sizeof(int64_t)) == 0;
    case TAKT_TYPE_BOOLEAN:
        return *(const bool *)value == *(const bool *)by_default;
    case TAKT_TYPE_TEXT:
    case TAKT_TYPE_NAME:
        return is_same_text(*(const char *const *)value, *(const char *const *)by_default);
    case TAKT_TYPE_OPTIONAL:
        return *(const void *const *)value == NULL;
    default: // lists of numbers or texts with a default: as long as it
        return ((const takt_list *)value)->n_items == ((const takt_list *)by_default)->n_items;
    }
}

static takt_status check(const walk *w, const takt_schema *schema, const char *base,
                         takt_path path);

static takt_status check_entries(const walk *w, const takt_field *field, const takt_list *list,
                                 takt_path path)
{
    for (int32_t i = 0; i < list->n_items; ++i)
        TAKT_TRY(check(w, field->schema,
                       (const char *)list->items + (size_t)i * field->schema->size,
                       takt_path_of("%s[%d]", path.text, i)));
    return TAKT_OK;
}

static takt_status check(const walk *w, const takt_schema *schema, const char *base, takt_path path)
{
    char found[128], covered[128];
    char *defaults = takt_arena_alloc(w->arena, schema->size);
    if (!defaults)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the defaults of a %s", schema->name);
    TAKT_TRY(takt_schema_defaults(schema, w->arena, defaults));
    for (int32_t f = 0; f < schema->n_fields; ++f) {
        const takt_field *field = &schema->fields[f];
        const char *value = base + field->offset;
        const takt_path at = takt_path_of("%s.%s", path.text, field->name);
        if (IS_LISTED(any_value, schema, field))
            continue;
        if (field->type == TAKT_TYPE_STRUCT)
            TAKT_TRY(check(w, field->schema, value, at));
        else if (IS_LISTED(any_length, schema, field))
            TAKT_TRY(check_entries(w, field, (const takt_list *)value, at));
        else if (!is_default(field, value, defaults + field->offset))
            return takt_problem_set(
                w->problem, at, "found %s, covered by --analytic: %s",
                shown(field, value, found, sizeof found),
                shown(field, defaults + field->offset, covered, sizeof covered));
    }
    return TAKT_OK;
}

takt_status takt_analytic_scope_check(const takt_factory *factory, takt_arena *arena,
                                      takt_problem *problem)
{
    const walk w = {arena, problem};
    return check(&w, &takt_factory_schema, (const char *)factory, takt_path_of("factory"));
}
