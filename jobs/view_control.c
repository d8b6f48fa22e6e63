#include "jobs/view_control.h"

#include "core/clock.h"
#include "core/json.h"
#include "core/memory.h"
#include "jobs/run_document.h"
#include "jobs/view_child.h"
#include "sim/study.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/// A run that is asked to stop saves at its next chunk.
#define STOP_S 15.0

/// A run that has said how it ended is gone within this time.
#define LEAVE_S 3.0

struct takt_controller {
    takt_call *call;
    const char *path;
    int32_t ranks;
    takt_board *board;
    takt_showcase *showcase;
    takt_child *child;
    atomic_bool is_stopping; // the page asked for it
    takt_text effective;     // the study as it was opened
    takt_run_document idle;
    char study[TAKT_NAME_MAX + 1];
};

// --- The study -----------------------------------------------------------------------------------

typedef struct set_list {
    const char *sets[TAKT_ARGUMENTS_MAX_SETS + TAKT_CONTROL_MAX_VALUES];
    int32_t n;
} set_list;

/// The command line's --set values, then the page's set-points.
static takt_status build_sets(const takt_controller *c, const takt_control *control,
                              takt_arena *arena, set_list *list)
{
    const takt_arguments *arguments = &c->call->arguments;
    char number[TAKT_NUMBER_BYTES];
    list->n = 0;
    for (int32_t i = 0; i < arguments->n_sets; ++i)
        list->sets[list->n++] = arguments->sets[i];
    for (int32_t i = 0; control && i < control->n_values; ++i) {
        const char *set = takt_arena_format(arena, "set_points[%s].value=%s", control->names[i],
                                            takt_number_format(control->values[i], number));
        if (!set)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for set-points");
        list->sets[list->n++] = set;
    }
    return TAKT_OK;
}

/// Checks the values through the schema, as --set does, and gives the effective study.
static takt_status open_study(takt_controller *c, const set_list *list, takt_text *effective)
{
    takt_study *study = NULL;
    takt_status status = takt_study_open(c->path, list->sets, list->n, &study);
    if (status == TAKT_OK) {
        snprintf(c->study, sizeof c->study, "%s", study->name);
        c->idle.seed = study->seed;
        takt_study_write(study, effective);
        status = takt_text_check(effective);
    }
    takt_study_destroy(&study);
    return status;
}

// --- The run -------------------------------------------------------------------------------------

void takt_controller_folder(takt_controller *controller, char *folder, size_t n_bytes)
{
    takt_run_document document = {0};
    takt_arena *arena = NULL;
    *folder = '\0';
    if (takt_arena_create(&arena) == TAKT_OK &&
        takt_run_document_get(controller->board, arena, &document) && document.folder)
        snprintf(folder, n_bytes, "%s", document.folder);
    takt_arena_destroy(&arena);
}

static void log_action(takt_controller *c, const char *text)
{
    takt_run run = {.is_open = true};
    takt_controller_folder(c, run.folder, sizeof run.folder);
    (void)takt_run_document_line(c->board, "info", NULL, "control", text);
    if (*run.folder)
        (void)takt_run_log(c->call, &run, "control", text);
    takt_error_clear();
}

static bool has_ended(const takt_run_document *document)
{
    return document->state && strcmp(document->state, "running") != 0 &&
           strcmp(document->state, "waiting") != 0;
}

/// Has the child not come so far yet that it listens to signals?
static bool is_waiting(const takt_run_document *document)
{
    return document->state && strcmp(document->state, "waiting") == 0;
}

/// A child that ends without having said so itself has failed or was killed; one that was stopped
/// before it had begun has nothing to say.
static void on_end(void *context, const takt_child_end *end)
{
    takt_controller *c = context;
    takt_run_document document = {0};
    takt_arena *arena = NULL;
    char text[2400];
    if (takt_arena_create(&arena) != TAKT_OK)
        return;
    const bool is_known = takt_run_document_get(c->board, arena, &document);
    if (!is_known)
        document = c->idle;
    if (!is_known || !has_ended(&document)) {
        const bool is_stopped = c->is_stopping && is_waiting(&document);
        if (is_stopped)
            snprintf(text, sizeof text, "stopped before it had begun");
        else if (end->signal)
            snprintf(text, sizeof text, "the run was killed by signal %d", end->signal);
        else
            snprintf(text, sizeof text, "%s", *end->message ? end->message : "the run ended");
        document.state = is_stopped ? "stopped" : "failed";
        document.text = text;
        (void)takt_run_document_put(c->board, &document);
        (void)takt_run_document_line(c->board, is_stopped ? "info" : "error", NULL, "control",
                                     text);
    }
    takt_arena_destroy(&arena);
    takt_error_clear();
}

static takt_status spawn(takt_controller *c, const char *verb, const set_list *list,
                         const char *note)
{
    const char *arguments[2 * (TAKT_ARGUMENTS_MAX_SETS + TAKT_CONTROL_MAX_VALUES) + 4];
    int32_t n = 0;
    arguments[n++] = verb;
    arguments[n++] = c->path;
    arguments[n++] = "--quiet";
    for (int32_t i = 0; i < list->n; ++i) {
        arguments[n++] = "--set";
        arguments[n++] = list->sets[i];
    }
    arguments[n] = NULL;
    const takt_child_config config = {.arguments = arguments,
                                      .ranks = c->ranks,
                                      .note = note,
                                      .board = c->board,
                                      .context = c,
                                      .ended = on_end};
    takt_child_destroy(&c->child);
    TAKT_TRY(takt_child_create(&config, &c->child));
    return TAKT_OK;
}

/// What goes into the log: "start optimize, line_speed=52, places=4".
static void write_note(const char *verb, const takt_control *control, takt_text *note)
{
    char number[TAKT_NUMBER_BYTES];
    takt_text_printf(note, "started from the page: %s", verb);
    for (int32_t i = 0; i < control->n_values; ++i)
        takt_text_printf(note, ", %s=%s", control->names[i],
                         takt_number_format(control->values[i], number));
}

/// Everything on the board belongs to the run before; what belongs to the study comes again.
static takt_status begin_board(takt_controller *c, const takt_text *effective,
                               const takt_run_document *document)
{
    takt_board_clear(c->board);
    TAKT_TRY(takt_run_document_put(c->board, document));
    TAKT_TRY(takt_showcase_load(c->showcase, takt_text_get(effective), effective->length));
    takt_showcase_warm_up(c->showcase);
    return TAKT_OK;
}

/// Does a run go on? One that has said how it ended is given a moment to leave.
static bool is_busy(takt_controller *c)
{
    const double since_s = takt_clock_s();
    for (;;) {
        takt_run_document document = {0};
        takt_arena *arena = NULL;
        if (!c->child || !takt_child_is_running(c->child))
            return false;
        const bool has_said = takt_arena_create(&arena) == TAKT_OK &&
                              takt_run_document_get(c->board, arena, &document) &&
                              has_ended(&document);
        takt_arena_destroy(&arena);
        if (!has_said || takt_clock_s() - since_s > LEAVE_S)
            return true;
        poll(NULL, 0, 10);
    }
}

static takt_status start(takt_controller *c, const char *verb, const takt_control *control)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    takt_text effective = {0}, note = {0};
    set_list list;
    if (is_busy(c))
        return TAKT_FAIL(TAKT_ERR_MODEL, "a run goes on, allowed: stop it first");
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(build_sets(c, control, arena, &list), done);
    TAKT_TRY_GOTO(open_study(c, &list, &effective), done);
    write_note(verb, control, &note);
    TAKT_TRY_GOTO(takt_text_check(&note), done);
    takt_run_document document = c->idle;
    document.kind = "live";
    document.verb = verb;
    document.state = "waiting";
    c->is_stopping = false;
    TAKT_TRY_GOTO(begin_board(c, &effective, &document), done);
    TAKT_TRY_GOTO(spawn(c, verb, &list, takt_text_get(&note)), done);
done:
    takt_text_destroy(&effective);
    takt_text_destroy(&note);
    takt_arena_destroy(&arena);
    return status;
}

static takt_status signal_run(takt_controller *c, int number, const char *what)
{
    takt_run_document document = {0};
    takt_arena *arena = NULL;
    if (!c->child || !takt_child_is_running(c->child))
        return TAKT_FAIL(TAKT_ERR_MODEL, "nothing runs, allowed: start a run first");
    const bool has_begun = takt_arena_create(&arena) == TAKT_OK &&
                           takt_run_document_get(c->board, arena, &document) &&
                           !is_waiting(&document);
    takt_arena_destroy(&arena);
    if (!has_begun && number == SIGUSR2) // it would end a run that does not listen yet
        return TAKT_FAIL(
            TAKT_ERR_MODEL,
            "the run has not begun yet, there is nothing to save; allowed: in a moment");
    c->is_stopping = c->is_stopping || number == SIGUSR1;
    log_action(c, what);
    takt_child_signal(c->child, number);
    return TAKT_OK;
}

static takt_status reset(takt_controller *c)
{
    if (is_busy(c))
        return TAKT_FAIL(TAKT_ERR_MODEL, "a run goes on, allowed: stop it first");
    log_action(c, "reset from the page");
    takt_child_destroy(&c->child);
    TAKT_TRY(begin_board(c, &c->effective, &c->idle));
    return TAKT_OK;
}

takt_status takt_controller_do(void *controller, const takt_control *control, takt_text *json)
{
    takt_controller *c = controller;
    const char *done = NULL;
    switch (control->verb) {
    case TAKT_CONTROL_START_SIMULATE:
        TAKT_TRY(start(c, "simulate", control));
        done = "simulate starts";
        break;
    case TAKT_CONTROL_START_OPTIMIZE:
        TAKT_TRY(start(c, "optimize", control));
        done = "optimize starts";
        break;
    case TAKT_CONTROL_STOP:
        TAKT_TRY(signal_run(c, SIGUSR1, "stop from the page, with a checkpoint"));
        done = "stops at its next chunk, with a checkpoint";
        break;
    case TAKT_CONTROL_CHECKPOINT:
        TAKT_TRY(signal_run(c, SIGUSR2, "save from the page"));
        done = "saves at its next chunk and goes on";
        break;
    case TAKT_CONTROL_RESET:
        TAKT_TRY(reset(c));
        done = "the study is as it was opened";
        break;
    default:
        return TAKT_FAIL(TAKT_ERR_INPUT, "control: found action %d, allowed: one of the protocol",
                         (int)control->verb);
    }
    takt_json answer = takt_json_begin_line(json);
    takt_json_object(&answer);
    takt_json_key_text(&answer, "done", done);
    takt_json_end(&answer);
    return TAKT_OK;
}

// --- Life ----------------------------------------------------------------------------------------

takt_status takt_controller_create(takt_call *call, const char *path, int32_t ranks,
                                   takt_controller **controller)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    set_list list;
    *controller = NULL;
    takt_controller *c = takt_alloc(sizeof *c);
    if (!c)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the viewer");
    c->call = call;
    c->path = path;
    c->ranks = ranks;
    c->idle = (takt_run_document){.kind = "idle", .state = "waiting", .study = c->study};
    TAKT_TRY_GOTO(takt_arena_create(&arena), failed);
    TAKT_TRY_GOTO(build_sets(c, NULL, arena, &list), failed);
    TAKT_TRY_GOTO(open_study(c, &list, &c->effective), failed);
    TAKT_TRY_GOTO(takt_board_create(&c->board), failed);
    TAKT_TRY_GOTO(takt_showcase_create(c->board, takt_text_get(&c->effective), c->effective.length,
                                       &c->showcase),
                  failed);
    takt_showcase_warm_up(c->showcase);
    TAKT_TRY_GOTO(takt_run_document_put(c->board, &c->idle), failed);
    takt_arena_destroy(&arena);
    *controller = c;
    return TAKT_OK;
failed:
    takt_arena_destroy(&arena);
    takt_controller_destroy(&c);
    return status;
}

void takt_controller_destroy(takt_controller **controller)
{
    takt_controller *c = *controller;
    if (!c)
        return;
    if (c->child)
        takt_child_signal(c->child, SIGUSR1);
    const double since_s = takt_clock_s();
    while (c->child && takt_child_is_running(c->child) && takt_clock_s() - since_s < STOP_S)
        poll(NULL, 0, 20);
    takt_child_destroy(&c->child);
    takt_showcase_destroy(&c->showcase);
    takt_board_destroy(&c->board);
    takt_text_destroy(&c->effective);
    takt_free(c);
    *controller = NULL;
}

takt_view takt_controller_view(const takt_controller *controller)
{
    return (takt_view){controller->board, controller->showcase};
}
