#include "jobs/view_child.h"

#include "core/clock.h"
#include "core/memory.h"
#include "jobs/view_server.h"
#include "viz/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_VARIABLES = 4096, MAX_ARGUMENTS = 640, MESSAGE_BYTES = 2048, LOOK_MS = 50 };

/// How long a killed child's last bytes may take to come in.
#define LAST_BYTES_S 2.0

struct takt_child {
    takt_child_config config;
    pid_t pid;
    int listening, message_fd;
    char socket_path[sizeof((struct sockaddr_un){0}.sun_path)];
    char message[MESSAGE_BYTES]; // the tail of its stderr
    size_t n_message;
    pthread_t keeper;
    pthread_mutex_t lock; // of all below
    bool is_running, is_leaving, feed_ended;
    char problem[256];
    takt_feed_reader *reader;
};

// --- Starting ------------------------------------------------------------------------------------

static takt_status listen_for(takt_child *child)
{
    static int n_started; // only one thread starts children: the main one, then the server's
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char folder[64];
    TAKT_TRY(takt_view_socket_folder(folder, sizeof folder));
    snprintf(child->socket_path, sizeof child->socket_path, "%s/feed-%ld-%d.sock", folder,
             (long)getpid(), ++n_started);
    memcpy(address.sun_path, child->socket_path, strlen(child->socket_path) + 1);
    (void)unlink(child->socket_path);
    child->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (child->listening < 0 ||
        bind(child->listening, (const struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(child->socket_path, 0600) != 0 || listen(child->listening, 1) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s", child->socket_path, strerror(errno));
    return TAKT_OK;
}

/// Our environment, with the way back to us; a file being read takes no locks (read-only and
/// network file systems refuse them).
static takt_status build_environment(const takt_child *child, takt_arena *arena, char ***out)
{
    static const char *const ours[] = {TAKT_FEED_VARIABLE "=", TAKT_NOTE_VARIABLE "=",
                                       "HDF5_USE_FILE_LOCKING="};
    const char *note = child->config.note;
    int n = 0;
    char **environment = takt_arena_alloc(arena, MAX_VARIABLES * sizeof *environment);
    if (!environment)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the environment");
    environment[n++] = takt_arena_format(arena, TAKT_FEED_VARIABLE "=%s", child->socket_path);
    environment[n++] = takt_arena_copy_text(arena, "HDF5_USE_FILE_LOCKING=FALSE");
    environment[n++] = takt_arena_format(arena, TAKT_NOTE_VARIABLE "=%s", note ? note : "");
    for (int i = 0; i < n; ++i)
        if (!environment[i])
            return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the environment");
    for (char **variable = environ; *variable && n < MAX_VARIABLES - 1; ++variable) {
        bool keep = true;
        for (size_t i = 0; i < sizeof ours / sizeof *ours; ++i)
            keep = keep && strncmp(*variable, ours[i], strlen(ours[i])) != 0;
        if (keep)
            environment[n++] = *variable;
    }
    *out = environment;
    return TAKT_OK;
}

/// posix_spawn wants char *; it changes nothing.
static char *argument(const char *text)
{
    return (char *)(uintptr_t)text;
}

static takt_status build_arguments(const takt_child_config *config, char *program, char *ranks,
                                   char **out)
{
    static char self[] = "/proc/self/exe";
    int n = 0;
    if (config->ranks > 1) {
        // mpirun would look at itself: it needs the program's own path.
        const ssize_t length = readlink(self, program, 4095);
        if (length <= 0)
            return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s", self, strerror(errno));
        program[length] = '\0';
        snprintf(ranks, 16, "%d", config->ranks);
        out[n++] = argument("mpirun");
        out[n++] = argument("-q");
        out[n++] = argument("-n");
        out[n++] = ranks;
        out[n++] = program;
    } else {
        out[n++] = argument("takt");
    }
    for (const char *const *a = config->arguments; *a; ++a) {
        if (n == MAX_ARGUMENTS - 1)
            return TAKT_FAIL(TAKT_ERR_INPUT, "found more than %d arguments for a run",
                             MAX_ARGUMENTS);
        out[n++] = argument(*a);
    }
    out[n] = NULL;
    return TAKT_OK;
}

static takt_status spawn(takt_child *child, char **arguments, char **environment)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, ours;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "pipe: %s", strerror(errno));
    sigemptyset(&none);
    sigemptyset(&ours);
    sigaddset(&ours, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    // A group of its own: Ctrl-C at the viewer must not kill a run before it is asked to stop.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &ours);
    const int failed =
        child->config.ranks > 1
            ? posix_spawnp(&child->pid, "mpirun", &actions, &attributes, arguments, environment)
            : posix_spawn(&child->pid, "/proc/self/exe", &actions, &attributes, arguments,
                          environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    child->message_fd = ends[0];
    if (failed)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s could not be started: %s", arguments[0],
                         strerror(failed));
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return TAKT_OK;
}

static takt_status start(takt_child *child)
{
    char program[4096], ranks[16];
    char *arguments[MAX_ARGUMENTS];
    char **environment = NULL;
    takt_arena *arena = NULL;
    takt_status status = TAKT_OK;
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(build_environment(child, arena, &environment), done);
    TAKT_TRY_GOTO(build_arguments(&child->config, program, ranks, arguments), done);
    TAKT_TRY_GOTO(spawn(child, arguments, environment), done);
done:
    takt_arena_destroy(&arena);
    return status;
}

// --- Keeping -------------------------------------------------------------------------------------

/// Keeps the tail of what the child says on stderr.
static void read_message(takt_child *child)
{
    char bytes[512];
    ssize_t n = 0;
    while ((n = read(child->message_fd, bytes, sizeof bytes)) > 0) {
        size_t drop = 0;
        if (child->n_message + (size_t)n > MESSAGE_BYTES - 1)
            drop = child->n_message + (size_t)n - (MESSAGE_BYTES - 1);
        memmove(child->message, child->message + drop, child->n_message - drop);
        child->n_message -= drop;
        memcpy(child->message + child->n_message, bytes, (size_t)n);
        child->n_message += (size_t)n;
        child->message[child->n_message] = '\0';
    }
}

static void on_rows(void *context, uint64_t request, const unsigned char *frame, size_t n)
{
    const takt_child *child = context;
    if (child->config.rows)
        child->config.rows(child->config.context, request, frame, n);
}

static void on_feed_end(void *context, const char *problem)
{
    takt_child *child = context;
    pthread_mutex_lock(&child->lock);
    child->feed_ended = true;
    if (problem)
        snprintf(child->problem, sizeof child->problem, "%s", problem);
    pthread_mutex_unlock(&child->lock);
}

/// Another process that comes first must not pass for the child. (Under mpirun the ranks are
/// children of ours at one remove or more.)
static bool is_child(const takt_child *child, int fd)
{
    struct ucred peer = {0};
    socklen_t n = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.uid == geteuid() &&
           (child->config.ranks > 1 || peer.pid == child->pid);
}

/// The child has connected: from now on its feed fills the board.
static void accept_feed(takt_child *child)
{
    const int fd = accept4(child->listening, NULL, NULL, SOCK_CLOEXEC);
    const takt_feed_listener listener = {child, on_rows, on_feed_end};
    takt_feed_reader *reader = NULL;
    if (fd < 0)
        return;
    if (!is_child(child, fd)) {
        close(fd);
        return;
    }
    (void)unlink(child->socket_path);
    if (takt_feed_reader_create(child->config.board, fd, &listener, &reader) != TAKT_OK) {
        on_feed_end(child, takt_error_text());
        takt_error_clear();
    }
    pthread_mutex_lock(&child->lock);
    child->reader = reader;
    pthread_mutex_unlock(&child->lock);
}

static bool wait_for_exit(takt_child *child, int *state)
{
    if (waitpid(child->pid, state, WNOHANG) != child->pid)
        return false;
    pthread_mutex_lock(&child->lock);
    child->is_running = false;
    pthread_mutex_unlock(&child->lock);
    return true;
}

/// What the child sent before it ended may still be on its way into the board.
static void wait_for_last_bytes(takt_child *child)
{
    const double since_s = takt_clock_s();
    for (;;) {
        pthread_mutex_lock(&child->lock);
        const bool done = !child->reader || child->feed_ended || child->is_leaving;
        pthread_mutex_unlock(&child->lock);
        if (done || takt_clock_s() - since_s > LAST_BYTES_S)
            return;
        poll(NULL, 0, 10);
    }
}

static void tell_end(takt_child *child, int state)
{
    char *line = child->message;
    read_message(child);
    while (child->n_message > 0 && child->message[child->n_message - 1] == '\n')
        child->message[--child->n_message] = '\0';
    // Our own message is the line that begins with our name; mpirun adds lines of its own.
    for (char *next = child->message; (next = strstr(next, "takt: ")) != NULL; ++next)
        if (next == child->message || next[-1] == '\n')
            line = next + 6;
    line[strcspn(line, "\n")] = '\0';
    const takt_child_end end = {
        .exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : -1,
        .signal = WIFSIGNALED(state) ? WTERMSIG(state) : 0,
        .message = line,
        .problem = *child->problem ? child->problem : NULL,
    };
    pthread_mutex_lock(&child->lock);
    const bool is_leaving = child->is_leaving;
    pthread_mutex_unlock(&child->lock);
    if (child->config.ended && !is_leaving)
        child->config.ended(child->config.context, &end);
}

static void *keep(void *context)
{
    takt_child *child = context;
    int state = 0;
    for (bool ended = false; !ended;) {
        struct pollfd places[2] = {{child->message_fd, POLLIN, 0},
                                   {child->reader ? -1 : child->listening, POLLIN, 0}};
        poll(places, 2, LOOK_MS);
        if (places[0].revents & POLLIN)
            read_message(child);
        else if (places[0].revents & POLLHUP)
            poll(NULL, 0, LOOK_MS); // it closed its stderr and is about to end
        if (places[1].revents & POLLIN)
            accept_feed(child);
        ended = wait_for_exit(child, &state);
    }
    if (!child->reader)
        accept_feed(child); // it connected, said all it had to say, and left
    wait_for_last_bytes(child);
    tell_end(child, state);
    return NULL;
}

// --- The child's side ----------------------------------------------------------------------------

takt_status takt_child_connect(int *fd)
{
    const char *path = getenv(TAKT_FEED_VARIABLE);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof address.sun_path)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         TAKT_FEED_VARIABLE ": found '%.200s', allowed: the path of a Unix socket "
                                            "of up to %zu bytes",
                         path ? path : "", sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path) + 1);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd >= 0 && connect(*fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return TAKT_OK;
    const int error = errno;
    if (*fd >= 0)
        close(*fd);
    return TAKT_FAIL(TAKT_ERR_FILE, "%s: the viewer cannot be reached: %s", path, strerror(error));
}

// --- Public --------------------------------------------------------------------------------------

static void release(takt_child *child)
{
    takt_feed_reader_destroy(&child->reader);
    if (child->listening >= 0)
        close(child->listening);
    if (child->message_fd >= 0)
        close(child->message_fd);
    if (*child->socket_path)
        (void)unlink(child->socket_path);
    pthread_mutex_destroy(&child->lock);
    takt_free(child);
}

takt_status takt_child_create(const takt_child_config *config, takt_child **child)
{
    takt_status status = TAKT_OK;
    takt_child *c = takt_alloc(sizeof *c);
    *child = NULL;
    if (!c)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a child");
    c->config = *config;
    c->listening = c->message_fd = -1;
    pthread_mutex_init(&c->lock, NULL);
    TAKT_TRY_GOTO(listen_for(c), failed);
    TAKT_TRY_GOTO(start(c), failed);
    c->config.arguments = NULL;
    c->is_running = true;
    status = takt_thread_start(&c->keeper, keep, c, "a run from the page");
    if (status != TAKT_OK) {
        kill(-c->pid, SIGKILL);
        (void)waitpid(c->pid, NULL, 0);
        goto failed;
    }
    *child = c;
    return TAKT_OK;
failed:
    release(c);
    return status;
}

void takt_child_destroy(takt_child **child)
{
    takt_child *c = *child;
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->is_leaving = true;
    if (c->is_running)
        kill(-c->pid, SIGKILL);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->keeper, NULL);
    release(c);
    *child = NULL;
}

bool takt_child_is_running(takt_child *child)
{
    pthread_mutex_lock(&child->lock);
    const bool is_running = child->is_running;
    pthread_mutex_unlock(&child->lock);
    return is_running;
}

void takt_child_signal(takt_child *child, int number)
{
    pthread_mutex_lock(&child->lock);
    if (child->is_running)
        kill(child->pid, number);
    pthread_mutex_unlock(&child->lock);
}

takt_status takt_child_ask(takt_child *child, uint64_t request, takt_channel channel,
                           uint64_t first, uint64_t n)
{
    takt_status status = TAKT_ERR_MODEL;
    pthread_mutex_lock(&child->lock);
    if (child->reader && !child->feed_ended)
        status = takt_feed_reader_ask(child->reader, request, channel, first, n);
    else
        status = TAKT_FAIL(TAKT_ERR_MODEL, "the run file is not being read any more");
    pthread_mutex_unlock(&child->lock);
    return status;
}
