/// A taker of checkpoints for tests: keeps one of those that are offered.
#ifndef TAKT_TESTS_MPI_KEEPER_H
#define TAKT_TESTS_MPI_KEEPER_H

#include "core/memory.h"
#include "core/status.h"

#include <stdbool.h>
#include <string.h>

/// Keeps the checkpoint number `wanted`; whoever has it frees `bytes` (takt_free).
typedef struct keeper {
    int n_seen, wanted;
    void *bytes;
    size_t n_bytes;
} keeper;

static inline bool always_due(void *context)
{
    (void)context;
    return true;
}

static inline takt_status keep(void *context, const void *bytes, size_t n_bytes)
{
    keeper *k = context;
    if (k->n_seen++ != k->wanted)
        return TAKT_OK;
    k->bytes = takt_alloc(n_bytes);
    memcpy(k->bytes, bytes, n_bytes);
    k->n_bytes = n_bytes;
    return TAKT_OK;
}

#endif
