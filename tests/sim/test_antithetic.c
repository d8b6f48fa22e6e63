// A mirrored replication draws 1 - u wherever the other draws u, bit for bit, and its times lie on
// the other side of the median.
#include "sim/draws_internal.h"
#include "tests/check.h"

static takt_stream stream_of(uint32_t replication, uint32_t entity)
{
    return (takt_stream){
        .seed = 77, .replication = replication, .entity = entity, .purpose = TAKT_PURPOSE_SERVICE};
}

static void every_uniform_is_mirrored(void)
{
    for (uint32_t entity = 0; entity < 20; ++entity) {
        const takt_stream plain = stream_of(6, entity);
        const takt_stream mirrored = stream_of(6 | TAKT_REPLICATION_MIRRORED, entity);
        for (uint64_t i = 0; i < 500; ++i) {
            const double u = takt_stream_uniform(&plain, i);
            const double v = takt_stream_uniform(&mirrored, i);
            CHECK(v == 1 - u && u == 1 - v && v > 0 && v < 1);
        }
    }
}

/// The loop that fills 64 at a time draws what single calls draw.
static void the_cache_is_mirrored_too(void)
{
    double plain[TAKT_DRAWS_CACHED], mirrored[TAKT_DRAWS_CACHED];
    for (int64_t first = 0; first < 640; first += TAKT_DRAWS_CACHED) {
        const takt_stream a = stream_of(3, 9), b = stream_of(3 | TAKT_REPLICATION_MIRRORED, 9);
        takt_draws_fill(&a, TAKT_DISTRIBUTION_UNIFORM, first, plain);
        takt_draws_fill(&b, TAKT_DISTRIBUTION_UNIFORM, first, mirrored);
        for (int i = 0; i < TAKT_DRAWS_CACHED; ++i) {
            CHECK(mirrored[i] == 1 - plain[i]);
            CHECK(mirrored[i] == takt_stream_uniform(&b, (uint64_t)(first + i)));
        }
        takt_draws_fill(&a, TAKT_DISTRIBUTION_EXPONENTIAL, first, plain);
        takt_draws_fill(&b, TAKT_DISTRIBUTION_EXPONENTIAL, first, mirrored);
        for (int i = 0; i < TAKT_DRAWS_CACHED; ++i)
            CHECK_NEAR(exp(-plain[i]) + exp(-mirrored[i]), 1, 1e-15, 0);
    }
}

static void the_number_of_a_replication_stays_its_own(void)
{
    const takt_stream plain = stream_of(6, 1), other = stream_of(7 | TAKT_REPLICATION_MIRRORED, 1);
    CHECK(takt_stream_uniform(&plain, 0) != 1 - takt_stream_uniform(&other, 0));
}

TAKT_TESTS(TEST(every_uniform_is_mirrored), TEST(the_cache_is_mirrored_too),
           TEST(the_number_of_a_replication_stays_its_own))
