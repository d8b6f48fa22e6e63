// The present run and those opened for replay. An open run stays open: its view belongs to the host
// and viewers hold pointers into the table.
#include "viz/views_internal.h"

#include "core/words.h"

#include <string.h>

takt_status takt_views_find(takt_views *views, const char *run, const takt_view **view)
{
    char shown[TAKT_SHOWN_BYTES];
    const size_t n = run ? strlen(run) : 0;
    for (int32_t i = 0; i < views->n; ++i)
        if (strcmp(views->entries[i].name, n > 0 ? run : "") == 0) {
            *view = &views->entries[i].view;
            return TAKT_OK;
        }
    if (n >= TAKT_VIEW_NAME_BYTES || !views->host->open)
        return TAKT_FAIL(TAKT_ERR_INPUT, "run: found '%s', allowed: %s", takt_shown(run, n, shown),
                         views->host->open ? "a run of the list" : "the present one alone");
    if (views->n == TAKT_VIEWS_MAX)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "run: %d runs are open, allowed: at most %d; takt view RUN shows others",
                         views->n - 1, TAKT_VIEWS_MAX - 1);
    takt_view opened = {0};
    TAKT_TRY(views->host->open(views->host->context, run, &opened));
    memcpy(views->entries[views->n].name, run, n + 1);
    views->entries[views->n].view = opened;
    *view = &views->entries[views->n++].view;
    return TAKT_OK;
}
