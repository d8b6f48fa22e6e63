// Long answers are made in a thread of their own: a million numbers as text take a second, in which
// the server's thread would serve nobody. What is made comes back the way rows of the host do.
#include "viz/api_parts_internal.h"
#include "viz/export.h"
#include "viz/thread.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { MAX_JOBS = 8 };

struct takt_api_worker {
    pthread_t thread;
    pthread_mutex_t lock; // of what follows
    pthread_cond_t changed;
    takt_api_job *first; // oldest
    int32_t n_jobs;
    bool is_ending;
    void (*ready)(void *context, uint64_t request, const unsigned char *bytes, size_t n);
    void *context;
};

static void destroy_job(takt_api_job *job)
{
    if (job)
        takt_text_destroy(&job->frame);
    takt_free(job);
}

/// The next job, waited for; NULL when the thread shall end.
static takt_api_job *take_job(takt_api_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (!worker->first && !worker->is_ending)
        pthread_cond_wait(&worker->changed, &worker->lock);
    takt_api_job *job = worker->is_ending ? NULL : worker->first;
    if (job) {
        worker->first = job->next;
        worker->n_jobs--;
    }
    pthread_mutex_unlock(&worker->lock);
    return job;
}

static takt_status make_zip(const takt_api_job *job, takt_text *out)
{
    takt_arena *arena = NULL;
    takt_api_response response = {0};
    TAKT_TRY(takt_arena_create(&arena));
    takt_api_call call = {
        .response = &response, .arena = arena, .name = "", .run = "", .view = &job->view};
    const takt_status status = takt_api_write_zip(&call, job->name);
    *out = response.body;
    takt_arena_destroy(&arena);
    return status;
}

static void *work(void *context)
{
    takt_api_worker *worker = context;
    for (takt_api_job *job; (job = take_job(worker));) {
        takt_text made = {0};
        const takt_status status =
            job->frame.length > 0 ? takt_api_write_rows(job->format, job->view.board,
                                                        (const unsigned char *)job->frame.bytes,
                                                        job->frame.length, &made)
                                  : make_zip(job, &made);
        // Without bytes the answer is 503.
        worker->ready(worker->context, job->request, (const unsigned char *)takt_text_get(&made),
                      status == TAKT_OK ? made.length : 0);
        takt_text_destroy(&made);
        destroy_job(job);
    }
    return NULL;
}

takt_status takt_api_work_apart(takt_api *api,
                                void (*ready)(void *context, uint64_t request,
                                              const unsigned char *bytes, size_t n),
                                void *context)
{
    TAKT_ASSERT(!api->worker);
    takt_api_worker *worker = takt_alloc(sizeof *worker);
    if (!worker)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a thread");
    worker->ready = ready;
    worker->context = context;
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->changed, NULL);
    api->worker = worker;
    const takt_status status = takt_thread_start(&worker->thread, work, worker, "long answers");
    if (status != TAKT_OK)
        takt_api_stop_work(api, false);
    return status;
}

void takt_api_stop_work(takt_api *api, bool has_thread)
{
    takt_api_worker *worker = api->worker;
    if (!worker)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->is_ending = true;
    pthread_cond_signal(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    if (has_thread)
        pthread_join(worker->thread, NULL);
    for (takt_api_job *job = worker->first, *next; job; job = next) {
        next = job->next;
        destroy_job(job);
    }
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    takt_free(worker);
    api->worker = NULL;
}

/// Puts a job at the end of the queue; false when it is full.
static bool add_job(takt_api_worker *worker, takt_api_job *job)
{
    pthread_mutex_lock(&worker->lock);
    const bool has_room = worker->n_jobs < MAX_JOBS;
    takt_api_job **end = &worker->first;
    while (*end)
        end = &(*end)->next;
    if (has_room) {
        *end = job;
        worker->n_jobs++;
        pthread_cond_signal(&worker->changed);
    }
    pthread_mutex_unlock(&worker->lock);
    return has_room;
}

/// Gives the job (taken over) a number that the response waits for.
static takt_status answer_later(takt_api_call *call, takt_api_job *job)
{
    takt_api *api = call->api;
    job->request = ++api->n_requests;
    const uint64_t request = job->request;
    if (!add_job(api->worker, job)) {
        destroy_job(job);
        return takt_api_refuse(call, 429, "found %d long answers that wait, allowed: %d",
                               (int)MAX_JOBS, (int)MAX_JOBS);
    }
    call->response->status = 200;
    call->response->rows_request = request;
    call->response->rows_format = TAKT_ROWS_READY;
    return TAKT_OK;
}

takt_status takt_api_rows_later(takt_api_call *call, takt_rows_format format, takt_board *board,
                                const unsigned char *frame, size_t n)
{
    takt_api_job *job = takt_alloc(sizeof *job);
    if (!job)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a long answer");
    job->format = format;
    job->view.board = board;
    takt_text_append_bytes(&job->frame, (const char *)frame, n);
    const takt_status status = takt_text_check(&job->frame);
    if (status != TAKT_OK) {
        destroy_job(job);
        return status;
    }
    return answer_later(call, job);
}

takt_status takt_api_zip_later(takt_api_call *call, const char *name)
{
    takt_api_job *job = takt_alloc(sizeof *job);
    if (!job)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a long answer");
    job->view = *call->view;
    snprintf(job->name, sizeof job->name, "%s", name);
    call->response->content_type = "application/zip";
    return answer_later(call, job);
}
