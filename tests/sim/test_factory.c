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

/// Resolving fails with a message that contains the text.
static void check_refused(takt_study *study, const char *text)
{
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), text);
    takt_study_destroy(&study);
}

/// source -> `name` -> press -> out
static takt_study *fed_press(const char *name, takt_distribution interarrival)
{
    takt_study *study = line_create(100);
    line_buffer(study, name, 5);
    line_source(study, name, interarrival);
    line_station(study, "press", line_constant(1), name, "out");
    return study;
}

static void sources_and_buffers_are_checked(void)
{
    takt_study *study = fed_press("rack", line_constant(1));
    CHECK_OK(takt_study_resolve(study));
    takt_study_destroy(&study);
    check_refused(fed_press("out", line_constant(1)),
                  "factory.buffers[0].name: found 'out', allowed: another name");
    check_refused(fed_press("scrap", line_constant(1)),
                  "factory.buffers[0].name: found 'scrap', allowed: another name");
    check_refused(fed_press("rack", line_constant(0)),
                  "factory.sources[0].interarrival.mean: found 0, allowed: more than 0");
    check_refused(
        fed_press("rack",
                  (takt_distribution){.kind = TAKT_DISTRIBUTION_CONSTANT, .mean_s = 1, .cv = 0.5}),
        "factory.sources[0].interarrival.cv: found 0.5 for a constant, allowed: 0");
    study = fed_press("rack", line_constant(1));
    line_buffer(study, "box", 5);
    line_input(study, TAKT_ITEM(takt_station, study->factory.stations, 0), "box");
    check_refused(study, "factory.buffers[1].name: found a buffer that nobody fills");
}

/// Each buffer knows the stations behind it, and no others.
static void buffers_know_who_draws_from_them(void)
{
    takt_study *study = line_serial(4, 2, 100);
    takt_scenario *scenario = line_open(study);
    const takt_plan *plan = takt_scenario_plan(scenario);
    for (int b = 0; b < 3; ++b) {
        CHECK_INT(plan->buffers[b].n_consumers, 1);
        CHECK_INT(plan->consumers[plan->buffers[b].first_consumer], b + 1);
    }
    line_destroy(&study, &scenario);
}

/// Every table that a study is loaded from is sound in itself.
static void the_tables_are_sound(void)
{
    CHECK_OK(takt_schema_verify(&takt_study_schema));
}

TAKT_TESTS(TEST(studies_in_c_are_checked_too), TEST(sources_and_buffers_are_checked),
           TEST(buffers_know_who_draws_from_them), TEST(too_many_machines_are_refused),
           TEST(too_many_stations_are_refused), TEST(the_tables_are_sound))
