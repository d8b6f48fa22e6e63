/// Words in messages: what was typed, made fit to be shown, and what was probably meant.
#ifndef TAKT_CORE_WORDS_H
#define TAKT_CORE_WORDS_H

#include "core/hd.h"

#include <stdbool.h>
#include <stddef.h>

TAKT_EXTERN_C_BEGIN

/// The nearest of `n` names to `text` (n_text bytes) by optimal string alignment distance; NULL
/// when none is near enough to be a typing error.
TAKT_API const char *takt_nearest(const char *text, size_t n_text, const char *const *names, int n);

/// What an unknown name is answered with: "; did you mean 'x'?" for a near one of the `n` names,
/// else ", allowed: a, b, c". Returns `out`.
TAKT_API const char *takt_suggest(const char *text, size_t n_text, const char *const *names, int n,
                                  char *out, size_t n_bytes);

/// A copy of `text` fit for a one-line message: cut after 60 bytes, control characters as `?`.
/// Returns `out` (at least TAKT_SHOWN_BYTES).
#define TAKT_SHOWN_BYTES 72
TAKT_API const char *takt_shown(const char *text, size_t n_text, char *out);

/// Does the text hold a control character? It would break a line of a message or steer a terminal.
TAKT_API bool takt_has_controls(const char *text);

TAKT_EXTERN_C_END

#endif
