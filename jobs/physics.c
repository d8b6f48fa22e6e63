// takt physics solve drying: the dryers of a study (or of the default plant) solved by PETSc, with
// their errors, beside the batched kernel that scenarios use.

#include "jobs/run_file.h"
#include "jobs/tables.h"
#include "jobs/verbs.h"
#include "solver/drying.h"
#include "solver/petsc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N_COATS = 2, PETSC_CELLS = 128 };
static const char *const coat_names[N_COATS] = {"anode", "cathode"};

/// Where no study is named: the battery plant's values, with --set battery.anode.solids=0.5.
typedef struct built_in {
    takt_battery battery;
} built_in;
static const takt_field built_in_fields[] = {
    TAKT_FIELD(built_in, battery, STRUCT, .schema = &takt_battery_schema,
               .doc = "values of process model battery"),
};
static const takt_schema built_in_schema =
    TAKT_SCHEMA("built_in", built_in, built_in_fields, "The default plant.");

typedef struct solved_coat {
    takt_drying_case drying;
    takt_drying_result petsc, error, kernel;
} solved_coat;

typedef struct physics {
    takt_call *call;
    takt_setup setup;
    takt_run run;
    solved_coat coats[N_COATS];
    int32_t n_cells;                          // of the profiles
    double *kernel_profiles, *petsc_profiles; // [N_COATS][n_cells]
    double *centres;                          // [n_cells]
} physics;

static takt_status load_built_in(takt_setup *setup, const takt_arguments *arguments)
{
    static const char text[] = "battery: {}\n";
    takt_status status = TAKT_OK;
    takt_document *document = NULL;
    built_in values;
    TAKT_TRY(takt_study_create_default(&setup->study));
    setup->study->name = "drying";
    TAKT_TRY_GOTO(takt_document_parse("built-in plant", text, sizeof text - 1, &document), done);
    for (int32_t i = 0; i < arguments->n_sets; ++i)
        TAKT_TRY_GOTO(takt_document_assign(document, arguments->sets[i]), done);
    TAKT_TRY_GOTO(takt_schema_load(&built_in_schema, document, setup->study->arena, &values), done);
    setup->study->battery = takt_arena_alloc(setup->study->arena, sizeof *setup->study->battery);
    if (!setup->study->battery)
        TAKT_TRY_GOTO(TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the plant"), done);
    *setup->study->battery = values.battery;
done:
    takt_document_destroy(&document);
    return status;
}

static takt_status open_plant(physics *p)
{
    const takt_arguments *arguments = &p->call->arguments;
    takt_setup *setup = &p->setup;
    if (arguments->n_positional < 3) {
        TAKT_TRY(load_built_in(setup, arguments));
    } else {
        const char *path = arguments->positional[2];
        TAKT_TRY(takt_study_open(path, arguments->sets, arguments->n_sets, &setup->study));
        const takt_problem problem = {.path = "battery",
                                      .text = "found none, allowed: the section of a plant with "
                                              "dryers"};
        if (!setup->study->battery)
            return takt_study_fail(setup->study, &problem);
        snprintf(p->run.study, sizeof p->run.study, "%s", path);
    }
    takt_study_write(setup->study, &setup->effective);
    TAKT_TRY(takt_text_check(&setup->effective));
    return TAKT_OK;
}

// --- Solving -------------------------------------------------------------------------------------

/// The kernel's cells and clustering are its own: PETSc's profile is read at the kernel's centres.
static double profile_at(const double *centres, const double *values, int32_t n, double xi)
{
    int32_t i = 0;
    while (i < n - 2 && centres[i + 1] < xi)
        ++i;
    const double t = (xi - centres[i]) / (centres[i + 1] - centres[i]);
    return values[i] + t * (values[i + 1] - values[i]);
}

static takt_status solve_profiles(physics *p, takt_drying_batch *batch, takt_drying_solver *solver)
{
    double fine[PETSC_CELLS];
    memcpy(p->centres, takt_drying_batch_centres(batch), (size_t)p->n_cells * sizeof(double));
    for (int c = 0; c < N_COATS; ++c) {
        solved_coat *coat = &p->coats[c];
        double *kernel = p->kernel_profiles + (size_t)c * (size_t)p->n_cells;
        double *petsc = p->petsc_profiles + (size_t)c * (size_t)p->n_cells;
        takt_drying_result result;
        takt_battery_dryer_case(p->setup.study->battery, c == 1, 0, &coat->drying);
        TAKT_TRY(takt_drying_batch_solve(batch, &coat->drying, 1, &coat->kernel, kernel));
        TAKT_TRY(takt_drying_solver_solve(solver, &coat->drying, &result, fine));
        TAKT_TRY(
            takt_drying_solve_certified(&coat->drying, PETSC_CELLS, &coat->petsc, &coat->error));
        for (int32_t i = 0; i < p->n_cells; ++i)
            petsc[i] =
                profile_at(takt_drying_solver_centres(solver), fine, PETSC_CELLS, p->centres[i]);
    }
    return TAKT_OK;
}

static takt_status solve(physics *p)
{
    const takt_drying_config config = takt_drying_config_default();
    takt_drying_solver_config fine = takt_drying_solver_config_default();
    takt_status status = TAKT_OK;
    takt_drying_batch *batch = NULL;
    takt_drying_solver *solver = NULL;
    fine.n_cells = PETSC_CELLS;
    p->n_cells = config.n_cells;
    p->kernel_profiles = takt_alloc((2 * N_COATS + 1) * (size_t)p->n_cells * sizeof(double));
    if (!p->kernel_profiles)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for profiles");
    p->petsc_profiles = p->kernel_profiles + (size_t)N_COATS * (size_t)p->n_cells;
    p->centres = p->petsc_profiles + (size_t)N_COATS * (size_t)p->n_cells;
    TAKT_TRY_GOTO(takt_drying_batch_create(&config, &batch), done);
    TAKT_TRY_GOTO(takt_drying_solver_create(&fine, &solver), done);
    TAKT_TRY_GOTO(solve_profiles(p, batch, solver), done);
done:
    takt_drying_solver_destroy(&solver);
    takt_drying_batch_destroy(&batch);
    return status;
}

// --- Output --------------------------------------------------------------------------------------

static void add_row(takt_table *table, const char *name, const char *unit, double value,
                    double error, double kernel)
{
    const int decimals = takt_decimals_of(value, fabs(value) * 1e-4);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_text(name), takt_cell_text(unit),
                                 takt_cell_number(value, decimals), takt_cell_number(error, -2),
                                 takt_cell_number(kernel, decimals),
                                 takt_cell_number(kernel - value, -2)});
}

static void add_coat(takt_sheet *sheet, takt_table *table, const takt_battery *battery, int index,
                     const solved_coat *coat)
{
    const takt_drying_result *value = &coat->petsc, *error = &coat->error, *kernel = &coat->kernel;
    const char *coat_name = coat_names[index];
    const double adhesion = takt_battery_adhesion(battery, value->bottom_binder_ratio);
    const double adhesion_error = fabs(
        takt_battery_adhesion(battery, value->bottom_binder_ratio + error->bottom_binder_ratio) -
        adhesion);
#define NAME(text) takt_sheet_format(sheet, text "_%s", coat_name)
    add_row(table, NAME("residual_solvent"), "1", value->residual, error->residual,
            kernel->residual);
    add_row(table, NAME("film_temperature"), "degC", value->temp_max_K - 273.15, error->temp_max_K,
            kernel->temp_max_K - 273.15);
    add_row(table, NAME("evaporated"), "kg/m2", value->evaporated_kg_m2, error->evaporated_kg_m2,
            kernel->evaporated_kg_m2);
    add_row(table, NAME("binder_at_foil"), "1", value->bottom_binder_ratio,
            error->bottom_binder_ratio, kernel->bottom_binder_ratio);
    add_row(table, NAME("binder_at_surface"), "1", value->top_binder_ratio, error->top_binder_ratio,
            kernel->top_binder_ratio);
    add_row(table, NAME("adhesion"), "1", adhesion, adhesion_error,
            takt_battery_adhesion(battery, kernel->bottom_binder_ratio));
#undef NAME
}

static takt_status print(const physics *p)
{
    static const takt_column columns[] = {
        {"name", "name", false},     {"unit", "unit", false},
        {"value", "PETSc", false},   {"error", "+- error", false},
        {"kernel", "kernel", false}, {"difference", "kernel - PETSc", false}};
    const takt_study *study = p->setup.study;
    const bool has_run = p->run.is_open;
    const takt_sheet_head head = {study->name, study->seed, has_run ? p->run.folder : NULL};
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_sheet_create(&sheet));
    takt_sheet_note(sheet,
                    "Drying with clean nozzles: PETSc on %d and %d cells, extrapolated; "
                    "batched kernel on %d cells",
                    PETSC_CELLS, 2 * PETSC_CELLS, p->n_cells);
    takt_table *table = takt_sheet_table(sheet, "rows", "Dryers", columns, 6);
    for (int c = 0; c < N_COATS; ++c)
        add_coat(sheet, table, study->battery, c, &p->coats[c]);
    if (*p->run.study)
        takt_sheet_next(sheet, "takt optimize %s", p->run.study);
    else
        takt_sheet_next(sheet, "takt new battery.yaml --from battery_line");
    const takt_status status = takt_sheet_print(p->call, sheet, &head);
    takt_sheet_destroy(&sheet);
    return status;
}

static takt_status write_run(const physics *p)
{
    takt_status status = TAKT_OK;
    takt_netcdf *file = NULL;
    const takt_binder_profiles profiles = {N_COATS,    p->n_cells,         coat_names,
                                           p->centres, p->kernel_profiles, p->petsc_profiles};
    if (!p->run.is_open)
        return TAKT_OK;
    TAKT_TRY_GOTO(takt_run_file_create(p->call, &p->setup, &p->run, &file), done);
    TAKT_TRY_GOTO(takt_run_file_put_binder(file, &profiles), done);
    TAKT_TRY_GOTO(takt_netcdf_commit(&file), done);
done:
    takt_netcdf_destroy(&file);
    return status;
}

static takt_status work(physics *p)
{
    TAKT_TRY(solve(p));
    for (int c = 0; c < N_COATS; ++c)
        if (p->coats[c].petsc.reason != TAKT_DRYING_FROZEN &&
            p->coats[c].petsc.reason != TAKT_DRYING_WET)
            return TAKT_FAIL(TAKT_ERR_MODEL, "drying: found no solution for the %s's dryer",
                             coat_names[c]);
    TAKT_TRY(write_run(p));
    TAKT_TRY(print(p));
    return TAKT_OK;
}

/// One rank has enough to do with it; all of them start PETSc.
static takt_status solve_and_print(physics *p)
{
    takt_comm *comm = p->call->comm;
    TAKT_TRY(takt_comm_agree(comm, takt_petsc_init()));
    const takt_status status = takt_comm_agree(comm, takt_call_leads(p->call) ? work(p) : TAKT_OK);
    const takt_status ended = takt_petsc_fini();
    TAKT_TRY(status);
    TAKT_TRY(ended);
    return TAKT_OK;
}

static takt_status check_words(const takt_arguments *arguments)
{
    static const char *const words[] = {"solve", "drying"};
    for (int i = 0; i < 2; ++i)
        if (strcmp(arguments->positional[i], words[i]) != 0)
            return TAKT_FAIL(TAKT_ERR_INPUT, "physics: found '%.60s', allowed: %s",
                             arguments->positional[i], words[i]);
    return TAKT_OK;
}

static takt_status run(takt_call *call)
{
    takt_status status = TAKT_OK;
    physics p = {.call = call};
    TAKT_TRY(check_words(&call->arguments));
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, open_plant(&p)), done);
    if (takt_arguments_has(&call->arguments, TAKT_FLAG_OUT)) {
        TAKT_TRY_GOTO(takt_run_name(call, &p.run), done);
        TAKT_TRY_GOTO(takt_run_create(call, &p.setup, &p.run), done);
    }
    TAKT_TRY_GOTO(solve_and_print(&p), done);
done:
    status = takt_run_close(call, &p.run, status, "solved");
    takt_free(p.kernel_profiles);
    takt_setup_close(&p.setup);
    return status;
}

const takt_verb takt_verb_physics = {
    .name = "physics",
    .usage = "solve drying [STUDY]",
    .summary = "the PDE of a process, solved by PETSc",
    .text = "Solves the drying of both electrode coats (clean nozzles, baseline set-points) at\n"
            "two grid sizes with PETSc and prints Richardson's extrapolation with its error,\n"
            "beside the batched kernel that scenarios use. Without STUDY it takes the default\n"
            "plant; --set battery.anode.web_speed_m_min=60 changes it. --out DIR leaves run.nc\n"
            "with the binder's profile through each coat.",
    .flags = TAKT_FLAGS_STUDY | TAKT_FLAG_BIT(OUT),
    .min_positional = 2,
    .max_positional = 3,
    .run = run,
};
