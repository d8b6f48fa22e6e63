/// Production lines without simulation: machines in series that fail and are repaired, with a
/// finite buffer between two neighbours. Two machines exactly, longer lines by decomposition.
///
/// Deterministic model (Buzacott 1967; Gershwin, Manufacturing Systems Engineering, 1994, ch. 3):
/// all machines take one cycle per part and keep step. A machine that works fails in a cycle with
/// probability `failure`, one that is down is repaired with probability `repair`; waiting machines
/// do not fail. A machine that fails in a cycle finishes no part in it. The first machine never
/// starves, the last one is never blocked.
///
/// Exponential model (Gershwin and Berman 1981): the same with exponential times, rates per unit of
/// time; the level counts the part in work at the second machine.
///
/// Both models count as one store all that the first machine has finished and the second has not.
/// For B places between the machines, blocking after service, that is B + 2 parts: one finished
/// part waits on the first machine, one is in work on the second.
#ifndef TAKT_SOLVER_LINE_H
#define TAKT_SOLVER_LINE_H

#include "core/hd.h"
#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// A machine of the deterministic model, probabilities per cycle: failure 0 to below 1 (0: never
/// fails), repair above 0 to 1.
typedef struct takt_line_machine {
    double failure, repair;
} takt_line_machine;

/// A machine of the exponential model, rates per unit of time: service and repair above 0, failure
/// 0 or more.
typedef struct takt_line_rates {
    double service, failure, repair;
} takt_line_rates;

/// What comes out of two machines and a buffer.
typedef struct takt_line_answer {
    double throughput; // parts per cycle, or per unit of time
    double level;      // mean number of parts in the store; INFINITY where it grows for ever
    double starved;    // share of time: the second machine is up and has no part
    double blocked;    // share of time: the first machine is up and finds no place
} takt_line_answer;

/// A store that is never full.
#define TAKT_LINE_UNLIMITED INT64_MAX

/// Largest store of takt_line_exponential: its chain is solved level by level.
enum { TAKT_LINE_EXPONENTIAL_MAX = 100000 };

/// Share of time in which a machine that never waits is up.
TAKT_API double takt_line_machine_efficiency(takt_line_machine machine);

/// Two machines with a store of `capacity` parts, in closed form from 4 parts on, from its chain
/// below. 0: the machines stand still together, as without a buffer. Takes O(log capacity) steps.
/// Local; thread-safe; allocates nothing.
TAKT_API takt_line_answer takt_line_deterministic(takt_line_machine first, takt_line_machine second,
                                                  int64_t capacity);

/// The same for exponential times: 1 to TAKT_LINE_EXPONENTIAL_MAX parts, or TAKT_LINE_UNLIMITED.
/// TAKT_ERR_INPUT for another capacity; TAKT_ERR_LIMIT where the level of an unlimited store is so
/// high that the chain would need more levels; TAKT_ERR_MEMORY. Local; thread-safe.
TAKT_API takt_status takt_line_exponential(takt_line_rates first, takt_line_rates second,
                                           int64_t capacity, takt_line_answer *answer);

/// How a decomposition went.
typedef struct takt_line_decomposition {
    double throughput; // parts per cycle
    int32_t n_sweeps;  // there and back through the line
    bool converged;
    const char *reason; // why it did not converge, NULL where it did
} takt_line_decomposition;

/// A line of `n_machines` >= 2 by decomposition into two-machine lines (Gershwin 1987; equations of
/// Dallery, David and Xie 1988): `capacities` and `answers` have n_machines - 1 entries, one per
/// store, each 1 part or more and not unlimited. answers[i].starved belongs to machine i + 1,
/// .blocked to machine i. Exact for two machines; approximate for more: its throughput is too high
/// by 0.1 % at 3 machines, 0.45 % at 5, 1.8 % at 10, 4.1 % at 20 (repair .1, failure .01, 10
/// parts). TAKT_ERR_MEMORY. Local; thread-safe.
TAKT_API takt_status takt_line_decompose(const takt_line_machine *machines, int32_t n_machines,
                                         const int64_t *capacities, takt_line_answer *answers,
                                         takt_line_decomposition *result);

TAKT_EXTERN_C_END

#endif
