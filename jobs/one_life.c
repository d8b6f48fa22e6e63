#include "jobs/one_life.h"

#include "core/schema.h"
#include "core/words.h"
#include "mpi/simulate.h"

#include <stdlib.h>
#include <string.h>

takt_status takt_life_begin(const takt_setup *setup, const takt_start *start, int32_t index,
                            double until_s, const takt_replication_listener *listener,
                            takt_life *life)
{
    takt_replication *r = takt_scenario_replication(setup->scenario);
    const takt_plan *plan = takt_scenario_plan(setup->scenario);
    *life = (takt_life){.replication = r, .index = index};
    TAKT_TRY(takt_replication_clear(r));                 // for those who keep the state
    takt_replication_listen(r, start ? NULL : listener); // time 0 is heard, too
    TAKT_TRY(takt_replication_start(r, takt_simulate_name(setup->scenario, index), start));
    takt_replication_listen(r, listener);
    life->now = takt_replication_now(r);
    life->measured = takt_tick_from_s(plan->warm_up_s);
    life->end = (start ? life->now : life->measured) + takt_tick_from_s(plan->measured_s);
    if (until_s >= 0)
        life->end = takt_tick_from_s(until_s);
    if (life->end < life->now)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--until: found %.6g h, allowed: from %.6g h on, the time "
                         "of the snapshot",
                         until_s / 3600, takt_tick_to_s(life->now) / 3600);
    if (start && life->measured <= life->now)
        life->measured = TAKT_TICK_NEVER; // it has begun before the state was kept
    return TAKT_OK;
}

takt_status takt_life_go_on(const takt_life *life)
{
    takt_status status = TAKT_OK;
    if (life->measured <= life->end) {
        status = takt_replication_advance(life->replication, life->measured);
        if (status == TAKT_OK)
            takt_replication_measure(life->replication);
    }
    if (status == TAKT_OK)
        status = takt_replication_advance(life->replication, life->end);
    takt_replication_listen(life->replication, NULL);
    return status;
}

takt_status takt_life_until(const takt_call *call, double *until_s)
{
    const char *value = call->arguments.values[TAKT_FLAG_UNTIL];
    char shown[TAKT_SHOWN_BYTES];
    *until_s = -1;
    if (value && (!takt_duration_read(value, until_s) || !(*until_s >= 0 && *until_s <= 1e12)))
        return TAKT_FAIL(
            TAKT_ERR_INPUT,
            "--until: found '%s', allowed: simulated time from 0 on, as 90 s, 36h, 2 d",
            takt_shown(value, strlen(value), shown));
    return TAKT_OK;
}

takt_status takt_life_index(const takt_call *call, int32_t *index)
{
    const char *value = call->arguments.values[TAKT_FLAG_TRACE];
    char shown[TAKT_SHOWN_BYTES];
    *index = 0;
    if (!value)
        return TAKT_OK;
    const size_t n = strlen(value);
    if (n == 0 || n > 9 || strspn(value, "0123456789") != n)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--trace: found '%s', allowed: the number of a replication, from 0 on",
                         takt_shown(value, n, shown));
    *index = (int32_t)strtol(value, NULL, 10);
    return TAKT_OK;
}
