/// The command line: flags, positional arguments, and what to say when they are wrong.
#ifndef TAKT_JOBS_ARGUMENTS_H
#define TAKT_JOBS_ARGUMENTS_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

/// X(enum name, flag, what stands behind it or NULL, help). "[N]": a number that may be left out.
#define TAKT_FLAG_LIST(X)                                                                          \
    X(SET, "--set", "PATH=VALUE",                                                                  \
      "change a value of the study, as in --set seed=7; may be given "                             \
      "more than once")                                                                            \
    X(SEED, "--seed", "N", "the study's seed: short for --set seed=N")                             \
    X(OUT, "--out", "DIR", "folder of the run (default: the next runs/STUDY-N)")                   \
    X(RESUME, "--resume", NULL,                                                                    \
      "continue the run of --out DIR, or of `takt VERB --resume DIR`; "                            \
      "`last` is the newest run")                                                                  \
    X(DEVICE, "--device", "auto|cpu|cuda", "where to compute (default: auto)")                     \
    X(ANALYTIC, "--analytic", NULL, "a line of machines by formulas: an instant preview, no run")  \
    X(SCENARIO, "--scenario", "NAME",                                                              \
      "only this one of the study's scenarios (baseline: only the study as it stands)")            \
    X(ALLOW_UNSTABLE, "--allow-unstable", NULL, "run although more comes than a station can do")   \
    X(TRACE, "--trace", "[N]",                                                                     \
      "replication N (default: 0) as a record, trace.csv, and a Gantt chart, trace.html")          \
    X(GENEALOGY, "--genealogy", "ITEM", "what became this item of the replication; leaves no run") \
    X(UNTIL, "--until", "TIME", "only one replication, until this time (36h)")                     \
    X(SNAPSHOT, "--snapshot", "FILE", "with --until: keep the state of the factory in this file")  \
    X(FROM_SNAPSHOT, "--from-snapshot", "FILE",                                                    \
      "all replications begin with this state instead of an empty plant")                          \
    X(FUTURE, "--future", "fresh|common",                                                          \
      "from there on with draws of their own, or with those of the original (default: fresh)")     \
    X(KPIS, "--kpis", "iso22400|semi_e10|all", "also print the key figures of each station")       \
    X(FROM, "--from", "EXAMPLE", "the example to start from")                                      \
    X(REFERENCE, "--reference", NULL, "the reference page in Markdown instead of JSON Schema")     \
    X(LONG, "--long", NULL, "more replications: intervals of 0.3 % instead of 1 %")                \
    X(FRESH, "--fresh", NULL, "three times over, with seeds that nobody has seen")                 \
    X(VIEW, "--view", NULL, "watch it in a browser: the address, with its token, comes on stderr") \
    X(CONTROL, "--control", NULL,                                                                  \
      "the page may also start, stop and save runs and change set-points")                         \
    X(RANKS, "--ranks", "N", "ranks of the runs that the page starts (default: 1)")                \
    X(PORT, "--port", "N", "port of the page (default: 8765, or a free one)")                      \
    X(SOCKET, "--socket", NULL,                                                                    \
      "a Unix socket that only this user can reach (inside Slurm jobs: the default)")              \
    X(BIND, "--bind", "ADDRESS", "listen on another address than 127.0.0.1; needs TLS")            \
    X(TLS_CERT, "--tls-cert", "FILE", "certificate of the page (PEM)")                             \
    X(TLS_KEY, "--tls-key", "FILE", "its private key (PEM)")                                       \
    X(HOST, "--host", "NAME", "another name under which browsers reach the page (a portal)")       \
    X(JSON, "--json", NULL, "one JSON document on stdout instead of tables")                       \
    X(QUIET, "--quiet", NULL, "no progress on stderr")                                             \
    X(HELP, "--help", NULL, "this text")

typedef enum takt_flag {
#define TAKT_FLAG_ENUM(name, text, value, doc) TAKT_FLAG_##name,
    TAKT_FLAG_LIST(TAKT_FLAG_ENUM)
#undef TAKT_FLAG_ENUM
        TAKT_FLAG_COUNT
} takt_flag;

/// A set of flags: what a verb accepts.
typedef uint64_t takt_flags;
#define TAKT_FLAG_BIT(name) (UINT64_C(1) << TAKT_FLAG_##name)
#define TAKT_FLAGS_OUTPUT (TAKT_FLAG_BIT(JSON) | TAKT_FLAG_BIT(QUIET) | TAKT_FLAG_BIT(HELP))
#define TAKT_FLAGS_SERVER                                                                          \
    (TAKT_FLAG_BIT(PORT) | TAKT_FLAG_BIT(SOCKET) | TAKT_FLAG_BIT(BIND) | TAKT_FLAG_BIT(TLS_CERT) | \
     TAKT_FLAG_BIT(TLS_KEY) | TAKT_FLAG_BIT(HOST))
#define TAKT_FLAGS_VIEW (TAKT_FLAGS_SERVER | TAKT_FLAG_BIT(VIEW))
#define TAKT_FLAGS_STUDY                                                                           \
    (TAKT_FLAGS_OUTPUT | TAKT_FLAGS_VIEW | TAKT_FLAG_BIT(SET) | TAKT_FLAG_BIT(SEED) |              \
     TAKT_FLAG_BIT(DEVICE))
#define TAKT_FLAGS_RUN                                                                             \
    (TAKT_FLAGS_STUDY | TAKT_FLAG_BIT(CONTROL) | TAKT_FLAG_BIT(OUT) | TAKT_FLAG_BIT(RESUME))

enum { TAKT_ARGUMENTS_MAX_SETS = 256, TAKT_ARGUMENTS_MAX_POSITIONAL = 4 };

/// What was typed behind the verb. Texts are borrowed from argv.
typedef struct takt_arguments {
    const char *positional[TAKT_ARGUMENTS_MAX_POSITIONAL];
    int32_t n_positional;
    const char *sets[TAKT_ARGUMENTS_MAX_SETS]; // --set and --seed in their order
    int32_t n_sets;
    const char *values[TAKT_FLAG_COUNT]; // of flags with a value, NULL: not given
    takt_flags given;
    char seed[32]; // "seed=7"
} takt_arguments;

/// Reads argv[2 ..] for a verb that accepts `flags` and takes `min` to `max` positional arguments,
/// described by `usage` ("STUDY"). --help stops reading. TAKT_ERR_INPUT with one line. Local.
takt_status takt_arguments_read(takt_arguments *arguments, const char *verb, takt_flags flags,
                                int argc, char **argv);

/// Were enough positional arguments given? TAKT_ERR_INPUT names the usage.
takt_status takt_arguments_count(const takt_arguments *arguments, const char *verb,
                                 const char *usage, int32_t min, int32_t max);

/// Was the flag given?
bool takt_arguments_has(const takt_arguments *arguments, takt_flag flag);

/// Text, value and help of a flag.
const char *takt_flag_text(takt_flag flag);
const char *takt_flag_value(takt_flag flag);
const char *takt_flag_help(takt_flag flag);

#endif
