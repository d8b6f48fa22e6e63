/// What board.c (channels) and board_texts.c (documents, lines) share.
#ifndef TAKT_VIZ_BOARD_INTERNAL_H
#define TAKT_VIZ_BOARD_INTERNAL_H

#include "viz/board.h"

#include <pthread.h>
#include <stdatomic.h>

/// A piece and how many hold it. The bytes lie behind it in the same allocation.
typedef struct shared_piece {
    takt_piece piece; // first: a takt_piece is the address of its shared_piece
    atomic_int n_holders;
} shared_piece;

enum {
    BOARD_MAX_STEPS = 256, // versions of a log that its readers may be behind before they get all
    BOARD_MAX_TAILS = 4,
    BOARD_NAME_BYTES = 32
};

/// A log had `n_rows` rows from `sequence` on.
typedef struct board_step {
    uint64_t sequence;
    uint32_t n_rows;
} board_step;

typedef struct board_channel {
    shared_piece *whole; // NULL: not there
    takt_frame_head head;
    board_step steps[BOARD_MAX_STEPS]; // since the channel was last replaced, oldest first
    int32_t n_steps;
    shared_piece *tails[BOARD_MAX_TAILS]; // last rows of the present version, shared by readers
    int32_t n_tails;                      // ever made of this version
} board_channel;

typedef struct board_document {
    char name[BOARD_NAME_BYTES]; // "" for a free place
    shared_piece *message;
    size_t value_at, n_value; // where the value lies in the message
} board_document;

typedef struct board_line {
    char *json;
    size_t n;
} board_line;

struct takt_board {
    pthread_mutex_t lock; // of everything below but the listener and the two atomics
    pthread_mutex_t listener_lock;
    void (*changed)(void *context);
    void *context;
    atomic_uint_fast64_t sequence; // written under the lock
    atomic_int n_watchers;
    size_t sizes[TAKT_DIMENSION_COUNT]; // of the sink
    bool has_size[TAKT_DIMENSION_COUNT];
    board_channel channels[TAKT_CHANNEL_COUNT];
    board_document documents[TAKT_BOARD_MAX_DOCUMENTS];
    board_line lines[TAKT_BOARD_MAX_LINES]; // line number i lies at i % TAKT_BOARD_MAX_LINES
    uint64_t first_line, n_lines;           // numbers first_line .. n_lines - 1 are there
    shared_piece *log;                      // the lines that were asked for last, shared by readers
    uint64_t log_from, log_next;
};

/// A piece of `n` bytes (zeroed) held by the caller; NULL when there is no memory.
shared_piece *board_piece_create(size_t n);

/// A whole channel as a frame (sequence 0) held by the caller. The arguments are those of
/// takt_board_put.
takt_status board_encode(takt_channel channel, const size_t *sizes, const void *values,
                         double time_s, takt_frame_head *head, shared_piece **piece);

/// NULL is allowed.
void board_piece_release(shared_piece *piece);

/// One more holder.
const takt_piece *board_piece_retain(shared_piece *piece);

/// The number of the change that is being made. Under the lock.
uint64_t board_advance(takt_board *board);

/// Tells the listener. Not under the lock.
void board_notify(takt_board *board);

/// Appends line number *number, or the oldest that is there, and sets *number behind it. False when
/// there is none.
bool board_get_line(takt_board *board, uint64_t *number, takt_text *out);

/// Releases documents and lines. Under the lock, or when no thread uses the board.
void board_clear_texts(takt_board *board);

#endif
