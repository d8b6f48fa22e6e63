/// Items taken apart, and parts that are matched: what parts inherit, where they go, which of them
/// come together in which order, and that nothing is lost on the way, by hand to the tick.
#include "tests/sim/lines.h"

static takt_route *part_route(takt_study *study, takt_station *station, const char *to,
                              int32_t parts, double share)
{
    takt_route *route = line_route(study, station, to, share);
    route->parts = parts;
    return route;
}

/// A source every 10 s -> `split` (2 s) -> one part left and two right.
static takt_study *splitter(takt_station **split)
{
    takt_study *study = line_create(100);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "left", TAKT_UNLIMITED);
    line_buffer(study, "right", TAKT_UNLIMITED);
    takt_source *source = line_source(study, "queue", line_constant(10));
    source->quantity = 8;
    source->value = 100;
    *split = line_station(study, "split", line_constant(2), "queue", NULL);
    part_route(study, *split, "left", 1, 0.5);
    part_route(study, *split, "right", 2, 0.5);
    return study;
}

static double sum_of(const takt_replication *r, double (*of)(const takt_item *))
{
    double sum = 0;
    for (int32_t b = 0; b < r->plan->n_buffers; ++b)
        for (int32_t i = r->view.buffers[b].first; i != TAKT_NONE; i = takt_queue_next(r, b, i))
            sum += of(&r->view.items[i]);
    for (int32_t m = 0; m < r->plan->n_machines; ++m)
        for (int32_t i = r->view.machines[m].item; i != TAKT_NONE; i = r->view.items[i].next)
            sum += of(&r->view.items[i]);
    return sum;
}

static double quantity_of(const takt_item *item)
{
    return item->quantity;
}

static double value_of(const takt_item *item)
{
    return item->value;
}

static void parts_share_what_the_whole_was(void)
{
    takt_station *split;
    takt_study *study = splitter(&split);
    TAKT_ITEM(takt_route, split->routes, 0)->value_share = 0.75;
    TAKT_ITEM(takt_route, split->routes, 1)->value_share = 0.25;
    line_station(study, "pack_left", line_constant(50), "left", "out");
    line_station(study, "pack_right", line_constant(50), "right", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 11.5);
    CHECK_INT(r->view.head->n_in_plant, 1);
    line_advance(r, 13);
    CHECK_INT(r->view.head->n_in_plant, 3);
    const takt_item *left = &r->view.items[r->view.machines[1].item];
    const takt_item *right = &r->view.items[r->view.machines[2].item];
    const takt_item *second = &r->view.items[r->view.buffers[2].first];
    CHECK_NEAR(left->quantity, 4, 0, 0);
    CHECK_NEAR(right->quantity, 2, 0, 0);
    CHECK_NEAR(second->quantity, 2, 0, 0);
    CHECK_NEAR(left->value, 75, 0, 0);
    CHECK_NEAR(right->value, 12.5, 0, 0);
    CHECK_INT(left->born, LINE_S(10));
    CHECK_INT(right->born, LINE_S(10));
    CHECK_INT(left->number, 0); // the whole goes on as its first part
    CHECK(right->number != left->number && second->number != right->number);
    CHECK_NEAR(r->view.head->value_in_plant, 100, 0, 0);
    line_destroy(&study, &scenario);
}

/// Thirds and sevenths do not add up to the last bit: the first part keeps what rounding leaves.
static void nothing_is_lost_by_rounding(void)
{
    takt_study *study = line_create(1000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "left", TAKT_UNLIMITED);
    line_buffer(study, "right", TAKT_UNLIMITED);
    takt_source *source = line_source(study, "queue", line_constant(1));
    source->quantity = 0.7;
    source->value = 0.1;
    takt_station *split = line_station(study, "split", line_constant(0.5), "queue", NULL);
    part_route(study, split, "left", 3, 1 / 3.0);
    part_route(study, split, "right", 7, 2 / 3.0);
    line_station(study, "pack_left", line_constant(1e5), "left", "out");
    line_station(study, "pack_right", line_constant(1e5), "right", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 1.75);
    CHECK_INT(r->view.head->n_in_plant, 10);
    CHECK_NEAR(sum_of(r, quantity_of), 0.7, 3e-16, 0); // adding ten numbers up rounds as well
    CHECK_NEAR(sum_of(r, value_of), 0.1, 3e-16, 0);
    line_advance(r, 999.75);
    CHECK_NEAR(sum_of(r, quantity_of), 999 * 0.7, 1e-12, 0);
    line_destroy(&study, &scenario);
}

/// One after the other, in the order of the routes: a full buffer holds the rest up.
static void parts_leave_one_by_one(void)
{
    takt_station *split;
    takt_study *study = splitter(&split);
    TAKT_ITEM(takt_buffer, study->factory.buffers, 2)->capacity = 1;
    line_station(study, "pack_left", line_constant(1), "left", "out");
    line_station(study, "pack_right", line_constant(5), "right", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 13); // all of the first: one left, one at pack_right, one in its place
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_STARVED);
    line_advance(r, 22.5); // the second at 22: right is done with the first two
    CHECK_INT(r->view.head->n_left, 3);
    line_advance(r, 32.5);
    CHECK_INT(r->view.head->n_left, 6);
    line_destroy(&study, &scenario);

    study = splitter(&split);
    TAKT_ITEM(takt_buffer, study->factory.buffers, 2)->capacity = 0;
    line_station(study, "pack_left", line_constant(1), "left", "out");
    line_station(study, "pack_right", line_constant(5), "right", "out");
    scenario = line_open(study);
    r = line_start(scenario, 0);
    line_advance(r, 14);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED); // with the last of three
    CHECK_INT(r->view.machines[0].n_items, 1);
    line_advance(r, 17.5); // until 17
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_STARVED);
    line_check_times(r, 0, 2, 10.5, 5, 0, 0);
    line_destroy(&study, &scenario);
}

/// Offcuts go to scrap; batches are taken apart item by item.
static void batches_and_offcuts(void)
{
    takt_study *study = line_create(100);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "strips", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1))->quantity = 10;
    takt_station *saw = line_station(study, "saw", line_constant(3), "queue", NULL);
    saw->batch_min = saw->batch_max = 2;
    part_route(study, saw, "strips", 3, 0.9);
    part_route(study, saw, "scrap", 1, 0.1);
    line_station(study, "pack", line_constant(100), "strips", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5.5); // two items, begun at 2, in eight parts at 5
    CHECK_INT(r->view.head->n_left, 2);
    CHECK_NEAR(r->view.head->scrapped, 2, 1e-15, 0);
    CHECK_INT(r->view.buffers[1].n_items, 5);
    CHECK_NEAR(r->view.buffers[1].quantity, 15, 1e-15, 0);
    line_destroy(&study, &scenario);
}

/// `split` -> left (work of its own length) and right -> `join`, which matches.
static takt_study *fork_and_join(double left_s, double right_s, takt_station **join)
{
    takt_station *split;
    takt_study *study = splitter(&split);
    line_buffer(study, "left_done", TAKT_UNLIMITED);
    line_buffer(study, "right_done", TAKT_UNLIMITED);
    line_station(study, "turn", line_constant(left_s), "left", "left_done");
    line_station(study, "mill", line_constant(right_s), "right", "right_done");
    *join = line_station(study, "join", line_constant(1), "left_done", "out");
    TAKT_ITEM(takt_input, (*join)->inputs, 0)->match = true;
    takt_input *right = line_input(study, *join, "right_done");
    right->match = true;
    right->take = 2;
    return study;
}

static void what_is_joined_is_whole_again(void)
{
    takt_station *join;
    takt_study *study = fork_and_join(3, 2, &join);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 16.5); // apart at 12; left done at 15, right at 14 and 16
    CHECK_INT(r->view.head->n_in_plant, 1);
    const takt_item *made = &r->view.items[r->view.machines[3].item];
    CHECK_NEAR(made->quantity, 8, 0, 0);
    CHECK_NEAR(made->value, 100, 0, 0);
    CHECK_INT(made->born, LINE_S(10));
    CHECK_INT(r->view.head->n_orders_used, 1);
    CHECK_INT(r->view.orders[0].n_members, 0); // the order is closed
    line_advance(r, 17.5);
    CHECK_INT(r->view.head->n_left, 1);
    CHECK_NEAR(r->view.head->sojourn, 7e6, 0, 0);
    CHECK_NEAR(r->view.head->good, 8, 0, 0);
    line_destroy(&study, &scenario);
}

/// Stock that is not matched: neither its age nor its quantity counts in what is joined.
static void stock_goes_in(void)
{
    takt_station *join;
    takt_study *study = fork_and_join(3, 2, &join);
    line_buffer(study, "bolts", TAKT_UNLIMITED);
    line_source(study, "bolts", line_constant(4))->value = 7;
    line_input(study, join, "bolts");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 16.5);
    const takt_item *made = &r->view.items[r->view.machines[3].item];
    CHECK_INT(made->born, LINE_S(10)); // the bolt came at 4
    CHECK_NEAR(made->quantity, 8, 0, 0);
    CHECK_NEAR(made->value, 107, 0, 0);
    line_destroy(&study, &scenario);
}

/// The second item overtakes on the left, where two machines work 13 s and 1 s: parts wait for
/// their own, and the order that is complete first is joined first.
static void only_parts_of_one_item_come_together(void)
{
    takt_study *study = line_create(100);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "a", TAKT_UNLIMITED);
    line_buffer(study, "b", TAKT_UNLIMITED);
    line_buffer(study, "a_done", TAKT_UNLIMITED);
    line_buffer(study, "b_done", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(10));
    takt_station *split = line_station(study, "split", line_constant(1), "queue", NULL);
    part_route(study, split, "a", 1, 0.5);
    part_route(study, split, "b", 1, 0.5);
    line_station(study, "slow", line_constant(13), "a", "a_done");
    line_station(study, "fast", line_constant(1), "a", "a_done"); // idle, the first one is asked
    line_station(study, "b_work", line_constant(2), "b", "b_done");
    takt_station *join = line_station(study, "join", line_constant(1), "a_done", "out");
    line_input(study, join, "b_done")->match = true;
    TAKT_ITEM(takt_input, join->inputs, 0)->match = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    // 10: item 0, apart at 11, a on slow until 24; b done at 13.
    // 20: item 1, apart at 21, a on fast until 22; b done at 23: joined at 23, done at 24.
    line_advance(r, 22.5);
    CHECK_INT(r->view.buffers[3].n_items, 1); // a of the second
    CHECK_INT(r->view.buffers[4].n_items, 1); // b of the first
    CHECK_INT(r->view.machines[4].state, TAKT_MACHINE_STARVED);
    line_advance(r, 23.5);
    CHECK_INT(r->view.items[r->view.machines[4].item].born, LINE_S(20));
    line_advance(r, 24.5);
    CHECK_INT(r->view.items[r->view.machines[4].item].born, LINE_S(10));
    line_advance(r, 25.5);
    CHECK_INT(r->view.head->n_left, 2);
    CHECK_NEAR(r->view.head->sojourn, (15 + 4) * 1e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// Two of three come together first, then their joint and the third: the order stays open between.
static void joints_of_joints(void)
{
    takt_study *study = line_create(100);
    static const char *const buffers[] = {"queue", "a", "b", "c", "ab"};
    for (int i = 0; i < 5; ++i)
        line_buffer(study, buffers[i], TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(10))->quantity = 3;
    takt_station *split = line_station(study, "split", line_constant(1), "queue", NULL);
    part_route(study, split, "a", 1, 0.25);
    part_route(study, split, "b", 1, 0.25);
    part_route(study, split, "c", 1, 0.5);
    takt_station *first = line_station(study, "first", line_constant(2), "a", "ab");
    line_input(study, first, "b")->match = true;
    TAKT_ITEM(takt_input, first->inputs, 0)->match = true;
    takt_station *second = line_station(study, "second", line_constant(2), "ab", "out");
    line_input(study, second, "c")->match = true;
    TAKT_ITEM(takt_input, second->inputs, 0)->match = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12);
    CHECK_INT(r->view.orders[0].n_members, 2);
    line_advance(r, 14);
    CHECK_INT(r->view.orders[0].n_members, 0);
    line_advance(r, 16);
    CHECK_INT(r->view.head->n_left, 1);
    CHECK_NEAR(r->view.head->good, 3, 0, 0);
    CHECK_NEAR(r->view.head->sojourn, 5e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// A part that is itself taken apart and joined is a part of the outer item again.
static void orders_within_orders(void)
{
    takt_study *study = line_create(100);
    static const char *const buffers[] = {"queue", "body", "drive", "gear", "motor", "drive_done"};
    for (int i = 0; i < 6; ++i)
        line_buffer(study, buffers[i], TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(10))->quantity = 4;
    takt_station *split = line_station(study, "split", line_constant(1), "queue", NULL);
    part_route(study, split, "body", 1, 0.5);
    part_route(study, split, "drive", 1, 0.5);
    takt_station *inner = line_station(study, "inner", line_constant(1), "drive", NULL);
    part_route(study, inner, "gear", 1, 0.5);
    part_route(study, inner, "motor", 1, 0.5);
    takt_station *fit = line_station(study, "fit", line_constant(1), "gear", "drive_done");
    line_input(study, fit, "motor")->match = true;
    TAKT_ITEM(takt_input, fit->inputs, 0)->match = true;
    takt_station *join = line_station(study, "join", line_constant(1), "body", "out");
    line_input(study, join, "drive_done")->match = true;
    TAKT_ITEM(takt_input, join->inputs, 0)->match = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12.5);
    CHECK_INT(r->view.head->n_orders_used, 2);
    CHECK_INT(r->view.orders[0].n_members, 2); // the body and the drive, from 12 on in one again
    CHECK_INT(r->view.item_order[r->view.machines[2].item], 0);
    CHECK_INT(r->view.orders[1].n_members, 0);
    line_advance(r, 14.5);
    CHECK_INT(r->view.head->n_left, 1);
    CHECK_NEAR(r->view.head->good, 4, 0, 0);
    line_advance(r, 94.5);
    CHECK_INT(r->view.head->n_left, 9);
    CHECK_INT(r->view.head->n_orders_used, 2); // orders are used again
    line_destroy(&study, &scenario);
}

/// The card of an order stays with the first part and is returned by what is joined.
static void cards_of_what_is_taken_apart(void)
{
    takt_station *join;
    takt_study *study = fork_and_join(3, 8, &join);
    line_card(study, "loop", 1);
    line_takes(study, &TAKT_ITEM(takt_station, study->factory.stations, 0)->takes_cards, "loop");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 28.5); // apart at 12, right done at 20 and 28, joined until 29
    CHECK_INT(r->view.cards[0].n_free, 0);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_STARVED);
    CHECK_INT(r->view.buffers[0].n_items, 1);
    line_advance(r, 29.5);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    CHECK_INT(r->view.head->n_left, 1);
    line_destroy(&study, &scenario);
}

/// With one part scrapped the others wait for ever; those of later orders pass them.
static void parts_of_a_broken_order_wait(void)
{
    takt_station *join;
    takt_study *study = fork_and_join(3, 2, &join);
    takt_station *mill = TAKT_ITEM(takt_station, study->factory.stations, 2);
    TAKT_ITEM(takt_route, mill->routes, 0)->share = 0.5;
    line_route(study, mill, "scrap", 0.5);
    study->horizon.measured_s = 4000;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4000);
    const int64_t n_joined = (int64_t)(r->view.head->good / 8);
    CHECK(n_joined > 60 && n_joined < 140);                // a quarter of 400: both parts are good
    CHECK_INT(r->view.buffers[3].n_items, 399 - n_joined); // their left parts
    CHECK(r->view.buffers[4].n_items > 100);               // half of them have one right part
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

static void what_is_wrong_is_refused(void)
{
    takt_station *join;
    takt_study *study = fork_and_join(1, 1, &join);
    takt_station *split = TAKT_ITEM(takt_station, study->factory.stations, 0);
    TAKT_ITEM(takt_route, split->routes, 1)->parts = 0;
    refuse(study, "factory.stations[0].routes[1].parts", "found 0");
    study = fork_and_join(1, 1, &join);
    split = TAKT_ITEM(takt_station, study->factory.stations, 0);
    TAKT_ITEM(takt_route, split->routes, 1)->value_share = 0.5;
    refuse(study, "factory.stations[0].routes", "value shares that sum to 0.5");
    study = fork_and_join(1, 1, &join);
    TAKT_ITEM(takt_route, join->routes, 0)->value_share = 1;
    refuse(study, "factory.stations[3].routes[0].value_share", "none without `parts`");
    study = fork_and_join(1, 1, &join);
    TAKT_ITEM(takt_station, study->factory.stations, 0)->blocking = TAKT_BLOCKING_BEFORE;
    refuse(study, "factory.stations[0].blocking", "before_service where items are taken apart");
    study = fork_and_join(1, 1, &join);
    TAKT_ITEM(takt_input, join->inputs, 0)->by_quantity = true;
    refuse(study, "factory.stations[3].inputs[0].match", "for a quantity");
    study = fork_and_join(1, 1, &join);
    line_station(study, "thief", line_constant(1), "left_done", "out");
    refuse(study, "factory.stations[3].inputs[0].match", "which others take from too");
    study = fork_and_join(1, 1, &join);
    line_source(study, "left", line_constant(1));
    refuse(study, "factory.stations[3].inputs[0].match", "no station has taken apart");
    study = line_mm1(0.5, 10);
    TAKT_ITEM(takt_input, TAKT_ITEM(takt_station, study->factory.stations, 0)->inputs, 0)->match =
        true;
    refuse(study, "factory.stations[0].inputs[0].match", "found true for single items");
}

TAKT_TESTS(TEST(parts_share_what_the_whole_was), TEST(nothing_is_lost_by_rounding),
           TEST(parts_leave_one_by_one), TEST(batches_and_offcuts),
           TEST(what_is_joined_is_whole_again), TEST(stock_goes_in),
           TEST(only_parts_of_one_item_come_together), TEST(joints_of_joints),
           TEST(orders_within_orders), TEST(cards_of_what_is_taken_apart),
           TEST(parts_of_a_broken_order_wait), TEST(what_is_wrong_is_refused))
