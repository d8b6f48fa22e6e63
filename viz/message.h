/// What a browser says over the WebSocket (docs/protocol.md, section 2), read strictly and without
/// sockets, so that it can be tested and fuzzed by itself.
#ifndef TAKT_VIZ_MESSAGE_H
#define TAKT_VIZ_MESSAGE_H

#include "viz/server.h"

TAKT_EXTERN_C_BEGIN

enum {
    TAKT_MESSAGE_MAX_BYTES = 64 << 10,
    TAKT_MESSAGE_TEXT_BYTES = 256, // longest text of a field, with its zero
    TAKT_MESSAGE_MAX_HZ = 60
};

typedef enum takt_message_type {
    TAKT_MESSAGE_OTHER, // unknown types are ignored
    TAKT_MESSAGE_HELLO,
    TAKT_MESSAGE_OPEN,
    TAKT_MESSAGE_SUBSCRIBE,
    TAKT_MESSAGE_SHOWCASE,
    TAKT_MESSAGE_LINES,
    TAKT_MESSAGE_TYPE_COUNT
} takt_message_type;

/// One message; the fields of its type are set, the others are zero.
typedef struct takt_message {
    takt_message_type type;
    char protocol[TAKT_MESSAGE_TEXT_BYTES]; // hello
    char token[TAKT_MESSAGE_TEXT_BYTES];    // hello
    char run[TAKT_MESSAGE_TEXT_BYTES];      // hello, open
    double max_hz;                          // subscribe: 0, or 1 to TAKT_MESSAGE_MAX_HZ
    takt_showcase_action action;            // showcase
    double value;                           // showcase
    uint64_t from;                          // lines
} takt_message;

/// Reads the text message of `n` bytes; any bytes may be given. TAKT_ERR_INPUT names the field,
/// what was found and what is allowed; it never repeats a token.
TAKT_API takt_status takt_message_read(const char *bytes, size_t n, takt_message *message);

TAKT_EXTERN_C_END

#endif
