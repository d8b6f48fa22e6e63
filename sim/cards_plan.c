// Cards in a study: their keys, what must hold of them, and their tables in the plan.

#include "sim/cards.h"

#include <stdio.h>
#include <string.h>

static const char *const when_names[] = {"start", "finish", NULL};

static const takt_field card_fields[] = {
    TAKT_FIELD(takt_card, name, NAME, .required = true, .doc = "name, unique among cards"),
    TAKT_FIELD(takt_card, number, INTEGER, TAKT_RANGE(1, 1e9), .required = true, .unit = "cards",
               .doc = "how many there are: no more items hold one at any time"),
};
const takt_schema takt_card_schema =
    TAKT_SCHEMA("card", takt_card, card_fields,
                "A kind of card that limits work in process: kanban, CONWIP, POLCA. An item holds "
                "at most one of each kind; when it leaves the plant it returns all it holds.");

static const takt_field return_fields[] = {
    TAKT_FIELD(takt_card_return, card, NAME, .required = true, .doc = "which, of factory.cards"),
    TAKT_FIELD(takt_card_return, when, CHOICE, .choices = when_names, .default_text = "finish",
               .doc = "start: when a machine starts on the item (a kanban: its container is "
                      "empty); finish: when the job is done, whether the item can leave or not"),
};
const takt_schema takt_card_return_schema = TAKT_SCHEMA(
    "card_return", takt_card_return, return_fields, "A card that a station takes off its items.");

// --- Checks --------------------------------------------------------------------------------------

static int32_t card_of(const takt_factory *factory, const char *name)
{
    return takt_list_find(&factory->cards, sizeof(takt_card), name);
}

static takt_status no_such_card(const takt_factory *factory, const char *name, takt_path path,
                                takt_problem *problem)
{
    char names[160] = "none is defined";
    size_t used = 0;
    for (int32_t c = 0; c < factory->cards.n_items && used + 4 < sizeof names; ++c) {
        const int n = snprintf(names + used, sizeof names - used, "%s%s", c ? ", " : "",
                               TAKT_ITEM(takt_card, factory->cards, c)->name);
        used += n > 0 ? (size_t)n : 0;
    }
    return takt_problem_set(problem, path, "found '%s', allowed: one of factory.cards (%s)", name,
                            names);
}

/// Cards that `takes` names are there, and each only once.
static takt_status check_takes(const takt_factory *factory, const takt_list *takes,
                               const char *place, takt_problem *problem)
{
    for (int32_t i = 0; i < takes->n_items; ++i) {
        const char *name = *TAKT_ITEM(const char *, *takes, i);
        const takt_path path = takt_path_of("%s.takes_cards[%d]", place, i);
        if (card_of(factory, name) < 0)
            return no_such_card(factory, name, path, problem);
        for (int32_t k = 0; k < i; ++k)
            if (strcmp(*TAKT_ITEM(const char *, *takes, k), name) == 0)
                return takt_problem_set(problem, path,
                                        "found '%s' once more, allowed: each card once, because "
                                        "an item holds one of a kind",
                                        name);
    }
    return TAKT_OK;
}

static bool takes_card(const takt_list *takes, const char *name)
{
    for (int32_t i = 0; i < takes->n_items; ++i)
        if (strcmp(*TAKT_ITEM(const char *, *takes, i), name) == 0)
            return true;
    return false;
}

static takt_status check_returns(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->returns_cards.n_items; ++i) {
        const takt_card_return *one = TAKT_ITEM(takt_card_return, station->returns_cards, i);
        const takt_path path = takt_path_of("factory.stations[%d].returns_cards[%d].card", s, i);
        if (card_of(factory, one->card) < 0)
            return no_such_card(factory, one->card, path, problem);
        for (int32_t k = 0; k < i; ++k)
            if (strcmp(TAKT_ITEM(takt_card_return, station->returns_cards, k)->card, one->card) ==
                0)
                return takt_problem_set(problem, path,
                                        "found '%s' once more, allowed: each card once", one->card);
        if (one->when == TAKT_CARD_AT_START && takes_card(&station->takes_cards, one->card))
            return takt_problem_set(problem, path,
                                    "found '%s', which the station takes and returns at once, "
                                    "allowed: when: finish, or a card of another station",
                                    one->card);
    }
    return TAKT_OK;
}

/// Each item of a batch holds a card of its own.
static takt_status check_card_batches(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    for (int32_t i = 0; i < station->takes_cards.n_items; ++i) {
        const char *name = *TAKT_ITEM(const char *, station->takes_cards, i);
        const takt_card *card = TAKT_ITEM(takt_card, factory->cards, card_of(factory, name));
        if (card->number < station->batch_min)
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].batch_min", s),
                                    "found %d with %d cards of '%s', allowed: no more items than "
                                    "there are cards for",
                                    station->batch_min, card->number, name);
    }
    return TAKT_OK;
}

/// Whether a job gets its cards must be seen before it starts: from the item that goes first.
static takt_status check_rules(const takt_factory *factory, int32_t s, takt_problem *problem)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
    const takt_path path = takt_path_of("factory.stations[%d].takes_cards", s);
    bool is_single = station->batch_max == 1, has_ratio = false;
    for (int32_t i = 0; i < station->inputs.n_items; ++i)
        is_single &= TAKT_ITEM(takt_input, station->inputs, i)->take == 1;
    for (int32_t i = 0; i < station->n_rules; ++i)
        has_ratio |= station->rules[i] == TAKT_DISPATCH_CRITICAL_RATIO;
    if (station->takes_cards.n_items > 0 &&
        (takt_station_is_choosy(station) || station->batch_of != TAKT_BATCH_OF_ANY ||
         station->batch_wait_s > 0))
        return takt_problem_set(problem, path,
                                "found cards with a choice by setups, batch_of or batch_wait, "
                                "allowed: other rules, and batches of any items");
    if (station->takes_cards.n_items == 0 || station->n_rules == 0)
        return TAKT_OK;
    if (!is_single)
        return takt_problem_set(problem, path,
                                "found cards with dispatch rules and several items at once, "
                                "allowed: dispatch first_come, or single items");
    if (has_ratio)
        return takt_problem_set(problem, path,
                                "found cards with dispatch critical_ratio, allowed: rules whose "
                                "order stays as it is, such as least_slack");
    return TAKT_OK;
}

takt_status takt_cards_check(const takt_factory *factory, takt_problem *problem)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        TAKT_TRY(check_takes(factory, &TAKT_ITEM(takt_source, factory->sources, i)->takes_cards,
                             takt_path_of("factory.sources[%d]", i).text, problem));
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        TAKT_TRY(check_takes(factory, &TAKT_ITEM(takt_station, factory->stations, s)->takes_cards,
                             takt_path_of("factory.stations[%d]", s).text, problem));
        TAKT_TRY(check_returns(factory, s, problem));
        TAKT_TRY(check_card_batches(factory, s, problem));
        TAKT_TRY(check_rules(factory, s, problem));
    }
    for (int32_t c = 0; c < factory->cards.n_items; ++c) {
        const char *name = TAKT_ITEM(takt_card, factory->cards, c)->name;
        bool is_taken = false;
        for (int32_t i = 0; i < factory->sources.n_items; ++i)
            is_taken |= takes_card(&TAKT_ITEM(takt_source, factory->sources, i)->takes_cards, name);
        for (int32_t s = 0; s < factory->stations.n_items; ++s)
            is_taken |=
                takes_card(&TAKT_ITEM(takt_station, factory->stations, s)->takes_cards, name);
        if (!is_taken)
            return takt_problem_set(problem, takt_path_of("factory.cards[%d].name", c),
                                    "found '%s', which nobody takes, allowed: a card in "
                                    "takes_cards of a station or source",
                                    name);
    }
    return TAKT_OK;
}

// --- The plan ------------------------------------------------------------------------------------

static void *table(takt_arena *arena, int32_t n, size_t size)
{
    return takt_arena_alloc(arena, (size_t)(n > 0 ? n : 1) * size);
}

takt_status takt_plan_cards_create(const takt_factory *factory, takt_arena *arena,
                                   takt_plan_cards *cards)
{
    *cards = (takt_plan_cards){.n_cards = factory->cards.n_items};
    if (cards->n_cards == 0)
        return TAKT_OK;
    cards->n_words = (cards->n_cards + 63) / 64;
    cards->n_users = factory->stations.n_items + factory->sources.n_items;
    for (int32_t i = 0; i < factory->sources.n_items; ++i)
        cards->n_takes += TAKT_ITEM(takt_source, factory->sources, i)->takes_cards.n_items;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        cards->n_takes += station->takes_cards.n_items;
        cards->n_returns += station->returns_cards.n_items;
    }
    cards->numbers = table(arena, cards->n_cards, sizeof *cards->numbers);
    cards->takes = table(arena, cards->n_takes, sizeof *cards->takes);
    cards->returns = table(arena, cards->n_returns, sizeof *cards->returns);
    cards->users = table(arena, cards->n_users, sizeof *cards->users);
    if (!cards->numbers || !cards->takes || !cards->returns || !cards->users)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the cards of the factory");
    return TAKT_OK;
}

static void fill_takes(takt_plan_cards *cards, const takt_factory *factory, const takt_list *takes,
                       takt_plan_card_user *user, int32_t *n_takes)
{
    user->first_take = *n_takes;
    user->n_takes = takes->n_items;
    for (int32_t i = 0; i < takes->n_items; ++i)
        cards->takes[(*n_takes)++] = card_of(factory, *TAKT_ITEM(const char *, *takes, i));
}

void takt_plan_cards_fill(takt_plan_cards *cards, const takt_factory *factory)
{
    int32_t n_takes = 0, n_returns = 0;
    if (cards->n_cards == 0)
        return;
    for (int32_t c = 0; c < cards->n_cards; ++c)
        cards->numbers[c] = TAKT_ITEM(takt_card, factory->cards, c)->number;
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        takt_plan_card_user *user = &cards->users[s];
        *user = (takt_plan_card_user){.first_return = n_returns,
                                      .n_returns = station->returns_cards.n_items};
        fill_takes(cards, factory, &station->takes_cards, user, &n_takes);
        for (int32_t i = 0; i < user->n_returns; ++i) {
            const takt_card_return *one = TAKT_ITEM(takt_card_return, station->returns_cards, i);
            cards->returns[n_returns++] =
                (takt_plan_card_return){card_of(factory, one->card), one->when};
        }
    }
    for (int32_t i = 0; i < factory->sources.n_items; ++i) {
        takt_plan_card_user *user = &cards->users[factory->stations.n_items + i];
        *user = (takt_plan_card_user){0};
        fill_takes(cards, factory, &TAKT_ITEM(takt_source, factory->sources, i)->takes_cards, user,
                   &n_takes);
    }
}
