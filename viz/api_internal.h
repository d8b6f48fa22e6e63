/// REST without sockets: a request in, a response out, so that it can be tested and fuzzed by
/// itself. docs/protocol.md, section 5, lists the paths. Used on the server's thread alone.
#ifndef TAKT_VIZ_API_INTERNAL_H
#define TAKT_VIZ_API_INTERNAL_H

#include "viz/views_internal.h"

enum { TAKT_API_MAX_BODY = 64 << 10, TAKT_API_PATH_BYTES = 4096, TAKT_TICKET_SECONDS = 30 };

typedef enum takt_role { TAKT_ROLE_NONE, TAKT_ROLE_VIEW, TAKT_ROLE_CONTROL } takt_role;

/// Texts are borrowed, end with a zero byte, and come as they were sent: still percent-encoded.
typedef struct takt_api_request {
    const char *method; // "GET"
    const char *path;   // "/api/v1/kpis", "/metrics"
    const char *query;  // behind the question mark, "" for none
    const char *body;
    size_t n_body;
    takt_role role; // by the token; NONE: only a ticket may open something
} takt_api_request;

/// What the server sends. Zero-initialised by the caller, released with takt_api_response_release.
typedef struct takt_api_response {
    int status;
    const char *content_type;             // static
    const char *allow;                    // for 405: the methods allowed
    char file_name[TAKT_VIEW_NAME_BYTES]; // of an attachment, "" for none; plain ASCII
    takt_text body;                       // unless file_path or request say otherwise
    char file_path[TAKT_API_PATH_BYTES];  // a file to stream instead, byte ranges allowed
    uint64_t rows_request;                // not 0: the body comes later, by this number ...
    int32_t rows_format;                  // ... and is finished by takt_api_finish_rows
} takt_api_response;

typedef struct takt_api takt_api;

/// `views` is borrowed; `count` fills in what /metrics tells of the server.
takt_status takt_api_create(takt_views *views, takt_server_counts (*count)(void *context),
                            void *context, takt_api **api);
void takt_api_destroy(takt_api **api);

/// Answers a request. Every outcome is a response; a status comes back only when memory is out.
takt_status takt_api_handle(takt_api *api, const takt_api_request *request,
                            takt_api_response *response);

/// From now on long answers (many values as text, zips) are made in a thread of their own, so that
/// no viewer waits for them: such a response has a rows_request, and `ready` is called on that
/// thread with its number and bytes, which the server's thread hands to takt_api_finish_rows.
/// Without this call they are made at once. The thread ends with takt_api_destroy.
takt_status takt_api_work_apart(takt_api *api,
                                void (*ready)(void *context, uint64_t request,
                                              const unsigned char *bytes, size_t n),
                                void *context);

/// Turns rows that came from the host, or a long answer, into the body that was asked for (`n` 0:
/// they could not be had). With a thread for long answers rows_request may be another one
/// afterwards: then the body comes later still.
takt_status takt_api_finish_rows(takt_api *api, const unsigned char *frame, size_t n,
                                 takt_api_response *response);

/// The role that a token gives; compares in constant time. NULL tokens match nothing.
takt_role takt_role_of(const char *given, const char *view_token, const char *control_token);

void takt_api_response_release(takt_api_response *response);

#endif
