/// The record of one replication: what each machine did and when, and what happened to each item.
///
/// trace.csv has one row for each stretch of a machine in one state (written when it ends) and one
/// for each event of an item, in the order in which they are written; trace.html shows the first
/// stretches as a Gantt chart in any browser, without a network. Memory is bounded, whatever the
/// length. docs/simulate.md describes the columns.
#ifndef TAKT_JOBS_TRACE_H
#define TAKT_JOBS_TRACE_H

#include "jobs/run_folder.h"
#include "sim/start.h"

/// Stretches that the page shows.
enum { TAKT_TRACE_SHOWN = 20000 };

/// A machine in one state.
typedef struct takt_trace_stretch {
    takt_tick from, to;
    int32_t machine;
    int32_t stoppage; // of the plan, -1: none
    int32_t n_items;  // in the job
    uint32_t item;    // the first of them
    uint8_t state;
} takt_trace_stretch;

typedef struct takt_trace_picture {
    const takt_setup *setup;
    int32_t replication;
    takt_tick from, to; // of the record
    const takt_trace_stretch *stretches;
    int32_t n;     // shown
    int64_t n_all; // in trace.csv
} takt_trace_picture;

/// Runs replication `index` of the study from `start` (takt_life_begin) to `until_s` (below 0: the
/// end) and writes trace.csv and
/// trace.html into the run's folder. A replication that fails leaves the record up to there. Rank
/// 0.
takt_status takt_trace_run(const takt_setup *setup, const takt_run *run, const takt_start *start,
                           int32_t index, double until_s);

/// Writes the page. Rank 0.
takt_status takt_trace_page_write(const takt_trace_picture *picture, const char *path);

/// What holds a machine, as people call it: the name of a stop, "failure", or "failure 2" of
/// several; "" for -1. Lives until the next call.
const char *takt_trace_stoppage(const takt_setup *setup, int32_t stoppage);

#endif
