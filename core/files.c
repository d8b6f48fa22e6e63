#include "core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Writes all bytes; false with errno set when the system does not take them.
static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t written = write(fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written == 0 ? ENOSPC : errno;
            return false;
        }
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/// fsync of a file or folder by name. Some file systems cannot sync a folder: that is no failure.
static bool sync_path(const char *path, bool is_folder)
{
    const int fd = open(path, (is_folder ? O_DIRECTORY : 0) | O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool ok = fsync(fd) == 0 || (is_folder && (errno == EINVAL || errno == EROFS));
    const int reason = errno;
    close(fd);
    errno = reason;
    return ok;
}

static void folder_of(const char *path, char *folder, size_t n_bytes)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(folder, n_bytes, ".");
    else if (slash == path)
        snprintf(folder, n_bytes, "/");
    else
        snprintf(folder, n_bytes, "%.*s", (int)(slash - path), path);
}

takt_status takt_file_commit(const char *part, const char *path)
{
    char folder[PATH_MAX];
    folder_of(path, folder, sizeof folder);
    if (sync_path(part, false) && rename(part, path) == 0) {
        if (sync_path(folder, true))
            return TAKT_OK;
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot bring the folder to disk: %s", folder,
                         strerror(errno));
    }
    const int reason = errno;
    unlink(part);
    return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", path, strerror(reason));
}

takt_status takt_file_write_atomic(const char *path, const void *bytes, size_t n)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return TAKT_FAIL(TAKT_ERR_FILE, "%.100s...: cannot be written: %s", path,
                         strerror(ENAMETOOLONG));
    const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", path, strerror(errno));
    const bool written = write_all(fd, bytes, n);
    int reason = errno;
    // close() may report what the disk refused later (quota, network).
    const bool closed = close(fd) == 0;
    reason = written ? errno : reason;
    if (!written || !closed) {
        unlink(part);
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", path, strerror(reason));
    }
    return takt_file_commit(part, path);
}

takt_status takt_file_append(const char *path, const void *bytes, size_t n)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", path, strerror(errno));
    const bool written = write_all(fd, bytes, n);
    const int reason = errno;
    close(fd);
    return written ? TAKT_OK
                   : TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", path, strerror(reason));
}

/// Reads an open regular file; the size may change meanwhile, the limit holds anyway.
static takt_status read_open(int fd, const char *path, int64_t limit, takt_text *out)
{
    char buffer[16384];
    int64_t total = 0;
    for (;;) {
        const ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be read: %s", path, strerror(errno));
        if (n == 0)
            return takt_text_check(out);
        total += n;
        if (total > limit)
            return TAKT_FAIL(TAKT_ERR_FILE, "%s: found more than %lld bytes, allowed: at most %lld",
                             path, (long long)limit, (long long)limit);
        takt_text_append_bytes(out, buffer, (size_t)n);
    }
}

takt_status takt_file_read(const char *path, int64_t limit, takt_text *out)
{
    struct stat info;
    takt_status status;
    // Not blocking: opening a pipe without a writer must not hang.
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0)
        status = TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be read: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        status = TAKT_FAIL(TAKT_ERR_FILE, "%s: found %s, allowed: a file", path,
                           S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    else if (info.st_size > limit)
        status = TAKT_FAIL(TAKT_ERR_FILE, "%s: found %lld bytes, allowed: at most %lld", path,
                           (long long)info.st_size, (long long)limit);
    else
        status = read_open(fd, path, limit, out);
    if (fd >= 0)
        close(fd);
    return status;
}

takt_status takt_folder_create(const char *path)
{
    char start[PATH_MAX];
    const size_t n = strlen(path);
    if (n == 0 || n >= sizeof start)
        return TAKT_FAIL(TAKT_ERR_FILE, "%.100s: cannot be created: %s", path,
                         strerror(n ? ENAMETOOLONG : ENOENT));
    for (size_t i = 1; i <= n; ++i) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(start, path, i);
        start[i] = '\0';
        if (mkdir(start, 0777) != 0 && !takt_folder_exists(start))
            return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be created: %s", start, strerror(errno));
    }
    return TAKT_OK;
}

bool takt_file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

bool takt_folder_exists(const char *path)
{
    struct stat info;
    const int reason = errno;
    const bool found = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    errno = reason;
    return found;
}

uint64_t takt_crc64(uint64_t crc, const void *bytes, size_t n)
{
    const uint64_t polynomial = 0xC96C5795D7870F42u; // ECMA-182, bits reversed
    const unsigned char *p = bytes;
    // Four bits at a time: a table of 16 entries is fast enough for checkpoints and needs no state.
    uint64_t table[16];
    for (uint64_t i = 0; i < 16; ++i) {
        table[i] = i;
        for (int bit = 0; bit < 4; ++bit)
            table[i] = table[i] & 1 ? table[i] >> 1 ^ polynomial : table[i] >> 1;
    }
    crc = ~crc;
    for (size_t i = 0; i < n; ++i) {
        crc ^= p[i];
        crc = table[crc & 15] ^ crc >> 4;
        crc = table[crc & 15] ^ crc >> 4;
    }
    return ~crc;
}
