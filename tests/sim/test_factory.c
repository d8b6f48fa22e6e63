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

/// Every table that a study is loaded from is sound in itself.
static void the_tables_are_sound(void)
{
    CHECK_OK(takt_schema_verify(&takt_study_schema));
}

TAKT_TESTS(TEST(studies_in_c_are_checked_too), TEST(the_tables_are_sound))
