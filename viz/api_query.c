// Percent codes and queries, decoded once and strictly: what is broken is refused, never guessed.
#include "viz/api_parts_internal.h"

#include "core/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int hexadecimal(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/// Is it UTF-8 without control characters? Names of studies never hold them.
static bool is_name(const char *text, size_t n)
{
    for (size_t i = 0; i < n;) {
        const size_t bytes = takt_printable_bytes(text + i, n - i);
        if (bytes == 0)
            return false;
        i += bytes;
    }
    return true;
}

takt_status takt_api_decode(takt_arena *arena, const char *text, size_t n, bool is_query,
                            const char **decoded)
{
    char *out = takt_arena_alloc(arena, n + 1);
    size_t length = 0;
    if (!out)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for an address");
    for (size_t i = 0; i < n; ++i) {
        char character = text[i];
        if (character == '%') {
            const int high = i + 2 < n ? hexadecimal(text[i + 1]) : -1;
            const int low = i + 2 < n ? hexadecimal(text[i + 2]) : -1;
            char shown[TAKT_SHOWN_BYTES];
            if (high < 0 || low < 0)
                return TAKT_FAIL(TAKT_ERR_INPUT,
                                 "address: found '%s', allowed behind '%%': two hexadecimal digits",
                                 takt_shown(text + i, n - i < 3 ? n - i : 3, shown));
            character = (char)(high * 16 + low);
            i += 2;
        } else if (character == '+' && is_query) {
            character = ' ';
        }
        out[length++] = character;
    }
    if (!is_name(out, length))
        return TAKT_FAIL(TAKT_ERR_INPUT, "address: found control characters or bytes that are no "
                                         "UTF-8, allowed: UTF-8 text");
    *decoded = out;
    return TAKT_OK;
}

static bool is_word(const char *word, const char *words)
{
    const size_t n = strlen(word);
    for (const char *at = words; n > 0 && (at = strstr(at, word)); at += n)
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

static takt_status add_parameter(takt_api_call *call, const char *text, size_t n,
                                 const char *allowed)
{
    const char *equals = memchr(text, '=', n);
    const size_t n_key = equals ? (size_t)(equals - text) : n;
    const char *key = NULL, *value = "";
    char shown[TAKT_SHOWN_BYTES];
    TAKT_TRY(takt_api_decode(call->arena, text, n_key, true, &key));
    if (equals)
        TAKT_TRY(takt_api_decode(call->arena, equals + 1, n - n_key - 1, true, &value));
    takt_shown(key, strlen(key), shown);
    if (!is_word(key, allowed))
        return TAKT_FAIL(TAKT_ERR_INPUT, "query: found '%s', allowed: %s", shown,
                         *allowed ? allowed : "no parameters");
    if (takt_api_parameter_get(call, key, NULL))
        return TAKT_FAIL(TAKT_ERR_INPUT, "query: %s: found twice, allowed: once", shown);
    if (strlen(value) >= TAKT_VIEW_NAME_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "query: %s: found %zu bytes, allowed: at most %d", shown,
                         strlen(value), (int)TAKT_VIEW_NAME_BYTES - 1);
    TAKT_ASSERT(call->n_parameters < TAKT_API_MAX_PARAMETERS); // no route allows as many
    call->parameters[call->n_parameters++] = (takt_api_parameter){key, value};
    return TAKT_OK;
}

takt_status takt_api_read_query(takt_api_call *call, const char *allowed)
{
    const char *text = call->request->query ? call->request->query : "";
    while (*text) {
        const size_t n = strcspn(text, "&");
        if (n > 0)
            TAKT_TRY(add_parameter(call, text, n, allowed));
        text += n + (text[n] == '&');
    }
    return TAKT_OK;
}

const char *takt_api_parameter_get(const takt_api_call *call, const char *key,
                                   const char *otherwise)
{
    for (int32_t i = 0; i < call->n_parameters; ++i)
        if (strcmp(call->parameters[i].key, key) == 0)
            return call->parameters[i].value;
    return otherwise;
}

takt_status takt_api_parameter_count(const takt_api_call *call, const char *key, uint64_t otherwise,
                                     uint64_t *value)
{
    const char *text = takt_api_parameter_get(call, key, NULL);
    *value = otherwise;
    if (!text)
        return TAKT_OK;
    char shown[TAKT_SHOWN_BYTES], *end = NULL;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "query: %s: found '%s', allowed: a whole number from 0 on",
                         key, takt_shown(text, strlen(text), shown));
    *value = number;
    return TAKT_OK;
}
