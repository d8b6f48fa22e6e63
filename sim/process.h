/// The process interface: what physics does to an item at a station. The event engine knows no
/// physics; a process model knows no events. A model is one table of functions and one prepared
/// context per scenario; where a model needs a PDE solved it gets the solver handed in
/// (takt_dryer), so that `sim` reaches PETSc, the batched kernel or a network in the same way.
#ifndef TAKT_SIM_PROCESS_H
#define TAKT_SIM_PROCESS_H

#include "core/status.h"
#include "kernels/drying.h"
#include "sim/factory.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_study takt_study;
typedef struct takt_plan takt_plan;

/// Who solves the drying PDE: n cases in, n results out. Local. Set by `jobs` or `mpi` from the
/// study's tier; the context is owned by whoever fills the table.
typedef struct takt_dryer {
    takt_status (*solve)(void *context, const takt_drying_case *cases, int32_t n_cases,
                         takt_drying_result *results);
    void *context;
} takt_dryer;

/// What one station took in through one input: the amount and the amount-weighted mean state.
typedef struct takt_work_input {
    double quantity;
    const double *state; // [n_state]
} takt_work_input;

/// One piece of work: filled by the engine, completed by the process when the work begins.
typedef struct takt_work {
    int32_t stage;
    int32_t n_inputs;
    const takt_work_input *inputs;
    const double *ages; // [n_stops of the station] hours, items or quantity since each stop, then
                        // [n_wears of it] the level of each wear
    // Preset by the engine to what the inputs bring; the process changes what it changes.
    double duration_s;
    double quantity;
    double value;      // materials in the item, currency
    double energy_kWh; // spent on the item so far
    double use;        // what quantity meters advance by
    double *state;     // [n_state] of the item that leaves
} takt_work;

/// What one item is worth when it leaves the plant as good output.
typedef struct takt_delivery {
    double good;    // units of good output
    double gross;   // what it would have been had nothing been lost, in units of `losses`
    double *losses; // [n_causes] added to by the model; sum(losses) + good share = gross
} takt_delivery;

/// One limit of the process that a scenario has to keep: violated when value > 0.
typedef struct takt_constraint {
    const char *name;
    const char *unit;
    double found, limit;
    int32_t at_least; // bool: found must be >= limit, otherwise <=
    double violation; // normalised, 0 when kept
} takt_constraint;

typedef struct takt_process_ops {
    const char *name;
    int32_t n_state;
    const char *const *state_names; // [n_state], for people
    const char *const *state_units; // [n_state]
    int32_t n_causes;
    const char *const *causes;
    int32_t n_constraints;
    /// Sets the stages' indices in a resolved factory. TAKT_ERR_INPUT with a problem where the
    /// factory does not fit the model, or says something that the model would not use.
    takt_status (*check)(takt_factory *factory, takt_problem *problem);
    /// Reads the study (borrowed until destroy) and binds stages and stops, failing as check does.
    takt_status (*create)(takt_study *study, const takt_dryer *dryer, void **context,
                          takt_problem *problem);
    void (*destroy)(void **context);
    /// Computes all that depends on set-points only: tables of the dryer, takes of the inputs
    /// (written into the plan), constraints [n_constraints]. Allocates nothing.
    takt_status (*prepare)(void *context, takt_plan *plan, takt_constraint *constraints);
    void (*begin)(const void *context, takt_work *work);
    /// A failure or a stop destroyed `share` of the item.
    void (*lose)(const void *context, double share, double *state);
    void (*deliver)(const void *context, double quantity, const double *state,
                    takt_delivery *delivery);
} takt_process_ops;

/// The models that studies can name. NULL when there is none of that name.
TAKT_API const takt_process_ops *takt_process_find(const char *name);

TAKT_EXTERN_C_END

#endif
