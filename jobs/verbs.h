/// The verbs of the program, one file each. A new one is a file jobs/<verb>.c that defines
/// takt_verb_<verb>, and one line here.
#ifndef TAKT_JOBS_VERBS_H
#define TAKT_JOBS_VERBS_H

#include "jobs/call.h"

/// In the order of `takt help`.
#define TAKT_VERB_LIST(X)                                                                          \
    X(new)                                                                                         \
    X(check)                                                                                       \
    X(simulate)                                                                                    \
    X(optimize)                                                                                    \
    X(physics)                                                                                     \
    X(validate)                                                                                    \
    X(bench)                                                                                       \
    X(view)                                                                                        \
    X(runs)                                                                                        \
    X(schema)                                                                                      \
    X(doctor)                                                                                      \
    X(help)

typedef struct takt_verb {
    const char *name;
    const char *usage;   // positional arguments: "STUDY"
    const char *summary; // one line
    const char *text;    // what it does, paragraphs of at most 80 columns
    takt_flags flags;
    int32_t min_positional, max_positional;
    /// Runs on all ranks, prints on rank 0, returns the same status on all. Collective.
    takt_status (*run)(takt_call *call);
} takt_verb;

#define TAKT_VERB_DECLARE(name) extern const takt_verb takt_verb_##name;
TAKT_VERB_LIST(TAKT_VERB_DECLARE)
#undef TAKT_VERB_DECLARE

/// The verb of this name; TAKT_ERR_INPUT with the nearest one when there is none.
takt_status takt_verb_find(const char *name, const takt_verb **verb);

/// Prints the help of one verb; of the program where `verb` is NULL. Local.
takt_status takt_verb_print_help(const takt_call *call, const takt_verb *verb);

#endif
