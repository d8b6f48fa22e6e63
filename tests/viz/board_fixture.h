/// What the tests of the board share: putting the rows of a log, and reading a frame.
#ifndef TAKT_TESTS_VIZ_BOARD_FIXTURE_H
#define TAKT_TESTS_VIZ_BOARD_FIXTURE_H

#include "core/memory.h"
#include "tests/check.h"
#include "viz/board.h"

static takt_board *new_board(void)
{
    takt_board *board = NULL;
    CHECK_OK(takt_board_create(&board));
    return board;
}

/// Puts `n` rows of BEST_COST: row i is i + offset.
static void put_log(takt_board *board, size_t n, double offset)
{
    double values[1000];
    for (size_t i = 0; i < n; ++i)
        values[i] = (double)i + offset;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_BEST_COST, &n, values, (double)NAN));
}

static takt_frame_head read_piece(const takt_piece *piece, const unsigned char **payload)
{
    takt_frame_head head;
    CHECK(piece != NULL);
    CHECK_OK(takt_frame_read(piece->bytes, piece->n_bytes, &head, payload));
    CHECK_INT(head.sequence, piece->sequence);
    CHECK_INT(head.first_row, piece->first_row);
    CHECK_INT(head.n_rows, piece->n_rows);
    CHECK((uintptr_t)*payload % 8 == 0);
    return head;
}

/// A frame of BEST_COST: rows first .. n_rows - 1, each its number.
static size_t make_frame(unsigned char *bytes, uint32_t flags, uint32_t first, uint32_t n_rows)
{
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .flags = flags,
                                  .n_dimensions = 1,
                                  .n_bytes = 8 * (n_rows - first),
                                  .sequence = 12345,
                                  .sizes = {n_rows - first, 1, 1},
                                  .first_row = first,
                                  .n_rows = n_rows,
                                  .stride = 1};
    takt_frame_write_head(&head, bytes);
    for (uint32_t i = first; i < n_rows; ++i) {
        const double value = i;
        memcpy(bytes + TAKT_FRAME_HEAD_BYTES + 8 * (size_t)(i - first), &value, 8);
    }
    return TAKT_FRAME_HEAD_BYTES + head.n_bytes;
}

#endif
