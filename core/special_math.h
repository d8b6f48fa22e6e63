/// The gamma function and its incomplete forms, their inverse, and what lies around them, on host
/// and device: built of + - * / sqrt and the polynomials of core/real_math.h only, so that every
/// machine gives the same bits.
///
/// Sources: DLMF 5 (gamma and digamma function), 8.11 (series), 8.9 (continued fraction), 25.2
/// (zeta constants); the factor x^a e^-x / Gamma(a + 1) by the deviance of a from x, as Loader
/// (Fast and accurate computation of binomial probabilities, 2000) and Temme (1979) have it.
#ifndef TAKT_CORE_SPECIAL_MATH_H
#define TAKT_CORE_SPECIAL_MATH_H

#include "core/real_math.h"

#include <math.h>

/// log(1 + x), x > -1; all digits also near 0.
TAKT_HD double takt_log1p(double x)
{
    const double u = 1.0 + x;
    if (u == 1.0)
        return x;
    return takt_log(u) * (x / (u - 1.0)); // the rounding of u cancels in the quotient
}

/// exp(x) - 1, |x| up to 700; all digits also near 0.
TAKT_HD double takt_expm1(double x)
{
    const double u = takt_exp(x);
    if (u == 1.0)
        return x;
    const double rest = u - 1.0;
    return rest == -1.0 ? -1.0 : rest * (x / takt_log(u));
}

/// x - log(1 + x), x > -1, without the cancellation near 0.
TAKT_HD double takt_log1p_defect_(double x)
{
    if (!(fabs(x) < 0.3))
        return x - takt_log1p(x);
    const double s = x / (2.0 + x);
    const double z = s * s;
    double p = 1.0 / 23.0;
    for (int k = 21; k >= 3; k -= 2)
        p = p * z + 1.0 / k;
    return s * x - 2.0 * s * z * p;
}

/// log Gamma(2 + z), |z| <= 1/2: DLMF 5.7.3. The factors are (-1)^k (zeta(k) - 1) / k.
TAKT_HD double takt_log_gamma_near_2_(double z)
{
    const double c[] = {
        0.322467033424113218236,      -0.0673523010531980951332,   0.020580808427784547879,
        -0.00738555102867398526627,   0.00289051033074152328575,   -0.00119275391170326097711,
        0.000509669524743042422336,   -0.000223154758453579379761, 0.0000994575127818085337146,
        -0.0000449262367381331417002, 0.0000205072127756706915532, -0.00000943948827526839590399,
        4.37486678990748780418e-6,    -2.03921575380136623678e-6,  9.55141213040741983286e-7,
        -4.49246919876456604329e-7,   2.12071848055546658692e-7,   -1.00432248239680996087e-7,
        4.76981016936398056576e-8,    -2.27110946089431649103e-8,  1.08386592148969540911e-8,
        -5.18347504197004665512e-9,   2.48367454380247831719e-9,   -1.19214014058609120744e-9};
    double p = 0.0;
    for (int k = (int)(sizeof c / sizeof *c) - 1; k >= 0; --k)
        p = p * z + c[k];
    return z * (0.422784335098467139393 + z * p);
}

/// log Gamma(a) - (a - 1/2) log a + a - log(2 pi) / 2 for a >= 10: Stirling's series, DLMF 5.11.1.
TAKT_HD double takt_stirling_rest_(double a)
{
    const double c[] = {1.0 / 12.0,         -1.0 / 360.0,        1.0 / 1260.0, -1.0 / 1680.0,
                        1.0 / 1188.0,       -691.0 / 360360.0,   1.0 / 156.0,  -3617.0 / 122400.0,
                        43867.0 / 244188.0, -174611.0 / 125400.0};
    const double z = 1.0 / (a * a);
    double p = 0.0;
    for (int k = (int)(sizeof c / sizeof *c) - 1; k >= 0; --k)
        p = p * z + c[k];
    return p / a;
}

/// log Gamma(x), x > 0; relative error below 1e-14, also beside its zeros 1 and 2.
TAKT_HD double takt_log_gamma(double x)
{
    double shift = 0.0;
    if (x >= 10.0)
        return (x - 0.5) * takt_log(x) - x + 0.91893853320467274178 + takt_stirling_rest_(x);
    if (x < 0.5) {
        shift = -takt_log(x);
        x += 1.0;
    }
    if (x <= 1.5)
        return shift + (takt_log_gamma_near_2_(x - 1.0) - takt_log1p(x - 1.0));
    double product = 1.0;
    while (x > 2.5) {
        x -= 1.0;
        product *= x;
    }
    return shift + takt_log(product) + takt_log_gamma_near_2_(x - 2.0);
}

/// Digamma, the slope of log Gamma, x > 0: DLMF 5.5.2 up to 10, then 5.11.2. Absolute error below
/// 1e-14 (1 + |value|).
TAKT_HD double takt_digamma(double x)
{
    double sum = 0.0;
    for (; x < 10.0; x += 1.0)
        sum -= 1.0 / x;
    const double z = 1.0 / (x * x);
    double p = 1.0 / 12.0;
    p = 691.0 / 32760.0 - z * p;
    p = 1.0 / 132.0 - z * p;
    p = 1.0 / 240.0 - z * p;
    p = 1.0 / 252.0 - z * p;
    p = 1.0 / 120.0 - z * p;
    p = 1.0 / 12.0 - z * p;
    return sum + takt_log(x) - 0.5 / x - z * p;
}

/// Trigamma, the slope of digamma, x > 0: DLMF 5.15.5 and 5.15.8.
TAKT_HD double takt_trigamma(double x)
{
    double sum = 0.0;
    for (; x < 10.0; x += 1.0)
        sum += 1.0 / (x * x);
    const double z = 1.0 / (x * x);
    double p = 7.0 / 6.0;
    p = 691.0 / 2730.0 - z * p;
    p = 5.0 / 66.0 - z * p;
    p = 1.0 / 30.0 - z * p;
    p = 1.0 / 42.0 - z * p;
    p = 1.0 / 30.0 - z * p;
    p = 1.0 / 6.0 - z * p;
    return sum + 1.0 / x + 0.5 * z + z * p / x;
}

/// log(x^a e^-x / Gamma(a + 1)), x > 0, a > 0: the logarithm of a density times x / a.
TAKT_HD double takt_log_gamma_factor_(double a, double x)
{
    if (a < 10.0)
        return a * takt_log(x) - x - takt_log_gamma(a + 1.0);
    // a log x - x and log Gamma(a + 1) nearly cancel: only their difference is computed.
    return -a * takt_log1p_defect_((x - a) / a) - 0.5 * takt_log(6.28318530717958647693 * a) -
           takt_stirling_rest_(a);
}

/// log P(a, x) by the series DLMF 8.11.4, for x up to about a + 1.
TAKT_HD double takt_log_gamma_p_series_(double a, double x)
{
    double term = 1.0, sum = 1.0;
    for (double n = a + 1.0; term > 1e-17 * sum; n += 1.0) {
        term *= x / n;
        sum += term;
    }
    return takt_log_gamma_factor_(a, x) + takt_log(sum);
}

/// log Q(a, x) by the continued fraction DLMF 8.9.2 (Lentz), for x from about a + 1 on.
TAKT_HD double takt_log_gamma_q_fraction_(double a, double x)
{
    double b = x + 1.0 - a;
    double c = 1e300, d = 1.0 / b, value = d;
    for (int i = 1; i < 200000; ++i) {
        const double numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        const double change = c * d;
        value *= change;
        if (fabs(change - 1.0) < 2e-16)
            break;
    }
    return takt_log_gamma_factor_(a, x) + takt_log(a * value);
}

/// P(a, x) and Q(a, x) = 1 - P, the regularised incomplete gamma functions (DLMF 8.2.4): the
/// probabilities that a gamma variate of shape a and scale 1 lies below and above x. a > 0, x >= 0;
/// relative error of the smaller one below 1e-13 where it is above 1e-30.
TAKT_HD void takt_gamma_pq(double a, double x, double *p, double *q)
{
    if (!(x > 0.0)) {
        *p = 0.0;
        *q = 1.0;
    } else if (x < a + 1.0) {
        *p = takt_exp(takt_log_gamma_p_series_(a, x));
        *p = *p < 1.0 ? *p : 1.0;
        *q = 1.0 - *p;
    } else {
        *q = takt_exp(takt_log_gamma_q_fraction_(a, x));
        *q = *q < 1.0 ? *q : 1.0;
        *p = 1.0 - *q;
    }
}

/// Logarithm of the smaller of p and q at e^y, and how it changes with y.
TAKT_HD double takt_log_gamma_tail_(double a, double y, int upper, double *slope)
{
    const double x = takt_exp(y);
    double tail;
    if ((x < a + 1.0) == !upper)
        tail = upper ? takt_log_gamma_q_fraction_(a, x) : takt_log_gamma_p_series_(a, x);
    else { // the other one is at hand
        const double other =
            takt_exp(upper ? takt_log_gamma_p_series_(a, x) : takt_log_gamma_q_fraction_(a, x));
        tail = takt_log1p(other < 1.0 ? -other : -1.0 + 1e-16);
    }
    *slope = a * takt_exp(takt_log_gamma_factor_(a, x) - tail);
    if (upper)
        *slope = -*slope;
    return tail;
}

/// log x of the x below which a gamma variate of shape a and scale 1 falls with probability p; q is
/// 1 - p, and the smaller of both counts. Newton in log p (log q in the upper half) against log x,
/// where both are concave: no start can fail. a from 1e-3 to 1e7, p and q in (0, 1). Absolute error
/// below 1e-13 (1 + 1 / a), which is the relative error of x.
TAKT_HD double takt_log_gamma_quantile(double a, double p, double q)
{
    const int upper = q < p;
    const double target = takt_log(upper ? q : p);
    // P(a, x) <= x^a / Gamma(a + 1), and equal where x is small: this lies left of the answer.
    double y = (takt_log(p) + takt_log_gamma(a + 1.0)) / a;
    if (y < -100.0)
        return y;
    if (a > 3.0 && p > 0.01) { // the centre of the bell is nearer
        const double centre = takt_log(a - 1.0 / 3.0);
        y = y > centre ? y : centre;
    }
    for (int i = 0; i < 100; ++i) {
        double slope;
        const double tail = takt_log_gamma_tail_(a, y, upper, &slope);
        double step = (target - tail) / slope;
        step = step > 2.0 ? 2.0 : step; // beside a flat start
        y += step;
        if (fabs(step) < 1e-10) // what is left is its square
            break;
    }
    return y;
}

/// The same x itself; 0 and infinity at the ends, and 0 where x is not a normal number.
TAKT_HD double takt_gamma_quantile(double a, double p, double q)
{
    if (!(p > 0.0))
        return 0.0;
    if (!(q > 0.0))
        return (double)INFINITY;
    const double y = takt_log_gamma_quantile(a, p, q);
    return y < -700.0 ? 0.0 : takt_exp(y);
}

/// Probabilities that a standard normal lies below and above x: DLMF 7.11.2; both with all digits.
TAKT_HD void takt_normal_pq(double x, double *below, double *above)
{
    double p, q;
    takt_gamma_pq(0.5, 0.5 * x * x, &p, &q);
    const double smaller = 0.5 * q, larger = 0.5 + 0.5 * p;
    *below = x < 0.0 ? smaller : larger;
    *above = x < 0.0 ? larger : smaller;
}

#endif
