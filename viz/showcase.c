// The thread that plays: orders come in, frames go out, between them simulated time passes.

#include "viz/showcase.h"

#include "core/clock.h"
#include "core/memory.h"
#include "viz/showcase_internal.h"
#include "viz/thread.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define FRAME_S (1.0 / 30)    // between frames
#define FRAME_BYTES_PER_S 8e6 // fewer of them in a plant of very many machines
#define STATE_S 0.25          // between documents "showcase" while it plays
#define IDLE_S 0.2            // how soon it sees that somebody watches, or a new best design
#define SLICE_S 0.005         // of work before it looks for orders
#define LONGEST_STEP_S 0.25   // after a stall it goes on, it does not catch up

enum { MAX_ORDERS = 64, NICE = 10 };

typedef struct order {
    takt_showcase_action action;
    double value;
} order;

struct takt_showcase {
    takt_board *board;
    pthread_t thread;
    bool has_thread;
    // Under `lock`, never held for long.
    pthread_mutex_t lock;
    pthread_cond_t wake, loaded;
    bool is_ended;
    int32_t n_orders;
    order orders[MAX_ORDERS];
    takt_show *pending;       // to be shown instead
    const char *pending_text; // of takt_showcase_load, while it waits
    size_t n_pending_text;
    takt_status pending_status;
    double end_s; // of the study that is shown
    int32_t n_replications;
    // Under `show_lock`: the thread changes the show, others look at it.
    pthread_mutex_t show_lock;
    atomic_int n_knocking; // others that wait for show_lock: the thread lets them in
    takt_show *show;
    // The thread's own.
    bool is_playing, is_dirty, is_state_dirty, is_seeking;
    double speed, head_s; // simulated time that the clock has come to
    double clock_s;       // when that was
    double put_s, state_put_s;
    char problem[256];
};

int takt_showcase_action_find(const char *word)
{
    static const char *const words[TAKT_SHOWCASE_ACTION_COUNT] = {
        "play", "pause", "step", "reset", "seek", "speed", "replication", "design"};
    for (int i = 0; word && i < TAKT_SHOWCASE_ACTION_COUNT; ++i)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

// --- What the thread does with orders

static void note_problem(takt_showcase *s, takt_status status)
{
    if (status == TAKT_OK)
        return;
    snprintf(s->problem, sizeof s->problem, "Problem: %s.", takt_error_text());
    takt_error_clear();
    s->is_state_dirty = true;
}

static void aim(takt_showcase *s, double time_s)
{
    note_problem(s, takt_player_aim(s->show->player, takt_tick_from_s(time_s)));
    s->is_seeking = true;
}

/// Another design or replication, at the same simulated time, so that both can be compared.
static void change(takt_showcase *s, bool is_best, uint32_t index, double time_s)
{
    takt_show *show = s->show;
    s->problem[0] = '\0';
    (void)takt_show_find_best(show, s->board);
    const bool fill = is_best != show->is_best || (is_best && show->has_newer_best);
    if (fill && (!is_best || show->has_best)) {
        note_problem(s, takt_show_fill(show, is_best, index));
        note_problem(s, takt_show_put_factory(show, s->board));
    } else if (index != show->player->index) {
        note_problem(s, takt_player_reset(show->player, index));
        note_problem(s, takt_bands_show(show->bands, index));
    }
    aim(s, time_s);
}

static void obey(takt_showcase *s, const order *o)
{
    takt_show *show = s->show;
    const double now_s = takt_tick_to_s(takt_player_now(show->player));
    switch (o->action) {
    case TAKT_SHOWCASE_PLAY:
        if (takt_player_now(show->player) >= show->player->end)
            aim(s, 0); // once more
        s->is_playing = true;
        break;
    case TAKT_SHOWCASE_PAUSE:
        s->is_playing = false;
        if (!s->is_seeking) // where it has come to, not where the clock has
            note_problem(s, takt_player_aim(show->player, takt_player_now(show->player)));
        break;
    case TAKT_SHOWCASE_STEP:
        s->is_playing = false;
        aim(s, takt_tick_to_s(takt_replication_next(show->player->replication)));
        break;
    case TAKT_SHOWCASE_RESET:
        change(s, show->is_best, show->player->index, 0);
        break;
    case TAKT_SHOWCASE_SEEK:
        aim(s, o->value);
        break;
    case TAKT_SHOWCASE_SPEED:
        s->speed = o->value;
        break;
    case TAKT_SHOWCASE_REPLICATION:
        change(s, show->is_best, (uint32_t)o->value, now_s);
        break;
    case TAKT_SHOWCASE_DESIGN:
        change(s, o->value > 0, show->player->index, now_s);
        break;
    default:
        break;
    }
    s->is_state_dirty = s->is_dirty = true;
}

/// A step counts from where the seek before it ends.
static bool has_to_wait(const takt_showcase *s, const order *o)
{
    return o->action == TAKT_SHOWCASE_STEP && s->is_seeking &&
           !takt_player_is_there(s->show->player);
}

/// Takes the next order that can be carried out now.
static bool take_order(takt_showcase *s, order *o)
{
    pthread_mutex_lock(&s->lock);
    const bool found = s->n_orders > 0 && !has_to_wait(s, &s->orders[0]);
    if (found) {
        *o = s->orders[0];
        s->n_orders -= 1;
        memmove(s->orders, s->orders + 1, (size_t)s->n_orders * sizeof *s->orders);
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

static void take_orders(takt_showcase *s)
{
    for (order o; take_order(s, &o);) {
        pthread_mutex_lock(&s->show_lock);
        obey(s, &o);
        s->head_s = takt_tick_to_s(takt_player_now(s->show->player));
        pthread_mutex_unlock(&s->show_lock);
    }
}

/// All documents of a study that has just been opened.
static takt_status put_documents(takt_showcase *s, const char *text, size_t n)
{
    const takt_show_play play = {.speed = s->speed};
    TAKT_TRY(takt_show_put_study(s->show, text, n, s->board));
    TAKT_TRY(takt_show_put_factory(s->show, s->board));
    return takt_show_put_state(s->show, &play, s->board);
}

/// As after create.
static void begin_show(takt_showcase *s, takt_show *show)
{
    s->show = show;
    s->is_playing = s->is_seeking = false;
    s->is_dirty = true;
    s->speed = show->speed;
    s->head_s = 0;
    s->problem[0] = '\0';
    s->end_s = show->end_s;
    s->n_replications = show->study->replications;
}

/// The study of takt_showcase_load takes the place of the one before.
static void take_pending(takt_showcase *s)
{
    pthread_mutex_lock(&s->lock);
    if (s->pending) {
        pthread_mutex_lock(&s->show_lock);
        takt_show_close(&s->show);
        begin_show(s, s->pending);
        s->pending = NULL;
        s->n_orders = 0;
        pthread_mutex_unlock(&s->show_lock);
        s->pending_status = put_documents(s, s->pending_text, s->n_pending_text);
        pthread_cond_broadcast(&s->loaded);
    }
    pthread_mutex_unlock(&s->lock);
}

// --- Time

/// The clock moves the play head while it plays and is not on a longer way.
static void follow_clock(takt_showcase *s, bool is_watched)
{
    const double now_s = takt_clock_s();
    const double dt_s = fmin(now_s - s->clock_s, LONGEST_STEP_S);
    s->clock_s = now_s;
    if (!s->is_playing || !is_watched || s->is_seeking)
        return;
    s->head_s = fmin(s->head_s + dt_s * s->speed, s->show->end_s);
    note_problem(s, takt_player_aim(s->show->player, takt_tick_from_s(s->head_s)));
}

/// Runs towards the aim for a slice. The state that lies before it is shown on the way, so that a
/// speed that this machine cannot keep is seen as a slower one.
static void move(takt_showcase *s, bool is_watched)
{
    takt_player *player = s->show->player;
    const takt_tick before = takt_player_now(player);
    follow_clock(s, is_watched);
    if (!takt_player_is_there(player))
        takt_player_run(player, takt_clock_s() + SLICE_S);
    const bool is_there = takt_player_is_there(player);
    if (takt_player_now(player) != before || (s->is_seeking && is_there))
        s->is_dirty = true;
    if (s->is_seeking ? is_there : !is_there)
        s->head_s = takt_tick_to_s(takt_player_now(player));
    if (is_there && s->is_seeking) {
        s->is_seeking = false;
        s->is_state_dirty = true;
    }
    if (s->is_playing && is_there &&
        (player->failure[0] || (takt_player_now(player) >= player->end && !s->is_seeking))) {
        s->is_playing = false;
        s->is_state_dirty = true;
    }
}

// --- What goes out

/// Seconds between frames: so many of them that their bytes stay bearable.
static double frame_period(const takt_show *show)
{
    const double bytes = 32.0 * show->plan->n_machines + 8.0 * show->plan->n_buffers;
    return fmax(FRAME_S, bytes / FRAME_BYTES_PER_S);
}

static bool is_frame_due(const takt_showcase *s, bool is_watched, double now_s)
{
    return s->is_dirty && is_watched && !s->is_seeking && now_s >= s->put_s + frame_period(s->show);
}

static void put_news(takt_showcase *s, bool is_watched)
{
    const double now_s = takt_clock_s();
    if (takt_show_find_best(s->show, s->board))
        s->is_state_dirty = true;
    if (is_frame_due(s, is_watched, now_s)) {
        note_problem(s, takt_show_put_frames(s->show, s->board));
        s->is_dirty = false;
        s->put_s = now_s;
    }
    const bool is_moving = s->is_playing && is_watched && now_s >= s->state_put_s + STATE_S;
    if (!s->is_state_dirty && !is_moving)
        return;
    const takt_show_play play = {s->is_playing, s->speed, s->problem[0] ? s->problem : NULL};
    if (takt_show_put_state(s->show, &play, s->board) != TAKT_OK)
        takt_error_clear(); // the next one says the same
    s->is_state_dirty = false;
    s->state_put_s = now_s;
}

/// A slice of the bands, where there is nothing else to do. True when there is more.
static bool work_on_bands(takt_showcase *s, bool is_watched)
{
    takt_bands *bands = s->show->bands;
    const int32_t n_before = takt_bands_replications(bands);
    if (!is_watched || s->is_seeking || takt_bands_are_done(bands))
        return false;
    takt_status status = takt_bands_run(bands, takt_clock_s() + SLICE_S);
    if (status == TAKT_OK)
        status = takt_bands_put(bands, s->board);
    note_problem(s, status);
    s->is_state_dirty = s->is_state_dirty || takt_bands_replications(bands) != n_before;
    return status == TAKT_OK;
}

/// How long it may sleep when nobody wakes it.
static double time_to_sleep(const takt_showcase *s, bool is_watched, bool has_more)
{
    const double left_s = s->put_s + frame_period(s->show) - takt_clock_s();
    if (!takt_player_is_there(s->show->player))
        return 0;
    if (is_watched && (s->is_playing || s->is_dirty))
        return has_more ? 0 : fmax(left_s, 0.001);
    return has_more ? 0 : IDLE_S;
}

/// Sleeps until there is an order; false when the thread is to end.
static bool wait_for_work(takt_showcase *s, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const double ns = (double)until.tv_nsec + seconds * 1e9;
    until.tv_sec += (time_t)(ns / 1e9);
    until.tv_nsec = (long)fmod(ns, 1e9);
    pthread_mutex_lock(&s->lock);
    if (seconds > 0 && !s->is_ended && s->n_orders == 0 && !s->pending)
        pthread_cond_timedwait(&s->wake, &s->lock, &until);
    const bool goes_on = !s->is_ended;
    pthread_mutex_unlock(&s->lock);
    // Locks are not fair: whoever waits for the show gets it now.
    while (atomic_load(&s->n_knocking) > 0)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    return goes_on;
}

static void *play(void *context)
{
    takt_showcase *s = context;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); // the run itself goes first
    s->clock_s = takt_clock_s();
    for (double pause_s = 0; wait_for_work(s, pause_s);) {
        const bool is_watched = takt_board_is_watched(s->board);
        take_pending(s);
        take_orders(s);
        pthread_mutex_lock(&s->show_lock);
        move(s, is_watched);
        pthread_mutex_unlock(&s->show_lock);
        put_news(s, is_watched);
        const bool has_more = work_on_bands(s, is_watched);
        pause_s = time_to_sleep(s, is_watched, has_more);
    }
    return NULL;
}

// --- The outside

static takt_status start_thread(takt_showcase *s)
{
    TAKT_TRY(takt_thread_start(&s->thread, play, s, "showcase"));
    s->has_thread = true;
    return TAKT_OK;
}

takt_status takt_showcase_create(takt_board *board, const char *text, size_t n,
                                 takt_showcase **showcase)
{
    takt_status status = TAKT_OK;
    pthread_condattr_t monotonic;
    takt_show *show = NULL;
    takt_showcase *s = takt_alloc(sizeof *s);
    *showcase = NULL;
    if (!s)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory");
    s->board = board;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->show_lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &monotonic);
    pthread_cond_init(&s->loaded, NULL);
    pthread_condattr_destroy(&monotonic);
    TAKT_TRY_GOTO(takt_show_open(board, text, n, &show), failed);
    begin_show(s, show);
    TAKT_TRY_GOTO(put_documents(s, text, n), failed);
    TAKT_TRY_GOTO(start_thread(s), failed);
    *showcase = s;
    return TAKT_OK;
failed:
    takt_showcase_destroy(&s);
    return status;
}

void takt_showcase_destroy(takt_showcase **showcase)
{
    takt_showcase *s = *showcase;
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->is_ended = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->has_thread)
        pthread_join(s->thread, NULL);
    takt_show_close(&s->show);
    pthread_cond_destroy(&s->wake);
    pthread_cond_destroy(&s->loaded);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->show_lock);
    takt_free(s);
    *showcase = NULL;
}

takt_status takt_showcase_load(takt_showcase *s, const char *text, size_t n)
{
    takt_show *show = NULL;
    TAKT_TRY(takt_show_open(s->board, text, n, &show));
    pthread_mutex_lock(&s->lock);
    while (s->pending) // of another caller
        pthread_cond_wait(&s->loaded, &s->lock);
    s->pending = show;
    s->pending_text = text;
    s->n_pending_text = n;
    pthread_cond_broadcast(&s->wake);
    while (s->pending == show)
        pthread_cond_wait(&s->loaded, &s->lock);
    const takt_status status = s->pending_status;
    pthread_mutex_unlock(&s->lock);
    if (status != TAKT_OK) // its text belongs to the other thread
        return TAKT_FAIL(status, "showcase: the documents could not be put onto the board");
    return TAKT_OK;
}

void takt_showcase_warm_up(takt_showcase *s)
{
    pthread_mutex_lock(&s->show_lock);
    const double warm_up_s = fmin(s->show->study->horizon.warm_up_s, s->show->end_s);
    pthread_mutex_unlock(&s->show_lock);
    (void)takt_showcase_do(s, TAKT_SHOWCASE_SEEK, warm_up_s); // within its range
}

/// Is there a best design that could be shown?
static bool board_has_best(takt_board *board)
{
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    return takt_board_copy(board, TAKT_CHANNEL_SET_POINT_BEST, NULL, 0, sizes) > 0;
}

/// Under the lock.
static takt_status check_value(const takt_showcase *s, takt_showcase_action action, double value)
{
    switch (action) {
    case TAKT_SHOWCASE_SEEK:
        if (value >= 0 && value <= s->end_s)
            return TAKT_OK;
        return TAKT_FAIL(TAKT_ERR_INPUT, "showcase: seek: found %g s, allowed: 0 to %g", value,
                         s->end_s);
    case TAKT_SHOWCASE_SPEED:
        if (value >= 0.01 && value <= 1e7)
            return TAKT_OK;
        return TAKT_FAIL(TAKT_ERR_INPUT, "showcase: speed: found %g, allowed: 0.01 to 1e7", value);
    case TAKT_SHOWCASE_REPLICATION:
        if (value >= 0 && value < s->n_replications && value == floor(value))
            return TAKT_OK;
        return TAKT_FAIL(TAKT_ERR_INPUT, "showcase: replication: found %g, allowed: 0 to %d", value,
                         s->n_replications - 1);
    case TAKT_SHOWCASE_DESIGN:
        if (value != 0 && value != 1)
            return TAKT_FAIL(TAKT_ERR_INPUT, "showcase: design: found %g, allowed: 0, 1", value);
        if (value == 1 && !board_has_best(s->board))
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "showcase: design: found 1, allowed: 0 while no best design is known");
        return TAKT_OK;
    default:
        return (int)action >= 0 && action < TAKT_SHOWCASE_ACTION_COUNT
                   ? TAKT_OK
                   : TAKT_FAIL(TAKT_ERR_INPUT, "showcase: found action %d, allowed: 0 to %d",
                               (int)action, TAKT_SHOWCASE_ACTION_COUNT - 1);
    }
}

/// A slider sends many: of two that follow each other only the second counts. Under the lock.
static takt_status append_order(takt_showcase *s, takt_showcase_action action, double value)
{
    const bool replaces = s->n_orders > 0 && action != TAKT_SHOWCASE_STEP &&
                          s->orders[s->n_orders - 1].action == action;
    if (replaces)
        s->n_orders -= 1;
    if (s->n_orders == MAX_ORDERS)
        return TAKT_FAIL(TAKT_ERR_LIMIT,
                         "showcase: found more than %d orders that wait, allowed: fewer",
                         MAX_ORDERS);
    s->orders[s->n_orders++] = (order){action, value};
    pthread_cond_signal(&s->wake);
    return TAKT_OK;
}

takt_status takt_showcase_do(takt_showcase *s, takt_showcase_action action, double value)
{
    pthread_mutex_lock(&s->lock);
    takt_status status = check_value(s, action, value);
    if (status == TAKT_OK)
        status = append_order(s, action, value);
    pthread_mutex_unlock(&s->lock);
    return status;
}

takt_status takt_showcase_card(takt_showcase *s, const char *name, takt_text *json)
{
    atomic_fetch_add(&s->n_knocking, 1);
    pthread_mutex_lock(&s->show_lock);
    atomic_fetch_sub(&s->n_knocking, 1);
    const takt_status status = takt_show_card(s->show, name, json);
    pthread_mutex_unlock(&s->show_lock);
    return status;
}
