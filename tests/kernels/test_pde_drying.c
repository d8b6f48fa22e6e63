/// The drying PDE keeps the binder's mass, its start and its symmetry whatever the network says,
/// its jets are those of finite differences, and slow drying obeys its asymptote.
#include "kernels/drying_case_internal.h"
#include "kernels/pde/drying_internal.h"
#include "tests/check.h"
#include "tests/kernels/pde_checks.h"

enum { VALUE, SLOPE, OPERATOR, N_POINTS = 400 };

/// Features with derivatives; rows of features, and of everything.
enum { N_MOVING = 11, N_ROWS = 2 * N_MOVING + TAKT_DRYING_PLAIN, N_ALL = N_ROWS + 4 };
enum { DEEP = 5 }; // feature: corner / (corner + depth)

static const takt_pde *const pde = &takt_pde_drying;

/// A point whose progress is at least 5e-3 from the switch, from the end of shrinkage and from both
/// ends, so that differences stay within one smooth piece.
static pde_point smooth_point_at(uint32_t index)
{
    pde_point point = pde_point_at(pde, 0, index);
    const takt_drying_heights h = takt_drying_heights_of(point.mu);
    const double kinks[4] = {0.0, 1.0, point.mu[TAKT_DRYING_SWITCH],
                             (h.start - h.packed) / (h.start - h.end)};
    point.x[0] = 0.02 + 0.96 * point.x[0];
    for (int k = 0; k < 8; ++k)
        for (int i = 0; i < 4; ++i)
            if (fabs(point.x[1] - kinks[i]) < 5e-3)
                point.x[1] = kinks[i] < 0.5 ? kinks[i] + 6e-3 : kinks[i] - 6e-3;
    return point;
}

static void the_path_is_that_of_the_pure_problem(void)
{
    for (uint32_t i = 0; i < N_POINTS; ++i) {
        const pde_point point = smooth_point_at(i);
        const double *mu = point.mu;
        const takt_drying_heights h = takt_drying_heights_of(mu);
        const takt_drying_state state = takt_drying_state_at(mu, point.x[1]);
        const takt_drying_reference reference = {mu[TAKT_DRYING_PECLET],
                                                 mu[TAKT_DRYING_SOLIDS],
                                                 mu[TAKT_DRYING_SOLIDS_MAX],
                                                 h.end,
                                                 h.jump,
                                                 mu[TAKT_DRYING_EARLY],
                                                 mu[TAKT_DRYING_LATE]};
        const double ratio = takt_drying_reference_ratio(&reference, state.liquid);
        CHECK_NEAR(state.liquid, h.start - point.x[1] * (h.start - h.end), 1e-14, 0.0);
        CHECK_NEAR(state.diffusion, takt_drying_reference_spread(&reference, state.liquid, ratio),
                   1e-13, 0.0);
        // Pores of the packed bed are half full at the end.
        const double pores = mu[TAKT_DRYING_SOLIDS] * (1.0 / mu[TAKT_DRYING_SOLIDS_MAX] - 1.0);
        CHECK_NEAR(h.end, 0.5 * pores, 1e-14, 0.0);
    }
}

/// Simpson's rule for int_0^xi exp((t^2 - 1) / (2 depth)) dt.
static double integral(double xi, double depth)
{
    enum { N = 4000 };
    double sum = 0.0;
    for (int i = 0; i <= N; ++i) {
        const double t = xi * i / N, weight = i == 0 || i == N ? 1.0 : (i % 2 ? 4.0 : 2.0);
        sum += weight * exp(0.5 * (t * t - 1.0) / depth);
    }
    return sum * xi / (3.0 * N);
}

static void the_profile_is_the_steady_one(void)
{
    static const double depths[8] = {0.006, 0.012, 0.05, 0.2, 0.7, 3.0, 12.5, 60.0};
    for (int k = 0; k < 8; ++k) {
        const double depth = depths[k], whole = integral(1.0, depth), h = 1e-5 * depth;
        for (int i = 0; i <= 10; ++i) {
            const double xi = 0.1 * i;
            const takt_drying_profile q = takt_drying_profile_at(xi, depth);
            const takt_drying_profile above = takt_drying_profile_at(xi, depth + h);
            const takt_drying_profile below = takt_drying_profile_at(xi, depth - h);
            CHECK_NEAR(q.value, integral(xi, depth) / whole, 1e-7, 1e-13);
            CHECK_NEAR(q.slope, exp(0.5 * (xi * xi - 1.0) / depth) / whole, 1e-7, 1e-13);
            CHECK_NEAR(q.by_depth, (above.value - below.value) / (2.0 * h), 1e-7, 1e-8);
        }
        CHECK(takt_drying_profile_at(0.0, depth).value == 0.0);
        CHECK_NEAR(takt_drying_profile_at(1.0, depth).value, 1.0, 1e-15, 0.0);
    }
}

/// At foil, surface and start, whatever stands in for the network.
static void conditions_hold_exactly(void)
{
    for (uint32_t i = 0; i < N_POINTS; ++i) {
        pde_point point = pde_point_at(pde, 0, i);
        const double xi = point.x[0], progress = point.x[1];
        point.x[0] = 0.0;
        CHECK_NEAR(pde_unknown_at(pde, &point, 0, i).c[VALUE], 0.0, 0.0, 1e-300);
        // Even in xi: the slope has no slope at the foil.
        const double slope = pde_unknown_at(pde, &point, 0, i).c[SLOPE];
        point.x[0] = 1e-6;
        CHECK_NEAR(pde_unknown_at(pde, &point, 0, i).c[SLOPE], slope, 1e-8, 1e-8);
        point.x[0] = 1.0;
        CHECK_NEAR(pde_unknown_at(pde, &point, 0, i).c[VALUE], 1.0, 1e-14, 0.0);
        point.x[0] = xi;
        point.x[1] = 0.0;
        CHECK_NEAR(pde_unknown_at(pde, &point, 0, i).c[VALUE], xi, 0.0, 1e-8);
        point.x[1] = progress;
    }
}

/// The integral of the observed slope is the binder's mass: 1 at every time.
static void mass_is_one_for_any_network(void)
{
    enum { N = 2000 };
    for (uint32_t i = 0; i < 20; ++i) {
        pde_point point = pde_point_at(pde, 0, i);
        double sum = 0.0;
        point.x[1] = 0.05 + 0.95 * point.x[1];
        for (int k = 0; k <= N; ++k) {
            const double weight = k == 0 || k == N ? 1.0 : (k % 2 ? 4.0 : 2.0);
            point.x[0] = (double)k / N;
            sum += weight * pde_unknown_at(pde, &point, 0, i).c[SLOPE];
        }
        CHECK_NEAR(sum / (3.0 * N), 1.0, 1e-6, 0.0);
    }
}

/// Slope and operator of the whole unknown against sixth-order differences of its values.
static void jets_are_those_of_differences(void)
{
    static const int32_t by_xi[2] = {0, 1}, by_xi_twice[2] = {0, 2}, by_progress[2] = {1, 1};
    for (uint32_t i = 0; i < N_POINTS; ++i) {
        const pde_point point = smooth_point_at(i);
        const takt_drying_state state = takt_drying_state_at(point.mu, point.x[1]);
        const takt_jet unknown = pde_unknown_at(pde, &point, 0, i);
        const double h = 0.02 * fmin(state.depth.value, 0.1);
        const double slope = pde_difference(pde, &point, 0, i, by_xi, h);
        const double bend = pde_difference(pde, &point, 0, i, by_xi_twice, h);
        const double change = pde_difference(pde, &point, 0, i, by_progress, 2e-4);
        const double rest = change * state.progress.slope + point.x[0] * slope;
        CHECK_NEAR(unknown.c[SLOPE], slope, 1e-7, 1e-7);
        CHECK_NEAR(unknown.c[OPERATOR], rest - state.diffusion * bend, 0.0,
                   1e-5 * (1.0 + fabs(rest) + fabs(state.diffusion * bend)));
    }
}

static void features_are_continuous_at_switch_and_packing(void)
{
    for (uint32_t i = 0; i < 100; ++i) {
        pde_point point = pde_point_at(pde, 0, i);
        const takt_drying_heights h = takt_drying_heights_of(point.mu);
        const double kinks[2] = {point.mu[TAKT_DRYING_SWITCH],
                                 (h.start - h.packed) / (h.start - h.end)};
        for (int k = 0; k < 2; ++k) {
            const double at = fmin(fmax(kinks[k], 0.01), 0.99);
            point.x[1] = at - 1e-12;
            const takt_pde_site before = pde_site_at(pde, &point, 0);
            point.x[1] = at + 1e-12;
            const takt_pde_site behind = pde_site_at(pde, &point, 0);
            CHECK_NEAR(before.base[0].c[VALUE], behind.base[0].c[VALUE], 0.0, 1e-7);
            CHECK_NEAR(before.factor[0].c[VALUE], behind.factor[0].c[VALUE], 0.0, 1e-7);
            for (int32_t f = 0; f < pde->networks[0].n_features; ++f)
                CHECK_NEAR(before.features[0][f].c[VALUE], behind.features[0][f].c[VALUE], 0.0,
                           1e-7);
        }
    }
}

/// Before the switch nothing depends on it and on what comes behind; a switch at the very start
/// leaves nothing of the rate before.
static void what_does_not_matter_is_not_seen(void)
{
    for (uint32_t i = 0; i < 100; ++i) {
        pde_point point = pde_point_at(pde, 0, i), other = pde_point_at(pde, 0, i);
        if (i % 2) {
            point.mu[TAKT_DRYING_SWITCH] = other.mu[TAKT_DRYING_SWITCH] = 0.0;
            other.mu[TAKT_DRYING_EARLY] *= 0.7;
        } else {
            other.mu[TAKT_DRYING_LATE] *= 0.7;
            other.mu[TAKT_DRYING_SWITCH] = 0.5 * (1.0 + point.mu[TAKT_DRYING_SWITCH]);
            point.x[1] = other.x[1] = 0.99 * point.mu[TAKT_DRYING_SWITCH];
        }
        const takt_pde_site a = pde_site_at(pde, &point, 0), b = pde_site_at(pde, &other, 0);
        CHECK_NEAR(a.base[0].c[VALUE], b.base[0].c[VALUE], 0.0, 1e-12);
        // 1e-4: a root of nothing has no slope, so that it is never quite nothing.
        for (int32_t f = 0; f < pde->networks[0].n_features; ++f)
            CHECK_NEAR(a.features[0][f].c[VALUE], b.features[0][f].c[VALUE], 0.0, 1e-4);
    }
}

/// The integral of the spread over s from progress `from` to `to`, by Simpson's rule.
static double age_between(const double *mu, double from, double to)
{
    enum { N = 200 };
    double sum = 0.0;
    for (int k = 0; k <= N; ++k) {
        const takt_drying_state at = takt_drying_state_at(mu, from + (to - from) * k / N);
        const double weight = k == 0 || k == N ? 1.0 : (k % 2 ? 4.0 : 2.0);
        sum += weight * at.diffusion / at.progress.slope;
    }
    return sum * (to - from) / (3.0 * N);
}

/// age (1 - 4 i2erfc(eta)) / y: the exact answer of a half space to a jump, over y.
static double half_space(double age, double y)
{
    const double eta = 0.5 * y / sqrt(age);
    const double bell = 2.0 / sqrt(acos(-1.0)) * eta * exp(-eta * eta);
    return age * (1.0 - (1.0 + 2.0 * eta * eta) * erfc(eta) + bell) / y;
}

/// The corner behind the switch is that of a half space, within the 0.7 % of its fit; nothing is
/// felt before. Three steps for each piece make its age good to 10 %.
static void corner_is_that_of_a_half_space(void)
{
    int n_behind = 0;
    for (uint32_t i = 0; i < N_POINTS; ++i) {
        const pde_point point = smooth_point_at(i);
        const takt_drying_state state = takt_drying_state_at(point.mu, point.x[1]);
        const double deep = 0.5 * (pde_site_at(pde, &point, 0).features[0][DEEP].c[VALUE] + 1.0);
        const double answer = deep / state.earlier.value;
        const double corner = state.depth.value * answer / (1.0 - answer);
        const double age = state.reach.value * state.reach.value;
        const double from = point.mu[TAKT_DRYING_SWITCH];
        if (point.x[1] < from) {
            CHECK_NEAR(corner, 0.0, 0.0, 2e-6);
            continue;
        }
        if (state.earlier.value < 1e-3)
            continue; // all has gone that was there at the switch, and the feature with it
        const double y = 0.5 * (1.0 - point.x[0] * point.x[0]);
        CHECK_NEAR(corner, half_space(age, y), 7e-3, 0.0);
        CHECK_NEAR(age, age_between(point.mu, from + 1e-12, point.x[1]), 0.1, 0.0);
        ++n_behind;
    }
    CHECK(n_behind > 100);
}

/// Rows against the site, point by point: the very same numbers.
static void rows_say_what_the_site_says(void)
{
    enum { N = 150, STRIDE = 160, N_X = 2, N_MU = TAKT_DRYING_PARAMETERS };
    static double x[N][N_X], mu[N][N_MU];
    static double features[N_ROWS][STRIDE], factor[2][STRIDE], base[2][STRIDE];
    const pde_point any = pde_point_at(pde, 0, 0);
    for (uint32_t i = 0; i < N; ++i) {
        // Threes share a moment, and a few stand at the ends of everything.
        const pde_point point = pde_point_at(pde, 0, i), first = pde_point_at(pde, 0, i / 3);
        const double edges[4] = {0.0, 1e-7, 0.5, 1.0};
        memcpy(mu[i], first.mu, sizeof mu[i]);
        x[i][0] = i % 3 == 1 ? point.x[0] : i % 3 == 0 ? 0.0 : 1.0;
        x[i][1] = i % 5 == 0 ? edges[i / 5 % 4] : first.x[1];
        if (i % 21 < 6)
            mu[i][TAKT_DRYING_SWITCH] = i % 21 < 3 ? 0.0 : 1.0;
    }
    const takt_pde_rows rows = {N,         STRIDE,  *x,   *mu, N_MU, (const double(*)[2])any.box,
                                *features, *factor, *base};
    pde->rows(&rows);
    for (uint32_t i = 0; i < N; ++i) {
        pde_point point = any;
        memcpy(point.x, x[i], sizeof x[i]);
        memcpy(point.mu, mu[i], sizeof mu[i]);
        const takt_pde_site site = pde_site_at(pde, &point, 0);
        for (int32_t f = 0; f < N_MOVING + TAKT_DRYING_PLAIN; ++f)
            for (int32_t c = 0; c < (f < N_MOVING ? 2 : 1); ++c)
                CHECK(features[f < N_MOVING ? 2 * f + c : N_MOVING + f][i] ==
                      site.features[0][f].c[c]);
        for (int32_t c = 0; c < 2; ++c) {
            CHECK(factor[c][i] == site.factor[0].c[c]);
            CHECK(base[c][i] == site.base[0].c[c]);
        }
    }
}

static void rows_with_one_set_for_all_are_those_of_many(void)
{
    enum { N = 5 };
    const pde_point point = pde_point_at(pde, 0, 3);
    double x[N][2], mu[N][TAKT_DRYING_PARAMETERS], one[N_ALL][N], many[N_ALL][N];
    for (int k = 0; k < N; ++k) {
        const int pair = k / 2;
        x[k][0] = 0.2 * k;
        x[k][1] = 0.4 + 0.1 * pair;
        memcpy(mu[k], point.mu, sizeof mu[k]);
    }
    const takt_pde_rows shared = {
        N, N, *x, *mu, 0, (const double(*)[2])point.box, *one, one[N_ROWS], one[N_ROWS + 2]};
    const takt_pde_rows own = {N,
                               N,
                               *x,
                               *mu,
                               TAKT_DRYING_PARAMETERS,
                               (const double(*)[2])point.box,
                               *many,
                               many[N_ROWS],
                               many[N_ROWS + 2]};
    pde->rows(&shared);
    pde->rows(&own);
    CHECK(memcmp(one, many, sizeof one) == 0);
}

static void residual_is_the_operator_and_knows_its_derivatives(void)
{
    const double jets[3] = {0.3, 1.7, -0.4}, scale = 0.25;
    double derivatives[3];
    CHECK_NEAR(pde_residual(&pde->terms[0], jets, &scale, NULL, derivatives), -0.1, 1e-15, 0.0);
    CHECK(derivatives[0] == 0.0 && derivatives[1] == 0.0 && derivatives[2] == 0.25);
}

/// C over its mean = 1 + (xi^2 / 2 - 1/6) / D + O(Pe^2): put into the operator it leaves a rest of
/// first order (without it the rest is xi), and the base meets it but for the second order.
static void slow_drying_meets_the_asymptote(void)
{
    double rest[3], miss[3];
    for (int k = 0; k < 3; ++k) {
        pde_point point = pde_point_at(pde, 0, 3);
        point.mu[TAKT_DRYING_PECLET] = 0.02 / (1 << k);
        point.mu[TAKT_DRYING_EARLY] = point.mu[TAKT_DRYING_LATE] = 1.0;
        point.x[1] = 0.4;
        point.x[0] = 0.8;
        const double xi = point.x[0], h = 1e-5;
        const takt_drying_state s = takt_drying_state_at(point.mu, 0.4);
        const double before = takt_drying_state_at(point.mu, 0.4 - h).diffusion;
        const double behind = takt_drying_state_at(point.mu, 0.4 + h).diffusion;
        const double d = s.diffusion, d_s = (behind - before) / (2.0 * h) * s.progress.slope;
        const double shape = (xi * xi * xi - xi) / 6.0;
        const double slope = 1.0 + (0.5 * xi * xi - 1.0 / 6.0) / d;
        rest[k] = -shape * d_s / (d * d) + xi * slope - d * xi / d;
        miss[k] = pde_site_at(pde, &point, 0).base[0].c[SLOPE] - slope;
    }
    for (int k = 0; k < 2; ++k) {
        CHECK_NEAR(rest[k] / rest[k + 1], 2.0, 0.02, 0.0);
        CHECK_NEAR(miss[k] / miss[k + 1], 4.0, 0.2, 0.0);
    }
}

/// Of a mass that is exact, and of one that is one percent off at one time.
static void defect_finds_what_is_missing(void)
{
    const int64_t n = takt_pde_grid_size(pde);
    const int32_t n_times = pde->coordinates[1].n_grid;
    static double x[2 * 101 * 51], values[101 * 51];
    const pde_point point = pde_point_at(pde, 0, 1);
    CHECK_INT(n, 101 * 51);
    takt_pde_grid(pde, point.mu, x);
    for (int64_t i = 0; i < n; ++i)
        values[i] = 5.0 * pow(x[2 * i], 4.0);
    CHECK_NEAR(pde->defect(point.mu, values), 0.0, 0.0, 1e-14);
    for (int64_t i = 0; i < n; ++i)
        values[i] *= i % n_times == 20 ? 1.01 : 1.0;
    CHECK_NEAR(pde->defect(point.mu, values), 0.01, 1e-12, 0.0);
}

TAKT_TESTS(TEST(the_path_is_that_of_the_pure_problem), TEST(the_profile_is_the_steady_one),
           TEST(conditions_hold_exactly), TEST(mass_is_one_for_any_network),
           TEST(jets_are_those_of_differences), TEST(features_are_continuous_at_switch_and_packing),
           TEST(what_does_not_matter_is_not_seen), TEST(corner_is_that_of_a_half_space),
           TEST(rows_say_what_the_site_says), TEST(rows_with_one_set_for_all_are_those_of_many),
           TEST(residual_is_the_operator_and_knows_its_derivatives),
           TEST(slow_drying_meets_the_asymptote), TEST(defect_finds_what_is_missing))
