/// Something wrong with a study that loading alone could not see: where, and one sentence.
#ifndef TAKT_SIM_PROBLEM_H
#define TAKT_SIM_PROBLEM_H

#include "core/status.h"

TAKT_EXTERN_C_BEGIN

/// A path inside the study: "factory.stations[2].routes[0].to".
typedef struct takt_path {
    char text[160];
} takt_path;

typedef struct takt_problem {
    char path[sizeof(takt_path)];
    char text[320]; // "found ..., allowed: ..."
} takt_problem;

/// The path that a printf format gives.
TAKT_API __attribute__((format(printf, 1, 2))) takt_path takt_path_of(const char *format, ...);

/// Fills the problem and fails with TAKT_ERR_INPUT; takt_study_fail adds file and line.
TAKT_API __attribute__((format(printf, 3, 4))) takt_status takt_problem_set(takt_problem *problem,
                                                                            takt_path path,
                                                                            const char *format,
                                                                            ...);

TAKT_EXTERN_C_END

#endif
