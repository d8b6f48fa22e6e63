/// What every verb gets: who runs it, what was typed, and when it began.
#ifndef TAKT_JOBS_CALL_H
#define TAKT_JOBS_CALL_H

#include "core/clock.h"
#include "jobs/arguments.h"
#include "mpi/comm.h"

typedef struct takt_call {
    takt_comm *comm;
    const char *verb;
    const char *program; // argv[0]
    takt_arguments arguments;
    double started_s;             // takt_clock_s when the program began
    struct takt_viewing *viewing; // who watches (jobs/viewing.h), NULL: nobody
} takt_call;

/// Does this rank print and write?
bool takt_call_leads(const takt_call *call);

/// Writes all of `n` bytes to stdout on rank 0. TAKT_ERR_FILE when that fails (a full disk behind a
/// redirection). Local.
takt_status takt_call_print(const takt_call *call, const char *bytes, size_t n);

#endif
