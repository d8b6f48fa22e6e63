/// People come and go by the calendar: jobs pause or are finished first, crews finish what they
/// have begun, and shifts that meet are one. All numbers by hand.
#include "tests/sim/lines.h"

enum { HOUR = 3600 };

static takt_calendar *line_calendar(takt_study *study, const char *name, double cycle_h)
{
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    *calendar = (takt_calendar){.name = name, .cycle_s = cycle_h * HOUR};
    return calendar;
}

static takt_shift *line_shift(takt_study *study, takt_calendar *calendar, double from_h,
                              double to_h)
{
    takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
    *shift = (takt_shift){.from_s = from_h * HOUR, .to_s = to_h * HOUR};
    return shift;
}

static takt_study *day_shift(takt_shift_end shift_end, double service_h)
{
    takt_study *study = line_create(48 * HOUR);
    line_shift(study, line_calendar(study, "day", 24), 0, 8);
    takt_station *press =
        line_station(study, "press", line_constant(service_h * HOUR), NULL, "out");
    press->calendar = "day";
    press->shift_end = shift_end;
    return study;
}

/// Jobs of 3 h in a shift of 8 h: paused, the third has 2 h behind it at 8 h and ends at 25 h.
static void the_end_of_a_shift_pauses(void)
{
    takt_study *study = day_shift(TAKT_SHIFT_END_PAUSES, 3);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 24 * HOUR);
    CHECK_INT(r->view.head->n_left, 2);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(8.0 * HOUR));
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_OFF_SHIFT), LINE_S(16.0 * HOUR));
    line_advance(r, 25 * HOUR);
    CHECK_INT(r->view.head->n_left, 3);
    line_advance(r, 48 * HOUR);
    CHECK_INT(r->view.head->n_left, 5); // 16 h of work
    CHECK(takt_replication_inconsistency(r) == NULL);
    line_destroy(&study, &scenario);
}

/// Finished first: the third goes on to 9 h, and so each day.
static void or_the_job_is_finished_first(void)
{
    takt_study *study = day_shift(TAKT_SHIFT_END_FINISHES, 3);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 9 * HOUR);
    CHECK_INT(r->view.head->n_left, 3);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_OFF_SHIFT);
    line_advance(r, 48 * HOUR);
    CHECK_INT(r->view.head->n_left, 6);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(18.0 * HOUR));
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_OFF_SHIFT), LINE_S(30.0 * HOUR));
    CHECK(takt_replication_inconsistency(r) == NULL);
    line_destroy(&study, &scenario);
}

/// A job that ends with the shift is done, and completions come before the end of a shift.
static void a_job_can_end_with_the_shift(void)
{
    for (int end = 0; end < TAKT_SHIFT_END_COUNT; ++end) {
        takt_study *study = day_shift((takt_shift_end)end, 4);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 24 * HOUR);
        CHECK_INT(r->view.head->n_left, 2);
        CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(8.0 * HOUR));
        line_destroy(&study, &scenario);
    }
}

/// Breaks after 7 h of the clock. The repair of 3 h begins at 7 h with the shift's last hour before
/// it, is finished at 10 h by a crew of the same calendar, and the job goes on at 24 h.
static void crews_finish_what_they_have_begun(void)
{
    takt_study *study = day_shift(TAKT_SHIFT_END_PAUSES, 10);
    takt_station *press = TAKT_ITEM(takt_station, study->factory.stations, 0);
    takt_failure *failure = line_failure(study, press, TAKT_METER_CLOCK, line_constant(7 * HOUR),
                                         line_constant(3 * HOUR));
    failure->crew = "fitters";
    failure->rests_off_shift = true;
    line_crew(study, "fitters", 1)->calendar = "day";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12 * HOUR);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_DOWN), LINE_S(3.0 * HOUR));
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_OFF_SHIFT);
    line_advance(r, 27 * HOUR); // 7 h and 3 h of work
    CHECK_INT(r->view.head->n_left, 1);
    CHECK(takt_replication_inconsistency(r) == NULL);
    line_destroy(&study, &scenario);
}

/// Without `rests_off_shift` the clock comes due at 20 h, finds nobody, and strikes at 24 h; the
/// crew of the night shift has gone by then, and comes at 36 h.
static void what_comes_due_off_shift_strikes_when_it_begins(void)
{
    takt_study *study = day_shift(TAKT_SHIFT_END_PAUSES, 100);
    takt_station *press = TAKT_ITEM(takt_station, study->factory.stations, 0);
    line_failure(study, press, TAKT_METER_CLOCK, line_constant(20 * HOUR), line_constant(HOUR))
        ->crew = "fitters";
    line_crew(study, "fitters", 1)->calendar = "night";
    line_shift(study, line_calendar(study, "night", 24), 12, 23);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 24.5 * HOUR);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
    CHECK(takt_replication_inconsistency(r) == NULL);
    line_advance(r, 48 * HOUR);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_DOWN), LINE_S(13.0 * HOUR)); // 24 to 37 h
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(8.0 * HOUR));
    line_destroy(&study, &scenario);
}

/// Monday to Friday 6 to 14 and 14 to 22 h are five stretches; a week whole is never left.
static void shifts_that_meet_are_one(void)
{
    takt_study *study = line_create(14 * 24 * HOUR);
    takt_calendar *week = line_calendar(study, "week", 7 * 24);
    for (int k = 0; k < 2; ++k) {
        takt_shift *shift = line_shift(study, week, 6 + 8 * k, 14 + 8 * k);
        for (int day = 1; day <= 5; ++day)
            *(double *)line_append(study, &shift->days, sizeof(double)) = day;
    }
    takt_stretch stretches[10];
    CHECK_INT(takt_calendar_room(week), 10);
    CHECK_INT(takt_calendar_stretches(week, stretches), 5);
    CHECK_INT(stretches[4].from, LINE_S((4 * 24 + 6.0) * HOUR));
    CHECK_INT(stretches[4].to, LINE_S((4 * 24 + 22.0) * HOUR));
    CHECK_NEAR(takt_calendar_share(week), 80.0 / 168, 1e-15, 0);
    takt_station *press = line_station(study, "press", line_constant(HOUR), NULL, "out");
    press->calendar = "week";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 14 * 24 * HOUR);
    CHECK_INT(r->view.head->n_left, 160);
    CHECK_INT(takt_replication_n_events(r), 160 + 20); // two of each of ten shifts
    line_destroy(&study, &scenario);
}

static void a_cycle_without_end_has_no_events(void)
{
    for (int k = 0; k < 2; ++k) {
        takt_study *study = line_create(100 * HOUR);
        takt_calendar *always = line_calendar(study, "always", 24);
        line_shift(study, always, 0, 12 + 12 * k);
        line_shift(study, always, 12, 24);
        line_station(study, "press", line_constant(HOUR), NULL, "out")->calendar = "always";
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 100 * HOUR);
        CHECK_INT(takt_replication_n_events(r), 100);
        line_destroy(&study, &scenario);
    }
}

/// A night shift over midnight, 20 to 24 and 0 to 4 h: nobody goes home at midnight.
static void midnight_is_no_end(void)
{
    takt_study *study = line_create(72 * HOUR);
    takt_calendar *night = line_calendar(study, "night", 24);
    line_shift(study, night, 0, 4);
    line_shift(study, night, 20, 24);
    line_station(study, "press", line_constant(6 * HOUR), NULL, "out")->calendar = "night";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 22 * HOUR); // 4 h, then 2 h
    CHECK_INT(r->view.head->n_left, 1);
    line_advance(r, 72 * HOUR);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(24.0 * HOUR));
    CHECK_INT(takt_replication_n_events(r), 4 + 1 + 2 * 2 + 1); // jobs; 4, 20, 28, 44, 52, 68 h
    line_destroy(&study, &scenario);
}

static void mistakes_are_named(void)
{
    static const struct {
        double from_h, to_h, day;
        const char *field, *allowed;
    } mistakes[] = {
        {8, 8, 0, "factory.calendars[0].shifts[0].to", "later than `from`"},
        {8, 200, 0, "factory.calendars[0].shifts[0].to", "168 h (the cycle) or less"},
        {8, 25, 2, "factory.calendars[0].shifts[0].to", "24 h (the day) or less"},
        {8, 16, 8, "factory.calendars[0].shifts[0].days", "whole numbers from 1 to 7"},
        {8, 16, 1.5, "factory.calendars[0].shifts[0].days", "whole numbers from 1 to 7"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; ++i) {
        takt_study *study = line_create(HOUR);
        takt_shift *shift = line_shift(study, line_calendar(study, "week", 168), mistakes[i].from_h,
                                       mistakes[i].to_h);
        if (mistakes[i].day > 0)
            *(double *)line_append(study, &shift->days, sizeof(double)) = mistakes[i].day;
        line_station(study, "press", line_constant(1), NULL, "out");
        takt_problem problem;
        CHECK_STATUS(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
        CHECK_TEXT(problem.path, mistakes[i].field);
        CHECK_CONTAINS(problem.text, mistakes[i].allowed);
        takt_study_destroy(&study);
    }
    takt_study *study = line_create(HOUR);
    line_station(study, "press", line_constant(1), NULL, "out")->calendar = "day";
    takt_problem problem;
    CHECK_STATUS(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
    CHECK_TEXT(problem.path, "factory.stations[0].calendar");
    takt_study_destroy(&study);
}

TAKT_TESTS(TEST(the_end_of_a_shift_pauses), TEST(or_the_job_is_finished_first),
           TEST(a_job_can_end_with_the_shift), TEST(crews_finish_what_they_have_begun),
           TEST(what_comes_due_off_shift_strikes_when_it_begins), TEST(shifts_that_meet_are_one),
           TEST(a_cycle_without_end_has_no_events), TEST(midnight_is_no_end),
           TEST(mistakes_are_named))
