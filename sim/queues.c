// Queues in an order of their own: a pairing heap of the waiting items for each ordered buffer
// (Fredman, Sedgewick, Sleator, Tarjan 1986), so that the next one is found in O(log n) however
// many wait. The links lie in the tickets; the root is the buffer's first item.
//
// All rules but the critical ratio fix the order of two items once and for all: a score in which
// time counts alike for all is fixed, too. Where the critical ratio decides, all that wait are
// looked at.

#include "sim/state_internal.h"

#define TICKS_PER_H (3600.0 * TAKT_TICKS_PER_S)

static double score_of(const takt_replication *r, int32_t buffer, int32_t item)
{
    const takt_score *weights = &r->plan->buffers[buffer].score;
    const takt_ticket *ticket = &r->view.tickets[item];
    const takt_item *thing = &r->view.items[item];
    const double left = (double)takt_ticket_left(r, item, buffer);
    double score = weights->priority * ticket->priority + weights->quantity * thing->quantity +
                   weights->value * thing->value;
    score -= weights->waiting * (double)ticket->since / TICKS_PER_H;
    score -= weights->age * (double)thing->born / TICKS_PER_H;
    score += weights->time * (double)takt_ticket_mean(r, item, buffer) / TICKS_PER_H;
    score += weights->left * left / TICKS_PER_H;
    if (weights->slack != 0)
        score += weights->slack * ((double)ticket->due - left) / TICKS_PER_H;
    return score;
}

/// What the rule sorts by; the least comes first. For the critical ratio, whose order changes as
/// time goes by, nothing yet.
static double key_of(const takt_replication *r, int32_t buffer, int32_t item, int32_t rule)
{
    const takt_ticket *ticket = &r->view.tickets[item];
    switch (rule) {
    case TAKT_DISPATCH_FIRST_COME:
        return (double)ticket->arrival;
    case TAKT_DISPATCH_LAST_COME:
        return -(double)ticket->arrival;
    case TAKT_DISPATCH_PRIORITY:
        return -(double)ticket->priority;
    case TAKT_DISPATCH_SHORTEST_TIME:
        return (double)takt_ticket_mean(r, item, buffer);
    case TAKT_DISPATCH_LONGEST_TIME:
        return -(double)takt_ticket_mean(r, item, buffer);
    case TAKT_DISPATCH_SHORTEST_JOB: {
        const takt_plan_buffer *plan = &r->plan->buffers[buffer];
        return (double)takt_ticket_service(r, item, r->plan->consumers[plan->first_consumer]);
    }
    case TAKT_DISPATCH_EARLIEST_DUE:
        return (double)ticket->due;
    case TAKT_DISPATCH_LEAST_SLACK:
        return (double)(ticket->due - takt_ticket_left(r, item, buffer));
    case TAKT_DISPATCH_LEAST_WORK:
        return (double)takt_ticket_left(r, item, buffer);
    case TAKT_DISPATCH_MOST_WORK:
        return -(double)takt_ticket_left(r, item, buffer);
    case TAKT_DISPATCH_OLDEST:
        return (double)r->view.items[item].born;
    case TAKT_DISPATCH_SCORE:
        return -score_of(r, buffer, item);
    default:
        return 0;
    }
}

/// Does `a` go before `b`? Never equal: at last the order of arrival decides.
static bool goes_before(const takt_replication *r, const takt_plan_buffer *plan, int32_t a,
                        int32_t b)
{
    const takt_ticket *one = &r->view.tickets[a], *other = &r->view.tickets[b];
    for (int32_t i = 0; i < plan->n_rules && !TAKT_DEFECTIVE(RULES_IGNORED); ++i)
        if (one->keys[i] != other->keys[i])
            return one->keys[i] < other->keys[i];
    return one->arrival < other->arrival;
}

/// Joins two heaps, the roots of which have no siblings; TAKT_NONE is an empty one.
static int32_t meld(takt_replication *r, const takt_plan_buffer *plan, int32_t a, int32_t b)
{
    if (a == TAKT_NONE || b == TAKT_NONE)
        return a == TAKT_NONE ? b : a;
    const bool first = goes_before(r, plan, a, b);
    const int32_t root = first ? a : b, child = first ? b : a;
    takt_ticket *parent = &r->view.tickets[root], *below = &r->view.tickets[child];
    below->previous = root;
    below->next = parent->child;
    if (parent->child != TAKT_NONE)
        r->view.tickets[parent->child].previous = child;
    parent->child = child;
    return root;
}

/// Takes the node out of its siblings' list.
static void cut(takt_replication *r, int32_t item)
{
    takt_ticket *ticket = &r->view.tickets[item];
    if (ticket->next != TAKT_NONE)
        r->view.tickets[ticket->next].previous = ticket->previous;
    if (ticket->previous != TAKT_NONE) {
        takt_ticket *before = &r->view.tickets[ticket->previous];
        if (before->child == item)
            before->child = ticket->next;
        else
            before->next = ticket->next;
    }
    ticket->next = ticket->previous = TAKT_NONE;
}

/// One heap of all children of the item, in two passes: pairs from the left, then all into one.
static int32_t meld_children(takt_replication *r, const takt_plan_buffer *plan, int32_t item)
{
    int32_t pairs = TAKT_NONE, root = TAKT_NONE;
    int32_t a = r->view.tickets[item].child;
    r->view.tickets[item].child = TAKT_NONE;
    while (a != TAKT_NONE) {
        const int32_t b = r->view.tickets[a].next;
        const int32_t rest = b == TAKT_NONE ? TAKT_NONE : r->view.tickets[b].next;
        r->view.tickets[a].next = r->view.tickets[a].previous = TAKT_NONE;
        if (b != TAKT_NONE)
            r->view.tickets[b].next = r->view.tickets[b].previous = TAKT_NONE;
        const int32_t pair = meld(r, plan, a, b);
        r->view.tickets[pair].next = pairs; // a stack of them, for the way back
        pairs = pair;
        a = rest;
    }
    while (pairs != TAKT_NONE) {
        const int32_t next = r->view.tickets[pairs].next;
        r->view.tickets[pairs].next = TAKT_NONE;
        root = meld(r, plan, root, pairs);
        pairs = next;
    }
    return root;
}

/// The item behind this one when walking over a heap, TAKT_NONE at the end.
static int32_t next_in_class(const takt_replication *r, int32_t item)
{
    const takt_ticket *tickets = r->view.tickets;
    if (tickets[item].child != TAKT_NONE)
        return tickets[item].child;
    while (item != TAKT_NONE && tickets[item].next == TAKT_NONE) {
        int32_t above = tickets[item].previous; // back over the siblings, up to the parent
        while (above != TAKT_NONE && tickets[above].child != item) {
            item = above;
            above = tickets[item].previous;
        }
        item = above;
    }
    return item == TAKT_NONE ? TAKT_NONE : tickets[item].next;
}

/// The classes of the queue have other roots or numbers than before.
static void note_class(takt_replication *r, int32_t b, int32_t class_index, int32_t root)
{
    const takt_plan_buffer *plan = &r->plan->buffers[b];
    takt_buffer_state *buffer = &r->view.buffers[b];
    r->view.classes[class_index].root = root;
    buffer->first = TAKT_NONE; // of any class, for those who only ask whether there is one
    for (int32_t c = 0; c < plan->n_classes && buffer->first == TAKT_NONE; ++c)
        buffer->first = r->view.classes[plan->first_class + c].root;
    buffer->last = buffer->first;
}

static void watch_batches(takt_replication *r, const takt_plan_buffer *plan)
{
    for (int32_t c = 0; c < plan->n_consumers; ++c)
        takt_batch_watch(r, r->plan->consumers[plan->first_consumer + c]);
}

/// Into the heap of its class, with the keys that the plan gives it now.
static void insert(takt_replication *r, int32_t buffer, int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    const int32_t index = plan->first_class + takt_queue_class_of(r, buffer, item);
    takt_queue_class *class_ = &r->view.classes[index];
    takt_ticket *ticket = &r->view.tickets[item];
    ticket->child = ticket->next = ticket->previous = TAKT_NONE;
    for (int32_t i = 0; i < plan->n_rules; ++i)
        ticket->keys[i] = key_of(r, buffer, item, plan->rules[i]);
    if (class_->n++ == 0 || ticket->since < class_->oldest)
        class_->oldest = ticket->since;
    note_class(r, buffer, index, meld(r, plan, class_->root, item));
}

/// The item waits in the buffer from now on.
__attribute__((noinline, cold)) void takt_queue_push(takt_replication *r, int32_t buffer,
                                                     int32_t item)
{
    takt_ticket *ticket = &r->view.tickets[item];
    ticket->arrival = r->view.head->n_queued++;
    ticket->since = r->view.head->now;
    insert(r, buffer, item);
    if (r->plan->buffers[buffer].has_timer)
        watch_batches(r, &r->plan->buffers[buffer]);
}

/// Another plan than the one under which its items came: they stand in the order of its rules.
void takt_queue_reorder(takt_replication *r, int32_t buffer)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    int32_t list = TAKT_NONE;
    if (!plan->is_ordered)
        return;
    for (int32_t item = r->view.buffers[buffer].first; item != TAKT_NONE;
         item = takt_queue_next(r, buffer, item)) {
        r->view.items[item].next = list; // ordered queues have no use for it
        list = item;
    }
    for (int32_t c = 0; c < plan->n_classes; ++c)
        r->view.classes[plan->first_class + c] = (takt_queue_class){.root = TAKT_NONE};
    while (list != TAKT_NONE) {
        const int32_t item = list;
        list = r->view.items[item].next;
        r->view.items[item].next = TAKT_NONE;
        insert(r, buffer, item);
    }
    if (plan->has_timer)
        watch_batches(r, plan);
}

/// Takes one item out, wherever it stands.
__attribute__((noinline, cold)) void takt_queue_remove(takt_replication *r, int32_t buffer,
                                                       int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    const int32_t index = plan->first_class + takt_queue_class_of(r, buffer, item);
    takt_queue_class *class_ = &r->view.classes[index];
    int32_t root = meld_children(r, plan, item);
    if (item != class_->root) {
        cut(r, item);
        root = meld(r, plan, class_->root, root);
    }
    class_->n -= 1;
    note_class(r, buffer, index, root);
    if (!plan->has_timer)
        return;
    if (class_->n > 0 && plan->n_rules == 0) {
        class_->oldest = r->view.tickets[root].since; // first come
    } else if (class_->n > 0 && class_->oldest == r->view.tickets[item].since) {
        class_->oldest = TAKT_TICK_NEVER;
        for (int32_t k = root; k != TAKT_NONE; k = next_in_class(r, k))
            if (r->view.tickets[k].since < class_->oldest)
                class_->oldest = r->view.tickets[k].since;
    }
    watch_batches(r, plan);
}

/// The item behind this one when walking over all of them, TAKT_NONE at the end; in an ordered
/// buffer in no order that means anything.
int32_t takt_queue_next(const takt_replication *r, int32_t buffer, int32_t item)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    if (!plan->is_ordered)
        return r->view.items[item].next;
    int32_t next = next_in_class(r, item);
    for (int32_t c = takt_queue_class_of(r, buffer, item) + 1;
         next == TAKT_NONE && c < plan->n_classes; ++c)
        next = r->view.classes[plan->first_class + c].root;
    return next;
}

/// Time to the due date over the mean work that is left; who is late comes before all who are not,
/// the latest by the work that is left first.
static double critical_ratio(const takt_replication *r, int32_t buffer, int32_t item)
{
    const takt_ticket *ticket = &r->view.tickets[item];
    const double left = (double)takt_ticket_left(r, item, buffer);
    if (ticket->due == TAKT_TICK_NEVER)
        return 1e300;
    const double time = (double)(ticket->due - r->view.head->now);
    return time / (left > 1 ? left : 1);
}

/// Where the critical ratio has a part in it: the keys as of now, and the best of all.
static int32_t best_by_ratio(const takt_replication *r, const takt_plan_buffer *plan,
                             int32_t buffer, int32_t root)
{
    int32_t best = root;
    for (int32_t item = best; item != TAKT_NONE; item = next_in_class(r, item)) {
        for (int32_t i = 0; i < plan->n_rules; ++i)
            if (plan->rules[i] == TAKT_DISPATCH_CRITICAL_RATIO)
                r->view.tickets[item].keys[i] = critical_ratio(r, buffer, item);
        if (item != best && goes_before(r, plan, item, best))
            best = item;
    }
    return best;
}

/// The first of a class that is not empty.
int32_t takt_queue_top(const takt_replication *r, int32_t buffer, int32_t class_index)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    const int32_t root = r->view.classes[class_index].root;
    for (int32_t i = 0; i < plan->n_rules; ++i)
        if (plan->rules[i] == TAKT_DISPATCH_CRITICAL_RATIO)
            return best_by_ratio(r, plan, buffer, root);
    return root;
}
