// The process of the viewers. It is forked, not started anew: it needs nothing but sockets, and a
// program under MPI must not start another one that would take itself for a rank.

#include "benchmarks/viz/load.h"

#include "benchmarks/viz/client.h"
#include "core/clock.h"
#include "core/memory.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// A server lets few wait for their upgrade at once; ages are counted in bins of 0.02 ms.
enum { MAX_JOINING = 64, N_EVENTS = 256, SCRATCH_BYTES = 256 << 10, N_BINS = 500000 };
enum { AS_SERVER = 5, LAST = 19 }; // nice
static const double bins_per_s = 50e3;

struct takt_load {
    pid_t child;
    int channel;
};

/// What the child knows.
typedef struct viewers {
    takt_load_config config;
    takt_client_door door;
    takt_client_listener listener;
    takt_client *clients; // viewers, then silent ones
    int32_t n_clients, n_begun, n_joined, n_joining;
    int poll, channel;
    bool has_reported, is_over;
    int64_t *ages; // [N_BINS]
    unsigned char *scratch;
    double joined_s;
    takt_load_result result;
} viewers;

void takt_load_stamp(double *values, double number)
{
    values[0] = takt_clock_s();
    values[1] = number;
}

void takt_load_allow_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

// --- The child -----------------------------------------------------------------------------------

static void count_frame(void *context, takt_client *client, const takt_client_frame *frame)
{
    viewers *all = context;
    if (!(frame->number >= 0))
        return;
    all->result.n_backwards += frame->number < client->last_number;
    client->last_number = frame->number;
    const double bin = (takt_clock_s() - frame->put_s) * bins_per_s;
    ++all->ages[bin < 0 ? 0 : bin >= N_BINS ? N_BINS - 1 : (int)bin];
    ++all->result.n_frames;
}

static bool is_silent(const viewers *all, const takt_client *client)
{
    return client - all->clients >= all->config.n_viewers;
}

static bool is_stalled(const viewers *all, const takt_client *client)
{
    return client - all->clients < all->config.n_stalled;
}

static void remember_problem(viewers *all)
{
    if (!*all->result.problem)
        snprintf(all->result.problem, sizeof all->result.problem, "%s", takt_error_text());
}

static void watch(const viewers *all, takt_client *client, int change, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.ptr = client}};
    epoll_ctl(all->poll, change, client->fd, &event);
}

static void lose(viewers *all, takt_client *client, bool had_joined)
{
    if (is_silent(all, client))
        ++all->result.n_idle_closed;
    else
        ++all->result.n_closed;
    all->n_joining -= !had_joined && !is_silent(all, client);
    takt_client_close(client);
}

/// Begins as many connections as may wait at once; silent ones when all viewers have joined.
static void begin_more(viewers *all)
{
    const int32_t n = all->has_reported ? all->n_clients : all->config.n_viewers;
    while (all->n_begun < n && all->n_joining < MAX_JOINING) {
        takt_client *client = &all->clients[all->n_begun++];
        all->n_joining += !is_silent(all, client);
        if (takt_client_connect(client, &all->door) == TAKT_OK) {
            watch(all, client, EPOLL_CTL_ADD, is_silent(all, client) ? EPOLLIN : EPOLLOUT);
        } else {
            remember_problem(all);
            lose(all, client, false);
        }
    }
}

static void report_joined(viewers *all)
{
    const char word = 'j';
    if (all->has_reported || all->n_joined + all->result.n_closed < all->config.n_viewers)
        return;
    all->has_reported = true;
    all->joined_s = takt_clock_s();
    all->result.cpu_s = cpu_s();
    if (write(all->channel, &word, 1) != 1)
        all->is_over = true;
}

static void read_client(viewers *all, takt_client *client)
{
    const bool was_joined = client->phase == TAKT_CLIENT_JOINED;
    const ssize_t n = recv(client->fd, all->scratch, SCRATCH_BYTES, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        lose(all, client, was_joined);
        return;
    }
    if (is_silent(all, client))
        return;
    if (takt_client_take(client, &all->door, all->scratch, (size_t)n, &all->listener) != TAKT_OK) {
        remember_problem(all);
        lose(all, client, was_joined);
        return;
    }
    if (client->fd < 0) { // the server said goodbye
        lose(all, client, was_joined);
        return;
    }
    if (!was_joined && client->phase == TAKT_CLIENT_JOINED) {
        ++all->n_joined;
        --all->n_joining;
        if (is_stalled(all, client))
            watch(all, client, EPOLL_CTL_DEL, 0);
    }
    if (!is_stalled(all, client))
        takt_client_acknowledge(client);
}

static void serve_event(viewers *all, const struct epoll_event *event)
{
    takt_client *client = event->data.ptr;
    if (!client) { // the parent: the end
        all->is_over = true;
        return;
    }
    if (client->fd < 0)
        return;
    if (client->phase != TAKT_CLIENT_CONNECTING || is_silent(all, client)) {
        read_client(all, client);
    } else if (takt_client_upgrade(client, &all->door) == TAKT_OK) {
        watch(all, client, EPOLL_CTL_MOD, EPOLLIN);
    } else {
        remember_problem(all);
        lose(all, client, false);
    }
}

static double quantile_ms(const viewers *all, double share)
{
    int64_t left = (int64_t)ceil(share * (double)all->result.n_frames);
    int bin = 0;
    for (; bin < N_BINS - 1 && left > all->ages[bin]; ++bin)
        left -= all->ages[bin];
    return 1e3 * (bin + 1) / bins_per_s;
}

static void finish_result(viewers *all)
{
    takt_load_result *result = &all->result;
    result->seconds = takt_clock_s() - all->joined_s;
    result->cpu_s = cpu_s() - result->cpu_s;
    double newest = -1;
    for (int32_t i = 0; i < all->config.n_viewers; ++i)
        newest = fmax(newest, all->clients[i].last_number);
    for (int32_t i = all->config.n_stalled; i < all->config.n_viewers; ++i) {
        const takt_client *client = &all->clients[i];
        const double waited_s = client->first_frame_s - client->begun_s;
        result->n_bytes += (int64_t)client->n_bytes;
        result->n_behind += client->last_number < newest;
        if (client->first_frame_s > 0 && waited_s > result->first_frame_s)
            result->first_frame_s = waited_s;
    }
    if (result->n_frames == 0)
        return;
    result->p50_ms = quantile_ms(all, 0.50);
    result->p95_ms = quantile_ms(all, 0.95);
    result->p99_ms = quantile_ms(all, 0.99);
    result->max_ms = quantile_ms(all, 1);
}

static takt_status open_all(viewers *all)
{
    struct epoll_event parent = {.events = EPOLLIN};
    all->n_clients = all->config.n_viewers + all->config.n_idle;
    all->door = (takt_client_door){all->config.port, all->config.token, all->config.max_hz};
    all->listener = (takt_client_listener){all, count_frame};
    all->clients = takt_alloc((size_t)all->n_clients * sizeof *all->clients);
    all->ages = takt_alloc(N_BINS * sizeof *all->ages);
    all->scratch = takt_alloc(SCRATCH_BYTES);
    all->poll = epoll_create1(EPOLL_CLOEXEC);
    if (!all->clients || !all->ages || !all->scratch || all->poll < 0)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %d viewers", all->n_clients);
    for (int32_t i = 0; i < all->n_clients; ++i) {
        all->clients[i].fd = -1;
        all->clients[i].last_number = -1;
    }
    epoll_ctl(all->poll, EPOLL_CTL_ADD, all->channel, &parent);
    return TAKT_OK;
}

/// Never returns: the child is gone when its parent has the result.
static void run_child(const takt_load_config *config, int channel)
{
    viewers all = {.config = *config, .channel = channel};
    struct epoll_event events[N_EVENTS];
    cpu_set_t cores;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Viewers stand for other machines: they take no more than the server does, and where they have
    // a core of their own, what it leaves.
    (void)setpriority(PRIO_PROCESS, 0, config->core >= 0 ? LAST : AS_SERVER);
    if (config->core >= 0) {
        CPU_ZERO(&cores);
        CPU_SET((size_t)config->core, &cores);
        sched_setaffinity(0, sizeof cores, &cores);
    }
    if (open_all(&all) != TAKT_OK) {
        remember_problem(&all);
        all.is_over = true;
    }
    while (!all.is_over) {
        begin_more(&all);
        report_joined(&all);
        const int n = epoll_wait(all.poll, events, N_EVENTS, 1000);
        for (int i = 0; i < n && !all.is_over; ++i)
            serve_event(&all, &events[i]);
    }
    finish_result(&all);
    const ssize_t written = write(channel, &all.result, sizeof all.result);
    _exit(written == (ssize_t)sizeof all.result ? 0 : 1);
}

// --- The parent ----------------------------------------------------------------------------------

/// Reads all of `n` bytes, or says why not.
static takt_status read_all(int channel, void *bytes, size_t n, double limit_s)
{
    const struct timeval limit = {.tv_sec = (time_t)limit_s};
    size_t at = 0;
    setsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while (at < n) {
        const ssize_t got = read(channel, (char *)bytes + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return TAKT_FAIL(TAKT_ERR_MODEL, "viewers: %s",
                             got == 0 ? "ended too early" : "did not answer in time");
        at += (size_t)got;
    }
    return TAKT_OK;
}

static void end_child(takt_load **load)
{
    int state = 0;
    kill((*load)->child, SIGKILL);
    waitpid((*load)->child, &state, 0);
    close((*load)->channel);
    takt_free(*load);
    *load = NULL;
}

takt_status takt_load_start(const takt_load_config *config, takt_load **load)
{
    int ends[2];
    char word = 0;
    *load = NULL;
    takt_load_allow_files();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "viewers: socketpair: %s", strerror(errno));
    takt_load *out = takt_alloc(sizeof *out);
    const pid_t child = out ? fork() : -1;
    if (child == 0) {
        close(ends[0]);
        run_child(config, ends[1]);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        takt_free(out);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "viewers: could not be started: %s", strerror(errno));
    }
    *out = (takt_load){child, ends[0]};
    const takt_status status = read_all(out->channel, &word, 1, config->limit_s);
    if (status == TAKT_OK && word == 'j') {
        *load = out;
        return TAKT_OK;
    }
    end_child(&out);
    return status != TAKT_OK ? status : TAKT_FAIL(TAKT_ERR_MODEL, "viewers: did not start");
}

takt_status takt_load_stop(takt_load **load, takt_load_result *result)
{
    const char word = 'q';
    takt_status status = TAKT_OK;
    *result = (takt_load_result){0};
    if (write((*load)->channel, &word, 1) != 1)
        status = TAKT_FAIL(TAKT_ERR_MODEL, "viewers: are gone");
    if (status == TAKT_OK)
        status = read_all((*load)->channel, result, sizeof *result, 10);
    end_child(load);
    return status;
}
