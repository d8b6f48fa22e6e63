// Whoever shows the token gets what the protocol says; whoever does not gets the empty page.
#include "tests/viz/server_fixture.h"

#ifdef TAKT_WITH_LWS
#include "core/json.h"
#include "viz/assets.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

// --- Pure functions ------------------------------------------------------------------------------

static takt_server *names(const char *const *hosts, int n_own, bool has_tls)
{
    static takt_server server;
    memset(&server, 0, sizeof server);
    for (; hosts[server.n_hosts]; ++server.n_hosts)
        snprintf(server.hosts[server.n_hosts], sizeof server.hosts[0], "%s", hosts[server.n_hosts]);
    server.n_own_hosts = n_own;
    server.has_tls = has_tls;
    return &server;
}

static void host_has_to_name_the_server(void)
{
    static const char *const hosts[] = {"127.0.0.1:8765", "[::1]:8765", "hub.example", NULL};
    static const struct {
        const char *host;
        bool is_known, is_own;
    } cases[] = {{"127.0.0.1:8765", true, true},
                 {"127.0.0.1:8766", false, false},
                 {"127.0.0.1", false, false},
                 {"127.0.0.1:87650", false, false},
                 {"[::1]:8765", true, true},
                 {"[::1]", false, false},
                 {"HUB.example", true, false},
                 {"hub.example:9000", true, false},
                 {"hub.example:", false, false},
                 {"hub.example:9x", false, false},
                 {"hub.example.evil", false, false},
                 {"evil.hub.example", false, false},
                 {"", false, false},
                 {"127.0.0.1:8765,127.0.0.1:8765", false, false}};
    const takt_server *server = names(hosts, 2, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        bool is_own = false;
        CHECK_INT(takt_server_knows_host(server, cases[i].host, &is_own), cases[i].is_known);
        CHECK_INT(is_own, cases[i].is_own);
    }
}

static void origin_has_to_equal_host(void)
{
    static const char *const hosts[] = {"127.0.0.1:8765", "localhost:8765", "hub.example", NULL};
    static const struct {
        const char *host, *origin;
        bool plain, tls; // allowed without and with TLS
    } cases[] = {{"127.0.0.1:8765", "", true, true},
                 {"127.0.0.1:8765", "http://127.0.0.1:8765", true, false},
                 {"127.0.0.1:8765", "https://127.0.0.1:8765", false, true},
                 {"127.0.0.1:8765", "http://127.0.0.1:8000", false, false},
                 {"127.0.0.1:8765", "http://localhost:8765", false, false},
                 {"127.0.0.1:8765", "http://127.0.0.1", false, false},
                 {"127.0.0.1:8765", "null", false, false},
                 {"127.0.0.1:8765", "file://127.0.0.1:8765", false, false},
                 {"127.0.0.1:8765", "http://127.0.0.1:8765.evil", false, false},
                 {"127.0.0.1:8765", "http://evil", false, false},
                 {"hub.example", "https://hub.example", true, true},
                 {"127.0.0.1:8765", "https://hub.example", true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        CHECK_INT(takt_server_allows_origin(names(hosts, 2, false), cases[i].host, cases[i].origin),
                  cases[i].plain);
        CHECK_INT(takt_server_allows_origin(names(hosts, 2, true), cases[i].host, cases[i].origin),
                  cases[i].tls);
    }
}

static void ranges_are_read_as_in_rfc_9110(void)
{
    static const struct {
        const char *range;
        uint64_t n;
        int status;
        uint64_t first, last;
    } cases[] = {{"bytes=0-99", 1000, 206, 0, 99},
                 {"bytes=990-", 1000, 206, 990, 999},
                 {"bytes=-10", 1000, 206, 990, 999},
                 {"bytes=-2000", 1000, 206, 0, 999},
                 {"bytes=500-5000", 1000, 206, 500, 999},
                 {"bytes=999-999", 1000, 206, 999, 999},
                 {"bytes=1000-", 1000, 416, 0, 999},
                 {"bytes=-0", 1000, 416, 0, 999},
                 {"bytes=0-", 0, 416, 0, 0},
                 {"bytes=-5", 0, 416, 0, 0},
                 {"", 1000, 200, 0, 999},
                 {"bytes=5-2", 1000, 200, 0, 999},
                 {"bytes=0-1,5-6", 1000, 200, 0, 999},
                 {"lines=0-1", 1000, 200, 0, 999},
                 {"bytes=a-b", 1000, 200, 0, 999},
                 {"bytes=-", 1000, 200, 0, 999},
                 {"bytes=99999999999999999999-", 1000, 200, 0, 999}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        uint64_t first = 7, last = 7;
        CHECK_INT(takt_range_read(cases[i].range, cases[i].n, &first, &last), cases[i].status);
        CHECK_INT(first, cases[i].first);
        CHECK_INT(last, cases[i].last);
    }
}

// --- HTTP ----------------------------------------------------------------------------------------

static void without_a_token_there_is_nothing_but_the_page(void)
{
    static const char *const paths[] = {
        "/api/v1/runs",     "/api/v1/status",        "/api/v1/kpis",          "/api/v1/study",
        "/api/v1/channels", "/api/v1/documents/run", "/api/v1/channels/xi",   "/api/v1/log",
        "/metrics",         "/api/v1/openapi.json",  "/api/v1/health",        "/api/",
        "/api/v1/",         "/api/v2/anything",      "/api/v1/download/abc",  "/run.nc",
        "/../etc/passwd",   "/%2e%2e/etc/passwd",    "/..%2f..%2fetc/passwd", "/ws",
        "/index.html.bak",  "/.git/config",          "//etc/passwd",          "/%00abc",
        "/app.js%00.txt",   "/a/b/../../x"};
    static const char *const tokens[] = {"",
                                         "Authorization: Bearer wrong\r\n",
                                         "Authorization: Bearer \r\n",
                                         "Authorization: Basic " FIXTURE_VIEW "\r\n",
                                         "Cookie: token=" FIXTURE_VIEW "\r\n",
                                         "Authorization: Bearer " FIXTURE_VIEW "x\r\n"};
    static const char secret[] = "{\"secret\":1}";
    fixture it;
    fixture_prepare(&it);
    CHECK_OK(takt_board_put_document(it.board, "run", secret, sizeof secret - 1));
    fixture_start(&it);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i)
        for (size_t k = 0; k < sizeof tokens / sizeof *tokens; ++k) {
            char line[128];
            snprintf(line, sizeof line, "GET %s", paths[i]);
            char *answer = fixture_ask(&it, line, tokens[k], "");
            const int status = client_status(answer);
            if (status != 401 && status != 404 && status != 400 && status != 0)
                CHECK_FAILED("%s: %d", paths[i], status);
            CHECK(!strstr(answer, "secret") && !strstr(answer, "Set-Cookie"));
            free(answer);
        }
    char *answer = fixture_ask(&it, "GET /api/v1/documents/run", FIXTURE_BEARER, "");
    CHECK_INT(client_status(answer), 200);
    CHECK_TEXT(client_body(answer), secret);
    CHECK_CONTAINS(answer, "Cache-Control: no-store");
    free(answer);
    fixture_stop(&it);
}

static void every_answer_carries_the_security_headers(void)
{
    static const char *const lines[] = {"GET /", "GET /nothing", "GET /api/v1/health",
                                        "GET /metrics", "POST /"};
    fixture it;
    fixture_prepare(&it);
    fixture_start(&it);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i)
        for (int with_token = 0; with_token < 2; ++with_token) {
            char *answer = fixture_ask(&it, lines[i], with_token ? FIXTURE_BEARER : "", "");
            CHECK_CONTAINS(answer, "\r\nContent-Security-Policy: default-src 'none'; ");
            CHECK_CONTAINS(answer, "; connect-src 'self';");
            CHECK_CONTAINS(answer, "; frame-ancestors 'none';");
            CHECK_CONTAINS(answer, "\r\nX-Content-Type-Options: nosniff\r\n");
            CHECK_CONTAINS(answer, "\r\nReferrer-Policy: no-referrer\r\n");
            CHECK(!strstr(answer, "Set-Cookie") && !strstr(answer, "\r\nServer:"));
            free(answer);
        }
    fixture_stop(&it);
}

static void a_wrong_host_or_origin_is_refused(void)
{
    fixture it;
    fixture_prepare(&it);
    static const char *const proxies[] = {"hub.example", NULL};
    it.config.hosts = proxies;
    fixture_start(&it);
    char own[96], origin[128], other[128];
    snprintf(own, sizeof own, "127.0.0.1:%d", it.port);
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%d\r\n", it.port);
    snprintf(other, sizeof other, "Origin: http://127.0.0.1:%d\r\n", it.port + 1);
    const struct {
        const char *host, *more;
        int status;
    } cases[] = {{own, "", 200},
                 {own, origin, 200},
                 {own, other, 403},
                 {own, "Origin: null\r\n", 403},
                 {own, "Origin: http://evil.example\r\n", 403},
                 {"evil.example", "", 403},
                 {"127.0.0.1", "", 403},
                 {"evil.example", "Origin: http://evil.example\r\n", 403},
                 {"hub.example", "Origin: https://hub.example\r\n", 200},
                 {"", "", 403}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char request[1024];
        snprintf(request, sizeof request, "GET /api/v1/health HTTP/1.1\r\nHost: %s\r\n%s%s\r\n",
                 cases[i].host, cases[i].more, FIXTURE_BEARER);
        char *answer = client_ask(it.port, request);
        CHECK_INT(client_status(answer), cases[i].status);
        free(answer);
        const int fd = client_connect(it.port);
        CHECK_INT(client_upgrade(fd, cases[i].host, cases[i].more),
                  cases[i].status == 200 ? 101 : 403);
        close(fd);
    }
    char *answer = client_ask(it.port, "GET / HTTP/1.1\r\n\r\n");
    CHECK_INT(client_status(answer), 403);
    free(answer);
    fixture_stop(&it);
}

static void roles_are_told_apart(void)
{
    static const char control[] = "Authorization: bearer " FIXTURE_CONTROL "\r\n";
    for (int may_control = 0; may_control < 2; ++may_control) {
        fixture it;
        fixture_prepare(&it);
        it.config.may_control = may_control;
        fixture_start(&it);
        CHECK_CONTAINS(takt_server_address(it.server),
                       may_control ? "/#token=" FIXTURE_CONTROL : "/#token=" FIXTURE_VIEW);
        CHECK(!strstr(takt_server_origin(it.server), "token"));
        CHECK_INT(fixture_status(&it, "GET /api/v1/health", FIXTURE_BEARER), 200);
        CHECK_INT(fixture_status(&it, "GET /api/v1/health", control), may_control ? 200 : 401);
        CHECK_INT(fixture_status(&it, "POST /api/v1/stop", FIXTURE_BEARER), 403);
        CHECK_INT(fixture_status(&it, "PUT /api/v1/health", FIXTURE_BEARER), 405);
        fixture_stop(&it);
    }
}

static void the_page_is_served_to_everybody(void)
{
    fixture it;
    if (takt_n_assets == 0)
        return;
    fixture_prepare(&it);
    fixture_start(&it);
    for (int i = 0; i < takt_n_assets; ++i) {
        const takt_asset *asset = &takt_assets[i];
        char request[512], line[256];
        size_t n = 0;
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: br, gzip\r\n\r\n", asset->path,
                 it.host);
        char *answer = client_exchange(client_connect(it.port), request, strlen(request), &n);
        CHECK_INT(client_status(answer), 200);
        CHECK_CONTAINS(answer, asset->content_type);
        const char *body = client_body(answer);
        CHECK_INT(n - (size_t)(body - answer), asset->n_bytes);
        CHECK(memcmp(body, asset->bytes, asset->n_bytes) == 0);
        CHECK_INT(strstr(answer, "Content-Encoding: gzip") != NULL, asset->is_gzip);
        free(answer);
        snprintf(line, sizeof line, "If-None-Match: %s\r\nAccept-Encoding: gzip\r\n", asset->etag);
        snprintf(request, sizeof request, "GET %s", asset->path);
        answer = fixture_ask(&it, request, line, "");
        CHECK_INT(client_status(answer), 304);
        CHECK_TEXT(client_body(answer), "");
        free(answer);
        snprintf(request, sizeof request, "HEAD %s", asset->path);
        answer = fixture_ask(&it, request, "Accept-Encoding: gzip\r\n", "");
        CHECK_INT(client_status(answer), 200);
        CHECK_TEXT(client_body(answer), "");
        free(answer);
        snprintf(request, sizeof request, "POST %s", asset->path);
        CHECK_INT(fixture_status(&it, request, ""), 405);
    }
    char *plain = fixture_ask(&it, "GET /", "", "");
    CHECK(!strstr(plain, "Content-Encoding"));
    CHECK_CONTAINS(client_body(plain), "<html");
    free(plain);
    fixture_stop(&it);
}

// --- Downloads -----------------------------------------------------------------------------------

enum { FILE_BYTES = 1000003 };

static char *make_file(fixture *it)
{
    char *bytes = malloc(FILE_BYTES);
    for (int i = 0; i < FILE_BYTES; ++i)
        bytes[i] = (char)((i * 31 + i / 251) % 253);
    snprintf(it->run_file, sizeof it->run_file, "/tmp/takt_test_server.%d.nc", (int)getpid());
    FILE *file = fopen(it->run_file, "wb");
    CHECK(file && fwrite(bytes, 1, FILE_BYTES, file) == FILE_BYTES);
    fclose(file);
    return bytes;
}

/// A ticket for the run file as the path "/api/v1/download/...".
static void buy_ticket(const fixture *it, char *path, size_t n_bytes)
{
    char *answer = fixture_ask(it, "POST /api/v1/tickets", FIXTURE_BEARER, "{\"what\":\"run\"}");
    CHECK_INT(client_status(answer), 200);
    const char *at = strstr(answer, "api/v1/download/");
    CHECK(at != NULL);
    snprintf(path, n_bytes, "/%.*s", (int)strcspn(at, "\""), at);
    free(answer);
}

static void run_files_come_whole_or_in_ranges(void)
{
    static const struct {
        const char *header;
        int status, first, n;
    } cases[] = {{"", 200, 0, FILE_BYTES},
                 {"Range: bytes=0-0\r\n", 206, 0, 1},
                 {"Range: bytes=65530-200000\r\n", 206, 65530, 134471},
                 {"Range: bytes=-3\r\n", 206, FILE_BYTES - 3, 3},
                 {"Range: bytes=1000003-\r\n", 416, 0, 0},
                 {"Range: bytes=0-1,4-5\r\n", 200, 0, FILE_BYTES},
                 {"Range: bytes=0-9\r\nIf-Range: \"other\"\r\n", 200, 0, FILE_BYTES}};
    fixture it;
    fixture_prepare(&it);
    char *bytes = make_file(&it);
    fixture_start(&it);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char path[256], request[1024];
        size_t n = 0;
        buy_ticket(&it, path, sizeof path);
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, it.host,
                 cases[i].header);
        char *answer = client_exchange(client_connect(it.port), request, strlen(request), &n);
        CHECK_INT(client_status(answer), cases[i].status);
        const char *body = client_body(answer);
        CHECK_INT(n - (size_t)(body - answer), cases[i].n);
        CHECK(memcmp(body, bytes + cases[i].first, (size_t)cases[i].n) == 0);
        CHECK_CONTAINS(answer, "attachment; filename=\"");
        free(answer);
        CHECK_INT(client_status(answer = client_ask(it.port, request)), 404); // once
        free(answer);
    }
    unlink(it.run_file);
    free(bytes);
    fixture_stop(&it);
}

static void a_reader_who_leaves_frees_everything(void)
{
    fixture it;
    fixture_prepare(&it);
    char *bytes = make_file(&it);
    fixture_start(&it);
    for (int i = 0; i < 20; ++i) {
        char path[256], request[1024], some[100];
        buy_ticket(&it, path, sizeof path);
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, it.host);
        const int fd = client_connect(it.port);
        CHECK(client_send(fd, request, strlen(request)));
        CHECK(client_receive(fd, some, sizeof some));
        close(fd);
    }
    CHECK_INT(fixture_status(&it, "GET /api/v1/health", FIXTURE_BEARER), 200);
    unlink(it.run_file);
    free(bytes);
    fixture_stop(&it); // the sanitizer sees what is left
}

// --- Rows ----------------------------------------------------------------------------------------

static takt_status ask_rows(void *context, const char *run, uint64_t request, takt_channel channel,
                            uint64_t first, uint64_t n)
{
    fixture *it = context;
    (void)run;
    CHECK_INT(channel, TAKT_CHANNEL_BEST_COST);
    CHECK_INT(first, 1000);
    CHECK_INT(n, 2);
    atomic_store(&it->rows_request, request);
    return TAKT_OK;
}

/// An envelope of 100,000 rows on the board, so that rows have to come from the host.
static void put_envelope(takt_board *board)
{
    unsigned char frame[TAKT_FRAME_HEAD_BYTES + 32];
    const double values[4] = {1, 2, 3, 4};
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .type = TAKT_CHANNEL_DOUBLE,
                                  .flags = TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE,
                                  .n_dimensions = 1,
                                  .n_bytes = 32,
                                  .sequence = 1,
                                  .time_s = NAN,
                                  .sizes = {4, 1, 1},
                                  .n_rows = 100000,
                                  .stride = 50000};
    takt_frame_write_head(&head, frame);
    memcpy(frame + TAKT_FRAME_HEAD_BYTES, values, sizeof values);
    CHECK_OK(takt_board_put_frame(board, frame, sizeof frame));
}

static size_t make_rows(unsigned char *frame)
{
    const double values[2] = {0.25, 0.125};
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .type = TAKT_CHANNEL_DOUBLE,
                                  .n_dimensions = 1,
                                  .n_bytes = 16,
                                  .sequence = 1,
                                  .time_s = NAN,
                                  .sizes = {2, 1, 1},
                                  .first_row = 1000,
                                  .n_rows = 100000,
                                  .stride = 1};
    takt_frame_write_head(&head, frame);
    memcpy(frame + TAKT_FRAME_HEAD_BYTES, values, sizeof values);
    return TAKT_FRAME_HEAD_BYTES + sizeof values;
}

static void rows_of_another_thread_finish_the_answer(void)
{
    for (int have_rows = 0; have_rows < 2; ++have_rows) {
        fixture it;
        char request[512];
        unsigned char frame[TAKT_FRAME_HEAD_BYTES + 16];
        fixture_prepare(&it);
        it.config.host.rows = ask_rows;
        put_envelope(it.board);
        fixture_start(&it);
        snprintf(request, sizeof request,
                 "GET /api/v1/channels/best_cost?format=csv&first=1000&count=2 HTTP/1.1\r\n"
                 "Host: %s\r\n%s\r\n",
                 it.host, FIXTURE_BEARER);
        const int fd = client_connect(it.port);
        CHECK(client_send(fd, request, strlen(request)));
        while (atomic_load(&it.rows_request) == 0)
            usleep(1000);
        takt_server_rows(it.server, atomic_load(&it.rows_request) + 1, frame, 0); // not ours
        takt_server_rows(it.server, atomic_load(&it.rows_request), frame,
                         have_rows ? make_rows(frame) : 0);
        char *answer = client_exchange(fd, "", 0, NULL);
        CHECK_INT(client_status(answer), have_rows ? 200 : 503);
        if (have_rows)
            CHECK_CONTAINS(client_body(answer), "0.125");
        free(answer);
        fixture_stop(&it);
    }
}

TAKT_TESTS(TEST(host_has_to_name_the_server), TEST(origin_has_to_equal_host),
           TEST(ranges_are_read_as_in_rfc_9110),
           TEST(without_a_token_there_is_nothing_but_the_page),
           TEST(every_answer_carries_the_security_headers), TEST(a_wrong_host_or_origin_is_refused),
           TEST(roles_are_told_apart), TEST(the_page_is_served_to_everybody),
           TEST(run_files_come_whole_or_in_ranges), TEST(a_reader_who_leaves_frees_everything),
           TEST(rows_of_another_thread_finish_the_answer))
#else
static void without_libwebsockets_the_server_says_so(void)
{
    takt_server *server;
    const takt_server_config config = takt_server_config_default();
    CHECK_STATUS(takt_server_create(&config, &server), TAKT_ERR_UNSUPPORTED);
    CHECK_CONTAINS(takt_error_text(), "libwebsockets");
    CHECK(server == NULL);
}
TAKT_TESTS(TEST(without_libwebsockets_the_server_says_so))
#endif
