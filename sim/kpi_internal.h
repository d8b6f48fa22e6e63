/// Sections of the KPI table: rows that belong to one subject, in a file of their own
/// (sim/kpi_<subject>.c) that defines one takt_kpi_section; it is declared here and stands in the
/// list of sim/kpi.c. The rows of all sections lie between `turned_away` and the cost ledger, in
/// the order of that list.
#ifndef TAKT_SIM_KPI_INTERNAL_H
#define TAKT_SIM_KPI_INTERNAL_H

#include "sim/kpi.h"

typedef struct takt_kpi_section {
    /// How many rows the plan has; 0 where the factory does not use the subject. It never changes
    /// while a scenario lives: it must not depend on numbers of machines or other set-points.
    int32_t (*count)(const takt_plan *plan);
    /// Fills rows [count]; texts lie in the arena. A NULL text means that memory ran out.
    void (*name)(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                 takt_kpi_name *rows);
    /// Fills values [count] at the end of the measurement. All times have been brought to the
    /// present; `hours` is the length of the measurement, 0 if it has none.
    void (*fill)(const takt_replication *r, double hours, double *values);
} takt_kpi_section;

extern const takt_kpi_section takt_kpi_carbon;      // of the energy drawn
extern const takt_kpi_section takt_kpi_products;    // output, flow times and due dates of each
extern const takt_kpi_section takt_kpi_transport;   // fleets of vehicles
extern const takt_kpi_section takt_kpi_cards;       // how many of each kind items hold
extern const takt_kpi_section takt_kpi_crews;       // how busy their people are
extern const takt_kpi_section takt_kpi_changeovers; // of stations that change over

#endif
