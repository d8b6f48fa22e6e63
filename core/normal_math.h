/// The standard normal distribution on host and device: density, probability, quantile.
/// Source of the quantile: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37, 1988.
#ifndef TAKT_CORE_NORMAL_MATH_H
#define TAKT_CORE_NORMAL_MATH_H

#include "core/hd.h"

#include <math.h>

/// Density at x.
TAKT_HD double takt_normal_pdf(double x)
{
    return 0.39894228040143267794 * exp(-0.5 * x * x);
}

/// Probability below x; accurate also far out in the lower tail.
TAKT_HD double takt_normal_cdf(double x)
{
    return 0.5 * erfc(-x * 0.70710678118654752440);
}

/// The central part of AS 241: |p - 0.5| <= 0.425.
TAKT_HD double takt_normal_quantile_center_(double q)
{
    const double r = 0.180625 - q * q;
    const double numerator = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r +
                                   6.7265770927008700853e4) *
                                      r +
                                  4.5921953931549871457e4) *
                                     r +
                                 1.3731693765509461125e4) *
                                    r +
                                1.9715909503065514427e3) *
                                   r +
                               1.3314166789178437745e2) *
                                  r +
                              3.3871328727963666080e0);
    const double denominator = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r +
                                     3.9307895800092710610e4) *
                                        r +
                                    2.1213794301586595867e4) *
                                       r +
                                   5.3941960214247511077e3) *
                                      r +
                                  6.8718700749205790830e2) *
                                     r +
                                 4.2313330701600911252e1) *
                                    r +
                                1.0);
    return q * numerator / denominator;
}

/// The tails of AS 241, for r = sqrt(-log(min(p, 1 - p))) up to 5.
TAKT_HD double takt_normal_quantile_tail_(double r)
{
    r -= 1.6;
    const double numerator = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r +
                                   2.41780725177450611770e-1) *
                                      r +
                                  1.27045825245236838258e0) *
                                     r +
                                 3.64784832476320460504e0) *
                                    r +
                                5.76949722146069140550e0) *
                                   r +
                               4.63033784615654529590e0) *
                                  r +
                              1.42343711074968357734e0);
    const double denominator =
        (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r +
              1.51986665636164571966e-2) *
                 r +
             1.48103976427480074590e-1) *
                r +
            6.89767334985100004550e-1) *
               r +
           1.67638483018380384940e0) *
              r +
          2.05319162663775882187e0) *
             r +
         1.0);
    return numerator / denominator;
}

/// The far tails of AS 241, for r beyond 5.
TAKT_HD double takt_normal_quantile_far_(double r)
{
    r -= 5.0;
    const double numerator = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r +
                                   1.24266094738807843860e-3) *
                                      r +
                                  2.65321895265761230930e-2) *
                                     r +
                                 2.96560571828504891230e-1) *
                                    r +
                                1.78482653991729133580e0) *
                                   r +
                               5.46378491116411436990e0) *
                                  r +
                              6.65790464350110377720e0);
    const double denominator =
        (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r +
              1.84631831751005468180e-5) *
                 r +
             7.86869131145613259100e-4) *
                r +
            1.48753612908506148525e-2) *
               r +
           1.36929880922735805310e-1) *
              r +
          5.99832206555887937690e-1) *
             r +
         1.0);
    return numerator / denominator;
}

/// The x below which a standard normal falls with this probability; -inf at 0, inf at 1.
TAKT_HD double takt_normal_quantile(double probability)
{
    const double q = probability - 0.5;
    if (fabs(q) <= 0.425)
        return takt_normal_quantile_center_(q);
    const double smaller = q < 0.0 ? probability : 1.0 - probability;
    if (!(smaller > 0.0))
        return q < 0.0 ? -(double)INFINITY : (double)INFINITY;
    const double r = sqrt(-log(smaller));
    const double x = r <= 5.0 ? takt_normal_quantile_tail_(r) : takt_normal_quantile_far_(r);
    return q < 0.0 ? -x : x;
}

#endif
