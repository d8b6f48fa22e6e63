// GET /metrics: the Prometheus text format, version 0.0.4. One gauge per thing that a plant's
// dashboard asks for; what the run has not said is left out, as Prometheus wants it.
#include "core/version.h"
#include "viz/api_parts_internal.h"
#include "viz/export.h"

#include <math.h>
#include <string.h>

static void describe(takt_text *out, const char *name, const char *type, const char *help)
{
    takt_text_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/// A label value in quotes: backslash, quote and line feed are escaped, all else is UTF-8.
static void append_label(takt_text *out, const char *key, const char *value)
{
    takt_text_printf(out, "%s=\"", key);
    for (; *value; ++value) {
        if (*value == '\n')
            takt_text_append(out, "\\n");
        else if (*value == '\\' || *value == '"')
            takt_text_printf(out, "\\%c", *value);
        else
            takt_text_append_bytes(out, value, 1);
    }
    takt_text_append(out, "\"");
}

/// A sample with up to three labels (key NULL: no more).
static void append_sample(takt_text *out, const char *name, const char *const labels[][2],
                          double value)
{
    char number[TAKT_NUMBER_BYTES];
    takt_text_append(out, name);
    for (int i = 0; labels && labels[i][0]; ++i) {
        takt_text_append(out, i == 0 ? "{" : ",");
        append_label(out, labels[i][0], labels[i][1]);
    }
    takt_text_append(out, labels && labels[0][0] ? "} " : " ");
    if (isfinite(value))
        takt_text_append(out, takt_number_format(value, number));
    else
        takt_text_append(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
    takt_text_append(out, "\n");
}

static void write_run(takt_text *out, const takt_json_value *run)
{
    static const char *const states[] = {"waiting", "running", "finished",
                                         "stopped", "failed",  "damaged"};
    const char *const info[][2] = {{"version", TAKT_VERSION},
                                   {"verb", takt_json_get_text(run, "verb", "")},
                                   {"study", takt_json_get_text(run, "study", "")},
                                   {NULL, NULL}};
    const char *state = takt_json_get_text(run, "state", NULL);
    describe(out, "takt_info", "gauge", "What runs; always 1.");
    append_sample(out, "takt_info", info, 1);
    if (!state)
        return;
    describe(out, "takt_run_state", "gauge", "1 for the state that the run is in.");
    for (size_t i = 0; i < sizeof states / sizeof *states; ++i)
        append_sample(out, "takt_run_state",
                      (const char *const[][2]){{"state", states[i]}, {NULL, NULL}},
                      strcmp(states[i], state) == 0);
}

static void write_progress(takt_text *out, const takt_json_value *progress)
{
    static const char *const samples[][3] = {
        {"takt_progress_done", "done", "Work done in this phase, in the unit of the label."},
        {"takt_progress_total", "total", "Work of this phase; 0 when nobody knows."},
        {"takt_progress_rate", "rate", "Work per second; 0 when nobody knows."}};
    const char *const labels[][2] = {{"phase", takt_json_get_text(progress, "phase", "")},
                                     {"unit", takt_json_get_text(progress, "unit", "")},
                                     {NULL, NULL}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; ++i) {
        const double value = takt_json_get_number(progress, samples[i][1], (double)NAN);
        if (isnan(value))
            continue;
        describe(out, samples[i][0], "gauge", samples[i][2]);
        append_sample(out, samples[i][0], labels, value);
    }
    const double best = takt_json_get_number(progress, "best", (double)NAN);
    if (isnan(best))
        return;
    describe(out, "takt_best_cost", "gauge", "Best value of the objective so far.");
    append_sample(out, "takt_best_cost",
                  (const char *const[][2]){{"name", takt_json_get_text(progress, "best_name", "")},
                                           {"unit", takt_json_get_text(progress, "best_unit", "")},
                                           {NULL, NULL}},
                  best);
}

/// One of the three gauges of all KPIs: 0 mean, 1 lo, 2 hi. The answer of a search is its best
/// design.
static takt_status write_kpis(takt_api_call *call, int gauge, const takt_labels *texts)
{
    static const struct {
        const char *name, *help;
        takt_channel channel, searched;
    } gauges[] = {{"takt_kpi", "Mean of a KPI over replications.", TAKT_CHANNEL_KPI_MEAN,
                   TAKT_CHANNEL_BEST_KPI_MEAN},
                  {"takt_kpi_lo", "Lower end of its 95 % interval.", TAKT_CHANNEL_KPI_LO,
                   TAKT_CHANNEL_BEST_KPI_LO},
                  {"takt_kpi_hi", "Upper end of its 95 % interval.", TAKT_CHANNEL_KPI_HI,
                   TAKT_CHANNEL_BEST_KPI_HI}};
    const char *name = gauges[gauge].name, *help = gauges[gauge].help;
    const takt_channel channel = gauges[gauge].channel, searched = gauges[gauge].searched;
    takt_text *out = &call->response->body;
    const takt_labels *names = &texts[0], *units = &texts[1];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    double *values = takt_arena_alloc(call->arena, (names->n + 1) * sizeof *values);
    if (!values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %s", name);
    size_t n = takt_board_copy(call->view->board, channel, values, names->n, sizes);
    if (n == 0)
        n = takt_board_copy(call->view->board, searched, values, names->n, sizes);
    if (n == 0)
        return TAKT_OK;
    describe(out, name, "gauge", help);
    for (size_t i = 0; i < n && i < names->n; ++i)
        append_sample(out, name,
                      (const char *const[][2]){{"name", names->texts[i]},
                                               {"unit", i < units->n ? units->texts[i] : ""},
                                               {NULL, NULL}},
                      values[i]);
    return TAKT_OK;
}

static takt_status write_all_kpis(takt_api_call *call)
{
    takt_status status = TAKT_OK;
    takt_labels texts[2] = {{0}, {0}};
    takt_board *board = call->view->board;
    TAKT_TRY_GOTO(takt_labels_read(board, TAKT_CHANNEL_KPI_NAME, &texts[0]), done);
    TAKT_TRY_GOTO(takt_labels_read(board, TAKT_CHANNEL_KPI_UNIT, &texts[1]), done);
    for (int gauge = 0; gauge < 3; ++gauge)
        TAKT_TRY_GOTO(write_kpis(call, gauge, texts), done);
done:
    takt_labels_release(&texts[0]);
    takt_labels_release(&texts[1]);
    return status;
}

static void write_counts(takt_text *out, const takt_server_counts *counts)
{
    const struct {
        const char *name, *type, *help;
        int64_t value;
    } rows[] = {
        {"takt_viewers", "gauge", "WebSockets that are open.", counts->viewers},
        {"takt_connections_total", "counter", "Connections of any sort.", counts->connections},
        {"takt_refused_total", "counter", "Connections and requests refused.", counts->refused},
        {"takt_frames_total", "counter", "Frames sent to viewers.", counts->frames},
        {"takt_sent_bytes_total", "counter", "Bytes sent to viewers.", counts->bytes},
        {"takt_requests_total", "counter", "Requests answered.", counts->requests},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        describe(out, rows[i].name, rows[i].type, rows[i].help);
        takt_text_printf(out, "%s %lld\n", rows[i].name, (long long)rows[i].value);
    }
}

takt_status takt_api_get_metrics(takt_api_call *call)
{
    const takt_json_value *run, *progress;
    takt_api *api = call->api;
    TAKT_TRY(takt_api_read_document(call, "run", &run));
    TAKT_TRY(takt_api_read_document(call, "progress", &progress));
    write_run(&call->response->body, run);
    write_progress(&call->response->body, progress);
    TAKT_TRY(write_all_kpis(call));
    if (api->count) {
        const takt_server_counts counts = api->count(api->count_context);
        write_counts(&call->response->body, &counts);
    }
    return takt_api_accept(call, "text/plain; version=0.0.4; charset=utf-8");
}
