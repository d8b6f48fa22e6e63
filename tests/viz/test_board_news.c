// The board, news: documents and lines reach readers whole and in order, listeners hear each
// change, and any number of threads may put and read at once.
#include "tests/viz/board_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

static void expect_piece(const takt_piece *piece, const char *expected)
{
    CHECK(piece != NULL);
    CHECK_INT(piece->n_bytes, strlen(expected));
    CHECK(memcmp(piece->bytes, expected, piece->n_bytes) == 0);
    takt_piece_release(piece);
}

static void documents_are_messages(void)
{
    takt_board *board = new_board();
    takt_text text = {0};
    CHECK(!takt_board_get_document(board, "run", &text));
    CHECK_OK(takt_board_put_document(board, "run", "{\"a\":1}", 7));
    CHECK_OK(takt_board_put_document(board, "progress", "2x", 1)); // not beyond n
    expect_piece(takt_board_document(board, 0, 0),
                 "{\"type\":\"document\",\"name\":\"run\",\"value\":{\"a\":1}}");
    expect_piece(takt_board_document(board, 1, 1),
                 "{\"type\":\"document\",\"name\":\"progress\",\"value\":2}");
    CHECK(takt_board_document(board, 0, 1) == NULL);
    CHECK(takt_board_document(board, 2, 0) == NULL);
    CHECK(takt_board_get_document(board, "run", &text));
    CHECK_TEXT(takt_text_get(&text), "{\"a\":1}");
    CHECK(!takt_board_get_document(board, "ru", &text));
    CHECK(!takt_board_get_document(board, "", &text));
    CHECK_OK(takt_board_put_document(board, "run", "{\"a\":1}", 7));
    CHECK_INT(takt_board_sequence(board), 2);
    CHECK_OK(takt_board_put_document(board, "run", "null", 4));
    expect_piece(takt_board_document(board, 0, 2),
                 "{\"type\":\"document\",\"name\":\"run\",\"value\":null}");
    CHECK_STATUS(takt_board_put_document(board, "a\"b", "1", 1), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_board_put_document(board, "", "1", 1), TAKT_ERR_INPUT);
    for (int i = 2; i < TAKT_BOARD_MAX_DOCUMENTS; ++i)
        CHECK_OK(takt_board_put_document(board, (char[]){(char)('a' + i), 0}, "1", 1));
    CHECK_STATUS(takt_board_put_document(board, "more", "1", 1), TAKT_ERR_LIMIT);
    takt_board_clear(board);
    CHECK(takt_board_document(board, 0, 0) == NULL);
    CHECK(!takt_board_get_document(board, "run", &text));
    takt_text_destroy(&text);
    takt_board_destroy(&board);
}

static void put_lines(takt_board *board, int first, int n)
{
    for (int i = first; i < first + n; ++i) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        CHECK_OK(takt_board_put_line(board, line, strlen(line)));
    }
}

static void expect_lines(takt_board *board, uint64_t from, uint64_t first, uint64_t next)
{
    uint64_t found = 0;
    takt_text text = {0};
    takt_text_printf(&text, "{\"type\":\"log\",\"first\":%llu,\"lines\":[",
                     (unsigned long long)first);
    for (uint64_t i = first; i < next; ++i)
        takt_text_printf(&text, "%s%llu", i > first ? "," : "", (unsigned long long)i);
    takt_text_append(&text, "]}");
    expect_piece(takt_board_lines(board, from, &found), takt_text_get(&text));
    CHECK_INT(found, next);
    takt_text_destroy(&text);
}

static void lines_come_in_order(void)
{
    takt_board *board = new_board();
    uint64_t next = 9;
    CHECK(takt_board_lines(board, 0, &next) == NULL);
    CHECK_INT(next, 0);
    put_lines(board, 0, 3);
    expect_lines(board, 0, 0, 3);
    expect_lines(board, 2, 2, 3);
    CHECK(takt_board_lines(board, 3, &next) == NULL);
    CHECK_INT(next, 3);
    CHECK(takt_board_lines(board, UINT64_MAX, &next) == NULL);
    CHECK_INT(next, 3); // he gets the next line all the same
    put_lines(board, 3, 500);
    expect_lines(board, 0, 0, 200);
    expect_lines(board, 200, 200, 400);
    expect_lines(board, 400, 400, 503);
    put_lines(board, 503, 1);
    expect_lines(board, 400, 400, 504); // not what was asked for before
    put_lines(board, 504, TAKT_BOARD_MAX_LINES);
    expect_lines(board, 0, 504, 704); // the first 504 are gone, and the answer says so
    takt_board_clear(board);
    CHECK(takt_board_lines(board, 0, &next) == NULL);
    put_lines(board, TAKT_BOARD_MAX_LINES + 504, 1);
    expect_lines(board, 0, TAKT_BOARD_MAX_LINES + 504, TAKT_BOARD_MAX_LINES + 505);
    takt_board_destroy(&board);
}

static void count_call(void *context)
{
    ++*(int *)context;
}

static void the_listener_hears_each_change(void)
{
    takt_board *board = new_board();
    int n = 0;
    unsigned char bytes[200];
    takt_board_listen(board, count_call, &n);
    put_log(board, 3, 0);
    CHECK_INT(n, 1);
    put_log(board, 3, 0); // no change
    CHECK_INT(n, 1);
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, 0, 3, 4)));
    CHECK_INT(n, 2);
    CHECK_OK(takt_board_put_document(board, "run", "1", 1));
    CHECK_OK(takt_board_put_document(board, "run", "1", 1));
    CHECK_INT(n, 3);
    CHECK_OK(takt_board_put_line(board, "1", 1));
    takt_board_clear(board);
    CHECK_INT(n, 5);
    takt_board_listen(board, NULL, NULL);
    put_log(board, 5, 0);
    CHECK_INT(n, 5);
    takt_board_destroy(&board);
}

static void watchers_are_counted(void)
{
    takt_board *board = new_board();
    CHECK(!takt_board_is_watched(board));
    takt_board_watch(board, 1);
    takt_board_watch(board, 1);
    takt_board_watch(board, -1);
    CHECK(takt_board_is_watched(board));
    takt_board_watch(board, -1);
    CHECK(!takt_board_is_watched(board));
    takt_board_destroy(&board);
}

enum { N_PRODUCERS = 3, N_READERS = 3, N_ROUNDS = 400 };

typedef struct crowd {
    takt_board *board;
    atomic_int n_producers_left;
} crowd;

typedef struct member {
    crowd *crowd;
    int number;
} member;

/// Producer 0 grows the log, 1 replaces a table whose values are all the same number, 2 writes
/// documents and lines.
static void *produce(void *context)
{
    const member *me = context;
    takt_board *board = me->crowd->board;
    for (int round = 1; round <= N_ROUNDS; ++round) {
        double values[64];
        char json[32];
        const size_t sizes[2] = {8, 8};
        const int n = snprintf(json, sizeof json, "{\"round\":%d}", round);
        for (int i = 0; i < 64; ++i)
            values[i] = round;
        if (me->number == 0)
            put_log(board, (size_t)round, 0);
        else if (me->number == 1)
            CHECK_OK(takt_board_put(board, TAKT_CHANNEL_BAND_LO, sizes, values, round));
        else {
            CHECK_OK(takt_board_put_document(board, "run", json, (size_t)n));
            CHECK_OK(takt_board_put_line(board, json, (size_t)n));
        }
    }
    atomic_fetch_sub(&me->crowd->n_producers_left, 1);
    return NULL;
}

typedef struct seen {
    uint64_t log, band, document, line;
    uint32_t n_rows;
    double value;
    int n_lines;
} seen;

/// Reads all that is new; what comes has to follow what was there.
static void read_news(takt_board *board, seen *it)
{
    const unsigned char *payload;
    const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_BEST_COST, it->log);
    if (piece) {
        const takt_frame_head head = read_piece(piece, &payload);
        CHECK(head.flags == TAKT_FRAME_WHOLE || head.first_row == it->n_rows);
        for (uint32_t i = head.first_row; i < head.n_rows; ++i)
            CHECK(((const double *)(const void *)payload)[i - head.first_row] == i);
        it->n_rows = head.n_rows;
        it->log = head.sequence;
        takt_piece_release(piece);
    }
    piece = takt_board_frame(board, TAKT_CHANNEL_BAND_LO, it->band);
    if (piece) {
        const takt_frame_head head = read_piece(piece, &payload);
        const double *values = (const double *)(const void *)payload;
        CHECK(values[0] > it->value && head.time_s == values[0]);
        for (int i = 1; i < 64; ++i)
            CHECK(values[i] == values[0]); // never half of one and half of another
        it->value = values[0];
        it->band = head.sequence;
        takt_piece_release(piece);
    }
    piece = takt_board_document(board, 0, it->document);
    if (piece) {
        CHECK(piece->sequence > it->document);
        it->document = piece->sequence;
        takt_piece_release(piece);
    }
    piece = takt_board_lines(board, it->line, &it->line);
    if (piece) {
        it->n_lines += (int)(piece->n_rows - piece->first_row);
        takt_piece_release(piece);
    }
}

static void *read_on(void *context)
{
    const member *me = context;
    seen it = {0};
    takt_board_watch(me->crowd->board, 1);
    while (atomic_load(&me->crowd->n_producers_left) > 0)
        read_news(me->crowd->board, &it);
    for (int i = 0; i < N_ROUNDS; ++i)
        read_news(me->crowd->board, &it); // everything was put before: this brings the newest
    takt_board_watch(me->crowd->board, -1);
    CHECK_INT(it.n_rows, N_ROUNDS);
    CHECK(it.value == N_ROUNDS);
    CHECK_INT(it.n_lines, N_ROUNDS);
    return NULL;
}

static void many_threads_see_the_newest(void)
{
    crowd all = {.board = new_board()};
    member members[N_PRODUCERS + N_READERS];
    pthread_t threads[N_PRODUCERS + N_READERS];
    int n_calls = 0; // under the listener's lock
    takt_text text = {0};
    atomic_init(&all.n_producers_left, N_PRODUCERS);
    takt_board_listen(all.board, count_call, &n_calls);
    for (int i = 0; i < N_PRODUCERS + N_READERS; ++i) {
        members[i] = (member){&all, i};
        CHECK_INT(
            pthread_create(&threads[i], NULL, i < N_PRODUCERS ? produce : read_on, &members[i]), 0);
    }
    for (int i = 0; i < N_PRODUCERS + N_READERS; ++i)
        pthread_join(threads[i], NULL);
    CHECK_INT(n_calls, 4 * N_ROUNDS);
    CHECK_INT(takt_board_sequence(all.board), 4 * N_ROUNDS);
    CHECK(takt_board_get_document(all.board, "run", &text));
    CHECK_TEXT(takt_text_get(&text), "{\"round\":400}");
    CHECK(!takt_board_is_watched(all.board));
    takt_text_destroy(&text);
    takt_board_destroy(&all.board);
}

TAKT_TESTS(TEST(documents_are_messages), TEST(lines_come_in_order),
           TEST(the_listener_hears_each_change), TEST(watchers_are_counted),
           TEST(many_threads_see_the_newest))
