// Rate profiles, batches, beginnings and ends of sources: keys, checks, and their place in a plan.

#include "sim/arrivals.h"

#include "sim/factory.h"

#include <math.h>

static const takt_field point_fields[] = {
    TAKT_FIELD_AS("from", takt_rate_point, from_s, DURATION, TAKT_RANGE(0, 1e9), .required = true,
                  .doc = "when it begins: time since the start of the cycle; the first at 0"),
    TAKT_FIELD(takt_rate_point, factor, NUMBER, TAKT_RANGE(0, 1e6), .required = true, .unit = "1",
               .doc = "how many times as many arrivals as `interarrival` says, until the next "
                      "point; 0: none"),
};
static const takt_schema point_schema =
    TAKT_SCHEMA("rate_point", takt_rate_point, point_fields, "A piece of a rate profile.");

static const takt_field profile_fields[] = {
    TAKT_FIELD_AS("cycle", takt_rate_profile, cycle_s, DURATION, TAKT_RANGE(1e-3, 1e9),
                  .default_text = "24 h", .doc = "time after which it begins again"),
    TAKT_FIELD(takt_rate_profile, points, LIST, .schema = &point_schema, .min_items = 1,
               .doc = "factors on the rate, in their order"),
};
const takt_schema takt_rate_profile_schema = TAKT_SCHEMA(
    "rate_profile", takt_rate_profile, profile_fields,
    "A rate of arrivals that follows the clock, in pieces. Simulated time 0 is "
    "horizon.start of the cycle. Exact for every distribution of the time between arrivals: it "
    "is drawn in a time that runs as fast as the factor says.");

static bool has_distribution(const takt_distribution *d)
{
    return d->kind != TAKT_DISTRIBUTION_CONSTANT || d->mean_s > 0;
}

/// Length of piece i of the profile.
static double piece_s(const takt_rate_profile *profile, int32_t i)
{
    const double end = i + 1 < profile->points.n_items
                           ? TAKT_ITEM(takt_rate_point, profile->points, i + 1)->from_s
                           : profile->cycle_s;
    return end - TAKT_ITEM(takt_rate_point, profile->points, i)->from_s;
}

static double mean_factor(const takt_rate_profile *profile)
{
    double sum = 0;
    for (int32_t i = 0; i < profile->points.n_items; ++i)
        sum += piece_s(profile, i) * TAKT_ITEM(takt_rate_point, profile->points, i)->factor;
    return sum / profile->cycle_s;
}

static takt_status check_points(const takt_rate_profile *profile, double mean_s, takt_path path,
                                takt_problem *problem)
{
    for (int32_t i = 0; i < profile->points.n_items; ++i) {
        const takt_rate_point *point = TAKT_ITEM(takt_rate_point, profile->points, i);
        const takt_path from = takt_path_of("%s.points[%d].from", path.text, i);
        if (i == 0 && point->from_s != 0)
            return takt_problem_set(problem, from,
                                    "found %g h, allowed: 0 h, the start of the cycle, for the "
                                    "first point",
                                    point->from_s / 3600);
        if (i > 0 && !(takt_tick_from_s(point->from_s) > takt_tick_from_s(point[-1].from_s)))
            return takt_problem_set(problem, from,
                                    "found %g h, allowed: later than the point before it (%g h)",
                                    point->from_s / 3600, point[-1].from_s / 3600);
        if (!(takt_tick_from_s(point->from_s) < takt_tick_from_s(profile->cycle_s)))
            return takt_problem_set(problem, from, "found %g h, allowed: before %g h (the cycle)",
                                    point->from_s / 3600, profile->cycle_s / 3600);
        if (mean_s < point->factor / TAKT_TICKS_PER_S)
            return takt_problem_set(problem, takt_path_of("%s.points[%d].factor", path.text, i),
                                    "found %g, allowed: up to %g, a microsecond between arrivals",
                                    point->factor, mean_s * TAKT_TICKS_PER_S);
    }
    if (mean_factor(profile) > 0)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("%s.points", path.text),
                            "found factors of 0 only, allowed: one or more above 0");
}

/// A file says all about its arrivals.
static takt_status check_file(const takt_source *source, takt_path path, takt_problem *problem)
{
    const char *other = has_distribution(&source->interarrival) ? "interarrival"
                        : source->rate_profile                  ? "rate_profile"
                        : has_distribution(&source->batch)      ? "batch"
                        : source->first                         ? "first"
                        : source->number > 0                    ? "number"
                                                                : NULL;
    if (other)
        return takt_problem_set(problem, takt_path_of("%s.%s", path.text, other),
                                "found one with `file`, allowed: none, the file says when what "
                                "arrives");
    if (!source->arrivals.rows)
        return takt_problem_set(problem, takt_path_of("%s.file", path.text),
                                "found '%.100s', which has not been read, allowed: a file that "
                                "takt_arrivals_load has read",
                                source->file);
    return TAKT_OK;
}

takt_status takt_arrivals_check(const takt_source *source, takt_path path, takt_problem *problem)
{
    if (source->file)
        return check_file(source, path, problem);
    TAKT_TRY(takt_distribution_check_positive(&source->interarrival,
                                              takt_path_of("%s.interarrival", path.text), problem));
    if (source->first)
        TAKT_TRY(
            takt_distribution_check(source->first, takt_path_of("%s.first", path.text), problem));
    if (source->rate_profile)
        TAKT_TRY(check_points(source->rate_profile, takt_distribution_mean_s(&source->interarrival),
                              takt_path_of("%s.rate_profile", path.text), problem));
    if (!has_distribution(&source->batch))
        return TAKT_OK;
    TAKT_TRY(takt_distribution_check_positive(&source->batch, takt_path_of("%s.batch", path.text),
                                              problem));
    const double items = takt_distribution_mean_s(&source->batch);
    if (items < 1e-3 || items > 1e6)
        return takt_problem_set(problem, takt_path_of("%s.batch.mean", path.text),
                                "found %g items, allowed: 0.001 to 1e6", items);
    return TAKT_OK;
}

bool takt_arrivals_are_special(const takt_source *source)
{
    return source->file || source->rate_profile || source->first || source->number > 0 ||
           has_distribution(&source->batch);
}

int32_t takt_arrivals_n_rates(const takt_source *source)
{
    return source->rate_profile ? source->rate_profile->points.n_items : 0;
}

int32_t takt_arrivals_room(const takt_source *source)
{
    if (source->file)
        return 0;
    return takt_distribution_room(&source->batch) +
           (source->first ? takt_distribution_room(source->first) : 0);
}

/// Pieces of a profile, with the operational time at which each begins.
static void fill_rates(const takt_rate_profile *profile, takt_plan_rate *rates,
                       takt_plan_arrivals *plan)
{
    double before = 0;
    plan->cycle = takt_tick_from_s(profile->cycle_s);
    plan->n_rates = profile->points.n_items;
    for (int32_t i = 0; i < plan->n_rates; ++i) {
        const takt_rate_point *point = TAKT_ITEM(takt_rate_point, profile->points, i);
        const takt_tick from = takt_tick_from_s(point->from_s);
        const takt_tick to =
            i + 1 < plan->n_rates ? takt_tick_from_s(point[1].from_s) : plan->cycle;
        rates[i] = (takt_plan_rate){from, before, point->factor};
        before += point->factor * (double)(to - from);
    }
    plan->operational_cycle = before;
}

takt_plan_arrivals takt_plan_arrivals_of(const takt_source *source, takt_plan_rate *rates,
                                         int32_t first_rate, double **room)
{
    takt_plan_arrivals plan = {.first_rate = first_rate, .number = INT64_MAX};
    if (source->file) {
        plan.number = source->arrivals.n;
        plan.rows = source->arrivals.rows;
        return plan;
    }
    plan.has_batch = has_distribution(&source->batch);
    if (plan.has_batch)
        plan.batch = takt_plan_time_of(&source->batch, room);
    plan.has_first = source->first != NULL;
    if (source->first)
        plan.first = takt_plan_time_of(source->first, room);
    if (source->number > 0)
        plan.number = source->number;
    if (source->rate_profile)
        fill_rates(source->rate_profile, rates + first_rate, &plan);
    return plan;
}

/// The last piece that begins at or before a moment of the cycle.
static const takt_plan_rate *piece_at(const takt_plan_rate *rates, int32_t n, takt_tick phase)
{
    int32_t low = 0, high = n;
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (rates[middle].from <= phase)
            low = middle;
        else
            high = middle;
    }
    return &rates[low];
}

/// The last piece that begins at or before an operational time: pieces in which nothing arrives
/// take none of it and are passed over.
static const takt_plan_rate *piece_after(const takt_plan_rate *rates, int32_t n, double operational)
{
    int32_t low = 0, high = n;
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (rates[middle].before <= operational)
            low = middle;
        else
            high = middle;
    }
    return &rates[low];
}

double takt_arrivals_operational(const takt_plan_arrivals *arrivals, const takt_plan_rate *rates,
                                 takt_tick now)
{
    const takt_tick phase = now % arrivals->cycle;
    const takt_plan_rate *at = piece_at(rates + arrivals->first_rate, arrivals->n_rates, phase);
    return (double)(now / arrivals->cycle) * arrivals->operational_cycle + at->before +
           at->factor * (double)(phase - at->from);
}

takt_tick takt_arrivals_after(const takt_plan_arrivals *arrivals, const takt_plan_rate *rates,
                              takt_tick now, double ticks)
{
    rates += arrivals->first_rate;
    const takt_tick phase = now % arrivals->cycle;
    const takt_plan_rate *at = piece_at(rates, arrivals->n_rates, phase);
    const double target = at->before + at->factor * (double)(phase - at->from) + ticks;
    double cycles = floor(target / arrivals->operational_cycle);
    double rest = target - cycles * arrivals->operational_cycle;
    if (rest < 0)
        rest = 0; // rounding
    if (rest >= arrivals->operational_cycle) {
        rest = 0;
        cycles += 1;
    }
    const takt_plan_rate *piece = piece_after(rates, arrivals->n_rates, rest);
    // Only rounding at the end of the cycle can lead to a piece without arrivals: its end.
    const double into = piece->factor > 0 ? (rest - piece->before) / piece->factor
                                          : (double)(arrivals->cycle - piece->from);
    if (cycles * (double)arrivals->cycle + (double)now > 2.0e18)
        return TAKT_TICK_NEVER / 4;
    const takt_tick then =
        now - phase + (takt_tick)cycles * arrivals->cycle + piece->from + (takt_tick)(into + 0.5);
    return then > now ? then : now;
}

bool takt_source_releases(const takt_source *source, int32_t product)
{
    return source->product_index == product ||
           (source->arrivals.releases && source->arrivals.releases[product]);
}

int32_t takt_source_first_product(const takt_source *source)
{
    for (int32_t i = 0; i < source->arrivals.n; ++i)
        if (source->arrivals.rows[i].product >= 0)
            return source->arrivals.rows[i].product;
    return -1;
}

double takt_arrivals_mean_factor(const takt_source *source)
{
    return source->rate_profile ? mean_factor(source->rate_profile) : 1;
}

double takt_arrivals_items_per_s(const takt_source *source)
{
    const double items =
        has_distribution(&source->batch) ? takt_distribution_mean_s(&source->batch) : 1;
    if (source->file || source->number > 0)
        return 0;
    return items * takt_arrivals_mean_factor(source) /
           takt_distribution_mean_s(&source->interarrival);
}
