// A feed: the other side's board ends up the same, whoever stalls or dies harms nobody, and bytes
// that are no feed end it without leaving anything behind.
#include "core/clock.h"
#include "core/memory.h"
#include "core/rng.h"
#include "tests/check.h"
#include "viz/feed_internal.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the listener of a reader heard.
typedef struct heard {
    atomic_int n_rows, n_ended;
    uint64_t request; // of the newest rows
    size_t n;
    unsigned char frame[4096];
    char problem[FEED_MAX_PROBLEM_BYTES + 1]; // "" for none
} heard;

static void hear_rows(void *context, uint64_t request, const unsigned char *frame, size_t n)
{
    heard *it = context;
    it->request = request;
    it->n = n;
    if (n <= sizeof it->frame)
        memcpy(it->frame, frame, n);
    atomic_fetch_add(&it->n_rows, 1);
}

static void hear_end(void *context, const char *problem)
{
    heard *it = context;
    snprintf(it->problem, sizeof it->problem, "%s", problem ? problem : "");
    atomic_fetch_add(&it->n_ended, 1);
}

static void pair(int fds[2])
{
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
}

static takt_board *new_board(void)
{
    takt_board *board = NULL;
    CHECK_OK(takt_board_create(&board));
    return board;
}

static takt_feed_reader *new_reader(takt_board *board, int fd, heard *it)
{
    takt_feed_reader *reader = NULL;
    const takt_feed_listener listener = {it, hear_rows, hear_end};
    *it = (heard){0};
    CHECK_OK(takt_feed_reader_create(board, fd, &listener, &reader));
    return reader;
}

/// Waits for something that another thread does; only a failed test waits long.
#define WAIT_FOR(condition)                                                                        \
    do {                                                                                           \
        const double since_s = takt_clock_s();                                                     \
        while (!(condition)) {                                                                     \
            CHECK(takt_clock_s() - since_s < 120);                                                 \
            poll(NULL, 0, 1);                                                                      \
        }                                                                                          \
    } while (0)

static void put_log(takt_board *board, size_t n)
{
    double values[1000];
    for (size_t i = 0; i < n; ++i)
        values[i] = (double)i;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_BEST_COST, &n, values, (double)NAN));
}

/// Both boards show a new reader the same.
static void expect_same(takt_board *a, takt_board *b)
{
    uint64_t next_a, next_b;
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_piece *of_a = takt_board_frame(a, (takt_channel)i, 0);
        const takt_piece *of_b = takt_board_frame(b, (takt_channel)i, 0);
        CHECK(!of_a == !of_b);
        if (!of_a)
            continue;
        CHECK_INT(of_a->n_bytes, of_b->n_bytes);
        CHECK(memcmp(of_a->bytes, of_b->bytes, 16) == 0); // the sequence is the board's own
        CHECK(memcmp(of_a->bytes + 24, of_b->bytes + 24, of_a->n_bytes - 24) == 0);
        takt_piece_release(of_a);
        takt_piece_release(of_b);
    }
    for (int i = 0; i < TAKT_BOARD_MAX_DOCUMENTS; ++i) {
        const takt_piece *of_a = takt_board_document(a, i, 0);
        char name[BOARD_NAME_BYTES];
        const char *value;
        size_t n;
        takt_text text = {0};
        if (!of_a)
            continue;
        CHECK(feed_read_document(of_a->bytes, of_a->n_bytes, name, &value, &n));
        CHECK(takt_board_get_document(b, name, &text));
        CHECK_INT(text.length, n);
        CHECK(memcmp(text.bytes, value, n) == 0);
        takt_text_destroy(&text);
        takt_piece_release(of_a);
    }
    const takt_piece *of_a = takt_board_lines(a, 0, &next_a);
    const takt_piece *of_b = takt_board_lines(b, 0, &next_b);
    CHECK(of_a && of_b && next_a == next_b);
    CHECK_INT(of_a->n_bytes, of_b->n_bytes);
    CHECK(memcmp(of_a->bytes, of_b->bytes, of_a->n_bytes) == 0);
    takt_piece_release(of_a);
    takt_piece_release(of_b);
}

static void put_everything(takt_board *board)
{
    const size_t sizes[2] = {3, 2}, n = 2;
    const char *names[2] = {"<img onerror>", "gr\xc3\xbc\xc3\x9f"};
    const double values[6] = {1, NAN, 3, -INFINITY, 5, 6};
    const int64_t counts[2] = {INT64_MIN, 7};
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_KPI_NAME, &n, names, (double)NAN));
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_KPI_COUNT, &n, counts, (double)NAN));
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_KPI_VALUE, sizes, values, (double)NAN));
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_BAND_LO, sizes, values, 3600.25));
    CHECK_OK(takt_board_put_document(board, "run", "{\"a\":[1,2,{}]}", 14));
    CHECK_OK(takt_board_put_document(board, "progress", "{}", 2));
    for (int i = 0; i < 50; ++i) {
        char line[64];
        const int n_line = snprintf(line, sizeof line, "{\"text\":\"line %d\"}", i);
        CHECK_OK(takt_board_put_line(board, line, (size_t)n_line));
    }
}

/// Before and while the feed runs, and in the last moment before it is destroyed.
static void everything_arrives(void)
{
    takt_board *from = new_board(), *to = new_board();
    takt_feed_writer *writer = NULL;
    heard it;
    int fds[2];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    pair(fds);
    put_everything(from);
    CHECK(!takt_board_is_watched(from));
    CHECK_OK(takt_feed_writer_create(from, fds[0], &writer));
    CHECK(takt_board_is_watched(from));
    takt_feed_reader *reader = new_reader(to, fds[1], &it);
    for (size_t n = 1; n <= 300; ++n)
        put_log(from, n);
    WAIT_FOR(takt_board_copy(to, TAKT_CHANNEL_BEST_COST, NULL, 0, sizes) == 300);
    for (size_t n = 301; n <= 500; ++n)
        put_log(from, n);
    CHECK_OK(takt_board_put_document(from, "progress", "[true]", 6));
    takt_feed_writer_destroy(&writer, 60);
    CHECK(!takt_board_is_watched(from));
    WAIT_FOR(atomic_load(&it.n_ended) == 1);
    CHECK_TEXT(it.problem, "");
    expect_same(from, to);
    CHECK_STATUS(takt_feed_reader_ask(reader, 1, TAKT_CHANNEL_XI, 0, 1), TAKT_ERR_FILE);
    takt_feed_reader_destroy(&reader);
    CHECK(reader == NULL && writer == NULL);
    CHECK_INT(atomic_load(&it.n_ended), 1);
    takt_board_destroy(&from);
    takt_board_destroy(&to);
}

static long resident_bytes(void)
{
    char line[256];
    long pages = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    CHECK(fgets(line, sizeof line, statm) && sscanf(line, "%ld %ld", &pages, &resident) == 2);
    fclose(statm);
    return resident * 4096;
}

/// Nobody reads: the producer goes on, nothing piles up. Then somebody reads, and the second value
/// he gets is the newest.
static void a_stalled_taker_costs_nothing(void)
{
    enum { N = 1 << 15, N_PUTS = 2000 };
    takt_board *from = new_board(), *to = new_board();
    takt_feed_writer *writer = NULL;
    heard it;
    int fds[2];
    double *values = takt_alloc(N * sizeof *values), last = 0;
    const size_t n = N;
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    pair(fds);
    CHECK_OK(takt_feed_writer_create(from, fds[0], &writer));
    const long before = resident_bytes();
    for (int i = 1; i <= N_PUTS; ++i) { // 500 MB altogether
        values[0] = i;
        CHECK_OK(takt_board_put(from, TAKT_CHANNEL_XI, &n, values, i));
    }
    CHECK(resident_bytes() - before < 400 << 20); // a sanitizer keeps freed memory for a while
    takt_feed_reader *reader = new_reader(to, fds[1], &it);
    WAIT_FOR(takt_board_copy(to, TAKT_CHANNEL_XI, &last, 1, sizes) > 0 && last == N_PUTS);
    CHECK(takt_board_sequence(to) <= 2);
    takt_feed_reader_destroy(&reader);
    // Nobody is there any more: the producer does not notice.
    for (int i = 0; i < 100; ++i) {
        values[0] = -i;
        CHECK_OK(takt_board_put(from, TAKT_CHANNEL_XI, &n, values, i));
    }
    WAIT_FOR(!takt_board_is_watched(from));
    takt_feed_writer_destroy(&writer, 60);
    takt_free(values);
    takt_board_destroy(&from);
    takt_board_destroy(&to);
}

static void a_stalled_taker_does_not_keep_the_writer(void)
{
    enum { N = 1 << 18 };
    takt_board *from = new_board();
    takt_feed_writer *writer = NULL;
    int fds[2];
    double *values = takt_alloc(N * sizeof *values);
    const size_t n = N;
    pair(fds);
    CHECK_OK(takt_board_put(from, TAKT_CHANNEL_XI, &n, values, 0));
    CHECK_OK(takt_feed_writer_create(from, fds[0], &writer));
    takt_feed_writer_destroy(&writer, 0.05); // 2 MB do not fit into the socket: given up
    close(fds[1]);
    takt_free(values);
    takt_board_destroy(&from);
}

/// The other process is killed while it sends: the board keeps what had come whole.
static void a_killed_writer_ends_the_feed(void)
{
    for (int round = 0; round < 5; ++round) {
        takt_board *to = new_board();
        heard it;
        int fds[2], state;
        size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
        double values[4096];
        pair(fds);
        const pid_t child = fork();
        if (child == 0) {
            takt_board *from = new_board();
            takt_feed_writer *writer = NULL;
            const size_t n = 4096;
            memset(values, 0, sizeof values);
            if (takt_feed_writer_create(from, fds[0], &writer) != TAKT_OK)
                _exit(1);
            for (;;) {
                for (size_t i = 0; i < n; ++i)
                    values[i] += 1;
                if (takt_board_put(from, TAKT_CHANNEL_XI, &n, values, values[0]) != TAKT_OK)
                    _exit(1);
            }
        }
        close(fds[0]);
        takt_feed_reader *reader = new_reader(to, fds[1], &it);
        WAIT_FOR(takt_board_sequence(to) > (uint64_t)round);
        kill(child, SIGKILL);
        CHECK(waitpid(child, &state, 0) == child && WIFSIGNALED(state));
        WAIT_FOR(atomic_load(&it.n_ended) == 1);
        CHECK(!*it.problem || strcmp(it.problem, "feed: it ends inside a record") == 0);
        CHECK_INT(takt_board_copy(to, TAKT_CHANNEL_XI, values, 4096, sizes), 4096);
        for (int i = 1; i < 4096; ++i)
            CHECK(values[i] == values[0]);
        takt_feed_reader_destroy(&reader);
        takt_board_destroy(&to);
    }
}

// --- Bytes that are no feed
// -----------------------------------------------------------------------

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
    heard it;
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
    heard it;
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
    heard said;
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
    heard said;
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

// --- Rows
// -----------------------------------------------------------------------------------------

static void rows_are_answered(void)
{
    takt_board *from = new_board(), *to = new_board();
    takt_feed_writer *writer = NULL;
    heard it;
    int fds[2];
    takt_frame_head head;
    const unsigned char *payload;
    double value;
    pair(fds);
    put_log(from, 100);
    CHECK_OK(takt_feed_writer_create(from, fds[0], &writer));
    takt_feed_reader *reader = new_reader(to, fds[1], &it);
    CHECK_OK(takt_feed_reader_ask(reader, 77, TAKT_CHANNEL_BEST_COST, 90, 5));
    WAIT_FOR(atomic_load(&it.n_rows) == 1);
    CHECK_INT(it.request, 77);
    CHECK_OK(takt_frame_read(it.frame, it.n, &head, &payload));
    CHECK_INT(head.first_row, 90);
    CHECK_INT(head.sizes[0], 5);
    CHECK_INT(head.n_rows, 100);
    memcpy(&value, payload + 32, 8);
    CHECK(value == 94);
    CHECK_OK(takt_feed_reader_ask(reader, 78, TAKT_CHANNEL_BEST_COST, 98, UINT64_MAX));
    WAIT_FOR(atomic_load(&it.n_rows) == 2);
    CHECK_OK(takt_frame_read(it.frame, it.n, &head, &payload));
    CHECK_INT(head.sizes[0], 2);
    CHECK_OK(takt_feed_reader_ask(reader, 79, TAKT_CHANNEL_BEST_COST, UINT64_MAX, 1));
    WAIT_FOR(atomic_load(&it.n_rows) == 3);
    CHECK_INT(it.n, 0);
    CHECK_OK(takt_feed_reader_ask(reader, 80, TAKT_CHANNEL_XI, 0, 1)); // not there
    WAIT_FOR(atomic_load(&it.n_rows) == 4);
    CHECK_INT(it.request, 80);
    CHECK_INT(it.n, 0);
    takt_feed_writer_destroy(&writer, 10);
    takt_feed_reader_destroy(&reader);
    takt_board_destroy(&from);
    takt_board_destroy(&to);
}

/// Nobody answers: asking does not wait, and is refused when too much has been asked.
static void asking_never_waits(void)
{
    takt_board *to = new_board();
    heard it;
    int fds[2];
    takt_status status = TAKT_OK;
    int n_asked = 0;
    pair(fds);
    takt_feed_reader *reader = new_reader(to, fds[1], &it);
    while (status == TAKT_OK && n_asked < 1000000) {
        status = takt_feed_reader_ask(reader, 1, TAKT_CHANNEL_XI, 0, 1);
        ++n_asked;
    }
    CHECK_STATUS(status, TAKT_ERR_LIMIT);
    CHECK(n_asked > 256);
    takt_feed_reader_destroy(&reader);
    close(fds[0]);
    takt_board_destroy(&to);
}

/// An ask for nothing that there is, or no ask at all, ends the feed of the writer.
static void a_writer_checks_what_it_is_asked(void)
{
    for (int i = 0; i < 3; ++i) {
        takt_board *from = new_board();
        takt_feed_writer *writer = NULL;
        unsigned char bytes[FEED_HEAD_BYTES + FEED_ASK_BYTES];
        int fds[2];
        const feed_ask ask = {.channel = TAKT_CHANNEL_COUNT};
        pair(fds);
        CHECK_OK(takt_feed_writer_create(from, fds[0], &writer));
        feed_write_ask(&ask, bytes);
        if (i == 1)
            memset(bytes, 0xff, sizeof bytes);
        if (i == 2)
            feed_write_head(FEED_LINE, 10, bytes);
        CHECK_INT(send(fds[1], bytes, sizeof bytes, 0), sizeof bytes);
        WAIT_FOR(!takt_board_is_watched(from));
        takt_feed_writer_destroy(&writer, 10);
        close(fds[1]);
        takt_board_destroy(&from);
    }
}

// --- JSON
// -----------------------------------------------------------------------------------------

static void json_is_told_from_other_bytes(void)
{
    static const char *const good[] = {"{}",
                                       "[]",
                                       " [ ] ",
                                       "null",
                                       "true",
                                       "false",
                                       "0",
                                       "-0",
                                       "-1.5e+30",
                                       "1E9",
                                       "\"\"",
                                       "\"a\\n\\u00e4\\\\\\\"\"",
                                       "[1,2,[3,{\"a\":[]}],{}]",
                                       "{\"a\":{\"b\":{}},\"c\":[[]]}",
                                       "\t\r\n{\"a\" : 1 , \"b\" : [ 1 , 2 ] }\n",
                                       "\"\xf0\x9f\x98\x80\""};
    static const char *const bad[] = {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[",
                                      "]",
                                      "[1",
                                      "[1,",
                                      "[1,]",
                                      "[,1]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{1:1}",
                                      "{\"a\":1]",
                                      "[1}",
                                      "1 2",
                                      "[] []",
                                      "nul",
                                      "nulls",
                                      "True",
                                      "01",
                                      "-",
                                      "+1",
                                      "1.",
                                      ".5",
                                      "1e",
                                      "1e+",
                                      "0x1",
                                      "NaN",
                                      "Infinity",
                                      "\"",
                                      "\"\\\"",
                                      "\"\\x\"",
                                      "\"\\u12g4\"",
                                      "\"\\u12\"",
                                      "\"a\nb\"",
                                      "\"\xff\"",
                                      "\"\xc3\"",
                                      "'a'",
                                      "[1]]",
                                      "{}}",
                                      "//",
                                      "{\"a\" 1}",
                                      "[1 2]",
                                      "[\"a\" \"b\"]"};
    char deep[200];
    for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
        CHECK(feed_is_json(good[i], strlen(good[i])));
        // The text alone decides, not what lies behind it.
        char *exact = malloc(strlen(good[i]));
        memcpy(exact, good[i], strlen(good[i]));
        CHECK(feed_is_json(exact, strlen(good[i])));
        free(exact);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
        if (feed_is_json(bad[i], strlen(bad[i])))
            CHECK_FAILED("'%s' was taken for JSON", bad[i]);
    CHECK(!feed_is_json("1\0", 2));
    CHECK(!feed_is_json("\"\0\"", 3));
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    CHECK(feed_is_json(deep + 36, 128));
    CHECK(!feed_is_json(deep + 35, 130));
}

TAKT_TESTS(TEST(everything_arrives), TEST(a_stalled_taker_costs_nothing),
           TEST(a_stalled_taker_does_not_keep_the_writer), TEST(a_killed_writer_ends_the_feed),
           TEST(problems_are_named), TEST(a_cut_stream_is_noticed), TEST(garbage_leaves_nothing),
           TEST(random_records_do_no_harm), TEST(rows_are_answered), TEST(asking_never_waits),
           TEST(a_writer_checks_what_it_is_asked), TEST(json_is_told_from_other_bytes))
