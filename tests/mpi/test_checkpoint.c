// Whatever happens to the files or to the program, one of the last two states is loaded, and never
// the state of another run.
#include "tests/check.h"

#include "core/files.h"
#include "mpi/checkpoint.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const takt_checkpoint_identity mine = {
    .kind = 1, .layout = 2, .study_hash = 0x0123456789ABCDEF, .seed = 7};

static char folder[40], path[64], path_1[96], path_new[96];

static void open_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/takt_checkpoint_XXXXXX");
    CHECK(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/state", folder);
    snprintf(path_1, sizeof path_1, "%s.1", path);
    snprintf(path_new, sizeof path_new, "%s.new", path);
}

static void close_folder(void)
{
    char part[112];
    snprintf(part, sizeof part, "%s.part", path_new);
    unlink(path);
    unlink(path_1);
    unlink(path_new);
    unlink(part);
    CHECK_INT(rmdir(folder), 0);
}

enum { STATE_BYTES = 100 };

static void fill_state(unsigned char *bytes, size_t n, int number)
{
    for (size_t i = 0; i < n; ++i)
        bytes[i] = (unsigned char)(number * 31 + (int)i * 7);
}

static void save(int number)
{
    unsigned char bytes[STATE_BYTES];
    fill_state(bytes, sizeof bytes, number);
    CHECK_OK(takt_checkpoint_save(path, &mine, bytes, sizeof bytes));
}

/// The state that is loaded is the given one, from the given file.
static void check_load(int number, takt_checkpoint_source source)
{
    unsigned char expected[STATE_BYTES];
    takt_checkpoint checkpoint;
    fill_state(expected, sizeof expected, number);
    CHECK_OK(takt_checkpoint_load(path, &mine, &checkpoint));
    CHECK_INT(checkpoint.source, source);
    CHECK_INT(checkpoint.n_bytes, STATE_BYTES);
    CHECK(memcmp(checkpoint.payload, expected, sizeof expected) == 0);
    takt_checkpoint_release(&checkpoint);
    CHECK(checkpoint.payload == NULL);
}

static void newest_state_is_loaded(void)
{
    takt_checkpoint checkpoint;
    open_folder();
    CHECK_OK(takt_checkpoint_load(path, &mine, &checkpoint));
    CHECK_INT(checkpoint.source, TAKT_CHECKPOINT_NONE);
    for (int number = 1; number <= 3; ++number) {
        save(number);
        check_load(number, TAKT_CHECKPOINT_CURRENT);
    }
    CHECK_INT(unlink(path), 0);
    check_load(2, TAKT_CHECKPOINT_PREVIOUS);
    CHECK(!takt_file_exists(path_new));
    CHECK_OK(takt_checkpoint_save(path, &mine, NULL, 0)); // an empty state is a state
    CHECK_OK(takt_checkpoint_load(path, &mine, &checkpoint));
    CHECK_INT(checkpoint.source, TAKT_CHECKPOINT_CURRENT);
    CHECK_INT(checkpoint.n_bytes, 0);
    takt_checkpoint_release(&checkpoint);
    close_folder();
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(name, "wb");
    CHECK(file);
    CHECK(fwrite(bytes, 1, n, file) == n);
    CHECK_INT(fclose(file), 0);
}

static void truncation_at_every_length(void)
{
    takt_text whole = {0};
    open_folder();
    save(1);
    save(2);
    CHECK_OK(takt_file_read(path, 1 << 20, &whole));
    for (size_t n = 0; n < whole.length; ++n) {
        write_file(path, whole.bytes, n);
        check_load(1, TAKT_CHECKPOINT_PREVIOUS);
    }
    write_file(path, whole.bytes, whole.length);
    check_load(2, TAKT_CHECKPOINT_CURRENT);
    takt_text_append(&whole, "x"); // longer is damaged too
    write_file(path, whole.bytes, whole.length);
    check_load(1, TAKT_CHECKPOINT_PREVIOUS);
    takt_text_destroy(&whole);
    close_folder();
}

static void every_flipped_bit_is_seen(void)
{
    takt_text whole = {0};
    open_folder();
    save(1);
    save(2);
    CHECK_OK(takt_file_read(path, 1 << 20, &whole));
    for (size_t bit = 0; bit < whole.length * 8; ++bit) {
        whole.bytes[bit / 8] ^= (char)(1 << bit % 8);
        write_file(path, whole.bytes, whole.length);
        check_load(1, TAKT_CHECKPOINT_PREVIOUS);
        whole.bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    takt_text_destroy(&whole);
    close_folder();
}

static void damaged_file_never_replaces_the_good_one(void)
{
    open_folder();
    save(1);
    save(2);
    write_file(path, "garbage", 7);
    check_load(1, TAKT_CHECKPOINT_PREVIOUS);
    save(3);
    check_load(3, TAKT_CHECKPOINT_CURRENT);
    CHECK_INT(unlink(path), 0);
    check_load(1, TAKT_CHECKPOINT_PREVIOUS);
    close_folder();
}

static void both_damaged_is_an_error(void)
{
    takt_checkpoint checkpoint;
    open_folder();
    save(1);
    write_file(path, "garbage", 7);
    CHECK_STATUS(takt_checkpoint_load(path, &mine, &checkpoint), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "/state: found a damaged checkpoint");
    CHECK(checkpoint.payload == NULL);
    close_folder();
}

static void other_runs_are_refused(void)
{
    const takt_checkpoint_identity others[4] = {{2, 2, mine.study_hash, 7},
                                                {1, 3, mine.study_hash, 7},
                                                {1, 2, mine.study_hash + 1, 7},
                                                {1, 2, mine.study_hash, 8}};
    const char *const words[4] = {"kind: found 1, allowed: 2",
                                  "layout version: found 2, allowed: 3",
                                  "study hash: found 0123456789abcdef, allowed: 0123456789abcdf0",
                                  "seed: found 7, allowed: 8"};
    takt_checkpoint checkpoint;
    open_folder();
    save(1);
    for (int round = 0; round < 2; ++round) { // the file itself, then only the one before
        for (int i = 0; i < 4; ++i) {
            CHECK_STATUS(takt_checkpoint_load(path, &others[i], &checkpoint), TAKT_ERR_INPUT);
            CHECK_CONTAINS(takt_error_text(), words[i]);
            CHECK(checkpoint.payload == NULL);
        }
        CHECK_INT(round == 0 ? rename(path, path_1) : 0, 0);
    }
    close_folder();
}

/// Where the head's fields lie in the file: part of its format.
enum { AT_MAGIC = 0, AT_BYTE_ORDER = 8, AT_VERSION = 12, AT_HEAD_CRC = 56 };

/// Turns the bytes `first` .. `first` + 3 of the file around and makes its head fit again: a whole
/// file, but not one of ours.
static void turn_around(size_t first)
{
    takt_text whole = {0};
    CHECK_OK(takt_file_read(path, 1 << 20, &whole));
    for (size_t i = 0; i < 2; ++i) {
        const char kept = whole.bytes[first + i];
        whole.bytes[first + i] = whole.bytes[first + 3 - i];
        whole.bytes[first + 3 - i] = kept;
    }
    const uint64_t crc = takt_crc64(0, whole.bytes, AT_HEAD_CRC);
    memcpy(whole.bytes + AT_HEAD_CRC, &crc, sizeof crc);
    write_file(path, whole.bytes, whole.length);
    takt_text_destroy(&whole);
}

static void other_formats_are_refused(void)
{
    static const size_t strange[2] = {AT_MAGIC, AT_BYTE_ORDER};
    takt_checkpoint checkpoint;
    open_folder();
    save(1);
    save(2);
    for (int k = 0; k < 2; ++k) {
        turn_around(strange[k]);
        check_load(1, TAKT_CHECKPOINT_PREVIOUS);
        turn_around(strange[k]);
        check_load(2, TAKT_CHECKPOINT_CURRENT);
    }
    turn_around(AT_VERSION); // version 1 becomes 2^24
    CHECK_STATUS(takt_checkpoint_load(path, &mine, &checkpoint), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "format version: found 16777216, allowed: 1");
    CHECK(checkpoint.payload == NULL);
    close_folder();
}

static void unwritable_folder_changes_nothing(void)
{
    unsigned char byte = 1;
    open_folder();
    CHECK_STATUS(takt_checkpoint_save("/nonexistent/folder/state", &mine, &byte, 1), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "/nonexistent/folder/state");
    save(1);
    save(2);
    CHECK_INT(mkdir(path_new, 0700), 0); // the place of the new file is taken
    CHECK_STATUS(takt_checkpoint_save(path, &mine, &byte, 1), TAKT_ERR_FILE);
    CHECK_INT(rmdir(path_new), 0);
    check_load(2, TAKT_CHECKPOINT_CURRENT);
    CHECK_INT(unlink(path), 0);
    check_load(1, TAKT_CHECKPOINT_PREVIOUS);
    close_folder();
}

enum { BIG_BYTES = 300000 };

/// Saves states 1, 2, 3, ... until it is killed; tells the number of each finished one.
static void save_until_killed(int pipe_end)
{
    static unsigned char state[BIG_BYTES];
    for (int number = 1;; ++number) {
        fill_state(state, sizeof state, number);
        memcpy(state, &number, sizeof number);
        if (takt_checkpoint_save(path, &mine, state, sizeof state) != TAKT_OK ||
            write(pipe_end, &number, sizeof number) != sizeof number)
            _exit(1);
    }
}

static void killed_at_any_moment(void)
{
    static unsigned char expected[BIG_BYTES];
    for (int round = 0; round < 40; ++round) {
        int ends[2], finished = 0, number = 0, status = 0;
        takt_checkpoint checkpoint;
        open_folder();
        CHECK_INT(pipe(ends), 0);
        const pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            save_until_killed(ends[1]);
        close(ends[1]);
        CHECK(read(ends[0], &finished, sizeof finished) == sizeof finished);
        usleep((useconds_t)(round * 487 % 9973));
        CHECK_INT(kill(child, SIGKILL), 0);
        CHECK_INT(waitpid(child, &status, 0), child);
        CHECK(WIFSIGNALED(status));
        while (read(ends[0], &number, sizeof number) == sizeof number)
            finished = number;
        close(ends[0]);
        CHECK_OK(takt_checkpoint_load(path, &mine, &checkpoint));
        CHECK_INT(checkpoint.n_bytes, BIG_BYTES);
        memcpy(&number, checkpoint.payload, sizeof number);
        CHECK(number == finished || number == finished + 1);
        fill_state(expected, sizeof expected, number);
        memcpy(expected, &number, sizeof number);
        CHECK(memcmp(checkpoint.payload, expected, sizeof expected) == 0);
        takt_checkpoint_release(&checkpoint);
        close_folder();
    }
}

TAKT_TESTS(TEST(newest_state_is_loaded), TEST(truncation_at_every_length),
           TEST(every_flipped_bit_is_seen), TEST(damaged_file_never_replaces_the_good_one),
           TEST(both_damaged_is_an_error), TEST(other_runs_are_refused),
           TEST(other_formats_are_refused), TEST(unwritable_folder_changes_nothing),
           TEST(killed_at_any_moment))
