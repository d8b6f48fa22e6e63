/// What the files server*.c share. Everything here belongs to the server's thread, except what says
/// otherwise.
///
/// A connection is `pending` until it has shown a token, `trusted` while it asks REST with one, a
/// `viewer` after "hello", `doomed` when it is being closed. One HTTP request per connection: what
/// this version of libwebsockets does wrong (a use after free with unknown upgrades), it does on
/// the second.
#ifndef TAKT_VIZ_SERVER_INTERNAL_H
#define TAKT_VIZ_SERVER_INTERNAL_H

#include "viz/api_internal.h"
#include "viz/message.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    TAKT_SERVER_HEADER_BYTES = 16 << 10, // portals send long ones
    TAKT_SERVER_CHUNK_BYTES = 64 << 10,  // of a file or a long frame, copied
    TAKT_SERVER_WHOLE_BYTES = 256 << 10, // a frame up to here goes out without copying
    TAKT_SERVER_SOCKET_BYTES = 128 << 10,
    TAKT_SERVER_MESSAGES_PER_S = 50,
    TAKT_SERVER_MAX_HOSTS = 64,
    TAKT_SERVER_NAME_BYTES = 256,
    TAKT_SERVER_N_WORDS = (TAKT_CHANNEL_COUNT + 63) / 64,
    TAKT_WINDOW_MIN = 2,
    TAKT_WINDOW_MAX = 8
};

typedef enum takt_close_code {
    TAKT_CLOSE_ENDED = 1000,
    TAKT_CLOSE_REFUSED = 1008,
    TAKT_CLOSE_TOO_LARGE = 1009,
    TAKT_CLOSE_TOO_SLOW = 4000,
    TAKT_CLOSE_TOO_MANY_MESSAGES = 4001,
    TAKT_CLOSE_TOO_MANY_VIEWERS = 4003
} takt_close_code;

/// How long and how much; tests shorten them.
typedef struct takt_server_limits {
    double request_s;    // for the whole of a request to arrive
    double hello_s;      // for the first WebSocket message
    double stall_s;      // a response that nobody reads
    double ack_s;        // a viewer that draws nothing
    double rows_s;       // for rows to come from the host
    int32_t max_pending; // connections without a token
    int32_t max_trusted; // requests with a token whose answers are on their way
    size_t max_held;     // bytes of such answers
    bool needs_page;     // refuse to start without the page
} takt_server_limits;

typedef enum takt_connection_kind {
    TAKT_CONNECTION_PENDING,
    TAKT_CONNECTION_TRUSTED,
    TAKT_CONNECTION_VIEWER,
    TAKT_CONNECTION_DOOMED,
    TAKT_CONNECTION_KIND_COUNT
} takt_connection_kind;

typedef struct takt_connection takt_connection;

/// One HTTP request and its answer.
typedef struct takt_exchange {
    takt_api_request request;
    char method[16];
    takt_text path, query, body;    // of the request
    char range[128], if_match[128]; // Range; If-None-Match
    char if_range[128];             // If-Range
    uint64_t n_expected;            // bytes of the request's body
    uint64_t n_received;            // of them
    bool is_head, accepts_gzip;     //
    bool is_answered, is_head_sent; // the response is known; its head is on the way
    takt_api_response response;     //
    takt_text head;                 // status line and headers
    const unsigned char *bytes;     // of the response, where it is no file
    int file;                       // else -1
    uint64_t position, end;         // what is still to be sent
    size_t n_held;                  // bytes of the response, in memory until it is sent
    double asked_s;                 // when the host was asked for rows
} takt_exchange;

/// The state of one WebSocket after "hello".
typedef struct takt_viewer {
    takt_role role;
    int32_t view; // index into server->views.entries
    double max_hz, next_s;
    uint64_t frames[TAKT_CHANNEL_COUNT]; // sequence sent last
    uint64_t documents[TAKT_BOARD_MAX_DOCUMENTS];
    uint64_t lines_from, seen;         // next line; sequence of the board when a round began
    uint64_t due[TAKT_SERVER_N_WORDS]; // channels of this round still to be sent
    uint32_t due_documents;
    bool has_lines, is_watching;
    int32_t next_channel;         // fair order
    const takt_piece *long_piece; // being sent in parts
    size_t long_offset;
    uint64_t n_sent, n_drawn; // frames
    double sent_s[TAKT_WINDOW_MAX], progress_s, round_trip_s;
} takt_viewer;

struct takt_connection {
    takt_server *server;
    struct lws *wsi;
    takt_connection *previous, *next;
    takt_connection_kind kind;
    double deadline_s;       // closed when it has passed
    takt_exchange *exchange; // NULL on a WebSocket
    takt_viewer *viewer;     // NULL before hello
    takt_text input;         // of a message in several parts
    takt_text answer;        // one text message that waits
    double second_s;         // when the second began in which n_messages came
    int32_t n_messages;
    int32_t close_code; // not 0: say `answer`, then close
    bool is_websocket, owes_info, owes_channels, owes_end;
};

/// What is newest on one board, asked once for all viewers.
typedef struct takt_cache {
    uint64_t sequence; // of the board when it was looked at
    uint64_t frames[TAKT_CHANNEL_COUNT], documents[TAKT_BOARD_MAX_DOCUMENTS];
    uint64_t lines_next;
    bool is_listening;
} takt_cache;

/// Rows on their way from another thread.
typedef struct takt_mail {
    struct takt_mail *next;
    uint64_t request;
    size_t n;
    unsigned char frame[];
} takt_mail;

struct takt_server {
    takt_server_limits limits;
    takt_view_host host;
    takt_views views;
    takt_api *api;
    takt_cache caches[TAKT_VIEWS_MAX];
    char view_token[TAKT_MESSAGE_TEXT_BYTES], control_token[TAKT_MESSAGE_TEXT_BYTES];
    bool may_control, has_tls;
    char session[TAKT_TOKEN_BYTES];
    takt_text address, origin, socket_path, bind, tls_cert, tls_key, channels;
    int port;
    int32_t max_viewers;
    int32_t n_hosts, n_own_hosts; // names that Host may hold; the first n_own_hosts are ours
    char hosts[TAKT_SERVER_MAX_HOSTS][TAKT_SERVER_NAME_BYTES + 16];

    struct lws_context *lws;
    struct lws_vhost *vhost;
    lws_sorted_usec_list_t pump_timer, watch_timer;
    double pumped_s;
    takt_connection *oldest[TAKT_CONNECTION_KIND_COUNT], *newest[TAKT_CONNECTION_KIND_COUNT];
    int32_t n_connections[TAKT_CONNECTION_KIND_COUNT];
    size_t n_held;        // bytes of all exchanges
    unsigned char *chunk; // LWS_PRE + TAKT_SERVER_CHUNK_BYTES

    // For any thread.
    pthread_t thread;
    bool has_thread;
    atomic_bool is_woken, is_ending;
    double linger_s; // written before is_ending
    double end_s;
    pthread_mutex_t mutex; // of `mail`
    takt_mail *mail;
    _Atomic int64_t viewers, connections, refused, frames, bytes, requests;
};

// --- server.c
takt_server_limits takt_server_limits_default(void);
takt_status takt_server_start(const takt_server_config *config, const takt_server_limits *limits,
                              takt_server **server);
void takt_server_wake(void *server);

// --- server_listen.c: the address, the socket, TLS
takt_status takt_server_listen(takt_server *server, const takt_server_config *config);
void takt_server_unlisten(takt_server *server);

// --- server_callback.c: what libwebsockets calls
int takt_server_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t n);

// --- server_connection.c: their lists and deadlines
takt_connection *takt_connection_create(takt_server *server, struct lws *wsi);
void takt_connection_destroy(takt_connection *connection);
void takt_connection_move(takt_connection *connection, takt_connection_kind kind);
/// Closes it at once; not from a callback of its own.
void takt_connection_doom(takt_connection *connection);
/// Says `text` as an error where there is one, then closes with the code.
void takt_connection_close(takt_connection *connection, int code, const char *error,
                           const char *text);
/// Sends an error message, the connection goes on.
void takt_connection_complain(takt_connection *connection, const char *error, const char *text);
void takt_server_watch(takt_server *server);

// --- server_guard.c: pure functions
/// Is `host` (a Host header) one of the server's names? *is_own: one of its own, not of a proxy.
bool takt_server_knows_host(const takt_server *server, const char *host, bool *is_own);
/// May a page of this Origin ("" where none was sent) talk to the server it calls `host`, which has
/// been checked?
bool takt_server_allows_origin(const takt_server *server, const char *host, const char *origin);
/// Reads "bytes=..." for a body of n bytes: 200 (no usable range: all), 206 or 416.
int takt_range_read(const char *range, uint64_t n, uint64_t *first, uint64_t *last);
/// Appends a decoded text percent-encoded; `keep` are characters besides the unreserved ones.
void takt_percent_encode(takt_text *out, const char *text, size_t n, const char *keep);

// --- server_http.c
/// Host and Origin of the request that `wsi` holds: 0, or the status that refuses it.
int takt_exchange_check(takt_server *server, struct lws *wsi);
/// Each returns what the callback of libwebsockets has to return.
int takt_exchange_begin(takt_connection *connection, const char *uri, size_t n);
int takt_exchange_receive(takt_connection *connection, const void *bytes, size_t n);
int takt_exchange_write(takt_connection *connection);
void takt_exchange_destroy(takt_exchange **exchange);
void takt_server_deliver(takt_server *server, uint64_t request, const unsigned char *frame,
                         size_t n);

// --- server_answer.c: heads of responses, assets, files
takt_status takt_exchange_answer(takt_exchange *exchange);
takt_status takt_exchange_answer_asset(takt_exchange *exchange);
takt_status takt_exchange_answer_error(takt_exchange *exchange, int status, const char *code,
                                       const char *text);
const char *takt_http_reason(int status);

// --- server_viewer.c: messages of browsers
int takt_viewer_receive(takt_connection *connection, const void *bytes, size_t n);
void takt_viewer_destroy(takt_connection *connection);

// --- server_send.c: rounds of frames
int takt_viewer_write(takt_connection *connection);
/// Asks for the socket where something can go out: the window has opened.
void takt_viewer_resume(takt_connection *connection);
void takt_viewer_forget(takt_viewer *viewer);
void takt_server_pump(takt_server *server);
void takt_server_pump_at(takt_server *server, double time_s);

#endif
