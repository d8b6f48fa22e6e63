/// Bands are what a hand simulation gives for a line without chance, and the quantiles of the
/// replications themselves for one with it; they come in rounds, and a new shown replication
/// changes nothing else.
#include "core/clock.h"
#include "sim/look.h"
#include "tests/sim/factories.h"
#include "viz/bands.h"

enum { SAMPLES = TAKT_BANDS_SAMPLES, MAX_SERIES = 64 };

typedef struct bench {
    takt_study *study;
    takt_scenario *scenario;
    takt_bands *bands;
    takt_board *board;
} bench;

static bench open_bench(takt_study *study, int32_t replications)
{
    bench b = {.study = study};
    study->replications = replications;
    b.scenario = line_open(study);
    CHECK_OK(takt_bands_create(study, takt_scenario_plan(b.scenario), &b.bands));
    CHECK_OK(takt_board_create(&b.board));
    return b;
}

static void close_bench(bench *b)
{
    takt_bands_destroy(&b->bands);
    takt_board_destroy(&b->board);
    line_destroy(&b->study, &b->scenario);
}

static void run_to_end(bench *b)
{
    while (!takt_bands_are_done(b->bands)) {
        CHECK_OK(takt_bands_run(b->bands, takt_clock_s() + 60));
        CHECK_OK(takt_bands_put(b->bands, b->board));
    }
}

/// The values of a channel; checks that they are so many curves.
static void read_curves(const bench *b, takt_channel channel, size_t n_series, double *values)
{
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    CHECK(n_series <= MAX_SERIES);
    CHECK_INT(takt_board_copy(b->board, channel, values, MAX_SERIES * SAMPLES, sizes),
              n_series * SAMPLES);
    CHECK_INT(sizes[0], n_series);
    CHECK_INT(sizes[1], SAMPLES);
}

static double lo[MAX_SERIES * SAMPLES], median[MAX_SERIES * SAMPLES], hi[MAX_SERIES * SAMPLES],
    shown[MAX_SERIES * SAMPLES];

static void read_all(const bench *b, size_t n_series)
{
    read_curves(b, TAKT_CHANNEL_BAND_LO, n_series, lo);
    read_curves(b, TAKT_CHANNEL_BAND_MEDIAN, n_series, median);
    read_curves(b, TAKT_CHANNEL_BAND_HI, n_series, hi);
    read_curves(b, TAKT_CHANNEL_BAND_SHOWN, n_series, shown);
}

/// Two machines of 3 s and 5 s with one place between, 600 s in samples of 5 s. From 13 s on each
/// 5 s see one piece leave, first at work for 3 s, second always, 3 items in the plant, one
/// between.
static void a_line_without_chance(void)
{
    takt_study *study = line_create(400);
    study->horizon.warm_up_s = 200; // part of the curves, without a seam
    line_buffer(study, "between", 1);
    line_station(study, "first", line_constant(3), NULL, "between");
    line_station(study, "second", line_constant(5), "between", "out");
    bench b = open_bench(study, 10);
    double times_s[SAMPLES];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    run_to_end(&b);
    CHECK_INT(takt_bands_replications(b.bands), 10);
    CHECK_INT(takt_board_copy(b.board, TAKT_CHANNEL_BAND_TIME, times_s, SAMPLES, sizes), SAMPLES);
    read_all(&b, 5);
    for (int k = 0; k < SAMPLES; ++k)
        CHECK_NEAR(times_s[k], 5.0 * (k + 1), 1e-15, 0);
    for (size_t i = 0; i < 5 * (size_t)SAMPLES; ++i)
        CHECK(lo[i] == median[i] && hi[i] == median[i] && shown[i] == median[i]);
    // Samples at 5, 10, 15 s: pieces leave at 8, 13, 18, ...
    static const double start[5][3] = {{0, 1, 1},  // left
                                       {2, 3, 3},  // in the plant
                                       {0, 1, 1},  // between
                                       {5, 5, 4},  // s that first works: blocked 12-13
                                       {2, 5, 5}}; // s that second works: from 3 on
    for (int k = 0; k < SAMPLES; ++k) {
        const int at = k < 3 ? k : 3;
        CHECK_NEAR(median[k], (at < 3 ? start[0][at] : 1) * 3600 / 5, 1e-12, 0);
        CHECK_NEAR(median[SAMPLES + k], at < 3 ? start[1][at] : 3, 0, 0);
        CHECK_NEAR(median[2 * SAMPLES + k], at < 3 ? start[2][at] : 1, 0, 0);
        CHECK_NEAR(median[3 * SAMPLES + k], (at < 3 ? start[3][at] : 3) / 5, 1e-12, 0);
        CHECK_NEAR(median[4 * SAMPLES + k], (at < 3 ? start[4][at] : 5) / 5, 1e-12, 0);
    }
    close_bench(&b);
}

/// One curve of one replication, sampled here: items in the plant, or good output.
static void sample_directly(const bench *b, uint32_t index, double *items, double *good)
{
    takt_replication *r = takt_scenario_replication(b->scenario);
    const double end_s = r->plan->warm_up_s + r->plan->measured_s;
    double before = 0;
    CHECK_OK(takt_replication_reset(r, index));
    for (int k = 0; k < SAMPLES; ++k) {
        CHECK_OK(takt_replication_advance(r, LINE_S(end_s * (k + 1) / SAMPLES)));
        items[k] = r->view.head->n_in_plant;
        good[k] = (r->view.head->good - before) / (end_s / SAMPLES / 3600);
        before = r->view.head->good;
    }
}

/// The share of values at or below, done the long way: the k-th smallest by counting.
static double kth(const double *values, int32_t n, int32_t k)
{
    for (int32_t i = 0; i < n; ++i) {
        int32_t below = 0, equal = 0;
        for (int32_t j = 0; j < n; ++j) {
            below += values[j] < values[i];
            equal += values[j] == values[i];
        }
        if (below <= k && k < below + equal)
            return values[i];
    }
    CHECK_FAILED("no value has the rank %d", k);
}

static double quantile_of(const double *values, int32_t n, double share)
{
    const double place = share * (n - 1);
    const double below = kth(values, n, (int32_t)floor(place));
    const double above = kth(values, n, (int32_t)ceil(place));
    return below + (place - floor(place)) * (above - below);
}

static void quantiles_of_a_queue(void)
{
    enum { N = 20, SHOWN = 13 };
    static double items[N][SAMPLES], good[N][SAMPLES];
    takt_study *study = line_mm1(0.8, 5000);
    study->horizon.warm_up_s = 1000;
    bench b = open_bench(study, N);
    CHECK_OK(takt_bands_restart(b.bands, SHOWN));
    run_to_end(&b);
    read_all(&b, 4);
    for (uint32_t i = 0; i < N; ++i)
        sample_directly(&b, i, items[i], good[i]);
    for (int k = 0; k < SAMPLES; ++k) {
        double column[2][N];
        for (int i = 0; i < N; ++i) {
            column[0][i] = good[i][k];
            column[1][i] = items[i][k];
        }
        for (int c = 0; c < 2; ++c) {
            CHECK_NEAR(lo[c * SAMPLES + k], quantile_of(column[c], N, 0.05), 1e-12, 1e-9);
            CHECK_NEAR(median[c * SAMPLES + k], quantile_of(column[c], N, 0.5), 1e-12, 1e-9);
            CHECK_NEAR(hi[c * SAMPLES + k], quantile_of(column[c], N, 0.95), 1e-12, 1e-9);
            CHECK_NEAR(shown[c * SAMPLES + k], column[c][SHOWN], 1e-12, 1e-9);
        }
    }
    close_bench(&b);
}

/// Curves are put after 8, 16 and all 20 replications, not between; names and units with them.
static void curves_come_in_rounds(void)
{
    bench b = open_bench(line_mm1(0.5, 2000), 20);
    int32_t rounds[8], n = 0;
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    CHECK_OK(takt_bands_put(b.bands, b.board));
    CHECK_INT(takt_board_sequence(b.board), 0);
    while (!takt_bands_are_done(b.bands)) {
        const int32_t before = takt_bands_replications(b.bands);
        CHECK_OK(takt_bands_run(b.bands, takt_clock_s())); // the shortest slices
        CHECK_OK(takt_bands_put(b.bands, b.board));
        if (takt_bands_replications(b.bands) != before) {
            CHECK(n < 8);
            rounds[n++] = takt_bands_replications(b.bands);
        }
    }
    CHECK_INT(n, 3);
    CHECK(rounds[0] == 8 && rounds[1] == 16 && rounds[2] == 20);
    const takt_piece *names = takt_board_frame(b.board, TAKT_CHANNEL_BAND_NAME, 0);
    const takt_piece *units = takt_board_frame(b.board, TAKT_CHANNEL_BAND_UNIT, 0);
    static const char expected[] = "good_unit_per_h\0items_in_plant\0level_queue\0working_server";
    static const char expected_units[] = "unit/h\0items\0items\0"
                                         "1";
    CHECK(names && units);
    CHECK_INT(names->n_bytes, TAKT_FRAME_HEAD_BYTES + sizeof expected);
    CHECK(!memcmp(names->bytes + TAKT_FRAME_HEAD_BYTES, expected, sizeof expected));
    CHECK(!memcmp(units->bytes + TAKT_FRAME_HEAD_BYTES, expected_units, sizeof expected_units));
    takt_piece_release(names);
    takt_piece_release(units);
    CHECK_INT(takt_board_copy(b.board, TAKT_CHANNEL_BAND_LO, NULL, 0, sizes), 4 * SAMPLES);
    close_bench(&b);
}

/// Showing another replication leaves the quantiles, and another design forgets them.
static void another_one_is_shown(void)
{
    bench b = open_bench(line_mm1(0.8, 3000), 9);
    static double before[4 * SAMPLES];
    run_to_end(&b);
    read_all(&b, 4);
    memcpy(before, median, sizeof before);
    CHECK_OK(takt_bands_show(b.bands, 4));
    CHECK(!takt_bands_are_done(b.bands));
    run_to_end(&b);
    read_all(&b, 4);
    CHECK(memcmp(before, median, sizeof before) == 0);
    double items[SAMPLES], good[SAMPLES];
    sample_directly(&b, 4, items, good);
    for (int k = 0; k < SAMPLES; ++k)
        CHECK_NEAR(shown[SAMPLES + k], items[k], 0, 0);
    CHECK_OK(takt_bands_restart(b.bands, 0));
    CHECK_INT(takt_bands_replications(b.bands), 0);
    run_to_end(&b);
    read_all(&b, 4);
    CHECK(memcmp(before, median, sizeof before) == 0); // the design was the same
    close_bench(&b);
}

/// A plant that overflows at 17 s of 1,200 s has one sample, then none.
static void curves_end_where_a_plant_overflows(void)
{
    takt_study *study = line_create(1200);
    study->factory.max_items = 16;
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    line_station(study, "slow", line_constant(100), "queue", "out");
    bench b = open_bench(study, 3);
    run_to_end(&b);
    read_all(&b, 4);
    CHECK_NEAR(median[SAMPLES], 10, 0, 0);
    CHECK(isnan(median[SAMPLES + 1]) && isnan(shown[SAMPLES + SAMPLES - 1]));
    close_bench(&b);
}

TAKT_TESTS(TEST(a_line_without_chance), TEST(quantiles_of_a_queue), TEST(curves_come_in_rounds),
           TEST(another_one_is_shown), TEST(curves_end_where_a_plant_overflows))
