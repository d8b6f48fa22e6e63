/// A feed carries a board to another process: from a run that `takt view --control` started, and
/// from the child that reads a finished run's file. The producer's side never waits (a thread of
/// its own sends the newest of what has changed); the taker's side checks every byte, because a
/// child that reads a damaged file may send anything.
///
/// Records on a stream socket: length u32, kind u8, three zero bytes, bytes
/// (viz/feed_internal.h lists the kinds).
#ifndef TAKT_VIZ_FEED_H
#define TAKT_VIZ_FEED_H

#include "viz/board.h"

TAKT_EXTERN_C_BEGIN

/// Environment variable that names the Unix socket a child connects to.
#define TAKT_FEED_VARIABLE "TAKT_FEED"

typedef struct takt_feed_writer takt_feed_writer;
typedef struct takt_feed_reader takt_feed_reader;

/// Sends the board over the connected socket `fd` (taken over) until destroyed; destroy sends what
/// is new for at most `linger_s`.
TAKT_API takt_status takt_feed_writer_create(takt_board *board, int fd, takt_feed_writer **writer);
TAKT_API void takt_feed_writer_destroy(takt_feed_writer **writer, double linger_s);

/// What the reader tells: rows that were asked for, and the end of the feed (`ended`: NULL text
/// when the other side closed after a complete record, else what was wrong with its bytes, or what
/// it said it cannot go on with). Called on the reader's thread, `ended` once, nothing after
/// destroy; they must not destroy the reader.
typedef struct takt_feed_listener {
    void *context;
    void (*rows)(void *context, uint64_t request, const unsigned char *frame, size_t n);
    void (*ended)(void *context, const char *problem);
} takt_feed_listener;

/// Takes records from the socket `fd` (taken over) into the board, in a thread of its own.
TAKT_API takt_status takt_feed_reader_create(takt_board *board, int fd,
                                             const takt_feed_listener *listener,
                                             takt_feed_reader **reader);
TAKT_API void takt_feed_reader_destroy(takt_feed_reader **reader);

/// Asks the other side for rows first .. first + n - 1 of a channel; they come to listener->rows
/// with the number `request`: fewer of them where the channel ends or they would not fit into a
/// frame, an empty frame (n 0) where they cannot be had. Never waits. TAKT_ERR_LIMIT: too many
/// asked for at once; TAKT_ERR_FILE: the feed has ended.
TAKT_API takt_status takt_feed_reader_ask(takt_feed_reader *reader, uint64_t request,
                                          takt_channel channel, uint64_t first, uint64_t n);

TAKT_EXTERN_C_END

#endif
