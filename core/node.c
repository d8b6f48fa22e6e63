// Nodes of a document, and the one form that all messages about a place in a file have.
#include "core/node_internal.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

/// Characters of a source line that a message shows; longer lines are cut around the caret.
enum { SHOWN_BEFORE = 60, SHOWN_CHARACTERS = 100, TEXT_BYTES = 1024 };

/// Bytes of the first `n` characters of a line; a byte that is no UTF-8 counts as a character.
static size_t bytes_of(const char *line, size_t length, int n)
{
    size_t i = 0;
    while (i < length && n-- > 0) {
        const size_t size = takt_character_bytes(line + i, length - i);
        i += size ? size : 1;
    }
    return i;
}

/// A copy fit for a terminal: every character that may not be shown is one `?`, a tab one space.
static void copy_shown(const char *line, size_t length, char *out)
{
    for (size_t i = 0; i < length;) {
        const size_t size = takt_character_bytes(line + i, length - i);
        const size_t shown = takt_printable_bytes(line + i, length - i);
        if (shown)
            memcpy(out, line + i, shown);
        else
            *out = line[i] == '\t' ? ' ' : '?';
        out += shown ? shown : 1;
        i += size ? size : 1;
    }
    *out = '\0';
}

/// Line number `line` (from 1) of a text, without its end; NULL when there is none.
static const char *find_line(const takt_origin *origin, int32_t line, size_t *length)
{
    const char *p = origin->text, *end = p + origin->length;
    for (int32_t i = 1; i < line; ++i) {
        p = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        if (!p)
            return NULL;
        ++p;
    }
    const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    *length = (size_t)((stop ? stop : end) - p);
    if (*length && p[*length - 1] == '\r')
        --*length;
    return p;
}

/// "\n<source line>\n    ^", or "" when there is nothing to show.
static void draw_line(const takt_origin *origin, int32_t line, int32_t column, char *out,
                      size_t n_out)
{
    size_t length;
    const char *text = find_line(origin, line, &length);
    *out = '\0';
    if (!text || length == 0)
        return;
    int caret = column - 1;
    if (caret > SHOWN_BEFORE) {
        const size_t skip = bytes_of(text, length, caret - SHOWN_BEFORE);
        text += skip;
        length -= skip;
        caret = SHOWN_BEFORE;
    }
    length = bytes_of(text, length, SHOWN_CHARACTERS);
    char shown[4 * SHOWN_CHARACTERS + 1];
    copy_shown(text, length, shown);
    snprintf(out, n_out, "\n  %s\n  %*s^", shown, caret, "");
}

static takt_status fail_v(const takt_origin *origin, int32_t line, int32_t column, const char *path,
                          const char *format, va_list arguments)
{
    char text[TEXT_BYTES], where[32] = "", drawing[4 * SHOWN_CHARACTERS + SHOWN_BEFORE + 16] = "";
    vsnprintf(text, sizeof text, format, arguments);
    if (origin->is_file && line > 0) {
        snprintf(where, sizeof where, ":%d:%d", line, column);
        draw_line(origin, line, column, drawing, sizeof drawing);
    }
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s%s: %s%s%s%s", origin->name, where, path, *path ? ": " : "",
                     text, drawing);
}

takt_status takt_origin_fail(const takt_origin *origin, int32_t line, int32_t column,
                             const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const takt_status status = fail_v(origin, line, column, path, format, arguments);
    va_end(arguments);
    return status;
}

takt_status takt_node_fail(const takt_node *node, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const takt_status status =
        fail_v(node->origin, node->line, node->column, path, format, arguments);
    va_end(arguments);
    return status;
}

takt_node *takt_node_create(takt_arena *arena, takt_node_kind kind, const takt_origin *origin)
{
    takt_node *node = takt_arena_alloc(arena, sizeof *node);
    if (node)
        *node = (takt_node){.kind = kind, .origin = origin, .text = "", .size = 1};
    return node;
}

bool takt_node_append(takt_arena *arena, takt_node *node, takt_node *key, takt_node *value)
{
    takt_entry *entry = takt_arena_alloc(arena, sizeof *entry);
    if (!entry)
        return false;
    *entry = (takt_entry){.key = key, .value = value};
    if (node->last)
        node->last->next = entry;
    else
        node->first = entry;
    node->last = entry;
    node->n_entries++;
    return true;
}

takt_entry *takt_node_find(const takt_node *map, const char *key, size_t n_key)
{
    if (map->kind != TAKT_NODE_MAP)
        return NULL;
    for (takt_entry *e = map->first; e; e = e->next)
        if (e->key->length == n_key && memcmp(e->key->text, key, n_key) == 0)
            return e;
    return NULL;
}

bool takt_node_is_null(const takt_node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != TAKT_NODE_SCALAR || !node->plain)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
        if (strcmp(node->text, words[i]) == 0)
            return true;
    return false;
}
