/// A small study whose tables use every kind of field. Shared by the tests of core and the fuzzer.
#ifndef TAKT_TESTS_CORE_SCHEMA_FIXTURE_H
#define TAKT_TESTS_CORE_SCHEMA_FIXTURE_H

#include "core/schema.h"

typedef enum fixture_rule { FIXTURE_FIFO, FIXTURE_LIFO, FIXTURE_SHORTEST } fixture_rule;

typedef struct fixture_crew {
    int32_t size;
    double shift_s;
} fixture_crew;

typedef struct fixture_buffer {
    const char *name;
    int32_t capacity;
    double delay_s;
} fixture_buffer;

typedef struct fixture_station {
    const char *name;
    int32_t machines;
    double speed_m_per_s;
    int32_t rule;
    bool is_shared;
    takt_list temperatures_K; // double
    takt_list products;       // const char *
    fixture_crew *crew;       // optional
} fixture_station;

typedef struct fixture_factory {
    const char *title;
    takt_list stations; // fixture_station
    takt_list buffers;  // fixture_buffer
    fixture_crew repair;
} fixture_factory;

typedef struct fixture_study {
    const char *name;
    int64_t seed;
    double horizon_s;
    double offset;
    fixture_factory factory;
} fixture_study;

static const char *const fixture_rules[] = {"fifo", "lifo", "shortest", NULL};

static const takt_field fixture_crew_fields[] = {
    TAKT_FIELD(fixture_crew, size, INTEGER, TAKT_RANGE(1, 100), .default_text = "2",
               .doc = "people in a crew"),
    TAKT_FIELD(fixture_crew, shift_s, DURATION, TAKT_AT_LEAST(60), .default_text = "8 h",
               .doc = "length of a shift"),
};
static const takt_schema fixture_crew_schema =
    TAKT_SCHEMA("crew", fixture_crew, fixture_crew_fields, "People who repair.");

static const takt_field fixture_buffer_fields[] = {
    TAKT_FIELD(fixture_buffer, name, NAME, .required = true, .doc = "unique name"),
    TAKT_FIELD(fixture_buffer, capacity, INTEGER, TAKT_AT_LEAST(0), .default_text = "10",
               .doc = "places"),
    TAKT_FIELD(fixture_buffer, delay_s, DURATION, TAKT_RANGE(0, 86400), .default_text = "1.5 min",
               .doc = "time to walk through"),
};
static const takt_schema fixture_buffer_schema = TAKT_SCHEMA(
    "buffer", fixture_buffer, fixture_buffer_fields, "A finite store between two stations.");

static const takt_field fixture_station_fields[] = {
    TAKT_FIELD(fixture_station, name, NAME, .required = true, .doc = "unique name"),
    TAKT_FIELD(fixture_station, machines, INTEGER, TAKT_RANGE(1, 1000), .default_text = "1",
               .doc = "parallel machines"),
    TAKT_FIELD(fixture_station, speed_m_per_s, NUMBER, TAKT_RANGE(0.1, 2.5), .unit = "m/s",
               .default_text = "1", .doc = "line speed"),
    TAKT_FIELD(fixture_station, rule, CHOICE, .choices = fixture_rules, .default_text = "fifo",
               .doc = "which part is next"),
    TAKT_FIELD(fixture_station, is_shared, BOOLEAN, .default_text = "false",
               .doc = "are its machines shared"),
    TAKT_FIELD(fixture_station, temperatures_K, NUMBER_LIST, TAKT_AT_LEAST(0), .unit = "K",
               .default_text = "300, 350.5", .max_items = 8, .doc = "of the zones"),
    TAKT_FIELD(fixture_station, products, TEXT_LIST, .doc = "what it makes"),
    TAKT_FIELD(fixture_station, crew, OPTIONAL, .schema = &fixture_crew_schema,
               .doc = "its own people"),
};
static const takt_schema fixture_station_schema = TAKT_SCHEMA(
    "station", fixture_station, fixture_station_fields, "Parallel machines with one queue.");

static const takt_field fixture_factory_fields[] = {
    TAKT_FIELD(fixture_factory, title, TEXT, .doc = "shown above tables"),
    TAKT_FIELD(fixture_factory, stations, LIST, .schema = &fixture_station_schema, .required = true,
               .min_items = 1, .unique_names = true, .doc = "in the order of the flow"),
    TAKT_FIELD(fixture_factory, buffers, LIST, .schema = &fixture_buffer_schema,
               .unique_names = true, .doc = "between the stations"),
    TAKT_FIELD(fixture_factory, repair, STRUCT, .schema = &fixture_crew_schema,
               .doc = "the crew for everybody"),
};
static const takt_schema fixture_factory_schema =
    TAKT_SCHEMA("factory", fixture_factory, fixture_factory_fields, "The immutable model.");

static const takt_field fixture_study_fields[] = {
    TAKT_FIELD(fixture_study, name, NAME, .required = true, .doc = "name of the study"),
    TAKT_FIELD(fixture_study, seed, INTEGER64, TAKT_AT_LEAST(0), .default_text = "1",
               .doc = "of all random numbers"),
    TAKT_FIELD(fixture_study, horizon_s, DURATION, TAKT_AT_LEAST(1), .default_text = "10 d",
               .doc = "simulated time"),
    TAKT_FIELD(fixture_study, offset, NUMBER, .default_text = "-0.1", .doc = "any number"),
    TAKT_FIELD(fixture_study, factory, STRUCT, .schema = &fixture_factory_schema, .required = true,
               .doc = "what is simulated"),
};
static const takt_schema fixture_study_schema =
    TAKT_SCHEMA("study", fixture_study, fixture_study_fields, "A factory and a question.");

/// A sound study; line numbers in the tests count from its first line.
static const char fixture_text[] = "name: demo\n"
                                   "seed: 18446744073\n"
                                   "horizon_s: 1.5 h\n"
                                   "factory:\n"
                                   "  title: \"a: \\\"b\\\" # c\"\n"
                                   "  stations:\n"
                                   "    - name: coater\n"
                                   "      machines: 3\n"
                                   "      speed_m_per_s: 0.75\n"
                                   "      rule: lifo\n"
                                   "      is_shared: true\n"
                                   "      temperatures_K: [300, 400.25]\n"
                                   "      products: [anode, cathode]\n"
                                   "      crew: {size: 4, shift_s: 12 h}\n"
                                   "    - name: slitter\n"
                                   "  buffers:\n"
                                   "    - {name: rolls_a, capacity: 5}\n"
                                   "    - {name: rolls_b, capacity: 7, delay_s: 30 s}\n";

#endif
