#include "sim/station_kpis.h"

takt_station_totals takt_station_totals_of(const takt_report *report, const takt_plan *plan,
                                           const double *results, int64_t n, int32_t station)
{
    double time_s[TAKT_MACHINE_STATE_COUNT], count[TAKT_STATION_COUNT_COUNT], sum_s = 0;
    for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k) {
        const int32_t place = report->first_state + station * TAKT_MACHINE_STATE_COUNT + k;
        time_s[k] = takt_report_mean(report, results, n, place);
        sum_s += time_s[k];
    }
    for (int32_t k = 0; k < TAKT_STATION_COUNT_COUNT; ++k)
        count[k] = takt_report_mean(report, results, n,
                                    report->first_count + station * TAKT_STATION_COUNT_COUNT + k);
    return (takt_station_totals){
        .working_s = time_s[TAKT_MACHINE_WORKING],
        .starved_s = time_s[TAKT_MACHINE_STARVED],
        .blocked_s = time_s[TAKT_MACHINE_BLOCKED],
        .unstaffed_s = time_s[TAKT_MACHINE_UNSTAFFED],
        .setup_s = time_s[TAKT_MACHINE_SETUP],
        .down_s = time_s[TAKT_MACHINE_DOWN],
        .stopped_s = time_s[TAKT_MACHINE_STOPPED],
        .off_shift_s = time_s[TAKT_MACHINE_OFF_SHIFT],
        .measured_s = sum_s / plan->stations[station].n_machines,
        .failures = count[TAKT_STATION_FAILURES],
        .repairs = count[TAKT_STATION_REPAIRS],
        .items = count[TAKT_STATION_ITEMS],
        .made = count[TAKT_STATION_MADE],
        .scrapped = count[TAKT_STATION_SCRAPPED],
        .planned_s = plan->stations[station].planned_s,
    };
}

void takt_station_kpis_of(const takt_station_totals *totals, double *values)
{
#define STATION_KPI(name, function, text, unit, decimals)                                          \
    values[TAKT_STATION_KPI_##name] = takt_station_##function(totals);
    TAKT_STATION_KPI_LIST(STATION_KPI)
#undef STATION_KPI
}

takt_interval takt_station_kpi_interval(const takt_report *report, const takt_plan *plan,
                                        const double *results, int64_t n, int32_t station,
                                        takt_station_kpi kpi, double confidence)
{
    const int64_t n_observations = takt_report_n_observations(report, n);
    double values[TAKT_STATION_KPI_COUNT];
    takt_moments moments = {0};
    for (int64_t i = 0; i < n_observations; ++i) {
        const int64_t first = i * report->group, left = n - first;
        const takt_station_totals totals =
            takt_station_totals_of(report, plan, results + first * report->n_values,
                                   left < report->group ? left : report->group, station);
        takt_station_kpis_of(&totals, values);
        if (!isnan(values[kpi]))
            takt_moments_add(&moments, values[kpi]);
    }
    const takt_station_totals all = takt_station_totals_of(report, plan, results, n, station);
    takt_station_kpis_of(&all, values);
    takt_interval interval = {values[kpi], values[kpi], values[kpi], moments.n};
    if (moments.n < 2)
        return interval;
    // Around the ratio of the means, as wide as the interval of the mean of the ratios.
    const takt_interval mean = takt_interval_of_moments(&moments, confidence);
    interval.lo = values[kpi] - 0.5 * (mean.hi - mean.lo);
    interval.hi = values[kpi] + 0.5 * (mean.hi - mean.lo);
    return interval;
}
