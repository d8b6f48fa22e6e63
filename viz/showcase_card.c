// The card of a station or a buffer: what it does now, what it did, what the study says of it.

#include "viz/showcase_internal.h"

#include "core/memory.h"
#include "core/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_MACHINES = 1000,
    MAX_CHANGES = 1024, // state changes of all machines of a card together
    MIN_CHANGES = 4,    // of each machine
    MAX_PASSED = 64,
    MAX_ITEMS = 64
};

/// An item as the card shows it; time_s NaN: it is still there.
typedef struct card_item {
    takt_item_look item;
    double time_s;
    int32_t machine; // of the station; -1: not said
} card_item;

static void write_item(takt_json *json, const takt_show *show, const card_item *shown)
{
    const takt_process_ops *process = show->plan->process;
    const takt_item_look *item = &shown->item;
    takt_json_object(json);
    takt_json_key_integer(json, "number", item->number);
    takt_json_key_number(json, "born_s", item->born_s);
    takt_json_key_number(json, "quantity", item->quantity);
    takt_json_key_number(json, "value", item->value);
    takt_json_key_number(json, "energy_kWh", item->energy_kWh);
    takt_json_key(json, "state");
    takt_json_object(json);
    for (int32_t i = 0; process && i < process->n_state; ++i)
        takt_json_key_number(json, process->state_names[i], item->state[i]);
    takt_json_end(json);
    if (shown->machine >= 0) {
        takt_json_key_number(json, "time_s", shown->time_s);
        takt_json_key_integer(json, "machine", shown->machine);
    }
    takt_json_end(json);
}

static void write_items(takt_json *json, const takt_show *show, const takt_item_look *items,
                        int32_t n)
{
    takt_json_key(json, "items");
    takt_json_array(json);
    for (int32_t i = 0; i < n && i < MAX_ITEMS; ++i)
        write_item(json, show, &(card_item){.item = items[i], .machine = -1});
    takt_json_end(json);
}

static void write_stops(takt_json *json, const takt_show *show, const takt_station *station,
                        int32_t machine)
{
    takt_json_key(json, "stops");
    takt_json_array(json);
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        takt_json_object(json);
        takt_json_key_text(json, "name", stop->name);
        takt_json_key_number(json, "age", takt_look_age(show->player->replication, machine, i));
        takt_json_key_number(json, "every", stop->every);
        takt_json_key_text(json, "unit", takt_show_stop_unit(stop));
        takt_json_end(json);
    }
    takt_json_end(json);
}

/// The newest state changes of a machine, the oldest of them first.
static void write_log(takt_json *json, const takt_player_logs *logs, int32_t machine, int64_t most)
{
    const int64_t n = logs->n_changes[machine];
    const takt_player_change *ring = &logs->changes[(size_t)machine * (size_t)logs->max_changes];
    const int64_t readable = n < logs->max_changes - 1 ? n : logs->max_changes - 1;
    const int64_t shown = readable < most ? readable : most;
    takt_json_key(json, "log");
    takt_json_array(json);
    for (int64_t i = n - shown; i < n; ++i) {
        const takt_player_change *change = &ring[i % logs->max_changes];
        takt_json_object(json);
        takt_json_key_number(json, "time_s", takt_tick_to_s(change->time));
        takt_json_key_text(json, "state", takt_show_state(change->state));
        takt_json_end(json);
    }
    takt_json_end(json);
}

static void write_machine(takt_json *json, const takt_show *show, int32_t s, int32_t k,
                          takt_item_look *items)
{
    const takt_station *station = TAKT_ITEM(takt_station, show->study->factory.stations, s);
    const takt_plan_station *plan = &show->plan->stations[s];
    const takt_replication *r = show->player->replication;
    const takt_player_logs *logs = &show->player->logs;
    const int32_t machine = plan->first_machine + k;
    const takt_machine_look look = takt_look_machine(r, machine);
    const int64_t n_changes = logs->n_changes[machine];
    const int64_t share = MAX_CHANGES / plan->n_machines;
    // The look's moment is also that of the job in hand: the log knows when the state began.
    const takt_player_change *last = &logs->changes[(size_t)machine * (size_t)logs->max_changes +
                                                    (size_t)((n_changes - 1) % logs->max_changes)];
    takt_json_object(json);
    takt_json_key_integer(json, "machine", k);
    takt_json_key_text(json, "state", takt_show_state(look.state));
    takt_json_key_number(json, "since_s", takt_tick_to_s(last->time));
    takt_json_key_number(json, "done", look.done);
    takt_json_key_text(
        json, "stop", look.stop < 0 ? NULL : TAKT_ITEM(takt_stop, station->stops, look.stop)->name);
    write_items(json, show, items, takt_look_machine_items(r, machine, items, MAX_ITEMS));
    write_stops(json, show, station, machine);
    write_log(json, logs, machine, share > MIN_CHANGES ? share : MIN_CHANGES);
    takt_json_end(json);
}

/// Where an entry of what has passed lies.
typedef struct passed_place {
    takt_tick time;
    int32_t machine; // of the station
    int64_t entry;
} passed_place;

static int compare_places(const void *a_, const void *b_)
{
    const passed_place *a = a_, *b = b_;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->machine != b->machine)
        return a->machine < b->machine ? -1 : 1;
    return (a->entry > b->entry) - (a->entry < b->entry);
}

/// All that the machines of a station still remember; *n of them. NULL: out of memory.
static passed_place *list_passed(const takt_player_logs *logs, const takt_plan_station *plan,
                                 int32_t *n)
{
    passed_place *places =
        takt_alloc(((size_t)plan->n_machines * (size_t)logs->max_passed + 1) * sizeof *places);
    *n = 0;
    for (int32_t k = 0; places && k < plan->n_machines; ++k) {
        const int32_t machine = plan->first_machine + k;
        const int64_t end = logs->n_passed[machine];
        for (int64_t i = end > logs->max_passed ? end - logs->max_passed : 0; i < end; ++i) {
            const size_t at =
                (size_t)machine * (size_t)logs->max_passed + (size_t)(i % logs->max_passed);
            places[(*n)++] = (passed_place){logs->passed[at].time, k, i};
        }
    }
    if (places)
        qsort(places, (size_t)*n, sizeof *places, compare_places);
    return places;
}

static takt_status write_passed(takt_json *json, const takt_show *show, int32_t s)
{
    const takt_player_logs *logs = &show->player->logs;
    const takt_plan_station *plan = &show->plan->stations[s];
    int32_t n;
    passed_place *places = list_passed(logs, plan, &n);
    if (!places)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory for a card");
    takt_json_key(json, "passed");
    takt_json_array(json);
    for (int32_t i = n > MAX_PASSED ? n - MAX_PASSED : 0; i < n; ++i) {
        const size_t at =
            (size_t)(plan->first_machine + places[i].machine) * (size_t)logs->max_passed +
            (size_t)(places[i].entry % logs->max_passed);
        const takt_player_passed *passed = &logs->passed[at];
        const takt_item_look item = {.number = passed->number,
                                     .born_s = passed->born_s,
                                     .quantity = passed->quantity,
                                     .value = passed->value,
                                     .energy_kWh = passed->energy_kWh,
                                     .state = &logs->passed_states[at * (size_t)logs->n_state]};
        write_item(json, show, &(card_item){item, takt_tick_to_s(passed->time), places[i].machine});
    }
    takt_json_end(json);
    takt_free(places);
    return TAKT_OK;
}

static void write_flow(takt_json *json, const takt_station *station)
{
    char text[TAKT_SHOW_TEXT_BYTES];
    takt_json_key(json, "takes");
    takt_json_array(json);
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        // What a stage takes by quantity follows from its set-points, not from this number.
        if (station->stage || input->take == 1)
            snprintf(text, sizeof text, "%s", input->from);
        else
            snprintf(text, sizeof text, "%.6g of %s", input->take, input->from);
        takt_json_text(json, text);
    }
    takt_json_end(json);
    takt_json_key(json, "gives");
    takt_json_array(json);
    for (int32_t i = 0; i < station->routes.n_items; ++i) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
        if (route->share == 1)
            snprintf(text, sizeof text, "%s", route->to);
        else
            snprintf(text, sizeof text, "%.4g %% to %s", 100 * route->share, route->to);
        takt_json_text(json, text);
    }
    takt_json_end(json);
}

static void write_station_study(takt_json *json, const takt_station *station)
{
    char text[TAKT_SHOW_TEXT_BYTES];
    takt_json_key(json, "study");
    takt_json_object(json);
    if (station->stage)
        takt_json_key_text(json, "stage", station->stage);
    takt_json_key_integer(json, "machines", station->n_machines);
    takt_json_key_text(json, "service", takt_show_service(station, text));
    if (station->batch_max > 1) {
        snprintf(text, sizeof text, "%d to %d items", station->batch_min, station->batch_max);
        takt_json_key_text(json, "batch", text);
    }
    write_flow(json, station);
    if (station->failures.n_items > 0)
        takt_json_key_text(json, "failure", takt_show_failure(station, text));
    if (station->stops.n_items > 0) {
        takt_json_key(json, "stops");
        takt_json_array(json);
        for (int32_t i = 0; i < station->stops.n_items; ++i) {
            const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
            char length[TAKT_SHOW_TEXT_BYTES];
            snprintf(text, sizeof text, "%s every %.6g %s for %.60s", stop->name, stop->every,
                     takt_show_stop_unit(stop),
                     takt_show_duration(takt_distribution_mean_s(&stop->duration), length));
            takt_json_text(json, text);
        }
        takt_json_end(json);
    }
    takt_json_key_number(json, "power_kW", station->power_kW);
    takt_json_end(json);
}

static takt_status write_station(takt_json *json, const takt_show *show, int32_t s)
{
    const takt_station *station = TAKT_ITEM(takt_station, show->study->factory.stations, s);
    const int32_t n_machines = show->plan->stations[s].n_machines;
    takt_item_look *items = takt_alloc(MAX_ITEMS * sizeof *items);
    if (!items)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory for a card");
    takt_json_object(json);
    takt_json_key_text(json, "kind", "station");
    takt_json_key_text(json, "name", station->name);
    takt_json_key_number(json, "time_s", takt_tick_to_s(takt_player_now(show->player)));
    takt_json_key(json, "machines");
    takt_json_array(json);
    for (int32_t k = 0; k < n_machines && k < MAX_MACHINES; ++k)
        write_machine(json, show, s, k, items);
    takt_json_end(json);
    takt_free(items);
    TAKT_TRY(write_passed(json, show, s));
    write_station_study(json, station);
    takt_json_end(json);
    return TAKT_OK;
}

/// Stations whose routes lead to a buffer, or whose inputs come from it; sources that fill it.
static void write_neighbours(takt_json *json, const takt_factory *factory, int32_t b, bool before)
{
    takt_json_key(json, before ? "filled_by" : "drawn_by");
    takt_json_array(json);
    for (int32_t i = 0; before && i < factory->sources.n_items; ++i)
        if (TAKT_ITEM(takt_source, factory->sources, i)->buffer == b)
            takt_json_text(json, TAKT_ITEM(takt_source, factory->sources, i)->name);
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        bool found = false;
        for (int32_t i = 0; before && i < station->routes.n_items; ++i)
            found = found || TAKT_ITEM(takt_route, station->routes, i)->buffer == b;
        for (int32_t i = 0; !before && i < station->inputs.n_items; ++i)
            found = found || TAKT_ITEM(takt_input, station->inputs, i)->buffer == b;
        if (found)
            takt_json_text(json, station->name);
    }
    takt_json_end(json);
}

static takt_status write_buffer(takt_json *json, const takt_show *show, int32_t b)
{
    const takt_factory *factory = &show->study->factory;
    const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
    const takt_replication *r = show->player->replication;
    const double capacity = buffer->capacity < TAKT_UNLIMITED ? buffer->capacity : (double)INFINITY;
    takt_item_look *items = takt_alloc(MAX_ITEMS * sizeof *items);
    if (!items)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory for a card");
    takt_json_object(json);
    takt_json_key_text(json, "kind", "buffer");
    takt_json_key_text(json, "name", buffer->name);
    takt_json_key_number(json, "time_s", takt_tick_to_s(takt_player_now(show->player)));
    takt_json_key_number(json, "level", takt_look_buffer(r, b).level);
    takt_json_key_number(json, "capacity", capacity);
    write_items(json, show, items, takt_look_buffer_items(r, b, items, MAX_ITEMS));
    takt_json_key(json, "study");
    takt_json_object(json);
    takt_json_key_number(json, "capacity", capacity);
    takt_json_key_text(json, "unit", buffer->unit);
    takt_json_key_boolean(json, "by_quantity", buffer->by_quantity);
    takt_json_key_number(json, "place_cost", buffer->place_cost);
    write_neighbours(json, factory, b, true);
    write_neighbours(json, factory, b, false);
    takt_json_end(json);
    takt_json_end(json);
    takt_free(items);
    return TAKT_OK;
}

/// The message for a name that nothing has.
static takt_status fail_unknown(const takt_factory *factory, const char *name)
{
    const int32_t n_stations = factory->stations.n_items, n_buffers = factory->buffers.n_items;
    const char **names = takt_alloc((size_t)(n_stations + n_buffers) * sizeof *names);
    char shown[TAKT_SHOWN_BYTES], offer[256];
    if (!names)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "showcase: out of memory for a card");
    for (int32_t s = 0; s < n_stations; ++s)
        names[s] = TAKT_ITEM(takt_station, factory->stations, s)->name;
    for (int32_t b = 0; b < n_buffers; ++b)
        names[n_stations + b] = TAKT_ITEM(takt_buffer, factory->buffers, b)->name;
    takt_suggest(name, strlen(name), names, n_stations + n_buffers, offer, sizeof offer);
    takt_free(names);
    return TAKT_FAIL(TAKT_ERR_INPUT, "card: found '%s', no station or buffer%s",
                     takt_shown(name, strlen(name), shown), offer);
}

takt_status takt_show_card(const takt_show *show, const char *name, takt_text *out)
{
    const takt_factory *factory = &show->study->factory;
    const int32_t s = takt_list_find(&factory->stations, sizeof(takt_station), name);
    const int32_t b = takt_list_find(&factory->buffers, sizeof(takt_buffer), name);
    takt_json json = takt_json_begin_line(out);
    if (s >= 0)
        TAKT_TRY(write_station(&json, show, s));
    else if (b >= 0)
        TAKT_TRY(write_buffer(&json, show, b));
    else
        return fail_unknown(factory, name);
    return takt_text_check(out);
}
