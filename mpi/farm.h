/// The replication farm: many independent tasks, numbered 0 .. n_tasks - 1, over all ranks.
///
/// Rank 0 hands out contiguous ranges of indices ("chunks", at most chunk_s seconds of work each)
/// and works too; each worker holds the next chunk before it ends the current one. Chunk sizes
/// follow measured task times and shrink towards the end, so that all ranks finish together.
/// Time decides who does what and never any result: row i of the results depends on i alone, and
/// the bytes on rank 0 are the same for any number of ranks.
///
///     takt_farm_config config = takt_farm_config_default();
///     config.n_tasks = n_scenarios * n_replications;
///     config.n_results = N_KPIS;
///     config.group = n_replications;   // consecutive tasks share their scenario
///     TAKT_TRY(takt_farm_run(comm, &config, simulate, &my_context, kpis));
#ifndef TAKT_MPI_FARM_H
#define TAKT_MPI_FARM_H

#include "mpi/comm.h"

TAKT_EXTERN_C_BEGIN

/// Computes task `index` into result[0 .. n_results - 1]. It runs on any rank, in any order, so
/// the result must depend on the index and on what all ranks have in common, nothing else. A rank
/// runs ascending indices within a chunk: what it prepared for one task may serve the next. A
/// failure leaves its error line; TAKT_STOPPED says that the task noticed a stop request.
typedef takt_status (*takt_farm_work)(void *context, int64_t index, double *result);

/// Called on rank 0 between tasks when more tasks are done. The callee limits its own rate.
typedef void (*takt_farm_progress)(void *context, int64_t n_done, int64_t n_tasks);

typedef enum takt_farm_on_failure {
    TAKT_FARM_FAILURE_ENDS, ///< the farm ends; the failure with the lowest index is reported
    TAKT_FARM_FAILURE_MARKS ///< the row of the task becomes NaN, the other tasks go on
} takt_farm_on_failure;

/// How it went; the same on all ranks.
typedef struct takt_farm_report {
    int64_t n_done;            ///< tasks with a result (failed ones not counted)
    int64_t n_failed;          ///< marked tasks, or 1 when a failure ended the farm
    int64_t failed_index;      ///< lowest failed index, -1: none
    takt_status failed_status; ///< its status
    char failed_text[1024];    ///< its error line, cut to this length
    double task_s;             ///< mean seconds per task; the hint for the next run
} takt_farm_report;

typedef struct takt_farm_config {
    int64_t n_tasks;   ///< 0 or more
    int64_t n_results; ///< doubles per task, 1 .. 2^24
    int64_t group;     ///< consecutive tasks that share preparation (1: none); chunks are cut at
                       ///< multiples of it while they are larger
    takt_farm_on_failure on_failure;
    double chunk_s;              ///< longest chunk, seconds
    double task_s;               ///< guess of the seconds per task, 0: unknown
    takt_farm_progress progress; ///< may be NULL; called on rank 0 only
    void *progress_context;
    takt_farm_report *report; ///< filled on every rank, also after a failure; may be NULL
} takt_farm_config;

/// No tasks, one result each, chunks of at most 0.5 s, a failure ends the farm.
TAKT_API takt_farm_config takt_farm_config_default(void);

/// Runs all tasks. `results`: n_tasks x n_results doubles, row i for task i, used on rank 0 (other
/// ranks may pass NULL). Counts in the config must be the same on all ranks. Allocates only at the
/// start. All ranks return the same status and error line:
/// TAKT_OK; the status of the failed task with the lowest index (TAKT_FARM_FAILURE_ENDS);
/// TAKT_STOPPED when a stop was requested on any rank before all tasks were done (rows of
/// finished tasks are in place, the others are undefined). TAKT_ERR_MPI comes back on the rank that
/// saw it, which should call takt_comm_abort. Collective.
TAKT_API takt_status takt_farm_run(takt_comm *comm, const takt_farm_config *config,
                                   takt_farm_work work, void *context, double *results);

TAKT_EXTERN_C_END

#endif
