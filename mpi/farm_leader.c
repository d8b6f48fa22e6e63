// Rank 0's side of the farm: hands out chunks, takes rows straight into their place, works too.
//
// Every rank should be left with the same amount of work. So rank 0 guesses what each worker still
// holds, gives about half of what it lacks (guided self-scheduling, Polychronopoulos and Kuck,
// IEEE Trans. Computers C-36, 1987) and all of it at the end; its own range can be given away too.
#include "mpi/farm_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <math.h>

/// One receive for replies and one for the rows of each slot.
enum { REQUESTS_PER_WORKER = 1 + FARM_SLOTS };

/// What rank 0 knows of one worker.
typedef struct seat {
    farm_range chunks[FARM_SLOTS];
    int64_t n_given;   ///< chunks so far
    int64_t n_replied; ///< chunks so far
    int64_t n_held;    ///< tasks given and not replied
    double since_s;    ///< when the worker began with what it holds, by our guess
    farm_reply reply;
} seat;

struct farm_leader {
    farm_job *job;
    int n_workers;
    seat *seats;
    MPI_Request *requests;
    int *ready;     ///< scratch for MPI_Testsome
    int n_gone;     ///< workers that said goodbye
    int64_t next;   ///< tasks from here on are given to nobody yet
    farm_range own; ///< what rank 0 keeps for itself
    int64_t n_rows;
    int64_t n_timed;
    double timed_s;
    double polled_s;
    int64_t n_shown; ///< tasks in the last progress call
};

takt_status farm_leader_create(farm_leader **leader, farm_job *job)
{
    farm_leader *created = takt_alloc(sizeof *created);
    *leader = created;
    if (!created)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "farm: no memory for rank 0");
    const int n = job->comm->size - 1;
    created->job = job;
    created->n_workers = n;
    if (n == 0)
        return TAKT_OK;
    const size_t n_requests = (size_t)n * REQUESTS_PER_WORKER;
    created->seats = takt_alloc((size_t)n * sizeof *created->seats);
    created->requests = takt_alloc(n_requests * sizeof *created->requests);
    created->ready = takt_alloc(n_requests * sizeof *created->ready);
    if (!created->seats || !created->requests || !created->ready)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "farm: no memory for %d workers", n);
    for (size_t i = 0; i < n_requests; ++i)
        created->requests[i] = MPI_REQUEST_NULL;
    return TAKT_OK;
}

void farm_leader_destroy(farm_leader **leader)
{
    if (!*leader)
        return;
    takt_free((*leader)->seats);
    takt_free((*leader)->requests);
    takt_free((*leader)->ready);
    takt_free(*leader);
    *leader = NULL;
}

static takt_status listen(farm_leader *leader, int worker)
{
    farm_reply *reply = &leader->seats[worker].reply;
    TAKT_MPI(MPI_Irecv(reply, (int)sizeof *reply, MPI_BYTE, worker + 1, FARM_TAG_REPLY,
                       leader->job->comm->world, &leader->requests[worker * REQUESTS_PER_WORKER]));
    return TAKT_OK;
}

/// Commands are a few bytes: MPI takes them at once, whatever the worker is busy with.
static takt_status command(farm_leader *leader, int worker, farm_command_kind kind,
                           farm_range range)
{
    const farm_command message = {kind, range};
    TAKT_MPI(MPI_Send(&message, (int)sizeof message, MPI_BYTE, worker + 1, FARM_TAG_COMMAND,
                      leader->job->comm->world));
    return TAKT_OK;
}

/// From now on no rank runs tasks from `limit` on.
static takt_status lower_limit(farm_leader *leader, int64_t limit)
{
    leader->job->limit = limit;
    leader->next = leader->job->config->n_tasks;
    if (leader->own.end > limit)
        leader->own.end = limit > leader->own.first ? limit : leader->own.first;
    for (int worker = 0; worker < leader->n_workers; ++worker)
        TAKT_TRY(command(leader, worker, FARM_COMMAND_LIMIT, (farm_range){limit, limit}));
    return TAKT_OK;
}

static takt_status take_chunk(farm_leader *leader, seat *from)
{
    const farm_reply *reply = &from->reply;
    const farm_range chunk = from->chunks[from->n_replied % FARM_SLOTS];
    const double now_s = takt_clock_s();
    ++from->n_replied;
    from->n_held -= chunk.end - chunk.first;
    from->since_s = fmin(now_s, from->since_s + reply->elapsed_s);
    leader->n_rows += reply->n_rows;
    leader->n_timed += reply->n_rows;
    leader->timed_s += reply->elapsed_s;
    if (reply->failures.n == 0)
        return TAKT_OK;
    farm_failures_merge(&leader->job->totals, &reply->failures);
    const bool ends = leader->job->config->on_failure == TAKT_FARM_FAILURE_ENDS;
    if (ends && reply->failures.index < leader->job->limit)
        TAKT_TRY(lower_limit(leader, reply->failures.index));
    return TAKT_OK;
}

static takt_status take_reply(farm_leader *leader, int worker)
{
    seat *from = &leader->seats[worker];
    if (from->reply.kind == FARM_REPLY_GOODBYE) {
        ++leader->n_gone;
        return TAKT_OK;
    }
    if (from->reply.kind == FARM_REPLY_CHUNK)
        TAKT_TRY(take_chunk(leader, from));
    if (from->reply.n_stopped)
        leader->job->stop_seen = true;
    TAKT_TRY(listen(leader, worker));
    return TAKT_OK;
}

/// Takes all that has arrived. Rows are in place once their request is done.
static takt_status poll_replies(farm_leader *leader, bool *any)
{
    const int n_requests = leader->n_workers * REQUESTS_PER_WORKER;
    int n_ready = 0;
    *any = false;
    leader->polled_s = takt_clock_s();
    if (n_requests == 0)
        return TAKT_OK;
    TAKT_MPI(
        MPI_Testsome(n_requests, leader->requests, &n_ready, leader->ready, MPI_STATUSES_IGNORE));
    for (int i = 0; i < n_ready && n_ready != MPI_UNDEFINED; ++i) {
        *any = true;
        if (leader->ready[i] % REQUESTS_PER_WORKER == 0)
            TAKT_TRY(take_reply(leader, leader->ready[i] / REQUESTS_PER_WORKER));
    }
    return TAKT_OK;
}

/// Mean seconds of a task so far, 0: unknown.
static double task_seconds(const farm_leader *leader)
{
    return leader->n_timed > 0 ? leader->timed_s / (double)leader->n_timed
                               : leader->job->config->task_s;
}

/// Tasks that the worker has not finished yet, by our guess.
static double tasks_left(const farm_leader *leader, const seat *of, double task_s)
{
    const double held = (double)of->n_held;
    if (!(task_s > 0.0) || of->n_held == 0)
        return held;
    return held - fmin(held, fmax(0.0, (leader->polled_s - of->since_s) / task_s));
}

/// Length of the next chunk for a rank that lacks `lack` tasks.
static int64_t chunk_length(const farm_leader *leader, double lack, double task_s)
{
    if (!(lack > 0.0))
        return 0;
    double length = lack < 2.0 ? round(lack) : ceil(0.5 * lack);
    length = fmin(length, task_s > 0.0 ? floor(leader->job->config->chunk_s / task_s) : 1.0);
    length = fmin(length, (double)leader->job->max_rows);
    return length < 1.0 && lack >= 0.5 ? 1 : (int64_t)length;
}

/// Cuts up to `length` tasks off what is not given out; else off the end of our own range, of
/// which the first task stays.
static farm_range cut_range(farm_leader *leader, int64_t length)
{
    const int64_t n_tasks = leader->job->config->n_tasks, group = leader->job->config->group;
    farm_range range = {leader->next, leader->next};
    if (leader->next < n_tasks) {
        int64_t end = n_tasks - leader->next < length ? n_tasks : leader->next + length;
        if (end < n_tasks && end - leader->next > group && end / group * group > leader->next)
            end = end / group * group;
        range.end = leader->next = end;
    } else if (leader->own.end - leader->own.first > 1) {
        const int64_t spare = leader->own.end - leader->own.first - 1;
        range.end = leader->own.end;
        leader->own.end -= spare < length ? spare : length;
        range.first = leader->own.end;
    }
    return range;
}

static takt_status give(farm_leader *leader, int worker, int64_t length)
{
    seat *to = &leader->seats[worker];
    const int slot = (int)(to->n_given % FARM_SLOTS);
    MPI_Request *rows = &leader->requests[worker * REQUESTS_PER_WORKER + 1 + slot];
    const int64_t n_results = leader->job->config->n_results;
    if (length == 0 || to->n_given - to->n_replied == FARM_SLOTS || *rows != MPI_REQUEST_NULL)
        return TAKT_OK;
    const farm_range range = cut_range(leader, length);
    const int64_t n = range.end - range.first;
    if (n == 0)
        return TAKT_OK;
    TAKT_MPI(MPI_Irecv(leader->job->results + range.first * n_results, (int)(n * n_results),
                       MPI_DOUBLE, worker + 1, FARM_TAG_ROWS, leader->job->comm->world, rows));
    TAKT_TRY(command(leader, worker, FARM_COMMAND_CHUNK, range));
    if (to->n_held == 0)
        to->since_s = leader->polled_s;
    to->chunks[slot] = range;
    ++to->n_given;
    to->n_held += n;
    return TAKT_OK;
}

/// Brings every rank up to its share of the work that is left.
static takt_status hand_out(farm_leader *leader)
{
    const double task_s = task_seconds(leader);
    int64_t free_tasks =
        leader->job->config->n_tasks - leader->next + leader->own.end - leader->own.first;
    double left = (double)free_tasks;
    if (free_tasks == 0)
        return TAKT_OK;
    for (int worker = 0; worker < leader->n_workers; ++worker)
        left += tasks_left(leader, &leader->seats[worker], task_s);
    const double share = left / (leader->n_workers + 1);
    for (int worker = 0; worker < leader->n_workers; ++worker) {
        const double lack = share - tasks_left(leader, &leader->seats[worker], task_s);
        TAKT_TRY(give(leader, worker, chunk_length(leader, lack, task_s)));
    }
    if (leader->own.first == leader->own.end) {
        const int64_t length = chunk_length(leader, fmax(share, 1.0), task_s);
        leader->own = cut_range(leader, length);
    }
    return TAKT_OK;
}

static void run_own_task(farm_leader *leader)
{
    const double start_s = takt_clock_s();
    farm_job *job = leader->job;
    const int64_t index = leader->own.first;
    if (!farm_run_task(job, index, job->results + index * job->config->n_results))
        return;
    ++leader->own.first;
    ++leader->n_rows;
    ++leader->n_timed;
    leader->timed_s += takt_clock_s() - start_s;
}

/// Ends the work early where a stop was requested or our own task failed.
static takt_status check_end(farm_leader *leader, int64_t *limit)
{
    farm_job *job = leader->job;
    if (farm_stop_wanted(job)) {
        job->stop_seen = true;
        job->limit = 0;
    }
    if (job->limit < *limit)
        TAKT_TRY(lower_limit(leader, job->limit));
    *limit = job->limit;
    return TAKT_OK;
}

static void show_progress(farm_leader *leader)
{
    const takt_farm_config *config = leader->job->config;
    if (config->progress && leader->n_rows > leader->n_shown)
        config->progress(config->progress_context, leader->n_rows, config->n_tasks);
    leader->n_shown = leader->n_rows;
}

static bool anything_held(const farm_leader *leader)
{
    for (int worker = 0; worker < leader->n_workers; ++worker)
        if (leader->seats[worker].n_given > leader->seats[worker].n_replied)
            return true;
    return false;
}

static takt_status work_until_done(farm_leader *leader)
{
    takt_patience patience = {0};
    int64_t limit = leader->job->limit;
    for (;;) {
        bool any = false;
        TAKT_TRY(poll_replies(leader, &any));
        TAKT_TRY(check_end(leader, &limit));
        TAKT_TRY(hand_out(leader));
        show_progress(leader);
        if (leader->own.first < leader->own.end) {
            do {
                run_own_task(leader);
                any = true;
            } while (leader->own.first < leader->own.end && leader->job->limit == limit &&
                     !farm_stop_wanted(leader->job) &&
                     takt_clock_s() - leader->polled_s < FARM_POLL_S);
        } else if (!anything_held(leader)) {
            return TAKT_OK;
        }
        if (any)
            patience.n_looks = 0;
        else
            takt_patience_pause(&patience);
    }
}

/// Sends all workers home and waits for every goodbye and every row.
static takt_status dismiss(farm_leader *leader)
{
    takt_patience patience = {0};
    for (int worker = 0; worker < leader->n_workers; ++worker)
        TAKT_TRY(command(leader, worker, FARM_COMMAND_END, (farm_range){0, 0}));
    while (leader->n_gone < leader->n_workers) {
        bool any = false;
        TAKT_TRY(poll_replies(leader, &any));
        if (!any)
            takt_patience_pause(&patience);
    }
    for (int i = 0; i < leader->n_workers * REQUESTS_PER_WORKER; ++i)
        TAKT_TRY(takt_comm_wait(&leader->requests[i]));
    return TAKT_OK;
}

takt_status farm_leader_run(farm_leader *leader, int64_t *n_rows, double *task_s)
{
    for (int worker = 0; worker < leader->n_workers; ++worker)
        TAKT_TRY(listen(leader, worker));
    TAKT_TRY(work_until_done(leader));
    TAKT_TRY(dismiss(leader));
    *n_rows = leader->n_rows;
    *task_s = task_seconds(leader);
    return TAKT_OK;
}
