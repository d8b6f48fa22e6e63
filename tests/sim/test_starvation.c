/// Who is forgotten by a rule is found and named; who only waits is not.
#include "sim/starvation.h"
#include "tests/sim/lines.h"

/// Urgent orders every `urgent_s` and others every 100 s before a machine of 1 s by priority.
static takt_study *shop(double urgent_s, const char *const *rule)
{
    static const char *const names[] = {"urgent", "other"};
    takt_study *study = line_create(1000);
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_station(study, "press", line_constant(1), "queue", NULL)->dispatch =
        (takt_list){(void *)(uintptr_t)rule, 1};
    for (int i = 0; i < 2; ++i) {
        takt_product *product = line_append(study, &study->factory.products, sizeof *product);
        *product = (takt_product){.name = names[i], .priority = i == 0 ? 9 : 2};
        takt_step *step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.station = "press"};
        line_source(study, NULL, line_constant(i == 0 ? urgent_s : 100))->product = names[i];
    }
    return study;
}

static bool look(takt_study *study, takt_starvation *found)
{
    takt_scenario *scenario = line_open(study);
    takt_replication *r = takt_scenario_replication(scenario);
    double *results = takt_alloc((size_t)takt_scenario_report(scenario)->n_values * sizeof(double));
    CHECK(takt_starvation_is_possible(takt_scenario_plan(scenario)));
    CHECK_OK(takt_replication_run(r, 0, results));
    const bool is_found = takt_starvation_find(r, found);
    takt_free(results);
    line_destroy(&study, &scenario);
    return is_found;
}

/// The urgent ones take all of the machine: of the others, which come at 100, 200, ... 1000, five
/// have waited for half of the time, the first for 900 s.
static void the_forgotten_are_named(void)
{
    static const char *const priority[] = {"priority"};
    takt_starvation found;
    CHECK(look(shop(1, priority), &found));
    CHECK_INT(found.buffer, 0);
    CHECK_INT(found.product, 1);
    CHECK_INT(found.priority, 2);
    CHECK_INT(found.n_items, 5);
    CHECK_NEAR(found.age_s, 900, 0, 1e-9);
    CHECK_NEAR(found.median_s, 1, 0.01, 0);
}

static void who_only_waits_is_not(void)
{
    static const char *const priority[] = {"priority"}, *const oldest[] = {"oldest"};
    takt_starvation found;
    CHECK(!look(shop(2, priority), &found));
    CHECK(!look(shop(0.5, oldest), &found)); // twice as much as can be done, but in turn
}

TAKT_TESTS(TEST(the_forgotten_are_named), TEST(who_only_waits_is_not))
