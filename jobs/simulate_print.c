// takt simulate: what it prints.

#include "jobs/dryer_note.h"
#include "jobs/kpi_rows.h"
#include "jobs/output_rows.h"
#include "jobs/simulation_internal.h"
#include "jobs/stability_note.h"
#include "jobs/station_rows.h"

static void add_title(const simulation *s, takt_sheet *sheet)
{
    const takt_study *study = s->setup.study;
    const char *plural = s->n_done == 1 ? "" : "s";
    if (takt_snapshot_start(&s->snapshot))
        takt_sheet_note(sheet, "%s: %d replication%s of %.6g h from %.6g h on, the moment of %s%s",
                        study->name, s->n_done, plural, study->horizon.measured_s / 3600,
                        takt_tick_to_s(s->snapshot.now) / 3600, s->snapshot.path,
                        s->snapshot.start.mode == TAKT_BRANCH_COMMON
                            ? "; the original's future"
                            : "; each a future of its own");
    else
        takt_sheet_note(sheet, "%s: %d replication%s of %.6g h after %.6g h of warm-up",
                        study->name, s->n_done, plural, study->horizon.measured_s / 3600,
                        study->horizon.warm_up_s / 3600);
    if (takt_scenario_violation(s->setup.scenario) > 0)
        takt_sheet_note(sheet, "These set-points break a limit of the process: see takt check.");
}

static void add_bottleneck(const simulation *s, takt_sheet *sheet, const double *results)
{
    static const takt_column columns[] = {{"name", "station", false},
                                          {"share", "share of time", false},
                                          {"lo", "95 % from", false},
                                          {"hi", "to", false}};
    const takt_report *report = takt_scenario_report(s->setup.scenario);
    const takt_list *stations = &s->setup.study->factory.stations;
    const int64_t n = simulation_n_results(s);
    const int32_t bottleneck = takt_report_bottleneck(report, stations->n_items, results, n, NULL);
    const takt_interval share = takt_bottleneck_interval(report, results, n, bottleneck);
    const bool has_interval = share.n > 1;
    takt_table *table = takt_sheet_object(sheet, "bottleneck", "Bottleneck", columns, 4);
    takt_table_add(
        table, (takt_cell[]){takt_cell_text(TAKT_ITEM(takt_station, *stations, bottleneck)->name),
                             takt_cell_number(share.mean, 3),
                             has_interval ? takt_cell_number(share.lo, 3) : takt_cell_none(),
                             has_interval ? takt_cell_number(share.hi, 3) : takt_cell_none()});
}

/// What the output itself is worth.
static takt_status add_output(const simulation *s, takt_sheet *sheet, const double *results)
{
    const takt_setup *setup = &s->setup;
    const int64_t n = simulation_n_results(s);
    if (s->warm_up)
        takt_sheet_add_warm_up(sheet, s->warm_up);
    TAKT_TRY(takt_stability_note(s, sheet));
    takt_sheet_add_precision(sheet, &s->comparison, s->rows, s->n_done, s->precision_kpi);
    takt_sheet_add_pairs(sheet, setup, results, takt_scenario_report(setup->scenario)->n_values, n);
    if (setup->study->horizon.batches > 0)
        TAKT_TRY(takt_sheet_add_batches(sheet, setup, results, n));
    TAKT_TRY(takt_sheet_add_comparison(sheet, &s->comparison, s->rows, s->n_done));
    return TAKT_OK;
}

static takt_status print(const simulation *s, takt_sheet *sheet, const double *results)
{
    const takt_setup *setup = &s->setup;
    const takt_sheet_head head = {setup->study->name, setup->study->seed, s->run.folder};
    const int64_t n = simulation_n_results(s);
    add_title(s, sheet);
    TAKT_TRY(takt_dryer_note(s->call, setup, &s->run, sheet));
    TAKT_TRY(takt_sheet_add_kpis(sheet, "rows", "Results", setup, results, n));
    takt_sheet_add_stations(sheet, setup, results, n);
    add_bottleneck(s, sheet, results);
    takt_sheet_add_station_kpis(sheet, s->call, setup, results, n);
    takt_sheet_add_energy(sheet, setup, results, n);
    TAKT_TRY(add_output(s, sheet, results));
    takt_sheet_next(sheet,
                    setup->study->set_points.n_items > 0 ? "takt optimize %s" : "takt check %s",
                    s->run.study);
    TAKT_TRY(takt_sheet_print(s->call, sheet, &head));
    return TAKT_OK;
}

takt_status simulation_print(simulation *s, char *headline, size_t n_bytes)
{
    double *results = simulation_baseline(s);
    takt_sheet *sheet = NULL;
    if (!results)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the results");
    takt_status status = takt_sheet_create(&sheet);
    if (status == TAKT_OK) {
        takt_kpi_headline(&s->setup, results, simulation_n_results(s), headline, n_bytes);
        status = print(s, sheet, results);
    }
    takt_sheet_destroy(&sheet);
    if (results != s->rows)
        takt_free(results);
    return status;
}
