#include "jobs/station_rows.h"

#include "sim/station_kpis.h"

#include <math.h>
#include <string.h>

typedef struct kpi_look {
    const char *name, *unit;
    int decimals;
} kpi_look;

static const kpi_look looks[TAKT_STATION_KPI_COUNT] = {
#define KPI_LOOK(name, function, text, unit, decimals) {text, unit, decimals},
    TAKT_STATION_KPI_LIST(KPI_LOOK)
#undef KPI_LOOK
};

static bool is_wanted(const takt_call *call, const char *table)
{
    const char *wanted = call->arguments.values[TAKT_FLAG_KPIS];
    return wanted && (strcmp(wanted, table) == 0 || strcmp(wanted, "all") == 0);
}

takt_status takt_station_kpis_check(const takt_call *call)
{
    const char *wanted = call->arguments.values[TAKT_FLAG_KPIS];
    if (!wanted || is_wanted(call, "iso22400") || is_wanted(call, "semi_e10"))
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "--kpis: found '%.32s', allowed: iso22400, semi_e10 or all",
                     wanted);
}

static takt_cell kpi_cell(double value, int32_t kpi)
{
    return isnan(value) ? takt_cell_none() : takt_cell_number(value, looks[kpi].decimals);
}

/// The key figures from `first` up to `end` of each station, OEE with its interval.
static void add_kpis(takt_table *table, const takt_setup *setup, const double *results, int64_t n,
                     int32_t first, int32_t end)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_plan *plan = takt_scenario_plan(setup->scenario);
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        takt_cell cells[TAKT_TABLE_MAX_COLUMNS] = {takt_cell_text(plan->stations[s].name)};
        double values[TAKT_STATION_KPI_COUNT];
        const takt_station_totals totals = takt_station_totals_of(report, plan, results, n, s);
        takt_station_kpis_of(&totals, values);
        int32_t at = 1;
        for (int32_t k = first; k < end; ++k) {
            cells[at++] = kpi_cell(values[k], k);
            if (k != TAKT_STATION_KPI_OEE)
                continue;
            const takt_interval oee =
                takt_station_kpi_interval(report, plan, results, n, s, TAKT_STATION_KPI_OEE, 0.95);
            cells[at++] = kpi_cell(oee.n > 1 ? oee.lo : NAN, TAKT_STATION_KPI_OEE);
            cells[at++] = kpi_cell(oee.n > 1 ? oee.hi : NAN, TAKT_STATION_KPI_OEE);
        }
        takt_table_add(table, cells);
    }
}

void takt_sheet_add_station_kpis(takt_sheet *sheet, const takt_call *call, const takt_setup *setup,
                                 const double *results, int64_t n)
{
    static const takt_column iso[] = {
        {"name", "station", false},
        {"availability", "available", false},
        {"effectiveness", "effective", false},
        {"quality_ratio", "quality", false},
        {"oee", "OEE", false},
        {"oee_lo", "95 % from", false},
        {"oee_hi", "to", false},
        {"allocation_efficiency", "allocated", false},
        {"utilization_efficiency", "utilised", false},
        {"technical_efficiency", "technical", false},
        {"setup_ratio", "setup", false},
        {"scrap_ratio", "scrap", false},
        {"rework_ratio", NULL, false},
        {"items_per_h", "items/h", false},
        {"mtbf_h", "MTBF h", false},
        {"mttr_h", "MTTR h", false},
    };
    static const takt_column e10[] = {
        {"name", "station", false},
        {"productive", "productive", false},
        {"standby", "standby", false},
        {"engineering", "engineering", false},
        {"scheduled_down", "scheduled down", false},
        {"unscheduled_down", "unscheduled down", false},
        {"non_scheduled", "non-scheduled", false},
    };
    takt_table *table = takt_sheet_table(
        sheet, "iso22400", is_wanted(call, "iso22400") ? "Stations: ISO 22400-2" : NULL, iso,
        sizeof iso / sizeof *iso);
    add_kpis(table, setup, results, n, TAKT_STATION_KPI_AVAILABILITY, TAKT_STATION_KPI_PRODUCTIVE);
    table = takt_sheet_table(sheet, "semi_e10",
                             is_wanted(call, "semi_e10") ? "Stations: SEMI E10, share of all time"
                                                         : NULL,
                             e10, sizeof e10 / sizeof *e10);
    add_kpis(table, setup, results, n, TAKT_STATION_KPI_PRODUCTIVE, TAKT_STATION_KPI_COUNT);
}

void takt_sheet_note_tariff(takt_sheet *sheet, const takt_setup *setup)
{
    const takt_plan_tariff *tariff = &takt_scenario_plan(setup->scenario)->tariff;
    double least = INFINITY, most = -INFINITY;
    if (tariff->n_segments == 0)
        return;
    for (int32_t i = 0; i < tariff->n_segments; ++i) {
        // From here on in simulated time: the next moment at which the cycle stands there.
        const takt_tick wait = tariff->segments[i].from - tariff->start;
        const double price = takt_tariff_at(tariff, wait < 0 ? wait + tariff->cycle : wait).cost;
        least = price < least ? price : least;
        most = price > most ? price : most;
    }
    const double hours = takt_tick_to_s(tariff->cycle) / 3600;
    const char *currency = setup->study->factory.prices.currency;
    takt_sheet_note(
        sheet,
        "Energy costs %.6g to %.6g %s/kWh in a cycle of %.6g h, %.6g at all times alike; "
        "time begins at %.6g h of it.",
        least, most, currency, hours, takt_tariff_integrate(tariff, 0, tariff->cycle).cost / hours,
        takt_tick_to_s(tariff->start) / 3600);
}

void takt_sheet_add_energy(takt_sheet *sheet, const takt_setup *setup, const double *results,
                           int64_t n)
{
    static const takt_column columns[] = {
        {"name", "drawn", false}, {"mean_kW", "mean kW", false}, {"share", "share", false}};
    static const char *const names[TAKT_ENERGY_COUNT] = {
#define ENERGY_NAME(name, text) text,
        TAKT_MACHINE_STATE_LIST(ENERGY_NAME) TAKT_ENERGY_LIST(ENERGY_NAME)
#undef ENERGY_NAME
    };
    const takt_report *report = takt_scenario_report(setup->scenario);
    double kWh[TAKT_ENERGY_COUNT], sum = 0;
    int32_t n_drawn = 0;
    for (int32_t k = 0; k < TAKT_ENERGY_COUNT; ++k) {
        kWh[k] = takt_report_mean(report, results, n, report->first_energy + k);
        sum += kWh[k];
        n_drawn += kWh[k] > 0;
    }
    takt_table *table =
        takt_sheet_table(sheet, "energy", n_drawn > 1 ? "Energy" : NULL, columns, 3);
    const double hours = // of one result, which may be one batch of a long run
        takt_station_totals_of(report, takt_scenario_plan(setup->scenario), results, n, 0)
            .measured_s /
        3600;
    for (int32_t k = 0; k < TAKT_ENERGY_COUNT; ++k) {
        const takt_cell cells[] = {takt_cell_text(names[k]), takt_cell_number(kWh[k] / hours, -4),
                                   takt_cell_number(sum > 0 ? kWh[k] / sum : 0, 3)};
        if (kWh[k] > 0)
            takt_table_add(table, cells);
        else
            takt_table_add_to_json(table, cells);
    }
}
