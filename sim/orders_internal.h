/// Orders of a running replication: which items are parts of one, how many of them wait before each
/// matching input, and which orders are complete. All lists are linked through arrays of their own.
#ifndef TAKT_SIM_ORDERS_INTERNAL_H
#define TAKT_SIM_ORDERS_INTERNAL_H

#include "sim/replication.h"

/// All that came of one item which was taken apart.
typedef struct takt_order {
    int32_t outer;     // of the item itself, TAKT_NONE: none; in the list of free ones the next
    int32_t n_members; // items, and orders of which this is the outer one; 0: free
} takt_order;

/// Parts of an order that wait before one matching input.
typedef struct takt_order_wait {
    int32_t first, last, n;
} takt_order_wait;

/// How often a station could start with an order, and the order behind it in the station's queue.
typedef struct takt_order_ready {
    int32_t n, next;
} takt_order_ready;

/// Complete orders before a station, in the order of their completion.
typedef struct takt_match_state {
    int32_t first, last;
} takt_match_state;

// sim/orders.c. The first one is called wherever, the others only where the plan matches parts.

/// Turns the finished items of a machine into their parts.
void takt_parts_split(takt_replication *r, int32_t machine);
/// Where the first of the parts goes.
int32_t takt_parts_route(const takt_replication *r, int32_t machine);

void takt_orders_reset(takt_replication *r);
/// A new item is part of no order; an item that ends leaves its order.
void takt_orders_clear(takt_replication *r, int32_t item);
void takt_orders_leave(takt_replication *r, int32_t item);
/// A part has come to a buffer before a matching input.
void takt_orders_arrive(takt_replication *r, int32_t buffer, int32_t item);
/// The next part of the first complete order in the buffer, TAKT_NONE: there is none; and the part
/// behind it.
int32_t takt_orders_first(const takt_replication *r, int32_t buffer);
/// Takes it off the list of its order.
int32_t takt_orders_pick(takt_replication *r, int32_t buffer);
/// Can a station that matches start as far as these inputs go?
bool takt_orders_are_complete(const takt_replication *r, int32_t station);
/// A part is drawn that decides which order the item is of that is being made.
void takt_orders_keep(takt_replication *r, int32_t part);
/// The item is made. One of all that is left of an order stands where the item stood that was taken
/// apart.
void takt_orders_join(takt_replication *r, int32_t item, int32_t station);
/// What does not hold, NULL: all does.
const char *takt_orders_inconsistency(const takt_replication *r);

#endif
