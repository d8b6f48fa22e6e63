/// exp and log without branches, tables or calls, so that a loop over lanes becomes vector code.
///
/// A call of the C library stops the vectoriser, and its bits differ between library versions.
/// These differ from the exact value by less than 2 units in the last place (tested against libm).
#ifndef TAKT_CORE_REAL_MATH_H
#define TAKT_CORE_REAL_MATH_H

#include "core/hd.h"

#include <stdint.h>
#include <string.h>

TAKT_HD uint64_t takt_real_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

TAKT_HD double takt_real_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/// exp(x); x is clamped to [-700, 700], so that the answer is always finite and above zero.
/// NaN gives a number without meaning.
TAKT_HD double takt_exp(double x)
{
    // Adding 1.5 * 2^52 rounds to an integer and leaves that integer in the low bits.
    const double magic = 0x1.8p52;
    x = x > 700.0 ? 700.0 : x;
    x = x < -700.0 ? -700.0 : x;
    const double shifted = x * 0x1.71547652b82fep0 + magic;
    const double n = shifted - magic;
    // ln 2 in two parts: n * high is exact, so that r keeps all its digits.
    const double r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = 1.0 + (r + r * r * p);
    return takt_real_from_bits(takt_real_bits(p) + (takt_real_bits(shifted) << 52));
}

/// log(x) of a normal number x > 0. Other x give a number without meaning.
TAKT_HD double takt_log(double x)
{
    // x = 2^k m with m in [sqrt(1/2), sqrt(2)); log(1 + f) by s = f / (2 + f), even terms in s^2.
    const uint64_t bits = takt_real_bits(x);
    const uint64_t half_root = 0x3fe6a09e667f3bcdu;
    const uint64_t biased = (bits - half_root + ((uint64_t)1023 << 52)) >> 52;
    const double k = takt_real_from_bits(biased | ((uint64_t)1075 << 52)) - (0x1.0p52 + 1023.0);
    const double m = takt_real_from_bits(bits - ((biased - 1023) << 52));
    const double f = m - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    double p = 2.0 / 23.0;
    p = p * z + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    const double half_square = 0.5 * f * f;
    const double tail = s * (half_square + z * p);
    return k * 0x1.62e42fee00000p-1 - ((half_square - (tail + k * 0x1.a39ef35793c76p-33)) - f);
}

#endif
