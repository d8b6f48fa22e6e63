// CMA-ES: sampling, update, state. Equation numbers (n) are those of N. Hansen, "The CMA Evolution
// Strategy: A Tutorial", arXiv:1604.00772; the box and integer rules are described in cma_es.h.
#include "solver/cma_es.h"

#include "core/memory.h"
#include "core/normal_math.h"
#include "core/rng.h"
#include "solver/symmetric_eigen.h"

#include <math.h>
#include <string.h>

/// Width of the parabola before each bound, as in c-cmaes for the lower bound of [0, 1].
static const double margin = 0.05;

/// Everything that changes, without pointers; arrays of n, n, n, n, n x n, n x n doubles follow.
typedef struct state_head {
    uint64_t fingerprint; ///< of the config: a block of another search is refused
    int64_t generation;
    int64_t eigen_generation; ///< when basis and scale were last computed
    double sigma;
} state_head;

struct takt_cma_es {
    takt_cma_es_config config;
    int n;
    int lambda;
    int mu;          ///< number of positive weights
    double mu_eff;   ///< variance effective selection mass
    double c_c;      ///< (56)
    double c_1;      ///< (57)
    double c_mu;     ///< (58)
    double c_sigma;  ///< (55)
    double d_sigma;  ///< (55)
    double chi_n;    ///< E||N(0, I)||
    double *weights; ///< lambda
    double leave_z;  ///< a cell of half width h keeps a standard deviation of h / leave_z
    size_t n_state_bytes;
    state_head *head;
    double *mean;  ///< in the unbounded space, before the box transformation
    double *p_c;   ///< path of the covariance
    double *p_s;   ///< path of the step size
    double *scale; ///< D: square roots of the eigenvalues
    double *cov;   ///< C
    double *basis; ///< B: eigenvectors in columns
    double *work;  ///< 2 n + n x n + lambda x n
};

takt_cma_es_config takt_cma_es_config_default(int n_variables)
{
    takt_cma_es_config config = {.n_variables = n_variables,
                                 .population = 4,
                                 .seed = 1,
                                 .sigma = 0.3,
                                 .evaluate_start = true,
                                 .active = true};
    if (n_variables > 0)
        config.population = 4 + (int)floor(3.0 * log(n_variables)); // (48)
    for (int i = 0; i < TAKT_CMA_ES_MAX_VARIABLES; ++i)
        config.start[i] = 0.5;
    return config;
}

static takt_status check_config(const takt_cma_es_config *config)
{
    if (config->n_variables < 1 || config->n_variables > TAKT_CMA_ES_MAX_VARIABLES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "search: variables: found %d, allowed: 1 to %d",
                         config->n_variables, TAKT_CMA_ES_MAX_VARIABLES);
    if (config->population < 4 || config->population > TAKT_CMA_ES_MAX_POPULATION)
        return TAKT_FAIL(TAKT_ERR_INPUT, "search: population: found %d, allowed: 4 to %d",
                         config->population, TAKT_CMA_ES_MAX_POPULATION);
    if (!(config->sigma > 0.0 && config->sigma <= 1.0))
        return TAKT_FAIL(TAKT_ERR_INPUT, "search: sigma: found %g, allowed: above 0, at most 1",
                         config->sigma);
    for (int i = 0; i < config->n_variables; ++i) {
        if (!(config->start[i] >= 0.0 && config->start[i] <= 1.0))
            return TAKT_FAIL(TAKT_ERR_INPUT, "search: start[%d]: found %g, allowed: 0 to 1", i,
                             config->start[i]);
        if (config->n_levels[i] < 0 || config->n_levels[i] == 1)
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "search: n_levels[%d]: found %d, allowed: 0 (continuous), 2 or more",
                             i, config->n_levels[i]);
    }
    return TAKT_OK;
}

/// Weights and learning rates: Table 1 and (49) to (58) with alpha_cov = 2, c_mu as in version 2.
static void set_parameters(takt_cma_es *s)
{
    const double n = s->n;
    double sum = 0.0, sum_squares = 0.0, sum_minus = 0.0, sum_squares_minus = 0.0;
    s->mu = s->lambda / 2;
    for (int i = 0; i < s->lambda; ++i) {
        const double w = log(0.5 * (s->lambda + 1.0)) - log(i + 1.0); // (49)
        s->weights[i] = w;
        if (i < s->mu) {
            sum += w;
            sum_squares += w * w;
        } else {
            sum_minus += w;
            sum_squares_minus += w * w;
        }
    }
    s->mu_eff = sum * sum / sum_squares;
    const double mu_eff_minus = sum_minus * sum_minus / sum_squares_minus;
    s->c_sigma = (s->mu_eff + 2.0) / (n + s->mu_eff + 5.0);
    s->d_sigma = 1.0 + 2.0 * fmax(0.0, sqrt((s->mu_eff - 1.0) / (n + 1.0)) - 1.0) + s->c_sigma;
    s->c_c = (4.0 + s->mu_eff / n) / (n + 4.0 + 2.0 * s->mu_eff / n);
    s->c_1 = 2.0 / ((n + 1.3) * (n + 1.3) + s->mu_eff);
    s->c_mu = fmin(1.0 - s->c_1, 2.0 * (0.25 + s->mu_eff + 1.0 / s->mu_eff - 2.0) /
                                     ((n + 2.0) * (n + 2.0) + s->mu_eff));
    s->chi_n = sqrt(n) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n));
    const double alpha_mu = 1.0 + s->c_1 / s->c_mu;                           // (50)
    const double alpha_mu_eff = 1.0 + 2.0 * mu_eff_minus / (s->mu_eff + 2.0); // (51)
    const double alpha_pos_def = (1.0 - s->c_1 - s->c_mu) / (n * s->c_mu);    // (52)
    const double minus = s->config.active ? fmin(alpha_mu, fmin(alpha_mu_eff, alpha_pos_def)) : 0.0;
    for (int i = 0; i < s->lambda; ++i) // (53)
        s->weights[i] *= i < s->mu ? 1.0 / sum : minus / -sum_minus;
    s->leave_z = -takt_normal_quantile(0.5 / (n * s->lambda));
}

/// FNV-1a over every number that shapes the run.
static uint64_t fingerprint(const takt_cma_es_config *config)
{
    uint64_t words[6 + 2 * TAKT_CMA_ES_MAX_VARIABLES];
    uint64_t hash = 0xCBF29CE484222325u;
    size_t n = 0;
    words[n++] = (uint64_t)config->n_variables;
    words[n++] = (uint64_t)config->population;
    words[n++] = config->seed;
    memcpy(&words[n++], &config->sigma, sizeof config->sigma);
    words[n++] = (uint64_t)config->evaluate_start;
    words[n++] = (uint64_t)config->active;
    for (int i = 0; i < config->n_variables; ++i) {
        memcpy(&words[n++], &config->start[i], sizeof config->start[i]);
        words[n++] = (uint64_t)config->n_levels[i];
    }
    for (size_t i = 0; i < n; ++i)
        for (int shift = 0; shift < 64; shift += 8)
            hash = (hash ^ ((words[i] >> shift) & 0xFFu)) * 0x100000001B3u;
    return hash;
}

/// From the unbounded space to [0, 1]: the identity between the margins, a parabola next to each
/// bound, mirrored with period 2 + 4 margins beyond.
static double into_box(double y)
{
    const double low = -margin, span = 1.0 + 2.0 * margin;
    double t = fmod(y - low, 2.0 * span);
    if (t < 0.0)
        t += 2.0 * span;
    if (t > span)
        t = 2.0 * span - t;
    const double u = low + t;
    if (u < margin)
        return (u + margin) * (u + margin) / (4.0 * margin);
    if (u > 1.0 - margin)
        return 1.0 - (1.0 + margin - u) * (1.0 + margin - u) / (4.0 * margin);
    return u;
}

/// The inverse of into_box between the two mirrors.
static double out_of_box(double x)
{
    if (x < margin)
        return 2.0 * sqrt(margin * x) - margin;
    if (x > 1.0 - margin)
        return 1.0 + margin - 2.0 * sqrt(margin * (1.0 - x));
    return x;
}

/// A point of the unbounded space as a candidate.
static double to_candidate(const takt_cma_es *s, int i, double y)
{
    const int k = s->config.n_levels[i];
    if (k == 0)
        return into_box(y);
    const double level = fmin(fmax(floor(y * k), 0.0), k - 1.0);
    return level / (k - 1.0);
}

static double from_candidate(const takt_cma_es *s, int i, double x)
{
    const int k = s->config.n_levels[i];
    return k == 0 ? out_of_box(x) : (round(x * (k - 1.0)) + 0.5) / k;
}

/// Where the arrays of the state lie in its block.
static void set_arrays(takt_cma_es *s)
{
    const size_t n = (size_t)s->n;
    s->mean = (double *)(s->head + 1);
    s->p_c = s->mean + n;
    s->p_s = s->p_c + n;
    s->scale = s->p_s + n;
    s->cov = s->scale + n;
    s->basis = s->cov + n * n;
}

static void start_state(takt_cma_es *s)
{
    s->head->fingerprint = fingerprint(&s->config);
    s->head->sigma = s->config.sigma;
    for (int i = 0; i < s->n; ++i) {
        s->mean[i] = from_candidate(s, i, s->config.start[i]);
        s->scale[i] = 1.0;
        s->cov[i * s->n + i] = 1.0;
        s->basis[i * s->n + i] = 1.0;
    }
}

takt_status takt_cma_es_create(takt_cma_es **search, const takt_cma_es_config *config)
{
    *search = NULL;
    TAKT_TRY(check_config(config));
    const size_t n = (size_t)config->n_variables, lambda = (size_t)config->population;
    takt_cma_es *s = takt_alloc(sizeof *s);
    if (!s)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "search: no memory");
    s->config = *config;
    s->n = config->n_variables;
    s->lambda = config->population;
    s->n_state_bytes = sizeof *s->head + (4 * n + 2 * n * n) * sizeof(double);
    s->head = takt_alloc(s->n_state_bytes);
    s->weights = takt_alloc(lambda * sizeof *s->weights);
    s->work = takt_alloc((2 * n + n * n + lambda * n) * sizeof *s->work);
    if (!s->head || !s->weights || !s->work) {
        takt_cma_es_destroy(&s);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "search: no memory for %d variables",
                         config->n_variables);
    }
    set_arrays(s);
    set_parameters(s);
    start_state(s);
    *search = s;
    return TAKT_OK;
}

void takt_cma_es_destroy(takt_cma_es **search)
{
    if (!search || !*search)
        return;
    takt_free((*search)->head);
    takt_free((*search)->weights);
    takt_free((*search)->work);
    takt_free(*search);
    *search = NULL;
}

/// Factor by which an integer variable is sampled wider than the covariance says, 1 for others.
static double widening(const takt_cma_es *s, int i)
{
    const int k = s->config.n_levels[i];
    if (k == 0)
        return 1.0;
    const double std = s->head->sigma * sqrt(s->cov[i * s->n + i]);
    return fmax(1.0, 0.5 / k / s->leave_z / std);
}

/// y = B D z of one candidate (38), (39): before sigma and widening.
static void sample(const takt_cma_es *s, int candidate, double *y)
{
    const int n = s->n;
    const takt_stream stream = {s->config.seed, (uint32_t)s->head->generation, (uint32_t)candidate,
                                TAKT_PURPOSE_SEARCH};
    memset(y, 0, (size_t)n * sizeof *y);
    if (candidate == 0 && s->head->generation == 0 && s->config.evaluate_start)
        return;
    for (int j = 0; j < n; ++j) {
        const double z = takt_normal_quantile(takt_stream_uniform(&stream, (uint64_t)j));
        for (int i = 0; i < n; ++i)
            y[i] += s->basis[i * n + j] * (s->scale[j] * z);
    }
}

void takt_cma_es_ask(const takt_cma_es *search, double *candidates)
{
    const takt_cma_es *s = search;
    for (int c = 0; c < s->lambda; ++c) {
        double *x = candidates + (size_t)c * (size_t)s->n;
        sample(s, c, x);
        for (int i = 0; i < s->n; ++i) // (40)
            x[i] = to_candidate(s, i, s->mean[i] + s->head->sigma * widening(s, i) * x[i]);
    }
}

/// out = C^(-1/2) y = B D^-1 B^T y.
static void whiten(const takt_cma_es *s, const double *y, double *out)
{
    const int n = s->n;
    memset(out, 0, (size_t)n * sizeof *out);
    for (int j = 0; j < n; ++j) {
        double dot = 0.0;
        for (int i = 0; i < n; ++i)
            dot += s->basis[i * n + j] * y[i];
        dot /= s->scale[j];
        for (int i = 0; i < n; ++i)
            out[i] += s->basis[i * n + j] * dot;
    }
}

static double norm(const double *x, int n)
{
    double sum = 0.0;
    for (int i = 0; i < n; ++i)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/// Moves the mean by y_w (42), integers by their widened step.
static void move_mean(takt_cma_es *s, const double *y_w)
{
    for (int i = 0; i < s->n; ++i)
        s->mean[i] += s->head->sigma * widening(s, i) * y_w[i];
}

/// Where an integer sits at an outer level, its mean may leave the box only so far that the next
/// level keeps its probability (CMA-ES with margin).
static void hold_integers(takt_cma_es *s)
{
    for (int i = 0; i < s->n; ++i) {
        const int k = s->config.n_levels[i];
        if (k == 0)
            continue;
        const double std = s->head->sigma * widening(s, i) * sqrt(s->cov[i * s->n + i]);
        const double reach = s->leave_z * std;
        s->mean[i] = fmin(fmax(s->mean[i], 1.0 / k - reach), 1.0 - 1.0 / k + reach);
    }
}

/// Both paths (43), (45); returns the length of p_s. *stall is 1 - h_sigma.
static double update_paths(takt_cma_es *s, const double *y_w, double *white, double *stall)
{
    const int n = s->n;
    const double factor_s = sqrt(s->c_sigma * (2.0 - s->c_sigma) * s->mu_eff);
    const double factor_c = sqrt(s->c_c * (2.0 - s->c_c) * s->mu_eff);
    whiten(s, y_w, white);
    for (int i = 0; i < n; ++i)
        s->p_s[i] = (1.0 - s->c_sigma) * s->p_s[i] + factor_s * white[i];
    const double length = norm(s->p_s, n);
    const double age = 2.0 * ((double)s->head->generation + 1.0);
    const double bias = sqrt(1.0 - pow(1.0 - s->c_sigma, age));
    *stall = length / bias < (1.4 + 2.0 / (n + 1.0)) * s->chi_n ? 0.0 : 1.0;
    for (int i = 0; i < n; ++i)
        s->p_c[i] = (1.0 - s->c_c) * s->p_c[i] + (1.0 - *stall) * factor_c * y_w[i];
    return length;
}

/// C <- rank-one and rank-mu update with positive and negative weights (46), (47).
static void update_covariance(takt_cma_es *s, const double *steps, double *white, double stall)
{
    const int n = s->n;
    double weight_sum = 0.0;
    for (int r = 0; r < s->lambda; ++r)
        weight_sum += s->weights[r];
    const double keep =
        1.0 + s->c_1 * stall * s->c_c * (2.0 - s->c_c) - s->c_1 - s->c_mu * weight_sum;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j <= i; ++j)
            s->cov[i * n + j] = keep * s->cov[i * n + j] + s->c_1 * s->p_c[i] * s->p_c[j];
    for (int r = 0; r < s->lambda; ++r) {
        const double *y = steps + (size_t)r * (size_t)n;
        double w = s->c_mu * s->weights[r];
        if (s->weights[r] < 0.0) {
            whiten(s, y, white);
            const double length = norm(white, n);
            w *= length > 0.0 ? n / (length * length) : 0.0;
        }
        for (int i = 0; i < n && w != 0.0; ++i)
            for (int j = 0; j <= i; ++j)
                s->cov[i * n + j] += w * y[i] * y[j];
    }
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < i; ++j)
            s->cov[j * n + i] = s->cov[i * n + j];
}

/// Renews B and D when enough of C has changed (Appendix B.2 of the tutorial: it costs n^3).
static void update_eigen(takt_cma_es *s, double *scratch)
{
    const int n = s->n;
    const double every = 1.0 / (10.0 * n * (s->c_1 + s->c_mu));
    if ((double)(s->head->generation - s->head->eigen_generation) < every)
        return;
    s->head->eigen_generation = s->head->generation;
    memcpy(scratch, s->cov, (size_t)n * (size_t)n * sizeof *scratch);
    takt_symmetric_eigen(n, scratch, s->scale, s->basis);
    double largest = 0.0;
    for (int i = 0; i < n; ++i)
        largest = fmax(largest, s->scale[i]);
    // Rounding may leave an eigenvalue at or below zero; the search then keeps a thin direction.
    for (int i = 0; i < n; ++i)
        s->scale[i] = sqrt(fmax(s->scale[i], 1e-15 * largest));
}

/// Step size (44), never wider than the box: flat functions would let it grow for ever.
static void update_sigma(takt_cma_es *s, double path_length)
{
    double widest = 0.0;
    const double change = s->c_sigma / s->d_sigma * (path_length / s->chi_n - 1.0);
    s->head->sigma *= exp(fmin(1.0, change));
    for (int i = 0; i < s->n; ++i)
        widest = fmax(widest, sqrt(s->cov[i * s->n + i]));
    s->head->sigma = fmin(s->head->sigma, 1.0 / widest);
    s->head->sigma = fmax(s->head->sigma, 1e-150 / widest);
}

static takt_status check_order(const takt_cma_es *s, const int32_t *order)
{
    uint8_t seen[TAKT_CMA_ES_MAX_POPULATION] = {0};
    for (int r = 0; r < s->lambda; ++r) {
        if (order[r] < 0 || order[r] >= s->lambda)
            return TAKT_FAIL(TAKT_ERR_INPUT, "search: order[%d]: found %d, allowed: 0 to %d", r,
                             order[r], s->lambda - 1);
        if (seen[order[r]]++)
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "search: order[%d]: found %d again, allowed: each index once", r,
                             order[r]);
    }
    return TAKT_OK;
}

takt_status takt_cma_es_tell(takt_cma_es *search, const int32_t *order)
{
    takt_cma_es *s = search;
    TAKT_TRY(check_order(s, order));
    const size_t n = (size_t)s->n;
    double *y_w = s->work, *white = y_w + n, *scratch = white + n, *steps = scratch + n * n;
    double stall = 0.0;
    memset(y_w, 0, n * sizeof *y_w);
    for (int r = 0; r < s->lambda; ++r) {
        sample(s, order[r], steps + (size_t)r * n);
        for (size_t i = 0; i < n && r < s->mu; ++i)
            y_w[i] += s->weights[r] * steps[(size_t)r * n + i]; // (41)
    }
    move_mean(s, y_w);
    const double length = update_paths(s, y_w, white, &stall);
    update_covariance(s, steps, white, stall);
    update_sigma(s, length);
    hold_integers(s);
    ++s->head->generation;
    update_eigen(s, scratch);
    return TAKT_OK;
}

takt_cma_es_info takt_cma_es_info_of(const takt_cma_es *search)
{
    const takt_cma_es *s = search;
    takt_cma_es_info info = {.generation = s->head->generation,
                             .evaluations = s->head->generation * s->lambda,
                             .sigma = s->head->sigma};
    double smallest = s->scale[0], largest = s->scale[0];
    for (int i = 0; i < s->n; ++i) {
        smallest = fmin(smallest, s->scale[i]);
        largest = fmax(largest, s->scale[i]);
        if (s->config.n_levels[i] == 0)
            info.largest_std = fmax(info.largest_std, s->head->sigma * sqrt(s->cov[i * s->n + i]));
    }
    info.condition = largest / smallest * (largest / smallest);
    return info;
}

void takt_cma_es_mean(const takt_cma_es *search, double *candidate)
{
    for (int i = 0; i < search->n; ++i)
        candidate[i] = to_candidate(search, i, search->mean[i]);
}

size_t takt_cma_es_state_bytes(const takt_cma_es *search)
{
    return search->n_state_bytes;
}

void takt_cma_es_state_save(const takt_cma_es *search, void *bytes)
{
    memcpy(bytes, search->head, search->n_state_bytes);
}

takt_status takt_cma_es_state_load(takt_cma_es *search, const void *bytes, size_t n_bytes)
{
    state_head head;
    if (n_bytes != search->n_state_bytes)
        return TAKT_FAIL(TAKT_ERR_INPUT, "search state: found %zu bytes, allowed: %zu", n_bytes,
                         search->n_state_bytes);
    memcpy(&head, bytes, sizeof head);
    if (head.fingerprint != search->head->fingerprint)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "search state: found settings %016llx, allowed: %016llx (same variables, "
                         "population, seed, start)",
                         (unsigned long long)head.fingerprint,
                         (unsigned long long)search->head->fingerprint);
    memcpy(search->head, bytes, n_bytes);
    return TAKT_OK;
}
