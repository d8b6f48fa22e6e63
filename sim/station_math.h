/// Key figures of a station out of its times and counts, as plain formulas.
///
/// Source of names and formulas: ISO 22400-2:2014, Automation systems and integration - Key
/// performance indicators (KPIs) for manufacturing operations management, part 2; states of time:
/// SEMI E10, Specification for definition and measurement of equipment reliability, availability,
/// and maintainability. What the simulation calls its times in their words:
///
/// | here | ISO 22400-2 | SEMI E10 |
/// |---|---|---|
/// | working | actual production time (APT) | productive |
/// | set up | actual unit setup time (AUST) | scheduled downtime |
/// | starved | - (not busy) | standby |
/// | blocked | actual unit delay time (ADET) | standby |
/// | unstaffed (loaded, waits for people) | actual unit delay time (ADET) | standby |
/// | down | actual unit delay time (ADET) | unscheduled downtime |
/// | stopped as planned | planned down time | scheduled downtime |
/// | off shift | - (not planned) | non-scheduled |
///
/// The rest follows: planned busy time (PBT) is all time but planned stops and time off shift;
/// actual unit processing time AUPT = AUST + APT; actual unit busy time AUBT = AUPT + ADET. Ratios
/// without denominator are NAN. Times are in s, summed over the machines of a station.
#ifndef TAKT_SIM_STATION_MATH_H
#define TAKT_SIM_STATION_MATH_H

#include "core/hd.h"

#include <math.h>

typedef struct takt_station_totals {
    double working_s, setup_s, starved_s, blocked_s, unstaffed_s, down_s, stopped_s, off_shift_s;
    double measured_s;         // length of the measurement
    double failures, repairs;  // begun; ended
    double items;              // done
    double made;               // items, and those that were scrapped amid their work (PQ)
    double scrapped, reworked; // of them, in items
    double planned_s;          // planned run time per item (PRI); 0: what the work took
} takt_station_totals;

TAKT_HD double takt_ratio_of(double part, double whole)
{
    return whole > 0 ? part / whole : (double)NAN;
}

/// All time of the station's machines.
TAKT_HD double takt_station_total_s(const takt_station_totals *t)
{
    return t->working_s + t->setup_s + t->starved_s + t->blocked_s + t->unstaffed_s + t->down_s +
           t->stopped_s + t->off_shift_s;
}

/// PBT.
TAKT_HD double takt_station_planned_busy_s(const takt_station_totals *t)
{
    return takt_station_total_s(t) - t->stopped_s - t->off_shift_s;
}

/// AUBT = AUST + APT + ADET.
TAKT_HD double takt_station_busy_s(const takt_station_totals *t)
{
    return t->setup_s + t->working_s + t->blocked_s + t->unstaffed_s + t->down_s;
}

/// Availability = APT / PBT.
TAKT_HD double takt_station_availability(const takt_station_totals *t)
{
    return takt_ratio_of(t->working_s, takt_station_planned_busy_s(t));
}

/// Effectiveness = PRI x PQ / APT, PQ the items whose work was done. Where nobody has planned a
/// time it is 1.
TAKT_HD double takt_station_effectiveness(const takt_station_totals *t)
{
    return takt_ratio_of(t->planned_s > 0 ? t->planned_s * t->items : t->working_s, t->working_s);
}

/// Scrap ratio = SQ / PQ.
TAKT_HD double takt_station_scrap_ratio(const takt_station_totals *t)
{
    return takt_ratio_of(t->scrapped, t->made);
}

/// Quality ratio = GQ / PQ with GQ = PQ - SQ.
TAKT_HD double takt_station_quality_ratio(const takt_station_totals *t)
{
    return takt_ratio_of(t->made - t->scrapped, t->made);
}

/// Rework ratio = RQ / PQ.
TAKT_HD double takt_station_rework_ratio(const takt_station_totals *t)
{
    return takt_ratio_of(t->reworked, t->made);
}

/// OEE = availability x effectiveness x quality ratio; 0 where nothing was made in planned time.
TAKT_HD double takt_station_oee(const takt_station_totals *t)
{
    if (takt_station_planned_busy_s(t) > 0 && !(t->working_s > 0 && t->made > 0))
        return 0;
    return takt_station_availability(t) * takt_station_effectiveness(t) *
           takt_station_quality_ratio(t);
}

/// Utilization efficiency = APT / AUBT.
TAKT_HD double takt_station_utilization(const takt_station_totals *t)
{
    return takt_ratio_of(t->working_s, takt_station_busy_s(t));
}

/// Allocation efficiency = AUBT / PBT.
TAKT_HD double takt_station_allocation(const takt_station_totals *t)
{
    return takt_ratio_of(takt_station_busy_s(t), takt_station_planned_busy_s(t));
}

/// Technical efficiency = APT / (APT + ADET).
TAKT_HD double takt_station_technical(const takt_station_totals *t)
{
    return takt_ratio_of(t->working_s, t->working_s + t->blocked_s + t->unstaffed_s + t->down_s);
}

/// Setup ratio = AUST / AUPT.
TAKT_HD double takt_station_setup_ratio(const takt_station_totals *t)
{
    return takt_ratio_of(t->setup_s, t->setup_s + t->working_s);
}

/// Throughput in items per h.
TAKT_HD double takt_station_items_per_h(const takt_station_totals *t)
{
    return takt_ratio_of(3600 * t->items, t->measured_s);
}

/// Mean operating time between failures in h: production time per failure that began.
TAKT_HD double takt_station_mtbf_h(const takt_station_totals *t)
{
    return takt_ratio_of(t->working_s / 3600, t->failures);
}

/// Mean time to restoration in h: time down, waiting for the crew included, per repair that ended.
TAKT_HD double takt_station_mttr_h(const takt_station_totals *t)
{
    return takt_ratio_of(t->down_s / 3600, t->repairs);
}

/// Shares of all time in the six states of SEMI E10; they sum to 1. Nobody does engineering in a
/// simulation.
TAKT_HD double takt_station_productive(const takt_station_totals *t)
{
    return takt_ratio_of(t->working_s, takt_station_total_s(t));
}
TAKT_HD double takt_station_standby(const takt_station_totals *t)
{
    return takt_ratio_of(t->starved_s + t->blocked_s + t->unstaffed_s, takt_station_total_s(t));
}
TAKT_HD double takt_station_engineering(const takt_station_totals *t)
{
    return takt_ratio_of(0, takt_station_total_s(t));
}
TAKT_HD double takt_station_scheduled_down(const takt_station_totals *t)
{
    return takt_ratio_of(t->setup_s + t->stopped_s, takt_station_total_s(t));
}
TAKT_HD double takt_station_unscheduled_down(const takt_station_totals *t)
{
    return takt_ratio_of(t->down_s, takt_station_total_s(t));
}
TAKT_HD double takt_station_non_scheduled(const takt_station_totals *t)
{
    return takt_ratio_of(t->off_shift_s, takt_station_total_s(t));
}

#endif
