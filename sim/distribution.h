/// A distribution of times: what a study writes wherever a time is drawn, and the form of it that
/// the event engine draws from. docs/distributions.md says what each family means.
///
///     service: {is: gamma, mean: 90 s, cv: 0.3}
///     repair: {is: fitted, file: repairs.csv, column: minutes, unit: min}
///
/// All draws are by inversion, monotone in their uniform number: antithetic and common random
/// numbers rest on it. Mathematics: sim/distribution_math.h; fits: sim/distribution_fit.h.
#ifndef TAKT_SIM_DISTRIBUTION_H
#define TAKT_SIM_DISTRIBUTION_H

#include "core/schema.h"
#include "core/time.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

/// X(name in enum, name in studies). Only append.
#define TAKT_DISTRIBUTION_LIST(X)                                                                  \
    X(CONSTANT, "constant")                                                                        \
    X(EXPONENTIAL, "exponential")                                                                  \
    X(UNIFORM, "uniform")                                                                          \
    X(LOG_NORMAL, "log_normal")                                                                    \
    X(TRIANGULAR, "triangular")                                                                    \
    X(GAMMA, "gamma")                                                                              \
    X(ERLANG, "erlang")                                                                            \
    X(WEIBULL, "weibull")                                                                          \
    X(NORMAL, "normal")                                                                            \
    X(EMPIRICAL, "empirical")                                                                      \
    X(FITTED, "fitted")                                                                            \
    X(GEOMETRIC, "geometric")

typedef enum takt_distribution_kind {
#define TAKT_DISTRIBUTION_ENUM(name, text) TAKT_DISTRIBUTION_##name,
    TAKT_DISTRIBUTION_LIST(TAKT_DISTRIBUTION_ENUM)
#undef TAKT_DISTRIBUTION_ENUM
        TAKT_DISTRIBUTION_COUNT
} takt_distribution_kind;

/// Families that `fitted` chooses from; AUTO takes the one with the least information criterion of
/// Akaike.
typedef enum takt_fit_family {
    TAKT_FIT_AUTO,
    TAKT_FIT_EXPONENTIAL,
    TAKT_FIT_GAMMA,
    TAKT_FIT_WEIBULL,
    TAKT_FIT_LOG_NORMAL,
    TAKT_FIT_NORMAL,
    TAKT_FIT_FAMILY_COUNT
} takt_fit_family;

/// Values of a column, ascending; owned by the arena of the study.
typedef struct takt_sample {
    const double *values_s; // [n]
    int32_t n;
} takt_sample;

/// A distribution of times. 0 (or NULL) stands for "not given": each family says which of them it
/// takes, and takt_distribution_check refuses the others. `cv` is the coefficient of variation,
/// standard deviation / mean. For `normal`, mean and sd are those of the normal before it is cut
/// off at 0; everywhere else they are those of the time itself.
typedef struct takt_distribution {
    int32_t kind; // takt_distribution_kind
    double mean_s;
    double cv;
    double sd_s;
    double min_s, mode_s, max_s;
    double shape, scale_s; // gamma, Weibull
    int32_t phases;        // Erlang
    double cycle_s;        // geometric
    int32_t family;        // takt_fit_family, of `fitted`
    int32_t unit;          // of the column: s, min, h, d
    const char *file, *column;
    takt_sample sample;                     // what the column holds, once read
    const struct takt_distribution *fitted; // what `fitted` stands for, once fitted
} takt_distribution;

extern TAKT_API const takt_schema takt_distribution_schema;

/// The name of a kind (a takt_distribution_kind) in sentences: "log-normal".
TAKT_API const char *takt_distribution_words(int32_t kind);

/// A distribution ready to be drawn from, with its parameters in ticks (or in seconds, see
/// takt_plan_time_in_s). What location, scale and shape are:
///
/// | kind | location | scale | shape |
/// |---|---|---|---|
/// | CONSTANT | the time | | |
/// | EXPONENTIAL | | mean | |
/// | UNIFORM | mean | half width | |
/// | TRIANGULAR | min | max - min | (mode - min) / (max - min) |
/// | GAMMA (and Erlang) | | scale | shape |
/// | WEIBULL | | scale | shape |
/// | NORMAL, cut off at 0 | mean before | sd before | probability cut off |
/// | LOG_NORMAL | mean of the logarithm | sd of the logarithm | |
/// | EMPIRICAL | | unit of the values | |
/// | GEOMETRIC | | cycle | -1 / log(1 - cycle / mean), 0: always one cycle |
typedef struct takt_plan_time {
    int32_t kind;     // takt_distribution_kind; never ERLANG or FITTED
    int32_t n_values; // empirical
    double location, scale, shape;
    const double *table; // gamma: quantiles (NULL: none yet); empirical: values, ascending
} takt_plan_time;

/// Checks what single fields cannot say: parameters that contradict each other or that the family
/// has no use for. Files must have been read (takt_distributions_load). TAKT_ERR_INPUT fills the
/// problem; `path` is that of the distribution. Local.
TAKT_API takt_status takt_distribution_check(const takt_distribution *distribution, takt_path path,
                                             takt_problem *problem);

/// The same for a time that must not be 0: one below a tick would let events follow each other for
/// ever at one moment.
TAKT_API takt_status takt_distribution_check_positive(const takt_distribution *distribution,
                                                      takt_path path, takt_problem *problem);

/// How many doubles the distribution needs for its table in a plan; 0 for most families. It
/// depends only on what cannot be a set-point: a plan allocates once and is filled often.
TAKT_API int32_t takt_distribution_room(const takt_distribution *distribution);

/// A checked distribution in ticks. Takes its table from *room, which moves on by
/// takt_distribution_room doubles; the table of an earlier fill is kept where it still fits (room
/// that was never filled holds zeros). Allocates nothing. Local.
TAKT_API takt_plan_time takt_plan_time_of(const takt_distribution *distribution, double **room);

/// A checked distribution in seconds, without table: for means, variances, quantiles.
TAKT_API takt_plan_time takt_plan_time_in_s(const takt_distribution *distribution);

/// Fills the table of quantiles of a gamma, `room` [TAKT_GAMMA_TABLE_SIZE]; does nothing when it
/// holds that shape already.
TAKT_API void takt_gamma_table_fill(double *room, double shape);

/// Mean and standard deviation of a checked distribution, whatever its family.
TAKT_API double takt_distribution_mean_s(const takt_distribution *distribution);
TAKT_API double takt_distribution_sd_s(const takt_distribution *distribution);

TAKT_EXTERN_C_END

#endif
