#include "jobs/view_server.h"

#include "core/files.h"
#include "core/json.h"
#include "core/words.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_VIEW_JSON_BYTES = 64 << 10 };

// --- Flags ---------------------------------------------------------------------------------------

takt_status takt_view_socket_folder(char *folder, size_t n_bytes)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat about;
    // A path that is too long for a socket's address is as good as none.
    if (runtime && *runtime == '/' && strlen(runtime) + sizeof "/takt" <= n_bytes &&
        access(runtime, W_OK | X_OK) == 0)
        snprintf(folder, n_bytes, "%s/takt", runtime);
    else
        snprintf(folder, n_bytes, "/tmp/takt-%u", (unsigned)geteuid());
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be created: %s", folder, strerror(errno));
    // Somebody else may have made it before us, as a folder of his or as a link.
    if (lstat(folder, &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid() ||
        (about.st_mode & 077) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE,
                         "%s: found something else, allowed: a folder that only this user can "
                         "enter (remove it, or set XDG_RUNTIME_DIR)",
                         folder);
    return TAKT_OK;
}

static takt_status read_port(const char *text, takt_server_config *config)
{
    char *end = NULL;
    if (!text)
        return TAKT_OK;
    errno = 0;
    const long port = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text || port < 1 || port > 65535)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--port: found '%.40s', allowed: 1 to 65535", text);
    config->port = (int)port;
    config->fixed_port = true;
    return TAKT_OK;
}

takt_status takt_view_flags_read(const takt_call *call, takt_view_flags *flags)
{
    const takt_arguments *arguments = &call->arguments;
    *flags = (takt_view_flags){.config = takt_server_config_default()};
    takt_server_config *config = &flags->config;
    const bool in_slurm = getenv("SLURM_JOB_ID") != NULL;
    config->bind = arguments->values[TAKT_FLAG_BIND];
    config->tls_cert = arguments->values[TAKT_FLAG_TLS_CERT];
    config->tls_key = arguments->values[TAKT_FLAG_TLS_KEY];
    flags->hosts[0] = arguments->values[TAKT_FLAG_HOST];
    config->hosts = flags->hosts;
    config->may_control = takt_arguments_has(arguments, TAKT_FLAG_CONTROL);
    TAKT_TRY(read_port(arguments->values[TAKT_FLAG_PORT], config));
    const bool wants_address = config->bind || config->fixed_port;
    const bool wants_socket = takt_arguments_has(arguments, TAKT_FLAG_SOCKET);
    if (wants_socket && wants_address)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--socket: found together with --bind or --port, allowed: "
                                         "one of them");
    if (wants_socket || (in_slurm && !wants_address)) {
        char folder[64];
        TAKT_TRY(takt_view_socket_folder(folder, sizeof folder));
        snprintf(flags->socket_path, sizeof flags->socket_path, "%s/view-%ld.sock", folder,
                 (long)getpid());
        config->socket_path = flags->socket_path;
    }
    return TAKT_OK;
}

void takt_view_describe(const takt_server *server, const takt_view_flags *flags, takt_text *out)
{
    const char *address = takt_server_address(server), *page = strchr(address, '#');
    const int port = takt_server_port(server);
    const bool is_socket = flags->config.socket_path != NULL;
    char host[256] = "this-machine", origin[320];
    gethostname(host, sizeof host - 1);
    snprintf(origin, sizeof origin, "%s",
             is_socket ? "http://localhost:8765" : takt_server_origin(server));
    takt_text_printf(out, "%s/%s\n", origin, page ? page : "");
    if (flags->config.may_control)
        takt_text_printf(out, "read-only: %s/#token=%s\n", origin, takt_server_view_token(server));
    // The address is one of this machine: from another one it needs a way here.
    if (is_socket)
        takt_text_printf(out, "first, on your own machine: ssh -N -L 8765:%s %s\n",
                         flags->socket_path, host);
    else if (getenv("SSH_CONNECTION") && !flags->config.bind)
        takt_text_printf(out, "first, on your own machine: ssh -N -L %d:127.0.0.1:%d %s\n", port,
                         port, host);
}

// --- view.json -----------------------------------------------------------------------------------

static const takt_field fields[] = {
    TAKT_FIELD(takt_view_json, address, TEXT, .required = true, .doc = "the page, with its token"),
    TAKT_FIELD(takt_view_json, origin, TEXT, .required = true, .doc = "the server"),
    TAKT_FIELD(takt_view_json, host, TEXT, .required = true, .doc = "machine it runs on"),
    TAKT_FIELD(takt_view_json, pid, INTEGER64, TAKT_AT_LEAST(1), .required = true,
               .doc = "process it runs in"),
};
static const takt_schema schema =
    TAKT_SCHEMA("viewer", takt_view_json, fields, "Where a run that goes on can be watched.");

static const char *path_of(const char *folder, const char *name, char *path)
{
    takt_run run = {0};
    snprintf(run.folder, sizeof run.folder, "%s", folder);
    return takt_run_file(&run, name, path);
}

/// Not takt_file_write_atomic: this file holds a token, so nobody else may read it at any moment.
static takt_status write_private(const char *folder, const takt_text *text)
{
    char path[TAKT_RUN_PATH_BYTES + 32], part[TAKT_RUN_PATH_BYTES + 32];
    path_of(folder, "view.json", path);
    path_of(folder, "view.json.part", part);
    (void)unlink(part);
    const int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", part, strerror(errno));
    const ssize_t n = write(fd, text->bytes, text->length);
    const int error = n < 0 ? errno : ENOSPC;
    close(fd);
    if (n != (ssize_t)text->length) {
        (void)unlink(part);
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", part, strerror(error));
    }
    TAKT_TRY(takt_file_commit(part, path));
    return TAKT_OK;
}

takt_status takt_view_json_write(const char *folder, const takt_server *server)
{
    char host[256] = "";
    takt_text text = {0};
    gethostname(host, sizeof host - 1);
    takt_json json = takt_json_begin_line(&text);
    takt_json_object(&json);
    takt_json_key_text(&json, "address", takt_server_address(server));
    takt_json_key_text(&json, "origin", takt_server_origin(server));
    takt_json_key_text(&json, "host", host);
    takt_json_key_integer(&json, "pid", getpid());
    takt_json_end(&json);
    takt_text_append(&text, "\n");
    takt_status status = takt_text_check(&text);
    if (status == TAKT_OK)
        status = write_private(folder, &text);
    takt_text_destroy(&text);
    return status;
}

void takt_view_json_remove(const char *folder)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    (void)unlink(path_of(folder, "view.json", path));
}

/// The address goes to a terminal and from there into a browser: it has to be ours. In a folder
/// that came from elsewhere it could be that of anybody, and hold what a terminal takes for orders.
static takt_status check_ours(const char *path)
{
    struct stat about;
    if (lstat(path, &about) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode) || about.st_uid != geteuid() || (about.st_mode & 077) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE,
                         "%s: found something else, allowed: a file that only this user can read",
                         path);
    return TAKT_OK;
}

static bool is_plain(const char *text)
{
    for (size_t left = strlen(text), n; left > 0; text += n, left -= n)
        if ((n = takt_printable_bytes(text, left)) == 0)
            return false;
    return true;
}

takt_status takt_view_json_read(const char *folder, takt_arena *arena, takt_view_json *json)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    takt_text text = {0};
    takt_document *document = NULL;
    takt_status status = TAKT_OK;
    path_of(folder, "view.json", path);
    TAKT_TRY_GOTO(check_ours(path), done);
    TAKT_TRY_GOTO(takt_file_read(path, MAX_VIEW_JSON_BYTES, &text), done);
    TAKT_TRY_GOTO(takt_document_parse(path, takt_text_get(&text), text.length, &document), done);
    TAKT_TRY_GOTO(takt_schema_load(&schema, document, arena, json), done);
    if (!is_plain(json->address) || !is_plain(json->origin) || !is_plain(json->host))
        status = TAKT_FAIL(TAKT_ERR_INPUT, "%s: found control characters, allowed: text", path);
done:
    takt_document_destroy(&document);
    takt_text_destroy(&text);
    return status;
}

bool takt_view_json_is_alive(const takt_view_json *json)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    if (strcmp(host, json->host) != 0)
        return true;
    return json->pid > 0 && json->pid <= INT32_MAX &&
           (kill((pid_t)json->pid, 0) == 0 || errno == EPERM);
}
