/// The parts of a showcase: the study that is shown (a takt_show), the thread that plays it, and
/// what both write. viz/showcase.h is the outside.
#ifndef TAKT_VIZ_SHOWCASE_INTERNAL_H
#define TAKT_VIZ_SHOWCASE_INTERNAL_H

#include "core/json.h"
#include "sim/scenario.h"
#include "viz/bands.h"
#include "viz/layout.h"
#include "viz/showcase.h"
#include "viz/showcase_player_internal.h"

enum { TAKT_SHOW_MAX_ITEMS = 2000, TAKT_SHOW_TEXT_BYTES = 256 };

/// One study, opened to be shown. Used by one thread at a time, but for looks.
typedef struct takt_show {
    takt_study *study;
    takt_dryer dryer;
    takt_scenario *scenario;
    const takt_plan *plan;
    takt_layout *layout;
    takt_player *player;
    takt_bands *bands;
    int32_t n_set_points;
    double *baseline; // [n_set_points]
    double *design;   // [n_set_points] what is filled in
    double *best;     // [n_set_points] newest on the board
    double *machines; // [n_machines][4] a frame
    double *buffers;  // [n_buffers]
    int32_t n_machines_allocated;
    bool is_best;        // the design is a best one; else the baseline
    bool has_best;       // the board has a best design
    bool has_newer_best; // another one than is shown
    double speed;        // that a person enjoys
    double end_s;
} takt_show;

/// Opens a study at time 0 of replication 0, filled with the board's best design where it has one.
takt_status takt_show_open(takt_board *board, const char *text, size_t n, takt_show **show);
void takt_show_close(takt_show **show);

/// Looks whether the board has a best design. True when that has changed.
bool takt_show_find_best(takt_show *show, takt_board *board);

/// Fills in the best design or the baseline and begins replication `index` anew. Where the design
/// cannot be filled in, the one before stays and the status says why.
takt_status takt_show_fill(takt_show *show, bool is_best, uint32_t index);

/// Puts "factory", and "study" (`text`: as it was given).
takt_status takt_show_put_factory(takt_show *show, takt_board *board);
takt_status takt_show_put_study(const takt_show *show, const char *text, size_t n,
                                takt_board *board);

/// Puts MACHINE_NOW, BUFFER_NOW and ITEM_NOW.
takt_status takt_show_put_frames(takt_show *show, takt_board *board);

/// What the player does, for the document "showcase".
typedef struct takt_show_play {
    bool is_playing;
    double speed;
    const char *problem; // NULL: none
} takt_show_play;
takt_status takt_show_put_state(const takt_show *show, const takt_show_play *play,
                                takt_board *board);

/// Appends the card of a station or buffer.
takt_status takt_show_card(const takt_show *show, const char *name, takt_text *json);

/// What the study says, in words: "50 s (log-normal, cv 0.2)"; "breaks after ...".
/// Return `out` [TAKT_SHOW_TEXT_BYTES].
const char *takt_show_service(const takt_station *station, char *out);
const char *takt_show_failure(const takt_station *station, char *out);
const char *takt_show_duration(double seconds, char *out);
/// "h", "items" or "quantity": what a stop's interval is counted in; and "clock", "working", ...
const char *takt_show_stop_unit(const takt_stop *stop);
const char *takt_show_stop_counts(const takt_stop *stop);
/// The words of machine states, [TAKT_MACHINE_STATE_COUNT].
const char *takt_show_state(takt_machine_state state);

#endif
