// A small blocking client for tests of the server: bytes over a socket, one HTTP request, one
// WebSocket. It shares no code with the server.
#ifndef TAKT_TESTS_VIZ_CLIENT_H
#define TAKT_TESTS_VIZ_CLIENT_H

#include "tests/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

typedef struct client_frame {
    int opcode; // 1 text, 2 binary, 8 close, -1 the connection is gone
    int close_code;
    size_t n;
    unsigned char *bytes; // ends with a zero byte behind them; free() it
} client_frame;

__attribute__((unused)) static int client_connect_to(const char *where, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    const struct timeval limit = {.tv_sec = 10};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && inet_pton(AF_INET, where, &address.sin_addr) == 1);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

__attribute__((unused)) static int client_connect(int port)
{
    return client_connect_to("127.0.0.1", port);
}

/// False when the server has gone away.
__attribute__((unused)) static bool client_send(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        const ssize_t more = send(fd, at, n, MSG_NOSIGNAL);
        if (more <= 0)
            return false;
        at += more;
        n -= (size_t)more;
    }
    return true;
}

/// Exactly n bytes; false when the connection ended before.
__attribute__((unused)) static bool client_receive(int fd, void *bytes, size_t n)
{
    char *at = bytes;
    while (n > 0) {
        const ssize_t more = recv(fd, at, n, 0);
        if (more <= 0)
            return false;
        at += more;
        n -= (size_t)more;
    }
    return true;
}

/// Sends a request as it stands and reads until the server closes; free() the result.
__attribute__((unused)) static char *client_exchange(int fd, const char *request, size_t n,
                                                     size_t *n_answer)
{
    size_t length = 0, capacity = 1 << 16;
    char *answer = malloc(capacity + 1);
    client_send(fd, request, n);
    for (;;) {
        const ssize_t more = recv(fd, answer + length, capacity - length, 0);
        if (more <= 0)
            break;
        length += (size_t)more;
        if (length == capacity) {
            char *larger = realloc(answer, (capacity *= 2) + 1);
            CHECK(larger != NULL);
            answer = larger;
        }
    }
    answer[length] = '\0';
    if (n_answer)
        *n_answer = length;
    close(fd);
    return answer;
}

__attribute__((unused)) static char *client_ask(int port, const char *request)
{
    return client_exchange(client_connect(port), request, strlen(request), NULL);
}

/// The status of an answer; 0 when the server closed without one.
__attribute__((unused)) static int client_status(const char *answer)
{
    int status = 0;
    return sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

__attribute__((unused)) static const char *client_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end ? end + 4 : "";
}

/// The upgrade of a WebSocket; the status of the answer (101: it is one), 0: closed.
__attribute__((unused)) static int client_upgrade(int fd, const char *host, const char *more)
{
    char request[1024], answer[4096] = "";
    size_t n = 0;
    snprintf(request, sizeof request,
             "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: takt.v1\r\n%s\r\n",
             host, more);
    client_send(fd, request, strlen(request));
    while (n + 1 < sizeof answer && client_receive(fd, answer + n, 1)) {
        answer[++n] = '\0';
        if (strstr(answer, "\r\n\r\n"))
            break;
    }
    return client_status(answer);
}

/// One frame of up to 64 KiB and more, masked as browsers do it. `opcode` 0: continuation.
__attribute__((unused)) static bool client_write(int fd, int opcode, bool is_last,
                                                 const void *bytes, size_t n)
{
    static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
    unsigned char *frame = malloc(n + 14);
    size_t at = 0;
    frame[at++] = (unsigned char)((is_last ? 0x80 : 0) | opcode);
    if (n < 126) {
        frame[at++] = (unsigned char)(0x80 | n);
    } else if (n < 65536) {
        frame[at++] = 0x80 | 126;
        frame[at++] = (unsigned char)(n >> 8);
        frame[at++] = (unsigned char)n;
    } else {
        frame[at++] = 0x80 | 127;
        for (int i = 56; i >= 0; i -= 8)
            frame[at++] = (unsigned char)((uint64_t)n >> i);
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < n; ++i)
        frame[at + i] = (unsigned char)(((const unsigned char *)bytes)[i] ^ mask[i % 4]);
    const bool sent = client_send(fd, frame, at + n);
    free(frame);
    return sent;
}

__attribute__((unused)) static bool client_say(int fd, const char *text)
{
    return client_write(fd, 1, true, text, strlen(text));
}

__attribute__((unused)) static bool client_acknowledge(int fd, uint64_t count)
{
    unsigned char bytes[16] = "TKA1";
    memcpy(bytes + 8, &count, sizeof count);
    return client_write(fd, 2, true, bytes, sizeof bytes);
}

/// The next message, assembled from its fragments; pings are answered on the way.
__attribute__((unused)) static client_frame client_read(int fd)
{
    client_frame frame = {.opcode = -1, .bytes = calloc(1, 1)};
    for (;;) {
        unsigned char head[2], wide[8];
        if (!client_receive(fd, head, 2))
            break;
        uint64_t n = head[1] & 0x7f;
        const int n_wide = n == 126 ? 2 : n == 127 ? 8 : 0;
        if (n_wide > 0) {
            if (!client_receive(fd, wide, (size_t)n_wide))
                break;
            n = 0;
            for (int i = 0; i < n_wide; ++i)
                n = n << 8 | wide[i];
        }
        CHECK(n < (128u << 20) && !(head[1] & 0x80));
        frame.bytes = realloc(frame.bytes, frame.n + n + 1);
        if (!client_receive(fd, frame.bytes + frame.n, n))
            break;
        const int opcode = head[0] & 15;
        if (opcode == 9) {
            client_write(fd, 10, true, frame.bytes + frame.n, n);
            continue;
        }
        frame.n += n;
        frame.bytes[frame.n] = '\0';
        if (opcode != 0)
            frame.opcode = opcode;
        if (opcode == 8)
            frame.close_code = frame.n >= 2 ? frame.bytes[0] << 8 | frame.bytes[1] : 1005;
        if (head[0] & 0x80)
            return frame;
    }
    frame.opcode = -1;
    return frame;
}

/// Reads until a close frame or the end: the code, 0 when there was none.
__attribute__((unused)) static int client_read_close(int fd)
{
    for (;;) {
        client_frame frame = client_read(fd);
        const int opcode = frame.opcode, code = frame.close_code;
        free(frame.bytes);
        if (opcode == 8 || opcode < 0)
            return opcode == 8 ? code : 0;
    }
}

/// Reads messages until a text that contains `part`; false when the connection ends before.
__attribute__((unused)) static bool client_wait_for(int fd, const char *part)
{
    for (;;) {
        client_frame frame = client_read(fd);
        const bool found = frame.opcode == 1 && strstr((char *)frame.bytes, part);
        const bool over = frame.opcode < 0 || frame.opcode == 8;
        free(frame.bytes);
        if (found || over)
            return found;
    }
}

#endif
