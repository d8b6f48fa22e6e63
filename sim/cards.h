/// Cards: so many of each, and no item goes on without. A station takes a card for an item before
/// it starts on it, a source before it lets one in; the card travels with the item until a station
/// returns it or the item leaves the plant. Kanban, CONWIP, POLCA and their mixtures differ only in
/// who takes and who returns.
#ifndef TAKT_SIM_CARDS_H
#define TAKT_SIM_CARDS_H

#include "core/memory.h"
#include "sim/factory.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_card {
    const char *name;
    int32_t number; // of them in the plant
} takt_card;

/// When a station returns the card of an item.
typedef enum takt_card_when {
    TAKT_CARD_AT_START,  // of the work: the container is empty
    TAKT_CARD_AT_FINISH, // the job is done, whether there is a place for the item or not
    TAKT_CARD_WHEN_COUNT
} takt_card_when;

typedef struct takt_card_return {
    const char *card;
    int32_t when; // takt_card_when
} takt_card_return;

extern TAKT_API const takt_schema takt_card_schema, takt_card_return_schema;

/// Are the cards that stations and sources name there, does somebody take each of them, and can a
/// batch get as many as it needs? Needs resolved inputs. TAKT_ERR_INPUT: the first problem. Local.
TAKT_API takt_status takt_cards_check(const takt_factory *factory, takt_problem *problem);

typedef struct takt_plan_card_return {
    int32_t card;
    int32_t when; // takt_card_when
} takt_plan_card_return;

/// What a station, or (n_stations + source) a source, does with cards.
typedef struct takt_plan_card_user {
    int32_t first_take, n_takes;
    int32_t first_return, n_returns;
} takt_plan_card_user;

/// The tables of cards in a plan.
typedef struct takt_plan_cards {
    int32_t n_cards; // kinds
    int32_t n_words; // of 64 bits: a set of kinds
    int32_t n_users, n_takes, n_returns;
    int32_t *numbers;               // [n_cards]
    int32_t *takes;                 // kinds, grouped by user
    takt_plan_card_return *returns; // grouped by user
    takt_plan_card_user *users;     // [n_users], stations and then sources
} takt_plan_cards;

/// Makes room for the cards of a factory, without cards none. Lies in the arena.
takt_status takt_plan_cards_create(const takt_factory *factory, takt_arena *arena,
                                   takt_plan_cards *cards);

/// Copies the factory's present values into the tables. Allocates nothing. Local.
void takt_plan_cards_fill(takt_plan_cards *cards, const takt_factory *factory);

TAKT_EXTERN_C_END

#endif
