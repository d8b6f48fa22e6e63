/// Binary frames of `takt.v1`: one channel, or rows of it, in a layout that a browser reads without
/// copying. docs/protocol.md describes the same bytes for people; tests/viz/frames/*.bin are read
/// by C and by TypeScript.
///
/// Little-endian, a head of 64 bytes, then the payload: doubles, int64_t, or texts that end with a
/// zero byte each.
#ifndef TAKT_VIZ_FRAME_H
#define TAKT_VIZ_FRAME_H

#include "core/channels.h"
#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>

TAKT_EXTERN_C_BEGIN

#define TAKT_FRAME_MAGIC 0x31544B54u // "TKT1"
enum {
    TAKT_FRAME_HEAD_BYTES = 64,
    TAKT_FRAME_MAX_BYTES = 64 << 20,
    TAKT_ACK_BYTES = 16,
};
#define TAKT_ACK_MAGIC 0x31414B54u // "TKA1": the browser's only binary message

typedef enum takt_frame_flags {
    TAKT_FRAME_WHOLE = 1,   // replaces what was known; otherwise rows that follow it
    TAKT_FRAME_ENVELOPE = 2 // rows are pairs: lowest and highest of each `stride` rows
} takt_frame_flags;

/// What a frame says about itself. Offsets in the head: magic u32 0, channel u16 4, type u8 6,
/// flags u8 7, n_dimensions u8 8, zero 9-11, payload bytes u32 12, sequence u64 16, time_s f64 24,
/// sizes u32[3] 32, first_row u32 44, n_rows u32 48, stride u32 52, zero 56-63.
typedef struct takt_frame_head {
    takt_channel channel;
    takt_channel_type type;
    uint32_t flags; // takt_frame_flags
    uint32_t n_dimensions;
    uint32_t n_bytes;                            // of the payload
    uint64_t sequence;                           // grows with every change of any channel
    double time_s;                               // simulated time, NaN where there is none
    uint32_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS]; // of this frame's payload; 1 behind the last
    uint32_t first_row;                          // of this frame along the first dimension
    uint32_t n_rows;                             // of the whole channel
    uint32_t stride;                             // 1, or rows behind each pair of an envelope
} takt_frame_head;

/// Writes the head into `bytes` [TAKT_FRAME_HEAD_BYTES].
TAKT_API void takt_frame_write_head(const takt_frame_head *head, unsigned char *bytes);

/// Reads and checks a whole frame of `n` bytes: magic, channel, type and dimensions as in the
/// table, sizes that give n_bytes (texts: that many zero bytes, valid UTF-8), lengths that add up.
/// Sets *payload into `bytes`. TAKT_ERR_INPUT says what is wrong. Any bytes may be given.
TAKT_API takt_status takt_frame_read(const unsigned char *bytes, size_t n, takt_frame_head *head,
                                     const unsigned char **payload);

/// Number of frames that a browser has drawn, from its ack message. False when it is none.
TAKT_API bool takt_ack_read(const unsigned char *bytes, size_t n, uint64_t *count);

TAKT_EXTERN_C_END

#endif
