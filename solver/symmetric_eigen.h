/// Eigenvalues and eigenvectors of a small symmetric matrix, the same bits on every run.
///
/// Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5): simple, accurate to
/// rounding also for small eigenvalues, and in one fixed order, unlike a tuned library.
#ifndef TAKT_SOLVER_SYMMETRIC_EIGEN_H
#define TAKT_SOLVER_SYMMETRIC_EIGEN_H

#include "core/hd.h"

TAKT_EXTERN_C_BEGIN

/// `a`: n x n, symmetric, destroyed. `values`: n eigenvalues in no special order. `vectors`: n x n,
/// column j belongs to values[j], orthonormal. About 10 sweeps of 6 n^3 operations.
TAKT_API void takt_symmetric_eigen(int n, double *a, double *values, double *vectors);

TAKT_EXTERN_C_END

#endif
