// Claims on the people of a crew, as pairing heaps (Fredman, Sedgewick, Sleator and Tarjan 1986):
// insertion takes constant time, and a claim can be taken out wherever it stands, in O(log n)
// amortised. One heap holds those who wait, the other those who are served.

#include "sim/claims_internal.h"

/// Does `a` come out before `b`? Of those who wait the highest priority, then the first to call; of
/// those who are served the first to be interrupted: the lowest priority, then the last to begin.
static bool comes_before(const takt_replication *r, int32_t a, int32_t b, bool served)
{
    const int32_t x = r->view.links[a].machine, y = r->view.links[b].machine;
    const int32_t first = takt_claim_call(r, x)->priority, second = takt_claim_call(r, y)->priority;
    if (first != second)
        return served ? first < second : first > second;
    const takt_claim *one = &r->view.claims[x], *other = &r->view.claims[y];
    return served ? one->served > other->served : one->called < other->called;
}

/// One heap of two; either may be empty.
static int32_t meld(takt_replication *r, int32_t a, int32_t b, bool served)
{
    if (a == TAKT_NONE || b == TAKT_NONE)
        return a == TAKT_NONE ? b : a;
    const bool a_first = comes_before(r, a, b, served);
    const int32_t parent = a_first ? a : b, child = a_first ? b : a;
    takt_claim_link *links = r->view.links;
    links[child].previous = parent;
    links[child].next = links[parent].child;
    if (links[parent].child != TAKT_NONE)
        links[links[parent].child].previous = child;
    links[parent].child = child;
    links[parent].next = links[parent].previous = TAKT_NONE;
    return parent;
}

/// One heap of a list of siblings: in pairs from the left, then all of them from the right.
static int32_t meld_siblings(takt_replication *r, int32_t first, bool served)
{
    takt_claim_link *links = r->view.links;
    int32_t pairs = TAKT_NONE, heap = TAKT_NONE;
    while (first != TAKT_NONE) {
        const int32_t a = first, b = links[a].next;
        first = b == TAKT_NONE ? TAKT_NONE : links[b].next;
        links[a].next = links[a].previous = TAKT_NONE;
        if (b != TAKT_NONE)
            links[b].next = links[b].previous = TAKT_NONE;
        const int32_t pair = meld(r, a, b, served);
        links[pair].next = pairs; // the list of pairs is singly linked, and turned round
        pairs = pair;
    }
    while (pairs != TAKT_NONE) {
        const int32_t pair = pairs;
        pairs = links[pair].next;
        links[pair].next = TAKT_NONE;
        heap = meld(r, heap, pair, served);
    }
    return heap;
}

void takt_claim_heap_insert(takt_replication *r, int32_t *heap, int32_t link, bool served)
{
    takt_claim_link *one = &r->view.links[link];
    one->child = one->next = one->previous = TAKT_NONE;
    *heap = meld(r, *heap, link, served);
}

void takt_claim_heap_remove(takt_replication *r, int32_t *heap, int32_t link, bool served)
{
    takt_claim_link *links = r->view.links, *one = &links[link];
    const int32_t below = meld_siblings(r, one->child, served);
    if (*heap == link) {
        *heap = below;
        return;
    }
    if (links[one->previous].child == link)
        links[one->previous].child = one->next;
    else
        links[one->previous].next = one->next;
    if (one->next != TAKT_NONE)
        links[one->next].previous = one->previous;
    *heap = meld(r, *heap, below, served);
}

int32_t takt_claim_heap_after(const takt_replication *r, int32_t link, bool enters)
{
    const takt_claim_link *links = r->view.links;
    if (enters && links[link].child != TAKT_NONE)
        return links[link].child;
    while (links[link].next == TAKT_NONE) { // up to the first that has a sibling to the right
        while (links[link].previous != TAKT_NONE && links[links[link].previous].child != link)
            link = links[link].previous;
        link = links[link].previous;
        if (link == TAKT_NONE)
            return TAKT_NONE;
    }
    return links[link].next;
}
