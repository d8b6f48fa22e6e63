#include "jobs/genealogy.h"

#include "core/memory.h"
#include "jobs/one_life.h"

#include <stdlib.h>
#include <string.h>

enum { ANCESTORS_MAX = 100000 };

/// An item of the tree. Of what happens to it counts what came before it was drawn into another one
/// of the tree for the last time: what is spliced onto it later is in none of them.
typedef struct takt_ancestor {
    uint32_t number;
    int64_t bound; // last event that counts
    int64_t known; // events up to here have been collected
} ancestor;

/// Where the number stands in the table, or the free place for it.
static int32_t place_of(const takt_genealogy *g, uint32_t number)
{
    int32_t at = (int32_t)((number * 2654435761u) & (uint32_t)(g->n_table - 1));
    while (g->table[at] >= 0 && g->ancestors[g->table[at]].number != number)
        at = (at + 1) & (g->n_table - 1);
    return at;
}

static ancestor *find(const takt_genealogy *g, uint32_t number)
{
    const int32_t index = g->table[place_of(g, number)];
    return index >= 0 ? &g->ancestors[index] : NULL;
}

/// Room for one more of `size` bytes in an array that holds *n_allocated.
static void *grow(void *items, int32_t n, int32_t *n_allocated, size_t size)
{
    if (n < *n_allocated)
        return items;
    const int32_t wanted = n < 512 ? 1024 : 2 * n;
    void *grown = takt_alloc((size_t)wanted * size);
    if (grown && n > 0)
        memcpy(grown, items, (size_t)n * size);
    if (grown) {
        takt_free(items);
        *n_allocated = wanted;
    }
    return grown;
}

static takt_status fill_table(takt_genealogy *g)
{
    takt_free(g->table);
    g->n_table = 1024;
    while (g->n_table < 4 * g->n)
        g->n_table *= 2;
    g->table = takt_alloc((size_t)g->n_table * sizeof *g->table);
    if (!g->table)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a genealogy");
    memset(g->table, 0xFF, (size_t)g->n_table * sizeof *g->table);
    for (int32_t i = 0; i < g->n; ++i)
        g->table[place_of(g, g->ancestors[i].number)] = i;
    return TAKT_OK;
}

/// The item belongs to the tree, with what happened to it up to `bound`.
static takt_status want(takt_genealogy *g, uint32_t number, int64_t bound)
{
    ancestor *known = g->table ? find(g, number) : NULL;
    if (known) {
        known->bound = bound > known->bound ? bound : known->bound;
        return TAKT_OK;
    }
    if (g->n == ANCESTORS_MAX)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--genealogy: found more than %d items that it was made of, allowed: an "
                         "item of fewer",
                         ANCESTORS_MAX);
    ancestor *grown = grow(g->ancestors, g->n, &g->n_allocated, sizeof *g->ancestors);
    if (!grown)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a genealogy");
    g->ancestors = grown;
    g->ancestors[g->n++] = (ancestor){number, bound, 0};
    if (!g->table || 2 * g->n > g->n_table)
        return fill_table(g);
    g->table[place_of(g, number)] = g->n - 1;
    return TAKT_OK;
}

static void on_item(void *context, const takt_item_event *event)
{
    takt_genealogy *g = context;
    const bool is_drawn = event->kind == TAKT_ITEM_DRAWN;
    const uint32_t item = is_drawn ? event->into : event->number;
    const int64_t order = ++g->order;
    const ancestor *of = find(g, item);
    if (!of || order <= of->known || order > of->bound || g->failed)
        return;
    takt_ancestor_event *grown =
        grow(g->events, g->n_events, &g->n_events_allocated, sizeof *g->events);
    g->failed = !grown;
    if (!grown)
        return;
    g->events = grown;
    g->events[g->n_events++] = (takt_ancestor_event){.order = order,
                                                     .time = takt_replication_now(g->replication),
                                                     .item = item,
                                                     .part = event->number,
                                                     .kind = (int32_t)event->kind,
                                                     .place = event->place,
                                                     .quantity = event->quantity};
}

/// One more generation: the events of those that are wanted, and who went into them.
static takt_status collect(const takt_setup *setup, const takt_genealogy_of *of, takt_genealogy *g)
{
    const takt_replication_listener listener = {.context = g, .item = on_item};
    const int32_t n_before = g->n_events;
    takt_life life;
    g->order = 0;
    g->replication = takt_scenario_replication(setup->scenario);
    TAKT_TRY(takt_life_begin(setup, of->start, of->replication, of->until_s, &listener, &life));
    TAKT_TRY(takt_life_go_on(&life));
    if (g->failed)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a genealogy");
    for (int32_t i = 0; i < g->n; ++i)
        g->ancestors[i].known = g->ancestors[i].bound;
    for (int32_t i = n_before; i < g->n_events; ++i)
        if (g->events[i].kind == TAKT_ITEM_DRAWN)
            TAKT_TRY(want(g, g->events[i].part, g->events[i].order));
    return TAKT_OK;
}

static bool is_complete(const takt_genealogy *g)
{
    for (int32_t i = 0; i < g->n; ++i)
        if (g->ancestors[i].bound > g->ancestors[i].known)
            return false;
    return true;
}

static int compare_events(const void *left, const void *right)
{
    const takt_ancestor_event *a = left, *b = right;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

takt_status takt_genealogy_find(const takt_setup *setup, const takt_genealogy_of *of,
                                takt_genealogy *g)
{
    *g = (takt_genealogy){0};
    TAKT_TRY(want(g, of->item, INT64_MAX));
    while (!is_complete(g)) {
        TAKT_TRY(collect(setup, of, g));
        if (g->n_events == 0)
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "--genealogy: found item %u, of which replication %d knows nothing, "
                             "allowed: an item of its trace.csv",
                             of->item, of->replication);
    }
    qsort(g->events, (size_t)g->n_events, sizeof *g->events, compare_events);
    return TAKT_OK;
}

const takt_ancestor_event *takt_genealogy_events(const takt_genealogy *g, uint32_t item, int32_t *n)
{
    int32_t from = 0, to = g->n_events;
    while (from < to) {
        const int32_t middle = from + (to - from) / 2;
        if (g->events[middle].item < item)
            from = middle + 1;
        else
            to = middle;
    }
    for (*n = 0; from + *n < g->n_events && g->events[from + *n].item == item;)
        *n += 1;
    return g->events + from;
}

void takt_genealogy_destroy(takt_genealogy *g)
{
    takt_free(g->events);
    takt_free(g->ancestors);
    takt_free(g->table);
    *g = (takt_genealogy){0};
}
