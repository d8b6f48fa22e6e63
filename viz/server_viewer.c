// What a browser says over its WebSocket, from "hello" on. Until a good "hello" has come nothing is
// sent but a refusal.
#include "viz/server_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

// --- Which run -----------------------------------------------------------------------------------

static int32_t index_of(const takt_server *server, const takt_view *view)
{
    for (int32_t i = 0; i < server->views.n; ++i)
        if (view == &server->views.entries[i].view)
            return i;
    return 0;
}

/// Costly values are computed while somebody asks for frames.
static void watch(takt_connection *connection, bool is_watching)
{
    takt_viewer *viewer = connection->viewer;
    if (viewer->is_watching == is_watching)
        return;
    viewer->is_watching = is_watching;
    takt_board_watch(connection->server->views.entries[viewer->view].view.board,
                     is_watching ? 1 : -1);
}

static takt_status open_run(takt_connection *connection, const char *run)
{
    takt_server *server = connection->server;
    takt_viewer *viewer = connection->viewer;
    const takt_view *view = NULL;
    TAKT_TRY(takt_views_find(&server->views, run, &view));
    const bool was_watching = viewer->is_watching;
    const int32_t index = index_of(server, view);
    watch(connection, false);
    takt_viewer_forget(viewer);
    viewer->view = index;
    watch(connection, was_watching);
    if (!server->caches[index].is_listening) {
        server->caches[index].is_listening = true;
        takt_board_listen(view->board, takt_server_wake, server);
    }
    connection->owes_info = true;
    lws_callback_on_writable(connection->wsi);
    takt_server_pump_at(server, 0); // looks at the board, which may be new to the server
    return TAKT_OK;
}

// --- Messages ------------------------------------------------------------------------------------

static void hello(takt_connection *connection, const takt_message *message)
{
    takt_server *server = connection->server;
    const takt_role role = takt_role_of(message->token, server->view_token,
                                        server->may_control ? server->control_token : NULL);
    if (strcmp(message->protocol, "takt.v1") != 0) {
        takt_connection_close(connection, TAKT_CLOSE_REFUSED, "protocol",
                              "another protocol was asked for; allowed: takt.v1");
        return;
    }
    if (role == TAKT_ROLE_NONE) {
        takt_connection_close(connection, TAKT_CLOSE_REFUSED, "token", "the token is not valid");
        return;
    }
    if (server->n_connections[TAKT_CONNECTION_VIEWER] >= server->max_viewers) {
        takt_connection_close(connection, TAKT_CLOSE_TOO_MANY_VIEWERS, NULL, NULL);
        return;
    }
    connection->viewer = takt_alloc(sizeof *connection->viewer);
    if (!connection->viewer) {
        takt_connection_close(connection, TAKT_CLOSE_TOO_MANY_VIEWERS, NULL, NULL);
        return;
    }
    connection->viewer->role = role;
    connection->owes_channels = true;
    takt_connection_move(connection, TAKT_CONNECTION_VIEWER);
    if (open_run(connection, message->run) != TAKT_OK) {
        connection->owes_info = true; // of the present run
        takt_connection_complain(connection, "run", takt_error_text());
    }
}

static void subscribe(takt_connection *connection, double max_hz)
{
    takt_viewer *viewer = connection->viewer;
    viewer->max_hz = max_hz;
    viewer->progress_s = takt_clock_s(); // a page that was hidden had no reason to draw
    watch(connection, max_hz > 0);
    takt_server_pump_at(connection->server, 0);
}

static void act_on_showcase(takt_connection *connection, const takt_message *message)
{
    const takt_viewer *viewer = connection->viewer;
    takt_showcase *showcase = connection->server->views.entries[viewer->view].view.showcase;
    if (!showcase)
        takt_connection_complain(connection, "showcase", "this run has no showcase");
    else if (takt_showcase_do(showcase, message->action, message->value) != TAKT_OK)
        takt_connection_complain(connection, "showcase", takt_error_text());
}

static void act(takt_connection *connection, const takt_message *message)
{
    takt_viewer *viewer = connection->viewer;
    switch (message->type) {
    case TAKT_MESSAGE_HELLO:
        takt_connection_complain(connection, "message", "hello was said before");
        break;
    case TAKT_MESSAGE_OPEN:
        if (open_run(connection, message->run) != TAKT_OK)
            takt_connection_complain(connection, "run", takt_error_text());
        break;
    case TAKT_MESSAGE_SUBSCRIBE:
        subscribe(connection, message->max_hz);
        break;
    case TAKT_MESSAGE_SHOWCASE:
        act_on_showcase(connection, message);
        break;
    case TAKT_MESSAGE_LINES:
        viewer->has_lines = true;
        viewer->lines_from = message->from;
        takt_server_pump_at(connection->server, 0);
        break;
    default:
        break;
    }
}

static void take_text(takt_connection *connection, const char *bytes, size_t n)
{
    takt_message message;
    if (takt_message_read(bytes, n, &message) != TAKT_OK) {
        if (connection->viewer)
            takt_connection_complain(connection, "message", takt_error_text());
        else
            takt_connection_close(connection, TAKT_CLOSE_REFUSED, "message", takt_error_text());
    } else if (connection->viewer) {
        act(connection, &message);
    } else if (message.type == TAKT_MESSAGE_HELLO) {
        hello(connection, &message);
    } else {
        takt_connection_close(connection, TAKT_CLOSE_REFUSED, "token", "hello has to come first");
    }
}

// --- Acknowledgements ----------------------------------------------------------------------------

/// True when it tells something new.
static bool take_ack(takt_connection *connection, const void *bytes, size_t n)
{
    uint64_t count = 0;
    takt_viewer *viewer = connection->viewer;
    if (!takt_ack_read(bytes, n, &count) || count > viewer->n_sent || count <= viewer->n_drawn)
        return false;
    const double now_s = takt_clock_s();
    const double took_s = now_s - viewer->sent_s[(count - 1) % TAKT_WINDOW_MAX];
    viewer->n_drawn = count;
    viewer->progress_s = now_s;
    // The shortest of late: a queue that grows must not widen the window that feeds it.
    viewer->round_trip_s =
        viewer->round_trip_s > 0 ? fmin(took_s, viewer->round_trip_s + 0.05 * took_s) : took_s;
    takt_viewer_resume(connection);
    return true;
}

/// False when this message is one too many in its second.
static bool count_message(takt_connection *connection)
{
    const double now_s = takt_clock_s();
    if (now_s >= connection->second_s + 1) {
        connection->second_s = now_s;
        connection->n_messages = 0;
    }
    return ++connection->n_messages <= TAKT_SERVER_MESSAGES_PER_S;
}

static void take_message(takt_connection *connection, const void *bytes, size_t n, bool is_binary)
{
    if (is_binary && connection->viewer && take_ack(connection, bytes, n))
        return;
    if (!count_message(connection))
        takt_connection_close(connection, TAKT_CLOSE_TOO_MANY_MESSAGES, "slow",
                              "more than 50 messages in a second");
    else if (!is_binary)
        take_text(connection, bytes, n);
    else if (!connection->viewer)
        takt_connection_close(connection, TAKT_CLOSE_REFUSED, "token", "hello has to come first");
    else
        takt_connection_complain(connection, "message",
                                 "found a binary message that acknowledges nothing new");
}

int takt_viewer_receive(takt_connection *connection, const void *bytes, size_t n)
{
    struct lws *wsi = connection->wsi;
    takt_text *input = &connection->input;
    const bool is_last = lws_is_final_fragment(wsi);
    if (connection->close_code != 0) // it has been told; what it still says is not read
        return 0;
    if (input->length + n > TAKT_MESSAGE_MAX_BYTES) {
        takt_text_destroy(input);
        takt_connection_close(connection, TAKT_CLOSE_TOO_LARGE, "message",
                              "a message has at most 64 KiB");
        return 0;
    }
    if (is_last && input->length == 0) {
        take_message(connection, bytes, n, lws_frame_is_binary(wsi));
        return 0;
    }
    takt_text_append_bytes(input, bytes, n);
    if (takt_text_check(input) != TAKT_OK)
        return -1;
    if (is_last) {
        takt_text whole = *input; // taking it may close the connection
        *input = (takt_text){0};
        take_message(connection, takt_text_get(&whole), whole.length, lws_frame_is_binary(wsi));
        takt_text_destroy(&whole);
    }
    return 0;
}

void takt_viewer_destroy(takt_connection *connection)
{
    takt_viewer *viewer = connection->viewer;
    if (!viewer)
        return;
    watch(connection, false);
    takt_piece_release(viewer->long_piece);
    takt_free(viewer);
    connection->viewer = NULL;
}
