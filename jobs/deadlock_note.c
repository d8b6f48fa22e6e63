#include "jobs/deadlock_note.h"

#include "core/files.h"
#include "core/rng.h"
#include "sim/deadlock.h"

#include <stdio.h>
#include <string.h>

/// Replications run on all ranks, the error is that of one of them: the one whose words are those.
static bool is_the_one(const takt_replication *r, const char *text)
{
    if (!takt_replication_is_deadlocked(r))
        return false;
    (void)takt_deadlock_fail(r);
    return strcmp(takt_error_text(), text) == 0;
}

static takt_status write_report(const takt_comparison *comparison, int32_t scenario,
                                const takt_run *run)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    takt_text text = {0};
    takt_replication *r = takt_scenario_replication(comparison->scenarios[scenario]);
    takt_status status = takt_deadlock_report(r, &text);
    takt_text_printf(&text, "\nTo see it again: takt simulate %s --set replications=%u", run->study,
                     takt_replication_number(r) + 1);
    if (comparison->n_scenarios > 1)
        takt_text_printf(&text, " --scenario %s", takt_comparison_name(comparison, scenario));
    takt_text_append(&text, "\n");
    if (status == TAKT_OK)
        status = takt_text_check(&text);
    if (status == TAKT_OK)
        status = takt_file_write_atomic(takt_run_file(run, "deadlock.txt", path), text.bytes,
                                        text.length);
    takt_text_destroy(&text);
    return status;
}

takt_status takt_deadlock_note(const takt_comparison *comparison, const takt_run *run,
                               takt_status status)
{
    char text[4096], trace[4096];
    if (status != TAKT_ERR_MODEL || !run->is_open)
        return status;
    snprintf(text, sizeof text, "%s", takt_error_text());
    snprintf(trace, sizeof trace, "%s", takt_error_trace());
    for (int32_t k = 0; k < comparison->n_scenarios; ++k)
        if (is_the_one(takt_scenario_replication(comparison->scenarios[k]), text)) {
            (void)write_report(comparison, k, run); // the error that it explains comes first
            break;
        }
    return takt_error_restore(status, text, trace);
}
