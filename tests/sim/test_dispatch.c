// Each rule takes the waiting item that its definition names, whatever came in between.

#include "sim/state_internal.h"
#include "tests/sim/lines.h"

enum { N_ITEMS = 6 };

/// What waits before one machine: [N_ITEMS] products, each with one item.
typedef struct waiting {
    int priority;
    double due_s;     // 0: none
    double step_s;    // of the step that is waited for
    double later_s;   // of a second step elsewhere; 0: none
    double release_s; // while the machine works on something else until 100 s
} waiting;

static const waiting items[N_ITEMS] = {
    {1, 400, 30, 50, 1},  {3, 300, 20, 0, 2},  {2, 0, 50, 10, 3},
    {3, 500, 10, 200, 4}, {0, 300, 20, 90, 5}, {2, 350, 40, 5, 6},
};

static takt_distribution *time_in(takt_study *study, double seconds)
{
    takt_distribution *time = takt_arena_alloc(study->arena, sizeof *time);
    *time = line_constant(seconds);
    return time;
}

static void add_product(takt_study *study, const waiting *item, int number)
{
    takt_product *product = line_append(study, &study->factory.products, sizeof *product);
    const char *name = takt_arena_format(study->arena, "p%d", number);
    *product = (takt_product){.name = name, .priority = item->priority};
    product->due = item->due_s > 0 ? time_in(study, item->due_s - item->release_s) : NULL;
    takt_step *step = line_append(study, &product->steps, sizeof *step);
    *step = (takt_step){.station = "machine", .service = time_in(study, item->step_s)};
    if (item->later_s > 0) {
        step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.station = "later", .service = time_in(study, item->later_s)};
    }
    takt_source *source = line_source(study, NULL, line_constant(item->release_s));
    source->product = name;
}

/// One machine that is busy until 100 s; each product comes once before that, and then much later.
static takt_study *shop(const char *const *rules, int n_rules)
{
    takt_study *study = line_create(1000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "queue_later", TAKT_UNLIMITED);
    takt_station *machine = line_station(study, "machine", line_constant(1), "queue", NULL);
    line_station(study, "later", line_constant(1), "queue_later", NULL);
    for (int i = 0; i < n_rules; ++i)
        *(const char **)line_append(study, &machine->dispatch, sizeof(const char *)) = rules[i];
    takt_stop *stop = line_stop(study, machine, "first", TAKT_METER_CLOCK, 0.5 / 3600, 99.5);
    stop->strikes = TAKT_STRIKE_AT_ONCE;
    for (int i = 0; i < N_ITEMS; ++i)
        add_product(study, &items[i], i);
    return study;
}

/// The products in the order in which the machine takes them; -1 behind the last.
static void order_of(takt_study *study, int order[N_ITEMS])
{
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    int n = 0;
    line_advance(r, 7); // each has come once, the second of the first comes at 2 s and so on
    for (int32_t i = 0; i < r->plan->n_sources; ++i)
        takt_event_cancel(r->view.slot_word, takt_slot_source(r->plan, i));
    const int32_t root = r->view.buffers[0].first;
    int n_waiting = 0;
    for (int32_t item = root; item != TAKT_NONE; item = takt_queue_next(r, 0, item))
        ++n_waiting;
    CHECK_INT(n_waiting, r->view.buffers[0].n_items);
    while (n_waiting-- > 0) {
        const int32_t item = takt_buffer_take(r, 0, TAKT_NONE);
        const takt_ticket *ticket = &r->view.tickets[item];
        if (ticket->serial == 0)
            order[n++] = ticket->product;
    }
    CHECK_INT(n, N_ITEMS);
    line_destroy(&study, &scenario);
}

typedef struct rule_row {
    const char *rules[2];
    int order[N_ITEMS];
} rule_row;

/// Written by hand from the table of items; now is 7 s. Slack: due - work left = 320, 280, -, 290,
/// 190, 305. Critical ratio: (due - 7) / work left = 4.91, 14.65, -, 2.35, 2.66, 7.62.
static const rule_row rows[] = {
    {{"first_come"}, {0, 1, 2, 3, 4, 5}},
    {{"last_come"}, {5, 4, 3, 2, 1, 0}},
    {{"priority"}, {1, 3, 2, 5, 0, 4}},
    {{"shortest_time"}, {3, 1, 4, 0, 5, 2}},
    {{"longest_time"}, {2, 5, 0, 1, 4, 3}},
    {{"shortest_job"}, {3, 1, 4, 0, 5, 2}},
    {{"earliest_due_date"}, {1, 4, 5, 0, 3, 2}},
    {{"least_slack"}, {4, 1, 3, 5, 0, 2}},
    {{"critical_ratio"}, {3, 4, 0, 5, 1, 2}},
    {{"least_work_left"}, {1, 5, 2, 0, 4, 3}},
    {{"most_work_left"}, {3, 4, 0, 2, 5, 1}},
    {{"oldest"}, {0, 1, 2, 3, 4, 5}},
    {{"priority", "earliest_due_date"}, {1, 3, 5, 2, 0, 4}},
    {{"shortest_time", "last_come"}, {3, 4, 1, 0, 5, 2}},
    {{"priority", "critical_ratio"}, {3, 1, 5, 2, 0, 4}},
};

static void rules_take_whom_they_name(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        int order[N_ITEMS];
        order_of(shop(rows[i].rules, rows[i].rules[1] ? 2 : 1), order);
        for (int k = 0; k < N_ITEMS; ++k)
            if (order[k] != rows[i].order[k])
                CHECK_FAILED("%s, %s: place %d went to item %d, expected %d", rows[i].rules[0],
                             rows[i].rules[1] ? rows[i].rules[1] : "-", k, order[k],
                             rows[i].order[k]);
    }
}

/// 100 points for each unit of priority against 3600 for each hour of work left: 1 s is 1 point.
static void scores_weigh(void)
{
    static const char *const rules[] = {"score"};
    static const int expected[N_ITEMS] = {3, 1, 2, 5, 0, 4};
    takt_study *study = shop(rules, 1);
    takt_score *score = takt_arena_alloc(study->arena, sizeof *score);
    int order[N_ITEMS];
    *score = (takt_score){.priority = 100, .left = 3600};
    TAKT_ITEM(takt_station, study->factory.stations, 0)->score = score;
    // Points: 180, 320, 260, 510, 110, 245.
    order_of(study, order);
    for (int k = 0; k < N_ITEMS; ++k)
        CHECK_INT(order[k], expected[k]);
}

/// Many items come, go, and are taken out of the middle: the heap always gives what a search over
/// all of them finds.
static void heaps_agree_with_a_search(void)
{
    static const char *const rules[] = {"priority"};
    takt_study *study = shop(rules, 1);
    study->factory.max_items = 400;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    const takt_stream stream = {.seed = 5, .purpose = TAKT_PURPOSE_TEST};
    for (uint64_t i = 0; i < 20000; ++i) {
        const double u = takt_stream_uniform(&stream, 2 * i);
        const int32_t n = r->view.buffers[0].n_items;
        if (n < 300 && u < 0.5) {
            const int32_t item = takt_items_take_new(r);
            takt_ticket_begin(r, item, 0, 0);
            r->view.tickets[item].priority =
                (int32_t)(20 * takt_stream_uniform(&stream, 2 * i + 1));
            takt_queue_push(r, 0, item);
            r->view.buffers[0].n_items += 1;
            continue;
        }
        if (n == 0)
            continue;
        int32_t best = TAKT_NONE, any = TAKT_NONE, seen = 0;
        for (int32_t k = r->view.buffers[0].first; k != TAKT_NONE; k = takt_queue_next(r, 0, k)) {
            const takt_ticket *ticket = &r->view.tickets[k];
            const takt_ticket *other = best == TAKT_NONE ? NULL : &r->view.tickets[best];
            if (!other || ticket->priority > other->priority ||
                (ticket->priority == other->priority && ticket->arrival < other->arrival))
                best = k;
            any = seen++ == n / 2 ? k : any;
        }
        CHECK_INT(seen, n);
        if (u < 0.9) {
            any = takt_queue_choose(r, 0, TAKT_NONE);
            CHECK_INT(any, best);
        }
        takt_queue_remove(r, 0, any);
        takt_items_release(r, any);
        r->view.buffers[0].n_items -= 1;
    }
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(rules_take_whom_they_name), TEST(scores_weigh), TEST(heaps_agree_with_a_search))
