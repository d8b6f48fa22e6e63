// The lines of the cost ledger sum to the cost per good unit: in every replication, in the means
// over replications, and where nothing good comes out.
#include "sim/scenario.h"
#include "tests/check.h"

#include <math.h>

enum { N = 3, ROOM = 512 };

/// A plant of examples/ with values changed.
typedef struct plant {
    takt_study *study;
    takt_dryer dryer;
    takt_scenario *scenario;
    const takt_report *report;
    double results[N * ROOM]; // one behind the other
} plant;

static void plant_run(plant *p, const char *path, const char *const *sets, int32_t n_sets)
{
    *p = (plant){0};
    CHECK_OK(takt_study_open(path, sets, n_sets, &p->study));
    if (p->study->process.model)
        CHECK_OK(takt_dryer_batch_create(&p->dryer));
    CHECK_OK(takt_scenario_create(p->study, p->dryer.context ? &p->dryer : NULL, &p->scenario));
    p->report = takt_scenario_report(p->scenario);
    CHECK(p->report->n_values <= ROOM);
    for (int32_t i = 0; i < N; ++i)
        CHECK_OK(takt_replication_run(takt_scenario_replication(p->scenario), (uint32_t)i,
                                      p->results + i * p->report->n_values));
}

static void plant_leave(plant *p)
{
    takt_scenario_destroy(&p->scenario);
    if (p->dryer.context)
        takt_dryer_batch_destroy(&p->dryer);
    takt_study_destroy(&p->study);
}

/// Checks every replication and the table over them; `n_lines` is how many lines cost something.
static void check_sums(const plant *p, int32_t n_lines)
{
    const takt_report *report = p->report;
    takt_kpi kpis[ROOM];
    double mean = 0;
    int32_t n_found = 0;
    for (int32_t i = 0; i < N; ++i) {
        const double *result = p->results + i * report->n_values;
        double sum = 0;
        for (int32_t k = 0; k < report->n_ledger; ++k)
            sum += result[report->first_ledger + k];
        CHECK(sum > 0);
        CHECK_NEAR(result[TAKT_KPI_COST], sum, 1e-12, 0);
    }
    takt_report_summarise(report, p->results, N, 0.95, kpis);
    for (int32_t k = 0; k < report->n_ledger; ++k) {
        mean += kpis[report->first_ledger + k].interval.mean;
        n_found += kpis[report->first_ledger + k].interval.mean > 0;
    }
    CHECK_NEAR(kpis[TAKT_KPI_COST].interval.mean, mean, 1e-12, 0);
    CHECK_INT(n_found, n_lines);
}

static void lines_sum_to_the_cost(void)
{
    static plant p;
    const char *const sets[] = {"horizon.warm_up=1 d", "horizon.measured=2 d"};
    plant_run(&p, TAKT_SOURCE_DIR "/examples/mini_factory.yaml", sets, 2);
    check_sums(&p, 6);
    plant_leave(&p);
    const char *const long_sets[] = {"horizon.warm_up=5 d", "horizon.measured=5 d"};
    plant_run(&p, TAKT_SOURCE_DIR "/examples/battery_line.yaml", long_sets, 2);
    check_sums(&p, 6);
    plant_leave(&p);
}

/// Priced by hand from the energy KPI.
static void energy_costs_what_it_costs(void)
{
    static plant p;
    const char *const sets[] = {"horizon.measured=2 d", "factory.prices.energy_per_kWh=0.25"};
    plant_run(&p, TAKT_SOURCE_DIR "/examples/mini_factory.yaml", sets, 2);
    for (int32_t i = 0; i < N; ++i) {
        const double *result = p.results + i * p.report->n_values;
        CHECK_NEAR(result[p.report->first_ledger + TAKT_LEDGER_ENERGY],
                   0.25 * result[TAKT_KPI_ENERGY], 1e-14, 0);
    }
    plant_leave(&p);
}

static void nothing_good_has_no_ledger(void)
{
    static plant p;
    const char *const sets[] = {"horizon.warm_up=0 s", "horizon.measured=1 s"};
    takt_kpi kpis[ROOM];
    plant_run(&p, TAKT_SOURCE_DIR "/examples/mini_factory.yaml", sets, 2);
    takt_report_summarise(p.report, p.results, N, 0.95, kpis);
    for (int32_t k = 0; k < p.report->n_ledger; ++k) {
        CHECK_NEAR(p.results[p.report->first_ledger + k], 0, 0, 0);
        CHECK_INT(kpis[p.report->first_ledger + k].interval.n, 0); // undefined, not free
    }
    plant_leave(&p);
}

TAKT_TESTS(TEST(lines_sum_to_the_cost), TEST(energy_costs_what_it_costs),
           TEST(nothing_good_has_no_ledger))
