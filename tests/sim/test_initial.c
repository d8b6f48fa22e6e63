/// What lies in the buffers at time 0, and what the rows of a list say of products, against
/// outcomes computed by hand.
#include "sim/arrival_file.h"
#include "sim/look.h"
#include "tests/sim/lines.h"

static takt_initial *add_initial(takt_study *study, takt_buffer *buffer, int32_t items)
{
    takt_initial *initial = line_append(study, &buffer->initial, sizeof *initial);
    *initial = (takt_initial){.items = items, .quantity = 1};
    return initial;
}

/// Three items before a server of 4 s, nothing else ever comes: out at 4, 8 and 12.
static void a_queue_is_worked_off(void)
{
    takt_study *study = line_create(100);
    takt_buffer *queue = line_buffer(study, "queue", 3);
    add_initial(study, queue, 2)->value = 5;
    add_initial(study, queue, 1)->quantity = 0.5;
    line_station(study, "server", line_constant(4), "queue", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    takt_item_look items[4];
    CHECK_INT(takt_look_items(r, items, 4), 3);
    CHECK_INT(r->view.head->n_in_plant, 3);
    CHECK_NEAR(r->view.head->value_in_plant, 10, 0, 0);
    CHECK_INT(takt_look_machine(r, 0).state, TAKT_MACHINE_WORKING); // those in front at once
    CHECK_NEAR(items[2].quantity, 0.5, 0, 0);
    for (int i = 1; i <= 3; ++i) {
        line_advance(r, 4 * i - 1);
        CHECK_INT(r->view.head->n_left, i - 1);
        line_advance(r, 4 * i);
        CHECK_INT(r->view.head->n_left, i);
    }
    CHECK_INT(takt_replication_next(r), TAKT_TICK_NEVER);
    line_advance(r, 100);
    CHECK_NEAR(r->view.head->sojourn, (4 + 8 + 12) * 1e6, 0, 0);
    CHECK_NEAR(r->view.head->good, 2.5, 0, 0);
    CHECK_INT(r->view.head->n_arrived, 0);
    line_destroy(&study, &scenario);
}

/// A tank, a shift that begins later, and a replication begun anew, midway and from the beginning.
static void tanks_and_shifts(void)
{
    takt_study *study = line_create(100);
    takt_buffer *tank = line_buffer(study, "tank", 5);
    tank->by_quantity = true;
    add_initial(study, tank, 2)->quantity = 2.5;
    takt_station *press = line_station(study, "press", line_constant(1), "tank", "out");
    TAKT_ITEM(takt_input, press->inputs, 0)->by_quantity = true;
    TAKT_ITEM(takt_input, press->inputs, 0)->take = 2;
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    *calendar = (takt_calendar){.name = "late", .cycle_s = 100};
    takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
    *shift = (takt_shift){.from_s = 10, .to_s = 100};
    press->calendar = "late";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 5);
    for (int round = 0; round < 2; ++round) {
        r = line_start(scenario, 0);
        line_advance(r, 10.5);
        CHECK_INT(r->view.head->n_left, 0);
        CHECK_NEAR(takt_look_buffer(r, 0).level, 3, 1e-12, 0);
        line_advance(r, 13);
        CHECK_INT(r->view.head->n_left, 2); // at 11 and 12; 1 is too little
        CHECK_NEAR(takt_look_buffer(r, 0).level, 1, 1e-12, 0);
    }
    line_destroy(&study, &scenario);
}

/// A product of three steps: first on `a`, then on `b`, and on `a` again.
static takt_product *add_product(takt_study *study, const char *name, int32_t priority)
{
    static const char *const steps[3] = {"cut", "drill", "polish"};
    takt_product *product = line_append(study, &study->factory.products, sizeof *product);
    *product = (takt_product){.name = name, .priority = priority};
    for (int i = 0; i < 3; ++i) {
        takt_step *step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.name = steps[i], .station = i == 1 ? "b" : "a"};
    }
    return product;
}

static takt_study *shop(void)
{
    static const char *const rules[] = {"priority"};
    takt_study *study = line_create(100);
    line_buffer(study, "a_in", TAKT_UNLIMITED);
    line_buffer(study, "b_in", TAKT_UNLIMITED);
    line_station(study, "a", line_constant(2), "a_in", NULL)->dispatch =
        (takt_list){(void *)(uintptr_t)rules, 1};
    line_station(study, "b", line_constant(5), "b_in", NULL);
    add_product(study, "shaft", 0);
    add_product(study, "gear", 1);
    return study;
}

/// A gear that only has to be polished, a shaft at the beginning, one that waits for drilling.
static void items_begin_at_their_steps(void)
{
    takt_study *study = shop();
    takt_buffer *a_in = TAKT_ITEM(takt_buffer, study->factory.buffers, 0);
    takt_initial *cut = add_initial(study, a_in, 1), *polish = add_initial(study, a_in, 1);
    cut->product = "shaft";
    cut->step = "cut";
    polish->product = "gear";
    polish->step = "polish";
    add_initial(study, a_in + 1, 1)->product = "shaft"; // one step waits there
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 2);
    CHECK_INT(r->view.products[1].n_finished, 1); // the gear went first: at 2
    line_advance(r, 7);
    CHECK_INT(r->view.products[0].n_finished, 1); // drilled 0 to 5, polished 5 to 7
    line_advance(r, 12);
    CHECK_INT(r->view.products[0].n_finished, 2); // cut 2 to 4, drilled 5 to 10, polished to 12
    CHECK_INT(r->view.head->n_in_plant, 0);
    line_destroy(&study, &scenario);
}

/// A step without a name has that of its station, here as everywhere.
static void steps_without_a_name_have_that_of_their_station(void)
{
    takt_study *study = shop();
    takt_product *shaft = TAKT_ITEM(takt_product, study->factory.products, 0);
    takt_initial *drill = add_initial(study, TAKT_ITEM(takt_buffer, study->factory.buffers, 1), 1);
    TAKT_ITEM(takt_step, shaft->steps, 1)->name = NULL;
    drill->product = "shaft";
    drill->step = "b";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 7);
    CHECK_INT(r->view.products[0].n_finished, 1); // drilled 0 to 5, polished 5 to 7
    line_destroy(&study, &scenario);
}

/// Rows name products, priorities and due dates; an empty cell means the product of the source.
static void lists_name_products(void)
{
    static const char text[] = "time_s,product,priority,due_s\n0,shaft,0,10\n0,gear,0,9\n"
                               "0,shaft,7,11\n3,,0,100\n";
    takt_study *study = shop();
    takt_text copy = {0};
    takt_source *source = line_source(study, NULL, (takt_distribution){0});
    source->file = "orders.csv";
    takt_text_append(&copy, text);
    CHECK_OK(takt_arrival_list_read("orders.csv", &copy, source, &study->factory.products,
                                    study->arena, &source->arrivals));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    // At 0 all three come before a decides: the urgent shaft, then the gear, then the shaft.
    line_advance(r, 2);
    CHECK_INT(r->view.tickets[2].step, 1);
    line_advance(r, 4);
    CHECK_INT(r->view.tickets[1].step, 1);
    CHECK_INT(r->view.tickets[0].step, 0);
    CHECK_INT(r->view.tickets[3].product, 0); // the first that the file names is the default
    line_advance(r, 60);
    CHECK_INT(r->view.products[0].n_finished, 3);
    CHECK_INT(r->view.products[1].n_finished, 1);
    CHECK_INT(r->view.products[0].n_late, 1); // 9; 22 where 10 were allowed; 32
    CHECK_INT(r->view.products[1].n_late, 1);
    takt_text_destroy(&copy);
    line_destroy(&study, &scenario);
}

static void refuse(takt_study *study, const char *path, const char *words)
{
    takt_problem problem;
    CHECK_STATUS(takt_factory_resolve(&study->factory, &problem), TAKT_ERR_INPUT);
    CHECK_TEXT(problem.path, path);
    if (!strstr(problem.text, words))
        CHECK_FAILED("found '%s', expected '%s' in it", problem.text, words);
    takt_study_destroy(&study);
}

static void what_cannot_lie_there(void)
{
    takt_study *study = shop();
    takt_buffer *a_in = TAKT_ITEM(takt_buffer, study->factory.buffers, 0);
    add_initial(study, a_in, 1)->product = "shaft";
    refuse(study, "factory.buffers[0].initial[0].step", "found none, but several steps");
    study = shop();
    takt_initial *initial =
        add_initial(study, TAKT_ITEM(takt_buffer, study->factory.buffers, 1), 1);
    initial->product = "shaft";
    initial->step = "cut";
    refuse(study, "factory.buffers[1].initial[0].step", "a step that waits in 'b_in'");
    study = shop();
    add_initial(study, TAKT_ITEM(takt_buffer, study->factory.buffers, 1), 1)->product = "wheel";
    refuse(study, "factory.buffers[1].initial[0].product", "found 'wheel'");
    study = line_create(10);
    add_initial(study, line_buffer(study, "queue", 3), 1)->step = "cut";
    line_station(study, "server", line_constant(4), "queue", "out");
    refuse(study, "factory.buffers[0].initial[0].step", "without a product");
    study = line_create(10);
    add_initial(study, line_buffer(study, "queue", 3), 4);
    line_station(study, "server", line_constant(4), "queue", "out");
    refuse(study, "factory.buffers[0].initial", "found 4 in 'queue', allowed: its capacity, 3");
    study = line_create(10);
    add_initial(study, line_buffer(study, "queue", TAKT_UNLIMITED), 401);
    study->factory.max_items = 400;
    line_station(study, "server", line_constant(4), "queue", "out");
    refuse(study, "factory.buffers[0].initial", "factory.max_items, 400");
}

TAKT_TESTS(TEST(a_queue_is_worked_off), TEST(tanks_and_shifts), TEST(items_begin_at_their_steps),
           TEST(steps_without_a_name_have_that_of_their_station), TEST(lists_name_products),
           TEST(what_cannot_lie_there))
