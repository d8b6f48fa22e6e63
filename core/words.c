#include "core/words.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

/// Longer words are no typing errors of a name.
enum { NAME_BYTES = 64 };

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

const char *takt_suggest(const char *text, size_t n_text, const char *const *names, int n,
                         char *out, size_t n_bytes)
{
    const char *nearest = takt_nearest(text, n_text, names, n);
    if (nearest) {
        snprintf(out, n_bytes, "; did you mean '%s'?", nearest);
        return out;
    }
    size_t used = (size_t)snprintf(out, n_bytes, ", allowed: ");
    for (int i = 0; i < n && used < n_bytes; ++i)
        used += (size_t)snprintf(out + used, n_bytes - used, "%s%s", i ? ", " : "", names[i]);
    return out;
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

bool takt_has_controls(const char *text)
{
    for (; *text; ++text)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return true;
    return false;
}
