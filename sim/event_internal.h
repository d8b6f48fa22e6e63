/// The future events of one replication: a 4-ary heap of 16-byte nodes inside the state block.
///
/// Order is (time, priority class, sequence), all integers: two events at one tick happen in the
/// order of their class and, within it, in the order in which they were scheduled. No pointer and
/// no floating-point number ever decides. Each slot (a machine, a source) holds at most one pending
/// event per kind; cancelling bumps the slot's sequence, and the stale node is dropped when it
/// surfaces. After Tang, Goh, Thng (2005) and own measurements a 4-ary heap beats calendars for
/// 10 to 10,000 pending events.
#ifndef TAKT_SIM_EVENT_INTERNAL_H
#define TAKT_SIM_EVENT_INTERNAL_H

#include "core/status.h"
#include "core/time.h"
#include "sim/defect_internal.h"

#include <stdbool.h>

/// What happens first at one tick; decisions (who starts on what) come after all of them.
typedef enum takt_event_class {
    TAKT_EVENT_COMPLETION,
    TAKT_EVENT_RETURN, // ends of repairs and planned stops, starts of shifts
    TAKT_EVENT_ARRIVAL,
    TAKT_EVENT_TIME_OUT,
    TAKT_EVENT_FAILURE,
    TAKT_EVENT_STOP_DUE, // planned stops that need not wait for the end of a job
    TAKT_EVENT_SHIFT_END
} takt_event_class;

enum { TAKT_EVENT_SLOT_BITS = 22, TAKT_EVENT_SEQUENCE_BITS = 38 };

typedef struct takt_event_node {
    takt_tick time;
    uint64_t word; // class (4 bits) | sequence (38 bits: hours of one replication) | slot (22 bits)
} takt_event_node;

/// Head of the heap, stored in the state block beside its arrays.
typedef struct takt_event_queue {
    int32_t n_nodes, max_nodes;
    int32_t hole; // bool: the root has been taken and not yet been filled again
    int32_t n_slots;
    uint64_t sequence;
} takt_event_queue;

TAKT_HD int takt_event_before(const takt_event_node *a, const takt_event_node *b)
{
    return a->time < b->time || (a->time == b->time && a->word < b->word);
}

TAKT_HD uint32_t takt_event_slot(uint64_t word)
{
    return (uint32_t)(word & ((1u << TAKT_EVENT_SLOT_BITS) - 1));
}

/// Which of two comes first, by a borrow instead of a branch that would be guessed wrong half of
/// the time: 1 when b does.
TAKT_HD int takt_event_second(const takt_event_node *a, const takt_event_node *b)
{
    __extension__ typedef unsigned __int128 key;
    return ((key)(uint64_t)b->time << 64 | b->word) < ((key)(uint64_t)a->time << 64 | a->word);
}

TAKT_HD void takt_event_sift_down(takt_event_node *nodes, int32_t n, takt_event_node node)
{
    int32_t at = 0, first = 1;
    for (; first + 4 <= n; first = 4 * at + 1) {
        const takt_event_node *child = &nodes[first];
        if (n > 4096) // beyond the nearest cache: fetch all that may come next
            for (int i = 0; i < 4; ++i)
                __builtin_prefetch(&nodes[4 * (first + i) + 1]);
        const int left = takt_event_second(&child[0], &child[1]);
        const int right = 2 + takt_event_second(&child[2], &child[3]);
        const int32_t best =
            first + (left ^ ((left ^ right) & -takt_event_second(&child[left], &child[right])));
        if (!takt_event_before(&nodes[best], &node)) {
            nodes[at] = node;
            return;
        }
        nodes[at] = nodes[best];
        at = best;
    }
    if (first < n) { // a group that is not whole
        int32_t best = first;
        for (int32_t child = first + 1; child < n; ++child)
            if (takt_event_before(&nodes[child], &nodes[best]))
                best = child;
        if (takt_event_before(&nodes[best], &node)) {
            nodes[at] = nodes[best];
            at = best;
        }
    }
    nodes[at] = node;
}

TAKT_HD void takt_event_sift_up(takt_event_node *nodes, int32_t at, takt_event_node node)
{
    while (at > 0) {
        const int32_t parent = (at - 1) / 4;
        if (!takt_event_before(&node, &nodes[parent]))
            break;
        nodes[at] = nodes[parent];
        at = parent;
    }
    nodes[at] = node;
}

/// Drops every stale node of a heap without hole; rare, when cancelled events have filled it.
TAKT_HD void takt_event_compact(takt_event_queue *queue, takt_event_node *nodes,
                                const uint64_t *slot_word)
{
    int32_t n = 0;
    for (int32_t i = 0; i < queue->n_nodes; ++i)
        if (slot_word[takt_event_slot(nodes[i].word)] == nodes[i].word)
            nodes[n++] = nodes[i];
    queue->n_nodes = n;
    for (int32_t i = 1; i < n; ++i)
        takt_event_sift_up(nodes, i, nodes[i]);
}

/// Place of a class in the order of one tick: its number, and back again.
TAKT_HD uint64_t takt_event_rank(uint64_t class_)
{
    if (TAKT_DEFECTIVE(ARRIVAL_FIRST) && class_ <= TAKT_EVENT_ARRIVAL)
        return TAKT_EVENT_ARRIVAL - class_;
    if (TAKT_DEFECTIVE(RETURN_LATE) &&
        (class_ == TAKT_EVENT_RETURN || class_ == TAKT_EVENT_ARRIVAL))
        return TAKT_EVENT_RETURN + TAKT_EVENT_ARRIVAL - class_;
    return class_;
}

/// Schedules the one pending event of a slot; an older one of the slot is thereby cancelled.
TAKT_HD void takt_event_schedule(takt_event_queue *queue, takt_event_node *nodes,
                                 uint64_t *slot_word, uint32_t slot, takt_event_class class_,
                                 takt_tick time)
{
    const takt_event_node node = {time, (takt_event_rank(class_) << (64 - 4)) |
                                            (queue->sequence++ << TAKT_EVENT_SLOT_BITS) | slot};
    slot_word[slot] = node.word;
    if (queue->hole) { // the usual case: an event schedules its successor, one descent instead of
                       // two
        queue->hole = 0;
        takt_event_sift_down(nodes, queue->n_nodes, node);
        return;
    }
    if (queue->n_nodes == queue->max_nodes)
        takt_event_compact(queue, nodes, slot_word);
    takt_event_sift_up(nodes, queue->n_nodes++, node);
}

/// May anything else happen until `time`? True at times where all of it has been cancelled.
TAKT_HD bool takt_event_is_due(const takt_event_queue *queue, const takt_event_node *nodes,
                               takt_tick time)
{
    if (!queue->hole)
        return queue->n_nodes > 0 && nodes[0].time <= time;
    const int32_t end = queue->n_nodes < 5 ? queue->n_nodes : 5; // the children of the root
    bool is_due = false;
    for (int32_t child = 1; child < end; ++child)
        is_due |= nodes[child].time <= time;
    return is_due;
}

/// Cancels the pending event of a slot, if any.
TAKT_HD void takt_event_cancel(uint64_t *slot_word, uint32_t slot)
{
    slot_word[slot] = UINT64_MAX;
}

/// Takes the next event that is due until `end` (inclusive). Returns its slot or -1; sets *time and
/// *class_.
TAKT_HD int64_t takt_event_next(takt_event_queue *queue, takt_event_node *nodes,
                                uint64_t *slot_word, takt_tick end, takt_tick *time,
                                uint64_t *class_)
{
    for (;;) {
        if (queue->hole) {
            queue->hole = 0;
            const takt_event_node last = nodes[--queue->n_nodes];
            if (queue->n_nodes > 0)
                takt_event_sift_down(nodes, queue->n_nodes, last);
        }
        if (queue->n_nodes == 0 || nodes[0].time > end)
            return -1;
        const takt_event_node top = nodes[0];
        queue->hole = 1;
        const uint32_t slot = takt_event_slot(top.word);
        if (slot_word[slot] != top.word)
            continue; // stale
        slot_word[slot] = UINT64_MAX;
        *time = top.time;
        *class_ = takt_event_rank(top.word >> (64 - 4));
        return slot;
    }
}

#endif
