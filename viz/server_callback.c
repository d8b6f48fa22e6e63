// What libwebsockets calls on the server's thread. Each connection hangs on its wsi as opaque user
// data from the moment it is accepted until it is destroyed.
#include "viz/server_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void take_mail(takt_server *server)
{
    pthread_mutex_lock(&server->mutex);
    takt_mail *mail = server->mail;
    server->mail = NULL;
    pthread_mutex_unlock(&server->mutex);
    while (mail) {
        takt_mail *next = mail->next;
        takt_server_deliver(server, mail->request, mail->frame, mail->n);
        takt_free(mail);
        mail = next;
    }
}

static void on_wake(takt_server *server)
{
    atomic_store(&server->is_woken, false); // before looking: what comes later wakes again
    take_mail(server);
    takt_server_pump(server);
}

/// A plain refusal of an upgrade; the connection is closed behind it.
static int refuse_upgrade(takt_server *server, struct lws *wsi, int status)
{
    char text[160];
    const int n = snprintf(text, sizeof text,
                           "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                           status, takt_http_reason(status));
    memcpy(server->chunk + LWS_PRE, text, (size_t)n);
    lws_write(wsi, server->chunk + LWS_PRE, (size_t)n, LWS_WRITE_HTTP);
    atomic_fetch_add(&server->refused, 1);
    return -1;
}

static bool has_header(struct lws *wsi, enum lws_token_indexes token, const char *value)
{
    char text[128];
    return lws_hdr_copy(wsi, text, sizeof text, token) > 0 && strcasecmp(text, value) == 0;
}

static bool offers_protocol(struct lws *wsi)
{
    char text[256], *rest = NULL;
    if (lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_PROTOCOL) <= 0)
        return false;
    for (char *word = strtok_r(text, ", \t", &rest); word; word = strtok_r(NULL, ", \t", &rest))
        if (strcmp(word, "takt.v1") == 0)
            return true;
    return false;
}

/// Every upgrade passes here before libwebsockets changes the role of the connection: the only
/// place where one to HTTP/2 (whose code has known holes) can be refused. `in` is not used: after
/// an unknown upgrade on a second request it would point to freed memory, and there is no second
/// request.
static int on_upgrade(takt_server *server, takt_connection *connection)
{
    struct lws *wsi = connection->wsi;
    char path[8];
    atomic_fetch_add(&server->requests, 1);
    if (connection->exchange || !has_header(wsi, WSI_TOKEN_UPGRADE, "websocket"))
        return refuse_upgrade(server, wsi, 400);
    if (lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI) <= 0 || strcmp(path, "/ws") != 0)
        return refuse_upgrade(server, wsi, 404);
    const int refused = takt_exchange_check(server, wsi);
    if (refused != 0)
        return refuse_upgrade(server, wsi, refused);
    if (!has_header(wsi, WSI_TOKEN_VERSION, "13") || !offers_protocol(wsi))
        return refuse_upgrade(server, wsi, 400);
    return 0;
}

static int on_established(takt_server *server, takt_connection *connection)
{
    connection->is_websocket = true;
    connection->deadline_s = takt_clock_s() + server->limits.hello_s;
    return 0;
}

static int on_accept(takt_server *server, struct lws *wsi)
{
    if (atomic_load(&server->is_ending))
        return -1;
    takt_connection *connection = takt_connection_create(server, wsi);
    if (!connection)
        return -1;
    lws_set_opaque_user_data(wsi, connection);
    return 0;
}

static int on_connection(takt_server *server, takt_connection *connection,
                         enum lws_callback_reasons reason, void *in, size_t n)
{
    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return on_upgrade(server, connection);
    case LWS_CALLBACK_HTTP:
        return takt_exchange_begin(connection, in, n);
    case LWS_CALLBACK_HTTP_BODY:
        return takt_exchange_receive(connection, in, n);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return takt_exchange_write(connection);
    case LWS_CALLBACK_ESTABLISHED:
        return on_established(server, connection);
    case LWS_CALLBACK_RECEIVE:
        return takt_viewer_receive(connection, in, n);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return takt_viewer_write(connection);
    case LWS_CALLBACK_WSI_DESTROY:
        lws_set_opaque_user_data(connection->wsi, NULL);
        takt_connection_destroy(connection);
        return 0;
    default:
        return 0;
    }
}

int takt_server_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t n)
{
    takt_server *server = lws_context_user(lws_get_context(wsi));
    (void)user;
    switch (reason) {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        on_wake(server);
        return 0;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        return on_accept(server, wsi);
    case LWS_CALLBACK_RAW_ADOPT: // CONNECT makes libwebsockets leave HTTP
    case LWS_CALLBACK_RAW_RX:
        return -1;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WSI_DESTROY: {
        takt_connection *connection = lws_get_opaque_user_data(wsi);
        if (connection)
            return on_connection(server, connection, reason, in, n);
        return reason == LWS_CALLBACK_WSI_DESTROY ? 0 : -1;
    }
    default:
        return 0; // what dummy callbacks do with the rest (files, proxies) is not wanted
    }
}
