// Beginnings: from nothing, or from a saved state under a plan that may have other values.

#include "sim/start.h"

#include "core/files.h"
#include "sim/state_internal.h"

#include <string.h>

/// Other values may let those go on who waited before.
static void reconsider(takt_replication *r)
{
    takt_decision_resume(r); // what waited for an answer goes as the rules of the new plan say
    for (int32_t b = r->plan->n_buffers - 1; b >= 0; --b) {
        takt_queue_reorder(r, b);
        takt_buffer_mark(r, b);
    }
    for (int32_t s = r->plan->n_stations - 1; s >= 0; --s)
        takt_station_mark(r, s);
    takt_agenda_settle(r);
}

takt_status takt_replication_start(takt_replication *r, uint32_t index, const takt_start *start)
{
    TAKT_TRY(takt_replication_reset(r, index)); // also makes room
    if (!start)
        return TAKT_OK;
    takt_replication_load(r, start->block);
    r->view.head->replication ^= index & TAKT_REPLICATION_MIRRORED;
    takt_streams_name(r);
    takt_replication_branch(r, r, index & ~TAKT_REPLICATION_MIRRORED,
                            (takt_branch_mode)start->mode);
    if (!start->is_same_plan)
        reconsider(r);
    return TAKT_OK;
}

takt_status takt_replication_clear(takt_replication *r)
{
    TAKT_TRY(takt_replication_reset(r, 0)); // the room that the plan asks for now
    memset(r->block, 0, r->n_bytes);
    return takt_replication_reset(r, 0);
}

// --- Structure -----------------------------------------------------------------------------------

static uint64_t add(uint64_t hash, const void *bytes, size_t n)
{
    return n > 0 ? takt_crc64(hash, bytes, n) : hash;
}

static uint64_t add_numbers(uint64_t hash, const int64_t *numbers, int n)
{
    return add(hash, numbers, (size_t)n * sizeof *numbers);
}

static uint64_t add_station(uint64_t hash, const takt_plan *p, const takt_plan_station *station)
{
    const int64_t numbers[] = {station->kind,     station->stage,         station->n_machines,
                               station->n_inputs, station->n_routes,      station->n_stoppages,
                               station->n_stops,  station->blocks_before, station->has_tickets,
                               station->makes,    station->n_lanes,       station->decides};
    hash = add(hash, station->name, strlen(station->name) + 1);
    hash = add_numbers(hash, numbers, sizeof numbers / sizeof *numbers);
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &p->inputs[station->first_input + i];
        hash = add_numbers(hash, (int64_t[]){input->buffer, input->by_quantity}, 2);
    }
    for (int32_t i = 0; i < station->n_routes; ++i)
        hash = add_numbers(hash, (int64_t[]){p->routes[station->first_route + i].buffer}, 1);
    for (int32_t i = 0; i < station->n_stoppages; ++i) {
        const takt_plan_stoppage *stoppage = &p->stoppages[station->first_stoppage + i];
        hash = add_numbers(
            hash, (int64_t[]){stoppage->is_failure, stoppage->counts, stoppage->call.n_options}, 3);
    }
    return hash;
}

uint64_t takt_replication_structure(const takt_replication *r)
{
    const takt_plan *p = r->plan;
    const int64_t numbers[] = {(int64_t)r->n_bytes,
                               (int64_t)sizeof(takt_state_head),
                               (int64_t)sizeof(takt_machine),
                               (int64_t)sizeof(takt_item),
                               p->n_stations,
                               p->n_buffers,
                               p->n_sources,
                               p->n_crews,
                               p->n_machines,
                               p->n_gauges,
                               p->n_mounted,
                               p->n_calendars,
                               p->n_products,
                               p->n_steps,
                               p->has_tickets,
                               p->n_state,
                               p->n_causes,
                               p->max_items,
                               r->n_streams,
                               takt_slot_count(p)};
    uint64_t hash = add_numbers(0, numbers, sizeof numbers / sizeof *numbers);
    for (int32_t s = 0; s < p->n_stations; ++s)
        hash = add_station(hash, p, &p->stations[s]);
    for (int32_t b = 0; b < p->n_buffers; ++b)
        hash = add_numbers(hash,
                           (int64_t[]){p->buffers[b].by_quantity, p->buffers[b].is_ordered,
                                       p->buffers[b].conveyor},
                           3);
    for (int32_t b = 0; b < p->n_buffers; ++b)
        hash =
            add_numbers(hash, (int64_t[]){p->buffers[b].first_class, p->buffers[b].n_classes}, 2);
    for (int32_t i = 0; i < p->n_steps; ++i)
        hash = add_numbers(
            hash, (int64_t[]){p->steps[i].buffer, p->steps[i].setup, p->steps[i].class_}, 3);
    for (int32_t i = 0; i < p->n_changeovers; ++i)
        hash = add_numbers(hash, (int64_t[]){p->changeovers[i].from, p->changeovers[i].to}, 2);
    for (int32_t i = 0; i < p->n_sources; ++i)
        hash = add_numbers(hash,
                           (int64_t[]){p->sources[i].buffer, p->sources[i].wait_if_full,
                                       p->sources[i].is_special, p->sources[i].product},
                           4);
    for (int32_t c = 0; c < p->n_crews; ++c)
        hash = add_numbers(hash, (int64_t[]){p->crews[c].size}, 1);
    for (int32_t c = 0; c < p->n_calendars; ++c)
        hash =
            add_numbers(hash, (int64_t[]){p->calendars[c].cycle, p->calendars[c].n_stretches}, 2);
    for (int32_t i = 0; i < p->n_stretches; ++i)
        hash = add_numbers(hash, (int64_t[]){p->stretches[i].from, p->stretches[i].to}, 2);
    return hash;
}
