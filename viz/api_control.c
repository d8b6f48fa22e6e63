// What changes something: the showcase, and the run behind the page. Bodies are strict JSON; a key
// that is not known is named, so that a typing error never passes for a value.
#include "viz/api_parts_internal.h"

#include "core/words.h"

#include <math.h>
#include <string.h>

static const char json_type[] = "application/json";

takt_status takt_api_read_body(takt_api_call *call, const char *const *keys, int n_keys,
                               const takt_json_value **body)
{
    const takt_api_request *request = call->request;
    char shown[TAKT_SHOWN_BYTES], allowed[512];
    *body = NULL;
    if (request->n_body == 0)
        return TAKT_OK;
    TAKT_TRY(takt_json_read(call->arena, request->body, request->n_body, body));
    if ((*body)->kind != TAKT_JSON_OBJECT)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: found no object, allowed: a JSON object");
    for (const takt_json_value *entry = (*body)->first; entry; entry = entry->next) {
        int i = 0;
        while (i < n_keys && strcmp(keys[i], entry->key) != 0)
            ++i;
        if (i == n_keys)
            return TAKT_FAIL(TAKT_ERR_INPUT, "body: found the key '%s'%s",
                             takt_shown(entry->key, strlen(entry->key), shown),
                             n_keys > 0 ? takt_suggest(entry->key, strlen(entry->key), keys, n_keys,
                                                       allowed, sizeof allowed)
                                        : ", allowed: none");
    }
    return TAKT_OK;
}

/// A text of the body that has to be there.
static takt_status read_word(const takt_json_value *body, const char *key, const char *allowed,
                             const char **word)
{
    const takt_json_value *entry = takt_json_get(body, key);
    if (!entry || entry->kind != TAKT_JSON_TEXT)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: %s: found %s, allowed: %s", key,
                         entry ? "no text" : "nothing", allowed);
    *word = entry->text;
    return TAKT_OK;
}

// --- Showcase ------------------------------------------------------------------------------------

takt_status takt_api_post_showcase(takt_api_call *call)
{
    static const char *const keys[] = {"action", "value"};
    static const char actions[] = "play, pause, step, reset, seek, speed, replication, design";
    const takt_json_value *body;
    const char *word = NULL;
    char shown[TAKT_SHOWN_BYTES];
    TAKT_TRY(takt_api_read_body(call, keys, 2, &body));
    TAKT_TRY(read_word(body, "action", actions, &word));
    const int action = takt_showcase_action_find(word);
    if (action < 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: action: found '%s', allowed: %s",
                         takt_shown(word, strlen(word), shown), actions);
    const takt_json_value *value = takt_json_get(body, "value");
    const bool needs_value = action >= TAKT_SHOWCASE_SEEK;
    if (value ? value->kind != TAKT_JSON_NUMBER : needs_value)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: value: found %s, allowed: a number",
                         value ? "no number" : "nothing");
    if (!call->view->showcase)
        return takt_api_refuse(call, 409, "this run has no showcase");
    const double number = value ? value->number : 0;
    TAKT_TRY(takt_showcase_do(call->view->showcase, (takt_showcase_action)action, number));
    takt_json json = takt_json_begin_line(&call->response->body);
    takt_json_object(&json);
    takt_json_key_text(&json, "action", word);
    takt_json_key_number(&json, "value", number);
    takt_json_end(&json);
    return takt_api_accept(call, json_type);
}

// --- The run -------------------------------------------------------------------------------------

/// The names of the set-points that the study has, for messages.
static takt_status unknown_set_point(takt_api_call *call, const takt_json_value *points,
                                     const char *name)
{
    char shown[TAKT_SHOWN_BYTES], allowed[1024] = ", allowed: none";
    int n = 0;
    const char **names =
        takt_arena_alloc(call->arena, (size_t)(points ? points->n + 1 : 1) * sizeof *names);
    if (!names)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a message");
    for (const takt_json_value *at = points ? points->first : NULL; at; at = at->next)
        names[n++] = takt_json_get_text(at, "name", "");
    if (n > 0)
        takt_suggest(name, strlen(name), names, n, allowed, sizeof allowed);
    return TAKT_FAIL(TAKT_ERR_INPUT, "body: set_points: found '%s'%s",
                     takt_shown(name, strlen(name), shown), allowed);
}

static takt_status check_value(const takt_json_value *point, const takt_json_value *given)
{
    char found[TAKT_NUMBER_BYTES], least[TAKT_NUMBER_BYTES], most[TAKT_NUMBER_BYTES];
    char shown[TAKT_SHOWN_BYTES];
    const takt_json_value *integer = takt_json_get(point, "integer");
    const bool whole = integer && integer->boolean;
    const double min = takt_json_get_number(point, "min", -(double)INFINITY);
    const double max = takt_json_get_number(point, "max", (double)INFINITY);
    takt_shown(given->key, strlen(given->key), shown);
    if (given->kind != TAKT_JSON_NUMBER)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: set_points: %s: found no number, allowed: a number",
                         shown);
    if (given->number < min || given->number > max ||
        (whole && given->number != floor(given->number)))
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: set_points: %s: found %s, allowed: %s%s to %s %s",
                         shown, takt_number_format(given->number, found), whole ? "whole, " : "",
                         takt_number_format(min, least), takt_number_format(max, most),
                         takt_json_get_text(point, "unit", ""));
    return TAKT_OK;
}

static takt_status read_set_points(takt_api_call *call, const takt_json_value *given,
                                   takt_control *control)
{
    const takt_json_value *study;
    if (!given)
        return TAKT_OK;
    if (given->kind != TAKT_JSON_OBJECT)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: set_points: found no object, allowed: "
                                         "{NAME: VALUE, ...}");
    if (given->n > TAKT_CONTROL_MAX_VALUES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: set_points: found %d, allowed: at most %d",
                         given->n, (int)TAKT_CONTROL_MAX_VALUES);
    TAKT_TRY(takt_api_read_document(call, "study", &study));
    const takt_json_value *points = takt_json_get(study, "set_points");
    for (const takt_json_value *entry = given->first; entry; entry = entry->next) {
        const takt_json_value *point = points ? points->first : NULL;
        while (point && strcmp(takt_json_get_text(point, "name", ""), entry->key) != 0)
            point = point->next;
        if (!point)
            return unknown_set_point(call, points, entry->key);
        TAKT_TRY(check_value(point, entry));
        control->names[control->n_values] = entry->key;
        control->values[control->n_values++] = entry->number;
    }
    return TAKT_OK;
}

static takt_status control_run(takt_api_call *call, const takt_control *control)
{
    const takt_view_host *host = call->api->views->host;
    if (!host || !host->control)
        return takt_api_refuse(call, 409,
                               "this viewer controls no run; takt view STUDY --control "
                               "does");
    TAKT_TRY(host->control(host->context, control, &call->response->body));
    return takt_api_accept(call, json_type);
}

/// Verb and set-points; the verb stands in the body where `verb` is NULL.
static takt_status start(takt_api_call *call, const char *verb)
{
    static const char *const keys[] = {"set_points", "verb"};
    const takt_json_value *body;
    char shown[TAKT_SHOWN_BYTES];
    takt_control *control = takt_arena_alloc(call->arena, sizeof *control);
    if (!control)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a control action");
    TAKT_TRY(takt_api_read_body(call, keys, verb ? 1 : 2, &body));
    if (!verb)
        TAKT_TRY(read_word(body, "verb", "simulate, optimize", &verb));
    if (strcmp(verb, "simulate") != 0 && strcmp(verb, "optimize") != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "body: verb: found '%s', allowed: simulate, optimize",
                         takt_shown(verb, strlen(verb), shown));
    control->verb = *verb == 's' ? TAKT_CONTROL_START_SIMULATE : TAKT_CONTROL_START_OPTIMIZE;
    TAKT_TRY(read_set_points(call, takt_json_get(body, "set_points"), control));
    return control_run(call, control);
}

/// An action without values: the body is empty, or an empty object.
static takt_status act(takt_api_call *call, takt_control_verb verb)
{
    const takt_json_value *body;
    takt_control *control = takt_arena_alloc(call->arena, sizeof *control);
    if (!control)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a control action");
    TAKT_TRY(takt_api_read_body(call, NULL, 0, &body));
    control->verb = verb;
    return control_run(call, control);
}

takt_status takt_api_post_start(takt_api_call *call)
{
    return start(call, NULL);
}

takt_status takt_api_post_optimise(takt_api_call *call)
{
    return start(call, "optimize");
}

takt_status takt_api_post_stop(takt_api_call *call)
{
    return act(call, TAKT_CONTROL_STOP);
}

takt_status takt_api_post_checkpoint(takt_api_call *call)
{
    return act(call, TAKT_CONTROL_CHECKPOINT);
}

takt_status takt_api_post_reset(takt_api_call *call)
{
    return act(call, TAKT_CONTROL_RESET);
}
