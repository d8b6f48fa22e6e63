// The child side of replay: one thread, one file, one socket.
#include "viz/replay.h"

#include "core/memory.h"
#include "core/netcdf.h"
#include "viz/feed_internal.h"
#include "viz/replay_internal.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

enum { FIRST_BYTES = 256 << 10, WHOLE_BYTES = 4 << 20, SLAB_BYTES = 1 << 20, STEP_S = 2 };

typedef struct replay {
    const char *path;
    int fd;
    bool has_left; // the other side
    takt_netcdf *file;
    feed_input input;
    uint64_t sequence;
} replay;

// --- Sending -------------------------------------------------------------------------------------

/// All of it, waiting for room; nobody there is no failure but the end.
static void send_bytes(replay *it, const void *bytes, size_t n)
{
    for (size_t at = 0; at < n && !it->has_left;) {
        const ssize_t sent = send(it->fd, (const char *)bytes + at, n - at, MSG_NOSIGNAL);
        if (sent >= 0)
            at += (size_t)sent;
        else if (errno != EINTR)
            it->has_left = true;
    }
}

/// A record of two parts; `before` may have no bytes.
static void send_record(replay *it, feed_kind kind, const void *before, size_t n_before,
                        const void *bytes, size_t n)
{
    unsigned char head[FEED_HEAD_BYTES];
    feed_write_head(kind, n_before + n, head);
    send_bytes(it, head, sizeof head);
    send_bytes(it, before, n_before);
    send_bytes(it, bytes, n);
}

static void send_frame(replay *it, takt_frame_head *head, const shared_piece *frame)
{
    head->sequence = ++it->sequence;
    takt_frame_write_head(head, frame->piece.bytes);
    send_record(it, FEED_FRAME, NULL, 0, frame->piece.bytes, frame->piece.n_bytes);
}

// --- Reading -------------------------------------------------------------------------------------

/// A damaged file can send the library round in circles: unless this is called again, the system
/// ends the process after so much time of the processor (SIGPROF). Waiting for a disk is none.
static void allow_time(time_t limit_s)
{
    const struct itimerval limit = {.it_value = {.tv_sec = limit_s}};
    (void)setitimer(ITIMER_PROF, &limit, NULL);
}

/// Sizes of the channel's dimensions; returns the bytes that its values have in the file.
static size_t measure(const replay *it, takt_channel channel, size_t *sizes)
{
    const takt_channel_info *info = takt_channel_get(channel);
    const size_t n = takt_netcdf_count(it->file, channel);
    for (int i = 0; info->dimensions[i] != TAKT_DIMENSION_NONE; ++i)
        sizes[i] = takt_netcdf_size(it->file, info->dimensions[i]);
    const size_t each = info->type == TAKT_CHANNEL_TEXT ? TAKT_CHANNEL_NAME_BYTES : 8;
    return n > SIZE_MAX / each ? SIZE_MAX : n * each;
}

static takt_status read_values(replay *it, takt_channel channel, takt_arena *arena, void **values)
{
    const size_t n = takt_netcdf_count(it->file, channel);
    allow_time(STEP_S);
    *values = takt_arena_alloc(arena, 8 * n);
    if (!*values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", it->path);
    switch (takt_channel_get(channel)->type) {
    case TAKT_CHANNEL_DOUBLE:
        return takt_netcdf_get_doubles(it->file, channel, *values, n);
    case TAKT_CHANNEL_INTEGER:
        return takt_netcdf_get_integers(it->file, channel, *values, n);
    default:
        return takt_netcdf_get_texts(it->file, channel, arena, *values, n);
    }
}

static takt_status send_whole(replay *it, takt_channel channel)
{
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    takt_arena *arena = NULL;
    takt_status status;
    void *values;
    takt_frame_head head;
    shared_piece *frame = NULL;
    measure(it, channel, sizes);
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(read_values(it, channel, arena, &values), done);
    TAKT_TRY_GOTO(board_encode(channel, sizes, values, (double)NAN, &head, &frame), done);
    send_frame(it, &head, frame);
done:
    board_piece_release(frame);
    takt_arena_destroy(&arena);
    return status;
}

// --- Asks ----------------------------------------------------------------------------------------

/// How many rows of `row_bytes` a frame holds of the `n` that were asked for and the `n_left` that
/// there are.
static size_t limit_rows(uint64_t n, size_t n_left, size_t row_bytes)
{
    const size_t n_fit = row_bytes > 0 ? TAKT_FRAME_MAX_BYTES / row_bytes : n_left;
    const size_t n_there = n_left < n_fit ? n_left : n_fit;
    return n < n_there ? (size_t)n : n_there;
}

static takt_status read_rows(replay *it, const feed_ask *ask, takt_frame_head *head,
                             shared_piece **frame)
{
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    const takt_channel_info *info = takt_channel_get(ask->channel);
    allow_time(STEP_S);
    if (!takt_netcdf_has(it->file, ask->channel) || info->type == TAKT_CHANNEL_TEXT)
        return TAKT_OK;
    const size_t n_bytes = measure(it, ask->channel, sizes);
    const size_t n_rows = sizes[0];
    if (ask->first >= n_rows || n_rows > UINT32_MAX)
        return TAKT_OK;
    const size_t row_bytes = n_bytes / n_rows;
    *head = (takt_frame_head){.channel = ask->channel,
                              .type = info->type,
                              .time_s = (double)NAN,
                              .sizes = {1, 1, 1},
                              .first_row = (uint32_t)ask->first,
                              .n_rows = (uint32_t)n_rows,
                              .stride = 1};
    for (; info->dimensions[head->n_dimensions] != TAKT_DIMENSION_NONE; ++head->n_dimensions)
        head->sizes[head->n_dimensions] = (uint32_t)sizes[head->n_dimensions];
    head->sizes[0] = (uint32_t)limit_rows(ask->n, n_rows - (size_t)ask->first, row_bytes);
    head->n_bytes = (uint32_t)(head->sizes[0] * row_bytes);
    if (head->sizes[0] == 0)
        return TAKT_OK;
    *frame = board_piece_create(TAKT_FRAME_HEAD_BYTES + head->n_bytes);
    if (!*frame)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", it->path);
    takt_frame_write_head(head, (*frame)->piece.bytes);
    return takt_netcdf_get_rows(it->file, ask->channel, head->first_row, head->sizes[0],
                                (*frame)->piece.bytes + TAKT_FRAME_HEAD_BYTES);
}

static takt_status answer(replay *it, const feed_ask *ask)
{
    takt_frame_head head;
    shared_piece *frame = NULL;
    const takt_status status = read_rows(it, ask, &head, &frame);
    if (status == TAKT_OK)
        send_record(it, FEED_ROWS, &ask->request, FEED_REQUEST_BYTES,
                    frame ? frame->piece.bytes : NULL, frame ? frame->piece.n_bytes : 0);
    board_piece_release(frame);
    return status;
}

/// Answers all that was asked; waits for the next ask only with nothing else to do.
static takt_status answer_asks(replay *it, bool wait)
{
    feed_arrival arrival = FEED_SOME;
    if (wait)
        poll(&(struct pollfd){it->fd, POLLIN, 0}, 1, -1);
    while (arrival == FEED_SOME && !it->has_left) {
        feed_record record;
        feed_ask ask;
        bool found = true;
        TAKT_TRY(feed_fill(&it->input, it->fd, &arrival));
        it->has_left = it->has_left || arrival == FEED_CLOSED;
        while (!it->has_left) {
            TAKT_TRY(feed_next(&it->input, true, &record, &found));
            if (!found)
                break;
            if (!feed_read_ask(&record, &ask))
                return TAKT_FAIL(TAKT_ERR_INPUT,
                                 "feed: found an ask for a channel that there is not");
            TAKT_TRY(answer(it, &ask));
        }
    }
    return TAKT_OK;
}

// --- In order ------------------------------------------------------------------------------------

/// Slab by slab, with an ear for asks between them.
static takt_status send_envelope(replay *it, takt_channel channel, const size_t *sizes,
                                 size_t row_bytes)
{
    const size_t n_slab = row_bytes < SLAB_BYTES ? SLAB_BYTES / row_bytes : 1;
    envelope made = {0};
    takt_status status = TAKT_OK;
    void *slab = takt_alloc(n_slab * row_bytes);
    if (!slab)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", it->path);
    TAKT_TRY_GOTO(envelope_begin(channel, sizes, &made), done);
    for (size_t first = 0; first < sizes[0]; first += n_slab) {
        const size_t n = sizes[0] - first < n_slab ? sizes[0] - first : n_slab;
        allow_time(STEP_S);
        TAKT_TRY_GOTO(takt_netcdf_get_rows(it->file, channel, first, n, slab), done);
        envelope_add(&made, slab, n);
        TAKT_TRY_GOTO(answer_asks(it, false), done);
        if (it->has_left)
            goto done;
    }
    send_frame(it, &made.head, made.frame);
done:
    envelope_release(&made);
    takt_free(slab);
    return status;
}

/// takt never compresses: a channel larger than its file is damage, and reading it would take ages.
static takt_status check_size(const replay *it, takt_channel channel, size_t n_bytes)
{
    struct stat file;
    if (stat(it->path, &file) == 0 && n_bytes > (size_t)file.st_size)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s: found more values than the file has bytes",
                         it->path, takt_channel_get(channel)->name);
    return TAKT_OK;
}

/// The channels whose bytes are in (above, upto], whole where they may be. `logs`: also those.
static takt_status send_channels(replay *it, size_t above, size_t upto, bool logs)
{
    for (int i = 0; i < TAKT_CHANNEL_COUNT && !it->has_left; ++i) {
        const takt_channel channel = (takt_channel)i;
        const takt_channel_info *info = takt_channel_get(channel);
        size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
        if (!takt_netcdf_has(it->file, channel))
            continue;
        const size_t n_bytes = measure(it, channel, sizes);
        if (n_bytes <= above || n_bytes > upto || (info->kind == TAKT_CHANNEL_LOG) != logs)
            continue;
        TAKT_TRY(check_size(it, channel, n_bytes));
        const size_t row_bytes = n_bytes / sizes[0];
        if (n_bytes <= WHOLE_BYTES || info->type == TAKT_CHANNEL_TEXT)
            TAKT_TRY(send_whole(it, channel));
        else if (sizes[0] <= UINT32_MAX && row_bytes <= TAKT_FRAME_MAX_BYTES / 2)
            TAKT_TRY(send_envelope(it, channel, sizes, row_bytes)); // else no frame could hold it
        TAKT_TRY(answer_asks(it, false));
    }
    return TAKT_OK;
}

/// Opening a pipe would wait for ever.
static takt_status check_kind(const char *path)
{
    struct stat file;
    if (stat(path, &file) == 0 && !S_ISREG(file.st_mode))
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: found no regular file, allowed: a run file", path);
    return TAKT_OK;
}

static takt_status serve(replay *it)
{
    allow_time(STEP_S);
    TAKT_TRY(check_kind(it->path));
    TAKT_TRY(takt_netcdf_open(it->path, &it->file));
    TAKT_TRY(send_channels(it, 0, FIRST_BYTES, false));
    TAKT_TRY(send_channels(it, 0, FIRST_BYTES, true));
    TAKT_TRY(send_channels(it, FIRST_BYTES, WHOLE_BYTES, false));
    TAKT_TRY(send_channels(it, FIRST_BYTES, WHOLE_BYTES, true));
    TAKT_TRY(send_channels(it, WHOLE_BYTES, SIZE_MAX, false));
    TAKT_TRY(send_channels(it, WHOLE_BYTES, SIZE_MAX, true));
    while (!it->has_left)
        TAKT_TRY(answer_asks(it, true));
    return TAKT_OK;
}

takt_status takt_replay_serve(const char *path, int fd)
{
    replay it = {.path = path, .fd = fd};
    const takt_status status = serve(&it);
    if (status != TAKT_OK) {
        const size_t n = strlen(takt_error_text());
        const size_t n_sent = n < FEED_MAX_PROBLEM_BYTES ? n : FEED_MAX_PROBLEM_BYTES;
        send_record(&it, FEED_PROBLEM, NULL, 0, takt_error_text(), n_sent);
    }
    allow_time(STEP_S);
    takt_netcdf_destroy(&it.file);
    allow_time(0);
    feed_release(&it.input);
    close(fd);
    return status;
}
