// openapi.json is true: it lists the paths, methods, parameters and roles that the code serves and
// no others, and every answer, good or bad, is one that it describes.
#include "tests/check.h"
#include "tests/viz/api_host.h"

#include "core/version.h"
#include "viz/api_parts_internal.h"

static api_host host;
static takt_arena *arena;
static const takt_json_value *document;

static void begin(void)
{
    api_host_begin(&host);
    CHECK_OK(takt_arena_create(&arena));
    CHECK_OK(takt_json_read(arena, takt_openapi_json, takt_openapi_bytes, &document));
}

static void end(void)
{
    takt_arena_destroy(&arena);
    api_host_end(&host);
}

/// Follows "#/a/b/c" from the root of the document.
static const takt_json_value *resolve(const takt_json_value *value)
{
    const char *path = takt_json_get_text(value, "$ref", NULL);
    if (!path)
        return value;
    CHECK(strncmp(path, "#/", 2) == 0);
    const takt_json_value *at = document;
    for (path += 1; *path == '/';) {
        const size_t n = strcspn(++path, "/");
        char key[128];
        CHECK(n < sizeof key);
        memcpy(key, path, n);
        key[n] = '\0';
        at = takt_json_get(at, key);
        path += n;
    }
    CHECK(at != NULL);
    return at;
}

// --- JSON Schema, as much as the document uses ---------------------------------------------------

static bool is_type(const takt_json_value *value, const char *type)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    if (strcmp(type, "integer") == 0)
        return value->kind == TAKT_JSON_NUMBER && value->number == floor(value->number);
    return strcmp(names[value->kind], type) == 0;
}

static bool fits(const takt_json_value *value, const takt_json_value *schema);

static bool fits_type(const takt_json_value *value, const takt_json_value *type)
{
    if (!type)
        return true;
    if (type->kind == TAKT_JSON_TEXT)
        return is_type(value, type->text);
    for (const takt_json_value *at = type->first; at; at = at->next)
        if (is_type(value, at->text))
            return true;
    return false;
}

static bool fits_enum(const takt_json_value *value, const takt_json_value *words)
{
    for (const takt_json_value *at = words ? words->first : NULL; at; at = at->next)
        if (value->kind == TAKT_JSON_TEXT && strcmp(at->text, value->text) == 0)
            return true;
    return !words;
}

static bool fits_object(const takt_json_value *value, const takt_json_value *schema)
{
    const takt_json_value *properties = takt_json_get(schema, "properties");
    const takt_json_value *others = takt_json_get(schema, "additionalProperties");
    const takt_json_value *required = takt_json_get(schema, "required");
    for (const takt_json_value *at = required ? required->first : NULL; at; at = at->next)
        if (!takt_json_get(value, at->text))
            return false;
    for (const takt_json_value *at = value->first; at; at = at->next) {
        const takt_json_value *property = takt_json_get(properties, at->key);
        if (!property && others && others->kind == TAKT_JSON_BOOLEAN && !others->boolean)
            return false;
        if (!property && others && others->kind == TAKT_JSON_OBJECT)
            property = others;
        if (property && !fits(at, property))
            return false;
    }
    return true;
}

/// A keyword that this checker does not know would make it blind.
static void check_keywords(const takt_json_value *schema)
{
    static const char known[] = " type properties required additionalProperties items enum anyOf "
                                "minimum description contentEncoding $ref ";
    for (const takt_json_value *at = schema->first; at; at = at->next) {
        char word[64];
        snprintf(word, sizeof word, " %s ", at->key);
        CHECK_CONTAINS(known, word);
    }
}

static bool fits(const takt_json_value *value, const takt_json_value *schema)
{
    schema = resolve(schema);
    check_keywords(schema);
    const takt_json_value *any = takt_json_get(schema, "anyOf");
    bool fits_one = !any;
    for (const takt_json_value *at = any ? any->first : NULL; at; at = at->next)
        fits_one = fits_one || fits(value, at);
    if (!fits_one || !fits_type(value, takt_json_get(schema, "type")) ||
        !fits_enum(value, takt_json_get(schema, "enum")))
        return false;
    if (value->kind == TAKT_JSON_NUMBER &&
        value->number < takt_json_get_number(schema, "minimum", value->number))
        return false;
    const takt_json_value *items = takt_json_get(schema, "items");
    if (value->kind == TAKT_JSON_ARRAY && items)
        for (const takt_json_value *at = value->first; at; at = at->next)
            if (!fits(at, items))
                return false;
    return value->kind != TAKT_JSON_OBJECT || fits_object(value, schema);
}

/// The checker must be able to say no.
static void a_wrong_answer_is_noticed(void)
{
    static const char *const wrong[][2] = {
        {"Health", "{\"status\": \"ok\"}"},
        {"Health", "{\"status\": \"good\", \"version\": \"1\"}"},
        {"Health", "{\"status\": \"ok\", \"version\": 1}"},
        {"Health", "{\"status\": \"ok\", \"version\": \"1\", \"more\": 1}"},
        {"Health", "[]"},
        {"Start", "{\"verb\": \"simulate\", \"set_points\": {\"a\": \"b\"}}"},
        {"Status", "{\"run\": 3, \"progress\": null}"},
        {"Ticket", "{\"path\": \"p\", \"file\": \"f\", \"seconds\": 1.5}"},
        {"Kpis", "{\"rows\": [{}], \"baseline\": [], \"best\": []}"},
    };
    begin();
    const takt_json_value *schemas =
        takt_json_get(takt_json_get(document, "components"), "schemas");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
        const takt_json_value *value;
        CHECK_OK(takt_json_read(arena, wrong[i][1], strlen(wrong[i][1]), &value));
        if (fits(value, takt_json_get(schemas, wrong[i][0])))
            CHECK_FAILED("%s takes %s", wrong[i][0], wrong[i][1]);
    }
    end();
}

// --- The table of routes -------------------------------------------------------------------------

static const takt_json_value *find_operation(const takt_api_route *route)
{
    char method[16] = "";
    for (size_t i = 0; route->method[i] && i + 1 < sizeof method; ++i)
        method[i] = (char)(route->method[i] | 0x20);
    return takt_json_get(takt_json_get(takt_json_get(document, "paths"), route->path), method);
}

static void code_and_document_list_the_same(void)
{
    begin();
    int n_routes = 0, n_operations = 0;
    while (takt_api_route_at(n_routes)) {
        const takt_api_route *route = takt_api_route_at(n_routes++);
        if (!find_operation(route))
            CHECK_FAILED("openapi.json does not list %s %s", route->method, route->path);
    }
    const takt_json_value *paths = takt_json_get(document, "paths");
    for (const takt_json_value *path = paths->first; path; path = path->next)
        n_operations += path->n;
    CHECK_INT(n_operations, n_routes);
    CHECK_TEXT(takt_json_get_text(takt_json_get(document, "info"), "version", NULL), TAKT_VERSION);
    CHECK_TEXT(takt_json_get_text(document, "openapi", NULL), "3.1.0");
    end();
}

static void parameters_and_roles_are_those_of_the_code(void)
{
    begin();
    for (int i = 0; takt_api_route_at(i); ++i) {
        const takt_api_route *route = takt_api_route_at(i);
        const takt_json_value *operation = find_operation(route);
        const takt_json_value *parameters = takt_json_get(operation, "parameters");
        const takt_json_value *security = takt_json_get(operation, "security");
        char words[256] = "", in_path[64] = "";
        for (const takt_json_value *at = parameters ? parameters->first : NULL; at; at = at->next) {
            const char *name = takt_json_get_text(at, "name", "");
            const bool query = strcmp(takt_json_get_text(at, "in", ""), "query") == 0;
            const size_t n = strlen(words);
            if (query)
                snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? " " : "", name);
            else
                snprintf(in_path, sizeof in_path, "{%s}", name);
        }
        CHECK_TEXT(words, route->parameters);
        CHECK_TEXT(strchr(route->path, '{') ? strchr(route->path, '{') : "", in_path);
        const takt_role role = !security                                   ? TAKT_ROLE_VIEW
                               : security->n == 0                          ? TAKT_ROLE_NONE
                               : takt_json_get(security->first, "control") ? TAKT_ROLE_CONTROL
                                                                           : TAKT_ROLE_VIEW;
        CHECK_INT(role, route->role);
    }
    end();
}

// --- Answers -------------------------------------------------------------------------------------

/// The last answer is one that the operation describes.
static void check_answer(const takt_api_route *route, const char *shown)
{
    char status[16], type[64];
    const takt_json_value *value;
    const takt_api_response *response = &host.response;
    snprintf(status, sizeof status, "%d", response->status);
    const takt_json_value *responses = takt_json_get(find_operation(route), "responses");
    const takt_json_value *described = resolve(takt_json_get(responses, status));
    if (!described)
        CHECK_FAILED("%s: openapi.json knows no status %s", shown, status);
    CHECK(takt_json_get_text(described, "description", NULL) != NULL);
    snprintf(type, sizeof type, "%s", response->content_type);
    type[strcspn(type, ";")] = '\0';
    const takt_json_value *media = takt_json_get(takt_json_get(described, "content"), type);
    if (!media)
        CHECK_FAILED("%s: openapi.json knows no %s for %s", shown, type, status);
    if (strcmp(type, "application/json") != 0 || response->rows_request != 0)
        return;
    CHECK_OK(takt_json_read(arena, takt_text_get(&response->body), response->body.length, &value));
    if (!fits(value, takt_json_get(media, "schema")))
        CHECK_FAILED("%s: openapi.json describes another answer than %s", shown,
                     takt_text_get(&response->body));
}

static const takt_api_route *find_route(const char *method, const char *path)
{
    for (int i = 0; takt_api_route_at(i); ++i) {
        const takt_api_route *route = takt_api_route_at(i);
        const size_t n = strcspn(route->path, "{");
        const bool same =
            route->path[n] ? strncmp(route->path, path, n) == 0 && path[n] && !strchr(path + n, '/')
                           : strcmp(route->path, path) == 0;
        if (same && strcmp(route->method, method) == 0)
            return route;
    }
    CHECK_FAILED("no route for %s %s", method, path);
    return NULL;
}

typedef struct example {
    const char *method, *path, *query, *body;
    int status;
} example;

static void try_example(const example *it)
{
    char shown[256];
    snprintf(shown, sizeof shown, "%s %s?%s %s", it->method, it->path, it->query, it->body);
    const int status =
        api_host_ask(&host, TAKT_ROLE_CONTROL, it->method, it->path, it->query, it->body);
    if (status != it->status)
        CHECK_FAILED("%s: found %d, expected %d: %s", shown, status, it->status,
                     takt_text_get(&host.response.body));
    check_answer(find_route(it->method, it->path), shown);
}

// clang-format off
static const example examples[] = {
    {"GET", "/api/v1/runs", "", "", 200},
    {"GET", "/api/v1/status", "", "", 200},
    {"GET", "/api/v1/status", "run=b", "", 200},
    {"GET", "/api/v1/status", "run=c", "", 404},
    {"GET", "/api/v1/kpis", "", "", 200},
    {"GET", "/api/v1/kpis", "run=%f", "", 400},
    {"GET", "/api/v1/set-points", "", "", 200},
    {"GET", "/api/v1/study", "", "", 200},
    {"GET", "/api/v1/study", "run=b", "", 404},
    {"GET", "/api/v1/documents/run", "", "", 200},
    {"GET", "/api/v1/documents/progress", "", "", 200},
    {"GET", "/api/v1/documents/none", "", "", 404},
    {"GET", "/api/v1/channels", "", "", 200},
    {"GET", "/api/v1/channels/kpi_mean", "", "", 200},
    {"GET", "/api/v1/channels/kpi_name", "first=1", "", 200},
    {"GET", "/api/v1/channels/kpi_mean", "format=csv", "", 200},
    {"GET", "/api/v1/channels/kpi_mean", "format=frame", "", 200},
    {"GET", "/api/v1/channels/best_cost", "count=5", "", 200},
    {"GET", "/api/v1/channels/best_cost", "", "", 413},
    {"GET", "/api/v1/channels/kpi_mean", "first=99", "", 400},
    {"GET", "/api/v1/channels/none", "", "", 404},
    {"GET", "/api/v1/log", "", "", 200},
    {"GET", "/api/v1/log", "from=7", "", 200},
    {"GET", "/api/v1/cards/coater", "", "", 409},
    {"POST", "/api/v1/showcase", "", "{\"action\": \"play\"}", 409},
    {"POST", "/api/v1/showcase", "", "{}", 400},
    {"POST", "/api/v1/start", "", "{\"verb\": \"simulate\", \"set_points\": {\"speed\": 30}}", 200},
    {"POST", "/api/v1/start", "", "", 400},
    {"POST", "/api/v1/optimise", "", "{\"set_points\": {}}", 200},
    {"POST", "/api/v1/optimise", "", "", 200},
    {"POST", "/api/v1/stop", "", "", 200},
    {"POST", "/api/v1/checkpoint", "", "{}", 200},
    {"POST", "/api/v1/reset", "", "", 200},
    {"POST", "/api/v1/reset", "", "[]", 400},
    {"POST", "/api/v1/tickets", "", "{\"what\": \"zip\"}", 200},
    {"POST", "/api/v1/tickets", "", "{\"what\": \"zip\", \"name\": \"x\"}", 404},
    {"POST", "/api/v1/tickets", "", "{\"what\": \"run\", \"run\": \"b\"}", 409},
    {"POST", "/api/v1/tickets", "", "{\"what\": \"csv\", \"name\": \"best_cost\"}", 413},
    {"POST", "/api/v1/tickets", "", "{}", 400},
    {"GET", "/api/v1/download/none", "", "", 404},
    {"GET", "/api/v1/download/none", "x=1", "", 400},
    {"GET", "/api/v1/openapi.json", "", "", 200},
    {"GET", "/api/v1/health", "", "", 200},
    {"GET", "/metrics", "", "", 200},
};
// clang-format on
enum { N_EXAMPLES = sizeof examples / sizeof *examples };

static void every_answer_is_described(void)
{
    begin();
    for (int i = 0; i < N_EXAMPLES; ++i)
        try_example(&examples[i]);
    // No route is left out of the examples.
    for (int i = 0; takt_api_route_at(i); ++i) {
        bool found = false;
        for (int k = 0; k < N_EXAMPLES; ++k)
            found =
                found || find_route(examples[k].method, examples[k].path) == takt_api_route_at(i);
        if (!found)
            CHECK_FAILED("no example of %s", takt_api_route_at(i)->path);
    }
    end();
}

/// A path that a route would take: names are "kpi_mean".
static void example_path(const takt_api_route *route, char *path, size_t n_bytes)
{
    const size_t n = strcspn(route->path, "{");
    snprintf(path, n_bytes, "%.*s%s", (int)n, route->path, route->path[n] ? "kpi_mean" : "");
}

static void every_refusal_is_described(void)
{
    begin();
    for (int i = 0; takt_api_route_at(i); ++i) {
        const takt_api_route *route = takt_api_route_at(i);
        char path[128];
        example_path(route, path, sizeof path);
        CHECK_INT(api_host_ask(&host, TAKT_ROLE_NONE, route->method, path, "", ""),
                  route->role == TAKT_ROLE_NONE ? 404 : 401);
        check_answer(route, path);
        CHECK_INT(api_host_ask(&host, TAKT_ROLE_CONTROL, route->method, path, "%", ""), 400);
        check_answer(route, path);
        if (route->role != TAKT_ROLE_CONTROL)
            continue;
        CHECK_INT(api_host_ask(&host, TAKT_ROLE_VIEW, route->method, path, "", ""), 403);
        check_answer(route, path);
    }
    static const takt_status statuses[] = {TAKT_ERR_MODEL, TAKT_ERR_INPUT, TAKT_ERR_FILE};
    for (int i = 0; i < 3; ++i) {
        host.control_status = statuses[i];
        api_host_ask(&host, TAKT_ROLE_CONTROL, "POST", "/api/v1/stop", "", "");
        check_answer(find_route("POST", "/api/v1/stop"), "stop");
    }
    end();
}

static void downloads_are_described(void)
{
    static const char *const wishes[] = {
        "{\"what\": \"csv\", \"name\": \"kpi_mean\"}",
        "{\"what\": \"study\"}",
        "{\"what\": \"run\"}",
#ifdef TAKT_WITH_ZLIB
        "{\"what\": \"zip\", \"name\": \"anode\"}",
#endif
    };
    begin();
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; ++i) {
        char path[128];
        const takt_json_value *value;
        try_example(&(example){"POST", "/api/v1/tickets", "", wishes[i], 200});
        CHECK_OK(takt_json_read(arena, takt_text_get(&host.response.body),
                                host.response.body.length, &value));
        snprintf(path, sizeof path, "/%s", takt_json_get_text(value, "path", ""));
        try_example(&(example){"GET", path, "", "", 200});
    }
    end();
}

/// The examples of bodies are what the document asks for, too.
static void bodies_fit_their_schemas(void)
{
    begin();
    for (int i = 0; i < N_EXAMPLES; ++i) {
        const example *it = &examples[i];
        const takt_json_value *value;
        if (strcmp(it->method, "POST") != 0)
            continue;
        const takt_json_value *asked =
            takt_json_get(find_operation(find_route(it->method, it->path)), "requestBody");
        CHECK(asked != NULL);
        if (!*it->body) {
            const takt_json_value *required = takt_json_get(asked, "required");
            CHECK((it->status == 400) == (required && required->boolean));
            continue;
        }
        const takt_json_value *schema = takt_json_get(
            takt_json_get(takt_json_get(asked, "content"), "application/json"), "schema");
        CHECK_OK(takt_json_read(arena, it->body, strlen(it->body), &value));
        CHECK(fits(value, schema) == (it->status != 400));
    }
    end();
}

TAKT_TESTS(TEST(a_wrong_answer_is_noticed), TEST(code_and_document_list_the_same),
           TEST(parameters_and_roles_are_those_of_the_code), TEST(every_answer_is_described),
           TEST(every_refusal_is_described), TEST(downloads_are_described),
           TEST(bodies_fit_their_schemas))
