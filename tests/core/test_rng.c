// Philox4x32-10 gives the published vectors; streams are uniform and neighbours are independent.
#include "core/rng.h"
#include "tests/check.h"

static void known_answers(void)
{
    // Random123, kat_vectors, philox4x32 with 10 rounds.
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } cases[] = {{{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                 {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                  {0xffffffff, 0xffffffff},
                  {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                 {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                  {0xa4093822, 0x299f31d0},
                  {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        uint32_t out[4];
        takt_philox4x32(cases[i].counter, cases[i].key, out);
        for (int j = 0; j < 4; ++j)
            CHECK_INT(out[j], cases[i].out[j]);
    }
}

static void uniforms_lie_inside_the_open_interval(void)
{
    CHECK(takt_bits_to_uniform(0, 0) == 0x1p-53);
    CHECK(takt_bits_to_uniform(UINT32_MAX, UINT32_MAX) == 1.0 - 0x1p-53);
    CHECK(takt_bits_to_uniform(0x80000000u, 0) == 0.5 + 0x1p-53);
}

static void every_part_of_the_identity_matters(void)
{
    const takt_stream base = {.seed = 1, .replication = 2, .entity = 3, .purpose = 4};
    takt_stream other[5] = {base, base, base, base, base};
    other[0].seed = 2;
    other[1].seed = 1 | 1ull << 40;
    other[2].replication = 3;
    other[3].entity = 4;
    other[4].purpose = 5;
    const double u = takt_stream_uniform(&base, 7);
    CHECK(u == takt_stream_uniform(&base, 7));
    CHECK(u != takt_stream_uniform(&base, 6));
    CHECK(u != takt_stream_uniform(&base, 7 + (1ull << 34)));
    for (int i = 0; i < 5; ++i)
        CHECK(u != takt_stream_uniform(&other[i], 7));
}

/// Chi-square of `n` uniforms over 256 bins. Fixed seeds: this is one number, not a chance.
static double chi_square(const takt_stream *stream, int n)
{
    int counts[256] = {0};
    double sum = 0;
    for (int i = 0; i < n; ++i)
        counts[(int)(256 * takt_stream_uniform(stream, (uint64_t)i))]++;
    const double expected = n / 256.0;
    for (int i = 0; i < 256; ++i)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

static void a_stream_is_uniform(void)
{
    // 255 degrees of freedom: mean 255, standard deviation 22.6. The band holds 99.9998 % of fair
    // generators on either side (4.8 sigma).
    for (uint32_t entity = 0; entity < 8; ++entity) {
        const takt_stream stream = {.seed = 42, .entity = entity, .purpose = TAKT_PURPOSE_TEST};
        const double value = chi_square(&stream, 100000);
        CHECK(value > 255 - 4.8 * 22.6 && value < 255 + 4.8 * 22.6);
    }
}

/// Correlation of the draws of two streams, scaled to a standard normal.
static double correlation(const takt_stream *a, const takt_stream *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; ++i)
        sum += (takt_stream_uniform(a, (uint64_t)i) - 0.5) *
               (takt_stream_uniform(b, (uint64_t)i) - 0.5);
    return sum * 12.0 / sqrt(n);
}

static void neighbour_streams_are_independent(void)
{
    const takt_stream base = {.seed = 7, .replication = 1, .entity = 1, .purpose = 1};
    for (uint32_t i = 1; i <= 16; ++i) {
        takt_stream replication = base, entity = base, purpose = base, seed = base;
        replication.replication += i;
        entity.entity += i;
        purpose.purpose = (uint16_t)(purpose.purpose + i);
        seed.seed += i;
        CHECK(fabs(correlation(&base, &replication, 20000)) < 4.8);
        CHECK(fabs(correlation(&base, &entity, 20000)) < 4.8);
        CHECK(fabs(correlation(&base, &purpose, 20000)) < 4.8);
        CHECK(fabs(correlation(&base, &seed, 20000)) < 4.8);
    }
}

TAKT_TESTS(TEST(known_answers), TEST(uniforms_lie_inside_the_open_interval),
           TEST(every_part_of_the_identity_matters), TEST(a_stream_is_uniform),
           TEST(neighbour_streams_are_independent))
