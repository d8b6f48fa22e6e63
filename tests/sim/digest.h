/// Tells whether two replications hold the same: for tests that reach one moment in two ways.
#ifndef TAKT_TESTS_SIM_DIGEST_H
#define TAKT_TESTS_SIM_DIGEST_H

#include "sim/state_internal.h"

static uint64_t digest_bytes(const void *bytes, size_t n)
{
    uint64_t sum = 1469598103934665603u;
    for (size_t i = 0; i < n; ++i)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return sum;
}

/// A digest of what the replication's number determines: items never used may hold rests.
static uint64_t digest(const takt_replication *r)
{
    const size_t n_used = (size_t)r->view.head->n_items_used;
    return digest_bytes(r->block, (size_t)((const char *)r->view.items - r->block)) ^
           3 * digest_bytes(r->view.items, n_used * sizeof *r->view.items) ^
           5 * digest_bytes(r->view.item_state,
                            n_used * (size_t)r->plan->n_state * sizeof *r->view.item_state);
}

#endif
