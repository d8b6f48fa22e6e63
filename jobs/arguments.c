#include "jobs/arguments.h"

#include "core/words.h"
#include "kernels/device.h"

#include <stdio.h>
#include <string.h>

typedef struct flag_row {
    const char *text, *value, *help;
} flag_row;

static const flag_row rows[TAKT_FLAG_COUNT] = {
#define FLAG_ROW(name, text, value, doc) {text, value, doc},
    TAKT_FLAG_LIST(FLAG_ROW)
#undef FLAG_ROW
};

const char *takt_flag_text(takt_flag flag)
{
    return rows[flag].text;
}

const char *takt_flag_value(takt_flag flag)
{
    return rows[flag].value;
}

const char *takt_flag_help(takt_flag flag)
{
    return rows[flag].help;
}

bool takt_arguments_has(const takt_arguments *arguments, takt_flag flag)
{
    return (arguments->given & (UINT64_C(1) << flag)) != 0;
}

static takt_status fail_flag(const char *verb, takt_flags flags, const char *text, size_t n_text)
{
    const char *names[TAKT_FLAG_COUNT];
    char typed[TAKT_SHOWN_BYTES], suggestion[512];
    int n = 0;
    for (int f = 0; f < TAKT_FLAG_COUNT; ++f)
        if (flags & (UINT64_C(1) << f))
            names[n++] = rows[f].text;
    takt_shown(text, n_text, typed);
    return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found flag '%s'%s", verb, typed,
                     takt_suggest(typed, strlen(typed), names, n, suggestion, sizeof suggestion));
}

static takt_status take_seed(takt_arguments *arguments, const char *value)
{
    const size_t n = strlen(value);
    char shown[TAKT_SHOWN_BYTES];
    if (n == 0 || n > 19 || strspn(value, "0123456789") != n)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--seed: found '%s', allowed: a whole number, 0 to 9223372036854775807",
                         takt_shown(value, n, shown));
    snprintf(arguments->seed, sizeof arguments->seed, "seed=%s", value);
    return TAKT_OK;
}

/// Only networks are trained on a GPU; elsewhere `cuda` would be a promise that is not kept.
static takt_status check_device(const char *verb, const char *value)
{
    char shown[TAKT_SHOWN_BYTES];
    takt_device_info info;
    if (strcmp(value, "auto") == 0 || strcmp(value, "cpu") == 0)
        return TAKT_OK;
    if (strcmp(value, "cuda") != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--device: found '%s', allowed: auto, cpu, cuda",
                         takt_shown(value, strlen(value), shown));
    TAKT_TRY(takt_device_query(&info));
    if (info.usable && strcmp(verb, "physics") == 0)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_INPUT, "--device: found 'cuda', allowed here: auto, cpu (%s)",
                     info.usable ? "no step of this verb runs on a GPU" : info.reason);
}

/// Paths and names go into messages, logs and commands to type next: one line each.
static takt_status check_text(const char *what, const char *text)
{
    char shown[TAKT_SHOWN_BYTES];
    if (takt_has_controls(text))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "%s: found a control character in '%s', allowed: text without any", what,
                         takt_shown(text, strlen(text), shown));
    return TAKT_OK;
}

static takt_status take_value(takt_arguments *arguments, const char *verb, takt_flag flag,
                              const char *value)
{
    arguments->values[flag] = value;
    if (flag == TAKT_FLAG_DEVICE)
        return check_device(verb, value);
    if (flag == TAKT_FLAG_SEED)
        TAKT_TRY(take_seed(arguments, value));
    if (flag == TAKT_FLAG_SET || flag == TAKT_FLAG_SEED) {
        if (arguments->n_sets == TAKT_ARGUMENTS_MAX_SETS)
            return TAKT_FAIL(TAKT_ERR_INPUT, "--set: found more than %d, allowed: %d or fewer",
                             TAKT_ARGUMENTS_MAX_SETS, TAKT_ARGUMENTS_MAX_SETS);
        arguments->sets[arguments->n_sets++] = flag == TAKT_FLAG_SEED ? arguments->seed : value;
    }
    if (*value == '\0')
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found nothing, allowed: %s", rows[flag].text,
                         rows[flag].value);
    if (flag != TAKT_FLAG_SET) // a YAML value may have lines; core checks it
        TAKT_TRY(check_text(rows[flag].text, value));
    return TAKT_OK;
}

static int find_flag(takt_flags flags, const char *text, size_t n_text)
{
    for (int f = 0; f < TAKT_FLAG_COUNT; ++f)
        if ((flags & (UINT64_C(1) << f)) && strlen(rows[f].text) == n_text &&
            strncmp(rows[f].text, text, n_text) == 0)
            return f;
    return -1;
}

takt_status takt_arguments_read(takt_arguments *arguments, const char *verb, takt_flags flags,
                                int argc, char **argv)
{
    memset(arguments, 0, sizeof *arguments);
    for (int i = 2; i < argc && !takt_arguments_has(arguments, TAKT_FLAG_HELP); ++i) {
        const char *text = argv[i];
        if (text[0] != '-' || text[1] == '\0') {
            if (arguments->n_positional == TAKT_ARGUMENTS_MAX_POSITIONAL)
                return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found more than %d arguments", verb,
                                 TAKT_ARGUMENTS_MAX_POSITIONAL);
            TAKT_TRY(check_text(verb, text));
            arguments->positional[arguments->n_positional++] = text;
            continue;
        }
        const size_t n_text = strcspn(text, "=");
        const int flag = strcmp(text, "-h") == 0 ? TAKT_FLAG_HELP : find_flag(flags, text, n_text);
        if (flag < 0)
            return fail_flag(verb, flags, text, n_text);
        arguments->given |= UINT64_C(1) << flag;
        const char *value = text[n_text] == '=' ? text + n_text + 1 : NULL;
        if (!rows[flag].value && value)
            return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found a value, allowed: none", rows[flag].text);
        if (!rows[flag].value)
            continue;
        if (rows[flag].value[0] == '[' && !value) {
            const bool follows =
                i + 1 < argc && argv[i + 1][strspn(argv[i + 1], "0123456789")] == 0;
            value = follows && *argv[i + 1] ? argv[++i] : "0";
        }
        if (!value && (i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0))
            return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found nothing, allowed: %s", rows[flag].text,
                             rows[flag].value);
        TAKT_TRY(take_value(arguments, verb, (takt_flag)flag, value ? value : argv[++i]));
    }
    return TAKT_OK;
}

takt_status takt_arguments_count(const takt_arguments *arguments, const char *verb,
                                 const char *usage, int32_t min, int32_t max)
{
    char shown[TAKT_SHOWN_BYTES];
    const char *space = *usage ? " " : "";
    const int32_t n = arguments->n_positional;
    if (n > max)
        return TAKT_FAIL(
            TAKT_ERR_INPUT, "%s: found one argument too many: '%s', allowed: takt %s%s%s", verb,
            takt_shown(arguments->positional[max], strlen(arguments->positional[max]), shown), verb,
            space, usage);
    if (n < min)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found %d argument%s, allowed: takt %s%s%s", verb, n,
                         n == 1 ? "" : "s", verb, space, usage);
    return TAKT_OK;
}
