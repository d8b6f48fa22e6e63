// KPIs of crews: how busy their people are.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

static int32_t count_crew_rows(const takt_plan *plan)
{
    return plan->n_options > 0 ? plan->n_crews : 0;
}

static void name_crew_rows(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                           takt_kpi_name *rows)
{
    for (int32_t c = 0; c < count_crew_rows(plan); ++c)
        rows[c] = (takt_kpi_name){
            takt_arena_format(arena, "busy_%s", TAKT_ITEM(takt_crew, factory->crews, c)->name), "1",
            false};
}

/// Share of the time that they are there, on shift or to finish something after it.
static void fill_crew_rows(const takt_replication *r, double hours, double *values)
{
    (void)hours;
    for (int32_t c = 0; c < count_crew_rows(r->plan); ++c) {
        const takt_crew_state *crew = &r->view.crews[c];
        values[c] = crew->there_time > 0 ? crew->busy_time / crew->there_time : 0;
    }
}

const takt_kpi_section takt_kpi_crews = {count_crew_rows, name_crew_rows, fill_crew_rows};
