#include "core/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, BLOCK_BYTES = 64 * 1024 };

static int64_t n_allocations;

static size_t round_up(size_t n_bytes)
{
    return (n_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *takt_alloc(size_t n_bytes)
{
    if (n_bytes == 0 || n_bytes > SIZE_MAX / 2)
        return NULL;
    void *memory = aligned_alloc(ALIGNMENT, round_up(n_bytes));
    if (memory)
        memset(memory, 0, round_up(n_bytes));
    __atomic_fetch_add(&n_allocations, 1, __ATOMIC_RELAXED);
    return memory;
}

void takt_free(void *memory)
{
    free(memory);
}

void takt_free_foreign(void *memory)
{
    free(memory);
}

int64_t takt_alloc_count(void)
{
    return __atomic_load_n(&n_allocations, __ATOMIC_RELAXED);
}

typedef struct block {
    struct block *next;
    size_t used, size; // bytes after the (aligned) head
} block;

struct takt_arena {
    block *blocks;
};

takt_status takt_arena_create(takt_arena **arena)
{
    *arena = takt_alloc(sizeof **arena);
    return *arena ? TAKT_OK : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for an arena");
}

void takt_arena_destroy(takt_arena **arena)
{
    if (!*arena)
        return;
    for (block *b = (*arena)->blocks; b;) {
        block *next = b->next;
        takt_free(b);
        b = next;
    }
    takt_free(*arena);
    *arena = NULL;
}

void *takt_arena_alloc(takt_arena *arena, size_t n_bytes)
{
    if (n_bytes > SIZE_MAX / 4) // rounding up must not wrap around
        return NULL;
    size_t need = round_up(n_bytes ? n_bytes : 1);
    block *b = arena->blocks;
    if (!b || b->size - b->used < need) {
        size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
        b = takt_alloc(round_up(sizeof *b) + size);
        if (!b)
            return NULL;
        b->size = size;
        b->next = arena->blocks;
        arena->blocks = b;
    }
    void *memory = (char *)b + round_up(sizeof *b) + b->used;
    b->used += need;
    return memory;
}

char *takt_arena_copy_text(takt_arena *arena, const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = takt_arena_alloc(arena, n);
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

char *takt_arena_format(takt_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = n >= 0 ? takt_arena_alloc(arena, (size_t)n + 1) : NULL;
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}
