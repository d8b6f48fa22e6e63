/// Wherever the play head goes, forwards, back, event by event or in leaps, the state is the one
/// that free running has at that moment, and the logs say what happened before it.
#include "core/clock.h"
#include "tests/sim/digest.h"
#include "tests/sim/factories.h"
#include "viz/showcase_player_internal.h"

/// A random factory with room for no more items than it needs: blocks are small.
static takt_study *small_factory(uint32_t index)
{
    takt_study *study = random_factory(index);
    study->factory.max_items = 2000;
    return study;
}

/// Free running to a time, as takt_replication_run does it.
static uint64_t free_digest(takt_replication *r, uint32_t index, takt_tick time)
{
    const takt_tick warm_up = takt_tick_from_s(r->plan->warm_up_s);
    CHECK_OK(takt_replication_reset(r, index));
    if (time >= warm_up) {
        CHECK_OK(takt_replication_advance(r, warm_up));
        takt_replication_measure(r);
    }
    CHECK_OK(takt_replication_advance(r, time));
    return digest(r);
}

static void go(takt_player *player, takt_tick time)
{
    CHECK_OK(takt_player_aim(player, time));
    while (!takt_player_is_there(player))
        takt_player_run(player, 0); // a deadline in the past: small steps
    CHECK_TEXT(player->failure, "");
    CHECK_INT(takt_player_now(player), time);
}

/// Times forwards and back, near and far, on marks and between them.
static void seeks_land_on_the_state_of_free_running(void)
{
    for (uint32_t i = 0; i < 60; ++i) {
        takt_study *study = small_factory(i);
        takt_scenario *scenario = line_open(study);
        takt_replication *other = NULL;
        takt_player *player = NULL;
        CHECK_OK(takt_replication_create(takt_scenario_plan(scenario), &other));
        CHECK_OK(takt_player_create(takt_scenario_replication(scenario), &player));
        CHECK_OK(takt_player_reset(player, i % 4));
        CHECK_INT(player->end, LINE_S(450));
        CHECK_INT(player->n_snapshots, TAKT_PLAYER_MAX_SNAPSHOTS);
        const takt_tick times[] = {
            LINE_S(3),   LINE_S(300),          LINE_S(50),      LINE_S(49.999999),
            LINE_S(450), LINE_S(12.5),         LINE_S(449),     player->interval * 7,
            LINE_S(0),   player->interval - 1, LINE_S(123.456), player->interval * 40 + 1,
            LINE_S(200), LINE_S(50.000001),    LINE_S(450),     LINE_S(1)};
        for (size_t k = 0; k < sizeof times / sizeof *times; ++k) {
            go(player, times[k]);
            if (digest(player->replication) != free_digest(other, i % 4, times[k]))
                CHECK_FAILED("factory %u: another state at %g s (number %zu)", i,
                             takt_tick_to_s(times[k]), k);
        }
        takt_player_destroy(&player);
        takt_replication_destroy(&other);
        line_destroy(&study, &scenario);
    }
}

/// The whole block, bytes never used included, where nothing else has run in it.
static void a_first_seek_back_gives_the_whole_block(void)
{
    takt_study *study = small_factory(7);
    takt_scenario *scenario = line_open(study);
    takt_replication *other = NULL;
    takt_player *player = NULL;
    CHECK_OK(takt_replication_create(takt_scenario_plan(scenario), &other));
    CHECK_OK(takt_player_create(takt_scenario_replication(scenario), &player));
    const size_t n = takt_replication_state_bytes(other);
    char *a = takt_alloc(n), *b = takt_alloc(n);
    CHECK(a && b);
    go(player, LINE_S(450));
    go(player, LINE_S(222));
    (void)free_digest(other, 0, LINE_S(222));
    takt_replication_save(player->replication, a);
    takt_replication_save(other, b);
    CHECK(memcmp(a, b, n) == 0);
    takt_free(a);
    takt_free(b);
    takt_player_destroy(&player);
    takt_replication_destroy(&other);
    line_destroy(&study, &scenario);
}

/// Two machines in a row: 3 s and 5 s, one place between, for 640 s: a snapshot each 10 s.
static takt_study *open_row(void)
{
    takt_study *study = line_create(640);
    line_buffer(study, "between", 1);
    line_station(study, "first", line_constant(3), NULL, "between");
    line_station(study, "second", line_constant(5), "between", "out");
    return study;
}

static const takt_player_change *change_of(const takt_player *player, int32_t machine, int64_t k)
{
    const takt_player_logs *logs = &player->logs;
    CHECK(k >= 0 && k < logs->n_changes[machine]);
    return &logs->changes[machine * logs->max_changes + k % logs->max_changes];
}

static void check_change(const takt_player *player, int32_t machine, int64_t k, double time_s,
                         takt_machine_state state)
{
    const takt_player_change *change = change_of(player, machine, k);
    CHECK_NEAR(takt_tick_to_s(change->time), time_s, 0, 0);
    CHECK_INT(change->state, state);
}

/// By hand: first works 0-12 (its item of 9 lies between, that of 12 waits) and is blocked until
/// 13; from there on in each turn of 5 s it works for 3 and is blocked for 2. second starves until
/// 3, then works for ever: states that last no time are in no log.
static void logs_are_those_of_a_hand_simulation(void)
{
    takt_study *study = open_row();
    takt_scenario *scenario = line_open(study);
    takt_player *player = NULL;
    CHECK_OK(takt_player_create(takt_scenario_replication(scenario), &player));
    CHECK_INT(player->interval, LINE_S(10));
    go(player, LINE_S(24));
    CHECK_INT(player->logs.since, 0);
    CHECK_INT(player->logs.n_changes[1], 2);
    check_change(player, 1, 0, 0, TAKT_MACHINE_STARVED);
    check_change(player, 1, 1, 3, TAKT_MACHINE_WORKING);
    CHECK_INT(player->logs.n_changes[0], 7);
    check_change(player, 0, 0, 0, TAKT_MACHINE_WORKING);
    check_change(player, 0, 1, 12, TAKT_MACHINE_BLOCKED);
    check_change(player, 0, 2, 13, TAKT_MACHINE_WORKING);
    check_change(player, 0, 3, 16, TAKT_MACHINE_BLOCKED);
    check_change(player, 0, 4, 18, TAKT_MACHINE_WORKING);
    check_change(player, 0, 5, 21, TAKT_MACHINE_BLOCKED);
    check_change(player, 0, 6, 23, TAKT_MACHINE_WORKING);
    CHECK_INT(player->logs.n_passed[0], 6);
    CHECK_INT(player->logs.n_passed[1], 4);
    const takt_player_passed *passed = &player->logs.passed[player->logs.max_passed + 2];
    CHECK_INT(passed->number, 2);
    CHECK_INT(passed->time, LINE_S(18));
    CHECK_NEAR(passed->born_s, 6, 0, 0);
    CHECK_NEAR(passed->quantity, 1, 0, 0);
    takt_player_destroy(&player);
    line_destroy(&study, &scenario);
}

/// After a seek the logs begin at the snapshot before the last one, with what went on there.
static void logs_reach_back_an_interval_after_a_seek(void)
{
    takt_study *study = open_row();
    takt_scenario *scenario = line_open(study);
    takt_player *player = NULL;
    CHECK_OK(takt_player_create(takt_scenario_replication(scenario), &player));
    go(player, LINE_S(400));
    go(player, LINE_S(205.5));
    CHECK_INT(player->logs.since, LINE_S(190));
    check_change(player, 1, 0, 188, TAKT_MACHINE_WORKING); // its job of 188 went on at 190
    check_change(player, 0, 0, 188, TAKT_MACHINE_WORKING);
    check_change(player, 0, 1, 191, TAKT_MACHINE_BLOCKED);
    check_change(player, 0, 2, 193, TAKT_MACHINE_WORKING);
    CHECK_INT(player->logs.n_changes[0], 7); // ... 196, 198, 201, 203
    go(player, LINE_S(206));
    CHECK_INT(player->logs.since, LINE_S(190)); // a step forwards keeps them
    CHECK_INT(player->logs.n_changes[0], 8);
    go(player, LINE_S(605));
    CHECK_INT(player->logs.since, LINE_S(590)); // a leap: the snapshot of 390 was nearer
    CHECK_INT(player->logs.n_passed[1], 3);     // 593, 598, 603
    go(player, LINE_S(608.5));
    CHECK_INT(player->logs.since, LINE_S(590));
    CHECK_INT(player->logs.n_passed[1], 4);
    go(player, LINE_S(25));
    go(player, LINE_S(330)); // back and forth: the way there is a leap
    CHECK_INT(player->logs.since, LINE_S(320));
    takt_player_destroy(&player);
    line_destroy(&study, &scenario);
}

/// Logs after a seek are the end of those of running through: random factories, all states.
static void logs_after_a_seek_are_those_of_running_through(void)
{
    for (uint32_t i = 0; i < 60; ++i) {
        takt_study *studies[2] = {small_factory(i), small_factory(i)};
        takt_scenario *scenarios[2];
        takt_player *players[2];
        for (int p = 0; p < 2; ++p) {
            scenarios[p] = line_open(studies[p]);
            CHECK_OK(takt_player_create(takt_scenario_replication(scenarios[p]), &players[p]));
        }
        go(players[0], LINE_S(300));
        go(players[1], LINE_S(450));
        go(players[1], LINE_S(300));
        const takt_player_logs *logs = &players[1]->logs;
        CHECK(logs->since > 0 && logs->since <= LINE_S(300) - players[1]->interval);
        for (int32_t m = 0; m < logs->n_machines; ++m) {
            const int64_t n = logs->n_changes[m], all = players[0]->logs.n_changes[m];
            for (int64_t k = 1; k < n && k < logs->max_changes - 1; ++k) {
                const takt_player_change *a = change_of(players[1], m, n - k);
                const takt_player_change *b = change_of(players[0], m, all - k);
                if (a->time != b->time || a->state != b->state || a->stop != b->stop)
                    CHECK_FAILED("factory %u: another log of machine %d", i, m);
            }
        }
        for (int p = 0; p < 2; ++p) {
            takt_player_destroy(&players[p]);
            line_destroy(&studies[p], &scenarios[p]);
        }
    }
}

/// A plant that overflows: the player stands where it happened and says why; it can go back.
static void a_plant_that_overflows(void)
{
    takt_study *study = line_create(1000);
    takt_scenario *scenario;
    takt_player *player = NULL;
    study->factory.max_items = 16;
    line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, "queue", line_constant(1));
    line_station(study, "slow", line_constant(100), "queue", "out");
    scenario = line_open(study);
    CHECK_OK(takt_player_create(takt_scenario_replication(scenario), &player));
    CHECK_OK(takt_player_aim(player, LINE_S(900)));
    takt_player_run(player, takt_clock_s() + 60);
    CHECK(takt_player_is_there(player));
    CHECK_CONTAINS(player->failure, "factory.max_items");
    CHECK_INT(takt_player_now(player), LINE_S(17));
    go(player, LINE_S(5));
    CHECK_INT(takt_look_buffer(player->replication, 0).n_items, 4);
    takt_player_destroy(&player);
    line_destroy(&study, &scenario);
}

/// What is kept is bounded: with room for so many items there are no snapshots, and it works.
static void large_plants_have_fewer_snapshots(void)
{
    takt_study *study = open_row();
    takt_player *player = NULL;
    study->factory.max_items = 1500000;
    takt_scenario *scenario = line_open(study);
    CHECK_OK(takt_player_create(takt_scenario_replication(scenario), &player));
    CHECK_INT(player->n_snapshots, 1);
    go(player, LINE_S(600));
    go(player, LINE_S(24));
    check_change(player, 0, 1, 12, TAKT_MACHINE_BLOCKED);
    takt_player_destroy(&player);
    line_destroy(&study, &scenario);
}

TAKT_TESTS(TEST(seeks_land_on_the_state_of_free_running),
           TEST(a_first_seek_back_gives_the_whole_block), TEST(logs_are_those_of_a_hand_simulation),
           TEST(logs_reach_back_an_interval_after_a_seek),
           TEST(logs_after_a_seek_are_those_of_running_through), TEST(a_plant_that_overflows),
           TEST(large_plants_have_fewer_snapshots))
