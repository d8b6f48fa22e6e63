#include "jobs/loads.h"

#include "sim/arrivals.h"

#include <math.h>
#include <stdio.h>

enum { SWEEPS_MAX = 100000 };

/// Rates are per second; what is endless adapts and loads nothing.
typedef struct flow {
    const takt_factory *factory;
    takt_capacity *capacities; // [n_stations]
    double *into;              // [n_buffers] items without a product
    double *quantity;          // [n_buffers] of an item, 0: not known
    bool *is_endless;          // [n_buffers] something comes that adapts
    double *steps;             // [all steps of all products] items that come to the step
    double *rate;              // [n_stations] pieces of work without a product
    double *work;              // [n_stations] seconds of machine time per second
    int32_t n_steps;
} flow;

static const takt_buffer *buffer_of(const flow *f, int32_t b)
{
    return TAKT_ITEM(takt_buffer, f->factory->buffers, b);
}

static bool is_unlimited(const takt_buffer *buffer)
{
    return buffer->capacity >= TAKT_UNLIMITED && !buffer->conveyor;
}

static const takt_station *station_of(const flow *f, int32_t s)
{
    return TAKT_ITEM(takt_station, f->factory->stations, s);
}

/// Place of the first step of a product among all steps.
static int32_t first_step(const flow *f, int32_t product)
{
    int32_t n = 0;
    for (int32_t p = 0; p < product; ++p)
        n += TAKT_ITEM(takt_product, f->factory->products, p)->steps.n_items;
    return n;
}

static takt_status create(const takt_factory *factory, takt_arena *arena, flow *f)
{
    const size_t n_buffers = (size_t)factory->buffers.n_items + 1;
    const size_t n_stations = (size_t)factory->stations.n_items + 1;
    *f = (flow){.factory = factory};
    f->n_steps = first_step(f, factory->products.n_items);
    f->into = takt_arena_alloc(arena, n_buffers * sizeof *f->into);
    f->quantity = takt_arena_alloc(arena, n_buffers * sizeof *f->quantity);
    f->is_endless = takt_arena_alloc(arena, n_buffers * sizeof *f->is_endless);
    f->steps = takt_arena_alloc(arena, ((size_t)f->n_steps + 1) * sizeof *f->steps);
    f->rate = takt_arena_alloc(arena, n_stations * sizeof *f->rate);
    f->work = takt_arena_alloc(arena, n_stations * sizeof *f->work);
    f->capacities = takt_arena_alloc(arena, n_stations * sizeof *f->capacities);
    return f->into && f->quantity && f->is_endless && f->steps && f->rate && f->work &&
                   f->capacities
               ? TAKT_OK
               : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the loads");
}

static bool is_open(const flow *f, const takt_source *source)
{
    return takt_arrivals_items_per_s(source) > 0 && source->takes_cards.n_items == 0 &&
           is_unlimited(buffer_of(f, source->buffer));
}

/// What comes from outside, into `into` and `steps`.
static void add_sources(const flow *f, double *into, double *steps)
{
    for (int32_t i = 0; i < f->factory->sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, f->factory->sources, i);
        if (!is_open(f, source))
            f->is_endless[source->buffer] = true;
        else if (source->product_index >= 0)
            steps[first_step(f, source->product_index)] += takt_arrivals_items_per_s(source);
        else
            into[source->buffer] += takt_arrivals_items_per_s(source);
    }
}

/// The share of a buffer that goes to one of the stations that draw from it: by what they can do.
static double share_of(const flow *f, int32_t station, int32_t buffer)
{
    double all = 0;
    for (int32_t s = 0; s < f->factory->stations.n_items; ++s)
        for (int32_t i = 0; i < station_of(f, s)->inputs.n_items; ++i)
            if (TAKT_ITEM(takt_input, station_of(f, s)->inputs, i)->buffer == buffer)
                all += f->capacities[s].pieces_per_h;
    return all > 0 && isfinite(all) ? f->capacities[station].pieces_per_h / all : 0;
}

/// Pieces of work that one input allows: INFINITY where what comes adapts or is not known.
static double allowed_by(const flow *f, int32_t s, const takt_input *input)
{
    const int32_t b = input->buffer;
    if (f->is_endless[b] || (input->by_quantity && !(f->quantity[b] > 0)))
        return INFINITY;
    const double amount = f->into[b] * (input->by_quantity ? f->quantity[b] : 1);
    return amount * share_of(f, s, b) / input->take;
}

/// Pieces of work of a station, and whether what it passes on adapts.
static double pieces_of(const flow *f, int32_t s, bool *adapts)
{
    const takt_list *inputs = &station_of(f, s)->inputs;
    double least = INFINITY;
    for (int32_t i = 0; i < inputs->n_items; ++i) {
        const double allowed = allowed_by(f, s, TAKT_ITEM(takt_input, *inputs, i));
        least = allowed < least ? allowed : least;
    }
    *adapts = isinf(least);
    if (inputs->n_items == 1 && *adapts) // open arrivals beside those that adapt
        least = TAKT_ITEM(takt_input, *inputs, 0)->by_quantity
                    ? 0
                    : f->into[TAKT_ITEM(takt_input, *inputs, 0)->buffer] *
                          share_of(f, s, TAKT_ITEM(takt_input, *inputs, 0)->buffer);
    return isinf(least) ? 0 : least;
}

/// One sweep over all stations: what they pass on, no more than they can do.
static void pass_on(const flow *f, double *into)
{
    for (int32_t s = 0; s < f->factory->stations.n_items; ++s) {
        const takt_station *station = station_of(f, s);
        bool adapts = false;
        const double limit = f->capacities[s].pieces_per_h / 3600;
        f->rate[s] = pieces_of(f, s, &adapts);
        for (int32_t i = 0; i < station->routes.n_items; ++i) {
            const takt_route *route = TAKT_ITEM(takt_route, station->routes, i);
            if (route->buffer < 0 || !(route->share > 0))
                continue;
            into[route->buffer] += (route->parts > 0 ? route->parts : route->share) *
                                   (f->rate[s] < limit ? f->rate[s] : limit);
            f->is_endless[route->buffer] |= adapts;
            f->quantity[route->buffer] = 0; // what a station makes of it is not followed
        }
    }
}

/// The steps of all products, one sweep.
static void pass_steps(const flow *f, double *steps)
{
    for (int32_t p = 0, first = 0; p < f->factory->products.n_items; ++p) {
        const takt_list *list = &TAKT_ITEM(takt_product, f->factory->products, p)->steps;
        for (int32_t k = 0; k < list->n_items; ++k) {
            const takt_step *step = TAKT_ITEM(takt_step, *list, k);
            const double rate = f->steps[first + k];
            if (step->rework > 0)
                steps[first + step->rework_index] += rate * step->rework;
            if (k + 1 < list->n_items)
                steps[first + k + 1] += rate * (1 - step->scrap - step->rework);
        }
        first += list->n_items;
    }
}

/// Puts the new values in place; returns the largest change.
static double replace(double *values, const double *with, int32_t n)
{
    double change = 0;
    for (int32_t i = 0; i < n; ++i) {
        const double scale = with[i] > 1e-12 ? with[i] : 1e-12;
        change = fmax(change, fabs(with[i] - values[i]) / scale);
        values[i] = with[i];
    }
    return change;
}

/// Rework makes rings: sweeps until nothing changes any more.
static takt_status solve(const flow *f, takt_arena *arena)
{
    const int32_t n_buffers = f->factory->buffers.n_items;
    double *into = takt_arena_alloc(arena, ((size_t)n_buffers + 1) * sizeof *into);
    double *steps = takt_arena_alloc(arena, ((size_t)f->n_steps + 1) * sizeof *steps);
    if (!into || !steps)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the loads");
    for (int32_t i = 0; i < f->factory->sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, f->factory->sources, i);
        f->quantity[source->buffer] = source->quantity;
    }
    for (int32_t sweep = 0; sweep < SWEEPS_MAX; ++sweep) {
        for (int32_t b = 0; b < n_buffers; ++b)
            into[b] = 0;
        for (int32_t i = 0; i < f->n_steps; ++i)
            steps[i] = 0;
        add_sources(f, into, steps);
        pass_on(f, into);
        pass_steps(f, steps);
        const double change =
            fmax(replace(f->into, into, n_buffers), replace(f->steps, steps, f->n_steps));
        if (change < 1e-12 && sweep > f->factory->stations.n_items)
            break;
    }
    return TAKT_OK;
}

/// Machine time that the steps of products and the other work take.
static void add_work(const flow *f)
{
    for (int32_t s = 0; s < f->factory->stations.n_items; ++s)
        f->work[s] = f->rate[s] * f->capacities[s].service_s;
    for (int32_t p = 0, first = 0; p < f->factory->products.n_items; ++p) {
        const takt_list *list = &TAKT_ITEM(takt_product, f->factory->products, p)->steps;
        for (int32_t k = 0; k < list->n_items; ++k) {
            const takt_step *step = TAKT_ITEM(takt_step, *list, k);
            const int32_t s = step->station_index;
            f->work[s] +=
                f->steps[first + k] * (step->service ? takt_distribution_mean_s(step->service)
                                                     : f->capacities[s].service_s);
            f->rate[s] += f->steps[first + k];
        }
        first += list->n_items;
    }
}

/// A buffer without limit that gets more than the other inputs of its station allow it to use.
static void find_unmatched(const flow *f, takt_loads *loads)
{
    for (int32_t s = 0; s < f->factory->stations.n_items; ++s) {
        const takt_list *inputs = &station_of(f, s)->inputs;
        for (int32_t i = 0; i < inputs->n_items && inputs->n_items > 1; ++i) {
            const takt_input *input = TAKT_ITEM(takt_input, *inputs, i);
            const double allowed = allowed_by(f, s, input);
            if (!is_unlimited(buffer_of(f, input->buffer)) || isinf(allowed) ||
                !(allowed > f->rate[s] * (1 + 1e-9)))
                continue;
            loads->unmatched = s;
            loads->unmatched_buffer = input->buffer;
        }
    }
}

takt_status takt_loads_of(const takt_setup *setup, takt_arena *arena, takt_loads *loads)
{
    const takt_factory *factory = &setup->study->factory;
    const size_t n = (size_t)factory->stations.n_items + 1;
    flow f;
    *loads = (takt_loads){.overloaded = -1, .unmatched = -1};
    loads->station = takt_arena_alloc(arena, n * sizeof *loads->station);
    loads->per_h = takt_arena_alloc(arena, n * sizeof *loads->per_h);
    if (!loads->station || !loads->per_h)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the loads");
    if (setup->study->process.model)
        return TAKT_OK;
    TAKT_TRY(create(factory, arena, &f));
    TAKT_TRY(takt_capacity_of(setup, f.capacities));
    TAKT_TRY(solve(&f, arena));
    add_work(&f);
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_capacity *capacity = &f.capacities[s];
        loads->station[s] = f.work[s] / (station_of(&f, s)->n_machines * capacity->available *
                                         capacity->pieces_per_work);
        loads->per_h[s] = f.rate[s] * 3600;
        if (loads->station[s] >= 1 - 1e-9 &&
            (loads->overloaded < 0 || loads->station[s] > loads->station[loads->overloaded]))
            loads->overloaded = s;
    }
    find_unmatched(&f, loads);
    return TAKT_OK;
}

bool takt_loads_unstable(const takt_setup *setup, const takt_loads *loads, takt_problem *problem)
{
    const takt_factory *factory = &setup->study->factory;
    const int32_t s = loads->overloaded;
    if (s >= 0) {
        (void)takt_problem_set(problem, takt_path_of("factory.stations[%d]", s),
                               "found '%s' with a load of %.4g (%.4g pieces/h come, it can do "
                               "%.4g), so that what waits grows without end, allowed: less than "
                               "1, buffers with a capacity, or --allow-unstable",
                               TAKT_ITEM(takt_station, factory->stations, s)->name,
                               loads->station[s], loads->per_h[s],
                               loads->per_h[s] / loads->station[s]);
    } else if (loads->unmatched >= 0) {
        (void)takt_problem_set(
            problem, takt_path_of("factory.buffers[%d]", loads->unmatched_buffer),
            "found '%s', to which more comes than '%s' can use with its other inputs, so that "
            "what waits grows without end, allowed: as much as they bring, a capacity, or "
            "--allow-unstable",
            TAKT_ITEM(takt_buffer, factory->buffers, loads->unmatched_buffer)->name,
            TAKT_ITEM(takt_station, factory->stations, loads->unmatched)->name);
    } else {
        return false;
    }
    takt_error_clear();
    return true;
}

takt_status takt_loads_check(const takt_call *call, const takt_setup *setup)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    takt_loads loads;
    takt_problem problem;
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_ALLOW_UNSTABLE))
        return TAKT_OK;
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(takt_loads_of(setup, arena, &loads), done);
    if (takt_loads_unstable(setup, &loads, &problem))
        status = takt_study_fail(setup->study, &problem);
done:
    takt_arena_destroy(&arena);
    return status;
}
