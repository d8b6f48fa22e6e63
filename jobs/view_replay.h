/// A finished run on a board: its documents from study.yaml and log.jsonl, its channels from a
/// child that reads run.nc (a damaged file can crash the library: then the child is gone, and the
/// page says so).
#ifndef TAKT_JOBS_VIEW_REPLAY_H
#define TAKT_JOBS_VIEW_REPLAY_H

#include "jobs/view_child.h"
#include "viz/server.h"

typedef struct takt_replay takt_replay;

/// Where rows go that were asked for.
typedef struct takt_replay_listener {
    void *context;
    void (*rows)(void *context, uint64_t request, const unsigned char *frame, size_t n);
} takt_replay_listener;

/// Opens the run in `folder`. Waits a moment for the first results, so that the showcase begins
/// with the best design. TAKT_ERR_INPUT when the folder holds no run. The caller owns *replay.
takt_status takt_replay_open(const char *folder, const takt_replay_listener *listener,
                             takt_replay **replay);
void takt_replay_close(takt_replay **replay);

/// What viewers get of it; owned by the replay.
takt_view takt_replay_view(const takt_replay *replay);

/// Its folder; owned by the replay.
const char *takt_replay_folder(const takt_replay *replay);

/// Rows of a channel that is too long for the board.
takt_status takt_replay_rows(takt_replay *replay, uint64_t request, takt_channel channel,
                             uint64_t first, uint64_t n);

#endif
