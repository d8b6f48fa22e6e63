// The REST interface answers every request with what docs/protocol.md promises: the values on the
// board, exact statuses, and never more than the role may see.
#include "tests/viz/api_fixture.h"

#include "viz/server.h"

#define VIEW TAKT_ROLE_VIEW
#define CONTROL TAKT_ROLE_CONTROL

static int get(const char *path, const char *query)
{
    return api_host_ask(&host, VIEW, "GET", path, query, "");
}

static int post(const char *path, const char *text)
{
    return api_host_ask(&host, CONTROL, "POST", path, "", text);
}

// --- Leave ---------------------------------------------------------------------------------------

static void nothing_is_said_without_a_token(void)
{
    static const char *const paths[] = {"/api/v1/runs", "/api/v1/health", "/api/v1/openapi.json",
                                        "/metrics",     "/api/v1/none",   "/api/v1/channels/x"};
    begin();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i) {
        CHECK_INT(api_host_ask(&host, TAKT_ROLE_NONE, "GET", paths[i], "", ""), 401);
        error_is("token", "Bearer");
    }
    CHECK_INT(api_host_ask(&host, TAKT_ROLE_NONE, "POST", "/api/v1/start", "", "{}"), 401);
    end();
}

static void to_view_is_not_to_control(void)
{
    static const char *const verbs[] = {"start", "optimise", "stop", "checkpoint", "reset"};
    begin();
    host.control.verb = TAKT_CONTROL_CHECKPOINT;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; ++i) {
        char path[64];
        snprintf(path, sizeof path, "/api/v1/%s", verbs[i]);
        CHECK_INT(api_host_ask(&host, VIEW, "POST", path, "", "{}"), 403);
        error_is("role", "token to control");
    }
    CHECK_INT(host.control.verb, TAKT_CONTROL_CHECKPOINT); // the host heard nothing
    end();
}

static void other_addresses_and_methods_are_refused(void)
{
    begin();
    CHECK_INT(get("/api/v1/none", ""), 404);
    error_is("unknown", "openapi.json");
    CHECK_INT(get("/api/v1/kpis/", ""), 404);
    CHECK_INT(get("/api/v1/documents/", ""), 404);
    CHECK_INT(get("/api/v1/documents/a/b", ""), 404);
    CHECK_INT(get("/api/v1/Kpis", ""), 404);
    CHECK_INT(get("", ""), 404);
    CHECK_INT(get("/api/v1/start", ""), 405);
    CHECK_TEXT(host.response.allow, "POST");
    error_is("method", "POST");
    CHECK_INT(post("/api/v1/kpis", ""), 405);
    CHECK_TEXT(host.response.allow, "GET");
    CHECK_INT(api_host_ask(&host, VIEW, "DELETE", "/api/v1/channels/xi", "", ""), 405);
    end();
}

static void broken_queries_are_named(void)
{
    begin();
    CHECK_INT(get("/api/v1/kpis", "run=%4"), 400);
    error_is("request", "'%4'");
    CHECK_INT(get("/api/v1/kpis", "run=%zz"), 400);
    CHECK_INT(get("/api/v1/kpis", "run=%"), 400);
    CHECK_INT(get("/api/v1/kpis", "run=%00"), 400);
    error_is("request", "control characters");
    CHECK_INT(get("/api/v1/kpis", "run=%ff"), 400);
    CHECK_INT(get("/api/v1/kpis", "walk=b"), 400);
    error_is("request", "'walk', allowed: run");
    CHECK_INT(get("/api/v1/health", "run=b"), 400);
    error_is("request", "no parameters");
    CHECK_INT(get("/api/v1/kpis", "run=b&run=b"), 400);
    error_is("request", "twice");
    CHECK_INT(get("/api/v1/documents/%c3", ""), 400);
    CHECK_INT(get("/api/v1/kpis", "&&run=&"), 200);
    CHECK_INT(get("/api/v1/documents/st%75dy", ""), 200);
    end();
}

static void another_run_is_opened_by_name(void)
{
    begin();
    CHECK_INT(get("/api/v1/status", "run=b"), 200);
    CHECK_TEXT(body(), "{\"run\": null, \"progress\": null}");
    CHECK_INT(get("/api/v1/status", "run=%62"), 200);
    CHECK_INT(get("/api/v1/status", "run=c"), 404);
    error_is("unknown", "'c'");
    CHECK_INT(get("/api/v1/kpis", "run=b"), 200);
    CHECK_TEXT(body(), "{\"rows\": [], \"baseline\": [], \"best\": []}");
    end();
}

static void bodies_have_a_limit(void)
{
    begin();
    const size_t n = TAKT_API_MAX_BODY + 1;
    char *text = takt_alloc(n + 1);
    CHECK(text != NULL);
    memset(text, ' ', n);
    CHECK_INT(post("/api/v1/stop", text), 413);
    error_is("size", "65536");
    text[n - 1] = '\0';
    memcpy(text, "{}", 2);
    CHECK_INT(post("/api/v1/stop", text), 200);
    takt_free(text);
    end();
}

static void tokens_give_roles(void)
{
    CHECK_INT(takt_role_of("v", "v", "c"), VIEW);
    CHECK_INT(takt_role_of("c", "v", "c"), CONTROL);
    CHECK_INT(takt_role_of("c", "v", NULL), TAKT_ROLE_NONE);
    CHECK_INT(takt_role_of("vv", "v", "c"), TAKT_ROLE_NONE);
    CHECK_INT(takt_role_of("", "", ""), TAKT_ROLE_NONE);
    CHECK_INT(takt_role_of("", "v", NULL), TAKT_ROLE_NONE);
    CHECK_INT(takt_role_of(NULL, "v", "c"), TAKT_ROLE_NONE);
    CHECK_INT(takt_role_of("x", NULL, NULL), TAKT_ROLE_NONE);
}

// --- Values --------------------------------------------------------------------------------------

static void runs_come_from_the_host(void)
{
    begin();
    CHECK_INT(get("/api/v1/runs", ""), 200);
    CHECK_TEXT(takt_json_get_text(json()->first, "name", NULL), "b");
    host.host.runs = NULL;
    CHECK_INT(get("/api/v1/runs", ""), 200);
    CHECK_TEXT(body(), "[]");
    end();
}

static void kpis_are_rows(void)
{
    begin();
    CHECK_INT(get("/api/v1/kpis", ""), 200);
    CHECK_TEXT(body(),
               "{\"rows\": [{\"name\": \"cost_per_good_kWh\", \"unit\": \"EUR/kWh\", \"mean\": "
               "0.1, \"lo\": 0.05, \"hi\": 0.2, \"n\": 9}, {\"name\": \"scrap_at_<img onerror>\", "
               "\"unit\": \"1\", \"mean\": 0.5, \"lo\": 0.25, \"hi\": 0.75, \"n\": 8}, {\"name\": "
               "\"=1+2\", \"unit\": \"+kWh\", \"mean\": null, \"lo\": -1.5, \"hi\": 2, \"n\": "
               "7}], \"baseline\": [{\"name\": \"cost_per_good_kWh\", \"unit\": \"EUR/kWh\", "
               "\"mean\": 0.2, \"lo\": null, \"hi\": null, \"n\": 2}, {\"name\": "
               "\"scrap_at_<img onerror>\", \"unit\": \"1\", \"mean\": 0.75, \"lo\": null, "
               "\"hi\": null, \"n\": 2}, {\"name\": \"=1+2\", \"unit\": \"+kWh\", \"mean\": 2, "
               "\"lo\": null, \"hi\": null, \"n\": 2}], \"best\": []}");
    end();
}

static void set_points_join_study_and_search(void)
{
    begin();
    CHECK_INT(get("/api/v1/set-points", ""), 200);
    CHECK_TEXT(body(), "[{\"name\": \"speed\", \"unit\": \"m/min\", \"value\": 40, \"min\": 20, "
                       "\"max\": 60, \"integer\": false, \"baseline\": 40, \"best\": 45.5}, "
                       "{\"name\": \"ovens\", \"unit\": \"1\", \"value\": 2, \"min\": 1, "
                       "\"max\": 4, \"integer\": true, \"baseline\": 2, \"best\": 3}]");
    CHECK_INT(get("/api/v1/set-points", "run=b"), 200);
    CHECK_TEXT(body(), "[]");
    end();
}

static void documents_are_passed_on(void)
{
    begin();
    CHECK_INT(get("/api/v1/study", ""), 200);
    CHECK_TEXT(body(), "takt: 1\n# gr\xc3\xbc\xc3\x9f\n");
    CHECK_TEXT(host.response.content_type, "application/yaml; charset=utf-8");
    CHECK_INT(get("/api/v1/study", "run=b"), 404);
    CHECK_INT(get("/api/v1/documents/progress", ""), 200);
    CHECK_NEAR(takt_json_get_number(json(), "rate", 0), 2.5, 0, 0);
    CHECK_INT(get("/api/v1/documents/report", ""), 404);
    error_is("unknown", "'report'");
    CHECK_INT(get("/api/v1/status", ""), 200);
    CHECK_TEXT(takt_json_get_text(takt_json_get(json(), "run"), "state", NULL), "running");
    CHECK_INT(get("/api/v1/health", ""), 200);
    CHECK_INT(get("/api/v1/cards/coater", ""), 409);
    error_is("state", "no showcase");
    api_host_document(host.board, "study", "{broken");
    CHECK_INT(get("/api/v1/study", ""), 503);
    error_is("unavailable", "document study");
    end();
}

static void log_lines_are_numbered(void)
{
    begin();
    CHECK_INT(get("/api/v1/log", ""), 200);
    CHECK_INT(takt_json_get_number(json(), "first", -1), 0);
    CHECK_INT(takt_json_get(json(), "lines")->n, 1);
    CHECK_INT(get("/api/v1/log", "from=1"), 200);
    CHECK_INT(takt_json_get(json(), "lines")->n, 0);
    CHECK_INT(takt_json_get_number(json(), "first", -1), 1);
    CHECK_INT(get("/api/v1/log", "from=-1"), 400);
    CHECK_INT(get("/api/v1/log", "from=1x"), 400);
    CHECK_INT(get("/api/v1/log", "from=99999999999999999999"), 400);
    error_is("request", "whole number");
    end();
}

static void channels_are_listed_as_they_are(void)
{
    begin();
    CHECK_INT(get("/api/v1/channels", ""), 200);
    int n = 0;
    for (const takt_json_value *at = json()->first; at; at = at->next, ++n) {
        const char *name = takt_json_get_text(at, "name", "");
        const takt_json_value *sizes = takt_json_get(at, "sizes");
        if (strcmp(name, "kpi_value") == 0)
            CHECK_INT(takt_json_at(sizes, 0)->number * 10 + takt_json_at(sizes, 1)->number, 23);
        if (strcmp(name, "best_cost") == 0) {
            CHECK(takt_json_get(at, "envelope")->boolean);
            CHECK_INT(takt_json_at(sizes, 0)->number, API_HOST_ROWS);
        }
    }
    CHECK_INT(n, 17);
    end();
}

static void values_come_in_three_forms(void)
{
    begin();
    CHECK_INT(get("/api/v1/channels/kpi_value", "first=1&count=5"), 200);
    CHECK_TEXT(body(), "{\"name\": \"kpi_value\", \"unit\": \"1\", \"type\": \"double\", "
                       "\"time_s\": null, \"n_rows\": 2, \"first\": 1, \"dimensions\": "
                       "[\"replication\", \"kpi\"], \"sizes\": [1, 3], \"values\": [4, 5, 6]}");
    CHECK_INT(get("/api/v1/channels/kpi_name", "first=1&count=1"), 200);
    CHECK_CONTAINS(body(), "\"values\": [\"scrap_at_<img onerror>\"]");
    CHECK_INT(get("/api/v1/channels/kpi_count", ""), 200);
    CHECK_CONTAINS(body(), "\"values\": [9, 8, 7]");
    CHECK_INT(get("/api/v1/channels/kpi_lo", "format=csv&first=2"), 200);
    CHECK_TEXT(body(), "kpi,kpi_lo,unit\r\n\"'=1+2\",-1.5,\"'+kWh\"\r\n");
    CHECK_TEXT(host.response.content_type, "text/csv; charset=utf-8");
    CHECK_INT(get("/api/v1/channels/kpi_value", "format=csv&first=2"), 200);
    CHECK_TEXT(body(), "replication,kpi,kpi_value,unit\r\n");
    end();
}

static void frames_are_cut_whole(void)
{
    takt_frame_head head;
    const unsigned char *payload = NULL;
    double values[3];
    begin();
    const takt_piece *piece = takt_board_frame(host.board, TAKT_CHANNEL_KPI_VALUE, 0);
    CHECK_INT(get("/api/v1/channels/kpi_value", "format=frame"), 200);
    CHECK_INT(host.response.body.length, piece->n_bytes);
    CHECK(memcmp(body(), piece->bytes, piece->n_bytes) == 0);
    takt_piece_release(piece);
    CHECK_INT(get("/api/v1/channels/kpi_value", "format=frame&first=1&count=1"), 200);
    CHECK_OK(
        takt_frame_read((const unsigned char *)body(), host.response.body.length, &head, &payload));
    CHECK_INT(head.first_row, 1);
    CHECK_INT(head.sizes[0], 1);
    CHECK_INT(head.n_rows, 2);
    CHECK_INT(head.flags, 0);
    memcpy(values, payload, sizeof values);
    CHECK(values[0] == 4 && values[2] == 6);
    CHECK_INT(get("/api/v1/channels/station_name", "format=frame&first=1"), 200);
    CHECK_OK(
        takt_frame_read((const unsigned char *)body(), host.response.body.length, &head, &payload));
    CHECK_TEXT((const char *)payload, "<img onerror>");
    CHECK_INT(get("/api/v1/channels/kpi_value", "format=frame&first=2"), 200);
    CHECK_OK(
        takt_frame_read((const unsigned char *)body(), host.response.body.length, &head, &payload));
    CHECK_INT(head.n_bytes, 0);
    end();
}

static void channels_that_are_not_there_are_404(void)
{
    begin();
    CHECK_INT(get("/api/v1/channels/none", ""), 404);
    CHECK_INT(get("/api/v1/channels/best_cost_lo", ""), 404);
    error_is("unknown", "best_cost_lo");
    CHECK_INT(get("/api/v1/channels/kpi_value", "first=3"), 400);
    error_is("request", "0 to 2");
    CHECK_INT(get("/api/v1/channels/kpi_value", "format=xml"), 400);
    error_is("request", "json, csv, frame");
    CHECK_INT(get("/api/v1/channels/kpi_value", "count=many"), 400);
    end();
}

/// Rows as the host sends them: values first, first + 1, ...
static takt_text host_rows(uint64_t first, uint32_t n, takt_channel channel)
{
    takt_text frame = {0};
    unsigned char bytes[TAKT_FRAME_HEAD_BYTES];
    const takt_frame_head head = {.channel = channel,
                                  .n_dimensions = 1,
                                  .n_bytes = n * (uint32_t)sizeof(double),
                                  .time_s = (double)NAN,
                                  .sizes = {n, 1, 1},
                                  .first_row = (uint32_t)first,
                                  .n_rows = API_HOST_ROWS,
                                  .stride = 1};
    takt_frame_write_head(&head, bytes);
    takt_text_append_bytes(&frame, (const char *)bytes, sizeof bytes);
    for (uint32_t i = 0; i < n; ++i) {
        const double value = (double)(first + i);
        takt_text_append_bytes(&frame, (const char *)&value, sizeof value);
    }
    return frame;
}

static void finish(takt_text frame)
{
    CHECK_OK(takt_api_finish_rows(host.api, (const unsigned char *)takt_text_get(&frame),
                                  frame.length, &host.response));
    takt_text_destroy(&frame);
    CHECK_INT(host.response.rows_request, 0);
}

static void parts_of_an_envelope_come_from_the_host(void)
{
    begin();
    CHECK_INT(get("/api/v1/channels/best_cost", "first=3999998&format=csv"), 200);
    CHECK(host.response.rows_request != 0 && host.response.rows_request == host.request);
    CHECK_INT(host.channel, TAKT_CHANNEL_BEST_COST);
    CHECK_INT(host.first, 3999998);
    CHECK_INT(host.n, 2);
    finish(host_rows(3999998, 2, TAKT_CHANNEL_BEST_COST));
    CHECK_INT(host.response.status, 200);
    CHECK_TEXT(body(), "generation,best_cost (1)\r\n3999998,3999998\r\n3999999,3999999\r\n");
    const uint64_t before = host.request;
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1"), 200);
    CHECK_INT(host.request, before + 1);
    finish(host_rows(0, 1, TAKT_CHANNEL_BEST_COST));
    CHECK_CONTAINS(body(), "\"values\": [0]");
    end();
}

static void rows_that_cannot_be_had_are_503(void)
{
    begin();
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1"), 200);
    finish((takt_text){0});
    CHECK_INT(host.response.status, 503);
    error_is("unavailable", "could not be read");
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1"), 200);
    finish(host_rows(0, 1, TAKT_CHANNEL_MEAN_COST)); // another channel
    CHECK_INT(host.response.status, 503);
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1"), 200);
    takt_text cut = host_rows(0, 1, TAKT_CHANNEL_BEST_COST);
    cut.length--;
    finish(cut);
    CHECK_INT(host.response.status, 503);
    host.host.rows = NULL;
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1"), 409);
    end();
}

static void long_answers_are_refused_before_they_are_made(void)
{
    begin();
    CHECK_INT(get("/api/v1/channels/best_cost", ""), 413);
    error_is("size", "1000000 rows");
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1000001&format=frame"), 413);
    CHECK_INT(host.request, 0);
    CHECK_INT(get("/api/v1/channels/best_cost", "count=1000000"), 200);
    CHECK_INT(host.n, 1000000);
    end();
}

static void metrics_are_text_for_prometheus(void)
{
    begin();
    CHECK_INT(get("/metrics", ""), 200);
    CHECK_TEXT(host.response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    CHECK_CONTAINS(body(), "study=\"a\\\"b\\\\c\"} 1\n");
    CHECK_CONTAINS(body(), "# TYPE takt_run_state gauge\n");
    CHECK_CONTAINS(body(), "takt_run_state{state=\"running\"} 1\n");
    CHECK_CONTAINS(body(), "takt_run_state{state=\"failed\"} 0\n");
    CHECK_CONTAINS(body(), "takt_progress_done{phase=\"replications\",unit=\"replications\"} 3\n");
    CHECK_CONTAINS(body(), "takt_best_cost{name=\"cost\",unit=\"EUR/kWh\"} 81.5\n");
    CHECK_CONTAINS(body(), "takt_kpi{name=\"cost_per_good_kWh\",unit=\"EUR/kWh\"} 0.1\n");
    CHECK_CONTAINS(body(), "takt_kpi{name=\"=1+2\",unit=\"+kWh\"} NaN\n");
    CHECK_CONTAINS(body(), "takt_kpi_lo{name=\"=1+2\",unit=\"+kWh\"} -1.5\n");
    CHECK_CONTAINS(body(), "takt_viewers 2\n");
    CHECK_CONTAINS(body(), "takt_sent_bytes_total 1048576\n");
    // the answer of a search is its best design
    const size_t n = 1;
    static const char *const names[] = {"cost"}, *const units[] = {"EUR"};
    takt_board_clear(host.board);
    api_host_texts(host.board, TAKT_CHANNEL_KPI_NAME, n, names);
    api_host_texts(host.board, TAKT_CHANNEL_KPI_UNIT, n, units);
    api_host_doubles(host.board, TAKT_CHANNEL_BASELINE_KPI_MEAN, &n, (const double[]){8});
    CHECK_INT(get("/metrics", ""), 200);
    CHECK(!strstr(body(), "takt_kpi"));
    api_host_doubles(host.board, TAKT_CHANNEL_BEST_KPI_MEAN, &n, (const double[]){4});
    CHECK_INT(get("/metrics", ""), 200);
    CHECK_CONTAINS(body(), "takt_kpi{name=\"cost\",unit=\"EUR\"} 4\n");
    end();
}

// --- Actions -------------------------------------------------------------------------------------

static void set_points_are_checked_before_the_host_hears(void)
{
    static const char *const wrong[][2] = {
        {"{\"verb\": \"simulate\", \"set_points\": {\"speed\": 61}}",
         "speed: found 61, allowed: 20 to 60 m/min"},
        {"{\"verb\": \"simulate\", \"set_points\": {\"ovens\": 1.5}}", "whole, 1 to 4"},
        {"{\"verb\": \"simulate\", \"set_points\": {\"sped\": 30}}", "did you mean 'speed'"},
        {"{\"verb\": \"simulate\", \"set_points\": {\"xyzxyz\": 30}}", "allowed: speed, ovens"},
        {"{\"verb\": \"simulate\", \"set_points\": {\"speed\": \"30\"}}", "no number"},
        {"{\"verb\": \"simulate\", \"set_points\": {\"speed\": 1e999}}", "1.8e308"},
        {"{\"verb\": \"simulate\", \"set_points\": {\"speed\": 30, \"speed\": 31}}", "twice"},
        {"{\"verb\": \"simulate\", \"set_points\": []}", "NAME: VALUE"},
        {"{\"verb\": \"walk\"}", "'walk', allowed: simulate, optimize"},
        {"{\"verb\": 1}", "verb"},
        {"{}", "verb: found nothing"},
        {"", "verb: found nothing"},
        {"{\"verb\": \"simulate\", \"seed\": 1}", "'seed'"},
        {"[1]", "a JSON object"},
        {"{\"verb\": \"simulate\"", "byte 19"},
        {"{verb: simulate}", "byte 1"},
        {"{\"verb\": \"simulate\"} x", "nothing behind"},
        {"{\"verb\": \"simul\\u0000\"}", "\\u0001"},
        {"{\"verb\": \"simul\xff\"}", "UTF-8"}};
    begin();
    host.control.verb = TAKT_CONTROL_RESET;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
        CHECK_INT(post("/api/v1/start", wrong[i][0]), 400);
        error_is("request", wrong[i][1]);
    }
    CHECK_INT(host.control.verb, TAKT_CONTROL_RESET);
    end();
}

static void actions_reach_the_host(void)
{
    begin();
    CHECK_INT(post("/api/v1/start", "{\"verb\": \"simulate\", \"set_points\": {\"ovens\": 4, "
                                    "\"speed\": 20.5}}"),
              200);
    CHECK_TEXT(body(), "{\"run\": \"c\"}");
    CHECK_INT(host.control.verb, TAKT_CONTROL_START_SIMULATE);
    CHECK_INT(host.control.n_values, 2);
    CHECK_TEXT(host.control_names[0], "ovens");
    CHECK(host.control.values[0] == 4 && host.control.values[1] == 20.5);
    CHECK_INT(post("/api/v1/start", "{\"verb\": \"optimize\"}"), 200);
    CHECK_INT(host.control.verb, TAKT_CONTROL_START_OPTIMIZE);
    CHECK_INT(host.control.n_values, 0);
    CHECK_INT(post("/api/v1/reset", ""), 200);
    CHECK_INT(host.control.verb, TAKT_CONTROL_RESET);
    CHECK_INT(post("/api/v1/optimise", "{\"set_points\": {\"speed\": 60}}"), 200);
    CHECK_INT(host.control.verb, TAKT_CONTROL_START_OPTIMIZE);
    CHECK(host.control.values[0] == 60);
    CHECK_INT(post("/api/v1/optimise", "{\"verb\": \"simulate\"}"), 400);
    CHECK_INT(post("/api/v1/stop", "{}"), 200);
    CHECK_INT(host.control.verb, TAKT_CONTROL_STOP);
    CHECK_INT(post("/api/v1/checkpoint", " { } "), 200);
    CHECK_INT(host.control.verb, TAKT_CONTROL_CHECKPOINT);
    CHECK_INT(post("/api/v1/stop", "{\"now\": true}"), 400);
    end();
}

static void what_the_host_refuses_is_passed_on(void)
{
    begin();
    host.control_status = TAKT_ERR_MODEL;
    CHECK_INT(post("/api/v1/stop", ""), 409);
    error_is("state", "a run goes on");
    host.control_status = TAKT_ERR_INPUT;
    CHECK_INT(post("/api/v1/stop", ""), 400);
    host.control_status = TAKT_ERR_FILE;
    CHECK_INT(post("/api/v1/stop", ""), 503);
    host.control_status = TAKT_ERR_MEMORY;
    CHECK_INT(post("/api/v1/stop", ""), -1);
    CHECK_INT(host.response.body.length, 0);
    host.host.control = NULL;
    CHECK_INT(post("/api/v1/stop", ""), 409);
    end();
}

static void the_showcase_takes_actions(void)
{
    begin();
    CHECK_INT(post("/api/v1/showcase", "{\"action\": \"play\"}"), 409); // this run has none
    CHECK_INT(post("/api/v1/showcase", "{\"action\": \"dance\"}"), 400);
    error_is("request", "'dance', allowed: play, pause");
    CHECK_INT(post("/api/v1/showcase", "{\"action\": \"seek\"}"), 400);
    error_is("request", "value: found nothing");
    CHECK_INT(post("/api/v1/showcase", "{\"action\": \"seek\", \"value\": \"1\"}"), 400);
    CHECK_INT(post("/api/v1/showcase", "{\"action\": \"seek\", \"value\": 1, \"x\": 1}"), 400);
    end();
}

TAKT_TESTS(TEST(nothing_is_said_without_a_token), TEST(to_view_is_not_to_control),
           TEST(other_addresses_and_methods_are_refused), TEST(broken_queries_are_named),
           TEST(another_run_is_opened_by_name), TEST(bodies_have_a_limit), TEST(tokens_give_roles),
           TEST(runs_come_from_the_host), TEST(kpis_are_rows),
           TEST(set_points_join_study_and_search), TEST(documents_are_passed_on),
           TEST(log_lines_are_numbered), TEST(channels_are_listed_as_they_are),
           TEST(values_come_in_three_forms), TEST(frames_are_cut_whole),
           TEST(channels_that_are_not_there_are_404), TEST(parts_of_an_envelope_come_from_the_host),
           TEST(rows_that_cannot_be_had_are_503),
           TEST(long_answers_are_refused_before_they_are_made),
           TEST(metrics_are_text_for_prometheus),
           TEST(set_points_are_checked_before_the_host_hears), TEST(actions_reach_the_host),
           TEST(what_the_host_refuses_is_passed_on), TEST(the_showcase_takes_actions))
