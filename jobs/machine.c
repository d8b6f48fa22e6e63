#include "jobs/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *takt_machine_processor(char *out, size_t n_bytes)
{
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(out, n_bytes, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        const char *value = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !value)
            continue;
        snprintf(out, n_bytes, "%.*s", (int)strcspn(value + 2, "\n"), value + 2);
        break;
    }
    if (file)
        fclose(file);
    return out;
}

int takt_machine_n_cores(int n_ranks)
{
    cpu_set_t set;
    if (sched_getaffinity(n_ranks > 1 ? getppid() : 0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

int64_t takt_machine_memory_bytes(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    int64_t bytes = pages > 0 && page_bytes > 0 ? (int64_t)pages * page_bytes : 0;
    long long limit = 0;
    FILE *file = fopen("/sys/fs/cgroup/memory.max", "r"); // holds "max" where there is no limit
    if (file && fscanf(file, "%lld", &limit) == 1 && limit > 0 && (bytes == 0 || limit < bytes))
        bytes = limit;
    if (file)
        fclose(file);
    return bytes;
}

bool takt_machine_has_program(const char *name)
{
    char path[4096];
    const char *folders = getenv("PATH");
    while (folders && *folders) {
        const size_t n = strcspn(folders, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)n, folders, name);
        if (n > 0 && access(path, X_OK) == 0)
            return true;
        folders += n + (folders[n] == ':');
    }
    return false;
}

const char *takt_machine_compiler(void)
{
    return TAKT_BUILD_COMPILER;
}

const char *takt_machine_flags(void)
{
    return TAKT_BUILD_FLAGS;
}
