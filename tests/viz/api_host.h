/// A run on a board with everything that the REST interface can be asked for, and a host that
/// notes what it was told: for test_api.c, test_openapi.c and the fuzzer.
#ifndef TAKT_TESTS_VIZ_API_HOST_H
#define TAKT_TESTS_VIZ_API_HOST_H

#include "core/memory.h"
#include "viz/api_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    API_HOST_ROWS = 4000000, // of best_cost, of which the board has an envelope
    API_HOST_STRIDE = 1000000
};

/// Names that attack pages, spreadsheets and folders.
static const char *const api_host_stations[] = {"coater", "<img onerror>"};
static const char *const api_host_kpis[] = {"cost_per_good_kWh", "scrap_at_<img onerror>", "=1+2"};

typedef struct api_host {
    takt_board *board, *other;
    takt_views views;
    takt_view_host host;
    takt_api *api;
    takt_api_response response;
    takt_control control;       // the last one
    char control_names[4][64];  // the names are borrowed during the call alone
    takt_status control_status; // what it answers
    const char *run_file;       // "" for none
    uint64_t request, first, n; // of rows
    takt_channel channel;
} api_host;

static takt_status api_host_list(void *context, takt_text *json)
{
    (void)context;
    takt_text_append(json, "[{\"name\": \"b\", \"folder\": \"runs/b\", \"verb\": \"optimize\", "
                           "\"study\": \"plant\", \"seed\": 7, \"state\": \"done\", \"started\": "
                           "\"2026-01-01T00:00:00Z\", \"text\": \"cheaper\", "
                           "\"present\": false}]");
    return TAKT_OK;
}

static takt_status api_host_open(void *context, const char *run, takt_view *view)
{
    const api_host *host = context;
    if (strcmp(run, "b") != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "run: found '%s', allowed: b", run);
    *view = (takt_view){.board = host->other};
    return TAKT_OK;
}

static takt_status api_host_file(void *context, const char *run, char *path, size_t n_bytes)
{
    const api_host *host = context;
    snprintf(path, n_bytes, "%s", run ? "" : host->run_file);
    return TAKT_OK;
}

static takt_status api_host_rows(void *context, const char *run, uint64_t request,
                                 takt_channel channel, uint64_t first, uint64_t n)
{
    api_host *host = context;
    (void)run;
    host->request = request;
    host->channel = channel;
    host->first = first;
    host->n = n;
    return TAKT_OK;
}

static takt_status api_host_control(void *context, const takt_control *control, takt_text *json)
{
    api_host *host = context;
    host->control = *control;
    for (int i = 0; i < control->n_values && i < 4; ++i)
        snprintf(host->control_names[i], sizeof host->control_names[i], "%s", control->names[i]);
    if (host->control_status != TAKT_OK)
        return TAKT_FAIL(host->control_status, "a run goes on, allowed: after its end");
    takt_text_append(json, "{\"run\": \"c\"}");
    return TAKT_OK;
}

static takt_server_counts api_host_count(void *context)
{
    (void)context;
    return (takt_server_counts){.viewers = 2, .connections = 3, .frames = 5, .bytes = 1 << 20};
}

static void api_host_texts(takt_board *board, takt_channel channel, size_t n,
                           const char *const *texts)
{
    if (takt_board_put(board, channel, &n, texts, (double)NAN) != TAKT_OK)
        abort();
}

static void api_host_doubles(takt_board *board, takt_channel channel, const size_t *sizes,
                             const double *values)
{
    if (takt_board_put(board, channel, sizes, values, (double)NAN) != TAKT_OK)
        abort();
}

static void api_host_document(takt_board *board, const char *name, const char *json)
{
    if (takt_board_put_document(board, name, json, strlen(json)) != TAKT_OK)
        abort();
}

static void api_host_fill_documents(takt_board *board)
{
    api_host_document(
        board, "run",
        "{\"kind\": \"live\", \"name\": \"runs/a \\\"1\\\"\", \"verb\": \"simulate\", "
        "\"study\": \"a\\\"b\\\\c\", \"seed\": 3, \"state\": \"running\"}");
    api_host_document(board, "progress",
                      "{\"phase\": \"replications\", \"unit\": \"replications\", \"done\": 3, "
                      "\"total\": 10, \"rate\": 2.5, \"seconds_left\": 4, \"best\": 81.5, "
                      "\"best_name\": \"cost\", \"best_unit\": \"EUR/kWh\"}");
    api_host_document(
        board, "study",
        "{\"name\": \"plant\", \"text\": \"takt: 1\\n# gr\\u00fc\\u00df\\n\", \"set_points\": ["
        "{\"name\": \"speed\", \"unit\": \"m/min\", \"value\": 40, \"min\": 20, \"max\": 60, "
        "\"integer\": false, \"targets\": []}, {\"name\": \"ovens\", \"unit\": \"1\", \"value\": "
        "2, "
        "\"min\": 1, \"max\": 4, \"integer\": true, \"targets\": []}]}");
    api_host_document(
        board, "factory",
        "{\"unit\": \"kWh\", \"lines\": [\"anode\", \"cathode\"], \"stations\": [{\"name\": "
        "\"coater\", \"line\": 0}, {\"name\": \"<img onerror>\", \"line\": 1}], \"buffers\": "
        "[{\"name\": \"rolls\", \"capacity\": 4, \"by_quantity\": false}, {\"name\": \"cells\", "
        "\"capacity\": null, \"by_quantity\": true}], \"edges\": [{\"from\": {\"station\": 0}, "
        "\"to\": {\"buffer\": 0}, \"share\": 1}, {\"from\": {\"buffer\": 0}, \"to\": "
        "{\"station\": 1}, \"share\": 1}, {\"from\": {\"station\": 1}, \"to\": {\"buffer\": 1}, "
        "\"share\": 1}]}");
}

/// An envelope of four pairs, which stands for API_HOST_ROWS rows.
static void api_host_fill_envelope(takt_board *board)
{
    unsigned char frame[TAKT_FRAME_HEAD_BYTES + 8 * sizeof(double)] = {0};
    const takt_frame_head head = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .type = TAKT_CHANNEL_DOUBLE,
                                  .flags = TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE,
                                  .n_dimensions = 1,
                                  .n_bytes = 8 * sizeof(double),
                                  .sequence = 1,
                                  .time_s = (double)NAN,
                                  .sizes = {8, 1, 1},
                                  .n_rows = API_HOST_ROWS,
                                  .stride = API_HOST_STRIDE};
    takt_frame_write_head(&head, frame);
    if (takt_board_put_frame(board, frame, sizeof frame) != TAKT_OK)
        abort();
}

static void api_host_fill(takt_board *board)
{
    static const char *const units[] = {"EUR/kWh", "1", "+kWh"};
    static const char *const states[] = {"busy", "down"}, *const points[] = {"ovens", "speed"};
    static const double mean[] = {0.1, 0.5, (double)NAN}, lo[] = {0.05, 0.25, -1.5};
    static const double hi[] = {0.2, 0.75, 2}, level[] = {3, 12.5};
    static const double lives[] = {1, 2, 3, 4, 5, 6}, times[] = {10, 20, 30, 40};
    static const double baseline[] = {2, 40}, best[] = {3, 45.5};
    static const int64_t counts[] = {9, 8, 7};
    const size_t n = 3, two = 2;
    const char line[] = "{\"time\": \"t\", \"level\": \"info\", \"topic\": \"farm\", \"text\": "
                        "\"begins\"}";
    api_host_texts(board, TAKT_CHANNEL_KPI_NAME, 3, api_host_kpis);
    api_host_texts(board, TAKT_CHANNEL_KPI_UNIT, 3, units);
    api_host_doubles(board, TAKT_CHANNEL_KPI_MEAN, &n, mean);
    api_host_doubles(board, TAKT_CHANNEL_KPI_LO, &n, lo);
    api_host_doubles(board, TAKT_CHANNEL_KPI_HI, &n, hi);
    if (takt_board_put(board, TAKT_CHANNEL_KPI_COUNT, &n, counts, (double)NAN) != TAKT_OK)
        abort();
    api_host_doubles(board, TAKT_CHANNEL_KPI_VALUE, (const size_t[]){2, 3}, lives);
    api_host_doubles(board, TAKT_CHANNEL_BASELINE_KPI_MEAN, &n, hi);
    api_host_doubles(board, TAKT_CHANNEL_BASELINE_KPI_VALUE, (const size_t[]){2, 3}, lives);
    api_host_texts(board, TAKT_CHANNEL_STATION_NAME, 2, api_host_stations);
    api_host_texts(board, TAKT_CHANNEL_STATE_NAME, 2, states);
    api_host_doubles(board, TAKT_CHANNEL_STATION_STATE_TIME, (const size_t[]){2, 2}, times);
    api_host_texts(board, TAKT_CHANNEL_SET_POINT_NAME, 2, points);
    api_host_doubles(board, TAKT_CHANNEL_SET_POINT_BASELINE, &two, baseline);
    api_host_doubles(board, TAKT_CHANNEL_SET_POINT_BEST, &two, best);
    api_host_doubles(board, TAKT_CHANNEL_BUFFER_NOW, &two, level);
    api_host_fill_envelope(board);
    api_host_fill_documents(board);
    if (takt_board_put_line(board, line, strlen(line)) != TAKT_OK)
        abort();
}

static void api_host_begin(api_host *host)
{
    *host = (api_host){.run_file = "/somewhere/run.nc"};
    host->host = (takt_view_host){.context = host,
                                  .runs = api_host_list,
                                  .open = api_host_open,
                                  .run_file = api_host_file,
                                  .rows = api_host_rows,
                                  .control = api_host_control};
    if (takt_board_create(&host->board) != TAKT_OK || takt_board_create(&host->other) != TAKT_OK)
        abort();
    api_host_fill(host->board);
    host->views.host = &host->host;
    host->views.n = 1;
    host->views.entries[0].view.board = host->board;
    if (takt_api_create(&host->views, api_host_count, NULL, &host->api) != TAKT_OK)
        abort();
}

__attribute__((unused)) static void api_host_end(api_host *host)
{
    takt_api_response_release(&host->response);
    takt_api_destroy(&host->api);
    takt_board_destroy(&host->board);
    takt_board_destroy(&host->other);
}

/// One request; the answer lies in host->response. Returns its status, -1 without memory.
__attribute__((unused)) static int api_host_ask(api_host *host, takt_role role, const char *method,
                                                const char *path, const char *query,
                                                const char *body)
{
    const takt_api_request request = {.method = method,
                                      .path = path,
                                      .query = query,
                                      .body = body,
                                      .n_body = strlen(body),
                                      .role = role};
    takt_api_response_release(&host->response);
    return takt_api_handle(host->api, &request, &host->response) == TAKT_OK ? host->response.status
                                                                            : -1;
}

#endif
