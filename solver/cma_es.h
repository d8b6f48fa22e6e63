/// CMA-ES by ask and tell: a search over a box for functions that are noisy or have no gradient.
///
/// Covariance matrix adaptation as in N. Hansen, "The CMA Evolution Strategy: A Tutorial",
/// arXiv:1604.00772 (equation numbers in cma_es.c), with rank-one, rank-mu and, if wanted, active
/// (negative weight) updates. Every variable lives in [0, 1]; the caller maps it to its units.
///
/// - Bounds: candidates pass through the linear-quadratic box transformation of Hansen's c-cmaes:
///   the identity inside, a parabola in the last 5 % before a bound, mirrored beyond. The bound
///   itself is reached at a smooth minimum, so an optimum on a bound is found like any other.
/// - Integers: a variable with k levels is cut into k equal cells. Its standard deviation is kept
///   so large that a candidate leaves the cell of the mean with probability 1/(lambda n) or more,
///   and at an outer level the mean stays so near that the next level keeps half of that: the rules
///   of CMA-ES with margin (Hamano, Saito, Nomura, Shirakawa, GECCO 2022). No variable freezes.
/// - Ranking is the caller's (feasibility first, noise, ties): tell takes an order, no values.
/// - Random numbers are addressed by (seed, generation, candidate, coordinate). ask is a pure
///   function of the state: after a resume it gives the same candidates again. The state is one
///   flat block without pointers.
///
///     takt_cma_es_config config = takt_cma_es_config_default(n);
///     TAKT_TRY(takt_cma_es_create(&search, &config));
///     for (int g = 0; g < n_generations; ++g) {
///         takt_cma_es_ask(search, candidates);     // lambda x n
///         ... evaluate, sort: order[0] is the index of the best ...
///         TAKT_TRY(takt_cma_es_tell(search, order));
///     }
#ifndef TAKT_SOLVER_CMA_ES_H
#define TAKT_SOLVER_CMA_ES_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

enum { TAKT_CMA_ES_MAX_VARIABLES = 64, TAKT_CMA_ES_MAX_POPULATION = 4096 };

typedef struct takt_cma_es_config {
    int n_variables;                         ///< n, 1 .. 64
    int population;                          ///< lambda, 4 .. 4096
    uint64_t seed;                           ///< names the random numbers
    double sigma;                            ///< first standard deviation, 0 < sigma <= 1
    double start[TAKT_CMA_ES_MAX_VARIABLES]; ///< first mean, each in [0, 1]
    int n_levels[TAKT_CMA_ES_MAX_VARIABLES]; ///< 0: continuous; k >= 2: integer of k levels
    bool evaluate_start;                     ///< candidate 0 of generation 0 is `start` itself
    bool active;                             ///< negative weights too
} takt_cma_es_config;

/// Population 4 + floor(3 ln n), sigma 0.3, start in the middle, all continuous, start evaluated,
/// active update on, seed 1.
TAKT_API takt_cma_es_config takt_cma_es_config_default(int n_variables);

typedef struct takt_cma_es takt_cma_es;

/// Starts a search. TAKT_ERR_INPUT names the field that is out of range. Caller owns *search.
/// Local.
TAKT_API takt_status takt_cma_es_create(takt_cma_es **search, const takt_cma_es_config *config);

/// Releases the search and sets *search to NULL. NULL is allowed.
TAKT_API void takt_cma_es_destroy(takt_cma_es **search);

/// The candidates of this generation: population x n_variables values in [0, 1]; level v of an
/// integer variable with k levels is exactly v / (k - 1). Changes nothing: asked again, the same.
TAKT_API void takt_cma_es_ask(const takt_cma_es *search, double *candidates);

/// Learns from the candidates that ask gives: order[r] is the index of the candidate of rank r
/// (0 best), each index once (else TAKT_ERR_INPUT). Goes on to the next generation.
TAKT_API takt_status takt_cma_es_tell(takt_cma_es *search, const int32_t *order);

/// What the search knows now.
typedef struct takt_cma_es_info {
    int64_t generation;  ///< generations told so far
    int64_t evaluations; ///< generation x population
    double sigma;        ///< overall step size
    double largest_std;  ///< largest standard deviation of a continuous variable, in box widths
    double condition;    ///< of the covariance matrix
} takt_cma_es_info;
TAKT_API takt_cma_es_info takt_cma_es_info_of(const takt_cma_es *search);

/// The mean as a candidate (bounds and levels applied), n_variables values: the search's best guess
/// under noise.
TAKT_API void takt_cma_es_mean(const takt_cma_es *search, double *candidate);

/// Bytes of the state block for this search: fixed by n_variables.
TAKT_API size_t takt_cma_es_state_bytes(const takt_cma_es *search);

/// Copies the state into `bytes` (takt_cma_es_state_bytes long). Equal states give equal bytes.
TAKT_API void takt_cma_es_state_save(const takt_cma_es *search, void *bytes);

/// Puts back a state that a search with the same config saved; from there both give the same bytes.
/// TAKT_ERR_INPUT for a block of another config or size: the search is then as before.
TAKT_API takt_status takt_cma_es_state_load(takt_cma_es *search, const void *bytes, size_t n_bytes);

TAKT_EXTERN_C_END

#endif
