#include "viz/thread.h"

#include <signal.h>
#include <string.h>

takt_status takt_thread_start(pthread_t *thread, void *(*run)(void *context), void *context,
                              const char *what)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(thread, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: its thread cannot be started: %s", what,
                         strerror(error));
    return TAKT_OK;
}
