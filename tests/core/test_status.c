// An error keeps one text and the trace of where it went, per thread.
#include "core/status.h"
#include "tests/check.h"

#include <pthread.h>

static takt_status inner(int n)
{
    if (n < 1)
        return TAKT_FAIL(TAKT_ERR_INPUT, "n: found %d, allowed: 1 or more", n);
    return TAKT_OK;
}

static takt_status outer(int n)
{
    TAKT_TRY(inner(n));
    return TAKT_OK;
}

static takt_status with_cleanup(int n, int *cleaned)
{
    takt_status status = TAKT_OK;
    TAKT_TRY_GOTO(outer(n), done);
done:
    ++*cleaned;
    return status;
}

static void an_error_carries_text_and_trace(void)
{
    int cleaned = 0;
    takt_error_clear();
    CHECK_OK(with_cleanup(1, &cleaned));
    CHECK_TEXT(takt_error_text(), "");
    CHECK_STATUS(with_cleanup(0, &cleaned), TAKT_ERR_INPUT);
    CHECK_INT(cleaned, 2);
    CHECK_TEXT(takt_error_text(), "n: found 0, allowed: 1 or more");
    const char *first = strstr(takt_error_trace(), "tests/core/test_status.c:");
    CHECK(first == takt_error_trace());
    int n_hops = 0;
    for (const char *p = takt_error_trace(); (p = strstr(p, " < ")); ++p)
        ++n_hops;
    CHECK_INT(n_hops, 2);
}

static void an_error_may_quote_the_one_before(void)
{
    (void)TAKT_FAIL(TAKT_ERR_FILE, "disk full");
    (void)TAKT_FAIL(TAKT_ERR_INPUT, "cannot save: %s", takt_error_text());
    CHECK_TEXT(takt_error_text(), "cannot save: disk full");
}

static void a_long_error_is_cut(void)
{
    char text[6000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)TAKT_FAIL(TAKT_ERR_INPUT, "%s", text);
    CHECK_INT(strlen(takt_error_text()), 4095);
    for (int i = 0; i < 1000; ++i)
        takt_error_trace_push(__FILE__, i);
    CHECK(strlen(takt_error_trace()) < 1024);
}

static void *fail_elsewhere(void *unused)
{
    (void)TAKT_FAIL(TAKT_ERR_MODEL, "elsewhere");
    return unused;
}

static void threads_do_not_share_errors(void)
{
    pthread_t thread;
    (void)TAKT_FAIL(TAKT_ERR_INPUT, "here");
    CHECK_INT(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_TEXT(takt_error_text(), "here");
}

static void exit_codes_are_those_of_the_manual(void)
{
    CHECK_INT(takt_status_exit_code(TAKT_OK), 0);
    CHECK_INT(takt_status_exit_code(TAKT_ERR_INPUT), 2);
    CHECK_INT(takt_status_exit_code(TAKT_ERR_FILE), 1);
    CHECK_INT(takt_status_exit_code(TAKT_STOPPED), 75);
    for (int i = 0; i < TAKT_STATUS_COUNT; ++i)
        CHECK(*takt_status_text((takt_status)i) != '\0');
}

static const char *broken;
static void note_bug(const char *condition, const char *file, int line)
{
    (void)file;
    (void)line;
    broken = condition;
}

static void a_broken_condition_reaches_the_handler(void)
{
    takt_assert_set_handler(note_bug);
    takt_assert_failed("1 < 0", __FILE__, __LINE__);
    takt_assert_set_handler(NULL);
    CHECK_TEXT(broken, "1 < 0");
}

TAKT_TESTS(TEST(an_error_carries_text_and_trace), TEST(an_error_may_quote_the_one_before),
           TEST(a_long_error_is_cut), TEST(threads_do_not_share_errors),
           TEST(exit_codes_are_those_of_the_manual), TEST(a_broken_condition_reaches_the_handler))
