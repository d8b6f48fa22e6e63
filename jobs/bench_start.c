#include "jobs/bench_start.h"

#include "core/files.h"
#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_VARIABLES = 4096 };

/// The child must not take itself for a rank of ours: everything that MPI put into the environment
/// at its start is left out, the user's own settings for Open MPI stay.
static void copy_environment(char **out)
{
    static const char *const own[] = {"OMPI_MCA_orte", "OMPI_MCA_ess", "OMPI_MCA_pmix", "OMPI_COMM",
                                      "OMPI_UNIVERSE", "OMPI_FILE",    "PMIX_",         "ORTE_"};
    int n = 0;
    for (char **variable = environ; *variable && n < MAX_VARIABLES - 1; ++variable) {
        bool keep = true;
        for (size_t i = 0; i < sizeof own / sizeof *own; ++i)
            keep = keep && strncmp(*variable, own[i], strlen(own[i])) != 0;
        if (keep)
            out[n++] = *variable;
    }
    out[n] = NULL;
}

/// Starts the program with its stderr in a pipe, whose reading end comes back.
static takt_status start_child(char **arguments, char **environment, pid_t *child, int *reading)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "pipe: %s", strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed = posix_spawn(child, "/proc/self/exe", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *reading = ends[0];
    if (failed == 0)
        return TAKT_OK;
    close(ends[0]);
    return TAKT_FAIL(TAKT_ERR_FILE, "takt could not be started: %s", strerror(failed));
}

static takt_status measure_once(const char *folder, int sample, char **environment, double *seconds)
{
    char study[64], out[64], byte = 0;
    char *arguments[] = {"takt", "optimize", study, "--out", out, NULL};
    pid_t child = 0;
    int reading = -1, state = 0;
    snprintf(study, sizeof study, "%.40s/study.yaml", folder);
    snprintf(out, sizeof out, "%.40s/%d", folder, sample);
    const double begun_s = takt_clock_s();
    TAKT_TRY(start_child(arguments, environment, &child, &reading));
    ssize_t n = 0;
    do
        n = read(reading, &byte, 1);
    while (n < 0 && errno == EINTR);
    *seconds = takt_clock_s() - begun_s;
    kill(child, SIGKILL);
    waitpid(child, &state, 0);
    close(reading);
    return n == 1 ? TAKT_OK
                  : TAKT_FAIL(TAKT_ERR_MODEL, "takt optimize ended without a line of progress");
}

static int remove_entry(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about;
    (void)type;
    (void)place;
    return remove(path);
}

static takt_status measure(const char *folder, const takt_example *study, takt_bench_row *row)
{
    char path[64];
    double samples[TAKT_BENCH_SAMPLES];
    snprintf(path, sizeof path, "%.40s/study.yaml", folder);
    TAKT_TRY(takt_file_write_atomic(path, study->text, study->n_bytes));
    char **environment = takt_alloc(MAX_VARIABLES * sizeof *environment);
    if (!environment)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the environment");
    copy_environment(environment);
    takt_status status = TAKT_OK;
    for (int i = 0; i < TAKT_BENCH_SAMPLES && status == TAKT_OK; ++i)
        status = measure_once(folder, i, environment, &samples[i]);
    takt_free(environment);
    TAKT_TRY(status);
    takt_bench_finish(row, samples);
    return TAKT_OK;
}

takt_status takt_bench_start(const takt_call *call, const takt_example *study, takt_bench_row *row)
{
    char folder[] = "/tmp/takt-bench-XXXXXX";
    *row = (takt_bench_row){.name = "start", .unit = "s", .target = 0.5, .at_least = false};
    if (takt_comm_size(call->comm) > 1)
        return takt_bench_skip(row, "measured without mpirun: takt bench start");
    if (!mkdtemp(folder))
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s", folder, strerror(errno));
    const takt_status status = measure(folder, study, row);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return status;
}
