// What viewers get, and when. A viewer is served in rounds: at a round's begin it is noted what is
// newer on the board than what was sent; then one message goes out each time the socket takes one,
// always the newest value, channels in turn. So a slow page costs nothing and gets what is new when
// it can. Frames alone are counted against the window of what may be under way.
#include "viz/server_internal.h"

#include "core/clock.h"
#include "core/json.h"
#include "core/version.h"

#include <math.h>
#include <string.h>

TAKT_STATIC_ASSERT((int)TAKT_BOARD_HEADROOM >= (int)LWS_PRE,
                   "the head of a WebSocket frame is written in front of a piece");

static const double pump_gap_s = 0.002; // many small changes of the board make one round

// --- What is new ---------------------------------------------------------------------------------

static void refresh(takt_cache *cache, takt_board *board)
{
    const uint64_t sequence = takt_board_sequence(board);
    if (sequence == cache->sequence)
        return;
    cache->sequence = sequence;
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_piece *piece = takt_board_frame(board, (takt_channel)i, cache->frames[i]);
        if (piece) {
            cache->frames[i] = piece->sequence;
            takt_piece_release(piece);
        }
    }
    for (int i = 0; i < TAKT_BOARD_MAX_DOCUMENTS; ++i) {
        const takt_piece *piece = takt_board_document(board, i, cache->documents[i]);
        if (piece) {
            cache->documents[i] = piece->sequence;
            takt_piece_release(piece);
        }
    }
    for (const takt_piece *piece;
         (piece = takt_board_lines(board, cache->lines_next, &cache->lines_next));)
        takt_piece_release(piece);
}

static bool has_due(const takt_viewer *viewer)
{
    for (int i = 0; i < TAKT_SERVER_N_WORDS; ++i)
        if (viewer->due[i] != 0)
            return true;
    return false;
}

static int count_due(const takt_viewer *viewer)
{
    int n = 0;
    for (int i = 0; i < TAKT_SERVER_N_WORDS; ++i)
        n += __builtin_popcountll(viewer->due[i]);
    return n;
}

/// Notes what the viewer lacks; false when it lacks nothing.
static bool note_due(takt_viewer *viewer, const takt_cache *cache)
{
    bool any = viewer->has_lines && viewer->lines_from < cache->lines_next;
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i)
        if (cache->frames[i] > viewer->frames[i]) {
            viewer->due[i / 64] |= UINT64_C(1) << (i % 64);
            any = true;
        }
    for (int i = 0; i < TAKT_BOARD_MAX_DOCUMENTS; ++i)
        if (cache->documents[i] > viewer->documents[i]) {
            viewer->due_documents |= 1u << i;
            any = true;
        }
    viewer->seen = cache->sequence;
    return any;
}

void takt_viewer_forget(takt_viewer *viewer)
{
    memset(viewer->frames, 0, sizeof viewer->frames);
    memset(viewer->documents, 0, sizeof viewer->documents);
    memset(viewer->due, 0, sizeof viewer->due);
    viewer->due_documents = 0;
    viewer->seen = 0;
    viewer->lines_from = 0;
    viewer->has_lines = false;
}

// --- Rounds --------------------------------------------------------------------------------------

static bool is_idle(const takt_viewer *viewer)
{
    return !has_due(viewer) && viewer->due_documents == 0 && !viewer->long_piece;
}

static uint64_t window_of(const takt_viewer *viewer)
{
    const double rate = viewer->max_hz * (1 + count_due(viewer));
    const double window = ceil(rate * viewer->round_trip_s) + 1;
    return (uint64_t)fmin(fmax(window, TAKT_WINDOW_MIN), TAKT_WINDOW_MAX);
}

/// Is there something that could go out now?
static bool has_more(const takt_connection *connection)
{
    const takt_viewer *viewer = connection->viewer;
    if (connection->answer.length > 0 || connection->close_code != 0 || connection->owes_info ||
        connection->owes_channels || connection->owes_end)
        return true;
    if (!viewer || viewer->long_piece)
        return viewer != NULL;
    if (viewer->max_hz <= 0)
        return false;
    const takt_cache *cache = &connection->server->caches[viewer->view];
    return viewer->due_documents != 0 ||
           (viewer->has_lines && viewer->lines_from < cache->lines_next) ||
           (has_due(viewer) && viewer->n_sent - viewer->n_drawn < window_of(viewer));
}

/// Begins a round where the viewer has asked for one, lacks something, and its rate allows it; what
/// is left of the round before joins it. One round may come early, so that an unsteady producer at
/// the same rate loses nothing.
static void begin_round(takt_connection *connection, double now_s)
{
    takt_server *server = connection->server;
    takt_viewer *viewer = connection->viewer;
    const takt_cache *cache = &server->caches[viewer->view];
    const bool is_ending = server->end_s > 0;
    if (viewer->max_hz <= 0 || connection->close_code != 0)
        return;
    const bool has_lines = viewer->has_lines && viewer->lines_from < cache->lines_next;
    if (viewer->seen == cache->sequence && !has_lines)
        return;
    const double period_s = 1 / viewer->max_hz;
    if (now_s < viewer->next_s - period_s && !is_ending) {
        takt_server_pump_at(server, viewer->next_s - period_s);
        return;
    }
    if (!note_due(viewer, cache))
        return;
    viewer->next_s = fmax(viewer->next_s, now_s) + period_s;
    if (has_more(connection))
        lws_callback_on_writable(connection->wsi);
}

static void say_ended(takt_connection *connection)
{
    takt_viewer *viewer = connection->viewer;
    if (connection->owes_end || connection->close_code != 0)
        return;
    const takt_cache *cache = &connection->server->caches[viewer->view];
    const bool is_done =
        is_idle(viewer) && (viewer->seen == cache->sequence || viewer->max_hz <= 0);
    if (is_done || takt_clock_s() >= connection->server->end_s) {
        connection->owes_end = true;
        lws_callback_on_writable(connection->wsi);
    }
}

static void pump(lws_sorted_usec_list_t *timer)
{
    takt_server *server = lws_container_of(timer, takt_server, pump_timer);
    const double now_s = takt_clock_s();
    server->pumped_s = now_s;
    for (int32_t i = 0; i < server->views.n; ++i)
        refresh(&server->caches[i], server->views.entries[i].view.board);
    for (takt_connection *entry = server->oldest[TAKT_CONNECTION_VIEWER]; entry;
         entry = entry->next) {
        begin_round(entry, now_s);
        if (server->end_s > 0)
            say_ended(entry);
    }
}

void takt_server_pump_at(takt_server *server, double time_s)
{
    const double wait_s = fmax(time_s - takt_clock_s(), 0);
    const lws_usec_t due = lws_now_usecs() + (lws_usec_t)(wait_s * 1e6);
    const bool is_set = !lws_dll2_is_detached(&server->pump_timer.list);
    if (is_set && server->pump_timer.us <= due)
        return;
    lws_sul_schedule(server->lws, 0, &server->pump_timer, pump, (lws_usec_t)(wait_s * 1e6) + 1);
}

void takt_server_pump(takt_server *server)
{
    const double now_s = takt_clock_s();
    if (now_s >= server->pumped_s + pump_gap_s)
        pump(&server->pump_timer);
    else
        takt_server_pump_at(server, server->pumped_s + pump_gap_s);
}

// --- Messages ------------------------------------------------------------------------------------

static int write_text(takt_connection *connection, const char *text, size_t n)
{
    unsigned char *chunk = connection->server->chunk + LWS_PRE;
    if (n > TAKT_SERVER_CHUNK_BYTES)
        return -1;
    memcpy(chunk, text, n);
    return lws_write(connection->wsi, chunk, n, LWS_WRITE_TEXT) < 0 ? -1 : 0;
}

static void write_capabilities(takt_json *json, const takt_server *server,
                               const takt_viewer *viewer)
{
    takt_json_key(json, "capabilities");
    takt_json_array(json);
    if (server->host.open)
        takt_json_text(json, "open");
    if (server->host.control && viewer->role == TAKT_ROLE_CONTROL)
        takt_json_text(json, "control");
    if (server->host.rows)
        takt_json_text(json, "rows");
    if (server->views.entries[viewer->view].view.showcase)
        takt_json_text(json, "showcase");
    takt_json_text(json, "download");
    takt_json_end(json);
}

static int write_info(takt_connection *connection)
{
    takt_text text = {0};
    const takt_server *server = connection->server;
    const takt_viewer *viewer = connection->viewer;
    takt_json json = takt_json_begin_line(&text);
    takt_json_object(&json);
    takt_json_key_text(&json, "type", "info");
    takt_json_key_text(&json, "protocol", "takt.v1");
    takt_json_key_text(&json, "version", TAKT_VERSION);
    takt_json_key_text(&json, "session", server->session);
    takt_json_key_text(&json, "role", viewer->role == TAKT_ROLE_CONTROL ? "control" : "view");
    takt_json_key_text(&json, "run", server->views.entries[viewer->view].name);
    write_capabilities(&json, server, viewer);
    takt_json_end(&json);
    const int result = takt_text_check(&text) == TAKT_OK
                           ? write_text(connection, takt_text_get(&text), text.length)
                           : -1;
    takt_text_destroy(&text);
    return result;
}

/// What is owed before any piece: 0 nothing, 1 written, -1 failed.
static int write_owed(takt_connection *connection)
{
    static const char ended[] = "{\"type\":\"ended\",\"text\":\"the run is over\"}";
    int result = 0;
    if (connection->answer.length > 0) {
        result =
            write_text(connection, takt_text_get(&connection->answer), connection->answer.length);
        takt_text_destroy(&connection->answer);
    } else if (connection->close_code != 0) {
        lws_close_reason(connection->wsi, (enum lws_close_status)connection->close_code, NULL, 0);
        return -1;
    } else if (connection->owes_info) {
        connection->owes_info = false;
        result = write_info(connection);
    } else if (connection->owes_channels) {
        connection->owes_channels = false;
        result = write_text(connection, takt_text_get(&connection->server->channels),
                            connection->server->channels.length);
    } else if (connection->owes_end) {
        connection->owes_end = false;
        result = write_text(connection, ended, sizeof ended - 1);
        takt_connection_close(connection, TAKT_CLOSE_ENDED, NULL, NULL);
    } else {
        return 0;
    }
    return result < 0 ? -1 : 1;
}

/// The next part of a frame too long to be sent at once. Parts are copied, because the head of each
/// would be written over bytes that other viewers still need.
static int write_part(takt_connection *connection)
{
    takt_viewer *viewer = connection->viewer;
    const takt_piece *piece = viewer->long_piece;
    unsigned char *chunk = connection->server->chunk + LWS_PRE;
    const size_t left = piece->n_bytes - viewer->long_offset;
    const size_t n = left < TAKT_SERVER_CHUNK_BYTES ? left : TAKT_SERVER_CHUNK_BYTES;
    const int type = viewer->long_offset == 0 ? LWS_WRITE_BINARY : LWS_WRITE_CONTINUATION;
    memcpy(chunk, piece->bytes + viewer->long_offset, n);
    viewer->long_offset += n;
    const int result =
        lws_write(connection->wsi, chunk, n,
                  (enum lws_write_protocol)(n < left ? type | LWS_WRITE_NO_FIN : type));
    if (n == left) {
        takt_piece_release(piece);
        viewer->long_piece = NULL;
    }
    return result < 0 ? -1 : 1;
}

static int write_document(takt_connection *connection, takt_board *board)
{
    takt_viewer *viewer = connection->viewer;
    const int i = __builtin_ctz(viewer->due_documents);
    const takt_piece *piece = takt_board_document(board, i, viewer->documents[i]);
    viewer->due_documents &= ~(1u << i);
    viewer->documents[i] = connection->server->caches[viewer->view].documents[i];
    if (!piece)
        return 0;
    viewer->documents[i] = piece->sequence;
    const int result = lws_write(connection->wsi, piece->bytes, piece->n_bytes, LWS_WRITE_TEXT);
    takt_piece_release(piece);
    return result < 0 ? -1 : 1;
}

static int write_lines(takt_connection *connection, takt_board *board)
{
    takt_viewer *viewer = connection->viewer;
    const takt_piece *piece = takt_board_lines(board, viewer->lines_from, &viewer->lines_from);
    if (!piece)
        return 0;
    const int result = lws_write(connection->wsi, piece->bytes, piece->n_bytes, LWS_WRITE_TEXT);
    takt_piece_release(piece);
    return result < 0 ? -1 : 1;
}

// --- Frames --------------------------------------------------------------------------------------

/// The next channel that is due, in turn; -1: none.
static int take_channel(takt_viewer *viewer)
{
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const int channel = (viewer->next_channel + i) % TAKT_CHANNEL_COUNT;
        const uint64_t bit = UINT64_C(1) << (channel % 64);
        if (viewer->due[channel / 64] & bit) {
            viewer->due[channel / 64] &= ~bit;
            viewer->next_channel = (channel + 1) % TAKT_CHANNEL_COUNT;
            return channel;
        }
    }
    return -1;
}

static int send_frame(takt_connection *connection, const takt_piece *piece)
{
    takt_server *server = connection->server;
    takt_viewer *viewer = connection->viewer;
    const double now_s = takt_clock_s();
    if (viewer->n_sent == viewer->n_drawn)
        viewer->progress_s = now_s;
    viewer->sent_s[viewer->n_sent++ % TAKT_WINDOW_MAX] = now_s;
    atomic_fetch_add(&server->frames, 1);
    atomic_fetch_add(&server->bytes, (int64_t)piece->n_bytes);
    if (piece->n_bytes > TAKT_SERVER_WHOLE_BYTES) {
        viewer->long_piece = piece;
        viewer->long_offset = 0;
        return write_part(connection);
    }
    const int result = lws_write(connection->wsi, piece->bytes, piece->n_bytes, LWS_WRITE_BINARY);
    takt_piece_release(piece);
    return result < 0 ? -1 : 1;
}

/// 0: nothing to send or the window is shut; 1: written; -1: failed.
static int write_frame(takt_connection *connection, takt_board *board)
{
    takt_viewer *viewer = connection->viewer;
    while (viewer->n_sent - viewer->n_drawn < window_of(viewer)) {
        const int channel = take_channel(viewer);
        if (channel < 0)
            return 0;
        const takt_piece *piece =
            takt_board_frame(board, (takt_channel)channel, viewer->frames[channel]);
        viewer->frames[channel] = connection->server->caches[viewer->view].frames[channel];
        if (piece) { // else the board was cleared meanwhile
            viewer->frames[channel] = piece->sequence;
            return send_frame(connection, piece);
        }
    }
    return 0;
}

/// Writes one message at most; 0: nothing, 1: written, -1: failed.
static int write_next(takt_connection *connection)
{
    takt_viewer *viewer = connection->viewer;
    if (viewer && viewer->long_piece)
        return write_part(connection);
    int result = write_owed(connection);
    if (result != 0 || !viewer || viewer->max_hz <= 0 || connection->close_code != 0)
        return result;
    takt_server *server = connection->server;
    takt_board *board = server->views.entries[viewer->view].view.board;
    while (result == 0 && viewer->due_documents != 0)
        result = write_document(connection, board);
    if (result == 0 && viewer->has_lines &&
        viewer->lines_from < server->caches[viewer->view].lines_next)
        result = write_lines(connection, board);
    return result != 0 ? result : write_frame(connection, board);
}

void takt_viewer_resume(takt_connection *connection)
{
    if (has_more(connection))
        lws_callback_on_writable(connection->wsi);
}

int takt_viewer_write(takt_connection *connection)
{
    if (write_next(connection) < 0)
        return -1;
    if (has_more(connection))
        lws_callback_on_writable(connection->wsi);
    else if (connection->viewer)
        begin_round(connection, takt_clock_s());
    return 0;
}
