// takt simulate --until: the state of a factory at one moment.

#include "jobs/simulate_until.h"

#include "jobs/one_life.h"
#include "jobs/snapshot.h"
#include "jobs/tables.h"
#include "jobs/trace.h"
#include "sim/look.h"

typedef struct moment {
    takt_call *call;
    takt_setup setup;
    takt_snapshot snapshot; // of --from-snapshot
    takt_run run;           // of --trace
    int32_t index;
    double until_s;
} moment;

/// One moment of one replication is no run: nothing to continue, to watch or to compare.
static takt_status check_flags(const takt_call *call)
{
    static const takt_flag none[] = {TAKT_FLAG_RESUME, TAKT_FLAG_VIEW, TAKT_FLAG_CONTROL};
    for (size_t i = 0; i < sizeof none / sizeof *none; ++i)
        if (takt_arguments_has(&call->arguments, none[i]))
            return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found beside --until, allowed: without it",
                             takt_flag_text(none[i]));
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_OUT) &&
        !takt_arguments_has(&call->arguments, TAKT_FLAG_TRACE))
        return TAKT_FAIL(TAKT_ERR_INPUT, "--out: found beside --until, allowed: with --trace, "
                                         "whose files are put there");
    return takt_arguments_count(&call->arguments, call->verb, "STUDY --until TIME", 1, 1);
}

static void add_stations(takt_sheet *sheet, const takt_replication *r)
{
    static const takt_column columns[] = {
        {"name", "station", false},    {"machines", "machines", false},
        {"working", "working", false}, {"starved", "starved", false},
        {"blocked", "blocked", false}, {"down", "down", false},
        {"stopped", "stopped", false}, {"off_shift", "off shift", false}};
    const takt_plan *plan = takt_look_plan(r);
    takt_table *table =
        takt_sheet_table(sheet, "stations", "Machines", columns, sizeof columns / sizeof *columns);
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        const takt_plan_station *station = &plan->stations[s];
        takt_cell cells[2 + TAKT_MACHINE_STATE_COUNT] = {takt_cell_text(station->name),
                                                         takt_cell_integer(station->n_machines)};
        for (int32_t k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
            cells[2 + k] = takt_cell_integer(0);
        for (int32_t k = 0; k < station->n_machines; ++k)
            cells[2 + (int32_t)takt_look_machine(r, station->first_machine + k).state].integer += 1;
        takt_table_add(table, cells);
    }
}

static void add_buffers(takt_sheet *sheet, const moment *m, const takt_replication *r)
{
    static const takt_column columns[] = {{"name", "buffer", false},
                                          {"items", "items", false},
                                          {"quantity", "quantity", false},
                                          {"capacity", "capacity", false}};
    const takt_list *buffers = &m->setup.study->factory.buffers;
    if (buffers->n_items == 0)
        return;
    takt_table *table = takt_sheet_table(sheet, "buffers", "Buffers", columns, 4);
    for (int32_t b = 0; b < buffers->n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, *buffers, b);
        const takt_buffer_look look = takt_look_buffer(r, b);
        takt_table_add(table,
                       (takt_cell[]){takt_cell_text(buffer->name), takt_cell_integer(look.n_items),
                                     takt_cell_number(look.quantity, -5),
                                     buffer->capacity < TAKT_UNLIMITED
                                         ? takt_cell_number(buffer->capacity, -5)
                                         : takt_cell_none()});
    }
}

static takt_status print(const moment *m)
{
    static const takt_column columns[] = {
        {"replication", "replication", false}, {"time_s", "time, s", false},
        {"events", "events", false},           {"in_plant", "items in the plant", false},
        {"left", "left so far", false},        {"snapshot", "snapshot", false}};
    const takt_replication *r = takt_scenario_replication(m->setup.scenario);
    const takt_totals_look totals = takt_look_totals(r);
    const char *file = m->call->arguments.values[TAKT_FLAG_SNAPSHOT];
    const takt_sheet_head head = {m->setup.study->name, m->setup.study->seed,
                                  m->run.is_open ? m->run.folder : NULL};
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    takt_sheet_note(sheet, "%s: replication %d at %.6g h", m->setup.study->name, m->index,
                    m->until_s / 3600);
    takt_table *table = takt_sheet_object(sheet, "moment", "This moment", columns, 6);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_integer(m->index), takt_cell_number(m->until_s, -12),
                                 takt_cell_integer(takt_replication_n_events(r)),
                                 takt_cell_integer(totals.n_in_plant),
                                 takt_cell_integer(totals.n_left), takt_cell_text(file)});
    add_stations(sheet, r);
    add_buffers(sheet, m, r);
    if (file)
        takt_sheet_next(sheet, "takt simulate %s --from-snapshot %s",
                        m->call->arguments.positional[0], file);
    const takt_status status = takt_sheet_print(m->call, sheet, &head);
    takt_sheet_destroy(&sheet);
    return status;
}

/// Rank 0: to the moment, with or without a record, and what is kept of it.
static takt_status live(moment *m)
{
    const char *file = m->call->arguments.values[TAKT_FLAG_SNAPSHOT];
    const takt_start *start = takt_snapshot_start(&m->snapshot);
    if (m->run.is_open) {
        TAKT_TRY(takt_trace_run(&m->setup, &m->run, start, m->index, m->until_s));
    } else {
        takt_life life;
        TAKT_TRY(takt_life_begin(&m->setup, start, m->index, m->until_s, NULL, &life));
        TAKT_TRY(takt_life_go_on(&life));
    }
    if (file)
        TAKT_TRY(
            takt_snapshot_write(&m->setup, takt_scenario_replication(m->setup.scenario), file));
    return TAKT_OK;
}

takt_status takt_simulate_until(takt_call *call)
{
    moment m = {.call = call};
    takt_status status = TAKT_OK;
    TAKT_TRY(check_flags(call));
    TAKT_TRY(takt_life_until(call, &m.until_s));
    TAKT_TRY(takt_life_index(call, &m.index));
    TAKT_TRY_GOTO(takt_run_locate(call, &m.run), done);
    TAKT_TRY_GOTO(takt_setup_open(call, m.run.study, &m.setup), done);
    TAKT_TRY_GOTO(takt_snapshot_open(call, &m.setup, &m.snapshot), done);
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_TRACE))
        TAKT_TRY_GOTO(takt_run_create(call, &m.setup, &m.run), done);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_call_leads(call) ? live(&m) : TAKT_OK), done);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_call_leads(call) ? print(&m) : TAKT_OK), done);
done:
    if (m.run.is_open)
        status = takt_run_close(call, &m.run, status, "record of one replication");
    takt_snapshot_close(&m.snapshot);
    takt_setup_close(&m.setup);
    return status;
}
