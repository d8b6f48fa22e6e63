/// The tree behind a document. Internal to core: yaml.c builds it, schema_load.c reads it.
///
/// Aliases share nodes, so the tree may be a graph without cycles; `size` counts values as if every
/// alias were written out, which is what keeps a small file from standing for a billion values.
#ifndef TAKT_CORE_NODE_INTERNAL_H
#define TAKT_CORE_NODE_INTERNAL_H

#include "core/memory.h"
#include "core/yaml.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/// The text a node was read from.
typedef struct takt_origin {
    const char *name; // "study.yaml", or "--set a.b=3"
    const char *text;
    size_t length;
    bool is_file; // messages name line and column and show the line
} takt_origin;

typedef enum takt_node_kind { TAKT_NODE_SCALAR, TAKT_NODE_LIST, TAKT_NODE_MAP } takt_node_kind;

typedef struct takt_node takt_node;

/// A value of a list (key NULL) or of a map.
typedef struct takt_entry {
    takt_node *key;
    takt_node *value;
    struct takt_entry *next;
} takt_entry;

struct takt_node {
    takt_node_kind kind;
    bool plain;           // a scalar written without quotes
    bool open;            // still being read (an alias to it would be a cycle)
    int32_t line, column; // from 1, columns in characters
    const takt_origin *origin;
    const char *text; // scalar
    size_t length;    // scalar
    takt_entry *first, *last;
    int32_t n_entries;
    int64_t size; // values in it, aliases written out
};

struct takt_document {
    takt_arena *arena;
    takt_origin *origin;
    takt_node *root; // never NULL in an opened document
};

/// Sets the error `origin:line:column: path: text` with the source line and a caret; returns
/// TAKT_ERR_INPUT. `path` may be "".
takt_status takt_origin_fail(const takt_origin *origin, int32_t line, int32_t column,
                             const char *path, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/// The same at a node.
takt_status takt_node_fail(const takt_node *node, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// A new node of the arena, NULL when there is no memory.
takt_node *takt_node_create(takt_arena *arena, takt_node_kind kind, const takt_origin *origin);

/// Appends an entry (`key` NULL in lists). false when there is no memory.
bool takt_node_append(takt_arena *arena, takt_node *node, takt_node *key, takt_node *value);

/// The entry of a map with this key; NULL when there is none.
takt_entry *takt_node_find(const takt_node *map, const char *key, size_t n_key);

/// Is the node nothing: an empty plain scalar, `~` or `null`?
bool takt_node_is_null(const takt_node *node);

/// Parses the whole of `origin` into a tree in `arena`; *root is NULL when there is no value in it.
/// The only function of core that needs libfyaml.
takt_status takt_yaml_read(takt_arena *arena, const takt_origin *origin, takt_node **root);

#endif
