/// Simulated queues and lines meet the exact answers of queueing theory: 99.9 % intervals over
/// replications hold them, and are narrow enough to notice a wrong one.
#include "tests/sim/lines.h"

// Under sanitizers a quarter of the time is simulated, and intervals are wider for it.
#if defined(__SANITIZE_ADDRESS__)
static const double share = 0.25, widening = 2.2;
#else
static const double share = 1, widening = 1;
#endif

enum { N_REPLICATIONS = 20 };

/// What is read from one result.
typedef double (*reading)(const takt_scenario *scenario, const double *results);

/// One exact answer: its value, and the half width (a share of it) that the interval stays below.
typedef struct answer {
    reading read;
    double exact, half_width;
} answer;

static double throughput_s(const takt_scenario *scenario, const double *results)
{
    (void)scenario;
    return results[TAKT_KPI_THROUGHPUT] / 3600;
}

static double items(const takt_scenario *scenario, const double *results)
{
    return results[takt_scenario_report(scenario)->items];
}

static double flow_s(const takt_scenario *scenario, const double *results)
{
    return results[takt_scenario_report(scenario)->flow_time] * 3600;
}

static double level(const takt_scenario *scenario, const double *results)
{
    return results[takt_scenario_report(scenario)->first_level];
}

/// Share of machine time of station s in a state.
static double state_share(const takt_scenario *scenario, const double *results, int s,
                          takt_machine_state state)
{
    const double *times =
        results + takt_scenario_report(scenario)->first_state + s * TAKT_MACHINE_STATE_COUNT;
    double sum = 0;
    for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        sum += times[k];
    return times[state] / sum;
}

static double availability(const takt_scenario *scenario, const double *results)
{
    return state_share(scenario, results, 0, TAKT_MACHINE_WORKING);
}

/// Items before and on a station of one machine.
static double at_station(const takt_scenario *scenario, const double *results, int s)
{
    return results[takt_scenario_report(scenario)->first_level + s] +
           state_share(scenario, results, s, TAKT_MACHINE_WORKING);
}

static double at_first(const takt_scenario *scenario, const double *results)
{
    return at_station(scenario, results, 0);
}

static double at_second(const takt_scenario *scenario, const double *results)
{
    return at_station(scenario, results, 1);
}

static double at_third(const takt_scenario *scenario, const double *results)
{
    return at_station(scenario, results, 2);
}

/// Runs the study and checks all answers; `measured_s` of the study is for the full test.
static void check_answers(takt_study *study, const answer *answers, int n)
{
    double results[N_REPLICATIONS][256], values[N_REPLICATIONS];
    study->horizon.warm_up_s = 2000;
    study->horizon.measured_s *= share;
    takt_scenario *scenario = line_open(study);
    CHECK(takt_scenario_report(scenario)->n_values <= 256);
    for (uint32_t i = 0; i < N_REPLICATIONS; ++i)
        CHECK_OK(takt_replication_run(takt_scenario_replication(scenario), i, results[i]));
    for (int a = 0; a < n; ++a) {
        for (int i = 0; i < N_REPLICATIONS; ++i)
            values[i] = answers[a].read(scenario, results[i]);
        const takt_interval found = takt_interval_of(values, N_REPLICATIONS, 0.999);
        if (!(found.lo <= answers[a].exact && answers[a].exact <= found.hi))
            CHECK_FAILED("answer %d: found %.6g to %.6g, exact %.6g", a, found.lo, found.hi,
                         answers[a].exact);
        const double half = (found.hi - found.lo) / 2 / answers[a].exact;
        if (!(half < answers[a].half_width * widening))
            CHECK_FAILED("answer %d: half width %.3g of the value, allowed %.3g", a, half,
                         answers[a].half_width * widening);
    }
    line_destroy(&study, &scenario);
}

#define CHECK_ANSWERS(study, ...)                                                                  \
    do {                                                                                           \
        const answer answers_[] = {__VA_ARGS__};                                                   \
        check_answers((study), answers_, (int)(sizeof answers_ / sizeof *answers_));               \
    } while (0)

static void one_server(void)
{
    CHECK_ANSWERS(line_mm1(0.8, 200000), {items, 4, 0.03}, {flow_s, 5, 0.03}, {level, 3.2, 0.03});
}

/// Erlang C of 3 servers at load 2.
static void three_servers(void)
{
    takt_study *study = line_mm1(2, 60000);
    TAKT_ITEM(takt_station, study->factory.stations, 0)->n_machines = 3;
    CHECK_ANSWERS(study, {flow_s, 1.0 + 4.0 / 9, 0.015}, {level, 8.0 / 9, 0.04});
}

/// X = (B + 2) / (B + 3) under blocking after service.
static void two_machines_and_a_buffer(void)
{
    CHECK_ANSWERS(line_serial(2, 0, 50000), {throughput_s, 2.0 / 3, 0.006});
    CHECK_ANSWERS(line_serial(2, 5, 50000), {throughput_s, 7.0 / 8, 0.006});
}

/// Hunt (1956): three machines without buffers.
static void three_machines_without_buffers(void)
{
    CHECK_ANSWERS(line_serial(3, 0, 50000), {throughput_s, 22.0 / 39, 0.006});
}

/// Machine repairman, birth and death: failure rate 0.1, repair rate 1.
static void machines_and_repairers(void)
{
    static const struct {
        int32_t n_machines, n_crew;
        double available;
    } cases[2] = {{5, 1, 0.872096}, {10, 2, 0.896136}};
    for (int i = 0; i < 2; ++i) {
        takt_study *study = line_create(30000);
        takt_station *station = line_station(study, "presses", line_constant(7), NULL, "out");
        station->n_machines = cases[i].n_machines;
        line_failure(study, station, TAKT_METER_WORKING, line_exponential(10), line_exponential(1))
            ->crew = "crew";
        line_crew(study, "crew", cases[i].n_crew);
        CHECK_ANSWERS(study, {availability, cases[i].available, 0.004});
    }
}

/// Product form (Jackson 1957) with rework from the second station to the first.
static void a_network_with_rework(void)
{
    static const char *const queues[] = {"queue_1", "queue_2", "queue_3"};
    static const char *const names[] = {"cut", "weld", "paint"};
    static const double rates[3] = {1.5, 1.2, 1.4};
    takt_study *study = line_create(60000);
    takt_station *stations[3];
    for (int i = 0; i < 3; ++i) {
        line_buffer(study, queues[i], TAKT_UNLIMITED);
        stations[i] =
            line_station(study, names[i], line_exponential(1 / rates[i]), queues[i], NULL);
    }
    line_route(study, stations[0], queues[1], 0.7);
    line_route(study, stations[0], queues[2], 0.3);
    line_route(study, stations[1], queues[0], 0.1);
    line_route(study, stations[1], queues[2], 0.9);
    line_route(study, stations[2], "out", 1);
    line_source(study, queues[0], line_exponential(1));
    CHECK_ANSWERS(study, {at_first, 2.531646, 0.03}, {at_second, 1.682692, 0.03},
                  {at_third, 2.5, 0.03}, {flow_s, 6.714338, 0.02});
}

/// The server breaks by the clock, idle or not; the chain gives L = 131 / 99.
static void a_server_that_breaks_by_the_clock(void)
{
    takt_study *study = line_mm1(0.5, 100000);
    line_failure(study, TAKT_ITEM(takt_station, study->factory.stations, 0), TAKT_METER_CLOCK,
                 line_exponential(10), line_exponential(1));
    CHECK_ANSWERS(study, {items, 131.0 / 99, 0.02});
}

/// M/G/1 whose service is work with failures and repairs in it: Pollaczek-Khinchine.
static void a_server_that_breaks_at_work(void)
{
    takt_study *study = line_mm1(0.6, 100000);
    takt_station *server = TAKT_ITEM(takt_station, study->factory.stations, 0);
    server->service = line_constant(1);
    line_failure(study, server, TAKT_METER_WORKING, line_exponential(20), line_exponential(2));
    CHECK_ANSWERS(study, {flow_s, 2.520588, 0.025});
}

TAKT_TESTS(TEST(one_server), TEST(three_servers), TEST(two_machines_and_a_buffer),
           TEST(three_machines_without_buffers), TEST(machines_and_repairers),
           TEST(a_network_with_rework), TEST(a_server_that_breaks_by_the_clock),
           TEST(a_server_that_breaks_at_work))
