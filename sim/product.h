/// Products: what is made along a route of steps over stations, which may come back to a station,
/// and the rules by which stations choose among the items that wait for them.
///
/// An item of a product carries a ticket (sim/ticket_internal.h): its product, the step it is at,
/// its priority and due date. Items without a product follow the routes of the stations.
#ifndef TAKT_SIM_PRODUCT_H
#define TAKT_SIM_PRODUCT_H

#include "core/schema.h"
#include "sim/distribution.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_factory takt_factory;

/// How a station chooses among the items that wait before it, X(enum name, name in studies).
/// Several rules in a list: the next decides where those before it find no difference; at last
/// who came first. Only append.
#define TAKT_DISPATCH_LIST(X)                                                                      \
    X(FIRST_COME, "first_come")                                                                    \
    X(LAST_COME, "last_come")                                                                      \
    X(PRIORITY, "priority")           /* highest first */                                          \
    X(SHORTEST_TIME, "shortest_time") /* mean of the step */                                       \
    X(LONGEST_TIME, "longest_time")   /* mean of the step */                                       \
    X(SHORTEST_JOB, "shortest_job")   /* the time it will really take */                           \
    X(EARLIEST_DUE, "earliest_due_date")                                                           \
    X(LEAST_SLACK, "least_slack")       /* due date less the mean work that is left */             \
    X(CRITICAL_RATIO, "critical_ratio") /* time that is left to work that is left */               \
    X(LEAST_WORK, "least_work_left")                                                               \
    X(MOST_WORK, "most_work_left")                                                                 \
    X(OLDEST, "oldest")                 /* longest in the plant */                                 \
    X(SAME_SETUP, "same_setup")         /* that the machine is set up for */                       \
    X(SHORTEST_SETUP, "shortest_setup") /* mean time of the changeover */                          \
    X(SCORE, "score")                   /* the weights of `score` */

typedef enum takt_dispatch {
#define TAKT_DISPATCH_ENUM(name, text) TAKT_DISPATCH_##name,
    TAKT_DISPATCH_LIST(TAKT_DISPATCH_ENUM) TAKT_DISPATCH_COUNT
#undef TAKT_DISPATCH_ENUM
} takt_dispatch;

/// Rules that a station may list.
enum { TAKT_DISPATCH_MAX = 4 };

/// Weights of a score: the item with the highest goes first. All weights of times are points per
/// hour. What grows with time grows alike for all, so that the order among those who wait never
/// changes: a score costs no more than a fixed rule.
typedef struct takt_score {
    double priority; // per unit of it
    double waiting;  // in this queue
    double age;      // in the plant
    double slack;    // left until the due date, less work that is left
    double time;     // mean of the step
    double left;     // mean work that is left, this step included
    double quantity; // per unit of it
    double value;    // per unit of currency
} takt_score;

typedef struct takt_step {
    const char *name;    // unique in the product; NULL: that of the station
    const char *station; // that works
    const char *to;      // the buffer before it, where it has several inputs
    const char *setup;   // that the machine must have; NULL: that of the product, or any
    const takt_distribution *service;            // NULL: the station's
    double scrap, rework;                        // shares of the items when the step is done
    const char *rework_to;                       // step that those go back to; NULL: this one
    int32_t setup_index;                         // resolved, -1: any
    int32_t station_index, buffer, rework_index; // resolved
} takt_step;

typedef struct takt_product {
    const char *name;
    const char *setup;            // that machines must have for its steps; NULL: any
    int32_t priority;             // higher first, where a rule asks for it
    const takt_distribution *due; // time allowed from release to completion; NULL: see due_factor
    double due_factor; // time allowed, as a multiple of the mean work of all steps; 0: none
    takt_list steps;   // takt_step
} takt_product;

extern TAKT_API const takt_schema takt_product_schema, takt_score_schema;

/// Turns the names in products, sources and stations into indices and checks them. Local.
TAKT_API takt_status takt_products_resolve(takt_factory *factory, takt_problem *problem);

/// Does a step of a product wait in the buffer?
TAKT_API bool takt_products_feed(const takt_factory *factory, int32_t buffer);

/// Marks the buffers that products reach which begin somewhere, as far as is known of the buffers
/// of `is_fed` [n_buffers]. True: something has been added.
TAKT_API bool takt_products_supply(const takt_factory *factory, bool *is_fed);

/// The name of a rule in studies.
TAKT_API const char *takt_dispatch_name(int32_t rule);

TAKT_EXTERN_C_END

#endif
