/// A distribution of times: what a study writes wherever a time is drawn, and the form of it that
/// the event engine draws from.
#ifndef TAKT_SIM_DISTRIBUTION_H
#define TAKT_SIM_DISTRIBUTION_H

#include "core/schema.h"
#include "core/time.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

/// X(name in enum, name in studies)
#define TAKT_DISTRIBUTION_LIST(X)                                                                  \
    X(CONSTANT, "constant")                                                                        \
    X(EXPONENTIAL, "exponential")                                                                  \
    X(UNIFORM, "uniform")                                                                          \
    X(LOG_NORMAL, "log_normal")

typedef enum takt_distribution_kind {
#define TAKT_DISTRIBUTION_ENUM(name, text) TAKT_DISTRIBUTION_##name,
    TAKT_DISTRIBUTION_LIST(TAKT_DISTRIBUTION_ENUM)
#undef TAKT_DISTRIBUTION_ENUM
        TAKT_DISTRIBUTION_COUNT
} takt_distribution_kind;

/// A distribution of times. `cv` is the coefficient of variation (standard deviation / mean); the
/// constant has 0, the exponential 1, the uniform is mean +- sqrt(3) cv mean and has at most
/// 1 / sqrt(3).
typedef struct takt_distribution {
    int32_t kind;
    double mean_s;
    double cv;
} takt_distribution;

extern TAKT_API const takt_schema takt_distribution_schema;

/// A distribution with its parameters in ticks. Use takt_plan_time_of to fill one.
typedef struct takt_plan_time {
    int32_t kind;
    double mean;      // ticks
    double deviation; // uniform: half width in ticks; log-normal: sigma of the logarithm
    double location;  // log-normal: mu of the logarithm of ticks
} takt_plan_time;

/// Checks what single fields cannot say: parameters that contradict each other or that the family
/// has no use for. TAKT_ERR_INPUT fills the problem; `path` is that of the distribution. Local.
TAKT_API takt_status takt_distribution_check(const takt_distribution *distribution, takt_path path,
                                             takt_problem *problem);

/// The same for a time that must not be 0: one below a tick would let events follow each other for
/// ever at one moment.
TAKT_API takt_status takt_distribution_check_positive(const takt_distribution *distribution,
                                                      takt_path path, takt_problem *problem);

/// How many doubles the distribution needs for its table in a plan; 0 for most families. It
/// depends only on what cannot be a set-point: a plan allocates once and is filled often.
TAKT_API int32_t takt_distribution_room(const takt_distribution *distribution);

/// The distribution in ticks. Takes its table from *room, which moves on by
/// takt_distribution_room doubles; the table of an earlier fill is kept where it still fits.
/// Allocates nothing. Local.
TAKT_API takt_plan_time takt_plan_time_of(const takt_distribution *distribution, double **room);

TAKT_EXTERN_C_END

#endif
