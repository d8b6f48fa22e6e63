// Wear: levels that work or time raises. The level is the gauge of the failure that it leads to;
// conditions of planned stops read it, at any time or as an inspection has found it.
//
// Levels are brought to the present when a job ends, when an inspection looks, and, where the clock
// raises them, whenever a stoppage may strike. A gamma process has independent increments, gamma
// over each interval with a shape in proportion to it: any such grid gives its exact law.

#include "sim/state_internal.h"

#include "sim/distribution_math.h"

static const double ticks_in_h = 3600.0 * TAKT_TICKS_PER_S;

static const takt_plan_wear *rule_of(const takt_replication *r, int32_t machine, int32_t w)
{
    return &r->plan->wears[takt_station_of(r, machine)->first_wear + w];
}

static int32_t level_index(const takt_replication *r, int32_t machine, int32_t w)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    return station->first_level + (machine - station->first_machine) * station->n_wears + w;
}

static takt_exposure *exposure_of(const takt_replication *r, int32_t machine, int32_t w)
{
    return &r->view.exposures[level_index(r, machine, w)];
}

static takt_gauge *gauge_at(const takt_replication *r, int32_t machine, int32_t stoppage)
{
    return &r->view.gauges[takt_gauge_index(r, machine, stoppage)];
}

/// A distribution of times, read as numbers: seconds are units of the level.
static double level_value(const takt_plan_time *time, double variate)
{
    const double ticks = takt_draws_unrounded(time, variate);
    return ticks > 0 ? ticks / TAKT_TICKS_PER_S : 0;
}

/// How far so many items, hours or units of quantity raise the level.
static double rise(takt_replication *r, int32_t machine, int32_t w, double amount)
{
    const takt_plan_wear *wear = rule_of(r, machine, w);
    const int32_t stream = takt_stream_step(r->plan, level_index(r, machine, w));
    double sum = 0;
    if (wear->counts == TAKT_METER_ITEMS) {
        const bool is_fixed = wear->step.kind == TAKT_DISTRIBUTION_CONSTANT;
        for (double i = 0; i < amount; ++i)
            sum += level_value(&wear->step, is_fixed ? 0 : takt_draw(r, stream));
        return sum;
    }
    if (!(wear->shape > 0))
        return wear->rate * amount;
    const double p = takt_draw(r, stream);
    return wear->scale * takt_gamma_quantile(wear->shape * amount, p, 1 - p);
}

/// Planned stops that watch the level all the time see it, and so do sensors.
static void show_level(takt_replication *r, int32_t machine, int32_t w)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const takt_plan_stoppage *stops = &r->plan->stoppages[station->first_stoppage];
    const int32_t worn = rule_of(r, machine, w)->stoppage;
    for (int32_t i = 0; i < station->n_stops; ++i)
        if (stops[i].watches == worn && stops[i].counts == TAKT_METER_WATCH)
            gauge_at(r, machine, i)->used = gauge_at(r, machine, worn)->used;
    if (station->n_sensors > 0)
        takt_sensors_follow(r, machine);
}

/// What has worn the machine goes into the level.
static void settle_level(takt_replication *r, int32_t machine, int32_t w)
{
    const takt_plan_wear *wear = rule_of(r, machine, w);
    takt_exposure *exposure = exposure_of(r, machine, w);
    if (wear->counts == TAKT_METER_CLOCK) {
        exposure->pending += (double)(r->view.head->now - exposure->seen);
        exposure->seen = r->view.head->now;
    }
    if (!(exposure->pending > 0))
        return;
    const bool is_time = wear->counts == TAKT_METER_CLOCK || wear->counts == TAKT_METER_WORKING;
    const double amount = is_time ? exposure->pending / ticks_in_h : exposure->pending;
    exposure->pending = 0;
    gauge_at(r, machine, wear->stoppage)->used += rise(r, machine, w, amount);
    show_level(r, machine, w);
}

/// Work goes by: it counts when the job ends, or when somebody looks.
__attribute__((noinline, cold)) void takt_wears_work(takt_replication *r, int32_t machine,
                                                     takt_tick worked)
{
    const int32_t n = takt_station_of(r, machine)->n_wears;
    for (int32_t w = 0; w < n; ++w)
        if (rule_of(r, machine, w)->counts == TAKT_METER_WORKING)
            exposure_of(r, machine, w)->pending += (double)worked;
}

/// A job is done.
__attribute__((noinline, cold)) void takt_wears_finish(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    const int32_t n = takt_station_of(r, machine)->n_wears;
    for (int32_t w = 0; w < n; ++w) {
        const int32_t counts = rule_of(r, machine, w)->counts;
        if (counts == TAKT_METER_ITEMS)
            exposure_of(r, machine, w)->pending += m->n_items;
        else if (counts == TAKT_METER_QUANTITY)
            exposure_of(r, machine, w)->pending += m->use;
        settle_level(r, machine, w);
    }
}

/// Brings the levels that the clock raises to the present.
__attribute__((noinline, cold)) void takt_wears_see(takt_replication *r, int32_t machine)
{
    const int32_t n = takt_station_of(r, machine)->n_wears;
    for (int32_t w = 0; w < n; ++w)
        if (rule_of(r, machine, w)->counts == TAKT_METER_CLOCK)
            settle_level(r, machine, w);
}

/// An inspection ends: its stop learns the level.
__attribute__((noinline, cold)) void takt_wear_inspect(takt_replication *r, int32_t machine,
                                                       int32_t stop)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t worn = r->plan->stoppages[station->first_stoppage + stop].watches;
    settle_level(r, machine, r->plan->stoppages[station->first_stoppage + worn].wear);
    gauge_at(r, machine, stop)->used = gauge_at(r, machine, worn)->used;
}

static double limit_of(takt_replication *r, int32_t machine, int32_t index,
                       const takt_plan_wear *wear)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const takt_plan_time *due = &r->plan->stoppages[station->first_stoppage + index].due;
    if (wear->limit > 0)
        return wear->limit;
    return level_value(due,
                       takt_draw(r, takt_stream_due(r->plan, takt_gauge_index(r, machine, index))));
}

/// A new part with a limit of its own, or the old one at a share of its level. Nobody has seen the
/// new level yet, and the intervals of its inspections begin again.
__attribute__((noinline, cold)) void takt_wear_renew(takt_replication *r, int32_t machine,
                                                     int32_t index, double leaves)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const takt_plan_stoppage *stoppages = &r->plan->stoppages[station->first_stoppage];
    const int32_t w = stoppages[index].wear;
    takt_gauge *gauge = gauge_at(r, machine, index);
    takt_exposure *exposure = exposure_of(r, machine, w);
    if (leaves > 0) {
        settle_level(r, machine, w);
        gauge->used *= leaves;
    } else {
        *exposure = (takt_exposure){.seen = r->view.head->now};
        gauge->used = 0;
        gauge->due = limit_of(r, machine, index, rule_of(r, machine, w));
    }
    show_level(r, machine, w);
    for (int32_t i = 0; i < station->n_stops; ++i)
        if (stoppages[i].watches == index && stoppages[i].counts == TAKT_METER_SEEN)
            gauge_at(r, machine, i)->used = 0;
    for (int32_t i = station->n_stops; i < station->n_stoppages; ++i)
        if (stoppages[i].inspects >= 0 && stoppages[stoppages[i].inspects].watches == index)
            takt_gauge_renew(r, machine, i, 0);
}

/// Levels at time 0: 0, or spread evenly up to where the machine breaks.
__attribute__((noinline, cold)) void takt_wears_begin(takt_replication *r, int32_t machine)
{
    const int32_t s = r->view.machines[machine].station;
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_stream stream = {.seed = r->plan->seed,
                                .replication = r->view.head->replication,
                                .entity = takt_entity_of(s, machine - station->first_machine),
                                .purpose = TAKT_PURPOSE_INITIAL_WEAR};
    for (int32_t w = 0; w < station->n_wears; ++w) {
        const takt_plan_wear *wear = rule_of(r, machine, w);
        takt_gauge *gauge = gauge_at(r, machine, wear->stoppage);
        if (wear->initial_uniform)
            gauge->used = gauge->due * takt_stream_uniform(&stream, (uint64_t)w);
        show_level(r, machine, w);
    }
}
