// Bytes of a feed: what a side may get, how long it may be, and how it is put together.
#include "viz/feed_internal.h"

#include "core/memory.h"
#include "viz/thread.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FIRST_CAPACITY = 64 << 10,
    KEPT_CAPACITY = 1 << 20,
};

/// The most bytes of a record of this kind from this side; 0: none may come.
static size_t limit_of(unsigned kind, bool from_viewer)
{
    if (from_viewer)
        return kind == FEED_ASK ? FEED_ASK_BYTES : 0;
    switch (kind) {
    case FEED_FRAME:
        return (size_t)TAKT_FRAME_HEAD_BYTES + TAKT_FRAME_MAX_BYTES;
    case FEED_ROWS:
        return (size_t)FEED_REQUEST_BYTES + TAKT_FRAME_HEAD_BYTES + TAKT_FRAME_MAX_BYTES;
    case FEED_DOCUMENT:
        return FEED_MAX_DOCUMENT_BYTES;
    case FEED_LINE:
        return FEED_MAX_LINE_BYTES;
    case FEED_PROBLEM:
        return FEED_MAX_PROBLEM_BYTES;
    default:
        return 0;
    }
}

/// Room behind `end`: first by moving what is there to the front, then by doubling.
static takt_status make_room(feed_input *input)
{
    if (input->begin > 0) {
        if (input->end > input->begin)
            memmove(input->bytes, input->bytes + input->begin, input->end - input->begin);
        input->end -= input->begin;
        input->begin = 0;
    }
    if (input->end == 0 && input->capacity > KEPT_CAPACITY)
        feed_release(input); // a large record came; the next ones are small again
    if (input->capacity > 0 && input->end <= input->capacity / 2)
        return TAKT_OK;
    const size_t capacity = input->capacity ? 2 * input->capacity : FIRST_CAPACITY;
    unsigned char *bytes = takt_alloc(capacity);
    if (!bytes)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "feed: out of memory");
    if (input->end > 0)
        memcpy(bytes, input->bytes, input->end);
    takt_free(input->bytes);
    input->bytes = bytes;
    input->capacity = capacity;
    return TAKT_OK;
}

takt_status feed_fill(feed_input *input, int fd, feed_arrival *arrival)
{
    *arrival = FEED_NOTHING_NOW;
    TAKT_TRY(make_room(input));
    const ssize_t n =
        recv(fd, input->bytes + input->end, input->capacity - input->end, MSG_DONTWAIT);
    if (n > 0) {
        input->end += (size_t)n;
        *arrival = FEED_SOME;
    } else if (n == 0 || errno == ECONNRESET) { // reset: it left before it had read all we said
        *arrival = FEED_CLOSED;
    } else if (errno != EAGAIN && errno != EINTR) {
        return TAKT_FAIL(TAKT_ERR_FILE, "feed: cannot be read: %s", strerror(errno));
    }
    return TAKT_OK;
}

takt_status feed_next(feed_input *input, bool from_viewer, feed_record *record, bool *found)
{
    const unsigned char *bytes = input->bytes + input->begin;
    const size_t n = input->end - input->begin;
    uint32_t length;
    *found = false;
    if (n < FEED_HEAD_BYTES)
        return TAKT_OK;
    memcpy(&length, bytes, sizeof length);
    const size_t limit = limit_of(bytes[4], from_viewer);
    if (limit == 0 || bytes[5] || bytes[6] || bytes[7])
        return TAKT_FAIL(TAKT_ERR_INPUT, "feed: found a record of kind %d, which there is not",
                         bytes[4]);
    if (length > limit)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "feed: found a record of kind %d with %u bytes, allowed: at most %zu",
                         bytes[4], length, limit);
    if (n - FEED_HEAD_BYTES < length)
        return TAKT_OK;
    *record = (feed_record){(feed_kind)bytes[4], bytes + FEED_HEAD_BYTES, length};
    input->begin += FEED_HEAD_BYTES + (size_t)length;
    *found = true;
    return TAKT_OK;
}

void feed_release(feed_input *input)
{
    takt_free(input->bytes);
    *input = (feed_input){0};
}

void feed_write_head(feed_kind kind, size_t n, unsigned char *bytes)
{
    const uint32_t length = (uint32_t)n;
    memset(bytes, 0, FEED_HEAD_BYTES);
    memcpy(bytes, &length, sizeof length);
    bytes[4] = (unsigned char)kind;
}

void feed_write_ask(const feed_ask *ask, unsigned char *bytes)
{
    const uint16_t channel = (uint16_t)ask->channel;
    feed_write_head(FEED_ASK, FEED_ASK_BYTES, bytes);
    memset(bytes + FEED_HEAD_BYTES, 0, FEED_ASK_BYTES);
    memcpy(bytes + FEED_HEAD_BYTES, &ask->request, 8);
    memcpy(bytes + FEED_HEAD_BYTES + 8, &ask->first, 8);
    memcpy(bytes + FEED_HEAD_BYTES + 16, &ask->n, 8);
    memcpy(bytes + FEED_HEAD_BYTES + 24, &channel, 2);
}

bool feed_read_ask(const feed_record *record, feed_ask *ask)
{
    uint16_t channel;
    if (record->kind != FEED_ASK || record->n != FEED_ASK_BYTES)
        return false;
    memcpy(&ask->request, record->bytes, 8);
    memcpy(&ask->first, record->bytes + 8, 8);
    memcpy(&ask->n, record->bytes + 16, 8);
    memcpy(&channel, record->bytes + 24, 2);
    ask->channel = (takt_channel)channel;
    return channel < TAKT_CHANNEL_COUNT;
}

bool feed_read_document(const unsigned char *bytes, size_t n, char name[BOARD_NAME_BYTES],
                        const char **value, size_t *n_value)
{
    static const char before[] = "{\"type\":\"document\",\"name\":\"", between[] = "\",\"value\":";
    const char *text = (const char *)bytes;
    const size_t n_before = sizeof before - 1, n_between = sizeof between - 1;
    if (n < n_before || memcmp(text, before, n_before) != 0)
        return false;
    const char *quote = memchr(text + n_before, '"', n - n_before);
    if (!quote || quote - (text + n_before) >= BOARD_NAME_BYTES)
        return false;
    const size_t n_name = (size_t)(quote - (text + n_before));
    const size_t value_at = n_before + n_name + n_between;
    if (n < value_at + 1 || memcmp(quote, between, n_between) != 0 || text[n - 1] != '}' ||
        memchr(text + n_before, 0, n_name))
        return false;
    memcpy(name, text + n_before, n_name);
    name[n_name] = '\0';
    *value = text + value_at;
    *n_value = n - 1 - value_at;
    return feed_is_json(*value, *n_value);
}

takt_status feed_start(pthread_t *thread, int *wake_fd, void *(*run)(void *), void *context)
{
    *wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (*wake_fd < 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "feed: cannot be started: %s", strerror(errno));
    const takt_status status = takt_thread_start(thread, run, context, "feed");
    if (status != TAKT_OK)
        close(*wake_fd);
    return status;
}

void feed_wake(int wake_fd)
{
    (void)eventfd_write(wake_fd, 1);
}

void feed_sleep_off(int wake_fd)
{
    eventfd_t value;
    (void)eventfd_read(wake_fd, &value);
}
