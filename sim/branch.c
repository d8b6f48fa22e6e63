// Branches: a copy of the state, other draws, and pending durations drawn anew given their age.

#include "sim/branch.h"

#include "sim/distribution_math.h"
#include "sim/state_internal.h"

/// Draws of one entity at the moment of a branch: one for each duration that can be under way.
enum { DRAW_ARRIVAL, DRAW_WORK, DRAW_ATTENDANCE, DRAW_SETUP, DRAW_GAUGES };

/// Hashed by Philox itself: branches of branches, and of other times, meet nowhere.
static uint64_t branch_key(uint64_t before, takt_tick now, uint32_t branch)
{
    const uint32_t counter[4] = {branch, (uint32_t)now, (uint32_t)((uint64_t)now >> 32),
                                 TAKT_PURPOSE_BRANCH};
    const uint32_t key[2] = {(uint32_t)before, (uint32_t)(before >> 32)};
    uint32_t out[4];
    takt_philox4x32(counter, key, out);
    const uint64_t made = (uint64_t)out[1] << 32 | out[0];
    return made != 0 ? made : 1; // 0 is no branch
}

/// Length in ticks of what has lasted `age` ticks and goes on for one more at least.
static takt_tick renewed(const takt_replication *r, const takt_plan_time *time, takt_tick age,
                         uint32_t entity, int32_t draw)
{
    const takt_stream stream = takt_stream_named(r, entity, TAKT_PURPOSE_BRANCH);
    const double u = takt_stream_uniform(&stream, (uint64_t)draw);
    const double ticks = takt_plan_time_residual(time, (double)age, u);
    const takt_tick whole = ticks < 2.0e18 ? (takt_tick)(ticks + 0.5) : TAKT_TICK_NEVER / 4;
    return whole > age ? whole : age + 1;
}

static bool is_random(const takt_plan_time *time)
{
    return time->kind != TAKT_DISTRIBUTION_CONSTANT;
}

/// When the next arrival comes now; a rate that follows the clock ages in its operational time.
static takt_tick renewed_arrival(const takt_replication *r, int32_t source,
                                 const takt_plan_time *time)
{
    const takt_plan_arrivals *arrivals = &r->plan->arrivals[source];
    const takt_tick now = r->view.head->now, since = r->view.arrival_since[source];
    if (!r->plan->sources[source].is_special || arrivals->cycle == 0 || time == &arrivals->first)
        return since + renewed(r, time, now - since, (uint32_t)source, DRAW_ARRIVAL);
    const double age = takt_arrivals_operational(arrivals, r->plan->rates, now) -
                       takt_arrivals_operational(arrivals, r->plan->rates, since);
    const takt_tick whole = renewed(r, time, (takt_tick)age, (uint32_t)source, DRAW_ARRIVAL);
    const takt_tick then = takt_arrivals_after(arrivals, r->plan->rates, since, (double)whole);
    return then > now ? then : now + 1;
}

static void renew_arrival(takt_replication *r, int32_t source)
{
    const takt_plan_source *plan = &r->plan->sources[source];
    const takt_plan_arrivals *arrivals = plan->is_special ? &r->plan->arrivals[source] : NULL;
    const bool is_first =
        arrivals && arrivals->has_first && r->view.sources[source].n_arrivals == 0;
    const takt_plan_time *time = is_first ? &arrivals->first : &plan->interarrival;
    const uint32_t slot = takt_slot_source(r->plan, source);
    if (r->view.slot_word[slot] == UINT64_MAX || (arrivals && arrivals->rows) || !is_random(time))
        return; // it waits for a place, or is known
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word, slot,
                        TAKT_EVENT_ARRIVAL, renewed_arrival(r, source, time));
}

/// Failures that have not come due yet; planned stops come due when their meter says so. True: one
/// that may strike amid the job in hand.
static bool renew_gauges(takt_replication *r, int32_t machine, uint32_t entity)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    bool strikes_work = false;
    for (int32_t i = station->n_stops; i < station->n_stoppages; ++i) {
        const takt_plan_stoppage *stoppage = &r->plan->stoppages[station->first_stoppage + i];
        const takt_gauge *gauge = &r->view.gauges[takt_gauge_index(r, machine, i)];
        const double used = takt_gauge_read(r, machine, i);
        if (used >= gauge->due || !is_random(&stoppage->due))
            continue;
        const takt_tick age = (takt_tick)(used / stoppage->per_tick);
        const double due =
            stoppage->per_tick * (double)renewed(r, &stoppage->due, age, entity, DRAW_GAUGES + i);
        takt_gauge_set_due(r, machine, i, due > used ? due : used + stoppage->per_tick);
        strikes_work |= stoppage->counts == TAKT_METER_WORKING;
    }
    return strikes_work;
}

/// The job in hand, whether it runs or waits for the end of an interruption.
static void renew_work(takt_replication *r, int32_t machine, uint32_t entity, bool may_strike)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = takt_station_of(r, machine);
    const takt_plan_time *time = station->has_tickets && m->has_job
                                     ? takt_ticket_time(r, m->item, m->station)
                                     : &station->service;
    const bool renews = m->has_job && station->stage < 0 && is_random(time);
    const bool works = m->is_running && !m->in_setup;
    takt_tick left = works ? m->work_end - r->view.head->now : m->work_left;
    if (renews) {
        const takt_tick age = m->work - left;
        m->work = renewed(r, time, age, entity, DRAW_WORK);
        m->work_left = left = m->work - age;
    }
    if (works && (renews || may_strike))
        takt_machine_work_on(r, machine, left);
}

/// The changeover under way.
static void renew_setup(takt_replication *r, int32_t machine, uint32_t entity)
{
    const takt_machine *m = &r->view.machines[machine];
    takt_machine_setup *own = &r->view.setups[machine];
    const takt_plan_time *time = takt_changeover_time(r, machine);
    const takt_tick left = m->is_running ? m->work_end - r->view.head->now : own->left;
    if (!is_random(time))
        return;
    const takt_tick age = own->length - left;
    own->length = renewed(r, time, age, entity, DRAW_SETUP);
    own->left = own->length - age;
    if (m->is_running)
        takt_machine_set_up(r, machine);
}

/// Repairs and stops that have begun, also while somebody more urgent keeps their people.
static void renew_attendance(takt_replication *r, int32_t machine, uint32_t entity)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = takt_station_of(r, machine);
    if (m->stoppage == TAKT_NONE)
        return;
    const takt_plan_time *time =
        &r->plan->stoppages[station->first_stoppage + m->stoppage].duration;
    const takt_tick age = takt_stoppage_age(r, machine);
    if (age >= 0 && is_random(time))
        takt_stoppage_set_length(r, machine, renewed(r, time, age, entity, DRAW_ATTENDANCE));
}

static void renew_machine(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = takt_station_of(r, machine);
    const uint32_t entity = takt_entity_of(m->station, machine - station->first_machine);
    if (m->in_setup)
        renew_setup(r, machine, entity);
    if (m->is_running && !m->in_setup &&
        station->n_stoppages > station->n_stops) { // ages of work to the present
        takt_gauges_work(r, machine, r->view.head->now - m->running_since);
        m->running_since = r->view.head->now;
        m->strike_left = 0;
    }
    renew_work(r, machine, entity, renew_gauges(r, machine, entity));
    renew_attendance(r, machine, entity);
}

void takt_replication_branch(const takt_replication *from, takt_replication *to, uint32_t branch,
                             takt_branch_mode mode)
{
    takt_state_head *head = to->view.head;
    TAKT_ASSERT(from->n_bytes == to->n_bytes);
    if (from != to)
        takt_replication_load(to, from->block);
    if (mode == TAKT_BRANCH_COMMON)
        return;
    head->branch = branch_key(head->branch, head->now, branch);
    takt_streams_name(to);
    for (int32_t i = 0; i < to->plan->n_sources; ++i)
        renew_arrival(to, i);
    for (int32_t m = 0; m < to->plan->n_machines; ++m)
        renew_machine(to, m);
    for (int32_t b = 0; b < to->plan->n_buffers; ++b)
        takt_queue_reorder(to, b); // those who wait by the time that they will take
}
