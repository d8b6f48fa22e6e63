#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char error_text[4096];
static _Thread_local char error_trace[1024];
static takt_assert_handler assert_handler;

const char *takt_status_text(takt_status status)
{
#define TAKT_STATUS_TEXT(name, text, code) text,
    static const char *const texts[] = {TAKT_STATUS_LIST(TAKT_STATUS_TEXT)};
#undef TAKT_STATUS_TEXT
    return (unsigned)status < TAKT_STATUS_COUNT ? texts[status] : "unknown status";
}

int takt_status_exit_code(takt_status status)
{
#define TAKT_STATUS_CODE(name, text, code) code,
    static const int codes[] = {TAKT_STATUS_LIST(TAKT_STATUS_CODE)};
#undef TAKT_STATUS_CODE
    return (unsigned)status < TAKT_STATUS_COUNT ? codes[status] : 1;
}

/// Only the part of a path that lies inside the project, so that no build folder is ever shown:
/// the project's own path is what stands before this file's place in it.
static const char *short_path(const char *file)
{
    const size_t n_root = strlen(__FILE__) - strlen("core/status.c");
    if (strncmp(file, __FILE__, n_root) == 0)
        return file + n_root;
    const char *slash = strrchr(file, '/'); // a program that uses the installed library
    return slash ? slash + 1 : file;
}

takt_status takt_error_set(takt_status status, const char *file, int line, const char *format, ...)
{
    // The arguments may point into the old text (an error that quotes an earlier one).
    char text[sizeof error_text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy(error_text, text, sizeof text);
    snprintf(error_trace, sizeof error_trace, "%s:%d", short_path(file), line);
    return status;
}

void takt_error_trace_push(const char *file, int line)
{
    size_t used = strlen(error_trace);
    if (used + 16 < sizeof error_trace)
        snprintf(error_trace + used, sizeof error_trace - used, "%s%s:%d", used ? " < " : "",
                 short_path(file), line);
}

const char *takt_error_text(void)
{
    return error_text;
}

const char *takt_error_trace(void)
{
    return error_trace;
}

takt_status takt_error_restore(takt_status status, const char *text, const char *trace)
{
    snprintf(error_text, sizeof error_text, "%s", text);
    snprintf(error_trace, sizeof error_trace, "%s", trace);
    return status;
}

void takt_error_clear(void)
{
    error_text[0] = '\0';
    error_trace[0] = '\0';
}

void takt_assert_set_handler(takt_assert_handler handler)
{
    assert_handler = handler;
}

void takt_assert_failed(const char *condition, const char *file, int line)
{
    if (assert_handler) {
        assert_handler(condition, file, line);
        return;
    }
    fprintf(stderr, "takt: bug: %s:%d: '%s' does not hold\n", short_path(file), line, condition);
    abort();
}
