/// Many viewers in one process of their own, so that what the server needs can be told from what
/// they need: connections opened, joined, read and acknowledged by one epoll loop.
///
///     TAKT_TRY(takt_load_start(&config, &load)); // all have joined
///     produce();                                 // takt_load_stamp in front of each value
///     TAKT_TRY(takt_load_stop(&load, &result));
#ifndef TAKT_BENCHMARKS_VIZ_LOAD_H
#define TAKT_BENCHMARKS_VIZ_LOAD_H

#include "core/status.h"

#include <stdint.h>

typedef struct takt_load takt_load;

typedef struct takt_load_config {
    int port; // of 127.0.0.1
    const char *token;
    int max_hz;
    int32_t n_viewers;
    int32_t n_stalled; // of them: join, then neither read nor acknowledge
    int32_t n_idle;    // more connections that say nothing at all
    int core;          // that the viewers stay on; -1: any
    double limit_s;    // for all to join
} takt_load_config;

/// Of the viewers that are not stalled. Ages from the stamp to the whole frame.
typedef struct takt_load_result {
    int64_t n_frames, n_bytes; // with a number of 0 or more
    int64_t n_behind;          // viewers that did not get the newest of them
    int64_t n_backwards;       // frames older than one that the viewer had before
    int64_t n_closed;          // viewers that the server closed
    int64_t n_idle_closed;     // silent connections that it closed
    double p50_ms, p95_ms, p99_ms, max_ms;
    double first_frame_s;  // the slowest, from connecting on; 0: none had a frame
    double seconds, cpu_s; // from joining to the end
    char problem[256];     // "": none; the first that a viewer saw
} takt_load_result;

/// Writes the moment and a number into the first two values of what is put next. Frames with a
/// number below 0 are not counted.
void takt_load_stamp(double *values, double number);

/// As many open files as the system allows this process.
void takt_load_allow_files(void);

/// Starts the process of the viewers and waits until all have joined.
takt_status takt_load_start(const takt_load_config *config, takt_load **load);

/// Ends it; *load is NULL then, also on failure.
takt_status takt_load_stop(takt_load **load, takt_load_result *result);

#endif
