// REST: routes, roles and errors. What the endpoints answer is in the other api_*.c files; the same
// table drives the routing here, the 405 answers and the contract test of openapi.json.
#include "core/version.h"
#include "viz/api_parts_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char prefix[] = "/api/v1/", json_type[] = "application/json";

static takt_status get_openapi(takt_api_call *call)
{
    takt_text_append_bytes(&call->response->body, takt_openapi_json, takt_openapi_bytes);
    return takt_api_accept(call, json_type);
}

static takt_status get_health(takt_api_call *call)
{
    takt_json json = takt_json_begin_line(&call->response->body);
    takt_json_object(&json);
    takt_json_key_text(&json, "status", "ok");
    takt_json_key_text(&json, "version", TAKT_VERSION);
    takt_json_end(&json);
    return takt_api_accept(call, json_type);
}

// clang-format off
static const takt_api_route routes[] = {
    {"GET", "/api/v1/runs", TAKT_ROLE_VIEW, "", takt_api_get_runs},
    {"GET", "/api/v1/status", TAKT_ROLE_VIEW, "run", takt_api_get_status},
    {"GET", "/api/v1/kpis", TAKT_ROLE_VIEW, "run", takt_api_get_kpis},
    {"GET", "/api/v1/set-points", TAKT_ROLE_VIEW, "run", takt_api_get_set_points},
    {"GET", "/api/v1/study", TAKT_ROLE_VIEW, "run", takt_api_get_study},
    {"GET", "/api/v1/documents/{name}", TAKT_ROLE_VIEW, "run", takt_api_get_document},
    {"GET", "/api/v1/channels", TAKT_ROLE_VIEW, "run", takt_api_get_channels},
    {"GET", "/api/v1/channels/{name}", TAKT_ROLE_VIEW, "run format first count", takt_api_get_channel},
    {"GET", "/api/v1/log", TAKT_ROLE_VIEW, "run from", takt_api_get_log},
    {"GET", "/api/v1/cards/{name}", TAKT_ROLE_VIEW, "run", takt_api_get_card},
    {"POST", "/api/v1/showcase", TAKT_ROLE_VIEW, "run", takt_api_post_showcase},
    {"POST", "/api/v1/start", TAKT_ROLE_CONTROL, "", takt_api_post_start},
    {"POST", "/api/v1/optimise", TAKT_ROLE_CONTROL, "", takt_api_post_optimise},
    {"POST", "/api/v1/stop", TAKT_ROLE_CONTROL, "", takt_api_post_stop},
    {"POST", "/api/v1/checkpoint", TAKT_ROLE_CONTROL, "", takt_api_post_checkpoint},
    {"POST", "/api/v1/reset", TAKT_ROLE_CONTROL, "", takt_api_post_reset},
    {"POST", "/api/v1/tickets", TAKT_ROLE_VIEW, "", takt_api_post_tickets},
    {"GET", "/api/v1/download/{ticket}", TAKT_ROLE_NONE, "", takt_api_get_download},
    {"GET", "/api/v1/openapi.json", TAKT_ROLE_VIEW, "", get_openapi},
    {"GET", "/api/v1/health", TAKT_ROLE_VIEW, "", get_health},
    {"GET", "/metrics", TAKT_ROLE_VIEW, "", takt_api_get_metrics},
};
// clang-format on
enum { N_ROUTES = sizeof routes / sizeof *routes };

const takt_api_route *takt_api_route_at(int index)
{
    return index >= 0 && index < N_ROUTES ? &routes[index] : NULL;
}

// --- Answers -------------------------------------------------------------------------------------

static const char *code_of(int status)
{
    static const struct {
        int status;
        const char *code;
    } codes[] = {{400, "request"}, {401, "token"},  {403, "role"},
                 {404, "unknown"}, {405, "method"}, {409, "state"},
                 {413, "size"},    {429, "busy"},   {503, "unavailable"}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i)
        if (codes[i].status == status)
            return codes[i].code;
    TAKT_ASSERT(false);
    return "";
}

takt_status takt_api_refuse(takt_api_call *call, int status, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    takt_api_response_release(call->response);
    call->response->status = status;
    call->response->content_type = json_type;
    takt_json json = takt_json_begin_line(&call->response->body);
    takt_json_object(&json);
    takt_json_key(&json, "error");
    takt_json_object(&json);
    takt_json_key_text(&json, "code", code_of(status));
    takt_json_key_text(&json, "text", text);
    takt_json_end(&json);
    takt_json_end(&json);
    return takt_text_check(&call->response->body);
}

takt_status takt_api_accept(takt_api_call *call, const char *content_type)
{
    call->response->status = 200;
    call->response->content_type = content_type;
    return takt_text_check(&call->response->body);
}

takt_status takt_api_answer_failure(takt_api_call *call, takt_status status)
{
    if (status == TAKT_ERR_MEMORY)
        return status;
    char text[1024];
    snprintf(text, sizeof text, "%s", takt_error_text());
    text[strcspn(text, "\n")] = '\0'; // a source line that may follow is for terminals
    const int code = status == TAKT_ERR_INPUT ? 400 : status == TAKT_ERR_MODEL ? 409 : 503;
    return takt_api_refuse(call, code, "%s", *text ? text : takt_status_text(status));
}

void takt_api_response_release(takt_api_response *response)
{
    takt_text_destroy(&response->body);
    *response = (takt_api_response){0};
}

// --- Routing -------------------------------------------------------------------------------------

/// Does `path` fit? Then *name is where its name begins, NULL when the route has none.
static bool route_fits(const takt_api_route *route, const char *path, const char **name)
{
    const char *brace = strchr(route->path, '{');
    *name = NULL;
    if (!brace)
        return strcmp(route->path, path) == 0;
    const size_t n = (size_t)(brace - route->path);
    if (strncmp(route->path, path, n) != 0 || path[n] == '\0' || strchr(path + n, '/'))
        return false;
    *name = path + n;
    return true;
}

static const takt_api_route *find_route(const char *path, const char **name)
{
    for (int i = 0; i < N_ROUTES; ++i)
        if (route_fits(&routes[i], path, name))
            return &routes[i];
    return NULL;
}

/// Token, method, role and size, before anything is read; the response has a status when refused.
static takt_status check_leave(takt_api_call *call, const takt_api_route *route)
{
    const takt_api_request *request = call->request;
    if (request->role == TAKT_ROLE_NONE && (!route || route->role != TAKT_ROLE_NONE))
        return takt_api_refuse(call, 401,
                               "found no valid token, allowed: the header "
                               "Authorization: Bearer TOKEN");
    if (!route)
        return takt_api_refuse(call, 404, "no such address; GET %sopenapi.json lists all", prefix);
    if (strcmp(request->method, route->method) != 0) {
        TAKT_TRY(takt_api_refuse(call, 405, "found another method, allowed: %s", route->method));
        call->response->allow = route->method;
        return TAKT_OK;
    }
    if (request->role < route->role)
        return takt_api_refuse(call, 403, "found a token to view, needed: the token to control");
    if (request->n_body > TAKT_API_MAX_BODY)
        return takt_api_refuse(call, 413, "found a body of %zu bytes, allowed: %d", request->n_body,
                               (int)TAKT_API_MAX_BODY);
    return TAKT_OK;
}

takt_status takt_api_choose_run(takt_api_call *call, const char *run)
{
    call->run = run ? run : "";
    call->view = NULL;
    const takt_status status = takt_views_find(call->api->views, call->run, &call->view);
    if (status != TAKT_ERR_INPUT)
        return status;
    call->view = NULL;
    return takt_api_refuse(call, 404, "%s", takt_error_text());
}

static takt_status answer(takt_api_call *call)
{
    const char *name = NULL;
    const takt_api_route *route = find_route(call->request->path, &name);
    TAKT_TRY(check_leave(call, route));
    if (call->response->status != 0)
        return TAKT_OK;
    if (name) {
        TAKT_TRY(takt_api_decode(call->arena, name, strlen(name), false, &call->name));
        if (!*call->name || strlen(call->name) >= TAKT_VIEW_NAME_BYTES)
            return takt_api_refuse(call, 404, "found a name of %zu bytes, allowed: 1 to %d",
                                   strlen(call->name), (int)TAKT_VIEW_NAME_BYTES - 1);
    }
    TAKT_TRY(takt_api_read_query(call, route->parameters));
    TAKT_TRY(takt_api_choose_run(call, takt_api_parameter_get(call, "run", "")));
    return call->view ? route->answer(call) : TAKT_OK;
}

takt_status takt_api_handle(takt_api *api, const takt_api_request *request,
                            takt_api_response *response)
{
    takt_arena *arena = NULL;
    TAKT_TRY(takt_arena_create(&arena));
    takt_api_call call = {.api = api,
                          .request = request,
                          .response = response,
                          .arena = arena,
                          .name = "",
                          .run = "",
                          .role = request->role};
    takt_error_clear();
    takt_status status = answer(&call);
    if (status != TAKT_OK)
        status = takt_api_answer_failure(&call, status);
    if (status == TAKT_OK)
        status = takt_text_check(&response->body);
    if (status != TAKT_OK)
        takt_api_response_release(response);
    takt_arena_destroy(&arena);
    return status;
}

takt_status takt_api_create(takt_views *views, takt_server_counts (*count)(void *context),
                            void *context, takt_api **api)
{
    takt_api *made = takt_alloc(sizeof *made);
    if (!made)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the REST interface");
    made->views = views;
    made->count = count;
    made->count_context = context;
    *api = made;
    return TAKT_OK;
}

void takt_api_destroy(takt_api **api)
{
    if (*api)
        takt_api_stop_work(*api, true);
    takt_free(*api);
    *api = NULL;
}

bool takt_api_same_secret(const char *given, const char *secret)
{
    const size_t n_given = strlen(given), n = strlen(secret);
    unsigned char difference = n == 0 || n_given != n;
    for (size_t i = 0; i < n_given; ++i)
        difference |= (unsigned char)(given[i] ^ secret[n ? i % n : 0]);
    return difference == 0;
}

takt_role takt_role_of(const char *given, const char *view_token, const char *control_token)
{
    takt_role role = TAKT_ROLE_NONE;
    if (given && view_token && takt_api_same_secret(given, view_token))
        role = TAKT_ROLE_VIEW;
    if (given && control_token && takt_api_same_secret(given, control_token))
        role = TAKT_ROLE_CONTROL;
    return role;
}
