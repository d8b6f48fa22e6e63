/// The ticket that travels with an item where items have products, due dates, priorities, or are
/// chosen by rules: which product at which step, and its place in the queue it waits in.
///
/// Tickets lie beside the items, one each, and only where the plan wants them (plan->has_tickets):
/// a plant of equal items pays nothing. Draws of a ticket (service, quality, due date) are
/// addressed by where it was released, its number there and its visits so far, so that a lot takes
/// the same time at the same step whatever the rules by which it came there.
#ifndef TAKT_SIM_TICKET_INTERNAL_H
#define TAKT_SIM_TICKET_INTERNAL_H

#include "core/time.h"
#include "sim/product.h"
#include "sim/replication.h"

typedef struct takt_ticket {
    int32_t product; // -1: none, it follows the routes of the stations
    int32_t step;    // of the product: where it waits or is worked on; -1: before the first
    int32_t origin;  // source, or n_sources + station that made it
    uint32_t serial; // of all from that origin
    int32_t n_visits;
    int32_t priority;
    takt_tick due;      // TAKT_TICK_NEVER: none
    takt_tick released; // into the plant
    // its place in an ordered queue: a pairing heap
    int32_t child, next, previous; // first child; next sibling; previous sibling, or parent
    takt_tick since;               // it waits
    int64_t arrival;               // number of all that have come into a queue
    double keys[TAKT_DISPATCH_MAX];
} takt_ticket;

/// What has become of the items of a product since the measurement began.
typedef struct takt_product_state {
    int64_t n_released, n_finished, n_scrapped, n_late;
    int32_t n_in_plant;
    takt_tick since;                      // of n_in_plant
    double area;                          // items x ticks
    double flow, flow_squared, tardiness; // ticks, summed over the finished
    double good;                          // quantity
} takt_product_state;

/// Items of one queue that are alike, a heap of them.
typedef struct takt_queue_class {
    int32_t root;
    int32_t n;
    takt_tick oldest; // when the one came that has waited longest; kept where batches wait
} takt_queue_class;

/// The setup of a machine.
typedef struct takt_machine_setup {
    int32_t setup;          // -1: none
    int32_t next;           // that it is being set up for
    int32_t run;            // items since the last changeover
    uint32_t n_done;        // changeovers begun
    takt_tick left, length; // of the one that is under way
} takt_machine_setup;

// sim/tickets.c: what items know about their way.
void takt_ticket_begin(takt_replication *r, int32_t item, int32_t origin, int32_t product);
void takt_ticket_enter(takt_replication *r, int32_t item);
void takt_ticket_vanish(takt_replication *r, int32_t item);
void takt_ticket_end(takt_replication *r, int32_t item, int32_t route);
void takt_ticket_assemble(takt_replication *r, int32_t item, int32_t station);
int32_t takt_ticket_route(takt_replication *r, int32_t item, int32_t station);
const takt_plan_time *takt_ticket_time(const takt_replication *r, int32_t item, int32_t station);
takt_tick takt_ticket_service(const takt_replication *r, int32_t item, int32_t station);
takt_tick takt_ticket_mean(const takt_replication *r, int32_t item, int32_t buffer);
takt_tick takt_ticket_left(const takt_replication *r, int32_t item, int32_t buffer);

// sim/queues.c: items that wait in an order of their own.
void takt_queue_push(takt_replication *r, int32_t buffer, int32_t item);
void takt_queue_reorder(takt_replication *r, int32_t buffer);
void takt_queue_remove(takt_replication *r, int32_t buffer, int32_t item);
int32_t takt_queue_top(const takt_replication *r, int32_t buffer, int32_t class_index);
int32_t takt_queue_next(const takt_replication *r, int32_t buffer, int32_t item);

// sim/batches.c: which items a machine takes where more than the rules matter.
int32_t takt_queue_class_of(const takt_replication *r, int32_t buffer, int32_t item);
int32_t takt_queue_choose(const takt_replication *r, int32_t buffer, int32_t machine);
int32_t takt_queue_legal(const takt_replication *r, int32_t buffer, int32_t machine,
                         uint8_t *legal);
bool takt_queue_is_legal(const takt_replication *r, int32_t buffer, int32_t machine,
                         int32_t class_);
bool takt_batch_possible(const takt_replication *r, int32_t station, int32_t machine);
int32_t takt_batch_take(takt_replication *r, int32_t machine, int32_t n_max);
void takt_batch_watch(takt_replication *r, int32_t station);
void takt_batch_time_out(takt_replication *r, int32_t timer);

#endif
