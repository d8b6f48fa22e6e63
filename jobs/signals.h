/// SIGTERM, SIGINT and SIGUSR1 ask for a stop at the next chunk (core/stop.h).
#ifndef TAKT_JOBS_SIGNALS_H
#define TAKT_JOBS_SIGNALS_H

/// Installs the handlers, for this process. A second SIGINT ends the program at once: a user who
/// presses Ctrl-C twice does not want to wait.
void takt_signals_install(void);

#endif
