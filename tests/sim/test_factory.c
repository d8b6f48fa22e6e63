/// Studies built in C are checked as those from files are.
#include "tests/sim/lines.h"

/// A study built in C gets the same checks; there is no file to name.
static void studies_in_c_are_checked_too(void)
{
    takt_study *study = line_create(100);
    line_buffer(study, "rack", 1);
    line_station(study, "press", line_constant(1), NULL, "rock");
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "factory.stations[0].routes[0].to");
    CHECK_CONTAINS(takt_error_text(), "found 'rock', allowed: out, scrap or a buffer (rack)");
    takt_study_destroy(&study);
    study = line_create(100);
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "factory.stations: found none, allowed: one or more");
    takt_study_destroy(&study);
    takt_study_destroy(&study); // nothing there any more
}

/// The queue of events has room for a million machines; nothing overflows unnoticed.
static void too_many_machines_are_refused(void)
{
    for (int extra = 0; extra < 2; ++extra) {
        takt_study *study = line_create(100);
        for (int i = 0; i < 11; ++i) {
            const char *name = takt_arena_format(study->arena, "press_%d", i);
            line_station(study, name, line_constant(1), NULL, "out")->n_machines =
                i < 10 ? 100000 - 1 : 10 + extra;
        }
        CHECK_STATUS(takt_study_resolve(study), extra ? TAKT_ERR_INPUT : TAKT_OK);
        if (extra)
            CHECK_CONTAINS(takt_error_text(),
                           "factory.stations: found 1000001 machines in all, allowed: 1000000");
        takt_study_destroy(&study);
    }
}

/// Streams of draws are named by 12 bits of station and 20 of machine: no two may share one.
static void too_many_stations_are_refused(void)
{
    takt_study *study = line_create(100);
    const int n = TAKT_MAX_STATIONS + 1;
    takt_station *stations = takt_arena_alloc(study->arena, (size_t)n * sizeof *stations);
    takt_station *press = line_station(study, "press", line_constant(1), NULL, "out");
    CHECK(stations);
    for (int i = 0; i < n; ++i)
        stations[i] = *press;
    study->factory.stations = (takt_list){stations, n};
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "factory.stations: found 4097, allowed: 4096 or fewer");
    study->factory.stations.n_items = TAKT_MAX_STATIONS;
    CHECK_OK(takt_study_resolve(study));
    takt_study_destroy(&study);
}

/// Every table that a study is loaded from is sound in itself.
static void the_tables_are_sound(void)
{
    CHECK_OK(takt_schema_verify(&takt_study_schema));
}

TAKT_TESTS(TEST(studies_in_c_are_checked_too), TEST(too_many_machines_are_refused),
           TEST(too_many_stations_are_refused), TEST(the_tables_are_sound))
