// The ladder: which rungs are tried, and which one is kept.

#include "mpi/learn.h"

#include "core/clock.h"
#include "core/memory.h"
#include "mpi/learn_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// More parameters have more corners to go wrong in.
enum { JUDGE_CASES = 16, JUDGE_CASES_MANY = 64, ATTEMPTS = 4 };

const char *takt_rung_text(takt_rung rung)
{
    static const char *const texts[] = {"least squares", "table", "network"};
    return texts[rung];
}

double takt_learn_target(const takt_physics *physics)
{
    const takt_pde *pde = takt_pde_find(physics->process);
    return physics->target > 0 ? physics->target : pde->training.target;
}

takt_pinn_config takt_learn_pinn(const takt_learn_work *work)
{
    const takt_physics *physics = work->config->physics;
    takt_pinn_config config = takt_pinn_config_default(work->pde);
    memcpy(config.box, work->box, sizeof config.box);
    for (int32_t k = 0; k < work->pde->n_networks; ++k) {
        if (physics->width > 0)
            config.shapes[k].width = physics->width;
        if (physics->layers > 0)
            config.shapes[k].n_layers = physics->layers;
    }
    if (physics->points > 0)
        config.n_points = physics->points;
    config.n_chunks = physics->chunks;
    config.seed = work->config->seed;
    config.device = work->config->device;
    config.precision =
        physics->precision == TAKT_PHYSICS_SINGLE ? TAKT_PRECISION_SINGLE : TAKT_PRECISION_DOUBLE;
    return config;
}

takt_surrogate_parts takt_learn_parts(const takt_learn_work *work, const char *method)
{
    takt_surrogate_parts parts = {
        .pde = work->pde, .n_windows = 1, .method = method, .seed = work->config->seed};
    memcpy(parts.box, work->box, sizeof parts.box);
    return parts;
}

/// Does the study ask for this rung, or leave the choice?
static bool is_asked(const takt_physics *physics, takt_rung rung)
{
    static const int32_t method_of[] = {[TAKT_RUNG_LEAST_SQUARES] = TAKT_PHYSICS_LEAST_SQUARES,
                                        [TAKT_RUNG_TABLE] = TAKT_PHYSICS_TABLE,
                                        [TAKT_RUNG_NETWORK] = TAKT_PHYSICS_NETWORK};
    return physics->method == TAKT_PHYSICS_AUTO || physics->method == method_of[rung];
}

static takt_status try_rung(takt_learn_work *work, takt_rung rung, takt_learn_report *report,
                            takt_surrogate **surrogate)
{
    takt_rung_report *row = &report->rungs[rung];
    const double begun_s = takt_clock_s();
    takt_status status = TAKT_OK;
    *surrogate = NULL;
    if (rung == TAKT_RUNG_LEAST_SQUARES)
        status = takt_learn_least_squares(work, row, surrogate);
    else if (rung == TAKT_RUNG_TABLE)
        status = takt_learn_table(work, row, surrogate);
    else
        status = takt_learn_network(work, row, &report->fit, surrogate);
    row->seconds = takt_clock_s() - begun_s;
    return status;
}

/// Which cells are to be trained on: those that the judge let pass and the certificate did not.
static bool find_wanting(takt_learn_work *work, const takt_certified *certified)
{
    const int32_t n_parameters = work->pde->n_parameters;
    double worst[TAKT_PDE_CELLS_MAX] = {0};
    bool found = false;
    for (int32_t i = 0; i < certified->certificate.n_cases; ++i) {
        const int32_t cell =
            takt_pde_cell_of(&work->cells, n_parameters, certified->mu + (int64_t)i * n_parameters);
        worst[cell] = fmax(worst[cell], certified->errors[i]);
    }
    for (int32_t c = 0; c < work->n_cells; ++c) {
        work->is_wanting[c] = worst[c] > work->target && work->errors[c] <= work->goals[c];
        if (work->is_wanting[c])
            work->goals[c] *= 0.7 * work->target / worst[c];
        found = found || work->is_wanting[c];
    }
    return found;
}

/// One rung with its certificate: networks that the judge let pass and the certificate did not are
/// trained on, against a lower goal. The last attempt counts, so that a fit that was stopped ends
/// as an undisturbed one does.
static takt_status climb_rung(takt_learn_work *work, takt_rung rung, takt_learn_report *report,
                              takt_surrogate **found, takt_certified *certified)
{
    const takt_certify_config config = {.n_cases = TAKT_CERTIFICATE_CASES,
                                        .claim = work->target,
                                        .observer = work->config->observer};
    bool goes_on = true;
    while (goes_on) {
        takt_surrogate_destroy(found);
        takt_certified_release(certified);
        TAKT_TRY(try_rung(work, rung, report, found));
        if (!*found)
            return TAKT_OK;
        TAKT_TRY(takt_certify(work->comm, *found, &config, certified));
        goes_on = rung == TAKT_RUNG_NETWORK && work->attempt + 1 < ATTEMPTS &&
                  find_wanting(work, certified);
        work->attempt += goes_on;
    }
    return TAKT_OK;
}

/// Takes what was found in place of what was kept before, when it is better.
static void keep_better(takt_rung rung, takt_surrogate **found, takt_certified *certified,
                        takt_learn_report *report, takt_surrogate **surrogate)
{
    if (*surrogate && !(certified->certificate.max < report->certified.certificate.max))
        return;
    takt_surrogate_destroy(surrogate);
    takt_certified_release(&report->certified);
    *surrogate = *found;
    report->certified = *certified;
    report->chosen = rung;
    *found = NULL;
    *certified = (takt_certified){0};
}

/// Climbs until a certificate holds; keeps the best.
static takt_status climb(takt_learn_work *work, takt_learn_report *report,
                         takt_surrogate **surrogate)
{
    takt_status status = TAKT_OK;
    takt_surrogate *found = NULL;
    takt_certified certified = {0};
    for (takt_rung rung = 0; rung < TAKT_RUNG_COUNT; ++rung) {
        takt_rung_report *row = &report->rungs[rung];
        row->error = NAN;
        if (!is_asked(work->config->physics, rung)) {
            snprintf(row->why, sizeof row->why, "not asked for");
            continue;
        }
        if (*surrogate && report->certified.certificate.holds) {
            snprintf(row->why, sizeof row->why, "not needed");
            continue;
        }
        TAKT_TRY_GOTO(climb_rung(work, rung, report, &found, &certified), done);
        if (found)
            keep_better(rung, &found, &certified, report, surrogate);
        takt_surrogate_destroy(&found);
        takt_certified_release(&certified);
    }
    if (!*surrogate)
        status = TAKT_FAIL(TAKT_ERR_MODEL, "%s: found no way to learn it, allowed: method: auto",
                           work->pde->name);
done:
    takt_surrogate_destroy(&found);
    takt_certified_release(&certified);
    return status;
}

takt_judge_config takt_learn_judge(const takt_learn_work *work, const double (*box)[2],
                                   int32_t n_cases)
{
    takt_judge_config config = {.pde = work->pde,
                                .n_cases = n_cases,
                                .tolerance = 0.1 * work->target,
                                .seed = work->config->seed + 1};
    memcpy(config.box, box, (size_t)work->pde->n_parameters * sizeof *box);
    return config;
}

/// The box, its cells, and what their networks aim at.
static takt_status set_up(takt_learn_work *work)
{
    const takt_pde *pde = work->pde;
    // The certificate asks at 200 places, the judge at fewer: aim lower where there are parameters.
    // Where there are many the judge's corners are harder than what is drawn at random.
    const double goal =
        pde->n_parameters > 0 && pde->n_parameters <= 3 ? 0.5 * work->target : work->target;
    takt_physics_box(work->config->physics, pde, work->box);
    takt_physics_cells(work->config->physics, pde, &work->cells);
    TAKT_TRY(takt_pde_cells_check(&work->cells, pde, (const double(*)[2])work->box));
    work->n_cells = takt_pde_cells_count(&work->cells);
    for (int32_t c = 0; c < work->n_cells; ++c) {
        work->goals[c] = goal;
        work->is_wanting[c] = true;
    }
    return TAKT_OK;
}

/// The judge of the whole box.
static takt_status create_judge(takt_learn_work *work)
{
    const takt_judge_config config =
        takt_learn_judge(work, (const double(*)[2])work->box,
                         work->pde->n_parameters > 3 ? JUDGE_CASES_MANY : JUDGE_CASES);
    return takt_judge_create_shared(work->comm, 1, &config, &work->judge);
}

takt_status takt_learn(takt_comm *comm, const takt_learn_config *config, takt_surrogate **surrogate,
                       takt_learn_report *report)
{
    takt_learn_work work = {
        .comm = comm, .config = config, .pde = takt_pde_find(config->physics->process)};
    takt_status status = TAKT_OK;
    *surrogate = NULL;
    *report = (takt_learn_report){0};
    work.target = report->target = takt_learn_target(config->physics);
    status = takt_comm_agree(comm, set_up(&work));
    if (status == TAKT_OK)
        status = create_judge(&work);
    report->judge = work.judge;
    if (status == TAKT_OK)
        status = climb(&work, report, surrogate);
    for (int32_t c = 0; c < work.n_cells; ++c)
        takt_judge_destroy(&work.judges[c]);
    takt_free(work.weights);
    if (status == TAKT_OK)
        return TAKT_OK;
    takt_surrogate_destroy(surrogate);
    takt_learn_release(report);
    return status;
}

void takt_learn_release(takt_learn_report *report)
{
    takt_fit_release(&report->fit);
    takt_judge_destroy(&report->judge);
    takt_certified_release(&report->certified);
}
