#include "jobs/comparison.h"

#include "core/memory.h"
#include "jobs/kpi_rows.h"

#include <math.h>
#include <string.h>

const takt_setup *takt_comparison_setup(const takt_comparison *c, int32_t index)
{
    return index == 0 ? c->base : &c->variants[index - 1];
}

const char *takt_comparison_name(const takt_comparison *c, int32_t index)
{
    return index == 0 ? TAKT_VARIANT_BASELINE
                      : TAKT_ITEM(takt_variant, c->base->study->scenarios, index - 1)->name;
}

/// Rows of the same length and the same meaning in all scenarios.
static bool same_report(const takt_report *a, const takt_report *b)
{
    if (a->n_values != b->n_values || a->n_kpis != b->n_kpis)
        return false;
    for (int32_t k = 0; k < a->n_kpis; ++k)
        if (strcmp(a->kpis[k].name, b->kpis[k].name) != 0 ||
            strcmp(a->kpis[k].unit, b->kpis[k].unit) != 0)
            return false;
    return true;
}

static takt_status open_variant(takt_comparison *c, int32_t index)
{
    takt_setup *variant = &c->variants[index];
    const takt_study *study = c->base->study;
    const takt_dryer *dryer = study->process.model ? &c->base->dryer : NULL;
    TAKT_TRY(takt_study_vary(study, index, &variant->study));
    const takt_status status = takt_scenario_create(variant->study, dryer, &variant->scenario);
    if (status == TAKT_ERR_INPUT)
        return takt_variant_fail(study, index);
    TAKT_TRY(status);
    c->scenarios[index + 1] = variant->scenario;
    if (same_report(takt_scenario_report(c->base->scenario),
                    takt_scenario_report(variant->scenario)))
        return TAKT_OK;
    return takt_document_fail(study->document, takt_path_of("scenarios[%d].set", index).text,
                              "found other stations, buffers or units than the study's, allowed: "
                              "the same in all scenarios");
}

takt_status takt_comparison_open(takt_setup *base, takt_comparison *c)
{
    const int32_t n = base->study->scenarios.n_items;
    *c = (takt_comparison){.base = base, .n_scenarios = n + 1};
    c->variants = takt_alloc((size_t)(n + 1) * sizeof *c->variants);
    c->scenarios = takt_alloc((size_t)(n + 1) * sizeof *c->scenarios);
    if (!c->variants || !c->scenarios)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the scenarios");
    c->scenarios[0] = base->scenario;
    for (int32_t i = 0; i < n; ++i)
        TAKT_TRY(open_variant(c, i));
    return TAKT_OK;
}

void takt_comparison_close(takt_comparison *c)
{
    for (int32_t i = 0; c->variants && i < c->n_scenarios - 1; ++i) {
        takt_scenario_destroy(&c->variants[i].scenario);
        takt_study_destroy(&c->variants[i].study);
    }
    takt_free(c->variants);
    takt_free(c->scenarios);
    *c = (takt_comparison){0};
}

takt_status takt_comparison_set_warm_up(takt_comparison *c, double warm_up_s)
{
    const takt_dryer *dryer = c->base->study->process.model ? &c->base->dryer : NULL;
    for (int32_t i = 0; i < c->n_scenarios; ++i) {
        takt_setup *setup = i == 0 ? c->base : &c->variants[i - 1];
        takt_scenario_destroy(&setup->scenario);
        setup->study->horizon.warm_up_s = warm_up_s;
        TAKT_TRY(takt_scenario_create(setup->study, dryer, &setup->scenario));
        c->scenarios[i] = setup->scenario;
    }
    return TAKT_OK;
}

takt_compared takt_comparison_of(const takt_comparison *c, const double *results, int64_t n,
                                 int32_t index, int32_t kpi, int64_t n_compared)
{
    const takt_report *report = takt_scenario_report(c->base->scenario);
    const int64_t n_values = report->n_values, stride = n_values * c->n_scenarios;
    const double *other = results + index * n_values;
    takt_moments a = {0}, b = {0}, both = {0};
    takt_compared compared = {.value = takt_report_kpi(report, other, stride, n, kpi, 0.95),
                              .pairing = (double)NAN};
    for (int64_t i = 0; i < takt_report_n_observations(report, n); ++i) {
        double of_base, of_other;
        if (!takt_report_observe(report, results, stride, n, i, kpi, &of_base) ||
            !takt_report_observe(report, other, stride, n, i, kpi, &of_other))
            continue;
        takt_moments_add(&a, of_base);
        takt_moments_add(&b, of_other);
        takt_moments_add(&both, of_other - of_base);
    }
    compared.difference = takt_interval_of_moments(&both, 0.95);
    if (both.n < 2)
        return compared;
    const takt_interval joint =
        takt_interval_of_moments(&both, 1 - 0.05 / (double)(n_compared > 0 ? n_compared : 1));
    compared.is_clear = joint.lo > 0 || joint.hi < 0;
    if (both.m2 > 0)
        compared.pairing = (a.m2 + b.m2) / both.m2;
    return compared;
}

static int64_t count_compared(const takt_comparison *c)
{
    const int32_t n_kpis = takt_scenario_report(c->base->scenario)->n_kpis;
    int64_t n = 0;
    for (int32_t s = 1; s < c->n_scenarios; ++s)
        for (int32_t k = 0; k < n_kpis; ++k)
            n += takt_kpi_is_shown(takt_comparison_setup(c, s), k);
    return n;
}

/// A line of the cost ledger: people see the sum, JSON has them all.
static bool is_detail(const takt_report *report, int32_t kpi)
{
    return kpi >= report->first_ledger && kpi < report->first_ledger + report->n_ledger;
}

static void add_scenario(takt_table *table, const takt_comparison *c, const double *results,
                         int64_t n, int32_t index, int64_t n_compared)
{
    const takt_setup *setup = takt_comparison_setup(c, index);
    const takt_report *report = takt_scenario_report(setup->scenario);
    for (int32_t k = 0; k < report->n_kpis; ++k) {
        if (!takt_kpi_is_shown(setup, k))
            continue;
        const takt_compared row = takt_comparison_of(c, results, n, index, k, n_compared);
        const takt_kpi value = {&report->kpis[k], row.value};
        const takt_kpi difference = {&report->kpis[k], row.difference};
        const bool compares = index > 0;
        const takt_cell none = takt_cell_none();
        const takt_cell cells[] = {
            takt_cell_text(takt_comparison_name(c, index)),
            takt_cell_text(report->kpis[k].name),
            takt_kpi_unit_cell(&value),
            takt_kpi_cell(&value, row.value.mean),
            takt_kpi_end_cell(&value, row.value.lo),
            takt_kpi_end_cell(&value, row.value.hi),
            compares ? takt_kpi_cell(&difference, row.difference.mean) : none,
            compares ? takt_kpi_end_cell(&difference, row.difference.lo) : none,
            compares ? takt_kpi_end_cell(&difference, row.difference.hi) : none,
            compares ? takt_cell_boolean(row.is_clear) : none,
            isnan(row.pairing) || !compares ? none : takt_cell_number(row.pairing, -3),
        };
        const bool is_nothing = !(fabs(row.value.mean) > 0 || fabs(row.difference.mean) > 0);
        if (!compares || is_detail(report, k) || is_nothing)
            takt_table_add_to_json(table, cells);
        else
            takt_table_add(table, cells);
    }
}

takt_status takt_sheet_add_comparison(takt_sheet *sheet, const takt_comparison *c,
                                      const double *results, int64_t n)
{
    static const takt_column columns[] = {{"scenario", "scenario", false},
                                          {"name", "name", false},
                                          {"unit", "unit", false},
                                          {"mean", "mean", false},
                                          {"lo", NULL, false},
                                          {"hi", NULL, false},
                                          {"difference", "to baseline", false},
                                          {"difference_lo", "95 % from", false},
                                          {"difference_hi", "to", false},
                                          {"is_clear", "clear", false},
                                          {"pairing", "pairing x", false}};
    const int64_t n_compared = count_compared(c);
    if (c->n_scenarios == 1)
        return TAKT_OK;
    takt_table *table =
        takt_sheet_table(sheet, "scenarios", "Scenarios, compared on the same replications",
                         columns, sizeof columns / sizeof *columns);
    for (int32_t s = 0; s < c->n_scenarios; ++s) {
        add_scenario(table, c, results, n, s, n_compared);
        if (takt_scenario_violation(c->scenarios[s]) > 0)
            takt_sheet_note(sheet, "Scenario %s breaks a limit of the process.",
                            takt_comparison_name(c, s));
    }
    takt_sheet_note(sheet,
                    "%lld differences are compared. Each interval holds with 95 %% by itself; "
                    "`clear` are those whose interval leaves out zero at %.5g %%, so that all of "
                    "them together hold with 95 %% (Bonferroni).",
                    (long long)n_compared, 100 * (1 - 0.05 / (double)n_compared));
    takt_sheet_note(sheet, "`pairing x`: how many times as many replications the difference would "
                           "need without common random numbers.");
    return TAKT_OK;
}
