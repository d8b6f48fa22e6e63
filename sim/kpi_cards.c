// KPI rows of cards: how many of each kind the items hold on average.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

static int32_t count_card_rows(const takt_plan *plan)
{
    return plan->cards.n_cards;
}

static void name_card_rows(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                           takt_kpi_name *rows)
{
    for (int32_t c = 0; c < plan->cards.n_cards; ++c)
        rows[c] = (takt_kpi_name){takt_arena_format(arena, "cards_held_%s",
                                                    TAKT_ITEM(takt_card, factory->cards, c)->name),
                                  "cards", false};
}

static void fill_card_rows(const takt_replication *r, double hours, double *values)
{
    const double ticks = hours * 3600 * TAKT_TICKS_PER_S;
    for (int32_t c = 0; c < r->plan->cards.n_cards; ++c)
        values[c] = ticks > 0 ? r->view.cards[c].held_time / ticks : 0;
}

const takt_kpi_section takt_kpi_cards = {count_card_rows, name_card_rows, fill_card_rows};
