// takt validate: models with exact answers, through the same engine, farm and solvers as any study.

#include "core/words.h"
#include "jobs/exact_answers.h"
#include "jobs/examples.h"
#include "jobs/progress.h"
#include "jobs/setup.h"
#include "jobs/tables.h"
#include "jobs/validate_drying.h"
#include "jobs/verbs.h"
#include "jobs/viewing.h"
#include "mpi/simulate.h"
#include "solver/petsc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// All intervals of simulations hold at once with this probability (Bonferroni).
#define FAMILY_CONFIDENCE (1 - 1e-3)

enum {
    FRESH_SEEDS = 3,
    CHUNK = 4096, // replications whose results are held at once
    MAX_ANSWERS = 256
};

typedef struct validation {
    takt_call *call;
    takt_sheet *sheet;
    takt_table *table;
    takt_progress_printer printer;
    double exact[MAX_ANSWERS]; // of takt_exact_answers, or what --set claims
    bool wanted[MAX_ANSWERS];  // of the same
    bool wants_drying;
    bool is_long, is_fresh;
    int64_t seed; // of the studies, -1: their own
    int32_t n_seeds;
    int32_t n_failed, n_rows, n_paths, n_breaches;
} validation;

/// The number behind `--set NAME=`, NULL where nobody claims it.
static const char *claim_of(const takt_arguments *arguments, const char *name)
{
    const size_t n = strlen(name);
    for (int32_t i = 0; i < arguments->n_sets; ++i) {
        const char *set = arguments->sets[i];
        if (strncmp(set, name, n) == 0 && set[n] == '=')
            return set + n + 1;
    }
    return NULL;
}

/// `--set NAME=VALUE` puts another value in the place of an exact one: whoever doubts the suite can
/// see it fail.
static double claimed(const takt_call *call, const char *name, double exact)
{
    const char *claim = claim_of(&call->arguments, name);
    return claim ? strtod(claim, NULL) : exact;
}

/// Every claim names an answer, or the seed, and gives a number.
static takt_status check_claims(const takt_arguments *arguments)
{
    enum { N_NAMES = MAX_ANSWERS + TAKT_VALIDATED_DRYING_ROWS + 1 };
    char drying[TAKT_VALIDATED_DRYING_ROWS][TAKT_VALIDATED_NAME_BYTES];
    const char *names[N_NAMES];
    char shown[TAKT_SHOWN_BYTES], suggestion[4096], *end = NULL;
    int n_names = 0;
    for (int i = 0; i < takt_exact_answer_count; ++i)
        names[n_names++] = takt_exact_answers[i].name;
    for (int i = 0; i < TAKT_VALIDATED_DRYING_ROWS; ++i)
        names[n_names++] = takt_validated_drying_row_name(i, drying[i]);
    names[n_names++] = "seed";
    for (int32_t s = 0; s < arguments->n_sets; ++s) {
        const char *set = arguments->sets[s];
        const size_t n = strcspn(set, "=");
        bool known = false;
        for (int i = 0; i < n_names; ++i)
            known = known || (strlen(names[i]) == n && strncmp(names[i], set, n) == 0);
        takt_shown(set, n, shown);
        if (!known)
            return TAKT_FAIL(TAKT_ERR_INPUT, "--set: found the answer '%s'%s", shown,
                             takt_suggest(set, n, names, n_names, suggestion, sizeof suggestion));
        if (set[n] == '\0' || !isfinite(strtod(set + n + 1, &end)) || end == set + n + 1 || *end)
            return TAKT_FAIL(TAKT_ERR_INPUT, "--set %s: found no number, allowed: %s=NUMBER", shown,
                             shown);
    }
    return TAKT_OK;
}

/// One row. `width`: the widest half width allowed, as a share of the exact value.
typedef struct answer_row {
    const char *name;
    double exact, measured, lo, hi, width;
    int64_t seed; // -1: the same for all rows, and no column of its own
} answer_row;

static void add_row(validation *v, const answer_row *r)
{
    const double half = 0.5 * (r->hi - r->lo);
    const double rounding = 1e-12 * fabs(r->exact); // what does not vary has an interval of width 0
    const bool holds = r->lo - rounding <= r->exact && r->exact <= r->hi + rounding;
    const bool narrow = half <= r->width * fabs(r->exact);
    // Two digits of the width; what does not vary is shown with six significant ones.
    const int decimals = half > 0 ? takt_decimals_of(0, half) : -6;
    const takt_cell cells[] = {takt_cell_text(r->name),
                               takt_cell_number(r->exact, decimals),
                               takt_cell_number(r->measured, decimals),
                               takt_cell_number(r->lo, decimals),
                               takt_cell_number(r->hi, decimals),
                               takt_cell_boolean(holds && narrow),
                               takt_cell_text(!holds   ? "FAIL"
                                              : narrow ? "PASS"
                                                       : "TOO WIDE"),
                               r->seed < 0 ? takt_cell_none() : takt_cell_integer(r->seed)};
    ++v->n_rows;
    v->n_failed += !(holds && narrow);
    takt_table_add(v->table, cells);
}

// --- Factories -----------------------------------------------------------------------------------

/// The study that carries this answer, opened from the text inside the program.
static takt_status open_study(const char *name, int64_t seed, takt_study **study,
                              takt_scenario **scenario)
{
    const takt_example *example = takt_validation_examples;
    while (strcmp(example->name, name) != 0)
        ++example;
    TAKT_TRY(takt_study_parse(name, example->text, example->n_bytes, study));
    if (seed >= 0)
        (*study)->seed = seed;
    TAKT_TRY(takt_scenario_create(*study, NULL, scenario));
    return TAKT_OK;
}

/// How many times the replications bring the intervals of a study from the normal to the long
/// width; a variance needs more than the means that are read from the same runs.
static int32_t longer(const char *study)
{
    double factor = 1;
    for (int32_t i = 0; i < takt_exact_answer_count; ++i) {
        const takt_exact_answer *answer = &takt_exact_answers[i];
        if (strcmp(answer->study, study) == 0)
            factor = fmax(factor, takt_exact_answer_width(answer, false) /
                                      takt_exact_answer_width(answer, true));
    }
    return (int32_t)ceil(factor * factor);
}

/// What every sample path must show, whatever its numbers: items conserved, times that add up,
/// Little's law to the tick. Looks at the last path of each rank. Collective.
static takt_status check_path(validation *v, takt_scenario *scenario, const char *name)
{
    const char *breach = takt_replication_inconsistency(takt_scenario_replication(scenario));
    const takt_status status = takt_comm_agree(
        v->call->comm, breach ? TAKT_FAIL(TAKT_ERR_MODEL, "%s: %s", name, breach) : TAKT_OK);
    ++v->n_paths;
    if (status != TAKT_ERR_MODEL)
        return status;
    ++v->n_breaches;
    takt_sheet_note(v->sheet, "%s", takt_error_text());
    return TAKT_OK;
}

/// Runs n replications in chunks and adds what they say to the moments of each answer. Collective.
static takt_status run_study(validation *v, takt_scenario *scenario, const char *name, int32_t n,
                             takt_moments *moments)
{
    const takt_report *report = takt_scenario_report(scenario);
    const takt_study *study = takt_scenario_study(scenario);
    takt_status status = TAKT_OK;
    double *results =
        takt_alloc((size_t)(n < CHUNK ? n : CHUNK) * (size_t)report->n_values * sizeof *results);
    TAKT_TRY_GOTO(takt_comm_agree(
                      v->call->comm,
                      results ? TAKT_OK : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %s", name)),
                  done);
    for (int32_t first = 0; first < n; first += CHUNK) {
        const int32_t count = n - first < CHUNK ? n - first : CHUNK;
        TAKT_TRY_GOTO(
            takt_simulate(v->call->comm, scenario, first, count, &v->printer.observer, results),
            done);
        for (int32_t i = 0; i < count && takt_call_leads(v->call); ++i)
            for (int32_t a = 0; a < takt_exact_answer_count; ++a)
                if (strcmp(takt_exact_answers[a].study, name) == 0)
                    takt_moments_add(&moments[a], takt_exact_answer_read(
                                                      &takt_exact_answers[a], study, report,
                                                      results + (int64_t)i * report->n_values));
    }
    TAKT_TRY_GOTO(check_path(v, scenario, name), done);
done:
    takt_free(results);
    return status;
}

/// Runs the study of answer `first` and adds every wanted row that is read from it. Collective.
static takt_status validate_study(validation *v, int32_t first, int64_t seed)
{
    const char *name = takt_exact_answers[first].study;
    const double confidence =
        1 - (1 - FAMILY_CONFIDENCE) / ((double)takt_exact_answer_count * v->n_seeds);
    takt_moments moments[MAX_ANSWERS] = {0};
    takt_study *study = NULL;
    takt_scenario *scenario = NULL;
    takt_status status = TAKT_OK;
    TAKT_TRY_GOTO(takt_comm_agree(v->call->comm, open_study(name, seed, &study, &scenario)), done);
    takt_progress_say(&v->printer, "validate: %s", name);
    const int32_t times = v->is_long ? longer(name) : 1;
    TAKT_TRY_GOTO(run_study(v, scenario, name, times * study->replications, moments), done);
    for (int32_t i = first; i < takt_exact_answer_count && takt_call_leads(v->call); ++i) {
        const takt_exact_answer *answer = &takt_exact_answers[i];
        if (!v->wanted[i] || strcmp(answer->study, name) != 0)
            continue;
        const takt_interval found = takt_interval_of_moments(&moments[i], confidence);
        add_row(v, &(answer_row){answer->name, v->exact[i], found.mean, found.lo, found.hi,
                                 takt_exact_answer_width(answer, v->is_long),
                                 v->is_fresh ? seed : -1});
    }
done:
    takt_scenario_destroy(&scenario);
    takt_study_destroy(&study);
    return status;
}

static takt_status validate_factories(validation *v, int64_t seed)
{
    for (int32_t i = 0; i < takt_exact_answer_count; ++i) {
        bool is_first = v->wanted[i];
        for (int32_t j = 0; j < i && is_first; ++j)
            is_first = !v->wanted[j] ||
                       strcmp(takt_exact_answers[i].study, takt_exact_answers[j].study) != 0;
        if (is_first)
            TAKT_TRY(validate_study(v, i, seed));
    }
    return TAKT_OK;
}

/// All exact values, by formula or chain, unless somebody claims others.
static takt_status solve_exactly(validation *v)
{
    for (int32_t i = 0; i < takt_exact_answer_count; ++i) {
        const takt_exact_answer *answer = &takt_exact_answers[i];
        if (v->wanted[i])
            TAKT_TRY(answer->solve(answer->parameters, &v->exact[i]));
        v->exact[i] = claimed(v->call, answer->name, v->exact[i]);
    }
    return TAKT_OK;
}

// --- Drying --------------------------------------------------------------------------------------

static takt_status add_drying(validation *v)
{
    takt_validated_drying rows[TAKT_VALIDATED_DRYING_ROWS];
    TAKT_TRY(takt_validate_drying(rows));
    for (int i = 0; i < TAKT_VALIDATED_DRYING_ROWS; ++i)
        add_row(v, &(answer_row){rows[i].name, claimed(v->call, rows[i].name, rows[i].exact),
                                 rows[i].measured, rows[i].measured - rows[i].tolerance,
                                 rows[i].measured + rows[i].tolerance, 0.006, -1});
    return TAKT_OK;
}

/// One rank has enough to do with it; all of them start PETSc.
static takt_status validate_drying(validation *v)
{
    takt_comm *comm = v->call->comm;
    takt_progress_say(&v->printer, "validate: %s", takt_validated_drying_name);
    TAKT_TRY(takt_comm_agree(comm, takt_petsc_init()));
    const takt_status status =
        takt_comm_agree(comm, takt_call_leads(v->call) ? add_drying(v) : TAKT_OK);
    const takt_status ended = takt_petsc_fini();
    TAKT_TRY(status);
    TAKT_TRY(ended);
    return TAKT_OK;
}

// --- Verb ----------------------------------------------------------------------------------------

/// Which answers a name asks for: none given, its own name, or the name of its study.
static takt_status choose(validation *v, const char *name)
{
    const char *names[MAX_ANSWERS + 1];
    char suggestion[4096], shown[TAKT_SHOWN_BYTES];
    int n = 0;
    v->wants_drying = !name || strcmp(name, takt_validated_drying_name) == 0;
    bool any = v->wants_drying;
    for (int i = 0; i < takt_exact_answer_count; ++i) {
        const takt_exact_answer *answer = &takt_exact_answers[i];
        v->wanted[i] = !name || strcmp(name, answer->study) == 0 || strcmp(name, answer->name) == 0;
        any = any || v->wanted[i];
        if (i == 0 || strcmp(answer->study, answer[-1].study) != 0)
            names[n++] = answer->study;
    }
    names[n++] = takt_validated_drying_name;
    if (any)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "validate: found '%s'%s",
                     takt_shown(name, strlen(name), shown),
                     takt_suggest(name, strlen(name), names, n, suggestion, sizeof suggestion));
}

/// Seeds: those of the studies; with --seed N that one; with --fresh three that nobody has seen,
/// from the clock of rank 0, or N and the two after it, which repeats what --fresh did.
static takt_status choose_seeds(validation *v)
{
    const char *claim = claim_of(&v->call->arguments, "seed");
    struct timespec now;
    v->seed = -1;
    v->n_seeds = v->is_fresh ? FRESH_SEEDS : 1;
    if (claim) {
        char *end = NULL;
        v->seed = strtoll(claim, &end, 10);
        if (*end || v->seed < 0)
            return TAKT_FAIL(TAKT_ERR_INPUT, "seed: found %s, allowed: a whole number from 0 on",
                             claim);
    } else if (v->is_fresh) {
        clock_gettime(CLOCK_REALTIME, &now);
        v->seed = 1000 + (int64_t)now.tv_sec % 100000000 * 10;
    }
    return TAKT_OK;
}

static takt_status validate(validation *v)
{
    takt_comm *comm = v->call->comm;
    const takt_arguments *arguments = &v->call->arguments;
    TAKT_ASSERT(takt_exact_answer_count <= MAX_ANSWERS);
    TAKT_TRY(check_claims(arguments));
    TAKT_TRY(choose(v, arguments->n_positional > 0 ? arguments->positional[0] : NULL));
    TAKT_TRY(choose_seeds(v));
    TAKT_TRY(takt_comm_broadcast(comm, 0, &v->seed, sizeof v->seed));
    TAKT_TRY(takt_comm_agree(comm, solve_exactly(v)));
    for (int32_t i = 0; i < v->n_seeds; ++i)
        TAKT_TRY(validate_factories(v, v->seed < 0 ? -1 : v->seed + i));
    if (v->n_paths > 0)
        add_row(v, &(answer_row){"paths_that_do_not_add_up", 0, v->n_breaches, v->n_breaches,
                                 v->n_breaches, 0, -1});
    if (v->wants_drying)
        TAKT_TRY(validate_drying(v));
    return TAKT_OK;
}

static void add_notes(validation *v)
{
    takt_sheet_note(v->sheet,
                    "%d of %d pass; the intervals of simulations hold together with 99.9 %%",
                    v->n_rows - v->n_failed, v->n_rows);
    if (v->is_fresh)
        takt_sheet_note(v->sheet, "the same again: takt validate --fresh --seed %lld",
                        (long long)v->seed);
    takt_sheet_next(v->sheet, "takt bench");
}

static takt_status run(takt_call *call)
{
    static const takt_column columns[] = {
        {"name", "name", false},  {"exact", "exact", false}, {"measured", "measured", false},
        {"lo", "from", false},    {"hi", "to", false},       {"pass", NULL, false},
        {NULL, "verdict", false}, {"seed", "seed", true}};
    takt_status status = TAKT_OK;
    validation v = {.call = call,
                    .is_long = takt_arguments_has(&call->arguments, TAKT_FLAG_LONG),
                    .is_fresh = takt_arguments_has(&call->arguments, TAKT_FLAG_FRESH)};
    TAKT_TRY(takt_comm_agree(call->comm, takt_viewing_start(call, NULL)));
    takt_progress_begin(&v.printer, call, NULL);
    TAKT_TRY_GOTO(takt_sheet_create(&v.sheet), done);
    v.table = takt_sheet_table(v.sheet, "rows", "Exact answers", columns, v.is_fresh ? 8 : 7);
    TAKT_TRY_GOTO(validate(&v), done);
    takt_progress_end(&v.printer);
    if (takt_call_leads(call))
        add_notes(&v);
    status = takt_sheet_print(call, v.sheet, &(takt_sheet_head){0});
    if (status == TAKT_OK && v.n_failed > 0)
        status =
            TAKT_FAIL(TAKT_ERR_MODEL, "validate: %d of %d answers are wrong", v.n_failed, v.n_rows);
    status = takt_comm_agree(call->comm, status);
done:
    takt_progress_end(&v.printer);
    takt_sheet_destroy(&v.sheet);
    return status;
}

const takt_verb takt_verb_validate = {
    .name = "validate",
    .usage = "[NAME]",
    .summary = "exact-answer suite: name, exact, measured, interval, verdict",
    .text = "Simulates factories whose answers are known exactly (queues, networks, lines with\n"
            "buffers and failures, batches, assembly, planned stops; docs/validation.md lists\n"
            "formulas and sources) and solves the migration of binder for five Peclet numbers\n"
            "with the batched kernel and with PETSc. A row passes when its interval holds the\n"
            "exact value and is narrow: half of it at most 1 % of the value, 0.3 % with --long;\n"
            "variances 5 % and 1 %. Exit code 1 when one does not. NAME is a row or a study.\n"
            "--set NAME=VALUE claims another exact value: the suite then has to fail.",
    .flags = TAKT_FLAGS_OUTPUT | TAKT_FLAGS_VIEW | TAKT_FLAG_BIT(SET) | TAKT_FLAG_BIT(SEED) |
             TAKT_FLAG_BIT(LONG) | TAKT_FLAG_BIT(FRESH),
    .max_positional = 1,
    .run = run,
};
