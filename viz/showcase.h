/// The showcase: one replication of a study, simulated again in a thread of its own at the speed
/// that a viewer wants, because a real replication lasts milliseconds. It puts MACHINE_NOW,
/// BUFFER_NOW and ITEM_NOW onto the board while somebody watches, and once per design the bands
/// over simulated time (BAND_*) of many replications.
///
/// What it shows is what was computed: the same plan, seed and replication number. Snapshots at
/// equal distances make seeking cheap. Nothing here touches the run itself.
#ifndef TAKT_VIZ_SHOWCASE_H
#define TAKT_VIZ_SHOWCASE_H

#include "viz/board.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_showcase takt_showcase;

typedef enum takt_showcase_action {
    TAKT_SHOWCASE_PLAY,
    TAKT_SHOWCASE_PAUSE,
    TAKT_SHOWCASE_STEP,        // one event on
    TAKT_SHOWCASE_RESET,       // to time 0
    TAKT_SHOWCASE_SEEK,        // value: simulated time, s
    TAKT_SHOWCASE_SPEED,       // value: simulated seconds per second, 0.01 to 1e7
    TAKT_SHOWCASE_REPLICATION, // value: number of the replication
    TAKT_SHOWCASE_DESIGN,      // value: 0 baseline, 1 best so far
    TAKT_SHOWCASE_ACTION_COUNT
} takt_showcase_action;

/// "play", ...: the words of the protocol; -1 when it is none.
TAKT_API int takt_showcase_action_find(const char *word);

/// Opens the effective study (`text`, `n` bytes of YAML), puts the documents "factory" and
/// "showcase" onto the board and starts the thread, paused at time 0 with the best design where the
/// board has one (SET_POINT_BEST), else the baseline. The caller owns *showcase; the board is
/// borrowed.
TAKT_API takt_status takt_showcase_create(takt_board *board, const char *text, size_t n,
                                          takt_showcase **showcase);
TAKT_API void takt_showcase_destroy(takt_showcase **showcase);

/// Shows another study instead, as after create (the board was cleared). On failure the old one
/// stays.
TAKT_API takt_status takt_showcase_load(takt_showcase *showcase, const char *text, size_t n);

/// Goes to the end of the warm-up: somebody who opens the page sees a plant at work.
TAKT_API void takt_showcase_warm_up(takt_showcase *showcase);

/// Asks for an action; returns at once, the thread carries it out. TAKT_ERR_INPUT when `value` is
/// not allowed.
TAKT_API takt_status takt_showcase_do(takt_showcase *showcase, takt_showcase_action action,
                                      double value);

/// Appends the card of a station or a buffer as JSON: per machine its state, since when, state log,
/// wear by stop, what passed through; what the study says about it. TAKT_ERR_INPUT with the
/// nearest name when there is none of that name.
TAKT_API takt_status takt_showcase_card(takt_showcase *showcase, const char *name, takt_text *json);

TAKT_EXTERN_C_END

#endif
