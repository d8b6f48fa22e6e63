// Samples replications and turns them into quantiles.

#include "viz/bands.h"

#include "core/clock.h"
#include "core/memory.h"
#include "sim/look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_PUT = 8, // replications behind the first quantiles, then twice as many
    MAX_BYTES = 64 << 20,
    EVENTS_PER_LOOK_AT_THE_CLOCK = 128
};

/// The fixed curves before those of buffers and stations.
enum { GOOD, ITEMS, FIRST_LEVEL };

struct takt_bands {
    const takt_study *study;
    const takt_plan *plan;
    takt_arena *arena; // names
    takt_replication *replication;
    int32_t n_series, n_replications;
    size_t n_curve;              // values of all curves of one replication
    const char **names, **units; // [n_series]
    double times_s[TAKT_BANDS_SAMPLES];
    double *values;           // [n_replications][n_series][samples]
    double *shown;            // [n_series][samples]
    double *lo, *median, *hi; // the same
    double *before;           // [n_series] sums at the last sample
    uint32_t shown_index;
    bool is_shown_done, is_running; // is_running: a replication is under way
    bool is_news, are_named;
    int32_t n_done, n_put, n_sampled; // replications, replications behind `lo`, samples of this one
};

// --- Names

static takt_status name_curves(takt_bands *b)
{
    const takt_factory *factory = &b->study->factory;
    const size_t n = (size_t)b->n_series;
    b->names = takt_arena_alloc(b->arena, n * sizeof *b->names);
    b->units = takt_arena_alloc(b->arena, n * sizeof *b->units);
    if (!b->names || !b->units)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "bands: out of memory for %zu curves", n);
    b->names[GOOD] = takt_arena_format(b->arena, "good_%s_per_h", factory->unit);
    b->units[GOOD] = takt_arena_format(b->arena, "%s/h", factory->unit);
    b->names[ITEMS] = "items_in_plant";
    b->units[ITEMS] = "items";
    const char **name = b->names + FIRST_LEVEL, **unit = b->units + FIRST_LEVEL;
    for (int32_t i = 0; i < factory->buffers.n_items; ++i) {
        const takt_buffer *buffer = TAKT_ITEM(takt_buffer, factory->buffers, i);
        *name++ = takt_arena_format(b->arena, "level_%s", buffer->name);
        *unit++ = strlen(buffer->unit) < TAKT_CHANNEL_NAME_BYTES ? buffer->unit : "";
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        *name++ = takt_arena_format(b->arena, "working_%s", station->name);
        *unit++ = "1";
    }
    for (int32_t i = 0; i < b->n_series; ++i)
        if (!b->names[i] || !b->units[i])
            return TAKT_FAIL(TAKT_ERR_MEMORY, "bands: out of memory for %zu curves", n);
    return TAKT_OK;
}

static takt_status allocate(takt_bands *b)
{
    const size_t n_bytes = b->n_curve * sizeof(double);
    const size_t n_fit = MAX_BYTES / n_bytes;
    b->n_replications = b->study->replications < TAKT_BANDS_MAX_REPLICATIONS
                            ? b->study->replications
                            : TAKT_BANDS_MAX_REPLICATIONS;
    if ((size_t)b->n_replications > n_fit)
        b->n_replications = n_fit > 1 ? (int32_t)n_fit : 1;
    b->values = takt_alloc((size_t)b->n_replications * n_bytes);
    b->shown = takt_alloc(n_bytes);
    b->lo = takt_alloc(n_bytes);
    b->median = takt_alloc(n_bytes);
    b->hi = takt_alloc(n_bytes);
    b->before = takt_alloc((size_t)b->n_series * sizeof *b->before);
    if (!b->values || !b->shown || !b->lo || !b->median || !b->hi || !b->before)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "bands: out of memory for %d curves", b->n_series);
    return TAKT_OK;
}

takt_status takt_bands_create(const takt_study *study, const takt_plan *plan, takt_bands **bands)
{
    takt_status status = TAKT_OK;
    takt_bands *b = takt_alloc(sizeof *b);
    *bands = NULL;
    if (!b)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "bands: out of memory");
    b->study = study;
    b->plan = plan;
    b->n_series = FIRST_LEVEL + plan->n_buffers + plan->n_stations;
    b->n_curve = (size_t)b->n_series * TAKT_BANDS_SAMPLES;
    TAKT_TRY_GOTO(takt_arena_create(&b->arena), failed);
    TAKT_TRY_GOTO(name_curves(b), failed);
    TAKT_TRY_GOTO(allocate(b), failed);
    TAKT_TRY_GOTO(takt_replication_create(plan, &b->replication), failed);
    TAKT_TRY_GOTO(takt_bands_restart(b, 0), failed);
    *bands = b;
    return TAKT_OK;
failed:
    takt_bands_destroy(&b);
    return status;
}

void takt_bands_destroy(takt_bands **bands)
{
    takt_bands *b = *bands;
    if (!b)
        return;
    takt_replication_destroy(&b->replication);
    takt_free(b->values);
    takt_free(b->shown);
    takt_free(b->lo);
    takt_free(b->median);
    takt_free(b->hi);
    takt_free(b->before);
    takt_arena_destroy(&b->arena);
    takt_free(b);
    *bands = NULL;
}

takt_status takt_bands_show(takt_bands *b, uint32_t shown)
{
    b->shown_index = shown;
    b->is_shown_done = false;
    b->is_running = false; // what was under way begins again
    for (size_t i = 0; i < b->n_curve; ++i)
        b->shown[i] = (double)NAN;
    return TAKT_OK;
}

takt_status takt_bands_restart(takt_bands *b, uint32_t shown)
{
    const double end_s = b->plan->warm_up_s + b->plan->measured_s;
    for (int32_t k = 0; k < TAKT_BANDS_SAMPLES; ++k)
        b->times_s[k] = end_s * (k + 1) / TAKT_BANDS_SAMPLES;
    b->n_done = b->n_put = 0;
    b->is_news = b->are_named = false;
    return takt_bands_show(b, shown);
}

bool takt_bands_are_done(const takt_bands *b)
{
    return b->is_shown_done && b->n_done == b->n_replications;
}

int32_t takt_bands_replications(const takt_bands *b)
{
    return b->n_put;
}

// --- Sampling

/// Curves of the replication under way: the shown one comes first.
static double *curves(takt_bands *b)
{
    return b->is_shown_done ? b->values + (size_t)b->n_done * b->n_curve : b->shown;
}

static takt_status begin_replication(takt_bands *b)
{
    double *out = curves(b);
    TAKT_TRY(takt_replication_reset(b->replication,
                                    b->is_shown_done ? (uint32_t)b->n_done : b->shown_index));
    for (size_t i = 0; i < b->n_curve; ++i)
        out[i] = (double)NAN;
    memset(b->before, 0, (size_t)b->n_series * sizeof *b->before);
    b->n_sampled = 0;
    b->is_running = true;
    return TAKT_OK;
}

/// Growth of a sum since the last sample.
static double growth(takt_bands *b, int32_t series, double sum)
{
    const double grown = sum - b->before[series];
    b->before[series] = sum;
    return grown;
}

/// The measurement is never begun here, so that sums go on through the warm-up.
static void sample(takt_bands *b)
{
    const takt_plan *plan = b->plan;
    const takt_totals_look totals = takt_look_totals(b->replication);
    const int32_t k = b->n_sampled++;
    const double dt_s = b->times_s[k] - (k ? b->times_s[k - 1] : 0);
    double *out = curves(b) + k;
#define PUT(series, value) out[(size_t)(series)*TAKT_BANDS_SAMPLES] = (value)
    PUT(GOOD, growth(b, GOOD, totals.good) / (dt_s / 3600));
    PUT(ITEMS, totals.n_in_plant);
    int32_t at = FIRST_LEVEL;
    for (int32_t i = 0; i < plan->n_buffers; ++i, ++at)
        PUT(at, takt_look_buffer(b->replication, i).level);
    for (int32_t s = 0; s < plan->n_stations; ++s, ++at) {
        const takt_station_look station = takt_look_station(b->replication, s);
        PUT(at, growth(b, at, station.time_s[TAKT_MACHINE_WORKING]) /
                    (dt_s * plan->stations[s].n_machines));
    }
#undef PUT
}

/// The replication under way is over, in time or before it.
static void end_replication(takt_bands *b)
{
    b->is_running = false;
    if (!b->is_shown_done) {
        b->is_shown_done = true;
        b->is_news = b->n_put > 0; // at first it goes with the quantiles
        return;
    }
    const int32_t n = ++b->n_done;
    b->is_news = n == b->n_replications || (n >= FIRST_PUT && (n & (n - 1)) == 0);
}

takt_status takt_bands_run(takt_bands *b, double deadline_s)
{
    takt_replication *r = b->replication;
    for (int n = 1; !takt_bands_are_done(b) && !b->is_news; ++n) {
        if (!b->is_running)
            TAKT_TRY(begin_replication(b));
        const takt_tick mark = takt_tick_from_s(b->times_s[b->n_sampled]);
        const takt_tick next = takt_replication_next(r);
        if (takt_replication_advance(r, next < mark ? next : mark) != TAKT_OK) {
            takt_error_clear(); // a plant that overflows: the curves end here
            end_replication(b);
        } else if (next >= mark) {
            sample(b);
            if (b->n_sampled == TAKT_BANDS_SAMPLES)
                end_replication(b);
        }
        if (n % EVENTS_PER_LOOK_AT_THE_CLOCK == 0 && takt_clock_s() >= deadline_s)
            break;
    }
    return TAKT_OK;
}

// --- Quantiles

static int compare(const void *a_, const void *b_)
{
    const double a = *(const double *)a_, b = *(const double *)b_;
    return (a > b) - (a < b);
}

/// Between the two nearest of n ascending values (definition 7 of Hyndman and Fan 1996).
static double quantile(const double *values, int32_t n, double share)
{
    const double place = share * (n - 1);
    const int32_t i = (int32_t)place;
    return i + 1 < n ? values[i] + (place - i) * (values[i + 1] - values[i]) : values[i];
}

static void find_quantiles(takt_bands *b)
{
    double found[TAKT_BANDS_MAX_REPLICATIONS];
    for (size_t i = 0; i < b->n_curve; ++i) {
        int32_t n = 0;
        for (int32_t k = 0; k < b->n_done; ++k) {
            const double value = b->values[(size_t)k * b->n_curve + i];
            if (!isnan(value))
                found[n++] = value;
        }
        qsort(found, (size_t)n, sizeof *found, compare);
        b->lo[i] = n ? quantile(found, n, 0.05) : (double)NAN;
        b->median[i] = n ? quantile(found, n, 0.5) : (double)NAN;
        b->hi[i] = n ? quantile(found, n, 0.95) : (double)NAN;
    }
    b->n_put = b->n_done;
}

takt_status takt_bands_put(takt_bands *b, takt_board *board)
{
    const size_t sizes[] = {(size_t)b->n_series, TAKT_BANDS_SAMPLES, 1};
    const size_t samples[] = {TAKT_BANDS_SAMPLES, 1, 1};
    const double none = (double)NAN;
    if (!b->is_news)
        return TAKT_OK;
    b->is_news = false;
    if (b->n_done > b->n_put)
        find_quantiles(b);
    if (!b->are_named) {
        TAKT_TRY(takt_board_put(board, TAKT_CHANNEL_BAND_NAME, sizes, b->names, none));
        TAKT_TRY(takt_board_put(board, TAKT_CHANNEL_BAND_UNIT, sizes, b->units, none));
        TAKT_TRY(takt_board_put(board, TAKT_CHANNEL_BAND_TIME, samples, b->times_s, none));
        b->are_named = true;
    }
    TAKT_TRY(takt_board_put(board, TAKT_CHANNEL_BAND_LO, sizes, b->lo, none));
    TAKT_TRY(takt_board_put(board, TAKT_CHANNEL_BAND_MEDIAN, sizes, b->median, none));
    TAKT_TRY(takt_board_put(board, TAKT_CHANNEL_BAND_HI, sizes, b->hi, none));
    return takt_board_put(board, TAKT_CHANNEL_BAND_SHOWN, sizes, b->shown, none);
}
