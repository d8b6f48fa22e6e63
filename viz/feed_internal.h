/// Records of a feed, shared by both sides of it and by the child that replays a run file.
///
/// A record is a head of 8 bytes (u32 number of bytes that follow it, u8 kind, three zero bytes)
/// and its bytes:
///
/// | kind | towards the viewer | bytes |
/// |---|---|---|
/// | 1 | frame | a frame of `takt.v1` |
/// | 2 | document | the text message {"type":"document",...} of `takt.v1` |
/// | 3 | line | one log line, JSON |
/// | 4 | rows | u64 request, then a frame; no frame: they could not be had |
/// | 5 | problem | a text: what the other side cannot go on with; the last record |
/// | 16 | (from the viewer) ask | u64 request, u64 first, u64 n, u16 channel, six zero bytes |
#ifndef TAKT_VIZ_FEED_INTERNAL_H
#define TAKT_VIZ_FEED_INTERNAL_H

#include "viz/board_internal.h"
#include "viz/feed.h"

typedef enum feed_kind {
    FEED_FRAME = 1,
    FEED_DOCUMENT = 2,
    FEED_LINE = 3,
    FEED_ROWS = 4,
    FEED_PROBLEM = 5,
    FEED_ASK = 16
} feed_kind;

enum {
    FEED_HEAD_BYTES = 8,
    FEED_ASK_BYTES = 32,
    FEED_REQUEST_BYTES = 8,
    FEED_MAX_DOCUMENT_BYTES = 16 << 20,
    FEED_MAX_LINE_BYTES = 64 << 10,
    FEED_MAX_PROBLEM_BYTES = 4096
};

typedef struct feed_record {
    feed_kind kind;
    const unsigned char *bytes; // valid until the next fill
    size_t n;
} feed_record;

typedef struct feed_ask {
    uint64_t request, first, n;
    takt_channel channel;
} feed_ask;

/// What has come in and was not yet taken. The memory grows with what came, not with what a head
/// claims will come.
typedef struct feed_input {
    unsigned char *bytes;
    size_t begin, end, capacity;
} feed_input;

typedef enum feed_arrival { FEED_SOME, FEED_NOTHING_NOW, FEED_CLOSED } feed_arrival;

/// Takes what the socket has, without waiting.
takt_status feed_fill(feed_input *input, int fd, feed_arrival *arrival);

/// The next complete record; `*found` is false when more has to come. TAKT_ERR_INPUT: these bytes
/// are no record that this side may get.
takt_status feed_next(feed_input *input, bool from_viewer, feed_record *record, bool *found);

void feed_release(feed_input *input);

void feed_write_head(feed_kind kind, size_t n, unsigned char *bytes);

/// Writes head and bytes of an ask: FEED_HEAD_BYTES + FEED_ASK_BYTES.
void feed_write_ask(const feed_ask *ask, unsigned char *bytes);
bool feed_read_ask(const feed_record *record, feed_ask *ask);

/// Is it one value of JSON (RFC 8259), at most 64 deep, and valid UTF-8?
bool feed_is_json(const char *json, size_t n);

/// The name and the value of a document's message; false when it is none.
bool feed_read_document(const unsigned char *bytes, size_t n, char name[BOARD_NAME_BYTES],
                        const char **value, size_t *n_value);

/// Starts a thread that no signal interrupts, and an eventfd that wakes it.
takt_status feed_start(pthread_t *thread, int *wake_fd, void *(*run)(void *), void *context);
void feed_wake(int wake_fd);
void feed_sleep_off(int wake_fd);

#endif
