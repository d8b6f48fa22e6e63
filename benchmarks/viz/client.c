// A connection from the side of the viewer: RFC 6455 as far as `takt.v1` needs it. What a browser
// sends is masked; the mask protects proxies, of which there are none here, so it is constant.

#include "benchmarks/viz/client.h"

#include "core/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The pair of RFC 6455, section 1.3: the answer to a known key needs no SHA-1 here.
static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
static const char accepted[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

enum { OPCODE_MORE = 0, OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9 };
enum { OPCODE_PONG = 10, MAX_SENT = 512 };

takt_status takt_client_connect(takt_client *client, const takt_client_door *door)
{
    const int on = 1;
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)door->port),
                                        .sin_addr = {htonl(INADDR_LOOPBACK)}};
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "viewer: socket: %s", strerror(errno));
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client->phase = TAKT_CLIENT_CONNECTING;
    client->begun_s = takt_clock_s();
    if (connect(client->fd, (const struct sockaddr *)&address, sizeof address) == 0 ||
        errno == EINPROGRESS)
        return TAKT_OK;
    return TAKT_FAIL(TAKT_ERR_FILE, "viewer: 127.0.0.1:%d: %s", door->port, strerror(errno));
}

void takt_client_close(takt_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    client->phase = TAKT_CLIENT_CLOSED;
}

takt_status takt_client_upgrade(takt_client *client, const takt_client_door *door)
{
    char request[MAX_SENT];
    const int n = snprintf(request, sizeof request,
                           "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: takt.v1\r\n"
                           "Origin: http://127.0.0.1:%d\r\n\r\n",
                           door->port, key, door->port);
    if (send(client->fd, request, (size_t)n, MSG_NOSIGNAL) != n)
        return TAKT_FAIL(TAKT_ERR_FILE, "viewer: 127.0.0.1:%d: %s", door->port, strerror(errno));
    client->phase = TAKT_CLIENT_UPGRADING;
    return TAKT_OK;
}

/// One message of less than 64 KiB; false when the socket takes nothing now.
static bool send_message(const takt_client *client, int opcode, const void *bytes, size_t n)
{
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    unsigned char sent[MAX_SENT + 8];
    size_t at = 0;
    sent[at++] = (unsigned char)(0x80 | opcode);
    if (n < 126) {
        sent[at++] = (unsigned char)(0x80 | n);
    } else {
        sent[at++] = 0x80 | 126;
        sent[at++] = (unsigned char)(n >> 8);
        sent[at++] = (unsigned char)n;
    }
    memcpy(sent + at, mask, sizeof mask);
    at += sizeof mask;
    for (size_t i = 0; i < n; ++i)
        sent[at + i] = ((const unsigned char *)bytes)[i] ^ mask[i % 4];
    return send(client->fd, sent, at + n, MSG_NOSIGNAL) == (ssize_t)(at + n);
}

void takt_client_acknowledge(takt_client *client)
{
    const uint32_t magic = TAKT_ACK_MAGIC;
    unsigned char ack[TAKT_ACK_BYTES] = {0};
    if (client->phase != TAKT_CLIENT_JOINED || client->n_acked == client->n_frames)
        return;
    memcpy(ack, &magic, sizeof magic);
    memcpy(ack + 8, &client->n_frames, sizeof client->n_frames);
    if (send_message(client, OPCODE_BINARY, ack, sizeof ack))
        client->n_acked = client->n_frames;
}

static takt_status say_hello(takt_client *client, const takt_client_door *door)
{
    char hello[256], subscribe[64];
    const int n_hello =
        snprintf(hello, sizeof hello,
                 "{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"%.64s\"}", door->token);
    const int n_subscribe = snprintf(subscribe, sizeof subscribe,
                                     "{\"type\":\"subscribe\",\"max_hz\":%d}", door->max_hz);
    if (!send_message(client, OPCODE_TEXT, hello, (size_t)n_hello) ||
        !send_message(client, OPCODE_TEXT, subscribe, (size_t)n_subscribe))
        return TAKT_FAIL(TAKT_ERR_FILE, "viewer: hello: %s", strerror(errno));
    client->phase = TAKT_CLIENT_GREETING;
    return TAKT_OK;
}

/// Takes bytes of the HTTP answer; *used says how many.
static takt_status take_reply(takt_client *client, const takt_client_door *door,
                              const unsigned char *bytes, size_t n, size_t *used)
{
    for (*used = 0; *used < n;) {
        if (client->n_reply + 1 >= sizeof client->reply)
            return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: the answer to the upgrade has no end");
        client->reply[client->n_reply++] = (char)bytes[(*used)++];
        if (client->n_reply < 4 || memcmp(client->reply + client->n_reply - 4, "\r\n\r\n", 4) != 0)
            continue;
        if (strncmp(client->reply, "HTTP/1.1 101", 12) != 0 || !strstr(client->reply, accepted))
            return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: upgrade: found '%.40s'", client->reply);
        return say_hello(client, door);
    }
    return TAKT_OK;
}

/// Does the message begin with this type? Blanks between the words do not count.
static bool has_type(const takt_client *client, const char *type)
{
    char begin[48], expected[48];
    size_t n = 0;
    for (size_t i = 0; i < client->n_kept && n < sizeof begin - 1; ++i)
        if (client->kept[i] != ' ')
            begin[n++] = (char)client->kept[i];
    begin[n] = '\0';
    const int length = snprintf(expected, sizeof expected, "{\"type\":\"%s\"", type);
    return strncmp(begin, expected, (size_t)length) == 0;
}

/// A whole message has come; its first bytes are in `kept`.
static takt_status finish_message(takt_client *client, const takt_client_listener *listener)
{
    const double now_s = takt_clock_s();
    takt_client_frame frame;
    uint32_t magic = 0;
    switch (client->opcode) {
    case OPCODE_TEXT:
        if (has_type(client, "info"))
            client->phase = TAKT_CLIENT_JOINED;
        else if (has_type(client, "error"))
            return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: found %.*s", (int)client->n_kept,
                             (const char *)client->kept);
        return TAKT_OK;
    case OPCODE_BINARY:
        memcpy(&magic, client->kept, sizeof magic);
        if (client->n_kept < TAKT_FRAME_HEAD_BYTES || magic != TAKT_FRAME_MAGIC)
            return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: a binary message that is no frame");
        ++client->n_frames;
        if (client->first_frame_s == 0)
            client->first_frame_s = now_s;
        if (client->n_kept < TAKT_CLIENT_KEPT_BYTES)
            return TAKT_OK; // too short for the producer's two doubles
        memcpy(&frame, client->kept + TAKT_FRAME_HEAD_BYTES, sizeof frame);
        listener->frame(listener->context, client, &frame);
        return TAKT_OK;
    default:
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: found opcode %d", client->opcode);
    }
}

static void finish_control(takt_client *client)
{
    const int opcode = client->head[0] & 15;
    if (opcode == OPCODE_PING)
        (void)send_message(client, OPCODE_PONG, client->control, client->n_control);
    if (opcode != OPCODE_CLOSE)
        return;
    client->close_code =
        client->n_control >= 2 ? client->control[0] << 8 | client->control[1] : 1005;
    takt_client_close(client);
}

/// The head of a message or fragment is whole when this returns true; sets what is left to read.
static takt_status take_head(takt_client *client, unsigned char byte, bool *whole)
{
    client->head[client->n_head++] = byte;
    if (client->n_head < 2)
        return TAKT_OK;
    const int size = client->head[1];
    const int n_more = size == 127 ? 8 : size == 126 ? 2 : 0;
    if (client->n_head < 2 + n_more)
        return TAKT_OK;
    *whole = true;
    client->left = n_more == 0 ? (uint64_t)size : 0;
    for (int i = 0; i < n_more; ++i)
        client->left = client->left << 8 | client->head[2 + i];
    const int opcode = client->head[0] & 15;
    client->is_last = (client->head[0] & 128) != 0;
    client->is_control = opcode >= OPCODE_CLOSE;
    if (size > 127 || (client->head[0] & 0x70) != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: a masked or extended message from the server");
    if (client->is_control && client->left > sizeof client->control)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: a control message of %llu bytes",
                         (unsigned long long)client->left);
    client->n_control = 0;
    if (opcode == OPCODE_TEXT || opcode == OPCODE_BINARY) {
        client->n_kept = 0;
        client->opcode = opcode;
    }
    return TAKT_OK;
}

static takt_status take_payload(takt_client *client, const unsigned char *bytes, size_t n,
                                const takt_client_listener *listener)
{
    unsigned char *kept = client->is_control ? client->control : client->kept;
    size_t *n_kept = client->is_control ? &client->n_control : &client->n_kept;
    const size_t room = (client->is_control ? sizeof client->control : sizeof client->kept);
    const size_t more = n < room - *n_kept ? n : room - *n_kept;
    memcpy(kept + *n_kept, bytes, more);
    *n_kept += more;
    client->left -= n;
    if (!client->is_control && client->opcode == OPCODE_BINARY)
        client->n_bytes += n;
    if (client->left > 0)
        return TAKT_OK;
    client->n_head = 0;
    if (client->is_control)
        finish_control(client);
    else if (client->is_last)
        TAKT_TRY(finish_message(client, listener));
    return TAKT_OK;
}

takt_status takt_client_take(takt_client *client, const takt_client_door *door,
                             const unsigned char *bytes, size_t n,
                             const takt_client_listener *listener)
{
    size_t at = 0;
    if (client->phase == TAKT_CLIENT_UPGRADING)
        TAKT_TRY(take_reply(client, door, bytes, n, &at));
    bool whole = client->n_head > 0 && client->left > 0;
    while (at < n && client->phase >= TAKT_CLIENT_GREETING) {
        if (!whole)
            TAKT_TRY(take_head(client, bytes[at++], &whole));
        if (!whole)
            continue;
        const size_t taken = client->left < n - at ? (size_t)client->left : n - at;
        if (taken == 0 && client->left > 0)
            break;
        TAKT_TRY(take_payload(client, bytes + at, taken, listener));
        at += taken;
        whole = client->left > 0;
    }
    return TAKT_OK;
}
