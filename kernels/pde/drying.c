/// Migration of binder in a drying electrode film (kernels/drying.h, the pure problem with two
/// zones) as one linear PDE for the cumulative binder, with six parameters.
///
/// B = xi - share (xi - Q) (1 + N): zero at the foil, one at the surface, xi at the start, odd in
/// xi. So the binder's mass is exact, and nothing passes through foil and surface. `share` and the
/// profile Q come from two slow numbers (drying_internal.h) that already make the error small; the
/// network learns the rest. All features are continuous where evaporation jumps, and those made of
/// the slow numbers have a kink there, as B has.
#include "kernels/pde.h"
#include "kernels/pde/drying_internal.h"
#include "kernels/pde/drying_math.h"
#include "kernels/pde/jet_functions_internal.h"

#include <math.h>

enum { VALUE, SLOPE, OPERATOR }; // channels

enum { N_XI = 101, N_PROGRESS = 51 };
enum { N_FEATURES = 13 };

/// Shares of the sample: spread from the start, and from the switch; the rest from the end.
#define SPREAD_EARLY 0.6
#define SPREAD_SWITCH 0.25

/// A number that does not depend on xi.
static takt_jet jet_of(takt_drying_number a)
{
    return (takt_jet){{a.value, 0.0, a.slope}};
}

takt_drying_rates_scaled takt_drying_scale_rates(const double *mu, const double (*box)[2])
{
    const double *pe = box[TAKT_DRYING_PECLET];
    const double *early = box[TAKT_DRYING_EARLY], *late = box[TAKT_DRYING_LATE];
    const double range[2] = {pe[0] * fmin(early[0], late[0]), pe[1] * fmax(early[1], late[1])};
    const takt_pde_parameter *peclet = &takt_pde_drying.parameters[TAKT_DRYING_PECLET];
    const double number = mu[TAKT_DRYING_PECLET];
    return (takt_drying_rates_scaled){
        .early = takt_pde_scaled(peclet, range, number * mu[TAKT_DRYING_EARLY]),
        .late = takt_pde_scaled(peclet, range, number * mu[TAKT_DRYING_LATE])};
}

void takt_drying_plain(const double *mu, const double (*box)[2], double *plain)
{
    static const int32_t which[TAKT_DRYING_PLAIN] = {TAKT_DRYING_SOLIDS, TAKT_DRYING_SOLIDS_MAX};
    for (int32_t k = 0; k < TAKT_DRYING_PLAIN; ++k)
        plain[k] =
            takt_pde_scaled(&takt_pde_drying.parameters[which[k]], box[which[k]], mu[which[k]]);
}

static void fill_plain(const takt_pde_place *place, takt_jet *features)
{
    double plain[TAKT_DRYING_PLAIN];
    takt_drying_plain(place->mu, place->box, plain);
    for (int32_t k = 0; k < TAKT_DRYING_PLAIN; ++k)
        features[k] = takt_jet_constant(plain[k]);
}

/// inside / (inside + width), inside = 1 - xi^2: from 0 at the surface to nearly 1 behind a layer
/// of this width, scaled to [-1, 1].
static takt_jet layer_of(const takt_jet_set *set, const double *weights, takt_jet inside,
                         double width, takt_drying_number depth)
{
    const takt_jet sum = takt_jet_add(set, inside, width, jet_of(depth));
    const takt_jet layer =
        takt_jet_multiply(set, weights, inside, takt_jet_reciprocal(set, weights, sum));
    return takt_jet_affine(set, 2.0, layer, -1.0);
}

/// The corner at the surface behind the switch (drying_internal.h), with y = inside / 2. Numerator
/// and denominator times reach^3: both stay finite before the switch.
static takt_jet corner_of(const takt_jet_set *set, const double *weights, takt_jet inside,
                          takt_drying_number reach)
{
    const takt_jet r = jet_of(reach), z = takt_jet_scale(set, 0.25, inside);
    const takt_jet rr = takt_jet_multiply(set, weights, r, r);
    const takt_jet rz = takt_jet_multiply(set, weights, r, z);
    const takt_jet zz = takt_jet_multiply(set, weights, z, z);
    takt_jet above = takt_jet_scale(set, TAKT_DRYING_CORNER_0, rr);
    above = takt_jet_add(set, above, TAKT_DRYING_CORNER_1, rz);
    above = takt_jet_add(set, above, TAKT_DRYING_CORNER_2, zz);
    takt_jet slow = takt_jet_add(set, rr, TAKT_DRYING_CORNER_3, rz);
    slow = takt_jet_multiply(set, weights, r, takt_jet_add(set, slow, TAKT_DRYING_CORNER_4, zz));
    const takt_jet far = takt_jet_multiply(set, weights, z, zz);
    const takt_jet below = takt_jet_add(set, slow, 2.0 * TAKT_DRYING_CORNER_2, far);
    return takt_jet_multiply(set, weights, takt_jet_multiply(set, weights, rr, above),
                             takt_jet_reciprocal(set, weights, below));
}

/// corner / (corner + scale), from 0 before the switch towards 1, of what is from before it.
static takt_jet answer_of(const takt_jet_set *set, const double *weights, takt_jet corner,
                          takt_jet scale, takt_drying_number earlier)
{
    const takt_jet sum = takt_jet_add(set, corner, 1.0, scale);
    const takt_jet answer =
        takt_jet_multiply(set, weights, corner, takt_jet_reciprocal(set, weights, sum));
    return takt_jet_multiply(set, weights, answer, jet_of(earlier));
}

/// All are even in xi. Before the switch nothing depends on it and on what comes behind, and once
/// all is gone that was there at the switch, nothing depends on the rate before: there is less to
/// be learnt, and a switch at either end is no case of its own.
static void fill_features(const takt_pde_place *place, const takt_drying_state *state,
                          const double *weights, takt_jet *features)
{
    const takt_jet_set *set = &takt_pde_drying.jets;
    const takt_jet at = {{place->x[0], 1.0, place->x[0]}}, depth = jet_of(state->depth);
    const takt_jet square = takt_jet_multiply(set, weights, at, at);
    const takt_jet inside = takt_jet_affine(set, -1.0, square, 1.0);
    const takt_jet steepness = takt_jet_multiply(set, weights, takt_jet_scale(set, -0.5, inside),
                                                 takt_jet_reciprocal(set, weights, depth));
    const takt_jet log_depth =
        takt_jet_log(set, weights, takt_jet_affine(set, 1.0, depth, TAKT_DRYING_DEPTH_SMALL));
    features[0] = takt_jet_affine(set, 2.0, square, -1.0);
    features[1] = layer_of(set, weights, inside, TAKT_DRYING_LAYERS_THIN, state->depth);
    features[2] = layer_of(set, weights, inside, TAKT_DRYING_LAYERS_WIDE, state->depth);
    features[3] = takt_jet_affine(set, 2.0, takt_jet_exp(set, weights, steepness), -1.0);
    const takt_jet corner = corner_of(set, weights, inside, state->reach);
    const takt_jet loud = takt_jet_scale(set, fabs(state->contrast), corner);
    const takt_jet one = takt_jet_constant(1.0);
    features[4] = takt_jet_scale(set, copysign(1.0, state->contrast),
                                 answer_of(set, weights, loud, one, state->earlier));
    features[5] =
        takt_jet_affine(set, 2.0, answer_of(set, weights, corner, depth, state->earlier), -1.0);
    features[6] = takt_jet_affine(set, -1.0, jet_of(state->share), 1.0);
    features[7] = takt_jet_affine(set, 1.0 / 3.0, log_depth, 1.0 / 3.0);
    features[8] = takt_jet_affine(set, 2.0, jet_of(state->progress), -1.0);
    const takt_drying_rates_scaled rates = takt_drying_scale_rates(place->mu, place->box);
    const takt_jet earlier = jet_of(state->earlier),
                   jump = takt_jet_affine(set, -1.0, earlier, 1.0);
    features[9] = takt_jet_affine(set, rates.late - rates.early, jump, rates.early);
    features[10] = takt_jet_scale(set, 2.0 * (rates.late - rates.early),
                                  takt_jet_multiply(set, weights, earlier, jump));
    fill_plain(place, features + 11);
}

static void site(const takt_pde_place *place, takt_pde_site *site)
{
    const takt_jet_set *set = &takt_pde_drying.jets;
    const double xi = place->x[0], *weights = site->weights;
    const takt_drying_state state = takt_drying_state_at(place->mu, place->x[1]);
    const takt_drying_profile q = takt_drying_profile_at(xi, state.depth.value);
    const double d = state.diffusion, depth = state.depth.value;
    site->weights[0] = -d;

    const takt_jet at = {{xi, 1.0, xi}}, share = jet_of(state.share);
    const takt_jet profile = {
        {q.value, q.slope, q.by_depth * state.depth.slope + xi * q.slope * (1.0 - d / depth)}};
    const takt_jet missing = takt_jet_add(set, at, -1.0, profile);
    site->factor[0] = takt_jet_scale(set, -1.0, takt_jet_multiply(set, weights, share, missing));
    site->base[0] = takt_jet_add(set, at, 1.0, site->factor[0]);
    // A rest r of the residual makes an error of about r / D in the slope where D is large; where
    // it is small, the slope itself is large and the relative error is about r.
    site->coefficients[0] = 1.0 / (d + 0.3);
    fill_features(place, &state, weights, site->features[0]);
}

/// Where on the path: most at early times, where the layer at the surface begins, a quarter behind
/// the switch and close to it, some at the end, where the layer is thinnest.
static double spread_progress(double unit, double jump)
{
    if (unit < SPREAD_EARLY)
        return unit / SPREAD_EARLY * sqrt(unit / SPREAD_EARLY);
    if (unit < SPREAD_EARLY + SPREAD_SWITCH) {
        const double u = (unit - SPREAD_EARLY) / SPREAD_SWITCH;
        return jump + (1.0 - jump) * u * u;
    }
    const double u = (1.0 - unit) / (1.0 - SPREAD_EARLY - SPREAD_SWITCH);
    return 1.0 - 0.5 * u * u;
}

/// More points within the layer at the surface.
static void spread(const double *unit, const double *mu, double *x)
{
    x[1] = spread_progress(unit[1], mu[TAKT_DRYING_SWITCH]);
    const takt_drying_state state = takt_drying_state_at(mu, x[1]);
    const double depth = 2.0 * state.depth.value + 0.05;
    x[0] = 1.0 - depth * (pow(1.0 + 1.0 / depth, 1.0 - unit[0]) - 1.0);
}

/// Largest defect of the mean over all times, by Boole's rule in xi.
static double defect(const double *mu, const double *values)
{
    static const double weight[4] = {14.0, 32.0, 12.0, 32.0};
    double largest = 0.0;
    (void)mu;
    for (int32_t j = 0; j < N_PROGRESS; ++j) {
        double sum = 0.0;
        for (int32_t i = 0; i < N_XI; ++i) {
            const double w = i == 0 || i == N_XI - 1 ? 7.0 : weight[i % 4];
            sum += w * values[i * N_PROGRESS + j];
        }
        largest = fmax(largest, fabs(sum * 2.0 / (45.0 * (N_XI - 1)) - 1.0));
    }
    return largest;
}

TAKT_PDE_RESIDUAL(residual, takt_drying_residual, TAKT_DRYING_JETS, TAKT_DRYING_COEFFICIENTS,
                  TAKT_DRYING_SCALARS)

const takt_pde takt_pde_drying = {
    .name = "drying",
    .title = "Drying film: binder migrates with the liquid, B_s + xi B_xi = D(s) B_xixi",
    .source = "Font, Protas, Richardson, Foster, J. Power Sources 393 (2018) 177; emptying pores",
    .version = 3,
    .n_coordinates = 2,
    .n_parameters = TAKT_DRYING_PARAMETERS,
    .n_unknowns = 1,
    .n_networks = 1,
    .n_terms = 1,
    .n_coefficients = TAKT_DRYING_COEFFICIENTS,
    .coordinates = {{.name = "xi",
                     .unit = "1",
                     .min = 0,
                     .max = 1,
                     .n_grid = N_XI,
                     .doc = "height over film height, from the foil"},
                    {.name = "progress",
                     .unit = "1",
                     .min = 0,
                     .max = 1,
                     .n_grid = N_PROGRESS,
                     .doc = "share of the liquid lost between start and end"}},
    .parameters = {[TAKT_DRYING_PECLET] = {.name = "peclet",
                                           .unit = "1",
                                           .min = 0.01,
                                           .max = 10,
                                           .box_min = 0.05,
                                           .box_max = 5,
                                           .is_log = true,
                                           .doc = "wet height * evaporation / diffusivity"},
                   [TAKT_DRYING_SOLIDS] = {.name = "solids_fraction",
                                           .unit = "1",
                                           .min = 0.1,
                                           .max = 0.47,
                                           .box_min = 0.25,
                                           .box_max = 0.4,
                                           .doc = "by volume, of the wet film"},
                   [TAKT_DRYING_SOLIDS_MAX] = {.name = "solids_fraction_max",
                                               .unit = "1",
                                               .min = 0.48,
                                               .max = 0.8,
                                               .box_min = 0.48,
                                               .box_max = 0.66,
                                               .doc = "by volume, packed"},
                   [TAKT_DRYING_EARLY] = {.name = "ratio_early",
                                          .unit = "1",
                                          .min = 0.05,
                                          .max = 10,
                                          .box_min = 0.25,
                                          .box_max = 3,
                                          .is_log = true,
                                          .doc = "evaporation before the switch"},
                   [TAKT_DRYING_LATE] = {.name = "ratio_late",
                                         .unit = "1",
                                         .min = 0.05,
                                         .max = 10,
                                         .box_min = 0.25,
                                         .box_max = 3,
                                         .is_log = true,
                                         .doc = "evaporation behind the switch"},
                   [TAKT_DRYING_SWITCH] = {.name = "switch",
                                           .unit = "1",
                                           .min = 0,
                                           .max = 1,
                                           .box_min = 0,
                                           .box_max = 1,
                                           .doc = "progress at which evaporation changes"}},
    .networks = {{.n_features = N_FEATURES,
                  .n_plain_features = TAKT_DRYING_PLAIN,
                  .width = 32,
                  .n_layers = 3}},
    .terms = {{.name = "migration", .share = 1, .weight = 1, .fixed = -1, .residual = residual}},
    .training = {.n_points = 16384,
                 .n_adam = 300,
                 .n_iterations = 6000,
                 .resample_every = 500,
                 .target = 0.02},
    .jets = {.n_channels = 3,
             .n_weights = 1,
             .channels = {[SLOPE] = {.kind = TAKT_JET_FIRST},
                          [OPERATOR] = {.kind = TAKT_JET_SECOND,
                                        .n_pairs = 1,
                                        .pairs = {{SLOPE, SLOPE, 0}}}}},
    .is_linear = true,
    .observed = SLOPE,
    .observed_name = "binder over its mean",
    .observed_unit = "1",
    .site = site,
    .rows = takt_drying_rows,
    .spread = spread,
    .defect = defect,
};
