// CMA-ES finds known optima within the budgets of its literature, on bounds and on integers, the
// same way on every run and after every resume.
#include "tests/check.h"

#include "core/memory.h"
#include "core/rng.h"
#include "solver/cma_es.h"
#include "solver/symmetric_eigen.h"

enum { MAX_POPULATION = 64, MAX_N = TAKT_CMA_ES_MAX_VARIABLES };

typedef double (*function)(const double *x, int n, void *context);

/// Orders candidates by value; equal values keep their index order, so that the order is total.
static void sort_order(const double *values, int n, int32_t *order)
{
    for (int i = 0; i < n; ++i) {
        int j = i;
        for (; j > 0 && values[order[j - 1]] > values[i]; --j)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

/// Runs one generation, returns its best value.
static double step(takt_cma_es *search, const takt_cma_es_config *config, function f, void *context)
{
    static double candidates[MAX_POPULATION * MAX_N];
    double values[MAX_POPULATION];
    int32_t order[MAX_POPULATION];
    takt_cma_es_ask(search, candidates);
    for (int i = 0; i < config->population; ++i)
        values[i] = f(candidates + i * config->n_variables, config->n_variables, context);
    sort_order(values, config->population, order);
    CHECK_OK(takt_cma_es_tell(search, order));
    return values[order[0]];
}

/// Evaluations until a value at or below `target` is seen; `limit` when it never is.
static int64_t evaluations_to(const takt_cma_es_config *config, function f, void *context,
                              double target, int64_t limit)
{
    takt_cma_es *search = NULL;
    double best = INFINITY;
    CHECK_OK(takt_cma_es_create(&search, config));
    while (best > target && takt_cma_es_info_of(search).evaluations < limit)
        best = fmin(best, step(search, config, f, context));
    const int64_t n = takt_cma_es_info_of(search).evaluations;
    takt_cma_es_destroy(&search);
    return best <= target ? n : limit;
}

/// The box [0, 1] stands for [-5, 5], as in the BBOB test bed.
static double in_units(double x)
{
    return 10.0 * x - 5.0;
}

static double sphere(const double *x, int n, void *context)
{
    const double *shift = context;
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
        const double d = in_units(x[i]) - shift[i];
        sum += d * d;
    }
    return sum;
}

/// Axes from 1 to 1000: condition 1e6. With a rotation (n x n) the axes are oblique.
typedef struct ellipsoid_case {
    double shift[MAX_N];
    double rotation[MAX_N * MAX_N];
} ellipsoid_case;

static double ellipsoid(const double *x, int n, void *context)
{
    const ellipsoid_case *e = context;
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
        double u = 0.0;
        for (int j = 0; j < n; ++j)
            u += e->rotation[i * n + j] * (in_units(x[j]) - e->shift[j]);
        sum += pow(1e6, i / (n - 1.0)) * u * u;
    }
    return sum;
}

static double rosenbrock(const double *x, int n, void *context)
{
    (void)context;
    double sum = 0.0;
    for (int i = 0; i + 1 < n; ++i) {
        const double a = in_units(x[i]), b = in_units(x[i + 1]);
        sum += 100.0 * (b - a * a) * (b - a * a) + (1.0 - a) * (1.0 - a);
    }
    return sum;
}

static const double shift[10] = {1.1, -0.7, 2.3, 0.4, -1.9, 1.6, -2.2, 0.9, -0.3, 1.4};

static takt_cma_es_config config_10d(uint64_t seed)
{
    takt_cma_es_config config = takt_cma_es_config_default(10);
    config.seed = seed;
    config.sigma = 0.2;
    return config;
}

// The budgets are of the order that the CMA-ES literature shows in 10-D with the default
// population: some 2e3 evaluations for the sphere, 6e3 for the ellipsoid and for Rosenbrock,
// times 1.5.
static void sphere_within_budget(void)
{
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        const takt_cma_es_config config = config_10d(seed);
        const int64_t n = evaluations_to(&config, sphere, (void *)(uintptr_t)shift, 1e-9, 3000);
        CHECK(n < 3000);
    }
}

static void identity(double *rotation, int n)
{
    for (int i = 0; i < n * n; ++i)
        rotation[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
}

/// An orthonormal matrix: the eigenvectors of a random symmetric one.
static void random_rotation(double *rotation, int n)
{
    double a[10 * 10], values[10];
    const takt_stream stream = {77, 0, 0, TAKT_PURPOSE_TEST};
    for (int i = 0; i < n; ++i)
        for (int j = 0; j <= i; ++j)
            a[i * n + j] = a[j * n + i] = takt_stream_uniform(&stream, (uint64_t)i * n + j) - 0.5;
    takt_symmetric_eigen(n, a, values, rotation);
}

static void ellipsoid_within_budget_also_rotated(void)
{
    static ellipsoid_case straight, oblique;
    memcpy(straight.shift, shift, sizeof shift);
    memcpy(oblique.shift, shift, sizeof shift);
    identity(straight.rotation, 10);
    random_rotation(oblique.rotation, 10);
    int64_t n_straight = 0, n_oblique = 0;
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        const takt_cma_es_config config = config_10d(seed);
        const int64_t a = evaluations_to(&config, ellipsoid, &straight, 1e-9, 9000);
        const int64_t b = evaluations_to(&config, ellipsoid, &oblique, 1e-9, 9000);
        CHECK(a < 9000);
        CHECK(b < 9000);
        n_straight += a;
        n_oblique += b;
    }
    // A method that knows no axes needs the same effort on both (here: 5 runs each, 15 %).
    CHECK_NEAR((double)n_oblique / (double)n_straight, 1.0, 0.0, 0.15);
}

/// Rosenbrock has a second minimum near (-1, 1, ..., 1), where a wide start ends now and then: this
/// one begins in the basin of the global one.
static takt_cma_es_config config_rosenbrock(uint64_t seed)
{
    takt_cma_es_config config = config_10d(seed);
    for (int i = 0; i < 10; ++i)
        config.start[i] = 0.55;
    config.sigma = 0.05;
    return config;
}

static void rosenbrock_within_budget(void)
{
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        const takt_cma_es_config config = config_rosenbrock(seed);
        CHECK(evaluations_to(&config, rosenbrock, NULL, 1e-9, 9000) < 9000);
    }
}

static void positive_weights_alone_work(void)
{
    takt_cma_es_config config = config_rosenbrock(3);
    config.active = false;
    CHECK(evaluations_to(&config, rosenbrock, NULL, 1e-9, 12000) < 12000);
}

/// The best x lies on the upper bound of even and the lower bound of odd variables, or inside for
/// the last two.
static double bounded(const double *x, int n, void *context)
{
    (void)context;
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
        if (i >= n - 2)
            sum += (x[i] - 0.37) * (x[i] - 0.37);
        else
            sum += (1.0 + i) * (i % 2 == 0 ? 1.0 - x[i] : x[i]);
    }
    return sum;
}

static void optimum_on_the_bounds(void)
{
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        takt_cma_es_config config = takt_cma_es_config_default(8);
        takt_cma_es *search = NULL;
        double x[8];
        config.seed = seed;
        CHECK_OK(takt_cma_es_create(&search, &config));
        while (takt_cma_es_info_of(search).evaluations < 4000)
            step(search, &config, bounded, NULL);
        takt_cma_es_mean(search, x);
        for (int i = 0; i < 8; ++i)
            CHECK_NEAR(x[i], i >= 6 ? 0.37 : i % 2 == 0 ? 1.0 : 0.0, 0.0, 1e-6);
        takt_cma_es_destroy(&search);
    }
}

static void candidates_stay_in_the_box(void)
{
    takt_cma_es_config config = takt_cma_es_config_default(5);
    takt_cma_es *search = NULL;
    double candidates[MAX_POPULATION * 5];
    config.sigma = 1.0;
    config.start[0] = 0.0;
    config.start[1] = 1.0;
    config.n_levels[2] = 4;
    CHECK_OK(takt_cma_es_create(&search, &config));
    for (int g = 0; g < 100; ++g) {
        takt_cma_es_ask(search, candidates);
        for (int i = 0; i < config.population * 5; ++i)
            CHECK(candidates[i] >= 0.0 && candidates[i] <= 1.0);
        for (int i = 0; i < config.population; ++i) {
            const double level = 3.0 * candidates[i * 5 + 2];
            CHECK(candidates[i * 5 + 2] == round(level) / 3.0);
        }
        step(search, &config, bounded, NULL);
    }
    takt_cma_es_destroy(&search);
}

/// Six integers (levels 2 .. 101) and four continuous variables.
static const int levels[10] = {101, 101, 31, 11, 5, 2, 0, 0, 0, 0};
static const int best_levels[6] = {17, 93, 30, 0, 3, 1};

static double mixed_sphere(const double *x, int n, void *context)
{
    (void)context;
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
        const double best = i < 6 ? best_levels[i] / (levels[i] - 1.0) : 0.61;
        sum += (x[i] - best) * (x[i] - best);
    }
    return sum;
}

static void integers_found_exactly(void)
{
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        takt_cma_es_config config = config_10d(seed);
        takt_cma_es *search = NULL;
        double x[10];
        memcpy(config.n_levels, levels, sizeof levels);
        CHECK_OK(takt_cma_es_create(&search, &config));
        while (takt_cma_es_info_of(search).evaluations < 3000)
            step(search, &config, mixed_sphere, NULL);
        takt_cma_es_mean(search, x);
        for (int i = 0; i < 10; ++i)
            CHECK_NEAR(x[i], i < 6 ? best_levels[i] / (levels[i] - 1.0) : 0.61, 0.0,
                       i < 6 ? 0.0 : 1e-6);
        takt_cma_es_destroy(&search);
    }
}

/// The best level moves when the continuous variables have converged: frozen integers would never
/// follow.
static double late_sphere(const double *x, int n, void *context)
{
    const double *target = context;
    double sum = 0.0;
    for (int i = 0; i < n; ++i)
        sum += (x[i] - (i == 0 ? *target : 0.5)) * (x[i] - (i == 0 ? *target : 0.5));
    return sum;
}

static void integers_never_freeze(void)
{
    takt_cma_es_config config = takt_cma_es_config_default(5);
    takt_cma_es *search = NULL;
    double target = 0.2, x[5];
    config.n_levels[0] = 11;
    CHECK_OK(takt_cma_es_create(&search, &config));
    while (takt_cma_es_info_of(search).evaluations < 3000)
        step(search, &config, late_sphere, &target);
    takt_cma_es_mean(search, x);
    CHECK(x[0] == 2.0 / 10.0);
    target = 0.3;
    while (takt_cma_es_info_of(search).evaluations < 6000)
        step(search, &config, late_sphere, &target);
    takt_cma_es_mean(search, x);
    CHECK(x[0] == 3.0 / 10.0);
    takt_cma_es_destroy(&search);
}

static void start_is_candidate_zero(void)
{
    takt_cma_es_config config = takt_cma_es_config_default(4);
    takt_cma_es *search = NULL;
    double candidates[MAX_POPULATION * 4];
    const double start[4] = {0.0, 1.0, 0.013, 0.75};
    memcpy(config.start, start, sizeof start);
    config.n_levels[3] = 5;
    CHECK_OK(takt_cma_es_create(&search, &config));
    takt_cma_es_ask(search, candidates);
    for (int i = 0; i < 4; ++i)
        CHECK_NEAR(candidates[i], start[i], 0.0, 1e-15);
    takt_cma_es_destroy(&search);
}

static void resume_gives_the_same_bytes(void)
{
    takt_cma_es_config config = config_10d(9);
    takt_cma_es *whole = NULL, *resumed = NULL;
    memcpy(config.n_levels, levels, sizeof levels);
    CHECK_OK(takt_cma_es_create(&whole, &config));
    CHECK_OK(takt_cma_es_create(&resumed, &config));
    const size_t n_bytes = takt_cma_es_state_bytes(whole);
    unsigned char *a = takt_alloc(n_bytes), *b = takt_alloc(n_bytes);
    CHECK(a && b);
    for (int g = 0; g < 61; ++g)
        step(whole, &config, mixed_sphere, NULL);
    takt_cma_es_state_save(whole, a);
    CHECK_OK(takt_cma_es_state_load(resumed, a, n_bytes));
    takt_cma_es_state_save(resumed, b);
    CHECK(memcmp(a, b, n_bytes) == 0);
    for (int g = 0; g < 83; ++g) {
        step(whole, &config, mixed_sphere, NULL);
        step(resumed, &config, mixed_sphere, NULL);
    }
    takt_cma_es_state_save(whole, a);
    takt_cma_es_state_save(resumed, b);
    CHECK(memcmp(a, b, n_bytes) == 0);
    takt_free(a);
    takt_free(b);
    takt_cma_es_destroy(&whole);
    takt_cma_es_destroy(&resumed);
}

/// Every field that shapes the run names it.
static takt_cma_es_config other_config(int k)
{
    takt_cma_es_config config = config_10d(1);
    switch (k) {
    case 0:
        config.seed = 2;
        break;
    case 1:
        config.sigma = 0.21;
        break;
    case 2:
        config.start[9] = 0.4;
        break;
    case 3:
        config.n_levels[9] = 7;
        break;
    case 4:
        config.population = 11;
        break;
    case 5:
        config.active = false;
        break;
    default:
        config.evaluate_start = false;
        break;
    }
    return config;
}

static void foreign_states_are_refused(void)
{
    const takt_cma_es_config config = config_10d(1);
    takt_cma_es *one = NULL;
    CHECK_OK(takt_cma_es_create(&one, &config));
    const size_t n_bytes = takt_cma_es_state_bytes(one);
    unsigned char *bytes = takt_alloc(n_bytes);
    CHECK(bytes);
    takt_cma_es_state_save(one, bytes);
    for (int k = 0; k < 7; ++k) {
        const takt_cma_es_config foreign = other_config(k);
        takt_cma_es *other = NULL;
        CHECK_OK(takt_cma_es_create(&other, &foreign));
        CHECK_STATUS(takt_cma_es_state_load(other, bytes, n_bytes), TAKT_ERR_INPUT);
        takt_cma_es_destroy(&other);
    }
    CHECK_STATUS(takt_cma_es_state_load(one, bytes, n_bytes - 1), TAKT_ERR_INPUT);
    CHECK_OK(takt_cma_es_state_load(one, bytes, n_bytes));
    takt_free(bytes);
    takt_cma_es_destroy(&one);
}

static void seed_names_the_run(void)
{
    double a[MAX_POPULATION * 10], b[MAX_POPULATION * 10];
    takt_cma_es *one = NULL, *same = NULL, *other = NULL;
    takt_cma_es_config config = config_10d(5);
    const size_t n_bytes = (size_t)config.population * 10 * sizeof *a;
    CHECK_OK(takt_cma_es_create(&one, &config));
    CHECK_OK(takt_cma_es_create(&same, &config));
    config.seed = 6;
    CHECK_OK(takt_cma_es_create(&other, &config));
    for (int g = 0; g < 40; ++g) {
        step(one, &config, rosenbrock, NULL);
        step(same, &config, rosenbrock, NULL);
    }
    takt_cma_es_ask(one, a);
    takt_cma_es_ask(same, b);
    CHECK(memcmp(a, b, n_bytes) == 0);
    takt_cma_es_ask(same, b); // asked again: the same
    CHECK(memcmp(a, b, n_bytes) == 0);
    takt_cma_es_ask(other, b);
    CHECK(memcmp(a, b, n_bytes) != 0);
    takt_cma_es_destroy(&one);
    takt_cma_es_destroy(&same);
    takt_cma_es_destroy(&other);
}

typedef struct noise_case {
    uint64_t draw;
} noise_case;

/// Sphere plus uniform noise of standard deviation 1: at the end far above the signal.
static double noisy_sphere(const double *x, int n, void *context)
{
    noise_case *noise = context;
    const takt_stream stream = {123, 0, 0, TAKT_PURPOSE_TEST};
    return sphere(x, n, (void *)(uintptr_t)shift) +
           sqrt(12.0) * (takt_stream_uniform(&stream, noise->draw++) - 0.5);
}

static void noise_does_not_stop_it(void)
{
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        takt_cma_es_config config = config_10d(seed);
        takt_cma_es *search = NULL;
        noise_case noise = {0};
        double x[10];
        config.population = 40;
        CHECK_OK(takt_cma_es_create(&search, &config));
        takt_cma_es_mean(search, x);
        const double before = sphere(x, 10, (void *)(uintptr_t)shift);
        while (takt_cma_es_info_of(search).evaluations < 4000)
            step(search, &config, noisy_sphere, &noise);
        takt_cma_es_mean(search, x);
        // From 21 to below the noise.
        CHECK_NEAR(before, 21.02, 1e-9, 0.0);
        CHECK(sphere(x, 10, (void *)(uintptr_t)shift) < 1.0);
        takt_cma_es_destroy(&search);
    }
}

static double flat(const double *x, int n, void *context)
{
    (void)x, (void)n, (void)context;
    return 1.0;
}

/// Selection without sense lets the step size wander; it never leaves the box behind.
static void flat_functions_do_no_harm(void)
{
    double widest = 0.0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        takt_cma_es_config config = config_10d(seed);
        takt_cma_es *search = NULL;
        CHECK_OK(takt_cma_es_create(&search, &config));
        for (int g = 0; g < 600; ++g) {
            step(search, &config, flat, NULL);
            const takt_cma_es_info info = takt_cma_es_info_of(search);
            CHECK(info.sigma > 0.0 && info.largest_std <= 1.0 + 1e-12 && isfinite(info.condition));
            widest = fmax(widest, info.largest_std);
        }
        takt_cma_es_destroy(&search);
    }
    CHECK(widest >= 1.0 - 1e-12); // the limit was at work
}

/// Axes from 1 to 1e12: the covariance ends at the limits of doubles, the numbers stay numbers.
static double needle(const double *x, int n, void *context)
{
    (void)context;
    double sum = 0.0;
    for (int i = 0; i < n; ++i)
        sum += pow(10.0, 24.0 * i / (n - 1.0)) * (x[i] - 0.5 - 0.01 * i) * (x[i] - 0.5 - 0.01 * i);
    return sum;
}

static void hopeless_conditions_do_no_harm(void)
{
    for (uint64_t seed = 1; seed <= 2; ++seed) {
        takt_cma_es_config config = config_10d(seed);
        takt_cma_es *search = NULL;
        double candidates[MAX_POPULATION * 10];
        CHECK_OK(takt_cma_es_create(&search, &config));
        for (int g = 0; g < 2000; ++g) {
            step(search, &config, needle, NULL);
            const takt_cma_es_info info = takt_cma_es_info_of(search);
            CHECK(info.sigma > 0.0 && isfinite(info.largest_std));
            CHECK(info.condition >= 1.0 && info.condition <= 1.0001e15);
        }
        takt_cma_es_ask(search, candidates);
        for (int i = 0; i < config.population * 10; ++i)
            CHECK(candidates[i] >= 0.0 && candidates[i] <= 1.0);
        takt_cma_es_destroy(&search);
    }
}

static void largest_and_smallest_dimension(void)
{
    const int dimensions[2] = {1, TAKT_CMA_ES_MAX_VARIABLES};
    double zero[MAX_N] = {0};
    for (int d = 0; d < 2; ++d) {
        takt_cma_es_config config = takt_cma_es_config_default(dimensions[d]);
        config.start[0] = 0.9;
        CHECK(evaluations_to(&config, sphere, zero, 1e-9, 20000) < 20000);
    }
}

static void wrong_settings_are_named(void)
{
    takt_cma_es *search = NULL;
    takt_cma_es_config config = config_10d(1);
    config.start[3] = 1.5;
    CHECK_STATUS(takt_cma_es_create(&search, &config), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "start[3]: found 1.5, allowed: 0 to 1");
    config = config_10d(1);
    config.start[3] = (double)NAN;
    CHECK_STATUS(takt_cma_es_create(&search, &config), TAKT_ERR_INPUT);
    config = config_10d(1);
    config.population = 3;
    CHECK_STATUS(takt_cma_es_create(&search, &config), TAKT_ERR_INPUT);
    config = takt_cma_es_config_default(65);
    CHECK_STATUS(takt_cma_es_create(&search, &config), TAKT_ERR_INPUT);
    config = config_10d(1);
    config.n_levels[9] = 1;
    CHECK_STATUS(takt_cma_es_create(&search, &config), TAKT_ERR_INPUT);
    CHECK(search == NULL);
    config = config_10d(1);
    int32_t order[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 8};
    CHECK_OK(takt_cma_es_create(&search, &config));
    CHECK_STATUS(takt_cma_es_tell(search, order), TAKT_ERR_INPUT);
    order[9] = 10;
    CHECK_STATUS(takt_cma_es_tell(search, order), TAKT_ERR_INPUT);
    CHECK_INT(takt_cma_es_info_of(search).generation, 0);
    takt_cma_es_destroy(&search);
}

static void eigenvectors_are_exact(void)
{
    enum { N = 10 };
    double q[N * N], a[N * N], copy[N * N], values[N], vectors[N * N];
    random_rotation(q, N);
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) {
            a[i * N + j] = 0.0;
            for (int k = 0; k < N; ++k) // eigenvalues 1, 10, ..., 1e9 along the columns of q
                a[i * N + j] += q[i * N + k] * pow(10.0, k) * q[j * N + k];
        }
    for (int i = 0; i < N * N; ++i)
        copy[i] = a[i];
    takt_symmetric_eigen(N, copy, values, vectors);
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) {
            double dot = 0.0, product = 0.0;
            for (int k = 0; k < N; ++k) {
                dot += vectors[k * N + i] * vectors[k * N + j];
                product += vectors[i * N + k] * values[k] * vectors[j * N + k];
            }
            CHECK_NEAR(dot, i == j ? 1.0 : 0.0, 0.0, 1e-13);
            CHECK_NEAR(product, a[i * N + j], 0.0, 1e-13 * 1e9);
        }
}

TAKT_TESTS(TEST(sphere_within_budget), TEST(ellipsoid_within_budget_also_rotated),
           TEST(rosenbrock_within_budget), TEST(positive_weights_alone_work),
           TEST(optimum_on_the_bounds), TEST(candidates_stay_in_the_box),
           TEST(integers_found_exactly), TEST(integers_never_freeze), TEST(start_is_candidate_zero),
           TEST(resume_gives_the_same_bytes), TEST(foreign_states_are_refused),
           TEST(seed_names_the_run), TEST(noise_does_not_stop_it), TEST(flat_functions_do_no_harm),
           TEST(hopeless_conditions_do_no_harm), TEST(largest_and_smallest_dimension),
           TEST(wrong_settings_are_named), TEST(eigenvectors_are_exact))
