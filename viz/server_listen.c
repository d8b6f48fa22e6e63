// The socket: an address of this machine (others need TLS) or a Unix socket in a folder of one's
// own, and the names by which the server may be called.
#include "viz/server_internal.h"

#include "core/files.h"
#include "core/words.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    MAX_FILES = 16384, // enough for 5,000 idle connections and 1,024 viewers
    READ_BYTES = 8192,
    MESSAGE_PART_BYTES = 1024,
    WRITE_BYTES = 64 << 20,
    PING_S = 20,
    HANG_UP_S = 60,
    MAX_HEADERS_AT_ONCE = 1024
};

static const struct lws_protocols protocols[] = {
    // Without tx_packet_size each write stops after rx_buffer_size bytes: 300 times the latency.
    {"takt.v1", takt_server_callback, 0, MESSAGE_PART_BYTES, 0, NULL, WRITE_BYTES},
    {0}};
static const lws_retry_bo_t idle_policy = {.secs_since_valid_ping = PING_S,
                                           .secs_since_valid_hangup = HANG_UP_S};

// --- Addresses -----------------------------------------------------------------------------------

static bool is_loopback(const char *where)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, where, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    return inet_pton(AF_INET6, where, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool is_any(const char *where)
{
    return strcmp(where, "0.0.0.0") == 0 || strcmp(where, "::") == 0;
}

static takt_status check_readable(const char *what, const char *path)
{
    char shown[TAKT_SHOWN_BYTES];
    if (!path || access(path, R_OK) != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: %s: found '%s' (%s), allowed: a readable file",
                         what, takt_shown(path ? path : "", path ? strlen(path) : 0, shown),
                         path ? strerror(errno) : "none");
    return TAKT_OK;
}

static takt_status check_bind(takt_server *server, const takt_server_config *config)
{
    struct in_addr v4;
    struct in6_addr v6;
    char shown[TAKT_SHOWN_BYTES];
    const char *where = config->bind && config->bind[0] ? config->bind : "127.0.0.1";
    if (strcmp(where, "localhost") == 0)
        where = "127.0.0.1";
    takt_text_append(&server->bind, where);
    if (inet_pton(AF_INET, where, &v4) != 1 && inet_pton(AF_INET6, where, &v6) != 1)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: bind: found '%s', allowed: a numeric address",
                         takt_shown(where, strlen(where), shown));
    server->has_tls = config->tls_cert || config->tls_key;
    if (!is_loopback(where) && !server->has_tls)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "viewer: bind: %s can be reached from other machines, where the token "
                         "would travel in the clear; allowed: a certificate and a key for TLS, or "
                         "127.0.0.1",
                         where);
    if (server->has_tls) {
        TAKT_TRY(check_readable("tls_cert", config->tls_cert));
        TAKT_TRY(check_readable("tls_key", config->tls_key));
        takt_text_append(&server->tls_cert, config->tls_cert);
        takt_text_append(&server->tls_key, config->tls_key);
    }
    if (config->port < 0 || config->port > 65535)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: port: found %d, allowed: 0 to 65535",
                         config->port);
    return TAKT_OK;
}

// --- Unix sockets --------------------------------------------------------------------------------

/// The folder is made where it is missing; nobody else may enter it.
static takt_status check_folder(const char *path)
{
    struct stat about;
    char folder[sizeof((struct sockaddr_un *)0)->sun_path];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "viewer: socket: found '%s', allowed: an absolute path in a folder of "
                         "your own",
                         folder);
    *slash = '\0';
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s", folder, strerror(errno));
    if (lstat(folder, &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid() ||
        (about.st_mode & 077) != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "%s: the socket's folder has to be a folder of yours that nobody else "
                         "may enter (mode 0700)",
                         folder);
    return TAKT_OK;
}

static bool answers(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool yes = fd >= 0 && (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ||
                                 errno == EAGAIN);
    if (fd >= 0)
        close(fd);
    return yes;
}

/// What a killed server left behind is taken away; anything else is not touched.
static takt_status check_socket(takt_server *server, const char *path)
{
    struct stat about;
    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: socket: found a path of %zu bytes, allowed: %zu",
                         strlen(path), sizeof((struct sockaddr_un *)0)->sun_path - 1);
    TAKT_TRY(check_folder(path));
    takt_text_append(&server->socket_path, path);
    if (lstat(path, &about) != 0)
        return TAKT_OK;
    if (!S_ISSOCK(about.st_mode) || about.st_uid != geteuid())
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: is there already and no socket of yours", path);
    if (answers(path))
        return TAKT_FAIL(TAKT_ERR_INPUT, "%s: another server listens there", path);
    if (unlink(path) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: %s", path, strerror(errno));
    return TAKT_OK;
}

// --- Names ---------------------------------------------------------------------------------------

static takt_status add_host(takt_server *server, const char *name, int port)
{
    char shown[TAKT_SHOWN_BYTES];
    if (server->n_hosts == TAKT_SERVER_MAX_HOSTS || strlen(name) >= TAKT_SERVER_NAME_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "viewer: hosts: found '%s', allowed: about %d names of at most %d bytes",
                         takt_shown(name, strlen(name), shown), TAKT_SERVER_MAX_HOSTS - 8,
                         TAKT_SERVER_NAME_BYTES - 1);
    char *entry = server->hosts[server->n_hosts++];
    if (port > 0)
        snprintf(entry, sizeof server->hosts[0], "%s:%d", name, port);
    else
        snprintf(entry, sizeof server->hosts[0], "%s", name);
    return TAKT_OK;
}

/// Behind a Unix socket the port is that of whoever forwards it: any.
static takt_status add_hosts(takt_server *server, const takt_server_config *config)
{
    static const char *const local[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *where = takt_text_get(&server->bind);
    char name[TAKT_SERVER_NAME_BYTES];
    for (size_t i = 0; i < sizeof local / sizeof *local; ++i) {
        TAKT_TRY(add_host(server, local[i], server->port));
        if (server->port == (server->has_tls ? 443 : 80)) // browsers leave it out
            TAKT_TRY(add_host(server, local[i], 0));
    }
    if (server->port > 0 && is_any(where)) {
        if (gethostname(name, sizeof name) == 0)
            TAKT_TRY(add_host(server, name, server->port));
    } else if (server->port > 0 && !is_loopback(where)) {
        snprintf(name, sizeof name, strchr(where, ':') ? "[%s]" : "%s", where);
        TAKT_TRY(add_host(server, name, server->port));
    }
    server->n_own_hosts = server->n_hosts;
    for (const char *const *host = config->hosts; host && *host; ++host)
        TAKT_TRY(add_host(server, *host, 0));
    return TAKT_OK;
}

static takt_status write_addresses(takt_server *server)
{
    const char *where = takt_text_get(&server->bind);
    char name[TAKT_SERVER_NAME_BYTES];
    snprintf(name, sizeof name, strchr(where, ':') ? "[%s]" : "%s", where);
    if (is_any(where) && gethostname(name, sizeof name) != 0)
        snprintf(name, sizeof name, "localhost");
    if (server->socket_path.length > 0)
        takt_text_printf(&server->origin, "unix:%s", takt_text_get(&server->socket_path));
    else
        takt_text_printf(&server->origin, "http%s://%s:%d", server->has_tls ? "s" : "", name,
                         server->port);
    takt_text_printf(&server->address, "%s%s#token=%s", takt_text_get(&server->origin),
                     server->socket_path.length > 0 ? "" : "/",
                     server->may_control ? server->control_token : server->view_token);
    TAKT_TRY(takt_text_check(&server->origin));
    return takt_text_check(&server->address);
}

// --- libwebsockets -------------------------------------------------------------------------------

/// It sizes its tables by the limit of open files and searches them one by one where it is told
/// less than that: so the limit itself is set, high enough and not needlessly high, while it looks.
static takt_status create_context(takt_server *server)
{
    struct rlimit before, during;
    struct sigaction on_pipe;
    const bool has_limit = getrlimit(RLIMIT_NOFILE, &before) == 0;
    if (has_limit) {
        during = before;
        during.rlim_cur = before.rlim_max < MAX_FILES ? before.rlim_max : MAX_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &during);
        (void)getrlimit(RLIMIT_NOFILE, &during);
    }
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
        .user = server,
        .fd_limit_per_thread = has_limit ? (unsigned)during.rlim_cur : 0,
        .pt_serv_buf_size = READ_BYTES,
        .max_http_header_data2 = TAKT_SERVER_HEADER_BYTES,
        .max_http_header_pool2 = MAX_HEADERS_AT_ONCE,
        .timeout_secs = (unsigned)(server->limits.request_s + 1),
    };
    if (server->has_tls)
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    sigaction(SIGPIPE, NULL, &on_pipe);
    server->lws = lws_create_context(&info); // ignores SIGPIPE, which is the program's to decide
    sigaction(SIGPIPE, &on_pipe, NULL);
    if (has_limit && before.rlim_cur > during.rlim_cur)
        (void)setrlimit(RLIMIT_NOFILE, &before);
    if (!server->lws)
        return TAKT_FAIL(TAKT_ERR_FILE, "viewer: libwebsockets could not start: %s",
                         strerror(errno));
    return TAKT_OK;
}

static struct lws_vhost *create_vhost(takt_server *server, int port)
{
    const char *where = takt_text_get(&server->bind);
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND,
        .port = port,
        .iface = is_any(where) ? NULL : where,
        .protocols = protocols,
        .vhost_name = "takt",
        .retry_and_idle_policy = &idle_policy,
        .timeout_secs_ah_idle = (unsigned)(server->limits.request_s + 1),
        .keepalive_timeout = 5,
        .alpn = "http/1.1",
    };
    if (server->socket_path.length > 0) {
        info.options |= LWS_SERVER_OPTION_UNIX_SOCK;
        info.iface = takt_text_get(&server->socket_path);
    } else if (!strchr(where, ':')) {
        info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    }
    if (server->has_tls) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT; // without it: plain HTTP
        info.ssl_cert_filepath = takt_text_get(&server->tls_cert);
        info.ssl_private_key_filepath = takt_text_get(&server->tls_key);
    }
    return lws_create_vhost(server->lws, &info);
}

/// Can somebody listen on this port? Tells a port that is taken from a certificate that is wrong.
static bool is_free(const char *where, int port)
{
    const int on = 1;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    const bool is_v4 = inet_pton(AF_INET, where, &v4.sin_addr) == 1;
    (void)inet_pton(AF_INET6, where, &v6.sin6_addr);
    const int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr *address = is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    if (fd < 0)
        return false;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool yes = bind(fd, address, is_v4 ? sizeof v4 : sizeof v6) == 0 && listen(fd, 1) == 0;
    const int error = errno;
    close(fd);
    errno = error;
    return yes;
}

/// libwebsockets starts without one where it could not read it.
static bool has_certificate(const takt_server *server)
{
    union lws_tls_cert_info_results info;
    return server->vhost && lws_tls_vhost_cert_info(server->vhost, LWS_TLS_CERT_INFO_VALIDITY_TO,
                                                    &info, sizeof info.ns) == 0;
}

static takt_status open_port(takt_server *server, const takt_server_config *config)
{
    const char *where = takt_text_get(&server->bind);
    int port = config->port;
    if (!is_free(where, port)) {
        if (config->fixed_port || port == 0 || errno == EADDRNOTAVAIL)
            return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: %s, port %d: %s", where, port,
                             strerror(errno));
        port = 0;
    }
    server->vhost = create_vhost(server, port);
    if (!server->vhost && !config->fixed_port && port != 0) // taken just now
        server->vhost = create_vhost(server, 0);
    if (server->has_tls && !has_certificate(server))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "viewer: %s, %s: found no certificate with its key, allowed: PEM files "
                         "that belong together",
                         takt_text_get(&server->tls_cert), takt_text_get(&server->tls_key));
    if (!server->vhost)
        return TAKT_FAIL(TAKT_ERR_INPUT, "viewer: %s, port %d: cannot listen there", where, port);
    server->port = lws_get_vhost_listen_port(server->vhost);
    return TAKT_OK;
}

/// libwebsockets leaves a listening Unix socket blocking (it stops at TCP_NODELAY, which such a
/// socket does not have) and open in children, and does not tell its number.
static bool set_listener(const char *path)
{
    for (int fd = 0; fd < MAX_FILES; ++fd) {
        struct sockaddr_un address = {0};
        socklen_t n = sizeof address, n_flag = sizeof(int);
        int is_listening = 0;
        if (getsockname(fd, (struct sockaddr *)&address, &n) == 0 &&
            address.sun_family == AF_UNIX &&
            strncmp(address.sun_path, path, sizeof address.sun_path) == 0 &&
            getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &n_flag) == 0 && is_listening)
            return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
    }
    return false;
}

static takt_status open_socket(takt_server *server)
{
    const char *path = takt_text_get(&server->socket_path);
    server->vhost = create_vhost(server, 0);
    if (!server->vhost || chmod(path, 0600) != 0 || !set_listener(path))
        return TAKT_FAIL(TAKT_ERR_FILE, "viewer: %s: cannot listen there", path);
    return TAKT_OK;
}

takt_status takt_server_listen(takt_server *server, const takt_server_config *config)
{
    if (config->socket_path)
        TAKT_TRY(check_socket(server, config->socket_path));
    else
        TAKT_TRY(check_bind(server, config));
    TAKT_TRY(create_context(server));
    if (config->socket_path)
        TAKT_TRY(open_socket(server));
    else
        TAKT_TRY(open_port(server, config));
    TAKT_TRY(add_hosts(server, config));
    return write_addresses(server);
}

void takt_server_unlisten(takt_server *server)
{
    if (server->lws)
        lws_context_destroy(server->lws);
    if (server->vhost && server->socket_path.length > 0)
        unlink(takt_text_get(&server->socket_path));
    server->lws = NULL;
}
