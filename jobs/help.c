// takt help [VERB]

#include "jobs/verbs.h"

static takt_status run(takt_call *call)
{
    const takt_verb *verb = NULL;
    if (call->arguments.n_positional > 0)
        TAKT_TRY(takt_verb_find(call->arguments.positional[0], &verb));
    TAKT_TRY(takt_verb_print_help(call, verb));
    return TAKT_OK;
}

const takt_verb takt_verb_help = {
    .name = "help",
    .usage = "[VERB]",
    .summary = "all verbs, or one of them",
    .text = "Says what the program can do.",
    .flags = TAKT_FLAG_BIT(HELP),
    .max_positional = 1,
    .run = run,
};
