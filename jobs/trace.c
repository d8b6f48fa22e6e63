// The record of one replication, row by row while it runs.

#include "jobs/trace.h"

#include "core/files.h"
#include "core/memory.h"
#include "core/text.h"
#include "jobs/one_life.h"
#include "sim/look.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ITEMS_NAMED = 64 };

/// A machine now: the stretch that has begun.
typedef struct lane {
    takt_trace_stretch stretch;
    takt_text items; // "12 13"
    bool is_open;
} lane;

typedef struct trace {
    const takt_setup *setup;
    takt_life life;
    FILE *file;
    lane *lanes;               // [n_lanes] machines
    takt_trace_stretch *shown; // [TAKT_TRACE_SHOWN], the first n_shown of n_all
    int32_t n_lanes, n_shown;
    int64_t n_all;
    takt_text row;
    takt_status status; // the first that went wrong: the replication goes on without its record
} trace;

const char *takt_trace_stoppage(const takt_setup *setup, int32_t stoppage)
{
    static char text[32];
    const takt_plan *plan = takt_scenario_plan(setup->scenario);
    for (int32_t s = 0; s < plan->n_stations && stoppage >= 0; ++s) {
        const takt_plan_station *station = &plan->stations[s];
        const int32_t index = stoppage - station->first_stoppage;
        if (index < 0 || index >= station->n_stoppages)
            continue;
        const takt_list *stops = &TAKT_ITEM(takt_station, setup->study->factory.stations, s)->stops;
        if (index < station->n_stops)
            return TAKT_ITEM(takt_stop, *stops, index)->name;
        const takt_list *wears = &TAKT_ITEM(takt_station, setup->study->factory.stations, s)->wears;
        const int32_t worn = plan->stoppages[stoppage].wear;
        if (worn >= 0)
            return TAKT_ITEM(takt_wear, *wears, worn)->name;
        if (station->n_stoppages - station->n_stops == 1)
            return "failure";
        snprintf(text, sizeof text, "failure %d", index - station->n_stops + 1);
        return text;
    }
    return "";
}

// --- Rows ----------------------------------------------------------------------------------------

/// Seconds with the digits that a tick has, without zeros at the end.
static void add_time(takt_text *row, takt_tick ticks)
{
    char digits[16];
    const int64_t rest = ticks % 1000000;
    takt_text_printf(row, "%lld", (long long)(ticks / 1000000));
    if (rest == 0)
        return;
    snprintf(digits, sizeof digits, ".%06d", (int)rest);
    size_t n = strlen(digits);
    while (digits[n - 1] == '0')
        --n;
    takt_text_append_bytes(row, digits, n);
}

static void write_row(trace *t)
{
    takt_text_append(&t->row, "\n");
    if (t->status == TAKT_OK)
        t->status = takt_text_check(&t->row);
    if (t->status == TAKT_OK)
        (void)fwrite(t->row.bytes, 1, t->row.length, t->file); // ferror tells at the end
    t->row.length = 0;
}

static void add_machine(trace *t, int32_t machine)
{
    const takt_plan *plan = takt_scenario_plan(t->setup->scenario);
    const int32_t s = takt_look_machine(t->life.replication, machine).station;
    const takt_plan_station *station = &plan->stations[s];
    takt_text_printf(&t->row, ",%s,%d,", station->name, machine - station->first_machine + 1);
}

/// Ends the stretch that a machine is in. What took no time is no stretch.
static void end_stretch(trace *t, int32_t machine)
{
    static const char *const states[] = {
#define STATE_TEXT(name, text) text,
        TAKT_MACHINE_STATE_LIST(STATE_TEXT)
#undef STATE_TEXT
    };
    lane *at = &t->lanes[machine];
    takt_trace_stretch *stretch = &at->stretch;
    stretch->to = takt_replication_now(t->life.replication);
    if (!at->is_open || stretch->to == stretch->from)
        return;
    if (t->n_shown < TAKT_TRACE_SHOWN)
        t->shown[t->n_shown++] = *stretch;
    t->n_all += 1;
    takt_text_append(&t->row, "state,");
    add_time(&t->row, stretch->from);
    takt_text_append(&t->row, ",");
    add_time(&t->row, stretch->to);
    add_machine(t, machine);
    takt_text_printf(&t->row, "%s,%s,,,%s", states[stretch->state], takt_text_get(&at->items),
                     takt_trace_stoppage(t->setup, stretch->stoppage));
    write_row(t);
}

/// The items of the job, by number.
static void name_items(trace *t, int32_t machine, int32_t n)
{
    lane *at = &t->lanes[machine];
    takt_item_look items[ITEMS_NAMED];
    at->items.length = 0;
    takt_text_append(&at->items, "");
    at->stretch.n_items = n;
    if (n > 0)
        (void)takt_look_machine_items(t->life.replication, machine, items, ITEMS_NAMED);
    for (int32_t i = 0; i < n && i < ITEMS_NAMED; ++i)
        takt_text_printf(&at->items, i ? " %u" : "%u", items[i].number);
    if (n > ITEMS_NAMED)
        takt_text_printf(&at->items, " +%d", n - ITEMS_NAMED);
    at->stretch.item = n > 0 ? items[0].number : 0;
}

/// What holds a machine: index in the plan, -1: nothing.
static int32_t stoppage_of(const trace *t, const takt_machine_look *look)
{
    const takt_plan_station *station =
        &takt_scenario_plan(t->setup->scenario)->stations[look->station];
    if (look->failure >= 0)
        return station->first_stoppage + station->n_stops + look->failure;
    return look->stop >= 0 ? station->first_stoppage + look->stop : -1;
}

static void begin_stretch(trace *t, int32_t machine)
{
    const takt_machine_look look = takt_look_machine(t->life.replication, machine);
    lane *at = &t->lanes[machine];
    at->is_open = true;
    at->stretch = (takt_trace_stretch){.from = takt_replication_now(t->life.replication),
                                       .machine = machine,
                                       .stoppage = stoppage_of(t, &look),
                                       .state = (uint8_t)look.state};
    name_items(t, machine, look.n_items);
}

// --- What the engine tells -----------------------------------------------------------------------

static void on_state(void *context, int32_t machine, takt_machine_state state)
{
    trace *t = context;
    const takt_machine_look look = takt_look_machine(t->life.replication, machine);
    const lane *at = &t->lanes[machine];
    if (at->is_open && at->stretch.state == state && state == TAKT_MACHINE_STOPPED &&
        stoppage_of(t, &look) == at->stretch.stoppage)
        return; // the same stop, told again
    end_stretch(t, machine);
    begin_stretch(t, machine);
}

static void add_place(trace *t, const takt_item_event *event)
{
    const takt_factory *factory = &t->setup->study->factory;
    const takt_plan *plan = takt_scenario_plan(t->setup->scenario);
    switch (event->kind) {
    case TAKT_ITEM_ARRIVES:
    case TAKT_ITEM_TURNED_AWAY:
        takt_text_printf(&t->row, ",%s,,",
                         TAKT_ITEM(takt_source, factory->sources, event->place)->name);
        break;
    case TAKT_ITEM_ENTERS:
        takt_text_printf(&t->row, ",%s,,",
                         TAKT_ITEM(takt_buffer, factory->buffers, event->place)->name);
        break;
    case TAKT_ITEM_LEAVES:
    case TAKT_ITEM_SCRAPPED:
        takt_text_printf(&t->row, ",%s,,", plan->stations[event->place].name);
        break;
    default:
        add_machine(t, event->place);
        break;
    }
}

static void on_item(void *context, const takt_item_event *event)
{
    static const char *const kinds[] = {
#define KIND_TEXT(name, text) text,
        TAKT_ITEM_EVENT_LIST(KIND_TEXT)
#undef KIND_TEXT
    };
    trace *t = context;
    const bool is_drawn = event->kind == TAKT_ITEM_DRAWN;
    if (event->kind == TAKT_ITEM_STARTS) { // jobs that follow each other are stretches of their own
        end_stretch(t, event->place);
        begin_stretch(t, event->place);
    }
    takt_text_append(&t->row, "item,");
    add_time(&t->row, takt_replication_now(t->life.replication));
    takt_text_append(&t->row, ",");
    add_place(t, event);
    takt_text_printf(&t->row, "%s,%u,", kinds[event->kind], is_drawn ? event->into : event->number);
    if (is_drawn)
        takt_text_printf(&t->row, "%u", event->number);
    takt_text_append(&t->row, ",");
    takt_text_append_number(&t->row, event->quantity);
    takt_text_append(&t->row, ",");
    write_row(t);
}

// --- The whole -----------------------------------------------------------------------------------

static takt_status open_trace(trace *t, const char *part)
{
    const takt_plan *plan = takt_scenario_plan(t->setup->scenario);
    t->n_lanes = plan->n_machines;
    t->lanes = takt_alloc(((size_t)t->n_lanes + 1) * sizeof *t->lanes);
    t->shown = takt_alloc(TAKT_TRACE_SHOWN * sizeof *t->shown);
    if (!t->lanes || !t->shown)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the record of a replication");
    memset(t->lanes, 0, (size_t)t->n_lanes * sizeof *t->lanes);
    t->file = fopen(part, "w");
    if (!t->file)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", part, strerror(errno));
    takt_text_append(&t->row, "kind,time_s,end_s,place,machine,what,item,part,quantity,note");
    write_row(t);
    return TAKT_OK;
}

/// The replication, and its record up to where it came.
static takt_status live(trace *t, const takt_start *start, int32_t index, double until_s)
{
    const takt_replication_listener listener = {.context = t, .state = on_state, .item = on_item};
    t->life.replication = takt_scenario_replication(t->setup->scenario);
    TAKT_TRY(takt_life_begin(t->setup, start, index, until_s, &listener, &t->life));
    for (int32_t m = 0; m < t->n_lanes; ++m)
        if (!t->lanes[m].is_open)
            begin_stretch(t, m);
    const takt_status status = takt_life_go_on(&t->life);
    for (int32_t m = 0; m < t->n_lanes; ++m)
        end_stretch(t, m);
    return status;
}

/// The rows reach the disk under their name, or the part is taken away.
static takt_status commit(trace *t, const char *part, const char *path)
{
    const bool failed = ferror(t->file) != 0;
    int reason = errno;
    const bool closed = fclose(t->file) == 0;
    t->file = NULL;
    reason = failed ? reason : errno;
    if (t->status == TAKT_OK && !failed && closed)
        return takt_file_commit(part, path);
    unlink(part);
    return t->status != TAKT_OK
               ? t->status
               : TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be written: %s", path, strerror(reason));
}

static void close_trace(trace *t, const char *part)
{
    if (t->file) {
        fclose(t->file);
        unlink(part);
    }
    for (int32_t m = 0; t->lanes && m < t->n_lanes; ++m)
        takt_text_destroy(&t->lanes[m].items);
    takt_text_destroy(&t->row);
    takt_free(t->lanes);
    takt_free(t->shown);
}

static takt_status write_files(trace *t, const takt_run *run, const char *part)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    const takt_trace_picture picture = {.setup = t->setup,
                                        .replication = t->life.index,
                                        .from = t->life.now,
                                        .to = takt_replication_now(t->life.replication),
                                        .stretches = t->shown,
                                        .n = t->n_shown,
                                        .n_all = t->n_all};
    TAKT_TRY(commit(t, part, takt_run_file(run, "trace.csv", path)));
    TAKT_TRY(takt_trace_page_write(&picture, takt_run_file(run, "trace.html", path)));
    return TAKT_OK;
}

takt_status takt_trace_run(const takt_setup *setup, const takt_run *run, const takt_start *start,
                           int32_t index, double until_s)
{
    char part[TAKT_RUN_PATH_BYTES + 32], text[4096], where[1024];
    trace t = {.setup = setup};
    takt_status status = TAKT_OK;
    TAKT_TRY_GOTO(open_trace(&t, takt_run_file(run, "trace.csv.part", part)), done);
    status = live(&t, start, index, until_s);
    snprintf(text, sizeof text, "%s", takt_error_text());
    snprintf(where, sizeof where, "%s", takt_error_trace());
    const takt_status written = write_files(&t, run, part);
    if (status == TAKT_OK)
        status = written;
    else
        (void)takt_error_restore(status, text, where); // what ended the replication comes first
done:
    close_trace(&t, part);
    return status;
}
