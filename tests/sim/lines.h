/// Small factories built in C, for the tests of sim: they need no YAML.
#ifndef TAKT_TESTS_SIM_LINES_H
#define TAKT_TESTS_SIM_LINES_H

#include "core/memory.h"
#include "sim/cards.h"
#include "sim/scenario.h"
#include "sim/state_internal.h"
#include "tests/check.h"

#define LINE_UNUSED __attribute__((unused))

/// Ticks of so many seconds.
#define LINE_S(seconds) takt_tick_from_s(seconds)

enum { LINE_ROOM = 16 };

LINE_UNUSED static takt_distribution line_constant(double mean_s)
{
    return (takt_distribution){.kind = TAKT_DISTRIBUTION_CONSTANT, .mean_s = mean_s, .cv = 0};
}

LINE_UNUSED static takt_distribution line_exponential(double mean_s)
{
    return (takt_distribution){.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .mean_s = mean_s, .cv = 1};
}

/// An empty study that is measured for `measured_s` from time 0.
LINE_UNUSED static takt_study *line_create(double measured_s)
{
    takt_study *study = NULL;
    CHECK_OK(takt_study_create_default(&study));
    study->horizon.warm_up_s = 0;
    study->horizon.measured_s = measured_s;
    return study;
}

/// Appends a zeroed entry; the list has room for LINE_ROOM, so that entries stay where they are.
static void *line_append(takt_study *study, takt_list *list, size_t size)
{
    if (list->n_items == 0)
        list->items = takt_arena_alloc(study->arena, LINE_ROOM * size);
    CHECK(list->items && list->n_items < LINE_ROOM);
    return (char *)list->items + (size_t)list->n_items++ * size;
}

LINE_UNUSED static takt_buffer *line_buffer(takt_study *study, const char *name, double capacity)
{
    takt_buffer *buffer = line_append(study, &study->factory.buffers, sizeof *buffer);
    *buffer = (takt_buffer){.name = name, .unit = "items", .capacity = capacity};
    return buffer;
}

LINE_UNUSED static takt_source *line_source(takt_study *study, const char *to,
                                            takt_distribution interarrival)
{
    takt_source *source = line_append(study, &study->factory.sources, sizeof *source);
    const char *name = takt_arena_format(study->arena, "source_%d", study->factory.sources.n_items);
    *source = (takt_source){.name = name, .to = to, .interarrival = interarrival, .quantity = 1};
    return source;
}

LINE_UNUSED static takt_crew *line_crew(takt_study *study, const char *name, int32_t size)
{
    takt_crew *crew = line_append(study, &study->factory.crews, sizeof *crew);
    *crew = (takt_crew){.name = name,
                        .size = size,
                        .rule = TAKT_CREW_FIRST_COME,
                        .shift_end = TAKT_SHIFT_END_FINISHES};
    return crew;
}

LINE_UNUSED static takt_input *line_input(takt_study *study, takt_station *station,
                                          const char *from)
{
    takt_input *input = line_append(study, &station->inputs, sizeof *input);
    *input = (takt_input){.from = from, .take = 1};
    return input;
}

LINE_UNUSED static takt_route *line_route(takt_study *study, takt_station *station, const char *to,
                                          double share)
{
    takt_route *route = line_append(study, &station->routes, sizeof *route);
    *route = (takt_route){.to = to, .share = share};
    return route;
}

/// A station of one machine from buffer `from` (NULL: endless supply) to `to` (NULL: added later).
LINE_UNUSED static takt_station *line_station(takt_study *study, const char *name,
                                              takt_distribution service, const char *from,
                                              const char *to)
{
    takt_station *station = line_append(study, &study->factory.stations, sizeof *station);
    *station = (takt_station){.name = name,
                              .n_machines = 1,
                              .batch_min = 1,
                              .batch_max = 1,
                              .service = service,
                              .stage_index = -1};
    if (from)
        line_input(study, station, from);
    if (to)
        line_route(study, station, to, 1);
    return station;
}

LINE_UNUSED static takt_card *line_card(takt_study *study, const char *name, int32_t number)
{
    takt_card *card = line_append(study, &study->factory.cards, sizeof *card);
    *card = (takt_card){.name = name, .number = number};
    return card;
}

/// Appends a name to takes_cards of a station or source.
LINE_UNUSED static void line_takes(takt_study *study, takt_list *takes, const char *card)
{
    *(const char **)line_append(study, takes, sizeof card) = card;
}

LINE_UNUSED static void line_returns(takt_study *study, takt_station *station, const char *card,
                                     takt_card_when when)
{
    takt_card_return *one = line_append(study, &station->returns_cards, sizeof *one);
    *one = (takt_card_return){.card = card, .when = when};
}

LINE_UNUSED static takt_failure *line_failure(takt_study *study, takt_station *station,
                                              takt_meter counts, takt_distribution up,
                                              takt_distribution repair)
{
    takt_failure *failure = line_append(study, &station->failures, sizeof *failure);
    *failure = (takt_failure){.up = up, .repair = repair, .counts = counts};
    return failure;
}

LINE_UNUSED static takt_stop *line_stop(takt_study *study, takt_station *station, const char *name,
                                        takt_meter counts, double every, double duration_s)
{
    takt_stop *stop = line_append(study, &station->stops, sizeof *stop);
    *stop = (takt_stop){.name = name,
                        .every = every,
                        .counts = counts,
                        .strikes = TAKT_STRIKE_EMPTY,
                        .duration = line_constant(duration_s),
                        .also_resets_index = -1};
    return stop;
}

/// A wear that raises its level by `step` and breaks the machine for `repair_s` at `fails_at`.
LINE_UNUSED static takt_wear *line_wear(takt_study *study, takt_station *station, const char *name,
                                        takt_meter counts, takt_distribution step, double fails_at)
{
    takt_wear *wear = line_append(study, &station->wears, sizeof *wear);
    *wear = (takt_wear){.name = name,
                        .counts = counts,
                        .step = step,
                        .fails_at = line_constant(fails_at),
                        .repair = line_constant(2)};
    return wear;
}

/// Lets a stop wait for a level instead of its interval.
LINE_UNUSED static takt_condition *line_condition(takt_study *study, takt_stop *stop,
                                                  const char *wear, double above)
{
    takt_condition *condition = takt_arena_alloc(study->arena, sizeof *condition);
    CHECK(condition);
    *condition = (takt_condition){.wear = wear, .above = above};
    stop->condition = condition;
    stop->every = 0;
    return condition;
}

/// Appends a name to those that somebody renews.
LINE_UNUSED static void line_renews(takt_study *study, takt_list *renews, const char *name)
{
    const char **entry = line_append(study, renews, sizeof *entry);
    *entry = name;
}

/// Resolves the study and makes the scenario; both are released by line_destroy.
LINE_UNUSED static takt_scenario *line_open(takt_study *study)
{
    takt_scenario *scenario = NULL;
    CHECK_OK(takt_study_resolve(study));
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    return scenario;
}

LINE_UNUSED static void line_destroy(takt_study **study, takt_scenario **scenario)
{
    takt_scenario_destroy(scenario);
    takt_study_destroy(study);
}

/// The scenario's replication, reset to number `index`.
LINE_UNUSED static takt_replication *line_start(takt_scenario *scenario, uint32_t index)
{
    takt_replication *r = takt_scenario_replication(scenario);
    CHECK_OK(takt_replication_reset(r, index));
    return r;
}

/// Advances to `time_s` and checks what must always hold.
LINE_UNUSED static void line_advance(takt_replication *r, double time_s)
{
    CHECK_OK(takt_replication_advance(r, takt_tick_from_s(time_s)));
    const char *found = takt_replication_inconsistency(r);
    if (found)
        CHECK_FAILED("at %g s: %s", time_s, found);
}

/// Ticks of a station in a state until now, summed over its machines.
LINE_UNUSED static takt_tick line_time(const takt_replication *r, int32_t station,
                                       takt_machine_state state)
{
    const takt_plan_station *plan = &r->plan->stations[station];
    takt_tick sum = r->view.stations[station].time[state];
    for (int32_t k = 0; k < plan->n_machines; ++k) {
        const takt_machine *m = &r->view.machines[plan->first_machine + k];
        sum += m->state == state ? r->view.head->now - m->since : 0;
    }
    return sum;
}

/// Times of a station by state, all in seconds.
LINE_UNUSED static void line_check_times(const takt_replication *r, int32_t station, double working,
                                         double starved, double blocked, double down,
                                         double stopped)
{
    CHECK_INT(line_time(r, station, TAKT_MACHINE_WORKING), LINE_S(working));
    CHECK_INT(line_time(r, station, TAKT_MACHINE_STARVED), LINE_S(starved));
    CHECK_INT(line_time(r, station, TAKT_MACHINE_BLOCKED), LINE_S(blocked));
    CHECK_INT(line_time(r, station, TAKT_MACHINE_DOWN), LINE_S(down));
    CHECK_INT(line_time(r, station, TAKT_MACHINE_STOPPED), LINE_S(stopped));
}

/// M/M/1 with service rate 1/s.
LINE_UNUSED static takt_study *line_mm1(double load, double measured_s)
{
    takt_study *study = line_create(measured_s);
    study->factory.max_items = 100000;
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_exponential(1 / load));
    line_station(study, "server", line_exponential(1), "queue", "out");
    return study;
}

/// `n` exponential machines of rate 1/s in a row, endless supply, buffers of `capacity` between.
LINE_UNUSED static takt_study *line_serial(int n, double capacity, double measured_s)
{
    static const char *const stations[] = {"first", "second", "third", "fourth"};
    static const char *const buffers[] = {"between_1", "between_2", "between_3"};
    takt_study *study = line_create(measured_s);
    for (int i = 0; i + 1 < n; ++i)
        line_buffer(study, buffers[i], capacity);
    for (int i = 0; i < n; ++i)
        line_station(study, stations[i], line_exponential(1), i ? buffers[i - 1] : NULL,
                     i + 1 < n ? buffers[i] : "out");
    return study;
}

#endif
