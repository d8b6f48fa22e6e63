/// Key figures of single stations (ISO 22400-2, SEMI E10) out of the results of replications. The
/// formulas are in sim/station_math.h, what the times stand for in docs/energy_and_kpis.md.
#ifndef TAKT_SIM_STATION_KPIS_H
#define TAKT_SIM_STATION_KPIS_H

#include "sim/kpi.h"
#include "sim/station_math.h"

TAKT_EXTERN_C_BEGIN

/// X(enum name and function of station_math.h, name, unit, decimals in a table)
#define TAKT_STATION_KPI_LIST(X)                                                                   \
    X(AVAILABILITY, availability, "availability", "1", 3)                                          \
    X(EFFECTIVENESS, effectiveness, "effectiveness", "1", 3)                                       \
    X(QUALITY, quality_ratio, "quality_ratio", "1", 3)                                             \
    X(OEE, oee, "oee", "1", 3)                                                                     \
    X(ALLOCATION, allocation, "allocation_efficiency", "1", 3)                                     \
    X(UTILIZATION, utilization, "utilization_efficiency", "1", 3)                                  \
    X(TECHNICAL, technical, "technical_efficiency", "1", 3)                                        \
    X(SETUP, setup_ratio, "setup_ratio", "1", 3)                                                   \
    X(SCRAP, scrap_ratio, "scrap_ratio", "1", 3)                                                   \
    X(REWORK, rework_ratio, "rework_ratio", "1", 3)                                                \
    X(THROUGHPUT, items_per_h, "items_per_h", "1/h", -4)                                           \
    X(MTBF, mtbf_h, "mtbf_h", "h", -4)                                                             \
    X(MTTR, mttr_h, "mttr_h", "h", -4)                                                             \
    X(PRODUCTIVE, productive, "productive", "1", 3)                                                \
    X(STANDBY, standby, "standby", "1", 3)                                                         \
    X(ENGINEERING, engineering, "engineering", "1", 3)                                             \
    X(SCHEDULED_DOWN, scheduled_down, "scheduled_down", "1", 3)                                    \
    X(UNSCHEDULED_DOWN, unscheduled_down, "unscheduled_down", "1", 3)                              \
    X(NON_SCHEDULED, non_scheduled, "non_scheduled", "1", 3)

typedef enum takt_station_kpi {
#define TAKT_STATION_KPI_ENUM(name, function, text, unit, decimals) TAKT_STATION_KPI_##name,
    TAKT_STATION_KPI_LIST(TAKT_STATION_KPI_ENUM)
#undef TAKT_STATION_KPI_ENUM
        TAKT_STATION_KPI_COUNT
} takt_station_kpi;

/// The station's times and counts, the means over n results.
TAKT_API takt_station_totals takt_station_totals_of(const takt_report *report,
                                                    const takt_plan *plan, const double *results,
                                                    int64_t n, int32_t station);

/// All key figures -> values [TAKT_STATION_KPI_COUNT]; NAN where one has no meaning (no failures).
TAKT_API void takt_station_kpis_of(const takt_station_totals *totals, double *values);

/// One key figure over n results: of all of them together (a ratio of means), with the interval of
/// the mean over observations in which it has a meaning. n of the interval: those; lo = hi = mean
/// for fewer than two. Where it has no meaning at all the mean is NAN.
TAKT_API takt_interval takt_station_kpi_interval(const takt_report *report, const takt_plan *plan,
                                                 const double *results, int64_t n, int32_t station,
                                                 takt_station_kpi kpi, double confidence);

TAKT_EXTERN_C_END

#endif
