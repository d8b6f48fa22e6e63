#include "jobs/verbs.h"

#include "core/text.h"
#include "core/version.h"
#include "core/words.h"

#include <string.h>

static const takt_verb *const verbs[] = {
#define VERB_ROW(name) &takt_verb_##name,
    TAKT_VERB_LIST(VERB_ROW)
#undef VERB_ROW
};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

takt_status takt_verb_find(const char *name, const takt_verb **verb)
{
    const char *names[N_VERBS];
    char shown[TAKT_SHOWN_BYTES], suggestion[256];
    for (int i = 0; i < N_VERBS; ++i) {
        names[i] = verbs[i]->name;
        *verb = verbs[i];
        if (strcmp(name, verbs[i]->name) == 0)
            return TAKT_OK;
    }
    takt_shown(name, strlen(name), shown);
    return TAKT_FAIL(
        TAKT_ERR_INPUT, "found verb '%s'%s", shown,
        takt_suggest(shown, strlen(shown), names, N_VERBS, suggestion, sizeof suggestion));
}

static void write_overview(takt_text *text)
{
    takt_text_append(text,
                     "takt " TAKT_VERSION ": finds out how to run a factory, and proves it\n\n"
                     "usage: takt VERB [ARGUMENTS] [FLAGS]\n"
                     "       mpirun -n N takt VERB ...      the same over N ranks\n\n");
    for (int i = 0; i < N_VERBS; ++i)
        takt_text_printf(text, "  %-9s %-22s %s\n", verbs[i]->name, verbs[i]->usage,
                         verbs[i]->summary);
    takt_text_append(text, "\n`takt VERB --help` says more about one of them. Exit codes: 0 done, "
                           "2 bad input,\n75 stopped with a checkpoint (continue with --resume), 1 "
                           "other.\n");
}

static void write_verb(takt_text *text, const takt_verb *verb)
{
    takt_text_printf(text, "usage: takt %s%s%s [FLAGS]\n", verb->name, *verb->usage ? " " : "",
                     verb->usage);
    if (verb->flags & TAKT_FLAG_BIT(RESUME))
        takt_text_printf(text,
                         "       takt %s --resume DIR            continue the run in that folder\n"
                         "       takt %s %s --out DIR --resume  continue it, or begin it\n",
                         verb->name, verb->name, verb->usage);
    takt_text_printf(text, "\n%s.\n\n%s\n\n", verb->summary, verb->text);
    for (int f = 0; f < TAKT_FLAG_COUNT; ++f) {
        if (!(verb->flags & (UINT64_C(1) << f)))
            continue;
        const char *value = takt_flag_value((takt_flag)f);
        const size_t before = text->length;
        takt_text_printf(text, "  %s%s%s", takt_flag_text((takt_flag)f), value ? " " : "",
                         value ? value : "");
        const int used = (int)(text->length - before);
        takt_text_repeat(text, ' ', used < 25 ? 25 - used : 1);
        takt_text_printf(text, "%s\n", takt_flag_help((takt_flag)f));
    }
}

takt_status takt_verb_print_help(const takt_call *call, const takt_verb *verb)
{
    takt_text text = {0};
    if (verb)
        write_verb(&text, verb);
    else
        write_overview(&text);
    takt_status status = takt_text_check(&text);
    if (status == TAKT_OK)
        status = takt_call_print(call, takt_text_get(&text), text.length);
    takt_text_destroy(&text);
    return status;
}
