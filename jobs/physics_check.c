// takt physics check: the certificate of a surrogate again, and what its rivals would have done in
// the same seconds.

#include "jobs/physics.h"

#include "jobs/certificate_rows.h"
#include "jobs/dryer_check.h"
#include "jobs/progress.h"
#include "jobs/rivals.h"
#include "jobs/run_folder.h"
#include "solver/pde_reference.h"
#include "solver/petsc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct check {
    takt_call *call;
    takt_progress_printer printer;
    const char *path;
    takt_surrogate *surrogate;
    takt_certificate written; // what the file says
    takt_certified certified; // what was found now
    takt_rivals rivals;
    takt_study *study;         // NULL: none was named
    takt_dryer_checked dryers; // of that study
    bool uses_petsc;
} check;

static takt_status open(check *c)
{
    takt_comm *comm = c->call->comm;
    if (c->call->arguments.n_positional > 2)
        TAKT_TRY(takt_comm_agree(
            comm, takt_study_open(c->call->arguments.positional[2], NULL, 0, &c->study)));
    takt_status status = takt_surrogate_read(c->path, &c->surrogate);
    if (status == TAKT_ERR_FILE) // the user named it
        status = TAKT_FAIL(TAKT_ERR_INPUT, "%s", takt_error_text());
    TAKT_TRY(takt_comm_agree(comm, status));
    // Before the certificate, which takes its time: a wrong study is not worth it.
    if (c->study)
        TAKT_TRY(takt_comm_agree(comm, takt_dryer_check_accepts(c->study, c->surrogate, c->path)));
    c->written = *takt_surrogate_certificate(c->surrogate);
    if (takt_pde_reference_uses_petsc(takt_surrogate_parts_of(c->surrogate)->pde)) {
        TAKT_TRY(takt_comm_agree(comm, takt_petsc_init()));
        c->uses_petsc = true;
    }
    return TAKT_OK;
}

static takt_status certify(check *c)
{
    const takt_pde *pde = takt_surrogate_parts_of(c->surrogate)->pde;
    takt_certify_config config = takt_certify_config_default();
    config.claim = c->written.n_cases > 0 ? c->written.claim : pde->training.target;
    config.observer = &c->printer.observer;
    const int32_t n_cases = pde->n_parameters > 0 ? config.n_cases : 1;
    takt_progress_say(&c->printer, "physics check %s: %d case%s", c->path, n_cases,
                      n_cases == 1 ? "" : "s");
    return takt_certify(c->call->comm, c->surrogate, &config, &c->certified);
}

/// Does the file say what was found? Another machine may round the last digits differently.
static bool is_repeated(const check *c)
{
    const takt_certificate *now = &c->certified.certificate, *then = &c->written;
    return then->n_cases == now->n_cases && fabs(then->max - now->max) <= 1e-3 * now->max &&
           then->holds == now->holds;
}

/// Seconds of the fit, from the log beside the weights; NaN where there is none.
static double training_seconds(const check *c)
{
    char folder[TAKT_RUN_PATH_BYTES];
    takt_run_event first, last;
    takt_arena *arena = NULL;
    double seconds = NAN;
    const char *slash = strrchr(c->path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - c->path) : 1,
             slash ? c->path : ".");
    if (takt_arena_create(&arena) != TAKT_OK ||
        takt_run_read_log(folder, arena, &first, &last) != TAKT_OK)
        takt_error_clear();
    else if (takt_run_event_ends(&last))
        seconds = last.seconds;
    takt_arena_destroy(&arena);
    return seconds;
}

static takt_status compare(check *c)
{
    if (c->study) {
        takt_progress_say(&c->printer, "physics check: whole dryers of %s", c->study->name);
        TAKT_TRY(takt_dryer_check(c->study, c->surrogate, &c->dryers));
    }
    takt_progress_say(&c->printer, "physics check: what its rivals do in the same seconds");
    return takt_rivals_measure(c->surrogate, &c->certified, training_seconds(c), &c->rivals);
}

static takt_status print(const check *c)
{
    const takt_surrogate_parts *parts = takt_surrogate_parts_of(c->surrogate);
    const takt_sheet_head head = {parts->pde->name, (int64_t)parts->seed, NULL};
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    takt_sheet_note(sheet, "%s", parts->pde->title);
    takt_sheet_note(sheet, "Made by %s", parts->method);
    takt_certificate_add_box(sheet, parts);
    takt_certificate_add_rows(sheet, parts->pde, &c->certified.certificate);
    takt_certificate_add_statement(sheet, c->surrogate);
    if (!is_repeated(c))
        takt_sheet_note(sheet, "The file says otherwise: largest error %.3g, %s", c->written.max,
                        c->written.holds ? "certified" : "not certified");
    if (c->study)
        takt_dryer_check_add(sheet, c->study, c->surrogate, &c->dryers);
    takt_rivals_add(sheet, parts->pde, &c->rivals);
    const takt_status status = takt_sheet_print(c->call, sheet, &head);
    takt_sheet_destroy(&sheet);
    return status;
}

static takt_status finish(check *c)
{
    const takt_certificate *certificate = &c->certified.certificate;
    TAKT_TRY(compare(c));
    TAKT_TRY(print(c));
    if (!certificate->holds)
        return TAKT_FAIL(TAKT_ERR_MODEL, "%s: not certified: found an error of %.3g, allowed: %.3g",
                         c->path, certificate->max, certificate->claim);
    return TAKT_OK;
}

takt_status takt_physics_check_weights(takt_call *call)
{
    check c = {.call = call, .path = call->arguments.positional[1]};
    takt_status status = TAKT_OK;
    takt_progress_begin(&c.printer, call, NULL);
    TAKT_TRY_GOTO(open(&c), done);
    status = certify(&c);
    takt_progress_end(&c.printer);
    if (status == TAKT_OK)
        status = takt_comm_agree(call->comm, takt_call_leads(call) ? finish(&c) : TAKT_OK);
done:
    takt_certified_release(&c.certified);
    takt_surrogate_destroy(&c.surrogate);
    takt_study_destroy(&c.study);
    if (c.uses_petsc)
        (void)takt_petsc_fini(); // the results are out: nobody could act on a failure now
    return status;
}
