// The producer's side of a feed. Its thread takes the newest of whatever has changed when the
// socket has room, so a taker that stalls costs nothing and never gets an old value late.
#include "viz/feed_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// Nobody draws faster: the same thing is sent at most so often.
#define INTERVAL_S (1.0 / 60.0)

enum { LINES_PLACE = TAKT_BOARD_MAX_DOCUMENTS, N_PLACES = LINES_PLACE + 1 + TAKT_CHANNEL_COUNT };

/// The record that is on its way: a head of our own, then a piece or a text.
typedef struct outgoing {
    unsigned char head[FEED_HEAD_BYTES];
    const takt_piece *piece;
    takt_text text;
    const unsigned char *body;
    size_t n_body, n_sent;
    bool is_there;
} outgoing;

struct takt_feed_writer {
    takt_board *board;
    int fd, wake_fd;
    pthread_t thread;
    atomic_bool is_awake; // woken, or busy with a record: no change needs to wake it
    atomic_bool is_dead;  // nobody is there to send to
    atomic_bool is_stopping;
    double deadline_s; // written before is_stopping
    // Of the thread alone:
    outgoing out;
    feed_input input;
    uint64_t seen[N_PLACES]; // sequence; at LINES_PLACE the number of the next line
    double sent_s[N_PLACES];
    uint64_t idle_at; // nothing was newer when the board had this sequence
    int next_place;
};

static void on_change(void *context)
{
    takt_feed_writer *writer = context;
    if (!atomic_load(&writer->is_dead) && !atomic_exchange(&writer->is_awake, true))
        feed_wake(writer->wake_fd);
}

// --- What comes next -----------------------------------------------------------------------------

static void begin(outgoing *out, feed_kind kind, const void *body, size_t n_body)
{
    feed_write_head(kind, n_body, out->head);
    out->body = body;
    out->n_body = n_body;
    out->n_sent = 0;
    out->is_there = true;
}

static void finish(outgoing *out)
{
    takt_piece_release(out->piece);
    takt_text_destroy(&out->text);
    *out = (outgoing){0};
}

/// Puts what has changed at one place into `out`; true when there was something.
static bool take_place(takt_feed_writer *writer, int place)
{
    outgoing *out = &writer->out;
    if (place == LINES_PLACE) {
        if (!board_get_line(writer->board, &writer->seen[place], &out->text) ||
            takt_text_check(&out->text) != TAKT_OK) {
            takt_text_destroy(&out->text);
            return false;
        }
        begin(out, FEED_LINE, takt_text_get(&out->text), out->text.length);
        return true;
    }
    const bool document = place < LINES_PLACE;
    out->piece = document ? takt_board_document(writer->board, place, writer->seen[place])
                          : takt_board_frame(writer->board, (takt_channel)(place - LINES_PLACE - 1),
                                             writer->seen[place]);
    if (!out->piece)
        return false;
    writer->seen[place] = out->piece->sequence;
    if (document && out->piece->n_bytes > FEED_MAX_DOCUMENT_BYTES) {
        finish(out); // the other side would take it for damage
        return false;
    }
    writer->sent_s[place] = takt_clock_s();
    begin(out, document ? FEED_DOCUMENT : FEED_FRAME, out->piece->bytes, out->piece->n_bytes);
    return true;
}

/// The places in turn, so that none is kept back by one that changes all the time. Returns how long
/// to wait when there is nothing to send now: negative: until something changes.
static double take_next(takt_feed_writer *writer, bool stopping)
{
    atomic_store(&writer->is_awake, false); // what changes from now on wakes us again
    const uint64_t sequence = takt_board_sequence(writer->board);
    const double now_s = takt_clock_s();
    bool too_soon = false;
    if (writer->idle_at == sequence)
        return -1;
    for (int i = 0; i < N_PLACES; ++i) {
        const int place = (writer->next_place + i) % N_PLACES;
        if (!stopping && now_s - writer->sent_s[place] < INTERVAL_S) {
            too_soon = true;
            continue;
        }
        if (take_place(writer, place)) {
            writer->next_place = place + 1;
            return 0;
        }
    }
    if (too_soon)
        return INTERVAL_S;
    writer->idle_at = sequence;
    return -1;
}

/// Rows first .. of a channel that lies whole on the board, behind the number of the request;
/// nothing behind it when they cannot be had.
static takt_status write_rows(takt_board *board, const feed_ask *ask, takt_text *out)
{
    const takt_piece *piece = takt_board_frame(board, ask->channel, 0);
    takt_frame_head head;
    const unsigned char *payload;
    takt_text_append_bytes(out, (const char *)&ask->request, FEED_REQUEST_BYTES);
    if (piece && takt_frame_read(piece->bytes, piece->n_bytes, &head, &payload) == TAKT_OK &&
        head.flags == TAKT_FRAME_WHOLE && head.type != TAKT_CHANNEL_TEXT &&
        ask->first < head.n_rows) {
        const uint32_t first = (uint32_t)ask->first, n_left = head.n_rows - first;
        const uint32_t row_bytes = head.n_bytes / head.n_rows;
        unsigned char bytes[TAKT_FRAME_HEAD_BYTES];
        head.flags = 0;
        head.first_row = first;
        head.sizes[0] = ask->n < n_left ? (uint32_t)ask->n : n_left;
        head.n_bytes = head.sizes[0] * row_bytes;
        takt_frame_write_head(&head, bytes);
        takt_text_append_bytes(out, (const char *)bytes, sizeof bytes);
        takt_text_append_bytes(out, (const char *)payload + (size_t)first * row_bytes,
                               head.n_bytes);
    }
    takt_piece_release(piece);
    return takt_text_check(out);
}

/// An ask that has come, answered from the board; it goes before all else.
static takt_status take_ask(takt_feed_writer *writer, bool *found)
{
    feed_record record;
    feed_ask ask;
    outgoing *out = &writer->out;
    TAKT_TRY(feed_next(&writer->input, true, &record, found));
    if (!*found)
        return TAKT_OK;
    if (!feed_read_ask(&record, &ask))
        return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found an ask for a channel that there is not");
    TAKT_TRY(write_rows(writer->board, &ask, &out->text));
    begin(out, FEED_ROWS, takt_text_get(&out->text), out->text.length);
    return TAKT_OK;
}

// --- The thread ----------------------------------------------------------------------------------

/// As much as the socket takes now; false when nobody is there any more.
static bool send_on(takt_feed_writer *writer)
{
    outgoing *out = &writer->out;
    while (out->is_there) {
        const size_t head_left = out->n_sent < FEED_HEAD_BYTES ? FEED_HEAD_BYTES - out->n_sent : 0;
        const size_t body_at = out->n_sent - (FEED_HEAD_BYTES - head_left);
        struct iovec parts[2] = {
            {.iov_base = out->head + FEED_HEAD_BYTES - head_left, .iov_len = head_left},
            {.iov_base = (void *)(out->body + body_at), .iov_len = out->n_body - body_at}};
        const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        const ssize_t n = sendmsg(writer->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        out->n_sent += (size_t)n;
        if (out->n_sent == FEED_HEAD_BYTES + out->n_body)
            finish(out);
    }
    return true;
}

/// Takes what comes from the other side; false when it has left or sends what it may not send.
static bool listen_to(takt_feed_writer *writer)
{
    feed_arrival arrival = FEED_SOME;
    if (writer->input.end - writer->input.begin >= FEED_HEAD_BYTES + FEED_ASK_BYTES)
        return true; // an ask waits already: the others may wait in the socket
    return feed_fill(&writer->input, writer->fd, &arrival) == TAKT_OK && arrival != FEED_CLOSED;
}

/// Until the socket, the board or the owner has something for us. While we wait for the socket or
/// for an interval to pass, changes do not wake us.
static void wait_for_news(takt_feed_writer *writer, bool stopping, double wait_s)
{
    struct pollfd places[2] = {{wait_s < 0 ? writer->wake_fd : -1, POLLIN, 0},
                               {writer->fd, (short)(writer->out.is_there ? POLLOUT : POLLIN), 0}};
    if (stopping) {
        const double left_s = writer->deadline_s - takt_clock_s();
        wait_s = wait_s < 0 || wait_s > left_s ? left_s : wait_s;
        wait_s = wait_s < 0 ? 0 : wait_s;
    }
    poll(places, 2, wait_s < 0 ? -1 : 1 + (int)(wait_s * 1e3));
    if (places[0].revents)
        feed_sleep_off(writer->wake_fd);
}

/// `stopping` was asked for before we looked at the board: then nothing was put after we looked.
static bool is_over(const takt_feed_writer *writer, bool stopping, double wait_s)
{
    const bool all_sent = !writer->out.is_there && wait_s < 0;
    return stopping && (all_sent || takt_clock_s() >= writer->deadline_s);
}

static void *run(void *context)
{
    takt_feed_writer *writer = context;
    for (;;) {
        const bool stopping = atomic_load(&writer->is_stopping);
        bool found = false;
        double wait_s = -1;
        if (!listen_to(writer) || (!writer->out.is_there && take_ask(writer, &found) != TAKT_OK))
            break;
        if (!writer->out.is_there)
            wait_s = take_next(writer, stopping);
        const bool had_something = writer->out.is_there;
        if (!send_on(writer) || is_over(writer, stopping, wait_s))
            break;
        if (!had_something || writer->out.is_there)
            wait_for_news(writer, stopping, wait_s);
    }
    takt_error_clear();
    atomic_store(&writer->is_dead, true);
    shutdown(writer->fd, SHUT_RDWR);
    takt_board_watch(writer->board, -1);
    finish(&writer->out);
    feed_release(&writer->input);
    return NULL;
}

takt_status takt_feed_writer_create(takt_board *board, int fd, takt_feed_writer **writer)
{
    takt_feed_writer *made = takt_alloc(sizeof *made);
    *writer = NULL;
    if (!made) {
        close(fd);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "feed: out of memory");
    }
    made->board = board;
    made->fd = fd;
    for (int i = 0; i < N_PLACES; ++i)
        made->sent_s[i] = -1; // long ago
    made->idle_at = UINT64_MAX;
    takt_board_watch(board, 1);
    const takt_status status = feed_start(&made->thread, &made->wake_fd, run, made);
    if (status != TAKT_OK) {
        takt_board_watch(board, -1);
        close(fd);
        takt_free(made);
        return status;
    }
    takt_board_listen(board, on_change, made);
    feed_wake(made->wake_fd); // for what changed before we listened
    *writer = made;
    return TAKT_OK;
}

void takt_feed_writer_destroy(takt_feed_writer **writer, double linger_s)
{
    takt_feed_writer *made = *writer;
    if (!made)
        return;
    takt_board_listen(made->board, NULL, NULL);
    made->deadline_s = takt_clock_s() + linger_s;
    atomic_store(&made->is_stopping, true);
    feed_wake(made->wake_fd);
    pthread_join(made->thread, NULL);
    close(made->fd);
    close(made->wake_fd);
    takt_free(made);
    *writer = NULL;
}
