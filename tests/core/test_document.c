// Whatever stands in a file, opening it gives a document or one clear line; --set changes exactly
// the value it names.
#include "core/files.h"
#include "core/memory.h"
#include "core/schema.h"
#include "tests/check.h"
#include "tests/core/optional.h"
#include "tests/core/schema_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *file_path(const char *name)
{
    static char path[128];
    if (!*folder) {
        strcpy(folder, "/tmp/takt_document_XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/// Opening a file with these bytes fails; the message is `<path>` + `expected`.
static void open_refused(const char *bytes, size_t n, const char *expected)
{
    takt_document *document = (void *)folder;
    char message[1024];
    const char *path = file_path("s.yaml");
    CHECK_OK(takt_file_write_atomic(path, bytes, n));
    CHECK_STATUS(takt_document_open(path, &document), TAKT_ERR_INPUT);
    CHECK(document == NULL);
    snprintf(message, sizeof message, "%s%s", path, expected);
    CHECK_TEXT(takt_error_text(), message);
    unlink(path);
}

static takt_status parse(const char *text, takt_document **document)
{
    return takt_document_parse("s.yaml", text, strlen(text), document);
}

static void a_missing_file_and_a_folder_are_named(void)
{
    takt_document *document = NULL;
    char message[256];
    const char *path = file_path("nothing.yaml");
    CHECK_STATUS(takt_document_open(path, &document), TAKT_ERR_INPUT);
    snprintf(message, sizeof message, "%s: No such file or directory, allowed: a YAML file", path);
    CHECK_TEXT(takt_error_text(), message);
    CHECK_STATUS(takt_document_open(folder, &document), TAKT_ERR_INPUT);
    snprintf(message, sizeof message, "%s: found a folder, allowed: a YAML file", folder);
    CHECK_TEXT(takt_error_text(), message);
    CHECK_STATUS(takt_document_open("/dev/zero", &document), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "/dev/zero: found no regular file, allowed: a YAML file");
}

static void a_huge_file_is_refused_unread(void)
{
    takt_document *document = NULL;
    const char *path = file_path("huge.yaml");
    const int64_t before = takt_alloc_count();
    CHECK_OK(takt_file_write_atomic(path, "a: 1\n", 5));
    CHECK_INT(truncate(path, 100 * 1000 * 1000), 0);
    CHECK_STATUS(takt_document_open(path, &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "huge.yaml: found 100000000 bytes, allowed: at most 1048576");
    CHECK_INT(takt_alloc_count(), before);
    unlink(path);
}

static void empty_and_odd_bytes_are_refused(void)
{
    open_refused("", 0, ": found an empty file, allowed: keys and values in YAML");
    open_refused("# only a comment\n", 17,
                 ": found an empty file, allowed: keys and values in YAML");
    open_refused("---\n...\n", 8, ": found an empty file, allowed: keys and values in YAML");
    open_refused("a: 1\nb: \0\n", 10,
                 ":2:4: found a zero byte, allowed: UTF-8 text\n"
                 "  b: ?\n"
                 "     ^");
    open_refused("a: \"\xff\"\n", 7,
                 ":1:5: found the byte 0xFF, allowed: UTF-8 text\n"
                 "  a: \"?\"\n"
                 "      ^");
    open_refused("a: \xc0\x80\n", 6,
                 ":1:4: found the byte 0xC0, allowed: UTF-8 text\n"
                 "  a: ??\n"
                 "     ^");
    open_refused("\xed\xa0\x80: 1\n", 7,
                 ":1:1: found the byte 0xED, allowed: UTF-8 text\n"
                 "  ???: 1\n"
                 "  ^");
}

static void a_syntax_error_is_one_line_with_its_place(void)
{
    takt_document *document = NULL;
    CHECK_STATUS(parse("a: 1\nb: [1, 2\nc: 3\n", &document), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(),
               "s.yaml:4:1: found no valid YAML: flow sequence without a closing bracket");
    CHECK_STATUS(parse("a: 1\nb: [1, 2]]\nc: 3\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:2:10: found no valid YAML: ");
    CHECK_CONTAINS(takt_error_text(), "\n  b: [1, 2]]\n           ^");
    CHECK_STATUS(parse("a: 1\n b: 2\n", &document), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "s.yaml:1:4: found no valid YAML: invalid multiline plain key\n"
                                  "  a: 1\n"
                                  "     ^");
    CHECK_STATUS(parse("a: \"never closed\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:1:5: ");
    CHECK_STATUS(parse("a: \"\\0\"\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:1:");
    CHECK_CONTAINS(takt_error_text(), "found a zero character in a text");
    CHECK_STATUS(parse("a: >\n ", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:2:1: found a text that ends in the middle of a line");
    CHECK_STATUS(parse("a: 1\n---\nb: 2\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "found a second document, allowed: one document in a file");
    CHECK_STATUS(parse("[1]: 2\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:1:1: found a list as a key, allowed: text");
    CHECK_STATUS(parse("a: *b\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "found an alias without an anchor of that name");
}

static void nothing_is_printed(void)
{
    // libfyaml prints syntax errors unless it is stopped; catch both streams in a file.
    takt_document *document = NULL;
    struct stat info;
    const char *path = file_path("printed");
    fflush(NULL);
    const int out = dup(1), err = dup(2), fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    dup2(fd, 1);
    dup2(fd, 2);
    const takt_status a = parse("a: [1\nb: }\n", &document);
    const takt_status b = parse("%YAML 9.9\n--- \"\n", &document);
    const takt_status c = parse("%FOO bar\n---\na: !x 1\n", &document);
    takt_document_destroy(&document);
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    fstat(fd, &info);
    close(fd);
    close(out);
    close(err);
    unlink(path);
    CHECK_STATUS(a, TAKT_ERR_INPUT);
    CHECK_STATUS(b, TAKT_ERR_INPUT);
    CHECK(c == TAKT_OK || c == TAKT_ERR_INPUT);
    CHECK_INT(info.st_size, 0);
}

static void deep_nesting_is_refused(void)
{
    takt_document *document = NULL;
    char text[256] = "a: ";
    for (int i = 0; i < 40; ++i)
        strcat(text, "[");
    CHECK_STATUS(parse(text, &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:1:35: found values nested more than 32 deep");
    char ok[256] = "a: ";
    for (int i = 0; i < 31; ++i)
        strcat(ok, "[");
    for (int i = 0; i < 31; ++i)
        strcat(ok, "]");
    CHECK_OK(parse(ok, &document));
    takt_document_destroy(&document);
}

static void an_alias_bomb_is_refused(void)
{
    takt_document *document = NULL;
    takt_text text = {0};
    takt_text_append(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 20; ++i) {
        takt_text_printf(&text, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; ++j)
            takt_text_printf(&text, "%s*a%d", j ? ", " : "", i - 1);
        takt_text_append(&text, "]\n");
    }
    CHECK_STATUS(takt_document_parse("s.yaml", takt_text_get(&text), text.length, &document),
                 TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "found more than 100000 values (aliases counted with what");
    takt_text_destroy(&text);
    CHECK_STATUS(parse("a: &a [*a]\n", &document), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "found an alias inside the value it stands for");
}

/// Loads the fixture after one --set.
static takt_status set_and_load(const char *assignment, takt_arena *arena, fixture_study *study)
{
    takt_document *document = NULL;
    takt_status status = parse(fixture_text, &document);
    if (status == TAKT_OK)
        status = takt_document_assign(document, assignment);
    if (status == TAKT_OK)
        status = takt_schema_load(&fixture_study_schema, document, arena, study);
    takt_document_destroy(&document);
    return status;
}

static void set_changes_exactly_one_value(void)
{
    takt_arena *arena = NULL;
    fixture_study study;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(set_and_load("factory.buffers[1].capacity=42", arena, &study));
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 0)->capacity, 5);
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 1)->capacity, 42);
    CHECK_OK(set_and_load("factory.buffers[rolls_a].capacity=43", arena, &study));
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 0)->capacity, 43);
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 1)->capacity, 7);
    // Inserted where nothing was, with the mapping around it.
    CHECK_OK(set_and_load("factory.repair.size=6", arena, &study));
    CHECK_INT(study.factory.repair.size, 6);
    CHECK_OK(set_and_load("factory.stations[slitter].crew.size=7", arena, &study));
    CHECK_INT(TAKT_ITEM(fixture_station, study.factory.stations, 1)->crew->size, 7);
    CHECK_INT(TAKT_ITEM(fixture_station, study.factory.stations, 0)->crew->size, 4);
    CHECK_OK(set_and_load("factory.stations[0].temperatures_K[1]=451", arena, &study));
    CHECK_NEAR(*TAKT_ITEM(double,
                          TAKT_ITEM(fixture_station, study.factory.stations, 0)->temperatures_K, 1),
               451, 0, 0);
    CHECK_OK(set_and_load("factory.buffers=[{name: z}]", arena, &study));
    CHECK_INT(study.factory.buffers.n_items, 1);
    takt_arena_destroy(&arena);
}

static void set_leaves_an_alias_alone(void)
{
    takt_arena *arena = NULL;
    takt_document *document = NULL;
    fixture_study study;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(parse("name: a\nfactory:\n  stations: [{name: x, crew: &c {size: 9}}, "
                   "{name: y, crew: *c}]\n",
                   &document));
    CHECK_OK(takt_document_set(document, "factory.stations[y].crew.size", "3"));
    CHECK_OK(takt_schema_load(&fixture_study_schema, document, arena, &study));
    CHECK_INT(TAKT_ITEM(fixture_station, study.factory.stations, 0)->crew->size, 9);
    CHECK_INT(TAKT_ITEM(fixture_station, study.factory.stations, 1)->crew->size, 3);
    takt_document_destroy(&document);
    takt_arena_destroy(&arena);
}

static void set_refused(const char *assignment, const char *message)
{
    takt_arena *arena = NULL;
    fixture_study study;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_STATUS(set_and_load(assignment, arena, &study), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), message);
    takt_arena_destroy(&arena);
}

static void set_on_a_path_that_is_not_there_is_refused(void)
{
    set_refused("factory.bufers[0].capacity=1",
                "--set factory.bufers[0].capacity=1: factory.bufers[0]: found no list");
    set_refused("factory.bufers=[]", "--set factory.bufers=[]: factory.bufers: unknown key "
                                     "'bufers'; did you mean 'buffers'?");
    set_refused("factory.buffers[2].capacity=1",
                "--set factory.buffers[2].capacity=1: factory.buffers[2]: found no entry '2', "
                "allowed: 0 to 1 or the name of an entry");
    set_refused("factory.buffers[rolls_c].capacity=1",
                "--set factory.buffers[rolls_c].capacity=1: factory.buffers[rolls_c]: found no "
                "entry 'rolls_c'; did you mean 'rolls_a'?");
    set_refused("factory.buffers[0].capacity.x=1",
                "--set factory.buffers[0].capacity.x=1: factory.buffers[0].capacity.x: found no "
                "mapping that could have a key 'x'");
    set_refused("factory.buffers[1].capacity=-1",
                "--set factory.buffers[1].capacity=-1: factory.buffers[1].capacity: found -1, "
                "allowed: 0 or more");
    set_refused("factory", "--set: found 'factory', allowed: path.to.key=value");
    set_refused("=1", "--set: found '=1', allowed: path.to.key=value");
    set_refused("a..b=1", "a..b: found no path, allowed: keys like a.b[2].c or a.b[name].c");
    set_refused("a[=1", "a[: found no path, allowed: keys like a.b[2].c or a.b[name].c");
    set_refused("se\ned=1", "se?ed: found a control character, allowed: text");
    set_refused("seed=\"a\nb\"",
                "--set seed=\"a?b\": seed: found 'a b', allowed: a whole number, 0 "
                "or more");
    set_refused("seed=[1", "--set seed=[1: found no valid YAML: flow sequence without a closing "
                           "bracket");
}

static void a_later_check_points_at_the_value(void)
{
    takt_document *document = NULL;
    CHECK_OK(parse(fixture_text, &document));
    CHECK_STATUS(takt_document_fail(document, "factory.buffers[rolls_b].capacity",
                                    "found %d, allowed: at most %d", 7, 6),
                 TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(),
               "s.yaml:18:33: factory.buffers[rolls_b].capacity: found 7, allowed: at most 6\n"
               "      - {name: rolls_b, capacity: 7, delay_s: 30 s}\n"
               "                                  ^");
    // A default has no line: the nearest thing around it that is written has.
    CHECK_STATUS(takt_document_fail(document, "factory.buffers[0].delay_s", "found 90"),
                 TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "s.yaml:17:7: factory.buffers[0].delay_s: found 90\n");
    CHECK_OK(takt_document_set(document, "factory.buffers[0].capacity", "9"));
    CHECK_STATUS(takt_document_fail(document, "factory.buffers[0].capacity", "found 9"),
                 TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(),
               "--set factory.buffers[0].capacity=9: factory.buffers[0].capacity: found 9");
    CHECK_STATUS(takt_document_fail(NULL, "a.b", "found 1"), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "a.b: found 1");
    takt_document_destroy(&document);
}

static void a_long_line_is_cut_around_the_caret(void)
{
    takt_document *document = NULL;
    char text[1024] = "a: {";
    for (int i = 0; i < 60; ++i)
        snprintf(text + strlen(text), 16, "k%02d: %d, ", i, i);
    strcat(text, "z: 1}\n");
    CHECK_OK(parse(text, &document));
    CHECK_STATUS(takt_document_fail(document, "a.k40", "wrong"), TAKT_ERR_INPUT);
    const char *line = strchr(takt_error_text(), '\n') + 1;
    const char *caret = strchr(line, '\n') + 1;
    CHECK((int)(caret - line) <= 104);
    CHECK_INT(caret[60 + 2], '^');
    CHECK(strncmp(line + 60 + 2, "40", 2) == 0);
    takt_document_destroy(&document);
}

static void clean_up(void)
{
    CHECK_INT(rmdir(folder), 0);
}

OPTIONAL_TESTS(has_yaml(), TEST(a_missing_file_and_a_folder_are_named),
               TEST(a_huge_file_is_refused_unread), TEST(empty_and_odd_bytes_are_refused),
               TEST(a_syntax_error_is_one_line_with_its_place), TEST(nothing_is_printed),
               TEST(deep_nesting_is_refused), TEST(an_alias_bomb_is_refused),
               TEST(set_changes_exactly_one_value), TEST(set_leaves_an_alias_alone),
               TEST(set_on_a_path_that_is_not_there_is_refused),
               TEST(a_later_check_points_at_the_value), TEST(a_long_line_is_cut_around_the_caret),
               TEST(clean_up))
