// Stands in for the server where libwebsockets was missing at build time; says so.
#include "viz/server.h"

enum { DEFAULT_PORT = 8765, DEFAULT_VIEWERS = 1024 };

takt_server_config takt_server_config_default(void)
{
    return (takt_server_config){.port = DEFAULT_PORT, .max_viewers = DEFAULT_VIEWERS};
}

const char *takt_server_missing(void)
{
    return "built without libwebsockets";
}

takt_status takt_server_create(const takt_server_config *config, takt_server **server)
{
    (void)config;
    *server = NULL;
    return TAKT_FAIL(TAKT_ERR_UNSUPPORTED, "the viewer was not built into this program: "
                                           "libwebsockets was missing when it was built");
}

void takt_server_destroy(takt_server **server, double linger_s)
{
    (void)server, (void)linger_s;
}

const char *takt_server_view_token(const takt_server *server)
{
    (void)server;
    return "";
}

const char *takt_server_address(const takt_server *server)
{
    (void)server;
    return "";
}

const char *takt_server_origin(const takt_server *server)
{
    (void)server;
    return "";
}

int takt_server_port(const takt_server *server)
{
    (void)server;
    return 0;
}

void takt_server_rows(takt_server *server, uint64_t request, const unsigned char *frame, size_t n)
{
    (void)server, (void)request, (void)frame, (void)n;
}

takt_server_counts takt_server_count(const takt_server *server)
{
    (void)server;
    return (takt_server_counts){0};
}
