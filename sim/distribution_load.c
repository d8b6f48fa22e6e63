#include "sim/distribution_load.h"

#include "core/csv.h"
#include "core/files.h"
#include "core/words.h"
#include "sim/distribution_fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 256, PATH_BYTES = 4096 };

// --- All distributions of a factory --------------------------------------------------------------

/// Who looks at the distributions.
typedef struct visit {
    takt_distribution_visitor visitor;
    void *context;
} visit;

static takt_status visit_struct(const visit *v, const takt_schema *schema, void *base,
                                takt_path path)
{
    if (schema == &takt_distribution_schema)
        return v->visitor(v->context, base, path);
    for (int32_t i = 0; i < schema->n_fields; ++i) {
        const takt_field *field = &schema->fields[i];
        void *member = (char *)base + field->offset;
        const takt_path here = takt_path_of("%s.%s", path.text, field->name);
        if (field->type == TAKT_TYPE_STRUCT)
            TAKT_TRY(visit_struct(v, field->schema, member, here));
        if (field->type == TAKT_TYPE_OPTIONAL && *(void **)member)
            TAKT_TRY(visit_struct(v, field->schema, *(void **)member, here));
        if (field->type != TAKT_TYPE_LIST)
            continue;
        const takt_list *list = member;
        for (int32_t k = 0; k < list->n_items; ++k)
            TAKT_TRY(visit_struct(v, field->schema,
                                  (char *)list->items + (size_t)k * field->schema->size,
                                  takt_path_of("%s[%d]", here.text, k)));
    }
    return TAKT_OK;
}

takt_status takt_distributions_visit(takt_factory *factory, takt_distribution_visitor visitor,
                                     void *context)
{
    const visit v = {visitor, context};
    return visit_struct(&v, &takt_factory_schema, factory, takt_path_of("factory"));
}

// --- A column of a file --------------------------------------------------------------------------

/// "a, b, c" of the header, for messages.
static const char *names_of(const takt_csv_cell *cells, int32_t n, char *out, size_t n_bytes)
{
    char shown[TAKT_SHOWN_BYTES];
    size_t used = 0;
    out[0] = '\0';
    for (int32_t i = 0; i < n && used + 4 < n_bytes; ++i) {
        const int more = snprintf(out + used, n_bytes - used, "%s%s", i ? ", " : "",
                                  takt_shown(cells[i].text, cells[i].n, shown));
        used += more > 0 ? (size_t)more : 0;
    }
    return out;
}

/// The place of the column in the header.
static takt_status find_column(const takt_csv *csv, const takt_csv_cell *cells, int32_t n,
                               const char *column, int32_t *place)
{
    char names[160];
    if (n > COLUMNS_MAX)
        return takt_csv_fail(csv, csv->text, "found %d columns, allowed: up to %d", n, COLUMNS_MAX);
    if (!column && n > 1)
        return takt_csv_fail(csv, csv->text,
                             "found %d columns, allowed: one, or `column` with one "
                             "of %s",
                             n, names_of(cells, n, names, sizeof names));
    for (*place = 0; column && *place < n; ++*place)
        if (takt_csv_is(&cells[*place], column))
            return TAKT_OK;
    return column ? takt_csv_fail(csv, csv->text, "column: found '%.64s', allowed: one of %s",
                                  column, names_of(cells, n, names, sizeof names))
                  : TAKT_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// `values` has room for as many as there are lines.
static takt_status read_column(takt_csv *csv, const char *column, double unit_s, double *values,
                               int32_t *n_values)
{
    takt_csv_cell cells[COLUMNS_MAX + 1];
    int32_t n_columns = 0, place = 0;
    while (takt_csv_next(csv)) {
        const int32_t n = takt_csv_cut(csv, cells, COLUMNS_MAX + 1);
        if (n_columns == 0) {
            TAKT_TRY(find_column(csv, cells, n, column, &place));
            n_columns = n;
            continue;
        }
        if (n != n_columns)
            return takt_csv_fail_count(csv, cells, n, n_columns);
        double value;
        if (!takt_csv_read_number(&cells[place], &value) || !(value >= 0 && value * unit_s <= 1e10))
            return takt_csv_fail_cell(csv, &cells[place], column ? column : "value",
                                      "a number from 0 on, to 1e10 s");
        if (*n_values == TAKT_SAMPLE_VALUES_MAX)
            return takt_csv_fail(csv, csv->text, "found more values, allowed: up to %d",
                                 TAKT_SAMPLE_VALUES_MAX);
        values[(*n_values)++] = value * unit_s;
    }
    if (*n_values > 0)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no values, allowed: a header and 1 to %d",
                     csv->path, TAKT_SAMPLE_VALUES_MAX);
}

takt_status takt_sample_read(takt_study *study, const char *file, const char *column, double unit_s,
                             takt_sample *sample)
{
    takt_text text = {0};
    char place[PATH_BYTES];
    const char *path = takt_study_locate(study, file, place, sizeof place);
    takt_status status = takt_file_read(path, TAKT_SAMPLE_BYTES_MAX, &text);
    *sample = (takt_sample){0};
    if (status == TAKT_ERR_FILE) // the user named it: what cannot be read is bad input
        status = TAKT_FAIL(TAKT_ERR_INPUT, "%s", takt_error_text());
    if (status == TAKT_OK)
        status = takt_study_note_file(study, file, text.bytes, text.length);
    if (status == TAKT_OK) {
        size_t n_lines = 1;
        for (size_t i = 0; i < text.length; ++i)
            n_lines += text.bytes[i] == '\n';
        double *values = takt_arena_alloc(study->arena, n_lines * sizeof *values);
        takt_csv csv = takt_csv_of(path, text.bytes ? text.bytes : "", text.length);
        status = values ? read_column(&csv, column, unit_s, values, &sample->n)
                        : TAKT_FAIL(TAKT_ERR_MEMORY, "%s: out of memory for its values", path);
        sample->values_s = values;
        if (status == TAKT_OK)
            qsort(values, (size_t)sample->n, sizeof *values, ascending);
    }
    takt_text_destroy(&text);
    return status;
}

// --- Empirical and fitted distributions ----------------------------------------------------------

typedef struct loading {
    takt_study *study;
    takt_problem *problem;
} loading;

/// The first line of the last error as the problem of the study's own line.
static takt_status pass_on(const loading *l, takt_path path)
{
    char text[300];
    snprintf(text, sizeof text, "%.*s", (int)strcspn(takt_error_text(), "\n"), takt_error_text());
    return takt_problem_set(l->problem, path, "%s", text);
}

static takt_status fit(const loading *l, takt_distribution *d, takt_path file)
{
    const takt_sample *sample = &d->sample;
    takt_fit found;
    if (sample->n < TAKT_FIT_VALUES_MIN)
        return takt_problem_set(l->problem, file, "found %d values, allowed: %d or more for a fit",
                                sample->n, TAKT_FIT_VALUES_MIN);
    if (!(sample->values_s[0] > 0) || sample->values_s[0] == sample->values_s[sample->n - 1])
        return takt_problem_set(l->problem, file,
                                "found values from %g to %g s, allowed: more "
                                "than 0, and not all the same, for a fit",
                                sample->values_s[0], sample->values_s[sample->n - 1]);
    if (!takt_fit_best(sample, d->family, &found))
        return takt_problem_set(l->problem, file,
                                "found values that spread more than a normal cut "
                                "off at 0 does, allowed: another family, or auto");
    takt_distribution *fitted = takt_arena_alloc(l->study->arena, sizeof *fitted);
    if (!fitted)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a fitted distribution");
    *fitted = found.distribution;
    d->fitted = fitted;
    return TAKT_OK;
}

static takt_status load_one(void *context, takt_distribution *d, takt_path path)
{
    static const double unit_s[] = {1, 60, 3600, 86400};
    const loading *l = context;
    const takt_path file = takt_path_of("%s.file", path.text);
    const bool is_fitted = d->kind == TAKT_DISTRIBUTION_FITTED;
    if ((!is_fitted && d->kind != TAKT_DISTRIBUTION_EMPIRICAL) || !d->file)
        return TAKT_OK; // a file that is missing is said where all parameters are checked
    const takt_status status =
        takt_sample_read(l->study, d->file, d->column, unit_s[d->unit], &d->sample);
    if (status == TAKT_ERR_INPUT)
        return pass_on(l, file);
    TAKT_TRY(status);
    return is_fitted ? fit(l, d, file) : TAKT_OK;
}

takt_status takt_distributions_load(takt_study *study, takt_problem *problem)
{
    loading l = {study, problem};
    return takt_distributions_visit(&study->factory, load_one, &l);
}
