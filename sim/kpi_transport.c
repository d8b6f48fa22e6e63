// KPI rows of transporters: what each fleet does with its time, how far it drives, what it carries.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

enum { BUSY, EMPTY, LOADED, DISTANCE, CARRIED, ROWS_PER_FLEET };

static int32_t count_transport(const takt_plan *plan)
{
    return ROWS_PER_FLEET * plan->transport.n_fleets;
}

static void name_transport(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                           takt_kpi_name *rows)
{
    for (int32_t f = 0; f < plan->transport.n_fleets; ++f, rows += ROWS_PER_FLEET) {
        const char *name = TAKT_ITEM(takt_transporter, factory->transporters, f)->name;
        rows[BUSY] = (takt_kpi_name){takt_arena_format(arena, "%s_busy", name), "1", false};
        rows[EMPTY] = (takt_kpi_name){takt_arena_format(arena, "%s_empty", name), "1", false};
        rows[LOADED] = (takt_kpi_name){takt_arena_format(arena, "%s_loaded", name), "1", false};
        rows[DISTANCE] = (takt_kpi_name){takt_arena_format(arena, "%s_driven", name), "m/h", false};
        rows[CARRIED] =
            (takt_kpi_name){takt_arena_format(arena, "%s_carried", name), "items/h", false};
    }
}

/// Shares of the vehicles' time; busy is all but idle, empty and loaded are driving.
static void fill_transport(const takt_replication *r, double hours, double *values)
{
    const takt_plan_transport *plan = &r->plan->transport;
    for (int32_t f = 0; f < plan->n_fleets; ++f, values += ROWS_PER_FLEET) {
        const takt_plan_fleet *fleet = &plan->fleets[f];
        const takt_fleet_state *state = &r->view.fleets[f];
        const double seconds = hours * 3600 * fleet->n_vehicles;
        const double share = seconds > 0 ? 1 / seconds : 0;
        const double empty_s = takt_tick_to_s(state->time[TAKT_VEHICLE_EMPTY]);
        const double loaded_s = takt_tick_to_s(state->time[TAKT_VEHICLE_LOADED]);
        values[BUSY] =
            share * (empty_s + loaded_s + takt_tick_to_s(state->time[TAKT_VEHICLE_LOADING]) +
                     takt_tick_to_s(state->time[TAKT_VEHICLE_UNLOADING]));
        values[EMPTY] = share * empty_s;
        values[LOADED] = share * loaded_s;
        values[DISTANCE] = hours > 0 ? (empty_s + loaded_s) * fleet->speed_m_s / hours : 0;
        values[CARRIED] = hours > 0 ? (double)state->n_carried / hours : 0;
    }
}

const takt_kpi_section takt_kpi_transport = {count_transport, name_transport, fill_transport};
