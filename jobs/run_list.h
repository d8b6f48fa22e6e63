/// The history: runs of a folder with their answers, as viewers and REST see them.
#ifndef TAKT_JOBS_RUN_LIST_H
#define TAKT_JOBS_RUN_LIST_H

#include "jobs/run_folder.h"

/// Appends the runs beside `present` (the folder of a run; NULL: those below runs/) as the JSON
/// array of docs/protocol.md, newest first; the entry of `present` is marked. Local.
takt_status takt_run_list_write(const char *present, takt_text *json);

/// Folder of the run called `name` beside `present`. TAKT_ERR_INPUT when there is none. Local.
takt_status takt_run_list_find(const char *present, const char *name, char *folder, size_t n_bytes);

#endif
