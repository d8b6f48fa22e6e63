/// What the rows of the viewer share: a board, a server on it, and a process of viewers.
#ifndef TAKT_BENCHMARKS_VIZ_STAGE_H
#define TAKT_BENCHMARKS_VIZ_STAGE_H

#include "benchmarks/viz/load.h"
#include "viz/server.h"

enum {
    TAKT_STAGE_ROWS = 512, // machines: 512 x 4 doubles are frames of 16 KiB
    TAKT_STAGE_VALUES = 4 * TAKT_STAGE_ROWS,
    TAKT_STAGE_HZ = 30
};

typedef struct takt_stage {
    takt_board *board;
    takt_server *server;
    takt_load *load;
    double values[TAKT_STAGE_VALUES];
    double next_put_s;
    int64_t n_put; // frames that count
} takt_stage;

/// A board with one frame on it and a server without viewers. Close it also after a failure.
takt_status takt_stage_open(takt_stage *stage);

/// Lets viewers in; `config` without port and token. TAKT_ERR_MODEL where one was not let in.
takt_status takt_stage_join(takt_stage *stage, const takt_load_config *config);

/// Puts the next frame when its time has come (TAKT_STAGE_HZ), else does nothing.
takt_status takt_stage_put(takt_stage *stage, bool counts);

/// Puts frames for so many seconds, asleep between them.
takt_status takt_stage_play(takt_stage *stage, double seconds, bool counts);

void takt_stage_close(takt_stage *stage);

/// Memory of this process, MB.
double takt_stage_memory_MB(void);

#endif
