// Envelopes are exact: every row of the channel is looked at, none is left out.
#include "viz/replay_internal.h"

#include <math.h>
#include <string.h>

enum { MAX_PAIRS = 2000, MAX_BYTES = 4 << 20 };

takt_status envelope_begin(takt_channel channel, const size_t *sizes, envelope *made)
{
    const takt_channel_info *info = takt_channel_get(channel);
    takt_frame_head *head = &made->head;
    *made = (envelope){.n_columns = 1};
    *head = (takt_frame_head){.channel = channel,
                              .type = info->type,
                              .flags = TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE,
                              .n_dimensions = 1,
                              .time_s = (double)NAN,
                              .sizes = {1, 1, 1},
                              .n_rows = (uint32_t)sizes[0]};
    for (; info->dimensions[head->n_dimensions] != TAKT_DIMENSION_NONE; ++head->n_dimensions) {
        made->n_columns *= sizes[head->n_dimensions];
        head->sizes[head->n_dimensions] = (uint32_t)sizes[head->n_dimensions];
    }
    const size_t pair_bytes = 16 * made->n_columns;
    if (sizes[0] > UINT32_MAX || pair_bytes > TAKT_FRAME_MAX_BYTES)
        return TAKT_FAIL(TAKT_ERR_LIMIT, "%s: found more than a frame can hold", info->name);
    size_t n_pairs = MAX_BYTES / pair_bytes;
    n_pairs = n_pairs > MAX_PAIRS ? MAX_PAIRS : n_pairs < 1 ? 1 : n_pairs;
    head->stride = (uint32_t)((sizes[0] + n_pairs - 1) / n_pairs);
    n_pairs = (sizes[0] + head->stride - 1) / head->stride;
    head->sizes[0] = (uint32_t)(2 * n_pairs);
    head->n_bytes = (uint32_t)(n_pairs * pair_bytes);
    made->frame = board_piece_create(TAKT_FRAME_HEAD_BYTES + head->n_bytes);
    if (!made->frame)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory", info->name);
    takt_frame_write_head(head, made->frame->piece.bytes);
    return TAKT_OK;
}

static void add_doubles(double *lowest, double *highest, const double *row, size_t n, bool first)
{
    for (size_t i = 0; i < n; ++i) {
        const bool empty = first || lowest[i] != lowest[i]; // NaN so far
        lowest[i] = empty || row[i] < lowest[i] ? row[i] : lowest[i];
        highest[i] = empty || row[i] > highest[i] ? row[i] : highest[i];
    }
}

static void add_integers(int64_t *lowest, int64_t *highest, const int64_t *row, size_t n,
                         bool first)
{
    for (size_t i = 0; i < n; ++i) {
        lowest[i] = first || row[i] < lowest[i] ? row[i] : lowest[i];
        highest[i] = first || row[i] > highest[i] ? row[i] : highest[i];
    }
}

void envelope_add(envelope *made, const void *values, size_t n)
{
    const size_t row_bytes = 8 * made->n_columns;
    for (size_t i = 0; i < n; ++i, ++made->n_taken) {
        const size_t pair = made->n_taken / made->head.stride;
        const bool first = made->n_taken % made->head.stride == 0;
        unsigned char *lowest =
            made->frame->piece.bytes + TAKT_FRAME_HEAD_BYTES + 2 * pair * row_bytes;
        const void *row = (const unsigned char *)values + i * row_bytes;
        if (made->head.type == TAKT_CHANNEL_INTEGER)
            add_integers((void *)lowest, (void *)(lowest + row_bytes), row, made->n_columns, first);
        else
            add_doubles((void *)lowest, (void *)(lowest + row_bytes), row, made->n_columns, first);
    }
}

void envelope_release(envelope *made)
{
    board_piece_release(made->frame);
    made->frame = NULL;
}
