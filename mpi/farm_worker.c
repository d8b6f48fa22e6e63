// The worker's side of the farm: runs chunks, sends rows while the next chunk is under way.
#include "mpi/farm_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <stddef.h>

struct farm_worker {
    farm_job *job;
    farm_range chunks[FARM_SLOTS]; ///< a queue: chunks[0] is next
    int n_chunks;
    double *rows[FARM_SLOTS];
    MPI_Request rows_sent[FARM_SLOTS];
    int slot; ///< of the next chunk
    farm_command command;
    MPI_Request command_request;
    farm_reply reply;
    double polled_s;
    bool ended;
    bool stop_told;
};

takt_status farm_worker_create(farm_worker **worker, farm_job *job)
{
    const size_t row_bytes = (size_t)job->config->n_results * sizeof(double);
    farm_worker *created = takt_alloc(sizeof *created);
    *worker = created;
    if (!created)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "farm: no memory for a worker");
    created->job = job;
    created->command_request = MPI_REQUEST_NULL;
    for (int slot = 0; slot < FARM_SLOTS; ++slot) {
        created->rows_sent[slot] = MPI_REQUEST_NULL;
        created->rows[slot] = takt_alloc((size_t)job->max_rows * row_bytes);
        if (!created->rows[slot])
            return TAKT_FAIL(TAKT_ERR_MEMORY, "farm: no memory for %lld rows of %lld results",
                             (long long)job->max_rows, (long long)job->config->n_results);
    }
    return TAKT_OK;
}

void farm_worker_destroy(farm_worker **worker)
{
    if (!*worker)
        return;
    for (int slot = 0; slot < FARM_SLOTS; ++slot)
        takt_free((*worker)->rows[slot]);
    takt_free(*worker);
    *worker = NULL;
}

static takt_status listen(farm_worker *worker)
{
    TAKT_MPI(MPI_Irecv(&worker->command, (int)sizeof worker->command, MPI_BYTE, 0, FARM_TAG_COMMAND,
                       worker->job->comm->world, &worker->command_request));
    return TAKT_OK;
}

static void obey(farm_worker *worker)
{
    const farm_command *command = &worker->command;
    farm_job *job = worker->job;
    switch ((farm_command_kind)command->kind) {
    case FARM_COMMAND_CHUNK:
        TAKT_ASSERT(worker->n_chunks < FARM_SLOTS);
        worker->chunks[worker->n_chunks++] = command->range;
        break;
    case FARM_COMMAND_LIMIT:
        if (command->range.first < job->limit)
            job->limit = command->range.first;
        break;
    case FARM_COMMAND_END:
        worker->ended = true;
        break;
    }
}

/// Takes all commands that have arrived.
static takt_status poll_commands(farm_worker *worker)
{
    while (!worker->ended) {
        int arrived = 0;
        TAKT_MPI(MPI_Test(&worker->command_request, &arrived, MPI_STATUS_IGNORE));
        if (!arrived)
            break;
        obey(worker);
        if (!worker->ended)
            TAKT_TRY(listen(worker));
    }
    return TAKT_OK;
}

static takt_status send_reply(farm_worker *worker, farm_reply_kind kind)
{
    farm_reply *reply = &worker->reply;
    farm_job *job = worker->job;
    size_t n_bytes = offsetof(farm_reply, failures.text);
    MPI_Request sent = MPI_REQUEST_NULL;
    reply->kind = kind;
    reply->n_stopped = farm_stop_wanted(job);
    worker->stop_told |= reply->n_stopped != 0;
    reply->failures.n = job->totals.n;
    if (job->totals.n > 0) {
        reply->failures = job->totals;
        n_bytes = sizeof *reply;
    }
    job->totals = (farm_failures){0};
    TAKT_MPI(MPI_Isend(reply, (int)n_bytes, MPI_BYTE, 0, FARM_TAG_REPLY, job->comm->world, &sent));
    TAKT_TRY(takt_comm_wait(&sent));
    return TAKT_OK;
}

static takt_status run_chunk(farm_worker *worker)
{
    farm_job *job = worker->job;
    const int64_t n_results = job->config->n_results;
    const farm_range chunk = worker->chunks[0];
    const int slot = worker->slot;
    double *rows = worker->rows[slot];
    TAKT_TRY(takt_comm_wait(&worker->rows_sent[slot]));
    const double start_s = takt_clock_s();
    double now_s = start_s;
    int64_t n_rows = 0;
    for (int64_t index = chunk.first; index < chunk.end; ++index) {
        if (!farm_run_task(job, index, rows + n_rows * n_results))
            break;
        ++n_rows;
        now_s = takt_clock_s();
        if (now_s - worker->polled_s >= FARM_POLL_S) {
            worker->polled_s = now_s;
            TAKT_TRY(poll_commands(worker));
        }
    }
    TAKT_MPI(MPI_Isend(rows, (int)(n_rows * n_results), MPI_DOUBLE, 0, FARM_TAG_ROWS,
                       job->comm->world, &worker->rows_sent[slot]));
    worker->slot = (slot + 1) % FARM_SLOTS;
    worker->chunks[0] = worker->chunks[1];
    --worker->n_chunks;
    worker->reply.n_rows = n_rows;
    worker->reply.elapsed_s = now_s - start_s;
    TAKT_TRY(send_reply(worker, FARM_REPLY_CHUNK));
    return TAKT_OK;
}

takt_status farm_worker_run(farm_worker *worker)
{
    takt_patience patience = {0};
    TAKT_TRY(listen(worker));
    while (!worker->ended) {
        TAKT_TRY(poll_commands(worker));
        if (worker->n_chunks > 0) {
            TAKT_TRY(run_chunk(worker));
            patience.n_looks = 0;
        } else if (farm_stop_wanted(worker->job) && !worker->stop_told) {
            TAKT_TRY(send_reply(worker, FARM_REPLY_STOP));
        } else if (!worker->ended) {
            takt_patience_pause(&patience);
        }
    }
    TAKT_TRY(send_reply(worker, FARM_REPLY_GOODBYE));
    for (int slot = 0; slot < FARM_SLOTS; ++slot)
        TAKT_TRY(takt_comm_wait(&worker->rows_sent[slot]));
    return TAKT_OK;
}
