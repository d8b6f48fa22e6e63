#include "core/path.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 64 };

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

static int smallest(int a, int b, int c)
{
    const int m = a < b ? a : b;
    return m < c ? m : c;
}

/// Optimal string alignment: insertions, deletions, replacements, swaps of neighbours.
static int distance(const char *a, int n_a, const char *b, int n_b)
{
    int rows[3][NAME_BYTES + 1];
    for (int j = 0; j <= n_b; ++j)
        rows[0][j] = j;
    for (int i = 1; i <= n_a; ++i) {
        int *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= n_b; ++j) {
            const int change = before[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = smallest(before[j] + 1, now[j - 1] + 1, change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                earlier[j - 2] + 1 < now[j])
                now[j] = earlier[j - 2] + 1;
        }
    }
    return rows[n_a % 3][n_b];
}

const char *takt_nearest(const char *text, size_t n_text, const char *const *names, int n)
{
    const char *best = NULL;
    if (n_text > NAME_BYTES)
        return NULL;
    int best_distance = 1 + (n_text < 6 ? 2 : (int)n_text / 3);
    for (int i = 0; i < n; ++i) {
        const size_t n_name = strlen(names[i]);
        if (n_name > NAME_BYTES)
            continue;
        const int d = distance(text, (int)n_text, names[i], (int)n_name);
        // A word of which nothing is left is no typing error.
        if (d < best_distance && d < (int)(n_text > n_name ? n_text : n_name)) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}

const char *takt_shown(const char *text, size_t n_text, char *out)
{
    enum { CUT = 60 };
    size_t used = 0, i = 0;
    while (i < n_text) {
        const size_t n = takt_printable_bytes(text + i, n_text - i);
        if (used + (n ? n : 1) > CUT)
            break;
        if (n)
            memcpy(out + used, text + i, n);
        else
            out[used] = '?';
        used += n ? n : 1;
        // All bytes of a character that may not be shown become one question mark.
        const size_t skip = takt_character_bytes(text + i, n_text - i);
        i += skip ? skip : 1;
    }
    snprintf(out + used, TAKT_SHOWN_BYTES - used, "%s", i < n_text ? "..." : "");
    return out;
}
