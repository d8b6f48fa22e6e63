// takt simulate --genealogy: the tree of what an item was made of.

#include "jobs/simulate_genealogy.h"

#include "core/words.h"
#include "jobs/genealogy.h"
#include "jobs/one_life.h"
#include "jobs/snapshot.h"
#include "jobs/tables.h"
#include "sim/look.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 100 };

typedef struct tree {
    takt_call *call;
    takt_setup setup;
    takt_snapshot snapshot;
    takt_genealogy genealogy;
    takt_genealogy_of of;
    takt_sheet *sheet;
    takt_table *table;
    takt_text printed; // a byte for each event: its item has been written with its parts
} tree;

/// A line of the tree: `event` is what drew the item, NULL for the item that was asked for.
typedef struct branch {
    const takt_ancestor_event *event;
    uint32_t item;
    int32_t depth;
    int64_t bound; // what happened to it later is none of this tree's
} branch;

static const char *machine_name(const tree *t, int32_t machine)
{
    const takt_replication *r = takt_scenario_replication(t->setup.scenario);
    const int32_t s = takt_look_machine(r, machine).station;
    const takt_plan_station *station = &takt_look_plan(r)->stations[s];
    if (station->n_machines == 1)
        return station->name;
    return takt_sheet_format(t->sheet, "%s %d", station->name,
                             machine - station->first_machine + 1);
}

/// Does the machine make items, or work on those that come?
static bool makes_items(const tree *t, int32_t machine)
{
    const takt_replication *r = takt_scenario_replication(t->setup.scenario);
    const int32_t s = takt_look_machine(r, machine).station;
    return takt_look_plan(r)->stations[s].kind != TAKT_STATION_PASS;
}

/// Source that brought the item, or machine that made it.
static const char *origin_of(const tree *t, const takt_ancestor_event *events, int32_t n)
{
    const takt_list *sources = &t->setup.study->factory.sources;
    int32_t i = 0;
    while (i < n && events[i].kind == TAKT_ITEM_DRAWN)
        ++i;
    if (i < n && events[i].kind == TAKT_ITEM_ARRIVES)
        return TAKT_ITEM(takt_source, *sources, events[i].place)->name;
    if (i < n && events[i].kind == TAKT_ITEM_STARTS && makes_items(t, events[i].place))
        return machine_name(t, events[i].place);
    return "there at the start";
}

/// "saw at 0 s, mill 2 at 48.9 s"
static const char *way_of(const tree *t, const takt_ancestor_event *events, int32_t n,
                          int64_t bound)
{
    const char *way = NULL;
    for (int32_t i = 0; i < n && events[i].order <= bound; ++i)
        if (events[i].kind == TAKT_ITEM_STARTS)
            way =
                takt_sheet_format(t->sheet, "%s%s%s at %.10g s", way ? way : "", way ? ", " : "",
                                  machine_name(t, events[i].place), takt_tick_to_s(events[i].time));
    return way;
}

/// How the item that was asked for ended; a part ends where it is drawn.
static takt_cell end_of(const takt_ancestor_event *events, int32_t n, takt_cell *time)
{
    const takt_ancestor_event *last = &events[n - 1];
    *time = takt_cell_none();
    if (last->kind != TAKT_ITEM_LEAVES && last->kind != TAKT_ITEM_SCRAPPED &&
        last->kind != TAKT_ITEM_TURNED_AWAY)
        return takt_cell_none();
    *time = takt_cell_number(takt_tick_to_s(last->time), -10);
    return takt_cell_text(last->kind == TAKT_ITEM_LEAVES     ? "left"
                          : last->kind == TAKT_ITEM_SCRAPPED ? "scrapped"
                                                             : "turned away");
}

static bool was_printed(tree *t, const takt_ancestor_event *events)
{
    char *seen = t->printed.bytes + (events - t->genealogy.events);
    const bool was = *seen != 0;
    *seen = 1;
    return was;
}

static void add_row(tree *t, const branch *b, const takt_ancestor_event *events, int32_t n)
{
    const takt_ancestor_event *drawn = b->event;
    takt_cell end_time = takt_cell_none();
    const takt_cell end = drawn   ? takt_cell_text(takt_sheet_format(t->sheet, "drawn at %s",
                                                                     machine_name(t, drawn->place)))
                          : n > 0 ? end_of(events, n, &end_time)
                                  : takt_cell_none();
    if (drawn)
        end_time = takt_cell_number(takt_tick_to_s(drawn->time), -10);
    takt_table_add(
        t->table,
        (takt_cell[]){
            takt_cell_text(takt_sheet_format(t->sheet, "%*s%s%u", 2 * (b->depth - (drawn != NULL)),
                                             "", drawn ? "+ " : "", b->item)),
            takt_cell_integer(b->item),
            drawn ? takt_cell_integer(drawn->item) : takt_cell_none(),
            takt_cell_integer(b->depth),
            drawn   ? takt_cell_number(drawn->quantity, -6)
            : n > 0 ? takt_cell_number(events[n - 1].quantity, -6)
                    : takt_cell_none(),
            takt_cell_text(origin_of(t, events, n)),
            n > 0 ? takt_cell_number(takt_tick_to_s(events[0].time), -10) : takt_cell_none(),
            takt_cell_text(way_of(t, events, n, b->bound)),
            end,
            end_time,
        });
}

static void add_branch(tree *t, const branch *b)
{
    int32_t n = 0;
    const takt_ancestor_event *events = takt_genealogy_events(&t->genealogy, b->item, &n);
    add_row(t, b, events, n);
    if (n == 0 || b->depth == DEPTH_MAX)
        return;
    if (was_printed(t, events)) // a roll of which many parts were cut: its own parts stand above
        return;
    for (int32_t i = 0; i < n && events[i].order <= b->bound; ++i)
        if (events[i].kind == TAKT_ITEM_DRAWN)
            add_branch(t, &(branch){&events[i], events[i].part, b->depth + 1, events[i].order});
}

static takt_status print(tree *t)
{
    static const takt_column columns[] = {{NULL, "item", false},
                                          {"item", NULL, false},
                                          {"into", NULL, false},
                                          {"depth", NULL, false},
                                          {"quantity", "quantity", false},
                                          {"from", "from", false},
                                          {"begins_s", "first seen at, s", false},
                                          {"stations", "worked on by", false},
                                          {"end", "end", false},
                                          {"end_s", "at, s", false}};
    const takt_sheet_head head = {t->setup.study->name, t->setup.study->seed, NULL};
    TAKT_TRY(takt_sheet_create(&t->sheet));
    takt_text_repeat(&t->printed, 0, t->genealogy.n_events);
    TAKT_TRY(takt_text_check(&t->printed));
    takt_sheet_note(t->sheet, "%s: item %u of replication %d, and what it was made of",
                    t->setup.study->name, t->of.item, t->of.replication);
    t->table = takt_sheet_table(t->sheet, "genealogy", "Genealogy", columns,
                                sizeof columns / sizeof *columns);
    add_branch(t, &(branch){NULL, t->of.item, 0, INT64_MAX});
    takt_sheet_next(t->sheet, "takt simulate %s --trace %d", t->call->arguments.positional[0],
                    t->of.replication);
    return takt_sheet_print(t->call, t->sheet, &head);
}

static takt_status check_flags(const takt_call *call, uint32_t *item)
{
    static const takt_flag none[] = {TAKT_FLAG_OUT, TAKT_FLAG_RESUME, TAKT_FLAG_VIEW,
                                     TAKT_FLAG_CONTROL, TAKT_FLAG_SNAPSHOT};
    const char *value = call->arguments.values[TAKT_FLAG_GENEALOGY];
    const size_t n = strlen(value);
    char shown[TAKT_SHOWN_BYTES];
    for (size_t i = 0; i < sizeof none / sizeof *none; ++i)
        if (takt_arguments_has(&call->arguments, none[i]))
            return TAKT_FAIL(TAKT_ERR_INPUT, "%s: found beside --genealogy, allowed: without it",
                             takt_flag_text(none[i]));
    if (n == 0 || n > 10 || strspn(value, "0123456789") != n ||
        strtoll(value, NULL, 10) > INT32_MAX)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--genealogy: found '%s', allowed: the number of an item, from 0 on",
                         takt_shown(value, n, shown));
    *item = (uint32_t)strtoll(value, NULL, 10);
    return takt_arguments_count(&call->arguments, call->verb, "STUDY --genealogy ITEM", 1, 1);
}

static takt_status find_and_print(tree *t)
{
    t->of.start = takt_snapshot_start(&t->snapshot);
    TAKT_TRY(takt_genealogy_find(&t->setup, &t->of, &t->genealogy));
    TAKT_TRY(print(t));
    return TAKT_OK;
}

takt_status takt_simulate_genealogy(takt_call *call)
{
    tree t = {.call = call};
    takt_status status = TAKT_OK;
    TAKT_TRY(check_flags(call, &t.of.item));
    TAKT_TRY(takt_life_index(call, &t.of.replication));
    TAKT_TRY(takt_life_until(call, &t.of.until_s));
    TAKT_TRY_GOTO(takt_setup_open(call, call->arguments.positional[0], &t.setup), done);
    TAKT_TRY_GOTO(takt_snapshot_open(call, &t.setup, &t.snapshot), done);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_call_leads(call) ? find_and_print(&t) : TAKT_OK),
                  done);
done:
    takt_genealogy_destroy(&t.genealogy);
    takt_sheet_destroy(&t.sheet);
    takt_text_destroy(&t.printed);
    takt_snapshot_close(&t.snapshot);
    takt_setup_close(&t.setup);
    return status;
}
