// The keys of a distribution in a study.

#include "sim/distribution.h"

static const char *const distribution_names[] = {
#define DISTRIBUTION_NAME(name, text) text,
    TAKT_DISTRIBUTION_LIST(DISTRIBUTION_NAME)
#undef DISTRIBUTION_NAME
        NULL};

static const takt_field distribution_fields[] = {
    TAKT_FIELD_AS("is", takt_distribution, kind, CHOICE, .choices = distribution_names,
                  .default_text = "constant", .doc = "family of the distribution"),
    TAKT_FIELD_AS("mean", takt_distribution, mean_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "mean"),
    TAKT_FIELD(takt_distribution, cv, NUMBER, TAKT_RANGE(0, 20), .default_text = "0", .unit = "1",
               .doc = "standard deviation / mean; for uniform (to 0.577) and log_normal"),
};
const takt_schema takt_distribution_schema =
    TAKT_SCHEMA("distribution", takt_distribution, distribution_fields,
                "A distribution of times. An exponential has cv 1.");
