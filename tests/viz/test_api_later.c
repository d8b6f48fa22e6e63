// Long answers made in a thread of their own are the same bytes as those made at once; the queue
// has an end, and ending the interface waits for nobody.
#include "tests/check.h"
#include "tests/viz/api_host.h"

#include <pthread.h>

enum { N_VALUES = 20000 };

static api_host host;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint64_t ready_request;
static takt_text ready_bytes;

/// Called on the worker's thread; the closed gate keeps it there.
static void take(void *context, uint64_t request, const unsigned char *bytes, size_t n)
{
    (void)context;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    pthread_mutex_lock(&lock);
    takt_text_destroy(&ready_bytes);
    takt_text_append_bytes(&ready_bytes, (const char *)bytes, n);
    ready_request = request;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void begin(bool apart)
{
    double *values = takt_alloc(N_VALUES * sizeof *values);
    const size_t n = N_VALUES;
    CHECK(values != NULL);
    api_host_begin(&host);
    for (size_t i = 0; i < n; ++i)
        values[i] = sin((double)i);
    api_host_doubles(host.board, TAKT_CHANNEL_MEAN_COST, &n, values);
    takt_free(values);
    if (apart)
        CHECK_OK(takt_api_work_apart(host.api, take, NULL));
}

static void end(void)
{
    api_host_end(&host);
    takt_text_destroy(&ready_bytes);
    ready_request = 0;
}

/// Waits for the answer of the last request and finishes it as a server does.
static void finish(void)
{
    pthread_mutex_lock(&lock);
    while (ready_request != host.response.rows_request)
        pthread_cond_wait(&changed, &lock);
    CHECK_OK(takt_api_finish_rows(host.api, (const unsigned char *)takt_text_get(&ready_bytes),
                                  ready_bytes.length, &host.response));
    pthread_mutex_unlock(&lock);
}

static int get(const char *path, const char *query)
{
    return api_host_ask(&host, TAKT_ROLE_VIEW, "GET", path, query, "");
}

/// The bytes of a request, however they are made; the caller releases them.
static takt_text bytes_of(const char *path, const char *query, bool apart)
{
    begin(apart);
    CHECK_INT(get(path, query), 200);
    CHECK_INT(host.response.rows_request != 0, apart);
    if (apart)
        finish();
    CHECK_INT(host.response.status, 200);
    const takt_text bytes = host.response.body;
    host.response.body = (takt_text){0};
    end();
    return bytes;
}

static void the_bytes_are_the_same(void)
{
    static const char *const queries[] = {"format=csv", "format=json", "format=csv&first=3"};
    for (int i = 0; i < 3; ++i) {
        takt_text a = bytes_of("/api/v1/channels/mean_cost", queries[i], false);
        takt_text b = bytes_of("/api/v1/channels/mean_cost", queries[i], true);
        CHECK(a.length > N_VALUES && a.length == b.length);
        CHECK(memcmp(a.bytes, b.bytes, a.length) == 0);
        takt_text_destroy(&a);
        takt_text_destroy(&b);
    }
}

static void short_answers_and_frames_come_at_once(void)
{
    begin(true);
    CHECK_INT(get("/api/v1/channels/mean_cost", "format=csv&count=10"), 200);
    CHECK_INT(host.response.rows_request, 0);
    CHECK_INT(get("/api/v1/channels/mean_cost", "format=frame"), 200);
    CHECK_INT(host.response.rows_request, 0);
    CHECK_INT(get("/api/v1/kpis", ""), 200);
    CHECK_INT(host.response.rows_request, 0);
    end();
}

static void rows_of_the_host_come_later_still(void)
{
    takt_text frame = {0};
    unsigned char head[TAKT_FRAME_HEAD_BYTES];
    begin(true);
    CHECK_INT(get("/api/v1/channels/best_cost", "format=csv&count=15000"), 200);
    const uint64_t asked = host.response.rows_request;
    CHECK_INT(asked, host.request);
    takt_frame_write_head(&(takt_frame_head){.channel = TAKT_CHANNEL_BEST_COST,
                                             .n_dimensions = 1,
                                             .n_bytes = 15000 * sizeof(double),
                                             .sizes = {15000, 1, 1},
                                             .n_rows = API_HOST_ROWS,
                                             .stride = 1},
                          head);
    takt_text_append_bytes(&frame, (const char *)head, sizeof head);
    takt_text_repeat(&frame, 0, 15000 * sizeof(double));
    CHECK_OK(takt_api_finish_rows(host.api, (const unsigned char *)takt_text_get(&frame),
                                  frame.length, &host.response));
    CHECK(host.response.rows_request != 0 && host.response.rows_request != asked);
    finish();
    CHECK_INT(host.response.rows_request, 0);
    CHECK_TEXT(host.response.content_type, "text/csv; charset=utf-8");
    CHECK_CONTAINS(takt_text_get(&host.response.body), "\r\n14999,0\r\n");
    takt_text_destroy(&frame);
    end();
}

/// A ticket for the zip of all; its path with a slash in front.
static void ask_for_zip(char path[64])
{
    CHECK_INT(
        api_host_ask(&host, TAKT_ROLE_VIEW, "POST", "/api/v1/tickets", "", "{\"what\": \"zip\"}"),
        200);
    const char *begins = strstr(takt_text_get(&host.response.body), "api/v1/");
    CHECK(begins != NULL);
    snprintf(path, 64, "/%.*s", (int)strcspn(begins, "\""), begins);
}

static void zips_keep_their_name(void)
{
    char path[64];
    begin(true);
    ask_for_zip(path);
    CHECK_INT(api_host_ask(&host, TAKT_ROLE_NONE, "GET", path, "", ""), 200);
    CHECK(host.response.rows_request != 0);
    finish();
#ifdef TAKT_WITH_ZLIB
    CHECK_INT(host.response.status, 200);
    CHECK_TEXT(host.response.file_name, "a_1_.zip");
    CHECK_TEXT(host.response.content_type, "application/zip");
    CHECK(memcmp(takt_text_get(&host.response.body), "PK\003\004", 4) == 0);
#else
    CHECK_INT(host.response.status, 503);
#endif
    end();
}

/// What cannot be made is answered, too.
static void failures_are_503(void)
{
    char path[64];
    begin(true);
    ask_for_zip(path);
    api_host_document(host.board, "factory", "{\"stations\": ["); // broken meanwhile
    CHECK_INT(api_host_ask(&host, TAKT_ROLE_NONE, "GET", path, "", ""), 200);
    finish();
    CHECK_INT(host.response.status, 503);
    CHECK_TEXT(host.response.file_name, "");
    CHECK_CONTAINS(takt_text_get(&host.response.body), "\"unavailable\"");
    end();
}

static void the_queue_has_an_end(void)
{
    int status = 200, n = 0;
    begin(true);
    pthread_mutex_lock(&gate);
    for (; status == 200 && n < 100; ++n)
        status = get("/api/v1/channels/mean_cost", "format=csv");
    CHECK_INT(status, 429);
    CHECK_CONTAINS(takt_text_get(&host.response.body), "\"busy\"");
    CHECK(n == 9 || n == 10); // eight wait, and the worker has one or not yet
    pthread_mutex_unlock(&gate);
    end(); // with jobs that wait
}

TAKT_TESTS(TEST(the_bytes_are_the_same), TEST(short_answers_and_frames_come_at_once),
           TEST(rows_of_the_host_come_later_still), TEST(zips_keep_their_name),
           TEST(failures_are_503), TEST(the_queue_has_an_end))
