/// The request to stop soon: set by a signal handler, asked by loops between two chunks of work.
#ifndef TAKT_CORE_STOP_H
#define TAKT_CORE_STOP_H

#include "core/hd.h"

#include <stdbool.h>

TAKT_EXTERN_C_BEGIN

/// Asks this process to stop at the next chunk. Safe in a signal handler.
TAKT_API void takt_stop_request(void);

/// Was a stop requested?
TAKT_API bool takt_stop_requested(void);

/// Forgets the request (a program that goes on after a stop; tests).
TAKT_API void takt_stop_clear(void);

TAKT_EXTERN_C_END

#endif
