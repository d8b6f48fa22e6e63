/// The check of a replication's books notices when one of them is wrong: each count, list and event
/// in turn is falsified.
#include "tests/sim/lines.h"

/// Three stations at 70 s: the first is broken, the second at work, the third idle.
static takt_study *busy_line(void)
{
    takt_study *study = line_create(200);
    line_crew(study, "crew", 1);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "between", 2);
    takt_source *source = line_source(study, "queue", line_constant(4));
    source->value = 3;
    takt_station *first = line_station(study, "first", line_constant(2), "queue", "between");
    line_failure(study, first, TAKT_METER_CLOCK, line_constant(60), line_constant(50))->crew =
        "crew";
    line_station(study, "second", line_constant(7), "between", "out");
    line_station(study, "idle", line_constant(1), "rare", "out");
    line_buffer(study, "rare", 5);
    line_source(study, "rare", line_constant(150));
    return study;
}

typedef enum lie {
    LIE_SOJOURN,
    LIE_PLANT_TIME,
    LIE_ITEMS_IN_PLANT,
    LIE_VALUE,
    LIE_LEVEL,
    LIE_QUANTITY,
    LIE_LAST_ITEM,
    LIE_AGENDA,
    LIE_LOST_ITEM,
    LIE_LOST_EVENT,
    LIE_LATE_EVENT,
    LIE_IDLE,
    LIE_JOB,
    LIE_CREW,
    LIE_ACTIVE,
    LIE_TIME,
    LIE_BOTTLENECK,
    LIE_SOURCE,
    LIE_FINISHED,
    LIE_COUNT
} lie;

static void falsify_items(takt_replication *r, lie what)
{
    takt_state_head *head = r->view.head;
    takt_buffer_state *queue = &r->view.buffers[0];
    head->sojourn += what == LIE_SOJOURN;
    head->plant_time += what == LIE_PLANT_TIME;
    head->n_in_plant += what == LIE_ITEMS_IN_PLANT;
    head->value_in_plant += what == LIE_VALUE ? 0.01 : 0;
    head->n_items_used += what == LIE_LOST_ITEM;
    queue->n_items -= what == LIE_LEVEL;
    queue->quantity += what == LIE_QUANTITY ? 1e-3 : 0;
    queue->last = what == LIE_LAST_ITEM ? queue->first : queue->last;
    queue->is_marked = what == LIE_AGENDA;
    if (what == LIE_SOURCE)
        r->view.source_item[1] = 0;
}

static void falsify(takt_replication *r, lie what)
{
    falsify_items(r, what);
    if (what == LIE_LOST_EVENT)
        r->view.slot_word[takt_slot_source(r->plan, 0)] = UINT64_MAX;
    if (what == LIE_LATE_EVENT)
        r->view.nodes[r->view.head->queue.n_nodes - 1].time = 1;
    if (what == LIE_IDLE)
        r->view.machines[2].state = TAKT_MACHINE_WORKING;
    if (what == LIE_JOB)
        r->view.machines[1].has_job = 0;
    if (what == LIE_FINISHED)
        r->view.machines[1].finished = 1;
    if (what == LIE_ACTIVE)
        r->view.machines[1].is_active = 0;
    r->view.crews[0].n_free += what == LIE_CREW;
    r->view.stations[2].time[TAKT_MACHINE_STARVED] += what == LIE_TIME;
    r->view.stations[2].bottleneck_time += what == LIE_BOTTLENECK ? LINE_S(100) : 0;
}

static void every_lie_is_noticed(void)
{
    takt_study *study = busy_line();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 70);
    CHECK(r->view.buffers[0].n_items > 2);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_WORKING);
    char *truth = takt_alloc(takt_replication_state_bytes(r));
    CHECK(truth);
    takt_replication_save(r, truth);
    for (int what = 0; what < LIE_COUNT; ++what) {
        falsify(r, (lie)what);
        if (!takt_replication_inconsistency(r))
            CHECK_FAILED("lie %d goes unnoticed", what);
        takt_replication_load(r, truth);
        const char *found = takt_replication_inconsistency(r);
        if (found)
            CHECK_FAILED("after lie %d: %s", what, found);
    }
    takt_free(truth);
    line_destroy(&study, &scenario);
}

/// Another plan than the one it ran under: what was right before is not any more.
static void who_could_go_on_is_noticed(void)
{
    takt_study *study = busy_line();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 50);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED);
    CHECK_INT(r->view.machines[2].state, TAKT_MACHINE_STARVED);
    r->plan->buffers[1].capacity = r->plan->buffers[1].places = 3;
    CHECK_CONTAINS(takt_replication_inconsistency(r), "an item waits before buffer 1");
    r->plan->buffers[1].capacity = r->plan->buffers[1].places = 1;
    CHECK_CONTAINS(takt_replication_inconsistency(r), "buffer 1 holds 2, its capacity is 1");
    r->plan->buffers[1].capacity = r->plan->buffers[1].places = 2;
    r->plan->stations[2].batch_min = r->plan->stations[2].items_needed = 0; // starts with nothing
    CHECK_CONTAINS(takt_replication_inconsistency(r), "machine 2 of station 2 is idle and could");
    r->plan->stations[2].batch_min = r->plan->stations[2].items_needed = 1;
    CHECK(!takt_replication_inconsistency(r));
    line_destroy(&study, &scenario);
}

/// A check that says yes to everything would pass the test above: it names what it found.
static void the_breach_is_named(void)
{
    takt_study *study = busy_line();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 70);
    falsify(r, LIE_SOJOURN);
    CHECK_CONTAINS(takt_replication_inconsistency(r), "Little's law");
    falsify(r, LIE_CREW);
    CHECK_CONTAINS(takt_replication_inconsistency(r), "crew 0: 1 free, 1 at work, of 1");
    falsify(r, LIE_VALUE);
    CHECK_CONTAINS(takt_replication_inconsistency(r), "items are worth");
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(every_lie_is_noticed), TEST(who_could_go_on_is_noticed), TEST(the_breach_is_named))
