// What machines do: start, finish, pass on, wait, break, get repaired, stop as planned.

#include "sim/state_internal.h"

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

static bool is_active_state(takt_machine_state state)
{
    return state != TAKT_MACHINE_STARVED && state != TAKT_MACHINE_BLOCKED;
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
    m->since = now;
    const takt_machine_state before = (takt_machine_state)m->state;
    m->state = (uint8_t)state;
    if (is_active_state(state))
        active_append(r, machine);
    else if (is_active_state(before))
        active_cease(r, machine);
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

static void schedule(takt_replication *r, uint32_t slot, takt_event_class class_, takt_tick delay)
{
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word, slot, class_,
                        r->view.head->now + delay);
}

static const takt_plan_failure *failure_of(const takt_replication *r, int32_t machine)
{
    return &takt_station_of(r, machine)->failure;
}

/// The failure clock of calendar time runs on (after repairs and planned stops).
void takt_machine_clock_start(takt_replication *r, int32_t machine)
{
    if (failure_of(r, machine)->counts == TAKT_METER_CLOCK)
        schedule(r, takt_slot_failure(r->plan, machine), TAKT_EVENT_FAILURE,
                 r->view.machines[machine].up_left);
}

/// Works on for `left` ticks, or until the machine breaks if work wears its failure clock down.
__attribute__((always_inline)) static inline void work_on(takt_replication *r, int32_t machine,
                                                          takt_tick left)
{
    takt_machine *m = &r->view.machines[machine];
    set_state(r, machine, TAKT_MACHINE_WORKING);
    m->work_end = r->view.head->now + left;
    if (failure_of(r, machine)->counts == TAKT_METER_WORKING && m->up_left < left) {
        schedule(r, takt_slot_work(machine), TAKT_EVENT_FAILURE, m->up_left);
    } else {
        schedule(r, takt_slot_work(machine), TAKT_EVENT_COMPLETION, left);
        m->work_left = left;
    }
}

static void begin_job(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    m->work = takt_work_begin(r, machine);
    m->has_job = 1;
    work_on(r, machine, m->work);
}

/// The planned stop that is due, TAKT_NONE if there is none.
static int32_t stop_due(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_stops; ++i)
        if (takt_meter_read(r, machine, i) >= r->plan->stops[station->first_stop + i].every)
            return i;
    return TAKT_NONE;
}

static void begin_stop(takt_replication *r, int32_t machine, int32_t index)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    const takt_plan_stop *stop = &r->plan->stops[station->first_stop + index];
    m->stop = index;
    m->next_loss += stop->loss;
    r->view.head->stop_cost += stop->cost;
    if (station->failure.counts == TAKT_METER_CLOCK) { // nothing breaks during a planned stop
        const uint32_t slot = takt_slot_failure(r->plan, machine);
        for (int32_t i = 0; i < r->view.head->queue.n_nodes; ++i)
            if (r->view.nodes[i].word == r->view.slot_word[slot])
                m->up_left = r->view.nodes[i].time - r->view.head->now;
        takt_event_cancel(r->view.slot_word, slot);
    }
    set_state(r, machine, TAKT_MACHINE_STOPPED);
    takt_tick length = takt_draws_ticks(&stop->duration, 0);
    if (stop->duration.kind != TAKT_DISTRIBUTION_CONSTANT) // stops of several kinds share a stream
        length = takt_draws_ticks(
            &stop->duration, takt_draws_variate(stop->duration.kind,
                                                takt_draw(r, takt_stream_stop(r->plan, machine))));
    schedule(r, takt_slot_work(machine), TAKT_EVENT_RETURN, length);
}

static void reset_meter(takt_replication *r, int32_t machine, int32_t stop)
{
    const int32_t first_stop = takt_station_of(r, machine)->first_stop;
    const bool is_clock = r->plan->stops[first_stop + stop].counts == TAKT_METER_CLOCK;
    takt_meters_of(r, machine)[stop] = is_clock ? (double)r->view.head->now : 0;
}

static void end_stop(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    const int32_t also = r->plan->stops[station->first_stop + m->stop].also_resets;
    reset_meter(r, machine, m->stop);
    if (also != TAKT_NONE)
        reset_meter(r, machine, also);
    m->stop = TAKT_NONE;
    takt_machine_clock_start(r, machine);
    takt_machine_release(r, machine);
}

/// The longest waiting machine of a station that could start. Machines that draw amounts differ in
/// what is left of the items mounted on them; all others are alike.
static int32_t first_able(const takt_replication *r, int32_t station, int32_t extra_buffer,
                          double extra_quantity)
{
    int32_t machine = r->view.stations[station].first_idle;
    while (machine != TAKT_NONE &&
           !takt_work_possible(r, station, machine, extra_buffer, extra_quantity))
        machine = r->plan->stations[station].kind == TAKT_STATION_MERGE
                      ? r->view.machines[machine].next_idle
                      : TAKT_NONE;
    return machine;
}

/// The machine has nothing in hand: a planned stop that is due, the next job, or waiting.
void takt_machine_release(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    const int32_t stop = stop_due(r, machine);
    if (stop != TAKT_NONE) {
        begin_stop(r, machine, stop);
        return;
    }
    // Machines that have waited longer come first.
    if (first_able(r, m->station, TAKT_NONE, 0) == TAKT_NONE &&
        takt_work_possible(r, m->station, machine, TAKT_NONE, 0)) {
        begin_job(r, machine);
        return;
    }
    set_state(r, machine, TAKT_MACHINE_STARVED);
    idle_append(r, machine);
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        // A buffer without places can pass an item on now.
        const int32_t buffer = r->plan->inputs[station->first_input + i].buffer;
        if (r->view.buffers[buffer].first_blocked != TAKT_NONE)
            takt_buffer_mark(r, buffer);
    }
}

/// Starts the longest waiting machine of a station whose inputs are there.
bool takt_station_start(takt_replication *r, int32_t station)
{
    const int32_t machine = first_able(r, station, TAKT_NONE, 0);
    if (machine == TAKT_NONE || r->view.head->failed)
        return false;
    idle_remove(r, machine);
    begin_job(r, machine);
    return true;
}

bool takt_station_can_start_with(const takt_replication *r, int32_t station, int32_t buffer,
                                 double quantity)
{
    return first_able(r, station, buffer, quantity) != TAKT_NONE;
}

static int32_t choose_route(takt_replication *r, int32_t station_index)
{
    const takt_plan_station *station = &r->plan->stations[station_index];
    const takt_route *routes = &r->plan->routes[station->first_route];
    if (station->n_routes == 1)
        return routes[0].buffer;
    double left = takt_draw(r, takt_stream_route(r->plan, station_index));
    for (int32_t i = 0; i + 1 < station->n_routes; ++i) {
        left -= routes[i].share;
        if (left < 0)
            return routes[i].buffer;
    }
    return routes[station->n_routes - 1].buffer;
}

/// Passes finished items on, one after the other. False: the next one waits for a place.
bool takt_machine_deliver(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    while (m->item != TAKT_NONE) {
        const int32_t item = m->item;
        if (m->route >= 0 && !takt_buffer_fits(r, m->route, item)) {
            if (m->state != TAKT_MACHINE_DOWN)
                set_state(r, machine, TAKT_MACHINE_BLOCKED);
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
            m->route = choose_route(r, m->station);
    }
    m->finished = 0;
    return m->state != TAKT_MACHINE_DOWN; // a broken machine is released by its repair
}

void takt_machine_complete(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    if (failure_of(r, machine)->counts == TAKT_METER_WORKING)
        m->up_left -= m->work_left;
    m->has_job = 0;
    m->finished = 1;
    takt_work_end(r, machine);
    if (r->listener.finished)
        r->listener.finished(r->listener.context, machine);
    m->route = choose_route(r, m->station);
    if (takt_machine_deliver(r, machine))
        takt_machine_release(r, machine);
}

static double stock_behind(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    double least = 2; // the exits never run dry
    for (int32_t i = 0; i < station->n_routes; ++i) {
        const int32_t b = r->plan->routes[station->first_route + i].buffer;
        if (b < 0)
            continue;
        const takt_plan_buffer *buffer = &r->plan->buffers[b];
        const double level =
            buffer->by_quantity ? r->view.buffers[b].quantity : r->view.buffers[b].n_items;
        const double share = buffer->capacity > 0 ? level / buffer->capacity : 0;
        least = share < least ? share : least;
    }
    return least;
}

static void begin_repair(takt_replication *r, int32_t machine)
{
    schedule(
        r, takt_slot_work(machine), TAKT_EVENT_RETURN,
        takt_draw_ticks(r, takt_stream_repair(r->plan, machine), &failure_of(r, machine)->repair));
}

static void call_crew(takt_replication *r, int32_t machine)
{
    const int32_t crew_index = failure_of(r, machine)->crew;
    if (crew_index < 0) {
        begin_repair(r, machine);
        return;
    }
    takt_crew_state *crew = &r->view.crews[crew_index];
    if (crew->n_free > 0) {
        crew->n_free -= 1;
        begin_repair(r, machine);
        return;
    }
    r->view.machines[machine].next_repair = TAKT_NONE;
    if (crew->last == TAKT_NONE)
        crew->first = machine;
    else
        r->view.machines[crew->last].next_repair = machine;
    crew->last = machine;
}

/// One of the crew is free: the next machine by the crew's rule; ties go to the longest waiting.
static void crew_return(takt_replication *r, int32_t crew_index)
{
    takt_crew_state *crew = &r->view.crews[crew_index];
    if (crew->first == TAKT_NONE) {
        crew->n_free += 1;
        return;
    }
    int32_t chosen = crew->first, before = TAKT_NONE;
    if (r->plan->crews[crew_index].rule == TAKT_CREW_LEAST_STOCK) {
        double least = stock_behind(r, chosen);
        int32_t previous = crew->first;
        for (int32_t m = r->view.machines[previous].next_repair; m != TAKT_NONE;
             previous = m, m = r->view.machines[m].next_repair) {
            const double stock = stock_behind(r, m);
            if (stock < least) {
                least = stock;
                chosen = m;
                before = previous;
            }
        }
    }
    const int32_t after = r->view.machines[chosen].next_repair;
    if (before == TAKT_NONE)
        crew->first = after;
    else
        r->view.machines[before].next_repair = after;
    if (crew->last == chosen)
        crew->last = before;
    begin_repair(r, chosen);
}

/// A failure strikes: during work, and with a clock of calendar time also while waiting.
void takt_machine_fail(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_failure *failure = failure_of(r, machine);
    if (m->has_job) {
        m->work_left = m->work_end - r->view.head->now;
        takt_event_cancel(r->view.slot_word, takt_slot_work(machine));
        m->job_loss += failure->loss;
    } else if (m->is_idle) {
        idle_remove(r, machine);
    }
    set_state(r, machine, TAKT_MACHINE_DOWN);
    call_crew(r, machine);
}

static void end_repair(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_failure *failure = failure_of(r, machine);
    m->up_left = takt_draw_ticks(r, takt_stream_up(r->plan, machine), &failure->up);
    takt_machine_clock_start(r, machine);
    if (m->has_job)
        work_on(r, machine, m->work_left);
    else if (m->is_blocked)
        set_state(r, machine, TAKT_MACHINE_BLOCKED);
    else
        takt_machine_release(r, machine);
    if (failure->crew >= 0)
        crew_return(r, failure->crew);
}

/// The end of a repair or of a planned stop.
void takt_machine_return(takt_replication *r, int32_t machine)
{
    if (r->view.machines[machine].state == TAKT_MACHINE_DOWN)
        end_repair(r, machine);
    else
        end_stop(r, machine);
}
