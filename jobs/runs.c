// takt runs: what was run, from the logs of the folders below runs/.

#include "jobs/run_folder.h"
#include "jobs/tables.h"
#include "jobs/verbs.h"

#include <string.h>

static const takt_column columns[] = {{"run", "run", false},     {"verb", "verb", false},
                                      {"study", "study", false}, {"seed", "seed", false},
                                      {"state", "state", false}, {"time", "last written", false},
                                      {"text", "result", false}};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void add_run(takt_table *table, takt_arena *arena, const char *folder)
{
    takt_run_event first = {0}, last = {0};
    if (takt_run_read_log(folder, arena, &first, &last) != TAKT_OK) {
        takt_error_clear();
        takt_table_add(table, (takt_cell[N_COLUMNS]){takt_cell_text(folder), takt_cell_none(),
                                                     takt_cell_none(), takt_cell_none(),
                                                     takt_cell_text("no readable log")});
        return;
    }
    const bool ended = takt_run_event_ends(&last);
    const char *state = ended ? last.event : "running or killed";
    takt_table_add(table, (takt_cell[]){takt_cell_text(folder), takt_cell_text(first.verb),
                                        takt_cell_text(first.study), takt_cell_integer(first.seed),
                                        takt_cell_text(state), takt_cell_text(last.time),
                                        takt_cell_text(ended ? last.text : NULL)});
}

static takt_status print(const takt_call *call)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    takt_sheet *sheet = NULL;
    const char **folders = NULL;
    int32_t n = 0;
    TAKT_TRY_GOTO(takt_arena_create(&arena), done);
    TAKT_TRY_GOTO(takt_sheet_create(&sheet), done);
    TAKT_TRY_GOTO(takt_run_list(TAKT_RUNS_FOLDER, arena, &folders, &n), done);
    if (n == 0)
        takt_sheet_note(sheet, "No runs yet: folder 'runs' holds none.");
    takt_table *table = takt_sheet_table(sheet, "rows", n > 0 ? "" : NULL, columns, N_COLUMNS);
    for (int32_t i = 0; i < n; ++i)
        add_run(table, arena, folders[i]);
    if (n == 0)
        takt_sheet_next(sheet, "takt new plant.yaml");
    TAKT_TRY_GOTO(takt_sheet_print(call, sheet, &(takt_sheet_head){0}), done);
done:
    takt_sheet_destroy(&sheet);
    takt_arena_destroy(&arena);
    return status;
}

static takt_status run(takt_call *call)
{
    TAKT_TRY(takt_comm_agree(call->comm, takt_call_leads(call) ? print(call) : TAKT_OK));
    return TAKT_OK;
}

const takt_verb takt_verb_runs = {
    .name = "runs",
    .usage = "",
    .summary = "what was run: folders, states, headline numbers",
    .text = "Lists the folders below runs/ with verb, study, seed, state and result, oldest\n"
            "first. The newest one is also called `last`.",
    .flags = TAKT_FLAGS_OUTPUT,
    .run = run,
};
