/// Every thing of a factory has a spot of its own, what flows goes to the right unless it closes a
/// loop, lines are found as people would name them, and the same factory gives the same plan.
#include "tests/sim/factories.h"
#include "tests/sim/plant.h"
#include "viz/layout.h"

/// Edges as the factory names them, between points of the layout.
typedef struct edge {
    int32_t from, to;
} edge;

typedef struct picture {
    const takt_factory *factory;
    const takt_layout *layout;
    int32_t n_nodes, n_edges;
    takt_layout_point *points;
    edge *edges;
} picture;

static int32_t node_of_route(const picture *p, int32_t route)
{
    if (route >= 0)
        return p->layout->n_stations + route;
    return p->n_nodes - (route == TAKT_ROUTE_OUT ? 2 : 1);
}

static void add_edges(picture *p)
{
    for (int32_t s = 0; s < p->layout->n_stations; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, p->factory->stations, s);
        for (int32_t i = 0; i < station->inputs.n_items; ++i)
            p->edges[p->n_edges++] = (edge){
                p->layout->n_stations + TAKT_ITEM(takt_input, station->inputs, i)->buffer, s};
        for (int32_t i = 0; i < station->routes.n_items; ++i)
            p->edges[p->n_edges++] =
                (edge){s, node_of_route(p, TAKT_ITEM(takt_route, station->routes, i)->buffer)};
    }
    for (int32_t i = 0; i < p->layout->n_sources; ++i)
        p->edges[p->n_edges++] =
            (edge){p->layout->n_stations + p->layout->n_buffers + i,
                   p->layout->n_stations + TAKT_ITEM(takt_source, p->factory->sources, i)->buffer};
}

static picture open_picture(const takt_factory *factory, const takt_layout *layout)
{
    picture p = {.factory = factory, .layout = layout};
    p.n_nodes = layout->n_stations + layout->n_buffers + layout->n_sources + 2;
    const size_t n = (size_t)p.n_nodes;
    CHECK_INT(layout->n_stations, factory->stations.n_items);
    CHECK_INT(layout->n_buffers, factory->buffers.n_items);
    CHECK_INT(layout->n_sources, factory->sources.n_items);
    p.points = takt_alloc(n * sizeof *p.points);
    p.edges = takt_alloc((16 * n) * sizeof *p.edges);
    CHECK(p.points && p.edges);
    memcpy(p.points, layout->stations, (size_t)layout->n_stations * sizeof *p.points);
    memcpy(p.points + layout->n_stations, layout->buffers,
           (size_t)layout->n_buffers * sizeof *p.points);
    memcpy(p.points + layout->n_stations + layout->n_buffers, layout->sources,
           (size_t)layout->n_sources * sizeof *p.points);
    // What is not there lies far away, each on its own spot.
    p.points[n - 2] = layout->has_out ? layout->out : (takt_layout_point){-9, -9};
    p.points[n - 1] = layout->has_scrap ? layout->scrap : (takt_layout_point){-9, -99};
    add_edges(&p);
    return p;
}

static void close_picture(picture *p)
{
    takt_free(p->points);
    takt_free(p->edges);
}

/// Can one come from `from` to `to` along edges?
static bool leads(const picture *p, int32_t from, int32_t to)
{
    bool *seen = takt_alloc((size_t)p->n_nodes);
    CHECK(seen);
    seen[from] = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t e = 0; e < p->n_edges; ++e)
            if (seen[p->edges[e].from] && !seen[p->edges[e].to])
                seen[p->edges[e].to] = changed = true;
    }
    const bool found = seen[to];
    takt_free(seen);
    return found;
}

/// Returns the number of edges that go back.
static int32_t check_picture(const picture *p, uint32_t index)
{
    const takt_layout *l = p->layout;
    int32_t n_back = 0;
    for (int32_t i = 0; i < p->n_nodes; ++i) {
        if (p->points[i].x < -1)
            continue;
        CHECK(p->points[i].x >= 0 && p->points[i].x <= l->width);
        CHECK(p->points[i].y >= 0 && p->points[i].y <= l->height);
        for (int32_t k = 0; k < i; ++k)
            if (fabs(p->points[i].x - p->points[k].x) < 0.5 &&
                fabs(p->points[i].y - p->points[k].y) < 0.5)
                CHECK_FAILED("factory %u: %d and %d lie on each other", index, i, k);
    }
    for (int32_t e = 0; e < p->n_edges; ++e) {
        const edge way = p->edges[e];
        if (p->points[way.to].x >= p->points[way.from].x + 1)
            continue;
        ++n_back;
        if (!leads(p, way.to, way.from))
            CHECK_FAILED("factory %u: %d to %d goes back without closing a loop", index, way.from,
                         way.to);
    }
    return n_back;
}

/// Each line has a first station, which belongs to it, and all stations have a line.
static void check_lines(const takt_layout *l)
{
    CHECK(l->n_lines >= 1 && l->n_lines <= l->n_stations);
    for (int32_t s = 0; s < l->n_stations; ++s)
        CHECK(l->line[s] >= 0 && l->line[s] < l->n_lines);
    for (int32_t k = 0; k < l->n_lines; ++k) {
        CHECK_INT(l->line[l->line_first[k]], k);
        CHECK(k == 0 || l->line_first[k] > l->line_first[k - 1]);
    }
}

static bool same_layout(const takt_layout *a, const takt_layout *b)
{
    return a->is_positioned == b->is_positioned && a->width == b->width && a->height == b->height &&
           a->n_lines == b->n_lines && a->out.x == b->out.x && a->out.y == b->out.y &&
           a->scrap.x == b->scrap.x && a->scrap.y == b->scrap.y &&
           !memcmp(a->stations, b->stations, (size_t)a->n_stations * sizeof *a->stations) &&
           !memcmp(a->buffers, b->buffers, (size_t)a->n_buffers * sizeof *a->buffers) &&
           !memcmp(a->sources, b->sources, (size_t)a->n_sources * sizeof *a->sources) &&
           !memcmp(a->line, b->line, (size_t)a->n_stations * sizeof *a->line);
}

static void random_factories_have_sound_plans(void)
{
    int32_t n_back = 0;
    for (uint32_t i = 0; i < 500; ++i) {
        takt_study *study = random_factory(i);
        takt_layout *layout = NULL, *again = NULL;
        CHECK_OK(takt_study_resolve(study));
        for (int32_t s = 0; s < study->factory.stations.n_items; ++s) // vehicles needed them
            TAKT_ITEM(takt_station, study->factory.stations, s)->position_m.n_items = 0;
        CHECK_OK(takt_layout_create(&study->factory, &layout));
        CHECK_OK(takt_layout_create(&study->factory, &again));
        CHECK(!layout->is_positioned && same_layout(layout, again));
        picture p = open_picture(&study->factory, layout);
        n_back += check_picture(&p, i);
        check_lines(layout);
        close_picture(&p);
        takt_layout_destroy(&layout);
        takt_layout_destroy(&again);
        takt_study_destroy(&study);
    }
    CHECK(n_back > 50); // loops of rework are among them
}

static int32_t line_of(const takt_study *study, const takt_layout *layout, const char *name)
{
    return layout->line[takt_list_find(&study->factory.stations, sizeof(takt_station), name)];
}

static const char *line_name(const takt_study *study, const takt_layout *layout, int32_t line)
{
    return TAKT_ITEM(takt_station, study->factory.stations, layout->line_first[line])->name;
}

static bool open_example(const char *name, takt_study **study)
{
    char path[512];
    snprintf(path, sizeof path, TAKT_SOURCE_DIR "/examples/%s.yaml", name);
    const takt_status status = takt_study_open(path, NULL, 0, study);
    if (status == TAKT_ERR_UNSUPPORTED) {
        printf("%s\n", takt_status_text(status));
        return false;
    }
    CHECK_OK(status);
    return true;
}

/// The battery plant: two electrode lines and the cells. Without its positions the lines lie in
/// lanes, and what they join lies between them.
static void battery_line(void)
{
    takt_study *study = NULL;
    takt_layout *layout = NULL;
    if (!open_example("battery_line", &study))
        return;
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    CHECK(layout->is_positioned);
    CHECK_INT(layout->n_lines, 3);
    CHECK_TEXT(line_name(study, layout, line_of(study, layout, "coater_c")), "mixer");
    CHECK_TEXT(line_name(study, layout, line_of(study, layout, "slitter_a")), "coater_a");
    CHECK_TEXT(line_name(study, layout, line_of(study, layout, "formation")), "assembly");
    // Mixer at 0, 30; coater_a at 20, 0; formation at 220, 15; the way out 20 m behind.
    CHECK(layout->stations[0].x == 0 && layout->stations[0].y == 30);
    CHECK(layout->stations[1].x == 20 && layout->stations[1].y == 0);
    CHECK(layout->buffers[0].x == 10 && layout->buffers[0].y == 30);
    CHECK(layout->out.x == 240 && layout->out.y == 15 && layout->width == 240);
    CHECK(layout->has_out && !layout->has_scrap);
    takt_layout_destroy(&layout);
    for (int32_t s = 0; s < study->factory.stations.n_items; ++s)
        TAKT_ITEM(takt_station, study->factory.stations, s)->position_m.n_items = 0;
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    CHECK(!layout->is_positioned);
    picture p = open_picture(&study->factory, layout);
    CHECK_INT(check_picture(&p, 0), 0);
    const takt_list *stations = &study->factory.stations;
    const double y_a =
        layout->stations[takt_list_find(stations, sizeof(takt_station), "slitter_a")].y;
    const double y_c =
        layout->stations[takt_list_find(stations, sizeof(takt_station), "slitter_c")].y;
    const double y = layout->stations[takt_list_find(stations, sizeof(takt_station), "assembly")].y;
    CHECK_NEAR(y, (y_a + y_c) / 2, 0, 0);
    CHECK_NEAR(fabs(y_a - y_c), 1, 0, 0);
    close_picture(&p);
    takt_layout_destroy(&layout);
    takt_study_destroy(&study);
}

/// One line with a loop of rework: only deburr's way back to `washed` goes to the left.
static void mini_factory(void)
{
    takt_study *study = NULL;
    takt_layout *layout = NULL;
    if (!open_example("mini_factory", &study))
        return;
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    picture p = open_picture(&study->factory, layout);
    CHECK_INT(check_picture(&p, 0), 1);
    CHECK_INT(layout->n_lines, 1);
    CHECK(layout->has_out && layout->has_scrap);
    for (int32_t s = 0; s < layout->n_stations; ++s)
        CHECK(layout->out.x > layout->stations[s].x);
    close_picture(&p);
    takt_layout_destroy(&layout);
    takt_study_destroy(&study);
}

static void one_station(void)
{
    takt_study *study = line_create(10);
    takt_layout *layout = NULL;
    line_station(study, "only", line_constant(1), NULL, "out");
    CHECK_OK(takt_study_resolve(study));
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    CHECK(layout->stations[0].x == 0 && layout->stations[0].y == 0);
    CHECK(layout->out.x == 1 && layout->out.y == 0 && layout->width == 1 && layout->height == 0);
    CHECK(layout->n_lines == 1 && layout->line[0] == 0);
    takt_layout_destroy(&layout);
    takt_layout_destroy(&layout); // nothing to destroy any more
    takt_study_destroy(&study);
}

/// Stations that stand on one spot have no use for their positions.
static void positions_have_to_differ(void)
{
    static double spots[2][2] = {{3, 4}, {3, 4}};
    takt_study *study = line_serial(2, 5, 10);
    takt_layout *layout = NULL;
    for (int32_t s = 0; s < 2; ++s)
        TAKT_ITEM(takt_station, study->factory.stations, s)->position_m = (takt_list){spots[s], 2};
    CHECK_OK(takt_study_resolve(study));
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    CHECK(!layout->is_positioned);
    takt_layout_destroy(&layout);
    spots[1][0] = -5;
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    CHECK(layout->is_positioned && layout->stations[0].x == 8 && layout->stations[1].x == 0);
    CHECK(layout->buffers[0].x == 4);
    takt_layout_destroy(&layout);
    takt_study_destroy(&study);
}

/// A plant of `n` stations: five rows that feed a sixth, with rework every ten stations.
static takt_study *open_large(int32_t n)
{
    takt_study *study = line_create(10);
    takt_arena *arena = study->arena;
    takt_factory *factory = &study->factory;
    factory->stations.items = takt_arena_alloc(arena, (size_t)n * sizeof(takt_station));
    factory->buffers.items = takt_arena_alloc(arena, (size_t)n * sizeof(takt_buffer));
    CHECK(factory->stations.items && factory->buffers.items);
    factory->stations.n_items = n;
    factory->buffers.n_items = n - 1; // the last station's items leave
    for (int32_t i = 0; i < n; ++i) {
        const bool joins = i % 6 == 5;
        takt_station *station = TAKT_ITEM(takt_station, factory->stations, i);
        const char *own = takt_arena_format(arena, "b%d", i);
        *TAKT_ITEM(takt_buffer, factory->buffers, i) =
            (takt_buffer){.name = own, .unit = "items", .capacity = 4};
        *station = (takt_station){.name = takt_arena_format(arena, "s%d", i),
                                  .n_machines = 1,
                                  .batch_min = 1,
                                  .batch_max = 1,
                                  .service = line_constant(1)};
        for (int32_t k = 1; joins && k <= 5; ++k)
            line_input(study, station, takt_arena_format(arena, "b%d", i - k));
        if (!joins && i >= 6)
            line_input(study, station, takt_arena_format(arena, "b%d", i - i % 6 - 1));
        line_route(study, station, i == n - 1 ? "out" : own, i % 10 || i < 12 ? 1 : 0.9);
        if (i % 10 == 0 && i >= 12)
            line_route(study, station, takt_arena_format(arena, "b%d", i - i % 6 - 7), 0.1);
    }
    return study;
}

static void a_thousand_stations(void)
{
    takt_study *study = open_large(1002);
    takt_layout *layout = NULL;
    CHECK_OK(takt_study_resolve(study));
    CHECK_OK(takt_layout_create(&study->factory, &layout));
    picture p = open_picture(&study->factory, layout);
    CHECK(check_picture(&p, 0) > 0);
    check_lines(layout);
    close_picture(&p);
    takt_layout_destroy(&layout);
    takt_study_destroy(&study);
}

TAKT_TESTS(TEST(random_factories_have_sound_plans), TEST(battery_line), TEST(mini_factory),
           TEST(one_station), TEST(positions_have_to_differ), TEST(a_thousand_stations))
