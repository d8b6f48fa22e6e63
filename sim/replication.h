/// One simulated life of a scenario: replication number in, KPIs out.
///
///     takt_replication *replication = NULL;
///     TAKT_TRY(takt_replication_create(plan, &replication));
///     TAKT_TRY(takt_replication_run(replication, index, results));   // [takt_report_size]
///     takt_replication_destroy(&replication);
///
/// The whole state lies in one block without pointers: a snapshot is one copy, and a restored
/// replication goes on to the same bytes. Draws are addressed by (seed, replication, entity,
/// purpose, index), so a snapshot holds no generator. Nothing is allocated after create.
#ifndef TAKT_SIM_REPLICATION_H
#define TAKT_SIM_REPLICATION_H

#include "sim/plan.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_replication takt_replication;

/// What happens to an item.
#define TAKT_ITEM_EVENT_LIST(X)                                                                    \
    X(ARRIVES, "arrives")         /* a source brings it; it may have to wait for its buffer */     \
    X(TURNED_AWAY, "turned_away") /* its buffer is full: it never enters the plant */              \
    X(ENTERS, "enters")           /* a buffer */                                                   \
    X(MOUNTED, "mounted")         /* taken from a buffer by a machine that draws amounts of it */  \
    X(DRAWN, "drawn")             /* all of it, or a part, goes into another item */               \
    X(STARTS, "starts")     /* a machine works on it; a number not heard before: it is new */      \
    X(FINISHES, "finishes") /* the machine's work on it is done */                                 \
    X(LEAVES, "leaves")     /* the plant */                                                        \
    X(SCRAPPED, "scrapped") /* by a machine's station */

typedef enum takt_item_event_kind {
#define TAKT_ITEM_EVENT_ENUM(name, text) TAKT_ITEM_##name,
    TAKT_ITEM_EVENT_LIST(TAKT_ITEM_EVENT_ENUM)
#undef TAKT_ITEM_EVENT_ENUM
        TAKT_ITEM_EVENT_COUNT
} takt_item_event_kind;

typedef struct takt_item_event {
    takt_item_event_kind kind;
    uint32_t number; // of all items of this replication, from 0
    uint32_t into;   // DRAWN: the item that is made of it
    int32_t place;   // source (ARRIVES, TURNED_AWAY), buffer (ENTERS), station (LEAVES, SCRAPPED),
                     // else machine
    double quantity; // of the item; DRAWN: of what is drawn
} takt_item_event;

/// Who hears what happens in a replication while it runs. Callbacks may look at it (sim/look.h) and
/// change nothing; NULL costs one comparison. Not part of the state block.
typedef struct takt_replication_listener {
    void *context;
    /// A machine has just changed to another state, at the present time. The same stop may be told
    /// twice.
    void (*state)(void *context, int32_t machine, takt_machine_state state);
    /// A machine has finished its job; the items are still on it.
    void (*finished)(void *context, int32_t machine);
    /// Something has just happened to an item, at the present time.
    void (*item)(void *context, const takt_item_event *event);
} takt_replication_listener;

/// Creates a replication of the plan (borrowed until destroy; it may be refilled between runs as
/// long as its counts stay). Local. The caller destroys.
TAKT_API takt_status takt_replication_create(const takt_plan *plan, takt_replication **replication);
TAKT_API void takt_replication_destroy(takt_replication **replication);

/// Puts the factory to its state at time 0 of replication number `index`.
TAKT_API takt_status takt_replication_reset(takt_replication *replication, uint32_t index);

/// Runs on to `until` (absolute ticks); all events at `until` happen. TAKT_ERR_LIMIT when the
/// plant holds more items than factory.max_items.
TAKT_API takt_status takt_replication_advance(takt_replication *replication, takt_tick until);

/// Time of the next event, TAKT_TICK_NEVER when nothing will ever happen: a caller that advances
/// from event to event gets the same bytes as one that advances at once.
TAKT_API takt_tick takt_replication_next(const takt_replication *replication);

/// Sets the listener (copied), NULL: nobody listens any more.
TAKT_API void takt_replication_listen(takt_replication *replication,
                                      const takt_replication_listener *listener);

/// Begins the measurement: clears all totals at the present time.
TAKT_API void takt_replication_measure(takt_replication *replication);

/// Brings all totals to the present and fills one result [takt_report_size].
TAKT_API void takt_replication_report(takt_replication *replication, double *results);

/// reset, advance through the warm-up, measure, advance to the end, report into `results`.
TAKT_API takt_status takt_replication_run(takt_replication *replication, uint32_t index,
                                          double *results);

/// The present simulated time, and the number of process events so far in this replication
/// (completions, arrivals, failures, ends of repairs and stops; nothing that takes no time).
TAKT_API takt_tick takt_replication_now(const takt_replication *replication);
TAKT_API int64_t takt_replication_n_events(const takt_replication *replication);

/// The state block: for snapshots, digests and checkpoints. A block saved from one replication may
/// be loaded into another of the same plan.
TAKT_API size_t takt_replication_state_bytes(const takt_replication *replication);
TAKT_API void takt_replication_save(const takt_replication *replication, void *block);
TAKT_API void takt_replication_load(takt_replication *replication, const void *block);

/// Checks what must always hold: items conserved, levels within capacity, state times sum to the
/// time measured, Little's law in ticks. Returns NULL or a sentence about the first breach.
TAKT_API const char *takt_replication_inconsistency(takt_replication *replication);

TAKT_EXTERN_C_END

#endif
