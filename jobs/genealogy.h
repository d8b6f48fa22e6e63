/// The genealogy of an item: which items it was made of, and those of which, with times and places.
///
/// Nothing is kept of the rest of the replication, which is run once for each generation: memory is
/// that of the answer, however long the replication is.
#ifndef TAKT_JOBS_GENEALOGY_H
#define TAKT_JOBS_GENEALOGY_H

#include "jobs/setup.h"
#include "sim/start.h"

/// An event of an item that belongs to the tree.
typedef struct takt_ancestor_event {
    int64_t order; // of all events of the replication
    takt_tick time;
    uint32_t item, part; // of DRAWN: `part` went into `item`
    int32_t kind, place; // as in takt_item_event
    double quantity;
} takt_ancestor_event;

typedef struct takt_genealogy {
    takt_ancestor_event *events; // [n_events], by item, then in their order
    int32_t n_events, n_events_allocated;
    struct takt_ancestor *ancestors; // [n]
    int32_t n, n_allocated;
    int32_t *table; // [n_table] ancestors by number
    int32_t n_table;
    int64_t order;
    const takt_replication *replication;
    bool failed; // no memory
} takt_genealogy;

/// Which replication, from where, and how far.
typedef struct takt_genealogy_of {
    const takt_start *start;
    int32_t replication;
    double until_s; // below 0: to its end
    uint32_t item;
} takt_genealogy_of;

/// Finds all items that the item was made of. TAKT_ERR_INPUT when there is no such item, or more
/// than 100,000 ancestors. Local. Destroy also after a failure.
takt_status takt_genealogy_find(const takt_setup *setup, const takt_genealogy_of *of,
                                takt_genealogy *genealogy);
void takt_genealogy_destroy(takt_genealogy *genealogy);

/// The events of an item; their number in *n.
const takt_ancestor_event *takt_genealogy_events(const takt_genealogy *genealogy, uint32_t item,
                                                 int32_t *n);

#endif
