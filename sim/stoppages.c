// What keeps machines from working: failures and planned stops, both of them gauges that come due,
// stoppages that take their time, and holds that end.

#include "sim/distribution_math.h"
#include "sim/state_internal.h"

#include <math.h>

static const takt_plan_stoppage *stoppage_of(const takt_replication *r, int32_t machine,
                                             int32_t index)
{
    return &r->plan->stoppages[takt_station_of(r, machine)->first_stoppage + index];
}

static takt_gauge *gauge_of(const takt_replication *r, int32_t machine, int32_t index)
{
    return &r->view.gauges[takt_gauge_index(r, machine, index)];
}

double takt_gauge_read(const takt_replication *r, int32_t machine, int32_t index)
{
    const takt_gauge *gauge = gauge_of(r, machine, index);
    const bool runs = gauge->running_since != TAKT_TICK_NEVER;
    return gauge->used + (runs ? (double)(r->view.head->now - gauge->running_since) : 0.0);
}

static bool is_due(const takt_replication *r, int32_t machine, int32_t index)
{
    return takt_gauge_read(r, machine, index) >= gauge_of(r, machine, index)->due;
}

/// Does anything happen at the very moment at which this clock comes due?
static bool clock_strikes(const takt_plan_stoppage *stoppage)
{
    return stoppage->strikes == TAKT_STRIKE_AT_ONCE || stoppage->strikes == TAKT_STRIKE_IDLE;
}

static void clock_stop(takt_replication *r, int32_t machine, int32_t index)
{
    takt_gauge *gauge = gauge_of(r, machine, index);
    gauge->used = takt_gauge_read(r, machine, index);
    gauge->running_since = TAKT_TICK_NEVER;
    takt_event_cancel(r->view.slot_word, takt_slot_gauge(r, machine, index));
}

static void clock_run(takt_replication *r, int32_t machine, int32_t index)
{
    takt_gauge *gauge = gauge_of(r, machine, index);
    const takt_plan_stoppage *stoppage = stoppage_of(r, machine, index);
    gauge->running_since = r->view.head->now;
    if (clock_strikes(stoppage) && gauge->used < gauge->due)
        takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                            takt_slot_gauge(r, machine, index),
                            stoppage->is_failure ? TAKT_EVENT_FAILURE : TAKT_EVENT_STOP_DUE,
                            r->view.head->now + (takt_tick)ceil(gauge->due - gauge->used));
}

/// Clocks run or stand still as the machine's state wants it.
__attribute__((noinline)) void takt_clocks_follow(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const uint32_t state = 1u << r->view.machines[machine].state;
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const takt_plan_stoppage *stoppage = stoppage_of(r, machine, i);
        if (stoppage->counts != TAKT_METER_CLOCK)
            continue;
        const bool runs = gauge_of(r, machine, i)->running_since != TAKT_TICK_NEVER;
        const bool shall_run =
            (stoppage->stands_in & state) == 0 ||
            (TAKT_DEFECTIVE(AGES_BLOCKED) && state == 1u << TAKT_MACHINE_BLOCKED) ||
            (TAKT_DEFECTIVE(AGES_IDLE) && state == 1u << TAKT_MACHINE_STARVED);
        if (runs && !shall_run)
            clock_stop(r, machine, i);
        else if (!runs && shall_run)
            clock_run(r, machine, i);
    }
    if (station->n_sensors > 0)
        takt_sensors_follow(r, machine);
}

/// Another due time for what has not come due yet; a clock that runs goes on.
void takt_gauge_set_due(takt_replication *r, int32_t machine, int32_t index, double due)
{
    takt_gauge *gauge = gauge_of(r, machine, index);
    const bool runs = gauge->running_since != TAKT_TICK_NEVER;
    r->view.machines[machine].strike_left = 0;
    if (runs)
        clock_stop(r, machine, index);
    gauge->due = due;
    if (runs)
        clock_run(r, machine, index);
}

/// The age at which a failure comes next, given its present one. A stream gives whole times or
/// variates, never both.
static double next_failure(takt_replication *r, int32_t machine, int32_t index, double age)
{
    const takt_plan_stoppage *stoppage = stoppage_of(r, machine, index);
    const int32_t stream = takt_stream_due(r->plan, takt_gauge_index(r, machine, index));
    if (!stoppage->draws_by_age)
        return stoppage->per_tick * (double)takt_draw_ticks(r, stream, &stoppage->due);
    const bool is_fixed = stoppage->due.kind == TAKT_DISTRIBUTION_CONSTANT;
    const double variate = is_fixed ? 0 : takt_draw(r, stream);
    const double ticks =
        age > 0 ? takt_plan_time_residual(&stoppage->due, age / stoppage->per_tick,
                                          takt_draws_upper(stoppage->due.kind, variate))
                : (double)takt_draws_ticks(&stoppage->due, variate);
    return stoppage->per_tick * ticks;
}

/// Age of a failure after a repair that leaves a share of it.
static double age_left(const takt_gauge *gauge, int32_t repair_model, double leaves)
{
    if (!(leaves > 0))
        return 0;
    if (repair_model == TAKT_REPAIR_OF_LAST_LIFE)
        return gauge->restored + leaves * (gauge->used - gauge->restored);
    return leaves * gauge->used;
}

/// Renewed but for the share of its age or level that is left; failures draw when they come due.
void takt_gauge_renew(takt_replication *r, int32_t machine, int32_t index, double leaves)
{
    const takt_plan_stoppage *stoppage = stoppage_of(r, machine, index);
    takt_gauge *gauge = gauge_of(r, machine, index);
    const bool runs = gauge->running_since != TAKT_TICK_NEVER;
    r->view.machines[machine].strike_left = 0;
    if (stoppage->wear >= 0) {
        takt_wear_renew(r, machine, index, leaves);
        return;
    }
    if (stoppage->counts == TAKT_METER_WATCH) { // reads what only its wear's renewal takes back
        gauge->due = stoppage->every;
        return;
    }
    if (runs)
        clock_stop(r, machine, index);
    gauge->used = stoppage->is_failure ? age_left(gauge, stoppage->repair_model, leaves) : 0;
    gauge->restored = gauge->used;
    gauge->due =
        stoppage->is_failure ? next_failure(r, machine, index, gauge->used) : stoppage->every;
    if (runs)
        clock_run(r, machine, index);
}

/// Ages at time 0: as new, or spread evenly over the interval.
static double first_age(const takt_replication *r, int32_t machine, int32_t index)
{
    const takt_plan_stoppage *stoppage = stoppage_of(r, machine, index);
    const int32_t s = r->view.machines[machine].station;
    const int32_t k = machine - r->plan->stations[s].first_machine;
    if (!stoppage->initial_age_uniform)
        return 0.0;
    const takt_stream stream = {.seed = r->plan->seed ^ r->view.head->branch,
                                .replication = r->view.head->replication,
                                .entity = takt_entity_of(s, k),
                                .purpose = TAKT_PURPOSE_INITIAL_AGE};
    const double age = stoppage->every * takt_stream_uniform(&stream, (uint64_t)index);
    return stoppage->counts == TAKT_METER_ITEMS ? (double)(int64_t)age : age;
}

void takt_gauges_begin(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_stoppages; ++i)
        gauge_of(r, machine, i)->running_since = TAKT_TICK_NEVER;
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        takt_gauge_renew(r, machine, i, 0);
        gauge_of(r, machine, i)->used += first_age(r, machine, i);
    }
    if (station->n_sensors > 0)
        takt_sensors_begin(r, machine);
    if (station->n_wears > 0)
        takt_wears_begin(r, machine);
}

/// Work wears gauges that count it: `worked` ticks have gone by.
void takt_gauges_work(takt_replication *r, int32_t machine, takt_tick worked)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_stoppages; ++i)
        if (stoppage_of(r, machine, i)->counts == TAKT_METER_WORKING &&
            !(TAKT_DEFECTIVE(WORK_FORGOTTEN) && i < station->n_stops &&
              r->view.machines[machine].work_left > 0))
            gauge_of(r, machine, i)->used += (double)worked;
    if (station->n_wears > 0)
        takt_wears_work(r, machine, worked);
}

/// A job is done: gauges count its items and quantity.
void takt_gauges_finish(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const takt_machine *m = &r->view.machines[machine];
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const int32_t counts = stoppage_of(r, machine, i)->counts;
        if (counts == TAKT_METER_ITEMS)
            gauge_of(r, machine, i)->used += m->n_items;
        else if (counts == TAKT_METER_QUANTITY)
            gauge_of(r, machine, i)->used += m->use;
    }
    if (station->n_wears > 0)
        takt_wears_finish(r, machine);
}

/// Ticks of work until one of the machine's gauges strikes amid it; TAKT_TICK_NEVER: none will.
takt_tick takt_gauges_left(const takt_replication *r, int32_t machine, takt_event_class *class_)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    takt_tick least = TAKT_TICK_NEVER;
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const takt_plan_stoppage *stoppage = stoppage_of(r, machine, i);
        const takt_gauge *gauge = gauge_of(r, machine, i);
        if (stoppage->counts != TAKT_METER_WORKING || stoppage->strikes != TAKT_STRIKE_AT_ONCE)
            continue;
        const takt_tick left =
            gauge->due > gauge->used ? (takt_tick)ceil(gauge->due - gauge->used) : 0;
        if (left < least) {
            least = left;
            *class_ = stoppage->is_failure ? TAKT_EVENT_FAILURE : TAKT_EVENT_STOP_DUE;
        }
    }
    return least;
}

/// The first stoppage that is due and may strike at such a moment, TAKT_NONE if there is none;
/// failures precede planned stops. `strikes` is a set of bits 1 << takt_strike.
static int32_t stoppage_due(const takt_replication *r, int32_t machine, uint32_t strikes)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const int32_t turned = station->n_stops + i; // the tables hold stops first
        const int32_t index =
            turned < station->n_stoppages ? turned : turned - station->n_stoppages;
        if ((strikes & 1u << stoppage_of(r, machine, index)->strikes) && is_due(r, machine, index))
            return index;
    }
    return TAKT_NONE;
}

/// Holds the machine and calls whoever has to come.
void takt_stoppage_begin(takt_replication *r, int32_t machine, int32_t index)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_stoppage *stoppage = stoppage_of(r, machine, index);
    m->stoppage = index;
    takt_machine_hold(r, machine, stoppage->is_failure ? TAKT_HOLD_DOWN : TAKT_HOLD_STOP);
    takt_machine_interrupt(r, machine);
    if (m->has_job)
        m->job_loss += stoppage->loss;
    else if (!stoppage->is_failure) // a machine that breaks while it waits spoils nothing
        m->next_loss += stoppage->loss;
    r->view.stations[m->station].n_failures += stoppage->is_failure;
    r->view.head->stop_cost += stoppage->cost;
    takt_crew_call(r, machine);
}

/// Begins what is due and may strike now. True: the machine is held.
__attribute__((noinline)) bool takt_stoppage_strike(takt_replication *r, int32_t machine,
                                                    uint32_t strikes)
{
    if (takt_station_of(r, machine)->n_wears > 0)
        takt_wears_see(r, machine);
    const int32_t index = stoppage_due(r, machine, strikes);
    if (takt_station_of(r, machine)->decides && takt_decision_defer(r, machine, strikes, index))
        return true;
    if (index == TAKT_NONE)
        return false;
    takt_stoppage_begin(r, machine, index);
    return true;
}

/// The event of a clock that has come due. What finds the machine held waits until that is over.
__attribute__((noinline)) void takt_gauge_come_due(takt_replication *r, int32_t gauge_index)
{
    const int32_t machine = r->view.gauge_machine[gauge_index];
    const takt_machine *m = &r->view.machines[machine];
    if (m->holds != 0)
        return;
    takt_stoppage_strike(r, machine, 1u << TAKT_STRIKE_AT_ONCE);
    if (m->holds == 0 && m->is_idle)
        takt_stoppage_strike(r, machine, 1u << TAKT_STRIKE_IDLE);
}

/// How long the stoppage of a machine will take, once somebody is there.
takt_tick takt_stoppage_length(takt_replication *r, int32_t machine)
{
    const int32_t stoppage = r->view.machines[machine].stoppage;
    return takt_draw_ticks(r, takt_stream_duration(r->plan, takt_gauge_index(r, machine, stoppage)),
                           &stoppage_of(r, machine, stoppage)->duration);
}

/// Somebody is there: the work on the machine, of this whole length, begins or goes on with what is
/// left of it.
__attribute__((noinline)) void takt_stoppage_attend(takt_replication *r, int32_t machine,
                                                    takt_tick length, takt_tick left)
{
    r->view.attended_since[machine] = r->view.head->now - (length - left);
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_work(machine), TAKT_EVENT_RETURN, r->view.head->now + left);
}

/// What a repair, a planned stop or an inspection has done to the machine.
static void renew_all(takt_replication *r, int32_t machine, const takt_plan_stoppage *by)
{
    takt_gauge_renew(r, machine, r->view.machines[machine].stoppage, by->leaves);
    for (int32_t i = 0; i < by->n_renewals; ++i)
        takt_gauge_renew(r, machine, r->plan->renewals[by->first_renewal + i], by->leaves_others);
    if (by->inspects >= 0)
        takt_wear_inspect(r, machine, by->inspects);
}

/// The end of a repair or of a planned stop.
__attribute__((noinline)) void takt_stoppage_end(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_stoppage *stoppage = stoppage_of(r, machine, m->stoppage);
    r->view.stations[m->station].n_repairs += stoppage->is_failure;
    renew_all(r, machine, stoppage);
    takt_crew_release(r, machine);
    m->stoppage = TAKT_NONE;
    takt_machine_unhold(r, machine, stoppage->is_failure ? TAKT_HOLD_DOWN : TAKT_HOLD_STOP);
}
