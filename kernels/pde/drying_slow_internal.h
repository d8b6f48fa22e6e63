/// The two slow numbers of the drying PDE (drying_internal.h) step by step, for any type of number:
/// one with its derivative by s where networks are trained, a plain one where values are wanted.
/// Included once per type, with TAKT_NUMBER and TAKT_SLOW(name), behind its arithmetic:
///
///     TAKT_NUMBER TAKT_SLOW(constant)(double), TAKT_SLOW(scale)(double, a),
///     TAKT_SLOW(add)(a, double scale, b) = a + scale b, TAKT_SLOW(multiply)(a, b),
///     TAKT_SLOW(divide)(a, b), TAKT_SLOW(over)(a, double b) = a / b, TAKT_SLOW(root)(a),
///     TAKT_SLOW(decay)(a) = exp(-a), TAKT_SLOW(choose)(bool, a, b); double TAKT_SLOW(value)(a).
///
/// Without branches, and values are the same bits for every type: what is wanted of a surrogate is
/// what was trained.
#include "kernels/pde/drying_internal.h"

#include <math.h>
#include <stdbool.h>

#ifndef TAKT_KERNELS_PDE_DRYING_SLOW_INTERNAL_H
#define TAKT_KERNELS_PDE_DRYING_SLOW_INTERNAL_H

/// Steps of each smooth piece of the path; they grow, because each piece begins with a transient.
enum { TAKT_DRYING_STEPS = 3, TAKT_DRYING_PIECES = 3 };

/// First guess of the layer, depth = 0.9 sqrt(D s), and the delays of the depth.
#define TAKT_DRYING_FIRST_DEPTH 0.9
#define TAKT_DRYING_SPREAD_DELAY 40.0

/// No moment is earlier: at s = 0 itself the layer has no depth.
#define TAKT_DRYING_GONE_MIN 1e-10

/// Of what happened behind the switch: a root of nothing has no slope.
#define TAKT_DRYING_AGE_MIN 1e-12

/// A smooth piece of the path, from liquid height `high` to `low`.
typedef struct takt_drying_piece {
    double high, low;
    double ratio, solids, packed_height;          // Pe E; phi_0; H when packed
    bool is_packed, is_behind, is_last, is_empty; // is_behind: the switch
} takt_drying_piece;

TAKT_HD double takt_drying_larger(double a, double b)
{
    return a > b ? a : b;
}

TAKT_HD double takt_drying_smaller(double a, double b)
{
    return a < b ? a : b;
}

TAKT_HD takt_drying_heights takt_drying_heights_from(const double *mu)
{
    const double solids = mu[TAKT_DRYING_SOLIDS];
    takt_drying_heights h;
    h.start = 1.0 - solids;
    h.packed = solids / mu[TAKT_DRYING_SOLIDS_MAX] - solids;
    h.end = TAKT_DRYING_SATURATION_END * h.packed;
    h.jump = h.start - mu[TAKT_DRYING_SWITCH] * (h.start - h.end);
    return h;
}

/// L after `progress` of the liquid that goes has gone.
TAKT_HD double takt_drying_liquid_at(const takt_drying_heights *heights, double progress)
{
    const double gone = progress * (heights->start - heights->end);
    return heights->start - takt_drying_larger(gone, TAKT_DRYING_GONE_MIN);
}

/// Jump of 1 / D at the switch.
TAKT_HD double takt_drying_contrast_of(const double *mu, const takt_drying_heights *heights)
{
    const double solids = mu[TAKT_DRYING_SOLIDS];
    const double packed_height = solids / mu[TAKT_DRYING_SOLIDS_MAX];
    const double height = takt_drying_larger(solids + heights->jump, packed_height);
    const double saturation = heights->jump / height;
    const double jump = mu[TAKT_DRYING_LATE] - mu[TAKT_DRYING_EARLY];
    return mu[TAKT_DRYING_PECLET] * jump * height / (saturation * sqrt(saturation));
}

/// Piece number k on the way from `high` to `liquid`.
TAKT_HD takt_drying_piece takt_drying_piece_at(const double *mu, const takt_drying_heights *heights,
                                               int k, double high, double liquid)
{
    const double upper = takt_drying_larger(heights->jump, heights->packed);
    const double lower = takt_drying_smaller(heights->jump, heights->packed);
    const double stop = k == 0 ? upper : k == 1 ? lower : 0.0;
    const double middle = 0.5 * (high + stop);
    const double early = mu[TAKT_DRYING_EARLY], late = mu[TAKT_DRYING_LATE];
    takt_drying_piece piece;
    piece.is_last = stop <= liquid;
    piece.high = high;
    piece.low = piece.is_last ? liquid : stop;
    piece.is_empty = piece.low >= high;
    piece.is_behind = middle <= heights->jump;
    piece.ratio = mu[TAKT_DRYING_PECLET] * (piece.is_behind ? late : early);
    piece.solids = mu[TAKT_DRYING_SOLIDS];
    piece.packed_height = mu[TAKT_DRYING_SOLIDS] / mu[TAKT_DRYING_SOLIDS_MAX];
    piece.is_packed = middle < heights->packed;
    return piece;
}

/// Where step k of a piece begins, over its length; step k - 1 ends there.
TAKT_HD double takt_drying_step_at(int k)
{
    return (double)k * k / (TAKT_DRYING_STEPS * TAKT_DRYING_STEPS);
}

#endif

/// The slow numbers; the spread they have come to, its rate, 1 over it, and the depth wanted there;
/// of the memory what is from before the switch, and the integral of the spread behind it.
typedef struct TAKT_SLOW(pair) {
    TAKT_NUMBER memory, depth, diffusion, rate, rest, robin, earlier, age;
} TAKT_SLOW(pair);

/// First eigenvalue of -D d2/dxi2 + xi d/dxi between zeros: 1 for small D, about pi^2 D - 1/2 for
/// large D. Fitted within 0.7 %.
TAKT_HD TAKT_NUMBER TAKT_SLOW(rate)(TAKT_NUMBER diffusion)
{
    const TAKT_NUMBER one = TAKT_SLOW(constant)(1.0);
    const TAKT_NUMBER t = TAKT_SLOW(scale)(9.869604401089358, diffusion);
    const TAKT_NUMBER t2 = TAKT_SLOW(multiply)(t, t), t4 = TAKT_SLOW(multiply)(t2, t2);
    const TAKT_NUMBER high = TAKT_SLOW(add)(t, -1.5, one);
    const TAKT_NUMBER below = TAKT_SLOW(add)(TAKT_SLOW(add)(t4, 2.008, t2), 3.024, one);
    const TAKT_NUMBER bend = TAKT_SLOW(divide)(TAKT_SLOW(scale)(1.986, t4), below);
    const TAKT_NUMBER bow =
        TAKT_SLOW(root)(TAKT_SLOW(add)(TAKT_SLOW(multiply)(high, high), 1.0, bend));
    return TAKT_SLOW(scale)(0.5, TAKT_SLOW(add)(TAKT_SLOW(add)(t, 0.5, one), 1.0, bow));
}

/// dQ/dxi at the surface, within 2.5 %.
TAKT_HD TAKT_NUMBER TAKT_SLOW(surface_slope)(TAKT_NUMBER d)
{
    const TAKT_NUMBER one = TAKT_SLOW(constant)(1.0), d2 = TAKT_SLOW(multiply)(d, d);
    const TAKT_NUMBER above = TAKT_SLOW(add)(TAKT_SLOW(add)(one, 3.11, d), 14.034, d2);
    const TAKT_NUMBER below = TAKT_SLOW(add)(TAKT_SLOW(add)(one, 5.11, d), 42.102, d2);
    return TAKT_SLOW(add)(one, 1.0, TAKT_SLOW(divide)(TAKT_SLOW(divide)(above, below), d));
}

/// D at liquid height L.
TAKT_HD TAKT_NUMBER TAKT_SLOW(diffusion)(const takt_drying_piece *p, TAKT_NUMBER liquid)
{
    const TAKT_NUMBER open = TAKT_SLOW(add)(liquid, p->solids, TAKT_SLOW(constant)(1.0));
    const TAKT_NUMBER height =
        TAKT_SLOW(choose)(p->is_packed, TAKT_SLOW(constant)(p->packed_height), open);
    const TAKT_NUMBER saturation = TAKT_SLOW(divide)(liquid, height);
    const TAKT_NUMBER k = TAKT_SLOW(multiply)(saturation, TAKT_SLOW(root)(saturation));
    return TAKT_SLOW(over)(TAKT_SLOW(divide)(k, height), p->ratio);
}

/// (1 - exp(-a)) / a.
TAKT_HD TAKT_NUMBER TAKT_SLOW(mean_decay)(TAKT_NUMBER a)
{
    const TAKT_NUMBER one = TAKT_SLOW(constant)(1.0);
    const TAKT_NUMBER far = TAKT_SLOW(divide)(TAKT_SLOW(add)(one, -1.0, TAKT_SLOW(decay)(a)), a);
    TAKT_NUMBER near = one;
    for (int k = 7; k > 1; --k)
        near = TAKT_SLOW(add)(one, -1.0 / k, TAKT_SLOW(multiply)(a, near));
    return TAKT_SLOW(choose)(TAKT_SLOW(value)(a) > 0.05, far, near);
}

/// What follows a rest value with delay, `age` delays later, while the rest value goes evenly from
/// `before` to `rest`. Exact, however short the delay.
TAKT_HD TAKT_NUMBER TAKT_SLOW(follow)(TAKT_NUMBER value, TAKT_NUMBER before, TAKT_NUMBER rest,
                                      TAKT_NUMBER age)
{
    const TAKT_NUMBER change = TAKT_SLOW(add)(rest, -1.0, before);
    const TAKT_NUMBER left =
        TAKT_SLOW(multiply)(TAKT_SLOW(add)(value, -1.0, before), TAKT_SLOW(decay)(age));
    return TAKT_SLOW(add)(TAKT_SLOW(add)(rest, 1.0, left), -1.0,
                          TAKT_SLOW(multiply)(change, TAKT_SLOW(mean_decay)(age)));
}

/// The depth at which the surface lets no binder through, as memory and depth stand. The root
/// stands between two shares: with the rate of the depth alone, thick layers would keep any depth.
TAKT_HD TAKT_NUMBER TAKT_SLOW(robin)(const TAKT_SLOW(pair) * slow)
{
    const TAKT_NUMBER one = TAKT_SLOW(constant)(1.0), rate = TAKT_SLOW(rate)(slow->depth);
    const TAKT_NUMBER share =
        TAKT_SLOW(multiply)(slow->memory, TAKT_SLOW(root)(TAKT_SLOW(multiply)(slow->rate, rate)));
    const TAKT_NUMBER steep = TAKT_SLOW(multiply)(share, TAKT_SLOW(surface_slope)(slow->depth));
    const TAKT_NUMBER above = TAKT_SLOW(multiply)(slow->diffusion, steep);
    return TAKT_SLOW(divide)(above, TAKT_SLOW(add)(TAKT_SLOW(add)(steep, -1.0, share), 1.0, one));
}

/// Comes to a spread.
TAKT_HD void TAKT_SLOW(meet)(TAKT_SLOW(pair) * slow, TAKT_NUMBER diffusion)
{
    slow->diffusion = diffusion;
    slow->rate = TAKT_SLOW(rate)(diffusion);
    slow->rest = TAKT_SLOW(divide)(TAKT_SLOW(constant)(1.0), slow->rate);
}

/// A step of length h in s to spread `next` goes by behind the switch.
TAKT_HD TAKT_NUMBER TAKT_SLOW(older)(const TAKT_SLOW(pair) * slow, TAKT_NUMBER next, TAKT_NUMBER h,
                                     bool is_behind)
{
    const TAKT_NUMBER both = TAKT_SLOW(add)(slow->diffusion, 1.0, next);
    const TAKT_NUMBER older = TAKT_SLOW(add)(slow->age, 0.5, TAKT_SLOW(multiply)(both, h));
    return TAKT_SLOW(choose)(is_behind, older, slow->age);
}

/// The first step of all, of length h in s, to spread `next`.
TAKT_HD void TAKT_SLOW(begin)(TAKT_SLOW(pair) * slow, TAKT_NUMBER next, TAKT_NUMBER h,
                              bool is_behind)
{
    slow->age = TAKT_SLOW(older)(slow, next, h, is_behind);
    const TAKT_NUMBER depth = TAKT_SLOW(root)(TAKT_SLOW(multiply)(next, h));
    TAKT_SLOW(meet)(slow, next);
    slow->memory = h;
    slow->earlier = TAKT_SLOW(choose)(is_behind, TAKT_SLOW(constant)(0.0), h);
    slow->depth = TAKT_SLOW(scale)(TAKT_DRYING_FIRST_DEPTH, depth);
    slow->robin = TAKT_SLOW(robin)(slow);
}

/// One step of length h in s, to spread `next`.
TAKT_HD void TAKT_SLOW(advance)(TAKT_SLOW(pair) * slow, TAKT_NUMBER next, TAKT_NUMBER h,
                                bool is_behind)
{
    const TAKT_SLOW(pair) before = *slow;
    slow->age = TAKT_SLOW(older)(slow, next, h, is_behind);
    TAKT_SLOW(meet)(slow, next);
    const TAKT_NUMBER both = TAKT_SLOW(add)(before.rate, 1.0, slow->rate);
    const TAKT_NUMBER delays = TAKT_SLOW(scale)(0.5, TAKT_SLOW(multiply)(both, h));
    slow->memory = TAKT_SLOW(follow)(before.memory, before.rest, slow->rest, delays);
    const TAKT_NUMBER left = TAKT_SLOW(multiply)(before.earlier, TAKT_SLOW(decay)(delays));
    slow->earlier = TAKT_SLOW(choose)(is_behind, left, slow->memory);
    slow->robin = TAKT_SLOW(robin)(slow);
    const TAKT_NUMBER delay = TAKT_SLOW(add)(TAKT_SLOW(divide)(TAKT_SLOW(constant)(1.0), next),
                                             TAKT_DRYING_SPREAD_DELAY, next);
    slow->depth =
        TAKT_SLOW(follow)(before.depth, before.robin, slow->robin, TAKT_SLOW(multiply)(delay, h));
}

/// How far the switch is felt.
TAKT_HD TAKT_NUMBER TAKT_SLOW(reach)(TAKT_NUMBER age)
{
    const TAKT_NUMBER least = TAKT_SLOW(constant)(TAKT_DRYING_AGE_MIN);
    const bool is_felt = TAKT_SLOW(value)(age) > TAKT_DRYING_AGE_MIN;
    return TAKT_SLOW(root)(TAKT_SLOW(choose)(is_felt, age, least));
}

/// Step k of a piece that ends at `low`: D at its end, and its length in s.
TAKT_HD TAKT_NUMBER TAKT_SLOW(step)(const takt_drying_piece *p, TAKT_NUMBER low, int k,
                                    TAKT_NUMBER *length)
{
    const double from = takt_drying_step_at(k), to = takt_drying_step_at(k + 1);
    const TAKT_NUMBER high = TAKT_SLOW(constant)(p->high);
    const TAKT_NUMBER fall = TAKT_SLOW(add)(high, -1.0, low);
    const TAKT_NUMBER middle = TAKT_SLOW(add)(high, -0.5 * (from + to), fall);
    *length = TAKT_SLOW(divide)(TAKT_SLOW(scale)(to - from, fall), middle);
    return TAKT_SLOW(diffusion)(p, TAKT_SLOW(add)(high, -to, fall));
}

#undef TAKT_NUMBER
#undef TAKT_SLOW
