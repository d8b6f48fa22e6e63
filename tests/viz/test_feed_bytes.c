// Bytes that are no feed end it, say why in one line, and leave nothing behind that could not be
// read.
#include "core/rng.h"
#include "tests/viz/feed_fixture.h"

/// Sends the bytes to a reader of their own and closes; what did he say at the end?
static void send_stream(takt_board *to, const unsigned char *bytes, size_t n, heard *it)
{
    int fds[2];
    pair(fds);
    takt_feed_reader *reader = new_reader(to, fds[1], it);
    for (size_t at = 0; at < n;) {
        const ssize_t sent = send(fds[0], bytes + at, n - at, MSG_NOSIGNAL);
        if (sent < 0)
            break; // he has seen enough
        at += (size_t)sent;
    }
    close(fds[0]);
    WAIT_FOR(atomic_load(&it->n_ended) == 1);
    takt_feed_reader_destroy(&reader);
}

static size_t add_record(unsigned char *bytes, unsigned kind, const void *body, size_t n)
{
    feed_write_head((feed_kind)kind, n, bytes);
    if (n > 0)
        memcpy(bytes + FEED_HEAD_BYTES, body, n);
    return FEED_HEAD_BYTES + n;
}

static void refuse(unsigned kind, const char *body, size_t n, const char *problem)
{
    unsigned char bytes[70000];
    takt_board *to = new_board();
    heard it = {0};
    send_stream(to, bytes, add_record(bytes, kind, body, n), &it);
    CHECK_CONTAINS(it.problem, problem);
    CHECK_INT(takt_board_sequence(to), 0);
    CHECK_INT(atomic_load(&it.n_rows), 0);
    takt_board_destroy(&to);
}

static void problems_are_named(void)
{
    static const char document[] = "{\"type\":\"document\",\"name\":\"run\",\"value\":{}}";
    char long_line[66000];
    memset(long_line, ' ', sizeof long_line);
    refuse(0, "", 0, "feed: found a record of kind 0");
    refuse(6, "", 0, "feed: found a record of kind 6");
    refuse(FEED_ASK, long_line, FEED_ASK_BYTES, "feed: found a record of kind 16");
    refuse(FEED_LINE, long_line, sizeof long_line, "with 66000 bytes, allowed: at most 65536");
    refuse(FEED_FRAME, "abc", 3, "frame: found 3 bytes, a head alone has 64");
    refuse(FEED_ROWS, "abc", 3, "feed: found rows of 3 bytes");
    refuse(FEED_ROWS, "12345678abc", 11, "frame: found 3 bytes");
    refuse(FEED_LINE, "[1]", 3, "feed: found a log line that is no object");
    refuse(FEED_LINE, "{\"a\":1", 6, "feed: found a log line that is no object");
    refuse(FEED_LINE, "", 0, "feed: found a log line that is no object");
    for (size_t cut = 0; cut < sizeof document - 1; ++cut)
        refuse(FEED_DOCUMENT, document, cut, "feed: found a document that is no JSON");
    refuse(FEED_DOCUMENT, "{\"type\":\"document\",\"name\":\"r\",\"value\":1}}", 41, "no JSON");
    refuse(FEED_DOCUMENT, "{\"type\":\"document\",\"name\":\"A\",\"value\":1}", 40,
           "board: found a document 'A'");
    refuse(FEED_PROBLEM, "run.nc: damaged", 15, "run.nc: damaged");
    refuse(FEED_PROBLEM, "a\nb", 3, "feed: found a problem that is no line of text");
    refuse(FEED_PROBLEM, "", 0, "feed: found a problem without a text");
    refuse(FEED_PROBLEM, "100 %s %n", 9, "100 %s %n");
}

static void a_cut_stream_is_noticed(void)
{
    unsigned char bytes[200];
    heard it = {0};
    const size_t n = add_record(bytes, FEED_LINE, "{\"a\":1}", 7);
    for (size_t cut = 0; cut <= n; ++cut) {
        takt_board *to = new_board();
        send_stream(to, bytes, cut, &it);
        CHECK_TEXT(it.problem, cut == 0 || cut == n ? "" : "feed: it ends inside a record");
        CHECK_INT(takt_board_sequence(to), cut == n);
        takt_board_destroy(&to);
    }
}

typedef struct dice {
    takt_stream stream;
    uint64_t n;
} dice;

static uint32_t roll(dice *it, uint32_t n)
{
    uint32_t out[4];
    takt_stream_block(&it->stream, it->n++, out);
    return out[0] % n;
}

static void garbage_leaves_nothing(void)
{
    dice it = {.stream = {.seed = 7, .purpose = TAKT_PURPOSE_TEST}};
    unsigned char bytes[5000];
    takt_board *to = new_board();
    heard said = {0};
    for (int round = 0; round < 500; ++round) {
        const size_t n = 1 + roll(&it, sizeof bytes);
        for (size_t i = 0; i < n; ++i)
            bytes[i] = (unsigned char)roll(&it, 256);
        send_stream(to, bytes, n, &said);
        CHECK(*said.problem && !strchr(said.problem, '\n'));
    }
    CHECK_INT(takt_board_sequence(to), 0);
    takt_board_destroy(&to);
}

/// A record that may be one: a good body, sometimes damaged, sometimes of another kind or length.
static size_t add_random_record(dice *it, unsigned char *bytes)
{
    static const char line[] =
        "{\"level\":\"info\",\"text\":\"\\u00e4 <img onerror>\",\"n\":[1,2e3]}";
    static const char message[] =
        "{\"type\":\"document\",\"name\":\"progress\",\"value\":{\"done\":1,\"best\":null}}";
    unsigned char body[512];
    const uint32_t n_rows = roll(it, 8);
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .flags = roll(it, 3) ? TAKT_FRAME_WHOLE : 0,
                                  .n_dimensions = 1,
                                  .n_bytes = 8 * n_rows,
                                  .sizes = {n_rows, 1, 1},
                                  .n_rows = n_rows,
                                  .stride = 1};
    unsigned kind = 1 + roll(it, 4);
    size_t n = 0;
    memset(body, 0, sizeof body);
    if (kind == FEED_LINE)
        memcpy(body, line, n = sizeof line - 1);
    else if (kind == FEED_DOCUMENT)
        memcpy(body, message, n = sizeof message - 1);
    else {
        n = kind == FEED_ROWS ? FEED_REQUEST_BYTES : 0;
        takt_frame_write_head(&head, body + n);
        n += TAKT_FRAME_HEAD_BYTES + head.n_bytes;
    }
    if (roll(it, 20) == 0)
        body[roll(it, (uint32_t)n)] ^= (unsigned char)(1 + roll(it, 255));
    if (roll(it, 200) == 0)
        kind = roll(it, 20);
    if (roll(it, 200) == 0)
        n = roll(it, (uint32_t)n + 1);
    const size_t n_all = add_record(bytes, kind, body, n);
    if (roll(it, 400) == 0)
        bytes[roll(it, FEED_HEAD_BYTES)] ^= (unsigned char)(1 + roll(it, 255));
    return n_all;
}

/// Streams of random records until 100,000 have been sent; what arrives can always be read.
static void random_records_do_no_harm(void)
{
    enum { PER_STREAM = 100 };
    dice it = {.stream = {.seed = 11, .purpose = TAKT_PURPOSE_TEST}};
    static unsigned char bytes[PER_STREAM * 600];
    int n_clean = 0, n_ended = 0;
    takt_board *to = new_board();
    heard said = {0};
    for (int round = 0; round < 1000; ++round) {
        size_t n = 0, sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
        uint64_t next = 0;
        takt_text text = {0};
        for (int i = 0; i < PER_STREAM; ++i)
            n += add_random_record(&it, bytes + n);
        send_stream(to, bytes, n, &said);
        n_clean += !*said.problem;
        n_ended += *said.problem != 0;
        CHECK(!strchr(said.problem, '\n'));
        const takt_piece *piece = takt_board_frame(to, TAKT_CHANNEL_BEST_COST, 0);
        if (piece) {
            takt_frame_head head;
            const unsigned char *payload;
            CHECK_OK(takt_frame_read(piece->bytes, piece->n_bytes, &head, &payload));
            CHECK(takt_board_copy(to, TAKT_CHANNEL_BEST_COST, NULL, 0, sizes) == head.sizes[0]);
        }
        takt_piece_release(piece);
        if (takt_board_get_document(to, "progress", &text))
            CHECK(feed_is_json(takt_text_get(&text), text.length));
        takt_text_destroy(&text);
        piece = takt_board_lines(to, 0, &next);
        if (piece)
            CHECK(feed_is_json((const char *)piece->bytes, piece->n_bytes));
        takt_piece_release(piece);
        if (round % 100 == 99)
            takt_board_clear(to);
    }
    CHECK(n_clean > 0 && n_ended > 0);
    takt_board_destroy(&to);
}

// clang-format off
static const char *const good_json[] = {
    "{}", "[]", " [ ] ", "null", "true", "false", "0", "-0", "-1.5e+30", "1E9", "\"\"",
    "\"a\\n\\u00e4\\\\\\\"\"", "[1,2,[3,{\"a\":[]}],{}]", "{\"a\":{\"b\":{}},\"c\":[[]]}",
    "\t\r\n{\"a\" : 1 , \"b\" : [ 1 , 2 ] }\n", "\"\xf0\x9f\x98\x80\"",
};
static const char *const bad_json[] = {
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{a:1}", "{1:1}", "{\"a\":1]", "[1}", "1 2", "[] []", "nul", "nulls", "True", "01", "-", "+1",
    "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "\"", "\"\\\"", "\"\\x\"", "\"\\u12g4\"",
    "\"\\u12\"", "\"a\nb\"", "\"\xff\"", "\"\xc3\"", "'a'", "[1]]", "{}}", "//", "{\"a\" 1}",
    "[1 2]", "[\"a\" \"b\"]",
};
// clang-format on

static void json_is_told_from_other_bytes(void)
{
    for (size_t i = 0; i < sizeof good_json / sizeof *good_json; ++i) {
        const size_t n = strlen(good_json[i]);
        CHECK(feed_is_json(good_json[i], n));
        // The text alone decides, not what lies behind it.
        char *exact = malloc(n);
        memcpy(exact, good_json[i], n);
        CHECK(feed_is_json(exact, n));
        free(exact);
    }
    for (size_t i = 0; i < sizeof bad_json / sizeof *bad_json; ++i)
        if (feed_is_json(bad_json[i], strlen(bad_json[i])))
            CHECK_FAILED("'%s' was taken for JSON", bad_json[i]);
    CHECK(!feed_is_json("1\0", 2));
    CHECK(!feed_is_json("\"\0\"", 3));
}

static void json_may_nest_so_deep(void)
{
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    CHECK(feed_is_json(deep + 36, 128));
    CHECK(!feed_is_json(deep + 35, 130));
}

TAKT_TESTS(TEST(problems_are_named), TEST(a_cut_stream_is_noticed), TEST(garbage_leaves_nothing),
           TEST(random_records_do_no_harm), TEST(json_is_told_from_other_bytes),
           TEST(json_may_nest_so_deep))
