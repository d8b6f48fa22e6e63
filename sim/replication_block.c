// A replication's state block as a whole: for snapshots, digests and checkpoints.

#include "sim/state_internal.h"

#include <string.h>

takt_tick takt_replication_now(const takt_replication *r)
{
    return r->view.head->now;
}

int64_t takt_replication_n_events(const takt_replication *r)
{
    return r->view.head->n_events;
}

size_t takt_replication_state_bytes(const takt_replication *r)
{
    return r->n_bytes;
}

void takt_replication_save(const takt_replication *r, void *block)
{
    memcpy(block, r->block, r->n_bytes);
}

void takt_replication_load(takt_replication *r, const void *block)
{
    memcpy(r->block, block, r->n_bytes);
    takt_streams_name(r);
}
