/// The requests to stop soon and to save soon: set by a signal handler or by the viewer's thread,
/// asked by loops between two chunks of work.
#ifndef TAKT_CORE_STOP_H
#define TAKT_CORE_STOP_H

#include "core/hd.h"

#include <stdbool.h>

TAKT_EXTERN_C_BEGIN

/// Asks this process to stop at the next chunk. Safe in a signal handler and
/// from any thread.
TAKT_API void takt_stop_request(void);

/// Was a stop requested?
TAKT_API bool takt_stop_requested(void);

/// Forgets the request (a program that goes on after a stop; tests).
TAKT_API void takt_stop_clear(void);

/// The same for "save what is done soon, and go on". Whoever has saved clears it.
TAKT_API void takt_save_request(void);
TAKT_API bool takt_save_requested(void);
TAKT_API void takt_save_clear(void);

TAKT_EXTERN_C_END

#endif
