#include "jobs/kpi_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool station_scraps(const takt_station *station)
{
    for (int32_t r = 0; r < station->routes.n_items; ++r) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, r);
        if (route->buffer == TAKT_ROUTE_SCRAP && route->share > 0)
            return true;
    }
    return false;
}

static bool has_carbon(const takt_prices *prices)
{
    return prices->carbon_kg_per_kWh > 0 ||
           (prices->tariff && takt_tariff_has_carbon(prices->tariff));
}

bool takt_kpi_is_shown(const takt_setup *setup, int32_t kpi)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_factory *factory = &setup->study->factory;
    const int32_t first_station = report->yield - factory->stations.n_items;
    if (kpi >= first_station && kpi < report->yield)
        return station_scraps(TAKT_ITEM(takt_station, factory->stations, kpi - first_station));
    if (kpi == report->turned_away)
        return factory->sources.n_items > 0;
    if (kpi == report->carbon)
        return has_carbon(&factory->prices);
    if (kpi == report->first_ledger + TAKT_LEDGER_CARBON)
        return has_carbon(&factory->prices) && factory->prices.carbon_price_per_t > 0;
    return true;
}

bool takt_kpi_is_blank(const takt_setup *setup, int32_t kpi, const takt_kpi *value)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_interval *interval = &value->interval;
    return kpi >= report->first_ledger && kpi < report->first_ledger + report->n_ledger &&
           !(fabs(interval->mean) > 0 || fabs(interval->lo) > 0 || fabs(interval->hi) > 0);
}

static bool is_share(const takt_kpi *kpi)
{
    return strcmp(kpi->name->unit, "1") == 0;
}

takt_cell takt_kpi_unit_cell(const takt_kpi *kpi)
{
    takt_cell cell = takt_cell_text(kpi->name->unit);
    cell.is_percent = is_share(kpi);
    return cell;
}

takt_cell takt_kpi_cell(const takt_kpi *kpi, double value)
{
    const takt_interval *interval = &kpi->interval;
    const double half = 0.5 * (interval->hi - interval->lo);
    if (interval->n == 0)
        return takt_cell_none();
    if (is_share(kpi))
        return takt_cell_percent(value, takt_decimals_of(100 * interval->mean, 100 * half));
    return takt_cell_number(value, takt_decimals_of(interval->mean, half));
}

takt_cell takt_kpi_end_cell(const takt_kpi *kpi, double value)
{
    return kpi->interval.n > 1 ? takt_kpi_cell(kpi, value) : takt_cell_none();
}

takt_status takt_sheet_add_kpis(takt_sheet *sheet, const char *key, const char *title,
                                const takt_setup *setup, const double *results, int64_t n)
{
    static const takt_column columns[] = {{"name", "name", false}, {"unit", "unit", false},
                                          {"mean", "mean", false}, {"lo", "95 % from", false},
                                          {"hi", "to", false},     {"n", "replications", false}};
    const takt_report *report = takt_scenario_report(setup->scenario);
    takt_kpi *kpis = takt_alloc((size_t)report->n_kpis * sizeof *kpis);
    if (!kpis)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the KPI table");
    takt_report_summarise(report, results, n, 0.95, kpis);
    takt_table *table = takt_sheet_table(sheet, key, title, columns, 6);
    for (int32_t k = 0; k < report->n_kpis; ++k) {
        const takt_interval *interval = &kpis[k].interval;
        if (!takt_kpi_is_shown(setup, k))
            continue;
        const takt_cell cells[] = {
            takt_cell_text(kpis[k].name->name),        takt_kpi_unit_cell(&kpis[k]),
            takt_kpi_cell(&kpis[k], interval->mean),   takt_kpi_end_cell(&kpis[k], interval->lo),
            takt_kpi_end_cell(&kpis[k], interval->hi), takt_cell_integer(interval->n),
        };
        if (takt_kpi_is_blank(setup, k, &kpis[k]))
            takt_table_add_to_json(table, cells);
        else
            takt_table_add(table, cells);
    }
    takt_free(kpis);
    return TAKT_OK;
}

takt_interval takt_bottleneck_interval(const takt_report *report, const double *results, int64_t n,
                                       int32_t station)
{
    takt_interval share =
        takt_report_interval(report, results, n, report->first_bottleneck + station, 0.95);
    share.lo = share.lo > 0 ? share.lo : 0;
    share.hi = share.hi < 1 ? share.hi : 1;
    return share;
}

void takt_sheet_add_stations(takt_sheet *sheet, const takt_setup *setup, const double *results,
                             int64_t n)
{
    static const takt_column columns[] = {{"name", "station", false},
                                          {"machines", "machines", false},
#define STATE_COLUMN(name, text) {text, text, false},
                                          TAKT_MACHINE_STATE_LIST(STATE_COLUMN)
#undef STATE_COLUMN
                                              {"bottleneck", "bottleneck", false},
                                          {"bottleneck_lo", "95 % from", false},
                                          {"bottleneck_hi", "to", false}};
    enum { N_COLUMNS = sizeof columns / sizeof *columns, AT = N_COLUMNS - 3 };
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_factory *factory = &setup->study->factory;
    takt_table *table =
        takt_sheet_table(sheet, "stations", "Stations: share of time", columns, N_COLUMNS);
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        takt_cell cells[N_COLUMNS] = {takt_cell_text(station->name),
                                      takt_cell_integer(station->n_machines)};
        double times[TAKT_MACHINE_STATE_COUNT], sum = 0;
        for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k) {
            times[k] = takt_report_mean(report, results, n,
                                        report->first_state + s * TAKT_MACHINE_STATE_COUNT + k);
            sum += times[k];
        }
        for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            cells[2 + k] = takt_cell_number(sum > 0 ? times[k] / sum : 0, 3);
        const takt_interval share = takt_bottleneck_interval(report, results, n, s);
        cells[AT] = takt_cell_number(share.mean, 3);
        cells[AT + 1] = share.n > 1 ? takt_cell_number(share.lo, 3) : takt_cell_none();
        cells[AT + 2] = share.n > 1 ? takt_cell_number(share.hi, 3) : takt_cell_none();
        takt_table_add(table, cells);
    }
}

const char *takt_kpi_headline(const takt_setup *setup, const double *results, int64_t n, char *out,
                              size_t n_bytes)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_interval interval =
        takt_report_kpi(report, results, report->n_values, n, TAKT_KPI_COST, 0.95);
    const takt_kpi_name *name = &report->kpis[TAKT_KPI_COST];
    if (interval.n > 1) {
        const int decimals = takt_decimals_of(interval.mean, 0.5 * (interval.hi - interval.lo));
        snprintf(out, n_bytes, "%s %.*f %s [%.*f, %.*f]", name->name, decimals, interval.mean,
                 name->unit, decimals, interval.lo, decimals, interval.hi);
    } else if (interval.n == 1) {
        snprintf(out, n_bytes, "%s %.5g %s", name->name, interval.mean, name->unit);
    } else {
        snprintf(out, n_bytes, "no good output");
    }
    return out;
}
