// A run of 2.7 million replications, read as `takt view` reads it, with the reader in a thread of
// this process instead of a child.

#include "benchmarks/viz/bench_replay.h"

#include "core/clock.h"
#include "core/memory.h"
#include "core/netcdf.h"
#include "core/rng.h"
#include "viz/feed.h"
#include "viz/replay.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { N_KPIS = 50, N_REPLICATIONS = 2700000, N_SEEKS = 40, N_ROWS = 2000 };

#define PATIENCE_S 120.0

/// One look at the file.
typedef struct look {
    const char *path;
    int fd; // the reader's end
    takt_board *board;
    takt_feed_reader *reader;
    pthread_t thread;
    _Atomic uint64_t answered; // number of the last request that came back
    takt_status status;
} look;

static takt_status write_file(const char *path)
{
    takt_netcdf *file = NULL;
    takt_status status = TAKT_OK;
    const takt_netcdf_head head = {
        .title = "bench", .command = "takt bench", .study = "study: x\n"};
    const takt_stream stream = {.seed = 1, .purpose = TAKT_PURPOSE_TEST};
    char texts[N_KPIS][16];
    const char *names[N_KPIS];
    const size_t n = (size_t)N_KPIS * N_REPLICATIONS;
    double *values = takt_alloc(n * sizeof *values);
    if (!values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a run file of 1 GB");
    for (size_t i = 0; i < n; ++i)
        values[i] = takt_stream_uniform(&stream, i);
    for (int k = 0; k < N_KPIS; ++k) {
        snprintf(texts[k], sizeof texts[k], "kpi_%d", k);
        names[k] = texts[k];
    }
    TAKT_TRY_GOTO(takt_netcdf_create(path, &head, &file), done);
    const takt_sink sink = takt_netcdf_sink(file);
    TAKT_TRY_GOTO(takt_sink_size(&sink, TAKT_DIMENSION_KPI, N_KPIS), done);
    TAKT_TRY_GOTO(takt_sink_size(&sink, TAKT_DIMENSION_REPLICATION, N_REPLICATIONS), done);
    TAKT_TRY_GOTO(takt_sink_texts(&sink, TAKT_CHANNEL_KPI_NAME, names), done);
    TAKT_TRY_GOTO(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, values), done);
    TAKT_TRY_GOTO(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_VALUE, values), done);
    TAKT_TRY_GOTO(takt_netcdf_commit(&file), done);
done:
    takt_netcdf_destroy(&file);
    takt_free(values);
    return status;
}

static void *serve(void *context)
{
    look *l = context;
    l->status = takt_replay_serve(l->path, l->fd);
    return NULL;
}

static void on_rows(void *context, uint64_t request, const unsigned char *frame, size_t n)
{
    look *l = context;
    (void)frame;
    if (n > 0)
        atomic_store(&l->answered, request);
}

static void on_end(void *context, const char *problem)
{
    (void)context, (void)problem;
}

static takt_status open_look(look *l, const char *path)
{
    int ends[2];
    const takt_feed_listener listener = {l, on_rows, on_end};
    *l = (look){.path = path};
    TAKT_TRY(takt_board_create(&l->board));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "socketpair: %s", strerror(errno));
    l->fd = ends[1];
    TAKT_TRY(takt_feed_reader_create(l->board, ends[0], &listener, &l->reader));
    if (pthread_create(&l->thread, NULL, serve, l) != 0)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "no thread for the reader");
    return TAKT_OK;
}

static void close_look(look *l)
{
    takt_feed_reader_destroy(&l->reader);
    pthread_join(l->thread, NULL);
    takt_board_destroy(&l->board);
}

/// Seconds until a frame of the channel is there.
static takt_status wait_for(const look *l, takt_channel channel, double since_s, double *seconds)
{
    const takt_piece *piece = NULL;
    while (!(piece = takt_board_frame(l->board, channel, 0))) {
        if (takt_clock_s() - since_s > PATIENCE_S)
            return TAKT_FAIL(TAKT_ERR_MODEL, "replay: %s did not come in %g s",
                             takt_channel_get(channel)->name, PATIENCE_S);
        poll(NULL, 0, 1);
    }
    takt_piece_release(piece);
    *seconds = takt_clock_s() - since_s;
    return TAKT_OK;
}

/// The slowest of many requests for rows at places all over the file, ms.
static takt_status seek(look *l, uint64_t sample, double *slowest_ms)
{
    const takt_stream stream = {.seed = sample, .purpose = TAKT_PURPOSE_TEST};
    *slowest_ms = 0;
    for (uint64_t i = 1; i <= N_SEEKS; ++i) {
        const double place = takt_stream_uniform(&stream, i) * (N_REPLICATIONS - N_ROWS);
        const double since_s = takt_clock_s();
        TAKT_TRY(
            takt_feed_reader_ask(l->reader, i, TAKT_CHANNEL_KPI_VALUE, (uint64_t)place, N_ROWS));
        while (atomic_load(&l->answered) != i) {
            if (takt_clock_s() - since_s > PATIENCE_S)
                return TAKT_FAIL(TAKT_ERR_MODEL, "replay: rows did not come in %g s", PATIENCE_S);
            poll(NULL, 0, 1);
        }
        *slowest_ms = fmax(*slowest_ms, 1e3 * (takt_clock_s() - since_s));
    }
    return TAKT_OK;
}

static takt_status measure(const char *path, takt_bench_row *rows)
{
    double first[TAKT_BENCH_SAMPLES], whole[TAKT_BENCH_SAMPLES], slowest[TAKT_BENCH_SAMPLES];
    TAKT_TRY(write_file(path));
    for (int i = 0; i < TAKT_BENCH_SAMPLES; ++i) {
        look l;
        const double since_s = takt_clock_s();
        takt_status status = open_look(&l, path);
        if (status == TAKT_OK)
            status = wait_for(&l, TAKT_CHANNEL_KPI_MEAN, since_s, &first[i]);
        if (status == TAKT_OK)
            status = wait_for(&l, TAKT_CHANNEL_KPI_VALUE, since_s, &whole[i]);
        if (status == TAKT_OK)
            status = seek(&l, (uint64_t)i, &slowest[i]);
        close_look(&l);
        TAKT_TRY(status);
        TAKT_TRY(l.status);
    }
    takt_bench_finish(&rows[0], first);
    takt_bench_finish(&rows[1], whole);
    takt_bench_finish(&rows[2], slowest);
    return TAKT_OK;
}

static const takt_bench_row first_row = {.name = "replay_first_results", .unit = "s", .target = 1};

takt_status takt_bench_replay(takt_bench_row *rows)
{
    char path[] = "/tmp/takt-bench-replay-XXXXXX";
    rows[0] = first_row;
    rows[1] = (takt_bench_row){.name = "replay_whole_curve", .unit = "s", .target = 10};
    rows[2] = (takt_bench_row){.name = "replay_seek", .unit = "ms", .target = 100};
    snprintf(rows[0].note, sizeof rows[0].note,
             "a run file of 1 GB (%d replications of %d KPIs); seek: the slowest of %d places",
             N_REPLICATIONS, N_KPIS, N_SEEKS);
    const int fd = mkstemp(path);
    if (fd < 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s", path, strerror(errno));
    close(fd);
    const takt_status status = measure(path, rows);
    (void)unlink(path);
    return status;
}

takt_status takt_bench_replay_skip(takt_bench_row *row)
{
    *row = first_row;
    return takt_bench_skip(row, "writes 1 GB: takt bench replay");
}
