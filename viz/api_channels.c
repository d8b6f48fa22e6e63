// Values of channels: which there are, and any rows of one as JSON, CSV or a frame. What the board
// holds only as an envelope is asked of the host; its answer is finished by the same functions.
#include "viz/api_parts_internal.h"
#include "viz/export.h"

#include <string.h>

static const char *const format_words[] = {"json", "csv", "frame"};
static const char *const content_types[] = {"application/json", "text/csv; charset=utf-8",
                                            "application/octet-stream"};

static const char *type_word(takt_channel_type type)
{
    static const char *const words[] = {"double", "integer", "text"};
    return words[type];
}

static const char *kind_word(takt_channel_kind kind)
{
    static const char *const words[] = {"state", "log", "showcase"};
    return words[kind];
}

takt_channel takt_api_find_channel(const char *name)
{
    int i = 0;
    while (i < TAKT_CHANNEL_COUNT && strcmp(takt_channel_get((takt_channel)i)->name, name) != 0)
        ++i;
    return (takt_channel)i;
}

// --- The list ------------------------------------------------------------------------------------

static void write_dimensions(takt_json *json, const takt_frame_head *head, const uint32_t *sizes)
{
    const takt_channel_info *info = takt_channel_get(head->channel);
    takt_json_key(json, "dimensions");
    takt_json_array(json);
    for (uint32_t i = 0; i < head->n_dimensions; ++i)
        takt_json_text(json, takt_dimension_name(info->dimensions[i]));
    takt_json_end(json);
    takt_json_key(json, "sizes");
    takt_json_array(json);
    for (uint32_t i = 0; i < head->n_dimensions; ++i)
        takt_json_integer(json, sizes[i]);
    takt_json_end(json);
}

static void write_info(takt_json *json, const takt_frame_head *head)
{
    const takt_channel_info *info = takt_channel_get(head->channel);
    const uint32_t sizes[] = {head->n_rows, head->sizes[1], head->sizes[2]};
    takt_json_object(json);
    takt_json_key_integer(json, "id", head->channel);
    takt_json_key_text(json, "name", info->name);
    write_dimensions(json, head, sizes);
    takt_json_key_text(json, "unit", info->unit);
    takt_json_key_text(json, "type", type_word(info->type));
    takt_json_key_text(json, "kind", kind_word(info->kind));
    takt_json_key_text(json, "doc", info->doc);
    takt_json_key_boolean(json, "envelope", (head->flags & TAKT_FRAME_ENVELOPE) != 0);
    takt_json_end(json);
}

takt_status takt_api_get_channels(takt_api_call *call)
{
    takt_json json = takt_json_begin_line(&call->response->body);
    takt_json_array(&json);
    for (int i = 0; i < TAKT_CHANNEL_COUNT; ++i) {
        takt_frame_head head;
        const unsigned char *payload;
        const takt_piece *piece = takt_board_frame(call->view->board, (takt_channel)i, 0);
        if (!piece)
            continue;
        if (takt_frame_read(piece->bytes, piece->n_bytes, &head, &payload) == TAKT_OK)
            write_info(&json, &head);
        takt_piece_release(piece);
    }
    takt_json_end(&json);
    return takt_api_accept(call, content_types[TAKT_ROWS_JSON]);
}

// --- Rows ----------------------------------------------------------------------------------------

static void write_values(takt_json *json, const takt_frame_head *head, const unsigned char *payload)
{
    const uint64_t n = (uint64_t)head->sizes[0] * head->sizes[1] * head->sizes[2];
    const char *text = (const char *)payload;
    for (uint64_t i = 0; i < n; ++i) {
        double number;
        int64_t integer;
        switch (head->type) {
        case TAKT_CHANNEL_DOUBLE:
            memcpy(&number, payload + i * sizeof number, sizeof number);
            takt_json_number(json, number);
            break;
        case TAKT_CHANNEL_INTEGER:
            memcpy(&integer, payload + i * sizeof integer, sizeof integer);
            takt_json_integer(json, integer);
            break;
        case TAKT_CHANNEL_TEXT:
            takt_json_text(json, text);
            text += strlen(text) + 1;
            break;
        }
    }
}

static takt_status write_json(takt_text *out, const unsigned char *frame, size_t n)
{
    takt_frame_head head;
    const unsigned char *payload = NULL;
    TAKT_TRY(takt_frame_read(frame, n, &head, &payload));
    const takt_channel_info *info = takt_channel_get(head.channel);
    takt_json json = takt_json_begin_line(out);
    takt_json_object(&json);
    takt_json_key_text(&json, "name", info->name);
    takt_json_key_text(&json, "unit", info->unit);
    takt_json_key_text(&json, "type", type_word(info->type));
    takt_json_key_number(&json, "time_s", head.time_s);
    takt_json_key_integer(&json, "n_rows", head.n_rows);
    takt_json_key_integer(&json, "first", head.first_row);
    write_dimensions(&json, &head, head.sizes);
    takt_json_key(&json, "values");
    takt_json_array(&json);
    write_values(&json, &head, payload);
    takt_json_end(&json);
    takt_json_end(&json);
    return takt_text_check(out);
}

takt_status takt_api_write_rows(takt_rows_format format, takt_board *board,
                                const unsigned char *frame, size_t n, takt_text *out)
{
    switch (format) {
    case TAKT_ROWS_CSV:
        TAKT_TRY(takt_csv_frame(out, board, frame, n));
        return TAKT_OK;
    case TAKT_ROWS_FRAME:
        takt_text_append_bytes(out, (const char *)frame, n);
        return takt_text_check(out);
    default:
        TAKT_TRY(write_json(out, frame, n));
        return TAKT_OK;
    }
}

/// Where row `row` of a text channel begins.
static size_t text_offset(const unsigned char *payload, uint64_t n_texts)
{
    size_t at = 0;
    for (uint64_t i = 0; i < n_texts; ++i)
        at += strlen((const char *)payload + at) + 1;
    return at;
}

/// A frame of its own for rows first .. first + n - 1 of a whole frame.
static takt_status cut_frame(const takt_frame_head *whole, const unsigned char *payload,
                             uint64_t first, uint64_t n, takt_text *out)
{
    const uint64_t row_values = (uint64_t)whole->sizes[1] * whole->sizes[2];
    unsigned char bytes[TAKT_FRAME_HEAD_BYTES];
    takt_frame_head head = *whole;
    const bool texts = whole->type == TAKT_CHANNEL_TEXT;
    const size_t begin = texts ? text_offset(payload, first * row_values)
                               : (size_t)(first * row_values * sizeof(double));
    const size_t length = texts ? text_offset(payload + begin, n * row_values)
                                : (size_t)(n * row_values * sizeof(double));
    head.flags = first == 0 && n == whole->n_rows ? TAKT_FRAME_WHOLE : 0;
    head.n_bytes = (uint32_t)length;
    head.sizes[0] = (uint32_t)n;
    head.first_row = (uint32_t)first;
    takt_frame_write_head(&head, bytes);
    takt_text_append_bytes(out, (const char *)bytes, sizeof bytes);
    takt_text_append_bytes(out, (const char *)payload + begin, length);
    return takt_text_check(out);
}

/// What finishing has to know when the rows come: format, run and channel in one number.
enum { FORMAT_BITS = 4, VIEW_BITS = 8 };

static int32_t pack_format(const takt_api_call *call, takt_channel channel, takt_rows_format format)
{
    int32_t index = 0;
    const takt_views *views = call->api->views;
    for (int32_t i = 0; i < views->n; ++i)
        if (strcmp(views->entries[i].name, call->run) == 0)
            index = i;
    return (int32_t)format | index << FORMAT_BITS | (int32_t)channel << (FORMAT_BITS + VIEW_BITS);
}

static takt_status ask_host(takt_api_call *call, int32_t format, takt_channel channel,
                            uint64_t first, uint64_t n)
{
    takt_api *api = call->api;
    const takt_view_host *host = api->views->host;
    if (!host || !host->rows)
        return takt_api_refuse(call, 409,
                               "%s: only its envelope is here, and this viewer reads no run file",
                               takt_channel_get(channel)->name);
    call->response->content_type = content_types[format & ((1 << FORMAT_BITS) - 1)];
    call->response->status = 200;
    call->response->rows_format = format;
    call->response->rows_request = ++api->n_requests;
    return host->rows(host->context, *call->run ? call->run : NULL, api->n_requests, channel, first,
                      n);
}

/// How many rows there are from `first` on, at most `count`; refuses (the response has a status
/// then) what is not there or too much for one answer.
static takt_status choose_rows(takt_api_call *call, const takt_frame_head *head,
                               takt_rows_format format, uint64_t first, uint64_t count, uint64_t *n)
{
    const char *name = takt_channel_get(head->channel)->name;
    const bool envelope = (head->flags & TAKT_FRAME_ENVELOPE) != 0;
    if (first > head->n_rows)
        return takt_api_refuse(call, 400, "first: found %llu, allowed for %s: 0 to %u",
                               (unsigned long long)first, name, head->n_rows);
    *n = count < head->n_rows - first ? count : head->n_rows - first;
    const uint64_t row_values = (uint64_t)head->sizes[1] * head->sizes[2];
    const uint64_t most = row_values > 0 ? TAKT_API_MAX_VALUES / row_values : head->n_rows;
    if (*n > most && (envelope || format != TAKT_ROWS_FRAME))
        return takt_api_refuse(call, 413,
                               "%s: found %llu rows of %llu values, allowed in one answer: %llu "
                               "rows; take parts with first and count, or the run file",
                               name, (unsigned long long)*n, (unsigned long long)row_values,
                               (unsigned long long)most);
    return TAKT_OK;
}

/// What is asked of a channel.
typedef struct wish {
    takt_rows_format format;
    uint64_t first, count;
    bool is_check; // answer only what cannot be had
} wish;

/// The rows of a frame as the body, at once or later. `n_values`: what has to be written.
static takt_status answer_frame(takt_api_call *call, takt_rows_format format, takt_board *board,
                                const unsigned char *frame, size_t n, uint64_t n_values)
{
    if (call->api->worker && format != TAKT_ROWS_FRAME && n_values >= TAKT_API_LONG_VALUES) {
        TAKT_TRY(takt_api_rows_later(call, format, board, frame, n));
        return TAKT_OK;
    }
    TAKT_TRY(takt_api_write_rows(format, board, frame, n, &call->response->body));
    call->response->status = 200;
    return TAKT_OK;
}

/// The rows of a piece that was retained by the caller.
static takt_status answer_piece(takt_api_call *call, const takt_piece *piece, const wish *what)
{
    takt_frame_head head;
    const unsigned char *payload = NULL;
    uint64_t n = 0;
    TAKT_TRY(takt_frame_read(piece->bytes, piece->n_bytes, &head, &payload));
    TAKT_TRY(choose_rows(call, &head, what->format, what->first, what->count, &n));
    if (call->response->status != 0 || what->is_check)
        return TAKT_OK;
    if (head.flags & TAKT_FRAME_ENVELOPE)
        return ask_host(call, pack_format(call, head.channel, what->format), head.channel,
                        what->first, n);
    takt_text cut = {0};
    takt_status status = TAKT_OK;
    const unsigned char *frame = piece->bytes;
    size_t n_bytes = piece->n_bytes;
    if (n < head.n_rows) {
        TAKT_TRY_GOTO(cut_frame(&head, payload, what->first, n, &cut), done);
        frame = (const unsigned char *)cut.bytes;
        n_bytes = cut.length;
    }
    call->response->content_type = content_types[what->format];
    TAKT_TRY_GOTO(answer_frame(call, what->format, call->view->board, frame, n_bytes,
                               n * head.sizes[1] * head.sizes[2]),
                  done);
done:
    takt_text_destroy(&cut);
    return status;
}

static takt_status answer_wish(takt_api_call *call, takt_channel channel, const wish *what)
{
    const takt_piece *piece = takt_board_frame(call->view->board, channel, 0);
    if (!piece)
        return takt_api_refuse(call, 404, "%s: this run has no values of it yet",
                               takt_channel_get(channel)->name);
    const takt_status status = answer_piece(call, piece, what);
    takt_piece_release(piece);
    return status;
}

takt_status takt_api_answer_rows(takt_api_call *call, takt_channel channel, takt_rows_format format,
                                 uint64_t first, uint64_t count)
{
    return answer_wish(call, channel, &(wish){.format = format, .first = first, .count = count});
}

takt_status takt_api_check_csv(takt_api_call *call, takt_channel channel)
{
    return answer_wish(call, channel,
                       &(wish){.format = TAKT_ROWS_CSV, .count = UINT64_MAX, .is_check = true});
}

static takt_status read_format(const takt_api_call *call, takt_rows_format *format)
{
    const char *word = takt_api_parameter_get(call, "format", format_words[0]);
    for (int i = 0; i < TAKT_ROWS_FORMAT_COUNT; ++i) {
        *format = (takt_rows_format)i;
        if (strcmp(word, format_words[i]) == 0)
            return TAKT_OK;
    }
    return TAKT_FAIL(TAKT_ERR_INPUT, "query: format: found '%s', allowed: json, csv, frame", word);
}

takt_status takt_api_get_channel(takt_api_call *call)
{
    takt_rows_format format;
    uint64_t first, count;
    const takt_channel channel = takt_api_find_channel(call->name);
    TAKT_TRY(read_format(call, &format));
    TAKT_TRY(takt_api_parameter_count(call, "first", 0, &first));
    TAKT_TRY(takt_api_parameter_count(call, "count", UINT64_MAX, &count));
    if (channel == TAKT_CHANNEL_COUNT)
        return takt_api_refuse(call, 404,
                               "found no channel '%s'; GET api/v1/channels lists those "
                               "that there are",
                               call->name);
    return takt_api_answer_rows(call, channel, format, first, count);
}

/// Rows of the host as the body. They may come from a child that read a damaged file.
static takt_status answer_host_rows(takt_api_call *call, int32_t packed, const unsigned char *frame,
                                    size_t n)
{
    const takt_views *views = call->api->views;
    const int32_t index = packed >> FORMAT_BITS & ((1 << VIEW_BITS) - 1);
    const takt_channel channel = (takt_channel)(packed >> (FORMAT_BITS + VIEW_BITS));
    takt_frame_head head;
    const unsigned char *payload = NULL;
    TAKT_TRY(takt_frame_read(frame, n, &head, &payload));
    const uint64_t n_values = (uint64_t)head.sizes[0] * head.sizes[1] * head.sizes[2];
    if (head.channel != channel || (head.flags & TAKT_FRAME_ENVELOPE) ||
        n_values > TAKT_API_MAX_VALUES || index >= views->n)
        return TAKT_FAIL(TAKT_ERR_INPUT, "rows: found others than those that were asked for");
    TAKT_TRY(answer_frame(call, (takt_rows_format)(packed & ((1 << FORMAT_BITS) - 1)),
                          views->entries[index].view.board, frame, n, n_values));
    return TAKT_OK;
}

takt_status takt_api_finish_rows(takt_api *api, const unsigned char *frame, size_t n,
                                 takt_api_response *response)
{
    takt_api_call call = {.api = api, .response = response, .run = "", .name = ""};
    takt_status status = TAKT_ERR_INPUT;
    response->rows_request = 0;
    if (response->rows_format == TAKT_ROWS_READY && n > 0) {
        takt_text_append_bytes(&response->body, (const char *)frame, n);
        status = takt_text_check(&response->body);
    } else if (n > 0) {
        status = answer_host_rows(&call, response->rows_format, frame, n);
    }
    if (status != TAKT_OK && status != TAKT_ERR_MEMORY)
        return takt_api_refuse(&call, 503, "the values could not be read, or their file not made");
    return status;
}
