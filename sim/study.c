// Loading, completing and checking studies.

#include "sim/study.h"

#include "core/files.h"
#include "sim/arrival_file.h"
#include "sim/distribution_load.h"
#include "sim/tariff_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const tier_names[] = {"reference", "batch", "surrogate", NULL};

const char *takt_tier_name(int32_t tier)
{
    return tier_names[tier];
}

static const takt_field horizon_fields[] = {
    TAKT_FIELD_AS("warm_up", takt_horizon, warm_up_s, DURATION, TAKT_RANGE(0, 1e10),
                  .default_text = "0", .doc = "time before the measurement begins"),
    TAKT_FIELD_AS("measured", takt_horizon, measured_s, DURATION, TAKT_RANGE(1e-3, 1e11),
                  .default_text = "30 d", .doc = "time that is measured"),
    TAKT_FIELD_AS("start", takt_horizon, start_s, DURATION, TAKT_RANGE(0, 1e9), .default_text = "0",
                  .doc = "time of day, or of the cycle, at which simulated time begins: calendars, "
                         "rates of arrivals and tariff stand there; 0: midnight"),
    TAKT_FIELD(takt_horizon, warm_up_detect, BOOLEAN, .default_text = "false",
               .doc = "look for the end of the warm-up in 16 replications (MSER-5) and use what is "
                      "found where it is longer than warm_up"),
    TAKT_FIELD(takt_horizon, batches, INTEGER, TAKT_RANGE(0, 10000), .default_text = "0",
               .doc = "with replications: 1, pieces of the measured time whose means give the "
                      "intervals (batch means); 0: none"),
};
static const takt_schema horizon_schema =
    TAKT_SCHEMA("horizon", takt_horizon, horizon_fields, "How long each replication runs.");

static const takt_field process_fields[] = {
    TAKT_FIELD(takt_process_choice, model, NAME,
               .doc = "process model that the stages of the stations belong to: battery"),
    TAKT_FIELD(takt_process_choice, tier, CHOICE, .choices = tier_names, .default_text = "batch",
               .doc = "who solves the PDEs: PETSc (reference), the batched kernel (batch), or what "
                      "was learnt of them (surrogate)"),
    TAKT_FIELD(takt_process_choice, weights, TEXT,
               .doc =
                   "weights of tier surrogate: a file of `takt physics fit drying`, looked for in "
                   "the folder of the study and from where takt was called"),
};
static const takt_schema process_schema =
    TAKT_SCHEMA("process", takt_process_choice, process_fields, "The physics behind the stations.");

static const takt_field set_point_fields[] = {
    TAKT_FIELD(takt_set_point, name, NAME, .required = true, .doc = "name, unique"),
    TAKT_FIELD(takt_set_point, unit, TEXT, .default_text = "1", .doc = "unit of the values"),
    TAKT_FIELD(takt_set_point, value, NUMBER, .required = true, .unit = "unit",
               .doc = "baseline: what is set today"),
    TAKT_FIELD(takt_set_point, min, NUMBER, .required = true, .unit = "unit",
               .doc = "lowest value allowed"),
    TAKT_FIELD(takt_set_point, max, NUMBER, .required = true, .unit = "unit",
               .doc = "highest value allowed"),
    TAKT_FIELD(takt_set_point, factor, NUMBER, TAKT_RANGE(1e-12, 1e12), .default_text = "1",
               .unit = "1", .doc = "what is written into the targets is value x factor"),
    TAKT_FIELD(takt_set_point, integer, BOOLEAN, .default_text = "false",
               .doc = "whole numbers only"),
    TAKT_FIELD(takt_set_point, targets, TEXT_LIST, .required = true, .min_items = 1,
               .doc = "paths in this study, as in --set: factory.buffers[rolls].capacity"),
};
static const takt_schema set_point_schema =
    TAKT_SCHEMA("set_point", takt_set_point, set_point_fields,
                "A value that may be chosen. The baseline replaces what stands at the targets.");

static const takt_field optimize_fields[] = {
    TAKT_FIELD(takt_optimize, population, INTEGER, TAKT_RANGE(4, 4096), .default_text = "20",
               .doc = "designs per generation"),
    TAKT_FIELD(takt_optimize, generations, INTEGER, TAKT_RANGE(1, 100000), .default_text = "50",
               .doc = "generations"),
    TAKT_FIELD(takt_optimize, replications, INTEGER, TAKT_RANGE(1, 100000), .default_text = "4",
               .doc = "replications per design in the first generation"),
    TAKT_FIELD(takt_optimize, replications_end, INTEGER, TAKT_RANGE(1, 100000), .default_text = "8",
               .doc = "replications per design in the last generation"),
    TAKT_FIELD(takt_optimize, step, NUMBER, TAKT_RANGE(1e-4, 1), .default_text = "0.15",
               .unit = "1", .doc = "first standard deviation, as a share of each range"),
    TAKT_FIELD(takt_optimize, finalists, INTEGER, TAKT_RANGE(1, 1000), .default_text = "5",
               .doc = "designs that are run again before one is chosen"),
    TAKT_FIELD(takt_optimize, final_replications, INTEGER, TAKT_RANGE(2, 100000),
               .default_text = "40", .doc = "replications of the finalists and of the baseline"),
    TAKT_FIELD(takt_optimize, slope_replications, INTEGER, TAKT_RANGE(2, 100000),
               .default_text = "20",
               .doc = "replications at 10 % of the range to either side of the winner"),
    TAKT_FIELD(takt_optimize, pde_cells, INTEGER, TAKT_RANGE(16, 512), .default_text = "64",
               .doc = "cells of the coarser of the two PETSc solves of the winner"),
};
static const takt_schema optimize_schema =
    TAKT_SCHEMA("optimize", takt_optimize, optimize_fields,
                "The budget of `takt optimize`, in counts: the answer does not depend on ranks or "
                "seconds.");

static const takt_field study_fields[] = {
    TAKT_FIELD_AS("study", takt_study, name, NAME, .required = true,
                  .doc = "name of the study; runs are named after it"),
    TAKT_FIELD(takt_study, seed, INTEGER64, TAKT_AT_LEAST(0), .default_text = "1",
               .doc = "names all random numbers; same study and seed, same bytes"),
    TAKT_FIELD(takt_study, replications, INTEGER, TAKT_RANGE(1, 10000000), .default_text = "40",
               .doc = "simulated lives of `takt simulate`; with precision the least number"),
    TAKT_FIELD(takt_study, antithetic, BOOLEAN, .default_text = "false",
               .doc = "replication 2k + 1 draws 1 - u where replication 2k draws u; intervals are "
                      "over pairs"),
    TAKT_FIELD(takt_study, precision, OPTIONAL, .schema = &takt_stopping_schema,
               .doc = "replications until a KPI is known well enough"),
    TAKT_FIELD(takt_study, horizon, STRUCT, .schema = &horizon_schema, .doc = "how long each runs"),
    TAKT_FIELD(takt_study, process, STRUCT, .schema = &process_schema,
               .doc = "physics behind the stations"),
    TAKT_FIELD(takt_study, factory, STRUCT, .schema = &takt_factory_schema, .doc = "the plant"),
    TAKT_FIELD(takt_study, battery, OPTIONAL, .schema = &takt_battery_schema,
               .doc = "values of process model battery"),
    TAKT_FIELD(takt_study, physics, OPTIONAL, .schema = &takt_physics_schema,
               .doc = "what `takt physics fit` learns; a study of nothing else needs no factory"),
    TAKT_FIELD(takt_study, infer, OPTIONAL, .schema = &takt_infer_schema,
               .doc = "what `takt physics infer` estimates; such a study needs no factory"),
    TAKT_FIELD(takt_study, set_points, LIST, .schema = &set_point_schema, .unique_names = true,
               .max_items = 64, .doc = "values that `takt optimize` may choose"),
    TAKT_FIELD(takt_study, optimize, STRUCT, .schema = &optimize_schema,
               .doc = "budget of `takt optimize`"),
    TAKT_FIELD(takt_study, scenarios, LIST, .schema = &takt_variant_schema, .unique_names = true,
               .max_items = 256,
               .doc = "what `takt simulate` compares with the study as it stands"),
};
const takt_schema takt_study_schema =
    TAKT_SCHEMA("study", takt_study, study_fields,
                "One file: a factory, the question asked of it, the budget. Times are seconds or "
                "text with a unit (90 s, 30 min, 1.5 h, 10 d).");

takt_status takt_study_fail(const takt_study *study, const takt_problem *problem)
{
    return takt_document_fail(study->document, problem->path, "%s", problem->text);
}

/// Does the factory hold together, and does it fit the process model?
static takt_status resolve_factory(takt_study *study, takt_problem *problem)
{
    const takt_process_ops *process = takt_process_find(study->process.model);
    TAKT_TRY(takt_factory_resolve(&study->factory, problem));
    return process ? process->check(&study->factory, problem) : TAKT_OK;
}

static takt_status check_range(const takt_set_point *point, int32_t index, takt_problem *problem)
{
    if (!(point->max > point->min))
        return takt_problem_set(problem, takt_path_of("set_points[%d].max", index),
                                "found %g, allowed: more than min (%g)", point->max, point->min);
    const bool whole =
        !point->integer || (point->value == floor(point->value) &&
                            point->min == floor(point->min) && point->max == floor(point->max));
    if (point->value < point->min || point->value > point->max || !whole)
        return takt_problem_set(problem, takt_path_of("set_points[%d].value", index),
                                "found %g, allowed: %s%g to %g", point->value,
                                whole ? "" : "whole numbers, ", point->min, point->max);
    return TAKT_OK;
}

/// Only what a scenario reads anew for each design may be chosen, and each place only once.
static takt_status check_target(takt_study *study, int32_t index, int32_t target,
                                takt_problem *problem)
{
    const takt_path place = takt_path_of("set_points[%d].targets[%d]", index, target);
    const takt_set_point *points = study->set_points.items;
    const char *path = *TAKT_ITEM(const char *, points[index].targets, target);
    takt_located located, other;
    if (takt_schema_locate(&takt_study_schema, study, path, &located) != TAKT_OK)
        return takt_problem_set(problem, place, "%.300s", takt_error_text());
    if (strncmp(path, "factory.", 8) != 0 && strncmp(path, "battery.", 8) != 0)
        return takt_problem_set(
            problem, place, "found '%s', allowed: a value of the factory or of its process", path);
    for (int32_t i = 0; i <= index; ++i) {
        const int32_t n = i < index ? points[i].targets.n_items : target;
        for (int32_t t = 0; t < n; ++t) {
            TAKT_TRY(takt_schema_locate(&takt_study_schema, study,
                                        *TAKT_ITEM(const char *, points[i].targets, t), &other));
            if (other.address == located.address)
                return takt_problem_set(problem, place,
                                        "found '%s', which set-point %s sets too, allowed: a value "
                                        "of its own",
                                        path, points[i].name);
        }
    }
    return TAKT_OK;
}

/// Writes a value to all targets and looks whether the factory bears it.
static takt_status try_value(takt_study *study, int32_t index, const char *field, double value,
                             takt_problem *problem)
{
    const takt_set_point *point = TAKT_ITEM(takt_set_point, study->set_points, index);
    for (int32_t t = 0; t < point->targets.n_items; ++t) {
        takt_located located;
        TAKT_TRY(takt_schema_locate(&takt_study_schema, study,
                                    *TAKT_ITEM(const char *, point->targets, t), &located));
        if (takt_located_set(&located, value * point->factor) != TAKT_OK)
            return takt_problem_set(problem, takt_path_of("set_points[%d].targets[%d]", index, t),
                                    "%.300s", takt_error_text());
    }
    takt_problem found = {0};
    const takt_status status = resolve_factory(study, &found);
    if (status == TAKT_ERR_INPUT)
        return takt_problem_set(problem, takt_path_of("set_points[%d].%s", index, field),
                                "with %g: %.140s: %.150s", value, found.path, found.text);
    return status;
}

/// Both ends, and for what is no whole number a place between them, must be legal; then the value.
static takt_status resolve_set_point(takt_study *study, int32_t index, takt_problem *problem)
{
    const takt_set_point *point = TAKT_ITEM(takt_set_point, study->set_points, index);
    TAKT_TRY(check_range(point, index, problem));
    for (int32_t t = 0; t < point->targets.n_items; ++t)
        TAKT_TRY(check_target(study, index, t, problem));
    const double between = point->min + 0.381966011250105 * (point->max - point->min);
    TAKT_TRY(try_value(study, index, "min", point->min, problem));
    TAKT_TRY(try_value(study, index, "max", point->max, problem));
    if (!point->integer)
        TAKT_TRY(try_value(study, index, "integer", between, problem));
    return try_value(study, index, "value", point->value, problem);
}

static takt_status check_weights(const takt_process_choice *process, takt_problem *problem)
{
    const bool is_surrogate = process->tier == TAKT_TIER_SURROGATE;
    if (is_surrogate && !(process->weights && *process->weights))
        return takt_problem_set(problem, takt_path_of("process.tier"),
                                "found surrogate without weights, allowed: surrogate with "
                                "process.weights, a file of takt physics fit drying");
    if (process->weights && !is_surrogate)
        return takt_problem_set(problem, takt_path_of("process.weights"),
                                "found '%.200s', allowed: none with tier %s", process->weights,
                                tier_names[process->tier]);
    return TAKT_OK;
}

/// A model and its values belong together.
static takt_status check_process(const takt_study *study, takt_problem *problem)
{
    const char *model = study->process.model;
    const bool is_battery = model && strcmp(model, takt_battery_process.name) == 0;
    const takt_path path = takt_path_of("process.model");
    if (model && !takt_process_find(model))
        return takt_problem_set(problem, path, "found '%s', allowed: battery", model);
    if (is_battery && !study->battery)
        return takt_problem_set(
            problem, path,
            "found battery without its values, allowed: battery with a section `battery:`");
    if (study->battery && !is_battery)
        return takt_problem_set(problem, takt_path_of("battery"),
                                "found values of a model that is not used, allowed: none without "
                                "process: {model: battery}");
    if (!model && study->process.tier != TAKT_TIER_BATCH)
        return takt_problem_set(problem, takt_path_of("process.tier"),
                                "found %s, allowed: none where process.model names no model",
                                tier_names[study->process.tier]);
    TAKT_TRY(check_weights(&study->process, problem));
    for (int32_t s = 0; !model && s < study->factory.stations.n_items; ++s) {
        const char *stage = TAKT_ITEM(takt_station, study->factory.stations, s)->stage;
        if (stage)
            return takt_problem_set(problem, takt_path_of("factory.stations[%d].stage", s),
                                    "found '%s', allowed: none where process.model names no model",
                                    stage);
    }
    return TAKT_OK;
}

static takt_status resolve(takt_study *study, takt_problem *problem)
{
    if (study->physics)
        TAKT_TRY(takt_physics_check(study->physics, problem));
    TAKT_TRY(check_process(study, problem));
    if (study->infer)
        TAKT_TRY(takt_infer_check(study->infer, study->battery, problem));
    if (!takt_study_has_factory(study))
        return TAKT_OK;
    TAKT_TRY(takt_analysis_check(study, problem));
    TAKT_TRY(takt_distributions_load(study, problem));
    TAKT_TRY(takt_arrivals_load(study, problem));
    TAKT_TRY(takt_tariff_load(study, problem));
    TAKT_TRY(resolve_factory(study, problem));
    for (int32_t i = 0; i < study->set_points.n_items; ++i)
        TAKT_TRY(resolve_set_point(study, i, problem));
    return TAKT_OK;
}

bool takt_study_has_factory(const takt_study *study)
{
    const bool learns = study->physics && study->physics->process;
    return study->factory.stations.n_items > 0 || study->set_points.n_items > 0 ||
           (!study->infer && (!learns || study->process.model));
}

const char *takt_study_locate(const takt_study *study, const char *file, char *path, size_t n_bytes)
{
    const char *name = study->document ? takt_document_name(study->document) : "";
    const char *slash = strrchr(name, '/');
    if (!slash || *file == '/')
        return file;
    snprintf(path, n_bytes, "%.*s/%s", (int)(slash - name), name, file);
    return takt_file_exists(path) ? path : file;
}

takt_status takt_study_resolve(takt_study *study)
{
    takt_problem problem = {0};
    const takt_status status = resolve(study, &problem);
    return status == TAKT_ERR_INPUT ? takt_study_fail(study, &problem) : status;
}

static takt_status allocate(takt_study **study)
{
    takt_study *s = takt_alloc(sizeof *s);
    *study = NULL;
    if (!s)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a study");
    const takt_status status = takt_arena_create(&s->arena);
    if (status != TAKT_OK) {
        takt_free(s);
        return status;
    }
    *study = s;
    return TAKT_OK;
}

/// Loading fills the whole struct: what is not in the file is put back afterwards.
static takt_status load(takt_study *study, takt_document *document)
{
    takt_arena *arena = study->arena;
    const takt_status status = takt_schema_load(&takt_study_schema, document, arena, study);
    study->arena = arena;
    study->document = document;
    TAKT_TRY(status);
    return takt_study_resolve(study);
}

/// A value that a set-point gives would be overwritten by it: the argument would do nothing.
static takt_status check_set(takt_study *study, const char *argument)
{
    char path[160];
    takt_located given, target;
    snprintf(path, sizeof path, "%.*s", (int)strcspn(argument, "="), argument);
    if (takt_schema_locate(&takt_study_schema, study, path, &given) != TAKT_OK) {
        takt_error_clear();
        return TAKT_OK; // not a number: no set-point can give it
    }
    for (int32_t i = 0; i < study->set_points.n_items; ++i) {
        const takt_set_point *point = TAKT_ITEM(takt_set_point, study->set_points, i);
        for (int32_t t = 0; t < point->targets.n_items; ++t) {
            TAKT_TRY(takt_schema_locate(&takt_study_schema, study,
                                        *TAKT_ITEM(const char *, point->targets, t), &target));
            if (target.address == given.address)
                return TAKT_FAIL(TAKT_ERR_INPUT,
                                 "--set %s: found a value that set-point %s gives, allowed: "
                                 "--set set_points[%s].value=...",
                                 argument, point->name, point->name);
        }
    }
    return TAKT_OK;
}

/// Keeps the arguments of --set: a scenario is opened with them, too.
static takt_status keep_sets(takt_study *study, const char *const *sets, int32_t n_sets)
{
    const char **kept = takt_arena_alloc(study->arena, (size_t)(n_sets + 1) * sizeof *kept);
    for (int32_t i = 0; kept && i < n_sets; ++i) {
        kept[i] = takt_arena_copy_text(study->arena, sets[i]);
        if (!kept[i])
            kept = NULL;
    }
    study->sets = kept;
    study->n_sets = kept ? n_sets : 0;
    return kept ? TAKT_OK : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a study");
}

/// A study of a document, which it takes; on failure too.
static takt_status open_document(takt_document *document, const char *const *sets, int32_t n_sets,
                                 takt_study **study)
{
    takt_status status = allocate(study);
    if (status != TAKT_OK) {
        takt_document_destroy(&document);
        return status;
    }
    (*study)->document = document;
    for (int32_t i = 0; i < n_sets; ++i)
        TAKT_TRY_GOTO(takt_document_assign(document, sets[i]), failed);
    TAKT_TRY_GOTO(load(*study, document), failed);
    TAKT_TRY_GOTO(keep_sets(*study, sets, n_sets), failed);
    for (int32_t i = 0; i < n_sets; ++i)
        TAKT_TRY_GOTO(check_set(*study, sets[i]), failed);
    return TAKT_OK;
failed:
    takt_study_destroy(study);
    return status;
}

takt_status takt_study_open(const char *path, const char *const *sets, int32_t n_sets,
                            takt_study **study)
{
    takt_document *document = NULL;
    *study = NULL;
    TAKT_TRY(takt_document_open(path, &document));
    return open_document(document, sets, n_sets, study);
}

takt_status takt_study_parse(const char *name, const char *text, size_t length, takt_study **study)
{
    return takt_study_parse_with(name, text, length, NULL, 0, study);
}

takt_status takt_study_parse_with(const char *name, const char *text, size_t length,
                                  const char *const *sets, int32_t n_sets, takt_study **study)
{
    takt_document *document = NULL;
    *study = NULL;
    TAKT_TRY(takt_document_parse(name, text, length, &document));
    return open_document(document, sets, n_sets, study);
}

takt_status takt_study_create_default(takt_study **study)
{
    TAKT_TRY(allocate(study));
    takt_arena *arena = (*study)->arena;
    const takt_status status = takt_schema_defaults(&takt_study_schema, arena, *study);
    (*study)->arena = arena;
    (*study)->document = NULL;
    (*study)->name = "study";
    if (status != TAKT_OK)
        takt_study_destroy(study);
    return status;
}

void takt_study_destroy(takt_study **study)
{
    if (!*study)
        return;
    takt_document_destroy(&(*study)->document);
    takt_arena_destroy(&(*study)->arena);
    takt_free(*study);
    *study = NULL;
}

takt_status takt_study_note_file(takt_study *study, const char *name, const void *bytes, size_t n)
{
    takt_study_file **last = &study->files;
    while (*last && strcmp((*last)->name, name) != 0)
        last = &(*last)->next;
    if (!*last) {
        *last = takt_arena_alloc(study->arena, sizeof **last);
        if (!*last)
            return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a study");
        **last = (takt_study_file){.name = name};
    }
    (*last)->n_bytes = n;
    (*last)->digest = takt_crc64(0, n > 0 ? bytes : "", n);
    return TAKT_OK;
}

void takt_study_write(const takt_study *study, takt_text *out)
{
    takt_schema_write_yaml(&takt_study_schema, study, out);
    for (const takt_study_file *file = study->files; file; file = file->next)
        takt_text_printf(out, "# %s: %zu bytes, CRC-64 %016" PRIx64 "\n", file->name, file->n_bytes,
                         file->digest);
}

takt_status takt_study_hash(const takt_study *study, uint64_t *hash)
{
    takt_text text = {0};
    takt_study_write(study, &text);
    const takt_status status = takt_text_check(&text);
    if (status == TAKT_OK)
        *hash = takt_crc64(0, text.bytes, text.length);
    takt_text_destroy(&text);
    return status;
}
