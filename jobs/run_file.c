#include "jobs/run_file.h"

#include "jobs/answer_rows.h"
#include "sim/station_kpis.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

takt_status takt_run_file_create(const takt_call *call, const takt_setup *setup,
                                 const takt_run *run, takt_netcdf **file)
{
    char path[TAKT_RUN_PATH_BYTES + 32], title[160], command[64];
    snprintf(title, sizeof title, "takt %s %s", call->verb, setup->study->name);
    snprintf(command, sizeof command, "takt %s study.yaml", call->verb);
    const takt_netcdf_head head = {.title = title,
                                   .command = command,
                                   .study = takt_text_get(&setup->effective),
                                   .seed = (uint64_t)setup->study->seed};
    TAKT_TRY(takt_netcdf_create(takt_run_file(run, "run.nc", path), &head, file));
    return TAKT_OK;
}

/// Bytes of `name` that a channel takes; a character is never cut in two.
static int bytes_of_name(const char *name)
{
    size_t n = 0, left = strlen(name);
    while (left > 0) {
        const size_t found = takt_character_bytes(name + n, left), size = found ? found : 1;
        if (n + size > TAKT_CHANNEL_NAME_BYTES)
            break;
        n += size;
        left -= size;
    }
    return (int)n;
}

/// Names that are longer than a channel's texts are cut.
static takt_status put_names(const takt_sink *sink, takt_channel channel, const char *const *names,
                             int32_t n)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    TAKT_TRY(takt_arena_create(&arena));
    const char **cut = takt_arena_alloc(arena, (size_t)(n + 1) * sizeof *cut);
    for (int32_t i = 0; cut && i < n; ++i) {
        cut[i] = takt_arena_format(arena, "%.*s", bytes_of_name(names[i]), names[i]);
        if (!cut[i])
            cut = NULL;
    }
    if (cut)
        status = takt_sink_texts(sink, channel, cut);
    else
        status = TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for names");
    takt_arena_destroy(&arena);
    return status;
}

// --- KPIs ----------------------------------------------------------------------------------------

static takt_status put_kpi_names(const takt_sink *sink, const takt_report *report,
                                 takt_arena *arena)
{
    const char **names = takt_arena_alloc(arena, 2 * (size_t)report->n_kpis * sizeof *names);
    if (!names)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for names");
    const char **units = names + report->n_kpis;
    for (int32_t k = 0; k < report->n_kpis; ++k) {
        names[k] = report->kpis[k].name;
        units[k] = report->kpis[k].unit;
    }
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_KPI, (size_t)report->n_kpis));
    TAKT_TRY(put_names(sink, TAKT_CHANNEL_KPI_NAME, names, report->n_kpis));
    TAKT_TRY(put_names(sink, TAKT_CHANNEL_KPI_UNIT, units, report->n_kpis));
    return TAKT_OK;
}

/// Mean, lower and upper end into three channels.
static takt_status put_intervals(const takt_sink *sink, const takt_report *report,
                                 takt_arena *arena, const takt_channel channels[3],
                                 const double *results, int64_t n)
{
    const size_t n_kpis = (size_t)report->n_kpis;
    takt_kpi *kpis = takt_arena_alloc(arena, n_kpis * sizeof *kpis);
    double *values = takt_arena_alloc(arena, 3 * n_kpis * sizeof *values);
    if (!kpis || !values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for intervals");
    takt_report_summarise(report, results, n, 0.95, kpis);
    for (size_t k = 0; k < n_kpis; ++k) {
        values[k] = kpis[k].interval.mean;
        values[n_kpis + k] = kpis[k].interval.lo;
        values[2 * n_kpis + k] = kpis[k].interval.hi;
    }
    for (size_t i = 0; i < 3; ++i)
        TAKT_TRY(takt_sink_doubles(sink, channels[i], values + i * n_kpis));
    return TAKT_OK;
}

static takt_status put_counts(const takt_sink *sink, const takt_report *report, takt_arena *arena,
                              const double *results, int64_t n)
{
    const size_t n_kpis = (size_t)report->n_kpis;
    takt_kpi *kpis = takt_arena_alloc(arena, n_kpis * sizeof *kpis);
    int64_t *counts = takt_arena_alloc(arena, n_kpis * sizeof *counts);
    if (!kpis || !counts)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    takt_report_summarise(report, results, n, 0.95, kpis);
    for (size_t k = 0; k < n_kpis; ++k)
        counts[k] = kpis[k].interval.n;
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_KPI_COUNT, counts));
    return TAKT_OK;
}

/// Every replication by itself: what a reader needs for intervals and pairs of his own.
static takt_status put_values(const takt_sink *sink, const takt_report *report, takt_arena *arena,
                              takt_channel channel, const double *results, int64_t n)
{
    const size_t n_kpis = (size_t)report->n_kpis;
    double *values = takt_arena_alloc(arena, (size_t)(n + 1) * n_kpis * sizeof *values);
    if (!values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for results");
    for (int64_t i = 0; i < n; ++i)
        memcpy(values + (size_t)i * n_kpis, results + i * report->n_values,
               n_kpis * sizeof *values);
    TAKT_TRY(takt_sink_doubles(sink, channel, values));
    return TAKT_OK;
}

// --- Stations ------------------------------------------------------------------------------------

static takt_status put_station_names(const takt_sink *sink, const takt_setup *setup,
                                     takt_arena *arena)
{
    static const char *const states[] = {
#define STATE_NAME(name, text) text,
        TAKT_MACHINE_STATE_LIST(STATE_NAME)
#undef STATE_NAME
    };
    const int32_t n = takt_scenario_plan(setup->scenario)->n_stations;
    const char **names = takt_arena_alloc(arena, (size_t)n * sizeof *names);
    if (!names)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for stations");
    for (int32_t s = 0; s < n; ++s)
        names[s] = TAKT_ITEM(takt_station, setup->study->factory.stations, s)->name;
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_STATION, (size_t)n));
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_STATE, TAKT_MACHINE_STATE_COUNT));
    TAKT_TRY(put_names(sink, TAKT_CHANNEL_STATION_NAME, names, n));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_STATE_NAME, states));
    return TAKT_OK;
}

/// A share lies between 0 and 1, and so does its interval.
static double clamp_share(double share)
{
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

/// State times, bottleneck shares, and the lower and upper ends of their intervals.
static takt_status put_stations(const takt_sink *sink, const takt_setup *setup, takt_arena *arena,
                                const takt_channel channels[4], const double *results, int64_t n)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    const int32_t n_stations = takt_scenario_plan(setup->scenario)->n_stations;
    const int32_t n_times = n_stations * TAKT_MACHINE_STATE_COUNT;
    double *times = takt_arena_alloc(arena, (size_t)(n_times + 3 * n_stations) * sizeof *times);
    if (!times)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for stations");
    double *shares = times + n_times;
    for (int32_t i = 0; i < n_times; ++i)
        times[i] = takt_report_mean(report, results, n, report->first_state + i);
    for (int32_t s = 0; s < n_stations; ++s) {
        const takt_interval share =
            takt_report_interval(report, results, n, report->first_bottleneck + s, 0.95);
        shares[s] = share.mean;
        shares[n_stations + s] = clamp_share(share.lo);
        shares[2 * n_stations + s] = clamp_share(share.hi);
    }
    TAKT_TRY(takt_sink_doubles(sink, channels[0], times));
    for (int32_t i = 0; i < 3; ++i)
        TAKT_TRY(takt_sink_doubles(sink, channels[1 + i], shares + i * n_stations));
    return TAKT_OK;
}

/// Key figures of single stations; what has no meaning (repairs where nothing breaks) is NaN, which
/// is how NetCDF marks what is missing.
static takt_status put_station_kpis(const takt_sink *sink, const takt_setup *setup,
                                    takt_arena *arena, const double *results, int64_t n)
{
    static const char *const names[2][TAKT_STATION_KPI_COUNT] = {
#define KPI_NAME(name, function, text, unit, decimals) text,
        {TAKT_STATION_KPI_LIST(KPI_NAME)},
#undef KPI_NAME
#define KPI_UNIT(name, function, text, unit, decimals) unit,
        {TAKT_STATION_KPI_LIST(KPI_UNIT)},
#undef KPI_UNIT
    };
    const takt_plan *plan = takt_scenario_plan(setup->scenario);
    double *values =
        takt_arena_alloc(arena, (size_t)plan->n_stations * TAKT_STATION_KPI_COUNT * sizeof *values);
    if (!values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for stations");
    for (int32_t s = 0; s < plan->n_stations; ++s) {
        const takt_station_totals totals =
            takt_station_totals_of(takt_scenario_report(setup->scenario), plan, results, n, s);
        takt_station_kpis_of(&totals, values + s * TAKT_STATION_KPI_COUNT);
    }
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_STATION_KPI, TAKT_STATION_KPI_COUNT));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_STATION_KPI_NAME, names[0]));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_STATION_KPI_UNIT, names[1]));
    return takt_sink_doubles(sink, TAKT_CHANNEL_STATION_KPI_VALUE, values);
}

takt_status takt_run_file_put_results(const takt_sink *sink, const takt_setup *setup,
                                      const double *results, int64_t n)
{
    static const takt_channel channels[3] = {TAKT_CHANNEL_KPI_MEAN, TAKT_CHANNEL_KPI_LO,
                                             TAKT_CHANNEL_KPI_HI};
    static const takt_channel stations[4] = {
        TAKT_CHANNEL_STATION_STATE_TIME, TAKT_CHANNEL_BOTTLENECK_SHARE,
        TAKT_CHANNEL_BOTTLENECK_SHARE_LO, TAKT_CHANNEL_BOTTLENECK_SHARE_HI};
    const takt_report *report = takt_scenario_report(setup->scenario);
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(put_kpi_names(sink, report, arena), done);
    TAKT_TRY_GOTO(put_intervals(sink, report, arena, channels, results, n), done);
    TAKT_TRY_GOTO(put_counts(sink, report, arena, results, n), done);
    TAKT_TRY_GOTO(takt_sink_size(sink, TAKT_DIMENSION_REPLICATION, (size_t)n), done);
    TAKT_TRY_GOTO(put_values(sink, report, arena, TAKT_CHANNEL_KPI_VALUE, results, n), done);
    TAKT_TRY_GOTO(put_station_names(sink, setup, arena), done);
    TAKT_TRY_GOTO(put_stations(sink, setup, arena, stations, results, n), done);
    TAKT_TRY_GOTO(put_station_kpis(sink, setup, arena, results, n), done);
done:
    takt_arena_destroy(&arena);
    return status;
}

// --- Search --------------------------------------------------------------------------------------

static takt_status put_set_points(const takt_sink *sink, const takt_study *study, takt_arena *arena)
{
    const int32_t n = study->set_points.n_items;
    const char **names = takt_arena_alloc(arena, 2 * (size_t)n * sizeof *names);
    double *values = takt_arena_alloc(arena, 3 * (size_t)n * sizeof *values);
    if (!names || !values)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for set-points");
    for (int32_t i = 0; i < n; ++i) {
        const takt_set_point *point = TAKT_ITEM(takt_set_point, study->set_points, i);
        names[i] = point->name;
        names[n + i] = point->unit;
        values[i] = point->value;
        values[n + i] = point->min;
        values[2 * n + i] = point->max;
    }
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_SET_POINT, (size_t)n));
    TAKT_TRY(put_names(sink, TAKT_CHANNEL_SET_POINT_NAME, names, n));
    TAKT_TRY(put_names(sink, TAKT_CHANNEL_SET_POINT_UNIT, names + n, n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SET_POINT_BASELINE, values));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SET_POINT_MIN, values + n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SET_POINT_MAX, values + 2 * n));
    return TAKT_OK;
}

/// What moving each set-point brought, as numbers.
static takt_status put_sides(const takt_sink *sink, const takt_answer *answer, takt_arena *arena)
{
    static const struct side_channel {
        takt_channel channel;
        size_t place;
    } sides[] = {
        {TAKT_CHANNEL_SET_POINT_COST_MINUS, offsetof(takt_answer_row, cost_minus)},
        {TAKT_CHANNEL_SET_POINT_COST_PLUS, offsetof(takt_answer_row, cost_plus)},
        {TAKT_CHANNEL_SET_POINT_MINUS, offsetof(takt_answer_row, minus)},
        {TAKT_CHANNEL_SET_POINT_PLUS, offsetof(takt_answer_row, plus)},
        {TAKT_CHANNEL_SET_POINT_MINUS_LO, offsetof(takt_answer_row, minus_lo)},
        {TAKT_CHANNEL_SET_POINT_MINUS_HI, offsetof(takt_answer_row, minus_hi)},
        {TAKT_CHANNEL_SET_POINT_PLUS_LO, offsetof(takt_answer_row, plus_lo)},
        {TAKT_CHANNEL_SET_POINT_PLUS_HI, offsetof(takt_answer_row, plus_hi)},
    };
    const size_t n = (size_t)answer->n_set_points;
    double *values = takt_arena_alloc(arena, n * sizeof *values);
    int64_t *flags = takt_arena_alloc(arena, 2 * n * sizeof *flags);
    if (!values || !flags)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for set-points");
    for (size_t k = 0; k < sizeof sides / sizeof *sides; ++k) {
        for (size_t i = 0; i < n; ++i)
            memcpy(&values[i], (const char *)&answer->rows[i] + sides[k].place, sizeof *values);
        TAKT_TRY(takt_sink_doubles(sink, sides[k].channel, values));
    }
    for (size_t i = 0; i < n; ++i) {
        flags[i] = answer->rows[i].minus_feasible;
        flags[n + i] = answer->rows[i].plus_feasible;
    }
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_SET_POINT_MINUS_FEASIBLE, flags));
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_SET_POINT_PLUS_FEASIBLE, flags + n));
    return TAKT_OK;
}

static takt_status put_verdicts(const takt_sink *sink, const takt_answer *answer, takt_arena *arena)
{
    const int32_t n = answer->n_set_points;
    const char **verdicts = takt_arena_alloc(arena, (size_t)n * sizeof *verdicts);
    if (!verdicts)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for verdicts");
    for (int32_t i = 0; i < n; ++i) {
        char text[128];
        verdicts[i] =
            takt_arena_copy_text(arena, takt_verdict_describe(&answer->rows[i], text, sizeof text));
        if (!verdicts[i])
            return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for verdicts");
    }
    TAKT_TRY(put_names(sink, TAKT_CHANNEL_SET_POINT_VERDICT, verdicts, n));
    return TAKT_OK;
}

/// What the referee found for the answer.
static takt_status put_limits(const takt_sink *sink, const takt_answer *answer, takt_arena *arena)
{
    const int32_t n = answer->n_referee_rows;
    const size_t room = (size_t)(n > 0 ? n : 1);
    const char **texts = takt_arena_alloc(arena, 2 * room * sizeof *texts);
    double *values = takt_arena_alloc(arena, 3 * room * sizeof *values);
    int64_t *flags = takt_arena_alloc(arena, 2 * room * sizeof *flags);
    if (!texts || !values || !flags)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for limits");
    for (int32_t i = 0; i < n; ++i) {
        const takt_referee_row *row = &answer->referee[i];
        texts[i] = row->name;
        texts[n + i] = row->unit;
        values[i] = row->value;
        values[n + i] = row->error;
        values[2 * n + i] = row->limit;
        flags[i] = row->at_least;
        flags[n + i] = row->pass;
    }
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_LIMIT, (size_t)n));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_LIMIT_NAME, texts));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_LIMIT_UNIT, texts + n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_LIMIT_VALUE, values));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_LIMIT_ERROR, values + n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_LIMIT_ALLOWED, values + 2 * n));
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_LIMIT_AT_LEAST, flags));
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_LIMIT_KEPT, flags + n));
    return TAKT_OK;
}

static takt_status put_generations(const takt_sink *sink, const takt_answer *answer,
                                   takt_arena *arena)
{
    const size_t n = (size_t)answer->n_generations;
    double *values = takt_arena_alloc(arena, 5 * (n + 1) * sizeof *values);
    int64_t *counts = takt_arena_alloc(arena, 2 * (n + 1) * sizeof *counts);
    if (!values || !counts)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for generations");
    for (size_t g = 0; g < n; ++g) {
        values[g] = answer->generations[g].best_cost;
        values[n + g] = answer->generations[g].mean_cost;
        values[2 * n + g] = answer->generations[g].sigma;
        values[3 * n + g] = answer->generations[g].best_lo;
        values[4 * n + g] = answer->generations[g].best_hi;
        counts[g] = answer->generations[g].n_evaluations;
        counts[n + g] = answer->generations[g].n_infeasible;
    }
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_GENERATION, n));
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_CANDIDATE, (size_t)answer->population));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_BEST_COST, values));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_MEAN_COST, values + n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SEARCH_SIGMA, values + 2 * n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_BEST_COST_LO, values + 3 * n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_BEST_COST_HI, values + 4 * n));
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_EVALUATION_COUNT, counts));
    TAKT_TRY(takt_sink_integers(sink, TAKT_CHANNEL_INFEASIBLE_COUNT, counts + n));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_CANDIDATE_VALUE, answer->candidates));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_CANDIDATE_COST, answer->costs));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_CANDIDATE_VIOLATION, answer->violations));
    return TAKT_OK;
}

/// One design on the final replications: where its KPIs and stations go.
typedef struct design_channels {
    takt_channel kpis[3], values, stations[4];
} design_channels;

static takt_status put_design(const takt_sink *sink, const takt_setup *setup, takt_arena *arena,
                              const design_channels *channels, const double *results, int64_t n)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    TAKT_TRY(put_intervals(sink, report, arena, channels->kpis, results, n));
    TAKT_TRY(put_values(sink, report, arena, channels->values, results, n));
    TAKT_TRY(put_stations(sink, setup, arena, channels->stations, results, n));
    return TAKT_OK;
}

static takt_status put_designs(const takt_sink *sink, const takt_setup *setup,
                               const takt_answer *answer, takt_arena *arena)
{
    static const design_channels before = {
        {TAKT_CHANNEL_BASELINE_KPI_MEAN, TAKT_CHANNEL_BASELINE_KPI_LO,
         TAKT_CHANNEL_BASELINE_KPI_HI},
        TAKT_CHANNEL_BASELINE_KPI_VALUE,
        {TAKT_CHANNEL_BASELINE_STATION_STATE_TIME, TAKT_CHANNEL_BASELINE_BOTTLENECK_SHARE,
         TAKT_CHANNEL_BASELINE_BOTTLENECK_SHARE_LO, TAKT_CHANNEL_BASELINE_BOTTLENECK_SHARE_HI}};
    static const design_channels after = {
        {TAKT_CHANNEL_BEST_KPI_MEAN, TAKT_CHANNEL_BEST_KPI_LO, TAKT_CHANNEL_BEST_KPI_HI},
        TAKT_CHANNEL_BEST_KPI_VALUE,
        {TAKT_CHANNEL_STATION_STATE_TIME, TAKT_CHANNEL_BOTTLENECK_SHARE,
         TAKT_CHANNEL_BOTTLENECK_SHARE_LO, TAKT_CHANNEL_BOTTLENECK_SHARE_HI}};
    const int64_t n = answer->n_final;
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_REPLICATION, (size_t)n));
    TAKT_TRY(put_station_names(sink, setup, arena));
    if (answer->baseline_results)
        TAKT_TRY(put_design(sink, setup, arena, &before, answer->baseline_results, n));
    if (answer->best_results)
        TAKT_TRY(put_design(sink, setup, arena, &after, answer->best_results, n));
    return TAKT_OK;
}

takt_status takt_run_file_put_answer(const takt_sink *sink, const takt_setup *setup,
                                     const takt_answer *answer)
{
    takt_status status = TAKT_OK;
    takt_arena *arena = NULL;
    TAKT_TRY(takt_arena_create(&arena));
    TAKT_TRY_GOTO(put_kpi_names(sink, takt_scenario_report(setup->scenario), arena), done);
    TAKT_TRY_GOTO(put_set_points(sink, setup->study, arena), done);
    TAKT_TRY_GOTO(put_generations(sink, answer, arena), done);
    TAKT_TRY_GOTO(put_designs(sink, setup, answer, arena), done);
    if (answer->found || answer->n_generations > 0) // before, the baseline is all there is
        TAKT_TRY_GOTO(takt_sink_doubles(sink, TAKT_CHANNEL_SET_POINT_BEST, answer->best), done);
    if (answer->rows) {
        TAKT_TRY_GOTO(put_verdicts(sink, answer, arena), done);
        TAKT_TRY_GOTO(put_sides(sink, answer, arena), done);
    }
    TAKT_TRY_GOTO(put_limits(sink, answer, arena), done);
done:
    takt_arena_destroy(&arena);
    return status;
}

// --- Physics -------------------------------------------------------------------------------------

takt_status takt_run_file_put_binder(const takt_sink *sink, const takt_binder_profiles *profiles)
{
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_COAT, (size_t)profiles->n_coats));
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_XI, (size_t)profiles->n_cells));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_COAT_NAME, profiles->coats));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_XI, profiles->xi));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_BINDER_KERNEL, profiles->kernel));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_BINDER_PETSC, profiles->petsc));
    return TAKT_OK;
}
