/// The runs that viewers look at: the present one, and those that the host has opened for replay.
/// Used on the server's thread alone.
#ifndef TAKT_VIZ_VIEWS_INTERNAL_H
#define TAKT_VIZ_VIEWS_INTERNAL_H

#include "viz/server.h"

enum { TAKT_VIEWS_MAX = 17, TAKT_VIEW_NAME_BYTES = 256 };

typedef struct takt_views {
    const takt_view_host *host;
    int32_t n; // entry 0 is the present run, its name ""
    struct {
        char name[TAKT_VIEW_NAME_BYTES];
        takt_view view;
    } entries[TAKT_VIEWS_MAX];
} takt_views;

/// The view of a run; NULL or "" is the present one. Opens it through the host where it is not open
/// yet. TAKT_ERR_INPUT: no such run, or too many are open. The pointer stays valid.
takt_status takt_views_find(takt_views *views, const char *run, const takt_view **view);

#endif
