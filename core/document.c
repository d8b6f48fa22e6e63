// Documents: guarded opening, changes by --set, and reports about values found wrong later.
#include "core/files.h"
#include "core/node_internal.h"
#include "core/path_internal.h"
#include "core/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/// Only UTF-8 without zero bytes goes to the parser.
static takt_status check_bytes(const takt_origin *origin)
{
    const char *text = origin->text;
    int32_t line = 1, column = 1;
    for (size_t i = 0; i < origin->length; ++column) {
        const size_t n = takt_character_bytes(text + i, origin->length - i);
        if (n == 0)
            return takt_origin_fail(origin, line, column, "",
                                    "found the byte 0x%02X, allowed: UTF-8 "
                                    "text",
                                    (unsigned char)text[i]);
        if (text[i] == '\0')
            return takt_origin_fail(origin, line, column, "",
                                    "found a zero byte, allowed: UTF-8 text");
        if (text[i] == '\n') {
            ++line;
            column = 0;
        }
        i += n;
    }
    return TAKT_OK;
}

static takt_origin *create_origin(takt_arena *arena, const char *name, const char *text,
                                  size_t length)
{
    takt_origin *origin = takt_arena_alloc(arena, sizeof *origin);
    char *copy = takt_arena_alloc(arena, length + 1);
    if (!origin || !copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    *origin = (takt_origin){.text = copy, .length = length};
    origin->name = takt_arena_copy_text(arena, name);
    return origin->name ? origin : NULL;
}

static takt_status fill(takt_document *document, const char *name, const char *text, size_t length)
{
    document->origin = create_origin(document->arena, name, text, length);
    if (!document->origin)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory while reading", name);
    document->origin->is_file = true;
    TAKT_TRY(check_bytes(document->origin));
    TAKT_TRY(takt_yaml_read(document->arena, document->origin, &document->root));
    if (!document->root || (takt_node_is_null(document->root) && !*document->root->text))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "%s: found an empty file, allowed: keys and values in YAML", name);
    return TAKT_OK;
}

takt_status takt_document_parse(const char *name, const char *text, size_t length,
                                takt_document **document)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    *document = NULL;
    if (length > TAKT_YAML_MAX_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %zu bytes, allowed: at most %d", name, length,
                         TAKT_YAML_MAX_BYTES);
    TAKT_TRY(takt_arena_create(&arena));
    takt_document *made = takt_arena_alloc(arena, sizeof *made);
    if (!made) {
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory while reading", name);
        goto done;
    }
    made->arena = arena;
    TAKT_TRY_GOTO(fill(made, name, text, length), done);
    *document = made;
    return TAKT_OK;
done:
    takt_arena_destroy(&arena);
    return status;
}

takt_status takt_document_open(const char *path, takt_document **document)
{
    struct stat info;
    takt_text text = {0};
    takt_status status = TAKT_OK;
    *document = NULL;
    if (stat(path, &info) != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s, allowed: a YAML file", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %s, allowed: a YAML file", path,
                         S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    if (info.st_size > TAKT_YAML_MAX_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %lld bytes, allowed: at most %d", path,
                         (long long)info.st_size, TAKT_YAML_MAX_BYTES);
    if (takt_file_read(path, TAKT_YAML_MAX_BYTES, &text) != TAKT_OK)
        status = TAKT_FAIL(TAKT_ERR_INPUT, "%s", takt_error_text());
    else
        TAKT_TRY_GOTO(takt_document_parse(path, takt_text_get(&text), text.length, document), done);
done:
    takt_text_destroy(&text);
    return status;
}

void takt_document_destroy(takt_document **document)
{
    if (*document) {
        takt_arena *arena = (*document)->arena; // holds the document itself
        takt_arena_destroy(&arena);
    }
    *document = NULL;
}

const char *takt_document_name(const takt_document *document)
{
    return document->origin->name;
}

const char *takt_document_source(const takt_document *document, size_t *length)
{
    *length = document->origin->length;
    return document->origin->text;
}

/// The entry that a step names; NULL when it is not there.
static takt_entry *find_entry(const takt_node *node, const takt_step *step)
{
    if (step->kind == TAKT_STEP_KEY)
        return takt_node_find(node, step->text, step->n);
    if (node->kind != TAKT_NODE_LIST)
        return NULL;
    int64_t index = 0;
    for (takt_entry *e = node->first; e; e = e->next, ++index) {
        if (step->kind == TAKT_STEP_INDEX && index == step->index)
            return e;
        const takt_entry *name = takt_node_find(e->value, "name", 4);
        if (step->kind == TAKT_STEP_NAME && name && name->value->kind == TAKT_NODE_SCALAR &&
            takt_step_is(step, name->value->text))
            return e;
    }
    return NULL;
}

takt_status takt_document_fail(const takt_document *document, const char *path, const char *format,
                               ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!document)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s%s%s", path, *path ? ": " : "", text);

    takt_step steps[TAKT_PATH_MAX_STEPS];
    int n_steps = 0;
    const takt_node *node = document->root;
    if (*path && takt_path_split(path, steps, &n_steps) != TAKT_OK)
        n_steps = 0; // a path of the caller's own making still gets its message
    for (int i = 0; i < n_steps; ++i) {
        const takt_entry *entry = find_entry(node, &steps[i]);
        if (!entry)
            break;
        node = entry->value;
    }
    return takt_node_fail(node, path, "%s", text);
}

/// A copy of `node` that shares its entries' values: nodes on the way of --set may be shared with
/// an alias, which must not change.
static takt_node *copy_node(takt_arena *arena, const takt_node *node)
{
    takt_node *copy = takt_node_create(arena, node->kind, node->origin);
    if (!copy)
        return NULL;
    *copy = *node;
    copy->first = copy->last = NULL;
    copy->n_entries = 0;
    for (const takt_entry *e = node->first; e; e = e->next)
        if (!takt_node_append(arena, copy, e->key, e->value))
            return NULL;
    return copy;
}

static takt_status no_entry(const takt_origin *origin, const takt_node *node, const takt_step *step,
                            const char *path)
{
    char shown[TAKT_SHOWN_BYTES], start[TAKT_SHOWN_BYTES];
    takt_shown(path, step->end, start);
    takt_shown(step->text, step->n, shown);
    if (step->kind == TAKT_STEP_KEY)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s: found no mapping that could have a key '%s'",
                         origin->name, start, shown);
    if (node->kind != TAKT_NODE_LIST)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s: found no list", origin->name, start);
    const char *names[32];
    int n = 0;
    for (const takt_entry *e = node->first; e && n < 32; e = e->next) {
        const takt_entry *name = takt_node_find(e->value, "name", 4);
        if (name && name->value->kind == TAKT_NODE_SCALAR)
            names[n++] = name->value->text;
    }
    const char *nearest =
        step->kind == TAKT_STEP_NAME ? takt_nearest(step->text, step->n, names, n) : NULL;
    if (nearest) {
        char shown_name[TAKT_SHOWN_BYTES];
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s: found no entry '%s'; did you mean '%s'?",
                         origin->name, start, shown,
                         takt_shown(nearest, strlen(nearest), shown_name));
    }
    if (node->n_entries == 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s: found an empty list", origin->name, start);
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s: found no entry '%s', allowed: 0 to %d%s",
                     origin->name, start, shown, node->n_entries - 1,
                     n ? " or the name of an entry" : "");
}

/// The value node at the end of a step, made when it is a missing key; *slot gets a private copy of
/// what was there, or NULL.
static takt_status step_into(takt_document *document, const takt_origin *origin, takt_node *node,
                             const takt_step *step, takt_entry **entry)
{
    takt_arena *arena = document->arena;
    *entry = find_entry(node, step);
    if (*entry)
        return TAKT_OK;
    if (step->kind != TAKT_STEP_KEY || node->kind != TAKT_NODE_MAP)
        return no_entry(origin, node, step, origin->name + strlen("--set "));
    takt_node *key = takt_node_create(arena, TAKT_NODE_SCALAR, origin);
    takt_node *map = takt_node_create(arena, TAKT_NODE_MAP, origin);
    char *text = takt_arena_alloc(arena, step->n + 1);
    if (!key || !map || !text)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", origin->name);
    memcpy(text, step->text, step->n);
    key->text = text;
    key->length = step->n;
    key->plain = true;
    if (!takt_node_append(arena, node, key, map))
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", origin->name);
    *entry = node->last;
    return TAKT_OK;
}

/// Copies the nodes on the way to the end of the path and puts `value` there.
static takt_status insert(takt_document *document, const takt_origin *origin,
                          const takt_step *steps, int n_steps, takt_node *value)
{
    takt_node **slot = &document->root;
    for (int i = 0; i < n_steps; ++i) {
        takt_node *node = copy_node(document->arena, *slot);
        if (!node)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", origin->name);
        if (takt_node_is_null(node))
            node->kind = TAKT_NODE_MAP; // `key:` with nothing behind it may be filled
        takt_entry *entry;
        TAKT_TRY(step_into(document, origin, node, &steps[i], &entry));
        *slot = node;
        slot = &entry->value;
    }
    *slot = value;
    return TAKT_OK;
}

takt_status takt_document_set(takt_document *document, const char *path, const char *value)
{
    takt_step steps[TAKT_PATH_MAX_STEPS];
    int n_steps;
    takt_node *node = NULL;
    TAKT_TRY(takt_path_split(path, steps, &n_steps));
    char shown[TAKT_SHOWN_BYTES];
    const char *name = takt_arena_format(document->arena, "--set %s=%s", path,
                                         takt_shown(value, strlen(value), shown));
    takt_origin *origin = name ? create_origin(document->arena, name, value, strlen(value)) : NULL;
    if (!origin)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "--set %s: out of memory", path);
    if (origin->length > TAKT_YAML_MAX_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--set %s: found %zu bytes, allowed: at most %d", path,
                         origin->length, TAKT_YAML_MAX_BYTES);
    TAKT_TRY(check_bytes(origin));
    TAKT_TRY(takt_yaml_read(document->arena, origin, &node));
    if (!node) {
        node = takt_node_create(document->arena, TAKT_NODE_SCALAR, origin);
        if (!node)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "--set %s: out of memory", path);
        node->plain = true;
    }
    return insert(document, origin, steps, n_steps, node);
}

takt_status takt_document_assign(takt_document *document, const char *assignment)
{
    char path[TAKT_PATH_BYTES], shown[TAKT_SHOWN_BYTES];
    // A name in brackets may not hold '=', so the first one ends the path.
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || (size_t)(equals - assignment) >= sizeof path)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--set: found '%s', allowed: path.to.key=value",
                         takt_shown(assignment, strlen(assignment), shown));
    memcpy(path, assignment, (size_t)(equals - assignment));
    path[equals - assignment] = '\0';
    return takt_document_set(document, path, equals + 1);
}
