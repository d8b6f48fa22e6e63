// A server on a board of its own for the tests of its sockets, with short deadlines.
#ifndef TAKT_TESTS_VIZ_SERVER_FIXTURE_H
#define TAKT_TESTS_VIZ_SERVER_FIXTURE_H

#include "core/clock.h"
#include "tests/viz/client.h"
#include "viz/server_internal.h"

#define FIXTURE_VIEW "view-token-0123456789"
#define FIXTURE_CONTROL "control-token-0123456789"
#define FIXTURE_BEARER "Authorization: Bearer " FIXTURE_VIEW "\r\n"
#define FIXTURE_HELLO "{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"" FIXTURE_VIEW "\"}"

typedef struct fixture {
    takt_board *board, *other;
    takt_server *server;
    takt_server_config config;
    takt_server_limits limits;
    int port;
    char host[64];
    char run_file[256];
    _Atomic uint64_t rows_request;
} fixture;

static takt_status fixture_open(void *context, const char *run, takt_view *view)
{
    fixture *it = context;
    if (strcmp(run, "older") != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "run: no such run");
    view->board = it->other;
    return TAKT_OK;
}

static takt_status fixture_run_file(void *context, const char *run, char *path, size_t n_bytes)
{
    (void)run;
    snprintf(path, n_bytes, "%s", ((fixture *)context)->run_file);
    return TAKT_OK;
}

/// Prepares; the test may change config and limits before it starts the server.
__attribute__((unused)) static void fixture_prepare(fixture *it)
{
    memset(it, 0, sizeof *it);
    CHECK_OK(takt_board_create(&it->board));
    CHECK_OK(takt_board_create(&it->other));
    it->config = takt_server_config_default();
    it->config.port = 0;
    it->config.view.board = it->board;
    it->config.view_token = FIXTURE_VIEW;
    it->config.control_token = FIXTURE_CONTROL;
    it->config.host =
        (takt_view_host){.context = it, .open = fixture_open, .run_file = fixture_run_file};
    it->limits = takt_server_limits_default();
    it->limits.needs_page = false;
}

__attribute__((unused)) static void fixture_start(fixture *it)
{
    CHECK_OK(takt_server_start(&it->config, &it->limits, &it->server));
    it->port = takt_server_port(it->server);
    snprintf(it->host, sizeof it->host, "127.0.0.1:%d", it->port);
}

__attribute__((unused)) static void fixture_stop(fixture *it)
{
    takt_server_destroy(&it->server, 0);
    CHECK(it->server == NULL);
    takt_board_destroy(&it->board);
    takt_board_destroy(&it->other);
}

/// "METHOD PATH" with this server's Host and further header lines.
__attribute__((unused)) static char *fixture_ask(const fixture *it, const char *line,
                                                 const char *headers, const char *body)
{
    char request[4096];
    snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %zu\r\n\r\n%s",
             line, it->host, headers, strlen(body), body);
    return client_ask(it->port, request);
}

__attribute__((unused)) static int fixture_status(const fixture *it, const char *line,
                                                  const char *headers)
{
    char *answer = fixture_ask(it, line, headers, "");
    const int status = client_status(answer);
    free(answer);
    return status;
}

__attribute__((unused)) static int fixture_upgrade(const fixture *it)
{
    const int fd = client_connect(it->port);
    CHECK_INT(client_upgrade(fd, it->host, ""), 101);
    return fd;
}

/// A viewer that has said hello and read info and channels.
__attribute__((unused)) static int fixture_viewer(const fixture *it, int max_hz)
{
    char text[64];
    const int fd = fixture_upgrade(it);
    CHECK(client_say(fd, FIXTURE_HELLO));
    CHECK(client_wait_for(fd, "\"type\": \"info\""));
    CHECK(client_wait_for(fd, "\"type\": \"channels\""));
    snprintf(text, sizeof text, "{\"type\":\"subscribe\",\"max_hz\":%d}", max_hz);
    CHECK(client_say(fd, text));
    return fd;
}

/// Puts BAND_TIME as n values that begin with `first`.
__attribute__((unused)) static void fixture_put(takt_board *board, double first, size_t n)
{
    double *values = calloc(n, sizeof *values);
    for (size_t i = 0; i < n; ++i)
        values[i] = first + (double)i;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_BAND_TIME, &n, values, 0));
    free(values);
}

/// The next binary frame, checked; its first value into *first.
__attribute__((unused)) static bool fixture_frame(int fd, takt_frame_head *head, double *first)
{
    const unsigned char *payload = NULL;
    for (;;) {
        client_frame frame = client_read(fd);
        const bool over = frame.opcode < 0 || frame.opcode == 8;
        const bool found = frame.opcode == 2;
        if (found) {
            CHECK_OK(takt_frame_read(frame.bytes, frame.n, head, &payload));
            memcpy(first, payload, sizeof *first);
        }
        free(frame.bytes);
        if (found || over)
            return found;
    }
}

/// Is there something to read within so many seconds?
__attribute__((unused)) static bool fixture_has_input(int fd, double wait_s)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    return poll(&entry, 1, (int)(wait_s * 1000)) > 0;
}

#endif
