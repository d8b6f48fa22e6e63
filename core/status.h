/// Status codes and the error line of this thread.
///
/// Three kinds of trouble, never mixed:
/// - a bug in takt asserts (`TAKT_ASSERT`);
/// - the world (files, memory, CUDA, MPI, users) returns a `takt_status` and leaves one clear line
///   that names file, line, field, what was found and what is allowed (`takt_error_text`);
/// - numerics that do not converge say so in a `reason` field of their result.
///
///     takt_status load(const char *path)
///     {
///         TAKT_TRY(open_it(path)); // forwards, adds file:line to the trace
///         if (n < 1)
///             return TAKT_FAIL(TAKT_ERR_INPUT, "%s: n: found %d, allowed: 1 or more", path, n);
///         return TAKT_OK;
///     }
///
/// No library floor prints or exits: `jobs` turns a status into stderr text and an exit code.
#ifndef TAKT_CORE_STATUS_H
#define TAKT_CORE_STATUS_H

#include "core/hd.h"

#include <stddef.h>

/// X(name, text, exit code of the program)
#define TAKT_STATUS_LIST(X)                                                                        \
    X(OK, "ok", 0)                                                                                 \
    X(ERR_INPUT, "bad input", 2)                                                                   \
    X(ERR_FILE, "file could not be read or written", 1)                                            \
    X(ERR_MEMORY, "out of memory", 1)                                                              \
    X(ERR_LIMIT, "a limit of the model was reached", 1)                                            \
    X(ERR_MODEL, "the model cannot go on", 1)                                                      \
    X(ERR_CUDA, "CUDA failed", 1)                                                                  \
    X(ERR_MPI, "MPI failed", 1)                                                                    \
    X(ERR_SOLVER, "PETSc failed", 1)                                                               \
    X(ERR_UNSUPPORTED, "not built into this program", 1)                                           \
    X(STOPPED, "stopped with a checkpoint", 75)

#define TAKT_STATUS_ENUM(name, text, code) TAKT_##name,
typedef enum takt_status { TAKT_STATUS_LIST(TAKT_STATUS_ENUM) TAKT_STATUS_COUNT } takt_status;
#undef TAKT_STATUS_ENUM

TAKT_EXTERN_C_BEGIN

/// The text of a status ("bad input"). Never NULL.
TAKT_API const char *takt_status_text(takt_status status);

/// The exit code the program gives for it (DESIGN 6: 0 done, 2 bad input, 75 stopped, 1 other).
TAKT_API int takt_status_exit_code(takt_status status);

/// Starts an error: stores the formatted text (at most 4,095 bytes) and clears the trace. The text
/// is one line; where there is a source line to show it follows after a newline, with a caret.
/// Returns `status`. Use through TAKT_FAIL.
TAKT_API takt_status takt_error_set(takt_status status, const char *file, int line,
                                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/// Appends file:line to the trace of this thread. Use through TAKT_TRY.
TAKT_API void takt_error_trace_push(const char *file, int line);

/// Text of the last error of this thread, "" when there is none. Owned by the thread, valid until
/// the next error.
TAKT_API const char *takt_error_text(void);

/// Where the last error came from: "core/yaml.c:120 < jobs/simulate.c:33". Owned by the thread.
TAKT_API const char *takt_error_trace(void);

/// Stores an error that came from elsewhere (another rank), with its trace.
TAKT_API takt_status takt_error_restore(takt_status status, const char *text, const char *trace);

/// Forgets the last error.
TAKT_API void takt_error_clear(void);

/// Called by TAKT_ASSERT: stores nothing, writes the broken condition to stderr and aborts. The
/// handler can be replaced (NULL restores the default).
typedef void (*takt_assert_handler)(const char *condition, const char *file, int line);
TAKT_API void takt_assert_set_handler(takt_assert_handler handler);
TAKT_API void takt_assert_failed(const char *condition, const char *file, int line);

TAKT_EXTERN_C_END

#define TAKT_FAIL(status, ...) takt_error_set((status), __FILE__, __LINE__, __VA_ARGS__)

#define TAKT_TRY(expression)                                                                       \
    do {                                                                                           \
        takt_status takt_try_status_ = (expression);                                               \
        if (takt_try_status_ != TAKT_OK) {                                                         \
            takt_error_trace_push(__FILE__, __LINE__);                                             \
            return takt_try_status_;                                                               \
        }                                                                                          \
    } while (0)

/// As TAKT_TRY in a function with a `takt_status status` variable and one cleanup label.
#define TAKT_TRY_GOTO(expression, label)                                                           \
    do {                                                                                           \
        status = (expression);                                                                     \
        if (status != TAKT_OK) {                                                                   \
            takt_error_trace_push(__FILE__, __LINE__);                                             \
            goto label;                                                                            \
        }                                                                                          \
    } while (0)

#ifdef NDEBUG
#define TAKT_ASSERT(condition) ((void)0)
#else
#define TAKT_ASSERT(condition)                                                                     \
    ((condition) ? (void)0 : takt_assert_failed(#condition, __FILE__, __LINE__))
#endif

#endif
