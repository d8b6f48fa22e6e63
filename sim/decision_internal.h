/// The part of the state block that decisions need; there only where some station decides.
#ifndef TAKT_SIM_DECISION_INTERNAL_H
#define TAKT_SIM_DECISION_INTERNAL_H

#include "core/time.h"
#include "sim/decision.h"

enum { TAKT_AGENDA_LISTS = 5 };

/// What only those who are asked read: the rules of the study never touch it.
typedef struct takt_decision_diary {
    int64_t n_asked;
    takt_tick last;           // decision that was asked, or the reset
    takt_tick elapsed, since; // as the present one tells them
    double total;             // reward up to the last one since the measurement began
    double reward;
} takt_decision_diary;

/// The decision that waits for its answer.
typedef struct takt_decision_state {
    int32_t kind; // takt_decision_kind
    int32_t station, machine;
    int32_t rule;
    int32_t answer;                   // -1: none yet
    int32_t chosen;                   // class that the machine takes next, -1: as the rules say
    int32_t aside[TAKT_AGENDA_LISTS]; // lengths of the agenda's lists while it waits
    int32_t reserved;
    takt_decision_diary diary;
} takt_decision_state;

/// Machines of a station that are empty and wait to be told whether they go on.
typedef struct takt_decider_state {
    int32_t first, last;
    takt_tick asked; // the last time
} takt_decider_state;

/// In the list of no station.
enum { TAKT_DECIDER_NOT_LISTED = -2 };

// sim/decision.c; called only where a station decides.
void takt_decisions_reset(takt_replication *r);
void takt_decisions_measure(takt_replication *r);
/// The empty machine has planned stops that could begin: it waits for its station to decide.
bool takt_decision_defer(takt_replication *r, int32_t machine, uint32_t strikes, int32_t due);
/// Decides for all that wait. False: somebody is asked.
bool takt_decisions_maintain(takt_replication *r, int32_t station);
/// Decides what the machine takes next. False: somebody is asked.
bool takt_decision_dispatch(takt_replication *r, int32_t station, int32_t machine);
/// Goes on with the answer, that of the rules where nobody asks. False: nothing can go on.
bool takt_decision_resume(takt_replication *r);
/// Of a machine's planned stops: could it begin now as far as the window says?
bool takt_decision_may_stop(const takt_replication *r, int32_t machine, int32_t stop);

/// What does not hold, NULL: all does.
const char *takt_decisions_inconsistency(const takt_replication *r);

#endif
