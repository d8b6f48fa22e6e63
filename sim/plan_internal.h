/// Parts of the plan that are filled in files of their own.
#ifndef TAKT_SIM_PLAN_INTERNAL_H
#define TAKT_SIM_PLAN_INTERNAL_H

#include "sim/plan.h"

// sim/plan_products.c: products, steps and the order of queues, when stations, sources and buffers
// are there. *room as for takt_plan_time_of.
int32_t takt_plan_product_room(const takt_product *product);
void takt_plan_fill_products(takt_plan *plan, const takt_factory *factory, double **room);

#endif
