/// The judge of a fit: cached reference solutions at a few parameter sets, and the relative L2
/// error of a network against them. Training stops by this error, never by its loss. Local where
/// nothing else is said.
#ifndef TAKT_MPI_JUDGE_H
#define TAKT_MPI_JUDGE_H

#include "kernels/pinn.h"
#include "mpi/comm.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_judge takt_judge;

typedef struct takt_judge_config {
    const takt_pde *pde;
    double box[TAKT_PDE_PARAMETERS_MAX][2];
    int32_t n_cases;  // parameter sets; a PDE without parameters has one
    double tolerance; // relative error that the reference solutions may have
    uint64_t seed;    // of the parameter sets: Sobol points, half of them moved to corners
} takt_judge_config;

/// Solves the cases. Needs takt_petsc_init where the PDE's reference is PETSc.
TAKT_API takt_status takt_judge_create(const takt_judge_config *config, takt_judge **judge);

/// Several judges [n], all of them on all ranks: each case of any of them is solved by one rank,
/// which hands its bytes to the others. The same judges as takt_judge_create's on any number of
/// ranks. A failure is everybody's and leaves no judge. Collective.
TAKT_API takt_status takt_judge_create_shared(takt_comm *comm, int32_t n,
                                              const takt_judge_config *configs,
                                              takt_judge **judges);
TAKT_API void takt_judge_destroy(takt_judge **judge);

/// Largest relative L2 error over the cases, on the part of the error grid that the window of the
/// problem covers.
TAKT_API takt_status takt_judge_error(takt_judge *judge, takt_pinn *pinn, const double *parameters,
                                      double *error);

TAKT_API int32_t takt_judge_n_cases(const takt_judge *judge);
TAKT_API const double *takt_judge_parameters(const takt_judge *judge, int32_t index);

/// The observed values on the error grid [takt_pde_grid_size] of case `index`, and the grid's
/// points [..][n_coordinates]. Owned by the judge.
TAKT_API const double *takt_judge_reference(const takt_judge *judge, int32_t index);
TAKT_API const double *takt_judge_points(const takt_judge *judge, int32_t index);

/// sqrt(sum (a - b)^2 / sum b^2); the norm of a - b where b is zero.
TAKT_API double takt_relative_error(int64_t n, const double *a, const double *b);

TAKT_EXTERN_C_END

#endif
