/// What the files of the search share: the state that checkpoints hold, the batches that all ranks
/// evaluate, the stages.
///
/// Rank 0 leads: it holds the state and decides; the other ranks wait for orders. An order carries
/// designs and a range of replications, and all ranks run its (design, replication) pairs through
/// the farm. So no decision is taken twice, and ranks on different machines cannot disagree.
#ifndef TAKT_MPI_SEARCH_INTERNAL_H
#define TAKT_MPI_SEARCH_INTERNAL_H

#include "mpi/search.h"
#include "solver/cma_es.h"

/// What comes next. A checkpoint holds the state before the stage (or before a generation).
typedef enum search_stage {
    SEARCH_BASELINE,
    SEARCH_GENERATIONS,
    SEARCH_FINALISTS,
    SEARCH_REFEREE,
    SEARCH_SLOPES,
    SEARCH_DONE
} search_stage;

/// Counts of the study that size everything.
typedef struct search_counts {
    int32_t n;           ///< set-points
    int32_t n_values;    ///< length of one result
    int32_t population;  ///< designs per generation
    int32_t generations; ///< in all
    int32_t finalists;   ///< at most: the pool, the mean and the baseline
    int32_t pool;        ///< best designs remembered
    int32_t final;       ///< final replications
    int32_t slope;       ///< replications to either side of the winner, at most `final`
    int32_t batch;       ///< most designs in one batch
} search_counts;

/// The numbers that decide where the search stands; part of the checkpoint.
typedef struct search_head {
    int32_t stage; ///< search_stage
    int32_t n_generations;
    int32_t n_pool;
    int32_t n_finalists;
    int32_t found;
    int32_t n_rejected;
    int32_t n_referee_rows;
    int32_t unused; ///< no padding: equal states are equal bytes
    int64_t n_replications;
    double baseline_violation;
    double best_cost; ///< lowest mean cost of a feasible design so far, 0: none
    double best_lo;   ///< 95 % interval of best_cost over the replications behind it
    double best_hi;
    double best_violation; ///< lowest violation so far, for studies without a feasible design
} search_head;

/// What is known about one design after its replications.
typedef struct search_score {
    double cost;      ///< mean, 0 where undefined
    double violation; ///< 0: feasible; SEARCH_NO_OUTPUT: makes nothing good
    double n;         ///< replications behind `cost`
} search_score;

/// Violation of a design with a replication that has no good output, or that floods the plant:
/// finite, and behind every violation of a limit (those are cut at SEARCH_WORST_VIOLATION).
#define SEARCH_NO_OUTPUT 1e9
#define SEARCH_WORST_VIOLATION 1e8

/// Replication indices from these on belong to the finalists and to the generations; those below to
/// baseline, answer and slopes: the answer is measured on futures that have chosen nothing.
enum { SEARCH_FINALISTS_REPLICATION = 1 << 17, SEARCH_FIRST_REPLICATION = 1 << 18 };

/// Arrays of the state; all point into one block.
typedef struct search_state {
    search_head *head;
    double *best;             ///< [n]
    takt_answer_row *rows;    ///< [n]
    takt_referee_row *judged; ///< [TAKT_REFEREE_MAX_ROWS]
    double *baseline_results; ///< [final][n_values]
    double *best_results;     ///< [final][n_values]
    double *pool;             ///< [pool][n]
    search_score *pool_scores;
    double *finalists; ///< [finalists][n]
    search_score *finalist_scores;
    unsigned char *cma; ///< state of the CMA-ES
    takt_generation *generations;
    double *candidates; ///< [generations][population][n]
    double *costs;      ///< [generations][population]
    double *violations;
} search_state;

/// Designs to evaluate, [n_designs][n], on replications first .. first + n_replications - 1.
typedef struct search_batch {
    int32_t n_designs;
    int32_t n_replications;
    bool forced;    ///< simulate designs that break a limit too
    int32_t n_kept; ///< leading values of each result that are wanted
    int64_t first;
    const double *designs;
    double *rows; ///< [n_designs][n_replications][SEARCH_ROW_RESULT + n_kept]
} search_batch;

/// Layout of a row: violation, index of the most violated constraint (-1: none), result.
enum { SEARCH_ROW_VIOLATION, SEARCH_ROW_WORST, SEARCH_ROW_RESULT };

struct takt_search {
    takt_comm *comm;
    takt_scenario *scenario;
    const takt_study *study;
    takt_search_config config;
    search_counts counts;
    double *designs; ///< [batch][n]: those of the present order, on all ranks
    double *result;  ///< [n_values]: of the present task
    // Rank 0 only.
    takt_cma_es *cma;
    void *block; ///< the state lives here
    search_state state;
    double *unit;         ///< [population][n]: candidates in [0, 1]
    double *rows;         ///< results of the largest batch
    search_score *scores; ///< [population]
    int32_t *order;       ///< [batch]
    double *slopes;       ///< [2][slope]: costs of one side and of the winner
    takt_answer answer;
    char *checkpoint_path; ///< NULL: none
    uint64_t study_hash;
    bool others_wait; ///< the other ranks wait for an order
    const char *phase;
    double started_s, reported_s;
    int64_t started_done; ///< tasks done before this process began
    int64_t stage_done;   ///< tasks of this stage done in earlier batches
};

// search_state.c
takt_status search_state_create(takt_search *search);
takt_status search_state_save(takt_search *search);
/// Sets *loaded when there was a checkpoint.
takt_status search_state_load(takt_search *search, bool *loaded);

// search_evaluate.c
/// Rank 0: orders all ranks to evaluate `batch`; what counts as the phase is in search->phase.
takt_status search_evaluate(takt_search *search, const search_batch *batch);
/// The mean over the rows of design `index` of a batch.
search_score search_score_of(const search_batch *batch, int32_t index);
/// Takes design `index` of a batch, which costs `cost`, as the best so far: its mean with the 95 %
/// interval over the replications of the batch (one replication tells nothing about its error).
void search_take_cost(search_head *head, const search_batch *batch, int32_t index, double cost);
/// The results of design `index` of a batch that kept all values, [n_replications][n_kept].
void search_results_copy(const search_batch *batch, int32_t index, double *results);
/// Rank 0: sends the others home, with the best design where there is one.
takt_status search_dismiss(takt_search *search);
/// The other ranks: obeys orders until dismissed.
takt_status search_follow(takt_search *search);
/// Tells the observer where the search stands, `n_done` tasks into the present batch.
void search_show(takt_search *search, int64_t n_done);
/// Replications of a candidate in generation g.
int32_t search_replications(const takt_search *search, int32_t generation);

// search_generations.c
takt_status search_cma_create(takt_search *search);
takt_status search_generation_run(takt_search *search);
/// True when a ranks before b: feasible by cost, then by violation.
bool search_score_before(const search_score *a, const search_score *b);
/// Best first; equal ones in the order of their index. order: [n].
void search_rank(const search_score *scores, int32_t n, int32_t *order);
/// The design, in units of the set-points, of a point of the unit cube.
void search_design_of(const takt_study *study, const double *unit, double *design);

// search_finalists.c
takt_status search_finalists_run(takt_search *search);
takt_status search_referee_run(takt_search *search);

// search_slopes.c
takt_status search_slopes_run(takt_search *search);

/// One side of a set-point: the design with the value moved, against the winner.
typedef struct search_side {
    bool at_bound; ///< the value lies at this end of its range: there is no such design
    bool feasible;
    double difference, lo, hi; ///< cost minus the winner's, 95 % paired interval
} search_side;

/// The verdict on a set-point whose winner costs `cost` (docs/search.md gives the rules).
takt_verdict search_verdict_of(const search_side *minus, const search_side *plus, double cost);

/// The verdict on a set-point that is flat around the winner (DEAD so far), from the ends of its
/// range.
takt_verdict search_verdict_of_flat(const search_side *lowest, const search_side *highest);

#endif
