// Tokens: 128 bits that nobody can guess, as text.
#include "viz/server.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

takt_status takt_token_create(char token[TAKT_TOKEN_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bits[(TAKT_TOKEN_BYTES - 1) / 2];
    size_t n = 0;
    while (n < sizeof bits) {
        const ssize_t more = getrandom(bits + n, sizeof bits - n, 0);
        if (more < 0 && errno != EINTR)
            return TAKT_FAIL(TAKT_ERR_FILE, "token: the system gives no random bits: %s",
                             strerror(errno));
        n += more > 0 ? (size_t)more : 0;
    }
    for (size_t i = 0; i < sizeof bits; ++i) {
        token[2 * i] = digits[bits[i] >> 4];
        token[2 * i + 1] = digits[bits[i] & 15];
    }
    token[TAKT_TOKEN_BYTES - 1] = '\0';
    return TAKT_OK;
}
