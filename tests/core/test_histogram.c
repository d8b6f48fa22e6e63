// Quantiles of the histogram stay within its bound of the sorted numbers, buckets tile the whole
// numbers without gap or overlap, and merging in any order gives the same counts.
#include "core/histogram.h"
#include "core/memory.h"
#include "core/rng.h"
#include "tests/check.h"

static void buckets_tile_the_numbers(void)
{
    int64_t next = 0;
    for (int32_t i = 0; i < TAKT_HISTOGRAM_SIZE - 1; ++i) {
        const int64_t lower = takt_histogram_lower(i), width = takt_histogram_width(i);
        CHECK_INT(lower, next);
        CHECK_INT(takt_histogram_place(lower), i);
        CHECK_INT(takt_histogram_place(lower + width - 1), i);
        CHECK(width == 1 || width * 128 <= lower);
        next = lower + width;
    }
    // The last bucket begins within the range and takes everything beyond it.
    CHECK_INT(takt_histogram_lower(TAKT_HISTOGRAM_SIZE - 1), next);
    CHECK_INT(takt_histogram_place(next), TAKT_HISTOGRAM_SIZE - 1);
    CHECK_INT(takt_histogram_place(INT64_C(1) << 50), TAKT_HISTOGRAM_SIZE - 1);
    CHECK_INT(takt_histogram_place(INT64_MAX), TAKT_HISTOGRAM_SIZE - 1);
    CHECK_INT(takt_histogram_place(-5), 0);
    CHECK_INT(takt_histogram_place(0), 0);
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double uniform(uint32_t entity, uint64_t draw)
{
    const takt_stream stream = {.seed = 11, .entity = entity, .purpose = TAKT_PURPOSE_TEST};
    return takt_stream_uniform(&stream, draw);
}

/// Numbers over eleven orders of magnitude, a tight cluster, and many equal ones.
static int64_t number_of(int kind, uint64_t i)
{
    const double u = uniform((uint32_t)kind, i);
    if (kind == 0)
        return (int64_t)pow(10, 11 * u);
    if (kind == 1)
        return 3600000000 + (int64_t)(1000 * u);
    return u < 0.7 ? 4242424242 : (int64_t)(-30e6 * log(u));
}

static void quantiles_are_those_of_the_sorted_numbers(void)
{
    enum { N = 20000 };
    static const double probabilities[] = {0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.9999, 1};
    static int64_t numbers[N];
    for (int kind = 0; kind < 3; ++kind) {
        uint32_t *counts = takt_alloc(TAKT_HISTOGRAM_SIZE * sizeof *counts);
        for (uint64_t i = 0; i < N; ++i) {
            numbers[i] = number_of(kind, i);
            takt_histogram_add(counts, numbers[i]);
        }
        qsort(numbers, N, sizeof *numbers, ascending);
        CHECK_INT(takt_histogram_total(counts), N);
        for (size_t k = 0; k < sizeof probabilities / sizeof *probabilities; ++k) {
            const double wanted = ceil(probabilities[k] * N);
            const int64_t exact = numbers[wanted < 1 ? 0 : (int)wanted - 1];
            CHECK_NEAR(takt_histogram_quantile(counts, probabilities[k]), (double)exact, 1.0 / 128,
                       0);
        }
        takt_free(counts);
    }
}

static void small_numbers_are_exact(void)
{
    uint32_t *counts = takt_alloc(TAKT_HISTOGRAM_SIZE * sizeof *counts);
    CHECK_NEAR(takt_histogram_quantile(counts, 0.5), 0, 0, 0);
    for (int64_t i = 1; i <= 100; ++i)
        takt_histogram_add(counts, i);
    for (int i = 1; i <= 100; ++i)
        CHECK_NEAR(takt_histogram_quantile(counts, i / 100.0 - 0.001), i, 0, 0);
    takt_free(counts);
}

static void merging_is_addition(void)
{
    enum { PARTS = 3, N = 3000 };
    const size_t n_bytes = TAKT_HISTOGRAM_SIZE * sizeof(uint32_t);
    uint32_t *all = takt_alloc(n_bytes), *forth = takt_alloc(n_bytes), *back = takt_alloc(n_bytes);
    uint32_t *parts[PARTS];
    for (int p = 0; p < PARTS; ++p)
        parts[p] = takt_alloc(n_bytes);
    for (uint64_t i = 0; i < N; ++i) {
        takt_histogram_add(all, number_of(0, i));
        takt_histogram_add(parts[i % PARTS], number_of(0, i));
    }
    for (int p = 0; p < PARTS; ++p) {
        takt_histogram_merge(forth, parts[p]);
        takt_histogram_merge(back, parts[PARTS - 1 - p]);
    }
    CHECK(memcmp(all, forth, n_bytes) == 0 && memcmp(all, back, n_bytes) == 0);
    // A full bucket stays full, whether it is counted into or merged into, first or last.
    all[5] = UINT32_MAX - 1;
    takt_histogram_add(all, 5);
    takt_histogram_add(all, 5);
    CHECK(all[5] == UINT32_MAX);
    forth[5] = 7;
    takt_histogram_merge(forth, all);
    CHECK(forth[5] == UINT32_MAX);
    for (int p = 0; p < PARTS; ++p)
        takt_free(parts[p]);
    takt_free(all);
    takt_free(forth);
    takt_free(back);
}

TAKT_TESTS(TEST(buckets_tile_the_numbers), TEST(quantiles_are_those_of_the_sorted_numbers),
           TEST(small_numbers_are_exact), TEST(merging_is_addition))
