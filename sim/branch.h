/// Futures of a running factory: from one state, as many as one wants.
///
///     takt_replication_branch(now, other, 0, TAKT_BRANCH_COMMON);      // what would have happened
///     for (uint32_t k = 0; k < n; ++k) {
///         takt_replication_branch(now, other, k, TAKT_BRANCH_FRESH);   // what may happen
///         TAKT_TRY(takt_replication_advance(other, end));
///     }
///
/// `common` compares policies on one future, `fresh` says how much of it is chance.
#ifndef TAKT_SIM_BRANCH_H
#define TAKT_SIM_BRANCH_H

#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

typedef enum takt_branch_mode {
    /// The same draws: all branches go on to the same bytes as the original, whatever their number.
    TAKT_BRANCH_COMMON,
    /// Draws of its own: number, time and the branches before enter the key of the generator, and
    /// every duration that is under way (work, repair, stop, time to an arrival or to a failure) is
    /// drawn anew given how long it has lasted. Branch k of two replications of the same number in
    /// the same state is the same future, also where their plans differ.
    TAKT_BRANCH_FRESH
} takt_branch_mode;

/// Puts `to` where `from` is, on branch number `branch`. Both are replications of one plan, or of
/// plans that differ in nothing but values (times, shares, prices, rules); `to` may be `from`.
/// Allocates nothing. The state holds the branch: what is saved and loaded stays on it. Local.
///
/// Drawn anew are durations that this engine draws from a distribution. Constants, work whose
/// length a process model gives, planned stops that come due by their meter, calendars, and routes
/// that were drawn already stay. A job that begins again after an interruption is as old as its
/// present attempt.
TAKT_API void takt_replication_branch(const takt_replication *from, takt_replication *to,
                                      uint32_t branch, takt_branch_mode mode);

TAKT_EXTERN_C_END

#endif
