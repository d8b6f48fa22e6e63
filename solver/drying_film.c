/// Liquid height and temperature of the film by TSROSW, and the quintic between its steps.
#include "core/memory.h"
#include "solver/drying_film_internal.h"
#include "solver/petsc.h"

#include <math.h>

#define TEMP_UNIT 100.0 // K, so that both unknowns are of order one

static takt_drying_rates rates_of(const takt_film_path *path, const double y[2])
{
    return takt_drying_film_rates(&path->air, y[0] * path->start_height_m, y[1] * TEMP_UNIT);
}

static PetscErrorCode film_function(TS ts, PetscReal time, Vec y, Vec dot, Vec out, void *context)
{
    const takt_film_path *path = context;
    const double *values, *dots;
    double *f;
    (void)ts;
    (void)time;
    PetscFunctionBeginUser;
    PetscCall(VecGetArrayRead(y, &values));
    PetscCall(VecGetArrayRead(dot, &dots));
    PetscCall(VecGetArrayWrite(out, &f));
    const takt_drying_rates r = rates_of(path, values);
    f[0] = dots[0] - r.liquid / path->start_height_m;
    f[1] = dots[1] - r.temp / TEMP_UNIT;
    PetscCall(VecRestoreArrayWrite(out, &f));
    PetscCall(VecRestoreArrayRead(dot, &dots));
    PetscCall(VecRestoreArrayRead(y, &values));
    PetscFunctionReturn(0);
}

static PetscErrorCode film_jacobian(TS ts, PetscReal time, Vec y, Vec dot, PetscReal shift,
                                    Mat matrix, Mat preconditioner, void *context)
{
    const takt_film_path *path = context;
    const double unit = TEMP_UNIT / path->start_height_m;
    const double *values;
    double *a;
    (void)ts;
    (void)time;
    (void)dot;
    PetscFunctionBeginUser;
    PetscCall(VecGetArrayRead(y, &values));
    PetscCall(MatDenseGetArrayWrite(preconditioner, &a));
    const takt_drying_rates r = rates_of(path, values);
    a[0] = shift - r.liquid_l;
    a[1] = -r.temp_l / unit;
    a[2] = -r.liquid_T * unit;
    a[3] = shift - r.temp_T;
    PetscCall(MatDenseRestoreArrayWrite(preconditioner, &a));
    PetscCall(VecRestoreArrayRead(y, &values));
    PetscCall(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
    PetscCall(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
    PetscFunctionReturn(0);
}

static takt_film_node node_of(const takt_film_path *path, double time_s, const double y[2])
{
    const double unit = TEMP_UNIT / path->start_height_m;
    const takt_drying_rates r = rates_of(path, y);
    takt_film_node node = {.time_s = time_s, .y = {y[0], y[1]}};
    node.rate[0] = r.liquid / path->start_height_m;
    node.rate[1] = r.temp / TEMP_UNIT;
    node.bend[0] = r.liquid_l * node.rate[0] + r.liquid_T * unit * node.rate[1];
    node.bend[1] = r.temp_l / unit * node.rate[0] + r.temp_T * node.rate[1];
    return node;
}

/// Called after each accepted step; ends the solve below the critical height.
static PetscErrorCode film_post_step(TS ts)
{
    takt_film_path *path;
    const double *values;
    double time_s;
    Vec y;
    PetscFunctionBeginUser;
    PetscCall(TSGetApplicationContext(ts, &path));
    PetscCall(TSGetTime(ts, &time_s));
    PetscCall(TSGetSolution(ts, &y));
    PetscCall(VecGetArrayRead(y, &values));
    const takt_film_node node = node_of(path, time_s, values);
    PetscCall(VecRestoreArrayRead(y, &values));
    if (path->n_steps < path->n_steps_max)
        path->steps[path->n_steps++] = (takt_film_step){path->last, node};
    path->last = node;
    if (!path->frozen && node.y[0] <= path->critical)
        PetscCall(TSSetConvergedReason(ts, TS_CONVERGED_USER));
    else
        path->temp_max_K = fmax(path->temp_max_K, node.y[1] * TEMP_UNIT);
    PetscFunctionReturn(0);
}

/// A stage far outside of the unknowns (of order one, or NaN) rejects its step; PETSc would stop
/// with an error later on.
static PetscErrorCode film_domain(TS ts, PetscReal time, Vec stage, PetscBool *accept)
{
    const double *values;
    (void)ts;
    (void)time;
    PetscFunctionBeginUser;
    PetscCall(VecGetArrayRead(stage, &values));
    *accept = fabs(values[0]) < 1e6 && fabs(values[1]) < 1e6 ? PETSC_TRUE : PETSC_FALSE;
    PetscCall(VecRestoreArrayRead(stage, &values));
    PetscFunctionReturn(0);
}

static takt_status create_integrator(takt_film_path *path)
{
    TSAdapt adapt;
    SNES snes;
    KSP ksp;
    PC pc;
    TAKT_PETSC(TSCreate(PETSC_COMM_SELF, &path->ts));
    TAKT_PETSC(TSSetType(path->ts, TSROSW));
    TAKT_PETSC(TSRosWSetType(path->ts, TSROSW4L));
    TAKT_PETSC(TSSetIFunction(path->ts, NULL, film_function, path));
    TAKT_PETSC(TSSetIJacobian(path->ts, path->jacobian, path->jacobian, film_jacobian, path));
    TAKT_PETSC(TSSetApplicationContext(path->ts, path));
    TAKT_PETSC(TSSetFunctionDomainError(path->ts, film_domain));
    TAKT_PETSC(TSSetPostStep(path->ts, film_post_step));
    TAKT_PETSC(TSSetTolerances(path->ts, path->tolerance, NULL, path->tolerance, NULL));
    TAKT_PETSC(TSSetExactFinalTime(path->ts, TS_EXACTFINALTIME_MATCHSTEP));
    TAKT_PETSC(TSSetErrorIfStepFails(path->ts, PETSC_FALSE));
    TAKT_PETSC(TSSetMaxStepRejections(path->ts, 50));
    TAKT_PETSC(TSGetAdapt(path->ts, &adapt));
    TAKT_PETSC(TSAdaptSetType(adapt, TSADAPTBASIC));
    // In a quiet zone the error estimate invites steps that jump over the next event unseen.
    TAKT_PETSC(TSAdaptSetClip(adapt, 0.1, 2.0));
    TAKT_PETSC(TSGetSNES(path->ts, &snes));
    TAKT_PETSC(SNESGetKSP(snes, &ksp));
    TAKT_PETSC(KSPSetType(ksp, KSPPREONLY));
    TAKT_PETSC(KSPGetPC(ksp, &pc));
    TAKT_PETSC(PCSetType(pc, PCLU));
    return TAKT_OK;
}

takt_status takt_film_path_create(takt_film_path *path, int n_steps_max, double tolerance)
{
    *path = (takt_film_path){.n_steps_max = n_steps_max, .tolerance = tolerance};
    path->steps = takt_alloc((size_t)n_steps_max * sizeof *path->steps);
    if (!path->steps)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "drying: no memory for %d steps", n_steps_max);
    TAKT_PETSC(VecCreateSeq(PETSC_COMM_SELF, 2, &path->y));
    TAKT_PETSC(MatCreateSeqDense(PETSC_COMM_SELF, 2, 2, NULL, &path->jacobian));
    return create_integrator(path);
}

void takt_film_path_destroy(takt_film_path *path)
{
    TSDestroy(&path->ts);
    MatDestroy(&path->jacobian);
    VecDestroy(&path->y);
    takt_free(path->steps);
    path->steps = NULL;
}

/// One solve from start_s to end_s, or to the first step below the critical height.
static takt_status run_solve(takt_film_path *path, double start_s, double end_s, int *reason)
{
    TSConvergedReason converged;
    TSAdapt adapt;
    const double *y;
    TAKT_PETSC(VecGetArrayRead(path->y, &y));
    path->last = node_of(path, start_s, y);
    TAKT_PETSC(VecRestoreArrayRead(path->y, &y));
    TAKT_PETSC(TSSetTime(path->ts, start_s));
    TAKT_PETSC(TSSetStepNumber(path->ts, 0));
    TAKT_PETSC(TSSetMaxSteps(path->ts, path->n_steps_max - path->n_steps));
    TAKT_PETSC(TSSetMaxTime(path->ts, end_s));
    TAKT_PETSC(TSSetTimeStep(path->ts, fmin(0.01, end_s - start_s)));
    TAKT_PETSC(TSGetAdapt(path->ts, &adapt));
    TAKT_PETSC(TSAdaptSetStepLimits(adapt, 0.0, (end_s - start_s) / 16.0));
    TAKT_PETSC(TSRestartStep(path->ts));
    TAKT_PETSC(TSSetConvergedReason(path->ts, TS_CONVERGED_ITERATING));
    path->broken = 1;
    const int code = (int)TSSolve(path->ts, path->y);
    if (takt_petsc_is_numeric(code)) {
        *reason = TAKT_DRYING_NO_SOLUTION;
        return TAKT_OK;
    }
    if (code != 0)
        return takt_petsc_fail(code, "TSSolve", __FILE__, __LINE__);
    TAKT_PETSC(TSGetConvergedReason(path->ts, &converged));
    const int sound = (converged == TS_CONVERGED_TIME || converged == TS_CONVERGED_USER) &&
                      isfinite(path->last.y[0]) && isfinite(path->last.y[1]);
    path->broken = !sound;
    *reason = sound ? TAKT_DRYING_WET : TAKT_DRYING_NO_SOLUTION;
    return TAKT_OK;
}

static takt_status set_state(takt_film_path *path, double liquid, double temp)
{
    double *y;
    TAKT_PETSC(VecGetArrayWrite(path->y, &y));
    y[0] = liquid;
    y[1] = temp;
    TAKT_PETSC(VecRestoreArrayWrite(path->y, &y));
    return TAKT_OK;
}

static takt_status run_zone(takt_film_path *path, const takt_drying_case *drying, int zone,
                            double start_s, double end_s, int *reason)
{
    path->air = takt_drying_case_air(drying, zone);
    const double critical_height = path->air.critical_height;
    path->critical = critical_height / path->start_height_m;
    if (!path->frozen) {
        // The smooth equations of the wet film, followed a little beyond the critical height.
        path->air.critical_height = 1e-30;
        TAKT_TRY(run_solve(path, start_s, end_s, reason));
        if (*reason != TAKT_DRYING_WET || path->last.y[0] > path->critical)
            return TAKT_OK;
        double y[2], rate[2];
        path->frozen = 1;
        path->freeze_index = path->n_steps - 1;
        path->freeze_s = takt_film_path_time(path, path->freeze_index, path->critical);
        takt_film_path_at(path, path->freeze_index, path->freeze_s, y, rate);
        path->temp_max_K = fmax(path->temp_max_K, y[1] * TEMP_UNIT);
        TAKT_TRY(set_state(path, path->critical, y[1]));
        start_s = path->freeze_s;
    }
    path->air.critical_height = critical_height;
    if (start_s < end_s)
        TAKT_TRY(run_solve(path, start_s, end_s, reason));
    return TAKT_OK;
}

takt_status takt_film_path_run(takt_film_path *path, const takt_drying_case *drying, int *reason)
{
    double start_s = 0.0;
    if (path->broken) {
        TAKT_PETSC(TSDestroy(&path->ts));
        TAKT_TRY(create_integrator(path));
        path->broken = 0;
    }
    path->n_steps = path->frozen = 0;
    path->temp_max_K = drying->coat.start_temp_K;
    path->start_height_m = takt_drying_coat_film(&drying->coat).liquid_height_m;
    TAKT_TRY(set_state(path, 1.0, drying->coat.start_temp_K / TEMP_UNIT));
    *reason = TAKT_DRYING_WET;
    for (int zone = 0; zone < drying->n_zones && *reason == TAKT_DRYING_WET; ++zone) {
        const double end_s = start_s + drying->zones[zone].length_m / drying->web_speed_m_s;
        TAKT_TRY(run_zone(path, drying, zone, start_s, end_s, reason));
        path->zone_end[zone] = path->n_steps;
        start_s = end_s;
    }
    return TAKT_OK;
}

void takt_film_path_at(const takt_film_path *path, int index, double time_s, double y[2],
                       double rate[2])
{
    const takt_film_node *a = &path->steps[index].start, *b = &path->steps[index].end;
    const double h = b->time_s - a->time_s, f = (time_s - a->time_s) / h, g = 1.0 - f;
    for (int k = 0; k < 2; ++k) {
        // Taylor's terms of each end times the weight that hides them from the other end.
        const double a1 = h * a->rate[k], a2 = 0.5 * h * h * a->bend[k];
        const double b1 = -h * b->rate[k], b2 = 0.5 * h * h * b->bend[k];
        const double pa = a->y[k] + f * (3.0 * a->y[k] + a1 + f * (6.0 * a->y[k] + 3.0 * a1 + a2));
        const double pb = b->y[k] + g * (3.0 * b->y[k] + b1 + g * (6.0 * b->y[k] + 3.0 * b1 + b2));
        const double qa = 3.0 * a->y[k] + a1 + 2.0 * f * (6.0 * a->y[k] + 3.0 * a1 + a2);
        const double qb = 3.0 * b->y[k] + b1 + 2.0 * g * (6.0 * b->y[k] + 3.0 * b1 + b2);
        y[k] = g * g * g * pa + f * f * f * pb;
        rate[k] = (g * g * (g * qa - 3.0 * pa) - f * f * (f * qb - 3.0 * pb)) / h;
    }
}

double takt_film_path_time(const takt_film_path *path, int index, double fraction)
{
    double low = path->steps[index].start.time_s, high = path->steps[index].end.time_s;
    double y[2], rate[2];
    for (int k = 0; k < 60 && high - low > 1e-15 * high; ++k) {
        const double mid = 0.5 * (low + high);
        takt_film_path_at(path, index, mid, y, rate);
        if (y[0] > fraction)
            low = mid;
        else
            high = mid;
    }
    return high;
}

int takt_film_path_find(const takt_film_path *path, double fraction, int behind, double *time_s)
{
    for (int i = 0; i < behind; ++i)
        if (path->steps[i].end.y[0] <= fraction) {
            *time_s = takt_film_path_time(path, i, fraction);
            return 1;
        }
    return 0;
}
