/// Dawson's integral exp(-x^2) int_0^x exp(t^2) dt for x >= 0, in two parts without branches, so
/// that a loop over lanes becomes vector code; both are finite for any x that is.
#ifndef TAKT_KERNELS_PDE_DAWSON_MATH_H
#define TAKT_KERNELS_PDE_DAWSON_MATH_H

#include "core/real_math.h"

#include <math.h>
#include <stdbool.h>

/// Which part is good at x.
TAKT_HD bool takt_dawson_is_near(double x)
{
    return x < 0.2;
}

/// The series at 0.
TAKT_HD double takt_dawson_near(double x)
{
    const double y = x * x;
    double sum = 1.0;
    for (int k = 9; k > 0; --k)
        sum = 1.0 - sum * 2.0 * y / (2 * k + 1);
    return x * sum;
}

/// Rybicki's sum (Computers in Physics 3 (1989) 85) with spacing 1/4, whose error exp(-(4 pi /
/// 2)^2) is below the last digit.
TAKT_HD double takt_dawson_far(double x)
{
    enum { N_TERMS = 13 };
    const double spacing = 0.25;
    // exp(-((2 k + 1) / 4)^2)
    const double weight[N_TERMS] = {
        0.939413062813475786,    0.569782824730923,       0.209611387151097823,
        0.0467706223839589837,   0.00632971542748574658,  0.000519574682154838480,
        2.58681002226541174e-5,  7.81148940830449083e-7,  1.43072419185676883e-8,
        1.58939100945163665e-10, 1.07092323825080764e-12, 4.37661850287084989e-15,
        1.08483551569990105e-17};
    const double near = 2.0 * floor(0.5 * x / spacing + 0.5), rest = x - near * spacing;
    const double step = takt_exp(4.0 * rest * spacing), over = 1.0 / step;
    double up = takt_exp(2.0 * rest * spacing), down = 1.0 / up, sum = 0.0;
    for (int k = 0; k < N_TERMS; ++k) {
        const int n = 2 * k + 1;
        sum += weight[k] * (up / (near + n) + down / (near - n));
        up *= step;
        down *= over;
    }
    return 0.56418958354775628695 * takt_exp(-rest * rest) * sum;
}

#endif
