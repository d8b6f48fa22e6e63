/// Decision points: answering with the study's own rules is the run without anybody who answers, to
/// the byte; whatever is answered, the books are kept, times and rewards add up, and a state saved
/// while a decision waits goes on as if nobody had looked.
#include "sim/decision.h"
#include "sim/look.h"
#include "tests/sim/factories.h"

#include <math.h>

#if defined(__SANITIZE_ADDRESS__)
enum { N_FACTORIES = 60 };
#else
enum { N_FACTORIES = 500 };
#endif

static void add_text(takt_study *study, takt_list *list, const char *text)
{
    *(const char **)line_append(study, list, sizeof text) = text;
}

static int steps_at(const takt_study *study, const takt_station *station)
{
    int n = 0;
    for (int p = 0; p < study->factory.products.n_items; ++p) {
        const takt_product *product = TAKT_ITEM(takt_product, study->factory.products, p);
        for (int i = 0; i < product->steps.n_items; ++i)
            n += strcmp(TAKT_ITEM(takt_step, product->steps, i)->station, station->name) == 0;
    }
    return n;
}

/// Has the station its queue for itself, and can its items overtake each other there?
static bool has_own_queue(const takt_study *study, const takt_station *station)
{
    const char *from = TAKT_ITEM(takt_input, station->inputs, 0)->from;
    int n = 0;
    for (int s = 0; s < study->factory.stations.n_items; ++s) {
        const takt_station *other = TAKT_ITEM(takt_station, study->factory.stations, s);
        for (int i = 0; i < other->inputs.n_items; ++i)
            n += strcmp(TAKT_ITEM(takt_input, other->inputs, i)->from, from) == 0;
    }
    for (int b = 0; b < study->factory.buffers.n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, study->factory.buffers, b);
        if (strcmp(buffer->name, from) == 0 && (buffer->conveyor || buffer->transit_s > 0))
            return false;
    }
    return n == 1;
}

/// Whoever can decide, decides.
static takt_study *deciding_factory(uint32_t index)
{
    takt_study *study = random_factory(index);
    for (int s = 0; s < study->factory.stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        if (station->takes_cards.n_items > 0 || station->returns_cards.n_items > 0)
            continue;
        if (may_be_a_step(study, station) && steps_at(study, station) > 1 &&
            has_own_queue(study, station) &&
            (station->batch_max == 1 || station->batch_of != TAKT_BATCH_OF_ANY))
            add_text(study, &station->decides, "dispatch");
        if (station->stops.n_items == 0)
            continue;
        add_text(study, &station->decides, "maintenance");
        station->decision_window = index % 3 * 0.3;
        for (int i = 0; i < station->stops.n_items; ++i)
            TAKT_ITEM(takt_stop, station->stops, i)->strikes = TAKT_STRIKE_EMPTY;
    }
    study->factory.prices.good_value = 7;
    study->factory.prices.fixed_per_year = 1e7;
    study->factory.prices.stock_rate_per_year = 1;
    return study;
}

/// What only those who are asked read.
static void forget_diary(takt_replication *r)
{
    if (r->plan->n_deciders == 0)
        return;
    r->view.decision->diary = (takt_decision_diary){0};
    for (int32_t s = 0; s < r->plan->n_stations; ++s)
        r->view.deciders[s].asked = 0;
}

/// Nothing of the decision that was answered last is of any use later.
static void check_same(takt_replication *a, takt_replication *b)
{
    const size_t n_before = (size_t)((const char *)a->view.items - a->block);
    const size_t n_used = (size_t)a->view.head->n_items_used;
    takt_replication *both[] = {a, b};
    for (int i = 0; i < 2; ++i) {
        forget_diary(both[i]);
        if (both[i]->plan->n_deciders > 0 && both[i]->view.decision->kind == TAKT_DECISION_NONE)
            both[i]->view.decision->station = both[i]->view.decision->machine =
                both[i]->view.decision->rule = 0;
    }
    CHECK(memcmp(a->block, b->block, n_before) == 0);
    CHECK(memcmp(a->view.items, b->view.items, n_used * sizeof *a->view.items) == 0);
}

static takt_replication *another(const takt_replication *r, uint32_t index)
{
    takt_replication *other = NULL;
    CHECK_OK(takt_replication_create(r->plan, &other));
    CHECK_OK(takt_replication_reset(other, index));
    return other;
}

static void check_books(takt_replication *r, uint32_t index)
{
    const char *found = takt_replication_inconsistency(r);
    if (found)
        CHECK_FAILED("factory %u at %g s: %s", index, takt_tick_to_s(r->view.head->now), found);
}

static void the_rules_through_the_seam_are_the_run_without_it(void)
{
    int64_t n_asked = 0;
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study = deciding_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, i), *asked = another(r, i);
        for (int time_s = 50; time_s <= 300; time_s += 50) {
            takt_decision decision;
            bool has_decision = true;
            CHECK_OK(takt_replication_advance(r, LINE_S(time_s)));
            while (has_decision) {
                CHECK_OK(takt_replication_advance_to_decision(asked, LINE_S(time_s), &decision,
                                                              &has_decision));
                n_asked += has_decision;
                if (has_decision)
                    CHECK_OK(takt_replication_act(asked, decision.rule));
            }
            check_same(r, asked);
        }
        takt_replication_destroy(&asked);
        line_destroy(&study, &scenario);
    }
    CHECK(n_asked > 10 * N_FACTORIES);
}

/// Two re-entrant products and a machine that is serviced; no two things happen at one moment.
static takt_study *shop(bool decides)
{
    takt_study *study = line_create(20000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_buffer(study, "end", TAKT_UNLIMITED);
    takt_station *machine = line_station(study, "machine", line_exponential(1), "queue", NULL);
    machine->n_machines = 2;
    line_stop(study, machine, "service", TAKT_METER_ITEMS, 7, 2)->duration = line_exponential(2);
    takt_failure *failure =
        line_failure(study, machine, TAKT_METER_WORKING, line_exponential(40), line_exponential(3));
    failure->crew = "crew";
    line_crew(study, "crew", 1);
    line_station(study, "last", line_exponential(1.1), "end", NULL);
    for (int i = 0; i < 2; ++i) {
        static const char *const names[] = {"a", "b"};
        takt_product *product = line_append(study, &study->factory.products, sizeof *product);
        *product = (takt_product){.name = names[i], .priority = i};
        static const char *const ways[2][3] = {{"machine", "last", "machine"}, {"machine", "last"}};
        for (int k = 0; k < 3 - i; ++k) {
            takt_step *step = line_append(study, &product->steps, sizeof *step);
            *step = (takt_step){.station = ways[i][k]};
        }
        takt_source *source = line_source(study, NULL, line_exponential(3));
        source->product = names[i];
        source->value = 1;
    }
    add_text(study, &machine->dispatch, "priority");
    add_text(study, &machine->dispatch, "shortest_job");
    if (decides) {
        add_text(study, &machine->decides, "dispatch");
        add_text(study, &machine->decides, "maintenance");
    }
    return study;
}

static void a_study_that_decides_nothing_has_the_same_results(void)
{
    takt_study *studies[] = {shop(false), shop(true)};
    takt_scenario *scenarios[2];
    double results[2][512];
    for (int i = 0; i < 2; ++i) {
        scenarios[i] = line_open(studies[i]);
        takt_replication *r = takt_scenario_replication(scenarios[i]);
        CHECK(takt_report_size(r->plan) <= 512);
        CHECK_OK(takt_replication_run(r, 3, results[i]));
        CHECK_INT(r->plan->n_deciders, i);
    }
    const takt_replication *r = takt_scenario_replication(scenarios[0]);
    CHECK(memcmp(results[0], results[1], (size_t)takt_report_size(r->plan) * sizeof(double)) == 0);
    for (int i = 0; i < 2; ++i)
        line_destroy(&studies[i], &scenarios[i]);
}

/// Any of the legal actions.
static int32_t legal_action(const takt_replication *r, const takt_decision *decision, dice *d)
{
    uint8_t legal[64];
    CHECK(decision->n_actions <= takt_decision_room(r->plan) && decision->n_actions <= 64);
    CHECK_INT(takt_replication_legal(r, legal), decision->n_legal);
    int k = dice_below(d, decision->n_legal);
    for (int32_t action = 0; action < decision->n_actions; ++action)
        if (legal[action] && k-- == 0)
            return action;
    CHECK_FAILED("%d of %d actions are legal", decision->n_legal, decision->n_actions);
    return 0;
}

typedef struct sums {
    takt_tick elapsed;
    double reward;
    int64_t n;
} sums;

/// Answers with chance until the time has come; every few decisions by way of a saved state.
static void play(takt_replication *r, takt_tick until, dice *d, void *block, sums *sum)
{
    takt_decision decision = {.kind = TAKT_DECISION_DISPATCH};
    for (bool has_decision = true; has_decision;) {
        CHECK_OK(takt_replication_advance_to_decision(r, until, &decision, &has_decision));
        if (!has_decision)
            return;
        CHECK(decision.n_legal >= (decision.kind == TAKT_DECISION_DISPATCH ? 2 : 1));
        CHECK(decision.own_elapsed >= decision.elapsed && decision.time <= until);
        sum->elapsed += decision.elapsed;
        sum->reward += decision.reward;
        sum->n += 1;
        check_books(r, 0);
        const int32_t action = legal_action(r, &decision, d);
        if (block && dice_once_in(d, 5)) {
            takt_replication_save(r, block);
            CHECK_OK(takt_replication_reset(r, 77));
            takt_replication_load(r, block);
        }
        CHECK_OK(takt_replication_act(r, action));
        if (block && dice_once_in(d, 5)) {
            takt_replication_save(r, block);
            CHECK_OK(takt_replication_reset(r, 78));
            takt_replication_load(r, block);
        }
    }
}

/// The last stretch, up to the end.
static void close_sums(takt_replication *r, takt_tick until, sums *sum)
{
    takt_decision decision;
    bool has_decision;
    CHECK_OK(takt_replication_advance_to_decision(r, until, &decision, &has_decision));
    CHECK(!has_decision && decision.kind == TAKT_DECISION_NONE);
    sum->elapsed += decision.elapsed;
    sum->reward += decision.reward;
}

static void whatever_is_decided_the_books_are_kept(void)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < N_FACTORIES; ++i) {
        takt_study *study = deciding_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, i);
        dice d = {.stream = {.seed = 8, .entity = i, .purpose = TAKT_PURPOSE_TEST}};
        sums sum = {0};
        double total = 0;
        for (int time_s = 40; time_s <= 200; time_s += 40) {
            play(r, LINE_S(time_s), &d, NULL, &sum);
            check_books(r, i);
            if (time_s == 80) {
                const takt_totals_look look = takt_look_totals(r);
                total += 7 * look.good - look.cost;
                takt_replication_measure(r);
            }
        }
        close_sums(r, LINE_S(200), &sum);
        const takt_totals_look look = takt_look_totals(r);
        total += 7 * look.good - look.cost;
        CHECK_INT(sum.elapsed, LINE_S(200));
        if (r->plan->n_deciders > 0) // else nobody has kept a diary of what was before
            CHECK_NEAR(sum.reward, total, 1e-9, 1e-6);
        n += sum.n;
        line_destroy(&study, &scenario);
    }
    CHECK(n > 10 * N_FACTORIES);
}

static void a_state_saved_amid_a_decision_goes_on_to_the_same_bytes(void)
{
    for (uint32_t i = 0; i < N_FACTORIES / 4; ++i) {
        takt_study *study = deciding_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, i), *other = another(r, i);
        char *block = takt_alloc(takt_replication_state_bytes(r));
        CHECK(block);
        dice d = {.stream = {.seed = 9, .entity = i, .purpose = TAKT_PURPOSE_TEST}}, same = d;
        sums sum = {0}, other_sum = {0};
        play(r, LINE_S(100), &d, block, &sum);
        takt_decision decision; // the same actions, straight on: the dice of saving are thrown, too
        for (bool has_decision = true; has_decision;) {
            CHECK_OK(
                takt_replication_advance_to_decision(other, LINE_S(100), &decision, &has_decision));
            if (!has_decision)
                break;
            other_sum.elapsed += decision.elapsed;
            const int32_t action = legal_action(other, &decision, &same);
            (void)dice_once_in(&same, 5);
            CHECK_OK(takt_replication_act(other, action));
            (void)dice_once_in(&same, 5);
        }
        CHECK_INT(sum.elapsed, other_sum.elapsed);
        check_same(r, other);
        takt_free(block);
        takt_replication_destroy(&other);
        line_destroy(&study, &scenario);
    }
}

/// One machine of 10 s, three kinds of which one of each comes at 1, 2 and 3 s.
static takt_study *three_kinds(void)
{
    static const char *const names[] = {"a", "b", "c"};
    takt_study *study = line_create(1000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    takt_station *machine = line_station(study, "machine", line_constant(10), "queue", NULL);
    add_text(study, &machine->decides, "dispatch");
    for (int i = 0; i < 3; ++i) {
        takt_product *product = line_append(study, &study->factory.products, sizeof *product);
        *product = (takt_product){.name = names[i]};
        takt_step *step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.station = "machine"};
        takt_source *source = line_source(study, NULL, line_constant(i + 1));
        source->product = names[i];
        source->number = 1;
    }
    study->factory.prices.good_value = 5;
    return study;
}

static void check_asked(takt_replication *r, double time_s, int32_t n_legal, takt_decision *asked)
{
    bool has_decision;
    CHECK_OK(takt_replication_advance_to_decision(r, LINE_S(100), asked, &has_decision));
    CHECK(has_decision);
    CHECK_INT(asked->kind, TAKT_DECISION_DISPATCH);
    CHECK_INT(asked->time, LINE_S(time_s));
    CHECK_INT(asked->n_actions, 4); // class 0: items without a product
    CHECK_INT(asked->n_legal, n_legal);
}

static void a_machine_takes_what_is_decided(void)
{
    takt_study *study = three_kinds();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    takt_decision asked;
    uint8_t legal[4];
    check_asked(r, 11, 2, &asked); // a was the only one there at 1 s
    CHECK_INT(asked.rule, 2);
    CHECK_INT(asked.elapsed, LINE_S(11));
    CHECK_NEAR(asked.reward, 5, 1e-12, 0); // a has left
    CHECK_INT(takt_replication_legal(r, legal), 2);
    CHECK(!legal[0] && !legal[1] && legal[2] && legal[3]);
    CHECK_STATUS(takt_replication_act(r, 1), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_replication_act(r, 4), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_replication_act(r, -1), TAKT_ERR_INPUT);
    check_asked(r, 11, 2, &asked); // asked again it tells the same
    CHECK_INT(asked.elapsed, LINE_S(11));
    CHECK_OK(takt_replication_act(r, 3));
    line_advance(r, 20); // c, although b had come first; b is then the only one
    CHECK_INT(r->view.tickets[r->view.machines[0].item].product, 2);
    line_advance(r, 22);
    CHECK_INT(r->view.tickets[r->view.machines[0].item].product, 1);
    CHECK_STATUS(takt_replication_act(r, 1), TAKT_ERR_INPUT); // nobody asks
    line_destroy(&study, &scenario);
}

/// A machine of 10 s that never waits, serviced for 5 s after every third item; it may be from 2/3
/// of that on.
static takt_study *serviced(double window)
{
    takt_study *study = line_create(1000);
    takt_station *machine = line_station(study, "machine", line_constant(10), NULL, "out");
    line_stop(study, machine, "service", TAKT_METER_ITEMS, 3, 5)->cost = 2;
    add_text(study, &machine->decides, "maintenance");
    machine->decision_window = window;
    return study;
}

static void check_maintenance(takt_replication *r, double time_s, int32_t rule, double reward,
                              int32_t action)
{
    takt_decision asked;
    bool has_decision;
    CHECK_OK(takt_replication_advance_to_decision(r, LINE_S(1000), &asked, &has_decision));
    CHECK(has_decision);
    CHECK_INT(asked.kind, TAKT_DECISION_MAINTENANCE);
    CHECK_INT(asked.time, LINE_S(time_s));
    CHECK_INT(asked.rule, rule);
    CHECK_NEAR(asked.reward, reward, 1e-12, 0);
    CHECK_OK(takt_replication_act(r, action));
}

static void a_stop_begins_when_it_is_decided(void)
{
    takt_study *study = serviced(0.34);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    check_maintenance(r, 20, 0, 0, 0);  // two of three
    check_maintenance(r, 30, 1, 0, 0);  // due, and put off
    check_maintenance(r, 40, 1, 0, 1);  // now
    check_maintenance(r, 65, 0, -2, 1); // 45 + 2 x 10 s: early
    check_maintenance(r, 90, 0, -2, 0);
    line_check_times(r, 0, 80, 0, 0, 0, 10);
    line_destroy(&study, &scenario);
    study = serviced(0); // only when it is due
    scenario = line_open(study);
    r = line_start(scenario, 0);
    check_maintenance(r, 30, 1, 0, 1);
    check_maintenance(r, 65, 1, -2, 1);
    line_destroy(&study, &scenario);
}

static void refused(takt_study *study, const char *field, const char *why)
{
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), field);
    CHECK_CONTAINS(takt_error_text(), why);
    takt_study_destroy(&study);
}

static takt_station *first_of(takt_study *study)
{
    return TAKT_ITEM(takt_station, study->factory.stations, 0);
}

static void what_cannot_be_decided_is_refused(void)
{
    takt_study *study = three_kinds();
    study->factory.products.n_items = study->factory.sources.n_items = 1;
    refused(study, "factory.stations[0].decides[0]", "two or more steps");
    study = three_kinds();
    first_of(study)->batch_max = 2;
    refused(study, "decides[0]", "only with batch_of");
    study = three_kinds();
    add_text(study, &first_of(study)->decides, "maintenance");
    refused(study, "decides[1]", "only at a station with `stops`");
    study = three_kinds();
    add_text(study, &first_of(study)->decides, "colour");
    refused(study, "decides[1]", "found 'colour', allowed: dispatch or maintenance");
    study = three_kinds();
    first_of(study)->decision_window = 0.5;
    refused(study, "decision_window", "found 0.5, allowed: 0");
    study = serviced(0);
    TAKT_ITEM(takt_stop, first_of(study)->stops, 0)->strikes = TAKT_STRIKE_AT_ONCE;
    refused(study, "decides[0]", "'service' begins at another moment");
}

static float seen_as(const takt_replication *r, const char *name)
{
    float seen[64];
    char text[64];
    const int32_t n = takt_observation_size(r->plan);
    CHECK(n <= 64);
    takt_replication_observe(r, seen);
    for (int32_t i = 0; i < n; ++i)
        if (strcmp(takt_observation_name(r->plan, i, text, sizeof text), name) == 0)
            return seen[i];
    CHECK_FAILED("nothing is called %s", name);
    return 0;
}

static void what_is_seen_is_what_is_there(void)
{
    takt_study *study = three_kinds();
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    takt_decision asked;
    check_asked(r, 11, 2, &asked);
    CHECK_NEAR(seen_as(r, "machine.asks_dispatch"), 1, 0, 0);
    CHECK_NEAR(seen_as(r, "queue.waiting[1]"), 0, 0, 0);
    CHECK_NEAR(seen_as(r, "queue.waiting[3]"), 1.0 / 9, 1e-6, 0);
    CHECK_NEAR(seen_as(r, "queue.level"), 2.0 / 10, 1e-6, 0);
    CHECK_OK(takt_replication_act(r, 2));
    line_advance(r, 15);
    CHECK_NEAR(seen_as(r, "machine.asks_dispatch"), 0, 0, 0);
    CHECK_NEAR(seen_as(r, "machine.state[0]"), r->view.machines[0].state == 0, 0, 0);
    line_destroy(&study, &scenario);
    study = serviced(0.34);
    scenario = line_open(study);
    r = line_start(scenario, 0);
    check_maintenance(r, 20, 0, 0, 0);
    CHECK_NEAR(seen_as(r, "machine.stop_of_asked[0]"), 2.0 / 3, 1e-6, 0);
    CHECK_NEAR(seen_as(r, "machine.stop[0]"), 2.0 / 3, 1e-6, 0);
    line_destroy(&study, &scenario);
}

/// Numbers that are finite and a size that is the same with a state and without.
static void observations_are_numbers(void)
{
    for (uint32_t i = 0; i < N_FACTORIES / 4; ++i) {
        takt_study *study = deciding_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, i);
        float seen[1024];
        const int32_t n = takt_observation_size(r->plan);
        CHECK(n + 1 < 1024);
        line_advance(r, 100);
        seen[n] = -42;
        takt_replication_observe(r, seen);
        CHECK(seen[n] == -42);
        for (int32_t k = 0; k < n; ++k)
            CHECK(isfinite(seen[k]) && seen[k] >= -1e-3 && seen[k] < 100);
        line_destroy(&study, &scenario);
    }
}

TAKT_TESTS(TEST(the_rules_through_the_seam_are_the_run_without_it),
           TEST(a_study_that_decides_nothing_has_the_same_results),
           TEST(whatever_is_decided_the_books_are_kept),
           TEST(a_state_saved_amid_a_decision_goes_on_to_the_same_bytes),
           TEST(a_machine_takes_what_is_decided), TEST(a_stop_begins_when_it_is_decided),
           TEST(what_cannot_be_decided_is_refused), TEST(what_is_seen_is_what_is_there),
           TEST(observations_are_numbers))
