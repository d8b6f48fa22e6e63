// A sound study fills the structs exactly; every wrong one is refused with one line that names
// file, line, column, path, what was found and what is allowed.
#include "core/memory.h"
#include "core/schema.h"
#include "tests/check.h"
#include "tests/core/optional.h"
#include "tests/core/schema_fixture.h"

static takt_arena *arena;
static fixture_study study;

static takt_status load(const char *text, const char *assignment)
{
    takt_document *document = NULL;
    takt_arena_destroy(&arena);
    TAKT_TRY(takt_arena_create(&arena));
    takt_status status = takt_document_parse("s.yaml", text, strlen(text), &document);
    if (status == TAKT_OK && assignment)
        status = takt_document_assign(document, assignment);
    if (status == TAKT_OK)
        status = takt_schema_load(&fixture_study_schema, document, arena, &study);
    takt_document_destroy(&document);
    return status;
}

static void done(void)
{
    takt_arena_destroy(&arena);
}

/// The study is refused with exactly this text.
static void refused(const char *text, const char *message)
{
    CHECK_STATUS(load(text, NULL), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), message);
    done();
}

/// The sound study with one change is refused with exactly this text.
static void set_refused(const char *assignment, const char *message)
{
    CHECK_STATUS(load(fixture_text, assignment), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), message);
    done();
}

static void a_sound_study_fills_the_structs(void)
{
    CHECK_OK(load(fixture_text, NULL));
    CHECK_TEXT(study.name, "demo");
    CHECK_INT(study.seed, 18446744073);
    CHECK_NEAR(study.horizon_s, 5400, 0, 0);
    CHECK_NEAR(study.offset, -0.1, 0, 0);
    CHECK_TEXT(study.factory.title, "a: \"b\" # c");
    CHECK_INT(study.factory.stations.n_items, 2);
    const fixture_station *s = TAKT_ITEM(fixture_station, study.factory.stations, 0);
    CHECK_TEXT(s->name, "coater");
    CHECK_INT(s->machines, 3);
    CHECK_NEAR(s->speed_m_per_s, 0.75, 0, 0);
    CHECK_INT(s->rule, FIXTURE_LIFO);
    CHECK(s->is_shared);
    CHECK_INT(s->temperatures_K.n_items, 2);
    CHECK_NEAR(*TAKT_ITEM(double, s->temperatures_K, 1), 400.25, 0, 0);
    CHECK_INT(s->products.n_items, 2);
    CHECK_TEXT(*TAKT_ITEM(const char *, s->products, 1), "cathode");
    CHECK(s->crew != NULL);
    CHECK_INT(s->crew->size, 4);
    CHECK_NEAR(s->crew->shift_s, 43200, 0, 0);
    const fixture_buffer *b = TAKT_ITEM(fixture_buffer, study.factory.buffers, 1);
    CHECK_TEXT(b->name, "rolls_b");
    CHECK_INT(b->capacity, 7);
    CHECK_NEAR(b->delay_s, 30, 0, 0);
    done();
}

static void what_is_absent_gets_its_default(void)
{
    CHECK_OK(load(fixture_text, NULL));
    const fixture_station *s = TAKT_ITEM(fixture_station, study.factory.stations, 1);
    CHECK_INT(s->machines, 1);
    CHECK_NEAR(s->speed_m_per_s, 1, 0, 0);
    CHECK_INT(s->rule, FIXTURE_FIFO);
    CHECK(!s->is_shared);
    CHECK_INT(s->temperatures_K.n_items, 2);
    CHECK_NEAR(*TAKT_ITEM(double, s->temperatures_K, 1), 350.5, 0, 0);
    CHECK_INT(s->products.n_items, 0);
    CHECK(s->crew == NULL);
    CHECK_NEAR(TAKT_ITEM(fixture_buffer, study.factory.buffers, 0)->delay_s, 90, 0, 0);
    CHECK_INT(study.factory.repair.size, 2);
    CHECK_NEAR(study.factory.repair.shift_s, 28800, 0, 0);
    done();
}

static void an_unknown_key_names_the_nearest(void)
{
    refused("name: a\nfactory:\n  stations:\n    - name: x\n      machnes: 3\n",
            "s.yaml:5:7: factory.stations[0].machnes: unknown key 'machnes'; did you mean "
            "'machines'?\n"
            "        machnes: 3\n"
            "        ^");
    refused("name: a\nzzz: 1\n", "s.yaml:2:1: zzz: unknown key 'zzz', allowed: name, seed, "
                                 "horizon_s, offset, factory\n"
                                 "  zzz: 1\n"
                                 "  ^");
}

static void a_value_out_of_range_is_told_the_range(void)
{
    refused("name: a\nfactory:\n  stations: [{name: x}]\n  buffers:\n    - {name: a}\n"
            "    - name: b\n      capacity: -1\n",
            "s.yaml:7:17: factory.buffers[1].capacity: found -1, allowed: 0 or more\n"
            "        capacity: -1\n"
            "                  ^");
    refused("name: a\nfactory: {stations: [{name: x, speed_m_per_s: 3}]}\n",
            "s.yaml:2:47: factory.stations[0].speed_m_per_s: found 3, allowed: 0.1 to 2.5 m/s\n"
            "  factory: {stations: [{name: x, speed_m_per_s: 3}]}\n"
            "                                                ^");
    refused("name: a\nfactory: {stations: [{name: x, temperatures_K: [1, -2]}]}\n",
            "s.yaml:2:52: factory.stations[0].temperatures_K[1]: found -2, allowed: 0 K or more\n"
            "  factory: {stations: [{name: x, temperatures_K: [1, -2]}]}\n"
            "                                                     ^");
    refused("name: a\nhorizon_s: 0 min\nfactory: {stations: [{name: x}]}\n",
            "s.yaml:2:12: horizon_s: found '0 min', allowed: 1 s or more\n"
            "  horizon_s: 0 min\n"
            "             ^");
}

static void a_wrong_type_is_told_the_type(void)
{
    set_refused("factory.stations[0].machines=many",
                "--set factory.stations[0].machines=many: factory.stations[0].machines: found "
                "'many', allowed: a whole number, 1 to 1000");
    set_refused("factory.stations[0].machines=\"3\"",
                "--set factory.stations[0].machines=\"3\": factory.stations[0].machines: found "
                "'3', allowed: a whole number, 1 to 1000");
    set_refused("factory.stations[0].machines=2.5",
                "--set factory.stations[0].machines=2.5: factory.stations[0].machines: found 2.5, "
                "allowed: a whole number, 1 to 1000");
    set_refused("offset=[1]", "--set offset=[1]: offset: found a list, allowed: a number");
    set_refused("offset={a: 1}", "--set offset={a: 1}: offset: found a mapping, allowed: a number");
    set_refused("offset=", "--set offset=: offset: found nothing, allowed: a number");
    set_refused("factory=3", "--set factory=3: factory: found 3, allowed: a mapping with keys of a "
                             "factory");
    set_refused("factory.stations=3", "--set factory.stations=3: factory.stations: found 3, "
                                      "allowed: a list of mappings");
    set_refused("factory.stations[0].is_shared=yes",
                "--set factory.stations[0].is_shared=yes: factory.stations[0].is_shared: found "
                "'yes', allowed: true or false");
    set_refused("factory.stations[0].rule=filo",
                "--set factory.stations[0].rule=filo: factory.stations[0].rule: found 'filo', "
                "allowed: one of fifo, lifo, shortest");
    set_refused("horizon_s=3 weeks", "--set horizon_s=3 weeks: horizon_s: found '3 weeks', "
                                     "allowed: a time like 90 s, 30 min, 1.5 h, 10 d, 1 s or more");
}

static void only_finite_numbers_pass(void)
{
    static const char *const words[] = {".nan",  ".inf", "-.inf", "nan", "inf", "1e999", "0x10",
                                        "1_000", "1,5",  "--1",   "1e",  ".",   "+",     "1 2"};
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
        char assignment[64];
        snprintf(assignment, sizeof assignment, "offset=%s", words[i]);
        CHECK_STATUS(load(fixture_text, assignment), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), "offset: found '");
        CHECK_CONTAINS(takt_error_text(), "allowed: a number");
    }
    done();
}

static void integers_keep_their_digits(void)
{
    CHECK_OK(load(fixture_text, "seed=9223372036854775807"));
    CHECK_INT(study.seed, INT64_MAX);
    CHECK_OK(load(fixture_text, "seed=1e6"));
    CHECK_INT(study.seed, 1000000);
    set_refused("seed=9223372036854775808",
                "--set seed=9223372036854775808: seed: found 9223372036854775808, allowed: 0 or "
                "more, in digits, at most 9223372036854775807");
    CHECK_STATUS(load(fixture_text, "seed=-1"), TAKT_ERR_INPUT);
    set_refused("factory.buffers[0].capacity=2147483648",
                "--set factory.buffers[0].capacity=2147483648: factory.buffers[0].capacity: found "
                "2147483648, allowed: 0 or more, at most 2147483647");
    CHECK_OK(load(fixture_text, "factory.buffers[0].capacity=2147483647"));
    done();
}

static void durations_have_units(void)
{
    static const struct {
        const char *assignment;
        double seconds;
    } cases[] = {{"horizon_s=90", 90},      {"horizon_s=90 s", 90},     {"horizon_s=30 min", 1800},
                 {"horizon_s=1.5 h", 5400}, {"horizon_s=10 d", 864000}, {"horizon_s=2h", 7200},
                 {"horizon_s='2 h'", 7200}, {"horizon_s=1e3 s", 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        CHECK_OK(load(fixture_text, cases[i].assignment));
        CHECK_NEAR(study.horizon_s, cases[i].seconds, 0, 0);
    }
    done();
}

static void names_are_identifiers(void)
{
    char name[80], assignment[120];
    memset(name, 'x', 65);
    name[65] = '\0';
    snprintf(assignment, sizeof assignment, "name=%s", name);
    CHECK_STATUS(load(fixture_text, assignment), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "allowed: a name of 1 to 64 letters");
    name[64] = '\0';
    snprintf(assignment, sizeof assignment, "name=%s", name);
    CHECK_OK(load(fixture_text, assignment));

    refused("name: \"a\\tb\\u0007\"\n",
            "s.yaml:1:7: name: found 'a?b?', allowed: a name of 1 to 64 letters, digits, '_', '.', "
            "'-', starting with a letter or '_'\n"
            "  name: \"a\\tb\\u0007\"\n"
            "        ^");
    CHECK_STATUS(load(fixture_text, "name=7up"), TAKT_ERR_INPUT);
    CHECK_STATUS(load(fixture_text, "name=''"), TAKT_ERR_INPUT);
    CHECK_STATUS(load(fixture_text, "name=a b"), TAKT_ERR_INPUT);
    done();
}

static void two_entries_of_one_name_are_refused(void)
{
    refused("name: a\nfactory:\n  stations:\n    - name: b\n    - name: a\n    - name: b\n"
            "    - name: a\n",
            "s.yaml:6:13: factory.stations[2].name: found 'b' a second time (first in entry 0), "
            "allowed: names used once\n"
            "      - name: b\n"
            "              ^");
}

static void a_key_given_twice_is_refused(void)
{
    refused("name: a\nseed: 1\nseed: 2\nfactory: {stations: [{name: x}]}\n",
            "s.yaml:3:1: seed: found the key a second time (first in line 2), allowed: once\n"
            "  seed: 2\n"
            "  ^");
}

static void required_keys_must_be_there(void)
{
    refused("seed: 1\nfactory: {stations: [{name: x}]}\n",
            "s.yaml:1:1: name: found no key 'name', which is required, allowed: a name of 1 to 64 "
            "letters, digits, '_', '.', '-', starting with a letter or '_'\n"
            "  seed: 1\n"
            "  ^");
    refused("name: a\nfactory:\n  stations:\n    - machines: 2\n",
            "s.yaml:4:7: factory.stations[0].name: found no key 'name', which is required, "
            "allowed: a name of 1 to 64 letters, digits, '_', '.', '-', starting with a letter or "
            "'_'\n"
            "      - machines: 2\n"
            "        ^");
    set_refused("factory.stations=[]", "--set factory.stations=[]: factory.stations: found 0 "
                                       "entries, allowed: 1 or more");
}

static void a_list_may_not_be_too_long(void)
{
    set_refused("factory.stations[0].temperatures_K=[1,2,3,4,5,6,7,8,9]",
                "--set factory.stations[0].temperatures_K=[1,2,3,4,5,6,7,8,9]: "
                "factory.stations[0].temperatures_K: found 9 entries, allowed: at most 8");
}

static void aliases_stand_for_their_value(void)
{
    CHECK_OK(load("name: a\nfactory:\n  stations: [{name: x, crew: &c {size: 9}}, "
                  "{name: y, crew: *c}]\n",
                  NULL));
    CHECK_INT(TAKT_ITEM(fixture_station, study.factory.stations, 1)->crew->size, 9);
    done();
}

static void null_takes_an_optional_part_away(void)
{
    CHECK_OK(load(fixture_text, "factory.stations[coater].crew=null"));
    CHECK(TAKT_ITEM(fixture_station, study.factory.stations, 0)->crew == NULL);
    done();
}

OPTIONAL_TESTS(has_yaml(), TEST(a_sound_study_fills_the_structs),
               TEST(what_is_absent_gets_its_default), TEST(an_unknown_key_names_the_nearest),
               TEST(a_value_out_of_range_is_told_the_range), TEST(a_wrong_type_is_told_the_type),
               TEST(only_finite_numbers_pass), TEST(integers_keep_their_digits),
               TEST(durations_have_units), TEST(names_are_identifiers),
               TEST(two_entries_of_one_name_are_refused), TEST(a_key_given_twice_is_refused),
               TEST(required_keys_must_be_there), TEST(a_list_may_not_be_too_long),
               TEST(aliases_stand_for_their_value), TEST(null_takes_an_optional_part_away))
