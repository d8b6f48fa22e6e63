// Fuzz target of the browser's messages: any bytes give a message whose fields hold what the
// protocol allows, an acknowledgement, or one error line that never repeats a token. Built by
// tests/long/fuzz_viewer.sh with clang -fsanitize=fuzzer,address, and by
// tests/viz/test_fuzz_message.c, which runs the kept corpus.
#include "viz/message.h"

#include "core/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
    if (!condition)
        abort();
}

static void check_text(const char *text)
{
    const char *end = memchr(text, '\0', TAKT_MESSAGE_TEXT_BYTES);
    check(end != NULL);
    for (size_t left = (size_t)(end - text), n; left > 0; text += n, left -= n) {
        n = takt_character_bytes(text, left);
        check(n > 0);
    }
}

static void check_message(const takt_message *message)
{
    check_text(message->protocol);
    check_text(message->token);
    check_text(message->run);
    check(message->type < TAKT_MESSAGE_TYPE_COUNT);
    check(message->max_hz == 0 || (message->max_hz >= 1 && message->max_hz <= TAKT_MESSAGE_MAX_HZ));
    check(message->action < TAKT_SHOWCASE_ACTION_COUNT);
    check(isfinite(message->value));
    check(message->from <= UINT64_C(1) << 53);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t count = 0;
    takt_message message;
    takt_error_clear();
    if (takt_ack_read(data, size, &count))
        check(size == TAKT_ACK_BYTES);
    if (takt_message_read((const char *)data, size, &message) == TAKT_OK) {
        check_message(&message);
    } else {
        check(takt_error_text()[0] != '\0');
        check(!strchr(takt_error_text(), '\n') && !takt_has_controls(takt_error_text()));
    }
    return 0;
}
