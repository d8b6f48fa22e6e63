// Whatever comes over its sockets, the server answers or closes, and serves the next viewer.
#include "tests/viz/server_fixture.h"

#ifdef TAKT_WITH_LWS

#include <sys/resource.h>

/// A viewer says hello and gets a frame: the server is well.
static void check_well(fixture *it)
{
    static double value = 0;
    takt_frame_head head;
    double first = 0;
    const int fd = fixture_viewer(it, 60);
    value += 1;
    fixture_put(it->board, value, 1);
    while (first != value) {
        CHECK(fixture_frame(fd, &head, &first));
        CHECK(client_acknowledge(fd, 1));
    }
    close(fd);
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

// --- Frames --------------------------------------------------------------------------------------

/// A frame that is wrong in one of many ways; its length.
static size_t make_frame(uint32_t *random, unsigned char *bytes)
{
    static const char *const texts[] = {
        "{\"type\":\"subscribe\",\"max_hz\":",         "{\"type\":\"lines\",\"from\":1e999}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",          "{\"type\":\"open\",\"run\":\"../../etc\"}",
        "{\"type\":\"hello\",\"type\":\"hello\"}",     "\xff\xfe\x80",
        "TKA1\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"};
    const char *text = texts[next_random(random) % 7];
    size_t n = strlen(text), at = 0;
    const uint32_t kind = next_random(random) % 8;
    bytes[at++] = (unsigned char)(kind == 0 ? next_random(random) : 0x81 + next_random(random) % 2);
    bytes[at++] = (unsigned char)(kind == 1 ? n : kind == 2 ? next_random(random) : 0x80 | n);
    for (int i = 0; i < 4 && kind != 1; ++i)
        bytes[at++] = kind == 3 ? (unsigned char)next_random(random) : 0;
    for (size_t i = 0; i < n; ++i)
        bytes[at++] = (unsigned char)(kind == 4 ? next_random(random) : (unsigned char)text[i]);
    return kind == 5 ? at / 2 : at;
}

static void ten_thousand_malformed_frames_harm_nobody(void)
{
    fixture it;
    uint32_t random = 12345;
    unsigned char frame[128];
    char junk[256];
    fixture_prepare(&it);
    fixture_start(&it);
    const int bystander = fixture_viewer(&it, 60);
    int fd = -1;
    for (int i = 0, n = 0; i < 10000; ++i, ++n) {
        if (fd < 0)
            fd = i % 3 == 0 ? fixture_upgrade(&it) : fixture_viewer(&it, 30), n = 0;
        const bool sent = client_send(fd, frame, make_frame(&random, frame));
        while (recv(fd, junk, sizeof junk, MSG_DONTWAIT) > 0)
            ;
        if (!sent || n == 40) {
            close(fd);
            fd = -1;
        }
    }
    if (fd >= 0)
        close(fd);
    takt_frame_head head;
    double first = 0;
    fixture_put(it.board, 77, 1);
    CHECK(fixture_frame(bystander, &head, &first) && first == 77);
    close(bystander);
    check_well(&it);
    fixture_stop(&it);
}

static void too_large_a_message_closes_with_1009(void)
{
    fixture it;
    char *bytes = calloc(1, 70000);
    memset(bytes, ' ', 70000);
    fixture_prepare(&it);
    fixture_start(&it);
    for (int with_hello = 0; with_hello < 2; ++with_hello) {
        int fd = with_hello ? fixture_viewer(&it, 30) : fixture_upgrade(&it);
        CHECK(client_write(fd, 1, true, bytes, TAKT_MESSAGE_MAX_BYTES + 1));
        CHECK_INT(client_read_close(fd), 1009);
        close(fd);
        fd = with_hello ? fixture_viewer(&it, 30) : fixture_upgrade(&it);
        for (int i = 0; i < 66; ++i) // in parts of 1 KB, without an end
            if (!client_write(fd, i == 0 ? 1 : 0, false, bytes, 1024))
                break;
        CHECK_INT(client_read_close(fd), 1009);
        close(fd);
    }
    free(bytes);
    check_well(&it);
    fixture_stop(&it);
}

static void messages_in_parts_are_put_together(void)
{
    fixture it;
    fixture_prepare(&it);
    fixture_start(&it);
    const int fd = fixture_upgrade(&it);
    const char *hello = FIXTURE_HELLO;
    const size_t n = strlen(hello);
    for (size_t i = 0; i < n; ++i) {
        CHECK(client_write(fd, i == 0 ? 1 : 0, i == n - 1, hello + i, 1));
        if (i == n / 2) // a ping may come between the parts
            CHECK(client_write(fd, 9, true, "x", 1));
    }
    CHECK(client_wait_for(fd, "\"type\": \"info\""));
    close(fd);
    fixture_stop(&it);
}

static void more_than_50_messages_a_second_close_with_4001(void)
{
    fixture it;
    fixture_prepare(&it);
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 30);
    for (int i = 0; i < 200; ++i)
        if (!client_say(fd, "{\"type\":\"nothing\"}"))
            break;
    CHECK_INT(client_read_close(fd), 4001);
    close(fd);
    const int other = fixture_viewer(&it, 30); // acknowledgements of nothing count, too
    for (int i = 0; i < 200; ++i)
        if (!client_acknowledge(other, (uint64_t)i))
            break;
    CHECK_INT(client_read_close(other), 4001);
    close(other);
    fixture_stop(&it);
}

// --- Time ----------------------------------------------------------------------------------------

static void who_says_no_hello_in_time_is_closed(void)
{
    fixture it;
    fixture_prepare(&it);
    it.limits.hello_s = 0.3;
    fixture_start(&it);
    const int fd = fixture_upgrade(&it);
    CHECK_INT(client_read_close(fd), 0);
    close(fd);
    check_well(&it);
    fixture_stop(&it);
}

static void slow_writers_are_closed(void)
{
    fixture it;
    char begin[256], byte;
    fixture_prepare(&it);
    it.limits.request_s = 0.4;
    fixture_start(&it);
    const int silent = client_connect(it.port);
    const int header = client_connect(it.port), body = client_connect(it.port);
    snprintf(begin, sizeof begin,
             "POST /api/v1/tickets HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 1000\r\n\r\n", it.host,
             FIXTURE_BEARER);
    CHECK(client_send(body, begin, strlen(begin)));
    CHECK(client_send(header, "GET / HTTP/1.1\r\nX-Slow: ", 24));
    for (int i = 0; i < 100; ++i) { // a byte now and then buys no time
        client_send(header, "a", 1);
        client_send(body, " ", 1);
        usleep(10000);
    }
    CHECK(!client_receive(silent, &byte, 1));
    CHECK(!client_receive(header, &byte, 1));
    CHECK(!client_receive(body, &byte, 1));
    close(silent);
    close(header);
    close(body);
    check_well(&it);
    fixture_stop(&it);
}

static void who_draws_nothing_is_let_go_with_4000(void)
{
    fixture it;
    fixture_prepare(&it);
    it.limits.ack_s = 0.3;
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 30), quiet = fixture_viewer(&it, 0);
    fixture_put(it.board, 1, 10);
    CHECK(client_wait_for(fd, "\"code\": \"slow\""));
    CHECK_INT(client_read_close(fd), 4000);
    close(fd);
    while (takt_server_count(it.server).viewers != 1)
        usleep(1000);
    CHECK(!fixture_has_input(quiet, 0.8)); // who asks for nothing may be silent
    CHECK_INT(takt_server_count(it.server).viewers, 1);
    close(quiet);
    fixture_stop(&it);
}

static void stalled_viewers_do_not_hold_up_the_others(void)
{
    enum { N_STALLED = 50, N_FRAMES = 50, N = 20000 };
    fixture it;
    int stalled[N_STALLED];
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_start(&it);
    for (int i = 0; i < N_STALLED; ++i)
        stalled[i] = fixture_viewer(&it, 60); // never read again
    const int fd = fixture_viewer(&it, 60);
    for (int i = 1; i <= N_FRAMES; ++i) {
        fixture_put(it.board, i, N);
        CHECK(fixture_frame(fd, &head, &first));
        CHECK(first == i); // each one, in turn
        CHECK(client_acknowledge(fd, (uint64_t)i));
    }
    CHECK(takt_server_count(it.server).frames <= N_FRAMES + N_STALLED * TAKT_WINDOW_MAX);
    for (int i = 0; i < N_STALLED; ++i)
        close(stalled[i]);
    close(fd);
    fixture_stop(&it);
}

/// Asks for a run file of 64 MiB, and does not read it.
static int start_download(fixture *it)
{
    char request[512], path[128];
    snprintf(it->run_file, sizeof it->run_file, "/tmp/takt_test_hostile.%d.nc", (int)getpid());
    FILE *file = fopen(it->run_file, "wb");
    CHECK(file && ftruncate(fileno(file), 64 << 20) == 0);
    fclose(file);
    fixture_start(it);
    char *answer = fixture_ask(it, "POST /api/v1/tickets", FIXTURE_BEARER, "{\"what\":\"run\"}");
    const char *at = strstr(answer, "api/v1/download/");
    CHECK(at != NULL);
    snprintf(path, sizeof path, "/%.*s", (int)strcspn(at, "\""), at);
    free(answer);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, it->host);
    const int fd = client_connect(it->port);
    CHECK(client_send(fd, request, strlen(request)));
    return fd;
}

static void a_reader_of_a_file_who_stops_is_closed(void)
{
    fixture it;
    fixture_prepare(&it);
    it.limits.stall_s = 0.3;
    const int fd = start_download(&it);
    sleep(1);
    size_t n = 0;
    char *answer = client_exchange(fd, "", 0, &n);
    CHECK_INT(client_status(answer), 200);
    CHECK(n < 64u << 20); // closed in the middle
    free(answer);
    unlink(it.run_file);
    check_well(&it);
    fixture_stop(&it);
}

static void silent_connections_push_out_no_download(void)
{
    enum { N_SILENT = 40 };
    fixture it;
    int silent[N_SILENT];
    char first;
    fixture_prepare(&it);
    it.limits.max_pending = 8;
    const int fd = start_download(&it);
    CHECK_INT(recv(fd, &first, 1, MSG_PEEK), 1); // it has begun
    for (int i = 0; i < N_SILENT; ++i)
        silent[i] = client_connect(it.port);
    CHECK_INT(recv(silent[0], &first, 1, 0), 0); // pushed out: the others have come
    size_t n = 0;
    char *answer = client_exchange(fd, "", 0, &n);
    CHECK(n > 64u << 20);
    free(answer);
    for (int i = 0; i < N_SILENT; ++i)
        close(silent[i]);
    unlink(it.run_file);
    fixture_stop(&it);
}

/// Readers who ask for a long frame and do not read it: others are told to wait, until they leave.
static void check_busy(fixture *it, int n_readers)
{
    static const char line[] = "GET /api/v1/channels/band_time?format=frame";
    int readers[8];
    char request[512], first;
    fixture_start(it);
    fixture_put(it->board, 0, 1 << 20);
    snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: %s\r\n" FIXTURE_BEARER "\r\n", line,
             it->host);
    for (int i = 0; i < n_readers; ++i) {
        readers[i] = client_connect(it->port);
        CHECK(client_send(readers[i], request, strlen(request)));
        CHECK_INT(recv(readers[i], &first, 1, MSG_PEEK), 1);
    }
    char *answer = fixture_ask(it, line, FIXTURE_BEARER, "");
    CHECK_INT(client_status(answer), 429);
    CHECK_CONTAINS(answer, "Retry-After");
    free(answer);
    CHECK_INT(fixture_status(it, line, "Authorization: Bearer " FIXTURE_CONTROL "\r\n"), 200);
    for (int i = 0; i < n_readers; ++i)
        close(readers[i]);
    const double since_s = takt_clock_s();
    while (fixture_status(it, line, FIXTURE_BEARER) != 200 && takt_clock_s() < since_s + 5)
        usleep(10000);
    CHECK_INT(fixture_status(it, line, FIXTURE_BEARER), 200);
    check_well(it);
    fixture_stop(it);
}

static void answers_that_nobody_reads_do_not_fill_the_memory(void)
{
    fixture it;
    fixture_prepare(&it);
    it.config.may_control = true;
    it.limits.max_held = (size_t)20 << 20; // two of 8 MiB
    check_busy(&it, 2);
    fixture_prepare(&it);
    it.config.may_control = true;
    it.limits.max_trusted = 3;
    check_busy(&it, 3);
}

// --- Requests ------------------------------------------------------------------------------------

static void odd_requests_are_answered_or_closed(void)
{
    static const char *const requests[] = {
        ("GET /%s HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
         "Connection: Upgrade, HTTP2-Settings\r\n\r\n"),
        "GET /%s HTTP/1.1\r\nUpgrade: nonsense\r\nConnection: Upgrade\r\n\r\n",
        "GET /%s HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nUpgrade: nonsense\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\n\r\n%s",
        "BREW /%s HTTP/1.1\r\n\r\n",
        "GET /%%zz%s HTTP/1.1\r\n\r\n",
        "GET /%%%s HTTP/1.1\r\n\r\n",
        "GET http://evil.example/%s HTTP/1.1\r\n\r\n",
        "GET /api/v1/kpis?a=%%00&b=%%ff%s HTTP/1.1\r\n\r\n",
        "GET /api/v1/kpis?&&&&;;;;====%s HTTP/1.1\r\n\r\n",
        "POST /api/v1/tickets%s HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /api/v1/tickets%s HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /api/v1/tickets%s HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxx",
        "POST /api/v1/tickets%s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "POST /api/v1/tickets%s HTTP/1.1\r\nContent-Length: 70000\r\n\r\nx",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n%s",
        "\x16\x03\x01\x02\x01\x01%s\r\n\r\n",
        "%s\r\n\r\n\r\n\r\n",
        "GET%s\r\n\r\n",
        "GET / HTTP/9.9%s\r\n\r\n",
    };
    fixture it;
    fixture_prepare(&it);
    it.limits.request_s = 0.5;
    fixture_start(&it);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; ++i)
        for (int with_host = 0; with_host < 2; ++with_host) {
            char request[1024], whole[2048];
            snprintf(request, sizeof request, requests[i], "");
            const char *line = strstr(request, "\r\n");
            snprintf(whole, sizeof whole, "%.*s", (int)(line - request), request);
            if (with_host)
                snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "\r\nHost: %s\r\n%s",
                         it.host, FIXTURE_BEARER);
            snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "%s",
                     with_host ? line + 2 : line);
            char *answer = client_ask(it.port, whole);
            const int status = client_status(answer);
            if (status == 101 || status >= 500)
                CHECK_FAILED("%s: %d", request, status);
            free(answer);
        }
    check_well(&it);
    fixture_stop(&it);
}

static void long_headers_are_taken_up_to_16_KB(void)
{
    fixture it;
    fixture_prepare(&it);
    fixture_start(&it);
    for (int n = 12000; n <= 40000; n += 28000) {
        char *request = calloc(1, 50000);
        const int at = snprintf(request, 512,
                                "GET /api/v1/health HTTP/1.1\r\nHost: %s\r\n%sX-Portal: ", it.host,
                                FIXTURE_BEARER);
        memset(request + at, 'x', (size_t)n);
        strcpy(request + at + n, "\r\n\r\n");
        char *answer = client_ask(it.port, request);
        CHECK_INT(client_status(answer), n < 16000 ? 200 : 0);
        free(answer);
        free(request);
    }
    check_well(&it);
    fixture_stop(&it);
}

static void random_bytes_are_survived(void)
{
    fixture it;
    uint32_t random = 99;
    char bytes[600];
    fixture_prepare(&it);
    fixture_start(&it);
    for (int i = 0; i < 500; ++i) {
        size_t n = next_random(&random) % sizeof bytes, at = 0;
        const int fd = client_connect(it.port);
        if (i % 2 == 0)
            at = (size_t)snprintf(bytes, sizeof bytes, "GET /api/v1/log?from=%u HTTP/1.1\r\nHost: ",
                                  next_random(&random) % 100);
        for (size_t k = at; k < n; ++k)
            bytes[k] = (char)next_random(&random);
        client_send(fd, bytes, n > at ? n : at);
        close(fd);
    }
    check_well(&it);
    fixture_stop(&it);
}

// --- Crowds --------------------------------------------------------------------------------------

static void five_thousand_idle_connections_do_not_hinder_a_viewer(void)
{
    enum { N = 5000 };
    fixture it;
    struct rlimit files;
    takt_frame_head head;
    double first = 0;
    int *fds = calloc(N, sizeof *fds);
    CHECK(getrlimit(RLIMIT_NOFILE, &files) == 0);
    const int n = files.rlim_cur < 2 * N ? (int)files.rlim_cur / 2 : N;
    fixture_prepare(&it);
    fixture_start(&it);
    const int before = fixture_viewer(&it, 60);
    for (int i = 0; i < n; ++i) {
        fds[i] = client_connect(it.port);
        if (i % 4 == 1)
            client_send(fds[i], "GET / HTTP/1.1\r\nX-", 18);
    }
    check_well(&it);
    fixture_put(it.board, 1234, 1);
    while (first != 1234) {
        CHECK(fixture_frame(before, &head, &first));
        CHECK(client_acknowledge(before, 1));
    }
    CHECK(takt_server_count(it.server).connections >= n);
    for (int i = 0; i < n; ++i)
        close(fds[i]);
    close(before);
    free(fds);
    fixture_stop(&it);
}

TAKT_TESTS(
    TEST(ten_thousand_malformed_frames_harm_nobody), TEST(too_large_a_message_closes_with_1009),
    TEST(messages_in_parts_are_put_together), TEST(more_than_50_messages_a_second_close_with_4001),
    TEST(who_says_no_hello_in_time_is_closed), TEST(slow_writers_are_closed),
    TEST(who_draws_nothing_is_let_go_with_4000), TEST(stalled_viewers_do_not_hold_up_the_others),
    TEST(a_reader_of_a_file_who_stops_is_closed), TEST(silent_connections_push_out_no_download),
    TEST(answers_that_nobody_reads_do_not_fill_the_memory),
    TEST(odd_requests_are_answered_or_closed), TEST(long_headers_are_taken_up_to_16_KB),
    TEST(random_bytes_are_survived), TEST(five_thousand_idle_connections_do_not_hinder_a_viewer))
#else
static void nothing_to_test_without_libwebsockets(void)
{
}
TAKT_TESTS(TEST(nothing_to_test_without_libwebsockets))
#endif
