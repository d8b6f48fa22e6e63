#include "jobs/output_rows.h"

#include "core/series.h"
#include "core/words.h"
#include "jobs/kpi_rows.h"

#include <math.h>
#include <string.h>

takt_status takt_precision_kpi(const takt_setup *setup, int32_t *kpi)
{
    const takt_stopping *precision = setup->study->precision;
    const takt_report *report = takt_scenario_report(setup->scenario);
    char shown[TAKT_SHOWN_BYTES], suggestion[1024];
    *kpi = -1;
    if (!precision)
        return TAKT_OK;
    for (int32_t k = 0; k < report->n_kpis; ++k)
        if (strcmp(report->kpis[k].name, precision->kpi) == 0)
            *kpi = k;
    if (*kpi >= 0)
        return TAKT_OK;
    const char **names = takt_alloc((size_t)report->n_kpis * sizeof *names);
    if (!names)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for names");
    for (int32_t k = 0; k < report->n_kpis; ++k)
        names[k] = report->kpis[k].name;
    const size_t n = strlen(precision->kpi);
    takt_suggest(precision->kpi, n, names, report->n_kpis, suggestion, sizeof suggestion);
    takt_free(names);
    return takt_document_fail(setup->study->document, "precision.kpi", "found '%s'%s",
                              takt_shown(precision->kpi, n, shown), suggestion);
}

double takt_precision_found(const takt_comparison *c, const double *results, int64_t n, int32_t kpi)
{
    const takt_report *report = takt_scenario_report(c->base->scenario);
    const int64_t n_values = report->n_values;
    double worst = 0;
    for (int32_t s = 0; s < c->n_scenarios; ++s) {
        const takt_interval found =
            takt_report_kpi(report, results + s * n_values, n_values * c->n_scenarios, n, kpi,
                            c->base->study->precision->confidence);
        const double half = 0.5 * (found.hi - found.lo);
        if (found.n < 2 || (half > 0 && !(fabs(found.mean) > 0)))
            return (double)INFINITY;
        if (half > 0 && half / fabs(found.mean) > worst)
            worst = half / fabs(found.mean);
    }
    return worst;
}

void takt_sheet_add_precision(takt_sheet *sheet, const takt_comparison *c, const double *results,
                              int64_t n, int32_t kpi)
{
    static const takt_column columns[] = {{"kpi", NULL, false},
                                          {"relative", NULL, false},
                                          {"confidence", NULL, false},
                                          {"found", NULL, false},
                                          {"is_reached", NULL, false},
                                          {"replications", NULL, false},
                                          {"max_replications", NULL, false}};
    const takt_stopping *precision = c->base->study->precision;
    if (!precision)
        return;
    const double found = takt_precision_found(c, results, n, kpi);
    const bool is_reached = found <= precision->relative;
    const char *where = c->n_scenarios > 1 ? " in every scenario" : "";
    if (is_reached)
        takt_sheet_note(sheet,
                        "Precision reached: %s is known to within %.2g %%%s (wanted: %.3g %% at "
                        "%.5g %% confidence) after %lld replications.",
                        precision->kpi, 100 * found, where, 100 * precision->relative,
                        100 * precision->confidence, (long long)n);
    else if (isfinite(found))
        takt_sheet_note(
            sheet,
            "Precision NOT reached: %s is known to within %.3g %% (wanted: %.3g %%%s at "
            "%.5g %% confidence) after the %lld replications that "
            "precision.max_replications allows.",
            precision->kpi, 100 * found, 100 * precision->relative, where,
            100 * precision->confidence, (long long)n);
    else
        takt_sheet_note(sheet,
                        "Precision NOT reached: %s has no relative error (undefined or zero) after "
                        "the %lld replications that precision.max_replications allows.",
                        precision->kpi, (long long)n);
    takt_table *table =
        takt_sheet_object(sheet, "precision", NULL, columns, sizeof columns / sizeof *columns);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_text(precision->kpi),
                                 takt_cell_number(precision->relative, -6),
                                 takt_cell_number(precision->confidence, -6),
                                 isfinite(found) ? takt_cell_number(found, -6) : takt_cell_none(),
                                 takt_cell_boolean(is_reached), takt_cell_integer(n),
                                 takt_cell_integer(precision->max_replications)});
}

/// Is it worth a line of its own beside the table of results?
static bool is_main(const takt_setup *setup, int32_t kpi)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    return takt_kpi_is_shown(setup, kpi) && kpi < report->first_ledger;
}

void takt_sheet_add_pairs(takt_sheet *sheet, const takt_setup *setup, const double *results,
                          int64_t stride, int64_t n)
{
    static const takt_column columns[] = {{"name", "name", false},
                                          {"worth", "worth independent ones", false}};
    const takt_report *report = takt_scenario_report(setup->scenario);
    takt_report alone = *report;
    alone.group = 1;
    if (report->group == 1)
        return;
    takt_table *table =
        takt_sheet_table(sheet, "antithetic", "A replication of an antithetic pair", columns, 2);
    for (int32_t k = 0; k < report->n_kpis; ++k) {
        takt_moments single = {0}, pairs = {0};
        double value;
        if (!is_main(setup, k))
            continue;
        for (int64_t i = 0; i < n; ++i)
            if (takt_report_observe(&alone, results, stride, n, i, k, &value))
                takt_moments_add(&single, value);
        for (int64_t i = 0; i < takt_report_n_observations(report, n); ++i)
            if (takt_report_observe(report, results, stride, n, i, k, &value))
                takt_moments_add(&pairs, value);
        const double variance = takt_moments_variance(&pairs);
        const double worth = 0.5 * takt_moments_variance(&single) / variance;
        takt_table_add(
            table, (takt_cell[]){takt_cell_text(report->kpis[k].name),
                                 variance > 0 ? takt_cell_number(worth, -3) : takt_cell_none()});
    }
    takt_sheet_note(sheet, "Antithetic pairs: intervals are over %lld pairs.",
                    (long long)takt_report_n_observations(report, n));
}

takt_status takt_sheet_add_batches(takt_sheet *sheet, const takt_setup *setup,
                                   const double *results, int64_t n)
{
    static const takt_column columns[] = {{"name", "name", false},
                                          {"unit", "unit", false},
                                          {"mean", "mean", false},
                                          {"half_batches", "+- batches", false},
                                          {"half_overlapping", "+- overlapping", false},
                                          {"correlation", "lag 1", false},
                                          {"independence", "p", false}};
    const takt_report *report = takt_scenario_report(setup->scenario);
    const int64_t window = n / 8 > 1 ? n / 8 : 1;
    double *values = takt_alloc((size_t)n * sizeof *values);
    const char *dependent = NULL;
    if (!values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the batches");
    takt_table *table = takt_sheet_table(sheet, "batches", "One long run in batches", columns, 7);
    for (int32_t k = 0; k < report->n_kpis; ++k) {
        int64_t m = 0;
        for (int64_t i = 0; i < n; ++i)
            m += takt_report_observe(report, results, report->n_values, n, i, k, &values[m]);
        if (!is_main(setup, k) || m < 2 * window)
            continue;
        const takt_interval apart = takt_series_batch_means(values, m, 1, 0.95);
        const takt_interval over = takt_series_overlapping_means(values, m, window, 0.95);
        const double independence = takt_series_independence(values, m);
        takt_cell unit = takt_cell_text(report->kpis[k].unit);
        takt_table_add(table, (takt_cell[]){takt_cell_text(report->kpis[k].name), unit,
                                            takt_cell_number(apart.mean, -6),
                                            takt_cell_number(apart.hi - apart.mean, -3),
                                            takt_cell_number(over.hi - over.mean, -3),
                                            takt_cell_number(takt_series_correlation(values, m), 2),
                                            takt_cell_number(independence, -2)});
        if (independence < 0.01 && !dependent)
            dependent = report->kpis[k].name;
    }
    takt_free(values);
    takt_sheet_note(sheet, "Intervals are over %lld batches of %.4g h of one replication.",
                    (long long)n, setup->study->horizon.measured_s / 3600 / (double)n);
    if (dependent)
        takt_sheet_note(sheet,
                        "Neighbouring batches still depend on each other (%s): their intervals are "
                        "too narrow; take fewer batches or a longer horizon.measured.",
                        dependent);
    return TAKT_OK;
}
