/// What the two sides of the farm share: the job, the messages, the record of failures.
///
/// Messages: rank 0 sends commands (a chunk, a limit, the end); a worker sends, for every chunk,
/// its rows and then a reply, may say once that a stop was requested, and says goodbye last.
/// Between two ranks MPI keeps the order, so after the goodbye nothing is under way.
#ifndef TAKT_MPI_FARM_INTERNAL_H
#define TAKT_MPI_FARM_INTERNAL_H

#include "mpi/comm_internal.h"
#include "mpi/farm.h"

enum { FARM_TAG_COMMAND = 1, FARM_TAG_REPLY = 2, FARM_TAG_ROWS = 3 };

/// Chunks that a worker holds at most: the one it works on and the next.
enum { FARM_SLOTS = 2 };

/// Tasks first .. end - 1.
typedef struct farm_range {
    int64_t first;
    int64_t end;
} farm_range;

typedef enum farm_command_kind {
    FARM_COMMAND_CHUNK, ///< run the range
    FARM_COMMAND_LIMIT, ///< skip tasks from range.first on (0: stop)
    FARM_COMMAND_END    ///< say goodbye and leave
} farm_command_kind;

typedef struct farm_command {
    int64_t kind;
    farm_range range;
} farm_command;

/// How many tasks failed, and the one with the lowest index.
typedef struct farm_failures {
    int64_t n;
    int64_t index; ///< -1 while n is 0
    int64_t status;
    char text[4096];
    char trace[1024];
} farm_failures;

typedef enum farm_reply_kind {
    FARM_REPLY_CHUNK,  ///< a chunk is done, or was cut short
    FARM_REPLY_STOP,   ///< a stop was requested on this rank while it had nothing to do
    FARM_REPLY_GOODBYE ///< the last message of this rank
} farm_reply_kind;

/// Sent up to failures.text only when nothing failed.
typedef struct farm_reply {
    int64_t kind;
    int64_t n_rows;    ///< rows computed, from the start of the chunk
    int64_t n_stopped; ///< 1: a stop was requested on this rank
    double elapsed_s;
    farm_failures failures;
} farm_reply;

typedef struct farm_job {
    takt_comm *comm;
    const takt_farm_config *config;
    takt_farm_work work;
    void *context;
    double *results;      ///< rank 0 only
    int64_t max_rows;     ///< longest chunk that fits a worker's buffer
    bool stop_seen;       ///< a task of this rank returned TAKT_STOPPED
    int64_t limit;        ///< tasks from here on are skipped
    farm_failures totals; ///< on a worker: of the current chunk
} farm_job;

/// Does this rank know of a request to stop?
bool farm_stop_wanted(const farm_job *job);

/// Runs one task and books its failure. False when the chunk must end before this task.
bool farm_run_task(farm_job *job, int64_t index, double *row);

/// Adds `more` to `failures`, keeps the lowest index.
void farm_failures_merge(farm_failures *failures, const farm_failures *more);

/// Seconds between two looks at the mailbox while there is work.
#define FARM_POLL_S 1e-4

/// The two sides. They return TAKT_OK also after stops and failures, which `totals` and
/// `stop_seen` tell; *n_rows and *task_s are filled on rank 0.
typedef struct farm_worker farm_worker;
takt_status farm_worker_create(farm_worker **worker, farm_job *job);
takt_status farm_worker_run(farm_worker *worker);
void farm_worker_destroy(farm_worker **worker);

typedef struct farm_leader farm_leader;
takt_status farm_leader_create(farm_leader **leader, farm_job *job);
takt_status farm_leader_run(farm_leader *leader, int64_t *n_rows, double *task_s);
void farm_leader_destroy(farm_leader **leader);

#endif
