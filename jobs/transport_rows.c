#include "jobs/transport_rows.h"

#include <stdio.h>
#include <string.h>

/// Value of the KPI `<name>_<what>` in a result.
static double kpi_of(const takt_setup *setup, const double *results, const char *name,
                     const char *what)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    char wanted[2 * TAKT_NAME_MAX];
    snprintf(wanted, sizeof wanted, "%s_%s", name, what);
    for (int32_t k = 0; k < report->n_kpis; ++k)
        if (strcmp(report->kpis[k].name, wanted) == 0)
            return results[k];
    return 0;
}

/// Seconds of a trip with one item and back to where it began: the mean over the fleet's routes.
static double mean_trip_s(const takt_plan_transport *transport, int32_t index)
{
    const takt_plan_fleet *fleet = &transport->fleets[index];
    double metres = 0;
    int32_t n = 0;
    for (int32_t i = 0; i < transport->n_lanes; ++i) {
        const takt_plan_lane *lane = &transport->lanes[i];
        if (lane->fleet != index)
            continue;
        metres += 2 * takt_metric_distance(fleet->metric, lane->from, lane->to);
        n += 1;
    }
    return n > 0 ? metres / n / fleet->speed_m_s + takt_tick_to_s(fleet->load + fleet->unload) : 0;
}

static void add_fleets(const takt_setup *setup, const double *results, takt_table *table)
{
    const takt_plan_transport *transport = &takt_scenario_plan(setup->scenario)->transport;
    for (int32_t f = 0; f < transport->n_fleets; ++f) {
        const takt_plan_fleet *fleet = &transport->fleets[f];
        const char *name = TAKT_ITEM(takt_transporter, setup->study->factory.transporters, f)->name;
        const double trip_s = mean_trip_s(transport, f);
        const double items = (double)fleet->n_vehicles * fleet->capacity;
        const double each_s = takt_tick_to_s(fleet->load + fleet->unload);
        const double round_s = trip_s + (fleet->capacity - 1) * each_s; // with all it can carry
        takt_table_add(
            table, (takt_cell[]){takt_cell_text(name), takt_cell_text("vehicles"),
                                 takt_cell_integer(fleet->n_vehicles), takt_cell_number(trip_s, -4),
                                 round_s > 0 ? takt_cell_number(items * 3600 / round_s, -4)
                                             : takt_cell_none(),
                                 takt_cell_number(kpi_of(setup, results, name, "busy"), 3)});
    }
}

static void add_conveyors(const takt_setup *setup, const double *results, takt_table *table)
{
    const takt_plan *plan = takt_scenario_plan(setup->scenario);
    const int32_t first_level = takt_scenario_report(setup->scenario)->first_level;
    for (int32_t c = 0; c < plan->transport.n_conveyors; ++c) {
        const takt_plan_conveyor *conveyor = &plan->transport.conveyors[c];
        const double places = plan->buffers[conveyor->buffer].capacity;
        const bool has_limit = places < TAKT_UNLIMITED;
        const double level = results[first_level + conveyor->buffer];
        const char *name =
            TAKT_ITEM(takt_buffer, setup->study->factory.buffers, conveyor->buffer)->name;
        takt_table_add(
            table,
            (takt_cell[]){takt_cell_text(name),
                          takt_cell_text(conveyor->pitch == 0    ? "transit"
                                         : conveyor->accumulates ? "accumulating"
                                                                 : "stopping"),
                          has_limit ? takt_cell_integer((int64_t)places) : takt_cell_none(),
                          takt_cell_number(takt_tick_to_s(conveyor->transit), -4),
                          conveyor->pitch > 0
                              ? takt_cell_number(3600 / takt_tick_to_s(conveyor->pitch), -4)
                              : takt_cell_none(),
                          has_limit ? takt_cell_number(level / places, 3) : takt_cell_none()});
    }
}

void takt_transport_rows_add(const takt_setup *setup, const double *results, takt_sheet *sheet)
{
    static const takt_column columns[] = {{"name", "way", false},
                                          {"kind", "kind", false},
                                          {"number", "vehicles, places", false},
                                          {"trip_s", "to and fro, through s", false},
                                          {"items_per_h", "items/h if alone", false},
                                          {"used", "busy, full in trial", false}};
    const takt_plan_transport *transport = &takt_scenario_plan(setup->scenario)->transport;
    if (transport->n_fleets + transport->n_conveyors == 0)
        return;
    takt_table *table = takt_sheet_table(sheet, "ways", "Conveyors and vehicles", columns, 6);
    add_fleets(setup, results, table);
    add_conveyors(setup, results, table);
}
