#include "jobs/fit_rows.h"

#include "sim/distribution_fit.h"
#include "sim/distribution_load.h"

#include <stdio.h>
#include <string.h>

/// A p-value below this is a reason to look.
#define DOUBTFUL 0.05

enum { N_COLUMNS = 10, PARAMETERS_BYTES = 96 };

typedef struct rows {
    const takt_study *study;
    takt_sheet *sheet;
    takt_table *table; // NULL before the first fit
} rows;

/// The parameters as a study would have them.
static const char *parameters_of(const takt_distribution *d, char *out)
{
    switch (d->kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
        snprintf(out, PARAMETERS_BYTES, "mean %.5g s", d->mean_s);
        break;
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        snprintf(out, PARAMETERS_BYTES, "mean %.5g s, cv %.4g", d->mean_s, d->cv);
        break;
    case TAKT_DISTRIBUTION_NORMAL:
        snprintf(out, PARAMETERS_BYTES, "mean %.5g s, sd %.5g s", d->mean_s, d->sd_s);
        break;
    default:
        snprintf(out, PARAMETERS_BYTES, "shape %.5g, scale %.5g s", d->shape, d->scale_s);
        break;
    }
    return out;
}

static void start_table(rows *r)
{
    static const takt_column columns[N_COLUMNS] = {{"distribution", "distribution", false},
                                                   {"family", "family", false},
                                                   {"used", "used", false},
                                                   {"parameters", "parameters", false},
                                                   {"values", "values", false},
                                                   {"aic", "AIC", false},
                                                   {"kolmogorov_smirnov", "KS", false},
                                                   {"kolmogorov_smirnov_p", "p", false},
                                                   {"anderson_darling", "AD", false},
                                                   {"anderson_darling_p", "p", false}};
    if (!r->table)
        r->table = takt_sheet_table(r->sheet, "fits", "Fits", columns, N_COLUMNS);
}

static void add_row(const rows *r, const char *path, const takt_fit *fit, int32_t n,
                    const takt_goodness *g, bool used)
{
    char parameters[PARAMETERS_BYTES];
    takt_table_add(
        r->table,
        (takt_cell[]){
            takt_cell_text(path), takt_cell_text(takt_distribution_words(fit->distribution.kind)),
            takt_cell_boolean(used), takt_cell_text(parameters_of(&fit->distribution, parameters)),
            takt_cell_integer(n), takt_cell_number(fit->aic, 1),
            takt_cell_number(g->kolmogorov_smirnov, 4),
            used ? takt_cell_number(g->kolmogorov_smirnov_p, 3) : takt_cell_none(),
            takt_cell_number(g->anderson_darling, 3),
            used ? takt_cell_number(g->anderson_darling_p, 3) : takt_cell_none()});
}

static takt_status add_fits(void *context, takt_distribution *d, takt_path path)
{
    rows *r = context;
    if (d->kind != TAKT_DISTRIBUTION_FITTED)
        return TAKT_OK;
    start_table(r);
    for (int32_t family = TAKT_FIT_AUTO + 1; family < TAKT_FIT_FAMILY_COUNT; ++family) {
        takt_fit fit;
        if (!takt_fit_family_to(&d->sample, family, &fit))
            continue;
        const bool used = fit.distribution.kind == d->fitted->kind;
        takt_goodness g = takt_fit_distance(&d->sample, &fit);
        if (used)
            TAKT_TRY(takt_fit_judge(&d->sample, &fit, (uint64_t)r->study->seed,
                                    takt_fit_resamples(d->sample.n), &g));
        add_row(r, path.text, &fit, d->sample.n, &g, used);
        if (used && (g.kolmogorov_smirnov_p < DOUBTFUL || g.anderson_darling_p < DOUBTFUL))
            takt_sheet_note(r->sheet,
                            "%s: the times do not look %s (p %.3f, %.3f of %d resamples): "
                            "empirical keeps their shape.",
                            path.text, takt_distribution_words(fit.distribution.kind),
                            g.kolmogorov_smirnov_p, g.anderson_darling_p, g.n_resamples);
    }
    return TAKT_OK;
}

takt_status takt_fit_rows_add(const takt_study *study, takt_sheet *sheet)
{
    rows r = {.study = study, .sheet = sheet};
    takt_factory factory = study->factory; // lists are shared; nothing is changed
    return takt_distributions_visit(&factory, add_fits, &r);
}
