/// The drying PDE where values alone are wanted, in lanes: many points side by side, without
/// derivatives by s. Points one behind the other often share parameters and moment (foil and
/// surface of one film): the slow numbers are taken along the path once for them.
#include "kernels/pde.h"
#include "kernels/pde/dawson_math.h"
#include "kernels/pde/drying_internal.h"

#include <math.h>
#include <string.h>

TAKT_HD double still_constant(double value)
{
    return value;
}

TAKT_HD double still_value(double a)
{
    return a;
}

TAKT_HD double still_scale(double scale, double a)
{
    return scale * a;
}

TAKT_HD double still_add(double a, double scale, double b)
{
    return a + scale * b;
}

TAKT_HD double still_multiply(double a, double b)
{
    return a * b;
}

TAKT_HD double still_divide(double a, double b)
{
    const double over = 1.0 / b;
    return a * over;
}

TAKT_HD double still_over(double a, double b)
{
    return a / b;
}

TAKT_HD double still_root(double a)
{
    return sqrt(a);
}

TAKT_HD double still_decay(double a)
{
    return takt_exp(-a);
}

TAKT_HD double still_choose(bool first, double a, double b)
{
    return first ? a : b;
}

#define TAKT_NUMBER double
#define TAKT_SLOW(name) still_##name
#include "kernels/pde/drying_slow_internal.h"

/// A loop over lanes, compiled for several instruction sets with all calls inlined.
#define LANES_HOT TAKT_SIMD_CLONES __attribute__((flatten)) static

/// Two vectors of eight, so that one is computed while the other waits.
enum { LANES = 16, CHUNK = 64 };
/// Features with derivatives; the first of them also depend on xi.
enum { N_MOVING = 11, N_LAYERS = 6, N_CHANNELS = 2 };
/// Rows of one chunk: features, then factor and base.
enum {
    ROW_PLAIN = N_MOVING * N_CHANNELS,
    ROW_FACTOR = ROW_PLAIN + TAKT_DRYING_PLAIN,
    ROW_BASE = ROW_FACTOR + N_CHANNELS,
    N_ROWS = ROW_BASE + N_CHANNELS
};

/// Moments on the way of films, and what the slow numbers have come to. Flags are numbers, so that
/// everything in a lane has one width.
typedef struct moments {
    double mu[TAKT_DRYING_PARAMETERS][LANES], progress[LANES];
    double high[LANES], low[LANES], ratio[LANES], packed_height[LANES]; // the present piece
    double is_packed[LANES], is_empty[LANES], has_begun[LANES];
    double memory[LANES], depth[LANES], diffusion[LANES], rate[LANES], rest[LANES], robin[LANES];
    double earlier[LANES], age[LANES], behind[LANES];
    double share[LANES], reach[LANES], contrast[LANES], earlier_share[LANES];
} moments;

TAKT_HD still_pair get(const moments *m, int i)
{
    const still_pair slow = {m->memory[i], m->depth[i], m->diffusion[i], m->rate[i],
                             m->rest[i],   m->robin[i], m->earlier[i],   m->age[i]};
    return slow;
}

/// Where the piece is empty all stays as it was.
TAKT_HD void put(moments *m, int i, const still_pair *slow)
{
    const bool old = m->is_empty[i] > 0.5;
    m->memory[i] = old ? m->memory[i] : slow->memory;
    m->depth[i] = old ? m->depth[i] : slow->depth;
    m->diffusion[i] = old ? m->diffusion[i] : slow->diffusion;
    m->rate[i] = old ? m->rate[i] : slow->rate;
    m->rest[i] = old ? m->rest[i] : slow->rest;
    m->robin[i] = old ? m->robin[i] : slow->robin;
    m->earlier[i] = old ? m->earlier[i] : slow->earlier;
    m->age[i] = old ? m->age[i] : slow->age;
}

TAKT_HD takt_drying_piece piece_of(const moments *m, int i)
{
    const takt_drying_piece piece = {.high = m->high[i],
                                     .low = m->low[i],
                                     .ratio = m->ratio[i],
                                     .solids = m->mu[TAKT_DRYING_SOLIDS][i],
                                     .packed_height = m->packed_height[i],
                                     .is_packed = m->is_packed[i] > 0.5};
    return piece;
}

LANES_HOT void enter_piece(moments *restrict m, int piece)
{
    for (int i = 0; i < LANES; ++i) {
        double mu[TAKT_DRYING_PARAMETERS];
#pragma GCC unroll 8
        for (int k = 0; k < TAKT_DRYING_PARAMETERS; ++k)
            mu[k] = m->mu[k][i];
        const takt_drying_heights heights = takt_drying_heights_from(mu);
        const double liquid = takt_drying_liquid_at(&heights, m->progress[i]);
        const double high = piece == 0 ? heights.start : m->low[i];
        const takt_drying_piece p = takt_drying_piece_at(mu, &heights, piece, high, liquid);
        m->high[i] = high;
        m->low[i] = p.is_empty ? high : p.low;
        m->ratio[i] = p.ratio;
        m->packed_height[i] = p.packed_height;
        m->is_packed[i] = p.is_packed ? 1.0 : 0.0;
        m->is_empty[i] = p.is_empty ? 1.0 : 0.0;
        m->behind[i] = p.is_behind ? 1.0 : 0.0;
        m->has_begun[i] = high < heights.start ? 1.0 : 0.0;
    }
    for (int i = 0; i < LANES; ++i) {
        const takt_drying_piece p = piece_of(m, i);
        still_pair slow = get(m, i);
        still_meet(&slow, still_diffusion(&p, p.high));
        slow.robin = still_robin(&slow); // of no meaning, and not read, where nothing has begun
        put(m, i, &slow);
    }
}

LANES_HOT void begin_piece(moments *restrict m)
{
    for (int i = 0; i < LANES; ++i) {
        const takt_drying_piece p = piece_of(m, i);
        still_pair slow = get(m, i), first = slow;
        double length;
        const double next = still_step(&p, p.low, 0, &length);
        const bool has_begun = m->has_begun[i] > 0.5;
        const bool is_behind = m->behind[i] > 0.5;
        still_begin(&first, next, length, is_behind);
        still_advance(&slow, next, length, is_behind);
        slow.memory = has_begun ? slow.memory : first.memory;
        slow.depth = has_begun ? slow.depth : first.depth;
        slow.robin = has_begun ? slow.robin : first.robin;
        slow.earlier = has_begun ? slow.earlier : first.earlier;
        put(m, i, &slow);
    }
}

LANES_HOT void go_on(moments *restrict m, int step)
{
    for (int i = 0; i < LANES; ++i) {
        const takt_drying_piece p = piece_of(m, i);
        still_pair slow = get(m, i);
        double length;
        const double next = still_step(&p, p.low, step, &length);
        still_advance(&slow, next, length, m->behind[i] > 0.5);
        put(m, i, &slow);
    }
}

LANES_HOT void finish(moments *restrict m)
{
    for (int i = 0; i < LANES; ++i) {
        double mu[TAKT_DRYING_PARAMETERS];
#pragma GCC unroll 8
        for (int k = 0; k < TAKT_DRYING_PARAMETERS; ++k)
            mu[k] = m->mu[k][i];
        const takt_drying_heights heights = takt_drying_heights_from(mu);
        m->share[i] = m->memory[i] * still_rate(m->depth[i]);
        m->reach[i] = still_reach(m->age[i]);
        m->earlier_share[i] = still_divide(m->earlier[i], m->memory[i]);
        m->contrast[i] = takt_drying_contrast_of(mu, &heights);
    }
}

static void run_moments(moments *m)
{
    memset(m->age, 0, sizeof m->age);
    for (int piece = 0; piece < TAKT_DRYING_PIECES; ++piece) {
        enter_piece(m, piece);
        begin_piece(m);
        for (int step = 1; step < TAKT_DRYING_STEPS; ++step)
            go_on(m, step);
    }
    finish(m);
}

TAKT_HD double dawson(double x)
{
    const double near = takt_dawson_near(x), far = takt_dawson_far(x);
    return takt_dawson_is_near(x) ? near : far;
}

/// A feature with its derivative by xi.
TAKT_HD void put_feature(double (*rows)[LANES], int feature, int i, double value, double slope)
{
    rows[N_CHANNELS * feature][i] = value;
    rows[N_CHANNELS * feature + 1][i] = slope;
}

/// layer_of in drying.c.
TAKT_HD void put_layer(double (*rows)[LANES], int feature, int i, double xi, double inside,
                       double depths)
{
    const double over = 1.0 / (inside + depths), slope = -2.0 * xi;
    put_feature(rows, feature, i, 2.0 * (inside * over) - 1.0,
                2.0 * (slope * over - inside * (over * over * slope)));
}

/// A number with its derivative by xi.
typedef struct edge {
    double value, slope;
} edge;

TAKT_HD edge edge_add(edge a, double scale, edge b)
{
    const edge sum = {a.value + scale * b.value, a.slope + scale * b.slope};
    return sum;
}

TAKT_HD edge edge_scale(double scale, edge a)
{
    const edge product = {scale * a.value, scale * a.slope};
    return product;
}

TAKT_HD edge edge_multiply(edge a, edge b)
{
    const edge product = {a.value * b.value, a.slope * b.value + a.value * b.slope};
    return product;
}

TAKT_HD edge edge_over(edge a, edge b)
{
    const double r = 1.0 / b.value;
    const edge over = {r, -r * r * b.slope};
    return edge_multiply(a, over);
}

/// corner_of in drying.c.
TAKT_HD edge corner_of(double xi, double reach)
{
    const edge r = {reach, 0.0}, z = {0.25 * (1.0 - xi * xi), 0.25 * (-2.0 * xi)};
    const edge rr = edge_multiply(r, r), rz = edge_multiply(r, z), zz = edge_multiply(z, z);
    const edge begun = edge_add(edge_scale(TAKT_DRYING_CORNER_0, rr), TAKT_DRYING_CORNER_1, rz);
    const edge above = edge_add(begun, TAKT_DRYING_CORNER_2, zz);
    const edge slow = edge_add(edge_add(rr, TAKT_DRYING_CORNER_3, rz), TAKT_DRYING_CORNER_4, zz);
    const edge below =
        edge_add(edge_multiply(r, slow), 2.0 * TAKT_DRYING_CORNER_2, edge_multiply(z, zz));
    return edge_over(edge_multiply(rr, above), below);
}

/// answer_of in drying.c.
TAKT_HD edge answer_of(edge corner, double scale, double earlier)
{
    const edge sum = {corner.value + scale, corner.slope};
    return edge_scale(earlier, edge_over(corner, sum));
}

/// Points, what their moments say, and what feature 3 is the exponential of.
typedef struct film_points {
    double xi[LANES], depth[LANES], share[LANES];
    double reach[LANES], contrast[LANES], earlier[LANES];
    double steepness[LANES], steep[LANES];
} film_points;

LANES_HOT void find_steepness(film_points *restrict at)
{
    for (int i = 0; i < LANES; ++i)
        at->steepness[i] = -0.5 * (1.0 - at->xi[i] * at->xi[i]) * (1.0 / at->depth[i]);
}

/// What the site of drying.c says up to the slope by xi. `steep` is there by now.
LANES_HOT void lay_rows(const film_points *restrict at, double (*restrict rows)[LANES])
{
    for (int i = 0; i < LANES; ++i) {
        const double xi = at->xi[i], depth = at->depth[i], e = at->steep[i];
        const double inside = 1.0 - xi * xi, over = 1.0 / depth;
        put_feature(rows, 0, i, 2.0 * (xi * xi) - 1.0, 4.0 * xi);
        put_layer(rows, 1, i, xi, inside, TAKT_DRYING_LAYERS_THIN * depth);
        put_layer(rows, 2, i, xi, inside, TAKT_DRYING_LAYERS_WIDE * depth);
        put_feature(rows, 3, i, 2.0 * e - 1.0, 2.0 * (e * (xi * over)));
    }
    for (int i = 0; i < LANES; ++i) {
        const edge corner = corner_of(at->xi[i], at->reach[i]);
        const edge loud = answer_of(edge_scale(fabs(at->contrast[i]), corner), 1.0, at->earlier[i]);
        const edge deep = answer_of(corner, at->depth[i], at->earlier[i]);
        const double sign = copysign(1.0, at->contrast[i]);
        put_feature(rows, 4, i, sign * loud.value, sign * loud.slope);
        put_feature(rows, 5, i, 2.0 * deep.value - 1.0, 2.0 * deep.slope);
    }
    for (int i = 0; i < LANES; ++i) {
        const double xi = at->xi[i], depth = at->depth[i], share = at->share[i];
        const double z = sqrt(0.5 / depth), surface = z / dawson(z);
        const double growth = takt_exp(0.5 * (xi * xi - 1.0) / depth);
        const double value = growth * dawson(xi * z) * surface / z, slope = growth * surface;
        rows[ROW_FACTOR][i] = -(share * (xi - value));
        rows[ROW_FACTOR + 1][i] = -(share * (1.0 - slope));
        rows[ROW_BASE][i] = xi + rows[ROW_FACTOR][i];
        rows[ROW_BASE + 1][i] = 1.0 + rows[ROW_FACTOR + 1][i];
    }
}

/// Features that depend on the moment alone.
enum { N_STILL = N_MOVING - N_LAYERS + TAKT_DRYING_PLAIN };

/// Moments of a chunk of points: the first point of each, and which one a point belongs to.
typedef struct chunk {
    int32_t n, n_moments;
    int32_t first[CHUNK], moment[CHUNK];
    double depth[CHUNK], share[CHUNK], reach[CHUNK], contrast[CHUNK], earlier[CHUNK];
    double still[CHUNK][N_STILL]; // all of the moments
} chunk;

static bool is_same_moment(const takt_pde_rows *in, int32_t p, int32_t q)
{
    const double *a = in->mu + (int64_t)p * in->mu_stride, *b = in->mu + (int64_t)q * in->mu_stride;
    bool is_same = in->x[2 * p + 1] == in->x[2 * q + 1];
    for (int32_t k = 0; k < TAKT_DRYING_PARAMETERS && a != b; ++k)
        is_same = is_same && a[k] == b[k];
    return is_same;
}

static void find_moments(const takt_pde_rows *in, int32_t first, chunk *c)
{
    c->n_moments = 0;
    for (int32_t p = 0; p < c->n; ++p) {
        if (p == 0 || !is_same_moment(in, first + p, first + p - 1))
            c->first[c->n_moments++] = first + p;
        c->moment[p] = c->n_moments - 1;
    }
}

/// exp and log are those of the site (the C library's): features have its very bits.
static void fill_still(const takt_pde_rows *in, chunk *c)
{
    for (int32_t k = 0; k < c->n_moments; ++k) {
        const double *mu = in->mu + (int64_t)c->first[k] * in->mu_stride;
        double *still = c->still[k];
        still[0] = 1.0 - c->share[k];
        still[1] = 1.0 / 3.0 * log(c->depth[k] + TAKT_DRYING_DEPTH_SMALL) + 1.0 / 3.0;
        still[2] = 2.0 * in->x[2 * c->first[k] + 1] - 1.0;
        const takt_drying_rates_scaled rates = takt_drying_scale_rates(mu, in->box);
        const double earlier = c->earlier[k], jump = 1.0 - earlier;
        still[3] = (rates.late - rates.early) * jump + rates.early;
        still[4] = 2.0 * (rates.late - rates.early) * (earlier * jump);
        takt_drying_plain(mu, in->box, still + N_MOVING - N_LAYERS);
    }
}

/// Lanes behind the last moment repeat it.
static void take_moments(const takt_pde_rows *in, chunk *c)
{
    moments m = {.progress = {0}}; // lanes that have not begun compute with whatever stands there
    for (int32_t begin = 0; begin < c->n_moments; begin += LANES) {
        for (int32_t i = 0; i < LANES; ++i) {
            const int32_t k = begin + i < c->n_moments ? begin + i : c->n_moments - 1;
            const double *mu = in->mu + (int64_t)c->first[k] * in->mu_stride;
            for (int32_t j = 0; j < TAKT_DRYING_PARAMETERS; ++j)
                m.mu[j][i] = mu[j];
            m.progress[i] = in->x[2 * c->first[k] + 1];
        }
        run_moments(&m);
        memcpy(c->depth + begin, m.depth, sizeof m.depth);
        memcpy(c->share + begin, m.share, sizeof m.share);
        memcpy(c->reach + begin, m.reach, sizeof m.reach);
        memcpy(c->contrast + begin, m.contrast, sizeof m.contrast);
        memcpy(c->earlier + begin, m.earlier_share, sizeof m.earlier_share);
    }
    fill_still(in, c);
}

static void put_still(const double *still, int i, double (*rows)[LANES])
{
    for (int32_t f = N_LAYERS; f < N_MOVING; ++f)
        put_feature(rows, f, i, still[f - N_LAYERS], 0.0);
    for (int32_t f = 0; f < TAKT_DRYING_PLAIN; ++f)
        rows[ROW_PLAIN + f][i] = still[N_MOVING - N_LAYERS + f];
}

/// Lanes of points from `begin` of the chunk on, behind `first` of all; the last one repeats.
static void take_points(const takt_pde_rows *in, const chunk *c, int32_t first, int32_t begin)
{
    const int32_t n = c->n - begin < LANES ? c->n - begin : LANES;
    double rows[N_ROWS][LANES];
    film_points at;
    for (int32_t i = 0; i < LANES; ++i) {
        const int32_t p = begin + (i < n ? i : n - 1), k = c->moment[p];
        at.xi[i] = in->x[2 * (first + p)];
        at.depth[i] = c->depth[k];
        at.share[i] = c->share[k];
        at.reach[i] = c->reach[k];
        at.contrast[i] = c->contrast[k];
        at.earlier[i] = c->earlier[k];
        put_still(c->still[k], i, rows);
    }
    find_steepness(&at);
    for (int32_t i = 0; i < LANES; ++i)
        at.steep[i] = exp(at.steepness[i]);
    lay_rows(&at, rows);
    for (int32_t r = 0; r < N_ROWS; ++r) {
        double *row = r < ROW_FACTOR ? in->features + (int64_t)r * in->stride
                      : r < ROW_BASE ? in->factor + (int64_t)(r - ROW_FACTOR) * in->stride
                                     : in->base + (int64_t)(r - ROW_BASE) * in->stride;
        memcpy(row + first + begin, rows[r], (size_t)n * sizeof *row);
    }
}

void takt_drying_rows(const takt_pde_rows *in)
{
    chunk c;
    for (int32_t first = 0; first < in->n; first += CHUNK) {
        c.n = in->n - first < CHUNK ? in->n - first : CHUNK;
        find_moments(in, first, &c);
        take_moments(in, &c);
        for (int32_t begin = 0; begin < c.n; begin += LANES)
            take_points(in, &c, first, begin);
    }
}
