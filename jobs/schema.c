// takt schema: the table behind studies, for editors (JSON Schema) and for readers (Markdown).

#include "core/text.h"
#include "jobs/verbs.h"
#include "sim/study.h"

static takt_status run(takt_call *call)
{
    takt_text text = {0};
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_REFERENCE))
        takt_schema_write_reference(&takt_study_schema, &text);
    else
        takt_schema_write_json(&takt_study_schema, &text);
    takt_status status = takt_text_check(&text);
    if (status == TAKT_OK)
        status = takt_call_print(call, takt_text_get(&text), text.length);
    takt_text_destroy(&text);
    return status;
}

const takt_verb takt_verb_schema = {
    .name = "schema",
    .usage = "",
    .summary = "JSON Schema of studies, for editors",
    .text = "Prints the JSON Schema (draft 2020-12) of a study. Editors with a YAML language\n"
            "server complete and check a study whose first line is\n\n"
            "    # yaml-language-server: $schema=takt.schema.json\n\n"
            "once takt.schema.json lies beside it, where takt new puts it.\n"
            "--reference prints the same table as a page for readers (docs/study.md).",
    .flags = TAKT_FLAG_BIT(REFERENCE) | TAKT_FLAG_BIT(HELP),
    .run = run,
};
