// Replay: a viewer gets what is in the run file, of long channels the exact envelope and any rows
// he asks for; a damaged file gives the same as the good one, or is said to be damaged.
#include "core/files.h"
#include "core/netcdf.h"
#include "core/rng.h"
#include "tests/core/optional.h"
#include "tests/viz/feed_fixture.h"
#include "viz/replay.h"

#include <signal.h>
#include <sys/wait.h>

enum { N_KPIS = 7, N_LONG = 90001, N_INTEGERS = 600000, N_NAMES = 3 };

static char folder[64];
static double *long_values;     // [N_LONG][N_KPIS], with NaN
static int64_t *integer_values; // [N_INTEGERS]

static const char *file_path(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    if (!*folder) {
        snprintf(folder, sizeof folder, "/tmp/takt_replay_XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void make_values(void)
{
    const takt_stream stream = {.seed = 3, .purpose = TAKT_PURPOSE_TEST};
    uint32_t out[4] = {0};
    if (long_values)
        return;
    long_values = takt_alloc(sizeof(double) * N_LONG * N_KPIS);
    integer_values = takt_alloc(sizeof(int64_t) * N_INTEGERS);
    for (int i = 0; i < N_LONG * N_KPIS; ++i) {
        takt_stream_block(&stream, (uint64_t)i, out);
        long_values[i] = out[1] % 10 == 0 ? (double)NAN : (double)out[0] - 2e9;
    }
    for (int i = 45; i < 90; ++i)
        long_values[(size_t)i * N_KPIS + 3] = (double)NAN; // a whole pair without a number
    for (int i = 0; i < N_INTEGERS; ++i)
        integer_values[i] = (int64_t)((uint64_t)i * 11400714819323198485u);
}

/// A run file; `long_ones`: with channels that are too long to be sent whole.
static void write_file(const char *path, bool long_ones)
{
    takt_netcdf *file = NULL;
    const takt_netcdf_head head = {.title = "t", .command = "c", .study = "name: x\n"};
    const char *names[N_KPIS] = {"a", "<img onerror>", "gr\xc3\xbc\xc3\x9f", "", "e", "f", "g"};
    const size_t n_rows = long_ones ? N_LONG : 40;
    const size_t n_integers = long_ones ? N_INTEGERS : 50;
    make_values();
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    const takt_sink sink = takt_netcdf_sink(file);
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_KPI, N_KPIS));
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_REPLICATION, n_rows));
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_GENERATION, n_integers));
    CHECK_OK(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_VALUE, long_values));
    CHECK_OK(takt_sink_integers(&sink, TAKT_CHANNEL_EVALUATION_COUNT, integer_values));
    CHECK_OK(takt_sink_texts(&sink, TAKT_CHANNEL_KPI_NAME, names));
    CHECK_OK(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, long_values));
    CHECK_OK(takt_sink_integers(&sink, TAKT_CHANNEL_KPI_COUNT, integer_values));
    CHECK_OK(takt_netcdf_commit(&file));
}

// --- A child that serves a file ------------------------------------------------------------------

enum { N_CHANNELS = 5 }; // that write_file writes

typedef struct viewer {
    pid_t child;
    takt_board *board;
    takt_feed_reader *reader;
    heard heard;
} viewer;

static void open_viewer(viewer *it, const char *path)
{
    int fds[2];
    pair(fds);
    it->board = new_board();
    it->child = fork();
    if (it->child == 0) {
        close(fds[1]);
        for (int i = 1; i < NSIG; ++i)
            signal(i, SIG_DFL); // a test program catches crashes, a child of takt does not
        fclose(stderr);         // what a sanitizer or the library has to say about a damaged file
        _exit(takt_status_exit_code(takt_replay_serve(path, fds[0])));
    }
    close(fds[0]);
    it->reader = new_reader(it->board, fds[1], &it->heard);
}

/// Did the child end as it should?
static bool close_viewer(viewer *it)
{
    int state = 0;
    takt_feed_reader_destroy(&it->reader);
    CHECK(waitpid(it->child, &state, 0) == it->child);
    takt_board_destroy(&it->board);
    return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

static int count_channels(takt_board *board)
{
    int n = 0;
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_piece *piece = takt_board_frame(board, (takt_channel)i, 0);
        n += piece != NULL;
        takt_piece_release(piece);
    }
    return n;
}

static void wait_for_channels(viewer *it)
{
    WAIT_FOR(count_channels(it->board) == N_CHANNELS || atomic_load(&it->heard.n_ended));
    CHECK_INT(atomic_load(&it->heard.n_ended), 0);
}

static void short_channels_come_whole(void)
{
    viewer it;
    double values[40 * N_KPIS];
    int64_t integers[50];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    static const char names[] = "a\0<img onerror>\0gr\xc3\xbc\xc3\x9f\0\0e\0f\0g";
    const char *path = file_path("run.nc");
    write_file(path, false);
    open_viewer(&it, path);
    wait_for_channels(&it);
    CHECK_INT(takt_board_copy(it.board, TAKT_CHANNEL_KPI_VALUE, values, 40 * N_KPIS, sizes),
              40 * N_KPIS);
    CHECK(memcmp(values, long_values, sizeof values) == 0);
    CHECK(sizes[0] == 40 && sizes[1] == N_KPIS);
    CHECK_INT(takt_board_copy(it.board, TAKT_CHANNEL_EVALUATION_COUNT, integers, 50, sizes), 50);
    CHECK(memcmp(integers, integer_values, sizeof integers) == 0);
    CHECK_INT(takt_board_copy(it.board, TAKT_CHANNEL_KPI_MEAN, values, N_KPIS, sizes), N_KPIS);
    CHECK(memcmp(values, long_values, N_KPIS * sizeof *values) == 0);
    const takt_piece *piece = takt_board_frame(it.board, TAKT_CHANNEL_KPI_NAME, 0);
    CHECK_INT(piece->n_bytes, TAKT_FRAME_HEAD_BYTES + sizeof names);
    CHECK(memcmp(piece->bytes + TAKT_FRAME_HEAD_BYTES, names, sizeof names) == 0);
    takt_piece_release(piece);
    CHECK(close_viewer(&it));
}

// --- Long channels -------------------------------------------------------------------------------

static const takt_piece *read_envelope(takt_board *board, takt_channel channel,
                                       takt_frame_head *head, const unsigned char **payload)
{
    const takt_piece *piece = takt_board_frame(board, channel, 0);
    CHECK(piece != NULL);
    CHECK_OK(takt_frame_read(piece->bytes, piece->n_bytes, head, payload));
    CHECK_INT(head->flags, TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE);
    CHECK(head->sizes[0] <= 4000);
    return piece;
}

/// Each pair against a search through its rows.
static void check_long_values(takt_board *board)
{
    takt_frame_head head;
    const unsigned char *payload;
    int n_empty = 0;
    const takt_piece *piece = read_envelope(board, TAKT_CHANNEL_KPI_VALUE, &head, &payload);
    const double *pairs = (const double *)(const void *)payload;
    CHECK_INT(head.n_rows, N_LONG);
    CHECK_INT(head.stride, 46); // 90,001 rows in 2,000 pairs at most
    for (size_t pair_ = 0; pair_ < head.sizes[0] / 2; ++pair_)
        for (size_t k = 0; k < N_KPIS; ++k) {
            double lowest = INFINITY, highest = -INFINITY;
            for (size_t i = pair_ * head.stride; i < (pair_ + 1) * head.stride && i < N_LONG; ++i) {
                lowest = fmin(lowest, long_values[i * N_KPIS + k]);
                highest = fmax(highest, long_values[i * N_KPIS + k]);
            }
            const double *found = pairs + 2 * pair_ * N_KPIS + k;
            if (lowest > highest) {
                CHECK(isnan(found[0]) && isnan(found[N_KPIS]));
                ++n_empty;
            } else {
                CHECK(found[0] == lowest && found[N_KPIS] == highest);
            }
        }
    CHECK(n_empty < 100);
    takt_piece_release(piece);
}

static void check_long_integers(takt_board *board)
{
    takt_frame_head head;
    const unsigned char *payload;
    const takt_piece *piece = read_envelope(board, TAKT_CHANNEL_EVALUATION_COUNT, &head, &payload);
    const int64_t *pairs = (const int64_t *)(const void *)payload;
    CHECK_INT(head.stride, 300);
    CHECK_INT(head.sizes[0], 4000);
    for (size_t i = 0; i < N_INTEGERS; ++i) {
        CHECK(pairs[2 * (i / 300)] <= integer_values[i]);
        CHECK(pairs[2 * (i / 300) + 1] >= integer_values[i]);
    }
    for (size_t pair_ = 0; pair_ < 2000; ++pair_) {
        bool has_lowest = false, has_highest = false;
        for (size_t i = pair_ * 300; i < (pair_ + 1) * 300; ++i) {
            has_lowest = has_lowest || integer_values[i] == pairs[2 * pair_];
            has_highest = has_highest || integer_values[i] == pairs[2 * pair_ + 1];
        }
        CHECK(has_lowest && has_highest);
    }
    takt_piece_release(piece);
}

static uint64_t sequence_of(takt_board *board, takt_channel channel)
{
    const takt_piece *piece = takt_board_frame(board, channel, 0);
    const uint64_t sequence = piece->sequence;
    takt_piece_release(piece);
    return sequence;
}

/// The rows that come for an ask; 0 when they cannot be had.
static uint32_t ask(viewer *it, takt_channel channel, uint64_t first, uint64_t n,
                    takt_frame_head *head, const unsigned char **payload)
{
    static uint64_t request;
    const int before = atomic_load(&it->heard.n_rows);
    CHECK_OK(takt_feed_reader_ask(it->reader, ++request, channel, first, n));
    WAIT_FOR(atomic_load(&it->heard.n_rows) > before);
    CHECK_INT(it->heard.request, request);
    if (it->heard.n == 0)
        return 0;
    CHECK_OK(takt_frame_read(it->heard.frame, it->heard.n, head, payload));
    CHECK_INT(head->flags, 0);
    CHECK_INT(head->first_row, first);
    return head->sizes[0];
}

static void long_channels_come_as_envelopes_and_by_rows(void)
{
    viewer it;
    takt_frame_head head;
    const unsigned char *payload;
    const char *path = file_path("long.nc");
    write_file(path, true);
    open_viewer(&it, path);
    // Also while it still reads.
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_VALUE, 70000, 20, &head, &payload), 20);
    CHECK(memcmp(payload, long_values + 70000 * N_KPIS, 20 * N_KPIS * 8) == 0);
    wait_for_channels(&it);
    const uint64_t of_long = sequence_of(it.board, TAKT_CHANNEL_KPI_VALUE);
    CHECK(sequence_of(it.board, TAKT_CHANNEL_KPI_MEAN) < of_long);
    CHECK(sequence_of(it.board, TAKT_CHANNEL_KPI_NAME) < of_long);
    CHECK(sequence_of(it.board, TAKT_CHANNEL_KPI_COUNT) < of_long);
    check_long_values(it.board);
    check_long_integers(it.board);
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_VALUE, 0, 1, &head, &payload), 1);
    CHECK(memcmp(payload, long_values, N_KPIS * 8) == 0);
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_VALUE, N_LONG - 2, UINT64_MAX, &head, &payload), 2);
    CHECK(memcmp(payload, long_values + (N_LONG - 2) * N_KPIS, 2 * N_KPIS * 8) == 0);
    CHECK_INT(head.n_rows, N_LONG);
    CHECK_INT(ask(&it, TAKT_CHANNEL_EVALUATION_COUNT, 599000, 100, &head, &payload), 100);
    CHECK(memcmp(payload, integer_values + 599000, 800) == 0);
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_VALUE, N_LONG, 1, &head, &payload), 0);
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_VALUE, UINT64_MAX, UINT64_MAX, &head, &payload), 0);
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_VALUE, 5, 0, &head, &payload), 0);
    CHECK_INT(ask(&it, TAKT_CHANNEL_XI, 0, 1, &head, &payload), 0);       // not in the file
    CHECK_INT(ask(&it, TAKT_CHANNEL_KPI_NAME, 0, 1, &head, &payload), 0); // whole on the board
    CHECK_INT(ask(&it, TAKT_CHANNEL_ITEM_NOW, 0, 1, &head, &payload), 0);
    CHECK(close_viewer(&it));
    unlink(path);
}

/// A viewer who leaves in the middle is no failure of the child.
static void a_viewer_may_leave(void)
{
    const char *path = file_path("long.nc");
    write_file(path, true);
    for (int i = 0; i < 3; ++i) {
        viewer it;
        open_viewer(&it, path);
        if (i > 0)
            WAIT_FOR(takt_board_sequence(it.board) >= (uint64_t)i);
        CHECK(close_viewer(&it));
    }
    unlink(path);
}

// --- Damage --------------------------------------------------------------------------------------

/// What a viewer of the good file gets.
typedef struct expectation {
    takt_text frames[TAKT_CHANNEL_COUNT]; // without the sequence
} expectation;

static void take_frame(takt_board *board, takt_channel channel, takt_text *out)
{
    const takt_piece *piece = takt_board_frame(board, channel, 0);
    if (piece) {
        takt_text_append_bytes(out, (const char *)piece->bytes, 16);
        takt_text_append_bytes(out, (const char *)piece->bytes + 24, piece->n_bytes - 24);
    }
    takt_piece_release(piece);
}

/// True when the file was said to be damaged; otherwise it has to give what the good one gives.
static bool is_damaged(const char *path, const expectation *expected)
{
    viewer it;
    open_viewer(&it, path);
    WAIT_FOR(count_channels(it.board) == N_CHANNELS || atomic_load(&it.heard.n_ended));
    const bool complete = count_channels(it.board) == N_CHANNELS;
    // What has come up to the damage is right, too.
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        takt_text found = {0};
        take_frame(it.board, (takt_channel)i, &found);
        CHECK(found.length == 0 || found.length == expected->frames[i].length);
        CHECK(found.length == 0 ||
              memcmp(found.bytes, expected->frames[i].bytes, found.length) == 0);
        takt_text_destroy(&found);
    }
    const bool well = close_viewer(&it);
    CHECK(complete || !well); // a child that ends well has sent all
    return !complete;
}

static bool is_zero(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void damaged_files_are_said_to_be_damaged(void)
{
    const char *const asked = getenv("TAKT_REPLAY_CASES"); // more of them in a long test
    const int n_cases = asked ? (int)strtol(asked, NULL, 10) : 50;
    const takt_stream stream = {.seed = 5, .purpose = TAKT_PURPOSE_TEST};
    const char *path = file_path("run.nc"), *damaged = file_path("damaged.nc");
    expectation expected = {0};
    takt_text good = {0};
    viewer it;
    int n_damaged = 0;
    write_file(path, false);
    open_viewer(&it, path);
    wait_for_channels(&it);
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i)
        take_frame(it.board, (takt_channel)i, &expected.frames[i]);
    CHECK(close_viewer(&it));
    CHECK_OK(takt_file_read(path, 10000000, &good));
    for (int i = 0; i < n_cases; ++i) {
        uint32_t draw[4];
        takt_text bytes = {0};
        takt_stream_block(&stream, (uint64_t)i, draw);
        takt_text_append_bytes(&bytes, good.bytes, good.length);
        const uint32_t n_flips = draw[0] % 4 == 0 ? 0 : 1 + draw[0] % 3 * 10;
        for (uint32_t k = 0; k < n_flips; ++k) {
            takt_stream_block(&stream, (uint64_t)i << 20 | k, draw);
            bytes.bytes[draw[1] % bytes.length] ^= (char)(1 << draw[2] % 8);
        }
        const size_t n = n_flips ? bytes.length : draw[1] % bytes.length;
        CHECK_OK(takt_file_write_atomic(damaged, bytes.bytes, n));
        const bool said = is_damaged(damaged, &expected);
        CHECK(said || n_flips > 0 || is_zero(good.bytes + n, good.length - n)); // nothing was cut
        n_damaged += said;
        takt_text_destroy(&bytes);
    }
    CHECK(n_damaged > n_cases / 4); // many flips meet bytes that nobody reads
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i)
        takt_text_destroy(&expected.frames[i]);
    takt_text_destroy(&good);
    unlink(damaged);
}

static void a_file_that_is_none_is_named(void)
{
    static const char *const contents[] = {"", "junk", "\x89HDF\r\n\x1a\n"};
    for (int i = 0; i < 4; ++i) {
        viewer it;
        const char *path = file_path("none.nc");
        if (i < 3)
            CHECK_OK(takt_file_write_atomic(path, contents[i], strlen(contents[i])));
        else
            unlink(path);
        open_viewer(&it, path);
        WAIT_FOR(atomic_load(&it.heard.n_ended) == 1);
        CHECK_CONTAINS(it.heard.problem, "none.nc: file: cannot be read: ");
        CHECK_INT(takt_board_sequence(it.board), 0);
        CHECK(!close_viewer(&it));
    }
}

static void clean_up(void)
{
    unlink(file_path("run.nc"));
    CHECK_INT(rmdir(folder), 0);
    takt_free(long_values);
    takt_free(integer_values);
}

OPTIONAL_TESTS(has_netcdf(), TEST(short_channels_come_whole),
               TEST(long_channels_come_as_envelopes_and_by_rows), TEST(a_viewer_may_leave),
               TEST(damaged_files_are_said_to_be_damaged), TEST(a_file_that_is_none_is_named),
               TEST(clean_up))
