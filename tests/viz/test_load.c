// A crowd gets the newest, in order, and nobody is closed, whoever among it has
// stalled or says nothing: the load generator of the benchmarks against the
// server, small enough for sanitizers.

#include "benchmarks/viz/stage.h"
#include "tests/check.h"

// The generator belongs to the benchmarks, which are no library.
#include "benchmarks/viz/client.c" // NOLINT(bugprone-suspicious-include)
#include "benchmarks/viz/load.c"   // NOLINT(bugprone-suspicious-include)
#include "benchmarks/viz/stage.c"  // NOLINT(bugprone-suspicious-include)

/// False in a build without the server or its page.
static bool open_stage(takt_stage *stage)
{
    const takt_status status = takt_stage_open(stage);
    if (status != TAKT_ERR_UNSUPPORTED) {
        CHECK_OK(status);
        return true;
    }
    printf("%s\n", takt_status_text(status)); // ctest reads it and reports the test as skipped
    takt_stage_close(stage);
    return false;
}

/// False as above.
static bool play(const takt_load_config *config, int64_t *n_put, takt_load_result *result)
{
    takt_stage stage;
    if (!open_stage(&stage))
        return false;
    CHECK_OK(takt_stage_join(&stage, config));
    CHECK_INT(takt_server_count(stage.server).viewers, config->n_viewers);
    CHECK_OK(takt_stage_play(&stage, 1.5, true));
    *n_put = stage.n_put;
    // What they have got by now is the newest: the last frame has had a second.
    const double rest_s = takt_clock_s() + 1;
    while (takt_clock_s() < rest_s)
        usleep(10000);
    CHECK_OK(takt_load_stop(&stage.load, result));
    takt_stage_close(&stage);
    return true;
}

static void everybody_has_the_newest(void)
{
    const takt_load_config config = {.max_hz = 60, .n_viewers = 60, .core = -1, .limit_s = 60};
    takt_load_result result;
    int64_t n_put = 0;
    if (!play(&config, &n_put, &result))
        return;
    CHECK_TEXT(result.problem, "");
    CHECK_INT(result.n_closed, 0);
    CHECK_INT(result.n_behind, 0);
    CHECK_INT(result.n_backwards, 0);
    CHECK(result.n_frames >= 60 && result.n_frames <= 60 * n_put);
    CHECK(result.first_frame_s > 0);
}

static void stalled_and_silent_ones_harm_nobody(void)
{
    const takt_load_config config = {
        .max_hz = 60, .n_viewers = 60, .n_stalled = 20, .n_idle = 100, .core = -1, .limit_s = 60};
    takt_load_result result;
    int64_t n_put = 0;
    if (!play(&config, &n_put, &result))
        return;
    CHECK_TEXT(result.problem, "");
    CHECK_INT(result.n_closed, 0);
    CHECK_INT(result.n_behind, 0);
    CHECK_INT(result.n_backwards, 0);
    CHECK(result.n_frames >= 40 && result.n_frames <= 40 * n_put);
}

static void a_wrong_token_is_told(void)
{
    takt_stage stage;
    takt_load *load = NULL;
    takt_load_result result = {0};
    if (!open_stage(&stage))
        return;
    const takt_load_config config = {.port = takt_server_port(stage.server),
                                     .token = "00000000000000000000000000000000",
                                     .max_hz = 30,
                                     .n_viewers = 3,
                                     .core = -1,
                                     .limit_s = 30};
    CHECK_OK(takt_load_start(&config, &load));
    CHECK_OK(takt_load_stop(&load, &result));
    takt_stage_close(&stage);
    CHECK_INT(result.n_closed, 3);
    CHECK_INT(result.n_frames, 0);
}

TAKT_TESTS(TEST(everybody_has_the_newest), TEST(stalled_and_silent_ones_harm_nobody),
           TEST(a_wrong_token_is_told))
