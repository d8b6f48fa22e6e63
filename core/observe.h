/// How floors tell somebody how far they are, without knowing who listens.
///
/// An observer is a struct of callbacks; NULL (the observer or a callback) costs one comparison.
/// Callbacks run on the caller's thread and return soon; they may not change any result.
#ifndef TAKT_CORE_OBSERVE_H
#define TAKT_CORE_OBSERVE_H

#include "core/hd.h"

#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// State of long work. Texts are borrowed for the time of the call.
typedef struct takt_progress {
    const char *phase;     // "search", "final replications"
    const char *unit;      // what `done` counts: "replications"
    int64_t done, total;   // total 0: unknown
    double rate;           // units per second; 0: unknown
    double seconds_left;   // negative: unknown
    double best;           // best value so far; NaN: none
    const char *best_name; // "cost per good kWh"; NULL: none
    const char *best_unit; // "EUR/kWh"; NULL: none
} takt_progress;

typedef enum takt_log_level { TAKT_LOG_INFO, TAKT_LOG_WARNING } takt_log_level;

/// Something that happened once. Texts are borrowed for the time of the call.
typedef struct takt_log_event {
    takt_log_level level;
    const char *topic; // one word: "farm", "checkpoint"
    const char *text;  // one line
} takt_log_event;

/// The listeners; `{0}` hears nothing. Whoever fills it owns `context`.
typedef struct takt_observer {
    void *context;
    void (*progress)(void *context, const takt_progress *progress);
    void (*log)(void *context, const takt_log_event *event);
} takt_observer;

/// Publishes progress.
TAKT_HD void takt_observe_progress(const takt_observer *observer, const takt_progress *progress)
{
    if (observer && observer->progress)
        observer->progress(observer->context, progress);
}

/// Publishes one line; it is formatted only when somebody listens, and cut at 1,023 bytes.
TAKT_API void takt_observe_log(const takt_observer *observer, takt_log_level level,
                               const char *topic, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

TAKT_EXTERN_C_END

#endif
