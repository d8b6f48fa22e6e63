/// Random small factories: every kind of station, buffer, failure and stop, of what strikes when,
/// what it interrupts, where machines wait and when people are there, mixed by Philox.
#ifndef TAKT_TESTS_SIM_FACTORIES_H
#define TAKT_TESTS_SIM_FACTORIES_H

#include "tests/sim/random_ways.h"

static const char *dice_crew(dice *d)
{
    static const char *const crews[] = {"few", "many"};
    return dice_once_in(d, 3) ? NULL : crews[dice_below(d, 2)];
}

static double dice_capacity(dice *d)
{
    return dice_once_in(d, 4) ? TAKT_UNLIMITED : dice_below(d, 4);
}

static void random_stops(takt_study *study, takt_station *station, dice *d)
{
    static const char *const names[] = {"wash", "knife", "oil"};
    const int n = dice_below(d, 4);
    for (int i = 0; i < n; ++i) {
        const takt_meter counts = (takt_meter)dice_below(d, TAKT_METER_COUNT);
        const bool is_time = counts == TAKT_METER_CLOCK || counts == TAKT_METER_WORKING;
        const double every = 3 + dice_below(d, 20);
        takt_stop *stop =
            line_stop(study, station, names[i], counts, is_time ? every / 3600 : every, 2);
        stop->duration = dice_time(d, 1);
        stop->cost = dice_below(d, 3);
        stop->loss = dice_once_in(d, 2) ? 0.25 : 0;
        stop->initial_age_uniform = dice_once_in(d, 2);
        stop->also_resets = i > 0 && dice_once_in(d, 2) ? names[i - 1] : NULL;
        if (dice_once_in(d, 2))
            stop->strikes = dice_below(d, TAKT_STRIKE_COUNT);
        stop->crew = dice_once_in(d, 2) ? dice_crew(d) : NULL;
    }
}

static void random_failures(takt_study *study, takt_station *station, dice *d)
{
    const int n = dice_below(d, 3) + dice_once_in(d, 4);
    for (int i = 0; i < n; ++i) {
        const takt_meter counts = (takt_meter)dice_below(d, TAKT_METER_COUNT);
        takt_failure *failure =
            line_failure(study, station, counts, dice_time(d, 5), dice_time(d, 2));
        failure->strikes = dice_once_in(d, 2) ? dice_below(d, TAKT_STRIKE_COUNT) : 0;
        failure->rests_idle = dice_once_in(d, 3);
        failure->rests_blocked = dice_once_in(d, 3);
        failure->rests_off_shift = dice_once_in(d, 2);
        failure->crew = dice_crew(d);
        failure->loss = dice_once_in(d, 2) ? 0.5 : 0;
    }
    station->interrupted = dice_once_in(d, 2) ? dice_below(d, TAKT_INTERRUPTED_COUNT) : 0;
}

/// A side buffer with its own supply, as a second input.
static void random_side_input(takt_study *study, takt_station *station, const char *name, dice *d)
{
    takt_buffer *buffer = line_buffer(study, name, 1 + dice_below(d, 3));
    buffer->by_quantity = dice_once_in(d, 2);
    takt_source *source = line_source(study, name, dice_time(d, 1));
    source->wait_if_full = dice_once_in(d, 2);
    source->quantity = dice_once_in(d, 2) ? 1 : 0.7;
    source->value = 2;
    takt_input *input = line_input(study, station, name);
    input->by_quantity = dice_once_in(d, 2);
    input->take = input->by_quantity ? 0.3 + 0.3 * dice_below(d, 3) : 1;
}

static void random_station(takt_study *study, int i, int n, dice *d)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    static const char *const buffers[] = {"a_in", "b_in", "c_in", "d_in"};
    static const char *const sides[] = {"a_side", "b_side", "c_side", "d_side"};
    takt_station *station = line_station(study, names[i], dice_time(d, 1), buffers[i], NULL);
    takt_buffer *buffer = line_buffer(study, buffers[i], dice_capacity(d));
    takt_input *input = TAKT_ITEM(takt_input, station->inputs, 0);
    station->n_machines = 1 + dice_below(d, 3);
    station->item_value = dice_below(d, 3);
    switch (dice_below(d, 5)) {
    case 0: // batches, from a place that can hold one
        station->batch_min = 1 + dice_below(d, 3);
        station->batch_max = station->batch_min + dice_below(d, 3);
        buffer->capacity += station->batch_min;
        break;
    case 1: // a tank, from which amounts are drawn
        buffer->by_quantity = true;
        buffer->capacity += 1;
        input->by_quantity = true;
        input->take = 0.3 + 0.2 * dice_below(d, 4);
        break;
    case 2: // a rack, from which amounts are drawn
        input->by_quantity = true;
        input->take = 0.4 * (1 + dice_below(d, 4));
        buffer->capacity += 2;
        break;
    case 3:
        random_side_input(study, station, sides[i], d);
        break;
    default:
        break;
    }
    const double scrap = dice_once_in(d, 3) ? 0.2 : 0, rework = dice_once_in(d, 3) ? 0.25 : 0;
    if (scrap > 0)
        line_route(study, station, "scrap", scrap);
    if (rework > 0)
        line_route(study, station, buffers[dice_below(d, i + 1)], rework);
    line_route(study, station, i + 1 < n ? buffers[i + 1] : "out", 1 - scrap - rework);
    random_failures(study, station, d);
    random_stops(study, station, d);
}

/// Could the station wait for a place before it starts? It must know that there are places.
static bool may_block_before(const takt_study *study, const takt_station *station)
{
    bool may = station->batch_max == 1;
    for (int i = 0; i < station->routes.n_items; ++i) {
        const char *to = TAKT_ITEM(takt_route, station->routes, i)->to;
        for (int b = 0; b < study->factory.buffers.n_items; ++b) {
            const takt_buffer *buffer = TAKT_ITEM(takt_buffer, study->factory.buffers, b);
            may &= strcmp(buffer->name, to) != 0 || (!buffer->by_quantity && buffer->capacity >= 1);
        }
    }
    return may;
}

static void random_blocking(takt_study *study, dice *d)
{
    for (int i = 0; i < study->factory.stations.n_items; ++i) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, i);
        if (dice_once_in(d, 2) && may_block_before(study, station))
            station->blocking = TAKT_BLOCKING_BEFORE;
    }
}

/// One or two calendars of one or two shifts, in whole seconds.
static void random_shifts(takt_study *study, dice *d)
{
    static const char *const names[] = {"early", "late"};
    const int n = dice_below(d, 3);
    for (int i = 0; i < n; ++i) {
        takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
        *calendar = (takt_calendar){.name = names[i], .cycle_s = 40};
        const int n_shifts = 1 + dice_below(d, 2);
        for (int k = 0; k < n_shifts; ++k) {
            takt_shift *shift = line_append(study, &calendar->shifts, sizeof *shift);
            shift->from_s = 20 * k + dice_below(d, 5);
            shift->to_s = shift->from_s + 10 + dice_below(d, 7);
        }
    }
    for (int i = 0; n > 0 && i < study->factory.stations.n_items; ++i) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, i);
        station->calendar = dice_once_in(d, 2) ? names[dice_below(d, n)] : NULL;
        station->shift_end = dice_below(d, TAKT_SHIFT_END_COUNT);
    }
    for (int i = 0; n > 0 && i < study->factory.crews.n_items; ++i)
        if (dice_once_in(d, 3))
            TAKT_ITEM(takt_crew, study->factory.crews, i)->calendar = names[dice_below(d, n)];
}

/// Does the station take whole items out of one buffer, and wait with them when it is done?
static bool may_be_a_step(const takt_study *study, const takt_station *station)
{
    if (station->inputs.n_items != 1 || station->blocking == TAKT_BLOCKING_BEFORE)
        return false;
    const takt_input *input = TAKT_ITEM(takt_input, station->inputs, 0);
    for (int b = 0; b < study->factory.buffers.n_items; ++b) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, study->factory.buffers, b);
        if (strcmp(buffer->name, input->from) == 0)
            return !input->by_quantity && !buffer->by_quantity;
    }
    return false;
}

/// A product that goes to and fro between the stations, in places that can be full: rings of
/// blocked machines may come of it.
static void random_product(takt_study *study, const char *name, dice *d)
{
    takt_product *product = line_append(study, &study->factory.products, sizeof *product);
    *product = (takt_product){.name = name, .setup = name, .priority = dice_below(d, 3)};
    product->due_factor = dice_once_in(d, 2) ? 1 + dice_below(d, 4) : 0;
    for (int i = 0; i < 4; ++i) {
        const takt_station *station = TAKT_ITEM(takt_station, study->factory.stations,
                                                dice_below(d, study->factory.stations.n_items));
        if (!may_be_a_step(study, station))
            continue;
        takt_step *step = line_append(study, &product->steps, sizeof *step);
        *step = (takt_step){.station = station->name};
        step->scrap = dice_once_in(d, 3) ? 0.1 : 0;
        step->rework = dice_once_in(d, 3) ? 0.3 : 0;
        if (dice_once_in(d, 2)) {
            takt_distribution *service = takt_arena_alloc(study->arena, sizeof *service);
            *service = dice_time(d, 1);
            step->service = service;
        }
    }
    if (product->steps.n_items == 0) {
        study->factory.products.n_items -= 1;
        return;
    }
    takt_source *source = line_source(study, NULL, dice_time(d, 3));
    source->product = name;
    source->wait_if_full = dice_once_in(d, 2);
}

/// Changeovers from anything to anything, lost or not; batches that wait only so long.
static void random_setups(takt_study *study, takt_station *station, dice *d)
{
    takt_changeover *change = line_append(study, &station->changeovers, sizeof *change);
    *change = (takt_changeover){.time = dice_time(d, 0.5), .cost = dice_below(d, 2)};
    station->failures_lose_setup = dice_once_in(d, 2);
    station->stops_lose_setup = dice_once_in(d, 2);
    station->shifts_lose_setup = dice_once_in(d, 2);
    station->setup_min_run = 1 + dice_below(d, 3);
    station->batch_wait_s = station->batch_min > 1 && dice_once_in(d, 2) ? 3 : 0;
    if (dice_once_in(d, 2))
        station->batch_of = TAKT_BATCH_OF_SETUP;
}

/// Stations choose by one rule or two, all of those that share a buffer alike.
static void random_rules(takt_study *study, dice *d)
{
    const int first = dice_below(d, TAKT_DISPATCH_COUNT - 1); // without scores
    const int second = dice_below(d, TAKT_DISPATCH_COUNT - 1);
    for (int i = 0; i < study->factory.stations.n_items; ++i) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, i);
        if (!may_be_a_step(study, station))
            continue;
        *(const char **)line_append(study, &station->dispatch, sizeof(const char *)) =
            takt_dispatch_name(first);
        *(const char **)line_append(study, &station->dispatch, sizeof(const char *)) =
            takt_dispatch_name(second);
        random_setups(study, station, d);
    }
}

/// Items that are taken apart, worked on in two branches, and matched.
static void random_kit(takt_study *study, dice *d)
{
    static const char *const before[] = {"kit_a", "kit_b"}, *const behind[] = {"kit_c", "kit_d"};
    static const char *const works[] = {"kit_left", "kit_right"};
    line_buffer(study, "kit", TAKT_UNLIMITED);
    takt_source *source = line_source(study, "kit", dice_time(d, 4));
    source->quantity = 0.7;
    source->value = 3;
    takt_station *split = line_station(study, "kit_split", dice_time(d, 1), "kit", NULL);
    split->batch_max = 1 + dice_below(d, 2);
    takt_station *join = line_station(study, "kit_join", dice_time(d, 1), NULL, "out");
    for (int i = 0; i < 2; ++i) {
        line_buffer(study, before[i], dice_capacity(d));
        line_buffer(study, behind[i], dice_once_in(d, 2) ? TAKT_UNLIMITED : 6);
        takt_route *route = line_route(study, split, before[i], i ? 0.3 : 0.7);
        route->parts = 1 + dice_below(d, 3);
        takt_station *work = line_station(study, works[i], dice_time(d, 1), before[i], NULL);
        work->n_machines = 1 + dice_below(d, 2);
        const double scrap = dice_once_in(d, 4) ? 0.1 : 0;
        if (scrap > 0)
            line_route(study, work, "scrap", scrap);
        line_route(study, work, behind[i], 1 - scrap);
        random_failures(study, work, d);
        takt_input *input = line_input(study, join, behind[i]);
        input->match = true;
        input->take = route->parts;
    }
    random_failures(study, join, d);
}

static bool has_rule(const takt_station *station, const char *name)
{
    for (int i = 0; i < station->dispatch.n_items; ++i)
        if (strcmp(*TAKT_ITEM(const char *, station->dispatch, i), name) == 0)
            return true;
    return false;
}

/// Does the station choose by setups, or batches of one kind or that wait only so long?
static bool is_picky(const takt_station *station)
{
    return station->setup_min_run > 1 || station->batch_of != TAKT_BATCH_OF_ANY ||
           station->batch_wait_s > 0 || has_rule(station, "same_setup") ||
           has_rule(station, "shortest_setup");
}

/// Kinds of cards, each taken at one or two places and returned at another, or when items leave.
static void random_cards(takt_study *study, dice *d)
{
    static const char *const names[] = {"red", "green", "blue"};
    const int n = dice_once_in(d, 2) ? 1 + dice_below(d, 3) : 0;
    const takt_list *stations = &study->factory.stations;
    for (int i = 0; i < n; ++i) {
        const int at = dice_below(d, stations->n_items);
        takt_station *station = TAKT_ITEM(takt_station, *stations, at);
        const bool is_ordered = station->dispatch.n_items > 0;
        if (is_ordered &&
            (station->batch_max > 1 || has_rule(station, "critical_ratio") || is_picky(station)))
            continue;
        line_card(study, names[i], station->batch_min + dice_below(d, 6));
        line_takes(study, &station->takes_cards, names[i]);
        if (study->factory.sources.n_items > 0 && dice_once_in(d, 3))
            line_takes(study, &TAKT_ITEM(takt_source, study->factory.sources, 0)->takes_cards,
                       names[i]);
        const int other = dice_below(d, stations->n_items);
        if (other != at)
            line_returns(study, TAKT_ITEM(takt_station, *stations, other), names[i],
                         (takt_card_when)dice_below(d, TAKT_CARD_WHEN_COUNT));
        else if (dice_once_in(d, 2))
            line_returns(study, station, names[i], TAKT_CARD_AT_FINISH);
    }
}

static takt_distribution random_step(dice *d, takt_meter counts)
{
    if (dice_once_in(d, 2) || counts == TAKT_METER_ITEMS)
        return dice_time(d, 0.2);
    return (takt_distribution){.kind = TAKT_DISTRIBUTION_GAMMA, .mean_s = 300, .cv = 1.5};
}

/// A wear or two, a stop that watches one of them, and repairs that leave something or renew more.
static void random_wears(takt_study *study, takt_station *station, dice *d)
{
    static const char *const names[] = {"tool", "drive"};
    const int n = dice_below(d, 3);
    for (int i = 0; i < n; ++i) {
        const takt_meter counts = (takt_meter)dice_below(d, TAKT_METER_COUNT);
        takt_wear *wear = line_wear(study, station, names[i], counts, random_step(d, counts),
                                    dice_once_in(d, 4) ? 0 : 2 + dice_below(d, 3));
        if (counts != TAKT_METER_ITEMS && wear->step.kind != TAKT_DISTRIBUTION_GAMMA)
            wear->step = line_constant(400);
        wear->leaves = dice_once_in(d, 2) ? 0.5 : 0;
        wear->strikes = dice_below(d, TAKT_STRIKE_COUNT);
        wear->crew = dice_crew(d);
        wear->initial_uniform = wear->fails_at.mean_s > 0 && dice_once_in(d, 2);
        line_renews(study, &wear->renews, names[dice_below(d, n)]);
    }
    if (n > 0 && dice_once_in(d, 2)) {
        takt_stop *stop = line_stop(study, station, "service", TAKT_METER_CLOCK, 1, 1.5);
        takt_condition *condition = line_condition(study, stop, names[dice_below(d, n)], 1.5);
        stop->strikes = dice_below(d, TAKT_STRIKE_COUNT);
        stop->leaves = dice_once_in(d, 2) ? 0.4 : 0;
        condition->inspected_every_s = dice_below(d, 3) * 7;
        condition->inspection = line_constant(dice_below(d, 2));
        condition->crew = dice_crew(d);
        for (int i = 0; i < station->failures.n_items; ++i) {
            takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
            failure->name = i == 0 ? "jam" : NULL;
            failure->leaves = dice_once_in(d, 2) ? 0.5 : 0;
            line_renews(study, &failure->renews, "service");
        }
        if (station->failures.n_items > 0)
            line_renews(study, &stop->renews, "jam");
    }
}

/// Both crews in either order, none or one of them; how many, how urgent.
static void random_call(takt_study *study, const char **crew, takt_people *call, dice *d)
{
    static const char *const orders[][2] = {{"few", "many"}, {"many", "few"}};
    if (*crew && dice_once_in(d, 2)) {
        const int first = strcmp(*crew, "few") != 0;
        *crew = NULL;
        for (int i = 0; i < 2; ++i)
            *(const char **)line_append(study, &call->crews, sizeof(char *)) = orders[first][i];
    }
    if (!*crew && call->crews.n_items == 0)
        return;
    const bool has_few = call->crews.n_items > 0 || strcmp(*crew, "few") == 0;
    call->members = has_few ? 1 : 1 + dice_below(d, 2);
    call->priority = dice_below(d, 4) - 1;
    call->pre_empted = dice_below(d, TAKT_PRE_EMPTED_COUNT);
}

/// In two factories of three people differ in what they can do and in what comes first, and some
/// stations need them while they work.
static void random_people(takt_study *study, dice *d)
{
    const int with_operators = dice_below(d, 3);
    for (int i = 0; i < study->factory.crews.n_items && with_operators > 0; ++i) {
        takt_crew *crew = TAKT_ITEM(takt_crew, study->factory.crews, i);
        crew->pre_emption = dice_below(d, TAKT_PRE_EMPTION_COUNT);
        crew->shift_end = dice_below(d, TAKT_SHIFT_END_COUNT);
        crew->size += dice_below(d, 3);
    }
    for (int s = 0; s < study->factory.stations.n_items && with_operators > 0; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        for (int i = 0; i < station->failures.n_items; ++i) {
            takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
            random_call(study, &failure->crew, &failure->call, d);
        }
        for (int i = 0; i < station->stops.n_items; ++i) {
            takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
            random_call(study, &stop->crew, &stop->call, d);
            if (stop->condition)
                random_call(study, &stop->condition->crew, &stop->condition->call, d);
        }
        for (int i = 0; i < station->wears.n_items; ++i) {
            takt_wear *wear = TAKT_ITEM(takt_wear, station->wears, i);
            random_call(study, &wear->crew, &wear->call, d);
        }
        const char *crew = dice_crew(d);
        if (!crew)
            continue;
        station->operators = takt_arena_alloc(study->arena, sizeof *station->operators);
        CHECK(station->operators);
        station->operators->crew = crew;
        random_call(study, &station->operators->crew, &station->operators->call, d);
    }
}

/// Factory number `index`; not resolved yet.
LINE_UNUSED static takt_study *random_factory(uint32_t index)
{
    dice d = {.stream = {.seed = 3, .entity = index, .purpose = TAKT_PURPOSE_TEST}};
    takt_study *study = line_create(400);
    study->seed = (int64_t)index + 1;
    study->horizon.warm_up_s = 50;
    line_crew(study, "few", 1);
    line_crew(study, "many", 2)->rule = TAKT_CREW_LEAST_STOCK;
    const int n = 1 + dice_below(&d, 4);
    for (int i = 0; i < n; ++i)
        random_station(study, i, n, &d);
    if (dice_once_in(&d, 3)) {
        takt_station *maker = line_station(study, "maker", dice_time(&d, 1), NULL, "a_in");
        maker->n_machines = 1 + dice_below(&d, 2);
        random_failures(study, maker, &d);
        random_stops(study, maker, &d);
    } else {
        takt_source *source = line_source(study, "a_in", dice_time(&d, 0.5));
        source->wait_if_full = dice_once_in(&d, 2);
        source->quantity = dice_once_in(&d, 2) ? 1 : 1.5;
        source->value = 1;
    }
    random_blocking(study, &d);
    random_shifts(study, &d);
    if (dice_once_in(&d, 2))
        random_product(study, "widget", &d);
    if (dice_once_in(&d, 2))
        random_product(study, "gadget", &d);
    if (dice_once_in(&d, 2))
        random_rules(study, &d);
    if (dice_once_in(&d, 3))
        random_kit(study, &d);
    random_cards(study, &d);
    d = (dice){.stream = {.seed = 4, .entity = index, .purpose = TAKT_PURPOSE_TEST}};
    for (int i = 0; i < study->factory.stations.n_items; ++i)
        random_wears(study, TAKT_ITEM(takt_station, study->factory.stations, i), &d);
    random_people(study, &d);
    random_ways(study, index);
    return study;
}

#endif
