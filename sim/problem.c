#include "sim/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

takt_path takt_path_of(const char *format, ...)
{
    takt_path path;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path.text, sizeof path.text, format, arguments);
    va_end(arguments);
    return path;
}

takt_status takt_problem_set(takt_problem *problem, takt_path path, const char *format, ...)
{
    va_list arguments;
    memcpy(problem->path, path.text, sizeof problem->path);
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: %s", problem->path, problem->text);
}
