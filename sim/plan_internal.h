/// Parts of the plan that are filled in files of their own.
#ifndef TAKT_SIM_PLAN_INTERNAL_H
#define TAKT_SIM_PLAN_INTERNAL_H

#include "sim/plan.h"

// sim/plan_products.c: products, steps and the order of queues, when stations, sources and buffers
// are there. *room as for takt_plan_time_of.
int32_t takt_plan_product_room(const takt_product *product);
void takt_plan_fill_products(takt_plan *plan, const takt_factory *factory, double **room);

// sim/plan_wear.c

/// Doubles for the tables of the distributions of a station's wears and inspections.
int32_t takt_plan_wears_room(const takt_station *station);

/// Adds what a station's wears, conditions and renewals need to the counts of the plan.
void takt_plan_wears_count(takt_plan *plan, const takt_station *station);

/// Fills a station's wears, and in its stoppages what goes beyond stops and failures, which are
/// there already: the failures of wears, inspections, conditions, who renews whom, the purposes of
/// draws. `at` holds the running ends of the tables. Returns the end of the station's stoppages.
takt_plan_stoppage *takt_plan_wears_fill(takt_plan *plan, takt_plan *at, const takt_station *from,
                                         takt_plan_station *to);

// sim/people.c: whom stoppages and stations call.

/// Crews that all calls of a station name: entries of plan->options.
int32_t takt_station_people_room(const takt_station *station);

/// Whom its stoppages call and its machines, and their links, once the stoppages are there. `at`
/// holds the running ends of the tables.
void takt_plan_people(takt_plan *plan, takt_plan *at, const takt_factory *factory,
                      const takt_station *from, takt_plan_station *to);

// sim/parts_plan.c: what is taken apart and matched, before the order of queues is decided.
void takt_plan_fill_orders(takt_plan *plan, const takt_factory *factory);

// sim/plan_changeovers.c: changeovers of the stations, classes of the queues; after the products.
int32_t takt_plan_changeover_room(const takt_station *station);
void takt_plan_fill_changeovers(takt_plan *plan, const takt_factory *factory, double **room);

#endif
