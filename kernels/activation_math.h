/// Activations of networks: without branches, tables or calls, so that a loop over points becomes
/// vector code. Their derivatives and how jets pass through them: activation_rules_math.h.
///
/// A fused multiply-add is written as such: it is exact and the same on every instruction set.
#ifndef TAKT_KERNELS_ACTIVATION_MATH_H
#define TAKT_KERNELS_ACTIVATION_MATH_H

#include "core/real_math.h"
#include "kernels/activation_rules_math.h"

#include <math.h>

/// tanh(x) to less than 3 units in the last place. NaN gives NaN.
TAKT_HD double takt_tanh(double x)
{
    // |x| = n ln(2) / 2 + u with tanh u = u P(u^2) / Q(u^2), a minimax quotient, exact to 6e-18;
    // then the addition theorem with exp(n ln 2) = 2^n. Nothing cancels near 0; at 20 it is 1.
    const double magic = 0x1.8p52;
    double size = fabs(x);
    size = 20.0 < size ? 20.0 : size;
    const double shifted = fma(size, 0x1.71547652b82fep1, magic);
    const double n = shifted - magic;
    const double u = fma(-n, 0x1.62e42fefa39efp-2, size);
    const double z = u * u;
    const double p = u * fma(z, fma(z, 0x1.15322203e79ebp-10, 0x1.c7101f38828b8p-4), 1.0);
    const double q = fma(z, fma(z, 0x1.03fc8a5559890p-6, 0x1.c7195d2375f1bp-2), 1.0);
    const double power = takt_real_from_bits(takt_real_bits(1.0) + (takt_real_bits(shifted) << 52));
    const double less = power - 1.0, more = power + 1.0;
    return copysign(fma(less, q, more * p) / fma(more, q, less * p), x);
}

/// The same in single precision, less than 3 of its units.
TAKT_HD float takt_tanh_single(float x)
{
    const float magic = 0x1.8p23f;
    float size = fabsf(x);
    size = 10.0f < size ? 10.0f : size;
    const float shifted = fmaf(size, 0x1.715476p1f, magic);
    const float n = shifted - magic;
    const float u = fmaf(-n, 0x1.62e430p-2f, size);
    const float z = u * u;
    const float p = u * fmaf(z, 0x1.10bd90p-4f, 1.0f);
    const float q = fmaf(z, 0x1.9984a8p-2f, 1.0f);
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = 0x3f800000u + (bits << 23);
    float power;
    memcpy(&power, &bits, sizeof power);
    const float less = power - 1.0f, more = power + 1.0f;
    return copysignf(fmaf(less, q, more * p) / fmaf(more, q, less * p), x);
}

/// sin(x) and cos(x), less than 2 units in the last place of 1 for |x| < 1e5.
TAKT_HD void takt_sine_cosine(double x, double *sine, double *cosine)
{
    const double magic = 0x1.8p52;
    const double shifted = fma(x, 0x1.45f306dc9c883p-1, magic);
    const double n = shifted - magic;
    const double r = fma(-n, 0x1.1a62633145c07p-54, fma(-n, 0x1.921fb54442d18p0, x));
    const double z = r * r;
    double s = -1.0 / 1307674368000.0;
    s = fma(s, z, 1.0 / 6227020800.0);
    s = fma(s, z, -1.0 / 39916800.0);
    s = fma(s, z, 1.0 / 362880.0);
    s = fma(s, z, -1.0 / 5040.0);
    s = fma(s, z, 1.0 / 120.0);
    s = fma(s, z, -1.0 / 6.0);
    s = fma(r * z, s, r);
    double c = 1.0 / 20922789888000.0;
    c = fma(c, z, -1.0 / 87178291200.0);
    c = fma(c, z, 1.0 / 479001600.0);
    c = fma(c, z, -1.0 / 3628800.0);
    c = fma(c, z, 1.0 / 40320.0);
    c = fma(c, z, -1.0 / 720.0);
    c = fma(c, z, 1.0 / 24.0);
    c = fma(z, fma(z, c, -0.5), 1.0);
    // The low bits of `shifted` count the quarter turns.
    const uint64_t turns = takt_real_bits(shifted);
    const double sine_here = (turns & 1) ? c : s, cosine_here = (turns & 1) ? s : c;
    *sine = (turns & 2) ? -sine_here : sine_here;
    *cosine = ((turns + 1) & 2) ? -cosine_here : cosine_here;
}

/// The activation's value at z, and what its derivatives need beside it.
TAKT_HD void takt_activation_value(int32_t activation, double z, double *value, double *kept)
{
    if (activation == TAKT_ACTIVATION_TANH) {
        *value = takt_tanh(z);
        *kept = z;
    } else if (activation == TAKT_ACTIVATION_SINE) {
        takt_sine_cosine(z, value, kept);
    } else if (activation == TAKT_ACTIVATION_SILU) {
        *kept = 1.0 / (1.0 + takt_exp(-z));
        *value = z * *kept;
    } else {
        *kept = z > 0.0 ? 1.0 : 0.0;
        *value = z > 0.0 ? z : 0.0;
    }
}

/// f[0..4]: the value and the first four derivatives of the activation at z.
TAKT_HD void takt_activation_at(int32_t activation, double z, double f[5])
{
    double value, kept;
    takt_activation_value(activation, z, &value, &kept);
    takt_rule_derivatives(activation, &value, &kept, f);
    for (int k = 1; k < 5; ++k)
        f[k] *= f[0];
    f[0] = value;
}

/// Adjoint of takt_jet_compose: adjoints `out` of f(z) in, adjoints of z out. f[0..4] as above;
/// `weights` are the point's.
TAKT_HD takt_jet takt_jet_compose_adjoint(const takt_jet_set *set, const double *weights,
                                          const double *f, takt_jet z, takt_jet out)
{
    const double parts[5] = {1.0, f[1], f[2], f[3], f[4]};
    takt_jet in = {{0}};
    takt_rule_compose_adjoint(set, weights, parts, z.c, out.c, in.c);
    return in;
}

#endif
