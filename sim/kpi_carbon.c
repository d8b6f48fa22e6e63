// The carbon of the energy drawn, per good output.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

/// Always there, because a set-point may bring carbon in; a plant that knows of none has 0.
static int32_t count_carbon(const takt_plan *plan)
{
    (void)plan;
    return 1;
}

static void name_carbon(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                        takt_kpi_name *rows)
{
    (void)plan;
    rows[0] =
        (takt_kpi_name){.name = takt_arena_format(arena, "carbon_kg_per_good_%s", factory->unit),
                        .unit = takt_arena_format(arena, "kg/%s", factory->unit),
                        .per_good = true};
}

static void fill_carbon(const takt_replication *r, double hours, double *values)
{
    takt_energy_account account;
    (void)hours;
    takt_energy_account_of(r, &account);
    values[0] = r->view.head->good > 0 ? account.carbon_kg / r->view.head->good : 0;
}

const takt_kpi_section takt_kpi_carbon = {count_carbon, name_carbon, fill_carbon};
