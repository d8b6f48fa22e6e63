/// Replay: the side of a child process that reads a finished run's file and feeds it to a viewer. A
/// damaged file can crash the library that reads it; then the child is gone and nothing else.
#ifndef TAKT_VIZ_REPLAY_H
#define TAKT_VIZ_REPLAY_H

#include "core/status.h"

TAKT_EXTERN_C_BEGIN

/// Reads the run file at `path` and sends its channels over the connected socket `fd` (taken over):
/// small ones first, long ones (over 4 MiB) last and as envelopes of at most 2,000 pairs. Then
/// answers asks for rows, also while it still reads, until the other side closes (TAKT_OK).
/// TAKT_ERR_FILE and others when the file cannot be read to its end; the other side is told why.
/// Where a damaged file keeps the library busy without end, SIGPROF ends the process: call it in a
/// process of its own. Channels of a file from another version that differ from this version's
/// table are left out.
TAKT_API takt_status takt_replay_serve(const char *path, int fd);

TAKT_EXTERN_C_END

#endif
