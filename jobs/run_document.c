#include "jobs/run_document.h"

#include "core/json.h"
#include "core/version.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const takt_field fields[] = {
    TAKT_FIELD(takt_run_document, kind, TEXT, .doc = "live, replay or idle"),
    TAKT_FIELD(takt_run_document, state, TEXT, .doc = "how far it is"),
    TAKT_FIELD(takt_run_document, name, TEXT, .doc = "last part of the folder"),
    TAKT_FIELD(takt_run_document, folder, TEXT, .doc = "folder of the run"),
    TAKT_FIELD(takt_run_document, verb, TEXT, .doc = "verb of takt"),
    TAKT_FIELD(takt_run_document, study, TEXT, .doc = "name of the study"),
    TAKT_FIELD(takt_run_document, version, TEXT, .doc = "version of takt"),
    TAKT_FIELD(takt_run_document, started, TEXT, .doc = "UTC"),
    TAKT_FIELD(takt_run_document, text, TEXT, .doc = "answer, or what went wrong"),
    TAKT_FIELD(takt_run_document, seed, INTEGER64, TAKT_AT_LEAST(0), .default_text = "0",
               .doc = "seed of the study"),
    TAKT_FIELD(takt_run_document, ranks, INTEGER, TAKT_AT_LEAST(0), .default_text = "0",
               .doc = "ranks that run it"),
    TAKT_FIELD(takt_run_document, seconds, NUMBER, TAKT_AT_LEAST(0), .default_text = "0",
               .unit = "s", .doc = "since it began"),
};
static const takt_schema schema =
    TAKT_SCHEMA("run", takt_run_document, fields, "What viewers are told about a run.");

bool takt_run_document_get(takt_board *board, takt_arena *arena, takt_run_document *document)
{
    takt_text text = {0};
    takt_document *parsed = NULL;
    const bool found =
        takt_board_get_document(board, "run", &text) && takt_text_check(&text) == TAKT_OK &&
        takt_document_parse("run", takt_text_get(&text), text.length, &parsed) == TAKT_OK &&
        takt_schema_load(&schema, parsed, arena, document) == TAKT_OK;
    takt_document_destroy(&parsed);
    takt_text_destroy(&text);
    if (!found)
        takt_error_clear();
    return found;
}

const char *takt_stamp_now(char stamp[TAKT_STAMP_BYTES])
{
    const time_t now = time(NULL);
    struct tm utc;
    strftime(stamp, TAKT_STAMP_BYTES, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    return stamp;
}

const char *takt_run_document_stopped(const char *verb, const char *folder, char *text,
                                      size_t n_bytes)
{
    snprintf(text, n_bytes, "stopped with a checkpoint; continue with: takt %s --resume %s", verb,
             folder);
    return text;
}

const char *takt_run_name_of(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return slash && slash[1] ? slash + 1 : folder;
}

static void put_text(takt_json *json, const char *key, const char *value)
{
    if (value)
        takt_json_key_text(json, key, value);
}

takt_status takt_run_document_put(takt_board *board, const takt_run_document *document)
{
    takt_text text = {0};
    takt_json json = takt_json_begin_line(&text);
    takt_json_object(&json);
    put_text(&json, "kind", document->kind);
    put_text(&json, "name", document->name);
    put_text(&json, "folder", document->folder);
    put_text(&json, "verb", document->verb);
    put_text(&json, "study", document->study);
    if (document->study) // else no seed is known
        takt_json_key_integer(&json, "seed", document->seed);
    if (document->ranks > 0)
        takt_json_key_integer(&json, "ranks", document->ranks);
    takt_json_key_text(&json, "version", TAKT_VERSION);
    put_text(&json, "state", document->state);
    put_text(&json, "started", document->started);
    if (document->seconds > 0)
        takt_json_key_number(&json, "seconds", document->seconds);
    put_text(&json, "text", document->text);
    takt_json_end(&json);
    takt_status status = takt_text_check(&text);
    if (status == TAKT_OK)
        status = takt_board_put_document(board, "run", text.bytes, text.length);
    takt_text_destroy(&text);
    return status;
}

takt_status takt_run_document_line(takt_board *board, const char *level, const char *time,
                                   const char *topic, const char *text)
{
    char stamp[TAKT_STAMP_BYTES];
    takt_text line = {0};
    takt_json json = takt_json_begin_line(&line);
    takt_json_object(&json);
    takt_json_key_text(&json, "time", time ? time : takt_stamp_now(stamp));
    takt_json_key_text(&json, "level", level);
    takt_json_key_text(&json, "topic", topic);
    takt_json_key_text(&json, "text", text ? text : "");
    takt_json_end(&json);
    takt_status status = takt_text_check(&line);
    if (status == TAKT_OK)
        status = takt_board_put_line(board, line.bytes, line.length);
    takt_text_destroy(&line);
    return status;
}
