// HTTP: one request per connection. The request is taken out of libwebsockets' header table, REST
// goes to api.c, everything else is the page; the response is written as the socket takes it.
#include "viz/server_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

// --- Who asks ------------------------------------------------------------------------------------

/// A header into `out`; false when it is longer than that. Two headers of a name come as "a,b".
static bool copy_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t n_bytes)
{
    out[0] = '\0';
    const int n = lws_hdr_total_length(wsi, token);
    if (n <= 0)
        return true;
    if (lws_hdr_copy(wsi, out, (int)n_bytes, token) >= 0 && strlen(out) == (size_t)n)
        return true;
    out[0] = '\0';
    return false;
}

/// Does `host` name the numeric address on which this connection came? Such a name cannot be bound
/// to another address by a foreign name server.
static bool is_local_address(struct lws *wsi, int port, const char *host)
{
    struct sockaddr_storage address = {0};
    socklen_t n = sizeof address;
    char text[INET6_ADDRSTRLEN] = "", name[TAKT_SERVER_NAME_BYTES];
    if (getsockname(lws_get_socket_fd(wsi), (struct sockaddr *)&address, &n) != 0)
        return false;
    if (address.ss_family == AF_INET) {
        inet_ntop(AF_INET, &((struct sockaddr_in *)&address)->sin_addr, text, sizeof text);
        snprintf(name, sizeof name, "%s:%d", text, port);
    } else if (address.ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&address)->sin6_addr, text, sizeof text);
        snprintf(name, sizeof name, "[%s]:%d", text, port);
    } else {
        return false;
    }
    return strcasecmp(name, host) == 0;
}

int takt_exchange_check(takt_server *server, struct lws *wsi)
{
    bool is_own = false;
    char host[TAKT_SERVER_NAME_BYTES], origin[TAKT_SERVER_NAME_BYTES];
    if (!copy_header(wsi, WSI_TOKEN_HOST, host, sizeof host) || host[0] == '\0')
        return 403;
    if (!takt_server_knows_host(server, host, &is_own) &&
        !is_local_address(wsi, server->port, host))
        return 403;
    if (!copy_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin))
        return 403;
    return takt_server_allows_origin(server, host, origin) ? 0 : 403;
}

static takt_role read_role(const takt_server *server, struct lws *wsi)
{
    char header[TAKT_MESSAGE_TEXT_BYTES];
    if (!copy_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, header, sizeof header) ||
        strncasecmp(header, "Bearer ", 7) != 0)
        return TAKT_ROLE_NONE;
    const char *token = header + 7 + strspn(header + 7, " ");
    return takt_role_of(token, server->view_token,
                        server->may_control ? server->control_token : NULL);
}

// --- What is asked -------------------------------------------------------------------------------

static const char *read_method(struct lws *wsi)
{
    static const struct {
        enum lws_token_indexes token;
        const char *name;
    } methods[] = {{WSI_TOKEN_GET_URI, "GET"},         {WSI_TOKEN_POST_URI, "POST"},
                   {WSI_TOKEN_HEAD_URI, "HEAD"},       {WSI_TOKEN_PUT_URI, "PUT"},
                   {WSI_TOKEN_PATCH_URI, "PATCH"},     {WSI_TOKEN_DELETE_URI, "DELETE"},
                   {WSI_TOKEN_OPTIONS_URI, "OPTIONS"}, {WSI_TOKEN_CONNECT, "CONNECT"}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; ++i)
        if (lws_hdr_total_length(wsi, methods[i].token) > 0)
            return methods[i].name;
    return "";
}

/// libwebsockets has decoded and normalised path and query; api.c wants them as they travel. What
/// stands behind "/api/v1/NOUN/" is one name, so a slash in it is part of the name.
static takt_status read_target(takt_exchange *exchange, struct lws *wsi, const char *uri, size_t n)
{
    const char *noun = n > 8 && strncmp(uri, "/api/v1/", 8) == 0 ? strchr(uri + 8, '/') : NULL;
    const size_t n_path = noun ? (size_t)(noun + 1 - uri) : n;
    char part[TAKT_SERVER_HEADER_BYTES];
    takt_percent_encode(&exchange->path, uri, n_path, "/");
    takt_percent_encode(&exchange->path, uri + n_path, n - n_path, "");
    for (int i = 0;; ++i) {
        const int length =
            lws_hdr_copy_fragment(wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (length < 0)
            break;
        const char *equal = memchr(part, '=', (size_t)length);
        const size_t n_key = equal ? (size_t)(equal - part) : (size_t)length;
        takt_text_append(&exchange->query, i > 0 ? "&" : "");
        takt_percent_encode(&exchange->query, part, n_key, "");
        if (equal) {
            takt_text_append(&exchange->query, "=");
            takt_percent_encode(&exchange->query, equal + 1, (size_t)length - n_key - 1, "");
        }
    }
    TAKT_TRY(takt_text_check(&exchange->path));
    return takt_text_check(&exchange->query);
}

/// Length of the body; 0, or the status that refuses it.
static int read_length(takt_exchange *exchange, struct lws *wsi)
{
    char text[32];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return 400;
    if (!copy_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof text))
        return 400;
    const size_t n = strlen(text);
    if (strspn(text, "0123456789") != n || n > 18)
        return 400;
    for (size_t i = 0; i < n; ++i)
        exchange->n_expected = exchange->n_expected * 10 + (uint64_t)(text[i] - '0');
    return exchange->n_expected > TAKT_API_MAX_BODY ? 413 : 0;
}

static void read_wishes(takt_exchange *exchange, struct lws *wsi)
{
    char encodings[256];
    copy_header(wsi, WSI_TOKEN_HTTP_RANGE, exchange->range, sizeof exchange->range);
    copy_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, exchange->if_match, sizeof exchange->if_match);
    copy_header(wsi, WSI_TOKEN_HTTP_IF_RANGE, exchange->if_range, sizeof exchange->if_range);
    copy_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, encodings, sizeof encodings);
    exchange->accepts_gzip = strstr(encodings, "gzip") != NULL;
}

// --- The exchange --------------------------------------------------------------------------------

void takt_exchange_destroy(takt_exchange **exchange)
{
    takt_exchange *made = *exchange;
    if (!made)
        return;
    if (made->file >= 0)
        close(made->file);
    takt_text_destroy(&made->path);
    takt_text_destroy(&made->query);
    takt_text_destroy(&made->body);
    takt_text_destroy(&made->head);
    takt_api_response_release(&made->response);
    takt_free(made);
    *exchange = NULL;
}

/// Whoever controls the run is not kept waiting by those who look at it.
static bool may_wait(const takt_exchange *exchange)
{
    return exchange->request.role != TAKT_ROLE_CONTROL;
}

/// Keeps the answer until it is sent, unless those that nobody reads fill the memory already: the
/// simulation needs it.
static takt_status hold(takt_server *server, takt_exchange *exchange)
{
    const size_t n = exchange->response.body.length;
    if (may_wait(exchange) && server->n_held > 0 && server->n_held + n > server->limits.max_held)
        TAKT_TRY(takt_exchange_answer_error(exchange, 429, "busy",
                                            "other answers wait for their readers, try again"));
    exchange->n_held = exchange->response.body.length;
    server->n_held += exchange->n_held;
    return TAKT_OK;
}

/// The answer is known (or not, when memory ran out): it goes out when the socket is ready.
static int send_answer(takt_connection *connection, takt_status status)
{
    takt_exchange *exchange = connection->exchange;
    if (status != TAKT_OK || hold(connection->server, exchange) != TAKT_OK)
        return -1;
    exchange->is_answered = true;
    connection->deadline_s = takt_clock_s() + connection->server->limits.stall_s;
    lws_callback_on_writable(connection->wsi);
    return 0;
}

static int refuse(takt_connection *connection, int status, const char *code, const char *text)
{
    atomic_fetch_add(&connection->server->refused, 1);
    return send_answer(connection,
                       takt_exchange_answer_error(connection->exchange, status, code, text));
}

/// Hands a complete request to api.c; the answer may come later.
static int ask_api(takt_connection *connection)
{
    takt_exchange *exchange = connection->exchange;
    exchange->request.body = takt_text_get(&exchange->body);
    exchange->request.n_body = exchange->body.length;
    const takt_status status =
        takt_api_handle(connection->server->api, &exchange->request, &exchange->response);
    if (status == TAKT_OK && exchange->response.status == 200)
        takt_connection_move(connection, TAKT_CONNECTION_TRUSTED); // a ticket is as good as a token
    if (status == TAKT_OK && exchange->response.rows_request != 0) {
        exchange->asked_s = takt_clock_s();
        connection->deadline_s = exchange->asked_s + 2 * connection->server->limits.rows_s;
        return 0;
    }
    return send_answer(connection, status == TAKT_OK ? takt_exchange_answer(exchange) : status);
}

static bool is_api(const char *path)
{
    return strncmp(path, "/api/", 5) == 0 || strcmp(path, "/metrics") == 0;
}

static int route(takt_connection *connection)
{
    takt_exchange *exchange = connection->exchange;
    takt_api_request *request = &exchange->request;
    if (is_api(request->path)) {
        if (may_wait(exchange) && connection->server->n_connections[TAKT_CONNECTION_TRUSTED] >=
                                      connection->server->limits.max_trusted)
            return refuse(connection, 429, "busy",
                          "too many answers wait for their readers, try again");
        if (request->role != TAKT_ROLE_NONE)
            takt_connection_move(connection, TAKT_CONNECTION_TRUSTED);
        if (request->role != TAKT_ROLE_NONE && exchange->n_expected > 0)
            return 0; // when the body is there
        return ask_api(connection);
    }
    return send_answer(connection, takt_exchange_answer_asset(exchange));
}

int takt_exchange_begin(takt_connection *connection, const char *uri, size_t n)
{
    struct lws *wsi = connection->wsi;
    takt_server *server = connection->server;
    atomic_fetch_add(&server->requests, 1);
    if (connection->exchange)
        return -1; // one request per connection
    takt_exchange *exchange = connection->exchange = takt_alloc(sizeof *exchange);
    if (!exchange)
        return -1;
    exchange->file = -1;
    snprintf(exchange->method, sizeof exchange->method, "%s", read_method(wsi));
    exchange->is_head = strcmp(exchange->method, "HEAD") == 0;
    const int refused = takt_exchange_check(server, wsi);
    if (refused != 0)
        return refuse(connection, refused, "host",
                      "Host or Origin does not name this server; allowed: the printed address");
    const int length = read_length(exchange, wsi);
    if (length != 0)
        return refuse(connection, length, length == 413 ? "size" : "request",
                      "the length of the body; allowed: a Content-Length of at most 65536");
    if (strnlen(uri, n) != n || read_target(exchange, wsi, uri, n) != TAKT_OK)
        return refuse(connection, 400, "request", "the address holds a zero byte");
    read_wishes(exchange, wsi);
    exchange->request = (takt_api_request){.method = exchange->method,
                                           .path = takt_text_get(&exchange->path),
                                           .query = takt_text_get(&exchange->query),
                                           .body = "",
                                           .role = read_role(server, wsi)};
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0); // deadline_s holds from here on
    return route(connection);
}

int takt_exchange_receive(takt_connection *connection, const void *bytes, size_t n)
{
    takt_exchange *exchange = connection->exchange;
    if (!exchange)
        return -1;
    lws_set_timeout(connection->wsi, NO_PENDING_TIMEOUT, 0); // a slow writer gets no more time
    exchange->n_received += n;
    if (exchange->is_answered || exchange->response.rows_request != 0 || n == 0)
        return 0;
    if (exchange->n_received > exchange->n_expected)
        return -1;
    takt_text_append_bytes(&exchange->body, bytes, n);
    if (takt_text_check(&exchange->body) != TAKT_OK)
        return -1;
    return exchange->n_received == exchange->n_expected ? ask_api(connection) : 0;
}

void takt_server_deliver(takt_server *server, uint64_t request, const unsigned char *frame,
                         size_t n)
{
    for (takt_connection *entry = server->oldest[TAKT_CONNECTION_TRUSTED]; entry;
         entry = entry->next) {
        takt_exchange *exchange = entry->exchange;
        if (!exchange || exchange->is_answered || exchange->response.rows_request != request)
            continue;
        takt_status status = takt_api_finish_rows(server->api, frame, n, &exchange->response);
        if (status == TAKT_OK && exchange->response.rows_request != 0)
            return; // many rows: made in a thread of their own
        if (status == TAKT_OK)
            status = takt_exchange_answer(exchange);
        if (send_answer(entry, status) != 0)
            takt_connection_doom(entry);
        return;
    }
}

// --- Writing -------------------------------------------------------------------------------------

/// Fills what is left of a chunk from the body; the number of bytes, -1 when the file cannot be
/// read.
static ssize_t fill(takt_exchange *exchange, unsigned char *out, size_t n)
{
    const uint64_t left = exchange->end - exchange->position;
    if (n > left)
        n = (size_t)left;
    if (n == 0 || exchange->is_head)
        return 0;
    if (exchange->file < 0) {
        memcpy(out, exchange->bytes + exchange->position, n);
        return (ssize_t)n;
    }
    const ssize_t got = pread(exchange->file, out, n, (off_t)exchange->position);
    return got > 0 ? got : -1; // 0: it has become shorter than was promised
}

/// Everything is written. Where the client is still sending, closing now would throw the answer
/// away with what has not been read; it gets a moment.
static int finish(takt_connection *connection)
{
    const takt_exchange *exchange = connection->exchange;
    if (exchange->n_received >= exchange->n_expected)
        return -1;
    if (!connection->server->has_tls)
        (void)shutdown(lws_get_socket_fd(connection->wsi), SHUT_WR);
    connection->deadline_s = takt_clock_s() + 1;
    return 0;
}

int takt_exchange_write(takt_connection *connection)
{
    takt_server *server = connection->server;
    takt_exchange *exchange = connection->exchange;
    if (!exchange || !exchange->is_answered)
        return 0;
    unsigned char *chunk = server->chunk + LWS_PRE;
    size_t n = 0;
    if (!exchange->is_head_sent) {
        exchange->is_head_sent = true;
        n = exchange->head.length;
        memcpy(chunk, takt_text_get(&exchange->head), n);
    }
    const ssize_t more = fill(exchange, chunk + n, TAKT_SERVER_CHUNK_BYTES - n);
    if (more < 0)
        return -1;
    exchange->position += (uint64_t)more;
    n += (size_t)more;
    if (n == 0)
        return finish(connection);
    if (lws_write(connection->wsi, chunk, n, LWS_WRITE_HTTP) < 0)
        return -1;
    atomic_fetch_add(&server->bytes, (int64_t)n);
    connection->deadline_s = takt_clock_s() + server->limits.stall_s;
    lws_callback_on_writable(connection->wsi);
    return 0;
}
