// The keys of a study that say how its replications are compared and when there are enough.

#include "sim/analysis.h"

#include "sim/study.h"

#include <stdio.h>
#include <string.h>

static const takt_field precision_fields[] = {
    TAKT_FIELD(takt_stopping, kpi, TEXT, .required = true,
               .doc = "name of the KPI that has to be known, as `takt simulate` prints it: "
                      "flow_time"),
    TAKT_FIELD(takt_stopping, relative, NUMBER, TAKT_RANGE(1e-6, 1), .default_text = "0.01",
               .unit = "1", .doc = "half-width of its interval over its mean"),
    TAKT_FIELD(takt_stopping, confidence, NUMBER, TAKT_RANGE(0.5, 0.99999), .default_text = "0.95",
               .unit = "1", .doc = "confidence of that interval"),
    TAKT_FIELD(takt_stopping, round, INTEGER, TAKT_RANGE(1, 1000000), .default_text = "10",
               .doc = "replications between two looks at the interval"),
    TAKT_FIELD(takt_stopping, max_replications, INTEGER, TAKT_RANGE(2, 10000000),
               .default_text = "10000", .doc = "replications at most"),
};
const takt_schema takt_stopping_schema = TAKT_SCHEMA(
    "precision", takt_stopping, precision_fields,
    "More replications, in rounds, until a KPI is known well enough; `replications` is how many "
    "there are at least. With scenarios the KPI has to be known in each of them.");

static const takt_field variant_fields[] = {
    TAKT_FIELD(takt_variant, name, NAME, .required = true, .doc = "name, unique"),
    TAKT_FIELD(takt_variant, set, TEXT_LIST, .required = true, .min_items = 1,
               .doc = "what differs from the study, as in --set: "
                      "\"factory.stations[mill].machines=4\""),
};
const takt_schema takt_variant_schema =
    TAKT_SCHEMA("scenario", takt_variant, variant_fields,
                "The study with some values changed. `takt simulate` compares it with the study as "
                "it stands (baseline), on the same random numbers.");

static takt_status check_pairs(const takt_study *study, takt_problem *problem)
{
    const takt_stopping *p = study->precision;
    if (study->replications % 2 != 0)
        return takt_problem_set(problem, takt_path_of("replications"),
                                "found %d, allowed: an even number with antithetic",
                                study->replications);
    if (p && p->round % 2 != 0)
        return takt_problem_set(problem, takt_path_of("precision.round"),
                                "found %d, allowed: an even number with antithetic", p->round);
    if (p && p->max_replications % 2 != 0)
        return takt_problem_set(problem, takt_path_of("precision.max_replications"),
                                "found %d, allowed: an even number with antithetic",
                                p->max_replications);
    return TAKT_OK;
}

/// Batches stand for replications: what is made of many replications has no place beside them.
static takt_status check_batches(const takt_study *study, takt_problem *problem)
{
    const int32_t n = study->horizon.batches;
    const char *other = study->precision           ? "precision"
                        : study->antithetic        ? "antithetic"
                        : study->scenarios.n_items ? "scenarios"
                                                   : NULL;
    const takt_path path = takt_path_of("horizon.batches");
    if (n < 10)
        return takt_problem_set(problem, path, "found %d, allowed: 0 (none) or 10 to 10000 batches",
                                n);
    if (study->replications != 1)
        return takt_problem_set(problem, path,
                                "found %d with %d replications, allowed: batches of one long run, "
                                "replications: 1",
                                n, study->replications);
    if (other)
        return takt_problem_set(problem, path, "found %d with %s, allowed: one of both", n, other);
    return TAKT_OK;
}

takt_status takt_analysis_check(const takt_study *study, takt_problem *problem)
{
    const takt_stopping *p = study->precision;
    if (p && p->max_replications < study->replications)
        return takt_problem_set(problem, takt_path_of("precision.max_replications"),
                                "found %d, allowed: at least the %d of replications",
                                p->max_replications, study->replications);
    for (int32_t i = 0; i < study->scenarios.n_items; ++i)
        if (strcmp(TAKT_ITEM(takt_variant, study->scenarios, i)->name, TAKT_VARIANT_BASELINE) == 0)
            return takt_problem_set(problem, takt_path_of("scenarios[%d].name", i),
                                    "found 'baseline', the study as it stands, which is always "
                                    "compared, allowed: another name");
    if (study->antithetic)
        TAKT_TRY(check_pairs(study, problem));
    return study->horizon.batches > 0 ? check_batches(study, problem) : TAKT_OK;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

takt_status takt_variant_fail(const takt_study *study, int32_t index)
{
    char text[800];
    const char *found = takt_error_text();
    if (strncmp(found, "--set ", 6) == 0) // nobody typed that
        found += 6;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(found, "\n"), found);
    return takt_document_fail(study->document, takt_path_of("scenarios[%d].set", index).text, "%s",
                              text);
}

/// Only what all scenarios have in common is solved and named once.
static takt_status check_variant(const takt_study *study, int32_t index, const takt_study *varied)
{
    const takt_process_choice *a = &study->process, *b = &varied->process;
    const char *what = NULL;
    if (!same_text(a->model, b->model) || a->tier != b->tier || !same_text(a->weights, b->weights))
        what = "process";
    else if (study->seed != varied->seed)
        what = "seed";
    else if (study->replications != varied->replications ||
             study->antithetic != varied->antithetic || (study->precision && !varied->precision))
        what = "number of replications";
    else if (study->horizon.batches != varied->horizon.batches ||
             study->horizon.warm_up_detect != varied->horizon.warm_up_detect)
        what = "way to look at the horizon";
    if (!what)
        return TAKT_OK;
    return takt_document_fail(study->document, takt_path_of("scenarios[%d].set", index).text,
                              "found another %s than the study's, allowed: the same in all "
                              "scenarios",
                              what);
}

takt_status takt_study_vary(const takt_study *study, int32_t index, takt_study **varied)
{
    const takt_variant *variant = TAKT_ITEM(takt_variant, study->scenarios, index);
    const int32_t n_sets = study->n_sets + variant->set.n_items;
    *varied = NULL;
    if (!study->document)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "scenarios: found a study without a file, allowed: a file");
    const char **sets = takt_arena_alloc(study->arena, (size_t)n_sets * sizeof *sets);
    if (!sets)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a scenario");
    for (int32_t i = 0; i < n_sets; ++i)
        sets[i] = i < study->n_sets ? study->sets[i]
                                    : *TAKT_ITEM(const char *, variant->set, i - study->n_sets);
    size_t length = 0;
    const char *source = takt_document_source(study->document, &length);
    takt_status status = takt_study_parse_with(takt_document_name(study->document), source, length,
                                               sets, n_sets, varied);
    if (status == TAKT_ERR_INPUT)
        return takt_variant_fail(study, index);
    TAKT_TRY(status);
    (*varied)->scenarios = (takt_list){0};
    status = check_variant(study, index, *varied);
    if (status != TAKT_OK)
        takt_study_destroy(varied);
    return status;
}
