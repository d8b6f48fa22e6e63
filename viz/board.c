// The board, and the channels on it. A channel is its newest whole frame; what a reader of a log
// lacks is cut out of it when he asks, once for all readers who lack the same rows.
#include "viz/board_internal.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

enum { AT_SEQUENCE = 16 };

shared_piece *board_piece_create(size_t n)
{
    shared_piece *made = takt_alloc(sizeof *made + TAKT_BOARD_HEADROOM + n);
    if (!made)
        return NULL;
    // sizeof is a multiple of 8 and so is the headroom: payloads are aligned.
    made->piece.bytes = (unsigned char *)(made + 1) + TAKT_BOARD_HEADROOM;
    made->piece.n_bytes = n;
    atomic_init(&made->n_holders, 1);
    return made;
}

void board_piece_release(shared_piece *piece)
{
    if (piece && atomic_fetch_sub(&piece->n_holders, 1) == 1)
        takt_free(piece);
}

const takt_piece *board_piece_retain(shared_piece *piece)
{
    atomic_fetch_add(&piece->n_holders, 1);
    return &piece->piece;
}

void takt_piece_release(const takt_piece *piece)
{
    board_piece_release((shared_piece *)piece);
}

takt_status takt_board_create(takt_board **board)
{
    takt_board *made = takt_alloc(sizeof *made);
    *board = NULL;
    if (!made)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "board: out of memory");
    pthread_mutex_init(&made->lock, NULL);
    pthread_mutex_init(&made->listener_lock, NULL);
    *board = made;
    return TAKT_OK;
}

static void release_tails(board_channel *channel)
{
    for (int i = 0; i < BOARD_MAX_TAILS; ++i) {
        board_piece_release(channel->tails[i]);
        channel->tails[i] = NULL;
    }
    channel->n_tails = 0;
}

static void clear_channels(takt_board *board)
{
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        release_tails(&board->channels[i]);
        board_piece_release(board->channels[i].whole);
        board->channels[i].whole = NULL;
        board->channels[i].n_steps = 0;
    }
}

void takt_board_destroy(takt_board **board)
{
    takt_board *made = *board;
    if (!made)
        return;
    clear_channels(made);
    board_clear_texts(made);
    pthread_mutex_destroy(&made->lock);
    pthread_mutex_destroy(&made->listener_lock);
    takt_free(made);
    *board = NULL;
}

void takt_board_clear(takt_board *board)
{
    pthread_mutex_lock(&board->lock);
    clear_channels(board);
    board_clear_texts(board);
    memset(board->has_size, 0, sizeof board->has_size);
    board_advance(board);
    pthread_mutex_unlock(&board->lock);
    board_notify(board);
}

// The lock is held while the listener runs, so that nobody is called who has taken his leave.
void takt_board_listen(takt_board *board, void (*changed)(void *context), void *context)
{
    pthread_mutex_lock(&board->listener_lock);
    board->changed = changed;
    board->context = context;
    pthread_mutex_unlock(&board->listener_lock);
}

void board_notify(takt_board *board)
{
    pthread_mutex_lock(&board->listener_lock);
    if (board->changed)
        board->changed(board->context);
    pthread_mutex_unlock(&board->listener_lock);
}

uint64_t board_advance(takt_board *board)
{
    return atomic_fetch_add(&board->sequence, 1) + 1;
}

uint64_t takt_board_sequence(const takt_board *board)
{
    return atomic_load(&board->sequence);
}

bool takt_board_is_watched(const takt_board *board)
{
    return atomic_load(&board->n_watchers) > 0;
}

void takt_board_watch(takt_board *board, int change)
{
    atomic_fetch_add(&board->n_watchers, change);
}

// --- Encoding ------------------------------------------------------------------------------------

/// Sizes as a frame holds them, and the number of values.
static takt_status fill_head(takt_channel channel, const size_t *sizes, double time_s,
                             takt_frame_head *head, size_t *n_values)
{
    const takt_channel_info *info = takt_channel_get(channel);
    *n_values = 1;
    *head = (takt_frame_head){.channel = channel,
                              .type = info->type,
                              .flags = TAKT_FRAME_WHOLE,
                              .time_s = time_s,
                              .sizes = {1, 1, 1},
                              .stride = 1};
    for (; info->dimensions[head->n_dimensions] != TAKT_DIMENSION_NONE; ++head->n_dimensions) {
        const size_t size = sizes[head->n_dimensions];
        if (size > TAKT_FRAME_MAX_BYTES || *n_values * size > TAKT_FRAME_MAX_BYTES / 8)
            return TAKT_FAIL(TAKT_ERR_LIMIT, "board: %s: found more than %d values", info->name,
                             TAKT_FRAME_MAX_BYTES / 8);
        head->sizes[head->n_dimensions] = (uint32_t)size;
        *n_values *= size;
    }
    head->n_rows = head->sizes[0];
    return TAKT_OK;
}

static takt_status count_text_bytes(const takt_channel_info *info, const char *const *texts,
                                    size_t n, size_t *n_bytes)
{
    *n_bytes = n;
    for (size_t i = 0; i < n; ++i) {
        const size_t length = texts[i] ? strlen(texts[i]) : 0;
        if (length > TAKT_CHANNEL_NAME_BYTES)
            return TAKT_FAIL(TAKT_ERR_LIMIT,
                             "board: %s: found a text of %zu bytes, allowed: at most %d",
                             info->name, length, TAKT_CHANNEL_NAME_BYTES);
        *n_bytes += length;
    }
    return *n_bytes <= TAKT_FRAME_MAX_BYTES
               ? TAKT_OK
               : TAKT_FAIL(TAKT_ERR_LIMIT, "board: %s: found %zu bytes, allowed: at most %d",
                           info->name, *n_bytes, TAKT_FRAME_MAX_BYTES);
}

/// Bytes that are no UTF-8 become question marks, because a frame with them would be refused.
static void copy_texts(const char *const *texts, size_t n, unsigned char *out)
{
    for (size_t i = 0; i < n; ++i) {
        const char *text = texts[i] ? texts[i] : "";
        size_t left = strlen(text);
        while (left > 0) {
            const size_t n_bytes = takt_character_bytes(text, left);
            const size_t taken = n_bytes ? n_bytes : 1;
            if (n_bytes)
                memcpy(out, text, n_bytes);
            else
                *out = '?';
            out += taken;
            text += taken;
            left -= taken;
        }
        *out++ = 0;
    }
}

// --- Producers -----------------------------------------------------------------------------------

static const unsigned char *payload_of(const shared_piece *piece)
{
    return piece->piece.bytes + TAKT_FRAME_HEAD_BYTES;
}

static bool is_same_shape(const takt_frame_head *a, const takt_frame_head *b)
{
    return a->flags == b->flags && a->stride == b->stride &&
           memcmp(a->sizes + 1, b->sizes + 1, sizeof a->sizes - sizeof a->sizes[0]) == 0;
}

static bool is_equal(const board_channel *channel, const takt_frame_head *head,
                     const shared_piece *piece)
{
    return channel->whole && is_same_shape(&channel->head, head) &&
           channel->head.sizes[0] == head->sizes[0] && channel->head.n_rows == head->n_rows &&
           channel->head.n_bytes == head->n_bytes &&
           memcmp(payload_of(channel->whole), payload_of(piece), head->n_bytes) == 0;
}

/// Is it a log that has only grown? (No log holds texts: rows are found by their bytes.)
static bool has_grown(const board_channel *channel, const takt_frame_head *head,
                      const shared_piece *piece)
{
    const takt_channel_info *info = takt_channel_get(head->channel);
    return info->kind == TAKT_CHANNEL_LOG && info->type != TAKT_CHANNEL_TEXT && channel->whole &&
           head->flags == TAKT_FRAME_WHOLE && is_same_shape(&channel->head, head) &&
           head->n_rows > channel->head.n_rows && channel->head.n_rows > 0 &&
           memcmp(payload_of(channel->whole), payload_of(piece), channel->head.n_bytes) == 0;
}

/// Puts the new value in place of the old one, which is returned for release. Under the lock.
static shared_piece *replace(takt_board *board, takt_frame_head *head, shared_piece *piece,
                             bool grown)
{
    board_channel *channel = &board->channels[head->channel];
    shared_piece *old = channel->whole;
    head->sequence = board_advance(board);
    takt_frame_write_head(head, piece->piece.bytes);
    piece->piece.sequence = head->sequence;
    piece->piece.n_rows = head->n_rows;
    release_tails(channel);
    if (!grown)
        channel->n_steps = 0;
    if (channel->n_steps == BOARD_MAX_STEPS) {
        memmove(channel->steps, channel->steps + 1, sizeof channel->steps - sizeof(board_step));
        --channel->n_steps;
    }
    channel->steps[channel->n_steps++] = (board_step){head->sequence, head->n_rows};
    channel->head = *head;
    channel->whole = piece;
    return old;
}

/// Takes the piece, whose head gets its sequence.
static void put_whole(takt_board *board, takt_frame_head *head, shared_piece *piece)
{
    pthread_mutex_lock(&board->lock);
    board_channel *channel = &board->channels[head->channel];
    const bool equal = is_equal(channel, head, piece);
    shared_piece *old =
        equal ? piece : replace(board, head, piece, has_grown(channel, head, piece));
    pthread_mutex_unlock(&board->lock);
    board_piece_release(old);
    if (!equal)
        board_notify(board);
}

takt_status board_encode(takt_channel channel, const size_t *sizes, const void *values,
                         double time_s, takt_frame_head *head, shared_piece **piece)
{
    const takt_channel_info *info = takt_channel_get(channel);
    size_t n_values, n_bytes;
    TAKT_TRY(fill_head(channel, sizes, time_s, head, &n_values));
    n_bytes = n_values * 8;
    if (info->type == TAKT_CHANNEL_TEXT)
        TAKT_TRY(count_text_bytes(info, values, n_values, &n_bytes));
    head->n_bytes = (uint32_t)n_bytes;
    *piece = board_piece_create(TAKT_FRAME_HEAD_BYTES + n_bytes);
    if (!*piece)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "board: %s: out of memory", info->name);
    unsigned char *payload = (*piece)->piece.bytes + TAKT_FRAME_HEAD_BYTES;
    if (info->type == TAKT_CHANNEL_TEXT)
        copy_texts(values, n_values, payload);
    else if (n_bytes > 0)
        memcpy(payload, values, n_bytes);
    takt_frame_write_head(head, (*piece)->piece.bytes);
    return TAKT_OK;
}

takt_status takt_board_put(takt_board *board, takt_channel channel, const size_t *sizes,
                           const void *values, double time_s)
{
    takt_frame_head head;
    shared_piece *piece;
    TAKT_TRY(board_encode(channel, sizes, values, time_s, &head, &piece));
    put_whole(board, &head, piece);
    return TAKT_OK;
}

/// Makes a longer frame from what is there and the rows behind it; *added is false when they do not
/// follow.
static takt_status add_rows(takt_board *board, const takt_frame_head *rows,
                            const unsigned char *payload, bool *added)
{
    takt_status status = TAKT_OK;
    shared_piece *old = NULL;
    *added = false;
    pthread_mutex_lock(&board->lock);
    const board_channel *channel = &board->channels[rows->channel];
    takt_frame_head head = channel->head;
    if (!channel->whole || rows->type == TAKT_CHANNEL_TEXT || head.flags != TAKT_FRAME_WHOLE ||
        rows->first_row != head.n_rows || rows->sizes[0] == 0 ||
        rows->n_rows != rows->first_row + rows->sizes[0] ||
        memcmp(head.sizes + 1, rows->sizes + 1, sizeof head.sizes - sizeof head.sizes[0]) != 0 ||
        (size_t)head.n_bytes + rows->n_bytes > TAKT_FRAME_MAX_BYTES)
        goto done;
    const size_t n_old = head.n_bytes;
    head.n_bytes += rows->n_bytes;
    head.n_rows = head.sizes[0] = rows->n_rows;
    head.time_s = rows->time_s;
    shared_piece *piece = board_piece_create(TAKT_FRAME_HEAD_BYTES + head.n_bytes);
    if (!piece) {
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "board: out of memory");
        goto done;
    }
    memcpy(piece->piece.bytes + TAKT_FRAME_HEAD_BYTES, payload_of(channel->whole), n_old);
    memcpy(piece->piece.bytes + TAKT_FRAME_HEAD_BYTES + n_old, payload, rows->n_bytes);
    old = replace(board, &head, piece, takt_channel_get(rows->channel)->kind == TAKT_CHANNEL_LOG);
    *added = true;
done:
    pthread_mutex_unlock(&board->lock);
    board_piece_release(old);
    return status;
}

takt_status takt_board_put_frame(takt_board *board, const unsigned char *bytes, size_t n)
{
    takt_frame_head head;
    const unsigned char *payload;
    TAKT_TRY(takt_frame_read(bytes, n, &head, &payload));
    if (!(head.flags & TAKT_FRAME_WHOLE)) {
        bool added;
        TAKT_TRY(add_rows(board, &head, payload, &added));
        if (added)
            board_notify(board);
        return TAKT_OK;
    }
    shared_piece *piece = board_piece_create(n);
    if (!piece)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "board: out of memory");
    memcpy(piece->piece.bytes, bytes, n);
    put_whole(board, &head, piece);
    return TAKT_OK;
}

static takt_status sink_size(void *context, takt_dimension dimension, size_t size)
{
    takt_board *board = context;
    pthread_mutex_lock(&board->lock);
    board->sizes[dimension] = size;
    board->has_size[dimension] = true;
    pthread_mutex_unlock(&board->lock);
    return TAKT_OK;
}

static takt_status sink_put(void *context, takt_channel channel, const void *values)
{
    takt_board *board = context;
    const takt_channel_info *info = takt_channel_get(channel);
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS] = {0};
    takt_dimension missing = TAKT_DIMENSION_NONE;
    bool empty = false;
    pthread_mutex_lock(&board->lock);
    for (int i = 0; info->dimensions[i] != TAKT_DIMENSION_NONE; ++i) {
        sizes[i] = board->sizes[info->dimensions[i]];
        empty = empty || sizes[i] == 0;
        if (!board->has_size[info->dimensions[i]] && missing == TAKT_DIMENSION_NONE)
            missing = info->dimensions[i];
    }
    pthread_mutex_unlock(&board->lock);
    if (missing != TAKT_DIMENSION_NONE)
        return TAKT_FAIL(TAKT_ERR_MODEL, "board: %s: the size of '%s' was not set", info->name,
                         takt_dimension_name(missing));
    return empty ? TAKT_OK : takt_board_put(board, channel, sizes, values, (double)NAN);
}

takt_sink takt_board_sink(takt_board *board)
{
    return (takt_sink){.context = board, .size = sink_size, .put = sink_put};
}

// --- Readers -------------------------------------------------------------------------------------

/// Rows that somebody has who saw everything up to `sequence`; 0: he needs all.
static uint32_t count_rows_seen(const board_channel *channel, uint64_t sequence)
{
    for (int32_t i = channel->n_steps; i-- > 0;)
        if (channel->steps[i].sequence <= sequence)
            return channel->steps[i].n_rows;
    return 0;
}

/// The rows from `first` on as a frame of their own; NULL when there is no memory. Under the lock.
static shared_piece *find_tail(board_channel *channel, uint32_t first)
{
    takt_frame_head head = channel->head;
    for (int i = 0; i < BOARD_MAX_TAILS; ++i)
        if (channel->tails[i] && channel->tails[i]->piece.first_row == first)
            return channel->tails[i];
    const size_t n_skipped = (size_t)(head.n_bytes / head.n_rows) * first;
    head.flags = 0;
    head.first_row = first;
    head.sizes[0] = head.n_rows - first;
    head.n_bytes -= (uint32_t)n_skipped;
    shared_piece *made = board_piece_create(TAKT_FRAME_HEAD_BYTES + head.n_bytes);
    if (!made)
        return NULL;
    takt_frame_write_head(&head, made->piece.bytes);
    memcpy(made->piece.bytes + TAKT_FRAME_HEAD_BYTES, payload_of(channel->whole) + n_skipped,
           head.n_bytes);
    made->piece.sequence = head.sequence;
    made->piece.first_row = first;
    made->piece.n_rows = head.n_rows;
    shared_piece **place = &channel->tails[channel->n_tails++ % BOARD_MAX_TAILS];
    board_piece_release(*place);
    *place = made;
    return made;
}

const takt_piece *takt_board_frame(takt_board *board, takt_channel channel, uint64_t sequence)
{
    const takt_piece *found = NULL;
    pthread_mutex_lock(&board->lock);
    board_channel *it = &board->channels[channel];
    if (it->whole && it->head.sequence > sequence) {
        const uint32_t n_seen = count_rows_seen(it, sequence);
        shared_piece *tail = n_seen > 0 ? find_tail(it, n_seen) : NULL;
        found = board_piece_retain(tail ? tail : it->whole);
    }
    pthread_mutex_unlock(&board->lock);
    return found;
}

size_t takt_board_copy(takt_board *board, takt_channel channel, void *values, size_t n,
                       size_t *sizes)
{
    size_t n_values = 0;
    pthread_mutex_lock(&board->lock);
    const board_channel *it = &board->channels[channel];
    if (it->whole && it->head.type != TAKT_CHANNEL_TEXT && it->head.flags == TAKT_FRAME_WHOLE) {
        n_values = it->head.n_bytes / 8;
        for (int i = 0; i < TAKT_CHANNEL_MAX_DIMENSIONS; ++i)
            sizes[i] = it->head.sizes[i];
        if (n > 0 && n_values > 0)
            memcpy(values, payload_of(it->whole), (n < n_values ? n : n_values) * 8);
    }
    pthread_mutex_unlock(&board->lock);
    return n_values;
}
