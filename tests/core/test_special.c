/// The gamma function and its relatives agree with tabulated digits and with the identities that
/// define them.
#include "core/special_math.h"
#include "tests/check.h"

/// x, log Gamma, digamma, trigamma to 18 digits. Those at 1/10 and 3.75 begin as in Abramowitz and
/// Stegun, Handbook of Mathematical Functions, tables 6.1 and 6.2 (Gamma(1.01) = 0.99432 58512,
/// Gamma(1.99) = 0.99581 32598).
static void gamma_functions_have_tabulated_values(void)
{
    static const double logs[][2] = {{0.1, 2.25271265173420596},
                                     {0.001, 6.90717888538385368},
                                     {1.01, -0.00569030794606964552},
                                     {1.99, -0.004195529088791665},
                                     {3.75, 1.48681557859341706},
                                     {7.5, 7.53436423675873296},
                                     {100, 359.134205369575399},
                                     {1e6, 12815504.5691476117},
                                     {0.5, 0.572364942924700087},
                                     {1, 0},
                                     {2, 0},
                                     {3, 0.693147180559945309}};
    static const double slopes[][3] = {
        {0.1, -10.4237549404110768, 101.433299150792759},
        {0.5, -1.96351002602142348, 4.93480220054467931}, // -gamma - 2 log 2, pi^2 / 2
        {1, -0.577215664901532861, 1.64493406684822644},  // -gamma, pi^2 / 6
        {3.75, 1.18253738861179623, 0.305339852690253075},
        {12, 2.44266167997581202, 0.0869018728717683908},
        {1e4, 9.2102903711428494, 0.000100005000166666666}};
    CHECK_NEAR(exp(takt_log_gamma(1.01)), 0.9943258512, 0, 1e-10);
    CHECK_NEAR(exp(takt_log_gamma(1.99)), 0.9958132598, 0, 1e-10);
    for (size_t i = 0; i < sizeof logs / sizeof *logs; ++i)
        CHECK_NEAR(takt_log_gamma(logs[i][0]), logs[i][1], 2e-15, 0);
    for (size_t i = 0; i < sizeof slopes / sizeof *slopes; ++i) {
        CHECK_NEAR(takt_digamma(slopes[i][0]), slopes[i][1], 4e-15, 0);
        CHECK_NEAR(takt_trigamma(slopes[i][0]), slopes[i][2], 4e-15, 0);
    }
}

/// Gamma(x + 1) = x Gamma(x) and the reflection formula (DLMF 5.5.1, 5.5.3), across all branches.
static void log_gamma_keeps_its_recurrence(void)
{
    for (double x = 0.013; x < 40; x *= 1.07)
        CHECK_NEAR(takt_log_gamma(x + 1), takt_log_gamma(x) + log(x), 0,
                   4e-15 * (1 + takt_log_gamma(x + 1)));
    for (double x = 0.02; x < 1; x += 0.03)
        CHECK_NEAR(takt_log_gamma(x) + takt_log_gamma(1 - x), log(M_PI / sin(M_PI * x)), 1e-14,
                   1e-15);
}

static void small_arguments_keep_their_digits(void)
{
    static const double points[] = {1e-300, 1e-17, 3e-9, 1e-4, 0.02, 0.7, 3, 600};
    for (size_t i = 0; i < sizeof points / sizeof *points; ++i) {
        const double x = points[i], y = -fmin(x, 0.99);
        CHECK_NEAR(takt_log1p(x), log1p(x), 4e-16, 0);
        CHECK_NEAR(takt_log1p(y), log1p(y), 4e-16, 0);
        CHECK_NEAR(takt_expm1(x), expm1(x), 8e-16, 0);
        CHECK_NEAR(takt_expm1(-x), expm1(-x), 8e-16, 0);
    }
}

/// a, x, P, Q to 18 digits, in both tails.
static void incomplete_gamma_has_tabulated_values(void)
{
    static const double rows[][4] = {{0.1, 0.5, 0.941402445890133522, 0.058597554109866478},
                                     {2.5, 1, 0.150854963915390364, 0.849145036084609636},
                                     {2.5, 10, 0.998750269436968625, 0.00124973056303137541},
                                     {30, 20, 0.0218182175255573916, 0.978181782474442608},
                                     {30, 60, 0.999993123735031268, 6.87626496873209669e-6},
                                     {1000, 900, 0.000549902265711782923, 0.999450097734288217},
                                     {1000, 1200, 0.999999998711839391, 1.2881606086281433e-9},
                                     {0.01, 3, 0.999867028643429845, 0.000132971356570155482}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        double p, q;
        takt_gamma_pq(rows[i][0], rows[i][1], &p, &q);
        CHECK_NEAR(p, rows[i][2], 2e-14, 0);
        CHECK_NEAR(q, rows[i][3], 2e-14, 0);
    }
}

/// P(1, x) = 1 - e^-x, P(1/2, x^2) = erf x, and P(a + 1, x) = P(a, x) - x^a e^-x / Gamma(a + 1)
/// (DLMF 8.4.1, 8.4.5, 8.8.5).
static void incomplete_gamma_keeps_its_identities(void)
{
    for (double x = 0.01; x < 25; x *= 1.3) {
        double p, q, p_next, q_next;
        takt_gamma_pq(1, x, &p, &q);
        CHECK_NEAR(p, -expm1(-x), 1e-14, 0);
        CHECK_NEAR(q, exp(-x), 1e-14, 0);
        takt_gamma_pq(0.5, x * x, &p, &q);
        CHECK_NEAR(p, erf(x), 1e-14, 0);
        if (x < 20)
            CHECK_NEAR(q, erfc(x), 1e-13, 1e-300);
        for (double a = 0.05; a < 200; a *= 2.1) {
            takt_gamma_pq(a, x, &p, &q);
            takt_gamma_pq(a + 1, x, &p_next, &q_next);
            CHECK_NEAR(p - p_next, exp(a * log(x) - x - lgamma(a + 1)), 1e-11, 1e-15);
            CHECK(p >= 0 && q >= 0 && fabs(p + q - 1) < 1e-15);
        }
    }
}

/// Shape, p, q, quantile to 18 digits.
static void gamma_quantiles_have_tabulated_values(void)
{
    static const double rows[][4] = {{0.5, 0.5, 0.5, 0.227468211559786376},
                                     {5, 0.95, 0.05, 9.15351902663757344},
                                     {5, 0.005, 0.995, 1.07792824065231948},
                                     {0.1, 0.3, 0.7, 3.58608601841094612e-6},
                                     {100, 1 - 1e-10, 1e-10, 177.300504705632195},
                                     {12.5, 1e-12, 1 - 1e-12, 0.62930640912607503},
                                     {10000, 0.25, 0.75, 9932.37056490418795},
                                     {0.0625, 1 - 1e-6, 1e-6, 8.93156259872454814}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        CHECK_NEAR(takt_gamma_quantile(rows[i][0], rows[i][1], rows[i][2]), rows[i][3], 2e-14, 0);
    // Chi-square, 10 degrees of freedom, 5 %: 18.3070 in Abramowitz and Stegun, table 26.8.
    CHECK_NEAR(2 * takt_gamma_quantile(5, 0.95, 0.05), 18.3070, 0, 5e-5);
    CHECK(takt_gamma_quantile(2, 0, 1) == 0 && isinf(takt_gamma_quantile(2, 1, 0)));
    CHECK(takt_gamma_quantile(0.0025, 1e-10, 1 - 1e-10) == 0); // below every normal number
}

/// From shapes of a coefficient of variation of 20 to those of 0.001, in both far tails.
static void gamma_quantiles_lead_back_to_their_probabilities(void)
{
    for (double a = 0.0025; a < 2e6; a *= 7.3)
        for (int k = -52; k <= 52; ++k) {
            const double tail = k < 0 ? ldexp(1, k) : ldexp(1, -k - 1);
            const double p = k < 0 ? tail : 1 - tail, q = k < 0 ? 1 - tail : tail;
            const double x = takt_gamma_quantile(a, p, q);
            double found_p, found_q;
            if (x < 1e-290)
                continue;
            takt_gamma_pq(a, x, &found_p, &found_q);
            // What an error of 1e-12 of x is worth in probability: x f / P, at most a or so.
            const double weight = exp(takt_log_gamma_factor_(a, x)) * a / fmin(p, q);
            CHECK_NEAR(fmin(p, q) == p ? found_p : found_q, fmin(p, q), 1e-12 * weight + 2e-13, 0);
        }
}

static void normal_probabilities_keep_both_tails(void)
{
    for (double x = -8; x <= 8; x += 0.37) {
        double below, above;
        takt_normal_pq(x, &below, &above);
        CHECK_NEAR(below, 0.5 * erfc(-x / sqrt(2)), 1e-14, 0);
        CHECK_NEAR(above, 0.5 * erfc(x / sqrt(2)), 1e-14, 0);
    }
}

TAKT_TESTS(TEST(gamma_functions_have_tabulated_values), TEST(log_gamma_keeps_its_recurrence),
           TEST(small_arguments_keep_their_digits), TEST(incomplete_gamma_has_tabulated_values),
           TEST(incomplete_gamma_keeps_its_identities), TEST(gamma_quantiles_have_tabulated_values),
           TEST(gamma_quantiles_lead_back_to_their_probabilities),
           TEST(normal_probabilities_keep_both_tails))
