// Crews: who attends to machines that are down or stopped, and in which order.

#include "sim/state_internal.h"

/// Fill of the emptiest buffer behind a station; the exits never run dry.
static double stock_behind(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    double least = 2;
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

/// One of the crew comes, at once or when one is free. crew < 0: nobody is needed.
__attribute__((noinline, cold)) void takt_crew_call(takt_replication *r, int32_t machine,
                                                    int32_t crew_index)
{
    if (crew_index < 0 || TAKT_DEFECTIVE(CREW_ENDLESS)) {
        takt_stoppage_attend(r, machine);
        return;
    }
    takt_crew_state *crew = &r->view.crews[crew_index];
    if (crew->n_free > 0 && !crew->is_off) {
        crew->n_free -= 1;
        takt_stoppage_attend(r, machine);
        return;
    }
    r->view.machines[machine].next_repair = TAKT_NONE;
    if (crew->last == TAKT_NONE)
        crew->first = machine;
    else
        r->view.machines[crew->last].next_repair = machine;
    crew->last = machine;
}

/// The machine before the one that comes next by the crew's rule, TAKT_NONE: the first one; ties go
/// to the longest waiting.
static int32_t before_next(const takt_replication *r, int32_t crew_index)
{
    const takt_crew_state *crew = &r->view.crews[crew_index];
    int32_t before = TAKT_NONE;
    if (r->plan->crews[crew_index].rule != TAKT_CREW_LEAST_STOCK)
        return before;
    double least = stock_behind(r, crew->first);
    int32_t previous = crew->first;
    for (int32_t m = r->view.machines[previous].next_repair; m != TAKT_NONE;
         previous = m, m = r->view.machines[m].next_repair) {
        const double stock = stock_behind(r, m);
        if (stock < least) {
            least = stock;
            before = previous;
        }
    }
    return before;
}

/// One of the crew goes to the next machine that waits; there is one.
static void go_to_next(takt_replication *r, int32_t crew_index)
{
    takt_crew_state *crew = &r->view.crews[crew_index];
    const int32_t before = before_next(r, crew_index);
    const int32_t chosen = before == TAKT_NONE ? crew->first : r->view.machines[before].next_repair;
    const int32_t after = r->view.machines[chosen].next_repair;
    if (before == TAKT_NONE)
        crew->first = after;
    else
        r->view.machines[before].next_repair = after;
    if (crew->last == chosen)
        crew->last = before;
    takt_stoppage_attend(r, chosen);
}

/// One of the crew is free again.
__attribute__((noinline, cold)) void takt_crew_return(takt_replication *r, int32_t crew_index)
{
    if (crew_index < 0 || TAKT_DEFECTIVE(CREW_ENDLESS))
        return;
    takt_crew_state *crew = &r->view.crews[crew_index];
    if (crew->first == TAKT_NONE || crew->is_off)
        crew->n_free += 1;
    else
        go_to_next(r, crew_index);
}

/// The crew comes or goes; who repairs goes when that is done.
void takt_crew_change_shift(takt_replication *r, int32_t crew_index, bool is_on)
{
    takt_crew_state *crew = &r->view.crews[crew_index];
    crew->is_off = !is_on;
    while (is_on && crew->n_free > 0 && crew->first != TAKT_NONE) {
        crew->n_free -= 1;
        go_to_next(r, crew_index);
    }
}
