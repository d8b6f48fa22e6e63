// Products follow their steps, take their times with them, and are counted apart.

#include "sim/kpi.h"
#include "sim/state_internal.h"
#include "tests/sim/lines.h"

#include <string.h>

static takt_distribution *in_arena(takt_study *study, takt_distribution time)
{
    takt_distribution *copy = takt_arena_alloc(study->arena, sizeof *copy);
    *copy = time;
    return copy;
}

static takt_product *add_product(takt_study *study, const char *name)
{
    takt_product *product = line_append(study, &study->factory.products, sizeof *product);
    *product = (takt_product){.name = name};
    return product;
}

static takt_step *add_step(takt_study *study, takt_product *product, const char *station,
                           takt_distribution service)
{
    takt_step *step = line_append(study, &product->steps, sizeof *step);
    *step = (takt_step){.station = station, .service = in_arena(study, service)};
    return step;
}

/// Stations a and b with queues and no routes.
static takt_study *shop(double measured_s)
{
    takt_study *study = line_create(measured_s);
    line_buffer(study, "a_in", TAKT_UNLIMITED);
    line_buffer(study, "b_in", TAKT_UNLIMITED);
    line_station(study, "a", line_constant(1), "a_in", NULL);
    line_station(study, "b", line_constant(1), "b_in", NULL);
    return study;
}

static takt_source *release(takt_study *study, const char *product, double every_s)
{
    takt_source *source = line_source(study, NULL, line_constant(every_s));
    source->product = product;
    return source;
}

static double kpi_of(takt_study *study, takt_scenario *scenario, const double *results,
                     const char *name)
{
    takt_report report;
    CHECK_OK(
        takt_report_create(&study->factory, takt_scenario_plan(scenario), study->arena, &report));
    for (int32_t i = 0; i < report.n_kpis; ++i)
        if (strcmp(report.kpis[i].name, name) == 0)
            return results[i];
    CHECK_FAILED("no KPI is called %s", name);
    return 0;
}

/// a 2 s, b 3 s, a again 4 s; one item every 10 s, so that none waits: 9 s in the plant, due after
/// 8.5 s, always half a second late.
static void routes_come_back(void)
{
    takt_study *study = shop(1000);
    takt_product *product = add_product(study, "loop");
    double results[256];
    add_step(study, product, "a", line_constant(2));
    add_step(study, product, "b", line_constant(3));
    add_step(study, product, "a", line_constant(4));
    product->due = in_arena(study, line_constant(8.5));
    release(study, "loop", 10);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    CHECK_OK(takt_replication_run(r, 0, results));
    CHECK(takt_replication_inconsistency(r) == NULL);
    CHECK_NEAR(kpi_of(study, scenario, results, "flow_time_loop") * 3600, 9, 0, 1e-9);
    CHECK_NEAR(kpi_of(study, scenario, results, "flow_time_sd_loop"), 0, 0, 0);
    CHECK_NEAR(kpi_of(study, scenario, results, "late_loop"), 1, 0, 0);
    CHECK_NEAR(kpi_of(study, scenario, results, "tardiness_loop") * 3600, 0.5, 0, 1e-9);
    // Those released at 10, 20, ... 1000 s: 99 have left, and of each 9 s lie in the plant.
    CHECK_NEAR(kpi_of(study, scenario, results, "good_loop_per_h"), 99 * 3.6, 0, 1e-9);
    CHECK_NEAR(kpi_of(study, scenario, results, "items_loop"), 99 * 9 / 1000.0, 0, 1e-9);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(99 * 6));
    line_destroy(&study, &scenario);
}

static takt_study *mix(const char *rule)
{
    takt_study *study = shop(2000);
    takt_product *small = add_product(study, "small"), *large = add_product(study, "large");
    add_step(study, small, "a", line_exponential(1))->rework = 0.2;
    add_step(study, small, "b", line_exponential(2))->scrap = 0.1;
    add_step(study, large, "b", line_exponential(3));
    add_step(study, large, "a", line_exponential(2))->rework = 0.3;
    line_source(study, NULL, line_exponential(6))->product = "small";
    line_source(study, NULL, line_exponential(7))->product = "large";
    for (int i = 0; i < 2; ++i) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, i);
        *(const char **)line_append(study, &station->dispatch, sizeof rule) = rule;
    }
    return study;
}

enum { N_LOTS = 200, N_VISITS = 8 };

/// What each lot was worked on for at each of its visits, by origin, serial and visit.
typedef struct diary {
    takt_replication *r;
    takt_tick work[2][N_LOTS][N_VISITS];
} diary;

static void note(void *context, int32_t machine)
{
    diary *d = context;
    const takt_machine *m = &d->r->view.machines[machine];
    const takt_ticket *ticket = &d->r->view.tickets[m->item];
    if (ticket->serial < N_LOTS && ticket->n_visits < N_VISITS)
        d->work[ticket->origin][ticket->serial][ticket->n_visits] = m->work;
}

static void keep_diary(const char *rule, diary *d)
{
    takt_study *study = mix(rule);
    takt_scenario *scenario = line_open(study);
    const takt_replication_listener listener = {.context = d, .finished = note};
    memset(d, 0, sizeof *d);
    d->r = line_start(scenario, 4);
    takt_replication_listen(d->r, &listener);
    line_advance(d->r, 2000);
    line_destroy(&study, &scenario);
}

/// The same lot takes the same time at the same visit, whatever the rule by which it got there.
static void lots_keep_their_times(void)
{
    static diary first, other;
    int n_same = 0;
    keep_diary("first_come", &first);
    keep_diary("shortest_time", &other);
    for (int p = 0; p < 2; ++p)
        for (int i = 0; i < N_LOTS; ++i)
            for (int k = 0; k < N_VISITS; ++k) {
                const takt_tick a = first.work[p][i][k], b = other.work[p][i][k];
                if (a != 0 && b != 0 && a != b)
                    CHECK_FAILED("lot %d of product %d, visit %d: %lld and %lld ticks", i, p, k,
                                 (long long)a, (long long)b);
                n_same += a != 0 && a == b;
            }
    CHECK(n_same > 800);
}

/// Shares of rework and scrap are kept within five standard deviations.
static void shares_are_kept(void)
{
    takt_study *study = mix("first_come");
    study->horizon.measured_s = 200000;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    static double results[256];
    CHECK_OK(takt_replication_run(r, 0, results));
    const takt_product_state *small = &r->view.products[0];
    const double n = (double)(small->n_finished + small->n_scrapped);
    CHECK(n > 30000);
    CHECK_NEAR((double)small->n_scrapped / n, 0.1, 0, 5 * sqrt(0.1 * 0.9 / n));
    // a works on each small once and 0.25 more, on each large 1 / 0.7 times.
    const double large = (double)r->view.products[1].n_finished;
    const double expected = n * 1.25 * 1 + large / 0.7 * 2;
    const double found = takt_tick_to_s(line_time(r, 0, TAKT_MACHINE_WORKING));
    CHECK_NEAR(found / expected, 1, 0, 0.02);
    line_destroy(&study, &scenario);
}

/// A saved state goes on to the same bytes.
static void states_are_whole(void)
{
    takt_study *study = mix("critical_ratio");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 2);
    line_advance(r, 500);
    const size_t n_bytes = takt_replication_state_bytes(r);
    char *middle = takt_alloc(n_bytes), *end = takt_alloc(n_bytes);
    takt_replication_save(r, middle);
    line_advance(r, 1500);
    takt_replication_save(r, end);
    takt_replication_load(r, middle);
    while (takt_replication_next(r) <= LINE_S(1500))
        CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
    CHECK_OK(takt_replication_advance(r, LINE_S(1500)));
    takt_replication_save(r, middle);
    CHECK(memcmp(middle, end, n_bytes) == 0);
    takt_free(middle);
    takt_free(end);
    line_destroy(&study, &scenario);
}

/// What is assembled keeps the ticket of the first part of the first input, or becomes the product
/// that the station makes, with the due date of that part.
static void assemblies_have_a_product(void)
{
    for (int makes = 0; makes < 2; ++makes) {
        takt_study *study = shop(100);
        takt_product *body = add_product(study, "body"), *car = add_product(study, "car");
        line_buffer(study, "wheels", TAKT_UNLIMITED);
        takt_station *join = TAKT_ITEM(takt_station, study->factory.stations, 0);
        line_input(study, join, "wheels")->take = 4;
        join->makes = makes ? "car" : NULL;
        takt_step *step = add_step(study, body, "a", line_constant(2));
        step->to = "a_in";
        add_step(study, body, "b", line_constant(3));
        body->due = in_arena(study, line_constant(20));
        add_step(study, car, "b", line_constant(5));
        release(study, "body", 30);
        line_source(study, "wheels", line_constant(3));
        if (!makes)
            line_source(study, NULL, line_constant(1e6))->product = "car"; // somebody releases it
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 34); // released at 30, assembled at 32 (31), at b since
        const int32_t b = r->plan->stations[1].first_machine;
        const takt_ticket *ticket = &r->view.tickets[r->view.machines[b].item];
        CHECK_INT(ticket->product, makes);
        CHECK_INT(ticket->due, LINE_S(50));
        CHECK_INT(r->view.machines[b].work, LINE_S(makes ? 5 : 3));
        line_advance(r, 38);
        CHECK_INT(r->view.products[makes].n_finished, 1);
        CHECK_INT(r->view.products[0].n_in_plant, 0);
        line_destroy(&study, &scenario);
    }
}

typedef struct mistake {
    void (*make)(takt_study *study);
    const char *path, *message;
} mistake;

static takt_product *first_product(takt_study *study)
{
    return TAKT_ITEM(takt_product, study->factory.products, 0);
}
static void wrong_station(takt_study *study)
{
    TAKT_ITEM(takt_step, first_product(study)->steps, 1)->station = "c";
}
static void wrong_rework(takt_study *study)
{
    TAKT_ITEM(takt_step, first_product(study)->steps, 1)->rework_to = "nowhere";
}
static void wrong_shares(takt_study *study)
{
    TAKT_ITEM(takt_step, first_product(study)->steps, 0)->scrap = 0.9;
}
static void wrong_rule(takt_study *study)
{
    *(const char **)TAKT_ITEM(takt_station, study->factory.stations, 0)->dispatch.items = "fifo";
}
static void no_weights(takt_study *study)
{
    *(const char **)TAKT_ITEM(takt_station, study->factory.stations, 0)->dispatch.items = "score";
}
static void wrong_product(takt_study *study)
{
    TAKT_ITEM(takt_source, study->factory.sources, 0)->product = "medium";
}
static void unnamed(takt_study *study)
{
    TAKT_ITEM(takt_source, study->factory.sources, 0)->product = NULL;
    TAKT_ITEM(takt_source, study->factory.sources, 0)->to = "a_in";
}
static void both_due(takt_study *study)
{
    first_product(study)->due = in_arena(study, line_constant(3));
    first_product(study)->due_factor = 2;
}
static void before_service(takt_study *study)
{
    TAKT_ITEM(takt_station, study->factory.stations, 0)->blocking = TAKT_BLOCKING_BEFORE;
}

static const mistake mistakes[] = {
    {wrong_station, "products[0].steps[1].station", "found 'c', allowed: a station ("},
    {wrong_rework, "products[0].steps[1].rework_to", "which names 0 steps of 'small'"},
    {wrong_shares, "products[0].steps[0].rework", "found 0.2 beside scrap 0.9"},
    {wrong_rule, "stations[0].dispatch[0]", "found 'fifo', allowed: first_come"},
    {no_weights, "stations[0].score", "found none"},
    {wrong_product, "sources[0].product", "found 'medium', allowed: a product"},
    {unnamed, "stations[0].routes", "found none"},
    {both_due, "products[0].due_factor", "found 2 beside `due`"},
    {before_service, "products[0].steps[0].station", "blocking before_service"},
};

static void mistakes_are_named(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; ++i) {
        takt_study *study = mix("first_come");
        mistakes[i].make(study);
        CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), mistakes[i].path);
        CHECK_CONTAINS(takt_error_text(), mistakes[i].message);
        takt_study_destroy(&study);
    }
}

TAKT_TESTS(TEST(routes_come_back), TEST(lots_keep_their_times), TEST(shares_are_kept),
           TEST(states_are_whole), TEST(assemblies_have_a_product), TEST(mistakes_are_named))
