// Opens a study to be shown, and changes its design.

#include "viz/showcase_internal.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

enum { EVENTS_TRIED = 100000 };

static takt_status allocate(takt_show *show)
{
    const size_t n = (size_t)show->n_set_points + 1;
    show->baseline = takt_alloc(n * sizeof *show->baseline);
    show->design = takt_alloc(n * sizeof *show->design);
    show->best = takt_alloc(n * sizeof *show->best);
    show->buffers = takt_alloc(((size_t)show->plan->n_buffers + 1) * sizeof *show->buffers);
    if (!show->baseline || !show->design || !show->best || !show->buffers)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory");
    takt_design_baseline(show->study, show->baseline);
    memcpy(show->design, show->baseline, n * sizeof *show->design);
    return TAKT_OK;
}

/// 1, 2 or 5 times a power of ten, at or below the value.
static double rounded(double value)
{
    const double power = pow(10, floor(log10(value)));
    const double digit = value / power;
    return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

/// An item should cross the plant in 20 s or a little more, for that is what one follows by eye;
/// how long that takes is tried out. The whole horizon lasts a minute at the least.
static double find_speed(takt_show *show)
{
    const takt_replication *r = show->player->replication;
    double speed = show->end_s / 600;
    // A first part that most plants reach the end of; it leaves snapshots for the first seeks.
    for (int n = 0; n < EVENTS_TRIED && takt_player_now(show->player) < show->player->end; ++n) {
        const takt_tick next = takt_replication_next(r);
        if (takt_player_aim(show->player, next) != TAKT_OK) {
            takt_error_clear();
            break;
        }
        takt_player_run(show->player, 0);
        if (show->player->failure[0])
            break;
    }
    const double flow_s = takt_look_totals(r).flow_s;
    if (flow_s > 0)
        speed = flow_s / 20;
    if (speed > show->end_s / 60)
        speed = show->end_s / 60;
    speed = rounded(speed);
    return speed < 0.01 ? 0.01 : speed > 1e7 ? 1e7 : speed;
}

bool takt_show_find_best(takt_show *show, takt_board *board)
{
    size_t sizes[TAKT_CHANNEL_MAX_DIMENSIONS];
    const size_t n = (size_t)show->n_set_points;
    const bool had = show->has_best, had_newer = show->has_newer_best;
    show->has_best =
        n > 0 && takt_board_copy(board, TAKT_CHANNEL_SET_POINT_BEST, show->best, n, sizes) == n;
    for (size_t i = 0; i < n; ++i)
        show->has_best = show->has_best && isfinite(show->best[i]);
    show->has_newer_best = show->has_best && show->is_best &&
                           memcmp(show->best, show->design, n * sizeof *show->best) != 0;
    return show->has_best != had || show->has_newer_best != had_newer;
}

takt_status takt_show_fill(takt_show *show, bool is_best, uint32_t index)
{
    const size_t n_bytes = (size_t)show->n_set_points * sizeof(double);
    const double *wanted = is_best ? show->best : show->baseline;
    takt_status status = takt_scenario_fill(show->scenario, wanted);
    if (status == TAKT_OK) {
        memcpy(show->design, wanted, n_bytes);
        show->is_best = is_best;
        show->has_newer_best = false;
    } else {
        // What was filled in before fits.
        const takt_status again = takt_scenario_fill(show->scenario, show->design);
        status = again == TAKT_OK ? status : again;
    }
    TAKT_TRY(takt_player_reset(show->player, index));
    TAKT_TRY(takt_bands_restart(show->bands, index));
    return status;
}

static takt_status open_study(takt_show *show, const char *text, size_t n)
{
    TAKT_TRY(takt_study_parse("study", text, n, &show->study));
    if (show->study->process.model)
        TAKT_TRY(takt_dryer_batch_create(&show->dryer));
    TAKT_TRY(takt_scenario_create(show->study, show->study->process.model ? &show->dryer : NULL,
                                  &show->scenario));
    show->plan = takt_scenario_plan(show->scenario);
    show->n_set_points = show->study->set_points.n_items;
    TAKT_TRY(allocate(show));
    TAKT_TRY(takt_layout_create(&show->study->factory, &show->layout));
    TAKT_TRY(takt_player_create(takt_scenario_replication(show->scenario), &show->player));
    show->end_s = takt_tick_to_s(show->player->end);
    return takt_bands_create(show->study, show->plan, &show->bands);
}

takt_status takt_show_open(takt_board *board, const char *text, size_t n, takt_show **show)
{
    takt_status status = TAKT_OK;
    takt_show *s = takt_alloc(sizeof *s);
    *show = NULL;
    if (!s)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory");
    TAKT_TRY_GOTO(open_study(s, text, n), failed);
    // A best design that this study cannot take belongs to another one: the baseline is shown.
    if (takt_show_find_best(s, board) && takt_show_fill(s, true, 0) != TAKT_OK)
        takt_error_clear();
    s->speed = find_speed(s);
    TAKT_TRY_GOTO(takt_player_aim(s->player, 0), failed);
    *show = s;
    return TAKT_OK;
failed:
    takt_show_close(&s);
    return status;
}

void takt_show_close(takt_show **show)
{
    takt_show *s = *show;
    if (!s)
        return;
    takt_bands_destroy(&s->bands);
    takt_player_destroy(&s->player);
    takt_layout_destroy(&s->layout);
    takt_scenario_destroy(&s->scenario);
    if (s->dryer.solve)
        takt_dryer_batch_destroy(&s->dryer);
    takt_study_destroy(&s->study);
    takt_free(s->baseline);
    takt_free(s->design);
    takt_free(s->best);
    takt_free(s->machines);
    takt_free(s->buffers);
    takt_free(s);
    *show = NULL;
}
