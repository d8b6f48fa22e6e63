// Machines are set up for what they work on: by the table of changeovers, as often as the rules and
// the minimum run say, again after what costs the setup; and batches are of one kind or in time.

#include "sim/kpi.h"
#include "sim/state_internal.h"
#include "tests/sim/lines.h"

#include <string.h>

/// One machine "press" with a queue; products red and blue of setups of their names, 10 s each.
static takt_study *press(void)
{
    takt_study *study = line_create(10000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_station(study, "press", line_constant(10), "queue", NULL);
    static const char *const names[] = {"red", "blue"};
    for (int i = 0; i < 2; ++i) {
        takt_product *product = line_append(study, &study->factory.products, sizeof *product);
        *product = (takt_product){.name = names[i], .setup = names[i]};
        takt_step *step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.station = "press"};
    }
    return study;
}

static takt_station *station_of(takt_study *study)
{
    return TAKT_ITEM(takt_station, study->factory.stations, 0);
}

static takt_changeover *add_change(takt_study *study, const char *from, const char *to,
                                   double time_s)
{
    takt_changeover *change = line_append(study, &station_of(study)->changeovers, sizeof *change);
    *change = (takt_changeover){.from = from, .to = to, .time = line_constant(time_s), .cost = 7};
    return change;
}

/// The product comes once, at that time (and then when all is over).
static void arrives_at(takt_study *study, const char *product, double time_s)
{
    takt_source *source = line_source(study, NULL, line_constant(time_s));
    source->product = product;
    source->number = 1;
}

static void set_rule(takt_study *study, const char *rule)
{
    *(const char **)line_append(study, &station_of(study)->dispatch, sizeof rule) = rule;
}

/// Seconds of work and setup until `time_s`, and changeovers begun.
static void expect(takt_study *study, double time_s, double work_s, double setup_s, int n)
{
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, time_s);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(work_s));
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_SETUP), LINE_S(setup_s));
    CHECK_INT(r->view.stations[0].n_changeovers, n);
    line_destroy(&study, &scenario);
}

/// red 1 s, blue 2 s, red 3 s. First come: 5 s to red, 3 s from red to blue, 5 s back to red.
static takt_study *three(void)
{
    takt_study *study = press();
    arrives_at(study, "red", 1);
    arrives_at(study, "blue", 2);
    arrives_at(study, "red", 3);
    add_change(study, NULL, NULL, 20);
    add_change(study, "red", NULL, 30);
    add_change(study, NULL, "red", 5);
    add_change(study, "red", "blue", 3);
    return study;
}

static void the_table_is_read_by_its_ranks(void)
{
    expect(three(), 5, 0, 4, 1);
    expect(three(), 100, 30, 5 + 3 + 5, 3);
    takt_study *study = three(); // any to blue goes before from red to any
    TAKT_ITEM(takt_changeover, station_of(study)->changeovers, 3)->from = NULL;
    TAKT_ITEM(takt_changeover, station_of(study)->changeovers, 3)->time = line_constant(4);
    expect(study, 100, 30, 5 + 4 + 5, 3);
    study = three(); // without it, from red to any
    station_of(study)->changeovers.n_items = 3;
    expect(study, 100, 30, 5 + 30 + 5, 3);
    study = three(); // begins as it ends
    station_of(study)->initial_setup = "red";
    expect(study, 100, 30, 3 + 5, 2);
}

static void who_needs_no_change_goes_first(void)
{
    takt_study *study = three();
    set_rule(study, "same_setup");
    expect(study, 100, 30, 5 + 3, 2);
    study = three(); // from red: to blue 3 s, red none
    set_rule(study, "shortest_setup");
    expect(study, 100, 30, 5 + 3, 2);
    study = three(); // a run of two before it changes
    station_of(study)->setup_min_run = 2;
    expect(study, 100, 30, 5 + 3, 2);
    study = three(); // it waits in vain for a third red one
    station_of(study)->setup_min_run = 3;
    station_of(study)->setup_min_run_waits = true;
    set_rule(study, "priority");
    expect(study, 1000, 20, 5, 1);
    study = three(); // it does not wait
    station_of(study)->setup_min_run = 3;
    expect(study, 1000, 30, 5 + 3, 2);
}

/// Of two machines that wait, the one with the right setup takes the item though it came last.
static void machines_keep_their_setups(void)
{
    takt_study *study = press();
    station_of(study)->n_machines = 2;
    add_change(study, NULL, NULL, 4);
    arrives_at(study, "red", 1);  // machine 0 until 15 s
    arrives_at(study, "blue", 2); // machine 1 until 16 s
    arrives_at(study, "blue", 30);
    arrives_at(study, "red", 31);
    expect(study, 100, 40, 8, 2);
}

/// red: setup 1 to 6 s, work 6 to 16 s. A failure after 3.5 or 8.5 s of the clock lasts 1 s, and
/// then the next one comes as late again.
static void failures_may_cost_the_setup(void)
{
    static const struct {
        double after_s;
        bool loses;
        double until_s, work_s, setup_s;
        int n;
    } rows[] = {{3.5, false, 7.9, 0.9, 5, 1},
                {3.5, true, 7.9, 0, 2.5 + 3.4, 2},
                {8.5, false, 17, 2.5 + 7.5, 5, 1},
                {8.5, true, 17, 2.5 + 2.5, 5 + 5, 2}};
    for (int i = 0; i < 4; ++i) {
        takt_study *study = press();
        add_change(study, NULL, "red", 5);
        arrives_at(study, "red", 1);
        line_failure(study, station_of(study), TAKT_METER_CLOCK, line_constant(rows[i].after_s),
                     line_constant(1));
        station_of(study)->failures_lose_setup = rows[i].loses;
        expect(study, rows[i].until_s, rows[i].work_s, rows[i].setup_s, rows[i].n);
    }
}

/// One item at 1 s, set up until 6 s, done at 16 s; the next at 20 s finds it cold, the one at 21 s
/// finds it hot.
static void waiting_may_cost_the_setup(void)
{
    for (int cools = 0; cools < 2; ++cools) {
        takt_study *study = press();
        add_change(study, NULL, "red", 5);
        station_of(study)->idle_loses_setup = cools;
        arrives_at(study, "red", 1);
        arrives_at(study, "red", 20);
        arrives_at(study, "red", 21);
        expect(study, 100, 30, cools ? 10 : 5, cools ? 2 : 1);
    }
}

/// A buffer without places passes items on to machines that change over, and to those that choose.
static void items_pass_through(void)
{
    for (int chooses = 0; chooses < 2; ++chooses) {
        takt_study *study = press();
        TAKT_ITEM(takt_buffer, study->factory.buffers, 0)->capacity = 0;
        add_change(study, NULL, "red", 5);
        if (chooses)
            set_rule(study, "same_setup");
        arrives_at(study, "red", 1);
        arrives_at(study, "blue", 30); // needs no time to change
        expect(study, 100, 20, 5, 1);
    }
}

/// A machine that waits for more of its kind and cools down while it waits is bound no more.
static void who_cools_down_is_free(void)
{
    takt_study *study = press();
    add_change(study, NULL, NULL, 5);
    station_of(study)->setup_min_run = 2;
    station_of(study)->setup_min_run_waits = true;
    station_of(study)->idle_loses_setup = true;
    arrives_at(study, "red", 1);
    arrives_at(study, "blue", 2);
    expect(study, 100, 20, 10, 2);
}

/// A failure that counts work comes no nearer while the machine is set up: 3 s of work at 9 s.
static void setups_wear_nothing(void)
{
    takt_study *study = press();
    add_change(study, NULL, "red", 5);
    arrives_at(study, "red", 1);
    line_failure(study, station_of(study), TAKT_METER_WORKING, line_constant(3), line_constant(2));
    expect(study, 11, 3, 5, 1);
}

/// The shift ends at 3 s, amid the changeover, and begins again at 10 s.
static void shifts_pause_changeovers(void)
{
    for (int finishes = 0; finishes < 2; ++finishes) {
        takt_study *study = press();
        takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
        takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
        calendar->name = "day";
        calendar->cycle_s = 10;
        *shift = (takt_shift){.from_s = 0, .to_s = 3};
        station_of(study)->calendar = "day";
        station_of(study)->shift_end = finishes;
        add_change(study, NULL, "red", 5);
        arrives_at(study, "red", 1);
        expect(study, 13, finishes ? 7 : 0, 5, 1);
    }
}

/// The end of the shift at 4 s costs a begun job of red its setup; the failure at 12 s, 2 s into
/// the new changeover, scraps that job. The changeover goes with it: blue is set up from 13 s on.
static void scrap_takes_its_changeover_along(void)
{
    takt_study *study = press();
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
    calendar->name = "day";
    calendar->cycle_s = 10;
    *shift = (takt_shift){.from_s = 0, .to_s = 4};
    station_of(study)->calendar = "day";
    station_of(study)->initial_setup = "red";
    station_of(study)->shifts_lose_setup = true;
    station_of(study)->interrupted = TAKT_INTERRUPTED_IS_SCRAPPED;
    add_change(study, NULL, "red", 5);
    add_change(study, NULL, "blue", 0.5);
    arrives_at(study, "red", 1);
    arrives_at(study, "blue", 2);
    line_failure(study, station_of(study), TAKT_METER_CLOCK, line_constant(12), line_constant(1));
    expect(study, 14, 3.5, 2.5, 2);
}

/// Batches of two of a kind, of up to three: red, blue, red -> the reds at the third.
static takt_study *oven(void)
{
    takt_study *study = press();
    station_of(study)->batch_min = 2;
    station_of(study)->batch_max = 3;
    station_of(study)->batch_of = TAKT_BATCH_OF_PRODUCT;
    arrives_at(study, "red", 1);
    arrives_at(study, "blue", 2);
    arrives_at(study, "red", 3);
    arrives_at(study, "red", 4);
    return study;
}

static void batches_are_of_one_kind(void)
{
    takt_study *study = oven();
    expect(study, 12, 9, 0, 0);
    study = oven(); // then neither blue nor the last red goes on
    expect(study, 500, 10, 0, 0);
    study = oven(); // of any kind: red and blue at 2 s, the others at 12 s
    station_of(study)->batch_of = TAKT_BATCH_OF_ANY;
    expect(study, 500, 20, 0, 0);
}

/// One that has waited for 6 s starts alone: blue at 8 s, but the machine is busy until 13 s; the
/// last red would start at 10 s.
static void batches_do_not_wait_for_ever(void)
{
    takt_study *study = oven();
    station_of(study)->batch_wait_s = 6;
    expect(study, 20, 17, 0, 0); // 3 to 13 red, red; 13 to 23 blue, which came first
    study = oven();
    station_of(study)->batch_wait_s = 6;
    expect(study, 500, 30, 0, 0);
    study = oven(); // from 40 s on a single red, after 46 s
    station_of(study)->batch_wait_s = 6;
    arrives_at(study, "red", 40);
    expect(study, 47, 31, 0, 0);
    study = press(); // a plain queue: the oldest of three counts, a batch of two leaves one
    station_of(study)->batch_min = 3;
    station_of(study)->batch_max = 3;
    station_of(study)->batch_wait_s = 6;
    arrives_at(study, "red", 1);
    arrives_at(study, "blue", 5);
    arrives_at(study, "red", 8);
    expect(study, 7, 0, 0, 0);
    study = press();
    station_of(study)->batch_min = station_of(study)->batch_max = 3;
    station_of(study)->batch_wait_s = 6;
    arrives_at(study, "red", 1);
    arrives_at(study, "blue", 5);
    arrives_at(study, "red", 8);
    expect(study, 30, 20, 0, 0); // 7 to 17 two of them, 17 to 27 the one that came at 8 s
}

/// At one tick the item that fills the batch comes before the time-out: one batch of two.
static void arrivals_come_before_time_outs(void)
{
    takt_study *study = press();
    station_of(study)->batch_min = 2;
    station_of(study)->batch_max = 2;
    station_of(study)->batch_wait_s = 6;
    arrives_at(study, "red", 1);
    arrives_at(study, "red", 7);
    expect(study, 100, 10, 0, 0);
}

/// Random times, saved amid them: the same bytes.
static void states_are_whole(void)
{
    takt_study *study = press();
    station_of(study)->n_machines = 2;
    station_of(study)->failures_lose_setup = true;
    line_failure(study, station_of(study), TAKT_METER_WORKING, line_exponential(60),
                 line_exponential(5));
    add_change(study, NULL, NULL, 4)->time = line_exponential(4);
    set_rule(study, "same_setup");
    line_source(study, NULL, line_exponential(17))->product = "red";
    line_source(study, NULL, line_exponential(19))->product = "blue";
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 3);
    const size_t n_bytes = takt_replication_state_bytes(r);
    char *middle = takt_alloc(n_bytes), *end = takt_alloc(n_bytes);
    line_advance(r, 700);
    takt_replication_save(r, middle);
    for (int i = 1; i <= 20; ++i)
        line_advance(r, 700 + 100 * i);
    CHECK(r->view.stations[0].n_changeovers > 10);
    takt_replication_save(r, end);
    takt_replication_load(r, middle);
    CHECK_OK(takt_replication_advance(r, LINE_S(2700)));
    takt_replication_save(r, middle);
    CHECK(memcmp(middle, end, n_bytes) == 0);
    takt_free(middle);
    takt_free(end);
    line_destroy(&study, &scenario);
}

static void mistakes_are_named(void)
{
    takt_study *study = three();
    TAKT_ITEM(takt_changeover, station_of(study)->changeovers, 3)->from = "green";
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "changeovers[3].from");
    CHECK_CONTAINS(takt_error_text(), "found 'green', allowed: a setup");
    takt_study_destroy(&study);
    study = press();
    set_rule(study, "same_setup");
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "stations[0].changeovers: found none");
    takt_study_destroy(&study);
    study = press();
    station_of(study)->batch_wait_s = 5;
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "batch_wait: found 5 s");
    takt_study_destroy(&study);
    study = three();
    set_rule(study, "same_setup");
    station_of(study)->batch_of = TAKT_BATCH_OF_PRODUCT;
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "batch_of: found product");
    takt_study_destroy(&study);
}

TAKT_TESTS(TEST(the_table_is_read_by_its_ranks), TEST(who_needs_no_change_goes_first),
           TEST(machines_keep_their_setups), TEST(failures_may_cost_the_setup),
           TEST(waiting_may_cost_the_setup), TEST(items_pass_through), TEST(who_cools_down_is_free),
           TEST(setups_wear_nothing), TEST(shifts_pause_changeovers),
           TEST(scrap_takes_its_changeover_along), TEST(batches_are_of_one_kind),
           TEST(batches_do_not_wait_for_ever), TEST(arrivals_come_before_time_outs),
           TEST(states_are_whole), TEST(mistakes_are_named))
