// Calendars: their keys, their checks, and the stretches of working time they stand for.

#include "sim/calendar.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

#define DAY_S 86400.0

static const takt_field shift_fields[] = {
    TAKT_FIELD_AS("from", takt_shift, from_s, DURATION, TAKT_RANGE(0, 1e9), .required = true,
                  .doc = "when it begins: time since the start of the cycle, or of each day named"),
    TAKT_FIELD_AS("to", takt_shift, to_s, DURATION, TAKT_RANGE(0, 1e9), .required = true,
                  .doc = "when it ends; 24 h is the end of a day"),
    TAKT_FIELD(takt_shift, days, NUMBER_LIST, TAKT_RANGE(1, 400), .unit = "1",
               .doc = "days of the cycle that have it, 1 is the first; left out: `from` and `to` "
                      "lie in the cycle"),
};
static const takt_schema shift_schema =
    TAKT_SCHEMA("shift", takt_shift, shift_fields, "A stretch of working time.");

static const takt_field calendar_fields[] = {
    TAKT_FIELD(takt_calendar, name, NAME, .required = true, .doc = "name, unique among calendars"),
    TAKT_FIELD_AS("cycle", takt_calendar, cycle_s, DURATION, TAKT_RANGE(60, 1e9),
                  .default_text = "7 d", .doc = "time after which it begins again"),
    TAKT_FIELD(takt_calendar, shifts, LIST, .schema = &shift_schema, .min_items = 1,
               .doc = "when people are there"),
};
const takt_schema takt_calendar_schema = TAKT_SCHEMA(
    "calendar", takt_calendar, calendar_fields,
    "When people are there. Simulated time 0 is horizon.start of the cycle; shifts that "
    "meet or overlap are one.");

static takt_status check_shift(const takt_calendar *calendar, const takt_shift *shift,
                               takt_path path, takt_problem *problem)
{
    const double limit_s = shift->days.n_items > 0 ? DAY_S : calendar->cycle_s;
    if (!(takt_tick_from_s(shift->to_s) > takt_tick_from_s(shift->from_s)))
        return takt_problem_set(problem, takt_path_of("%s.to", path.text),
                                "found %g h, allowed: later than `from` (%g h); a shift over "
                                "midnight is two",
                                shift->to_s / 3600, shift->from_s / 3600);
    if (shift->to_s > limit_s)
        return takt_problem_set(problem, takt_path_of("%s.to", path.text),
                                "found %g h, allowed: %g h (the %s) or less", shift->to_s / 3600,
                                limit_s / 3600, shift->days.n_items > 0 ? "day" : "cycle");
    for (int32_t i = 0; i < shift->days.n_items; ++i) {
        const double day = *TAKT_ITEM(double, shift->days, i);
        if (day == floor(day) && day * DAY_S <= calendar->cycle_s)
            continue;
        return takt_problem_set(problem, takt_path_of("%s.days", path.text),
                                "found %g, allowed: whole numbers from 1 to %g, the days of the "
                                "cycle",
                                day, floor(calendar->cycle_s / DAY_S));
    }
    return TAKT_OK;
}

takt_status takt_calendar_check(const takt_calendar *calendar, takt_path path,
                                takt_problem *problem)
{
    for (int32_t i = 0; i < calendar->shifts.n_items; ++i)
        TAKT_TRY(check_shift(calendar, TAKT_ITEM(takt_shift, calendar->shifts, i),
                             takt_path_of("%s.shifts[%d]", path.text, i), problem));
    return TAKT_OK;
}

int32_t takt_calendar_room(const takt_calendar *calendar)
{
    int32_t n = 0;
    for (int32_t i = 0; i < calendar->shifts.n_items; ++i) {
        const int32_t n_days = TAKT_ITEM(takt_shift, calendar->shifts, i)->days.n_items;
        n += n_days > 0 ? n_days : 1;
    }
    return n;
}

static int by_start(const void *a, const void *b)
{
    const takt_stretch *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/// Joins those that meet or overlap; `stretches` [n] are in order.
static int32_t join(takt_stretch *stretches, int32_t n)
{
    int32_t last = 0;
    for (int32_t i = 1; i < n; ++i) {
        if (stretches[i].from > stretches[last].to)
            stretches[++last] = stretches[i];
        else if (stretches[i].to > stretches[last].to)
            stretches[last].to = stretches[i].to;
    }
    return last + 1;
}

int32_t takt_calendar_stretches(const takt_calendar *calendar, takt_stretch *stretches)
{
    int32_t n = 0;
    for (int32_t i = 0; i < calendar->shifts.n_items; ++i) {
        const takt_shift *shift = TAKT_ITEM(takt_shift, calendar->shifts, i);
        const int32_t n_days = shift->days.n_items;
        for (int32_t k = 0; k < (n_days > 0 ? n_days : 1); ++k) {
            const double day_s =
                n_days > 0 ? (*TAKT_ITEM(double, shift->days, k) - 1) * DAY_S : 0.0;
            stretches[n++] = (takt_stretch){takt_tick_from_s(day_s + shift->from_s),
                                            takt_tick_from_s(day_s + shift->to_s)};
        }
    }
    qsort(stretches, (size_t)n, sizeof *stretches, by_start);
    return join(stretches, n);
}

double takt_calendar_share(const takt_calendar *calendar)
{
    double sum_s = 0;
    const int32_t room = takt_calendar_room(calendar);
    takt_stretch *stretches = takt_alloc((size_t)room * sizeof *stretches);
    if (!stretches)
        return 1; // nobody needs this number so much that the lack of memory were news here
    const int32_t n = takt_calendar_stretches(calendar, stretches);
    for (int32_t i = 0; i < n; ++i)
        sum_s += takt_tick_to_s(stretches[i].to - stretches[i].from);
    takt_free(stretches);
    return sum_s / calendar->cycle_s;
}
