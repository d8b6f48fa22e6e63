/// Threads of the viewer: none of them takes a signal, because the handlers of the program wake
/// what its own threads wait in.
#ifndef TAKT_VIZ_THREAD_H
#define TAKT_VIZ_THREAD_H

#include "core/status.h"

#include <pthread.h>

TAKT_EXTERN_C_BEGIN

/// Starts `run(context)`; `what` names the part in the message ("feed"). The caller joins.
/// TAKT_ERR_MEMORY where the system has no thread left.
TAKT_API takt_status takt_thread_start(pthread_t *thread, void *(*run)(void *context),
                                       void *context, const char *what);

TAKT_EXTERN_C_END

#endif
