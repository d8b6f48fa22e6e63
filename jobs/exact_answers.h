/// Factories whose answers are known exactly, and how to read the same from a simulation of them:
/// the table behind `takt validate`. docs/validation.md gives its formulas and sources.
#ifndef TAKT_JOBS_EXACT_ANSWERS_H
#define TAKT_JOBS_EXACT_ANSWERS_H

#include "sim/kpi.h"
#include "sim/study.h"

/// What is read from the result of one replication. `place`: a buffer, a station or
/// a KPI.
typedef enum takt_measure {
    TAKT_MEASURE_ITEMS,          // mean number in the plant
    TAKT_MEASURE_ITEMS_VARIANCE, // (that number - parameters[2])^2 x time measured, s
    TAKT_MEASURE_FLOW_TIME,      // s
    TAKT_MEASURE_FLOW_MEDIAN,    // s
    TAKT_MEASURE_FLOW_95,        // s, what 95 % of the items do not exceed
    TAKT_MEASURE_FLOW_VARIANCE,  // about the mean parameters[2], s^2
    TAKT_MEASURE_THROUGHPUT,     // 1/s
    TAKT_MEASURE_TURNED_AWAY,    // share of the arrivals
    TAKT_MEASURE_LEVEL,          // mean number in a buffer
    TAKT_MEASURE_AT_STATION,     // mean number before and on a station of one machine
    TAKT_MEASURE_WORKING,        // share of time of a station's machines
    TAKT_MEASURE_STARVED,
    TAKT_MEASURE_BLOCKED,
    TAKT_MEASURE_AVAILABLE, // not down
    TAKT_MEASURE_COST,      // per good unit
    TAKT_MEASURE_KPI        // the row of the KPI table named by `place`; hours as s
} takt_measure;

enum { TAKT_EXACT_PARAMETERS = 6 };

typedef struct takt_exact_answer {
    const char *name;
    const char *study; // below examples/validate
    takt_measure measure;
    const char *place; // NULL where the measure asks for none
    /// The exact value, by a formula or a chain.
    takt_status (*solve)(const double *parameters, double *value);
    double parameters[TAKT_EXACT_PARAMETERS];
    double width; // 0: as wide as such a measure may be
} takt_exact_answer;

/// All of them; answers of one study stand together.
extern const takt_exact_answer takt_exact_answers[];
extern const int32_t takt_exact_answer_count;

/// How wide an interval may be: its half width as a share of the exact value. Variances come from
/// the same runs with less precision than means.
double takt_exact_answer_width(const takt_exact_answer *answer, bool is_long);

/// Reads the answer from one result of its study.
double takt_exact_answer_read(const takt_exact_answer *answer, const takt_study *study,
                              const takt_report *report, const double *result);

#endif
