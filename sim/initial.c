#include "sim/initial.h"

#include "sim/factory.h"

#include <string.h>

static const takt_field initial_fields[] = {
    TAKT_FIELD(takt_initial, items, INTEGER, TAKT_RANGE(0, 10000000), .required = true,
               .doc = "how many"),
    TAKT_FIELD(takt_initial, quantity, NUMBER, TAKT_RANGE(1e-9, 1e12), .default_text = "1",
               .unit = "quantity", .doc = "quantity of each"),
    TAKT_FIELD(takt_initial, value, NUMBER, TAKT_RANGE(0, 1e12), .default_text = "0",
               .unit = "currency", .doc = "materials in each"),
    TAKT_FIELD(takt_initial, product, NAME, .doc = "what they become (factory.products)"),
    TAKT_FIELD(takt_initial, step, NAME,
               .doc = "step of the product that they wait for; may be left out where one step "
                      "waits in this buffer"),
    TAKT_FIELD(takt_initial, priority, INTEGER, TAKT_RANGE(-1000000, 1000000), .default_text = "0",
               .doc = "added to that of the product"),
};
const takt_schema takt_initial_schema =
    TAKT_SCHEMA("initial", takt_initial, initial_fields,
                "Items that lie in the buffer at time 0. They were born then: their flow time "
                "counts from the start. Those of the first entry are in front.");

static takt_status resolve_step(const takt_product *product, const takt_buffer *buffer, int32_t b,
                                takt_initial *initial, takt_path path, takt_problem *problem)
{
    initial->step_index = -1;
    for (int32_t i = 0; i < product->steps.n_items; ++i) {
        const takt_step *step = TAKT_ITEM(takt_step, product->steps, i);
        if (step->buffer != b)
            continue;
        const char *name = step->name ? step->name : step->station;
        const bool is_named = initial->step && strcmp(name, initial->step) == 0;
        if (!is_named && initial->step)
            continue;
        if (initial->step_index >= 0)
            return takt_problem_set(problem, takt_path_of("%s.step", path.text),
                                    "found %s, but several steps of '%s' wait in '%s', allowed: "
                                    "the name of one of them",
                                    initial->step ? initial->step : "none", product->name,
                                    buffer->name);
        initial->step_index = i;
    }
    if (initial->step_index >= 0)
        return TAKT_OK;
    return takt_problem_set(problem,
                            takt_path_of("%s.%s", path.text, initial->step ? "step" : "product"),
                            "found '%s', allowed: a %s that waits in '%s'",
                            initial->step ? initial->step : product->name,
                            initial->step ? "step" : "product with a step", buffer->name);
}

static takt_status resolve_one(const takt_factory *factory, int32_t b, takt_initial *initial,
                               takt_path path, takt_problem *problem)
{
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
    initial->product_index =
        initial->product
            ? takt_list_find(&factory->products, sizeof(takt_product), initial->product)
            : -1;
    initial->step_index = 0;
    char names[256];
    if (initial->product && initial->product_index < 0)
        return takt_problem_set(
            problem, takt_path_of("%s.product", path.text), "found '%s', allowed: a product (%s)",
            initial->product,
            takt_list_names(&factory->products, sizeof(takt_product), names, sizeof names));
    if (initial->product)
        return resolve_step(TAKT_ITEM(takt_product, factory->products, initial->product_index),
                            buffer, b, initial, path, problem);
    if (initial->step)
        return takt_problem_set(problem, takt_path_of("%s.step", path.text),
                                "found '%s' without a product, allowed: a step of `product`",
                                initial->step);
    return TAKT_OK;
}

takt_status takt_initial_resolve(const takt_factory *factory, takt_problem *problem)
{
    double all = 0;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        const takt_path path = takt_path_of("factory.buffers[%d].initial", b);
        double level = 0;
        if (buffer->initial.n_items > 0 && (buffer->conveyor || buffer->transit_s > 0))
            return takt_problem_set(problem, path,
                                    "found items in '%s', through which they travel, allowed: "
                                    "none, or a buffer without transit and conveyor",
                                    buffer->name);
        for (int32_t i = 0; i < buffer->initial.n_items; ++i) {
            takt_initial *initial = TAKT_ITEM(takt_initial, buffer->initial, i);
            TAKT_TRY(
                resolve_one(factory, b, initial, takt_path_of("%s[%d]", path.text, i), problem));
            level += initial->items * (buffer->by_quantity ? initial->quantity : 1);
            all += initial->items;
        }
        if (level > buffer->capacity * (1 + 1e-9))
            return takt_problem_set(problem, path, "found %g in '%s', allowed: its capacity, %g",
                                    level, buffer->name, buffer->capacity);
        if (all > factory->max_items)
            return takt_problem_set(problem, path,
                                    "found %g items in all to begin with, allowed: "
                                    "factory.max_items, %d",
                                    all, factory->max_items);
    }
    return TAKT_OK;
}

int32_t takt_initial_count(const takt_factory *factory)
{
    int32_t n = 0;
    for (int32_t b = 0; b < factory->buffers.n_items; ++b)
        n += TAKT_ITEM(takt_buffer, factory->buffers, b)->initial.n_items;
    return n;
}

void takt_plan_fill_initial(const takt_factory *factory, takt_plan_initial *plan)
{
    for (int32_t b = 0; b < factory->buffers.n_items; ++b) {
        const takt_list *list = &TAKT_ITEM(takt_buffer, factory->buffers, b)->initial;
        for (int32_t i = 0; i < list->n_items; ++i) {
            const takt_initial *from = TAKT_ITEM(takt_initial, *list, i);
            *plan++ = (takt_plan_initial){.buffer = b,
                                          .items = from->items,
                                          .quantity = from->quantity,
                                          .value = from->value,
                                          .product = from->product_index,
                                          .step = from->step_index,
                                          .priority = from->priority};
        }
    }
}
