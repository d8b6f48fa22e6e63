// Heads of responses: status, security headers, and where the body comes from (an answer of api.c,
// an asset of the page, a file).
#include "viz/server_internal.h"

#include "core/json.h"
#include "core/memory.h"
#include "viz/assets.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#ifdef TAKT_WITH_ZLIB
#include <zlib.h>
#endif

const char *takt_http_reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {{200, "OK"},
                   {206, "Partial Content"},
                   {304, "Not Modified"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {406, "Not Acceptable"},
                   {409, "Conflict"},
                   {413, "Content Too Large"},
                   {416, "Range Not Satisfiable"},
                   {429, "Too Many Requests"},
                   {503, "Service Unavailable"}};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; ++i)
        if (reasons[i].status == status)
            return reasons[i].text;
    return "Other";
}

/// Nothing but this server's own files may run or be shown, nobody may embed the page, and texts
/// never become markup. 'self' covers the WebSocket of the same host and port.
static const char security_headers[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

static void begin_head(takt_exchange *exchange, int status, const char *content_type, uint64_t n)
{
    takt_text *head = &exchange->head;
    takt_text_destroy(head);
    takt_text_printf(head, "HTTP/1.1 %d %s\r\n", status, takt_http_reason(status));
    if (content_type)
        takt_text_printf(head, "Content-Type: %s\r\n", content_type);
    if (status != 304)
        takt_text_printf(head, "Content-Length: %llu\r\n", (unsigned long long)n);
    if (status == 401)
        takt_text_append(head, "WWW-Authenticate: Bearer\r\n");
    if (status == 503 || status == 429)
        takt_text_append(head, "Retry-After: 5\r\n");
    takt_text_append(head, security_headers);
}

static takt_status end_head(takt_exchange *exchange)
{
    takt_text_append(&exchange->head, "Connection: close\r\n\r\n");
    return takt_text_check(&exchange->head);
}

static void send_bytes(takt_exchange *exchange, const void *bytes, size_t n)
{
    exchange->bytes = bytes;
    exchange->position = 0;
    exchange->end = n;
}

takt_status takt_exchange_answer_error(takt_exchange *exchange, int status, const char *code,
                                       const char *text)
{
    const char *allow = exchange->response.allow;
    takt_api_response_release(&exchange->response);
    exchange->response.status = status;
    exchange->response.allow = allow;
    exchange->response.content_type = "application/json";
    takt_json json = takt_json_begin_line(&exchange->response.body);
    takt_json_object(&json);
    takt_json_key(&json, "error");
    takt_json_object(&json);
    takt_json_key_text(&json, "code", code);
    takt_json_key_text(&json, "text", text);
    takt_json_end(&json);
    takt_json_end(&json);
    return takt_exchange_answer(exchange);
}

// --- Files ---------------------------------------------------------------------------------------

/// Changes when the file does.
static void write_tag(const struct stat *about, char *tag, size_t n_bytes)
{
    snprintf(tag, n_bytes, "\"%llx-%llx.%lx\"", (unsigned long long)about->st_size,
             (unsigned long long)about->st_mtim.tv_sec, (unsigned long)about->st_mtim.tv_nsec);
}

static takt_status answer_range(takt_exchange *exchange, const char *tag, uint64_t n)
{
    uint64_t first, last;
    const bool is_same = exchange->if_range[0] == '\0' || strcmp(exchange->if_range, tag) == 0;
    const int status = takt_range_read(is_same ? exchange->range : "", n, &first, &last);
    exchange->position = status == 416 ? 0 : first;
    exchange->end = status == 416 || n == 0 ? 0 : last + 1;
    begin_head(exchange, status, exchange->response.content_type,
               exchange->end - exchange->position);
    takt_text_printf(&exchange->head, "Accept-Ranges: bytes\r\nETag: %s\r\n", tag);
    if (status == 206)
        takt_text_printf(&exchange->head, "Content-Range: bytes %llu-%llu/%llu\r\n",
                         (unsigned long long)first, (unsigned long long)last,
                         (unsigned long long)n);
    if (status == 416)
        takt_text_printf(&exchange->head, "Content-Range: bytes */%llu\r\n", (unsigned long long)n);
    return TAKT_OK;
}

static takt_status answer_file(takt_exchange *exchange)
{
    struct stat about;
    char tag[80];
    // A folder that came from elsewhere may hold a link to a file that is nobody's business.
    exchange->file =
        open(exchange->response.file_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (exchange->file < 0 || fstat(exchange->file, &about) != 0 || !S_ISREG(about.st_mode))
        return takt_exchange_answer_error(exchange, 404, "unknown",
                                          "the file is not there, or is a link");
    write_tag(&about, tag, sizeof tag);
    TAKT_TRY(answer_range(exchange, tag, (uint64_t)about.st_size));
    takt_text_append(&exchange->head, "Cache-Control: no-store\r\n");
    if (exchange->response.file_name[0] != '\0')
        takt_text_printf(&exchange->head, "Content-Disposition: attachment; filename=\"%s\"\r\n",
                         exchange->response.file_name);
    return end_head(exchange);
}

takt_status takt_exchange_answer(takt_exchange *exchange)
{
    const takt_api_response *response = &exchange->response;
    if (response->file_path[0] != '\0' && exchange->file < 0)
        return answer_file(exchange);
    send_bytes(exchange, takt_text_get(&response->body), response->body.length);
    begin_head(exchange, response->status, response->content_type, response->body.length);
    takt_text_append(&exchange->head, "Cache-Control: no-store\r\n");
    if (response->allow)
        takt_text_printf(&exchange->head, "Allow: %s\r\n", response->allow);
    if (response->file_name[0] != '\0')
        takt_text_printf(&exchange->head, "Content-Disposition: attachment; filename=\"%s\"\r\n",
                         response->file_name);
    return end_head(exchange);
}

// --- The page ------------------------------------------------------------------------------------

static const takt_asset *find_asset(const char *path)
{
    for (int i = 0; i < takt_n_assets; ++i)
        if (strcmp(takt_assets[i].path, path) == 0)
            return &takt_assets[i];
    return NULL;
}

/// Undoes the gzip of an asset for a client that does not want it.
static takt_status inflate_asset(takt_exchange *exchange, const takt_asset *asset, bool *done)
{
    *done = false;
#ifdef TAKT_WITH_ZLIB
    enum { AUTOMATIC_GZIP = 15 + 32 };
    char part[16384];
    int result = Z_OK;
    z_stream stream = {.next_in = (unsigned char *)asset->bytes,
                       .avail_in = (unsigned)asset->n_bytes};
    if (inflateInit2(&stream, AUTOMATIC_GZIP) != Z_OK)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "server: out of memory");
    while (result == Z_OK) {
        stream.next_out = (unsigned char *)part;
        stream.avail_out = sizeof part;
        result = inflate(&stream, Z_NO_FLUSH);
        takt_text_append_bytes(&exchange->response.body, part, sizeof part - stream.avail_out);
    }
    inflateEnd(&stream);
    *done = result == Z_STREAM_END;
#else
    (void)exchange, (void)asset;
#endif
    return takt_text_check(&exchange->response.body);
}

static takt_status answer_with(takt_exchange *exchange, const takt_asset *asset)
{
    bool is_plain = !asset->is_gzip;
    send_bytes(exchange, asset->bytes, asset->n_bytes);
    if (asset->is_gzip && !exchange->accepts_gzip) {
        TAKT_TRY(inflate_asset(exchange, asset, &is_plain));
        if (!is_plain)
            return takt_exchange_answer_error(exchange, 406, "request",
                                              "the page needs Accept-Encoding: gzip");
        send_bytes(exchange, takt_text_get(&exchange->response.body),
                   exchange->response.body.length);
    }
    const bool is_known = strcmp(exchange->if_match, asset->etag) == 0;
    if (is_known)
        exchange->end = 0;
    begin_head(exchange, is_known ? 304 : 200, asset->content_type, exchange->end);
    takt_text_printf(&exchange->head,
                     "ETag: %s\r\nCache-Control: no-cache\r\nVary: Accept-Encoding\r\n",
                     asset->etag);
    if (!is_plain && !is_known)
        takt_text_append(&exchange->head, "Content-Encoding: gzip\r\n");
    return end_head(exchange);
}

takt_status takt_exchange_answer_asset(takt_exchange *exchange)
{
    const takt_asset *asset = find_asset(exchange->request.path);
    if (!asset)
        return takt_exchange_answer_error(exchange, 404, "unknown", "no such address");
    if (!exchange->is_head && strcmp(exchange->method, "GET") != 0) {
        exchange->response.allow = "GET, HEAD";
        return takt_exchange_answer_error(exchange, 405, "method", "allowed: GET, HEAD");
    }
    return answer_with(exchange, asset);
}
