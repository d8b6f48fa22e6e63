/// A replication is a function of its number, whatever the steps, snapshots and runs before it; it
/// allocates nothing, fails cleanly, and keeps its books in any factory.
#include "tests/sim/factories.h"

#if defined(__SANITIZE_ADDRESS__)
enum { N_FACTORIES = 300 };
#else
enum { N_FACTORIES = 1200 };
#endif

/// The part of the state that a replication's number determines: items never used may hold rests
/// of earlier runs.
typedef struct picture {
    char *bytes;
    size_t n_before, n_items, n_states;
} picture;

static picture take_picture(const takt_replication *r)
{
    const size_t n_used = (size_t)r->view.head->n_items_used;
    picture p = {.n_before = (size_t)((const char *)r->view.items - r->block),
                 .n_items = n_used * sizeof *r->view.items,
                 .n_states = n_used * (size_t)r->plan->n_state * sizeof *r->view.item_state};
    p.bytes = takt_alloc(p.n_before + p.n_items + p.n_states);
    CHECK(p.bytes);
    memcpy(p.bytes, r->block, p.n_before);
    memcpy(p.bytes + p.n_before, r->view.items, p.n_items);
    if (p.n_states)
        memcpy(p.bytes + p.n_before + p.n_items, r->view.item_state, p.n_states);
    return p;
}

static bool same_picture(picture *a, picture *b)
{
    const size_t n = a->n_before + a->n_items + a->n_states;
    const bool same = n == b->n_before + b->n_items + b->n_states && !memcmp(a->bytes, b->bytes, n);
    takt_free(a->bytes);
    takt_free(b->bytes);
    return same;
}

/// Factories that the properties are tried on: what resolves of the random ones.
static takt_scenario *open_factory(uint32_t index, takt_study **study)
{
    takt_scenario *scenario = NULL;
    *study = random_factory(index);
    const takt_status status = takt_study_resolve(*study);
    if (status != TAKT_OK)
        CHECK_FAILED("factory %u: %s", index, takt_error_text());
    CHECK_OK(takt_scenario_create(*study, NULL, &scenario));
    return scenario;
}

/// Places kept in a buffer are those of the jobs that will need one, and they are there.
static void check_places(const takt_replication *r, uint32_t index)
{
    for (int32_t b = 0; b < r->plan->n_buffers; ++b) {
        const takt_buffer_state *buffer = &r->view.buffers[b];
        const int32_t belt = r->plan->buffers[b].conveyor - 1;
        int32_t n = belt < 0 ? 0 : r->view.belts[belt].n;
        for (int32_t v = 0; v < r->plan->transport.n_vehicles; ++v) {
            const takt_vehicle *vehicle = &r->view.vehicles[v];
            if (vehicle->lane != TAKT_NONE && r->plan->transport.lanes[vehicle->lane].buffer == b)
                n += vehicle->n_items + (vehicle->machine != TAKT_NONE);
        }
        for (int32_t m = 0; m < r->plan->n_machines; ++m) {
            const takt_machine *machine = &r->view.machines[m];
            n += r->plan->stations[machine->station].blocks_before && machine->has_job &&
                 machine->route == b;
        }
        if (n != buffer->n_reserved ||
            (n > 0 && buffer->n_items + n > r->plan->buffers[b].capacity))
            CHECK_FAILED("factory %u: %d places are kept in buffer %d of %g with %d items for %d "
                         "jobs",
                         index, buffer->n_reserved, b, r->plan->buffers[b].capacity,
                         buffer->n_items, n);
    }
}

static void check_books(takt_replication *r, uint32_t index, double time_s)
{
    const char *found = takt_replication_inconsistency(r);
    if (found)
        CHECK_FAILED("factory %u at %g s: %s", index, time_s, found);
    check_places(r, index);
}

/// Options that a factory uses: the properties would say nothing about those that none has.
typedef struct usage {
    int before, interrupted[TAKT_INTERRUPTED_COUNT];
    int strikes[2][TAKT_STRIKE_COUNT], counts[2][TAKT_METER_COUNT]; // of stops, of failures
    int operators, several_crews, several_members, pre_emptions, first, last, crews_pause;
    int stop_crews, several, rests, shift_ends[TAKT_SHIFT_END_COUNT];
    int takes, source_takes, returns[TAKT_CARD_WHEN_COUNT], matches;
    int transits, belts[2], driven, profiles, batches, firsts, numbers, lists, initial, of_product;
    int waits, to_setups, scores, makes, wears, conditions, sensors, tariffs;
} usage;

static void count_usage(const takt_factory *factory, usage *u)
{
    for (int i = 0; i < factory->sources.n_items; ++i)
        u->source_takes += TAKT_ITEM(takt_source, factory->sources, i)->takes_cards.n_items;
    for (int i = 0; i < factory->stations.n_items; ++i) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, i);
        u->before += station->blocking == TAKT_BLOCKING_BEFORE;
        u->interrupted[station->interrupted] += station->failures.n_items > 0;
        u->several += station->failures.n_items > 1;
        u->shift_ends[station->shift_end] += station->calendar != NULL;
        u->takes += station->takes_cards.n_items;
        u->matches += takt_station_matches(station);
        for (int k = 0; k < station->returns_cards.n_items; ++k)
            u->returns[TAKT_ITEM(takt_card_return, station->returns_cards, k)->when] += 1;
        if (station->operators) {
            const takt_people *call = &station->operators->call;
            u->operators += 1;
            u->several_crews += call->crews.n_items > 1;
            u->several_members += call->members > 1;
            u->first += call->priority > 0;
            u->last += call->priority < 0;
        }
        for (int k = 0; k < station->stops.n_items; ++k) {
            const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, k);
            u->strikes[0][stop->strikes] += 1;
            u->counts[0][stop->counts] += 1;
            u->stop_crews += stop->crew != NULL;
        }
        for (int k = 0; k < station->failures.n_items; ++k) {
            const takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, k);
            u->strikes[1][failure->strikes] += 1;
            u->counts[1][failure->counts] += 1;
            u->rests += failure->rests_idle && failure->rests_blocked;
        }
    }
}

static void count_ways(const takt_factory *factory, usage *u)
{
    u->tariffs += factory->prices.tariff != NULL;
    for (int i = 0; i < factory->sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        u->profiles += source->rate_profile != NULL;
        u->batches += source->batch.mean_s > 0;
        u->firsts += source->first != NULL;
        u->numbers += source->number > 0;
        u->lists += source->file != NULL;
    }
    for (int i = 0; i < factory->buffers.n_items; ++i) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, i);
        u->transits += buffer->transit_s > 0;
        if (buffer->conveyor)
            u->belts[buffer->conveyor->accumulating] += 1;
        for (int k = 0; k < buffer->initial.n_items; ++k) {
            u->initial += 1;
            u->of_product += TAKT_ITEM(takt_initial, buffer->initial, k)->product != NULL;
        }
    }
    for (int i = 0; i < factory->stations.n_items; ++i) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, i);
        u->waits += station->setup_min_run_waits;
        u->to_setups += station->changeovers.n_items > 1;
        u->scores += station->score != NULL;
        u->makes += station->makes != NULL;
        u->wears += station->wears.n_items;
        u->sensors += station->sensors.n_items;
        for (int k = 0; k < station->stops.n_items; ++k)
            u->conditions += TAKT_ITEM(takt_stop, station->stops, k)->condition != NULL;
        for (int k = 0; k < station->routes.n_items; ++k)
            u->driven += TAKT_ITEM(takt_route, station->routes, k)->by != NULL;
    }
}

static void count_crews(const takt_factory *factory, usage *u)
{
    for (int i = 0; i < factory->crews.n_items; ++i) {
        const takt_crew *crew = TAKT_ITEM(takt_crew, factory->crews, i);
        u->pre_emptions += crew->pre_emption == TAKT_PRE_EMPTION_BY_PRIORITY;
        u->crews_pause += crew->calendar && crew->shift_end == TAKT_SHIFT_END_PAUSES;
    }
}

static void random_factories_use_every_option(void)
{
    usage u = {.before = 0};
    for (uint32_t i = 0; i < 300; ++i) {
        takt_study *study = random_factory(i);
        count_usage(&study->factory, &u);
        count_crews(&study->factory, &u);
        count_ways(&study->factory, &u);
        takt_study_destroy(&study);
    }
    const int *counts = (const int *)&u;
    for (size_t i = 0; i < sizeof u / sizeof *counts; ++i)
        if (counts[i] < 10)
            CHECK_FAILED("option %zu is used %d times", i, counts[i]);
}

static void random_factories_keep_their_books(void)
{
    int64_t n_events = 0, n_left = 0;
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        takt_replication *r = line_start(scenario, i % 3);
        check_books(r, i, 0);
        for (int step = 1; step <= 90; ++step) {
            CHECK_OK(takt_replication_advance(r, LINE_S(2.5 * step)));
            check_books(r, i, 2.5 * step);
            if (step == 30) {
                takt_replication_measure(r);
                check_books(r, i, 2.5 * step);
            }
        }
        n_events += takt_replication_n_events(r);
        n_left += r->view.head->n_left;
        line_destroy(&study, &scenario);
    }
    CHECK(n_events > 100 * N_FACTORIES); // the property would be empty in plants that stand still
    CHECK(n_left > 10 * N_FACTORIES);
}

static void odd_steps_lead_to_the_same_bytes(void)
{
    for (uint32_t i = 0; i < 60; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        takt_replication *r = line_start(scenario, 4);
        CHECK_OK(takt_replication_advance(r, LINE_S(200)));
        picture once = take_picture(r);
        r = line_start(scenario, 4);
        for (takt_tick t = 1; t < LINE_S(200); t = t * 5 / 3 + 7)
            CHECK_OK(takt_replication_advance(r, t));
        for (int k = 0; k < 2; ++k) // arriving twice changes nothing either
            CHECK_OK(takt_replication_advance(r, LINE_S(200)));
        picture stepped = take_picture(r);
        if (!same_picture(&once, &stepped))
            CHECK_FAILED("factory %u: steps change the state", i);
        line_destroy(&study, &scenario);
    }
}

static void single_events_lead_to_the_same_bytes(void)
{
    for (uint32_t i = 0; i < N_FACTORIES / 10; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        takt_replication *r = line_start(scenario, 1);
        CHECK_OK(takt_replication_advance(r, LINE_S(120)));
        picture once = take_picture(r);
        r = line_start(scenario, 1);
        for (takt_tick next; (next = takt_replication_next(r)) <= LINE_S(120);) {
            CHECK_OK(takt_replication_advance(r, next));
            check_books(r, i, takt_tick_to_s(next));
        }
        CHECK_OK(takt_replication_advance(r, LINE_S(120)));
        picture stepped = take_picture(r);
        if (!same_picture(&once, &stepped))
            CHECK_FAILED("factory %u: single events change the state", i);
        line_destroy(&study, &scenario);
    }
}

static void snapshots_go_on_to_the_same_bytes(void)
{
    for (uint32_t i = 0; i < 60; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        takt_replication *r = line_start(scenario, 2), *other = NULL;
        CHECK_OK(takt_replication_create(takt_scenario_plan(scenario), &other));
        CHECK_OK(takt_replication_reset(other, 9)); // its own past must leave no trace
        CHECK_OK(takt_replication_advance(other, LINE_S(33)));
        const size_t n_bytes = takt_replication_state_bytes(r);
        CHECK_INT(takt_replication_state_bytes(other), n_bytes);
        char *block = takt_alloc(3 * n_bytes);
        memset(block, 0xA5, 3 * n_bytes);
        CHECK_OK(takt_replication_advance(r, LINE_S(71.3)));
        takt_replication_save(r, block);
        CHECK(memcmp(block, r->block, n_bytes) == 0); // to the last byte, used or not
        CHECK_OK(takt_replication_advance(r, LINE_S(190)));
        takt_replication_save(r, block + n_bytes);
        takt_replication_load(r, block);
        CHECK_INT(takt_replication_now(r), LINE_S(71.3));
        CHECK_OK(takt_replication_advance(r, LINE_S(190)));
        takt_replication_save(r, block + 2 * n_bytes);
        CHECK(memcmp(block + n_bytes, block + 2 * n_bytes, n_bytes) == 0);
        takt_replication_load(other, block);
        CHECK_OK(takt_replication_advance(other, LINE_S(190)));
        takt_replication_save(other, block + 2 * n_bytes);
        CHECK(memcmp(block + n_bytes, block + 2 * n_bytes, n_bytes) == 0);
        takt_free(block);
        takt_replication_destroy(&other);
        line_destroy(&study, &scenario);
    }
}

static void numbers_name_replications(void)
{
    takt_study *study = line_mm1(0.8, 1000);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    const size_t n_bytes = (size_t)takt_scenario_report(scenario)->n_values * sizeof(double);
    double first[256], second[256];
    CHECK(n_bytes <= sizeof first);
    CHECK_OK(takt_replication_run(r, 7, first));
    picture a = take_picture(r);
    CHECK_OK(takt_replication_run(r, 8, second));
    CHECK(memcmp(first, second, n_bytes) != 0);
    CHECK_OK(takt_replication_run(r, 7, second));
    picture b = take_picture(r);
    CHECK(memcmp(first, second, n_bytes) == 0);
    CHECK(same_picture(&a, &b));
    line_destroy(&study, &scenario);
    study = line_mm1(0.8, 1000);
    study->seed = 2;
    scenario = line_open(study);
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 7, second));
    CHECK(memcmp(first, second, n_bytes) != 0);
    line_destroy(&study, &scenario);
}

static void nothing_is_allocated_after_set_up(void)
{
    for (uint32_t i = 0; i < 5; ++i) {
        takt_study *study;
        takt_scenario *scenario = open_factory(i, &study);
        double results[256];
        CHECK(takt_scenario_report(scenario)->n_values <= 256);
        const int64_t n = takt_alloc_count();
        for (uint32_t k = 0; k < 100; ++k) {
            if (k % 5 == 0)
                CHECK_OK(takt_scenario_fill(scenario, NULL)); // no set-points: nothing to read
            CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), k, results));
        }
        CHECK_INT(takt_alloc_count(), n);
        line_destroy(&study, &scenario);
    }
}

/// Machines are a set-point: the plan and the state grow with them.
static void numbers_of_machines_may_change(void)
{
    takt_study *study = line_mm1(0.8, 1000);
    takt_set_point *point = line_append(study, &study->set_points, sizeof *point);
    *point = (takt_set_point){.name = "machines",
                              .unit = "1",
                              .value = 1,
                              .min = 1,
                              .max = 5,
                              .factor = 1,
                              .integer = true};
    const char **target = line_append(study, &point->targets, sizeof *target);
    *target = "factory.stations[server].machines";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    double one[256], many[256], again[256];
    const size_t n_bytes = (size_t)takt_scenario_report(scenario)->n_values * sizeof(double);
    CHECK_OK(takt_replication_run(r, 0, one));
    CHECK_OK(takt_scenario_fill(scenario, (const double[]){3.6}));
    CHECK_OK(takt_replication_run(r, 0, many));
    check_books(r, 0, 1000);
    CHECK_INT(takt_scenario_plan(scenario)->n_machines, 4);
    const takt_report *report = takt_scenario_report(scenario);
    double time_s = 0;
    for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        time_s += many[report->first_state + k];
    CHECK_NEAR(time_s, 4000, 1e-12, 0);
    CHECK(many[report->flow_time] < one[report->flow_time]);
    CHECK_OK(takt_scenario_fill(scenario, (const double[]){1}));
    CHECK_OK(takt_replication_run(r, 0, again));
    CHECK(memcmp(one, again, n_bytes) == 0);
    line_destroy(&study, &scenario);
}

/// More items than the study allows, reached through each way into the plant.
static takt_study *overfull(int kind)
{
    takt_study *study = line_create(10000);
    study->factory.max_items = 16;
    line_buffer(study, "rack", TAKT_UNLIMITED);
    takt_station *slow = line_station(study, "slow", line_constant(50), "rack", "out");
    if (kind == 0) {
        line_source(study, "rack", line_constant(1));
    } else if (kind == 1) {
        line_station(study, "maker", line_constant(1), NULL, "rack")->n_machines = 5;
    } else if (kind == 2) { // already at time 0
        line_station(study, "maker", line_constant(1), NULL, "rack")->n_machines = 40;
    } else { // the items that are made are too many, not those that come in
        line_buffer(study, "tank", 10)->by_quantity = true;
        line_source(study, "tank", line_constant(10))->quantity = 9;
        takt_station *maker = line_station(study, "maker", line_constant(0.1), "tank", "rack");
        TAKT_ITEM(takt_input, maker->inputs, 0)->by_quantity = true;
        TAKT_ITEM(takt_input, maker->inputs, 0)->take = 0.5;
        maker->n_machines = 4;
    }
    slow->n_machines = 2;
    return study;
}

static void too_many_items_end_the_run_with_a_clear_line(void)
{
    for (int kind = 0; kind < 4; ++kind) {
        takt_study *study = overfull(kind);
        double results[256];
        takt_scenario *scenario = NULL;
        CHECK_OK(takt_study_resolve(study));
        CHECK_OK(takt_scenario_create(study, NULL, &scenario));
        takt_replication *r = takt_scenario_replication(scenario);
        for (uint32_t i = 0; i < 3; ++i) {
            CHECK_STATUS(takt_replication_run(r, i, results), TAKT_ERR_LIMIT);
            CHECK_CONTAINS(takt_error_text(), "factory.max_items: found more than 16 items");
            CHECK_CONTAINS(takt_error_text(), "allowed: 16");
        }
        CHECK_STATUS(takt_replication_advance(r, LINE_S(20000)), TAKT_ERR_LIMIT); // it stays so
        if (kind != 2) { // and is usable for a shorter life
            CHECK_OK(takt_replication_reset(r, 1));
            CHECK_OK(takt_replication_advance(r, LINE_S(2)));
            check_books(r, (uint32_t)kind, 2);
        }
        line_destroy(&study, &scenario);
    }
}

/// As many items as the study allows are no failure; one more is.
static void the_limit_of_items_is_exact(void)
{
    takt_study *study = line_create(100);
    study->factory.max_items = 16;
    line_buffer(study, "rack", TAKT_UNLIMITED);
    line_source(study, "rack", line_constant(1));
    line_station(study, "press", line_constant(1000), "rack", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 16);
    CHECK_INT(r->view.head->n_in_plant, 16);
    CHECK_STATUS(takt_replication_advance(r, LINE_S(17)), TAKT_ERR_LIMIT);
    line_destroy(&study, &scenario);
}

/// Small limits met in the midst of any event: the run ends or goes on, and nothing breaks.
static void small_limits_break_nothing(void)
{
    int n_failed = 0;
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study = random_factory(i);
        study->factory.max_items = 4 + (int32_t)i % 8;
        for (int b = 0; b < study->factory.buffers.n_items; ++b) // what lies there must fit
            TAKT_ITEM(takt_buffer, study->factory.buffers, b)->initial.n_items = 0;
        takt_scenario *scenario = line_open(study);
        double results[256];
        for (uint32_t k = 0; k < 2; ++k) {
            const takt_status status =
                takt_replication_run(takt_scenario_replication(scenario), k, results);
            CHECK(status == TAKT_OK || status == TAKT_ERR_LIMIT);
            n_failed += status == TAKT_ERR_LIMIT;
        }
        line_destroy(&study, &scenario);
    }
    CHECK(n_failed > N_FACTORIES / 4 && n_failed < 2 * N_FACTORIES);
}

TAKT_TESTS(TEST(random_factories_use_every_option), TEST(random_factories_keep_their_books),
           TEST(odd_steps_lead_to_the_same_bytes), TEST(single_events_lead_to_the_same_bytes),
           TEST(snapshots_go_on_to_the_same_bytes), TEST(numbers_name_replications),
           TEST(nothing_is_allocated_after_set_up), TEST(numbers_of_machines_may_change),
           TEST(too_many_items_end_the_run_with_a_clear_line), TEST(the_limit_of_items_is_exact),
           TEST(small_limits_break_nothing))
