// takt simulate: rows and samples in memory, in the checkpoint and in run.nc.

#include "core/files.h"
#include "core/stop.h"
#include "jobs/run_file.h"
#include "jobs/simulation_internal.h"
#include "jobs/viewing.h"
#include "mpi/checkpoint.h"

#include <string.h>

enum { CHECKPOINT_KIND = 0x73696d75, CHECKPOINT_LAYOUT = 3 }; // "simu"

/// In front of samples and rows.
typedef struct payload_head {
    int64_t n_done, n_sampled;
} payload_head;

static takt_checkpoint_identity identity_of(const simulation *s)
{
    return (takt_checkpoint_identity){.kind = CHECKPOINT_KIND,
                                      .layout = CHECKPOINT_LAYOUT,
                                      .study_hash =
                                          s->setup.hash ^ takt_snapshot_hash(&s->snapshot),
                                      .seed = (uint64_t)s->setup.study->seed};
}

static int32_t n_batches(const simulation *s)
{
    return s->setup.study->horizon.batches > 0 ? s->setup.study->horizon.batches : 1;
}

/// Bytes of one replication of all scenarios.
static size_t row_bytes(const simulation *s)
{
    return (size_t)simulation_stride(s) * (size_t)n_batches(s) * sizeof(double);
}

static size_t sample_bytes(const simulation *s)
{
    return (size_t)s->comparison.n_scenarios * TAKT_WARM_UP_SAMPLES * sizeof(double);
}

int64_t simulation_n_results(const simulation *s)
{
    return (int64_t)s->n_done * n_batches(s);
}

int64_t simulation_stride(const simulation *s)
{
    return (int64_t)takt_scenario_report(s->setup.scenario)->n_values * s->comparison.n_scenarios;
}

double *simulation_baseline(const simulation *s)
{
    const int64_t n = simulation_n_results(s);
    const size_t n_values = (size_t)takt_scenario_report(s->setup.scenario)->n_values;
    if (s->comparison.n_scenarios == 1)
        return s->rows;
    double *baseline = takt_alloc(((size_t)n + 1) * n_values * sizeof *baseline);
    for (int64_t i = 0; baseline && i < n; ++i)
        memcpy(baseline + (size_t)i * n_values, s->rows + i * simulation_stride(s),
               n_values * sizeof *baseline);
    return baseline;
}

takt_status simulation_reserve(simulation *s, int32_t n)
{
    const size_t wanted = (size_t)n * row_bytes(s);
    if (wanted <= s->n_rows_bytes)
        return TAKT_OK;
    // Twice what there was: rounds that follow each other copy each row a bounded number of times.
    const size_t n_bytes = wanted > 2 * s->n_rows_bytes ? wanted : 2 * s->n_rows_bytes;
    double *rows = takt_alloc(n_bytes);
    if (!rows)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "replications: found %d, allowed: as many as fit memory",
                         n);
    if (s->n_done > 0)
        memcpy(rows, s->rows, (size_t)s->n_done * row_bytes(s));
    takt_free(s->rows);
    s->rows = rows;
    s->n_rows_bytes = n_bytes;
    return TAKT_OK;
}

takt_status simulation_find_warm_up(simulation *s)
{
    const int64_t stride = (int64_t)s->comparison.n_scenarios * TAKT_WARM_UP_SAMPLES;
    takt_warm_up *other = NULL;
    s->warm_up = takt_alloc(sizeof *s->warm_up);
    other = takt_alloc(sizeof *other);
    if (!s->warm_up || !other) {
        takt_free(other);
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the warm-up");
    }
    takt_warm_up_find(s->setup.study, s->samples, stride, s->n_sampled, s->warm_up);
    // One warm-up for all: that of the scenario which takes longest.
    for (int32_t k = 1; k < s->comparison.n_scenarios; ++k) {
        takt_warm_up_find(takt_comparison_setup(&s->comparison, k)->study,
                          s->samples + (size_t)k * TAKT_WARM_UP_SAMPLES, stride, s->n_sampled,
                          other);
        if (other->used_s > s->warm_up->used_s)
            *s->warm_up = *other;
    }
    takt_free(other);
    return TAKT_OK;
}

// --- run.nc --------------------------------------------------------------------------------------

/// Names, values by scenario and differences. `room` is n_kpis (n_done + 3) x n_scenarios doubles.
static takt_status fill_scenarios(const takt_sink *sink, const simulation *s, takt_arena *arena)
{
    const takt_comparison *c = &s->comparison;
    const takt_report *report = takt_scenario_report(s->setup.scenario);
    const size_t n_kpis = (size_t)report->n_kpis, n = (size_t)s->n_done;
    const size_t n_scenarios = (size_t)c->n_scenarios;
    const char **names = takt_arena_alloc(arena, n_scenarios * sizeof *names);
    double *values = takt_arena_alloc(arena, (n * n_kpis + 1) * n_scenarios * sizeof *values);
    double *differences = takt_arena_alloc(arena, 3 * n_kpis * n_scenarios * sizeof *differences);
    if (!names || !values || !differences)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the scenarios");
    for (size_t k = 0; k < n_scenarios; ++k) {
        names[k] = takt_comparison_name(c, (int32_t)k);
        for (size_t i = 0; i < n; ++i)
            memcpy(values + (k * n + i) * n_kpis,
                   s->rows + (i * n_scenarios + k) * (size_t)report->n_values,
                   n_kpis * sizeof *values);
        for (size_t i = 0; i < n_kpis; ++i) {
            const takt_interval d =
                takt_comparison_of(c, s->rows, s->n_done, (int32_t)k, (int32_t)i, 1).difference;
            const bool is_known = d.n > 1;
            differences[k * n_kpis + i] = d.mean;
            differences[(n_scenarios + k) * n_kpis + i] = is_known ? d.lo : d.mean;
            differences[(2 * n_scenarios + k) * n_kpis + i] = is_known ? d.hi : d.mean;
        }
    }
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_SCENARIO, n_scenarios));
    TAKT_TRY(takt_sink_texts(sink, TAKT_CHANNEL_SCENARIO_NAME, names));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SCENARIO_KPI_VALUE, values));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SCENARIO_DIFFERENCE, differences));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SCENARIO_DIFFERENCE_LO,
                               differences + n_kpis * n_scenarios));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_SCENARIO_DIFFERENCE_HI,
                               differences + 2 * n_kpis * n_scenarios));
    return TAKT_OK;
}

static takt_status put_scenarios(const takt_sink *sink, const simulation *s)
{
    takt_arena *arena = NULL;
    if (s->comparison.n_scenarios == 1)
        return TAKT_OK;
    TAKT_TRY(takt_arena_create(&arena));
    const takt_status status = fill_scenarios(sink, s, arena);
    takt_arena_destroy(&arena);
    return status;
}

/// For those who watch. What they cannot be shown is no failure of the run.
static void show(const simulation *s, const double *baseline)
{
    const takt_sink *sink = takt_viewing_sink(s->call);
    if (sink &&
        takt_run_file_put_results(sink, &s->setup, baseline, simulation_n_results(s)) != TAKT_OK)
        takt_error_clear();
}

static takt_status write_file(simulation *s, const double *baseline)
{
    takt_netcdf *file = NULL;
    takt_status status = TAKT_OK;
    TAKT_TRY_GOTO(takt_run_file_create(s->call, &s->setup, &s->run, &file), done);
    const takt_sink sink = takt_netcdf_sink(file);
    TAKT_TRY_GOTO(takt_run_file_put_results(&sink, &s->setup, baseline, simulation_n_results(s)),
                  done);
    TAKT_TRY_GOTO(put_scenarios(&sink, s), done);
    if (s->warm_up)
        TAKT_TRY_GOTO(takt_warm_up_put(&sink, s->warm_up), done);
    TAKT_TRY_GOTO(takt_netcdf_commit(&file), done);
done:
    takt_netcdf_destroy(&file);
    return status;
}

// --- Checkpoint ----------------------------------------------------------------------------------

static takt_status write_checkpoint(simulation *s)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    const takt_checkpoint_identity identity = identity_of(s);
    const payload_head head = {s->n_done, s->n_sampled};
    const size_t n_samples = (size_t)s->n_sampled * sample_bytes(s);
    const size_t n_rows = (size_t)s->n_done * row_bytes(s);
    const size_t n_bytes = sizeof head + n_samples + n_rows;
    char *payload = takt_alloc(n_bytes);
    if (!payload)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a checkpoint");
    memcpy(payload, &head, sizeof head);
    if (n_samples > 0)
        memcpy(payload + sizeof head, s->samples, n_samples);
    if (n_rows > 0)
        memcpy(payload + sizeof head + n_samples, s->rows, n_rows);
    const takt_status status = takt_checkpoint_save(takt_run_file(&s->run, "checkpoint.bin", path),
                                                    &identity, payload, n_bytes);
    takt_free(payload);
    return status;
}

takt_status simulation_save(simulation *s)
{
    double *baseline = simulation_baseline(s);
    takt_status status = TAKT_OK;
    if (!baseline)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the results");
    show(s, baseline);
    TAKT_TRY_GOTO(write_file(s, baseline), done);
    TAKT_TRY_GOTO(write_checkpoint(s), done);
    if (takt_save_requested()) {
        takt_save_clear();
        TAKT_TRY_GOTO(takt_run_log(s->call, &s->run, "info", "saved: checkpoint.bin"), done);
    }
done:
    if (baseline != s->rows)
        takt_free(baseline);
    return status;
}

/// Samples and rows out of an intact payload.
static takt_status unpack(simulation *s, const char *path, const takt_checkpoint *checkpoint)
{
    payload_head head = {0};
    if (checkpoint->n_bytes >= sizeof head)
        memcpy(&head, checkpoint->payload, sizeof head);
    const int32_t limit = s->setup.study->precision ? s->setup.study->precision->max_replications
                                                    : s->setup.study->replications;
    const bool counts = head.n_done >= 0 && head.n_done <= limit && head.n_sampled >= 0 &&
                        head.n_sampled <= s->n_to_sample;
    const size_t n_samples = counts ? (size_t)head.n_sampled * sample_bytes(s) : 0;
    const size_t n_rows = counts ? (size_t)head.n_done * row_bytes(s) : 0;
    if (!counts || checkpoint->n_bytes != sizeof head + n_samples + n_rows)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: found %zu bytes, allowed: whole replications", path,
                         checkpoint->n_bytes);
    TAKT_TRY(simulation_reserve(s, (int32_t)head.n_done));
    const char *payload = checkpoint->payload;
    if (n_samples > 0)
        memcpy(s->samples, payload + sizeof head, n_samples);
    if (n_rows > 0)
        memcpy(s->rows, payload + sizeof head + n_samples, n_rows);
    s->n_sampled = (int32_t)head.n_sampled;
    s->n_done = (int32_t)head.n_done;
    return TAKT_OK;
}

takt_status simulation_load(simulation *s)
{
    char path[TAKT_RUN_PATH_BYTES + 32];
    const takt_checkpoint_identity identity = identity_of(s);
    takt_checkpoint checkpoint = {0};
    s->samples = takt_alloc(((size_t)s->n_to_sample + 1) * sample_bytes(s));
    if (!s->samples)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the warm-up");
    TAKT_TRY(simulation_reserve(s, s->n));
    if (!s->run.continues)
        return TAKT_OK;
    TAKT_TRY(takt_checkpoint_load(takt_run_file(&s->run, "checkpoint.bin", path), &identity,
                                  &checkpoint));
    const takt_status status =
        checkpoint.source == TAKT_CHECKPOINT_NONE ? TAKT_OK : unpack(s, path, &checkpoint);
    takt_checkpoint_release(&checkpoint);
    return status;
}
