// The server as its owner sees it: created, asked for its address, destroyed. All the rest happens
// in its thread (server_callback.c), which other threads only ever wake.
#include "viz/server_internal.h"

#include "core/clock.h"
#include "core/json.h"
#include "core/memory.h"
#include "viz/assets.h"
#include "viz/thread.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DEFAULT_PORT = 8765, DEFAULT_VIEWERS = 1024, NICE = 5 };
static const double watch_period_s = 0.25, end_period_s = 0.005, last_words_s = 0.25;

const char *takt_server_missing(void)
{
    return takt_n_assets > 0 ? NULL : "built without its page (no Node)";
}

takt_server_config takt_server_config_default(void)
{
    return (takt_server_config){.port = DEFAULT_PORT, .max_viewers = DEFAULT_VIEWERS};
}

takt_server_limits takt_server_limits_default(void)
{
    return (takt_server_limits){.request_s = 10,
                                .hello_s = 5,
                                .stall_s = 30,
                                .ack_s = 30,
                                .rows_s = 20,
                                .max_pending = 256,
                                .max_trusted = 256,
                                .max_held = (size_t)256 << 20,
                                .needs_page = true};
}

// --- The thread ----------------------------------------------------------------------------------

/// lws_cancel_service is the one call that other threads may make; one is enough until it was seen.
void takt_server_wake(void *context)
{
    takt_server *server = context;
    if (!atomic_exchange(&server->is_woken, true))
        lws_cancel_service(server->lws);
}

static void watch(lws_sorted_usec_list_t *timer)
{
    takt_server *server = lws_container_of(timer, takt_server, watch_timer);
    takt_server_watch(server);
    lws_sul_schedule(server->lws, 0, &server->watch_timer, watch,
                     (lws_usec_t)(watch_period_s * 1e6));
}

/// From now on nobody wakes the thread: it looks by itself until the viewers have got everything.
static void begin_end(takt_server *server)
{
    for (int32_t i = 0; i < server->views.n; ++i)
        if (server->caches[i].is_listening)
            takt_board_listen(server->views.entries[i].view.board, NULL, NULL);
    server->end_s = takt_clock_s() + server->linger_s;
}

static bool is_over(const takt_server *server)
{
    const int32_t n = server->n_connections[TAKT_CONNECTION_VIEWER] +
                      server->n_connections[TAKT_CONNECTION_TRUSTED];
    return server->end_s > 0 && (n == 0 || takt_clock_s() > server->end_s + last_words_s);
}

static void *serve(void *context)
{
    takt_server *server = context;
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    // A rank of MPI may be bound to one core, which this thread should not share; what is not
    // allowed the system takes out.
    (void)sched_setaffinity(0, sizeof all, &all);
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); // where cores are few the run goes first
    watch(&server->watch_timer);
    while (!is_over(server)) {
        if (server->end_s == 0 && atomic_load(&server->is_ending))
            begin_end(server);
        if (server->end_s > 0)
            takt_server_pump_at(server, takt_clock_s() + end_period_s);
        if (lws_service(server->lws, 0) < 0)
            break;
    }
    takt_api_destroy(&server->api); // its thread wakes this one
    // Connections are closed here, where SIGPIPE is blocked, once nobody wakes this thread any
    // more.
    pthread_mutex_lock(&server->mutex);
    takt_server_unlisten(server);
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

static takt_status start_thread(takt_server *server)
{
    TAKT_TRY(takt_thread_start(&server->thread, serve, server, "viewer"));
    server->has_thread = true;
    return TAKT_OK;
}

// --- Creation ------------------------------------------------------------------------------------

static const char *const type_names[] = {"double", "integer", "text"};
static const char *const kind_names[] = {"state", "log", "showcase"};

/// The whole channel table as the message "channels": the same for all viewers.
static takt_status write_channels(takt_text *out)
{
    takt_json json = takt_json_begin_line(out);
    takt_json_object(&json);
    takt_json_key_text(&json, "type", "channels");
    takt_json_key(&json, "list");
    takt_json_array(&json);
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_channel_info *info = takt_channel_get((takt_channel)i);
        takt_json_object(&json);
        takt_json_key_integer(&json, "id", i);
        takt_json_key_text(&json, "name", info->name);
        takt_json_key(&json, "dimensions");
        takt_json_array(&json);
        for (int k = 0; info->dimensions[k] != TAKT_DIMENSION_NONE; ++k)
            takt_json_text(&json, takt_dimension_name(info->dimensions[k]));
        takt_json_end(&json);
        takt_json_key_text(&json, "unit", info->unit);
        takt_json_key_text(&json, "type", type_names[info->type]);
        takt_json_key_text(&json, "kind", kind_names[info->kind]);
        takt_json_key_text(&json, "doc", info->doc);
        takt_json_end(&json);
    }
    takt_json_end(&json);
    takt_json_end(&json);
    return takt_text_check(out);
}

/// A token that was given, or a new one.
static takt_status set_token(const char *what, const char *given, char *token)
{
    if (!given)
        return takt_token_create(token);
    const size_t n = strlen(given);
    if (n < 16 || n >= TAKT_MESSAGE_TEXT_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: %s: found %zu characters, allowed: 16 to %d",
                         what, n, TAKT_MESSAGE_TEXT_BYTES - 1);
    memcpy(token, given, n + 1);
    return TAKT_OK;
}

static takt_server_counts count_for_api(void *context)
{
    return takt_server_count(context);
}

static void deliver_later(void *context, uint64_t request, const unsigned char *bytes, size_t n)
{
    takt_server_rows(context, request, bytes, n);
}

static takt_status fill(takt_server *server, const takt_server_config *config)
{
    server->host = config->host;
    server->may_control = config->may_control;
    server->max_viewers = config->max_viewers;
    server->views.host = &server->host;
    server->views.n = 1;
    server->views.entries[0].view = config->view;
    server->chunk = takt_alloc(LWS_PRE + TAKT_SERVER_CHUNK_BYTES);
    if (!server->chunk)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "viewer: out of memory");
    TAKT_TRY(set_token("view_token", config->view_token, server->view_token));
    TAKT_TRY(set_token("control_token", config->control_token, server->control_token));
    TAKT_TRY(takt_token_create(server->session));
    TAKT_TRY(write_channels(&server->channels));
    TAKT_TRY(takt_api_create(&server->views, count_for_api, server, &server->api));
    return takt_api_work_apart(server->api, deliver_later, server);
}

static void release(takt_server *server)
{
    if (server->caches[0].is_listening)
        takt_board_listen(server->views.entries[0].view.board, NULL, NULL);
    takt_api_destroy(&server->api); // its thread wakes the server
    takt_server_unlisten(server);
    for (takt_mail *mail = server->mail, *next; mail; mail = next) {
        next = mail->next;
        takt_free(mail);
    }
    pthread_mutex_destroy(&server->mutex);
    takt_text *const texts[] = {&server->address, &server->origin,   &server->socket_path,
                                &server->bind,    &server->tls_cert, &server->tls_key,
                                &server->channels};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i)
        takt_text_destroy(texts[i]);
    takt_free(server->chunk);
    takt_free(server);
}

takt_status takt_server_start(const takt_server_config *config, const takt_server_limits *limits,
                              takt_server **server)
{
    takt_status status;
    *server = NULL;
    if (limits->needs_page && takt_n_assets == 0)
        return TAKT_FAIL(TAKT_ERR_UNSUPPORTED, "the viewer's page was not built into this program: "
                                               "Node was missing when it was built");
    takt_server *made = takt_alloc(sizeof *made);
    if (!made)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "viewer: out of memory");
    made->limits = *limits;
    pthread_mutex_init(&made->mutex, NULL);
    lws_set_log_level(0, NULL);
    TAKT_TRY_GOTO(fill(made, config), failed);
    TAKT_TRY_GOTO(takt_server_listen(made, config), failed);
    made->caches[0].is_listening = true;
    takt_board_listen(config->view.board, takt_server_wake, made);
    TAKT_TRY_GOTO(start_thread(made), failed);
    *server = made;
    return TAKT_OK;
failed:
    release(made);
    return status;
}

takt_status takt_server_create(const takt_server_config *config, takt_server **server)
{
    const takt_server_limits limits = takt_server_limits_default();
    return takt_server_start(config, &limits, server);
}

void takt_server_destroy(takt_server **server, double linger_s)
{
    takt_server *made = *server;
    if (!made)
        return;
    *server = NULL;
    made->linger_s = linger_s;
    pthread_mutex_lock(&made->mutex);
    atomic_store(&made->is_ending, true);
    lws_cancel_service(made->lws);
    pthread_mutex_unlock(&made->mutex);
    pthread_join(made->thread, NULL);
    release(made);
}

// --- Questions -----------------------------------------------------------------------------------

const char *takt_server_view_token(const takt_server *server)
{
    return server->view_token;
}

const char *takt_server_address(const takt_server *server)
{
    return takt_text_get(&server->address);
}

const char *takt_server_origin(const takt_server *server)
{
    return takt_text_get(&server->origin);
}

int takt_server_port(const takt_server *server)
{
    return server->port;
}

takt_server_counts takt_server_count(const takt_server *server)
{
    return (takt_server_counts){.viewers = atomic_load(&server->viewers),
                                .connections = atomic_load(&server->connections),
                                .refused = atomic_load(&server->refused),
                                .frames = atomic_load(&server->frames),
                                .bytes = atomic_load(&server->bytes),
                                .requests = atomic_load(&server->requests)};
}

void takt_server_rows(takt_server *server, uint64_t request, const unsigned char *frame, size_t n)
{
    takt_mail *mail = takt_alloc(sizeof *mail + n);
    if (!mail)
        return; // the request runs into its deadline
    mail->request = request;
    mail->n = n;
    if (n > 0)
        memcpy(mail->frame, frame, n);
    pthread_mutex_lock(&server->mutex);
    mail->next = server->mail;
    server->mail = mail;
    if (server->lws) // else it has just ended
        takt_server_wake(server);
    pthread_mutex_unlock(&server->mutex);
}
