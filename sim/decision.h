/// Decision points: a replication that stops where the study says `decides`, asks, and goes on with
/// the answer.
///
///     float seen[...];                                          // takt_observation_size(plan)
///     takt_decision asked;
///     bool has_decision = true;
///     TAKT_TRY(takt_replication_reset(r, index));
///     while (has_decision) {
///         TAKT_TRY(takt_replication_advance_to_decision(r, end, &asked, &has_decision));
///         takt_replication_observe(r, seen);                    // asked.elapsed, asked.reward
///         if (has_decision)
///             TAKT_TRY(takt_replication_act(r, asked.rule));    // or another action
///     }
///
/// Decisions come after all events of their tick. One that waits for its answer lies in the state
/// block: it is saved, restored and branched like all else. takt_replication_advance answers with
/// the rules of the study, so that a run without a learner is the same run.
#ifndef TAKT_SIM_DECISION_H
#define TAKT_SIM_DECISION_H

#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

#define TAKT_DECISION_LIST(X)                                                                      \
    X(DISPATCH, "dispatch")       /* which of the waiting kinds a free machine takes */            \
    X(MAINTENANCE, "maintenance") /* whether an empty machine begins a planned stop */

typedef enum takt_decision_kind {
    TAKT_DECISION_NONE,
#define TAKT_DECISION_ENUM(name, text) TAKT_DECISION_##name,
    TAKT_DECISION_LIST(TAKT_DECISION_ENUM)
#undef TAKT_DECISION_ENUM
        TAKT_DECISION_COUNT
} takt_decision_kind;

/// What is asked, and what has been since the decision before.
typedef struct takt_decision {
    takt_decision_kind kind; // NONE: the end of the advance has been reached
    int32_t station, machine;
    int32_t n_actions; // of this station and kind, legal or not
    int32_t n_legal;   // 1 at least; 2 at least for DISPATCH
    int32_t rule;      // the action that the study's rule would take
    takt_tick time;
    takt_tick elapsed;     // since the last decision that was asked, or the reset
    takt_tick own_elapsed; // the same of this station's decisions
    double reward;         // currency since then: good output at prices.good_value, less all costs
} takt_decision;

/// The text of a kind as studies write it, NULL for NONE.
TAKT_API const char *takt_decision_name(takt_decision_kind kind);

/// Runs on until a station asks or `until` (absolute ticks) is reached. `*has_decision`: whether
/// one asks; called again before an answer it tells the same. Errors as takt_replication_advance.
TAKT_API takt_status takt_replication_advance_to_decision(takt_replication *r, takt_tick until,
                                                          takt_decision *decision,
                                                          bool *has_decision);

/// Answers the decision that waits; nothing happens before the next advance. TAKT_ERR_INPUT: no
/// decision waits, or the action is not legal.
TAKT_API takt_status takt_replication_act(takt_replication *r, int32_t action);

/// Fills legal [n_actions of the decision] with 1 or 0. Returns how many are legal; 0: none waits.
TAKT_API int32_t takt_replication_legal(const takt_replication *r, uint8_t *legal);

/// The most actions that any decision of the plan has: room for masks and for a policy's outputs.
TAKT_API int32_t takt_decision_room(const takt_plan *plan);

/// What can be seen of the factory, as numbers mostly from 0 to 1 (docs/decisions.md lists them).
/// Fills observation [takt_observation_size]; changes nothing.
TAKT_API int32_t takt_observation_size(const takt_plan *plan);
TAKT_API void takt_replication_observe(const takt_replication *r, float *observation);

/// The name of number `index` of the observation, written into name [n_bytes]; returns it.
TAKT_API const char *takt_observation_name(const takt_plan *plan, int32_t index, char *name,
                                           size_t n_bytes);

/// Reads `decides` of all stations. TAKT_ERR_INPUT names the place in *problem.
takt_status takt_decisions_resolve(takt_factory *factory, takt_problem *problem);

TAKT_EXTERN_C_END

#endif
