/// A child of `takt view`: this program once more, which reads a finished run's file or carries out
/// a run, and whose board comes back over a Unix socket. A child that crashes on a damaged file, or
/// is killed, is an event here and never a failure of the viewer.
#ifndef TAKT_JOBS_VIEW_CHILD_H
#define TAKT_JOBS_VIEW_CHILD_H

#include "viz/feed.h"

typedef struct takt_child takt_child;

/// Environment variable with the note for the child's log.
#define TAKT_NOTE_VARIABLE "TAKT_VIEW_NOTE"

/// In the child: connects to the viewer whose socket TAKT_FEED names. TAKT_ERR_FILE.
takt_status takt_child_connect(int *fd);

/// How a child ended.
typedef struct takt_child_end {
    int exit_code;       // -1: killed by `signal`
    int signal;          // 0: it exited by itself
    const char *message; // the last line of its stderr, "" for none
    const char *problem; // what was wrong with its feed, NULL: nothing
} takt_child_end;

typedef struct takt_child_config {
    const char *const
        *arguments;    // behind the program's name, ends with NULL; borrowed during start
    int32_t ranks;     // more than 1: under mpirun
    const char *note;  // what the child writes into its log first; NULL: nothing
    takt_board *board; // takes the feed
    void *context;     // of the callbacks, which run on a thread of the child
    void (*rows)(void *context, uint64_t request, const unsigned char *frame, size_t n);
    void (*ended)(void *context, const takt_child_end *end); // the child is gone, its feed is read
} takt_child_config;

/// Starts the program again with these arguments. Only from a process without MPI. The caller owns
/// *child.
takt_status takt_child_create(const takt_child_config *config, takt_child **child);

/// Kills what still runs, waits for it, and releases everything.
void takt_child_destroy(takt_child **child);

/// Does it still run? From any thread.
bool takt_child_is_running(takt_child *child);

/// Sends a signal; nothing where it has ended. From any thread.
void takt_child_signal(takt_child *child, int number);

/// Asks for rows of a channel (takt_feed_reader_ask). TAKT_ERR_MODEL where it does not answer.
takt_status takt_child_ask(takt_child *child, uint64_t request, takt_channel channel,
                           uint64_t first, uint64_t n);

#endif
