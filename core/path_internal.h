/// Paths into a study: "factory.buffers[rolls_a].capacity". Internal to core: documents and schema
/// tables follow the same syntax.
#ifndef TAKT_CORE_PATH_INTERNAL_H
#define TAKT_CORE_PATH_INTERNAL_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

/// The deepest path, and the longest path that a message shows.
#define TAKT_PATH_MAX_STEPS 40
#define TAKT_PATH_BYTES 512

typedef enum takt_step_kind { TAKT_STEP_KEY, TAKT_STEP_INDEX, TAKT_STEP_NAME } takt_step_kind;

/// One step; `text` points into the path and has `n` bytes.
typedef struct takt_step {
    takt_step_kind kind;
    const char *text;
    size_t n;
    int64_t index; // TAKT_STEP_INDEX
    size_t end;    // bytes of the path up to and with this step
} takt_step;

/// Splits `path` into steps (borrowed), at most TAKT_PATH_MAX_STEPS. TAKT_ERR_INPUT when it is no
/// path.
takt_status takt_path_split(const char *path, takt_step *steps, int *n_steps);

/// Is `text` what the step says?
bool takt_step_is(const takt_step *step, const char *text);

#endif
