/// Progress on stderr and warnings into the log: the observer that verbs hand to the floors below.
///
/// On a terminal one line is rewritten at most twice per second; elsewhere a line comes every few
/// seconds. Nothing with --quiet, and nothing from other ranks than 0.
#ifndef TAKT_JOBS_PROGRESS_H
#define TAKT_JOBS_PROGRESS_H

#include "jobs/run_folder.h"

typedef struct takt_progress_printer {
    const takt_call *call;
    const takt_run *run; // where log events go; may be NULL
    takt_observer observer;
    bool is_silent, is_terminal, has_line;
    double printed_s; // when the last line came; 0: never
    char phase[64];   // of that line
} takt_progress_printer;

/// Fills the printer; `printer->observer` is what others get. `run` may be NULL.
void takt_progress_begin(takt_progress_printer *printer, const takt_call *call,
                         const takt_run *run);

/// Prints one sentence at once: the sign of life.
void takt_progress_say(takt_progress_printer *printer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// Ends a line that was being rewritten.
void takt_progress_end(takt_progress_printer *printer);

#endif
