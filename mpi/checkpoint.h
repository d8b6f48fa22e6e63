/// Checkpoint files: one flat block of bytes that survives kills, full disks and flipped bits.
///
/// A file is a 64-byte head (magic, version, kind, study hash, seed, payload length, checksums)
/// and the payload, little endian. It is written beside the old one, flushed to the disk and moved
/// into place; the one before is kept as PATH.1. Whatever moment the program dies, one of the two
/// last states can be loaded.
#ifndef TAKT_MPI_CHECKPOINT_H
#define TAKT_MPI_CHECKPOINT_H

#include "core/status.h"

#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// What a checkpoint belongs to. A file with another identity is never loaded.
typedef struct takt_checkpoint_identity {
    uint32_t kind;       ///< what the payload is; numbers belong to the caller
    uint32_t layout;     ///< version of the payload's layout
    uint64_t study_hash; ///< hash of the effective study
    uint64_t seed;
} takt_checkpoint_identity;

typedef enum takt_checkpoint_source {
    TAKT_CHECKPOINT_NONE,    ///< there is no checkpoint
    TAKT_CHECKPOINT_CURRENT, ///< PATH
    TAKT_CHECKPOINT_PREVIOUS ///< PATH.1, because PATH is missing or damaged
} takt_checkpoint_source;

typedef struct takt_checkpoint {
    takt_checkpoint_source source;
    void *payload; ///< n_bytes bytes, owned; NULL when source is NONE
    size_t n_bytes;
} takt_checkpoint;

/// Writes `n_bytes` bytes of `payload` to `path` (at most 4,000 characters) and keeps the file
/// before as PATH.1. On failure (TAKT_ERR_FILE: disk full, folder not writable) both older files
/// are as they were. Local: call it on one rank.
TAKT_API takt_status takt_checkpoint_save(const char *path,
                                          const takt_checkpoint_identity *identity,
                                          const void *payload, size_t n_bytes);

/// Loads the newest intact state of `path` or PATH.1. No file at all is TAKT_OK with source NONE.
/// TAKT_ERR_INPUT: an intact file of another study, seed, kind or layout (the line says which
/// differs); TAKT_ERR_FILE: files are there and none is intact. Release with
/// takt_checkpoint_release. Local.
TAKT_API takt_status takt_checkpoint_load(const char *path,
                                          const takt_checkpoint_identity *identity,
                                          takt_checkpoint *checkpoint);

/// Frees the payload and clears the struct.
TAKT_API void takt_checkpoint_release(takt_checkpoint *checkpoint);

TAKT_EXTERN_C_END

#endif
