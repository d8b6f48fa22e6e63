// KPI rows of stations that change over: how often.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

static int32_t count_rows(const takt_plan *plan)
{
    int32_t n = 0;
    for (int32_t s = 0; s < plan->n_stations; ++s)
        n += plan->stations[s].n_changeovers > 0;
    return n;
}

static void name_rows(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                      takt_kpi_name *rows)
{
    for (int32_t s = 0; s < plan->n_stations; ++s)
        if (plan->stations[s].n_changeovers > 0)
            *rows++ = (takt_kpi_name){
                takt_arena_format(arena, "changeovers_%s_per_h",
                                  TAKT_ITEM(takt_station, factory->stations, s)->name),
                "1/h", false};
}

static void fill_rows(const takt_replication *r, double hours, double *values)
{
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        if (r->plan->stations[s].n_changeovers > 0)
            *values++ = hours > 0 ? (double)r->view.stations[s].n_changeovers / hours : 0;
}

const takt_kpi_section takt_kpi_changeovers = {count_rows, name_rows, fill_rows};
