/// Markov chains of small systems: states found from a rule, stationary distribution by GTH
/// elimination. The independent referee of the simulation: it knows rates and nothing of events.
///
///     static void step(const void *model, const int16_t *state, takt_chain *chain)
///     {
///         const queue *q = model;
///         if (state[0] < q->places)
///             takt_chain_move(chain, (int16_t[]){state[0] + 1}, q->arrival_rate);
///         ...
///     }
///     const takt_chain_model rule = {.parameters = &q, .n_numbers = 1, .step = step};
///     TAKT_TRY(takt_chain_create(&rule, (int16_t[]){0}, &chain));
///     const double in_queue = takt_chain_mean(chain, length, 0);
///     takt_chain_destroy(&chain);
///
/// Elimination without subtraction (Grassmann, Taksar and Heyman 1985) gives every probability to
/// nearly full relative precision. States are numbered in breadth-first order, so the matrix is a
/// band and stays one; n states of bandwidth b cost n b^2 operations and 2 n b numbers.
#ifndef TAKT_SOLVER_CHAIN_H
#define TAKT_SOLVER_CHAIN_H

#include "core/status.h"

#include <stdint.h>

TAKT_EXTERN_C_BEGIN

enum { TAKT_CHAIN_NUMBERS = 12 }; // most whole numbers that describe a state

typedef struct takt_chain takt_chain;

/// What is to be solved. Weights are rates (continuous time) or probabilities (one step a cycle):
/// the stationary distribution asks the same of both.
typedef struct takt_chain_model {
    const void *parameters; // borrowed until destroy
    int32_t n_numbers;      // of a state, 1 .. TAKT_CHAIN_NUMBERS
    /// Calls takt_chain_move for every way out of the state.
    void (*step)(const void *parameters, const int16_t *state, takt_chain *chain);
} takt_chain_model;

/// Finds all states that can be reached from `start` and solves for the stationary distribution.
/// `start` must be a state that the chain always comes back to. TAKT_ERR_LIMIT when the chain is
/// too large, TAKT_ERR_MODEL when `start` is left for good. Local. The caller destroys.
TAKT_API takt_status takt_chain_create(const takt_chain_model *model, const int16_t *start,
                                       takt_chain **chain);
TAKT_API void takt_chain_destroy(takt_chain **chain);

/// One way out of the present state, from inside `step`; weights of the same target add up, and a
/// step to the state itself or of weight 0 counts for nothing.
TAKT_API void takt_chain_move(takt_chain *chain, const int16_t *to, double weight);

TAKT_API int32_t takt_chain_size(const takt_chain *chain);

/// A function of the state; `which` is handed through, for the functions that read one of several.
typedef double (*takt_chain_value)(const void *parameters, const int16_t *state, int32_t which);

/// Stationary mean of a function of the state.
TAKT_API double takt_chain_mean(const takt_chain *chain, takt_chain_value value, int32_t which);

TAKT_EXTERN_C_END

#endif
