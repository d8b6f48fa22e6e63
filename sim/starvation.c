#include "sim/starvation.h"

#include "sim/state_internal.h"

/// Of the measured time, and how many times the median time of the others.
#define FORGOTTEN_SHARE 0.5
#define FORGOTTEN_TIMES 10

bool takt_starvation_is_possible(const takt_plan *plan)
{
    for (int32_t b = 0; b < plan->n_buffers; ++b)
        if (plan->buffers[b].is_ordered)
            return true;
    return false;
}

/// Items of one buffer that have waited for so long.
static void look_at_buffer(const takt_replication *r, int32_t b, takt_tick limit,
                           takt_starvation *found)
{
    for (int32_t item = r->view.buffers[b].first; item != TAKT_NONE;
         item = takt_queue_next(r, b, item)) {
        const takt_tick age = r->view.head->now - r->view.items[item].born;
        if (age < limit)
            continue;
        found->n_items += 1;
        if (takt_tick_to_s(age) <= found->age_s)
            continue;
        found->buffer = b;
        found->product = r->view.tickets[item].product;
        found->priority = r->view.tickets[item].priority;
        found->age_s = takt_tick_to_s(age);
    }
}

bool takt_starvation_find(const takt_replication *r, takt_starvation *found)
{
    const takt_state_head *head = r->view.head;
    const double measured = (double)(head->now - head->measured_since);
    *found = (takt_starvation){.buffer = TAKT_NONE, .product = TAKT_NONE};
    if (takt_histogram_total(r->view.flow_times) == 0)
        return false;
    const double median = takt_histogram_quantile(r->view.flow_times, 0.5);
    const double limit = FORGOTTEN_TIMES * median > FORGOTTEN_SHARE * measured
                             ? FORGOTTEN_TIMES * median
                             : FORGOTTEN_SHARE * measured;
    found->median_s = median / TAKT_TICKS_PER_S;
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        if (r->plan->buffers[b].is_ordered)
            look_at_buffer(r, b, (takt_tick)limit, found);
    return found->n_items > 0;
}
