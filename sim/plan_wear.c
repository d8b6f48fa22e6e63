// The part of the plan that wear, conditions and renewals fill.

#include "core/rng.h"
#include "sim/plan_internal.h"

static const double ticks_per_h = 3600.0 * TAKT_TICKS_PER_S;

static const takt_stop *stop_at(const takt_station *station, int32_t i)
{
    return TAKT_ITEM(takt_stop, station->stops, i);
}

static const takt_failure *failure_at(const takt_station *station, int32_t i)
{
    return TAKT_ITEM(takt_failure, station->failures, i);
}

static const takt_wear *wear_at(const takt_station *station, int32_t i)
{
    return TAKT_ITEM(takt_wear, station->wears, i);
}

int32_t takt_plan_wears_room(const takt_station *station)
{
    int32_t n = 0;
    for (int32_t i = 0; i < station->wears.n_items; ++i) {
        const takt_wear *wear = wear_at(station, i);
        n += takt_distribution_room(&wear->step) + takt_distribution_room(&wear->fails_at) +
             takt_distribution_room(&wear->repair);
    }
    for (int32_t i = 0; i < station->stops.n_items; ++i)
        if (stop_at(station, i)->condition)
            n += takt_distribution_room(&stop_at(station, i)->condition->inspection);
    return n;
}

/// A name may stand for a stop, a failure and a wear at once.
static int32_t most_renewals(const takt_list *names)
{
    return 3 * names->n_items;
}

void takt_plan_wears_count(takt_plan *plan, const takt_station *station)
{
    plan->n_wears += station->wears.n_items;
    plan->n_sensors += station->sensors.n_items;
    plan->n_stoppages += station->wears.n_items;
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_stop *stop = stop_at(station, i);
        plan->n_stoppages += stop->condition != NULL;
        plan->n_renewals += most_renewals(&stop->renews) + 2; // also_resets, its condition's wear
    }
    for (int32_t i = 0; i < station->failures.n_items; ++i)
        plan->n_renewals += most_renewals(&failure_at(station, i)->renews);
    for (int32_t i = 0; i < station->wears.n_items; ++i)
        plan->n_renewals += most_renewals(&wear_at(station, i)->renews);
}

/// Steps by hours and quantities divide into parts of any size: a constant rate, or a gamma.
static void set_step(takt_plan_wear *to, const takt_distribution *step)
{
    const takt_plan_time one = takt_plan_time_in_s(step);
    if (one.kind == TAKT_DISTRIBUTION_EXPONENTIAL) {
        to->shape = 1;
        to->scale = one.scale;
    } else if (one.kind == TAKT_DISTRIBUTION_GAMMA) {
        to->shape = one.shape;
        to->scale = one.scale;
    } else {
        to->rate = one.location;
    }
}

static takt_plan_wear plan_wear(const takt_wear *wear, takt_plan *at, int32_t stoppage)
{
    takt_plan_wear to = {.counts = wear->counts,
                         .step = takt_plan_time_of(&wear->step, &at->room),
                         .initial_uniform = wear->initial_uniform,
                         .stoppage = stoppage};
    set_step(&to, &wear->step);
    if (wear->fails_at.kind == TAKT_DISTRIBUTION_CONSTANT)
        to.limit = wear->fails_at.mean_s > 0 ? wear->fails_at.mean_s : TAKT_UNLIMITED;
    return to;
}

static takt_plan_stoppage plan_worn(const takt_wear *wear, takt_plan *at, int32_t w)
{
    return (takt_plan_stoppage){
        .is_failure = 1,
        .counts = TAKT_METER_WEAR,
        .strikes = wear->strikes,
        .wear = w,
        .due = takt_plan_time_of(&wear->fails_at, &at->room),
        .per_tick = 1.0 / TAKT_TICKS_PER_S,
        .duration = takt_plan_time_of(&wear->repair, &at->room),
        .cost = wear->cost,
        .loss = wear->loss,
        .leaves = wear->leaves,
    };
}

static takt_plan_stoppage plan_inspection(const takt_stop *stop, takt_plan *at, int32_t i)
{
    const takt_condition *condition = stop->condition;
    const double every = condition->inspected_every_s * TAKT_TICKS_PER_S;
    return (takt_plan_stoppage){
        .counts = every > 0 ? TAKT_METER_CLOCK : TAKT_METER_NEVER,
        .strikes = stop->strikes,
        .wear = -1,
        .inspects = i,
        .every = every > 0 ? every : 1,
        .per_age = 1 / ticks_per_h,
        .duration = takt_plan_time_of(&condition->inspection, &at->room),
        .cost = condition->cost,
    };
}

static void renew_one(takt_plan *plan, takt_plan *at, takt_plan_stoppage *by, int32_t self,
                      int32_t whom)
{
    for (int32_t i = 0; i < by->n_renewals; ++i)
        if (plan->renewals[by->first_renewal + i] == whom)
            return;
    if (whom == self)
        return;
    plan->renewals[at->n_renewals++] = whom;
    by->n_renewals += 1;
}

/// Everything of the station that bears one of the names.
static void renew_named(takt_plan *plan, takt_plan *at, const takt_station *from,
                        takt_plan_stoppage *by, int32_t self, const takt_list *names)
{
    const int32_t n_stops = from->stops.n_items, n_failures = from->failures.n_items;
    for (int32_t i = 0; i < names->n_items; ++i) {
        const char *name = *TAKT_ITEM(const char *, *names, i);
        const int32_t stop = takt_list_find(&from->stops, sizeof(takt_stop), name);
        const int32_t failure = takt_list_find(&from->failures, sizeof(takt_failure), name);
        const int32_t wear = takt_list_find(&from->wears, sizeof(takt_wear), name);
        if (stop >= 0)
            renew_one(plan, at, by, self, stop);
        if (failure >= 0)
            renew_one(plan, at, by, self, n_stops + failure);
        if (wear >= 0)
            renew_one(plan, at, by, self, n_stops + n_failures + wear);
    }
}

/// Who renews whom; failures that may be left with an age are drawn given it.
static void fill_renewals(takt_plan *plan, takt_plan *at, const takt_station *from,
                          const takt_plan_station *to, takt_plan_stoppage *first)
{
    const int32_t n_stops = from->stops.n_items, n_failures = from->failures.n_items;
    for (int32_t i = 0; i < to->n_stoppages; ++i) {
        takt_plan_stoppage *by = &first[i];
        by->first_renewal = at->n_renewals;
        if (i < n_stops) {
            const takt_stop *stop = stop_at(from, i);
            if (stop->also_resets)
                renew_one(plan, at, by, i, stop->also_resets_index);
            if (stop->condition)
                renew_one(plan, at, by, i, by->watches);
            renew_named(plan, at, from, by, i, &stop->renews);
        } else if (i < n_stops + n_failures) {
            renew_named(plan, at, from, by, i, &failure_at(from, i - n_stops)->renews);
        } else if (i < n_stops + n_failures + to->n_wears) {
            renew_named(plan, at, from, by, i, &wear_at(from, i - n_stops - n_failures)->renews);
        }
        for (int32_t k = 0; k < by->n_renewals && by->leaves_others > 0; ++k)
            first[plan->renewals[by->first_renewal + k]].draws_by_age = 1;
        by->draws_by_age |= by->leaves > 0;
    }
}

/// What is drawn for each stoppage is a stream of its own, and stays that when others are added.
static void fill_purposes(const takt_station *from, const takt_plan_station *to,
                          takt_plan_stoppage *first)
{
    const int32_t n_stops = from->stops.n_items, n_failures = from->failures.n_items;
    for (int32_t i = 0; i < to->n_stoppages; ++i) {
        takt_plan_stoppage *one = &first[i];
        int32_t nth = i, due = TAKT_PURPOSE_UP_TIME, duration = TAKT_PURPOSE_STOP;
        if (one->inspects >= 0) {
            nth = one->inspects;
            duration = TAKT_PURPOSE_INSPECTION;
        } else if (one->wear >= 0) {
            nth = one->wear;
            due = TAKT_PURPOSE_WEAR_LIMIT;
            duration = TAKT_PURPOSE_WEAR_REPAIR;
        } else if (i >= n_stops && i < n_stops + n_failures) {
            nth = i - n_stops;
            duration = TAKT_PURPOSE_REPAIR;
        }
        one->due_purpose = (uint16_t)(due + nth * TAKT_PURPOSES_MAX);
        one->duration_purpose = (uint16_t)(duration + nth * TAKT_PURPOSES_MAX);
    }
}

static takt_plan_sensor plan_sensor(const takt_sensor *sensor, const takt_station *from,
                                    int32_t first_worn)
{
    const int32_t w = takt_list_find(&from->wears, sizeof(takt_wear), sensor->wear);
    const double lag = sensor->time_constant_s * TAKT_TICKS_PER_S;
    return (takt_plan_sensor){
        .base = sensor->base,
        .at_work = sensor->at_work,
        .wear_gain = sensor->wear_gain,
        .drift_per_tick = sensor->drift_per_h / ticks_per_h,
        .noise_sd = sensor->noise_sd,
        .per_tick = lag > 0 ? 1 / lag : 0,
        .every = takt_tick_from_s(sensor->every_s),
        .worn = w < 0 ? -1 : first_worn + w,
    };
}

takt_plan_stoppage *takt_plan_wears_fill(takt_plan *plan, takt_plan *at, const takt_station *from,
                                         takt_plan_station *to)
{
    const int32_t n_before = from->stops.n_items + from->failures.n_items;
    takt_plan_stoppage *first = &plan->stoppages[to->first_stoppage];
    to->n_stoppages = n_before;
    for (int32_t i = 0; i < n_before; ++i)
        first[i].watches = first[i].inspects = first[i].wear = -1;
    for (int32_t w = 0; w < from->wears.n_items; ++w) {
        const takt_wear *wear = wear_at(from, w);
        plan->wears[to->first_wear + w] = plan_wear(wear, at, to->n_stoppages);
        takt_plan_stoppage *worn = &first[to->n_stoppages++];
        *worn = plan_worn(wear, at, w);
        worn->watches = worn->inspects = -1;
    }
    for (int32_t i = 0; i < from->stops.n_items; ++i) {
        const takt_condition *condition = stop_at(from, i)->condition;
        if (!condition)
            continue;
        const int32_t w = takt_list_find(&from->wears, sizeof(takt_wear), condition->wear);
        TAKT_ASSERT(w >= 0); // takt_wear_check sees to it
        first[i].watches = n_before + w;
        first[i].counts = condition->inspected_every_s > 0 ? TAKT_METER_SEEN : TAKT_METER_WATCH;
        first[i].every = condition->above;
        first[i].per_age = 1;
        takt_plan_stoppage *inspection = &first[to->n_stoppages++];
        *inspection = plan_inspection(stop_at(from, i), at, i);
        inspection->watches = -1;
    }
    for (int32_t i = 0; i < from->sensors.n_items; ++i)
        plan->sensors[to->first_sensor + i] =
            plan_sensor(TAKT_ITEM(takt_sensor, from->sensors, i), from, n_before);
    fill_renewals(plan, at, from, to, first);
    fill_purposes(from, to, first);
    return first + to->n_stoppages;
}
