// Products, their steps, and the order of queues in the plan.

#include "sim/plan_internal.h"

#include "sim/distribution_math.h"

#include <string.h>

int32_t takt_plan_product_room(const takt_product *product)
{
    int32_t n = product->due ? takt_distribution_room(product->due) : 0;
    for (int32_t i = 0; i < product->steps.n_items; ++i) {
        const takt_step *step = TAKT_ITEM(takt_step, product->steps, i);
        n += step->service ? takt_distribution_room(step->service) : 0;
    }
    return n;
}

static takt_tick mean_of(const takt_plan_time *time)
{
    const double mean = takt_plan_time_mean(time);
    return mean > 0 && mean < 1e18 ? (takt_tick)(mean + 0.5) : 0;
}

static void fill_step(takt_plan *plan, const takt_step *step, double **room, takt_plan_step *to)
{
    const takt_plan_station *station = &plan->stations[step->station_index];
    *to = (takt_plan_step){.buffer = step->buffer,
                           .has_service = step->service != NULL,
                           .scrap = step->scrap,
                           .rework = step->rework,
                           .rework_step = step->rework_index,
                           .setup = step->setup_index};
    if (step->service)
        to->service = takt_plan_time_of(step->service, room);
    to->mean = mean_of(step->service ? &to->service : &station->service);
}

static void fill_product(takt_plan *plan, const takt_product *product, double **room,
                         takt_plan_product *to)
{
    const int32_t n = product->steps.n_items;
    to->n_steps = n;
    to->priority = product->priority;
    for (int32_t i = 0; i < n; ++i)
        fill_step(plan, TAKT_ITEM(takt_step, product->steps, i), room,
                  &plan->steps[to->first_step + i]);
    takt_tick left = 0;
    for (int32_t i = n - 1; i >= 0; --i) {
        takt_plan_step *step = &plan->steps[to->first_step + i];
        left += step->mean;
        step->left = left;
    }
    to->has_due = product->due || product->due_factor > 0;
    to->due = (takt_plan_time){.kind = TAKT_DISTRIBUTION_CONSTANT,
                               .location = product->due_factor * (double)left};
    if (product->due)
        to->due = takt_plan_time_of(product->due, room);
}

/// Who draws from a buffer says in which order; all of them say the same (sim/products.c).
static void fill_order(takt_plan *plan, const takt_factory *factory, takt_plan_buffer *buffer)
{
    buffer->n_rules = 0;
    buffer->is_ordered = 0;
    if (buffer->n_consumers == 0)
        return;
    const int32_t s = plan->consumers[buffer->first_consumer];
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    memcpy(buffer->rules, station->rules, sizeof buffer->rules);
    buffer->n_rules = station->n_rules;
    buffer->is_ordered = station->n_rules > 0 || buffer->matches > 0;
    buffer->score = station->score ? *station->score : (takt_score){0};
    buffer->mean_service = mean_of(&plan->stations[s].service);
}

void takt_plan_fill_products(takt_plan *plan, const takt_factory *factory, double **room)
{
    int32_t n_steps = 0;
    plan->has_tickets = plan->n_products > 0;
    for (int32_t p = 0; p < plan->n_products; ++p) {
        plan->products[p] = (takt_plan_product){.first_step = n_steps};
        fill_product(plan, TAKT_ITEM(takt_product, factory->products, p), room, &plan->products[p]);
        n_steps += plan->products[p].n_steps;
    }
    for (int32_t b = 0; b < plan->n_buffers; ++b) {
        fill_order(plan, factory, &plan->buffers[b]);
        plan->has_tickets |= plan->buffers[b].is_ordered;
    }
}
