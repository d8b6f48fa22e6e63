// Frames byte by byte, little-endian on every machine; reading trusts nothing.
#include "viz/frame.h"

#include "core/text.h"

#include <string.h>

TAKT_STATIC_ASSERT(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
                   "payloads are copied as they lie in memory");
TAKT_STATIC_ASSERT(TAKT_CHANNEL_COUNT <= UINT16_MAX, "a channel is a u16");

enum {
    AT_MAGIC = 0,
    AT_CHANNEL = 4,
    AT_TYPE = 6,
    AT_FLAGS = 7,
    AT_N_DIMENSIONS = 8,
    AT_ZERO = 9,
    AT_N_BYTES = 12,
    AT_SEQUENCE = 16,
    AT_TIME = 24,
    AT_SIZES = 32,
    AT_FIRST_ROW = 44,
    AT_N_ROWS = 48,
    AT_STRIDE = 52,
    AT_ZERO_TOO = 56
};

static void put_u32(unsigned char *bytes, uint32_t value)
{
    memcpy(bytes, &value, sizeof value);
}

static uint32_t get_u32(const unsigned char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint64_t get_u64(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

void takt_frame_write_head(const takt_frame_head *head, unsigned char *bytes)
{
    const uint16_t channel = (uint16_t)head->channel;
    memset(bytes, 0, TAKT_FRAME_HEAD_BYTES);
    put_u32(bytes + AT_MAGIC, TAKT_FRAME_MAGIC);
    memcpy(bytes + AT_CHANNEL, &channel, sizeof channel);
    bytes[AT_TYPE] = (unsigned char)head->type;
    bytes[AT_FLAGS] = (unsigned char)head->flags;
    bytes[AT_N_DIMENSIONS] = (unsigned char)head->n_dimensions;
    put_u32(bytes + AT_N_BYTES, head->n_bytes);
    memcpy(bytes + AT_SEQUENCE, &head->sequence, sizeof head->sequence);
    memcpy(bytes + AT_TIME, &head->time_s, sizeof head->time_s);
    for (int i = 0; i < TAKT_CHANNEL_MAX_DIMENSIONS; ++i)
        put_u32(bytes + AT_SIZES + 4 * i, head->sizes[i]);
    put_u32(bytes + AT_FIRST_ROW, head->first_row);
    put_u32(bytes + AT_N_ROWS, head->n_rows);
    put_u32(bytes + AT_STRIDE, head->stride);
}

static takt_frame_head get_head(const unsigned char *bytes)
{
    uint16_t channel;
    takt_frame_head head = {.type = (takt_channel_type)bytes[AT_TYPE],
                            .flags = bytes[AT_FLAGS],
                            .n_dimensions = bytes[AT_N_DIMENSIONS],
                            .n_bytes = get_u32(bytes + AT_N_BYTES),
                            .sequence = get_u64(bytes + AT_SEQUENCE),
                            .first_row = get_u32(bytes + AT_FIRST_ROW),
                            .n_rows = get_u32(bytes + AT_N_ROWS),
                            .stride = get_u32(bytes + AT_STRIDE)};
    memcpy(&channel, bytes + AT_CHANNEL, sizeof channel);
    head.channel = (takt_channel)channel;
    memcpy(&head.time_s, bytes + AT_TIME, sizeof head.time_s);
    for (int i = 0; i < TAKT_CHANNEL_MAX_DIMENSIONS; ++i)
        head.sizes[i] = get_u32(bytes + AT_SIZES + 4 * i);
    return head;
}

static bool is_zero(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; ++i)
        if (bytes[i] != 0)
            return false;
    return true;
}

/// Do the fields that the channel table knows say the same as the table?
static takt_status check_table(const takt_frame_head *head)
{
    if (head->channel >= TAKT_CHANNEL_COUNT)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: found channel %d, allowed: 0 to %d",
                         (int)head->channel, TAKT_CHANNEL_COUNT - 1);
    const takt_channel_info *info = takt_channel_get(head->channel);
    uint32_t n_dimensions = 0;
    while (info->dimensions[n_dimensions] != TAKT_DIMENSION_NONE)
        ++n_dimensions;
    if (head->type != info->type)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found type %d, its table says %d", info->name,
                         (int)head->type, (int)info->type);
    if (head->n_dimensions != n_dimensions)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found %u dimensions, its table says %u",
                         info->name, head->n_dimensions, n_dimensions);
    return TAKT_OK;
}

/// Flags, rows and stride: do they fit to each other and to the sizes?
static takt_status check_rows(const takt_frame_head *head)
{
    const char *name = takt_channel_get(head->channel)->name;
    const bool envelope = (head->flags & TAKT_FRAME_ENVELOPE) != 0;
    const bool whole = (head->flags & TAKT_FRAME_WHOLE) != 0;
    if (head->flags & ~(uint32_t)(TAKT_FRAME_WHOLE | TAKT_FRAME_ENVELOPE))
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found flags %u, allowed: 0 to 3", name,
                         head->flags);
    for (uint32_t i = head->n_dimensions; i < TAKT_CHANNEL_MAX_DIMENSIONS; ++i)
        if (head->sizes[i] != 1)
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "frame: %s: found %u as the size of a dimension that it has not", name,
                             head->sizes[i]);
    if (envelope) {
        const uint64_t n_pairs = head->sizes[0] / 2;
        if (!whole || head->type == TAKT_CHANNEL_TEXT || head->sizes[0] % 2 != 0 ||
            head->stride == 0 || head->first_row != 0 ||
            n_pairs != ((uint64_t)head->n_rows + head->stride - 1) / head->stride)
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "frame: %s: found an envelope of %u rows that does not cover %u rows "
                             "with stride %u",
                             name, head->sizes[0], head->n_rows, head->stride);
        return TAKT_OK;
    }
    if (head->stride != 1)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found stride %u, allowed: 1", name,
                         head->stride);
    if ((uint64_t)head->first_row + head->sizes[0] > head->n_rows ||
        (whole && (head->first_row != 0 || head->sizes[0] != head->n_rows)))
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found rows %u to %llu of %u", name,
                         head->first_row, (unsigned long long)head->first_row + head->sizes[0],
                         head->n_rows);
    return TAKT_OK;
}

static takt_status check_texts(const takt_frame_head *head, uint64_t n_texts,
                               const unsigned char *payload)
{
    const char *name = takt_channel_get(head->channel)->name;
    uint64_t found = 0;
    size_t begin = 0;
    for (size_t i = 0; i < head->n_bytes;) {
        const size_t n = takt_character_bytes((const char *)payload + i, head->n_bytes - i);
        if (payload[i] == 0) {
            if (i - begin > TAKT_CHANNEL_NAME_BYTES)
                return TAKT_FAIL(TAKT_ERR_INPUT,
                                 "frame: %s: found a text of %zu bytes, allowed: at most %d", name,
                                 i - begin, TAKT_CHANNEL_NAME_BYTES);
            ++found;
            begin = ++i;
        } else if (n == 0) {
            return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found bytes that are no UTF-8", name);
        } else {
            i += n;
        }
    }
    if (begin != head->n_bytes)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found a last text without an end", name);
    if (found != n_texts)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found %llu texts, its sizes say %llu", name,
                         (unsigned long long)found, (unsigned long long)n_texts);
    return TAKT_OK;
}

takt_status takt_frame_read(const unsigned char *bytes, size_t n, takt_frame_head *head,
                            const unsigned char **payload)
{
    if (n < TAKT_FRAME_HEAD_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: found %zu bytes, a head alone has %d", n,
                         TAKT_FRAME_HEAD_BYTES);
    if (get_u32(bytes + AT_MAGIC) != TAKT_FRAME_MAGIC)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: found bytes that do not begin with TKT1");
    if (!is_zero(bytes + AT_ZERO, 3) || !is_zero(bytes + AT_ZERO_TOO, 8))
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: found other bytes where zeros have to be");
    *head = get_head(bytes);
    if (head->n_bytes > TAKT_FRAME_MAX_BYTES || head->n_bytes != n - TAKT_FRAME_HEAD_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: found a payload of %zu bytes, its head says %u",
                         n - TAKT_FRAME_HEAD_BYTES, head->n_bytes);
    TAKT_TRY(check_table(head));
    TAKT_TRY(check_rows(head));
    uint64_t n_values = 1;
    for (uint32_t i = 0; i < head->n_dimensions; ++i) {
        n_values *= head->sizes[i];
        if (n_values > TAKT_FRAME_MAX_BYTES) // the next factor could overflow
            return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found sizes larger than a frame may be",
                             takt_channel_get(head->channel)->name);
    }
    *payload = bytes + TAKT_FRAME_HEAD_BYTES;
    if (head->type == TAKT_CHANNEL_TEXT)
        return check_texts(head, n_values, *payload);
    if (n_values * 8 != head->n_bytes)
        return TAKT_FAIL(TAKT_ERR_INPUT, "frame: %s: found %u bytes for %llu values",
                         takt_channel_get(head->channel)->name, head->n_bytes,
                         (unsigned long long)n_values);
    return TAKT_OK;
}

bool takt_ack_read(const unsigned char *bytes, size_t n, uint64_t *count)
{
    if (n != TAKT_ACK_BYTES || get_u32(bytes) != TAKT_ACK_MAGIC || get_u32(bytes + 4) != 0)
        return false;
    *count = get_u64(bytes + 8);
    return true;
}
