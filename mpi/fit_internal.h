/// What the files of a fit share: the table of starts, how it becomes a checkpoint, and what trains
/// a network.
#ifndef TAKT_MPI_FIT_INTERNAL_H
#define TAKT_MPI_FIT_INTERNAL_H

#include "mpi/fit.h"

typedef enum fit_phase { FIT_WAITING, FIT_RUNNING, FIT_DONE } fit_phase;

/// What is known of one start on the rank that trains it, and of a finished one on all ranks.
typedef struct fit_start {
    int32_t phase; // fit_phase
    int32_t reason, n_points;
    int32_t unused;
    int64_t iterations, evaluations;
    double error;
} fit_start;

typedef struct takt_fit_method takt_fit_method;

typedef struct takt_fit_work {
    takt_comm *comm;
    const takt_fit_config *config;
    const takt_fit_method *method;
    int64_t n;                      // parameters
    int32_t n_starts, n_points_max; // starts of all problems, one problem after the other
    bool together;                  // all ranks share one start
    fit_start *starts;              // [n_starts]
    double *best;                   // [n_starts][n]: best weights of each start so far
    takt_fit_point *points;         // [n_starts][n_points_max]
    // The start in hand; pinn NULL: none.
    int32_t current;
    takt_pinn *pinn;
    void *learner; // of the method
    // State of a start that a checkpoint has left running, until it is taken up. [n_starts] offsets
    // into config->resume; 0: none.
    int64_t *resume_at;
    int64_t resume_bytes; // of each of them
    // When progress was first shown, and of how many iterations.
    double begun_s;
    int64_t begun_done;
} takt_fit_work;

/// Where a learner stands between two slices of training. Vectors [n] are the learner's.
typedef struct takt_fit_standing {
    int64_t iteration;
    int32_t reason; // takt_trainer_reason_code
    double loss, best_error;
    const double *accepted, *best;
} takt_fit_standing;

/// What trains a network: work->learner, which learns work->pinn. Where ranks share a start all of
/// them call the same.
struct takt_fit_method {
    /// Begins at the random start. `end` also after a `begin` that failed, or none.
    takt_status (*begin)(takt_fit_work *work, const takt_fit_problem *problem);
    void (*end)(takt_fit_work *work);
    /// Trains until iteration `until` has ended or nothing is left to do; counts evaluations.
    takt_status (*run)(takt_fit_work *work, int64_t until);
    /// Tells the error of what is accepted.
    void (*judge)(takt_fit_work *work, double error);
    takt_fit_standing (*standing)(const takt_fit_work *work);
    /// Its state as bytes: a common part, then this rank's part; and the size of the whole. What
    /// lives on a device is fetched by `save`.
    int64_t (*common_size)(const takt_fit_work *work);
    int64_t (*state_size)(const takt_fit_work *work);
    int64_t (*whole_size)(const takt_fit_work *work);
    takt_status (*save)(const takt_fit_work *work, void *bytes);
    takt_status (*load)(takt_fit_work *work, const void *whole, int64_t n_bytes);
};

/// Adam, then SSBroyden. Gauss-Newton and SPRING: fit_rows.c.
extern const takt_fit_method takt_fit_by_trainer;

/// takt_fit by a method. Collective.
takt_status takt_fit_by(takt_comm *comm, const takt_fit_config *config,
                        const takt_fit_method *method, takt_fit_result *result);

/// Fills starts, best, points and resume_at from config->resume. TAKT_ERR_INPUT where the bytes are
/// of another fit.
takt_status takt_fit_unpack(takt_fit_work *work);

/// Gathers the state of all starts on rank 0 and hands it to the listener. Collective.
takt_status takt_fit_pack(takt_fit_work *work);

/// What a start learns.
const takt_fit_problem *takt_fit_problem_of(const takt_fit_work *work, int32_t start);

/// The rank that trains `start`.
int takt_fit_owner(const takt_fit_work *work, int32_t start);

/// Makes what the owner knows of its starts known to all. Collective.
takt_status takt_fit_share(takt_fit_work *work);

#endif
