// Every verdict on a set-point follows its rule (docs/search.md), in the order of the rules.
#include "tests/check.h"

#include "mpi/search_internal.h"

static search_side side_of(double difference, double half_width)
{
    return (search_side){.feasible = true,
                         .difference = difference,
                         .lo = difference - half_width,
                         .hi = difference + half_width};
}

static void verdicts_follow_their_rules(void)
{
    const search_side worse = side_of(0.5, 0.1), better = side_of(-0.5, 0.1);
    const search_side flat = side_of(0.01, 0.1), unsure = side_of(0.03, 0.1);
    const search_side bound = {.at_bound = true, .feasible = true};
    const search_side broken = {.feasible = false};
    const double cost = 100; // dead below 0.02
    CHECK_INT(search_verdict_of(&worse, &worse, cost), TAKT_VERDICT_INTERIOR);
    CHECK_INT(search_verdict_of(&bound, &worse, cost), TAKT_VERDICT_BOUND);
    CHECK_INT(search_verdict_of(&flat, &bound, cost), TAKT_VERDICT_BOUND);
    CHECK_INT(search_verdict_of(&bound, &broken, cost), TAKT_VERDICT_BOUND);
    CHECK_INT(search_verdict_of(&bound, &better, cost), TAKT_VERDICT_OPEN);
    CHECK_INT(search_verdict_of(&broken, &worse, cost), TAKT_VERDICT_HELD);
    CHECK_INT(search_verdict_of(&flat, &broken, cost), TAKT_VERDICT_HELD);
    CHECK_INT(search_verdict_of(&broken, &broken, cost), TAKT_VERDICT_HELD);
    CHECK_INT(search_verdict_of(&broken, &better, cost), TAKT_VERDICT_OPEN);
    CHECK_INT(search_verdict_of(&better, &worse, cost), TAKT_VERDICT_OPEN);
    CHECK_INT(search_verdict_of(&flat, &flat, cost), TAKT_VERDICT_DEAD);
    CHECK_INT(search_verdict_of(&flat, &unsure, cost), TAKT_VERDICT_OPEN);
    CHECK_INT(search_verdict_of(&worse, &flat, cost), TAKT_VERDICT_OPEN);
}

static void flat_set_points_are_dead_only_to_the_ends(void)
{
    const search_side worse = side_of(0.5, 0.1), better = side_of(-0.5, 0.1);
    const search_side flat = side_of(0.01, 0.1);
    const search_side broken = {.feasible = false};
    CHECK_INT(search_verdict_of_flat(&flat, &flat), TAKT_VERDICT_DEAD);
    CHECK_INT(search_verdict_of_flat(&worse, &flat), TAKT_VERDICT_FLAT);
    CHECK_INT(search_verdict_of_flat(&flat, &worse), TAKT_VERDICT_FLAT);
    CHECK_INT(search_verdict_of_flat(&broken, &flat), TAKT_VERDICT_FLAT);
    CHECK_INT(search_verdict_of_flat(&flat, &broken), TAKT_VERDICT_FLAT);
    CHECK_INT(search_verdict_of_flat(&better, &worse), TAKT_VERDICT_OPEN);
}

TAKT_TESTS(TEST(verdicts_follow_their_rules), TEST(flat_set_points_are_dead_only_to_the_ends))
