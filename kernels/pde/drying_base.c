/// The two slow numbers of the drying PDE along the path of the liquid, and the profile they go
/// with.
#include "kernels/pde/dawson_math.h"
#include "kernels/pde/drying_internal.h"

#include <math.h>
#include <stdbool.h>

/// A number with its derivative by s.
typedef takt_drying_number number;

TAKT_HD number moving_constant(double value)
{
    return (number){value, 0.0};
}

TAKT_HD double moving_value(number a)
{
    return a.value;
}

TAKT_HD number moving_scale(double scale, number a)
{
    return (number){scale * a.value, scale * a.slope};
}

TAKT_HD number moving_add(number a, double scale, number b)
{
    return (number){a.value + scale * b.value, a.slope + scale * b.slope};
}

TAKT_HD number moving_multiply(number a, number b)
{
    return (number){a.value * b.value, a.slope * b.value + a.value * b.slope};
}

TAKT_HD number moving_divide(number a, number b)
{
    const double over = 1.0 / b.value, value = a.value * over;
    return (number){value, (a.slope - value * b.slope) * over};
}

TAKT_HD number moving_over(number a, double b)
{
    return (number){a.value / b, a.slope / b};
}

TAKT_HD number moving_root(number a)
{
    const double value = sqrt(a.value);
    return (number){value, 0.5 * a.slope / value};
}

TAKT_HD number moving_decay(number a)
{
    const double value = takt_exp(-a.value);
    return (number){value, -a.slope * value};
}

TAKT_HD number moving_choose(bool first, number a, number b)
{
    return first ? a : b;
}

#define TAKT_NUMBER number
#define TAKT_SLOW(name) moving_##name
#include "kernels/pde/drying_slow_internal.h"

takt_drying_heights takt_drying_heights_of(const double *mu)
{
    return takt_drying_heights_from(mu);
}

/// Takes the slow numbers through one piece; its end moves with s where it is the last one.
static void run_piece(moving_pair *slow, const takt_drying_piece *p, bool has_begun)
{
    const number low = {p->low, p->is_last ? -p->low : 0.0};
    moving_meet(slow, moving_diffusion(p, moving_constant(p->high)));
    if (has_begun)
        slow->robin = moving_robin(slow);
    for (int k = 0; k < TAKT_DRYING_STEPS; ++k) {
        number length;
        const number next = moving_step(p, low, k, &length);
        if (has_begun || k > 0)
            moving_advance(slow, next, length, p->is_behind);
        else
            moving_begin(slow, next, length, p->is_behind);
    }
}

takt_drying_state takt_drying_state_at(const double *mu, double progress)
{
    const takt_drying_heights h = takt_drying_heights_of(mu);
    const double liquid = takt_drying_liquid_at(&h, progress);
    takt_drying_state state = {.liquid = liquid,
                               .progress = {progress, liquid / (h.start - h.end)}};
    moving_pair slow = {.memory = {0}};
    double high = h.start;
    for (int k = 0; k < TAKT_DRYING_PIECES; ++k) {
        const takt_drying_piece piece = takt_drying_piece_at(mu, &h, k, high, liquid);
        if (piece.is_empty)
            continue;
        run_piece(&slow, &piece, high < h.start);
        high = piece.low;
    }
    state.diffusion = slow.diffusion.value;
    state.depth = slow.depth;
    state.share = moving_multiply(slow.memory, moving_rate(slow.depth));
    state.earlier = moving_divide(slow.earlier, slow.memory);
    state.contrast = takt_drying_contrast_of(mu, &h);
    state.reach = moving_reach(slow.age);
    return state;
}

static double dawson(double x)
{
    return takt_dawson_is_near(x) ? takt_dawson_near(x) : takt_dawson_far(x);
}

takt_drying_profile takt_drying_profile_at(double xi, double depth)
{
    const double z = sqrt(0.5 / depth), surface = z / dawson(z);
    const double growth = takt_exp(0.5 * (xi * xi - 1.0) / depth);
    takt_drying_profile q;
    q.value = growth * dawson(xi * z) * surface / z;
    q.slope = growth * surface;
    q.by_depth = 0.5 / depth * (q.value * surface - xi * q.slope);
    return q;
}
