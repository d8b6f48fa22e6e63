// Crews: who attends to machines that are down or stopped and who works at those that need people,
// in which order, and who is taken away from what.

#include "sim/claims_internal.h"
#include "sim/defect_internal.h"

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

int32_t takt_crew_next(const takt_replication *r, int32_t crew_index)
{
    const int32_t first = r->view.crews[crew_index].waiting;
    if (first == TAKT_NONE || r->plan->crews[crew_index].rule != TAKT_CREW_LEAST_STOCK)
        return first;
    // Stocks change all the time: they are looked at when somebody comes, of the highest priority.
    const takt_claim_link *links = r->view.links;
    const int32_t priority = takt_claim_call(r, links[first].machine)->priority;
    int32_t best = first;
    double least = stock_behind(r, links[first].machine);
    for (int32_t link = takt_claim_heap_after(r, first, true); link != TAKT_NONE;) {
        const int32_t machine = links[link].machine;
        const bool is_equal = takt_claim_call(r, machine)->priority == priority;
        const double stock = is_equal ? stock_behind(r, machine) : 2;
        if (is_equal &&
            (stock < least || (stock == least && r->view.claims[machine].called <
                                                     r->view.claims[links[best].machine].called))) {
            least = stock;
            best = link;
        }
        link = takt_claim_heap_after(r, link, is_equal);
    }
    return best;
}

/// People of the crew at work on what has a lower priority, counted until there are `enough`.
static int32_t count_lower(const takt_replication *r, int32_t crew, int32_t priority,
                           int32_t enough)
{
    int32_t n = 0;
    for (int32_t link = r->view.crews[crew].serving; link != TAKT_NONE && n < enough;) {
        const int32_t machine = r->view.links[link].machine;
        const bool is_lower = takt_claim_call(r, machine)->priority < priority;
        n += is_lower ? takt_claim_members(r, machine, crew) : 0;
        link = takt_claim_heap_after(r, link, is_lower);
    }
    return n;
}

bool takt_crew_can_come(const takt_replication *r, int32_t crew_index, int32_t machine,
                        bool pre_empts)
{
    const takt_crew_state *crew = &r->view.crews[crew_index];
    const int32_t missing = takt_claim_members(r, machine, crew_index) - crew->n_free;
    if (crew->is_off)
        return false;
    if (missing <= 0 || !pre_empts)
        return missing <= 0;
    return r->plan->crews[crew_index].pre_emption == TAKT_PRE_EMPTION_BY_PRIORITY &&
           count_lower(r, crew_index, takt_claim_call(r, machine)->priority, missing) >= missing;
}

void takt_crew_flush(takt_replication *r, int32_t crew_index)
{
    takt_crew_state *crew = &r->view.crews[crew_index];
    const double dt = (double)(r->view.head->now - crew->since);
    const int32_t size = r->plan->crews[crew_index].size, n_busy = size - crew->n_free;
    crew->busy_time += dt * n_busy;
    crew->there_time += dt * (crew->is_off ? n_busy : size);
    crew->since = r->view.head->now;
}

static void free_members(takt_replication *r, int32_t crew, int32_t n)
{
    takt_crew_flush(r, crew);
    r->view.crews[crew].n_free += n;
}

/// People have something to decide at the end of this tick.
static void mark_crew(takt_replication *r, int32_t index)
{
    takt_crew_state *crew = &r->view.crews[index];
    if (crew->is_marked)
        return;
    crew->is_marked = 1;
    r->view.marked_crews[r->view.head->n_crews_marked++] = index;
}

/// Queues the claim with all crews that are able to.
static void begin_waiting(takt_replication *r, int32_t machine)
{
    takt_claim *claim = &r->view.claims[machine];
    const takt_plan_call *call = takt_claim_call(r, machine);
    claim->stage = TAKT_CLAIM_WAITS;
    for (int32_t i = 0; i < call->n_options; ++i) {
        const int32_t crew = takt_claim_crew(r, machine, i);
        const int32_t link = takt_claim_link_of(r, machine, i);
        r->view.links[link].machine = machine;
        takt_claim_heap_insert(r, &r->view.crews[crew].waiting, link, false);
        mark_crew(r, crew);
    }
    if (claim->is_stoppage || claim->is_new)
        return;
    claim->is_new = 1;
    claim->next_new = r->view.head->first_new_claim;
    r->view.head->first_new_claim = machine;
}

/// Whoever waited behind it comes nearer.
static void end_waiting(takt_replication *r, int32_t machine)
{
    const takt_plan_call *call = takt_claim_call(r, machine);
    for (int32_t i = 0; i < call->n_options; ++i) {
        const int32_t crew = takt_claim_crew(r, machine, i);
        takt_claim_heap_remove(r, &r->view.crews[crew].waiting, takt_claim_link_of(r, machine, i),
                               false);
        mark_crew(r, crew);
    }
}

/// Its people are free again.
static void end_serving(takt_replication *r, int32_t machine)
{
    const takt_claim *claim = &r->view.claims[machine];
    const int32_t crew = takt_claim_crew(r, machine, claim->option);
    takt_claim_heap_remove(r, &r->view.crews[crew].serving,
                           takt_claim_link_of(r, machine, claim->option), true);
    free_members(r, crew, takt_claim_members(r, machine, crew));
    mark_crew(r, crew);
}

/// Calls a crew to a machine with a stoppage, or people to one that is to work. They come when all
/// events and decisions of the tick are over.
static void claim_people(takt_replication *r, int32_t machine, bool is_stoppage)
{
    takt_claim *claim = &r->view.claims[machine];
    TAKT_ASSERT(claim->stage == TAKT_CLAIM_NONE);
    claim->is_stoppage = is_stoppage;
    claim->called = r->view.head->n_claims++;
    claim->left = -1;
    begin_waiting(r, machine);
}

/// Nobody is needed.
static void attend_at_once(takt_replication *r, int32_t machine)
{
    const takt_tick length = takt_stoppage_length(r, machine);
    takt_stoppage_attend(r, machine, length, length);
}

__attribute__((noinline, cold)) void takt_crew_call(takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t stoppage = r->view.machines[machine].stoppage;
    if (r->plan->stoppages[station->first_stoppage + stoppage].call.n_options == 0 ||
        TAKT_DEFECTIVE(CREW_ENDLESS))
        attend_at_once(r, machine);
    else
        claim_people(r, machine, true);
}

__attribute__((noinline, cold)) void takt_operators_call(takt_replication *r, int32_t machine)
{
    claim_people(r, machine, false);
}

/// Nobody is wanted at the machine any more: its stoppage is over, its work has ended or cannot
/// begin.
__attribute__((noinline, cold)) void takt_crew_release(takt_replication *r, int32_t machine)
{
    if (r->plan->n_links == 0)
        return;
    takt_claim *claim = &r->view.claims[machine];
    if (claim->stage == TAKT_CLAIM_WAITS)
        end_waiting(r, machine);
    else if (claim->stage == TAKT_CLAIM_SERVED)
        end_serving(r, machine);
    claim->stage = TAKT_CLAIM_NONE;
}

/// The machine does not wait for operators any more; a repair goes on waiting.
__attribute__((noinline, cold)) void takt_operators_withdraw(takt_replication *r, int32_t machine)
{
    const takt_claim *claim = &r->view.claims[machine];
    if (claim->stage == TAKT_CLAIM_WAITS && !claim->is_stoppage)
        takt_crew_release(r, machine);
}

/// Takes its people away from a machine; it waits again, in its old place.
static void interrupt(takt_replication *r, int32_t machine)
{
    takt_claim *claim = &r->view.claims[machine];
    if (claim->is_stoppage) {
        takt_event_cancel(r->view.slot_word, takt_slot_work(machine));
        claim->left = r->view.attended_since[machine] + claim->length - r->view.head->now;
        if (takt_claim_call(r, machine)->restarts)
            claim->left = claim->length;
        end_serving(r, machine);
    } else {
        takt_machine_pause(r, machine); // which lets its people go
    }
    begin_waiting(r, machine);
}

/// Takes people away from what has the lowest priority until `n` are free.
static void take_away(takt_replication *r, int32_t crew, int32_t n)
{
    while (r->view.crews[crew].n_free < n)
        interrupt(r, r->view.links[r->view.crews[crew].serving].machine);
}

/// The crew comes: the repair begins or goes on, the machine works.
static void serve(takt_replication *r, int32_t machine, int32_t option)
{
    const int32_t crew = takt_claim_crew(r, machine, option);
    const int32_t members = takt_claim_members(r, machine, crew);
    takt_claim *claim = &r->view.claims[machine];
    end_waiting(r, machine);
    take_away(r, crew, members);
    free_members(r, crew, -members);
    claim->stage = TAKT_CLAIM_SERVED;
    claim->option = option;
    claim->served = r->view.head->n_claims++;
    takt_claim_heap_insert(r, &r->view.crews[crew].serving, takt_claim_link_of(r, machine, option),
                           true);
    if (!claim->is_stoppage) {
        takt_machine_press_on(r, machine);
        return;
    }
    if (claim->left < 0)
        claim->left = claim->length = takt_stoppage_length(r, machine);
    takt_stoppage_attend(r, machine, claim->length, claim->left);
}

/// How long the work on a stoppage has lasted, without interruptions; -1: it has not begun.
takt_tick takt_stoppage_age(const takt_replication *r, int32_t machine)
{
    const takt_claim *claim = r->plan->n_links > 0 ? &r->view.claims[machine] : NULL;
    if (claim && claim->stage == TAKT_CLAIM_WAITS)
        return claim->left < 0 ? -1 : claim->length - claim->left;
    return r->view.head->now - r->view.attended_since[machine];
}

/// Another length for work on a stoppage that has begun.
void takt_stoppage_set_length(takt_replication *r, int32_t machine, takt_tick length)
{
    const takt_tick age = takt_stoppage_age(r, machine);
    takt_claim *claim = r->plan->n_links > 0 ? &r->view.claims[machine] : NULL;
    if (claim)
        claim->length = length;
    if (claim && claim->stage == TAKT_CLAIM_WAITS)
        claim->left = length - age;
    else
        takt_stoppage_attend(r, machine, length, length - age);
}

/// The first crew of the call that comes at once to this machine and no other, TAKT_NONE: none.
/// Who is free comes rather than who would have to leave something, whatever the preference.
static int32_t option_for(const takt_replication *r, int32_t machine)
{
    const takt_plan_call *call = takt_claim_call(r, machine);
    for (int32_t pre_empts = 0; pre_empts < 2; ++pre_empts)
        for (int32_t i = 0; i < call->n_options; ++i) {
            const int32_t crew = takt_claim_crew(r, machine, i);
            if (takt_crew_can_come(r, crew, machine, pre_empts) &&
                takt_crew_next(r, crew) == takt_claim_link_of(r, machine, i))
                return i;
        }
    return TAKT_NONE;
}

/// The first of those who wait for the crew is served, while there are people enough for him; who
/// comes after him does not pass him by, or work for many would wait for ever.
static void settle_crew(takt_replication *r, int32_t crew)
{
    while (!r->view.crews[crew].is_off) {
        const int32_t link = takt_crew_next(r, crew);
        if (link == TAKT_NONE)
            return;
        const int32_t machine = r->view.links[link].machine;
        const int32_t option = option_for(r, machine);
        if (option == TAKT_NONE)
            return;
        serve(r, machine, option);
    }
}

/// Where people are sent at the end of a tick, once machines have decided what they want.
__attribute__((noinline, cold)) void takt_crews_settle(takt_replication *r)
{
    takt_state_head *head = r->view.head;
    while (head->n_crews_marked > 0) {
        const int32_t crew = r->view.marked_crews[--head->n_crews_marked];
        r->view.crews[crew].is_marked = 0;
        settle_crew(r, crew);
    }
    for (int32_t m = head->first_new_claim; m != TAKT_NONE; m = r->view.claims[m].next_new) {
        takt_claim *claim = &r->view.claims[m];
        claim->is_new = 0;
        if (claim->stage == TAKT_CLAIM_WAITS && !claim->is_stoppage)
            takt_machine_set_state(r, m, TAKT_MACHINE_UNSTAFFED);
    }
    head->first_new_claim = TAKT_NONE;
}

/// The crew comes or goes; who has begun something finishes it, or leaves it where it is.
void takt_crew_change_shift(takt_replication *r, int32_t crew_index, bool is_on)
{
    takt_crew_state *crew = &r->view.crews[crew_index];
    takt_crew_flush(r, crew_index);
    crew->is_off = !is_on;
    mark_crew(r, crew_index);
    if (!is_on && r->plan->crews[crew_index].shift_end == TAKT_SHIFT_END_PAUSES)
        take_away(r, crew_index, r->plan->crews[crew_index].size);
}
