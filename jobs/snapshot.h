/// Snapshots: the state of a running factory in a file, to go on from as often as one wants.
///
/// A file is a 96-byte head (magic, version of the format, of the program, hashes of structure and
/// values, seed, time, length, checksum) and the state block, in the byte order of this machine. It
/// is written whole or not at all. docs/simulate.md says what may differ between the study that
/// made it and the study that goes on.
#ifndef TAKT_JOBS_SNAPSHOT_H
#define TAKT_JOBS_SNAPSHOT_H

#include "jobs/setup.h"
#include "sim/start.h"

typedef struct takt_snapshot {
    takt_text file;   // its bytes; empty: none was asked for
    takt_start start; // of the setup's scenario
    takt_tick now;    // of the state
    const char *path; // borrowed from the arguments
} takt_snapshot;

/// Writes the state of the replication, which is one of the setup's scenario. TAKT_ERR_FILE. Local.
takt_status takt_snapshot_write(const takt_setup *setup, const takt_replication *replication,
                                const char *path);

/// Reads the file of --from-snapshot (without the flag: nothing) on all ranks, and checks that the
/// study can go on from it. TAKT_ERR_INPUT with one line. Collective. Close also after a failure.
takt_status takt_snapshot_open(const takt_call *call, const takt_setup *setup,
                               takt_snapshot *snapshot);
void takt_snapshot_close(takt_snapshot *snapshot);

/// Where a replication begins: NULL without --from-snapshot.
const takt_start *takt_snapshot_start(const takt_snapshot *snapshot);

/// Can a scenario of this setup begin there? `name` is what messages call it. Local.
takt_status takt_snapshot_fits(const takt_snapshot *snapshot, const takt_setup *setup,
                               const char *name);

/// A number for the state's bytes, 0 without --from-snapshot.
uint64_t takt_snapshot_hash(const takt_snapshot *snapshot);

#endif
