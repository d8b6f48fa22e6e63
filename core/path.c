#include "core/path_internal.h"

#include "core/text.h"
#include "core/words.h"

#include <string.h>

static bool is_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return n > 0;
}

/// One step from *cursor on; false when there is none.
static bool next_step(const char **cursor, bool first, takt_step *step)
{
    const char *p = *cursor;
    if (*p == '[') {
        const size_t n = strcspn(++p, "]");
        if (n == 0 || p[n] != ']' || memchr(p, '[', n))
            return false;
        *step = (takt_step){.kind = TAKT_STEP_NAME, .text = p, .n = n};
        if (is_digits(p, n)) {
            step->kind = TAKT_STEP_INDEX;
            if (n > 9)
                return false;
            for (size_t i = 0; i < n; ++i)
                step->index = step->index * 10 + (p[i] - '0');
        }
        *cursor = p + n + 1;
        return true;
    }
    if (!first && *p++ != '.')
        return false;
    const size_t n = strcspn(p, ".[]=");
    *step = (takt_step){.kind = TAKT_STEP_KEY, .text = p, .n = n};
    *cursor = p + n;
    return n > 0;
}

takt_status takt_path_split(const char *path, takt_step *steps, int *n_steps)
{
    const char *cursor = path;
    char shown[TAKT_SHOWN_BYTES];
    *n_steps = 0;
    for (size_t i = 0, left = strlen(path), n; i < left; i += n) {
        n = takt_printable_bytes(path + i, left - i);
        if (n == 0)
            return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found a control character, allowed: text",
                             takt_shown(path, left, shown));
    }
    do {
        if (*n_steps == TAKT_PATH_MAX_STEPS || !next_step(&cursor, *n_steps == 0, steps + *n_steps))
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "%s: found no path, allowed: keys like a.b[2].c or "
                             "a.b[name].c",
                             takt_shown(path, strlen(path), shown));
        steps[*n_steps].end = (size_t)(cursor - path);
        ++*n_steps;
    } while (*cursor);
    return TAKT_OK;
}

bool takt_step_is(const takt_step *step, const char *text)
{
    return strlen(text) == step->n && memcmp(text, step->text, step->n) == 0;
}
