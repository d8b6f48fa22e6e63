// The play head: from event to event, with logs, snapshots, and ways back.

#include "viz/showcase_player_internal.h"

#include "core/clock.h"
#include "core/memory.h"

#include <stdio.h>
#include <string.h>

enum { EVENTS_PER_LOOK_AT_THE_CLOCK = 128 };

takt_tick takt_player_now(const takt_player *player)
{
    return takt_replication_now(player->replication);
}

bool takt_player_is_there(const takt_player *player)
{
    return player->failure[0] || takt_player_now(player) >= player->aim;
}

// --- Logs

static void free_logs(takt_player_logs *logs)
{
    takt_free(logs->n_changes);
    takt_free(logs->n_passed);
    takt_free(logs->changes);
    takt_free(logs->passed);
    takt_free(logs->passed_states);
    *logs = (takt_player_logs){0};
}

/// Entries of `n_bytes` that each machine gets of half the room.
static int32_t ring_length(int32_t n_machines, size_t n_bytes, int32_t least, int32_t most)
{
    const size_t n = TAKT_PLAYER_LOG_BYTES / 2 / ((size_t)n_machines * n_bytes);
    if (n >= (size_t)most)
        return most;
    return n > (size_t)least ? (int32_t)n : least;
}

static takt_status allocate_logs(takt_player_logs *logs, const takt_plan *plan)
{
    const size_t n_machines = (size_t)plan->n_machines, n_state = (size_t)plan->n_state;
    if (logs->n_machines == plan->n_machines)
        return TAKT_OK;
    free_logs(logs);
    // One more: an entry that was taken back may have written over the oldest.
    const int32_t n_changes =
        ring_length(plan->n_machines, sizeof *logs->changes, 2, TAKT_PLAYER_CHANGES + 1);
    const int32_t n_passed = ring_length(
        plan->n_machines, sizeof *logs->passed + n_state * sizeof(double), 0, TAKT_PLAYER_PASSED);
    logs->n_changes = takt_alloc(n_machines * sizeof *logs->n_changes);
    logs->n_passed = takt_alloc(n_machines * sizeof *logs->n_passed);
    logs->changes = takt_alloc(n_machines * (size_t)n_changes * sizeof *logs->changes);
    logs->passed = takt_alloc((n_machines * (size_t)n_passed + 1) * sizeof *logs->passed);
    logs->passed_states =
        takt_alloc((n_machines * (size_t)n_passed * n_state + 1) * sizeof(double));
    if (!logs->n_changes || !logs->n_passed || !logs->changes || !logs->passed ||
        !logs->passed_states) {
        free_logs(logs);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory for the logs of %d machines",
                         plan->n_machines);
    }
    logs->n_machines = plan->n_machines;
    logs->n_state = plan->n_state;
    logs->max_changes = n_changes;
    logs->max_passed = n_passed;
    return TAKT_OK;
}

/// States that last no time are left out: the last entry of a moment counts, and none that says
/// what the one before said.
static void on_state(void *context, int32_t machine, takt_machine_state state)
{
    takt_player *player = context;
    takt_player_logs *logs = &player->logs;
    takt_player_change *ring = &logs->changes[(size_t)machine * (size_t)logs->max_changes];
    int64_t *n = &logs->n_changes[machine];
    const takt_player_change change = {takt_player_now(player),
                                       takt_look_machine(player->replication, machine).stop, state};
#define ENTRY(k) ring[(k) % logs->max_changes]
    if (*n > 0 && ENTRY(*n - 1).time == change.time)
        *n -= 1;
    if (*n > 0 && ENTRY(*n - 1).state == state && ENTRY(*n - 1).stop == change.stop &&
        ENTRY(*n - 1).time < change.time)
        return;
    ENTRY(*n) = change;
    *n += 1;
#undef ENTRY
}

static void on_finished(void *context, int32_t machine)
{
    takt_player *player = context;
    takt_player_logs *logs = &player->logs;
    takt_item_look items[TAKT_PLAYER_PASSED];
    const int32_t n_there =
        takt_look_machine_items(player->replication, machine, items, TAKT_PLAYER_PASSED);
    const int32_t n_done = takt_look_machine(player->replication, machine).n_items;
    const int32_t n = n_done < n_there ? n_done : n_there;
    for (int32_t i = 0; i < n && logs->max_passed > 0; ++i) {
        const size_t at = (size_t)machine * (size_t)logs->max_passed +
                          (size_t)(logs->n_passed[machine]++ % logs->max_passed);
        logs->passed[at] = (takt_player_passed){.time = takt_player_now(player),
                                                .number = items[i].number,
                                                .born_s = items[i].born_s,
                                                .quantity = items[i].quantity,
                                                .value = items[i].value,
                                                .energy_kWh = items[i].energy_kWh};
        memcpy(&logs->passed_states[at * (size_t)logs->n_state], items[i].state,
               (size_t)logs->n_state * sizeof(double));
    }
}

/// From here on everything is written down; what each machine is doing begins its log.
static void begin_logs(takt_player *player)
{
    takt_player_logs *logs = &player->logs;
    const takt_replication_listener listener = {
        .context = player, .state = on_state, .finished = on_finished};
    for (int32_t m = 0; m < logs->n_machines; ++m) {
        const takt_machine_look look = takt_look_machine(player->replication, m);
        logs->changes[(size_t)m * (size_t)logs->max_changes] =
            (takt_player_change){takt_tick_from_s(look.since_s), look.stop, look.state};
        logs->n_changes[m] = 1;
        logs->n_passed[m] = 0;
    }
    logs->since = takt_player_now(player);
    player->log_from = TAKT_TICK_NEVER;
    takt_replication_listen(player->replication, &listener);
}

// --- Snapshots

static void forget_snapshots(takt_player *player)
{
    for (int32_t i = 0; i < TAKT_PLAYER_MAX_SNAPSHOTS; ++i) {
        takt_free(player->snapshots[i]);
        player->snapshots[i] = NULL;
    }
}

static void plan_snapshots(takt_player *player)
{
    const size_t n_bytes = takt_replication_state_bytes(player->replication);
    const size_t n = TAKT_PLAYER_SNAPSHOT_BYTES / n_bytes;
    player->n_snapshots =
        n < TAKT_PLAYER_MAX_SNAPSHOTS ? (int32_t)(n > 1 ? n : 1) : TAKT_PLAYER_MAX_SNAPSHOTS;
    // The last interval ends with the horizon; number 0 would be time 0, which a reset gives.
    player->interval = player->end / player->n_snapshots;
    if (player->interval < 1)
        player->interval = 1;
}

/// Number of the snapshot that lies at or before a time.
static int32_t snapshot_before(const takt_player *player, takt_tick time)
{
    const takt_tick k = time / player->interval;
    return k < player->n_snapshots ? (int32_t)k : player->n_snapshots - 1;
}

/// Running out of memory only makes ways back longer.
static void take_snapshot(takt_player *player)
{
    const takt_tick now = takt_player_now(player);
    const int32_t k = snapshot_before(player, now);
    if (k == 0 || now != k * player->interval || player->snapshots[k])
        return;
    player->snapshots[k] = takt_alloc(takt_replication_state_bytes(player->replication));
    if (player->snapshots[k])
        takt_replication_save(player->replication, player->snapshots[k]);
}

// --- Ways

/// Time 0 of the present number: what happens at time 0 has happened.
static takt_status go_to_start(takt_player *player)
{
    takt_replication_listen(player->replication, NULL);
    TAKT_TRY(takt_replication_reset(player->replication, player->index));
    TAKT_TRY(takt_replication_advance(player->replication, 0));
    if (player->warm_up == 0)
        takt_replication_measure(player->replication);
    player->failure[0] = '\0';
    return TAKT_OK;
}

takt_status takt_player_reset(takt_player *player, uint32_t index)
{
    forget_snapshots(player);
    player->index = index;
    player->warm_up = takt_tick_from_s(player->plan->warm_up_s);
    player->end = player->warm_up + takt_tick_from_s(player->plan->measured_s);
    player->aim = 0;
    TAKT_TRY(go_to_start(player));
    plan_snapshots(player);
    TAKT_TRY(allocate_logs(&player->logs, player->plan));
    begin_logs(player);
    return TAKT_OK;
}

takt_status takt_player_create(takt_replication *replication, takt_player **player)
{
    takt_player *p = takt_alloc(sizeof *p);
    *player = NULL;
    if (!p)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory");
    p->replication = replication;
    p->plan = takt_look_plan(replication);
    const takt_status status = takt_player_reset(p, 0);
    if (status != TAKT_OK)
        takt_player_destroy(&p);
    *player = p;
    return status;
}

void takt_player_destroy(takt_player **player)
{
    takt_player *p = *player;
    if (!p)
        return;
    takt_replication_listen(p->replication, NULL);
    forget_snapshots(p);
    free_logs(&p->logs);
    takt_free(p);
    *player = NULL;
}

/// The latest snapshot that there is at or before a time; 0: the start.
static int32_t nearest_snapshot(const takt_player *player, takt_tick time)
{
    int32_t k = snapshot_before(player, time);
    while (k > 0 && !player->snapshots[k])
        --k;
    return k;
}

/// To a place at or before `time` from which one can go on without logs: a snapshot or the start;
/// where it stands is as good when it lies between.
static takt_status go_near(takt_player *player, takt_tick time)
{
    const takt_tick now = takt_player_now(player);
    const int32_t k = nearest_snapshot(player, time);
    takt_replication_listen(player->replication, NULL);
    if (now <= time && now >= k * player->interval && !player->failure[0])
        return TAKT_OK;
    if (k == 0)
        return go_to_start(player);
    takt_replication_load(player->replication, player->snapshots[k]);
    player->failure[0] = '\0';
    return TAKT_OK;
}

takt_status takt_player_aim(takt_player *player, takt_tick time)
{
    const takt_tick now = takt_player_now(player);
    player->aim = time < player->end ? time : player->end;
    const int32_t k = snapshot_before(player, player->aim);
    const takt_tick log_from = k > 0 ? (k - 1) * player->interval : 0;
    const bool is_logging = player->log_from == TAKT_TICK_NEVER;
    const takt_tick ahead = nearest_snapshot(player, log_from) * player->interval;
    if (now <= player->aim && is_logging && player->logs.since <= log_from && ahead <= now)
        return TAKT_OK; // on the way already
    player->log_from = log_from;
    TAKT_TRY(go_near(player, log_from));
    if (takt_player_now(player) == log_from)
        begin_logs(player);
    return TAKT_OK;
}

/// The next moment at which something is to be done, events aside.
static takt_tick next_mark(const takt_player *player, takt_tick now)
{
    const takt_tick snapshot = (now / player->interval + 1) * player->interval;
    takt_tick mark = player->aim;
    if (now < player->warm_up && player->warm_up < mark)
        mark = player->warm_up;
    if (now < player->log_from && player->log_from < mark)
        mark = player->log_from;
    return snapshot < mark ? snapshot : mark;
}

void takt_player_run(takt_player *player, double deadline_s)
{
    takt_replication *r = player->replication;
    for (int n = 1; !takt_player_is_there(player); ++n) {
        const takt_tick now = takt_player_now(player);
        const takt_tick mark = next_mark(player, now), next = takt_replication_next(r);
        const takt_tick to = next < mark ? next : mark;
        if (takt_replication_advance(r, to) != TAKT_OK) {
            snprintf(player->failure, sizeof player->failure, "%s", takt_error_text());
            takt_error_clear();
            return;
        }
        if (now < player->warm_up && to == player->warm_up)
            takt_replication_measure(r);
        if (to == player->log_from)
            begin_logs(player);
        take_snapshot(player);
        if (n % EVENTS_PER_LOOK_AT_THE_CLOCK == 0 && takt_clock_s() >= deadline_s)
            return;
    }
}
