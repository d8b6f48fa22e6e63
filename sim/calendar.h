/// A calendar: when people are there, in a cycle that repeats for ever (a day, a week).
///
///     calendars:
///       - {name: two_shifts, cycle: 7 d, shifts: [{from: 6 h, to: 22 h, days: [1, 2, 3, 4, 5]}]}
///
/// Shifts are stretches of the cycle, or of each of the days named (1 is the first of the cycle).
/// Those that meet or overlap are one. Simulated time begins where the cycle begins.
#ifndef TAKT_SIM_CALENDAR_H
#define TAKT_SIM_CALENDAR_H

#include "core/schema.h"
#include "core/time.h"
#include "sim/problem.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_shift {
    double from_s, to_s; // within the cycle, or within a day where there are days
    takt_list days;      // double; none: the times lie in the cycle
} takt_shift;

typedef struct takt_calendar {
    const char *name;
    double cycle_s;
    takt_list shifts; // takt_shift, at least one
} takt_calendar;

/// A stretch of working time in the cycle.
typedef struct takt_stretch {
    takt_tick from, to;
} takt_stretch;

extern TAKT_API const takt_schema takt_calendar_schema;

/// What single fields cannot say: shifts that end before they begin or lie outside the cycle, days
/// that the cycle does not have. `path` is the calendar's. TAKT_ERR_INPUT with the problem. Local.
TAKT_API takt_status takt_calendar_check(const takt_calendar *calendar, takt_path path,
                                         takt_problem *problem);

/// Stretches that a calendar has at most.
TAKT_API int32_t takt_calendar_room(const takt_calendar *calendar);

/// Fills `stretches` [takt_calendar_room] in ascending order, apart from one another; returns how
/// many there are. The calendar is sound.
TAKT_API int32_t takt_calendar_stretches(const takt_calendar *calendar, takt_stretch *stretches);

/// Share of the cycle that is working time.
TAKT_API double takt_calendar_share(const takt_calendar *calendar);

TAKT_EXTERN_C_END

#endif
