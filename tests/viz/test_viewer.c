// A viewer gets what lies on the board, newest first, no faster than it asked and than it draws.
#include "tests/viz/server_fixture.h"

#ifdef TAKT_WITH_LWS

static void hello_is_answered_with_info_and_the_channels(void)
{
    fixture it;
    fixture_prepare(&it);
    it.config.may_control = true;
    fixture_start(&it);
    static const struct {
        const char *token, *role;
    } cases[] = {{FIXTURE_VIEW, "\"role\": \"view\""}, {FIXTURE_CONTROL, "\"role\": \"control\""}};
    for (size_t i = 0; i < 2; ++i) {
        char text[256], last[64];
        const int fd = fixture_upgrade(&it);
        snprintf(text, sizeof text,
                 "{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"%s\"}", cases[i].token);
        CHECK(client_say(fd, text));
        client_frame info = client_read(fd), channels = client_read(fd);
        CHECK_INT(info.opcode, 1);
        CHECK_CONTAINS((char *)info.bytes, "\"type\": \"info\"");
        CHECK_CONTAINS((char *)info.bytes, "\"protocol\": \"takt.v1\"");
        CHECK_CONTAINS((char *)info.bytes, cases[i].role);
        CHECK_CONTAINS((char *)info.bytes, "\"run\": \"\"");
        CHECK_CONTAINS((char *)info.bytes, "\"open\"");
        CHECK(!strstr((char *)info.bytes, "token"));
        CHECK_CONTAINS((char *)channels.bytes, "{\"type\": \"channels\", \"list\": [{\"id\": 0,");
        snprintf(last, sizeof last, "\"id\": %d,", TAKT_CHANNEL_COUNT - 1);
        CHECK_CONTAINS((char *)channels.bytes, last);
        free(info.bytes);
        free(channels.bytes);
        close(fd);
    }
    fixture_stop(&it);
}

static void a_bad_hello_is_refused(void)
{
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"wrong\"}", "\"token\""},
        {"{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"\"}", "\"token\""},
        {"{\"type\":\"hello\",\"protocol\":\"takt.v9\",\"token\":\"" FIXTURE_VIEW "\"}",
         "\"protocol\""},
        {"{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"" FIXTURE_CONTROL "\"}",
         "\"token\""}, // this server has no control
        {"{\"type\":\"subscribe\",\"max_hz\":30}", "\"token\""},
        {"nonsense", "\"message\""},
    };
    fixture it;
    fixture_prepare(&it);
    fixture_put(it.board, 1, 3);
    fixture_start(&it);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const int fd = fixture_upgrade(&it);
        CHECK(client_say(fd, cases[i].text));
        client_frame frame = client_read(fd);
        CHECK_CONTAINS((char *)frame.bytes, "\"type\": \"error\"");
        CHECK_CONTAINS((char *)frame.bytes, cases[i].code);
        CHECK(!strstr((char *)frame.bytes, FIXTURE_VIEW));
        free(frame.bytes);
        CHECK_INT(client_read_close(fd), 1008);
        close(fd);
    }
    CHECK_INT(takt_server_count(it.server).frames, 0);
    fixture_stop(&it);
}

static void frames_and_documents_arrive_as_they_lie_on_the_board(void)
{
    fixture it;
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_put(it.board, 5, 1000);
    CHECK_OK(takt_board_put_document(it.board, "run", "{\"name\":\"x\"}", 12));
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 60);
    client_frame document = client_read(fd);
    CHECK_TEXT((char *)document.bytes,
               "{\"type\":\"document\",\"name\":\"run\",\"value\":{\"name\":\"x\"}}");
    free(document.bytes);
    client_frame frame = client_read(fd);
    const takt_piece *piece = takt_board_frame(it.board, TAKT_CHANNEL_BAND_TIME, 0);
    CHECK_INT(frame.opcode, 2);
    CHECK_INT(frame.n, piece->n_bytes);
    CHECK(memcmp(frame.bytes, piece->bytes, frame.n) == 0);
    takt_piece_release(piece);
    free(frame.bytes);
    CHECK(client_acknowledge(fd, 1));
    fixture_put(it.board, 6, 2);
    CHECK(fixture_frame(fd, &head, &first));
    CHECK_INT(head.channel, TAKT_CHANNEL_BAND_TIME);
    CHECK_INT(head.n_rows, 2);
    CHECK(first == 6);
    close(fd);
    fixture_stop(&it);
}

static void long_frames_arrive_in_parts_for_each_viewer(void)
{
    enum { N = 300000, N_VIEWERS = 4 }; // 2.4 MB
    fixture it;
    int fds[N_VIEWERS];
    fixture_prepare(&it);
    fixture_start(&it);
    for (int i = 0; i < N_VIEWERS; ++i)
        fds[i] = fixture_viewer(&it, 60);
    fixture_put(it.board, 0, N);
    for (int i = 0; i < N_VIEWERS; ++i) {
        client_frame frame = client_read(fds[i]);
        const takt_piece *piece = takt_board_frame(it.board, TAKT_CHANNEL_BAND_TIME, 0);
        CHECK_INT(frame.n, piece->n_bytes);
        CHECK(memcmp(frame.bytes, piece->bytes, frame.n) == 0);
        takt_piece_release(piece);
        free(frame.bytes);
        close(fds[i]);
    }
    fixture_stop(&it);
}

static void without_acknowledgements_the_window_shuts(void)
{
    fixture it;
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 60);
    int n = 0;
    for (int i = 1; i <= 30; ++i) {
        fixture_put(it.board, i, 1);
        usleep(20000);
    }
    while (fixture_has_input(fd, 0.2)) {
        CHECK(fixture_frame(fd, &head, &first));
        ++n;
    }
    CHECK_INT(n, TAKT_WINDOW_MIN);
    CHECK(client_acknowledge(fd, 1));
    CHECK(fixture_frame(fd, &head, &first));
    CHECK(first == 30); // the newest, and nothing of what lay between
    CHECK(!fixture_has_input(fd, 0.2));
    close(fd);
    fixture_stop(&it);
}

static void no_more_rounds_than_asked_for(void)
{
    fixture it;
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 5);
    const double begin_s = takt_clock_s();
    uint64_t n = 0;
    for (int i = 1; takt_clock_s() < begin_s + 1; ++i) {
        fixture_put(it.board, i, 1);
        if (fixture_has_input(fd, 0.005)) {
            CHECK(fixture_frame(fd, &head, &first));
            CHECK(client_acknowledge(fd, ++n));
        }
    }
    const double took_s = takt_clock_s() - begin_s;
    CHECK(n >= 1 && (double)n <= 5 * took_s + 2);
    CHECK(client_say(fd, "{\"type\":\"subscribe\",\"max_hz\":0}"));
    while (fixture_has_input(fd, 0.3)) {
        CHECK(fixture_frame(fd, &head, &first));
        CHECK(client_acknowledge(fd, ++n));
    }
    fixture_put(it.board, -1, 1);
    CHECK(!fixture_has_input(fd, 0.3));
    CHECK(!takt_board_is_watched(it.board));
    CHECK(client_say(fd, "{\"type\":\"subscribe\",\"max_hz\":60}"));
    while (first != -1)
        CHECK(fixture_frame(fd, &head, &first));
    CHECK(takt_board_is_watched(it.board));
    close(fd);
    fixture_stop(&it);
}

static void log_lines_come_from_the_number_asked_for(void)
{
    fixture it;
    char line[64];
    fixture_prepare(&it);
    for (int i = 0; i < 450; ++i) {
        const int n = snprintf(line, sizeof line, "{\"text\":\"line %d\"}", i);
        CHECK_OK(takt_board_put_line(it.board, line, (size_t)n));
    }
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 60);
    CHECK(client_say(fd, "{\"type\":\"lines\",\"from\":100}"));
    client_frame first = client_read(fd), second = client_read(fd);
    CHECK_CONTAINS((char *)first.bytes, "{\"type\":\"log\",\"first\":100,");
    CHECK_CONTAINS((char *)second.bytes, "{\"type\":\"log\",\"first\":300,");
    CHECK_CONTAINS((char *)second.bytes, "line 449");
    free(first.bytes);
    free(second.bytes);
    CHECK_OK(takt_board_put_line(it.board, "{\"text\":\"new\"}", 14));
    CHECK(client_wait_for(fd, "\"first\":450,\"lines\":[{\"text\":\"new\"}]"));
    close(fd);
    fixture_stop(&it);
}

static void another_run_is_opened_on_request(void)
{
    fixture it;
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_put(it.board, 1, 1);
    fixture_put(it.other, 2, 1);
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 60);
    CHECK(fixture_frame(fd, &head, &first) && first == 1);
    CHECK(client_acknowledge(fd, 1));
    CHECK(client_say(fd, "{\"type\":\"open\",\"run\":\"nothing\"}"));
    CHECK(client_wait_for(fd, "\"code\": \"run\""));
    CHECK(client_say(fd, "{\"type\":\"open\",\"run\":\"older\"}"));
    CHECK(client_wait_for(fd, "\"run\": \"older\""));
    CHECK(fixture_frame(fd, &head, &first) && first == 2);
    CHECK(client_acknowledge(fd, 2));
    CHECK(!takt_board_is_watched(it.board) && takt_board_is_watched(it.other));
    fixture_put(it.board, 10, 1); // nobody looks
    fixture_put(it.other, 20, 1);
    CHECK(fixture_frame(fd, &head, &first) && first == 20);
    CHECK(client_acknowledge(fd, 3));
    CHECK(client_say(fd, "{\"type\":\"open\",\"run\":\"\"}"));
    CHECK(fixture_frame(fd, &head, &first) && first == 10);
    close(fd);
    fixture_stop(&it);
}

static void a_cleared_board_sends_nothing_old(void)
{
    fixture it;
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_put(it.board, 1, 1);
    fixture_start(&it);
    const int early = fixture_viewer(&it, 60);
    CHECK(fixture_frame(early, &head, &first) && first == 1);
    CHECK(client_acknowledge(early, 1));
    takt_board_clear(it.board);
    const int late = fixture_viewer(&it, 60);
    CHECK(!fixture_has_input(late, 0.2));
    fixture_put(it.board, 3, 1);
    CHECK(fixture_frame(late, &head, &first) && first == 3);
    CHECK(fixture_frame(early, &head, &first) && first == 3);
    close(early);
    close(late);
    fixture_stop(&it);
}

static void one_viewer_too_many_is_told_so(void)
{
    fixture it;
    fixture_prepare(&it);
    it.config.max_viewers = 2;
    fixture_start(&it);
    const int first = fixture_viewer(&it, 30), second = fixture_viewer(&it, 30);
    const int third = fixture_upgrade(&it);
    CHECK(client_say(third, FIXTURE_HELLO));
    CHECK_INT(client_read_close(third), 4003);
    CHECK_INT(takt_server_count(it.server).viewers, 2);
    close(first);
    while (takt_server_count(it.server).viewers == 2)
        usleep(1000);
    const int fourth = fixture_viewer(&it, 30);
    close(second);
    close(third);
    close(fourth);
    fixture_stop(&it);
}

static void at_the_end_viewers_get_what_is_new_and_are_told(void)
{
    fixture it;
    takt_frame_head head;
    double first = 0;
    fixture_prepare(&it);
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 1), idle = fixture_viewer(&it, 0);
    fixture_put(it.board, 1, 1);
    CHECK(fixture_frame(fd, &head, &first) && first == 1);
    CHECK(client_acknowledge(fd, 1));
    fixture_put(it.board, 2, 1); // within the second in which no more was asked for
    CHECK_OK(takt_board_put_document(it.board, "run", "{\"state\":\"finished\"}", 20));
    takt_server_destroy(&it.server, 5);
    bool has_document = false, has_frame = false, has_ended = false;
    for (client_frame frame = client_read(fd);; frame = client_read(fd)) {
        const char *text = (const char *)frame.bytes;
        CHECK_INT(frame.opcode == 8, has_ended); // it is the last word
        has_document = has_document || (frame.opcode == 1 && strstr(text, "finished"));
        has_ended = frame.opcode == 1 && strstr(text, "{\"type\":\"ended\",");
        has_frame = has_frame || frame.opcode == 2;
        const int opcode = frame.opcode, code = frame.close_code;
        free(frame.bytes);
        if (opcode == 8 || opcode < 0) {
            CHECK_INT(code, 1000);
            break;
        }
    }
    CHECK(has_document && has_frame);
    CHECK(client_wait_for(idle, "\"type\":\"ended\""));
    CHECK_INT(client_read_close(idle), 1000);
    close(fd);
    close(idle);
    fixture_stop(&it);
}

TAKT_TESTS(TEST(hello_is_answered_with_info_and_the_channels), TEST(a_bad_hello_is_refused),
           TEST(frames_and_documents_arrive_as_they_lie_on_the_board),
           TEST(long_frames_arrive_in_parts_for_each_viewer),
           TEST(without_acknowledgements_the_window_shuts), TEST(no_more_rounds_than_asked_for),
           TEST(log_lines_come_from_the_number_asked_for), TEST(another_run_is_opened_on_request),
           TEST(a_cleared_board_sends_nothing_old), TEST(one_viewer_too_many_is_told_so),
           TEST(at_the_end_viewers_get_what_is_new_and_are_told))
#else
static void nothing_to_test_without_libwebsockets(void)
{
}
TAKT_TESTS(TEST(nothing_to_test_without_libwebsockets))
#endif
