// The taker's side of a feed: every byte is checked before it reaches the board, because a child
// that reads a damaged file may send anything.
#include "viz/feed_internal.h"

#include "core/memory.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_ASKS = 256, RECORD_BYTES = FEED_HEAD_BYTES + FEED_ASK_BYTES };

struct takt_feed_reader {
    takt_board *board;
    takt_feed_listener listener;
    int fd, wake_fd;
    pthread_t thread;
    atomic_bool is_stopping;
    feed_input input; // of the thread alone
    pthread_mutex_t lock;
    bool has_ended;
    unsigned char asks[MAX_ASKS * RECORD_BYTES]; // not yet sent
    size_t n_asks;                               // bytes
};

// --- Taking --------------------------------------------------------------------------------------

static takt_status take_rows(takt_feed_reader *reader, const feed_record *record)
{
    uint64_t request;
    takt_frame_head head;
    const unsigned char *payload;
    if (record->n < FEED_REQUEST_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found rows of %zu bytes, allowed: at least %d",
                         record->n, FEED_REQUEST_BYTES);
    memcpy(&request, record->bytes, sizeof request);
    const unsigned char *frame = record->bytes + FEED_REQUEST_BYTES;
    const size_t n = record->n - FEED_REQUEST_BYTES;
    if (n > 0)
        TAKT_TRY(takt_frame_read(frame, n, &head, &payload));
    if (reader->listener.rows)
        reader->listener.rows(reader->listener.context, request, frame, n);
    return TAKT_OK;
}

static takt_status take_record(takt_feed_reader *reader, const feed_record *record)
{
    char name[BOARD_NAME_BYTES];
    const char *value;
    size_t n_value;
    switch (record->kind) {
    case FEED_FRAME:
        return takt_board_put_frame(reader->board, record->bytes, record->n);
    case FEED_ROWS:
        return take_rows(reader, record);
    case FEED_DOCUMENT:
        if (!feed_read_document(record->bytes, record->n, name, &value, &n_value))
            return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found a document that is no JSON");
        return takt_board_put_document(reader->board, name, value, n_value);
    case FEED_LINE:
        if (record->n == 0 || record->bytes[0] != '{' ||
            !feed_is_json((const char *)record->bytes, record->n))
            return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found a log line that is no object of JSON");
        return takt_board_put_line(reader->board, (const char *)record->bytes, record->n);
    default: // FEED_PROBLEM: its text goes to people, so it has to be one line that can be shown
        if (record->n == 0)
            return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found a problem without a text");
        for (size_t i = 0; i < record->n;) {
            const size_t n = takt_printable_bytes((const char *)record->bytes + i, record->n - i);
            if (n == 0)
                return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found a problem that is no line of text");
            i += n;
        }
        return TAKT_FAIL(TAKT_ERR_INPUT, "%.*s", (int)record->n, (const char *)record->bytes);
    }
}

/// All records that are complete.
static takt_status take_records(takt_feed_reader *reader)
{
    for (;;) {
        feed_record record;
        bool found;
        TAKT_TRY(feed_next(&reader->input, false, &record, &found));
        if (!found || atomic_load(&reader->is_stopping))
            return TAKT_OK;
        TAKT_TRY(take_record(reader, &record));
    }
}

// --- Asking --------------------------------------------------------------------------------------

/// What the socket takes now of the asks. Nobody there: that is seen when we read.
static void send_asks(takt_feed_reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    if (reader->n_asks > 0) {
        const ssize_t n =
            send(reader->fd, reader->asks, reader->n_asks, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) {
            reader->n_asks -= (size_t)n;
            memmove(reader->asks, reader->asks + n, reader->n_asks);
        } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
            reader->n_asks = 0;
        }
    }
    pthread_mutex_unlock(&reader->lock);
}

takt_status takt_feed_reader_ask(takt_feed_reader *reader, uint64_t request, takt_channel channel,
                                 uint64_t first, uint64_t n)
{
    const feed_ask ask = {.request = request, .first = first, .n = n, .channel = channel};
    pthread_mutex_lock(&reader->lock);
    const bool ended = reader->has_ended;
    const bool fits = reader->n_asks + RECORD_BYTES <= sizeof reader->asks;
    if (!ended && fits) {
        feed_write_ask(&ask, reader->asks + reader->n_asks);
        reader->n_asks += RECORD_BYTES;
    }
    pthread_mutex_unlock(&reader->lock);
    if (ended)
        return TAKT_FAIL(TAKT_ERR_FILE, "feed: the other side has ended");
    if (!fits)
        return TAKT_FAIL(TAKT_ERR_LIMIT, "feed: found more than %d rows asked for at once",
                         MAX_ASKS);
    feed_wake(reader->wake_fd);
    return TAKT_OK;
}

// --- The thread ----------------------------------------------------------------------------------

static bool has_asks(takt_feed_reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    const bool some = reader->n_asks > 0;
    pthread_mutex_unlock(&reader->lock);
    return some;
}

static takt_status read_on(takt_feed_reader *reader)
{
    feed_arrival arrival = FEED_SOME;
    while (arrival != FEED_CLOSED) {
        send_asks(reader);
        struct pollfd places[2] = {
            {reader->wake_fd, POLLIN, 0},
            {reader->fd, (short)(has_asks(reader) ? POLLIN | POLLOUT : POLLIN), 0}};
        poll(places, 2, -1);
        if (places[0].revents)
            feed_sleep_off(reader->wake_fd);
        if (atomic_load(&reader->is_stopping))
            return TAKT_OK;
        TAKT_TRY(feed_fill(&reader->input, reader->fd, &arrival));
        TAKT_TRY(take_records(reader));
    }
    if (reader->input.end > reader->input.begin)
        return TAKT_FAIL(TAKT_ERR_INPUT, "feed: it ends inside a record");
    return TAKT_OK;
}

static void *run(void *context)
{
    takt_feed_reader *reader = context;
    char problem[FEED_MAX_PROBLEM_BYTES + 1];
    const bool failed = read_on(reader) != TAKT_OK;
    snprintf(problem, sizeof problem, "%s", takt_error_text());
    takt_error_clear();
    shutdown(reader->fd, SHUT_RDWR); // the other side need not go on
    pthread_mutex_lock(&reader->lock);
    reader->has_ended = true;
    pthread_mutex_unlock(&reader->lock);
    if (!atomic_load(&reader->is_stopping) && reader->listener.ended)
        reader->listener.ended(reader->listener.context, failed ? problem : NULL);
    feed_release(&reader->input);
    return NULL;
}

takt_status takt_feed_reader_create(takt_board *board, int fd, const takt_feed_listener *listener,
                                    takt_feed_reader **reader)
{
    takt_feed_reader *made = takt_alloc(sizeof *made);
    *reader = NULL;
    if (!made) {
        close(fd);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "feed: out of memory");
    }
    made->board = board;
    made->fd = fd;
    made->listener = *listener;
    pthread_mutex_init(&made->lock, NULL);
    const takt_status status = feed_start(&made->thread, &made->wake_fd, run, made);
    if (status != TAKT_OK) {
        close(fd);
        pthread_mutex_destroy(&made->lock);
        takt_free(made);
        return status;
    }
    *reader = made;
    return TAKT_OK;
}

void takt_feed_reader_destroy(takt_feed_reader **reader)
{
    takt_feed_reader *made = *reader;
    if (!made)
        return;
    atomic_store(&made->is_stopping, true);
    feed_wake(made->wake_fd);
    pthread_join(made->thread, NULL);
    close(made->fd);
    close(made->wake_fd);
    pthread_mutex_destroy(&made->lock);
    takt_free(made);
    *reader = NULL;
}
