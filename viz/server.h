/// The server of the viewer: HTTP, REST and WebSocket in a thread of its own (libwebsockets).
///
///     takt_server_config config = takt_server_config_default();
///     config.board = board;
///     TAKT_TRY(takt_server_create(&config, &server));
///     printf("%s\n", takt_server_address(server));
///
/// The page is static, public and holds no data; everything else needs a token. The server reads
/// boards and asks its host; it never opens NetCDF and never makes a producer wait.
#ifndef TAKT_VIZ_SERVER_H
#define TAKT_VIZ_SERVER_H

#include "viz/board.h"
#include "viz/showcase.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_server takt_server;

enum { TAKT_TOKEN_BYTES = 33 }; // 128 random bits in hexadecimal, and a zero

/// What one run gives to viewers. `showcase` may be NULL.
typedef struct takt_view {
    takt_board *board;
    takt_showcase *showcase;
} takt_view;

typedef enum takt_control_verb {
    TAKT_CONTROL_START_SIMULATE,
    TAKT_CONTROL_START_OPTIMIZE,
    TAKT_CONTROL_STOP,       // with a checkpoint
    TAKT_CONTROL_CHECKPOINT, // save soon, go on
    TAKT_CONTROL_RESET       // forget the run that ended; the study with its own set-points
} takt_control_verb;

enum { TAKT_CONTROL_MAX_VALUES = 512 };

/// What the page asks for; values are set-points by name, in their units.
typedef struct takt_control {
    takt_control_verb verb;
    int32_t n_values;
    const char *names[TAKT_CONTROL_MAX_VALUES];
    double values[TAKT_CONTROL_MAX_VALUES];
} takt_control;

/// What the program behind the server can do; called on the server's thread, soon back. A function
/// may be NULL: then the server answers that this viewer cannot do it.
typedef struct takt_view_host {
    void *context;
    /// Appends the list of runs as a JSON array (docs/protocol.md, "runs").
    takt_status (*runs)(void *context, takt_text *json);
    /// Opens a run of that list for replay; *view is owned by the host and lives until the server
    /// is destroyed. TAKT_ERR_INPUT: no such run.
    takt_status (*open)(void *context, const char *run, takt_view *view);
    /// Path of the run file for a download, "" when there is none. `run` NULL: the present one.
    takt_status (*run_file)(void *context, const char *run, char *path, size_t n_bytes);
    /// Rows of a channel that the board holds only as an envelope; the answer comes later through
    /// takt_server_rows with the same number.
    takt_status (*rows)(void *context, const char *run, uint64_t request, takt_channel channel,
                        uint64_t first, uint64_t n);
    /// Carries out a control action; appends what happened as one JSON object.
    takt_status (*control)(void *context, const takt_control *control, takt_text *json);
} takt_view_host;

typedef struct takt_server_config {
    takt_view view; // of the present run
    takt_view_host host;
    const char *bind;                       // address to listen on; NULL: loopback
    int port;                               // 0: any free one
    bool fixed_port;                        // false: another free port where `port` is taken
    const char *socket_path;                // a Unix socket instead of an address; NULL: none
    const char *tls_cert, *tls_key;         // files; needed where `bind` is no loopback address
    const char *const *hosts;               // further names that Host may hold, ends with NULL
    const char *view_token, *control_token; // NULL: made here; control only with may_control
    bool may_control;
    int32_t max_viewers; // WebSockets
} takt_server_config;

/// Loopback, port 8765 or another one, 1,024 viewers, no control.
TAKT_API takt_server_config takt_server_config_default(void);

/// What keeps this program from showing anything: "built without ..."; NULL: nothing.
TAKT_API const char *takt_server_missing(void);

/// Starts the thread. TAKT_ERR_INPUT: address or port cannot be used, TLS missing; says which.
/// TAKT_ERR_UNSUPPORTED: built without the page (no Node at build time) or without libwebsockets.
TAKT_API takt_status takt_server_create(const takt_server_config *config, takt_server **server);

/// Tells viewers that the run is over, sends what is new for at most `linger_s`, ends the thread.
TAKT_API void takt_server_destroy(takt_server **server, double linger_s);

/// "http://127.0.0.1:8765/#token=..." with the control token where control is allowed, else the
/// view token. Owned by the server. takt_server_origin: the same without page and token.
TAKT_API const char *takt_server_address(const takt_server *server);
/// takt_server_view_token: what lets somebody look and no more.
TAKT_API const char *takt_server_view_token(const takt_server *server);
TAKT_API const char *takt_server_origin(const takt_server *server);

/// The port it listens on; 0 on a Unix socket.
TAKT_API int takt_server_port(const takt_server *server);

/// Rows that the host was asked for; `n` 0: they could not be had. From any thread.
TAKT_API void takt_server_rows(takt_server *server, uint64_t request, const unsigned char *frame,
                               size_t n);

/// What the server has done so far, for /metrics and tests. From any thread.
typedef struct takt_server_counts {
    int64_t viewers, connections, refused, frames, bytes, requests;
} takt_server_counts;
TAKT_API takt_server_counts takt_server_count(const takt_server *server);

/// Makes a token from the system's random source.
TAKT_API takt_status takt_token_create(char token[TAKT_TOKEN_BYTES]);

TAKT_EXTERN_C_END

#endif
