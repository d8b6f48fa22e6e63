/// What the rungs of the ladder share.
#ifndef TAKT_MPI_LEARN_INTERNAL_H
#define TAKT_MPI_LEARN_INTERNAL_H

#include "kernels/pde_cells.h"
#include "mpi/learn.h"

typedef struct takt_learn_work {
    takt_comm *comm;
    const takt_learn_config *config;
    const takt_pde *pde;
    double box[TAKT_PDE_PARAMETERS_MAX][2];
    double target;
    bool resumed; // the bytes of an earlier execution have been taken up
    takt_judge *judge;
    // Of networks, cell by cell
    int32_t attempt;
    takt_pde_cells cells;
    int32_t n_cells;
    double goals[TAKT_PDE_CELLS_MAX];       // judged error at which training stops
    double errors[TAKT_PDE_CELLS_MAX];      // judged error that it came to
    bool is_wanting[TAKT_PDE_CELLS_MAX];    // to be trained (again)
    takt_judge *judges[TAKT_PDE_CELLS_MAX]; // NULL until needed
    double *weights;                        // [n_windows][n_cells][n] of the last attempt
} takt_learn_work;

/// Each gives a surrogate (or NULL where it cannot) and fills its report. Collective.
takt_status takt_learn_least_squares(takt_learn_work *work, takt_rung_report *report,
                                     takt_surrogate **surrogate);
takt_status takt_learn_table(takt_learn_work *work, takt_rung_report *report,
                             takt_surrogate **surrogate);
takt_status takt_learn_network(takt_learn_work *work, takt_rung_report *report,
                               takt_fit_result *fit, takt_surrogate **surrogate);

/// The judge that a box wants.
takt_judge_config takt_learn_judge(const takt_learn_work *work, const double (*box)[2],
                                   int32_t n_cases);

/// Parts of a surrogate as the study wants it, without weights.
takt_surrogate_parts takt_learn_parts(const takt_learn_work *work, const char *method);

/// The training problem as the study wants it.
takt_pinn_config takt_learn_pinn(const takt_learn_work *work);

#endif
