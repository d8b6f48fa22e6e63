/// Cards: who may start, who waits in which order, where cards go and come back from, against
/// outcomes computed by hand to the tick and against lines that must do the same without cards.
#include "tests/sim/lines.h"

static int32_t n_free(const takt_replication *r, int32_t card)
{
    return r->view.cards[card].n_free;
}

/// Two cards for a line whose second machine takes 3 s: the first may be no more than one ahead.
static void conwip_caps_the_work_in_process(void)
{
    takt_study *study = line_create(20);
    line_card(study, "loop", 2);
    line_buffer(study, "between", TAKT_UNLIMITED);
    takt_station *first = line_station(study, "first", line_constant(1), NULL, "between");
    line_takes(study, &first->takes_cards, "loop");
    line_station(study, "second", line_constant(3), "between", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 9.5); // the first works from 0 to 2, 4 to 5, 7 to 8; items leave at 4 and 7
    line_check_times(r, 0, 4, 5.5, 0, 0, 0);
    line_check_times(r, 1, 8.5, 1, 0, 0, 0);
    CHECK_INT(r->view.head->n_left, 2);
    CHECK_INT(r->view.head->n_in_plant, 2);
    CHECK_INT(n_free(r, 0), 0);
    CHECK_NEAR(r->view.head->sojourn, (4 + 6) * 1e6, 0, 0);
    double results[256];
    takt_replication_report(r, results);
    const int32_t row = takt_report_find(takt_scenario_report(scenario), "cards_held_loop");
    CHECK(row >= 0);
    CHECK_NEAR(results[row], (9.5 + 8.5) / 9.5, 1e-12, 0); // the second from 1 s on
    line_destroy(&study, &scenario);
}

/// A kanban from the start before a buffer to the start behind it is a place that is kept from the
/// start on: the same path, event by event, as blocking before service.
static void kanban_is_blocking_before_service(void)
{
    static const char *const cards[] = {"kanban_1", "kanban_2"};
    int64_t n_left[2];
    double sojourn[2], plant_time[2];
    takt_tick idle[2][3];
    for (int pull = 0; pull < 2; ++pull) {
        takt_study *study = line_serial(3, pull ? TAKT_UNLIMITED : 2, 3000);
        for (int i = 0; i < 2; ++i) {
            takt_station *from = TAKT_ITEM(takt_station, study->factory.stations, i);
            takt_station *to = TAKT_ITEM(takt_station, study->factory.stations, i + 1);
            if (!pull)
                from->blocking = TAKT_BLOCKING_BEFORE;
            if (!pull)
                continue;
            line_card(study, cards[i], 2);
            line_takes(study, &from->takes_cards, cards[i]);
            line_returns(study, to, cards[i], TAKT_CARD_AT_START);
        }
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 5);
        line_advance(r, 3000);
        n_left[pull] = r->view.head->n_left;
        sojourn[pull] = r->view.head->sojourn;
        plant_time[pull] = r->view.head->plant_time;
        for (int i = 0; i < 3; ++i)
            idle[pull][i] =
                line_time(r, i, TAKT_MACHINE_STARVED) + line_time(r, i, TAKT_MACHINE_BLOCKED);
        if (pull)
            CHECK_INT(line_time(r, 0, TAKT_MACHINE_BLOCKED), 0); // who lacks a card starves
        line_destroy(&study, &scenario);
    }
    CHECK(n_left[0] > 1500);
    CHECK_INT(n_left[1], n_left[0]);
    CHECK_NEAR(sojourn[1], sojourn[0], 0, 0);
    CHECK_NEAR(plant_time[1], plant_time[0], 0, 0);
    for (int i = 0; i < 3; ++i)
        CHECK_INT(idle[1][i], idle[0][i]);
}

/// One tool for three machines: a card taken at the start and returned at the finish. Each of them
/// waits for its turn, so that all work equally often, whatever the order of the agenda.
static void claims_are_served_in_their_order(void)
{
    static const char *const names[] = {"a", "b", "c"};
    takt_study *study = line_create(100);
    line_card(study, "tool", 1);
    for (int i = 0; i < 3; ++i) {
        takt_station *station = line_station(study, names[i], line_constant(1), NULL, "out");
        line_takes(study, &station->takes_cards, "tool");
        line_returns(study, station, "tool", TAKT_CARD_AT_FINISH);
    }
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    int last = -1, before = -1;
    for (int t = 0; t < 30; ++t) {
        line_advance(r, t + 0.5);
        int now = -1;
        for (int i = 0; i < 3; ++i)
            if (r->view.machines[i].state == TAKT_MACHINE_WORKING)
                now = now < 0 ? i : 9;
        CHECK(now >= 0 && now < 3 && now != last && now != before);
        before = last;
        last = now;
    }
    for (int i = 0; i < 3; ++i)
        CHECK_INT(line_time(r, i, TAKT_MACHINE_WORKING), LINE_S(i == last ? 9.5 : 10));
    line_destroy(&study, &scenario);
}

/// Who needs two kinds takes both or none: the one with a single need is not held up by it.
static void all_cards_or_none(void)
{
    takt_study *study = line_create(20);
    line_card(study, "red", 1);
    line_card(study, "blue", 1);
    takt_station *both = line_station(study, "both", line_constant(2), NULL, "out");
    line_takes(study, &both->takes_cards, "red");
    line_takes(study, &both->takes_cards, "blue");
    takt_station *blue = line_station(study, "blue", line_constant(3), NULL, "out");
    line_takes(study, &blue->takes_cards, "blue");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 1); // decisions of one moment: the last station first
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_WORKING);
    CHECK_INT(n_free(r, 0), 1); // not held while blue is missing
    line_advance(r, 4);         // blue came free at 3: both has claimed it first
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_STARVED);
    line_advance(r, 6); // and at 5 in turn
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_WORKING);
    line_destroy(&study, &scenario);
}

/// Three cards, batches of 2 to 4: two batches of 2 cannot be under way together, but one of 3 can.
static void batches_take_a_card_for_each_item(void)
{
    takt_study *study = line_create(40);
    line_card(study, "tray", 3);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    takt_station *oven = line_station(study, "oven", line_constant(10), "queue", "out");
    oven->batch_min = 2;
    oven->batch_max = 4;
    oven->n_machines = 2;
    line_takes(study, &oven->takes_cards, "tray");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 11);
    CHECK_INT(r->view.machines[0].n_items, 2); // at 2
    CHECK_INT(r->view.machines[1].n_items, 0);
    CHECK_INT(n_free(r, 0), 1); // one is not enough for two
    CHECK_INT(r->view.buffers[0].n_items, 9);
    line_advance(r, 13); // at 12 the two come back, and three of ten items go
    CHECK_INT(r->view.head->n_left, 2);
    CHECK_INT(r->view.machines[0].n_items + r->view.machines[1].n_items, 3);
    CHECK_INT(n_free(r, 0), 0);
    line_destroy(&study, &scenario);
}

/// A part that goes back for rework keeps its card, needs no second one, and goes before those that
/// wait for theirs: behind them it would lock the only card in.
static void rework_keeps_its_card(void)
{
    takt_study *study = line_create(2000);
    line_card(study, "loop", 1);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(3));
    takt_station *mill = line_station(study, "mill", line_constant(1), "queue", NULL);
    line_takes(study, &mill->takes_cards, "loop");
    line_route(study, mill, "queue", 0.5);
    line_route(study, mill, "out", 0.5);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 2000);
    CHECK(r->view.head->n_left > 600); // one arrives every 3 s and takes 2 s of work on average
    CHECK(r->view.head->n_in_plant < 60);
    line_destroy(&study, &scenario);
}

static void scrap_returns_its_card(void)
{
    takt_study *study = line_create(20);
    line_card(study, "loop", 1);
    takt_station *press = line_station(study, "press", line_constant(4), NULL, "out");
    line_takes(study, &press->takes_cards, "loop");
    press->interrupted = TAKT_INTERRUPTED_IS_SCRAPPED;
    line_failure(study, press, TAKT_METER_CLOCK, line_constant(6), line_constant(3));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5);
    CHECK_INT(n_free(r, 0), 0);
    line_advance(r, 7); // broken at 6 amid the second job
    CHECK_INT(n_free(r, 0), 1);
    CHECK_INT(r->view.head->n_in_plant, 0);
    line_advance(r, 9.5);
    CHECK_INT(n_free(r, 0), 0);
    line_destroy(&study, &scenario);
}

/// Parts of both inputs hold the same kind; the assembly has one of each and returns the double.
static void an_assembly_returns_doubles(void)
{
    takt_study *study = line_create(20);
    line_card(study, "tray", 2);
    line_card(study, "red", 1);
    line_buffer(study, "left", TAKT_UNLIMITED);
    line_buffer(study, "right", TAKT_UNLIMITED);
    takt_source *left = line_source(study, "left", line_constant(2));
    takt_source *right = line_source(study, "right", line_constant(2));
    left->wait_if_full = right->wait_if_full = true;
    line_takes(study, &left->takes_cards, "tray");
    line_takes(study, &right->takes_cards, "tray");
    line_takes(study, &right->takes_cards, "red");
    takt_station *join = line_station(study, "join", line_constant(5), "left", "out");
    line_input(study, join, "right");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 3); // started at 2: it holds one tray and red, the other tray is free
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    CHECK_INT(n_free(r, 0), 1);
    CHECK_INT(n_free(r, 1), 0);
    line_advance(r, 6); // at 4 the left part takes it, the right one waits outside
    CHECK_INT(n_free(r, 0), 0);
    CHECK(r->view.source_item[1] != TAKT_NONE);
    CHECK_INT(r->view.buffers[0].n_items, 1);
    line_advance(r, 7.5); // all of it leaves at 7: the right part comes in and is joined at once
    CHECK_INT(r->view.head->n_left, 1);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    CHECK_NEAR(r->view.head->sojourn, 5e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// Without a card the item of a source is turned away, or waits outside until one is free.
static void sources_take_cards(void)
{
    for (int wait = 0; wait < 2; ++wait) {
        takt_study *study = line_create(20);
        line_card(study, "loop", 2);
        line_buffer(study, "queue", TAKT_UNLIMITED);
        takt_source *source = line_source(study, "queue", line_constant(1));
        source->wait_if_full = wait;
        line_takes(study, &source->takes_cards, "loop");
        line_station(study, "server", line_constant(4), "queue", "out");
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 9.5); // in at 1 and 2; out at 5 and 9
        CHECK_INT(r->view.head->n_left, 2);
        CHECK_INT(r->view.head->n_in_plant, 2);
        // Arrivals come after completions: those at 5 and 9 find the card of who has just left.
        CHECK_INT(r->view.head->n_turned_away, wait ? 0 : 5);
        CHECK_INT(r->view.head->n_arrived, wait ? 4 : 9); // wait: 1, 2, 3 (in at 5), 6 (in at 9)
        line_destroy(&study, &scenario);
    }
}

/// Nowhere to lie between two machines: an item is handed on when the card for it comes free.
static void cards_where_nothing_can_lie(void)
{
    takt_study *study = line_create(40);
    line_card(study, "tool", 1);
    line_buffer(study, "gap", 0);
    line_station(study, "first", line_constant(1), NULL, "gap");
    takt_station *second = line_station(study, "second", line_constant(2), "gap", "out");
    line_takes(study, &second->takes_cards, "tool");
    takt_station *other = line_station(study, "other", line_constant(5), NULL, "out");
    line_takes(study, &other->takes_cards, "tool");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4); // the other has the tool until 5
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_STARVED);
    line_advance(r, 6);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED); // with its next item
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_WORKING);
    CHECK_INT(r->view.machines[2].state, TAKT_MACHINE_STARVED);
    line_advance(r, 8); // at 7 it is the other's turn
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_STARVED);
    CHECK_INT(r->view.machines[2].state, TAKT_MACHINE_WORKING);
    line_destroy(&study, &scenario);
}

/// No limit at 64 kinds: a hundred of them, each of its own station.
static void many_kinds(void)
{
    enum { KINDS = 100 };
    takt_study *study = line_create(20);
    takt_list *cards = &study->factory.cards;
    cards->items = takt_arena_alloc(study->arena, KINDS * sizeof(takt_card));
    cards->n_items = KINDS;
    takt_station *station = line_station(study, "all", line_constant(2), NULL, "out");
    station->takes_cards.items = takt_arena_alloc(study->arena, KINDS * sizeof(const char *));
    station->takes_cards.n_items = KINDS;
    for (int i = 0; i < KINDS; ++i) {
        const char *name = takt_arena_format(study->arena, "card_%d", i);
        *TAKT_ITEM(takt_card, *cards, i) = (takt_card){.name = name, .number = 1 + i};
        *TAKT_ITEM(const char *, station->takes_cards, i) = name;
    }
    station->n_machines = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 7);
    CHECK_INT(r->view.head->n_left, 3); // the first kind lets only one of the machines work
    for (int i = 0; i < KINDS; ++i)
        CHECK_INT(n_free(r, i), i);
    line_destroy(&study, &scenario);
}

static void refuse(takt_study *study, const char *path, const char *text)
{
    takt_problem problem;
    CHECK_STATUS(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
    CHECK_TEXT(problem.path, path);
    CHECK_CONTAINS(problem.text, text);
    takt_study_destroy(&study);
}

static takt_study *pull_line(takt_station **first, takt_station **second)
{
    takt_study *study = line_create(10);
    line_card(study, "loop", 2);
    line_buffer(study, "between", TAKT_UNLIMITED);
    *first = line_station(study, "first", line_constant(1), NULL, "between");
    *second = line_station(study, "second", line_constant(1), "between", "out");
    line_takes(study, &(*first)->takes_cards, "loop");
    return study;
}

static void what_is_wrong_is_refused(void)
{
    takt_station *first, *second;
    takt_study *study = pull_line(&first, &second);
    line_takes(study, &second->takes_cards, "lop");
    refuse(study, "factory.stations[1].takes_cards[0]",
           "found 'lop', allowed: one of factory.cards (loop)");
    study = pull_line(&first, &second);
    line_takes(study, &first->takes_cards, "loop");
    refuse(study, "factory.stations[0].takes_cards[1]", "found 'loop' once more");
    study = pull_line(&first, &second);
    line_card(study, "spare", 3);
    refuse(study, "factory.cards[1].name", "found 'spare', which nobody takes");
    study = pull_line(&first, &second);
    line_returns(study, second, "lop", TAKT_CARD_AT_FINISH);
    refuse(study, "factory.stations[1].returns_cards[0].card", "allowed: one of factory.cards");
    study = pull_line(&first, &second);
    line_returns(study, first, "loop", TAKT_CARD_AT_START);
    refuse(study, "factory.stations[0].returns_cards[0].card", "takes and returns at once");
    study = pull_line(&first, &second);
    second->batch_min = second->batch_max = 3;
    line_takes(study, &second->takes_cards, "loop");
    refuse(study, "factory.stations[1].batch_min", "found 3 with 2 cards of 'loop'");
}

static void lost_and_forged_cards_are_noticed(void)
{
    takt_station *first, *second;
    takt_study *study = pull_line(&first, &second);
    second->service = line_constant(5);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4);
    CHECK(r->view.card_claims[0].card == 0);
    r->view.cards[0].n_free += 1;
    CHECK_CONTAINS(takt_replication_inconsistency(r), "card 0: 1 free and 2 held are not 2");
    r->view.cards[0].n_free -= 1;
    r->view.cards[0].first = r->view.cards[0].last = TAKT_NONE; // nobody would ever ask it again
    CHECK(takt_replication_inconsistency(r) != NULL);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(conwip_caps_the_work_in_process), TEST(kanban_is_blocking_before_service),
           TEST(claims_are_served_in_their_order), TEST(all_cards_or_none),
           TEST(batches_take_a_card_for_each_item), TEST(rework_keeps_its_card),
           TEST(scrap_returns_its_card), TEST(an_assembly_returns_doubles),
           TEST(sources_take_cards), TEST(cards_where_nothing_can_lie), TEST(many_kinds),
           TEST(what_is_wrong_is_refused), TEST(lost_and_forged_cards_are_noticed))
