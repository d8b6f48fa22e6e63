// Is it JSON? A checker without memory and without recursion: what a damaged child sends goes to
// browsers as it is, or not at all.
#include "viz/feed_internal.h"

#include <string.h>

enum { MAX_DEPTH = 64 };

typedef struct scan {
    const char *at, *end;
} scan;

static void skip_blanks(scan *in)
{
    while (in->at < in->end && memchr(" \t\n\r", *in->at, 4))
        ++in->at;
}

static bool take(scan *in, char character)
{
    if (in->at == in->end || *in->at != character)
        return false;
    ++in->at;
    return true;
}

static bool take_word(scan *in, const char *word)
{
    const size_t n = strlen(word);
    if ((size_t)(in->end - in->at) < n || memcmp(in->at, word, n) != 0)
        return false;
    in->at += n;
    return true;
}

static bool take_digits(scan *in)
{
    const char *first = in->at;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9')
        ++in->at;
    return in->at > first;
}

static bool take_number(scan *in)
{
    take(in, '-');
    const char *first = in->at;
    if (!take_digits(in) || (*first == '0' && in->at - first > 1))
        return false;
    if (take(in, '.') && !take_digits(in))
        return false;
    if (take(in, 'e') || take(in, 'E')) {
        if (!take(in, '+'))
            take(in, '-');
        return take_digits(in);
    }
    return true;
}

static bool take_escape(scan *in)
{
    if (take(in, 'u')) {
        for (int i = 0; i < 4; ++i, ++in->at)
            if (in->at == in->end || !strchr("0123456789abcdefABCDEF", *in->at) || !*in->at)
                return false;
        return true;
    }
    if (in->at == in->end || !memchr("\"\\/bfnrt", *in->at, 8))
        return false;
    ++in->at;
    return true;
}

/// Behind the opening quote.
static bool take_text(scan *in)
{
    while (in->at < in->end && *in->at != '"') {
        if (take(in, '\\')) {
            if (!take_escape(in))
                return false;
            continue;
        }
        const size_t n = takt_character_bytes(in->at, (size_t)(in->end - in->at));
        if (n == 0 || (unsigned char)*in->at < 0x20)
            return false;
        in->at += n;
    }
    return take(in, '"');
}

static bool take_key(scan *in)
{
    skip_blanks(in);
    if (!take(in, '"') || !take_text(in))
        return false;
    skip_blanks(in);
    return take(in, ':');
}

static bool take_scalar(scan *in)
{
    if (take(in, '"'))
        return take_text(in);
    return take_word(in, "true") || take_word(in, "false") || take_word(in, "null") ||
           take_number(in);
}

/// Closes what ends here; false at the first thing that goes on with a comma (*more) or is wrong.
static bool close_levels(scan *in, const bool *is_object, int *depth, bool *more)
{
    *more = false;
    while (*depth > 0) {
        skip_blanks(in);
        if (take(in, ',')) {
            *more = true;
            return !is_object[*depth - 1] || take_key(in);
        }
        if (!take(in, is_object[*depth - 1] ? '}' : ']'))
            return false;
        --*depth;
    }
    return true;
}

bool feed_is_json(const char *json, size_t n)
{
    scan in = {json, json + n};
    bool is_object[MAX_DEPTH];
    bool more = true;
    int depth = 0;
    while (more) {
        skip_blanks(&in);
        const bool object = take(&in, '{');
        if (object || take(&in, '[')) {
            if (depth == MAX_DEPTH)
                return false;
            is_object[depth++] = object;
            skip_blanks(&in);
            if (take(&in, object ? '}' : ']'))
                --depth;
            else if (object && !take_key(&in))
                return false;
            else
                continue; // its first value
        } else if (!take_scalar(&in)) {
            return false;
        }
        if (!close_levels(&in, is_object, &depth, &more))
            return false;
    }
    skip_blanks(&in);
    return in.at == in.end;
}
