/// What machines, buffers, batches, sources and routes do, against outcomes computed by hand to
/// the tick: all times are whole seconds.
#include "tests/sim/lines.h"

/// `first` (endless supply, 1 s) -> buffer -> `second` (3 s).
static void blocking_after_service(void)
{
    static const double working[2] = {5, 4}, sojourn[2] = {18, 16};
    for (int empty = 0; empty < 2; ++empty) {
        takt_study *study = line_create(10);
        line_buffer(study, "between", empty ? 0 : 1);
        line_station(study, "first", line_constant(1), NULL, "between");
        line_station(study, "second", line_constant(3), "between", "out");
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 10);
        line_check_times(r, 0, working[empty], 0, 10 - working[empty], 0, 0);
        line_check_times(r, 1, 9, 1, 0, 0, 0);
        CHECK_INT(r->view.head->n_left, 3); // at 4, 7 and 10
        CHECK_NEAR(r->view.head->sojourn, sojourn[empty] * 1e6, 0, 0);
        CHECK_INT(r->view.head->n_in_plant, empty ? 2 : 3);
        line_destroy(&study, &scenario);
    }
}

/// Arrivals every 1 s, one place, 4 s of service; at one tick completions come before arrivals, and
/// decisions after both: at 5 and 9 the machine is free and its queue still full.
static void full_sources_lose_or_wait(void)
{
    for (int wait = 0; wait < 2; ++wait) {
        takt_study *study = line_create(10);
        line_buffer(study, "queue", 1);
        line_source(study, "queue", line_constant(1))->wait_if_full = wait;
        line_station(study, "server", line_constant(4), "queue", "out");
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 10);
        const takt_state_head *head = r->view.head;
        CHECK_INT(head->n_arrived, wait ? 5 : 10);    // wait: at 1, 2, 3 (in at 5), 6 (in at 9), 10
        CHECK_INT(head->n_turned_away, wait ? 0 : 6); // 3, 4, 5, 7, 8, 9
        CHECK_INT(head->n_left, 2);                   // at 5 and 9
        CHECK_NEAR(head->sojourn, (4 + 7) * 1e6, 0, 0);
        CHECK_INT(head->n_in_plant, 2);
        CHECK_INT(r->view.source_item[0] != TAKT_NONE, wait);
        line_check_times(r, 0, 9, 1, 0, 0, 0);
        line_destroy(&study, &scenario);
    }
}

static void the_longest_idle_machine_starts(void)
{
    static const int32_t turns[5] = {0, 1, 2, 0, 1};
    takt_study *study = line_create(100);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(5));
    line_station(study, "server", line_constant(3), "queue", "out")->n_machines = 3;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (int k = 0; k < 5; ++k) {
        line_advance(r, 5 * (k + 1) + 1);
        for (int32_t m = 0; m < 3; ++m)
            CHECK_INT(r->view.machines[m].state,
                      m == turns[k] ? TAKT_MACHINE_WORKING : TAKT_MACHINE_STARVED);
    }
    line_destroy(&study, &scenario);
}

/// Arrivals every 1 s, 5 s per batch: 2 start at 2, 3 of the 4 there at 7, 3 of the 6 at 12.
static void batches_take_from_min_to_max(void)
{
    takt_study *study = line_create(12);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    takt_station *oven = line_station(study, "oven", line_constant(5), "queue", "out");
    oven->batch_min = 2;
    oven->batch_max = 3;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12);
    CHECK_INT(r->view.head->n_left, 5);
    CHECK_INT(r->view.machines[0].n_items, 3);
    CHECK_NEAR(r->view.head->sojourn, (6 + 5 + 9 + 8 + 7) * 1e6, 0, 0);
    line_check_times(r, 0, 10, 2, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// A batch is passed on item by item: with one place behind it, two of three wait.
static void batches_leave_one_by_one(void)
{
    takt_study *study = line_create(20);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "behind", 1);
    line_source(study, "queue", line_constant(1));
    takt_station *oven = line_station(study, "oven", line_constant(2), "queue", "behind");
    oven->batch_min = oven->batch_max = 3;
    line_station(study, "packer", line_constant(4), "behind", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5); // the batch of 3 is done: one lies behind, two still on the machine
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED);
    line_advance(r, 6);
    CHECK_INT(r->view.machines[0].n_items, 1); // the packer took one, its place took the second
    CHECK_INT(r->view.buffers[1].n_items, 1);
    line_advance(r, 9);
    line_check_times(r, 0, 2, 3, 4, 0, 0); // next batch at 9
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    line_destroy(&study, &scenario);
}

static void merging_items(void)
{
    takt_study *study = line_create(4);
    line_buffer(study, "a", TAKT_UNLIMITED);
    line_buffer(study, "b", TAKT_UNLIMITED);
    takt_source *a = line_source(study, "a", line_constant(1));
    takt_source *b = line_source(study, "b", line_constant(3));
    a->quantity = 1.5;
    a->value = 2;
    b->value = 5;
    takt_station *station = line_station(study, "assembly", line_constant(1), "a", "out");
    TAKT_ITEM(takt_input, station->inputs, 0)->take = 2;
    line_input(study, station, "b");
    station->item_value = 1;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4);
    const takt_state_head *head = r->view.head;
    CHECK_INT(head->n_left, 1);
    CHECK_NEAR(head->sojourn, 3e6, 0, 0); // since its oldest part, which came at 1
    CHECK_NEAR(head->good, 3, 0, 0);      // the quantity of the first input
    CHECK_NEAR(head->material_cost, 2 * 2 + 5 + 1, 0, 0);
    CHECK_INT(head->n_in_plant, 2);
    CHECK_NEAR(head->value_in_plant, 4, 0, 0);
    line_destroy(&study, &scenario);
}

/// Rolls of 5 every 10 s; pieces of 2 take 3 s each: 2 from the first roll, the third from both.
static void racks_leave_a_mounted_rest(void)
{
    takt_study *study = line_create(29);
    line_buffer(study, "rolls", 3);
    takt_source *source = line_source(study, "rolls", line_constant(10));
    source->quantity = 5;
    source->value = 10;
    takt_station *station = line_station(study, "cutter", line_constant(3), "rolls", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "rolls", .take = 2, .by_quantity = true};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 18);
    CHECK_INT(r->view.buffers[0].n_items, 0);
    CHECK_INT(r->view.head->n_in_plant, 1);
    CHECK_NEAR(r->view.items[r->view.mounted[0]].quantity, 1, 1e-15, 0);
    line_advance(r, 29);
    CHECK_INT(r->view.head->n_left, 5); // 13, 16, 23, 26, 29
    CHECK_INT(r->view.head->n_in_plant, 0);
    CHECK_NEAR(r->view.head->good, 10, 1e-15, 0);
    CHECK_NEAR(r->view.head->material_cost, 20, 1e-15, 0);
    CHECK_NEAR(r->view.head->value_in_plant, 0, 0, 1e-12);
    CHECK_NEAR(r->view.head->sojourn, (3 + 6 + 13 + 6 + 9) * 1e6, 0, 0);
    line_check_times(r, 0, 15, 14, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// 3 kg every 2 s into a tank of 4 kg, from which 2 kg are drawn for 4 s of work.
static void tanks_fill_by_quantity(void)
{
    takt_study *study = line_create(14);
    line_buffer(study, "tank", 4)->by_quantity = true;
    takt_source *source = line_source(study, "tank", line_constant(2));
    source->quantity = 3;
    source->wait_if_full = true;
    takt_station *station = line_station(study, "cook", line_constant(4), "tank", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "tank", .take = 2, .by_quantity = true};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 6);
    CHECK_NEAR(r->view.buffers[0].quantity, 2, 1e-15, 0); // the third delivery waits: 2 + 3 > 4
    CHECK(r->view.source_item[0] != TAKT_NONE);
    line_advance(r, 14);
    CHECK_INT(r->view.head->n_arrived, 4); // 2, 4, 6 (in at 10), 12 (in at 14)
    CHECK_INT(r->view.head->n_left, 3);
    CHECK_NEAR(r->view.buffers[0].quantity, 4, 1e-15, 0);
    CHECK_INT(r->view.buffers[0].n_items, 2);
    CHECK_INT(r->view.head->n_in_plant, 3);
    line_check_times(r, 0, 12, 2, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// A buffer without places feeds one input of a station; what it waits for comes at the other.
static void an_input_without_places_wakes_up(void)
{
    takt_study *study = line_create(10);
    line_buffer(study, "direct", 0);
    line_buffer(study, "parts", 5);
    line_station(study, "maker", line_constant(1), NULL, "direct");
    line_source(study, "parts", line_constant(4));
    takt_station *station = line_station(study, "assembly", line_constant(1), "direct", "out");
    line_input(study, station, "parts");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 10);
    CHECK_INT(r->view.head->n_left, 2);    // 5 and 9
    line_check_times(r, 0, 3, 0, 7, 0, 0); // blocked 1 to 4, 5 to 8, 9 to 10
    line_check_times(r, 1, 2, 8, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// The rest on each machine differs: the first idle one cannot start, the second can.
static void an_able_machine_passes_one_that_lacks(void)
{
    takt_study *study = line_create(40);
    line_buffer(study, "rolls", 3);
    line_source(study, "rolls", line_constant(10))->quantity = 3;
    takt_station *station = line_station(study, "cutter", line_constant(4), "rolls", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "rolls", .take = 2, .by_quantity = true};
    station->n_machines = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 22);
    // 10: machine 0 takes 2 of 3. 20: machine 1, idle for longer, takes 2 of 3.
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_WORKING);
    line_advance(r, 30.5);
    // 30: machine 0 starts with 1 + 1 and keeps 2: it starts again at 34 although machine 1, with a
    // rest of 1, has been idle for longer.
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    line_advance(r, 34.5);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_STARVED);
    CHECK_INT(r->view.head->n_left, 3);
    line_destroy(&study, &scenario);
}

/// Two places full of rolls of 1 m, pieces of 5 m: the cutter splices until it has enough.
static void scraps_in_a_full_rack_are_spliced(void)
{
    takt_study *study = line_create(12);
    line_buffer(study, "rolls", 2);
    takt_source *source = line_source(study, "rolls", line_constant(1));
    source->wait_if_full = true;
    source->value = 3;
    takt_station *station = line_station(study, "cutter", line_constant(2), "rolls", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "rolls", .take = 5, .by_quantity = true};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4);
    CHECK_INT(r->view.buffers[0].n_items, 2); // the third and fourth roll each pushed one out
    CHECK_NEAR(r->view.items[r->view.mounted[0]].quantity, 2, 0, 0);
    CHECK_INT(r->view.head->n_in_plant, 3);
    line_advance(r, 12);
    CHECK_INT(r->view.head->n_left, 2); // 5 to 7 and 10 to 12
    CHECK_NEAR(r->view.head->material_cost, 2 * 5 * 3, 1e-14, 0);
    CHECK_NEAR(r->view.head->good, 10, 1e-14, 0);
    CHECK_NEAR(r->view.head->sojourn, (6 + 6) * 1e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// A machine with enough rolls that waits for something else mounts none: a full rack is full.
static void a_rack_with_enough_stays_full(void)
{
    takt_study *study = line_create(12);
    line_buffer(study, "rolls", 2);
    line_buffer(study, "labels", 5);
    line_source(study, "rolls", line_constant(1))->wait_if_full = true;
    line_source(study, "labels", line_constant(1000));
    takt_station *station = line_station(study, "cutter", line_constant(2), "rolls", "out");
    TAKT_ITEM(takt_input, station->inputs, 0)->by_quantity = true;
    line_input(study, station, "labels");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12);
    CHECK_INT(r->view.head->n_in_plant, 2);
    CHECK_INT(r->view.head->n_arrived, 3); // the third waits outside
    line_destroy(&study, &scenario);
}

/// Routes follow the station's own stream of draws, one draw per finished item.
static void scrap_and_rework_follow_their_draws(void)
{
    takt_study *study = line_create(100000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(50))->quantity = 2;
    takt_station *station = line_station(study, "press", line_constant(1), "queue", NULL);
    line_route(study, station, "scrap", 0.25);
    line_route(study, station, "queue", 0.25);
    line_route(study, station, "out", 0.5);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 6);
    line_advance(r, 100049);
    const takt_stream stream = {(uint64_t)study->seed, 6, 0, TAKT_PURPOSE_ROUTE};
    int64_t n_draws = 0, n_left = 0, n_scrap = 0;
    for (; n_left < 2000; ++n_draws) {
        const double u = takt_stream_uniform(&stream, (uint64_t)n_draws);
        n_left += u < 0.25 || u >= 0.5;
        n_scrap += u < 0.25;
    }
    CHECK_INT(r->view.head->n_left, 2000);
    CHECK_INT(r->view.draws[takt_stream_route(r->plan, 0)], n_draws);
    CHECK_NEAR(r->view.head->scrapped, 2.0 * (double)n_scrap, 0, 0);
    CHECK_NEAR(r->view.stations[0].scrapped, 2.0 * (double)n_scrap, 0, 0);
    CHECK_NEAR(r->view.head->good, 2.0 * (double)(2000 - n_scrap), 0, 0);
    CHECK_NEAR(r->view.head->sojourn, (double)n_draws * 1e6, 0, 0);
    line_destroy(&study, &scenario);
}

/// A tank too small for an item hands it straight on where a machine takes enough of it at once:
/// all of it, or so much that the rest fits to the drop.
static void small_tanks_pass_items_on(void)
{
    for (int by_quantity = 0; by_quantity < 2; ++by_quantity) {
        takt_study *study = line_create(20);
        line_buffer(study, "tank", by_quantity ? 1 : 0.5)->by_quantity = true;
        takt_source *source = line_source(study, "tank", line_constant(10));
        source->quantity = 3;
        source->wait_if_full = true;
        takt_station *station = line_station(study, "cook", line_constant(1), "tank", "out");
        TAKT_ITEM(takt_input, station->inputs, 0)->by_quantity = by_quantity;
        TAKT_ITEM(takt_input, station->inputs, 0)->take = by_quantity ? 2 : 1;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 11);
        CHECK_INT(r->view.head->n_left, 1);
        CHECK_NEAR(r->view.head->good, by_quantity ? 2 : 3, 0, 0);
        CHECK_NEAR(r->view.buffers[0].quantity, by_quantity ? 1 : 0, 0, 0);
        line_destroy(&study, &scenario);
    }
}

/// Nor does a rack without places hold up what a machine draws by quantity.
static void a_rack_without_places_feeds_amounts(void)
{
    takt_study *study = line_create(10);
    line_buffer(study, "direct", 0);
    line_station(study, "maker", line_constant(1), NULL, "direct");
    takt_station *station = line_station(study, "cutter", line_constant(1), "direct", "out");
    TAKT_ITEM(takt_input, station->inputs, 0)->by_quantity = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 10);
    CHECK_INT(r->view.head->n_left, 9); // at 2, 3, ...
    line_destroy(&study, &scenario);
}

/// 0.1 + 0.7 is less than 0.8, and twice 0.3 leaves something of 0.1 + 0.2 + 0.3, to a machine of
/// binary numbers.
static void rounding_neither_starves_nor_clogs(void)
{
    takt_study *study = line_create(200);
    line_buffer(study, "rolls", TAKT_UNLIMITED);
    line_source(study, "rolls", line_constant(100))->quantity = 0.1;
    line_source(study, "rolls", line_constant(101))->quantity = 0.7;
    takt_station *station = line_station(study, "cutter", line_constant(1), "rolls", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "rolls", .take = 0.8, .by_quantity = true};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    CHECK(0.1 + 0.7 < 0.8);
    line_advance(r, 102);
    CHECK_INT(r->view.head->n_left, 1);
    CHECK_INT(r->view.head->n_in_plant, 0);
    line_destroy(&study, &scenario);

    study = line_create(200);
    line_buffer(study, "rolls", TAKT_UNLIMITED);
    line_source(study, "rolls", line_constant(100))->quantity = 0.1 + 0.2 + 0.3;
    station = line_station(study, "cutter", line_constant(1), "rolls", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "rolls", .take = 0.3, .by_quantity = true};
    scenario = line_open(study);
    r = line_start(scenario, 0);
    CHECK(0.1 + 0.2 + 0.3 - 0.3 - 0.3 > 0);
    line_advance(r, 102);
    CHECK_INT(r->view.head->n_left, 2);
    CHECK_INT(r->view.head->n_in_plant, 0);
    line_destroy(&study, &scenario);
}

/// 0.1 + 0.2 + 0.3 less each of them is not 0 either; an empty buffer holds nothing all the same.
static void an_empty_buffer_holds_nothing(void)
{
    takt_study *study = line_create(200);
    line_buffer(study, "rack", TAKT_UNLIMITED);
    for (int i = 0; i < 3; ++i)
        line_source(study, "rack", line_constant(100))->quantity = 0.1 * (i + 1);
    takt_station *station = line_station(study, "press", line_constant(1), "rack", "out");
    station->batch_min = station->batch_max = 3;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    CHECK(0.1 + 0.2 + 0.1 * 3 - 0.1 - 0.2 - 0.1 * 3 != 0);
    line_advance(r, 101);
    CHECK_INT(r->view.head->n_left, 3);
    CHECK_NEAR(r->view.buffers[0].quantity, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// One input of two items each: a new item is made of both.
static void pairs_from_one_buffer(void)
{
    takt_study *study = line_create(5);
    line_buffer(study, "halves", TAKT_UNLIMITED);
    line_source(study, "halves", line_constant(1))->quantity = 1.5;
    takt_station *station = line_station(study, "joiner", line_constant(1), "halves", "out");
    TAKT_ITEM(takt_input, station->inputs, 0)->take = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5);
    CHECK_INT(r->view.head->n_left, 2); // 2 to 3 and 4 to 5
    CHECK_NEAR(r->view.head->good, 6, 0, 0);
    CHECK_INT(r->view.head->n_in_plant, 1);
    line_destroy(&study, &scenario);
}

/// Two items reach a rack at one moment: the station that the study names first takes both.
static void the_first_station_of_the_study_comes_first(void)
{
    takt_study *study = line_create(10);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "rack", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    takt_station *oven = line_station(study, "oven", line_constant(1), "queue", "rack");
    oven->batch_min = oven->batch_max = 2;
    line_station(study, "first", line_constant(100), "rack", "out")->n_machines = 2;
    line_station(study, "second", line_constant(100), "rack", "out")->n_machines = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 4);
    line_check_times(r, 1, 2, 6, 0, 0, 0); // both at work since 3
    line_check_times(r, 2, 0, 8, 0, 0, 0);
    line_destroy(&study, &scenario);
}

/// One item that comes back again and again: the machine that has waited longer takes it, not the
/// one that has just let it go.
static void rework_goes_to_the_longest_idle_machine(void)
{
    takt_study *study = line_create(2000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1000));
    takt_station *station = line_station(study, "press", line_constant(2), "queue", NULL);
    station->n_machines = 2;
    line_route(study, station, "queue", 0.999);
    line_route(study, station, "out", 0.001);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    const takt_stream stream = {(uint64_t)study->seed, 0, 0, TAKT_PURPOSE_ROUTE};
    for (int k = 0; k < 6; ++k) {
        CHECK(takt_stream_uniform(&stream, (uint64_t)k) < 0.999);
        line_advance(r, 1001 + 2 * k);
        CHECK_INT(r->view.machines[k % 2].state, TAKT_MACHINE_WORKING);
    }
    line_destroy(&study, &scenario);
}

/// Each item of a batch is routed by a draw of its own.
static void items_of_a_batch_part(void)
{
    takt_study *study = line_create(31);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    takt_station *oven = line_station(study, "oven", line_constant(1), "queue", NULL);
    oven->batch_min = oven->batch_max = 3;
    line_route(study, oven, "scrap", 0.5);
    line_route(study, oven, "out", 0.5);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 1);
    const takt_stream stream = {(uint64_t)study->seed, 1, 0, TAKT_PURPOSE_ROUTE};
    int n_scrap = 0;
    for (uint64_t i = 0; i < 30; ++i)
        n_scrap += takt_stream_uniform(&stream, i) < 0.5;
    line_advance(r, 31);
    CHECK_INT(r->view.head->n_left, 30);
    CHECK_NEAR(r->view.head->scrapped, n_scrap, 0, 0);
    CHECK(n_scrap % 3 != 0); // whole batches would give a multiple
    line_destroy(&study, &scenario);
}

/// A rack full of rests has room for an arrival too: none is turned away.
static void arrivals_find_room_in_a_rack_of_rests(void)
{
    takt_study *study = line_create(12);
    line_buffer(study, "rolls", 2);
    line_source(study, "rolls", line_constant(1));
    takt_station *station = line_station(study, "cutter", line_constant(2), "rolls", "out");
    *TAKT_ITEM(takt_input, station->inputs, 0) =
        (takt_input){.from = "rolls", .take = 5, .by_quantity = true};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 12);
    CHECK_INT(r->view.head->n_left, 2); // 5 to 7 and 10 to 12
    CHECK_INT(r->view.head->n_turned_away, 0);
    CHECK_NEAR(r->view.head->good, 10, 1e-14, 0);
    line_destroy(&study, &scenario);
}

/// The active-period method: `first` is active from 0 to 3, when the buffer holds it up; `second`
/// has then been active since 1 and stays so.
static void the_bottleneck_is_active_longest(void)
{
    takt_study *study = line_create(10);
    line_buffer(study, "between", 1);
    line_station(study, "first", line_constant(1), NULL, "between");
    line_station(study, "second", line_constant(3), "between", "out");
    takt_scenario *scenario = line_open(study);
    double results[256];
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, results));
    const takt_report *report = takt_scenario_report(scenario);
    double share;
    CHECK_NEAR(results[report->first_bottleneck], 0.3, 1e-15, 0);
    CHECK_NEAR(results[report->first_bottleneck + 1], 0.7, 1e-15, 0);
    CHECK_INT(takt_report_bottleneck(report, 2, results, 1, &share), 1);
    CHECK_NEAR(share, 0.7, 1e-15, 0);
    line_destroy(&study, &scenario);
}

/// In a line without buffers and with equal times every second brings a wait that takes no time;
/// `first` is active from the beginning and remains the bottleneck.
static void waits_without_length_break_no_period(void)
{
    takt_study *study = line_create(10);
    line_buffer(study, "between", 0);
    line_station(study, "first", line_constant(1), NULL, "between");
    line_station(study, "second", line_constant(1), "between", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 10);
    line_check_times(r, 0, 10, 0, 0, 0, 0);
    double results[256];
    CHECK_OK(takt_replication_run(r, 0, results));
    CHECK_NEAR(results[takt_scenario_report(scenario)->first_bottleneck], 1, 0, 0);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(blocking_after_service), TEST(full_sources_lose_or_wait),
           TEST(the_longest_idle_machine_starts), TEST(batches_take_from_min_to_max),
           TEST(batches_leave_one_by_one), TEST(merging_items), TEST(racks_leave_a_mounted_rest),
           TEST(tanks_fill_by_quantity), TEST(an_input_without_places_wakes_up),
           TEST(an_able_machine_passes_one_that_lacks), TEST(scraps_in_a_full_rack_are_spliced),
           TEST(a_rack_with_enough_stays_full), TEST(scrap_and_rework_follow_their_draws),
           TEST(small_tanks_pass_items_on), TEST(a_rack_without_places_feeds_amounts),
           TEST(rounding_neither_starves_nor_clogs), TEST(an_empty_buffer_holds_nothing),
           TEST(pairs_from_one_buffer), TEST(the_first_station_of_the_study_comes_first),
           TEST(rework_goes_to_the_longest_idle_machine), TEST(items_of_a_batch_part),
           TEST(arrivals_find_room_in_a_rack_of_rests), TEST(the_bottleneck_is_active_longest),
           TEST(waits_without_length_break_no_period))
