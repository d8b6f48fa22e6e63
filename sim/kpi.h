/// What a replication reports: a flat vector of numbers, the same for every replication of a study,
/// and the names and units that go with it.
///
/// Layout of one result: [n_kpis] key performance indicators, then per station the machine time in
/// each state [n_stations][TAKT_MACHINE_STATE_COUNT] in s, the share of time as the bottleneck
/// [n_stations], the mean number of items per buffer [n_buffers], the number of events, the mean
/// square of the flow times in h^2, counts of each station [n_stations][TAKT_STATION_COUNT_COUNT],
/// and the energy in kWh [TAKT_ENERGY_COUNT].
#ifndef TAKT_SIM_KPI_H
#define TAKT_SIM_KPI_H

#include "core/statistics.h"
#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

/// The first rows are the same for every factory.
enum {
    TAKT_KPI_COST,       // currency per unit of good output
    TAKT_KPI_THROUGHPUT, // good output per h
    TAKT_KPI_ENERGY,     // kWh per unit of good output
    TAKT_KPI_FIRST_SCRAP // then one row per cause, then yield, items in plant, flow time, ...
};

/// The last rows: what the cost per good unit is made of, X(enum name, name of the row). The cost
/// is their sum in this order.
#define TAKT_LEDGER_LIST(X)                                                                        \
    X(MATERIAL, "cost_material") /* value that entered the plant */                                \
    X(STOPS, "cost_stops")       /* planned stops */                                               \
    X(ENERGY, "cost_energy")     /* of items, stations at work and base load */                    \
    X(CARBON, "cost_carbon")     /* of that energy, where carbon has a price */                    \
    X(FIXED, "cost_fixed")       /* fixed_per_year, for the share of the year measured */          \
    X(UPKEEP, "cost_upkeep")     /* places, machines and people, for that share */                 \
    X(STOCK, "cost_stock")       /* interest on the value in the plant */

enum {
#define TAKT_LEDGER_ENUM(name, text) TAKT_LEDGER_##name,
    TAKT_LEDGER_LIST(TAKT_LEDGER_ENUM) TAKT_LEDGER_COUNT
#undef TAKT_LEDGER_ENUM
};

/// What is counted at each station, X(enum name).
#define TAKT_STATION_COUNT_LIST(X)                                                                 \
    X(FAILURES) /* begun */                                                                        \
    X(REPAIRS)  /* ended */                                                                        \
    X(ITEMS)    /* done */                                                                         \
    X(MADE)     /* these, and items that were scrapped amid their work */                          \
    X(SCRAPPED) /* items; of one that has lost a part, the share */

typedef enum takt_station_count {
#define TAKT_STATION_COUNT_ENUM(name) TAKT_STATION_##name,
    TAKT_STATION_COUNT_LIST(TAKT_STATION_COUNT_ENUM) TAKT_STATION_COUNT_COUNT
#undef TAKT_STATION_COUNT_ENUM
} takt_station_count;

/// Who draws energy besides machines in each of their states, which come first, X(enum name, name).
#define TAKT_ENERGY_LIST(X)                                                                        \
    X(PROCESS, "items")      /* by the process model */                                            \
    X(TRANSPORT, "vehicles") /* on their way */                                                    \
    X(BASE, "base_load")

enum {
    TAKT_ENERGY_STATES = TAKT_MACHINE_STATE_COUNT - 1,
#define TAKT_ENERGY_ENUM(name, text) TAKT_ENERGY_##name,
    TAKT_ENERGY_LIST(TAKT_ENERGY_ENUM)
#undef TAKT_ENERGY_ENUM
        TAKT_ENERGY_COUNT
};

/// Behind the mean flow time: what 50, 90, 95 and 99 % of the items do not exceed, within 0.8 %.
enum { TAKT_FLOW_QUANTILES = 4 };

typedef struct takt_kpi_name {
    const char *name; // "cost_per_good_kWh"
    const char *unit; // "EUR/kWh"
    bool per_good;    // undefined where there is no good output
} takt_kpi_name;

typedef struct takt_report {
    int32_t n_kpis;
    int32_t group; // neighbouring results that are one observation: 2 with antithetic pairs, else 1
    int32_t n_scraps;                                     // rows from TAKT_KPI_FIRST_SCRAP on
    int32_t n_values;                                     // length of one result
    int32_t yield, items, flow_time, turned_away, carbon; // rows
    int32_t first_ledger, n_ledger;                       // rows of the cost ledger
    int32_t first_state, first_bottleneck, first_level, n_events; // places in a result
    int32_t flow_square, first_count, first_energy;               // the same
    const takt_kpi_name *kpis;                                    // [n_kpis]
} takt_report;

/// One row of a KPI table: mean and 95 % interval over replications. n = 0: undefined (no good
/// output in any replication); mean, lo and hi are then 0.
typedef struct takt_kpi {
    const takt_kpi_name *name;
    takt_interval interval;
} takt_kpi;

/// Names and layout for a factory; texts lie in the arena. `plan` gives counts and the process.
TAKT_API takt_status takt_report_create(const takt_factory *factory, const takt_plan *plan,
                                        takt_arena *arena, takt_report *report);

/// The row of the KPI with this name, -1 where the factory has none. Rows between `turned_away` and
/// the ledger have no places of their own in takt_report: this is how they are found.
TAKT_API int32_t takt_report_find(const takt_report *report, const char *name);

/// Length of one result for a plan.
TAKT_API int32_t takt_report_size(const takt_plan *plan);

/// Fills one result from a replication at the end of its measurement.
TAKT_API void takt_report_fill(const takt_replication *replication, double *results);

/// How many independent observations n results are: pairs are one, and so is what is left over.
TAKT_API int64_t takt_report_n_observations(const takt_report *report, int64_t n);

/// The value of a KPI in observation `i`, the mean of its results; results lie `stride` doubles
/// apart (n_values where nothing lies between). False where it is undefined (no good output).
TAKT_API bool takt_report_observe(const takt_report *report, const double *results, int64_t stride,
                                  int64_t n, int64_t i, int32_t kpi, double *value);

/// Mean and interval of one KPI over such results, as in a table: one observation gives lo = hi =
/// mean.
TAKT_API takt_interval takt_report_kpi(const takt_report *report, const double *results,
                                       int64_t stride, int64_t n, int32_t kpi, double confidence);

/// Means and intervals over n results [n][n_values] -> kpis [n_kpis].
TAKT_API void takt_report_summarise(const takt_report *report, const double *results, int64_t n,
                                    double confidence, takt_kpi *kpis);

/// Mean over n results of the value at `place`.
TAKT_API double takt_report_mean(const takt_report *report, const double *results, int64_t n,
                                 int32_t place);

/// Mean of that value with its interval, as in a table: one result gives lo = hi = mean, none
/// zeros.
TAKT_API takt_interval takt_report_interval(const takt_report *report, const double *results,
                                            int64_t n, int32_t place, double confidence);

/// The station with the largest mean bottleneck share; *share may be NULL.
TAKT_API int32_t takt_report_bottleneck(const takt_report *report, int32_t n_stations,
                                        const double *results, int64_t n, double *share);

TAKT_EXTERN_C_END

#endif
