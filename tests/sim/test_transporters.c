/// Transporters: where vehicles are and what they do, against tables written by hand (whole
/// seconds); queues before them against what the machines told; nothing that waits for nothing.
#include "tests/sim/digest.h"
#include "tests/sim/factories.h"

static takt_list point(takt_study *study, double x, double y)
{
    double *xy = takt_arena_alloc(study->arena, 2 * sizeof *xy);
    CHECK(xy);
    xy[0] = x;
    xy[1] = y;
    return (takt_list){xy, 2};
}

/// A fleet "carts" of 1 m/s; loading takes 2 s, unloading 1 s.
static takt_transporter *carts(takt_study *study, int n)
{
    takt_transporter *fleet = line_append(study, &study->factory.transporters, sizeof *fleet);
    *fleet = (takt_transporter){.name = "carts",
                                .n_vehicles = n,
                                .speed_m_s = 1,
                                .capacity = 1,
                                .load_s = 2,
                                .unload_s = 1};
    return fleet;
}

static takt_station *station_at(takt_study *study, const char *name, double service_s,
                                const char *from, const char *to, double x, double y)
{
    takt_station *station = line_station(study, name, line_constant(service_s), from, to);
    station->position_m = point(study, x, y);
    TAKT_ITEM(takt_route, station->routes, 0)->by = strcmp(to, "out") == 0 ? NULL : "carts";
    return station;
}

/// saw (5 s) at [0, 0] -> rack -> press at [10, 0]: the cart drives 10 s each way.
static takt_study *saw_and_press(double press_s, double places)
{
    takt_study *study = line_create(1000);
    carts(study, 1);
    line_buffer(study, "rack", places);
    station_at(study, "saw", 5, NULL, "rack", 0, 0);
    station_at(study, "press", press_s, "rack", "out", 10, 0);
    return study;
}

typedef struct moment {
    double time_s;
    int n_left, n_there; // left the plant; in the rack
    int saw;             // takt_machine_state
    int vehicle;         // takt_vehicle_state of the first
} moment;

static void check_moments(takt_replication *r, const moment *moments, int n)
{
    for (int i = 0; i < n; ++i) {
        line_advance(r, moments[i].time_s);
        CHECK_INT(r->view.head->n_left, moments[i].n_left);
        CHECK_INT(r->view.buffers[0].n_items, moments[i].n_there);
        CHECK_INT(r->view.machines[0].state, moments[i].saw);
        CHECK_INT(r->view.vehicles[0].state, moments[i].vehicle);
    }
}

/// Ready at 5, on the cart at 7, there at 17, set down at 18; back for the second, which has waited
/// since 12, at 28, and so on every 23 s.
static void a_cart_goes_to_and_fro(void)
{
    enum {
        WORKS = TAKT_MACHINE_WORKING,
        WAITS = TAKT_MACHINE_BLOCKED,
        IDLE = TAKT_VEHICLE_IDLE,
        EMPTY = TAKT_VEHICLE_EMPTY,
        LOADING = TAKT_VEHICLE_LOADING,
        LOADED = TAKT_VEHICLE_LOADED,
        UNLOADING = TAKT_VEHICLE_UNLOADING
    };
    static const moment moments[] = {
        {4, 0, 0, WORKS, IDLE},    {6, 0, 0, WAITS, LOADING},      {8, 0, 0, WORKS, LOADED},
        {13, 0, 0, WAITS, LOADED}, {17.5, 0, 0, WAITS, UNLOADING}, {19, 0, 0, WAITS, EMPTY},
        {21, 1, 0, WAITS, EMPTY},  {29, 1, 0, WAITS, LOADING},     {31, 1, 0, WORKS, LOADED},
        {42, 1, 0, WAITS, EMPTY},  {44, 2, 0, WAITS, EMPTY},
    };
    takt_study *study = saw_and_press(3, 4);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    check_moments(r, moments, sizeof moments / sizeof *moments);
    line_advance(r, 5 + 2 + 23 * 40); // 40 times round
    CHECK_INT(r->view.fleets[0].n_carried, 40);
    CHECK_INT(line_time(r, 0, TAKT_MACHINE_WORKING), LINE_S(5 + 40 * 5));
    line_destroy(&study, &scenario);
}

/// A press of 50 s and one place: the cart comes for an item only when the place is free, so it
/// never stands loaded. First item set down and taken at 18, the next fetched at once (place free),
/// set down at 41; the third waits until the press takes the second at 68: there at 78, down at 91.
static void nothing_is_fetched_without_a_place(void)
{
    enum { WAITS = TAKT_MACHINE_BLOCKED, IDLE = TAKT_VEHICLE_IDLE };
    static const moment moments[] = {
        {18, 0, 0, WAITS, TAKT_VEHICLE_EMPTY},
        {41, 0, 1, WAITS, IDLE},
        {67, 0, 1, WAITS, IDLE},
        {69, 1, 0, WAITS, TAKT_VEHICLE_EMPTY},
        {79, 1, 0, WAITS, TAKT_VEHICLE_LOADING},
        {90.5, 1, 0, TAKT_MACHINE_BLOCKED, TAKT_VEHICLE_UNLOADING},
        {91, 1, 1, WAITS, IDLE},
        {119, 2, 0, WAITS, TAKT_VEHICLE_EMPTY},
    };
    takt_study *study = saw_and_press(50, 1);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    check_moments(r, moments, sizeof moments / sizeof *moments);
    line_destroy(&study, &scenario);
}

/// Times by what the vehicles do, the way driven and its energy, after four trips of 23 s from 28
/// on.
static void times_and_energy_add_up(void)
{
    takt_study *study = saw_and_press(3, 4);
    TAKT_ITEM(takt_transporter, study->factory.transporters, 0)->energy_kWh_per_m = 0.5;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 28);
    takt_replication_measure(r);
    line_advance(r, 28 + 4 * 23);
    takt_transporters_flush(r);
    const takt_tick *time = r->view.fleets[0].time;
    CHECK_INT(time[TAKT_VEHICLE_IDLE], 0);
    CHECK_INT(time[TAKT_VEHICLE_EMPTY], LINE_S(40));
    CHECK_INT(time[TAKT_VEHICLE_LOADING], LINE_S(8));
    CHECK_INT(time[TAKT_VEHICLE_LOADED], LINE_S(40));
    CHECK_INT(time[TAKT_VEHICLE_UNLOADING], LINE_S(4));
    CHECK_NEAR(r->view.head->transport_kWh, 40, 1e-12, 0);
    line_destroy(&study, &scenario);
}

/// Three saws of one station, four items at once: what waits at the saw comes along. All are ready
/// at 5; loaded at 7, 9, 11; there at 21, set down at 22, 23, 24.
static void several_items_travel_together(void)
{
    for (int capacity = 2; capacity < 5; ++capacity) {
        takt_study *study = saw_and_press(100, 10);
        TAKT_ITEM(takt_transporter, study->factory.transporters, 0)->capacity = capacity;
        TAKT_ITEM(takt_station, study->factory.stations, 0)->n_machines = 3;
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 8);
        CHECK_INT(r->view.vehicles[0].n_items, 1);
        line_advance(r, 11);
        CHECK_INT(r->view.vehicles[0].n_items, capacity == 2 ? 2 : 3);
        // At 12 the first saw is ready again: the fourth item, loaded at 14 where there is room.
        line_advance(r, 11.5);
        CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_LOADED);
        line_advance(r, capacity == 2 ? 21 : 24);
        CHECK_INT(r->view.fleets[0].n_carried, capacity == 2 ? 2 : 3);
        CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_EMPTY);
        line_destroy(&study, &scenario);
    }
}

/// The items of a batch are fetched one after the other, or together.
static void batches_are_fetched(void)
{
    for (int capacity = 1; capacity < 3; ++capacity) {
        takt_study *study = line_create(1000);
        carts(study, 1)->capacity = capacity;
        line_buffer(study, "queue", TAKT_UNLIMITED);
        line_buffer(study, "rack", 10);
        line_source(study, "queue", line_constant(1));
        takt_station *oven = station_at(study, "oven", 5, "queue", "rack", 0, 0);
        oven->batch_min = oven->batch_max = 2;
        station_at(study, "press", 3, "rack", "out", 10, 0);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        // Two are there at 2, done at 7, the first loaded at 9.
        line_advance(r, 9);
        CHECK_INT(r->view.machines[0].n_items, 1);
        CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_BLOCKED);
        line_advance(r, 11); // the second at 11, or after a way to and fro at 9 + 21 + 2
        CHECK_INT(r->view.machines[0].state,
                  capacity == 2 ? TAKT_MACHINE_WORKING : TAKT_MACHINE_BLOCKED);
        line_advance(r, 31.5);
        CHECK_INT(r->view.fleets[0].n_carried, capacity == 2 ? 2 : 1);
        CHECK_INT(r->view.machines[0].n_items, capacity == 2 ? 2 : 1);
        line_advance(r, 32);
        CHECK_INT(r->view.machines[0].state,
                  capacity == 2 ? TAKT_MACHINE_BLOCKED : TAKT_MACHINE_WORKING);
        line_destroy(&study, &scenario);
    }
}

/// far [0, 0] (two machines, 3 s) and near [8, 0] (4 s) bring to [10, 0], where the cart begins. It
/// fetches the first item of far at 13 and is back at 26, when another of far waits since 3 and one
/// of near since 4.
static void rules_choose(void)
{
    for (int nearest = 0; nearest < 2; ++nearest) {
        takt_study *study = line_create(1000);
        takt_transporter *fleet = carts(study, 1);
        fleet->rule = nearest ? TAKT_FLEET_NEAREST : TAKT_FLEET_FIRST_COME;
        fleet->home_m = point(study, 10, 0);
        line_buffer(study, "rack", 10);
        station_at(study, "far", 3, NULL, "rack", 0, 0)->n_machines = 2;
        station_at(study, "near", 4, NULL, "rack", 8, 0);
        station_at(study, "press", 1, "rack", "out", 10, 0);
        takt_scenario *scenario = line_open(study);
        takt_replication *r = line_start(scenario, 0);
        line_advance(r, 4);
        CHECK_INT(r->view.machines[r->view.vehicles[0].machine].station, 0);
        line_advance(r, 25);
        CHECK_INT(r->view.vehicles[0].machine, TAKT_NONE);
        line_advance(r, 26);
        CHECK_INT(r->view.machines[r->view.vehicles[0].machine].station, nearest ? 1 : 0);
        line_destroy(&study, &scenario);
    }
}

/// The nearest of two free carts goes; among equals the one that has stood longest.
static void the_nearest_vehicle_goes(void)
{
    takt_study *study = saw_and_press(3, 10);
    TAKT_ITEM(takt_transporter, study->factory.transporters, 0)->n_vehicles = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 6); // both stand at the saw: the first goes
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_LOADING);
    line_advance(r, 13); // the second saw item, ready at 12: the second goes
    CHECK_INT(r->view.vehicles[1].state, TAKT_VEHICLE_LOADING);
    line_advance(r, 18.5); // at 18 the first is free at the press; the third item is ready at 19
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_IDLE);
    line_advance(r, 20);
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_EMPTY);
    line_destroy(&study, &scenario);
}

/// A rack of two places full of halves, of which the press wants two: it mounts them, and carts go
/// on.
static void full_racks_of_halves_make_room(void)
{
    takt_study *study = saw_and_press(3, 2);
    takt_buffer *queue = line_buffer(study, "queue", TAKT_UNLIMITED);
    line_source(study, queue->name, line_constant(5))->quantity = 0.5;
    line_input(study, TAKT_ITEM(takt_station, study->factory.stations, 0), queue->name);
    takt_station *press = TAKT_ITEM(takt_station, study->factory.stations, 1);
    *TAKT_ITEM(takt_input, press->inputs, 0) =
        (takt_input){.from = "rack", .take = 2, .by_quantity = true};
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 500);
    CHECK_INT(r->view.fleets[0].n_carried, (500 - 23) / 23 + 1); // every 23 s, the first at 23
    CHECK_INT(r->view.head->n_left, r->view.fleets[0].n_carried / 4);
    line_destroy(&study, &scenario);
}

/// Straight lines, other speeds, a position of the buffer's own, what leaves, and the calendar: on
/// from 10 to 40 of every 100 s. Ready at 5, fetched from 10 on; 50 m at 2 m/s.
static void ways_and_hours(void)
{
    takt_study *study = line_create(1000);
    takt_transporter *fleet = carts(study, 1);
    fleet->metric = TAKT_METRIC_STRAIGHT;
    fleet->speed_m_s = 2;
    fleet->calendar = "day";
    takt_calendar *calendar = line_append(study, &study->factory.calendars, sizeof *calendar);
    *calendar = (takt_calendar){.name = "day", .cycle_s = 100};
    *(takt_shift *)line_append(study, &calendar->shifts, sizeof(takt_shift)) =
        (takt_shift){.from_s = 10, .to_s = 40};
    line_buffer(study, "rack", 5)->position_m = point(study, 30, 40);
    station_at(study, "saw", 5, NULL, "rack", 0, 0);
    takt_station *press = station_at(study, "press", 3, "rack", "out", 500, 500);
    TAKT_ITEM(takt_route, press->routes, 0)->by = "carts";
    study->factory.exit_m = point(study, 500, 500);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 9);
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_IDLE);
    line_advance(r, 11);
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_LOADING);
    line_advance(r, 37.5); // 10 + 2 + 25 = 37
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_UNLOADING);
    line_advance(r, 38.5); // back for the next, which is ready since 17
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_EMPTY);
    line_advance(r, 92); // 38 + 25 + 2 + 25 + 1 = 91, off since 40: the trip was finished
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_IDLE);
    CHECK_INT(r->view.fleets[0].n_carried, 2);
    CHECK_INT(r->view.machines[1].state, TAKT_MACHINE_BLOCKED); // it is done at 41
    line_advance(r, 111);
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_EMPTY);
    CHECK_INT(r->view.vehicles[0].machine, 1); // waits since 41, the saw since 70
    line_destroy(&study, &scenario);
}

/// A machine that breaks while its item waits goes on waiting; the item leaves it meanwhile.
static void who_breaks_is_still_fetched(void)
{
    takt_study *study = saw_and_press(3, 4);
    takt_station *saw = TAKT_ITEM(takt_station, study->factory.stations, 0);
    line_failure(study, saw, TAKT_METER_CLOCK, line_constant(20), line_constant(30));
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 25);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[0].n_items, 1);
    line_advance(r, 31);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_DOWN);
    CHECK_INT(r->view.machines[0].item, TAKT_NONE);
    line_advance(r, 51);
    CHECK_INT(r->view.machines[0].state, TAKT_MACHINE_WORKING);
    line_destroy(&study, &scenario);
}

/// Onto a conveyor: the cart waits until the entry is free. Two carts, one item each at once.
static void carts_bring_to_conveyors(void)
{
    takt_study *study = saw_and_press(1, TAKT_UNLIMITED);
    takt_conveyor *conveyor = takt_arena_alloc(study->arena, sizeof *conveyor);
    CHECK(conveyor);
    *conveyor = (takt_conveyor){20, 1, 4, true};
    TAKT_ITEM(takt_buffer, study->factory.buffers, 0)->conveyor = conveyor;
    TAKT_ITEM(takt_transporter, study->factory.transporters, 0)->n_vehicles = 2;
    TAKT_ITEM(takt_station, study->factory.stations, 0)->n_machines = 2;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    line_advance(r, 19); // both there at 17, the first down at 18, the second at 22
    CHECK_INT(r->view.belts[0].n, 1);
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_EMPTY);
    CHECK_INT(r->view.vehicles[1].state, TAKT_VEHICLE_UNLOADING);
    line_advance(r, 22);
    CHECK_INT(r->view.belts[0].n, 2);
    line_advance(r, 38);
    CHECK_INT(r->view.belts[0].n, 1);
    line_destroy(&study, &scenario);
}

// --- Any factory ---------------------------------------------------------------------------------

/// Vehicles where a random factory allows them, and some of its buffers as conveyors.
static bool add_transport(takt_study *study, dice *d)
{
    takt_factory *factory = &study->factory;
    bool any = false;
    takt_transporter *fleet = carts(study, 1 + dice_below(d, 2));
    fleet->capacity = 1 + dice_below(d, 3);
    fleet->rule = dice_below(d, 2);
    fleet->load_s = dice_below(d, 2);
    fleet->unload_s = dice_below(d, 2);
    fleet->speed_m_s = 5;
    factory->exit_m = point(study, 0, 0);
    for (int s = 0; s < factory->stations.n_items; ++s) {
        takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        station->position_m = point(study, dice_below(d, 10), dice_below(d, 10));
        for (int i = 0; i < station->routes.n_items; ++i) {
            takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
            int b = factory->buffers.n_items;
            while (--b >= 0 &&
                   strcmp(TAKT_ITEM(takt_buffer, factory->buffers, b)->name, route->to) != 0)
                ;
            const takt_buffer *buffer = b < 0 ? NULL : TAKT_ITEM(takt_buffer, factory->buffers, b);
            if (station->blocking == TAKT_BLOCKING_BEFORE || dice_once_in(d, 2) ||
                (buffer && (buffer->by_quantity || buffer->capacity < 1)))
                continue;
            route->by = "carts";
            any = true;
        }
    }
    for (int b = 0; b < factory->buffers.n_items; ++b) {
        takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, b);
        if (buffer->by_quantity || buffer->capacity < 1 || dice_once_in(d, 2))
            continue;
        if (dice_once_in(d, 2)) {
            buffer->transit_s = 1 + dice_below(d, 4);
        } else {
            takt_conveyor *conveyor = takt_arena_alloc(study->arena, sizeof *conveyor);
            CHECK(conveyor);
            *conveyor = (takt_conveyor){3 + dice_below(d, 9), 1, 1, dice_once_in(d, 2)};
            buffer->conveyor = conveyor;
            buffer->capacity = TAKT_UNLIMITED;
        }
        any = true;
    }
    return any;
}

/// Whatever the factory: nothing is lost, nobody waits who could go on, places are kept; and a
/// state that was saved goes on to the same bytes.
static void random_factories_stay_consistent(void)
{
    int n = 0;
    for (uint32_t index = 0; index < 400; ++index) {
        dice d = {.stream = {.seed = 4, .entity = index, .purpose = TAKT_PURPOSE_TEST}};
        takt_study *study = random_factory(index);
        if (!add_transport(study, &d) || takt_study_resolve(study) != TAKT_OK) {
            takt_study_destroy(&study);
            continue;
        }
        n += 1;
        takt_scenario *scenario = NULL;
        CHECK_OK(takt_scenario_create(study, NULL, &scenario));
        takt_replication *r = line_start(scenario, 0);
        char *block = takt_alloc(takt_replication_state_bytes(r));
        CHECK(block);
        for (int i = 1; i <= 50; ++i) {
            CHECK_OK(takt_replication_advance(r, LINE_S(4.5 * i)));
            const char *found = takt_replication_inconsistency(r);
            if (found)
                CHECK_FAILED("factory %u at %g s: %s", index, 4.5 * i, found);
            if (i == 20)
                takt_replication_save(r, block);
        }
        const uint64_t straight = digest(r);
        CHECK_OK(takt_replication_reset(r, 1));
        takt_replication_load(r, block);
        while (takt_replication_next(r) <= LINE_S(225))
            CHECK_OK(takt_replication_advance(r, takt_replication_next(r)));
        line_advance(r, 225);
        CHECK(digest(r) == straight);
        takt_free(block);
        line_destroy(&study, &scenario);
    }
    CHECK(n > 100);
}

/// What is falsified is noticed and named.
static void every_lie_is_noticed(void)
{
    static const char *const words[] = {
        "has no event", "serves machine", "its times sum to", "its way needs",
        "too near",     "keeps 0 places", "has no event",     "has not moved on",
    };
    takt_study *study = saw_and_press(3, TAKT_UNLIMITED);
    takt_conveyor *conveyor = takt_arena_alloc(study->arena, sizeof *conveyor);
    CHECK(conveyor);
    *conveyor = (takt_conveyor){60, 1, 2, true};
    TAKT_ITEM(takt_buffer, study->factory.buffers, 0)->conveyor = conveyor;
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    char *truth = takt_alloc(takt_replication_state_bytes(r));
    CHECK(truth);
    line_advance(r, 70); // three on the belt, the cart on its way back, the saw waits for it
    CHECK_INT(r->view.belts[0].n, 3);
    CHECK_INT(r->view.vehicles[0].state, TAKT_VEHICLE_EMPTY);
    takt_replication_save(r, truth);
    for (int lie = 0; lie < (int)(sizeof words / sizeof *words); ++lie) {
        takt_vehicle *vehicle = &r->view.vehicles[0];
        if (lie == 0)
            r->view.slot_word[takt_slot_vehicle(r->plan, 0)] = UINT64_MAX;
        if (lie == 1)
            vehicle->machine = TAKT_NONE;
        r->view.fleets[0].time[0] += lie == 2;
        r->view.buffers[0].n_reserved -= lie == 3 ? 1 : lie == 5 ? 4 : 0;
        if (lie == 4)
            r->view.travel[r->view.belts[0].last] = r->view.travel[r->view.belts[0].first] + 1;
        if (lie == 6)
            r->view.slot_word[takt_slot_belt_end(r->plan, 0)] = UINT64_MAX;
        r->view.belts[0].n_taken += lie == 7;
        const char *transport = takt_belt_breach(r, 0);
        transport = transport ? transport : takt_transporters_breach(r);
        if (!transport)
            CHECK_FAILED("lie %d goes unnoticed", lie);
        CHECK_CONTAINS(transport, words[lie]);
        CHECK(takt_replication_inconsistency(r));
        takt_replication_load(r, truth);
    }
    line_advance(r, 70);
    takt_free(truth);
    line_destroy(&study, &scenario);
}

static void check_refused(takt_study *study, const char *text)
{
    CHECK_STATUS(takt_study_resolve(study), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), text);
    takt_study_destroy(&study);
}

static void what_makes_no_sense_is_refused(void)
{
    takt_study *study = saw_and_press(3, 4);
    takt_station *saw = TAKT_ITEM(takt_station, study->factory.stations, 0);
    TAKT_ITEM(takt_route, saw->routes, 0)->by = "trucks";
    check_refused(study, "routes[0].by: found 'trucks', allowed: one of factory.transporters");
    study = saw_and_press(3, 4);
    saw = TAKT_ITEM(takt_station, study->factory.stations, 0);
    saw->position_m.n_items = 0;
    check_refused(study, "stations[0].position_m: found none, allowed: [x, y], because 'carts'");
    study = saw_and_press(3, 4);
    TAKT_ITEM(takt_station, study->factory.stations, 1)->position_m.n_items = 0;
    check_refused(study, "stations[1].position_m: found none, allowed: [x, y] here or in 'rack'");
    check_refused(saw_and_press(3, 0), "'rack' has no places to keep for what comes");
    study = saw_and_press(3, 4);
    TAKT_ITEM(takt_station, study->factory.stations, 0)->blocking = TAKT_BLOCKING_BEFORE;
    check_refused(study, "found 'carts' behind a station that blocks before_service");
    study = saw_and_press(3, 4);
    takt_station *press = TAKT_ITEM(takt_station, study->factory.stations, 1);
    TAKT_ITEM(takt_route, press->routes, 0)->by = "carts";
    check_refused(study, "factory.exit_m: found none, allowed: [x, y], because 'carts' bring");
    study = saw_and_press(3, 4);
    TAKT_ITEM(takt_transporter, study->factory.transporters, 0)->calendar = "night";
    check_refused(study, "transporters[0].calendar: found 'night', allowed: one of");
}

TAKT_TESTS(TEST(a_cart_goes_to_and_fro), TEST(nothing_is_fetched_without_a_place),
           TEST(times_and_energy_add_up), TEST(several_items_travel_together),
           TEST(batches_are_fetched), TEST(rules_choose), TEST(the_nearest_vehicle_goes),
           TEST(ways_and_hours), TEST(full_racks_of_halves_make_room),
           TEST(who_breaks_is_still_fetched), TEST(carts_bring_to_conveyors),
           TEST(random_factories_stay_consistent), TEST(every_lie_is_noticed),
           TEST(what_makes_no_sense_is_refused))
