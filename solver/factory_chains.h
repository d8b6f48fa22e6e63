/// Factories that are small enough for their Markov chain: exact answers to put beside a
/// simulation. Each function builds the chain, solves it and reads what is wanted.
///
/// Endless queues are cut where the probability beyond is below rounding for loads up to 0.7
/// (TAKT_CHAIN_QUEUE places).
#ifndef TAKT_SOLVER_FACTORY_CHAINS_H
#define TAKT_SOLVER_FACTORY_CHAINS_H

#include "solver/chain.h"

#include <stdbool.h>

TAKT_EXTERN_C_BEGIN

enum { TAKT_CHAIN_MACHINES = 4, TAKT_CHAIN_QUEUE = 400 };

/// Machines in a row with a buffer between each two, an endless supply before the first and free
/// space behind the last.
///
/// takt_chain_exponential_line: service, up (of work) and repair times are exponential, rates per
/// unit time; blocking after service; failure rate 0: never breaks. A model that blocks before
/// service and counts at most N parts from the end of one machine to the end of the next is this
/// one with N - 2 places (Gershwin and Berman 1981).
///
/// takt_chain_cycle_line: all machines work in the same unit cycle and break in a cycle of work
/// with probability `failure`, are repaired in a cycle with probability `repair`; first the
/// machines change, then the parts move; a machine works when at the end of the last cycle its
/// buffer before held a part and the one behind a place (Buzacott 1967, Gershwin 1994 ch. 3, 4).
/// A part stays in the buffer before until it is finished. With `after_service` a machine takes it
/// out, and is blocked with the finished part where the buffer behind is full; two machines are
/// then those of the other rule with two places more.
typedef struct takt_chain_line {
    int32_t n_machines; // 2 .. TAKT_CHAIN_MACHINES
    int32_t places[TAKT_CHAIN_MACHINES - 1];
    double rate[TAKT_CHAIN_MACHINES]; // of service; not read by the line in cycles
    double failure[TAKT_CHAIN_MACHINES], repair[TAKT_CHAIN_MACHINES];
    bool after_service; // of the line in cycles
} takt_chain_line;

/// Stationary answers: parts per unit time (or cycle), mean parts in each buffer, share of time
/// that the first machine is blocked and the last is starved.
typedef struct takt_chain_line_answer {
    int32_t n_states;
    double throughput;
    double level[TAKT_CHAIN_MACHINES - 1];
    double blocked, starved;
} takt_chain_line_answer;

TAKT_API takt_status takt_chain_exponential_line(const takt_chain_line *line,
                                                 takt_chain_line_answer *answer);
TAKT_API takt_status takt_chain_cycle_line(const takt_chain_line *line,
                                           takt_chain_line_answer *answer);

/// One exponential server that breaks, by the clock or while it serves; the job resumes.
/// *items: mean number in the system.
typedef struct takt_chain_server {
    double arrival, service, failure, repair; // rates
    bool by_clock;
} takt_chain_server;
TAKT_API takt_status takt_chain_breaking_server(const takt_chain_server *server, double *items);

/// Fork-join: each arrival sends one part to each of two exponential servers and is done when both
/// are. *time: mean time of an arrival in the system.
TAKT_API takt_status takt_chain_fork_join(double arrival, double service, double *time);

/// One exponential server that takes batches: it starts with what waits, at most `most`, when at
/// least `least` wait; with fewer after an exponential time-out (rate 0: never) that runs while the
/// server is free and something waits. *waiting: mean number waiting.
typedef struct takt_chain_batches {
    double arrival, service, time_out; // rates
    int32_t least, most;
} takt_chain_batches;
TAKT_API takt_status takt_chain_batch_server(const takt_chain_batches *batches, double *waiting);

/// Two kinds of machines that break after exponential times, and one repairer: those of the first
/// kind take him away from those of the second, whose repair goes on afterwards. *down: mean number
/// of machines of `kind` 0 or 1 that are broken.
typedef struct takt_chain_urgent {
    int32_t n[2];
    double failure[2], repair[2]; // rates
} takt_chain_urgent;
TAKT_API takt_status takt_chain_urgent_repairs(const takt_chain_urgent *urgent, int32_t kind,
                                               double *down);

/// Assembly of one part from each of two exponential machines, `places` between each of them and
/// the assembler, all of rate 1, blocking after service. *throughput: assemblies per unit time.
TAKT_API takt_status takt_chain_assembly(int32_t places, double *throughput);

TAKT_EXTERN_C_END

#endif
