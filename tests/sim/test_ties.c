/// What happens when two events meet at one tick: every kind against every other, with outcomes
/// written by hand. Completions come first, then returns, arrivals, failures, planned stops, ends
/// of shifts; decisions come after all of them.
#include "tests/sim/lines.h"

typedef enum kind {
    COMPLETION,
    REPAIRED,
    STOP_ENDS,
    ARRIVAL,
    FAILS_BY_CLOCK,
    FAILS_BY_WORK,
    STOP_DUE,
    DECISION,
    SHIFT_BEGINS,
    SHIFT_ENDS,
    N_KINDS
} kind;

typedef struct failing {
    double up_s, repair_s, loss;
} failing;

typedef struct stopping {
    double every_s, length_s;
} stopping;

/// What one of the two stations is like; service_s = 0: there is none.
typedef struct machine {
    double service_s;
    int32_t n_machines; // 0: one
    failing by_clock[2], by_work[2];
    stopping stops[2];   // by the clock, at once
    double from_s, to_s; // its shift; to_s = 0: always
    bool finishes;       // the job, when the shift ends
} machine;

typedef struct seconds {
    double working, starved, blocked, down, stopped;
} seconds;

/// sources -> queue (none of both: endless supply) -> first -> between -> second -> out.
typedef struct tie {
    kind a, b;
    const char *why;
    double arrival_s;
    int n_sources; // 0: one
    double places; // of the queue
    machine first;
    double between; // places
    machine second;
    bool has_crew; // one person for all repairs and stops
    double until_s;
    seconds first_s, second_s;
    int n_left, n_turned_away;
    double scrapped;
} tie;

// The table says what is not zero; clang wants all of it said.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wmissing-field-initializers"
#endif

static const tie ties[] = {
    {COMPLETION, COMPLETION,
     "2: the one item starts the second, the other takes its place; 4: both wait until 5",
     .first = {2, .n_machines = 2}, .between = 1, .second = {3}, .until_s = 5,
     .first_s = {8, .blocked = 2}, .second_s = {3, 2}, .n_left = 1},
    {COMPLETION, REPAIRED, "the item finds the second repaired", .first = {3},
     .second = {1, .by_clock = {{2, 1}}}, .until_s = 6, .first_s = {6},
     .second_s = {1, 3, .down = 2}, .n_left = 1},
    {COMPLETION, STOP_ENDS, "the item finds the second ready", .first = {3},
     .second = {1, .stops = {{2, 1}}}, .until_s = 6, .first_s = {6},
     .second_s = {1, 3, .stopped = 2}, .n_left = 1},
    {COMPLETION, ARRIVAL, "the machine is free, but the queue is still full: 3, 4 and 5 are lost",
     .arrival_s = 1, .places = 1, .first = {4}, .until_s = 5, .first_s = {4, 1}, .n_left = 1,
     .n_turned_away = 3},
    {COMPLETION, ARRIVAL, "without a queue the item goes straight to the machine that is free",
     .arrival_s = 2, .places = 0, .first = {2}, .until_s = 8, .first_s = {6, 2}, .n_left = 3},
    {COMPLETION, FAILS_BY_CLOCK, "the item has left when the machine breaks",
     .first = {5, .by_clock = {{5, 2}}}, .until_s = 6, .first_s = {5, .down = 1}, .n_left = 1},
    {COMPLETION, FAILS_BY_WORK, "the item has left when the machine breaks",
     .first = {5, .by_work = {{5, 2}}}, .until_s = 6, .first_s = {5, .down = 1}, .n_left = 1},
    {COMPLETION, STOP_DUE, "the item has left when the stop begins",
     .first = {5, .stops = {{5, 2}}}, .until_s = 6, .first_s = {5, .stopped = 1}, .n_left = 1},
    {COMPLETION, DECISION, "who has finished starts again at once", .arrival_s = 1,
     .places = TAKT_UNLIMITED, .first = {2}, .until_s = 7, .first_s = {6, 1}, .n_left = 3},

    {REPAIRED, REPAIRED, "two machines, one item that waits: one starts", .arrival_s = 2,
     .places = TAKT_UNLIMITED, .first = {1, .n_machines = 2, .by_clock = {{1, 2}}}, .until_s = 4,
     .first_s = {1, 3, .down = 4}, .n_left = 1},
    {REPAIRED, STOP_ENDS, "4: both are there again", .first = {1, .by_clock = {{2, 2}}},
     .between = 1, .second = {1, .stops = {{3, 1}}}, .until_s = 5, .first_s = {3, .down = 2},
     .second_s = {2, 2, .stopped = 1}, .n_left = 2},
    {REPAIRED, ARRIVAL, "the arrival finds the machine repaired", .arrival_s = 3, .places = 0,
     .first = {1, .by_clock = {{2, 1}}}, .until_s = 4, .first_s = {1, 2, .down = 1}, .n_left = 1},
    {REPAIRED, FAILS_BY_CLOCK, "4: the crew is free for the second",
     .first = {1, .by_clock = {{2, 2}}}, .between = TAKT_UNLIMITED,
     .second = {1, .by_clock = {{4, 2}}}, .has_crew = true, .until_s = 6, .first_s = {4, .down = 2},
     .second_s = {2, 2, .down = 2}, .n_left = 2},
    {REPAIRED, FAILS_BY_WORK, "3: the crew is free for the second, and at 5 for the first",
     .first = {1, .by_clock = {{2, 1}}}, .between = TAKT_UNLIMITED,
     .second = {3, .by_work = {{2, 2}}}, .has_crew = true, .until_s = 6, .first_s = {4, .down = 2},
     .second_s = {3, 1, .down = 2}, .n_left = 1},
    {REPAIRED, STOP_DUE, "the stop begins as the repair ends",
     .first = {4, .by_clock = {{2, 3}}, .stops = {{5, 1}}}, .until_s = 8,
     .first_s = {4, .down = 3, .stopped = 1}, .n_left = 1},
    {REPAIRED, DECISION, "the item that waits is started at once", .arrival_s = 2,
     .places = TAKT_UNLIMITED, .first = {1, .by_clock = {{1, 2}}}, .until_s = 4,
     .first_s = {1, 1, .down = 2}, .n_left = 1},

    {STOP_ENDS, STOP_ENDS, "two machines, one item that waits: one starts", .arrival_s = 2,
     .places = TAKT_UNLIMITED, .first = {1, .n_machines = 2, .stops = {{1, 2}}}, .until_s = 4,
     .first_s = {1, 3, .stopped = 4}, .n_left = 1},
    {STOP_ENDS, ARRIVAL, "the arrival finds the machine ready", .arrival_s = 3, .places = 0,
     .first = {1, .stops = {{2, 1}}}, .until_s = 4, .first_s = {1, 2, .stopped = 1}, .n_left = 1},
    {STOP_ENDS, FAILS_BY_CLOCK, "4: the crew is free for the second",
     .first = {1, .stops = {{2, 2}}}, .between = TAKT_UNLIMITED,
     .second = {1, .by_clock = {{4, 2}}}, .has_crew = true, .until_s = 6,
     .first_s = {4, .stopped = 2}, .second_s = {2, 2, .down = 2}, .n_left = 2},
    {STOP_ENDS, FAILS_BY_WORK, "3: the crew is free for the second, and at 5 for the first",
     .first = {1, .stops = {{2, 1}}}, .between = TAKT_UNLIMITED, .second = {3, .by_work = {{2, 2}}},
     .has_crew = true, .until_s = 6, .first_s = {4, .stopped = 2}, .second_s = {3, 1, .down = 2},
     .n_left = 1},
    {STOP_ENDS, STOP_DUE, "the one begins as the other ends",
     .first = {4, .stops = {{2, 3}, {5, 1}}}, .until_s = 7, .first_s = {3, .stopped = 4}},
    {STOP_ENDS, DECISION, "the item that waits is started at once", .arrival_s = 2,
     .places = TAKT_UNLIMITED, .first = {1, .stops = {{1, 2}}}, .until_s = 4,
     .first_s = {1, 1, .stopped = 2}, .n_left = 1},

    {ARRIVAL, ARRIVAL, "one place: the second is lost, though a machine is idle", .arrival_s = 2,
     .n_sources = 2, .places = 1, .first = {1}, .until_s = 3, .first_s = {1, 2}, .n_left = 1,
     .n_turned_away = 1},
    {ARRIVAL, FAILS_BY_CLOCK, "no place: the item is on the machine when it breaks, and loses",
     .arrival_s = 4, .places = 0, .first = {1, .by_clock = {{4, 2, 0.5}}}, .until_s = 7,
     .first_s = {1, 4, .down = 2}, .n_left = 1, .scrapped = 0.5},
    {ARRIVAL, FAILS_BY_WORK, "4: into the queue; 6 and 8: it is full", .arrival_s = 2, .places = 1,
     .first = {4, .by_work = {{2, 2}}}, .until_s = 8, .first_s = {4, 2, .down = 2}, .n_left = 1,
     .n_turned_away = 2},
    {ARRIVAL, STOP_DUE, "no place: the item is on the machine when the stop begins", .arrival_s = 4,
     .places = 0, .first = {1, .stops = {{4, 2}}}, .until_s = 7, .first_s = {1, 4, .stopped = 2},
     .n_left = 1},
    {ARRIVAL, DECISION, "the machine starts on it at once", .arrival_s = 2, .places = 1,
     .first = {1}, .until_s = 3, .first_s = {1, 2}, .n_left = 1},

    {FAILS_BY_CLOCK, FAILS_BY_CLOCK, "one repair after the other",
     .first = {5, .by_clock = {{4, 2}, {4, 3}}}, .until_s = 10, .first_s = {5, .down = 5},
     .n_left = 1},
    {FAILS_BY_CLOCK, FAILS_BY_WORK, "one repair after the other",
     .first = {5, .by_clock = {{4, 2}}, .by_work = {{4, 3}}}, .until_s = 10,
     .first_s = {5, .down = 5}, .n_left = 1},
    {FAILS_BY_CLOCK, STOP_DUE, "the repair comes first",
     .first = {5, .by_clock = {{4, 2}}, .stops = {{4, 1}}}, .until_s = 5,
     .first_s = {4, .down = 1}},
    {FAILS_BY_CLOCK, STOP_DUE, "and the stop after it",
     .first = {5, .by_clock = {{4, 2}}, .stops = {{4, 1}}}, .until_s = 8,
     .first_s = {5, .down = 2, .stopped = 1}, .n_left = 1},
    {FAILS_BY_CLOCK, DECISION, "the item waits in the queue and loses nothing", .arrival_s = 4,
     .places = 1, .first = {1, .by_clock = {{4, 2, 0.5}}}, .until_s = 7,
     .first_s = {1, 4, .down = 2}, .n_left = 1},

    {FAILS_BY_WORK, FAILS_BY_WORK, "one repair after the other",
     .first = {5, .by_work = {{4, 2}, {4, 3}}}, .until_s = 10, .first_s = {5, .down = 5},
     .n_left = 1},
    {FAILS_BY_WORK, STOP_DUE, "the repair comes first",
     .first = {5, .by_work = {{4, 2}}, .stops = {{4, 1}}}, .until_s = 5, .first_s = {4, .down = 1}},
    {FAILS_BY_WORK, DECISION, "the next job has not begun and loses nothing",
     .first = {2, .by_work = {{2, 2, 0.5}}}, .until_s = 6, .first_s = {4, .down = 2}, .n_left = 2},

    {STOP_DUE, STOP_DUE, "one after the other", .first = {5, .stops = {{4, 1}, {4, 2}}},
     .until_s = 8, .first_s = {5, .stopped = 3}, .n_left = 1},
    {STOP_DUE, DECISION, "the machine stops before it starts", .arrival_s = 4, .places = 1,
     .first = {1, .stops = {{4, 2}}}, .until_s = 7, .first_s = {1, 4, .stopped = 2}, .n_left = 1},

    {DECISION, DECISION, "no places: both start again, and nobody waits", .first = {2},
     .second = {2}, .until_s = 6, .first_s = {6}, .second_s = {4, 2}, .n_left = 2},

    {COMPLETION, SHIFT_BEGINS, "the item finds people there", .first = {3},
     .second = {1, .from_s = 3, .to_s = 900}, .until_s = 4, .first_s = {4}, .second_s = {1},
     .n_left = 1},
    {REPAIRED, SHIFT_BEGINS, "3: the second takes what lies there, the first delivers",
     .first = {1, .by_clock = {{2, 1}}}, .between = 1, .second = {1, .from_s = 3, .to_s = 900},
     .until_s = 4, .first_s = {3, .down = 1}, .second_s = {1}, .n_left = 1},
    {STOP_ENDS, SHIFT_BEGINS, "3: the second takes what lies there, the first delivers",
     .first = {1, .stops = {{2, 1}}}, .between = 1, .second = {1, .from_s = 3, .to_s = 900},
     .until_s = 4, .first_s = {3, .stopped = 1}, .second_s = {1}, .n_left = 1},
    {ARRIVAL, SHIFT_BEGINS, "the arrival finds people there", .arrival_s = 3, .places = 0,
     .first = {1, .from_s = 3, .to_s = 900}, .until_s = 4, .first_s = {1}, .n_left = 1},
    {FAILS_BY_CLOCK, SHIFT_BEGINS, "the shift begins with a repair",
     .first = {5, .by_clock = {{3, 2}}, .from_s = 3, .to_s = 900}, .until_s = 6,
     .first_s = {1, .down = 2}},
    {FAILS_BY_WORK, SHIFT_BEGINS, "the second waits for the item of the first",
     .first = {5, .by_work = {{3, 1}}}, .second = {1, .from_s = 3, .to_s = 900}, .until_s = 7,
     .first_s = {6, .down = 1}, .second_s = {1, 3}, .n_left = 1},
    {STOP_DUE, SHIFT_BEGINS, "the shift begins with the stop",
     .first = {5, .stops = {{3, 2}}, .from_s = 3, .to_s = 900}, .until_s = 6,
     .first_s = {1, .stopped = 2}},
    {DECISION, SHIFT_BEGINS, "the item that waits is started at once", .arrival_s = 2,
     .places = TAKT_UNLIMITED, .first = {1, .from_s = 3, .to_s = 900}, .until_s = 4, .first_s = {1},
     .n_left = 1},
    {SHIFT_BEGINS, SHIFT_BEGINS, "all are there", .first = {1, .from_s = 3, .to_s = 900},
     .second = {1, .from_s = 3, .to_s = 900}, .until_s = 5, .first_s = {2}, .second_s = {1, 1},
     .n_left = 1},
    {SHIFT_BEGINS, SHIFT_ENDS, "the second takes over from the first", .first = {1, .to_s = 3},
     .between = TAKT_UNLIMITED, .second = {1, .from_s = 3, .to_s = 900}, .until_s = 6,
     .first_s = {3}, .second_s = {3}, .n_left = 3},

    {COMPLETION, SHIFT_ENDS, "what is done with the shift is done", .first = {5, .to_s = 5},
     .until_s = 7, .first_s = {5}, .n_left = 1},
    {REPAIRED, SHIFT_ENDS, "the job goes on, and is finished first",
     .first = {4, .by_clock = {{2, 3}}, .to_s = 5, .finishes = true}, .until_s = 8,
     .first_s = {4, .down = 3}, .n_left = 1},
    {STOP_ENDS, SHIFT_ENDS, "the job goes on, and is finished first",
     .first = {4, .stops = {{2, 3}}, .to_s = 5, .finishes = true}, .until_s = 8,
     .first_s = {4, .stopped = 3}, .n_left = 1},
    {ARRIVAL, SHIFT_ENDS, "no place: the item is on the machine, and is finished", .arrival_s = 5,
     .places = 0, .first = {1, .to_s = 5, .finishes = true}, .until_s = 7, .first_s = {1, 5},
     .n_left = 1},
    {FAILS_BY_CLOCK, SHIFT_ENDS, "the repair begins, whoever goes home",
     .first = {8, .by_clock = {{5, 2}}, .to_s = 5}, .until_s = 9, .first_s = {5, .down = 2}},
    {FAILS_BY_WORK, SHIFT_ENDS, "the repair begins, whoever goes home",
     .first = {8, .by_work = {{5, 2}}, .to_s = 5}, .until_s = 9, .first_s = {5, .down = 2}},
    {STOP_DUE, SHIFT_ENDS, "the stop begins, whoever goes home",
     .first = {8, .stops = {{5, 2}}, .to_s = 5}, .until_s = 9, .first_s = {5, .stopped = 2}},
    {DECISION, SHIFT_ENDS, "nobody starts on what arrives", .arrival_s = 5, .places = 1,
     .first = {1, .to_s = 5, .finishes = true}, .until_s = 7, .first_s = {0, 5}},
    {SHIFT_ENDS, SHIFT_ENDS, "all go", .first = {1, .to_s = 3}, .between = TAKT_UNLIMITED,
     .second = {1, .to_s = 3}, .until_s = 5, .first_s = {3}, .second_s = {2, 1}, .n_left = 2},
};

enum { N_TIES = sizeof ties / sizeof *ties };

static void add_failure(takt_study *study, takt_station *station, takt_meter counts,
                        const failing *from, const char *crew)
{
    if (from->up_s == 0)
        return;
    takt_failure *failure = line_failure(study, station, counts, line_constant(from->up_s),
                                         line_constant(from->repair_s));
    failure->loss = from->loss;
    failure->crew = crew;
}

static void add_shift(takt_study *study, takt_station *station, const machine *from)
{
    if (from->to_s == 0)
        return;
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    *calendar = (takt_calendar){.name = station->name, .cycle_s = 1000};
    takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
    *shift = (takt_shift){.from_s = from->from_s, .to_s = from->to_s};
    station->calendar = calendar->name;
    station->shift_end = from->finishes ? TAKT_SHIFT_END_FINISHES : TAKT_SHIFT_END_PAUSES;
}

static void add_station(takt_study *study, const char *name, const machine *from, const char *crew,
                        const char *input, const char *output)
{
    static const char *const names[] = {"wash", "oil"};
    takt_station *station =
        line_station(study, name, line_constant(from->service_s), input, output);
    station->n_machines = from->n_machines ? from->n_machines : 1;
    add_shift(study, station, from);
    for (int i = 0; i < 2; ++i) {
        add_failure(study, station, TAKT_METER_CLOCK, &from->by_clock[i], crew);
        add_failure(study, station, TAKT_METER_WORKING, &from->by_work[i], crew);
        if (from->stops[i].every_s == 0)
            continue;
        takt_stop *stop = line_stop(study, station, names[i], TAKT_METER_CLOCK,
                                    from->stops[i].every_s / 3600, from->stops[i].length_s);
        stop->strikes = TAKT_STRIKE_AT_ONCE;
        stop->crew = crew;
    }
}

static takt_study *study_of(const tie *t)
{
    takt_study *study = line_create(t->until_s);
    const bool has_second = t->second.service_s > 0;
    const char *crew = t->has_crew ? "crew" : NULL;
    if (t->has_crew)
        line_crew(study, crew, 1);
    if (t->arrival_s > 0)
        line_buffer(study, "queue", t->places);
    for (int i = 0; t->arrival_s > 0 && i < (t->n_sources ? t->n_sources : 1); ++i)
        line_source(study, "queue", line_constant(t->arrival_s));
    if (has_second)
        line_buffer(study, "between", t->between);
    add_station(study, "first", &t->first, crew, t->arrival_s > 0 ? "queue" : NULL,
                has_second ? "between" : "out");
    if (has_second)
        add_station(study, "second", &t->second, crew, "between", "out");
    return study;
}

static bool has_times(const takt_replication *r, int32_t station, const seconds *s)
{
    const double expected[] = {s->working, s->starved, s->blocked, s->down, s->stopped};
    bool same = true;
    for (int k = 0; k < 5; ++k)
        same &= line_time(r, station, (takt_machine_state)k) == LINE_S(expected[k]);
    return same;
}

static void events_meet_as_written(void)
{
    for (int i = 0; i < N_TIES; ++i) {
        const tie *t = &ties[i];
        takt_study *study = study_of(t);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, t->until_s);
        const takt_state_head *head = r->view.head;
        if (!has_times(r, 0, &t->first_s) ||
            (t->second.service_s > 0 && !has_times(r, 1, &t->second_s)) ||
            head->n_left != t->n_left || head->n_turned_away != t->n_turned_away ||
            head->scrapped != t->scrapped)
            CHECK_FAILED("row %d (kinds %d and %d): expected '%s', found %lld left, %lld turned "
                         "away, %g scrapped, first at work %g s, down %g s, stopped %g s",
                         i, (int)t->a, (int)t->b, t->why, (long long)head->n_left,
                         (long long)head->n_turned_away, head->scrapped,
                         takt_tick_to_s(line_time(r, 0, TAKT_MACHINE_WORKING)),
                         takt_tick_to_s(line_time(r, 0, TAKT_MACHINE_DOWN)),
                         takt_tick_to_s(line_time(r, 0, TAKT_MACHINE_STOPPED)));
        line_destroy(&study, &scenario);
    }
}

static void every_pair_is_there(void)
{
    bool seen[N_KINDS][N_KINDS] = {{false}};
    for (int i = 0; i < N_TIES; ++i)
        seen[ties[i].a][ties[i].b] = true;
    for (int a = 0; a < N_KINDS; ++a)
        for (int b = a; b < N_KINDS; ++b)
            if (!seen[a][b])
                CHECK_FAILED("kinds %d and %d never meet", a, b);
}

/// The one repairer is done with `a` at 5; `b` and `c` wait for him, and behind both there is
/// nothing. An item that is finished at 5 lies behind `b` by then: `c` comes first.
static void completions_come_before_repairs_end(void)
{
    static const char *const names[] = {"a", "b", "c", "feeder"};
    static const char *const racks[] = {"rack_a", "rack_b", "rack_c", "rack_b"};
    static const double repair_s[] = {3, 1, 1};
    takt_study *study = line_create(6);
    line_crew(study, "crew", 1)->rule = TAKT_CREW_LEAST_STOCK;
    for (int i = 0; i < 4; ++i) {
        takt_station *station =
            line_station(study, names[i], line_constant(i < 3 ? 100 : 5), NULL, racks[i]);
        if (i < 3) {
            line_buffer(study, racks[i], 4);
            line_failure(study, station, TAKT_METER_CLOCK, line_constant(2 + i),
                         line_constant(repair_s[i]))
                ->crew = "crew";
        }
    }
    for (int i = 0; i < 3; ++i) { // who takes from the racks does not come to it
        static const char *const sinks[] = {"sink_a", "sink_b", "sink_c"};
        takt_station *sink = line_station(study, sinks[i], line_constant(1), racks[i], "out");
        sink->batch_min = sink->batch_max = 4;
    }
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 6);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[2].state, TAKT_MACHINE_WORKING);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(events_meet_as_written), TEST(every_pair_is_there),
           TEST(completions_come_before_repairs_end))
