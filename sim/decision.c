// Decision points. A decision that is asked lays the agenda aside and stops the replication between
// two steps of one tick; the answer goes in at the same place again.

#include "sim/decision.h"

#include "sim/look.h"
#include "sim/state_internal.h"

#include <string.h>

const char *takt_decision_name(takt_decision_kind kind)
{
    static const char *const names[] = {NULL,
#define DECISION_NAME(name, text) text,
                                        TAKT_DECISION_LIST(DECISION_NAME)
#undef DECISION_NAME
    };
    return names[kind];
}

// --- Who decides ---------------------------------------------------------------------------------

static takt_status check_dispatch(const takt_factory *factory, int32_t s, takt_path path,
                                  takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    if (station->inputs.n_items != 1 || station->n_steps < 2)
        return takt_problem_set(problem, path,
                                "found dispatch, allowed: only at a station with one input where "
                                "two or more steps of products wait (here: %d inputs, %d steps)",
                                station->inputs.n_items, station->n_steps);
    if (station->batch_max > 1 && station->batch_of == TAKT_BATCH_OF_ANY)
        return takt_problem_set(problem, path,
                                "found dispatch where a batch mixes all that wait, allowed: only "
                                "with batch_of, or batch_max 1");
    const takt_input *input = TAKT_ITEM(takt_input, station->inputs, 0);
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, input->buffer);
    if (input->by_quantity || input->take != 1 || buffer->by_quantity || buffer->conveyor ||
        buffer->transit_s > 0)
        return takt_problem_set(problem, path,
                                "found dispatch, allowed: only where single items wait in a buffer "
                                "in which they can overtake each other");
    for (int32_t k = 0; k < factory->stations.n_items; ++k) {
        const takt_station *other = TAKT_ITEM(takt_station, factory->stations, k);
        for (int32_t i = 0; i < other->inputs.n_items && k != s; ++i)
            if (TAKT_ITEM(takt_input, other->inputs, i)->buffer == input->buffer)
                return takt_problem_set(problem, path,
                                        "found dispatch, but '%s' draws from the same buffer, "
                                        "allowed: only with a buffer of its own",
                                        other->name);
    }
    return TAKT_OK;
}

static takt_status check_maintenance(const takt_station *station, takt_path path,
                                     takt_problem *problem)
{
    if (station->stops.n_items == 0)
        return takt_problem_set(problem, path,
                                "found maintenance, allowed: only at a station with `stops`");
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        if (stop->strikes != TAKT_STRIKE_EMPTY)
            return takt_problem_set(problem, path,
                                    "found maintenance, but '%s' begins at another moment than an "
                                    "empty machine's, allowed: only stops that begin when an item "
                                    "has left (the default)",
                                    stop->name);
    }
    return TAKT_OK;
}

static takt_status resolve_station(takt_factory *factory, int32_t s, takt_problem *problem)
{
    takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    station->decides_set = 0;
    for (int32_t i = 0; i < station->decides.n_items; ++i) {
        const char *name = *TAKT_ITEM(const char *, station->decides, i);
        const takt_path path = takt_path_of("factory.stations[%d].decides[%d]", s, i);
        if (strcmp(name, takt_decision_name(TAKT_DECISION_DISPATCH)) == 0) {
            TAKT_TRY(check_dispatch(factory, s, path, problem));
            station->decides_set |= 1 << TAKT_DECISION_DISPATCH;
        } else if (strcmp(name, takt_decision_name(TAKT_DECISION_MAINTENANCE)) == 0) {
            TAKT_TRY(check_maintenance(station, path, problem));
            station->decides_set |= 1 << TAKT_DECISION_MAINTENANCE;
        } else {
            return takt_problem_set(problem, path, "found '%s', allowed: dispatch or maintenance",
                                    name);
        }
        if (station->takes_cards.n_items > 0 || station->returns_cards.n_items > 0)
            return takt_problem_set(problem, path,
                                    "found %s at a station that takes or returns cards, allowed: "
                                    "none",
                                    name);
    }
    if (station->decision_window > 0 && !(station->decides_set & 1 << TAKT_DECISION_MAINTENANCE))
        return takt_problem_set(problem, takt_path_of("factory.stations[%d].decision_window", s),
                                "found %g, allowed: 0 where the station does not decide about "
                                "maintenance",
                                station->decision_window);
    return TAKT_OK;
}

takt_status takt_decisions_resolve(takt_factory *factory, takt_problem *problem)
{
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        TAKT_TRY(resolve_station(factory, s, problem));
    return TAKT_OK;
}

// --- Asking --------------------------------------------------------------------------------------

void takt_decisions_reset(takt_replication *r)
{
    if (r->plan->n_deciders == 0)
        return;
    r->view.decision->answer = r->view.decision->chosen = TAKT_NONE;
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        r->view.deciders[s].first = r->view.deciders[s].last = TAKT_NONE;
    for (int32_t m = 0; m < r->plan->n_machines; ++m)
        r->view.next_asking[m] = TAKT_DECIDER_NOT_LISTED;
}

/// Currency since the measurement began.
static double total_of(const takt_replication *r)
{
    const takt_totals_look totals = takt_look_totals(r);
    return r->plan->prices.good_value * totals.good - totals.cost;
}

/// Before the totals are cleared: what has been earned up to now is not forgotten.
void takt_decisions_measure(takt_replication *r)
{
    if (r->plan->n_deciders > 0)
        r->view.decision->diary.total -= total_of(r);
}

/// The lists of the agenda, which is over at once while they count nothing.
static void agenda_of(takt_replication *r, int32_t *lengths[TAKT_AGENDA_LISTS])
{
    takt_state_head *head = r->view.head;
    lengths[0] = &head->n_stations_marked;
    lengths[1] = &head->n_cards_marked;
    lengths[2] = &head->n_buffers_marked;
    lengths[3] = &head->n_fleets_marked;
    lengths[4] = &head->n_crews_marked;
}

static void write_diary(takt_replication *r, int32_t station)
{
    takt_decision_diary *diary = &r->view.decision->diary;
    takt_decider_state *decider = &r->view.deciders[station];
    const takt_tick now = r->view.head->now;
    const double total = total_of(r);
    diary->n_asked += 1;
    diary->elapsed = now - diary->last;
    diary->since = now - decider->asked;
    diary->reward = total - diary->total;
    diary->total = total;
    diary->last = decider->asked = now;
}

/// The action to take: the answer that is there, or that of the rules. False: somebody is asked.
static bool decide_on(takt_replication *r, takt_decision_kind kind, int32_t machine, int32_t rule,
                      int32_t *action)
{
    takt_decision_state *d = r->view.decision;
    int32_t *lengths[TAKT_AGENDA_LISTS];
    *action = rule;
    if (d->kind != TAKT_DECISION_NONE) {
        TAKT_ASSERT(d->kind == (int32_t)kind && d->machine == machine && d->answer != TAKT_NONE);
        *action = d->answer;
        d->kind = TAKT_DECISION_NONE;
        d->answer = TAKT_NONE;
        return true;
    }
    if (!r->asks)
        return true;
    d->kind = (int32_t)kind;
    d->station = r->view.machines[machine].station;
    d->machine = machine;
    d->rule = rule;
    write_diary(r, d->station);
    agenda_of(r, lengths);
    for (int32_t i = 0; i < TAKT_AGENDA_LISTS; ++i) {
        d->aside[i] = *lengths[i];
        *lengths[i] = 0;
    }
    r->view.head->failed = TAKT_HELD_TO_ASK;
    return false;
}

__attribute__((noinline, cold)) bool takt_decision_resume(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    takt_decision_state *d = r->view.decision;
    int32_t *lengths[TAKT_AGENDA_LISTS];
    if (head->failed != TAKT_HELD_TO_ASK || (d->answer == TAKT_NONE && r->asks))
        return false;
    if (d->answer == TAKT_NONE)
        d->answer = d->rule;
    head->failed = TAKT_FAILED_NOT;
    agenda_of(r, lengths);
    for (int32_t i = 0; i < TAKT_AGENDA_LISTS; ++i) {
        *lengths[i] = d->aside[i];
        d->aside[i] = 0;
    }
    takt_station_settle(r, d->station);
    return true;
}

// --- Maintenance ---------------------------------------------------------------------------------

bool takt_decision_may_stop(const takt_replication *r, int32_t machine, int32_t stop)
{
    const double due = r->view.gauges[takt_gauge_index(r, machine, stop)].due;
    return takt_gauge_read(r, machine, stop) >=
           due * (1 - takt_station_of(r, machine)->decision_window);
}

__attribute__((noinline, cold)) bool takt_decision_defer(takt_replication *r, int32_t machine,
                                                         uint32_t strikes, int32_t due)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    takt_decider_state *decider = &r->view.deciders[r->view.machines[machine].station];
    bool may_stop = false;
    if (!(station->decides & 1 << TAKT_DECISION_MAINTENANCE) ||
        !(strikes & 1u << TAKT_STRIKE_EMPTY) || due >= station->n_stops)
        return false; // failures and inspections come first
    for (int32_t i = 0; i < station->n_stops && !may_stop; ++i)
        may_stop = takt_decision_may_stop(r, machine, i);
    if (!may_stop)
        return false;
    takt_station_mark(r, r->view.machines[machine].station);
    if (r->view.next_asking[machine] != TAKT_DECIDER_NOT_LISTED)
        return true;
    r->view.next_asking[machine] = TAKT_NONE;
    if (decider->last == TAKT_NONE)
        decider->first = machine;
    else
        r->view.next_asking[decider->last] = machine;
    decider->last = machine;
    return true;
}

static void unlist_first(takt_replication *r, takt_decider_state *decider)
{
    const int32_t machine = decider->first;
    decider->first = r->view.next_asking[machine];
    if (decider->first == TAKT_NONE)
        decider->last = TAKT_NONE;
    r->view.next_asking[machine] = TAKT_DECIDER_NOT_LISTED;
}

/// What the study says without anybody to ask: the first stop that is due, or on with the work.
static int32_t rule_of_stops(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_stops; ++i)
        if (takt_gauge_read(r, machine, i) >= r->view.gauges[takt_gauge_index(r, machine, i)].due)
            return i + 1;
    return 0;
}

__attribute__((noinline, cold)) bool takt_decisions_maintain(takt_replication *r, int32_t station)
{
    takt_decider_state *decider = &r->view.deciders[station];
    if (r->hands_on)
        return true; // they are decided about when the agenda comes to them
    while (decider->first != TAKT_NONE && !r->view.head->failed) {
        const int32_t machine = decider->first;
        int32_t action;
        if (r->view.machines[machine].holds != 0) { // what came at the same tick; it asks again
            unlist_first(r, decider);
            continue;
        }
        if (!decide_on(r, TAKT_DECISION_MAINTENANCE, machine, rule_of_stops(r, machine), &action))
            return false;
        unlist_first(r, decider);
        if (action > 0)
            takt_stoppage_begin(r, machine, action - 1);
        else
            takt_machine_go_idle(r, machine);
    }
    return true;
}

// --- Dispatch ------------------------------------------------------------------------------------

__attribute__((noinline, cold)) bool takt_decision_dispatch(takt_replication *r, int32_t station,
                                                            int32_t machine)
{
    const takt_plan_station *plan = &r->plan->stations[station];
    int32_t action;
    if (!(plan->decides & 1 << TAKT_DECISION_DISPATCH))
        return true;
    const int32_t b = r->plan->inputs[plan->first_input].buffer;
    const takt_buffer_state *buffer = &r->view.buffers[b];
    // An item that only passes through a buffer is the only one.
    if (r->hands_on || buffer->n_items + buffer->n_reserved > r->plan->buffers[b].places ||
        takt_queue_legal(r, b, machine, NULL) < 2)
        return true;
    const int32_t rule = takt_queue_class_of(r, b, takt_queue_choose(r, b, machine));
    if (!decide_on(r, TAKT_DECISION_DISPATCH, machine, rule, &action))
        return false;
    r->view.decision->chosen = action;
    return true;
}

/// A decision waits exactly while the replication is held, and who waits for one is told at once.
const char *takt_decisions_inconsistency(const takt_replication *r)
{
    const takt_decision_state *d = r->view.decision;
    const bool is_held = r->view.head->failed == TAKT_HELD_TO_ASK;
    if (is_held != (d->kind != TAKT_DECISION_NONE))
        return is_held ? "the replication is held and no decision waits"
                       : "a decision waits and the replication is not held";
    if (d->chosen != TAKT_NONE)
        return "a choice was made and nobody has taken it";
    for (int32_t s = 0; s < r->plan->n_stations && !is_held; ++s)
        if (r->view.deciders[s].first != TAKT_NONE)
            return "a machine waits to be told whether it goes on";
    return NULL;
}

// --- The learner's side --------------------------------------------------------------------------

static int32_t n_actions_of(const takt_plan *plan, int32_t s, int32_t kind)
{
    const takt_plan_station *station = &plan->stations[s];
    if (!(station->decides & 1 << kind))
        return 0;
    if (kind == TAKT_DECISION_MAINTENANCE)
        return 1 + station->n_stops;
    return plan->buffers[plan->inputs[station->first_input].buffer].n_classes;
}

int32_t takt_decision_room(const takt_plan *plan)
{
    int32_t most = 0;
    for (int32_t s = 0; s < plan->n_stations; ++s)
        for (int32_t kind = 1; kind < TAKT_DECISION_COUNT; ++kind) {
            const int32_t n = n_actions_of(plan, s, kind);
            most = n > most ? n : most;
        }
    return most;
}

static bool is_held(const takt_replication *r)
{
    return r->view.head->failed == TAKT_HELD_TO_ASK;
}

int32_t takt_replication_legal(const takt_replication *r, uint8_t *legal)
{
    if (!is_held(r))
        return 0;
    const takt_decision_state *d = r->view.decision;
    const takt_plan_station *station = &r->plan->stations[d->station];
    if (d->kind == TAKT_DECISION_DISPATCH)
        return takt_queue_legal(r, r->plan->inputs[station->first_input].buffer, d->machine, legal);
    int32_t n = 1;
    legal[0] = 1;
    for (int32_t i = 0; i < station->n_stops; ++i)
        n += legal[i + 1] = takt_decision_may_stop(r, d->machine, i);
    return n;
}

static int32_t count_legal(const takt_replication *r)
{
    const takt_decision_state *d = r->view.decision;
    const takt_plan_station *station = &r->plan->stations[d->station];
    if (d->kind == TAKT_DECISION_DISPATCH)
        return takt_queue_legal(r, r->plan->inputs[station->first_input].buffer, d->machine, NULL);
    int32_t n = 1;
    for (int32_t i = 0; i < station->n_stops; ++i)
        n += takt_decision_may_stop(r, d->machine, i);
    return n;
}

static void describe(const takt_replication *r, takt_decision *decision)
{
    const takt_decision_state *d = r->view.decision;
    *decision = (takt_decision){.kind = (takt_decision_kind)d->kind,
                                .station = d->station,
                                .machine = d->machine,
                                .n_actions = n_actions_of(r->plan, d->station, d->kind),
                                .n_legal = count_legal(r),
                                .rule = d->rule,
                                .time = r->view.head->now,
                                .elapsed = d->diary.elapsed,
                                .own_elapsed = d->diary.since,
                                .reward = d->diary.reward};
}

takt_status takt_replication_advance_to_decision(takt_replication *r, takt_tick until,
                                                 takt_decision *decision, bool *has_decision)
{
    *has_decision = false;
    r->asks = r->plan->n_deciders > 0;
    const takt_status status = takt_replication_advance(r, until);
    r->asks = false;
    TAKT_TRY(status);
    *has_decision = is_held(r);
    if (*has_decision) {
        describe(r, decision);
        return TAKT_OK;
    }
    const takt_decision_diary none = {0};
    const takt_decision_diary *diary = r->plan->n_deciders > 0 ? &r->view.decision->diary : &none;
    *decision = (takt_decision){.station = TAKT_NONE,
                                .machine = TAKT_NONE,
                                .time = r->view.head->now,
                                .elapsed = r->view.head->now - diary->last,
                                .own_elapsed = r->view.head->now - diary->last,
                                .reward = total_of(r) - diary->total};
    return TAKT_OK;
}

/// Is the action of the waiting decision legal?
static bool is_legal(const takt_replication *r, int32_t action)
{
    const takt_decision_state *d = r->view.decision;
    if (action < 0 || action >= n_actions_of(r->plan, d->station, d->kind))
        return false;
    if (d->kind == TAKT_DECISION_MAINTENANCE)
        return action == 0 || takt_decision_may_stop(r, d->machine, action - 1);
    const takt_plan_station *station = &r->plan->stations[d->station];
    return takt_queue_is_legal(r, r->plan->inputs[station->first_input].buffer, d->machine, action);
}

takt_status takt_replication_act(takt_replication *r, int32_t action)
{
    if (!is_held(r))
        return TAKT_FAIL(TAKT_ERR_INPUT, "action: found %d, allowed: none while no decision waits",
                         action);
    if (!is_legal(r, action))
        return TAKT_FAIL(
            TAKT_ERR_INPUT, "action: found %d, allowed: one of the %d legal ones of %s at '%s'",
            action, count_legal(r), takt_decision_name((takt_decision_kind)r->view.decision->kind),
            r->plan->stations[r->view.decision->station].name);
    r->view.decision->answer = action;
    return TAKT_OK;
}
