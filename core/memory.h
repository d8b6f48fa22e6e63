/// Memory: the only home of malloc. Counts allocations, so that a test can assert that a step
/// allocates nothing, and offers arenas: many small objects, one release.
#ifndef TAKT_CORE_MEMORY_H
#define TAKT_CORE_MEMORY_H

#include "core/status.h"

#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// Allocates `n_bytes` zeroed bytes, aligned to 64. NULL when there is no memory (or n_bytes is 0).
/// The caller frees with takt_free.
TAKT_API void *takt_alloc(size_t n_bytes);

/// Frees what takt_alloc gave; NULL is allowed.
TAKT_API void takt_free(void *memory);

/// Frees what a library allocated with malloc and gave away; NULL is allowed.
TAKT_API void takt_free_foreign(void *memory);

/// Number of takt_alloc calls of this process so far.
TAKT_API int64_t takt_alloc_count(void);

/// An arena: objects live until the arena is destroyed. Not thread-safe.
typedef struct takt_arena takt_arena;

/// Creates an empty arena; the caller owns it.
TAKT_API takt_status takt_arena_create(takt_arena **arena);

/// Releases the arena and all that lies in it, sets *arena to NULL. NULL is allowed.
TAKT_API void takt_arena_destroy(takt_arena **arena);

/// `n_bytes` zeroed bytes, aligned to 64, owned by the arena. NULL when there is no memory.
TAKT_API void *takt_arena_alloc(takt_arena *arena, size_t n_bytes);

/// A copy of `text` owned by the arena. NULL when there is no memory.
TAKT_API char *takt_arena_copy_text(takt_arena *arena, const char *text);

/// printf into the arena. NULL when there is no memory.
TAKT_API char *takt_arena_format(takt_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

TAKT_EXTERN_C_END

#endif
