// Frames: the golden bytes mean what frames.json says, and no damaged frame is taken for more than
// its bytes hold.
#include "core/files.h"
#include "core/memory.h"
#include "core/rng.h"
#include "tests/check.h"
#include "viz/frame.h"

typedef struct golden {
    const char *file;
    takt_frame_head head;
    const void *values;
    size_t n_values;
} golden;

static const double numbers[] = {
    1.5, -0.0, NAN, INFINITY, -INFINITY, 5e-324, 1.7976931348623157e308, 0.1};
static const int64_t integers[] = {0, -1, 42, 9007199254740991, -9007199254740991};
static const char texts[] = "Gr\xc3\xbc\xc3\x9f"
                            "e\0\0<img onerror>\0\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\0"
                            "a\"b\\c'&amp;\0\xf0\x9f\x98\x80"; // and the zero of the literal
static const double table[] = {0.25, 0.5, 0.75, 1.0, 1.25, 1.5};
static const double cube[] = {1, 2, 3, -1, -2, -3, 10, 20, 30, -10, -20, -30};
static const double rows[] = {0.125, 0.0625};
static const double rows_2d[] = {4, NAN, 2};
static const double envelope[] = {1, -40, 4, -10, 5, -80, 8, -50, 9, -100, 10, -90};

#define HEAD(channel_, type_, flags_, n_, seq_, t_, a, b, c, first, n_rows_, stride_)              \
    {                                                                                              \
        .channel = TAKT_CHANNEL_##channel_, .type = TAKT_CHANNEL_##type_, .flags = (flags_),       \
        .n_dimensions = (n_), .sequence = (seq_), .time_s = (t_), .sizes = {a, b, c},              \
        .first_row = (first), .n_rows = (n_rows_), .stride = (stride_)                             \
    }

// clang-format off
static const golden goldens[] = {
    {"numbers.bin", HEAD(KPI_MEAN, DOUBLE, 1, 1, 1, NAN, 8, 1, 1, 0, 8, 1), numbers, 8},
    {"integers.bin", HEAD(KPI_COUNT, INTEGER, 1, 1, 4294967298, NAN, 5, 1, 1, 0, 5, 1), integers, 5},
    {"texts.bin", HEAD(STATION_NAME, TEXT, 1, 1, 9007199254740991, NAN, 6, 1, 1, 0, 6, 1), texts, 0},
    {"table.bin", HEAD(STATION_STATE_TIME, DOUBLE, 1, 2, 7, 86400.5, 2, 3, 1, 0, 2, 1), table, 6},
    {"cube.bin", HEAD(CANDIDATE_VALUE, DOUBLE, 1, 3, 8, NAN, 2, 2, 3, 0, 2, 1), cube, 12},
    {"rows.bin", HEAD(BEST_COST, DOUBLE, 0, 1, 9, NAN, 2, 1, 1, 3, 5, 1), rows, 2},
    {"rows_2d.bin", HEAD(CANDIDATE_COST, DOUBLE, 0, 2, 10, NAN, 1, 3, 1, 1, 2, 1), rows_2d, 3},
    {"envelope.bin", HEAD(KPI_VALUE, DOUBLE, 3, 2, 11, NAN, 6, 2, 1, 0, 10, 4), envelope, 12},
    {"empty.bin", HEAD(ITEM_NOW, DOUBLE, 1, 2, 12, 0, 0, 2, 1, 0, 0, 1), NULL, 0},
};
// clang-format on
enum { N_GOLDENS = sizeof goldens / sizeof *goldens };

static size_t payload_bytes(const golden *it)
{
    return it->head.type == TAKT_CHANNEL_TEXT ? sizeof texts : it->n_values * 8;
}

/// The bytes of a golden frame with today's number of its channel; the caller frees.
static unsigned char *load(const golden *it, size_t *n)
{
    char path[4096];
    takt_text text = {0};
    const uint16_t channel = (uint16_t)it->head.channel;
    snprintf(path, sizeof path, "%s/tests/viz/frames/%s", TAKT_SOURCE_DIR, it->file);
    CHECK_OK(takt_file_read(path, 10000, &text));
    *n = text.length;
    unsigned char *bytes = takt_alloc(text.length);
    memcpy(bytes, text.bytes, text.length);
    memcpy(bytes + 4, &channel, 2);
    takt_text_destroy(&text);
    return bytes;
}

static void golden_frames_are_read(void)
{
    for (int i = 0; i < N_GOLDENS; ++i) {
        const golden *it = &goldens[i];
        takt_frame_head head;
        const unsigned char *payload = NULL;
        size_t n;
        unsigned char *bytes = load(it, &n);
        CHECK_OK(takt_frame_read(bytes, n, &head, &payload));
        CHECK(payload == bytes + TAKT_FRAME_HEAD_BYTES);
        CHECK_INT(head.channel, it->head.channel);
        CHECK_INT(head.type, it->head.type);
        CHECK_INT(head.flags, it->head.flags);
        CHECK_INT(head.n_dimensions, it->head.n_dimensions);
        CHECK_INT(head.sequence, it->head.sequence);
        CHECK(memcmp(&head.time_s, &it->head.time_s, sizeof head.time_s) == 0);
        CHECK(memcmp(head.sizes, it->head.sizes, sizeof head.sizes) == 0);
        CHECK_INT(head.first_row, it->head.first_row);
        CHECK_INT(head.n_rows, it->head.n_rows);
        CHECK_INT(head.stride, it->head.stride);
        CHECK_INT(head.n_bytes, payload_bytes(it));
        if (head.n_bytes > 0)
            CHECK(memcmp(payload, it->values, head.n_bytes) == 0);
        takt_free(bytes);
    }
}

static void golden_frames_are_written(void)
{
    for (int i = 0; i < N_GOLDENS; ++i) {
        unsigned char head_bytes[TAKT_FRAME_HEAD_BYTES];
        size_t n;
        unsigned char *bytes = load(&goldens[i], &n);
        takt_frame_head head = goldens[i].head;
        head.n_bytes = (uint32_t)payload_bytes(&goldens[i]);
        memset(head_bytes, 0xff, sizeof head_bytes);
        takt_frame_write_head(&head, head_bytes);
        CHECK(memcmp(head_bytes, bytes, sizeof head_bytes) == 0);
        takt_free(bytes);
    }
}

/// Reads a copy that ends where its allocation ends, so that a sanitizer sees every step too far,
/// and checks that what was read lies inside.
static takt_status read_exactly(const unsigned char *bytes, size_t n, takt_frame_head *head)
{
    const unsigned char *payload = NULL;
    unsigned char *copy = malloc(n ? n : 1);
    memcpy(copy, bytes, n);
    const takt_status status = takt_frame_read(copy, n, head, &payload);
    if (status == TAKT_OK) {
        const takt_channel_info *info = takt_channel_get(head->channel);
        const uint64_t n_values = (uint64_t)head->sizes[0] * head->sizes[1] * head->sizes[2];
        CHECK(head->channel < TAKT_CHANNEL_COUNT && head->type == info->type);
        CHECK(payload == copy + TAKT_FRAME_HEAD_BYTES);
        CHECK_INT(head->n_bytes, n - TAKT_FRAME_HEAD_BYTES);
        CHECK(n_values <= head->n_bytes);
        CHECK(head->type == TAKT_CHANNEL_TEXT || n_values * 8 == head->n_bytes);
        CHECK(head->stride > 0);
    } else {
        CHECK_INT(status, TAKT_ERR_INPUT);
        CHECK(strncmp(takt_error_text(), "frame: ", 7) == 0);
        CHECK(strchr(takt_error_text(), '\n') == NULL);
    }
    free(copy);
    return status;
}

static void every_cut_is_refused(void)
{
    for (int i = 0; i < N_GOLDENS; ++i) {
        takt_frame_head head;
        size_t n;
        unsigned char *bytes = load(&goldens[i], &n);
        for (size_t cut = 0; cut < n; ++cut)
            CHECK_STATUS(read_exactly(bytes, cut, &head), TAKT_ERR_INPUT);
        CHECK_OK(read_exactly(bytes, n, &head));
        takt_free(bytes);
    }
}

static void every_flipped_byte_is_refused_or_harmless(void)
{
    for (int i = 0; i < N_GOLDENS; ++i) {
        takt_frame_head head;
        size_t n;
        unsigned char *bytes = load(&goldens[i], &n);
        for (size_t at = 0; at < n; ++at)
            for (int value = 1; value < 256; ++value) {
                bytes[at] ^= (unsigned char)value;
                const takt_status status = read_exactly(bytes, n, &head);
                // What decides how much is read never passes: magic, type, lengths, the zeros.
                if (at < 4 || (at >= 6 && at < 16 && at != 7) || at >= 56)
                    CHECK(status == TAKT_ERR_INPUT || at >= TAKT_FRAME_HEAD_BYTES);
                if (at >= 16 && at < 32)
                    CHECK_OK(status); // sequence and time may be anything
                bytes[at] ^= (unsigned char)value;
            }
        takt_free(bytes);
    }
}

/// Heads with random fields over few bytes: most are refused, none reads beyond them.
static void random_heads_are_harmless(void)
{
    unsigned char bytes[512];
    takt_frame_head read;
    const takt_stream stream = {.seed = 4, .purpose = TAKT_PURPOSE_TEST};
    int n_taken = 0;
    for (int i = 0; i < 300000; ++i) {
        takt_frame_head head = {0};
        uint32_t draw[8];
        takt_stream_block(&stream, 2 * (uint64_t)i, draw);
        takt_stream_block(&stream, 2 * (uint64_t)i + 1, draw + 4);
        for (size_t k = 0; k < sizeof bytes; ++k)
            bytes[k] = (unsigned char)(draw[k % 8] >> k % 24);
        head.channel = (takt_channel)(draw[0] % (TAKT_CHANNEL_COUNT + 2));
        head.type = head.channel < TAKT_CHANNEL_COUNT ? takt_channel_get(head.channel)->type : 0;
        while (head.channel < TAKT_CHANNEL_COUNT &&
               takt_channel_get(head.channel)->dimensions[head.n_dimensions] != TAKT_DIMENSION_NONE)
            ++head.n_dimensions;
        head.flags = draw[1] >> 8 & 3;
        for (uint32_t k = 0; k < 3; ++k)
            head.sizes[k] = draw[1] >> k & 1 ? draw[3 + k] : draw[3 + k] % 4;
        for (uint32_t k = head.n_dimensions; k < 3 && draw[1] & 8; ++k)
            head.sizes[k] = 1;
        head.n_bytes = draw[6] % 16 * 8;
        head.n_rows = draw[7] & 1 ? draw[7] : head.sizes[0];
        head.first_row = draw[7] & 2 ? draw[5] : 0;
        head.stride = draw[7] & 4 ? draw[4] : 1;
        takt_frame_write_head(&head, bytes);
        n_taken += read_exactly(bytes, TAKT_FRAME_HEAD_BYTES + head.n_bytes, &read) == TAKT_OK;
    }
    CHECK(n_taken > 100);
}

static void refuse(takt_frame_head head, const void *payload, const char *problem)
{
    unsigned char bytes[1024];
    takt_frame_head read;
    takt_frame_write_head(&head, bytes);
    memcpy(bytes + TAKT_FRAME_HEAD_BYTES, payload, head.n_bytes);
    CHECK_STATUS(read_exactly(bytes, TAKT_FRAME_HEAD_BYTES + head.n_bytes, &read), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), problem);
}

static void refusals_say_what_is_wrong(void)
{
    const double values[8] = {0};
    char long_text[TAKT_CHANNEL_NAME_BYTES + 2];
    const takt_frame_head good = {.channel = TAKT_CHANNEL_BEST_COST,
                                  .flags = TAKT_FRAME_WHOLE,
                                  .n_dimensions = 1,
                                  .n_bytes = 16,
                                  .sizes = {2, 1, 1},
                                  .n_rows = 2,
                                  .stride = 1};
    takt_frame_head head = good;
    head.channel = TAKT_CHANNEL_COUNT;
    refuse(head, values, "frame: found channel");
    head = good, head.type = TAKT_CHANNEL_INTEGER;
    refuse(head, values, "best_cost: found type 1, its table says 0");
    head = good, head.n_dimensions = 2;
    refuse(head, values, "best_cost: found 2 dimensions, its table says 1");
    head = good, head.flags = 4;
    refuse(head, values, "best_cost: found flags 4");
    head = good, head.sizes[2] = 2;
    refuse(head, values, "best_cost: found 2 as the size of a dimension");
    head = good, head.n_rows = 3;
    refuse(head, values, "best_cost: found rows 0 to 2 of 3");
    head = good, head.flags = 0, head.first_row = 1;
    refuse(head, values, "best_cost: found rows 1 to 3 of 2");
    head = good, head.stride = 2;
    refuse(head, values, "best_cost: found stride 2");
    head = good, head.sizes[0] = head.n_rows = 3;
    refuse(head, values, "best_cost: found 16 bytes for 3 values");
    head = good, head.sizes[0] = head.n_rows = UINT32_MAX;
    refuse(head, values, "best_cost: found sizes larger than a frame may be");
    head = good, head.flags = TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE, head.stride = 4;
    head.n_rows = 5;
    refuse(head, values, "found an envelope of 2 rows that does not cover 5 rows with stride 4");
    head = good, head.channel = TAKT_CHANNEL_KPI_NAME, head.type = TAKT_CHANNEL_TEXT;
    head.n_bytes = 4;
    refuse(head, "a\0b\xc3", "kpi_name: found bytes that are no UTF-8");
    refuse(head, "a\0bc", "kpi_name: found a last text without an end");
    refuse(head, "a\0\0\0", "kpi_name: found 3 texts, its sizes say 2");
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    head.n_bytes = sizeof long_text;
    refuse(head, long_text, "kpi_name: found a text of 129 bytes, allowed: at most 128");
}

static void acks_are_sixteen_bytes(void)
{
    char path[4096];
    takt_text text = {0};
    uint64_t count = 0;
    snprintf(path, sizeof path, "%s/tests/viz/frames/ack.bin", TAKT_SOURCE_DIR);
    CHECK_OK(takt_file_read(path, 100, &text));
    CHECK_INT(text.length, TAKT_ACK_BYTES);
    CHECK(takt_ack_read((const unsigned char *)text.bytes, text.length, &count));
    CHECK_INT(count, 4294967301);
    for (size_t n = 0; n < TAKT_ACK_BYTES; ++n)
        CHECK(!takt_ack_read((const unsigned char *)text.bytes, n, &count));
    for (int at = 0; at < 8; ++at) {
        text.bytes[at] ^= 1;
        CHECK(!takt_ack_read((const unsigned char *)text.bytes, text.length, &count));
        text.bytes[at] ^= 1;
    }
    takt_text_destroy(&text);
}

TAKT_TESTS(TEST(golden_frames_are_read), TEST(golden_frames_are_written),
           TEST(every_cut_is_refused), TEST(every_flipped_byte_is_refused_or_harmless),
           TEST(random_heads_are_harmless), TEST(refusals_say_what_is_wrong),
           TEST(acks_are_sixteen_bytes))
