// Run files: what was written is read back, the same content gives the same bytes, a failed write
// leaves nothing, and every channel of the table can be written.
#include "core/files.h"
#include "core/memory.h"
#include "core/netcdf.h"
#include "core/version.h"
#include "tests/check.h"
#include "tests/core/optional.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static const char *file_path(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    if (!*folder) {
        strcpy(folder, "/tmp/takt_netcdf_XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
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

static const takt_netcdf_head head = {.title = "takt simulate demo",
                                      .command = "takt simulate demo.yaml",
                                      .study = "name: demo\n",
                                      .seed = UINT64_MAX};

enum { SIZE = 3 };

static bool is_in_files(takt_channel channel)
{
    return takt_channel_get(channel)->kind != TAKT_CHANNEL_SHOWCASE;
}

/// One channel of the table, with values made from its number.
static takt_status put_channel(takt_netcdf *file, takt_channel channel)
{
    double numbers[SIZE * SIZE * SIZE];
    int64_t integers[SIZE * SIZE * SIZE];
    const char *texts[SIZE * SIZE * SIZE];
    for (int i = 0; i < SIZE * SIZE * SIZE; ++i) {
        numbers[i] = (int)channel + 0.1 * i;
        integers[i] = (int64_t)channel << 40 | i;
        texts[i] = i == 0 ? takt_channel_get(channel)->name : i == 1 ? NULL : "gr\xc3\xbc\xc3\x9f";
    }
    switch (takt_channel_get(channel)->type) {
    case TAKT_CHANNEL_DOUBLE:
        return takt_netcdf_put_doubles(file, channel, numbers);
    case TAKT_CHANNEL_INTEGER:
        return takt_netcdf_put_integers(file, channel, integers);
    default:
        return takt_netcdf_put_texts(file, channel, texts);
    }
}

static takt_status write_all(const char *path)
{
    takt_netcdf *file = NULL;
    takt_status status;
    TAKT_TRY(takt_netcdf_create(path, &head, &file));
    for (int i = 0; i < TAKT_DIMENSION_COUNT; ++i)
        if (i != TAKT_DIMENSION_NAME_LENGTH)
            TAKT_TRY_GOTO(takt_netcdf_set_size(file, (takt_dimension)i, SIZE), done);
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i)
        if (is_in_files((takt_channel)i))
            TAKT_TRY_GOTO(put_channel(file, (takt_channel)i), done);
    TAKT_TRY_GOTO(takt_netcdf_commit(&file), done);
done:
    takt_netcdf_destroy(&file);
    return status;
}

static void attribute_is(takt_netcdf *file, const char *name, const char *expected)
{
    takt_text text = {0};
    CHECK_OK(takt_netcdf_get_attribute(file, name, &text));
    CHECK_TEXT(takt_text_get(&text), expected);
    takt_text_destroy(&text);
}

static void check_channel(takt_netcdf *file, takt_channel channel, takt_arena *arena)
{
    double numbers[SIZE * SIZE * SIZE];
    int64_t integers[SIZE * SIZE * SIZE];
    const char *texts[SIZE * SIZE * SIZE];
    const size_t n = takt_netcdf_count(file, channel);
    CHECK(n == SIZE || n == SIZE * SIZE || n == SIZE * SIZE * SIZE);
    switch (takt_channel_get(channel)->type) {
    case TAKT_CHANNEL_DOUBLE:
        CHECK_OK(takt_netcdf_get_doubles(file, channel, numbers, n));
        for (size_t i = 0; i < n; ++i)
            CHECK(numbers[i] == (int)channel + 0.1 * (int)i);
        CHECK_STATUS(takt_netcdf_get_integers(file, channel, integers, n), TAKT_ERR_FILE);
        CHECK_STATUS(takt_netcdf_get_doubles(file, channel, numbers, n - 1), TAKT_ERR_FILE);
        return;
    case TAKT_CHANNEL_INTEGER:
        CHECK_OK(takt_netcdf_get_integers(file, channel, integers, n));
        for (size_t i = 0; i < n; ++i)
            CHECK_INT(integers[i], (int64_t)channel << 40 | (int64_t)i);
        return;
    default:
        CHECK_OK(takt_netcdf_get_texts(file, channel, arena, texts, n));
        CHECK_TEXT(texts[0], takt_channel_get(channel)->name);
        CHECK_TEXT(texts[1], "");
        CHECK_TEXT(texts[2], "gr\xc3\xbc\xc3\x9f");
    }
}

static void every_channel_reads_back(void)
{
    takt_netcdf *file = NULL;
    takt_arena *arena = NULL;
    const char *path = file_path("run.nc");
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(write_all(path));
    CHECK_INT(count_entries(), 1);
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK_INT(takt_netcdf_size(file, TAKT_DIMENSION_KPI), SIZE);
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i)
        if (is_in_files((takt_channel)i))
            check_channel(file, (takt_channel)i, arena);
        else
            CHECK_INT(takt_netcdf_count(file, (takt_channel)i), 0);
    attribute_is(file, "title", "takt simulate demo");
    attribute_is(file, "command", "takt simulate demo.yaml");
    attribute_is(file, "takt_version", TAKT_VERSION);
    attribute_is(file, "Conventions", "CF-1.10");
    attribute_is(file, "seed", "18446744073709551615");
    attribute_is(file, "study", "name: demo\n");
    takt_netcdf_destroy(&file);
    takt_arena_destroy(&arena);
    unlink(path);
}

static void the_same_content_gives_the_same_bytes(void)
{
    takt_text a = {0}, b = {0};
    const char *first = file_path("first.nc"), *second = file_path("second.nc");
    CHECK_OK(write_all(first));
    sleep(1); // a date inside would differ now
    CHECK_OK(write_all(second));
    CHECK_OK(takt_file_read(first, 10000000, &a));
    CHECK_OK(takt_file_read(second, 10000000, &b));
    CHECK_INT(a.length, b.length);
    CHECK(a.length > 1000);
    CHECK(memcmp(a.bytes, b.bytes, a.length) == 0);
    takt_text_destroy(&a);
    takt_text_destroy(&b);
    unlink(first);
    unlink(second);
}

static void an_unfinished_file_leaves_the_old_one(void)
{
    takt_netcdf *file = NULL;
    takt_text text = {0};
    const char *path = file_path("run.nc");
    CHECK_OK(takt_file_write_atomic(path, "old", 3));
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    takt_netcdf_destroy(&file);
    CHECK(file == NULL);
    CHECK_INT(count_entries(), 1);
    CHECK_OK(takt_file_read(path, 100, &text));
    CHECK_TEXT(takt_text_get(&text), "old");
    takt_text_destroy(&text);
    unlink(path);
}

/// Writes 8 MB under a limit of 64 KiB per file; 0 when it failed as it should.
static int write_on_a_full_disk(const char *path)
{
    enum { N = 1000000 };
    const struct rlimit limit = {65536, 65536};
    takt_netcdf *file = NULL;
    signal(SIGXFSZ, SIG_IGN);
    double *values = takt_alloc(N * sizeof *values);
    if (!values || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    takt_status status = takt_netcdf_create(path, &head, &file);
    if (status == TAKT_OK)
        status = takt_netcdf_set_size(file, TAKT_DIMENSION_GENERATION, N);
    if (status == TAKT_OK)
        status = takt_netcdf_put_doubles(file, TAKT_CHANNEL_BEST_COST, values);
    if (status == TAKT_OK)
        status = takt_netcdf_commit(&file);
    takt_netcdf_destroy(&file);
    takt_free(values);
    return status == TAKT_ERR_FILE && strstr(takt_error_text(), "run.nc: ") ? 0 : 2;
}

static void a_full_disk_keeps_the_old_file(void)
{
    takt_text text = {0};
    int result = -1;
    const char *path = file_path("run.nc");
    CHECK_OK(takt_file_write_atomic(path, "old", 3));
    const pid_t child = fork();
    if (child == 0)
        _exit(write_on_a_full_disk(path));
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(WIFEXITED(result));
    CHECK_INT(WEXITSTATUS(result), 0);
    CHECK_OK(takt_file_read(path, 100, &text));
    CHECK_TEXT(takt_text_get(&text), "old");
    takt_text_destroy(&text);
    CHECK_INT(count_entries(), 1);
    unlink(path);
}

static void a_study_may_be_long(void)
{
    takt_netcdf *file = NULL;
    takt_text study = {0}, back = {0};
    const char *path = file_path("run.nc");
    for (int i = 0; i < 40000; ++i)
        takt_text_printf(&study, "key_%d: %d\n", i, i);
    takt_netcdf_head long_head = head;
    long_head.study = takt_text_get(&study);
    CHECK_OK(takt_netcdf_create(path, &long_head, &file));
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK_OK(takt_netcdf_get_attribute(file, "study", &back));
    CHECK_INT(back.length, study.length);
    CHECK(strcmp(takt_text_get(&back), takt_text_get(&study)) == 0);
    takt_netcdf_destroy(&file);
    takt_text_destroy(&study);
    takt_text_destroy(&back);
    unlink(path);
}

static void channels_without_values_are_left_out(void)
{
    takt_netcdf *file = NULL;
    const double none = 0;
    double value;
    const char *path = file_path("run.nc");
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_GENERATION, 0));
    CHECK_OK(takt_netcdf_put_doubles(file, TAKT_CHANNEL_BEST_COST, &none));
    CHECK_STATUS(takt_netcdf_put_doubles(file, TAKT_CHANNEL_KPI_MEAN, &none), TAKT_ERR_MODEL);
    CHECK_CONTAINS(takt_error_text(), "kpi_mean: the size of 'kpi' was not set");
    CHECK_STATUS(takt_netcdf_put_doubles(file, TAKT_CHANNEL_KPI_NAME, &none), TAKT_ERR_MODEL);
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK_INT(takt_netcdf_count(file, TAKT_CHANNEL_BEST_COST), 0);
    CHECK_STATUS(takt_netcdf_get_doubles(file, TAKT_CHANNEL_BEST_COST, &value, 0), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "run.nc: found no channel 'best_cost'");
    takt_netcdf_destroy(&file);
    unlink(path);
}

/// The three types through a sink, and what a file does not take.
static void a_sink_writes_the_file(void)
{
    takt_netcdf *file = NULL;
    takt_arena *arena = NULL;
    const char *path = file_path("run.nc");
    const double means[2] = {1.5, -2.5}, values[1] = {0};
    const int64_t counts[2] = {INT64_MAX, -7};
    const char *names[2] = {"throughput", "gr\xc3\xb6\xc3\x9f"
                                          "e"},
               *back[2];
    double means_back[2];
    int64_t counts_back[2];
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    const takt_sink sink = takt_netcdf_sink(file);
    CHECK_STATUS(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, means), TAKT_ERR_MODEL);
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_KPI, 2));
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_BUFFER, 1));
    CHECK_OK(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, means));
    CHECK_OK(takt_sink_integers(&sink, TAKT_CHANNEL_KPI_COUNT, counts));
    CHECK_OK(takt_sink_texts(&sink, TAKT_CHANNEL_KPI_NAME, names));
    CHECK_STATUS(takt_sink_doubles(&sink, TAKT_CHANNEL_BUFFER_NOW, values), TAKT_ERR_MODEL);
    CHECK_CONTAINS(takt_error_text(), "buffer_now: is for viewers only, never in a file");
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK_OK(takt_netcdf_get_doubles(file, TAKT_CHANNEL_KPI_MEAN, means_back, 2));
    CHECK_OK(takt_netcdf_get_integers(file, TAKT_CHANNEL_KPI_COUNT, counts_back, 2));
    CHECK_OK(takt_netcdf_get_texts(file, TAKT_CHANNEL_KPI_NAME, arena, back, 2));
    CHECK(memcmp(means_back, means, sizeof means) == 0);
    CHECK(memcmp(counts_back, counts, sizeof counts) == 0);
    CHECK_TEXT(back[0], names[0]);
    CHECK_TEXT(back[1], names[1]);
    CHECK_INT(takt_netcdf_count(file, TAKT_CHANNEL_BUFFER_NOW), 0);
    takt_netcdf_destroy(&file);
    takt_arena_destroy(&arena);
    unlink(path);
}

/// Any rows of a channel as the whole of it has them, also across chunks.
static void rows_are_read_alone(void)
{
    enum { N_ROWS = 30000, N_COLUMNS = 5 };
    takt_netcdf *file = NULL;
    const char *path = file_path("run.nc");
    double *values = takt_alloc(sizeof *values * N_ROWS * N_COLUMNS);
    double rows[40 * N_COLUMNS];
    const int64_t counts[3] = {7, -8, INT64_MIN};
    int64_t count;
    for (int i = 0; i < N_ROWS * N_COLUMNS; ++i)
        values[i] = 0.5 * i;
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_REPLICATION, N_ROWS));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_KPI, N_COLUMNS));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_GENERATION, 3));
    CHECK_OK(takt_netcdf_put_doubles(file, TAKT_CHANNEL_KPI_VALUE, values));
    CHECK_OK(takt_netcdf_put_integers(file, TAKT_CHANNEL_EVALUATION_COUNT, counts));
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK(takt_netcdf_has(file, TAKT_CHANNEL_KPI_VALUE));
    CHECK(!takt_netcdf_has(file, TAKT_CHANNEL_KPI_MEAN));
    for (size_t first = 0; first + 40 <= N_ROWS; first += 1997) {
        CHECK_OK(takt_netcdf_get_rows(file, TAKT_CHANNEL_KPI_VALUE, first, 40, rows));
        CHECK(memcmp(rows, values + first * N_COLUMNS, sizeof rows) == 0);
    }
    CHECK_OK(takt_netcdf_get_rows(file, TAKT_CHANNEL_KPI_VALUE, N_ROWS - 1, 1, rows));
    CHECK(memcmp(rows, values + (N_ROWS - 1) * N_COLUMNS, N_COLUMNS * sizeof *rows) == 0);
    CHECK_OK(takt_netcdf_get_rows(file, TAKT_CHANNEL_EVALUATION_COUNT, 1, 1, &count));
    CHECK_INT(count, -8);
    CHECK_STATUS(takt_netcdf_get_rows(file, TAKT_CHANNEL_KPI_VALUE, N_ROWS - 1, 2, rows),
                 TAKT_ERR_LIMIT);
    CHECK_STATUS(takt_netcdf_get_rows(file, TAKT_CHANNEL_KPI_VALUE, SIZE_MAX, 2, rows),
                 TAKT_ERR_LIMIT);
    CHECK_STATUS(takt_netcdf_get_rows(file, TAKT_CHANNEL_KPI_MEAN, 0, 1, rows), TAKT_ERR_FILE);
    takt_netcdf_destroy(&file);
    takt_free(values);
    unlink(path);
}

/// A bit that turns over among the values is found by the checksum.
static void a_flipped_bit_is_found(void)
{
    enum { N = 1000 };
    takt_netcdf *file = NULL;
    takt_text bytes = {0};
    const char *path = file_path("run.nc");
    double values[N];
    for (int i = 0; i < N; ++i)
        values[i] = 1000 + i;
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_GENERATION, N));
    CHECK_OK(takt_netcdf_put_doubles(file, TAKT_CHANNEL_BEST_COST, values));
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_file_read(path, 10000000, &bytes));
    char *found = memmem(bytes.bytes, bytes.length, values, sizeof values);
    CHECK(found != NULL);
    found[5 * sizeof *values + 3] ^= 4;
    CHECK_OK(takt_file_write_atomic(path, bytes.bytes, bytes.length));
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK_STATUS(takt_netcdf_get_doubles(file, TAKT_CHANNEL_BEST_COST, values, N), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "run.nc: best_cost: cannot be read: ");
    CHECK_STATUS(takt_netcdf_get_rows(file, TAKT_CHANNEL_BEST_COST, 5, 1, values), TAKT_ERR_FILE);
    takt_netcdf_destroy(&file);
    takt_text_destroy(&bytes);
    unlink(path);
}

/// A bit that turns over in the name of a channel, wherever it stands, does not take the channel
/// away unnoticed.
static void a_lost_name_is_found(void)
{
    enum { N = 10 };
    takt_netcdf *file = NULL;
    takt_text bytes = {0};
    const char *path = file_path("run.nc"), *name = "search_sigma";
    const double values[N] = {1};
    int n_places = 0;
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_GENERATION, N));
    CHECK_OK(takt_netcdf_put_doubles(file, TAKT_CHANNEL_BEST_COST, values));
    CHECK_OK(takt_netcdf_put_doubles(file, TAKT_CHANNEL_SEARCH_SIGMA, values));
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_file_read(path, 10000000, &bytes));
    char *at = bytes.bytes;
    while ((at = memmem(at, bytes.length - (size_t)(at - bytes.bytes), name, strlen(name)))) {
        at[3] ^= 2;
        CHECK_OK(takt_file_write_atomic(path, bytes.bytes, bytes.length));
        CHECK_STATUS(takt_netcdf_open(path, &file), TAKT_ERR_FILE);
        CHECK(file == NULL);
        at[3] ^= 2;
        ++at;
        ++n_places;
    }
    CHECK(n_places >= 2); // of the variable, and in the list
    takt_text_destroy(&bytes);
    unlink(path);
}

static void bad_places_and_bad_files_are_named(void)
{
    takt_netcdf *file = NULL;
    takt_text text = {0};
    char long_name[TAKT_CHANNEL_NAME_BYTES + 2];
    const char *names[1] = {long_name};
    const char *path = file_path("no/run.nc");
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    CHECK_STATUS(takt_netcdf_commit(&file), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "no/run.nc: cannot be written: ");
    CHECK(file == NULL);
    CHECK_STATUS(takt_netcdf_open(path, &file), TAKT_ERR_FILE);
    CHECK(file == NULL);
    path = file_path("junk.nc");
    CHECK_OK(takt_file_write_atomic(path, "junk", 4));
    CHECK_STATUS(takt_netcdf_open(path, &file), TAKT_ERR_FILE);
    CHECK_CONTAINS(takt_error_text(), "junk.nc: file: cannot be read: ");

    memset(long_name, 'x', TAKT_CHANNEL_NAME_BYTES + 1);
    long_name[TAKT_CHANNEL_NAME_BYTES + 1] = '\0';
    CHECK_OK(takt_netcdf_create(path, &head, &file));
    CHECK_OK(takt_netcdf_set_size(file, TAKT_DIMENSION_KPI, 1));
    CHECK_STATUS(takt_netcdf_put_texts(file, TAKT_CHANNEL_KPI_NAME, names), TAKT_ERR_LIMIT);
    long_name[TAKT_CHANNEL_NAME_BYTES] = '\0';
    CHECK_OK(takt_netcdf_put_texts(file, TAKT_CHANNEL_KPI_NAME, names));
    CHECK_OK(takt_netcdf_commit(&file));
    CHECK_OK(takt_netcdf_open(path, &file));
    CHECK_STATUS(takt_netcdf_get_attribute(file, "nothing", &text), TAKT_ERR_FILE);
    takt_text_destroy(&text);
    takt_netcdf_destroy(&file);
    unlink(path);
}

static void the_table_is_complete(void)
{
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        const takt_channel_info *info = takt_channel_get((takt_channel)i);
        CHECK(*info->name && *info->doc && *info->unit);
        CHECK(info->dimensions[0] != TAKT_DIMENSION_NONE);
        for (int j = 0; j < i; ++j)
            CHECK(strcmp(info->name, takt_channel_get((takt_channel)j)->name) != 0);
    }
    for (int i = 0; i < TAKT_DIMENSION_COUNT; ++i)
        CHECK(*takt_dimension_name((takt_dimension)i) && *takt_dimension_doc((takt_dimension)i));
}

static void clean_up(void)
{
    CHECK_INT(rmdir(folder), 0);
}

OPTIONAL_TESTS(has_netcdf(), TEST(every_channel_reads_back),
               TEST(the_same_content_gives_the_same_bytes),
               TEST(an_unfinished_file_leaves_the_old_one), TEST(a_full_disk_keeps_the_old_file),
               TEST(a_study_may_be_long), TEST(channels_without_values_are_left_out),
               TEST(a_sink_writes_the_file), TEST(rows_are_read_alone),
               TEST(a_flipped_bit_is_found), TEST(a_lost_name_is_found),
               TEST(bad_places_and_bad_files_are_named), TEST(the_table_is_complete),
               TEST(clean_up))
