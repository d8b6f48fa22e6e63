/// Crews and operators against outcomes written by hand: who is served first, who comes, who is
/// taken away from what, what waits for people, what meets at one tick, how busy they are.
#include "sim/kpi_internal.h"
#include "tests/sim/lines.h"

// The tables say what is not zero; clang wants all of it said.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wmissing-field-initializers"
#endif

enum { MOST = 4 };

/// A machine that breaks, and when its repair is over.
typedef struct breaking {
    double at_s, repair_s;
    int members, priority;
    const char *crews; // letters of crews in order of preference
    bool restarts;
    double over_s;
} breaking;

typedef struct order {
    const char *why;
    int x, y; // people of two crews; negative: they are pre-empted by priority
    breaking machines[MOST];
} order;

static const order orders[] = {
    {"the longest waiting",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 0, "x", .over_s = 20},
      {12, 5, 1, 0, "x", .over_s = 25}}},
    {"the highest priority",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 0, "x", .over_s = 25},
      {12, 5, 1, 1, "x", .over_s = 20}}},
    {"who is interrupted goes on in his old place",
     -1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 20},
      {11, 5, 1, 0, "x", .over_s = 25},
      {12, 5, 1, 1, "x", .over_s = 17}}},
    {"or begins again",
     -1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 22, .restarts = true},
      {11, 5, 1, 0, "x", .over_s = 27},
      {12, 5, 1, 1, "x", .over_s = 17}}},
    {"nobody makes way for his like",
     -1,
     0,
     {{10, 5, 1, 1, "x", .over_s = 15}, {11, 5, 1, 1, "x", .over_s = 20}}},
    {"negative priorities are the last",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, -1, "x", .over_s = 25},
      {12, 5, 1, 0, "x", .over_s = 20}}},
    {"a second crew comes where the first is busy",
     1,
     1,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 0, "xy", .over_s = 16},
      {12, 5, 1, 0, "xy", .over_s = 20}}},
    {"the crew that is preferred comes",
     1,
     1,
     {{10, 5, 1, 0, "yx", .over_s = 15},
      {11, 5, 1, 0, "y", .over_s = 20},
      {12, 5, 1, 0, "x", .over_s = 17}}},
    {"who cannot do it does not",
     1,
     1,
     {{10, 5, 1, 0, "x", .over_s = 15}, {11, 5, 1, 0, "x", .over_s = 20}}},
    {"two wait for two, and nobody passes them",
     3,
     0,
     {{10, 5, 2, 0, "x", .over_s = 15},
      {11, 5, 2, 0, "x", .over_s = 20},
      {12, 5, 1, 0, "x", .over_s = 20}}},
    {"but what is more urgent does",
     3,
     0,
     {{10, 5, 2, 0, "x", .over_s = 15},
      {11, 5, 2, 0, "x", .over_s = 20},
      {12, 5, 1, 1, "x", .over_s = 17}}},
    {"who waits behind him comes when another crew has taken the first",
     2,
     2,
     {{9, 6, 2, 1, "y", .over_s = 15},
      {10, 10, 1, 0, "x", .over_s = 20},
      {11, 5, 2, 0, "xy", .over_s = 20},
      {12, 5, 1, 0, "x", .over_s = 20}}},
    {"the lowest priority makes way",
     -2,
     0,
     {{10, 5, 1, 1, "x", .over_s = 15},
      {11, 5, 1, 0, "x", .over_s = 19},
      {12, 5, 1, 2, "x", .over_s = 17}}},
    {"among equals the last to begin",
     -2,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 0, "x", .over_s = 19},
      {12, 5, 1, 1, "x", .over_s = 17}}},
    {"nobody leaves what he does where that would not do",
     -2,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 2, "x", .over_s = 16},
      {12, 5, 2, 1, "x", .over_s = 21}}},
    {"as many make way as it takes",
     -2,
     0,
     {{10, 5, 1, 0, "x", .over_s = 20},
      {11, 5, 1, 0, "x", .over_s = 21},
      {12, 5, 2, 1, "x", .over_s = 17}}},
    {"who is free comes rather than who is not",
     -1,
     1,
     {{10, 5, 1, 0, "x", .over_s = 15}, {11, 5, 1, 1, "xy", .over_s = 16}}},
    {"nobody is free: the preferred crew leaves what it does",
     -1,
     -1,
     {{9, 5, 1, 0, "y", .over_s = 14},
      {10, 5, 1, 0, "x", .over_s = 20},
      {11, 5, 1, 1, "xy", .over_s = 16}}},
    {"another crew goes on with what was left",
     -1,
     1,
     {{10, 5, 1, 0, "xy", .over_s = 15}, {12, 5, 1, 1, "x", .over_s = 17}}},
    {"and for it leaves what is less urgent",
     -1,
     -1,
     {{9, 5, 1, 0, "y", .over_s = 17},
      {10, 5, 1, 1, "xy", .over_s = 15},
      {12, 5, 1, 2, "x", .over_s = 17}}},
    {"twice interrupted",
     -1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 19},
      {12, 2, 1, 1, "x", .over_s = 14},
      {15, 2, 1, 1, "x", .over_s = 17}}},
    // at one tick
    {"who is free at 15 goes to what is more urgent, though it has just called",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 0, "x", .over_s = 25},
      {15, 5, 1, 1, "x", .over_s = 20}}},
    {"and else to who has waited",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {11, 5, 1, 0, "x", .over_s = 20},
      {15, 5, 1, 0, "x", .over_s = 25}}},
    {"of two that call at 10 the more urgent",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 20}, {10, 5, 1, 1, "x", .over_s = 15}}},
    {"of two that call at 10 the one whose job began first, the last in the study",
     1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 20}, {10, 5, 1, 0, "x", .over_s = 15}}},
    {"a repair that ends at 15 is over, whoever calls",
     -1,
     0,
     {{10, 5, 1, 0, "x", .over_s = 15}, {15, 5, 1, 1, "x", .over_s = 20}}},
    {"who is free at 12 comes together with one who is taken away then",
     -2,
     0,
     {{7, 5, 1, 1, "x", .over_s = 12},
      {10, 5, 1, 0, "x", .over_s = 20},
      {12, 5, 2, 2, "x", .over_s = 17},
      {12, 1, 1, 1, "x", .over_s = 18}}},
    {"both crews are free at 15: each claim has its own",
     1,
     1,
     {{10, 5, 1, 0, "x", .over_s = 15},
      {10, 5, 1, 0, "y", .over_s = 15},
      {11, 5, 1, 0, "xy", .over_s = 20},
      {12, 5, 1, 0, "x", .over_s = 25}}},
};

static const char *crew_of(char letter)
{
    return letter == 'x' ? "x" : "y";
}

static void set_people(takt_study *study, const char *letters, const char **crew, takt_people *call)
{
    if (!letters[1]) {
        *crew = crew_of(letters[0]);
        return;
    }
    for (; *letters; ++letters)
        *(const char **)line_append(study, &call->crews, sizeof(char *)) = crew_of(*letters);
}

static void add_crew(takt_study *study, const char *name, int n)
{
    if (n != 0)
        line_crew(study, name, n < 0 ? -n : n)->pre_emption =
            n < 0 ? TAKT_PRE_EMPTION_BY_PRIORITY : TAKT_PRE_EMPTION_NEVER;
}

/// A machine with work for ever that breaks whenever it has worked for at_s.
static takt_failure *add_breaking(takt_study *study, const char *name, const breaking *from)
{
    takt_station *station = line_station(study, name, line_constant(1000), NULL, "out");
    takt_failure *failure = line_failure(study, station, TAKT_METER_WORKING,
                                         line_constant(from->at_s), line_constant(from->repair_s));
    failure->call.members = from->members;
    failure->call.priority = from->priority;
    failure->call.pre_empted = from->restarts ? TAKT_PRE_EMPTED_RESTARTS : TAKT_PRE_EMPTED_RESUMES;
    set_people(study, from->crews, &failure->crew, &failure->call);
    return failure;
}

static void check_order(const order *o)
{
    static const char *const names[MOST] = {"a", "b", "c", "d"};
    takt_study *study = line_create(100);
    add_crew(study, "x", o->x);
    add_crew(study, "y", o->y);
    for (int i = 0; i < MOST && o->machines[i].crews; ++i)
        add_breaking(study, names[i], &o->machines[i]);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (double t = 0.5; t < 28; t += 0.5) {
        line_advance(r, t);
        for (int i = 0; i < MOST && o->machines[i].crews; ++i) {
            const breaking *m = &o->machines[i];
            const bool is_down = t >= m->at_s && t < m->over_s;
            const bool again = t >= m->over_s + m->at_s; // it breaks again
            if (!again && is_down != (r->view.machines[i].state == TAKT_MACHINE_DOWN))
                CHECK_FAILED("%s: at %g s machine %s is %s", o->why, t, names[i],
                             is_down ? "up" : "down");
        }
    }
    line_destroy(&study, &scenario);
}

static void repairs_are_done_in_their_order(void)
{
    for (size_t i = 0; i < sizeof orders / sizeof *orders; ++i)
        check_order(&orders[i]);
}

/// 64 machines break at one tick; one person needs 1 s for each. Priorities are a permutation.
static void many_who_wait_come_in_their_order(void)
{
    enum { N = 16, EACH = 4 };
    takt_study *study = line_create(200);
    line_crew(study, "x", 1);
    for (int i = 0; i < N; ++i) {
        const breaking one = {10, 1, 1, i * 7 % N, "x", .restarts = false};
        add_breaking(study, takt_arena_format(study->arena, "s%d", i), &one);
        TAKT_ITEM(takt_station, study->factory.stations, i)->n_machines = EACH;
    }
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (int step = 0; step < 10; ++step)
        line_advance(r, 10.5 + step);
    for (int i = 0; i < N; ++i)
        for (int k = 0; k < EACH; ++k) {
            const int rank = (N - 1 - i * 7 % N) * EACH + k; // repaired at 11 + rank
            const bool is_down = r->view.machines[i * EACH + k].state == TAKT_MACHINE_DOWN;
            CHECK_INT(is_down, 11 + rank > 19);
        }
    line_destroy(&study, &scenario);
}

/// The KPI of this name, as the replication reports it.
static double kpi_of(takt_scenario *scenario, const char *name)
{
    const takt_report *report = takt_scenario_report(scenario);
    double results[256];
    CHECK(report->n_values <= 256);
    takt_replication_report(takt_scenario_replication(scenario), results);
    for (int32_t i = 0; i < report->n_kpis; ++i)
        if (strcmp(report->kpis[i].name, name) == 0)
            return results[i];
    CHECK_FAILED("no KPI is named %s", name);
    return 0;
}

/// Stations a and b, one person: 10 s for each item.
static takt_study *two_stations(int priority_of_a)
{
    static const char *const names[] = {"a", "b"};
    takt_study *study = line_create(40);
    line_crew(study, "x", 1);
    for (int i = 0; i < 2; ++i) {
        takt_station *station = line_station(study, names[i], line_constant(10), NULL, "out");
        station->operators = takt_arena_alloc(study->arena, sizeof *station->operators);
        CHECK(station->operators);
        *station->operators = (takt_operators){.crew = "x", .call.priority = i ? 0 : priority_of_a};
    }
    return study;
}

static void check_station(const takt_replication *r, int32_t station, double working,
                          double unstaffed)
{
    CHECK_INT(line_time(r, station, TAKT_MACHINE_WORKING), LINE_S(working));
    CHECK_INT(line_time(r, station, TAKT_MACHINE_UNSTAFFED), LINE_S(unstaffed));
}

static void one_person_works_at_one_machine_at_a_time(void)
{
    takt_study *study = two_stations(0);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (double t = 5; t < 40; t += 5)
        line_advance(r, t);
    line_advance(r, 40); // b, a, b, a: who has waited comes before who calls at that tick
    check_station(r, 0, 20, 20);
    check_station(r, 1, 20, 20);
    CHECK_INT(r->view.head->n_left, 4);
    CHECK_NEAR(kpi_of(scenario, "busy_x"), 1, 0, 0);
    line_destroy(&study, &scenario);

    study = two_stations(1); // a calls again at 10, and comes first again
    scenario = line_open(study);
    r = line_start(scenario, 0);
    line_advance(r, 40);
    check_station(r, 0, 40, 0);
    check_station(r, 1, 0, 40);
    line_destroy(&study, &scenario);
}

/// A repair of 4 s is called at `at_s` from the crew of the operators.
static takt_replication *with_repair(takt_study *study, double at_s, int priority, bool pre_empts,
                                     takt_scenario **scenario)
{
    const breaking broken = {at_s, 4, 1, priority, "x", .restarts = false};
    TAKT_ITEM(takt_crew, study->factory.crews, 0)->pre_emption = pre_empts;
    add_breaking(study, "c", &broken);
    *scenario = line_open(study);
    return line_start(*scenario, 0);
}

static void repairs_and_operators_share_a_crew(void)
{
    takt_scenario *scenario;
    takt_study *study = two_stations(1);
    takt_replication *r = with_repair(study, 3, 5, true, &scenario);
    line_advance(r, 7); // taken away from a at 3, and back at 7
    check_station(r, 0, 3, 4);
    line_advance(r, 10); // c breaks again
    check_station(r, 0, 6, 4);
    line_destroy(&study, &scenario);

    study = two_stations(1); // nobody is taken away: he comes at 10, before a calls again
    r = with_repair(study, 3, 5, false, &scenario);
    line_advance(r, 16);
    check_station(r, 0, 12, 4);
    CHECK_INT(line_time(r, 2, TAKT_MACHINE_DOWN), LINE_S(11));
    line_destroy(&study, &scenario);
}

/// Person, repair and machines meet at 10 s, when b is done: who has waited longest is a.
static void repairs_and_operators_meet_at_one_tick(void)
{
    static const struct {
        int priority;
        bool pre_empts;
        double a_works_s, repaired_s; // from, at
    } cases[] = {{0, false, 10, 24}, {0, true, 10, 24}, {1, false, 14, 14}, {1, true, 14, 14}};
    for (int i = 0; i < 4; ++i) {
        takt_study *study = two_stations(0);
        takt_scenario *scenario;
        takt_replication *r =
            with_repair(study, 10, cases[i].priority, cases[i].pre_empts, &scenario);
        line_advance(r, 23);
        check_station(r, 0, (cases[i].a_works_s < 14 ? 20 : 23) - cases[i].a_works_s,
                      cases[i].a_works_s + (cases[i].a_works_s < 14 ? 3 : 0));
        check_station(r, 1, 10, 13);
        line_advance(r, 24);
        CHECK_INT(line_time(r, 2, TAKT_MACHINE_DOWN), LINE_S(cases[i].repaired_s - 10));
        line_destroy(&study, &scenario);
    }
}

/// Whatever keeps a machine from working lets its people go: a break, a full buffer, its shift.
static void a_machine_that_does_not_work_holds_nobody(void)
{
    takt_study *study = two_stations(1);
    takt_station *a = TAKT_ITEM(takt_station, study->factory.stations, 0);
    line_failure(study, a, TAKT_METER_WORKING, line_constant(4), line_constant(3));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 14); // b from 4 to 14; a is repaired at 7 and waits
    check_station(r, 0, 4, 7);
    check_station(r, 1, 10, 4);
    line_advance(r, 18);
    check_station(r, 0, 8, 7);
    line_destroy(&study, &scenario);

    study = two_stations(1); // its second item finds no place before 110
    a = TAKT_ITEM(takt_station, study->factory.stations, 0);
    TAKT_ITEM(takt_route, a->routes, 0)->to = "between";
    line_buffer(study, "between", 0);
    line_station(study, "slow", line_constant(100), "between", "out");
    scenario = line_open(study);
    r = line_start(scenario, 0);
    line_advance(r, 30);
    check_station(r, 0, 20, 0);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_BLOCKED), LINE_S(10));
    check_station(r, 1, 10, 20);
    line_destroy(&study, &scenario);

    study = two_stations(1);
    a = TAKT_ITEM(takt_station, study->factory.stations, 0);
    a->calendar = "day";
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    *calendar = (takt_calendar){.name = "day", .cycle_s = 24};
    takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
    *shift = (takt_shift){.from_s = 0, .to_s = 8};
    scenario = line_open(study);
    r = line_start(scenario, 0);
    line_advance(r, 30); // a: 0 to 8, then off until 24; b: 8 to 18, 18 to 28; a again from 28
    check_station(r, 0, 10, 4);
    check_station(r, 1, 20, 10);
    line_destroy(&study, &scenario);
}

/// What breaks while it waits for people breaks; what strikes at the start of a job strikes before.
static void what_waits_for_people_may_break(void)
{
    takt_study *study = two_stations(0);
    takt_station *a = TAKT_ITEM(takt_station, study->factory.stations, 0);
    line_failure(study, a, TAKT_METER_CLOCK, line_constant(4), line_constant(2));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 9.5);
    check_station(r, 0, 0, 7.5); // down from 4 to 6, again at 10
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_DOWN), LINE_S(2));
    line_destroy(&study, &scenario);

    study = two_stations(0);
    a = TAKT_ITEM(takt_station, study->factory.stations, 0);
    line_failure(study, a, TAKT_METER_CLOCK, line_constant(4), line_constant(2))->rests_idle = true;
    scenario = line_open(study);
    r = line_start(scenario, 0);
    line_advance(r, 19); // comes nearer only from 10 on
    check_station(r, 0, 4, 13);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_DOWN), LINE_S(2));
    line_destroy(&study, &scenario);
}

/// One machine, one person from 0 to 8 of 24 s, jobs of 10 s.
static void the_shift_of_operators(void)
{
    for (int end = 0; end < TAKT_SHIFT_END_COUNT; ++end) {
        const bool finishes = end == TAKT_SHIFT_END_FINISHES;
        takt_study *study = two_stations(0);
        study->factory.stations.n_items = 1;
        takt_crew *crew = TAKT_ITEM(takt_crew, study->factory.crews, 0);
        crew->calendar = "day";
        crew->shift_end = end;
        takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
        *calendar = (takt_calendar){.name = "day", .cycle_s = 24};
        takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
        *shift = (takt_shift){.from_s = 0, .to_s = 8};
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 24);
        check_station(r, 0, finishes ? 10 : 8, finishes ? 14 : 16);
        CHECK_NEAR(kpi_of(scenario, "busy_x"), 1, 0, 0); // of 10 s, or of 8 s
        line_advance(r, 27);
        CHECK_INT(r->view.head->n_left, 1);
        check_station(r, 0, finishes ? 13 : 11, finishes ? 14 : 16);
        line_destroy(&study, &scenario);
    }
}

/// A crew that leaves a repair hands it to the one that comes: 10 to 15 s, the shifts change at 12.
static void a_crew_hands_over(void)
{
    static const struct {
        takt_shift_end end;
        const char *crews;
        double over_s;
    } cases[] = {{TAKT_SHIFT_END_FINISHES, "x", 15},
                 {TAKT_SHIFT_END_PAUSES, "x", 27},
                 {TAKT_SHIFT_END_FINISHES, "xy", 15},
                 {TAKT_SHIFT_END_PAUSES, "xy", 15}};
    for (int i = 0; i < 4; ++i) {
        const breaking broken = {10, 5, 1, 0, cases[i].crews, .restarts = false};
        takt_study *study = line_create(100);
        for (int k = 0; k < 2; ++k) {
            static const char *const names[] = {"x", "y"}, *const shifts[] = {"early", "late"};
            takt_crew *crew = line_crew(study, names[k], 1);
            crew->calendar = shifts[k];
            crew->shift_end = cases[i].end;
            takt_calendar *calendar =
                line_append(study, &study->factory.calendars, sizeof *calendar);
            *calendar = (takt_calendar){.name = shifts[k], .cycle_s = 24};
            takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
            *shift = (takt_shift){.from_s = 12 * k, .to_s = 12 * (k + 1)};
        }
        add_breaking(study, "a", &broken);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 13);
        line_advance(r, 30);
        CHECK_INT(line_time(r, 0, TAKT_MACHINE_DOWN),
                  LINE_S((cases[i].over_s - 10) + (cases[i].over_s < 20 ? 5 : 0)));
        line_destroy(&study, &scenario);
    }
}

/// Of two people one works from 15 to 20 and from 35 on; measured are 17 to 37 s.
static void how_busy_people_are(void)
{
    takt_study *study = line_create(40);
    line_crew(study, "x", 2);
    line_crew(study, "nobody_calls", 3);
    const breaking broken = {15, 5, 1, 0, "x", .restarts = false}; // down at 15 and 35
    add_breaking(study, "a", &broken);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 17);
    takt_replication_measure(r);
    line_advance(r, 37);
    CHECK_NEAR(kpi_of(scenario, "busy_x"), (3.0 + 2.0) / (2 * 20), 0, 1e-15);
    CHECK_NEAR(kpi_of(scenario, "busy_nobody_calls"), 0, 0, 0);
    line_destroy(&study, &scenario);
}

static void what_cannot_be_is_refused(void)
{
    static const struct {
        const char *crew, *crews;
        int members, priority;
        const char *text;
    } cases[] = {
        {"z", NULL, 1, 0,
         "factory.stations[0].failures[0].crew: found 'z', allowed: a crew (x, y)"},
        {NULL, "xx", 1, 0, "failures[0].crews[1]: found 'x' again"},
        {"x", "xy", 1, 0, "failures[0].crews: found a list besides crew: x"},
        {NULL, "xy", 3, 0, "failures[0].members: found 3, allowed: 2 or fewer, the people of crew"},
        {NULL, NULL, 2, 0, "failures[0].members: found 2 without a crew"},
        {NULL, NULL, 1, 4, "failures[0].priority: found 4 without a crew"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        takt_study *study = line_create(40);
        line_crew(study, "x", 4);
        line_crew(study, "y", 2);
        const breaking broken = {
            15, 5, cases[i].members, cases[i].priority, "x", .restarts = false};
        takt_failure *failure = add_breaking(study, "a", &broken);
        failure->crew = cases[i].crew;
        if (cases[i].crews)
            set_people(study, cases[i].crews, &failure->crew, &failure->call);
        takt_problem problem;
        CHECK_INT(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
        char text[512];
        snprintf(text, sizeof text, "%s: %s", problem.path, problem.text);
        CHECK_CONTAINS(text, cases[i].text);
        takt_study_destroy(&study);
    }
    takt_study *study = two_stations(0);
    TAKT_ITEM(takt_station, study->factory.stations, 1)->operators->crew = NULL;
    takt_problem problem;
    CHECK_INT(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
    CHECK_CONTAINS(problem.path, "factory.stations[1].operators");
    CHECK_CONTAINS(problem.text, "found no crew");
    takt_study_destroy(&study);
}

TAKT_TESTS(TEST(repairs_are_done_in_their_order), TEST(many_who_wait_come_in_their_order),
           TEST(one_person_works_at_one_machine_at_a_time),
           TEST(repairs_and_operators_share_a_crew), TEST(repairs_and_operators_meet_at_one_tick),
           TEST(a_machine_that_does_not_work_holds_nobody), TEST(what_waits_for_people_may_break),
           TEST(the_shift_of_operators), TEST(a_crew_hands_over), TEST(how_busy_people_are),
           TEST(what_cannot_be_is_refused))
