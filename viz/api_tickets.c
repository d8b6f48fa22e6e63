// Downloads. A browser cannot put a token into the address of a file without leaving it in its
// history, so it asks for a ticket, which opens one thing once. Tickets are never logged.
#include "viz/api_parts_internal.h"
#include "viz/export.h"

#include "core/clock.h"
#include "core/words.h"

#include <stdio.h>
#include <string.h>

static const char *const whats[TAKT_TICKET_COUNT] = {"run", "csv", "zip", "study"};

/// A place for a ticket; tickets whose time is over give theirs back. NULL: all are alive.
static takt_ticket *find_place(takt_api *api)
{
    const double now_s = takt_clock_s();
    takt_ticket *free_place = NULL;
    for (int i = 0; i < TAKT_API_MAX_TICKETS; ++i) {
        takt_ticket *ticket = &api->tickets[i];
        if (*ticket->text && ticket->until_s <= now_s)
            *ticket = (takt_ticket){0};
        if (!*ticket->text)
            free_place = ticket;
    }
    return free_place;
}

/// The name of a run as a file, from the last part of its name.
static const char *run_name(takt_api_call *call, char *out)
{
    const takt_json_value *run;
    const char *name = call->run;
    if (!*name && takt_api_read_document(call, "run", &run) == TAKT_OK)
        name = takt_json_get_text(run, "name", "");
    const char *slash = strrchr(name, '/');
    return takt_zip_name(slash && slash[1] ? slash + 1 : *name ? name : "run", out);
}

/// What the file will be called on the disk of whoever fetches it.
static void name_file(takt_api_call *call, const takt_ticket *ticket, char *out)
{
    static const char *const endings[] = {"nc", "csv", "zip", "yaml"};
    char name[TAKT_ZIP_NAME_BYTES];
    if (ticket->what == TAKT_TICKET_RUN || ticket->what == TAKT_TICKET_STUDY || !*ticket->name)
        run_name(call, name);
    else
        takt_zip_name(ticket->name, name);
    snprintf(out, TAKT_VIEW_NAME_BYTES, "%s.%s", name, endings[ticket->what]);
}

static takt_status find_run_file(takt_api_call *call, char *path)
{
    const takt_view_host *host = call->api->views->host;
    *path = '\0';
    if (!host || !host->run_file)
        return TAKT_OK;
    TAKT_TRY(
        host->run_file(host->context, *call->run ? call->run : NULL, path, TAKT_API_PATH_BYTES));
    return TAKT_OK;
}

/// Is there what the ticket is for? A refusal here (the response has a status then) is worth more
/// than a broken download.
static takt_status check_wish(takt_api_call *call, const takt_ticket *wish)
{
    char path[TAKT_API_PATH_BYTES];
    bool exists = true;
    const takt_json_value *study = NULL;
    switch (wish->what) {
    case TAKT_TICKET_RUN:
        TAKT_TRY(find_run_file(call, path));
        return *path ? TAKT_OK : takt_api_refuse(call, 409, "this run has no file to fetch (yet)");
    case TAKT_TICKET_CSV:
        if (takt_api_find_channel(wish->name) == TAKT_CHANNEL_COUNT)
            return takt_api_refuse(call, 404, "found no channel '%s'", wish->name);
        return takt_api_check_csv(call, takt_api_find_channel(wish->name));
    case TAKT_TICKET_ZIP:
        TAKT_TRY(takt_api_zip_exists(call, wish->name, &exists));
        return exists ? TAKT_OK
                      : takt_api_refuse(call, 404, "found no line or station '%s'", wish->name);
    default:
        TAKT_TRY(takt_api_read_document(call, "study", &study));
        return takt_json_get_text(study, "text", NULL)
                   ? TAKT_OK
                   : takt_api_refuse(call, 404, "this run has no study");
    }
}

/// A text of the body, "" when it is not there, into `out` [TAKT_VIEW_NAME_BYTES].
static takt_status read_name(const takt_json_value *body, const char *key, char *out)
{
    const takt_json_value *entry = takt_json_get(body, key);
    if (!entry)
        return TAKT_OK;
    if (entry->kind != TAKT_JSON_TEXT || strlen(entry->text) >= TAKT_VIEW_NAME_BYTES ||
        takt_has_controls(entry->text))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "body: %s: found no name, allowed: a text of at most %d bytes without "
                         "control characters",
                         key, (int)TAKT_VIEW_NAME_BYTES - 1);
    memcpy(out, entry->text, strlen(entry->text) + 1);
    return TAKT_OK;
}

static takt_status read_wish(takt_api_call *call, takt_ticket *wish)
{
    static const char *const keys[] = {"what", "name", "run"};
    const takt_json_value *body;
    TAKT_TRY(takt_api_read_body(call, keys, 3, &body));
    const char *what = takt_json_get_text(body, "what", "");
    int i = 0;
    while (i < TAKT_TICKET_COUNT && strcmp(whats[i], what) != 0)
        ++i;
    if (i == TAKT_TICKET_COUNT) {
        char shown[TAKT_SHOWN_BYTES];
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: what: found '%s', allowed: run, csv, zip, study",
                         takt_shown(what, strlen(what), shown));
    }
    wish->what = (takt_ticket_what)i;
    wish->role = call->role;
    TAKT_TRY(read_name(body, "name", wish->name));
    TAKT_TRY(read_name(body, "run", wish->run));
    return TAKT_OK;
}

takt_status takt_api_post_tickets(takt_api_call *call)
{
    takt_ticket wish = {0};
    char file[TAKT_VIEW_NAME_BYTES], path[64];
    TAKT_TRY(read_wish(call, &wish));
    TAKT_TRY(takt_api_choose_run(call, wish.run));
    if (!call->view)
        return TAKT_OK;
    TAKT_TRY(check_wish(call, &wish));
    if (call->response->status != 0)
        return TAKT_OK;
    takt_ticket *place = find_place(call->api);
    if (!place)
        return takt_api_refuse(call, 429, "found %d downloads that wait, allowed: %d",
                               (int)TAKT_API_MAX_TICKETS, (int)TAKT_API_MAX_TICKETS);
    TAKT_TRY(takt_token_create(wish.text));
    wish.until_s = takt_clock_s() + TAKT_TICKET_SECONDS;
    name_file(call, &wish, file);
    snprintf(path, sizeof path, "api/v1/download/%s", wish.text);
    *place = wish;
    takt_json json = takt_json_begin_line(&call->response->body);
    takt_json_object(&json);
    takt_json_key_text(&json, "path", path);
    takt_json_key_text(&json, "file", file);
    takt_json_key_integer(&json, "seconds", TAKT_TICKET_SECONDS);
    takt_json_end(&json);
    return takt_api_accept(call, "application/json");
}

/// Takes the ticket of that text out of the table; false when there is none that is alive.
static bool take_ticket(takt_api *api, const char *text, takt_ticket *taken)
{
    const double now_s = takt_clock_s();
    bool found = false;
    for (int i = 0; i < TAKT_API_MAX_TICKETS; ++i) {
        takt_ticket *ticket = &api->tickets[i];
        if (!takt_api_same_secret(text, ticket->text))
            continue;
        found = ticket->until_s > now_s;
        *taken = *ticket;
        *ticket = (takt_ticket){0};
    }
    return found;
}

static takt_status answer_ticket(takt_api_call *call, const takt_ticket *ticket)
{
    takt_api_response *response = call->response;
    switch (ticket->what) {
    case TAKT_TICKET_RUN:
        TAKT_TRY(find_run_file(call, response->file_path));
        if (!*response->file_path)
            return takt_api_refuse(call, 409, "this run has no file to fetch (yet)");
        return takt_api_accept(call, "application/x-netcdf");
    case TAKT_TICKET_CSV:
        return takt_api_answer_rows(call, takt_api_find_channel(ticket->name), TAKT_ROWS_CSV, 0,
                                    UINT64_MAX);
    case TAKT_TICKET_ZIP:
        return call->api->worker ? takt_api_zip_later(call, ticket->name)
                                 : takt_api_write_zip(call, ticket->name);
    default:
        return takt_api_get_study(call);
    }
}

takt_status takt_api_get_download(takt_api_call *call)
{
    takt_ticket ticket;
    if (!take_ticket(call->api, call->name, &ticket))
        return takt_api_refuse(call, 404, "found no such ticket: it serves once, within %d s",
                               (int)TAKT_TICKET_SECONDS);
    call->role = ticket.role;
    const char *run = takt_arena_copy_text(call->arena, ticket.run);
    if (!run)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a download");
    TAKT_TRY(takt_api_choose_run(call, run));
    if (!call->view)
        return TAKT_OK;
    TAKT_TRY(answer_ticket(call, &ticket));
    if (call->response->status == 200)
        name_file(call, &ticket, call->response->file_name);
    return TAKT_OK;
}
