/// Items that lie in a buffer when simulated time begins: a plant that does not start empty.
///
///     buffers:
///       - {name: blanks, capacity: 12, initial: [{items: 8}, {items: 2, quantity: 0.5}]}
#ifndef TAKT_SIM_INITIAL_H
#define TAKT_SIM_INITIAL_H

#include "core/schema.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_factory takt_factory;

typedef struct takt_initial {
    int32_t items;
    double quantity, value;     // of each
    const char *product, *step; // NULL: none; the only step that waits there
    int32_t priority;           // added to that of the product
    int32_t product_index;      // resolved, -1: none
    int32_t step_index;         // resolved
} takt_initial;

/// One entry in a plan.
typedef struct takt_plan_initial {
    int32_t buffer;
    int32_t items;
    double quantity, value;
    int32_t product, step, priority;
} takt_plan_initial;

extern TAKT_API const takt_schema takt_initial_schema;

/// Turns names of products and steps into indices, and checks that all items find a place. The
/// products are resolved. TAKT_ERR_INPUT with the problem. Local.
TAKT_API takt_status takt_initial_resolve(const takt_factory *factory, takt_problem *problem);

/// Entries of all buffers, and their place in a plan [takt_initial_count], in the order of the
/// buffers and of each list.
TAKT_API int32_t takt_initial_count(const takt_factory *factory);
TAKT_API void takt_plan_fill_initial(const takt_factory *factory, takt_plan_initial *plan);

TAKT_EXTERN_C_END

#endif
