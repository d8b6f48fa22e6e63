// The keys of a distribution in a study.

#include "sim/distribution.h"

static const char *const distribution_names[] = {
#define DISTRIBUTION_NAME(name, text) text,
    TAKT_DISTRIBUTION_LIST(DISTRIBUTION_NAME)
#undef DISTRIBUTION_NAME
        NULL};

static const char *const family_names[] = {"auto",       "exponential", "gamma", "weibull",
                                           "log_normal", "normal",      NULL};
static const char *const unit_names[] = {"s", "min", "h", "d", NULL};

static const takt_field distribution_fields[] = {
    TAKT_FIELD_AS("is", takt_distribution, kind, CHOICE, .choices = distribution_names,
                  .default_text = "constant", .doc = "family of the distribution"),
    TAKT_FIELD_AS("mean", takt_distribution, mean_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0",
                  .doc = "mean; for normal: of the normal before it is cut off at 0"),
    TAKT_FIELD(takt_distribution, cv, NUMBER, TAKT_RANGE(0, 20), .default_text = "0", .unit = "1",
               .doc = "standard deviation / mean; for uniform (to 0.577), log_normal, gamma, "
                      "weibull, normal"),
    TAKT_FIELD_AS("sd", takt_distribution, sd_s, DURATION, TAKT_RANGE(0, 1e10), .default_text = "0",
                  .doc = "standard deviation, instead of cv"),
    TAKT_FIELD_AS("min", takt_distribution, min_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "shortest time of uniform, triangular"),
    TAKT_FIELD_AS("mode", takt_distribution, mode_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "most likely time of triangular"),
    TAKT_FIELD_AS("max", takt_distribution, max_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "longest time of uniform, triangular"),
    TAKT_FIELD(takt_distribution, shape, NUMBER, TAKT_RANGE(0, 1e6), .default_text = "0",
               .unit = "1", .doc = "shape of gamma, weibull: with scale instead of mean and cv"),
    TAKT_FIELD_AS("scale", takt_distribution, scale_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "scale of gamma, weibull"),
    TAKT_FIELD(takt_distribution, phases, INTEGER, TAKT_RANGE(0, 1000000), .default_text = "0",
               .doc = "exponential phases that an erlang is the sum of"),
    TAKT_FIELD_AS("cycle", takt_distribution, cycle_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "of a geometric, whose times are whole cycles"),
    TAKT_FIELD(takt_distribution, file, TEXT,
               .doc = "CSV file with the times of empirical, fitted; looked for in the folder of "
                      "the study and from where takt was called"),
    TAKT_FIELD(takt_distribution, column, TEXT,
               .doc = "its column; may be left out where there is one"),
    TAKT_FIELD(takt_distribution, unit, CHOICE, .choices = unit_names, .default_text = "s",
               .doc = "unit of the column"),
    TAKT_FIELD(takt_distribution, family, CHOICE, .choices = family_names, .default_text = "auto",
               .doc = "family of fitted; auto: the one with the least AIC"),
};
const takt_schema takt_distribution_schema =
    TAKT_SCHEMA("distribution", takt_distribution, distribution_fields,
                "A distribution of times. A constant and an exponential take a mean; uniform "
                "min and max, or mean and cv; triangular min, mode, max; gamma and weibull mean "
                "and cv, or shape and scale; erlang mean and phases; geometric mean and "
                "cycle; log_normal and normal mean "
                "and sd or cv; empirical and fitted a CSV file.");
