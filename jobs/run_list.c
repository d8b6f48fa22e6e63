#include "jobs/run_list.h"

#include "core/files.h"
#include "core/json.h"
#include "jobs/run_document.h"
#include "jobs/view_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// The folder beside whose runs `present` stands.
static void parent_of(const char *present, char *parent, size_t n_bytes)
{
    const char *slash = present ? strrchr(present, '/') : NULL;
    if (!present)
        snprintf(parent, n_bytes, "%s", TAKT_RUNS_FOLDER);
    else if (!slash)
        snprintf(parent, n_bytes, ".");
    else
        snprintf(parent, n_bytes, "%.*s", slash == present ? 1 : (int)(slash - present), present);
}

/// A run that has not ended goes on where somebody can be asked; otherwise it may have been killed.
static const char *state_of(const char *folder, const takt_run_event *last, takt_arena *arena)
{
    takt_view_json viewer = {0};
    if (strcmp(last->event, "done") == 0)
        return "finished";
    if (takt_run_event_ends(last))
        return last->event;
    const bool alive =
        takt_view_json_read(folder, arena, &viewer) == TAKT_OK && takt_view_json_is_alive(&viewer);
    takt_error_clear();
    return alive ? "running" : "running or killed";
}

static void put_text(takt_json *json, const char *key, const char *value)
{
    if (value)
        takt_json_key_text(json, key, value);
}

static void write_run(const char *folder, bool is_present, takt_arena *arena, takt_json *json)
{
    takt_run_event first = {0}, last = {0};
    if (takt_run_read_log(folder, arena, &first, &last) != TAKT_OK)
        takt_error_clear();
    takt_json_object(json);
    takt_json_key_text(json, "name", takt_run_name_of(folder));
    takt_json_key_text(json, "folder", folder);
    put_text(json, "verb", first.verb);
    put_text(json, "study", first.study);
    takt_json_key_integer(json, "seed", first.seed);
    takt_json_key_text(json, "state", last.event ? state_of(folder, &last, arena) : "no log");
    put_text(json, "started", first.time);
    if (last.event && takt_run_event_ends(&last)) {
        put_text(json, "ended", last.time);
        put_text(json, "text", last.text);
    }
    takt_json_key_boolean(json, "present", is_present);
    takt_json_end(json);
}

takt_status takt_run_list_write(const char *present, takt_text *json)
{
    char parent[TAKT_RUN_PATH_BYTES];
    takt_arena *arena = NULL;
    const char **folders = NULL;
    takt_status status = TAKT_OK;
    int32_t n = 0;
    parent_of(present, parent, sizeof parent);
    TAKT_TRY_GOTO(takt_arena_create(&arena), done);
    TAKT_TRY_GOTO(takt_run_list(parent, arena, &folders, &n), done);
    takt_json out = takt_json_begin_line(json);
    takt_json_array(&out);
    for (int32_t i = n - 1; i >= 0; --i)
        write_run(folders[i],
                  present && strcmp(takt_run_name_of(folders[i]), takt_run_name_of(present)) == 0,
                  arena, &out);
    takt_json_end(&out);
    TAKT_TRY_GOTO(takt_text_check(json), done);
done:
    takt_arena_destroy(&arena);
    return status;
}

takt_status takt_run_list_find(const char *present, const char *name, char *folder, size_t n_bytes)
{
    char parent[TAKT_RUN_PATH_BYTES];
    parent_of(present, parent, sizeof parent);
    // A name is one part of a path, as in the list; anything else could lead out of the folder.
    const bool is_name = *name && !strchr(name, '/') && *name != '.';
    // The present run is called what it was called, or it would be opened a second time.
    if (present && strcmp(name, takt_run_name_of(present)) == 0)
        snprintf(folder, n_bytes, "%s", present);
    else
        snprintf(folder, n_bytes, "%s/%s", parent, name);
    if (!is_name || strlen(parent) + strlen(name) + 2 > n_bytes || !takt_run_is_there(folder))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "run: found '%.80s', allowed: a name from the list of runs", name);
    return TAKT_OK;
}
