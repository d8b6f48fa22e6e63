// What must hold of crews and of those who call them, between two events.

#include "sim/claims_internal.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char crew_sentence[256];

__attribute__((format(printf, 1, 2))) static const char *crew_breach(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(crew_sentence, sizeof crew_sentence, format, arguments);
    va_end(arguments);
    return crew_sentence;
}

takt_claim_stage takt_claim_stage_of(const takt_replication *r, int32_t machine)
{
    return r->plan->n_links > 0 ? (takt_claim_stage)r->view.claims[machine].stage : TAKT_CLAIM_NONE;
}

/// A heap of claims holds each that belongs there, and before those below it.
static const char *check_heap(const takt_replication *r, int32_t crew, bool served)
{
    const takt_crew_state *state = &r->view.crews[crew];
    int32_t n = 0, expected = 0;
    for (int32_t link = served ? state->serving : state->waiting;
         link != TAKT_NONE && n <= r->plan->n_links; link = takt_claim_heap_after(r, link, true)) {
        const int32_t machine = r->view.links[link].machine;
        const int32_t child = r->view.links[link].child;
        ++n;
        if (r->view.claims[machine].stage != (served ? TAKT_CLAIM_SERVED : TAKT_CLAIM_WAITS))
            return crew_breach("crew %d: machine %d is in the wrong heap", crew, machine);
        if (child == TAKT_NONE)
            continue;
        const int32_t first = takt_claim_call(r, machine)->priority;
        const int32_t second = takt_claim_call(r, r->view.links[child].machine)->priority;
        if (served ? second < first : second > first)
            return crew_breach("crew %d: machine %d comes too late", crew,
                               r->view.links[child].machine);
    }
    for (int32_t m = 0; m < r->plan->n_machines; ++m) {
        const takt_claim *claim = &r->view.claims[m];
        const int32_t n_options =
            claim->stage == TAKT_CLAIM_NONE ? 0 : takt_claim_call(r, m)->n_options;
        for (int32_t i = 0; i < n_options; ++i)
            expected += takt_claim_crew(r, m, i) == crew &&
                        (served ? claim->stage == TAKT_CLAIM_SERVED && claim->option == i
                                : claim->stage == TAKT_CLAIM_WAITS);
    }
    return n == expected
               ? NULL
               : crew_breach("crew %d: %d claims are listed, there are %d", crew, n, expected);
}

/// The machine to which the crew could go at once, TAKT_NONE: it has to wait. By the least stock
/// the next may be another than when the crew was asked: all of the highest priority must be able.
static int32_t waits_for_nothing(const takt_replication *r, int32_t c)
{
    const int32_t next = takt_crew_next(r, c);
    if (next == TAKT_NONE)
        return TAKT_NONE;
    const int32_t machine = r->view.links[next].machine;
    bool all = takt_crew_can_come(r, c, machine, true);
    if (r->plan->crews[c].rule != TAKT_CREW_LEAST_STOCK)
        return all ? machine : TAKT_NONE;
    const int32_t priority = takt_claim_call(r, machine)->priority;
    for (int32_t link = r->view.crews[c].waiting; link != TAKT_NONE;
         link = takt_claim_heap_after(r, link, true)) {
        const int32_t other = r->view.links[link].machine;
        all &=
            takt_claim_call(r, other)->priority < priority || takt_crew_can_come(r, c, other, true);
    }
    return all ? machine : TAKT_NONE;
}

static const char *check_crew(const takt_replication *r, int32_t c)
{
    const takt_crew_state *crew = &r->view.crews[c];
    int32_t n_busy = 0;
    const char *found = check_heap(r, c, true);
    if (found || (found = check_heap(r, c, false)))
        return found;
    for (int32_t link = crew->serving; link != TAKT_NONE;
         link = takt_claim_heap_after(r, link, true))
        n_busy += takt_claim_members(r, r->view.links[link].machine, c);
    if (crew->n_free < 0 || crew->n_free + n_busy != r->plan->crews[c].size)
        return crew_breach("crew %d: %d free, %d at work, of %d", c, crew->n_free, n_busy,
                           r->plan->crews[c].size);
    if (crew->is_marked)
        return crew_breach("crew %d is still on the agenda", c);
    const int32_t able = waits_for_nothing(r, c);
    return able == TAKT_NONE
               ? NULL
               : crew_breach("crew %d is free while machine %d waits for it", c, able);
}

const char *takt_crews_inconsistency(const takt_replication *r)
{
    const char *found = NULL;
    if (r->plan->n_links == 0)
        return NULL;
    for (int32_t c = 0; c < r->plan->n_crews && !found; ++c)
        found = check_crew(r, c);
    for (int32_t m = 0; m < r->plan->n_machines && !found; ++m) {
        const takt_claim *claim = &r->view.claims[m];
        const takt_machine *machine = &r->view.machines[m];
        const bool wants = claim->stage != TAKT_CLAIM_NONE;
        const bool is_staffed = wants && !claim->is_stoppage;
        const bool waits = is_staffed && claim->stage == TAKT_CLAIM_WAITS;
        if (wants && claim->is_stoppage && machine->stoppage == TAKT_NONE)
            found = crew_breach("machine %d calls a crew for nothing", m);
        else if (waits != (machine->state == TAKT_MACHINE_UNSTAFFED))
            found = crew_breach("machine %d in state %d waits for people: %d", m, machine->state,
                                waits);
        else if (machine->is_staffed && (is_staffed && !waits) != machine->is_running)
            found = crew_breach("machine %d runs: %d, has people: %d", m, machine->is_running,
                                is_staffed && !waits);
    }
    return found;
}
