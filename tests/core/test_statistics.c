// Moments, Student t, the normal distribution and intervals agree with published tables, with
// values computed in 40 digits, and with their definitions.
#include "core/normal_math.h"
#include "core/statistics.h"
#include "tests/check.h"

static void moments_follow_their_definition(void)
{
    static const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    takt_moments moments = {0};
    CHECK_NEAR(takt_moments_variance(&moments), 0, 0, 0);
    for (int i = 0; i < 4; ++i)
        takt_moments_add(&moments, values[i]);
    CHECK_INT(moments.n, 4);
    CHECK_NEAR(moments.mean, 1e9 + 10, 0, 0);
    CHECK_NEAR(takt_moments_variance(&moments), 30, 1e-12, 0); // exact: (36 + 9 + 9 + 36) / 3
}

static void merged_moments_are_those_of_all_values(void)
{
    takt_moments all = {0}, parts[3] = {{0}}, merged = {0};
    for (int i = 0; i < 1000; ++i) {
        const double value = sin(i) * 1000 + i;
        takt_moments_add(&all, value);
        takt_moments_add(&parts[i % 7 ? (i % 2) : 0], value);
    }
    for (int i = 0; i < 3; ++i) // the third is empty
        takt_moments_merge(&merged, &parts[i]);
    CHECK_INT(merged.n, 1000);
    CHECK_NEAR(merged.mean, all.mean, 1e-13, 0);
    CHECK_NEAR(merged.m2, all.m2, 1e-12, 0);
}

static void student_t_quantiles_are_those_of_the_tables(void)
{
    // Printed tables (e.g. NIST/SEMATECH e-Handbook 1.3.6.7.2) to their digits.
    CHECK_NEAR(takt_student_t_quantile(0.975, 1), 12.7062, 0, 5e-5);
    CHECK_NEAR(takt_student_t_quantile(0.975, 10), 2.22814, 0, 5e-6);
    CHECK_NEAR(takt_student_t_quantile(0.995, 39), 2.70791, 0, 5e-6);
    CHECK_NEAR(takt_student_t_quantile(0.95, 5), 2.01505, 0, 5e-6);
}

static void student_t_quantiles_are_accurate(void)
{
    // Solved in 40 digits from the incomplete beta function.
    static const struct {
        double probability, freedom, t;
    } cases[] = {{0.975, 1, 12.706204736174704646},      {0.975, 2, 4.3026527297494638523},
                 {0.975, 10, 2.2281388519862747484},     {0.995, 39, 2.7079131835176620992},
                 {0.6, 3, 0.27667066233268991054},       {0.9995, 4, 8.6103015813792750967},
                 {0.95, 1000, 1.6463788172854647156},    {0.995, 1000000, 2.5758342201053341543},
                 {0.75, 0.5, 1.5537739740300373073},     {0.51, 7, 0.025977941569516866715},
                 {0.975, 9999, 1.9602012636213576804},   {0.975, 10001, 1.9602012161646410716},
                 {0.9999, 20000, 3.7197060628848690094}, {0.75, 300, 0.6753084163073658209}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        // The error of 1 - probability in the last bit alone moves t by up to 1e-13 of itself.
        CHECK_NEAR(takt_student_t_quantile(cases[i].probability, cases[i].freedom), cases[i].t,
                   1e-12, 0);
        CHECK_NEAR(takt_student_t_quantile(1 - cases[i].probability, cases[i].freedom), -cases[i].t,
                   1e-12, 0);
    }
    CHECK_NEAR(takt_student_t_quantile(0.5, 3), 0, 0, 0);
    // One degree of freedom is Cauchy, two have a closed form.
    CHECK_NEAR(takt_student_t_quantile(0.9, 1), tan(3.14159265358979323846 * 0.4), 1e-12, 0);
    CHECK_NEAR(takt_student_t_quantile(0.9, 2), 0.8 / sqrt(2 * 0.9 * 0.1), 1e-12, 0);
}

static void student_t_probabilities_are_accurate(void)
{
    CHECK_NEAR(takt_student_t_cdf(2, 5), 0.94903026058507082188, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(-3.5, 2.5), 0.026172773480160168617, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(40, 3), 0.99998280965960542074, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(-1000, 2), 4.9999925000124999781e-7, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(0.001, 30), 0.50039563211675745494, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(-10, 500), 6.9302467991199575695e-22, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(-3, 9000), 0.001353593926356386379, 1e-12, 0);
    CHECK_NEAR(takt_student_t_cdf(0, 4), 0.5, 1e-15, 0);
}

static void the_incomplete_beta_function_is_accurate(void)
{
    CHECK_NEAR(takt_incomplete_beta(2, 3, 0.3), 0.3483, 1e-13, 0); // exact
    CHECK_NEAR(takt_incomplete_beta(0.5, 0.5, 0.01), 0.063768560858519847917, 1e-13, 0);
    CHECK_NEAR(takt_incomplete_beta(50, 60, 0.45), 0.46423529143060353585, 1e-12, 0);
    CHECK_NEAR(takt_incomplete_beta(1000, 0.5, 0.999), 0.15724727426672401241, 1e-11, 0);
    CHECK_NEAR(takt_incomplete_beta(10, 0.1, 0.9), 0.023856050744374104631, 1e-12, 0);
    CHECK_NEAR(takt_incomplete_beta(0.5, 5, 0.9), 0.99999742941030077063, 1e-13, 0);
    CHECK_NEAR(takt_incomplete_beta(2, 3, 0), 0, 0, 0);
    CHECK_NEAR(takt_incomplete_beta(2, 3, 1), 1, 0, 0);
}

static void normal_quantiles_are_accurate(void)
{
    static const struct {
        double probability, x;
    } cases[] = {{0.5001, 0.00025066283008803509892}, {0.6, 0.2533471031357997988},
                 {0.924, 1.4325027208258116056},      {0.926, 1.4466320671589784837},
                 {0.975, 1.9599639845400542355},      {0.99, 2.3263478740408411009},
                 {0.025, -1.9599639845400542355},     {1e-5, -4.2648907939228246285},
                 {1e-12, -7.0344838253011319298},     {1e-20, -9.2623400897984075737},
                 {1e-100, -21.273453560965324295},    {1e-300, -37.047096299361199237}};
    // Near 0.5 the quantile is a difference: half a bit of 0.5001 is 1.4e-16 / 2.5e-4 of x / 2.
    CHECK_NEAR(takt_normal_quantile(cases[0].probability), cases[0].x, 6e-13, 0);
    for (size_t i = 1; i < sizeof cases / sizeof *cases; ++i)
        CHECK_NEAR(takt_normal_quantile(cases[i].probability), cases[i].x, 1e-14, 0);
    CHECK_NEAR(takt_normal_quantile(0.5), 0, 0, 0);
    CHECK(isinf(takt_normal_quantile(0)) && takt_normal_quantile(0) < 0);
    CHECK(isinf(takt_normal_quantile(1)) && takt_normal_quantile(1) > 0);
}

static void normal_probabilities_are_accurate(void)
{
    CHECK_NEAR(takt_normal_cdf(-1), 0.15865525393145705141, 1e-14, 0);
    CHECK_NEAR(takt_normal_cdf(0.3), 0.61791142218895263731, 1e-14, 0);
    CHECK_NEAR(takt_normal_cdf(2), 0.9772498680518207928, 1e-14, 0);
    CHECK_NEAR(takt_normal_cdf(5), 0.99999971334842812081, 1e-14, 0);
    // The rounding of x / sqrt(2) alone gives x^2 half bits: 72 and 900 times 1.1e-16.
    CHECK_NEAR(takt_normal_cdf(-8.5), 9.4795348222033183542e-18, 1e-14, 0);
    CHECK_NEAR(takt_normal_cdf(-30), 4.9067139271481870595e-198, 2e-13, 0);
    CHECK_NEAR(takt_normal_pdf(0), 0.39894228040143267794, 1e-15, 0);
}

static void many_degrees_of_freedom_are_normal(void)
{
    for (int i = 1; i < 20; ++i)
        CHECK_NEAR(takt_student_t_quantile(0.05 * i, 1e12), takt_normal_quantile(0.05 * i), 1e-11,
                   1e-14);
}

static void an_interval_is_mean_and_t_times_error(void)
{
    static const double values[] = {10, 12, 11, 15};
    const takt_interval interval = takt_interval_of(values, 4, 0.95);
    // mean 12, variance 14/3, t(0.975, 3) = 3.18244630528370...
    const double half = 3.1824463052837078 * sqrt(14.0 / 3.0 / 4.0);
    CHECK_NEAR(interval.mean, 12, 1e-15, 0);
    CHECK_NEAR(interval.lo, 12 - half, 1e-13, 0);
    CHECK_NEAR(interval.hi, 12 + half, 1e-13, 0);
    CHECK_INT(interval.n, 4);
    const takt_interval one = takt_interval_of(values, 1, 0.95);
    CHECK_NEAR(one.mean, 10, 0, 0);
    CHECK(isinf(one.lo) && one.lo < 0 && isinf(one.hi) && one.hi > 0);
}

static void pairs_cancel_what_they_share(void)
{
    double a[10], b[10];
    for (int i = 0; i < 10; ++i) {
        b[i] = 1000.0 * i;
        a[i] = b[i] + 2 + (i % 2);
    }
    const takt_interval difference = takt_interval_of_pairs(a, b, 10, 0.99);
    CHECK_NEAR(difference.mean, 2.5, 1e-13, 0);
    // variance 10 * 0.25 / 9, t(0.995, 9) = 3.2498355416
    CHECK_NEAR(difference.hi - difference.mean, 3.24983554159 * sqrt(2.5 / 9 / 10), 1e-10, 0);
}

TAKT_TESTS(TEST(moments_follow_their_definition), TEST(merged_moments_are_those_of_all_values),
           TEST(student_t_quantiles_are_those_of_the_tables),
           TEST(student_t_quantiles_are_accurate), TEST(student_t_probabilities_are_accurate),
           TEST(the_incomplete_beta_function_is_accurate), TEST(normal_quantiles_are_accurate),
           TEST(normal_probabilities_are_accurate), TEST(many_degrees_of_freedom_are_normal),
           TEST(an_interval_is_mean_and_t_times_error), TEST(pairs_cancel_what_they_share))
