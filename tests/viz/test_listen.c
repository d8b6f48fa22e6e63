// The server listens where it may, says why where it may not, and leaves nothing behind.
#include "tests/viz/server_fixture.h"

#ifdef TAKT_WITH_LWS

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

static takt_status try_start(fixture *it)
{
    return takt_server_start(&it->config, &it->limits, &it->server);
}

static int listen_somewhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&address, &n) == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void a_taken_port_is_replaced_or_refused(void)
{
    fixture it;
    int taken = 0;
    char expected[64];
    fixture_prepare(&it);
    const int fd = listen_somewhere(&taken);
    it.config.port = taken;
    it.config.fixed_port = true;
    CHECK_STATUS(try_start(&it), TAKT_ERR_INPUT);
    CHECK(it.server == NULL);
    snprintf(expected, sizeof expected, "port %d", taken);
    CHECK_CONTAINS(takt_error_text(), expected);
    it.config.fixed_port = false;
    fixture_start(&it);
    CHECK(it.port != taken && it.port > 0);
    snprintf(expected, sizeof expected, "http://127.0.0.1:%d", it.port);
    CHECK_TEXT(takt_server_origin(it.server), expected);
    CHECK_INT(fixture_status(&it, "GET /api/v1/health", FIXTURE_BEARER), 200);
    close(fd);
    fixture_stop(&it);
}

static void a_port_can_be_had_again_at_once(void)
{
    fixture it;
    fixture_prepare(&it);
    fixture_start(&it);
    const int port = it.port, fd = fixture_viewer(&it, 30);
    takt_server_destroy(&it.server, 0);
    it.config.port = port;
    it.config.fixed_port = true;
    fixture_start(&it);
    CHECK_INT(it.port, port);
    close(fd);
    fixture_stop(&it);
}

static void what_cannot_be_safe_is_refused(void)
{
    static const struct {
        const char *bind, *cert, *key, *named;
        int port;
    } cases[] = {
        {"0.0.0.0", NULL, NULL, "TLS", 0},
        {"::", NULL, NULL, "TLS", 0},
        {"192.0.2.7", NULL, NULL, "TLS", 0},
        {"example.org", NULL, NULL, "numeric", 0},
        {"127.0.0.1", NULL, NULL, "port", 70000},
        {"127.0.0.1", NULL, NULL, "port", -1},
        {"0.0.0.0", "/nonexistent.pem", "/nonexistent.key", "tls_cert", 0},
        {"127.0.0.1", TAKT_SOURCE_DIR "/CMakeLists.txt", NULL, "tls_key", 0},
        {"127.0.0.1", TAKT_SOURCE_DIR "/CMakeLists.txt", TAKT_SOURCE_DIR "/CMakeLists.txt", "PEM",
         0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        fixture it;
        fixture_prepare(&it);
        it.config.bind = cases[i].bind;
        it.config.tls_cert = cases[i].cert;
        it.config.tls_key = cases[i].key;
        it.config.port = cases[i].port;
        CHECK_STATUS(try_start(&it), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), cases[i].named);
        CHECK(!strchr(takt_error_text(), '\n'));
        CHECK(it.server == NULL);
        fixture_stop(&it);
    }
}

static void other_loopback_addresses_are_fine(void)
{
    static const char *const binds[] = {"127.0.0.1", "localhost", "127.0.0.2", "::1"};
    for (size_t i = 0; i < sizeof binds / sizeof *binds; ++i) {
        fixture it;
        fixture_prepare(&it);
        it.config.bind = binds[i];
        const takt_status status = try_start(&it);
        if (status != TAKT_OK && strcmp(binds[i], "::1") == 0) { // a machine without IPv6
            fixture_stop(&it);
            continue;
        }
        CHECK_OK(status);
        CHECK_CONTAINS(takt_server_address(it.server), "/#token=" FIXTURE_VIEW);
        fixture_stop(&it);
    }
}

/// The address itself is a name, too: no name server can bind it to another machine.
static void a_numeric_address_may_be_host_and_origin(void)
{
    fixture it;
    char host[64], origin[128];
    fixture_prepare(&it);
    it.config.bind = "127.0.0.2";
    fixture_start(&it);
    snprintf(host, sizeof host, "127.0.0.2:%d", it.port);
    for (int is_own = 0; is_own < 2; ++is_own) {
        const int fd = client_connect_to("127.0.0.2", it.port);
        snprintf(origin, sizeof origin, "Origin: http://%s\r\n", is_own ? host : "127.0.0.2");
        CHECK_INT(client_upgrade(fd, host, origin), is_own ? 101 : 403);
        close(fd);
    }
    fixture_stop(&it);
}

// --- Unix sockets --------------------------------------------------------------------------------

static char *ask_socket(const char *path, const char *host)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval limit = {.tv_sec = 10};
    char request[512];
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    snprintf(request, sizeof request, "GET /api/v1/health HTTP/1.1\r\nHost: %s\r\n%s\r\n", host,
             FIXTURE_BEARER);
    return client_exchange(fd, request, strlen(request), NULL);
}

static void a_unix_socket_belongs_to_its_owner_alone(void)
{
    fixture it, second;
    struct stat about;
    char folder[64], path[100];
    snprintf(folder, sizeof folder, "/tmp/takt_test_listen.%d", (int)getpid());
    snprintf(path, sizeof path, "%s/view.sock", folder);
    fixture_prepare(&it);
    fixture_prepare(&second);
    it.config.socket_path = second.config.socket_path = path;
    for (int round = 0; round < 2; ++round) { // the second finds what a killed server left
        CHECK_OK(try_start(&it));
        CHECK(stat(folder, &about) == 0 && (about.st_mode & 07777) == 0700);
        CHECK(lstat(path, &about) == 0 && S_ISSOCK(about.st_mode));
        CHECK_INT(about.st_mode & 07777, 0600);
        CHECK_INT(takt_server_port(it.server), 0);
        CHECK_CONTAINS(takt_server_address(it.server), path);
        char *answer = ask_socket(path, "localhost:8765");
        CHECK_INT(client_status(answer), 200);
        free(answer);
        answer = ask_socket(path, "evil.example");
        CHECK_INT(client_status(answer), 403);
        free(answer);
        CHECK_STATUS(try_start(&second), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), "another server");
        takt_server_destroy(&it.server, 0);
        CHECK(lstat(path, &about) != 0);
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
        const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
        close(fd);
    }
    unlink(path);
    CHECK(chmod(folder, 0755) == 0);
    CHECK_STATUS(try_start(&it), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "0700");
    CHECK(chmod(folder, 0700) == 0);
    CHECK_INT(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
    CHECK_STATUS(try_start(&it), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "no socket of yours");
    unlink(path);
    rmdir(folder);
    it.config.socket_path = "relative.sock";
    CHECK_STATUS(try_start(&it), TAKT_ERR_INPUT);
    fixture_stop(&it);
    fixture_stop(&second);
}

// --- TLS -----------------------------------------------------------------------------------------

/// The answer to a request through the openssl program; "" where there is none.
static void ask_with_tls(const fixture *it, const char *request, char *answer, size_t n_bytes)
{
    char command[1024];
    snprintf(command, sizeof command,
             "printf '%s' | timeout 10 openssl s_client -quiet -connect 127.0.0.1:%d 2>/dev/null",
             request, it->port);
    FILE *pipe = popen(command, "r");
    CHECK(pipe != NULL);
    const size_t n = fread(answer, 1, n_bytes - 1, pipe);
    answer[n] = '\0';
    pclose(pipe);
}

static void with_a_certificate_everybody_may_connect(void)
{
    fixture it;
    char cert[96], key[96], command[512], request[512], answer[4096];
    snprintf(cert, sizeof cert, "/tmp/takt_test_listen.%d.pem", (int)getpid());
    snprintf(key, sizeof key, "/tmp/takt_test_listen.%d.key", (int)getpid());
    snprintf(command, sizeof command,
             "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout %s "
             "-out %s 2>/dev/null",
             key, cert);
    if (system(command) != 0) // no openssl program on this machine
        return;
    fixture_prepare(&it);
    it.config.bind = "0.0.0.0";
    it.config.tls_cert = cert;
    it.config.tls_key = key;
    it.limits.max_pending = 8;
    fixture_start(&it);
    CHECK_CONTAINS(takt_server_origin(it.server), "https://");
    snprintf(request, sizeof request,
             "GET /api/v1/health HTTP/1.1\\r\\nHost: %s\\r\\nOrigin: https://%s\\r\\n"
             "Authorization: Bearer " FIXTURE_VIEW "\\r\\n\\r\\n",
             it.host, it.host);
    ask_with_tls(&it, request, answer, sizeof answer);
    CHECK_INT(client_status(answer), 200);
    CHECK_CONTAINS(answer, "\"ok\"");
    snprintf(request, sizeof request,
             "GET /api/v1/health HTTP/1.1\\r\\nHost: %s\\r\\nOrigin: http://%s\\r\\n\\r\\n",
             it.host, it.host);
    ask_with_tls(&it, request, answer, sizeof answer);
    CHECK_INT(client_status(answer), 403);          // a page that came without TLS
    CHECK_INT(fixture_status(&it, "GET /", ""), 0); // no plain HTTP on this port
    enum { N_SILENT = 60 };
    int silent[N_SILENT];
    char byte;
    for (int i = 0; i < N_SILENT; ++i)
        silent[i] = client_connect(it.port);
    for (int i = 0; i < N_SILENT - it.limits.max_pending; ++i) // all but the newest are let go
        CHECK_INT(recv(silent[i], &byte, 1, 0), 0);
    for (int i = 0; i < N_SILENT; ++i)
        close(silent[i]);
    fixture_stop(&it);
    unlink(cert);
    unlink(key);
}

// --- The process around it -----------------------------------------------------------------------

/// As in a rank of MPI that is bound to one core.
static void the_thread_leaves_the_core_of_its_creator(void)
{
    fixture it;
    cpu_set_t all, one, found;
    bool has_left = false;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    if (CPU_COUNT(&all) < 2)
        return;
    CPU_ZERO(&one);
    for (int i = 0; CPU_COUNT(&one) == 0; ++i)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    fixture_prepare(&it);
    fixture_start(&it);
    CHECK(fixture_status(&it, "GET /", "") != 0); // the thread runs
    DIR *entries = opendir("/proc/self/task");
    CHECK(entries != NULL);
    for (const struct dirent *entry; (entry = readdir(entries));)
        if (atoi(entry->d_name) > 0 &&
            sched_getaffinity(atoi(entry->d_name), sizeof found, &found) == 0)
            has_left = has_left || CPU_COUNT(&found) > 1;
    closedir(entries);
    CHECK(has_left);
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
    fixture_stop(&it);
}

static void children_inherit_no_socket(void)
{
    fixture it;
    fixture_prepare(&it);
    fixture_start(&it);
    const int fd = fixture_viewer(&it, 30);
    DIR *entries = opendir("/proc/self/fd");
    int n_sockets = 0;
    CHECK(entries != NULL);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        struct stat about;
        const int number = atoi(entry->d_name);
        if (number <= 2 || fstat(number, &about) != 0 || !S_ISSOCK(about.st_mode))
            continue;
        ++n_sockets;
        CHECK(fcntl(number, F_GETFD) & FD_CLOEXEC);
    }
    closedir(entries);
    CHECK(n_sockets >= 3); // the listener, and both ends of the viewer
    close(fd);
    fixture_stop(&it);
}

static void the_program_keeps_its_way_with_signals(void)
{
    fixture it;
    struct sigaction before, after;
    sigset_t mask;
    CHECK(sigaction(SIGPIPE, NULL, &before) == 0);
    fixture_prepare(&it);
    fixture_start(&it);
    CHECK(sigaction(SIGPIPE, NULL, &after) == 0);
    CHECK(before.sa_handler == after.sa_handler);
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
    CHECK(!sigismember(&mask, SIGTERM) && !sigismember(&mask, SIGINT));
    fixture_stop(&it);
}

static void without_its_page_the_server_says_what_is_missing(void)
{
    fixture it;
    fixture_prepare(&it);
    const takt_status status = takt_server_create(&it.config, &it.server);
    if (status != TAKT_OK) {
        CHECK_STATUS(status, TAKT_ERR_UNSUPPORTED);
        CHECK_CONTAINS(takt_error_text(), "Node");
    }
    fixture_stop(&it);
}

static void tokens_are_made_where_none_are_given(void)
{
    fixture it;
    fixture_prepare(&it);
    it.config.view_token = it.config.control_token = NULL;
    it.config.may_control = true;
    fixture_start(&it);
    const char *token = strstr(takt_server_address(it.server), "#token=");
    CHECK(token != NULL && strlen(token + 7) == 32);
    fixture_stop(&it);
    fixture_prepare(&it);
    it.config.view_token = "short";
    CHECK_STATUS(try_start(&it), TAKT_ERR_INPUT);
    CHECK(!strstr(takt_error_text(), "short"));
    fixture_stop(&it);
}

TAKT_TESTS(TEST(a_taken_port_is_replaced_or_refused), TEST(a_port_can_be_had_again_at_once),
           TEST(what_cannot_be_safe_is_refused), TEST(other_loopback_addresses_are_fine),
           TEST(a_numeric_address_may_be_host_and_origin),
           TEST(a_unix_socket_belongs_to_its_owner_alone),
           TEST(with_a_certificate_everybody_may_connect),
           TEST(the_thread_leaves_the_core_of_its_creator), TEST(children_inherit_no_socket),
           TEST(the_program_keeps_its_way_with_signals),
           TEST(without_its_page_the_server_says_what_is_missing),
           TEST(tokens_are_made_where_none_are_given))
#else
static void nothing_to_test_without_libwebsockets(void)
{
}
TAKT_TESTS(TEST(nothing_to_test_without_libwebsockets))
#endif
