// Listeners hear exactly what is published, nobody listening is no trouble, and a stop can be asked
// for inside a signal handler.
#include "core/observe.h"
#include "core/stop.h"
#include "core/text.h"
#include "core/time.h"
#include "tests/check.h"

#include <signal.h>

static void note_progress(void *context, const takt_progress *progress)
{
    takt_text_printf(context, "%s %lld/%lld %s;", progress->phase, (long long)progress->done,
                     (long long)progress->total, progress->unit);
}

static void note_log(void *context, const takt_log_event *event)
{
    takt_text_printf(context, "%d %s: %s;", event->level, event->topic, event->text);
}

static void listeners_hear_what_is_published(void)
{
    takt_text heard = {0};
    const takt_observer observer = {.context = &heard, .progress = note_progress, .log = note_log};
    const takt_progress progress = {.phase = "search", .unit = "designs", .done = 3, .total = 9};
    takt_observe_progress(&observer, &progress);
    takt_observe_log(&observer, TAKT_LOG_WARNING, "farm", "%d ranks idle", 2);
    CHECK_TEXT(takt_text_get(&heard), "search 3/9 designs;1 farm: 2 ranks idle;");
    takt_text_destroy(&heard);
}

static void nobody_needs_to_listen(void)
{
    const takt_observer deaf = {0};
    const takt_progress progress = {.phase = "search"};
    takt_observe_progress(NULL, &progress);
    takt_observe_progress(&deaf, &progress);
    takt_observe_log(NULL, TAKT_LOG_INFO, "farm", "x");
    takt_observe_log(&deaf, TAKT_LOG_INFO, "farm", "x");
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    takt_stop_request();
}

static void a_signal_can_ask_for_a_stop(void)
{
    CHECK(!takt_stop_requested());
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    CHECK(takt_stop_requested());
    takt_stop_clear();
    CHECK(!takt_stop_requested());
    signal(SIGUSR1, SIG_DFL);
}

static void ticks_round_once_and_saturate(void)
{
    CHECK_INT(takt_tick_from_s(0), 0);
    CHECK_INT(takt_tick_from_s(1.5), 1500000);
    CHECK_INT(takt_tick_from_s(0.0000004), 0);
    CHECK_INT(takt_tick_from_s(0.0000006), 1);
    CHECK_NEAR(takt_tick_to_s(takt_tick_from_s(86400.25)), 86400.25, 0, 0);
    CHECK_INT(takt_tick_from_s(1e300), TAKT_TICK_NEVER / 4);
    CHECK_INT(takt_tick_from_s((double)INFINITY), TAKT_TICK_NEVER / 4);
}

TAKT_TESTS(TEST(listeners_hear_what_is_published), TEST(nobody_needs_to_listen),
           TEST(a_signal_can_ask_for_a_stop), TEST(ticks_round_once_and_saturate))
