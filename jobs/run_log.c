// The log of a run: one JSON object per line, written and read through one table.

#include "core/files.h"
#include "core/json.h"
#include "core/version.h"
#include "core/words.h"
#include "jobs/viewing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const takt_field event_fields[] = {
    TAKT_FIELD(takt_run_event, event, NAME, .required = true,
               .doc = "start, resume, info, warning, stopped, failed or done"),
    TAKT_FIELD(takt_run_event, time, TEXT, .doc = "UTC"),
    TAKT_FIELD(takt_run_event, verb, TEXT, .doc = "verb of takt"),
    TAKT_FIELD(takt_run_event, study, TEXT, .doc = "name of the study"),
    TAKT_FIELD(takt_run_event, command, TEXT, .doc = "file that was opened"),
    TAKT_FIELD(takt_run_event, version, TEXT, .doc = "version of takt"),
    TAKT_FIELD(takt_run_event, seed, INTEGER64, TAKT_AT_LEAST(0), .default_text = "0",
               .doc = "seed of the study"),
    TAKT_FIELD(takt_run_event, ranks, INTEGER, TAKT_AT_LEAST(0), .default_text = "0",
               .doc = "ranks that ran it"),
    TAKT_FIELD(takt_run_event, seconds, NUMBER, TAKT_AT_LEAST(0), .default_text = "0", .unit = "s",
               .doc = "since the program began"),
    TAKT_FIELD(takt_run_event, text, TEXT, .doc = "what happened"),
};
const takt_schema takt_run_event_schema =
    TAKT_SCHEMA("event", takt_run_event, event_fields, "One line of log.jsonl.");

/// Was the last line cut by a kill or a full disk? Then the next one must not become a part of it.
static bool ends_within_line(const char *path)
{
    FILE *file = fopen(path, "rb");
    const bool cut = file && fseek(file, -1, SEEK_END) == 0 && fgetc(file) != '\n';
    if (file)
        fclose(file);
    return cut;
}

static takt_status append(const takt_call *call, const takt_run *run, const char *event,
                          const char *text, const takt_setup *setup)
{
    char path[TAKT_RUN_PATH_BYTES + 32], stamp[32];
    const time_t now = time(NULL);
    struct tm utc;
    takt_text line = {0};
    takt_json json = takt_json_begin_line(&line);
    takt_run_file(run, "log.jsonl", path);
    if (setup && ends_within_line(path))
        takt_text_append(&line, "\n");
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    takt_json_object(&json);
    takt_json_key_text(&json, "event", event);
    takt_json_key_text(&json, "time", stamp);
    takt_json_key_number(&json, "seconds", takt_clock_s() - call->started_s);
    if (setup) {
        takt_json_key_text(&json, "verb", call->verb);
        takt_json_key_text(&json, "study", setup->study->name);
        takt_json_key_integer(&json, "seed", setup->study->seed);
        takt_json_key_integer(&json, "ranks", takt_comm_size(call->comm));
        takt_json_key_text(&json, "command", run->study);
        takt_json_key_text(&json, "version", TAKT_VERSION);
    }
    if (text)
        takt_json_key_text(&json, "text", text);
    takt_json_end(&json);
    takt_text_append(&line, "\n");
    takt_status status = takt_text_check(&line);
    if (status == TAKT_OK)
        status = takt_file_append(path, line.bytes, line.length);
    takt_text_destroy(&line);
    return status;
}

takt_status takt_run_log_start(const takt_call *call, const takt_setup *setup, const takt_run *run)
{
    if (!takt_call_leads(call))
        return TAKT_OK;
    const char *event = run->continues ? "resume" : "start";
    takt_viewing_line(call, event, run->folder);
    TAKT_TRY(append(call, run, event, NULL, setup));
    return TAKT_OK;
}

takt_status takt_run_log(const takt_call *call, const takt_run *run, const char *event,
                         const char *text)
{
    if (!run->is_open || !takt_call_leads(call))
        return TAKT_OK;
    takt_viewing_line(call, event, text);
    TAKT_TRY(append(call, run, event, text, NULL));
    return TAKT_OK;
}

takt_status takt_run_close(const takt_call *call, const takt_run *run, takt_status status,
                           const char *headline)
{
    if (status == TAKT_OK) {
        TAKT_TRY(takt_run_log(call, run, "done", headline));
        return TAKT_OK;
    }
    if (!run->is_open)
        return status;
    char text[4096], trace[1024];
    snprintf(text, sizeof text, "%s", takt_error_text());
    snprintf(trace, sizeof trace, "%s", takt_error_trace());
    // What went wrong first is what the user has to know, whether or not the log takes it.
    if (status == TAKT_STOPPED) {
        snprintf(text, sizeof text, "stopped with a checkpoint; continue with: takt %s --resume %s",
                 call->verb, run->folder);
        (void)takt_run_log(call, run, "stopped", NULL);
    } else {
        (void)takt_run_log(call, run, "failed", text);
    }
    return takt_error_restore(status, text, trace);
}

// --- Reading -------------------------------------------------------------------------------------

/// A log may come from anybody: what goes to a terminal holds no control characters.
static const char *printable(takt_arena *arena, const char *text)
{
    char *copy = text ? takt_arena_copy_text(arena, text) : NULL;
    for (char *c = copy; c && *c;) {
        const size_t left = strlen(c), size = takt_character_bytes(c, left);
        if (takt_printable_bytes(c, left) == 0)
            memset(c, '?', size ? size : 1);
        c += size ? size : 1;
    }
    return copy;
}

static takt_status read_line(const char *name, const char *line, size_t n_bytes, takt_arena *arena,
                             takt_run_event *event)
{
    takt_document *document = NULL;
    TAKT_TRY(takt_document_parse(name, line, n_bytes, &document));
    const takt_status status = takt_schema_load(&takt_run_event_schema, document, arena, event);
    takt_document_destroy(&document);
    event->time = printable(arena, event->time);
    event->verb = printable(arena, event->verb);
    event->study = printable(arena, event->study);
    event->text = printable(arena, event->text);
    return status;
}

/// The last line that tells of the run. What the page asked for may come behind its end (reset),
/// and makes no ended run one that goes on.
static void read_last(const char *path, const takt_text *text, takt_arena *arena,
                      takt_run_event *last)
{
    const char *bytes = takt_text_get(text);
    size_t begin = text->length;
    do {
        size_t end = begin;
        while (end > 0 && bytes[end - 1] == '\n')
            --end;
        begin = end;
        while (begin > 0 && bytes[begin - 1] != '\n')
            --begin;
        *last = (takt_run_event){0};
        if (read_line(path, bytes + begin, end - begin, arena, last) != TAKT_OK) {
            *last = (takt_run_event){0};
            return;
        }
    } while (begin > 0 && strcmp(last->event, "control") == 0);
}

/// The whole log of a run, and its path for messages.
static takt_status read_file(const char *folder, char path[TAKT_RUN_PATH_BYTES + 32],
                             takt_text *text)
{
    takt_run run = {0};
    snprintf(run.folder, sizeof run.folder, "%s", folder);
    return takt_file_read(takt_run_file(&run, "log.jsonl", path), 64 << 20, text);
}

takt_status takt_run_read_log(const char *folder, takt_arena *arena, takt_run_event *first,
                              takt_run_event *last)
{
    takt_status status = TAKT_OK;
    char path[TAKT_RUN_PATH_BYTES + 32];
    takt_text text = {0};
    TAKT_TRY_GOTO(read_file(folder, path, &text), done);
    const char *bytes = takt_text_get(&text);
    TAKT_TRY_GOTO(read_line(path, bytes, strcspn(bytes, "\n"), arena, first), done);
    read_last(path, &text, arena, last);
    // A kill can cut the last line: then the run simply did not end.
    if (!last->event) {
        takt_error_clear();
        *last = *first;
    }
done:
    takt_text_destroy(&text);
    return status;
}

/// Where the last `limit` lines of a text begin.
static const char *last_lines(const char *bytes, size_t n, int32_t limit)
{
    const char *at = bytes + n;
    while (at > bytes && limit >= 0) {
        --at;
        if (*at == '\n' && at + 1 < bytes + n)
            --limit;
    }
    return limit < 0 ? at + 1 : bytes;
}

takt_status takt_run_each_event(const char *folder, int32_t limit,
                                void (*each)(void *context, const takt_run_event *event),
                                void *context)
{
    takt_status status = TAKT_OK;
    char path[TAKT_RUN_PATH_BYTES + 32];
    takt_text text = {0};
    TAKT_TRY_GOTO(read_file(folder, path, &text), done);
    const char *end = takt_text_get(&text) + text.length;
    const char *line = last_lines(takt_text_get(&text), text.length, limit - 1);
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *stop = newline ? newline : end;
        takt_run_event event = {0};
        takt_arena *arena = NULL;
        TAKT_TRY_GOTO(takt_arena_create(&arena), done);
        if (read_line(path, line, (size_t)(stop - line), arena, &event) == TAKT_OK)
            each(context, &event);
        takt_arena_destroy(&arena);
        takt_error_clear();
        line = stop + 1;
    }
done:
    takt_text_destroy(&text);
    return status;
}

bool takt_run_event_ends(const takt_run_event *event)
{
    return strcmp(event->event, "done") == 0 || strcmp(event->event, "stopped") == 0 ||
           strcmp(event->event, "failed") == 0;
}

// --- All runs ------------------------------------------------------------------------------------

typedef struct found_run {
    const char *folder;
    struct timespec touched;
} found_run;

static int older(const void *left, const void *right)
{
    const found_run *a = left, *b = right;
    if (a->touched.tv_sec != b->touched.tv_sec)
        return a->touched.tv_sec < b->touched.tv_sec ? -1 : 1;
    if (a->touched.tv_nsec != b->touched.tv_nsec)
        return a->touched.tv_nsec < b->touched.tv_nsec ? -1 : 1;
    return strcmp(a->folder, b->folder);
}

typedef struct search_place {
    DIR *stream;
    const char *parent;
    takt_arena *arena;
} search_place;

static takt_status find_runs(const search_place *place, found_run *found, int32_t limit, int32_t *n)
{
    takt_run run = {0};
    char path[TAKT_RUN_PATH_BYTES + 32];
    struct stat about;
    const struct dirent *entry = NULL;
    *n = 0;
    while ((entry = readdir(place->stream)) != NULL) {
        snprintf(run.folder, sizeof run.folder, "%.*s/%s",
                 (int)(sizeof run.folder - sizeof entry->d_name - 2), place->parent, entry->d_name);
        // takt makes no folder whose name holds control characters.
        if (entry->d_name[0] == '.' || takt_has_controls(entry->d_name) ||
            !takt_run_is_there(run.folder) || *n == limit)
            continue;
        if (found) {
            found[*n].folder = takt_arena_copy_text(place->arena, run.folder);
            if (!found[*n].folder)
                return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the list of runs");
            if (stat(takt_run_file(&run, "log.jsonl", path), &about) == 0 ||
                stat(run.folder, &about) == 0)
                found[*n].touched = about.st_mtim;
        }
        ++*n;
    }
    return TAKT_OK;
}

takt_status takt_run_list(const char *parent, takt_arena *arena, const char ***folders, int32_t *n)
{
    takt_status status = TAKT_OK;
    int32_t limit = 0;
    *n = 0;
    const search_place place = {opendir(parent), parent, arena};
    if (!place.stream && errno == ENOENT)
        return TAKT_OK;
    if (!place.stream)
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found no folder that can be read: %s", parent,
                         strerror(errno));
    TAKT_TRY_GOTO(find_runs(&place, NULL, INT32_MAX, &limit), done);
    found_run *found = takt_arena_alloc(arena, (size_t)(limit + 1) * sizeof *found);
    *folders = takt_arena_alloc(arena, (size_t)(limit + 1) * sizeof **folders);
    if (!found || !*folders)
        TAKT_TRY_GOTO(TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the list of runs"), done);
    rewinddir(place.stream);
    TAKT_TRY_GOTO(find_runs(&place, found, limit, n), done);
    qsort(found, (size_t)*n, sizeof *found, older);
    for (int32_t i = 0; i < *n; ++i)
        (*folders)[i] = found[i].folder;
done:
    closedir(place.stream);
    return status;
}
