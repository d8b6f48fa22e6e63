// What a study may say of wear, of conditions that watch it, and of who renews what.

#include "sim/factory_internal.h"

#include <stdio.h>

/// Can be divided into any part of an hour or of a quantity without changing its law?
static bool is_divisible(const takt_distribution *step)
{
    const int32_t kind =
        step->kind == TAKT_DISTRIBUTION_FITTED && step->fitted ? step->fitted->kind : step->kind;
    return kind == TAKT_DISTRIBUTION_CONSTANT || kind == TAKT_DISTRIBUTION_EXPONENTIAL ||
           kind == TAKT_DISTRIBUTION_ERLANG || kind == TAKT_DISTRIBUTION_GAMMA;
}

static takt_status check_wear(const takt_factory *factory, takt_wear *wear, takt_path path,
                              takt_problem *problem)
{
    const takt_path step = takt_path_of("%s.step", path.text);
    const takt_path fails_at = takt_path_of("%s.fails_at", path.text);
    const takt_distribution *limit = &wear->fails_at;
    TAKT_TRY(takt_distribution_check_positive(&wear->step, step, problem));
    if (wear->counts != TAKT_METER_ITEMS && !is_divisible(&wear->step))
        return takt_problem_set(problem, takt_path_of("%s.is", step.text),
                                "found %s, allowed: constant, exponential, erlang or gamma, which "
                                "part of an hour or of a quantity has a share of (counts: items "
                                "takes all)",
                                takt_distribution_words(wear->step.kind));
    const bool fails = limit->kind != TAKT_DISTRIBUTION_CONSTANT || limit->mean_s > 0;
    if (fails)
        TAKT_TRY(takt_distribution_check_positive(limit, fails_at, problem));
    else if (wear->initial_uniform)
        return takt_problem_set(problem, takt_path_of("%s.initial_uniform", path.text),
                                "found true without fails_at, allowed: false, or a level at which "
                                "the machine breaks");
    TAKT_TRY(takt_distribution_check(&wear->repair, takt_path_of("%s.repair", path.text), problem));
    return takt_people_check(factory, wear->crew, &wear->call, path, problem);
}

static takt_status check_condition(const takt_factory *factory, const takt_station *station,
                                   const takt_stop *stop, takt_path path, takt_problem *problem)
{
    takt_condition *condition = stop->condition;
    const bool has_interval = stop->every > 0 && stop->every < TAKT_NO_INTERVAL;
    const takt_path at = takt_path_of("%s.condition", path.text);
    char names[256];
    if (!condition)
        return has_interval ? TAKT_OK
                            : takt_problem_set(problem, takt_path_of("%s.every", path.text),
                                               "found none, allowed: an interval, or a condition");
    if (has_interval)
        return takt_problem_set(problem, takt_path_of("%s.every", path.text),
                                "found %g beside a condition, allowed: one of both (a second stop "
                                "may renew the same wear)",
                                stop->every);
    if (takt_list_find(&station->wears, sizeof(takt_wear), condition->wear) < 0)
        return takt_problem_set(
            problem, takt_path_of("%s.wear", at.text),
            "found '%s', allowed: a wear of this station (%s)", condition->wear,
            takt_list_names(&station->wears, sizeof(takt_wear), names, sizeof names));
    if (stop->initial_age_uniform)
        return takt_problem_set(problem, takt_path_of("%s.initial_age_uniform", path.text),
                                "found true beside a condition, allowed: false (initial_uniform of "
                                "the wear)");
    if (stop->leaves >= 1)
        return takt_problem_set(problem, takt_path_of("%s.leaves", path.text),
                                "found %g, allowed: less than 1, or the condition holds for ever",
                                stop->leaves);
    TAKT_TRY(takt_distribution_check(&condition->inspection, takt_path_of("%s.inspection", at.text),
                                     problem));
    return takt_people_check(factory, condition->crew, &condition->call, at, problem);
}

/// Names that a message offers: "wash, drive, tool".
static const char *names_in(const takt_station *station, char *out, size_t n_bytes)
{
    const takt_list *lists[] = {&station->failures, &station->wears, &station->stops};
    const size_t sizes[] = {sizeof(takt_failure), sizeof(takt_wear), sizeof(takt_stop)};
    size_t used = 0;
    out[0] = '\0';
    for (int k = 0; k < 3; ++k)
        for (int32_t i = 0; i < lists[k]->n_items && used + 4 < n_bytes; ++i) {
            const char *const *name =
                (const void *)((const char *)lists[k]->items + (size_t)i * sizes[k]);
            const int n =
                *name ? snprintf(out + used, n_bytes - used, "%s%s", used ? ", " : "", *name) : 0;
            used += n > 0 ? (size_t)n : 0;
        }
    return used > 0 ? out : "none has a name";
}

static takt_status check_renewals(const takt_station *station, const takt_list *names,
                                  takt_path path, takt_problem *problem)
{
    char offered[160];
    for (int32_t i = 0; i < names->n_items; ++i) {
        const char *name = *TAKT_ITEM(const char *, *names, i);
        if (takt_list_find(&station->failures, sizeof(takt_failure), name) < 0 &&
            takt_list_find(&station->wears, sizeof(takt_wear), name) < 0 &&
            takt_list_find(&station->stops, sizeof(takt_stop), name) < 0)
            return takt_problem_set(problem, takt_path_of("%s.renews[%d]", path.text, i),
                                    "found '%s', allowed: a failure, wear or stop of this station "
                                    "(%s)",
                                    name, names_in(station, offered, sizeof offered));
    }
    return TAKT_OK;
}

/// Left as old at its upper end, a time of that kind would be over again at once, for ever.
static takt_status check_repair(const takt_failure *failure, takt_path path, takt_problem *problem)
{
    const takt_distribution *up =
        failure->up.kind == TAKT_DISTRIBUTION_FITTED ? failure->up.fitted : &failure->up;
    const bool gathers = failure->leaves >= 1 ||
                         (failure->leaves > 0 && failure->repair_model == TAKT_REPAIR_OF_LAST_LIFE);
    switch (up->kind) {
    case TAKT_DISTRIBUTION_CONSTANT:
    case TAKT_DISTRIBUTION_UNIFORM:
    case TAKT_DISTRIBUTION_TRIANGULAR:
    case TAKT_DISTRIBUTION_EMPIRICAL:
        break;
    default:
        return TAKT_OK;
    }
    if (!gathers)
        return TAKT_OK;
    return takt_problem_set(problem, takt_path_of("%s.leaves", path.text),
                            "found %g for a time that has a longest (%s), allowed: 0, or an "
                            "exponential, gamma, erlang, weibull, log_normal or normal time",
                            failure->leaves, takt_distribution_words(up->kind));
}

const char *takt_sensor_unit(const takt_sensor *sensor)
{
    static const char *const units[TAKT_SENSOR_KIND_COUNT] = {"degC", "mm/s", "kW"};
    return sensor->unit ? sensor->unit : units[sensor->kind];
}

static takt_status check_sensors(const takt_station *station, int32_t s, takt_problem *problem)
{
    for (int32_t i = 0; i < station->sensors.n_items; ++i) {
        const takt_sensor *sensor = TAKT_ITEM(takt_sensor, station->sensors, i);
        const takt_path path = takt_path_of("factory.stations[%d].sensors[%d]", s, i);
        if (sensor->wear && takt_list_find(&station->wears, sizeof(takt_wear), sensor->wear) < 0)
            return takt_problem_set(problem, takt_path_of("%s.wear", path.text),
                                    "found '%s', allowed: a wear of this station", sensor->wear);
        if (!sensor->wear && sensor->wear_gain != 0)
            return takt_problem_set(problem, takt_path_of("%s.wear_gain", path.text),
                                    "found %g without wear, allowed: 0, or the name of a wear",
                                    sensor->wear_gain);
    }
    return TAKT_OK;
}

takt_status takt_wear_check(takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->wears.n_items; ++i) {
        takt_wear *wear = TAKT_ITEM(takt_wear, station->wears, i);
        const takt_path path = takt_path_of("factory.stations[%d].wears[%d]", s, i);
        TAKT_TRY(check_wear(factory, wear, path, problem));
        TAKT_TRY(check_renewals(station, &wear->renews, path, problem));
    }
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        const takt_path path = takt_path_of("factory.stations[%d].stops[%d]", s, i);
        TAKT_TRY(check_condition(factory, station, stop, path, problem));
        TAKT_TRY(check_renewals(station, &stop->renews, path, problem));
    }
    for (int32_t i = 0; i < station->failures.n_items; ++i) {
        const takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
        const takt_path path = takt_path_of("factory.stations[%d].failures[%d]", s, i);
        TAKT_TRY(check_repair(failure, path, problem));
        TAKT_TRY(check_renewals(station, &failure->renews, path, problem));
    }
    return check_sensors(station, s, problem);
}
