// What the writers make of a table is exact: the effective study loads back to the same struct, the
// JSON Schema and the reference page say what the table says.
#include "core/memory.h"
#include "core/schema.h"
#include "tests/check.h"
#include "tests/core/optional.h"
#include "tests/core/schema_fixture.h"

static takt_status load(takt_arena *arena, const char *text, fixture_study *study)
{
    takt_document *document = NULL;
    TAKT_TRY(takt_document_parse("s.yaml", text, strlen(text), &document));
    const takt_status status = takt_schema_load(&fixture_study_schema, document, arena, study);
    takt_document_destroy(&document);
    return status;
}

static void the_effective_study_is_what_it_should_be(void)
{
    takt_arena *arena = NULL;
    takt_text out = {0};
    fixture_study study;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(
        load(arena, "name: a\nfactory: {stations: [{name: x, products: [\"1\", b c]}]}", &study));
    takt_schema_write_yaml(&fixture_study_schema, &study, &out);
    CHECK_OK(takt_text_check(&out));
    CHECK_TEXT(takt_text_get(&out), "name: a\n"
                                    "seed: 1\n"
                                    "horizon_s: 864000\n"
                                    "offset: -0.1\n"
                                    "factory:\n"
                                    "  stations:\n"
                                    "    - name: x\n"
                                    "      machines: 1\n"
                                    "      speed_m_per_s: 1\n"
                                    "      rule: fifo\n"
                                    "      is_shared: false\n"
                                    "      temperatures_K: [300, 350.5]\n"
                                    "      products: [\"1\", \"b c\"]\n"
                                    "  buffers: []\n"
                                    "  repair:\n"
                                    "    size: 2\n"
                                    "    shift_s: 28800\n");
    takt_text_destroy(&out);
    takt_arena_destroy(&arena);
}

static void check_stations_equal(const fixture_station *a, const fixture_station *b)
{
    CHECK_TEXT(a->name, b->name);
    CHECK_INT(a->machines, b->machines);
    CHECK(a->speed_m_per_s == b->speed_m_per_s);
    CHECK_INT(a->rule, b->rule);
    CHECK_INT(a->is_shared, b->is_shared);
    CHECK_INT(a->temperatures_K.n_items, b->temperatures_K.n_items);
    for (int32_t i = 0; i < a->temperatures_K.n_items; ++i)
        CHECK(*TAKT_ITEM(double, a->temperatures_K, i) == *TAKT_ITEM(double, b->temperatures_K, i));
    CHECK_INT(a->products.n_items, b->products.n_items);
    for (int32_t i = 0; i < a->products.n_items; ++i)
        CHECK_TEXT(*TAKT_ITEM(const char *, a->products, i),
                   *TAKT_ITEM(const char *, b->products, i));
    CHECK_INT(a->crew != NULL, b->crew != NULL);
    if (a->crew) {
        CHECK_INT(a->crew->size, b->crew->size);
        CHECK(a->crew->shift_s == b->crew->shift_s);
    }
}

static void check_studies_equal(const fixture_study *a, const fixture_study *b)
{
    CHECK_TEXT(a->name, b->name);
    CHECK_INT(a->seed, b->seed);
    CHECK(a->horizon_s == b->horizon_s);
    CHECK(a->offset == b->offset);
    CHECK_INT(a->factory.title != NULL, b->factory.title != NULL);
    if (a->factory.title)
        CHECK_TEXT(a->factory.title, b->factory.title);
    CHECK_INT(a->factory.stations.n_items, b->factory.stations.n_items);
    for (int32_t i = 0; i < a->factory.stations.n_items; ++i)
        check_stations_equal(TAKT_ITEM(fixture_station, a->factory.stations, i),
                             TAKT_ITEM(fixture_station, b->factory.stations, i));
    CHECK_INT(a->factory.buffers.n_items, b->factory.buffers.n_items);
    for (int32_t i = 0; i < a->factory.buffers.n_items; ++i) {
        CHECK_INT(TAKT_ITEM(fixture_buffer, a->factory.buffers, i)->capacity,
                  TAKT_ITEM(fixture_buffer, b->factory.buffers, i)->capacity);
        CHECK(TAKT_ITEM(fixture_buffer, a->factory.buffers, i)->delay_s ==
              TAKT_ITEM(fixture_buffer, b->factory.buffers, i)->delay_s);
    }
    CHECK_INT(a->factory.repair.size, b->factory.repair.size);
}

static void round_trip(const char *text)
{
    takt_arena *arena = NULL;
    takt_text first = {0}, second = {0};
    fixture_study before, after;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(load(arena, text, &before));
    takt_schema_write_yaml(&fixture_study_schema, &before, &first);
    CHECK_OK(load(arena, takt_text_get(&first), &after));
    check_studies_equal(&before, &after);
    takt_schema_write_yaml(&fixture_study_schema, &after, &second);
    CHECK_TEXT(takt_text_get(&second), takt_text_get(&first));
    takt_text_destroy(&first);
    takt_text_destroy(&second);
    takt_arena_destroy(&arena);
}

static void the_effective_study_loads_back(void)
{
    round_trip(fixture_text);
    round_trip("name: a\nfactory: {stations: [{name: x}]}");
    round_trip("name: null_\noffset: 1e-320\nhorizon_s: 0.1 d\nseed: 9223372036854775807\n"
               "factory: {stations: [{name: x, crew: {}, products: []}]}");
}

/// YAML 1.1 wants a point in a number with an exponent, YAML 1.2 takes it.
static void numbers_are_numbers_in_every_yaml(void)
{
    static const struct {
        double value;
        const char *written;
    } cases[] = {{1e18, "offset: 1.0e+18\n"},
                 {-2e-9, "offset: -2.0e-09\n"},
                 {1.5e300, "offset: 1.5e+300\n"},
                 {0.1, "offset: 0.1\n"},
                 {3, "offset: 3\n"}};
    fixture_study study = {.name = "a"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        takt_text out = {0};
        study.offset = cases[i].value;
        takt_schema_write_yaml(&fixture_study_schema, &study, &out);
        CHECK_CONTAINS(takt_text_get(&out), cases[i].written);
        takt_text_destroy(&out);
    }
}

static void odd_texts_survive_the_round_trip(void)
{
    static const char *const texts[] = {"\"\"",
                                        "\"null\"",
                                        "\"true\"",
                                        "\"1e3\"",
                                        "\" lead\"",
                                        "\"trail \"",
                                        "\"- a\"",
                                        "\"a: b\"",
                                        "\"a #b\"",
                                        "\"[x]\"",
                                        "\"line\\nbreak\\ttab\"",
                                        "\"quote \\\" back \\\\ slash\"",
                                        "\"\\x01\\x7f\\u0085\\u2028\\ufeff\"",
                                        "\"gr\\u00fc\\u00dfe \\U0001F600\"",
                                        "'%a'",
                                        "'@'",
                                        "\"?\"",
                                        "\"&a\"",
                                        "\"*a\"",
                                        "\"!t\"",
                                        "\"~\"",
                                        "\"no\"",
                                        "\"---\"",
                                        "\"...\""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
        char study[256];
        snprintf(study, sizeof study,
                 "name: a\nfactory: {title: %s, stations: [{name: x, products: [%s]}]}", texts[i],
                 texts[i]);
        round_trip(study);
    }
}

static void the_json_schema_says_what_the_table_says(void)
{
    takt_text out = {0};
    takt_schema_write_json(&fixture_study_schema, &out);
    CHECK_OK(takt_text_check(&out));
    const char *json = takt_text_get(&out);
    CHECK_CONTAINS(json, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
    CHECK_CONTAINS(json, "\"additionalProperties\": false");
    CHECK_CONTAINS(json, "    \"speed_m_per_s\": {\n"
                         "          \"description\": \"line speed [m/s]\",\n"
                         "          \"type\": \"number\",\n"
                         "          \"minimum\": 0.1,\n"
                         "          \"maximum\": 2.5,\n"
                         "          \"default\": 1\n"
                         "        }");
    CHECK_CONTAINS(json, "\"enum\": [\n            \"fifo\",\n            \"lifo\",\n            "
                         "\"shortest\"\n          ],\n          \"default\": \"fifo\"");
    CHECK_CONTAINS(json, "\"$ref\": \"#/$defs/station\"");
    CHECK_CONTAINS(json, "\"default\": \"1.5 min\"");
    CHECK_CONTAINS(json, "\"default\": [\n            300,\n            350.5\n          ]");
    CHECK_CONTAINS(json, "\"required\": [\n    \"name\",\n    \"factory\"\n  ]");
    takt_text_destroy(&out);
}

static void the_reference_page_says_what_the_table_says(void)
{
    takt_text out = {0};
    takt_schema_write_reference(&fixture_study_schema, &out);
    CHECK_OK(takt_text_check(&out));
    const char *page = takt_text_get(&out);
    CHECK_CONTAINS(page, "# Reference: study\n");
    CHECK_CONTAINS(page, "\n## station\n\nParallel machines with one queue.\n");
    CHECK_CONTAINS(page,
                   "| `speed_m_per_s` | a number | m/s | 0.1 to 2.5 m/s | `1` | line speed |\n");
    CHECK_CONTAINS(page, "| `rule` | word |  | one of fifo, lifo, shortest | `fifo` | which part "
                         "is next |\n");
    CHECK_CONTAINS(page, "| `stations` | list of [station](#station) |  |  | required | in the "
                         "order of the flow |\n");
    takt_text_destroy(&out);
}

static void a_sound_table_is_verified(void)
{
    CHECK_OK(takt_schema_verify(&fixture_study_schema));
}

static void an_unsound_table_is_found(void)
{
    takt_field fields[2];
    takt_schema schema = {"crew", "doc", fields, 2, sizeof(fixture_crew)};
#define BROKEN(change, message)                                                                    \
    do {                                                                                           \
        memcpy(fields, fixture_crew_fields, sizeof fields);                                        \
        change;                                                                                    \
        CHECK_STATUS(takt_schema_verify(&schema), TAKT_ERR_MODEL);                                 \
        CHECK_CONTAINS(takt_error_text(), message);                                                \
    } while (0)
    BROKEN(fields[0].default_text = "0", "size: default '0' cannot be read");
    BROKEN(fields[1].default_text = "soon", "shift_s: default 'soon' cannot be read");
    BROKEN(fields[1].default_text = NULL, "shift_s: has no default");
    BROKEN(fields[0].doc = NULL, "size: has no documentation");
    BROKEN(fields[1].name = "size", "size: is there twice");
    BROKEN(fields[0].min = 200, "size: has an empty range");
    BROKEN(fields[0].offset = 1000, "size: lies outside");
    BROKEN(fields[0].type = TAKT_TYPE_STRUCT, "size: needs a sub-schema");
    BROKEN(fields[0].type = TAKT_TYPE_CHOICE, "size: needs choices");
#undef BROKEN
}

OPTIONAL_TESTS(has_yaml(), TEST(the_effective_study_is_what_it_should_be),
               TEST(the_effective_study_loads_back), TEST(numbers_are_numbers_in_every_yaml),
               TEST(odd_texts_survive_the_round_trip),
               TEST(the_json_schema_says_what_the_table_says),
               TEST(the_reference_page_says_what_the_table_says), TEST(a_sound_table_is_verified),
               TEST(an_unsound_table_is_found))
