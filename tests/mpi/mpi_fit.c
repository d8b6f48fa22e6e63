// A fit gives the same bytes on any number of ranks, after a stop and resume or not, whatever
// trains it; its certificate, too.
#include "tests/check.h"

#include "core/memory.h"
#include "mpi/certify.h"
#include "mpi/fit_rows.h"
#include "mpi/learn.h"
#include "tests/mpi/keeper.h"

#include <string.h>

static takt_comm *comm, *alone;
static takt_pde pde;
static takt_judge *judge;
static takt_fit_problem problem;

// Sanitizers make every number dozens of times dearer: equal bytes need neither many places to
// compare at nor the networks that a good answer takes.
enum { GRID = 21, WIDTH = 12 }; // of all networks of a problem

typedef takt_status (*fit_function)(takt_comm *with, const takt_fit_config *config,
                                    takt_fit_result *result);

static takt_status by_rows(takt_comm *with, const takt_fit_config *config, takt_fit_result *result)
{
    return takt_fit_rows(with, config, false, result);
}

static takt_status by_spring(takt_comm *with, const takt_fit_config *config,
                             takt_fit_result *result)
{
    return takt_fit_rows(with, config, true, result);
}

static void begin(const char *process)
{
    takt_judge_config config = {.pde = &pde, .n_cases = 4, .tolerance = 1e-9, .seed = 3};
    pde = *takt_pde_find(process);
    for (int32_t c = 0; c < pde.n_coordinates; ++c)
        pde.coordinates[c].n_grid = GRID;
    takt_pde_box(&pde, config.box);
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    CHECK_OK(takt_comm_create_alone(&alone));
    CHECK_OK(takt_judge_create(&config, &judge));
}

static void end(void)
{
    takt_judge_destroy(&judge);
    takt_comm_destroy(&alone);
    takt_comm_destroy(&comm);
}

/// Of the problem that was begun.
static takt_fit_config config_of(int32_t n_starts)
{
    takt_fit_config config = {.problems = &problem,
                              .n_problems = 1,
                              .trainer = takt_trainer_config_default(&pde),
                              .n_starts = n_starts,
                              .judge_every = 20};
    problem = (takt_fit_problem){.pinn = takt_pinn_config_default(&pde), .judge = judge};
    problem.pinn.n_points = 200;
    for (int32_t k = 0; k < pde.n_networks; ++k)
        problem.pinn.shapes[k].width = WIDTH / pde.n_networks;
    config.trainer.training.n_adam = 40;
    config.trainer.training.n_iterations = 100;
    config.trainer.training.resample_every = 50;
    return config;
}

static void check_same(const takt_fit_result *a, const takt_fit_result *b)
{
    CHECK_INT(a->n, b->n);
    CHECK_INT(a->start, b->start);
    CHECK_INT(a->iterations, b->iterations);
    CHECK(memcmp(a->parameters, b->parameters, (size_t)a->n * sizeof(double)) == 0);
    CHECK(memcmp(a->errors, b->errors, (size_t)a->n_starts * sizeof(double)) == 0);
}

static void ranks_share_a_network(void)
{
    takt_fit_result together, single;
    begin("decay");
    const takt_fit_config config = config_of(1);
    CHECK_OK(takt_fit(comm, &config, &together));
    CHECK_OK(takt_fit(alone, &config, &single));
    check_same(&together, &single);
    CHECK(together.error < 1e-3);
    takt_fit_release(&together);
    takt_fit_release(&single);
    end();
}

static void ranks_share_out_starts(void)
{
    takt_fit_result together, single;
    begin("decay");
    const takt_fit_config config = config_of(4);
    CHECK_OK(takt_fit(comm, &config, &together));
    CHECK_OK(takt_fit(alone, &config, &single));
    check_same(&together, &single);
    for (int32_t s = 0; s < 4; ++s)
        CHECK(single.error <= single.errors[s]);
    CHECK(single.errors[0] != single.errors[1]);
    takt_fit_release(&together);
    takt_fit_release(&single);
    end();
}

/// Two halves of the slab's box, two starts each: what each half comes to is what it comes to
/// alone.
static void ranks_share_out_problems(void)
{
    takt_fit_result together, single, half;
    takt_fit_problem halves[2];
    begin("slab");
    takt_fit_config config = config_of(2);
    halves[0] = halves[1] = problem;
    halves[0].pinn.box[0][1] = halves[1].pinn.box[0][0] = 1;
    config.problems = halves;
    config.n_problems = 2;
    CHECK_OK(takt_fit(comm, &config, &together));
    CHECK_OK(takt_fit(alone, &config, &single));
    CHECK_INT(together.n_problems, 2);
    CHECK_INT(together.start, single.start);
    CHECK(memcmp(together.errors, single.errors, 4 * sizeof(double)) == 0);
    CHECK(memcmp(together.parameters, single.parameters, 2 * (size_t)single.n * sizeof(double)) ==
          0);
    for (int32_t p = 0; p < 2; ++p) {
        config.problems = &halves[p];
        config.n_problems = 1;
        CHECK_OK(takt_fit(alone, &config, &half));
        CHECK(memcmp(half.errors, single.errors + 2 * p, 2 * sizeof(double)) == 0);
        CHECK(memcmp(half.parameters, single.parameters + p * half.n,
                     (size_t)half.n * sizeof(double)) == 0);
        CHECK(single.error >= half.error); // of the worst that is handed out
        takt_fit_release(&half);
    }
    takt_fit_release(&together);
    takt_fit_release(&single);
    end();
}

/// A checkpoint from the middle of a fit on these ranks goes on here, and alone.
static void check_resume(fit_function fit, takt_fit_config config, int wanted)
{
    keeper kept = {.wanted = wanted};
    takt_fit_result whole, resumed, resumed_alone;
    config.listener = (takt_fit_listener){&kept, NULL, always_due, keep};
    CHECK_OK(fit(comm, &config, &whole));
    CHECK_OK(takt_comm_broadcast(comm, 0, &kept.n_bytes, sizeof kept.n_bytes));
    CHECK(kept.n_bytes > 0);
    if (!kept.bytes)
        kept.bytes = takt_alloc(kept.n_bytes);
    CHECK_OK(takt_comm_broadcast(comm, 0, kept.bytes, kept.n_bytes));
    config.listener = (takt_fit_listener){0};
    config.resume = kept.bytes;
    config.n_resume = kept.n_bytes;
    CHECK_OK(fit(comm, &config, &resumed));
    CHECK_OK(fit(alone, &config, &resumed_alone));
    check_same(&resumed, &whole);
    check_same(&resumed_alone, &whole);
    CHECK_INT(resumed.evaluations, whole.evaluations);
    takt_fit_release(&resumed_alone);
    config.n_resume -= 8;
    CHECK_STATUS(fit(comm, &config, &resumed_alone), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "checkpoint: found");
    takt_fit_release(&whole);
    takt_fit_release(&resumed);
    takt_free(kept.bytes);
}

static void checkpoint_of_shared_network_goes_on(void)
{
    begin("decay");
    check_resume(takt_fit, config_of(1), 3);
    end();
}

static void checkpoint_of_starts_goes_on(void)
{
    begin("decay");
    check_resume(takt_fit, config_of(4), 2);
    end();
}

/// 205 parameters with more rows than that and with fewer: four panels either way, or two, of which
/// a third rank has none. New samples on the way.
static void check_rows(fit_function fit, int32_t n_points)
{
    takt_fit_result together, single;
    begin("heat");
    takt_fit_config config = config_of(1);
    problem.pinn.n_points = n_points;
    config.trainer.training.n_iterations = 20;
    config.trainer.training.resample_every = 8;
    CHECK_OK(fit(comm, &config, &together));
    CHECK_OK(fit(alone, &config, &single));
    check_same(&together, &single);
    CHECK_INT(together.n, 205);
    CHECK_INT(together.evaluations, 20);
    CHECK_INT(together.reason, TAKT_TRAINER_ITERATIONS);
    CHECK(together.points[together.n_points[0] - 1].loss < 0.5 * together.points[0].loss);
    takt_fit_release(&together);
    takt_fit_release(&single);
    check_resume(fit, config, 0);
    end();
}

static void ranks_share_rows(void)
{
    check_rows(by_rows, 260);
    check_rows(by_rows, 200);
    check_rows(by_rows, 100);
}

static void ranks_share_rows_of_spring(void)
{
    check_rows(by_spring, 260);
    check_rows(by_spring, 200);
    check_rows(by_spring, 100);
}

static void starts_by_rows_are_shared_out(void)
{
    takt_fit_result together, single;
    begin("decay");
    takt_fit_config config = config_of(4);
    config.trainer.training.n_iterations = 40;
    CHECK_OK(by_rows(comm, &config, &together));
    CHECK_OK(by_rows(alone, &config, &single));
    check_same(&together, &single);
    CHECK(single.errors[0] != single.errors[1]);
    takt_fit_release(&together);
    takt_fit_release(&single);
    check_resume(by_rows, config, 1);
    check_resume(by_spring, config, 2);
    end();
}

/// Four points are soon as good as numbers can be: the damping grows until steps no longer move.
static void steps_that_no_longer_move_end_it(void)
{
    takt_fit_result together, single;
    begin("decay");
    takt_fit_config config = config_of(1);
    problem.pinn.n_points = 4;
    config.trainer.training.n_iterations = 1000;
    config.trainer.training.resample_every = 0;
    CHECK_OK(by_rows(comm, &config, &together));
    CHECK_OK(by_rows(alone, &config, &single));
    check_same(&together, &single);
    CHECK_INT(together.reason, TAKT_TRAINER_STALLED);
    CHECK(together.points[together.n_points[0] - 1].loss < 1e-20);
    takt_fit_release(&together);
    takt_fit_release(&single);
    end();
}

/// The weights of the parametric slab, learnt badly on purpose: certificate and hash agree.
static void certificate_is_the_same_on_any_number_of_ranks(void)
{
    takt_surrogate *surrogate = NULL;
    takt_fit_result fit;
    takt_certified a, b;
    begin("slab");
    const takt_fit_config config = config_of(1);
    takt_certify_config certify = {.n_cases = 7, .claim = 1e-9};
    CHECK_OK(takt_fit(comm, &config, &fit));
    takt_surrogate_parts parts = {.pde = problem.pinn.pde, .n_windows = 1, .method = "SSBroyden"};
    memcpy(parts.box, problem.pinn.box, sizeof parts.box);
    memcpy(parts.shapes, problem.pinn.shapes, sizeof parts.shapes);
    parts.window_ends[0] = 1;
    parts.parameters[0] = fit.parameters;
    CHECK_OK(takt_surrogate_create(&parts, &surrogate));
    CHECK_OK(takt_certify(comm, surrogate, &certify, &a));
    CHECK_OK(takt_certify(alone, surrogate, &certify, &b));
    CHECK(memcmp(a.errors, b.errors, 7 * sizeof(double)) == 0);
    CHECK(memcmp(a.mu, b.mu, 7 * sizeof(double)) == 0);
    CHECK(memcmp(&a.certificate.mean, &b.certificate.mean, sizeof(double)) == 0);
    CHECK(!a.certificate.holds);
    CHECK(a.certificate.max > a.certificate.mean);
    CHECK(a.errors[a.worst] == a.certificate.max);
    CHECK_NEAR(a.certificate.coverage, 0.6518363448688, 1e-12, 0); // 0.05^(1/7)
    takt_certified_release(&a);
    takt_certified_release(&b);
    takt_surrogate_destroy(&surrogate);
    takt_fit_release(&fit);
    end();
}

TAKT_TESTS(TEST(ranks_share_a_network), TEST(ranks_share_out_starts),
           TEST(ranks_share_out_problems), TEST(checkpoint_of_shared_network_goes_on),
           TEST(checkpoint_of_starts_goes_on), TEST(ranks_share_rows),
           TEST(ranks_share_rows_of_spring), TEST(starts_by_rows_are_shared_out),
           TEST(steps_that_no_longer_move_end_it),
           TEST(certificate_is_the_same_on_any_number_of_ranks))
