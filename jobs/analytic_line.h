/// A study as a line of machines that can be solved without simulation: which machine follows
/// which, and the numbers of solver/line.h. Studies that are no such line are refused, with the
/// field, what was found and what is covered.
#ifndef TAKT_JOBS_ANALYTIC_LINE_H
#define TAKT_JOBS_ANALYTIC_LINE_H

#include "sim/study.h"
#include "solver/line.h"

/// Parts that the store between two machines holds besides those in the buffer: a finished one on
/// the machine before it, one in work on the machine behind it (blocking after service).
enum { TAKT_ANALYTIC_ON_MACHINES = 2 };

typedef struct takt_analytic_line {
    int32_t n;                   // machines, 2 or more
    int32_t *stations;           // [n] indices in the factory, in the order of the flow
    int32_t *buffers;            // [n - 1] indices of the buffers behind all but the last
    int64_t *capacities;         // [n - 1] parts: places + TAKT_ANALYTIC_ON_MACHINES
    bool is_exponential;         // two machines with exponential service
    double cycle_s;              // of all machines; deterministic only
    takt_line_machine *machines; // [n] per cycle; deterministic only
    takt_line_rates *rates;      // [n] per s; exponential only
} takt_analytic_line;

/// Fills the line from a study whose set-points are filled in; arrays lie in `arena`.
/// TAKT_ERR_INPUT fills the problem where the study is outside the models; TAKT_ERR_MEMORY. Local.
takt_status takt_analytic_line_of(const takt_study *study, takt_arena *arena,
                                  takt_analytic_line *line, takt_problem *problem);

#endif
