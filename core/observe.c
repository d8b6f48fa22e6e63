#include "core/observe.h"

#include <stdarg.h>
#include <stdio.h>

void takt_observe_log(const takt_observer *observer, takt_log_level level, const char *topic,
                      const char *format, ...)
{
    if (!observer || !observer->log)
        return;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const takt_log_event event = {.level = level, .topic = topic, .text = text};
    observer->log(observer->context, &event);
}
