// Judges whose references ranks share out: every case is solved once, and the judges are those that
// each rank would have made alone, byte for byte.
#include "tests/check.h"

#include "mpi/judge.h"
#include "solver/pde_reference.h"
#include "solver/petsc.h"

#include <string.h>

enum { JUDGES = 4 };

static takt_comm *comm;

// The slab, which counts who asks it; it has no answer for Biot numbers above `biot_max`.
static int64_t n_asked;
static double biot_max;

static takt_status counted_reference(const double *mu, int64_t n, const double *x, double *values)
{
    ++n_asked;
    if (mu[0] > biot_max)
        return TAKT_FAIL(TAKT_ERR_MODEL, "slab: no answer at Bi = %g", mu[0]);
    return takt_pde_find("slab")->reference(mu, n, x, values);
}

static takt_pde counted_slab(void)
{
    takt_pde pde = *takt_pde_find("slab");
    pde.reference = counted_reference;
    n_asked = 0;
    biot_max = INFINITY;
    return pde;
}

/// Boxes side by side, with 1, 2, 3, ... cases.
static void set_boxes(const takt_pde *pde, takt_judge_config *configs)
{
    double box[TAKT_PDE_PARAMETERS_MAX][2];
    takt_pde_box(pde, box);
    for (int32_t k = 0; k < JUDGES; ++k) {
        configs[k] =
            (takt_judge_config){.pde = pde, .n_cases = k + 1, .tolerance = 1e-2, .seed = 3};
        memcpy(configs[k].box, box, sizeof box);
        configs[k].box[0][0] = box[0][0] + (box[0][1] - box[0][0]) * k / JUDGES;
        configs[k].box[0][1] = box[0][0] + (box[0][1] - box[0][0]) * (k + 1) / JUDGES;
    }
}

static void check_same(const takt_pde *pde, const takt_judge *a, const takt_judge *b)
{
    const size_t n = (size_t)takt_pde_grid_size(pde);
    CHECK_INT(takt_judge_n_cases(a), takt_judge_n_cases(b));
    for (int32_t i = 0; i < takt_judge_n_cases(a); ++i) {
        CHECK(memcmp(takt_judge_parameters(a, i), takt_judge_parameters(b, i),
                     (size_t)pde->n_parameters * sizeof(double)) == 0);
        CHECK(memcmp(takt_judge_points(a, i), takt_judge_points(b, i),
                     n * (size_t)pde->n_coordinates * sizeof(double)) == 0);
        CHECK(memcmp(takt_judge_reference(a, i), takt_judge_reference(b, i), n * sizeof(double)) ==
              0);
    }
}

static void check_as_alone(const takt_pde *pde, const takt_judge_config *configs, int32_t n,
                           takt_judge **judges)
{
    for (int32_t k = 0; k < n; ++k) {
        takt_judge *own = NULL;
        CHECK_OK(takt_judge_create(&configs[k], &own));
        check_same(pde, judges[k], own);
        takt_judge_destroy(&own);
        takt_judge_destroy(&judges[k]);
    }
}

static void every_case_is_solved_once(void)
{
    const takt_pde pde = counted_slab();
    takt_judge_config configs[JUDGES];
    takt_judge *judges[JUDGES];
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    set_boxes(&pde, configs);
    for (int32_t n = 0, n_cases = 0; n <= JUDGES; n_cases += ++n) {
        const int size = takt_comm_size(comm);
        int64_t sum = 0;
        n_asked = 0;
        CHECK_OK(takt_judge_create_shared(comm, n, configs, judges));
        CHECK(n_asked <= (n_cases + size - 1) / size); // nobody has more than a fair share
        for (int r = 0; r < size; ++r) {
            int64_t asked = n_asked;
            CHECK_OK(takt_comm_broadcast(comm, r, &asked, sizeof asked));
            sum += asked;
        }
        CHECK_INT(sum, n_cases);
        check_as_alone(&pde, configs, n, judges);
    }
    takt_comm_destroy(&comm);
}

/// A PDE without parameters has one case, whatever was asked for.
static void a_problem_without_parameters_has_one_case(void)
{
    const takt_pde *pde = takt_pde_find("decay");
    const takt_judge_config configs[2] = {{.pde = pde, .n_cases = 5, .tolerance = 1e-9},
                                          {.pde = pde, .n_cases = 1, .tolerance = 1e-9}};
    takt_judge *judges[2];
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    CHECK_OK(takt_judge_create_shared(comm, 2, configs, judges));
    CHECK_INT(takt_judge_n_cases(judges[0]), 1);
    check_as_alone(pde, configs, 2, judges);
    takt_comm_destroy(&comm);
}

/// One rank's case without an answer is everybody's failure, with the line of the first such case.
static void a_failure_is_everybodys(void)
{
    const takt_pde pde = counted_slab();
    takt_judge_config configs[JUDGES];
    takt_judge *judges[JUDGES], *own = NULL;
    char line[256];
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    set_boxes(&pde, configs);
    biot_max = configs[JUDGES - 2].box[0][0];
    CHECK_STATUS(takt_judge_create(&configs[JUDGES - 2], &own), TAKT_ERR_MODEL);
    CHECK(!own);
    snprintf(line, sizeof line, "%s", takt_error_text());
    takt_error_clear();
    CHECK_STATUS(takt_judge_create_shared(comm, JUDGES, configs, judges), TAKT_ERR_MODEL);
    CHECK_TEXT(takt_error_text(), line);
    for (int32_t k = 0; k < JUDGES; ++k)
        CHECK(!judges[k]);
    takt_comm_destroy(&comm);
}

/// References by PETSc, which each rank has for itself.
static void petsc_answers_alike(void)
{
    const takt_pde *pde = takt_pde_find("drying");
    takt_judge_config configs[JUDGES];
    takt_judge *judges[JUDGES];
    CHECK_OK(takt_petsc_init());
    CHECK_OK(takt_comm_create(&comm, NULL, NULL));
    CHECK(takt_pde_reference_uses_petsc(pde));
    set_boxes(pde, configs);
    CHECK_OK(takt_judge_create_shared(comm, 2, configs, judges));
    check_as_alone(pde, configs, 2, judges);
    takt_comm_destroy(&comm);
    CHECK_OK(takt_petsc_fini());
}

TAKT_TESTS(TEST(every_case_is_solved_once), TEST(a_problem_without_parameters_has_one_case),
           TEST(a_failure_is_everybodys), TEST(petsc_answers_alike))
