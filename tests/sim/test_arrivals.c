/// When items arrive: rates that follow the clock, batches, first and last arrivals, lists, against
/// arrival times computed by hand; counts of a Poisson process; the same bytes when saved midway.
#include "core/rng.h"
#include "sim/arrival_file.h"
#include "sim/look.h"
#include "tests/sim/digest.h"
#include "tests/sim/lines.h"

/// A rate profile: pairs of seconds and factors.
static void set_profile(takt_study *study, takt_source *source, double cycle_s, int n,
                        const double (*points)[2])
{
    source->rate_profile = takt_arena_alloc(study->arena, sizeof *source->rate_profile);
    source->rate_profile->cycle_s = cycle_s;
    for (int i = 0; i < n; ++i) {
        takt_rate_point *point = line_append(study, &source->rate_profile->points, sizeof *point);
        *point = (takt_rate_point){points[i][0], points[i][1]};
    }
}

/// A plant that keeps what arrives: one station whose first job takes longer than any test.
static takt_study *keeping(double measured_s, takt_distribution interarrival, takt_source **source)
{
    takt_study *study = line_create(measured_s);
    study->factory.max_items = 100000;
    line_buffer(study, "queue", TAKT_UNLIMITED);
    *source = line_source(study, "queue", interarrival);
    line_station(study, "server", line_constant(1e9), "queue", "out");
    return study;
}

/// The times of arrival of a replication: those of the events of a source alone.
static void check_times(takt_replication *r, const double *times_s, int n)
{
    for (int i = 0; i < n; ++i) {
        CHECK_INT(takt_replication_next(r), LINE_S(times_s[i]));
        line_advance(r, times_s[i]);
        CHECK_INT(r->view.head->n_arrived, i + 1);
    }
}

/// One arrival for each 6 s of operational time; in a cycle of 60 s it runs at 1 to 20 s, at 0.5 to
/// 30 s, not at all to 40 s, at 2 from there: 20 + 5 + 0 + 40 = 65 s of it in a cycle.
static void constant_times_follow_the_rate(void)
{
    static const double points[4][2] = {{0, 1}, {20, 0.5}, {30, 0}, {40, 2}};
    // 18 + 6 = 20 + 4, at half speed; 30 = 25 + 5, at double speed from 40 on; 66 = 65 + 1
    static const double times_s[] = {6, 12, 18, 28, 42.5, 45.5, 48.5, 51.5, 54.5, 57.5, 61, 67};
    takt_source *source;
    takt_study *study = keeping(200, line_constant(6), &source);
    set_profile(study, source, 60, 4, points);
    takt_scenario *scenario = line_open(study);
    check_times(line_start(scenario, 0), times_s, 12);
    line_destroy(&study, &scenario);
}

/// At the very end of a piece without arrivals, and over many cycles at once.
static void ends_of_pieces_and_cycles(void)
{
    static const takt_plan_rate rates[] = {{0, 0, 0}, {10, 0, 2}, {20, 20, 0}};
    const takt_plan_arrivals a = {.cycle = 30, .n_rates = 3, .operational_cycle = 20};
    CHECK_INT(takt_arrivals_after(&a, rates, 0, 0), 10); // the first moment with a rate
    CHECK_INT(takt_arrivals_after(&a, rates, 0, 2), 11);
    CHECK_INT(takt_arrivals_after(&a, rates, 0, 20), 40); // none comes in between
    CHECK_INT(takt_arrivals_after(&a, rates, 25, 2), 41);
    CHECK_INT(takt_arrivals_after(&a, rates, 19, 2), 40);
    CHECK_INT(takt_arrivals_after(&a, rates, 15, 20 * 7 + 4), 15 + 7 * 30 + 2);
    CHECK_INT(takt_arrivals_after(&a, rates, 15, 1e30), TAKT_TICK_NEVER / 4);
}

/// Counts in the pieces of a cycle, over many cycles, are Poisson with the mean that the rate has
/// there, and their variance is their mean.
static void exponential_times_give_a_poisson_process(void)
{
    enum { N_CYCLES = 4000, N_PIECES = 5 };
    // Pieces of 100 s; the counts are taken in other ones, which begin and end within them.
    static const double points[4][2] = {{0, 0.2}, {100, 2}, {200, 0}, {300, 1}};
    static const double ends_s[N_PIECES] = {50, 150, 200, 300, 400};
    static const double means[N_PIECES] = {2, 2 + 20, 20, 0, 20}; // one in 5 s at factor 1
    takt_source *source;
    takt_study *study = keeping(400 * N_CYCLES, line_exponential(5), &source);
    study->factory.max_items = 1000000;
    set_profile(study, source, 400, 4, points);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    double sum[N_PIECES] = {0}, squares[N_PIECES] = {0};
    int64_t before = 0;
    for (int c = 0; c < N_CYCLES; ++c)
        for (int p = 0; p < N_PIECES; ++p) {
            CHECK_OK(takt_replication_advance(r, LINE_S(400.0 * c + ends_s[p])));
            const double n = (double)(r->view.head->n_arrived - before);
            before = r->view.head->n_arrived;
            sum[p] += n;
            squares[p] += (n - means[p]) * (n - means[p]);
        }
    for (int p = 0; p < N_PIECES; ++p) {
        // 4.9 standard errors: once in a million. Of a Poisson count the fourth central moment is
        // m + 3 m^2.
        const double m = means[p];
        CHECK_NEAR(sum[p] / N_CYCLES, m, 0, 4.9 * sqrt(m / N_CYCLES));
        CHECK_NEAR(squares[p] / N_CYCLES, m, 0, 4.9 * sqrt((m + 2 * m * m) / N_CYCLES));
    }
    line_destroy(&study, &scenario);
}

/// Batches of 4 every 10 s before a queue of 2 with a server of 4 s that takes one at once.
static void batches_come_together(void)
{
    for (int wait = 0; wait < 2; ++wait) {
        takt_study *study = line_create(30);
        line_buffer(study, "queue", 2);
        takt_source *source = line_source(study, "queue", line_constant(10));
        source->batch = line_constant(4);
        source->wait_if_full = wait;
        line_station(study, "server", line_constant(4), "queue", "out");
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 10);
        // Decisions come after all events of the tick: two find a place before the server takes
        // one.
        CHECK_INT(r->view.head->n_arrived, 4);
        CHECK_INT(r->view.head->n_turned_away, wait ? 0 : 2);
        CHECK_INT(r->view.head->n_in_plant, wait ? 3 : 2);
        line_advance(r, 14);
        CHECK_INT(r->view.head->n_in_plant, wait ? 3 : 1); // one out, the fourth came in
        CHECK_INT(r->view.source_item[0] != TAKT_NONE, 0);
        // Who waits counts the time between arrivals from when the last item has come in, at 14.
        CHECK_INT(takt_replication_next(r), LINE_S(18));
        line_advance(r, 20);
        CHECK_INT(r->view.head->n_arrived, wait ? 4 : 8);
        line_advance(r, 24);
        CHECK_INT(r->view.head->n_arrived, wait ? 7 : 8); // the fourth stands behind the third
        line_destroy(&study, &scenario);
    }
}

/// Sizes drawn from a distribution are its values rounded to whole items, 0 among them.
static void batch_sizes_are_rounded(void)
{
    enum { N = 20000 };
    takt_source *source;
    takt_study *study = keeping(2 * N, line_constant(1), &source);
    study->factory.max_items = 1000000;
    source->batch =
        (takt_distribution){.kind = TAKT_DISTRIBUTION_UNIFORM, .min_s = 0.25, .max_s = 3.25};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    int64_t counts[5] = {0}, before = 0;
    for (int i = 1; i <= N; ++i) {
        CHECK_OK(takt_replication_advance(r, LINE_S(i)));
        CHECK(r->view.head->n_arrived - before < 5);
        counts[r->view.head->n_arrived - before] += 1;
        before = r->view.head->n_arrived;
    }
    static const double shares[5] = {0.25 / 3, 1 / 3.0, 1 / 3.0, 0.75 / 3, 0};
    for (int k = 0; k < 5; ++k)
        CHECK_NEAR((double)counts[k] / N, shares[k], 0,
                   4.9 * sqrt(shares[k] * (1 - shares[k]) / N));
    line_destroy(&study, &scenario);
}

/// The first at 25 s, then every 10 s, four of them; then nothing ever happens and all is sound.
static void first_and_number(void)
{
    static const double times_s[] = {25, 35, 45, 55};
    takt_source *source;
    takt_study *study = keeping(200, line_constant(10), &source);
    takt_distribution first = line_constant(25);
    source->first = &first;
    source->number = 4;
    TAKT_ITEM(takt_station, study->factory.stations, 0)->service = line_constant(1);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (int i = 0; i < 4; ++i) {
        CHECK_INT(takt_replication_next(r), LINE_S(times_s[i]));
        line_advance(r, times_s[i] + 1);
    }
    CHECK_INT(takt_replication_next(r), TAKT_TICK_NEVER);
    line_advance(r, 200);
    CHECK_INT(r->view.head->n_left, 4);
    CHECK_INT(r->view.head->n_in_plant, 0);
    line_destroy(&study, &scenario);
}

static const char list_text[] = "time_s, value, quantity\n"
                                "# a comment, and an empty line\n\n"
                                "0, 5, 2\n"
                                "3.5,0,1\n"
                                "3.5,7,4\n"
                                "20,1,1\n";

static void read_list(takt_study *study, takt_source *source, const char *text)
{
    takt_text copy = {0};
    takt_text_append(&copy, text);
    source->file = "orders.csv";
    CHECK_OK(takt_arrival_list_read("orders.csv", &copy, source, &study->factory.products,
                                    study->arena, &source->arrivals));
    takt_text_destroy(&copy);
}

/// Rows come at their times with what they carry; at the end of the file nothing comes any more.
static void a_list_is_followed(void)
{
    takt_source *source;
    takt_study *study = keeping(100, (takt_distribution){0}, &source);
    read_list(study, source, list_text);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    takt_item_look items[8];
    CHECK_INT(takt_replication_next(r), 0);
    line_advance(r, 3);
    CHECK_INT(takt_look_items(r, items, 8), 1);
    CHECK_NEAR(items[0].quantity, 2, 0, 0);
    CHECK_NEAR(items[0].value, 5, 0, 0);
    line_advance(r, 3.5);
    CHECK_INT(takt_look_items(r, items, 8), 3);
    CHECK_NEAR(items[2].quantity, 4, 0, 0);
    CHECK_NEAR(r->view.head->value_in_plant, 12, 0, 0);
    line_advance(r, 100);
    CHECK_INT(r->view.head->n_arrived, 4);
    line_destroy(&study, &scenario);
}

/// Rows that found no place come as soon as there is one, and never before their time.
static void a_list_waits(void)
{
    static const double left_s[] = {4, 8, 12, 24};
    takt_study *study = line_create(100);
    line_buffer(study, "queue", 0);
    takt_source *source = line_source(study, "queue", (takt_distribution){0});
    source->wait_if_full = true;
    read_list(study, source, list_text);
    line_station(study, "server", line_constant(4), "queue", "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    for (int i = 0; i < 4; ++i) {
        line_advance(r, left_s[i] - 0.5);
        CHECK_INT(r->view.head->n_left, i);
        line_advance(r, left_s[i]);
        CHECK_INT(r->view.head->n_left, i + 1);
    }
    line_destroy(&study, &scenario);
}

static void lists_are_refused(void)
{
    static const char *const bad[][2] = {
        {"", "no arrivals"},
        {"time_s\n", "no arrivals"},
        {"quantity\n1\n", "found no time"},
        {"time_s,time_h\n1,1\n", "both time_s and time_h"},
        {"time_s,colour\n1,1\n", "orders.csv:1:8: found the column 'colour'"},
        {"time_s,time_s\n1,1\n", "twice"},
        {"time_s\n4\n3\n", "orders.csv:3:1: time_s: found '3', allowed: rows in the order"},
        {"time_s\n-1\n", "orders.csv:2:1: time_s: found '-1'"},
        {"time_h\n1e9\n", "time_h: found '1e9'"},
        {"time_s,quantity\n1,0\n", "orders.csv:2:3: quantity: found '0'"},
        {"time_s,value\n1,x\n", "value: found 'x'"},
        {"time_s,value\n1\n", "orders.csv:2"},
        {"time_s,product\n1,a\n", "product: found 'a', allowed: a product of the factory"},
        {"time_s,priority\n1,0.5\n", "priority: found '0.5', allowed: a whole number"},
        {"time_s,due_s,due_h\n1,2,3\n", "both due_s and due_h"},
    };
    takt_arena *arena = NULL;
    takt_arrival_list list;
    const takt_source source = {.quantity = 1};
    const takt_list none = {0};
    CHECK_OK(takt_arena_create(&arena));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
        takt_text text = {0};
        takt_text_append(&text, bad[i][0]);
        CHECK_STATUS(takt_arrival_list_read("orders.csv", &text, &source, &none, arena, &list),
                     TAKT_ERR_INPUT);
        takt_text_destroy(&text);
        if (!strstr(takt_error_text(), bad[i][1]))
            CHECK_FAILED("found '%s', expected '%s' in it", takt_error_text(), bad[i][1]);
    }
    takt_arena_destroy(&arena);
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

static void profiles_are_refused(void)
{
    static const double late[1][2] = {{5, 1}}, back[2][2] = {{0, 1}, {0, 2}};
    static const double beyond[2][2] = {{0, 1}, {60, 2}}, none[2][2] = {{0, 0}, {5, 0}};
    static const double fast[1][2] = {{0, 1e6}};
    takt_source *source;
    takt_study *study = keeping(100, line_constant(6), &source);
    set_profile(study, source, 60, 1, late);
    refuse(study, "factory.sources[0].rate_profile.points[0].from", "the start of the cycle");
    study = keeping(100, line_constant(6), &source);
    set_profile(study, source, 60, 2, back);
    refuse(study, "factory.sources[0].rate_profile.points[1].from", "later than the point before");
    study = keeping(100, line_constant(6), &source);
    set_profile(study, source, 60, 2, beyond);
    refuse(study, "factory.sources[0].rate_profile.points[1].from", "before 0.0166667 h");
    study = keeping(100, line_constant(6), &source);
    set_profile(study, source, 60, 2, none);
    refuse(study, "factory.sources[0].rate_profile.points", "one or more above 0");
    study = keeping(100, line_constant(0.5), &source);
    set_profile(study, source, 60, 1, fast);
    refuse(study, "factory.sources[0].rate_profile.points[0].factor", "up to 500000");
    study = keeping(100, line_constant(6), &source);
    source->batch = line_constant(1e7);
    refuse(study, "factory.sources[0].batch.mean", "to 1e6");
    study = keeping(100, line_constant(6), &source);
    source->file = "orders.csv";
    refuse(study, "factory.sources[0].interarrival", "none, the file says");
    study = keeping(100, (takt_distribution){0}, &source);
    refuse(study, "factory.sources[0].interarrival.mean", "more than 0");
}

/// Step by step, saved and loaded midway, or at once: the same bytes.
static void the_same_bytes(void)
{
    static const double points[3][2] = {{0, 1}, {7, 0}, {9, 2.5}};
    takt_source *source;
    takt_study *study = keeping(500, line_exponential(2), &source);
    TAKT_ITEM(takt_station, study->factory.stations, 0)->service = line_exponential(0.5);
    TAKT_ITEM(takt_buffer, study->factory.buffers, 0)->capacity = 3;
    set_profile(study, source, 15, 3, points);
    source->batch = (takt_distribution){.kind = TAKT_DISTRIBUTION_UNIFORM, .max_s = 6};
    source->wait_if_full = true;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 5);
    line_advance(r, 500);
    const uint64_t at_once = digest(r);
    CHECK(r->view.head->n_arrived > 500);
    r = line_start(scenario, 5);
    char *block = takt_alloc(takt_replication_state_bytes(r));
    for (int i = 1; takt_replication_next(r) <= LINE_S(500); ++i) {
        CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
        if (i % 50 != 0)
            continue;
        takt_replication_save(r, block);
        CHECK_OK(takt_replication_reset(r, 77));
        CHECK_OK(takt_replication_advance(r, LINE_S(40)));
        takt_replication_load(r, block);
        CHECK(takt_replication_inconsistency(r) == NULL);
    }
    line_advance(r, 500);
    CHECK(digest(r) == at_once);
    takt_free(block);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(constant_times_follow_the_rate), TEST(ends_of_pieces_and_cycles),
           TEST(exponential_times_give_a_poisson_process), TEST(batches_come_together),
           TEST(batch_sizes_are_rounded), TEST(first_and_number), TEST(a_list_is_followed),
           TEST(a_list_waits), TEST(lists_are_refused), TEST(profiles_are_refused),
           TEST(the_same_bytes))
