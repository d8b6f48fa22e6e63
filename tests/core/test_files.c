// A file is whole or not there: a failed write keeps the old content and leaves no part behind.
#include "core/files.h"
#include "tests/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static const char *file_path(const char *name)
{
    static char path[128];
    if (!*folder) {
        strcpy(folder, "/tmp/takt_files_XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int count_entries(void)
{
    int n = 0;
    DIR *entries = opendir(folder);
    for (const struct dirent *e; (e = readdir(entries));)
        n += e->d_name[0] != '.';
    closedir(entries);
    return n;
}

static void content_is(const char *path, const char *expected)
{
    takt_text text = {0};
    CHECK_OK(takt_file_read(path, 1000000, &text));
    CHECK_TEXT(takt_text_get(&text), expected);
    takt_text_destroy(&text);
}

static void a_file_is_written_and_replaced(void)
{
    const char *path = file_path("a");
    CHECK_OK(takt_file_write_atomic(path, "one", 3));
    content_is(path, "one");
    CHECK_OK(takt_file_write_atomic(path, "", 0));
    content_is(path, "");
    CHECK_OK(takt_file_write_atomic(path, "two", 3));
    content_is(path, "two");
    CHECK_OK(takt_file_append(path, " three", 6));
    content_is(path, "two three");
    CHECK_INT(count_entries(), 1);
    CHECK(takt_file_exists(path) && !takt_folder_exists(path));
    unlink(path);
}

/// Replaces a file under a limit of 4 KiB per file, as on a full disk; 0 when all went as it
/// should.
static int write_on_a_full_disk(const char *path)
{
    static char bytes[100000];
    const struct rlimit limit = {4096, 4096};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    if (takt_file_write_atomic(path, bytes, sizeof bytes) != TAKT_ERR_FILE)
        return 2;
    if (!strstr(takt_error_text(), ": cannot be written: File too large"))
        return 3;
    return 0;
}

static void a_full_disk_keeps_the_old_file(void)
{
    const char *path = file_path("a");
    int result = -1;
    CHECK_OK(takt_file_write_atomic(path, "old", 3));
    const pid_t child = fork();
    if (child == 0)
        _exit(write_on_a_full_disk(path));
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(WIFEXITED(result));
    CHECK_INT(WEXITSTATUS(result), 0);
    content_is(path, "old");
    CHECK_INT(count_entries(), 1);
    unlink(path);
}

static void a_device_without_space_is_reported(void)
{
    // /dev/full refuses every write with "No space left on device".
    CHECK_STATUS(takt_file_append("/dev/full", "x", 1), TAKT_ERR_FILE);
    CHECK_TEXT(takt_error_text(), "/dev/full: cannot be written: No space left on device");
}

static void places_that_cannot_be_written_are_named(void)
{
    char message[256];
    const char *path = file_path("no/such/folder");
    CHECK_STATUS(takt_file_write_atomic(path, "x", 1), TAKT_ERR_FILE);
    snprintf(message, sizeof message, "%s: cannot be written: No such file or directory", path);
    CHECK_TEXT(takt_error_text(), message);
    // The name is taken by a folder: rename refuses, the part goes away.
    CHECK_STATUS(takt_file_write_atomic(folder, "x", 1), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "cannot be written: ");
    snprintf(message, sizeof message, "%s.part", folder);
    CHECK(!takt_file_exists(message));
}

static void reading_has_a_limit(void)
{
    takt_text text = {0};
    const char *path = file_path("a");
    CHECK_OK(takt_file_write_atomic(path, "12345", 5));
    CHECK_OK(takt_file_read(path, 5, &text));
    CHECK_STATUS(takt_file_read(path, 4, &text), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), ": found 5 bytes, allowed: at most 4");
    CHECK_STATUS(takt_file_read(folder, 4, &text), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), ": found a folder, allowed: a file");
    CHECK_STATUS(takt_file_read("/dev/zero", 4, &text), TAKT_ERR_FILE);
    takt_text_destroy(&text);
    unlink(path);
}

static void folders_are_made_with_their_parents(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s", file_path("x/y/z/"));
    CHECK_OK(takt_folder_create(path));
    CHECK_OK(takt_folder_create(path));
    CHECK(takt_folder_exists(path));
    CHECK_OK(takt_file_write_atomic(file_path("x/file"), "x", 1));
    CHECK_STATUS(takt_folder_create(file_path("x/file/below")), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "/x/file: cannot be created: File exists");
    CHECK_STATUS(takt_folder_create(""), TAKT_ERR_FILE);
    unlink(file_path("x/file"));
    rmdir(file_path("x/y/z"));
    rmdir(file_path("x/y"));
    rmdir(file_path("x"));
}

static void the_checksum_is_crc_64_xz(void)
{
    CHECK(takt_crc64(0, "123456789", 9) == 0x995DC9BBDF1939FAu);
    CHECK(takt_crc64(takt_crc64(0, "1234", 4), "56789", 5) == 0x995DC9BBDF1939FAu);
    CHECK(takt_crc64(0, "", 0) == 0);
    CHECK(takt_crc64(0, "\0", 1) != takt_crc64(0, "\0\0", 2));
}

static void clean_up(void)
{
    CHECK_INT(rmdir(folder), 0);
}

TAKT_TESTS(TEST(a_file_is_written_and_replaced), TEST(a_full_disk_keeps_the_old_file),
           TEST(a_device_without_space_is_reported), TEST(places_that_cannot_be_written_are_named),
           TEST(reading_has_a_limit), TEST(folders_are_made_with_their_parents),
           TEST(the_checksum_is_crc_64_xz), TEST(clean_up))
