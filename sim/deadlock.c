#include "sim/deadlock.h"

#include "sim/state_internal.h"

#include <stdio.h>
#include <string.h>

/// Changes of state that a report shows, and lines that a message does.
enum { N_CHANGES = 200, N_SHOWN = 3 };

/// What may still move, in r->marks: stations; buffers that may get something; buffers from which
/// something may be taken.
typedef struct movement {
    const takt_replication *r;
    uint8_t *station, *fed, *drained;
    bool is_over; // nothing is pending: nobody moves any more
} movement;

static double needed(const takt_plan_station *station, const takt_plan_input *input)
{
    return !input->by_quantity && station->kind == TAKT_STATION_PASS ? station->batch_min
                                                                     : input->take;
}

/// What an input of a machine finds: items, or a quantity.
static double found(const takt_replication *r, int32_t machine, int32_t i)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
    const takt_buffer_state *buffer = &r->view.buffers[input->buffer];
    if (!input->by_quantity)
        return buffer->n_items;
    const int32_t mounted =
        r->view.mounted[station->first_mounted +
                        (machine - station->first_machine) * station->n_inputs + i];
    return buffer->quantity + (mounted == TAKT_NONE ? 0 : r->view.items[mounted].quantity);
}

static bool has_enough(const takt_replication *r, int32_t machine, int32_t i)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    if (station->is_picky)
        return takt_batch_possible(r, r->view.machines[machine].station, machine);
    return found(r, machine, i) >=
           needed(station, &r->plan->inputs[station->first_input + i]) * (1 - 1e-12);
}

static bool machine_may_move(const movement *m, int32_t index)
{
    const takt_replication *r = m->r;
    const takt_machine *machine = &r->view.machines[index];
    const takt_plan_station *station = takt_station_of(r, index);
    if (m->is_over)
        return false;
    if (machine->is_blocked)
        return m->drained[machine->route];
    if (!machine->is_idle)
        return true;
    if (station->timer >= 0 &&
        r->view.slot_word[takt_slot_timer(r->plan, station->timer)] != UINT64_MAX)
        return true; // some will have waited long enough
    for (int32_t i = 0; i < station->n_inputs; ++i)
        if (!m->fed[r->plan->inputs[station->first_input + i].buffer] && !has_enough(r, index, i))
            return false;
    return !station->blocks_before || machine->route < 0 ||
           takt_buffer_has_place(r, machine->route) || m->drained[machine->route];
}

static bool station_may_move(const movement *m, int32_t s)
{
    const takt_plan_station *station = &m->r->plan->stations[s];
    for (int32_t k = 0; k < station->n_machines; ++k)
        if (machine_may_move(m, station->first_machine + k))
            return true;
    return false;
}

/// A station that moves takes from its inputs and gives to where its routes lead.
static void spread_station(const movement *m, int32_t s)
{
    const takt_plan *p = m->r->plan;
    const takt_plan_station *station = &p->stations[s];
    m->station[s] = 1;
    for (int32_t i = 0; i < station->n_inputs; ++i)
        m->drained[p->inputs[station->first_input + i].buffer] = 1;
    for (int32_t i = 0; i < station->n_routes; ++i)
        if (p->routes[station->first_route + i].buffer >= 0)
            m->fed[p->routes[station->first_route + i].buffer] = 1;
    if (station->makes >= 0)
        m->fed[p->steps[p->products[station->makes].first_step].buffer] = 1;
}

/// What is taken at one step of a product comes to the next one, or back.
static bool spread_steps(const movement *m)
{
    const takt_plan *p = m->r->plan;
    bool changed = false;
    for (int32_t i = 0; i < p->n_products; ++i) {
        const takt_plan_product *product = &p->products[i];
        const takt_plan_step *steps = &p->steps[product->first_step];
        for (int32_t k = 0; k < product->n_steps; ++k) {
            if (!m->drained[steps[k].buffer])
                continue;
            uint8_t *back =
                steps[k].rework > 0 ? &m->fed[steps[steps[k].rework_step].buffer] : NULL;
            uint8_t *on = k + 1 < product->n_steps ? &m->fed[steps[k + 1].buffer] : NULL;
            changed |= (back && !*back) || (on && !*on);
            if (back)
                *back = 1;
            if (on)
                *on = 1;
        }
    }
    return changed;
}

/// Sources that have not come to an end bring items; a file may bring them to several buffers.
static void spread_source(const movement *m, int32_t i)
{
    const takt_plan *p = m->r->plan;
    if (takt_source_is_over(m->r, i) ||
        (m->r->view.source_item[i] != TAKT_NONE && !p->sources[i].has_cards))
        return; // one that waits for a card may get it from anybody
    m->fed[p->sources[i].buffer] = 1;
    for (int32_t k = 0; p->arrivals[i].rows && k < p->n_products; ++k)
        m->fed[p->steps[p->products[k].first_step].buffer] = 1;
}

static movement find_movement(const takt_replication *r)
{
    const takt_plan *p = r->plan;
    const movement m = {.r = r,
                        .station = r->marks,
                        .fed = r->marks + p->n_stations,
                        .drained = r->marks + p->n_stations + p->n_buffers,
                        .is_over = takt_replication_next(r) == TAKT_TICK_NEVER};
    memset(r->marks, 0, (size_t)p->n_stations + 2 * (size_t)p->n_buffers);
    if (m.is_over)
        return m;
    for (int32_t i = 0; i < p->n_sources; ++i)
        spread_source(&m, i);
    for (int32_t c = 0; c < p->transport.n_conveyors; ++c) // what is on its way will be there
        m.fed[p->transport.conveyors[c].buffer] |= r->view.belts[c].n > 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t s = 0; s < p->n_stations; ++s) {
            if (m.station[s] || !station_may_move(&m, s))
                continue;
            spread_station(&m, s);
            changed = true;
        }
        changed |= spread_steps(&m);
        for (int32_t i = 0; i < p->n_sources; ++i) { // one that waits comes in and goes on
            const int32_t b = p->sources[i].buffer;
            if (r->view.source_item[i] != TAKT_NONE && m.drained[b] && !m.fed[b])
                m.fed[b] = changed = true;
        }
    }
    return m;
}

/// Held up by others: it has something in hand, and waits in vain for somebody to take it.
static bool is_stuck(const movement *m, int32_t machine)
{
    const takt_machine *state = &m->r->view.machines[machine];
    return !machine_may_move(m, machine) &&
           (state->is_blocked || state->has_job ||
            (state->is_idle && state->state == TAKT_MACHINE_BLOCKED));
}

/// The buffer before which a source waits: that of its item.
static int32_t waits_before(const takt_replication *r, int32_t source)
{
    const int32_t item = r->view.source_item[source];
    const int32_t product = r->plan->has_tickets ? r->view.tickets[item].product : TAKT_NONE;
    return product >= 0 ? r->plan->steps[r->plan->products[product].first_step].buffer
                        : r->plan->sources[source].buffer;
}

static bool is_stuck_source(const movement *m, int32_t source)
{
    const takt_replication *r = m->r;
    return r->view.source_item[source] != TAKT_NONE &&
           (m->is_over ||
            (!r->plan->sources[source].has_cards && !m->drained[waits_before(r, source)]));
}

static bool is_deadlock(const movement *m)
{
    const takt_plan *p = m->r->plan;
    for (int32_t machine = 0; machine < p->n_machines; ++machine)
        if (is_stuck(m, machine))
            return true;
    for (int32_t i = 0; i < p->n_sources; ++i)
        if (is_stuck_source(m, i))
            return true;
    return false;
}

/// Does anybody wait for a place at all? Most looks end here.
static bool somebody_waits(const takt_replication *r)
{
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        if (r->view.buffers[b].first_blocked != TAKT_NONE)
            return true;
    for (int32_t m = 0; m < r->plan->n_machines; ++m)
        if (r->view.machines[m].is_idle && r->view.machines[m].state == TAKT_MACHINE_BLOCKED)
            return true;
    return false;
}

/// From the beginning to where it stands: nothing that reads results has then touched the moments
/// since when machines are in their states. What happens is the same.
static takt_status run_again(takt_replication *r, const takt_replication_listener *listener)
{
    const takt_tick end = r->view.head->now;
    takt_replication_listen(r, listener);
    takt_status status = takt_replication_reset(r, r->view.head->replication);
    if (status == TAKT_OK)
        status = takt_replication_advance(r, end);
    takt_replication_listen(r, NULL);
    return status;
}

takt_status takt_replication_check_deadlock(takt_replication *r)
{
    const bool is_over = takt_replication_next(r) == TAKT_TICK_NEVER;
    if (r->view.head->failed != TAKT_FAILED_NOT ||
        (!is_over && (r->plan->transport.n_fleets > 0 || !somebody_waits(r))))
        return TAKT_OK; // what vehicles will bring is not known here
    const movement m = find_movement(r);
    if (!is_deadlock(&m))
        return TAKT_OK;
    TAKT_TRY(run_again(r, NULL));
    r->view.head->failed = TAKT_FAILED_DEADLOCK;
    return takt_deadlock_fail(r);
}

bool takt_replication_is_deadlocked(const takt_replication *r)
{
    return r->view.head->failed == TAKT_FAILED_DEADLOCK;
}

// --- Words ---------------------------------------------------------------------------------------

static void append_full(const takt_replication *r, int32_t buffer, takt_text *out)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    const takt_buffer_state *state = &r->view.buffers[buffer];
    takt_text_printf(out, "no place in '%s' (%.6g of %.6g)", plan->name,
                     plan->by_quantity ? state->quantity
                                       : (double)state->n_items + state->n_reserved,
                     plan->capacity);
}

/// What a machine waits for.
static void append_reason(const movement *m, int32_t machine, takt_text *out)
{
    const takt_replication *r = m->r;
    const takt_machine *state = &r->view.machines[machine];
    const takt_plan_station *station = takt_station_of(r, machine);
    if (state->is_blocked || (state->is_idle && state->state == TAKT_MACHINE_BLOCKED)) {
        append_full(r, state->route, out);
        return;
    }
    if (!state->is_idle) {
        takt_text_append(out, "nobody comes to it");
        return;
    }
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
        if (has_enough(r, machine, i) || m->fed[input->buffer])
            continue;
        takt_text_printf(out, "nothing more comes to '%s' (%.6g of %.6g needed)",
                         r->plan->buffers[input->buffer].name, found(r, machine, i),
                         needed(station, input));
        return;
    }
    takt_text_append(out, "something else than items and places");
}

/// One line per station with machines that move no more: the first of them stands for all.
static void append_station(const movement *m, int32_t s, takt_text *out)
{
    static const char *const names[TAKT_MACHINE_STATE_COUNT] = {
#define STATE_NAME(name, text) text,
        TAKT_MACHINE_STATE_LIST(STATE_NAME)
#undef STATE_NAME
    };
    const takt_plan_station *station = &m->r->plan->stations[s];
    int32_t first = TAKT_NONE, n = 0;
    for (int32_t k = 0; k < station->n_machines; ++k) {
        const int32_t machine = station->first_machine + k;
        if (machine_may_move(m, machine))
            continue;
        n += 1;
        if (first == TAKT_NONE || (is_stuck(m, machine) && !is_stuck(m, first)))
            first = machine;
    }
    if (first == TAKT_NONE)
        return;
    const takt_machine *machine = &m->r->view.machines[first];
    takt_text_printf(out, "%s (%d of %d machine%s): %s since %.6g h, ", station->name, n,
                     station->n_machines, station->n_machines == 1 ? "" : "s",
                     names[machine->state], takt_tick_to_s(machine->since) / 3600);
    append_reason(m, first, out);
    takt_text_append(out, "\n");
}

void takt_deadlock_describe(const takt_replication *r, takt_text *out)
{
    const movement m = find_movement(r);
    for (int32_t i = 0; i < r->plan->n_sources; ++i) {
        if (!is_stuck_source(&m, i))
            continue;
        takt_text_printf(out, "%s: an item waits outside, ", r->plan->sources[i].name);
        append_full(r, waits_before(r, i), out);
        takt_text_append(out, "\n");
    }
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        append_station(&m, s, out);
}

uint32_t takt_replication_number(const takt_replication *r)
{
    const uint32_t name = r->view.head->replication;
    return name & TAKT_REPLICATION_MIRRORED ? (name & ~TAKT_REPLICATION_MIRRORED) + 1 : name;
}

/// When the last of those who wait for ever began to.
static double deadlock_h(const takt_replication *r)
{
    const movement m = find_movement(r);
    takt_tick last = 0;
    for (int32_t k = 0; k < r->plan->n_machines; ++k)
        if (is_stuck(&m, k) && r->view.machines[k].since > last)
            last = r->view.machines[k].since;
    return takt_tick_to_s(last) / 3600;
}

/// The first lines of a text as one; `line` [n_bytes].
static void join_lines(const char *text, char *line, size_t n_bytes)
{
    size_t used = 0;
    line[0] = '\0';
    for (int32_t n = 0; *text && used + 8 < n_bytes; ++n) {
        const size_t length = strcspn(text, "\n");
        const int more = n < N_SHOWN ? snprintf(line + used, n_bytes - used, "%s%.*s",
                                                n > 0 ? "; " : "", (int)length, text)
                                     : snprintf(line + used, n_bytes - used, "; ...");
        used += more > 0 ? (size_t)more : 0;
        if (n == N_SHOWN)
            return;
        text += length + (text[length] == '\n');
    }
}

takt_status takt_deadlock_fail(const takt_replication *r)
{
    char shown[400];
    takt_text text = {0};
    takt_deadlock_describe(r, &text);
    join_lines(takt_text_get(&text), shown, sizeof shown);
    takt_text_destroy(&text);
    return TAKT_FAIL(TAKT_ERR_MODEL,
                     "factory: found a deadlock at %.6g h of replication %u (%s), allowed: "
                     "somebody who can take what waits",
                     deadlock_h(r), takt_replication_number(r), shown);
}

// --- How it came about ---------------------------------------------------------------------------

typedef struct change {
    takt_tick time;
    int32_t machine;
    int32_t state;
} change;

typedef struct history {
    const takt_replication *r;
    bool *is_of_interest; // [n_stations]
    change changes[N_CHANGES];
    int64_t n;
} history;

static void note_change(void *context, int32_t machine, takt_machine_state state)
{
    history *h = context;
    if (!h->is_of_interest[h->r->view.machines[machine].station])
        return;
    h->changes[h->n++ % N_CHANGES] = (change){h->r->view.head->now, machine, (int32_t)state};
}

static void append_changes(const history *h, takt_text *out)
{
    static const char *const names[TAKT_MACHINE_STATE_COUNT] = {
#define STATE_NAME(name, text) text,
        TAKT_MACHINE_STATE_LIST(STATE_NAME)
#undef STATE_NAME
    };
    const int64_t first = h->n > N_CHANGES ? h->n - N_CHANGES : 0;
    takt_text_printf(out, "\nThe last %lld changes of these stations, in hours:\n",
                     (long long)(h->n - first));
    for (int64_t i = first; i < h->n; ++i) {
        const change *c = &h->changes[i % N_CHANGES];
        const takt_plan_station *station = takt_station_of(h->r, c->machine);
        takt_text_printf(out, "%.9f %s %d %s\n", takt_tick_to_s(c->time) / 3600, station->name,
                         c->machine - station->first_machine + 1, names[c->state]);
    }
}

takt_status takt_deadlock_report(takt_replication *r, takt_text *out)
{
    takt_status status = TAKT_OK;
    const movement m = find_movement(r);
    history *h = takt_alloc(sizeof *h);
    bool *stations = takt_alloc((size_t)r->plan->n_stations + 1);
    if (!h || !stations)
        TAKT_TRY_GOTO(TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a deadlock"), done);
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        stations[s] = !m.station[s];
    takt_text_printf(out, "Deadlock at %.6g h of replication %u: these wait for ever.\n\n",
                     deadlock_h(r), takt_replication_number(r));
    takt_deadlock_describe(r, out);
    *h = (history){.r = r, .is_of_interest = stations};
    TAKT_TRY_GOTO(run_again(r, &(takt_replication_listener){.context = h, .state = note_change}),
                  done);
    append_changes(h, out);
done:
    takt_free(stations);
    takt_free(h);
    return status;
}
