// takt physics fit: a surrogate of a PDE, up the ladder, with its certificate.

#include "jobs/physics.h"

#include "core/files.h"
#include "core/stop.h"
#include "core/words.h"
#include "jobs/certificate_rows.h"
#include "jobs/fit_file.h"
#include "jobs/progress.h"
#include "jobs/run_file.h"
#include "jobs/viewing.h"
#include "mpi/checkpoint.h"
#include "mpi/learn.h"
#include "sim/study_box.h"
#include "solver/pde_reference.h"
#include "solver/petsc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHECKPOINT_KIND = 0x66697400, CHECKPOINT_LAYOUT = 1 }; // "fit"
enum { LINE_BYTES = 320, ERROR_BYTES = 4096 };

/// A kill loses at most about this much work.
#define SAVE_S 20.0

typedef struct fit {
    takt_call *call;
    takt_setup setup;
    takt_run run;
    takt_progress_printer printer;
    const takt_pde *pde;
    takt_study_box box;
    bool uses_petsc;
    takt_surrogate *surrogate;
    takt_learn_report report;
    takt_checkpoint checkpoint;
    double saved_s, shown_s;
    char weights[TAKT_RUN_PATH_BYTES + 32 + TAKT_NAME_MAX];
} fit;

// --- Which process, which study ------------------------------------------------------------------

/// PROCESS may be the file of a study, or a name.
static bool is_file(const char *word)
{
    const size_t n = strlen(word);
    return strchr(word, '/') || (n > 5 && strcmp(word + n - 5, ".yaml") == 0) ||
           (n > 4 && strcmp(word + n - 4, ".yml") == 0);
}

typedef struct fit_words {
    const char *process; // NULL: the study says it
    const char *study;   // NULL: none, or (with --resume alone) the folder
} fit_words;

static fit_words words_of(const takt_arguments *arguments)
{
    const char *const *word = arguments->positional;
    const bool folder_only = takt_arguments_has(arguments, TAKT_FLAG_RESUME) &&
                             !takt_arguments_has(arguments, TAKT_FLAG_OUT);
    if (arguments->n_positional < 2)
        return (fit_words){NULL, NULL};
    if (folder_only || is_file(word[1]))
        return (fit_words){NULL, word[1]};
    return (fit_words){word[1], arguments->n_positional > 2 ? word[2] : NULL};
}

static takt_status check_process(const char *name)
{
    char names[512], shown[TAKT_SHOWN_BYTES];
    if (takt_pde_find(name))
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "physics fit: found '%s', allowed: %s, or a study",
                     takt_shown(name, strlen(name), shown),
                     takt_physics_processes(names, sizeof names));
}

/// A study of nothing but this process.
static takt_status parse_process(const fit *f, const char *process, takt_study **study)
{
    char text[256];
    const int n =
        snprintf(text, sizeof text, "study: %s\nphysics: {process: %s}\n", process, process);
    return takt_study_parse_with(process, text, (size_t)n, f->call->arguments.sets,
                                 f->call->arguments.n_sets, study);
}

/// The study of the file, of this process whatever it says itself.
static takt_status open_as(const fit *f, const char *process, takt_study **study)
{
    takt_arguments arguments = f->call->arguments;
    char set[128];
    if (arguments.n_sets == TAKT_ARGUMENTS_MAX_SETS)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--set: found %d, allowed: fewer", arguments.n_sets);
    snprintf(set, sizeof set, "physics.process=%s", process);
    // First, because the other ones may be about the process.
    memmove(arguments.sets + 1, arguments.sets, (size_t)arguments.n_sets++ * sizeof(char *));
    arguments.sets[0] = set;
    return takt_study_open(f->run.study, arguments.sets, arguments.n_sets, study);
}

/// The study names another process than the command line, or none at all.
static takt_status open_with_process(const fit *f, const char *process, takt_study **study)
{
    const takt_physics *physics = (*study)->physics;
    if (physics && physics->process && (!process || strcmp(physics->process, process) == 0))
        return TAKT_OK;
    if (!process || (physics && physics->process)) {
        const takt_problem problem = {
            .path = "physics.process",
            .text = "found another process or none, allowed: takt physics fit PROCESS with the "
                    "process of the study"};
        return takt_study_fail(*study, &problem);
    }
    takt_study_destroy(study);
    return open_as(f, process, study);
}

/// What to say of a study that could not be opened and has no stations. TAKT_OK: nothing better
/// than what was said.
static takt_status explain(const takt_document *document, const takt_study *study,
                           const char *process)
{
    char names[512];
    const bool has_plant = study->process.model || study->set_points.n_items > 0;
    if (!study->physics || study->factory.stations.n_items > 0 || !takt_study_has_factory(study))
        return TAKT_OK;
    if (has_plant)
        return takt_document_fail(document, study->process.model ? "process.model" : "set_points",
                                  "found a plant without stations, allowed: stations in `factory`, "
                                  "or a study of physics alone, without process and set_points");
    if (!process)
        return takt_document_fail(document, "physics.process",
                                  "found none, allowed: %s; or takt physics fit PROCESS STUDY",
                                  takt_physics_processes(names, sizeof names));
    return TAKT_OK;
}

/// Reads a study again that could not be opened, without checking it as a whole: that a factory is
/// missing says nothing to those who want none.
static takt_status fail_study(const fit *f, const char *process)
{
    char found[ERROR_BYTES];
    const takt_arguments *arguments = &f->call->arguments;
    takt_document *document = NULL;
    takt_arena *arena = NULL;
    takt_study study;
    takt_status status = TAKT_OK;
    snprintf(found, sizeof found, "%s", takt_error_text());
    TAKT_TRY_GOTO(takt_arena_create(&arena), done);
    TAKT_TRY_GOTO(takt_document_open(f->run.study, &document), done);
    for (int32_t i = 0; i < arguments->n_sets; ++i)
        TAKT_TRY_GOTO(takt_document_assign(document, arguments->sets[i]), done);
    TAKT_TRY_GOTO(takt_schema_load(&takt_study_schema, document, arena, &study), done);
    status = explain(document, &study, process);
done:
    takt_document_destroy(&document);
    takt_arena_destroy(&arena);
    return status == TAKT_OK ? TAKT_FAIL(TAKT_ERR_INPUT, "%s", found) : status;
}

static takt_status open_file(const fit *f, const char *process, takt_study **study)
{
    const takt_arguments *arguments = &f->call->arguments;
    takt_status status = takt_study_open(f->run.study, arguments->sets, arguments->n_sets, study);
    if (status == TAKT_ERR_INPUT && process) { // what it says may need the process
        takt_error_clear();
        status = open_as(f, process, study);
    } else if (status == TAKT_OK) {
        status = open_with_process(f, process, study);
    }
    if (status != TAKT_OK)
        takt_study_destroy(study);
    return status == TAKT_ERR_INPUT ? fail_study(f, process) : status;
}

/// Takes the study with the box that its set-points need: the effective study says it, so weights,
/// checkpoints and --resume know it.
static takt_status adopt_study(fit *f, takt_study *study)
{
    takt_problem problem = {0};
    f->pde = takt_pde_find(study->physics->process);
    takt_status status = takt_study_box_find(study, f->pde, &f->box);
    if (status == TAKT_OK)
        status = takt_study_box_keep(study, f->pde, &f->box);
    // Cells were cut before the box was known.
    if (status == TAKT_OK && takt_physics_check(study->physics, &problem) != TAKT_OK)
        status = takt_study_fail(study, &problem);
    if (status != TAKT_OK) {
        takt_study_destroy(&study);
        return status;
    }
    return takt_setup_adopt(&f->setup, study);
}

static takt_status open_study(fit *f, const fit_words *words)
{
    takt_study *study = NULL;
    if (*f->run.study) {
        TAKT_TRY(open_file(f, words->process, &study));
    } else if (words->process) {
        TAKT_TRY(parse_process(f, words->process, &study));
    } else {
        return TAKT_FAIL(TAKT_ERR_INPUT, "physics fit: found no process, allowed: takt physics fit "
                                         "PROCESS [STUDY]");
    }
    return adopt_study(f, study);
}

/// What is learnt, for those who watch: again with its certificate when that is there.
static void describe(const fit *f)
{
    takt_text json = {0};
    if (!takt_viewing_sink(f->call))
        return;
    if (takt_fit_file_describe(f->pde, takt_learn_target(f->setup.study->physics), f->surrogate,
                               &json) == TAKT_OK)
        takt_viewing_document(f->call, "fit", takt_text_get(&json), json.length);
    takt_text_destroy(&json);
    if (takt_fit_file_study(f->setup.study->name, takt_text_get(&f->setup.effective), &json) ==
        TAKT_OK)
        takt_viewing_document(f->call, "study", takt_text_get(&json), json.length);
    takt_text_destroy(&json);
}

static takt_status open(fit *f)
{
    takt_comm *comm = f->call->comm;
    const fit_words words = words_of(&f->call->arguments);
    if (words.process)
        TAKT_TRY(check_process(words.process));
    TAKT_TRY(takt_run_locate_study(f->call, words.study, words.process != NULL, &f->run));
    TAKT_TRY(takt_comm_agree(comm, open_study(f, &words)));
    if (takt_pde_reference_uses_petsc(f->pde)) {
        TAKT_TRY(takt_comm_agree(comm, takt_petsc_init()));
        f->uses_petsc = true;
    }
    describe(f);
    TAKT_TRY(takt_comm_agree(comm, takt_viewing_start(f->call, NULL)));
    return takt_run_create(f->call, &f->setup, &f->run);
}

// --- The box that a study needs ------------------------------------------------------------------

/// One sentence into `text`: where the box comes from (-1), or that parameter k needs more than the
/// PDE allows. false: nothing to say.
static bool write_box(const fit *f, int32_t k, char text[LINE_BYTES])
{
    const char *name = f->setup.study->name;
    const takt_study_needs *needs = &f->box.needs;
    if (needs->n_queries == 0) {
        snprintf(text, LINE_BYTES,
                 "No process of %s asks for %s: it is learnt over its own box, which physics.box "
                 "changes",
                 name, f->pde->name);
        return k < 0 && takt_study_has_factory(f->setup.study);
    }
    if (k < 0) {
        snprintf(text, LINE_BYTES,
                 "The box of %s: found by %d design%s, of %d set-point%s that matter%s; %.4g %% of "
                 "%" PRId64 " queries lie inside",
                 name, needs->n_designs, needs->n_designs == 1 ? "" : "s", needs->n_set_points,
                 needs->n_set_points == 1 ? "" : "s", needs->n_set_points == 1 ? "s" : "",
                 100 * (double)needs->n_inside / (double)needs->n_queries, needs->n_queries);
        return true;
    }
    const takt_study_range *range = &f->box.ranges[k];
    const takt_pde_parameter *parameter = &f->pde->parameters[k];
    if (!range->is_cut)
        return false;
    snprintf(text, LINE_BYTES,
             "%s: %s needs %.3g to %.3g, %s allows %.3g to %.3g: what lies beyond is left to the "
             "reference and counted",
             parameter->name, name, range->found[0], range->found[1], f->pde->name, parameter->min,
             parameter->max);
    return true;
}

/// What training is about to begin with, for those who wait and for the log.
static takt_status announce_box(fit *f)
{
    char text[LINE_BYTES];
    for (int32_t k = -1; k < f->pde->n_parameters; ++k) {
        if (!takt_call_leads(f->call) || !write_box(f, k, text))
            continue;
        takt_progress_say(&f->printer, "%s", text);
        TAKT_TRY(takt_run_log(f->call, &f->run, "info", text));
    }
    return TAKT_OK;
}

static const char *why(const fit *f, takt_sheet *sheet, const takt_study_range *range)
{
    const char *who = f->box.needs.n_set_points > 0 ? "set-points" : "the design and its wear";
    if (range->is_given)
        return "physics.box";
    if (!(range->found[0] <= range->found[1]))
        return takt_sheet_format(sheet, "what %s says itself", f->pde->name);
    if (range->is_cut)
        return takt_sheet_format(sheet, "%s, cut to the limits of %s", who, f->pde->name);
    if (range->found[0] == range->found[1])
        return "one value will do, with a margin";
    return takt_sheet_format(sheet, "%s, with a margin of %.0f %%", who,
                             100 * TAKT_STUDY_BOX_MARGIN);
}

/// The box and where it comes from.
static void add_box(const fit *f, takt_sheet *sheet)
{
    static const takt_column columns[] = {{"name", "parameter", false},
                                          {"unit", "unit", false},
                                          {"found_min", "needed from", false},
                                          {"found_max", "to", false},
                                          {"min", "used from", false},
                                          {"max", "to", false},
                                          {"why", "why", false}};
    if (f->box.needs.n_queries == 0) {
        takt_certificate_add_box(sheet, takt_surrogate_parts_of(f->surrogate));
        return;
    }
    takt_table *table = takt_sheet_table(
        sheet, "box", takt_sheet_format(sheet, "Box that %s needs", f->setup.study->name), columns,
        7);
    for (int32_t k = 0; k < f->pde->n_parameters; ++k) {
        const takt_study_range *range = &f->box.ranges[k];
        const bool is_found = range->found[0] <= range->found[1];
        takt_table_add(
            table, (takt_cell[]){
                       takt_cell_text(f->pde->parameters[k].name),
                       takt_cell_text(f->pde->parameters[k].unit),
                       is_found ? takt_cell_number(range->found[0], -3) : takt_cell_none(),
                       is_found ? takt_cell_number(range->found[1], -3) : takt_cell_none(),
                       takt_cell_number(range->used[0], -3), takt_cell_number(range->used[1], -3),
                       takt_cell_text(why(f, sheet, range))});
    }
}

// --- Checkpoints ---------------------------------------------------------------------------------

static takt_checkpoint_identity identity_of(const fit *f)
{
    return (takt_checkpoint_identity){.kind = CHECKPOINT_KIND,
                                      .layout = CHECKPOINT_LAYOUT,
                                      .study_hash = f->setup.hash,
                                      .seed = (uint64_t)f->setup.study->seed};
}

static bool is_due(void *context)
{
    const fit *f = context;
    return takt_save_requested() || takt_clock_s() - f->saved_s > SAVE_S;
}

static takt_status save(void *context, const void *bytes, size_t n_bytes)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    fit *f = context;
    const takt_checkpoint_identity identity = identity_of(f);
    TAKT_TRY(takt_checkpoint_save(takt_run_file(&f->run, "checkpoint.bin", path), &identity, bytes,
                                  n_bytes));
    f->saved_s = takt_clock_s();
    if (takt_save_requested()) {
        takt_save_clear();
        TAKT_TRY(takt_run_log(f->call, &f->run, "info", "saved: checkpoint.bin"));
    }
    return TAKT_OK;
}

/// Rank 0 reads the checkpoint; all get its bytes.
static takt_status load(fit *f)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    takt_comm *comm = f->call->comm;
    const takt_checkpoint_identity identity = identity_of(f);
    takt_status status = TAKT_OK;
    if (!f->run.continues)
        return TAKT_OK;
    if (takt_call_leads(f->call))
        status = takt_checkpoint_load(takt_run_file(&f->run, "checkpoint.bin", path), &identity,
                                      &f->checkpoint);
    TAKT_TRY(takt_comm_agree(comm, status));
    TAKT_TRY(takt_comm_broadcast(comm, 0, &f->checkpoint.n_bytes, sizeof f->checkpoint.n_bytes));
    if (f->checkpoint.n_bytes == 0)
        return TAKT_OK;
    if (!takt_call_leads(f->call)) {
        f->checkpoint.payload = takt_alloc(f->checkpoint.n_bytes);
        if (!f->checkpoint.payload)
            status = TAKT_FAIL(TAKT_ERR_MEMORY, "checkpoint: out of memory for %zu bytes",
                               f->checkpoint.n_bytes);
    }
    TAKT_TRY(takt_comm_agree(comm, status));
    return takt_comm_broadcast(comm, 0, f->checkpoint.payload, f->checkpoint.n_bytes);
}

// --- Learning ------------------------------------------------------------------------------------

/// For those who watch. What they cannot be shown is no failure of the run.
static void look(void *context, const takt_fit_look *seen)
{
    fit *f = context;
    const takt_sink *sink = takt_viewing_sink(f->call);
    const double now_s = takt_clock_s();
    if (!sink || !takt_viewing_is_due(f->call, f->shown_s, now_s))
        return;
    f->shown_s = now_s;
    if (takt_fit_file_put_look(sink, seen) != TAKT_OK)
        takt_error_clear();
}

/// `auto` is the processor: whoever wants a device says so, because its last digits differ.
static int32_t device_of(const takt_call *call)
{
    const char *device = call->arguments.values[TAKT_FLAG_DEVICE];
    return device && strcmp(device, "cuda") == 0 ? TAKT_DEVICE_CUDA : TAKT_DEVICE_CPU;
}

static takt_status learn(fit *f)
{
    const takt_study *study = f->setup.study;
    const takt_learn_config config = {.physics = study->physics,
                                      .seed = (uint64_t)study->seed,
                                      .device = device_of(f->call),
                                      .observer = &f->printer.observer,
                                      .listener = {f, look, is_due, save},
                                      .resume = f->checkpoint.payload,
                                      .n_resume = f->checkpoint.n_bytes};
    f->saved_s = takt_clock_s();
    return takt_learn(f->call->comm, &config, &f->surrogate, &f->report);
}

/// The end for those who watch: no failure of the run either.
static void show_outcome(const fit *f, const takt_fit_outcome *outcome)
{
    const takt_sink *sink = takt_viewing_sink(f->call);
    if (!sink)
        return;
    if (takt_fit_file_show(sink, outcome) != TAKT_OK)
        takt_error_clear();
    describe(f);
}

/// NAME.safetensors and run.nc.
static takt_status write_files(fit *f)
{
    takt_netcdf *file = NULL;
    const takt_fit_outcome outcome = {f->surrogate, f->report.judge, &f->report.fit,
                                      &f->report.certified};
    takt_status status = TAKT_OK;
    takt_sink sink;
    show_outcome(f, &outcome);
    snprintf(f->weights, sizeof f->weights, "%s/%s.safetensors", f->run.folder,
             f->setup.study->name);
    TAKT_TRY(takt_surrogate_write(f->surrogate, f->weights, takt_text_get(&f->setup.effective)));
    TAKT_TRY_GOTO(takt_run_file_create(f->call, &f->setup, &f->run, &file), done);
    sink = takt_netcdf_sink(file);
    TAKT_TRY_GOTO(takt_fit_file_put(&sink, &outcome), done);
    TAKT_TRY_GOTO(takt_netcdf_commit(&file), done);
done:
    takt_netcdf_destroy(&file);
    return status;
}

// --- Output --------------------------------------------------------------------------------------

static void add_ladder(takt_sheet *sheet, const takt_learn_report *report)
{
    static const takt_column columns[] = {
        {"rung", "ladder", false},      {"error", "error", false},
        {"values", "numbers", false},   {"solves", "reference solves", false},
        {"is_chosen", "chosen", false}, {"what", "what", false}};
    takt_table *table = takt_sheet_table(sheet, "ladder", "Ladder", columns, 6);
    for (takt_rung rung = 0; rung < TAKT_RUNG_COUNT; ++rung) {
        const takt_rung_report *row = &report->rungs[rung];
        const bool tried = row->is_tried;
        takt_table_add(table,
                       (takt_cell[]){takt_cell_text(takt_rung_text(rung)),
                                     tried ? takt_cell_number(row->error, -2) : takt_cell_none(),
                                     tried ? takt_cell_integer(row->n_values) : takt_cell_none(),
                                     tried ? takt_cell_integer(row->n_solves) : takt_cell_none(),
                                     takt_cell_boolean(rung == report->chosen),
                                     takt_cell_text(row->why)});
    }
}

static takt_status print(const fit *f)
{
    const takt_study *study = f->setup.study;
    const takt_sheet_head head = {study->name, study->seed, f->run.folder};
    const takt_certificate *certificate = &f->report.certified.certificate;
    takt_sheet *sheet = NULL;
    char text[LINE_BYTES];
    TAKT_TRY(takt_sheet_create(&sheet));
    takt_sheet_note(sheet, "%s", f->pde->title);
    takt_sheet_note(sheet, "Wanted: relative L2 error of %s at most %.3g", f->pde->observed_name,
                    f->report.target);
    add_ladder(sheet, &f->report);
    for (int32_t k = -1; k < f->pde->n_parameters; ++k)
        if (write_box(f, k, text))
            takt_sheet_note(sheet, "%s", text);
    add_box(f, sheet);
    takt_certificate_add_rows(sheet, f->pde, certificate);
    takt_certificate_add_statement(sheet, f->surrogate);
    takt_sheet_next(sheet, "takt physics check %s", f->weights);
    const takt_status status = takt_sheet_print(f->call, sheet, &head);
    takt_sheet_destroy(&sheet);
    return status;
}

/// What took how long belongs into the log alone.
static takt_status log_seconds(const fit *f)
{
    char text[256];
    for (takt_rung rung = 0; rung < TAKT_RUNG_COUNT; ++rung) {
        const takt_rung_report *row = &f->report.rungs[rung];
        if (!row->is_tried)
            continue;
        snprintf(text, sizeof text, "%s: %.3g s, error %.3g (%s)", takt_rung_text(rung),
                 row->seconds, row->error, row->why);
        TAKT_TRY(takt_run_log(f->call, &f->run, "info", text));
    }
    return TAKT_OK;
}

static takt_status finish(fit *f)
{
    const takt_certificate *certificate = &f->report.certified.certificate;
    TAKT_TRY(write_files(f));
    TAKT_TRY(log_seconds(f));
    TAKT_TRY(print(f));
    if (!certificate->holds)
        return TAKT_FAIL(TAKT_ERR_MODEL,
                         "%s: not certified: found an error of %.3g (reference: %.1g), allowed: "
                         "%.3g; more iterations, points or width, or a larger physics.target",
                         f->setup.study->name, certificate->max, certificate->reference_error,
                         certificate->claim);
    return TAKT_OK;
}

takt_status takt_physics_fit(takt_call *call)
{
    fit f = {.call = call};
    takt_status status = TAKT_OK;
    char headline[128] = "";
    TAKT_TRY_GOTO(open(&f), done);
    takt_progress_begin(&f.printer, call, &f.run);
    TAKT_TRY_GOTO(load(&f), done);
    takt_progress_say(&f.printer, "physics fit %s: error %.3g wanted, on %d rank%s%s", f.pde->name,
                      takt_learn_target(f.setup.study->physics), takt_comm_size(call->comm),
                      takt_comm_size(call->comm) == 1 ? "" : "s",
                      f.checkpoint.n_bytes > 0 ? ", continued" : "");
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, announce_box(&f)), done);
    status = learn(&f);
    takt_progress_end(&f.printer);
    if (status == TAKT_OK)
        status = takt_comm_agree(call->comm, takt_call_leads(call) ? finish(&f) : TAKT_OK);
    snprintf(headline, sizeof headline, "error %.3g, %s", f.report.certified.certificate.max,
             f.report.certified.certificate.holds ? "certified" : "not certified");
done:
    status = takt_run_close(call, &f.run, status, headline);
    takt_checkpoint_release(&f.checkpoint);
    takt_learn_release(&f.report);
    takt_surrogate_destroy(&f.surrogate);
    if (f.uses_petsc)
        (void)takt_petsc_fini(); // the results are out: nobody could act on a failure now
    takt_setup_close(&f.setup);
    return status;
}
