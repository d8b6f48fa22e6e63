/// Dense linear algebra on the CPU and on a CUDA device, behind one call.
///
/// cuBLAS is opened when it is first needed, never when the program starts: the same program runs
/// on machines without it.
#ifndef TAKT_KERNELS_BLAS_H
#define TAKT_KERNELS_BLAS_H

#include "kernels/device.h"

TAKT_EXTERN_C_BEGIN

/// C = alpha A B + beta C. All matrices are dense, row-major, in host memory and owned by the
/// caller; C overlaps neither A nor B.
typedef struct takt_gemm_problem {
    int n_rows;  // of A and C
    int n_inner; // columns of A, rows of B
    int n_columns;
    double alpha, beta; // beta 0: C is not read
    const double *a;    // [n_rows][n_inner]
    const double *b;    // [n_inner][n_columns]
    double *c;          // [n_rows][n_columns]
} takt_gemm_problem;

/// Multiplies on the given device. Local.
///
/// CPU: own loops; each element adds its products in the order of the inner index, so the bits do
/// not depend on the machine. CUDA: cublasDgemm on device 0, with copies to and from the device
/// and a handle for this one call: a sound way to reach cuBLAS, not a fast one.
///
/// TAKT_ERR_INPUT: a negative size. TAKT_ERR_UNSUPPORTED: no usable CUDA device or no cuBLAS (the
/// error line says what to do). TAKT_ERR_CUDA: a call failed on the device.
TAKT_API takt_status takt_gemm(takt_device_kind device, const takt_gemm_problem *problem);

/// The cuBLAS of this build and machine.
typedef struct takt_cublas_info {
    bool usable;      // the library could be opened (it needs no GPU for that)
    int version;      // 130002 is 13.0.2; 0 when not usable
    char file[4096];  // what was opened
    char reason[512]; // when not usable: why, and what to do; else ""
} takt_cublas_info;

/// Opens cuBLAS if that has not been done yet and says what it is. Local, safe from any thread.
/// That there is none is an answer and no error.
TAKT_API void takt_cublas_query(takt_cublas_info *info);

TAKT_EXTERN_C_END

#endif
