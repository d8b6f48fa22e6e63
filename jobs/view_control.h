/// The control side of `takt view STUDY --control`: starts simulate and optimize as a child with
/// the set-points of the page, stops it, saves it, and puts everything back. Every action goes into
/// the log.jsonl of its run.
#ifndef TAKT_JOBS_VIEW_CONTROL_H
#define TAKT_JOBS_VIEW_CONTROL_H

#include "jobs/call.h"
#include "viz/server.h"

typedef struct takt_controller takt_controller;

/// Opens the study at `path` with the flags of the call; nothing runs yet. The caller owns
/// *controller.
takt_status takt_controller_create(takt_call *call, const char *path, int32_t ranks,
                                   takt_controller **controller);

/// Stops a run with a checkpoint (kills it when that takes too long), then releases everything.
void takt_controller_destroy(takt_controller **controller);

/// What viewers get; owned by the controller.
takt_view takt_controller_view(const takt_controller *controller);

/// The folder of the run that goes on or went last, "" before the first.
void takt_controller_folder(takt_controller *controller, char *folder, size_t n_bytes);

/// host->control of the server: on one thread only.
takt_status takt_controller_do(void *controller, const takt_control *control, takt_text *json);

#endif
