// A path into a loaded struct reads and writes exactly that value, within its range, without
// allocating anything.
#include "core/memory.h"
#include "core/schema.h"
#include "tests/check.h"
#include "tests/core/optional.h"
#include "tests/core/schema_fixture.h"

static takt_arena *arena;
static fixture_study study;

static void load(void)
{
    takt_document *document = NULL;
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(takt_document_parse("s.yaml", fixture_text, strlen(fixture_text), &document));
    CHECK_OK(takt_schema_load(&fixture_study_schema, document, arena, &study));
    takt_document_destroy(&document);
}

static takt_status locate(const char *path, takt_located *at)
{
    return takt_schema_locate(&fixture_study_schema, &study, path, at);
}

static void values_are_read_and_written(void)
{
    static const struct {
        const char *path;
        double before, after;
    } cases[] = {{"factory.buffers[rolls_b].capacity", 7, 12},
                 {"factory.buffers[0].delay_s", 90, 91.5},
                 {"factory.stations[coater].speed_m_per_s", 0.75, 2.5},
                 {"factory.stations[0].temperatures_K[1]", 400.25, 401},
                 {"factory.stations[0].crew.size", 4, 5},
                 {"factory.repair.shift_s", 28800, 60},
                 {"seed", 18446744073, 3},
                 {"offset", -0.1, 1e300}};
    load();
    const int64_t n_allocations = takt_alloc_count();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        takt_located at;
        double value = 0;
        CHECK_OK(locate(cases[i].path, &at));
        CHECK_OK(takt_located_get(&at, &value));
        CHECK_NEAR(value, cases[i].before, 0, 0);
        CHECK_OK(takt_located_set(&at, cases[i].after));
        CHECK_OK(takt_located_get(&at, &value));
        CHECK_NEAR(value, cases[i].after, 0, 0);
    }
    CHECK_INT(takt_alloc_count(), n_allocations);
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 1)->capacity, 12);
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 0)->capacity, 5);
    CHECK_INT(TAKT_ITEM(fixture_station, study.factory.stations, 0)->crew->size, 5);
    takt_arena_destroy(&arena);
}

static void a_value_outside_its_range_is_refused(void)
{
    takt_located at;
    load();
    CHECK_OK(locate("factory.buffers[0].capacity", &at));
    CHECK_STATUS(takt_located_set(&at, -1), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "factory.buffers[0].capacity: found -1, allowed: 0 or more");
    CHECK_STATUS(takt_located_set(&at, 2.5), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(),
               "factory.buffers[0].capacity: found 2.5, allowed: a whole number");
    CHECK_STATUS(takt_located_set(&at, (double)NAN), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_located_set(&at, 3e9), TAKT_ERR_INPUT);
    CHECK_INT(TAKT_ITEM(fixture_buffer, study.factory.buffers, 0)->capacity, 5);
    CHECK_OK(locate("factory.stations[0].speed_m_per_s", &at));
    CHECK_STATUS(takt_located_set(&at, 2.500001), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(),
               "factory.stations[0].speed_m_per_s: found 2.500001, allowed: 0.1 to 2.5 m/s");
    takt_arena_destroy(&arena);
}

static void refused(const char *path, const char *message)
{
    takt_located at;
    CHECK_STATUS(locate(path, &at), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), message);
}

static void a_path_that_leads_nowhere_is_explained(void)
{
    takt_located at;
    double value;
    load();
    refused("factory.bufers[0].capacity",
            "factory.bufers: unknown key 'bufers'; did you mean 'buffers'?");
    refused("factory.buffers[9].capacity", "factory.buffers[9]: found no entry '9', allowed: 0 to "
                                           "1 or the name of an entry");
    refused("factory.buffers[rolls_z].capacity",
            "factory.buffers[rolls_z]: found no entry 'rolls_z', allowed: 0 to 1 or the name of an "
            "entry");
    refused("factory.stations[slitter].crew.size",
            "factory.stations[slitter].crew: this study has none");
    refused("seed.x", "seed.x: found a whole number where a key would need a mapping");
    refused("seed[0]", "seed[0]: found a whole number where a list is needed");
    refused("[0]", "[0]: found a mapping where a list is needed");
    refused("", ": found no path, allowed: keys like a.b[2].c or a.b[name].c");
    CHECK_OK(locate("factory.stations[0].rule", &at));
    CHECK_STATUS(takt_located_get(&at, &value), TAKT_ERR_INPUT);
    CHECK_OK(locate("factory.stations", &at));
    CHECK_STATUS(takt_located_set(&at, 1), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "factory.stations: found a list of mappings, allowed: a number, "
                                  "a whole number or a time");
    takt_arena_destroy(&arena);
}

OPTIONAL_TESTS(has_yaml(), TEST(values_are_read_and_written),
               TEST(a_value_outside_its_range_is_refused),
               TEST(a_path_that_leads_nowhere_is_explained))
