/// A showcase shows what was computed: every order leads to the state that the replication has at
/// that time, the best design comes when it is asked for, and a paused one is silent.
#include "sim/look.h"
#include "tests/sim/lines.h"
#include "tests/viz/stage.h"

#include <pthread.h>
#include <stdatomic.h>

static void words_of_the_protocol(void)
{
    CHECK_INT(takt_showcase_action_find("play"), TAKT_SHOWCASE_PLAY);
    CHECK_INT(takt_showcase_action_find("seek"), TAKT_SHOWCASE_SEEK);
    CHECK_INT(takt_showcase_action_find("design"), TAKT_SHOWCASE_DESIGN);
    CHECK_INT(takt_showcase_action_find("Play"), -1);
    CHECK_INT(takt_showcase_action_find(""), -1);
    CHECK_INT(takt_showcase_action_find(NULL), -1);
}

/// Does a channel hold these numbers, so many of them?
static bool holds(const stage *st, takt_channel channel, const double *expected, size_t n)
{
    double found[256];
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    CHECK(n <= 256);
    return takt_board_copy(st->board, channel, found, 256, sizes) == n &&
           memcmp(found, expected, n * sizeof *found) == 0;
}

/// The frames on the board against a look at a replication that was run to that time.
static bool frames_agree(const stage *st, const takt_replication *r)
{
    const int32_t n_machines = r->plan->n_machines, n_buffers = r->plan->n_buffers;
    double machines[4 * 8], items[2 * 64], buffers[8];
    takt_item_look looks[64];
    CHECK(n_machines <= 8 && n_buffers <= 8);
    for (int32_t m = 0; m < n_machines; ++m) {
        const takt_machine_look look = takt_look_machine(r, m);
        machines[4 * m] = look.state;
        machines[4 * m + 1] = look.done;
        machines[4 * m + 2] = look.n_items;
        machines[4 * m + 3] = look.wear;
    }
    for (int32_t b = 0; b < n_buffers; ++b)
        buffers[b] = takt_look_buffer(r, b).level;
    const int32_t n = takt_look_items(r, looks, 64);
    CHECK(n <= 64);
    for (int32_t i = 0; i < n; ++i) {
        items[2 * i] = looks[i].number;
        items[2 * i + 1] = looks[i].buffer < 0 ? looks[i].machine : n_machines + looks[i].buffer;
    }
    return holds(st, TAKT_CHANNEL_MACHINE_NOW, machines, 4 * (size_t)n_machines) &&
           holds(st, TAKT_CHANNEL_BUFFER_NOW, buffers, (size_t)n_buffers) &&
           holds(st, TAKT_CHANNEL_ITEM_NOW, items, 2 * (size_t)n);
}

/// Frames that say what the replication does at that time have to come; what is equal to the frame
/// before keeps its old time on the board.
static void wait_for_frames(const stage *st, const char *text, uint32_t index, double time_s)
{
    takt_study *study = NULL;
    takt_scenario *scenario = NULL;
    const double until_s = takt_clock_s() + 30;
    CHECK_OK(takt_study_parse("row", text, strlen(text), &study));
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    takt_replication *r = line_start(scenario, index);
    CHECK_OK(takt_replication_advance(r, LINE_S(time_s)));
    while (!frames_agree(st, r)) {
        if (takt_clock_s() > until_s)
            CHECK_FAILED("no frames that show replication %u at %g s", index, time_s);
        pause_s(0.002);
    }
    line_destroy(&study, &scenario);
}

static double frame_time(const stage *st, takt_channel channel)
{
    const takt_piece *piece = takt_board_frame(st->board, channel, 0);
    takt_frame_head head;
    const unsigned char *payload;
    if (!piece)
        return -1;
    CHECK_OK(takt_frame_read(piece->bytes, piece->n_bytes, &head, &payload));
    takt_piece_release(piece);
    return head.time_s;
}

/// Pieces leave first at 3, 6, 9, ... and second at 8, 13, ...: so the steps.
static void steps_and_seeks(void)
{
    static const double steps_s[] = {3, 6, 8, 9, 12, 13};
    stage st;
    if (!open_stage(&st, row, true))
        return;
    wait_for_frames(&st, row, 0, 0);
    for (size_t i = 0; i < sizeof steps_s / sizeof *steps_s; ++i) {
        order(&st, TAKT_SHOWCASE_STEP, 0);
        wait_for_time(&st, steps_s[i]);
    }
    wait_for_frames(&st, row, 0, 13);
    order(&st, TAKT_SHOWCASE_SEEK, 301.5);
    wait_for_time(&st, 301.5);
    wait_for_frames(&st, row, 0, 301.5);
    order(&st, TAKT_SHOWCASE_SEEK, 22);
    order(&st, TAKT_SHOWCASE_STEP, 0); // counts from where the seek ends
    wait_for_time(&st, 23);
    order(&st, TAKT_SHOWCASE_SEEK, 640);
    wait_for(&st, "showcase", "\"at_end\": true");
    CHECK(says(&st, "showcase", "\"good\": 108,")); // 103, 108, ..., 638 s: from the warm-up on
    order(&st, TAKT_SHOWCASE_RESET, 0);
    wait_for_time(&st, 0);
    close_stage(&st);
}

static void chance_is_that_of_the_replication(void)
{
    stage st;
    if (!open_stage(&st, shop, true))
        return;
    order(&st, TAKT_SHOWCASE_REPLICATION, 5);
    wait_for(&st, "showcase", "\"replication\": 5");
    for (int i = 0; i < 6; ++i) {
        const double time_s = i % 2 ? 900 - 100.25 * i : 700 + 33.5 * i;
        order(&st, TAKT_SHOWCASE_SEEK, time_s);
        wait_for_frames(&st, shop, 5, time_s);
    }
    order(&st, TAKT_SHOWCASE_REPLICATION, 2); // at the same time
    wait_for(&st, "showcase", "\"replication\": 2");
    wait_for_frames(&st, shop, 2, 900 - 100.25 * 5);
    close_stage(&st);
}

static void paused_and_unwatched_ones_are_silent(void)
{
    stage st;
    if (!open_stage(&st, row, false))
        return;
    order(&st, TAKT_SHOWCASE_PLAY, 0);
    wait_for(&st, "showcase", "\"playing\": true");
    pause_s(0.3);
    CHECK(frame_time(&st, TAKT_CHANNEL_MACHINE_NOW) == -1); // nobody watches: no frame, no bands
    CHECK(frame_time(&st, TAKT_CHANNEL_BAND_LO) == -1);
    CHECK(says(&st, "showcase", "\"time_s\": 0,")); // and time stands
    order(&st, TAKT_SHOWCASE_PAUSE, 0);
    wait_for(&st, "showcase", "\"playing\": false");
    takt_board_watch(st.board, 1);
    wait_for(&st, "showcase", "\"band_replications\": 12");
    wait_for_frames(&st, row, 0, 0);
    pause_s(0.3); // what was on its way has come
    const uint64_t sequence = takt_board_sequence(st.board);
    pause_s(0.6);
    CHECK_INT(takt_board_sequence(st.board), sequence);
    takt_board_watch(st.board, -1);
    order(&st, TAKT_SHOWCASE_SEEK, 50);
    wait_for_time(&st, 50);
    pause_s(0.3);
    CHECK(frame_time(&st, TAKT_CHANNEL_MACHINE_NOW) == 0); // frames are for those who watch
    close_stage(&st);
}

static void playing_to_the_end_and_once_more(void)
{
    stage st;
    if (!open_stage(&st, row, true))
        return;
    order(&st, TAKT_SHOWCASE_SPEED, 1e7);
    order(&st, TAKT_SHOWCASE_PLAY, 0);
    wait_for(&st, "showcase", "\"at_end\": true");
    wait_for(&st, "showcase", "\"playing\": false");
    wait_for_frames(&st, row, 0, 640);
    order(&st, TAKT_SHOWCASE_SPEED, 0.01);
    order(&st, TAKT_SHOWCASE_PLAY, 0);
    wait_for(&st, "showcase", "\"playing\": true, \"speed\": 0.01, \"time_s\": 0");
    CHECK(says(&st, "showcase", "\"at_end\": false"));
    order(&st, TAKT_SHOWCASE_SPEED, 20);
    wait_for(&st, "showcase", "\"good\": 1,"); // at 8 s, with frames on the way
    CHECK(frame_time(&st, TAKT_CHANNEL_MACHINE_NOW) > 0);
    close_stage(&st);
}

static void put_best(const stage *st, double places, double crew)
{
    CHECK_OK(takt_board_put(st->board, TAKT_CHANNEL_SET_POINT_BEST, (size_t[]){2},
                            (double[]){places, crew}, (double)NAN));
}

static void the_best_design_is_shown_when_asked_for(void)
{
    stage st;
    if (!open_stage(&st, row, true))
        return;
    CHECK_STATUS(takt_showcase_do(st.showcase, TAKT_SHOWCASE_DESIGN, 1), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "no best design");
    put_best(&st, 4, 2);
    wait_for(&st, "showcase", "\"has_best\": true");
    CHECK(says(&st, "showcase", "\"design\": \"baseline\"")); // nobody has asked
    order(&st, TAKT_SHOWCASE_SEEK, 200);
    wait_for_frames(&st, row, 0, 200);
    order(&st, TAKT_SHOWCASE_DESIGN, 1);
    wait_for(&st, "showcase", "\"design\": \"best\"");
    wait_for(&st, "factory", "\"capacity\": 4,");
    CHECK(says(&st, "factory", "\"first_machine\": 1, \"n_machines\": 2"));
    wait_for_time(&st, 200);
    CHECK(says(&st, "showcase", "with the best design found so far."));
    put_best(&st, 7, 3);
    wait_for(&st, "showcase", "a better one is known");
    CHECK(says(&st, "factory", "\"capacity\": 4,"));
    order(&st, TAKT_SHOWCASE_RESET, 0);
    wait_for(&st, "factory", "\"capacity\": 7,");
    wait_for(&st, "showcase", "with the best design found so far.");
    wait_for(&st, "showcase", "\"band_replications\": 12");
    put_best(&st, 7, 99); // a design that does not fit the study
    wait_for(&st, "showcase", "a better one is known");
    order(&st, TAKT_SHOWCASE_DESIGN, 0);
    wait_for(&st, "showcase", "with the set-points of today.");
    wait_for(&st, "factory", "\"capacity\": 1,");
    CHECK_OK(takt_board_put(st.board, TAKT_CHANNEL_SET_POINT_BEST, (size_t[]){2}, (double[]){-5, 1},
                            (double)NAN));
    order(&st, TAKT_SHOWCASE_DESIGN, 1);
    wait_for(&st, "showcase", "Problem: ");
    CHECK(says(&st, "showcase", "\"design\": \"baseline\""));
    wait_for(&st, "factory", "\"capacity\": 1,");
    close_stage(&st);
}

/// Where the board has a best design already, the showcase begins with it.
static void a_best_design_that_is_there_comes_first(void)
{
    stage st = {0};
    CHECK_OK(takt_board_create(&st.board));
    put_best(&st, 3, 4);
    const takt_status status = takt_showcase_create(st.board, row, strlen(row), &st.showcase);
    if (status != TAKT_ERR_UNSUPPORTED) {
        CHECK_OK(status);
        CHECK(says(&st, "showcase", "\"design\": \"best\", \"has_best\": true"));
        CHECK(says(&st, "factory", "\"capacity\": 3,"));
        CHECK(says(&st, "study", "\"name\": \"places\", \"unit\": \"1\", \"value\": 1"));
    }
    close_stage(&st);
}

static void orders_that_are_not_allowed(void)
{
    static const struct {
        takt_showcase_action action;
        double value;
    } wrong[] = {{TAKT_SHOWCASE_SEEK, -1},         {TAKT_SHOWCASE_SEEK, 640.1},
                 {TAKT_SHOWCASE_SEEK, NAN},        {TAKT_SHOWCASE_SPEED, 0.001},
                 {TAKT_SHOWCASE_SPEED, 2e7},       {TAKT_SHOWCASE_SPEED, NAN},
                 {TAKT_SHOWCASE_REPLICATION, 12},  {TAKT_SHOWCASE_REPLICATION, -1},
                 {TAKT_SHOWCASE_REPLICATION, 0.5}, {TAKT_SHOWCASE_DESIGN, 2},
                 {TAKT_SHOWCASE_DESIGN, NAN},      {TAKT_SHOWCASE_ACTION_COUNT, 0},
                 {(takt_showcase_action)-1, 0}};
    stage st;
    if (!open_stage(&st, row, false))
        return;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
        CHECK_STATUS(takt_showcase_do(st.showcase, wrong[i].action, wrong[i].value),
                     TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), "allowed: ");
    }
    close_stage(&st);
}

static void studies_that_cannot_be_shown(void)
{
    static const char *const wrong[] = {
        "", "study: [", "study: x\nfactory: {stations: []}\n", "study: x\n",
        "study: x\nfactory: {stations: [{name: a, routes: [{to: nowhere}]}]}\n"};
    takt_board *board = NULL;
    takt_showcase *showcase = NULL;
    CHECK_OK(takt_board_create(&board));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
        const takt_status status =
            takt_showcase_create(board, wrong[i], strlen(wrong[i]), &showcase);
        CHECK(status == TAKT_ERR_INPUT || status == TAKT_ERR_UNSUPPORTED);
        CHECK(!showcase && takt_error_text()[0]);
    }
    CHECK_INT(takt_board_sequence(board), 0); // nothing was put
    takt_board_destroy(&board);
}

static void another_study_takes_its_place(void)
{
    stage st;
    if (!open_stage(&st, row, true))
        return;
    order(&st, TAKT_SHOWCASE_PLAY, 0);
    CHECK_STATUS(takt_showcase_load(st.showcase, "study: [", 8), TAKT_ERR_INPUT);
    CHECK(says(&st, "study", "\"name\": \"row\""));
    order(&st, TAKT_SHOWCASE_SEEK, 300);
    wait_for(&st, "showcase", "\"playing\": true");
    takt_board_clear(st.board);
    CHECK_OK(takt_showcase_load(st.showcase, shop, sizeof shop - 1));
    CHECK(says(&st, "study", "\"name\": \"shop\""));
    CHECK(says(&st, "factory", "\"name\": \"mend\""));
    CHECK(says(&st, "showcase", "\"playing\": false"));
    CHECK(says(&st, "showcase", "\"time_s\": 0,"));
    CHECK_STATUS(takt_showcase_do(st.showcase, TAKT_SHOWCASE_REPLICATION, 11), TAKT_ERR_INPUT);
    order(&st, TAKT_SHOWCASE_SEEK, 5000);
    wait_for(&st, "showcase", "\"at_end\": true");
    takt_text text = {0};
    CHECK_OK(takt_showcase_card(st.showcase, "mend", &text));
    takt_text_destroy(&text);
    close_stage(&st);
}

static void a_plant_that_overflows_says_so(void)
{
    static const char full[] =
        "study: full\nhorizon: {measured: 1000}\n"
        "factory:\n"
        "  max_items: 16\n"
        "  sources: [{name: street, to: queue, interarrival: {mean: 1}}]\n"
        "  buffers: [{name: queue}]\n"
        "  stations: [{name: slow, service: {mean: 100}, inputs: [{from: queue}], "
        "routes: [{to: out}]}]\n";
    stage st;
    if (!open_stage(&st, full, true))
        return;
    order(&st, TAKT_SHOWCASE_SPEED, 1e5);
    order(&st, TAKT_SHOWCASE_PLAY, 0);
    wait_for(&st, "showcase", "It ends here: factory.max_items");
    wait_for(&st, "showcase", "\"playing\": false");
    order(&st, TAKT_SHOWCASE_SEEK, 5);
    wait_for_time(&st, 5);
    CHECK(!says(&st, "showcase", "It ends here"));
    close_stage(&st);
}

/// Asks for cards while another thread gives orders.
typedef struct asker {
    const stage *st;
    atomic_bool *is_over;
} asker;

static void *ask(void *context)
{
    const asker *a = context;
    int n = 0;
    while (!atomic_load(a->is_over) || n < 10) {
        takt_text text = {0};
        CHECK_OK(takt_showcase_card(a->st->showcase, n++ % 2 ? "img_onerror-1" : "in.box", &text));
        takt_text_destroy(&text);
    }
    return NULL;
}

static void cards_and_orders_from_other_threads(void)
{
    stage st;
    pthread_t threads[2];
    atomic_bool is_over = false;
    if (!open_stage(&st, shop, true))
        return;
    asker a = {&st, &is_over};
    for (int i = 0; i < 2; ++i)
        CHECK_INT(pthread_create(&threads[i], NULL, ask, &a), 0);
    for (int i = 0; i < 200; ++i) {
        static const takt_showcase_action actions[] = {TAKT_SHOWCASE_PLAY, TAKT_SHOWCASE_SEEK,
                                                       TAKT_SHOWCASE_SPEED, TAKT_SHOWCASE_STEP,
                                                       TAKT_SHOWCASE_REPLICATION};
        static const double values[] = {0, 2500, 1e4, 0, 3};
        const takt_status status = takt_showcase_do(st.showcase, actions[i % 5], values[i % 5]);
        CHECK(status == TAKT_OK || status == TAKT_ERR_LIMIT);
        if (i % 50 == 49)
            CHECK_OK(takt_showcase_load(st.showcase, shop, sizeof shop - 1));
        pause_s(0.001);
    }
    order(&st, TAKT_SHOWCASE_PAUSE, 0);
    order(&st, TAKT_SHOWCASE_SEEK, 1234);
    wait_for_time(&st, 1234);
    atomic_store(&is_over, true);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    close_stage(&st);
}

TAKT_TESTS(TEST(words_of_the_protocol), TEST(steps_and_seeks),
           TEST(chance_is_that_of_the_replication), TEST(paused_and_unwatched_ones_are_silent),
           TEST(playing_to_the_end_and_once_more), TEST(the_best_design_is_shown_when_asked_for),
           TEST(a_best_design_that_is_there_comes_first), TEST(orders_that_are_not_allowed),
           TEST(studies_that_cannot_be_shown), TEST(another_study_takes_its_place),
           TEST(a_plant_that_overflows_says_so), TEST(cards_and_orders_from_other_threads))
