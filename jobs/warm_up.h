/// Where the warm-up ends: MSER-5 over the number of items in the plant, and whether the warm-up of
/// the study reaches that far.
#ifndef TAKT_JOBS_WARM_UP_H
#define TAKT_JOBS_WARM_UP_H

#include "core/sink.h"
#include "jobs/setup.h"
#include "jobs/tables.h"

enum {
    TAKT_WARM_UP_REPLICATIONS = 16, ///< whose series are averaged, at most
    TAKT_WARM_UP_SAMPLES = 500      ///< equal pieces of warm-up and measured time
};

typedef struct takt_warm_up {
    double given_s, horizon_s; // of the study: its warm-up, and that with the measured time
    double found_s;            // by MSER-5
    double used_s;             // found_s where warm_up_detect asks for it and it is longer
    bool detects;              // warm_up_detect
    bool is_settled;           // else the run is too short to tell
    bool is_short;             // what is measured before found_s differs from what follows
    int32_t n;                 // replications
    takt_interval bias;        // 99 %: items from given_s to found_s above those after it
    double level;              // items in the plant after found_s
    double means[TAKT_WARM_UP_SAMPLES];
} takt_warm_up;

/// Looks at the samples of n replications, which lie `stride` doubles apart. Local.
void takt_warm_up_find(const takt_study *study, const double *samples, int64_t stride, int32_t n,
                       takt_warm_up *warm_up);

/// What a person should know (found and used, or that the given one is too short); the object
/// `warm_up` and its series in JSON.
void takt_sheet_add_warm_up(takt_sheet *sheet, const takt_warm_up *warm_up);

/// The series into run.nc.
takt_status takt_warm_up_put(const takt_sink *sink, const takt_warm_up *warm_up);

#endif
