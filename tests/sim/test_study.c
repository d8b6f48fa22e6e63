/// A study with a mistake gets one line that names file, line, field, what was found and what is
/// allowed; a sound one comes back from its effective form unchanged.
#include "tests/sim/lines.h"

static const char *const sound = "study: small\n"                                       // 1
                                 "factory:\n"                                           // 2
                                 "  buffers:\n"                                         // 3
                                 "    - {name: rack, capacity: 3}\n"                    // 4
                                 "    - {name: shelf, capacity: 3}\n"                   // 5
                                 "  crews:\n"                                           // 6
                                 "    - {name: crew, size: 2}\n"                        // 7
                                 "  stations:\n"                                        // 8
                                 "    - name: press\n"                                  // 9
                                 "      service: {mean: 1}\n"                           // 10
                                 "      failures:\n"                                    // 11
                                 "        - {up: {mean: 50}, crew: crew}\n"             // 12
                                 "      routes:\n"                                      // 13
                                 "        - {to: rack, share: 0.75}\n"                  // 14
                                 "        - {to: scrap, share: 0.25}\n"                 // 15
                                 "    - name: pack\n"                                   // 16
                                 "      service: {mean: 2}\n"                           // 17
                                 "      batch_min: 2\n"                                 // 18
                                 "      batch_max: 3\n"                                 // 19
                                 "      inputs: [{from: rack}]\n"                       // 20
                                 "      stops:\n"                                       // 21
                                 "        - {name: wash, every: 5}\n"                   // 22
                                 "      routes: [{to: shelf}]\n"                        // 23
                                 "    - name: ship\n"                                   // 24
                                 "      service: {mean: 3}\n"                           // 25
                                 "      inputs: [{from: shelf}]\n"                      // 26
                                 "      routes: [{to: out}]\n"                          // 27
                                 "set_points:\n"                                        // 28
                                 "  - name: places\n"                                   // 29
                                 "    value: 3\n"                                       // 30
                                 "    min: 2\n"                                         // 31
                                 "    max: 9\n"                                         // 32
                                 "    integer: true\n"                                  // 33
                                 "    targets: [\"factory.buffers[rack].capacity\"]\n"; // 34

/// One mistake: `old` in the text becomes `wrong`.
typedef struct mistake {
    const char *old, *wrong;
    const char *where; // file and line
    const char *field, *found, *allowed;
} mistake;

#define LONG_NAME "a234567890123456789012345678901234567890123456789012345678901234x"

static const mistake mistakes[] = {
    {"rack, capacity: 3", "rack, capacity: -1", "small.yaml:4:", "factory.buffers[0].capacity",
     "found -1", "allowed: 0 to 1e+18"},
    {"rack, capacity: 3", "rack, capacity: .nan", "small.yaml:4:", "factory.buffers[0].capacity",
     "found", "allowed"},
    {"rack, capacity: 3", "rack, capacity: many", "small.yaml:4:", "factory.buffers[0].capacity",
     "found 'many'", "allowed"},
    {"rack, capacity: 3", "rack, capcity: 3", "small.yaml:4:", "capcity", "capcity", "capacity"},
    {"name: rack, ", "", "small.yaml:4:", "factory.buffers[0].name", "found", "allowed"},
    {"{to: shelf}", "{to: self}", "small.yaml:23:", "factory.stations[1].routes[0].to",
     "found 'self'", "allowed: out, scrap or a buffer (rack, shelf)"},
    {"{from: shelf}", "{from: self}", "small.yaml:26:", "factory.stations[2].inputs[0].from",
     "found 'self'", "allowed: a buffer (rack, shelf)"},
    {"{to: out}", "{to: rack}", "small.yaml:23:", "factory.stations[1].routes",
     "found a cycle or a dead end: items of 'pack' never leave",
     "allowed: routes that lead to out or scrap"},
    {"name: ship", "name: pack", "small.yaml:24:", "factory.stations[2].name", "found 'pack'",
     "allowed"},
    {"name: ship", "name: \"sh\\tip\"", "small.yaml:24:", "factory.stations[2].name", "found",
     "allowed"},
    {"name: ship", "name: " LONG_NAME, "small.yaml:24:", "factory.stations[2].name", "found",
     "allowed"},
    {"service: {mean: 3}", "stage: soak", "small.yaml:25:", "factory.stations[2].stage",
     "found 'soak'", "allowed: none where process.model names no model"},
    {"service: {mean: 3}", "service: {mean: 0}",
     "small.yaml:25:", "factory.stations[2].service.mean", "found 0", "allowed: more than 0"},
    {"    targets: [\"factory.buffers[rack].capacity\"]\n", "",
     "small.yaml:29:", "set_points[0].targets", "found no key 'targets'", "required"},
    {"[rack].capacity", "[rak].capacity", "small.yaml:34:", "set_points[0].targets[0]",
     "found no entry 'rak'", "allowed: 0 to 1 or the name of an entry"},
    {"[rack].capacity", "[rack].colour", "small.yaml:34:", "set_points[0].targets[0]", "colour",
     "known"},
    {"[rack].capacity", "[rack].name", "small.yaml:34:", "set_points[0].targets[0]", "found",
     "allowed"},
    {"value: 3", "value: 12", "small.yaml:30:", "set_points[0].value", "found 12",
     "allowed: 2 to 9"},
    {"value: 3", "value: 3.5", "small.yaml:30:", "set_points[0].value", "found 3.5",
     "allowed: whole numbers, 2 to 9"},
    {"max: 9", "max: 1", "small.yaml:32:", "set_points[0].max", "found 1",
     "allowed: more than min (2)"},
    {"    min: 2", "    min: -1", "small.yaml:34:", "set_points[0].targets[0]", "found -1",
     "allowed: 0 to 1e+18"},
    {"share: 0.25", "share: 0.35", "small.yaml:14:", "factory.stations[0].routes",
     "found shares that sum to 1.1", "allowed: 1"},
    {"batch_max: 3", "batch_max: 1", "small.yaml:19:", "factory.stations[1].batch_max", "found 1",
     "allowed: batch_min (2) or more"},
    {"{from: rack}", "{from: rack, take: 2}", "small.yaml:19:", "factory.stations[1].batch_max",
     "found 3", "allowed: 1 where"},
    {"{from: rack}", "{from: rack, take: 1.5}", "small.yaml:20:",
     "factory.stations[1].inputs[0].take", "found 1.5", "allowed: a whole number of items"},
    {"crew: crew", "crew: crow", "small.yaml:12:", "factory.stations[0].failures[0].crew",
     "found 'crow'", "allowed: a crew (crew)"},
    {"crew: crew", "counts: apples", "small.yaml:12:", "factory.stations[0].failures[0].counts",
     "found", "allowed: one of clock, working, items, quantity"},
    {"{up: {mean: 50}, ", "{", "small.yaml:12:", "factory.stations[0].failures[0].up.mean",
     "found 0", "allowed: more than 0"},
    {"every: 5", "every: 5, also_resets: oil",
     "small.yaml:22:", "factory.stations[1].stops[0].also_resets", "found 'oil'",
     "allowed: another stop of this station (wash)"},
    {"[{from: shelf}]", "[{from: rack}]", "small.yaml:5:", "factory.buffers[1].name",
     "found a buffer that nobody empties", "allowed: one that a station or source fills"},
    {"rack, capacity: 3", "rack, capacity: 1",
     "small.yaml:20:", "factory.stations[1].inputs[0].from", "found 'rack' with 1 places",
     "allowed: a buffer for the 2 items"},
    {"study: small\n", "study: small\nreplications: 0\n", "small.yaml:2:", "replications",
     "found 0", "allowed: 1 to 10000000"},
    {"study: small\n", "study: small\nseed: -1\n", "small.yaml:2:", "seed", "found -1", "allowed"},
    {"study: small\n", "study: small\nprocess: {model: bakery}\n", "small.yaml:2:", "process.model",
     "found 'bakery'", "allowed: battery"},
    // What would be ignored, or never end.
    {"    - {name: shelf, capacity: 3}\n", "    - {name: shelf}\n    - {name: scrap}\n",
     "small.yaml:6:", "factory.buffers[2].name", "found 'scrap'", "allowed: another name"},
    {"rack, capacity: 3", "rack, capacity: 2.5", "small.yaml:4:", "factory.buffers[0].capacity",
     "found 2.5", "allowed: a whole number of places"},
    {"shelf, capacity: 3", "shelf, place_cost: 5", "small.yaml:5:", "factory.buffers[1].place_cost",
     "found 5", "allowed: 0 for a buffer without limit"},
    {"{mean: 2}", "{mean: 2, cv: 0.3}", "small.yaml:17:", "factory.stations[1].service.cv",
     "found 0.3 for a constant", "allowed: 0"},
    {"{mean: 2}", "{is: exponential, mean: 2, cv: 0.3}", "small.yaml:17:",
     "factory.stations[1].service.cv", "found 0.3 for an exponential", "allowed: 1"},
    {"{mean: 2}", "{is: uniform, mean: 2, cv: 0.6}", "small.yaml:17:",
     "factory.stations[1].service.cv", "found 0.6 for a uniform", "allowed: 0 to 0.57735"},
    {"{mean: 2}", "{mean: 4e-7}", "small.yaml:17:", "factory.stations[1].service.mean",
     "found 4e-07", "allowed: more than 0, from 1 microsecond on"},
    {"up: {mean: 50}", "up: {mean: 50, cv: 1}",
     "small.yaml:12:", "factory.stations[0].failures[0].up.cv", "found 1", "allowed: 0"},
    {"up: {mean: 50}", "up: {mean: 50}, repair: {mean: 2, cv: 1}",
     "small.yaml:12:", "factory.stations[0].failures[0].repair.cv", "found 1", "allowed: 0"},
    {"every: 5", "every: 5, duration: {mean: 2, cv: 1}",
     "small.yaml:22:", "factory.stations[1].stops[0].duration.cv", "found 1", "allowed: 0"},
    {"every: 5", "every: 5, also_resets: wash", "small.yaml:22:",
     "factory.stations[1].stops[0].also_resets", "found 'wash'", "allowed: another stop"},
    {"[{from: rack}]", "[{from: rack}, {from: rack}]", "small.yaml:20:",
     "factory.stations[1].inputs[1].from", "found 'rack' once more", "allowed: each buffer once"},
    {"share: 0.25", "share: 0.15", "small.yaml:14:", "factory.stations[0].routes",
     "found shares that sum to 0.9", "allowed: 1"},
    {"{to: shelf}", "{to: rack}, {to: shelf, share: 0}",
     "small.yaml:23:", "factory.stations[1].routes",
     "found a cycle or a dead end: items of 'pack' never leave", "allowed"},
    {"    - {name: shelf, capacity: 3}\n", "    - {name: shelf}\n    - {name: box}\n",
     "small.yaml:6:", "factory.buffers[2].name", "found a buffer that nobody fills", "allowed"},
    {"[{from: shelf}]", "[{from: shelf}]\n      position_m: [3]",
     "small.yaml:27:", "factory.stations[2].position_m", "found 1 number", "allowed: two, [x, y]"},
    {"study: small\n", "study: small\nbattery: {}\n", "small.yaml:2:", "battery",
     "found values of a model that is not used", "allowed: none"},
    {"study: small\n", "study: small\nprocess: {tier: reference}\n",
     "small.yaml:2:", "process.tier", "found reference", "allowed: none"},
    // What a set-point would do to the factory on its way.
    {"    min: 2", "    min: 1", "small.yaml:31:", "set_points[0].min",
     "with 1: factory.stations[1].inputs[0].from: found 'rack' with 1 places", "allowed"},
    {"integer: true", "integer: false", "small.yaml:33:", "set_points[0].integer",
     "factory.buffers[0].capacity: found 4.67", "allowed: a whole number of places"},
    {"factory.buffers[rack].capacity", "horizon.measured", "small.yaml:34:",
     "set_points[0].targets[0]", "found 'horizon.measured'", "allowed: a value of the factory"},
    {"[rack].capacity\"", "[rack].capacity\", \"factory.buffers[0].capacity\"", "small.yaml:34:",
     "set_points[0].targets[1]", "which set-point places sets too", "allowed: a value of its own"},
    {"[rack].capacity\"", "[rack].capacity\", \"factory.stations[press].routes[0].share\"",
     "small.yaml:34:", "set_points[0].targets[1]", "found 2", "allowed: 0 to 1"},
    {"factory.buffers[rack].capacity", "factory.stations[pack].batch_min", "small.yaml:32:",
     "set_points[0].max", "with 9: factory.stations[1].inputs[0].from: found 'rack' with 3",
     "allowed: a buffer for the 9 items"},
    {"[rack].capacity\"]\n",
     "[rack].capacity\"]\n  - {name: twin, value: 3, min: 2, max: 9, integer: true,"
     " targets: [\"factory.buffers[0].capacity\"]}\n",
     "small.yaml:35:", "set_points[1].targets[0]", "which set-point places sets too",
     "allowed: a value of its own"},
    {"study: small\n", "", "small.yaml", "study", "found", "allowed"},
};

/// `text` with the first `old` replaced; the caller frees.
static char *replaced(const char *text, const char *old, const char *by)
{
    const char *at = strstr(text, old);
    CHECK(at);
    char *out = takt_alloc(strlen(text) + strlen(by) + 1);
    CHECK(out);
    memcpy(out, text, (size_t)(at - text));
    strcpy(out + (at - text), by);
    strcat(out, at + strlen(old));
    return out;
}

static bool is_unsupported(takt_status status)
{
    if (status != TAKT_ERR_UNSUPPORTED)
        return false;
    printf("%s\n", takt_status_text(status)); // ctest reads it and reports the test as skipped
    return true;
}

/// The error of this thread: one line (a source line with its caret may follow), with all parts.
static void check_message(const mistake *m)
{
    const char *parts[] = {m->where, m->field, m->found, m->allowed};
    for (int i = 0; i < 4; ++i)
        if (!strstr(takt_error_text(), parts[i]))
            CHECK_FAILED("'%s' for '%s' lacks '%s' in: %s", m->wrong, m->old, parts[i],
                         takt_error_text());
}

static void mistakes_are_named(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; ++i) {
        takt_study *study = NULL;
        char *text = replaced(sound, mistakes[i].old, mistakes[i].wrong);
        const takt_status status = takt_study_parse("small.yaml", text, strlen(text), &study);
        takt_free(text);
        if (is_unsupported(status))
            return;
        if (status != TAKT_ERR_INPUT)
            CHECK_FAILED("'%s' for '%s': found '%s', expected an error", mistakes[i].wrong,
                         mistakes[i].old, takt_status_text(status));
        CHECK(study == NULL);
        check_message(&mistakes[i]);
    }
}

static void the_sound_study_runs(void)
{
    takt_study *study = NULL;
    takt_scenario *scenario = NULL;
    double results[256];
    const takt_status status = takt_study_parse("small.yaml", sound, strlen(sound), &study);
    if (is_unsupported(status))
        return;
    CHECK_OK(status);
    CHECK_OK(takt_scenario_create(study, NULL, &scenario));
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, results));
    CHECK(results[TAKT_KPI_THROUGHPUT] > 100);
    line_destroy(&study, &scenario);
}

/// Mistakes that only the process model can see.
static const mistake battery_mistakes[] = {
    {"stage: mixing", "stage: mixen", "line.yaml:", "factory.stations[0].stage", "found 'mixen'",
     "allowed: each of the stages once (mixing, coat_anode"},
    {"stage: soak", "stage: soak\n    batch_max: 3", "line.yaml:", "].batch_max", "found 3",
     "allowed: 1 where a stage works on the item"},
    {"stage: soak", "stage: mixing", "line.yaml:", "].stage", "found 'mixing'",
     "allowed: each of the stages once"},
    {"stage: soak", "service: {mean: 30 h}", "line.yaml:", "factory.stations",
     "found no station of stage soak", "allowed: one"},
    {"\nbattery: {}", "\n# none: ", "line.yaml:", "process.model",
     "found battery without its values", "allowed: battery with a section `battery:`"},
    {"name: knives, every: 250000, counts: quantity", "name: knives, every: 250000",
     "line.yaml:", "].stops", "found no stop 'knives' that counts quantity", "allowed"},
    {"inputs: [{from: rolls_coated_a}]", "inputs: [{from: rolls_coated_a}, {from: rolls_coated_c}]",
     "line.yaml:", "factory.stations[2].inputs", "found 2", "allowed: 1 for calender_anode"},
    {"name: lip, ", "name: lips, ", "line.yaml:", "].stops", "'lip'", "allowed"},
    {"stage: coat_anode\n", "stage: coat_anode\n    service: {mean: 5}\n",
     "line.yaml:", "factory.stations[1].service.mean", "found 5", "allowed: none where a stage"},
    {"stage: soak\n", "stage: soak\n    batch_max: 2\n",
     "line.yaml:", "factory.stations[8].batch_max", "found 2", "allowed: 1 where a stage works"},
    {"mean: 4000 h}, ", "mean: 4000 h}, loss: 5, ", "line.yaml:",
     "factory.stations[9].failures[0].loss", "found 5", "allowed: 0, only coaters and calenders"},
    {"name: knives, ", "name: knives, loss: 7, ", "line.yaml:", "factory.stations[3].stops[0].loss",
     "found 7", "allowed: 0, only coaters and calenders"},
    {"{from: slurry_tank, by_quantity: true}", "{from: slurry_tank}", "line.yaml:",
     "factory.stations[4].inputs[0].by_quantity", "found false", "allowed: true for coat_cathode"},
    {"{from: slurry_tank, ", "{from: slurry_tank, take: 500, ",
     "line.yaml:", "factory.stations[4].inputs[0].take", "found 500", "allowed: 1 or left out"},
    {"{from: rolls_coated_a}", "{from: rolls_coated_a, by_quantity: true}",
     "line.yaml:", "factory.stations[2].inputs[0].by_quantity", "found true",
     "allowed: false for calender_anode"},
    {"{from: rolls_slit_a, by_quantity: true}, {from: rolls_slit_c, by_quantity: true}",
     "{from: rolls_slit_c, by_quantity: true}, {from: rolls_slit_a, by_quantity: true}",
     "line.yaml:", "factory.stations[7].inputs[0].from",
     "found 'rolls_slit_c', which holds what stage slit_cathode makes",
     "allowed: a buffer for what stage slit_anode makes"},
    {"[{to: rolls_slit_a}]", "[{to: rolls_slit_a, share: 0.9}, {to: scrap, share: 0.1}]",
     "line.yaml:", "factory.stations[3].routes[1].to", "found 'scrap'", "allowed: out or a buffer"},
    {"[{to: rolls_slit_a}]", "[{to: rolls_slit_a, share: 0.9}, {to: out, share: 0.1}]",
     "line.yaml:", "factory.stations[3].routes[1].to",
     "found 'out' for what stage slit_anode makes", "only cells from formation are sold"},
    {"[{to: out}]", "[{to: out, share: 0.9}, {to: trays_soaked, share: 0.1}]", "line.yaml:", ".to",
     "found 'trays_soaked', which holds what stage", "allowed: a buffer for what stage"},
    {"  stations:\n",
     "  sources:\n  - {name: rolls, to: rolls_slit_a, interarrival: {mean: 60}}\n"
     "  stations:\n",
     "line.yaml:", "factory.sources", "found 1", "allowed: none"},
    {"  - name: soak\n",
     "  - name: look\n    service: {mean: 5}\n"
     "    inputs: [{from: trays_filled, take: 2}]\n    routes: [{to: trays_soaked}]\n"
     "  - name: soak\n",
     "line.yaml:", "factory.stations[8].inputs[0].take", "found 2", "allowed: 1 or left out"},
    {"  - name: soak\n",
     "  - name: look\n    service: {mean: 5}\n"
     "    inputs: [{from: trays_filled}]\n    routes: [{to: trays_soaked}]\n"
     "  - name: soak\n",
     "line.yaml:", ".to", "found 'trays_soaked', which holds what stage",
     "allowed: a buffer for what stage"},
};

/// The example's text; the caller frees.
static char *read_example(void)
{
    const char *path = TAKT_SOURCE_DIR "/examples/battery_line.yaml";
    FILE *file = fopen(path, "rb");
    char *text = takt_alloc(1 << 16);
    CHECK(file && text);
    const size_t n = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    CHECK(n > 1000 && n < (1 << 16) - 1);
    return text;
}

/// `text` with the first `old` replaced; `text` itself is freed.
static char *edited(char *text, const char *old, const char *by)
{
    char *out = replaced(text, old, by);
    takt_free(text);
    return out;
}

static void what_the_plant_lacks_is_named(void)
{
    for (size_t i = 0; i < sizeof battery_mistakes / sizeof *battery_mistakes; ++i) {
        const mistake *m = &battery_mistakes[i];
        takt_study *study = NULL;
        char *text = edited(read_example(), m->old, m->wrong);
        if (strstr(m->old, "lip")) // the stop that names it must not notice first
            text = edited(text, ", also_resets: lip", "");
        const takt_status status = takt_study_parse("line.yaml", text, strlen(text), &study);
        takt_free(text);
        if (is_unsupported(status))
            return;
        if (status != TAKT_ERR_INPUT)
            CHECK_FAILED("'%s' for '%s': found '%s', expected an error", m->wrong, m->old,
                         takt_status_text(status));
        check_message(m);
        takt_study_destroy(&study);
    }
}

/// The example with two more buffers, and with stations before all others.
static char *with_stations(const char *stations)
{
    char *text = edited(read_example(), "    - {name: trays_filled, capacity: 8}\n",
                        "    - {name: trays_filled, capacity: 8}\n"
                        "    - {name: here, capacity: 8}\n    - {name: there}\n");
    char *all = takt_alloc(strlen(stations) + 32);
    CHECK(all);
    strcat(strcpy(all, "  stations:\n"), stations);
    text = edited(text, "  stations:\n", all);
    takt_free(all);
    return text;
}

/// Two stations that only feed each other: nothing of the plant ever reaches them.
static void a_ring_beside_the_plant_is_refused(void)
{
    static const mistake ring = {"",
                                 "the ring",
                                 "line.yaml:",
                                 "factory.stations[0].inputs",
                                 "found a ring without supply: nothing ever reaches 'to'",
                                 "allowed: inputs that a source or a station without inputs"};
    takt_study *study = NULL;
    char *text = with_stations("  - {name: to, service: {mean: 5}, inputs: [{from: here}],"
                               " routes: [{to: there}]}\n"
                               "  - {name: fro, service: {mean: 5}, inputs: [{from: there}],"
                               " routes: [{to: here, share: 0.5}, {to: out, share: 0.5}]}\n");
    const takt_status status = takt_study_parse("line.yaml", text, strlen(text), &study);
    takt_free(text);
    if (is_unsupported(status))
        return;
    CHECK_STATUS(status, TAKT_ERR_INPUT);
    check_message(&ring);
}

/// Rolls may be looked at on their way: stations without a stage pass them on as they are.
/// Calenders may lose web as coaters do, and PETSc may be asked for the physics.
static void stations_without_a_stage_may_lie_between(void)
{
    takt_study *study = NULL;
    char *text = with_stations("  - {name: wind, service: {mean: 60}, inputs: [{from: there}],"
                               " routes: [{to: rolls_slit_a}]}\n"
                               "  - {name: look, service: {mean: 60}, inputs: [{from: here}],"
                               " routes: [{to: there}]}\n");
    text = edited(text, "[{to: rolls_slit_a}]\n    failures", "[{to: here}]\n    failures");
    text = edited(text, "name: rolls, every", "name: rolls, loss: 30, every");
    text = edited(text, "tier: batch", "tier: reference");
    const takt_status status = takt_study_parse("line.yaml", text, strlen(text), &study);
    takt_free(text);
    if (is_unsupported(status))
        return;
    CHECK_OK(status);
    takt_dryer dryer;
    takt_scenario *scenario = NULL;
    double results[512];
    CHECK_OK(takt_dryer_batch_create(&dryer));
    CHECK_OK(takt_scenario_create(study, &dryer, &scenario));
    CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), 0, results));
    CHECK(results[TAKT_KPI_THROUGHPUT] > 600);
    takt_scenario_destroy(&scenario);
    takt_dryer_batch_destroy(&dryer);
    takt_study_destroy(&study);
}

static takt_status parse(const char *text, takt_study **study)
{
    return takt_study_parse("text.yaml", text, strlen(text), study);
}

/// Written out with all defaults and read again, a study is the same to the byte.
static void effective_studies_come_back(void)
{
    char *texts[2] = {read_example(), takt_alloc(strlen(sound) + 1)};
    CHECK(texts[1]);
    strcpy(texts[1], sound);
    for (int i = 0; i < 2; ++i) {
        takt_study *first = NULL, *second = NULL;
        takt_text a = {0}, b = {0};
        uint64_t hash_a, hash_b;
        const takt_status status = parse(texts[i], &first);
        takt_free(texts[i]);
        if (is_unsupported(status))
            continue;
        CHECK_OK(status);
        takt_study_write(first, &a);
        CHECK_OK(takt_text_check(&a));
        CHECK_OK(parse(takt_text_get(&a), &second));
        takt_study_write(second, &b);
        CHECK_TEXT(takt_text_get(&b), takt_text_get(&a));
        CHECK_OK(takt_study_hash(first, &hash_a));
        CHECK_OK(takt_study_hash(second, &hash_b));
        CHECK(hash_a == hash_b);
        takt_text_destroy(&a);
        takt_text_destroy(&b);
        takt_study_destroy(&first);
        takt_study_destroy(&second);
    }
}

static bool hash_of(const char *text, uint64_t *hash)
{
    takt_study *study = NULL;
    const takt_status status = parse(text, &study);
    if (is_unsupported(status))
        return false;
    CHECK_OK(status);
    CHECK_OK(takt_study_hash(study, hash));
    takt_study_destroy(&study);
    return true;
}

/// The hash names the study, not the way it is written.
static void hashes_follow_values(void)
{
    static const char *const same[][2] = {
        {"{name: rack, capacity: 3}", "{capacity: 3.0, name: rack}"},
        {"study: small", "# a comment\n\nstudy: 'small'"},
        {"{mean: 2}", "{mean: 2 s, is: constant, cv: 0}"},
        {"size: 2", "size: 2, rule: first_come"}};
    static const char *const different[][2] = {{"{mean: 2}", "{mean: 2.0000001}"},
                                               {"name: wash", "name: oil"},
                                               {"study: small", "study: small\nseed: 2"},
                                               {"size: 2", "size: 2, rule: least_stock"}};
    uint64_t hash, other;
    if (!hash_of(sound, &hash))
        return;
    for (size_t i = 0; i < sizeof same / sizeof *same; ++i) {
        char *text = replaced(sound, same[i][0], same[i][1]);
        CHECK(hash_of(text, &other));
        CHECK(other == hash);
        takt_free(text);
    }
    for (size_t i = 0; i < sizeof different / sizeof *different; ++i) {
        char *text = replaced(sound, different[i][0], different[i][1]);
        CHECK(hash_of(text, &other));
        CHECK(other != hash);
        takt_free(text);
    }
}

TAKT_TESTS(TEST(mistakes_are_named), TEST(the_sound_study_runs),
           TEST(what_the_plant_lacks_is_named), TEST(a_ring_beside_the_plant_is_refused),
           TEST(stations_without_a_stage_may_lie_between), TEST(effective_studies_come_back),
           TEST(hashes_follow_values))
