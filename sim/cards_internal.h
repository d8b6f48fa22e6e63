/// The cards of a running replication: how many of each kind are free, who waits for one, and which
/// each item holds (a set of bits for each item).
///
/// A station claims a card when it could start but for that card, a source when an item has come.
/// Claims stand in a queue for each card, first come, first served; who lacks several kinds claims
/// the first of its list that is not free, and takes all of them at once or none.
#ifndef TAKT_SIM_CARDS_INTERNAL_H
#define TAKT_SIM_CARDS_INTERNAL_H

#include "sim/replication.h"

typedef struct takt_card_state {
    int32_t n_free;
    int32_t first, last; // of those who claim one: stations, n_stations + source
    int32_t asked;       // of them: may take one now, before the others; else TAKT_NONE
    int32_t is_marked;   // in the agenda
    takt_tick since;
    double held_time; // cards x ticks
} takt_card_state;

typedef struct takt_card_claim {
    int32_t next, previous;
    int32_t card; // TAKT_NONE: claims nothing
} takt_card_claim;

// sim/cards.c. All but the first are called only where the plan has cards.

/// Words of 64 bits for the sets of all items, 0 without cards.
size_t takt_cards_set_words(const takt_plan *plan);

/// All cards are free, and nobody waits.
void takt_cards_reset(takt_replication *r);

/// Brings the sums to the present; measured anew from here where `starts_anew`.
void takt_cards_flush(takt_replication *r, bool starts_anew);

/// May the station start as far as cards go? `extra_item` counts as if it lay in `extra_buffer`,
/// which is empty (TAKT_NONE: none does).
bool takt_cards_permit(const takt_replication *r, int32_t station, int32_t extra_buffer,
                       int32_t extra_item);

/// An item comes to a buffer whose first taker of cards it needs none for: it goes before those
/// that do, behind its like, or it would wait for cards that it holds itself. False: it does not.
bool takt_cards_insert(takt_replication *r, int32_t buffer, int32_t item);

/// Items that a batch may have: `n` or less.
int32_t takt_cards_limit(const takt_replication *r, int32_t station, int32_t n);

/// The station has decided. It claims a card where it is ready to start but for that card.
void takt_cards_claim(takt_replication *r, int32_t station, bool is_ready);

/// The station is ready to start with an item that waits before a buffer, but for a card.
void takt_cards_claim_for(takt_replication *r, int32_t station, int32_t buffer, int32_t item);

/// The items of a job get the cards that they lack, and lose those that are returned at its start,
/// or at its end.
void takt_cards_start(takt_replication *r, int32_t machine);
void takt_cards_finish(takt_replication *r, int32_t machine);

/// An item has come from a source. False: it waits for a card, or has been turned away.
bool takt_cards_admit(takt_replication *r, int32_t source, int32_t item);

/// A new item holds none; an item that ends returns all it holds.
void takt_cards_clear(takt_replication *r, int32_t item);
void takt_cards_give_back(takt_replication *r, int32_t item);

/// `from` hands over what `onto` lacks, and keeps the doubles.
void takt_cards_hand_over(takt_replication *r, int32_t from, int32_t onto);

/// Parts of one item: what each hands over is gathered, and the item gets all of it.
void takt_cards_gather(takt_replication *r, int32_t from);
void takt_cards_gathered(takt_replication *r, int32_t item);

/// Those who claim the card start while they can, in their order.
void takt_cards_settle(takt_replication *r, int32_t card);

/// Does a station, or n_stations + source, stand in the queue for a card?
bool takt_cards_are_claimed(const takt_replication *r, int32_t who);

/// What does not hold, NULL: all does.
const char *takt_cards_inconsistency(takt_replication *r);

#endif
