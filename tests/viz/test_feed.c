// A feed: the other side's board ends up the same, and whoever stalls or dies harms nobody.
#include "tests/viz/feed_fixture.h"

#include <signal.h>
#include <sys/wait.h>

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
    heard it = {0};
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
    heard it = {0};
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
        heard it = {0};
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

// --- Rows ----------------------------------------------------------------------------------------

static void rows_are_answered(void)
{
    takt_board *from = new_board(), *to = new_board();
    takt_feed_writer *writer = NULL;
    heard it = {0};
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
    heard it = {0};
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

TAKT_TESTS(TEST(everything_arrives), TEST(a_stalled_taker_costs_nothing),
           TEST(a_stalled_taker_does_not_keep_the_writer), TEST(a_killed_writer_ends_the_feed),
           TEST(rows_are_answered), TEST(asking_never_waits),
           TEST(a_writer_checks_what_it_is_asked))
