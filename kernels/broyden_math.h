/// The scalars of SSBroyden, the same on the processor and on a device: the strong Wolfe line
/// search as a machine of states that never sees a vector, the coefficients of an update, and what
/// follows from an answer. Sources as in kernels/broyden.h.
#ifndef TAKT_KERNELS_BROYDEN_MATH_H
#define TAKT_KERNELS_BROYDEN_MATH_H

#include "core/real_math.h"
#include "kernels/broyden.h"

#include <float.h>
#include <math.h>

// --- The line search ----------------------------------------------------------------------------

/// f and its slope at a step length.
typedef struct takt_broyden_point {
    double alpha, f, slope;
} takt_broyden_point;

/// A strong Wolfe search; doubles and int64 alone, as it goes into checkpoints.
typedef struct takt_broyden_search {
    double sufficient_decrease, curvature;
    double first_trial; // 0: min(1, typical)
    double typical;     // mean of where the last searches found the minimum of the line
    int64_t n_trials, n_trials_max;
    int64_t is_zooming;
    takt_broyden_point start, low, high; // low: the last lower point
    double alpha;                        // of the trial
    double widths[2];                    // of the interval, one and two trials ago
} takt_broyden_search;

typedef enum takt_broyden_verdict {
    TAKT_BROYDEN_TRY, // at the new alpha
    TAKT_BROYDEN_ACCEPT,
    TAKT_BROYDEN_FAIL
} takt_broyden_verdict;

/// Begins with the first trial.
TAKT_HD void takt_broyden_search_begin(takt_broyden_search *search, double f, double slope)
{
    const takt_broyden_point start = {0.0, f, slope};
    search->n_trials = 0;
    search->is_zooming = 0;
    search->start = search->low = search->high = start;
    search->alpha = search->first_trial > 0.0 ? search->first_trial : fmin(1.0, search->typical);
    search->widths[0] = search->widths[1] = INFINITY;
}

/// The minimiser of the cubic through values and slopes of two points (formula 3.59); no number
/// where there is none.
TAKT_HD double takt_broyden_cubic_minimiser(const takt_broyden_point *from,
                                            const takt_broyden_point *to)
{
    const double width = to->alpha - from->alpha;
    const double d1 = from->slope + to->slope - 3.0 * (to->f - from->f) / width;
    const double d2 = copysign(sqrt(d1 * d1 - from->slope * to->slope), width);
    return to->alpha - width * ((to->slope + d2 - d1) / (to->slope - from->slope + 2.0 * d2));
}

/// Both points go downhill: on, by two to ten times the step.
TAKT_HD double takt_broyden_farther(const takt_broyden_point *before,
                                    const takt_broyden_point *here)
{
    const double guess = takt_broyden_cubic_minimiser(before, here);
    const double near = 2.0 * here->alpha, far = 10.0 * here->alpha;
    if (!(guess > near))
        return near;
    return guess < far ? guess : far;
}

/// Between the two, away from both; the middle where two trials did not make the interval a third
/// shorter.
TAKT_HD double takt_broyden_between(takt_broyden_search *search)
{
    const double low = search->low.alpha, width = search->high.alpha - low;
    const bool is_slow = fabs(width) > 0.66 * search->widths[1];
    search->widths[1] = search->widths[0];
    search->widths[0] = fabs(width);
    if (!isfinite(search->high.f))
        return low + 0.1 * width;
    const double guess = takt_broyden_cubic_minimiser(&search->low, &search->high);
    if (is_slow || !isfinite(guess))
        return low + 0.5 * width;
    const double share = (guess - low) / width;
    return low + fmin(fmax(share, 0.05), 0.95) * width;
}

/// The trial has become the low end; the other end lies where the function goes down from there.
TAKT_HD void takt_broyden_zoom_from(takt_broyden_search *search, const takt_broyden_point *trial)
{
    if (!search->is_zooming || trial->slope * (search->high.alpha - search->low.alpha) >= 0.0)
        search->high = search->low;
    search->low = *trial;
    search->is_zooming = 1;
}

/// The minimum of the line by the secant of the slopes, into the running mean. Far from the
/// solution the whole step is too long time and again (0.4 on trained networks), near it the mean
/// becomes 1: a first trial there saves a quarter of the evaluations.
TAKT_HD void takt_broyden_remember(takt_broyden_search *search, const takt_broyden_point *trial)
{
    const double minimum = trial->alpha / (1.0 - trial->slope / search->start.slope);
    search->typical = 0.9 * search->typical + 0.1 * fmin(fmax(minimum, 0.1), 2.0);
}

/// The answer at alpha. `is_lower`: the trial has become the low point. A value that is no number
/// counts as infinite: the search turns back from it.
TAKT_HD takt_broyden_verdict takt_broyden_search_tell(takt_broyden_search *search, double f,
                                                      double slope, bool *is_lower)
{
    const double alpha_max = 1e10;
    const bool is_number = isfinite(f) && isfinite(slope);
    const takt_broyden_point trial = {search->alpha, is_number ? f : INFINITY, slope};
    const takt_broyden_point *start = &search->start;
    const bool is_decrease =
        trial.f <= start->f + search->sufficient_decrease * trial.alpha * start->slope &&
        (trial.f < search->low.f || search->low.alpha == 0.0);
    *is_lower = is_decrease;
    ++search->n_trials;
    if (is_decrease && fabs(slope) <= -search->curvature * start->slope) {
        takt_broyden_remember(search, &trial);
        return TAKT_BROYDEN_ACCEPT;
    }
    if (!is_decrease) {
        search->high = trial;
        search->is_zooming = 1;
    } else if (search->is_zooming || slope >= 0.0) {
        takt_broyden_zoom_from(search, &trial);
    } else {
        search->alpha = takt_broyden_farther(&search->low, &trial);
        search->low = trial;
    }
    if (search->is_zooming)
        search->alpha = takt_broyden_between(search);
    const double width = fabs(search->alpha - search->low.alpha);
    const bool is_spent = search->n_trials >= search->n_trials_max || search->alpha > alpha_max ||
                          !(width > DBL_EPSILON * search->alpha);
    return is_spent ? TAKT_BROYDEN_FAIL : TAKT_BROYDEN_TRY;
}

// --- The update ---------------------------------------------------------------------------------

/// H <- scale H + signs[0] u u^T + signs[1] v v^T; scale 0: no update waits. In this form an
/// element and its mirror image are rounded alike: a matrix that is not quite symmetric soon is not
/// quite positive either. u = of_s[0] s + of_w[0] w with the step s and w = H y, v by [1]. Doubles
/// alone, as it goes into checkpoints.
typedef struct takt_broyden_update {
    double scale, signs[2], of_s[2], of_w[2];
} takt_broyden_update;

/// What the formulas of an update need of the vectors.
typedef struct takt_broyden_products {
    double alpha, s_g_old, y_s, y_w, s_s, w_w;
} takt_broyden_products;

/// |sigma|^(1 / (1 - n)); not by pow(), whose bits differ between machines.
TAKT_HD double takt_broyden_size_power(double sigma, int64_t n)
{
    return n > 1 ? takt_exp(takt_log(fabs(sigma)) / (1.0 - (double)n)) : 1.0;
}

/// a e e^T + b (e f^T + f e^T) + c f f^T as two squares, by the eigenvectors of (a b; b c).
TAKT_HD void takt_broyden_split(double a, double b, double c, takt_broyden_update *update)
{
    const double zeta = (c - a) / (2.0 * b);
    const double t = b == 0.0 ? 0.0 : copysign(1.0, zeta) / (fabs(zeta) + sqrt(1.0 + zeta * zeta));
    const double cosine = 1.0 / sqrt(1.0 + t * t), sine = t * cosine;
    const double values[2] = {a - t * b, c + t * b};
    const double roots[2] = {sqrt(fabs(values[0])), sqrt(fabs(values[1]))};
    for (int i = 0; i < 2; ++i)
        update->signs[i] = copysign(1.0, values[i]);
    update->of_s[0] = roots[0] * cosine;
    update->of_w[0] = -roots[0] * sine;
    update->of_s[1] = roots[1] * sine;
    update->of_w[1] = roots[1] * cosine;
}

TAKT_HD takt_broyden_update takt_broyden_no_update(void)
{
    const takt_broyden_update none = {0.0, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};
    return none;
}

/// Formulas 13-23; scale 0 where the curvature is not positive or a number is lost.
TAKT_HD takt_broyden_update takt_broyden_update_of(int64_t n, const takt_broyden_products *products)
{
    const double y_s = products->y_s, y_w = products->y_w;
    takt_broyden_update update = takt_broyden_no_update();
    if (!(y_s > 0.0 && y_w > 0.0))
        return update;
    const double b = -products->alpha * products->s_g_old / y_s;
    const double h = y_w / y_s;
    // By Cauchy's inequality a is at least zero, but for rounding.
    const double a = fmax(b * h - 1.0, DBL_EPSILON);
    // h (1 - c) of the paper with 1 - c^2 = 1 / (1 + a), which keeps its digits for large a.
    const double rho = fmin(1.0, h / ((1.0 + a) * (1.0 + sqrt(a / (1.0 + a)))));
    const double theta = fmax((rho - 1.0) / a, fmin(1.0 / rho, (1.0 - b) / b));
    const double sigma = 1.0 + a * theta;
    const double rest = fmin(1.0, 1.0 / b), power = takt_broyden_size_power(sigma, n);
    const double tau = theta > 0.0 ? rest * fmin(power, 1.0 / theta) : fmin(rest * power, sigma);
    const double phi = (1.0 - theta) / sigma;
    const double s = sqrt(products->s_s), w = sqrt(products->w_w);
    update.scale = 1.0 / tau;
    takt_broyden_split(s * s * (1.0 / y_s + phi * y_w / (y_s * y_s * tau)),
                       s * w * (-phi / (y_s * tau)), w * w * ((phi - 1.0) / (y_w * tau)), &update);
    bool is_sound = tau > 0.0 && isfinite(update.scale);
    for (int i = 0; i < 2; ++i) {
        update.of_s[i] /= s;
        update.of_w[i] /= w;
        is_sound = is_sound && isfinite(update.of_s[i]) && isfinite(update.of_w[i]);
    }
    return is_sound ? update : takt_broyden_no_update();
}

// --- The optimizer ------------------------------------------------------------------------------

/// All of the state that is no vector. Doubles and int64 alone, so that no byte of a checkpoint is
/// undefined.
typedef struct takt_broyden_scalars {
    int64_t magic, n;
    int64_t n_steps, n_evaluations, n_resets;
    int64_t n_failures; // line searches in a row
    int64_t is_identity, is_between, reason;
    double f;
    takt_broyden_update update; // waits for the next pass
    takt_broyden_search search;
} takt_broyden_scalars;

/// What whoever holds the vectors does after an answer.
typedef enum takt_broyden_next {
    TAKT_BROYDEN_NEXT_TRIAL,  // move on along the direction
    TAKT_BROYDEN_NEXT_LEARN,  // the pass over the inverse Hessian, update, direction
    TAKT_BROYDEN_NEXT_GIVE_UP // takt_broyden_give_up decides
} takt_broyden_next;

typedef struct takt_broyden_orders {
    int64_t next;     // takt_broyden_next
    int64_t is_lower; // the trial's gradient is to be kept: it is the low point's
    int64_t accepts_trial, accepts_low;
    double alpha, f; // of the accepted point
} takt_broyden_orders;

/// Start at a point of value f; the settings of the search stay.
TAKT_HD void takt_broyden_begin(takt_broyden_scalars *now, double f)
{
    const takt_broyden_point here = {0.0, 0.0, 0.0};
    now->n_steps = now->n_evaluations = now->n_resets = now->n_failures = 0;
    now->is_between = 0;
    now->reason = TAKT_BROYDEN_GOING;
    now->f = f;
    now->search.n_trials = now->search.is_zooming = 0;
    now->search.start = now->search.low = now->search.high = here;
    now->search.alpha = now->search.widths[0] = now->search.widths[1] = 0.0;
}

/// The value of another objective at the present point.
TAKT_HD void takt_broyden_renew(takt_broyden_scalars *now, double f)
{
    now->f = f;
    now->n_failures = 0;
    now->reason = TAKT_BROYDEN_GOING;
}

/// The inverse Hessian is the identity again.
TAKT_HD void takt_broyden_forget(takt_broyden_scalars *now)
{
    now->update = takt_broyden_no_update();
    now->is_identity = 1;
    now->search.typical = 1.0;
}

TAKT_HD bool takt_broyden_is_downhill(double slope)
{
    return slope < 0.0 && isfinite(slope);
}

/// Value and slope at the trial.
TAKT_HD takt_broyden_orders takt_broyden_heed(takt_broyden_scalars *now, double f, double slope)
{
    takt_broyden_orders orders = {TAKT_BROYDEN_NEXT_TRIAL, 0, 0, 0, now->search.alpha, f};
    bool is_lower = false;
    ++now->n_evaluations;
    now->is_between = 0;
    const takt_broyden_verdict verdict =
        takt_broyden_search_tell(&now->search, f, slope, &is_lower);
    orders.is_lower = is_lower;
    if (verdict == TAKT_BROYDEN_ACCEPT) {
        now->n_failures = 0;
        orders.next = TAKT_BROYDEN_NEXT_LEARN;
        orders.accepts_trial = 1;
    } else if (verdict == TAKT_BROYDEN_FAIL) {
        const takt_broyden_point low = now->search.low;
        orders.next = TAKT_BROYDEN_NEXT_GIVE_UP;
        orders.accepts_low = low.alpha > 0.0 && low.f < now->f;
        orders.alpha = low.alpha;
        orders.f = low.f;
    }
    return orders;
}

TAKT_HD void takt_broyden_accept(takt_broyden_scalars *now, double f)
{
    now->f = f;
    now->is_between = 1;
    ++now->n_steps;
}

/// No step fulfils the conditions; what was lower is accepted. Without a reason to stop the
/// curvature is forgotten and the search begins once more.
TAKT_HD void takt_broyden_give_up(takt_broyden_scalars *now, const takt_broyden_orders *orders)
{
    if (++now->n_failures > 1 || (now->is_identity && !orders->accepts_low))
        now->reason = TAKT_BROYDEN_LINE_SEARCH;
    else
        ++now->n_resets;
}

/// Curvature along the step alpha p: dots = y.p, y.w, p.p, w.w with w = H y.
TAKT_HD void takt_broyden_learn(takt_broyden_scalars *now, double alpha, const double dots[4])
{
    const takt_broyden_products products = {
        alpha,   alpha * now->search.start.slope, alpha * dots[0],
        dots[1], alpha * alpha * dots[2],         dots[3]};
    now->update = takt_broyden_update_of(now->n, &products);
    if (now->update.scale != 0.0)
        now->is_identity = 0;
}

/// Element of the direction -(H after the waiting update) g, by H g before it: the next pass will
/// apply the update. of = signs times u.g and v.g.
TAKT_HD double takt_broyden_turned(const takt_broyden_update *update, const double of[2],
                                   double h_g, double u, double v)
{
    const double scale = update->scale == 0.0 ? 1.0 : update->scale;
    return -(scale * h_g + of[0] * u + of[1] * v);
}

#endif
