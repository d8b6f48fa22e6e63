/// SIGTERM, SIGINT and SIGUSR1 ask for a stop at the next chunk (core/stop.h).
#ifndef TAKT_JOBS_SIGNALS_H
#define TAKT_JOBS_SIGNALS_H

/// Installs the handlers, for this process: for verbs that can stop and be continued. The others
/// end at once, as any program does. A second SIGINT ends the program at once: a user who presses
/// Ctrl-C twice does not want to wait.
void takt_signals_install(void);

/// Makes a file size limit an error of write, which has a message, instead of a signal.
void takt_signals_ignore_size_limit(void);

#endif
