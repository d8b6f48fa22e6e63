/// The design search: what `takt optimize` does with a study, over all ranks.
///
/// Stages, each a count from the study: (1) the baseline, final_replications; (2) generations of a
/// CMA-ES over the set-points, feasibility first, then mean cost on common random numbers (all
/// designs of a generation see the same futures); (3) the finalists again with final_replications;
/// (4) the referee: the best one's process limits re-solved; a design that breaks a limit there is
/// rejected and the next one taken; (5) the cost at 10 % of each range to either side of the
/// winner, on the same random numbers, and at the ends of the range where that is flat.
/// docs/search.md gives the rules.
///
/// After each generation and stage the state lies on disk; takt_search_run continues an
/// interrupted search to the same bytes. All results are the same for any number of ranks.
#ifndef TAKT_MPI_SEARCH_H
#define TAKT_MPI_SEARCH_H

#include "core/observe.h"
#include "mpi/comm.h"
#include "sim/scenario.h"

TAKT_EXTERN_C_BEGIN

/// One limit checked again by the referee, at two grid sizes with the Richardson error.
typedef struct takt_referee_row {
    char name[64];
    char unit[16];
    double value, error; // extrapolated value and its error estimate
    double limit;
    bool at_least; // value must be >= limit, otherwise <=
    bool pass;
} takt_referee_row;

/// Judges the design that the scenario is filled with: writes up to max_rows rows, sets *n_rows.
/// Runs on rank 0 only. Set by `jobs` (PETSc); NULL where a study has no PDE: every design passes.
typedef struct takt_referee {
    takt_status (*judge)(void *context, const takt_scenario *scenario, takt_referee_row *rows,
                         int32_t max_rows, int32_t *n_rows);
    void *context;
} takt_referee;

enum { TAKT_REFEREE_MAX_ROWS = 32 };

typedef enum takt_verdict {
    TAKT_VERDICT_INTERIOR, // cost rises to both sides
    TAKT_VERDICT_FLAT,     // cost does not change beyond noise here, and rises further out
    TAKT_VERDICT_BOUND,    // at an end of its range
    TAKT_VERDICT_HELD,     // a limit of the process stops it
    TAKT_VERDICT_DEAD,     // cost does not change over the whole range, beyond noise
    TAKT_VERDICT_OPEN      // cost may still fall to one side: more budget may help
} takt_verdict;

/// A value counts as lying on a bound within this share of its range.
#define TAKT_BOUND_TOLERANCE 1e-3

/// One set-point of the answer.
typedef struct takt_answer_row {
    double value, baseline, min, max;
    double minus, plus; // values tried to either side; `value` itself where it is at that bound
    double cost_minus, cost_plus; // mean cost at value -+ 10 % of the range, cut at the bounds; the
                                  // cost of the best where the value is at that bound; 0 where
                                  // that side is infeasible
    double minus_lo, minus_hi;    // 95 % paired interval of cost_minus - cost of the best; 0 at a
                                  // bound and where that side is infeasible
    double plus_lo, plus_hi;
    bool minus_feasible, plus_feasible;
    int32_t verdict;  // takt_verdict
    char held_by[64]; // name of the limit, for TAKT_VERDICT_HELD
} takt_answer_row;

/// History of one generation, for run.nc and progress.
typedef struct takt_generation {
    double best_cost;        // of all feasible designs so far, 0 while there is none
    double best_lo, best_hi; // 95 % interval of that mean over the replications that it was taken
                             // from; both are best_cost where there was but one
    double mean_cost;        // of the feasible designs of this generation
    double sigma;
    int64_t n_evaluations;
    int32_t n_infeasible;
} takt_generation;

/// The answer, complete on rank 0. All arrays are owned by the search.
typedef struct takt_answer {
    int32_t n_set_points, n_generations, population;
    bool found; // a feasible design passed the referee (the baseline counts)
    /// [n_set_points]; while nothing is found: the best design tried that keeps all limits, or the
    /// one nearest to them.
    const double *best;
    const takt_answer_row *rows;        // [n_set_points]; NULL before the end
    int32_t n_final;                    // replications behind the next two
    const double *baseline_results;     // [n_final][n_values]; NULL before stage 1 is done
    const double *best_results;         // [n_final][n_values]; NULL unless found
    const takt_generation *generations; // [n_generations] told so far
    const double *candidates;           // [n_generations][population][n_set_points]
    /// [n_generations][population]: mean cost, 0 where the design is infeasible; summed violations,
    /// 1e9 where a replication makes nothing good or floods the plant.
    const double *costs, *violations;
    int32_t n_referee_rows;
    const takt_referee_row *referee; // of the winner, or of the last design rejected
    int32_t n_rejected; // designs rejected by the referee, or by their last replications
    double baseline_violation;
    int64_t n_replications; // simulated in all
} takt_answer;

typedef struct takt_search_config {
    const char *folder;            // where checkpoint.bin goes; NULL: no checkpoints
    bool resume;                   // continue from the checkpoint if there is one
    const takt_observer *observer; // progress on rank 0
    takt_referee referee;
    /// Called on rank 0 after each generation and stage with what is known so far: keeps the run
    /// readable while it goes on. A failure ends the search. May be NULL.
    takt_status (*publish)(void *context, const takt_answer *answer);
    void *publish_context;
} takt_search_config;

typedef struct takt_search takt_search;

/// Creates a search over the set-points of the scenario's study (borrowed until destroy).
/// TAKT_ERR_INPUT when the study has none. Collective.
TAKT_API takt_status takt_search_create(takt_comm *comm, takt_scenario *scenario,
                                        const takt_search_config *config, takt_search **search);
TAKT_API void takt_search_destroy(takt_search **search);

/// Runs or continues to the end; then the scenario of every rank is filled with the best design
/// where one was found. TAKT_STOPPED when a stop was requested: the last checkpoint stands, what
/// was under way is done again. All ranks return the same, but TAKT_ERR_MPI comes back on the rank
/// that saw it, which should call takt_comm_abort. Collective.
TAKT_API takt_status takt_search_run(takt_search *search);

/// What is known now; arrays that are not known yet are NULL. Meaningful on rank 0.
TAKT_API const takt_answer *takt_search_answer(const takt_search *search);

TAKT_EXTERN_C_END

#endif
