#include "sim/draws_internal.h"

#include "sim/distribution_math.h"

#include <string.h>

/// Natural logarithm of x in (0, 1], branch-free so that loops over it vectorise, built of + - * /
/// only so that every machine and device gives the same bits. Argument reduction and the odd series
/// in s = f / (2 + f) as in the classical fdlibm log; error below 1 ulp (tested against libm).
static inline double log_unit(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    // Shift the mantissa to [sqrt(1/2), sqrt(2)): the exponent grows where the high bits pass it.
    const uint64_t shifted = bits + (0x3FF0000000000000ull - 0x3FE6A09E667F3BCDull);
    const int64_t exponent = (int64_t)(shifted >> 52) - 1023;
    const uint64_t mantissa = (shifted & 0x000FFFFFFFFFFFFFull) + 0x3FE6A09E667F3BCDull;
    double m;
    memcpy(&m, &mantissa, sizeof m);
    // The exponent as a double without an integer conversion, which AVX2 lacks for 64 bits.
    const uint64_t magic_bits = 0x4330000000000000ull + (uint64_t)(exponent + 2048);
    double magic;
    memcpy(&magic, &magic_bits, sizeof magic);
    const double k = magic - (0x1.0p52 + 2048.0);

    const double f = m - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    const double w = z * z;
    const double t1 = w * (3.999999999940941908e-01 +
                           w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const double t2 = z * (6.666666666666735130e-01 +
                           w * (2.857142874366239149e-01 +
                                w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const double r = t1 + t2;
    const double half = 0.5 * f * f;
    return k * 6.93147180369123816490e-01 -
           ((half - (s * (half + r) + k * 1.90821492927058770002e-10)) - f);
}

/// 64 uniforms from 32 blocks. One lane per block: the loop body has no branch and no call.
TAKT_SIMD_CLONES
static void fill_uniform(const takt_stream *stream, int64_t first, double *TAKT_RESTRICT out)
{
    double high[TAKT_DRAWS_CACHED / 2], low[TAKT_DRAWS_CACHED / 2];
    const uint32_t purpose = (uint32_t)stream->purpose << 16;
    const uint64_t block = (uint64_t)first >> 1;
    const uint32_t key0 = (uint32_t)stream->seed, key1 = (uint32_t)(stream->seed >> 32);
    const uint32_t replication = stream->replication & ~TAKT_REPLICATION_MIRRORED;
    const uint32_t entity = stream->entity, mirror = takt_stream_mirror(stream);
    for (int i = 0; i < TAKT_DRAWS_CACHED / 2; ++i) {
        const uint64_t b = block + (uint64_t)i;
        const uint32_t counter[4] = {(uint32_t)b, replication, entity,
                                     purpose | ((uint32_t)(b >> 32) & 0xFFFFu)};
        const uint32_t key[2] = {key0, key1};
        uint32_t bits[4];
        takt_philox4x32(counter, key, bits);
        high[i] = takt_bits_to_uniform(bits[0] ^ mirror, bits[1] ^ mirror);
        low[i] = takt_bits_to_uniform(bits[2] ^ mirror, bits[3] ^ mirror);
    }
    for (int i = 0; i < TAKT_DRAWS_CACHED / 2; ++i) {
        out[2 * i] = high[i];
        out[2 * i + 1] = low[i];
    }
}

TAKT_SIMD_CLONES
static void to_exponential(double *out)
{
    for (int i = 0; i < TAKT_DRAWS_CACHED; ++i)
        out[i] = -log_unit(out[i]);
}

/// The bell's middle in a loop without branches; its tails, 15 of 100, one by one.
TAKT_SIMD_CLONES
static void to_normal(double *out)
{
    double middle[TAKT_DRAWS_CACHED];
    for (int i = 0; i < TAKT_DRAWS_CACHED; ++i)
        middle[i] = takt_normal_quantile_center_(out[i] - 0.5);
    for (int i = 0; i < TAKT_DRAWS_CACHED; ++i)
        out[i] = fabs(out[i] - 0.5) <= 0.425 ? middle[i] : takt_variate_normal(out[i]);
}

/// What a stream of this kind holds in its cache.
typedef enum base { UNIFORM, EXPONENTIAL, NORMAL } base;

static base base_of(int32_t kind)
{
    switch (kind) {
    case TAKT_DISTRIBUTION_EXPONENTIAL:
    case TAKT_DISTRIBUTION_WEIBULL:
    case TAKT_DISTRIBUTION_GEOMETRIC:
        return EXPONENTIAL;
    case TAKT_DISTRIBUTION_LOG_NORMAL:
    case TAKT_DISTRIBUTION_GAMMA:
        return NORMAL;
    default:
        return UNIFORM;
    }
}

double takt_draws_upper(int32_t kind, double variate)
{
    double below = variate, above = 1.0 - variate;
    const base which = base_of(kind);
    if (which == EXPONENTIAL)
        return takt_exp(-variate);
    if (which == NORMAL)
        takt_normal_pq(variate, &below, &above);
    return above;
}

double takt_draws_variate(int32_t kind, double uniform)
{
    const base which = base_of(kind);
    if (which == EXPONENTIAL)
        return -log_unit(uniform);
    return which == NORMAL ? takt_variate_normal(uniform) : uniform;
}

void takt_draws_fill(const takt_stream *stream, int32_t kind, int64_t first,
                     double out[TAKT_DRAWS_CACHED])
{
    const base which = base_of(kind);
    fill_uniform(stream, first, out);
    if (which == EXPONENTIAL)
        to_exponential(out);
    else if (which == NORMAL)
        to_normal(out);
}

double takt_draws_value(const takt_plan_time *time, double variate)
{
    switch (time->kind) {
    case TAKT_DISTRIBUTION_LOG_NORMAL:
        return takt_exp(time->location + time->scale * variate);
    case TAKT_DISTRIBUTION_TRIANGULAR:
        return time->location + time->scale * takt_variate_triangular(variate, time->shape);
    case TAKT_DISTRIBUTION_GAMMA:
        return time->scale * takt_exp(takt_gamma_table_log(time->table, variate));
    case TAKT_DISTRIBUTION_WEIBULL:
        return time->scale * takt_variate_power(variate, 1.0 / time->shape);
    case TAKT_DISTRIBUTION_GEOMETRIC:
        return time->scale * takt_variate_geometric(variate, time->shape);
    case TAKT_DISTRIBUTION_NORMAL:
        return takt_variate_cut_normal(variate, time->location, time->scale, time->shape);
    case TAKT_DISTRIBUTION_EMPIRICAL:
        return time->scale * takt_variate_empirical(variate, time->table, time->n_values);
    default:
        return time->location;
    }
}

TAKT_SIMD_CLONES
static void exponential_ticks(const double *variates, double mean, takt_tick *out)
{
    for (int i = 0; i < TAKT_DRAWS_CACHED; ++i) // positive, below 37 means: nothing to bound
        out[i] = (takt_tick)(mean * variates[i] + 0.5);
}

void takt_draws_fill_ticks(const takt_stream *stream, int32_t kind, int64_t first,
                           const takt_plan_time *time, takt_tick out[TAKT_DRAWS_CACHED])
{
    double variates[TAKT_DRAWS_CACHED];
    takt_draws_fill(stream, kind, first, variates);
    if (time->kind == TAKT_DISTRIBUTION_EXPONENTIAL && time->scale < 1e16) {
        exponential_ticks(variates, time->scale, out);
        return;
    }
    for (int i = 0; i < TAKT_DRAWS_CACHED; ++i)
        out[i] = takt_draws_ticks(time, variates[i]);
}
