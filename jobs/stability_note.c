#include "jobs/stability_note.h"

#include "jobs/tables.h"
#include "sim/trend.h"

#include <math.h>
#include <stdio.h>

/// In words: how much, and what it may mean.
static void say(const simulation *s, int32_t scenario, const takt_trend *trend, char *text,
                size_t n_bytes)
{
    char which[96] = "";
    if (s->comparison.n_scenarios > 1)
        snprintf(which, sizeof which, " in scenario %.64s",
                 takt_comparison_name(&s->comparison, scenario));
    snprintf(
        text, n_bytes,
        "Warning: the plant fills up all the time%s: %.4g items more in the last three quarters "
        "of the run, %.4g at its end (%d replication%s, false alarms %g %%). Its queues may grow "
        "without end, whatever the loads, or the run is too short to fill it.",
        which, trend->growth, trend->level, s->n_sampled, s->n_sampled == 1 ? "" : "s",
        100 * TAKT_TREND_LEVEL);
}

takt_status takt_stability_note(const simulation *s, takt_sheet *sheet)
{
    static const takt_column columns[] = {{"scenario", "scenario", false},
                                          {"growth", "items more", false},
                                          {"level", "items at the end", false},
                                          {"warning", "warning", false}};
    const int64_t stride = (int64_t)s->comparison.n_scenarios * TAKT_WARM_UP_SAMPLES;
    takt_table *table = takt_sheet_table(sheet, "growth", NULL, columns, 4);
    char text[400];
    for (int32_t k = 0; k < s->comparison.n_scenarios && s->n_sampled > 0; ++k) {
        const takt_trend trend = takt_trend_find(s->samples + (size_t)k * TAKT_WARM_UP_SAMPLES,
                                                 stride, s->n_sampled, TAKT_WARM_UP_SAMPLES);
        takt_table_add(table, (takt_cell[]){takt_cell_text(takt_comparison_name(&s->comparison, k)),
                                            takt_cell_number(trend.growth, -4),
                                            takt_cell_number(trend.level, -4),
                                            takt_cell_boolean(trend.is_growing)});
        if (!trend.is_growing)
            continue;
        say(s, k, &trend, text, sizeof text);
        takt_sheet_note(sheet, "%s", text);
        TAKT_TRY(takt_run_log(s->call, &s->run, "warning", text));
    }
    return TAKT_OK;
}
