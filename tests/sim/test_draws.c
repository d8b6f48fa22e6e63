/// Draws are what their identity says, one by one or in bulk, follow their distributions, and
/// neighbours know nothing of each other.
#include "core/normal_math.h"
#include "tests/sim/lines.h"

enum { N_SAMPLE = 64000 };

/// Kolmogorov: sqrt(n) D stays below this with probability 1 - 1e-4; 3.89 is the same for a
/// standard normal on both sides.
static const double ks_limit = 2.2253, normal_limit = 3.8906;

static takt_stream stream_of(uint32_t entity, uint16_t purpose, uint32_t replication)
{
    return (takt_stream){5, replication, entity, purpose};
}

static double ulps(double found, long double exact)
{
    const double near = fabs((double)exact);
    return (double)(fabsl((long double)found - exact) / (nextafter(near, INFINITY) - near));
}

static void exponentials_are_within_one_ulp(void)
{
    double uniform[TAKT_DRAWS_CACHED], drawn[TAKT_DRAWS_CACHED];
    double worst = 0;
    const takt_stream stream = stream_of(1, TAKT_PURPOSE_TEST, 0);
    for (int64_t first = 0; first < 1000000; first += TAKT_DRAWS_CACHED) {
        takt_draws_fill(&stream, TAKT_DISTRIBUTION_UNIFORM, first, uniform);
        takt_draws_fill(&stream, TAKT_DISTRIBUTION_EXPONENTIAL, first, drawn);
        for (int i = 0; i < TAKT_DRAWS_CACHED; ++i)
            worst = fmax(worst, ulps(drawn[i], -logl((long double)uniform[i])));
    }
    for (int k = 0; k < 53; ++k) { // powers of two, the ends, and the fold of the reduction
        const double points[] = {ldexp(1, -k - 1), 1 - ldexp(1, -k - 1),
                                 0x1.6A09E667F3BCDp-1 + ldexp(1, -53) * (k - 26),
                                 nextafter(ldexp(1, -k), 0), 0x1.6A09E667F3BCDp-1 * ldexp(1, -k)};
        for (size_t i = 0; i < sizeof points / sizeof *points; ++i)
            worst = fmax(worst, ulps(takt_draws_variate(TAKT_DISTRIBUTION_EXPONENTIAL, points[i]),
                                     -logl((long double)points[i])));
    }
    CHECK(worst < 1);
    CHECK(worst > 0.3); // it has been measured
}

static void bulk_draws_are_the_single_ones(void)
{
    static const int64_t starts[] = {0, 64, 6400, INT64_C(1) << 33, INT64_C(1) << 40};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; ++s) {
        const takt_stream stream = stream_of(7, TAKT_PURPOSE_SERVICE, 3);
        for (int32_t kind = 0; kind < TAKT_DISTRIBUTION_COUNT; ++kind) {
            double drawn[TAKT_DRAWS_CACHED];
            takt_draws_fill(&stream, kind, starts[s], drawn);
            for (int i = 0; i < TAKT_DRAWS_CACHED; ++i) {
                const double uniform = takt_stream_uniform(&stream, (uint64_t)(starts[s] + i));
                const double single = takt_draws_variate(kind, uniform);
                CHECK(memcmp(&drawn[i], &single, sizeof single) == 0);
                if (kind == TAKT_DISTRIBUTION_UNIFORM)
                    CHECK(memcmp(&drawn[i], &uniform, sizeof uniform) == 0);
            }
        }
    }
}

/// The engine's draws through its cache, in any order of streams.
/// Draw number i of a stream that gives exponential times of 1 s.
static takt_tick exponential_ticks_of(uint16_t purpose, uint64_t i, double mean_s)
{
    const takt_stream stream = {1, 12, 0, purpose};
    const double variate =
        takt_draws_variate(TAKT_DISTRIBUTION_EXPONENTIAL, takt_stream_uniform(&stream, i));
    return (takt_tick)(mean_s * TAKT_TICKS_PER_S * variate + 0.5);
}

static void the_cache_changes_no_draw(void)
{
    takt_study *study = line_mm1(0.5, 100);
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 12);
    const int32_t service = takt_stream_service(r->plan, 0);
    const takt_plan_time *arrivals = &r->plan->sources[0].interarrival;
    const takt_plan_time *services = &r->plan->stations[0].service;
    const double arrival_s = arrivals->scale / TAKT_TICKS_PER_S;
    const double service_s = services->scale / TAKT_TICKS_PER_S;
    r->view.draws[service] = r->view.draws[0] = 0;
    for (uint64_t i = 0; i < 500; ++i) {
        CHECK_INT(takt_draw_ticks(r, 0, arrivals),
                  exponential_ticks_of(TAKT_PURPOSE_ARRIVAL, i, arrival_s));
        for (uint64_t k = 0; k < 3; ++k)
            CHECK_INT(takt_draw_ticks(r, service, services),
                      exponential_ticks_of(TAKT_PURPOSE_SERVICE, 3 * i + k, service_s));
        r->view.draws[service] += 1000; // a draw from elsewhere, and back
        CHECK(takt_draw_ticks(r, service, services) > 0);
        r->view.draws[service] -= 1001;
    }
    line_destroy(&study, &scenario);
}

/// Whole ticks, rounded to the nearest and never negative; times grow with their variates.
static void variates_become_ticks(void)
{
    const takt_plan_time constant = {.kind = TAKT_DISTRIBUTION_CONSTANT, .location = 1.6};
    const takt_plan_time short_constant = {.kind = TAKT_DISTRIBUTION_CONSTANT, .location = 0.4};
    const takt_plan_time exponential = {.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .scale = 10};
    const takt_plan_time uniform = {
        .kind = TAKT_DISTRIBUTION_UNIFORM, .location = 100, .scale = 40};
    const takt_plan_time endless = {.kind = TAKT_DISTRIBUTION_CONSTANT, .location = 1e19};
    CHECK_INT(takt_draws_ticks(&constant, 0), 2);
    CHECK_INT(takt_draws_ticks(&short_constant, 0), 0);
    CHECK_INT(takt_draws_ticks(&exponential, 0.24), 2);
    CHECK_INT(takt_draws_ticks(&exponential, 0.26), 3);
    CHECK_INT(takt_draws_ticks(&uniform, 0.25), 80);
    CHECK_INT(takt_draws_ticks(&uniform, 0.75), 120);
    CHECK_INT(takt_draws_ticks(&uniform, -2), 0);
    CHECK(takt_draws_ticks(&endless, 0) > 0 && takt_draws_ticks(&endless, 0) < TAKT_TICK_NEVER / 2);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double cdf(const takt_distribution *d, double time_s)
{
    if (d->kind == TAKT_DISTRIBUTION_EXPONENTIAL)
        return 1 - exp(-time_s / d->mean_s);
    if (d->kind == TAKT_DISTRIBUTION_UNIFORM) {
        const double half = sqrt(3) * d->cv * d->mean_s;
        return fmin(1, fmax(0, (time_s - d->mean_s + half) / (2 * half)));
    }
    const double variance = log(1 + d->cv * d->cv);
    return takt_normal_cdf((log(time_s) - log(d->mean_s) + variance / 2) / sqrt(variance));
}

/// Times as the engine draws them, from the plan of a factory with this service time.
static void sample_times(const takt_distribution *d, double *times_s)
{
    takt_study *study = line_create(100);
    line_station(study, "press", *d, NULL, "out");
    takt_scenario *scenario = line_open(study);
    takt_replication *r = line_start(scenario, 0);
    const int32_t stream = takt_stream_service(r->plan, 0);
    for (int i = 0; i < N_SAMPLE; ++i)
        times_s[i] = takt_tick_to_s(takt_draw_ticks(r, stream, &r->plan->stations[0].service));
    line_destroy(&study, &scenario);
}

static void times_follow_their_distributions(void)
{
    static const takt_distribution kinds[] = {
        {.kind = TAKT_DISTRIBUTION_EXPONENTIAL, .mean_s = 100, .cv = 1},
        {.kind = TAKT_DISTRIBUTION_UNIFORM, .mean_s = 100, .cv = 0.5},
        {.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = 100, .cv = 0.8},
        {.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = 5400, .cv = 0.1}};
    static double times_s[N_SAMPLE];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k) {
        sample_times(&kinds[k], times_s);
        takt_moments moments = {0};
        for (int i = 0; i < N_SAMPLE; ++i)
            takt_moments_add(&moments, times_s[i]);
        const double deviation_s = kinds[k].cv * kinds[k].mean_s;
        CHECK_NEAR(moments.mean, kinds[k].mean_s, 0, normal_limit * deviation_s / sqrt(N_SAMPLE));
        CHECK_NEAR(sqrt(takt_moments_variance(&moments)), deviation_s, 0.05, 0);
        qsort(times_s, N_SAMPLE, sizeof *times_s, ascending);
        double most = 0;
        for (int i = 0; i < N_SAMPLE; ++i) {
            const double p = cdf(&kinds[k], times_s[i]);
            most = fmax(most, fmax(p - (double)i / N_SAMPLE, (i + 1.0) / N_SAMPLE - p));
        }
        CHECK(sqrt(N_SAMPLE) * most < ks_limit);
    }
}

static void constants_are_constant(void)
{
    static double times_s[N_SAMPLE];
    static const takt_distribution kinds[] = {
        {.kind = TAKT_DISTRIBUTION_CONSTANT, .mean_s = 12.5, .cv = 0},
        {.kind = TAKT_DISTRIBUTION_UNIFORM, .mean_s = 12.5, .cv = 0},
        {.kind = TAKT_DISTRIBUTION_LOG_NORMAL, .mean_s = 12.5, .cv = 0}};
    for (int k = 0; k < 3; ++k) {
        sample_times(&kinds[k], times_s);
        for (int i = 0; i < N_SAMPLE; ++i)
            CHECK_NEAR(times_s[i], 12.5, 0, 0);
    }
}

/// Correlation of two series of uniforms, in standard deviations of chance.
static double correlation(const takt_stream *a, const takt_stream *b, uint64_t lag)
{
    double sum = 0;
    for (uint64_t i = 0; i < N_SAMPLE; ++i)
        sum += (takt_stream_uniform(a, i) - 0.5) * (takt_stream_uniform(b, i + lag) - 0.5);
    return sum / N_SAMPLE * 12 * sqrt(N_SAMPLE);
}

static void neighbours_are_independent(void)
{
    for (uint32_t e = 0; e < 4; ++e) {
        const takt_stream a = stream_of(e, TAKT_PURPOSE_SERVICE, e);
        const takt_stream entity = stream_of(e + 1, TAKT_PURPOSE_SERVICE, e);
        const takt_stream machine = stream_of(e | 1u << 20, TAKT_PURPOSE_SERVICE, e);
        const takt_stream purpose = stream_of(e, TAKT_PURPOSE_UP_TIME, e);
        const takt_stream replication = stream_of(e, TAKT_PURPOSE_SERVICE, e + 1);
        takt_stream seed = a;
        seed.seed += 1;
        CHECK(fabs(correlation(&a, &entity, 0)) < normal_limit);
        CHECK(fabs(correlation(&a, &machine, 0)) < normal_limit);
        CHECK(fabs(correlation(&a, &purpose, 0)) < normal_limit);
        CHECK(fabs(correlation(&a, &replication, 0)) < normal_limit);
        CHECK(fabs(correlation(&a, &seed, 0)) < normal_limit);
        CHECK(fabs(correlation(&a, &a, 1)) < normal_limit);
        CHECK(fabs(correlation(&a, &a, 2)) < normal_limit);
        CHECK(correlation(&a, &a, 0) > 100); // the check can fail
    }
}

static void same_stream(const takt_replication *a, int32_t i, const takt_replication *b, int32_t k)
{
    const takt_stream *x = &a->caches[i].stream, *y = &b->caches[k].stream;
    CHECK(x->seed == y->seed && x->replication == y->replication && x->entity == y->entity &&
          x->purpose == y->purpose);
}

/// A machine more at one station: all other stations and machines keep their futures.
static void more_machines_leave_others_their_draws(void)
{
    takt_study *studies[2];
    takt_scenario *scenarios[2];
    takt_replication *r[2];
    for (int i = 0; i < 2; ++i) {
        studies[i] = line_serial(3, 2, 100);
        for (int s = 0; s < 3; ++s)
            line_failure(studies[i], TAKT_ITEM(takt_station, studies[i]->factory.stations, s),
                         TAKT_METER_CLOCK, line_exponential(50), line_exponential(5));
        TAKT_ITEM(takt_station, studies[i]->factory.stations, 1)->n_machines = 2 + i;
        scenarios[i] = line_open(studies[i]);
        r[i] = line_start(scenarios[i], 5);
    }
    for (int s = 0; s < 3; ++s) {
        same_stream(r[0], takt_stream_service(r[0]->plan, s), r[1],
                    takt_stream_service(r[1]->plan, s));
        same_stream(r[0], takt_stream_route(r[0]->plan, s), r[1], takt_stream_route(r[1]->plan, s));
        for (int k = 0; k < r[0]->plan->stations[s].n_machines; ++k) {
            const int32_t a = r[0]->plan->stations[s].first_machine + k;
            const int32_t b = r[1]->plan->stations[s].first_machine + k;
            const int32_t i = takt_gauge_index(r[0], a, 0), j = takt_gauge_index(r[1], b, 0);
            same_stream(r[0], takt_stream_due(r[0]->plan, i), r[1], takt_stream_due(r[1]->plan, j));
            same_stream(r[0], takt_stream_duration(r[0]->plan, i), r[1],
                        takt_stream_duration(r[1]->plan, j));
            CHECK_NEAR(r[0]->view.gauges[i].due, r[1]->view.gauges[j].due, 0, 0);
        }
    }
    for (int32_t i = 0; i < r[1]->n_streams; ++i) // no two streams are the same
        for (int32_t k = 0; k < i; ++k) {
            const takt_stream *x = &r[1]->caches[i].stream, *y = &r[1]->caches[k].stream;
            CHECK(x->entity != y->entity || x->purpose != y->purpose);
        }
    for (int i = 0; i < 2; ++i)
        line_destroy(&studies[i], &scenarios[i]);
}

TAKT_TESTS(TEST(exponentials_are_within_one_ulp), TEST(bulk_draws_are_the_single_ones),
           TEST(the_cache_changes_no_draw), TEST(variates_become_ticks),
           TEST(times_follow_their_distributions), TEST(constants_are_constant),
           TEST(neighbours_are_independent), TEST(more_machines_leave_others_their_draws))
