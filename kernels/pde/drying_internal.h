/// Inside of the drying PDE: the path of the liquid, and what two slow numbers say about the binder
/// along it.
///
/// Clock: s = ln(L0 / L), L = liquid over wet height. B(xi, s) = share of the binder below xi:
///
///     B_s = -xi B_xi + D B_xixi,  B(0) = 0,  B(1) = 1,  B = xi at s = 0,
///     D = k / (Pe E H),  k = (L / H)^(3/2),  H = max(phi_0 + L, phi_0 / phi_max).
///
/// For constant D the answer tends to Q(xi; D) with Q'' = xi Q' / D, and what is missing decays
/// slowest as the first eigenfunction, close to xi - Q. So B is close to xi - share (xi - Q(xi;
/// depth)) with two numbers that follow D with delay:
///
///     share = memory rate(depth),  memory' = 1 - rate(D) memory,  rate: the first eigenvalue,
///     depth' = (1 / D + 40 D) (robin - depth),
///
/// where `robin` is the depth at which the surface lets no binder through (B_xi = D B_xixi).
///
/// Where evaporation jumps, from spread D1 to D2, the surface answers at once and the depth of a
/// layer, one number, cannot say how: close to it B changes by
///
///     (D2 - D1) B_xixi age / D2 (1 - 4 i2erfc(eta)),  eta = y / (2 sqrt(age)),  y = 1 - xi,
///
/// with age the integral of D ds behind the switch. Divided by y, which the ansatz has in front,
/// that is contrast * corner, contrast = 1/D2 - 1/D1, up to a factor of the layer's shape:
///
///     corner = sqrt(age) G(eta),  G(eta) = (1 - 4 i2erfc(eta)) / (2 eta),
///
/// which goes like the root of the time at the surface and like the time below it. Features are
/// made of it, because smooth ones cannot learn it, times the share of the memory that was there at
/// the switch: what comes later never knew the old spread.
#ifndef TAKT_KERNELS_PDE_DRYING_INTERNAL_H
#define TAKT_KERNELS_PDE_DRYING_INTERNAL_H

#include "kernels/pde.h"

/// Parameters of the problem, in the order of takt_pde_drying.
enum {
    TAKT_DRYING_PECLET,
    TAKT_DRYING_SOLIDS,
    TAKT_DRYING_SOLIDS_MAX,
    TAKT_DRYING_EARLY,
    TAKT_DRYING_LATE,
    TAKT_DRYING_SWITCH,
    TAKT_DRYING_PARAMETERS
};

enum { TAKT_DRYING_PLAIN = 2 };

/// G within 0.7 %: (G_0 + G_1 eta + G_2 eta^2) / (1 + G_3 eta + G_4 eta^2 + 2 G_2 eta^3), exact in
/// value and slope at the surface and far below it.
#define TAKT_DRYING_CORNER_0 1.1283791670955126 // 2 / sqrt(pi)
#define TAKT_DRYING_CORNER_1 (TAKT_DRYING_CORNER_0 * TAKT_DRYING_CORNER_3 - 1.0)
#define TAKT_DRYING_CORNER_2 0.84454609
#define TAKT_DRYING_CORNER_3 1.46404542
#define TAKT_DRYING_CORNER_4 1.43990519

/// Saturation at the end: below about 0.6 the binder is frozen, so that nothing moves behind it.
#define TAKT_DRYING_SATURATION_END 0.5

/// Features: layers at the surface this many depths wide; below the last number depths look alike.
#define TAKT_DRYING_LAYERS_THIN 2.0
#define TAKT_DRYING_LAYERS_WIDE 8.0
#define TAKT_DRYING_DEPTH_SMALL 0.01

/// A number and its derivative by s.
typedef struct takt_drying_number {
    double value, slope;
} takt_drying_number;

/// Where the liquid stands at one moment, and the two slow numbers.
typedef struct takt_drying_state {
    double liquid, diffusion; // L, D
    double contrast;          // jump of 1 / D at the switch
    takt_drying_number progress, share, depth;
    takt_drying_number reach;   // sqrt(age): how far the switch is felt
    takt_drying_number earlier; // share of the memory that is from before the switch
} takt_drying_state;

/// Liquid height at the start, at the switch, when packed, at the end; over the wet height.
typedef struct takt_drying_heights {
    double start, jump, packed, end;
} takt_drying_heights;

TAKT_EXTERN_C_BEGIN

TAKT_API takt_drying_heights takt_drying_heights_of(const double *mu);

/// State after `progress` of the liquid that goes has gone. The slow numbers are a few steps of an
/// exponential integrator; their slopes are those of the numbers as computed, to the last digits.
TAKT_API takt_drying_state takt_drying_state_at(const double *mu, double progress);

/// Q(xi; depth) = int_0^xi exp(t^2 / (2 depth)) dt over the same to 1, with derivatives.
typedef struct takt_drying_profile {
    double value, slope, by_depth; // Q, dQ/dxi, dQ/ddepth
} takt_drying_profile;
TAKT_API takt_drying_profile takt_drying_profile_at(double xi, double depth);

/// Logarithms of Pe E before and behind the switch, scaled alike to [-1, 1] over the box.
typedef struct takt_drying_rates_scaled {
    double early, late;
} takt_drying_rates_scaled;
takt_drying_rates_scaled takt_drying_scale_rates(const double *mu, const double (*box)[2]);

/// The features that depend on parameters alone, scaled to the box. plain [TAKT_DRYING_PLAIN].
void takt_drying_plain(const double *mu, const double (*box)[2], double *plain);

/// takt_pde.rows of takt_pde_drying.
void takt_drying_rows(const takt_pde_rows *rows);

TAKT_EXTERN_C_END

#endif
