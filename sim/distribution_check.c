// Which parameters each family takes, and which values of them go together.

#include "sim/distribution.h"

/// X(bit, key, member). A parameter of 0 counts as not given.
#define PARAMETER_LIST(X)                                                                          \
    X(MEAN, "mean", mean_s)                                                                        \
    X(CV, "cv", cv)                                                                                \
    X(SD, "sd", sd_s)                                                                              \
    X(MIN, "min", min_s)                                                                           \
    X(MODE, "mode", mode_s)                                                                        \
    X(MAX, "max", max_s)                                                                           \
    X(SHAPE, "shape", shape)                                                                       \
    X(SCALE, "scale", scale_s)                                                                     \
    X(PHASES, "phases", phases)                                                                    \
    X(CYCLE, "cycle", cycle_s)                                                                     \
    X(UNIT, "unit", unit)                                                                          \
    X(FAMILY, "family", family)

enum {
#define PARAMETER_PLACE(bit, key, member) PLACE_##bit,
    PARAMETER_LIST(PARAMETER_PLACE)
#undef PARAMETER_PLACE
        PLACE_FILE,
    PLACE_COLUMN,
    N_PLACES
};
enum {
#define PARAMETER_BIT(bit, key, member) bit = 1 << PLACE_##bit,
    PARAMETER_LIST(PARAMETER_BIT)
#undef PARAMETER_BIT
        FILE_NAME = 1 << PLACE_FILE,
    COLUMN = 1 << PLACE_COLUMN
};

static const char *const keys[] = {
#define PARAMETER_KEY(bit, key, member) key,
    PARAMETER_LIST(PARAMETER_KEY)
#undef PARAMETER_KEY
        "file",
    "column"};

enum { ALTERNATIVES_MAX = 3 };

/// What a family takes: one of up to three sets of parameters, each with those it needs and those
/// that may be left out.
static const struct family {
    const char *allowed;
    struct {
        int32_t needs, may;
    } sets[ALTERNATIVES_MAX];
    int32_t n_sets;
} families[TAKT_DISTRIBUTION_COUNT] = {
    [TAKT_DISTRIBUTION_CONSTANT] = {"0 (left out), or `is` with another family", {{0, MEAN}}, 1},
    [TAKT_DISTRIBUTION_EXPONENTIAL] = {"mean", {{0, MEAN | CV}}, 1},
    [TAKT_DISTRIBUTION_UNIFORM] = {"mean with cv or sd, or min with max",
                                   {{0, MEAN | CV}, {MEAN | SD, 0}, {MAX, MIN}},
                                   3},
    [TAKT_DISTRIBUTION_LOG_NORMAL] = {"mean with cv or sd", {{0, MEAN | CV}, {MEAN | SD, 0}}, 2},
    [TAKT_DISTRIBUTION_TRIANGULAR] = {"min, mode and max", {{MAX, MIN | MODE}}, 1},
    [TAKT_DISTRIBUTION_GAMMA] = {"mean with cv or sd, or shape with scale",
                                 {{MEAN | CV, 0}, {MEAN | SD, 0}, {SHAPE | SCALE, 0}},
                                 3},
    [TAKT_DISTRIBUTION_ERLANG] = {"mean with phases", {{MEAN | PHASES, 0}}, 1},
    [TAKT_DISTRIBUTION_WEIBULL] = {"mean with cv or sd, or shape with scale",
                                   {{MEAN | CV, 0}, {MEAN | SD, 0}, {SHAPE | SCALE, 0}},
                                   3},
    [TAKT_DISTRIBUTION_GEOMETRIC] = {"mean with cycle", {{MEAN | CYCLE, 0}}, 1},
    [TAKT_DISTRIBUTION_NORMAL] = {"mean with cv or sd", {{SD, MEAN}, {MEAN | CV, 0}}, 2},
    [TAKT_DISTRIBUTION_EMPIRICAL] = {"file, with column and unit", {{FILE_NAME, COLUMN | UNIT}}, 1},
    [TAKT_DISTRIBUTION_FITTED] = {"file, with column, unit and family",
                                  {{FILE_NAME, COLUMN | UNIT | FAMILY}},
                                  1},
};

static int32_t given_of(const takt_distribution *d)
{
    int32_t given = (d->file ? FILE_NAME : 0) | (d->column ? COLUMN : 0);
#define PARAMETER_GIVEN(bit, key, member) given |= (double)d->member != 0 ? bit : 0;
    PARAMETER_LIST(PARAMETER_GIVEN)
#undef PARAMETER_GIVEN
    return given;
}

static double value_of(const takt_distribution *d, int32_t place)
{
    const double values[N_PLACES] = {
#define PARAMETER_VALUE(bit, key, member) (double)d->member,
        PARAMETER_LIST(PARAMETER_VALUE)
#undef PARAMETER_VALUE
    };
    return values[place];
}

static int32_t first_of(int32_t bits)
{
    int32_t place = 0;
    while (place < N_PLACES && !(bits >> place & 1))
        ++place;
    return place;
}

static takt_status refuse(const takt_distribution *d, int32_t place, takt_path path,
                          const char *allowed, takt_problem *problem)
{
    const takt_path at = takt_path_of("%s.%s", path.text, keys[place]);
    const char *words = takt_distribution_words(d->kind);
    const char *article = d->kind == TAKT_DISTRIBUTION_EXPONENTIAL ||
                                  d->kind == TAKT_DISTRIBUTION_ERLANG ||
                                  d->kind == TAKT_DISTRIBUTION_EMPIRICAL
                              ? "an"
                              : "a";
    const int32_t bit = 1 << place;
    if (!(given_of(d) & bit))
        return takt_problem_set(problem, at, "found none for %s %s, allowed: %s", article, words,
                                allowed);
    if (bit & (FILE_NAME | COLUMN))
        return takt_problem_set(problem, at, "found '%.100s' for %s %s, allowed: %s",
                                bit == FILE_NAME ? d->file : d->column, article, words, allowed);
    if (bit & (UNIT | FAMILY))
        return takt_problem_set(problem, at, "found one for %s %s, allowed: %s", article, words,
                                allowed);
    return takt_problem_set(problem, at, "found %g for %s %s, allowed: %s", value_of(d, place),
                            article, words, allowed);
}

/// Is what was given one of the family's sets? If not, one parameter is named: one that no set
/// has, else one that is missing, else one that does not go with the others.
static takt_status check_set(const takt_distribution *d, takt_path path, takt_problem *problem)
{
    const struct family *family = &families[d->kind];
    const int32_t given = given_of(d);
    int32_t known = 0, missing = 0, extra = 0;
    for (int32_t i = 0; i < family->n_sets; ++i) {
        const int32_t needs = family->sets[i].needs, all = needs | family->sets[i].may;
        known |= all;
        if (!(given & ~all) && !(needs & ~given))
            return TAKT_OK;
        if (!(given & ~all) && !missing)
            missing = needs & ~given;
        if (given & all && !extra)
            extra = given & ~all;
    }
    const int32_t strange = given & ~known;
    if (strange)
        return refuse(d, first_of(strange), path, family->allowed, problem);
    return refuse(d, first_of(missing ? missing : extra), path, family->allowed, problem);
}

/// The key that says how far the times spread.
static int32_t spread_of(const takt_distribution *d)
{
    return d->sd_s > 0 ? PLACE_SD : PLACE_CV;
}

static takt_status check_cv(const takt_distribution *d, double cv, takt_path path,
                            takt_problem *problem)
{
    if (d->kind == TAKT_DISTRIBUTION_EXPONENTIAL && cv > 0 && cv != 1)
        return refuse(d, PLACE_CV, path, "1, or left out", problem);
    if (d->kind == TAKT_DISTRIBUTION_UNIFORM && cv * cv * 3 > 1 + 1e-9)
        return refuse(d, spread_of(d), path,
                      "0 to 0.57735 of the mean, where its shortest time is 0", problem);
    const bool has_shape =
        d->kind == TAKT_DISTRIBUTION_GAMMA || d->kind == TAKT_DISTRIBUTION_WEIBULL;
    if (has_shape && !(d->shape > 0) && !(cv >= 1e-3 && cv <= 20))
        return refuse(d, spread_of(d), path, "0.001 to 20 times the mean", problem);
    if (d->kind == TAKT_DISTRIBUTION_LOG_NORMAL && cv > 20)
        return refuse(d, spread_of(d), path, "up to 20 times the mean", problem);
    if (d->kind == TAKT_DISTRIBUTION_GAMMA && d->shape > 0 && d->shape < 0.0025)
        return refuse(d, PLACE_SHAPE, path, "0.0025 to 1e6", problem);
    if (d->kind == TAKT_DISTRIBUTION_WEIBULL && d->shape > 0 &&
        !(d->shape >= 0.1 && d->shape <= 1300))
        return refuse(d, PLACE_SHAPE, path, "0.1 to 1300", problem);
    return TAKT_OK;
}

static takt_status check_limits(const takt_distribution *d, takt_path path, takt_problem *problem)
{
    if (d->kind == TAKT_DISTRIBUTION_GEOMETRIC && d->mean_s < d->cycle_s)
        return takt_problem_set(problem, takt_path_of("%s.mean", path.text),
                                "found %g, allowed: one cycle (%g) or more", d->mean_s, d->cycle_s);
    if (!(d->max_s > 0))
        return TAKT_OK;
    if (!(d->min_s < d->max_s))
        return takt_problem_set(problem, takt_path_of("%s.min", path.text),
                                "found %g, allowed: less than max (%g)", d->min_s, d->max_s);
    if (d->kind == TAKT_DISTRIBUTION_TRIANGULAR &&
        !(d->mode_s >= d->min_s && d->mode_s <= d->max_s))
        return takt_problem_set(problem, takt_path_of("%s.mode", path.text),
                                "found %g, allowed: min to max (%g to %g)", d->mode_s, d->min_s,
                                d->max_s);
    return TAKT_OK;
}

takt_status takt_distribution_check(const takt_distribution *time, takt_path path,
                                    takt_problem *problem)
{
    const double cv = time->cv > 0 || !(time->mean_s > 0) ? time->cv : time->sd_s / time->mean_s;
    TAKT_TRY(check_set(time, path, problem));
    TAKT_TRY(check_cv(time, cv, path, problem));
    TAKT_TRY(check_limits(time, path, problem));
    const bool unread = (time->kind == TAKT_DISTRIBUTION_EMPIRICAL && time->sample.n == 0) ||
                        (time->kind == TAKT_DISTRIBUTION_FITTED && !time->fitted);
    if (unread)
        return takt_problem_set(problem, takt_path_of("%s.file", path.text),
                                "found '%.100s', which has not been read, allowed: a file that "
                                "takt_distributions_load has read",
                                time->file);
    return TAKT_OK;
}

takt_status takt_distribution_check_positive(const takt_distribution *time, takt_path path,
                                             takt_problem *problem)
{
    TAKT_TRY(takt_distribution_check(time, path, problem));
    const double mean_s = takt_distribution_mean_s(time);
    if (mean_s >= 1 / TAKT_TICKS_PER_S)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("%s.mean", path.text),
                            "found %g, allowed: more than 0, from 1 microsecond on", mean_s);
}
