// Machines that must be set up for what they work on. A changeover belongs to the job that asks for
// it: it begins when the job is loaded, and the work begins when it is over.

#include "sim/state_internal.h"

/// The setup that the item needs, TAKT_NONE: any.
int32_t takt_changeover_setup_of(const takt_replication *r, int32_t item)
{
    const takt_ticket *ticket = &r->view.tickets[item];
    if (ticket->product < 0 || ticket->step < 0)
        return TAKT_NONE;
    return r->plan->steps[r->plan->products[ticket->product].first_step + ticket->step].setup;
}

/// The changeover that fits best, NULL: it takes no time.
static const takt_plan_changeover *find(const takt_replication *r, int32_t machine, int32_t to)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t from = r->view.setups[machine].setup;
    const takt_plan_changeover *best = NULL;
    int best_rank = -1;
    for (int32_t i = 0; i < station->n_changeovers; ++i) {
        const takt_plan_changeover *one = &r->plan->changeovers[station->first_changeover + i];
        if ((one->from >= 0 && one->from != from) || (one->to >= 0 && one->to != to))
            continue;
        const int rank = 2 * (one->to >= 0) + (one->from >= 0);
        if (rank > best_rank) {
            best = one;
            best_rank = rank;
        }
    }
    return best;
}

/// Mean time to get there from the setup that the machine has.
takt_tick takt_changeover_mean(const takt_replication *r, int32_t machine, int32_t to)
{
    const takt_plan_changeover *change = find(r, machine, to);
    return change ? change->mean : 0;
}

/// The next changeover time of the machine, its own whatever the others do.
static takt_tick draw(const takt_replication *r, int32_t machine, const takt_plan_time *time)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_station *station = &r->plan->stations[m->station];
    const takt_stream stream = takt_stream_named(
        r, takt_entity_of(m->station, machine - station->first_machine), TAKT_PURPOSE_CHANGEOVER);
    if (time->kind == TAKT_DISTRIBUTION_CONSTANT)
        return takt_draws_ticks(time, 0);
    const double u = takt_stream_uniform(&stream, r->view.setups[machine].n_done);
    return takt_draws_ticks(time, takt_draws_variate(time->kind, u));
}

static void arrive_at(takt_machine_setup *own, int32_t setup)
{
    own->setup = setup;
    own->next = TAKT_NONE;
    own->run = 0;
    own->left = 0;
}

/// Must the machine be set up before it can go on with its job? Then a changeover is under way:
/// `left` says how long.
__attribute__((noinline, cold)) bool takt_changeover_begin(takt_replication *r, int32_t machine)
{
    takt_machine *m = &r->view.machines[machine];
    takt_machine_setup *own = &r->view.setups[machine];
    const int32_t to = takt_changeover_setup_of(r, m->item);
    if (m->in_setup)
        return true; // interrupted, it goes on
    if (to < 0 || to == own->setup)
        return false;
    const takt_plan_changeover *change = find(r, machine, to);
    if (change) {
        own->left = own->length = draw(r, machine, &change->time);
        own->n_done += 1;
        r->view.head->stop_cost += change->cost;
        r->view.stations[m->station].n_changeovers += 1;
    }
    if (!change || own->left == 0) {
        arrive_at(own, to);
        return false;
    }
    own->next = to;
    m->in_setup = 1;
    return true;
}

/// What the length of the changeover under way was drawn from.
const takt_plan_time *takt_changeover_time(const takt_replication *r, int32_t machine)
{
    return &find(r, machine, r->view.setups[machine].next)->time;
}

void takt_changeover_end(takt_replication *r, int32_t machine)
{
    takt_machine_setup *own = &r->view.setups[machine];
    r->view.machines[machine].in_setup = 0;
    arrive_at(own, own->next);
}

/// The job that the changeover under way was for is gone: the machine stands between two setups.
void takt_changeover_abandon(takt_replication *r, int32_t machine)
{
    r->view.machines[machine].in_setup = 0;
    arrive_at(&r->view.setups[machine], TAKT_NONE);
}

/// What keeps the machine from working may cost it its setup, and the changeover under way.
void takt_changeover_lose(takt_replication *r, int32_t machine, takt_hold hold)
{
    if (takt_station_of(r, machine)->setup_lost_by & (uint32_t)hold)
        takt_changeover_abandon(r, machine);
}

/// A job is done: so many more items of this setup.
void takt_changeover_count(takt_replication *r, int32_t machine)
{
    r->view.setups[machine].run += r->view.machines[machine].n_items;
}

/// Who of the idle machines takes the next item: the longest waiting of those that are set up for
/// what they would take, else the longest waiting that may take anything. TAKT_NONE: nobody.
/// The extra item is one that might be handed on, as for takt_work_possible.
int32_t takt_changeover_machine(const takt_replication *r, int32_t s, int32_t extra_buffer,
                                double extra_quantity)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const int32_t buffer = r->plan->inputs[station->first_input].buffer;
    int32_t first = TAKT_NONE;
    for (int32_t m = r->view.stations[s].first_idle; m != TAKT_NONE;
         m = r->view.machines[m].next_idle) {
        if (!takt_work_possible(r, s, m, extra_buffer, extra_quantity))
            continue;
        if (r->view.buffers[buffer].first == TAKT_NONE)
            return m; // for the item that would come, whatever it is
        const int32_t item = takt_queue_choose(r, buffer, m);
        const int32_t setup = takt_changeover_setup_of(r, item);
        if (setup < 0 || setup == r->view.setups[m].setup)
            return m;
        first = first == TAKT_NONE ? m : first;
    }
    return first;
}
