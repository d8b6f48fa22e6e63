/// The event queue gives events in the order of time, class and sequence, as a sorted list would,
/// whatever is scheduled, moved and cancelled in between.
#include "core/rng.h"
#include "sim/event_internal.h"
#include "tests/check.h"

#include <stdbool.h>

enum { N_SLOTS = 37, MAX_NODES = 2 * N_SLOTS + 8, N_OPERATIONS = 100000 };

typedef struct queue {
    takt_event_queue head;
    takt_event_node nodes[MAX_NODES];
    uint64_t slot_word[N_SLOTS];
} queue;

static void queue_reset(queue *q)
{
    *q = (queue){.head = {.max_nodes = MAX_NODES, .n_slots = N_SLOTS}};
    memset(q->slot_word, 0xFF, sizeof q->slot_word);
}

static void put(queue *q, uint32_t slot, takt_event_class class_, takt_tick time)
{
    takt_event_schedule(&q->head, q->nodes, q->slot_word, slot, class_, time);
}

static int64_t take(queue *q, takt_tick end, takt_tick *time, uint64_t *class_)
{
    return takt_event_next(&q->head, q->nodes, q->slot_word, end, time, class_);
}

/// The reference: what is pending for each slot, searched from end to end.
typedef struct pending {
    bool is_there;
    takt_tick time;
    int class_;
    int64_t sequence;
} pending;

static int reference_next(const pending *slots, takt_tick end)
{
    int best = -1;
    for (int i = 0; i < N_SLOTS; ++i) {
        const pending *a = &slots[i], *b = best < 0 ? NULL : &slots[best];
        if (!a->is_there || a->time > end)
            continue;
        if (!b || a->time < b->time ||
            (a->time == b->time &&
             (a->class_ < b->class_ || (a->class_ == b->class_ && a->sequence < b->sequence))))
            best = i;
    }
    return best;
}

/// `n_takes` of ten operations take the next event, `n_cancels` cancel, the others schedule.
static void against_reference(uint32_t entity, int n_takes, int n_cancels)
{
    static const int classes[] = {TAKT_EVENT_COMPLETION, TAKT_EVENT_RETURN, TAKT_EVENT_ARRIVAL,
                                  TAKT_EVENT_FAILURE};
    const takt_stream stream = {.seed = 11, .entity = entity, .purpose = TAKT_PURPOSE_TEST};
    static queue q;
    pending slots[N_SLOTS] = {{0}};
    takt_tick now = 0;
    int64_t n_taken = 0;
    queue_reset(&q);
    for (int64_t i = 0; i < N_OPERATIONS; ++i) {
        uint32_t bits[4];
        takt_stream_block(&stream, (uint64_t)i, bits);
        const uint32_t slot = bits[0] % N_SLOTS;
        const int what = (int)(bits[1] % 10);
        if (what < n_takes) {
            const takt_tick end = now + bits[2] % 8;
            const int expected = reference_next(slots, end);
            takt_tick time = -1;
            uint64_t class_ = 99;
            CHECK_INT(take(&q, end, &time, &class_), expected);
            if (expected < 0)
                continue;
            CHECK_INT(time, slots[expected].time);
            CHECK_INT(class_, slots[expected].class_);
            slots[expected].is_there = false;
            now = time;
            ++n_taken;
        } else if (what < n_takes + n_cancels) {
            takt_event_cancel(q.slot_word, slot);
            slots[slot].is_there = false;
        } else {
            slots[slot] = (pending){true, now + bits[2] % 10, classes[bits[3] % 4], i};
            put(&q, slot, (takt_event_class)slots[slot].class_, slots[slot].time);
        }
        CHECK(q.head.n_nodes <= MAX_NODES);
    }
    CHECK(n_taken > N_OPERATIONS / 20);
}

static void any_schedule_comes_out_sorted(void)
{
    against_reference(1, 5, 0); // few pending
    against_reference(2, 4, 2);
    against_reference(3, 1, 1); // many stale nodes: the heap is compacted all the time
    against_reference(4, 3, 5); // mostly cancelled
}

static void classes_then_sequence_decide_at_one_tick(void)
{
    static const uint32_t slots[] = {5, 6, 2, 1, 0, 4};
    static const takt_event_class classes[] = {TAKT_EVENT_FAILURE,    TAKT_EVENT_ARRIVAL,
                                               TAKT_EVENT_RETURN,     TAKT_EVENT_COMPLETION,
                                               TAKT_EVENT_COMPLETION, TAKT_EVENT_ARRIVAL};
    static const int64_t order[] = {1, 0, 2, 6, 4, 5};
    static queue q;
    takt_tick time;
    uint64_t class_;
    queue_reset(&q);
    for (int i = 0; i < 6; ++i)
        put(&q, slots[i], classes[i], 1000);
    CHECK_INT(take(&q, 999, &time, &class_), -1);
    for (int i = 0; i < 6; ++i)
        CHECK_INT(take(&q, 1000, &time, &class_), order[i]);
    CHECK_INT(take(&q, TAKT_TICK_NEVER, &time, &class_), -1);
}

/// A slot has one pending event: the last one scheduled.
static void scheduling_again_replaces(void)
{
    static queue q;
    takt_tick time;
    uint64_t class_;
    queue_reset(&q);
    for (int i = 0; i < 10 * MAX_NODES; ++i)
        put(&q, 3, TAKT_EVENT_FAILURE, 1000 - i % 7);
    put(&q, 3, TAKT_EVENT_RETURN, 2000);
    CHECK_INT(take(&q, 3000, &time, &class_), 3);
    CHECK_INT(time, 2000);
    CHECK_INT(class_, TAKT_EVENT_RETURN);
    CHECK_INT(take(&q, 3000, &time, &class_), -1);
}

TAKT_TESTS(TEST(any_schedule_comes_out_sorted), TEST(classes_then_sequence_decide_at_one_tick),
           TEST(scheduling_again_replaces))
