// One replication, looked at in pieces: samples for the warm-up, batches for one long run.

#include "sim/analysis.h"
#include "sim/kpi.h"
#include "sim/state_internal.h"

/// Items in the plant, summed over time since the measurement began. Reads only: a replication that
/// is sampled goes on to the same bytes.
static double plant_time(const takt_replication *r)
{
    const takt_state_head *head = r->view.head;
    return head->plant_time + (double)(head->now - head->plant_since) * head->n_in_plant;
}

/// End of piece `i` of `n` of the ticks from `first` to `last`.
static takt_tick end_of_piece(takt_tick first, takt_tick last, int32_t i, int32_t n)
{
    return i == n ? last : first + (takt_tick)((double)(last - first) / n * i);
}

takt_status takt_replication_run_cut(takt_replication *r, uint32_t index, const takt_cuts *cuts,
                                     double *results, double *samples)
{
    const int32_t n_values = takt_report_size(r->plan);
    double seen = 0; // plant time at the end of the last sample
    TAKT_TRY(takt_replication_start(r, index, cuts->start));
    const takt_tick first = r->view.head->now;
    const takt_tick warm_up = cuts->start ? first : takt_tick_from_s(r->plan->warm_up_s);
    const takt_tick end = warm_up + takt_tick_from_s(r->plan->measured_s);
    takt_tick begun = first;
    for (int32_t sample = 1, batch = 0; sample <= cuts->n_samples || batch <= cuts->n_batches;) {
        const takt_tick sample_end = sample <= cuts->n_samples
                                         ? end_of_piece(first, end, sample, cuts->n_samples)
                                         : TAKT_TICK_NEVER;
        const takt_tick batch_end = batch <= cuts->n_batches
                                        ? end_of_piece(warm_up, end, batch, cuts->n_batches)
                                        : TAKT_TICK_NEVER;
        TAKT_TRY(takt_replication_advance(r, sample_end < batch_end ? sample_end : batch_end));
        if (sample_end <= batch_end) {
            const double now = plant_time(r);
            const double ticks = (double)(sample_end - begun);
            samples[sample - 1] = ticks > 0 ? (now - seen) / ticks : 0;
            seen = now;
            begun = sample_end;
            ++sample;
            continue;
        }
        if (batch > 0)
            takt_replication_report(r, results + (size_t)(batch - 1) * (size_t)n_values);
        if (batch < cuts->n_batches) {
            seen -= plant_time(r); // what the measurement clears
            takt_replication_measure(r);
        }
        ++batch;
    }
    return TAKT_OK;
}
