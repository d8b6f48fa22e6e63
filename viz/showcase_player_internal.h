/// The play head of a showcase: one replication that is run to any moment and remembers on the way
/// what each machine did. No thread and no board in here, so that it can be tested by itself.
///
///     takt_player_aim(player, takt_tick_from_s(86400));
///     while (!takt_player_is_there(player))
///         takt_player_run(player, takt_clock_s() + 0.005);
///
/// Wherever it goes, forwards or back, its state is the one that free running has at that moment.
#ifndef TAKT_VIZ_SHOWCASE_PLAYER_INTERNAL_H
#define TAKT_VIZ_SHOWCASE_PLAYER_INTERNAL_H

#include "sim/look.h"

enum {
    TAKT_PLAYER_MAX_SNAPSHOTS = 64,
    TAKT_PLAYER_CHANGES = 64, // state changes kept per machine
    TAKT_PLAYER_PASSED = 32,  // items kept per machine
    TAKT_PLAYER_SNAPSHOT_BYTES = 56 << 20,
    TAKT_PLAYER_LOG_BYTES = 8 << 20, // fewer of both in a large plant
};

/// A machine's state from `time` on.
typedef struct takt_player_change {
    takt_tick time;
    int32_t stop; // planned stop, index within the station; -1: none
    takt_machine_state state;
} takt_player_change;

/// An item that a machine has finished; its state vector is the entry of `passed_states`.
typedef struct takt_player_passed {
    takt_tick time;
    uint32_t number;
    double born_s, quantity, value, energy_kWh;
} takt_player_passed;

/// What is remembered: rings, one per machine; entry k of all that were written lies at
/// k % length. Of changes the newest max_changes - 1 may be read.
typedef struct takt_player_logs {
    int32_t n_machines, n_state;
    int32_t max_changes, max_passed; // lengths of the rings
    int64_t *n_changes, *n_passed;   // [n_machines] written so far
    takt_player_change *changes;     // [n_machines][max_changes]
    takt_player_passed *passed;      // [n_machines][max_passed]
    double *passed_states;           // [n_machines][max_passed][n_state]
    takt_tick since;                 // the logs are complete from here on
} takt_player_logs;

typedef struct takt_player {
    takt_replication *replication; // borrowed
    const takt_plan *plan;
    uint32_t index; // number of the replication
    takt_tick warm_up, end;
    takt_tick aim;       // where it is going
    takt_tick log_from;  // logs begin here; TAKT_TICK_NEVER: they have begun
    takt_tick interval;  // between snapshots
    int32_t n_snapshots; // entries of `snapshots` in use; number k lies at k * interval
    void *snapshots[TAKT_PLAYER_MAX_SNAPSHOTS]; // NULL: not taken yet
    takt_player_logs logs;
    char failure[512]; // why it cannot go on; "" while it can
} takt_player;

/// A player at time 0 of replication 0. The replication is borrowed until destroy.
takt_status takt_player_create(takt_replication *replication, takt_player **player);
void takt_player_destroy(takt_player **player);

/// To time 0 of replication `index`; forgets snapshots and logs. Needed when the plan was refilled.
takt_status takt_player_reset(takt_player *player, uint32_t index);

/// Sets where to go: takes the nearest snapshot where that is shorter, or where the logs would not
/// reach back one interval.
takt_status takt_player_aim(takt_player *player, takt_tick time);

/// Runs on towards the aim until then on takt_clock_s (but at least one event).
void takt_player_run(takt_player *player, double deadline_s);

/// At its aim, or at a failure where it cannot go on.
bool takt_player_is_there(const takt_player *player);

takt_tick takt_player_now(const takt_player *player);

#endif
