// The board: readers get the newest value of everything, of a log exactly the rows they lack, and
// what they hold stays as it was; any number of threads may put and read at once.
#include "core/memory.h"
#include "tests/check.h"
#include "viz/board.h"

#include <pthread.h>
#include <stdatomic.h>

static takt_board *new_board(void)
{
    takt_board *board = NULL;
    CHECK_OK(takt_board_create(&board));
    return board;
}

/// Puts `n` rows of BEST_COST: row i is i + offset.
static void put_log(takt_board *board, size_t n, double offset)
{
    double values[1000];
    for (size_t i = 0; i < n; ++i)
        values[i] = (double)i + offset;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_BEST_COST, &n, values, (double)NAN));
}

static takt_frame_head read_piece(const takt_piece *piece, const unsigned char **payload)
{
    takt_frame_head head;
    CHECK(piece != NULL);
    CHECK_OK(takt_frame_read(piece->bytes, piece->n_bytes, &head, payload));
    CHECK_INT(head.sequence, piece->sequence);
    CHECK_INT(head.first_row, piece->first_row);
    CHECK_INT(head.n_rows, piece->n_rows);
    CHECK((uintptr_t)*payload % 8 == 0);
    return head;
}

/// The rows that a reader gets who has seen `sequence`; returns what he has seen then.
static uint64_t expect_rows(takt_board *board, uint64_t sequence, uint32_t first, uint32_t n_rows,
                            double offset)
{
    const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_BEST_COST, sequence);
    const unsigned char *payload;
    const takt_frame_head head = read_piece(piece, &payload);
    CHECK_INT(head.flags, first == 0 ? TAKT_FRAME_WHOLE : 0);
    CHECK_INT(head.first_row, first);
    CHECK_INT(head.n_rows, n_rows);
    CHECK_INT(head.sizes[0], n_rows - first);
    for (uint32_t i = first; i < n_rows; ++i) {
        double value;
        memcpy(&value, payload + 8 * (size_t)(i - first), 8);
        CHECK(value == i + offset);
    }
    takt_piece_release(piece);
    return head.sequence;
}

static void the_newest_value_is_read(void)
{
    takt_board *board = new_board();
    const double first[6] = {1, 2, 3, 4, 5, NAN}, second[2] = {7, 8};
    const size_t sizes[2] = {2, 3}, smaller[2] = {1, 2};
    const unsigned char *payload;
    CHECK_INT(takt_board_sequence(board), 0);
    CHECK(takt_board_frame(board, TAKT_CHANNEL_STATION_STATE_TIME, 0) == NULL);
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_STATION_STATE_TIME, sizes, first, 12.5));
    CHECK_INT(takt_board_sequence(board), 1);
    const takt_piece *old = takt_board_frame(board, TAKT_CHANNEL_STATION_STATE_TIME, 0);
    takt_frame_head head = read_piece(old, &payload);
    CHECK(head.time_s == 12.5 && head.flags == TAKT_FRAME_WHOLE && head.n_dimensions == 2);
    CHECK_INT(head.sizes[0], 2);
    CHECK_INT(head.sizes[1], 3);
    CHECK_INT(head.sizes[2], 1);
    CHECK(memcmp(payload, first, sizeof first) == 0);
    CHECK(takt_board_frame(board, TAKT_CHANNEL_STATION_STATE_TIME, 1) == NULL);
    // An equal value, NaN and all, is no change; an equal value of another shape is one.
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_STATION_STATE_TIME, sizes, first, 13));
    CHECK_INT(takt_board_sequence(board), 1);
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_STATION_STATE_TIME, (size_t[]){3, 2}, first, 13));
    CHECK_INT(takt_board_sequence(board), 2);
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_STATION_STATE_TIME, smaller, second, 14));
    const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_STATION_STATE_TIME, 1);
    head = read_piece(piece, &payload);
    CHECK_INT(head.sequence, 3);
    CHECK(memcmp(payload, second, sizeof second) == 0);
    takt_piece_release(piece);
    // Who holds the old value still holds it, also when the board is gone.
    takt_board_destroy(&board);
    CHECK(board == NULL);
    read_piece(old, &payload);
    CHECK(memcmp(payload, first, sizeof first) == 0);
    memset(old->bytes - TAKT_BOARD_HEADROOM, 0xff, TAKT_BOARD_HEADROOM); // it is ours to write
    read_piece(old, &payload);
    takt_piece_release(old);
}

static void texts_are_copied_and_made_valid(void)
{
    takt_board *board = new_board();
    char long_text[TAKT_CHANNEL_NAME_BYTES + 2];
    const char *texts[4] = {"<img onerror>", NULL, "gr\xc3\xbc\xc3\x9f", "\xff\xc3x"};
    const size_t n = 4;
    const char expected[] = "<img onerror>\0\0gr\xc3\xbc\xc3\x9f\0??x";
    const unsigned char *payload;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_STATION_NAME, &n, texts, (double)NAN));
    const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_STATION_NAME, 0);
    const takt_frame_head head = read_piece(piece, &payload);
    CHECK_INT(head.n_bytes, sizeof expected);
    CHECK(memcmp(payload, expected, sizeof expected) == 0);
    takt_piece_release(piece);
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    texts[1] = long_text;
    CHECK_STATUS(takt_board_put(board, TAKT_CHANNEL_STATION_NAME, &n, texts, (double)NAN),
                 TAKT_ERR_LIMIT);
    CHECK_INT(takt_board_sequence(board), 1);
    takt_board_destroy(&board);
}

static void a_log_travels_row_by_row(void)
{
    takt_board *board = new_board();
    put_log(board, 3, 0);
    const uint64_t at_3 = expect_rows(board, 0, 0, 3, 0);
    put_log(board, 5, 0);
    const uint64_t at_5 = expect_rows(board, at_3, 3, 5, 0);
    put_log(board, 9, 0);
    expect_rows(board, at_5, 5, 9, 0);
    expect_rows(board, at_3, 3, 9, 0); // skipped a version
    expect_rows(board, 0, 0, 9, 0);    // new here
    // Readers who lack the same rows share them.
    const takt_piece *a = takt_board_frame(board, TAKT_CHANNEL_BEST_COST, at_5);
    const takt_piece *b = takt_board_frame(board, TAKT_CHANNEL_BEST_COST, at_5);
    CHECK(a == b);
    takt_piece_release(a);
    // Other channels' changes between do not matter: any sequence from at_5 on has seen five rows.
    const size_t one = 1;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_XI, &one, (double[]){1}, (double)NAN));
    const uint64_t between = takt_board_sequence(board);
    put_log(board, 10, 0);
    expect_rows(board, between, 9, 10, 0);
    takt_piece_release(b);
    takt_board_destroy(&board);
}

static void a_log_that_changed_is_sent_whole(void)
{
    takt_board *board = new_board();
    put_log(board, 3, 0);
    uint64_t seen = expect_rows(board, 0, 0, 3, 0);
    put_log(board, 5, 1); // other rows
    seen = expect_rows(board, seen, 0, 5, 1);
    put_log(board, 4, 1); // fewer rows
    seen = expect_rows(board, seen, 0, 4, 1);
    put_log(board, 6, 1);
    expect_rows(board, seen, 4, 6, 1);
    takt_board_clear(board);
    CHECK(takt_board_frame(board, TAKT_CHANNEL_BEST_COST, 0) == NULL);
    put_log(board, 7, 1);
    expect_rows(board, seen, 0, 7, 1);
    takt_board_destroy(&board);
}

/// More versions than the board remembers: who was away too long gets all, the others their rows.
static void a_long_absence_costs_the_whole_log(void)
{
    enum { N = 900 };
    takt_board *board = new_board();
    uint64_t seen[N + 1] = {0};
    for (uint32_t n = 1; n <= N; ++n) {
        put_log(board, n, 0);
        seen[n] = takt_board_sequence(board);
    }
    bool whole = true;
    for (uint32_t n = 1; n < N; ++n) {
        const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_BEST_COST, seen[n]);
        const unsigned char *payload;
        const takt_frame_head head = read_piece(piece, &payload);
        CHECK(whole || head.flags == 0);
        whole = head.flags == TAKT_FRAME_WHOLE;
        takt_piece_release(piece);
        expect_rows(board, seen[n], whole ? 0 : n, N, 0);
    }
    CHECK(!whole);
    takt_board_destroy(&board);
}

static void only_numbers_are_logged(void)
{
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_channel_info *info = takt_channel_get((takt_channel)i);
        CHECK(info->kind != TAKT_CHANNEL_LOG || info->type != TAKT_CHANNEL_TEXT);
    }
}

static void a_sink_puts_by_dimensions(void)
{
    takt_board *board = new_board();
    const takt_sink sink = takt_board_sink(board);
    const double values[6] = {1, 2, 3, 4, 5, 6};
    const int64_t counts[2] = {-1, 1};
    double copy[6];
    int64_t integers[4];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    CHECK_STATUS(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_VALUE, values), TAKT_ERR_MODEL);
    CHECK_CONTAINS(takt_error_text(), "kpi_value: the size of 'replication' was not set");
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_KPI, 2));
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_REPLICATION, 0));
    CHECK_OK(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_VALUE, values));
    CHECK_INT(takt_board_copy(board, TAKT_CHANNEL_KPI_VALUE, copy, 6, sizes), 0);
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_REPLICATION, 3));
    CHECK_OK(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_VALUE, values));
    CHECK_OK(takt_sink_integers(&sink, TAKT_CHANNEL_KPI_COUNT, counts));
    CHECK_INT(takt_board_copy(board, TAKT_CHANNEL_KPI_VALUE, copy, 6, sizes), 6);
    CHECK(memcmp(copy, values, sizeof values) == 0);
    CHECK(sizes[0] == 3 && sizes[1] == 2 && sizes[2] == 1);
    copy[1] = 99;
    CHECK_INT(takt_board_copy(board, TAKT_CHANNEL_KPI_VALUE, copy, 1, sizes), 6);
    CHECK(copy[0] == 1 && copy[1] == 99);
    CHECK_INT(takt_board_copy(board, TAKT_CHANNEL_KPI_COUNT, integers, 4, sizes), 2);
    CHECK(memcmp(integers, counts, sizeof counts) == 0);
    takt_board_destroy(&board);
}

/// A channel without rows at this moment is something else than a channel that is not there.
static void no_rows_are_a_value(void)
{
    takt_board *board = new_board();
    const size_t sizes[2] = {0, 2}, more[2] = {1, 2};
    const double item[2] = {1, 2};
    const unsigned char *payload;
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_ITEM_NOW, more, item, 1));
    CHECK_OK(takt_board_put(board, TAKT_CHANNEL_ITEM_NOW, sizes, NULL, 2));
    const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_ITEM_NOW, 1);
    const takt_frame_head head = read_piece(piece, &payload);
    CHECK_INT(head.n_bytes, 0);
    CHECK_INT(head.sizes[0], 0);
    takt_piece_release(piece);
    takt_board_destroy(&board);
}

static void what_no_frame_can_hold_is_refused(void)
{
    takt_board *board = new_board();
    const size_t huge[3] = {SIZE_MAX / 2, 4, 1}, many[3] = {1 << 12, 1 << 12, 1};
    CHECK_STATUS(takt_board_put(board, TAKT_CHANNEL_KPI_VALUE, huge, NULL, 0), TAKT_ERR_LIMIT);
    CHECK_STATUS(takt_board_put(board, TAKT_CHANNEL_KPI_VALUE, many, NULL, 0), TAKT_ERR_LIMIT);
    CHECK_INT(takt_board_sequence(board), 0);
    takt_board_destroy(&board);
}

/// A frame of BEST_COST: rows first .. n_rows - 1, each its number.
static size_t make_frame(unsigned char *bytes, uint32_t flags, uint32_t first, uint32_t n_rows)
{
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .flags = flags,
                                  .n_dimensions = 1,
                                  .n_bytes = 8 * (n_rows - first),
                                  .sequence = 12345,
                                  .sizes = {n_rows - first, 1, 1},
                                  .first_row = first,
                                  .n_rows = n_rows,
                                  .stride = 1};
    takt_frame_write_head(&head, bytes);
    for (uint32_t i = first; i < n_rows; ++i) {
        const double value = i;
        memcpy(bytes + TAKT_FRAME_HEAD_BYTES + 8 * (size_t)(i - first), &value, 8);
    }
    return TAKT_FRAME_HEAD_BYTES + head.n_bytes;
}

static void frames_of_a_feed_are_taken(void)
{
    takt_board *board = new_board();
    unsigned char bytes[1000];
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, 0, 2, 4))); // nothing to follow
    CHECK_INT(takt_board_sequence(board), 0);
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, TAKT_FRAME_WHOLE, 0, 3)));
    const uint64_t seen = expect_rows(board, 0, 0, 3, 0);
    CHECK_INT(seen, 1);                                                       // its own sequence
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, 0, 4, 6))); // a gap
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, 0, 2, 6))); // an overlap
    CHECK_INT(takt_board_sequence(board), 1);
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, 0, 3, 6)));
    expect_rows(board, seen, 3, 6, 0);
    expect_rows(board, 0, 0, 6, 0);
    const uint64_t at_6 = takt_board_sequence(board);
    CHECK_OK(takt_board_put_frame(board, bytes, make_frame(bytes, TAKT_FRAME_WHOLE, 0, 8)));
    expect_rows(board, at_6, 6, 8, 0);
    const size_t n = make_frame(bytes, TAKT_FRAME_WHOLE, 0, 8);
    CHECK_STATUS(takt_board_put_frame(board, bytes, n - 1), TAKT_ERR_INPUT);
    expect_rows(board, at_6, 6, 8, 0);
    takt_board_destroy(&board);
}

static void an_envelope_is_no_value_to_copy(void)
{
    takt_board *board = new_board();
    unsigned char bytes[200];
    double copy[4];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .flags = TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE,
                                  .n_dimensions = 1,
                                  .n_bytes = 32,
                                  .sizes = {4, 1, 1},
                                  .n_rows = 7,
                                  .stride = 4};
    const unsigned char *payload;
    memset(bytes, 0, sizeof bytes);
    takt_frame_write_head(&head, bytes);
    CHECK_OK(takt_board_put_frame(board, bytes, TAKT_FRAME_HEAD_BYTES + 32));
    CHECK_INT(takt_board_copy(board, TAKT_CHANNEL_BEST_COST, copy, 4, sizes), 0);
    const takt_piece *piece = takt_board_frame(board, TAKT_CHANNEL_BEST_COST, 0);
    const takt_frame_head read = read_piece(piece, &payload);
    CHECK_INT(read.flags, head.flags);
    CHECK_INT(read.stride, 4);
    takt_piece_release(piece);
    put_log(board, 9, 0); // the values after all: no rows of an envelope
    expect_rows(board, 1, 0, 9, 0);
    takt_board_destroy(&board);
}

// --- Documents and lines
// --------------------------------------------------------------------------

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

/// What is replaced is freed as soon as nobody holds it: the process does not grow.
static void replaced_pieces_are_freed(void)
{
    enum { N = 1 << 17 };
    takt_board *board = new_board();
    double *values = takt_alloc(N * sizeof *values);
    const size_t n = N;
    for (int i = 0; i < 2000; ++i) { // 2 GB altogether
        values[i] = i + 1;
        CHECK_OK(takt_board_put(board, TAKT_CHANNEL_XI, &n, values, 0));
        takt_piece_release(takt_board_frame(board, TAKT_CHANNEL_XI, 0));
    }
    char line[256];
    long pages = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    CHECK(fgets(line, sizeof line, statm) && sscanf(line, "%ld %ld", &pages, &resident) == 2);
    fclose(statm);
    CHECK(resident < 1000000000 / 4096);
    takt_free(values);
    takt_board_destroy(&board);
}

// --- Threads
// --------------------------------------------------------------------------------------

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

TAKT_TESTS(TEST(the_newest_value_is_read), TEST(texts_are_copied_and_made_valid),
           TEST(a_log_travels_row_by_row), TEST(a_log_that_changed_is_sent_whole),
           TEST(a_long_absence_costs_the_whole_log), TEST(only_numbers_are_logged),
           TEST(a_sink_puts_by_dimensions), TEST(no_rows_are_a_value),
           TEST(what_no_frame_can_hold_is_refused), TEST(frames_of_a_feed_are_taken),
           TEST(an_envelope_is_no_value_to_copy), TEST(documents_are_messages),
           TEST(lines_come_in_order), TEST(the_listener_hears_each_change),
           TEST(watchers_are_counted), TEST(replaced_pieces_are_freed),
           TEST(many_threads_see_the_newest))
