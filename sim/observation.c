// What a policy sees of a factory: one walk over the plan that either writes the numbers or finds
// the name of one of them, so that both always agree.

#include "sim/state_internal.h"

#include <stdio.h>

typedef struct walk {
    const takt_plan *plan;
    const takt_replication *r; // NULL: only names and the size are wanted
    float *values;
    int32_t n;
    int32_t wanted; // the number whose name is asked for
    char *name;
    size_t n_bytes;
} walk;

static void put(walk *w, double value, const char *of, const char *what, int32_t index)
{
    if (w->values)
        w->values[w->n] = (float)value;
    if (w->name && w->n == w->wanted) {
        if (index < 0)
            snprintf(w->name, w->n_bytes, "%s.%s", of, what);
        else
            snprintf(w->name, w->n_bytes, "%s.%s[%d]", of, what, index);
    }
    w->n += 1;
}

/// From 0 to 1: a half at eight.
static double squash(double n)
{
    return n / (n + 8);
}

/// The decision that waits, NULL: none.
static const takt_decision_state *asked_of(const takt_replication *r)
{
    const bool is_held = r && r->view.head->failed == TAKT_HELD_TO_ASK;
    return is_held ? r->view.decision : NULL;
}

/// Share of its interval or level that a planned stop has behind it, at most 2; of one that waits
/// for no interval 0.
static double progress(const takt_replication *r, int32_t machine, int32_t stop)
{
    const double due = r->view.gauges[takt_gauge_index(r, machine, stop)].due;
    const double share = due > 0 ? takt_gauge_read(r, machine, stop) / due : 0;
    return share < 2 ? share : 2;
}

static void put_stops(walk *w, const takt_plan_station *station, int32_t asked)
{
    for (int32_t i = 0; i < station->n_stops; ++i) {
        double sum = 0;
        for (int32_t k = 0; w->r && k < station->n_machines; ++k)
            sum += progress(w->r, station->first_machine + k, i);
        put(w, sum / station->n_machines, station->name, "stop", i);
        put(w, asked >= 0 ? progress(w->r, asked, i) : 0, station->name, "stop_of_asked", i);
    }
}

static void put_station(walk *w, int32_t s)
{
    const takt_plan_station *station = &w->plan->stations[s];
    const takt_decision_state *d = asked_of(w->r);
    const int32_t asked = d && d->station == s ? d->machine : TAKT_NONE;
    for (int32_t kind = 1; kind < TAKT_DECISION_COUNT; ++kind)
        if (station->decides & 1 << kind)
            put(w, asked >= 0 && d->kind == kind, station->name,
                kind == TAKT_DECISION_DISPATCH ? "asks_dispatch" : "asks_maintenance", TAKT_NONE);
    int32_t n[TAKT_MACHINE_STATE_COUNT] = {0};
    for (int32_t k = 0; w->r && k < station->n_machines; ++k)
        n[w->r->view.machines[station->first_machine + k].state] += 1;
    for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        put(w, (double)n[k] / station->n_machines, station->name, "state", k);
    put_stops(w, station, asked);
}

/// How near its due date the first item of a class is: 0 none or far away, 1 too late already.
static double urgency(const takt_replication *r, int32_t buffer, int32_t item)
{
    if (item == TAKT_NONE || r->view.tickets[item].due == TAKT_TICK_NEVER)
        return 0;
    const double time = (double)(r->view.tickets[item].due - r->view.head->now);
    const double left = (double)takt_ticket_left(r, item, buffer) + 1;
    return time <= 0 ? 1 : left / (left + time);
}

/// The kinds that wait before a station that decides what comes first.
static void put_classes(walk *w, int32_t b, const takt_plan_station *station)
{
    const takt_plan_buffer *plan = &w->plan->buffers[b];
    const takt_decision_state *d = asked_of(w->r);
    const int32_t asked =
        d && &w->plan->stations[d->station] == station && station->n_changeovers > 0 ? d->machine
                                                                                     : TAKT_NONE;
    for (int32_t c = 0; c < plan->n_classes; ++c) {
        const int32_t setup = w->plan->class_setup[plan->first_class + c];
        const takt_queue_class *class_ =
            w->r ? &w->r->view.classes[plan->first_class + c] : &(takt_queue_class){0};
        put(w, squash(class_->n), plan->name, "waiting", c);
        put(w, w->r ? urgency(w->r, b, class_->root) : 0, plan->name, "urgency", c);
        put(w,
            setup < 0 || (asked >= 0 && w->r->view.setups[asked].setup == setup) ||
                station->n_changeovers == 0,
            plan->name, "is_set_up", c);
    }
}

static void put_buffer(walk *w, int32_t b)
{
    const takt_plan_buffer *plan = &w->plan->buffers[b];
    const takt_buffer_state *buffer = w->r ? &w->r->view.buffers[b] : &(takt_buffer_state){0};
    const double level = plan->by_quantity ? buffer->quantity : buffer->n_items;
    const bool is_open = plan->capacity >= TAKT_UNLIMITED;
    const double room = plan->capacity > 0 ? plan->capacity : 1;
    put(w, is_open ? squash(level) : level / room, plan->name, "level", TAKT_NONE);
    put(w, buffer->first_blocked != TAKT_NONE && w->r, plan->name, "is_waited_for", TAKT_NONE);
    if (plan->n_consumers == 0)
        return;
    const takt_plan_station *station = &w->plan->stations[w->plan->consumers[plan->first_consumer]];
    if (station->decides & 1 << TAKT_DECISION_DISPATCH)
        put_classes(w, b, station);
}

static void put_all(walk *w)
{
    for (int32_t s = 0; s < w->plan->n_stations; ++s)
        put_station(w, s);
    for (int32_t b = 0; b < w->plan->n_buffers; ++b)
        put_buffer(w, b);
    for (int32_t c = 0; c < w->plan->n_crews; ++c) {
        const double size = w->plan->crews[c].size > 0 ? w->plan->crews[c].size : 1;
        put(w, w->r ? w->r->view.crews[c].n_free / size : 0, w->plan->crews[c].name, "free",
            TAKT_NONE);
    }
}

int32_t takt_observation_size(const takt_plan *plan)
{
    walk w = {.plan = plan};
    put_all(&w);
    return w.n;
}

void takt_replication_observe(const takt_replication *r, float *observation)
{
    walk w = {.plan = r->plan, .r = r, .values = observation};
    put_all(&w);
}

const char *takt_observation_name(const takt_plan *plan, int32_t index, char *name, size_t n_bytes)
{
    walk w = {.plan = plan, .wanted = index, .name = name, .n_bytes = n_bytes};
    if (n_bytes > 0)
        name[0] = '\0';
    put_all(&w);
    return name;
}
