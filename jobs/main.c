// The program: joins the ranks, finds the verb, and turns its status into one line on stderr and an
// exit code. No other file of takt ends the process.

#include "jobs/signals.h"
#include "jobs/verbs.h"
#include "jobs/viewing.h"

#include "core/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static takt_status print_version(const takt_call *call)
{
    static const char text[] = "takt " TAKT_VERSION "\n";
    return takt_call_print(call, text, sizeof text - 1);
}

static takt_status run(takt_call *call, int argc, char **argv)
{
    const takt_verb *verb = NULL;
    const char *first = argc > 1 ? argv[1] : "--help";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
        return takt_verb_print_help(call, NULL);
    if (strcmp(first, "--version") == 0)
        return print_version(call);
    TAKT_TRY(takt_verb_find(first, &verb));
    call->verb = verb->name;
    takt_arguments *arguments = &call->arguments;
    TAKT_TRY(takt_arguments_read(arguments, verb->name, verb->flags, argc, argv));
    if (takt_arguments_has(arguments, TAKT_FLAG_HELP))
        return takt_verb_print_help(call, verb);
    TAKT_TRY(takt_arguments_count(arguments, verb->name, verb->usage, verb->min_positional,
                                  verb->max_positional));
    if (verb->flags & TAKT_FLAG_BIT(RESUME))
        takt_signals_install();
    TAKT_TRY(takt_viewing_create(call));
    const takt_status status = verb->run(call);
    takt_viewing_destroy(call, status);
    return status;
}

/// `takt view` starts other programs, which a process of MPI must not; it computes nothing itself.
static bool needs_mpi(int argc, char **argv)
{
    return argc < 2 || strcmp(argv[1], takt_verb_view.name) != 0;
}

/// One line, from rank 0: every rank knows the same status (takt_comm_agree). A failure of MPI is
/// known to the rank alone that saw it.
static void report(const takt_call *call, takt_status status)
{
    if (status == TAKT_OK || (!takt_call_leads(call) && status != TAKT_ERR_MPI))
        return;
    const char *text = takt_error_text();
    fprintf(stderr, "takt: %s\n", *text ? text : takt_status_text(status));
    if (getenv("TAKT_TRACE"))
        fprintf(stderr, "  from %s\n", takt_error_trace());
}

int main(int argc, char **argv)
{
    takt_call call = {.program = argv[0], .verb = "", .started_s = takt_clock_s()};
    // Without mpirun Open MPI would start a daemon of its own beside us, for programs that spawn
    // others: it costs a tenth of a second and gets the signals that are meant for us.
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    takt_status status = needs_mpi(argc, argv) ? takt_comm_create(&call.comm, &argc, &argv)
                                               : takt_comm_create_alone(&call.comm);
    if (status != TAKT_OK) {
        fprintf(stderr, "takt: %s\n", takt_error_text());
        return takt_status_exit_code(status);
    }
    takt_signals_ignore_size_limit();
    status = run(&call, argc, argv);
    report(&call, status);
    if (status == TAKT_ERR_MPI)
        takt_comm_abort(call.comm, status);
    takt_comm_destroy(&call.comm);
    return takt_status_exit_code(status);
}
