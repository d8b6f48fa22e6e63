/// The server of the viewer as the command line asks for it: where it listens, which tokens, what
/// is printed, and view.json, through which `takt view RUN` finds a run that goes on.
#ifndef TAKT_JOBS_VIEW_SERVER_H
#define TAKT_JOBS_VIEW_SERVER_H

#include "jobs/run_folder.h"
#include "viz/server.h"

/// What the flags of a call come to; the caller fills in view, host and may_control.
typedef struct takt_view_flags {
    takt_server_config config;
    char socket_path[108]; // as long as the address of a Unix socket may be
    const char *hosts[2];
} takt_view_flags;

/// Reads --bind, --port, --socket, --host, --tls-cert and --tls-key. Inside a Slurm job a socket is
/// the default, because a compute node has other users. TAKT_ERR_INPUT. Local.
takt_status takt_view_flags_read(const takt_call *call, takt_view_flags *flags);

/// A folder that only this user can enter, for sockets: below $XDG_RUNTIME_DIR, else
/// /tmp/takt-UID. Creates it and checks its owner. TAKT_ERR_FILE.
takt_status takt_view_socket_folder(char *folder, size_t n_bytes);

/// Appends the lines that tell a person how to get to the page. Local.
void takt_view_describe(const takt_server *server, const takt_view_flags *flags, takt_text *out);

/// Writes (0600) and removes RUN/view.json. Local.
takt_status takt_view_json_write(const char *folder, const takt_server *server);
void takt_view_json_remove(const char *folder);

/// What view.json says: texts in `arena`. TAKT_ERR_FILE when there is none that can be read.
typedef struct takt_view_json {
    const char *address, *origin, *host;
    int64_t pid;
} takt_view_json;
takt_status takt_view_json_read(const char *folder, takt_arena *arena, takt_view_json *json);

/// Does the process that wrote it still run? Of another machine nothing is known: it counts as
/// running.
bool takt_view_json_is_alive(const takt_view_json *json);

#endif
