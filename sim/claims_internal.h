/// Claims: what machines want of crews. A machine has one at most at any time, for its repair or
/// planned stop, or for the people who work at it; it holds nobody while it waits, so nobody can
/// wait in a circle.
#ifndef TAKT_SIM_CLAIMS_INTERNAL_H
#define TAKT_SIM_CLAIMS_INTERNAL_H

#include "sim/state_internal.h"

/// What the machine calls for.
TAKT_HD const takt_plan_call *takt_claim_call(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    if (!r->view.claims[machine].is_stoppage)
        return &station->operators;
    const int32_t stoppage = r->view.machines[machine].stoppage;
    return &r->plan->stoppages[station->first_stoppage + stoppage].call;
}

/// Its place in the heaps of the crew that the call names `option`-th.
TAKT_HD int32_t takt_claim_link_of(const takt_replication *r, int32_t machine, int32_t option)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    return station->first_link + (machine - station->first_machine) * station->n_links + option;
}

/// The crew that the call names `option`-th.
TAKT_HD int32_t takt_claim_crew(const takt_replication *r, int32_t machine, int32_t option)
{
    return r->plan->options[takt_claim_call(r, machine)->first_option + option];
}

/// How many of the crew it takes; a crew that has become smaller comes as a whole.
TAKT_HD int32_t takt_claim_members(const takt_replication *r, int32_t machine, int32_t crew)
{
    const int32_t members = takt_claim_call(r, machine)->members;
    return members < r->plan->crews[crew].size ? members : r->plan->crews[crew].size;
}

// sim/claim_heap.c; `served`: the heap of those who are served, not of those who wait.
void takt_claim_heap_insert(takt_replication *r, int32_t *heap, int32_t link, bool served);
void takt_claim_heap_remove(takt_replication *r, int32_t *heap, int32_t link, bool served);

/// The link that follows in a walk over a heap from its root on, with what lies below `link` or
/// (`enters` false) without; TAKT_NONE: that was the last.
int32_t takt_claim_heap_after(const takt_replication *r, int32_t link, bool enters);

/// The claim that the crew serves next by priority and rule, as a link; TAKT_NONE: nobody waits.
int32_t takt_crew_next(const takt_replication *r, int32_t crew);

/// Could the crew begin with the claim at once: with people who are free, or (`pre_empts`) with
/// those whom it may take away from others besides?
bool takt_crew_can_come(const takt_replication *r, int32_t crew, int32_t machine, bool pre_empts);

#endif
