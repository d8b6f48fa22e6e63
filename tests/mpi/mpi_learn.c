// A box learnt cell by cell gives the same weights on any number of ranks, after a stop and resume
// or not, and no reference solution of a cell is made twice.
#include "tests/check.h"

#include "core/memory.h"
#include "mpi/learn_internal.h"
#include "tests/mpi/keeper.h"

#include <string.h>

enum { CELLS = 3, CASES = 32 };

static takt_comm *comm, *alone;
static takt_pde pde;
static int64_t n_asked;

static takt_status counted_reference(const double *mu, int64_t n, const double *x, double *values)
{
    ++n_asked;
    return takt_pde_find("slab")->reference(mu, n, x, values);
}

/// The slab, with few places to compare at.
static void begin(void)
{
    pde = *takt_pde_find("slab");
    pde.reference = counted_reference;
    for (int32_t c = 0; c < pde.n_coordinates; ++c)
        pde.coordinates[c].n_grid = 9;
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    CHECK_OK(takt_comm_create_alone(&alone));
}

static void end(void)
{
    takt_comm_destroy(&alone);
    takt_comm_destroy(&comm);
}

static takt_physics few_steps(int32_t n_starts)
{
    return (takt_physics){.process = "slab",
                          .method = TAKT_PHYSICS_NETWORK,
                          .width = 6,
                          .layers = 1,
                          .points = 60,
                          .adam = 20,
                          .iterations = 500,
                          .resample = 100,
                          .starts = n_starts,
                          .windows = 1,
                          .chunks = 4};
}

/// One box of three cells, whose networks aim at what they cannot reach.
typedef struct course {
    takt_learn_work work;
    takt_rung_report report;
    takt_fit_result fit;
    uint64_t hash; // of the surrogate
} course;

static course course_of(takt_comm *with, const takt_learn_config *config)
{
    course c = {.work = {.comm = with,
                         .config = config,
                         .pde = &pde,
                         .target = 1e-9,
                         .cells = {.n_cuts = {CELLS - 1}, .cuts = {{0.4, 2}}},
                         .n_cells = CELLS}};
    takt_pde_box(&pde, c.work.box);
    for (int32_t k = 0; k < CELLS; ++k) {
        c.work.goals[k] = 1e-9;
        c.work.is_wanting[k] = true;
    }
    return c;
}

/// Trains the cells that are wanting; reference solutions that it cost all ranks of `with`.
static int64_t learn(course *c)
{
    takt_comm *with = c->work.comm;
    takt_surrogate *surrogate = NULL;
    int64_t n_solves = 0;
    n_asked = 0;
    CHECK_OK(takt_learn_network(&c->work, &c->report, &c->fit, &surrogate));
    c->hash = takt_surrogate_hash(surrogate);
    takt_surrogate_destroy(&surrogate);
    for (int r = 0; r < takt_comm_size(with); ++r) {
        int64_t asked = n_asked;
        CHECK_OK(takt_comm_broadcast(with, r, &asked, sizeof asked));
        n_solves += asked;
    }
    return n_solves;
}

static void leave(course *c)
{
    for (int32_t k = 0; k < CELLS; ++k)
        takt_judge_destroy(&c->work.judges[k]);
    takt_free(c->work.weights);
    takt_fit_release(&c->fit);
}

static void check_same(const course *a, const course *b)
{
    CHECK(a->hash == b->hash);
    CHECK_INT(a->fit.n_problems, b->fit.n_problems);
    CHECK_INT(a->fit.start, b->fit.start);
    CHECK(memcmp(a->fit.errors, b->fit.errors,
                 (size_t)(a->fit.n_problems * a->fit.n_starts) * sizeof(double)) == 0);
    CHECK(memcmp(a->work.errors, b->work.errors, CELLS * sizeof(double)) == 0);
}

/// Starts of a cell are trained on several ranks, and each of them has the cell's judge. The second
/// attempt is for one cell, which ranks share where it has one start.
static void cells_are_the_same_on_any_number_of_ranks(void)
{
    begin();
    for (int32_t n_starts = 1; n_starts <= 2; ++n_starts) {
        const takt_physics physics = few_steps(n_starts);
        const takt_learn_config config = {.physics = &physics, .seed = 7};
        course together = course_of(comm, &config), single = course_of(alone, &config);
        CHECK_INT(learn(&together), CELLS * CASES);
        CHECK_INT(learn(&single), CELLS * CASES);
        check_same(&together, &single);
        CHECK_INT(single.fit.n_problems, CELLS);
        CHECK(single.report.error < 0.1);
        CHECK(single.fit.errors[0] != single.fit.errors[n_starts]);
        together.work.attempt = single.work.attempt = 1;
        for (int32_t k = 0; k < CELLS; ++k)
            together.work.is_wanting[k] = single.work.is_wanting[k] = k == 1;
        CHECK_INT(learn(&together), 0); // the judges are there
        CHECK_INT(learn(&single), 0);
        check_same(&together, &single);
        CHECK_INT(single.fit.n_problems, 1);
        leave(&together);
        leave(&single);
    }
    end();
}

static void cells_go_on_from_a_checkpoint(void)
{
    begin();
    const takt_physics physics = few_steps(1);
    keeper kept = {.wanted = 1};
    const takt_learn_config watched = {
        .physics = &physics, .seed = 7, .listener = {&kept, NULL, always_due, keep}};
    course whole = course_of(comm, &watched);
    learn(&whole);
    CHECK_OK(takt_comm_broadcast(comm, 0, &kept.n_bytes, sizeof kept.n_bytes));
    CHECK(kept.n_bytes > 0);
    if (!kept.bytes)
        kept.bytes = takt_alloc(kept.n_bytes);
    CHECK_OK(takt_comm_broadcast(comm, 0, kept.bytes, kept.n_bytes));
    const takt_learn_config config = {
        .physics = &physics, .seed = 7, .resume = kept.bytes, .n_resume = kept.n_bytes};
    course resumed = course_of(comm, &config), resumed_alone = course_of(alone, &config);
    CHECK_INT(learn(&resumed), CELLS * CASES);
    CHECK_INT(learn(&resumed_alone), CELLS * CASES);
    check_same(&resumed, &whole);
    check_same(&resumed_alone, &whole);
    CHECK_INT(resumed.fit.evaluations, whole.fit.evaluations);
    leave(&resumed_alone);
    leave(&resumed);
    leave(&whole);
    takt_free(kept.bytes);
    end();
}

TAKT_TESTS(TEST(cells_are_the_same_on_any_number_of_ranks), TEST(cells_go_on_from_a_checkpoint))
