// The board, values and frames: readers get the newest value of everything, of a log exactly the
// rows they lack, and what they hold stays as it was.
#include "tests/viz/board_fixture.h"

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

TAKT_TESTS(TEST(the_newest_value_is_read), TEST(texts_are_copied_and_made_valid),
           TEST(a_log_travels_row_by_row), TEST(a_log_that_changed_is_sent_whole),
           TEST(a_long_absence_costs_the_whole_log), TEST(only_numbers_are_logged),
           TEST(a_sink_puts_by_dimensions), TEST(no_rows_are_a_value),
           TEST(what_no_frame_can_hold_is_refused), TEST(frames_of_a_feed_are_taken),
           TEST(an_envelope_is_no_value_to_copy), TEST(replaced_pieces_are_freed))
