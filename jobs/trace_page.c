// The Gantt chart of a record: the page of jobs/pages/trace.html with its rows inside.

#include "core/files.h"
#include "core/json.h"
#include "jobs/examples.h"
#include "jobs/trace.h"

#include <string.h>

/// Where the page takes its rows.
static const char mark[] = "\"@DATA@\"";

/// A first look at some hundred stretches tells more than a carpet of all of them.
enum { STRETCHES_AT_FIRST = 600 };

static void add_stations(takt_json *json, const takt_plan *plan)
{
    takt_json_key(json, "stations");
    takt_json_array(json);
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        takt_json_object(json);
        takt_json_key_text(json, "name", plan->stations[s].name);
        takt_json_key_integer(json, "machines", plan->stations[s].n_machines);
        takt_json_end(json);
    }
    takt_json_end(json);
    takt_json_key(json, "states");
    takt_json_array(json);
#define STATE_JSON(name, text) takt_json_text(json, text);
    TAKT_MACHINE_STATE_LIST(STATE_JSON)
#undef STATE_JSON
    takt_json_end(json);
}

static void add_stretches(takt_json *json, const takt_trace_picture *picture)
{
    takt_json_key(json, "stretches");
    takt_json_array(json);
    for (int32_t i = 0; i < picture->n; ++i) {
        const takt_trace_stretch *stretch = &picture->stretches[i];
        takt_json_array(json);
        takt_json_integer(json, stretch->machine);
        takt_json_integer(json, stretch->state);
        takt_json_number(json, takt_tick_to_s(stretch->from));
        takt_json_number(json, takt_tick_to_s(stretch->to));
        takt_json_integer(json, stretch->item);
        takt_json_integer(json, stretch->n_items);
        takt_json_text(json, takt_trace_stoppage(picture->setup, stretch->stoppage));
        takt_json_end(json);
    }
    takt_json_end(json);
}

/// The time that the page can show: to the end, or to where the first machine has no more rows.
static takt_tick end_of(const takt_trace_picture *picture)
{
    return picture->n == picture->n_all || picture->n == 0 ? picture->to
                                                           : picture->stretches[picture->n - 1].to;
}

static void write_data(takt_text *text, const takt_trace_picture *picture)
{
    const takt_study *study = picture->setup->study;
    const int32_t first = picture->n < STRETCHES_AT_FIRST ? picture->n : STRETCHES_AT_FIRST;
    takt_json json = takt_json_begin_line(text);
    takt_json_object(&json);
    takt_json_key_text(&json, "study", study->name);
    takt_json_key_integer(&json, "seed", study->seed);
    takt_json_key_integer(&json, "replication", picture->replication);
    takt_json_key_number(&json, "from", takt_tick_to_s(picture->from));
    takt_json_key_number(&json, "to", takt_tick_to_s(end_of(picture)));
    takt_json_key_number(
        &json, "first",
        takt_tick_to_s(first == picture->n ? end_of(picture) : picture->stretches[first - 1].to));
    takt_json_key_integer(&json, "all", picture->n_all);
    add_stations(&json, takt_scenario_plan(picture->setup->scenario));
    add_stretches(&json, picture);
    takt_json_end(&json);
}

/// JSON within a script: no name in it may end the script.
static void append_script(takt_text *page, const takt_text *json)
{
    for (size_t i = 0; i < json->length; ++i) {
        const size_t n = strcspn(json->bytes + i, "<");
        takt_text_append_bytes(page, json->bytes + i, n);
        i += n;
        if (i < json->length)
            takt_text_append(page, "\\u003c");
    }
}

takt_status takt_trace_page_write(const takt_trace_picture *picture, const char *path)
{
    const char *template = takt_pages[0].text, *place = strstr(template, mark);
    takt_text json = {0}, page = {0};
    takt_status status = TAKT_OK;
    TAKT_ASSERT(place);
    write_data(&json, picture);
    TAKT_TRY_GOTO(takt_text_check(&json), done);
    takt_text_append_bytes(&page, template, (size_t)(place - template));
    append_script(&page, &json);
    takt_text_append(&page, place + sizeof mark - 1);
    TAKT_TRY_GOTO(takt_text_check(&page), done);
    TAKT_TRY_GOTO(takt_file_write_atomic(path, page.bytes, page.length), done);
done:
    takt_text_destroy(&json);
    takt_text_destroy(&page);
    return status;
}
