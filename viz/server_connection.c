// Connections: lists by kind, in the order in which they came, and their deadlines. A flood of
// connections without a token pushes out its own oldest ones, so that a viewer always gets in.
#include "viz/server_internal.h"

#include "core/clock.h"
#include "core/json.h"
#include "core/memory.h"

#include <fcntl.h>
#include <sys/socket.h>

static void unlink_connection(takt_connection *connection)
{
    takt_server *server = connection->server;
    const takt_connection_kind kind = connection->kind;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->oldest[kind] = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    else
        server->newest[kind] = connection->previous;
    connection->previous = connection->next = NULL;
    --server->n_connections[kind];
}

static void link_connection(takt_connection *connection, takt_connection_kind kind)
{
    takt_server *server = connection->server;
    connection->kind = kind;
    connection->previous = server->newest[kind];
    if (connection->previous)
        connection->previous->next = connection;
    else
        server->oldest[kind] = connection;
    server->newest[kind] = connection;
    ++server->n_connections[kind];
}

void takt_connection_move(takt_connection *connection, takt_connection_kind kind)
{
    unlink_connection(connection);
    link_connection(connection, kind);
    atomic_store(&connection->server->viewers,
                 connection->server->n_connections[TAKT_CONNECTION_VIEWER]);
}

/// At once, and never from a callback of the connection itself. Thousands that wait to be closed
/// would make libwebsockets search its lists for each of them.
void takt_connection_doom(takt_connection *connection)
{
    if (connection->kind == TAKT_CONNECTION_DOOMED)
        return;
    takt_connection_move(connection, TAKT_CONNECTION_DOOMED);
    // Over TLS libwebsockets waits for the farewell of the other side, which may never come.
    if (connection->server->has_tls)
        (void)shutdown(lws_get_socket_fd(connection->wsi), SHUT_RDWR);
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

static void set_socket(struct lws *wsi)
{
    const int size = TAKT_SERVER_SOCKET_BYTES;
    const int fd = lws_get_socket_fd(wsi);
    if (fd < 0)
        return;
    // Refused only by a system that has no room; then its default stands.
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

takt_connection *takt_connection_create(takt_server *server, struct lws *wsi)
{
    takt_connection *connection = takt_alloc(sizeof *connection);
    if (!connection)
        return NULL;
    connection->server = server;
    connection->wsi = wsi;
    connection->deadline_s = takt_clock_s() + server->limits.request_s;
    link_connection(connection, TAKT_CONNECTION_PENDING);
    atomic_fetch_add(&server->connections, 1);
    set_socket(wsi);
    if (server->n_connections[TAKT_CONNECTION_PENDING] > server->limits.max_pending) {
        atomic_fetch_add(&server->refused, 1);
        takt_connection_doom(server->oldest[TAKT_CONNECTION_PENDING]);
    }
    return connection;
}

void takt_connection_destroy(takt_connection *connection)
{
    takt_viewer_destroy(connection);
    unlink_connection(connection);
    atomic_store(&connection->server->viewers,
                 connection->server->n_connections[TAKT_CONNECTION_VIEWER]);
    if (connection->exchange)
        connection->server->n_held -= connection->exchange->n_held;
    takt_exchange_destroy(&connection->exchange);
    takt_text_destroy(&connection->input);
    takt_text_destroy(&connection->answer);
    takt_free(connection);
}

/// The newest complaint replaces one that has not been sent: nothing is queued.
void takt_connection_complain(takt_connection *connection, const char *error, const char *text)
{
    takt_text_destroy(&connection->answer);
    takt_json json = takt_json_begin_line(&connection->answer);
    takt_json_object(&json);
    takt_json_key_text(&json, "type", "error");
    takt_json_key_text(&json, "code", error);
    takt_json_key_text(&json, "text", text);
    takt_json_end(&json);
    lws_callback_on_writable(connection->wsi);
}

void takt_connection_close(takt_connection *connection, int code, const char *error,
                           const char *text)
{
    if (connection->close_code != 0)
        return;
    if (error)
        takt_connection_complain(connection, error, text);
    connection->close_code = code;
    connection->deadline_s = takt_clock_s() + 1; // where nobody reads
    if (code != TAKT_CLOSE_ENDED)
        atomic_fetch_add(&connection->server->refused, 1);
    lws_callback_on_writable(connection->wsi);
}

static void watch_exchange(takt_connection *connection, double now_s)
{
    const takt_exchange *exchange = connection->exchange;
    if (exchange && exchange->response.rows_request != 0 && !exchange->is_answered &&
        now_s > exchange->asked_s + connection->server->limits.rows_s)
        takt_server_deliver(connection->server, exchange->response.rows_request, NULL, 0);
    else if (now_s > connection->deadline_s)
        takt_connection_doom(connection);
}

/// A viewer that asks for frames and draws none is told so and let go.
static void watch_viewer(takt_connection *connection, double now_s)
{
    const takt_viewer *viewer = connection->viewer;
    if (connection->close_code != 0) {
        if (now_s > connection->deadline_s)
            takt_connection_doom(connection);
        return;
    }
    if (viewer->max_hz > 0 && viewer->n_sent > viewer->n_drawn &&
        now_s > viewer->progress_s + connection->server->limits.ack_s)
        takt_connection_close(connection, TAKT_CLOSE_TOO_SLOW, "slow",
                              "no frame was drawn for too long");
}

void takt_server_watch(takt_server *server)
{
    const double now_s = takt_clock_s();
    for (int kind = 0; kind < TAKT_CONNECTION_DOOMED; ++kind)
        for (takt_connection *entry = server->oldest[kind], *next; entry; entry = next) {
            next = entry->next;
            if (kind == TAKT_CONNECTION_VIEWER)
                watch_viewer(entry, now_s);
            else
                watch_exchange(entry, now_s);
        }
}
