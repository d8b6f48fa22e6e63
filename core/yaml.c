// The only home of libfyaml: events of its parser become the tree of core/node_internal.h.
//
// Events instead of libfyaml's documents, because depth, number of values and aliases are then
// bounded while the file is read, and because its documents resolve aliases by copying.
#include "core/node_internal.h"
#include "core/text.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ANCHORS = 256 };

typedef struct anchor {
    const char *name;
    takt_node *node;
} anchor;

typedef struct reader {
    takt_arena *arena;
    const takt_origin *origin;
    struct fy_parser *parser;
    struct fy_diag *diag;
    takt_node *root;
    takt_node *stack[TAKT_YAML_MAX_DEPTH];
    takt_node *keys[TAKT_YAML_MAX_DEPTH]; // the key that waits for its value
    int depth;
    int64_t n_values;
    anchor anchors[MAX_ANCHORS];
    int n_anchors;
    bool seen_document;
} reader;

static takt_status out_of_memory(const reader *r)
{
    return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory while reading", r->origin->name);
}

static takt_status fail_at(const reader *r, const struct fy_mark *mark, const char *text)
{
    return takt_origin_fail(r->origin, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1, "",
                            "%s", text);
}

/// The first error that libfyaml collected, as one line of ours.
static takt_status syntax_error(const reader *r)
{
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(r->diag, &iterator);
    if (!error)
        return takt_origin_fail(r->origin, 1, 1, "", "found no valid YAML");
    // libfyaml counts from 0 in tokens and from 1 in collected errors.
    return takt_origin_fail(r->origin, error->line > 0 ? error->line : 1,
                            error->column > 0 ? error->column : 1, "", "found no valid YAML: %s",
                            error->msg ? error->msg : "no reason given");
}

/// Copies the text of a token into the arena; texts with zero characters are refused.
///
/// Through libfyaml's iterator, because fy_token_get_text (0.7.12) loses memory for every quoted
/// text with more than a few escapes.
static takt_status copy_text(const reader *r, struct fy_token *token, const char **text,
                             size_t *length)
{
    takt_status status = TAKT_OK;
    takt_text copied = {0};
    const struct fy_iter_chunk *chunk = NULL;
    int error = 0;
    struct fy_token_iter *iterator = fy_token_iter_create(token);
    if (!iterator)
        return out_of_memory(r);
    while ((chunk = fy_token_iter_chunk_next(iterator, chunk, &error)))
        takt_text_append_bytes(&copied, chunk->str, chunk->len);
    fy_token_iter_destroy(iterator);
    *length = copied.length;
    char *copy = takt_arena_alloc(r->arena, copied.length + 1);
    if (copied.failed || !copy)
        status = out_of_memory(r);
    else if (error) // libfyaml 0.7.12 cannot read a block text of which only blanks are there
        status = fail_at(r, fy_token_start_mark(token),
                         "found a text that ends in the middle of a line, allowed: a line break "
                         "at the end of the file");
    else if (copied.length && memchr(copied.bytes, '\0', copied.length))
        status = fail_at(r, fy_token_start_mark(token),
                         "found a zero character in a text, allowed: any other character");
    else if (copied.length)
        memcpy(copy, copied.bytes, copied.length);
    *text = copy;
    takt_text_destroy(&copied);
    return status;
}

static takt_status remember_anchor(reader *r, struct fy_event *event, takt_node *node)
{
    struct fy_token *token = fy_event_get_anchor_token(event);
    if (!token)
        return TAKT_OK;
    if (r->n_anchors == MAX_ANCHORS)
        return takt_node_fail(node, "", "found more than %d anchors, allowed: at most %d",
                              MAX_ANCHORS, MAX_ANCHORS);
    size_t length;
    anchor *a = &r->anchors[r->n_anchors++];
    a->node = node;
    return copy_text(r, token, &a->name, &length);
}

/// Puts a finished or opened value where it belongs: root, list, key or value of a map.
static takt_status place(reader *r, takt_node *node)
{
    r->n_values += node->size;
    if (r->n_values > TAKT_YAML_MAX_VALUES)
        return takt_node_fail(node, "",
                              "found more than %d values (aliases counted with what they "
                              "stand for), allowed: at most %d",
                              TAKT_YAML_MAX_VALUES, TAKT_YAML_MAX_VALUES);
    if (r->depth == 0) {
        r->root = node;
        return TAKT_OK;
    }
    takt_node *parent = r->stack[r->depth - 1];
    takt_node **key = &r->keys[r->depth - 1];
    if (parent->kind == TAKT_NODE_MAP && !*key) {
        if (node->kind != TAKT_NODE_SCALAR)
            return takt_node_fail(node, "", "found a %s as a key, allowed: text",
                                  node->kind == TAKT_NODE_MAP ? "mapping" : "list");
        *key = node;
        return TAKT_OK;
    }
    const bool ok = takt_node_append(r->arena, parent, *key, node);
    *key = NULL;
    return ok ? TAKT_OK : out_of_memory(r);
}

static takt_status new_node(reader *r, struct fy_event *event, takt_node_kind kind,
                            takt_node **node)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    *node = takt_node_create(r->arena, kind, r->origin);
    if (!*node)
        return out_of_memory(r);
    if (mark) {
        (*node)->line = mark->line + 1;
        (*node)->column = mark->column + 1;
    }
    return TAKT_OK;
}

static takt_status on_scalar(reader *r, struct fy_event *event)
{
    takt_node *node;
    struct fy_token *token = event->scalar.value;
    TAKT_TRY(new_node(r, event, TAKT_NODE_SCALAR, &node));
    node->text = "";
    node->plain = true;
    if (token) {
        const enum fy_scalar_style style = fy_token_scalar_style(token);
        node->plain = style == FYSS_PLAIN;
        // libfyaml's mark is behind the quote.
        if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && node->column > 1)
            node->column--;
        TAKT_TRY(copy_text(r, token, &node->text, &node->length));
    }
    TAKT_TRY(remember_anchor(r, event, node));
    return place(r, node);
}

static takt_status on_open(reader *r, struct fy_event *event, takt_node_kind kind)
{
    takt_node *node;
    TAKT_TRY(new_node(r, event, kind, &node));
    if (r->depth == TAKT_YAML_MAX_DEPTH)
        return takt_node_fail(node, "",
                              "found values nested more than %d deep, allowed: at most %d",
                              TAKT_YAML_MAX_DEPTH, TAKT_YAML_MAX_DEPTH);
    node->open = true;
    TAKT_TRY(remember_anchor(r, event, node));
    TAKT_TRY(place(r, node));
    r->stack[r->depth] = node;
    r->keys[r->depth] = NULL;
    r->depth++;
    return TAKT_OK;
}

static takt_status on_close(reader *r)
{
    if (r->depth == 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no valid YAML", r->origin->name);
    takt_node *node = r->stack[--r->depth];
    node->open = false;
    for (const takt_entry *e = node->first; e; e = e->next)
        node->size += e->value->size;
    return TAKT_OK;
}

static takt_status on_alias(reader *r, struct fy_event *event)
{
    const char *name;
    size_t length;
    struct fy_token *token = event->alias.anchor;
    TAKT_TRY(copy_text(r, token, &name, &length));
    for (int i = r->n_anchors; i-- > 0;)
        if (strcmp(r->anchors[i].name, name) == 0) {
            if (r->anchors[i].node->open)
                return fail_at(r, fy_token_start_mark(token),
                               "found an alias inside the value it stands for");
            return place(r, r->anchors[i].node);
        }
    return fail_at(r, fy_token_start_mark(token), "found an alias without an anchor of that name");
}

static takt_status on_event(reader *r, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (r->seen_document)
            return fail_at(r, fy_event_start_mark(event),
                           "found a second document, allowed: one document in a file");
        r->seen_document = true;
        return TAKT_OK;
    case FYET_SCALAR:
        return on_scalar(r, event);
    case FYET_ALIAS:
        return on_alias(r, event);
    case FYET_MAPPING_START:
        return on_open(r, event, TAKT_NODE_MAP);
    case FYET_SEQUENCE_START:
        return on_open(r, event, TAKT_NODE_LIST);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_close(r);
    default:
        return TAKT_OK;
    }
}

static takt_status read_events(reader *r)
{
    takt_status status = TAKT_OK;
    for (struct fy_event *event; status == TAKT_OK;) {
        event = fy_parser_parse(r->parser);
        if (!event)
            break;
        status = on_event(r, event);
        fy_parser_event_free(r->parser, event);
    }
    if (status == TAKT_OK && (fy_parser_get_stream_error(r->parser) || fy_diag_got_error(r->diag)))
        status = syntax_error(r);
    return status;
}

takt_status takt_yaml_read(takt_arena *arena, const takt_origin *origin, takt_node **root)
{
    takt_status status = TAKT_OK;
    reader *r = takt_arena_alloc(arena, sizeof *r);
    *root = NULL;
    if (!r)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory while reading", origin->name);
    *r = (reader){.arena = arena, .origin = origin};

    // A diag of our own that only collects: the parser's default one prints, quiet or not.
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    diag_config.colorize = false;
    diag_config.level = FYET_ERROR;
    r->diag = fy_diag_create(&diag_config);
    if (r->diag) {
        fy_diag_set_collect_errors(r->diag, true);
        const struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                                     FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
                                            .diag = r->diag};
        r->parser = fy_parser_create(&config);
    }
    if (r->parser && fy_parser_set_string(r->parser, origin->text, origin->length) == 0)
        status = read_events(r);
    else
        status = out_of_memory(r);
    if (status == TAKT_OK)
        *root = r->root;
    fy_parser_destroy(r->parser);
    fy_diag_destroy(r->diag);
    return status;
}
