// What machines do: start, work, finish, pass on, wait; and what holds keep them from.

#include "sim/state_internal.h"

/// Route of a machine that blocks before service and has drawn none for its next job: what holds it
/// while it waits for a place changes nothing about where it will deliver.
enum { ROUTE_NOT_DRAWN = INT32_MIN };

static void active_append(takt_replication *r, int32_t machine)
{
    takt_state_head *head = r->view.head;
    takt_machine *m = &r->view.machines[machine];
    if (m->is_active) // also when it ceased at this very tick: the period goes on
        return;
    m->is_active = TAKT_ACTIVE;
    m->next_active = TAKT_NONE;
    m->previous_active = head->last_active;
    if (head->last_active == TAKT_NONE)
        head->first_active = machine;
    else
        r->view.machines[head->last_active].next_active = machine;
    head->last_active = machine;
}

/// Only noted here; the run loop removes the machine if it is still inactive when time goes on.
static void active_cease(takt_replication *r, int32_t machine)
{
    if (r->view.machines[machine].is_active != TAKT_ACTIVE)
        return;
    r->view.machines[machine].is_active = TAKT_ACTIVE_NOTED;
    r->view.ceased[r->view.head->n_ceased++] = machine;
}

/// Out of the way of those whom nobody listens to.
__attribute__((noinline, cold)) static void tell_state(const takt_replication *r, int32_t machine,
                                                       takt_machine_state before)
{
    const takt_machine_state state = (takt_machine_state)r->view.machines[machine].state;
    if (state != before || state == TAKT_MACHINE_STOPPED)
        r->listener.state(r->listener.context, machine, state);
}

/// The hottest path of the engine: in place wherever it is called here.
__attribute__((always_inline)) static inline void set_state(takt_replication *r, int32_t machine,
                                                            takt_machine_state state)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_tick now = r->view.head->now;
    r->view.stations[m->station].time[m->state] += now - m->since;
    if (m->has_meter)
        takt_energy_count(r, machine);
    m->since = now;
    const takt_machine_state before = (takt_machine_state)m->state;
    m->state = (uint16_t)state;
    if (takt_state_is_active(state))
        active_append(r, machine);
    else if (takt_state_is_active(before))
        active_cease(r, machine);
    if (m->has_clocks && state != before)
        takt_clocks_follow(r, machine);
    if (r->listener.state)
        tell_state(r, machine, before);
}

void takt_machine_set_state(takt_replication *r, int32_t machine, takt_machine_state state)
{
    set_state(r, machine, state);
}

static void idle_append(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    takt_station_state *station = &r->view.stations[m->station];
    m->is_idle = 1;
    m->next_idle = TAKT_NONE;
    m->previous_idle = station->last_idle;
    if (station->last_idle == TAKT_NONE)
        station->first_idle = machine;
    else
        r->view.machines[station->last_idle].next_idle = machine;
    station->last_idle = machine;
}

static void idle_remove(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    takt_station_state *station = &r->view.stations[m->station];
    m->is_idle = 0;
    if (m->previous_idle == TAKT_NONE)
        station->first_idle = m->next_idle;
    else
        r->view.machines[m->previous_idle].next_idle = m->next_idle;
    if (m->next_idle == TAKT_NONE)
        station->last_idle = m->previous_idle;
    else
        r->view.machines[m->next_idle].previous_idle = m->previous_idle;
}

/// Works on for `left` ticks, or until a gauge that counts work strikes.
__attribute__((always_inline)) static inline void work_on(takt_replication *r, int32_t machine,
                                                          takt_tick left)
{
    takt_machine *m = &r->view.machines[machine];
    takt_event_class class_ = TAKT_EVENT_COMPLETION;
    set_state(r, machine, TAKT_MACHINE_WORKING);
    m->is_running = 1;
    m->running_since = r->view.head->now;
    m->work_end = r->view.head->now + left;
    if (m->has_gauges && m->strike_left <= left) {
        takt_event_class strike = class_;
        const takt_tick until = takt_gauges_left(r, machine, &strike);
        m->strike_left = takt_station_of(r, machine)->only_wears ? until : 0;
        class_ = until < left ? strike : class_;
        left = until < left ? until : left;
    }
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_work(machine), class_, r->view.head->now + left);
}

void takt_machine_work_on(takt_replication *r, int32_t machine, takt_tick left)
{
    work_on(r, machine, left);
}

/// The machine is being set up for the job in hand.
__attribute__((noinline, cold)) static void set_up(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_tick end = r->view.head->now + r->view.setups[machine].left;
    set_state(r, machine, TAKT_MACHINE_SETUP);
    m->is_running = 1;
    m->running_since = r->view.head->now;
    m->work_end = end;
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_work(machine), TAKT_EVENT_COMPLETION, end);
}

void takt_machine_set_up(takt_replication *r, int32_t machine)
{
    set_up(r, machine);
}

/// On with the job in hand, after a changeover where it needs one.
__attribute__((always_inline)) static inline void press_on(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    if (m->has_setups && takt_changeover_begin(r, machine))
        set_up(r, machine);
    else
        work_on(r, machine, m->work_left);
}

/// Its people are there.
void takt_machine_press_on(takt_replication *r, int32_t machine)
{
    press_on(r, machine);
}

/// Work ends here, for now or for good: what it has worn is counted.
static void pause_work(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    m->is_running = 0;
    if (m->in_setup)
        r->view.setups[machine].left = m->work_end - r->view.head->now;
    else
        m->work_left = m->work_end - r->view.head->now;
    if (m->has_gauges && !m->in_setup) { // a changeover wears nothing
        takt_gauges_work(r, machine, r->view.head->now - m->running_since);
        if (m->strike_left > 0)
            m->strike_left -= r->view.head->now - m->running_since;
    }
    if (m->is_staffed)
        takt_crew_release(r, machine);
}

/// The job in hand begins or goes on, with people where the machine needs them.
__attribute__((always_inline)) static inline void go_on(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    if (m->is_staffed)
        takt_operators_call(r, machine);
    else
        press_on(r, machine);
}

/// Its people are taken away.
__attribute__((noinline, cold)) void takt_machine_pause(takt_replication *r, int32_t machine)
{
    takt_event_cancel(r->view.slot_word, takt_slot_work(machine));
    pause_work(r, machine);
}

/// Items are there (and a place for what becomes of them, where the station wants one).
static bool can_start(const takt_replication *r, int32_t station, int32_t machine,
                      int32_t extra_buffer, double extra_quantity)
{
    return takt_work_possible(r, station, machine, extra_buffer, extra_quantity) &&
           (!r->plan->stations[station].blocks_before ||
            takt_buffer_has_place(r, r->view.machines[machine].route));
}

/// The longest waiting machine of a station that could start. Machines that draw amounts differ in
/// what is left of the items mounted on them, those that block before service in where they will
/// deliver; all others are alike.
static int32_t first_ready(const takt_replication *r, int32_t s, int32_t extra_buffer,
                           double extra_quantity)
{
    const takt_plan_station *station = &r->plan->stations[s];
    if (!station->is_special && station->items_needed > 0)
        return takt_work_possible(r, s, TAKT_NONE, extra_buffer, extra_quantity)
                   ? r->view.stations[s].first_idle
                   : TAKT_NONE;
    if (station->n_changeovers > 0 && station->kind == TAKT_STATION_PASS)
        return takt_changeover_machine(r, s, extra_buffer, extra_quantity);
    const bool are_alike = station->kind != TAKT_STATION_MERGE && !station->blocks_before;
    int32_t machine = r->view.stations[s].first_idle;
    while (machine != TAKT_NONE && !can_start(r, s, machine, extra_buffer, extra_quantity))
        machine = are_alike ? TAKT_NONE : r->view.machines[machine].next_idle;
    return machine;
}

/// The same, where the cards are there, too.
static int32_t first_able(const takt_replication *r, int32_t s)
{
    if (r->plan->stations[s].is_special && r->plan->stations[s].has_cards &&
        !takt_cards_permit(r, s, TAKT_NONE, TAKT_NONE))
        return TAKT_NONE;
    return first_ready(r, s, TAKT_NONE, 0);
}

bool takt_station_can_start_with(const takt_replication *r, int32_t station, int32_t buffer,
                                 double quantity)
{
    return first_ready(r, station, buffer, quantity) != TAKT_NONE;
}

static int32_t choose_route(takt_replication *r, int32_t station_index)
{
    const takt_plan_station *station = &r->plan->stations[station_index];
    const takt_route *routes = &r->plan->routes[station->first_route];
    if (station->n_routes == 1)
        return routes[0].buffer;
    double left = takt_draw(r, takt_stream_route(r->plan, station_index));
    for (int32_t i = 0; i + 1 < station->n_routes; ++i) {
        left -= TAKT_DEFECTIVE(ROUTES_EVEN) ? 1.0 / station->n_routes : routes[i].share;
        if (left < 0)
            return routes[i].buffer;
    }
    return routes[station->n_routes - 1].buffer;
}

int32_t takt_station_choose_route(takt_replication *r, int32_t station)
{
    return choose_route(r, station);
}

/// Where the first of the items goes that the machine has finished.
static int32_t route_of(takt_replication *r, const takt_machine *m)
{
    if (!m->is_special)
        return choose_route(r, m->station);
    if (r->plan->stations[m->station].n_parts > 0)
        return takt_parts_route(r, (int32_t)(m - r->view.machines));
    if (r->plan->stations[m->station].has_tickets)
        return takt_ticket_route(r, m->item, m->station);
    return choose_route(r, m->station);
}

__attribute__((noinline, cold)) static void begin_special(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    if (station->has_belts)
        takt_conveyors_close_up(r, m->station);
    if (station->blocks_before)
        takt_buffer_reserve(r, m->route, 1);
    if (station->has_cards)
        takt_cards_start(r, machine);
}

static void begin_job(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    m->work = m->work_left = takt_work_begin(r, machine);
    if (r->listener.item)
        takt_tell_job(r, TAKT_ITEM_STARTS, machine);
    m->has_job = 1;
    if (m->is_special)
        begin_special(r, machine);
    if (!m->has_gauges || m->strike_left > 0 ||
        !takt_stoppage_strike(r, machine, 1u << TAKT_STRIKE_START))
        go_on(r, machine);
}

/// The job in hand is done, and so is the shift.
static void leave(takt_replication *r, int32_t machine)
{
    r->view.machines[machine].leaves = 0;
    takt_machine_hold(r, machine, TAKT_HOLD_SHIFT);
}

/// Free for the next job of its station.
__attribute__((always_inline)) static inline void go_idle(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    if (m->is_special && r->plan->stations[m->station].blocks_before && m->route == ROUTE_NOT_DRAWN)
        m->route = choose_route(r, m->station);
    idle_append(r, machine);
}

void takt_machine_go_idle(takt_replication *r, int32_t machine)
{
    go_idle(r, machine);
}

/// The machine has nothing in hand: a stoppage that has waited for this, or the next decision.
static void release(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    if (m->leaves) {
        leave(r, machine);
        return;
    }
    if (m->has_gauges && m->strike_left <= 0 &&
        takt_stoppage_strike(r, machine,
                             1u << TAKT_STRIKE_AT_ONCE | 1u << TAKT_STRIKE_JOB_END |
                                 1u << TAKT_STRIKE_EMPTY | 1u << TAKT_STRIKE_IDLE))
        return;
    go_idle(r, machine);
    takt_station_mark(r, m->station);
}

/// What idle machines that have found nothing to do wait for. Those at the end of the list are
/// new to it.
__attribute__((noinline)) static void begin_to_wait(takt_replication *r, int32_t s)
{
    const takt_plan_station *station = &r->plan->stations[s];
    for (int32_t m = r->view.stations[s].last_idle; m != TAKT_NONE;
         m = r->view.machines[m].previous_idle) {
        const int32_t before = r->view.machines[m].state;
        if (before == TAKT_MACHINE_STARVED && !station->blocks_before)
            break;
        const takt_machine_state state =
            station->blocks_before && takt_work_possible(r, s, m, TAKT_NONE, 0) &&
                    !takt_buffer_has_place(r, r->view.machines[m].route) // else it lacks a card
                ? TAKT_MACHINE_BLOCKED
                : TAKT_MACHINE_STARVED;
        if (before == (int32_t)state)
            continue;
        set_state(r, m, state);
        if (station->setup_lost_by & TAKT_HOLD_IDLE && state == TAKT_MACHINE_STARVED) {
            takt_changeover_lose(r, m, TAKT_HOLD_IDLE);
            takt_station_mark(r, s); // it is bound by nothing any more
        }
    }
}

/// The decision of a station: its longest waiting machines start while their inputs are there.
/// True: somebody has started.
bool takt_station_settle(takt_replication *r, int32_t s)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const bool decides = station->decides != 0;
    bool has_started = false;
    if (decides && !takt_decisions_maintain(r, s))
        return false;
    while (r->view.stations[s].first_idle != TAKT_NONE && !r->view.head->failed) {
        const int32_t m = first_able(r, s);
        if (m == TAKT_NONE)
            break;
        if (decides && !takt_decision_dispatch(r, s, m))
            return has_started;
        idle_remove(r, m);
        begin_job(r, m);
        if (decides)
            r->view.decision->chosen = TAKT_NONE;
        has_started = true;
    }
    if (station->has_cards)
        takt_cards_claim(r, s, first_ready(r, s, TAKT_NONE, 0) != TAKT_NONE);
    if (r->view.stations[s].first_idle == TAKT_NONE)
        return has_started;
    begin_to_wait(r, s);
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        // A buffer without places can pass an item on now.
        const int32_t buffer = r->plan->inputs[station->first_input + i].buffer;
        if (r->view.buffers[buffer].first_blocked != TAKT_NONE)
            takt_buffer_mark(r, buffer);
    }
    return has_started;
}

/// Passes finished items on, one after the other. False: the next one waits for a place.
static bool deliver(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const bool has_place = m->is_special && r->plan->stations[m->station].blocks_before;
    const bool has_lanes = m->is_special && r->plan->stations[m->station].n_lanes > 0;
    while (m->item != TAKT_NONE) {
        const int32_t item = m->item;
        if (has_lanes && takt_transporters_call(r, machine))
            return false;
        if (has_place)
            takt_buffer_reserve(r, m->route, -1);
        if (m->route >= 0 && !takt_buffer_fits(r, m->route, item)) {
            m->is_blocked = 1;
            takt_buffer_block(r, m->route, machine);
            return false;
        }
        m->item = r->view.items[item].next;
        m->n_items -= 1;
        if (m->route >= 0)
            takt_buffer_put(r, m->route, item);
        else
            takt_items_leave(r, item, m->route, m->station);
        if (m->item != TAKT_NONE)
            m->route = route_of(r, m);
    }
    m->finished = 0;
    if (has_place)
        m->route = ROUTE_NOT_DRAWN;
    return true;
}

/// A place has become free for the first of a blocked machine's items.
void takt_machine_deliver(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    m->is_blocked = 0;
    if (deliver(r, machine) && m->holds == 0)
        release(r, machine); // else whoever holds it does, when it ends
}

/// A vehicle has taken over the first of the machine's items: who has none left is free.
int32_t takt_machine_hand_over(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const int32_t item = m->item;
    m->item = r->view.items[item].next;
    r->view.items[item].next = TAKT_NONE;
    m->n_items -= 1;
    if (m->item != TAKT_NONE)
        m->route = route_of(r, m);
    takt_machine_deliver(r, machine);
    return item;
}

void takt_machine_complete(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    if (m->in_setup) {
        takt_changeover_end(r, machine);
        work_on(r, machine, m->work_left);
        return;
    }
    pause_work(r, machine);
    if (m->has_setups)
        takt_changeover_count(r, machine);
    m->has_job = 0;
    m->finished = 1;
    takt_work_end(r, machine);
    if (m->is_special && r->plan->stations[m->station].has_cards)
        takt_cards_finish(r, machine);
    if (r->listener.finished)
        r->listener.finished(r->listener.context, machine);
    if (r->listener.item)
        takt_tell_job(r, TAKT_ITEM_FINISHES, machine);
    if (m->is_special && r->plan->stations[m->station].n_parts > 0)
        takt_parts_split(r, machine);
    if (!m->is_special || !r->plan->stations[m->station].blocks_before)
        m->route = route_of(r, m);
    if (deliver(r, machine)) {
        release(r, machine);
        return;
    }
    if (m->leaves)
        leave(r, machine);
    if (m->has_gauges && m->strike_left <= 0 && m->holds == 0)
        takt_stoppage_strike(r, machine, 1u << TAKT_STRIKE_AT_ONCE | 1u << TAKT_STRIKE_JOB_END);
}

/// A gauge that counts work has come due amid a job.
__attribute__((noinline)) void takt_machine_strike(takt_replication *r, int32_t machine)
{
    pause_work(r, machine);
    takt_stoppage_strike(r, machine, 1u << TAKT_STRIKE_AT_ONCE);
}

/// The state of a machine that is held: the gravest hold.
static takt_machine_state held_state(uint32_t holds)
{
    if (holds & TAKT_HOLD_DOWN)
        return TAKT_MACHINE_DOWN;
    return holds & TAKT_HOLD_STOP ? TAKT_MACHINE_STOPPED : TAKT_MACHINE_OFF_SHIFT;
}

/// Keeps the machine from working until the hold ends; there may be others.
__attribute__((noinline)) void takt_machine_hold(takt_replication *r, int32_t machine,
                                                 takt_hold hold)
{
    takt_machine *m = &r->view.machines[machine];
    m->holds |= (uint16_t)hold;
    if (m->is_running) {
        takt_event_cancel(r->view.slot_word, takt_slot_work(machine));
        pause_work(r, machine);
    } else if (m->is_idle) {
        idle_remove(r, machine);
        if (r->plan->stations[m->station].has_cards)
            takt_station_mark(r, m->station); // it may have claimed a card
    } else if (m->is_staffed) {
        takt_operators_withdraw(r, machine);
    }
    if (m->has_setups)
        takt_changeover_lose(r, machine, hold);
    set_state(r, machine, held_state(m->holds));
}

/// After the last hold: the job goes on, the item waits on for its place, or the machine is free.
__attribute__((noinline)) void takt_machine_unhold(takt_replication *r, int32_t machine,
                                                   takt_hold hold)
{
    takt_machine *m = &r->view.machines[machine];
    m->holds &= (uint16_t)~hold;
    if (m->holds != 0) {
        set_state(r, machine, held_state(m->holds));
        return;
    }
    if (m->has_gauges && takt_stoppage_strike(r, machine, 1u << TAKT_STRIKE_AT_ONCE))
        return;
    if (m->has_job)
        go_on(r, machine);
    else if (m->is_blocked)
        set_state(r, machine, TAKT_MACHINE_BLOCKED);
    else
        release(r, machine);
}

/// What a stoppage amid a job makes of it, as the station says.
__attribute__((noinline)) void takt_machine_interrupt(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    if (!m->has_job || m->work_left == m->work)
        return; // between jobs, or before the first tick of one
    if (TAKT_DEFECTIVE(RESUMES_ANEW) ||
        (station->interrupted == TAKT_INTERRUPTED_RESTARTS && !TAKT_DEFECTIVE(RESTARTS_AMID)))
        m->work_left = m->work;
    if (station->interrupted != TAKT_INTERRUPTED_IS_SCRAPPED)
        return;
    if (station->blocks_before) {
        takt_buffer_reserve(r, m->route, -1);
        m->route = ROUTE_NOT_DRAWN;
    }
    if (m->has_meter)
        takt_energy_end(r, machine);
    r->view.stations[m->station].n_cut += m->n_items;
    while (m->item != TAKT_NONE) {
        const int32_t item = m->item;
        m->item = r->view.items[item].next;
        takt_items_leave(r, item, TAKT_ROUTE_SCRAP, m->station);
    }
    m->n_items = 0;
    m->has_job = 0;
    if (m->in_setup)
        takt_changeover_abandon(r, machine);
}

/// At time 0: as new and free.
void takt_machine_begin(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    takt_machine *m = &r->view.machines[machine];
    m->has_gauges = station->n_stoppages > 0;
    m->has_meter = takt_energy_has_meter(r, machine);
    m->is_staffed = station->is_staffed;
    m->has_setups = station->n_changeovers > 0;
    m->is_special = station->is_special;
    m->route = station->blocks_before ? ROUTE_NOT_DRAWN : 0;
    takt_gauges_begin(r, machine);
    for (int32_t i = 0; i < station->n_stoppages; ++i)
        m->has_clocks |= r->plan->stoppages[station->first_stoppage + i].counts == TAKT_METER_CLOCK;
    m->has_clocks |= station->n_sensors > 0;
    if (m->has_clocks)
        takt_clocks_follow(r, machine);
    release(r, machine);
}
