// takt validate: models with exact answers, through the same engine, farm and solvers as any study.

#include "core/words.h"
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

/// What is taken from each replication.
typedef enum measure {
    MEASURE_ITEMS,       // mean number in the plant
    MEASURE_FLOW_TIME,   // s
    MEASURE_THROUGHPUT,  // 1/s
    MEASURE_FIRST_LEVEL, // mean number in the first buffer
    MEASURE_AVAILABLE    // share of time that the first station is not down
} measure;

typedef struct exact_answer {
    const char *name;
    const char *study; // below examples/validate
    measure measure;
    double exact;
} exact_answer;

/// Kleinrock, Queueing Systems I (1975), 3.2 and 3.5 (M/M/1, M/M/c); Hillier and Boling (1967) for
/// two machines; machine repairman by its birth-death chain.
static const exact_answer answers[] = {
    {"mm1_items", "mm1", MEASURE_ITEMS, 9},
    {"mm1_time_s", "mm1", MEASURE_FLOW_TIME, 10},
    {"mm1_throughput_per_s", "mm1", MEASURE_THROUGHPUT, 0.9},
    {"mmc_queue", "mmc", MEASURE_FIRST_LEVEL, 8.0 / 9},
    {"mmc_time_s", "mmc", MEASURE_FLOW_TIME, 13.0 / 9},
    {"two_machines_buffer_0_per_s", "two_machines_0", MEASURE_THROUGHPUT, 2.0 / 3},
    {"two_machines_buffer_5_per_s", "two_machines_5", MEASURE_THROUGHPUT, 7.0 / 8},
    {"repairman_5_machines_1_crew", "repairman", MEASURE_AVAILABLE, 0.872096},
    {"repairman_10_machines_2_crews", "repairmen", MEASURE_AVAILABLE, 0.896136},
};
enum { N_ANSWERS = sizeof answers / sizeof *answers };

/// All intervals hold at once with 99.9 % (Bonferroni).
#define CONFIDENCE (1 - 1e-3 / N_ANSWERS)

typedef struct validation {
    takt_call *call;
    takt_sheet *sheet;
    takt_table *table;
    takt_progress_printer printer;
    int n_failed, n_rows;
} validation;

/// `--set NAME=VALUE` puts another value in the place of an exact one: whoever doubts the suite can
/// see it fail.
static double claimed(const takt_call *call, const char *name, double exact)
{
    const size_t n = strlen(name);
    for (int32_t i = 0; i < call->arguments.n_sets; ++i) {
        const char *set = call->arguments.sets[i];
        if (strncmp(set, name, n) == 0 && set[n] == '=')
            return strtod(set + n + 1, NULL);
    }
    return exact;
}

/// Every claim names an answer and gives a number.
static takt_status check_claims(const takt_arguments *arguments)
{
    enum { N_NAMES = N_ANSWERS + TAKT_VALIDATED_DRYING_ROWS };
    char drying[TAKT_VALIDATED_DRYING_ROWS][TAKT_VALIDATED_NAME_BYTES];
    const char *names[N_NAMES];
    char shown[TAKT_SHOWN_BYTES], suggestion[2048], *end = NULL;
    for (int i = 0; i < N_ANSWERS; ++i)
        names[i] = answers[i].name;
    for (int i = 0; i < TAKT_VALIDATED_DRYING_ROWS; ++i)
        names[N_ANSWERS + i] = takt_validated_drying_row_name(i, drying[i]);
    for (int32_t s = 0; s < arguments->n_sets; ++s) {
        const char *set = arguments->sets[s];
        const size_t n = strcspn(set, "=");
        bool known = false;
        for (int i = 0; i < N_NAMES; ++i)
            known = known || (strlen(names[i]) == n && strncmp(names[i], set, n) == 0);
        takt_shown(set, n, shown);
        if (!known)
            return TAKT_FAIL(TAKT_ERR_INPUT, "--set: found the answer '%s'%s", shown,
                             takt_suggest(set, n, names, N_NAMES, suggestion, sizeof suggestion));
        if (set[n] == '\0' || !isfinite(strtod(set + n + 1, &end)) || end == set + n + 1 || *end)
            return TAKT_FAIL(TAKT_ERR_INPUT, "--set %s: found no number, allowed: %s=NUMBER", shown,
                             shown);
    }
    return TAKT_OK;
}

static void add_row(validation *v, const char *name, double exact, double measured, double lo,
                    double hi)
{
    const double claim = claimed(v->call, name, exact);
    const bool pass = lo <= claim && claim <= hi;
    const int decimals = takt_decimals_of(0, 0.5 * (hi - lo)); // two digits of the width
    ++v->n_rows;
    v->n_failed += !pass;
    takt_table_add(v->table,
                   (takt_cell[]){takt_cell_text(name), takt_cell_number(claim, decimals),
                                 takt_cell_number(measured, decimals),
                                 takt_cell_number(lo, decimals), takt_cell_number(hi, decimals),
                                 takt_cell_boolean(pass), takt_cell_text(pass ? "PASS" : "FAIL")});
}

// --- Queues --------------------------------------------------------------------------------------

static double value_of(const takt_report *report, measure what, const double *result)
{
    const double *times = result + report->first_state;
    double sum = 0;
    switch (what) {
    case MEASURE_ITEMS:
        return result[report->items];
    case MEASURE_FLOW_TIME:
        return result[report->flow_time] * 3600;
    case MEASURE_THROUGHPUT:
        return result[TAKT_KPI_THROUGHPUT] / 3600;
    case MEASURE_FIRST_LEVEL:
        return result[report->first_level];
    default:
        for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            sum += times[k];
        return 1 - times[TAKT_MACHINE_DOWN] / sum;
    }
}

static void add_answer(validation *v, const exact_answer *answer, const takt_report *report,
                       const double *results, int32_t n)
{
    takt_moments moments = {0};
    for (int32_t i = 0; i < n; ++i)
        takt_moments_add(
            &moments, value_of(report, answer->measure, results + (int64_t)i * report->n_values));
    const takt_interval interval = takt_interval_of_moments(&moments, CONFIDENCE);
    add_row(v, answer->name, answer->exact, interval.mean, interval.lo, interval.hi);
}

/// The study that carries this answer, opened from the text inside the program.
static takt_status open_study(const char *name, takt_study **study, takt_scenario **scenario)
{
    const takt_example *example = takt_validation_examples;
    while (strcmp(example->name, name) != 0)
        ++example;
    TAKT_TRY(takt_study_parse(name, example->text, example->n_bytes, study));
    TAKT_TRY(takt_scenario_create(*study, NULL, scenario));
    return TAKT_OK;
}

/// Runs one study and adds every answer that is read from it. Collective.
static takt_status validate_study(validation *v, const char *name, const bool *wanted)
{
    takt_comm *comm = v->call->comm;
    takt_study *study = NULL;
    takt_scenario *scenario = NULL;
    double *results = NULL;
    takt_status status = TAKT_OK;
    TAKT_TRY_GOTO(takt_comm_agree(comm, open_study(name, &study, &scenario)), done);
    const takt_report *report = takt_scenario_report(scenario);
    const int32_t n = study->replications;
    results = takt_alloc((size_t)n * (size_t)report->n_values * sizeof *results);
    TAKT_TRY_GOTO(
        takt_comm_agree(comm, results ? TAKT_OK
                                      : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %s", name)),
        done);
    takt_progress_say(&v->printer, "validate: %s", name);
    TAKT_TRY_GOTO(takt_simulate(comm, scenario, 0, n, &v->printer.observer, results), done);
    for (int i = 0; i < N_ANSWERS && takt_call_leads(v->call); ++i)
        if (wanted[i] && strcmp(answers[i].study, name) == 0)
            add_answer(v, &answers[i], report, results, n);
done:
    takt_free(results);
    takt_scenario_destroy(&scenario);
    takt_study_destroy(&study);
    return status;
}

static takt_status validate_queues(validation *v, const bool *wanted)
{
    for (int i = 0; i < N_ANSWERS; ++i) {
        bool is_first = wanted[i];
        for (int j = 0; j < i && is_first; ++j)
            is_first = !wanted[j] || strcmp(answers[i].study, answers[j].study) != 0;
        if (is_first)
            TAKT_TRY(validate_study(v, answers[i].study, wanted));
    }
    return TAKT_OK;
}

// --- Drying --------------------------------------------------------------------------------------

static takt_status add_drying(validation *v)
{
    takt_validated_drying rows[TAKT_VALIDATED_DRYING_ROWS];
    TAKT_TRY(takt_validate_drying(rows));
    for (int i = 0; i < TAKT_VALIDATED_DRYING_ROWS; ++i)
        add_row(v, rows[i].name, rows[i].exact, rows[i].measured,
                rows[i].measured - rows[i].tolerance, rows[i].measured + rows[i].tolerance);
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
static takt_status choose(const char *name, bool *wanted, bool *wants_drying)
{
    const char *names[N_ANSWERS + 1];
    char suggestion[512], shown[TAKT_SHOWN_BYTES];
    int n = 0;
    bool any = false;
    *wants_drying = !name || strcmp(name, takt_validated_drying_name) == 0;
    for (int i = 0; i < N_ANSWERS; ++i) {
        wanted[i] =
            !name || strcmp(name, answers[i].study) == 0 || strcmp(name, answers[i].name) == 0;
        any = any || wanted[i];
        if (i == 0 || strcmp(answers[i].study, answers[i - 1].study) != 0)
            names[n++] = answers[i].study;
    }
    names[n++] = takt_validated_drying_name;
    if (any || *wants_drying)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "validate: found '%s'%s",
                     takt_shown(name, strlen(name), shown),
                     takt_suggest(name, strlen(name), names, n, suggestion, sizeof suggestion));
}

static takt_status validate(validation *v)
{
    const takt_arguments *arguments = &v->call->arguments;
    bool wanted[N_ANSWERS], wants_drying = false;
    TAKT_TRY(check_claims(arguments));
    TAKT_TRY(choose(arguments->n_positional > 0 ? arguments->positional[0] : NULL, wanted,
                    &wants_drying));
    TAKT_TRY(validate_queues(v, wanted));
    if (wants_drying)
        TAKT_TRY(validate_drying(v));
    return TAKT_OK;
}

static takt_status run(takt_call *call)
{
    static const takt_column columns[] = {
        {"name", "name", false}, {"exact", "exact", false}, {"measured", "measured", false},
        {"lo", "from", false},   {"hi", "to", false},       {"pass", NULL, false},
        {NULL, "verdict", false}};
    takt_status status = TAKT_OK;
    validation v = {.call = call};
    TAKT_TRY(takt_comm_agree(call->comm, takt_viewing_start(call, NULL)));
    takt_progress_begin(&v.printer, call, NULL);
    TAKT_TRY_GOTO(takt_sheet_create(&v.sheet), done);
    v.table = takt_sheet_table(v.sheet, "rows", "Exact answers", columns, 7);
    TAKT_TRY_GOTO(validate(&v), done);
    takt_progress_end(&v.printer);
    if (takt_call_leads(call))
        takt_sheet_note(v.sheet,
                        "%d of %d pass; the intervals of simulations hold together with "
                        "99.9 %%",
                        v.n_rows - v.n_failed, v.n_rows);
    takt_sheet_next(v.sheet, "takt bench");
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
    .text = "Simulates models whose answers are known exactly (M/M/1, M/M/c, two exponential\n"
            "machines with a buffer, machine repairman) and solves the migration of binder for\n"
            "five Peclet numbers with the batched kernel and with PETSc. Exit code 1 when one\n"
            "is wrong. NAME is one of the models. --set NAME=VALUE claims another exact value:\n"
            "the suite then has to fail.",
    .flags = TAKT_FLAGS_OUTPUT | TAKT_FLAGS_VIEW | TAKT_FLAG_BIT(SET),
    .max_positional = 1,
    .run = run,
};
