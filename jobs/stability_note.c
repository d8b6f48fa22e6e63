#include "jobs/stability_note.h"

#include "jobs/tables.h"
#include "sim/starvation.h"
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

static takt_status warn(const simulation *s, takt_sheet *sheet, const char *text)
{
    takt_sheet_note(sheet, "%s", text);
    return takt_run_log(s->call, &s->run, "warning", text);
}

/// Who a rule forgets, in replication 0, which is run once more for this.
static takt_status note_starvation(const simulation *s, takt_sheet *sheet)
{
    const takt_factory *factory = &s->setup.study->factory;
    takt_replication *r = takt_scenario_replication(s->setup.scenario);
    takt_starvation found;
    char text[400];
    if (!takt_starvation_is_possible(takt_scenario_plan(s->setup.scenario)))
        return TAKT_OK;
    double *results =
        takt_alloc((size_t)takt_scenario_report(s->setup.scenario)->n_values * sizeof *results);
    if (!results)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the results");
    const takt_status status = takt_replication_run(r, 0, results);
    const bool starves = status == TAKT_OK && takt_starvation_find(r, &found);
    takt_free(results);
    if (!starves)
        return status;
    snprintf(
        text, sizeof text,
        "Warning: a rule forgets items: %d in replication 0, the oldest%s%.64s (priority %d) in "
        "'%.64s' after %.4g h, while half of those that left took up to %.4g h.",
        found.n_items, found.product >= 0 ? ", of " : "",
        found.product >= 0 ? TAKT_ITEM(takt_product, factory->products, found.product)->name : "",
        found.priority, TAKT_ITEM(takt_buffer, factory->buffers, found.buffer)->name,
        found.age_s / 3600, found.median_s / 3600);
    return warn(s, sheet, text);
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
        TAKT_TRY(warn(s, sheet, text));
    }
    return note_starvation(s, sheet);
}
