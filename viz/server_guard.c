// Who may talk to the server: names in Host and Origin, byte ranges. Any bytes may be given.
#include "viz/server_internal.h"

#include <string.h>
#include <strings.h>

/// Does `entry` name `host`? An entry without a port allows any.
static bool matches(const char *entry, const char *host)
{
    const size_t n = strlen(entry);
    const char *behind = entry[0] == '[' ? strchr(entry, ']') : entry;
    const bool has_port = behind && strchr(behind, ':');
    if (strncasecmp(entry, host, n) != 0)
        return false;
    if (host[n] == '\0')
        return true;
    if (has_port || host[n] != ':' || host[n + 1] == '\0')
        return false;
    return host[n + 1 + strspn(host + n + 1, "0123456789")] == '\0';
}

bool takt_server_knows_host(const takt_server *server, const char *host, bool *is_own)
{
    for (int32_t i = 0; i < server->n_hosts; ++i)
        if (matches(server->hosts[i], host)) {
            *is_own = i < server->n_own_hosts;
            return true;
        }
    return false;
}

/// Is `host` a name that the user gave for a proxy? Its scheme may differ from ours.
static bool is_proxy(const takt_server *server, const char *host)
{
    for (int32_t i = server->n_own_hosts; i < server->n_hosts; ++i)
        if (matches(server->hosts[i], host))
            return true;
    return false;
}

bool takt_server_allows_origin(const takt_server *server, const char *host, const char *origin)
{
    if (origin[0] == '\0')
        return true;
    const char *rest = strstr(origin, "://");
    if (!rest)
        return false;
    const size_t n_scheme = (size_t)(rest - origin);
    rest += 3;
    const bool is_plain = n_scheme == 4 && strncasecmp(origin, "http", 4) == 0;
    const bool is_tls = n_scheme == 5 && strncasecmp(origin, "https", 5) == 0;
    if (!is_plain && !is_tls)
        return false;
    if (is_proxy(server, rest)) // a proxy may speak TLS for us, and may rewrite Host
        return true;
    return strcasecmp(rest, host) == 0 && is_tls == server->has_tls;
}

/// Digits at *text into *value; false when there are none or too many.
static bool read_digits(const char **text, uint64_t *value)
{
    const size_t n = strspn(*text, "0123456789");
    if (n == 0 || n > 18)
        return false;
    *value = 0;
    for (size_t i = 0; i < n; ++i)
        *value = *value * 10 + (uint64_t)((*text)[i] - '0');
    *text += n;
    return true;
}

int takt_range_read(const char *range, uint64_t n, uint64_t *first, uint64_t *last)
{
    uint64_t from = 0, to = 0;
    *first = 0;
    *last = n > 0 ? n - 1 : 0;
    if (strncmp(range, "bytes=", 6) != 0)
        return 200;
    const char *text = range + 6;
    const bool has_from = read_digits(&text, &from);
    if (*text++ != '-')
        return 200;
    const bool has_to = read_digits(&text, &to);
    if (*text != '\0' || (!has_from && !has_to)) // several ranges, too: the whole is allowed
        return 200;
    if (has_from && has_to && to < from)
        return 200;
    if (!has_from) { // the last `to` bytes
        if (to == 0 || n == 0)
            return 416;
        *first = to < n ? n - to : 0;
        return 206;
    }
    if (from >= n)
        return 416;
    *first = from;
    *last = has_to && to < n ? to : n - 1;
    return 206;
}

void takt_percent_encode(takt_text *out, const char *text, size_t n, const char *keep)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < n; ++i) {
        const char c = text[i];
        if (c != '\0' && (strchr(unreserved, c) || strchr(keep, c)))
            takt_text_append_bytes(out, &c, 1);
        else
            takt_text_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}
