/// What random factories have besides machines: conveyors, vehicles, arrivals in batches and by the
/// clock, lists of them, items at time 0, setups to and from, scores, power and its price, sensors.
#ifndef TAKT_TESTS_SIM_RANDOM_WAYS_H
#define TAKT_TESTS_SIM_RANDOM_WAYS_H

#include "tests/sim/dice.h"

static takt_buffer *ways_buffer(takt_study *study, const char *name)
{
    for (int b = 0; b < study->factory.buffers.n_items; ++b) {
        takt_buffer *buffer = TAKT_ITEM(takt_buffer, study->factory.buffers, b);
        if (strcmp(buffer->name, name) == 0)
            return buffer;
    }
    return NULL; // out, scrap
}

/// What those who take from a buffer and fill it allow it to be.
typedef struct ways_ends {
    bool matches, has_rules, takes_several, is_reserved;
    double need; // items that must wait
} ways_ends;

static ways_ends ways_of(const takt_study *study, const char *name)
{
    ways_ends ends = {.need = 1};
    for (int s = 0; s < study->factory.stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        for (int i = 0; i < station->routes.n_items; ++i)
            ends.is_reserved |= station->blocking == TAKT_BLOCKING_BEFORE &&
                                strcmp(TAKT_ITEM(takt_route, station->routes, i)->to, name) == 0;
        for (int i = 0; i < station->inputs.n_items; ++i) {
            const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
            if (strcmp(input->from, name) != 0)
                continue;
            const double need = station->batch_min > 1 ? station->batch_min : input->take;
            ends.matches |= input->match;
            ends.has_rules |= station->dispatch.n_items > 0;
            ends.takes_several |= input->by_quantity || need > 1;
            ends.need = need > ends.need ? need : ends.need;
        }
    }
    return ends;
}

/// One buffer in five takes its time, another is a conveyor where that may be.
static void random_conveyors(takt_study *study, dice *d)
{
    for (int b = 0; b < study->factory.buffers.n_items; ++b) {
        takt_buffer *buffer = TAKT_ITEM(takt_buffer, study->factory.buffers, b);
        const ways_ends ends = ways_of(study, buffer->name);
        const int kind = dice_below(d, 5);
        if (buffer->by_quantity || kind > 1)
            continue;
        if (kind == 0) {
            buffer->transit_s = 1 + dice_below(d, 4);
            buffer->capacity = buffer->capacity < 1 ? 1 : buffer->capacity;
        } else if (!ends.matches && !ends.has_rules && !ends.is_reserved) {
            takt_conveyor *conveyor = takt_arena_alloc(study->arena, sizeof *conveyor);
            CHECK(conveyor);
            *conveyor = (takt_conveyor){.speed_m_s = 0.5 * (1 + dice_below(d, 3)),
                                        .item_length_m = 1,
                                        .length_m = ends.need + dice_below(d, 6),
                                        .accumulating = ends.takes_several || dice_once_in(d, 2)};
            buffer->conveyor = conveyor;
            buffer->capacity = TAKT_UNLIMITED;
        }
    }
}

static void random_point(takt_study *study, takt_list *point, dice *d)
{
    for (int k = 0; k < 2; ++k)
        *(double *)line_append(study, point, sizeof(double)) = dice_below(d, 6);
}

static bool may_be_driven(takt_study *study, const takt_station *station, int index)
{
    const takt_route *route = TAKT_ITEM(takt_route, station->routes, index);
    const takt_buffer *buffer = ways_buffer(study, route->to);
    for (int i = 0; i < station->routes.n_items; ++i)
        if (i != index && strcmp(TAKT_ITEM(takt_route, station->routes, i)->to, route->to) == 0)
            return false;
    return station->blocking == TAKT_BLOCKING_AFTER &&
           (!buffer || (!buffer->by_quantity && buffer->capacity >= 1 &&
                        (!buffer->conveyor || buffer->conveyor->accumulating)));
}

/// In one factory of three, one fleet or two serve some of the routes.
static void random_fleets(takt_study *study, dice *d)
{
    static const char *const names[] = {"carts", "trains"};
    const int n = dice_once_in(d, 3) ? 1 + dice_below(d, 2) : 0;
    for (int f = 0; f < n; ++f) {
        takt_transporter *fleet = line_append(study, &study->factory.transporters, sizeof *fleet);
        *fleet = (takt_transporter){.name = names[f],
                                    .n_vehicles = 1 + dice_below(d, 3),
                                    .speed_m_s = 2,
                                    .capacity = 1 + dice_below(d, 3),
                                    .load_s = 0.5 * dice_below(d, 3),
                                    .unload_s = 0.5 * dice_below(d, 3),
                                    .rule = dice_below(d, TAKT_FLEET_RULE_COUNT),
                                    .metric = dice_below(d, TAKT_METRIC_COUNT),
                                    .energy_kWh_per_m = 0.001};
        if (study->factory.calendars.n_items > 0 && dice_once_in(d, 3))
            fleet->calendar = TAKT_ITEM(takt_calendar, study->factory.calendars, 0)->name;
        if (dice_once_in(d, 2))
            random_point(study, &fleet->home_m, d);
    }
    random_point(study, &study->factory.exit_m, d);
    for (int s = 0; s < study->factory.stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        random_point(study, &station->position_m, d);
        for (int i = 0; i < station->routes.n_items && n > 0; ++i)
            if (dice_once_in(d, 2) && may_be_driven(study, station, i))
                TAKT_ITEM(takt_route, station->routes, i)->by = names[dice_below(d, n)];
    }
}

static void random_list(takt_study *study, takt_source *source, dice *d)
{
    enum { N_ROWS = 60 };
    takt_arrival *rows = takt_arena_alloc(study->arena, N_ROWS * sizeof *rows);
    CHECK(rows);
    double at_s = 0;
    for (int i = 0; i < N_ROWS; ++i) {
        at_s += dice_below(d, 7);
        const bool has_due = source->product && dice_once_in(d, 2);
        rows[i] = (takt_arrival){.time = LINE_S(at_s),
                                 .quantity = source->quantity,
                                 .value = dice_below(d, 3),
                                 .due = has_due ? LINE_S(at_s + 20) : TAKT_TICK_NEVER,
                                 .product = -1,
                                 .priority = source->product ? dice_below(d, 3) : 0};
    }
    source->file = "list.csv";
    source->interarrival = (takt_distribution){.mean_s = 0};
    source->arrivals = (takt_arrival_list){.rows = rows, .n = N_ROWS};
}

/// Rates that follow the clock, batches, a first and a last arrival; or a list.
static void random_arrivals(takt_study *study, dice *d)
{
    for (int i = 0; i < study->factory.sources.n_items; ++i) {
        takt_source *source = TAKT_ITEM(takt_source, study->factory.sources, i);
        const int kind = dice_below(d, 12);
        if (kind == 0) {
            random_list(study, source, d);
        } else if (kind < 4) {
            takt_rate_profile *profile = takt_arena_alloc(study->arena, sizeof *profile);
            CHECK(profile);
            *profile = (takt_rate_profile){.cycle_s = 40};
            for (int k = 0; k < 3; ++k)
                *(takt_rate_point *)line_append(study, &profile->points, sizeof(takt_rate_point)) =
                    (takt_rate_point){.from_s = 12 * k, .factor = k == 1 ? 2 : dice_below(d, 3)};
            source->rate_profile = profile;
        }
        if (source->file)
            continue;
        if (dice_once_in(d, 4))
            source->batch = dice_once_in(d, 2) ? line_constant(2) : line_exponential(1.2);
        if (dice_once_in(d, 6)) {
            source->first = takt_arena_alloc(study->arena, sizeof *source->first);
            CHECK(source->first);
            *source->first = dice_time(d, 3);
        }
        source->number = dice_once_in(d, 8) ? 5 + dice_below(d, 20) : 0;
    }
}

/// The step of the product that waits in the buffer where no other does; NULL: none, or several.
static const takt_step *ways_step(const takt_study *study, const takt_product *product,
                                  const char *buffer)
{
    const takt_step *found = NULL;
    int n_found = 0;
    for (int i = 0; i < product->steps.n_items; ++i) {
        const takt_step *step = TAKT_ITEM(takt_step, product->steps, i);
        for (int s = 0; s < study->factory.stations.n_items; ++s) {
            const takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
            if (strcmp(station->name, step->station) == 0 &&
                strcmp(TAKT_ITEM(takt_input, station->inputs, 0)->from, buffer) == 0) {
                found = step;
                n_found += 1;
            }
        }
    }
    return n_found == 1 ? found : NULL;
}

/// Items in some buffers at time 0, now and then of a product that has one step there.
static void random_initial(takt_study *study, dice *d)
{
    const takt_list *products = &study->factory.products;
    for (int b = 0; b < study->factory.buffers.n_items; ++b) {
        takt_buffer *buffer = TAKT_ITEM(takt_buffer, study->factory.buffers, b);
        const bool is_kit = strncmp(buffer->name, "kit", 3) == 0; // orders only
        if (!dice_once_in(d, 3) || buffer->conveyor || buffer->transit_s > 0 || is_kit)
            continue;
        const double most = buffer->capacity < 3 ? buffer->capacity : 3;
        takt_initial *initial = line_append(study, &buffer->initial, sizeof *initial);
        *initial = (takt_initial){.items = (int)(most * dice_uniform(d) + 0.5),
                                  .quantity = dice_once_in(d, 2) ? 1 : 0.7,
                                  .value = 1};
        const takt_product *product =
            products->n_items > 0
                ? TAKT_ITEM(takt_product, *products, dice_below(d, products->n_items))
                : NULL;
        const takt_step *step = product ? ways_step(study, product, buffer->name) : NULL;
        if (step) {
            initial->product = product->name;
            initial->step = step->station;
            initial->priority = dice_below(d, 3);
        }
    }
}

/// Setups to wait for, one to begin with, and changeovers that name where to.
static void random_changes(takt_study *study, dice *d)
{
    const takt_list *products = &study->factory.products;
    const char *first = products->n_items > 0 ? TAKT_ITEM(takt_product, *products, 0)->setup : NULL;
    for (int s = 0; s < study->factory.stations.n_items && first; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        if (station->changeovers.n_items == 0)
            continue;
        takt_changeover *change = line_append(study, &station->changeovers, sizeof *change);
        *change = (takt_changeover){.to = first, .time = line_constant(dice_below(d, 3))};
        station->initial_setup = dice_once_in(d, 2) ? first : NULL;
        station->setup_min_run_waits = station->setup_min_run > 1 && dice_once_in(d, 4);
        station->power_setup_kW = 4;
        if (station->takes_cards.n_items == 0 && dice_once_in(d, 2) &&
            station->batch_of == TAKT_BATCH_OF_ANY)
            station->batch_of = TAKT_BATCH_OF_STEP;
    }
    for (int p = 0; p < products->n_items; ++p) {
        takt_product *product = TAKT_ITEM(takt_product, *products, p);
        for (int i = 1; i < product->steps.n_items; ++i) {
            takt_step *step = TAKT_ITEM(takt_step, product->steps, i);
            step->setup = dice_once_in(d, 3) ? "fine" : NULL;
        }
        if (product->due_factor == 0 && dice_once_in(d, 2)) {
            takt_distribution *due = takt_arena_alloc(study->arena, sizeof *due);
            CHECK(due);
            *due = dice_time(d, 10);
            product->due = due;
        }
    }
}

/// Stations that make new items make a product, if that does not come back to them.
static void random_makes(takt_study *study, dice *d)
{
    const takt_list *products = &study->factory.products;
    for (int s = 0; s < study->factory.stations.n_items && products->n_items > 0; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        const takt_product *product =
            TAKT_ITEM(takt_product, *products, dice_below(d, products->n_items));
        const bool is_kit = strncmp(station->name, "kit", 3) == 0;
        if (station->inputs.n_items != 1 && !is_kit && dice_once_in(d, 2))
            station->makes = product->name;
    }
}

/// A score as the last of the rules, where there are some: the same weights for all.
static void random_scores(takt_study *study, dice *d)
{
    takt_score *score = takt_arena_alloc(study->arena, sizeof *score);
    CHECK(score);
    *score = (takt_score){.priority = dice_below(d, 3),
                          .waiting = dice_below(d, 3),
                          .age = dice_below(d, 3) - 1,
                          .slack = -dice_below(d, 2),
                          .time = dice_below(d, 3) - 1,
                          .left = dice_below(d, 3) - 1,
                          .quantity = dice_below(d, 2),
                          .value = dice_below(d, 2)};
    const bool has = dice_once_in(d, 3);
    for (int s = 0; s < study->factory.stations.n_items && has; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        if (station->dispatch.n_items == 0)
            continue;
        *TAKT_ITEM(const char *, station->dispatch, station->dispatch.n_items - 1) =
            takt_dispatch_name(TAKT_DISPATCH_SCORE);
        station->score = score;
    }
}

/// Power by state at prices by the time of day, and a sensor here and there.
static void random_power(takt_study *study, dice *d)
{
    takt_prices *prices = &study->factory.prices;
    if (dice_once_in(d, 2)) {
        prices->tariff = takt_arena_alloc(study->arena, sizeof *prices->tariff);
        CHECK(prices->tariff);
        *prices->tariff = (takt_tariff){.cycle_s = 60, .factor = 1};
        for (int k = 0; k < 2; ++k)
            *(takt_tariff_step *)line_append(study, &prices->tariff->steps,
                                             sizeof(takt_tariff_step)) =
                (takt_tariff_step){.from_s = 7 + 30 * k, .energy_per_kWh = 0.2 + 0.1 * k};
        prices->energy_per_kWh = 0;
        prices->carbon_kg_per_kWh = 0.4;
    }
    for (int s = 0; s < study->factory.stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, s);
        station->power_kW = dice_below(d, 3);
        station->power_idle_kW = dice_below(d, 2);
        station->power_down_kW = dice_below(d, 2);
        station->power_stopped_kW = dice_below(d, 2);
        station->power_off_shift_kW = dice_below(d, 2);
        if (!dice_once_in(d, 4))
            continue;
        takt_sensor *sensor = line_append(study, &station->sensors, sizeof *sensor);
        *sensor = (takt_sensor){.name = "probe", .base = 20, .at_work = 5, .every_s = 3};
        sensor->time_constant_s = 2 * dice_below(d, 3);
        sensor->noise_sd = 0.1;
        if (station->wears.n_items > 0) {
            sensor->wear = TAKT_ITEM(takt_wear, station->wears, 0)->name;
            sensor->wear_gain = 2;
        }
    }
}

/// All of it, in throws of their own: what came before stays as it is.
static void random_ways(takt_study *study, uint32_t index)
{
    dice d = {.stream = {.seed = 5, .entity = index, .purpose = TAKT_PURPOSE_TEST}};
    random_conveyors(study, &d);
    random_fleets(study, &d);
    random_arrivals(study, &d);
    random_initial(study, &d);
    random_changes(study, &d);
    random_makes(study, &d);
    random_scores(study, &d);
    random_power(study, &d);
    study->horizon.start_s = dice_once_in(&d, 3) ? dice_below(&d, 50) : 0;
}

#endif
