/// One viewer without a browser: the WebSocket side of `takt.v1` written once more, without
/// libwebsockets, so that the server is measured and tested against other code than its own.
///
/// It never keeps a frame: it reads the head of each message and counts the rest, as 1,000 of them
/// have to cost less than what they measure.
#ifndef TAKT_BENCHMARKS_VIZ_CLIENT_H
#define TAKT_BENCHMARKS_VIZ_CLIENT_H

#include "viz/frame.h"

#include <stdint.h>

enum {
    TAKT_CLIENT_REPLY_BYTES = 1024, // most of an HTTP answer to the upgrade
    TAKT_CLIENT_KEPT_BYTES = TAKT_FRAME_HEAD_BYTES + 16
};

typedef enum takt_client_phase {
    TAKT_CLIENT_CLOSED,
    TAKT_CLIENT_CONNECTING, // waits for the connection
    TAKT_CLIENT_UPGRADING,  // waits for 101
    TAKT_CLIENT_GREETING,   // has said hello, waits for `info`
    TAKT_CLIENT_JOINED
} takt_client_phase;

/// What a frame told: the first two doubles of its payload, which the producer sets.
typedef struct takt_client_frame {
    double put_s; // when it was put onto the board, takt_clock_s
    double number;
} takt_client_frame;

typedef struct takt_client {
    int fd; // -1: none
    takt_client_phase phase;
    double begun_s, first_frame_s; // connect, and the first frame after it; 0: not yet
    uint64_t n_frames, n_bytes;    // whole frames so far, and their bytes
    uint64_t n_acked;
    double last_number; // of the newest frame that counts; -1: none
    int close_code;     // that the server gave, 0: none
    // of the message that is being read
    unsigned char head[14];
    int n_head;
    int opcode; // of the message, not of its fragments
    bool is_last, is_control;
    uint64_t left;
    unsigned char kept[TAKT_CLIENT_KEPT_BYTES];
    size_t n_kept;
    unsigned char control[128]; // a ping may come between two fragments
    size_t n_control;
    char reply[TAKT_CLIENT_REPLY_BYTES];
    size_t n_reply;
} takt_client;

typedef struct takt_client_listener {
    void *context;
    void (*frame)(void *context, takt_client *client, const takt_client_frame *frame);
} takt_client_listener;

/// Where the server is and how to be let in.
typedef struct takt_client_door {
    int port; // of 127.0.0.1
    const char *token;
    int max_hz;
} takt_client_door;

/// Begins to connect (never waits); the client is zeroed before, but fd -1. TAKT_ERR_FILE says why
/// not.
takt_status takt_client_connect(takt_client *client, const takt_client_door *door);

/// The socket can be written for the first time: asks for the upgrade.
takt_status takt_client_upgrade(takt_client *client, const takt_client_door *door);

/// Takes `n` bytes from the server, answers what has to be answered (hello, pong), tells the
/// listener each frame. An answer that `takt.v1` does not allow is TAKT_ERR_INPUT.
takt_status takt_client_take(takt_client *client, const takt_client_door *door,
                             const unsigned char *bytes, size_t n,
                             const takt_client_listener *listener);

/// Says how many frames have been drawn, where that is news. A full socket is no error: the next
/// call says more.
void takt_client_acknowledge(takt_client *client);

void takt_client_close(takt_client *client);

#endif
