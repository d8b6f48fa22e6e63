// Key performance indicators out of the totals of a replication.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

#include <string.h>

/// Sections in the order of their rows, takt_report.carbon first; NULL ends the list.
static const takt_kpi_section *const kpi_sections[] = {
    &takt_kpi_carbon,
    &takt_kpi_products,
    &takt_kpi_changeovers,
    &takt_kpi_transport,
    &takt_kpi_cards,
    &takt_kpi_crews,
    NULL,
};

static int32_t count_section_rows(const takt_plan *plan)
{
    int32_t n = 0;
    for (const takt_kpi_section *const *section = kpi_sections; *section; ++section)
        n += (*section)->count(plan);
    return n;
}

/// Shares of the items that a flow time is not exceeded by, in percent.
static const int32_t flow_percents[TAKT_FLOW_QUANTILES] = {50, 90, 95, 99};

/// Stations can scrap whole items; models scrap by cause. Rows: causes, stations, yield, items and
/// flow time, its quantiles, who is turned away, the sections, the ledger.
static int32_t count_kpis(const takt_plan *plan)
{
    return TAKT_KPI_FIRST_SCRAP + plan->n_causes + plan->n_stations + 4 + TAKT_FLOW_QUANTILES +
           count_section_rows(plan) + TAKT_LEDGER_COUNT;
}

int32_t takt_report_size(const takt_plan *plan)
{
    return count_kpis(plan) + 2 + plan->n_buffers + TAKT_ENERGY_COUNT +
           plan->n_stations * (TAKT_MACHINE_STATE_COUNT + 1 + TAKT_STATION_COUNT_COUNT);
}

static void name_sections(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                          takt_kpi_name *rows)
{
    for (const takt_kpi_section *const *section = kpi_sections; *section; ++section) {
        (*section)->name(factory, plan, arena, rows);
        rows += (*section)->count(plan);
    }
}

static void name_ledger(const takt_report *report, takt_kpi_name *kpis)
{
    static const char *const names[] = {
#define LEDGER_NAME(name, text) text,
        TAKT_LEDGER_LIST(LEDGER_NAME)
#undef LEDGER_NAME
    };
    for (int32_t i = 0; i < TAKT_LEDGER_COUNT; ++i)
        kpis[report->first_ledger + i] = (takt_kpi_name){names[i], kpis[TAKT_KPI_COST].unit, true};
}

takt_status takt_report_create(const takt_factory *factory, const takt_plan *plan,
                               takt_arena *arena, takt_report *report)
{
    const int32_t n_scraps = plan->n_causes + plan->n_stations;
    const char *unit = factory->unit, *currency = factory->prices.currency;
    takt_kpi_name *kpis = takt_arena_alloc(arena, (size_t)count_kpis(plan) * sizeof *kpis);
    if (!kpis)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the names of the KPIs");
    *report = (takt_report){
        .n_kpis = count_kpis(plan),
        .group = 1,
        .n_scraps = n_scraps,
        .n_values = takt_report_size(plan),
        .yield = TAKT_KPI_FIRST_SCRAP + n_scraps,
        .items = TAKT_KPI_FIRST_SCRAP + n_scraps + 1,
        .flow_time = TAKT_KPI_FIRST_SCRAP + n_scraps + 2,
        .turned_away = TAKT_KPI_FIRST_SCRAP + n_scraps + 3 + TAKT_FLOW_QUANTILES,
        .carbon = TAKT_KPI_FIRST_SCRAP + n_scraps + 4 + TAKT_FLOW_QUANTILES,
        .first_ledger = count_kpis(plan) - TAKT_LEDGER_COUNT,
        .n_ledger = TAKT_LEDGER_COUNT,
        .first_state = count_kpis(plan),
        .kpis = kpis,
    };
    report->first_bottleneck = report->first_state + plan->n_stations * TAKT_MACHINE_STATE_COUNT;
    report->first_level = report->first_bottleneck + plan->n_stations;
    report->n_events = report->first_level + plan->n_buffers;
    report->first_count = report->n_events + 2; // behind flow_square
    report->first_energy = report->first_count + plan->n_stations * TAKT_STATION_COUNT_COUNT;
    report->flow_square = report->n_events + 1;
    kpis[TAKT_KPI_COST] = (takt_kpi_name){takt_arena_format(arena, "cost_per_good_%s", unit),
                                          takt_arena_format(arena, "%s/%s", currency, unit), true};
    kpis[TAKT_KPI_THROUGHPUT] = (takt_kpi_name){takt_arena_format(arena, "good_%s_per_h", unit),
                                                takt_arena_format(arena, "%s/h", unit), false};
    kpis[TAKT_KPI_ENERGY] = (takt_kpi_name){takt_arena_format(arena, "energy_per_good_%s", unit),
                                            takt_arena_format(arena, "kWh/%s", unit), true};
    for (int32_t i = 0; i < plan->n_causes; ++i)
        kpis[TAKT_KPI_FIRST_SCRAP + i] = (takt_kpi_name){
            takt_arena_format(arena, "scrap_%s", plan->process->causes[i]), "1", false};
    for (int32_t s = 0; s < plan->n_stations; ++s)
        kpis[TAKT_KPI_FIRST_SCRAP + plan->n_causes + s] =
            (takt_kpi_name){takt_arena_format(arena, "scrap_at_%s",
                                              TAKT_ITEM(takt_station, factory->stations, s)->name),
                            "1", false};
    kpis[report->yield] = (takt_kpi_name){"yield", "1", false};
    kpis[report->items] = (takt_kpi_name){"items_in_plant", "items", false};
    kpis[report->flow_time] = (takt_kpi_name){"flow_time", "h", false};
    for (int32_t i = 0; i < TAKT_FLOW_QUANTILES; ++i)
        kpis[report->flow_time + 1 + i] =
            (takt_kpi_name){takt_arena_format(arena, "flow_time_%d", flow_percents[i]), "h", false};
    kpis[report->turned_away] = (takt_kpi_name){"turned_away", "1", false};
    name_sections(factory, plan, arena, &kpis[report->turned_away + 1]);
    name_ledger(report, kpis);
    for (int32_t i = 0; i < report->n_kpis; ++i)
        if (!kpis[i].name || !kpis[i].unit)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the names of the KPIs");
    return TAKT_OK;
}

int32_t takt_report_find(const takt_report *report, const char *name)
{
    for (int32_t k = 0; k < report->n_kpis; ++k)
        if (strcmp(report->kpis[k].name, name) == 0)
            return k;
    return TAKT_NONE;
}

/// Energy and cost of the time measured. `ledger`: where its lines go. The cost is the sum of the
/// lines and not the other way round, so that a bridge from one design to another closes.
static void fill_cost(const takt_replication *r, double hours, double *results, double *ledger)
{
    const takt_state_head *head = r->view.head;
    const takt_prices *prices = &r->plan->prices;
    const double years = hours / prices->hours_per_year;
    const double stock_value_years =
        head->value_time / TAKT_TICKS_PER_S / 3600 / prices->hours_per_year;
    takt_energy_account energy;
    takt_energy_account_of(r, &energy);
    const double costs[TAKT_LEDGER_COUNT] = {
        [TAKT_LEDGER_MATERIAL] = head->material_cost,
        [TAKT_LEDGER_STOPS] = head->stop_cost,
        [TAKT_LEDGER_ENERGY] = energy.cost,
        [TAKT_LEDGER_CARBON] = energy.carbon_kg * prices->carbon_price_per_t / 1000,
        [TAKT_LEDGER_FIXED] = years * prices->fixed_per_year,
        [TAKT_LEDGER_UPKEEP] = years * r->plan->upkeep_per_year,
        [TAKT_LEDGER_STOCK] = stock_value_years * prices->stock_rate_per_year,
    };
    const double good = head->good;
    double cost = 0;
    for (int32_t i = 0; i < TAKT_LEDGER_COUNT; ++i) {
        ledger[i] = good > 0 ? costs[i] / good : 0;
        cost += ledger[i];
    }
    results[TAKT_KPI_COST] = cost;
    results[TAKT_KPI_THROUGHPUT] = hours > 0 ? good / hours : 0;
    results[TAKT_KPI_ENERGY] = good > 0 ? energy.kWh / good : 0;
}

/// Counts of the stations, and who has drawn how much energy; all that stands in no row.
static void fill_details(const takt_replication *r, double *at)
{
    takt_energy_account energy;
    for (int32_t s = 0; s < r->plan->n_stations; ++s) {
        const takt_station_state *station = &r->view.stations[s];
        at[TAKT_STATION_FAILURES] = (double)station->n_failures;
        at[TAKT_STATION_REPAIRS] = (double)station->n_repairs;
        at[TAKT_STATION_ITEMS] = (double)station->n_done;
        at[TAKT_STATION_MADE] = (double)(station->n_done + station->n_cut);
        at[TAKT_STATION_SCRAPPED] = station->scrapped_items;
        at += TAKT_STATION_COUNT_COUNT;
    }
    takt_energy_account_of(r, &energy);
    for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        at[k] = energy.state_kWh[k];
    at[TAKT_ENERGY_PROCESS] = energy.process_kWh;
    at[TAKT_ENERGY_TRANSPORT] = energy.transport_kWh;
    at[TAKT_ENERGY_BASE] = energy.base_kWh;
}

void takt_report_fill(const takt_replication *r, double *results)
{
    const takt_plan *plan = r->plan;
    const takt_state_head *head = r->view.head;
    const double ticks = (double)(head->now - head->measured_since);
    const double hours = ticks / TAKT_TICKS_PER_S / 3600;
    const double per_gross = head->gross > 0 ? 1 / head->gross : 0;
    double lost = 0, *at = results + TAKT_KPI_FIRST_SCRAP;
    for (int32_t i = 0; i < plan->n_causes; ++i) {
        lost += r->view.losses[i];
        *at++ = r->view.losses[i] * per_gross;
    }
    for (int32_t s = 0; s < plan->n_stations; ++s)
        *at++ = r->view.stations[s].scrapped * per_gross;
    *at++ = head->gross > 0 ? 1 - (lost + head->scrapped) * per_gross : 0;
    *at++ = ticks > 0 ? head->plant_time / ticks : 0;
    *at++ = head->n_left > 0 ? head->sojourn / (double)head->n_left / TAKT_TICKS_PER_S / 3600 : 0;
    for (int32_t i = 0; i < TAKT_FLOW_QUANTILES; ++i)
        *at++ = takt_histogram_quantile(r->view.flow_times, flow_percents[i] / 100.0) /
                TAKT_TICKS_PER_S / 3600;
    *at++ = head->n_arrived > 0 ? (double)head->n_turned_away / (double)head->n_arrived : 0;
    for (const takt_kpi_section *const *section = kpi_sections; *section; ++section) {
        (*section)->fill(r, hours, at);
        at += (*section)->count(plan);
    }
    fill_cost(r, hours, results, at);
    at += TAKT_LEDGER_COUNT;
    for (int32_t s = 0; s < plan->n_stations; ++s)
        for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            *at++ = takt_tick_to_s(r->view.stations[s].time[k]);
    for (int32_t s = 0; s < plan->n_stations; ++s)
        *at++ = ticks > 0 ? (double)r->view.stations[s].bottleneck_time / ticks : 0;
    for (int32_t b = 0; b < plan->n_buffers; ++b)
        *at++ = ticks > 0 ? r->view.buffers[b].level_time / ticks : 0;
    *at++ = (double)head->n_events;
    *at++ = head->n_left > 0 ? head->sojourn_square / (double)head->n_left /
                                   (TAKT_TICKS_PER_S * TAKT_TICKS_PER_S) / (3600.0 * 3600.0)
                             : 0;
    fill_details(r, at);
}

static takt_interval interval_of(const takt_moments *moments, double confidence)
{
    if (moments->n > 1)
        return takt_interval_of_moments(moments, confidence);
    // One replication tells nothing about its error.
    return (takt_interval){moments->mean, moments->mean, moments->mean, moments->n};
}

int64_t takt_report_n_observations(const takt_report *report, int64_t n)
{
    return (n + report->group - 1) / report->group;
}

bool takt_report_observe(const takt_report *report, const double *results, int64_t stride,
                         int64_t n, int64_t i, int32_t kpi, double *value)
{
    const int64_t first = i * report->group;
    const int64_t end = first + report->group < n ? first + report->group : n;
    takt_moments moments = {0};
    for (int64_t k = first; k < end; ++k) {
        const double *result = results + k * stride;
        if (!report->kpis[kpi].per_good || result[TAKT_KPI_THROUGHPUT] > 0)
            takt_moments_add(&moments, result[kpi]);
    }
    *value = moments.mean;
    return moments.n > 0;
}

takt_interval takt_report_kpi(const takt_report *report, const double *results, int64_t stride,
                              int64_t n, int32_t kpi, double confidence)
{
    const int64_t n_observations = takt_report_n_observations(report, n);
    takt_moments moments = {0};
    double value;
    for (int64_t i = 0; i < n_observations; ++i)
        if (takt_report_observe(report, results, stride, n, i, kpi, &value))
            takt_moments_add(&moments, value);
    return interval_of(&moments, confidence);
}

void takt_report_summarise(const takt_report *report, const double *results, int64_t n,
                           double confidence, takt_kpi *kpis)
{
    for (int32_t k = 0; k < report->n_kpis; ++k)
        kpis[k] = (takt_kpi){&report->kpis[k],
                             takt_report_kpi(report, results, report->n_values, n, k, confidence)};
}

double takt_report_mean(const takt_report *report, const double *results, int64_t n, int32_t place)
{
    double sum = 0;
    for (int64_t i = 0; i < n; ++i)
        sum += results[i * report->n_values + place];
    return n > 0 ? sum / (double)n : 0;
}

takt_interval takt_report_interval(const takt_report *report, const double *results, int64_t n,
                                   int32_t place, double confidence)
{
    takt_moments moments = {0}, group = {0};
    for (int64_t i = 0; i < n; ++i) {
        takt_moments_add(&group, results[i * report->n_values + place]);
        if (group.n == report->group || i == n - 1) {
            takt_moments_add(&moments, group.mean);
            group = (takt_moments){0};
        }
    }
    return interval_of(&moments, confidence);
}

int32_t takt_report_bottleneck(const takt_report *report, int32_t n_stations, const double *results,
                               int64_t n, double *share)
{
    int32_t best = 0;
    double most = -1;
    for (int32_t s = 0; s < n_stations; ++s) {
        const double mean = takt_report_mean(report, results, n, report->first_bottleneck + s);
        if (mean > most) {
            most = mean;
            best = s;
        }
    }
    if (share)
        *share = most;
    return best;
}
