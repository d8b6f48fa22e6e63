// CMA-ES does what the tutorial says: mean, step size and condition follow a second implementation,
// written straight from the equations, generation by generation.
#include "tests/check.h"

#include "solver/cma_es.h"
#include "solver/symmetric_eigen.h"

enum { N = 5, MAX_LAMBDA = 80 };

/// The tutorial's variables under the tutorial's names.
typedef struct tutorial {
    double m[N], sigma, p_sigma[N], p_c[N], c[N][N];
    double w[MAX_LAMBDA], mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, e_norm;
    int g, n_stalls, lambda, mu;
} tutorial;

static void start(tutorial *t, const takt_cma_es_config *config)
{
    double sum[2] = {0}, squares[2] = {0};
    memset(t, 0, sizeof *t);
    const int lambda = t->lambda = config->population, mu = t->mu = lambda / 2;
    for (int i = 0; i < N; ++i) {
        t->m[i] = config->start[i];
        t->c[i][i] = 1.0;
    }
    t->sigma = config->sigma;
    for (int i = 0; i < lambda; ++i) {
        t->w[i] = log((lambda + 1) / 2.0) - log(i + 1.0);
        sum[i >= mu] += t->w[i];
        squares[i >= mu] += t->w[i] * t->w[i];
    }
    const double mu_eff = t->mu_eff = sum[0] * sum[0] / squares[0];
    const double mu_eff_minus = sum[1] * sum[1] / squares[1];
    t->c_sigma = (mu_eff + 2) / (N + mu_eff + 5);
    t->d_sigma = 1 + 2 * fmax(0, sqrt((mu_eff - 1) / (N + 1)) - 1) + t->c_sigma;
    t->c_c = (4 + mu_eff / N) / (N + 4 + 2 * mu_eff / N);
    t->c_1 = 2 / (pow(N + 1.3, 2) + mu_eff);
    t->c_mu = fmin(1 - t->c_1, 2 * (0.25 + mu_eff + 1 / mu_eff - 2) / (pow(N + 2, 2) + mu_eff));
    t->e_norm = sqrt(N) * (1 - 1 / (4.0 * N) + 1 / (21.0 * N * N));
    double minus = fmin(1 + t->c_1 / t->c_mu, 1 + 2 * mu_eff_minus / (mu_eff + 2));
    minus = fmin(minus, (1 - t->c_1 - t->c_mu) / (N * t->c_mu));
    if (!config->active)
        minus = 0;
    for (int i = 0; i < lambda; ++i)
        t->w[i] *= i < mu ? 1 / sum[0] : minus / fabs(sum[1]);
}

/// out = C^(-1/2) v.
static void whiten(const tutorial *t, const double *v, double *out)
{
    double copy[N * N], values[N], b[N * N];
    memcpy(copy, t->c, sizeof copy);
    takt_symmetric_eigen(N, copy, values, b);
    for (int i = 0; i < N; ++i) {
        out[i] = 0;
        for (int j = 0; j < N; ++j)
            for (int k = 0; k < N; ++k)
                out[i] += b[i * N + j] / sqrt(values[j]) * b[k * N + j] * v[k];
    }
}

static double length(const double *v)
{
    double sum = 0;
    for (int i = 0; i < N; ++i)
        sum += v[i] * v[i];
    return sqrt(sum);
}

/// One generation: y [lambda][N] are the sorted steps (x - m) / sigma.
static void update(tutorial *t, double y[MAX_LAMBDA][N])
{
    double y_w[N] = {0}, white[N], keep = 1 - t->c_1;
    for (int i = 0; i < t->mu; ++i)
        for (int k = 0; k < N; ++k)
            y_w[k] += t->w[i] * y[i][k];
    whiten(t, y_w, white);
    for (int k = 0; k < N; ++k) {
        t->m[k] += t->sigma * y_w[k];
        t->p_sigma[k] = (1 - t->c_sigma) * t->p_sigma[k] +
                        sqrt(t->c_sigma * (2 - t->c_sigma) * t->mu_eff) * white[k];
    }
    const double norm = length(t->p_sigma);
    const int h =
        norm / sqrt(1 - pow(1 - t->c_sigma, 2 * (t->g + 1))) < (1.4 + 2.0 / (N + 1)) * t->e_norm;
    t->n_stalls += !h;
    for (int k = 0; k < N; ++k)
        t->p_c[k] = (1 - t->c_c) * t->p_c[k] + h * sqrt(t->c_c * (2 - t->c_c) * t->mu_eff) * y_w[k];
    keep += t->c_1 * (1 - h) * t->c_c * (2 - t->c_c);
    double scale[MAX_LAMBDA] = {0};
    for (int i = 0; i < t->lambda; ++i) {
        keep -= t->c_mu * t->w[i];
        whiten(t, y[i], white);
        scale[i] = t->w[i] >= 0 ? t->w[i] : t->w[i] * N / pow(length(white), 2);
    }
    for (int j = 0; j < N; ++j)
        for (int k = 0; k < N; ++k) {
            t->c[j][k] = keep * t->c[j][k] + t->c_1 * t->p_c[j] * t->p_c[k];
            for (int i = 0; i < t->lambda; ++i)
                t->c[j][k] += t->c_mu * scale[i] * y[i][j] * y[i][k];
        }
    t->sigma *= exp(fmin(1, t->c_sigma / t->d_sigma * (norm / t->e_norm - 1)));
    ++t->g;
}

static double condition(const tutorial *t)
{
    double copy[N * N], values[N], b[N * N];
    memcpy(copy, t->c, sizeof copy);
    takt_symmetric_eigen(N, copy, values, b);
    double low = values[0], high = values[0];
    for (int i = 1; i < N; ++i) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    return high / low;
}

static double distance(const double *x)
{
    static const double best[N] = {0.55, 0.46, 0.52, 0.45, 0.53};
    double sum = 0;
    for (int i = 0; i < N; ++i)
        sum += pow(10, i) * pow(x[i] - best[i], 2);
    return sum;
}

/// Inside of the box a candidate is the sampled point itself, so that its step can be read off.
static void follow(int lambda, bool active, double sigma, int n_generations, int *n_stalls)
{
    takt_cma_es_config config = takt_cma_es_config_default(N);
    takt_cma_es *search = NULL;
    tutorial t;
    config.population = lambda;
    config.active = active;
    config.sigma = sigma;
    config.evaluate_start = false;
    start(&t, &config);
    CHECK_OK(takt_cma_es_create(&search, &config));
    for (int g = 0; g < n_generations; ++g) {
        double x[MAX_LAMBDA][N], y[MAX_LAMBDA][N], mean[N];
        int32_t order[MAX_LAMBDA];
        takt_cma_es_ask(search, x[0]);
        for (int i = 0; i < lambda; ++i) {
            int j = i;
            for (; j > 0 && distance(x[order[j - 1]]) > distance(x[i]); --j)
                order[j] = order[j - 1];
            order[j] = i;
        }
        for (int i = 0; i < lambda; ++i)
            for (int k = 0; k < N; ++k) {
                CHECK(x[i][k] > 0.05 && x[i][k] < 0.95);
                y[i][k] = (x[order[i]][k] - t.m[k]) / t.sigma;
            }
        update(&t, y);
        CHECK_OK(takt_cma_es_tell(search, order));
        takt_cma_es_mean(search, mean);
        for (int k = 0; k < N; ++k)
            CHECK_NEAR(mean[k], t.m[k], 1e-9, 0.0);
        CHECK_NEAR(takt_cma_es_info_of(search).sigma, t.sigma, 1e-7, 0.0);
        CHECK_NEAR(takt_cma_es_info_of(search).condition, condition(&t), 1e-6, 0.0);
    }
    *n_stalls = t.n_stalls;
    takt_cma_es_destroy(&search);
}

static void it_is_the_algorithm_of_the_tutorial(void)
{
    int n_stalls = 0;
    follow(12, true, 0.02, 60, &n_stalls);
    follow(80, true, 0.02, 25, &n_stalls); // the third bound of the negative weights
    follow(13, false, 0.02, 60, &n_stalls);
    follow(12, true, 1e-4, 40, &n_stalls); // far too small a step: the path of C has to wait
    CHECK(n_stalls > 0);
}

TAKT_TESTS(TEST(it_is_the_algorithm_of_the_tutorial))
