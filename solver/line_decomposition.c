// Longer lines: one two-machine line for each store, whose machines stand for all that lies
// upstream and downstream of it, made consistent by sweeps there and back (Dallery, David and Xie
// 1988).

#include "solver/line.h"

#include "core/memory.h"

#include <math.h>

/// Where sweeps end: throughputs of all stores agree, and no longer move.
#define TOLERANCE 1e-12
enum { MAX_SWEEPS = 10000 };

typedef struct decomposition {
    const takt_line_machine *machines;
    const int64_t *capacities;
    int32_t n; // stores
    takt_line_machine *upstream, *downstream;
    takt_line_answer *answers;
} decomposition;

static void answer(const decomposition *d, int32_t store)
{
    d->answers[store] =
        takt_line_deterministic(d->upstream[store], d->downstream[store], d->capacities[store]);
}

/// A machine that also stands still whenever its neighbour store makes it wait. `waiting`: share of
/// time that it does; `other`: the far machine of that store, `near` the one that waits there.
/// False: no such machine.
static bool combine(takt_line_machine own, takt_line_machine other, takt_line_machine near,
                    double throughput, double waiting, takt_line_machine *combined)
{
    // Flow and idle time: what the machine is not doing, as down time per cycle of work.
    const double down =
        1 / throughput + 1 / takt_line_machine_efficiency(own) - 2 - near.failure / near.repair;
    if (!(down > 0)) { // never waits, never fails
        *combined = (takt_line_machine){0, own.repair};
        return throughput > 0;
    }
    // Resumption of flow: the share of its interruptions that come from the far side.
    const double share = fmin(waiting / (down * throughput), 1);
    combined->repair = share * other.repair + (1 - share) * own.repair;
    combined->failure = combined->repair * down;
    return combined->failure < 1;
}

static bool sweep(const decomposition *d)
{
    for (int32_t i = 1; i < d->n; ++i) {
        answer(d, i - 1);
        if (!combine(d->machines[i], d->upstream[i - 1], d->downstream[i - 1],
                     d->answers[i - 1].throughput, d->answers[i - 1].starved, &d->upstream[i]))
            return false;
    }
    for (int32_t i = d->n - 2; i >= 0; --i) {
        answer(d, i + 1);
        if (!combine(d->machines[i + 1], d->downstream[i + 1], d->upstream[i + 1],
                     d->answers[i + 1].throughput, d->answers[i + 1].blocked, &d->downstream[i]))
            return false;
    }
    return true;
}

/// Largest difference between throughputs of stores, and of each to its last value.
static double disagreement(const decomposition *d, double *last)
{
    double lowest = INFINITY, highest = 0, moved = 0;
    for (int32_t i = 0; i < d->n; ++i) {
        answer(d, i);
        const double now = d->answers[i].throughput;
        lowest = fmin(lowest, now);
        highest = fmax(highest, now);
        moved = fmax(moved, fabs(now - last[i]));
        last[i] = now;
    }
    return fmax(highest - lowest, moved);
}

static void iterate(const decomposition *d, double *last, takt_line_decomposition *result)
{
    for (int32_t i = 0; i < d->n; ++i) {
        d->upstream[i] = d->machines[i];
        d->downstream[i] = d->machines[i + 1];
    }
    while (result->n_sweeps < MAX_SWEEPS) {
        result->n_sweeps += 1;
        if (!sweep(d)) {
            result->reason = "a part of the line would fail in every cycle";
            return;
        }
        if (disagreement(d, last) <= TOLERANCE) {
            result->converged = true;
            result->throughput = d->answers[0].throughput;
            return;
        }
    }
    result->reason = "the throughputs of the stores do not settle";
}

takt_status takt_line_decompose(const takt_line_machine *machines, int32_t n_machines,
                                const int64_t *capacities, takt_line_answer *answers,
                                takt_line_decomposition *result)
{
    TAKT_ASSERT(n_machines >= 2);
    const size_t n = (size_t)n_machines - 1;
    *result = (takt_line_decomposition){0};
    takt_line_machine *ends = takt_alloc(2 * n * sizeof *ends);
    double *last = takt_alloc(n * sizeof *last);
    takt_status status = TAKT_OK;
    if (ends && last) {
        const decomposition d = {machines, capacities, n_machines - 1, ends, ends + n, answers};
        iterate(&d, last, result);
    } else {
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a line of %d machines", n_machines);
    }
    takt_free(ends);
    takt_free(last);
    return status;
}
